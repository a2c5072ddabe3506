"""Quantised matrices of every format, with scales as trained weights have them."""

import numpy as np

import fastact as fa
from fastact._formats import QUANTIZED
from fastact._formats.blocks import BLOCKS

# Where float16 numbers stand in a block.
HALF_PLACES = {"q8_0": [0], "q4_0": [0], "q4_1": [0, 2], "q5_0": [0], "q5_1": [0, 2], "q2_k": [80, 82], "q3_k": [108],
               "q4_k": [0, 2], "q5_k": [0, 2], "q6_k": [208], "iq4_nl": [0], "mxfp4": []}
BLOCK_NAMES = [format.name for format in BLOCKS]
# The packed forms there are, by formats and their options: (format, group, with minima or zero points).
KINDS = [(name, None, False) for name in BLOCK_NAMES] + [
    ("int8", None, False), ("int8", 32, False), ("int8", 128, False), ("int8", 16, False), ("int8", 96, False),
    ("int4", 32, False), ("int4", 32, True), ("int4", 256, True), ("int4", 128, False), ("int4", 16, True),
    ("int4", 16, False), ("mxfp4_split", None, False), ("gptq", 128, False), ("gptq_v2", 32, False), ("awq", 128, False),
    ("pack_quantized", 128, False), ("pack_quantized", 32, True), ("nbits4", 32, False), ("nbits4", 64, True),
    ("nbits8", 32, True), ("nbits8", 16, True), ("nbits8", 128, False), ("nbits8", 256, True)]
# Formats that layers keep as floats: there is no packed form.
AS_FLOATS = [("float8_e4m3", None, False), ("int8", 10, False), ("int4", 8, True)]


def step(name):
    """What in_features must be a multiple of."""
    return 8 if name in ("gptq", "gptq_v2") else 1 if name in (
        "int8", "int4", "awq", "pack_quantized", "float8_e4m3", "nbits4", "nbits8") \
        else QUANTIZED[name].block_weights


def words(rng, *shape):
    return rng.integers(0, 1 << 32, shape, dtype=np.uint32).view(np.int32)


def sample(kind, shape, seed=0):
    """A QuantizedArray (out, in) of random codes; `shape` must fit the format."""
    (name, group, lower), (rows, columns) = kind, shape
    rng = np.random.default_rng(seed)

    def scales(*shape):
        return (rng.uniform(0.5, 2, shape) * rng.choice([-0.01, 0.01], shape)).astype(np.float16)

    if name in BLOCK_NAMES:
        weights, size = QUANTIZED[name].block_weights, QUANTIZED[name].block_bytes
        blocks = rng.integers(0, 256, (rows * columns // weights, size), dtype=np.uint8)
        for place in HALF_PLACES[name]:
            blocks[:, place:place + 2] = scales(len(blocks), 1).view(np.uint8)
        if name == "mxfp4":
            blocks[:, 0] = rng.integers(118, 123, len(blocks))
        return fa.QuantizedArray(blocks, name, shape)
    groups = -(-columns // (group or max(columns, 1)))
    if name == "int8":
        parts = {"codes": rng.integers(-128, 128, shape).astype(np.int8), "scales": scales(rows, groups)}
        if group is None:
            parts["scales"] = parts["scales"].astype(np.float32)
    elif name == "int4":
        parts = {"codes": rng.integers(0, 256, (rows, -(-columns // 2))).astype(np.uint8), "scales": scales(rows, groups)}
        if lower:
            parts["minima"] = 5 * scales(rows, groups)
    elif name == "mxfp4_split":
        parts = {"blocks": rng.integers(0, 256, (rows, columns // 32, 16), dtype=np.uint8),
                 "scales": rng.integers(118, 123, (rows, columns // 32), dtype=np.uint8)}
    elif name == "awq":
        parts = {"qweight": words(rng, columns, rows // 8), "qzeros": words(rng, groups, rows // 8),
                 "scales": scales(groups, rows)}
    elif name in ("gptq", "gptq_v2"):
        parts = {"qweight": words(rng, columns // 8, rows), "qzeros": words(rng, groups, rows // 8),
                 "scales": scales(groups, rows)}
    elif name == "pack_quantized":
        parts = {"weight_packed": words(rng, rows, -(-columns // 8)), "weight_scale": scales(rows, groups)}
        if lower:
            parts["weight_zero_point"] = words(rng, -(-rows // 8), groups)
    elif name in ("nbits4", "nbits8"):
        bits = int(name[-1])
        parts = {"B": rng.integers(0, 256, (rows, groups, group * bits // 8), dtype=np.uint8), "scales": scales(rows, groups)}
        if lower:
            parts["zero_points"] = rng.integers(0, 256, (rows, -(-groups * bits // 8)), dtype=np.uint8)
    else:
        codes = rng.integers(0, 256, shape, dtype=np.uint8)
        parts = {"codes": np.where(codes & 127 == 127, 0, codes).astype(np.uint8),
                 "scales": scales(-(-rows // 128), -(-columns // 128)).astype(np.float32)}
    return fa.QuantizedArray(parts, name, shape, group)


def some_shape(kind, rows, columns):
    """The nearest shape that fits the format, from these sizes on."""
    name, group, _ = kind
    rows = -(-rows // 8) * 8 if name in ("gptq", "gptq_v2", "awq") else rows
    return rows, -(-columns // step(name)) * step(name)
