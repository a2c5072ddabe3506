"""logsumexp with weights, log Σ b exp(x), and its gradient; accuracies "exact" and "fast" both use NumPy in double precision."""

import numpy as np

from fastact._functions.base import refusal
from fastact._functions.folds.axes import (
    as_rows, axes_of, boolean, broadcast, computing_dtype, from_rows, grad_of_shape, kept, room_in, without,
)
from fastact._functions.folds.masks import refuse_masked_arrays


def weighted_logsumexp(name, x, b, where, axis, keepdims, out, keywords):
    """Return log Σ b exp(x) along the axis; `keywords` are those of a gufunc: dtype, casting, order, subok."""
    casting = keywords.get("casting", "same_kind")
    x, b, dtype, shape, axes = _in_doubles(name, name, x, b, where, axis, keywords.get("dtype"), casting)
    shape = kept(shape, axes) if keepdims else without(shape, axes)
    out, _ = room_in(name, out, shape, shape, ())
    return _delivered(weighted_sums(x, b)[0].reshape(shape), dtype, out, casting, keywords)


def weighted_gradient(name, grad, x, b, where, axis, out, keywords):
    """Return grad times the shares b exp(x) / Σ b exp(x); `name` is the name of the function."""
    caller = f"{name}.backward"
    casting = keywords.get("casting", "same_kind")
    rows, b, dtype, shape, axes = _in_doubles(name, caller, x, b, where, axis, keywords.get("dtype"), casting)
    if shape != x.shape:
        raise ValueError(f"{caller}: b and where must broadcast to x of shape {x.shape}; together they have {shape}")
    wrong = refusal(caller, ("grad",), (grad,), None)
    if wrong is not None:
        raise wrong
    grad = np.asarray(grad_of_shape(caller, grad, x, without(shape, axes)))
    if "dtype" not in keywords:
        dtype = np.promote_types(dtype, computing_dtype(grad.dtype))
    out, _ = room_in(caller, out, shape, shape, ())
    with np.errstate(all="ignore"):
        result = from_rows(grad.astype(np.float64)[..., None] * weighted_sums(rows, b)[1], shape, axes)
    if where is not None:
        result = np.where(where, result, 0)
    return _delivered(result, dtype, out, casting, keywords)


def weighted_sums(x, b):
    """log Σ b exp(x) for each row of doubles, and the shares b exp(x) / Σ b exp(x); as in SciPy.

    A weight of 0 removes its entry, unless an infinity remains.
    """
    with np.errstate(all="ignore"):
        if np.isfinite(b).all() and not np.isfinite(np.abs(b).sum(-1)).all():      # finite weights whose sum overflows
            value, shares = weighted_sums(x, b * 2.0**-100)
            return value + 100 * np.log(2.0), shares
        counted = np.where(b == 0, -np.inf, x)
        top = counted.max(-1, keepdims=True, initial=-np.inf)
        ordinary = np.isfinite(top) & np.isfinite(np.abs(b).sum(-1, keepdims=True))
        while True:     # entries that cancel are removed, until the largest remaining ones do not cancel
            largest = counted == top
            weight = np.where(largest, b, 0).sum(-1, keepdims=True)
            cancelled = largest & ordinary & (weight == 0) & np.isfinite(top)
            if not cancelled.any():
                break
            counted = np.where(cancelled, -np.inf, counted)
            top = counted.max(-1, keepdims=True, initial=-np.inf)
        base = np.where(np.isfinite(top), top, 0)
        # The largest entries are summed separately, as in logsumexp itself, because if all others are negligible, the
        # result may be near 0.
        rest = np.where(largest, 0, b * np.exp(counted - base)).sum(-1, keepdims=True)
        total = np.where(np.isfinite(top), weight + rest, 0)
        log = np.where(np.abs(rest) < 0.5 * weight, np.log1p(rest / weight) + np.log(weight), np.log(total))
        value = np.where(ordinary, top + log, np.log((b * np.exp(x)).sum(-1, keepdims=True)))
        # The logarithm of a sum that is not positive has no gradient.
        total = np.where(total > 0, total, np.nan)
        shares = np.where(ordinary, np.where(b == 0, 0, b * np.exp(x - base)) / total, b * np.exp(x - value))
    return value, shares


def _in_doubles(name, caller, x, b, where, axis, dtype, casting):
    """Return x and b in doubles with the axes joined to the last one, the dtype of the result, its shape, the axes."""
    refuse_masked_arrays(caller, b)
    weak = type(b) in (bool, int, float)
    wrong = refusal(caller, ("x", "b"), (x, b), None)
    if wrong is not None:
        raise wrong
    x, b = np.asarray(x), np.asarray(b)
    given = {"b": b}
    if where is not None:
        given["where"] = where = boolean(name, where)
    shape = broadcast(caller, x, given)
    axes = axes_of(axis, len(shape))
    computing = computing_dtype(x.dtype)
    if not weak:
        computing = np.promote_types(computing, computing_dtype(b.dtype))
    if dtype is not None:
        computing = np.dtype(dtype)
        if not (computing.kind == "f" and computing.itemsize <= 8 or computing.name == "bfloat16"):
            raise TypeError(f"{caller}: dtype must be float16, bfloat16, float32 or float64, not {computing}")
        x = x.astype(computing, casting=casting)
    x, b = x.astype(np.float64), b.astype(np.float64)
    if where is not None:
        x, b = np.where(where, x, -np.inf), np.where(where, b, 0)
    rows = [as_rows(np.broadcast_to(operand, shape), axes) for operand in (x, b)]
    return *rows, computing, shape, axes


def _delivered(result, dtype, out, casting, keywords):
    """Round a result in doubles to the dtype, and return it, in `out` if given."""
    with np.errstate(all="ignore"):
        result = np.array(result.astype(dtype), order=keywords.get("order", "K"), copy=None)
        if out is None:
            return result if result.ndim else result[()]
        np.copyto(out, result, casting=casting)
    return out
