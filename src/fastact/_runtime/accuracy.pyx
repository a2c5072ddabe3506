"""Finds the accuracy that applies: the call's, or else the context's, or else the process's.

This is compiled because every call needs it.
"""
from contextvars import ContextVar

from cpython.ref cimport PyObject

cdef extern from "Python.h":
    int PyContextVar_Get(object var, PyObject* default, PyObject** value) except -1
    void Py_XDECREF(PyObject* o)

cdef object EXACT_NAME = "exact"
cdef object FAST_NAME = "fast"
cdef object CORRECT_NAME = "correct"
ACCURACIES = (EXACT_NAME, FAST_NAME, CORRECT_NAME)

# The context's choice, one of the objects in ACCURACIES.  If it is not set, the process's choice applies.
context_accuracy = ContextVar("fastact_accuracy")
cdef int process_index = EXACT


def set_process_accuracy(accuracy):
    global process_index
    process_index = accuracy_index(accuracy)


cdef int accuracy_index(accuracy) except -1:
    """The index in ACCURACIES of the accuracy that applies; None means that the caller did not choose."""
    cdef PyObject* found = NULL
    cdef int index
    if accuracy is None:
        PyContextVar_Get(context_accuracy, NULL, &found)
        if found == NULL:
            return process_index
        index = FAST if <object>found is FAST_NAME else CORRECT if <object>found is CORRECT_NAME else EXACT
        Py_XDECREF(found)
        return index
    if accuracy is FAST_NAME:       # literals are interned, so most calls return here
        return FAST
    if accuracy is EXACT_NAME:
        return EXACT
    if accuracy is CORRECT_NAME:
        return CORRECT
    if isinstance(accuracy, str):
        if accuracy in ACCURACIES:
            return ACCURACIES.index(accuracy)
        raise ValueError(f"accuracy must be 'exact', 'fast' or 'correct', not {accuracy!r}")
    raise TypeError(f"accuracy must be a string, not {type(accuracy).__name__}")


def resolve_accuracy(accuracy=None):
    """Return the accuracy that applies: the argument, or else the context's, or else the process's."""
    return ACCURACIES[accuracy_index(accuracy)]


def no_correct_variant(name):
    """Return the ValueError for accuracy "correct" of what has no such variant; `name` names it."""
    return ValueError(f"{name} has no correct variant yet; use accuracy='exact' or 'fast'")
