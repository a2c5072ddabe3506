"""fastact.torch beside torch's own functions: values, gradients, strides, compilers, modules.

What the kernels compute is tested elsewhere; here it is that nothing is lost on the way.
"""

import ast
import copy
import doctest
import functools
import inspect
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import ADDED_ENTRIES, ENTRIES, GATED_ENTRIES
from helpers import bfloat16, needs_fma, run_python, same_bits

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
F, nn = torch.nn.functional, torch.nn

import fastact.torch as ft  # noqa: E402
from fastact.torch._define import array, library, operators  # noqa: E402
from fastact.torch._modules import Packed, PackedExperts, modules  # noqa: E402

DTYPES = [torch.float16, torch.float32, torch.float64]
if bfloat16 is not None:
    DTYPES.append(torch.bfloat16)
NAMES = [name.split("::")[1] for name in sorted(library._op_defs)]
ELEMENTWISE = [entry for entry in ENTRIES if entry.kind != "fold"]
PARAMETRIC = [entry for entry in ELEMENTWISE if entry.parameters]
FOLDS = [entry for entry in ENTRIES if entry.kind == "fold"]
FOLD_NAMES = {entry.name for entry in FOLDS}
by_name = {"ids": lambda entry: entry.name}


def operator(name):
    base, _, overload = name.partition(".")
    return getattr(getattr(operators, base), overload or "default")


def values_of(entry):
    """Values for the parameters of an activation."""
    return [entry.examples.get(name, default) for name, default in entry.parameters.items()]


def tensor(*shape, dtype=torch.float64, seed=0, grad=False):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype).requires_grad_(grad)


def by_torch(entry, x):
    # The catalogue's expression for relu is the fastest one; at 0 its gradient is 1.
    text = {"relu": "F.relu(x)"}.get(entry.name, entry.torch)
    return eval(text, {"x": x, "torch": torch, "F": F})


# --------------------------------------------------------------------------- every operator --


def test_the_catalogue_is_all_there():
    for entry in ENTRIES:
        assert {entry.name, f"{entry.name}_backward"} <= set(NAMES)
        assert (f"{entry.name}.tensor" in NAMES) == (entry in PARAMETRIC)
        assert (f"{entry.name}_" in NAMES) == (entry.kind != "fold")
    for entry in GATED_ENTRIES:
        assert {entry.name, f"{entry.name}.packed", f"{entry.name}_backward.packed"} <= set(NAMES)
    for entry in ADDED_ENTRIES:
        assert {entry.name, f"{entry.name}_backward"} <= set(NAMES)
    assert {"gated", "gated.packed", "softmax.masked", "softmax.sink", "poly_norm", "projection", "gated_projection", "packed_layer"} <= set(NAMES)


EXPERTS = fa.Experts(np.ones((3, 8, 6), np.float32), np.ones((3, 6, 4), np.float32))


def arguments_of(name, layer):
    """Arguments for an operator, made from its schema."""
    base = name.partition(".")[0]
    if base == "packed_layer":
        return tensor(3, 6, dtype=torch.float32, grad=True), *Packed(layer).arguments
    if base == "packed_experts":
        return (tensor(3, 6, dtype=torch.float32), torch.tensor([[0, 1], [2, 0], [1, 2]]), torch.ones(3, 2),
                *PackedExperts(EXPERTS).arguments)
    dtype = torch.float32 if "projection" in base else torch.float64
    learns = not base.endswith("_") and ("backward" not in base or base[:base.index("_backward")] not in FOLD_NAMES)
    found = []
    for argument in operator(name)._schema.arguments:
        if argument.kwarg_only:
            continue
        kind, number = str(argument.type), len(found)
        if kind == "Tensor":
            shape = {"weight": (3,), "bias": (1,)}.get(argument.name, (4, 6)) if "poly_norm" in base else (4, 6)
            shape = (4, 1) if argument.name == "sink" else shape
            if argument.name == "grad":
                shape = (4,) if "logsumexp" in base else (4, 3) if "maxout" in base or "packed" in name else (4, 6)
            one = tensor(*shape, dtype=dtype, seed=number)
            # Parameters are positive, so that all are in their domain, and no x is at a kink.
            found.append((one.abs() + 0.1 if base != "gated" and number and learns else one).requires_grad_(learns))
        else:
            given = {"float": 0.5, "int": 2, "str": "mish", "Optional[Tensor]": None, "List[float]": []}
            found.append(given[kind])
    return tuple(found)


@pytest.mark.parametrize("name", NAMES)
def test_opcheck(name):
    """Schema, fake kernels and, where there is a gradient, autograd and the tracing of both."""
    layer = fa.Projection(np.ones((2, 6), np.float32))
    tests = ["test_schema", "test_faketensor", "test_autograd_registration"]
    if "backward" not in name and "partial" not in name and not name.startswith("packed_"):
        tests.append("test_aot_dispatch_dynamic")
    arguments = arguments_of(name, layer)
    torch.library.opcheck(operator(name), arguments, {"by": [0]} if "partial" in name else {}, test_utils=tests)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("entry", ELEMENTWISE, **by_name)
