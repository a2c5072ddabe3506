"""The error bounds: float32 against the float64 oracles, float64 against mpmath.

Bounds are those the catalogue declares.  A derivative that crosses zero may be off by 1 ULP more
(fast: by twice the relative bound).  Within 1/2 of a zero crossing of the derivative the error is measured at the
size the derivative has at that distance: at the crossing itself a relative bound means nothing.
"""

import functools
import itertools
import os
import zlib

import mpmath
import numpy as np
import pytest

import fastact as fa
from fastact import reference
from fastact._runtime import dispatch
from fastact._catalogue import GATED_ULP, PRECISION
from helpers import (
    ACCURACIES, DTYPES, RIDGE, TARGETS, Truth, Worst, activation, check, float32_sample, float64_sample, gated,
    hard_float32, kernels, BY_NAME, same_bits,
)

QUARTER_MILLION, SIXTEEN_MILLION = 2**9, 2**15  # significands from each of the 510 binades
# The long sweeps take one of so many inputs, unless tools/sweep.sh asks for all of them.
SHARE = 1 if os.environ.get("FASTACT_SWEEP") == "whole" else 4


def each(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.name)


entries = each(RIDGE)
without_parameters = each([entry for entry in RIDGE if not entry.parameters])  # those have gated forms
# The plain run takes sixteen million inputs of these; all the others do in the long run.
CORE = each([entry for entry in RIDGE if entry.name in ("relu", "gelu", "gelu_tanh", "silu", "sigmoid", "tanh")])


# Exceptions of functions that overflow in float32, though their products with a small number are finite.
# Fast variants, in float lanes, are infinite wherever f(x) and f'(x) themselves are; exact ones are not.
FAST_OVERFLOWS = {"exponential"}
# f'(x) does, as a result of its own; a gradient from double lanes, where there is no f'(x) of float32, does not.
DERIVATIVE_OVERFLOWS = {"exponential", "star_relu", "xielu"}


def but_for_overflow(entry, accuracy, x, truth, got):
    """got, but the true values where a fast variant may give the infinity of their sign."""
    if accuracy == "exact" or entry.name not in FAST_OVERFLOWS:
        return got
    with np.errstate(over="ignore"):
        overflows = np.isinf(entry.oracle(x).astype(np.float32))
    return np.where(overflows & (got == np.copysign(np.inf, truth.high)), truth.nearest, got)


def bound(entry, accuracy, dtype, derivative=False):
    """(largest error, its unit) for results of this accuracy."""
    name = np.dtype(dtype).name
    more = derivative and len(crossings(entry.name)) > 0
    if accuracy == "exact":
        return entry.max_ulp("exact", name, derivative), "ULP"
    return entry.max_ulp("fast", name, derivative) * 2.0 ** -PRECISION[name] * (1 + more), "relative"


def error(truth, got, accuracy):
    return truth.ulps(got) if accuracy == "exact" else truth.relative(got)


def check_one(truth, got, accuracy, limits, what, *inputs):
    worst = Worst()
    worst.update(error(truth, got, accuracy), got, truth.high, *inputs)
    check(worst, *limits, what)


# ------------------------------------------------------------------- float32, by oracle --


@functools.cache
def crossings(name):
    """Where the derivative changes its sign."""
    x = np.linspace(-20, 20, 40_001) + 1e-4
    slope = BY_NAME[name].derivative_oracle(x)
    return x[1:][slope[1:] * slope[:-1] < 0]


def derivative_floor(name, x):
    """The size of the derivative at distance 1/2 from a crossing, for x that are nearer to it; else 0."""
    floor = np.zeros(len(x))
    for root in crossings(name):
        beside = np.abs(BY_NAME[name].derivative_oracle(root + np.array([-0.5, 0.5])))
        floor[np.abs(x - root) < 0.5] = beside.max()
    return floor


def about_one(n, binades=1):
    """Factors of both signs, of magnitude 2^±binades."""
    rng = np.random.default_rng(20240302)
    return (np.exp2(rng.uniform(-binades, binades, n)) * rng.choice([-1, 1], n)).astype(np.float32)


# For each role: x -> inputs, truth; and the call.


def forward(entry, x):
    return (x,), Truth(entry.oracle(x), np.float32)


def derivative(entry, x):
    return (x,), Truth(entry.derivative_oracle(x), np.float32, floor=derivative_floor(entry.name, x))


