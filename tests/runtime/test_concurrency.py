"""Several threads, several processes, other people's parallel regions, interrupts, the end of the interpreter."""

import ctypes
import hashlib
import importlib.util
import multiprocessing
import os
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import fastact as fa
from helpers import SPLIT, run_python, same_bits, start_python

LARGE = np.random.default_rng(0).normal(0, 4, SPLIT).astype(np.float32)  # every thread gets a share
SMALL = LARGE[:1234]
WEIGHTS = np.random.default_rng(1).normal(0, 0.1, (2, 300, 200)).astype(np.float32)
ROWS = LARGE[:130 * 200].reshape(130, 200)


def calls():
    """One large call of each kind, by name."""
    gated, mlp = fa.GatedProjection(*WEIGHTS), fa.MLP(WEIGHTS[0], WEIGHTS[1].T, activation="gelu")
    wide = LARGE[:590_000].reshape(590, 1000)
    return {
        "gelu": lambda: fa.gelu(LARGE), "silu of few": lambda: fa.silu(SMALL), "mish": lambda: fa.mish(LARGE),
        "softmax": lambda: fa.softmax(wide), "logsumexp": lambda: fa.logsumexp(wide),
        "backward": lambda: fa.gelu.backward(LARGE, LARGE), "columns": lambda: fa.silu(wide[:, :900]),
        "packed": lambda: fa.swiglu(wide), "packed backward": lambda: fa.swiglu.backward(wide[:, :500], wide),
        "sum": lambda: fa.add_gelu(wide, wide[0]), "parameters": lambda: fa.elu.backward_parameters(wide, wide),
        "gated projection": lambda: gated(ROWS), "mlp": lambda: mlp(ROWS),
    }


CORRECT = ["gelu", "silu of few", "mish", "backward", "columns", "packed", "packed backward", "sum"]  # the elementwise ones


def bits(result):
    """What a call returned, hashed: an array, several, or a dict of them."""
    if isinstance(result, dict):
        result = tuple(result.values())
    arrays = result if isinstance(result, tuple) else (result,)
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()


# ---------------------------------------------------------------------- Python threads --

@pytest.mark.skipif(not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="this Python has a GIL")
def test_no_module_turns_the_gil_on():
    """Python does so at the import of an extension that does not declare itself ready."""
    run_python("""
        import importlib, sys, warnings
        import numpy as np
        assert not sys._is_gil_enabled(), "NumPy turns it on"
        warnings.simplefilter("error")
        import fastact as fa, fastact.cython_api, fastact.c_api
        from fastact._runtime import dispatch
        for family in ("elementwise", "rows", "matmul", "blocks", "peaks"):
            for target in dispatch.matmul_targets:
                try:
                    dispatch.kernels(family, target)
                except ImportError:     # some families have no kernels of their own for this target
                    pass
        assert fa.gelu(np.ones(3)).shape == (3,)
        assert not sys._is_gil_enabled()
    """)



@pytest.mark.parametrize("name", ["gelu", "softmax", "packed backward", "gated projection", "mlp"])
def test_a_pool_of_eight_on_one_object(name):
    call = calls()[name]
    with fa.threads(1):
        expected = bits(call())
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: bits(call()), range(40))) == {expected}


def test_a_pool_of_eight_on_many_objects():
    jobs = calls()
    with fa.threads(1):
        expected = {name: bits(call()) for name, call in jobs.items()}
    order = list(jobs) * 8
    np.random.default_rng(2).shuffle(order)
    with ThreadPoolExecutor(8) as pool:
        for name, got in zip(order, pool.map(lambda name: bits(jobs[name]()), order), strict=True):
            assert got == expected[name], name


