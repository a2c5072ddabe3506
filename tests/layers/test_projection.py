"""Projections against float64 NumPy; what they promise about bits, memory and arguments."""

import copy
import mmap
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import fastact as fa
from fastact import reference
from fastact._runtime import dispatch
from fastact._catalogue import EXACT_ULP, FAST_RELATIVE
from fastact._formats import FORMATS
from helpers import BFLOAT_INSTRUCTIONS, run_python

U = 2.0**-24  # unit roundoff of float32
STEEPEST = 1.13  # no activation used here has a larger derivative (gelu: 1.129)
RELATIVE = {"exact": EXACT_ULP["float32"] * 2 * U, "fast": FAST_RELATIVE["float32"]}
ORACLES = {None: lambda x: x, "relu": reference.relu, "gelu": reference.gelu,
           "silu": reference.silu, "tanh": reference.tanh}

ROWS = [*range(21), 28, 29, 64, 129, 200]
SHAPES = [(1, 0), (3, 1), (16, 2), (17, 15), (31, 16), (33, 31), (32, 33), (65, 100), (0, 5)]  # N, K


def arrays(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(np.float32) for shape in shapes]


def linear(x, w, bias=None):
    """x wᵀ + bias in float64, and a bound on what a float32 sum in any order may be off.

    The classic bound for K products and K + 1 sums, each rounded (Higham, section 3.1).
    """
    x, w = x.astype(np.float64), w.astype(np.float64)
    bias = np.zeros(len(w)) if bias is None else bias.astype(np.float64)
    error = (x.shape[-1] + 2) * U * (abs(x) @ abs(w).T + abs(bias))
    return x @ w.T + bias, error * 1.001


def activated(values, error, name, accuracy="exact"):
    result = ORACLES[name](values)
    return result, STEEPEST * error + (RELATIVE[accuracy] * abs(result) + 2.0**-149 if name else 0)


def plain(x, w, bias=None, activation=None, accuracy="exact"):
    return activated(*linear(x, w, bias), activation, accuracy)


def gated(x, w_gate, w_up, bias_gate=None, bias_up=None, activation="silu", accuracy="exact"):
    gate, gate_error = plain(x, w_gate, bias_gate, activation, accuracy)
    up, up_error = linear(x, w_up, bias_up)
    result = gate * up
    return result, (abs(gate) + gate_error) * up_error + abs(up) * gate_error + 2 * U * abs(result) + 2.0**-149


def assert_within(got, expected, what=""):
    values, error = expected
    assert got.shape == values.shape
    assert got.dtype == np.float32
    excess = np.flatnonzero(~(abs(got - values) <= error))
    assert not excess.size, f"{what}: {excess.size} of {got.size} off, first {excess[0]}: " \
        f"{got.ravel()[excess[0]]} for {values.ravel()[excess[0]]} ± {error.ravel()[excess[0]]}"


def same_bits(a, b):
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


# ------------------------------------------------------------------------------- values --


@pytest.mark.parametrize("n, k", SHAPES)
@pytest.mark.parametrize("rows", ROWS)
def test_plain(rows, n, k):
    x, w, bias = arrays((rows, k), (n, k), n, seed=rows)
    assert_within(fa.Projection(w)(x), plain(x, w))
    assert_within(fa.Projection(w, bias, activation="gelu")(x), plain(x, w, bias, "gelu"))


@pytest.mark.parametrize("n, k", SHAPES)
@pytest.mark.parametrize("rows", ROWS)
def test_gated(rows, n, k):
    x, w_gate, w_up, bias_gate, bias_up = arrays((rows, k), (n, k), (n, k), n, n, seed=rows)
    assert_within(fa.GatedProjection(w_gate, w_up)(x), gated(x, w_gate, w_up))
    assert_within(fa.GatedProjection(w_gate, w_up, "gelu", bias_gate, bias_up)(x),
                  gated(x, w_gate, w_up, bias_gate, bias_up, "gelu"))


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
@pytest.mark.parametrize("activation", list(ORACLES))
def test_every_activation(activation, accuracy):
    x, w_gate, w_up, bias = arrays((23, 40), (50, 40), (50, 40), 50)
    assert_within(fa.Projection(w_up, bias, activation, accuracy=accuracy)(x),
                  plain(x, w_up, bias, activation, accuracy))
    assert_within(fa.GatedProjection(w_gate, w_up, activation, bias, accuracy=accuracy)(x),
                  gated(x, w_gate, w_up, bias, None, activation, accuracy))


@pytest.mark.parametrize("rows, n, k", [(150, 40, 3000), (3, 700, 1100), (129, 260, 257), (1, 33, 5000)])
def test_several_blocks_and_teams(rows, n, k):
    x, w_gate, w_up = arrays((rows, k), (n, k), (n, k))
    assert_within(fa.Projection(w_up)(x), plain(x, w_up))
    assert_within(fa.GatedProjection(w_gate, w_up)(x), gated(x, w_gate, w_up))


@pytest.mark.parametrize("rows", [1, 3, 16, 100])
def test_sums_are_taken_in_order(rows):
    """1e8 + 1 - 1e8 is 0 in float32 if taken in order, 1 in any other."""
    x = np.tile(np.array([1e8, 1, -1e8] + [0] * 30, np.float32), (rows, 1))
    assert not fa.Projection(np.ones((40, 33)))(x).any()
    x = np.tile(np.array([0] * 15 + [1e8, -1e8, 1], np.float32), (rows, 1))
    assert (fa.Projection(np.ones((40, 18)))(x) == 1).all()


