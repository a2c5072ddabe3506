"""Training works: networks fitted with our gradients reach the loss that PyTorch's gradients reach."""

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import GATED_ENTRIES
from helpers import RIDGE

torch = pytest.importorskip("torch")
F = torch.nn.functional

# Functions with a jump (threshold, hardshrink) must take the way that PyTorch's gradients take, but
# need not get far: the jump is invisible to gradients.  A step has none anywhere but 0, and PyTorch
# refuses to differentiate it.
UNITS, STEPS, RATE = 16, 60, 0.05
X = np.linspace(-2, 2, 64)[:, None]
Y = np.sin(2 * X) + 0.3 * X


def start(gated=False):
    rng = np.random.default_rng(4)
    shapes = [(1, UNITS), (UNITS,)] * (1 + gated) + [(UNITS, 1), (1,)]
    return [rng.standard_normal(shape) * 0.7 for shape in shapes]


def train(parameters, gradients):
    """Adam; the losses before and after."""
    first, second, losses = [0.0] * len(parameters), [0.0] * len(parameters), []
    for step in range(1, STEPS + 1):
        loss, found = gradients(parameters)
        losses.append(loss)
        first = [0.9 * m + 0.1 * g for m, g in zip(first, found, strict=True)]
        second = [0.999 * v + 0.001 * g * g for v, g in zip(second, found, strict=True)]
        parameters = [
            p - RATE * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
            for p, m, v in zip(parameters, first, second, strict=True)
        ]
    return losses[0], losses[-1]


def by_autograd(forward):
    """The same loss, differentiated by PyTorch."""

    def gradients(parameters):
        tensors = [torch.from_numpy(p).requires_grad_() for p in parameters]
        loss = ((forward(torch.from_numpy(X), *tensors) - torch.from_numpy(Y)) ** 2).mean()
        found = torch.autograd.grad(loss, tensors, allow_unused=True)
        return float(loss.detach()), [np.zeros_like(p) if g is None else g.numpy()
                             for p, g in zip(parameters, found, strict=True)]

    return gradients


def compare(ours, theirs, learns):
    (before, after), (_, expected) = ours, theirs
    assert after == pytest.approx(expected, rel=1e-6)
    if learns:
        assert after < 0.7 * before


@pytest.mark.parametrize("entry", [entry for entry in RIDGE if entry.name not in ("identity", "binary_step")],
                         ids=lambda entry: entry.name)
def test_a_network_of_two_layers(entry):
    f, values = fa.activations[entry.name], entry.parameters

    def gradients(parameters):
        w1, b1, w2, b2 = parameters
        z = X @ w1 + b1
        h = f(z, **values)
        error = h @ w2 + b2 - Y
        d = 2 * error / error.size
        dz = f.backward(d @ w2.T, z, **values)
        return float((error**2).mean()), [X.T @ dz, dz.sum(0), h.T @ d, d.sum(0)]

    def forward(x, w1, b1, w2, b2):
        z = x @ w1 + b1
        h = eval(entry.torch, {"torch": torch, "F": F, "x": z})
        return h @ w2 + b2

    compare(train(start(), gradients), train(start(), by_autograd(forward)), learns=entry.smoothness != "discontinuous")


@pytest.mark.parametrize("entry", GATED_ENTRIES, ids=lambda entry: entry.name)
def test_a_gated_network(entry):
    unit = getattr(fa, entry.name)

    def gradients(parameters):
        w1, b1, w2, b2, w3, b3 = parameters
        gate, up = X @ w1 + b1, X @ w2 + b2
        h = unit(gate, up)
        error = h @ w3 + b3 - Y
        d = 2 * error / error.size
        d_gate, d_up = unit.backward(d @ w3.T, gate, up)
        return float((error**2).mean()), [
            X.T @ d_gate, d_gate.sum(0), X.T @ d_up, d_up.sum(0), h.T @ d, d.sum(0)]

    def forward(x, w1, b1, w2, b2, w3, b3):
        h = eval(entry.torch, {"torch": torch, "F": F, "x": x @ w1 + b1, "up": x @ w2 + b2})
        return h @ w3 + b3

    compare(train(start(True), gradients), train(start(True), by_autograd(forward)), learns=True)


def test_a_step_teaches_nothing():
    z = X @ np.ones((1, 4))
    assert not fa.binary_step.backward(np.ones_like(z), z).any()


def test_learned_slopes():
    """PReLU's, one for each unit, by backward_parameters."""

    def gradients(parameters):
        w1, b1, w2, b2, slope = parameters
        z = X @ w1 + b1
        h = fa.prelu(z, slope)
        error = h @ w2 + b2 - Y
        d = 2 * error / error.size
        dh = d @ w2.T
        dz = fa.prelu.backward(dh, z, slope)
        return float((error**2).mean()), [
            X.T @ dz, dz.sum(0), h.T @ d, d.sum(0), fa.prelu.backward_parameters(dh, z, slope)]

    def forward(x, w1, b1, w2, b2, slope):
        return F.prelu(x @ w1 + b1, slope) @ w2 + b2

    parameters = [*start(), np.full(UNITS, 0.25)]
    compare(train(parameters, gradients), train(parameters, by_autograd(forward)), learns=True)
