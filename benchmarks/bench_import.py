"""Seconds of `import fastact` after NumPy, in a fresh interpreter: the least of seven, which other work disturbs least."""

import subprocess
import sys

CODE = """
import time
import numpy
start = time.perf_counter()
import fastact
print(time.perf_counter() - start)
"""


def test_import(benchmark):
    def timed():
        return float(subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True).stdout)

    benchmark.extra_info["seconds"] = min(timed() for _ in range(7))
    benchmark.pedantic(timed, rounds=3)
