"""Quantised weights to float32 and back, beside gguf's NumPy code, PyTorch and the copy of as many bytes.

    pytest benchmarks/bench_formats.py -k q4_k --threads 2 --benchmark-group-by group

Every result is compared with gguf's bits, where it has the format.  `test_goals` prints, for each format, the medians
of warm runs in turns, and fails where `fa.dequantize` has less than twenty times gguf's speed.
"""

import time
from functools import lru_cache

import numpy as np
import pytest

import fastact as fa
from fastact._formats.array import WRITTEN
from fastact._formats.blocks import BLOCKS

gguf = pytest.importorskip("gguf", reason="needs the package gguf")

SHAPE = (4096, 4096)
NAMES = [format.name for format in BLOCKS]
GOAL = 20


@lru_cache(maxsize=1)
def array_of(name):
    """Random blocks with ordinary scales."""
    weights, size = gguf.GGML_QUANT_SIZES[kind_of(name)]
    rng = np.random.default_rng(0)
    blocks = rng.integers(0, 256, (SHAPE[0] * SHAPE[1] // weights, size), dtype=np.uint8)
    if name == "mxfp4":
        blocks[:, 0] = rng.integers(110, 130, len(blocks))
    else:
        scales = np.full(len(blocks), 0.01, "<f2").view(np.uint8).reshape(-1, 2)
        for place in {"q2_k": (80, 82), "q3_k": (108,), "q6_k": (208,)}.get(name, (0,)):
            blocks[:, place:place + 2] = scales
        if name in ("q4_1", "q5_1", "q4_k", "q5_k"):
            blocks[:, 2:4] = scales
    return fa.QuantizedArray(blocks, name, SHAPE)


def kind_of(name):
    return gguf.GGMLQuantizationType[name.upper()]


def by_gguf(array):
    return gguf.quants.dequantize(array.parts["blocks"], kind_of(array.format))


@pytest.mark.parametrize("variant", ["fastact", "gguf"])
@pytest.mark.parametrize("name", NAMES)
def test_dequantize(benchmark, record, name, variant):
    array, out = array_of(name), np.empty(SHAPE, np.float32)
    assert np.array_equal(array.dequantize(out).view(np.uint32), by_gguf(array).view(np.uint32))
    record(f"dequantize {name}", out.size, bytes=array.nbytes)
    if variant == "gguf":
        benchmark.pedantic(by_gguf, (array,), rounds=3)
    else:
        benchmark(array.dequantize, out)


@pytest.mark.parametrize("variant", ["fastact", "gguf"])
@pytest.mark.parametrize("name", WRITTEN)
def test_quantize(benchmark, record, name, variant):
    weights = np.random.default_rng(0).standard_normal((1024, 4096), np.float32)
    record(f"quantize {name}", weights.size)
    if variant == "fastact":
        benchmark.pedantic(fa.quantize, (weights, name), rounds=5)
        return
    if name.startswith("int"):
        pytest.skip("gguf has no such format")
    expected = gguf.quants.quantize(weights, kind_of(name))
    different = (fa.quantize(weights, name).parts["blocks"].reshape(expected.shape) != expected).mean()
    assert different <= (1e-4 if name == "mxfp4" else 0)
    benchmark.pedantic(gguf.quants.quantize, (weights, kind_of(name)), rounds=3)


def median(call, repeats):
    """Of warm runs."""
    call()
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return np.median(found)


@pytest.mark.parametrize("name", NAMES)
def test_goals(name, threads):
    """Of the issue that asked for it: two threads, `out` given."""
    array, out = array_of(name), np.empty(SHAPE, np.float32)
    assert np.array_equal(array.dequantize(out).view(np.uint32), by_gguf(array).view(np.uint32))
    theirs, ours = median(lambda: by_gguf(array), 3), median(lambda: array.dequantize(out), 15)
    print(f"\n{name}: {out.size / ours / 1e9:.1f} Gweights/s with {threads} threads, gguf {out.size / theirs / 1e9:.3f}: "
          f"{theirs / ours:.0f} times its speed")
    assert theirs / ours >= GOAL
