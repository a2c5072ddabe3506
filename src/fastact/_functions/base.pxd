cimport cython
from cpython.ref cimport PyObject

@cython.final       # no method is looked up, and the compiler can inline `call` in `run`
cdef class Operation:
    cdef readonly object exact
    cdef readonly object fast
    cdef readonly object correct
    cdef readonly str caller
    cdef readonly tuple names
    cdef object ufunc(self, accuracy)
    cdef object run(
        self, PyObject** inputs, Py_ssize_t n, out, accuracy,
        where, dtype, casting, order, subok, axis)
    cdef object call(
        self, PyObject** inputs, Py_ssize_t n, out, accuracy,
        where, dtype, casting, order, subok, axis)
    cdef object run_plain(self, PyObject** inputs, Py_ssize_t n, out, accuracy)
    cdef object call_plain(self, PyObject** inputs, Py_ssize_t n, out, accuracy)
    cdef object explained(self, PyObject** inputs, Py_ssize_t n, out)

cdef class Function:
    cdef readonly str __name__
    cdef readonly str formula
    cdef str text                   # the docstring of the object; its class has another one
    cdef object signature           # the signature of the object; its class has another one

cdef class CatalogueFunction(Function):
    cdef readonly object entry
    cdef Operation forward_operation
    cdef Operation backward_operation
