"""Routed experts of transformers: accelerate(model) and the extension point; equal outputs, or refused."""

import copy
import gc
import importlib
import pickle
import types
import weakref

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
transformers = pytest.importorskip("transformers", reason="transformers is not installed")
moe = pytest.importorskip("transformers.integrations.moe", reason="this version of transformers has no extension point")
nn = torch.nn

import fastact.torch as ft  # noqa: E402
from accelerate_helpers import HALF, error, hooked, keeps  # noqa: E402
from fastact.torch._accelerate.experts import FusedExperts  # noqa: E402

SIZES = {"hidden_size": 64, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 4,
         "head_dim": 16, "vocab_size": 99, "max_position_embeddings": 64, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
         "num_experts_per_tok": 2}
ROUTED = SIZES | {"moe_intermediate_size": 40}
DEEPSEEK = ROUTED | {"n_routed_experts": 8, "n_group": 4, "topk_group": 2, "kv_lora_rank": 16, "q_lora_rank": 16,
                     "qk_nope_head_dim": 16, "qk_rope_head_dim": 16, "v_head_dim": 16, "first_k_dense_replace": 1,
                     "n_shared_experts": 1}
FAMILIES = {    # configuration, and the number of modules of experts
    "Mixtral": (SIZES | {"num_local_experts": 4}, 2),
    "Qwen2Moe": (ROUTED | {"num_experts": 6, "shared_expert_intermediate_size": 56}, 2),
    "Qwen3Moe": (ROUTED | {"num_experts": 6}, 2), "Olmoe": (ROUTED | {"num_experts": 6}, 2),
    "DeepseekV2": (DEEPSEEK | {"topk_method": "group_limited_greedy"}, 1), "DeepseekV3": (DEEPSEEK, 1),
    "GptOss": (SIZES | {"num_local_experts": 4}, 2),
    "Glm4Moe": (ROUTED | {"n_routed_experts": 8, "n_group": 2, "topk_group": 1, "first_k_dense_replace": 1,
                          "n_shared_experts": 1}, 1),
    "GraniteMoe": (SIZES | {"num_local_experts": 4}, 2),
    "DeepseekV4": (SIZES | {"n_routed_experts": 4, "moe_intermediate_size": 24}, 2),
    "MiniMaxM2": (SIZES | {"num_local_experts": 4}, 2),
}
IDS = torch.arange(1, 15).reshape(2, 7)


def model_of(family, dtype=torch.float32):
    if not hasattr(transformers, f"{family}Config"):
        pytest.skip(f"this version of transformers has no {family}")
    torch.manual_seed(0)
    config = getattr(transformers, f"{family}Config")(**FAMILIES[family][0])
    config._experts_implementation = "eager"
    model = transformers.AutoModel.from_config(config).eval().to(dtype)
    for parameter in model.parameters():    # weights as after training: the small ones of the start hide errors
        parameter.data.mul_(3)
    return model


def output(model):
    with torch.no_grad():
        return model(input_ids=IDS).last_hidden_state


def experts_in(model):
    return [module for module in model.modules() if type(module).__name__.endswith("Experts")]


def check_output(found, expected, true):
    assert error(found, true) <= 3 * error(expected, true) + 1e-6 * float(true.abs().max())


@pytest.mark.parametrize("family", FAMILIES)
def test_accelerate(family):
    model = model_of(family)
    true, expected, names = output(copy.deepcopy(model).double()), output(model), list(model.state_dict())
    accelerated = ft.accelerate(model)
    ours = [one for one in accelerated.replaced if isinstance(one.replacement, FusedExperts)]
    assert len(ours) == FAMILIES[family][1] and "Experts(" in repr(ours[0])
    check_output(output(model), expected, true)
    assert list(model.state_dict()) == names
    other = pickle.loads(pickle.dumps(copy.deepcopy(model)))
    assert torch.equal(output(other), output(model))
    accelerated.undo()
    assert torch.equal(output(model), expected)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_extension_point(family):
    model = model_of(family)
    true, expected = output(copy.deepcopy(model).double()), output(model)
    ft.register_experts()
    model.set_experts_implementation("fastact")
    check_output(output(model), expected, true)
    for parameter in experts_in(model)[0].parameters():     # packed again
        parameter.data = parameter.data * 2
    model.set_experts_implementation("eager")
    expected, true = output(model), output(copy.deepcopy(model).double())
    model.set_experts_implementation("fastact")
    check_output(output(model), expected, true)


def block_of(family, dtype=torch.float32):
    return experts_in(model_of(family, dtype))[0]


def alone(module):
    """A model of this module alone."""
    return nn.ModuleList([module]).eval()


