"""What `python -m fastact verify` measures: cases, tallies, and the passes over the inputs.

A *case* is a function, or its derivative, with values for its parameters.  float32 is measured
against the float64 oracles of `fastact.reference`, over a sample or over all 2³² inputs; float16
and bfloat16 against them over all 65,536 inputs; float64, and a sample of the oracles' values,
against mpmath.  One pass of an oracle serves all accuracies, targets and peers.

The error of an exact variant is |y - f(x)| in ULP of f(x) rounded, subnormals on their own grid;
that of a fast one |y - f(x)| / |f(x)| wherever f(x) is normal, and where it is not the result must
be so small too.  The sign of a zero counts; that of a derivative's zero does not.

At a zero crossing of a derivative neither error means anything.  Within a quarter of such a zero
x0, |x - x0| <= |x0|/4, the error is measured at the size of the largest |f'| there: in its ULP, or
relative to it.  The catalogue has the zeros; a zero at 0 itself is no exception to the rule above.
"""

import functools
import math
import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from tqdm import tqdm

import fastact as fa
from fastact import _catalogue
from fastact._runtime import settings, dispatch

try:
    import ml_dtypes
except ImportError:
    ml_dtypes = None
try:
    from fastact._lab.accuracy import mp_oracles
except ImportError:  # no mpmath
    mp_oracles = None

HARD_POINTS = 300  # about so many of float64

ORACLE_RELATIVE = 1e-12  # what an oracle may be off; checked by `verify` if mpmath is there
CHUNK = 1 << 22  # inputs handed to a process at a time
BLOCK = 1 << 15  # inputs computed at a time: half of it takes 1.2 times as long, by what calls of NumPy cost


# ---------------------------------------------------------------------------------- cases --


@dataclass(frozen=True)
class Case:
    """A function or its derivative, with its parameters' defaults or another set of the catalogue."""

    function: str
    derivative: bool = False
    which: int = 0  # 0: the defaults (or examples), n: the n-th of Entry.also

    @property
    def entry(self):
        return _catalogue.BY_NAME[self.function]

    @property
    def name(self):
        """The ufunc's."""
        return self.function + ("_derivative" if self.derivative else "")

    @property
    def parameters(self):
        """Those that differ from the defaults."""
        return self.entry.also[self.which - 1] if self.which else {}

    @property
    def title(self):
        """The ufunc's name, and parameters if they are not the defaults: its key in the records."""
        return " ".join([self.name, *(f"{name}={value:g}" for name, value in self.parameters.items())])

    def max_ulp(self, accuracy, dtype):
        return self.entry.max_ulp(accuracy, dtype, self.derivative)

    def at(self, dtype):
        """What the passes below need, with the parameters rounded to the type.

        Returns
        -------
        SimpleNamespace
            `entry`, a measured one; `oracle` and `mp` (x, bits), functions of x; `floor`, the size
            that errors at these x are measured at where the value is smaller, or None for none;
            `wrong_zero` (y, value): which results are a zero of the wrong sign.
        """
        entry = self.entry.measured(dtype, self.which)
        mp = functools.partial(mp_oracles.value, entry, derivative=self.derivative) if mp_oracles else None
        if not self.derivative:
            return SimpleNamespace(
                entry=entry, oracle=entry.oracle, mp=mp, floor=lambda x: None, wrong_zero=_wrong_zero)
        return SimpleNamespace(
            entry=entry, oracle=entry.derivative_oracle, mp=mp, floor=_floors(entry),
            wrong_zero=lambda y, value: np.zeros(y.shape, bool))  # the sign of a slope of 0 says nothing


def cases(entries, derivative=False):
    """Every case of these entries."""
    return [Case(entry.name, derivative, which) for entry in entries for which in range(1 + len(entry.also))]


def _wrong_zero(y, value):
    return (y == 0) & (np.signbit(y) != np.signbit(value))


def _floors(entry):
    """x -> the largest |f'| near the zero that x is near to, 0 for others; None if all are others"""
    sizes = {}
    for zero in entry.derivative_zeros:
        reach = np.array([1 - _catalogue.NEAR_ZERO, 1 + _catalogue.NEAR_ZERO])
        sizes[zero] = np.abs(entry.derivative_oracle(zero * reach)).max()  # f' is monotonic in between

    def floor(x):
        found = None
        for zero, size in sizes.items():
            with np.errstate(invalid="ignore"):
                near = np.abs(x - x.dtype.type(zero)) <= abs(zero) * _catalogue.NEAR_ZERO
            if near.any():
                found = np.zeros(x.shape) if found is None else found
                found[near] = size
        return found

    return floor


