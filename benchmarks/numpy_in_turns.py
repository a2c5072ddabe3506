"""NumPy's matrix product and our calls, in turns: both have threads that wait for work.

    python benchmarks/numpy_in_turns.py [--threads 2] [--repeat 60]

For some of our calls: microseconds of NumPy's product (128 x 768 by 768 x 768) and of the call, each alone,
call after call, and in turns; and of the call after 10 ms of sleep.
"""

import argparse
import time

import numpy as np
from tabulate import tabulate
from threadpoolctl import threadpool_limits

import fastact as fa


def cases(rng):
    """Name -> a call that returns its result."""
    for rows in (1, 8, 128, 512):
        for width, hidden in ((384, 1536), (768, 3072)):
            layer = fa.MLP(rng.normal(0, 0.05, (hidden, width)), rng.normal(0, 0.05, (width, hidden)))
            x, out = rng.normal(0, 1, (rows, width)).astype(np.float32), np.empty((rows, width), np.float32)
            yield f"MLP {width}x{hidden}, {rows} rows", lambda layer=layer, x=x, out=out: layer(x, out=out)
    x = rng.normal(0, 2, (512, 1024)).astype(np.float32)
    out = np.empty_like(x)
    yield "gelu of 524,288", lambda: fa.gelu(x, out=out)
    yield "softmax of 512 x 1,024", lambda: fa.softmax(x, out=out)


def medians(repeat, *calls):
    """Microseconds of each call, called in turns."""
    times = np.empty((repeat, len(calls)))
    for row in times:
        for i, call in enumerate(calls):
            start = time.perf_counter()
            call()
            row[i] = time.perf_counter() - start
    return np.median(times, axis=0) * 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=fa.get_num_threads())
    parser.add_argument("--repeat", type=int, default=60)
    args = parser.parse_args()
    fa.set_num_threads(args.threads)
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, (128, 768)).astype(np.float32), rng.normal(0, 1, (768, 768)).astype(np.float32)
    out = np.empty((128, 768), np.float32)

    def product():
        np.matmul(a, b, out=out)

    rows = []
    with threadpool_limits(args.threads, "blas"):
        for name, call in cases(rng):
            with fa.threads(1):
                expected = call().copy()
            (numpy_alone,), (alone,) = medians(args.repeat, product), medians(args.repeat, call)
            numpy_in_turns, in_turns = medians(args.repeat, product, call)
            time.sleep(0.2)  # OpenBLAS's threads wait busily for 110 ms
            _, after_sleep = medians(args.repeat, lambda: time.sleep(0.01), call)
            assert np.array_equal(call(), expected), name
            rows.append((name, numpy_alone, numpy_in_turns, alone, in_turns, after_sleep))
    print(f"threads: {args.threads}; microseconds, medians of {args.repeat}")
    print(tabulate(rows, ["", "NumPy alone", "in turns", "call alone", "in turns", "after 10 ms"], floatfmt=".0f"))


if __name__ == "__main__":
    main()
