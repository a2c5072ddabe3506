"""GPTQ and AWQ: words of eight codes of four bits, in matrices that lie transposed."""

from dataclasses import dataclass

import numpy as np

from fastact._formats.groups import SCALES, checked_group_indices
from fastact._formats.quantized import Quantized, bytes_of, expect, group_in_row, likely_group
from fastact._runtime import dispatch


@dataclass(frozen=True)
class Words(Quantized):
    """A matrix (out, in) as these files have it.

    The parts: ``qweight``, int32: (in / 8, out) in GPTQ, with eight inputs to a word, (in, out / 8) in AWQ, with
    eight outputs in the order 0, 2, 4, 6, 1, 3, 5, 7; ``qzeros``, int32 (groups, out / 8); ``scales`` (groups, out);
    in GPTQ perhaps ``g_idx`` (in), the group of each input.  A weight is scale * (code - zero).

    Attributes
    ----------
    added : int
        What the zeros of the file lack: 1 in GPTQ's first version.
    """

    is_awq: bool = False
    added: int = 0

    def check(self, parts, shape, group):
        if len(shape) != 2:
            raise ValueError(f"{self.name} is of matrices, not of shape {shape}")
        outputs, inputs = shape
        if outputs % 8 or (inputs % 8 and not self.is_awq):
            raise ValueError(f"the sizes of {self.name} must be multiples of 8, not {shape}")
        scales = parts["scales"]
        groups = scales.shape[0] if scales.ndim == 2 else 0
        group = group_in_row(self.name, likely_group(inputs, groups) if group is None else group, inputs)
        if (-(-inputs // group) != groups and "g_idx" not in parts):
            raise ValueError(f"scales of {self.name} have shape {scales.shape}, which is not one scale for each "
                             f"group of {group} inputs and output of {shape}")
        found = {
            "qweight": expect(self.name, "qweight", parts["qweight"],
                              (inputs, outputs // 8) if self.is_awq else (inputs // 8, outputs), ("int32",)),
            "qzeros": expect(self.name, "qzeros", parts["qzeros"], (groups, outputs // 8), ("int32",)),
            "scales": expect(self.name, "scales", scales, (groups, outputs), SCALES)}
        if "g_idx" in parts:
            found["g_idx"] = checked_group_indices(self.name, "g_idx", parts, inputs, groups)
        return found, group

    def decode(self, parts, shape, group, out):
        dispatch.blocks.decode_packed(
            self.is_awq, parts["qweight"].view(np.uint32), parts["qzeros"].view(np.uint32),
            parts["scales"].dtype.name, bytes_of(parts["scales"]), parts.get("g_idx"), group, self.added, out)


GPTQ_PARTS = ("qweight", "qzeros", "scales", "g_idx")
WORDS = (
    Words("gptq", 8, 4, np.dtype(np.int32), parts=GPTQ_PARTS, optional=("g_idx",), sliced=False, added=1),
    Words("gptq_v2", 8, 4, np.dtype(np.int32), parts=GPTQ_PARTS, optional=("g_idx",), sliced=False),
    Words("awq", 8, 4, np.dtype(np.int32), parts=GPTQ_PARTS[:3], sliced=False, is_awq=True),
)
