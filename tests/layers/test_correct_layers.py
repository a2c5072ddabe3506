"""Layers with accuracy "correct": the same bits on every target with FMA, or a ValueError before anything is written."""

import copy
import functools
import pickle

import numpy as np
import pytest

import fastact as fa
from fastact._functions.ufuncs import ufuncs
from fastact._runtime import dispatch, targets
from helpers import BFLOAT_INSTRUCTIONS, HALF, MATMUL_TARGETS, need, needs_fma, ready, run_python, same_bits

FMA_TARGETS = [target for target in dispatch.matmul_targets if target not in targets.WITHOUT_FMA]
INSTRUCTION = BFLOAT_INSTRUCTIONS.get(dispatch.matmul_target)
# Types of weights that any x may be multiplied with.
FREE = ["float32", "float16"] + ["bfloat16"] * (INSTRUCTION != "TDPBF16PS")

RNG = np.random.default_rng(0)
OUT, IN = 19, 37
X = RNG.normal(0, 2, (45, IN)).astype(np.float32)
W = RNG.normal(0, 1, (2, OUT, IN)).astype(np.float32)
BIASES = RNG.normal(0, 1, (2, OUT)).astype(np.float32)
DOWN = RNG.normal(0, 1, (IN, OUT)).astype(np.float32)
LAYERS = {
    "Projection": lambda **k: fa.Projection(W[0], BIASES[0], "gelu", **k),
    "GatedProjection": lambda **k: fa.GatedProjection(*W, "silu", *BIASES, **k),
    "MLP": lambda **k: fa.MLP(W[0], DOWN, BIASES[0], **k),
    "GatedMLP": lambda **k: fa.GatedMLP(*W, DOWN, "gelu_tanh", *BIASES, **k),
}
# Elementwise activations, with values for the parameters that have no default.
ACTIVATIONS = {name: tuple(np.float32(value) for value in ready(name).parameters.values())
               for name, one in fa.activations.items() if one.kind != "fold"}


def spelled(name):
    return name, {key: float(value) for key, value in zip(fa.activations[name].parameters, ACTIVATIONS[name])}


# ------------------------------------------------------------------------------- the same bits --

CODE = """
    import hashlib, numpy as np, fastact as fa
    rng = np.random.default_rng(1)
    SHAPES = [(1, 1), (3, 7), (17, 31), (33, 65), (65, 129), (129, 383), (5, 2049), (9, 4353)]

    def numbers(*shape):
        wild = rng.normal(0, 1, shape) * 2.0 ** rng.integers(-20, 4, shape)
        return np.where(rng.random(shape) < 0.2, wild, rng.normal(0, 1, shape)).astype(np.float32)

    fa.set_accuracy("correct")
    for weight_dtype, x_dtype in CASES:
        found = hashlib.sha256()
        for n, k in SHAPES:
            w, down, b, x = numbers(2, n, k), numbers(k, n), numbers(2, n), numbers(130, k).astype(x_dtype)
            scaled = w / np.float32(k) ** 0.5
            for layer in [
                fa.Projection(w[0], b[0], weight_dtype=weight_dtype),
                fa.Projection(w[0], b[0], "mish", weight_dtype=weight_dtype),
                fa.GatedProjection(*w, "silu", *b, weight_dtype=weight_dtype),
                fa.GatedProjection(*w, None, weight_dtype=weight_dtype),
                fa.GatedProjection(*w, "swiglu_clamped", weight_dtype=weight_dtype),
                fa.MLP(scaled[0], down, b[0], weight_dtype=weight_dtype),
                fa.GatedMLP(*scaled, down, "gelu_tanh", *b, weight_dtype=weight_dtype),
            ]:
                whole = layer(x, out=np.empty((130, layer.out_features), np.float32))
                for rows in (1, 2, 3, 5, 7, 14, 15, 31, 64, 65, 127, 130):
                    for threads in (1, 2):
                        with fa.threads(threads):
                            y = layer(x[-rows:], out=np.empty((rows, layer.out_features), np.float32))
                        assert y.tobytes() == whole[-rows:].tobytes(), (weight_dtype, x_dtype, n, k, rows, threads)
                assert np.isfinite(whole).all()
                found.update(whole.tobytes())
        print(weight_dtype, x_dtype, found.hexdigest())
"""


