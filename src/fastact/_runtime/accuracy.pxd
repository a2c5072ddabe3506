cdef bint is_fast(accuracy) except -1
