# cython: nonecheck=True
"""The base classes of all functions: a name, texts, pickling, a ufunc for each operation and accuracy.

This module is compiled, because the time between the caller and the raw ufunc matters: for 64
elements the whole ufunc call takes a third of a microsecond.  The functions choose the ufunc by
accuracy and pass everything else to NumPy, which checks the arguments.
"""
import inspect
import operator

import numpy as np

cimport cython
from cpython.object cimport PyObject_Call
from cpython.ref cimport PyObject
cimport numpy as cnp
from fastact._functions.strided cimport by_rows, is_large
from fastact._runtime.accuracy cimport CORRECT, FAST, accuracy_index

cdef extern from "Python.h":
    object PyObject_Vectorcall(object callable, PyObject** args, size_t nargs, PyObject* names)

cnp.import_array()

from fastact._runtime.accuracy import no_correct_variant, resolve_accuracy

REQUIRED = inspect.Parameter.empty      # the default of a parameter that has no default


# ------------------------------------------------------------------------- arguments --


def integer(name, value):
    """Return `value` as an int, or raise a TypeError that names it."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, not {type(value).__name__}") from None


def as_array(x):
    """Return x itself if NumPy's functions take it without conversion (Dask's arrays stay lazy), else an array."""
    return x if hasattr(type(x), "__array_function__") else np.asanyarray(x)


def refuse_masked(name, *arrays, remedy="fill them: x.filled(0)"):
    """Raise TypeError for masked arrays, because the masked values would count."""
    for array in arrays:
        if isinstance(array, np.ma.MaskedArray):
            raise TypeError(f"{name} would count the masked values; {remedy}")


def refusal(caller, names, operands, out):
    """Return a TypeError that names the operand that no kernel takes (or `out`), or None; NumPy's does not name it."""
    for name, operand in zip(names, operands):
        dtype = getattr(operand, "dtype", None)
        if not isinstance(dtype, np.dtype):
            if hasattr(type(operand), "__array_ufunc__"):
                continue    # arrays of other libraries have types of their own
            try:
                dtype = np.asarray(operand).dtype
            except Exception:
                continue    # the error that NumPy has raised describes the problem
        if not (dtype.kind in "biu" or dtype.kind == "f" and dtype.itemsize <= 8 or dtype.name == "bfloat16"):
            found = type(operand).__name__
            if isinstance(operand, int):
                found = "an integer of more than 64 bits"
            elif hasattr(operand, "dtype") or isinstance(operand, list | tuple):
                found = f"{dtype} ({found})"
            return TypeError(f"{caller}: {name} must hold bool, integers, float16, bfloat16, float32 or float64, "
                             f"not {found}")
    for part in out if isinstance(out, tuple) else (out,):
        if part is not None and part is not ... and not hasattr(type(part), "__array_ufunc__"):
            return TypeError(f"{caller}: out must be an ndarray, not {type(part).__name__}")
    return None


# ------------------------------------------------------------------------ operations --


