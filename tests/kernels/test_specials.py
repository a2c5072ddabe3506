"""Zeros, infinities, NaN, subnormals and the largest numbers: the limit of the function, no warning."""

import functools
import math
import re
from decimal import Decimal

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import FAST_RELATIVE
from helpers import (
    BY_NAME, DTYPES, ELEMENTWISE, EVERY_ACCURACY, FOLDS, HALF, RIDGE, SPLIT, Truth, activation, each, finfo, gated,
    kernels, same_bits, spacing,
)

inf, nan = np.inf, np.nan
LOG2 = math.log(2)
SCALE, SCALE_ALPHA = 1.0507009873554805, 1.7580993408473766  # of selu: Klambauer et al.


@functools.cache
def parameter(name, dtype):
    """The value of a function's first parameter, as data of this type get it."""
    return float(np.asarray(next(iter(BY_NAME[name].parameters.values())), dtype))


def values_of(entry, dtype):
    """The values of all its parameters, as data of this type get them."""
    return [float(np.asarray(value, dtype)) for value in entry.parameters.values()]


def laplace_at_0(mu, sigma):
    """Φ(-z) and φ(z) / sigma, z = mu / sigma, whose rounding alone would be some ULP of either."""
    z, root = Decimal(mu) / Decimal(sigma), Decimal(2).sqrt()
    density = (-z * z / 2).exp() / Decimal(math.tau).sqrt()
    nearest = float(z / root)
    return math.erfc(nearest) / 2 - float(density * (z - Decimal(nearest) * root)), float(density / Decimal(sigma))


