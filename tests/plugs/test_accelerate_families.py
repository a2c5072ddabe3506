"""accelerate(model): the families of models that it knows, in small; equal outputs, and what was replaced."""

import copy
import importlib
import pickle

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
nn = torch.nn

import fastact.torch as ft  # noqa: E402
from accelerate_helpers import (  # noqa: E402
    HALF, Block, check_same, error, hooked, in_model, keeps, of_transformers, rows, with_forward,
)
from fastact.torch._accelerate.fused import Fused, FusedMLP  # noqa: E402

SIZES = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
         "num_key_value_heads": 2, "head_dim": 8, "vocab_size": 99, "max_position_embeddings": 64, "pad_token_id": 0}
T5 = {"d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 2, "num_heads": 4, "vocab_size": 99}
BART = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4, "encoder_ffn_dim": 48,
        "decoder_attention_heads": 4, "decoder_ffn_dim": 48, "vocab_size": 99, "max_position_embeddings": 64,
        "pad_token_id": 0, "num_mel_bins": 8, "max_source_positions": 16, "max_target_positions": 32}
MIXED = SIZES | {"n_routed_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24, "share_expert_dim": 24,
                 "mlp_layer_types": ["dense", "sparse"], "sliding_window": 16, "use_cache": False}
FAMILIES = {  # configuration -> (its sizes, modules replaced)
    **dict.fromkeys(("Llama", "Mistral", "Qwen2", "Qwen3", "Gemma", "Gemma2", "Gemma3Text", "Phi", "Phi3", "GPTNeoX",
                     "CLIPText"), (SIZES, 2)),
    "Bert": (SIZES, 5),     # two for each layer, and the pooler's tanh
    "Roberta": (SIZES, 5), "Electra": (SIZES, 4),
    "GPT2": ({"n_embd": 32, "n_layer": 2, "n_head": 4, "vocab_size": 99, "n_positions": 64}, 2),
    "GPTJ": ({"n_embd": 32, "n_layer": 2, "n_head": 4, "rotary_dim": 4, "vocab_size": 99, "n_positions": 64}, 2),
    "DistilBert": ({"dim": 32, "hidden_dim": 48, "n_layers": 2, "n_heads": 4, "vocab_size": 99}, 2),
    **dict.fromkeys(("Nemotron", "Arcee", "ModernBert", "Apertus"), (SIZES, 2)),
    # The dense block of one layer, the shared expert of the other, and the activation of the routed experts.
    # Its routed experts are refused: their class takes no other implementations.
    "Step3p7Text": (MIXED | {"layer_types": ["full_attention"] * 2, "swiglu_limits_shared": [7.0, 16.0]}, 3),
    # In each layer the shared expert, the routed experts, and the activation of the scores.
    "DeepseekV4": (SIZES | {"n_routed_experts": 4, "moe_intermediate_size": 24}, 6),
    "Glm5NextText": (MIXED | {
        "num_key_value_heads": 4, "head_dim": 0, "kv_lora_rank": 16, "q_lora_rank": 16, "v_head_dim": 8, "bos_token_id": 1,
        "qk_nope_head_dim": 8, "index_head_dim": 8, "index_n_heads": 2, "linear_head_dim": 8, "linear_num_heads": 4}, 3),
    "T5": (T5, 4), "MT5": (T5, 4),      # wi, wo; wi_0, wi_1, wo
    # Three for each layer: the activation goes into fc1, and fc2 stands alone.
    "OPT": (SIZES | {"ffn_dim": 48, "word_embed_proj_dim": 32}, 6),
    "Bart": (BART, 12), "Whisper": (BART, 12),
}
IN_LAYERS = {"OPT", "Bart", "Whisper"}      # those without a module for the feed-forward block


