"""What is known of a format of weights."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scales:
    """A section of scales that a format has beside its weights.

    Attributes
    ----------
    dtype : numpy.dtype
        Of a scale.
    weights : int
        Neighbouring weights of a row that share a scale.
    """

    dtype: np.dtype
    weights: int


@dataclass(frozen=True)
class Format:
    """How weights are stored.

    A *block* is the weights of a row that are stored together, neighbours along in_features.  An *entry* is one
    number of the array that holds the blocks.

    Attributes
    ----------
    name : str
        As `weight_dtype` takes it and files of layers record it.
    block_weights : int
        Weights of a block.
    block_bytes : int
        Bytes of a block, without the scales that stand in sections of their own.
    stored : numpy.dtype
        Of the entries, in native byte order.
    scales : tuple of Scales
        The sections of scales, in their order.
    pack : callable
        float32 array -> entries, of the same shape if a block is one weight.  Rounds to nearest.
    unpack : callable
        Entries -> float32 array, exactly.
    packed_form : str
        The form in which the compiled products read such weights, one of `packed_forms` of
        fastact._kernels.matmul.  Several formats may share one.
    bound : float
        The largest error of a stored weight in the format's normal range, relative to the weight.
    """

    name: str
    block_weights: int
    block_bytes: int
    stored: np.dtype
    scales: tuple[Scales, ...]
    pack: Callable
    unpack: Callable
    packed_form: str
    bound: float

    def entries(self, weights):
        """The entries that this many weights take, in whole blocks."""
        return weights // self.block_weights * self.block_bytes // self.stored.itemsize

    def sections(self, weights):
        """The dtype and the number of entries of each section: the weights, then the scales."""
        found = [(self.stored, self.entries(weights))]
        return found + [(scales.dtype, weights // scales.weights) for scales in self.scales]
