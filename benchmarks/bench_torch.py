"""fastact.torch beside PyTorch: the cost of a small call, a training step of GELU, feed-forward blocks.

    pytest benchmarks/bench_torch.py --benchmark-group-by group
"""

import numpy as np
import pytest

import fastact as fa
from fastact import reference

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
import fastact.torch  # noqa: E402

F = torch.nn.functional
SMALL, LARGE = 64, 2**20


def sample(size):
    return torch.from_numpy(np.random.default_rng(0).standard_normal(size, np.float32))


def raw(x):
    ufunc, view, out = fa.gelu.ufunc("exact"), x.numpy(), np.empty(x.shape, np.float32)
    return lambda: torch.from_numpy(ufunc(view, out))


def called(function):
    return lambda x: lambda: function(x)


def called_for_gradient(function):
    def make(x):
        leaf = x.clone().requires_grad_()
        return lambda: function(leaf).detach()
    return make


def there_and_back(function):
    """Forward and backward; the result is the gradient."""
    def make(x):
        leaf, grad = x.clone().requires_grad_(), torch.ones_like(x)
        return lambda: torch.autograd.grad(function(leaf), leaf, grad)[0]
    return make


OPERATOR = torch.ops.fastact.gelu.default
# What is over the raw kernel is overhead: at most 10 µs without gradient, 25 with.
CALLS = {
    "raw kernel": raw,
    "operator": called(OPERATOR),
    "fastact.torch.gelu": called(fastact.torch.gelu),
    "PyTorch": called(F.gelu),
    "operator, gradient wanted": called_for_gradient(OPERATOR),
    "PyTorch, gradient wanted": called_for_gradient(F.gelu),
}


@pytest.mark.parametrize("variant", CALLS)
def test_small_call(benchmark, record, variant):
    x = sample(SMALL)
    call = CALLS[variant](x)
    np.testing.assert_allclose(call(), reference.gelu(x.numpy().astype(float)), rtol=1e-5, atol=1e-6)
    record(f"torch: gelu of {SMALL}", SMALL)
    benchmark(call)


STEPS = {
    "fastact exact": lambda x: fastact.torch.gelu(x, accuracy="exact"),
    "fastact fast": lambda x: fastact.torch.gelu(x, accuracy="fast"),
    "PyTorch": F.gelu,
}


@pytest.mark.parametrize("variant", STEPS)
@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_forward_and_backward(benchmark, record, size, variant):
    x = sample(size)
    call = there_and_back(STEPS[variant])(x)
    np.testing.assert_allclose(call(), reference.gelu_derivative(x.numpy().astype(float)), rtol=3e-4, atol=1e-5)
    record(f"torch: gelu forward and backward, {size}", size)
    benchmark(call)


class Gated(torch.nn.Module):
    """The feed-forward block of Llama."""

    def __init__(self, width, hidden):
        super().__init__()
        self.gate_proj, self.up_proj = (torch.nn.Linear(width, hidden, bias=False) for _ in range(2))
        self.down_proj, self.act_fn = torch.nn.Linear(hidden, width, bias=False), torch.nn.SiLU()

    def forward(self, x):
        return self.down_proj(self.act_fn(self.gate_proj(x)) * self.up_proj(x))


class Plain(torch.nn.Module):
    """The feed-forward block of BERT."""

    def __init__(self, width, hidden):
        super().__init__()
        self.fc1, self.fc2 = torch.nn.Linear(width, hidden), torch.nn.Linear(hidden, width)
        self.activation_fn = torch.nn.GELU()

    def forward(self, x):
        return self.fc2(self.activation_fn(self.fc1(x)))


@pytest.mark.parametrize("variant", ["PyTorch", "accelerated"])
@pytest.mark.parametrize("rows", [1, 16, 128, 512])
@pytest.mark.parametrize("block, width, hidden", [(Plain, 384, 1536), (Gated, 2048, 5632)])
def test_block(benchmark, record, threads, block, width, hidden, rows, variant):
    torch.manual_seed(0)
    model = torch.nn.Sequential(block(width, hidden)).eval()
    x = sample(rows * width).view(rows, width)
    with torch.inference_mode():
        expected = model(x)
        if variant == "accelerated":
            fastact.torch.accelerate(model)
        torch.testing.assert_close(model(x), expected, rtol=1e-3, atol=1e-5)
        record(f"torch: {block.__name__} block {width} x {hidden}, {rows} rows", rows * width)
        benchmark(model, x)