def test_infinity_and_nan_stay_in_their_row_and_raise_no_warning():
    x, w = arrays((30, 20), (37, 20))
    x[3, 5], x[7, 0], x[8] = np.nan, np.inf, 3e38
    rest = np.delete(np.arange(30), [3, 7, 8])
    with np.errstate(all="raise"):
        y = fa.Projection(w, activation="silu")(x)
    assert np.isnan(y[3]).all()
    assert np.isin(y[7], [np.inf, 0]).all()
    assert_within(y[rest], plain(x[rest], w, activation="silu"))


def test_mlp_and_gated_mlp_are_their_projections():
    x, w1, w2, b1, b2, w3 = arrays((21, 35), (50, 35), (19, 50), 50, 19, (50, 35))
    hidden = fa.Projection(w1, b1, "gelu")(x)
    assert same_bits(fa.MLP(w1, w2, b1, b2)(x), fa.Projection(w2, b2)(hidden))
    hidden = fa.GatedProjection(w1, w3, "silu", b1)(x)
    assert same_bits(fa.GatedMLP(w1, w3, w2, "silu", b1, None, b2)(x), fa.Projection(w2, b2)(hidden))


def test_one_shot():
    x, w_gate, w_up, bias = arrays((4, 33), (20, 33), (20, 33), 20)
    expected = fa.GatedProjection(w_gate, w_up, "gelu", bias, accuracy="fast")(x)
    assert same_bits(fa.gated_projection(x, w_gate, w_up, "gelu", bias, accuracy="fast"), expected)
    out = np.empty((4, 20), np.float32)
    assert fa.gated_projection(x, w_gate.T, w_up.T, "gelu", bias, layout="in_out", accuracy="fast", out=out) is out
    assert same_bits(out, expected)


# --------------------------------------------------------------------------------- bits --


@pytest.fixture(scope="module")
def many_rows():
    """A projection over several panels and blocks, 230 rows, and the result of one call for them."""
    x, w_gate, w_up, bias = arrays((230, 1030), (301, 1030), (301, 1030), 301)
    project = fa.GatedProjection(w_gate, w_up, bias_up=bias)
    with fa.threads(1):
        return project, x, project(x)


@pytest.mark.parametrize("rows", [*range(1, 31), 63, 64, 65, 127, 128, 129, 200])
def test_bits_do_not_depend_on_the_number_of_rows(many_rows, rows):
    project, x, y = many_rows
    assert same_bits(project(x[:rows]), y[:rows])
    assert same_bits(project(x[-rows:]), y[-rows:])


@pytest.mark.parametrize("threads", [1, 2, 3, 4, 5, 8])
@pytest.mark.parametrize("rows", [1, 7, 33, 129, 230])
def test_bits_do_not_depend_on_the_threads(many_rows, rows, threads):
    project, x, y = many_rows
    with fa.threads(threads):
        assert same_bits(project(x[:rows]), y[:rows])


def test_bits_do_not_depend_on_the_other_rows(many_rows):
    project, x, y = many_rows
    assert same_bits(project(x[::-1])[::-1].copy(), y)
    other = x.copy()
    other[1::2] = np.nan
    assert same_bits(project(other)[::2].copy(), y[::2].copy())


def test_bits_do_not_depend_on_the_columns():
    x, w = arrays((20, 65), (100, 65))
    whole = fa.Projection(w)(x)
    for n in (1, 15, 31, 33, 70):
        assert same_bits(fa.Projection(w[:n])(x), whole[:, :n].copy())
    assert same_bits(fa.GatedProjection(w, w[::-1], None)(x), whole * whole[:, ::-1])


def test_calls_from_several_threads(many_rows):
    project, x, y = many_rows
    start = threading.Barrier(4)

    def call(rows):
        start.wait()
        return all(same_bits(project(x[:rows]), y[:rows]) for _ in range(10))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(call, [1, 30, 129, 230]))


# ------------------------------------------------------------------------ shapes, strides --

LAYOUTS = {
    "transposed": lambda x: np.asfortranarray(x),
    "backwards": lambda x: np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1],
    "every third column": lambda x: np.repeat(x, 3, axis=1)[:, ::3],
    "every second row": lambda x: np.repeat(x, 2, axis=0)[::2],
    "columns of a wider array": lambda x: np.hstack([x, x, x])[:, x.shape[1]:2 * x.shape[1]],
    "unaligned": lambda x: np.frombuffer(b"?" + x.tobytes(), np.float32, offset=1).reshape(x.shape),
    "other byte order": lambda x: x.astype(x.dtype.newbyteorder()),
    "read-only": lambda x: np.frombuffer(x.tobytes(), np.float32).reshape(x.shape),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_strides_of_x_and_weights(layout):
    x, w, bias = arrays((21, 35), (40, 35), 40)
    expected = fa.Projection(w, bias)(x)
    rearranged = LAYOUTS[layout](x)
    assert np.array_equal(rearranged, x)
    assert same_bits(fa.Projection(w, bias)(rearranged), expected)
    assert same_bits(fa.Projection(LAYOUTS[layout](w), LAYOUTS[layout](bias[:, None])[:, 0])(x), expected)


def test_rows_that_are_one_row():
    x, w = arrays(35, (40, 35))
    repeated = np.broadcast_to(x, (20, 35))
    assert same_bits(fa.Projection(w)(repeated), np.tile(fa.Projection(w)(x), (20, 1)))


