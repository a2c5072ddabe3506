"""Every parameter at every number that an array can hold: negative, zero, subnormal, huge, infinite, NaN.

The oracles are mpmath's formulas where x and the parameters are finite, else `fastact.reference`, which gives
the limit.  What a formula leaves open is listed in undefined().
"""

import dataclasses
import itertools
import math

import numpy as np
import pytest

import fastact as fa
from fastact._lab.accuracy import callers, mp_oracles
from fastact._catalogue import BY_NAME, ENTRIES

ml_dtypes = pytest.importorskip("ml_dtypes")
mpmath = pytest.importorskip("mpmath")

# The sign of a zero is open: by underflow, of b = -0, or of a sum of terms that are zeros of both signs.
SIGN_IS_OPEN = {"hard_sigmoid_linear", "squareplus", "xielu"}
PARAMETRIC = [entry for entry in ENTRIES if entry.kind != "fold" and entry.parameters]


def numbers(dtype):
    """(values of parameters, values of x)"""
    limits = np.finfo(dtype)
    # The sum of two squares, or a product with a significand, may overflow beyond.
    huge = {np.float64: 1e300, np.float32: 3.4028234663852886e38, np.float16: 65504.0}[dtype]
    tiny = [float(limits.smallest_subnormal), float(limits.tiny)]
    sizes = [0.0, *tiny, 1e-3, 0.5, 1.7, 3.0, 100.0, min(huge, 1e60), huge, math.inf]
    parameters = [sign * size for size in sizes for sign in (1, -1)] + [math.nan]
    sizes = [0.0, *tiny, 1e-3, 0.4968, 1.0, 3.7, 12.0, 60.0, float(limits.max), math.inf]
    return np.array(parameters, dtype), np.array([sign * size for size in sizes for sign in (1, -1)] + [math.nan], dtype)


def undefined(name, x, values):
    """Whether the formula leaves open what is due: an infinity times 0, or less another, with no limit."""
    if name.startswith("hard_sigmoid_linear"):
        product = x * values[0]     # which may underflow, and the slope at it is that of its sign
        return abs(product) < 1e-300 or name.endswith("derivative") and abs(product) < 2.0**-125 or not math.isfinite(product)
    if name.startswith("squareplus"):   # the least slopes of the largest b are 0, not subnormal
        return math.isinf(x) and math.isinf(values[0]) or x < -1e300 and abs(values[0]) > 1e250 and name.endswith("_derivative")
    if name.startswith("snake"):    # the phase of a huge x overflows, and a sine has no limit
        return abs(x) > 1e4 and not (math.isinf(x) and name in ("snake", "snake_beta"))
    if name.startswith("elu"):
        return math.isinf(values[0]) and (x == 0 or x < -700)
    if "multiquadric" in name:
        return x == 0 and math.isinf(values[0]) or math.isinf(x) and values[0] == 0
    if name == "star_relu":     # scale x² of float32 overflows there, if not in float64, and the bias is the other infinity
        scale, bias = values
        return math.isinf(bias) and scale * bias < 0 and max(x, abs(scale)) < 1e39 and abs(scale) * x * x > 3.4e38
    if name.startswith("softshrink"):
        return x == 0 and values[0] < 0     # its sign
    return False


def due(entry, x, derivative):
    """f(x), or f'(x), as a float; None if mpmath cannot tell, and the limit is wanted."""
    try:
        true = mp_oracles.value(entry, x, derivative=derivative)
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    return math.nan if isinstance(true, mpmath.mpc) else float(true)


def allowed(true, dtype, accuracy, size):
    """The largest difference from a finite value."""
    step = float(np.ldexp(1.0, max(math.frexp(size)[1] - 1, int(np.finfo(dtype).minexp)) - np.finfo(dtype).nmant))
    if accuracy == "exact":
        return 3 * step
    tiny = float(np.finfo(dtype).tiny)      # fast variants may lose results that are not normal
    return max(tiny if abs(true) < tiny else 0, 2.0 ** (30 if dtype is np.float64 else 13) * step)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
