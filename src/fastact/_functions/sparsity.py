"""Measures of the inactive part of a network: zeros in its activations, units that are never positive."""

import numpy as np

from fastact._functions.base import refuse_masked


def sparsity(a):
    """Return the share of exact zeros.

    Parameters
    ----------
    a : array_like
        Usually the output of an activation; -0 counts as zero, NaN does not.

    Returns
    -------
    float
        The share, from 0 to 1; NaN for an empty array.

    Raises
    ------
    TypeError
        If `a` does not hold numbers, or is a masked array.

    Examples
    --------
    >>> import fastact as fa
    >>> fa.sparsity(fa.relu([-2.0, -1.0, 0.0, 3.0]))
    0.75
    """
    a = _numbers("sparsity", "a", a)
    return (a.size - int(np.count_nonzero(a))) / a.size if a.size else float("nan")


def dead_units(pre_activations, axis=0):
    """Return which units are never positive, so that a ReLU after them always gives 0.

    Parameters
    ----------
    pre_activations : array_like
        The inputs of the activation, for many samples.
    axis : int or tuple of int, default 0
        The axes of the samples.

    Returns
    -------
    ndarray of bool
        An array with the other axes.  NaN is not positive: a unit with only NaN counts as dead.  Without
        samples every unit counts as dead.

    Raises
    ------
    TypeError
        If `pre_activations` does not hold real numbers, or is a masked array.
    ValueError
        If an axis is out of bounds.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> fa.dead_units(np.array([[-1.0, 2.0, 0.0], [-3.0, -1.0, 0.0]]))
    array([ True, False,  True])
    """
    values = _numbers("dead_units", "pre_activations", pre_activations)
    if values.dtype.kind == "c":
        raise TypeError(f"dead_units: pre_activations must be real, not {values.dtype}")
    with np.errstate(invalid="ignore"):  # comparing NaN in bfloat16 warns
        return ~np.any(values > 0, axis=axis)


def _numbers(caller, name, values):
    a = np.asanyarray(values)
    refuse_masked(caller, a)
    if a.dtype.kind not in "biufc" and a.dtype.name != "bfloat16":
        raise TypeError(f"{caller}: {name} must hold numbers, not {a.dtype} ({type(values).__name__})")
    return a
