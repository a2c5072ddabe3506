"""Routed experts: bits of each expert's block, order of the sums, layouts, arguments, shards."""

import copy
import itertools
import pickle

import numpy as np
import pytest

import fastact as fa
from fastact._formats import FORMATS
from fastact._functions.activation import Activation
from fastact._runtime import dispatch, targets
from helpers import MATMUL_TARGETS, bfloat16, need, needs_fma
from quantized_samples import KINDS, sample

E, I, H = 5, 37, 53     # experts, hidden units, features  # noqa: E741
TYPES = [np.float32, np.float16, *([bfloat16] if bfloat16 else [])]


@pytest.fixture(params=MATMUL_TARGETS)
def target(request, monkeypatch):
    """Each target's products in turn, in place of the chosen ones."""
    need(request.param)
    monkeypatch.setattr(dispatch, "matmul", dispatch.kernels("matmul", request.param))
    monkeypatch.setattr(dispatch, "matmul_target", request.param)
    return request.param


def numbers(*shape, seed=0, dtype=np.float32):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def routes(rows, k, experts=E, seed=0, beyond=2):
    rng = np.random.default_rng(seed)
    return rng.integers(0, experts + beyond, (rows, k)), rng.random((rows, k), np.float32)


def weights(gated=True, hidden=I, width=H, experts=E):
    return numbers(experts, (1 + gated) * hidden, width, seed=1), numbers(experts, width, hidden, seed=2)


def fused_multiply_add(a, b, c):
    """a b + c of float32 numbers, rounded once: a b is exact in longdouble (64 bits), the sum nearly always."""
    return (a.astype(np.longdouble) * b.astype(np.longdouble) + c.astype(np.longdouble)).astype(np.float32)


def multiply_add(a, b, c):
    """a b + c, rounded as the target rounds it."""
    return a * b + c if dispatch.matmul_target in targets.WITHOUT_FMA else fused_multiply_add(a, b, c)


def by_blocks(blocks, x, ids, weights, first=0, on_input=False):
    """The weighted sums of the rows of blocks, each computed alone, in float32."""
    y = np.zeros((len(x), blocks[0].out_features), np.float32)
    for t, row in enumerate(x):
        for expert, weight in zip(ids[t], weights[t]):
            if 0 <= expert - first < len(blocks):
                one = (row.astype(np.float32) * weight).astype(x.dtype) if on_input else row
                result = blocks[expert - first](one, out=np.empty(y.shape[1], np.float32))
                y[t] = multiply_add(np.float32(1) if on_input else weight, result, y[t])
    return y


def same_bits(a, b):
    np.testing.assert_array_equal(np.asarray(a, np.float32).view(np.uint32) << 1, np.asarray(b, np.float32).view(np.uint32) << 1)


def gated_blocks(gate_up, down, **named):
    hidden = down.shape[2]
    return [fa.GatedMLP(one[:hidden], one[hidden:], two, **named) for one, two in zip(gate_up, down)]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("weight_dtype", [*FORMATS, "int8", "int4"])
def test_bits_are_those_of_a_block(target, weight_dtype, dtype):
    gate_up, down = weights(width=64, hidden=64)
    try:
        blocks = gated_blocks(gate_up, down, weight_dtype=weight_dtype)
    except ValueError as error:
        pytest.skip(str(error))
    experts = fa.Experts(gate_up, down, weight_dtype=weight_dtype)
    x, (ids, scales) = numbers(23, 64, seed=3, dtype=dtype), routes(23, 3)
    expected = by_blocks(blocks, x, ids, scales)
    same_bits(experts(x, ids, scales, out=np.empty((23, 64), np.float32)), expected)
    found = experts(x, ids, scales)
    assert found.dtype == dtype
    if dtype is not np.float16:     # NumPy rounds float32 to float16 and bfloat16 once, too
        same_bits(found, expected.astype(dtype))


