"""Quantised weights as float32: the bits of each format's reference, on every target."""

import numpy as np
import pytest

import fastact as fa
from fastact._formats import QUANTIZED
from fastact._formats.blocks import BLOCKS
from fastact._runtime import caches, dispatch
from helpers import TARGETS, bfloat16, need

BLOCK_NAMES = [format.name for format in BLOCKS]
# float16 numbers of all kinds, among them zeros, subnormal numbers, infinities and NaN.
HALVES = np.array([0x0000, 0x8000, 0x0001, 0x83FF, 0x0400, 0x3C00, 0xBC00, 0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7E00], "<u2")
# Where the scales of a block stand: bytes of float16 numbers.
PLACES = {"q8_0": [0], "q4_0": [0], "q4_1": [0, 2], "q5_0": [0], "q5_1": [0, 2], "q2_k": [80, 82], "q3_k": [108],
          "q4_k": [0, 2], "q5_k": [0, 2], "q6_k": [208], "iq4_nl": [0], "mxfp4": []}


@pytest.fixture(params=[(target, streaming) for target in TARGETS for streaming in ("", "streaming")],
                ids=lambda given: " ".join(given).strip())
def target_kernels(request, monkeypatch):
    """Every target in turn, in place of the chosen one; results bypass the caches, as large ones do, or do not."""
    target, streaming = request.param
    need(target)
    monkeypatch.setattr(dispatch, "blocks", dispatch.kernels("blocks", target))
    dispatch.blocks.set_stream_from(0 if streaming else 1 << 62)
    yield dispatch.blocks
    dispatch.blocks.set_stream_from(dispatch.stream_from(caches.sizes()))


