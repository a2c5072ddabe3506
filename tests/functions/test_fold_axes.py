"""Fold functions over several axes and of single numbers, with weights, and in what holds labels: as NumPy, SciPy, PyTorch."""

import itertools

import mpmath
import numpy as np
import pytest
from helpers import EVERY_ACCURACY, DTYPES, HALF, activation, same_bits

import fastact as fa
from fastact._runtime import dispatch

inf, nan = np.inf, np.nan
SHAPED = ["softmax", "log_softmax", "softmin", "sparsemax"]
FOLDS = [*SHAPED, "logsumexp"]
AXES = [None, (0, 1), (1, 2), (-1, 0), (2, 0, 1), (1,), (-3, -2), 0, -1, ()]
dtypes = pytest.mark.parametrize("dtype", [*DTYPES, *HALF], ids=lambda dtype: dtype.__name__)
folds = pytest.mark.parametrize("name", FOLDS)
axes = pytest.mark.parametrize("axis", AXES, ids=str)


def in_front(axis, ndim):
    axis = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return sorted(one % ndim for one in axis)


def rows_of(array, axis):
    """The axes joined to the last one: a fold along several axes must give the same."""
    found = in_front(axis, array.ndim)
    kept = [i for i in range(array.ndim) if i not in found]
    moved = array.transpose(kept + found)
    return moved.reshape(*moved.shape[:len(kept)], -1)


def layouts(array):
    """The array in several memory layouts; none of them is a view of rows for all axes."""
    room = np.zeros((*array.shape, 2), array.dtype)
    room[..., 1] = array
    yield from (array, np.asfortranarray(array), room[..., 1], np.moveaxis(np.moveaxis(array, 1, 0).copy(), 0, 1))


# ------------------------------------------------------------------------ several axes --


def test_axis_none_is_all_axes_as_in_numpy_and_scipy():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(fa.softmax(x, axis=None), [[0.0321, 0.0871], [0.2369, 0.6439]], atol=5e-5)
    np.testing.assert_allclose(fa.logsumexp(x, axis=None), 4.4402, atol=5e-5)
    assert same_bits(fa.softmax(x), fa.softmax(x, axis=-1)) and not same_bits(fa.softmax(x), fa.softmax(x, axis=None))
    slope = fa.softmax.backward(np.eye(2), fa.softmax(x, axis=None), axis=None)
    assert abs(slope.sum()) < 1e-16 and slope[0, 1] < 0
    assert same_bits(fa.logsumexp.backward(2.0, x, axis=None), 2 * fa.softmax(x, axis=None))


@dtypes
@folds
@axes
def test_several_axes_are_as_one(name, axis, dtype, target):
    """The bits of the rows that they make, whatever the layouts of x and out; the gradient, too."""
    fold = activation(name, target)
    rng = np.random.default_rng(0)
    values = rng.normal(0, 3, (3, 4, 5)).astype(dtype)
    found = in_front(axis, 3)
    for accuracy, x in itertools.product(EVERY_ACCURACY, layouts(values)):
        due = fold(rows_of(x, axis), accuracy=accuracy)
        y = fold(x, axis=axis, accuracy=accuracy)
        assert same_bits(y if name == "logsumexp" else rows_of(y, axis), due)
        for out in layouts(np.full(np.shape(y), 7, dtype)) if np.ndim(y) == 3 else [np.full(np.shape(y), 7, dtype)]:
            assert fold(x, axis=axis, accuracy=accuracy, out=out) is out and same_bits(out, y)
            assert fold(x, axis=axis, accuracy=accuracy, out=(out,)) is out
        grad = rng.normal(size=np.shape(y)).astype(dtype)
        operand = x if name == "logsumexp" else y
        back = fold.backward(grad if name == "logsumexp" else rows_of(grad, axis), rows_of(operand, axis),
                             accuracy=accuracy)
        got = fold.backward(grad, operand, axis=axis, accuracy=accuracy)
        assert same_bits(rows_of(got, axis), back)
        for out in layouts(np.full(x.shape, 7, dtype)):
            assert fold.backward(grad, operand, axis=axis, accuracy=accuracy, out=out) is out and same_bits(out, got)
        if name != "logsumexp":
            own = x.copy(order="K")
            assert fold(own, axis=axis, accuracy=accuracy, out=own) is own and same_bits(own, y)
        else:
            kept = fold(x, axis=axis, accuracy=accuracy, keepdims=True)
            assert kept.shape == tuple(1 if i in found else size for i, size in enumerate(x.shape))
            assert same_bits(kept.reshape(y.shape), np.asarray(y))
            out = np.full((*kept.shape, 2), 7, dtype)[..., 0]
            assert fold(x, axis=axis, accuracy=accuracy, keepdims=True, out=out) is out and same_bits(out, kept)
            assert same_bits(fold.backward(grad.reshape(kept.shape), x, axis=axis, accuracy=accuracy, keepdims=True), got)


