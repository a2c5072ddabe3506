"""Functions of all entries along an axis: between the caller and the gufunc, compiled.

They validate, choose the gufunc by accuracy and hand the rest to NumPy.
"""
import dataclasses
import inspect
import math
import operator
import sys

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from fastact._functions.activation import Activation, as_array, check_defaults, integer, refusal, refuse_masked, with_parameters
from fastact._runtime.accuracy import resolve_accuracy

cdef object NDARRAY = np.ndarray
REQUIRED = inspect.Parameter.empty      # a parameter without default

_KEYWORDS = {
    "axis": """axis : int, tuple of int or None
    Default: the last (in SciPy all).  Several are taken as one; None: all, as in NumPy.""",
    "axis of groups": "axis : int\n    Default: the last.",
    "keepdims": "keepdims : bool\n    Whether the result keeps the axes, with one entry along each.",
    "b": """b : array_like, optional
    Weights of the exponentials, as in SciPy: log Σ b exp(x), NaN if the sum is negative.  Broadcast against x.""",
    "mask": """mask : array_like, optional
    Added to `scale` x; a boolean one is the same as `where`: True keeps an entry, as in PyTorch's
    scaled_dot_product_attention.  Broadcast against x.""",
    "scale": """scale : float or array_like, optional
    Multiplies x before the mask is added; arrays broadcast against x, with one entry along `axis`.
    The product and the sum are rounded to the type that is computed in.""",
    "where": """where : array_like of bool, optional
    The entries that count; broadcast against x.""",
    "out": "out : ndarray, or tuple of one ndarray, optional\n    Where to put the result.",
    "accuracy": 'accuracy : {"exact", "fast"}, optional\n    Default: the setting in force, see `fastact.accuracy`.',
    "dtype": "dtype, casting, order, subok : optional\n    As for every NumPy gufunc.",
}
_GUFUNC = ["dtype", "casting", "order", "subok"]


def _given(keywords):
    return {key: value for key, value in keywords.items() if value is not None}


def _axes(axis, ndim):
    """The axes from the front, sorted; of an array without dimensions 0 and -1 are none, as in NumPy and PyTorch."""
    if axis is None:
        return tuple(range(ndim))
    found = set()
    for one in axis if isinstance(axis, tuple) else (axis,):
        try:
            one = normalize_axis_index(operator.index(one), max(ndim, 1))
        except TypeError:
            raise TypeError("axis must be an integer, a tuple of integers or None, "
                            f"not {'one of ' if isinstance(axis, tuple) else ''}{type(one).__name__}") from None
        if one in found:
            raise ValueError(f"axis {axis} names an axis twice")
        found.add(one)
    return tuple(sorted(found)) if ndim else ()


def _without(shape, axes):
    """What of a shape is left without the axes."""
    return tuple(size for i, size in enumerate(shape) if i not in axes)


def _as_rows(array, axes):
    """The array with these axes together as the last one: a view where strides allow it."""
    kept = _without(range(array.ndim), axes)
    rows = array.transpose(*kept, *axes)
    return rows.reshape(*rows.shape[:len(kept)], math.prod(rows.shape[len(kept):]))


def _from_rows(rows, shape, axes):
    """The array of this shape that _as_rows made rows of."""
    order = (*_without(range(len(shape)), axes), *axes)
    return rows.reshape([shape[i] for i in order]).transpose(*map(order.index, range(len(shape))))


def _room(name, out, shape, flat, axes):
    """`out`, checked, and the view of it in which rows belong (of the shape `flat`), None if there is no such view."""
    if isinstance(out, tuple) and len(out) == 1:
        out = out[0]
    if out is None:
        return None, None
    if not isinstance(out, np.ndarray):
        raise TypeError(f"{name}: out must be an ndarray, not {type(out).__name__}")
    if out.shape != shape:
        raise ValueError(f"{name}: out must have shape {shape}, not {out.shape}")
    room = _as_rows(out, axes) if flat is None else out.reshape(flat)
    return out, room if np.may_share_memory(room, out) else None


def _flag(name, value):
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be a bool, not {type(value).__name__}")
    return value


def _refuse_masked(name, *arrays):
    refuse_masked(name, *arrays, remedy="fill them, or exclude them: "
                  f"{name}(x.filled(0), where=~np.ma.getmaskarray(x))")


def _computing_dtype(dtype):
    """The dtype that an array of this dtype is computed in; the gufunc refuses what is left."""
    if dtype.kind in "biu":
        return np.dtype(np.float32 if dtype.itemsize <= 2 else np.float64)
    return dtype.newbyteorder("=") if dtype.kind == "f" else dtype


