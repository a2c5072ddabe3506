"""Tallies of errors, and float32 results compared with the oracles' values.

The error of an exact variant is |y - f(x)| in ULP; that of a fast one is |y - f(x)| / |f(x)| wherever f(x) is normal,
and where it is not, the result must be as small.  The sign of a zero counts; that of a derivative's zero does not.
"""

import functools
import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from fastact._lab.accuracy import rounding, ulp


@dataclass
class Tally:
    """The measured errors of one case, dtype, target and accuracy."""

    error: float = -1.0  # the largest: in ULP for exact variants and half precision, else relative
    worst: float = 0.0  # the input with that error
    got: float = 0.0  # the result for that input
    inputs: int = 0  # number of inputs, without NaN
    correct: int = 0  # number of correctly rounded results
    wrong: int = 0  # number of results that are the wrong NaN, infinity or zero, or where one of these is due
    wrong_at: float = math.nan  # the first input with such a result
    wrong_got: float = math.nan  # that result
    far: int = 0  # peers only: number of results with errors above FAR
    normal: float = -1.0  # peers only: the largest error where the true value is normal, in ULP
    normal_at: float = 0.0  # peers only: the input with that error
    listed: list = field(default_factory=list)  # accuracy "correct" only: the first results that are not (see `Incorrect`)

    def update(self, error, x, y):
        """Keep the largest error of an array; NaN counts as infinity."""
        i = int(np.argmax(error))  # the first NaN, if there is one
        largest = float(error[i])
        largest = math.inf if math.isnan(largest) else largest
        if largest > self.error:
            self.error, self.worst, self.got = largest, float(x[i]), float(y[i])

    def specials(self, bad, x, y):
        """Count the results that are wrong NaN, infinities or zeros."""
        number = int(np.count_nonzero(bad))
        if number and not self.wrong:
            i = int(np.argmax(bad))
            self.wrong_at, self.wrong_got = float(x[i]), float(y[i])
        self.wrong += number

    def merge(self, other):
        """Add the tally of other inputs."""
        if other.error > self.error:
            self.error, self.worst, self.got = other.error, other.worst, other.got
        if other.normal > self.normal:
            self.normal, self.normal_at = other.normal, other.normal_at
        if other.wrong and not self.wrong:
            self.wrong_at, self.wrong_got = other.wrong_at, other.wrong_got
        self.inputs += other.inputs
        self.correct += other.correct
        self.wrong += other.wrong
        self.far += other.far
        self.listed = (self.listed + other.listed)[:LISTED]


class Incorrect(NamedTuple):
    """A float32 result that is not correctly rounded, as bits."""

    x: int
    got: int
    want: int


TINY = 2.0**-126  # the smallest normal float32
LISTED = 100_000  # of results that are not correctly rounded, at most so many are kept
LISTED_OF_BLOCK = 32  # and so many of a block, so that a range of many does not hide the others
FAR = 4.0  # ULP; a peer's results with larger errors are counted
SPARSE = 8  # if fewer than one in 8 results are not correctly rounded, only those are compared
# No correctly rounded result has a larger error.  (The oracle's own rounding may add 1e-5 ULP.)
ROUNDED = {"ulp": 0.5001, "relative": 1.001 * 2.0**-24}