def model_of(family, dtype=torch.float32):
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    if not hasattr(transformers, f"{family}Config"):
        pytest.skip(f"this version of transformers has no {family}")
    torch.manual_seed(0)
    config = getattr(transformers, f"{family}Config")(**FAMILIES[family][0])
    config._experts_implementation = "eager"    # the others take no float64
    try:
        model = transformers.AutoModel.from_config(config).eval().to(dtype)
    except ValueError:      # a part of a model
        module = importlib.import_module(type(config).__module__.replace("configuration_", "modeling_"))
        model = getattr(module, f"{family}Model")(config).eval().to(dtype)
    for parameter in model.parameters():    # weights as after training: the small ones of the start hide errors
        parameter.data.mul_(3)
    return model


IDS = torch.arange(1, 15).reshape(2, 7)


def output(model):
    inputs = {"input_ids": IDS}
    if model.main_input_name == "input_features":   # of Whisper, twice as long as its positions
        features = torch.randn(2, 8, 32, generator=torch.Generator().manual_seed(2))
        inputs = {"input_features": features.to(model.dtype)}
    if model.config.is_encoder_decoder:
        inputs["decoder_input_ids"] = IDS.flip(1)
    with torch.no_grad():
        return model(**inputs).last_hidden_state


@pytest.mark.parametrize("family", FAMILIES)
def test_accelerate(family):
    model = model_of(family)
    true, names = output(copy.deepcopy(model).double()), list(model.state_dict())
    expected, modules_before = output(model), dict(model.named_modules())
    accelerated = ft.accelerate(model, strict=family != "Step3p7Text")
    assert all("Experts" in why for why in accelerated.refused.values())
    assert len(accelerated.replaced) == FAMILIES[family][1]
    kinds = {type(one.replacement).__name__ for one in accelerated.replaced}
    assert kinds == {"FusedActivation", "FusedLinear"} if family in IN_LAYERS else "FusedMLP" in kinds
    for one in accelerated.replaced:
        assert model.get_submodule(one.path) is one.replacement and modules_before[one.path] is one.original
        assert one.path in repr(accelerated)
    # Rounding grows on its way through a model, most of all through T5's attention, which has no scale.
    assert error(output(model), true) <= 3 * error(expected, true) + 1e-6 * float(true.abs().max())
    assert list(model.state_dict()) == names
    assert not any(module.training for module in model.modules())
    accelerated.undo()
    accelerated.undo()
    assert not any(module.training for module in model.modules())
    assert dict(model.named_modules()) == modules_before and torch.equal(output(model), expected)


@pytest.mark.parametrize("family", FAMILIES)
def test_accelerate_linear_layers(family):
    model = model_of(family)
    true, names = output(copy.deepcopy(model).double()), list(model.state_dict())
    expected, modules_before = output(model), dict(model.named_modules())
    accelerated = ft.accelerate(model, linear=True, strict=False)
    assert all("GroupedLinear is neither nn.Linear nor" in why or "Step3p7" in why      # DeepSeek's
               for why in accelerated.refused.values())
    left = [path for path, one in model.named_modules() if type(one).__name__ in ("Linear", "Conv1D")]
    assert all(isinstance(model.get_submodule(path.rpartition(".")[0]), FusedMLP) for path in left), "but the originals"
    assert error(output(model), true) <= 3 * error(expected, true) + 1e-6 * float(true.abs().max())
    assert list(model.state_dict()) == names
    accelerated.undo()
    assert dict(model.named_modules()) == modules_before and torch.equal(output(model), expected)


@pytest.mark.parametrize("dtype", HALF, ids=str)
@pytest.mark.parametrize("family", ["Llama", "Bert", "GPT2"])
def test_accelerate_half_precision(family, dtype):
    model, name = model_of(family, dtype), str(dtype).removeprefix("torch.")
    reference = output(copy.deepcopy(model).float())
    before = (output(model).float() - reference).abs().max()
    if not keeps(dtype):
        with pytest.raises(ValueError, match=f"cannot keep weights as {name}.*weight_dtype='float32'"):
            ft.accelerate(model)
        assert not any(isinstance(module, Fused) for module in model.modules())
    with ft.accelerate(model, weight_dtype="float32"):
        assert (output(model).float() - reference).abs().max() <= 2 * before
    if not keeps(dtype):
        pytest.skip(f"projections do not keep weights as {name} here")
    with ft.accelerate(model) as accelerated:
        fused = next(one.replacement for one in accelerated.replaced if isinstance(one.replacement, FusedMLP))
        assert fused.packed.layer.weight_dtype == name
        assert (output(model).float() - reference).abs().max() <= 2 * before