@dtypes
@folds
@axes
def test_several_axes_where(name, axis, dtype):
    fold, rng = fa.activations[name], np.random.default_rng(1)
    x = rng.normal(0, 3, (3, 4, 5)).astype(dtype)
    for where in (rng.random(x.shape) < 0.6, rng.random((4, 1)) < 0.5, np.zeros(5, bool), rng.random((2, 3, 4, 5)) < 0.5):
        whole = np.broadcast_to(where, np.broadcast_shapes(x.shape, where.shape))
        wide = np.broadcast_to(x, whole.shape)
        along = None if axis is None else tuple(one if one < 0 else one - 3 for one in (
            axis if isinstance(axis, tuple) else (axis,)))
        got = fold(x, axis=along, where=where)
        rows, kept = rows_of(wide, along), rows_of(whole, along)
        due = fold(rows, where=kept)
        assert same_bits(got if name == "logsumexp" else rows_of(got, along), due)
        if whole.ndim > 3:
            continue
        operand = x if name == "logsumexp" else got
        grad = rng.normal(size=np.shape(got)).astype(dtype)
        slope = fold.backward(grad, operand, axis=along, where=where)
        assert (slope[~whole] == 0).all()
        back = fold.backward(grad if name == "logsumexp" else rows_of(grad, along), rows_of(operand, along), where=kept)
        assert same_bits(rows_of(slope, along), back)


@axes
def test_several_axes_with_mask_and_scale(axis):
    rng = np.random.default_rng(2)
    x, mask = rng.normal(0, 3, (2, 3, 4, 5)).astype(np.float32)
    where = rng.random(x.shape) < 0.8
    one = tuple(1 if i in in_front(axis, 3) else size for i, size in enumerate(x.shape))
    scales = rng.random(one).astype(np.float32)
    if dispatch.elementwise.simd in ("SSE2", "scalar"):  # they compute in double lanes, so let float32 round nothing
        x, mask, scales = (np.round(16 * a) / 16 for a in (x, mask, scales))
    for scale in (0.25, scales):
        got = fa.softmax(x, axis=axis, mask=mask, scale=scale, where=where)
        due = fa.softmax(np.float32(1) * (scale * x).astype(np.float32) + mask, axis=axis, where=where)
        assert same_bits(got, due)
    if axis != ():
        with pytest.raises(ValueError, match="scale of shape .* must have one entry along axis"):
            fa.softmax(x, axis=axis, scale=np.ones(x.shape, np.float32))


