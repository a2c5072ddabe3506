"""The catalogue: one entry for each activation, each gated unit, each activation of a sum.

The public objects, tests, benchmarks, `list` and `bench` walk it; a bound is declared here and
nowhere else.
"""

import inspect
import math
from dataclasses import dataclass, field, replace

import numpy as np

from fastact import reference

# Promised for every function: ULPs of the exact variant, relative error of the fast one.
EXACT_ULP = {"float32": 1.0, "float64": 2.0}
FAST_RELATIVE = {"float32": 2.0**-12, "float64": 2.0**-24}
# float32: the activation comes in two parts, or in double, and the product is rounded once; float64:
# the product of the rounded activation.
GATED_ULP = {"float32": 1.5, "float64": 4.5}
# float16 and bfloat16: the exact variant is correctly rounded.
HALF_ULP = {"exact": 0.5, "fast": 1.0}
PRECISION = {"float32": 24, "float64": 53}
MEASURED_DTYPES = "float16", "bfloat16", "float32", "float64"
# With other parameters than the defaults, and of derivatives: but for values so near to the middle of two numbers
# that double lanes cannot tell on which side they are, such as 1.5 (x + x²/2) for x = 2^-133 (ELU).
HALF_ULP_NEAR_TIES = {"exact": 0.50001, "fast": 1.0}
# float32 and float64 of every derivative.
DERIVATIVE_ULP = {"float32": 2.0, "float64": 3.0}
DERIVATIVE_RELATIVE = {"float32": 2.0**-12, "float64": 2.0**-24}
# Where |x - x0| <= NEAR_ZERO |x0|, x0 a zero crossing of a derivative, its errors are measured in ULP of
# (or relative to) the largest value that it has there: at x0 itself any error is infinitely many ULP.
NEAR_ZERO = 1 / 4

NOT_ZERO = "not be 0", lambda value: value != 0

REQUIRED = inspect.Parameter.empty  # stands for the default of a parameter that has none