@functools.cache
def limits(dtype):
    """The limits of f, then of f', at -inf, from below 0, from above 0, at +inf.

    -0 is where f comes from below; but for the functions that jump at 0: the step, whose formula says >=, and xielu,
    whose formula says > 0.  From mathematics, not
    from the oracles: those are checked against this table, too.
    """
    leaky, weight, alpha = (parameter(name, dtype) for name in ("leaky_relu", "prelu", "hard_sigmoid_linear"))
    _, bias = values_of(BY_NAME["star_relu"], dtype)
    _, alpha_n, beta, eps = values_of(BY_NAME["xielu"], dtype)
    xielu_at_0 = (beta + alpha_n) * math.expm1(eps)
    laplace, laplace_slope = laplace_at_0(*values_of(BY_NAME["laplace"], dtype))
    return {
        "identity": ([-inf, -0.0, 0.0, inf], [1, 1, 1, 1]),
        "binary_step": ([0.0, 1.0, 1.0, 1.0], [0, 0, 0, 0]),
        "relu": ([0.0, -0.0, 0.0, inf], [0, 0, 1, 1]),
        "relu6": ([0.0, -0.0, 0.0, 6.0], [0, 0, 1, 0]),
        "relu_squared": ([0.0, 0.0, 0.0, inf], [0, 0, 0, inf]),
        "leaky_relu": ([-inf, -0.0, 0.0, inf], [leaky, leaky, 1, 1]),
        "prelu": ([-inf, -0.0, 0.0, inf], [weight, weight, 1, 1]),
        "threshold": ([-1.0, -1.0, -1.0, inf], [0, 0, 0, 1]),
        "elu": ([-1.0, -0.0, 0.0, inf], [0, 1, 1, 1]),
        "selu": ([-SCALE_ALPHA, -0.0, 0.0, inf], [0, SCALE_ALPHA, SCALE, SCALE]),
        "celu": ([-1.0, -0.0, 0.0, inf], [0, 1, 1, 1]),
        "gelu": ([-0.0, -0.0, 0.0, inf], [0, 0.5, 0.5, 1]),
        "gelu_tanh": ([-0.0, -0.0, 0.0, inf], [0, 0.5, 0.5, 1]),
        "quick_gelu": ([-0.0, -0.0, 0.0, inf], [0, 0.5, 0.5, 1]),
        "silu": ([-0.0, -0.0, 0.0, inf], [0, 0.5, 0.5, 1]),
        "swish": ([-0.0, -0.0, 0.0, inf], [0, 0.5, 0.5, 1]),
        "sigmoid": ([0.0, 0.5, 0.5, 1.0], [0, 0.25, 0.25, 0]),
        "log_sigmoid": ([-inf, -LOG2, -LOG2, -0.0], [1, 0.5, 0.5, 0]),
        "hard_sigmoid": ([0.0, 0.5, 0.5, 1.0], [0, 1 / 6, 1 / 6, 0]),
        "hard_sigmoid_linear": ([0.0, 0.5, 0.5, 1.0], [0, alpha, alpha, 0]),
        "tanh": ([-1.0, -0.0, 0.0, 1.0], [0, 1, 1, 0]),
        "hard_tanh": ([-1.0, -0.0, 0.0, 1.0], [0, 1, 1, 0]),
        "tanhshrink": ([-inf, -0.0, 0.0, inf], [1, 0, 0, 1]),
        "softplus": ([0.0, LOG2, LOG2, inf], [0, 0.5, 0.5, 1]),
        "sqrt_softplus": ([0.0, math.sqrt(LOG2), math.sqrt(LOG2), inf],
                          [0, 0.25 / math.sqrt(LOG2), 0.25 / math.sqrt(LOG2), 0]),
        "softsign": ([-1.0, -0.0, 0.0, 1.0], [0, 1, 1, 0]),
        "squareplus": ([0.0, 1.0, 1.0, inf], [0, 0.5, 0.5, 1]),
        "mish": ([-0.0, -0.0, 0.0, inf], [0, 0.6, 0.6, 1]),  # tanh(log(2)) = 3/5
        "hard_swish": ([-0.0, -0.0, 0.0, inf], [0, 0.5, 0.5, 1]),
        "softshrink": ([-inf, -0.0, 0.0, inf], [1, 0, 0, 1]),
        "hardshrink": ([-inf, -0.0, 0.0, inf], [1, 0, 0, 1]),
        "erf": ([-1.0, -0.0, 0.0, 1.0], [0, 2 / math.sqrt(math.pi), 2 / math.sqrt(math.pi), 0]),
        "laplace": ([0.0, laplace, laplace, 1.0], [0, laplace_slope, laplace_slope, 0]),
        "gelu_10": ([-0.0, -0.0, 0.0, 10.0], [0, 0.5, 0.5, 0]),
        "exponential": ([0.0, 1.0, 1.0, inf], [0, 1, 1, inf]),
        "hard_mish": ([-0.0, -0.0, 0.0, inf], [0, 1, 1, 1]),
        "sparse_plus": ([0.0, 0.25, 0.25, inf], [0, 0.5, 0.5, 1]),
        "star_relu": ([bias, bias, bias, inf], [0, 0, 0, inf]),
        "softcap": ([-50.0, -0.0, 0.0, 50.0], [0, 1, 1, 0]),
        "xielu": ([inf, xielu_at_0, xielu_at_0, inf], [-alpha_n, -alpha_n, beta, inf]),
        # At infinity the slope has no limit.
        "snake": ([-inf, -0.0, 0.0, inf], [nan, 1, 1, nan]),
        "snake_beta": ([-inf, -0.0, 0.0, inf], [nan, 1, 1, nan]),
        "gaussian": ([0.0, 1.0, 1.0, 0.0], [0, 0, 0, 0]),
        "multiquadric": ([inf, 1.0, 1.0, inf], [-1, 0, 0, 1]),
        "inverse_multiquadric": ([0.0, 1.0, 1.0, 0.0], [0, 0, 0, 0]),
        "square": ([inf, 0.0, 0.0, inf], [-inf, 0, 0, inf]),
        "thin_plate": ([inf, 0.0, 0.0, inf], [-inf, 0, 0, inf]),
    }


# PyTorch's choice of the derivative at 0, where it has two limits there: the one from below.
KINKS = ["relu", "relu6", "leaky_relu", "prelu", "selu"]

JUMPS = ["xielu"]

# The slope beside 0, where it vanishes at 0 but not as fast as x³.
SLOPES_BESIDE_0 = {
    "relu_squared": lambda x: 2 * np.maximum(x, 0), "square": lambda x: 2 * x, "gaussian": lambda x: -2 * x,
    "multiquadric": lambda x, p: x, "inverse_multiquadric": lambda x, p: -x,
    "thin_plate": lambda x: x * (2 * np.log(np.abs(x)) + 1),
    "star_relu": lambda x, scale, bias: 2 * scale * np.maximum(x, 0),
}

