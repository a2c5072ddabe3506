"""The elementwise activations of single families of models and of single libraries: an entry for each."""

import math

import numpy as np

from fastact import reference
from fastact._catalogue.entries import ABOVE_0, NOT_ZERO, Entry


def _gelu(x):
    return x * (1 + np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2))) / 2


def _softcap_by_c(x, c):
    # tanh(q) - q / cosh²(q), q = x / c; far out the last term is 0, and x = 0 gives 0 even where c is 0
    q = np.where(x == 0, 0, np.clip(x / c, -400, 400))
    return np.tanh(q) - q / np.cosh(q) ** 2


def _snake_by_alpha(x, alpha):
    u, b = alpha * x, alpha + 1e-9
    return x * np.sin(2 * u) / b - (np.sin(u) / b) ** 2


RARER = [
    Entry(
        name="gelu_10",
        formula="min(max(-10, x Φ(x)), 10)",
        kind="ridge",
        range="[-0.1700, 10]",
        smoothness="C0",
        monotonic=False,
        oracle=reference.gelu_10,
        derivative_oracle=reference.gelu_10_derivative,
        by_hand=lambda x: np.clip(_gelu(x), -10, 10),
        source="Wu, Judd, Zhang, Isaev and Micikevicius, arXiv:2004.09602",
        derivative_zeros=(-0.7517915246935645,),
        transformers=("ClippedGELUActivation",),
        torch="torch.clip(F.gelu(x), -10, 10)",
        scipy="(x * special.ndtr(x)).clip(-10, 10)",
        absent_from="torch jax keras onnx",
    ),
    Entry(
        name="exponential",
        formula="exp(x)",
        kind="ridge",
        range="(0, ∞)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.exponential,
        derivative_oracle=reference.exponential_derivative,
        by_hand=np.exp,
        source="the exponential function",
        notes="Where exp(x) overflows, a gradient or gated result of float64, or of a fast variant, is infinite, though the\n"
        "product may be finite; an exact one of the other types is the product.",
        torch="torch.exp(x)",
        onnx="Exp",
        absent_from="torch jax",
    ),
    Entry(
        name="hard_mish",
        formula="x min(max(0, x + 2), 2) / 2",
        kind="ridge",
        range="[-0.5, ∞)",
        smoothness="C0",
        monotonic=False,
        oracle=reference.hard_mish,
        derivative_oracle=reference.hard_mish_derivative,
        by_hand=lambda x: 0.5 * x * np.clip(x + 2, 0, 2),
        source="timm, after https://github.com/digantamisra98/H-Mish",
        derivative_zeros=(-1.0,),
        torch="0.5 * x * (x + 2).clamp(0, 2)",
        absent_from="torch jax keras onnx",
    ),
    Entry(
        name="sparse_plus",
        formula="0 for x <= -1, x for x >= 1, else (x + 1)² / 4",
        kind="ridge",
        range="[0, ∞)",
        smoothness="C1",
        monotonic=True,
        oracle=reference.sparse_plus,
        derivative_oracle=reference.sparse_plus_derivative,
        by_hand=lambda x: np.where(x <= -1, 0, np.where(x >= 1, x, (x + 1) ** 2 / 4)),
        source="jax.nn",
        torch="torch.where(x <= -1, 0, torch.where(x >= 1, x, (x + 1) ** 2 / 4))",
        absent_from="torch onnx",
    ),
    Entry(
        name="star_relu",
        formula="scale max(0, x)² + bias",
        kind="ridge",
        range="[-0.4472, ∞)",
        smoothness="C1",
        monotonic=True,
        oracle=reference.star_relu,
        derivative_oracle=reference.star_relu_derivative,
        by_hand=lambda x, scale=0.8944, bias=-0.4472: scale * np.maximum(x, 0) ** 2 + bias,
        source="Yu et al., arXiv:2210.13452 (MetaFormer)",
        parameters={"scale": 0.8944, "bias": -0.4472},
        parameter_slopes={
            "scale": lambda x, scale, bias: np.maximum(x, 0) ** 2,
            "bias": lambda x, scale, bias: np.ones_like(x),
        },
        also=({"scale": 0.7, "bias": 0.3},),
        torch="0.8944 * F.relu(x) ** 2 - 0.4472",
        torch_of_parameters="scale * torch.relu(x) ** 2 + bias",
        absent_from="torch jax keras onnx",
    ),
    Entry(
        name="softcap",
        formula="c tanh(x / c)",
        kind="ridge",
        range="(-50, 50)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.softcap,
        derivative_oracle=reference.softcap_derivative,
        by_hand=lambda x, c=50.0: c * np.tanh(x / c),
        source="Gemma Team, arXiv:2408.00118 (the logits of Gemma 2)",
        parameters={"c": 50.0},
        domain={"c": ABOVE_0},
        notes="An array's c of 0 gives the limit 0, an infinite one x, a negative one what its absolute value gives.",
        parameter_slopes={"c": _softcap_by_c},
        also=({"c": 1.3}, {"c": 30.0}),
        torch="50 * torch.tanh(x / 50)",
        torch_of_parameters="c * torch.tanh(x / c)",
        absent_from="torch jax keras onnx",
    ),
    Entry(
        name="xielu",
        formula="alpha_p x² + beta x for x > 0, else (beta + alpha_n) (exp(min(x, eps)) - 1 - x) + beta x",
        kind="ridge",
        range="[-0.1117, ∞)",
        smoothness="discontinuous",
        monotonic=False,
        oracle=reference.xielu,
        derivative_oracle=reference.xielu_derivative,
        by_hand=lambda x, alpha_p=0.8, alpha_n=0.8, beta=0.5, eps=-1e-6: np.where(
            x > 0, alpha_p * x * x + beta * x, (beta + alpha_n) * (np.expm1(np.minimum(x, eps)) - x) + beta * x),
        source="Huang and Schlag, arXiv:2411.13010 (Apertus)",
        parameters={"alpha_p": 0.8, "alpha_n": 0.8, "beta": 0.5, "eps": -1e-6},
        notes="alpha_p and alpha_n are the values after the softplus that a model learns them through.  At 0 it jumps by\n"
        "(beta + alpha_n) eps.  In float64 its error is at most 2**-60 near the root at -1.065 (for other parameters\n"
        "elsewhere), and 2 ULP from 0.01 around it on.",
        parameter_slopes={
            "alpha_p": lambda x, p, n, beta, eps: np.maximum(x, 0) ** 2,
            "alpha_n": lambda x, p, n, beta, eps: np.where(x > 0, 0, np.expm1(np.minimum(x, eps)) - x),
            "beta": lambda x, p, n, beta, eps: np.where(x > 0, x, np.expm1(np.minimum(x, eps))),
            "eps": lambda x, p, n, beta, eps: np.where((x > eps) & (x <= 0), (beta + n) * np.exp(np.minimum(eps, 0)), 0),
        },
        derivative_zeros=lambda p, n, beta, eps: (math.log(n / (beta + n)),),
        also=({"alpha_p": 0.3, "alpha_n": 1.7, "beta": 0.25},),
        torch="torch.where(x > 0, 0.8 * x * x + 0.5 * x, 1.3 * (torch.expm1(x.clamp(max=-1e-6)) - x) + 0.5 * x)",
        torch_of_parameters="torch.where(x > 0, alpha_p * x * x + beta * x, (beta + alpha_n) * "
        "(torch.expm1(torch.minimum(x, eps)) - x) + beta * x)",
        absent_from="torch jax keras onnx",
    ),
    Entry(
        name="snake",
        formula="x + sin²(alpha x) / (alpha + 1e-9)",
        kind="ridge",
        range="(-∞, ∞)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.snake,
        derivative_oracle=reference.snake_derivative,
        by_hand=lambda x, alpha=1.0: x + np.sin(alpha * x) ** 2 / (alpha + 1e-9),
        source="Ziyin, Hartwig and Ueda, arXiv:2006.08195; with 1e-9 as in Kumar et al., arXiv:2306.06546 (DAC)",
        parameters={"alpha": 1.0},
        domain={"alpha": NOT_ZERO},
        notes="An array's alpha of 0 gives the limit, x.  alpha x is reduced modulo π for every x, however large; where it\n"
        "overflows float64, the result is x, and the derivative NaN, as it is at infinity.",
        parameter_slopes={"alpha": _snake_by_alpha},
        also=({"alpha": 0.3},),  # larger ones overflow at the largest x
        torch="x + torch.sin(x) ** 2 / (1 + 1e-9)",
        torch_of_parameters="x + torch.sin(alpha * x) ** 2 / (alpha + 1e-9)",
        absent_from="torch jax keras onnx",
    ),
    Entry(
        name="snake_beta",
        formula="x + sin²(exp(alpha) x) / (exp(beta) + 1e-9)",
        kind="ridge",
        range="(-∞, ∞)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.snake_beta,
        derivative_oracle=reference.snake_beta_derivative,
        by_hand=lambda x, alpha=0.0, beta=0.0: x + np.sin(np.exp(alpha) * x) ** 2 / (np.exp(beta) + 1e-9),
        source="Lee et al., arXiv:2206.04658 (BigVGAN), with logarithms as in Qwen-Omni",
        parameters={"alpha": 0.0, "beta": 0.0},
        notes="alpha and beta are logarithms.  Where alpha is not 0, exp(alpha) x is known to 2**-57 of itself: from 2**30\n"
        "on the phase of the sine loses digits of float32.  For exp(alpha) > exp(beta) the function, and for alpha > beta\n"
        "its derivative, cross zero; there the error is 1 ULP of the larger term.",
        parameter_slopes={
            "alpha": lambda x, alpha, beta: x * np.exp(alpha) * np.sin(2 * np.exp(alpha) * x) / (np.exp(beta) + 1e-9),
            "beta": lambda x, alpha, beta: -((np.sin(np.exp(alpha) * x) / (np.exp(beta) + 1e-9)) ** 2) * np.exp(beta),
        },
        torch="x + torch.sin(x) ** 2 / (1 + 1e-9)",
        torch_of_parameters="x + torch.sin(torch.exp(alpha) * x) ** 2 / (torch.exp(beta) + 1e-9)",
        absent_from="torch jax keras onnx",
    ),
]