@dataclass(frozen=True)
class Entry:
    """What is known of one activation.

    `oracle` and `derivative_oracle` compute in float64, from `fastact.reference`; `by_hand` is
    the NumPy expression that people write; all three take the parameters after x.  `torch`, `onnx`
    and `scipy` say how a peer computes the same function, with the parameters' defaults.

    `range`, `smoothness` and `monotonic` hold for the defaults too; where a parameter has none,
    for every value of it.
    """

    name: str
    formula: str
    kind: str  # "ridge", "radial" or "fold"
    range: str
    smoothness: str  # "discontinuous", "C0", "C1", "C∞"
    monotonic: bool
    oracle: callable
    derivative_oracle: callable
    by_hand: callable
    source: str
    aliases: tuple = ()  # PyTorch's and transformers' names; the others': _names.py
    parameters: dict = field(default_factory=dict)  # name -> default, or REQUIRED
    domain: dict = field(default_factory=dict)  # parameter -> (what a Python number must, test); arrays: the limit
    examples: dict = field(default_factory=dict)  # values to measure REQUIRED parameters with
    also: tuple = ()  # other sets of parameters that the bounds are measured with
    derivative_zeros: tuple = ()  # where the derivative crosses zero, x = 0 left out; or a function of the parameters
    variants: dict = field(default_factory=dict)  # keyword -> {value: name of the activation}
    torch: str = ""  # expression in x, F (torch.nn.functional) and torch
    onnx: str = ""  # ONNX operator, or a call of it with its attributes
    scipy: str = ""  # expression in x and scipy.special
    notes: str = ""  # for the docstring
    ulp: dict = field(default_factory=dict)  # dtype -> bound of the exact variant, where it is not EXACT_ULP
    backward_takes: str = "y"  # of a fold function: "x" or "y"
    cancels: bool = False  # its error is absolute, below 1
    is_measured: bool = False  # see measured()

    def max_ulp(self, accuracy, dtype, derivative=False):
        """Return the declared bound; a fast variant's is its relative error, in the largest ULPs."""
        exact, fast = (DERIVATIVE_ULP, DERIVATIVE_RELATIVE) if derivative else (EXACT_ULP, FAST_RELATIVE)
        if dtype not in exact:
            raise ValueError(f"no kernels for {dtype!r}; there are for {', '.join(exact)}")
        if accuracy == "exact":
            return exact[dtype] if derivative else self.ulp.get(dtype, exact[dtype])
        return fast[dtype] * 2 ** PRECISION[dtype]

    def bounds(self, accuracy="exact", dtype="float32", derivative=False, target=None):
        """Return the largest error measured, for the parameters' defaults.

        Parameters
        ----------
        accuracy : {"exact", "fast"}
        dtype : {"float16", "bfloat16", "float32", "float64"}
        derivative : bool
            Of the derivative instead.
        target : str, optional
            The CPU target; default: the one in use.

        Returns
        -------
        fastact._records.Bound or None
            None if it was not recorded.  The declared bound is `max_ulp`.

        Raises
        ------
        ValueError
            For a dtype without kernels, or no name of a target.
        """
        from fastact import _dispatch, _records

        if dtype not in MEASURED_DTYPES:
            raise ValueError(f"no kernels for {dtype!r}; there are for {', '.join(MEASURED_DTYPES)}")
        if target is not None and not (isinstance(target, str) and target in _dispatch.TARGETS):
            raise ValueError(f"target must be {', '.join(map(repr, _dispatch.TARGETS))} or None, not {target!r}")
        title = self.name + ("_derivative" if derivative else "")
        return _records.bound(title, dtype, accuracy, target or _dispatch.target)

    def gradients(self, grad, x):
        """Return the oracle's gradient, in a list, of a measured entry."""
        if self.kind == "fold":
            return [self.derivative_oracle(grad, x if self.backward_takes == "x" else self.oracle(x))]
        return [grad * self.derivative_oracle(x)]

    def measured(self, dtype=np.float64, which=0):
        """Return an entry whose parameters all have values, and whose functions take x alone.

        The values, the defaults or with `which` = n the n-th set of `also`, are rounded to `dtype`,
        as every caller's are.
        """
        if self.is_measured or (self.kind == "fold" and not self.examples):
            return self
        if self.kind == "fold":  # its parameters are integers; its gradient takes the operand before them
            values = self.examples

            def with_values(function):
                return lambda *arrays: function(*arrays, **values)

            return replace(
                self, is_measured=True, parameters={**self.parameters, **values}, oracle=with_values(self.oracle),
                derivative_oracle=with_values(self.derivative_oracle), by_hand=with_values(self.by_hand))
        chosen = self.examples | (self.also[which - 1] if which else {})
        values = [float(np.asarray(chosen.get(name, default), dtype)) for name, default in self.parameters.items()]
        zeros = self.derivative_zeros

        def of_x(function):
            return lambda x: function(x, *values)

        return replace(
            self,
            is_measured=True,
            parameters=dict(zip(self.parameters, values, strict=True)),
            oracle=of_x(self.oracle),
            derivative_oracle=of_x(self.derivative_oracle),
            derivative_zeros=zeros(*values) if callable(zeros) else zeros,
            by_hand=of_x(self.by_hand),
        )


_MISSING = "A row of -inf, or with NaN or +inf, is all NaN, as in PyTorch."
_QUOTIENT = """Exact: at most 2 ULP of every entry, subnormal ones on their own grid.  Fast: 2**-12 relative (float64:
2**-24), of normal results.  Exact float16 and bfloat16 results are correctly rounded in all but one of several
thousand."""

