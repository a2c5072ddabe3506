"""The types that are measured, by name.  bfloat16 needs ml_dtypes, an optional package."""

import numpy as np

try:
    import ml_dtypes
except ImportError:
    ml_dtypes = None

HALF = ["float16", "bfloat16"]
DTYPES = ["float32", "float64", *HALF]


def type_of(dtype):
    """The NumPy type of a name of DTYPES."""
    return np.dtype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)


def limits(dtype):
    """What `numpy.finfo` says of a NumPy type, for bfloat16 too."""
    return (ml_dtypes.finfo if np.dtype(dtype).name == "bfloat16" else np.finfo)(dtype)