def _broadcast(name, x, operands):
    """The shape of x and the operands together; ValueError that names the one that does not fit."""
    shape = x.shape
    for key, operand in operands.items():
        try:
            shape = np.broadcast_shapes(shape, operand.shape)
        except ValueError:
            raise ValueError(
                f"{name}: {key} of shape {operand.shape} does not broadcast against x of shape {x.shape}") from None
    return shape


def _boolean(name, where):
    where = np.asarray(where)
    if where.dtype != np.bool_:
        raise TypeError(f"{name}: where must be boolean, not {where.dtype}")
    return where


def _xarray_of(*arrays):
    """The module xarray, if one of the arrays is of its kind."""
    xarray = sys.modules.get("xarray")
    kind = getattr(xarray, "DataArray", ())     # not there yet, if another thread is importing it
    return xarray if any(isinstance(array, kind) for array in arrays) else None


def _by_dimensions(xarray, call, x, others, axis, reduced=None, keepdims=False):
    """What call(x, axis=..., **others) gives for arrays with named dimensions: xarray refuses gufuncs as they are.

    Others with names are aligned by them; those without have x's dimensions, or broadcast.
    `reduced` names the one that lacks the axes, or is "result"; with keepdims it has them with one entry.
    """
    if not isinstance(x, xarray.DataArray):     # then its gradient is one
        x = others["grad"].copy(data=x)
    axes = _axes(axis, x.ndim)
    dims, rest = tuple(x.dims[i] for i in axes), _without(x.dims, axes)
    numbers, arrays = {}, {}
    for key, other in others.items():
        if isinstance(other, xarray.DataArray):
            arrays[key] = other.squeeze(dims, drop=True) if keepdims and key == reduced else other
        elif np.ndim(other) == 0:
            numbers[key] = other        # Python's are weak
        else:
            other = np.array(other, copy=None, subok=True, ndmin=len(rest) if key == reduced else x.ndim)
            own = x.dims
            if key == reduced:
                other, own = other.squeeze(axes) if keepdims else other, rest
            elif axes and all(other.shape[i] == 1 for i in axes):
                other, own = other.squeeze(axes), rest
            arrays[key] = xarray.DataArray(
                np.broadcast_to(other, [x.sizes[name] for name in own]), dims=own, name=x.name)

    def along_the_last(x, *values):
        values = [value if key == reduced else
                  value[(..., *[slice(None) if name in arrays[key].dims else None for name in dims])]
                  for key, value in zip(arrays, values)]
        return call(x, **numbers, **dict(zip(arrays, values)),
                    axis=-1 if len(dims) == 1 else tuple(range(-len(dims), 0)))

    result = xarray.apply_ufunc(
        along_the_last, x, *arrays.values(), dask="allowed", keep_attrs=True,
        input_core_dims=[[name for name in dims if name in array.dims] for array in (x, *arrays.values())],
        output_core_dims=[[] if reduced == "result" else dims])
    if reduced != "result":
        return result.transpose(*x.dims, ...)
    return result.expand_dims(dims).transpose(*x.dims, ...) if keepdims else result.transpose(*rest, ...)


def _pandas_of(out, *arrays):
    """The module pandas, if one of the arrays is of its kind; to an `out` of its kind it finds the way itself."""
    pandas = sys.modules.get("pandas")
    kinds = (getattr(pandas, "DataFrame", ()), getattr(pandas, "Series", ()))
    return pandas if any(isinstance(array, kinds) for array in arrays) and not isinstance(out, kinds) else None


def _numbers(frame):
    """The values; those of nullable types in NumPy's, what is missing as NaN."""
    dtypes = frame.dtypes if frame.ndim == 2 else [frame.dtype]
    found = [getattr(dtype, "numpy_dtype", dtype) for dtype in dtypes]
    if all(isinstance(dtype, np.dtype) and dtype.kind in "biuf" for dtype in found) and any(
            dtype is not plain for dtype, plain in zip(dtypes, found)):
        dtype = np.result_type(*found)
        return frame.to_numpy(_computing_dtype(dtype) if frame.isna().to_numpy().any() else dtype, na_value=np.nan)
    return frame.to_numpy()


