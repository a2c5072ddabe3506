"""softmax with scale, softcap, mask and sink, in this order, and the gradients through them."""

import numpy as np
import pytest
from helpers import EVERY_ACCURACY, HALF, activation, same_bits

import fastact as fa
from fastact import reference

SCALE, CAP = 0.7, 30.0
SHAPE = (2, 3, 4, 5)  # batch, heads, queries, keys


def arrays(dtype=np.float64):
    rng = np.random.default_rng(0)
    x, sink, mask = 3 * rng.standard_normal(SHAPE), rng.standard_normal((3, 1)), rng.standard_normal((4, 5))
    return x.astype(dtype), sink.astype(dtype), mask.astype(dtype)


@pytest.fixture(params=EVERY_ACCURACY, scope="module")
def accuracy(request):
    return request.param


def by_hand(x, sink, mask, scale=SCALE, cap=CAP):
    """The sink is one more column, of which the result is not returned."""
    x, sink, mask = (np.asarray(one, np.float64) for one in (x, sink, mask))
    z = cap * np.tanh(scale * x / cap) + mask
    column = np.broadcast_to(sink[..., None], (*SHAPE[:-1], 1))
    return reference.softmax(np.concatenate([z, column], -1))[..., :-1]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, *HALF], ids=lambda dtype: dtype.__name__)
def test_values(dtype, target, accuracy):
    x, sink, mask = arrays(dtype)
    softmax = activation("softmax", target)
    got = softmax(x, scale=SCALE, softcap=CAP, mask=mask, sink=sink, accuracy=accuracy)
    assert got.dtype == dtype
    exact = {"float32": 4e-7, "float64": 1e-15}.get(np.dtype(dtype).name, 0.02)
    due = by_hand(x, sink, mask, float(dtype(SCALE)), float(dtype(CAP)))
    np.testing.assert_allclose(got.astype(np.float64), due, max(exact, 5e-4 if accuracy == "fast" else 0), 1e-7)


def test_the_sink_broadcasts_against_the_rows():
    x, sink, mask = arrays()
    due = fa.softmax(x, mask=mask, sink=sink)
    assert same_bits(fa.softmax(x, mask=mask, sink=np.broadcast_to(sink, SHAPE[:-1])), due)
    assert same_bits(fa.softmax(x, mask=mask, sink=sink[None, ..., None]), due)  # as many dimensions as x
    assert same_bits(fa.softmax(x, sink=0.5), fa.softmax(x, sink=np.full((2, 1, 4), 0.5)))
    moved = fa.softmax(np.moveaxis(x, -1, 1), mask=np.moveaxis(np.broadcast_to(mask, SHAPE), -1, 1), sink=sink, axis=1)
    assert same_bits(np.moveaxis(moved, 1, -1), due)
    both = fa.softmax(x, axis=(0, 3), sink=sink)
    rows = np.moveaxis(x, 0, 2).reshape(3, 4, 10)
    assert same_bits(np.moveaxis(both, 0, 2).reshape(3, 4, 10), fa.softmax(rows, sink=sink))


def test_neutral_values_change_nothing():
    x, _, _ = arrays(np.float32)
    assert same_bits(fa.softmax(x, sink=-np.inf), fa.softmax(x))
    assert same_bits(fa.softmax(x, softcap=np.inf), fa.softmax(x))
    assert same_bits(fa.softmax(x, softcap=np.array(np.inf, np.float32), scale=0.5), fa.softmax(x, scale=0.5))


def test_rows_without_entries_leave_everything_to_the_sink():
    x, _, _ = arrays()
    assert (fa.softmax(x, where=False, sink=1.0) == 0).all()
    assert (fa.softmax(x, mask=np.full(5, -np.inf), sink=1.0) == 0).all()
    assert (fa.softmax(x, sink=np.inf) != fa.softmax(x, sink=np.inf)).all()  # NaN, as for an infinite entry


def test_gradients(accuracy):
    """Against PyTorch's through the written-out formula."""
    torch = pytest.importorskip("torch")
    numbers = arrays()
    x, sink, mask = (torch.from_numpy(one).requires_grad_() for one in numbers)
    z = CAP * torch.tanh(x * SCALE / CAP) + mask
    y = torch.softmax(torch.cat([z, sink[None, :, :, None].expand(2, 3, 4, 1)], -1), -1)[..., :-1]
    grad = torch.from_numpy(np.random.default_rng(1).standard_normal(SHAPE))
    due = [one.numpy() for one in torch.autograd.grad(y, (x, sink, mask), grad)]
    grad, y = grad.numpy(), fa.softmax(numbers[0], scale=SCALE, softcap=CAP, mask=numbers[2], sink=numbers[1], accuracy=accuracy)
    close = {"rtol": 1e-5, "atol": 1e-6} if accuracy == "fast" else {"rtol": 1e-12, "atol": 1e-13}
    keywords = {"scale": SCALE, "softcap": CAP, "accuracy": accuracy}
    got = fa.softmax.backward(grad, y, x=numbers[0], **keywords)
    np.testing.assert_allclose(got, due[0], **close)
    out = np.empty(SHAPE)
    assert fa.softmax.backward(grad, y, x=numbers[0], out=out, **keywords) is out and same_bits(out, got)
    np.testing.assert_allclose(fa.softmax.backward_sink(grad, y).sum((0, 2))[:, None], due[1], **close)
    np.testing.assert_allclose(fa.softmax.backward(grad, y, accuracy=accuracy).sum((0, 1)), due[2], **close)


