"""What zeros among the hidden values of an MLP save: python benchmarks/relu_zeros.py.

For weights of each type, 1 and 2 threads: the down projection alone (the first product is so thin that it takes no time; it
serves to choose which hidden units are active, at random), and a whole GatedMLP with the active units given.  Every time is
the median of calls in turns with the dense product of the same weights, in the same process; and every result is compared
with the dense one, bit by bit.
"""

import argparse
import copy
import time
from functools import partial

import numpy as np

import fastact as fa
from fastact._runtime import dispatch

IN, HIDDEN = 2048, 5632
SHARES = 1.0, 0.75, 0.5, 0.3, 0.1, 0.02


def dense_twin(layer):
    """A layer over the same packed weights that does not look for zeros."""
    twin = copy.copy(layer)
    twin.products = [copy.copy(product) for product in layer.products]
    twin.products[0].gives_zeros = False
    return twin


def in_turns(functions, seconds):
    """The median time of a call of each function, in seconds."""
    times = [[] for _ in functions]
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[0]) < 9:
        for function, own in zip(functions, times):
            start = time.perf_counter()
            function()
            own.append(time.perf_counter() - start)
    return [float(np.median(own)) for own in times]


def check(found, wanted, what):
    """Refuse to time what is not right."""
    if found.tobytes() != wanted.tobytes():
        raise SystemExit(f"{what}: other bits than the dense product")


def down_alone(weight_dtype, dtype, rows, share, rng, w2):
    """An MLP whose second product is all its work, rows of x, and the share of hidden units that are active in each."""
    active = rng.random((rows, HIDDEN)) < share
    w1 = np.where(active, np.abs(rng.standard_normal((rows, HIDDEN))) + 0.1, -1.0).astype(np.float32).T
    return fa.MLP(w1, w2, activation="relu", weight_dtype=weight_dtype), np.eye(rows, dtype=np.float32).astype(dtype)


def main():
    """Print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--types", nargs="+", default=["float32", "bfloat16", "int8"])
    parser.add_argument("--rows", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--part", choices=["down", "active", "both"], default="both")
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    w2 = rng.standard_normal((IN, HIDDEN)).astype(np.float32)
    print(f"{dispatch.matmul_target}, down projection {HIDDEN} -> {IN}; ms dense, ms without zeros, ratio")
    for weight_dtype in options.types:
        dtype = np.float32
        if weight_dtype == "bfloat16":
            import ml_dtypes

            dtype = ml_dtypes.bfloat16
        for rows in options.rows if options.part != "active" else []:
            for share in SHARES:
                layer, x = down_alone(weight_dtype, dtype, rows, share, rng, w2)
                dense = dense_twin(layer)
                for threads in options.threads:
                    with fa.threads(threads):
                        check(layer(x), dense(x), f"{weight_dtype}, {rows} rows, {share:.0%} active")
                        slow, quick = in_turns([partial(dense, x), partial(layer, x)], options.seconds)
                        print(f"{weight_dtype:9} M = {rows} {share:5.0%} active {threads} threads "
                              f"{slow * 1e3:7.3f} {quick * 1e3:7.3f} {slow / quick:6.2f}", flush=True)
        for rows in options.rows if options.part != "down" else []:
            whole_block(weight_dtype, dtype, rows, rng, options)


def whole_block(weight_dtype, dtype, rows, rng, options):
    """A GatedMLP and an MLP whose active units are known: a line for each share of them."""
    w_gate, w_up, w_down = (rng.standard_normal(shape).astype(np.float32) / 32
                            for shape in ((HIDDEN, IN), (HIDDEN, IN), (IN, HIDDEN)))
    x = rng.standard_normal((rows, IN)).astype(np.float32).astype(dtype)
    for layer in (fa.GatedMLP(w_gate, w_up, w_down, activation="relu", weight_dtype=weight_dtype),
                  fa.MLP(w_gate, w_down, activation="relu", weight_dtype=weight_dtype)):
        dense = dense_twin(layer)
        check(layer(x, active=np.arange(HIDDEN)), dense(x), f"{weight_dtype}, all units given")
        for share in (0.3, 0.1, 0.02):
            active = np.sort(rng.permutation(HIDDEN)[:int(share * HIDDEN)])
            for threads in options.threads:
                with fa.threads(threads):
                    slow, quick = in_turns([partial(dense, x), partial(layer, x, active=active)], options.seconds)
                print(f"{weight_dtype:9} M = {rows} {share:5.0%} given  {threads} threads "
                      f"{slow * 1e3:7.3f} {quick * 1e3:7.3f} {slow / quick:6.2f}  {type(layer).__name__}", flush=True)


if __name__ == "__main__":
    main()
