"""The measured operations: every function of the catalogue, with inputs and the results of the oracles."""

from dataclasses import dataclass

import numpy as np

import fastact as fa
from fastact._catalogue import ADDED_ENTRIES, GATED_ENTRIES, Entry, PairEntry
from fastact._lab.dtypes import HALF, type_of
from fastact._lab.speed import inputs

ROW = 4096  # elements along the axis of fold functions


@dataclass(frozen=True, eq=False)  # compared and hashed by identity, because entries hold dicts
class Operation:
    """An operation to measure: an activation, a gated unit or an activation of a sum."""

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
        """Inputs to measure times with, rows for fold functions; `values` is one of `inputs.NAMES`."""
        return self._arranged(np.random.default_rng(0), inputs.draw(values, size, dtype, self.is_fold))

    def tail_inputs(self, dtype):
        """TAIL_VALUES values: normal ones, [-120, 120], every exponent in both signs."""
        rng = np.random.default_rng(0)
        return self._arranged(rng, inputs.tail_values(rng, type_of(dtype)))

    @property
    def is_fold(self):
        return self.entry.kind == "fold"

    @property
    def gradients(self):
        """How many gradients `backward` returns."""
        return 2 if self.gated else 1

    def _arranged(self, rng, x):
        if self.is_fold:
            k = self.entry.examples.get("k", 1)
            x = np.resize(x, max(x.size, k))
            row = min(self.row, x.size) // k * k
            return (x[: x.size // row * row].reshape(-1, row),)
        if not self.is_pair:
            return (x,)
        # One binade, both signs: a product with it keeps the relative error of the activation.
        up = rng.uniform(1, 2, x.size) * rng.choice([-1, 1], x.size)
        return x, up.astype(x.dtype)

    def output(self, arrays):
        """An array for the result."""
        return np.empty_like(self.function(*arrays, accuracy="exact"))

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
