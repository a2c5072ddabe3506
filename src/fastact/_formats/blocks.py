"""The blocks of GGUF files: llama.cpp's formats, each weight's bytes beside its scale's.

The layouts stand in fastact/_kernels/blocks/decode.h, at the functions that decode them.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from fastact._formats.quantized import Quantized, no_minimum, reason
from fastact._runtime import dispatch


@dataclass(frozen=True)
class Blocks(Quantized):
    """A format whose only part is bytes in blocks; a row is whole blocks.

    Attributes
    ----------
    group : int
        Weights that share a scale: a block, or a part of one.
    """

    group: int = field(default=32, kw_only=True)

    def check(self, parts, shape, group):
        if group not in (None, self.group):
            raise ValueError(f"groups of {self.name} are of {self.group} weights, not of {group!r}")
        blocks = parts["blocks"]
        if blocks.dtype.itemsize != 1 or blocks.dtype.kind not in "iuV":
            raise ValueError(f"blocks of {self.name} must be bytes (uint8), not {blocks.dtype}")
        size = self.entries(self.whole_rows(shape))
        if blocks.size != size:
            raise ValueError(f"blocks of {self.name} for shape {shape} must be {size} bytes "
                             f"({self.block_bytes} for {self.block_weights} weights), not {blocks.size}")
        blocks = np.ascontiguousarray(blocks).view(np.uint8)
        return {"blocks": blocks.reshape(*shape[:-1], self.entries(shape[-1]))}, self.group

    def whole_rows(self, shape):
        """The number of weights of a shape whose rows are whole blocks."""
        if shape[-1] % self.block_weights:
            raise ValueError(f"the last axis must be a multiple of the {self.block_weights} weights of a block of "
                             f"{self.name}, not {shape[-1]}")
        return math.prod(shape)

    def decode(self, parts, shape, group, out):
        dispatch.blocks.decode_blocks(self.name, parts["blocks"].reshape(-1), out.reshape(-1))

    def encode(self, array, group, minimum, bar):
        no_minimum(self.name, minimum)
        if self.name not in dispatch.blocks.encoded:
            raise ValueError(f"{self.name} can be read, not written")
        blocks = np.empty(self.entries(self.whole_rows(array.shape)), np.uint8)
        if wrong := dispatch.blocks.encode_blocks(self.name, array.reshape(-1), blocks):
            raise reason(wrong, array, self.name)
        bar.update()
        return {"blocks": blocks}, group

    @property
    def writes(self):
        return self.name in dispatch.blocks.encoded


def described(name, group, bound=math.nan):
    """The Blocks of a format that the kernels know."""
    weights, size = dispatch.blocks.block_sizes[name]
    return Blocks(name, weights, size, np.dtype(np.uint8), bound=bound, group=group)


# The bounds are half a step, or what the extreme of the other sign is cut by, and the rounding of the scale.
BLOCKS = (
    described("q8_0", 32, 1 / 254 + 2.0**-11),
    described("q4_0", 32, 1 / 8 + 2.0**-11), described("q4_1", 32, 1 / 15 + 2.0**-9),
    described("q5_0", 32, 1 / 16 + 2.0**-11), described("q5_1", 32, 1 / 31 + 2.0**-9),
    described("q2_k", 16), described("q3_k", 16), described("q4_k", 32), described("q5_k", 32), described("q6_k", 16),
    described("iq4_nl", 32), described("mxfp4", 32, 1 / 4),
)
