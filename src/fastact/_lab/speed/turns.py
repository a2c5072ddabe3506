"""NumPy's matrix product and one of our calls, in turns: both have threads that wait for work.

``bench --projections`` and benchmarks/numpy_in_turns.py share this.  Three *stretches* are timed: the product alone,
our call alone, and both in turns.  Each stretch begins when no thread of the process is busy, and its first calls,
which wake the threads, are not counted.  Each call is timed by itself, so that both sides of the alternation are seen.

Two figures are taken of the counted calls, and they differ: the *mean* says what all of them cost together, the
*median* what most of them take.  OpenBLAS's idle threads keep the cores busy for 110 ms.  One call in several dozen
has to wait until the system takes the core from such a thread, which takes milliseconds.
"""

import random
import time

import numpy as np

from fastact._lab.speed.timing import AWAKE, ROUNDS

SHAPE = 128, 768, 768  # rows, depth and columns of NumPy's product
LEAST_CALLS = 10  # in each stretch
LEAST_ROUNDS = 3  # of the three stretches
SETTLE, MOST_SETTLES = 0.01, 30  # seconds of a sleep, and the largest number of sleeps


def settle():
    """Sleep until no thread of this process is busy: OpenBLAS's threads wait busily for 110 ms."""
    for _ in range(MOST_SETTLES):
        before = time.process_time()
        time.sleep(SETTLE)
        if time.process_time() - before < SETTLE / 5:
            return


def product():
    """A call of NumPy's product of SHAPE, float32, into memory allocated before."""
    rows, depth, columns = SHAPE
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((rows, depth), np.float32), rng.standard_normal((depth, columns), np.float32)
    out = np.empty((rows, columns), np.float32)
    return lambda: np.matmul(a, b, out=out)


def stretch(seconds, *calls):
    """Seconds of each call, a row for each turn: called in turns for `seconds`, at least LEAST_CALLS times."""
    rows, end = [], time.perf_counter() + seconds
    while len(rows) < LEAST_CALLS or time.perf_counter() < end:
        row = []
        for call in calls:
            start = time.perf_counter()
            call()
            row.append(time.perf_counter() - start)
        rows.append(row)
    return np.array(rows)


def measure(ours, numpy, seconds):
    """Measure what the alternation costs.

    Parameters
    ----------
    ours, numpy : callable
        Called without arguments.
    seconds : float
        Of all counted stretches; LEAST_ROUNDS rounds are run in any case.

    Returns
    -------
    dict
        "mean" and "median", in seconds, of all counted calls: each a dict with "numpy" and "fastact" (alone),
        "numpy in turns" and "fastact in turns".  "cost": the sum of the two means in turns over the sum of the
        two alone, less 1.
    """
    turns = {"numpy": [numpy], "fastact": [ours], "both": [numpy, ours]}
    found, spent, order = {name: [] for name in turns}, 0.0, random.Random(0)
    while spent < seconds or len(found["both"]) < LEAST_ROUNDS:
        for name in order.sample(list(turns), len(turns)):
            settle()
            stretch(AWAKE, *turns[name])
            found[name].append(stretch(seconds / len(turns) / ROUNDS, *turns[name]))
            spent += found[name][-1].sum()
    result = {"mean": _figures(found, np.mean), "median": _figures(found, np.median)}
    mean = result["mean"]
    cost = (mean["numpy in turns"] + mean["fastact in turns"]) / (mean["numpy"] + mean["fastact"]) - 1
    return result | {"cost": float(f"{cost:.4g}")}


def _figures(found, statistic):
    numpy, fastact, both = (statistic(np.concatenate(found[name]), axis=0) for name in ("numpy", "fastact", "both"))
    figures = {"numpy": numpy[0], "fastact": fastact[0], "numpy in turns": both[0], "fastact in turns": both[1]}
    return {name: float(f"{value:.4g}") for name, value in figures.items()}


def describe(found):
    """The result of `measure` in words: microseconds alone -> in turns."""
    def pair(statistic, name):
        alone, in_turns = (1e6 * found[statistic][key] for key in (name, f"{name} in turns"))
        return f"{alone:,.0f} -> {in_turns:,.0f}"

    return "; ".join(
        f"{statistic} of fastact's calls {pair(statistic, 'fastact')} µs, of NumPy's {pair(statistic, 'numpy')} µs"
        for statistic in ("mean", "median"))