def test_the_bits_are_those_of_fastact(entry, dtype):
    x, values = tensor(5, 7, dtype=dtype) * 3, values_of(entry)
    function, reference = getattr(ft, entry.name), getattr(fa, entry.name)
    for accuracy in ("exact", "fast", "correct"):
        y = function(x, *values, accuracy=accuracy)
        assert y.dtype is dtype
        assert same_bits(array(y), reference(array(x), *values, accuracy=accuracy))
    grad, x = tensor(5, 7, dtype=dtype, seed=1), x.clone().requires_grad_()
    found, = torch.autograd.grad(function(x, *values), x, grad)
    assert same_bits(array(found), reference.backward(array(grad), array(x.detach()), *values))
    overwritten = x.detach().clone()
    assert function(overwritten, *values, inplace=True) is overwritten
    assert same_bits(array(overwritten), array(function(x.detach(), *values)))


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.torch], **by_name)
def test_values_and_gradients_are_torchs(entry):
    x = tensor(40, 12) * 3
    x, z = x.clone().requires_grad_(), x.clone().requires_grad_()
    named = {"k": 4} if entry.name == "maxout" else dict(zip(entry.parameters, values_of(entry)))
    named.pop("axis", None)
    expected, y = by_torch(entry, z), getattr(ft, entry.name)(x, **named)
    torch.testing.assert_close(y, expected, rtol=1e-12, atol=1e-14)
    grad = tensor(*y.shape, seed=1)
    if entry.name != "binary_step":     # heaviside has no gradient in torch
        expected.backward(grad)
        y.backward(grad)
        rtol = 4e-8 if entry.name in ("hard_sigmoid", "softplus") else 1e-11    # torch's 1/6 is a float; threshold 20
        torch.testing.assert_close(x.grad, z.grad, rtol=rtol, atol=1e-13)


@pytest.mark.parametrize("entry", ENTRIES, **by_name)
def test_gradcheck(entry):
    """Compares gradients of x and of parameters that are tensors with differences, in float64."""
    if entry.name == "binary_step":
        pytest.skip("no differences at a step")
    x = tensor(4, 6, seed=5, grad=True)
    function = functools.partial(getattr(ft, entry.name), **({"k": 3} if entry.name == "maxout" else {}))
    if entry.kind == "fold":
        assert torch.autograd.gradcheck(function, (x,))
        assert torch.autograd.gradcheck(functools.partial(function, dim=0, **({"k": 2} if function.keywords else {})),
                                        (x,))
        return
    values = values_of(entry)
    assert torch.autograd.gradcheck(lambda x: function(x, *values), (x,))
    if entry.parameters and entry.name != "hardshrink":     # whose derivative by the threshold is none
        # One for each column, of float64; a jump's threshold has the gradient 0, as here.
        tensors = [torch.full((6,), float(value), dtype=torch.float64, requires_grad=True) for value in values]
        assert torch.autograd.gradcheck(function, (x, *tensors))


@pytest.mark.parametrize("entry", GATED_ENTRIES, **by_name)
def test_gated_units(entry):
    function, reference = getattr(ft, entry.name), getattr(fa, entry.name)
    gate, up = tensor(3, 8, grad=True), tensor(3, 8, seed=1, grad=True)
    assert same_bits(function(gate, up).detach().numpy(), reference(gate.detach().numpy(), up.detach().numpy()))
    assert torch.autograd.gradcheck(function, (gate, up))
    assert torch.autograd.gradcheck(function, (gate, tensor(8, seed=2, grad=True))), "broadcast"
    for order in ("gate_up", "up_gate", "interleaved", None):
        for dim in (-1, 0, 1, None):
            packed = tensor(4, 6, seed=3, grad=True)
            named = {key: value for key, value in [("order", order), ("dim", dim)] if value is not None}
            axis = {"axis": named["dim"]} if "dim" in named else {}
            expected = reference(packed.detach().numpy(), **{**axis, **({"order": order} if order else {})})
            assert same_bits(function(packed, **named).detach().numpy(), expected)
            assert torch.autograd.gradcheck(functools.partial(function, **named), (packed,))


def test_any_gated_unit():
    gate, up = tensor(3, 8, grad=True), tensor(3, 8, seed=1, grad=True)
    for activation in ("mish", fa.gelu, ("leaky_relu", {"negative_slope": 0.3})):
        h = ft.gated(gate, up, activation)
        assert same_bits(h.detach().numpy(), fa.gated(gate.detach().numpy(), up.detach().numpy(), activation))
        assert torch.autograd.gradcheck(functools.partial(ft.gated, activation=activation), (gate, up))
    assert torch.equal(ft.gated(torch.cat([gate, up], 1), activation="mish"), ft.gated(gate, up, "mish"))


