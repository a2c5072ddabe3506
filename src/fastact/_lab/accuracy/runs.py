"""Quick values of an oracle over runs of neighbouring float32 inputs.

Four fifths of all float32 numbers are so small or so large that a function is a constant or c x there, to many more
digits than a float32 has.  The oracle is then asked at a few inputs of the run only.  Many more are so small that a
polynomial through a few values of the oracle has enough digits; this spares calls of the C library's erf.
"""

import numpy as np

SMALL, SMOOTH, LARGE = 2.0**-44, 2.0**-6, 2.0**8
SAMPLES = 9
DEGREE = 5
NODES = np.cos(np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1))  # of Chebyshev, in [-1, 1]
CHECKED = np.linspace(-1, 1, 2 * DEGREE + 1)
# Relative: functions are smooth near 0, and change by this at most below SMALL; beyond LARGE they must agree better.
ALIKE = {True: 2.0**-42, False: 2.0**-50}
OFF = 2.0**-45  # relative error of a polynomial at CHECKED


def values(oracle, x, edges=()):
    """The oracle's values, with an additional relative error of ALIKE at most.

    Parameters
    ----------
    oracle : callable
        A function of an array, smooth on each side of 0.
    x : numpy.ndarray
        float32 numbers with consecutive bits, all of one sign.
    edges : sequence of float
        Where else than at 0 the function may not be smooth, for |x| < SMOOTH.
    """
    least, most = sorted(np.abs(x[[0, -1]]).tolist())
    if SMALL <= least and most < SMOOTH and not any(least <= abs(edge) <= most for edge in edges):
        found = _polynomial(oracle, x)
        return oracle(x) if found is None else found
    if not (0 < least and (most < SMALL or LARGE < least < np.inf) and np.isfinite(most)):
        return oracle(x)
    some = x[np.linspace(0, x.size - 1, SAMPLES).astype(int)].astype(np.float64)
    found = oracle(some)
    alike = ALIKE[most < SMALL]
    with np.errstate(all="ignore"):
        for lines in (found, found / some):
            if np.isfinite(lines).all() and len(set(np.signbit(lines))) == 1 and np.ptp(lines) <= alike * np.abs(lines).min():
                middle = lines[SAMPLES // 2]
                return np.full(x.size, middle) if lines is found else x * middle
    return oracle(x)


def _polynomial(oracle, x):
    """The values of a polynomial through the oracle's values, None if those in between are others."""
    first, last = float(x[0]), float(x[-1])
    centre, half = (first + last) / 2, (last - first) / 2
    coefficients = np.polynomial.polynomial.polyfit(NODES, oracle(centre + half * NODES), DEGREE)
    due = oracle(centre + half * CHECKED)
    off = np.abs(np.polynomial.polynomial.polyval(CHECKED, coefficients) - due)
    if not (off <= OFF * np.abs(due)).all() or not due.all():  # zeros have signs
        return None
    t = (x.astype(np.float64) - centre) / half
    found = np.full(x.size, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        found *= t
        found += coefficient
    return found
