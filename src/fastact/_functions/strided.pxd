cimport numpy as cnp
from cpython.ref cimport PyObject

cdef extern from "numpy/arrayobject.h":
    bint PyArray_CheckExact(object o)

cdef enum:
    FROM_ELEMENTS = 1 << 16     # with fewer, NumPy's copies stay in L2 and cost less than a microsecond in the call

cdef object by_rows(object ufunc, PyObject** inputs, Py_ssize_t count, object out)

cdef inline bint is_large(object first):
    """Whether the first operand is large enough for by_rows; inline, because every call asks."""
    return (PyArray_CheckExact(first) and cnp.PyArray_NDIM(<cnp.ndarray>first) >= 2
            and cnp.PyArray_SIZE(<cnp.ndarray>first) >= FROM_ELEMENTS)
