"""Loads the OpenMP runtime with short waits.

GCC's runtime lets idle workers spin for milliseconds.  Where another library's threads share the
cores, NumPy's OpenBLAS above all, that costs both sides many times their work: x @ w and an
activation in turns.  The runtime reads the limit from the environment when it is loaded, and only
then; so it is set for that moment, unless the user has set it.
"""

import os

# Some 140 microseconds: calls that follow each other closely find the workers awake, and threads of a
# call that end one after the other do not fall asleep.  With a third of that a row by 9 MB of weights
# took 1.4 times as long, call after call; with twice as much NumPy's products in between take 5 % longer.
_SPINS = "3000"


def _load():
    ours = not {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} & os.environ.keys()
    if ours:
        os.environ["GOMP_SPINCOUNT"] = _SPINS
    try:
        from fastact import _parallel  # noqa: F401
    finally:
        if ours:
            del os.environ["GOMP_SPINCOUNT"]


_load()
