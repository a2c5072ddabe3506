"""An entry of the catalogue: the description of one function."""

import inspect
from dataclasses import dataclass, field, replace

import numpy as np

from fastact._catalogue import records
from fastact._catalogue.bounds import (
    CORRECT_ULP, CORRECT_ULP_NEAR_TIES, DERIVATIVE_RELATIVE, DERIVATIVE_ULP, EXACT_ULP, FAST_RELATIVE, GATED_ULP,
    MEASURED_DTYPES, PRECISION,
)

NOT_ZERO = "not be 0", lambda value: value != 0
ABOVE_0 = "be above 0", lambda value: value > 0
NOT_NEGATIVE = "be at least 0", lambda value: value >= 0

REQUIRED = inspect.Parameter.empty  # the default of a parameter that must be given


def gives_zeros(entry, values=()):
    """Whether a function is exactly zero on an interval, as ReLU is; the oracle is asked.

    Parameters
    ----------
    entry : Entry or PairEntry
        An elementwise activation, or a gated unit, whose gate is meant.
    values : sequence of float
        The parameters.
    """
    x = np.linspace(-4, 4, 65)
    arrays = (x,) if isinstance(entry, Entry) else (x, np.ones_like(x))
    zero = entry.oracle(*arrays, *values) == 0
    return bool(np.any(zero[1:] & zero[:-1]))