def test_dtype_casting_order_and_subclasses_over_several_axes():
    x = np.random.default_rng(3).normal(size=(3, 4, 5))
    for name in FOLDS:
        fold = fa.activations[name]
        assert same_bits(fold(x, axis=(0, 2), dtype=np.float32),
                         fold(np.asarray(x, np.float32), axis=(0, 2)))
        wide = np.zeros(np.shape(fold(x, axis=(0, 2))))
        assert same_bits(fold(x.astype(np.float32), axis=(0, 2), out=wide),
                         fold(x.astype(np.float32), axis=(0, 2)).astype(float))
        whole = np.full(wide.shape, 7)
        for out in (whole, whole[::-1], np.asfortranarray(whole)):
            with pytest.raises(TypeError):
                fold(x, axis=(0, 2), out=out)
            assert (out == 7).all()
        with pytest.raises(TypeError):
            fold(x, axis=(0, 2), out=wide.astype(np.float32), casting="safe")
        sealed = wide.copy()
        sealed.flags.writeable = False
        for out in (sealed, sealed.T):
            with pytest.raises(ValueError):
                fold(x, axis=(0, 2), out=out)
    assert fa.softmax(x, axis=(0, 2), order="C").flags.c_contiguous
    assert fa.softmax(x, axis=(1, 2), order="F").flags.f_contiguous
    with pytest.raises(ValueError):
        fa.softmax(x, axis=None, order="nonsense")
    tagged = x.view(type("Tagged", (np.ndarray,), {}))
    assert type(fa.softmax(tagged, axis=None)) is type(tagged)
    assert type(fa.softmax(tagged, axis=None, subok=False)) is np.ndarray


@pytest.mark.parametrize("axis, error", [
    ((0, 0), "twice"), ((0, -2), "twice"), ((0, 2), "axis 2 is out of bounds"), ((-3,), "axis -3 is out of bounds"),
    (2, "axis 2 is out of bounds"), ([0, 1], "not list"), (1.0, "not float"), ((0, 1.0), "not one of float"), ("0", "not str"),
])
def test_wrong_axes(axis, error):
    x, out = np.ones((2, 3)), np.full((2, 3), 7.0)
    for name in FOLDS:
        fold = fa.activations[name]
        given = {} if name == "logsumexp" else {"out": out}
        for function, *operands, keywords in [
                (fold, x, given), (fold, x, {"where": x > 0, **given}), (fold.backward, x, x, {"out": out})]:
            with pytest.raises((TypeError, ValueError), match=error):
                function(*operands, axis=axis, **keywords)
    assert (out == 7).all()
    if "out of bounds" in error:
        with pytest.raises(np.exceptions.AxisError):
            fa.softmax(x, axis=axis)


def test_wrong_shapes_over_several_axes_leave_out_untouched():
    x, out = np.ones((2, 3, 4)), np.full((3, 4), 7.0)
    for wrong, error, message in [
        (lambda: fa.softmax(x, axis=None, out=out), ValueError, r"out must have shape \(2, 3, 4\), not \(3, 4\)"),
        (lambda: fa.logsumexp(x, axis=(0, 1), out=out), ValueError, r"out must have shape \(4,\)"),
        (lambda: fa.logsumexp(x, axis=(0, 1), keepdims=True, out=out), ValueError, r"out must have shape \(1, 1, 4\)"),
        (lambda: fa.softmax(x, axis=None, out=[1.0]), TypeError, "out must be an ndarray, not list"),
        (lambda: fa.softmax.backward(np.ones(5), x, axis=None), ValueError, r"grad of shape \(5,\) .* needs \(2, 3, 4\)"),
        (lambda: fa.logsumexp.backward(np.ones(3), x, axis=(0, 1)), ValueError, r"grad of shape .* x .* needs \(4,\)"),
        (lambda: fa.softmax(x > 1j, axis=None, where=x), TypeError, "boolean"),
        (lambda: fa.softmax(x + 1j, axis=None, out=out), (TypeError, ValueError), "complex|shape"),
        (lambda: fa.softmax(x + 1j, axis=None), TypeError, "x must hold"),
        (lambda: fa.logsumexp(x, keepdims=1.5), TypeError, "keepdims must be a bool, not float"),
        (lambda: fa.maxout(x, 2, axis=None), TypeError, "maxout: axis must be an integer, not NoneType"),
        (lambda: fa.maxout(x, 2, axis=(0, 2)), TypeError, "maxout: axis must be an integer, not tuple"),
        (lambda: fa.maxout.backward(x[..., :2], x, 2, axis=None), TypeError, "axis must be an integer"),
    ]:
        with pytest.raises(error, match=message):
            wrong()
    assert (out == 7).all()


