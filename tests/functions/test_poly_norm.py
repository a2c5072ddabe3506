"""poly_norm: values and gradients against the formula, PyTorch and finite limits; shapes, types, bad arguments."""

import pickle

import numpy as np
import pytest
from helpers import EVERY_ACCURACY, HALF, run_python, same_bits

import fastact as fa
from fastact import reference

WEIGHT, BIAS = [0.3, -0.5, 0.7], 0.1


@pytest.fixture(params=EVERY_ACCURACY, scope="module")
def accuracy(request):
    return request.param


@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 16, 31, 512, 513, 4099])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, *HALF], ids=lambda dtype: dtype.__name__)
def test_values_and_gradients(dtype, n, accuracy):
    rng = np.random.default_rng(n)
    x, grad = ((2 * rng.standard_normal((3, n))).astype(dtype) for _ in range(2))
    rounded = [float(dtype(w)) for w in WEIGHT], float(dtype(BIAS)), float(dtype(1e-6))
    due = reference.poly_norm(x, *rounded)
    slope = reference.poly_norm_backward(grad.astype(np.float64), x, *rounded)
    got = fa.poly_norm(x, WEIGHT, BIAS, accuracy=accuracy)
    found = fa.poly_norm.backward(grad, x, WEIGHT, BIAS, accuracy=accuracy)
    assert got.dtype == found.dtype == dtype
    step = {"float16": 2.0**-11, "bfloat16": 2.0**-8, "float32": 2.0**-24, "float64": 2.0**-50}[np.dtype(dtype).name]
    for one, high in ((got, due), (found, slope)):
        error = np.abs(one.astype(np.float64) - high)
        # With one entry the terms of the gradient cancel; float16 has subnormal results.
        size = max(np.abs(high).max(), np.abs(grad.astype(np.float64)).max())
        assert (error <= step * np.abs(high) + 2.0**-48 * size + 2.0**-25 * (step == 2.0**-11)).all()


@pytest.mark.parametrize("target", fa._runtime.dispatch.usable_targets)
def test_every_target(target):
    run_python("""
        import numpy as np, fastact as fa
        x = np.random.default_rng(0).standard_normal((4, 101)).astype(np.float32)
        due = fa.reference.poly_norm(x, np.float32([0.3, -0.5, 0.7]).astype(float), eps=float(np.float32(1e-6)))
        np.testing.assert_allclose(fa.poly_norm(x, [0.3, -0.5, 0.7]), due, 2.0**-24, 1e-15)
    """, FASTACT_TARGET=target)


def test_gradients_are_those_of_torch():
    torch = pytest.importorskip("torch")
    x = torch.randn(4, 5, 6, dtype=torch.float64, requires_grad=True)
    weight = torch.tensor(WEIGHT, dtype=torch.float64, requires_grad=True)
    bias = torch.tensor([BIAS], dtype=torch.float64, requires_grad=True)

    def norm(v):
        return v / torch.sqrt(v.pow(2).mean(-1, keepdim=True) + 1e-6)

    y = weight[0] * norm(x**3) + weight[1] * norm(x**2) + weight[2] * norm(x) + bias
    grad = torch.randn_like(y)
    due = torch.autograd.grad(y, (x, weight, bias), grad)
    arguments = [one.detach().numpy() for one in (grad, x, weight, bias)]
    np.testing.assert_allclose(fa.poly_norm(*arguments[1:]), y.detach().numpy(), 1e-12, 1e-13)
    np.testing.assert_allclose(fa.poly_norm.backward(*arguments), due[0].numpy(), 1e-11, 1e-12)
    for got, want in zip(fa.poly_norm.backward_parameters(*arguments), due[1:], strict=True):
        assert got.shape == want.shape
        np.testing.assert_allclose(got, want.numpy(), 1e-11, 1e-12)


