"""Values that no argument takes, and values that some take: for the tests of hostile input."""

import os

import numpy as np

import fastact as fa

X = np.random.default_rng(0).standard_normal((2, 12)).astype(np.float32)


class Refuses:
    """An object that fails at every operation."""

    def __array__(self, *arguments, **keywords):
        raise TypeError("no array")

    def __index__(self):
        raise TypeError("no index")

    __float__ = __bool__ = __len__ = __iter__ = __hash__ = __eq__ = __index__


# No argument takes these: TypeError or ValueError, and nothing written to `out`.
WRONG = {
    "object": object(), "refuses": Refuses(), "dict": {"a": 1}, "function": len, "bytes": b"\0", "nonsense": "no\0nsense",
    "surrogate": "\udc80", "long text": "gelu" * 1000, "text array": np.array(["a"]), "objects": np.array([None, 1]),
    "complex": np.ones((2, 12), complex), "imaginary": 1j, "date": np.datetime64("2020-01-01"),
    "record": np.zeros(2, [("a", "f4")]), "set": {1, 2}, "class": int, "module": os, "ellipsis": ...,
    "longdouble": np.ones((2, 12), np.longdouble), "ragged": [[1.0], [1.0, 2.0]],
}
# Some take these and some do not: a result, TypeError or ValueError.
ODD = {
    "none": None, "nan": float("nan"), "inf": float("inf"), "-inf": float("-inf"), "zero": 0, "-1": -1, "1.5": 1.5,
    "2**31": 2**31, "2**63": 2**63, "-2**63": -2**63, "10**400": 10**400, "1e308": 1e308, "-1e308": -1e308,
    "tiny": 5e-324, "true": True, "empty": np.empty(0, np.float32), "empty list": [], "tuple": (), "three": np.ones(3),
    "six dimensions": np.ones((1,) * 6, np.float32), "nans": np.full((2, 12), np.nan), "no rows": np.empty((0, 6)),
    "64 dimensions": np.ones((1,) * 64, np.float32), "a million wide": np.broadcast_to(np.float32(1), (2, 10**6)),
    "int64 minimum": np.int64(-2**63), "float16 nan": np.float16("nan"), "zero-d": np.array(2.0),
    "masked": np.ma.array(X, mask=X > 0), "read-only": np.frombuffer(X.tobytes(), np.float32).reshape(X.shape),
    "text": "fast", "big-endian": X.astype(">f4"), "name and parameters": ("elu", {"alpha": 1}),
    "name and nonsense": ("elu", {"alpha": "a"}), "name and no dict": ("elu", 3), "itself": fa.gelu,
}
