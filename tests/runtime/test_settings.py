"""Accuracy and threads: process, context, environment; forks; what importing and calling leave alone."""

import asyncio
import contextvars
import ctypes
import hashlib
import importlib.util
import os
import platform
import signal
import sys
import threading

import numpy as np
import pytest

import fastact as fa
from fastact._runtime import dispatch
from helpers import DTYPES, SPLIT, activation, in_child, operands, ready, run_python, same_bits, start_python

X = np.linspace(-12, 12, 1001, dtype=np.float32)
LARGE = np.random.default_rng(0).normal(0, 4, SPLIT).astype(np.float32)  # every thread gets a share
RESULTS = {accuracy: fa.gelu(X, accuracy=accuracy) for accuracy in ("exact", "fast", "correct")}

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def accuracy_in_force():
    """Tests the effect on a call, not only the getter."""
    y = fa.gelu(X)
    found, = (accuracy for accuracy, due in RESULTS.items() if same_bits(y, due))
    return found


def in_thread(function):
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join(60)
    assert results, "the thread failed or hangs"
    return results[0]


@pytest.fixture
def process_settings():
    """Restores the settings that the test changes for the process."""
    accuracy, threads = fa.get_accuracy(), fa.get_num_threads()
    yield
    fa.set_accuracy(accuracy)
    fa.set_num_threads(threads)


# ---------------------------------------------------------------------------- accuracy --


def test_the_tests_can_tell_the_accuracies_apart():
    assert len({y.tobytes() for y in RESULTS.values()}) == 3
    assert accuracy_in_force() == fa.get_accuracy()


def test_accuracy_of_the_process_and_of_a_context(process_settings):
    fa.set_accuracy("fast")
    assert fa.get_accuracy() == accuracy_in_force() == "fast"
    with fa.accuracy("exact"):
        assert fa.get_accuracy() == accuracy_in_force() == "exact"
        with fa.accuracy("fast"):
            assert accuracy_in_force() == "fast"
            with fa.accuracy("correct"):
                assert fa.get_accuracy() == accuracy_in_force() == "correct"
            assert accuracy_in_force() == "fast"
        fa.set_accuracy("fast")  # the context goes before the process
        assert accuracy_in_force() == "exact"
        for accuracy, due in RESULTS.items():
            assert same_bits(fa.gelu(X, accuracy=accuracy), due)  # the argument before both
            assert same_bits(fa.gelu(X, accuracy="".join(list(accuracy))), due)  # another string of the same text
    assert accuracy_in_force() == "fast"
    fa.set_accuracy("correct")
    assert fa.get_accuracy() == accuracy_in_force() == "correct"
    with fa.accuracy("".join(list("fast"))):
        assert accuracy_in_force() == "fast"
    fa.set_accuracy("exact")
    assert accuracy_in_force() == "exact"


def test_accuracy_ends_with_an_exception():
    with pytest.raises(KeyError), fa.accuracy("fast"):
        raise KeyError
    assert accuracy_in_force() == fa.get_accuracy()


@pytest.mark.parametrize("call", [
    lambda **k: fa.gelu(X, out=np.empty_like(X), **k), lambda **k: fa.gelu.derivative(X, **k),
    lambda **k: fa.gelu.backward(X, X, **k), lambda **k: fa.gelu.ufunc(**k)(X), lambda **k: fa.softmax(X, **k),
    lambda **k: fa.swiglu(X, X, **k), lambda **k: fa.swiglu.backward(X, X, X, **k)[0],
], ids=["call", "derivative", "backward", "ufunc", "softmax", "swiglu", "swiglu.backward"])
def test_accuracy_governs_every_form(call):
    exact, fast = call(accuracy="exact"), call(accuracy="fast")
    assert not same_bits(exact, fast)
    with fa.accuracy("fast"):
        assert same_bits(call(), fast)
    with fa.accuracy("exact"):
        assert same_bits(call(), exact)


def test_new_threads_start_from_the_process_default(process_settings):
    with fa.accuracy("fast"):
        assert in_thread(accuracy_in_force) == "exact"
        context = contextvars.copy_context()
        assert in_thread(lambda: context.run(accuracy_in_force)) == "fast"
    for accuracy in ("fast", "correct"):
        fa.set_accuracy(accuracy)
        assert in_thread(accuracy_in_force) == accuracy


def test_accuracy_of_one_task_is_not_anothers():
    async def one(name):
        with fa.accuracy(name):
            await asyncio.sleep(0.001)
            return accuracy_in_force()

    async def all_of_them():
        return await asyncio.gather(*(one(name) for name in tuple(RESULTS) * 5))

    assert asyncio.run(all_of_them()) == list(RESULTS) * 5


