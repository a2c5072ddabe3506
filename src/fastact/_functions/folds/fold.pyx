# cython: nonecheck=True
"""The classes of functions of all entries along an axis; several axes count as one.

They check arguments, choose the gufunc by accuracy and pass the rest to NumPy.  This module is compiled, because in
plain Python a call of 64 elements takes a quarter longer.
"""
import dataclasses
import sys

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from fastact._functions.activation cimport Activation
from fastact._functions.base cimport CatalogueFunction, Operation

from fastact._functions.activation import check_defaults, with_parameters
from fastact._functions.base import REQUIRED, as_array, integer, refusal
from fastact._functions.folds.axes import (
    as_rows, axes_of, boolean, computing_dtype, flag, from_rows, grad_of_shape, kept, room_in, without,
)
from fastact._functions.folds.docstrings import docstring, signature
from fastact._functions.folds.labelled import by_labels, values_of
from fastact._functions.folds.masks import masked_operands, refuse_masked_arrays
from fastact._functions.folds.weighted import weighted_gradient, weighted_logsumexp
from fastact._runtime.accuracy import no_correct_variant, resolve_accuracy

cdef object NDARRAY = np.ndarray
cdef object FLOAT32 = np.dtype(np.float32)
# A mask that changes nothing and a `where` that keeps everything, to be repeated along a row.
cdef object NO_MASK = np.zeros((), np.float32)
cdef object KEEP = np.ones((), bool)


cdef dict given(dict keywords):
    """The keywords that are not None."""
    return {key: value for key, value in keywords.items() if value is not None}


cdef bint has_scale_only(dict keywords):
    """Whether of softmax's own keywords none but `scale` is given, as a number of Python."""
    for key, value in keywords.items():
        if key not in ("scale", "softcap", "mask", "sink") or not (value is None or key == "scale"):
            return False
    return type(keywords.get("scale")) is float


