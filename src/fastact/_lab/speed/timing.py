"""Timing calls in turns."""

import functools
import itertools
import math
import random
from time import perf_counter

import numpy as np

ROUNDS = 30  # of each call, as a goal: medians of fewer vary on a busy machine
LEAST_ROUNDS = 3
SLOW = 0.5  # seconds; a longer call is timed once, because its time varies little (GELU of 2^24 by hand takes 3 s)
AWAKE = 0.02  # seconds of calls that wake the threads and are not timed


@functools.cache
def _clock():
    """Seconds between two readings of the clock with nothing between them."""
    return min(-perf_counter() + perf_counter() for _ in range(1000))


class Fresh:
    """Calls of one operation, each on an input of its own that is filled anew before each timed pass over them.

    One call suffices if it is long beside a reading of the clock.
    """

    def __init__(self, calls, fill):
        self.calls, self.fill = calls, fill

    def run(self):
        """One pass over the calls."""
        for call in self.calls:
            call()

    def seconds(self, number):
        """Seconds per call, of at least `number` calls; filling is not timed."""
        passes, total = math.ceil(number / len(self.calls)), 0.0
        for _ in itertools.repeat(None, passes):
            self.fill()
            start = perf_counter()
            self.run()
            total += perf_counter() - start
        return max(total / passes - _clock(), 1e-9) / len(self.calls)


def seconds_per_call(call, number):
    """Seconds per call; the call is a callable, or `Fresh`."""
    if isinstance(call, Fresh):
        return call.seconds(number)
    start = perf_counter()
    for _ in itertools.repeat(None, number):
        call()
    return (perf_counter() - start) / number


def _once(call):
    """Seconds of a call; of short calls the least of three, because the first may have to wake threads."""
    first = seconds_per_call(call, 1)
    return min(first, *(seconds_per_call(call, 1) for _ in range(2))) if first < SLOW else first


def _length(call):
    """Seconds that a call takes with everything around it, such as filling its input; of one that was run before."""
    start = perf_counter()
    seconds_per_call(call, 1)
    return (perf_counter() - start) / (len(call.calls) if isinstance(call, Fresh) else 1)


def interleave(calls, seconds, slow=None, between=None):
    """Time the calls in turns, so that whatever disturbs the machine disturbs all of them alike.

    Each round has a random order of its own, because what one call leaves in the caches affects the next.

    Parameters
    ----------
    calls : dict
        Callables by name, or `Fresh`, warmed up.
    seconds : float
        For all calls together, with what is not timed.  Three rounds are run in any case.  Calls that take longer than an equal share of
        `seconds` get no more rounds than these, which do not count against `seconds`.
    slow : float, optional
        A call longer than this, SLOW by default, is timed once.
    between : callable, optional
        Called before each turn of a competitor.  It is not timed, and neither are the calls of the first AWAKE
        seconds after it, at least one, which may have to wake threads.

    Returns
    -------
    dict
        Name -> list of seconds per call, one for each round.
    """
    times = {name: [] for name in calls}
    slow = slow or SLOW
    share = seconds / len(calls)
    with np.errstate(all="ignore"):  # expressions by hand overflow
        once = {name: _once(call) for name, call in calls.items()}
        times |= {name: [time] for name, time in once.items() if time > slow}
        calls = {name: call for name, call in calls.items() if once[name] <= slow}
        once = {name: max(once[name], _length(call)) if isinstance(call, Fresh) else once[name]
                for name, call in calls.items()}
        quick = {name: call for name, call in calls.items() if once[name] <= share}
        rounds = spent = 0
        order = random.Random(0)
        while calls and (rounds < LEAST_ROUNDS or (quick and spent < seconds)):
            turns = list((calls if rounds < LEAST_ROUNDS else quick).items())
            order.shuffle(turns)
            for name, call in turns:
                number = max(1, int(share / ROUNDS / once[name]))
                if between:
                    between()
                    seconds_per_call(call, max(1, int(AWAKE / once[name])))
                elif number > 1:  # the caches hold what the call before left there
                    seconds_per_call(call, 1)
                start = perf_counter()
                times[name].append(seconds_per_call(call, number))
                spent += perf_counter() - start if name in quick else 0
            rounds += 1
    return times
