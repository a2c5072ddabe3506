"""Errors of float64 at hard and random points, and the oracles' own errors, against mpmath."""

import math

import numpy as np

from fastact._lab.accuracy import mp_oracles, ulp
from fastact._lab.accuracy.callers import callers
from fastact._lab.accuracy.inputs import points
from fastact._lab.accuracy.tallies import Tally
from fastact._lab.dtypes import type_of


def measure_float64(case, targets, accuracies, x=None):
    """(target, accuracy) -> Tally over x, by default `points`, infinities and NaN."""
    at, limits = case.at(np.float64), np.finfo(np.float64)
    if x is None:
        x = np.concatenate([points(at.entry), [np.inf, -np.inf, np.nan, -np.nan]])
    value = at.oracle(x)
    # At ±inf the limit is due.  If it is a number other than 0, it is the value at the largest x, to all digits.
    numbers = np.isfinite(x) | (np.isinf(x) & np.isfinite(value) & (value != 0))
    true = [at.mp(one) for one in np.clip(x[numbers], limits.min, limits.max).tolist()]
    floor = at.floor(x[numbers])
    floor = np.zeros(len(true)) if floor is None else floor
    head, low = mp_oracles.split(true)
    tallies = {}
    for (target, accuracy), call in callers(case, np.float64, targets, accuracies).items():
        y = call(x)
        results = y[numbers]
        tally = tallies[target, accuracy] = Tally(inputs=int(np.count_nonzero(~np.isnan(x))))
        units = ulp.errors(results, head, low=low)
        if accuracy != "fast":
            error = ulp.errors(results, head, low=low, floor=floor)
        else:
            error = [mp_oracles.relative(*one, limits) for one in zip(results.tolist(), true, floor.tolist(), strict=True)]
            error = np.where(np.isfinite(results) & np.isfinite(units), error, units)
        tally.update(error, x[numbers], results)
        same = (y == value) | (np.isnan(y) & np.isnan(value))
        tally.specials((~numbers & ~same) | at.wrong_zero(y, value), x, y)
        tally.correct = int(np.count_nonzero(ulp.within_half(results, head, low))) + int(np.count_nonzero(same & ~numbers & ~np.isnan(x)))
    return tallies


def check_oracle(case, dtype, worst):
    """(largest relative error of the oracle against mpmath, its input), at these inputs and at `points`."""
    at = case.at(type_of(dtype))
    with np.errstate(all="ignore"):
        x = np.concatenate([points(at.entry), worst]).astype(type_of(dtype)).astype(np.float64)
    x = np.unique(x[np.isfinite(x)])
    value, largest, place = at.oracle(x), 0.0, 0.0
    floor = at.floor(x)
    floor = np.zeros(x.size) if floor is None else floor
    for one, got, size in zip(x.tolist(), value.tolist(), floor.tolist(), strict=True):
        true = at.mp(one)
        if abs(true) < 2.0**-150:  # 0, or its neighbour, in every type measured with an oracle
            error = 0.0 if abs(got) < 2.0**-149 else math.inf
        elif math.isinf(got):
            error = 0.0 if abs(true) >= 2.0**1023 else math.inf
        else:
            error = float(abs(mp_oracles.difference(got, true) / max(abs(true), size)))
        if not error <= largest:
            largest, place = error, one
    return largest, place
