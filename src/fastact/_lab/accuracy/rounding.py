"""The float32 nearest to the true value, for every input.

A float64 oracle decides where its value, made smaller and larger by DOUBT, rounds to the same float32; mpmath decides
for the others, with more and more bits.  Exact ties round to even.

Some functions have millions of inputs whose float64 value is the middle of two numbers, while a further term decides:
silu(x) = x/2 + x²/4 + ... of an odd subnormal x, or x - tanh(x) = x - 1 + 2exp(-2x) of an x from 2^24 to 2^25.  For
|x| < TINY the first term beyond c x has one sign for each sign of x, because it is larger than all that follow; for
|x| > HUGE the same holds for what is beyond x + c.  mpmath tells this sign at both ends and at some inputs in between.
"""

import math

import numpy as np

from fastact._lab.accuracy import mp_oracles

DOUBT = 2.0**-39  # relative; more than the error of an oracle (cases.ORACLE_RELATIVE) plus that of `runs`
BITS = [mp_oracles.GUARD, 2 * mp_oracles.GUARD, mp_oracles.TIE, 2 * mp_oracles.TIE]  # working precisions of mpmath
TINY, HUGE = 2.0**-100, 2.0**20
MANY = 64  # undecided inputs; if there are more, it is worth while to look for a rule
ASKED = 16  # inputs at which a rule is checked

# Functions whose float64 value is exact for float32 inputs: a choice, or one operation on numbers of 24 bits.  And with
# the least |x|: (x + 3) / 6, whose sum is exact, is at least 2^-46 from any tie that it does not meet, and meets millions.
EXACT = dict.fromkeys([
    "identity", "binary_step", "relu", "relu6", "relu_squared", "leaky_relu", "prelu", "threshold", "hard_tanh",
    "softshrink", "hardshrink", "square",
], 0.0) | {"hard_sigmoid": 2.0**-20}


def nearest(at, x, value, floor=None):
    """The float32 numbers nearest to f(x), or the nearest to the oracle's values without mpmath.

    Parameters
    ----------
    at : SimpleNamespace
        What `Case.at` returns.
    x, value : numpy.ndarray
        float32 inputs, and the oracle's float64 values.
    floor : numpy.ndarray, optional
        Where |value| is smaller, the error of the oracle is relative to this.
    """
    with np.errstate(all="ignore"):
        exact_from = EXACT.get(at.entry.name, np.inf)
        if at.mp is None or exact_from == 0:
            return value.astype(np.float32)
        if floor is None:
            low, high = (value * (1 - DOUBT)).astype(np.float32), (value * (1 + DOUBT)).astype(np.float32)
        else:
            off = np.maximum(np.abs(value), floor) * DOUBT
            low, high = (value - off).astype(np.float32), (value + off).astype(np.float32)
        undecided = np.flatnonzero((low != high) & (value == value))  # not by bits: value ± off of -0 are zeros of both signs
    if undecided.size and exact_from < np.inf:
        exact = np.abs(x[undecided]) >= exact_from
        low[undecided[exact]] = value[undecided[exact]].astype(np.float32)
        undecided = undecided[~exact]
    if undecided.size:
        low[undecided] = _decided(at, x[undecided], value[undecided])
    return low


def _decided(at, x, value):
    if x.size > MANY:
        for sign in (False, True):
            places = np.flatnonzero(np.signbit(x) == sign)
            side = _side(at, x[places], value[places]) if 0 < places.size else None
            if side is not None:
                others = np.flatnonzero(np.signbit(x) != sign)
                found = np.empty(x.size, np.float32)
                found[places] = _beside_ties(value[places], side)
                found[others] = _decided(at, x[others], value[others])
                return found
    return np.array([rounded(at, one) for one in x.tolist()], np.float32)


def _side(at, x, value):
    """The sign of f(x) - value where all values are ties on a line and the sign is the same for all x; else None."""
    if not (np.isfinite(x).all() and x.all() and _ties(value).all()):
        return None
    size, wide = np.abs(x), x.astype(np.float64)
    on_line = (size.max() < TINY and (value == wide * (value[0] / wide[0])).all()
               or size.min() > HUGE and (value - wide == value[0] - wide[0]).all())
    if not on_line:
        return None
    places = {0, x.size - 1, int(np.argmin(size)), int(np.argmax(size)),
              *np.random.default_rng(x.size).integers(0, x.size, ASKED).tolist()}
    sides = {side(at, float(wide[i]), float(value[i])) for i in places}
    return sides.pop() if len(sides) == 1 else None


def _ties(value):
    """Which float64 values are the middle of two float32 numbers."""
    unit = np.exp2(np.maximum(np.frexp(value)[1] - 24.0, -149))
    steps = np.abs(value) / unit
    return (steps - np.floor(steps) == 0.5) & (steps < 2.0**24)


def _beside_ties(value, side):
    """The float32 numbers nearest to ties that are a little off to one side; side 0: to even."""
    if side == 0:
        return value.astype(np.float32)
    return np.nextafter(value, side * np.inf).astype(np.float32)


def side(at, x, value):
    """The sign of f(x) - value: 1, -1, or 0 if they are equal."""
    for bits in BITS:
        beyond = -mp_oracles.difference(value, at.mp(x, bits))
        if abs(beyond) > abs(value) * 2.0 ** (-bits / 2):
            return 1 if beyond > 0 else -1
    if beyond:
        raise ArithmeticError(f"{at.entry.name}({x!r}): {BITS[-1]} bits do not tell on which side of {value!r} it is")
    return mp_oracles.unseen(at, x)


def rounded(at, x):
    """The float32 nearest to f(x), by mpmath with as many bits as it needs.

    The value at each precision is taken as right to half of its bits, far less than it is.
    """
    for bits in BITS:
        negative, significand, exponent, length = at.mp(x, bits)._mpf_
        if not significand:  # 0, an infinity or NaN
            return float(at.mp(x, bits))
        if not -150 <= exponent + length <= 128:  # below a quarter of the smallest number, or beyond the largest
            return math.copysign(math.inf if length + exponent > 0 else 0.0, -1 if negative else 1)
        step = max(exponent + length - 24, -149)  # the float32 numbers there are multiples of 2^step
        shift = step - exponent
        if shift <= 0:
            below, beyond, doubt = significand << -shift, -1, 0
        else:
            below, beyond = significand >> shift, (significand & (1 << shift) - 1) - (1 << shift - 1)
            doubt = significand >> bits // 2
        if abs(beyond) > doubt or shift <= 0:
            break
    else:
        if beyond:
            raise ArithmeticError(f"{at.entry.name}({x!r}): {BITS[-1]} bits do not tell to which number it rounds")
        unseen = mp_oracles.unseen(at, x) * (-1 if negative else 1)
        beyond = unseen or (1 if below % 2 else -1)
    found = math.ldexp(below + (beyond > 0), step)
    found = math.inf if found >= 2.0**128 else found
    return -found if negative else found