cdef class Fold(Activation):
    """An activation of all entries along an axis, backed by NumPy gufuncs; several axes count as one.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> fa.softmax(np.array([[0.0, 0.0], [1.0, 1.0]]), axis=0)
    array([[0.26894142, 0.26894142],
           [0.73105858, 0.73105858]])
    >>> fa.log_softmax(np.array([1000.0, 1.0]))
    array([   0., -999.])
    >>> fa.softmax(np.zeros((2, 2)), axis=None)
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """

    keywords = ["where"]    # additional keywords of the call; every fold also has the common ones
    reduces = False         # whether the result lacks the axes
    cdef object ufuncs
    cdef Operation masked_operation     # with mask, scale and where; None if there is no such gufunc
    cdef Operation sink_operation       # with softcap and sink, too; None if there is no such gufunc

    def __init__(self, entry, ufuncs):
        CatalogueFunction.__init__(self, entry)
        self.ufuncs = ufuncs
        names = ("x", "mask", "scale", "where")
        self.forward_operation = Operation(ufuncs, entry.name, entry.name, names)
        self.backward_operation = Operation(
            ufuncs, entry.name + "_backward", entry.name + ".backward", ("grad", entry.backward_takes))
        if entry.name + "_masked" in ufuncs:
            self.masked_operation = Operation(ufuncs, entry.name + "_masked", entry.name, names)
        if entry.name + "_sink" in ufuncs:
            self.sink_operation = Operation(
                ufuncs, entry.name + "_sink", entry.name, ("x", "mask", "scale", "softcap", "sink", "where"))
        self.text = docstring(self)
        self.signature = signature(self)

    @property
    def __doc__(self):
        return self.text

    def __call__(self, x, *, axis=-1, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None, **others):
        cdef object ufunc
        if (where is None and type(x) is NDARRAY and type(axis) is int and axis in (-1, x.ndim - 1)
                and dtype is None and casting is None and order is None and subok is None
                and (out is None or type(out) is NDARRAY)):
            # Most calls end here.  The checks below take a microsecond and a half, and 17 with a scale.
            try:
                if not others:
                    ufunc = self.forward_operation.ufunc(accuracy)
                    return ufunc(x) if out is None else ufunc(x, out)
                if "scale" in self.keywords and x.dtype == FLOAT32 and x.ndim and has_scale_only(others):
                    ufunc, row = self.masked_operation.ufunc(accuracy), x.shape[-1:]
                    return ufunc(x, np.ndarray(row, FLOAT32, NO_MASK, 0, (0,)), np.array(others["scale"], FLOAT32),
                                 np.ndarray(row, bool, KEEP, 0, (0,)), *(() if out is None else (out,)))
            except (TypeError, ValueError):
                pass    # the error that follows names what is wrong
        for key in others:
            if key not in self.keywords:
                raise TypeError(f"{self.__name__}() got an unexpected keyword argument {key!r}")
        return self.call(x, axis, given({**others, "where": where}), out, accuracy,
                         given({"dtype": dtype, "casting": casting, "order": order, "subok": subok}))

    cdef call(self, x, axis, dict others, out, accuracy, dict keywords):
        """Any call; `others` are the given keywords of this fold itself, `keywords` those that every gufunc has."""
        keepdims = flag("keepdims", others.pop("keepdims", False))
        if type(x) is not NDARRAY:
            result = by_labels(lambda x, **more: self(x, **more, **keywords, accuracy=accuracy), self.__name__,
                               x, dict(others), axis, out, "result" if self.reduces else None, keepdims)
            if result is not None:
                return result
        refuse_masked_arrays(self.__name__, x)
        if "b" in others:
            self.check_weighted(accuracy, self.__name__)
            return weighted_logsumexp(
                self.__name__, x, others["b"], others.get("where"), axis, keepdims, out, keywords)
        if not others:
            # The axis is always passed, because pandas has another default for a DataFrame.
            return self.along(self.forward_operation, accuracy, (x,), axis, out, keywords, keepdims)
        operands, axes = masked_operands(
            self.__name__, np.asanyarray(x), axis, *[others.get(key) for key in ("mask", "scale", "where", "softcap", "sink")])
        operation = self.masked_operation if len(operands) == 4 else self.sink_operation
        return self.along(operation, accuracy, operands, axes, out, keywords, keepdims)

    cdef along(self, Operation operation, accuracy, tuple operands, axis, out, dict keywords, keepdims):
        """Call a gufunc along an axis, or along several axes as one."""
        cdef int i = operation is self.backward_operation
        x = operands[i]
        if not hasattr(x, "ndim") and not hasattr(type(x), "__array_ufunc__"):
            x = np.asanyarray(x)
            operands = (*operands[:i], x, *operands[i + 1:])
        if not keepdims and type(axis) is int and getattr(x, "ndim", 1):
            return self.run(operation, accuracy, operands, {"axis": axis, "out": out, **keywords})
        return self.along_all(operation, accuracy, list(operands), axis, out, keywords, keepdims)

    cdef along_all(self, Operation operation, accuracy, list operands, axis, out, dict keywords, keepdims):
        """Call a gufunc with several axes joined to the last one, and give the result the original axes."""
        cdef bint backward = operation is self.backward_operation
        cdef bint reduces = self.reduces and not backward
        wrong = refusal(operation.caller, operation.names, operands, None)
        if wrong is not None:
            raise wrong
        x = operands[backward] = as_array(operands[backward])
        axes = axes_of(axis, x.ndim)
        shape, less = x.shape, without(x.shape, axes)
        if backward:
            operands[0] = grad_of_shape(
                operation.caller, operands[0], x, less if self.reduces else shape, operation.names[1])
        # Some operands have one entry for each row: scale, softcap, sink, and the gradient of a result without the axes.
        if operation is self.masked_operation or operation is self.sink_operation:
            lacking = range(2, len(operands) - 1)
        else:
            lacking = range(backward and self.reduces)
        rows = [operand if i in lacking else as_rows(operand, axes) for i, operand in enumerate(operands)]
        if reduces:
            shape = kept(shape, axes) if keepdims else less
        out, room = room_in(operation.caller, out, shape, less if reduces else None, axes)
        result = self.run(operation, accuracy, rows, {"axis": -1, "out": room, **keywords})
        if room is not None:
            return out
        result = result.reshape(shape) if reduces else from_rows(result, shape, axes)
        if out is not None:
            np.copyto(out, result, casting=keywords.get("casting", "same_kind"))
            return out
        if "order" in keywords:
            result = np.array(result, order=keywords["order"], copy=None, subok=True)
        return result if shape else result[()]

    cdef check_weighted(self, accuracy, caller):
        """Raise ValueError for "correct": weights are for NumPy's functions, which have other bits on other CPUs."""
        if resolve_accuracy(accuracy) == "correct":
            raise no_correct_variant(f"{caller} with weights")

    cdef run(self, Operation operation, accuracy, operands, dict keywords):
        """Call a gufunc with the keywords that were given; errors name the operand that does not fit."""
        ufunc, keywords = operation.ufunc(accuracy), given(keywords)
        try:
            return ufunc(*operands, **keywords)
        except (TypeError, ValueError) as error:
            better = self.complaint(operation, error, operands, keywords.get("axis"), keywords.get("out"))
            if better is None:
                raise
        raise better

    cdef complaint(self, Operation operation, error, operands, axis, out):
        """An error that names the wrong operand, or None; NumPy's error has numbers of operands and dimensions."""
        cdef bint backward = operation is self.backward_operation
        name, names = operation.caller, operation.names
        if isinstance(error, TypeError) or axis is None:    # maxout, which passes axes, has checked the shapes
            return refusal(name, names, operands, out)
        shapes = [np.shape(operand) for operand in operands]
        shape = shapes[backward]
        if not -len(shape) <= axis < len(shape):
            return None         # else an AxisError is about another operand
        less = shape[:axis % len(shape)] + shape[axis % len(shape) + 1:] if self.reduces else shape
        if backward:
            try:
                np.broadcast_shapes(shapes[0], less)
            except ValueError:
                return ValueError(f"{name}: grad of shape {shapes[0]} does not fit {names[1]} of shape {shape}: "
                                  f"it needs {less}")
        else:
            shape = less
        if isinstance(out, np.ndarray) and out.shape != shape:
            return ValueError(f"{name}: out must have shape {shape}, not {out.shape}")
        return None

    def backward(self, grad, y, *, axis=-1, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        """Return the gradient with respect to the input, from the output y.

        The keywords are the same as in the call; `where` takes one more pass.
        """
        cdef object ufunc
        if ((type(grad) is NDARRAY or type(grad) is float) and type(y) is NDARRAY and (out is None or type(out) is NDARRAY)
                and type(axis) is int and axis == -1
                and where is None and dtype is None and casting is None and order is None and subok is None):
            ufunc = self.backward_operation.ufunc(accuracy)     # most calls, as above
            try:
                return ufunc(grad, y) if out is None else ufunc(grad, y, out)
            except (TypeError, ValueError):
                pass
        keywords = given({"dtype": dtype, "casting": casting, "order": order, "subok": subok})
        result = self.labelled_gradient(grad, y, axis, {"where": where}, out, accuracy, keywords, False)
        if result is not None:
            return result
        if where is not None:
            grad = np.where(boolean(self.__name__, where), grad, np.zeros((), np.asarray(grad).dtype))
        return self.along(self.backward_operation, accuracy, (grad, y), axis, out, keywords, False)

    cdef labelled_gradient(self, grad, y, axis, dict others, out, accuracy, dict keywords, keepdims):
        """The gradient of arrays with labels, or None if there are no labels."""
        refuse_masked_arrays(self.__name__, grad, y)
        return by_labels(
            lambda y, grad, **more: self.backward(grad, y, **more, **keywords, accuracy=accuracy),
            self.backward_operation.caller, y, {"grad": grad, **given(others)}, axis, out,
            "grad" if self.reduces else None, keepdims)

    def derivative(self, x, **keywords):
        """Raise TypeError: the derivative of a fold function is a matrix."""
        operands = ["grad", self.entry.backward_takes, *[name for name in self.entry.parameters if name != "axis"]]
        raise TypeError(f"{self.__name__} has no elementwise derivative; use backward({', '.join(operands)})")


cdef class Softmax(Fold):
    """The fold that takes a scale, a softcap, a mask and a sink, for attention weights.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> causal = np.tri(2, dtype=bool)
    >>> fa.softmax(np.zeros((2, 2)), mask=causal, scale=0.125)
    array([[1. , 0. ],
           [0.5, 0.5]])
    >>> fa.softmax(np.zeros((2, 2)), mask=causal, sink=0.0)
    array([[0.5       , 0.        ],
           [0.33333333, 0.33333333]])
    """

    keywords = ["scale", "softcap", "mask", "sink", "where"]

    @property
    def __doc__(self):
        return self.text

    def backward(self, grad, y, *, x=None, scale=None, softcap=None, axis=-1, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        """Return the gradient with respect to the input, from the output y, whether or not there was a mask or a sink.

        Without `scale` and `softcap` it is that of the scores, softcap(scale x) + mask, which is also that of a mask of
        the same shape.  With them it is that of x; a softcap needs x.  `backward_sink` is the gradient of a sink.
        The keywords are the same as in the call; `where` takes one more pass.

        Raises
        ------
        TypeError
            For a softcap without x.
        """
        if softcap is not None and x is None:
            raise TypeError(f"{self.__name__}.backward: the gradient through a softcap needs x")
        given_numbers = {"x": x, "scale": scale, "softcap": softcap}
        given_numbers = {key: np.asarray(value) for key, value in given_numbers.items() if value is not None}
        wrong = refusal(f"{self.__name__}.backward", tuple(given_numbers), list(given_numbers.values()), None)
        if wrong is not None:
            raise wrong
        if scale is None and softcap is None:
            return Fold.backward(self, grad, y, axis=axis, where=where, out=out, accuracy=accuracy,
                                 dtype=dtype, casting=casting, order=order, subok=subok)
        result = Fold.backward(self, grad, y, axis=axis, where=where, accuracy=accuracy,
                               dtype=dtype, casting=casting, order=order, subok=subok)
        scale = 1.0 if scale is None else scale
        if softcap is not None:
            cap = sys.modules["fastact"].softcap
            result = cap.backward(result, np.multiply(x, scale), softcap, accuracy=accuracy)
        if out is None:
            return np.multiply(result, scale)
        return np.multiply(result, scale, out=out, casting="same_kind")

    def backward_sink(self, grad, y, *, axis=-1):
        """Return the gradient of the sink, one number for each row: -s Σ grad y, s = 1 - Σ y its share.

        It is computed in float64 and has the type of y.  The error is 2**-52 of the largest term, or that of y's
        rounding.  The gradient of a sink that was broadcast is its sum over the broadcast axes.
        """
        refuse_masked_arrays(self.__name__, grad, y)
        grad, y = np.asarray(grad), np.asarray(y)
        axes = axes_of(axis, y.ndim)
        wide = y.astype(np.float64)
        result = -(1 - wide.sum(axes)) * (grad_of_shape(
            f"{self.__name__}.backward_sink", grad, y, y.shape, "y").astype(np.float64) * wide).sum(axes)
        return result.astype(computing_dtype(y.dtype))[()]


cdef class LogSumExp(Fold):
    """The fold whose result lacks the axis.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> float(fa.logsumexp(np.array([1000.0, 1000.0])))
    1000.6931471805599
    >>> fa.logsumexp(np.zeros((2, 4)), axis=None, keepdims=True)
    array([[2.07944154]])
    >>> float(fa.logsumexp([0.0, 0.0], b=[2.0, 1.0]))       # log 3
    1.0986122886681098
    >>> fa.logsumexp.backward(1.0, np.zeros(4))
    array([0.25, 0.25, 0.25, 0.25])
    """

    keywords = ["keepdims", "b", "where"]
    reduces = True

    @property
    def __doc__(self):
        return self.text

    def backward(self, grad, x, *, axis=-1, keepdims=False, b=None, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        """Return grad times softmax(x), the gradient with respect to the input x; with b, grad b exp(x) / Σ b exp(x).

        `grad` has the shape of the result.  The gradient is computed from x, not from the result: a rounded result
        of size s would cost an error of s ULP.  `axis`, `keepdims`, `b` and `where` are the same as in the call
        (`where` takes two more passes); b must broadcast to x.  There is no gradient with respect to b.
        """
        if where is None and b is None and keepdims is False:
            return Fold.backward(self, grad, x, axis=axis, out=out, accuracy=accuracy,
                                 dtype=dtype, casting=casting, order=order, subok=subok)
        keywords = given({"dtype": dtype, "casting": casting, "order": order, "subok": subok})
        keepdims = flag("keepdims", keepdims)
        result = self.labelled_gradient(grad, x, axis, {"b": b, "where": where}, out, accuracy, keywords, keepdims)
        if result is not None:
            return result
        x = np.asanyarray(x)
        if keepdims:
            axes = axes_of(axis, x.ndim)
            grad = grad_of_shape(self.backward_operation.caller, grad, x, kept(x.shape, axes)).reshape(
                without(x.shape, axes))
        if b is not None:
            self.check_weighted(accuracy, self.backward_operation.caller)
            return weighted_gradient(self.__name__, grad, x, b, where, axis, out, keywords)
        if where is None:
            return self.along(self.backward_operation, accuracy, (grad, x), axis, out, keywords, False)
        where = boolean(self.__name__, where)
        excluded = ~where       # it is made first, because nothing may be written if there is no memory for it
        x = np.where(where, x, np.array(-np.inf, computing_dtype(x.dtype)))
        result = self.along(self.backward_operation, accuracy, (grad, x), axis, out, keywords, False)
        if not isinstance(result, np.ndarray):
            return np.where(excluded, 0, result)[()]
        np.copyto(result, 0, where=excluded)
        return result


cdef class Maxout(Fold):
    """The fold of groups: the largest of every k consecutive entries.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> fa.maxout(np.array([1.0, 5.0, 2.0, 0.0, 3.0, 4.0]), 2)
    array([5., 2., 4.])
    >>> fa.maxout.backward(np.array([1.0, 10.0]), np.array([1.0, 5.0, 2.0, 0.0]), 2)
    array([ 0.,  1., 10.,  0.])
    """

    keywords = []           # no where: a group without entries has no largest one

    @property
    def __doc__(self):
        return self.text

    def with_parameters(self, **defaults):
        """Return maxout with a default for k."""
        check_defaults(self, defaults)
        integer("k", defaults.get("k", 1))
        entry = dataclasses.replace(self.entry, parameters={**self.entry.parameters, **defaults})
        return type(self)(entry, self.ufuncs)

    def __reduce__(self):
        k = self.entry.parameters["k"]
        return with_parameters(self.__name__, {} if k is REQUIRED else {"k": k})

    cdef groups(self, x, k, axis):
        """The axis, counted from the front, and a view of x whose last two axes are the groups and their k entries."""
        k = self.entry.parameters["k"] if k is None else k
        if k is REQUIRED:
            raise TypeError(f"{self.__name__}() needs a value for 'k'")
        k = integer(f"{self.__name__}: k", k)
        if x.ndim == 0:
            raise ValueError(f"{self.__name__} needs at least one dimension, and x has none")
        if axis is None or isinstance(axis, tuple):
            raise TypeError(f"{self.__name__}: axis must be an integer, not {type(axis).__name__}: groups are of "
                            "consecutive entries along one axis")
        axis = normalize_axis_index(integer("axis", axis), x.ndim)
        size = x.shape[axis]
        if k < 1:
            raise ValueError(f"{self.__name__}: groups need at least 1 entry, not {k}")
        if size % k:
            raise ValueError(
                f"{self.__name__}: {size} entries along axis {axis} cannot be divided into groups of {k} "
                f"(shape {x.shape})")
        return axis, split(x, size // k, k, axis)

    def __call__(self, x, k=None, *, axis=-1, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None, **others):
        for key in others:
            raise TypeError(f"{self.__name__}() got an unexpected keyword argument {key!r}")
        refuse_masked_arrays(self.__name__, x)
        x = as_array(values_of(x))
        axis, groups = self.groups(x, k, axis)
        if isinstance(out, np.ndarray) and out.shape != (due := shape_of_groups(x.shape, axis, groups.shape[-1])):
            raise ValueError(f"{self.__name__}: out must have shape {due}, not {out.shape}")
        return self.run(self.forward_operation, accuracy, (groups,), {
            "axes": None if axis == x.ndim - 1 else [(-2, -1), (axis,)],
            "out": out, "dtype": dtype, "casting": casting, "order": order, "subok": subok})

    def backward(self, grad, x, k=None, *, axis=-1, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        """Return the gradient with respect to the input x: grad goes to the first of the largest entries.

        `grad` has the shape of the result; the keywords are the same as in the call.
        """
        refuse_masked_arrays(self.__name__, grad, x)
        grad, x = np.asanyarray(values_of(grad)), np.asanyarray(values_of(x))
        axis, groups = self.groups(x, k, axis)
        size = groups.shape[-1]
        due = shape_of_groups(x.shape, axis, size)
        if grad.shape != due:
            raise ValueError(f"{self.__name__}.backward: grad must have the result's shape {due}, not {grad.shape}")
        into = None
        if isinstance(out, tuple) and len(out) == 1:
            out = out[0]
        if out is not None:
            if not isinstance(out, np.ndarray):
                raise TypeError(f"out must be an array, not {type(out).__name__}")
            if out.shape != x.shape:
                raise ValueError(f"out must have the input's shape {x.shape}, not {out.shape}")
            into = split(out, due[axis], size, axis)        # a view: one axis becomes two
        last = axis == x.ndim - 1
        result = self.run(self.backward_operation, accuracy, (grad, groups), {
            "axes": None if last else [(axis,), (-2, -1), (-2, -1)],
            "out": into, "dtype": dtype, "casting": casting, "order": order, "subok": subok})
        if out is not None:
            return out
        result = result.reshape(*result.shape[:-2], x.shape[axis])
        return result if last else np.moveaxis(result, -1, axis)


cdef split(x, count, k, axis):
    """x with the axis split into two axes at the end: `count` groups of k entries."""
    moved = x if axis == x.ndim - 1 else np.moveaxis(x, axis, -1)
    return moved.reshape(*moved.shape[:-1], count, k)


cdef shape_of_groups(tuple shape, axis, size):
    """The shape of an array with one entry for every `size` entries along the axis."""
    return (*shape[:axis], shape[axis] // size, *shape[axis + 1:])


CLASSES = {"softmax": Softmax, "logsumexp": LogSumExp, "maxout": Maxout}


def fold_class(entry):
    """The class for an entry of the catalogue."""
    return CLASSES.get(entry.name, Fold)
