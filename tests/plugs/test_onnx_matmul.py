"""fastact.onnx's MatMulNBits beside ONNX Runtime's, and beside the operator's definition in float64."""

import numpy as np
import pytest

import fastact as fa
from helpers import bfloat16, same_bits

onnx = pytest.importorskip("onnx", minversion="1.17", reason="onnx is not installed")

from onnx import numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

import fastact.onnx  # noqa: E402
from test_onnx import model_of, run, run_by_onnx_runtime  # noqa: E402

N = 33


def inputs(bits=4, block_size=32, K=100, rows=(8,), dtype=np.float32, zeros=None, bias=False, seed=0):
    """The operator's inputs, and the weights in float64."""
    rng = np.random.default_rng(seed)
    blocks = -(-K // block_size)
    codes = rng.integers(0, 1 << bits, (N, blocks * block_size), dtype=np.uint8)
    points = rng.integers(0, 1 << bits, (N, blocks + blocks % 2), dtype=np.uint8)
    scales = rng.uniform(0.005, 0.02, (N, blocks)).astype(dtype)
    subtracted, given = np.full((N, blocks), 1 << bits - 1), None
    if zeros == "packed":
        subtracted, given = points[:, :blocks], packed(points, bits)[:, :-(-blocks * bits // 8)]
    elif zeros == "numbers":
        given = subtracted = rng.uniform(0, 1 << bits, (N, blocks)).astype(dtype)
    wide = [np.repeat(array.astype(np.float64), block_size, 1)[:, :K] for array in (scales, subtracted)]
    weights = wide[0] * (codes[:, :K] - wide[1])
    arrays = [rng.standard_normal((*rows, K)).astype(dtype), packed(codes, bits).reshape(N, blocks, -1), scales, given, None,
              rng.standard_normal(N).astype(dtype) if bias else None]
    return arrays, weights, {"K": K, "N": N, "bits": bits, "block_size": block_size}


def packed(codes, bits):
    return codes if bits == 8 else codes[:, ::2] | codes[:, 1::2] << 4


def ours(arrays, **attributes):
    return call(run, arrays, attributes)


def theirs(arrays, **attributes):
    return call(run_by_onnx_runtime, arrays, attributes)


def call(function, arrays, attributes):
    """Inputs at the end that are not given are left out; those in between have no name."""
    while arrays[-1] is None:
        arrays = arrays[:-1]
    return function("MatMulNBits", *arrays, domain="com.microsoft", **attributes)


def expected(arrays, weights):
    """The result in float64, and the sizes of its terms."""
    a, bias = arrays[0].astype(np.float64), 0 if arrays[5] is None else arrays[5].astype(np.float64)
    return a @ weights.T + bias, abs(a) @ abs(weights).T + abs(bias)


def unit(dtype):
    return {"float32": 2.0**-24, "float16": 2.0**-11, "bfloat16": 2.0**-8}[np.dtype(dtype).name]


def check(arrays, weights, attributes, level, error):
    """Ours beside the definition and, where it has a kernel, beside ONNX Runtime's."""
    attributes = attributes | {"accuracy_level": level}
    due, size = expected(arrays, weights)
    found = ours(arrays, **attributes)
    assert found.dtype == arrays[0].dtype and found.shape == due.shape
    assert (abs(found.astype(np.float64) - due) <= error * size + unit(found.dtype) * abs(due)).all()
    peer = theirs(arrays, **attributes)
    if peer is not None:
        assert peer.dtype == found.dtype and peer.shape == found.shape
        off = abs(peer.astype(np.float64) - found.astype(np.float64))
        assert (off <= 2 * error * size + 2 * unit(found.dtype) * abs(due)).all()
    return peer is not None


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("zeros", [None, "packed", "numbers"])
@pytest.mark.parametrize("block_size", [16, 32, 64, 128, 256])
@pytest.mark.parametrize("bits", [4, 8])
def test_values(bits, block_size, zeros, dtype):
    compared = 0
    for rows, K in [((1,), 512), ((8,), 100), ((33,), 544), ((2, 3, 4), 257), ((), 300)]:
        for bias in (False, True):
            case = inputs(bits, block_size, K, rows, dtype, zeros, bias)
            for level in (0, 1, 2, 3):
                # 8 bits around a zero point far away cancel: terms are as large as scale * code.
                compared += check(*case, level, K * 2.0**-24 * (32 if zeros else 4))
            # A in 8 bits: half a step of 127 each, of the largest of a block, which has a few deviations.
            compared += check(*case, 4, 0.02)
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    if not (bits == 8 and zeros == "numbers"):     # for which ONNX Runtime has no kernel
        assert compared == 50


def test_blocks_larger_than_the_packed_ones():
    for bits in (4, 8):
        case = inputs(bits, 512, 1100, zeros="packed")
        arrays, weights, attributes = case
        due, size = expected(arrays, weights)
        assert (abs(ours(arrays, **attributes) - due) <= 1100 * 2.0**-20 * size).all()


def test_bfloat16():
    if bfloat16 is None:
        pytest.skip("ml_dtypes is not installed")
    for bits in (4, 8):
        arrays, weights, attributes = inputs(bits, 32, 100, zeros="packed", dtype=bfloat16, bias=True)
        due, size = expected(arrays, weights)
        found = ours(arrays, **attributes)
        assert found.dtype == bfloat16
        assert (abs(found.astype(np.float64) - due) <= 2.0**-14 * size + 2.0**-8 * abs(due)).all()


def test_accuracy_levels():
    """Only level 4 rounds A to 8 bits, and not where that would be in larger groups than the operator's."""
    for block_size in (16, 32, 128):
        arrays, _, attributes = inputs(block_size=block_size, K=512)
        layer = fa.Projection(fa.QuantizedArray({"B": arrays[1], "scales": arrays[2]}, "nbits4", (N, 512)))
        with fa.accuracy("fast"):
            assert same_bits(ours(arrays, **attributes, accuracy_level=1), ours(arrays, **attributes))
            fast = layer(arrays[0])
        exact = layer(arrays[0])
        assert not np.array_equal(fast, exact) and same_bits(ours(arrays, **attributes), exact)
        due = exact if block_size == 16 else fast
        assert same_bits(ours(arrays, **attributes, accuracy_level=4), due)


def test_the_setting_correct_is_refused():
    arrays, _, attributes = inputs()
    with fa.accuracy("correct"), pytest.raises(ValueError, match="MatMulNBits has no correct variant yet"):
        ours(arrays, **attributes)


@pytest.mark.parametrize("zeros", [None, "packed", "numbers"])
@pytest.mark.parametrize("bits", [4, 8])
def test_columns_in_any_order(bits, zeros):
    """With a g_idx ONNX Runtime 1.32 takes 8 for zero points that are packed; the operator is defined otherwise."""
    arrays, _, attributes = inputs(bits, 32, 100, zeros=zeros)
    order = np.random.default_rng(1).integers(0, 4, 128).astype(np.int32)
    parts = dict(zip(("B", "scales", "zero_points", "g_idx"), [*arrays[1:4], order]))
    weights = fa.QuantizedArray(parts, f"nbits{bits}", (N, 100)).dequantize().astype(np.float64)
    for indices in (order, order[:100]):
        arrays[4] = indices
        due, size = expected(arrays, weights)
        found = ours(arrays, **attributes)
        assert (abs(found - due) <= 100 * 2.0**-23 * size).all()
        peer = theirs(arrays, **attributes) if bits == 4 else None
        if peer is not None and zeros != "packed":
            assert (abs(found - peer) <= 100 * 2.0**-22 * size).all()


def test_shapes_of_older_models():
    arrays, _, attributes = inputs(zeros="packed")
    flat = [arrays[0], arrays[1], arrays[2].ravel(), arrays[3].ravel(), None, None]
    assert same_bits(ours(flat, **attributes), ours(arrays, **attributes))
    assert (peer := theirs(flat, **attributes)) is None or np.array_equal(peer, theirs(arrays, **attributes))


def test_no_rows():
    arrays, _, attributes = inputs(rows=(0,))
    assert ours(arrays, **attributes).shape == (0, N)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("empty", [0, 1, 2])
def test_weights_that_are_left_out_are_zeros(empty, bias):
    arrays, _, attributes = inputs(bias=bias)
    arrays[1] = arrays[1].take([], empty)
    arrays[0][:] = np.nan   # is not read
    found = ours(arrays, **attributes)
    assert np.array_equal(found, np.broadcast_to(arrays[5] if bias else np.float32(0), (8, N))) and found.dtype == np.float32
    assert (peer := peer_or_none(arrays, attributes)) is None or same_bits(found, peer)
    arrays[1] = np.zeros((N, 0, 17), np.uint8)
    assert "bytes of a group" in refusal(arrays, attributes)
    arrays[0] = np.ones((), np.float32)
    assert "the last axis of A must be K = 100, but A has shape ()" in refusal(arrays, attributes)


def peer_or_none(arrays, attributes):
    """ONNX Runtime's result, or None where a version refuses empty weights."""
    try:
        return theirs(arrays, **attributes)
    except Exception as error:
        assert "quantized_weight" in str(error)
        return None


def refusal(arrays, attributes, **more):
    """The message of an error, as the evaluator's caller sees it."""
    with pytest.raises(ValueError, match="^MatMulNBits") as caught:
        ours(arrays, **attributes | more)
    return str(caught.value)


@pytest.mark.parametrize("change, message", [
    ({"bits": 2}, "bits must be 4 or 8, not 2"), ({"block_size": 8}, "block_size must be a power of two from 16 on, not 8"),
    ({"block_size": 48}, "block_size must be a power of two"), ({"accuracy_level": 5}, "accuracy_level must be from 0 to 4"),
    ({"weight_prepacked": 1}, "weight_prepacked must be 0, not 1"),
    ({"block_size": 64}, "B of nbits4 has groups of 32 weights, not of 64"),
    ({"bits": 8}, "B of nbits8 has groups of 16 weights, not of 32"),
    ({"N": 34}, r"B of nbits4 must have shape (34, 4, 16), not (33, 4, 16)"),
    ({"block_size": 16}, "B of nbits4 has groups of 32 weights, not of 16"),
    ({"K": 90}, "the last axis of A must be K = 90, but A has shape (8, 100)"),
    ({"K": -1}, "K must be an integer from 0 on, not -1"), ({"N": 33.0}, "N must be an integer from 0 on, not 33.0"),
    ({"block_size": "32"}, "block_size must be an integer from 0 on, not '32'"),
])
def test_attributes_that_do_not_fit(change, message):
    arrays, _, attributes = inputs()
    assert message in refusal(arrays, attributes, **change)


@pytest.mark.parametrize("name", ["K", "N", "block_size"])
def test_attributes_that_are_needed(name):
    arrays, _, attributes = inputs()
    del attributes[name]
    assert f"MatMulNBits needs the attribute {name}" == refusal(arrays, attributes)


@pytest.mark.parametrize("count, name", [(1, "B"), (2, "scales")])
def test_inputs_that_are_needed(count, name):
    arrays, _, attributes = inputs()
    assert f"MatMulNBits needs the input {name}" == refusal(arrays[:count], attributes)


@pytest.mark.parametrize("place, array, message", [
    (0, np.ones((), np.float32), "the last axis of A must be K = 100, but A has shape ()"),
    (0, np.ones((8, 99), np.float32), "the last axis of A must be K = 100, but A has shape (8, 99)"),
    (0, np.ones((8, 100), np.int32), "A must have one of the types float32, float16, bfloat16, not int32"),
    (1, np.ones((N, 3, 16), np.uint8), "B of nbits4 must have shape (33, 4, 16), not (33, 3, 16)"),
    (1, np.ones((N, 4, 16), np.float32), "B of nbits4 must be uint8, not float32"),
    (2, np.ones((N, 4), np.float16), "scales must have the type of A, float32, not float16"),
    (5, np.ones(N, np.float16), "bias must have the type of A, float32, not float16"),
    (5, np.ones(N + 1, np.float32), "bias must have shape (33,), not (34,)"),
    (2, np.ones((N, 3), np.float32), "scales of nbits4 must have shape (33, 4), not (33, 3)"),
    (3, np.ones((N, 4), np.uint8), "zero_points of nbits4 must have shape (33, 2), not (33, 4)"),
    (3, np.ones((N, 4), np.float16), "zero_points of nbits4 must be uint8 or float32, not float16"),
    (4, np.full(100, 4, np.int32), "g_idx of nbits4 must be groups from 0 to 3, not from 4 to 4"),
])
def test_inputs_that_do_not_fit(place, array, message):
    arrays, _, attributes = inputs()
    arrays[place] = array
    assert message in refusal(arrays, attributes)


def test_float64_is_refused():
    arrays, _, attributes = inputs()
    arrays = [array.astype(np.float64) if array is not None and array.dtype == np.float32 else array for array in arrays]
    assert "float16, bfloat16, not float64" in refusal(arrays, attributes)


def evaluator_of(arrays, attributes, tensor_of):
    """An evaluator of a model that holds all arrays but the first."""
    model, values = model_of("MatMulNBits", [array for array in arrays if array is not None], 21, "com.microsoft", attributes)
    model.graph.node[0].input[4:] = ["", "x4"]
    for name in list(values)[1:]:
        model.graph.initializer.append(tensor_of(values[name], name))
    return ReferenceEvaluator(model, new_ops=fastact.onnx.operators), values


def from_list(array, name):
    return onnx.helper.make_tensor(name, onnx.helper.np_dtype_to_tensor_dtype(array.dtype), array.shape, array.ravel().tolist())


@pytest.mark.parametrize("tensor_of", [numpy_helper.from_array, from_list])
def test_weights_are_packed_once(tensor_of):
    arrays, weights, attributes = inputs(zeros="packed", bias=True)
    evaluator, _ = evaluator_of(arrays, attributes, tensor_of)
    node, = evaluator.rt_nodes_
    first = evaluator.run(None, {"x0": arrays[0]})[0]
    layer = node.kept[1]
    assert same_bits(first, ours(arrays, **attributes))
    assert same_bits(evaluator.run(None, {"x0": arrays[0][::-1]})[0], first[::-1]) and node.kept[1] is layer


def test_inputs_that_change_are_packed_again():
    """The same array with other numbers, and at the end with those of the model."""
    arrays, _, attributes = inputs(zeros="packed", bias=True)
    evaluator, values = evaluator_of(arrays, attributes, numpy_helper.from_array)
    node, = evaluator.rt_nodes_
    first = evaluator.run(None, {"x0": arrays[0]})[0]
    for place, name in [(1, "x1"), (2, "x2"), (3, "x3"), (5, "x4")]:
        changed = [array if array is None else array.copy() for array in arrays]
        for _ in range(2):
            given = {"x0": arrays[0], name: changed[place]}
            found = evaluator.run(None, given)[0]
            layer = node.kept[1]
            assert same_bits(found, ours(changed, **attributes))
            assert same_bits(evaluator.run(None, given)[0], found) and node.kept[1] is layer
            changed[place].flat[0] += 1
    assert same_bits(evaluator.run(None, {"x0": arrays[0]})[0], first)


def test_who_may_change_an_array():
    constant = np.frombuffer(bytes(16), np.uint8)
    assert fastact.onnx.is_constant(constant) and fastact.onnx.is_constant(constant.reshape(4, 4)[1:])
    own = np.zeros(4)
    view = own[:]
    view.flags.writeable = False
    assert not any(map(fastact.onnx.is_constant, (own, view, np.frombuffer(bytearray(8), np.uint8))))
