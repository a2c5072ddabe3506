"""The catalogue: one entry for each activation.

The public objects, tests, benchmarks, `list` and `bench` walk it; a bound is declared here and
nowhere else.
"""

from dataclasses import dataclass, field

import numpy as np

from fastact import reference

# Promised for every function: ULPs of the exact variant, relative error of the fast one.
EXACT_ULP = {"float32": 1.0, "float64": 2.0}
FAST_RELATIVE = {"float32": 2.0**-12, "float64": 2.0**-24}
PRECISION = {"float32": 24, "float64": 53}


@dataclass(frozen=True)
class Entry:
    """What is known of one activation.

    `oracle` and `derivative_oracle` compute in float64, from `fastact.reference`; `by_hand` is
    the NumPy expression that people write.  `torch`, `onnx` and `scipy` say how a peer computes
    the same function.
    """

    name: str
    formula: str
    kind: str  # "ridge", "radial" or "fold"
    range: str
    smoothness: str  # "C0", "C1", "C∞"
    monotonic: bool
    oracle: callable
    derivative_oracle: callable
    by_hand: callable
    source: str
    aliases: tuple = ()
    parameters: dict = field(default_factory=dict)
    variants: dict = field(default_factory=dict)  # keyword -> {value: name of the activation}
    torch: str = ""  # expression in x, F (torch.nn.functional) and torch
    onnx: str = ""  # name of the ONNX operator
    scipy: str = ""  # expression in x and scipy.special

    def max_ulp(self, accuracy, dtype):
        """Return the declared bound; a fast variant's is its relative error, in the largest ULPs."""
        if dtype not in EXACT_ULP:
            raise ValueError(f"no kernels for {dtype!r}; there are for {', '.join(EXACT_ULP)}")
        if accuracy == "exact":
            return EXACT_ULP[dtype]
        return FAST_RELATIVE[dtype] * 2 ** PRECISION[dtype]


ENTRIES = [
    Entry(
        name="relu",
        formula="max(0, x)",
        kind="ridge",
        range="[0, ∞)",
        smoothness="C0",
        monotonic=True,
        oracle=reference.relu,
        derivative_oracle=reference.relu_derivative,
        by_hand=lambda x: np.maximum(x, 0),
        source="Nair and Hinton, ICML 2010",
        torch="F.relu(x)",
        onnx="Relu",
    ),
    Entry(
        name="gelu",
        formula="x Φ(x), Φ the normal distribution function",
        kind="ridge",
        range="[-0.1700, ∞)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.gelu,
        derivative_oracle=reference.gelu_derivative,
        by_hand=lambda x: 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3))),
        source="Hendrycks and Gimpel, arXiv:1606.08415",
        variants={"approximate": {"none": "gelu", False: "gelu", "tanh": "gelu_tanh", True: "gelu_tanh"}},
        torch="F.gelu(x)",
        onnx="Gelu",
        scipy="x * special.ndtr(x)",
    ),
    Entry(
        name="gelu_tanh",
        formula="x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2",
        kind="ridge",
        range="[-0.1700, ∞)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.gelu_tanh,
        derivative_oracle=reference.gelu_tanh_derivative,
        by_hand=lambda x: 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3))),
        source="Hendrycks and Gimpel, arXiv:1606.08415",
        aliases=("gelu_new", "gelu_fast", "gelu_pytorch_tanh"),
        torch='F.gelu(x, approximate="tanh")',
    ),
    Entry(
        name="silu",
        formula="x σ(x)",
        kind="ridge",
        range="[-0.2785, ∞)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.silu,
        derivative_oracle=reference.silu_derivative,
        by_hand=lambda x: x / (1 + np.exp(-x)),
        source="Elfwing, Uchibe and Doya, arXiv:1702.03118",
        aliases=("swish",),
        torch="F.silu(x)",
        onnx="Swish",
        scipy="x * special.expit(x)",
    ),
    Entry(
        name="sigmoid",
        formula="σ(x) = 1 / (1 + exp(-x))",
        kind="ridge",
        range="(0, 1)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.sigmoid,
        derivative_oracle=reference.sigmoid_derivative,
        by_hand=lambda x: 1 / (1 + np.exp(-x)),
        source="the logistic function",
        torch="torch.sigmoid(x)",
        onnx="Sigmoid",
        scipy="special.expit(x)",
    ),
    Entry(
        name="tanh",
        formula="tanh(x)",
        kind="ridge",
        range="(-1, 1)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.tanh,
        derivative_oracle=reference.tanh_derivative,
        by_hand=np.tanh,
        source="the hyperbolic tangent",
        torch="torch.tanh(x)",
        onnx="Tanh",
    ),
    Entry(
        name="softmax",
        formula="exp(xᵢ) / Σⱼ exp(xⱼ) along an axis",
        kind="fold",
        range="(0, 1)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.softmax,
        derivative_oracle=reference.softmax_backward,
        by_hand=lambda x: (e := np.exp(x - x.max(-1, keepdims=True))) / e.sum(-1, keepdims=True),
        source="Bridle 1990",
        parameters={"axis": -1},
        torch="F.softmax(x, -1)",
        onnx="Softmax",
        scipy="special.softmax(x, -1)",
    ),
]

BY_NAME = {entry.name: entry for entry in ENTRIES}