def routes(rows, experts, k=2, dtype=torch.float32):
    generator = torch.Generator().manual_seed(1)
    ids = torch.stack([torch.randperm(experts, generator=generator)[:k] for _ in range(rows)])
    return ids, torch.rand(rows, k, generator=generator).to(dtype)


@pytest.mark.parametrize("dtype", HALF, ids=str)
@pytest.mark.parametrize("family", ["Mixtral", "GptOss", "DeepseekV4"])
def test_half_precision(family, dtype):
    if not keeps(dtype):
        pytest.skip(f"no weights in {dtype} here")
    block = block_of(family, dtype)
    ids, weights = routes(20, block.num_experts, dtype=dtype)
    x = torch.randn(20, 64, generator=torch.Generator().manual_seed(2)).to(dtype)
    with torch.no_grad():
        true = copy.deepcopy(block).double()(x.double(), ids, weights.double())
        expected = block(x, ids, weights)
        found = ft.accelerate(alone(block)).replaced[0].replacement(x, ids, weights)
    assert found.dtype is dtype and error(found, true) <= 1.1 * error(expected, true) + 1e-3 * float(true.abs().max())


@pytest.mark.parametrize("weight_dtype", ["int8", "int4"])
@pytest.mark.parametrize("family", ["Mixtral", "GptOss", "Qwen3Moe"])
def test_quantised_weights(family, weight_dtype):
    # Beside a model: weights that are off may send a token to other experts.  Beside the dequantised ones: `accelerate`.
    block = block_of(family)
    ids, weights = routes(20, block.num_experts)
    x = torch.randn(20, 64, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        expected = block(x, ids, weights)
        found = ft.accelerate(alone(block), weight_dtype=weight_dtype).replaced[0].replacement
        assert found.packed.layer.weight_dtype == weight_dtype
        assert error(found(x, ids, weights), expected.double()) <= (
            0.02 if weight_dtype == "int8" else 0.3) * float(expected.abs().max())


def test_training_uses_the_original():
    block = block_of("Mixtral")
    ids, weights = routes(5, block.num_experts)
    x = torch.randn(5, 64, requires_grad=True)
    replaced = ft.accelerate(alone(block)).replaced[0].replacement
    with pytest.raises(NotImplementedError, match="packed"):
        replaced(x, ids, weights).sum().backward()
    replaced.train()
    replaced(x, ids, weights).sum().backward()
    assert x.grad is not None and block.gate_up_proj.grad is not None


def test_arguments_by_name_and_padding():
    block = block_of("GptOss")
    ids, weights = routes(5, 4)
    x = torch.randn(5, 64)
    replaced = ft.accelerate(alone(block)).replaced[0].replacement
    with torch.no_grad():
        expected = replaced(x, ids, weights)
        assert torch.equal(replaced(x, routing_weights=weights, router_indices=ids), expected)
        padded = torch.cat([ids, torch.full((5, 1), 4)], 1), torch.cat([weights, torch.full((5, 1), torch.nan)], 1)
        assert torch.equal(replaced(x, *padded), expected)


def test_changed_weights_are_packed_again():
    block = block_of("Mixtral")
    ids, weights = routes(5, 4)
    x = torch.randn(5, 64)
    replaced = ft.accelerate(alone(block)).replaced[0].replacement
    with torch.no_grad():
        before = replaced(x, ids, weights)
        block.down_proj.mul_(2)
        assert torch.equal(replaced(x, ids, weights), 2 * before)


def test_compiled():
    block = block_of("Mixtral")
    ids, weights = routes(5, 4)
    x = torch.randn(5, 64)
    replaced = ft.accelerate(alone(block)).replaced[0].replacement
    with torch.no_grad():
        compiled = torch.compile(replaced, backend="eager", fullgraph=True)
        assert torch.equal(compiled(x, ids, weights), replaced(x, ids, weights))


# ------------------------------------------------------------------------------------------------- refused --

def experts_class(gate=None, forward=None, **flags):
    """A decorated class of experts, with a gate or a forward of its own."""
    base = importlib.import_module("transformers.models.mixtral.modeling_mixtral").MixtralExperts
    members = {"forward": base.forward.__wrapped__ if forward is None else forward, "__module__": __name__,
               "__init__": base.__init__.__wrapped__}
    if gate is not None:
        members["_apply_gate"] = gate
    return moe.use_experts_implementation(type("MyExperts", (nn.Module,), members), **flags)


def make(cls, change=None):
    config = types.SimpleNamespace(hidden_size=32, intermediate_size=24, num_local_experts=4, hidden_act="silu",
                                   _experts_implementation="eager")
    torch.manual_seed(0)
    with torch.no_grad():
        # The __init__ of the original class calls super() of that class.
        module = importlib.import_module("transformers.models.mixtral.modeling_mixtral").MixtralExperts(config)
        module.__class__ = cls
        for parameter in module.parameters():
            parameter.normal_(std=0.2)
    if change is not None:
        change(module)
    return module.eval()


def with_gate(function):
    """A class whose forward, and `_apply_gate`, compute hidden units by a function of the first product."""
    def gate(self, both):
        return function(self, both)

    def forward(self, hidden_states, top_k_index, top_k_weights):
        y = torch.zeros_like(hidden_states)
        for expert in range(self.num_experts):
            token, slot = torch.where(top_k_index == expert)
            hidden = self._apply_gate(nn.functional.linear(hidden_states[token], self.gate_up_proj[expert]))
            y.index_add_(0, token, nn.functional.linear(hidden, self.down_proj[expert]) * top_k_weights[token, slot, None])
        return y
    return experts_class(gate, forward)


def halves(both):
    return both.chunk(2, -1)


KNOWN = {
    "the usual one": lambda self, both: nn.functional.silu(halves(both)[0]) * halves(both)[1],
    "interleaved": lambda self, both: nn.functional.silu(both[..., ::2]) * both[..., 1::2],
}
UNKNOWN = {
    "another activation": lambda self, both: nn.functional.gelu(halves(both)[0]) * halves(both)[1],
    "the gate second": lambda self, both: nn.functional.silu(halves(both)[1]) * halves(both)[0],
    "a clamp": lambda self, both: nn.functional.silu(halves(both)[0]).clamp(max=3) * halves(both)[1],
    "a scale": lambda self, both: 1.01 * nn.functional.silu(halves(both)[0]) * halves(both)[1],
    "an offset": lambda self, both: nn.functional.silu(halves(both)[0]) * (halves(both)[1] + 1),
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_gate_of_its_own_is_recognised(name):
    module = make(with_gate(KNOWN[name]))
    ids, weights = routes(6, 4)
    x = torch.randn(6, 32)
    with torch.no_grad():
        expected = module(x, ids, weights)
        found = ft.accelerate(alone(module)).replaced[0].replacement(x, ids, weights)
    assert torch.allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_gate_of_its_own_is_refused(name):
    module = make(with_gate(UNKNOWN[name]))
    with pytest.raises(ValueError, match="does not give its results"):
        ft.accelerate(alone(module))
    ft.register_experts()
    module.config._experts_implementation = "fastact"
    with pytest.raises(ValueError, match="fastact cannot compute MyExperts"):
        module(torch.randn(6, 32), *routes(6, 4))


def scaled_parameters(module):
    module.per_expert_scale = nn.Parameter(torch.ones(4))


REFUSED = {
    "attribute 'factor'": lambda module: setattr(module, "factor", 2.0),
    "parameters or buffers": scaled_parameters,
    "modules that accelerate does not know: norm": lambda module: setattr(module, "norm", nn.LayerNorm(32)),
    "has a norm after each expert": lambda module: setattr(module, "has_post_expert_norm", True),
    "has some of the experts only": lambda module: setattr(module, "_is_expert_parallel", True),
    "hooks": hooked, "_apply_gate of MyExperts was replaced": lambda module: setattr(module, "_apply_gate", lambda both: both),
    "float64": lambda module: module.double(), "on meta": lambda module: module.to("meta"),
}


@pytest.mark.parametrize("match", REFUSED)
def test_what_is_refused(match):
    module = make(experts_class(), REFUSED[match])
    with pytest.raises(ValueError, match=match):
        ft.accelerate(alone(module))
    accelerated = ft.accelerate(alone(module), strict=False)
    assert "0" in accelerated.refused


def test_undecorated_classes_are_refused():
    class OtherExperts(nn.Module):
        def __init__(self):
            super().__init__()
            self.gate_up_proj, self.down_proj = nn.Parameter(torch.ones(2, 6, 4)), nn.Parameter(torch.ones(2, 4, 3))

        def forward(self, x, ids, weights):
            return x

    with pytest.raises(ValueError, match="its class is not prepared for other implementations"):
        ft.accelerate(alone(OtherExperts().eval()))


def test_the_registry_keeps_no_module():
    ft.register_experts()
    module = make(experts_class())
    module.config._experts_implementation = "fastact"
    with torch.no_grad():
        module(torch.randn(3, 32), *routes(3, 4))
    alive = weakref.ref(module)
    del module
    gc.collect()
    assert alive() is None
