"""Layers over quantised weights against the dequantised ones in float64; what they promise about bits and files."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, strategies

import fastact as fa
from fastact._formats import FORMATS, codes
from fastact._runtime import dispatch
from helpers import BFLOAT_INSTRUCTIONS, MATMUL_TARGETS, bfloat16, need, run_python
from quantized_samples import AS_FLOATS, KINDS, sample, some_shape

U = 2.0**-24  # unit roundoff of float32
# A number of x is rounded by at most half a 127th of the largest of its 32.
STEP = 0.5 / 127 * 1.001
ROWS = [0, 1, 2, 3, 4, 5, 7, 14, 15, 29, 64, 150]
SHAPES = [(1, 1), (17, 40), (33, 300), (70, 520), (40, 1056)]


@pytest.fixture(params=MATMUL_TARGETS)
def target(request, monkeypatch):
    """Each target's products in turn, in place of the chosen ones."""
    need(request.param)
    monkeypatch.setattr(dispatch, "matmul", dispatch.kernels("matmul", request.param))
    return request.param


def inputs(rows, columns, seed=0, dtype=np.float32):
    return np.random.default_rng(seed).standard_normal((rows, columns)).astype(dtype)


def terms_of(array):
    """What the weights are sums of, in size: |scale code| + |minimum|."""
    one = codes.codes_of(array)
    if one is None or not one.form.minima:
        return abs(array.dequantize().astype(np.float64))
    bare = dict(one.arrays) | {"codes": np.zeros_like(one.arrays["codes"])}
    lower = codes.dequantized(codes.Codes(one.format, one.form, one.shape, bare)).astype(np.float64)
    return abs(array.dequantize() - lower) + abs(lower)


def product(x, array):
    """x wᵀ in float64 and what a float32 sum may be off: each product and each sum rounded."""
    x, w = x.astype(np.float64), array.dequantize().astype(np.float64)
    return x @ w.T, (x.shape[1] + 4) * U * (abs(x) @ terms_of(array).T) * 1.001 + 1e-44


