"""Weights as floating-point numbers: a block is one weight, and there are no scales."""

import numpy as np

from fastact._formats.format import Format


def to_float32(values):
    """Return the values in float32; float32 ones are not copied."""
    return values.astype(np.float32, copy=False)


def to_float16(values):
    """Return float32 values rounded to float16."""
    return values.astype(np.float16)


def to_bfloat16(values):
    """Return float32 values rounded to bfloat16, as bits.  NaN stays NaN, and becomes a quiet one."""
    bits = values.view(np.uint32)
    rounded = bits + (np.uint32(0x7FFF) + (bits >> np.uint32(16) & np.uint32(1)))
    rounded = np.where(np.isnan(values), bits | np.uint32(0x400000), rounded)
    return (rounded >> np.uint32(16)).astype(np.uint16)


def from_bfloat16(entries):
    """Return bfloat16 numbers, given as bits, in float32."""
    return (entries.astype(np.uint32) << np.uint32(16)).view(np.float32)


def described(name, dtype, pack, unpack, bound):
    """Return the Format of a floating-point type."""
    stored = np.dtype(dtype)
    return Format(name, 1, stored.itemsize, stored, (), pack, unpack, packed_form=name, bound=bound)


FLOATS = (
    described("float32", np.float32, to_float32, to_float32, 0.0),
    described("float16", np.float16, to_float16, to_float32, 2.0**-11),
    described("bfloat16", np.uint16, to_bfloat16, from_bfloat16, 2.0**-8),  # as bits: NumPy alone has no bfloat16
)