@dataclass(frozen=True)
class Entry:
    """The description of one activation.

    `oracle` and `derivative_oracle` compute in float64 and come from `fastact.reference`.  `by_hand` is
    the NumPy expression that people usually write.  All three take the parameters after x.  `torch`, `onnx`
    and `scipy` are the expressions with which these libraries compute the function, with the default
    parameters.

    `range`, `smoothness` and `monotonic` hold for the default parameters, and for every value of a
    parameter without a default.
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
    aliases: tuple = ()  # other names in PyTorch and transformers; names.py has those of other libraries
    parameters: dict = field(default_factory=dict)  # name -> default, or REQUIRED
    domain: dict = field(default_factory=dict)  # parameter -> (what a Python number must do, a test of it); an array's elements give the limit
    examples: dict = field(default_factory=dict)  # the values of REQUIRED parameters in measurements
    also: tuple = ()  # further sets of parameters with which the bounds are measured
    derivative_zeros: tuple = ()  # x != 0 where the derivative crosses zero; or a function of the parameters
    variants: dict = field(default_factory=dict)  # keyword -> {value: name of the activation}
    parameter_slopes: dict = field(default_factory=dict)  # parameter -> df/dp of x and all parameters, in float64 NumPy
    torch: str = ""  # expression in x, F (torch.nn.functional) and torch
    torch_of_parameters: str = ""  # the same with the parameters' names for their defaults; tests differentiate it
    transformers: tuple = ()  # classes of transformers.activations that compute it
    onnx: str = ""  # ONNX operator, or a call of it with its attributes
    scipy: str = ""  # expression in x and scipy.special
    absent_from: str = ""  # those of "torch jax keras onnx" that have no name for it
    notes: str = ""  # for the docstring
    ulp: dict = field(default_factory=dict)  # dtype -> bound of the exact variant, where it is not EXACT_ULP
    backward_takes: str = "y"  # of a fold: what its gradient takes, the input "x" or the output "y"
    cancels: bool = False  # whether terms cancel, so that the error is absolute, below 1
    is_measured: bool = False  # whether measured() made it

    def max_ulp(self, accuracy, dtype, derivative=False):
        """Return the declared bound in ULP; a relative error counts as the largest number of ULP that it can be.

        Raises
        ------
        ValueError
            For a dtype without kernels.
        """
        exact, fast = (DERIVATIVE_ULP, DERIVATIVE_RELATIVE) if derivative else (EXACT_ULP, FAST_RELATIVE)
        if dtype not in exact:
            raise ValueError(f"no kernels for {dtype!r}; there are for {', '.join(exact)}")
        if accuracy == "exact":
            return exact[dtype] if derivative else self.ulp.get(dtype, exact[dtype])
        if accuracy == "correct":
            if derivative or self.kind == "fold":
                return {"float32": CORRECT_ULP_NEAR_TIES}.get(dtype, exact[dtype])
            return CORRECT_ULP[dtype]
        return fast[dtype] * 2 ** PRECISION[dtype]

    def bounds(self, accuracy, dtype, derivative, target):
        """Return the largest measured error, for the default parameters.

        Parameters
        ----------
        accuracy : {"exact", "fast", "correct"}
        dtype : {"float16", "bfloat16", "float32", "float64"}
        derivative : bool
            Whether to return the error of the derivative instead.
        target : str
            The CPU target.

        Returns
        -------
        Bound or None
            None if it was not recorded.  The declared bound is `max_ulp`.

        Raises
        ------
        ValueError
            For a dtype without kernels.
        """
        if dtype not in MEASURED_DTYPES:
            raise ValueError(f"no kernels for {dtype!r}; there are for {', '.join(MEASURED_DTYPES)}")
        return records.bound(self.name + ("_derivative" if derivative else ""), dtype, accuracy, target)

    def gradients(self, grad, x):
        """Return a list with the gradient by the oracle; the entry must be one that measured() made."""
        if self.kind == "fold":
            return [self.derivative_oracle(grad, x if self.backward_takes == "x" else self.oracle(x))]
        return [grad * self.derivative_oracle(x)]

    def measured(self, dtype=np.float64, which=0):
        """Return an entry whose parameters all have values, and whose functions take only x.

        The values are the defaults or, with `which` = n, the n-th set of `also`.  They are rounded to `dtype`,
        like the parameters of every call.
        """
        if self.is_measured or (self.kind == "fold" and not self.examples):
            return self
        if self.kind == "fold":  # its parameters are integers, and its gradient takes them last
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


@dataclass(frozen=True)
class PairEntry:
    """The description of one function of two arrays: a gated unit (gate, up), or a sum (x, bias).

    `oracle` and `by_hand` take both arrays and the parameters.  `gradients` takes the gradient of the output
    before them, and returns a list of the gradients that `backward` returns.  Expressions of other libraries use
    the names x and up.
    """

    name: str
    formula: str
    kind: str  # "gated" or "added"
    kernel: str  # name of the ufunc
    oracle: callable
    gradients: callable
    by_hand: callable
    of: Entry  # the activation, or, where the formula is its own, the one whose bound holds
    activation: str = ""  # its name; empty where the formula is its own
    source: str = ""
    note: str = ""
    order: str = "gate_up"  # how a packed array holds the halves, unless the call says otherwise
    aliases: tuple = ()
    parameters: dict = field(default_factory=dict)
    domain: dict = field(default_factory=dict)  # see Entry
    none_means: dict = field(default_factory=dict)  # parameter -> the number that None stands for
    examples: dict = field(default_factory=dict)
    torch: str = ""
    onnx: str = ""  # of the activation
    scipy: str = ""
    cancels = False

    def max_ulp(self, accuracy, dtype):
        """Return the declared bound.

        An exact gated unit has the bound GATED_ULP; a correct one is rounded once.  The bound of a fast one is twice that
        of its activation, because a product can double an error in ULP (from the end of one binade to the beginning of
        the next), plus the rounding of the product.  A sum has the bound of the activation at the rounded sum.
        """
        bound = self.of.max_ulp(accuracy, dtype)
        if self.kind != "gated":
            return bound
        if accuracy == "correct" and dtype == "float32":
            return CORRECT_ULP_NEAR_TIES
        return 2 * bound + 0.5 if accuracy == "fast" else GATED_ULP[dtype]

    def measured(self, dtype=np.float64):
        """Return an entry whose functions take only the two arrays; see `Entry.measured`."""
        values = {name: float(np.asarray(self.examples.get(name, default), dtype))
                  for name, default in self.parameters.items()}

        def bound(function):
            return lambda *inputs: function(*inputs, *values.values())

        return replace(
            self, parameters={}, oracle=bound(self.oracle), gradients=bound(self.gradients),
            by_hand=bound(self.by_hand))