@pytest.mark.parametrize("rows", [0, 1, 2, 7, 15, 130])
@pytest.mark.parametrize("k", [0, 1, 3, 5])
def test_any_number_of_rows_and_experts(rows, k):
    gate_up, down = weights()
    experts, blocks = fa.Experts(gate_up, down), gated_blocks(gate_up, down)
    x, (ids, scales) = numbers(rows, H), routes(rows, k)
    same_bits(experts(x, ids, scales), by_blocks(blocks, x, ids, scales))


@pytest.mark.parametrize("activation", [
    name for name, one in fa.activations.items() if isinstance(one, Activation) and one.kind != "fold"])
def test_every_activation(activation):
    if any(value is not None and not isinstance(value, (int, float)) for value in fa.get(activation).parameters.values()):
        activation = (activation, dict.fromkeys(fa.get(activation).parameters, 0.5))
    gate_up, down = weights()
    x, (ids, scales) = numbers(6, H), routes(6, 2)
    same_bits(fa.Experts(gate_up, down, activation=activation)(x, ids, scales),
              by_blocks(gated_blocks(gate_up, down, activation=activation), x, ids, scales))
    plain = fa.Experts(gate_up[:, :I], down, activation=activation, gated=False)
    same_bits(plain(x, ids, scales), by_blocks(
        [fa.MLP(one, two, activation=activation) for one, two in zip(gate_up[:, :I], down)], x, ids, scales))


@pytest.mark.parametrize("activation", ["swiglu_clamped", ("swiglu_clamped", {"limit": 0.5, "offset": 0.0}),
                                        "swiglu_clamped_after", "drelu", None])
def test_gated_units(activation):
    gate_up, down = weights()
    x, (ids, scales) = numbers(6, H), routes(6, 2)
    same_bits(fa.Experts(gate_up, down, activation=activation)(x, ids, scales),
              by_blocks(gated_blocks(gate_up, down, activation=activation), x, ids, scales))


def test_layouts_orders_and_biases():
    """The same experts, given in every way."""
    gate, up, down = numbers(E, I, H), numbers(E, I, H, seed=1), numbers(E, H, I, seed=2)
    bias_gate, bias_up, bias_down = numbers(E, I, seed=3), numbers(E, I, seed=4), numbers(E, H, seed=5)
    x, (ids, scales) = numbers(9, H), routes(9, 3)
    blocks = [fa.GatedMLP(*one[:3], "gelu", *one[3:]) for one in zip(gate, up, down, bias_gate, bias_up, bias_down)]
    expected = by_blocks(blocks, x, ids, scales)

    def pack(order, a, b):
        if order == "interleaved":
            return np.stack([a, b], 2).reshape(E, 2 * I, *a.shape[2:])
        return np.concatenate([a, b] if order == "gate_up" else [b, a], 1)

    for order, layout, as_list in itertools.product(("gate_up", "up_gate", "interleaved"), ("out_in", "in_out"), (False, True)):
        packed, second = pack(order, gate, up), down
        if layout == "in_out":
            packed, second = packed.swapaxes(1, 2), second.swapaxes(1, 2)
        if as_list:
            packed, second = list(packed), list(second)
        experts = fa.Experts(packed, second, pack(order, bias_gate, bias_up), bias_down, "gelu", order, layout=layout)
        same_bits(experts(x, ids, scales), expected)
    for first, biases in ((gate, bias_gate), (list(gate), list(bias_gate))):
        experts = fa.Experts((first, list(up)), down, (biases, bias_up), list(bias_down), "gelu")
        same_bits(experts(x, ids, scales), expected)
    experts = fa.Experts((gate.swapaxes(1, 2), up.swapaxes(1, 2)), down.swapaxes(1, 2), (bias_gate, bias_up), bias_down, "gelu",
                         layout="in_out")
    same_bits(experts(x, ids, scales), expected)


