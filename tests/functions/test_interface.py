"""Arguments, errors and what they leave untouched; names, attributes, pickles, documentation."""

import copy
import doctest
import importlib
import inspect
import pickle
import pkgutil
import re

import numpy as np
import pytest

import fastact as fa
from fastact._runtime import dispatch
from fastact._catalogue import REQUIRED
from helpers import (
    BY_NAME, EVERY_ACCURACY, HALF, RESHAPING, RIDGE, bfloat16, every_accuracy, operands, ready, run_python, same_bits,
    start_python,
)

X = np.array([-2.0, -0.5, 0.0, 0.5, 1.0, 3.0], np.float32)

# Those with parameters that have no default, with values for them: READY; as they are in fa: PUBLIC.
READY = {name: ready(name) for name in fa.activations}
PARAMETRIC = [a for a in fa.activations.values() if isinstance(a, fa._functions.activation.ParametricActivation)]

every_activation = pytest.mark.parametrize(
    "activation", [a for name, a in READY.items() if name not in RESHAPING],
    ids=[name for name in READY if name not in RESHAPING])
every_public = pytest.mark.parametrize("activation", fa.activations.values(), ids=list(fa.activations))
ridge = pytest.mark.parametrize("activation", [READY[entry.name] for entry in RIDGE], ids=lambda a: a.__name__)
parametric = pytest.mark.parametrize("activation", PARAMETRIC, ids=lambda a: a.__name__)
half = pytest.mark.parametrize("dtype", HALF, ids=lambda dtype: dtype.__name__)


def values(activation):
    """Values for all parameters, by name; they are not the defaults, and they are exact in every type."""
    return {name: 0.25 * (i + 1) for i, name in enumerate(activation.parameters)}

# ------------------------------------------------------------------------------ dtypes --

DTYPES_OF_RESULTS = {
    "float16": "float16", "float32": "float32", "float64": "float64", "bool": "float32",
    "int8": "float32", "uint8": "float32", "int16": "float32", "uint16": "float32",
    "int32": "float64", "uint32": "float64", "int64": "float64", "uint64": "float64",
}


@every_activation
@pytest.mark.parametrize("dtype", DTYPES_OF_RESULTS)
def test_dtype_of_the_result(activation, dtype):
    values = np.array([0, 1, 1, 0] if dtype == "bool" else [0, 1, 3, 100], dtype)
    result = DTYPES_OF_RESULTS[dtype]
    y = activation(values)
    assert y.dtype == result
    assert same_bits(y, activation(values.astype(result)))
    assert activation.backward(values, values).dtype == result


@pytest.mark.skipif(bfloat16 is None, reason="ml_dtypes is not installed")
@every_activation
def test_bfloat16_stays(activation):
    x = np.array([0, 1, 3, 100], bfloat16)
    result = bfloat16
    assert activation(x).dtype == result
    assert activation.backward(x, x).dtype == result
    if activation.kind != "fold":
        assert activation.derivative(x).dtype == activation(x, accuracy="fast").dtype == result
        assert activation(x, out=np.empty(4, bfloat16)).dtype == result
        assert type(activation(x[1])) is bfloat16
        assert same_bits(np.asarray(activation(x[1])), np.asarray(activation(x)[1]))


@half
def test_swiglu_keeps_the_half_types(dtype):
    x = np.array([0, 1, 3, 100], dtype)
    assert fa.swiglu(x, x).dtype == fa.swiglu(x).dtype == dtype
    assert [y.dtype for y in fa.swiglu.backward(x, x, x)] == [dtype, dtype]
    assert fa.swiglu.backward(x[:2], x).dtype == dtype


def test_python_numbers_and_lists():
    assert type(fa.gelu(1)) is np.float64
    assert type(fa.gelu(1.0)) is np.float64
    assert type(fa.gelu(True)) is np.float32
    assert fa.gelu([[1.0, 2.0], [3.0, 4.0]]).shape == (2, 2)
    assert fa.gelu.backward(1.0, X).dtype == np.float32  # a Python scalar is weak
    assert fa.gelu.backward(np.ones(6), X).dtype == np.float64
    assert fa.swiglu(X, 2).dtype == np.float32


WRONG_INPUTS = {
    "string": "text", "strings": np.array(["a", "b"]), "bytes": np.array([b"a"]),
    "object": np.array([1, None], object), "numbers as objects": np.array([1.0, 2.0], object),
    "none": None, "dict": {}, "complex": np.ones(2, complex), "complex64": np.ones(2, np.complex64), "1j": 1j,
    "longdouble": np.ones(2, np.longdouble), "date": np.array(["2020-01-01"], "M8[D]"),
    "duration": np.array([1], "m8[s]"), "record": np.zeros(2, [("a", "f4")]),
}


@every_activation
@pytest.mark.parametrize("case", WRONG_INPUTS)
def test_other_types_are_type_errors(activation, case):
    wrong = WRONG_INPUTS[case]
    out = np.full(np.shape(wrong) or (1,), 7.0)
    for call in (lambda: activation(wrong, out=out), lambda: activation(wrong, accuracy="fast"),
                 lambda: activation.backward(wrong, out, out=out), lambda: activation.backward(out, wrong, out=out)):
        with pytest.raises(TypeError, match="(x|y|grad) must hold bool, integers, .*, not "):
            call()
    assert (out == 7).all()