@pytest.mark.parametrize("entry", PARAMETRIC, ids=lambda entry: entry.name)
def test_every_number(entry, dtype, target):
    parameters, x = numbers(dtype)
    if entry.name.startswith("snake"):  # a few: tests/kernels/test_snake.py has large phases, which take mpmath long
        parameters = [dtype(value) for value in (0.5, 1.7, -1.7, np.nan)]
    elif len(entry.parameters) == 2:
        parameters = parameters[::3]
    elif len(entry.parameters) > 2:     # all combinations of a few
        parameters = [dtype(value) for value in (0, 0.75, -1.5, np.nan)]
    largest = float(np.finfo(dtype).max)
    wrong = []
    for values in itertools.product(parameters, repeat=len(entry.parameters)):
        plain = [float(value) for value in values]
        case = dataclasses.replace(entry, is_measured=True, parameters=dict(zip(entry.parameters, plain)))
        finite = all(map(math.isfinite, plain))
        for derivative in (False, True):
            name = entry.name + ("_derivative" if derivative else "")
            limits = (entry.derivative_oracle if derivative else entry.oracle)(x.astype(np.float64), *plain)
            exact_ones = [due(case, float(one), derivative) if finite and np.isfinite(one) else None for one in x]
            for accuracy in ("exact", "fast"):
                ufunc = callers.ufuncs(target)[name + ("_fast" if accuracy == "fast" else "")]
                with np.errstate(all="raise"):
                    results = ufunc(x, *values)
                for one, limit, true, got in zip(x.tolist(), limits.tolist(), exact_ones, results.tolist()):
                    if undefined(name, one, plain):
                        continue
                    true = limit if true is None else true
                    if math.isnan(true):
                        right = math.isnan(got)
                    elif abs(true) > largest * (1 - 2.0**-11 * (accuracy == "fast")):
                        right = got == math.copysign(math.inf, true) or abs(got) > largest / 2 and got * true > 0
                    else:
                        size = max(abs(true), terms(name, one, plain, derivative))
                        right = abs(got - true) <= allowed(true, dtype, accuracy, min(size, largest))
                        if got == limit == 0 and name not in SIGN_IS_OPEN and not derivative:
                            right = math.copysign(1, got) == math.copysign(1, limit)
                    if not right:
                        wrong.append(f"{name}({one:.9g}, {', '.join(map('{:.9g}'.format, plain))}) {accuracy}: {got}, due {true}")
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:10])


def terms(name, x, values, derivative):
    """The size of what cancels where a function crosses zero: there its error is that of a number of this size."""
    if derivative and "swish" in name:
        return 0.1
    if name.startswith("snake_beta") and math.isfinite(x):      # the phase exp(alpha) x is rounded
        alpha, beta = (0 if math.isnan(value) else value for value in values)
        return 4 * (1 + abs(x) * math.exp(alpha)) * max(1, math.exp(alpha - beta))
    if name.startswith("xielu") and math.isfinite(x):
        alpha_p, alpha_n, beta, _ = (0 if math.isnan(value) else abs(value) for value in values)
        return 2 * alpha_p * abs(x) + alpha_n + beta if derivative else alpha_p * x * x + (alpha_n + beta) * abs(x)
    return 0.0