def test_torch_function_and_module():
    torch = pytest.importorskip("torch")
    import fastact.torch as ft
    module = ft.PolyNorm(dtype=torch.float64)
    x = torch.randn(3, 8, dtype=torch.float64, requires_grad=True)
    assert same_bits(module(x).detach().numpy(), fa.poly_norm(x.detach().numpy(), np.full(3, 1 / 3), np.zeros(1)))
    assert torch.autograd.gradcheck(lambda x, w, b: ft.poly_norm(x, w, b, dim=0), (x, module.weight, module.bias))
    assert set(dict(module.named_parameters())) == {"weight", "bias"}
    assert ft.poly_norm(x.detach().bfloat16(), torch.ones(3)).dtype is torch.float32
    with pytest.raises(ValueError, match=r"weight must have shape \(3,\)"):
        ft.poly_norm(x, torch.ones(2, dtype=torch.float64))


def test_axes_weights_of_rows_and_out():
    x = np.random.default_rng(0).standard_normal((3, 4, 5))
    due = fa.poly_norm(x, WEIGHT)
    assert same_bits(fa.poly_norm(np.moveaxis(x, -1, 0), WEIGHT, axis=0), np.moveaxis(due, -1, 0))
    assert same_bits(fa.poly_norm(x, WEIGHT, axis=None), fa.poly_norm(x.ravel(), WEIGHT).reshape(x.shape))
    weights = np.random.default_rng(1).standard_normal((4, 3))
    rows = fa.poly_norm(x, weights, np.arange(4.0))
    assert same_bits(rows[1, 2], fa.poly_norm(x[1, 2], weights[2], 2.0))
    out = np.empty((3, 4, 5), np.float32)
    assert fa.poly_norm(x, WEIGHT, out=out) is out and same_bits(out, due.astype(np.float32))
    assert same_bits(fa.poly_norm(x[..., ::2], WEIGHT), fa.poly_norm(x[..., ::2].copy(), WEIGHT))


def test_large_and_tiny_rows_of_float64():
    """The sixth powers neither overflow nor underflow."""
    x = np.array([1.0, -3.0, 2.0])
    due = reference.poly_norm(x, WEIGHT, eps=0)
    for scale in (2.0**200, 2.0**1000):
        np.testing.assert_allclose(fa.poly_norm(x * scale, WEIGHT), due, 1e-14)
    np.testing.assert_allclose(fa.poly_norm(x * 2.0**-300, WEIGHT, eps=0), due, 1e-14)
    assert (fa.poly_norm(x * 2.0**-300, WEIGHT, 0.5) == 0.5).all()
    assert np.isnan(fa.poly_norm(np.array([1.0, np.nan]), WEIGHT)).all()


def test_pickle_and_repr():
    assert pickle.loads(pickle.dumps(fa.poly_norm)) is fa.poly_norm
    assert repr(fa.poly_norm).startswith("<fastact.poly_norm: w[0] n(x³)")


@pytest.mark.parametrize("arguments, keywords, error, message", [
    ((np.ones(4), [1, 2]), {}, ValueError, r"3 entries along its last axis.*\(2,\)"),
    ((np.ones(4), WEIGHT), {"eps": -1.0}, ValueError, "eps must be at least 0, not -1.0"),
    ((np.ones((2, 4)), np.ones((5, 3))), {}, ValueError, r"weight of shape \(5, 3\).*rows of x.*\(2,\)"),
    ((np.ones((2, 4)), WEIGHT, np.ones(5)), {}, ValueError, r"bias of shape \(5,\)"),
    ((np.ones(4) * 1j, WEIGHT), {}, TypeError, "poly_norm: x must hold"),
    ((np.ones(4), WEIGHT), {"axis": 2}, np.exceptions.AxisError, "axis 2"),
    ((np.ones(4), WEIGHT), {"accuracy": "quick"}, ValueError, "quick"),
    ((np.ones(4), WEIGHT), {"out": np.ones(5)}, ValueError, r"out must have shape \(4,\), not \(5,\)"),
    ((np.ma.ones(4), WEIGHT), {}, TypeError, "masked"),
])
def test_bad_arguments(arguments, keywords, error, message):
    with pytest.raises(error, match=message):
        fa.poly_norm(*arguments, **keywords)
