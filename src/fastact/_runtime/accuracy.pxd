cdef enum:      # what accuracy_index returns, in the order of ACCURACIES
    EXACT
    FAST
    CORRECT

cdef int accuracy_index(accuracy) except -1