def _by_positions(pandas, name, call, x, others, axis, reduced=None):
    """What call(x, axis=axis, **others) gives for pandas' objects, with x's labels where it has x's shape.

    pandas' own way round a gufunc knows no nullable types, and one axis only.  Others with labels are
    brought to the order of x's; without the same labels they are refused.
    """
    kinds = pandas.DataFrame, pandas.Series
    frame = x if isinstance(x, kinds) else others["grad"]
    labels = frame.axes
    for key, other in others.items():
        if isinstance(other, kinds):
            due = _without(labels, _axes(axis, len(labels))) if key == reduced else labels[-other.ndim:]
            others[key] = _in_order(name, key, _numbers(other), other.axes, due)
    result = call(_numbers(x) if isinstance(x, kinds) else x, **others, axis=axis)
    if np.shape(result) != frame.shape or isinstance(result, kinds):
        return result
    nullable = any(hasattr(dtype, "numpy_dtype") for dtype in (frame.dtypes if frame.ndim == 2 else [frame.dtype]))
    framed = (pandas.DataFrame(result, *labels) if frame.ndim == 2 else pandas.Series(result, *labels)).__finalize__(frame)
    return framed.astype(f"Float{8 * result.itemsize}") if nullable else framed


def _in_order(name, key, values, labels, due):
    """The values of what has these labels in the order of those due."""
    for i, (own, wanted) in enumerate(zip(labels, due)):
        if len(own) == len(wanted) and not own.equals(wanted):
            places = own.get_indexer(wanted) if own.is_unique else np.array([-1])
            if (places < 0).any():
                raise ValueError(f"{name}: {key} has other labels than x along axis {i}; reindex it, or give its values")
            values = values.take(places, i)
    return values