# At the largest numbers, of which x is a longdouble, with the parameters: f where it is not x or the limit at infinity,
# and f' where it is not the limit.
ASYMPTOTES = {
    "relu_squared": lambda x: np.maximum(x, 0) ** 2,
    "leaky_relu": lambda x, p: np.where(x < 0, p * x, x),
    "prelu": lambda x, p: np.where(x < 0, p * x, x),
    "selu": lambda x: np.where(x < 0, -SCALE_ALPHA, SCALE * x),
    "sqrt_softplus": lambda x: np.sqrt(np.maximum(x, 0)),
    "squareplus": lambda x, p: np.where(x < 0, p / (4 * np.abs(x)), x),
    "multiquadric": lambda x, p: np.abs(x),
    "inverse_multiquadric": lambda x, p: 1 / np.abs(x),
    "square": lambda x: x * x,
    "thin_plate": lambda x: x * x * np.log(np.abs(x)),
    "exponential": lambda x: np.exp(x),
    "star_relu": lambda x, scale, bias: scale * np.maximum(x, 0) ** 2 + bias,
    "xielu": lambda x, p, n, beta, eps: np.where(x > 0, x * (p * x + beta), -n * x - (beta + n)),
}
SLOPE_ASYMPTOTES = {
    "relu_squared": lambda x: 2 * np.maximum(x, 0),
    "sqrt_softplus": lambda x: np.where(x < 0, 0, 0.5 / np.sqrt(np.abs(x))),
    "square": lambda x: 2 * x,
    "thin_plate": lambda x: x * (2 * np.log(np.abs(x)) + 1),
    "star_relu": lambda x, scale, bias: 2 * scale * np.maximum(x, 0),
    "xielu": lambda x, p, n, beta, eps: np.where(x > 0, 2 * p * x + beta, -n),
    "snake": lambda x, alpha: 1 + np.sin(2 * x) / (1 + np.longdouble("1e-9")),
    "snake_beta": lambda x, alpha, beta: 1 + np.sin(2 * x) / (1 + np.longdouble("1e-9")),
}

entries = pytest.mark.parametrize("entry", RIDGE, ids=lambda entry: entry.name)


def on_everything(test):
    return entries(each(dtype=DTYPES)(test))


def on_every_dtype(test):
    return entries(each(dtype=DTYPES + HALF)(test))


@pytest.fixture(params=EVERY_ACCURACY, scope="module")
def accuracy(request):
    return request.param


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with np.errstate(all="raise"):
        yield


def near(got, expected, accuracy, ulp=0):
    """Within the bound if fast; if exact equal, or within `ulp` of what has more digits than float16.

    A half type: the nearest number if exact, 1 ULP if fast.  Zeros and signs are the same in any case.
    """
    dtype = got.dtype
    with np.errstate(all="ignore"):
        expected = np.broadcast_to(np.asarray(expected).astype(np.float64), got.shape)
        rounded = expected.astype(dtype)
        short = expected.astype(np.float16) == expected
        wide = got.astype(np.float64)
        error = np.where(rounded == got, 0, np.abs(wide - rounded.astype(np.float64)))
    if dtype.itemsize == 2:
        steps = np.abs(got.view(np.int16).astype(int) - rounded.view(np.int16))
        good = steps <= (accuracy == "fast")
    elif accuracy == "fast":
        with np.errstate(under="ignore"):
            good = error <= np.where(np.isfinite(expected), FAST_RELATIVE[dtype.name] * np.abs(expected), 0)
    else:
        with np.errstate(all="ignore"):
            good = error <= np.where(short | ~np.isfinite(rounded), 0, ulp * spacing(rounded))
    return bool(good.all() and (np.signbit(wide) == np.signbit(expected)).all())


def ulp_bound(entry, dtype, accuracy):
    """The bound for `near`: a correct float32 is the nearest one."""
    if dtype not in DTYPES or accuracy == "correct" and dtype == np.float32:
        return 0
    return entry.max_ulp("exact", np.dtype(dtype).name)


def test_every_function_has_its_limits_here():
    assert limits(np.float64).keys() == {entry.name for entry in RIDGE}
    kinks = {name for name, (_, slopes) in limits(np.float64).items() if slopes[1] != slopes[2]}
    assert kinks == {*KINKS, *JUMPS}
    assert all(BY_NAME[name].smoothness == "C0" for name in KINKS)
    assert all(BY_NAME[name].smoothness == "discontinuous" for name in JUMPS)


@entries
def test_the_oracles_have_these_limits(entry):
    values, slopes = limits(np.float64)[entry.name]
    x = np.array([-inf, -0.0, 0.0, inf])
    got = entry.oracle(x)
    assert np.allclose(got, values, rtol=1e-15, atol=0) and (np.signbit(got) == np.signbit(values)).all()
    if entry.name in KINKS + JUMPS:
        slopes = [slopes[0], slopes[1], slopes[1], slopes[3]]
    assert np.allclose(entry.derivative_oracle(x), slopes, rtol=1e-15, atol=0, equal_nan=True)
    assert np.isnan(entry.oracle(np.array([nan]))).all() and np.isnan(entry.derivative_oracle(np.array([nan]))).all()