@pytest.mark.parametrize("entry", ADDED_ENTRIES, **by_name)
def test_sums(entry):
    function = getattr(ft, entry.name)
    x, bias = tensor(3, 8, grad=True), tensor(8, seed=1, grad=True)
    assert same_bits(function(x, bias).detach().numpy(), getattr(fa, entry.name)(x.detach().numpy(),
                                                                                   bias.detach().numpy()))
    assert torch.autograd.gradcheck(function, (x, bias))
    assert torch.autograd.gradcheck(function, (bias, x))


def test_softmax_with_mask_and_scale_is_attention():
    x, bias = tensor(2, 5, 5, grad=True), tensor(5, 5, seed=1, grad=True)
    causal = torch.ones(5, 5, dtype=torch.bool).tril()
    expected = torch.softmax((x * 0.3).masked_fill(~causal, -torch.inf), -1)
    torch.testing.assert_close(ft.softmax(x, mask=causal, scale=0.3), expected)
    assert torch.autograd.gradcheck(lambda x: ft.softmax(x, mask=causal, scale=0.3), (x,))
    assert torch.autograd.gradcheck(lambda x, bias: ft.softmax(x, mask=bias, scale=0.3), (x, bias))
    assert torch.autograd.gradcheck(lambda x: ft.softmax(x, scale=2.0, dim=0), (x,))
    with pytest.raises(ValueError, match=r"mask of shape \(3, 5, 5\) does not broadcast"):
        ft.softmax(x[0], mask=tensor(3, 5, 5))


@pytest.mark.parametrize("activation", [None, "gelu", ("leaky_relu", {"negative_slope": 0.3}), "swish"])
def test_projections_of_a_call(activation):
    x, w, v = (tensor(*shape, dtype=torch.float32, seed=seed, grad=True)
               for seed, shape in enumerate([(2, 5, 7), (3, 7), (3, 7)]))
    b, c = (tensor(3, dtype=torch.float32, seed=seed, grad=True) for seed in (3, 4))
    act = {None: lambda t: t, "gelu": F.gelu, "swish": F.silu}.get(
        activation if not isinstance(activation, tuple) else "", lambda t: F.leaky_relu(t, 0.3))
    grad = tensor(2, 5, 3, dtype=torch.float32, seed=9)
    for found, expected, operands in [
        (ft.projection(x, w, b, activation), act(F.linear(x, w, b)), (x, w, b)),
        (ft.projection(x, w, activation=activation), act(F.linear(x, w)), (x, w)),
        (ft.gated_projection(x, w, v, activation, b, c), act(F.linear(x, w, b)) * F.linear(x, v, c), (x, w, v, b, c)),
        (ft.gated_projection(x, w, v, activation, bias_up=c), act(F.linear(x, w)) * F.linear(x, v, c), (x, w, v, c)),
    ]:
        torch.testing.assert_close(found, expected)
        for mine, theirs in zip(torch.autograd.grad(found, operands, grad), torch.autograd.grad(expected, operands, grad)):
            torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-5)


# ------------------------------------------------------------- strides, dtypes, memory, errors --


BASES = {
    "contiguous": lambda: tensor(4, 6, 8), "permuted": lambda: tensor(8, 4, 6).permute(1, 2, 0),
    "columns": lambda: tensor(4, 6, 16)[..., ::2], "rows": lambda: tensor(8, 6, 8)[::2],
    "expanded": lambda: tensor(4, 1, 8).expand(4, 6, 8), "transposed": lambda: tensor(8, 6, 4).transpose(0, 2),
    "narrowed": lambda: tensor(4, 6, 20)[..., 3:11], "one number": lambda: tensor().expand(4, 6, 8),
}
OTHERS = BASES | {"a row": lambda: tensor(8), "a column": lambda: tensor(6, 1), "a scalar": lambda: tensor(),
                  "across": lambda: tensor(1, 8, 6).transpose(1, 2)}


def check_layout(function, model, *operands):
    """Strides as the model's, one of torch's functions; of fake and meta tensors, too."""
    y = function(*operands)
    assert y.stride() == model(*operands).stride()
    with torch._subclasses.FakeTensorMode() as mode:
        assert function(*map(mode.from_tensor, operands)).stride() == y.stride()
    on_meta = [torch.empty_strided(one.shape, one.stride(), device="meta") for one in operands]
    assert function(*on_meta).stride() == y.stride()
    dense = function(*[one.contiguous() for one in operands])
    assert torch.equal(y, dense)


@pytest.mark.parametrize("layout", BASES)
def test_strides_are_those_of_torch(layout):
    x = BASES[layout]()
    check_layout(ft.gelu, F.gelu, x)
    check_layout(ft.glu, F.glu, x)
    check_layout(functools.partial(ft.softmax, dim=1), F.gelu, x)
    for other in OTHERS.values():
        check_layout(ft.swiglu, torch.add, x, other())
        check_layout(ft.add_gelu, torch.add, other(), x)
        check_layout(ft.leaky_relu, torch.add, x, other())
        h = ft.swiglu(x.requires_grad_(False).clone().requires_grad_(), other())
        h.sum().backward()      # an expanded gradient