def test_biases_without_a_gate():
    first, down, bias, bias_down = numbers(E, I, H), numbers(E, H, I, seed=2), numbers(E, I), numbers(E, H, seed=6)
    x, (ids, scales) = numbers(9, H), routes(9, 3)
    experts = fa.Experts(first, down, bias, bias_down, "relu_squared", gated=False)
    same_bits(experts(x, ids, scales), by_blocks(
        [fa.MLP(*one, activation="relu_squared") for one in zip(first, down, bias, bias_down)], x, ids, scales))


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("accuracy", ["exact", "fast"])
def test_quantised_weights(kind, accuracy):
    hidden = width = 512
    gate, up, down = ([sample(kind, shape, seed + expert) for expert in range(3)]
                      for seed, shape in ((0, (hidden, width)), (5, (hidden, width)), (9, (width, hidden))))
    experts = fa.Experts((gate, up), down, accuracy=accuracy)
    blocks = [fa.GatedMLP(*one, accuracy=accuracy) for one in zip(gate, up, down)]
    x, (ids, scales) = numbers(7, width), routes(7, 2, 3)
    same_bits(experts(x, ids, scales), by_blocks(blocks, x, ids, scales))
    assert experts.weight_dtype == blocks[0].weight_dtype


@pytest.mark.parametrize("order", ["gate_up", "up_gate", "interleaved"])
@pytest.mark.parametrize("format", ["int8", "q4_0", "mxfp4"])
def test_a_quantised_array_of_all_experts(format, order):
    gate_up, down = numbers(3, 128, 64), numbers(3, 64, 64)
    first, second = fa.quantize(gate_up, format), fa.quantize(down, format)
    chosen = {"gate_up": (slice(64), slice(64, None)), "up_gate": (slice(64, None), slice(64)),
              "interleaved": (slice(0, None, 2), slice(1, None, 2))}[order]
    blocks = [fa.GatedMLP(*(first[e][one] for one in chosen), second[e]) for e in range(3)]
    x, (ids, scales) = numbers(7, 64), routes(7, 2, 3)
    same_bits(fa.Experts(first, second, order=order)(x, ids, scales), by_blocks(blocks, x, ids, scales))


def test_the_halves_of_a_format_without_rows():
    """gptq packs columns: gate and up are cut from its codes."""
    kind = ("gptq", 128, False)
    packed, down = [sample(kind, (128, 256), seed) for seed in range(2)], [sample(kind, (256, 64), seed) for seed in (7, 8)]
    x, (ids, scales) = numbers(5, 256), routes(5, 2, 2)
    found = fa.Experts(packed, down)(x, ids, scales)
    dense = [one.dequantize() for one in packed]
    expected = by_blocks([fa.GatedMLP(one[:64], one[64:], two.dequantize()) for one, two in zip(dense, down)], x, ids, scales)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4 * abs(expected).max())


@pytest.mark.parametrize("dtype", TYPES)
def test_weights_on_the_input(dtype):
    gate_up, down = weights()
    x, (ids, scales) = numbers(9, H, dtype=dtype), routes(9, 3)
    experts = fa.Experts(gate_up, down)
    found = experts(x, ids, scales, weight_on="input", out=np.empty((9, H), np.float32))
    same_bits(found, by_blocks(gated_blocks(gate_up, down), x, ids, scales, on_input=True))


@pytest.mark.parametrize("gated", [True, False])
@pytest.mark.parametrize("weight_on", ["output", "input"])
def test_shared_block(gated, weight_on):
    gate_up, down = weights()
    one, two = numbers(2 * 29, H, seed=8), numbers(H, 29, seed=9)
    shared = fa.GatedMLP(one[:29], one[29:], two, "gelu") if gated else fa.MLP(one, np.tile(two, 2))
    x, (ids, scales) = numbers(9, H), routes(9, 3)
    found = fa.Experts(gate_up, down, shared=shared)(x, ids, scales, weight_on)
    same_bits(found, fa.Experts(gate_up, down)(x, ids, scales, weight_on) + shared(x))
    no_expert = np.full_like(ids, E)
    same_bits(fa.Experts(gate_up, down, shared=shared)(x, no_expert, scales), shared(x))


