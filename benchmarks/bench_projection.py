"""Projections beside NumPy and PyTorch: one group for each block, shape and number of rows.

The error on record is the largest one relative to the sum of the products' magnitudes; every
variant must keep it below the classic bound of a float32 sum, depth * 2**-24.
"""

from functools import lru_cache

import numpy as np
import pytest

import fastact as fa
from fastact import reference

try:
    import torch
except ModuleNotFoundError:
    torch = None

ROWS = [1, 4, 16, 128, 512]
SHAPES = [("MLP", 384, 1536), ("GatedProjection", 384, 1536), ("GatedProjection", 2048, 5632)]
CHECKED_ROWS = 8  # the oracle's matrix products in float64 take a while


class Problem:
    """Weights and x of a block, and what it gives for the first rows."""

    def __init__(self, block, width, hidden, rows):
        rng = np.random.default_rng(0)

        def weights(*shape):
            return (rng.standard_normal(shape) / shape[-1] ** 0.5).astype(np.float32)

        self.gated = block == "GatedProjection"
        self.layer = getattr(fa, block)
        self.w1 = weights(hidden, width)
        self.w2 = weights(hidden, width) if self.gated else weights(width, hidden)
        self.x = rng.standard_normal((rows, width)).astype(np.float32)
        self.flop = 4 * rows * width * hidden
        x, w1, w2 = (array.astype(np.float64) for array in (self.x[:CHECKED_ROWS], self.w1, self.w2))
        if self.gated:
            gate, up = x @ w1.T, x @ w2.T
            self.expected = reference.silu(gate) * up
            self.magnitude = abs(x) @ abs(w1).T * abs(up) + abs(gate) * (abs(x) @ abs(w2).T)
            self.bound = width * 2.0**-24
        else:
            self.expected = reference.gelu(x @ w1.T) @ w2.T
            self.magnitude = abs(x) @ abs(w1).T @ abs(w2).T
            self.bound = (width + hidden) * 2.0**-24

    def error(self, result):
        return float((abs(result[:CHECKED_ROWS] - self.expected) / self.magnitude).max())


def fastact(problem, accuracy="exact"):
    layer = problem.layer(problem.w1, problem.w2, accuracy=accuracy)
    return lambda: layer(problem.x)


def fastact_fast(problem):
    return fastact(problem, "fast")


def by_hand(problem):
    x, w1, w2 = problem.x, problem.w1.T, problem.w2.T

    def gated():
        gate = x @ w1
        return gate / (1 + np.exp(-gate)) * (x @ w2)

    def mlp():  # the tanh form: NumPy has no erf
        hidden = x @ w1
        return 0.5 * hidden * (1 + np.tanh(0.7978845608 * (hidden + 0.044715 * hidden**3))) @ w2

    return gated if problem.gated else mlp


def pytorch(problem):
    if torch is None:
        pytest.skip("torch is not installed")
    f = torch.nn.functional
    x, w1, w2 = map(torch.from_numpy, (problem.x, problem.w1, problem.w2))

    @torch.inference_mode()
    def gated():
        return (f.silu(f.linear(x, w1)) * f.linear(x, w2)).numpy()

    @torch.inference_mode()
    def mlp():
        return f.linear(f.gelu(f.linear(x, w1)), w2).numpy()

    return gated if problem.gated else mlp


# Title: (what is measured, what its activation may be off).
VARIANTS = {
    "fastact exact": (fastact, 0),
    "fastact fast": (fastact_fast, 2.0**-12),
    "by hand": (by_hand, 1e-3),
    "PyTorch": (pytorch, 0),
}


@lru_cache(maxsize=1)  # up to 100 MB
def problem_of(*case):
    return Problem(*case)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("block, width, hidden", SHAPES)
def test_projection(benchmark, record, threads, block, width, hidden, rows, variant):
    threadpoolctl = pytest.importorskip("threadpoolctl")
    problem = problem_of(block, width, hidden, rows)
    make, tolerance = VARIANTS[variant]
    call = make(problem)
    error = problem.error(call())
    assert error <= problem.bound + tolerance
    with threadpoolctl.threadpool_limits(threads, user_api="blas"):
        benchmark(call)
    kernel = fa.Projection(problem.w1[:1]).kernel
    record(f"{block} {width} x {hidden}, {rows} rows", problem.expected.shape[-1] * rows,
           error=error, kernel=kernel, gflops=problem.flop / benchmark.stats.stats.median / 1e9)