@pytest.mark.parametrize("name", [entry.name for entry in PARAMETRIC if len(entry.parameters) == 1])
def test_bits_do_not_depend_on_the_neighbours_parameters(name, target):
    """An array of parameters, of which some go to double lanes: each element is what it is by itself, in place too."""
    rng = np.random.default_rng(5)
    parameters, _ = numbers(np.float32)
    x = (2 * rng.standard_normal(1000)).astype(np.float32)
    p = rng.choice(np.concatenate([parameters, np.full(3 * parameters.size, 0.7, np.float32)]), x.size)
    grad = rng.standard_normal(x.size).astype(np.float32)
    ufuncs = callers.ufuncs(target)
    for suffix in ("", "_fast"):
        for role, data in (("{}", (x,)), ("{}_derivative", (x,)), ("{}_backward", (grad, x)), ("gated_{}", (x, grad))):
            ufunc = ufuncs[role.format(name) + suffix]
            together = ufunc(*data, p)
            apart = np.array([ufunc(*(one[i] for one in data), p[i]) for i in range(x.size)], np.float32)
            np.testing.assert_array_equal(together.view(np.uint32), apart.view(np.uint32))
            same = data[0].copy()
            ufunc(same, *data[1:], p, out=same)
            np.testing.assert_array_equal(same.view(np.uint32), together.view(np.uint32))


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16"])
def test_values(dtype):
    """Where once float32 and float64 had different answers, or wrong ones."""
    dtype = np.dtype(ml_dtypes.bfloat16) if dtype == "bfloat16" else np.dtype(dtype)

    def call(function, x, *parameters):
        return float(function(np.asarray(x, dtype), *(np.asarray(one, dtype) for one in parameters)))

    x = float(np.asarray(-0.4968, dtype))
    assert call(fa.celu, x, -0.5) == pytest.approx(-0.5 * math.expm1(-2 * x), rel=0.005)
    assert float(fa.celu(np.float32(-0.4968), -0.5)) == pytest.approx(-0.8505, abs=5e-5)
    assert call(fa.celu, x, math.inf) == call(fa.celu, x, -math.inf) == x
    assert call(fa.celu, x, 0.0) == 0 and call(fa.celu, x, -0.0) == -math.inf and call(fa.celu, 0.0, 0.0) == 0
    assert call(fa.softplus, x, 0.0) == math.inf and call(fa.softplus, x, -0.0) == -math.inf
    assert call(fa.softplus, x, math.inf) == 0 and call(fa.softplus, -x, math.inf) == -x
    assert call(fa.swish, x, 0.0) == x / 2 and call(fa.swish, -x, math.inf) == -x
    assert math.isnan(call(fa.squareplus, 1.0, -4.0)) and call(fa.squareplus, 3.0, -5.0) == 2.5
    assert call(fa.squareplus, -3.0, -5.0) == -0.5 and call(fa.squareplus, x, math.inf) == math.inf


@pytest.mark.parametrize("call", [
    lambda x: fa.celu(x, 0.0), lambda x: fa.celu(x, alpha=0), lambda x: fa.celu.backward(x, x, 0.0),
    lambda x: fa.celu.derivative(x, -0.0), lambda x: fa.celu.with_parameters(alpha=0.0),
    lambda x: fa.gated(x, x, activation=("celu", {"alpha": 0.0})), lambda x: fa.celu(x.astype(np.float16), 1e-30),
    lambda x: fa.Projection(np.ones((2, 3), np.float32), activation=("celu", {"alpha": 0.0})),
])
def test_a_number_that_a_formula_cannot_take(call):
    x, out = np.ones(3, np.float32), np.full(3, 7, np.float32)
    with pytest.raises(ValueError, match="alpha must not be 0; in the type of the data it is -?0.0"):
        call(x)
    with pytest.raises(ValueError, match="alpha must not be 0"):
        fa.celu(x, 0.0, out=out)
    assert (out == 7).all()
    assert BY_NAME["celu"].domain


@pytest.mark.parametrize("exponent", [-290, -100, -20, 0, 20, 51, 60, 100, 200, 251, 280, 303, 307])
def test_squareplus_where_both_squares_count(exponent, target):
    """x near the root of |b|: their squares overflow or cancel, and none may be left out."""
    rng = np.random.default_rng(exponent + 1000)
    b = rng.choice([-1, 1], 40) * 10.0**exponent * rng.uniform(1, 5, 40)
    x = rng.choice([-1, 1], 40) * np.sqrt(np.abs(b)) * 10 ** rng.uniform(-1, 1, 40)
    for name in ("squareplus", "squareplus_derivative"):
        results = callers.ufuncs(target)[name](x, b)
        for one, parameter, got in zip(x.tolist(), b.tolist(), results.tolist()):
            entry = dataclasses.replace(BY_NAME["squareplus"], is_measured=True, parameters={"b": parameter})
            true = due(entry, one, name.endswith("derivative"))
            # Of a negative b the difference of the squares cancels, and its error with it.
            assert math.isnan(got) if math.isnan(true) else got == pytest.approx(true, rel=1e-15 if parameter > 0 else 1e-13)
