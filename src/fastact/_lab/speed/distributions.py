"""The speed of fastact's functions on one distribution of inputs after the other, in the same memory and in turns."""

from functools import partial

import numpy as np

import fastact as fa
from fastact._lab.speed.cells import Cell
from fastact._lab.speed.inputs import pool
from fastact._lab.speed.operations import Operation, operations
from fastact._lab.speed.peers import ours
from fastact._lab.speed.timing import interleave


def default():
    """The operations that are measured if none is named: all but the gated units that are roles of an activation."""
    return [one for one in operations().values() if not (one.gated and one.entry.activation)]


def roles(operation):
    """(role, operation, whether it is the gradient) of everything that is measured for an operation."""
    prefix = "gated" if operation.gated else ""
    yield prefix or "forward", operation, False
    yield f"{prefix} backward".strip(), operation, True
    if operation.is_fold or operation.is_pair:
        return
    unit = fa.gated.unit((operation.name, operation.entry.examples))
    gated = Operation(operation.name, unit, unit.entry)
    yield "gated", gated, False
    yield "gated backward", gated, True


def measure(operation, backward, accuracy, size, dtype, names, seconds):
    """Time one operation on each distribution.

    Parameters
    ----------
    operation : Operation
    backward : bool
        Whether to time its gradient.
    accuracy : {"exact", "fast", "correct"}
    size : int
    dtype : str
    names : list of str
        The distributions, of `inputs.NAMES`.
    seconds : float
        For all distributions together.

    Returns
    -------
    (int, dict)
        Elements of the input, and what `interleave` returns, by the names of the distributions.
    """
    make = partial(ours.backward if backward else ours.forward, accuracy)
    cell = Cell(operation, size, dtype, names[0], backward)
    with np.errstate(all="ignore"):
        calls = cell.calls(make)
    turns = {name: cell.fresh(calls, pool(name, cell.elements, dtype, operation.is_fold)) for name in names}
    return cell.elements, interleave(turns, seconds)
