"""The caller's floating-point settings are not changed, and do not change any bit of a result.

A little C library, compiled here, sets and reads control and status: the SSE unit's MXCSR and the
x87's words on x86-64, FPCR and FPSR on aarch64.  test_settings.py has the plain ufuncs of all targets.
"""

import ctypes
import platform
import shutil
import subprocess
import threading
import warnings

import numpy as np
import pytest

import fastact as fa
from helpers import SPLIT, bfloat16, ready, run_python, same_bits

HELPER = r"""
#if defined(__x86_64__)
#include <xmmintrin.h>
unsigned long get_control(void) {       /* MXCSR less its flags, and the x87's control word */
    unsigned short x87;
    __asm__ volatile("fnstcw %0" : "=m"(x87));
    return (_mm_getcsr() & 0xFFC0) | (unsigned long)x87 << 32;
}
unsigned long get_status(void) {
    unsigned short x87;
    __asm__ volatile("fnstsw %0" : "=m"(x87));
    return (_mm_getcsr() & 0x3F) | (unsigned long)(x87 & 0x3F) << 32;
}
void set_control(unsigned long value) {
    unsigned short x87 = value >> 32;
    _mm_setcsr((_mm_getcsr() & 0x3F) | (unsigned)value);
    __asm__ volatile("fldcw %0" : : "m"(x87));
}
void set_status(unsigned long flags) { _mm_setcsr((_mm_getcsr() & 0xFFC0) | (unsigned)flags); }
/* Flush to zero and denormals are zero; upwards; towards zero; the x87 in single precision, downwards. */
unsigned long modes[] = {0x9FC0, 0x5F80, 0x7F80, 0x1F80};
unsigned long x87_modes[] = {0x37F, 0x37F, 0x37F, 0x47F};
unsigned long mode(int i) { return modes[i] | x87_modes[i] << 32; }
#elif defined(__aarch64__)
unsigned long get_control(void) { unsigned long v; __asm__ volatile("mrs %0, fpcr" : "=r"(v)); return v; }
unsigned long get_status(void) { unsigned long v; __asm__ volatile("mrs %0, fpsr" : "=r"(v)); return v & 0x9F; }
void set_control(unsigned long v) { __asm__ volatile("msr fpcr, %0" : : "r"(v)); }
void set_status(unsigned long v) { __asm__ volatile("msr fpsr, %0" : : "r"(v)); }
unsigned long mode(int i) { unsigned long all[] = {1ul << 24, 1ul << 22, 3ul << 22, 2ul << 22}; return all[i]; }
#else
#error another CPU
#endif
"""

MODES = {"flush to zero": 0, "upwards": 1, "towards zero": 2, "x87 or downwards": 3}


class Unit:
    """The floating-point unit of the current thread."""

    def __init__(self, path):
        self.path = str(path)
        library = ctypes.CDLL(self.path)
        for name in ("get_control", "get_status", "mode"):
            function = getattr(library, name)
            function.restype = ctypes.c_ulong
            setattr(self, name, function)
        for name in ("set_control", "set_status"):
            function = getattr(library, name)
            function.argtypes, function.restype = [ctypes.c_ulong], None
            setattr(self, name, function)


