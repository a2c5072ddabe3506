"""Every raw `numpy.ufunc` under its own name, so that a ufunc can be pickled, and unpickled under any CPU target.

``fastact.gelu.ufunc("fast")`` is ``fastact.ufuncs.gelu_fast``.
"""

from fastact._functions.ufuncs import ufuncs as _ufuncs

__all__ = list(_ufuncs)
globals().update(_ufuncs)