class Expected:
    """The oracle's values for a block of float32 inputs, to compare results with.

    Most blocks have no larger error than earlier blocks; a few integer comparisons or one pass in float64 show this.
    Only the other blocks are compared in full.  `oracle` computes the values, by default the case's.
    """

    def __init__(self, at, x, oracle=None):
        self.x = x
        self.value = (oracle or at.oracle)(x)
        self.floor, self.wrong_zero = at.floor(x), at.wrong_zero
        self.rounded = rounding.nearest(at, x, self.value, self.floor)
        self.bits = self.rounded.view(np.uint32)
        self.numbers = x.size - int(np.count_nonzero(np.isnan(x)))

    def size(self, at=slice(None)):
        """The size to which relative errors are relative."""
        size = np.abs(self.value[at])
        return size if self.floor is None else np.maximum(size, self.floor[at])

    def errors(self, y, unit, at=slice(None)):
        """(error of each result, whether it is a wrong NaN, infinity or zero); y are the results at these places."""
        value, rounded, size = self.value[at], self.rounded[at], self.size(at)
        if unit == "ulp":
            floor = 0.0 if self.floor is None else self.floor[at]
            error = ulp.errors(y, value, nearest=rounded, floor=floor)
        else:
            with np.errstate(all="ignore"):
                error = np.abs(np.subtract(y, value))
                error = np.where(size < TINY, np.where(error <= TINY, 0, np.inf), error * (1 / np.maximum(size, TINY)))
        wrong = self.wrong_zero(y, value)
        special = np.flatnonzero(~np.isfinite(rounded))
        if special.size:
            got, due = y[special], rounded[special]
            same = (got == due) | (np.isnan(got) & np.isnan(due))
            # Where the value is just beyond the largest number, a fast variant may return a number.
            near = ~same & np.isfinite(value[special]) & np.isfinite(got) & (unit == "relative")
            error[special] = np.where(same, 0, np.where(near, error[special], np.inf))
            wrong[special] |= ~same & ~near
        return error, wrong

    def tally(self, y, unit, known=-1.0):
        """The tally of the results y.  Errors up to `known` need not be found, because other inputs have larger ones."""
        off = y.view(np.uint32) != self.bits
        number = int(np.count_nonzero(off))
        if number * SPARSE > y.size:
            if unit == "relative" and self._none_beyond(known, y):
                return Tally(inputs=self.numbers, correct=y.size - number)
            return (self._relative(y) if unit == "relative" else None) or self._in_full(y, unit)
        tally = Tally(inputs=self.numbers, correct=self.numbers)
        if number:
            places = np.flatnonzero(off)
            x, got = self.x[places], y[places]
            error, wrong = self.errors(got, unit, places)
            if wrong.any():
                return self._in_full(y, unit)
            tally.update(error, x, got)
            tally.correct -= int(np.count_nonzero(~self._same(got, places) & ~np.isnan(x)))
        if known < ROUNDED[unit] and tally.error < ROUNDED[unit] and not self._rounded_up_to(known, unit):
            return self._in_full(y, unit)
        return tally

    def correct_tally(self, y, known=-1.0):
        """The tally of results that should all be correctly rounded, with those that are not."""
        tally = self.tally(y, "ulp", known)
        if tally.correct < tally.inputs:
            places = np.flatnonzero(~self._same(y) & ~np.isnan(self.x))[:LISTED_OF_BLOCK]
            bits = (part[places].view(np.uint32).tolist() for part in (self.x, y, self.rounded))
            tally.listed = [Incorrect(*of_one) for of_one in zip(*bits, strict=True)]
        return tally

    def peer_tally(self, y, known=-1.0):
        """The tally of a peer's results, in ULP, with the number of large errors and the worst normal result.

        A wrong result at an infinity counts as a wrong special value, not as the largest error.  Otherwise the largest
        error would be infinite and tell nothing about finite results.
        """
        infinite = np.isinf(self.x)
        amiss = infinite & ~self._same(y)
        tally = self.tally(np.where(infinite, self.rounded, y) if amiss.any() else y, "ulp", known)
        tally.specials(amiss, self.x, y)
        places = np.flatnonzero(y.view(np.uint32) != self.bits)
        if places.size:
            error, _ = self.errors(y[places], "ulp", places)
            error[np.isnan(error)] = np.inf
            due = self.rounded[places]
            error[infinite[places]] = 0
            tally.far = int(np.count_nonzero(error > FAR))
            error[(np.abs(due) < TINY) | ~np.isfinite(due)] = -1
            worst = int(np.argmax(error))
            tally.normal, tally.normal_at = float(error[worst]), float(self.x[places[worst]])
        return tally

    def _in_full(self, y, unit):
        tally = Tally(inputs=self.numbers)
        error, wrong = self.errors(y, unit)
        tally.specials(wrong, self.x, y)
        tally.update(error, self.x, y)
        tally.correct = int(np.count_nonzero(self._same(y) & ~np.isnan(self.x)))
        return tally

    def _same(self, y, at=slice(None)):
        due = self.rounded[at]
        return (y == due) | (np.isnan(y) & np.isnan(due))

    def _none_beyond(self, known, y):
        """Whether a pass in float32 shows that no relative error is larger than `known`."""
        if self._weight_float32 is None or known >= 1:  # a wrong zero has an error of 1
            return False
        with np.errstate(all="ignore"):
            error = y - self.rounded
            error *= self._weight_float32
            # 2^-23 covers the roundings here and that of the oracle's value.  A NaN compares false.
            return bool(max(error.max(), -error.min()) * 1.000001 + 2.0**-23 <= known)

    @functools.cached_property
    def _weight_float32(self):
        """1/size; None if a size is 0, not finite, or so small that its errors are subnormal, which is slow."""
        with np.errstate(over="ignore"):
            size = np.abs(self.rounded) if self.floor is None else self.size().astype(np.float32)
        return 1 / size if size.min() >= 2.0**-100 and size.max() < 2.0**126 else None

    def _relative(self, y):
        """The tally of relative errors, in one pass; None if a NaN, infinity or zero may be wrong."""
        weight, small, ordinary = self._weights
        if not ordinary or not y.all():
            return None
        with np.errstate(all="ignore"):
            error = y.astype(np.float64)
            error -= self.value
            if small.size and not np.abs(error[small]).max() <= TINY:
                return None
            error *= weight
            largest, least = error.max(), error.min()
        if not (np.isfinite(largest) and np.isfinite(least)):
            return None
        tally = Tally(inputs=self.numbers, correct=int(np.count_nonzero(y == self.rounded)))
        tally.error = float(max(largest, -least))
        i = int(np.argmax((error == tally.error) | (error == -tally.error)))
        tally.worst, tally.got = float(self.x[i]), float(y[i])
        return tally

    @functools.cached_property
    def _weights(self):
        """(1/size, or 0 where the size is subnormal; the indices of these; whether all true values are finite)."""
        size = self.size()
        small = np.flatnonzero(size < TINY)
        with np.errstate(all="ignore"):
            weight = 1 / size
        weight[small] = 0
        return weight, small, bool(np.isfinite(self.rounded).all())

    def _rounded_up_to(self, known, unit):
        """Whether no correctly rounded result can have an error larger than `known`."""
        nearest, normal = self._nearest_tie
        largest = 0.5 - nearest * 2.0**-29  # in ULP
        return normal and (largest if unit == "ulp" else largest * 2.0**-23) <= known

    @functools.cached_property
    def _nearest_tie(self):
        """(least distance to the middle of two float32, in ULP of float64; whether all values are normal or 0)."""
        tail = self.value.view(np.int64) & (1 << 29) - 1
        tail -= 1 << 28
        size = np.abs(self.value)
        normal = size.min() >= TINY or not ((size > 0) & (size < TINY)).any()
        return int(np.abs(tail, out=tail).min()), bool(normal and size.max() < 2.0**127)