# ------------------------------------------------------------------------------ measuring --


@dataclass
class Tally:
    """What was found for one case, dtype, target and accuracy."""

    error: float = -1.0  # the largest; in ULP if exact or of half precision, else relative
    worst: float = 0.0  # the input where it is
    got: float = 0.0  # the result there
    inputs: int = 0  # NaN not counted
    correct: int = 0  # correctly rounded
    wrong: int = 0  # NaN, infinity or zero where another, or a number, is due
    wrong_at: float = math.nan  # the first such input
    wrong_got: float = math.nan
    far: int = 0  # of a peer: results off by more than FAR
    normal: float = -1.0  # of a peer: the largest error where the true value is normal
    normal_at: float = 0.0

    def update(self, error, x, y):
        """Take the largest error of an array; a NaN is infinite."""
        i = int(np.argmax(error))  # the first NaN, if there is one
        largest = float(error[i])
        largest = math.inf if math.isnan(largest) else largest
        if largest > self.error:
            self.error, self.worst, self.got = largest, float(x[i]), float(y[i])

    def specials(self, bad, x, y):
        """Count results that are special and wrong."""
        number = int(np.count_nonzero(bad))
        if number and not self.wrong:
            i = int(np.argmax(bad))
            self.wrong_at, self.wrong_got = float(x[i]), float(y[i])
        self.wrong += number

    def merge(self, other):
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


def measure(case, dtype, targets, accuracies, samples=None, peers=()):
    """(target, accuracy) -> Tally, and (peer, "peer") -> Tally; float32 over all inputs if `samples` is None"""
    if dtype == "float32":
        if samples is None:
            return exhaustive(case, targets, accuracies, peers)
        x = sample(case.entry.measured(np.float32, case.which), samples)
        return measure_float32(case, x, targets, accuracies, peers)
    function = measure_float64 if dtype == "float64" else functools.partial(measure_half, dtype=dtype)
    return function(case, targets=targets, accuracies=accuracies)


@functools.cache
def ufuncs(target):
    """The raw ufuncs of a target, by name."""
    module = dispatch.kernels("elementwise", target)
    if target != dispatch.target and ml_dtypes:  # fastact itself did it for its own
        module.register_bfloat16(np.dtype(ml_dtypes.bfloat16))
    return module.ufuncs


def callers(case, dtype, targets, accuracies):
    """(target, accuracy) -> function of x"""
    parameters = [np.asarray(value, dtype) for value in case.entry.measured(dtype, case.which).parameters.values()]
    found = {}
    for target in targets:
        for accuracy in accuracies:
            ufunc = ufuncs(target)[case.name + ("_fast" if accuracy == "fast" else "")]
            found[target, accuracy] = functools.partial(_call, ufunc, parameters)
    return found


def _call(ufunc, parameters, x):
    with np.errstate(all="ignore"):
        return ufunc(x, *parameters)


def type_of(dtype):
    return np.dtype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)


def unit_of(accuracy):
    """What errors of float32 and float64 are counted in."""
    return "relative" if accuracy == "fast" else "ulp"


# -------------------------------------------------------------------------------- float32 --

TINY = 2.0**-126
FAR = 4.0  # ULP: a peer's results beyond are counted
SPARSE = 8  # where fewer than one in so many are not correctly rounded only those are looked at

# No correctly rounded result has a larger error.  (The oracle's own rounding may add 1e-5 ULP.)
ROUNDED = {"ulp": 0.5001, "relative": 1.001 * 2.0**-24}


def per_ulp(size):
    """How many ULP of float32 make 1, at these sizes: 2^(150 - exponent), subnormals on their own grid"""
    exponent = size.astype(np.float32).view(np.int32) >> 23 & 0xFF
    return (1173 - np.maximum(exponent, 1).astype(np.int64) << 52).view(np.float64)


