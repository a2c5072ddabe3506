"""Quick values of an oracle over runs of neighbouring float32 inputs.

Four fifths of all float32 numbers are so small or so large that a function is a constant or c x there, to many more
digits than a float32 has.  The oracle is then asked at a few inputs of the run only.
"""

import numpy as np

SMALL, LARGE = 2.0**-44, 2.0**8
SAMPLES = 9
# Relative: functions are smooth near 0, and change by this at most below SMALL; beyond LARGE they must agree better.
ALIKE = {True: 2.0**-42, False: 2.0**-50}


def values(oracle, x):
    """The oracle's values, with an additional relative error of ALIKE at most.

    Parameters
    ----------
    oracle : callable
        A function of an array, smooth on each side of 0.
    x : numpy.ndarray
        float32 numbers with consecutive bits, all of one sign.
    """
    least, most = sorted(np.abs(x[[0, -1]]).tolist())
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
