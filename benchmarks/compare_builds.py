"""The speed of one build of fastact as a multiple of another's, call by call in turns.

    python benchmarks/compare_builds.py OLD NEW [--match REGEX] [--target TARGET]

OLD and NEW are Python interpreters whose environments hold the builds, or folders with a build in
place (their ``src`` is put on the path of this interpreter).  One process for each build runs the raw ufuncs
and some layers on the same inputs, never both at once; a ufunc gets other ones in each repetition.  The figure is the median of the ratios of neighbouring
turns, so that changes in the speed of the machine affect both.  If a ratio is above 1, the new build is faster.
"""

import argparse
import functools
import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

ROUNDS = 15  # turns of each build for each ufunc
SECONDS = 0.004  # of a turn
POOL = 1 << 22  # values that the inputs are taken from: more than a branch predictor remembers


def server():
    """Answer requests, one JSON line each: the names of the ufuncs, or the nanoseconds for each element."""
    import time

    import numpy as np

    import fastact as fa
    from fastact import _catalogue

    try:
        from fastact._functions.ufuncs import ufuncs
    except ImportError:  # a build from before the package had folders
        from fastact._ufuncs import ufuncs

    entries = _catalogue.BY_NAME | {entry.name: entry for entry in _catalogue.GATED_ENTRIES}

    def parameters(name):
        """The number of parameters of the function that a ufunc (forward, backward, gated ...) belongs to."""
        functions = [one for one in entries if re.search(rf"(^|gated_|add_){one}(_|$)", name)]
        return len(entries[max(functions, key=len)].parameters)

    @functools.cache
    def pool_of(dtype, deviation):
        return (deviation * np.random.default_rng(0).standard_normal(POOL)).astype(dtype)

    def ufunc_call(name, dtype, size, seed, deviation):
        """A call of a ufunc, a function that gives it other inputs, and the number of elements."""
        ufunc, rng = ufuncs[name], np.random.default_rng(seed)
        takes = re.findall(r"\((.*?)\)", (ufunc.signature or "(i)," * ufunc.nin).split("->")[0])
        shapes = [(size // 1024, 1024) if dimension else (size // 1024,) for dimension in takes]
        inputs = [np.empty(shape, dtype) for shape in shapes]
        numbers = parameters(name) if ufunc.signature is None else 0
        data = inputs[: ufunc.nin - numbers]
        inputs[ufunc.nin - numbers:] = [np.asarray(0.7, dtype)] * numbers
        pool = pool_of(dtype, deviation)

        def fill():
            for array in data:
                start = rng.integers(max(1, len(pool) - array.size))
                array.reshape(-1)[:] = np.resize(pool, array.size) if array.size > POOL else pool[start:start + array.size]

        fill()
        out = ufunc(*inputs)
        return lambda: ufunc(*inputs, out=out), fill, size

    layers = {}

    def layer_call(name, seed):
        """A call of a layer on new rows, and the number of results."""
        _, kind, rows, weight_dtype = name.split()
        rng = np.random.default_rng(seed)
        if (kind, weight_dtype) not in layers:
            gate, up, down = (rng.standard_normal(shape).astype(np.float32) / 20 for shape in ((1408, 512), (1408, 512), (512, 1408)))
            layers[kind, weight_dtype] = (
                fa.Projection(gate, activation="gelu", weight_dtype=weight_dtype) if kind == "Projection"
                else fa.GatedMLP(gate, up, down, weight_dtype=weight_dtype))
        layer, x = layers[kind, weight_dtype], rng.standard_normal((int(rows), 512)).astype(np.float32)
        if weight_dtype == "bfloat16":
            import ml_dtypes

            x = x.astype(ml_dtypes.bfloat16)
        out = layer(x)
        return lambda: layer(x, out=out), lambda: None, out.size

    clock = min(-time.thread_time() + time.thread_time() for _ in range(100))
    fa.set_num_threads(1)
    for line in sys.stdin:
        request = json.loads(line)
        if request is None:
            answer = [f"layer {kind} {rows} {weight_dtype}" for kind in ("Projection", "GatedMLP") for rows in (1, 8, 128)
                      for weight_dtype in ("float32", "float16", "bfloat16")]
            answer += sorted(name for name in ufuncs if not re.search("maxout|masked", name))
        else:
            name, dtype, size, seed, deviation = request
            call, fill, elements = (
                layer_call(name, seed) if name.startswith("layer") else ufunc_call(name, dtype, size, seed, deviation))
            calls, spent = 0, 0.0
            while spent < SECONDS or not calls:
                fill()
                start = time.thread_time()  # does not count other processes' time on this core
                call()
                spent += time.thread_time() - start - clock
                calls += 1
            answer = spent / calls / elements * 1e9
        print(json.dumps(answer), flush=True)


class Build:
    """A process that runs one of the builds."""

    def __init__(self, where, target):
        path = Path(where)
        environment = dict(os.environ)
        if target:
            environment["FASTACT_TARGET"] = target
        if path.is_dir():
            environment["PYTHONPATH"] = str(path / "src")
        python = sys.executable if path.is_dir() else where
        self.process = subprocess.Popen(
            [python, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, request):
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--match", default="", metavar="REGEX", help="only those whose names it finds, such as '^layer'")
    parser.add_argument("--target", help="the CPU target of both builds (default: the best)")
    parser.add_argument("--dtype", default="float32", choices=["float16", "float32", "float64"])
    parser.add_argument("--size", type=int, default=65536, help="elements (default: %(default)s)")
    parser.add_argument("--deviation", type=float, default=2, help="of the inputs, which are normal (default: %(default)s)")
    parser.add_argument("--below", type=float, default=1e9, metavar="RATIO", help="print only the ratios that are below")
    options = parser.parse_args()
    builds = [Build(where, options.target) for where in (options.old, options.new)]
    old, new = (build.ask(None) for build in builds)
    names = [name for name in old if name in new and re.search(options.match, name)]
    ratios = {}
    for name in names:
        turns = []
        for turn in range(ROUNDS):
            request = name, options.dtype, options.size, turn, options.deviation
            pair = [build.ask(request) for build in (builds if turn % 2 else builds[::-1])]
            turns.append(pair if turn % 2 else pair[::-1])
        ratios[name] = statistics.median(before / after for before, after in turns)
        if ratios[name] < options.below:
            print(f"{name:40} {ratios[name]:6.3f}   {min(one[1] for one in turns):.3f} ns", flush=True)
    worst = min(ratios, key=ratios.get)
    print(f"{len(ratios)} cells: geometric mean {statistics.geometric_mean(ratios.values()):.3f}, "
          f"lowest {ratios[worst]:.3f} ({worst})")


if __name__ == "__main__":
    if "--serve" in sys.argv:
        server()
    else:
        main()
