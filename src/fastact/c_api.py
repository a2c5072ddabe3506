"""The addresses of the kernels as C functions, for ctypes, Numba and SciPy.

``fastact.h``, in the directory that `fastact.get_include` returns, describes the arguments of each function:
there are ``gelu_f32``, ``gelu_fast_f64``, ``gelu_backward_f32``, ``gated_silu_f64``,
``softmax_f32``, ``gelu_scalar_f64`` and so on.  In Cython: ``from fastact.cython_api cimport gelu``.

Attributes
----------
version : int
    FASTACT_API_VERSION of the header.
table : int
    Address of the table, a ``const fastact_api *``, for C code that is not an extension module.
declarations : mapping of str to str
    The C type of each function, such as ``"double (double x)"``.
addresses : mapping of str to int
    The address of each function.
functions : mapping of str to ctypes function
    The functions for ctypes, with the types of arguments and result.

Examples
--------
>>> import numpy as np, fastact as fa
>>> x, y = np.array([-1.0, 0.0, 1.0]), np.empty(3)
>>> pointer = fa.c_api.functions["gelu_f64"].argtypes[0]
>>> fa.c_api.functions["gelu_f64"](x.ctypes.data_as(pointer), y.ctypes.data_as(pointer), 3)
>>> y.tolist() == fa.gelu(x).tolist()
True
>>> fa.c_api.functions["silu_scalar_f64"](1.0)
0.7310585786300049
"""

import ctypes
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import fastact
from fastact.cython_api import addresses as _addresses
from fastact.cython_api import table, version

__all__ = ["addresses", "declarations", "functions", "table", "version"]

_TYPES = {
    "void": None, "float": ctypes.c_float, "double": ctypes.c_double, "ptrdiff_t": ctypes.c_ssize_t,
    "float *": ctypes.POINTER(ctypes.c_float), "double *": ctypes.POINTER(ctypes.c_double),
}


def _read():
    """The members of the header's table: name -> (result, arguments)."""
    text = Path(fastact.get_include(), "fastact.h").read_text(encoding="utf-8")
    return {name: (result, arguments) for result, name, arguments
            in re.findall(r"^ +(\w+) \(\*(\w+)\)\((.*)\);$", text, re.MULTILINE)}


_members = _read()
if len(_members) != len(_addresses):
    raise ImportError(f"fastact.h has {len(_members)} functions, fastact.cython_api {len(_addresses)}: build again")

declarations = MappingProxyType({name: f"{result} ({arguments})" for name, (result, arguments) in _members.items()})
addresses = MappingProxyType(dict(zip(_members, _addresses, strict=True)))


class _Functions(Mapping):
    """The functions by name.  Each is made when it is first used, because there are a thousand."""

    def __init__(self):
        self._made = {}

    def __getitem__(self, name):
        if name not in self._made:
            result, arguments = _members[name]
            types = [_TYPES[re.sub(r"^const |\w+$", "", argument).strip()] for argument in arguments.split(", ")]
            self._made[name] = ctypes.CFUNCTYPE(_TYPES[result], *types)(addresses[name])
        return self._made[name]

    def __iter__(self):
        return iter(_members)

    def __len__(self):
        return len(_members)


functions = _Functions()
