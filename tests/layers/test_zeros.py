"""Zeros among hidden values: what is skipped changes no bit; hidden units that the caller chooses."""

import copy
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import BY_NAME, GATED_ENTRIES, gives_zeros
from fastact._runtime import dispatch, targets

from quantized_samples import KINDS, sample

HIDDEN, OUT = 165, 83   # neither is a multiple of any register, chain of sums or group of quantised weights
WEIGHTS = ["float32", "float16", "bfloat16", "int8", "int4"]


def dense_twin(layer):
    """A layer over the same packed weights that does not look for zeros."""
    twin = copy.copy(layer)
    twin.products = [copy.copy(product) for product in layer.products]
    twin.products[0].gives_zeros = False
    return twin


def x_dtypes():
    """The types of x that can be had here."""
    try:
        import ml_dtypes
    except ImportError:
        return [np.float32, np.float16]
    return [np.float32, np.float16, ml_dtypes.bfloat16]


def chosen_hidden(hidden, w2, **keywords):
    """An MLP whose rows of hidden values, relu(identity @ w1.T), are those of `hidden`."""
    return fa.MLP(hidden.T, w2, activation="relu", **keywords), np.eye(len(hidden), dtype=np.float32)


def hidden_rows(rng, rows, share, size=HIDDEN):
    """Rows of hidden values, of which a share is positive."""
    return np.where(rng.random((rows, size)) < share, rng.random((rows, size)) + 0.1, -1).astype(np.float32)


@pytest.mark.parametrize("weight_dtype", WEIGHTS)
def test_skipping_changes_no_bit(weight_dtype):
    rng = np.random.default_rng(1)
    w2, b2 = rng.standard_normal((OUT, HIDDEN)).astype(np.float32), rng.standard_normal(OUT).astype(np.float32)
    w2[3] = 0
    for rows in (1, 2, 3, 4, 5):
        for share in (0, 0.01, 0.1, 0.4, 1):
            for bias in (None, b2):
                layer, x = chosen_hidden(hidden_rows(rng, rows, share), w2, b2=bias, weight_dtype=weight_dtype)
                dense = dense_twin(layer)
                for dtype in x_dtypes():
                    for accuracy in ("exact", "fast"):
                        with fa.accuracy(accuracy):
                            found, wanted = layer(x.astype(dtype)), dense(x.astype(dtype))
                        assert found.tobytes() == wanted.tobytes(), (rows, share, dtype, accuracy)


def test_skipping_is_done():
    """With an infinite weight that is not declared, the dense product gives NaN, and one without zeros does not."""
    layer, x = chosen_hidden(np.array([[1, -1, 2]], np.float32), np.array([[1, 1, 1]], np.float32))
    assert layer.products[1].packed.finite
    weights, _ = layer.products[1].packed.arrays()
    weights[weights == 1] = [1, np.inf, 1]
    assert np.isnan(dense_twin(layer)(x))
    assert layer(x) == 3


