"""Neural-network activations and fused gated projections on CPU, over NumPy arrays.

    fa.gelu(x)                       exact; fa.gelu(x, accuracy="fast") approximate
    fa.gelu.backward(grad, x)        grad * gelu'(x) in one pass
    fa.swiglu(gate, up)              silu(gate) * up in one pass
    fa.GatedProjection(w_gate, w_up) silu(x Wgᵀ) * (x Wuᵀ), weights packed once

How it is built, from the caller down to the instruction::

    _activation.pyx   Activation, Fold, GatedUnit: choose the ufunc by accuracy
    _projection.py    GatedProjection, MLP: validate, pack, call
    _ufuncs.py        the raw numpy.ufunc objects
    _dispatch.py      chooses the CPU target at import (_cpu.pyx checks, FASTACT_TARGET forces)
    ------------------ below here, once per target --------------------------------------
    _kernels/elementwise.pyx, fold.pyx, gemm.pyx    loops
    _kernels/formulas.pxd                           each activation, written once
    _kernels/vecmath.pxd                            exp, logistic, tanh ..., both tiers
    _kernels/simd.h                                 the vector type

What is known of each function stands in _catalogue.py, its oracle in reference.py.
"""

from types import MappingProxyType as _MappingProxyType

from fastact import _openmp, _catalogue, reference  # _openmp first: it loads the runtime
from fastact._activation import Activation, Fold, GatedUnit
from fastact._config import (
    accuracy,
    get_accuracy,
    get_num_threads,
    set_accuracy,
    set_num_threads,
    show_config,
    threads,
)
from fastact._ufuncs import ufuncs as _raw
from fastact._version import __version__



def _build_activations():
    built = {}
    for entry in _catalogue.ENTRIES:
        built[entry.name] = (Fold if entry.kind == "fold" else Activation)(entry, _raw)
    for entry in _catalogue.ENTRIES:
        for keyword, choices in entry.variants.items():
            built[entry.name].set_variants(keyword, {value: built[name] for value, name in choices.items()})
    return built


activations = _MappingProxyType(_build_activations())
"""Every activation by name, in the order of the documentation."""

globals().update(activations)

_aliases = {alias: name for name, activation in activations.items() for alias in activation.aliases}


def get(name):
    """Return the activation of this name.

    Parameters
    ----------
    name : str or Activation
        A name of ours, of ``torch.nn.functional`` or of transformers' ``ACT2FN``; an Activation
        is returned as it is.

    Returns
    -------
    Activation

    Raises
    ------
    ValueError
        If no activation has this name; the message lists those there are.
    TypeError
        If `name` is neither a string nor an Activation.

    Examples
    --------
    >>> import fastact as fa
    >>> fa.get("gelu_new")
    <fastact.gelu_tanh: x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2>
    """
    if isinstance(name, Activation):
        return name
    if not isinstance(name, str):
        raise TypeError(f"the name of an activation must be a string, not {type(name).__name__}")
    try:
        return activations[_aliases.get(name, name)]
    except KeyError:
        raise ValueError(f"no activation {name!r}; there are: {', '.join([*activations, *_aliases])}") from None


swiglu = GatedUnit("swiglu", activations["silu"], _raw)

from fastact._projection import MLP, GatedMLP, GatedProjection, Projection, gated_projection  # noqa: E402

__all__ = [
    "Activation", "GatedMLP", "GatedProjection", "GatedUnit", "MLP", "Projection", "__version__", "accuracy",
    "activations", "gated_projection", "get", "get_accuracy", "get_num_threads", "reference",
    "set_accuracy", "set_num_threads", "show_config", "swiglu", "threads", *activations,
]

# doctest does not look at the docstrings of instances.
__test__ = {name: value.__doc__ for name, value in {**activations, "swiglu": swiglu}.items()}
