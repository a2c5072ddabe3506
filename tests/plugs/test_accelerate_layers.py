"""accelerate(model): feed-forward blocks that are no module, but lie in the forward of a layer."""

import copy
import functools
import pickle
import re

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
F, nn = torch.nn.functional, torch.nn

import fastact.torch as ft  # noqa: E402
from accelerate_helpers import Custom, DoubledGELU, check_same, hooked, rows, with_forward  # noqa: E402


class Layer(nn.Module):
    """The modules of a layer with a feed-forward block in its own forward, and with something else, as OPT's."""

    def __init__(self):
        super().__init__()
        self.norm, self.activation_fn = nn.LayerNorm(16), nn.GELU()
        self.fc1, self.fc2 = nn.Linear(16, 24), nn.Linear(24, 16)


class Inline(Layer):
    def forward(self, x, mask=None):
        hidden = F.dropout(self.activation_fn(self.fc1(self.norm(x))), p=0.5, training=self.training)
        return x + self.fc2(hidden)


class InTwoLines(Layer):
    def forward(self, x):
        hidden = self.norm(x)
        hidden = self.fc1(hidden)
        hidden = self.activation_fn(hidden)
        return x + self.fc2(hidden)


class Between(Layer):
    def forward(self, x):
        hidden = self.fc1(self.norm(x)).clamp(max=1)
        return x + self.fc2(self.activation_fn(hidden))


class KeepsTheFirst(Layer):
    def forward(self, x):
        first = self.fc1(self.norm(x))
        hidden = self.activation_fn(first)
        return x + self.fc2(hidden + first)


class CallsTwice(Layer):
    def forward(self, x):
        hidden = self.activation_fn(self.fc1(self.norm(x)))
        return x + self.fc2(hidden + self.activation_fn(hidden))


class ByName(Layer):
    def forward(self, x):
        hidden = self.activation_fn(self.fc1(self.norm(x)))
        return x + self.fc2(hidden) + getattr(self, "fc1")(x).mean()     # noqa: B009


class InAnotherMethod(Layer):
    def forward(self, x):
        return x + self.fc2(self.activation_fn(self.fc1(self.norm(x)))) + self.more(x)

    def more(self, x):
        return self.fc1(x).mean()


class Inherited(InAnotherMethod):
    def more(self, x):
        return super().more(x)


class WithArguments(Layer):
    def forward(self, x):
        return x + self.fc2(self.activation_fn(self.fc1(self.norm(x)), *[]))


class Wrapped(Inline):
    @functools.wraps(Inline.forward)
    def forward(self, x):
        return 2 * Inline.forward(self, x)


WithoutSource = type("WithoutSource", (Layer,), {"forward": eval(
    "lambda self, x: x + self.fc2(self.activation_fn(self.fc1(self.norm(x))))", {})})


def shared(name):
    """Two layers that share a module."""
    layers = nn.Sequential(Inline(), Inline())
    setattr(layers[1], name, getattr(layers[0], name))
    return layers


def of_two(change):
    layers = nn.Sequential(Inline(), Inline())
    change(layers[0])
    return layers


@pytest.mark.parametrize("layer", [Inline, InTwoLines])
def test_blocks_in_layers(layer):
    """Three modules are replaced; training, loading, copies, pickles and undo are as for other blocks."""
    model = nn.Sequential(layer(), layer()).eval()
    plain, x, names = copy.deepcopy(model), rows(), list(model.state_dict())
    with ft.accelerate(model) as accelerated:
        assert {one.path: type(one.replacement).__name__ for one in accelerated.replaced} == {
            f"{i}.{name}": kind for i in (0, 1) for name, kind in
            [("fc1", "FusedLinear"), ("fc2", "FusedLinear"), ("activation_fn", "FusedActivation")]}
        assert "activation='gelu'" in repr(model[0].fc1)
        check_same(plain, model, x)
        other = nn.Sequential(layer(), layer()).eval()
        model.load_state_dict(other.state_dict())
        check_same(other, model, x)
        for copied in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            copied.load_state_dict(plain.state_dict())
            check_same(plain, copied, x)
        assert list(model.state_dict()) == names
        for one in (model, other):
            torch.manual_seed(1)
            one.train()(x).sum().backward()
        torch.testing.assert_close(model[0].fc1.weight.grad, other[0].fc1.weight.grad)
        model.eval()
        with torch.no_grad():
            torch._dynamo.reset()
            torch.testing.assert_close(torch.compile(model, backend="aot_eager")(x), other.eval()(x))
        model[0].fc1.train()
        check_same(other, model, x)
    assert type(model[0].activation_fn) is nn.GELU and torch.equal(model.eval()(x), other(x))


@pytest.mark.parametrize("make, reason", [
    (Between, "name 'fc1' 1 times, and the two together 0 times"),
    (KeepsTheFirst, "the two together 0 times"), (WithArguments, "the two together 0 times"),
    (CallsTwice, "name 'activation_fn' 2 times, and the two together 1 times"),
    (ByName, "name 'fc1' 2 times"),
    (InAnotherMethod, "name 'fc1' 2 times"), (Inherited, "name 'fc1' 2 times"),
    (Wrapped, "wrapped by a function of"), (WithoutSource, "the code of WithoutSource.forward cannot be read"),
    (lambda: with_forward(Inline()), "the forward of Inline was replaced"),
    (lambda: of_two(lambda layer: hooked(layer.fc1)), "Linear has hooks"),
    (lambda: of_two(lambda layer: hooked(layer.activation_fn)), "GELU has hooks"),
    (lambda: of_two(lambda layer: setattr(layer, "activation_fn", DoubledGELU())), "DoubledGELU is derived"),
    (lambda: of_two(lambda layer: setattr(layer, "fc1", Custom(16, 24))), "Custom is neither nn.Linear"),
    (lambda: shared("activation_fn"), "GELU is in other places of the model, too"),
    (lambda: shared("fc1"), "Linear is in other places of the model, too"),
], ids=lambda one: getattr(one, "__name__", str(one)))
def test_layers_whose_pair_is_not_shown_to_be_one(make, reason):
    model = nn.Sequential(make()).eval()
    plain = copy.deepcopy(model)
    with pytest.raises(ValueError, match=reason):
        ft.accelerate(model)
    accelerated = ft.accelerate(model, strict=False)
    kinds = [type(one.replacement).__name__ for one in accelerated.replaced]
    refused = {path for path, why in accelerated.refused.items() if re.search(reason, why)}
    pairs = sum(isinstance(one, Layer) for one in model.modules()) - len(refused & {"0", "0.0", "0.1"})
    assert refused and kinds.count("FusedActivation") == kinds.count("FusedLinear") / 2 == pairs
    check_same(plain, model, rows())


@pytest.mark.parametrize("change", [
    lambda layer: layer.fc1.register_forward_hook(lambda *call: None),
    lambda layer: layer.activation_fn.register_forward_pre_hook(lambda *call: None),
    lambda layer: setattr(layer, "activation_fn", nn.ReLU()), with_forward,
])
def test_changes_to_a_pair_are_not_ignored(change):
    model = nn.Sequential(Inline()).eval()
    accelerated = ft.accelerate(model)
    fused = model[0].fc1
    change(model[0])
    with pytest.raises(RuntimeError, match="was replaced or got a hook"):
        fused(torch.ones(2, 16))
    accelerated.undo()