def test_rows_alone_and_any_number_of_threads():
    """The bits of a row are those it has alone, in any order, on one thread and on several."""
    gate_up, down = weights(hidden=200, width=300, experts=8)
    shared = fa.GatedMLP(gate_up[0, :200], gate_up[1, :200], down[0])
    for dtype, accuracy in itertools.product(TYPES, ("exact", "fast")):
        experts = fa.Experts(gate_up, down, shared=shared, accuracy=accuracy, weight_dtype="int8" if accuracy == "fast" else None)
        x, (ids, scales) = numbers(97, 300, dtype=dtype), routes(97, 4, 8)
        found = experts(x, ids, scales)
        for row in (0, 1, 50, 96):
            same_bits(experts(x[row], ids[row], scales[row]), found[row])
        order = np.random.default_rng(1).permutation(97)
        same_bits(experts(x[order], ids[order], scales[order]), found[order])
        for threads in (1, 2, 5):
            with fa.threads(threads):
                same_bits(experts(x, ids, scales), found)


def test_all_rows_on_one_expert():
    gate_up, down = weights()
    experts, block = fa.Experts(gate_up, down), gated_blocks(gate_up, down)[3]
    x = numbers(300, H)
    same_bits(experts(x, np.full((300, 1), 3), np.ones((300, 1))), block(x))
    one = fa.Experts(gate_up[3:4], down[3:4])
    same_bits(one(x, np.zeros((300, 1), np.uint8), np.ones((300, 1), np.float16)), block(x))


def test_rows_without_experts_and_weights_of_padding():
    experts = fa.Experts(*weights())
    ids = np.array([[E, 2**40], [1, E], [E + 7, 1]])
    scales = np.array([[np.nan, np.inf], [0.5, np.nan], [np.nan, 0.5]])
    y = experts(numbers(1, H).repeat(3, 0), ids, scales)
    assert (y[0] == 0).all() and np.isfinite(y).all()
    same_bits(y[1], y[2])
    y = experts(np.full((1, H), np.nan, np.float32), [[E]], [[1.0]])
    assert (y == 0).all()


@pytest.mark.parametrize("kind", ["int8", "int16", "int32", "int64", "uint8", "uint32", "uint64"])
def test_types_of_ids(kind):
    experts = fa.Experts(*weights())
    x, (ids, scales) = numbers(9, H), routes(9, 3)
    same_bits(experts(x, ids.astype(kind), scales), experts(x, ids, scales))
    if kind == "uint64":
        same_bits(experts(x, np.where(ids >= E, np.uint64(2**64 - 1), ids.astype(kind)), scales), experts(x, ids, scales))


def test_strides_shapes_and_out():
    experts = fa.Experts(*weights())
    x, (ids, scales) = numbers(12, H), routes(12, 3)
    expected = experts(x, ids, scales)
    wide = np.zeros((12, 2 * H), np.float32)
    wide[:, ::2] = x
    same_bits(experts(wide[:, ::2], np.asfortranarray(ids), np.asfortranarray(scales)), expected)
    same_bits(experts(x.reshape(3, 4, H), ids.reshape(3, 4, 3), scales.reshape(3, 4, 3)), expected.reshape(3, 4, H))
    same_bits(experts(x[0], ids[0], scales[0]), expected[0])
    out = np.zeros((12, 2 * H), np.float16)
    assert experts(x, ids, scales, out=out[:, 1::2]) is not None
    same_bits(out[:, 1::2], expected.astype(np.float16))
    y = x.copy()
    assert experts(y, ids, scales, out=y) is y     # out overlaps x
    same_bits(y, expected)
    swapped = x.astype(x.dtype.newbyteorder())
    same_bits(experts(swapped, ids.astype(">i4"), scales.astype(">f4")), expected)


