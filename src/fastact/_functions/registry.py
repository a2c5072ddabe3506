"""The public functions, made from the catalogue, and `get`, which finds one by its name in any library."""

from types import MappingProxyType

from fastact import _catalogue
from fastact._catalogue import names
from fastact._functions.activation import Activation, ElementwiseActivation, ParametricActivation
from fastact._functions.folds import fold_class
from fastact._functions.pairs import AddedActivation, AnyGatedUnit, gated_unit
from fastact._functions.ufuncs import ufuncs


def _activation_class(entry):
    if entry.kind == "fold":
        return fold_class(entry)
    return ParametricActivation if entry.parameters else ElementwiseActivation


def _build_activations():
    built = {entry.name: _activation_class(entry)(entry, ufuncs) for entry in _catalogue.ENTRIES}
    for entry in _catalogue.ENTRIES:
        for keyword, choices in entry.variants.items():
            built[entry.name].set_variants(keyword, {value: built[name] for value, name in choices.items()})
    return built


activations = MappingProxyType(_build_activations())
"""Every activation by name, in the order of the documentation."""


def get(name):
    """Return the activation of this name.

    Parameters
    ----------
    name : str or Activation
        A name in fastact, in ``torch.nn.functional`` or in ``ACT2FN`` of transformers.  With the prefix
        ``torch.``, ``jax.``, ``keras.``, ``timm.`` or ``onnx.`` it is the name in that library.  An Activation
        is returned unchanged.

    Returns
    -------
    Activation
        The activation; if the other library has different parameters, one with these as defaults.

    Raises
    ------
    ValueError
        If no activation has this name; the message lists similar names.
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
    name, parameters = names.resolve(name)
    activation = activations[name]
    return activation.with_parameters(**parameters) if parameters else activation


pairs = {
    **{entry.name: gated_unit(entry, activations.get(entry.activation), ufuncs) for entry in _catalogue.GATED_ENTRIES},
    **{entry.name: AddedActivation(entry, activations[entry.activation], ufuncs) for entry in _catalogue.ADDED_ENTRIES},
    "gated": AnyGatedUnit(get, ufuncs),
}
"""Every function of two arrays by name."""
