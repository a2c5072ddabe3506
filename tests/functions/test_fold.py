"""Fold functions: errors of all row lengths and spreads, masks, layouts, gradients, what is refused."""

import inspect
import itertools

import mpmath
import numpy as np
import pytest
from helpers import (
    DTYPES,
    EVERY_ACCURACY,
    HALF,
    TARGETS,
    Truth,
    Worst,
    activation,
    check,
    finfo,
    in_child,
    kernels,
    needs_fma,
    same_bits,
)

import fastact as fa
from fastact import reference
from fastact._runtime import dispatch, targets

inf, nan = np.inf, np.nan
NAMES = ["softmax", "log_softmax", "softmin", "logsumexp", "sparsemax", "entmax15", "maxout"]
SHAPED = ["softmax", "log_softmax", "softmin", "sparsemax", "entmax15"]
LENGTHS = [1, 2, 3, 7, 15, 16, 17, 31, 33, 63, 64, 65, 255, 256, 257, 511, 512, 513, 1000, 1024, 4096, 4097, 50257]
dtypes = pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
half = pytest.mark.parametrize("dtype", HALF, ids=lambda dtype: dtype.__name__)


@pytest.fixture(params=EVERY_ACCURACY, scope="module")
def accuracy(request):
    return request.param


def rows(length, dtype=np.float32):
    """Rows of several spreads, near 0 and far from it; some with one entry high above the others."""
    rng = np.random.default_rng(length)
    count = max(3, min(24, 100_000 // length))
    spread = np.geomspace(0.01, 60, count)[:, None]
    x = rng.standard_normal((count, length)) * spread + rng.choice([0, 0, 50, -50, 1000, -2e5], (count, 1))
    x[::3, rng.integers(length)] += rng.uniform(0, 20)
    return x.astype(dtype)


def worst_of(truth, got, accuracy, x):
    worst = Worst()
    error = truth.relative(got) if accuracy == "fast" else truth.ulps(got)
    worst.update(error, got, truth.high, x)
    return worst


# ------------------------------------------------------------------------------ errors --


@pytest.mark.parametrize("name", ["softmax", "softmin", "log_softmax"])
@pytest.mark.parametrize("length", LENGTHS)
def test_float32(name, length, target, accuracy):
    """The error of exact is at most 2 ULP of every entry, also of subnormal ones; that of fast 2^-12 of normal ones.

    Correct is rounded once, from double precision.
    """
    x = rows(length)
    got = activation(name, target)(x, accuracy=accuracy).ravel()
    truth = Truth(getattr(reference, name)(x).ravel(), np.float32)
    bound, unit = {"exact": (2, "ULP"), "fast": (2.0**-12, "relative"), "correct": (0.5001, "ULP")}[accuracy]
    check(worst_of(truth, got, accuracy, np.resize(x, got.shape)), bound, unit,
          f"{name} of {length} {accuracy} float32 {target}")


@pytest.mark.parametrize("length", [1, 2, 17, 64, 1000, 4097])
def test_logsumexp_float32(length, target, accuracy):
    x = rows(length)
    got = activation("logsumexp", target)(x, accuracy=accuracy)
    high = reference.logsumexp(x)
    larger = np.maximum(np.abs(x.max(-1)), np.abs(high - x.max(-1)))
    truth = Truth(high, np.float32, floor=larger if accuracy == "fast" else 0)
    bound, unit = {"exact": (1, "ULP"), "fast": (2.0**-12, "relative"), "correct": (0.5001, "ULP")}[accuracy]
    check(worst_of(truth, got, accuracy, x[:, 0]), bound, unit, f"logsumexp of {length} {accuracy} float32 {target}")


@pytest.mark.parametrize("length", [1, 2, 17, 300, 1000])
def test_sparsemax(length, target, accuracy):
    x = rows(length)
    high = reference.sparsemax(x)
    got = activation("sparsemax", target)(x, accuracy=accuracy)
    assert np.abs(got - high).max() <= 2.0**-24 * 1.01
    assert np.abs(got.astype(np.float64).sum(-1) - 1).max() < 1e-5
    wide = activation("sparsemax", target)(x.astype(np.float64), accuracy=accuracy)
    assert np.abs(wide - high).max() < 1e-14
    assert ((wide > 0) == (high > 1e-15))[high != 0].mean() > 0.999


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin", "logsumexp"])
@pytest.mark.parametrize("length", [1, 2, 17, 300])
def test_float64(name, length, target, accuracy):
    x = rows(length, np.float64)
    x = x[:: max(1, len(x) // 6)]
    high, low = [], []
    with mpmath.workprec(300):
        for row in x.tolist():
            values = [-mpmath.mpf(v) if name == "softmin" else mpmath.mpf(v) for v in row]
            total = mpmath.fsum(map(mpmath.exp, values))
            log = mpmath.log(total)
            if name == "log_softmax":
                found = [v - log for v in values]
            else:
                found = [log] if name == "logsumexp" else [mpmath.exp(v) / total for v in values]
            for value in found:
                value = 0 if abs(value) < 1e-80 else value      # of rows of one, what the precision leaves
                nearest = float(value)
                high.append(nearest)
                low.append(float((value - nearest) / float(np.spacing(abs(nearest)))))
    got = activation(name, target)(x, accuracy=accuracy).ravel()
    high = np.array(high)
    floor = np.abs(x).max(-1) if name == "logsumexp" else 0.0
    truth = Truth(high, np.float64, np.array(low), floor=floor)
    bound, unit = (2.0**-24, "relative") if accuracy == "fast" else (2, "ULP")
    check(worst_of(truth, got, accuracy, np.resize(x, got.shape)), bound, unit,
          f"{name} of {length} {accuracy} float64 {target}")


@half
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin", "logsumexp", "sparsemax"])
def test_half_precision_is_correctly_rounded_in_nearly_all_cases(name, dtype, target):
    """Found, of 1,024,000 entries: float16 59 of softmax and 94 of log_softmax rounded wrongly, bfloat16 7 and 1."""
    x = (np.random.default_rng(0).normal(size=(600, 100)) * np.geomspace(0.1, 10, 600)[:, None]).astype(dtype)
    got = activation(name, target)(x).astype(np.float64)
    high = getattr(reference, name)(x)
    info = finfo(dtype)
    step = np.maximum(2.0 ** (np.floor(np.log2(np.maximum(np.abs(high), 1e-300))) - info.nmant),
                      float(info.smallest_subnormal))
    right = np.abs(got - high) <= step * 0.5 * (1 + 1e-9)
    assert right.mean() > 0.999
    assert (np.abs(got - high) <= 0.51 * step).all()


@pytest.mark.parametrize("values, expected", [
    ([0, -30], [-np.log1p(np.exp(-30.0)), -30 - np.log1p(np.exp(-30.0))]),
    ([1000, 1], [0, -999]),
    ([1e30, 1e30, -1e30], [-np.log(2), -np.log(2), -2e30]),
    ([3, 3 + 2.0**-20], None),
    ([0, -104], [0, -104]),
    ([-inf, 0, 0], [-inf, -np.log(2), -np.log(2)]),
])
def test_log_softmax_loses_nothing(values, expected, target):
    """The cases of SciPy's issue 19521: large inputs, and results near 0, in ULP of those."""
    for dtype, ulp in [(np.float32, 2), (np.float64, 2)]:
        x = np.array(values, dtype)
        due = reference.log_softmax(x) if expected is None else np.array(expected, np.float64)
        got = activation("log_softmax", target)(x)
        finite = np.isfinite(due)
        assert (got[~finite] == due[~finite]).all()
        error = np.abs(got[finite] - due[finite])
        size = np.maximum(np.spacing(np.abs(due[finite]).astype(dtype)).astype(np.float64), 1e-44)
        assert (error <= ulp * size + 3e-46).all(), (got, due)


@dtypes
@pytest.mark.parametrize("name", ["softmax", "softmin"])
def test_one_entry_alone_is_1(name, dtype, target):
    values = np.random.default_rng(0).normal(0, 30, 500).astype(dtype)
    function = activation(name, target)
    assert (function(values[:, None]) == 1).all()
    x = np.full((500, 70), inf if name == "softmin" else -inf, dtype)
    x[:, 30] = values
    assert same_bits(function(x), np.tile(np.arange(70) == 30, (500, 1)).astype(dtype))


def test_logsumexp_near_0(target):
    x = np.log(np.array([0.25, 0.75 + 1e-6])).astype(np.float32)
    truth = float(mpmath.log(mpmath.fsum(map(mpmath.exp, x.tolist()))))
    assert abs(activation("logsumexp", target)(x) - truth) <= abs(truth) * 2.0**-24


# ---------------------------------------------------------------------------- specials --


@dtypes
@pytest.mark.parametrize("fill", [0, 5, 600])
def test_specials(fill, dtype, target, accuracy):
    def row(*values):
        return np.array([*values, *[-1.0] * fill], dtype)

    with np.errstate(all="raise", under="ignore"):
        for name in ("softmax", "log_softmax", "sparsemax"):
            function = activation(name, target)
            for bad in ([nan, 1, -inf], [1, nan, 2], [inf, 1, 2], [inf, inf, 0], [inf, nan, -inf], [1, -inf, nan]):
                assert np.isnan(function(row(*bad), accuracy=accuracy)).all(), (name, bad)
            assert np.isnan(function(np.full(3 + fill, -inf, dtype), accuracy=accuracy)).all()
        softmin = activation("softmin", target)
        assert np.isnan(softmin(np.full(3 + fill, inf, dtype), accuracy=accuracy)).all()
        assert np.isnan(softmin(row(-inf, 1, 2), accuracy=accuracy)).all()
        assert softmin(row(inf, -9, 2), accuracy=accuracy)[0] == 0
        lse = activation("logsumexp", target)
        assert lse(row(inf, 0, -inf), accuracy=accuracy) == inf
        assert lse(np.full(3 + fill, -inf, dtype), accuracy=accuracy) == -inf
        for bad in ([nan, 0, 1], [nan, -inf, -inf], [inf, nan, 0], [-inf, nan, inf]):
            assert np.isnan(lse(row(*bad), accuracy=accuracy))
        maxout = activation("maxout", target)
        x = np.array([1, nan, 2, nan, 1, 1, 3, 2, 2, -inf, -inf, -inf], dtype)
        assert same_bits(maxout(x, 3, accuracy=accuracy), np.array([nan, nan, 3, -inf], dtype))


@dtypes
def test_empty(dtype, target):
    for name in SHAPED:
        for shape in ((0,), (0, 3), (3, 0)):
            assert activation(name, target)(np.ones(shape, dtype)).shape == shape
    lse = activation("logsumexp", target)
    assert (lse(np.ones((3, 0), dtype)) == -inf).all() and lse(np.ones((0, 3), dtype)).shape == (0,)
    assert activation("maxout", target).backward(np.ones((0, 2), dtype), np.ones((0, 4), dtype), 2).shape == (0, 4)
    assert activation("maxout", target)(np.ones((3, 0), dtype), 2).shape == (3, 0)
    assert activation("maxout", target)(np.ones((0, 4), dtype), 2).shape == (0, 2)


# ------------------------------------------------------------------ where, mask, scale --


@dtypes
@pytest.mark.parametrize("length", [3, 17, 600])
def test_where(length, dtype, target, accuracy):
    """Without the excluded entries the result has the same bits, for any positions of these entries."""
    rng = np.random.default_rng(length)
    x = rng.normal(0, 4, (6, length)).astype(dtype)
    where = rng.random((6, length)) < 0.6
    where[0], where[1] = True, False
    where[2:, 0] = True
    hidden = np.where(where, x, rng.choice([nan, inf, -inf, 3e5], x.shape)).astype(dtype)
    for name, excluded in [("softmax", 0), ("softmin", 0), ("sparsemax", 0), ("log_softmax", -inf)]:
        function = activation(name, target)
        got = function(hidden, where=where, accuracy=accuracy)
        nothing = inf if name == "softmin" else -inf
        expected = function(np.where(where, x, dtype(nothing)), accuracy=accuracy)
        expected[1] = excluded
        assert same_bits(got, expected)
        assert (got[~where] == excluded).all()
        out = np.asfortranarray(hidden)
        assert function(out, where=where, accuracy=accuracy, out=out) is out and same_bits(out, expected)
        assert same_bits(function(hidden.T, axis=0, where=where.T, accuracy=accuracy).T, expected)
    lse = activation("logsumexp", target)
    got = lse(hidden, where=where, accuracy=accuracy)
    assert got[1] == -inf
    assert same_bits(got, lse(np.where(where, x, dtype(-inf)), accuracy=accuracy))
    column = where[:, :1]
    assert same_bits(activation("softmax", target)(x, where=column, accuracy=accuracy),
                     np.where(column, activation("softmax", target)(x, accuracy=accuracy), dtype(0)))


@dtypes
def test_mask_and_scale(dtype, target, accuracy):
    rng = np.random.default_rng(0)
    x = rng.normal(0, 4, (2, 3, 5, 40)).astype(dtype)
    mask = rng.normal(0, 2, (5, 40)).astype(dtype)
    mask[:, 30:] = -inf
    softmax = activation("softmax", target)
    scaled = (dtype(0.3) * x).astype(dtype)
    truth = reference.softmax(scaled + mask)
    got = softmax(x, mask=mask, scale=0.3, accuracy=accuracy)
    assert got.dtype == dtype
    tolerance = 1e-3 if accuracy == "fast" and dtype == np.float32 else 3e-6 if dtype == np.float32 else 1e-7
    np.testing.assert_allclose(got, truth, rtol=tolerance)
    keep = rng.random((3, 1, 40)) < 0.5
    keep[1] = False
    assert same_bits(softmax(x, mask=keep, accuracy=accuracy), softmax(x, where=keep, accuracy=accuracy))
    assert (softmax(x, mask=keep, accuracy=accuracy)[:, 1] == 0).all()
    both = softmax(x, mask=mask, where=keep, accuracy=accuracy)
    assert same_bits(both, softmax(x, mask=np.where(keep, mask, dtype(-inf)), where=keep, accuracy=accuracy))
    assert np.isnan(softmax(x, mask=dtype(-inf), accuracy=accuracy)).all()      # as PyTorch's softmax
    heads = np.array([0.5, 1, 2], dtype)[:, None, None]
    assert same_bits(softmax(x, scale=heads, accuracy=accuracy), softmax(heads * x, accuracy=accuracy))
    assert softmax(x[0, 0], mask=np.zeros((7, 1, 1), dtype)).shape == (7, 5, 40)
    turned = softmax(np.moveaxis(x, 3, 1), mask=mask.T[:, None, :], axis=1, accuracy=accuracy)
    assert same_bits(np.moveaxis(turned, 1, 3), softmax(x, mask=mask, accuracy=accuracy))


def test_a_mask_as_in_scaled_dot_product_attention():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    q, k = rng.normal(size=(2, 2, 4, 6, 8))
    keep = np.tri(6, dtype=bool)
    keep[3] = False
    bias = rng.normal(size=(6, 6))
    for mask in (keep, bias, np.where(np.tri(6, dtype=bool), bias, -inf)):
        due = torch.nn.functional.scaled_dot_product_attention(
            *map(torch.from_numpy, (q, k, np.broadcast_to(np.eye(6), (2, 4, 6, 6)).copy())), torch.from_numpy(mask))
        got = fa.softmax(q @ k.swapaxes(-1, -2), mask=mask, scale=8**-0.5)
        np.testing.assert_allclose(got, due.numpy(), atol=1e-14)


@half
def test_masks_of_half_precision(dtype):
    x = np.random.default_rng(0).normal(0, 2, (4, 50)).astype(dtype)
    y = fa.softmax(x, mask=np.zeros(50, dtype), scale=0.5, where=np.arange(50) < 40)
    assert y.dtype == dtype and (y[:, 40:] == 0).all()
    assert fa.softmax(x, mask=np.zeros(50, np.float32)).dtype == np.float32


# ------------------------------------------------------------------------------ layout --


@dtypes
@pytest.mark.parametrize("name", NAMES)
def test_bits_depend_on_the_row_alone(name, dtype, target, accuracy):
    """The bits do not depend on the number of rows, strides, alignment, threads or the place of the result."""
    function = activation(name, target)
    more = (4,) if name == "maxout" else ()
    for length in (4, 64, 100, 1004, 50000):
        x = np.random.default_rng(length).normal(0, 5, (4, length)).astype(dtype)
        expected = function(x, *more, accuracy=accuracy)
        for i in range(4):
            assert same_bits(function(x[i], *more, accuracy=accuracy), expected[i])
        assert same_bits(function(x[::-1], *more, accuracy=accuracy), expected[::-1])
        assert same_bits(function(np.asfortranarray(x), *more, accuracy=accuracy), expected)
        assert same_bits(function(x.T, *more, axis=0, accuracy=accuracy), expected.T)
        room = np.empty((4, 2 * length + 3), dtype)
        for view in (room[:, 3:3 + length], room[:, 2 * length - 1:length - 1:-1], room[:, 1:1 + 2 * length:2]):
            view[...] = x
            assert same_bits(function(view, *more, accuracy=accuracy), expected)
        odd = np.empty(x.nbytes + 1, np.uint8)[1:].view(dtype).reshape(x.shape)     # unaligned
        odd[...] = x
        assert same_bits(function(odd, *more, accuracy=accuracy), expected)
        out = np.full((*expected.shape, 2), 7, dtype)[..., 1]
        assert same_bits(function(x, *more, accuracy=accuracy, out=out), expected)
        many = np.tile(x, (40_000 // length + 1, 1))
        for threads in (1, 2, 3):
            with fa.threads(threads):
                got = function(many, *more, accuracy=accuracy)
            assert same_bits(got[-4:], expected) and same_bits(got[:4], expected)
        if name in SHAPED:
            for shift in (0, 1, 7, -1):
                space = np.empty(x.size + 40, dtype)
                given, result = (space[16 + s:16 + s + x.size].reshape(x.shape) for s in (0, shift))
                given[...] = x
                assert same_bits(function(given, out=result, accuracy=accuracy), expected)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_written_beyond_the_result(name, target):
    function = activation(name, target)
    more = (2,) if name == "maxout" else ()
    for length in range(2, 80, 2):
        x = np.random.default_rng(0).normal(size=(3, length)).astype(np.float32)
        expected = function(x, *more)
        room = np.full(expected.size + 64, 7, np.float32)
        out = room[32:32 + expected.size].reshape(expected.shape)
        function(x, *more, out=out)
        assert same_bits(out, expected)
        assert (room[:32] == 7).all() and (room[32 + expected.size:] == 7).all()


def first_of_the_largest(groups):
    """Along the last axis: a NaN is larger than any number, and none is larger than it; 0 and -0 are equal."""
    wide = groups.astype(np.float64)
    first, best = np.zeros(groups.shape[:-1], int), wide[..., 0]
    for j in range(1, groups.shape[-1]):
        later = (~(wide[..., j] <= best)) & ~np.isnan(best)
        first, best = np.where(later, j, first), np.where(later, wide[..., j], best)
    return first[..., None]


@dtypes
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 6, 8, 12, 24, 33, 64, 65, 96])
def test_maxout_of_any_groups_and_layout(k, dtype, target):
    """Even and odd groups, contiguous or not; rows that end within a vector, and blocks that end within a row."""
    rng = np.random.default_rng(k)
    maxout = activation("maxout", target)
    for shape in [(3, 7 * k, 5), (2, 2 * k, 40), (9 * k,), (2, 37 * k), (33 * k, 3), (k, 700), (19, k, 1)]:
        ordinary = rng.normal(size=shape)
        hard = rng.choice([0, -0.0, nan, 1, -1, inf, -inf], shape, p=[0.3, 0.3, 0.1, 0.05, 0.1, 0.05, 0.1])
        room = np.empty((*shape, 2), dtype)
        for values in (ordinary, hard):
            room[..., 1] = values
            x = values.astype(dtype)
            for axis in range(x.ndim):
                if x.shape[axis] % k:
                    continue
                moved = np.moveaxis(x, axis, -1)
                groups = moved.reshape(*moved.shape[:-1], -1, k)
                first = first_of_the_largest(groups)
                due = np.moveaxis(np.take_along_axis(groups, first, -1)[..., 0], -1, axis)
                grad = rng.normal(size=due.shape).astype(dtype)
                spread = np.zeros_like(groups)
                np.put_along_axis(spread, first, np.moveaxis(grad, axis, -1)[..., None], -1)
                spread = np.moveaxis(spread.reshape(moved.shape), -1, axis)
                for given in (x, np.asfortranarray(x), room[..., 1]):
                    assert same_bits(maxout(given, k, axis=axis), due)
                    out = np.full((*due.shape, 2), 7, dtype)
                    maxout(given, k, axis=axis, out=out[..., 0])
                    assert same_bits(out[..., 0], due) and (out[..., 1] == 7).all()
                    assert same_bits(maxout.backward(grad, given, k, axis=axis), spread)
                    out = np.full_like(room, 7)
                    maxout.backward(grad, given, k, axis=axis, out=out[..., 0])
                    assert same_bits(out[..., 0], spread) and (out[..., 1] == 7).all()
                alone = x.copy()
                assert same_bits(maxout.backward(grad, alone, k, axis=axis, out=alone), spread)


def test_without_scratch_memory_there_is_an_error():
    """A row of 2^50 entries, all the same one: not contiguous, so there is no memory to bring them together."""
    row = np.broadcast_to(np.float64(1), (2**50,))
    with pytest.raises(MemoryError):
        fa.logsumexp(row)


def test_after_a_fork():
    x = np.random.default_rng(0).normal(size=(64, 4096))
    expected = fa.softmax(x)

    def child():
        assert same_bits(fa.softmax(x), expected)

    in_child(child)


# --------------------------------------------------------------------------- gradients --


def torch_gradient(torch, function, x, grad):
    x = torch.from_numpy(x).requires_grad_()
    y = function(x)
    return y.detach().numpy(), torch.autograd.grad(y, x, torch.from_numpy(grad))[0].numpy()


@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("name", NAMES)
def test_gradients_as_pytorch_has_them(name, axis, target):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    x = rng.normal(0, 2, (4, 6, 8))
    functions = {
        "softmax": lambda x: torch.softmax(x, axis), "log_softmax": lambda x: torch.log_softmax(x, axis),
        "softmin": lambda x: torch.nn.functional.softmin(x, axis), "logsumexp": lambda x: torch.logsumexp(x, axis),
        "maxout": lambda x: x.unflatten(axis, (-1, 2)).amax((axis % 3) + 1),
        # From the definition: on the support, entries less their mean.
        "sparsemax": lambda x: torch.relu(
            x - (x.masked_fill(~support, 0).sum(axis, True) - 1) / support.sum(axis, True)),
        # On the support, the squares of what lies above the smaller solution of a quadratic equation.
        "entmax15": lambda x: torch.relu(x / 2 - threshold_of(x / 2)) ** 2,
    }
    sparse = reference.entmax15 if name == "entmax15" else reference.sparsemax
    support = torch.from_numpy(sparse(x, axis) > 0)

    def threshold_of(z):
        count = support.sum(axis, True)
        mean = z.masked_fill(~support, 0).sum(axis, True) / count
        rest = ((z - mean) ** 2).masked_fill(~support, 0).sum(axis, True)
        return mean - torch.sqrt((1 - rest) / count)

    function = activation(name, target)
    more = (2,) if name == "maxout" else ()
    y = function(x, *more, axis=axis)
    grad = rng.normal(size=y.shape)
    due, gradient = torch_gradient(torch, functions[name], x, grad)
    np.testing.assert_allclose(y, due, rtol=1e-12, atol=1e-13)
    operand = x if name in ("logsumexp", "maxout") else y
    got = function.backward(grad, operand, *more, axis=axis)
    np.testing.assert_allclose(got, gradient, rtol=1e-12, atol=1e-12)
    out = np.empty_like(x, order="F")
    assert function.backward(grad, operand, *more, axis=axis, out=out) is out and same_bits(out, got)
    for dtype, tolerance in [(np.float32, 1e-5), (np.float16, 2e-2)]:
        narrow = function.backward(grad.astype(dtype), operand.astype(dtype), *more, axis=axis)
        assert narrow.dtype == dtype
        np.testing.assert_allclose(narrow, gradient, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("top", [-30, -20.01, -19.99, 0, 39.99, 40.01, 88, 1e4, 70_000])
@pytest.mark.parametrize("name", ["softmax", "softmin", "log_softmax", "logsumexp"])
def test_rows_wherever_their_maximum_is(name, top, accuracy, target):
    """Some ranges of it are computed without finding it first; in place there is no second try."""
    rng = np.random.default_rng(0)
    x = (top - rng.exponential(20, (5, 700))).astype(np.float32)
    x[:, 650] = top
    x[3, ::7] = -inf
    if name == "softmin":
        x = -x
    y = activation(name, target)(x, accuracy=accuracy)
    bound, unit = {"exact": (2, "ULP"), "fast": (2.0**-12, "relative"), "correct": (0.5001, "ULP")}[accuracy]
    truth = Truth(getattr(reference, name)(x).ravel(), np.float32)
    check(worst_of(truth, y.ravel(), accuracy, np.resize(x, y.size)), bound, unit, f"{name} {accuracy} {top}")
    if y.shape == x.shape:
        assert same_bits(activation(name, target)(x, accuracy=accuracy, out=x), y)


@pytest.mark.parametrize("spread", [3, 45])
@pytest.mark.parametrize("length", [1, 3, 16, 50, 700, 5000])
@pytest.mark.parametrize("name", ["softmax", "softmin", "log_softmax"])
def test_exact_gradients_are_off_by_no_more_than_two_ulp(name, length, spread, target):
    """Of the result, or of the larger of the two terms that are subtracted; subnormal ones among them."""
    rng = np.random.default_rng(length)
    x = rng.normal(0, spread, (40, length)).astype(np.float32)
    grad = (rng.normal(0, 1, x.shape) * rng.choice([1e-3, 1, 100], x.shape)).astype(np.float32)
    y = activation(name, target)(x)
    got = activation(name, target).backward(grad, y)
    due = getattr(reference, name + "_backward")(grad, y)
    wide = y.astype(np.float64)
    if name == "log_softmax":
        terms = np.abs(grad), np.abs(np.exp(wide) * grad.sum(-1, dtype=np.float64, keepdims=True))
    else:
        terms = np.abs(wide * grad), np.abs(wide * (wide * grad).sum(-1, keepdims=True))
    unit = np.spacing(np.maximum.reduce([*terms, np.abs(due)]).astype(np.float32))
    assert (np.abs(got - due) / unit).max() <= 2
    fast = activation(name, target).backward(grad, y, accuracy="fast")
    assert (np.abs(fast - due) <= np.maximum(2.0**-11 * np.maximum.reduce(terms), 1.5e-45)).all()


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_infinite_gradients_spread_as_in_pytorch(name, target, accuracy):
    torch = pytest.importorskip("torch")
    x = np.array([[0.5, 1, -2, 0.25]], np.float32)
    grad = np.array([[1, inf, 2, -3]], np.float32)
    _, due = torch_gradient(torch, lambda x: getattr(torch, name)(x, -1), x, grad)
    function = activation(name, target)
    got = function.backward(grad, function(x, accuracy=accuracy), accuracy=accuracy)
    np.testing.assert_array_equal(got, due)


def test_gradients_of_what_does_not_count_are_0():
    rng = np.random.default_rng(0)
    x, grad = rng.normal(0, 2, (2, 5, 30))
    where = rng.random((5, 30)) < 0.5
    where[2] = False
    few = np.where(where, x, -inf)
    for name in SHAPED:
        y = getattr(fa, name)(x, where=where)
        got = getattr(fa, name).backward(grad, y, where=where)
        assert (got[~where] == 0).all() and np.isfinite(got).all()
    due = fa.log_softmax.backward(grad[0][where[0]], fa.log_softmax(x[0][where[0]]))
    y = fa.log_softmax(x, where=where)
    np.testing.assert_allclose(fa.log_softmax.backward(grad, y, where=where)[0][where[0]], due, rtol=1e-13, atol=1e-15)
    got = fa.logsumexp.backward(grad[:, 0], x, where=where)
    assert (got[~where] == 0).all()
    np.testing.assert_allclose(got[[0, 1, 3, 4]], (grad[:, :1] * fa.softmax(few))[[0, 1, 3, 4]], rtol=1e-14)


# ------------------------------------------------------------------------------ errors --


def test_wrong_arguments_leave_out_untouched():
    x = np.ones((2, 6), np.float32)
    out = np.full((2, 6), 7, np.float32)
    small = np.full((2, 3), 7, np.float32)
    for wrong, error, message in [
        (lambda: fa.maxout(1.0, 2), ValueError, "dimension"),
        (lambda: fa.softmax(x, mask=np.zeros((3, 6)), out=out), ValueError, r"mask of shape \(3, 6\).*\(2, 6\)"),
        (lambda: fa.softmax(x, where=np.ones(5, bool), out=out), ValueError, r"where of shape \(5,\).*\(2, 6\)"),
        (lambda: fa.softmax(x, where=np.ones(6), out=out), TypeError, "where must be boolean, not float64"),
        (lambda: fa.softmax(x, mask=np.ones(6, int), out=out), TypeError, "mask must be floating or boolean"),
        (lambda: fa.softmax(x, scale="2", out=out), TypeError, "scale must be a real number"),
        (lambda: fa.softmax(x, scale=np.ones(6), out=out), ValueError, "scale of shape .* one entry along axis 1"),
        (lambda: fa.softmax(x, axis=2, where=True, out=out), ValueError, "axis 2 is out of bounds"),
        (lambda: fa.softmax(x, axis=0.5, where=True, out=out), TypeError, "integer"),
        (lambda: fa.softmax(x, mask=0.5, out=out[:1]), ValueError, "out must have shape"),
        (lambda: fa.softmin(x, mask=0.5), TypeError, "mask"),
        (lambda: fa.softmax(x + 0j, where=True, out=out), TypeError, "not supported|complex"),
        (lambda: fa.maxout(x, 4, out=small), ValueError, r"6 entries along axis 1 .* groups of 4"),
        (lambda: fa.maxout(x, 0, out=small), ValueError, "at least 1"),
        (lambda: fa.maxout(x, -2, out=small), ValueError, "at least 1"),
        (lambda: fa.maxout(x, 2.0, out=small), TypeError, "integer"),
        (lambda: fa.maxout(x, out=small), TypeError, "'k'"),
        (lambda: fa.maxout(x, 2, out=out), ValueError, "out must have shape"),
        (lambda: fa.maxout(x, 2, axis=2, out=small), ValueError, "axis 2 is out of bounds"),
        (lambda: fa.maxout.backward(out, x, 2), ValueError, r"\(2, 3\), not \(2, 6\)"),
        (lambda: fa.maxout.backward(small, x, 2, out=small), ValueError, r"\(2, 6\), not \(2, 3\)"),
        (lambda: fa.maxout(x, 2, accuracy="best"), ValueError, "accuracy"),
        (lambda: fa.softmax(x, accuracy="best", where=True), ValueError, "accuracy"),
        (lambda: fa.logsumexp.backward(np.ones(3), x), ValueError, "grad of shape .* does not fit"),
        (lambda: fa.logsumexp.derivative(x), TypeError, r"backward\(grad, x\)"),
        *[(lambda name=name: getattr(fa, name)(np.ma.array(x, mask=x > 0), *((2,) if name == "maxout" else ())),
           TypeError, "masked") for name in NAMES],
        (lambda: fa.softmax(x, mask=np.ma.array(x, mask=x > 0)), TypeError, "masked"),
        *[(lambda name=name, bad=bad: getattr(fa, name)(np.ones((2, 6), bad), *((2,) if name == "maxout" else ())),
           TypeError, "x must hold") for name in NAMES for bad in (complex, object, np.longdouble, "U3")],
    ]:
        with pytest.raises(error, match=message):
            wrong()
    assert (out == 7).all() and (small == 7).all()


def test_integers_and_accuracies():
    for name in NAMES:
        more = (2,) if name == "maxout" else ()
        for dtype, result in [(bool, np.float32), (np.int8, np.float32), (np.uint16, np.float32), (np.int64, np.float64)]:
            y = getattr(fa, name)(np.array([0, 1, 1, 0], dtype), *more)
            assert y.dtype == result
        assert getattr(fa, name)([0, 1, 2, 3], *more).dtype == np.float64
        for accuracy in EVERY_ACCURACY:
            x = np.linspace(-3, 3, 8, dtype=np.float32)
            with fa.accuracy(accuracy):
                assert same_bits(getattr(fa, name)(x, *more), getattr(fa, name)(x, *more, accuracy=accuracy))


def test_a_frame_folds_along_the_axis_that_was_asked_for():
    """Every substitute of an array gets the axis, because pandas has another default."""
    class Frame:
        def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
            return keywords["axis"]

    assert fa.softmax(Frame()) == -1
    assert fa.softmax(Frame(), axis=0) == 0
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(np.arange(12.0).reshape(3, 4))
    for axis in (0, 1):
        np.testing.assert_allclose(np.asarray(fa.softmax(frame, axis=axis)), fa.softmax(frame.to_numpy(), axis=axis))


def test_no_warning(target):
    hard = [0, -0.0, inf, -inf, nan, 3e38, -3e38, 1e-38, 1e-45, -90, -104, -700, 1e-30, 6e4, 1]
    rng = np.random.default_rng(0)
    with np.errstate(all="raise", under="ignore"):
        for dtype in (np.float32, np.float64):
            x = rng.choice(np.array(hard, dtype), (500, 24))
            for name, ufunc in kernels(target).items():
                if ufunc.signature == "(n),(n),(),(n)->(n)":
                    ufunc(x, x, x[:, 0], x > 0)
                elif name.startswith("logsumexp_backward"):
                    ufunc(x[:, 0], x)
                elif name.startswith("maxout_backward"):
                    ufunc(x[:, :8], x.reshape(500, 8, 3))


@pytest.mark.parametrize("name", NAMES)
def test_unknown_keywords_are_refused_by_name(name):
    fold = fa.activations[name]
    arguments = (np.ones(4), 2) if name == "maxout" else (np.ones(4),)
    for keyword in {"keepdims", "b", "mask", "scale", "where", "colour"} - set(inspect.signature(fold).parameters):
        with pytest.raises(TypeError, match=rf"^{name}\(\) got an unexpected keyword argument '{keyword}'$"):
            fold(*arguments, **{keyword: None})
    assert isinstance(fold, fa.Activation)


def test_rows_with_one_entry_next_to_one(target):
    """The largest share is 1 only where it rounds to 1; near it the errors keep their bounds."""
    gap = np.linspace(14, 19, 20_001, dtype=np.float32)
    for others in (1, 3, 40):
        x = np.zeros((gap.size, 1 + others), np.float32)
        x[:, others // 2] = gap
        truth = Truth(reference.softmax(x).ravel(), np.float32)
        for accuracy, bound in (("exact", 2), ("correct", 0.5001)):
            got = activation("softmax", target)(x, accuracy=accuracy).ravel()
            check(worst_of(truth, got, accuracy, x.ravel()), bound, "ULP", f"softmax of {1 + others} {accuracy} near 1 {target}")


@needs_fma
def test_correct_on_every_target():
    """Masks, scales, caps and sinks, gradients, weights of poly_norm; rows of many lengths, in all types."""
    usable = [target for target in TARGETS if target in dispatch.usable_targets and target not in targets.WITHOUT_FMA]
    if len(usable) < 2:
        pytest.skip("this machine has one target with FMA only")
    names = sorted(name for name, ufunc in kernels(usable[0]).items() if name.endswith("_correct") and ufunc.signature)
    for name, dtype, length in itertools.product(names, [*DTYPES, *HALF], [1, 2, 7, 8, 9, 17, 33, 64, 511, 513, 1000]):
        ufunc = kernels(usable[0])[name]
        rng, operands = np.random.default_rng(length), []
        for core in ufunc.signature.split("->")[0][1:-1].split("),("):
            shape = {"": (3,), "n": (3, length), "m": (3, length), "m,k": (3, length, 4)}[core]
            operands.append(np.abs(rng.normal(0, 3, shape)).astype(dtype) if core == "" else rng.normal(0, 9, shape).astype(dtype))
        if "_masked_" in name or "_sink_" in name:
            operands[-1] = rng.random((3, length)) < 0.8
        with np.errstate(all="ignore"):
            due, *others = [kernels(target)[name](*operands) for target in usable]
        for found in others:
            assert same_bits(found, due), (name, dtype, length)