@on_every_dtype
def test_infinities(entry, target, accuracy, dtype):
    """To the bit in both accuracies, where the limit is a short number."""
    values, _ = limits(dtype)[entry.name]
    got = activation(entry.name, target)(np.array([-inf, inf], dtype), accuracy=accuracy)
    if entry.name == "selu":
        assert near(got, [values[0], values[3]], accuracy, ulp_bound(entry, dtype, accuracy))
    else:
        assert same_bits(got, np.array([values[0], values[3]], dtype))


@on_every_dtype
def test_derivatives_at_infinity(entry, target, accuracy, dtype):
    _, slopes = limits(dtype)[entry.name]
    got = activation(entry.name, target).derivative(np.array([-inf, inf], dtype), accuracy=accuracy)
    if entry.name == "selu":
        assert near(np.abs(got), [slopes[0], slopes[3]], accuracy, ulp_bound(entry, dtype, accuracy))
    else:
        np.testing.assert_array_equal(got.astype(np.float64), np.array([slopes[0], slopes[3]], dtype).astype(np.float64))


@on_every_dtype
def test_zeros(entry, target, accuracy, dtype):
    values, slopes = limits(dtype)[entry.name]
    f, x, ulp = activation(entry.name, target), np.array([-0.0, 0.0], dtype), ulp_bound(entry, dtype, accuracy)
    assert near(f(x, accuracy=accuracy), values[1:3], accuracy, ulp)
    slopes = slopes[1:3] if entry.name not in KINKS + JUMPS else slopes[1:2] * 2  # at a kink torch's choice
    assert near(np.abs(f.derivative(x, accuracy=accuracy)), np.abs(slopes), accuracy, ulp)


@on_every_dtype
def test_nan(entry, target, accuracy, dtype):
    f, x = activation(entry.name, target), np.array([nan, -nan, 1], dtype)
    ones = np.ones(3, dtype)
    results = [f(x, accuracy=accuracy), f.derivative(x, accuracy=accuracy),
               f.backward(ones, x, accuracy=accuracy), f.backward(x, ones, accuracy=accuracy)]
    if not entry.parameters:
        unit = gated(entry.name, target)
        results += [*unit.backward(x, ones, ones, accuracy=accuracy), unit(x, ones, accuracy=accuracy),
                    unit(ones, x, accuracy=accuracy), unit.backward(ones, x, ones, accuracy=accuracy)[0],
                    unit.backward(ones, x, ones, accuracy=accuracy)[1]]
    for got in results:
        assert np.isnan(got).tolist() == [True, True, False]


@on_every_dtype
def test_the_largest_numbers(entry, target, accuracy, dtype):
    """As at infinity; where that is infinite, x itself or the asymptote: nothing overflows on the way."""
    values, slopes = limits(dtype)[entry.name]
    ulp = ulp_bound(entry, dtype, accuracy)
    f, largest = activation(entry.name, target), float(finfo(dtype).max)
    below = (np.array([1, 1 - 2.0**-20, 0.75]) * largest).astype(dtype)
    for x, limit, slope in [(-below, values[0], slopes[0]), (below, values[3], slopes[3])]:
        wide = x.astype(np.longdouble)
        with np.errstate(all="ignore"):
            value = np.full(3, limit) if np.isfinite(limit) else x
            if entry.name in ASYMPTOTES:
                value = ASYMPTOTES[entry.name](wide, *values_of(entry, dtype))
            slope = SLOPE_ASYMPTOTES[entry.name](wide, *values_of(entry, dtype)) if entry.name in SLOPE_ASYMPTOTES else np.full(3, slope)
        exact_value = entry.name in ("identity", "relu", "leaky_relu", "prelu", "multiquadric")
        assert near(f(x, accuracy=accuracy), value, accuracy, 0 if exact_value else ulp)
        got = f.derivative(x, accuracy=accuracy)
        assert near(np.abs(got), np.abs(slope), accuracy, ulp)
        assert ((got == 0) | (np.signbit(got.astype(np.float64)) == (slope < 0))).all()