@pytest.mark.parametrize("case", WRONG_INPUTS)
def test_other_types_are_type_errors_for_gated_units(case):
    wrong = WRONG_INPUTS[case]
    out = np.full(np.shape(wrong) or (1,), 7.0)
    for call in (lambda: fa.swiglu(wrong, out, out=out), lambda: fa.swiglu(out, wrong if wrong is not None else {}),
                 lambda: fa.swiglu.backward(wrong, out, out, out=(out, out.copy()))):
        with pytest.raises(TypeError):
            call()
    assert (out == 7).all()


# ------------------------------------------------------------------------------ errors --

SENTINEL = -77.0


def read_only(shape):
    array = np.full(shape, SENTINEL, np.float32)
    array.flags.writeable = False
    return array


# out, error, message; x has shape (2, 3).
WRONG_OUTS = {
    "shape": (np.full((2, 4), SENTINEL, np.float32), ValueError, r"\(2,4\)|mismatch|\(2, 4\)"),
    "fewer dimensions": (np.full(3, SENTINEL, np.float32), ValueError, r"\(3,\)|dimension"),
    "read-only": (read_only((2, 3)), ValueError, "read-only"),
    "integer": (np.full((2, 3), SENTINEL, np.int64), TypeError, "int64"),
    "dates": (np.full((2, 3), 7, "M8[D]"), TypeError, "M8"),
    "two": ((np.full((2, 3), SENTINEL), np.full((2, 3), SENTINEL)), ValueError, "tuple"),
    "list": ([[SENTINEL] * 3] * 2, TypeError, "ArrayType|array"),
    "number": (3.0, TypeError, "ArrayType|array"),
}


def flat(out):
    return [array.tolist() for array in out] if isinstance(out, tuple) else np.asarray(out).tolist()


@every_activation
@pytest.mark.parametrize("case", WRONG_OUTS)
def test_a_wrong_out_is_refused_untouched(activation, case, accuracy):
    out, error, message = WRONG_OUTS[case]
    before, x = flat(out), X.reshape(2, 3)
    with pytest.raises(error, match=message):
        activation(x, out=out, accuracy=accuracy)
    with pytest.raises(error, match=message):
        activation.backward(x, x, out=out, accuracy=accuracy)
    assert flat(out) == before


@every_activation
def test_wrong_arguments_leave_out_untouched(activation):
    out = np.full(6, SENTINEL, np.float32)
    wrong = [
        (lambda: activation(X, out=out, accuracy="exactly"), ValueError, "'exact', 'fast' or 'correct', not 'exactly'"),
        (lambda: activation(X, out=out, accuracy=1), TypeError, "string, not int"),
        (lambda: activation.backward(X, X, out=out, accuracy="quick"), ValueError, "'exact', 'fast' or 'correct', not 'quick'"),
        (lambda: activation.backward(np.ones(5), X, out=out), ValueError, "broadcast|fit"),
        (lambda: activation(X, out=out, casting="sometimes"), ValueError, "casting"),
        (lambda: activation(X, out=out, dtype="int32"), TypeError, "[Nn]o loop"),
        (lambda: activation(X, out=out, dtype="nothing"), TypeError, "nothing"),
        (lambda: activation(X.astype(np.float64), out=out, casting="safe"), TypeError, "float64.*float32.*safe"),
        (lambda: activation(X, out=out, order="Q"), ValueError, "order"),
        (lambda: activation(X, out=out, colour="red"), TypeError, "colour"),
        (lambda: activation(X, *[0.5] * len(operands(activation.__name__, np.float32)), out), TypeError,
         "positional|at most|takes"),
        (lambda: activation(), TypeError, "argument"),
        (lambda: activation.ufunc("slow"), ValueError, "'exact', 'fast' or 'correct', not 'slow'"),
        (lambda: activation.max_ulp("exact", "float16"), ValueError, "float32, float64"),
        (lambda: activation.max_ulp("exakt"), ValueError, "'exact', 'fast' or 'correct'"),
    ]
    for call, error, message in wrong:
        with pytest.raises(error, match=message):
            call()
    assert (out == SENTINEL).all()


def test_softmax_errors():
    out = np.full((2, 3), SENTINEL)
    for call, error, message in [
        (lambda: fa.softmax(1.0, axis=1), ValueError, "axis 1 is out of bounds"),
        (lambda: fa.softmax(np.ones((2, 3)), axis=2, out=out), ValueError, "axis 2 is out of bounds"),
        (lambda: fa.softmax(np.ones((2, 3)), axis="last", out=out), TypeError, "integer"),
        (lambda: fa.softmax.backward(np.ones((2, 3)), np.ones((2, 4))), ValueError, "does not fit"),
        (lambda: fa.softmax.derivative(X), TypeError, "backward"),
    ]:
        with pytest.raises(error, match=message):
            call()
    assert (out == SENTINEL).all()


def test_softmax_axes():
    x = np.random.default_rng(0).standard_normal((3, 4, 5))
    for axis in (-3, -2, -1, 0, 1, 2):
        y = fa.softmax(x, axis=axis)
        assert np.allclose(y.sum(axis), 1, atol=1e-15)
        moved = np.moveaxis(fa.softmax(np.moveaxis(x, axis, -1).copy()), -1, axis)
        assert same_bits(y, moved)
        assert same_bits(fa.softmax.backward(x, y, axis=axis, out=x.copy()), fa.softmax.backward(x, y, axis=axis))
    assert fa.softmax([]).shape == (0,)
    assert fa.softmax(np.ones((0, 3))).shape == (0, 3)
    assert fa.softmax(np.ones((3, 0))).shape == (3, 0)


# ------------------------------------------------------------------------------- names --


