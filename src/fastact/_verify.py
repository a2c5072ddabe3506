"""``python -m fastact verify``: every declared bound against what is measured.

float32 against the float64 oracles of `fastact.reference`, over a sample or over all 2³² inputs;
float16 and bfloat16 against them over all 65,536 inputs; float64, and a sample of the oracles'
values, against mpmath.  One pass of an oracle serves all accuracies and targets.

Errors are those of docs and catalogue: of an exact variant |y - f(x)| in ULP of f(x) rounded,
subnormals on their own grid; of a fast one |y - f(x)| / |f(x)| wherever f(x) is normal, and where
it is not the result must be so small too.  An infinity or NaN where none is due, a number where one
is due, and a zero of the wrong sign break the bound as well.
"""

import argparse
import functools
import importlib
import json
import math
import multiprocessing
import signal
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from tabulate import tabulate
from tqdm import tqdm

import fastact as fa
from fastact import _catalogue, _config, _dispatch

try:
    import ml_dtypes
except ImportError:
    ml_dtypes = None
try:
    from fastact import _mp_oracles
except ImportError:  # no mpmath
    _mp_oracles = None

DTYPES = ["float32", "float16", "bfloat16", "float64"]
ACCURACIES = ["exact", "fast"]
SAMPLES = 1 << 20
HARD_POINTS = 300  # about so many of float64

ORACLE_RELATIVE = 1e-12  # what an oracle may be off; checked here if mpmath is there
CHUNK = 1 << 22  # inputs handed to a process at a time
BLOCK = 1 << 14  # inputs computed at a time: a dozen arrays of doubles stay in L2


# ------------------------------------------------------------------------- command line --


def verify_options(parser):
    from fastact.__main__ import positive_integer, writable_file  # which imports this module

    parser.add_argument("names", nargs="*", metavar="NAME", type=elementwise, help="only these (default: all)")
    parser.add_argument("--exhaustive", action="store_true", help="all 2^32 inputs of float32: minutes a function")
    parser.add_argument("--target", nargs="+", choices=_dispatch.usable_targets, default=[_dispatch.target],
                        help="kernels to measure (default: those in use)")
    parser.add_argument("--dtype", nargs="+", choices=DTYPES, help="default: all")
    parser.add_argument("--accuracy", choices=[*ACCURACIES, "both"], default="both")
    parser.add_argument("--samples", type=positive_integer, default=SAMPLES, metavar="N",
                        help="inputs of float32, unless --exhaustive (default: %(default)s)")
    parser.add_argument("--json", type=writable_file, metavar="FILE", help="write the results there too")


def elementwise(name):
    """The catalogue's entry of this name, for argparse."""
    try:
        entry = fa.get(name).entry
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if entry.kind == "fold":
        raise argparse.ArgumentTypeError(f"{name!r} declares no bound for each element alone")
    return entry


def verify(options):
    """Measure every declared error bound; exit with 1 if one is broken."""
    missing = missing_packages(options.dtype or DTYPES)
    for dtype, package in missing.items():
        print(f"{dtype} is not verified: pip install {package}", file=sys.stderr)
    if options.dtype and missing:
        return 2  # it was asked for
    if _mp_oracles is None:
        print("The oracles are not checked: pip install mpmath", file=sys.stderr)
    accuracies = ACCURACIES if options.accuracy == "both" else [options.accuracy]
    targets = list(dict.fromkeys(options.target))
    entries = list({entry.name: entry for entry in options.names or _elementwise_entries()}.values())
    rows, oracles = [], {}
    for dtype in options.dtype or DTYPES:
        if dtype in missing:
            continue
        found, start = [], perf_counter()
        for entry in progress(entries, dtype, options.exhaustive and dtype == "float32"):
            began = perf_counter()
            tallies = measure(entry, dtype, targets, accuracies, options)
            seconds = perf_counter() - began
            found += [row(entry, dtype, *key, tally, seconds) for key, tally in tallies.items()]
            if _mp_oracles and dtype != "float64":
                worst = [tally.worst for tally in tallies.values()]
                oracles[entry.name, dtype] = check_oracle(entry, dtype, worst)
        print(f"{dtype}: {describe(dtype, options)}, {perf_counter() - start:.1f} s\n\n{table(found)}\n", flush=True)
        rows += found
    if options.json:
        write_json(options.json, rows, oracles)
    return report(rows, oracles)


def _elementwise_entries():
    return [entry for entry in _catalogue.ENTRIES if entry.kind != "fold"]


