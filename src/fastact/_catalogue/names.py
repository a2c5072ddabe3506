"""The names of the activations in other libraries.

A name without a prefix is ours, PyTorch's or one of transformers' ``ACT2FN``.  With a prefix it has the meaning of
the library, which may be another function (``gelu`` in JAX) or have other defaults
(``leaky_relu`` in Keras).  This concerns the values only; derivatives at kinks are those of PyTorch
under every name.  The results of special values are ours under every name:

- NaN gives NaN.  ONNX's ThresholdedRelu and Shrink, which select by comparisons, give 0 (in `fastact.onnx`, too).
- At an infinity the result is the limit.  The formula of a library may give NaN there: infinity times zero in
  gelu, silu, mish and hard_swish, infinity over infinity in softsign.
- hardshrink and tanhshrink keep the sign of zero, and log_sigmoid of infinity is -0.0; PyTorch has 0.0.

=========  ==========================================================
``torch``  torch.nn.functional and torch, version 2.13
``jax``    jax.nn
``keras``  keras.activations, version 3 (2 had another hard_sigmoid)
``timm``   timm.layers.create_act
``onnx``   operators of ONNX, opset 28, and two of ONNX Runtime's
=========  ==========================================================
"""

import difflib

from fastact._catalogue import ENTRIES


def _same(names):
    """Names that have the same meaning as in fastact."""
    return {name: (name, {}) for name in names.split()}


_BARE = {
    **{entry.name: (entry.name, {}) for entry in ENTRIES},
    **{alias: (entry.name, {}) for entry in ENTRIES for alias in entry.aliases},
    # In evaluation nothing is random: the slope is the mean of the default bounds 1/8 and 1/3.
    "rrelu": ("leaky_relu", {"negative_slope": (1 / 8 + 1 / 3) / 2}),
}

_TORCH = """relu relu6 rrelu leaky_relu prelu threshold elu selu celu gelu silu mish sigmoid expit logsigmoid
hardsigmoid tanh hardtanh tanhshrink softplus softsign hardswish softshrink hardshrink erf square softmax
log_softmax softmin logsumexp"""

_JAX = {
    **_same("identity relu relu6 leaky_relu elu selu celu silu sigmoid log_sigmoid hard_sigmoid tanh hard_tanh"),
    **_same("softplus squareplus mish hard_swish softmax log_softmax logsumexp sparse_plus"),
    "gelu": ("gelu_tanh", {}),  # approximate=True is the default
    "hard_silu": ("hard_swish", {}),
    "soft_sign": ("softsign", {}),
    "sparse_sigmoid": ("hard_sigmoid_linear", {"alpha": 0.5}),
    "swish": ("silu", {}),
}

_KERAS = {
    **_same("relu relu6 threshold elu selu celu gelu silu sigmoid log_sigmoid hard_sigmoid tanh hard_tanh softplus"),
    **_same("softsign squareplus mish hard_swish softmax log_softmax sparsemax exponential sparse_plus"),
    "hard_shrink": ("hardshrink", {}),
    "hard_silu": ("hard_swish", {}),
    "leaky_relu": ("leaky_relu", {"negative_slope": 0.2}),
    "linear": ("identity", {}),
    "soft_shrink": ("softshrink", {}),
    "sparse_sigmoid": ("hard_sigmoid_linear", {"alpha": 0.5}),
    "swish": ("silu", {}),
    "tanh_shrink": ("tanhshrink", {}),
}

_TIMM = {
    **_same("silu mish relu relu6 leaky_relu elu prelu celu selu gelu gelu_tanh quick_gelu sigmoid tanh hard_sigmoid"),
    **_same("hard_swish hard_mish identity"),
    "swish": ("silu", {}),
    "hardsigmoid": ("hard_sigmoid", {}),
    "hardswish": ("hard_swish", {}),
}

_ONNX = {
    "Celu": ("celu", {}),
    "Elu": ("elu", {}),
    "Erf": ("erf", {}),
    "Exp": ("exponential", {}),
    "FastGelu": ("gelu_tanh", {}),  # com.microsoft
    "Gelu": ("gelu", {}),
    "HardSigmoid": ("hard_sigmoid_linear", {}),  # alpha=0.2, beta=0.5: our defaults come from here
    "HardSwish": ("hard_swish", {}),
    "Identity": ("identity", {}),
    "LeakyRelu": ("leaky_relu", {}),
    "LogSoftmax": ("log_softmax", {}),  # axis=-1 from opset 13 on
    "Mish": ("mish", {}),
    "PRelu": ("prelu", {}),
    "QuickGelu": ("quick_gelu", {}),  # com.microsoft
    "Relu": ("relu", {}),
    "Selu": ("selu", {}),
    "Shrink": ("hardshrink", {}),  # bias=0
    "Sigmoid": ("sigmoid", {}),
    "Softmax": ("softmax", {}),  # axis=-1 from opset 13 on
    "Softplus": ("softplus", {}),
    "Softsign": ("softsign", {}),
    "Swish": ("swish", {}),  # its alpha is our beta
    "Tanh": ("tanh", {}),
    "ThresholdedRelu": ("threshold", {"threshold": 1.0, "value": 0.0}),
}

_PREFIXED = {"torch": {name: _BARE[name] for name in _TORCH.split()}, "jax": _JAX, "keras": _KERAS, "onnx": _ONNX,
             "timm": _TIMM}

# Name -> (name of the activation, parameters whose values differ from its defaults).
NAMES = _BARE | {f"{prefix}.{name}": meaning for prefix, names in _PREFIXED.items() for name, meaning in names.items()}


def of(prefix):
    """The set of names that are known with a prefix."""
    return set(_PREFIXED[prefix])


def resolve(name):
    """Return the activation and the parameters that a name means.

    Parameters
    ----------
    name : str
        A name, possibly with one of the prefixes ``torch.``, ``jax.``, ``keras.``, ``timm.``, ``onnx.``.

    Returns
    -------
    (str, dict)
        The name of the activation in fastact, and the parameters whose values differ from its defaults.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists similar names.

    Examples
    --------
    >>> from fastact._catalogue.names import resolve
    >>> resolve("jax.gelu")
    ('gelu_tanh', {})
    >>> resolve("keras.leaky_relu")
    ('leaky_relu', {'negative_slope': 0.2})
    """
    try:
        activation, parameters = NAMES[name]
    except KeyError:
        raise ValueError(unknown(name)) from None
    return activation, dict(parameters)


def unknown(name, more=()):
    """Return the message for an unknown name; `more` are names that are also known where it was given."""
    by_lower_case = {known.lower(): known for known in (*NAMES, *more)}
    close = [repr(by_lower_case[match]) for match in difflib.get_close_matches(name.lower(), by_lower_case)]
    hint = f"did you mean {', '.join(close)}? " if close else ""
    return f"no activation {name!r}; {hint}{len(NAMES)} names are known, and fastact.activations lists ours"
