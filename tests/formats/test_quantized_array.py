"""The class: what it says of itself, copies, pickles and files, rows, and what it refuses."""

import copy
import json
import os
import pickle
import struct
import sys
import zlib

import numpy as np
import pytest

import fastact as fa
from fastact._formats import QUANTIZED, container
from helpers import bfloat16, run_python, same_bits

RNG = np.random.default_rng(0)


def made():
    """An array of every format."""
    w = RNG.standard_normal((16, 256)).astype(np.float32)
    found = {name: fa.quantize(w, name) for name in ("int8", "int4", "q8_0", "q4_0", "q4_1", "q5_0", "q5_1", "mxfp4")}
    found["int4 minimum"] = fa.quantize(w, "int4", 64, minimum=True)
    found["int8 group"] = fa.quantize(w, "int8", 64)
    for name in ("q2_k", "q3_k", "q4_k", "q5_k", "q6_k", "iq4_nl"):
        format = QUANTIZED[name]
        blocks = RNG.integers(0, 60, 16 * 256 // format.block_weights * format.block_bytes, dtype=np.uint8)
        found[name] = fa.QuantizedArray(blocks, name, (16, 256))
    codes = RNG.integers(0, 120, (16, 256), dtype=np.uint8)
    found["float8_e4m3"] = fa.QuantizedArray(
        {"codes": codes, "scales": np.ones((2, 4), np.float32)}, "float8_e4m3", (16, 256), (8, 64))
    found["mxfp4_split"] = fa.QuantizedArray(
        {"blocks": codes.reshape(16, 16, 16)[:, :8], "scales": codes[:, :8]}, "mxfp4_split", (16, 256))
    words = RNG.integers(-2**31, 2**31, (16, 32)).astype(np.int32)
    scale = np.ones((16, 2), np.float16)
    found["pack_quantized"] = fa.QuantizedArray(
        {"weight_packed": words, "weight_scale": scale}, "pack_quantized", (16, 256))
    for name, bits in (("nbits4", 4), ("nbits8", 8)):
        parts = {"B": codes.reshape(16, 4, 64)[:, :, :8 * bits], "scales": np.ones((16, 4), np.float16),
                 "zero_points": codes[:, :bits // 2], "g_idx": RNG.integers(0, 4, 256).astype(np.int32)}
        found[name] = fa.QuantizedArray(parts, name, (16, 256))
    for name in ("gptq", "gptq_v2", "awq"):
        parts = {"qweight": words.reshape((32, 16) if name != "awq" else (256, 2)), "qzeros": words[:2, :2],
                 "scales": np.ones((2, 16), np.float16)}
        if name == "gptq":
            parts["g_idx"] = RNG.integers(0, 2, 256).astype(np.int32)
        found[name] = fa.QuantizedArray(parts, name, (16, 256))
    if bfloat16 is not None:
        found["bfloat16 scales"] = fa.QuantizedArray(
            {"codes": codes.view(np.int8), "scales": np.ones((16, 2), bfloat16)}, "int8", (16, 256), 128)
    return found


MADE = made()


@pytest.fixture(params=MADE)
def array(request):
    return MADE[request.param]


def assert_same(one, other):
    assert repr(one) == repr(other) and one.group == other.group and list(one.parts) == list(other.parts)
    for name in one.parts:
        assert one.parts[name].dtype == other.parts[name].dtype
        assert one.parts[name].tobytes() == other.parts[name].tobytes()
    assert same_bits(one.dequantize(), other.dequantize())


def test_every_format_is_tested():
    assert {array.format for array in MADE.values()} == set(QUANTIZED)


def test_what_it_says(array):
    assert array.shape == (16, 256) and array.ndim == 2 and len(array) == 16
    assert array.nbytes == sum(part.nbytes for part in array.parts.values())
    assert repr(array) == (f"QuantizedArray(shape=(16, 256), format={array.format!r}, group={array.group}, "
                           f"nbytes={array.nbytes})")
    assert type(array).__module__ == "fastact"
    format = QUANTIZED[array.format]
    if not format.optional and len(format.parts) == 1:
        assert array.nbytes == 16 * 256 // format.block_weights * format.block_bytes
    with pytest.raises(AttributeError):
        array.shape = (1, 1)
    with pytest.raises(TypeError):
        array.parts["codes"] = None


def test_out(array):
    expected = array.dequantize()
    assert expected.dtype == np.float32 and expected.shape == array.shape
    room = np.full((32, 600), np.nan, np.float32)
    for out in (np.empty(array.shape, np.float32), room[::2, 3:259], room.T[:256, :16].T, room[:16, 256:0:-1],
                np.empty((16, 256), ">f4"), np.empty(16 * 1024 + 1, np.uint8)[1:].view(np.float32).reshape(16, 256)):
        assert array.dequantize(out) is out
        assert same_bits(np.ascontiguousarray(out, np.float32), expected)
        assert fa.dequantize(array, out=out) is out
    assert same_bits(np.asarray(array), expected)
    assert np.array(array, np.float64).dtype == np.float64
    with pytest.raises(ValueError):
        np.array(array, copy=False)


def test_out_that_does_not_fit(array):
    read_only = np.empty(array.shape, np.float32)
    read_only.flags.writeable = False
    for out, kind in [(np.empty(array.shape, np.float64), TypeError), (np.empty((16, 255), np.float32), ValueError),
                      ([[0.0] * 256] * 16, TypeError), (read_only, ValueError), (np.empty(16 * 256, np.float32), ValueError)]:
        with pytest.raises(kind, match="out"):
            array.dequantize(out)
    with pytest.raises(TypeError, match="QuantizedArray"):
        fa.dequantize(np.ones(3))


def test_copies_and_pickles(array):
    for other in (copy.copy(array), copy.deepcopy(array), pickle.loads(pickle.dumps(array))):
        assert_same(other, array)
    names = pickle.dumps(array, 0).replace(b"\\", b"")
    assert b"fastact._" not in names and b"fastact" in names


@pytest.mark.parametrize("mapped", [True, False])
def test_files(array, tmp_path, mapped):
    path = tmp_path / "weights"
    assert array.save(path) is None
    loaded = fa.QuantizedArray.load(path, mmap=mapped)
    assert_same(loaded, array)
    assert os.listdir(tmp_path) == ["weights"]
    for part in loaded.parts.values():
        assert part.flags.writeable != mapped
    loaded.save(path)  # over itself
    assert_same(fa.QuantizedArray.load(path), array)
    assert_same(pickle.loads(pickle.dumps(loaded)), array)


def test_rows(array):
    format = QUANTIZED[array.format]
    if not format.sliced:
        with pytest.raises(ValueError, match="rows"):
            array[3]
        return
    expected = array.dequantize()
    for index in (0, 15, -1, np.int64(3), slice(4, 9), slice(None, None, 3), slice(20, 30)):
        assert same_bits(array[index].dequantize(), np.ascontiguousarray(expected[index]))
        assert array[index].shape == expected[index].shape
    assert np.shares_memory(array[3:5].parts[format.parts[0]], array.parts[format.parts[0]])
    with pytest.raises(IndexError):
        array[16]
    for index in ("a", 1.5, None, (1, 2), [1]):
        with pytest.raises(TypeError, match="integer or a slice"):
            array[index]
    with pytest.raises(ValueError, match="rows"):
        array[0][0]


def test_experts():
    """Three axes: the first one counts matrices."""
    w = RNG.standard_normal((3, 8, 64)).astype(np.float32)
    for name in ("int8", "int4", "q4_1"):
        array = fa.quantize(w, name)
        assert same_bits(array[1].dequantize(), array.dequantize()[1]) and array[1].shape == (8, 64)
    codes = RNG.integers(0, 120, (3, 8, 64), dtype=np.uint8)
    scales = RNG.standard_normal((3, 2, 4)).astype(np.float32)
    array = fa.QuantizedArray({"codes": codes, "scales": scales}, "float8_e4m3", (3, 8, 64), (4, 16))
    assert same_bits(array[1].dequantize(), array.dequantize()[1])


def test_nothing_is_copied():
    blocks = np.zeros((4, 2, 34), np.uint8)
    array = fa.QuantizedArray(blocks, "q8_0", (4, 64))
    assert np.shares_memory(array.parts["blocks"], blocks)
    for raw in (bytes(272), bytearray(272), memoryview(bytes(272)), blocks.view(np.int8), blocks.reshape(-1), {"blocks": blocks}):
        assert fa.QuantizedArray(raw, "q8_0", [4, 64]).shape == (4, 64)


def test_arrays_of_another_byte_order_and_place():
    array = MADE["gptq"]
    swapped = {name: part.astype(part.dtype.newbyteorder()) for name, part in array.parts.items()}
    assert_same(fa.QuantizedArray(swapped, "gptq", (16, 256), array.group), array)
    moved = {}
    for name, part in array.parts.items():
        room = np.empty(part.nbytes + 1, np.uint8)[1:]
        room[:] = part.reshape(-1).view(np.uint8)
        moved[name] = room.view(part.dtype).reshape(part.shape)
    assert_same(fa.QuantizedArray(moved, "gptq", (16, 256), array.group), array)
    strided = {name: np.asfortranarray(part) for name, part in array.parts.items()}
    assert_same(fa.QuantizedArray(strided, "gptq", (16, 256), array.group), array)


@pytest.mark.parametrize("shape", [(0, 64), (3, 0), (0, 0)])
def test_nothing(shape):
    array = fa.QuantizedArray(b"", "q8_0", shape)
    assert array.nbytes == 0 and array.dequantize().shape == shape
    assert_same(pickle.loads(pickle.dumps(array)), array)


# ---------------------------------------------------------------------------- refused --

ZEROS = np.zeros((2, 34), np.uint8)
INT8 = {"codes": np.zeros((2, 64), np.int8), "scales": np.zeros((2, 2), np.float32)}
WORDS = {"qweight": np.zeros((8, 16), np.int32), "qzeros": np.zeros((2, 2), np.int32), "scales": np.zeros((2, 16), np.float16)}
FLOAT8 = {"codes": np.zeros((256, 256), np.uint8), "scales": np.zeros((2, 2), np.float32)}
NBITS = {"B": np.zeros((16, 2, 16), np.uint8), "scales": np.zeros((16, 2), np.float16)}
PACKED = {"weight_packed": np.zeros((16, 8), np.int32), "weight_scale": np.zeros((16, 2), np.float16)}


@pytest.mark.parametrize("arguments, kind, match", [
    ((ZEROS, "q9", (2, 32)), ValueError, "one of int8"),
    ((ZEROS, None, (2, 32)), ValueError, "one of int8"),
    ((ZEROS, "q8_0", (2, 33)), ValueError, "multiple of the 32"),
    ((ZEROS, "q8_0", (3, 32)), ValueError, "must be 102 bytes .34 for 32 weights., not 68"),
    ((ZEROS, "q8_0", ()), ValueError, "at least one dimension"),
    ((ZEROS, "q8_0", (-2, -32)), ValueError, "sizes from 0"),
    ((ZEROS, "q8_0", (1 << 70, 0)), ValueError, "2..60"),
    ((ZEROS, "q8_0", 64), TypeError, "sequence of integers"),
    ((ZEROS, "q8_0", (2.0, 32)), TypeError, "sequence of integers"),
    ((ZEROS, "q8_0", "ab"), TypeError, "sequence of integers"),
    ((ZEROS.view(np.uint16), "q8_0", (2, 32)), ValueError, "must be bytes"),
    ((ZEROS, "q8_0", (2, 32), 64), ValueError, "groups of q8_0 are of 32"),
    (([1, 2], "q8_0", (2, 32)), TypeError, "array or bytes"),
    ((np.ma.masked_array(ZEROS), "q8_0", (2, 32)), TypeError, "masked"),
    ((ZEROS, "int8", (2, 64)), TypeError, "codes, scales"),
    (({"codes": ZEROS}, "int8", (2, 64)), ValueError, "needs scales"),
    ((INT8 | {"more": ZEROS}, "int8", (2, 64)), ValueError, "no part 'more'"),
    ((INT8, "int8", (2, 63), 32), ValueError, "codes of int8 must have shape .2, 63."),
    ((INT8, "int8", (2, 64), 16), ValueError, "scales of int8 must have shape .2, 4."),
    ((INT8, "int8", (2, 64), 0), ValueError, "group of int8"),
    ((INT8, "int8", (2, 64), 3), ValueError, "group of int8"),
    ((INT8, "int8", (2, 64), 32.0), ValueError, "group of int8"),
    ((INT8 | {"codes": np.zeros((2, 64))}, "int8", (2, 64), 32), ValueError, "codes of int8 must be int8, not float64"),
    ((INT8 | {"scales": np.zeros((2, 2))}, "int8", (2, 64), 32), ValueError, "scales of int8 must be float32 or float16"),
    ((WORDS, "gptq", (16, 63)), ValueError, "multiples of 8"),
    ((WORDS, "gptq", (16, 8, 8)), ValueError, "of matrices"),
    ((WORDS, "gptq", (16, 72)), ValueError, r"qweight of gptq must have shape \(9, 16\), not \(8, 16\)"),
    ((WORDS, "awq", (16, 64)), ValueError, r"qweight of awq must have shape \(64, 2\)"),
    ((WORDS, "gptq", (16, 64), 16), ValueError, "one scale for each group of 16"),
    ((WORDS | {"qzeros": np.zeros((2, 3), np.int32)}, "gptq", (16, 64)), ValueError, "qzeros of gptq"),
    ((WORDS | {"scales": np.zeros(16, np.float16)}, "gptq", (16, 64)), ValueError, "scales of gptq"),
    ((WORDS | {"qweight": np.zeros((8, 16), np.int64)}, "gptq", (16, 64)), ValueError, "must be int32"),
    ((WORDS | {"g_idx": np.full(64, 2, np.int32)}, "gptq", (16, 64)), ValueError, "groups from 0 to 1, not from 2 to 2"),
    ((WORDS | {"g_idx": np.full(64, -1, np.int32)}, "gptq", (16, 64)), ValueError, "groups from 0 to 1"),
    ((WORDS | {"g_idx": np.zeros(63, np.int32)}, "gptq", (16, 64)), ValueError, "g_idx of gptq must have shape"),
    ((FLOAT8, "float8_e4m3", (256, 255)), ValueError, "codes of float8_e4m3"),
    ((FLOAT8, "float8_e4m3", (257, 256)), ValueError, "codes of float8_e4m3|scales of float8_e4m3"),
    ((FLOAT8, "float8_e4m3", (256, 256), (64, 64)), ValueError, r"scales of float8_e4m3 must have shape \(4, 4\)"),
    ((FLOAT8, "float8_e4m3", (256, 256), (0, 64)), ValueError, "a tile"),
    ((FLOAT8, "float8_e4m3", (256, 256), 128), ValueError, "a tile"),
    ((FLOAT8, "float8_e4m3", (65536,)), ValueError, "of matrices"),
    ((PACKED, "pack_quantized", (16, 72)), ValueError, r"weight_packed of pack_quantized must have shape \(16, 9\)"),
    ((PACKED, "pack_quantized", (17, 64)), ValueError, "pack_quantized"),
    ((PACKED | {"weight_zero_point": np.zeros((16, 2), np.int32)}, "pack_quantized", (16, 64)), ValueError,
     r"weight_zero_point of pack_quantized must have shape \(2, 2\)"),
    ((NBITS, "nbits4", (16, 96)), ValueError, r"B of nbits4 must have shape \(16, 3, 16\), not \(16, 2, 16\)"),
    ((NBITS, "nbits8", (16, 64)), ValueError, r"B of nbits8 must have shape \(16, 4, 16\)"),
    ((NBITS, "nbits4", (16, 64), 64), ValueError, "B of nbits4 has groups of 32 weights, not of 64"),
    ((NBITS, "nbits4", (16, 8, 8)), ValueError, "of matrices"),
    ((NBITS | {"B": np.zeros((16, 5, 6), np.uint8)}, "nbits4", (16, 60)), ValueError, "or another power of two above"),
    ((NBITS | {"B": np.zeros((16, 32), np.uint8)}, "nbits4", (16, 64)), ValueError, "bytes of a group"),
    ((NBITS | {"B": np.zeros((16, 2, 16), np.int8)}, "nbits4", (16, 64)), ValueError, "B of nbits4 must be uint8"),
    ((NBITS | {"scales": np.zeros((16, 3), np.float16)}, "nbits4", (16, 64)), ValueError, r"scales of nbits4 .*\(16, 2\)"),
    ((NBITS | {"zero_points": np.zeros((16, 2), np.uint8)}, "nbits4", (16, 64)), ValueError,
     r"zero_points of nbits4 must have shape \(16, 1\)"),
    ((NBITS | {"zero_points": np.zeros((16, 2), np.float32)}, "nbits4", (16, 64)), ValueError, "must be uint8 or float16"),
    ((NBITS | {"g_idx": np.full(64, 2, np.int32)}, "nbits4", (16, 64)), ValueError, "groups from 0 to 1"),
    (({"blocks": ZEROS, "scales": ZEROS}, "mxfp4_split", (2, 64)), ValueError, "blocks of mxfp4_split must have shape"),
    (({"blocks": ZEROS, "scales": ZEROS}, "mxfp4_split", (2, 33)), ValueError, "multiple of the 32"),
])
def test_refused(arguments, kind, match):
    with pytest.raises(kind, match=match):
        fa.QuantizedArray(*arguments)


# ------------------------------------------------------------------------------ files --


def forged(data, **changes):
    """The file with another header, its checksums right."""
    length = container.PREFIX.unpack(data[:container.PREFIX.size])[2]
    header = json.loads(data[container.PREFIX.size:][:length]) | changes
    text = json.dumps({key: value for key, value in header.items() if value is not ...}).encode()
    rest = data[4096:]
    head = struct.pack("<8sIIQI", container.MAGIC, 1, len(text), 4096 + len(rest), zlib.crc32(text))
    head += struct.pack("<I", zlib.crc32(head)) + text
    return head + bytes(4096 - len(head)) + rest


@pytest.fixture
def saved(tmp_path):
    MADE["int4 minimum"].save(tmp_path / "weights")
    return tmp_path / "weights"


def refused(path, data, match=None):
    path.write_bytes(data)
    for mapped in (True, False):
        with pytest.raises(ValueError, match=match) as caught:
            fa.QuantizedArray.load(path, mmap=mapped)
        assert str(path) in str(caught.value)


def test_files_that_were_altered(saved):
    data = saved.read_bytes()
    saved.write_bytes(forged(data))
    assert_same(fa.QuantizedArray.load(saved), MADE["int4 minimum"])
    for length in (0, 1, 31, 32, 100, 4095, 4097, len(data) - 1):
        refused(saved, data[:length], "truncated|not a file|damaged")
    refused(saved, data + b"\0", "something was added")
    refused(saved, data.replace(b"FACT\r\n", b"FACT\n\n"), "not a file")
    for place in range(0, 32 + container.PREFIX.unpack(data[:32])[2], 7):
        other = bytearray(data)
        other[place] ^= 0x10
        refused(saved, bytes(other))
    other = bytearray(data)
    other[5000] ^= 1
    saved.write_bytes(other)
    with pytest.raises(ValueError, match="checksum"):
        fa.QuantizedArray.load(saved, mmap=False)


@pytest.mark.parametrize("changes", [
    {"class": "MLP"}, {"class": 1}, {"class": ...}, {"format": "q9"}, {"format": 1}, {"format": ...}, {"format": "int8"},
    {"shape": [16, 250]}, {"shape": [1 << 40, 1 << 40]}, {"shape": "ab"}, {"shape": []}, {"shape": [16, 256.0]}, {"shape": ...},
    {"group": 0}, {"group": -2}, {"group": 1 << 70}, {"group": "64"}, {"group": [1, 2]}, {"group": ...}, {"group": True},
    {"parts": {}}, {"parts": ...}, {"parts": {"codes": ["uint8", [16, 128]]}}, {"parts": {"codes": ["object", [2]]}},
    {"parts": {"codes": ["uint8", [1 << 50]]}}, {"parts": {"codes": ["uint8", [-1]]}}, {"parts": {"codes": 1}},
    {"byte_order": "middle"}, {"byte_order": ...}, {"checksums": [0, 0, 0]}, {"checksums": []}], ids=str)
def test_forged_headers(saved, changes):
    data = forged(saved.read_bytes(), **changes)
    saved.write_bytes(data)
    for mapped in ((False,) if "checksums" in changes else (True, False)):
        with pytest.raises(ValueError) as caught:
            fa.QuantizedArray.load(saved, mmap=mapped)
        assert str(saved) in str(caught.value)


def test_other_byte_order(saved):
    data, array = saved.read_bytes(), MADE["int4 minimum"]
    sections = b""
    for part in array.parts.values():
        sections += bytes(-len(sections) % 4096) + part.byteswap().tobytes()
    sums = [zlib.crc32(part.byteswap().tobytes()) for part in array.parts.values()]
    order = {"little": "big", "big": "little"}[sys.byteorder]
    saved.write_bytes(forged(data[:4096] + sections, byte_order=order, checksums=sums))
    for mapped in (True, False):
        assert_same(fa.QuantizedArray.load(saved, mapped), array)


def test_a_layer_is_not_an_array(saved, tmp_path):
    fa.Projection(np.eye(3)).save(tmp_path / "layer")
    with pytest.raises(ValueError, match="holds a Projection, not a QuantizedArray"):
        fa.QuantizedArray.load(tmp_path / "layer")
    with pytest.raises(ValueError, match="holds a QuantizedArray, not a Projection"):
        fa.Projection.load(saved)
    with pytest.raises(FileNotFoundError):
        fa.QuantizedArray.load(tmp_path / "none")
    with pytest.raises(OSError):
        MADE["int8"].save(tmp_path)
    with pytest.raises(TypeError):
        fa.QuantizedArray.load(3)


def test_the_readers_are_not_imported_with_the_package():
    assert run_python("""
        import sys, fastact
        print([name for name in ("gguf", "safetensors", "fastact.formats", "fastact.formats.gguf") if name in sys.modules])
        fastact.formats
        print("fastact.formats.gguf" in sys.modules)
    """).stdout.split() == ["[]", "False"]