def missing_packages(dtypes):
    """Dtype -> package to install, for those that cannot be verified."""
    needed = {"float64": (_mp_oracles, "mpmath"), "bfloat16": (ml_dtypes, "ml_dtypes")}
    return {dtype: needed[dtype][1] for dtype in dtypes if dtype in needed and needed[dtype][0] is None}


def progress(items, title, inner=False):
    """A progress bar on stderr, if that is a terminal, and unless each item has its own."""
    return tqdm(items, desc=title, disable=True if inner else None, leave=False)


def describe(dtype, options):
    if dtype == "float32":
        return "all 2^32 inputs" if options.exhaustive else f"about {options.samples:,} inputs"
    return "hard and random points against mpmath" if dtype == "float64" else "all 65,536 inputs"


# ------------------------------------------------------------------------------ measuring --


@dataclass
class Tally:
    """What was found for one function, dtype, target and accuracy."""

    error: float = -1.0  # the largest; in ULP if exact or of half precision, else relative
    worst: float = 0.0  # the input where it is
    got: float = 0.0  # the result there
    inputs: int = 0  # NaN not counted
    correct: int = 0  # correctly rounded
    wrong: int = 0  # NaN, infinity or zero where another, or a number, is due
    wrong_at: float = math.nan  # the first such input
    wrong_got: float = math.nan

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
        if other.wrong and not self.wrong:
            self.wrong_at, self.wrong_got = other.wrong_at, other.wrong_got
        self.inputs += other.inputs
        self.correct += other.correct
        self.wrong += other.wrong


def measure(entry, dtype, targets, accuracies, options):
    """(target, accuracy) -> Tally"""
    if dtype == "float32":
        if options.exhaustive:
            return exhaustive(entry, targets, accuracies)
        return measure_float32(entry, sample(entry, options.samples), targets, accuracies)
    function = measure_float64 if dtype == "float64" else functools.partial(measure_half, dtype=dtype)
    return function(entry, targets=targets, accuracies=accuracies)


@functools.cache
def ufuncs(target):
    """The raw ufuncs of a target, by name."""
    module = importlib.import_module(f"fastact._kernels.elementwise_{_dispatch._suffix(target)}")
    if target != _dispatch.target and ml_dtypes:  # fastact itself did it for its own
        module.register_bfloat16(np.dtype(ml_dtypes.bfloat16))
    return module.ufuncs


def callers(entry, dtype, targets, accuracies):
    """(target, accuracy) -> function of x; `entry` is a measured one."""
    parameters = [np.asarray(value, dtype) for value in entry.parameters.values()]
    found = {}
    for target in targets:
        for accuracy in accuracies:
            ufunc = ufuncs(target)[entry.name + ("_fast" if accuracy == "fast" else "")]
            found[target, accuracy] = functools.partial(_call, ufunc, parameters)
    return found


def _call(ufunc, parameters, x):
    with np.errstate(all="ignore"):
        return ufunc(x, *parameters)


def type_of(dtype):
    return np.dtype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)


# -------------------------------------------------------------------------------- float32 --

TINY = 2.0**-126


class Expected:
    """The oracle's values for a block of float32, and all that does not depend on the result."""

    def __init__(self, entry, x):
        self.x = x
        self.value = entry.oracle(x)
        with np.errstate(all="ignore"):
            self.rounded = self.value.astype(np.float32)
            self.size = np.abs(self.value)
        exponent = self.rounded.view(np.int32) >> 23 & 0xFF
        self.special = np.flatnonzero(exponent == 0xFF)
        self.per_ulp = (1173 - np.maximum(exponent, 1).astype(np.int64) << 52).view(np.float64)  # 2^(150 - exponent)
        self.numbers = x.size - int(np.count_nonzero(np.isnan(x)))
        self.nan = np.isnan(self.rounded)
        self.negative = np.signbit(self.value)
        self.subnormal = np.flatnonzero(self.size < TINY)
        with np.errstate(all="ignore"):
            self.per_size = 1 / np.maximum(self.size, TINY)

    def tally(self, y, accuracy):
        """The errors of the results y, which may be overwritten."""
        tally = Tally(inputs=self.numbers)
        with np.errstate(all="ignore"):
            error = np.subtract(y, self.value)
            np.abs(error, out=error)
            if accuracy == "exact":
                error *= self.per_ulp
            else:
                far = ~(error[self.subnormal] <= TINY)  # NaN too
                error *= self.per_size
                error[self.subnormal] = np.where(far, np.inf, 0)
        wrong = (y == 0) & (np.signbit(y) != self.negative)
        if self.special.size:
            at, due = y[self.special], self.rounded[self.special]
            same = (at == due) | (np.isnan(at) & np.isnan(due))
            error[self.special] = np.where(same, 0, np.inf)
            wrong[self.special] |= ~same
        if wrong.any():
            tally.specials(wrong, self.x, y)
        tally.update(error, self.x, y)
        correct = y == self.rounded
        tally.correct = int(np.count_nonzero(correct))
        if self.special.size:  # a NaN that is due for a number
            tally.correct += int(np.count_nonzero(self.nan & np.isnan(y) & ~np.isnan(self.x)))
        return tally