class Expected:
    """The oracle's values for a block of float32, to compare results with.

    Most blocks have nothing that is worse than what was found before, and a few integer
    comparisons, or one pass of float64, show it; only the others are looked at in full.
    """

    def __init__(self, at, x):
        self.x = x
        self.value = at.oracle(x)
        with np.errstate(all="ignore"):
            self.rounded = self.value.astype(np.float32)
        self.bits = self.rounded.view(np.uint32)
        self.floor, self.wrong_zero = at.floor(x), at.wrong_zero
        self.numbers = x.size - int(np.count_nonzero(np.isnan(x)))

    def size(self, at=slice(None)):
        """What relative errors are relative to."""
        size = np.abs(self.value[at])
        return size if self.floor is None else np.maximum(size, self.floor[at])

    def errors(self, y, unit, at=slice(None)):
        """(error of each result, whether it is special and wrong); y are the results at these places"""
        value, rounded, size = self.value[at], self.rounded[at], self.size(at)
        with np.errstate(all="ignore"):
            error = np.subtract(y, value)
            np.abs(error, out=error)
            if unit == "ulp":
                error *= per_ulp(size)
            else:
                error = np.where(size < TINY, np.where(error <= TINY, 0, np.inf), error * (1 / np.maximum(size, TINY)))
        wrong = self.wrong_zero(y, value)
        special = np.flatnonzero(~np.isfinite(rounded))
        if special.size:
            got, due = y[special], rounded[special]
            same = (got == due) | (np.isnan(got) & np.isnan(due))
            # A value just beyond the largest number: within a fast variant's error, that number.
            near = ~same & np.isfinite(value[special]) & np.isfinite(got) & (unit == "relative")
            error[special] = np.where(same, 0, np.where(near, error[special], np.inf))
            wrong[special] |= ~same & ~near
        return error, wrong

    def tally(self, y, unit, known=-1.0):
        """The tally of the results y.  Errors up to `known` need not be found: others are larger."""
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

    def peer_tally(self, y, known=-1.0):
        """The tally of a peer's results, in ULP: with those far off, and the worst of the normal ones.

        What it gives at infinity counts among the specials only: the largest error is to say more.
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
        """Whether float32 suffices to see that no relative error is larger than `known`."""
        if self._weight_float32 is None or known >= 1:  # a zero, whose sign matters, is off by 1
            return False
        with np.errstate(all="ignore"):
            error = y - self.rounded
            error *= self._weight_float32
            # Five roundings of 2^-24 of this, and that of the oracle's value.  A NaN compares false.
            return bool(max(error.max(), -error.min()) * 1.000001 + 2.0**-23 <= known)

    @functools.cached_property
    def _weight_float32(self):
        """1/size, or None if some are so small that float32 were slow with their errors, 0, or not finite."""
        size = np.abs(self.rounded) if self.floor is None else self.size().astype(np.float32)
        return 1 / size if size.min() >= 2.0**-100 and size.max() < 2.0**126 else None

    def _relative(self, y):
        """The tally of relative errors, in one pass; None if anything special may be wrong."""
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
        """(1/size, 0 where that is subnormal; the indices of those; whether all due are finite)"""
        size = self.size()
        small = np.flatnonzero(size < TINY)
        with np.errstate(all="ignore"):
            weight = 1 / size
        weight[small] = 0
        return weight, small, bool(np.isfinite(self.rounded).all())

    def _rounded_up_to(self, known, unit):
        """Whether it is sure that no correctly rounded result has an error larger than `known`."""
        nearest, normal = self._nearest_tie
        largest = 0.5 - nearest * 2.0**-29  # ULP
        return normal and (largest if unit == "ulp" else largest * 2.0**-23) <= known

    @functools.cached_property
    def _nearest_tie(self):
        """(least distance to the middle of two float32, in steps of float64; whether all are normal or 0)"""
        tail = self.value.view(np.int64) & (1 << 29) - 1
        tail -= 1 << 28
        size = np.abs(self.value)
        normal = size.min() >= TINY or not ((size > 0) & (size < TINY)).any()
        return int(np.abs(tail, out=tail).min()), bool(normal and size.max() < 2.0**127)


def measure_float32(case, x, targets, accuracies, peers=(), known=None):
    """(target, accuracy) -> Tally, and (peer, "peer") -> Tally, over the inputs x.

    `known`, by the same keys, are errors of other inputs: only larger ones need be found.
    """
    calls = callers(case, np.float32, targets, accuracies)
    if not peers:
        return _measure_float32(case, x, calls, known or {})
    with _alone():
        of_peers = {(title, "peer"): peer_caller(title, case) for title in peers}
        return _measure_float32(case, x, calls | {key: call for key, call in of_peers.items() if call}, known or {})


def _measure_float32(case, x, calls, known):
    at = case.at(np.float32)
    tallies = {key: Tally(error=known.get(key, -1.0)) for key in calls}
    by_accuracy = {}
    for key in calls:
        by_accuracy.setdefault(key[1], []).append(key)
    for start in range(0, x.size, BLOCK):
        expected = Expected(at, x[start : start + BLOCK])
        for accuracy, keys in by_accuracy.items():
            if accuracy == "peer":
                for key in keys:
                    tallies[key].merge(expected.peer_tally(calls[key](expected.x), tallies[key].error))
                continue
            # Targets often agree to the bit: then one tally serves them all, if it serves the least of them.
            least = min(tallies[key].error for key in keys)
            done = []
            for key in keys:
                y = calls[key](expected.x)
                tally = next((tally for other, tally in done if _same_bits(other, y)), None)
                if tally is None:
                    tally = expected.tally(y, unit_of(accuracy), least)
                    done.append((y, tally))
                tallies[key].merge(tally)
    return tallies


def _same_bits(a, b):
    return np.array_equal(a.view(np.uint32), b.view(np.uint32))


def sample(entry, n):
    """About n float32: specials, every exponent with both signs, [-120, 120], runs of neighbours."""
    rng = np.random.default_rng(0)
    edges = [0, 1, 2, 0x7FFFFF, 0x800000, 0x7F7FFFFF, 0x7F800000, 0x7F800001, 0x7FC00000, 0x7FFFFFFF]
    parts = [np.array(edges + [edge | 1 << 31 for edge in edges], np.uint32)]
    each = max(n // 2 // 510, 1)  # significands for each exponent and sign
    mantissas = rng.integers(0, 1 << 23, (510, each), dtype=np.uint32)
    mantissas[:, 0] = 0
    mantissas[:, each // 2] |= np.uint32((1 << 23) - 1 if each > 1 else 0)
    exponents = np.array([sign << 8 | e for sign in (0, 1) for e in range(255)], np.uint32)
    parts.append((exponents[:, None] << np.uint32(23) | mantissas).ravel())
    parts.append(rng.uniform(-120, 120, n // 4).astype(np.float32).view(np.uint32))
    centres = np.array(hard_places(entry), np.float32).view(np.uint32)
    length = max(n // 4 // centres.size, 3)
    runs = centres[:, None].astype(np.int64) + np.arange(length) - length // 2
    parts.append(np.clip(runs, 0, 0xFFFFFFFF).astype(np.uint32).ravel())
    return np.concatenate(parts).view(np.float32)


def hard_places(entry):
    """Where formulas change: kinks, segments, the beginnings of tails."""
    entry = entry.measured(np.float32)
    parameters = [value for value in entry.parameters.values() if value]
    magnitudes = [
        2.0**-12, 2.0**-6, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 3.92, 4, 5.5, 6, 8, 9.01, 10, 13.2, 14.2, 16.6, 17.33, 20, 25,
        33.3, 51.1, 61, 87.33, 88.72, 91.6, 97.5, 103.97, 108.4, 175.6, 208.1, *map(abs, parameters),
        *map(abs, entry.derivative_zeros),
    ]
    return [sign * value for value in magnitudes for sign in (1, -1)]


def exhaustive(case, targets, accuracies, peers=()):
    """What measure_float32 returns, over all 2^32 inputs, with a process for each core.

    A sample first: nearly all blocks are then seen at once to have no larger error.
    """
    tallies = largest_of_sample(case, targets, accuracies)
    known = {key: one.error for key, one in tallies.items()}
    # Spawned: a fork would inherit the state of threads that it does not have.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(settings.available_cpus(), context, _one_thread) as pool:
        starts = range(0, 1 << 32, CHUNK)
        jobs = {pool.submit(measure_chunk, case, start, targets, accuracies, peers, known): start for start in starts}
        found = {}
        try:
            for job in tqdm(as_completed(jobs), desc=case.title, total=len(jobs), disable=None, leave=False):
                found[jobs[job]] = job.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for start in starts:  # in order, so that equal errors give the same worst input each time
        for key, tally in found[start].items():
            tallies.setdefault(key, Tally()).merge(tally)
    return tallies


def largest_of_sample(case, targets, accuracies):
    """(target, accuracy) -> Tally with the largest error of a sample of float32, and no counts"""
    found = measure_float32(case, sample(case.entry.measured(np.float32, case.which), 1 << 20), targets, accuracies)
    return {key: Tally(error=one.error, worst=one.worst, got=one.got) for key, one in found.items()}


def _one_thread():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops us
    fa.set_num_threads(1)


def measure_chunk(case, start, targets, accuracies, peers=(), known=None):
    """One process's work: CHUNK inputs, from these bits on."""
    x = np.arange(start, start + CHUNK, dtype=np.uint32).view(np.float32)
    return measure_float32(case, x, targets, accuracies, peers, known)


