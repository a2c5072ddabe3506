"""The measured functions, as functions of x: the raw ufuncs of each target, and those of other libraries."""

import functools

import numpy as np

from fastact._lab import dtypes
from fastact._lab.accuracy.inputs import BLOCK
from fastact._lab.speed.operations import operations
from fastact._lab.speed.peers import registry
from fastact._lab.speed.peers.calls import results
from fastact._lab.speed.threads import same_threads
from fastact._runtime import dispatch

SUFFIXES = {"exact": "", "fast": "_fast", "correct": "_correct"}  # accuracy -> the end of a ufunc's name
PEERS = ["PyTorch", "ONNX Runtime", "SciPy"]  # titles of registry.PEERS


@functools.cache
def ufuncs(target, family="elementwise"):
    """The raw ufuncs of a target, elementwise ones or those of rows, by name."""
    module = dispatch.kernels(family, target)
    if target != dispatch.target and dtypes.ml_dtypes:  # fastact did it for its own target
        module.register_bfloat16(np.dtype(dtypes.ml_dtypes.bfloat16))
    return module.ufuncs


def callers(case, dtype, targets, accuracies):
    """(target, accuracy) -> function of x."""
    parameters = [np.asarray(value, dtype) for value in case.entry.measured(dtype, case.which).parameters.values()]
    found = {}
    for target in targets:
        for accuracy in accuracies:
            ufunc = ufuncs(target)[case.name + SUFFIXES[accuracy]]
            found[target, accuracy] = functools.partial(_call, ufunc, parameters)
    return found


def _call(ufunc, parameters, x):
    with np.errstate(all="ignore"):
        return ufunc(x, *parameters)


def one_thread():
    """A context with one thread for fastact and the peers: each process has chunks of its own."""
    registry.peer_versions()  # imports PyTorch, if it is installed
    return same_threads(1)


@functools.cache
def peer_caller(title, case):
    """A function of up to BLOCK float32 inputs; None if the peer lacks the function.

    The catalogue has the peers' expressions, for functions with the default parameters.
    """
    if case.derivative or case.which:
        return None
    module, make = registry.PEERS[title]
    if not registry.peer_versions()[module]:
        return None
    x, y = np.ones(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    with one_thread():
        call = make(operations()[case.function], (x,), y)

    def peer(block):
        x[: block.size] = block  # the peer always computes all of x
        with np.errstate(all="ignore"):
            return results(call, y)[0].ravel()[: block.size]

    return peer if call else None