@on_everything
def test_subnormals(entry, target, accuracy, dtype):
    """f(0) + f'(0) x to the bit or two: neither inputs nor results are flushed."""
    values, slopes = limits(dtype)[entry.name]
    below = 0.0 if entry.name == "binary_step" else values[1]
    above = 0.0 if entry.name == "xielu" else values[2]
    f, info, ulp = activation(entry.name, target), np.finfo(dtype), ulp_bound(entry, dtype, accuracy)
    x = np.array([1, 2, 3, 1001, 2**20 + 1, 2**22], dtype) * info.smallest_subnormal
    x = np.concatenate([x, [info.tiny - info.smallest_subnormal, info.tiny]]).astype(dtype)

    def check(got, high):
        truth = Truth(high, dtype)
        if accuracy != "fast":
            assert truth.ulps(got).max() <= max(ulp, 0.5)
        else:
            assert truth.relative(got).max() <= FAST_RELATIVE[info.dtype.name]

    for side, value, slope in [(-x, below, slopes[1]), (x, above, slopes[2])]:
        got = f(side, accuracy=accuracy)
        wide = side.astype(np.float64)
        with np.errstate(under="ignore"):
            high = value + slope * wide
        check(got, high)
        if value != 0 or slope != 0:
            assert (np.signbit(got) == np.signbit(high)).all()
        got = f.derivative(side, accuracy=accuracy)
        if entry.name in SLOPES_BESIDE_0:
            with np.errstate(under="ignore"):
                high = SLOPES_BESIDE_0[entry.name](wide, *values_of(entry, dtype))
            check(got, high)
        else:
            assert near(np.abs(got), np.full(len(x), abs(slope)), accuracy, ulp)


@on_everything
def test_backward_of_special_gradients(entry, target, accuracy, dtype):
    """The product according to IEEE 754, without a warning: infinity times 0 is NaN."""
    f = activation(entry.name, target)
    grad, x = np.meshgrid(*2 * [np.array([-inf, -1, -0.0, 0.0, 1, inf, nan], dtype)])
    with np.errstate(invalid="ignore"):
        expected = grad * f.derivative(x, accuracy=accuracy)
        product = f(x, accuracy=accuracy) * grad
    special = ~np.isfinite(grad) | (grad == 0)
    if accuracy == "fast" or dtype == np.float64:  # else it is rounded once, from wider lanes
        special[...] = True
    assert same_bits(f.backward(grad, x, accuracy=accuracy)[special], expected[special])
    if not entry.parameters:
        assert same_bits(gated(entry.name, target)(x, grad, accuracy=accuracy)[special], product[special])


@entries
def test_exact_results_lie_in_the_declared_range(entry, target):
    large = np.geomspace(1e-37, 1e38, 1001)
    x = np.concatenate([np.linspace(-30, 30, 100_001), large, -large]).astype(np.float32)
    got = activation(entry.name, target)(x)
    bounds = entry.range[1:-1].split(", ")
    if entry.range[0] == "{":
        assert set(got.tolist()) == set(map(float, bounds))
        return
    low, high = (float(bound.replace("∞", "inf")) for bound in bounds)
    digits = 5e-5 if re.search(r"\.\d{4}$", bounds[0]) else 0  # a minimum is given to four digits
    assert low - digits <= got.min() and got.max() <= high
    if high == inf:
        assert got.max() >= 5e18  # sqrt_softplus
    if entry.range[0] == "[" and not entry.parameters:
        assert got.min() <= low + digits + 1e-6, "not attained"


def no_warning(name, size, target):
    """Parameters are as hard as x."""
    ufunc = kernels(target)[name]
    for dtype in DTYPES + HALF:
        if dtype is not np.float32 and name.endswith("_correct"):   # the kernels are those of "exact"
            continue
        info = finfo(dtype)
        hard = [0, -0.0, inf, -inf, nan, info.max, -info.max, info.tiny, -info.tiny, info.smallest_subnormal,
                -15, -90, -100, -104, -700, -746, 1e-30, 3e4, 1]
        rng = np.random.default_rng(0)
        with np.errstate(under="ignore"):
            hard = np.array(hard, np.float64).astype(dtype)
        inputs = [np.resize(rng.choice(hard, 1009), size) for _ in range(ufunc.nin)]
        with fa.threads(2):
            ufunc(*inputs)


@pytest.mark.parametrize("name", ELEMENTWISE + FOLDS)
def test_no_warning(name, target):
    no_warning(name, 50, target)


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.long] * (re.sub("_fast$", "", name) not in fa.activations))
    for name in ELEMENTWISE + FOLDS])
def test_no_warning_from_threads(name, target):
    no_warning(name, SPLIT, target)


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


@each(dtype=DTYPES)
@pytest.mark.parametrize("accuracy", EVERY_ACCURACY)
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


@each(dtype=DTYPES)
@pytest.mark.parametrize("accuracy", EVERY_ACCURACY)
def test_a_bad_softmax_row_leaves_the_others_alone(target, accuracy, dtype):
    x = np.random.default_rng(3).standard_normal((5, 33)).astype(dtype)
    softmax = activation("softmax", target)
    expected = softmax(x, accuracy=accuracy)
    x[1], x[3, 7] = -inf, nan
    got = softmax(x, accuracy=accuracy)
    assert same_bits(got[::2], expected[::2])
    assert np.isnan(got[1::2]).all()
