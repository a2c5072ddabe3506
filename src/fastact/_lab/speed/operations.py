"""What is measured: every function of the catalogue, with inputs and the oracles' results."""

from dataclasses import dataclass

import numpy as np

import fastact as fa
from fastact._catalogue import ADDED_ENTRIES, GATED_ENTRIES, Entry, PairEntry
from fastact._lab.dtypes import HALF, limits, type_of

ROW = 4096  # elements along the axis of fold functions
TAIL_VALUES = 3 << 16  # whole rows


@dataclass(frozen=True, eq=False)  # compared and hashed by identity, because entries hold dicts
class Operation:
    """An activation, a gated unit or an activation of a sum, as something to measure."""

    name: str
    function: object
    entry: Entry | PairEntry
    row: int = ROW  # elements along the axis of a fold function

    @property
    def gated(self):
        return self.entry.kind == "gated"

    @property
    def is_pair(self):
        """Whether there are two inputs: gate and up, or x and a residual."""
        return self.entry.kind in ("gated", "added")

    def inputs(self, size, dtype, values="ordinary"):
        """Inputs to measure times with, rows for fold functions.

        "ordinary": normally distributed (mean 0, deviation 2).  "tails": those of `tail_inputs` in random
        order; fold functions get them without the exponents, the largest of which makes a whole row of results zero.
        """
        rng = np.random.default_rng(0)
        if values == "tails":
            x = _tail_values(rng, type_of(dtype))
            x = rng.permutation(x[: TAIL_VALUES // 3 * 2] if self.entry.kind == "fold" else x)
            return self._arranged(rng, np.resize(x, size))
        wide = "float32" if dtype in HALF else dtype
        return self._arranged(rng, (2 * rng.standard_normal(size, wide)).astype(type_of(dtype), copy=False))

    def tail_inputs(self, dtype):
        """TAIL_VALUES values: normal ones, [-120, 120], every exponent in both signs."""
        rng = np.random.default_rng(0)
        return self._arranged(rng, _tail_values(rng, type_of(dtype)))

    @property
    def gradients(self):
        """How many gradients `backward` returns."""
        return 2 if self.gated else 1

    def _arranged(self, rng, x):
        if self.entry.kind == "fold":
            k = self.entry.examples.get("k", 1)
            x = np.resize(x, max(x.size, k))
            row = min(self.row, x.size) // k * k
            return (x[: x.size // row * row].reshape(-1, row),)
        if not self.is_pair:
            return (x,)
        # One binade, both signs: a product with it keeps the relative error of the activation.
        up = rng.uniform(1, 2, x.size) * rng.choice([-1, 1], x.size)
        return x, up.astype(x.dtype)

    def output(self, inputs):
        """An array for the result."""
        return np.empty_like(self.function(*inputs))

    def expected(self, inputs):
        """The oracle's result, float64."""
        return self.entry.measured(inputs[0].dtype).oracle(*_summable(inputs))

    def expected_gradients(self, grad, inputs):
        """The oracle's gradients, float64: one for each input; of a sum one, which both terms share."""
        return self.entry.measured(inputs[0].dtype).gradients(grad.astype(np.float64), *_summable(inputs))

    def gradient_arrays(self, inputs):
        """A gradient of the result, random, and arrays for those of the inputs."""
        shape, dtype = self.output(inputs).shape, inputs[0].dtype
        grad = np.random.default_rng(1).standard_normal(shape, "float32").astype(dtype)
        return grad, [np.empty_like(array) for array in inputs[: self.gradients]]

    def max_ulp(self, accuracy, dtype):
        """The declared bound."""
        return self.entry.max_ulp(accuracy, dtype)

    def expression(self, peer):
        """The peer's expression, in x (and up), from the catalogue; empty if it has none."""
        return getattr(self.entry, peer)


def _summable(inputs):
    """The inputs as the oracles take them: a sum of two half-precision arrays must not be rounded to their type."""
    return [array.astype(np.float32) if array.dtype.name in HALF else array for array in inputs]


def _tail_values(rng, dtype):
    info = limits(dtype)
    n = TAIL_VALUES // 3
    exponents = np.linspace(info.minexp - info.nmant, info.maxexp, n // 2, endpoint=False)
    # Sorted, so that a row of a fold function holds magnitudes of one order.
    every_exponent = np.exp2(exponents)
    values = [
        2 * rng.standard_normal(n), rng.permutation(np.linspace(-120, 120, n)), every_exponent, -every_exponent,
    ]
    with np.errstate(over="ignore"):  # the last exponents of a half type round to infinity
        return np.concatenate(values).astype(dtype)


def operations():
    """Everything that can be measured, by name: the catalogue, in its order."""
    return {
        **{name: Operation(name, _measured(activation), activation.entry)
           for name, activation in fa.activations.items()},
        **{entry.name: Operation(entry.name, getattr(fa, entry.name), entry)
           for entry in GATED_ENTRIES + ADDED_ENTRIES},
    }


def _measured(activation):
    """The activation, with values for parameters that have no default."""
    examples = activation.entry.examples
    return activation.with_parameters(**examples) if examples else activation