def backward(entry, x):
    x = np.where(np.abs(x) < 1e35, x, np.float32(1))  # the derivative alone may overflow
    grad = about_one(len(x))
    floor = derivative_floor(entry.name, x) * np.abs(grad)
    return (grad, x), Truth(grad * entry.derivative_oracle(x), np.float32, floor=floor)


def product(entry, x):
    """With the floor where the activation itself comes near the subnormals; its square must not overflow."""
    x = np.where(np.abs(x) < 1e18, x, np.float32(1))
    up = about_one(len(x))
    floor = np.abs(up) * 4 * float(np.finfo(np.float32).tiny)
    return (x, up), Truth(entry.oracle(x) * up, np.float32, floor=floor)


def product_in_the_tail(entry, x):
    """Without: the activation may be subnormal, and the product normal."""
    x = np.where(np.abs(x) < 1e18, x, np.float32(1))
    up = about_one(len(x), binades=30)
    with np.errstate(over="ignore"):
        return (x, up), Truth(entry.oracle(x) * up, np.float32)


CALLS = {
    forward: lambda name, target: activation(name, target),
    derivative: lambda name, target: activation(name, target).derivative,
    backward: lambda name, target: activation(name, target).backward,
    product: gated,
    product_in_the_tail: gated,
}


@functools.cache
def sweep(role, name, per_binade, targets):
    """The worst error of each target and accuracy; the oracle is evaluated once for all of them."""
    entry = BY_NAME[name]
    worst = {(target, accuracy): Worst() for target in targets for accuracy in ACCURACIES}
    hard = np.array_split(hard_float32(), 20)
    for x in itertools.chain(float32_sample(per_binade), hard):
        inputs, truth = role(entry, x)
        for (target, accuracy), found in worst.items():
            got = CALLS[role](name, target)(*inputs, accuracy=accuracy)
            assert got.dtype == np.float32
            got = but_for_overflow(entry, accuracy, inputs[role is backward], truth, got)
            found.update(error(truth, got, accuracy), got, truth.high, *inputs)
    return worst


def check_sweep(role, entry, target, accuracy, limits, per_binade=QUARTER_MILLION, targets=tuple(dispatch.usable_targets)):
    worst = sweep(role, entry.name, per_binade, targets)[target, accuracy]
    check(worst, *limits, f"{entry.name} {role.__name__} {accuracy} float32 {target}")


@CORE
def test_float32_on_sixteen_million_inputs(entry, accuracy):
    check_sweep(forward, entry, dispatch.target, accuracy, bound(entry, accuracy, np.float32),
                SIXTEEN_MILLION, (dispatch.target,))


