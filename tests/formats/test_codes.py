"""Quantised matrices as the products read them: the same numbers, and there and back without a change."""

import numpy as np
import pytest

import fastact as fa
from fastact._formats import codes
from quantized_samples import AS_FLOATS, KINDS, sample, some_shape

SHAPES = [(1, 1), (0, 32), (8, 0), (5, 40), (17, 300), (33, 544), (3, 1024)]


def same(one, other):
    assert (one.format, one.form, one.shape, one.arrays.keys()) == (
        other.format, other.form, other.shape, other.arrays.keys())
    for name, array in one.arrays.items():
        assert array.dtype == other.arrays[name].dtype and np.array_equal(array, other.arrays[name]), name


@pytest.mark.parametrize("rows, columns", SHAPES)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_codes_are_the_weights(kind, rows, columns):
    array = sample(kind, some_shape(kind, rows, columns))
    assert np.array_equal(codes.dequantized(codes.codes_of(array)), array.dequantize())


@pytest.mark.parametrize("lanes", [1, 4, 16])
@pytest.mark.parametrize("rows, columns", SHAPES)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_strips_are_unpacked_without_a_change(kind, rows, columns, lanes):
    one = codes.codes_of(sample(kind, some_shape(kind, rows, columns)))
    shape = one.shape
    strips = np.zeros((-(-shape[0] // lanes), lanes * one.form.column_bytes(shape[1])), np.uint8)
    codes.pack(one, lanes, strips)
    same(codes.unpack(one.format, one.form, shape, lanes, strips), one)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_strips_have_no_more_bytes_than_the_format(kind):
    """Heads are of whole words, sub-scales of six bits have eight: together 6 %; a row's scale stands for each 256."""
    array = sample(kind, some_shape(kind, 64, 2048))
    form = codes.codes_of(array).form
    within = 1.5 if array.group not in (None, 16, 32, 64, 128, 256, 2048) else 1.06
    assert array.shape[0] * form.column_bytes(array.shape[1]) <= within * array.nbytes


@pytest.mark.parametrize("kind", AS_FLOATS, ids=str)
def test_what_has_no_form(kind):
    assert codes.codes_of(sample(kind, (16, 256))) is None


def test_a_permutation_of_groups_has_no_form():
    array = sample(("gptq", 128, False), (16, 256))
    order = np.arange(256) // 128
    assert codes.codes_of(fa.QuantizedArray(dict(array.parts) | {"g_idx": order.astype(np.int32)}, "gptq", (16, 256), 128))
    mixed = np.random.default_rng(0).permutation(order).astype(np.int32)
    array = fa.QuantizedArray(dict(array.parts) | {"g_idx": mixed}, "gptq", (16, 256), 128)
    assert codes.codes_of(array) is None


@pytest.mark.parametrize("scale", [3e38, 2e37, 2.0**65, np.inf, np.nan])
@pytest.mark.parametrize("zeros", ["packed", "numbers"])
@pytest.mark.parametrize("bits", [4, 8])
def test_huge_scales_beside_zero_points_have_no_form(bits, zeros, scale):
    """scale * code and scale * zero overflow where scale * (code - zero) may not."""
    rng = np.random.default_rng(0)
    points = rng.integers(0, 1 << bits, (8, 4), dtype=np.uint8)
    packed = points if bits == 8 else points[:, ::2] | points[:, 1::2] << 4
    same = np.repeat(points[..., None], 32, -1)    # each code is its zero point
    parts = {"B": same if bits == 8 else same[..., ::2] | same[..., 1::2] << 4,
             "scales": np.ones((8, 4), np.float32), "zero_points": packed if zeros == "packed" else points.astype(np.float32)}
    name, x = f"nbits{bits}", rng.standard_normal((3, 128)).astype(np.float32)
    assert codes_of(parts, name) is not None
    parts["scales"][3, 1] = scale
    assert codes_of(parts, name) is None
    array = fa.QuantizedArray(parts, name, (8, 128))
    layer, floats = fa.Projection(array), array.dequantize()
    assert layer.weight_dtype == "float32" and np.array_equal(floats != 0, np.isnan(floats))
    assert np.isnan(floats).any() == (not np.isfinite(scale))
    found = layer(x)
    assert np.array_equal(found != 0, np.isnan(found)) and np.isnan(found).any() == (not np.isfinite(scale))


def codes_of(parts, name):
    return codes.codes_of(fa.QuantizedArray(parts, name, (8, 128)))


def test_huge_zero_points_have_no_form():
    parts = {"B": np.zeros((8, 4, 16), np.uint8), "scales": np.full((8, 4), 2.0**60, np.float32),
             "zero_points": np.full((8, 4), 2.0, np.float32)}
    assert codes_of(parts, "nbits4") is not None
    for huge in (2.0**80, np.inf, np.nan):
        parts["zero_points"][5, 2] = huge
        assert codes_of(parts, "nbits4") is None


@pytest.mark.parametrize("kind", [("gptq", 128, False), ("awq", 128, False), ("pack_quantized", 32, True)], ids=str)
def test_infinite_scales_of_words_have_no_form(kind):
    array = sample(kind, (16, 256))
    scales = "weight_scale" if kind[0] == "pack_quantized" else "scales"
    parts = {name: part.copy() for name, part in array.parts.items()}
    parts[scales][0, 1] = np.inf
    assert codes.codes_of(array) is not None
    assert codes.codes_of(fa.QuantizedArray(parts, kind[0], array.shape, kind[1])) is None


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_parts_of_a_matrix(kind):
    one = codes.codes_of(sample(kind, some_shape(kind, 40, 1024)))
    whole = codes.dequantized(one)
    assert np.array_equal(codes.dequantized(one.rows(slice(3, 21))), whole[3:21])
    step = one.form.step()
    assert np.array_equal(codes.dequantized(one.columns(slice(step, 3 * step))), whole[:, step:3 * step])


def test_pickled_states_are_of_any_byte_order():
    one = codes.codes_of(sample(("q4_k", None, False), (5, 512)))
    state = codes.to_state(one)
    same(codes.from_state(state), one)
    for _, first, last in [("d", 0, 2), ("dmin", 2, 4)]:
        for start in (0, one.form.column_bytes(256)):
            state["columns"][:, start + first:start + last] = state["columns"][:, start + first:start + last][:, ::-1]
    state["byte_order"] = {"little": "big", "big": "little"}[state["byte_order"]]
    same(codes.from_state(state), one)


@pytest.mark.parametrize("change", [
    {"bits": 7}, {"grain": 48}, {"scales": "float64"}, {"minima": "maxima"}, {"values": [1, 2]}, {"bits": True},
    {"more": 1}, {"values": list(range(16)), "bits": 5}, {"values": [999] * 16}])
def test_forms_that_are_none_are_refused(change):
    fields = {"bits": 4, "grain": 32, "scales": "float16", "minima": "", "values": []}
    assert codes.form_of(fields) == codes.Form(4, 32, "float16")
    with pytest.raises(ValueError, match="no form"):
        codes.form_of(fields | change)
