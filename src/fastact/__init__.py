"""Neural-network activations and fused gated projections on CPU, over NumPy arrays.

    fa.gelu(x)                       exact; fa.gelu(x, accuracy="fast") approximate
    fa.gelu.backward(grad, x)        grad * gelu'(x) in one pass
    fa.swiglu(gate, up)              silu(gate) * up in one pass
    fa.GatedProjection(w_gate, w_up) silu(x Wgᵀ) * (x Wuᵀ), weights packed once

How it is built; an arrow is an import, and none runs back::

    _cli -> _lab -> torch, onnx          the command line; measuring accuracy and speed; the plugs
                      |
                    _layers              projections: checks, packed weights, files
                      |
                    _functions           Activation, GatedUnit, Fold: between the caller and the ufunc
                      |
    _catalogue      _runtime             what is known of each function; CPU target, threads, settings
        |             |
    reference       _kernels             float64 oracles; the formulas, compiled once for each CPU target
"""

from importlib import import_module as _import_module
from pathlib import Path as _Path
from types import FunctionType as _FunctionType

from fastact._runtime import openmp as _openmp  # first: it loads the threads' runtime
from fastact import reference
from fastact._functions.activation import Activation
from fastact._functions.folds import Fold as Fold
from fastact._functions.folds.poly_norm import poly_norm
from fastact._functions.pairs import AddedActivation, GatedUnit, ParametricGatedUnit
from fastact._functions.plotting import plot
from fastact._functions.registry import activations, get, pairs as _pairs
from fastact._formats.array import QuantizedArray, dequantize, quantize
from fastact._functions.sparsity import dead_units, sparsity
from fastact._layers.experts import Experts
from fastact._layers.mlp import MLP, GatedMLP
from fastact._layers.projections import GatedProjection, Projection, gated_projection
from fastact._layers.route import route
from fastact._runtime.settings import (
    accuracy,
    get_accuracy,
    get_num_threads,
    set_accuracy,
    set_num_threads,
    show_config,
    threads,
)
from fastact._version import __version__
from fastact import ufuncs

globals().update(activations)
globals().update(_pairs)


def get_include():
    """Return the directory of ``fastact.h``, for a C compiler's ``-I``.

    See Also
    --------
    fastact.c_api : the functions' addresses.

    Examples
    --------
    >>> import os, fastact as fa
    >>> os.listdir(fa.get_include())
    ['fastact.h']
    """
    return str(_Path(__file__).parent / "include")


def __getattr__(name):
    if name in ("c_api", "cython_api", "formats"):  # not imported with the rest: few need them
        return _import_module(f"fastact.{name}")
    raise AttributeError(f"module 'fastact' has no attribute {name!r}")


__all__ = [
    "Activation", "AddedActivation", "Experts", "GatedMLP", "GatedProjection", "GatedUnit", "MLP", "ParametricGatedUnit",
    "Projection", "QuantizedArray", "__version__",
    "accuracy", "activations", "dead_units", "dequantize", "gated_projection", "get", "get_accuracy", "get_include",
    "get_num_threads", "plot", "poly_norm", "quantize", "reference", "route",
    "set_accuracy", "set_num_threads", "show_config", "sparsity", "threads", *activations, *_pairs,
]

for _name in __all__:  # pickles name public paths only; compiled classes keep their own
    if isinstance(globals()[_name], (_FunctionType, type)) and globals()[_name].__module__.startswith("fastact._"):
        try:
            globals()[_name].__module__ = "fastact"
        except TypeError:
            pass

# doctest does not look at the docstrings of instances.
__test__ = {name: value.__doc__ for name, value in {**activations, **_pairs, "poly_norm": poly_norm}.items()}