def test_get():
    for name, activation in fa.activations.items():
        assert fa.get(name) is activation is getattr(fa, name)
        assert fa.get(activation) is activation
        for alias in activation.aliases:
            assert fa.get(alias) is activation
    assert fa.get("swish") is fa.swish is not fa.silu
    assert fa.get("gelu_new") is fa.gelu_tanh


@pytest.mark.parametrize("name, activation, parameters", [
    ("torch.hardswish", "hard_swish", {}), ("jax.gelu", "gelu_tanh", {}), ("keras.gelu", "gelu", {}),
    ("jax.swish", "silu", {}), ("onnx.Swish", "swish", {}), ("keras.leaky_relu", "leaky_relu", {"negative_slope": 0.2}),
    ("onnx.ThresholdedRelu", "threshold", {"threshold": 1.0, "value": 0.0}),
    ("jax.sparse_sigmoid", "hard_sigmoid_linear", {"alpha": 0.5}),
    ("rrelu", "leaky_relu", {"negative_slope": (1 / 8 + 1 / 3) / 2}),
])
def test_get_with_a_prefix(name, activation, parameters):
    found, ours = fa.get(name), fa.activations[activation]
    assert found.parameters == {**ours.parameters, **parameters}
    if not parameters:
        assert found is ours
    assert same_bits(found(X), ours(X, **parameters))
    assert same_bits(found.derivative(X), ours.derivative(X, **parameters))
    again = pickle.loads(pickle.dumps(found))
    assert again.parameters == found.parameters and same_bits(again(X), found(X))


@pytest.mark.parametrize("name, close", [
    ("gelo", "'gelu'"), ("Gelo", "'gelu'"), ("hard_swich", "'hard_swish'"), ("keras.leaky_rel", "'keras.leaky_relu'"),
    ("onnx.Geluu", "'onnx.Gelu'"),
])
def test_get_of_an_unknown_name_lists_those_like_it(name, close):
    with pytest.raises(ValueError, match=re.escape(f"no activation {name!r}; did you mean ")) as caught:
        fa.get(name)
    message = str(caught.value)
    assert close in message.split("?")[0] and message.endswith("fastact.activations lists ours")


@pytest.mark.parametrize("name", ["", "zzzzzz", "torch.", "tf.qqqqqqq"])
def test_get_of_an_unknown_name_that_is_like_none(name):
    with pytest.raises(ValueError, match=re.escape(f"no activation {name!r}; ") + ".*names are known"):
        fa.get(name)


def test_get_of_what_is_no_name():
    for wrong in (3, None, b"gelu", fa.swiglu):
        with pytest.raises(TypeError, match="string"):
            fa.get(wrong)


def test_activations_is_a_read_only_mapping_in_order():
    assert list(fa.activations) == [entry.name for entry in fa._catalogue.ENTRIES]
    with pytest.raises(TypeError):
        fa.activations["mine"] = fa.gelu
    names = [*fa.activations, *(alias for a in fa.activations.values() for alias in a.aliases)]
    assert len(names) == len(set(names))


def test_all_names_are_there():
    assert set(fa.activations) <= set(fa.__all__)
    for name in fa.__all__:
        assert hasattr(fa, name)
    assert re.fullmatch(r"\d+\.\d+.*", fa.__version__)


@every_public
def test_attributes(activation):
    entry = activation.entry
    assert activation.__name__ == activation.__qualname__ == entry.name
    assert activation.__module__ == "fastact"
    assert repr(activation) == f"<fastact.{entry.name}: {entry.formula}>"
    for name in ("formula", "kind", "range", "smoothness", "monotonic", "aliases", "parameters"):
        assert getattr(activation, name) == getattr(entry, name)
        with pytest.raises(AttributeError):
            setattr(activation, name, None)
    activation.parameters["x"] = 1
    assert "x" not in activation.parameters
    assert activation.kind in ("ridge", "radial", "fold")
    assert activation.smoothness in ("discontinuous", "C0", "C1", "C∞")


def kinks(activation):
    """Where a function of this catalogue may bend or jump: 0 and what its formula's parameters say."""
    own = {"gelu_10": {10.0}, "hard_mish": {2.0}}.get(activation.__name__, set())
    return {0.0, 3.0, 6.0, 2.5, 1.0, 0.5, *own, *map(float, operands(activation.__name__, np.float64))}


def jumps(function, points, step=1e-9):
    """Whether the function jumps anywhere: across a tiny step at one of the points."""
    points = np.array([sign * float(point) for point in points for sign in (-1, 1)])
    return bool((np.abs(function(points + step) - function(points - step)) > 1e-6).any())


@ridge
def test_the_declared_properties_hold(activation):
    """Each of the orders up to the second derivative, by differences at the points where it could fail."""
    points = kinks(activation)
    order = "C∞"
    if jumps(activation, points):
        order = "discontinuous"
    elif jumps(activation.derivative, points):
        order = "C0"
    else:
        def bend(step):
            at = np.array(sorted(points | {-point for point in points}))
            return (activation.derivative(at + step) - activation.derivative(at)) / step

        # The same from both sides and at both scales, or there is no second derivative.
        steps = [bend(step) for step in (-1e-4, 1e-4, 1e-6)]
        if (np.ptp(steps, axis=0) / (1 + np.abs(steps).max(0))).max() > 1e-2:
            order = "C1"
    assert order == activation.smoothness
    x = np.linspace(-20, 20, 4001)
    # Where a parameter has no default, monotonic means for every value of it.
    tries = {"prelu": [{}, {"weight": -0.5}], "threshold": [{}, {"threshold": 0.5, "value": 2.0}]}
    tries = tries[activation.__name__] if activation.entry.examples else [{}]
    monotonic = all((np.diff(activation(x, **given)) >= 0).all() for given in tries)
    assert activation.monotonic == monotonic


