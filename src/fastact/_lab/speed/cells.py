"""Times of all competitors for one function and size, and what bounds every function."""

from functools import partial

import numpy as np

import fastact as fa
from fastact._lab.dtypes import type_of
from fastact._lab.speed.peers.calls import prepared, results
from fastact._lab.speed.timing import interleave


def measure_cell(operation, size, dtype, makers, seconds, values="ordinary", backward=False, allocate=False):
    """Time the competitors on one operation and size.

    Parameters
    ----------
    operation : Operation
    size : int
    dtype : str
        Of DTYPES.
    makers : dict
        From `registry.competitors`.
    seconds : float
        For all together; see `interleave`.
    values : {"ordinary", "tails"}
        See `Operation.inputs`.
    backward : bool
        Whether `makers` are those of gradients.
    allocate : bool
        Whether all allocate their results in each call.

    Returns
    -------
    (int, dict, set)
        Elements of the input, what `interleave` returns, and the titles that allocate their results in each call.
    """
    inputs = operation.inputs(size, dtype, values)
    if backward:
        grad, out = operation.gradient_arrays(inputs)
        arguments, into = [grad, inputs], out[0]
    else:
        into = out = operation.output(inputs)
        arguments = [inputs]
    arguments.append(None if allocate else out)
    with np.errstate(all="ignore"):
        calls = {title: prepared(make, operation, *arguments) for title, make in makers.items()}
        calls = {title: call for title, call in calls.items() if call}
        allocating = {
            title for title, call in calls.items() if not np.may_share_memory(results(call, arguments[-1])[0], into)}
    return inputs[0].size, interleave(calls, seconds), allocating


IN_CACHE = [1 << 12, 1 << 13, 1 << 14, 1 << 15]  # elements: enough that a call's overhead does not count, and few enough for L1 or L2


def measure_limits(sizes, dtype, seconds):
    """What bounds every function, measured in the same run.

    Returns
    -------
    dict
        "copy": for each size, elements per second of `np.copyto`, which always has one thread;
        "load_store_limit": the most elements per second of `fa.identity`, with fastact's threads, or of
        `np.copyto`, in cache.
    """
    def speed(call, size):
        call()  # the first call maps memory
        return size / float(np.median(interleave({"": call}, seconds)[""]))

    copies = []
    for size in sizes:
        x = np.zeros(size, type_of(dtype))
        x += 1  # all pages of np.zeros are the same one until they are written to
        copies.append({"size": size, "elements_per_second": speed(partial(np.copyto, np.empty_like(x), x), size)})
    found = [copy["elements_per_second"] for copy in copies]
    for size in IN_CACHE:
        x, y = np.ones((2, size), type_of(dtype))
        found += [speed(partial(fa.identity.ufunc("fast"), x, y), size), speed(partial(np.copyto, y, x), size)]
    return {"copy": copies, "load_store_limit": max(found)}