@pytest.mark.skipif(len(FMA_TARGETS) < 2, reason="this machine has fewer than two targets with FMA")
def test_the_same_bits_on_every_target_with_fma():
    """Weights and x of every type, odd sizes, several blocks of the depth, batches and numbers of threads."""
    found = {}
    for target in FMA_TARGETS:
        cases = [(weight, x) for weight in FREE for x in ("float32", "float16")
                 if weight != "bfloat16" or not target.endswith("-amx")]
        code = CODE.replace("CASES", repr(cases))
        for line in run_python(code, FASTACT_TARGET=target).stdout.splitlines():
            case, _, digest = line.rpartition(" ")
            found.setdefault(case, {})[target] = digest
    assert len(found) == 2 * len(FREE)
    for case, digests in found.items():
        assert len(digests) >= 2 and len(set(digests.values())) == 1, (case, digests)


@needs_fma
@pytest.mark.parametrize("weight_dtype", FREE)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_ufunc_of_the_product(name, weight_dtype):
    """The activation, plain and gated, is the elementwise function of the product in float32."""
    values = ACTIVATIONS[name]
    with fa.accuracy("correct"):
        gate, up = (fa.Projection(w, bias, weight_dtype=weight_dtype)(X) for w, bias in zip(W, BIASES))
        plain = fa.Projection(W[0], BIASES[0], spelled(name), weight_dtype=weight_dtype)(X)
        gated = fa.GatedProjection(*W, spelled(name), *BIASES, weight_dtype=weight_dtype)(X)
    assert same_bits(plain, ufuncs[f"{name}_correct"](gate, *values))
    assert same_bits(gated, ufuncs[f"gated_{name}_correct"](gate, up, *values))


@needs_fma
def test_hidden_results_are_float32():
    for weight_dtype in FREE:
        make = functools.partial(fa.Projection, weight_dtype=weight_dtype, accuracy="correct")
        hidden = make(W[0], BIASES[0], "gelu")(X)
        assert same_bits(LAYERS["MLP"](weight_dtype=weight_dtype, accuracy="correct")(X), make(DOWN)(hidden))
        gated = fa.GatedProjection(*W, "gelu_tanh", *BIASES, weight_dtype=weight_dtype, accuracy="correct")(X)
        assert same_bits(LAYERS["GatedMLP"](weight_dtype=weight_dtype, accuracy="correct")(X), make(DOWN)(gated))


@needs_fma
@pytest.mark.parametrize("name", LAYERS)
def test_results_in_half_precision_are_rounded_once_more(name):
    """Not by the cheaper kernels of results that are rounded to bfloat16."""
    layer = LAYERS[name](accuracy="correct")
    due = layer(X)
    for dtype in HALF:
        out = np.empty(due.shape, dtype)
        assert same_bits(layer(X, out=out), due.astype(dtype))
        assert same_bits(layer(X.astype(dtype)), layer(X.astype(dtype).astype(np.float32)).astype(dtype))


@needs_fma
@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("weight_dtype", FREE)
def test_where_the_accuracy_comes_from(name, weight_dtype, tmp_path):
    """Constructor, context or process; copies, pickles and files keep that of the constructor."""
    by_argument, by_setting = LAYERS[name](weight_dtype=weight_dtype, accuracy="correct"), LAYERS[name](weight_dtype=weight_dtype)
    due = by_argument(X)
    with fa.accuracy("correct"):
        assert same_bits(by_setting(X), due)
        assert same_bits(LAYERS[name](weight_dtype=weight_dtype, accuracy="exact")(X), exactly(by_setting))
    by_argument.save(tmp_path / "layer")
    loaded = type(by_argument).load(tmp_path / "layer")
    for again in (loaded, copy.deepcopy(by_argument), pickle.loads(pickle.dumps(by_argument))):
        assert again.accuracy == "correct" and same_bits(again(X), due)
    assert all(same_bits(by_argument(row), y) for row, y in zip(X, due))


def exactly(layer):
    with fa.accuracy("exact"):
        return layer(X)


@needs_fma
def test_the_function_and_shards():
    due = LAYERS["GatedProjection"](accuracy="correct")(X)
    assert same_bits(fa.gated_projection(X, *W, "silu", *BIASES, accuracy="correct"), due)
    with fa.accuracy("correct"):
        assert same_bits(fa.gated_projection(X, *W, "silu", *BIASES), due)
    assert LAYERS["MLP"](accuracy="correct").shard(0, 2).accuracy == "correct"


# ------------------------------------------------------------------------------------- refusals --


