"""Every raw ufunc under exactly its ``__name__``: so it pickles, and unpickles on any CPU target."""

import numpy as np

from fastact import _dispatch, _rows

ufuncs = {**_dispatch.elementwise.ufuncs, **_dispatch.fold.ufuncs}

for _ufunc in ufuncs.values():
    try:
        _ufunc.__module__ = __name__  # else pickle would record a module of this CPU's target
    except AttributeError:  # NumPy before 2.2: pickle searches the modules for the name, and finds this one
        pass

globals().update(ufuncs)

try:
    import ml_dtypes
except ImportError:  # then there are no bfloat16 arrays either
    pass
else:  # before the first call: NumPy remembers which loop it found
    for _family in (_dispatch.elementwise, _dispatch.fold, _rows):
        _family.register_bfloat16(np.dtype(ml_dtypes.bfloat16))
