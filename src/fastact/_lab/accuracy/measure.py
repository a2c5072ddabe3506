"""The measurements of ``python -m fastact verify``.

float32 is measured against the float64 oracles of `fastact.reference`, over a sample or over all 2^32 inputs; float16
and bfloat16 against them over all 65,536 inputs; float64, and a sample of the oracles' values, against mpmath.
`cases` defines what is measured, `tallies` defines the errors.
"""

import numpy as np

from fastact._lab.accuracy.exhaustive import exhaustive
from fastact._lab.accuracy.float32 import measure_float32
from fastact._lab.accuracy.float64 import measure_float64
from fastact._lab.accuracy.half import measure_half
from fastact._lab.accuracy.inputs import sample


def measure(case, dtype, targets, accuracies, samples=None, peers=(), processes=None):
    """(target, accuracy) -> Tally, and (peer, "peer") -> Tally; float32 over all inputs if `samples` is None."""
    if dtype == "float32":
        if samples is None:
            return exhaustive(case, targets, accuracies, peers, processes)
        x = sample(case.entry.measured(np.float32, case.which), samples)
        return measure_float32(case, x, targets, accuracies, peers)
    if dtype == "float64":
        return measure_float64(case, targets, accuracies)
    return measure_half(case, targets, accuracies, dtype)