@pytest.mark.parametrize("lead", [(), (1,), (0,), (2, 3), (2, 0, 3), (2, 3, 4)])
def test_leading_dimensions(lead):
    x, w = arrays((*lead, 35), (40, 35))
    y = fa.Projection(w)(x)
    assert y.shape == (*lead, 40)
    assert same_bits(y.reshape(-1, 40), fa.Projection(w)(x.reshape(-1, 35)))
    assert same_bits(fa.Projection(w)(np.asarray(x, order="F")), y)


def test_in_out_layout():
    x, w_gate, w_up, w_down = arrays((9, 35), (40, 35), (40, 35), (35, 40))
    for layer, weights in [(fa.Projection, [w_gate]), (fa.GatedProjection, [w_gate, w_up]),
                           (fa.MLP, [w_gate, w_down]), (fa.GatedMLP, [w_gate, w_up, w_down])]:
        transposed = [np.ascontiguousarray(w.T) for w in weights]
        assert same_bits(layer(*transposed, layout="in_out")(x), layer(*weights)(x))


def test_weights_are_not_kept():
    x, w, bias = arrays((9, 35), (40, 35), 40)
    project = fa.Projection(w, bias)
    before = project(x)
    w[:], bias[:] = 0, 0
    assert same_bits(project(x), before)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int8, np.int64])
def test_weights_of_other_types(dtype):
    x, w = arrays((9, 35), (40, 35))
    w = (8 * w).astype(dtype)
    assert same_bits(fa.Projection(w)(x), fa.Projection(w.astype(np.float32))(x))


def test_reads_nothing_past_the_end():
    """x up against a page that may not be read: in a process of its own, as it would be killed."""
    if not hasattr(mmap, "PROT_READ"):
        pytest.skip("needs mprotect")
    run_python("""
        import ctypes, mmap
        import numpy as np, fastact as fa
        page = mmap.PAGESIZE
        room = np.frombuffer(mmap.mmap(-1, 4 * page), np.uint8)
        libc = ctypes.CDLL(None, use_errno=True)
        last = room.ctypes.data + 3 * page
        assert last % page == 0 and libc.mprotect(ctypes.c_void_p(last), page, 0) == 0
        for rows, k in [(1, 1), (1, 33), (3, 17), (15, 31), (20, 48)]:
            x = room[3 * page - 4 * rows * k:3 * page].view(np.float32).reshape(rows, k)
            x[:] = 1
            assert (fa.Projection(np.ones((5, k)))(x) == k).all()
            assert (fa.Projection(np.ones((5, k)))(x[::-1, ::-1]) == k).all()
    """)


# -------------------------------------------------------------------------------- types --


def test_float16_is_computed_in_float32_and_rounded_once():
    x, w = arrays((9, 35), (40, 35))
    x = x.astype(np.float16)
    project = fa.Projection(w, activation="silu")
    assert same_bits(project(x), project(x.astype(np.float32)).astype(np.float16))
    assert same_bits(project(x, out=np.empty((9, 40), np.float32)), project(x.astype(np.float32)))
    with np.errstate(all="raise"):
        assert np.isinf(project(x * np.float16(1e4), out=np.empty((9, 40), np.float16))).any()


def test_bfloat16():
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    x, w = arrays((9, 35), (40, 35))
    x = x.astype(bfloat16)
    project = fa.Projection(w.astype(bfloat16))
    expected = fa.Projection(w.astype(bfloat16).astype(np.float32))(x.astype(np.float32))
    y = project(x)
    assert y.dtype == bfloat16
    assert same_bits(y, expected.astype(bfloat16))


@pytest.mark.parametrize("dtype", [np.float64, np.longdouble, np.int32, bool, complex, object])
def test_other_types_of_x_are_refused(dtype):
    project = fa.Projection(np.ones((3, 4)))
    with pytest.raises(TypeError, match="must be float16, bfloat16 or float32"):
        project(np.ones((2, 4), dtype))


def test_masked_arrays_are_refused():
    masked = np.ma.masked_array(np.ones((2, 4), np.float32), mask=[[0, 1, 0, 0]] * 2)
    with pytest.raises(TypeError, match="masked"):
        fa.Projection(np.ones((3, 4)))(masked)
    with pytest.raises(TypeError, match="masked"):
        fa.Projection(masked)


# ---------------------------------------------------------------------------------- out --

OUTS = {
    "contiguous": lambda room: room[:9, :40],
    "columns": lambda room: room[3:12, 20:60],
    "every second column": lambda room: room[:9, 1:81:2],
    "backwards": lambda room: room[8::-1, 39::-1],
    "transposed": lambda room: room[:40, :9].T,
    "unaligned": lambda room: room.reshape(-1).view(np.uint8)[1:1441].view(np.float32).reshape(9, 40),
}


@pytest.mark.parametrize("where", OUTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float16, ">f4"])
def test_out(where, dtype):
    if where == "unaligned" and dtype != np.float32:
        pytest.skip("made from float32")
    x, w = arrays((9, 35), (40, 35))
    room, wanted = np.full((2, 100, 100), -7, dtype)
    OUTS[where](wanted)[...] = fa.Projection(w)(x)
    out = OUTS[where](room)
    assert fa.Projection(w)(x, out=out) is out
    assert same_bits(room, wanted)


def test_out_of_many_dimensions():
    x, w = arrays((2, 3, 35), (40, 35))
    expected = fa.Projection(w)(x)
    for out in (np.empty((2, 3, 40), np.float32), np.empty((40, 3, 2), np.float32).T,
                np.empty((2, 7, 40), np.float32)[:, ::3]):
        assert fa.Projection(w)(x, out) is out
        assert np.array_equal(out, expected)


