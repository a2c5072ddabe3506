"""Every activation of the other libraries has a name here, and means what it computes there, in float64.

A library that is installed is walked as it is: a name that neither resolves nor is in the list of what is no activation
fails.  JAX, Keras and timm need not be installed: their names and formulas stand here, from their documentation.
"""

import inspect
import math

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import BY_NAME, REQUIRED
from fastact._catalogue.names import NAMES, of, resolve

X = np.concatenate([np.linspace(-6, 6, 49), [-0.0, -1e-3, 1e-3, 25.0, -25.0]])
EXAMPLES = {"weight": 0.25, "threshold": 0.5, "value": -2.0}  # for parameters without a default

# What is no activation of one array, by the reason.
NO_ACTIVATION = {
    "jax": {
        "glu": "a gated unit: fastact.glu", "one_hot": "of labels", "standardize": "a normalisation",
        "logmeanexp": "logsumexp minus a constant", "log1mexp": "of the numerics of logarithms",
        "dot_product_attention": "attention", "scaled_dot_general": "a product", "scaled_matmul": "a product",
        "get_scaled_dot_general_config": "settings", "initializers": "a module",
    },
    "keras": {
        "glu": "a gated unit: fastact.glu", "get": "finds activations", "serialize": "writes settings",
        "deserialize": "reads settings",
    },
    "timm": {},
    "torch": {
        "glu": "a gated unit: fastact.glu", "gumbel_softmax": "random", "multi_head_attention_forward": "attention",
        "scaled_dot_product_attention": "attention", "softmax2d": "softmax over axis -3",
        "multiheadattention": "attention",
    },
    "transformers": {},
}


def gelu(x):
    return x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2


def gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    return np.exp(x - x.max()) / np.exp(x - x.max()).sum()


def sparsemax(x):
    """By bisection of the threshold."""
    low, high = x.max() - 1, x.max()
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if np.maximum(x - middle, 0).sum() > 1 else (low, middle)
    return np.maximum(x - low, 0)


def elu(x):
    return np.where(x > 0, x, np.expm1(x))


def selu(x):
    return 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x))


def softplus(x):
    return np.logaddexp(x, 0)


def sparse_plus(x):
    return np.where(x <= -1, 0, np.where(x < 1, (x + 1) ** 2 / 4, x))


COMMON = {
    "relu": lambda x: np.maximum(x, 0), "relu6": lambda x: np.clip(x, 0, 6), "elu": elu, "celu": elu, "selu": selu,
    "sigmoid": sigmoid, "tanh": np.tanh, "silu": lambda x: x * sigmoid(x), "swish": lambda x: x * sigmoid(x),
    "mish": lambda x: x * np.tanh(softplus(x)), "hard_sigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
    "hard_swish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
}
JAX_AND_KERAS = {
    **COMMON, "softplus": softplus, "sparse_plus": sparse_plus, "sparse_sigmoid": lambda x: np.clip((x + 1) / 2, 0, 1),
    "log_sigmoid": lambda x: -softplus(-x), "hard_silu": COMMON["hard_swish"], "hard_tanh": lambda x: np.clip(x, -1, 1),
    "squareplus": lambda x: (x + np.sqrt(x * x + 4)) / 2, "softmax": softmax, "log_softmax": lambda x: np.log(softmax(x)),
}
DOCUMENTED = {
    "jax": {
        **JAX_AND_KERAS, "gelu": gelu_tanh, "soft_sign": lambda x: x / (1 + abs(x)), "identity": lambda x: x,
        "leaky_relu": lambda x: np.where(x >= 0, x, 0.01 * x), "logsumexp": lambda x: np.logaddexp.reduce(x),
    },
    "keras": {
        **JAX_AND_KERAS, "gelu": gelu, "softsign": lambda x: x / (1 + abs(x)), "linear": lambda x: x, "exponential": np.exp,
        "leaky_relu": lambda x: np.where(x >= 0, x, 0.2 * x), "hard_shrink": lambda x: np.where(abs(x) > 0.5, x, 0),
        "soft_shrink": lambda x: np.sign(x) * np.maximum(abs(x) - 0.5, 0), "tanh_shrink": lambda x: x - np.tanh(x),
        "threshold": lambda x, threshold=0.5, value=-2.0: np.where(x > threshold, x, value), "sparsemax": sparsemax,
    },
    "timm": {
        **COMMON, "gelu": gelu, "gelu_tanh": gelu_tanh, "quick_gelu": lambda x: x * sigmoid(1.702 * x),
        "leaky_relu": lambda x: np.where(x >= 0, x, 0.01 * x), "prelu": lambda x: np.where(x >= 0, x, 0.25 * x),
        "identity": lambda x: x, "hardsigmoid": COMMON["hard_sigmoid"], "hardswish": COMMON["hard_swish"],
        "hard_mish": lambda x: x * np.clip(x + 2, 0, 2) / 2,
    },
}


