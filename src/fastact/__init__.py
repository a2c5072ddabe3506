"""Neural-network activations and fused gated projections on CPU, over NumPy arrays.

    fa.gelu(x)                       exact; fa.gelu(x, accuracy="fast") approximate
    fa.gelu.backward(grad, x)        grad * gelu'(x) in one pass
    fa.swiglu(gate, up)              silu(gate) * up in one pass
    fa.GatedProjection(w_gate, w_up) silu(x Wgᵀ) * (x Wuᵀ), weights packed once

How it is built, from the caller down to the instruction::

    _activation.pyx   Activation: chooses the ufunc by accuracy; _fold.pyx: of a whole axis
    _glu.pyx          GatedUnit and sums: the same for two arrays, packed or not
    _projection.py    GatedProjection, MLP: validate, pack, call
    _rows.pyx         large strided arrays: rows shared out among the threads
    _ufuncs.py        the raw numpy.ufunc objects
    _dispatch.py      chooses the CPU target at import (_cpu.pyx checks, FASTACT_TARGET forces)
    onnx.py, cython_api.pyx, c_api.py    plugs: ONNX's evaluator; C, Cython, Numba
    ------------------ below here, once per target --------------------------------------
    _kernels/elementwise.pyx, fold.pyx, gemm.pyx    loops
    _kernels/formulas.pxd                           each activation, written once
    _kernels/vecmath.pxd                            exp, logistic, tanh ..., both tiers
    _kernels/simd.h                                 the vector type

What is known of each function stands in _catalogue.py, its oracle in reference.py.
"""

from importlib import import_module as _import_module
from pathlib import Path as _Path
from types import MappingProxyType as _MappingProxyType

from fastact import _openmp, _catalogue, _names, reference  # _openmp first: it loads the runtime
from fastact._activation import Activation, ParametricActivation
from fastact._config import (
    accuracy,
    get_accuracy,
    get_num_threads,
    set_accuracy,
    set_num_threads,
    show_config,
    threads,
)
from fastact._fold import Fold as Fold
from fastact._fold import fold_class as _fold_class
from fastact._glu import AddedActivation, AnyGatedUnit as _AnyGatedUnit, GatedUnit, ParametricGatedUnit
from fastact._glu import gated_unit as _gated_unit
from fastact._sparsity import dead_units, sparsity
from fastact._ufuncs import ufuncs as _raw
from fastact._version import __version__



def _activation_class(entry):
    if entry.kind == "fold":
        return _fold_class(entry)
    return ParametricActivation if entry.parameters else Activation


def _build_activations():
    built = {entry.name: _activation_class(entry)(entry, _raw) for entry in _catalogue.ENTRIES}
    for entry in _catalogue.ENTRIES:
        for keyword, choices in entry.variants.items():
            built[entry.name].set_variants(keyword, {value: built[name] for value, name in choices.items()})
    return built


activations = _MappingProxyType(_build_activations())
"""Every activation by name, in the order of the documentation."""

globals().update(activations)


def get(name):
    """Return the activation of this name.

    Parameters
    ----------
    name : str or Activation
        A name of ours, of ``torch.nn.functional`` or of transformers' ``ACT2FN``; with the prefix
        ``torch.``, ``jax.``, ``keras.`` or ``onnx.`` what that library means by it.  An Activation
        is returned as it is.

    Returns
    -------
    Activation
        Ours, or, where the other's parameters differ, one with those as defaults.

    Raises
    ------
    ValueError
        If no activation has this name; the message has those that look like it.
    TypeError
        If `name` is neither a string nor an Activation.

    Examples
    --------
    >>> import fastact as fa
    >>> fa.get("gelu_new")
    <fastact.gelu_tanh: x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2>
    >>> fa.get("keras.leaky_relu").parameters
    {'negative_slope': 0.2}
    """
    if isinstance(name, Activation):
        return name
    if not isinstance(name, str):
        raise TypeError(f"the name of an activation must be a string, not {type(name).__name__}")
    name, parameters = _names.resolve(name)
    activation = activations[name]
    return activation.with_parameters(**parameters) if parameters else activation


_pairs = {
    **{entry.name: _gated_unit(entry, activations.get(entry.activation), _raw) for entry in _catalogue.GATED_ENTRIES},
    **{entry.name: AddedActivation(entry, activations[entry.activation], _raw) for entry in _catalogue.ADDED_ENTRIES},
    "gated": _AnyGatedUnit(get, _raw),
}
globals().update(_pairs)

from fastact._projection import MLP, GatedMLP, GatedProjection, Projection, gated_projection  # noqa: E402


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
    if name in ("c_api", "cython_api"):  # not imported with the rest: few need them
        return _import_module(f"fastact.{name}")
    raise AttributeError(f"module 'fastact' has no attribute {name!r}")


__all__ = [
    "Activation", "AddedActivation", "GatedMLP", "GatedProjection", "GatedUnit", "MLP", "ParametricGatedUnit",
    "Projection", "__version__",
    "accuracy", "activations", "dead_units", "gated_projection", "get", "get_accuracy", "get_include",
    "get_num_threads", "reference",
    "set_accuracy", "set_num_threads", "show_config", "sparsity", "threads", *activations, *_pairs,
]

# doctest does not look at the docstrings of instances.
__test__ = {name: value.__doc__ for name, value in {**activations, **_pairs}.items()}
