"""The catalogue: one entry for each function, with formula, parameters, oracle, bounds and names in other libraries.

Code that needs a list of functions uses ENTRIES, GATED_ENTRIES and ADDED_ENTRIES.
Imports: only `fastact.reference`.  May be imported by everything but the kernels.
"""

from fastact._catalogue.activations import ACTIVATIONS
from fastact._catalogue.bounds import (
    CORRECT_ULP, CORRECT_ULP_NEAR_TIES, DERIVATIVE_RELATIVE, DERIVATIVE_ULP, EXACT_ULP, FAST_RELATIVE, GATED_ULP, HALF_ULP,
    HALF_ULP_NEAR_TIES, MEASURED_DTYPES, NEAR_ZERO, PRECISION,
)
from fastact._catalogue.entries import NOT_ZERO, REQUIRED, Entry, PairEntry, gives_zeros
from fastact._catalogue.folds import FOLDS
from fastact._catalogue.pairs import ADDED_ENTRIES, GATED_ENTRIES, gated_by

ENTRIES = [*ACTIVATIONS, *FOLDS]
BY_NAME = {entry.name: entry for entry in ENTRIES}

__all__ = [
    "ADDED_ENTRIES", "BY_NAME", "CORRECT_ULP", "CORRECT_ULP_NEAR_TIES", "DERIVATIVE_RELATIVE", "DERIVATIVE_ULP", "ENTRIES",
    "EXACT_ULP", "Entry", "FAST_RELATIVE", "GATED_ENTRIES", "GATED_ULP", "HALF_ULP", "HALF_ULP_NEAR_TIES", "MEASURED_DTYPES",
    "NEAR_ZERO", "NOT_ZERO", "PRECISION", "PairEntry", "REQUIRED", "gated_by", "gives_zeros",
]
