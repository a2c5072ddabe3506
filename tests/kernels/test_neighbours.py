"""An element's result depends on its own operands alone, whatever stands beside it in the vector, the piece or the array.

Some formulas decide for a whole vector whether they take a way for large, tiny or subnormal numbers.  The lanes that do
not need it must come out of both ways alike.  Ordinary operands seldom lead there; these have every exponent.
"""

import numpy as np
import pytest

from helpers import DTYPES, ELEMENTWISE, HALF, kernels, same_bits

SIZE = 2000


def draw(rng, kind, dtype):
    """Operands with all bits at random, with exponents at random, ordinary ones, or ones of the size of the tails."""
    if kind == "bits":
        return rng.integers(0, 256, SIZE * np.dtype(dtype).itemsize, dtype=np.uint8).view(dtype)
    sign = rng.choice([-1.0, 1.0], SIZE)
    least, most = {4: (-149, 127), 8: (-1074, 1023)}.get(np.dtype(dtype).itemsize, (-24, 15))
    values = {
        "exponents": sign * 2.0 ** rng.uniform(least, most, SIZE), "ordinary": rng.normal(0, 10, SIZE),
        "tails": sign * rng.uniform(0, 130, SIZE)}
    return values[kind].astype(dtype)


def operands(rng, count, dtype):
    """Arrays of one kind each, some with ordinary operands in between."""
    kinds, arrays = ["bits", "exponents", "ordinary", "tails"], []
    for _ in range(count):
        array = draw(rng, rng.choice(kinds), dtype)
        arrays.append(np.where(rng.random(SIZE) < rng.choice([0, 0.3]), draw(rng, "ordinary", dtype), array))
    return arrays


@pytest.mark.parametrize("seeds", [range(1), pytest.param(range(1, 10), marks=pytest.mark.long)], ids=["short", "long"])
@pytest.mark.parametrize("dtype", DTYPES + HALF, ids=lambda dtype: dtype.__name__)
def test_neighbours_do_not_matter(target, dtype, seeds):
    ufuncs = kernels(target)
    for name in ELEMENTWISE:
        for seed in seeds:
            rng = np.random.default_rng(seed)
            given = operands(rng, ufuncs[name].nin, dtype)
            orders = [rng.permutation(SIZE), np.argsort(abs(given[0])), np.argsort(given[-1])]
            with np.errstate(all="ignore"):
                due = ufuncs[name](*given)
                for order in orders:
                    found = ufuncs[name](*[array[order] for array in given])
                    for one, other in zip(*(y if isinstance(y, tuple) else (y,) for y in (due, found)), strict=True):
                        assert same_bits(one[order], other), f"{name}, seed {seed}"


def test_a_large_parameter_of_squareplus_beside_a_tiny_one(target):
    """Beside lanes whose operands must be scaled, a large b was scaled, too, and overflowed."""
    ufuncs = kernels(target)
    x, b = np.full(64, -40.78, np.float32), np.full(64, 9.55e19, np.float32)
    for name, due in [("squareplus", 0.5 * (np.hypot(40.78, 9.55e19**0.5) - 40.78)), ("squareplus_derivative", 0.5)]:
        x[1::2], b[1::2] = -40.78, 9.55e19
        alone = ufuncs[name](x, b)
        assert np.allclose(alone, due, rtol=1e-6)
        for neighbour in [(1e30, 1), (1, 1e-30)]:
            x[1::2], b[1::2] = neighbour
            assert same_bits(ufuncs[name](x, b)[::2], alone[::2]), name
