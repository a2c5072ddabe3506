"""Row functions: every row is computed, and as it is computed alone."""

import numpy as np
import pytest

import fastact as fa
from fastact._runtime import dispatch
from helpers import DTYPES, HALF, kernels, same_bits

NAMES = sorted(dispatch.rows.ufuncs)
LENGTHS = [1, 3, 16, 33, 64, 100, 512, 513]  # the last is too long for the rows of a batch to be taken step by step
BATCHING = {"softmax", "softmin", "log_softmax"}  # the functions, by name, that take several rows at a time


def shapes(signature, rows, n, k=3):
    """The operands' shapes and the result's, such as (n),(m,k)->(n) has them."""
    sizes = {"": (), "n": (n,), "m": (n,), "m,k": (n, k)}
    inputs, output = signature.split("->")
    return [(rows, *sizes[part]) for part in inputs[1:-1].split("),(")], (rows, *sizes[output[1:-1]])


def operands(ufunc, rows, n, dtype, rng):
    """Arrays of random numbers for this ufunc, and of random truth values where it asks for those."""
    found = []
    for shape, kind in zip(shapes(ufunc.signature, rows, n)[0], ufunc.types[1], strict=False):
        found.append(rng.random(shape) > 0.2 if kind == "?" else (3 * rng.standard_normal(shape)).astype(dtype))
    return found


def assert_rows_as_alone(ufunc, arrays, **options):
    """Every row of the result has the bits of the same row computed alone."""
    result = ufunc(*arrays, **options)
    for row in range(len(result)):
        alone = ufunc(*(array[row].copy() for array in arrays))
        assert same_bits(result[row], alone), f"row {row} of {len(result)}"


@pytest.mark.parametrize("dtype", DTYPES + HALF)
@pytest.mark.parametrize("name", NAMES)
def test_many_short_rows_are_those_computed_alone(name, dtype, target):
    """Of functions that take several rows at a time, and of those that do not."""
    ufunc = kernels(target)[name]
    rng = np.random.default_rng(5)
    for n in LENGTHS:
        arrays = operands(ufunc, 37, n, dtype, rng)
        assert_rows_as_alone(ufunc, arrays)
        # Result rows with room between them that nothing may be written to.
        room = np.full((37, 2, *shapes(ufunc.signature, 1, n)[1][1:]), -7, dtype)
        assert_rows_as_alone(ufunc, arrays, out=room[:, 0])
        assert (room[:, 1] == -7).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_rows_of_several_threads_are_those_computed_alone(name, dtype, target):
    ufunc = kernels(target)[name]
    arrays = operands(ufunc, 1501, 24, dtype, np.random.default_rng(6))
    with fa.threads(3):
        assert_rows_as_alone(ufunc, arrays)


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf, 1e30])
@pytest.mark.parametrize("name", [name for name in NAMES if kernels(dispatch.target)[name].signature == "(n)->(n)"])
def test_rows_beside_special_ones_and_in_place(name, special, target):
    """One row of 16 takes another way than its neighbours, which are as they are alone."""
    ufunc = kernels(target)[name]
    for dtype in DTYPES:
        x = (3 * np.random.default_rng(7).standard_normal((35, 40))).astype(dtype)
        x[4, 3] = x[20] = special
        with np.errstate(all="ignore"):
            assert_rows_as_alone(ufunc, [x])
            in_place = x.copy()
            ufunc(in_place, out=in_place)
            assert same_bits(in_place, ufunc(x))


def test_functions_that_take_several_rows_at_a_time(target):
    """The table promises it for these and no others: one missing here would be slow, one too many wrong."""
    assert dispatch.kernels("rows", target).batching == BATCHING