def test_weights_that_change_under_bert():
    """Its second matrix is in another module."""
    model, other = model_of("Bert"), model_of("Bert")
    for parameter in other.parameters():
        parameter.data.mul_(1.5)
    expected = output(other)
    with ft.accelerate(model):
        model.load_state_dict(other.state_dict())
        torch.testing.assert_close(output(model), expected, rtol=1e-4, atol=1e-5)
        model.encoder.layer[1].output.dense.weight.requires_grad_(False).mul_(2)
        other.encoder.layer[1].output.dense.weight.requires_grad_(False).mul_(2)
        torch.testing.assert_close(output(model), output(other), rtol=1e-4, atol=1e-5)
        model.double()
        with pytest.raises(RuntimeError, match="not torch.float64 on cpu: call .undo"):
            output(model)


def test_accelerated_models_compile():
    model = model_of("Llama")
    with ft.accelerate(model), torch.no_grad():
        torch._dynamo.reset()
        compiled = torch.compile(model, backend="aot_eager")
        torch.testing.assert_close(compiled(input_ids=IDS).last_hidden_state, output(model))


# ---------------------------------------------------------- limits, and learned parameters --

WIDTHS = {"hidden_size": 32, "intermediate_size": 48}
STEP = "step3p7.Step3p7MLP", "Step3p7TextConfig"


@pytest.mark.parametrize("dtype", [torch.float32, *HALF], ids=str)
@pytest.mark.parametrize("path, config, more, activation", [
    # Step-3.7 limits gate and up at 16, and 0 means no limit; without one its replacement was off by 44 times the largest.
    (*STEP, {"swiglu_limits_shared": [16.0]}, "swiglu_clamped_after"),
    (*STEP, {"swiglu_limits_shared": [3.0]}, ("swiglu_clamped_after", {"limit": 3.0})),
    (*STEP, {"swiglu_limits_shared": [6e4]}, ("swiglu_clamped_after", {"limit": 6e4})),
    (*STEP, {"swiglu_limits_shared": [0.0]}, "silu"),
    ("deepseek_v4.DeepseekV4MLP", "DeepseekV4Config", {}, ("swiglu_clamped", {"alpha": 1.0, "limit": 10.0, "offset": 0.0})),
    ("glm5_next.Glm5NextTextMLP", "Glm5NextTextConfig", {"swiglu_limit": 2.0},
     ("swiglu_clamped", {"alpha": 1.0, "limit": 2.0, "offset": 0.0})),
    ("minimax_m3_vl.MiniMaxM3VLDenseMLP", "MiniMaxM3VLTextConfig", {"dense_intermediate_size": 48}, "swiglu_clamped"),
    ("minimax_m3_vl.MiniMaxM3VLDenseMLP", "MiniMaxM3VLTextConfig",
     {"dense_intermediate_size": 48, "swiglu_alpha": 1.0, "swiglu_limit": 3.0},
     ("swiglu_clamped", {"alpha": 1.0, "limit": 3.0})),
])
def test_a_clamp_is_not_lost(path, config, more, activation, dtype):
    """A limit before the activation is told from one after it, which at 16 differs by less than rounding."""
    if not keeps(dtype):
        pytest.skip(f"projections do not keep weights as {dtype} here")
    model = of_transformers(path, (config, WIDTHS | more), **({"layer_idx": 0} if path == STEP[0] else {})).to(dtype)
    original = copy.deepcopy(model)
    fused = ft.accelerate(model).replaced[0].replacement
    assert fused.packed.layer.activation == activation
    check_same(original, model, rows(32).to(dtype))


def limited(forward=None, limit=7.0, activation=None):
    """DeepSeek V4's block, with an attribute `limit`."""
    block = Block(forward or (lambda self, x: self.down_proj(self.act_fn(self.gate_proj(x).clamp(max=self.limit))
                                                             * self.up_proj(x).clamp(-self.limit, self.limit))))
    block.limit, block.act_fn = limit, activation or nn.SiLU()
    return in_model(block)