def assert_same_numbers(found, expected):
    """The same bits, or both NaN."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype == np.float32 and found.shape == expected.shape
    same = (found.view(np.uint32) == expected.view(np.uint32)) | (np.isnan(found) & np.isnan(expected))
    assert same.all(), np.argwhere(~same)[0]


def random_blocks(name, count, seed=0):
    """Blocks of random bytes, half of them with scales of all kinds; of mxfp4 every exponent."""
    rng = np.random.default_rng(seed)
    weights, size = dispatch.blocks.block_sizes[name]
    blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
    for place in PLACES[name]:
        blocks[::2, place:place + 2] = rng.choice(HALVES, (len(blocks[::2]), 1)).view(np.uint8)
    if name == "mxfp4":
        blocks[:, 0] = np.arange(count)
    return blocks


# ------------------------------------------------------------------------------- GGUF --


@pytest.mark.parametrize("name", BLOCK_NAMES)
def test_blocks_as_gguf_has_them(target_kernels, name):
    gguf = pytest.importorskip("gguf", reason="needs the package gguf")
    blocks = random_blocks(name, 1024)
    with np.errstate(all="ignore"):
        expected = gguf.quants.dequantize(blocks, gguf.GGMLQuantizationType[name.upper()])
    array = fa.QuantizedArray(blocks, name, expected.shape)
    assert_same_numbers(array.dequantize(), expected)
    for offset in (0, 1, 15):  # wherever in a cache line the result begins
        out = np.empty(expected.size + 16, np.float32)[offset:][:expected.size].reshape(expected.shape)
        assert_same_numbers(array.dequantize(out), expected)


@pytest.mark.parametrize("name", BLOCK_NAMES)
def test_sizes_are_those_of_gguf(name):
    gguf = pytest.importorskip("gguf", reason="needs the package gguf")
    format = QUANTIZED[name]
    expected = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[name.upper()]]
    assert (format.block_weights, format.block_bytes) == expected


def q4_k_one_by_one(block):
    """The table of the layout, read aloud."""
    d, m = np.frombuffer(block[:4].tobytes(), "<f2").astype(np.float32)
    s, codes, found = block[4:16].astype(int), block[16:].astype(int), []
    for j in range(8):
        scale = s[j] & 63 if j < 4 else (s[j + 4] & 15) | (s[j - 4] >> 6) << 4
        minimum = s[j + 4] & 63 if j < 4 else s[j + 4] >> 4 | (s[j] >> 6) << 4
        for byte in codes[32 * (j // 2):][:32]:
            code = byte >> 4 if j % 2 else byte & 15
            found.append(d * np.float32(scale) * np.float32(code) - m * np.float32(minimum))
    return found


def q6_k_one_by_one(block):
    d, = np.frombuffer(block[208:].tobytes(), "<f2").astype(np.float32)
    block, scales = block.astype(int), block[192:208].view(np.int8)
    found = []
    for i in range(256):
        half, k, byte = i // 128, i % 128 // 32, i % 32
        low = block[64 * half + 32 * (k & 1) + byte] >> 4 * (k >> 1) & 15
        high = block[128 + 32 * half + byte] >> 2 * k & 3
        found.append(d * np.float32(scales[i // 16]) * np.float32((low | high << 4) - 32))
    return found


@pytest.mark.parametrize("name, decoder", [("q4_k", q4_k_one_by_one), ("q6_k", q6_k_one_by_one)])
def test_layouts_without_gguf(target_kernels, name, decoder):
    """Of two formats, from a description of their own."""
    blocks = random_blocks(name, 64)
    with np.errstate(all="ignore"):
        expected = np.array([decoder(block) for block in blocks], np.float32)
    assert_same_numbers(fa.QuantizedArray(blocks, name, (64, 256)).dequantize(), expected)


# --------------------------------------------------------------------- transformers' --


def test_split_mxfp4_as_transformers_has_it(target_kernels):
    """Every exponent with every code; code 8 is -0 there, and +0 in GGUF."""
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    mxfp4 = pytest.importorskip("transformers.integrations.mxfp4", reason="needs transformers")
    rng = np.random.default_rng(0)
    blocks = rng.integers(0, 256, (2, 3, 256, 16), dtype=np.uint8)
    scales = np.broadcast_to(np.arange(256, dtype=np.uint8), (2, 3, 256)).copy()
    expected = mxfp4._convert_moe_packed_tensors(torch.tensor(blocks), torch.tensor(scales), dtype=torch.float32)
    array = fa.QuantizedArray({"blocks": blocks, "scales": scales}, "mxfp4_split", (2, 3, 8192))
    assert_same_numbers(array.dequantize().transpose(0, 2, 1), expected.numpy())
    assert np.signbit(array.dequantize()[array.dequantize() == 0]).any()


@pytest.mark.parametrize("shape, tile", [((256, 384), (128, 128)), ((300, 200), (128, 128)), ((3, 64, 96), (16, 32)),
                                         ((5, 7), (2, 3))])
@pytest.mark.parametrize("scale_type", ["float32", "bfloat16", "e8m0"])
def test_float8_as_transformers_has_it(target_kernels, shape, tile, scale_type):
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    module = pytest.importorskip("transformers.integrations.finegrained_fp8", reason="needs transformers")
    reference = getattr(module, "_dequantize_fp8_weight", None)
    if reference is None or (scale_type == "bfloat16" and bfloat16 is None):
        pytest.skip("this transformers has no such function, or there is no ml_dtypes")
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 256, shape, dtype=np.uint8)
    grid = (*shape[:-2], -(-shape[-2] // tile[0]), -(-shape[-1] // tile[1]))
    numbers = rng.standard_normal(grid).astype(np.float32)
    if scale_type == "e8m0":
        scales = rng.integers(0, 256, grid, dtype=np.uint8)
        tensor = torch.tensor(scales).view(torch.float8_e8m0fnu)
    elif scale_type == "bfloat16":
        scales = numbers.astype(bfloat16)
        tensor = torch.tensor(numbers).to(torch.bfloat16)
    else:
        scales, tensor = numbers, torch.tensor(numbers)
    weight = torch.tensor(codes).view(torch.float8_e4m3fn)
    expected = reference(weight, tensor.to(torch.float32), list(tile), torch.float32)
    array = fa.QuantizedArray({"codes": codes, "scales": scales}, "float8_e4m3", shape, tile)
    assert_same_numbers(array.dequantize(), expected.numpy())


def test_every_float8_code(target_kernels):
    """By the definition of E4M3; by a scale for each row."""
    codes = np.arange(256, dtype=np.uint8).reshape(2, 128)
    expected = []
    for code in range(256):
        exponent, fraction = code >> 3 & 15, code & 7
        value = (8 + fraction) * 2.0**(exponent - 10) if exponent else fraction * 2.0**-9
        value = np.nan if code & 127 == 127 else value
        expected.append(-value if code & 128 else value)
    scales = np.array([[0.5], [3]], np.float32)
    array = fa.QuantizedArray({"codes": codes, "scales": scales}, "float8_e4m3", (2, 128))
    assert array.group == (1, 128)
    assert_same_numbers(array.dequantize(), np.array(expected, np.float32).reshape(2, 128) * scales)


# -------------------------------------------------------------- compressed-tensors' --


@pytest.mark.parametrize("shape, group", [((16, 256), 32), ((24, 128), 128), ((7, 72), None), ((9, 96), 32)])
@pytest.mark.parametrize("symmetric", [True, False])
def test_packed_int4_as_compressed_tensors_has_it(target_kernels, shape, group, symmetric):
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    pack = pytest.importorskip("compressed_tensors.compressors.pack_quantized.helpers", reason="needs compressed-tensors")
    rng = np.random.default_rng(2)
    groups = shape[1] // group if group else 1
    codes = torch.tensor(rng.integers(-8, 8, shape), dtype=torch.int8)
    scales = rng.standard_normal((shape[0], groups)).astype(np.float16)
    parts = {"weight_packed": pack.pack_to_int32(codes, 4).numpy(), "weight_scale": scales}
    zeros = np.zeros((shape[0], groups), np.int8)
    if not symmetric:
        zeros = rng.integers(-8, 8, zeros.shape).astype(np.int8)
        parts["weight_zero_point"] = pack.pack_to_int32(torch.tensor(zeros), 4, packed_dim=0).numpy()
    unpacked = pack.unpack_from_int32(torch.tensor(parts["weight_packed"]), 4, torch.Size(shape))
    wide = (np.repeat(array.astype(np.float32), shape[1] // groups, 1) for array in (scales, zeros))
    scale, zero = wide
    expected = (unpacked.numpy().astype(np.float32) - zero) * scale
    array = fa.QuantizedArray(parts, "pack_quantized", shape)
    assert array.group == (group or shape[1])
    assert_same_numbers(array.dequantize(), expected)
    order = rng.permutation(shape[1])
    if groups > 1:  # columns in any order
        indices = (order // (shape[1] // groups)).astype(np.int32)
        array = fa.QuantizedArray(parts | {"weight_g_idx": indices}, "pack_quantized", shape, group)
        expected = (unpacked.numpy().astype(np.float32) - zeros[:, indices]) * scales[:, indices].astype(np.float32)
        assert_same_numbers(array.dequantize(), expected)


# ------------------------------------------------------------------------ ONNX Runtime's --


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("columns, group", [(64, 32), (100, 16), (300, 256), (20, 32), (1024, 512)])
@pytest.mark.parametrize("bits", [4, 8])
def test_nbits(target_kernels, bits, columns, group, dtype):
    """Codes one by one, as the operator's description has them."""
    rng = np.random.default_rng(3)
    rows, groups = 5, -(-columns // group)
    codes = rng.integers(0, 1 << bits, (rows, groups * group), dtype=np.uint8)
    whole = rng.integers(0, 1 << bits, (rows, groups + groups % 2), dtype=np.uint8)

    def packed(numbers):
        return numbers if bits == 8 else numbers[:, ::2] | numbers[:, 1::2] << 4

    parts = {"B": packed(codes).reshape(rows, groups, group * bits // 8),
             "scales": rng.uniform(0.5, 2, (rows, groups)).astype(dtype)}
    codes, name = codes[:, :columns].astype(np.float32), f"nbits{bits}"
    place = np.arange(columns) // group
    shuffled = np.pad(rng.permutation(place), (0, groups * group - columns)).astype(np.int32)
    points = rng.uniform(0, 1 << bits, (rows, groups)).astype(dtype)
    for zeros, given in [(np.full((rows, groups), 1 << bits - 1), None), (points, points),
                         (whole[:, :groups], packed(whole) if bits == 4 else whole[:, :groups])]:
        for indices in (None, shuffled, shuffled[:columns]):
            of = place if indices is None else indices[:columns]
            expected = (codes - zeros.astype(np.float32)[:, of]) * parts["scales"].astype(np.float32)[:, of]
            array = fa.QuantizedArray(parts | {"zero_points": given, "g_idx": indices}, name, (rows, columns))
            assert array.group == group
            assert_same_numbers(array.dequantize(), expected)
        flat = {part: None if found is None else found.reshape(-1) for part, found in
                (("scales", parts["scales"]), ("zero_points", given))}
        array = fa.QuantizedArray(parts | {"zero_points": given}, name, (rows, columns))
        assert_same_numbers(fa.QuantizedArray(parts | flat, name, (rows, columns)).dequantize(), array.dequantize())
        x = rng.standard_normal((3, columns)).astype(np.float32)
        size = abs(x) @ (abs(parts["scales"].astype(np.float32)[:, place]) * (codes + zeros.astype(np.float32)[:, place])).T
        got = fa.Projection(array)(x)
        assert fa.Projection(array).weight_dtype == name
        assert (abs(got - x.astype(np.float64) @ array.dequantize().T.astype(np.float64)) <= columns * 2.0**-23 * size).all()


# ------------------------------------------------------------------------ GPTQ and AWQ --


def packed_words(codes, order=range(8)):
    """Rows of eight codes to a word."""
    codes = codes.reshape(*codes.shape[:-1], -1, 8).astype(np.uint32)
    words = np.zeros(codes.shape[:-1], np.uint32)
    for place, number in enumerate(order):
        words |= codes[..., number] << np.uint32(4 * place)
    return words.view(np.int32)


def words_of(rng, outputs, inputs, groups, awq):
    """Random codes and zeros, as they are and as the files have them."""
    codes = rng.integers(0, 16, (inputs, outputs))
    zeros = rng.integers(0, 16, (groups, outputs))
    order = (0, 2, 4, 6, 1, 3, 5, 7) if awq else range(8)
    qweight = packed_words(codes, order) if awq else np.ascontiguousarray(packed_words(codes.T).T)
    return codes.T, zeros.T, {"qweight": qweight, "qzeros": packed_words(zeros, order)}


@pytest.mark.parametrize("outputs, inputs, group", [
    (16, 64, 32), (8, 8, 8), (24, 136, 128), (24, 136, 68), (72, 200, 8), (40, 1024, 128)])
@pytest.mark.parametrize("scale_type", [np.float16, np.float32, bfloat16])
@pytest.mark.parametrize("name", ["gptq", "gptq_v2", "awq"])
def test_words(target_kernels, name, outputs, inputs, group, scale_type):
    if scale_type is None:
        pytest.skip("needs ml_dtypes")
    rng = np.random.default_rng(3)
    groups = -(-inputs // group)
    codes, zeros, parts = words_of(rng, outputs, inputs, groups, name == "awq")
    scales = rng.standard_normal((groups, outputs)).astype(scale_type)
    zeros = zeros + (name == "gptq")
    columns = np.arange(inputs) // group

    def expected(columns):
        return scales.astype(np.float32).T[:, columns] * (codes - zeros[:, columns]).astype(np.float32)

    array = fa.QuantizedArray(parts | {"scales": scales}, name, (outputs, inputs), group)
    assert_same_numbers(array.dequantize(), expected(columns))
    if group != 68:  # without a group given, a power of two is assumed
        assert fa.QuantizedArray(parts | {"scales": scales}, name, (outputs, inputs)).group == group
    if name != "awq":
        for indices in (columns, rng.permutation(columns), rng.integers(0, groups, inputs)):
            array = fa.QuantizedArray(
                parts | {"scales": scales, "g_idx": indices.astype(np.int32)}, name, (outputs, inputs), group)
            assert_same_numbers(array.dequantize(), expected(indices))


# ------------------------------------------------------------------------ int8 and int4 --


@pytest.mark.parametrize("shape", [(3, 64), (2, 5, 96), (4, 40), (1, 1), (7, 33), (64, 1000), (2, 257)])
@pytest.mark.parametrize("scale_type", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("name, group, minimum", [
    ("int8", None, False), ("int8", 32, False), ("int8", 128, False), ("int4", 32, False), ("int4", 256, False),
    ("int4", 32, True), ("int4", 64, True), ("int4", 6, True), ("int8", 10, False)])
def test_groups(target_kernels, shape, scale_type, name, group, minimum):
    if scale_type == "bfloat16" and bfloat16 is None:
        pytest.skip("needs ml_dtypes")
    dtype = {"bfloat16": bfloat16}.get(scale_type) or np.dtype(scale_type)
    rng = np.random.default_rng(4)
    wide = shape[-1] if group is None else group
    grid = (*shape[:-1], -(-shape[-1] // wide))
    columns = np.arange(shape[-1]) // wide
    parts = {"scales": rng.standard_normal(grid).astype(dtype)}
    scales = parts["scales"].astype(np.float32)[..., columns]
    if name == "int8":
        parts["codes"] = rng.integers(-128, 128, shape).astype(np.int8)
        codes = parts["codes"]
    else:
        parts["codes"] = rng.integers(0, 256, (*shape[:-1], -(-shape[-1] // 2))).astype(np.uint8)
        codes = np.stack([parts["codes"] & 15, parts["codes"] >> 4], -1).reshape(*shape[:-1], -1)[..., :shape[-1]]
    if minimum:
        parts["minima"] = rng.standard_normal(grid).astype(dtype)
        expected = scales * codes.astype(np.float32) + parts["minima"].astype(np.float32)[..., columns]
    else:
        expected = scales * (codes.astype(np.float32) - np.float32(8 if name == "int4" else 0))
    array = fa.QuantizedArray(parts, name, shape, group)
    assert_same_numbers(array.dequantize(), expected)


# ----------------------------------------------------------------------------- threads --


@pytest.mark.parametrize("name", [*BLOCK_NAMES, "int8", "int4"])
def test_bits_do_not_depend_on_threads(name):
    rng = np.random.default_rng(5)
    if name in BLOCK_NAMES:
        weights, _ = dispatch.blocks.block_sizes[name]
        blocks = random_blocks(name, 400 * 1024 // weights)
        array = fa.QuantizedArray(blocks, name, (400, 1024))
    else:
        array = fa.quantize(rng.standard_normal((400, 1024)), name)
    with fa.threads(1):
        expected = array.dequantize()
    for threads in (2, 3, 8):
        with fa.threads(threads):
            assert_same_numbers(array.dequantize(), expected)


def test_kernels_of_every_target_know_the_same_formats():
    for target in TARGETS:
        if target in dispatch.usable_targets:
            blocks = dispatch.kernels("blocks", target)
            assert blocks.block_sizes == dispatch.blocks.block_sizes and blocks.encoded == dispatch.blocks.encoded
    assert set(BLOCK_NAMES) == set(dispatch.blocks.block_sizes)
