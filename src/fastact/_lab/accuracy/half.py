"""Errors of float16 and bfloat16 over all 65,536 inputs, against the float64 oracles and, near ties, mpmath."""

import math

import numpy as np

from fastact._lab.accuracy import mp_oracles, ulp
from fastact._lab.accuracy.callers import callers
from fastact._lab.accuracy.cases import ORACLE_RELATIVE
from fastact._lab.accuracy.tallies import Tally
from fastact._lab.dtypes import limits, type_of


def round_to(dtype, value):
    """Round float64 values to a half-precision type; ml_dtypes would round to float32 first, that is, twice.

    Returns
    -------
    (numpy.ndarray, numpy.ndarray, numpy.ndarray)
        The rounded values, as float64; the distance between the type's numbers there; the indices of values so near
        to the middle of two numbers that the oracle's error decides on which side they are.
    """
    with np.errstate(all="ignore"):
        spacing = ulp.spacing(value, dtype)
        quotient = value / spacing
        rounded = np.rint(quotient) * spacing
        tie = np.abs(np.abs(quotient - np.floor(quotient)) - 0.5) <= ORACLE_RELATIVE * np.abs(quotient)
        rounded = np.where(np.abs(rounded) > float(limits(dtype).max), np.copysign(np.inf, rounded), rounded)
    return rounded, spacing, np.flatnonzero(tie & np.isfinite(value))


def measure_half(case, targets, accuracies, dtype):
    """(target, accuracy) -> Tally over all inputs of float16 or bfloat16."""
    kind = type_of(dtype)
    at = case.at(kind)
    x = np.arange(1 << 16, dtype=np.uint16).view(kind)
    with np.errstate(all="ignore"):  # signalling NaN
        wide = x.astype(np.float64)
    value = at.oracle(wide)
    due, spacing, ties = round_to(kind, value)
    if mp_oracles.mpmath:
        for i in ties:
            if math.isfinite(wide[i]):
                due[i] = _settled(at, wide[i], value[i], spacing[i], kind)
    nan, floor = np.isnan(due), at.floor(wide)
    tallies = {}
    for (target, accuracy), call in callers(case, kind, targets, accuracies).items():
        with np.errstate(all="ignore"):
            y = call(x).astype(np.float64)
        tally = tallies[target, accuracy] = Tally(inputs=int(np.count_nonzero(~np.isnan(wide))))
        finite = np.isfinite(due)
        same = (y == due) | (nan & np.isnan(y))
        error = ulp.errors(y, value, kind, nearest=due, floor=0.0 if floor is None else floor)
        # A correctly rounded result has an error of 0.5 at most, any other one more: the oracle's error may hide that.
        relative = finite if floor is None else finite & (floor == 0)
        error = np.where(same & finite, np.minimum(error, 0.5), np.where(relative, np.maximum(error, 0.5000001), error))
        wrong = (~finite & ~same) | (finite & ~np.isfinite(y)) | at.wrong_zero(y, value)
        tally.specials(wrong, wide, y)
        tally.update(error, wide, y)
        tally.correct = int(np.count_nonzero(same & ~np.isnan(wide)))
    return tallies


def _settled(at, x, value, spacing, dtype):
    """f(x) rounded to the type by mpmath: it lies too near to the middle of two numbers for float64 to decide."""
    true = at.mp(float(x), mp_oracles.TIE)
    below, above = math.floor(value / spacing), math.floor(value / spacing) + 1
    middle = (below + 0.5) * spacing
    beyond = mp_oracles.difference(middle, true)
    chosen = below if beyond > 0 else above if beyond < 0 else below if below % 2 == 0 else above
    rounded = math.copysign(chosen * spacing, value)
    return math.copysign(math.inf, value) if abs(rounded) > float(limits(dtype).max) else rounded