@pytest.mark.parametrize("shift", [0, 1, 300, 301, 9000])
@pytest.mark.parametrize("make", [
    lambda w: fa.Projection(w), lambda w: fa.GatedProjection(w, w), lambda w: fa.MLP(w, w)])
def test_out_may_overlap_x(make, shift):
    """Of several blocks of rows, each reads x after others have written `out`."""
    values, w = arrays((800, 300), (300, 300))
    layer = make(w / 20)
    expected = layer(values)
    for x_first in (True, False):
        room = np.zeros(values.size + shift, np.float32)
        first, second = room[:values.size].reshape(800, 300), room[shift:].reshape(800, 300)
        x, out = (first, second) if x_first else (second, first)
        x[:] = values
        layer(x, out=out)
        assert same_bits(out.copy(), expected)
    room = values.copy()
    layer(room, out=room[::-1])
    assert same_bits(room[::-1].copy(), expected)
    room = np.asfortranarray(values)
    layer(room, out=room)
    assert np.array_equal(room, expected)


BAD_OUTS = {
    "shape": (lambda: np.full((9, 41), 7, np.float32), ValueError, r"\(9, 40\), not \(9, 41\)"),
    "dimensions": (lambda: np.full((1, 9, 40), 7, np.float32), ValueError, r"\(9, 40\), not \(1, 9, 40\)"),
    "float64": (lambda: np.full((9, 40), 7, np.float64), TypeError, "float64"),
    "int": (lambda: np.full((9, 40), 7, np.int32), TypeError, "int32"),
    "read-only": (lambda: np.broadcast_to(np.float32(7), (9, 40)), ValueError, "read-only"),
    "list": (lambda: [[7.0] * 40] * 9, TypeError, "list"),
}


@pytest.mark.parametrize("case", BAD_OUTS)
def test_a_wrong_out_is_refused_untouched(case):
    make, error, message = BAD_OUTS[case]
    x, w = arrays((9, 35), (40, 35))
    out = make()
    with pytest.raises(error, match=message):
        fa.Projection(w)(x, out=out)
    assert (np.asarray(out) == 7).all()


def test_wrong_x_leaves_out_untouched():
    out = np.full((9, 40), 7, np.float32)
    project = fa.Projection(np.ones((40, 35)))
    for x, error, message in [
        (np.ones((9, 34), np.float32), ValueError, "35 in_features, not 34"),
        (np.ones((9, 35)), TypeError, "astype"),
        (np.float32(1), ValueError, "dimension"),
    ]:
        with pytest.raises(error, match=message):
            project(x, out=out)
    assert (out == 7).all()


# ---------------------------------------------------------------------------- arguments --

W = np.ones((3, 4), np.float32)

BAD_ARGUMENTS = [
    (lambda: fa.GatedProjection(W, W.T), ValueError, r"w_gate and w_up .* \(3, 4\) and \(4, 3\)"),
    (lambda: fa.GatedProjection(W, W[0]), ValueError, "w_up must have 2 dimensions"),
    (lambda: fa.GatedProjection(W, W, bias_up=np.ones(4)), ValueError, r"bias_up must have shape \(3,\), not \(4,\)"),
    (lambda: fa.Projection(W, bias=1.0), ValueError, "bias must have 1 dimension,"),
    (lambda: fa.Projection(W.astype(complex)), TypeError, "complex"),
    (lambda: fa.Projection([["a"]]), TypeError, "w must hold real numbers"),
    (lambda: fa.Projection(W, weight_dtype="int7"), ValueError, "weight_dtype must be .*'int4', not 'int7'"),
    (lambda: fa.MLP(W, W.T, weight_dtype="float64"), ValueError, "weight_dtype must be 'float32' or 'float16'"),
    (lambda: fa.Projection(W, layout="row"), ValueError, "layout must be 'out_in' or 'in_out'"),
    (lambda: fa.Projection(W, accuracy="exactly"), ValueError, "accuracy"),
    (lambda: fa.Projection(W, activation="gelo"), ValueError, "gelo"),
    (lambda: fa.Projection(W, activation="softmax"), ValueError, "softmax works on whole rows"),
    (lambda: fa.Projection(W, activation=3), TypeError, "int"),
    (lambda: fa.Projection(W, activation=["relu", {}]), TypeError, "list"),
    (lambda: fa.Projection(W, activation=("relu", {"slope": 1})), TypeError, "relu has no parameter 'slope'"),
    (lambda: fa.Projection(W, activation=("relu",)), TypeError, r"activation must be .* not \('relu',\)"),
    (lambda: fa.Projection(W, activation=("elu", 2)), TypeError, r"not \('elu', 2\)"),
    (lambda: fa.Projection(W, activation=("elu", {"alpha": [1, 2, 3]})), TypeError, "alpha must be one real number"),
    (lambda: fa.Projection(W, activation=("elu", {"alpha": "2"})), TypeError, "alpha must be one real number"),
    (lambda: fa.Projection(W, activation=("elu", {"alpha": 1j})), TypeError, "alpha must be one real number"),
    (lambda: fa.Projection(W, activation="prelu"), TypeError, "prelu needs a value for weight"),
    (lambda: fa.Projection(W, activation="swiglu_clamped"), ValueError, "swiglu_clamped takes two arrays"),
    (lambda: fa.MLP(W, W.T, activation=fa.swiglu_clamped), ValueError, "swiglu_clamped takes two arrays"),
    (lambda: fa.GatedProjection(W, W, "geglu_tanh"), ValueError, "one array: 'gelu_tanh'"),
    (lambda: fa.GatedProjection(W, W, fa.add_relu), ValueError, "one array: 'relu'"),
    (lambda: fa.GatedProjection(W, W, fa.gated), ValueError, "gated takes two arrays"),
    (lambda: fa.MLP(W, W), ValueError, "w2 takes 4 features, but w1 gives 3"),
    (lambda: fa.GatedMLP(W, W, W), ValueError, "w_down takes 4 features, but w_up gives 3"),
]