def test_torch():
    torch = pytest.importorskip("torch")
    import fastact.torch as ft
    tensors = [torch.from_numpy(one).requires_grad_() for one in arrays()]

    def ours(x, sink, mask):
        return ft.softmax(x, mask=mask, scale=SCALE, softcap=CAP, sink=sink)

    x, sink, mask = arrays()
    due = fa.softmax(x, scale=SCALE, softcap=CAP, mask=mask, sink=sink)
    assert same_bits(ours(*tensors).detach().numpy(), due)
    assert torch.autograd.gradcheck(ours, tensors)
    assert torch.autograd.gradcheck(lambda x, sink: ft.softmax(x, sink=sink, dim=1), (
        torch.randn(2, 3, 4, dtype=torch.float64, requires_grad=True), torch.randn(2, 4, dtype=torch.float64, requires_grad=True)))
    assert same_bits(torch.compile(ours, backend="aot_eager")(*tensors).detach().numpy(), due)
    with pytest.raises(ValueError, match="softcap must be above 0"):
        ft.softmax(tensors[0], softcap=0.0)
    with pytest.raises(ValueError, match="sink of shape"):
        ft.softmax(tensors[0], sink=torch.zeros(7, dtype=torch.float64))


@pytest.mark.parametrize("keywords, error, message", [
    ({"softcap": 0}, ValueError, "softcap must be above 0, not 0"),
    ({"softcap": -1.5}, ValueError, "softcap must be above 0, not -1.5"),
    ({"softcap": float("nan")}, ValueError, "softcap must be above 0, not nan"),
    ({"softcap": "1"}, TypeError, "softcap must be a real number"),
    ({"sink": 1j}, TypeError, "sink must be a real number, not complex128"),
    ({"sink": np.zeros(7)}, ValueError, r"sink of shape \(7,\) must broadcast against the rows of x.*\(2, 3, 4\)"),
    ({"sink": np.zeros(SHAPE)}, ValueError, r"sink of shape \(2, 3, 4, 5\) must have one entry along axis 3"),
    ({"softcap": np.ones(5)}, ValueError, "softcap of shape"),
    ({"sink": np.ma.zeros(4)}, TypeError, "masked values"),
])
def test_bad_arguments(keywords, error, message):
    with pytest.raises(error, match=message):
        fa.softmax(np.zeros(SHAPE), **keywords)


def test_only_softmax_has_them():
    for name in ("log_softmax", "softmin", "logsumexp", "sparsemax", "entmax15"):
        for key in ("softcap", "sink"):
            with pytest.raises(TypeError, match=key):
                fa.activations[name](np.zeros(3), **{key: 1.0})
    with pytest.raises(TypeError, match="needs x"):
        fa.softmax.backward(np.ones(3), np.ones(3) / 3, softcap=1.0)


def test_labels():
    """xarray: by the names of dimensions, in any order; pandas: by the labels of the rows."""
    xarray, pandas = pytest.importorskip("xarray"), pytest.importorskip("pandas")
    x, sink, mask = arrays()
    due = fa.softmax(x, sink=sink, softcap=CAP)
    labelled = xarray.DataArray(x, dims=("batch", "head", "query", "key"))
    for given in (sink, xarray.DataArray(sink[:, 0], dims="head"), xarray.DataArray(np.broadcast_to(sink[:, 0], (4, 3)), dims=("query", "head"))):
        got = fa.softmax(labelled, sink=given, softcap=CAP)
        assert got.dims == labelled.dims and same_bits(got.values, due)
    square = xarray.DataArray(x[0, :, :3, :3], dims=("head", "query", "key"))
    got = fa.softmax(square, sink=xarray.DataArray(sink[:, 0], dims="head"))  # sizes that could be mistaken
    assert same_bits(got.values, fa.softmax(x[0, :, :3, :3], sink=sink))
    frame = pandas.DataFrame(x[0, 0], index=list("abcd"))
    numbers = pandas.Series([0.0, 1.0, 2.0, 3.0], index=list("abcd"))
    due = fa.softmax(x[0, 0], sink=numbers.to_numpy())
    assert same_bits(fa.softmax(frame, sink=numbers[::-1]).to_numpy(), due)
