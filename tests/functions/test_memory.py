"""Memory: nothing grows, nothing outside is touched, too little is an error, very large arrays are right.

Guard pages round every ufunc are in test_layout.py, sanitizers in tools/sanitize.sh.
"""

import os
import sys

import numpy as np
import pytest

import fastact as fa
from helpers import bfloat16, in_child, run_python
from test_layout import Guarded

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

# ------------------------------------------------------------------------------ growth --

# One line of calls, over and over in turns; those that fail are calls, too.
TURNS = {
    "calls": ["fa.gelu(x)", "fa.gelu(x, out=y)", "fa.gelu.backward(x, x)", "fa.gelu.derivative(x, accuracy='fast')",
              "fa.leaky_relu(x, 0.5)", "fa.elu(x, alpha=x)", "fa.relu(3.0)", "fa.gelu(x[::2])", "fa.gelu.ufunc()(x)",
              "fa.gelu(x16)", "fa.prelu(x, weight=0.5)", "fa.get('keras.leaky_relu')(x)"],
    "folds and gates": ["fa.softmax(rows)", "fa.softmax(rows, axis=0)", "fa.softmax(rows, where=rows > 0)",
                        "fa.softmax.backward(rows, rows)", "fa.logsumexp(rows)", "fa.maxout(rows, 2)",
                        "fa.swiglu(rows)", "fa.swiglu(x, x)", "fa.swiglu.backward(rows[:, :4], rows)",
                        "fa.add_gelu(rows, x[:8])", "fa.elu.backward_parameters(x, x)", "fa.sparsity(x)"],
    "projections": ["gated(rows)", "gated(rows, out=out)", "mlp(rows)", "gated(rows16)",
                    "fa.Projection(w)(rows)", "fa.GatedProjection(w, w, 'gelu', x[:8])"],
    "errors": ["fa.gelu('text')", "fa.gelu(x, out=x[:3])", "fa.gelu(x, accuracy='none')", "fa.gelu(x, colour=1)",
               "fa.softmax(x, axis=3)", "fa.swiglu(rows[:, :3])", "fa.get('nothing')", "mlp(x)", "gated(rows, out=x)",
               "fa.Projection(w, x)", "fa.prelu(x)", "fa.elu(x, alpha='a')", "fa.gelu(x, dtype='int8')"],
    "settings": ["switch('fast')", "fa.set_num_threads(2)", "limit(1)", "fa.get_num_threads()", "fa.get_accuracy()"],
}

GROWTH = """
    import gc, sys, tracemalloc
    import numpy as np, fastact as fa
    x, rows = np.ones(100, np.float32), np.ones((4, 8), np.float32)
    y, out, w = x.copy(), rows.copy(), np.ones((8, 8), np.float32)
    x16, rows16 = x.astype(np.float16), rows.astype(np.float16)
    gated, mlp = fa.GatedProjection(w, w), fa.MLP(w, w)
    def switch(name):
        with fa.accuracy(name):
            fa.gelu(x)
    def limit(n):
        with fa.threads(n):
            fa.gelu(x)
    calls = [compile(line, "<call>", "eval") for line in sys.argv[2].split(";")]
    names = globals()
    def turn(count):
        for _ in range(count):
            for call in calls:
                try:
                    eval(call, names)
                except (TypeError, ValueError):
                    pass
    def resident():  # kilobytes, of this process alone
        gc.collect()
        with open("/proc/self/smaps_rollup") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Private_Dirty"))
    turns = int(sys.argv[1]) // len(calls)
    turn(200 + turns // 10)
    before, blocks = resident(), sys.getallocatedblocks()
    turn(turns)
    gc.collect()
    print(turns * len(calls), resident() - before, sys.getallocatedblocks() - blocks)
"""


@linux
@pytest.mark.parametrize("count", [5_000, pytest.param(1_000_000, marks=pytest.mark.long)], ids=["5000", "a million"])
@pytest.mark.parametrize("kind", TURNS)
def test_memory_does_not_grow(kind, count):
    """A leak of one byte a call would be a megabyte in a million; of one object a call, a million blocks."""
    result = run_python(GROWTH, count, ";".join(TURNS[kind]), timeout=1500)
    done, kilobytes, blocks = map(int, result.stdout.split())
    assert done > 0.99 * count - 20
    assert kilobytes <= 600 and blocks <= 200


@linux
def test_growth_would_be_noticed():
    result = run_python(GROWTH, 5_000, "names.setdefault('kept', []).append(x.copy())")
    _, kilobytes, blocks = map(int, result.stdout.split())
    assert kilobytes > 600 and blocks > 200


# ------------------------------------------------------------------- too little memory --