@pytest.mark.parametrize("wrong, error", [("Fast", ValueError), ("", ValueError), ("Correct", ValueError), (None, TypeError), (1, TypeError),
                                          (b"fast", TypeError)])
def test_wrong_accuracies(wrong, error):
    with pytest.raises(error, match="'exact', 'fast' or 'correct'|string"):
        fa.set_accuracy(wrong)
    with pytest.raises(error, match="'exact', 'fast' or 'correct'|string"), fa.accuracy(wrong):
        pass
    if wrong is not None:
        with pytest.raises(error, match="'exact', 'fast' or 'correct'|string"):
            fa.gelu(X, accuracy=wrong)
    assert accuracy_in_force() == fa.get_accuracy()


@pytest.mark.parametrize("accuracy", ["fast", "correct"])
def test_accuracy_of_the_environment(target, accuracy):
    """The setting gives the same bits as the keyword, for every function."""
    result = run_python("""
        import hashlib, sys, numpy as np, fastact as fa
        x = np.linspace(-12, 12, 1000).astype(np.float32)
        functions = [f.with_parameters(**f.entry.examples) if f.entry.examples else f for f in fa.activations.values()]
        print(fa.get_accuracy(), *[hashlib.md5(f(x)).hexdigest() for f in functions])
        with fa.accuracy("exact"):
            print(fa.get_accuracy(), *[hashlib.md5(f(x, accuracy=sys.argv[1])).hexdigest() for f in functions])
    """, accuracy, FASTACT_ACCURACY=accuracy, FASTACT_TARGET=target)
    environment, keyword = (line.split() for line in result.stdout.splitlines())
    assert (environment[0], keyword[0]) == (accuracy, "exact")
    assert len(environment) == 1 + len(fa.activations)
    assert environment[1:] == keyword[1:]


# ----------------------------------------------------------------------------- threads --


def test_number_of_threads(process_settings):
    fa.set_num_threads(3)
    assert fa.get_num_threads() == 3
    with fa.threads(5):
        assert fa.get_num_threads() == 5
        with fa.threads(np.int64(1)):
            assert fa.get_num_threads() == 1
        fa.set_num_threads(4)
        assert fa.get_num_threads() == 5
        assert in_thread(fa.get_num_threads) == 4  # the limit is this thread's own
    assert fa.get_num_threads() == 4
    with pytest.raises(KeyError), fa.threads(2):
        raise KeyError
    assert fa.get_num_threads() == 4


@pytest.mark.parametrize("wrong, error", [(0, ValueError), (-1, ValueError), (4097, ValueError), (2.0, TypeError),
                                          ("2", TypeError), (None, TypeError), (10**30, ValueError)])
def test_wrong_numbers_of_threads(wrong, error):
    before = fa.get_num_threads()
    with pytest.raises(error, match="number of threads must be"):
        fa.set_num_threads(wrong)
    with pytest.raises(error, match="number of threads must be"), fa.threads(wrong):
        pass
    assert fa.get_num_threads() == before


@pytest.mark.parametrize("environment, expected", [
    ({"FASTACT_NUM_THREADS": "3"}, 3),
    ({"OMP_NUM_THREADS": "3"}, 3),
    ({"OMP_NUM_THREADS": "3,2"}, 3),
    ({"FASTACT_NUM_THREADS": "2", "OMP_NUM_THREADS": "5"}, 2),
    ({"FASTACT_NUM_THREADS": "5", "OMP_NUM_THREADS": "2"}, 5),
    ({"FASTACT_NUM_THREADS": "", "OMP_NUM_THREADS": ""}, None),
    ({}, None),
], ids=str)
def test_threads_of_the_environment(environment, expected):
    result = run_python("""
        import warnings
        warnings.simplefilter("error")
        import fastact as fa
        from fastact._runtime import settings
        print(fa.get_num_threads(), settings.available_cpus())
    """, **environment)
    got, cpus = map(int, result.stdout.split())
    assert got == (expected or cpus)


@linux
@pytest.mark.parametrize("environment", [
    {"OMP_PROC_BIND": "close"}, {"OMP_PROC_BIND": "spread", "OMP_PLACES": "cores"}, {"OMP_PLACES": "threads"}], ids=str)
def test_threads_that_openmp_binds(environment):
    """OpenMP binds the thread that imports the package to one CPU, which is not all that the others may use."""
    command = "import fastact as fa; print(fa.get_num_threads())"
    assert run_python(command, **environment).stdout == run_python(command).stdout