@folds
def test_empty_over_several_axes(name):
    fold = fa.activations[name]
    for shape in [(0,), (0, 3), (3, 0), (2, 0, 3)]:
        y = fold(np.ones(shape), axis=None)
        assert y == -inf if name == "logsumexp" else y.shape == shape
        out = np.ones(np.shape(y))
        assert fold(np.ones(shape), axis=None, out=out) is out
    assert (fa.logsumexp(np.ones((2, 0, 3)), axis=(0, 1)) == -inf).all()
    assert fa.logsumexp(np.ones((2, 0, 3)), axis=(0, 2)).shape == (0,)


# -------------------------------------------------------------------------- 0 dimensions --

SINGLE = {"softmax": 1, "log_softmax": 0, "softmin": 1, "sparsemax": 1}


@dtypes
@pytest.mark.parametrize("axis", [-1, 0, None, ()])
def test_a_number_alone(axis, dtype, accuracy):
    for value in (3, -2, 0, nan, inf, -inf):
        for x in (np.array(value, dtype), dtype(value)):
            for name in FOLDS:
                fold = fa.activations[name]
                row = fold(np.array([value], dtype), accuracy=accuracy)
                y = fold(x, axis=axis, accuracy=accuracy)
                assert np.shape(y) == () and y.dtype == dtype and same_bits(y, row.reshape(()))
                assert same_bits(fold(x, axis=axis, accuracy=accuracy, where=True), y)
                operand = x if name == "logsumexp" else y
                slope = fold.backward(dtype(2), operand, axis=axis, accuracy=accuracy)
                assert np.shape(slope) == () and slope.dtype == dtype
                if np.isfinite(value):
                    due = value if name == "logsumexp" else SINGLE[name]
                    assert y == due if accuracy == "exact" else abs(y - due) <= 2.0**-12 * abs(due)
                    # log_softmax's is a difference of terms of 2.
                    assert abs(slope - (2 if name == "logsumexp" else 0)) <= (2e-7 if accuracy == "exact" else 2e-3)
                    assert fold.backward(2.0, operand, axis=axis).dtype == dtype   # a Python number is weak
                    assert fold.backward(2.0, operand, axis=axis, where=False) == 0
                out = np.array(7, dtype)
                assert fold(x, axis=axis, out=out) is out and same_bits(out, np.asarray(fold(x, axis=axis)))
    assert fa.softmax(1000) == 1 and fa.logsumexp(5.0, keepdims=True) == 5 and fa.logsumexp(2.0, b=0.5) < 2
    for wrong in (1, -2, (0, -1)):
        with pytest.raises(ValueError):
            fa.softmax(1.0, axis=wrong)
    with pytest.raises(ValueError, match="needs at least one dimension"):
        fa.maxout(1.0, 1)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin", "logsumexp"])
@pytest.mark.parametrize("value", [1.5, -300.0, inf, -inf, nan])
def test_a_number_alone_as_in_pytorch(name, value):
    torch = pytest.importorskip("torch")
    x = torch.tensor(value, dtype=torch.float64, requires_grad=True)
    y = (torch.nn.functional.softmin if name == "softmin" else getattr(torch, name))(x, dim=0)
    y.backward(torch.tensor(2.0))
    fold = fa.activations[name]
    got = fold(value)
    np.testing.assert_array_equal(got, y.detach().numpy())
    np.testing.assert_array_equal(fold.backward(2.0, value if name == "logsumexp" else got), x.grad.numpy())


# ------------------------------------------------------------------- infinities and NaN --


