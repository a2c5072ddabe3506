"""float16 and bfloat16: every input, against the oracle; storage conversions.

Exact results are correctly rounded; fast ones within 1 ULP, that is, the nearest number or one of its neighbours.
"""

import functools

import numpy as np
import pytest

import fastact as fa
from fastact._runtime import dispatch
from fastact._catalogue import ENTRIES
from helpers import ACCURACIES, ELEMENTWISE, bfloat16, finfo, kernels, run_python, same_bits

NAMES = [entry.name for entry in ENTRIES if entry.kind != "fold"]
BY_NAME = {entry.name: entry for entry in ENTRIES}
MISSING = pytest.mark.skipif(bfloat16 is None, reason="ml_dtypes is not installed")
half = pytest.mark.parametrize("dtype", [
    pytest.param(np.float16, id="float16"), pytest.param(bfloat16, id="bfloat16", marks=MISSING)])
names = pytest.mark.parametrize("name", NAMES)


@functools.cache
def every(dtype):
    """All 65,536 numbers of the type."""
    return np.arange(2**16, dtype=np.uint16).view(dtype)


@functools.cache
def every_wide(dtype):
    """The same as float64; ml_dtypes reports signalling NaNs as invalid."""
    with np.errstate(invalid="ignore"):
        return every(dtype).astype(np.float64)


def finite(dtype):
    return every(dtype)[np.isfinite(every_wide(dtype))]


@functools.cache
def numbers(dtype):
    """All finite numbers of the type in order, as float64, and as if the exponents went on the one after."""
    x = every_wide(dtype)
    x = np.unique(x[np.isfinite(x)])
    return np.concatenate([x, [2 * x[-1] - x[-2]]])


def place(values, dtype):
    """Index in numbers(dtype) of finite or infinite numbers of the type; -inf has -1."""
    bits = values.view(np.uint16).astype(np.int64)
    magnitude = bits & 0x7FFF
    index = np.where(bits >> 15, -magnitude, magnitude)
    return index + int(np.array(finfo(dtype).max, dtype).view(np.uint16))


@functools.cache
def truth(name, dtype):
    """For every input the true value, and the indices of the numbers on either side."""
    entry = BY_NAME[name].measured(dtype)
    high = entry.oracle(every_wide(dtype))
    grid = numbers(dtype)
    upper = np.searchsorted(grid, high)  # the first that is not below
    return entry, high, upper


def steps_off(name, dtype, got):
    """For the inputs whose result is no NaN: x, truth, steps from the number nearest to the truth, excess.

    The excess is how much further from the truth than the nearest number the result is.
    """
    _, high, upper = truth(name, dtype)
    grid = numbers(dtype)
    grid = np.concatenate([[-grid[-1]], grid])  # -inf at index 0, -max at 1, +inf at the last
    nan = np.isnan(high)
    got_nan = np.isnan(got.astype(np.float64))
    assert (got_nan == nan).all(), f"{name}: NaN at {every(dtype)[got_nan != nan][:5]}"
    high, x, index = high[~nan], every(dtype)[~nan], place(got[~nan], dtype) + 1
    above = np.clip(upper[~nan] + 1, 1, len(grid) - 1)
    below = above - 1
    inside = np.clip(high, grid[0], grid[-1])  # what lies beyond is infinite
    to_above, to_below = grid[above] - inside, inside - grid[below]
    assert (to_above >= 0).all() and (to_below >= 0).all()
    zero = 1 + (len(grid) - 3) // 2  # its significand is even, as those of every second number
    even = np.where((above - zero) % 2, below, above)
    nearest = np.where(to_above < to_below, above, np.where(to_above > to_below, below, even))
    excess = np.abs(grid[index] - inside) - np.minimum(to_above, to_below)
    return x, high, index - nearest, excess


# The oracle has no error: ties must be broken as IEEE 754 has it.
EXACT_ORACLES = ["identity", "binary_step", "relu", "relu6", "relu_squared", "leaky_relu", "prelu", "threshold",
                 "hard_tanh", "softshrink", "hardshrink", "square"]


