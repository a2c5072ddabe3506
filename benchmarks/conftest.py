"""Common parts of the benchmarks: parameters, the check of every result, and the recorded data.

    pytest benchmarks -k "gelu and 65536"        a choice; all of it takes most of an hour
    pytest benchmarks --threads 2 --benchmark-group-by group --benchmark-json out.json

A benchmark module names its OPERATIONS; the fixtures here are parametrised with them, sizes and variants.
`python -m fastact bench` measures the same competitors in turns, so that what disturbs the machine disturbs all alike.
"""

from functools import cache, lru_cache, partial
from time import perf_counter

import numpy as np
import pytest

from fastact._catalogue import PRECISION
from fastact._lab.accuracy import competitors
from fastact._lab.accuracy.ulp import errors
from fastact._lab.speed.cells import Cell
from fastact._lab.speed.environment import environment
from fastact._lab.speed.inputs import NAMES, TAIL_VALUES
from fastact._lab.speed.peers import ours, registry
from fastact._lab.speed.peers.calls import results
from fastact._lab.speed.threads import same_threads
from fastact._lab.speed.timing import Fresh

DTYPE = "float32"
SIZES = [64, 4096, 65536, 1048576, 16777216]
SECONDS = 0.2  # of a benchmark

OURS = {f"fastact {accuracy}": accuracy for accuracy in ["exact", "fast"]}
FORWARD = {title: partial(ours.forward, accuracy) for title, accuracy in OURS.items()}
FORWARD |= {title: make for title, (_, make) in registry.PEERS.items()}
BACKWARD = {title: partial(ours.backward, accuracy) for title, accuracy in OURS.items()}
BACKWARD |= {f"{title}, from y": partial(ours.backward_from_output, accuracy) for title, accuracy in OURS.items()}
BACKWARD |= {title: make for title, (_, make) in registry.BACKWARD_PEERS.items()}

# On normal values a peer must be as close as this.  The tanh form of GELU, as people write it by hand, is off by 4.7e-4.
SAME_FUNCTION = 1e-3


def pytest_addoption(parser):
    parser.addoption("--threads", type=int, default=1, help="threads for fastact and its peers (default: 1)")
    parser.addoption("--inputs", choices=NAMES, default="ordinary",
                     help="beside 'tails', as for python -m fastact bench (default: %(default)s)")


def pytest_report_header(config):
    return f"fastact benchmarks: {_environment(config.getoption('--threads'))}"


def pytest_generate_tests(metafunc):
    """Parametrise the fixtures by name.  The last parameters vary fastest, so that variants follow each other."""
    if "operation" in metafunc.fixturenames:
        metafunc.parametrize("operation", metafunc.module.OPERATIONS, ids=lambda operation: operation.name)
    for fixture, variants in [("forward", FORWARD), ("backward", BACKWARD)]:
        if fixture in metafunc.fixturenames:
            cases = [(size, metafunc.config.getoption("--inputs")) for size in SIZES] + [(TAIL_VALUES, "tails")]
            metafunc.parametrize("size, values", cases)
            metafunc.parametrize("variant", variants)


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.benchmark(max_time=SECONDS, min_rounds=3))


@cache
def _environment(threads):
    return environment(threads)


@lru_cache(maxsize=1)  # 64 MB and more
def _cell(operation, size, values, backward=False):
    return Cell(operation, size, DTYPE, values, backward)


@pytest.fixture
def run(benchmark):
    """A function that times a call, or `Fresh` calls: all of them at once, after each filling."""

    def timed(call):
        if not isinstance(call, Fresh):
            return benchmark(call)
        start = perf_counter()
        call.seconds(1)
        rounds = SECONDS / (perf_counter() - start)
        return benchmark.pedantic(call.run, setup=call.fill, rounds=int(min(max(rounds, 3), 5000)))

    return timed


@cache
def _error(operation, variant):
    return competitors.measure_error(FORWARD[variant], operation, DTYPE)


@pytest.fixture(autouse=True)
def threads(request):
    count = request.config.getoption("--threads")
    with same_threads(count), np.errstate(all="ignore"):
        yield count


@pytest.fixture
def record(benchmark, threads):
    """A function that writes what was measured into the benchmark's record."""

    def write(group, elements, **more):
        benchmark.group = group
        about = _environment(threads)
        benchmark.extra_info.update(
            cpu=about["cpu"]["name"], target=about["target"], threads=threads,
            versions=about["versions"], elements=elements, **more)

    return write


def _need(variant, call=True):
    """Skip a benchmark whose peer is not installed or has no such function."""
    module = registry.PEERS[variant][0] if variant in registry.PEERS else None
    if module and not _environment(1)["versions"][module]:
        pytest.skip(f"{module} is not installed")
    if call is None:
        pytest.skip(f"{variant} has no such function")


def _sample(arrays, size, count=65536):
    """About `count` entries, evenly along the first axis: oracles are slow."""
    return [array[:: max(1, size // count)] for array in arrays]


@pytest.fixture
def forward(run, record, operation, variant, size, values):
    """A function that runs and checks one variant of one operation."""

    def measure():
        _need(variant)
        cell = _cell(operation, size, values)
        calls, inputs = cell.calls(FORWARD[variant]), cell.inputs[0]
        _need(variant, calls)
        result = _sample(results(calls[0], cell.out), cell.elements)[0]
        ulp, worst = _error(operation, variant)
        if variant in OURS:
            bound = competitors.bound(operation, OURS[variant], DTYPE)
            expected = operation.expected(_sample(inputs, cell.elements))
            assert max(ulp, errors(result, expected).max()) <= bound
        elif values != "tails":  # in the tails, max_ulp says how wrong peers are
            expected = operation.expected(_sample(inputs, cell.elements))
            np.testing.assert_allclose(result, expected, SAME_FUNCTION, SAME_FUNCTION)
        record(f"{operation.name}, {values} values, {size}", cell.elements * len(calls), max_ulp=ulp, worst_input=worst)
        run(cell.fresh(calls))

    return measure


@pytest.fixture
def backward(run, record, operation, variant, size, values):
    """A function that runs and checks one variant of one operation's gradient."""

    def measure():
        _need(variant)
        cell = _cell(operation, size, values, backward=True)
        calls, inputs, elements = cell.calls(BACKWARD[variant]), cell.inputs[0], cell.elements
        _need(variant, calls)
        found = _sample(results(calls[0], cell.out), elements)
        expected = operation.expected_gradients(*_sample(cell.leading, elements), _sample(inputs, elements))
        if variant in OURS or values != "tails":
            # Where a derivative crosses zero its error is absolute, so the bound is not in ULP.
            bound = operation.max_ulp(OURS.get(variant, "exact"), DTYPE) * 2.0 ** (3 - PRECISION[DTYPE])
            bound = max(bound, 0 if variant in OURS else SAME_FUNCTION)
            for one, wanted in zip(found, expected, strict=True):
                np.testing.assert_allclose(one, wanted.astype(one.dtype), rtol=bound, atol=bound)
        ulp = max(errors(one, wanted).max() for one, wanted in zip(found, expected, strict=True))
        record(f"{operation.name} backward, {values} values, {size}", elements * len(calls), max_ulp=float(ulp))
        run(cell.fresh(calls))

    return measure
