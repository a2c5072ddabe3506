"""Functions of all entries along an axis: between the caller and the gufunc, compiled.

They validate, choose the gufunc by accuracy and hand the rest to NumPy.
"""
import dataclasses
import inspect
import sys

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from fastact._activation import Activation, as_array, check_defaults, integer, refusal, refuse_masked, resolve_accuracy

cdef object NDARRAY = np.ndarray
REQUIRED = inspect.Parameter.empty      # a parameter without default

_KEYWORDS = {
    "axis": "axis : int, optional\n    Default: the last.",
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


def _by_labels(xarray, call, x, others, axis, reduced=None):
    """What call(x, axis=-1, **others) gives for arrays with labels: xarray refuses gufuncs as they are.

    Others with labels are aligned by them; those without have x's dimensions, or broadcast.
    `reduced` names the one that lacks the axis, or is "result".
    """
    if not isinstance(x, xarray.DataArray):     # then its gradient is one
        x = others["grad"].copy(data=x)
    axis = normalize_axis_index(integer("axis", -1 if axis is None else axis), x.ndim)
    dim, rest = x.dims[axis], x.dims[:axis] + x.dims[axis + 1:]
    numbers, arrays = {}, {}
    for key, other in _given(others).items():
        if np.ndim(other) == 0:
            numbers[key] = other        # Python's are weak
        elif isinstance(other, xarray.DataArray):
            arrays[key] = other
        else:
            other = np.array(other, copy=None, subok=True, ndmin=len(rest) if key == reduced else x.ndim)
            dims = rest if key == reduced else x.dims
            if key != reduced and other.shape[axis] == 1:
                other, dims = other.take(0, axis), rest
            arrays[key] = xarray.DataArray(
                np.broadcast_to(other, [x.sizes[name] for name in dims]), dims=dims, name=x.name)

    def along_the_last(x, *values):
        values = [value if key == reduced or dim in arrays[key].dims else value[..., None]
                  for key, value in zip(arrays, values)]
        return call(x, **numbers, **dict(zip(arrays, values)), axis=-1)

    result = xarray.apply_ufunc(
        along_the_last, x, *arrays.values(), dask="allowed", keep_attrs=True,
        input_core_dims=[[name for name in array.dims if name == dim] for array in (x, *arrays.values())],
        output_core_dims=[[] if reduced == "result" else [dim]])
    return result.transpose(*(rest if reduced == "result" else x.dims), ...)


class Fold(Activation):
    """An activation of all entries along an axis, backed by NumPy gufuncs.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> fa.softmax(np.array([[0.0, 0.0], [1.0, 1.0]]), axis=0)
    array([[0.26894142, 0.26894142],
           [0.73105858, 0.73105858]])
    >>> fa.log_softmax(np.array([1000.0, 1.0]))
    array([   0., -999.])
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
            *[inspect.Parameter(name, keyword, default=None)
              for name in [*self.keywords, "out", "accuracy", *_GUFUNC]]])

    def _chosen(self, accuracy, ending=""):
        fast = resolve_accuracy(accuracy) == "fast"
        if not ending:
            return self._fast if fast else self._exact
        if ending == "_backward":
            return self._fast_backward if fast else self._exact_backward
        return self._ufuncs[f"{self.__name__}{ending}{'_fast' if fast else ''}"]

    def __call__(self, x, *, axis=None, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        return self._fold(x, axis, None, None, where, out, accuracy, dtype, casting, order, subok)

    def _fold(self, x, axis, mask, scale, where, out, accuracy, dtype, casting, order, subok):
        if mask is None and scale is None and where is None:
            if (type(x) is NDARRAY and (axis is None or type(axis) is int and axis in (-1, x.ndim - 1))
                    and dtype is None and casting is None and order is None and subok is None):
                # Most calls; the rest costs a microsecond and a half.
                ufunc = self._fast if resolve_accuracy(accuracy) == "fast" else self._exact
                if out is None or type(out) is NDARRAY:
                    try:
                        return ufunc(x) if out is None else ufunc(x, out)
                    except (TypeError, ValueError):
                        pass    # said better below
        xarray = _xarray_of(x)
        if xarray is not None:
            if out is not None:
                raise TypeError(f"{self.__name__} has no out for arrays of xarray")
            return _by_labels(
                xarray, lambda x, **others: self(x, **others, **_given({
                    "accuracy": accuracy, "dtype": dtype, "casting": casting, "order": order, "subok": subok})),
                x, {"mask": mask, "scale": scale, "where": where}, axis, self.reduced)
        if mask is None and scale is None and where is None:
            _refuse_masked(self.__name__, x)
            # The axis goes along always: pandas would take the other one of a DataFrame.
            return self._run("", accuracy, (x,), {
                "axis": -1 if axis is None else axis,
                "out": out, "dtype": dtype, "casting": casting, "order": order, "subok": subok})
        _refuse_masked(self.__name__, x)
        operands, axis = self._operands(np.asanyarray(x), -1 if axis is None else axis, mask, scale, where)
        return self._run("_masked", accuracy, operands, {
            "axis": axis, "out": out, "dtype": dtype, "casting": casting, "order": order, "subok": subok})

    def _run(self, ending, accuracy, operands, keywords):
        """Call a gufunc with what of the keywords was given; errors name what does not fit."""
        ufunc, keywords = self._chosen(accuracy, ending), _given(keywords)
        try:
            return ufunc(*operands, **keywords)
        except (TypeError, ValueError) as error:
            better = self._complaint(error, ending == "_backward", operands, **keywords)
            if better is None:
                raise
        raise better

    def _complaint(self, error, backward, operands, axis=None, out=None, **others):
        """An error that names the operand at fault, or None: NumPy counts operands and core dimensions."""
        name = f"{self.__name__}.backward" if backward else self.__name__
        names = ("grad", self.gradient_takes[0]) if backward else ("x", "mask", "scale", "where")
        if axis is not None:
            axis = integer("axis", axis)
        if isinstance(error, TypeError) or axis is None:    # maxout, with axes, has checked the shapes
            return refusal(name, names, operands, out)
        shapes = [np.shape(operand) for operand in operands]
        shape = shapes[backward]
        if not shape:
            return ValueError(f"{name} needs at least one dimension, and {names[backward]} has none")
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
        """x, mask, scale and where, of one shape, as the gufunc takes them, and the axis."""
        name = self.__name__
        if x.ndim == 0:
            raise ValueError(f"{name} needs at least one dimension, and x has none")
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
        axis = normalize_axis_index(integer("axis", axis), len(shape))
        keep = np.True_
        if where is not None:
            keep = given["where"]
        if mask is not None and mask.dtype == np.bool_:
            keep = keep & mask
            mask = None
        mask = np.zeros((), computing) if mask is None else mask.astype(computing, copy=False)
        scale = np.ones((), computing) if scale is None else scale.astype(computing, copy=False)
        if scale.ndim:
            others = (*shape[:axis], 1, *shape[axis + 1:])
            try:
                scale = np.broadcast_to(scale, others)
            except ValueError:
                raise ValueError(f"{name}: scale of shape {scale.shape} must have one entry along axis {axis} "
                                 f"of shape {shape}") from None
            scale = np.take(scale, 0, axis)
        if x.shape != shape:
            x = np.broadcast_to(x, shape, subok=True)
        return (x, np.broadcast_to(mask, shape), scale, np.broadcast_to(keep, shape)), axis

    def backward(self, grad, y, *, axis=None, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        """Return the gradient with respect to the input, from the output y.

        `where` as in the call (one pass more); the other keywords, too.
        """
        if (type(grad) is NDARRAY and type(y) is NDARRAY and (out is None or type(out) is NDARRAY) and axis is None
                and where is None and dtype is None and casting is None and order is None and subok is None):
            ufunc = self._chosen(accuracy, "_backward")     # most calls, as above
            try:
                return ufunc(grad, y) if out is None else ufunc(grad, y, out)
            except (TypeError, ValueError):
                pass
        _refuse_masked(self.__name__, grad, y)
        xarray = _xarray_of(grad, y)
        if xarray is not None:
            if out is not None:
                raise TypeError(f"{self.__name__}.backward has no out for arrays of xarray")
            return _by_labels(
                xarray, lambda y, grad, **others: self.backward(grad, y, **others, **_given({
                    "accuracy": accuracy, "dtype": dtype, "casting": casting, "order": order, "subok": subok})),
                y, {"grad": grad, "where": where}, axis, self.reduced and "grad")
        if where is not None:
            grad = np.where(_boolean(self.__name__, where), grad, np.zeros((), np.asarray(grad).dtype))
        return self._run("_backward", accuracy, (grad, y), {
            "axis": -1 if axis is None else axis,
            "out": out, "dtype": dtype, "casting": casting, "order": order, "subok": subok})

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

    def __call__(self, x, *, axis=None, mask=None, scale=None, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        return self._fold(x, axis, mask, scale, where, out, accuracy, dtype, casting, order, subok)


class LogSumExp(Fold):
    """The fold whose result lacks the axis.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> float(fa.logsumexp(np.array([1000.0, 1000.0])))
    1000.6931471805599
    >>> fa.logsumexp.backward(1.0, np.zeros(4))
    array([0.25, 0.25, 0.25, 0.25])
    """

    gradient_takes = "x"
    reduced = "result"

    def backward(self, grad, x, *, axis=None, where=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        """Return grad times softmax(x), the gradient with respect to the input x.

        `grad` has the result's shape.  From x and not from the result, whose rounding would cost
        as many ULP as it has units.  `where` as in the call (two passes more).
        """
        if where is None or _xarray_of(grad, x) is not None:
            return Fold.backward(self, grad, x, axis=axis, where=where, out=out, accuracy=accuracy,
                                 dtype=dtype, casting=casting, order=order, subok=subok)
        _refuse_masked(self.__name__, grad, x)
        where = _boolean(self.__name__, where)
        excluded = ~where       # now: with too little memory for it, nothing may be written
        x = np.asanyarray(x)
        x = np.where(where, x, np.array(-np.inf, _computing_dtype(x.dtype)))
        result = self._run("_backward", accuracy, (grad, x), {
            "axis": -1 if axis is None else axis,
            "out": out, "dtype": dtype, "casting": casting, "order": order, "subok": subok})
        np.copyto(result, 0, where=excluded)
        return result


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
        from fastact._activation import by_name
        k = self.entry.parameters["k"]
        return by_name, (self.__name__,) if k is REQUIRED else (self.__name__, {"k": k})

    def _groups(self, x, k, axis):
        """k, the axis from the front, and a view of x with its groups in two last axes."""
        k = self.entry.parameters["k"] if k is None else k
        if k is REQUIRED:
            raise TypeError(f"{self.__name__}() needs a value for 'k'")
        k = integer(f"{self.__name__}: k", k)
        if x.ndim == 0:
            raise ValueError(f"{self.__name__} needs at least one dimension, and x has none")
        axis = normalize_axis_index(integer("axis", -1 if axis is None else axis), x.ndim)
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

    def __call__(self, x, k=None, *, axis=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        _refuse_masked(self.__name__, x)
        x = as_array(x)
        axis, groups = self._groups(x, k, axis)
        if isinstance(out, np.ndarray) and out.shape != (due := _reduced(x.shape, axis, groups.shape[-1])):
            raise ValueError(f"{self.__name__}: out must have shape {due}, not {out.shape}")
        return self._run("", accuracy, (groups,), {
            "axes": None if axis == x.ndim - 1 else [(-2, -1), (axis,)],
            "out": out, "dtype": dtype, "casting": casting, "order": order, "subok": subok})

    def backward(self, grad, x, k=None, *, axis=None, out=None, accuracy=None,
                 dtype=None, casting=None, order=None, subok=None):
        """Return the gradient with respect to the input x: grad goes to the first of the largest.

        `grad` has the result's shape; keywords as for the call.
        """
        _refuse_masked(self.__name__, grad, x)
        grad, x = np.asanyarray(grad), np.asanyarray(x)
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
        result = self._run("_backward", accuracy, (grad, groups), {
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
    keywords = "\n".join(_KEYWORDS[key] for key in ["axis", *fold.keywords, "out", "accuracy", "dtype"])
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
    give float32, wider ones float64.
{own}{keywords}

Returns
-------
ndarray or scalar

Raises
------
TypeError
    For complex, longdouble, object and string input, and for masked arrays.
ValueError
    For an input without dimensions, shapes that do not fit, a read-only `out`, an unknown accuracy.
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
