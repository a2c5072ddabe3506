"""What the competitors share: calls with and without `out`, expressions, results as arrays.

A *competitor* is a function ``make(operation, inputs, out)`` that returns a callable without arguments, or None where
it cannot compute that operation.  The callable fills `out`, or it returns its result where it has no way to fill
`out` or where `out` is None.  All competitors of a cell read the same `inputs` and, where they can, write to the same
`out`; the caller keeps both alive.  Competitors for gradients are ``make(operation, grad, inputs, out)``, and their
`out` is a list with an array for each gradient.
"""

import re
import sys
from functools import partial

import numpy as np

from fastact._lab import dtypes


def with_out(function, inputs, out):
    """The call of a function, with `out` if there is one."""
    return partial(function, *inputs, **({} if out is None else {"out": out}))


def evaluate(text, arrays, **names):
    """A callable that evaluates an expression of the catalogue."""
    return eval(f"lambda: {text}", names | dict(zip(["x", "up"], arrays, strict=False)))


def peer_expression(expressions, operation):
    """The expression of an operation, empty if there is none.  That of a pair is made from its activation's."""
    kind, name = operation.entry.kind, operation.name
    text = expressions.get(operation.entry.activation if operation.is_pair else name, "")
    if kind == "gated":
        return f"({text}) * up" if text else ""
    # `exp` contains an x, too, but only the argument is a word of its own.
    return re.sub(r"\bx\b", "(x + up)", text) if kind == "added" else text


def as_array(part):
    """What a competitor returned, as an array in the same memory."""
    if str(getattr(part, "dtype", "")) == "torch.bfloat16":
        return part.detach().view(sys.modules["torch"].int16).numpy().view(dtypes.ml_dtypes.bfloat16)
    return np.asarray(part)


def results(call, out):
    """Run the call; return its results as a list of arrays."""
    returned = call()
    found = out if returned is None else returned
    return [as_array(part) for part in (found if isinstance(found, list | tuple) else [found])]


def prepared(make, operation, *arrays):
    """What `make` returns.  None, too, where a peer lacks a half-precision type or returns another type."""
    *_, inputs, out = arrays
    dtype = inputs[0].dtype
    if dtype.name not in dtypes.HALF:
        return make(operation, *arrays)
    try:
        call = make(operation, *arrays)
        if call is None:
            return None
        found = results(call, out)
    except (TypeError, ValueError, RuntimeError):  # NotImplementedError is a RuntimeError
        return None
    return call if found[0].dtype == dtype else None
