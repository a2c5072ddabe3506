"""What the oracles share: calls in float64, and small functions that keep zeros, infinities and NaN."""

import functools
import math

import numpy as np


def _float64(function):
    """Call `function` with float64 arrays and without NumPy's warnings."""

    def convert(value):
        # A Python number (an axis, for example) is not converted: it gets the type of the arrays.
        return value if isinstance(value, int | float) else np.asarray(value, dtype=np.float64)

    @functools.wraps(function)
    def oracle(x, *args, **kwargs):
        with np.errstate(all="ignore"):
            return function(
                np.asarray(x, dtype=np.float64), *map(convert, args),
                **{name: convert(value) for name, value in kwargs.items()})

    return oracle


# --------------------------------------------------------------------------- small parts --


def _by_element(function, x):
    """A function of Python floats, element by element."""
    return np.fromiter(map(function, x.ravel().tolist()), np.float64, x.size).reshape(x.shape)


def _erf(x):
    """The C library's erf, called only where the result is neither 1 nor, to the last bit, 2/√π x

    |x| < 1e-9: the next term of the series is x²/3 of it.  |x| > 6: 1 - erf(6) is 2e-17.
    """
    simple = np.where(np.abs(x) > 6, np.copysign(1, x), 2 / math.sqrt(math.pi) * x)
    called = ~((np.abs(x) > 6) | (np.abs(x) < 1e-9))
    simple[called] = _by_element(math.erf, x[called])
    return simple


def _erfc(x):
    """The C library's erfc, called only where the result is not 2, 1 or 0 in float64

    1 - erf(6) is 2e-17, erfc(28) is 1e-342, and erfc(x) = 1 - 2/√π x + ... for small x.
    """
    simple = np.where(np.abs(x) < 2.0**-56, 1.0, np.where(x < 0, 2.0, 0.0))
    called = ~((x < -6) | (x > 28) | (np.abs(x) < 2.0**-56))
    simple[called] = _by_element(math.erfc, x[called])
    return simple


def _exp(x):
    """exp; NumPy takes twenty times as long where it underflows, which is for half of all float32 inputs"""
    return np.zeros_like(x) if x.size and x.max() < -746 else np.exp(x)  # exp(-746) is 0; a NaN is not less


def _normal_cdf(x):
    return 0.5 * _erfc(-x / math.sqrt(2))


def _normal_density(x):
    return _exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def _product(x, factor):
    """x times a factor that vanishes faster than x grows: 0 with the sign of x at infinity"""
    product, infinite = x * factor, np.isinf(x)
    if infinite.any():
        product = np.where(infinite & (factor == 0), np.copysign(0, x), product)
    return product


def _clip(x, low, high):
    """x within bounds; a zero within keeps its sign, which np.clip does not promise"""
    x = np.where(x < low, low, x)
    return np.where(x > high, high, x)


def _slope(x, value):
    """A result that comparisons chose, with NaN where x is NaN"""
    return np.where(np.isnan(x), x, value)
