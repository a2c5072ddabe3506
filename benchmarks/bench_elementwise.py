"""Elementwise activations: forward, backward, and the cost of a small call."""

from functools import partial

import numpy as np
import pytest

from fastact._lab.speed.cells import Cell
from fastact._lab.speed.operations import operations

OPERATIONS = [one for one in operations().values() if one.entry.kind != "fold" and not one.is_pair]

SMALL = 64  # elements


def raw_ufunc(operation):
    """The ufunc and the parameters that it takes after x, as arrays: a public object makes these in each call."""
    parameters = operation.entry.measured(np.float32).parameters.values()
    return operation.function.ufunc("exact"), [np.asarray(value, np.float32) for value in parameters]


SMALL_CALLS = {
    "np.exp": lambda operation: (np.exp, []),
    "raw ufunc": raw_ufunc,
    "public object": lambda operation: (operation.function, []),
}


def test_forward(forward):
    forward()


def test_backward(backward):
    backward()


@pytest.mark.parametrize("call", SMALL_CALLS)
def test_small_call(run, record, operation, call):
    """The overhead of a call: 64 elements, with a result that is allocated."""
    function, parameters = SMALL_CALLS[call](operation)
    cell = Cell(operation, SMALL, "float32", "ordinary", allocate=True)
    inputs = cell.inputs[0]
    expected = np.exp(inputs[0].astype(np.float64)) if call == "np.exp" else operation.expected(inputs)
    calls = [partial(function, *one, *parameters) for one in cell.inputs]
    np.testing.assert_allclose(calls[0](), expected, rtol=1e-6)
    record(f"{operation.name}, small call", SMALL * len(calls))
    run(cell.fresh(calls))