def test_mixed_dtypes_promote_as_in_torch():
    x, up = tensor(3, 4, dtype=torch.float16, grad=True), tensor(3, 4, dtype=torch.float32, seed=1, grad=True)
    h = ft.swiglu(x, up)
    assert h.dtype is torch.float32
    h.sum().backward()
    assert x.grad.dtype is torch.float16 and up.grad.dtype is torch.float32
    assert ft.leaky_relu(x, torch.tensor(0.1, dtype=torch.float64)).dtype is torch.float16    # a scalar is weak


def test_bfloat16_shares_memory():
    pytest.importorskip("ml_dtypes", reason="ml_dtypes is not installed")
    x = torch.randn(8).bfloat16()
    view = array(x)
    view[0] = 2
    assert x[0] == 2 and view.__array_interface__["data"][0] == x.data_ptr()


def test_empty_and_scalar_tensors():
    assert ft.gelu(torch.empty(0, 3)).shape == (0, 3)
    assert ft.gelu(torch.tensor(1.0)).shape == ()
    assert ft.swiglu(torch.empty(3, 0)).shape == (3, 0)
    assert ft.Projection(torch.ones(2, 3))(torch.empty(0, 3)).shape == (0, 2)


def test_accuracy_follows_the_setting():
    x = tensor(1000, dtype=torch.float32)
    with fa.accuracy("fast"):
        assert same_bits(ft.gelu(x).numpy(), fa.gelu(x.numpy(), accuracy="fast"))
        assert same_bits(ft.GELU(accuracy="exact")(x).numpy(), fa.gelu(x.numpy(), accuracy="exact"))


def test_accuracy_correct():
    x, up = tensor(5, 24, dtype=torch.float32) * 3, tensor(5, 24, dtype=torch.float32, seed=1)
    with fa.accuracy("correct"):
        assert same_bits(ft.gelu(x).numpy(), fa.gelu(x.numpy()))
    assert same_bits(ft.SwiGLU(accuracy="correct")(x, up).numpy(), fa.swiglu(x.numpy(), up.numpy(), accuracy="correct"))
    assert same_bits(ft.gated(x, up, "mish", accuracy="correct").numpy(),
                     fa.gated(x.numpy(), up.numpy(), "mish", accuracy="correct"))
    assert same_bits(ft.add_silu(x, up, accuracy="correct").numpy(), fa.add_silu(x.numpy(), up.numpy(), accuracy="correct"))
    assert torch.equal(ft.maxout(x, 4, accuracy="correct"), ft.maxout(x, 4))
    leaf = x.clone().requires_grad_()
    found, = torch.autograd.grad(ft.mish(leaf, accuracy="correct"), leaf, up)
    assert same_bits(found.numpy(), fa.mish.backward(up.numpy(), x.numpy(), accuracy="correct"))


@needs_fma
@pytest.mark.parametrize("name, function", [
    ("Projection", ft.projection), ("GatedProjection", ft.gated_projection), ("MLP", None), ("GatedMLP", None)])
def test_projections_take_accuracy_correct(name, function):
    layer, module = getattr(fa, name), getattr(ft, name)
    weights = tensor(sum(layer.operands), 24, 24, dtype=torch.float32, seed=1)
    x, kept = tensor(5, 24, dtype=torch.float32), module(*weights, activation="gelu")
    due = layer(*weights.numpy(), activation="gelu", accuracy="correct")(x.numpy())
    assert same_bits(module(*weights, activation="gelu", accuracy="correct")(x).numpy(), due)
    if function:
        assert same_bits(function(x, *weights, activation="gelu", accuracy="correct").numpy(), due)
    with fa.accuracy("correct"):
        assert same_bits(kept(x).numpy(), due)
        assert not function or same_bits(function(x, *weights, activation="gelu").numpy(), due)


def test_quantised_weights_have_no_correct_variant():
    x, w = tensor(3, 64, dtype=torch.float32), torch.ones(2, 64)
    with pytest.raises(ValueError, match="Projection has no correct variant with quantised weights"):
        ft.Projection(w, weight_dtype="int8", accuracy="correct")
    module = ft.Projection(w, weight_dtype="int8")
    with fa.accuracy("correct"), pytest.raises(ValueError, match="Projection has no correct variant with quantised weights"):
        module(x)


@pytest.mark.parametrize("name, call", {
    **{name: lambda x, name=name, **k: getattr(ft, name)(x, **k)
       for name in ("softmax", "log_softmax", "softmin", "logsumexp", "sparsemax", "entmax15")},
    "softmax of a mask": lambda x, **k: ft.softmax(x, mask=x > 0, **k),
    "softmax of a sink": lambda x, **k: ft.softmax(x, sink=torch.zeros(()), **k),
    "softmax module": lambda x, **k: ft.Softmax(**k)(x),
    "poly_norm": lambda x, **k: ft.poly_norm(x, torch.ones(3), **k),
}.items())
def test_correct_functions_of_an_axis(name, call):
    x = tensor(3, 6, dtype=torch.float32)
    due = call(x, accuracy="correct")
    with fa.accuracy("correct"):
        assert torch.equal(call(x), due)
    torch.testing.assert_close(due, call(x, accuracy="exact"), rtol=1e-6, atol=1e-7)
    if "mask" not in name and "sink" not in name and "poly" not in name:
        assert torch.equal(call(x.double(), accuracy="correct").float(), due)