@linux
def test_too_little_memory_is_a_memory_error():
    """Packing and every kind of call, with a failure at any step; afterwards all objects still work."""
    run_python("""
        import resource
        import numpy as np, fastact as fa
        fa.set_num_threads(1)
        w, rows = np.zeros((1500, 2000), np.float32), np.ones((1000, 2000), np.float32)
        project = fa.Projection(w)
        project(rows[:3]), fa.softmax(rows[:3], axis=0)
        calls = {
            "packing": lambda: fa.Projection(w), "packing two": lambda: fa.GatedProjection(w, w),
            "packing an mlp": lambda: fa.MLP(w, w.T), "projection": lambda: project(rows),
            "one shot": lambda: fa.gated_projection(rows, w, w), "gelu": lambda: fa.gelu(rows),
            "columns": lambda: fa.gelu(rows[:, ::2]), "transposed": lambda: fa.gelu.backward(rows.T, rows.T),
            "packed": lambda: fa.swiglu(rows), "packed backward": lambda: fa.swiglu.backward(rows[:, :1000], rows),
            "softmax": lambda: fa.softmax(rows, axis=0), "where": lambda: fa.softmax(rows, where=rows > 0),
            "parameters": lambda: fa.elu.backward_parameters(rows, rows, alpha=rows),
        }
        for name, call in calls.items():
            with open("/proc/self/statm") as file:
                size = int(file.read().split()[0]) * resource.getpagesize()
            failed = 0
            for megabytes in (0, 1, 3, 5, 8, 10, 13, 16, 20, 26):  # between them every step has its turn
                resource.setrlimit(resource.RLIMIT_AS, (size + (megabytes << 20), -1))
                try:
                    call()
                except MemoryError:
                    failed += 1
                finally:
                    resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
                assert (project(rows[:3]) == 0).all() and (fa.relu(rows[:3]) == 1).all(), name
            assert failed >= 2, name
            call()
    """, MALLOC_MMAP_THRESHOLD_="100000")  # glibc then gives large blocks back at once


@linux
def test_too_little_memory_leaves_out_alone():
    """Whatever cannot be allocated, it is asked for before `out` is written to.

    No operand is cast: for its buffers of 32 kB NumPy sets the error without the GIL, which may end the process.
    """
    run_python("""
        import resource
        import numpy as np, fastact as fa
        fa.set_num_threads(1)
        w, rows = np.zeros((1500, 2000), np.float32), np.ones((1000, 2000), np.float32)
        project, mlp, gated = fa.Projection(w), fa.MLP(w, w.T), fa.GatedMLP(w, w, w.T)
        half, big_endian = rows.astype(np.float16), rows.astype(">f4")
        wide, narrow, other = (np.empty((1000, n), np.float32) for n in (2000, 1500, 2000))
        tall = np.empty((3, 200_000), np.float32)
        calls = {       # name: (outs, call)
            "projection": ([narrow], lambda: project(rows, out=narrow)),
            "of another byte order": ([narrow], lambda: project(big_endian, out=narrow)),
            "of half precision": ([narrow], lambda: project(half, out=narrow)),
            "in place": ([wide], lambda: mlp(wide, out=wide)),
            "mlp": ([wide], lambda: mlp(rows, out=wide)), "gated mlp": ([wide], lambda: gated(rows, out=wide)),
            "one shot": ([narrow], lambda: fa.gated_projection(rows, w, w, out=narrow)),
            "gelu": ([wide], lambda: fa.gelu(rows, out=wide)),
            "columns": ([tall], lambda: fa.softmax(tall2.T, axis=0, out=tall.T)),
            "strided": ([tall], lambda: fa.softmax(wide2[:, ::2], out=tall)),
            "where": ([wide], lambda: fa.softmax(rows, where=rows > 0, out=wide)),
            "mask": ([wide], lambda: fa.softmax(rows, mask=half, out=wide)),
            "logsumexp": ([wide], lambda: fa.logsumexp.backward(rows[:, 0], rows, where=rows > 0, out=wide)),
            "packed": ([wide], lambda: fa.swiglu.backward(rows[:, :1000], rows, out=wide)),
            "two": ([wide, other], lambda: fa.swiglu.backward(rows, rows, rows, out=(wide, other))),
        }
        tall2, wide2 = np.ones((3, 200_000), np.float32), np.ones((3, 400_000), np.float32)
        failed = {}
        for name, (outs, call) in calls.items():
            call()      # what is kept between calls
            with open("/proc/self/statm") as file:
                size = int(file.read().split()[0]) * resource.getpagesize()
            for kilobytes in (0, 64, 300, 700, 1000, 3000, 5000, 8000, 10_000, 13_000, 16_000, 20_000):
                for out in outs:
                    out[...] = 7
                refused = False
                resource.setrlimit(resource.RLIMIT_AS, (size + (kilobytes << 10), -1))
                try:
                    call()
                except MemoryError:
                    refused = True
                finally:
                    resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
                if refused:
                    failed[name] = failed.get(name, 0) + 1
                    assert all((out == 7).all() for out in outs), name
        assert {"one shot", "where", "mask", "in place", "of another byte order"} <= failed.keys(), failed
    """, MALLOC_MMAP_THRESHOLD_="100000")


# ------------------------------------------------------------ guard pages: projections --

