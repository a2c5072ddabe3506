"""``python -m fastact inspect``: what is in a file of weights."""

import importlib.util
import json

import numpy as np
import pytest

import fastact as fa
from helpers import in_process
from weight_files import gguf_file, random_bytes, safetensors


def rows(out):
    """The table's cells, without its head."""
    lines = out.splitlines()
    return [line.split("  ") for line in lines[2:lines.index("")]]


def test_gguf(tmp_path):
    pytest.importorskip("gguf", reason="needs the package gguf")
    path = tmp_path / "model.gguf"
    gguf_file(path, {"blk.0.w": random_bytes("Q4_K", (6, 512)), "norm": ("F32", (5,), bytes(20)),
                     "odd": random_bytes("IQ2_XXS", (2, 256))})
    status, out, err = in_process("inspect", str(path))
    assert (status, err) == (0, "")
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows(out)]
    assert cells == [["blk.0.w", "6 × 512", "q4_k", "1,728"], ["norm", "5", "float32", "20"],
                     ["odd", "2 × 256", "iq2_xxs", "132"]]
    assert "3 arrays, 1,880 bytes" in out and "q4_k: 1 arrays, 1,728 bytes" in out
    status, out, err = in_process("inspect", "--json", str(path))
    assert status == 0 and json.loads(out)[0] == {"name": "blk.0.w", "shape": [6, 512], "format": "q4_k", "bytes": 1728}


@pytest.mark.skipif(importlib.util.find_spec("safetensors") is None, reason="needs the package safetensors")
def test_safetensors(tmp_path):
    tensors = {"a": np.ones((3, 4), np.float32), "w.weight": ("F8_E4M3", (4, 8), bytes(32)),
               "w.weight_scale_inv": np.ones((1, 1), np.float32), "one": np.array(1.5, np.float32)}
    (tmp_path / "model.safetensors").write_bytes(safetensors(tensors))
    for path in (tmp_path, tmp_path / "model.safetensors"):
        status, out, err = in_process("inspect", str(path))
        assert (status, err) == (0, "")
        assert "4 × 8" in out and "float8_e4m3" in out and "scalar" in out and "3 arrays, 88 bytes" in out


def test_an_array_of_ours(tmp_path):
    fa.quantize(np.ones((2, 64)), "q4_1").save(tmp_path / "weights")
    status, out, err = in_process("inspect", str(tmp_path / "weights"))
    assert (status, err) == (0, "") and "2 × 64" in out and "q4_1" in out


@pytest.mark.parametrize("make", [lambda path: path.write_bytes(b"GGUF" + bytes(20)), lambda path: path.write_bytes(b"abc"),
                                  lambda path: None, lambda path: path.mkdir()])
def test_errors(tmp_path, make):
    pytest.importorskip("gguf")
    pytest.importorskip("safetensors")
    make(tmp_path / "file")
    status, out, err = in_process("inspect", str(tmp_path / "file"))
    assert (status, out) == (1, "") and str(tmp_path / "file") in err