@pytest.mark.long
@entries
def test_float32_on_sixteen_million_inputs_everywhere(entry, target, accuracy):
    check_sweep(forward, entry, target, accuracy, bound(entry, accuracy, np.float32), SIXTEEN_MILLION // SHARE)


@pytest.mark.long
@entries
@pytest.mark.parametrize("sign", [1, -1])
def test_every_float32_of_seven_octaves(entry, sign, target="x86-64-v3"):
    """Where the tables are: a sample of all floats can miss the one segment that is off.  A quarter of these is every
    fourth million floats, unless tools/sweep.sh asks for all."""
    if target not in dispatch.usable_targets:
        pytest.skip(f"this CPU has no {target}")
    limit, unit = bound(entry, "exact", np.float32)
    worst = Worst()
    first, last = (np.float32(x).view(np.uint32) for x in (0.125, 16))
    for start in range(first + (zlib.crc32(entry.name.encode()) % SHARE << 20), last, SHARE << 20):
        x = np.arange(start, min(start + (1 << 20), last), dtype=np.uint32).view(np.float32) * np.float32(sign)
        inputs, truth = forward(entry, x)
        got = CALLS[forward](entry.name, target)(*inputs, accuracy="exact")
        worst.update(error(truth, got, "exact"), got, truth.high, *inputs)
    check(worst, limit, unit, f"{entry.name} exact float32 {target}")


@entries
def test_float32(entry, target, accuracy):
    check_sweep(forward, entry, target, accuracy, bound(entry, accuracy, np.float32))


def derivative_bound(entry, role, accuracy):
    """The derivative's; of a gradient, half an ULP more for the product."""
    limit, unit = bound(entry, accuracy, np.float32, derivative=True)
    return limit + (0.5 if role is backward and accuracy == "exact" else 0), unit


@entries
@pytest.mark.parametrize("role", [derivative, backward], ids=lambda role: role.__name__)
def test_float32_derivative(entry, role, target, accuracy):
    check_sweep(role, entry, target, accuracy, derivative_bound(entry, role, accuracy))


@entries
def test_a_large_gradient_brings_back_what_underflows_in_the_derivative(entry, target):
    x = np.concatenate([np.linspace(-200, 200, 4001), *(sign * 2.0 ** np.arange(-149, -10) for sign in (1, -1))])
    x = x.astype(np.float32)
    grad = about_one(len(x)) * np.float32(2.0**100)
    due = grad.astype(np.float64) * entry.derivative_oracle(x)
    truth = Truth(due, np.float32, floor=derivative_floor(entry.name, x) * np.abs(grad))
    limit, _ = derivative_bound(entry, backward, "exact")
    got = CALLS[backward](entry.name, target)(grad, x, accuracy="exact")
    assert truth.ulps(got).max() <= limit


@pytest.mark.long
@entries
@pytest.mark.parametrize("role", [derivative, backward], ids=lambda role: role.__name__)
def test_float32_derivative_on_sixteen_million_inputs(entry, role, target, accuracy):
    check_sweep(role, entry, target, accuracy, derivative_bound(entry, role, accuracy), SIXTEEN_MILLION // SHARE)


@without_parameters
def test_float32_gated(entry, target, accuracy):
    limit, unit = bound(entry, accuracy, np.float32)
    check_sweep(product, entry, target, accuracy, (GATED_ULP["float32"] if accuracy == "exact" else limit + 2.0**-23, unit))


@without_parameters
def test_float32_gated_in_the_tail(entry, target):
    check_sweep(product_in_the_tail, entry, target, "exact", (GATED_ULP["float32"], "ULP"))


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@entries
def test_backward_is_the_gradient_times_the_derivative(entry, target, accuracy, dtype):
    x = hard_float32()[::16].astype(dtype)
    grad = about_one(len(x)).astype(dtype)
    f = activation(entry.name, target)
    slope = f.derivative(x, accuracy=accuracy)
    expected = grad * slope
    got = f.backward(grad, x, accuracy=accuracy)
    if dtype == np.float32:  # one rounding, in float or double lanes, against two
        floor = derivative_floor(entry.name, x) * np.abs(grad)
        expected = expected.astype(np.float64)
        if entry.name in DERIVATIVE_OVERFLOWS:
            finite = np.isinf(slope) & ((accuracy == "exact") | np.isfinite(got))
            expected[finite] = grad[finite] * entry.derivative_oracle(x[finite])
        assert Truth(expected, dtype, floor=floor).ulps(got).max() <= 2.5
    else:
        assert same_bits(got, expected)


@without_parameters
def test_gated_forms_are_the_products(entry, target, accuracy):
    """In float64, where nothing is rounded in between, to the bit; in float32 to a few roundings."""
    gate = hard_float32()[::64].astype(np.float64)
    gate = gate[np.abs(gate) < 1e17]  # squares overflow
    grad, up = about_one(len(gate)), about_one(len(gate))[::-1]
    f, unit = activation(entry.name, target), gated(entry.name, target)
    assert same_bits(unit(gate, up, accuracy=accuracy), f(gate, accuracy=accuracy) * up)
    d_gate, d_up = unit.backward(grad, gate, up, accuracy=accuracy)
    assert same_bits(d_gate, grad.astype(np.float64) * up * f.derivative(gate, accuracy=accuracy))
    assert same_bits(d_up, grad * f(gate, accuracy=accuracy))
    gate = gate.astype(np.float32)
    d_gate, d_up = unit.backward(grad, gate, up, accuracy=accuracy)
    scale = np.abs(grad * up)
    truth = Truth(grad.astype(np.float64) * up * entry.derivative_oracle(gate), np.float32,
                  floor=derivative_floor(entry.name, gate) * scale)
    # What is exact anywhere stays in float lanes, where both products round.
    limit = bound(entry, accuracy, np.float32, derivative=True)[0] + (1 if accuracy == "exact" else 2.0**-23)
    assert error(truth, but_for_overflow(entry, accuracy, gate, truth, d_gate), accuracy).max() <= limit
    truth = Truth(grad * entry.oracle(gate), np.float32)
    limit = bound(entry, accuracy, np.float32)[0] + (0.5 if accuracy == "exact" else 2.0**-23)
    assert error(truth, but_for_overflow(entry, accuracy, gate, truth, d_up), accuracy).max() <= limit


# ------------------------------------------------------------------- float64, by mpmath --


def mp_sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


def mp_tanh_argument(x):
    return mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3)


def mp_tanh_slope(x):
    return mpmath.sqrt(2 / mpmath.pi) * (1 + mpmath.mpf("0.134145") * x**2)


# Each function and its derivative; 1 + tanh(u) as 2 sigma(2u), without the cancellation.
MPMATH = {
    "relu": (lambda x: max(x, mpmath.mpf(0)), lambda x: mpmath.mpf(x > 0)),
    "sigmoid": (mp_sigmoid, lambda x: mpmath.sech(x / 2) ** 2 / 4),
    "silu": (lambda x: x * mp_sigmoid(x), lambda x: mp_sigmoid(x) + x * mpmath.sech(x / 2) ** 2 / 4),
    "tanh": (mpmath.tanh, lambda x: mpmath.sech(x) ** 2),
    "gelu": (lambda x: x * mpmath.ncdf(x), lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x)),
    "gelu_tanh": (
        lambda x: x * mp_sigmoid(2 * mp_tanh_argument(x)),
        lambda x: mp_sigmoid(2 * mp_tanh_argument(x))
        + x * mp_tanh_slope(x) * mpmath.sech(mp_tanh_argument(x)) ** 2 / 2,
    ),
}


