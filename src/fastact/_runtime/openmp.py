"""Loads the OpenMP runtime with short waits.

GCC's runtime lets idle workers spin for milliseconds.  Where another library's threads share the
cores, NumPy's OpenBLAS above all, that costs both sides many times their work: x @ w and an
activation in turns.  The runtime reads the limit from the environment when it is loaded, and only
then; so it is set for that moment, unless the user has set it.
"""

import os

# Some 70 to 200 microseconds: calls that follow each other closely find the workers awake, and a thread that
# waits for another within a call does not fall asleep, be that one late by the time of a waking.  With a
# fifth of that a row by 9 MB of weights took 1.4 times as long, call after call, with three fifths an MLP
# of two rows 2.5 times at times.  NumPy's products in between take 5 % longer than with three fifths.
_SPINS = "5000"


def _load():
    ours = not {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} & os.environ.keys()
    if ours:
        os.environ["GOMP_SPINCOUNT"] = _SPINS
    try:
        from fastact._runtime import parallel  # noqa: F401
    finally:
        if ours:
            del os.environ["GOMP_SPINCOUNT"]


_load()