def measure_float32(entry, x, targets, accuracies):
    """(target, accuracy) -> Tally over the inputs x"""
    measured = entry.measured(np.float32)
    calls = callers(measured, np.float32, targets, accuracies)
    tallies = {key: Tally() for key in calls}
    for start in range(0, x.size, BLOCK):
        expected = Expected(measured, x[start : start + BLOCK])
        for (target, accuracy), call in calls.items():
            tallies[target, accuracy].merge(expected.tally(call(expected.x), accuracy))
    return tallies


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
    parameters = [value for value in entry.measured(np.float32).parameters.values() if value]
    magnitudes = [
        2.0**-12, 2.0**-6, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 3.92, 4, 5.5, 6, 8, 9.01, 10, 13.2, 14.2, 16.6, 17.33, 20, 25,
        33.3, 51.1, 61, 87.33, 88.72, 91.6, 97.5, 103.97, 108.4, 175.6, 208.1, *map(abs, parameters),
    ]
    return [sign * value for value in magnitudes for sign in (1, -1)]


def exhaustive(entry, targets, accuracies):
    """(target, accuracy) -> Tally over all 2^32 inputs, with a process for each core"""
    tallies = {(target, accuracy): Tally() for target in targets for accuracy in accuracies}
    # Spawned: a fork would inherit the state of threads that it does not have.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(_config.available_cpus(), context, _one_thread) as pool:
        starts = range(0, 1 << 32, CHUNK)
        jobs = {pool.submit(measure_chunk, entry.name, start, targets, accuracies): start for start in starts}
        found = {}
        try:
            for job in tqdm(as_completed(jobs), desc=entry.name, total=len(jobs), disable=None, leave=False):
                found[jobs[job]] = job.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for start in starts:  # in order, so that equal errors give the same worst input each time
        for key, tally in found[start].items():
            tallies[key].merge(tally)
    return tallies


def _one_thread():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops us
    fa.set_num_threads(1)


def measure_chunk(name, start, targets, accuracies):
    """One process's work: CHUNK inputs, from these bits on."""
    x = np.arange(start, start + CHUNK, dtype=np.uint32).view(np.float32)
    return measure_float32(_catalogue.BY_NAME[name], x, targets, accuracies)


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


def measure_half(entry, targets, accuracies, dtype):
    """(target, accuracy) -> Tally over all inputs of float16 or bfloat16"""
    form, kind = FORMATS[dtype], type_of(dtype)
    measured = entry.measured(kind)
    x = np.arange(1 << 16, dtype=np.uint16).view(kind)
    with np.errstate(all="ignore"):  # signalling NaN
        wide = x.astype(np.float64)
    value = measured.oracle(wide)
    due, spacing, ties = round_to(form, value)
    if _mp_oracles:
        for i in ties:
            if math.isfinite(wide[i]):
                due[i] = _settled(measured, wide[i], value[i], spacing[i], form)
    nan, ulp = np.isnan(due), ulp_of(form, due)
    tallies = {}
    for (target, accuracy), call in callers(measured, kind, targets, accuracies).items():
        with np.errstate(all="ignore"):
            y = call(x).astype(np.float64)
        tally = tallies[target, accuracy] = Tally(inputs=int(np.count_nonzero(~np.isnan(wide))))
        finite = np.isfinite(due)
        same = (y == due) | (nan & np.isnan(y))
        with np.errstate(all="ignore"):
            error = np.where(finite, np.abs(y - value) / ulp, np.where(same, 0, np.inf))
        # A correctly rounded one has 0.5 at most; one that is not has more, or the oracle's error hides it.
        error = np.where(same & finite, np.minimum(error, 0.5), np.where(finite, np.maximum(error, 0.5000001), error))
        wrong = (~finite & ~same) | (finite & ~np.isfinite(y)) | ((y == 0) & (np.signbit(y) != np.signbit(value)))
        tally.specials(wrong, wide, y)
        tally.update(error, wide, y)
        tally.correct = int(np.count_nonzero(same & ~np.isnan(wide)))
    return tallies


