"""NumPy expressions, as people write them."""

from functools import partial

import numpy as np

from fastact._lab.speed.peers.calls import with_out


def forward(operation, inputs, out):
    """The NumPy expression that people write; with `out` if it is a ufunc."""
    function = operation.entry.measured(inputs[0].dtype).by_hand
    return with_out(function, inputs, out) if isinstance(function, np.ufunc) else partial(function, *inputs)