@pytest.mark.parametrize("case", range(len(BAD_ARGUMENTS)))
def test_wrong_arguments(case):
    make, error, message = BAD_ARGUMENTS[case]
    with pytest.raises(error, match=message):
        make()


def test_weights_that_do_not_fit_into_memory():
    petabytes = np.broadcast_to(np.float32(1), (1 << 20, 1 << 30))
    with pytest.raises(MemoryError):
        fa.Projection(petabytes)
    with pytest.raises(MemoryError):
        fa.MLP(petabytes, petabytes.T)


def test_activation_may_be_an_object_an_alias_or_have_parameters():
    x, w = arrays((9, 35), (40, 35))
    expected = fa.Projection(w, activation="gelu_tanh")(x)
    for spec in (fa.gelu_tanh, "gelu_new", ("gelu_tanh", {}), (fa.gelu_tanh, {})):
        project = fa.Projection(w, activation=spec)
        assert project.activation == "gelu_tanh"
        assert same_bits(project(x), expected)


@pytest.mark.parametrize("spec, normal, same_as", [
    (("elu", {"alpha": 2}), ("elu", {"alpha": 2.0}), fa.elu.with_parameters(alpha=2)),
    ((fa.elu, {"alpha": np.float16(0.1)}), ("elu", {"alpha": float(np.float16(0.1))}),
     fa.elu.with_parameters(alpha=float(np.float16(0.1)))),
    (fa.elu.with_parameters(alpha=3), ("elu", {"alpha": 3.0}), fa.elu.with_parameters(alpha=3)),
    ((fa.elu.with_parameters(alpha=3), {"alpha": 1}), "elu", fa.elu),
    ("keras.leaky_relu", ("leaky_relu", {"negative_slope": 0.2}), fa.leaky_relu.with_parameters(negative_slope=0.2)),
    (("prelu", {"weight": np.array(0.3)}), ("prelu", {"weight": 0.3}),
     fa.leaky_relu.with_parameters(negative_slope=0.3)),
])
def test_parameters_of_the_activation(spec, normal, same_as):
    x, w = arrays((9, 35), (40, 35))
    project = fa.Projection(w, activation=spec)
    assert project.activation == normal
    assert same_bits(project(x), same_as(fa.Projection(w)(x)))
    assert same_bits(fa.Projection(w, activation=project.activation)(x), project(x))


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
@pytest.mark.parametrize("spec, parameters", [
    ("swiglu_clamped", {}), (fa.swiglu_clamped, {}), (("swiglu_clamped", {"limit": 1.5}), {"limit": 1.5}),
    ((fa.swiglu_clamped, {"alpha": 0.5, "limit": np.inf}), {"alpha": 0.5, "limit": np.inf})])
def test_swiglu_clamped(spec, parameters, accuracy):
    x, w_gate, w_up, bias, w_down = arrays((23, 60), (50, 60), (50, 60), 50, (35, 50))
    gate, up = fa.Projection(w_gate)(x), fa.Projection(w_up, bias)(x)
    assert abs(gate).max() > 7 and abs(up).max() > 7
    expected = fa.swiglu_clamped(gate, up, accuracy=accuracy, **parameters)
    project = fa.GatedProjection(w_gate, w_up, spec, None, bias, accuracy=accuracy)
    assert same_bits(project(x), expected)
    assert project.activation == (("swiglu_clamped", parameters) if parameters else "swiglu_clamped")
    ffn = fa.GatedMLP(w_gate, w_up, w_down, project.activation, None, bias, accuracy=accuracy)
    assert same_bits(ffn(x), fa.Projection(w_down)(expected))
    assert same_bits(fa.gated_projection(x, w_gate, w_up, spec, None, bias, accuracy=accuracy), expected)


def test_accuracy_is_read_at_each_call():
    x, w = arrays((9, 35), (40, 35))
    project, exact, fast = (fa.Projection(w, activation="gelu", accuracy=a) for a in (None, "exact", "fast"))
    assert not same_bits(exact(x), fast(x))
    assert same_bits(project(x), exact(x))
    with fa.accuracy("fast"):
        assert same_bits(project(x), fast(x))
        assert not same_bits(exact(x), fast(x))
    assert same_bits(project(x), exact(x))


def test_attributes():
    w_gate, w_up, w_down = arrays((50, 35), (50, 35), (20, 50))
    ffn = fa.GatedMLP(w_gate, w_up, w_down, activation="gelu")
    assert (ffn.in_features, ffn.out_features) == (35, 20)
    assert (ffn.activation, ffn.weight_dtype) == ("gelu", "float32")
    assert ffn.kernel.startswith(f"{dispatch.matmul_target} float32 ")
    assert 4 * (2 * 50 * 35 + 20 * 50) <= ffn.nbytes
    assert repr(ffn) == f"GatedMLP(35 -> 20, activation='gelu', kernel='{ffn.kernel}')"
    assert fa.Projection(w_up).activation is None