@names
@half
def test_every_input(name, dtype):
    """On all usable targets: the oracle is evaluated once."""
    entry = BY_NAME[name].measured(dtype)
    for target in dispatch.usable_targets:
        for accuracy in ACCURACIES:
            ufunc = kernels(target)[name + ("_fast" if accuracy == "fast" else "")]
            with np.errstate(all="raise"):
                got = ufunc(every(dtype), *(np.asarray(value, dtype) for value in entry.parameters.values()))
            assert got.dtype == dtype
            x, high, steps, excess = steps_off(name, dtype, got)
            wrong = np.abs(steps) > (accuracy == "fast")
            if name not in EXACT_ORACLES:  # their error, 1e-13, leaves a choice where two numbers are as near
                with np.errstate(invalid="ignore"):
                    wrong &= ~(excess <= 2e-13 * np.abs(high))
            what = [(float(x[i]), float(high[i]), int(steps[i])) for i in np.flatnonzero(wrong)[:4]]
            assert not wrong.any(), f"{name} {accuracy} {target}: {wrong.sum()} wrong: (x, truth, steps) {what}"


@half
@pytest.mark.parametrize("name", ["silu", "relu_squared", "tanhshrink"])
def test_one_step_off_would_be_noticed(name, dtype):
    """Away from 0, at each number by itself; at what the oracle takes for a tie, 0 or 2 are found."""
    got = kernels(dispatch.target)[name](every(dtype))
    _, _, steps, excess = steps_off(name, dtype, got)
    assert not steps[excess > 0].any()
    bits = got.view(np.uint16)
    off = np.where((bits & 0x7FFF) < np.array(finfo(dtype).max, dtype).view(np.uint16), bits + 1, bits).view(dtype)
    _, _, steps, excess = steps_off(name, dtype, off)
    moved = (off.view(np.uint16) != bits)[~np.isnan(truth(name, dtype)[1])]
    assert (np.abs(steps[moved]) == 1).mean() > 0.99  # ties
    assert (steps[~moved] == 0).all()


@names
@half
def test_signs_of_zeros(name, dtype):
    """As the oracle's, wherever the result is 0."""
    entry, high, _ = truth(name, dtype)
    for target in dispatch.usable_targets:
        for accuracy in ACCURACIES:
            ufunc = kernels(target)[name + ("_fast" if accuracy == "fast" else "")]
            got = ufunc(every(dtype), *(np.asarray(value, dtype) for value in entry.parameters.values()))
            got = got.astype(np.float64)
            wrong = (got == 0) & (np.signbit(got) != np.signbit(high))
            assert not wrong.any(), f"{name} {accuracy} {target}: at {every(dtype)[wrong][:5]}"


@names
@half
def test_public_calls_give_the_same(name, dtype):
    """Parameters as Python numbers; scalars; the chosen target."""
    entry = BY_NAME[name].measured(dtype)
    f = fa.activations[name]
    x = every(dtype)[:: 257]
    expected = kernels(dispatch.target)[name](x, *(np.asarray(value, dtype) for value in entry.parameters.values()))
    assert same_bits(f(x, accuracy="exact", **entry.parameters), expected)
    one = f(x[5], accuracy="exact", **entry.parameters)
    assert type(one) is dtype and same_bits(one, expected[5])


# ------------------------------------------------------------------------- conversions --


@half
@pytest.mark.parametrize("accuracy", ACCURACIES)
def test_conversion_there_and_back(target, dtype, accuracy):
    """Through the lanes' type every number comes back as it was: subnormals, zeros, infinities, NaN."""
    x = every(dtype)
    identity = kernels(target)["identity" + ("_fast" if accuracy == "fast" else "")]
    with np.errstate(all="raise"):
        plain, strided = identity(x), identity(x[::-3])
    with np.errstate(invalid="ignore"):  # ml_dtypes' isnan
        assert same_bits(plain, x)
        assert same_bits(strided, x[::-3])
        nan = np.isnan(x)
        assert np.isnan(identity(x[nan])).all()  # no payload becomes infinity
    assert nan.sum() == {"float16": 2046, "bfloat16": 254}[np.dtype(dtype).name]