@every_activation
def test_max_ulp(activation):
    assert activation.max_ulp() == activation.max_ulp("exact", "float32") <= (2 if activation.kind == "fold" else 1)
    assert activation.max_ulp("exact", np.float64) <= 2
    assert activation.max_ulp("fast", np.dtype("float32")) == 2.0**12
    assert activation.max_ulp("fast", "float64") == 2.0**29
    assert 0.5 <= activation.max_ulp("correct") <= (0.50001 if activation.kind == "fold" else 0.5)
    assert activation.max_ulp("correct", "float64") <= 2


@every_public
def test_pickle_and_copy(activation):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(activation, protocol)) is activation
    assert copy.copy(activation) is activation
    assert copy.deepcopy([activation])[0] is activation
    assert {activation: 1}[activation] == 1


def test_gated_unit_pickles_and_copies():
    assert pickle.loads(pickle.dumps(fa.swiglu)) is copy.copy(fa.swiglu) is copy.deepcopy(fa.swiglu) is fa.swiglu
    assert repr(fa.swiglu) == "<fastact.swiglu: silu(gate) * up>"


def test_ufuncs_pickle_for_every_target():
    """A pickle has a name from a module that every CPU can import, because a worker may have another target."""
    ufuncs = [a.ufunc(accuracy) for a in [*fa.activations.values(), fa.swiglu] for accuracy in EVERY_ACCURACY]
    data = pickle.dumps(ufuncs)
    assert b"x86" not in data and b"fastact._" not in data
    assert pickle.loads(data) == ufuncs
    for target in dispatch.usable_targets:
        result = run_python("""
            import pickle, sys
            print([ufunc.__name__ for ufunc in pickle.loads(bytes.fromhex(sys.argv[1]))])
        """, data.hex(), FASTACT_TARGET=target)
        assert result.stdout.strip() == str([ufunc.__name__ for ufunc in ufuncs])


@every_activation
@every_accuracy
def test_ufunc(activation, accuracy):
    ufunc = activation.ufunc(accuracy)
    assert isinstance(ufunc, np.ufunc)
    assert same_bits(ufunc(X, *operands(activation.__name__, np.float32)),
                     activation(X, accuracy=accuracy, **BY_NAME[activation.__name__].parameters)
                     if activation.__name__ in BY_NAME else activation(X, accuracy=accuracy))
    assert ufunc.__name__ == activation.__name__ + ("" if accuracy == "exact" else f"_{accuracy}")
    with fa.accuracy(accuracy):
        assert activation.ufunc() is ufunc


@every_activation
def test_every_parameter_of_the_signature_is_taken(activation):
    signature = inspect.signature(activation)
    assert next(iter(signature.parameters)) == "x"
    for name, parameter in list(signature.parameters.items())[1:]:
        own = name in activation.parameters and activation.kind != "fold"
        assert parameter.kind is (parameter.POSITIONAL_OR_KEYWORD if own else parameter.KEYWORD_ONLY)
        assert not own or parameter.default == activation.parameters[name]
        assert same_bits(activation(X, **{name: parameter.default}), activation(X))
    assert {"out", "accuracy"} <= set(inspect.signature(activation.backward).parameters)


# --------------------------------------------------------------------------- parameters --


@parametric
@every_accuracy
def test_parameters_by_position_and_by_name(activation, accuracy):
    given = values(activation)
    for method in (activation, activation.derivative, lambda *a, **k: activation.backward(X, *a, **k)):
        expected = method(X, *given.values(), accuracy=accuracy)
        assert same_bits(method(X, accuracy=accuracy, **given), expected)
        backwards = dict(reversed(given.items()))
        assert same_bits(method(X, accuracy=accuracy, **backwards), expected)
        first, *rest = given
        assert same_bits(method(X, given[first], accuracy=accuracy, **{name: given[name] for name in rest}), expected)
        arrays = [np.full(6, value, np.float32) for value in given.values()]
        assert same_bits(method(X, *arrays, accuracy=accuracy), expected)
        out = np.empty_like(X)
        assert method(X, *given.values(), accuracy=accuracy, out=out) is out and same_bits(out, expected)
    assert same_bits(activation.ufunc(accuracy)(X, *np.array([*given.values()], np.float32)),
                     activation(X, *given.values(), accuracy=accuracy))
    assert same_bits(activation(X, **given), activation(X, **given, accuracy="exact"))


@parametric
def test_parameters_matter_and_the_oracle_knows_them(activation):
    given = values(activation)
    x = np.linspace(-8, 8, 1001)
    assert np.allclose(activation(x, **given), activation.entry.oracle(x, **given), rtol=1e-13, atol=1e-300)
    assert np.allclose(activation.derivative(x, **given), activation.entry.derivative_oracle(x, **given),
                       rtol=1e-7, atol=1e-9)
    for name in given:
        if (activation.__name__, name) != ("xielu", "eps"):  # which only matters from eps to 0
            assert not same_bits(activation(x, **given), activation(x, **{**given, name: 0.75 + given[name]}))


@parametric
def test_parameters_broadcast(activation):
    given = values(activation)
    x = np.linspace(-3, 3, 12).reshape(3, 4)
    rows = {name: value + np.array([0.0, 0.25, 0.5, 1.0]) for name, value in given.items()}
    columns = {name: row[:3, None] for name, row in rows.items()}
    for broadcast, tiled in ((rows, {k: np.tile(v, (3, 1)) for k, v in rows.items()}),
                             (columns, {k: np.tile(v, (1, 4)) for k, v in columns.items()})):
        assert same_bits(activation(x, **broadcast), activation(x, **tiled))
        assert same_bits(activation.backward(x, x, **broadcast), activation.backward(x, x, **tiled))
    assert activation(1.0, **rows).shape == (4,)
    with pytest.raises(ValueError, match="broadcast"):
        activation(x, **{name: np.ones(5) for name in given})