@pytest.mark.parametrize("call, error, message", [
    (lambda: ft.gelu(torch.ones(3, dtype=torch.int64)), TypeError, "takes float16.*not torch.int64"),
    (lambda: ft.gelu(torch.ones(3, dtype=torch.complex64)), TypeError, "not torch.complex64"),
    (lambda: ft.gelu(torch.ones(3, dtype=torch.int64, device="meta")), TypeError, "not torch.int64"),
    (lambda: ft.gelu(torch.ones(3), approximate="erf"), ValueError, "approximate must be 'none' or 'tanh'"),
    (lambda: ft.GELU("erf"), ValueError, "approximate must be"),
    (lambda: ft.gelu(torch.ones(3), accuracy="slow"), ValueError, "accuracy must be"),
    (lambda: ft.prelu(torch.ones(3)), TypeError, "missing .* 'weight'"),
    (lambda: ft.threshold(torch.ones(3), 1.0), TypeError, "needs a value for 'value'"),
    (lambda: ft.softplus(torch.ones(3), threshold="20"), TypeError, "threshold must be a number, not str"),
    (lambda: ft.softshrink(torch.ones(3), None), RuntimeError, "'float' for argument 'lambd'"),
    (lambda: ft.prelu(np.ones(3), torch.ones(1)), TypeError, r"^prelu\(\): x must be a tensor, not ndarray"),
    (lambda: ft.leaky_relu(torch.ones(3), slope=1), TypeError, "unexpected keyword argument 'slope'"),
    (lambda: ft.leaky_relu(torch.ones(3), 1, False, 2), TypeError, "at most 2 arguments"),
    (lambda: ft.leaky_relu(torch.ones(3), 1, negative_slope=1), TypeError, "two values for 'negative_slope'"),
    (lambda: ft.softmax(torch.ones(3), dim=1), IndexError, "dim 1 is out of range"),
    (lambda: ft.softmax(torch.ones(2, 3), None), TypeError, r"^softmax\(\): dim must be an integer, not NoneType"),
    (lambda: ft.softmax(torch.ones(2, 3), 1.0), TypeError, r"^softmax\(\): dim must be an integer, not float"),
    (lambda: ft.softmax(torch.ones(2, 3), (0, 1)), TypeError, r"^softmax\(\): dim must be an integer, not tuple"),
    (lambda: ft.softmax(torch.ones(2, 3), 1.0, scale=2.0), TypeError, r"^softmax\(\): dim must be"),
    (lambda: ft.log_softmax(torch.ones(2, 3), None), TypeError, r"^log_softmax\(\): dim must be an integer"),
    (lambda: ft.LogSoftmax(None)(torch.ones(2, 3)), TypeError, r"^log_softmax\(\): dim must be an integer"),
    (lambda: ft.logsumexp(torch.ones(2, 3), None), TypeError, r"^logsumexp\(\): dim must be an integer, not NoneType"),
    (lambda: ft.logsumexp(torch.ones(2, 3), (0, 1.0)), TypeError, r"^logsumexp\(\): dim must be an integer, not float"),
    (lambda: ft.maxout(torch.ones(2, 3), 3, None), TypeError, r"^maxout\(\): dim must be an integer, not NoneType"),
    (lambda: ft.prelu(torch.ones(3), [0.1]), TypeError, r"^prelu\(\): weight must be a number or a tensor, not list"),
    (lambda: ft.maxout(torch.ones(5), 2), ValueError, "cannot be divided"),
    (lambda: ft.swiglu(torch.ones(5)), ValueError, "must be even, not 5"),
    (lambda: ft.swiglu(torch.ones(4), 0), TypeError, "up must be a tensor"),
    (lambda: ft.swiglu(torch.ones(4), torch.ones(4), dim=0), TypeError, "no order or dim"),
    (lambda: ft.swiglu(torch.ones(4), order="up"), ValueError, "order must be one of"),
    (lambda: ft.swiglu(torch.ones(4), torch.ones(3)), ValueError, r"shapes \(4,\) and \(3,\) do not"),
    (lambda: ft.swiglu(torch.ones(4), torch.ones(4, device="meta")), RuntimeError, "on cpu and on meta"),
    (lambda: ft.gated(torch.ones(4), activation="nothing"), ValueError, "no activation 'nothing'"),
    (lambda: ft.gated(torch.ones(4), activation="prelu"), TypeError, "needs a value for 'weight'"),
    (lambda: ft.projection(torch.ones(3, dtype=torch.float64), torch.ones(2, 3)), TypeError, "not torch.float64"),
    (lambda: ft.projection(torch.ones(4), torch.ones(2, 3)), ValueError, "3 in_features"),
    (lambda: ft.Projection(torch.ones(2, 3))(torch.ones(4)), ValueError, "3 in_features"),
    (lambda: ft.PReLU(3)(torch.ones(2, 4)), ValueError, "3 weights.*4 channels"),
    (lambda: ft.RReLU(0.5, 0.25), ValueError, "lower must be at most upper"),
    (lambda: operators.packed_layer(torch.ones(3), 10**9, 3, 2), ValueError, "packed weights are gone"),
    (lambda: ft.gelu(torch.ones(3).to_sparse()), NotImplementedError, "SparseCPU"),
])
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_packed_weights_have_no_gradient():
    with pytest.raises(NotImplementedError, match="for inference"):
        ft.Projection(torch.ones(2, 3))(tensor(3, dtype=torch.float32, grad=True)).sum().backward()


