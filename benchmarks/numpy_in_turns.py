"""NumPy's matrix product and our calls, in turns: both have threads that wait for work.

    python benchmarks/numpy_in_turns.py [--threads 2] [--seconds 0.3]

The table has microseconds of NumPy's product (128 x 768 by 768 x 768) and of some of our calls: each alone, call after
call; both in turns; and ours after 10 ms of sleep.  There are two lines for each of our calls, with the means and the
medians.  `fastact._lab.speed.turns` says how they are measured.
"""

import argparse
import time

import numpy as np
from tabulate import tabulate

import fastact as fa
from fastact._lab.speed import projections, turns
from fastact._lab.speed.environment import numpy_products
from fastact._lab.speed.threads import blas_threads, same_threads

HEADERS = ["", "", "NumPy alone", "in turns", "call alone", "in turns", "after 10 ms"]


def cases():
    """Name -> a call that returns its result."""
    for rows in (1, 8, 128, 512):
        for block in projections.BLOCKS[:2]:
            yield f"{block.name}, {rows} rows", projections.block_call(rows, block)
    x = np.random.default_rng(0).normal(0, 2, (512, 1024)).astype(np.float32)
    out = np.empty_like(x)
    yield "gelu of 524,288", lambda: fa.gelu(x, out=out)
    yield "softmax of 512 x 1,024", lambda: fa.softmax(x, out=out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=fa.get_num_threads())
    parser.add_argument("--seconds", type=float, default=0.3, help="for each call (default: 0.3)")
    args = parser.parse_args()
    product, rows = turns.product(), []
    with same_threads(args.threads), blas_threads(args.threads):
        for name, call in cases():
            with fa.threads(1):
                expected = call().copy()
            found = turns.measure(call, product, args.seconds)
            turns.settle()
            paused = turns.stretch(args.seconds, lambda: time.sleep(0.01), call)[:, 1]
            assert np.array_equal(call(), expected), name
            for statistic, of_paused in [("mean", paused.mean()), ("median", np.median(paused))]:
                figures = found[statistic]
                seconds = [figures[key] for key in ("numpy", "numpy in turns", "fastact", "fastact in turns")]
                rows.append([name if statistic == "mean" else "", statistic,
                             *(1e6 * one for one in [*seconds, of_paused])])
    print(f"threads: {args.threads}; microseconds")
    print(numpy_products())
    print(tabulate(rows, HEADERS, floatfmt=".0f"))


if __name__ == "__main__":
    main()
