"""Projections of several matrices of one input: bits of each alone, what comes back, files, and what is refused."""

import copy
import pickle
import re

import numpy as np
import pytest
from hypothesis import given, strategies

import fastact as fa
from fastact._formats import FORMATS, container
from fastact._layers import files
from fastact._runtime import dispatch
from helpers import MATMUL_TARGETS, bfloat16, need, needs_fma, same_bits

ROWS = [0, 1, 2, 5, 15, 64, 300]


def arrays(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(np.float32) for shape in shapes]


def matrices(kind, in_features=96, sizes=(70, 33, 20)):
    """Matrices of attention, in floats, in one format or in several."""
    found = arrays(*[(size, in_features) for size in sizes])
    formats = {"floats": [None] * 3, "q4_1": ["q4_1"] * 3, "mixed": ["q4_1", "q8_0", None]}[kind]
    return [one if format is None else fa.quantize(one, format) for one, format in zip(found, formats)]


def alone(w, biases, **more):
    return [fa.Projection(one, bias, **more) for one, bias in zip(w, biases)]


@pytest.fixture(params=MATMUL_TARGETS)
def target(request, monkeypatch):
    """Each target's products in turn, in place of the chosen ones."""
    need(request.param)
    monkeypatch.setattr(dispatch, "matmul", dispatch.kernels("matmul", request.param))
    return request.param


@pytest.mark.parametrize("kind", ["floats", "q4_1", "mixed"])
@pytest.mark.parametrize("accuracy", ["exact", "fast"])
@pytest.mark.parametrize("weight_dtype", ["float32", "bfloat16"])
def test_bits_are_those_of_each_alone(target, kind, accuracy, weight_dtype):
    w, biases = matrices(kind), [None, *arrays(33, 20)]
    for activation in (None, "gelu"):
        more = {"activation": activation, "accuracy": accuracy, "weight_dtype": weight_dtype}
        several, single = fa.Projection(w, biases, **more), alone(w, biases, **more)
        for rows in ROWS:
            for dtype in (np.float32, *[bfloat16] * (bfloat16 is not None)):
                x = arrays((rows, 96), seed=rows)[0].astype(dtype)
                found = several(x)
                assert isinstance(found, tuple)
                for one, project in zip(found, single, strict=True):
                    assert same_bits(one, project(x))


@given(strategies.lists(strategies.tuples(strategies.integers(0, 90), strategies.sampled_from([None, "q8_0", "q4_1"])),
                        min_size=1, max_size=5), strategies.integers(0, 70), strategies.integers(1, 4))
def test_any_sizes(sizes, rows, threads):
    w = [one if format is None else fa.quantize(one, format)
         for one, (_, format) in zip(arrays(*[(size, 64) for size, _ in sizes]), sizes)]
    x = arrays((rows, 64))[0]
    with fa.threads(threads):
        found = fa.Projection(w)(x)
    for one, array in zip(found, w, strict=True):
        assert same_bits(one, fa.Projection(array)(x))


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
def test_large_ones_on_several_threads(accuracy):
    """Of several blocks of rows and of the depth, and of unequal sizes."""
    w = arrays((600, 2100), (90, 2100), (33, 2100))
    x = arrays((700, 2100), seed=1)[0]
    several, single = fa.Projection(w, accuracy=accuracy), alone(w, [None] * 3, accuracy=accuracy)
    for threads in (1, 2, 3):
        with fa.threads(threads):
            for one, project in zip(several(x), single):
                assert same_bits(one, project(x))


@needs_fma
def test_correct():
    w, x = matrices("floats"), arrays((7, 96), seed=1)[0]
    several = fa.Projection(w, accuracy="correct")
    for one, project in zip(several(x), alone(w, [None] * 3, accuracy="correct")):
        assert same_bits(one, project(x))
    with pytest.raises(ValueError, match="no correct variant with quantised weights"):
        fa.Projection(matrices("mixed"), accuracy="correct")


