"""Signatures and docstrings of the folds, from their catalogue entries."""

import inspect

import numpy as np

from fastact._functions.base import positional

GUFUNC_KEYWORDS = ["dtype", "casting", "order", "subok"]

_TEXTS = {
    "axis": """axis : int, tuple of int or None
    The axis; default: the last one (SciPy: all).  Several axes count as one; None means all, as in NumPy.""",
    "axis of groups": "axis : int\n    The axis; default: the last one.",
    "keepdims": "keepdims : bool\n    Whether the result keeps the axes, with one entry along each.",
    "b": """b : array_like, optional
    Weights of the exponentials, as in SciPy: log Σ b exp(x), NaN if the sum is negative.
    They broadcast against x.""",
    "softcap": """softcap : float or array_like, optional
    c: c tanh(z / c) takes the place of z = `scale` x, as in Gemma 2; a number must be above 0.  Arrays like `scale`.""",
    "sink": """sink : float or array_like, optional
    One more entry of each row, after scale, softcap and mask, that takes its share and is left out of the result, as in
    gpt-oss.  It broadcasts against the rows, the shape of x without `axis`, or has as many dimensions as x.""",
    "mask": """mask : array_like, optional
    It is added to `scale` x.  A boolean mask works like `where`: True keeps an entry, as in PyTorch's
    scaled_dot_product_attention.  It broadcasts against x.""",
    "scale": """scale : float or array_like, optional
    It multiplies x before the mask is added.  Arrays broadcast against x, with one entry along `axis`.
    The product and the sum are rounded to the type of the computation.""",
    "where": """where : array_like of bool, optional
    Which entries are used; it broadcasts against x.""",
    "out": "out : ndarray, or tuple of one ndarray, optional\n    The array for the result.",
    "accuracy": """accuracy : {"exact", "fast", "correct"}, optional
    Default: the current setting, see `fastact.accuracy`.  "correct": double precision, summed in one order and rounded
    once; the same bits on every CPU with fused multiply-add.""",
    "accuracy of groups": """accuracy : {"exact", "fast", "correct"}, optional
    Default: the current setting, see `fastact.accuracy`.  All compute the same.""",
    "dtype": "dtype, casting, order, subok : optional\n    As for every NumPy gufunc.",
}


def signature(fold):
    """Return the signature of a call."""
    own = [positional(name, default) for name, default in fold.entry.parameters.items() if name != "axis"]
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature([
        positional("x"), *own, inspect.Parameter("axis", keyword, default=-1),
        *[inspect.Parameter(name, keyword, default=False if name == "keepdims" else None)
          for name in [*fold.keywords, "out", "accuracy", *GUFUNC_KEYWORDS]]])


def docstring(fold):
    """Return a numpydoc docstring from a catalogue entry."""
    entry = fold.entry
    own = "k : int\n    Number of entries in a group; it must divide the axis.\n" if "k" in entry.parameters else ""
    axis, accuracy = ("axis of groups", "accuracy of groups") if own else ("axis", "accuracy")
    keywords = "\n".join(_TEXTS[key] for key in [axis, *fold.keywords, "out", accuracy, "dtype"])
    single = "" if own else "  A single\n    number is a row of one entry."
    no_dimensions = "an input without dimensions, " if own else ""
    call = "x, 2" if own else "x"
    example = np.array([-1.0, 0.0, 2.0, 1.0])
    with np.printoptions(precision=4, suppress=True):
        result = entry.oracle(example, 2) if own else entry.oracle(example)
        result = repr(np.asarray(result).astype(np.float32))
    return f"""{entry.formula}

A fold function, {entry.smoothness}, {"" if entry.monotonic else "not "}monotonic, with values in {entry.range}.

Parameters
----------
x : array_like
    The result has the same dtype for float16, bfloat16 (of ml_dtypes), float32 and float64; bool and integers of
    up to 16 bits give float32, wider ones float64.  Missing values of pandas' nullable types count as NaN.{single}
{own}{keywords}

Returns
-------
ndarray or scalar

Raises
------
TypeError
    For complex, longdouble, object and string input, and for masked arrays.
ValueError
    For {no_dimensions}shapes that do not fit, an axis that does not exist, a read-only `out`, an unknown accuracy.
MemoryError
    If there is not enough scratch memory for a row that is not contiguous.

Notes
-----
{entry.notes}
Source: {entry.source}.

Examples
--------
>>> import numpy as np, fastact as fa
>>> x = np.array([-1.0, 0.0, 2.0, 1.0], dtype=np.float32)
>>> with np.printoptions(precision=4, suppress=True):
...     np.asarray(fa.{entry.name}({call}))
{result}
"""