by_mpmath = each([BY_NAME[name] for name in MPMATH])


@functools.cache
def mp_truth(name, role):
    """The float64 sample, and the true values on it as float64 and a remainder in ULP."""
    x = float64_sample()
    function = MPMATH[name][role == "derivative"]
    high, low = np.empty(len(x)), np.empty(len(x))
    with mpmath.workprec(160):  # a derivative loses 53 bits next to its zero
        for i, value in enumerate(x.tolist()):
            high[i], low[i] = mp_split(function(mpmath.mpf(value)))
    return x, Truth(high, np.float64, low, derivative_floor(name, x) if role == "derivative" else 0.0)


def mp_split(value):
    """The nearest float64, and what is missing in its ULP."""
    high = float(value)
    return high, float((value - mpmath.mpf(high)) / mpmath.mpf(float(np.spacing(abs(high)))))


@by_mpmath
def test_mpmath_derivatives_are_the_functions_derivatives(entry):
    function, slope = MPMATH[entry.name]
    with mpmath.workprec(300):
        for x in map(mpmath.mpf, [-30.5, -3.25, -1, -0.125, 1e-3, 0.7, 2.5, 17]):
            assert mpmath.almosteq(mpmath.diff(function, x), slope(x), rel_eps=1e-25), x


@by_mpmath
def test_float64(entry, target, accuracy):
    x, truth = mp_truth(entry.name, "forward")
    got = activation(entry.name, target)(x, accuracy=accuracy)
    check_one(truth, got, accuracy, bound(entry, accuracy, np.float64),
              f"{entry.name} forward {accuracy} float64 {target}", x)


@by_mpmath
def test_float64_derivative(entry, target, accuracy):
    x, truth = mp_truth(entry.name, "derivative")
    got = activation(entry.name, target).derivative(x, accuracy=accuracy)
    check_one(truth, got, accuracy, bound(entry, accuracy, np.float64, derivative=True),
              f"{entry.name} derivative {accuracy} float64 {target}", x)


@by_mpmath
@pytest.mark.parametrize("role", ["forward", "derivative"])
def test_the_oracle_against_mpmath(entry, role):
    """To 1e-13 wherever float32 reaches: a millionth of its ULP."""
    x, truth = mp_truth(entry.name, role)
    got = (entry.oracle if role == "forward" else entry.derivative_oracle)(x)
    reached = (np.abs(truth.high) >= 2.0**-150) & (np.abs(x) >= 2.0**-149)
    assert reached.sum() > len(x) / 4
    worst = Worst()
    worst.update(truth.relative(got)[reached], got[reached], truth.high[reached], x[reached])
    check(worst, 1e-13, "relative", f"{entry.name} {role} reference")


# ------------------------------------------------------------------------------ softmax --

LENGTHS = [1, 2, 3, 15, 16, 17, 31, 33, 500, 1000, 4097, 50257]


