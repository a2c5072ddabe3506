"""Loads the OpenMP runtime with a short limit on how long its idle threads spin.

By default the idle threads of GCC's runtime spin for milliseconds.  If another library's threads use the same cores,
such as those of NumPy's OpenBLAS when x @ w and an activation alternate, both libraries then lose many times the time
of their work.  The runtime reads the limit from the environment only while it is loaded.  So the variable is set for
that moment, unless the user has set it.
"""

import os

# Iterations, some 70 to 200 microseconds.  Calls in close succession then find the threads awake, and a thread that
# waits for another one within a call stays awake even if that one had to be woken first.  Other limits that were
# measured: with 1000 the product of one row with 9 MB of weights took 1.4 times as long in a loop of calls; with 3000
# an MLP of two rows sometimes took 2.5 times as long.  NumPy's products between the calls take 5 % longer than with 3000.
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