@pytest.mark.parametrize("grad", [1.0, -2.0, 0.0, inf, nan])
@pytest.mark.parametrize("width", [2, 3, 70, 1100])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16], ids=lambda dtype: dtype.__name__)
def test_gradients_at_infinities_are_pytorchs(dtype, width, grad, target, accuracy):
    """exp(x - result) is 0 beside +inf and NaN at it, and NaN where nothing but -inf or a NaN is."""
    torch = pytest.importorskip("torch")
    for pair in itertools.product([inf, -inf, nan, 1.0, 0.5], repeat=2):
        values = np.resize(np.array(pair, dtype), width)
        values[2:] = np.where(np.isfinite(values[2:]), 0.25, values[2:])
        for name in ("logsumexp", "softmax", "log_softmax", "softmin"):
            if not np.isfinite(grad) and name != "logsumexp":
                continue
            x = torch.from_numpy(values.astype(np.float64)).requires_grad_()
            y = (torch.nn.functional.softmin if name == "softmin" else getattr(torch, name))(x, dim=-1)
            y.backward(torch.full_like(y, grad))
            fold = activation(name, target)
            got = fold(values, accuracy=accuracy)
            operand = values if name == "logsumexp" else got
            slope = fold.backward(np.full_like(got, grad), operand, accuracy=accuracy)
            due = x.grad.numpy()
            assert (np.isnan(slope) == np.isnan(due)).all() and (np.isinf(slope) == np.isinf(due)).all(), (name, pair)
            finite = np.isfinite(due)
            np.testing.assert_allclose(slope[finite], due[finite], rtol=3e-3, atol=3e-3)
            if name == "logsumexp":
                own = values.copy()
                assert fold.backward(np.full_like(got, grad), own, out=own, accuracy=accuracy) is own
                assert same_bits(own, slope)


# ----------------------------------------------------------------------------- weights --


def exactly(x, b):
    """log Σ b exp(x), and its gradient."""
    with mpmath.workprec(3000):
        terms = [mpmath.mpf(w) * mpmath.exp(mpmath.mpf(v)) for v, w in zip(x.tolist(), b.tolist())]
        total, size = mpmath.fsum(terms), mpmath.fsum(map(abs, terms))
        if total <= 0:
            return (-inf if total == 0 else nan), nan, nan * x
        return float(mpmath.log(total)), float(size / total), np.array([float(term / total) for term in terms])


@pytest.mark.parametrize("length", [1, 2, 17, 300])
@pytest.mark.parametrize("kind", ["positive", "any"])
def test_weights_to_the_last_bits(length, kind):
    """float32 rounded once from doubles; float64 within 4 ULP of the largest term, as the sum's condition has it."""
    rng = np.random.default_rng(length)
    for spread, top in itertools.product([0.01, 3, 60], [0, -0.7, 1000, -700]):
        x = (rng.normal(0, spread, length) + top).astype(np.float32)
        b = rng.uniform(0.01, 5, length).astype(np.float32)
        if kind == "any":
            b[rng.random(length) < 0.4] *= -1
            b[rng.random(length) < 0.1] = 0
        due, condition, slopes = exactly(x, b)
        wide = fa.logsumexp(x.astype(np.float64), b=b.astype(np.float64))
        single = fa.logsumexp(x, b=b)
        assert single.dtype == np.float32 and wide.dtype == np.float64
        if np.isnan(due) or np.isinf(due):
            np.testing.assert_array_equal([wide, single], [due, due])
            continue
        unit = np.finfo(float).eps * (max(abs(x.max()), abs(due), 1) * 2 + condition)
        assert abs(wide - due) <= 2 * unit
        assert abs(single - due) <= 0.501 * np.spacing(np.float32(abs(due))) + 2 * unit
        got = fa.logsumexp.backward(1.0, x.astype(np.float64), b=b.astype(np.float64))
        np.testing.assert_allclose(got, slopes, rtol=1e-13 * condition + 1e-15 * spread * 10 + 2e-13, atol=1e-300)