@linux
def test_the_places_of_openmp_are_a_limit():
    cpu = min(os.sched_getaffinity(0))
    found = run_python("import fastact as fa; print(fa.get_num_threads())", OMP_PLACES=f"{{{cpu}}}", OMP_PROC_BIND="true")
    assert found.stdout.split() == ["1"]


@linux
def test_threads_are_those_of_the_affinity_mask():
    result = run_python("""
        import os
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        import fastact as fa
        print(fa.get_num_threads())
    """)
    assert int(result.stdout) == 1


@pytest.mark.parametrize("name, value", [
    ("FASTACT_ACCURACY", "Fast"), ("FASTACT_ACCURACY", "exakt"),
    ("FASTACT_NUM_THREADS", "0"), ("FASTACT_NUM_THREADS", "-2"), ("FASTACT_NUM_THREADS", "many"),
    ("FASTACT_NUM_THREADS", "1.5"), ("FASTACT_NUM_THREADS", "99999999999999999999"),
])
def test_nonsense_in_the_environment_is_ignored_with_a_warning(name, value):
    code = """
        import warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            import fastact as fa
        print(fa.get_accuracy(), fa.get_num_threads())
        print(*[f"{w.category.__name__}: {w.message}" for w in caught], sep="\\n")
    """
    plain = run_python(code).stdout.splitlines()
    result = run_python(code, **{name: value}).stdout.splitlines()
    assert plain[1:] == [""]
    assert result[0] == plain[0]
    assert len(result) == 2
    assert result[1].startswith(f"RuntimeWarning: {name} is ignored") and repr(value) in result[1]


@pytest.mark.parametrize("value", ["many", "0"])
def test_nonsense_for_openmp_is_no_error(value):
    result = run_python("""
        import fastact as fa
        from fastact._runtime import settings
        print(fa.get_num_threads() == settings.available_cpus())
    """, OMP_NUM_THREADS=value)
    assert result.stdout.strip() == "True"


@linux
def test_as_many_threads_work_as_were_asked_for():
    """Counts the threads of the process: OpenMP keeps those it started.  And SPLIT is large enough."""
    result = run_python("""
        import os, sys, numpy as np, fastact as fa
        x = np.ones(int(sys.argv[1]), np.float32)
        def started(call, *arguments):
            before = len(os.listdir("/proc/self/task"))
            call(*arguments)
            return len(os.listdir("/proc/self/task")) - before
        def with_threads(n, call, *arguments):
            with fa.threads(n):
                return started(call, *arguments)
        rows = np.broadcast_to(x[:1000], (len(x) // 1000, 1000))
        print(started(fa.gelu, x[:1000]), with_threads(1, fa.gelu, x), started(fa.gelu, x),
              with_threads(3, fa.relu, x), with_threads(4, fa.softmax, rows))
    """, SPLIT, FASTACT_NUM_THREADS="2")
    assert result.stdout.split() == ["0", "0", "1", "1", "1"]


def test_threadpoolctl_limit_is_honoured():
    pytest.importorskip("threadpoolctl")
    result = run_python("""
        import fastact as fa
        from threadpoolctl import threadpool_info, threadpool_limits
        assert any(pool["user_api"] == "openmp" for pool in threadpool_info())
        counts = [fa.get_num_threads()]
        with threadpool_limits(2):
            counts.append(fa.get_num_threads())
            with fa.threads(1):
                counts.append(fa.get_num_threads())
            with fa.threads(3):
                counts.append(fa.get_num_threads())
        with threadpool_limits(1, user_api="openmp"):
            counts.append(fa.get_num_threads())
        with threadpool_limits(1, user_api="blas"):
            counts.append(fa.get_num_threads())
        counts.append(fa.get_num_threads())
        print(counts)
    """, OMP_NUM_THREADS="4")
    assert result.stdout.strip() == "[4, 2, 1, 2, 1, 4, 4]"


def test_python_threads_at_once_give_right_results():
    """Large arrays, so that they compete for the team; different functions, so that a mix-up is noticed."""
    calls = [lambda a=a, accuracy=accuracy: a(LARGE[:594_000].reshape(594, 1000), accuracy=accuracy)
             for a in map(ready, fa.activations) for accuracy in ("exact", "fast")]
    with fa.threads(1):
        expected = [call() for call in calls]
    failures = []

    def work(seed):
        order = np.random.default_rng(seed).permutation(len(calls))
        with fa.threads(2):
            for i in order:
                if not same_bits(calls[i](), expected[i]):
                    failures.append(i)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert not failures


