"""Zeros, infinities, NaN, subnormals and the largest numbers: the limit of the function, no warning."""

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import FAST_RELATIVE
from helpers import DTYPES, ELEMENTWISE, FOLDS, RIDGE, SPLIT, Truth, activation, gated, kernels, same_bits

inf, nan = np.inf, np.nan

# The limits of f, then of f', at -inf, from below 0, from above 0, at +inf.  -0 is where f comes from below.
LIMITS = {
    "relu": ([0.0, -0.0, 0.0, inf], [0, 0, 1, 1]),
    "gelu": ([-0.0, -0.0, 0.0, inf], [0, 0.5, 0.5, 1]),
    "gelu_tanh": ([-0.0, -0.0, 0.0, inf], [0, 0.5, 0.5, 1]),
    "silu": ([-0.0, -0.0, 0.0, inf], [0, 0.5, 0.5, 1]),
    "sigmoid": ([0.0, 0.5, 0.5, 1.0], [0, 0.25, 0.25, 0]),
    "tanh": ([-1.0, -0.0, 0.0, 1.0], [0, 1, 1, 0]),
}

entries = pytest.mark.parametrize("entry", RIDGE, ids=lambda entry: entry.name)
dtypes = pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)


def on_everything(test):
    return entries(dtypes(test))


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with np.errstate(all="raise"):
        yield


def near(got, expected, accuracy):
    """Equal if exact, within the bound if fast; zeros and signs are the same in any case."""
    expected = np.asarray(expected, got.dtype)
    tolerance = FAST_RELATIVE[got.dtype.name] * np.abs(expected) if accuracy == "fast" else 0
    return bool((np.abs(got - expected) <= tolerance).all() and (np.signbit(got) == np.signbit(expected)).all())


def test_every_function_has_its_limits_here():
    assert LIMITS.keys() == {entry.name for entry in RIDGE}


@on_everything
def test_infinities(entry, target, accuracy, dtype):
    values, _ = LIMITS[entry.name]
    got = activation(entry.name, target)(np.array([-inf, inf], dtype), accuracy=accuracy)
    assert same_bits(got, np.array([values[0], values[3]], dtype))


@on_everything
def test_derivatives_at_infinity(entry, target, accuracy, dtype):
    _, slopes = LIMITS[entry.name]
    got = activation(entry.name, target).derivative(np.array([-inf, inf], dtype), accuracy=accuracy)
    assert got.tolist() == [slopes[0], slopes[3]]


@on_everything
def test_zeros(entry, target, accuracy, dtype):
    values, slopes = LIMITS[entry.name]
    f, x = activation(entry.name, target), np.array([-0.0, 0.0], dtype)
    assert near(f(x, accuracy=accuracy), values[1:3], accuracy)
    slopes = slopes[1:3] if entry.smoothness != "C0" else [0, 0]  # at a kink torch's choice
    assert near(np.abs(f.derivative(x, accuracy=accuracy)), slopes, accuracy)


@on_everything
def test_nan(entry, target, accuracy, dtype):
    f, x = activation(entry.name, target), np.array([nan, -nan, 1], dtype)
    ones = np.ones(3, dtype)
    for got in (f(x, accuracy=accuracy), f.derivative(x, accuracy=accuracy),
                f.backward(ones, x, accuracy=accuracy), f.backward(x, ones, accuracy=accuracy),
                *gated(entry.name, target).backward(x, ones, ones, accuracy=accuracy),
                gated(entry.name, target)(x, ones, accuracy=accuracy),
                gated(entry.name, target)(ones, x, accuracy=accuracy)):
        assert np.isnan(got).tolist() == [True, True, False]


@on_everything
def test_the_largest_numbers(entry, target, accuracy, dtype):
    """As at infinity; where that is infinite, x itself: nothing overflows on the way."""
    values, slopes = LIMITS[entry.name]
    f, largest = activation(entry.name, target), np.finfo(dtype).max
    below = np.array([1, 1 - 2.0**-20, 0.75], dtype) * largest
    for x, limit, slope in [(-below, values[0], slopes[0]), (below, values[3], slopes[3])]:
        assert near(f(x, accuracy=accuracy), x if np.isinf(limit) else np.full(3, limit), accuracy)
        assert near(np.abs(f.derivative(x, accuracy=accuracy)), np.full(3, slope), accuracy)


@on_everything
def test_subnormals(entry, target, accuracy, dtype):
    """f(0) + f'(0) x to the bit or two: neither inputs nor results are flushed."""
    values, slopes = LIMITS[entry.name]
    f, info = activation(entry.name, target), np.finfo(dtype)
    x = np.array([1, 2, 3, 1001, 2**20 + 1, 2**22], dtype) * info.smallest_subnormal
    x = np.concatenate([x, [info.tiny - info.smallest_subnormal, info.tiny]]).astype(dtype)
    for side, value, slope in [(-x, values[1], slopes[1]), (x, values[2], slopes[2])]:
        got = f(side, accuracy=accuracy)
        with np.errstate(under="ignore"):
            truth = Truth(value + slope * side.astype(np.float64), dtype)
        if accuracy == "exact":
            assert truth.ulps(got).max() <= entry.max_ulp("exact", info.dtype.name)
        else:
            assert truth.relative(got).max() <= FAST_RELATIVE[info.dtype.name]
        if value != 0 or slope != 0:
            assert (np.signbit(got) == np.signbit(truth.high)).all()
        assert near(f.derivative(side, accuracy=accuracy), np.full(len(x), slope), accuracy)


