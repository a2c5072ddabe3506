"""Elementwise activations: forward, backward, and the cost of a small call."""

import numpy as np
import pytest

from fastact import _bench

OPERATIONS = [one for one in _bench.operations().values() if one.entry.kind != "fold" and not one.gated]

SMALL = 64

SMALL_CALLS = {
    "np.exp": lambda operation: np.exp,
    "raw ufunc": lambda operation: operation.function.ufunc("exact"),
    "public object": lambda operation: operation.function,
}


def test_forward(forward):
    forward()


def test_backward(backward):
    backward()


@pytest.mark.parametrize("call", SMALL_CALLS)
def test_small_call(benchmark, record, operation, call):
    """What a call costs before it computes anything: 64 elements, allocating."""
    function = SMALL_CALLS[call](operation)
    inputs = operation.inputs(SMALL, "float32")
    expected = np.exp(inputs[0].astype(np.float64)) if call == "np.exp" else operation.expected(inputs)
    np.testing.assert_allclose(function(*inputs), expected, rtol=1e-6)
    record(f"{operation.name}, small call", SMALL)
    benchmark(function, *inputs)