def _settled(measured, x, value, ulp, form):
    """The rounding of f(x), which lies too near the middle of two numbers for float64 to tell."""
    true = _mp_oracles.value(measured, float(x), _mp_oracles.TIE)
    middle = (math.floor(value / ulp) + 0.5) * ulp
    below, above = math.floor(value / ulp), math.floor(value / ulp) + 1
    beyond = _mp_oracles.difference(middle, true)
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


def measure_float64(entry, targets, accuracies):
    """(target, accuracy) -> Tally over `points`, and over what is no number"""
    measured, limits = entry.measured(np.float64), np.finfo(np.float64)
    x = np.concatenate([points(measured), [np.inf, -np.inf, np.nan, -np.nan]])
    value = measured.oracle(x)
    # At ±inf the limit: if that is a number but 0, it is the value at the largest x, to all digits.
    numbers = np.isfinite(x) | (np.isinf(x) & np.isfinite(value) & (value != 0))
    true = [_mp_oracles.value(measured, one) for one in np.clip(x[numbers], limits.min, limits.max).tolist()]
    tallies = {}
    for (target, accuracy), call in callers(measured, np.float64, targets, accuracies).items():
        y = call(x)
        tally = tallies[target, accuracy] = Tally(inputs=x.size - 2)
        results = y[numbers].tolist()
        ulps = np.array([_mp_oracles.ulps(one, t, limits) for one, t in zip(results, true, strict=True)])
        error = ulps
        if accuracy == "fast":
            error = np.array([_mp_oracles.relative(one, t, limits) for one, t in zip(results, true, strict=True)])
        tally.update(error, x[numbers], y[numbers])
        same = (y == value) | (np.isnan(y) & np.isnan(value))
        tally.specials((~numbers & ~same) | ((y == 0) & (np.signbit(y) != np.signbit(value))), x, y)
        tally.correct = int(np.count_nonzero(ulps <= 0.5)) + int(np.count_nonzero(same & ~numbers & ~np.isnan(x)))
    return tallies


# -------------------------------------------------------------------------------- oracles --


def check_oracle(entry, dtype, worst):
    """The oracle's own error against mpmath, at these inputs and some hundred more: (relative, input)"""
    measured = entry.measured(type_of(dtype))
    with np.errstate(all="ignore"):
        x = np.concatenate([points(measured), worst]).astype(type_of(dtype)).astype(np.float64)
    x = np.unique(x[np.isfinite(x)])
    value, largest, at = measured.oracle(x), 0.0, 0.0
    for one, got in zip(x.tolist(), value.tolist(), strict=True):
        true = _mp_oracles.value(measured, one)
        if abs(true) < 2.0**-150:  # 0, or its neighbour, in every type measured with an oracle
            error = 0.0 if abs(got) < 2.0**-149 else math.inf
        elif math.isinf(got):
            error = 0.0 if abs(true) >= 2.0**1023 else math.inf
        else:
            error = float(abs(_mp_oracles.difference(got, true) / true))
        if not error <= largest:
            largest, at = error, one
    return largest, at


# --------------------------------------------------------------------------------- output --


def declared(entry, dtype, accuracy):
    """(bound, its unit), from the catalogue"""
    if dtype in FORMATS:
        return _catalogue.HALF_ULP[accuracy], "ulp"
    bound = entry.max_ulp(accuracy, dtype)
    return (bound, "ulp") if accuracy == "exact" else (bound / 2 ** _catalogue.PRECISION[dtype], "relative")


def row(entry, dtype, target, accuracy, tally, seconds):
    """One line of a table, ready for JSON."""
    bound, unit = declared(entry, dtype, accuracy)
    # The oracle of float32 may be off, which is none of the kernel's fault; the others are settled by mpmath.
    slack = {"ulp": ORACLE_RELATIVE * 2**24, "relative": ORACLE_RELATIVE}[unit] if dtype == "float32" else 0
    return {
        "function": entry.name,
        "dtype": dtype,
        "target": target,
        "accuracy": accuracy,
        "unit": unit,
        "error": tally.error if math.isfinite(tally.error) else None,  # JSON has no infinity
        "bound": bound,
        "ok": tally.error <= bound + slack and not tally.wrong,
        "worst_input": number(tally.worst),
        "worst_bits": bits(tally.worst, dtype),
        "worst_result": number(tally.got),
        "inputs": tally.inputs,
        "correctly_rounded": tally.correct,
        "wrong_specials": tally.wrong,
        "wrong_special_input": bits(tally.wrong_at, dtype) if tally.wrong else None,
        "wrong_special_result": number(tally.wrong_got) if tally.wrong else None,
        "seconds": seconds,
    }