ENTRIES = [
    Entry(
        name="identity",
        formula="x",
        kind="ridge",
        range="(-∞, ∞)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.identity,
        derivative_oracle=reference.identity_derivative,
        by_hand=lambda x: x.copy(),
        source="the identity",
        aliases=("linear",),
        onnx="Identity",
    ),
    Entry(
        name="binary_step",
        formula="1 for x >= 0, else 0",
        kind="ridge",
        range="{0, 1}",
        smoothness="discontinuous",
        monotonic=True,
        oracle=reference.binary_step,
        derivative_oracle=reference.binary_step_derivative,
        by_hand=lambda x: np.heaviside(x, 1),
        source="McCulloch and Pitts, Bull. Math. Biophys. 5, 1943",
        torch="torch.heaviside(x, x.new_ones(()))",
    ),
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
        torch="torch.clamp_min(x, 0)",
        onnx="Relu",
    ),
    Entry(
        name="relu6",
        formula="min(max(0, x), 6)",
        kind="ridge",
        range="[0, 6]",
        smoothness="C0",
        monotonic=True,
        oracle=reference.relu6,
        derivative_oracle=reference.relu6_derivative,
        by_hand=lambda x: np.clip(x, 0, 6),
        source="Krizhevsky, Convolutional Deep Belief Networks on CIFAR-10, 2010",
        torch="F.relu6(x)",
    ),
    Entry(
        name="relu_squared",
        formula="max(0, x)²",
        kind="ridge",
        range="[0, ∞)",
        smoothness="C1",
        monotonic=True,
        oracle=reference.relu_squared,
        derivative_oracle=reference.relu_squared_derivative,
        by_hand=lambda x: np.maximum(x, 0) ** 2,
        source="So et al., arXiv:2109.08668",
        aliases=("relu2",),
        torch="torch.square(F.relu(x))",
    ),
    Entry(
        name="leaky_relu",
        formula="x for x > 0, else negative_slope x",
        kind="ridge",
        range="(-∞, ∞)",
        smoothness="C0",
        monotonic=True,
        oracle=reference.leaky_relu,
        derivative_oracle=reference.leaky_relu_derivative,
        by_hand=lambda x, negative_slope=0.01: np.where(x > 0, x, negative_slope * x),
        source="Maas, Hannun and Ng, ICML 2013 workshops",
        parameters={"negative_slope": 0.01},
        also=({"negative_slope": 0.2},),
        torch="F.leaky_relu(x)",
        onnx="LeakyRelu",
    ),
    Entry(
        name="prelu",
        formula="x for x > 0, else weight x",
        kind="ridge",
        range="(-∞, ∞)",
        smoothness="C0",
        monotonic=False,
        oracle=reference.prelu,
        derivative_oracle=reference.prelu_derivative,
        by_hand=lambda x, weight: np.where(x > 0, x, weight * x),
        source="He, Zhang, Ren and Sun, arXiv:1502.01852",
        parameters={"weight": REQUIRED},
        examples={"weight": 0.25},
        also=({"weight": -0.3},),
        torch="F.prelu(x, x.new_full((1,), 0.25))",
    ),
    Entry(
        name="threshold",
        formula="x for x > threshold, else value",
        kind="ridge",
        range="(-∞, ∞)",
        smoothness="discontinuous",
        monotonic=False,
        oracle=reference.threshold,
        derivative_oracle=reference.threshold_derivative,
        by_hand=lambda x, threshold, value: np.where(x > threshold, x, value),
        source="Konda, Memisevic and Krueger, arXiv:1402.3337, with value 0",
        parameters={"threshold": REQUIRED, "value": REQUIRED},
        examples={"threshold": 0.5, "value": -1.0},
        also=({"threshold": -0.3, "value": 0.1},),
        torch="F.threshold(x, 0.5, -1.0)",
    ),
    Entry(
        name="elu",
        formula="x for x > 0, else alpha (exp(x) - 1)",
        kind="ridge",
        range="(-1, ∞)",
        smoothness="C1",
        monotonic=True,
        oracle=reference.elu,
        derivative_oracle=reference.elu_derivative,
        by_hand=lambda x, alpha=1.0: np.where(x > 0, x, alpha * (np.exp(x) - 1)),
        source="Clevert, Unterthiner and Hochreiter, arXiv:1511.07289",
        parameters={"alpha": 1.0},
        also=({"alpha": 1.5},),
        torch="F.elu(x)",
        onnx="Elu",
    ),
    Entry(
        name="selu",
        formula="s x for x > 0, else s α (exp(x) - 1), s = 1.0507..., α = 1.6732...",
        kind="ridge",
        range="(-1.7581, ∞)",
        smoothness="C0",
        monotonic=True,
        oracle=reference.selu,
        derivative_oracle=reference.selu_derivative,
        by_hand=lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * (np.exp(x) - 1)),
        source="Klambauer, Unterthiner, Mayr and Hochreiter, arXiv:1706.02515",
        torch="F.selu(x)",
        onnx="Selu",
    ),
    Entry(
        name="celu",
        formula="x for x > 0, else alpha (exp(x / alpha) - 1)",
        kind="ridge",
        range="(-1, ∞)",
        smoothness="C1",
        monotonic=True,
        oracle=reference.celu,
        derivative_oracle=reference.celu_derivative,
        by_hand=lambda x, alpha=1.0: np.where(x > 0, x, alpha * (np.exp(x / alpha) - 1)),
        source="Barron, arXiv:1704.07483",
        parameters={"alpha": 1.0},
        domain={"alpha": NOT_ZERO},
        notes="An array's alpha of 0 gives the limit from the side of its sign: 0 for x < 0, or -inf for -0; an infinite "
        "one gives x.",
        also=({"alpha": 0.5}, {"alpha": 1.7}),
        torch="F.celu(x)",
        onnx="Celu",
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
        aliases=("gelu_python",),
        derivative_zeros=(-0.7517915246935645,),
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
        aliases=("gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate"),
        derivative_zeros=(-0.7524614220710163,),
        torch='F.gelu(x, approximate="tanh")',
        onnx='Gelu(approximate="tanh")',
    ),
    Entry(
        name="quick_gelu",
        formula="x σ(1.702 x)",
        kind="ridge",
        range="[-0.1636, ∞)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.quick_gelu,
        derivative_oracle=reference.quick_gelu_derivative,
        by_hand=lambda x: x / (1 + np.exp(-1.702 * x)),
        source="Hendrycks and Gimpel, arXiv:1606.08415",
        derivative_zeros=(-0.751154255441289,),
        torch="x * torch.sigmoid(1.702 * x)",
        onnx="Swish(alpha=1.702)",
        scipy="x * special.expit(1.702 * x)",
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
        derivative_zeros=(-1.2784645427610737,),
        torch="F.silu(x)",
        onnx="Swish",
        scipy="x * special.expit(x)",
    ),
    Entry(
        name="swish",
        formula="x σ(beta x)",
        kind="ridge",
        range="[-0.2785, ∞)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.swish,
        derivative_oracle=reference.swish_derivative,
        by_hand=lambda x, beta=1.0: x / (1 + np.exp(-beta * x)),
        source="Ramachandran, Zoph and Le, arXiv:1710.05941",
        parameters={"beta": 1.0},
        notes="With beta = 0 it is x/2; an infinite beta gives the limit, max(0, x) or min(0, x).",
        also=({"beta": 1.7}, {"beta": -0.6}),
        derivative_zeros=lambda beta: (-1.2784645427610737 / beta,),
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
        aliases=("expit",),
        torch="torch.sigmoid(x)",
        onnx="Sigmoid",
        scipy="special.expit(x)",
    ),
    Entry(
        name="log_sigmoid",
        formula="log σ(x) = -log(1 + exp(-x))",
        kind="ridge",
        range="(-∞, 0)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.log_sigmoid,
        derivative_oracle=reference.log_sigmoid_derivative,
        by_hand=lambda x: -np.log(1 + np.exp(-x)),
        source="the logarithm of the logistic function",
        aliases=("logsigmoid",),
        torch="F.logsigmoid(x)",
        scipy="special.log_expit(x)",
    ),
    Entry(
        name="hard_sigmoid",
        formula="min(max(0, x + 3), 6) / 6",
        kind="ridge",
        range="[0, 1]",
        smoothness="C0",
        monotonic=True,
        oracle=reference.hard_sigmoid,
        derivative_oracle=reference.hard_sigmoid_derivative,
        by_hand=lambda x: np.clip(x + 3, 0, 6) / 6,
        source="Howard et al., arXiv:1905.02244",
        aliases=("hardsigmoid",),
        torch="F.hardsigmoid(x)",
        onnx="HardSigmoid(alpha=0.16666666666666666, beta=0.5)",
    ),
    Entry(
        name="hard_sigmoid_linear",
        formula="min(max(0, alpha x + beta), 1)",
        kind="ridge",
        range="[0, 1]",
        smoothness="C0",
        monotonic=True,
        oracle=reference.hard_sigmoid_linear,
        derivative_oracle=reference.hard_sigmoid_linear_derivative,
        by_hand=lambda x, alpha=0.2, beta=0.5: np.clip(alpha * x + beta, 0, 1),
        source="Theano and ONNX",
        parameters={"alpha": 0.2, "beta": 0.5},
        also=({"alpha": 0.3, "beta": 0.4},),
        torch="torch.clamp(0.2 * x + 0.5, 0, 1)",
        onnx="HardSigmoid",
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
        name="hard_tanh",
        formula="min(max(min_val, x), max_val)",
        kind="ridge",
        range="[-1, 1]",
        smoothness="C0",
        monotonic=True,
        oracle=reference.hard_tanh,
        derivative_oracle=reference.hard_tanh_derivative,
        by_hand=lambda x, min_val=-1.0, max_val=1.0: np.clip(x, min_val, max_val),
        source="Collobert et al., arXiv:1103.0398",
        aliases=("hardtanh",),
        parameters={"min_val": -1.0, "max_val": 1.0},
        torch="F.hardtanh(x)",
    ),
    Entry(
        name="tanhshrink",
        formula="x - tanh(x)",
        kind="ridge",
        range="(-∞, ∞)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.tanhshrink,
        derivative_oracle=reference.tanhshrink_derivative,
        by_hand=lambda x: x - np.tanh(x),
        source="PyTorch",
        torch="F.tanhshrink(x)",
    ),
    Entry(
        name="softplus",
        formula="log(1 + exp(beta x)) / beta",
        kind="ridge",
        range="(0, ∞)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.softplus,
        derivative_oracle=reference.softplus_derivative,
        by_hand=lambda x, beta=1.0: np.log(1 + np.exp(beta * x)) / beta,
        source="Dugas et al., NIPS 2000",
        parameters={"beta": 1.0},
        notes="With beta = 0 the quotient is infinite, with the sign of beta; an infinite beta gives the limit, "
        "max(0, x) or min(0, x).",
        also=({"beta": 0.5}, {"beta": 1.7}),
        torch="F.softplus(x)",
        onnx="Softplus",
        scipy="-special.log_expit(-x)",
    ),
    Entry(
        name="sqrt_softplus",
        formula="√log(1 + exp(x))",
        kind="ridge",
        range="(0, ∞)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.sqrt_softplus,
        derivative_oracle=reference.sqrt_softplus_derivative,
        by_hand=lambda x: np.sqrt(np.log(1 + np.exp(x))),
        source="the router scores of DeepSeek V4",
        aliases=("sqrtsoftplus",),
        torch="torch.sqrt(F.softplus(x))",
    ),
    Entry(
        name="softsign",
        formula="x / (1 + |x|)",
        kind="ridge",
        range="(-1, 1)",
        smoothness="C1",
        monotonic=True,
        oracle=reference.softsign,
        derivative_oracle=reference.softsign_derivative,
        by_hand=lambda x: x / (1 + np.abs(x)),
        source="Turian, Bergstra and Bengio, NAACL 2009",
        torch="F.softsign(x)",
        onnx="Softsign",
    ),
    Entry(
        name="squareplus",
        formula="(x + √(x² + b)) / 2",
        kind="ridge",
        range="(0, ∞)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.squareplus,
        derivative_oracle=reference.squareplus_derivative,
        by_hand=lambda x, b=4.0: (x + np.sqrt(x * x + b)) / 2,
        source="Barron, arXiv:2112.11687",
        parameters={"b": 4.0},
        notes="A negative b gives NaN where x² + b < 0, an infinite one infinity.",
        also=({"b": 0.3},),
        torch="0.5 * (x + torch.sqrt(x * x + 4))",
    ),
    Entry(
        name="mish",
        formula="x tanh(log(1 + exp(x)))",
        kind="ridge",
        range="[-0.3088, ∞)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.mish,
        derivative_oracle=reference.mish_derivative,
        by_hand=lambda x: x * np.tanh(np.log(1 + np.exp(x))),
        source="Misra, arXiv:1908.08681",
        derivative_zeros=(-1.1924312145154952,),
        torch="F.mish(x)",
        onnx="Mish",
    ),
    Entry(
        name="hard_swish",
        formula="x min(max(0, x + 3), 6) / 6",
        kind="ridge",
        range="[-0.375, ∞)",
        smoothness="C0",
        monotonic=False,
        oracle=reference.hard_swish,
        derivative_oracle=reference.hard_swish_derivative,
        by_hand=lambda x: x * np.clip(x + 3, 0, 6) / 6,
        source="Howard et al., arXiv:1905.02244",
        aliases=("hardswish",),
        derivative_zeros=(-1.5,),
        torch="F.hardswish(x)",
        onnx="HardSwish",
    ),
    Entry(
        name="softshrink",
        formula="sign(x) max(0, |x| - lambd)",
        kind="ridge",
        range="(-∞, ∞)",
        smoothness="C0",
        monotonic=True,
        oracle=reference.softshrink,
        derivative_oracle=reference.softshrink_derivative,
        by_hand=lambda x, lambd=0.5: np.sign(x) * np.maximum(np.abs(x) - lambd, 0),
        source="Donoho and Johnstone, Biometrika 81, 1994",
        parameters={"lambd": 0.5},
        also=({"lambd": 0.3},),
        torch="F.softshrink(x)",
        onnx="Shrink(lambd=0.5, bias=0.5)",
    ),
    Entry(
        name="hardshrink",
        formula="x for |x| > lambd, else 0",
        kind="ridge",
        range="(-∞, ∞)",
        smoothness="discontinuous",
        monotonic=True,
        oracle=reference.hardshrink,
        derivative_oracle=reference.hardshrink_derivative,
        by_hand=lambda x, lambd=0.5: np.where(np.abs(x) > lambd, x, 0),
        source="Donoho and Johnstone, Biometrika 81, 1994",
        parameters={"lambd": 0.5},
        also=({"lambd": 0.3},),
        torch="F.hardshrink(x)",
        onnx="Shrink",
    ),
    Entry(
        name="erf",
        formula="2/√π ∫₀ˣ exp(-t²) dt",
        kind="ridge",
        range="(-1, 1)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.erf,
        derivative_oracle=reference.erf_derivative,
        by_hand=np.vectorize(math.erf, otypes=[float]),
        source="the error function",
        torch="torch.erf(x)",
        onnx="Erf",
        scipy="special.erf(x)",
    ),
    Entry(
        name="gaussian",
        formula="exp(-x²)",
        kind="radial",
        range="(0, 1]",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.gaussian,
        derivative_oracle=reference.gaussian_derivative,
        by_hand=lambda x: np.exp(-x * x),
        source="Broomhead and Lowe, Complex Systems 2, 1988",
        torch="torch.exp(-x * x)",
    ),
    Entry(
        name="multiquadric",
        formula="√(1 + (epsilon x)²)",
        kind="radial",
        range="[1, ∞)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.multiquadric,
        derivative_oracle=reference.multiquadric_derivative,
        by_hand=lambda x, epsilon=1.0: np.sqrt(1 + (epsilon * x) ** 2),
        source="Hardy, J. Geophys. Res. 76, 1971",
        parameters={"epsilon": 1.0},
        also=({"epsilon": 0.3},),
        torch="torch.sqrt(1 + x * x)",
    ),
    Entry(
        name="inverse_multiquadric",
        formula="1 / √(1 + (epsilon x)²)",
        kind="radial",
        range="(0, 1]",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.inverse_multiquadric,
        derivative_oracle=reference.inverse_multiquadric_derivative,
        by_hand=lambda x, epsilon=1.0: 1 / np.sqrt(1 + (epsilon * x) ** 2),
        source="Franke, Math. Comp. 38, 1982",
        parameters={"epsilon": 1.0},
        also=({"epsilon": 0.3},),
        torch="torch.rsqrt(1 + x * x)",
    ),
    Entry(
        name="square",
        formula="x²",
        kind="radial",
        range="[0, ∞)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.square,
        derivative_oracle=reference.square_derivative,
        by_hand=np.square,
        source="the squared distance",
        torch="torch.square(x)",
    ),
    Entry(
        name="thin_plate",
        formula="x² log|x|, 0 at 0",
        kind="radial",
        range="[-0.1839, ∞)",
        smoothness="C1",
        monotonic=False,
        oracle=reference.thin_plate,
        derivative_oracle=reference.thin_plate_derivative,
        by_hand=lambda x: x * x * np.log(np.abs(x), out=np.zeros_like(x), where=x != 0),
        source="Duchon, Lecture Notes in Mathematics 571, 1977",
        derivative_zeros=(-0.6065306597126334, 0.6065306597126334),  # e^(-1/2)
        torch="torch.xlogy(x * x, x.abs())",
        scipy="special.xlogy(x * x, abs(x))",
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
        ulp={"float32": 2.0},
        notes=f"""{_MISSING}  Entries that do not count give 0, and a row of none but such only 0, as in jax.nn.softmax.
{_QUOTIENT}  The gradient, from the output: softmax.backward(grad, y).""",
    ),
    Entry(
        name="log_softmax",
        formula="xᵢ - log Σⱼ exp(xⱼ) along an axis",
        kind="fold",
        range="(-∞, 0]",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.log_softmax,
        derivative_oracle=reference.log_softmax_backward,
        by_hand=lambda x: (d := x - x.max(-1, keepdims=True)) - np.log(np.exp(d).sum(-1, keepdims=True)),
        source="Bridle 1990",
        parameters={"axis": -1},
        torch="F.log_softmax(x, -1)",
        onnx="LogSoftmax",
        scipy="special.log_softmax(x, -1)",
        ulp={"float32": 2.0},
        notes=f"""{_MISSING}  Entries that do not count give -inf.  Exact: at most 2 ULP, of large inputs and of
results near 0, too.  Fast: 2**-12 relative.  The gradient, from the output: log_softmax.backward(grad, y);
if `where` was given, with the same `where`.""",
    ),
    Entry(
        name="softmin",
        formula="exp(-xᵢ) / Σⱼ exp(-xⱼ) along an axis",
        kind="fold",
        range="(0, 1)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.softmin,
        derivative_oracle=reference.softmin_backward,
        by_hand=lambda x: (e := np.exp(x.min(-1, keepdims=True) - x)) / e.sum(-1, keepdims=True),
        source="softmax of -x",
        parameters={"axis": -1},
        torch="F.softmin(x, -1)",
        scipy="special.softmax(-x, -1)",
        ulp={"float32": 2.0},
        notes=f"""Where NaN, -inf or nothing but +inf is in a row, it is all NaN, as in PyTorch.  Entries that do
not count give 0, and a row of none but such only 0.
{_QUOTIENT}  The gradient, from the output: softmin.backward(grad, y).""",
    ),
    Entry(
        name="logsumexp",
        formula="log Σⱼ exp(xⱼ) along an axis",
        kind="fold",
        range="(-∞, ∞)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.logsumexp,
        derivative_oracle=reference.logsumexp_backward,
        by_hand=lambda x: (m := x.max(-1)) + np.log(np.exp(x - m[..., None]).sum(-1)),
        source="Blanchard, D. Higham and N. Higham, arXiv:1909.03469",
        parameters={"axis": -1},
        torch="torch.logsumexp(x, -1)",
        onnx="ReduceLogSumExp(axes=[-1], keepdims=0)",
        scipy="special.logsumexp(x, -1)",
        backward_takes="x",
        notes="""Of a row with NaN: NaN; with +inf: +inf; of -inf alone, of an empty one and of one in which no entry
counts: -inf.  The result is the largest entry plus a logarithm, and the error relative to the larger of the
two: exact float32 computes in double and is within 1 ULP of the result itself down to 2**-28 of that, float64
within 2 ULP of the larger; fast within 2**-12 (2**-24) of it.  With weights it is computed in double in both
accuracies: within 2**-50 of the largest of 1, |x| and the result, and 2**-51 of Σ |b| exp(x) / Σ b exp(x), by which
opposite weights cancel.  A weight of 0 takes its entry out; beside infinities the result is SciPy's.  The gradient
takes the input: logsumexp.backward(grad, x) = grad softmax(x); beside +inf it is 0, and NaN at it, as in PyTorch.""",
    ),
    Entry(
        name="sparsemax",
        formula="max(0, xᵢ - τ) along an axis, τ such that the sum is 1",
        kind="fold",
        range="[0, 1]",
        smoothness="C0",
        monotonic=False,
        oracle=reference.sparsemax,
        derivative_oracle=reference.sparsemax_backward,
        by_hand=reference.sparsemax,
        source="Martins and Astudillo, arXiv:1602.02068",
        cancels=True,
        parameters={"axis": -1},
        notes=f"""{_MISSING}  Entries that do not count give 0, and a row of none but such only 0.
The error is absolute, 2**-52 before the result is rounded to its type, in both accuracies: entries at the
edge of the support cancel.  The gradient, from the output: sparsemax.backward(grad, y).""",
    ),
    Entry(
        name="maxout",
        formula="max of each k consecutive xᵢ along an axis",
        kind="fold",
        range="(-∞, ∞)",
        smoothness="C0",
        monotonic=True,
        oracle=reference.maxout,
        derivative_oracle=reference.maxout_backward,
        by_hand=lambda x, k: x.reshape(*x.shape[:-1], -1, k).max(-1),
        source="Goodfellow et al., arXiv:1302.4389",
        parameters={"k": REQUIRED, "axis": -1},
        examples={"k": 4},
        torch="x.unflatten(-1, (-1, 4)).max(-1).values",
        backward_takes="x",
        notes="""Of a group with NaN: NaN.  Nothing is rounded.  The gradient takes the input: maxout.backward(grad, x, k);
it goes to the first of the largest, as in PyTorch.""",
    ),
]

