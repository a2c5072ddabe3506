"""Gradients of an activation's parameters: the derivative of f by each, times grad, summed.

A learned slope (PReLU) or steepness (Swish's beta) has a kernel that forms grad df/dp in one pass.
The rarer ones are NumPy expressions in float64, written here and nowhere else.  All sums are
float64 and NumPy's: pairwise, in an order that depends on the shape alone.
"""

import numpy as np


def _softplus_by_beta(x, beta):
    # (u σ(u) - log(1 + exp u)) / beta² for u = beta x.  It is even in u, and for u <= 0 nothing cancels.
    # Below -800 exp is 0, and the product would be NaN at infinity.
    u = np.maximum(-np.abs(beta * x), -800)
    e = np.exp(u)
    return (u * (e / (1 + e)) - np.log1p(e)) / beta**2


def _celu_by_alpha(x, alpha):
    # expm1(u) - u exp(u) for u = x / alpha; below -800 exp is 0, as above
    u = np.clip(x / alpha, -800, 0)
    return np.expm1(u) - u * np.exp(u)


def _is_inside(x, alpha, beta):
    return (0 < alpha * x + beta) & (alpha * x + beta < 1)


# name -> {parameter: df/dp, a function of x and all parameters}; at a kink df/dp is 0, as on the inner side.
FORMULAS = {
    "threshold": {
        "threshold": lambda x, threshold, value: np.zeros_like(x),  # the jump moves, and the derivative is 0 almost everywhere
        "value": lambda x, threshold, value: ~(x > threshold),
    },
    "elu": {"alpha": lambda x, alpha: np.expm1(np.minimum(x, 0))},
    "celu": {"alpha": _celu_by_alpha},
    "hard_sigmoid_linear": {
        "alpha": lambda x, alpha, beta: np.where(_is_inside(x, alpha, beta), x, 0),
        "beta": lambda x, alpha, beta: _is_inside(x, alpha, beta),
    },
    "hard_tanh": {
        "min_val": lambda x, min_val, max_val: (x < min_val) & (min_val <= max_val),
        "max_val": lambda x, min_val, max_val: np.maximum(x, min_val) > max_val,
    },
    "softplus": {"beta": _softplus_by_beta},
    "squareplus": {"b": lambda x, b: 0.25 / np.sqrt(x * x + b)},
    "softshrink": {"lambd": lambda x, lambd: -np.sign(x) * (np.abs(x) > lambd)},
    "multiquadric": {"epsilon": lambda x, epsilon: x * (epsilon * x / np.hypot(1, epsilon * x))},
    "inverse_multiquadric": {"epsilon": lambda x, epsilon: -x * epsilon * x / np.hypot(1, epsilon * x) ** 3},
}

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
