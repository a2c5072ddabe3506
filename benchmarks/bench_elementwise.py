"""Elementwise activations: forward, backward, and the cost of a small call."""

import numpy as np
import pytest

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
def test_small_call(benchmark, record, operation, call):
    """What a call costs besides computing: 64 elements, with a result that is allocated."""
    function, parameters = SMALL_CALLS[call](operation)
    inputs = operation.inputs(SMALL, "float32")
    expected = np.exp(inputs[0].astype(np.float64)) if call == "np.exp" else operation.expected(inputs)
    arguments = [*inputs, *parameters]
    np.testing.assert_allclose(function(*arguments), expected, rtol=1e-6)
    record(f"{operation.name}, small call", SMALL)
    benchmark(function, *arguments)
