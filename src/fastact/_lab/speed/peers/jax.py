"""JAX, compiled by XLA."""

import importlib
import os
from functools import lru_cache

from fastact._lab.speed.peers.calls import peer_expression

# Expressions in x, jax.nn and jax.numpy.  Those of gated units and sums are made from their activations'.
EXPRESSIONS = {
    **{name: f"nn.{name}(x)" for name in [
        "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "silu", "sigmoid", "log_sigmoid", "hard_sigmoid",
        "hard_tanh", "softplus", "squareplus", "mish", "softmax", "log_softmax",
    ]},
    "identity": "nn.identity(x)",
    "gelu": "nn.gelu(x, approximate=False)",
    "gelu_tanh": "nn.gelu(x, approximate=True)",
    "quick_gelu": "x * nn.sigmoid(1.702 * x)",
    "hard_swish": "nn.hard_swish(x)",
    "softsign": "nn.soft_sign(x)",
    "tanh": "jnp.tanh(x)",
    "erf": "jax.scipy.special.erf(x)",
    "relu_squared": "jnp.square(nn.relu(x))",
    "square": "jnp.square(x)",
    "gaussian": "jnp.exp(-x * x)",
    "softmin": "nn.softmax(-x)",
    "logsumexp": "nn.logsumexp(x, axis=-1)",
}


def forward(operation, inputs, out):
    """The expression of EXPRESSIONS, compiled.  It allocates in each call, because JAX has no `out`.

    JAX may copy the inputs, and then computes the first values again and again; its code has no branches.
    """
    text = peer_expression(EXPRESSIONS, operation)
    if not text:
        return None
    jax, jnp = importlib.import_module("jax"), importlib.import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)  # else float64 becomes float32
    function = _compiled(text, ", ".join(["x", "up"][: len(inputs)]), jax.__version__)
    arrays = [jnp.asarray(array) for array in inputs]
    return lambda: function(*arrays).block_until_ready()


@lru_cache(maxsize=1)  # the calls of a cell share it
def _compiled(text, arguments, version):
    jax, jnp = importlib.import_module("jax"), importlib.import_module("jax.numpy")
    return jax.jit(eval(f"lambda {arguments}: {text}", {"nn": jax.nn, "jnp": jnp, "jax": jax}))


def limit_threads(threads):
    """One thread for JAX, too.  It has no call for that, but reads these flags when it is imported."""
    if threads == 1:
        os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
