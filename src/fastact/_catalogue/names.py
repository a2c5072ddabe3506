"""What others call the activations.

A bare name is ours, PyTorch's or one of transformers' ``ACT2FN``; a prefix asks for the meaning a
name has elsewhere, which may be another function (``gelu`` in JAX) or have other defaults
(``leaky_relu`` in Keras).  The meaning is that of the values; derivatives at kinks are PyTorch's
under every name.  So are the answers to special values ours:

- NaN gives NaN.  ONNX's ThresholdedRelu and Shrink, which choose by comparing, have 0 (so do `fastact.onnx`'s).
- At an infinity the result is the limit, where a library's formula may end in NaN: infinity times zero in
  gelu, silu, mish and hard_swish, infinity over infinity in softsign.
- hardshrink and tanhshrink keep the sign of zero, and log_sigmoid of infinity is -0.0; PyTorch has 0.0.

=========  ==========================================================
``torch``  torch.nn.functional and torch, version 2.13
``jax``    jax.nn
``keras``  keras.activations, version 3 (2 had another hard_sigmoid)
``onnx``   operators of ONNX, opset 24, and two of ONNX Runtime's
=========  ==========================================================
"""

import difflib

from fastact._catalogue import ENTRIES


def _same(names):
    """Names that mean what they mean here."""
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
    **_same("softplus squareplus mish hard_swish softmax log_softmax logsumexp"),
    "gelu": ("gelu_tanh", {}),  # approximate=True is the default
    "hard_silu": ("hard_swish", {}),
    "soft_sign": ("softsign", {}),
    "sparse_sigmoid": ("hard_sigmoid_linear", {"alpha": 0.5}),
    "swish": ("silu", {}),
}

_KERAS = {
    **_same("relu relu6 threshold elu selu celu gelu silu sigmoid log_sigmoid hard_sigmoid tanh hard_tanh softplus"),
    **_same("softsign squareplus mish hard_swish softmax log_softmax sparsemax"),
    "hard_shrink": ("hardshrink", {}),
    "hard_silu": ("hard_swish", {}),
    "leaky_relu": ("leaky_relu", {"negative_slope": 0.2}),
    "linear": ("identity", {}),
    "soft_shrink": ("softshrink", {}),
    "sparse_sigmoid": ("hard_sigmoid_linear", {"alpha": 0.5}),
    "swish": ("silu", {}),
    "tanh_shrink": ("tanhshrink", {}),
}

_ONNX = {
    "Celu": ("celu", {}),
    "Elu": ("elu", {}),
    "Erf": ("erf", {}),
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

_PREFIXED = {"torch": {name: _BARE[name] for name in _TORCH.split()}, "jax": _JAX, "keras": _KERAS, "onnx": _ONNX}

# Our functions that a library does not have, deliberately without a name of that library.
WITHOUT = {
    # torch has hard_sigmoid_linear with the slope 1/6 only, and swish with beta = 1 only (as silu).
    "torch": """identity binary_step relu_squared gelu_tanh quick_gelu swish hard_sigmoid_linear sqrt_softplus
    squareplus gaussian multiquadric inverse_multiquadric thin_plate sparsemax maxout""",
    # jax.nn has gelu only with approximate=False; erf, square and others are in other modules of JAX.
    "jax": """binary_step relu_squared prelu threshold gelu quick_gelu swish tanhshrink sqrt_softplus softshrink
    hardshrink erf gaussian multiquadric inverse_multiquadric square thin_plate softmin sparsemax maxout""",
    # Keras has gelu_tanh only with approximate=True, and prelu as a layer.
    "keras": """binary_step relu_squared prelu gelu_tanh quick_gelu swish sqrt_softplus erf gaussian multiquadric
    inverse_multiquadric square thin_plate softmin logsumexp maxout""",
    # ONNX has silu as Swish with its default, and hard_sigmoid as HardSigmoid with other attributes.  ReduceLogSumExp
    # is no name of logsumexp, because its defaults are all axes and keepdims=1 (fastact.onnx has it).
    "onnx": """binary_step relu6 relu_squared silu log_sigmoid hard_sigmoid hard_tanh tanhshrink sqrt_softplus squareplus
    softshrink gaussian multiquadric inverse_multiquadric square thin_plate softmin logsumexp sparsemax maxout""",
}
WITHOUT = {library: frozenset(names.split()) for library, names in WITHOUT.items()}

# Name -> (name of the activation, parameters whose values differ from its defaults).
NAMES = _BARE | {f"{prefix}.{name}": meaning for prefix, names in _PREFIXED.items() for name, meaning in names.items()}


def of(prefix):
    """The names that stand after a prefix, as a set."""
    return set(_PREFIXED[prefix])


def resolve(name):
    """Return what a name means.

    Parameters
    ----------
    name : str
        Bare, or with one of the prefixes ``torch.``, ``jax.``, ``keras.``, ``onnx.``.

    Returns
    -------
    (str, dict)
        The activation's name, and the parameters whose values differ from its defaults.

    Raises
    ------
    ValueError
        If nothing is known by this name; the message has the names that look like it.

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
        raise ValueError(_unknown(name)) from None
    return activation, dict(parameters)


def _unknown(name):
    """The message for a name that nobody uses."""
    by_lower_case = {known.lower(): known for known in NAMES}
    close = [repr(by_lower_case[match]) for match in difflib.get_close_matches(name.lower(), by_lower_case)]
    hint = f"did you mean {', '.join(close)}? " if close else ""
    return f"no activation {name!r}; {hint}{len(NAMES)} names are known, and fastact.activations lists ours"