# ---------------------------------------------------------------------------------- peers --

PEERS = ["PyTorch", "ONNX Runtime", "SciPy"]  # titles of fastact._lab.speed.bench.PEERS


def _alone():
    """One thread for everyone, also for PyTorch: each process computes chunks of its own."""
    from fastact._lab.speed import bench

    bench.peer_versions()  # imports PyTorch
    return bench.same_threads(1)


@functools.cache
def peer_caller(title, case):
    """A function of up to BLOCK float32 inputs; None if the peer lacks the function.

    The peers' expressions stand in the catalogue, with the parameters' defaults.
    """
    from fastact._lab.speed import bench

    if case.derivative or case.which:
        return None
    module, make = bench.PEERS[title]
    if not bench.peer_versions()[module]:
        return None
    x, y = np.ones(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    with _alone():
        call = make(bench.operations()[case.function], (x,), y)

    def peer(block):
        x[: block.size] = block  # the peer is bound to x, and computes what is left of it too
        with np.errstate(all="ignore"):
            return bench.results(call, y)[0].ravel()[: block.size]

    return peer if call else None


# ------------------------------------------------------------------------- half precision --


@dataclass(frozen=True)
class Format:
    """A binary format of 16 bits."""

    digits: int  # of the significand, with the hidden one
    least: int  # exponent of the smallest normal number
    most: int  # exponent of the largest number


FORMATS = {"float16": Format(11, -14, 15), "bfloat16": Format(8, -126, 127)}


def ulp_of(form, value):
    """The spacing of the format's numbers at these, which it is not for infinities and NaN."""
    exponent = np.where(value == 0, form.least, np.frexp(value)[1] - 1)
    return np.ldexp(1.0, np.clip(exponent, form.least, form.most) - (form.digits - 1))


def round_to(form, value):
    """(float64 values rounded to the format's numbers, the grid's spacing there, indices of near ties)

    By hand: ml_dtypes goes from float64 by way of float32 and rounds twice.
    """
    with np.errstate(all="ignore"):
        ulp = ulp_of(form, value)
        quotient = value / ulp
        rounded = np.rint(quotient) * ulp
        tie = np.abs(np.abs(quotient - np.floor(quotient)) - 0.5) <= ORACLE_RELATIVE * np.abs(quotient)
        rounded = np.where(np.abs(rounded) >= 2.0 ** (form.most + 1), np.copysign(np.inf, rounded), rounded)
    return rounded, ulp, np.flatnonzero(tie & np.isfinite(value))


def measure_half(case, targets, accuracies, dtype):
    """(target, accuracy) -> Tally over all inputs of float16 or bfloat16"""
    form, kind = FORMATS[dtype], type_of(dtype)
    at = case.at(kind)
    x = np.arange(1 << 16, dtype=np.uint16).view(kind)
    with np.errstate(all="ignore"):  # signalling NaN
        wide = x.astype(np.float64)
    value = at.oracle(wide)
    due, spacing, ties = round_to(form, value)
    if mp_oracles:
        for i in ties:
            if math.isfinite(wide[i]):
                due[i] = _settled(at, wide[i], value[i], spacing[i], form)
    nan, ulp, floor = np.isnan(due), ulp_of(form, due), at.floor(wide)
    if floor is not None:
        ulp = np.maximum(ulp, np.where(floor > 0, ulp_of(form, floor), 0))
    tallies = {}
    for (target, accuracy), call in callers(case, kind, targets, accuracies).items():
        with np.errstate(all="ignore"):
            y = call(x).astype(np.float64)
        tally = tallies[target, accuracy] = Tally(inputs=int(np.count_nonzero(~np.isnan(wide))))
        finite = np.isfinite(due)
        same = (y == due) | (nan & np.isnan(y))
        with np.errstate(all="ignore"):
            error = np.where(finite, np.abs(y - value) / ulp, np.where(same, 0, np.inf))
        # A correctly rounded one has 0.5 at most; one that is not has more, or the oracle's error hides it.
        relative = finite if floor is None else finite & (floor == 0)
        error = np.where(same & finite, np.minimum(error, 0.5), np.where(relative, np.maximum(error, 0.5000001), error))
        wrong = (~finite & ~same) | (finite & ~np.isfinite(y)) | at.wrong_zero(y, value)
        tally.specials(wrong, wide, y)
        tally.update(error, wide, y)
        tally.correct = int(np.count_nonzero(same & ~np.isnan(wide)))
    return tallies


def _settled(at, x, value, ulp, form):
    """The rounding of f(x), which lies too near the middle of two numbers for float64 to tell."""
    true = at.mp(float(x), mp_oracles.TIE)
    middle = (math.floor(value / ulp) + 0.5) * ulp
    below, above = math.floor(value / ulp), math.floor(value / ulp) + 1
    beyond = mp_oracles.difference(middle, true)
    chosen = below if beyond > 0 else above if beyond < 0 else below if below % 2 == 0 else above
    rounded = math.copysign(chosen * ulp, value)
    return math.copysign(math.inf, value) if abs(rounded) >= 2.0 ** (form.most + 1) else rounded


# -------------------------------------------------------------------------------- float64 --


def points(entry):
    """About HARD_POINTS float64, finite"""
    rng = np.random.default_rng(0)
    limits = np.finfo(np.float64)
    n = HARD_POINTS // 6
    places = np.array(hard_places(entry) + [sign * v for v in (37.5, 38.4, 708.4, 745.1, 26.6) for sign in (1, -1)])
    special = [0.0, -0.0, limits.smallest_subnormal, -limits.smallest_subnormal, limits.tiny, -limits.tiny,
               limits.max, limits.min]
    return np.concatenate([
        special, places, np.nextafter(places, np.inf)[::2], np.nextafter(places, -np.inf)[1::2],
        2 * rng.standard_normal(n), rng.uniform(-50, 50, n), rng.uniform(-760, 0, n // 2),
        rng.choice([-1, 1], n) * np.exp2(rng.uniform(-60, 12, n)),
        rng.choice([-1, 1], n // 2) * np.exp2(rng.uniform(-1074, 1023, n // 2)),
    ])


def measure_float64(case, targets, accuracies, x=None):
    """(target, accuracy) -> Tally over `points`, and over what is no number, or else over x"""
    at, limits = case.at(np.float64), np.finfo(np.float64)
    if x is None:
        x = np.concatenate([points(at.entry), [np.inf, -np.inf, np.nan, -np.nan]])
    value = at.oracle(x)
    # At ±inf the limit: if that is a number but 0, it is the value at the largest x, to all digits.
    numbers = np.isfinite(x) | (np.isinf(x) & np.isfinite(value) & (value != 0))
    true = [at.mp(one) for one in np.clip(x[numbers], limits.min, limits.max).tolist()]
    floor = at.floor(x[numbers])
    floor = np.zeros(len(true)) if floor is None else floor

    def errors(function, results, floor):
        return np.array([function(*one, limits, size) for *one, size in zip(results, true, floor, strict=True)])

    tallies = {}
    for (target, accuracy), call in callers(case, np.float64, targets, accuracies).items():
        y = call(x)
        tally = tallies[target, accuracy] = Tally(inputs=int(np.count_nonzero(~np.isnan(x))))
        results = y[numbers].tolist()
        error = errors(mp_oracles.ulps if accuracy == "exact" else mp_oracles.relative, results, floor)
        tally.update(error, x[numbers], y[numbers])
        same = (y == value) | (np.isnan(y) & np.isnan(value))
        tally.specials((~numbers & ~same) | at.wrong_zero(y, value), x, y)
        rounded = errors(mp_oracles.ulps, results, np.zeros(len(true))) <= 0.5
        tally.correct = int(np.count_nonzero(rounded)) + int(np.count_nonzero(same & ~numbers & ~np.isnan(x)))
    return tallies


# -------------------------------------------------------------------------------- oracles --


def check_oracle(case, dtype, worst):
    """The oracle's own error against mpmath, at these inputs and some hundred more: (relative, input)"""
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
