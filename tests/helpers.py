"""What the tests share: CPU targets, samples, distances in ULP, other processes."""

import contextlib
import functools
import inspect
import io
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import ENTRIES, gated_by
from fastact._cli.main import main
from fastact._functions.ufuncs import ufuncs
from fastact._lab.accuracy import ulp
from fastact._runtime import cpu, dispatch, targets

# Every elementwise activation, with values for its parameters that float32 holds exactly.
BY_NAME = {entry.name: entry.measured(np.float32) for entry in ENTRIES if entry.kind != "fold"}
RIDGE = list(BY_NAME.values())
ACCURACIES = ["exact", "fast"]  # those of all functions
EVERY_ACCURACY = [*ACCURACIES, "correct"]
every_accuracy = pytest.mark.parametrize("accuracy", EVERY_ACCURACY)    # of elementwise functions
DTYPES = [np.float32, np.float64]
try:
    from ml_dtypes import bfloat16, finfo
except ImportError:  # then there are no bfloat16 arrays either
    bfloat16, finfo = None, np.finfo
HALF = [np.float16] + [bfloat16] * (bfloat16 is not None)
SPLIT = 2**19 + 70_001  # elements that every kernel shares out among the threads: test_settings counts those
ELEMENTWISE = sorted(name for name, ufunc in ufuncs.items() if ufunc.signature is None)
# Those of rows of one length, like the result's; test_fold.py has the others.
FOLDS = sorted(name for name, ufunc in ufuncs.items() if ufunc.signature in ("(n)->(n)", "(n),(n)->(n)"))

# ----------------------------------------------------------------------------- targets --

# Those of the architecture, the best last; "generic" alone in a scalar build.
OF_MACHINE = targets.of_machine(cpu.machine)[::-1]
TARGETS = [target.name for target in OF_MACHINE if not target.base]
# The matrix products have more, with instructions of their own for bfloat16.
MATMUL_TARGETS = [*TARGETS, *(target.name for target in OF_MACHINE if target.base)]
BFLOAT_INSTRUCTIONS = {"x86-64-v4-bf16": "VDPBF16PS", "x86-64-v4-amx": "TDPBF16PS", "aarch64-bf16": "BFDOT",
                       "aarch64-i8mm": "BFDOT"}
needs_fma = pytest.mark.skipif(dispatch.matmul_target in targets.WITHOUT_FMA,
                               reason=f"{dispatch.matmul_target} has no fused multiply-adds")


def need(target):
    """Skip the test, saying why, where this CPU lacks the target or the build was asked to leave it out."""
    chosen = os.environ.get("FASTACT_BUILD_TARGETS", "").split()
    if chosen and target not in chosen:
        pytest.skip(f"{target} is not among FASTACT_BUILD_TARGETS")
    assert dispatch.is_built(targets.BY_NAME[target]), f"{target} was not built"
    if target not in dispatch.matmul_targets:
        pytest.skip(f"this CPU lacks {target}")


@functools.cache
def kernels(target):
    """The raw ufuncs of a target, by name."""
    need(target)
    modules = [dispatch.kernels(family, target) for family in ("elementwise", "rows")]
    if bfloat16 and target != dispatch.target:  # fastact did it for its own target
        for module in modules:
            module.register_bfloat16(np.dtype(bfloat16))
    return {name: ufunc for module in modules for name, ufunc in module.ufuncs.items()}


@functools.cache
def activation(name, target):
    """The public object of this name, over the kernels of a target."""
    entry = BY_NAME.get(name, fa.activations[name].entry)
    return type(fa.activations[name])(entry, kernels(target))


def ready(name):
    """The public object of this name, with values for those parameters that have no default."""
    found = fa.activations[name]
    return found.with_parameters(**found.entry.examples) if found.entry.examples else found


def each(**values):
    """A decorator: the test takes each of the values in turn, as one test, where thousands of tests would take their time.

    each(dtype=DTYPES) calls it with each dtype; what fails says with which.
    """
    (name, values), = values.items()

    def decorated(test):
        @functools.wraps(test)
        def every(*args, **others):
            for value in values:
                try:
                    test(*args, **others, **{name: value})
                except Exception as error:
                    error.add_note(f"with {name} = {getattr(value, '__name__', value)}")
                    raise
        signature = inspect.signature(test)
        every.__signature__ = signature.replace(parameters=[one for one in signature.parameters.values() if one.name != name])
        return every
    return decorated


