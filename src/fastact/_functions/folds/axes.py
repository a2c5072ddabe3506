"""Several axes as one: arrays with the axes together as their last one, and back; checks of what goes along."""

import math
import operator

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from fastact._functions.base import as_array


def axes_of(axis, ndim):
    """Return the axes counted from the front, sorted.

    Of an array without dimensions the axes 0 and -1 are allowed and are none, as in NumPy and PyTorch.
    """
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


def without(shape, axes):
    """Return what is left of a shape without the axes."""
    return tuple(size for i, size in enumerate(shape) if i not in axes)


def kept(shape, axes):
    """Return a shape with one entry along each of the axes."""
    return tuple(1 if i in axes else size for i, size in enumerate(shape))


def as_rows(array, axes):
    """Return the array with these axes together as the last one: a view where the strides allow it."""
    others = without(range(array.ndim), axes)
    rows = array.transpose(*others, *axes)
    return rows.reshape(*rows.shape[:len(others)], math.prod(rows.shape[len(others):]))


def from_rows(rows, shape, axes):
    """Return the array of this shape that `as_rows` made rows of."""
    order = (*without(range(len(shape)), axes), *axes)
    return rows.reshape([shape[i] for i in order]).transpose(*map(order.index, range(len(shape))))


def room_in(name, out, shape, flat, axes):
    """Return `out`, checked, and the view of it in which rows belong (of the shape `flat`), or None without such a view."""
    if isinstance(out, tuple) and len(out) == 1:
        out = out[0]
    if out is None:
        return None, None
    if not isinstance(out, np.ndarray):
        raise TypeError(f"{name}: out must be an ndarray, not {type(out).__name__}")
    if out.shape != shape:
        raise ValueError(f"{name}: out must have shape {shape}, not {out.shape}")
    room = as_rows(out, axes) if flat is None else out.reshape(flat)
    return out, room if np.may_share_memory(room, out) else None


def computing_dtype(dtype):
    """Return the dtype that an array of this dtype is computed in; the gufunc refuses all other dtypes."""
    if dtype.kind in "biu":
        return np.dtype(np.float32 if dtype.itemsize <= 2 else np.float64)
    return dtype.newbyteorder("=") if dtype.kind == "f" else dtype


def broadcast(name, x, operands):
    """Return the shape of x and the operands together; raise ValueError that names the one that does not fit."""
    shape = x.shape
    for key, operand in operands.items():
        try:
            shape = np.broadcast_shapes(shape, operand.shape)
        except ValueError:
            raise ValueError(
                f"{name}: {key} of shape {operand.shape} does not broadcast against x of shape {x.shape}") from None
    return shape


def boolean(name, where):
    """Return `where` as an array, or raise TypeError if it is not boolean."""
    where = np.asarray(where)
    if where.dtype != np.bool_:
        raise TypeError(f"{name}: where must be boolean, not {where.dtype}")
    return where


def flag(name, value):
    """Return a value that is a bool, or raise TypeError that names it."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be a bool, not {type(value).__name__}")
    return value


def grad_of_shape(name, grad, x, due, operand="x"):
    """Return the gradient as an array of the shape that is due; `operand` is what messages call x."""
    grad = np.asarray(grad, computing_dtype(x.dtype)) if type(grad) in (float, int) else as_array(grad)
    try:
        return grad if grad.shape == due else np.broadcast_to(grad, due)
    except ValueError:
        raise ValueError(f"{name}: grad of shape {grad.shape} does not fit {operand} of shape "
                         f"{x.shape}: it needs {due}") from None