def rounded(x):
    """What rounding x to 8 bits in groups of 32 may change, of each number."""
    columns = x.shape[1]
    padded = np.zeros((len(x), -(-columns // 32) * 32))
    padded[:, :columns] = abs(x.astype(np.float64))
    return np.repeat(padded.reshape(len(x), padded.shape[1] // 32, 32).max(-1), 32, axis=1)[:, :columns] * STEP


def assert_exact(got, x, array):
    expected, error = product(x, array)
    assert got.shape == expected.shape
    assert (abs(got.astype(np.float64) - expected) <= error).all()


def assert_fast(got, x, array):
    expected, error = product(x, array)
    error = error + rounded(x) @ abs(array.dequantize().astype(np.float64)).T
    assert got.shape == expected.shape
    assert (abs(got.astype(np.float64) - expected) <= error).all()


def same_bits(a, b):
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


# --------------------------------------------------------------------------------------- values --


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_products(target, kind):
    for seed, (rows, columns) in enumerate(SHAPES):
        array = sample(kind, some_shape(kind, rows, columns), seed)
        layer = fa.Projection(array)
        for count in ROWS:
            x = inputs(count, array.shape[1], count)
            assert_exact(layer(x), x, array)
            with fa.accuracy("fast"):
                assert_fast(layer(x), x, array)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_gated_products_of_two_formats(target, kind):
    for other in [("q8_0", None, False), ("q6_k", None, False)]:
        shape = some_shape(kind, *some_shape(other, 40, 256))
        gate, up = sample(kind, shape, 1), sample(other, shape, 2)
        layer = fa.GatedProjection(gate, up, activation=None)
        assert layer.weight_dtype == (kind[0] if kind[0] == other[0] else f"{kind[0]}, {other[0]}")
        for count in (1, 3, 6, 40):
            x = inputs(count, shape[1])
            (one, one_error), (two, two_error) = product(x, gate), product(x, up)
            error = abs(one) * two_error + abs(two) * one_error + one_error * two_error + 2 * U * abs(one * two)
            assert (abs(layer(x) - one * two) <= error).all()
            assert same_bits(layer(x), fa.Projection(gate)(x) * fa.Projection(up)(x))
            with fa.accuracy("fast"):
                assert same_bits(layer(x), fa.Projection(gate)(x) * fa.Projection(up)(x))


@given(strategies.sampled_from(KINDS), strategies.integers(0, 20), strategies.integers(1, 50),
       strategies.integers(1, 700), strategies.integers(0, 1000))
def test_any_shape(kind, count, rows, columns, seed):
    array = sample(kind, some_shape(kind, rows, columns), seed)
    x, bias = inputs(count, array.shape[1], seed), inputs(1, array.shape[0], seed)[0]
    layer = fa.Projection(array, bias)
    expected, error = product(x, array)
    assert (abs(layer(x) - (expected + bias)) <= error + 2 * U * (abs(expected) + abs(bias)) + error * U).all()


def test_fast_and_exact_by_figures():
    """The root mean square of fast's error, relative to the result's, which the documentation states."""
    rng = np.random.default_rng(7)
    x, w = (rng.standard_normal(shape).astype(np.float32) for shape in [(64, 2048), (256, 2048)])
    for dtype in ("int8", "int4"):
        layer = fa.Projection(w, weight_dtype=dtype)
        exact = layer(x)
        with fa.accuracy("fast"):
            fast = layer(x)
        error = np.sqrt(np.mean((fast - exact) ** 2) / np.mean(exact**2))
        assert 0.001 < error < 0.008


def test_every_target_has_the_same_bits():
    """Of those with fused multiply-adds."""
    found = {}
    for target in MATMUL_TARGETS:
        if target in dispatch.matmul_targets and target != "x86-64":
            found[target] = run_python(f"""
                import os; os.environ["FASTACT_TARGET"] = {target!r}
                import sys, zlib; sys.path.insert(0, {str(__import__('pathlib').Path(__file__).parents[1])!r})
                import numpy as np, fastact as fa
                from quantized_samples import KINDS, sample, some_shape
                x = np.random.default_rng(0).standard_normal((19, 1024)).astype(np.float32)
                for kind in KINDS:
                    layer = fa.Projection(sample(kind, some_shape(kind, 40, 1024)))
                    for rows in (1, 2, 3, 9, 19):
                        for accuracy in ("exact", "fast"):
                            with fa.accuracy(accuracy):
                                print(kind, rows, accuracy, zlib.crc32(layer(x[:rows]).tobytes()))
            """).stdout
    assert len(set(found.values())) == 1


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_row_does_not_depend_on_the_others_or_on_threads(target, kind, accuracy):
    array = sample(kind, some_shape(kind, 200, 2080))
    layer, x = fa.Projection(array, accuracy=accuracy), inputs(150, some_shape(kind, 200, 2080)[1])
    with fa.threads(1):
        alone = np.concatenate([layer(row[None]) for row in x])
    for count in (1, 2, 3, 4, 5, 8, 17, 100, 150):
        for threads in (1, 2, 3):
            with fa.threads(threads):
                assert same_bits(layer(x[:count]), alone[:count])


def test_infinity_and_nan_stay_in_their_row():
    array = sample(("q4_k", None, False), (40, 512))
    x = inputs(20, 512)
    x[3, 5], x[7, 300], x[9], x[11] = np.nan, np.inf, 1e-41, 3e33
    rest = np.delete(np.arange(20), [3, 7])
    for accuracy in ("exact", "fast"):
        layer = fa.Projection(array, accuracy=accuracy)
        with np.errstate(all="raise"):
            y = layer(x)
        assert not np.isfinite(y[[3, 7]]).any()
        if accuracy == "fast":  # the smallest numbers count as zero
            assert not y[9].any()
            rest = np.delete(rest, rest == 9)
        (assert_exact if accuracy == "exact" else assert_fast)(y[rest], x[rest], array)


@pytest.mark.parametrize("dtype", [np.float16, bfloat16])
def test_other_types_of_x(target, dtype):
    if dtype is None:
        pytest.skip("needs ml_dtypes")
    array = sample(("q5_1", None, False), (50, 352))
    layer = fa.Projection(array)
    for count in (1, 6, 30):
        x = inputs(count, 352, dtype=dtype)
        out = np.empty((count, 50), np.float32)
        assert layer(x).dtype == x.dtype
        if dtype is bfloat16 and target in BFLOAT_INSTRUCTIONS:
            continue  # multiplied in bfloat16, see below
        assert same_bits(layer(x, out), layer(x.astype(np.float32)))
        assert same_bits(layer(x), layer(x.astype(np.float32)).astype(dtype))
        assert same_bits(layer(np.asfortranarray(x), out), layer(x.astype(np.float32)))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_bfloat16_by_its_own_instruction(target, kind):
    """The products are exact in float32; each step of two of them is rounded up to three times."""
    if bfloat16 is None or target not in BFLOAT_INSTRUCTIONS:
        pytest.skip("needs ml_dtypes, and an instruction for bfloat16")
    for rows, columns in [(33, 300), (70, 1056)]:
        array = sample(kind, some_shape(kind, rows, columns))
        layer, x = fa.Projection(array), inputs(30, array.shape[1], dtype=bfloat16)
        out = np.empty((30, array.shape[0]), np.float32)
        expected, error = product(x, array)
        assert (abs(layer(x, out) - expected) <= 2 * error).all()
        for count in (1, 2, 3, 4, 5, 15, 29):
            assert same_bits(layer(x[:count], out[:count].copy()), out[:count])
        with fa.accuracy("fast"):
            assert same_bits(layer(x, out), layer(x.astype(np.float32)))
    up, down = (sample(kind, some_shape(kind, *shape)) for shape in [(256, 64), (40, 256)])
    if up.shape[1] <= 256 and up.shape[0] == down.shape[1]:
        x = inputs(9, up.shape[1], dtype=bfloat16)
        assert same_bits(fa.MLP(up, down)(x), fa.Projection(down)(fa.Projection(up, activation="gelu")(x)))
        with fa.accuracy("fast"):
            out = np.empty((9, 40), np.float32)
            assert same_bits(fa.MLP(up, down)(x, out), fa.MLP(up, down)(x.astype(np.float32)))


def test_blocks_with_quantised_and_float_weights():
    x = inputs(9, 256)
    w1, w3, w2 = (sample(kind, shape, seed) for seed, (kind, shape) in enumerate([
        (("q4_k", None, False), (96, 256)), (("q6_k", None, False), (96, 256)), (("q8_0", None, False), (40, 96))]))
    hidden = fa.GatedProjection(w1, w3)(x)
    assert same_bits(fa.GatedMLP(w1, w3, w2)(x), fa.Projection(w2)(hidden))
    floats = w2.dequantize()
    assert same_bits(fa.MLP(w1, floats, activation="relu")(x), fa.Projection(floats)(fa.Projection(w1, activation="relu")(x)))
    assert fa.MLP(w1, floats, weight_dtype="float16").weight_dtype == "q4_k, float16"
    mixed = fa.GatedProjection(w1, w3.dequantize())  # gate and up side by side: both as floats
    assert mixed.weight_dtype == "float32"
    assert same_bits(mixed(x), fa.GatedProjection(w1.dequantize(), w3.dequantize())(x))
    assert same_bits(fa.gated_projection(x, w1, w3), fa.GatedProjection(w1, w3)(x))


@pytest.mark.parametrize("kind", AS_FLOATS, ids=str)
def test_formats_without_a_packed_form_are_kept_as_floats(kind):
    array = sample(kind, (40, 260))
    layer, x = fa.Projection(array), inputs(3, 260)
    assert layer.weight_dtype == "float32"
    assert same_bits(layer(x), fa.Projection(array.dequantize())(x))


# ----------------------------------------------------------------------------------- interface --


def test_quantised_at_construction():
    w, x = inputs(40, 100), inputs(5, 100)
    for dtype in ("int8", "int4"):
        layer = fa.Projection(w, weight_dtype=dtype)
        assert layer.weight_dtype == dtype and dtype in layer.kernel
        assert same_bits(layer(x), fa.Projection(fa.quantize(w, dtype, group=32))(x))
        assert same_bits(fa.Projection(w.T, weight_dtype=dtype, layout="in_out")(x), layer(x))
        assert fa.Projection(np.ones((0, 3)), weight_dtype=dtype)(np.ones((2, 3), np.float32)).shape == (2, 0)
        assert not fa.Projection(np.ones((3, 0)), weight_dtype=dtype)(np.ones((2, 0), np.float32)).any()
    wide = inputs(64, 2048)
    assert fa.Projection(wide, weight_dtype="int8").nbytes <= 1.01 * wide.size * 34 / 32
    assert fa.Projection(wide, weight_dtype="int4").nbytes <= 1.01 * wide.size * 18 / 32


def test_bad_input_is_named():
    good = sample(("q8_0", None, False), (8, 64))
    with pytest.raises(ValueError, match="w_up must have 2 dimensions, not 3"):
        fa.GatedProjection(good, fa.quantize(np.ones((2, 4, 64)), "q8_0"))
    with pytest.raises(ValueError, match="w_gate and w_up must have the same shape"):
        fa.GatedProjection(good, sample(("q8_0", None, False), (8, 32)))
    with pytest.raises(ValueError, match="w: a QuantizedArray is .*layout"):
        fa.Projection(good, layout="in_out")
    with pytest.raises(ValueError, match="w: only finite numbers"):
        fa.Projection([[1, np.nan]], weight_dtype="int8")
    with pytest.raises(ValueError, match="weight_dtype must be 'float32' or .*'int4', not 'q4_k'"):
        fa.Projection(np.ones((2, 32)), weight_dtype="q4_k")
    with pytest.raises(ValueError, match=r"bias must have shape \(8,\)"):
        fa.Projection(good, np.ones(9))
    with pytest.raises(ValueError, match="w2 takes 8 features, but w1 gives 8|w2 takes 64 features"):
        fa.MLP(good, good)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_pickles_and_files(tmp_path, kind):
    array = sample(kind, some_shape(kind, 40, 300))
    layer = fa.GatedMLP(array, array, inputs(24, array.shape[0]), bias_up=inputs(1, array.shape[0])[0], accuracy="fast")
    x = inputs(5, array.shape[1])
    layer.save(tmp_path / "layer")
    copies = [pickle.loads(pickle.dumps(layer)), copy.deepcopy(layer), fa.GatedMLP.load(tmp_path / "layer"),
              fa.GatedMLP.load(tmp_path / "layer", mmap=False)]
    for one in copies:
        assert same_bits(one(x), layer(x))
        assert (one.weight_dtype, one.nbytes, one.kernel) == (layer.weight_dtype, layer.nbytes, layer.kernel)
    again = pickle.loads(pickle.dumps(copies[2]))
    assert same_bits(again(x), layer(x))


@pytest.mark.parametrize("shape", [(5, 0), (40, 0), (0, 32), (0, 0)], ids=str)
@pytest.mark.parametrize("layer_class", [fa.Projection, fa.GatedProjection])
@pytest.mark.parametrize("format", ["int8", "int4"])
def test_pickles_and_files_of_empty_weights(tmp_path, format, layer_class, shape):
    array = fa.quantize(np.zeros(shape, np.float32), format)
    layer = layer_class(*[array] * (1 + (layer_class is fa.GatedProjection)))
    layer.save(tmp_path / "layer")
    x = inputs(3, shape[1])
    for one in (pickle.loads(pickle.dumps(layer)), copy.deepcopy(layer), layer_class.load(tmp_path / "layer")):
        assert one(x).shape == (3, shape[0]) and same_bits(one(x), layer(x))
        assert (one.weight_dtype, one.nbytes) == (layer.weight_dtype, layer.nbytes)


@pytest.mark.parametrize("kind", [("q4_k", None, False), ("q8_0", None, False), ("mxfp4", None, False)], ids=str)
def test_files_of_other_targets_are_packed_again(tmp_path, monkeypatch, kind):
    array = sample(kind, (50, 512))
    x = inputs(3, 512)
    expected = fa.Projection(array, inputs(1, 50)[0])
    for target in dispatch.matmul_targets:
        monkeypatch.setattr(dispatch, "matmul", dispatch.kernels("matmul", target))
        fa.Projection(array, inputs(1, 50)[0]).save(tmp_path / target)
    monkeypatch.undo()
    for target in dispatch.matmul_targets:
        loaded = fa.Projection.load(tmp_path / target)
        assert same_bits(loaded(x), expected(x)) and loaded.nbytes == expected.nbytes


@pytest.mark.parametrize("down", [("q4_k", None, False), ("q8_0", None, False), ("int8", None, False)], ids=str)
def test_shards(down):
    w1, w2 = sample(("q5_0", None, False), (1024, 64)), sample(down, (24, 1024))
    ffn, x = fa.MLP(w1, w2, inputs(1, 1024)[0], inputs(1, 24)[0], activation="relu"), inputs(6, 64)
    count = 1024 // codes.codes_of(w2).form.step()
    for parts in (1, 2, 3, count):
        shards = [ffn.shard(index, parts) for index in range(parts)]
        assert sum(shard.products[0].packed.out_features for shard in shards) == 1024
        assert np.allclose(sum(shard(x) for shard in shards), ffn(x), rtol=1e-4, atol=1e-4)
        assert shards[-1].weight_dtype == ffn.weight_dtype
    with pytest.raises(ValueError, match=f"count must be from 1 to the {count} blocks of hidden units"):
        ffn.shard(0, count + 1)


def test_formats_are_named_in_files_and_checked(tmp_path):
    from fastact._formats import container

    layer = fa.Projection(sample(("q8_0", None, False), (8, 64)))
    layer.save(tmp_path / "layer")
    header, sections = container.read(tmp_path / "layer", "Projection", lambda header: [
        (np.dtype(np.uint8), (layer.products[0].packed.strips[0].size,)), (np.dtype(np.float32), (32,))], False) \
        if dispatch.matmul.lanes == 16 else (None, None)
    if header is None:
        pytest.skip("the sizes are those of 16 lanes")
    assert header["codes"][0][0][0] == "q8_0"
    good = header["codes"]
    for bad in ([None, None], [[["q8_0", {}]]], [[["q99", good[0][0][1]]]], [[good[0][0], good[0][0]]], "q8_0", [7]):
        container.write(tmp_path / "bad", header | {"codes": bad}, sections)
        with pytest.raises(ValueError, match="no valid 'codes'|'checksums'"):
            fa.Projection.load(tmp_path / "bad")


def test_names_of_formats_are_not_those_of_floats():
    assert not {kind[0] for kind in KINDS} & FORMATS.keys()
