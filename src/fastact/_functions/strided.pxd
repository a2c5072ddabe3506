from cpython.ref cimport PyObject

cdef object by_rows(object ufunc, PyObject** inputs, Py_ssize_t count, object out)
