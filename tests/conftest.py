"""Fixtures and options.  Tests marked `long` run only if asked for: pytest -m long."""

import os
import zlib
from collections import Counter

import pytest
from hypothesis import settings

import fastact as fa
from helpers import ACCURACIES, MATMUL_TARGETS, MEASURED, TARGETS, need

settings.register_profile("fastact", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("fastact")

fa.set_accuracy("exact")  # whatever FASTACT_ACCURACY says


def pytest_addoption(parser):
    parser.addoption("--errors", action="store_true", help="list the largest errors measured, and where")


MANY, EVERY = 100, 8    # of long tests with so many cases and more, one case in so many runs: tools/sweep.sh runs all


def pytest_collection_modifyitems(config, items):
    long = [item for item in items if item.get_closest_marker("long")]
    if "long" not in config.option.markexpr:
        out = {item.nodeid for item in long}
    elif os.environ.get("FASTACT_SWEEP") == "whole":
        return
    else:
        cases = Counter(item.nodeid.partition("[")[0] for item in long)
        out = {item.nodeid for item in long
               if cases[item.nodeid.partition("[")[0]] >= MANY and zlib.crc32(item.nodeid.encode()) % EVERY}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in out])
    items[:] = [item for item in items if item.nodeid not in out]


def pytest_terminal_summary(terminalreporter, config):
    if config.option.errors:
        terminalreporter.section("largest errors")
        for what, error in sorted(MEASURED):
            terminalreporter.line(f"{what:55} {error}")


@pytest.fixture(params=TARGETS, scope="module")
def target(request):
    """Each CPU target; skipped where the CPU lacks it."""
    need(request.param)
    return request.param


@pytest.fixture(params=MATMUL_TARGETS, scope="module")
def matmul_target(request):
    """Each CPU target of the projections; skipped where the CPU lacks it."""
    need(request.param)
    return request.param


@pytest.fixture(params=ACCURACIES, scope="module")
def accuracy(request):
    return request.param


@pytest.fixture(autouse=True)
def settings_are_left_alone():
    """Settings are restored after each test."""
    before = fa.get_accuracy(), fa.get_num_threads()
    yield
    assert (fa.get_accuracy(), fa.get_num_threads()) == before