@parametric
def test_python_parameters_are_weak(activation):
    given = values(activation)
    assert activation(X, **given).dtype == np.float32
    for dtype in HALF:
        x = X.astype(dtype)
        arrays = [np.asarray(value, dtype) for value in given.values()]
        assert activation(x, **given).dtype == activation.derivative(x, **given).dtype == dtype
        assert activation.backward(x, x, **given).dtype == dtype
        assert same_bits(activation(x, **given), activation(x, *arrays))
        assert activation(x, **dict.fromkeys(given, 1)).dtype == dtype
        assert activation(x, **dict.fromkeys(given, True)).dtype == dtype
        assert activation(x, **dict.fromkeys(given, np.float32(0.5))).dtype == np.float32
        assert activation(x, **dict.fromkeys(given, np.float32([0.5]))).dtype == np.float32
    for dtype in ("int8", "uint8", "int16", "uint16", "bool"):
        assert activation(np.ones(3, dtype), **given).dtype == np.float32
    for dtype in ("int32", "int64"):
        assert activation(np.ones(3, dtype), **given).dtype == np.float64
    assert activation(1, **given).dtype == activation([1.0], **given).dtype == np.float64
    assert activation(X, **dict.fromkeys(given, np.float64(0.5))).dtype == np.float64
    assert activation(X, **dict.fromkeys(given, np.array([0.5]))).dtype == np.float64
    assert activation(X, **dict.fromkeys(given, [0.5])).dtype == np.float64  # a list is an array
    assert activation(X, dtype=np.float64, **given).dtype == np.float64
    weak = dict.fromkeys(given, 0.1)  # which float32 does not hold: taken as the loop's type
    wide = activation(X.astype(np.float64), **{k: np.float64(0.1) for k in given})
    assert same_bits(activation(X, dtype=np.float64, **weak), wide)


@parametric
def test_wrong_parameters(activation):
    given, name = values(activation), activation.__name__
    first = next(iter(given))
    out = np.full(6, SENTINEL, np.float32)
    grads = [(lambda *a, **k: activation(X, *a, out=out, **k), f"{name}()"),
             (lambda *a, **k: activation.derivative(X, *a, out=out, **k), f"{name}.derivative()"),
             (lambda *a, **k: activation.backward(X, X, *a, out=out, **k), f"{name}.backward()")]
    for call, who in grads:
        with pytest.raises(TypeError, match=re.escape(f"{who} got an unexpected keyword argument 'colour'")):
            call(**given, colour=1.0)
        with pytest.raises(TypeError, match=re.escape(f"{who} takes at most {len(given)} parameters")):
            call(*given.values(), 1.0)
        with pytest.raises(TypeError, match=re.escape(f"{who} got two values for {first!r}")):
            call(*given.values(), **{first: 1.0})
        for wrong in ("text", None, 1j, np.ones(6, complex), np.array([None] * 6)):
            with pytest.raises(TypeError):
                call(**{**given, first: wrong})
        for missing in (name for name, default in activation.parameters.items() if default is REQUIRED):
            with pytest.raises(TypeError, match=re.escape(f"{who} needs a value for {missing!r}")):
                call(**{name: value for name, value in given.items() if name != missing})
    assert (out == SENTINEL).all()


def test_required_parameters():
    required = {a.__name__: [name for name, value in a.parameters.items() if value is REQUIRED] for a in PARAMETRIC}
    assert {name: r for name, r in required.items() if r} == {"prelu": ["weight"], "threshold": ["threshold", "value"]}


@parametric
@every_accuracy
def test_with_parameters(activation, accuracy):
    given = values(activation)
    before = activation.parameters
    bound = activation.with_parameters(**given)
    assert type(bound) is type(activation) and bound.__name__ == activation.__name__ and bound is not activation
    assert bound.parameters == given and activation.parameters == before
    assert same_bits(bound(X, accuracy=accuracy), activation(X, accuracy=accuracy, **given))
    assert same_bits(bound.derivative(X, accuracy=accuracy), activation.derivative(X, accuracy=accuracy, **given))
    assert same_bits(bound.backward(X, X, accuracy=accuracy), activation.backward(X, X, accuracy=accuracy, **given))
    first = next(iter(given))
    changed = {**given, first: 0.125}
    assert same_bits(bound(X, **{first: 0.125}), activation(X, **changed))
    assert same_bits(bound(X, 0.125), activation(X, **changed))
    assert bound.with_parameters(**{first: 0.125}).parameters == changed
    assert [p.default for p in list(inspect.signature(bound).parameters.values())[1 : 1 + len(given)]] == [*given.values()]
    for dtype in HALF:
        assert bound(X.astype(dtype)).dtype == dtype
    for name in ("colour", "x", "accuracy"):
        with pytest.raises(TypeError, match=f"{activation.__name__} has no parameter {name!r}"):
            activation.with_parameters(**{name: 1.0})
    assert fa.get(bound) is bound


