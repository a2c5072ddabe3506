"""The raw ufuncs of the chosen CPU target, by name."""

import numpy as np

from fastact._functions import strided
from fastact._runtime import dispatch

ufuncs = {**dispatch.elementwise.ufuncs, **dispatch.rows.ufuncs}

for _ufunc in ufuncs.values():
    try:
        _ufunc.__module__ = "fastact.ufuncs"  # otherwise pickle records a module of this CPU target
    except AttributeError:  # before NumPy 2.2 pickle searches all modules for the name, and finds fastact.ufuncs
        pass

try:
    import ml_dtypes
except ImportError:  # without it there are no bfloat16 arrays
    pass
else:  # before the first call, because NumPy remembers which loop it found
    for _family in (dispatch.elementwise, dispatch.rows, strided):
        _family.register_bfloat16(np.dtype(ml_dtypes.bfloat16))
