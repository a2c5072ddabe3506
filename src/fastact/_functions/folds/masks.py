"""Conversion of the arguments mask, scale, where, softcap and sink of softmax to the operands of the gufuncs with a mask."""

import numpy as np

from fastact._functions.base import refuse_masked
from fastact._functions.folds.axes import axes_of, boolean, broadcast, computing_dtype, kept, without


def refuse_masked_arrays(name, *arrays):
    """Raise TypeError for NumPy's masked arrays, because the masked values would count."""
    refuse_masked(name, *arrays, remedy="fill them, or exclude them: "
                  f"{name}(x.filled(0), where=~np.ma.getmaskarray(x))")


def masked_operands(name, x, axis, mask, scale, where, softcap=None, sink=None):
    """Return x, mask, scale and where, broadcast for the masked gufunc, and the axis or axes.

    With a softcap or a sink they are x, mask, scale, softcap, sink and where, for the gufunc with a sink.
    """
    given = {}
    if where is not None:
        given["where"] = boolean(name, where)
    computing = computing_dtype(x.dtype)
    if mask is not None:
        refuse_masked_arrays(name, mask)
        given["mask"] = mask = np.asarray(mask)
        if mask.dtype.kind != "f" and mask.dtype.name not in ("bool", "bfloat16"):
            raise TypeError(f"{name}: mask must be floating or boolean, not {mask.dtype}")
        if mask.dtype != np.bool_:
            computing = np.promote_types(computing, mask.dtype)
    with_sink = softcap is not None or sink is not None
    if type(softcap) in (float, int) and not softcap > 0:
        raise ValueError(f"{name}: softcap must be above 0, not {softcap!r}")
    # The numbers of a row, with the value that changes nothing.
    numbers = {"scale": (scale, 1), "softcap": (softcap, np.inf), "sink": (sink, -np.inf)}
    for key, (value, neutral) in numbers.items():
        refuse_masked_arrays(name, value)
        weak = value is None or type(value) in (float, int)
        value = np.asarray(neutral if value is None else value)
        if value.dtype.kind not in "fiu" and value.dtype.name != "bfloat16":
            raise TypeError(f"{name}: {key} must be a real number, not {value.dtype}")
        if not weak:
            computing = np.promote_types(computing, computing_dtype(value.dtype))
        numbers[key] = value
        if value.ndim and key != "sink":
            given[key] = value
    shape = broadcast(name, x, given)
    axes = axes_of(axis, len(shape))
    keep = np.True_
    if where is not None:
        keep = given["where"]
    if mask is not None and mask.dtype == np.bool_:
        keep = keep & mask
        mask = None
    mask = np.zeros((), computing) if mask is None else mask.astype(computing, copy=False)
    numbers = [_of_rows(name, key, value.astype(computing, copy=False), shape, axes) for key, value in numbers.items()]
    if x.shape != shape:
        x = np.broadcast_to(x, shape, subok=True)
    axis = axes[0] if len(axes) == 1 else axes
    if not with_sink:
        numbers = numbers[:1]
    return (x, np.broadcast_to(mask, shape), *numbers, np.broadcast_to(keep, shape)), axis


def _of_rows(name, key, value, shape, axes):
    """Return one number for each row: an array that broadcasts against the rows, which have the shape without the axes.

    A sink is given in this way; all other numbers, and a sink of as many dimensions as x, have one entry along the axes.
    """
    rows = without(shape, axes)
    if value.ndim == 0:
        return value
    kept_axes = key != "sink" or value.ndim == len(shape)
    try:
        if kept_axes:
            return np.broadcast_to(value, kept(shape, axes)).squeeze(axes)
        return np.broadcast_to(value, rows)
    except ValueError:
        due = (f"have one entry along axis {', '.join(map(str, axes))} of shape {shape}" if kept_axes
               else f"broadcast against the rows of x, which have the shape {rows}")
        raise ValueError(f"{name}: {key} of shape {value.shape} must {due}") from None
