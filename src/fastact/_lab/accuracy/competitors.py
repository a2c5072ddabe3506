"""The largest error of each competitor of ``bench``, over a sample, and what the tests of speed allow."""

import numpy as np

from fastact._catalogue import HALF_ULP_NEAR_TIES, PRECISION
from fastact._lab.accuracy import ulp
from fastact._lab.dtypes import HALF
from fastact._lab.speed.inputs import TAIL_VALUES
from fastact._lab.speed.peers.calls import prepared, results

# The largest relative error of the float64 oracles (see reference.py; in float64's own tails it is a little larger).
ORACLE_RELATIVE = {"float32": 1e-13, "float64": 1e-12}


def measure_error(make, operation, dtype, inputs=None):
    """The largest error over inputs that include the tails.

    Returns
    -------
    (float, float) or None
        The error in ULP, and its input; None if the competitor does not compute this.
    """
    inputs = operation.tail_inputs(dtype) if inputs is None else inputs
    out = operation.output(inputs)
    with np.errstate(all="ignore"):
        call = prepared(make, operation, inputs, out)
        if call is None:
            return None
        found, due = results(call, out)[0], operation.expected(inputs)
    # Where terms cancel, the error of values below 1 is absolute.
    return _worst(ulp.errors(found.astype(np.float64), due, found.dtype, floor=float(operation.entry.cancels)), inputs)


def measure_backward_error(make, operation, dtype):
    """The largest error of the gradients over ordinary inputs, in the same form as `measure_error` returns it.

    Errors of values below 1 are in ULP of 1, because the error is absolute where a derivative crosses zero.
    """
    inputs = operation.inputs(TAIL_VALUES // 3, dtype)
    grad, out = operation.gradient_arrays(inputs)
    with np.errstate(all="ignore"):
        call = prepared(make, operation, grad, inputs, out)
        if call is None:
            return None
        expected = operation.expected_gradients(grad, inputs)
        found = [
            _worst(ulp.errors(one.astype(np.float64), due, one.dtype, floor=1.0), inputs)
            for one, due in zip(results(call, out), expected, strict=True)
        ]
    return max(found)


def _worst(error, inputs):
    """The largest error, and its input."""
    worst = np.unravel_index(np.argmax(error), error.shape)
    x = inputs[0].reshape(*error.shape, -1)  # where the result has fewer elements, the largest input that it is made from
    return float(error[worst]), float(x[worst].max())


def bound(operation, accuracy, dtype):
    """The largest result that `measure_error` may return: the declared bound plus the error of the oracle."""
    if dtype not in HALF:
        return operation.max_ulp(accuracy, dtype) + ORACLE_RELATIVE[dtype] * 2 ** PRECISION[dtype]
    several = operation.is_pair or operation.entry.kind == "fold"  # nearly always, but not always, correctly rounded
    return HALF_ULP_NEAR_TIES[accuracy] + (0.5 if several else 0)


def backward_bound(operation, accuracy, dtype):
    """The largest result that `measure_backward_error` may return, for products and sums of function and derivative."""
    return 8 * (bound(operation, accuracy, dtype) + 1)
