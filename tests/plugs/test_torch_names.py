"""Functions and modules of fastact.torch that have a name of torch's: the same arguments, the same meaning.

torch's own samples of them are in test_torch_samples.py.
"""

import inspect
import math
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
F, nn = torch.nn.functional, torch.nn

import fastact.torch as ft  # noqa: E402
from test_torch import DTYPES, tensor  # noqa: E402

SHARED = [name for name in ft.__all__ if not inspect.isclass(getattr(ft, name)) and name != "bilinear"
          and any(hasattr(place, name) for place in (torch, F, torch.special))]


def torchs_arguments(place, name):
    """{name: default} of what may be given by position after the tensor."""
    try:
        found = {one.name: one.default for one in inspect.signature(getattr(place, name)).parameters.values()
                 if one.kind is one.POSITIONAL_OR_KEYWORD}
    except ValueError:      # a builtin
        schema = getattr(torch.ops.aten, {"logsigmoid": "log_sigmoid"}.get(name, name))
        schema = (schema.int if "int" in schema.overloads() else schema.default)._schema
        found = {one.name: one.default_value if one.has_default_value() else inspect.Parameter.empty
                 for one in schema.arguments}
    return dict(list(found.items())[1:])


@pytest.mark.parametrize("name", SHARED)
def test_arguments_of_functions_are_torchs(name):
    ours = {one.name: one.default for one in inspect.signature(getattr(ft, name)).parameters.values()}
    for place in (torch, F, torch.special):
        if hasattr(place, name):
            theirs = torchs_arguments(place, name)
            theirs.pop("_stacklevel", None)
            if name == "glu":   # test_glu_takes_dim_by_position
                assert theirs.pop("dim") == -1 and ours["dim"] is None
            assert list(ours)[1:len(theirs) + 1] == list(theirs)
            for key, default in theirs.items():
                if default is not inspect.Parameter.empty and key != "dim":     # its default is another one
                    assert ours[key] == default
    arguments = {"threshold": (1, 0), "prelu": (torch.ones(1),)}.get(name, ())
    for dtype in (torch.int64, torch.bool, torch.complex64):
        with pytest.raises(TypeError, match=f"not {dtype}"):
            getattr(ft, name)(torch.ones(2, 4, dtype=dtype), *arguments)


@pytest.mark.parametrize("shape, weights", [
    ((2, 3, 3), (3,)), ((5, 10, 5), (10,)), ((2, 3), (3,)), ((2, 3), (1,)), ((4,), (1,)), ((4,), ()), ((), (1,)), ((), ()),
    ((2, 0, 3), (0,)), ((2, 0, 3), (1,)), ((2, 3, 2, 2), (3,)),
])
def test_weights_of_prelu_are_those_of_channels(shape, weights):
    x, weight, grad = tensor(*shape), tensor(*weights, seed=1), tensor(*shape, seed=2)
    module = ft.PReLU(max(1, weight.numel()), dtype=torch.float64)
    module.weight = nn.Parameter(weight)
    ours, theirs = [[x.clone().requires_grad_(), weight.clone().requires_grad_()] for _ in range(2)]
    y, expected = ft.prelu(*ours), F.prelu(*theirs)
    assert torch.equal(y, expected) and torch.equal(module(x), y)
    assert torch.equal(ft.prelu(x.clone(), weight, inplace=True), expected)
    for found, due in zip(torch.autograd.grad(y, ours, grad), torch.autograd.grad(expected, theirs, grad)):
        torch.testing.assert_close(found, due)
    if len(shape) > 1:
        torch.testing.assert_close(torch.vmap(ft.prelu, (0, None))(torch.stack([x, -x]), weight),
                                   torch.stack([F.prelu(x, weight), F.prelu(-x, weight)]))


@pytest.mark.parametrize("shape, weights, message", [
    ((5,), (5,), "5 weights, but x of shape .5,. has 1 channels"), ((), (2,), "2 weights"), ((2, 3), (2,), "3 channels"),
    ((2, 3, 4), (4,), "3 channels in dimension 1"), ((2, 3), (0,), "0 weights"), ((2, 3), (1, 3), "at most one dimension"),
])
def test_weights_of_prelu_that_are_refused(shape, weights, message):
    with pytest.raises(RuntimeError):
        F.prelu(tensor(*shape), tensor(*weights))
    with pytest.raises(ValueError, match=message):
        ft.prelu(tensor(*shape), tensor(*weights))


