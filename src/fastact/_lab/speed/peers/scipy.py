"""scipy.special."""

import importlib

import numpy as np

from fastact._lab.speed.peers.calls import evaluate, with_out


def forward(operation, inputs, out):
    """The expression of the catalogue; with `out` if it is a call of one ufunc."""
    text = operation.expression("scipy")
    if not text:
        return None
    special = importlib.import_module("scipy.special")
    name = text.removeprefix("special.").removesuffix("(x)")
    if isinstance(getattr(special, name, None), np.ufunc):
        return with_out(getattr(special, name), inputs, out)
    return evaluate(text, inputs, special=special)