@half
def test_conversion_rounds_to_nearest_even(target, dtype):
    """Midpoints of neighbours, and beside: prelu's weight makes them of exact products.

    x (1 + 2^-k) has one digit more than the type, for half of the x it is a tie.
    """
    x = finite(dtype)
    digits = finfo(dtype).nmant
    for weight in (0.5, 1 + 2.0**-digits, 1.5, 2.0**-3, 3.0, 1 - 2.0 ** -(digits + 1)):
        high = -np.abs(x.astype(np.float64)) * weight  # exact: two short significands
        for name in ("prelu", "prelu_fast"):
            got = kernels(target)[name](-np.abs(x), np.asarray(weight, dtype))
            with np.errstate(over="ignore"):
                if dtype == np.float16:
                    expected = high.astype(dtype)
                else:
                    expected = high.astype(np.float32).astype(dtype)  # both exact or ties that stay ties
            assert same_bits(got, expected), (name, weight)


@half
def test_overflow_begins_half_a_step_beyond_the_largest(target, dtype):
    x, largest = finite(dtype), float(finfo(dtype).max)
    edge = largest + (largest - float(np.sort(x)[-2])) / 2
    with np.errstate(all="raise"):
        got = kernels(target)["square"](x)
    assert (np.isinf(got) == (x.astype(np.float64) ** 2 >= edge)).all()


@half
def test_half_results_do_not_depend_on_length_or_place(target, dtype):
    rng = np.random.default_rng(0)
    x = rng.permutation(every(dtype))[:1010]
    for name in ("silu", "silu_fast", "thin_plate", "relu"):
        ufunc = kernels(target)[name]
        whole = ufunc(x)
        for length in (1, 7, 8, 9, 31, 33, 511, 512, 513, 1000):
            for offset in (0, 1, 3):
                assert same_bits(ufunc(x[offset : offset + length]), whole[offset : offset + length])


# ------------------------------------------------- doubtful elements, settled in double lanes --


def double_results(ufunc, *args):
    """What float64's exact variant gives, as a tuple."""
    y = ufunc(*(np.asarray(arg).astype(np.float64) for arg in args))
    return y if isinstance(y, tuple) else (y,)


def is_nearest(got, value, dtype):
    """Whether these are the numbers of the type nearest to the values; either one at what may be a tie."""
    grid = np.concatenate([[-np.inf], numbers(dtype)[:-1], [np.inf]])
    ends = np.concatenate([[-numbers(dtype)[-1]], numbers(dtype)])
    at = np.searchsorted(grid, got.astype(np.float64))
    position = np.clip(value, ends[0], ends[-1])
    lower, upper = np.maximum(at - 1, 0), np.minimum(at + 1, len(ends) - 1)
    slack = 1e-7 * np.abs(position) * 2.0**-10  # float64's tiers agree to 2^-31 and better
    return (position <= (ends[at] + ends[upper]) / 2 + slack) & (position >= (ends[at] + ends[lower]) / 2 - slack)


PRODUCTS = ["silu", "gelu", "gelu_tanh", "mish", "sigmoid", "tanh", "quick_gelu", "hard_swish", "hard_sigmoid",
            "log_sigmoid", "sqrt_softplus"]


