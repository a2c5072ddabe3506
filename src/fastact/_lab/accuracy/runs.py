"""Quick values of an oracle over runs of neighbouring float32 inputs, from a few values of the oracle.

Most float32 numbers are so small or so large that a function is a constant or c x there, to many more digits than a
float32 has.  Elsewhere, where the numbers of a run differ by 2^-8 at most, a polynomial of degree 5 has enough digits for
every function that is smooth there.  It is compared with the oracle at places that it does not go through, and where it
is off, or may be, the oracle computes every value.  Kinks at numbers of few bits (1/2, 1, 3 ...) lie between runs.
"""

import functools

import numpy as np

from fastact._lab.accuracy.rounding import HUGE, TINY  # beyond, a polynomial would hide which values are ties

SMALL, LARGE = 2.0**-44, 2.0**8
SAMPLES = 9
# Relative: functions are smooth near 0, and change by this at most below SMALL; beyond LARGE they must agree better.
ALIKE = {True: 2.0**-42, False: 2.0**-50}

DEGREE = 5
NODES = np.cos(np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1))  # of Chebyshev, in [-1, 1]
CHECKED = np.linspace(-1, 1, 2 * DEGREE + 1)
TO_COEFFICIENTS = np.linalg.inv(np.vander(NODES, increasing=True))
OFF = 2.0**-45  # relative error of a polynomial at CHECKED


def quick(oracle, x, edges=()):
    """A function of a part of x: the oracle's values, with an additional relative error of ALIKE at most.

    Parameters
    ----------
    oracle : callable
        A function of an array.
    x : numpy.ndarray
        float32 numbers with consecutive bits, all of one sign; so are the parts.
    edges : sequence of float
        Where the function may have kinks: there is no polynomial beside them.
    """
    return _line(oracle, x) or functools.partial(_values, oracle, edges)


def _ends(x):
    return sorted(map(abs, x[[0, -1]].tolist()))


def _line(oracle, x):
    """A function that returns a constant, or c x; None if it is not known to be one of them, or some values are others."""
    least, most = _ends(x)
    if not (0 < least and (most < SMALL or LARGE < least) and np.isfinite(most)):
        return None
    alike = ALIKE[most < SMALL]
    some = x[np.linspace(0, x.size - 1, SAMPLES).astype(int)].astype(np.float64)
    found = oracle(some)
    with np.errstate(all="ignore"):
        for ratio in (found, found / some):
            same_sign = len(set(np.signbit(ratio))) == 1
            if same_sign and np.isfinite(ratio).all() and np.ptp(ratio) <= alike * np.abs(ratio).min():
                middle = ratio[SAMPLES // 2]
                return functools.partial(_constant if ratio is found else np.multiply, middle)
    return None


def _constant(value, x):
    return np.full(x.size, value)


def _values(oracle, edges, x):
    least, most = _ends(x)
    found = None
    if TINY <= least and most <= HUGE and not any(least <= abs(edge) <= most for edge in edges):
        found = _polynomial(oracle, x)
    return (_line(oracle, x) or oracle)(x) if found is None else found


def _polynomial(oracle, x):
    """The values of a polynomial through some of the oracle's values, None if those in between are others.

    Where all these values have one sign, the first and the last among them, the relative error is largest at one of them.
    """
    first, last = float(x[0]), float(x[-1])
    centre, half = (first + last) / 2, (last - first) / 2
    found = oracle(centre + half * np.concatenate([NODES, CHECKED]))
    if not np.isfinite(found).all():
        return None
    coefficients, due = TO_COEFFICIENTS @ found[: DEGREE + 1], found[DEGREE + 1 :]
    off = np.abs(np.polynomial.polynomial.polyval(CHECKED, coefficients) - due)
    if not ((off <= OFF * np.abs(due)).all() and due.all() and len(set(np.signbit(due))) == 1):
        return None
    t = (x.astype(np.float64) - centre) / half
    value = np.full(x.size, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        value *= t
        value += coefficient
    return value
