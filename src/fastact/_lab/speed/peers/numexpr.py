"""numexpr, which compiles expressions for its own virtual machine."""

import importlib
from functools import partial

import fastact as fa
from fastact._lab.dtypes import HALF
from fastact._lab.speed.peers.calls import peer_expression

CONSTANTS = {"half": 0.5, "slope": 0.01, "c1": 0.7978845608028654, "c3": 0.044715, "quick": 1.702}
EXPRESSIONS = {
    "relu": "where(x > 0, x, 0)",
    "leaky_relu": "where(x > 0, x, slope * x)",
    "elu": "where(x > 0, x, expm1(x))",
    "gelu_tanh": "half * x * (1 + tanh(c1 * (x + c3 * x * x * x)))",
    "quick_gelu": "x / (1 + exp(-quick * x))",
    "silu": "x / (1 + exp(-x))",
    "sigmoid": "1 / (1 + exp(-x))",
    "tanh": "tanh(x)",
    "softplus": "log1p(exp(x))",
    "softsign": "x / (1 + abs(x))",
    "gaussian": "exp(-x * x)",
}


def forward(operation, inputs, out):
    """The expression of EXPRESSIONS, in float32 or float64: numexpr has no other types."""
    text = peer_expression(EXPRESSIONS, operation)
    if not text or inputs[0].dtype.name in HALF:
        return None
    module = importlib.import_module("numexpr")
    module.set_num_threads(fa.get_num_threads())
    # A literal with a point is float64, and would make the whole expression float64.
    constants = {name: inputs[0].dtype.type(value) for name, value in CONSTANTS.items()}
    names = constants | dict(zip(["x", "up"], inputs, strict=False))
    return partial(module.evaluate, text, local_dict=names, global_dict={}, **({} if out is None else {"out": out}))