def test_results_are_views_of_one():
    several = fa.Projection(matrices("floats"))
    for shape in [(96,), (3, 96), (2, 3, 96), (0, 96)]:
        found = several(np.ones(shape, np.float32))
        assert [one.shape for one in found] == [(*shape[:-1], size) for size in (70, 33, 20)]
        assert len({one.base is None or one.base.ctypes.data for one in found}) == 1
    assert isinstance(fa.Projection(matrices("floats")[:1])(np.ones(96, np.float32)), tuple)
    assert isinstance(fa.Projection(tuple(matrices("floats")))(np.ones(96, np.float32)), tuple)


def test_a_list_of_rows_is_one_matrix():
    rows = [[1.0, 2.0], [3.0, 4.0]]
    x = np.float32([1, 10])
    assert fa.Projection(rows)(x).tolist() == [21.0, 43.0]
    assert fa.Projection([np.float32(row) for row in rows])(x).tolist() == [21.0, 43.0]
    assert [one.tolist() for one in fa.Projection([rows, rows[:1]])(x)] == [[21.0, 43.0], [21.0]]


def test_out():
    several, x = fa.Projection(matrices("mixed")), arrays((5, 96), seed=1)[0]
    expected = several(x)

    def same(found):
        return all(same_bits(np.ascontiguousarray(one), np.ascontiguousarray(other)) for one, other in zip(found, expected))

    whole = np.empty((5, 123), np.float32)
    found = several(x, out=whole)
    assert same(found) and all(np.shares_memory(one, whole) for one in found)
    outs = tuple(np.empty((5, size), np.float32) for size in several.sizes)
    found = several(x, out=outs)
    assert same(found) and all(one is other for one, other in zip(found, outs))
    wide = np.zeros((5, 300), np.float32)       # views with strides, whose bounds overlap
    found = several(x, out=[wide[:, 1:71], wide[:, 100:133], wide[:, 299:279:-1]])
    assert same(found) and not wide[:, 71:100].any() and not wide[:, 0].any()
    inside = np.concatenate([x, np.zeros((5, 27), np.float32)], axis=1)     # over x itself
    assert same(several(inside[:, :96], out=inside))
    half = tuple(np.empty((5, size), dtype) for size, dtype in zip(several.sizes, (np.float16, np.float32, np.float16)))
    for one, other in zip(several(x, out=half), expected):
        assert same_bits(one, other.astype(one.dtype))


@pytest.mark.parametrize("case, error, match", [
    (lambda w, x: fa.Projection(w, bias=np.ones(3)), TypeError, "bias must be a list, one for each of the 3 matrices, not ndarray"),
    (lambda w, x: fa.Projection(w, bias=[None]), ValueError, "bias must have an array or None for each of the 3 matrices"),
    (lambda w, x: fa.Projection(w, bias=[None, np.ones(5), None]), ValueError, r"bias\[1\] must have shape \(33,\), not \(5,\)"),
    (lambda w, x: fa.Projection([w[0], w[1][:, :64]]), ValueError, "same in_features, not 96, 64"),
    (lambda w, x: fa.Projection([w[0], np.ones(96)]), ValueError, r"w\[1\] must have 2 dimensions, not 1"),
    (lambda w, x: fa.Projection([w[0], w[1].astype(complex)]), TypeError, r"w\[1\] must hold real numbers"),
    (lambda w, x: fa.Projection([w[0], np.full((3, 96), np.nan)], weight_dtype="int8"), ValueError, r"w\[1\]: "),
    (lambda w, x: fa.Projection([]), ValueError, "w must have 2 dimensions"),
    (lambda w, x: fa.Projection(np.ones((3, 4, 96))), ValueError, "w must have 2 dimensions, not 3"),
    (lambda w, x: fa.Projection(w)(x[:, :5]), ValueError, "the last axis of x must be the 96 in_features, not 5"),
    (lambda w, x: fa.Projection(w)(x, out=np.empty((2, 5), np.float32)), ValueError, r"out must have shape \(2, 123\), not \(2, 5\)"),
    (lambda w, x: fa.Projection(w)(x, out=[np.empty((2, 70), np.float32)]), ValueError, "an array for each of the 3 matrices, not 1"),
    (lambda w, x: fa.Projection(w)(x, out=[np.empty((2, 70), np.float32)] * 3), ValueError, r"out\[1\] must have shape \(2, 33\)"),
    (lambda w, x: fa.Projection(w)(x, out=(None,) * 3), TypeError, r"out\[0\] must be an ndarray"),
])
def test_what_is_wrong_is_named(case, error, match):
    with pytest.raises(error, match=match):
        case(matrices("floats"), np.ones((2, 96), np.float32))