@pytest.mark.parametrize("make, reason", [
    (lambda: limited(Block.forward), "does not give its results"),
    (lambda: limited(Block.forward, 1e9), "does not give its results"),
    (lambda: limited(Block.forward, torch.inf), "does not give its results"),
    (lambda: limited(lambda self, x: self.down_proj(self.act_fn(self.gate_proj(x).clamp(-self.limit, self.limit))
                                                    * self.up_proj(x).clamp(-self.limit, self.limit))), "does not give"),
    (lambda: limited(lambda self, x: self.down_proj(self.act_fn(self.gate_proj(x).clamp(max=7))
                                                    * self.up_proj(x).clamp(-7, 7))), "does not give its results"),
    (lambda: limited(lambda self, x: self.down_proj(self.act_fn(self.gate_proj(x)) * self.up_proj(x)).clamp(max=self.limit)),
     "does not give its results"),
    (lambda: limited(limit=0), "its attribute 'limit' .0. is no positive number"),
    (lambda: limited(limit=torch.nan), "its attribute 'limit' .nan. is no positive number"),
    (lambda: limited(limit=torch.tensor(7.0)), "its attribute 'limit' .tensor.* is no positive number"),
    (lambda: limited(activation=nn.GELU()), "its activation GELU has no counterpart with a limit"),
], ids=["none", "none, large", "none, infinite", "gate below", "constant", "result", "0", "NaN", "tensor", "GELU"])
def test_limits_that_are_others(make, reason):
    model = make()
    original, x = copy.deepcopy(model), rows()
    with pytest.raises(ValueError, match=reason):
        ft.accelerate(model)
    ft.accelerate(model, strict=False)
    check_same(original, model, x)


def test_limits_are_known():
    for limit in (0.5, 7, 1000.0, 1e9, torch.inf):
        model = limited(limit=limit)
        original = copy.deepcopy(model)
        assert isinstance(ft.accelerate(model).replaced[0].replacement, FusedMLP)
        check_same(original, model, rows())


def test_xielu():
    """It was replaced by PReLU.  Its parameters stay where they are: they are learned, loaded and packed anew."""
    pytest.importorskip("transformers", reason="transformers is not installed")
    model = of_transformers("apertus.ApertusMLP", ("ApertusConfig", WIDTHS))
    model.append(copy.deepcopy(model[0].act_fn))
    original, other, names = copy.deepcopy(model), copy.deepcopy(model), list(model.state_dict())
    with torch.no_grad():
        for act in (other[0].act_fn, other[1]):
            act.alpha_p.fill_(0.3)
            act.alpha_n.fill_(-0.7)
    accelerated = ft.accelerate(model)
    assert [type(one.replacement).__name__ for one in accelerated.replaced] == ["FusedMLP", "LearnedXIELU"]
    check_same(original, model, rows(32))
    model.load_state_dict(other.state_dict())
    check_same(other, model, rows(32))
    for copied in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        check_same(other, copied, rows(32))
    assert list(model.state_dict()) == names
    for one in (model, other):
        one.train()(rows(32)).square().sum().backward()
    for mine, theirs in zip(model.parameters(), other.parameters()):
        torch.testing.assert_close(mine.grad, theirs.grad, rtol=1e-4, atol=1e-5)
    accelerated.undo()
    assert torch.equal(model(rows(32)), other(rows(32)))


@pytest.mark.parametrize("change", [
    lambda act: setattr(act, "extra", 1.0), lambda act: setattr(act, "_xielu_python", torch.sin),
    lambda act: hooked(act), lambda act: with_forward(act)])
def test_a_changed_xielu(change):
    activations = pytest.importorskip("transformers.activations", reason="transformers is not installed")
    act = activations.ACT2FN["xielu"]
    change(act)
    assert "0" in ft.accelerate(nn.Sequential(act, nn.ReLU()).eval(), strict=False).refused
