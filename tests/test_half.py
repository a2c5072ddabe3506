"""float16 and bfloat16: every input, against the oracle; storage conversions.

Exact results are correctly rounded; fast ones within 1 ULP, that is, the nearest number or one of its neighbours.
"""

import functools
import types

import numpy as np
import pytest

import fastact as fa
from fastact import _dispatch
from fastact._catalogue import ENTRIES
from helpers import ACCURACIES, ELEMENTWISE, bfloat16, finfo, kernels, same_bits

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
def numbers(dtype):
    """All finite numbers of the type in order, as float64, then where infinity begins by its rule of rounding."""
    info = finfo(dtype)
    x = every(dtype).astype(np.float64)
    largest = float(info.max)
    return np.concatenate([np.unique(x[np.isfinite(x)]), [largest * (1 + 2.0 ** -info.nmant / (2 - 2.0**-info.nmant))]])


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
    high = entry.oracle(every(dtype).astype(np.float64))
    grid = numbers(dtype)
    upper = np.searchsorted(grid, high)  # the first that is not below
    return entry, high, upper


def steps_off(name, dtype, got):
    """How many numbers lie between the result and the truth rounded correctly; and how far from nearest it is.

    By the distances to the two neighbours, which float64 holds exactly; a tie, which would ask for
    more digits than the oracle has, may go either way unless the oracle is exact: then to even.
    """
    _, high, upper = truth(name, dtype)
    grid = numbers(dtype)
    grid = np.concatenate([[-grid[-1]], grid])  # so that -inf, too, has a place; index 1 is -max
    nan = np.isnan(high)
    assert (np.isnan(got) == nan).all(), f"{name}: NaN at {every(dtype)[np.isnan(got) != nan][:5]}"
    wide, x = high[~nan], every(dtype)[~nan]
    index = place(got[~nan], dtype) + 1
    last = len(grid) - 1
    above = np.clip(upper[~nan] + 1, 1, last)
    below = above - 1
    clipped = np.clip(wide, grid[0], grid[-1])  # beyond, infinity is nearest
    to_above, to_below = grid[above] - clipped, clipped - grid[below]
    assert (to_above >= 0).all() and (to_below >= 0).all()
    # Equal distances: the even significand, whose bits end in 0, has an even place in the type.
    parity = (above + 1 + int(np.array(finfo(dtype).max, dtype).view(np.uint16))) % 2
    best = np.where(to_above < to_below, above, np.where(to_above > to_below, below, np.where(parity, below, above)))
    return x, wide, index - best, np.where(index == above, to_above, np.where(index == below, to_below, np.inf)), \
        np.minimum(to_above, to_below)


@names
@half
def test_every_input(name, dtype):
    """On all usable targets: the oracle is evaluated once."""
    entry = BY_NAME[name].measured(dtype)
    for target in _dispatch.usable_targets:
        for accuracy in ACCURACIES:
            ufunc = kernels(target)[name + ("_fast" if accuracy == "fast" else "")]
            with np.errstate(all="raise"):
                got = ufunc(every(dtype), *(np.asarray(value, dtype) for value in entry.parameters.values()))
            assert got.dtype == dtype
            x, high, steps, distance, least = steps_off(name, dtype, got)
            if accuracy == "exact":
                # The oracle's own error, 1e-13, decides nothing: then neither number is wrong.
                wrong = (steps != 0) & ~(distance <= least + 4e-13 * np.abs(high))
            else:
                wrong = np.abs(steps) > 1
            what = [(float(x[i]), float(high[i]), float(got[~np.isnan(truth(name, dtype)[1])][i]), int(steps[i]))
                    for i in np.flatnonzero(wrong)[:4]]
            assert not wrong.any(), f"{name} {accuracy} {target}: {wrong.sum()} wrong: (x, truth, got, steps) {what}"


@names
@half
def test_signs_of_zeros(name, dtype):
    """As the oracle's, wherever the result is 0."""
    entry, high, _ = truth(name, dtype)
    for target in _dispatch.usable_targets:
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
    expected = kernels(_dispatch.target)[name](x, *(np.asarray(value, dtype) for value in entry.parameters.values()))
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
        assert same_bits(identity(x), x)
        assert same_bits(identity(x[::-3]), x[::-3])
    assert np.isnan(identity(x[np.isnan(x)])).all()  # no payload becomes infinity
    assert np.isnan(x).sum() == {"float16": 2046, "bfloat16": 254}[np.dtype(dtype).name]


@half
def test_conversion_rounds_to_nearest_even(target, dtype):
    """Midpoints of neighbours, and beside: prelu's weight makes them of exact products.

    x (1 + 2^-k) has one digit more than the type, for half of the x it is a tie.
    """
    x = every(dtype)
    x = x[np.isfinite(x)]
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
    info, double = finfo(dtype), kernels(target)["square"]
    x = every(dtype)
    x = x[np.isfinite(x) & (x > 0)]
    limit = float(info.max) * (1 + 2.0 ** -(info.nmant + 2))
    high = x.astype(np.float64) ** 2
    edge = float(info.max) + (float(info.max) - float(np.sort(x)[-2])) / 2
    with np.errstate(all="raise"):
        got = double(x)
    assert (np.isinf(got) == (high >= edge)).all() and limit > 0


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
    from helpers import run_python
    result = run_python("""
        import sys
        sys.modules["ml_dtypes"] = None
        import numpy as np, fastact as fa
        print(fa.silu(np.ones(2, np.float16)).dtype)
    """)
    assert result.stdout.strip() == "float16"
    assert isinstance(fa.silu, fa.Activation) and isinstance(kernels, types.FunctionType | functools._lru_cache_wrapper)