@half
@pytest.mark.parametrize("name", PRODUCTS)
def test_products_are_correctly_rounded(target, name, dtype):
    """Backward and gated: products with a derivative near its roots, with factors of all sizes of the type."""
    rng = np.random.default_rng(1)
    n = 40_000
    x = np.concatenate([rng.uniform(-3, 1, n // 2), 3 * rng.standard_normal(n - n // 2)]).astype(dtype)
    size = np.exp2(rng.uniform(-12, 12, (2, n)))
    grad, up = ((rng.standard_normal(n) * size[i]).astype(dtype) for i in range(2))
    for role, args in (("{}_derivative", (x,)), ("{}_backward", (grad, x)), ("gated_{}", (x, up)),
                       ("gated_{}_backward", (grad, x, up))):
        ufunc = kernels(target)[role.format(name)]
        got = ufunc(*args)
        values = double_results(ufunc, *args)
        for one, value in zip(got if isinstance(got, tuple) else (got,), values, strict=True):
            wrong = ~is_nearest(one, value, dtype)
            assert not wrong.any(), (role, wrong.sum(), [(float(a[wrong][0])) for a in args], value[wrong][0])


@half
@pytest.mark.parametrize("name", ["silu", "sigmoid", "hard_swish"])
def test_doubtful_elements_anywhere(target, name, dtype):
    """Nothing but elements at or beside a tie, and single ones among others, at every place and stride."""
    ufunc, x = kernels(target)[name], finite(dtype)
    with np.errstate(over="ignore"):
        value = ufunc(x.astype(np.float32)).astype(np.float64)
    position = numbers(dtype)
    upper = np.clip(np.searchsorted(position, value), 1, len(position) - 1)
    middle = (position[upper] + position[upper - 1]) / 2
    doubtful = x[np.abs(value - middle) <= 2.0**-21 * np.abs(value)]
    assert 4 < doubtful.size
    alone = np.array([ufunc(doubtful[i : i + 1])[0] for i in range(doubtful.size)], dtype)
    assert same_bits(ufunc(doubtful), alone)
    assert same_bits(ufunc(np.repeat(doubtful, 3)[::3]), alone)
    many = np.resize(doubtful, 5000)  # more than are settled at a time
    assert same_bits(ufunc(many), np.resize(alone, 5000))
    easy, due = np.ones(4000, dtype), ufunc(np.ones(1, dtype))[0]
    for place in (0, 1, 15, 16, 31, 255, 256, 3583, 3584, 3990, 3999):
        array = easy.copy()
        array[place] = doubtful[place % doubtful.size]
        got = ufunc(array)
        assert same_bits(got[place], alone[place % doubtful.size])
        assert same_bits(np.delete(got, place), np.full(3999, due, dtype))
        in_place = array.copy()
        ufunc(in_place, in_place)
        assert same_bits(in_place, got)


@half
def test_factors_that_overflow_on_the_way(target, dtype):
    """grad * up is beyond float32, times a small derivative it is not: bfloat16 only, float16 has no such numbers."""
    if dtype == np.float16:
        pytest.skip("no such numbers")
    args = [np.full(40, value, dtype) for value in (1e25, -60.0, 1e25)]
    ufunc = kernels(target)["gated_sigmoid_backward"]
    for got, value in zip(ufunc(*args), double_results(ufunc, *args), strict=True):
        assert is_nearest(got, value, dtype).all() and (np.abs(value) < 1e38).all()


@half
def test_conversions_against_numpy(target, dtype):
    """By way of prelu's products, which are exact in float32: all digits, ties among them."""
    rng = np.random.default_rng(2)
    ufunc = kernels(target)["prelu"]
    x = -np.abs(finite(dtype))
    for weight in rng.choice(np.abs(finite(dtype)), 40):
        with np.errstate(over="ignore"):
            due = (x.astype(np.float32) * np.float32(weight)).astype(dtype)  # exact if normal: 22 digits at most
        for step in (1, 3):
            assert same_bits(ufunc(x[::step], weight), due[::step]), weight


def test_every_ufunc_has_loops_for_the_half_types(target):
    for name in ELEMENTWISE:
        types_ = kernels(target)[name].types
        assert "e" in {loop[0] for loop in types_}, name
        if bfloat16:
            ufunc = kernels(target)[name]
            ones = [np.ones(3, bfloat16)] * ufunc.nin
            results = ufunc(*ones)
            for y in results if isinstance(results, tuple) else (results,):
                assert y.dtype == bfloat16, name


def test_a_module_without_bfloat16_is_no_error():
    """ml_dtypes is optional: the package works without, as if it were not installed."""
    result = run_python("""
        import sys
        sys.modules["ml_dtypes"] = None
        import numpy as np, fastact as fa
        print(fa.silu(np.ones(2, np.float16)).dtype)
    """)
    assert result.stdout.strip() == "float16"
