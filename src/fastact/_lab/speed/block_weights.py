"""What the weights of all kinds of blocks have in common; `projections` and `experts` measure these."""

import numpy as np

from fastact._lab.dtypes import type_of


class BlockWeights:
    """Random numbers that a type holds exactly, and what each competitor has made from the weights of a block.

    Parameters
    ----------
    block : projections.Block
    dtype : str
        Of x, and of the weights if they have no format.
    format : str or None
        The format of quantised weights.
    """

    def __init__(self, block, dtype, format):
        self.block, self.dtype, self.format = block, dtype, format
        self.made = {}  # competitor -> what it prepared from the weights: once, for all numbers of rows
        self.copies = []  # the same numbers in other memory: further layers

    def exact(self, rng, shape, scale):
        """Random numbers of this deviation."""
        values = rng.standard_normal(shape, np.float32)
        values *= np.float32(scale)
        return values if self.dtype == "float32" else values.astype(type_of(self.dtype))

    def prepared(self, name, make):
        """What make() has returned for this name."""
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]
