"""What the benchmarks share: parameters, the check of every result, and what is recorded with it.

    pytest benchmarks -k "gelu and 65536"        a choice; all of it takes most of an hour
    pytest benchmarks --threads 2 --benchmark-group-by group --benchmark-json out.json

A benchmark module names its OPERATIONS; they, sizes and variants are filled in here.
`python -m fastact bench` measures the same competitors in turns, which a disturbed machine
disturbs less.
"""

from functools import cache, lru_cache, partial

import numpy as np
import pytest

from fastact._lab.speed import bench
from fastact._catalogue import PRECISION

DTYPE = "float32"
SIZES = [64, 4096, 65536, 1048576, 16777216]
CASES = [(size, "normal") for size in SIZES] + [(bench.TAIL_VALUES, "tails")]

OURS = {f"fastact {accuracy}": accuracy for accuracy in ["exact", "fast"]}
FORWARD = {title: partial(bench.fastact, accuracy) for title, accuracy in OURS.items()}
FORWARD |= {title: make for title, (_, make) in bench.PEERS.items()}
BACKWARD = {title: partial(bench.fastact_backward, accuracy) for title, accuracy in OURS.items()}
BACKWARD["PyTorch"] = bench.pytorch_backward

# A peer computes the same function if it is this close on normal values: the tanh form, which
# people write for GELU, is off by 4.7e-4.
SAME_FUNCTION = 1e-3


def pytest_addoption(parser):
    parser.addoption("--threads", type=int, default=1, help="threads for fastact and its peers (default: 1)")


def pytest_report_header(config):
    return f"fastact benchmarks: {_environment(config.getoption('--threads'))}"


def pytest_generate_tests(metafunc):
    """Parameters by name; the last vary fastest, so that variants follow each other."""
    if "operation" in metafunc.fixturenames:
        metafunc.parametrize("operation", metafunc.module.OPERATIONS, ids=lambda operation: operation.name)
    for fixture, variants in [("forward", FORWARD), ("backward", BACKWARD)]:
        if fixture in metafunc.fixturenames:
            metafunc.parametrize("size, values", CASES)
            metafunc.parametrize("variant", variants)


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.benchmark(max_time=0.2, min_rounds=3))


@cache
def _environment(threads):
    return bench.environment(threads)


@lru_cache(maxsize=1)  # 64 MB and more
def _inputs(operation, size, values):
    return operation.tail_inputs(DTYPE) if values == "tails" else operation.inputs(size, DTYPE)


@cache
def _error(operation, variant):
    return bench.measure_error(FORWARD[variant], operation, DTYPE)


@pytest.fixture(autouse=True)
def threads(request):
    count = request.config.getoption("--threads")
    with bench.same_threads(count), np.errstate(all="ignore"):
        yield count


@pytest.fixture
def record(benchmark, threads):
    """A function that says in the benchmark's record what was measured."""

    def write(group, elements, **more):
        benchmark.group = group
        environment = _environment(threads)
        benchmark.extra_info.update(
            cpu=environment["cpu"]["name"], target=environment["target"], threads=threads,
            versions=environment["versions"], elements=elements, **more)

    return write


def _need(variant, call=True):
    """Skip a benchmark whose peer is not installed or has no such function."""
    module = bench.PEERS[variant][0] if variant in bench.PEERS else None
    if module and not _environment(1)["versions"][module]:
        pytest.skip(f"{module} is not installed")
    if call is None:
        pytest.skip(f"{variant} has no such function")


def _sample(arrays, size, count=65536):
    """Every n-th entry along the first axis, n by the size of the input: oracles take a while."""
    return [array[:: max(1, size // count)] for array in arrays]


@pytest.fixture
def forward(benchmark, record, operation, variant, size, values):
    """Runs and checks one variant of one operation."""

    def run():
        _need(variant)
        inputs = _inputs(operation, size, values)
        out = operation.output(inputs)
        call = FORWARD[variant](operation, inputs, out)
        _need(variant, call)
        result = _sample(bench.results(call, out), inputs[0].size)[0]
        ulp, worst = _error(operation, variant)
        if variant in OURS:
            bound = bench.bound(operation, OURS[variant], DTYPE)
            expected = operation.expected(_sample(inputs, inputs[0].size))
            assert max(ulp, bench.ulp_error(result, expected).max()) <= bound
        elif values == "normal":  # in the tails, peers are as wrong as max_ulp says
            expected = operation.expected(_sample(inputs, inputs[0].size))
            np.testing.assert_allclose(result, expected, SAME_FUNCTION, SAME_FUNCTION)
        record(f"{operation.name}, {values} values, {size}", inputs[0].size, max_ulp=ulp, worst_input=worst)
        benchmark(call)

    return run


@pytest.fixture
def backward(benchmark, record, operation, variant, size, values):
    """Runs and checks one variant of one operation's gradient."""

    def run():
        _need(variant)
        inputs = _inputs(operation, size, values)
        grad = np.random.default_rng(1).standard_normal(operation.output(inputs).shape, DTYPE)
        out = [np.empty_like(array) for array in (inputs if operation.gated else inputs[:1])]
        call = BACKWARD[variant](operation, grad, inputs, out)
        _need(variant, call)
        elements = inputs[0].size
        found = _sample(bench.results(call, out), elements)
        expected = bench.expected_backward(operation, *_sample([grad], elements), _sample(inputs, elements))
        if variant in OURS or values == "normal":
            # Where a derivative crosses zero its error is absolute: no bound in ULP.
            bound = operation.max_ulp(OURS.get(variant, "exact"), DTYPE) * 2.0 ** (3 - PRECISION[DTYPE])
            bound = max(bound, 0 if variant in OURS else SAME_FUNCTION)
            for one, wanted in zip(found, expected, strict=True):
                np.testing.assert_allclose(one, wanted.astype(one.dtype), rtol=bound, atol=bound)
        ulp = max(bench.ulp_error(one, wanted).max() for one, wanted in zip(found, expected, strict=True))
        record(f"{operation.name} backward, {values} values, {size}", inputs[0].size, max_ulp=float(ulp))
        benchmark(call)

    return run