def rows(length, count=7):
    """Rows of several spreads, from almost uniform to one that leaves all but the largest below 2^-149."""
    rng = np.random.default_rng(length)
    spread = np.geomspace(0.01, 60, count)[:, None]
    return (rng.standard_normal((count, length)) * spread + rng.uniform(-50, 50, (count, 1))).astype(np.float32)


@pytest.mark.parametrize("length", LENGTHS)
def test_softmax_float32(length, target, accuracy):
    x = rows(length)
    got = activation("softmax", target)(x, accuracy=accuracy)
    truth = Truth(reference.softmax(x).ravel(), np.float32)
    check_one(truth, got.ravel(), accuracy, bound(fa.softmax.entry, accuracy, np.float32),
              f"softmax of {length} forward {accuracy} float32 {target}", x.ravel())


@pytest.mark.parametrize("length", LENGTHS)
def test_softmax_backward_float32(length, target, accuracy):
    """y (g - Σ g y): the difference cancels, so the error is absolute, in ULP of y max|g|."""
    y = reference.softmax(rows(length)).astype(np.float32)
    grad = np.random.default_rng(length).standard_normal(y.shape).astype(np.float32)
    got = activation("softmax", target).backward(grad, y, accuracy=accuracy)
    high = reference.softmax_backward(grad.astype(np.float64), y)
    truth = Truth(high.ravel(), np.float32, floor=(y.astype(np.float64) * np.abs(grad).max(1, keepdims=True)).ravel())
    check_one(truth, got.ravel(), accuracy, bound(fa.softmax.entry, accuracy, np.float32),
              f"softmax of {length} backward {accuracy} float32 {target}", grad.ravel(), y.ravel())


@pytest.mark.parametrize("length", [1, 2, 17, 300])
def test_softmax_float64(length, target, accuracy):
    x = rows(length).astype(np.float64)
    x += np.random.default_rng(length).uniform(0, 1e-6, x.shape)  # else differences would be exact
    high, low = np.empty(x.shape), np.empty(x.shape)
    with mpmath.workprec(200):
        for row in range(len(x)):
            terms = [mpmath.exp(value) for value in x[row].tolist()]
            total = mpmath.fsum(terms)
            for i, term in enumerate(terms):
                high[row, i], low[row, i] = mp_split(term / total)
    truth = Truth(high.ravel(), np.float64, low.ravel())
    got = activation("softmax", target)(x, accuracy=accuracy)
    check_one(truth, got.ravel(), accuracy, bound(fa.softmax.entry, accuracy, np.float64),
              f"softmax of {length} forward {accuracy} float64 {target}", x.ravel())


# -------------------------------------------------------------------- the measure itself --


@pytest.mark.parametrize("value", [1.0, -1.5, 3e38, 1e-38, 1e-44, 2.0**-149])
@pytest.mark.parametrize("steps", [0, 1, 2, 7])
def test_errors_of_whole_ulps_are_counted(value, steps):
    start = np.array([value], np.float32)
    got = start
    for _ in range(steps):
        got = np.nextafter(got, np.float32(np.copysign(np.inf, value)))
    assert Truth(start.astype(np.float64), np.float32).ulps(got) == steps
    low = np.copysign(0.25, value)
    assert Truth(start.astype(np.float64), np.float32, low).ulps(got) == abs(steps - 0.25)


def test_infinity_and_nan_are_right_only_where_due():
    got = np.array([np.inf, np.inf, -np.inf, 3e38, np.nan, 1, np.nan], np.float32)
    due = np.array([1e39, 3e38, 1e39, 1e39, np.nan, np.nan, 1])
    assert Truth(due, np.float32).ulps(got).tolist()[:3] == [0, np.inf, np.inf]
    assert Truth(due, np.float32).ulps(got)[3] > 1e5
    assert Truth(due, np.float32).ulps(got).tolist()[4:] == [0, np.inf, np.inf]


@entries
def test_a_kernel_one_bit_worse_would_be_noticed(entry, target):
    """Three ULP added to one result in sixteen million: the sweep's measure and bound must see it."""
    x = hard_float32()
    got = activation(entry.name, target)(x)
    truth = Truth(entry.oracle(x), np.float32)
    got.view(np.int32)[np.argmax(x == 1)] += 3
    assert truth.ulps(got).max() > bound(entry, "exact", np.float32)[0]


def test_targets_have_the_same_ufuncs():
    for target in dispatch.usable_targets:
        assert kernels(target).keys() == kernels(dispatch.target).keys()
    assert set(dispatch.usable_targets) <= set(TARGETS)
