"""The raw ufuncs of the chosen CPU target, by name."""

import numpy as np

from fastact._functions import strided
from fastact._runtime import dispatch

ufuncs = {**dispatch.elementwise.ufuncs, **dispatch.rows.ufuncs}

for _ufunc in ufuncs.values():
    try:
        _ufunc.__module__ = "fastact.ufuncs"  # else pickle would record a module of this CPU's target
    except AttributeError:  # NumPy before 2.2: pickle searches the modules for the name, and finds that one
        pass

try:
    import ml_dtypes
except ImportError:  # then there are no bfloat16 arrays either
    pass
else:  # before the first call: NumPy remembers which loop it found
    for _family in (dispatch.elementwise, dispatch.rows, strided):
        _family.register_bfloat16(np.dtype(ml_dtypes.bfloat16))