def refused(error, match, *args, **named):
    out = named.setdefault("out", np.full((3, H), 7, np.float32))
    experts = fa.Experts(*weights())
    with pytest.raises(error, match=match):
        experts(*args, **named)
    if isinstance(out, np.ndarray):
        assert (out == 7).all()


def test_bad_calls_write_nothing():
    x, ids, scales = numbers(3, H), np.zeros((3, 2), int), np.ones((3, 2))
    negative = ids.copy()
    negative[2, 1] = -1
    refused(ValueError, "negative", x, negative, scales)
    refused(ValueError, "negative", x, negative.astype(np.int32), scales)
    refused(TypeError, "ids must be integers, not float64", x, scales, scales)
    refused(TypeError, "ids must be integers, not bool", x, ids > 0, scales)
    refused(TypeError, "weights must be real", x, ids, scales * 1j)
    refused(ValueError, "ids must have shape", x, ids[:2], scales[:2])
    refused(ValueError, "ids must have shape", x, ids[:, 0], scales[:, 0])
    refused(ValueError, "weights must have the shape of ids", x, ids, scales[:, :1])
    refused(ValueError, "ids has 6 experts for each row, but there are 5", x, np.zeros((3, 6), int), np.ones((3, 6)))
    refused(ValueError, "weight_on", x, ids, scales, weight_on="both")
    refused(TypeError, "x must be float16, bfloat16 or float32", x.astype(float), ids, scales)
    refused(ValueError, "the last axis of x", x[:, 1:], ids, scales)
    refused(ValueError, "out must have shape", x, ids, scales, out=np.full((2, H), 7, np.float32))
    refused(TypeError, "out must be an ndarray", x, ids, scales, out=[1])
    refused(TypeError, "masked", x, np.ma.masked_equal(ids, 1), scales)
    locked = np.full((3, H), 7, np.float32)
    locked.flags.writeable = False
    refused(ValueError, "read-only", x, ids, scales, out=locked)


@pytest.mark.parametrize("change, error, match", [
    ({"gate_up": numbers(E, 2 * I + 1, H)}, ValueError, "even number"),
    ({"gate_up": numbers(E, 2 * I, H)[:4]}, ValueError, "gate has 4 experts, down has 5"),
    ({"gate_up": numbers(2 * I, H)}, ValueError, "3 dimensions"),
    ({"gate_up": (numbers(E, I, H), numbers(E, I + 1, H))}, ValueError, "must have shape"),
    ({"gate_up": (numbers(E, I, H),) * 3}, ValueError, "tuple of gate and up"),
    ({"gate_up": (numbers(E, I, H),) * 2, "gated": False}, TypeError, "gated=False"),
    ({"gate_up": numbers(0, 2 * I, H), "down": numbers(0, H, I)}, ValueError, "no experts"),
    ({"gate_up": [numbers(2 * I, H)] * 4 + [numbers(2 * I, H + 1)]}, ValueError, r"gate\[4\]"),
    ({"gate_up": numbers(E, 2 * I, H).astype(complex)}, TypeError, "real numbers"),
    ({"down": numbers(E, H, I + 1)}, ValueError, "down takes 38 features, but gate and up give 37"),
    ({"gate_up_bias": numbers(E, I)}, ValueError, "gate_up_bias must have shape"),
    ({"down_bias": numbers(E, H + 1)}, ValueError, "down_bias must have shape"),
    ({"order": "up"}, ValueError, "order"), ({"layout": "columns"}, ValueError, "layout"),
    ({"weight_dtype": "int3"}, ValueError, "weight_dtype"), ({"accuracy": "best"}, ValueError, "accuracy"),
    ({"activation": "softmax"}, ValueError, "whole rows"), ({"gated": 1}, TypeError, "gated must be a bool"),
    ({"shared": fa.Projection(np.eye(H))}, TypeError, "shared must be a GatedMLP or an MLP"),
    ({"shared": fa.MLP(np.eye(3), np.eye(3))}, ValueError, "shared must take 53 features"),
])
def test_bad_arguments(change, error, match):
    gate_up, down = weights()
    with pytest.raises(error, match=match):
        fa.Experts(**{"gate_up": gate_up, "down": down} | change)