@pytest.fixture(scope="module")
def unit(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler or platform.machine() not in ("x86_64", "aarch64"):
        pytest.skip("needs a C compiler, on x86-64 or aarch64")
    folder = tmp_path_factory.mktemp("unit")
    (folder / "unit.c").write_text(HELPER)
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", folder / "unit.so", folder / "unit.c"], check=True)
    return Unit(folder / "unit.so")


def hard(dtype, size):
    """Subnormals, overflow, infinities, NaN, tails, among ordinary values."""
    x = np.random.default_rng(0).normal(0, 30, 5003)
    x[::11] = np.resize([1e-40, -1e-45, 3e38, -3e38, np.inf, -np.inf, np.nan, -88, -103.9, 0, -0.0, 1e-20, 3e-7], 455)
    with np.errstate(all="ignore"):
        return np.resize(x.astype(dtype), size)


def calls():
    """One call of each role of each function, by name; with arrays that several threads share, too."""
    found = {}
    x, large = hard(np.float32, 300), hard(np.float32, SPLIT)
    halves = [hard(dtype, 300) for dtype in (np.float16, bfloat16, np.float64) if dtype is not None]
    rows = large[:594_000].reshape(594, 1000)
    for name in fa.activations:
        a = ready(name)
        found[name] = lambda a=a, **k: a(x, **k)
        found[f"{name} in threads"] = lambda a=a, **k: a(rows if a.kind == "fold" else large, **k)
        if a.kind != "fold":
            found[f"{name} backward"] = lambda a=a, **k: a.backward(x, x, **k)
        for other in halves:
            found[f"{name} {other.dtype}"] = lambda a=a, x=other, **k: a(x, **k)
    found["swiglu"] = lambda **k: fa.swiglu(rows, **k)
    found["swiglu backward"] = lambda **k: np.stack(fa.swiglu.backward(x, x, x, **k))
    found["add_gelu"] = lambda **k: fa.add_gelu(rows, rows[0], **k)
    found["softmax where"] = lambda **k: fa.softmax(rows, where=rows > -50, **k)
    return found


def projections():
    rng = np.random.default_rng(1)
    w = rng.normal(0, 1, (2, 70, 90)).astype(np.float32)
    w[0, 0] = 1e-39  # packed in any mode
    x = rng.normal(0, 1, (150, 90)).astype(np.float32)
    x[5] *= np.float32(1e-38)
    makers = {"projection": lambda: fa.Projection(w[0], activation="gelu"), "gated": lambda: fa.GatedProjection(*w),
              "mlp": lambda: fa.MLP(w[0], w[1].T, activation="silu")}
    found = {}
    for name, make in makers.items():
        for dtype in filter(None, (np.float32, np.float16, bfloat16)):
            with np.errstate(all="ignore"):
                values = x.astype(dtype)
            found[f"{name} {np.dtype(dtype)}"] = lambda make=make, values=values: make()(values)
    return found


def all_calls():
    elementwise = {f"{a.__name__}{role}" for a in fa.activations.values() if a.kind != "fold" for role in ("", " backward")}
    elementwise |= {"swiglu", "swiglu backward", "add_gelu"}
    with_accuracy = {f"{name} {accuracy}": (lambda call=call, accuracy=accuracy: call(accuracy=accuracy))
                     for name, call in calls().items()
                     for accuracy in ("exact", "fast", "correct") if accuracy != "correct" or name in elementwise}
    return with_accuracy | projections()


@pytest.mark.parametrize("thread", ["main thread", "another thread"])
def test_calls_leave_control_and_status_alone(unit, thread):
    """The flags are clear before each call, and what NumPy would warn of is clear after it.

    (Those that were set before are cleared by NumPy, as for each of its ufuncs.)
    """
    failed = []

    def run():
        control = unit.get_control()
        for name, call in all_calls().items():
            unit.set_status(0)
            call()
            # Not inexact and denormal: NumPy's own casts and buffers may raise those.
            if unit.get_control() != control or unit.get_status() & (0x1D if platform.machine() == "x86_64" else 0x0F):
                failed.append((name, hex(unit.get_status())))
        unit.set_status(0)

    if thread == "main thread":
        run()
    else:
        other = threading.Thread(target=run)
        other.start()
        other.join()
    assert not failed


@pytest.mark.parametrize("mode", MODES)
def test_bits_do_not_depend_on_the_mode(unit, mode):
    """For every function and role, with one thread or two: those of the default mode."""
    jobs = all_calls()
    expected = {name: call() for name, call in jobs.items()}
    before = unit.get_control()
    got = {}
    try:
        unit.set_control(unit.mode(MODES[mode]))
        with fa.threads(2):
            for name, call in jobs.items():
                got[name] = call()
        after = unit.get_control()
    finally:
        unit.set_control(before)
    assert after == unit.mode(MODES[mode])
    differ = [name for name in jobs if not same_bits(got[name], expected[name])]
    assert not differ


def test_the_modes_do_change_something(unit):
    """Otherwise the test above would not test anything."""
    before = unit.get_control()
    seen = set()
    for i in range(3):
        try:
            unit.set_control(unit.mode(i))
            seen.add(((np.float32(1e-40) * np.array([1], np.float32)).tobytes(),
                      (np.array([1], np.float32) / np.array([3], np.float32)).tobytes(),
                      (np.array([-1], np.float32) / np.array([3], np.float32)).tobytes()))
        finally:
            unit.set_control(before)
    assert len(seen) == 3


def test_import_leaves_control_and_status_alone(unit):
    """Tests the thread that imports fastact and a thread that was started before."""
    run_python("""
        import ctypes, sys, threading
        import numpy as np
        unit = ctypes.CDLL(sys.argv[1])
        unit.get_control.restype = unit.get_status.restype = ctypes.c_ulong
        imported, seen = threading.Event(), []
        def other():
            unit.set_status(ctypes.c_ulong(0))
            before = unit.get_control(), unit.get_status()
            started.set()
            imported.wait()
            seen.append((unit.get_control(), unit.get_status()) == before)
        started = threading.Event()
        thread = threading.Thread(target=other)
        thread.start()
        started.wait()
        unit.set_status(ctypes.c_ulong(0))
        before = unit.get_control()
        import fastact as fa
        after, flags = unit.get_control(), unit.get_status() & 0x1D   # less inexact and denormal
        imported.set()
        thread.join()
        fa.gelu(np.ones(3, np.float32))
        new = []    # threads that start later inherit the same
        thread = threading.Thread(target=lambda: new.append(unit.get_control()))
        thread.start()
        thread.join()
        assert before == after == new[0] and not flags and seen == [True], (before, after, new, flags, seen)
    """, unit.path)


def test_no_call_warns(unit):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, call in all_calls().items():
            try:
                call()
            except Warning as warning:
                pytest.fail(f"{name}: {warning}")
