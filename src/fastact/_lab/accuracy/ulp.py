"""Errors in units in the last place (ULP): everything that counts ULP of a result, measures and tests, does it here.

One ULP is the distance between two neighbouring numbers of a type.  The ULP of a value is that of the value rounded
to the type; subnormal values have a grid of their own.
"""

import numpy as np

from fastact._lab.dtypes import limits


def spacing(values, dtype):
    """The distance between the numbers of a type at these values, as float64.

    Parameters
    ----------
    values : array_like
        Not rounded to the type: just below a power of two the distance is still the smaller one.  Infinities count as
        the largest number.
    dtype : numpy.dtype
        float16, bfloat16, float32 or float64.
    """
    info = limits(np.dtype(dtype))
    sizes = np.clip(np.abs(np.asarray(values, np.float64)), float(info.smallest_normal), float(info.max))
    powers = (sizes.view(np.int64) & 0x7FF << 52).view(np.float64)  # without the significand
    return powers * float(info.eps)


def errors(got, true, dtype=None, *, nearest=None, low=0.0, floor=0.0):
    """|got - true| in ULP of the true value rounded to the type.

    The error is infinite where only one of the result and the rounded true value is NaN, where only one of them is
    infinite, and where they are infinities of different signs.

    Parameters
    ----------
    got : numpy.ndarray
        The results.
    true : numpy.ndarray
        The true values, float64.
    dtype : numpy.dtype, optional
        The type of the results, that of `got` by default.
    nearest : numpy.ndarray, optional
        The true values rounded to the type, if the caller has them.
    low : array_like
        What the true values have beyond `true`, in ULP.
    floor : array_like
        Where a value is smaller than this, its error is counted in ULP of `floor`: absolute errors around a zero.
    """
    dtype = got.dtype if dtype is None else np.dtype(dtype)
    with np.errstate(all="ignore"):
        if nearest is None:
            nearest = true.astype(dtype)
        nearest = nearest.astype(np.float64, copy=False)
        unit = spacing(nearest, dtype)
        error = np.abs((got - true) / unit - low)
        if np.any(floor):
            sizes = np.maximum(np.abs(nearest), np.asarray(floor).astype(dtype).astype(np.float64))
            error *= unit / spacing(sizes, dtype)
        same = (got == nearest) | (np.isnan(got) & np.isnan(nearest))
        numbers = np.isfinite(got) & np.isfinite(nearest)
    return np.where(numbers, error, np.where(same, 0.0, np.inf))


def within_half(got, true, low):
    """Whether |got - true| is half an ULP or less, by comparisons that do not round; `low` as in `errors`."""
    with np.errstate(all="ignore"):
        steps = (got - true) / spacing(true, got.dtype)
    return np.where(np.isfinite(got), (steps - 0.5 <= low) & (low <= steps + 0.5), got == true)