def values_of(name, **given):
    """Our values at X under this name; parameters without a default get those of EXAMPLES."""
    activation, fixed = resolve(name)
    required = {key for key, default in BY_NAME[activation].parameters.items() if default is REQUIRED} - fixed.keys()
    return fa.get(name)(X, **{key: EXAMPLES[key] for key in required}, **given)


def check(library, names, compute):
    """Each of the library's names resolves, or stands in the list; values agree where `compute` gives some."""
    prefix = "" if library == "transformers" else f"{library}."
    unknown = [name for name in names if prefix + name not in NAMES and name not in NO_ACTIVATION[library]]
    assert not unknown, f"{library}: neither resolved nor in NO_ACTIVATION: {', '.join(unknown)}"
    for name in names:
        if name not in NO_ACTIVATION[library]:
            theirs, given = compute(name)
            np.testing.assert_allclose(values_of(prefix + name, **given), theirs, ROUNDED.get(name, 1e-12), 1e-13, err_msg=prefix + name)


# The library's constants are rounded: relative differences.
ROUNDED = {"gelu_fast": 1e-7}  # √(2/π) = 0.7978845608


def public_functions(module):
    return [name for name, value in vars(module).items() if callable(value) and not name.startswith("_")
            and not inspect.isclass(value) and not inspect.ismodule(value)]


@pytest.mark.parametrize("library", DOCUMENTED)
def test_the_documented_names(library):
    check(library, DOCUMENTED[library], lambda name: (DOCUMENTED[library][name](X), {}))
    assert of(library) == DOCUMENTED[library].keys(), "each name that we know stands in the table"


def test_torch():
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    modules = {name.lower() for name in torch.nn.modules.activation.__all__}
    found = {name: getattr(functional, name) for name in dir(functional)
             if name == name.strip("_") and name.replace("_", "") in modules}
    assert len(found) > 25
    found |= {"gumbel_softmax": None, "softmin": functional.softmin, "erf": torch.erf, "expit": torch.special.expit}

    def compute(name):
        function, x = found[name], torch.from_numpy(X)
        activation, _ = resolve(f"torch.{name}")
        if name == "softplus":  # x above the threshold of 20: up to 2e-9 off
            return function(x, threshold=800).numpy(), {}
        arguments = [EXAMPLES[key] for key, default in BY_NAME[activation].parameters.items() if default is REQUIRED]
        arguments = [torch.tensor(arguments)] if name == "prelu" else arguments
        arguments = [-1] if BY_NAME[activation].kind == "fold" else arguments
        return function(x, *[one.double() if name == "prelu" else one for one in arguments]).numpy(), {}

    check("torch", found, compute)


def test_transformers():
    """Objects in float64, with the parameters that they hold; one formula of transformers is in float32."""
    torch = pytest.importorskip("torch")
    activations = pytest.importorskip("transformers.activations").ACT2FN

    def compute(name):
        function = activations[name].double()
        given = {}
        if name == "xielu":  # it learns its parameters before a softplus; ours are the values after it
            softplus = torch.nn.functional.softplus
            given = {"alpha_p": softplus(function.alpha_p).item(), "alpha_n": softplus(function.alpha_n).item(),
                     "beta": function.beta.item(), "eps": function.eps.item()}
        with torch.no_grad():
            return function(torch.from_numpy(X)).numpy(), given

    check("transformers", activations, compute)


def test_jax():
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    check("jax", public_functions(jax.nn), lambda name: (np.asarray(getattr(jax.nn, name)(X)), {}))


def test_keras():
    keras = pytest.importorskip("keras")
    arguments = {"threshold": (0.5, -2.0)}
    check("keras", public_functions(keras.activations), lambda name: (
        np.asarray(getattr(keras.activations, name)(X, *arguments.get(name, ()))), {}))


def test_timm():
    pytest.importorskip("timm")
    import torch
    from timm.layers import create_act

    def compute(name):
        with torch.no_grad():
            return create_act.create_act_layer(name).double()(torch.from_numpy(X)).numpy(), {}

    check("timm", {**create_act._ACT_FN_DEFAULT, **create_act._ACT_LAYER_DEFAULT}, compute)


def test_what_is_no_activation_is_no_name():
    for library, names in NO_ACTIVATION.items():
        assert not [name for name in names if f"{library}.{name}" in NAMES]
