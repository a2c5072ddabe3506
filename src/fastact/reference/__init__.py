"""Oracles: the activations in float64 NumPy, in readable form.

They share nothing with the kernels.  Their relative error is at most 1e-13 over the whole range of float32, down to
results as small as its smallest subnormal.  Where a derivative crosses zero, the error is 1e-13 of the size of
the derivative near the crossing.  The largest measured error is 3.0e-14, where tails of exponentials amplify the
rounding error of their argument a hundred times.  float32 results are measured against the oracles; float64
results are measured against mpmath.

Parameters follow x, with the defaults of the public functions, and broadcast.  They are not rounded: if the kernel
rounds them to the type of the data, round them before the call.

Special values give the limit of the function; NaN gives NaN, also in derivatives.  Derivatives at kinks
are those of PyTorch.

Examples
--------
>>> import numpy as np
>>> from fastact import reference
>>> reference.silu(np.array([-1.0, 0.0, 1.0])).round(6)
array([-0.268941,  0.      ,  0.731059])
>>> reference.elu(np.array([-1.0, 0.0, 1.0]), alpha=2).round(6)
array([-1.264241,  0.      ,  1.      ])
"""

from fastact.reference.elementwise import *
from fastact.reference.folds import *
from fastact.reference.gated import *
from fastact.reference.rarer import *