def test_weights_as_in_scipy():
    special = pytest.importorskip("scipy.special")
    values, weights = [inf, -inf, nan, 0.0, 1.0, 1000.0], [0.0, 1.0, -1.0, 2.0, inf, nan]
    differ = 0
    for x, b in itertools.chain(
            itertools.product(itertools.product(values, repeat=2), itertools.product(weights, repeat=2)),
            itertools.product(itertools.product(values, repeat=3), itertools.product(weights[:4], repeat=3))):
        x, b = np.array(x), np.array(b)
        got, due = fa.logsumexp(x, b=b), special.logsumexp(x, b=b)
        if np.isnan(due) and not np.isnan(got):
            # Largest entries that cancel: SciPy takes inf - inf or 0 inf for their sum.
            counted = b != 0
            due = exactly(x[counted & np.isfinite(x)], b[counted & np.isfinite(x)])[0]
            assert not np.isposinf(x[counted]).any()
            differ += 1
        np.testing.assert_allclose(got, due, rtol=1e-14, atol=1e-15, err_msg=f"{x} {b}")
    assert 0 < differ < 500
    assert fa.logsumexp([0.0, 1000, 1000], b=[1, 1, -1]) == 0       # SciPy 1.16: NaN


def test_weights_broadcast_and_reduce_as_in_scipy():
    special = pytest.importorskip("scipy.special")
    rng = np.random.default_rng(5)
    for xs, bs in [((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 4), ()), ((4, 1, 2, 1), (3, 1, 5)), ((), (3,)), ((3, 1), (1, 4))]:
        x, b = rng.normal(size=xs), rng.uniform(-0.2, 1, bs)
        for axis in (None, -1, 0, (0, -1)):
            if isinstance(axis, tuple) and max(len(xs), len(bs)) < 2:
                continue
            for keepdims in (False, True):
                due = special.logsumexp(x, axis=axis, b=b, keepdims=keepdims)
                got = fa.logsumexp(x, axis=axis, b=b, keepdims=keepdims)
                assert np.shape(got) == np.shape(due)
                np.testing.assert_allclose(got, due, rtol=1e-13)
                out = np.full((*np.shape(due), 2), 7.0)[..., 0]
                assert fa.logsumexp(x, axis=axis, b=b, keepdims=keepdims, out=out) is out
                np.testing.assert_array_equal(out, got)
            where = rng.random(np.broadcast_shapes(xs, bs)) < 0.7
            np.testing.assert_array_equal(fa.logsumexp(np.where(where, x, nan), axis=axis, b=b, where=where),
                                          fa.logsumexp(x, axis=axis, b=np.where(where, b, 0)))


@pytest.mark.parametrize("axis", [-1, 0, None, (0, 2), ()], ids=str)
def test_gradients_with_weights(axis):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(6)
    x, b = rng.normal(size=(3, 4, 5)), rng.uniform(0, 2, (4, 1))
    dim = tuple(range(3)) if axis is None else axis
    tensor = torch.from_numpy(x).requires_grad_()
    weighted = tensor.exp() * torch.from_numpy(b)
    y = (weighted.sum(dim) if dim != () else weighted).log()
    np.testing.assert_allclose(fa.logsumexp(x, axis=axis, b=b), y.detach().numpy(), rtol=1e-13, atol=1e-14)
    grad = rng.normal(size=y.shape)
    due = torch.autograd.grad(y, tensor, torch.from_numpy(grad))[0].numpy()
    np.testing.assert_allclose(fa.logsumexp.backward(grad, x, axis=axis, b=b), due, rtol=1e-12, atol=1e-14)
    kept = np.expand_dims(grad, (0, 1, 2) if axis is None else axis)
    np.testing.assert_allclose(
        fa.logsumexp.backward(kept, x, axis=axis, b=b, keepdims=True), due, rtol=1e-12, atol=1e-14)
    out = np.full(x.shape, 7.0, order="F")
    assert fa.logsumexp.backward(grad, x, axis=axis, b=b, out=out) is out
    np.testing.assert_allclose(out, due, rtol=1e-12, atol=1e-14)
    where = rng.random(x.shape) < 0.7
    slope = fa.logsumexp.backward(grad, x, axis=axis, b=b, where=where)
    assert (slope[~where] == 0).all()
    np.testing.assert_array_equal(
        slope[where], fa.logsumexp.backward(grad, x, axis=axis, b=np.where(where, b, 0))[where])