@cython.final
cdef class Operation:
    """One operation in all accuracies: a ufunc for each.  Messages use `caller`, its name, and `names`, its operands.

    `correct` is None where there is no such variant; then this accuracy is refused.
    """

    def __init__(self, ufuncs, str name, str caller, names):
        try:
            self.exact, self.fast = ufuncs[name], ufuncs[name + "_fast"]
        except KeyError as error:
            raise ImportError(f"{caller}: no kernel has a ufunc {error}.  Give the function a row in the kernels' table, "
                              "or take it out of the catalogue, and build again") from None
        self.correct = ufuncs.get(name + "_correct")
        self.caller, self.names = caller, tuple(names)

    cdef object ufunc(self, accuracy):
        cdef int index = accuracy_index(accuracy)
        if index == FAST:
            return self.fast
        if index == CORRECT:
            if self.correct is None:
                raise no_correct_variant(self.caller)
            return self.correct
        return self.exact

    cdef object run(
        self, PyObject** inputs, Py_ssize_t n, out, accuracy,
        where, dtype, casting, order, subok, axis,
    ):
        """Call the ufunc; `inputs` has space for one more.  Arguments that were not given are not passed on."""
        try:
            return self.call(inputs, n, out, accuracy, where, dtype, casting, order, subok, axis)
        except TypeError:
            better = self.explained(inputs, n, out)
            if better is None:
                raise
        raise better

    cdef object run_plain(self, PyObject** inputs, Py_ssize_t n, out, accuracy):
        """The same as `run` without further arguments, for the shortest calls."""
        try:
            return self.call_plain(inputs, n, out, accuracy)
        except TypeError:
            better = self.explained(inputs, n, out)
            if better is None:
                raise
        raise better

    cdef object explained(self, PyObject** inputs, Py_ssize_t n, out):
        return refusal(self.caller, self.names, [<object>inputs[i] for i in range(n)], out)

    cdef object call_plain(self, PyObject** inputs, Py_ssize_t n, out, accuracy):
        cdef object ufunc = self.ufunc(accuracy)
        cdef object result
        if is_large(<object>inputs[0]):
            result = by_rows(ufunc, inputs, n, out)
            if result is not None:
                return result
        if out is None:
            return PyObject_Vectorcall(ufunc, inputs, n, NULL)
        if isinstance(out, tuple):
            return PyObject_Call(ufunc, tuple([<object>inputs[i] for i in range(n)]), {"out": out})
        inputs[n] = <PyObject*>out      # by position it costs 30 ns less than by keyword
        return PyObject_Vectorcall(ufunc, inputs, n + 1, NULL)

    cdef object call(
        self, PyObject** inputs, Py_ssize_t n, out, accuracy,
        where, dtype, casting, order, subok, axis,
    ):
        if (where is None and dtype is None and casting is None
                and order is None and subok is None and axis is None):
            return self.call_plain(inputs, n, out, accuracy)
        cdef object ufunc = self.ufunc(accuracy)
        given = {"out": out, "where": where, "dtype": dtype, "casting": casting,
                 "order": order, "subok": subok, "axis": axis}
        return PyObject_Call(
            ufunc, tuple([<object>inputs[i] for i in range(n)]),
            {key: value for key, value in given.items() if value is not None},
        )


# ------------------------------------------------------------------------- functions --


cdef class Function:
    """A function of the package: an object with a name, a formula, a docstring and a signature of its own.

    Every subclass with a docstring repeats the property `__doc__`; otherwise its docstring would hide this one.
    """

    @property
    def __doc__(self):
        return self.text

    def __getattr__(self, name):
        # Not a property, because inspect.signature of the class would find it.
        if name == "__signature__":
            return self.signature
        if name == "backward_from_output":
            raise AttributeError(f"{self.__name__} has no backward_from_output; sigmoid, log_sigmoid and tanh have it",
                                 name=name, obj=self)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def __qualname__(self):
        return self.__name__

    @property
    def __module__(self):
        return "fastact"

    def __repr__(self):
        return f"<fastact.{self.__name__}: {self.formula}>"

    def _repr_html_(self):
        """A picture for notebooks; None, which means the usual `repr`, without matplotlib."""
        try:
            from fastact._pictures import draw
        except ImportError:
            return None
        return draw.html(self)

    def __reduce__(self):
        return self.__name__        # pickle stores "fastact" and this name


cdef class CatalogueFunction(Function):
    """A function with an entry in the catalogue and a ufunc for each operation and accuracy."""

    def __init__(self, entry):
        self.entry = entry
        self.__name__, self.formula = entry.name, entry.formula

    @property
    def __doc__(self):
        return self.text

    @property
    def aliases(self):
        return self.entry.aliases

    @property
    def parameters(self):
        return dict(self.entry.parameters)

    def ufunc(self, accuracy=None):
        """Return the raw numpy.ufunc of this accuracy (default: the current setting)."""
        return self.forward_operation.ufunc(accuracy)

    def max_ulp(self, accuracy="exact", dtype="float32"):
        """Return the declared error bound in ULP.

        Parameters
        ----------
        accuracy : {"exact", "fast", "correct"}
        dtype : dtype or str

        Raises
        ------
        ValueError
            For another accuracy, one that the function does not have, or a dtype without kernels.
        """
        return self.entry.max_ulp(resolve_accuracy(accuracy), np.dtype(dtype).name)


# -------------------------------------------------------- signatures and docstrings --

UFUNC_KEYWORDS = """out : ndarray, or tuple of ndarrays, optional
    The array for the result; it may be the input itself.
accuracy : {"exact", "fast", "correct"}, optional
    Default: the current setting, see `fastact.accuracy`.
where, dtype, casting, order, subok : optional
    As for every NumPy ufunc."""


def keyword_parameters(names):
    """Keyword-only parameters for a signature, with the default None."""
    return [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in names]


def positional(name, default=REQUIRED):
    """A parameter for a signature, given by position or by name."""
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)