def test_attributes():
    several = fa.Projection(matrices("mixed"), activation="silu")
    assert (several.in_features, several.out_features, several.sizes) == (96, 123, (70, 33, 20))
    assert several.weight_dtype == "q4_1, q8_0, float32" and several.activation == "silu"
    assert several.nbytes == sum(one.nbytes for one in alone(matrices("mixed"), [None] * 3))
    assert "q4_1" in several.kernel and "q8_0" in several.kernel
    assert "96 -> (70, 33, 20)" in repr(several)
    assert fa.Projection(matrices("floats")[0]).sizes == (70,)


@pytest.mark.parametrize("kind", ["floats", "q4_1", "mixed"])
@pytest.mark.parametrize("dtype", FORMATS)
def test_files_and_pickles(tmp_path, kind, dtype):
    several = fa.Projection(matrices(kind), [None, *arrays(33, 20)], ("leaky_relu", {"negative_slope": 0.3}), dtype)
    x = arrays((9, 96), seed=1)[0]
    path = tmp_path / "layer"
    several.save(path)
    others = [fa.Projection.load(path), fa.Projection.load(path, mmap=False), pickle.loads(pickle.dumps(several)),
              copy.copy(several)]
    for other in others:
        assert repr(other) == repr(several) and other.nbytes == several.nbytes
        for one, expected in zip(other(x), several(x), strict=True):
            assert same_bits(one, expected)
    others[0].save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == path.read_bytes()
    with pytest.raises(ValueError, match="Projection"):
        fa.MLP.load(path)


@pytest.mark.parametrize("kind", ["floats", "mixed"])
def test_a_file_of_another_target_is_packed_again(tmp_path, monkeypatch, kind):
    several, x = fa.Projection(matrices(kind), [None, *arrays(33, 20)]), arrays((9, 96), seed=1)[0]
    for target in MATMUL_TARGETS:
        try:
            need(target)
        except BaseException:       # noqa: B036 (a skip)
            continue
        with monkeypatch.context() as patch:
            patch.setattr(dispatch, "matmul", dispatch.kernels("matmul", target))
            fa.Projection(matrices(kind), [None, *arrays(33, 20)]).save(tmp_path / target)
        for one, expected in zip(fa.Projection.load(tmp_path / target)(x), several(x)):
            assert np.allclose(one, expected, rtol=1e-5, atol=1e-5)


def test_wrong_headers(tmp_path, monkeypatch):
    w = matrices("floats")
    fa.Projection(w).save(tmp_path / "several")
    fa.MLP(w[0], w[0].T).save(tmp_path / "mlp")
    checked = files.checked_header

    def load(kind, name, **changed):
        monkeypatch.setattr(files, "checked_header", lambda header, *more: checked(header | changed, *more))
        return kind.load(tmp_path / name)

    for value in (1, "yes", None):
        with pytest.raises(ValueError, match="the header has no valid 'several'"):
            load(fa.Projection, "several", several=value)
    with pytest.raises(ValueError, match="the header has no valid 'several'"):
        load(fa.MLP, "mlp", several=True)
    for features in ([], [96], None, [96, 70], [96, 70, 33, 20, 5], "96"):
        with pytest.raises(ValueError, match=re.escape(str(tmp_path))):
            load(fa.Projection, "several", features=features)
    assert container.VERSION == 1