def test_dtypes_of_weighted_sums():
    for dtype in [*DTYPES, *HALF]:
        x = np.array([1, 2], dtype)
        for b in (2, 2.0, True, np.array([1, 2], dtype)):
            assert fa.logsumexp(x, b=b).dtype == dtype
            assert fa.logsumexp.backward(1.0, x, b=b).dtype == dtype
        assert fa.logsumexp(x, b=np.ones(2)).dtype == np.float64
        assert fa.logsumexp(x, b=2, dtype=np.float64).dtype == np.float64
    assert fa.logsumexp(np.array([1, 2], np.int8), b=[True, False]).dtype == np.float32
    assert fa.logsumexp([1, 2], b=[1, 2]).dtype == np.float64


def test_wrong_weights_leave_out_untouched():
    x, out, slope = np.ones((2, 3)), np.full(2, 7.0), np.full((2, 3), 7.0)
    for wrong, error, message in [
        (lambda: fa.logsumexp(x, b=1j, out=out), TypeError, "b must hold .* not complex"),
        (lambda: fa.logsumexp(x, b="a", out=out), TypeError, "b must hold"),
        (lambda: fa.logsumexp(x, b=10**400, out=out), TypeError, "b must hold .* 64 bits"),
        (lambda: fa.logsumexp(x + 1j, b=1, out=out), TypeError, "x must hold"),
        (lambda: fa.logsumexp(x, b=np.ones(4), out=out), ValueError, r"b of shape \(4,\) does not broadcast"),
        (lambda: fa.logsumexp(x, b=np.ma.array(x, mask=x > 0), out=out), TypeError, "masked"),
        (lambda: fa.logsumexp(x, b=1, out=slope), ValueError, r"out must have shape \(2,\)"),
        (lambda: fa.logsumexp(x, b=1, out=out.astype(int)), TypeError, "Cannot cast"),
        (lambda: fa.logsumexp(x, b=1, dtype=int, out=out), TypeError, "dtype must be"),
        (lambda: fa.logsumexp(x, b=1, accuracy="best", out=out), ValueError, "accuracy"),
        (lambda: fa.logsumexp(x, b=1, axis=(0, 0), out=out), ValueError, "twice"),
        (lambda: fa.logsumexp(x, b=1, where=x, out=out), TypeError, "boolean"),
        (lambda: fa.logsumexp(x, b=1, keepdims="yes", out=out), TypeError, "keepdims"),
        (lambda: fa.logsumexp.backward(out, x, b=np.ones((4, 2, 3)), out=slope), ValueError, "broadcast to x of shape"),
        (lambda: fa.logsumexp.backward(np.ones(3), x, b=1, out=slope), ValueError, "grad of shape"),
        (lambda: fa.logsumexp.backward(out * 1j, x, b=1, out=slope), TypeError, "grad must hold"),
        (lambda: fa.softmax(x, b=1), TypeError, "'b'"),
    ]:
        with pytest.raises(error, match=message):
            wrong()
    assert (out == 7).all() and (slope == 7).all()


def test_weights_give_no_warning():
    values = np.array([inf, -inf, nan, 0, 3e38, -3e38, 1e-45, 700, -700])
    x, b = (np.array(list(itertools.product(values, repeat=3))) for _ in range(2))
    with np.errstate(all="raise"):
        for dtype in (np.float32, np.float64, np.float16):
            with np.errstate(over="ignore", under="ignore"):
                narrow = x.astype(dtype)
            fa.logsumexp(narrow, b=b[::-1])
            fa.logsumexp.backward(1.0, narrow, b=b[::-1])


def test_finite_weights_whose_sum_overflows():
    x, b = np.array([1.0, 2.0]), np.array([1e308, 1e308])
    assert fa.logsumexp(x, b=b) == pytest.approx(np.log(np.exp(x).sum()) + np.log(1e308), rel=1e-15)
    np.testing.assert_allclose(fa.logsumexp.backward(1.0, x, b=b), fa.softmax(x), rtol=1e-14)
