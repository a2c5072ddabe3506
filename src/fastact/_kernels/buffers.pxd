"""Between arrays as NumPy hands them over and contiguous buffers of the lanes' type.

`storage` and `compute` are the itemsizes of the two types: 4 float, 8 double.
"""
from libc.string cimport memcpy


cdef inline Py_ssize_t min_size(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return a if a < b else b


cdef inline void gather(
    int storage, int compute, const char* source, Py_ssize_t step, Py_ssize_t n, char* to
) noexcept nogil:
    """Elements at any stride, of the storage type, to contiguous ones of the lanes' type."""
    cdef Py_ssize_t i
    if storage == 4 and compute == 4:
        if step == 4:
            memcpy(to, source, 4 * n)
        else:
            for i in range(n):
                (<float*>to)[i] = (<const float*>(source + i * step))[0]
    elif storage == 4:
        if step == 4:
            for i in range(n):
                (<double*>to)[i] = (<const float*>source)[i]
        else:
            for i in range(n):
                (<double*>to)[i] = (<const float*>(source + i * step))[0]
    else:
        if step == 8:
            memcpy(to, source, 8 * n)
        else:
            for i in range(n):
                (<double*>to)[i] = (<const double*>(source + i * step))[0]


cdef inline void scatter(
    int storage, int compute, const char* source, char* to, Py_ssize_t step, Py_ssize_t n
) noexcept nogil:
    """The way back; a double is rounded once to the storage type."""
    cdef Py_ssize_t i
    if storage == 4 and compute == 4:
        if step == 4:
            memcpy(to, source, 4 * n)
        else:
            for i in range(n):
                (<float*>(to + i * step))[0] = (<const float*>source)[i]
    elif storage == 4:
        if step == 4:
            for i in range(n):
                (<float*>to)[i] = <float>(<const double*>source)[i]
        else:
            for i in range(n):
                (<float*>(to + i * step))[0] = <float>(<const double*>source)[i]
    else:
        if step == 8:
            memcpy(to, source, 8 * n)
        else:
            for i in range(n):
                (<double*>(to + i * step))[0] = (<const double*>source)[i]


cdef inline void pad(char* values, int itemsize, Py_ssize_t n, Py_ssize_t padded, double filler) noexcept nogil:
    """Fill up a contiguous array of floats or doubles."""
    while n < padded:
        if itemsize == 4:
            (<float*>values)[n] = <float>filler
        else:
            (<double*>values)[n] = filler
        n += 1
