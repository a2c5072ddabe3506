"""Quantised matrices as the products read them: unsigned codes of a few bits, and scales of grains of them.

    weight = scale * (code - half of the range of codes)    or  scale * values[code]
             scale * code + minimum                         where the form has minima (8 bits: code - 128)
             scale * (code - zero)                          where it has zeros

`codes_of` takes the parts of a `QuantizedArray` apart: one function a format, which moves bits and rounds nothing.
`pack` puts codes and scales in the order of fastact/_kernels/matmul/codes.h, `unpack` takes them out again.

A matrix for which there is no form (float8, columns in another order than their groups', groups that no grain divides,
zero points beside huge scales) has the codes None; layers keep it as floats.
"""

import math
import sys
from dataclasses import asdict, dataclass, replace

import numpy as np

from fastact._formats.quantized import neighbours

UNIT, SUPERBLOCK = 32, 256  # k, as in codes.h
GRAINS = (16, 32, 64, 128, 256)
SCALES = {"float32": np.float32, "float16": np.float16, "bfloat16": np.uint16, "powers": np.uint8,
          "products": np.int8, "nibbles": np.uint8}
IQ4_NL = (-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113)
E2M1_DOUBLED = (0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12)
MOST = 2.0**64  # the largest scale beside a zero point
CHUNK = 1 << 24  # weights that are packed at a time: the memory for it is a few times as many bytes


