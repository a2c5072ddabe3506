"""Small floating-point numbers with scales apart: float8 as DeepSeek stores it, mxfp4 as gpt-oss does."""

from dataclasses import dataclass

import numpy as np

from fastact._formats.quantized import Quantized, bytes_of, expect, rows_of
from fastact._runtime import dispatch

TILE = (128, 128)  # DeepSeek's
# 2**(e - 127), put together from bits, for an import must not raise the flag of overflow; 255 is NaN.
POWERS = (np.arange(256, dtype=np.uint32) << np.uint32(23)).view(np.float32)
POWERS[0], POWERS[255] = np.float32(2.0**-127), np.nan


@dataclass(frozen=True)
class Float8(Quantized):
    """E4M3 without infinities, and a scale for each tile of rows and columns.

    The parts: ``codes``, a byte each, of the array's shape; ``scales``, float32, float16, bfloat16 or exponents (E8M0
    in bytes), one for each tile of each matrix.  The group is the size of a tile, (rows, columns).
    """

    def check(self, parts, shape, group):
        if len(shape) < 2:
            raise ValueError(f"{self.name} is of matrices, not of shape {shape}")
        codes, scales = as_bytes(parts["codes"]), as_bytes(parts["scales"])
        rows, columns = (max(size, 1) for size in shape[-2:])
        if group is None:
            group = (1, columns) if scales.shape == (*shape[:-1], 1) else TILE
        try:
            down, across = (int(size) for size in group)
        except (TypeError, ValueError):
            raise ValueError(f"group of {self.name} must be the (rows, columns) of a tile, not {group!r}") from None
        if down < 1 or across < 1:
            raise ValueError(f"group of {self.name} must be the (rows, columns) of a tile, not {group!r}")
        down, across = min(down, rows), min(across, columns)
        tiles = (*shape[:-2], -(-shape[-2] // down), -(-shape[-1] // across))
        return {
            "codes": expect(self.name, "codes", codes, shape, ("uint8",)),
            "scales": expect(self.name, "scales", scales, tiles, ("float32", "float16", "bfloat16", "uint8")),
        }, (down, across)

    def decode(self, parts, shape, group, out):
        scales = parts["scales"]
        scales = POWERS[scales] if scales.dtype == np.uint8 else scales.astype(np.float32, copy=False)
        dispatch.blocks.decode_float8(
            rows_of(parts["codes"], shape[-1]), scales.reshape(-1), shape[-2], *group, rows_of(out, shape[-1]))


@dataclass(frozen=True)
class SplitMXFP4(Quantized):
    """mxfp4 as gpt-oss stores it: ``blocks`` (..., groups, 16), two neighbours to a byte, and ``scales`` (..., groups).

    Unlike GGUF's mxfp4 it has -0.
    """

    def check(self, parts, shape, group):
        if group not in (None, 32):
            raise ValueError(f"groups of {self.name} are of 32 weights, not of {group!r}")
        if shape[-1] % 32:
            raise ValueError(f"the last axis must be a multiple of the 32 weights of a block of {self.name}, "
                             f"not {shape[-1]}")
        groups = (*shape[:-1], shape[-1] // 32)
        return {"blocks": expect(self.name, "blocks", as_bytes(parts["blocks"]), (*groups, 16), ("uint8",)),
                "scales": expect(self.name, "scales", as_bytes(parts["scales"]), groups, ("uint8",))}, 32

    def decode(self, parts, shape, group, out):
        dispatch.blocks.decode_split(bytes_of(parts["blocks"]), bytes_of(parts["scales"]), out.reshape(-1))


def as_bytes(array):
    """An array of single bytes of any dtype, such as ml_dtypes' float8, as uint8; others as they are."""
    return array.view(np.uint8) if array.dtype.itemsize == 1 else array


TILES = (
    Float8("float8_e4m3", 1, 1, np.dtype(np.uint8), sliced=False, parts=("codes", "scales")),
    SplitMXFP4("mxfp4_split", 32, 16, np.dtype(np.uint8), parts=("blocks", "scales")),
)
