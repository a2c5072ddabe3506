"""Errors of float32, against the float64 oracles.  One pass of an oracle serves all accuracies, targets and peers."""

import numpy as np

from fastact._lab.accuracy import rounding, runs
from fastact._lab.accuracy.callers import callers, one_thread, peer_caller
from fastact._lab.accuracy.inputs import BLOCK
from fastact._lab.accuracy.tallies import ROUNDED, Expected, Tally


def measure_float32(case, x, targets, accuracies, peers=(), known=None, is_run=False):
    """(target, accuracy) -> Tally, and (peer, "peer") -> Tally, over the inputs x.

    `known`, with the same keys, has errors of other inputs: only larger ones need be found.  `is_run` says that x are
    float32 numbers with consecutive bits, from a multiple of BLOCK.
    """
    calls = callers(case, np.float32, targets, accuracies)
    if not peers:
        return _measure_float32(case, x, calls, known or {}, is_run)
    with one_thread():
        of_peers = {(title, "peer"): peer_caller(title, case) for title in peers}
        return _measure_float32(
            case, x, calls | {key: call for key, call in of_peers.items() if call}, known or {}, is_run)


def _measure_float32(case, x, calls, known, is_run):
    at = case.at(np.float32)
    quick = is_run and at.entry.name not in rounding.EXACT
    oracle = runs.quick(at.oracle, x, at.entry.parameters.values()) if quick else at.oracle
    tallies = {key: Tally(error=known.get(key, -1.0)) for key in calls}
    by_accuracy = {}
    for key in calls:
        by_accuracy.setdefault(key[1], []).append(key)
    for start in range(0, x.size, BLOCK):
        expected = Expected(at, x[start : start + BLOCK], oracle)
        for accuracy, keys in by_accuracy.items():
            if accuracy == "peer":
                for key in keys:
                    tallies[key].merge(expected.peer_tally(calls[key](expected.x), tallies[key].error))
                continue
            # Targets often have the same bits.  One tally then serves them all, if it finds errors above the least known one.
            least = min(tallies[key].error for key in keys)
            done = []
            for key in keys:
                y = calls[key](expected.x)
                tally = next((tally for other, tally in done if _same_bits(other, y)), None)
                if tally is None:
                    if accuracy == "correct":  # in all 2^32 inputs, errors of 0.5 and less are of no interest
                        tally = expected.correct_tally(y, max(least, ROUNDED["ulp"]) if is_run else least)
                    else:
                        tally = expected.tally(y, unit_of(accuracy), least)
                    done.append((y, tally))
                tallies[key].merge(tally)
    return tallies


def _same_bits(a, b):
    return np.array_equal(a.view(np.uint32), b.view(np.uint32))


def unit_of(accuracy):
    """The unit of errors in float32."""
    return "relative" if accuracy == "fast" else "ulp"