@dataclass(frozen=True)
class Form:
    """How codes become weights.

    Attributes
    ----------
    bits : int
        Of a code: 2, 3, 4, 5, 6 or 8.
    values : tuple of int
        What the sixteen codes stand for, or none.
    grain : int
        Neighbours of a row that share a scale.
    scales : str
        float32, float16, bfloat16; "powers": exponents e, half of 2**(e - 127); "products": a float16 number ``d`` for
        each superblock times a signed byte; "nibbles": the same with half bytes, the upper one for the minimum.
    minima : str
        "", "minima" (of products: ``dmin`` times a byte, subtracted), or "zeros", a byte each.
    """

    bits: int
    grain: int
    scales: str
    minima: str = ""
    values: tuple = ()

    @property
    def offset(self):
        """What is subtracted from a code.  With values: 128, which makes bytes of them that have no sign."""
        return 0 if self.minima and self.bits < 8 else 128 if self.values else 1 << self.bits - 1

    def fields(self):
        """(name, dtype, whether there is one for each superblock only) of the numbers in the head of a superblock."""
        two_levels = self.scales in ("products", "nibbles")
        found = [("d", np.float16, True)] if two_levels else []
        if two_levels and self.minima:
            found.append(("dmin", np.float16, True))
        found.append(("scales", SCALES[self.scales], False))
        if self.minima == "zeros" or (self.minima and self.scales != "nibbles"):
            found.append((self.minima, np.uint8 if two_levels or self.minima == "zeros" else SCALES[self.scales], False))
        return [(name, np.dtype(dtype), single) for name, dtype, single in found]

    def count(self, name, depth):
        """How many numbers of this field a row of so many k has."""
        single = next(single for field, _, single in self.fields() if field == name)
        return -(-depth // (SUPERBLOCK if single else self.grain))

    def head_bytes(self, units):
        """Bytes of a column in the head of a superblock of so many units."""
        size = sum(dtype.itemsize * (1 if single else -(-units * UNIT // self.grain)) for _, dtype, single in self.fields())
        return -(-size // 4) * 4

    def column_bytes(self, depth):
        """Bytes of a column of so many k."""
        return sum(number * (self.head_bytes(units) + units * self.bits * 4) for _, number, units in superblocks(depth))


    def step(self):
        """The number of k at whose multiples a matrix can be cut."""
        return SUPERBLOCK if self.scales in ("products", "nibbles") else self.grain

    def is_valid(self):
        """Whether there is such a form: of one that a file describes."""
        integers = (self.bits, self.grain, *self.values)
        return (all(type(number) is int for number in integers) and self.bits in (2, 3, 4, 5, 6, 8)
                and self.grain in GRAINS and self.scales in SCALES and self.minima in ("", "minima", "zeros")
                and (not self.values or (self.bits == 4 and not self.minima and len(self.values) == 16
                                         and all(-128 <= value < 128 for value in self.values))))


@dataclass(frozen=True)
class Codes:
    """A quantised matrix.

    Attributes
    ----------
    format : str
        The format that it had.
    form : Form
    shape : tuple of int
        (out_features, in_features)
    arrays : dict of str to ndarray
        ``codes``, uint8 of this shape; the fields of the form, a row of numbers for each row.
    """

    format: str
    form: Form
    shape: tuple
    arrays: dict

    def rows(self, chosen):
        """Some of the rows, a slice."""
        arrays = {name: array[chosen] for name, array in self.arrays.items()}
        return replace(self, shape=(len(arrays["codes"]), self.shape[1]), arrays=arrays)

    def columns(self, chosen):
        """Some of the columns, a slice from the start of a superblock (or a grain, where that is all there is)."""
        arrays = {"codes": self.arrays["codes"][:, chosen]}
        for name, _, single in self.form.fields():
            size = SUPERBLOCK if single else self.form.grain
            assert chosen.start % size == 0, chosen
            arrays[name] = self.arrays[name][:, chosen.start // size:-(-chosen.stop // size)]
        return replace(self, shape=arrays["codes"].shape, arrays=arrays)


# ------------------------------------------------------------------------------------------------- formats --


def as_numbers(blocks, dtype):
    """Bytes of the last axis as little-endian numbers."""
    return np.ascontiguousarray(blocks).view(np.dtype(dtype).newbyteorder("<")).astype(dtype, copy=False)


def in_a_row(*parts):
    """Arrays of blocks (rows, blocks, ...) side by side, as rows."""
    found = np.concatenate(parts, -1)
    return found.reshape(len(found), math.prod(found.shape[1:]))


def halves(packed):
    """Codes of four bits: all low halves of a block, then all high ones."""
    return in_a_row(packed & 15, packed >> 4)


def upper_bits(packed, block):
    """Bits of bytes, from the lowest on, as numbers (rows, blocks, bits)."""
    return np.unpackbits(np.ascontiguousarray(packed), axis=-1, bitorder="little").reshape(*packed.shape[:-1], block)


def q8_0(b):
    return Form(8, 32, "float16"), {"codes": in_a_row(b[..., 2:] ^ 128), "scales": half(b, 0)}


def half(b, at):
    return in_a_row(as_numbers(b[..., at:at + 2], np.float16))


def q4_0(b):
    return Form(4, 32, "float16"), {"codes": halves(b[..., 2:]), "scales": half(b, 0)}


def q4_1(b):
    return Form(4, 32, "float16", "minima"), {"codes": halves(b[..., 4:]), "scales": half(b, 0), "minima": half(b, 2)}


def q5_0(b):
    codes = halves(b[..., 6:]) | in_a_row(upper_bits(b[..., 2:6], 32)) << 4
    return Form(5, 32, "float16"), {"codes": codes, "scales": half(b, 0)}


def q5_1(b):
    codes = halves(b[..., 8:]) | in_a_row(upper_bits(b[..., 4:8], 32)) << 4
    return Form(5, 32, "float16", "minima"), {"codes": codes, "scales": half(b, 0), "minima": half(b, 2)}


def iq4_nl(b):
    return Form(4, 32, "float16", values=IQ4_NL), {"codes": halves(b[..., 2:]), "scales": half(b, 0)}


def mxfp4(b):
    return Form(4, 32, "powers", values=E2M1_DOUBLED), {"codes": halves(b[..., 1:]), "scales": in_a_row(b[..., :1])}


def two_bits(packed):
    """Codes of q2_k and q3_k: a half block of 128 has 32 bytes, of which bits 2 k, 2 k + 1 are weights 32 k to 32 k + 31."""
    packed = packed.reshape(*packed.shape[:-1], 2, 1, 32)
    return packed >> np.arange(0, 8, 2, dtype=np.uint8)[:, None] & 3


def q2_k(b):
    return Form(2, 16, "nibbles", "minima"), {
        "codes": in_a_row(two_bits(b[..., 16:80]).reshape(*b.shape[:-1], 256)), "scales": in_a_row(b[..., :16]),
        "d": half(b, 80), "dmin": half(b, 82)}


def q3_k(b):
    third = b[..., None, :32] >> np.arange(8, dtype=np.uint8)[:, None] & 1
    s = b[..., 96:108]
    low = np.concatenate([s[..., :8] & 15, s[..., :8] >> 4], -1)
    high = np.concatenate([s[..., 8:] >> shift & 3 for shift in (0, 2, 4, 6)], -1)
    codes = two_bits(b[..., 32:96]).reshape(*b.shape[:-1], 256) | third.reshape(*b.shape[:-1], 256) << 2
    return Form(3, 16, "products"), {
        "codes": in_a_row(codes), "scales": in_a_row((low | high << 4).astype(np.int8) - np.int8(32)), "d": half(b, 108)}


def of_six_bits(s):
    """The eight scales and eight minima of q4_k and q5_k."""
    scales = np.concatenate([s[..., :4] & 63, s[..., 8:] & 15 | s[..., :4] >> 6 << 4], -1)
    minima = np.concatenate([s[..., 4:8] & 63, s[..., 8:] >> 4 | s[..., 4:8] >> 6 << 4], -1)
    return {"scales": in_a_row(scales).view(np.int8), "minima": in_a_row(minima)}


def q4_k(b):
    chunks = b[..., 16:].reshape(*b.shape[:-1], 4, 32)
    codes = np.stack([chunks & 15, chunks >> 4], -2).reshape(*b.shape[:-1], 256)
    return Form(4, 32, "products", "minima"), {
        "codes": in_a_row(codes), **of_six_bits(b[..., 4:16]), "d": half(b, 0), "dmin": half(b, 2)}


def q5_k(b):
    chunks = b[..., 48:].reshape(*b.shape[:-1], 4, 32)
    fifth = b[..., None, 16:48] >> np.arange(8, dtype=np.uint8)[:, None] & 1
    codes = np.stack([chunks & 15, chunks >> 4], -2).reshape(*b.shape[:-1], 8, 32) | fifth << 4
    return Form(5, 32, "products", "minima"), {
        "codes": in_a_row(codes.reshape(*b.shape[:-1], 256)), **of_six_bits(b[..., 4:16]),
        "d": half(b, 0), "dmin": half(b, 2)}


def q6_k(b):
    low = b[..., :128].reshape(*b.shape[:-1], 2, 1, 64)
    low = np.concatenate([low & 15, low >> 4], -2)                      # of each half: two chunks, low bits, then high
    high = b[..., 128:192].reshape(*b.shape[:-1], 2, 1, 32) >> np.arange(0, 8, 2, dtype=np.uint8)[:, None] & 3
    codes = low.reshape(*b.shape[:-1], 256) | high.reshape(*b.shape[:-1], 256) << 4
    return Form(6, 16, "products"), {
        "codes": in_a_row(codes), "scales": in_a_row(b[..., 192:208]).view(np.int8), "d": half(b, 208)}


BLOCK_CODES = {function.__name__: function for function in (
    q8_0, q4_0, q4_1, q5_0, q5_1, q2_k, q3_k, q4_k, q5_k, q6_k, iq4_nl, mxfp4)}


def spread(group, columns, *arrays):
    """Scales of groups as scales of grains: (grain, arrays), or None if no grain divides a group."""
    if arrays[0].shape[1] <= 1 or group % SUPERBLOCK == 0:
        grain = SUPERBLOCK
    else:
        grain = math.gcd(group, SUPERBLOCK)
        if grain < GRAINS[0]:
            return None
    group_of = np.arange(-(-columns // grain)) * grain // group if arrays[0].shape[1] > 1 else np.zeros(
        -(-columns // grain), np.intp)
    return grain, [array if array.shape[1] == len(group_of) else array[:, group_of] for array in arrays]


def is_moderate(numbers):
    """Whether no scale or minimum is huge, infinite or NaN.

    Products compute scale * (code - zero) as scale * code - scale * zero, of which either part may overflow.
    """
    return bool((np.abs(numbers.astype(np.float32)) <= MOST).all())


def with_groups(bits, group, codes, scales, minima="", lower=None):
    """Form and arrays of codes whose groups have scales, and minima or zeros, or None."""
    if minima == "zeros" and not is_moderate(scales):
        return None
    found = spread(group, codes.shape[1], scales, *([] if lower is None else [lower]))
    if found is None:
        return None
    grain, (scales, *lower) = found
    arrays = {"codes": codes, "scales": scales}
    if lower:
        arrays[minima] = lower[0]
    for name in ("scales", "minima"):
        if name in arrays and arrays[name].dtype.name == "bfloat16":
            arrays[name] = arrays[name].view(np.uint16)
    return Form(bits, grain, scales.dtype.name, minima), arrays


def int8(parts, group, columns):
    return with_groups(8, group, parts["codes"].view(np.uint8) ^ np.uint8(128), parts["scales"])


def int4(parts, group, columns):
    codes = neighbours(parts["codes"], columns)
    if "minima" in parts:
        return with_groups(4, group, codes, parts["scales"], "minima", parts["minima"])
    return with_groups(4, group, codes, parts["scales"])


def mxfp4_split(parts, group, columns):
    codes = neighbours(parts["blocks"].reshape(-1, 16), 32).reshape(len(parts["blocks"]), columns)
    return Form(4, 32, "powers", values=E2M1_DOUBLED), {"codes": codes, "scales": parts["scales"]}


def nibbles_of(words, order=range(8)):
    """The eight codes of four bits of each word of a matrix, side by side."""
    shifts = 4 * np.array(order, np.uint32)
    found = (words.view(np.uint32)[..., None] >> shifts & np.uint32(15)).astype(np.uint8)
    return found.reshape(len(words), 8 * words.shape[1])


def in_order(indices, group):
    """Whether each column is of the group that its place says."""
    return indices is None or np.array_equal(indices, np.arange(len(indices)) // group)


def pack_quantized(parts, group, columns):
    if not in_order(parts.get("weight_g_idx"), group):
        return None
    codes = nibbles_of(parts["weight_packed"])[:, :columns]
    if "weight_zero_point" not in parts:
        return with_groups(4, group, codes, parts["weight_scale"])
    zeros = nibbles_of(parts["weight_zero_point"].T).T[:len(codes)]
    return with_groups(4, group, codes, parts["weight_scale"], "zeros", zeros)


def gptq(parts, group, columns, added=1):
    if not in_order(parts.get("g_idx"), group):
        return None
    codes = nibbles_of(parts["qweight"].T)
    zeros = nibbles_of(parts["qzeros"]).T + np.uint8(added)
    return with_groups(4, group, codes, np.ascontiguousarray(parts["scales"].T), "zeros", zeros)


def gptq_v2(parts, group, columns):
    return gptq(parts, group, columns, 0)


def awq(parts, group, columns):
    order = (0, 4, 1, 5, 2, 6, 3, 7)
    codes = nibbles_of(parts["qweight"], order).T
    zeros = nibbles_of(parts["qzeros"], order).T
    return with_groups(4, group, codes, np.ascontiguousarray(parts["scales"].T), "zeros", zeros)


def nbits(bits, parts, group, columns):
    if not in_order(parts.get("g_idx"), group):
        return None

    def codes_of_rows(packed, count):
        return neighbours(packed, count) if bits == 4 else packed[:, :count]

    rows, blocks, size = parts["B"].shape
    codes = codes_of_rows(parts["B"].reshape(rows, blocks * size), columns)
    scales, zeros = parts["scales"], parts.get("zero_points")
    if zeros is None:
        return with_groups(bits, group, codes, scales)
    if zeros.dtype == np.uint8:
        return with_groups(bits, group, codes, scales, "zeros", codes_of_rows(zeros, blocks))
    scales, zeros = (array.astype(np.float32) for array in (scales, zeros))
    offset = Form(bits, GRAINS[0], "float32", "minima").offset
    with np.errstate(all="ignore"):  # what becomes infinite or NaN is refused
        minima = (scales.astype(np.float64) * (offset - zeros.astype(np.float64))).astype(np.float32)
    if not (is_moderate(scales) and is_moderate(minima)):
        return None
    return with_groups(bits, group, codes, scales, "minima", minima)


def nbits4(parts, group, columns):
    return nbits(4, parts, group, columns)


def nbits8(parts, group, columns):
    return nbits(8, parts, group, columns)


PART_CODES = {function.__name__: function for function in (
    int8, int4, mxfp4_split, pack_quantized, gptq, gptq_v2, awq, nbits4, nbits8)}


def codes_of(array):
    """The Codes of a QuantizedArray with two dimensions, or None if there is no form for them."""
    columns = array.shape[1]
    if array.format in BLOCK_CODES:
        blocks = array.parts["blocks"]
        size = array._format.block_bytes
        form, arrays = BLOCK_CODES[array.format](blocks.reshape(len(blocks), blocks.shape[1] // size, size))
    elif array.format in PART_CODES:
        found = PART_CODES[array.format](array.parts, array.group, columns)
        if found is None:
            return None
        form, arrays = found
    else:
        return None
    return Codes(array.format, form, array.shape, arrays)


# ------------------------------------------------------------------------------------------- packed strips --


def superblocks(depth):
    """(first superblock, their number, units of each) of a strip: the whole ones, and the rest."""
    units = -(-depth // UNIT)
    whole, rest = divmod(units, SUPERBLOCK // UNIT)
    return [(first, count, size) for first, count, size in
            ((0, whole, SUPERBLOCK // UNIT), (whole, 1, rest)) if count and size]


def to_planes(codes, bits):
    """Planes (..., planes, lanes, 4) of quads (..., 8, lanes, 4)."""
    if bits == 8:
        return codes
    if bits in (2, 3):
        low, planes = codes & 3, [fold(codes & 3, 4 * p, 4, 2) for p in range(2)]
    else:
        low, planes = codes & 15, [codes[..., t, :, :] & 15 | codes[..., t + 4, :, :] << 4 for t in range(4)]
    upper = (codes - low) >> (2 if bits == 3 else 4)
    if bits in (3, 5):
        planes.append(fold(upper, 0, 8, 1))
    if bits == 6:
        planes += [fold(upper, 4 * p, 4, 2) for p in range(2)]
    return np.stack(planes, -3)


def fold(codes, first, count, bits):
    """One plane of some quads, `bits` bits of each."""
    found = codes[..., first, :, :].copy()
    for i in range(1, count):
        found |= codes[..., first + i, :, :] << np.uint8(i * bits)
    return found


def from_planes(planes, bits):
    """Quads of planes, the way back from `to_planes`."""
    def unfold(plane, count, bits):
        return [plane >> np.uint8(i * bits) & np.uint8((1 << bits) - 1) for i in range(count)]

    if bits == 8:
        return planes
    at = [planes[..., p, :, :] for p in range(planes.shape[-3])]
    if bits in (2, 3):
        low = unfold(at[0], 4, 2) + unfold(at[1], 4, 2)
        upper = unfold(at[2], 8, 1) if bits == 3 else [0] * 8
    else:
        low = [plane & 15 for plane in at[:4]] + [plane >> 4 for plane in at[:4]]
        upper = {4: lambda: [0] * 8, 5: lambda: unfold(at[4], 8, 1),
                 6: lambda: unfold(at[4], 4, 2) + unfold(at[5], 4, 2)}[bits]()
    return np.stack([one | two << (2 if bits == 3 else 4) for one, two in zip(low, upper)], -3)


def pack(codes, lanes, strips):
    """Write a matrix into its strips.

    Parameters
    ----------
    codes : Codes
    lanes : int
        Columns of a strip.
    strips : uint8 ndarray, shape (number of strips, lanes * bytes of a column)
        Zeros, enough for all rows of the matrix, which become columns.
    """
    rows, depth = codes.shape
    step = max(1, CHUNK // (lanes * max(depth, 1)))
    for first in range(0, -(-rows // lanes), step):
        pack_some(codes.rows(slice(first * lanes, (first + step) * lanes)), lanes, strips[first:first + step])


def pack_some(codes, lanes, strips):
    """Write some rows into their strips."""
    (rows, depth), form = codes.shape, codes.form
    count, at = -(-rows // lanes), 0
    for first, number, units in superblocks(depth):
        head, columns = form.head_bytes(units) * lanes, units * UNIT
        size = head + units * form.bits * 4 * lanes
        place = strips[:count, at:at + number * size].reshape(count, number, size)
        at += number * size
        offset = 0
        for name, dtype, single in form.fields():
            each = 1 if single else -(-columns // form.grain)
            numbers = padded(codes.arrays[name][:, first * each if single else first * SUPERBLOCK // form.grain:],
                             count * lanes, number * each)
            numbers = numbers.reshape(count, lanes, number, each).transpose(0, 2, 3, 1)
            end = offset + each * lanes * dtype.itemsize
            place[:, :, offset:end] = np.ascontiguousarray(numbers, dtype).view(np.uint8).reshape(count, number, -1)
            offset = end
        quads = padded(codes.arrays["codes"][:, first * SUPERBLOCK:], count * lanes, number * columns)
        quads = quads.reshape(count, lanes, number, units, 8, 4).transpose(0, 2, 3, 4, 1, 5)
        planes = to_planes(np.ascontiguousarray(quads), form.bits)
        place[:, :, head:] = planes.reshape(count, number, -1)


def padded(array, rows, columns):
    """The first so many columns, with zeros where the array has none."""
    array = array[:, :columns]
    if array.shape == (rows, columns):
        return array
    found = np.zeros((rows, columns), array.dtype)
    found[:array.shape[0], :array.shape[1]] = array
    return found


def unpack(format, form, shape, lanes, strips, byte_order="="):
    """Return the Codes that `pack` has written."""
    rows, depth = shape
    count, at = -(-rows // lanes), 0
    found = {"codes": []} | {name: [] for name, _, _ in form.fields()}
    for _, number, units in superblocks(depth):
        head, columns = form.head_bytes(units) * lanes, units * UNIT
        size = head + units * form.bits * 4 * lanes
        place = strips[:count, at:at + number * size].reshape(count, number, size)
        at += number * size
        offset = 0
        for name, dtype, single in form.fields():
            each = 1 if single else -(-columns // form.grain)
            end = offset + each * lanes * dtype.itemsize
            numbers = np.ascontiguousarray(place[:, :, offset:end]).view(dtype.newbyteorder(byte_order))
            numbers = numbers.reshape(count, number, each, lanes)
            found[name].append(numbers.transpose(0, 3, 1, 2).reshape(count * lanes, number * each)[:rows])
            offset = end
        planes = place[:, :, head:].reshape(count, number, units, form.bits, lanes, 4)
        quads = from_planes(planes, form.bits)
        found["codes"].append(quads.transpose(0, 4, 1, 2, 3, 5).reshape(count * lanes, number * columns)[:rows])
    arrays = {}
    for name, blocks in found.items():
        dtype = np.uint8 if name == "codes" else next(dtype for field, dtype, _ in form.fields() if field == name)
        array = np.concatenate(blocks, 1).astype(dtype, copy=False) if blocks else np.empty((rows, 0), dtype)
        arrays[name] = np.ascontiguousarray(array[:, :depth if name == "codes" else form.count(name, depth)])
    return Codes(format, form, shape, arrays)


def dequantized(codes):
    """The weights of a matrix in float32, computed as the products do: a scale's product, then the minimum."""
    form, arrays = codes.form, codes.arrays
    depth = codes.shape[1]

    def numbers(name):
        found = arrays[name]
        if found.dtype == np.uint16:
            found = (found.astype(np.uint32) << np.uint32(16)).view(np.float32)
        single = next(single for field, _, single in form.fields() if field == name)
        return np.repeat(found.astype(np.float32), SUPERBLOCK if single else form.grain, axis=1)[:, :depth]

    scales = numbers("scales")
    minima = numbers(form.minima) if form.minima and form.scales != "nibbles" else None
    if form.scales == "nibbles":
        minima, scales = np.floor(scales / 16), scales % 16
    if form.scales in ("products", "nibbles"):
        scales *= numbers("d")
        minima = None if minima is None else -(minima * numbers("dmin"))
    if form.scales == "powers":
        scales = np.ldexp(np.float32(1), scales.astype(np.int32) - 128)
    values = np.array(form.values, np.float32)[arrays["codes"]] if form.values else (
        arrays["codes"].astype(np.float32) - np.float32(form.offset))
    if form.minima == "zeros":
        return scales * (values - (minima - np.float32(form.offset)))
    return scales * values if minima is None else scales * values + minima


# ----------------------------------------------------------------------------------------------- pickles --


def to_state(codes):
    """A dict of plain types and one array, for pickles: strips of one column, which no target packs otherwise."""
    columns = np.zeros((codes.shape[0], codes.form.column_bytes(codes.shape[1])), np.uint8)
    pack(codes, 1, columns)
    return {"format": codes.format, "form": asdict(codes.form), "shape": list(codes.shape), "columns": columns,
            "byte_order": sys.byteorder}


def from_state(state):
    """The Codes of `to_state`."""
    form = form_of(state["form"])
    order = "=" if state["byte_order"] == sys.byteorder else "S"
    return unpack(state["format"], form, tuple(state["shape"]), 1, state["columns"], order)


def form_of(fields):
    """A Form from the dict that `asdict` makes of one, or ValueError."""
    try:
        form = Form(**fields | {"values": tuple(fields["values"])})
        if form.is_valid():
            return form
    except (KeyError, TypeError):
        pass
    raise ValueError(f"no form of weights: {str(fields)[:80]}")