def test_dispatch_modes_see_every_operator():
    """Kernels are called directly only where the dispatcher would call them."""
    seen = []

    class Mode(torch.utils._python_dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), keywords=None):
            seen.append(str(function))
            return function(*args, **(keywords or {}))

    x = tensor(4, grad=True)
    with Mode():
        ft.gelu(x).sum().backward()
    assert {"fastact.gelu.default", "fastact.gelu_backward.default"} <= set(seen)
    assert ft.gelu(x).grad_fn.name() == "geluBackward"


def test_in_place():
    x = tensor(5)
    version = x._version
    ft.relu(x, inplace=True)
    assert x._version > version, "autograd must see that x was overwritten"
    leaf = tensor(5, grad=True)
    with pytest.raises(RuntimeError, match="leaf"):
        ft.relu(leaf, inplace=True)
    with pytest.raises(RuntimeError, match="has no gradient"):
        operators.relu_(leaf * 1)
    z = leaf * 1
    y = ft.silu(z, inplace=True)
    assert y is z
    y.sum().backward()
    torch.testing.assert_close(leaf.grad, torch.autograd.grad(F.silu(leaf).sum(), leaf)[0])
    with pytest.raises(RuntimeError, match="cannot overwrite an expanded tensor"):
        ft.relu(torch.ones(1).expand(4), inplace=True)
    with torch.inference_mode():
        assert torch.equal(ft.relu(torch.tensor([-1.0, 1.0]), inplace=True), torch.tensor([0.0, 1.0]))


def test_vmap_and_functional_gradients():
    x, w = tensor(3, 4, 5), tensor(3, 1, 5).abs()
    for function in (ft.gelu, ft.softmax, functools.partial(ft.softmax, dim=0), ft.logsumexp,
                     functools.partial(ft.maxout, k=5), functools.partial(ft.swiglu, dim=0)):
        for in_dim in (0, 1, 2):
            x_in = x.movedim(0, in_dim)
            expected = torch.stack([function(one) for one in x])
            assert torch.equal(torch.vmap(function, in_dim)(x_in), expected)
            slopes = torch.vmap(torch.func.grad(lambda one, f=function: f(one).square().sum()), in_dim)(x_in)
            plain = x.clone().requires_grad_()
            function(plain[0]).square().sum().backward()
            torch.testing.assert_close(slopes[0], plain.grad[0])
    assert torch.equal(torch.vmap(ft.leaky_relu)(x, w), ft.leaky_relu(x, w))
    assert torch.equal(torch.vmap(ft.swiglu, (0, None))(x, w[0]), ft.swiglu(x, w[0]))
    assert torch.equal(torch.vmap(ft.add_gelu, (None, 0))(w[0], x), ft.add_gelu(w[0], x))
    layer = ft.Projection(w[:, 0])
    for in_dim in (0, 1):
        assert torch.equal(torch.vmap(layer, in_dim)(x.float()), layer(x.float()).movedim(in_dim, 0))
    jacobian = torch.func.jacrev(ft.gelu)(x[0, 0])
    torch.testing.assert_close(jacobian, torch.diag(torch.from_numpy(fa.gelu.derivative(x[0, 0].numpy()))))


# -------------------------------------------------------------------------------- compilers --


def network(x, w, slope):
    gate, up = (x @ w).chunk(2, -1)
    h = ft.swiglu(gate, up) + ft.gelu(x, approximate="tanh") + ft.leaky_relu(x, slope)
    return ft.softmax(h, dim=-1).square().sum() + ft.SwiGLU()(x @ w).sum() + ft.add_relu(x, slope).mean()


def compiled_network(backend):
    inputs = [tensor(4, 8, grad=True), tensor(8, 16, seed=1, grad=True), tensor(8, seed=2, grad=True)]
    torch._dynamo.reset()
    found, expected = torch.compile(network, backend=backend, fullgraph=True)(*inputs), network(*inputs)
    torch.testing.assert_close(found, expected)
    for mine, theirs in zip(torch.autograd.grad(found, inputs), torch.autograd.grad(expected, inputs)):
        torch.testing.assert_close(mine, theirs)