def refused(layer, x, message):
    """Under the setting, and `out` is not touched."""
    out = np.full((len(x), layer.out_features), 7, np.float32)
    with fa.accuracy("correct"), pytest.raises(ValueError, match=f"{type(layer).__name__} has no correct variant.*{message}"):
        layer(x, out=out)
    assert (out == 7).all()


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("weight_dtype", ["int8", "int4"])
def test_quantised_weights(name, weight_dtype):
    """Also where only one matrix is: at construction if asked for there, else at the call."""
    make = functools.partial(LAYERS[name], weight_dtype=weight_dtype)
    with pytest.raises(ValueError, match=f"{name} has no correct variant with quantised weights; use accuracy='exact'"):
        make(accuracy="correct")
    refused(make(), X, "with quantised weights")
    with fa.accuracy("correct"):
        assert same_bits(make(accuracy="exact")(X), exactly(make()))


@needs_fma
def test_a_quantised_matrix_beside_one_of_floats():
    refused(fa.MLP(W[0], fa.quantize(np.ones((IN, OUT), np.float32), "int8", group=32)), X, "with quantised weights")


@needs_fma
@pytest.mark.skipif(INSTRUCTION not in ("VDPBF16PS", "BFDOT"), reason="no instruction for pairs of bfloat16 on this target")
@pytest.mark.parametrize("name", LAYERS)
def test_bfloat16_by_a_special_instruction(name):
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    layer = LAYERS[name](weight_dtype="bfloat16")
    refused(layer, X.astype(bfloat16), f"{INSTRUCTION} differ from those of other CPUs; pass float32 x")
    with pytest.raises(ValueError, match=INSTRUCTION):
        LAYERS[name](weight_dtype="bfloat16", accuracy="correct")(X.astype(bfloat16))
    layer(X.astype(bfloat16))
    with fa.accuracy("correct"):
        assert layer(X.astype(bfloat16).astype(np.float32)).dtype == np.float32
        assert layer(X.astype(np.float16)).dtype == np.float16


@needs_fma
@pytest.mark.parametrize("x_dtype", ["float32", "float16"])
def test_bfloat16_by_amx(x_dtype, monkeypatch):
    """Every x is refused: AMX multiplies the parts of float32, and no float32 arithmetic is compiled beside it."""
    class Named:
        kernel_name = staticmethod(lambda form: "32x32 TDPBF16PS" if form == "bfloat16" else "14x32")

        def __getattr__(self, name):
            return getattr(kernels, name)

    kernels = dispatch.matmul
    layer = LAYERS["MLP"](weight_dtype="bfloat16")
    monkeypatch.setattr(dispatch, "matmul", Named())
    refused(layer, X.astype(x_dtype), "TDPBF16PS differ from those of other CPUs; use weight_dtype='float32'")
    with pytest.raises(ValueError, match="TDPBF16PS"):
        LAYERS["MLP"](weight_dtype="bfloat16", accuracy="correct")
    assert LAYERS["MLP"](accuracy="correct")(X).shape == X.shape


@pytest.mark.parametrize("target", [target for target in MATMUL_TARGETS if target in targets.WITHOUT_FMA])
def test_without_fma(target):
    need(target)
    code = """
        import numpy as np, fastact as fa
        layer, out = fa.MLP(np.eye(3), np.eye(3)), np.full((2, 3), 7, np.float32)
        for call in (lambda: fa.MLP(np.eye(3), np.eye(3), accuracy="correct"), lambda: layer(np.ones((2, 3), np.float32), out=out)):
            try:
                with fa.accuracy("correct"):
                    call()
            except ValueError as error:
                print(error)
        print((out == 7).all(), layer(np.ones(3, np.float32)).shape)
    """
    message = (f"MLP has no correct variant on the target {target!r}: its bits are promised on CPUs with fused multiply-adds "
               "(FMA) only; use accuracy='exact' or 'fast'\n")
    assert run_python(code, FASTACT_TARGET=target).stdout == 2 * message + "True (3,)\n"


@pytest.mark.parametrize("activation", ["softmax", "maxout", "glu", fa.entmax15])
def test_activations_of_whole_rows_are_refused_as_ever(activation):
    with fa.accuracy("correct"):
        for make in (lambda: fa.Projection(W[0], activation=activation), lambda: fa.GatedProjection(*W, activation)):
            with pytest.raises(ValueError, match="a projection needs an"):
                make()