class Fold(Activation):
    """An activation of all entries along an axis, or along several as if they were one, backed by NumPy gufuncs.

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

    keywords = ["where"]    # those of its own, beside axis
    gradient_takes = "y"    # what backward needs beside the gradient
    reduced = None          # what lacks the axis: "result", if it does
    notes = ""

    def __init__(self, entry, ufuncs, documented=None):
        # The base class writes a docstring, too, with an example that not every fold can take.
        Activation.__init__(self, entry, ufuncs, dataclasses.replace(entry, examples={}, oracle=np.asarray))
        self._ufuncs = ufuncs
        self.__doc__ = _docstring(self)     # the object's; its class keeps its own
        self.__module__ = "fastact"
        self.__signature__ = self._make_signature()
        self._exact, self._fast = ufuncs[entry.name], ufuncs[entry.name + "_fast"]
        self._exact_backward = ufuncs[entry.name + "_backward"]
        self._fast_backward = ufuncs[entry.name + "_backward_fast"]

    def _make_signature(self):
        own = [
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)
            for name, default in self.entry.parameters.items() if name != "axis"]
        keyword = inspect.Parameter.KEYWORD_ONLY
        return inspect.Signature([
            inspect.Parameter("x", inspect.Parameter.POSITIONAL_OR_KEYWORD), *own,
            inspect.Parameter("axis", keyword, default=-1),
            *[inspect.Parameter(name, keyword, default=False if name == "keepdims" else None)
              for name in [*self.keywords, "out", "accuracy", *_GUFUNC]]])

    def _chosen(self, accuracy, ending=""):
        fast = resolve_accuracy(accuracy) == "fast"
        if not ending:
            return self._fast if fast else self._exact
        if ending == "_backward":
            return self._fast_backward if fast else self._exact_backward
        return self._ufuncs[f"{self.__name__}{ending}{'_fast' if fast else ''}"]

    def __call__(self, x, *, axis=-1, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        return self._fold(x, axis, None, None, where, out, accuracy, dtype, casting, order, subok)

    def _fold(self, x, axis, mask, scale, where, out, accuracy, dtype, casting, order, subok, keepdims=False, b=None):
        if mask is None and scale is None and where is None and b is None and keepdims is False:
            if (type(x) is NDARRAY and type(axis) is int and axis in (-1, x.ndim - 1)
                    and dtype is None and casting is None and order is None and subok is None):
                # Most calls; the rest costs a microsecond and a half.
                ufunc = self._fast if resolve_accuracy(accuracy) == "fast" else self._exact
                if out is None or type(out) is NDARRAY:
                    try:
                        return ufunc(x) if out is None else ufunc(x, out)
                    except (TypeError, ValueError):
                        pass    # said better below
        keywords = _given({"dtype": dtype, "casting": casting, "order": order, "subok": subok})
        others = _given({"mask": mask, "scale": scale, "where": where, "b": b})
        keepdims = _flag("keepdims", keepdims)
        if type(x) is not NDARRAY:
            result = self._labelled(lambda x, **more: self(x, **more, **keywords, accuracy=accuracy), self.__name__,
                                    x, others, axis, out, self.reduced, keepdims)
            if result is not None:
                return result
        _refuse_masked(self.__name__, x)
        if b is not None:
            return self._weighted(x, b, where, axis, keepdims, out, accuracy, keywords)
        if not others:
            # The axis goes along always: pandas would take the other one of a DataFrame.
            return self._run("", accuracy, (x,), axis, out, keywords, keepdims)
        operands, axes = self._operands(np.asanyarray(x), axis, mask, scale, where)
        return self._run("_masked", accuracy, operands, axes, out, keywords, keepdims)

    def _labelled(self, call, name, x, others, axis, out, reduced, keepdims=False):
        """What call(x, **others) gives for arrays with labels; None if neither x nor the gradient has any."""
        pair = x, others.get("grad")
        xarray = _xarray_of(*pair)
        if xarray is not None:
            if out is not None:
                raise TypeError(f"{name} has no out for arrays of xarray")
            return _by_dimensions(xarray, call, x, others, axis, reduced, keepdims)
        pandas = _pandas_of(out, *pair)
        if pandas is not None:
            kept = {"keepdims": True} if keepdims else {}
            return _by_positions(pandas, name, lambda x, **more: call(x, **more, **kept, out=out), x, others, axis,
                                 None if keepdims else reduced)
        return None

    def _run(self, ending, accuracy, operands, axis, out, keywords, keepdims=False):
        """Call a gufunc along an axis, or along several as if they were one."""
        i = 1 if ending == "_backward" else 0
        x = operands[i]
        if not hasattr(x, "ndim") and not hasattr(type(x), "__array_ufunc__"):
            x = np.asanyarray(x)
            operands = (*operands[:i], x, *operands[i + 1:])
        if not keepdims and type(axis) is int and getattr(x, "ndim", 1):
            return self._call(ending, accuracy, operands, {"axis": axis, "out": out, **keywords})
        return self._along_all(ending, accuracy, operands, axis, out, keywords, keepdims)

    def _along_all(self, ending, accuracy, operands, axis, out, keywords, keepdims):
        """Call a gufunc along axes that are brought together as the last one, and bring the result back."""
        backward = ending == "_backward"
        name, names = self._names(backward)
        wrong = refusal(name, names, operands, None)
        if wrong is not None:
            raise wrong
        operands = list(operands)
        x = operands[backward] = as_array(operands[backward])
        axes = _axes(axis, x.ndim)
        shape, less = x.shape, _without(x.shape, axes)
        if backward:
            operands[0] = self._grad_of_shape(name, operands[0], x, less if self.reduced else shape)
        lacking = 2 if ending == "_masked" else 0 if backward and self.reduced else None
        rows = [operand if i == lacking else _as_rows(operand, axes) for i, operand in enumerate(operands)]
        reduces = self.reduced and not backward
        if reduces:
            shape = tuple(1 if i in axes else size for i, size in enumerate(shape)) if keepdims else less
        out, room = _room(name, out, shape, less if reduces else None, axes)
        result = self._call(ending, accuracy, rows, {"axis": -1, "out": room, **keywords})
        if room is not None:
            return out
        result = result.reshape(shape) if reduces else _from_rows(result, shape, axes)
        if out is not None:
            np.copyto(out, result, casting=keywords.get("casting", "same_kind"))
            return out
        if "order" in keywords:
            result = np.array(result, order=keywords["order"], copy=None, subok=True)
        return result if shape else result[()]

    def _grad_of_shape(self, name, grad, x, due):
        grad = np.asarray(grad, _computing_dtype(x.dtype)) if type(grad) in (float, int) else as_array(grad)
        try:
            return grad if grad.shape == due else np.broadcast_to(grad, due)
        except ValueError:
            raise ValueError(f"{name}: grad of shape {grad.shape} does not fit {self.gradient_takes[0]} of shape "
                             f"{x.shape}: it needs {due}") from None

    def _call(self, ending, accuracy, operands, keywords):
        """Call a gufunc with what of the keywords was given; errors name what does not fit."""
        ufunc, keywords = self._chosen(accuracy, ending), _given(keywords)
        try:
            return ufunc(*operands, **keywords)
        except (TypeError, ValueError) as error:
            better = self._complaint(error, ending == "_backward", operands, **keywords)
            if better is None:
                raise
        raise better

    def _names(self, backward):
        """How messages name the function and its operands."""
        if backward:
            return f"{self.__name__}.backward", ("grad", self.gradient_takes[0])
        return self.__name__, ("x", "mask", "scale", "where")

    def _complaint(self, error, backward, operands, axis=None, out=None, **others):
        """An error that names the operand at fault, or None: NumPy counts operands and core dimensions."""
        name, names = self._names(backward)
        if isinstance(error, TypeError) or axis is None:    # maxout, with axes, has checked the shapes
            return refusal(name, names, operands, out)
        shapes = [np.shape(operand) for operand in operands]
        shape = shapes[backward]
        if isinstance(error, np.exceptions.AxisError) or not -len(shape) <= axis < len(shape):
            return None
        if self.reduced:
            less = shape[:axis % len(shape)] + shape[axis % len(shape) + 1:]
        if backward:
            due = less if self.reduced else shape
            try:
                np.broadcast_shapes(shapes[0], due)
            except ValueError:
                return ValueError(f"{name}: grad of shape {shapes[0]} does not fit {names[1]} of shape {shape}: "
                                  f"it needs {due}")
        elif self.reduced:
            shape = less
        if isinstance(out, np.ndarray) and out.shape != shape:
            return ValueError(f"{name}: out must have shape {shape}, not {out.shape}")
        return None

    def _operands(self, x, axis, mask, scale, where):
        """x, mask, scale and where, of one shape, as the gufunc takes them, and the axis or axes."""
        name = self.__name__
        given = {}
        if where is not None:
            given["where"] = _boolean(name, where)
        computing = _computing_dtype(x.dtype)
        if mask is not None:
            _refuse_masked(name, mask)
            given["mask"] = mask = np.asarray(mask)
            if mask.dtype.kind != "f" and mask.dtype.name not in ("bool", "bfloat16"):
                raise TypeError(f"{name}: mask must be floating or boolean, not {mask.dtype}")
            if mask.dtype != np.bool_:
                computing = np.promote_types(computing, mask.dtype)
        weak = type(scale) in (float, int)
        if scale is not None:
            given["scale"] = scale = np.asarray(scale)
            if scale.dtype.kind not in "fiu" and scale.dtype.name != "bfloat16":
                raise TypeError(f"{name}: scale must be a real number, not {scale.dtype}")
            if not weak:
                computing = np.promote_types(computing, _computing_dtype(scale.dtype))
        shape = _broadcast(name, x, given)
        axes = _axes(axis, len(shape))
        keep = np.True_
        if where is not None:
            keep = given["where"]
        if mask is not None and mask.dtype == np.bool_:
            keep = keep & mask
            mask = None
        mask = np.zeros((), computing) if mask is None else mask.astype(computing, copy=False)
        scale = np.ones((), computing) if scale is None else scale.astype(computing, copy=False)
        if scale.ndim:
            others = [1 if i in axes else size for i, size in enumerate(shape)]
            try:
                scale = np.broadcast_to(scale, others).squeeze(axes)
            except ValueError:
                raise ValueError(f"{name}: scale of shape {scale.shape} must have one entry along axis "
                                 f"{', '.join(map(str, axes))} of shape {shape}") from None
        if x.shape != shape:
            x = np.broadcast_to(x, shape, subok=True)
        axis = axes[0] if len(axes) == 1 else axes
        return (x, np.broadcast_to(mask, shape), scale, np.broadcast_to(keep, shape)), axis

    def backward(self, grad, y, *, axis=-1, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        """Return the gradient with respect to the input, from the output y.

        `axis` and `where` as in the call (`where`: one pass more); the other keywords, too.
        """
        if ((type(grad) is NDARRAY or type(grad) is float) and type(y) is NDARRAY and (out is None or type(out) is NDARRAY)
                and type(axis) is int and axis == -1
                and where is None and dtype is None and casting is None and order is None and subok is None):
            ufunc = self._chosen(accuracy, "_backward")     # most calls, as above
            try:
                return ufunc(grad, y) if out is None else ufunc(grad, y, out)
            except (TypeError, ValueError):
                pass
        keywords = _given({"dtype": dtype, "casting": casting, "order": order, "subok": subok})
        result = self._labelled_gradient(grad, y, axis, {"where": where}, out, accuracy, keywords)
        if result is not None:
            return result
        if where is not None:
            grad = np.where(_boolean(self.__name__, where), grad, np.zeros((), np.asarray(grad).dtype))
        return self._run("_backward", accuracy, (grad, y), axis, out, keywords)

    def _labelled_gradient(self, grad, y, axis, others, out, accuracy, keywords, keepdims=False):
        _refuse_masked(self.__name__, grad, y)
        return self._labelled(
            lambda y, grad, **more: self.backward(grad, y, **more, **keywords, accuracy=accuracy),
            f"{self.__name__}.backward", y, {"grad": grad, **_given(others)}, axis, out, self.reduced and "grad", keepdims)

    def derivative(self, x, **keywords):
        """Raise TypeError: the derivative of a fold function is a matrix."""
        raise TypeError(f"{self.__name__} has no elementwise derivative; use backward(grad, {self.gradient_takes})")

    def ufunc(self, accuracy=None):
        """Return the raw gufunc of this accuracy (default: the one in force)."""
        return self._chosen(accuracy)


class Softmax(Fold):
    """The fold that takes a mask and a scale, for attention weights.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> causal = np.tri(2, dtype=bool)
    >>> fa.softmax(np.zeros((2, 2)), mask=causal, scale=0.125)
    array([[1. , 0. ],
           [0.5, 0.5]])
    """

    keywords = ["mask", "scale", "where"]

    def __call__(self, x, *, axis=-1, mask=None, scale=None, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        return self._fold(x, axis, mask, scale, where, out, accuracy, dtype, casting, order, subok)


def _weighted_sums(x, b):
    """log Σ b exp(x) of rows of doubles, with one entry for each, and the shares b exp(x) / Σ; as in SciPy.

    A weight of 0 takes its entry out, unless an infinity is left.
    """
    with np.errstate(all="ignore"):
        if np.isfinite(b).all() and not np.isfinite(np.abs(b).sum(-1)).all():      # finite weights, too large to add up
            value, shares = _weighted_sums(x, b * 2.0**-100)
            return value + 100 * np.log(2.0), shares
        counted = np.where(b == 0, -np.inf, x)
        top = counted.max(-1, keepdims=True, initial=-np.inf)
        ordinary = np.isfinite(top) & np.isfinite(np.abs(b).sum(-1, keepdims=True))
        while True:     # until the largest do not cancel: beside them all others may be 0
            largest = counted == top
            weight = np.where(largest, b, 0).sum(-1, keepdims=True)
            cancelled = largest & ordinary & (weight == 0) & np.isfinite(top)
            if not cancelled.any():
                break
            counted = np.where(cancelled, -np.inf, counted)
            top = counted.max(-1, keepdims=True, initial=-np.inf)
        base = np.where(np.isfinite(top), top, 0)
        # The largest apart, as in logsumexp itself: the result is near 0 where they alone count.
        rest = np.where(largest, 0, b * np.exp(counted - base)).sum(-1, keepdims=True)
        total = np.where(np.isfinite(top), weight + rest, 0)
        log = np.where(np.abs(rest) < 0.5 * weight, np.log1p(rest / weight) + np.log(weight), np.log(total))
        value = np.where(ordinary, top + log, np.log((b * np.exp(x)).sum(-1, keepdims=True)))
        # Of a sum that is not positive there is no gradient.
        total = np.where(total > 0, total, np.nan)
        shares = np.where(ordinary, np.where(b == 0, 0, b * np.exp(x - base)) / total, b * np.exp(x - value))
    return value, shares


class LogSumExp(Fold):
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
    gradient_takes = "x"
    reduced = "result"

    def __call__(self, x, *, axis=-1, keepdims=False, b=None, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        return self._fold(x, axis, None, None, where, out, accuracy, dtype, casting, order, subok, keepdims, b)

    def backward(self, grad, x, *, axis=-1, keepdims=False, b=None, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        """Return grad times softmax(x), the gradient with respect to the input x; with b, grad b exp(x) / Σ b exp(x).

        `grad` has the result's shape.  From x and not from the result, whose rounding would cost
        as many ULP as it has units.  `axis`, `keepdims`, `b` and `where` as in the call (`where`: two passes
        more); b must broadcast to x.  There is no gradient with respect to b.
        """
        if where is None and b is None and keepdims is False:
            return Fold.backward(self, grad, x, axis=axis, out=out, accuracy=accuracy,
                                 dtype=dtype, casting=casting, order=order, subok=subok)
        keywords = _given({"dtype": dtype, "casting": casting, "order": order, "subok": subok})
        keepdims = _flag("keepdims", keepdims)
        result = self._labelled_gradient(grad, x, axis, {"b": b, "where": where}, out, accuracy, keywords, keepdims)
        if result is not None:
            return result
        x = np.asanyarray(x)
        if keepdims:
            axes = _axes(axis, x.ndim)
            due = tuple(1 if i in axes else size for i, size in enumerate(x.shape))
            grad = self._grad_of_shape(f"{self.__name__}.backward", grad, x, due).reshape(_without(x.shape, axes))
        if b is not None:
            return self._weighted_gradient(grad, x, b, where, axis, out, accuracy, keywords)
        if where is None:
            return self._run("_backward", accuracy, (grad, x), axis, out, keywords)
        where = _boolean(self.__name__, where)
        excluded = ~where       # now: with too little memory for it, nothing may be written
        x = np.where(where, x, np.array(-np.inf, _computing_dtype(x.dtype)))
        result = self._run("_backward", accuracy, (grad, x), axis, out, keywords)
        if not isinstance(result, np.ndarray):
            return np.where(excluded, 0, result)[()]
        np.copyto(result, 0, where=excluded)
        return result

    def _in_doubles(self, name, x, b, where, axis, dtype=None, casting="same_kind"):
        """x and b in doubles with the axes as their last one; the dtype of the result, the whole shape, the axes."""
        _refuse_masked(name, b)
        weak = type(b) in (bool, int, float)
        wrong = refusal(name, ("x", "b"), (x, b), None)
        if wrong is not None:
            raise wrong
        x, b = np.asarray(x), np.asarray(b)
        given = {"b": b}
        if where is not None:
            given["where"] = where = _boolean(self.__name__, where)
        shape = _broadcast(name, x, given)
        axes = _axes(axis, len(shape))
        computing = _computing_dtype(x.dtype)
        if not weak:
            computing = np.promote_types(computing, _computing_dtype(b.dtype))
        if dtype is not None:
            computing = np.dtype(dtype)
            if not (computing.kind == "f" and computing.itemsize <= 8 or computing.name == "bfloat16"):
                raise TypeError(f"{name}: dtype must be float16, bfloat16, float32 or float64, not {computing}")
            x = x.astype(computing, casting=casting)
        x, b = x.astype(np.float64), b.astype(np.float64)
        if where is not None:
            x, b = np.where(where, x, -np.inf), np.where(where, b, 0)
        rows = [_as_rows(np.broadcast_to(operand, shape), axes) for operand in (x, b)]
        return *rows, computing, shape, axes

    def _weighted(self, x, b, where, axis, keepdims, out, accuracy, keywords):
        """log Σ b exp(x), in doubles."""
        resolve_accuracy(accuracy)      # both are the same
        casting = keywords.get("casting", "same_kind")
        x, b, dtype, shape, axes = self._in_doubles(self.__name__, x, b, where, axis, keywords.get("dtype"), casting)
        shape = tuple(1 if i in axes else size for i, size in enumerate(shape)) if keepdims else _without(shape, axes)
        out, _ = _room(self.__name__, out, shape, shape, ())
        return _delivered(_weighted_sums(x, b)[0].reshape(shape), dtype, out, casting, keywords)

    def _weighted_gradient(self, grad, x, b, where, axis, out, accuracy, keywords):
        """grad times the shares, in doubles."""
        resolve_accuracy(accuracy)
        name = f"{self.__name__}.backward"
        casting = keywords.get("casting", "same_kind")
        rows, b, dtype, shape, axes = self._in_doubles(name, x, b, where, axis, keywords.get("dtype"), casting)
        if shape != x.shape:
            raise ValueError(f"{name}: b and where must broadcast to x of shape {x.shape}; together they have {shape}")
        wrong = refusal(name, ("grad",), (grad,), None)
        if wrong is not None:
            raise wrong
        grad = np.asarray(self._grad_of_shape(name, grad, x, _without(shape, axes)))
        if "dtype" not in keywords:
            dtype = np.promote_types(dtype, _computing_dtype(grad.dtype))
        out, _ = _room(name, out, shape, shape, ())
        with np.errstate(all="ignore"):
            result = _from_rows(grad.astype(np.float64)[..., None] * _weighted_sums(rows, b)[1], shape, axes)
        if where is not None:
            result = np.where(where, result, 0)
        return _delivered(result, dtype, out, casting, keywords)


def _delivered(result, dtype, out, casting, keywords):
    """A result in doubles, rounded to the dtype, in `out` if there is one."""
    with np.errstate(all="ignore"):
        result = np.array(result.astype(dtype), order=keywords.get("order", "K"), copy=None)
        if out is None:
            return result if result.ndim else result[()]
        np.copyto(out, result, casting=casting)
    return out


def _reduced(shape, axis, size):
    """The shape of what has one entry for each `size` along an axis."""
    return (*shape[:axis], shape[axis] // size, *shape[axis + 1:])


class Maxout(Fold):
    """The fold of groups: the largest of each k consecutive entries.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> fa.maxout(np.array([1.0, 5.0, 2.0, 0.0, 3.0, 4.0]), 2)
    array([5., 2., 4.])
    >>> fa.maxout.backward(np.array([1.0, 10.0]), np.array([1.0, 5.0, 2.0, 0.0]), 2)
    array([ 0.,  1., 10.,  0.])
    """

    keywords = []           # no where: a group of none has no largest
    gradient_takes = "x, k"

    def with_parameters(self, **defaults):
        """Return maxout with a default for k."""
        check_defaults(self, defaults)
        integer("k", defaults.get("k", 1))
        entry = dataclasses.replace(self.entry, parameters={**self.entry.parameters, **defaults})
        return type(self)(entry, self._ufuncs, self.entry)

    def __reduce__(self):
        k = self.entry.parameters["k"]
        return with_parameters(self.__name__, {} if k is REQUIRED else {"k": k})

    def _groups(self, x, k, axis):
        """k, the axis from the front, and a view of x with its groups in two last axes."""
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
        return axis, self._split(x, size // k, k, axis)

    def _split(self, x, count, k, axis):
        moved = x if axis == x.ndim - 1 else np.moveaxis(x, axis, -1)
        return moved.reshape(*moved.shape[:-1], count, k)

    def __call__(self, x, k=None, *, axis=-1, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        _refuse_masked(self.__name__, x)
        x = as_array(x if _pandas_of(None, x) is None else _numbers(x))
        axis, groups = self._groups(x, k, axis)
        if isinstance(out, np.ndarray) and out.shape != (due := _reduced(x.shape, axis, groups.shape[-1])):
            raise ValueError(f"{self.__name__}: out must have shape {due}, not {out.shape}")
        return self._call("", accuracy, (groups,), {
            "axes": None if axis == x.ndim - 1 else [(-2, -1), (axis,)],
            "out": out, "dtype": dtype, "casting": casting, "order": order, "subok": subok})

    def backward(self, grad, x, k=None, *, axis=-1, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        """Return the gradient with respect to the input x: grad goes to the first of the largest.

        `grad` has the result's shape; keywords as for the call.
        """
        _refuse_masked(self.__name__, grad, x)
        grad, x = (np.asanyarray(one if _pandas_of(None, one) is None else _numbers(one)) for one in (grad, x))
        axis, groups = self._groups(x, k, axis)
        size = groups.shape[-1]
        due = _reduced(x.shape, axis, size)
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
            into = self._split(out, due[axis], size, axis)      # a view: one axis becomes two
        last = axis == x.ndim - 1
        result = self._call("_backward", accuracy, (grad, groups), {
            "axes": None if last else [(axis,), (-2, -1), (-2, -1)],
            "out": into, "dtype": dtype, "casting": casting, "order": order, "subok": subok})
        if out is not None:
            return out
        result = result.reshape(*result.shape[:-2], x.shape[axis])
        return result if last else np.moveaxis(result, -1, axis)


CLASSES = {"softmax": Softmax, "logsumexp": LogSumExp, "maxout": Maxout}


def fold_class(entry):
    """The class of the catalogue's entry."""
    return CLASSES.get(entry.name, Fold)