# Results of another shape than the input's: test_fold.py has what the tests of all activations ask.
RESHAPING = ["logsumexp", "maxout"]


def operands(name, dtype):
    """What a raw ufunc takes after x: the parameters' values, as they are measured with."""
    values = BY_NAME[name].parameters.values() if name in BY_NAME else ()
    return tuple(np.asarray(value, dtype) for value in values)


@functools.cache
def gated(name, target):
    """The unit gated by the activation of this name, over the kernels of a target."""
    found = activation(name, target)
    return fa._functions.pairs.gated_unit(gated_by(found.entry), found, kernels(target))


# ----------------------------------------------------------------------------- errors --


def same_bits(a, b):
    """Same type, shape and bits; a NaN equals any other NaN."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if a.tobytes() == b.tobytes():
        return True
    nan, zero = np.isnan(a), a.dtype.type(0)
    return bool((nan == np.isnan(b)).all()) and np.where(nan, zero, a).tobytes() == np.where(nan, zero, b).tobytes()


class Truth:
    """True values, and how far results of a type are from them.

    The true value is `high`, in float64, plus `low` ULP.  The errors of results that cross zero
    are measured at the size `floor`, where that is larger.
    """

    def __init__(self, high, dtype, low=0.0, floor=0.0):
        self.high, self.low = high, low
        self.floor = floor
        with np.errstate(all="ignore"):
            self.nearest = high.astype(dtype)
        self.size = np.maximum(np.maximum(np.abs(high), floor), float(np.finfo(dtype).tiny))

    def ulps(self, got):
        """Error in ULP of the true value rounded to the type, subnormals on their own grid."""
        return ulp.errors(got, self.high, nearest=self.nearest, low=self.low, floor=self.floor)

    def relative(self, got):
        """Error relative to the true value, or to the smallest normal number where that is larger."""
        with np.errstate(all="ignore"):
            unit = spacing(self.nearest)
            error = np.abs((got - self.high) / unit - self.low) * (unit / self.size)
        odd = np.flatnonzero(~np.isfinite(error))  # infinity where it was due is no error; nor is NaN
        error[odd] = [0 if same_bits(got[i], self.nearest[i]) else np.inf for i in odd]
        return error


def spacing(nearest):
    """One ULP, as float64, at values of a type."""
    return ulp.spacing(nearest, nearest.dtype)


@dataclass
class Worst:
    """The largest error met, and where."""

    error: float = 0.0
    at: str = ""

    def update(self, error, got, truth, *inputs):
        i = np.argmax(error)
        if error[i] > self.error:
            at = ", ".join(shown(values[i]) for values in inputs)
            self.error, self.at = float(error[i]), f"at {at}: got {shown(got[i])}, not {shown(truth[i])}"


def shown(x):
    digits, exponent = float(x).hex().split("p") if np.isfinite(x) else (str(x), "")
    return f"{x:.8g} ({digits.rstrip('0')}p{exponent})" if exponent else digits


MEASURED = []  # lines for the end of the run: see --errors in conftest.py


def check(worst, bound, unit, what):
    MEASURED.append((what, f"{worst.error:.4g} {unit} {worst.at}"))
    assert worst.error <= bound, f"{what}: {worst.error:.6g} {unit}, allowed {bound:.6g}, {worst.at}"


# ----------------------------------------------------------------------------- samples --


def float32_sample(per_binade):
    """Chunks with all finite float32 exponents and signs, the same number of significands from each.

    A significand is drawn from each of `per_binade` equal stretches: even, yet no two binades alike.
    """
    rng = np.random.default_rng(20240229)
    step = 2**23 // per_binade
    for exponent in range(255):
        significand = np.arange(per_binade) * step + rng.integers(step, size=per_binade)
        bits = (exponent << 23 | significand).astype(np.uint32)
        yield np.concatenate([bits, bits | np.uint32(1 << 31)]).view(np.float32)


@functools.cache
def thresholds():
    """Where the formulas change over: the constants in the source, and the edges of table segments."""
    folder = Path(fa.__file__).parent / "_kernels"
    source = "".join(path.read_text() for path in [*folder.glob("elementwise/formulas*.pxd"), *folder.glob("math/*.pxd")])
    written = [float(number) for number in re.findall(r"splat\(x, (-?\d+\.?\d*)\)", source)]
    segments = [2.0**octave * (1 + part / 8) - 1 for octave in range(6) for part in range(8)]
    reduction = np.arange(0, 120 * 32) * (np.log(2) / 32)  # exp changes its table entry at the odd ones
    return np.unique(np.concatenate([written, segments, reduction, 2 * reduction]))


def around(values, dtype, count):
    """The values of both signs, each with `count` neighbours on either side."""
    values = np.unique(np.abs(np.asarray(values).astype(dtype)))
    unsigned = np.dtype(f"u{values.itemsize}")
    bits = values.view(unsigned).astype(np.int64)[:, None] + np.arange(-count, count + 1)
    found = np.unique(bits[bits >= 0]).astype(unsigned).view(dtype)
    found = found[np.isfinite(found)]
    return np.concatenate([found, -found])


def stretch(low, high, count):
    """About `count` float32 from low to high, 0 < low < high, evenly among the floats there are."""
    first, last = np.array([low, high], np.float32).view(np.uint32).astype(np.int64)
    step = max(1, (last - first) // count) | 1  # odd: no low bit stands still
    return np.arange(first, last, step).astype(np.uint32).view(np.float32)


@functools.cache
def hard_float32(count=2**18):
    """Where results leave the normal range, functions bend or cancel, and formulas change over."""
    return np.concatenate([
        -stretch(80, 110, count), -stretch(5, 15, count), stretch(5, 15, count),
        stretch(0.4, 1.6, count), -stretch(0.4, 1.6, count),
        around(0, np.float32, 2000), around(thresholds(), np.float32, 4),
        around([np.finfo(np.float32).max, np.finfo(np.float32).tiny], np.float32, 100),
    ])


@functools.cache
def float64_sample(count=2000):
    """A few thousand float64: all binades up to 2^11, the same hard places as for float32."""
    rng = np.random.default_rng(20240301)
    scattered = np.exp2(rng.uniform(-1074, 11, count))
    central = rng.uniform(0, 50, count // 2)
    tail = rng.uniform(690, 750, count // 4)  # exp leaves the normal range in here
    gelu_tail = np.concatenate([rng.uniform(36, 39, count // 8), rng.uniform(19, 23, count // 8)])
    edges = rng.permutation(thresholds())[:count // 8]
    magnitudes = np.concatenate([
        scattered, central, tail, tail / 2, gelu_tail, edges, np.nextafter(edges, 0), np.nextafter(edges, 999),
        [0, 5e-324, 1e-323, 2.0**-1022, np.nextafter(2.0**-1022, 0), 0.75, 1.0, 1.25],
    ])
    return np.concatenate([magnitudes, -magnitudes])


# --------------------------------------------------------------------- other processes --


def run_python(code, *arguments, timeout=120, **environment):
    """Run code in a new interpreter, to exit status 0, or the test fails with what it wrote."""
    result = start_python(code, *arguments, timeout=timeout, **environment)
    assert result.returncode == 0, result.stderr
    return result


def start_python(code, *arguments, timeout=120, **environment):
    """The same, whatever the status; of our own variables the interpreter sees only those given."""
    ours = ("FASTACT_TARGET", "FASTACT_ACCURACY", "FASTACT_NUM_THREADS", "OMP_NUM_THREADS")
    inherited = {key: value for key, value in os.environ.items() if key not in ours}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        env={**inherited, **environment}, capture_output=True, text=True, timeout=timeout)


def in_child(function, timeout=60):
    """Run function in a forked child, so that a crash or a deadlock there is a failure here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking with threads: that is the test
        pid = os.fork()
    if pid == 0:
        status = 1
        try:
            function()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            assert status == 0, f"the child ended with status {os.waitstatus_to_exitcode(status)}"
            return
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    pytest.fail(f"the child still ran after {timeout} s")


def in_process(*argv):
    """Return (status, stdout, stderr) of the command line with these arguments."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(list(argv))
        except SystemExit as error:
            status = error.code
    return status, out.getvalue(), err.getvalue()
