"""Files and pickles of routed experts."""

import json
import pickle
import struct
import zlib

import numpy as np
import pytest

import fastact as fa
from fastact._formats import FORMATS
from fastact._layers import files
from test_experts import numbers, routes, same_bits

SHARED = [None, "GatedMLP", "MLP"]


def make(weight_dtype="float32", shared=None, gated=True, width=64, hidden=64, **named):
    gate_up, down = numbers(4, (1 + gated) * hidden, width, seed=1), numbers(4, width, hidden, seed=2)
    if shared == "GatedMLP":
        named["shared"] = fa.GatedMLP(gate_up[0, :32], gate_up[1, :32], down[0, :, :32], weight_dtype=weight_dtype)
    elif shared == "MLP":
        named["shared"] = fa.MLP(gate_up[0, :32], down[0, :, :32], activation="relu", weight_dtype="float16")
    return fa.Experts(gate_up, down, down_bias=numbers(4, width), gated=gated, weight_dtype=weight_dtype, **named)


def test_files_and_pickles(tmp_path):
    x, (ids, scales) = numbers(9, 64), routes(9, 3, 4)
    path = tmp_path / "experts"
    for weight_dtype in (*FORMATS, "int8", "int4"):
        for shared in SHARED:
            for gated in (True, False):
                experts = make(weight_dtype, shared, gated, activation=("swish", {"beta": 1.5}), accuracy="fast")
                expected = experts(x, ids, scales)
                experts.save(path)
                for mmap in (True, False):
                    loaded = fa.Experts.load(path, mmap=mmap)
                    same_bits(loaded(x, ids, scales), expected)
                    assert (repr(loaded), loaded.nbytes) == (repr(experts), experts.nbytes)
                    assert (loaded.accuracy, loaded.activation) == ("fast", ("swish", {"beta": 1.5}))
                    assert (loaded.shared is None) == (shared is None)
                    del loaded
                same_bits(pickle.loads(pickle.dumps(experts))(x, ids, scales), expected)


def test_a_shard_in_a_file(tmp_path):
    shard = make(shared="GatedMLP").shard(1, 2)
    x, (ids, scales) = numbers(9, 64), routes(9, 3, 4)
    shard.save(tmp_path / "shard")
    loaded = fa.Experts.load(tmp_path / "shard")
    assert loaded.expert_range == range(2, 4) and loaded.num_experts == 4 and loaded.shared is None
    same_bits(loaded(x, ids, scales), shard(x, ids, scales))


def test_experts_in_different_formats(tmp_path):
    formats = ["q8_0", "q4_0", "q4_0", "int8"]
    one, two = (([fa.quantize(numbers(*shape, seed=seed), format) for seed, format in enumerate(formats)])
                for shape in ((128, 64), (64, 64)))
    experts = fa.Experts(one, two)
    x, (ids, scales) = numbers(9, 64), routes(9, 3, 4)
    experts.save(tmp_path / "mixed")
    same_bits(fa.Experts.load(tmp_path / "mixed")(x, ids, scales), experts(x, ids, scales))
    same_bits(pickle.loads(pickle.dumps(experts))(x, ids, scales), experts(x, ids, scales))


def test_many_experts_fit_into_the_header(tmp_path):
    gate_up, down = numbers(512, 64, 32), numbers(512, 32, 32)
    experts = fa.Experts(fa.quantize(gate_up, "mxfp4"), fa.quantize(down, "mxfp4"))
    experts.save(tmp_path / "many")
    x, (ids, scales) = numbers(9, 32), routes(9, 3, 512)
    same_bits(fa.Experts.load(tmp_path / "many")(x, ids, scales), experts(x, ids, scales))


@pytest.mark.parametrize("weight_dtype", ["float32", "bfloat16", "int4"])
def test_the_layout_of_another_target(tmp_path, weight_dtype, monkeypatch):
    """A file with other lanes is unpacked and packed again."""
    try:
        experts = make(weight_dtype, "GatedMLP")
    except ValueError as error:
        pytest.skip(str(error))
    experts.save(tmp_path / "file")
    other = files.Layout(3, 1, 1)
    monkeypatch.setattr("fastact._layers.experts.own_layout", lambda name: other)
    x, (ids, scales) = numbers(9, 64), routes(9, 3, 4)
    same_bits(fa.Experts.load(tmp_path / "file")(x, ids, scales), experts(x, ids, scales))


def rewritten(path, changed):
    """A file whose header was changed, with the right checksums."""
    raw = path.read_bytes()
    length = struct.unpack_from("<I", raw, 12)[0]
    header = json.loads(raw[32:32 + length])
    header.update(changed)
    text = json.dumps(header).encode()
    text += b" " * (length - len(text))
    assert len(text) == length
    prefix = raw[:24] + struct.pack("<I", zlib.crc32(text))
    return prefix + struct.pack("<I", zlib.crc32(prefix)) + text + raw[32 + length:]


CHANGES = {
    "blocks": [0, -1, 5, 1 << 40, "4", None, 4.0, True], "gated": [1, None, False], "num_experts": [3, -1, "4", None],
    "first_expert": [1, -1, None], "shared": [[], {}, {"class": "Experts"}, {"class": "MLP"}], "weight_dtype": ["int3", 3, None],
    "checksums": [None, [], [1]], "features": [[64, 64], None], "codes": [3, [None], [None, None, None]],
}


@pytest.mark.parametrize("name", CHANGES)
def test_headers_that_are_not_valid(tmp_path, name):
    path = tmp_path / "file"
    for value in CHANGES[name]:
        make(shared="GatedMLP", activation="silu").save(path)
        path.write_bytes(rewritten(path, {name: value}))
        with pytest.raises(ValueError, match="file"):
            fa.Experts.load(path)


def test_damaged_and_other_files(tmp_path):
    path = tmp_path / "file"
    make(shared="MLP").save(path)
    raw = path.read_bytes()
    for size in (0, 20, 100, len(raw) // 2, len(raw) - 1):
        path.write_bytes(raw[:size])
        with pytest.raises(ValueError):
            fa.Experts.load(path)
    for place in (40, len(raw) - 5):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1:])
        with pytest.raises(ValueError):
            fa.Experts.load(path, mmap=False)
    fa.MLP(np.eye(3), np.eye(3)).save(path)
    with pytest.raises(ValueError, match="holds a MLP, not a Experts"):
        fa.Experts.load(path)
    make().save(path)
    with pytest.raises(ValueError, match="holds a Experts"):
        fa.MLP.load(path)
