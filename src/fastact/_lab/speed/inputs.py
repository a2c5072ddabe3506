"""The inputs of measurements: distributions by name, and pools from which every repetition takes other values.

A call that is repeated with the same 65,536 values teaches the branch predictor their places, so that a function
with a branch for rare values looks quicker than it is.  Hence each repetition copies other values of a pool into
the call's input; that is not timed.  POOL values are more than a predictor remembers, so arrays of that size and more
are their own pool.
"""

import random
from functools import lru_cache

import numpy as np

from fastact._lab.dtypes import HALF, limits, type_of
from fastact._lab.speed import recorded

POOL = 1 << 22  # values
TAIL_VALUES = 3 << 16  # whole rows

# Name -> what it is, for a reader.  In this order they are measured by "all".
DISTRIBUTIONS = {
    "normal-0.5": "normal, deviation 0.5",
    "normal-1": "normal, deviation 1",
    "normal-2": "normal, deviation 2",
    "normal-3": "normal, deviation 3",
    "normal-10": "normal, deviation 10",
    "uniform-20": "uniform on [-20, 20]",
    "only-tails": "uniform on [-40, -8] and [8, 40]",
    "sorted": "normal, deviation 3, each array sorted",
    "tails": "a third normal of deviation 2, a third uniform on [-120, 120], a third every exponent in both signs",
    "minilm": "pre-activations of the six layers of all-MiniLM-L6-v2",
}
ORDINARY = "normal-2"  # what "ordinary" means
NAMES = ["ordinary", *DISTRIBUTIONS]


def describe(name):
    """A distribution in words."""
    return f"{name}: {DISTRIBUTIONS[ORDINARY if name == 'ordinary' else name]}; other values in each repetition"


def available():
    """The distributions that can be drawn here."""
    return [name for name in DISTRIBUTIONS if name != "minilm" or not recorded.missing()]


def draw(name, count, dtype, fold=False):
    """`count` values of a distribution, always the same ones.

    Those of "tails" are in random order; for a `fold` they lack the exponents, the largest of which make a whole row of
    results zero.
    """
    rng, dtype_of = np.random.default_rng(0), type_of(dtype)
    if name == "tails":
        x = tail_values(rng, dtype_of)
        return np.resize(rng.permutation(x[: TAIL_VALUES // 3 * 2] if fold else x), count)
    wide = "float32" if dtype in HALF else dtype
    kind, _, scale = name.partition("-")
    if name == "minilm":
        x = np.resize(recorded.pre_activations(), count)
    elif kind == "uniform":
        x = (2 * rng.random(count, wide) - 1) * np.dtype(wide).type(scale)
    elif name == "only-tails":
        x = (8 + 32 * rng.random(count, wide)) * rng.choice(np.array([-1, 1], wide), count)
    else:
        deviation = {"ordinary": 2, "sorted": 3}.get(name) or float(scale)
        x = rng.standard_normal(count, wide)
        x *= deviation
        if name == "sorted":
            x.sort()
    return x.astype(dtype_of, copy=False)


def tail_values(rng, dtype):
    """TAIL_VALUES values: normal ones, [-120, 120], every exponent in both signs; in this order."""
    info = limits(dtype)
    n = TAIL_VALUES // 3
    exponents = np.linspace(info.minexp - info.nmant, info.maxexp, n // 2, endpoint=False)
    # Sorted, so that a row of a fold function holds magnitudes of one order.
    every_exponent = np.exp2(exponents)
    values = [
        2 * rng.standard_normal(n), rng.permutation(np.linspace(-120, 120, n)), every_exponent, -every_exponent,
    ]
    with np.errstate(over="ignore"):  # the last exponents of a half type round to infinity
        return np.concatenate(values).astype(dtype)


@lru_cache(maxsize=len(NAMES))
def _values(name, dtype, fold):
    """The values of a pool; those of "sorted" not yet sorted."""
    return draw("normal-3" if name == "sorted" else name, POOL, dtype, fold)


@lru_cache(maxsize=len(NAMES))
def pool(name, elements, dtype, fold=False):
    """The `Pool` of these values; that of the last measurements is kept."""
    return Pool(name, elements, dtype, fold)


class Pool:
    """Values of a distribution, for arrays of `elements` elements."""

    def __init__(self, name, elements, dtype, fold=False):
        values, rows = _values(name, dtype, fold), max(1, POOL // elements)
        self.rows = np.resize(values, (rows, elements)) if elements > POOL else values[: rows * elements].reshape(rows, -1)
        if name == "sorted":
            self.rows = np.sort(self.rows, axis=1)
        self.random = random.Random(0)

    def fill(self, block):
        """Copy other values into each row of the block."""
        start = self.random.randrange(max(1, len(self.rows) - len(block) + 1))
        np.copyto(block, self.rows[start : start + len(block)])
