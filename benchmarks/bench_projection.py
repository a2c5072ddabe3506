"""Projections beside peers and the machine's peaks: one group for each block of a model and number of rows.

    pytest benchmarks/bench_projection.py -k "TinyLlama and 128" --threads 2

Every result is compared with float64; the allowed error follows from the type.
`python -m fastact bench --projections` measures the same in turns.
"""

from functools import lru_cache

import pytest

from fastact._lab.speed import projections, turns
from fastact._lab.speed.projections import BLOCKS, COMPETITORS, DTYPES, ROWS, Problem, Unavailable, Weights
from fastact._lab.speed.threads import blas_threads


@lru_cache(maxsize=1)  # up to 700 MB, and as much again in each competitor's layout
def weights_of(block, dtype):
    return Weights(block, dtype)


@lru_cache(maxsize=1)
def problem_of(block, dtype, rows):
    return Problem(weights_of(block, dtype), rows)


@pytest.fixture(autouse=True)
def blas(threads):
    with blas_threads(threads):
        yield


@pytest.mark.parametrize("variant", COMPETITORS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
@pytest.mark.parametrize("dtype", DTYPES)
def test_projection(benchmark, record, dtype, block, rows, variant):
    if message := projections.accepts(dtype):
        pytest.skip(message)
    problem = problem_of(block, dtype, rows)
    try:
        call, (largest, rms) = projections.prepared(variant, problem)  # compares the result
    except Unavailable as reason:
        pytest.skip(str(reason))
    benchmark(call)
    seconds = benchmark.stats.stats.median
    record(f"{block.name}, {dtype}, {rows} rows", rows * block.width, largest_error=largest, rms_error=rms,
           kernel=problem.weights.layer().kernel, gflops=problem.flop / seconds / 1e9,
           gigabytes_per_second=problem.nbytes / seconds / 1e9)


@pytest.mark.parametrize("peak", [*projections._peaks().loops, "read 1", "read 2", "read 4"])
def test_peak(benchmark, record, peak):
    """The machine's peaks; reads are of 64 MB."""
    instruction = "FMA" if peak.startswith("read") else peak
    call, work = projections.peak_calls(instruction, 1 << 26)[peak]
    assert benchmark(call) == work
    record(f"peak, {peak}", 0, per_second=work / benchmark.stats.stats.min)


@pytest.mark.parametrize("rows", [8, 128])
@pytest.mark.parametrize("turn", ["NumPy", "fastact", "both"])
def test_alternating_with_numpy(benchmark, record, rows, turn):
    """OpenBLAS's threads and ours both wait busily for work: compare `both` with the sum of the other two."""
    ours, numpy = projections.block_call(rows), turns.product()
    calls = {"NumPy": [numpy], "fastact": [ours], "both": [numpy, ours]}[turn]

    def call():
        for one in calls:
            one()

    benchmark(call)
    record(f"alternating, {rows} rows", rows)