def test_compile():
    compiled_network("aot_eager")


@pytest.mark.long
def test_compile_with_inductor():
    """This test needs a C++ compiler and takes half a minute."""
    try:
        torch.compile(torch.relu)(torch.ones(3))
    except torch._dynamo.exc.BackendCompilerFailed as error:
        pytest.skip(f"inductor has no compiler here: {error}")
    compiled_network("inductor")


def test_compiled_modules():
    model = nn.Sequential(nn.Linear(4, 6), ft.ReLU(inplace=True), ft.MLP(torch.randn(8, 6), torch.randn(6, 8)),
                          ft.GLU()).eval()
    with torch.no_grad():
        x = torch.randn(3, 4)
        assert torch.equal(torch.compile(model, backend="aot_eager", fullgraph=True)(x), model(x))


# ---------------------------------------------------------------------------------- modules --

TORCH_MODULES = [name for name in nn.modules.activation.__all__ if name in ft.__all__]


def test_modules_are_torchs():
    assert set(nn.modules.activation.__all__) - set(TORCH_MODULES) == {"MultiheadAttention", "Softmax2d"}
    for name in TORCH_MODULES:
        ours, theirs = (inspect.signature(getattr(place, name)).parameters for place in (ft, nn))
        deprecated = {"min_value", "max_value", "_stacklevel", "device", "dtype"}
        expected = {key: one.default for key, one in theirs.items()     # Sigmoid and others take anything
                    if key not in deprecated and one.kind is one.POSITIONAL_OR_KEYWORD}
        assert list(expected) == [key for key in ours if key in expected], name
        for key, default in expected.items():
            if default is not inspect.Parameter.empty and key != "dim":     # of softmax it has a default here
                assert ours[key].default == default, (name, key)


GIVEN = {"LeakyReLU": (0.2, True), "ELU": (1.5,), "CELU": (0.7,), "GELU": ("tanh",), "Hardtanh": (-0.5, 2.0),
         "Threshold": (0.1, 20.0), "Softplus": (2.0, 1.0), "Softshrink": (0.2,), "Hardshrink": (0.2,), "PReLU": (4, 0.1),
         "Softmax": (0,), "LogSoftmax": (1,), "Softmin": (1,), "GLU": (0,)}


@pytest.mark.parametrize("name", TORCH_MODULES)
def test_modules_compute_what_torchs_do(name):
    ours, theirs = (getattr(place, name)(*GIVEN.get(name, ())).eval() for place in (ft, nn))
    x = tensor(6, 4, dtype=torch.float32) * 3
    torch.testing.assert_close(ours(x.clone()), theirs(x.clone()))
    assert ours.state_dict().keys() == theirs.state_dict().keys()
    assert repr(ours).startswith(name)
    assert torch.equal(pickle.loads(pickle.dumps(ours))(x.clone()), ours(x.clone()))


@pytest.mark.parametrize("name", modules)
def test_every_module_has_a_signature_and_a_docstring(name):
    module = getattr(ft, name)
    assert inspect.signature(module) and "Examples" in module.__doc__


def test_learned_parameters_of_modules():
    module = ft.Swish(beta=nn.Parameter(torch.ones(4)))
    assert [name for name, _ in module.named_parameters()] == ["beta"]
    module(tensor(3, 4, dtype=torch.float32)).sum().backward()
    assert module.beta.grad.shape == (4,)


def test_rrelu_draws_in_training():
    module, x = ft.RReLU(0.1, 0.3), -torch.ones(1000)
    y = module(x)
    assert -0.3 <= y.min() < y.max() <= -0.1
    assert torch.equal(module.eval()(x), F.rrelu(x, 0.1, 0.3))


def test_gated_modules():
    x = tensor(3, 8)
    torch.testing.assert_close(ft.SwiGLU()(x), F.silu(x[:, :4]) * x[:, 4:])
    assert torch.equal(ft.SwiGLU()(x, x), ft.swiglu(x, x))
    assert torch.equal(ft.SwiGLUClamped(order="interleaved", limit=1.0)(x),
                       ft.swiglu_clamped(x[:, ::2], x[:, 1::2], limit=1.0))
    assert torch.equal(ft.Gated("mish", order="up_gate")(x), ft.gated(x[:, 4:], x[:, :4], "mish"))


@pytest.mark.parametrize("dtype", [one for one in DTYPES if one is not torch.float64], ids=str)
def test_packed_modules(dtype):
    w, v, d = tensor(5, 4), tensor(5, 4, seed=1), tensor(3, 5, seed=2)
    x = tensor(2, 3, 4, dtype=dtype, seed=3)
    for name, weights, named in [("GatedMLP", (w, v, d), {}), ("MLP", (w, d), {"activation": "relu"}),
                                 ("Projection", (w.T,), {"layout": "in_out"}), ("GatedProjection", (w, v), {})]:
        module, layer = getattr(ft, name)(*weights, **named), getattr(fa, name)(*map(np.asarray, weights), **named)
        y = module(x)
        assert y.dtype is dtype and same_bits(array(y), layer(array(x)))
        for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
            assert torch.equal(other(x), y) and other.packed.arguments[0] != module.packed.arguments[0]
        assert not list(module.parameters()) and not module.state_dict()