@parametric
def test_a_bound_one_pickles(activation):
    given = values(activation)
    first = next(iter(given))
    for bound in (activation.with_parameters(**given), activation.with_parameters(**{first: 0.125})):
        copies = [pickle.loads(pickle.dumps(bound, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
        for again in [*copies, copy.copy(bound), copy.deepcopy(bound)]:
            assert again.parameters.keys() == bound.parameters.keys()
            assert again.parameters == bound.parameters
            missing = {name: 0.5 for name, value in bound.parameters.items() if value is REQUIRED}
            assert same_bits(again(X, **missing), bound(X, **missing))


@parametric
def test_arrays_as_new_defaults(activation):
    """Tests one weight for each channel, as in a trained PReLU."""
    given = values(activation)
    first = next(iter(given))
    array = np.linspace(0.125, 0.25, 6).astype(np.float32)
    bound = activation.with_parameters(**{**given, first: array})
    assert same_bits(bound(X), activation(X, **{**given, first: array}))
    again = pickle.loads(pickle.dumps(bound))
    assert same_bits(again.parameters[first], array) and same_bits(again(X), bound(X))
    assert again.__doc__ == bound.__doc__ and "array_like" in bound.__doc__


# -------------------------------------------------------------------------- approximate --


@every_accuracy
@pytest.mark.parametrize("value, name", [("none", "gelu"), (False, "gelu"), ("tanh", "gelu_tanh"), (True, "gelu_tanh")])
def test_approximate_chooses_the_formula(value, name, accuracy):
    meant = fa.activations[name]
    keywords = {"approximate": value, "accuracy": accuracy}
    assert same_bits(fa.gelu(X, **keywords), meant(X, accuracy=accuracy))
    assert same_bits(fa.gelu.derivative(X, **keywords), meant.derivative(X, accuracy=accuracy))
    assert same_bits(fa.gelu.backward(X, X, **keywords), meant.backward(X, X, accuracy=accuracy))
    out = X.copy()
    assert fa.gelu(out, out=out, **keywords) is out
    assert same_bits(out, meant(X, accuracy=accuracy))


def test_approximate_of_another_value_or_function():
    with pytest.raises(ValueError, match="approximate must be one of 'none', False, 'tanh', True, not 'sigmoid'"):
        fa.gelu(X, approximate="sigmoid")
    with pytest.raises(ValueError, match="approximate"):
        fa.gelu(X, approximate=["tanh"])
    with pytest.raises(TypeError, match="silu.*approximate"):
        fa.silu(X, approximate="tanh")
    assert "approximate" in inspect.signature(fa.gelu).parameters
    assert "approximate" not in inspect.signature(fa.silu).parameters


# ------------------------------------------------------------------------------- swiglu --

GATE, UP = np.random.default_rng(0).standard_normal((2, 4, 6)).astype(np.float32)
GRAD = np.random.default_rng(1).standard_normal((4, 6)).astype(np.float32)

PACKED = {
    "gate_up": lambda gate, up: np.concatenate([gate, up], -1),
    "up_gate": lambda gate, up: np.concatenate([up, gate], -1),
    "interleaved": lambda gate, up: np.stack([gate, up], -1).reshape(*gate.shape[:-1], -1),
}
axes = pytest.mark.parametrize("axis", [None, -1, 1, 0, -2])
orders = pytest.mark.parametrize("order", PACKED)


def packed_along(axis, order, gate, up):
    """Both arrays packed along an axis of the transposed or the plain layout."""
    packed = PACKED[order](gate, up)
    return packed if axis in (None, -1, 1) else packed.T


@every_accuracy
def test_swiglu_of_two_arrays(accuracy):
    y = fa.swiglu(GATE, UP, accuracy=accuracy)
    assert np.allclose(y, fa.silu(GATE) * UP, rtol=1e-3)
    out = np.empty_like(y)
    assert fa.swiglu(GATE, UP, out=out, accuracy=accuracy) is out
    assert same_bits(out, y)
    assert fa.swiglu(GATE, UP, out=(out,)) is out
    tiled = np.tile(UP[0], (4, 1))
    assert same_bits(fa.swiglu(GATE, UP[0], accuracy=accuracy), fa.swiglu(GATE, tiled, accuracy=accuracy))
    mask = GATE > 0
    out = np.full_like(GATE, 7)
    fa.swiglu(GATE, UP, out=out, where=mask, accuracy=accuracy)
    assert same_bits(out, np.where(mask, y, np.float32(7)))
    assert fa.swiglu(GATE, UP, dtype=np.float64).dtype == np.float64
    assert same_bits(fa.swiglu.ufunc(accuracy)(GATE, UP), y)


@axes
@orders
@every_accuracy
def test_swiglu_packed(order, axis, accuracy):
    expected = fa.swiglu(GATE, UP, accuracy=accuracy)
    packed = packed_along(axis, order, GATE, UP)
    expected = expected if axis in (None, -1, 1) else expected.T
    keywords = {"order": order, "axis": axis, "accuracy": accuracy}
    assert same_bits(fa.swiglu(packed, **keywords), expected)
    out = np.empty_like(expected)
    assert fa.swiglu(packed, out=out, **keywords) is out
    assert same_bits(out, expected)
    if order == "gate_up":
        assert same_bits(fa.swiglu(packed, axis=axis, accuracy=accuracy), expected)
        assert same_bits(fa.swiglu(packed.tolist(), axis=axis, dtype=np.float32, accuracy=accuracy), expected)


@axes
@orders
@every_accuracy
def test_swiglu_backward_packed(order, axis, accuracy):
    d_gate, d_up = fa.swiglu.backward(GRAD, GATE, UP, accuracy=accuracy)
    expected = packed_along(axis, order, d_gate, d_up)
    packed = packed_along(axis, order, GATE, UP)
    grad = GRAD if axis in (None, -1, 1) else GRAD.T
    keywords = {"order": order, "axis": axis, "accuracy": accuracy}
    assert same_bits(fa.swiglu.backward(grad, packed, **keywords), expected)
    out = np.empty_like(packed)
    assert fa.swiglu.backward(grad, packed, out=out, **keywords) is out
    assert same_bits(out, expected)
    assert fa.swiglu.backward(grad, packed, out=(out,), **keywords) is out
    in_place = packed.copy()
    fa.swiglu.backward(grad, in_place, out=in_place, **keywords)
    assert same_bits(in_place, expected)


@every_accuracy
def test_swiglu_backward_of_two_arrays(accuracy):
    d_gate, d_up = fa.swiglu.backward(GRAD, GATE, UP, accuracy=accuracy)
    near_root = 1e-3 if accuracy == "fast" else 1e-6  # there only the absolute error of a fast derivative is bounded
    assert np.allclose(d_gate, GRAD * UP * fa.silu.derivative(GATE), rtol=1e-3, atol=near_root)
    assert np.allclose(d_up, GRAD * fa.silu(GATE), rtol=1e-3)
    out = np.empty_like(d_gate), np.empty_like(d_up)
    result = fa.swiglu.backward(GRAD, GATE, UP, out=out, accuracy=accuracy)
    assert result[0] is out[0] and result[1] is out[1]
    assert same_bits(out[0], d_gate) and same_bits(out[1], d_up)
    only = np.empty_like(d_gate)
    assert fa.swiglu.backward(GRAD, GATE, UP, out=(only, None), accuracy=accuracy)[0] is only
    assert same_bits(only, d_gate)
    grad, gate, up = GRAD.copy(), GATE.copy(), UP.copy()
    fa.swiglu.backward(grad, gate, up, out=(gate, up), accuracy=accuracy)
    assert same_bits(gate, d_gate) and same_bits(up, d_up)


@pytest.mark.parametrize("convert", [list, lambda a: np.asarray(a, np.int64), lambda a: np.asarray(a, np.int8)],
                         ids=["lists", "int64", "int8"])
def test_swiglu_backward_packed_takes_what_the_other_form_takes(convert):
    gate, up, grad = (convert([-2, 0, 1]), convert([3, 1, 2]), convert([1, -1, 2]))
    d_gate, d_up = fa.swiglu.backward(grad, gate, up)
    got = fa.swiglu.backward(grad, convert([*gate, *up]))
    assert same_bits(got, np.concatenate([d_gate, d_up]))


def test_swiglu_backward_packed_keeps_masks():
    packed = np.ma.array(PACKED["gate_up"](GATE, UP), mask=False)
    packed[0, 0] = np.ma.masked
    d_gate, _ = fa.swiglu.backward(GRAD, packed[:, :6], packed[:, 6:])
    assert d_gate.mask[0, 0]
    assert np.ma.getmaskarray(fa.swiglu.backward(GRAD, packed))[0, 0]


def test_swiglu_errors_leave_out_untouched():
    out = np.full((4, 6), SENTINEL, np.float32)
    outs = (out, out.copy())
    whole = np.full((4, 12), SENTINEL, np.float32)
    packed = PACKED["gate_up"](GATE, UP)
    odd = packed[:, :11]
    wrong = [
        (lambda: fa.swiglu(odd, out=out), ValueError, r"even, not 11 \(shape \(4, 11\)\)"),
        (lambda: fa.swiglu(packed, axis=2, out=out), ValueError, r"axis 2 is out of bounds.*\(4, 12\)"),
        (lambda: fa.swiglu(packed, axis=-3, out=out), ValueError, "axis -3 is out of bounds"),
        (lambda: fa.swiglu(packed, axis="last", out=out), TypeError, "integer"),
        (lambda: fa.swiglu(packed, order="mixed", out=out), ValueError, "'up_gate', 'interleaved', not 'mixed'"),
        (lambda: fa.swiglu(1.0), ValueError, "no dimensions"),
        (lambda: fa.swiglu(GATE, UP, order="gate_up", out=out), TypeError, "packed"),
        (lambda: fa.swiglu(GATE, UP, axis=0, out=out), TypeError, "packed"),
        (lambda: fa.swiglu(GATE, UP[:, :5], out=out), ValueError, "broadcast"),
        (lambda: fa.swiglu(packed, accuracy="best", out=out), ValueError, "'exact', 'fast' or 'correct', not 'best'"),
        (lambda: fa.swiglu(packed, out=whole), ValueError, "broadcast|shape"),
        (lambda: fa.swiglu(GATE, UP, out=read_only((4, 6))), ValueError, "read-only"),
        (lambda: fa.swiglu.backward(GRAD, GATE, UP, out=out), TypeError, r"\(d_gate, d_up\)"),
        (lambda: fa.swiglu.backward(GRAD, GATE, UP, out=(out,)), ValueError, "tuple"),
        (lambda: fa.swiglu.backward(GRAD, GATE, UP, out=(out, read_only((4, 6)))), ValueError, "read-only"),
        (lambda: fa.swiglu.backward(GRAD, GATE, UP, order="up_gate", out=outs), TypeError, "packed"),
        (lambda: fa.swiglu.backward(GRAD[:, :5], GATE, UP, out=outs), ValueError, "broadcast"),
        (lambda: fa.swiglu.backward(GRAD, packed, out=outs), TypeError, "array"),
        (lambda: fa.swiglu.backward(GRAD, packed, out=out), ValueError, r"\(4, 12\), not \(4, 6\)"),
        (lambda: fa.swiglu.backward(GRAD, packed, out=read_only((4, 12))), ValueError, "read-only"),
        (lambda: fa.swiglu.backward(GRAD[:, :5], packed, out=whole), ValueError, "broadcast"),
        (lambda: fa.swiglu.backward(GRAD, packed, order="x", out=whole), ValueError, "'interleaved', not 'x'"),
        (lambda: fa.swiglu.backward(GRAD, odd), ValueError, "even, not 11"),
        (lambda: fa.swiglu.backward(GRAD, packed, accuracy=2, out=whole), TypeError, "string, not int"),
        (lambda: fa.swiglu.backward(GRAD, packed.astype(complex), out=whole), TypeError, "gate must hold .* not complex128"),
    ]
    for call, error, message in wrong:
        with pytest.raises(error, match=message):
            call()
    for array in (out, outs[1], whole):
        assert (array == SENTINEL).all()


def test_a_fractional_axis_is_a_type_error():
    """An error is raised, as by NumPy's functions; another axis is not used silently."""
    for call in (lambda: fa.softmax(GATE, axis=0.5), lambda: fa.swiglu(GATE, axis=0.5),
                 lambda: fa.swiglu.backward(GRAD[:2], GATE, axis=0.5)):
        with pytest.raises(TypeError, match="integer"):
            call()


# ------------------------------------------------------------------------ documentation --

CALLABLES = [name for name in fa.__all__ if callable(getattr(fa, name))]


@pytest.mark.parametrize("name", CALLABLES)
def test_docstring_sections(name):
    thing = getattr(fa, name)
    doc = inspect.cleandoc(thing.__doc__)
    assert doc.splitlines()[0].endswith((".", ")")) or name in fa.activations  # there, the formula
    sections = set(re.findall(r"^(\w[\w ]*)\n-{3,}$", doc, re.MULTILINE))
    assert "Examples" in sections and ">>>" in doc
    parameters = {} if inspect.isclass(thing) else inspect.signature(thing).parameters
    if parameters:
        assert {"Parameters", "Raises"} <= sections
        listed = doc.split("Parameters\n")[1].split("\n\n")[0]
        missing = [p for p in parameters if not re.search(rf"\b{p}\b", listed)]
        assert not missing, f"not documented: {missing}"


def modules():
    found = [fa]
    for info in pkgutil.walk_packages(fa.__path__, "fastact."):
        if info.name.endswith("__main__") or info.name.startswith("fastact._kernels."):
            continue
        try:
            found.append(importlib.import_module(info.name))
        except ImportError as error:  # a plug without what it plugs into: its own tests skip, saying so
            assert "pip install 'fastact[" in str(error), info.name
    return found


def test_doctests():
    runner = doctest.DocTestRunner(verbose=False)
    finder = doctest.DocTestFinder(exclude_empty=True)
    for module in modules():
        for test in finder.find(module, module.__name__):
            runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
    assert runner.tries > 40


@pytest.mark.parametrize("name", fa.__test__)
def test_every_instance_has_examples_that_run(name):
    examples = doctest.DocTestParser().get_examples(fa.__test__[name])
    assert len(examples) > 0


# ----------------------------------------------------------------------------- targets --


@pytest.mark.parametrize("wanted", ["x86-64-v9", "avx2", "x86_64_v3", "../x", "x86-64-v4 ", "X86-64"])
def test_an_unknown_target_is_an_import_error(wanted):
    result = start_python("import fastact", FASTACT_TARGET=wanted)
    assert result.returncode == 1
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError:") and repr(wanted) in last
    assert "not built" in last
    for target in dispatch.matmul_targets:
        assert target in last


def test_a_target_that_the_cpu_lacks_is_an_import_error():
    """Simulates a CPU that supports only the baseline."""
    best = dispatch.matmul_targets[0]
    if len(dispatch.matmul_targets) == 1:
        pytest.skip("this CPU can run the baseline only")
    result = start_python("""
        import sys, types
        sys.modules["fastact._runtime.cpu"] = types.SimpleNamespace(runnable=lambda: [sys.argv[1]], cpuid=lambda *leaf: None)
        import fastact
    """, dispatch.matmul_targets[-1], FASTACT_TARGET=best)
    assert result.returncode == 1
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError:") and "this CPU lacks it" in last
    assert last.endswith(f"can be used here: {dispatch.matmul_targets[-1]}")


def test_forced_target(target):
    result = run_python("""
        import numpy as np, fastact as fa
        from fastact._runtime import dispatch
        x = np.linspace(-9, 9, 1000).astype(np.float32)
        worst = 0
        for a in fa.activations.values():
            entry = a.entry.measured(np.float32)
            values = entry.parameters if a.kind != "fold" else a.entry.examples
            truth = entry.oracle(x)
            worst = max(worst, (np.abs(a(x, **values) - truth) / np.maximum(1, np.abs(truth))).max())
        y = fa.swiglu(x, x)
        print(dispatch.target, worst < 1e-6, fa.GatedProjection(np.ones((3, 1000)), np.ones((3, 1000)))(x).shape)
        fa.show_config()
    """, FASTACT_TARGET=target)
    lines = result.stdout.splitlines()
    assert lines[0] == f"{target} True (3,)"
    shown = {line[:15].strip(): line[15:].strip() for line in lines[1:]}
    assert shown["target"] == target
    assert shown["usable targets"] == ", ".join(dispatch.matmul_targets)
    assert shown["fastact"] == fa.__version__ and shown["numpy"] == np.__version__


def test_an_empty_target_is_none_at_all():
    result = run_python("from fastact._runtime import dispatch; print(dispatch.matmul_target)", FASTACT_TARGET="")
    assert result.stdout.strip() == dispatch.matmul_targets[0]
