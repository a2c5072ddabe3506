"""Gradients of an activation's parameters: the derivative of f by each, times grad, summed.

A learned slope (PReLU) or steepness (Swish's beta) has a kernel that forms grad df/dp in one pass.
The rarer ones are NumPy expressions in float64, in the entries of the catalogue.  All sums are
float64 and NumPy's: pairwise, in an order that depends on the shape alone.
"""

import numpy as np

from fastact._catalogue import ENTRIES


# name -> {parameter: df/dp, of x and all parameters}, where there is no kernel.
FORMULAS = {entry.name: entry.parameter_slopes for entry in ENTRIES if entry.parameter_slopes}

# Those whose only parameter is a threshold where the function jumps: the derivative by it is 0 almost everywhere.
NOT_LEARNED = {"hardshrink"}


def parameter_gradients(name, kernel, grad, x, parameters):
    """Return the gradients of all parameters, in their order.

    Parameters
    ----------
    name : str
    kernel : numpy.ufunc or None
        (grad, x, parameter) -> grad df/dp, where the function has one.
    grad, x : ndarray
    parameters : list of ndarray

    Returns
    -------
    tuple of ndarray, each in the shape and the (float) type of its parameter
    """
    if kernel is not None:
        # The terms are summed before they are rounded to half precision.
        wide = np.result_type(np.float32, grad.dtype, x.dtype, parameters[0].dtype)
        return (_summed(kernel(grad, x, parameters[0], dtype=wide), parameters[0], grad, x),)
    wide = [np.asarray(value, np.float64) for value in (x, *parameters)]
    with np.errstate(all="ignore"):  # like the kernels, these raise no warnings
        return tuple(
            _summed(np.asarray(grad, np.float64) * formula(*wide), parameter, grad, x, *parameters)
            for formula, parameter in zip(FORMULAS[name].values(), parameters, strict=True)
        )


def _summed(values, parameter, *others):
    """The values of all elements, summed over the axes along which the parameter was broadcast."""
    shape = np.broadcast_shapes(values.shape, parameter.shape, *(other.shape for other in others))
    values = np.broadcast_to(values, shape)
    first = len(shape) - parameter.ndim
    axes = (*range(first), *(first + i for i, size in enumerate(parameter.shape) if size == 1))
    total = values.sum(axes, dtype=np.float64).reshape(parameter.shape)
    return total.astype(parameter.dtype if parameter.dtype.kind in "fV" else np.float64)
