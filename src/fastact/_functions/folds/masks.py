"""softmax's mask, scale and where, made into the operands of the masked gufunc."""

import numpy as np

from fastact._functions.base import refuse_masked
from fastact._functions.folds.axes import axes_of, boolean, broadcast, computing_dtype


def refuse_masked_arrays(name, *arrays):
    """Raise TypeError for NumPy's masked arrays, because the masked values would count."""
    refuse_masked(name, *arrays, remedy="fill them, or exclude them: "
                  f"{name}(x.filled(0), where=~np.ma.getmaskarray(x))")


def masked_operands(name, x, axis, mask, scale, where):
    """Return x, mask, scale and where, of one shape, as the masked gufunc takes them, and the axis or axes."""
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
    weak = type(scale) in (float, int)
    if scale is not None:
        given["scale"] = scale = np.asarray(scale)
        if scale.dtype.kind not in "fiu" and scale.dtype.name != "bfloat16":
            raise TypeError(f"{name}: scale must be a real number, not {scale.dtype}")
        if not weak:
            computing = np.promote_types(computing, computing_dtype(scale.dtype))
    shape = broadcast(name, x, given)
    axes = axes_of(axis, len(shape))
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