@pytest.mark.parametrize("accuracies", [("exact", "fast"), ("correct", "fast")], ids=" ".join)
def test_settings_that_change_meanwhile(accuracies):
    """Each result has the bits of one accuracy or the other, never a mixture, for any number of threads."""
    jobs = {name: call for name, call in calls().items() if name in CORRECT or "correct" not in accuracies}
    allowed = {}
    for name, call in jobs.items():
        found = []
        for accuracy in accuracies:
            with fa.accuracy(accuracy):
                found.append(bits(call()))
        allowed[name] = set(found)
    assert sum(len(found) == 2 for found in allowed.values()) > (8 if "exact" in accuracies else 6)
    before = fa.get_num_threads()
    order = list(jobs) * 6
    fa.set_accuracy(accuracies[0])
    try:
        with ThreadPoolExecutor(8) as pool:
            results = [(name, pool.submit(lambda name=name: bits(jobs[name]()))) for name in order]
            turn = 0
            while not all(result.done() for _, result in results):
                turn += 1
                fa.set_num_threads(1 + turn % 4)
                fa.set_accuracy(accuracies[turn % 2])
            for name, result in results:
                assert result.result() in allowed[name], name
    finally:
        fa.set_num_threads(before)
        fa.set_accuracy("exact")


def test_threads_at_once_share_one_team():
    """Eight callers do not start sixteen workers: the process has only the threads of one team."""
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    result = run_python("""
        import os, sys, threading, numpy as np, fastact as fa
        x = np.ones(int(sys.argv[1]), np.float32)
        start, most = threading.Barrier(9), []
        def work():
            start.wait()
            for _ in range(20):
                fa.gelu(x)
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        before = len(os.listdir("/proc/self/task"))
        start.wait()
        while any(thread.is_alive() for thread in threads):
            most.append(len(os.listdir("/proc/self/task")))
        print(before, max(most))
    """, SPLIT, FASTACT_NUM_THREADS="3")
    before, most = map(int, result.stdout.split())
    # An OpenMP team belongs to the thread that opened it: libgomp keeps one for each Python thread
    # that ever had its turn.  They sleep; two of them never work at once.
    assert most - before <= 8 * 2


# ------------------------------------------------------------- other parallel regions --

FOREIGN = r"""
#include <omp.h>
#include <string.h>
/* Calls back from every thread of a team; returns how many calls there were. */
int in_parallel(void (*call)(int), int threads, int rounds) {
    int done = 0;
    #pragma omp parallel num_threads(threads) reduction(+:done)
    for (int i = 0; i < rounds; i++) {
        call(omp_get_thread_num());
        done++;
    }
    return done;
}
"""


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A small library with its own OpenMP region, which calls back."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        pytest.skip("no C compiler here")
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "foreign.c").write_text(FOREIGN)
    library = folder / "foreign.so"
    built = subprocess.run([compiler, "-O1", "-fopenmp", "-shared", "-fPIC", "-o", library, folder / "foreign.c"],
                           capture_output=True, text=True)
    if built.returncode:
        pytest.skip(f"no OpenMP here: {built.stderr.strip().splitlines()[-1]}")
    return library


def test_inside_another_librarys_parallel_region(foreign):
    """Each of its threads computes serially: the bits are right, and no team starts another team."""
    jobs = list(calls().values())
    with fa.threads(1):
        expected = [bits(call()) for call in jobs]
    got = []

    @ctypes.CFUNCTYPE(None, ctypes.c_int)
    def call(thread):
        number = len(got) % len(jobs)
        got.append((number, bits(jobs[number]())))

    library = ctypes.CDLL(str(foreign))
    with fa.threads(2):
        assert library.in_parallel(call, 3, 15) == 45
    assert len(got) == 45 and all(value == expected[number] for number, value in got)
    with fa.threads(2):  # and parallel again afterwards
        assert [bits(call()) for call in jobs] == expected


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
def test_inside_pytorchs_threads():
    """Calls from threads of autograd and inter-op threads, while PyTorch computes in its own team."""
    run_python("""
        import sys, torch, numpy as np, fastact as fa
        from concurrent.futures import ThreadPoolExecutor
        torch.set_num_threads(2)
        x = np.random.default_rng(0).normal(0, 3, int(sys.argv[1])).astype(np.float32)
        expected = fa.gelu(x).tobytes()
        class Gelu(torch.autograd.Function):
            @staticmethod
            def forward(context, x):
                context.save_for_backward(x)
                return torch.from_numpy(fa.gelu(x.numpy()))
            @staticmethod
            def backward(context, grad):
                return torch.from_numpy(fa.gelu.backward(grad.numpy(), context.saved_tensors[0].numpy()))
        def step(_):
            a = torch.from_numpy(x.copy()).requires_grad_()
            y = Gelu.apply(a)
            (torch.nn.functional.relu(y) + y).sum().backward()
            return y.detach().numpy().tobytes() == expected, a.grad.numpy().tobytes()
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(step, range(12)))
        assert all(same for same, _ in results) and len({grad for _, grad in results}) == 1
    """, SPLIT, FASTACT_NUM_THREADS="2")


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="numba is not installed")
def test_beside_numbas_threads():
    """numba's parallel loops before, between and after, in one process."""
    run_python("""
        import sys, numba, numpy as np, fastact as fa
        @numba.njit(parallel=True)
        def double(x):
            y = np.empty_like(x)
            for i in numba.prange(len(x)):
                y[i] = 2 * x[i]
            return y
        x = np.random.default_rng(0).normal(0, 3, int(sys.argv[1])).astype(np.float32)
        expected = fa.silu(x).tobytes()
        for _ in range(5):
            assert double(x)[5] == 2 * x[5] and fa.silu(x).tobytes() == expected
    """, SPLIT, FASTACT_NUM_THREADS="2")