def test_the_type_of_weights():
    for dtype in TYPES:
        gate_up, down = (one.astype(dtype) for one in weights())
        assert fa.Experts(gate_up, down).weight_dtype == np.dtype(dtype).name
    assert fa.Experts(gate_up.astype(np.float64), down.astype(np.float64)).weight_dtype == "float32"
    experts = fa.Experts(*weights())
    assert (experts.in_features, experts.out_features, experts.num_experts, experts.expert_range) == (H, H, E, range(E))
    assert "5 experts" in repr(experts) and experts.kernel == fa.GatedMLP(*[np.eye(3)] * 3).kernel


@needs_fma
def test_accuracy():
    gate_up, down = weights()
    x, (ids, scales) = numbers(9, H), routes(9, 3)
    same_bits(fa.Experts(gate_up, down, accuracy="correct")(x, ids, scales),
              by_blocks(gated_blocks(gate_up, down, accuracy="correct"), x, ids, scales))
    with fa.accuracy("fast"):
        same_bits(fa.Experts(gate_up, down)(x, ids, scales), by_blocks(gated_blocks(gate_up, down), x, ids, scales))
    with pytest.raises(ValueError, match="Experts has no correct variant with quantised weights"):
        fa.Experts(*weights(width=64, hidden=64), weight_dtype="int8", accuracy="correct")


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_shards_by_experts(count):
    gate_up, down = weights()
    shared = fa.GatedMLP(gate_up[0, :I], gate_up[0, I:], down[0])
    experts = fa.Experts(gate_up, down, shared=shared)
    x, (ids, scales) = numbers(9, H), routes(9, 3)
    shards = [experts.shard(index, count) for index in range(count)]
    assert [one for shard in shards for one in shard.expert_range] == list(range(E))
    np.testing.assert_allclose(sum(shard(x, ids, scales) for shard in shards), experts(x, ids, scales), rtol=2e-5, atol=1e-3)
    blocks = gated_blocks(gate_up, down)
    last = shards[-1]
    first = last.expert_range.start
    if count > 1:
        same_bits(last(x, ids, scales), by_blocks(blocks[first:], x, ids, scales, first))
        same_bits(pickle.loads(pickle.dumps(last))(x, ids, scales), last(x, ids, scales))


@pytest.mark.parametrize("weight_dtype", ["float32", "int4"])
def test_shards_by_hidden_units(weight_dtype):
    gate_up, down = weights(hidden=96, width=64)
    shared = fa.MLP(gate_up[0], np.tile(down[0], 2), weight_dtype=weight_dtype)
    experts = fa.Experts(gate_up, down, down_bias=numbers(E, 64), shared=shared, weight_dtype=weight_dtype)
    x, (ids, scales) = numbers(9, 64), routes(9, 3)
    parts = [experts.shard(index, 3, by="hidden")(x, ids, scales) for index in range(3)]
    whole = experts(x, ids, scales)
    np.testing.assert_allclose(sum(parts), whole, rtol=1e-4, atol=1e-5 * abs(whole).max())


def test_shards_that_are_not():
    experts = fa.Experts(*weights())
    for args, error in (((0, 6), ValueError), ((2, 2), ValueError), ((0, 0), ValueError), ((0.5, 2), TypeError),
                        ((0, 2, "rows"), ValueError), ((0, I + 1, "hidden"), ValueError)):
        with pytest.raises(error):
            experts.shard(*args)


def test_copies_and_threads():
    experts = fa.Experts(*weights())
    x, (ids, scales) = numbers(9, H), routes(9, 3)
    for other in (copy.copy(experts), copy.deepcopy(experts), pickle.loads(pickle.dumps(experts))):
        same_bits(other(x, ids, scales), experts(x, ids, scales))