def number(value):
    """For JSON, which has numbers only."""
    return value if math.isfinite(value) else str(value)


def bits(value, dtype):
    """The bits of a value, in hex."""
    kind = type_of(dtype)
    return f"0x{int(np.array(value, kind).view(f'u{kind.itemsize}')):0{2 * kind.itemsize}x}"


def error_text(error, unit):
    if error is None:
        return "inf"
    if unit == "ulp" or error == 0:
        if 0.5 < error < 0.50005:
            return "0.5+"  # not correctly rounded
        return f"{error:.4g}" if error >= 1e5 else f"{error:.4f}".rstrip("0").rstrip(".")
    return f"2^{math.log2(error):.2f}"


def share(one):
    """The percentage that is correctly rounded; only if all are is it 100."""
    if one["correctly_rounded"] == one["inputs"]:
        return "100 %"
    percent = 100 * one["correctly_rounded"] / one["inputs"]
    return f"{math.floor(percent * 1e4) / 1e4:.4f} %"


def table(rows):
    headers = ["function", "target", "accuracy", "max error", "at", "", "rounded", "bound", ""]
    shown, previous = [], (None, None)
    for one in rows:
        function, target = one["function"], one["target"]
        shown.append([
            function if function != previous[0] else "",
            target if (function, target) != previous else "",
            one["accuracy"],
            error_text(one["error"], one["unit"]),
            one["worst_bits"],
            f"{float(one['worst_input']):.4g}",
            share(one),
            error_text(one["bound"], one["unit"]).removesuffix(".00"),
            "ok" if one["ok"] else "BROKEN",
        ])
        previous = function, target
    aligned = ["left", "left", "left", "right", "left", "right", "right", "right", "left"]
    return tabulate(shown, headers, disable_numparse=True, colalign=aligned)


def report(rows, oracles):
    """Say which bounds are broken, on stderr; return the exit status."""
    lines = []
    for one in rows:
        what = f"{one['function']}, {one['dtype']}, {one['target']}, {one['accuracy']}"
        if one["wrong_specials"]:
            lines.append(f"{what}: {one['wrong_specials']:,} wrong NaN, infinities or zeros, the first "
                         f"{one['wrong_special_result']} at {one['wrong_special_input']}")
        elif not one["ok"]:
            unit = " ULP" if one["unit"] == "ulp" else ""
            lines.append(f"{what}: {error_text(one['error'], one['unit'])}{unit} at {one['worst_bits']} "
                         f"({one['worst_input']!r}), where it gives {one['worst_result']!r}, declared at most {error_text(one['bound'], one['unit'])}; "
                         f"{one['inputs'] - one['correctly_rounded']:,} of {one['inputs']:,} not correctly rounded")
    for (name, dtype), (error, at) in oracles.items():
        if not error <= ORACLE_RELATIVE:
            lines.append(f"{name}, {dtype}: the oracle itself is off by {error:.3g} at {at!r}, "
                         f"more than {ORACLE_RELATIVE:g}")
    for line in lines:
        print(line, file=sys.stderr)
    if oracles:
        name, (error, at) = max(((key[0], found) for key, found in oracles.items()), key=lambda pair: pair[1][0])
        print(f"Oracles against mpmath: off by {error:.2g} at most ({name} at {at:.9g}).")
    broken = sum(not one["ok"] for one in rows)
    print(f"{len(rows)} bounds measured, {broken} broken.")
    return 1 if lines else 0


def write_json(path, rows, oracles):
    found = {
        "fastact": fa.__version__,
        "numpy": np.__version__,
        "oracle_relative": ORACLE_RELATIVE,
        "results": rows,
        "oracles": [
            {"function": name, "dtype": dtype, "relative": error if math.isfinite(error) else None, "worst_input": at}
            for (name, dtype), (error, at) in oracles.items()
        ],
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=2, allow_nan=False)
        file.write("\n")