@pytest.mark.parametrize("weight_dtype", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("special", [np.inf, np.nan])
def test_zero_times_infinity_is_nan(weight_dtype, special):
    hidden = np.full((1, HIDDEN), -1, np.float32)
    w2 = np.ones((OUT, HIDDEN), np.float32)
    w2[5, 7] = special
    layer, x = chosen_hidden(hidden, w2, weight_dtype=weight_dtype)
    assert not layer.products[1].packed.finite
    assert np.flatnonzero(np.isnan(layer(x)[0])).tolist() == [5]
    assert np.flatnonzero(np.isnan(layer(x, active=[1])[0])).tolist() == [5]


def test_infinite_scale_of_quantised_weights():
    w2 = np.ones((OUT, 64), np.float32)
    array = fa.quantize(w2, "int8", group=32)
    assert fa.MLP(np.ones((64, 1)), array, activation="relu").products[1].packed.finite
    blocks = np.zeros((1, 34), np.uint8)
    blocks[:, :2] = np.frombuffer(np.float16(np.inf).tobytes(), np.uint8)
    infinite = fa.QuantizedArray(blocks, "q8_0", (1, 32))
    layer = fa.MLP(-np.ones((32, 1)), infinite, activation="relu")
    assert not layer.products[1].packed.finite
    assert np.isnan(layer(np.ones((1, 1), np.float32)))


def test_negative_zero_of_the_dense_sum():
    """-1e-30 * 1e-30 is -0; 0 times a weight that is not skipped then makes it +0, or leaves it."""
    hidden = np.zeros((1, HIDDEN), np.float32)
    hidden[0, 3] = 1e-30
    for rest in (1.0, -1.0):
        w2 = np.full((OUT, HIDDEN), rest, np.float32)
        w2[:, 3] = -1e-30
        w2[1::2, 3] = 1e-30
        for where in (0, 3, 100):        # what the dense product adds to -0 comes before it, after it, or in a later chain
            moved, w = np.roll(hidden, where, 1), np.roll(w2, where, 1)
            layer, x = chosen_hidden(moved, w)
            assert layer(x).tobytes() == dense_twin(layer)(x).tobytes()
    # In a single chain nothing makes it +0, but for products of zeros that are not negative.
    layer, x = chosen_hidden(hidden[:, :64], np.full((OUT, 64), -1e-30, np.float32))
    wanted = dense_twin(layer)(x)
    assert layer(x).tobytes() == wanted.tobytes()
    if dispatch.matmul_target not in targets.WITHOUT_FMA:   # there the product is rounded to -0 before +0 is added to it
        assert np.signbit(wanted).all()


def test_threads_and_batch():
    rng = np.random.default_rng(2)
    w2 = rng.standard_normal((700, 900)).astype(np.float32)
    layer, x = chosen_hidden(hidden_rows(rng, 6, 0.1, 900), w2)
    whole = layer(x)
    with fa.threads(1):
        assert layer(x[:3]).tobytes() == whole[:3].tobytes()
    for row in range(6):
        assert layer(x[row]).tobytes() == whole[row].tobytes()


def test_the_catalogue_knows_who_gives_zeros():
    zeros = {name for name, entry in BY_NAME.items() if entry.kind != "fold" and gives_zeros(entry.measured())}
    assert {"relu", "relu6", "relu_squared", "hardshrink", "softshrink", "hard_sigmoid", "hard_swish"} <= zeros
    assert not zeros & {"gelu", "silu", "identity", "tanh", "square", "thin_plate", "leaky_relu", "star_relu"}
    for name in zeros:      # the compiled functions agree
        entry = BY_NAME[name].measured()
        x = np.linspace(-4, 4, 65, dtype=np.float32)
        assert fa.sparsity(fa.activations[name](x, **entry.parameters)) > 0.01
    gated = {entry.name for entry in GATED_ENTRIES if gives_zeros(entry.measured())}
    assert {"reglu", "drelu"} <= gated and not gated & {"swiglu", "glu", "bilinear", "swiglu_clamped"}
    w1, w2 = np.ones((4, 2)), np.ones((2, 4))
    assert fa.MLP(w1, w2, activation=("hard_tanh", {"min_val": 0})).products[0].gives_zeros
    assert not fa.MLP(w1, w2, activation="hard_tanh").products[0].gives_zeros
    assert fa.GatedMLP(w1, w1, w2, activation="drelu").products[0].gives_zeros


def layers(weight_dtype, activation, size=HIDDEN):
    """An MLP and a GatedMLP."""
    rng = np.random.default_rng(3)
    w_gate, w_up = rng.standard_normal((2, size, 70)).astype(np.float32) / 8
    w_down = rng.standard_normal((OUT, size)).astype(np.float32)
    b_gate, b_up = rng.standard_normal((2, size)).astype(np.float32)
    b_down = rng.standard_normal(OUT).astype(np.float32)
    yield fa.MLP(w_gate, w_down, b_gate, b_down, activation=activation, weight_dtype=weight_dtype)
    yield fa.GatedMLP(w_gate, w_up, w_down, activation, b_gate, b_up, b_down, weight_dtype=weight_dtype)


def restricted(layer, x, active):
    """The same by hand: the hidden values of a projection, those that are not active set to zero."""
    hidden_type = np.float32
    up, down = layer.products
    hidden = np.empty((len(x), HIDDEN), hidden_type)
    accuracy = layer.resolved_accuracy()
    dispatch.matmul.run([up.step(accuracy)], x, x.dtype.name, hidden, "float32", accuracy == "fast")
    hidden[:, np.setdiff1d(np.arange(HIDDEN), active)] = 0
    out = np.empty((len(x), OUT), x.dtype)
    dispatch.matmul.run([down.step(accuracy)], hidden, "float32", out, x.dtype.name, accuracy == "fast")
    return out


@pytest.mark.parametrize("weight_dtype", WEIGHTS)
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_active_units(weight_dtype, activation):
    rng = np.random.default_rng(4)
    x = rng.standard_normal((40, 70)).astype(np.float32)
    for layer in layers(weight_dtype, activation):
        for rows in (1, 3, 40):
            for count in (0, 1, 20, 100, HIDDEN):
                active = rng.permutation(HIDDEN)[:count]
                for accuracy in ("exact", "fast"):
                    with fa.accuracy(accuracy):
                        found = layer(x[:rows], active=active)
                        assert found.tobytes() == restricted(layer, x[:rows], active).tobytes(), (rows, count, accuracy)
                if count == HIDDEN:
                    assert layer(x[:rows], active=active).tobytes() == layer(x[:rows]).tobytes()


def test_active_with_other_types_of_x():
    rng = np.random.default_rng(5)
    x = rng.standard_normal((3, 70)).astype(np.float32)
    everything, some = np.arange(HIDDEN), np.arange(3, HIDDEN, 7)
    for weight_dtype in WEIGHTS:
        for layer in layers(weight_dtype, "relu"):
            for dtype in x_dtypes()[1:]:
                assert layer(x.astype(dtype), active=everything).tobytes() == layer(x.astype(dtype)).tobytes()
                out = np.empty((3, OUT), np.float32)
                assert layer(x.astype(dtype), out=out, active=some) is out
                for row in range(3):
                    alone = np.empty(OUT, np.float32)
                    layer(x[row].astype(dtype), out=alone, active=some)
                    assert alone.tobytes() == out[row].tobytes()


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_format(kind):
    """Weights of each form are taken apart by unit and put together again, and zeros are skipped in them."""
    rng = np.random.default_rng(6)
    w1, w2 = sample(kind, (48, 512), 1), sample(kind, (40, 512), 2)
    x = rng.standard_normal((2, 512)).astype(np.float32)
    first = fa.MLP(w1, np.eye(48), activation="relu")
    hidden = first(x)
    for active in (np.arange(48), np.arange(5, 48, 3)):
        inactive = np.setdiff1d(np.arange(48), active)
        wanted = hidden.copy()
        wanted[:, inactive] = 0
        assert np.array_equal(first(x, active=active), wanted)
    second, identity = chosen_hidden(hidden_rows(rng, 4, 0.1, 512), w2)
    dense = dense_twin(second)
    assert second.products[1].is_coded and second.products[1].packed.finite
    for dtype in x_dtypes():
        for rows in (1, 2, 3, 4):
            some = identity[:rows].astype(dtype)
            assert second(some).tobytes() == dense(some).tobytes(), (dtype, rows)


def test_active_is_sorted_and_counted_once():
    (layer, _) = layers("float32", "relu")
    x = np.random.default_rng(7).standard_normal((2, 70)).astype(np.float32)
    wanted = layer(x, active=[2, 5, 90])
    for active in ([90, 2, 5], [5, 2, 2, 90, 5], np.array([2, 5, 90], np.uint8), (2, 5, 90), np.arange(180)[[2, 5, 90]]):
        assert layer(x, active=active).tobytes() == wanted.tobytes()
    assert layer(x, active=[]).tobytes() == np.tile(layer.products[1].packed.biases()[0], (2, 1)).tobytes()


def test_active_is_checked_before_anything_is_written():
    (layer, _) = layers("float32", "relu")
    x, out = np.ones((1, 70), np.float32), np.full((1, OUT), 7, np.float32)
    for active, error, message in (
            ([0.5], TypeError, "must be integers"), (np.zeros(HIDDEN, bool), TypeError, "flatnonzero"),
            ([[1]], ValueError, "1 dimension"), (3, ValueError, "1 dimension"), ([-1], ValueError, "from 0 to 164, not -1"),
            ([0, HIDDEN], ValueError, "from 0 to 164, not 165"), (np.array([2**63], np.uint64), ValueError, "from 0 to 164"),
            (["a"], TypeError, "must be integers")):
        with pytest.raises(error, match=message):
            layer(x, out=out, active=active)
    assert (out == 7).all()
    with pytest.raises(TypeError):
        fa.Projection(np.ones((3, 70)))(x, active=[1])


def test_the_first_calls_from_several_threads():
    """They may all make the weights by unit; the ones that calls already read must stay."""
    rng = np.random.default_rng(0)
    w1, w2 = rng.standard_normal((64, 32), np.float32), rng.standard_normal((16, 64), np.float32)
    x, active = rng.standard_normal((1, 32), np.float32), [1, 5, 60]
    expected = fa.MLP(w1, w2, activation="relu")(x, active=active)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(40):
            layer, together = fa.MLP(w1, w2, activation="relu"), threading.Barrier(8)

            def call(_, layer=layer, together=together):
                together.wait()
                return layer.products[0].packed.by_unit(), layer(x, active=active)

            with ThreadPoolExecutor(8) as pool:
                found = list(pool.map(call, range(8)))
            assert len({id(units) for units, _ in found}) == 1
            assert all(np.array_equal(y, expected) for _, y in found)
    finally:
        sys.setswitchinterval(interval)


def test_weights_by_unit_are_counted():
    (layer, _) = layers("float32", "relu")
    before = layer.nbytes
    layer(np.ones((1, 70), np.float32), active=[1])
    assert before + HIDDEN * 70 * 4 <= layer.nbytes <= before + HIDDEN * 128 * 4


def test_experts_skip_zeros_too():
    rng = np.random.default_rng(8)
    gate_up = rng.standard_normal((3, 2 * HIDDEN, 16)).astype(np.float32)
    down = rng.standard_normal((3, 16, HIDDEN)).astype(np.float32)
    x, ids, weights = rng.standard_normal((2, 16)).astype(np.float32), [[0, 2], [1, 0]], np.full((2, 2), 0.5, np.float32)
    for weight_dtype in ("float32", "int8"):
        skipping = fa.Experts(gate_up, down, activation="relu", weight_dtype=weight_dtype)
        assert skipping.products[0].gives_zeros
        wanted = skipping(x, ids, weights)
        for product in skipping.products:
            product.gives_zeros = False
        assert skipping(x, ids, weights).tobytes() == wanted.tobytes()


def test_kernel_says_so():
    relu, gelu = (fa.MLP(np.ones((4, 2)), np.ones((2, 4)), activation=name).kernel for name in ("relu", "gelu"))
    assert "zeros" in relu and "zeros" not in gelu
    w2 = np.ones((2, 4))
    w2[0, 0] = np.inf
    assert "zeros" not in fa.MLP(np.ones((4, 2)), w2, activation="relu").kernel
