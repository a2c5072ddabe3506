"""Compares fastact.torch's functions along dimensions with those of torch: by position, several, none."""

import itertools

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
import torch.nn.functional as F  # noqa: E402

import fastact.torch as ft  # noqa: E402

inf, nan = float("inf"), float("nan")
TOLERANCE = {torch.float64: 1e-14, torch.float32: 2e-6, torch.float16: 2e-3, torch.bfloat16: 2e-2}
dtypes = pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
PAIRS = {"softmax": (ft.softmax, torch.softmax), "log_softmax": (ft.log_softmax, torch.log_softmax),
         "softmin": (ft.softmin, lambda x, dim: F.softmin(x, dim=dim)), "logsumexp": (ft.logsumexp, torch.logsumexp)}
pairs = pytest.mark.parametrize("name", PAIRS)


def both(name, x, *args):
    """Values and gradients of ours and torch's."""
    found = []
    for function in PAIRS[name]:
        leaf = x.clone().requires_grad_()
        y = function(leaf, *args)
        grad = torch.linspace(-1, 2, y.numel() + 1, dtype=torch.float64)[1:].reshape(y.shape).to(y.dtype)
        y.backward(grad)
        found.append((y.detach(), leaf.grad))
    return found


def assert_close(ours, theirs):
    for mine, due in zip(ours, theirs):
        assert mine.dtype is due.dtype and mine.shape == due.shape
        tolerance = TOLERANCE[due.dtype]
        torch.testing.assert_close(mine, due, rtol=tolerance, atol=tolerance, equal_nan=True)


@dtypes
@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [0, -1, (0,), (0, 1), [0, 1], (-1, 0), (2, 0, 1), [1, -1]], ids=str)
def test_logsumexp_along_several_dimensions(dim, keepdim, dtype):
    x = torch.randn(3, 4, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(dtype) * 3
    for one in (x, x.transpose(0, 2).contiguous().transpose(0, 2), x[:, ::2]):
        assert_close(*both("logsumexp", one, dim, keepdim))
    module = ft.LogSumExp(dim, keepdim)
    assert torch.equal(module(x), ft.logsumexp(x, dim, keepdim)) and str(dim) in repr(module)


def test_logsumexp_along_dimensions_that_are_wrong():
    x = torch.zeros(2, 3)
    for dim, error, message in [((0, 0), RuntimeError, "twice"), ((0, -2), RuntimeError, "twice"), ((0, 2), IndexError, "dim 2"),
                                ([-3], IndexError, "dim -3"), ((0.0, 1), TypeError, "integer"), ((), ValueError, "empty")]:
        with pytest.raises(error, match=message):
            ft.logsumexp(x, dim)
        if dim != ():
            with pytest.raises(error):
                torch.logsumexp(x, dim)
    for dim in ((0, -1), (1,)):
        with pytest.raises((RuntimeError, IndexError)):
            ft.logsumexp(torch.tensor(1.0), dim)
    assert ft.logsumexp(torch.zeros(2, 0), (0, 1)) == -inf
    assert ft.logsumexp(torch.zeros(0, 2), (1,)).shape == (0,)


@dtypes
@pairs
@pytest.mark.parametrize("dim", [0, -1])
def test_tensors_without_dimensions(name, dim, dtype):
    for value in (0.0, 1.5, -300.0, inf, -inf, nan):
        x = torch.tensor(value, dtype=torch.float64).to(dtype)
        assert_close(*both(name, x, dim))
        module = {"softmax": ft.Softmax, "log_softmax": ft.LogSoftmax, "softmin": ft.Softmin, "logsumexp": ft.LogSumExp}
        assert_close([module[name](dim)(x)], [PAIRS[name][1](x, dim)])
        assert PAIRS[name][0](x, dim, accuracy="fast").shape == ()
    for wrong in (1, -2):
        with pytest.raises(IndexError):
            PAIRS[name][0](x, wrong)


def test_more_of_tensors_without_dimensions():
    one = torch.tensor(2.0)
    assert ft.sparsemax(one) == 1 and ft.Sparsemax()(one) == 1
    assert ft.softmax(one, mask=torch.tensor(True), scale=0.5) == 1 and ft.softmax(one, scale=3.0) == 1
    assert ft.softmax(one, 0, torch.float64).dtype is torch.float64
    assert_close(both("logsumexp", one, 0, True)[0], both("logsumexp", one, 0, True)[1])
    assert ft.logsumexp(one, (0,), True).shape == () and ft.logsumexp(one, ()) == 2
    # Under vmap a batch of them is no row.
    x = torch.arange(3.0)
    for function in (ft.softmax, ft.log_softmax, ft.softmin, ft.sparsemax, ft.logsumexp):
        assert torch.equal(torch.vmap(function)(x), torch.stack([function(value) for value in x]))
        slopes = torch.vmap(torch.func.grad(function))(x)
        assert torch.equal(slopes, torch.stack([torch.func.grad(function)(value) for value in x]))
    rows = torch.randn(4, 3, 5, dtype=torch.float64)
    torch.testing.assert_close(torch.vmap(lambda row: ft.logsumexp(row, (0, 1)))(rows), torch.logsumexp(rows, (1, 2)))
    assert torch.autograd.gradcheck(lambda row: ft.logsumexp(row, (0, -1), True), (rows.requires_grad_(),))


@dtypes
@pairs
def test_infinities_in_values_and_gradients(name, dtype):
    for row in itertools.product([inf, -inf, nan, 1.0, 0.5], repeat=3):
        assert_close(*both(name, torch.tensor([row], dtype=torch.float64).to(dtype), 1))


@dtypes
@pairs
def test_dims_by_position(name, dtype):
    x = torch.randn(3, 4, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64).to(dtype) * 2
    for dim in (0, 1, -1, -3):
        assert_close(*both(name, x, dim))
        if name != "logsumexp":
            wide = {"softmax": torch.softmax, "log_softmax": torch.log_softmax}.get(name)
            if wide is not None:
                assert_close([PAIRS[name][0](x, dim, torch.float64)], [wide(x, dim, torch.float64)])
    if name in ("softmax", "softmin"):
        with pytest.raises(TypeError, match="dtype must be a torch.dtype, not int"):
            PAIRS[name][0](x, 1, 3)     # in torch.nn.functional's functions a depth of warnings


@pytest.mark.filterwarnings("ignore")
def test_compiled():
    """Tests values and gradients in one graph."""
    x, one = torch.randn(3, 4, 5, dtype=torch.float64), torch.tensor(2.0, dtype=torch.float64)
    for function, operand in [
            (lambda x: ft.logsumexp(x, (0, -1), True), x), (lambda x: ft.logsumexp(x, [1, 2]), x),
            (lambda x: ft.logsumexp(x, 0), one), (lambda x: ft.softmax(x, 0), one), (lambda x: ft.log_softmax(x, -1), one)]:
        compiled = torch.compile(function, backend="aot_eager", fullgraph=True)
        ours, due = (operand.clone().requires_grad_() for _ in range(2))
        torch.testing.assert_close(compiled(ours), function(due))
        compiled(ours).sum().backward()
        function(due).sum().backward()
        torch.testing.assert_close(ours.grad, due.grad)