BY_NAME = {entry.name: entry for entry in ENTRIES}


# ----------------------------------------------------------------- functions of two arrays --


@dataclass(frozen=True)
class PairEntry:
    """What is known of one function of two arrays: a gated unit (gate, up), or a sum (x, bias).

    `oracle` and `by_hand` take both and the parameters; `gradients` takes the output's gradient
    before them and returns a list, one for each gradient that `backward` returns.  Expressions of
    peers are in x and up.
    """

    name: str
    formula: str
    kind: str  # "gated" or "added"
    kernel: str  # name of the ufunc
    oracle: callable
    gradients: callable
    by_hand: callable
    activation: str = ""  # empty where the formula is its own
    source: str = ""
    note: str = ""
    order: str = "gate_up"  # how a packed array holds the halves, unless the call says otherwise
    aliases: tuple = ()
    parameters: dict = field(default_factory=dict)
    domain: dict = field(default_factory=dict)  # see Entry
    examples: dict = field(default_factory=dict)
    torch: str = ""
    onnx: str = ""  # of the activation
    scipy: str = ""
    cancels = False

    def max_ulp(self, accuracy, dtype):
        """Return the declared bound.

        Of an exact gated unit GATED_ULP; of a fast one its activation's, which a product can double
        in ULPs (from the end of one binade to the beginning of the next), and the rounding of the
        product.  Of a sum: the activation's at the rounded sum.
        """
        bound = BY_NAME[self.activation or "silu"].max_ulp(accuracy, dtype)
        if self.kind != "gated":
            return bound
        return GATED_ULP[dtype] if accuracy == "exact" else 2 * bound + 0.5

    def measured(self, dtype=np.float64):
        """Return an entry whose functions take the two arrays alone; see `Entry.measured`."""
        values = {name: float(np.asarray(self.examples.get(name, default), dtype))
                  for name, default in self.parameters.items()}

        def bound(function):
            return lambda *inputs: function(*inputs, *values.values())

        return replace(
            self, parameters={}, oracle=bound(self.oracle), gradients=bound(self.gradients),
            by_hand=bound(self.by_hand))