LAYERS = {
    "Projection": lambda w, v, d, b, c: fa.Projection(w, b, activation="relu"),
    "GatedProjection": lambda w, v, d, b, c: fa.GatedProjection(w, v, "gelu", b, accuracy="fast"),
    "MLP": lambda w, v, d, b, c: fa.MLP(w, d, None, c),
    "GatedMLP": lambda w, v, d, b, c: fa.GatedMLP(w, v, d, None, b, -b, c),
}


@pytest.mark.parametrize("copier", [
    copy.copy, copy.deepcopy, *(lambda layer, p=p: pickle.loads(pickle.dumps(layer, p)) for p in range(2, 6))])
@pytest.mark.parametrize("name", LAYERS)
def test_pickle_and_copy(name, copier):
    x, *weights = arrays((9, 35), (50, 35), (50, 35), (20, 50), 50, 20)
    layer = LAYERS[name](*weights)
    other = copier(layer)
    assert same_bits(other(x), layer(x))
    assert (repr(other), other.accuracy, other.nbytes) == (repr(layer), layer.accuracy, layer.nbytes)


@pytest.mark.parametrize("weight_dtype", FORMATS)
@pytest.mark.parametrize("name", LAYERS)
def test_pickles_name_public_paths_and_no_cpu_target(name, weight_dtype):
    _, *weights = arrays((9, 35), (50, 35), (50, 35), (20, 50), 50, 20)
    layer = LAYERS[name](*weights)
    state = layer.__getstate__() | {"weight_dtype": weight_dtype}
    other = type(layer)(**state)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        for data in (pickle.dumps(other, protocol), pickle.dumps([type(other), fa.gated_projection], protocol)):
            assert b"fastact" in data and b"fastact._" not in data
            assert b"x86" not in data and b"matmul" not in data


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 20])
def test_a_chain_of_products_is_one_after_the_other(count, threads):
    """Any number of products in a call, whether or not they fit into one parallel region."""
    sizes = [150 + 7 * (i % 5) for i in range(count + 1)]
    x, *weights = arrays((40, sizes[0]), *zip(sizes[1:], sizes))
    steps = [(dispatch.matmul.Packed([w], [None], FORMATS["float32"]), None, np.empty(0, np.float32)) for w in weights]
    found, expected = np.empty((40, sizes[-1]), np.float32), x
    with fa.threads(threads):
        dispatch.matmul.run(steps, x, "float32", found, "float32")
        for step, size in zip(steps, sizes[1:], strict=True):
            rows, expected = expected, np.empty((40, size), np.float32)
            dispatch.matmul.run([step], rows, "float32", expected, "float32")
    assert same_bits(found, expected)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_chain_through_no_features(threads):
    """Products without columns have no tasks, those without depth have their biases."""
    sizes = [300, 0, 200, 0, 0, 500]
    x, *weights = arrays((90, 300), *zip(sizes[1:], sizes))
    biases = arrays(*[(size,) for size in sizes[1:]])
    steps = [(dispatch.matmul.Packed([w], [bias], FORMATS["float32"]), None, np.empty(0, np.float32))
             for w, bias in zip(weights, biases, strict=True)]
    found = np.empty((90, 500), np.float32)
    with fa.threads(threads):
        dispatch.matmul.run(steps, x, "float32", found, "float32")
        assert same_bits(found, np.tile(biases[-1], (90, 1)))
        found = np.empty((90, 200), np.float32)
        dispatch.matmul.run(steps[:2], x, "float32", found, "float32")
    assert same_bits(found, np.tile(biases[1], (90, 1)))


def test_no_products_and_products_that_do_not_fit():
    step = dispatch.matmul.Packed([W], [None], FORMATS["float32"]), None, np.empty(0, np.float32)
    x, out = np.zeros((1, W.shape[1]), np.float32), np.zeros((1, W.shape[0]), np.float32)
    with pytest.raises(ValueError, match="no products"):
        dispatch.matmul.run([], x, "float32", out, "float32")
    with pytest.raises(ValueError, match="do not fit together"):
        dispatch.matmul.run([step] * 2, x, "float32", out, "float32")


# ------------------------------------------------------------------------ half precision --

SHORT = ["float32", "float16", "bfloat16"]


def short(name):
    return pytest.importorskip("ml_dtypes").bfloat16 if name == "bfloat16" else np.dtype(name)


def serves(weight_dtype, instruction):
    return instruction in fa.Projection(W, weight_dtype=weight_dtype).kernel


def serves_pairs():
    """Whether an instruction multiplies pairs of bfloat16 numbers, weights by x."""
    return serves("bfloat16", "VDPBF16PS") or serves("bfloat16", "BFDOT")


def test_kernel_names():
    assert fa.Projection(W, weight_dtype="float16").kernel.split()[:2] == [dispatch.matmul_target, "float16"]
    special = BFLOAT_INSTRUCTIONS.get(dispatch.matmul_target, "")
    kernel = fa.Projection(W, weight_dtype="bfloat16").kernel
    assert kernel.endswith(special) and len(kernel.split()) == 3 + bool(special)


@pytest.mark.parametrize("weight_dtype", SHORT)
@pytest.mark.parametrize("x_dtype", SHORT)
def test_widened_weights_give_the_bits_of_float32(weight_dtype, x_dtype):
    """Unless instructions for bfloat16 serve, that is."""
    if weight_dtype == "bfloat16" and (serves("bfloat16", "TDP") or (serves_pairs() and x_dtype == "bfloat16")):
        pytest.skip("served by instructions for bfloat16")
    for rows in (1, 2, 3, 5, 17, 40):
        for n, k in SHAPES:
            x, w, v, bias = arrays((rows, k), (n, k), (n, k), n)
            x = x.astype(short(x_dtype))
            w, v = (a.astype(short(weight_dtype)) for a in (w, v))
            wide = fa.GatedProjection(w.astype(np.float32), v.astype(np.float32), bias_up=bias)
            assert same_bits(fa.GatedProjection(w, v, bias_up=bias, weight_dtype=weight_dtype)(x), wide(x))


