"""Finds the accuracy that applies: the call's, or else the context's, or else the process's.

This is compiled because every call needs it.
"""
from contextvars import ContextVar

from cpython.ref cimport PyObject

cdef extern from "Python.h":
    int PyContextVar_Get(object var, PyObject* default, PyObject** value) except -1
    void Py_XDECREF(PyObject* o)

cdef object EXACT = "exact"
cdef object FAST = "fast"
ACCURACIES = (EXACT, FAST)

# The context's choice, "exact" or "fast".  If it is not set, the process's choice applies.
context_accuracy = ContextVar("fastact_accuracy")
cdef bint process_fast = False


def set_process_accuracy(accuracy):
    global process_fast
    process_fast = is_fast(accuracy)


cdef bint is_fast(accuracy) except -1:
    """Whether the accuracy that applies is "fast"; None means that the caller did not choose."""
    cdef PyObject* found = NULL
    cdef bint answer
    if accuracy is None:
        PyContextVar_Get(context_accuracy, NULL, &found)
        if found == NULL:
            return process_fast
        answer = <object>found is FAST
        Py_XDECREF(found)
        return answer
    if accuracy is FAST:    # literals are interned, so most calls return here
        return True
    if accuracy is EXACT:
        return False
    if isinstance(accuracy, str):
        if accuracy in ACCURACIES:
            return accuracy == FAST
        raise ValueError(f"accuracy must be 'exact' or 'fast', not {accuracy!r}")
    raise TypeError(f"accuracy must be a string, not {type(accuracy).__name__}")


def resolve_accuracy(accuracy=None):
    """Return the accuracy that applies: the argument, or else the context's, or else the process's."""
    return ACCURACIES[is_fast(accuracy)]