def test_threadpoolctl_limits_the_workers():
    """Tests not only the reported number: with a limit of one no worker is started."""
    if not fa._runtime.settings.config()["OpenMP"]:
        pytest.skip("built without OpenMP")
    pytest.importorskip("threadpoolctl")
    if sys.platform != "linux":
        pytest.skip("reads /proc")
    result = run_python("""
        import os, sys, numpy as np, fastact as fa
        from threadpoolctl import threadpool_limits
        x = np.ones(int(sys.argv[1]), np.float32)
        project = fa.Projection(np.ones((400, 400)))
        rows = np.ones((400, 400), np.float32)
        def workers():
            before = len(os.listdir("/proc/self/task"))
            fa.gelu(x), fa.softmax(x[:590000].reshape(590, 1000)), project(rows)
            return len(os.listdir("/proc/self/task")) - before
        with threadpool_limits(1):
            print(workers())
        print(workers())
    """, SPLIT, FASTACT_NUM_THREADS="3", OMP_NUM_THREADS="3")
    assert result.stdout.split() == ["0", "2"]


# --------------------------------------------------------------------------- processes --


def all_bits(_=None):
    """Hashes of the results of all calls, for other processes."""
    return {name: bits(call()) for name, call in calls().items()}


@pytest.mark.parametrize("method", ["fork", pytest.param("forkserver", marks=pytest.mark.long), "spawn"])
def test_processes(method):
    """Calls before the fork, in two workers and after it give the same bits, and nothing hangs."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    code = """
        import concurrent.futures, json, multiprocessing, os, sys, warnings
        sys.path[:0] = sys.argv[2:]
        from test_concurrency import all_bits
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking with threads: that is the test
        expected = all_bits()
        context = multiprocessing.get_context(sys.argv[1])
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            assert list(pool.map(all_bits, range(2), timeout=90)) == [expected] * 2
        assert all_bits() == expected
    """
    folder = Path(__file__).parent
    run_python(code, method, folder, folder.parent, FASTACT_NUM_THREADS="2")


def test_objects_travel_to_other_processes():
    """Activations, ufuncs and packed projections, by pickle, to processes that start afresh."""
    gated = fa.GatedProjection(*WEIGHTS)
    jobs = [(fa.gelu, SMALL), (fa.get("keras.leaky_relu"), SMALL), (fa.mish.ufunc("fast"), SMALL),
            (fa.mish.ufunc("correct"), SMALL), (gated, ROWS)]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        for call, x in jobs:
            assert same_bits(pool.submit(call, x).result(90), call(x))


# ---------------------------------------------------------------- interrupts, the end --


@pytest.mark.parametrize("call", ["fa.gelu(x)", "fa.softmax(x.reshape(-1, 1000))", "project(rows)"])
def test_an_interrupt_during_a_long_call(call):
    """The call ends normally, then KeyboardInterrupt is raised, and everything still works."""
    if os.name != "posix":
        pytest.skip("needs POSIX signals")
    run_python(f"""
        import os, signal, threading, time
        import numpy as np, fastact as fa
        signal.signal(signal.SIGINT, signal.default_int_handler)    # ignored where pytest runs in the background
        x = np.ones(6_000_000, np.float32)
        rows, project = np.ones((1500, 600), np.float32), fa.Projection(np.ones((1000, 600)))
        {call}
        began = time.monotonic()
        {call}
        took = time.monotonic() - began
        def interrupt():
            time.sleep(took / 4)
            os.kill(os.getpid(), signal.SIGINT)
        for _ in range(2):
            sender = threading.Thread(target=interrupt)
            interrupted = False
            try:
                sender.start()
                for _ in range(1000):
                    result = {call}
            except KeyboardInterrupt:
                interrupted = True
            sender.join()
            assert interrupted
            assert (fa.relu(x) == 1).all() and (project(rows[:50]) == 600).all()
            with fa.threads(3):
                assert fa.get_num_threads() == 3 and abs(fa.softmax(x[:1000]).sum() - 1) < 1e-5
    """, FASTACT_NUM_THREADS="2")


@pytest.mark.parametrize("daemon", [True, False], ids=["daemon threads", "a thread that is waited for"])
def test_the_end_of_the_interpreter_during_use(daemon):
    """While other threads run calls, the process ends with status 0, without messages, and does not hang."""
    for _ in range(2):
        result = start_python(f"""
            import sys, threading, time
            import numpy as np, fastact as fa
            x = np.ones(int(sys.argv[1]), np.float32)
            rows, project = np.ones((300, 600), np.float32), fa.Projection(np.ones((600, 600)))
            end = time.monotonic() + 0.3
            def work():
                while {daemon} or time.monotonic() < end:
                    fa.gelu(x), fa.softmax(x[:590000].reshape(590, 1000)), project(rows)
            for _ in range(3):
                threading.Thread(target=work, daemon={daemon}).start()
            time.sleep(0.2)
        """, SPLIT, FASTACT_NUM_THREADS="2", timeout=60)
        assert (result.returncode, result.stderr) == (0, "")


def test_the_end_of_the_interpreter_in_an_exit_handler():
    """Calls from atexit and from a finaliser still work."""
    result = run_python("""
        import atexit, sys
        import numpy as np, fastact as fa
        x = np.ones(int(sys.argv[1]), np.float32)
        atexit.register(lambda: print("at exit", float(fa.relu(x).sum()) == len(x)))
        class Last:
            def __del__(self, relu=fa.relu, x=x, print=print):
                print("finaliser", float(relu(x).sum()) == len(x))
        last = Last()
        fa.gelu(x)
    """, SPLIT, FASTACT_NUM_THREADS="2")
    assert result.stdout.splitlines() == ["at exit True", "finaliser True"]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no affinity of threads on this system")
def test_threads_keep_their_affinity():
    """Workers are sent to cores of their own for a moment; callers come and go, and their workers with them."""
    before = os.sched_getaffinity(0)
    x, w = np.ones((64, 512), np.float32), np.ones((512, 512), np.float32)
    layer, y = fa.MLP(w, w), np.ones(1 << 20, np.float32)

    def calls(count, pause):
        for i in range(count):
            with fa.threads(2 + i % 3):
                x @ w, layer(x), fa.gelu(y)
                time.sleep(pause)

    calls(50, 0)
    for _ in range(5):
        caller = threading.Thread(target=calls, args=(20, 0.001))
        caller.start()
        calls(20, 0.001)
        caller.join()
    threads = [int(task) for task in os.listdir("/proc/self/task")] if os.path.isdir("/proc/self/task") else [0]
    assert all(os.sched_getaffinity(thread) == before for thread in threads)


@pytest.mark.parametrize("threads", [2, 3, 7, 40])
def test_each_task_is_done_once(threads):
    """Threads that have finished take the tasks of threads that have not started yet."""
    rng = np.random.default_rng(0)
    x, rows = rng.normal(0, 3, 3_000_001).astype(np.float32), rng.normal(0, 1, (2_001, 65)).astype(np.float32)
    layer = fa.GatedMLP(*rng.normal(0, 1, (2, 1_111, 70)).astype(np.float32), rng.normal(0, 1, (5, 1_111)).astype(np.float32))
    calls = [lambda: fa.gelu(x), lambda: fa.softmax(rows), lambda: layer(x[:70]), lambda: layer(x[:7_000].reshape(100, 70))]
    with fa.threads(1):
        expected = [call() for call in calls]
    with fa.threads(threads):
        for _ in range(5):
            for call, serial in zip(calls, expected):
                assert call().tobytes() == serial.tobytes()