@pytest.mark.parametrize("weight_dtype", SHORT)
@pytest.mark.parametrize("activation", ["silu", "gelu", "relu", "tanh", None], ids=str)
def test_results_are_rounded_once(weight_dtype, activation):
    """In bfloat16, of activations by table, 0.51 ULP from the float32 result: 0.5, and the faster variant's error."""
    x, w, v = arrays((23, 70), (45, 70), (45, 70))
    x[0] *= 30      # the activation's tails
    project = fa.GatedProjection(w, v, activation, weight_dtype=weight_dtype)
    for x_dtype in SHORT:
        y = project(x.astype(short(x_dtype)), out=np.empty((23, 45), np.float32))
        for out_dtype in SHORT:
            for out in (np.zeros((23, 45), short(out_dtype)), np.zeros((45, 46), short(out_dtype)).T[::2]):
                project(x.astype(short(x_dtype)), out=out)
                if out_dtype == "bfloat16" and activation in ("silu", "gelu"):
                    ulp = np.ldexp(1.0, np.maximum(np.frexp(np.abs(y))[1], -125) - 8)
                    assert (np.abs(out.astype(np.float64) - y) <= 0.51 * ulp).all()
                    assert np.mean(out != y.astype(out.dtype)) < 0.02
                else:
                    with np.errstate(over="ignore"):
                        assert same_bits(out.copy(), y.astype(short(out_dtype)))


@pytest.mark.parametrize("x_dtype", SHORT)
@pytest.mark.parametrize("weight_dtype", SHORT)
def test_mlp_in_half_precision_is_its_projections(weight_dtype, x_dtype):
    x, w1, w2, b1, b2, w3 = arrays((39, 65), (90, 65), (19, 90), 90, 19, (90, 65))
    x = x.astype(short(x_dtype))
    special = weight_dtype == x_dtype == "bfloat16" and (serves("bfloat16", "TDP") or serves_pairs())
    kept = {"weight_dtype": weight_dtype}
    for layer, first in [(fa.MLP(w1, w2, b1, b2, **kept), fa.Projection(w1, b1, "gelu", **kept)),
                         (fa.GatedMLP(w1, w3, w2, "silu", b1, None, b2, **kept),
                          fa.GatedProjection(w1, w3, "silu", b1, **kept))]:
        hidden = first(x, out=np.empty((39, 90), short("bfloat16") if special else np.float32))
        for threads in (1, 2, 3):
            with fa.threads(threads):
                assert same_bits(layer(x), fa.Projection(w2, b2, **kept)(hidden, out=np.empty((39, 19), x.dtype)))


@pytest.mark.parametrize("x_dtype", SHORT)
@pytest.mark.parametrize("weight_dtype", SHORT)
def test_infinity_nan_and_large_numbers_in_half_precision(weight_dtype, x_dtype):
    """Special values affect their row only; finite results do not overflow in between."""
    x, w = arrays((40, 70), (37, 70))
    x = x.astype(short(x_dtype))
    clean = fa.Projection(w, weight_dtype=weight_dtype)(x)
    largest = np.array(3.3e38 if x_dtype != "float16" else 65504).astype(x.dtype)
    x[3, 5], x[7, 0], x[8] = np.nan, np.inf, 0
    x[8, 9] = largest
    with np.errstate(all="raise"):
        y = fa.Projection(w / 16, weight_dtype=weight_dtype)(x, out=np.empty((40, 37), np.float32))
    kept = fa.Projection(np.ascontiguousarray(np.eye(70, dtype=np.float32)), weight_dtype=weight_dtype)(x[8:9])
    assert np.isnan(y[3]).all()
    assert np.isinf(y[7]).all()
    assert np.isfinite(y[8]).all()
    assert kept[0, 9] == largest and np.count_nonzero(kept) == 1
    rest = np.delete(np.arange(40), [3, 7, 8])
    assert same_bits(fa.Projection(w, weight_dtype=weight_dtype)(x)[rest], clean[rest])


@pytest.mark.parametrize("weight_dtype", SHORT[1:])
@pytest.mark.parametrize("name", LAYERS)
def test_pickle_and_file_in_half_precision(name, weight_dtype, tmp_path):
    x, w, v, d, b, c = arrays((9, 35), (50, 35), (50, 35), (20, 50), 50, 20)
    make = {"Projection": lambda **k: fa.Projection(w, b, **k), "GatedProjection": lambda **k: fa.GatedProjection(w, v, **k),
            "MLP": lambda **k: fa.MLP(w, d, b, c, **k), "GatedMLP": lambda **k: fa.GatedMLP(w, v, d, **k)}[name]
    layer = make(weight_dtype=weight_dtype)
    layer.save(tmp_path / "file")
    assert layer.nbytes < make().nbytes
    for other in (pickle.loads(pickle.dumps(layer)), type(layer).load(tmp_path / "file")):
        assert (other.weight_dtype, other.kernel) == (weight_dtype, layer.kernel)
        assert same_bits(other(x), layer(x))


