"""Times of all competitors for one function and size, and the speed limits of every function."""

from functools import partial

import numpy as np

import fastact as fa
from fastact._lab.dtypes import type_of
from fastact._lab.speed.inputs import POOL, pool
from fastact._lab.speed.peers.calls import as_array, prepared, results
from fastact._lab.speed.timing import Fresh, interleave


def measure_cell(operation, size, dtype, makers, seconds, values="ordinary", backward=False, allocate=False):
    """Time the competitors on one operation and size.

    Parameters
    ----------
    operation : Operation
    size : int
    dtype : str
        One of DTYPES.
    makers : dict
        The competitors, from `registry.competitors`.
    seconds : float
        The time for all competitors together; see `interleave`.
    values : str
        One of `inputs.NAMES`.
    backward : bool
        Whether `makers` are those of gradients.
    allocate : bool
        Whether all allocate their results in each call.

    Returns
    -------
    (int, dict, set)
        Elements of the input, what `interleave` returns, and the titles that allocate their results in each call.
    """
    cell = Cell(operation, size, dtype, values, backward, allocate)
    with np.errstate(all="ignore"):
        calls = {title: cell.calls(make) for title, make in makers.items()}
        calls = {title: made for title, made in calls.items() if made}
        allocating = {title for title, made in calls.items() if cell.allocates(made[0])}
    return cell.elements, interleave({title: cell.fresh(made) for title, made in calls.items()}, seconds), allocating


SHORT = 1 << 13  # elements: calls with fewer are too short beside a reading of the clock, and are timed several at once
MOST_CALLS = 16  # at once


class Cell:
    """The arrays of an operation, and calls on them that get other values in each repetition.

    Only x (of a gated unit the gate) is filled anew.  The rest stays: no branch depends on `up`, a bias or a gradient.
    """

    def __init__(self, operation, size, dtype, values, backward=False, allocate=False):
        self.operation = operation
        first, *rest = operation.inputs(size, dtype, values)
        self.elements = first.size
        self.pool = None
        if self.elements < POOL:
            self.pool = pool(values, self.elements, dtype, operation.is_fold)
            count = min(MOST_CALLS, max(1, SHORT // self.elements))
            self.block = np.empty((count, self.elements), first.dtype)
            self.pool.fill(self.block)
            self.inputs = [(row.reshape(first.shape), *rest) for row in self.block]
        else:  # the array is its own pool, and larger than a cache
            self.block = first.reshape(1, -1)
            self.inputs = [(first, *rest)]
        if backward:
            grad, self.out = operation.gradient_arrays(self.inputs[0])
            self.leading, self.into = [grad], self.out[0]
            self.resident = [grad, *rest, *self.out]
        else:
            self.out = self.into = operation.output(self.inputs[0])
            self.leading, self.resident = [], [*rest, self.out]
        self.last = None if allocate else self.out

    def calls(self, make):
        """The calls of a competitor, one for each input; None if it does not compute this."""
        made = []
        for inputs in self.inputs:
            made.append(prepared(make, self.operation, *self.leading, inputs, self.last))
            if made[-1] is None:
                return None
        return made

    def allocates(self, call):
        """Whether a call allocates its result."""
        return not np.may_share_memory(results(call, self.last)[0], self.into)

    def fresh(self, calls, other=None):
        """The calls for `interleave`, with inputs from another pool, by default the cell's own."""
        source = other or self.pool
        if source is None:
            return calls[0]
        resident = [] if self.pool is None else [*self.resident, *(as_array(part) for part in getattr(calls[0], "reads", []))]

        def fill():
            source.fill(self.block)
            for array in resident:  # the pool's values may have driven it out of the cache
                touch(array)

        return Fresh(calls, fill)


def touch(array):
    """Read a byte of each cache line."""
    array.reshape(-1).view(np.uint8)[::64].max(initial=0)


IN_CACHE = [1 << 12, 1 << 13, 1 << 14, 1 << 15]  # elements: enough that a call's overhead does not count, and few enough for L1 or L2


def measure_limits(sizes, dtype, seconds):
    """The speed limits of every function, measured in the same run.

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