# ----------------------------------------------------------------------------- what is written --


def test_the_stub_is_the_module():
    """Names and parameters of __init__.pyi."""
    tree = ast.parse(Path(ft.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    written = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    assert {*written, "Accelerated", "Replacement"} == set(ft.__all__)
    for name, node in written.items():
        if isinstance(node, ast.ClassDef):
            node = node.body[0]
        arguments = [one.arg for one in (*node.args.args, *node.args.kwonlyargs) if one.arg != "self"]
        assert arguments == list(inspect.signature(getattr(ft, name)).parameters), name


WRITTEN = """
import torch
import fastact.torch as ft

x = torch.ones(4)
y: torch.Tensor = ft.softmax(ft.gelu(x, approximate="tanh"), dim=0, mask=x)
h: torch.Tensor = ft.swiglu_clamped(x, x, 1.0, limit=2.0)
module: torch.nn.Module = ft.LeakyReLU(0.2, inplace=True)
ft.GatedMLP(x, x, x, activation=("swish", {"beta": 1.5}))
with ft.accelerate(torch.nn.Sequential(module), strict=False) as accelerated:
    print(accelerated.replaced[0].path, accelerated.refused)
ft.gelu(x, approximate="erf")  # type: ignore[arg-type]
ft.SwiGLU(order="gate")  # type: ignore[arg-type]
"""


@pytest.mark.long
def test_what_people_write_is_well_typed(tmp_path):
    pytest.importorskip("mypy", reason="mypy is not installed")
    (tmp_path / "written.py").write_text(WRITTEN)
    source = str(Path(fa.__file__).parent.parent)
    path = {} if "site-packages" in source else {"MYPYPATH": source}
    result = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "written.py"],
                            cwd=tmp_path, env=os.environ | path, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_doctests():
    result = doctest.testmod(ft)
    assert result.attempted and not result.failed


# ------------------------------------------------------------------- beside PyTorch's threads --


ORDERS = {"torch first": "import torch, fastact as fa", "fastact first": "import fastact as fa, torch",
          "fastact.torch": "import fastact.torch, fastact as fa, torch"}


@functools.cache
def in_order(order):
    """(bits, OpenMP runtimes, threads) of a process that uses both, imported in this order."""
    script = f"""
        {ORDERS[order]}
        import fastact.torch, hashlib, os
        x = torch.linspace(-20, 20, 2**21)
        w = torch.linspace(-1, 1, 512 * 512).reshape(512, 512)
        torch.relu(x), w @ w    # torch's threads
        digest = hashlib.sha256()
        for _ in range(20):     # in turns
            digest.update(fastact.torch.gelu(x).numpy().data)
            torch.relu(x), w @ w
        digest.update(fastact.torch.MLP(w, w)(w).numpy().data)
        runtimes, threads = set(), 0
        if os.path.exists("/proc/self/maps"):
            with open("/proc/self/maps") as file:
                runtimes = {{os.path.realpath(line.split()[-1]) for line in file if "omp" in line.split("/")[-1]}}
            threads = len(os.listdir("/proc/self/task"))
        print(digest.hexdigest(), len(runtimes), threads)
    """
    bits, runtimes, threads = run_python(script, timeout=100).stdout.split()
    return bits, int(runtimes), int(threads)


@pytest.mark.parametrize("order", ORDERS)
def test_either_import_order(order):
    """The same bits, no hang, and where torch comes with GCC's runtime one pool of threads for both."""
    bits, runtimes, threads = in_order(order)
    assert bits == in_order("torch first")[0]
    if "libgomp" not in str(torch.__config__.parallel_info()) and not runtimes:
        pytest.skip("no /proc here to count threads in")
    assert runtimes <= 1, "two OpenMP runtimes"
    assert threads <= in_order("torch first")[2]


def test_without_torch():
    """fastact works without, and its plug says what to install."""
    result = run_python("""
        import sys
        sys.modules["torch"] = None     # as if it were not installed
        import fastact as fa
        assert fa.gelu(0.0) == 0
        try:
            import fastact.torch
        except ImportError as error:
            print(error)
    """)
    assert "pip install 'fastact[torch]'" in result.stdout


def test_bfloat16_without_ml_dtypes():
    result = run_python("""
        import sys
        sys.modules["ml_dtypes"] = None
        import torch, fastact.torch as ft
        assert ft.gelu(torch.ones(3).half()).dtype is torch.float16
        try:
            ft.gelu(torch.ones(3).bfloat16())
        except ImportError as error:
            print(error)
    """)
    assert "pip install 'fastact[half]'" in result.stdout