def test_limits_of_concurrent_threads_are_their_own():
    start = threading.Barrier(4)

    def work(n):
        with fa.threads(n):
            start.wait(30)
            return fa.get_num_threads()

    results = {}
    threads = [threading.Thread(target=lambda n=n: results.update({n: work(n)})) for n in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == {1: 1, 2: 2, 3: 3, 4: 4}


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
@pytest.mark.parametrize("modules", ["torch, fastact", "fastact, torch"])
def test_another_openmp_runtime_in_the_process(modules):
    """PyTorch has its own runtime; if both are used, in any order of import, the bits are the same."""
    result = run_python(f"""
        import {modules}, hashlib, sys
        import numpy as np
        x = np.random.default_rng(0).normal(0, 4, int(sys.argv[1])).astype(np.float32)
        torch.set_num_threads(2)
        for _ in range(3):
            torch.nn.functional.gelu(torch.from_numpy(x))
            y = fastact.gelu(x)
        print(hashlib.md5(y).hexdigest())
    """, SPLIT, FASTACT_NUM_THREADS="2", FASTACT_TARGET=dispatch.target)
    assert result.stdout.strip() == hashlib.md5(fa.gelu(LARGE)).hexdigest()


# -------------------------------------------------------------------------------- fork --

fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


def check_large():
    with fa.threads(2):
        assert same_bits(fa.gelu(LARGE), np.concatenate([fa.gelu(part) for part in np.array_split(LARGE, 50)]))
        assert fa.softmax(np.ones((SPLIT // 1000, 1000))).sum() > 500
        fa.Projection(np.ones((200, 200)))(np.ones((200, 200), np.float32))


@fork
def test_fork_after_a_parallel_call():
    with fa.threads(2):
        fa.gelu(LARGE)
    in_child(check_large, timeout=30)
    check_large()  # the parent goes on in parallel


@fork
def test_fork_of_a_fork():
    with fa.threads(2):
        fa.gelu(LARGE)
    in_child(lambda: (check_large(), in_child(check_large, timeout=20)), timeout=30)


@fork
def test_fork_while_another_thread_computes():
    """The child process inherits a team that is busy and will never be released."""
    stop = threading.Event()

    def work():
        with fa.threads(2):
            while not stop.is_set():
                fa.gelu(LARGE)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(10):
            in_child(check_large, timeout=30)
    finally:
        stop.set()
        thread.join(30)


@linux
def test_fork_before_any_parallel_call():
    """Then the child process may use threads freely."""
    result = run_python("""
        import os, sys, numpy as np
        import fastact as fa
        pid = os.fork()
        threads = len(os.listdir("/proc/self/task"))
        fa.gelu(np.ones(int(sys.argv[1]), np.float32))
        threads -= len(os.listdir("/proc/self/task"))
        if pid == 0:
            os._exit(-threads)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    """, SPLIT, FASTACT_NUM_THREADS="2")
    assert result.stdout.strip() == "1"


def test_multiprocessing():
    code = """
        import multiprocessing, sys
        import numpy as np, fastact as fa
        def work(n):
            return float(fa.relu(np.full(700_000, n, np.float32)).mean())
        if __name__ == "__main__":
            work(1)
            with multiprocessing.get_context("fork").Pool(2) as pool:
                print(pool.map_async(work, range(1, 5)).get(60))
    """
    if not hasattr(os, "fork"):
        pytest.skip("no fork here")
    assert run_python(code, FASTACT_NUM_THREADS="2").stdout.strip() == "[1.0, 2.0, 3.0, 4.0]"


# ------------------------------------------------------------------------------ import --


def test_import_brings_no_heavy_modules_and_leaves_the_environment_alone():
    result = run_python("""
        import os, sys, numpy
        before, environment = set(sys.modules), dict(os.environ)
        import fastact
        assert dict(os.environ) == environment
        print(*{name.split(".")[0] for name in set(sys.modules) - before})
    """)
    heavy = {"torch", "scipy", "matplotlib", "onnx", "onnxruntime", "mpmath", "tqdm", "tabulate", "cpuinfo", "pytest"}
    assert not heavy & set(result.stdout.split())


# ------------------------------------------------------- the floating-point environment --

x86_glibc = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="reads MXCSR as glibc stores it")

FLUSH_TO_ZERO, DENORMALS_ARE_ZERO, ROUND_UP = 1 << 15, 1 << 6, 2 << 13


class FloatEnvironment:
    """glibc's fenv_t on x86-64: 28 bytes of x87 state, then MXCSR."""

    def __init__(self):
        self.libm = ctypes.CDLL("libm.so.6")
        self.libm.fegetenv.argtypes = self.libm.fesetenv.argtypes = [ctypes.c_void_p]

    def get(self):
        state = (ctypes.c_uint32 * 8)()
        self.libm.fegetenv(state)
        return state[7]

    def set(self, mxcsr):
        state = (ctypes.c_uint32 * 8)()
        self.libm.fegetenv(state)
        state[7] = mxcsr
        self.libm.fesetenv(state)


@x86_glibc
def test_import_leaves_the_control_register_alone():
    """-ffast-math anywhere in the link would set flush-to-zero for the whole process."""
    result = run_python("""
        import sys
        sys.path.insert(0, sys.argv[1])
        import ctypes, numpy as np
        libm = ctypes.CDLL("libm.so.6")
        def mxcsr():
            state = (ctypes.c_uint32 * 8)()
            libm.fegetenv(state)
            return state[7] & ~0x3F     # less the status flags
        before = mxcsr()
        import fastact
        from fastact._runtime.dispatch import usable_targets
        import importlib
        for target in usable_targets:
            importlib.import_module("fastact._kernels.elementwise." + target.replace("-", "_"))
        after = mxcsr()
        print(before == after, np.float32(1e-40) * np.float32(1) != 0, np.float64(1e-310) * np.float64(1) != 0)
    """, os.path.dirname(__file__))
    assert result.stdout.strip() == "True True True"


@x86_glibc
@pytest.mark.parametrize("threads", [1, 2])
def test_calls_leave_the_control_register_and_flags_alone(target, threads):
    environment = FloatEnvironment()
    hard = np.resize(np.array([1e-40, -1e-45, 3e38, np.inf, np.nan, -100, 1.5, 0], np.float32), SPLIT)
    calls = [(activation(name, target).ufunc(accuracy), operands(name, np.float32))
             for name in fa.activations if name != "maxout" for accuracy in ("exact", "fast")]
    before = environment.get()
    try:
        environment.set(before & ~0x3F)
        with fa.threads(threads):
            for ufunc, parameters in calls:
                for size in (5, len(hard)):
                    ufunc(hard[:size], *parameters)
                assert environment.get() == before & ~0x3F, ufunc
    finally:
        environment.set(before)


@x86_glibc
@pytest.mark.parametrize("mode", [FLUSH_TO_ZERO | DENORMALS_ARE_ZERO, ROUND_UP], ids=["flush to zero", "round up"])
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
def test_results_do_not_depend_on_the_callers_control_register(target, mode, dtype):
    """The bits do not depend on the thread that computes them: OpenMP's workers have their own registers."""
    x = np.random.default_rng(0).normal(0, 40, SPLIT).astype(dtype)
    x[::7] *= np.finfo(dtype).tiny / 8
    calls = [(activation(name, target).ufunc(accuracy), operands(name, dtype))
             for name in fa.activations if name != "maxout" for accuracy in ("exact", "fast")]
    expected = [ufunc(x, *parameters) for ufunc, parameters in calls]
    environment = FloatEnvironment()
    before = environment.get()
    got = []
    try:
        environment.set(before | mode)
        with fa.threads(2):
            got = [ufunc(x, *parameters) for ufunc, parameters in calls]
        after = environment.get()
    finally:
        environment.set(before)
    assert after & 0xFFC0 == (before | mode) & 0xFFC0
    for (ufunc, _), y, want in zip(calls, got, expected, strict=True):
        assert same_bits(y, want), ufunc


def test_interrupts_are_not_lost():
    """Ctrl-C during a long run of calls ends it."""
    if not hasattr(signal, "SIGALRM"):
        pytest.skip("no SIGALRM here")
    result = start_python("""
        import os, signal, sys, threading, time
        import numpy as np, fastact as fa
        signal.signal(signal.SIGINT, signal.default_int_handler)    # ignored where pytest runs in the background
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        x = np.ones(int(sys.argv[1]), np.float32)
        try:
            end = time.time() + 30
            while time.time() < end:
                fa.gelu(x)
        except KeyboardInterrupt:
            print("interrupted")
    """, SPLIT, FASTACT_NUM_THREADS="2")
    assert result.stdout.strip() == "interrupted"


def test_threads_of_the_chosen_target_are_those_of_every_target():
    """All targets share one setting, because the threads are managed by baseline code."""
    for target in dispatch.usable_targets:
        with fa.threads(2):
            assert same_bits(activation("silu", target)(LARGE), np.concatenate(
                [activation("silu", target)(part) for part in np.array_split(LARGE, 50)]))
