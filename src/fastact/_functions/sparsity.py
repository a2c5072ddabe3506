"""How much of a network is idle: zeros in its activations, units that never fire."""

import numpy as np

from fastact._functions.base import refuse_masked


def sparsity(a):
    """Return the share of exact zeros.

    Parameters
    ----------
    a : array_like
        Usually the output of an activation; -0 is a zero, NaN is none.

    Returns
    -------
    float
        From 0 to 1; NaN of an empty array, which has no share of anything.

    Raises
    ------
    TypeError
        If `a` holds no numbers, or is a masked array.

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
        What goes into the activation, for many samples.
    axis : int or tuple of int, default 0
        The axes of the samples.

    Returns
    -------
    ndarray of bool
        Of the other axes.  A NaN is not positive: a unit of nothing else counts as dead.  Without
        samples every unit is.

    Raises
    ------
    TypeError
        If `pre_activations` holds no real numbers, or is a masked array.
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
