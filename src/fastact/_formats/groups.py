"""Codes of 8 or 4 bits, row by row, scales in an array of their own: int8, int4, pack_quantized, nbits4, nbits8."""

from dataclasses import dataclass

import numpy as np

from fastact._formats.quantized import (
    Quantized, bytes_of, checked_group, expect, group_in_row, likely_group, neighbours, no_minimum, reason,
    rows_of)
from fastact._runtime import dispatch

SCALES = ("float32", "float16", "bfloat16")
INT8_GROUPS = (32, 128)
INT4_GROUPS = (32, 256)
# Below, float16 scales are subnormal numbers, and lose bits; above, the best minimum may overflow.
LEAST_HALF_SCALE = 2.0**-14
MOST_HALF = 2.0**15
PIECE = 1 << 22  # weights that are encoded at a time, about a tenth of a second: a bar moves and Ctrl-C is heard between them


def scale_dtype(array, steps):
    """The dtype in which scales of an array are stored, of so many steps up to the largest magnitude.

    float16, or float32 if even the largest scale is no normal float16 number.
    """
    most = float(np.abs(array).max()) if array.size else 1.0
    return np.dtype(np.float16 if most == 0 or LEAST_HALF_SCALE * steps <= most <= MOST_HALF else np.float32)


@dataclass(frozen=True)
class Groups(Quantized):
    """int8 and int4 as `fa.quantize` makes them.

    The parts: ``codes``, int8 of the array's shape, or uint8 with two weights to a byte, the low half first (a row
    begins with a byte); ``scales``, float32, float16 or bfloat16, one for each group of a row; in int4 perhaps
    ``minima``, of the same dtype.  A weight is scale * code (int8), scale * (code - 8), or scale * code + minimum.
    """

    bits: int = 8

    def check(self, parts, shape, group):
        columns, scales = shape[-1], parts["scales"]
        if group is None:
            group = likely_group(columns, scales.shape[-1] if scales.ndim else 0)
        group = group_in_row(self.name, group, columns)
        if group % 2 and group < columns:
            raise ValueError(f"group of {self.name} must be an even number or the whole row, not {group}")
        codes = parts["codes"]
        if codes.dtype.itemsize == 1 and codes.dtype.kind in "iu":
            codes = codes.view(np.int8 if self.bits == 8 else np.uint8)
        found = {"codes": expect(self.name, "codes", codes, (*shape[:-1], -(-columns * self.bits // 8)),
                                 ("int8",) if self.bits == 8 else ("uint8",))}
        for part in ("scales", "minima"):
            if part in parts:
                found[part] = expect(self.name, part, parts[part], (*shape[:-1], -(-columns // group)),
                                     SCALES if part == "scales" else (scales.dtype.name,))
        return found, group

    def decode(self, parts, shape, group, out):
        columns = shape[-1]
        minima = bytes_of(parts["minima"]) if "minima" in parts else None
        dispatch.blocks.decode_groups(
            rows_of(parts["codes"].view(np.uint8), parts["codes"].shape[-1]), self.bits, parts["scales"].dtype.name,
            bytes_of(parts["scales"]), minima, None, None, group, rows_of(out, columns))

    def encode(self, array, group, minimum, bar):
        columns = array.shape[-1]
        if self.bits == 8:
            no_minimum(self.name, minimum)
            by_row = group is None
            group = max(columns, 1) if by_row else checked_group(self.name, group, *INT8_GROUPS)
            dtype = np.dtype(np.float32) if by_row else scale_dtype(array, 127)
        else:
            group = checked_group(self.name, 32 if group is None else group, *INT4_GROUPS)
            dtype = scale_dtype(array, 15)
        codes = np.empty((*array.shape[:-1], -(-columns * self.bits // 8)), np.uint8)
        parts = {"codes": codes.view(np.int8) if self.bits == 8 else codes}
        for part in ("scales", "minima")[:2 if minimum else 1]:
            parts[part] = np.empty((*array.shape[:-1], -(-columns // group)), dtype)
        numbers, *targets = [rows_of(one, one.shape[-1]) for one in (array, codes, *list(parts.values())[1:])]
        step = max(1, PIECE // max(columns, 1))
        for start in range(0, len(numbers), step):
            some, codes, scales, *minima = [one[start:start + step] for one in (numbers, *targets)]
            wrong = dispatch.blocks.encode_groups(some, self.bits, dtype.name, group, codes, bytes_of(scales),
                                                  bytes_of(minima[0]) if minimum else None)
            if wrong:
                raise reason(wrong, array, self.name)
            bar.update(len(some) / len(numbers))
        return parts, group


@dataclass(frozen=True)
class PackQuantized(Quantized):
    """compressed-tensors' "pack-quantized" with four bits: a matrix (out, in).

    The parts, by their names in files: ``weight_packed``, int32 (out, in / 8), eight codes to a word, the lowest bits
    first; ``weight_scale`` (out, groups); perhaps ``weight_zero_point``, int32 (out / 8, groups), eight rows to a
    word; perhaps ``weight_g_idx`` (in), the group of each column.  A weight is scale * (code - zero), where zero is
    8 if there is no zero point.
    """

    def check(self, parts, shape, group):
        if len(shape) != 2:
            raise ValueError(f"{self.name} is of matrices, not of shape {shape}")
        rows, columns = shape
        scale = parts["weight_scale"]
        if scale.ndim == 1:
            scale = scale[:, None]
        groups = scale.shape[-1] if scale.ndim == 2 else 0
        group = group_in_row(self.name, likely_group(columns, groups) if group is None else group, columns)
        if (-(-columns // group) != groups and "weight_g_idx" not in parts) or (group % 2 and groups > 1):
            raise ValueError(f"weight_scale of {self.name} has shape {scale.shape}, which is not one scale for each "
                             f"group of {group} weights of shape {shape}")
        found = {
            "weight_packed": expect(self.name, "weight_packed", parts["weight_packed"], (rows, -(-columns // 8)),
                                    ("int32",)),
            "weight_scale": expect(self.name, "weight_scale", scale, (rows, groups), SCALES)}
        if "weight_zero_point" in parts:
            found["weight_zero_point"] = expect(self.name, "weight_zero_point", parts["weight_zero_point"],
                                                (-(-rows // 8), groups), ("int32",))
        if "weight_g_idx" in parts:
            found["weight_g_idx"] = checked_group_indices(self.name, "weight_g_idx", parts, columns, groups)
        return found, group

    def decode(self, parts, shape, group, out):
        rows = shape[0]
        zeros = None
        if "weight_zero_point" in parts:
            words = parts["weight_zero_point"].view(np.uint32)
            nibbles = words[:, None, :] >> np.arange(0, 32, 4, dtype=np.uint32)[:, None] & np.uint32(15)
            zeros = nibbles.reshape(8 * len(words), words.shape[1])[:rows].astype(np.uint8).reshape(-1)
        codes = parts["weight_packed"].astype("<i4", copy=False).view(np.uint8)
        dispatch.blocks.decode_groups(
            codes, 4, parts["weight_scale"].dtype.name, bytes_of(parts["weight_scale"]), None, zeros,
            parts.get("weight_g_idx"), group, out)


def is_block(size):
    """Whether MatMulNBits has groups of so many weights."""
    return size >= 16 and not size & size - 1


def blocks_shape(shape, size, bits):
    """The shape of the input B of MatMulNBits, for a matrix of this shape."""
    return shape[0], -(-shape[1] // size), size * bits // 8


@dataclass(frozen=True)
class NBits(Quantized):
    """The weights of ONNX Runtime's MatMulNBits with four or eight bits: a matrix (out, in).

    The parts, by the names of the operator's inputs: ``B``, uint8 (out, groups, bytes of a group), the low half of a byte
    first; ``scales`` (out, groups); perhaps ``zero_points``, uint8 (out, bytes of a row's groups), codes as in B, or
    numbers of the scales' dtype (out, groups); perhaps ``g_idx`` (in), the group of each column.  Scales and zero
    points of one dimension are taken, too, as older files have them.  A weight is scale * (code - zero), where zero is
    half of the range of codes if there is no zero point.
    """

    bits: int = 4

    def check(self, parts, shape, group):
        if len(shape) != 2:
            raise ValueError(f"{self.name} is of matrices, not of shape {shape}")
        (rows, columns), codes = shape, parts["B"]
        size = codes.shape[-1] * 8 // self.bits if codes.ndim == 3 else 0
        if not is_block(size):
            raise ValueError(f"B of {self.name} must have shape (rows, groups, bytes of a group), a group of 16 weights "
                             f"or another power of two above, not {codes.shape}")
        if group not in (None, size):
            raise ValueError(f"B of {self.name} has groups of {size} weights, not of {group!r}")
        groups = -(-columns // size)

        def of_rows(part, count, kinds):
            array = parts[part]
            return expect(self.name, part, array.reshape(rows, count) if array.shape == (rows * count,) else array,
                          (rows, count), kinds)

        found = {"B": expect(self.name, "B", codes, blocks_shape(shape, size, self.bits), ("uint8",)),
                 "scales": of_rows("scales", groups, SCALES)}
        if "zero_points" in parts:
            is_packed = parts["zero_points"].dtype == np.uint8
            found["zero_points"] = of_rows("zero_points", -(-groups * self.bits // 8) if is_packed else groups,
                                           ("uint8", found["scales"].dtype.name))
        if "g_idx" in parts:
            indices = parts["g_idx"]
            if indices.shape == (groups * size,):   # of the last group's missing columns, too
                indices = indices[:columns]
            found["g_idx"] = checked_group_indices(self.name, "g_idx", {"g_idx": indices}, columns, groups)
        return found, size

    def decode(self, parts, shape, group, out):
        rows, columns = shape
        groups = parts["scales"].shape[1]
        codes = parts["B"].reshape(rows, parts["B"].shape[1] * parts["B"].shape[2])
        zeros, indices = parts.get("zero_points"), parts.get("g_idx")
        if zeros is not None and zeros.dtype == np.uint8 and self.bits == 4:
            zeros = neighbours(zeros, groups)
        numbers = zeros is not None and zeros.dtype != np.uint8
        scales = np.ones((rows, groups), np.float32) if numbers else parts["scales"]
        integers = np.zeros((rows, groups), np.uint8) if numbers else zeros
        dispatch.blocks.decode_groups(
            codes if self.bits == 4 else codes ^ np.uint8(128), self.bits, scales.dtype.name, bytes_of(scales), None,
            None if integers is None else np.ascontiguousarray(integers).reshape(-1), indices, group, out)
        if numbers:     # out has the codes
            of = np.arange(columns) // group if indices is None else indices
            with np.errstate(all="ignore"):
                out -= zeros.astype(np.float32)[:, of]
                out *= parts["scales"].astype(np.float32)[:, of]


def checked_group_indices(name, part, parts, columns, groups):
    """Return the group of each column, int32 and all of them groups that there are."""
    indices = expect(name, part, parts[part], (columns,), ("int32", "int64"))
    if indices.size and not 0 <= indices.min() <= indices.max() < groups:
        raise ValueError(f"{part} of {name} must be groups from 0 to {groups - 1}, "
                         f"not from {indices.min()} to {indices.max()}")
    return indices.astype(np.int32, copy=False)


GROUPS = (
    Groups("int8", 1, 1, np.dtype(np.int8), bound=1 / 254 + 2.0**-11, bits=8, parts=("codes", "scales")),
    Groups("int4", 2, 1, np.dtype(np.uint8), bits=4, parts=("codes", "scales", "minima"), optional=("minima",)),
    PackQuantized(
        "pack_quantized", 8, 4, np.dtype(np.int32), sliced=False,
        parts=("weight_packed", "weight_scale", "weight_zero_point", "weight_g_idx"),
        optional=("weight_zero_point", "weight_g_idx")),
    *(NBits(f"nbits{bits}", 8 // bits, 1, np.dtype(np.uint8), bits=bits, sliced=False,
            parts=("B", "scales", "zero_points", "g_idx"), optional=("zero_points", "g_idx")) for bits in (4, 8)),
)