def _docstring(fold):
    """A numpydoc docstring from a catalogue entry."""
    entry = fold.entry
    own = "k : int\n    Entries of a group; must divide the axis.\n" if "k" in entry.parameters else ""
    axis = "axis of groups" if own else "axis"
    keywords = "\n".join(_KEYWORDS[key] for key in [axis, *fold.keywords, "out", "accuracy", "dtype"])
    single = "" if own else "  A number\n    alone is a row of one."
    no_dimensions = "an input without dimensions, " if own else ""
    call = "x, 2" if own else "x"
    example = np.array([-1.0, 0.0, 2.0, 1.0])
    with np.printoptions(precision=4, suppress=True):
        result = entry.oracle(example, 2) if own else entry.oracle(example)
        result = repr(np.asarray(result).astype(np.float32))
    return f"""{entry.formula}

A fold function, {entry.smoothness}, {"" if entry.monotonic else "not "}monotonic, with values in {entry.range}.

Parameters
----------
x : array_like
    float16, bfloat16 (of ml_dtypes), float32 or float64, kept; bool and integers of up to 16 bits
    give float32, wider ones float64.  Of pandas' nullable types, what is missing counts as NaN.{single}
{own}{keywords}

Returns
-------
ndarray or scalar

Raises
------
TypeError
    For complex, longdouble, object and string input, and for masked arrays.
ValueError
    For {no_dimensions}shapes that do not fit, an axis that is not there, a read-only `out`, an unknown accuracy.
MemoryError
    If there is no scratch memory for a row that is not contiguous.

Notes
-----
{entry.notes}
Source: {entry.source}.

Examples
--------
>>> import numpy as np, fastact as fa
>>> x = np.array([-1.0, 0.0, 2.0, 1.0], dtype=np.float32)
>>> with np.printoptions(precision=4, suppress=True):
...     np.asarray(fa.{entry.name}({call}))
{result}
"""
