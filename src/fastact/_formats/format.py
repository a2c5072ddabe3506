"""The description of a format of weights."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scales:
    """A section of scales, which a format may have in addition to its weights.

    Attributes
    ----------
    dtype : numpy.dtype
        The type of a scale.
    weights : int
        The number of neighbouring weights of a row that share a scale.
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
        The name, as in the argument `weight_dtype` and in files of layers.
    block_weights : int
        The number of weights in a block.
    block_bytes : int
        The size of a block in bytes, without scales that are in sections of their own.
    stored : numpy.dtype
        The type of the entries, in native byte order.
    scales : tuple of Scales
        The sections of scales, in their order.
    pack : callable
        Converts a float32 array to entries, rounded to nearest; if a block is one weight, the shape is the same.
    unpack : callable
        Converts entries to a float32 array, exactly.
    packed_form : str
        The form in which the compiled products read such weights, one of `packed_forms` of
        fastact._kernels.matmul.  Several formats may share a form.
    bound : float
        The largest relative error of a stored weight in the normal range of the format.
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
        """The number of entries for this many weights, in whole blocks."""
        return weights // self.block_weights * self.block_bytes // self.stored.itemsize

    def sections(self, weights):
        """The dtype and the number of entries of each section: the weights, then the scales."""
        found = [(self.stored, self.entries(weights))]
        return found + [(scales.dtype, weights // scales.weights) for scales in self.scales]