def test_glu_takes_dim_by_position():
    x = tensor(4, 6, 2)
    for dim in (0, 1, 2, -1, -3):
        torch.testing.assert_close(ft.glu(x, dim), F.glu(x, dim))
        assert torch.equal(ft.glu(x, dim), ft.glu(x, dim=dim))
    for arguments, message in [((x, 0, 1), "arguments"), ((x, True), "must be a tensor, not bool")]:
        with pytest.raises(TypeError, match=message):
            ft.glu(*arguments)
    with pytest.raises(TypeError, match="two values for 'dim'"):
        ft.glu(x, 0, dim=0)
    with pytest.raises(ValueError, match="must be even"):
        ft.glu(tensor(3, 2), 0)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_threshold_of_softplus(dtype):
    """Below 20 it is applied, as in torch; from 20 on x differs from the formula by less than its rounding to float32."""
    x = (torch.arange(-40, 41) / 2).to(dtype)
    for beta, threshold in [(1, 2.0), (3.0, 0.2), (0.5, -1.0), (-1.0, 3.0), (1.0, torch.nan), (2.0, 19.0)]:
        ours, theirs = x.clone().requires_grad_(), x.clone().double().requires_grad_()
        y, due = ft.softplus(ours, beta, threshold), F.softplus(theirs, beta, threshold)
        rtol, atol = 2 * torch.finfo(dtype).eps, max(1e-14, torch.finfo(dtype).smallest_normal * torch.finfo(dtype).eps)
        torch.testing.assert_close(y.double(), due, rtol=rtol, atol=atol)
        assert torch.equal(ft.Softplus(beta, threshold)(x), y)
        y.sum().backward()
        due.sum().backward()
        torch.testing.assert_close(ours.grad.double(), theirs.grad, rtol=rtol, atol=atol)
        overwritten = x.clone().requires_grad_() * 1
        assert ft.softplus(overwritten, beta, threshold, True) is overwritten and torch.equal(overwritten, y)
        overwritten.sum().backward()
    x = torch.tensor([19.0, 20.5, 30.0]).to(dtype)
    exact = torch.log1p(torch.exp(-x.double())) + x.double()
    assert torch.equal(ft.softplus(x, 1, 20), exact.to(dtype)) and torch.equal(ft.softplus(x), exact.to(dtype))
    if dtype is not torch.float64:
        assert torch.equal(ft.softplus(x), F.softplus(x))


@pytest.mark.parametrize("function, module, arguments, error, message", [
    ("hardtanh", "Hardtanh", (2.0, 1.0), ValueError, "hard_tanh: min_val must be at most max_val, not min_val=2.0, max_val=1.0"),
    ("softshrink", "Softshrink", (-0.5,), RuntimeError, "lambd must be at least 0, not lambd=-0.5"),
    ("softshrink", "Softshrink", (float("nan"),), RuntimeError, "lambd must be at least 0, not lambd=nan"),
    ("celu", "CELU", (0.0,), RuntimeError, "alpha must not be 0, not alpha=0.0"),
])
def test_numbers_that_torch_refuses(function, module, arguments, error, message):
    x = torch.ones(3)
    with pytest.raises(error):
        getattr(F, function)(x, *arguments)
    for inplace in (False, True):
        with pytest.raises(error, match=message):
            getattr(ft, function)(x, *arguments, inplace=inplace)
    with pytest.raises(error, match=message):
        getattr(ft, module)(*arguments)
    assert torch.equal(x, torch.ones(3))
    made = getattr(ft, module)()
    for name, value in zip(made.parameters_passed, arguments):
        setattr(made, name, value)
    with pytest.raises(error, match=message):
        made(x)


@pytest.mark.parametrize("name, arguments, message", [
    ("hardtanh", (math.nan, 1.0), "min_val must be at most max_val, not min_val=nan"),
    ("threshold", (math.nan, 1.0), "threshold must not be NaN"), ("hardshrink", (math.nan,), "lambd must not be NaN"),
])
def test_numbers_that_kernels_do_not_take(name, arguments, message):
    """torch accepts these parameters, but our results would differ."""
    getattr(F, name)(torch.ones(3), *arguments)
    with pytest.raises((ValueError, RuntimeError), match=message):
        getattr(ft, name)(torch.ones(3), *arguments)


def test_numbers_that_torch_takes():
    x = tensor(8)
    assert torch.equal(ft.hardtanh(x, 0.5, 0.5), F.hardtanh(x, 0.5, 0.5))
    assert torch.equal(ft.softshrink(x, 0.0), F.softshrink(x, 0.0)) and torch.equal(ft.hardshrink(x, -1.0), x)
    torch.testing.assert_close(ft.elu(x, -1.0), F.elu(x, -1.0))
    for alpha in (-0.5, -3.0, math.inf):
        torch.testing.assert_close(ft.celu(x, alpha), F.celu(x, alpha) if alpha < 0 else x)
    torch.testing.assert_close(ft.softplus(x, 0.0), F.softplus(x, 0.0))
    assert torch.isinf(ft.softplus(x, 0.0)).all() and "beta of 0 gives infinity" in ft.softplus.__doc__


def test_bilinear_is_not_torchs():
    one, other, weight, bias = tensor(8, 3), tensor(8, 4), tensor(5, 3, 4), tensor(5)
    assert F.bilinear(one, other, weight, bias).shape == (8, 5)
    for more, named in [((weight,), {}), ((weight, bias), {}), ((), {"weight": weight})]:
        with pytest.raises(TypeError, match="torch.nn.functional.bilinear.* is another function"):
            ft.bilinear(one, other, *more, **named)
    assert "is another function" in ft.bilinear.__doc__ and not hasattr(ft, "Bilinear")
    assert torch.equal(ft.bilinear(one, one), one * one)


def test_the_recorded_reference_is_up_to_date():
    """docs/_data/torch_reference.json has today's names, signatures and docstrings."""
    tool = Path(__file__).parents[2] / "tools" / "record_torch_reference.py"
    if not tool.exists():
        pytest.skip("the tools are not here")
    result = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
