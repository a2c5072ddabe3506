from cpython.ref cimport PyObject

cdef class Operation:
    cdef readonly object exact
    cdef readonly object fast
    cdef str caller
    cdef tuple names
    cdef object ufunc(self, accuracy)
    cdef object run(
        self, PyObject** inputs, Py_ssize_t n, out, accuracy,
        where, dtype, casting, order, subok, axis)
    cdef object call(
        self, PyObject** inputs, Py_ssize_t n, out, accuracy,
        where, dtype, casting, order, subok, axis)

cdef list bind_parameters(entry, str caller, list operands, tuple data, tuple args, dict named, dtype)
cdef object weak_dtype(tuple data, dtype)
cdef object loop_dtype(x)