def _times_up(text):
    return f"({text}) * up" if text else ""


def gated_by(entry, name="gated", **more):
    """Return the entry of the unit that is gated by an activation."""
    values = "".join(f", {parameter}" for parameter in entry.parameters)
    settings = {
        "name": name,
        "formula": f"{entry.name}(gate{values}) * up",
        "kind": "gated",
        "kernel": f"gated_{entry.name}",
        "activation": entry.name,
        "source": "Shazeer, arXiv:2002.05202",
        "oracle": lambda gate, up, *p: reference.gated(entry.oracle, gate, up, *p),
        "gradients": lambda grad, gate, up, *p: reference.gated_backward(
            entry.oracle, entry.derivative_oracle, grad, gate, up, *p),
        "by_hand": lambda gate, up, *p: entry.by_hand(gate, *p) * up,
        "parameters": entry.parameters,
        "domain": entry.domain,
        "examples": entry.examples,
        "torch": _times_up(entry.torch),
        "onnx": entry.onnx,
        "scipy": _times_up(entry.scipy),
    }
    return PairEntry(**{**settings, **more})


GATED_ENTRIES = [
    gated_by(BY_NAME["sigmoid"], "glu", order="up_gate", source="Dauphin et al., arXiv:1612.08083",
             note='A packed array is "up_gate" by default, as for torch.nn.functional.glu.'),
    gated_by(BY_NAME["identity"], "bilinear", formula="gate * up", torch="x * up",
             source="Dauphin et al., arXiv:1612.08083"),
    gated_by(BY_NAME["relu"], "reglu"),
    gated_by(BY_NAME["gelu"], "geglu"),
    gated_by(BY_NAME["gelu_tanh"], "geglu_tanh"),
    gated_by(BY_NAME["quick_gelu"], "geglu_quick"),
    gated_by(BY_NAME["silu"], "swiglu"),
    PairEntry(
        name="swiglu_clamped",
        formula="g σ(alpha g) (clip(up, -limit, limit) + 1), g = min(gate, limit)",
        kind="gated",
        kernel="gated_swiglu_clamped",
        oracle=reference.swiglu_clamped,
        gradients=reference.swiglu_clamped_backward,
        by_hand=lambda gate, up, alpha=1.702, limit=7.0: (
            (g := np.minimum(gate, limit)) / (1 + np.exp(-alpha * g)) * (np.clip(up, -limit, limit) + 1)),
        source="the experts of gpt-oss",
        note='gpt-oss stores gate and up interleaved: pass order="interleaved" for its packed arrays.',
        aliases=("swigluoai",),  # vLLM's name
        parameters={"alpha": 1.702, "limit": 7.0},
        torch="(g := x.clamp(max=7.0)) * torch.sigmoid(1.702 * g) * (up.clamp(-7.0, 7.0) + 1)",
    ),
]


def _added_to(entry):
    """Return the entry of an activation of a sum: the sum has the type of the arrays, as in NumPy."""
    return PairEntry(
        name=f"add_{entry.name}",
        formula=f"{entry.name}(x + bias)",
        kind="added",
        kernel=f"add_{entry.name}",
        activation=entry.name,
        source=entry.source,
        oracle=lambda x, bias: entry.oracle(np.add(x, bias)),
        gradients=lambda grad, x, bias: [grad * entry.derivative_oracle(np.add(x, bias))],
        by_hand=lambda x, bias: entry.by_hand(x + bias),
        torch=f"(lambda x: {entry.torch})(x + up)",
        onnx=entry.onnx,
        scipy=f"(lambda x: {entry.scipy})(x + up)" if entry.scipy else "",
    )


ADDED_ENTRIES = [_added_to(BY_NAME[name]) for name in ("relu", "gelu", "gelu_tanh", "silu")]