SHAPES = [(rows, n, k) for rows in (1, 2, 3, 5, 7, 12, 13) for n, k in [(1, 1), (3, 5), (15, 17), (16, 16), (33, 31)]]
TYPES = [np.float32, np.float16] + [bfloat16] * (bfloat16 is not None)


def project_guarded():
    places = [Guarded() for _ in range(4)]
    rng = np.random.default_rng(3)
    cases = 0

    def put(guarded, values, at_end):
        guarded.seal(False)
        array = guarded.array(values.shape, values.dtype, at_end)
        array[...] = values
        guarded.seal(True)
        return array

    for rows, n, k in SHAPES:
        w, bias = rng.standard_normal((n, k)).astype(np.float32), rng.standard_normal(n).astype(np.float32)
        for at_end in (False, True):
            # Packing reads the weights and biases, each call reads x; none may read beside them.
            weights, biases = put(places[0], w, at_end), put(places[1], bias, at_end)
            layers = [fa.Projection(weights, biases, "gelu"), fa.Projection(weights.T, layout="in_out"),
                      fa.GatedProjection(weights, weights[::-1], bias_gate=biases),
                      fa.MLP(weights, weights.T, biases, activation="relu")]
            for dtype in TYPES:
                x = put(places[2], rng.standard_normal((rows, k)).astype(dtype), at_end)
                for layer in layers:
                    if layer.in_features != k:
                        continue
                    for view in (x, x[::-1], x[:, ::-1]):
                        expected = layer(view.copy())
                        sink = places[3]
                        sink.inner[:] = 0xA5
                        out = sink.array(expected.shape, dtype, at_end)
                        layer(view, out=out)
                        cases += 1
                        assert out.tobytes() == expected.tobytes()
                        rest = sink.inner[:len(sink.inner) - out.nbytes] if at_end else sink.inner[out.nbytes:]
                        assert (rest == 0xA5).all(), f"wrote beside {rows} x {n} of {dtype.__name__}"
    assert cases > 1000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and mprotect")
def test_projections_touch_nothing_outside_the_arrays():
    """Weights, biases, x and out each against a page that no one may touch; what is read is read-only."""
    in_child(project_guarded, timeout=100)


# ------------------------------------------------------------------- very large arrays --


def free_gigabytes():
    with open("/proc/meminfo") as file:
        found = {line.split(":")[0]: int(line.split()[1]) for line in file}
    return found["MemAvailable"] / 2**20


def enough(gigabytes):
    """Skip, saying why, where the machine cannot hold the arrays."""
    if sys.platform != "linux" or free_gigabytes() < gigabytes:
        pytest.skip(f"needs {gigabytes} GB of free memory")


@pytest.mark.long
@pytest.mark.parametrize("case", ["contiguous", "in place", "every second", "rows", "columns", "gated", "projection"])
def test_more_than_2_to_the_31_elements(case):
    """Indices and sizes are 64 bits wide everywhere: the last elements are as right as the first."""
    enough(11)
    run_python(f"""
        import numpy as np, fastact as fa
        count, case = 2**31 + 4099, {case!r}
        pattern = np.random.default_rng(0).normal(0, 3, 4096).astype(np.float16)
        def tiled(n):
            x = np.empty(n, np.float16)
            x[:n // 4096 * 4096].reshape(-1, 4096)[...] = pattern
            x[n // 4096 * 4096:] = pattern[:n % 4096]
            return x
        def check(y, expected):
            whole = len(y) // len(expected) * len(expected)
            blocks = y[:whole].reshape(-1, len(expected)).view(np.uint16)
            for i in range(0, len(blocks), 1 << 14):
                assert (blocks[i:i + (1 << 14)] == expected.view(np.uint16)).all(), i
            assert y[whole:].tobytes() == expected[:len(y) - whole].tobytes()
        if case == "contiguous":
            check(fa.silu(tiled(count)), fa.silu(pattern))
        elif case == "in place":
            x = tiled(count)
            check(fa.gelu(x, out=x), fa.gelu(pattern))
        elif case == "every second":  # the strides lead past 2**32 bytes
            check(fa.silu(tiled(count)[::2]), fa.silu(pattern[::2]))
        elif case == "rows":
            x = tiled(2**31 + 2**20).reshape(-1, 4096)
            y = fa.softmax(x)
            assert (y.view(np.uint16) == fa.softmax(pattern).view(np.uint16)).all()
        elif case == "columns":
            x = tiled(2**31 + 2**20).reshape(-1, 4096)
            y = fa.relu(x[:, :2000])
            assert (y.view(np.uint16) == fa.relu(pattern[:2000]).view(np.uint16)).all()
        elif case == "gated":
            x = tiled(2**31 + 2**20).reshape(-1, 4096)
            y = fa.swiglu(x)
            assert (y.view(np.uint16) == fa.swiglu(pattern).view(np.uint16)).all()
        elif case == "projection":
            x = np.broadcast_to(np.float32(1), (2**31 // 8 + 5, 8))
            assert (fa.Projection(np.ones((1, 8)))(x) == 8).all()
    """, timeout=600)