@pytest.mark.parametrize("rows", [1, 7, 40, 130])
@pytest.mark.parametrize("dtype", SHORT)
def test_errors_are_no_worse_than_those_of_pytorch(dtype, rows):
    """Largest and root mean square error over a gated projection, weights and x of one type."""
    torch = pytest.importorskip("torch")
    x, w, v = arrays((rows, 700), (300, 700), (300, 700))
    w, v = w / 26, v / 26
    x, w, v = (a.astype(short(dtype)).astype(np.float32) for a in (x, w, v))
    gate, up = (x.astype(np.float64) @ a.T.astype(np.float64) for a in (w, v))
    expected = reference.silu(gate) * up
    ours = fa.GatedProjection(w, v, weight_dtype=dtype)(x.astype(short(dtype))).astype(np.float64)
    tx, tw, tv = (torch.from_numpy(a).to(getattr(torch, dtype)) for a in (x, w, v))
    linear = torch.nn.functional.linear
    theirs = (torch.nn.functional.silu(linear(tx, tw)) * linear(tx, tv)).double().numpy()
    for measure in (lambda e: abs(e).max(), lambda e: (e * e).mean() ** 0.5):
        assert measure(ours - expected) <= measure(theirs - expected)


# ------------------------------------------------------------------------------ targets --


@pytest.mark.parametrize("weight_dtype", SHORT)
@pytest.mark.parametrize("x_dtype", SHORT)
def test_every_type_on_every_target(matmul_target, weight_dtype, x_dtype, tmp_path):
    """Errors within the bound of a float32 sum, twice that by AMX; the same bits for a row in every call."""
    if "bfloat16" in (weight_dtype, x_dtype):
        short("bfloat16")
    made = tmp_path / "made"
    run_python("""
        import pathlib, pickle, sys
        import numpy as np, fastact as fa
        if "bfloat16" in sys.argv[:3]:
            import ml_dtypes
        weight_dtype, x_dtype, made = sys.argv[1:]
        results = []
        for rows, n, k in [(0, 3, 5), (1, 1, 0), (1, 1, 1), (2, 33, 31), (6, 70, 65), (15, 31, 129), (16, 64, 64),
                           (17, 50, 100), (33, 64, 545), (47, 40, 700), (300, 40, 130), (70, 40, 4500), (2, 70, 5000)]:
            rng = np.random.default_rng(rows)
            x = rng.standard_normal((rows, k)).astype(np.float32).astype(x_dtype)
            w, v, bias = (rng.standard_normal(shape).astype(np.float32) for shape in ((n, k), (n, k), n))
            for layer in (fa.Projection(w, bias, weight_dtype=weight_dtype),
                          fa.GatedProjection(w, v, None, bias, weight_dtype=weight_dtype)):
                y = layer(x, out=np.empty((rows, n), np.float32))
                results.append((x.astype(np.float32), w, v, bias, y))
                for some in {1, rows // 3, rows // 2, rows - 1} & set(range(1, rows)):
                    for threads in (1, 2, 3):
                        with fa.threads(threads):
                            part = layer(x[some:], out=np.empty((rows - some, n), np.float32))
                            assert part.tobytes() == y[some:].tobytes(), (rows, n, k, some, threads)
                back = layer(x[::-1], out=np.empty((rows, n), np.float32))
                assert back[::-1].tobytes() == y.tobytes()
        pathlib.Path(made).write_bytes(pickle.dumps((layer.kernel, results)))
    """, weight_dtype, x_dtype, made, FASTACT_TARGET=matmul_target)
    kernel, results = pickle.loads(made.read_bytes())
    assert kernel.startswith(f"{matmul_target} {weight_dtype} ")
    factor = 2 if "TDPBF16PS" in kernel else 1
    for number, (x, w, v, bias, y) in enumerate(results):
        w, v = (a.astype(short(weight_dtype)).astype(np.float32) for a in (w, v))
        gate, gate_error = linear(x, w, bias)
        gate_error *= factor
        if number % 2:
            up, up_error = linear(x, v)
            up_error *= factor
            gate, gate_error = gate * up, (abs(gate) + gate_error) * up_error + abs(up) * gate_error + 2 * U * abs(gate * up)
        assert_within(y, (gate, gate_error + 2.0**-149), (kernel, x.shape, w.shape))


def test_every_target(target, tmp_path):
    """A pickle made here gives results within the bounds there; the same bits if both have FMA."""
    x, w_gate, w_up, bias = arrays((45, 133), (70, 133), (70, 133), 70)
    layers = [fa.Projection(w_up, bias), fa.GatedProjection(w_gate, w_up, "gelu", bias)]
    given, made = tmp_path / "given", tmp_path / "made"
    given.write_bytes(pickle.dumps((x, layers)))
    run_python("""
        import pathlib, pickle, sys
        given, made = map(pathlib.Path, sys.argv[1:])
        x, layers = pickle.loads(given.read_bytes())
        results = [[layer(x[:rows]) for rows in range(46)] for layer in layers]
        made.write_bytes(pickle.dumps((layers[0].kernel, results)))
    """, given, made, FASTACT_TARGET=target)
    kernel, results = pickle.loads(made.read_bytes())
    assert kernel.startswith(target + " ")
    for rows in range(46):
        assert_within(results[0][rows], plain(x[:rows], w_up, bias), (target, rows))
        assert_within(results[1][rows], gated(x[:rows], w_gate, w_up, bias, None, "gelu"), (target, rows))
        assert same_bits(results[0][rows], results[0][45][:rows])
        assert same_bits(results[1][rows], results[1][45][:rows])
    if "x86-64" not in (target, dispatch.target):
        assert same_bits(results[0][45], layers[0](x))