@on_everything
def test_backward_of_special_gradients(entry, target, accuracy, dtype):
    """The product as IEEE 754 has it: infinity times 0 is NaN, and no warning."""
    f = activation(entry.name, target)
    grad, x = np.meshgrid(*2 * [np.array([-inf, -1, -0.0, 0.0, 1, inf, nan], dtype)])
    with np.errstate(invalid="ignore"):
        expected = grad * f.derivative(x, accuracy=accuracy)
        product = f(x, accuracy=accuracy) * grad
    if accuracy == "fast" or dtype == np.float64:  # else it is rounded once, from wider lanes
        assert same_bits(f.backward(grad, x, accuracy=accuracy), expected)
        assert same_bits(gated(entry.name, target)(x, grad, accuracy=accuracy), product)
    special = ~np.isfinite(grad) | (grad == 0)
    assert same_bits(f.backward(grad, x, accuracy=accuracy)[special], expected[special])
    assert same_bits(gated(entry.name, target)(x, grad, accuracy=accuracy)[special], product[special])


@entries
def test_exact_results_lie_in_the_declared_range(entry, target):
    low, high = (float(bound.replace("∞", "inf")) for bound in entry.range[1:-1].split(","))
    x = np.concatenate([np.linspace(-30, 30, 100_001), np.geomspace(1e-37, 1e38, 1001)]).astype(np.float32)
    got = activation(entry.name, target)(x)
    digits = 5e-5 if low not in (-1, 0) else 0  # a minimum is given to four digits
    assert low - digits <= got.min() and got.max() <= high


@dtypes
@pytest.mark.parametrize("size", [50, SPLIT], ids=["one_thread", "threads"])
@pytest.mark.parametrize("name", ELEMENTWISE + FOLDS)
def test_no_warning(name, target, dtype, size):
    info = np.finfo(dtype)
    hard = [0, -0.0, inf, -inf, nan, info.max, -info.max, info.tiny, -info.tiny, info.smallest_subnormal,
            -15, -90, -100, -104, -700, -746, 1e-30, 3e4, 1]
    ufunc = kernels(target)[name]
    rng = np.random.default_rng(0)
    inputs = [np.resize(rng.choice(np.array(hard, dtype), 1009), size) for _ in range(ufunc.nin)]
    with fa.threads(2):
        ufunc(*inputs)


# ------------------------------------------------------------------------------ softmax --

ROWS = {
    "minus infinity": ([-inf, -inf, -inf], [nan, nan, nan]),
    "plus infinity": ([inf, 0, -inf], [nan, nan, nan]),
    "nan": ([nan, 0, 1], [nan, nan, nan]),
    "nan last": ([1, 0, nan], [nan, nan, nan]),
    "excluded entries": ([-inf, 0, 0], [0, 0.5, 0.5]),
    "single": ([7], [1]),
    "single minus infinity": ([-inf], [nan]),
    "largest": (["max", "max"], [0.5, 0.5]),
    "largest apart": (["max", "-max"], [1, 0]),
    "zeros": ([-0.0, 0.0, 0.0, -0.0], [0.25] * 4),
    "far below": ([0, -800], [1, 0]),
}


@dtypes
@pytest.mark.parametrize("fill", [0, 40], ids=["short", "long"])
@pytest.mark.parametrize("row", ROWS)
def test_softmax_rows(row, fill, target, accuracy, dtype):
    """`fill` puts entries that count for nothing in between, so that several vectors take part."""
    x, expected = ROWS[row]
    largest = np.finfo(dtype).max
    x = np.array([{"max": largest, "-max": -largest}.get(value, value) for value in x], dtype)
    nothing = nan if np.isnan(expected[0]) else 0.0
    x = np.concatenate([x, np.full(fill, -inf, dtype)])
    expected = np.concatenate([expected, np.full(fill, nothing)])
    order = np.random.default_rng(1).permutation(len(x))
    got = activation("softmax", target)(x[order], accuracy=accuracy)
    if nothing == 0:
        assert near(got, expected[order], accuracy)
    else:
        assert np.isnan(got).all()


@dtypes
def test_a_bad_softmax_row_leaves_the_others_alone(target, accuracy, dtype):
    x = np.random.default_rng(3).standard_normal((5, 33)).astype(dtype)
    softmax = activation("softmax", target)
    expected = softmax(x, accuracy=accuracy)
    x[1], x[3, 7] = -inf, nan
    got = softmax(x, accuracy=accuracy)
    assert same_bits(got[::2], expected[::2])
    assert np.isnan(got[1::2]).all()
