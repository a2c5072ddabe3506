"""Derivatives beside PyTorch's autograd, in float64, for every activation that both have.

Where PyTorch cancels (the left tail of gelu, mish ...) its own error is absolute, a few units of
the last place of 1; what is left is compared to 1e-12 relative.
"""

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import ENTRIES

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)

BOTH = [entry for entry in ENTRIES if entry.torch and entry.kind != "fold"]
# Not differentiable in PyTorch: heaviside; its derivative is 0 wherever there is one.
DIFFERENTIABLE = [entry for entry in BOTH if entry.name != "binary_step"]
# The catalogue's expressions are the fastest ones.  At 0 the gradient of that of relu is 1.  The models of xielu take the
# minimum of two tensors, of whose gradient x gets half where they are equal; the catalogue clamps, and x gets all of it.
EXPRESSIONS = {
    "relu": "F.relu(x)",
    "xielu": "torch.where(x > 0, 0.8 * x * x + 0.5 * x, "
    "1.3 * (torch.expm1(torch.minimum(x, torch.full_like(x, -1e-6))) - x) + 0.5 * x)",
}
RELATIVE = {"hard_sigmoid": 3.1e-8}  # PyTorch's 1/6 is a float there, in float64 too
PARTLY = {"softplus": 20, "sqrt_softplus": 20}  # beyond, PyTorch returns x


def by_torch(entry, x):
    """(y, the tensor whose gradient is wanted)"""
    tensor = torch.tensor(x, requires_grad=True)
    text = EXPRESSIONS.get(entry.name, entry.torch)
    return eval(text, {"x": tensor, "torch": torch, "F": torch.nn.functional}), tensor


@pytest.mark.parametrize("entry", DIFFERENTIABLE, ids=lambda entry: entry.name)
def test_backward_is_autograds(entry):
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.uniform(-6, 6, 4000), rng.standard_normal(4000) * 1e-3, rng.uniform(-40, 40, 2000)])
    x = np.minimum(x, PARTLY.get(entry.name, np.inf))
    grad = rng.standard_normal(x.size)
    y, tensor = by_torch(entry, x)
    y.backward(torch.from_numpy(grad))
    activation = getattr(fa, entry.name)
    got = activation.backward(grad, x, **entry.examples)
    np.testing.assert_allclose(got, tensor.grad.numpy(), rtol=RELATIVE.get(entry.name, 1e-12), atol=4e-15)
    np.testing.assert_allclose(
        activation(x, **entry.examples), y.detach().numpy(), rtol=1e-12, atol=4e-15)


def test_the_kinks_are_pytorchs():
    """At kinks a derivative has the value of PyTorch."""
    for entry in DIFFERENTIABLE:
        # Of log 0 PyTorch's gradient is NaN, the limit 0; the other is no function of PyTorch's.
        if entry.name in ("thin_plate", "hard_sigmoid_linear"):
            continue
        parameters = [abs(value) for value in entry.measured(np.float64).parameters.values()]
        x = np.array([sign * value for value in [0.0, 1, 3, 6, 2.5, *parameters] for sign in (1, -1)])
        y, tensor = by_torch(entry, x)
        y.sum().backward()
        got = getattr(fa, entry.name).derivative(x, **entry.examples)
        np.testing.assert_allclose(got, tensor.grad.numpy(), rtol=RELATIVE.get(entry.name, 1e-12), atol=4e-15, err_msg=entry.name)
