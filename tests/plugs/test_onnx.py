"""fastact.onnx: ONNX's own node tests through it; opsets, attributes, types; without ONNX."""

import warnings

import numpy as np
import pytest

import fastact as fa
from helpers import bfloat16, run_python, same_bits

onnx = pytest.importorskip("onnx", minversion="1.17", reason="onnx is not installed")

from onnx import TensorProto, helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

import fastact.onnx  # noqa: E402

OPERATORS = {cls.__name__: cls for cls in fastact.onnx.operators}
NATIVE = sorted(cls.__name__ for cls in fastact.onnx.operators if not cls.op_domain)
MICROSOFT = sorted(cls.__name__ for cls in fastact.onnx.operators if cls.op_domain == "com.microsoft")
X = np.array([[-3.0, -0.5, -0.0, 0.25], [1.0, 2.0, 7.0, -20.0]], np.float32)


def nodes(graph):
    """The graph's nodes, those of subgraphs too."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from nodes(attribute.g)


def model_of(operator, inputs, opset, domain, attributes):
    """A model of one node, and what to feed it with; an input may be None."""
    names = ["" if x is None else f"x{i}" for i, x in enumerate(inputs)]
    node = helper.make_node(operator, names, ["y"], domain=domain, **attributes)
    names, inputs = zip(*((name, x) for name, x in zip(names, inputs) if x is not None))
    types = [helper.np_dtype_to_tensor_dtype(np.asarray(x).dtype) for x in inputs]
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info(name, kind, np.shape(x))
                      for name, kind, x in zip(names, types, inputs)],
        [helper.make_tensor_value_info("y", types[0], None)])
    opsets = [helper.make_opsetid("", opset)] + [helper.make_opsetid(domain, 1)] * bool(domain)
    return helper.make_model(graph, ir_version=10, opset_imports=opsets), dict(zip(names, inputs))


def run(operator, *inputs, opset=21, domain="", operators=fastact.onnx.operators, **attributes):
    """One node's result, evaluated with our operators."""
    model, values = model_of(operator, inputs, opset, domain, attributes)
    return ReferenceEvaluator(model, new_ops=operators).run(None, values)[0]


def run_by_onnx_runtime(operator, *inputs, opset=21, domain="", **attributes):
    """One node's result by ONNX Runtime; None if it has no kernel for the type."""
    ort = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, NotImplemented
    options = ort.SessionOptions()
    options.log_severity_level = 4
    model, values = model_of(operator, inputs, opset, domain, attributes)
    try:
        session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidGraph, NotImplemented):
        return None
    return session.run(None, values)[0]


# ------------------------------------------------------------------ ONNX's own tests --


def node_tests():
    from onnx.backend.test.loader import load_model_tests
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # making the expected values, ONNX divides by zero
        return load_model_tests(kind="node")


def passes(test, operators, rtol):
    """Whether a node test passes, and its message if not."""
    from onnx.backend.test.runner import Runner
    evaluator = ReferenceEvaluator(test.model, new_ops=operators)
    try:
        for inputs, outputs in test.data_sets:
            got = evaluator.run(None, feeds(test.model, inputs))
            Runner.assert_similar_outputs(list(outputs), list(got), rtol=rtol, atol=test.atol)
    except Exception as error:
        return False, f"{test.name}: {error!r}"
    return True, ""


@pytest.mark.filterwarnings("ignore::RuntimeWarning:onnx")
def test_node_tests_of_onnx(monkeypatch):
    """Tests every node test that contains one of our operators, alone or in the body of another operator."""
    calls = dict.fromkeys(NATIVE, 0)
    original = fastact.onnx.Operator._run

    def counted(self, *inputs, **attributes):
        calls[type(self).__name__] += 1
        return original(self, *inputs, **attributes)

    monkeypatch.setattr(fastact.onnx.Operator, "_run", counted)
    passed, alone, failed, skipped = 0, 0, [], []
    for test in node_tests():
        graph = test.model.graph
        if not any(node.op_type in calls for node in nodes(graph)):
            continue
        is_alone = len(graph.node) == 1
        # In a float16 body a correctly rounded result may be two ULP from what float16 arithmetic makes.
        half = any(value.type.tensor_type.elem_type == TensorProto.FLOAT16 for value in graph.output)
        rtol = max(test.rtol, 2.0**-9) if half and not is_alone else test.rtol
        good, message = passes(test, fastact.onnx.operators, rtol)
        passed, alone = passed + good, alone + (good and is_alone)
        if good:
            continue
        elif is_alone or passes(test, [], rtol)[0]:
            failed.append(message)
        else:  # ONNX's own operators fail there too
            skipped.append(test.name)
    assert not failed, "\n".join(failed)
    assert all(calls.values()), f"no test of {[name for name, count in calls.items() if not count]}"
    assert passed > 100 and alone > 50 and len(skipped) < 10, (passed, alone, skipped)


def feeds(model, inputs):
    return {value.name: array for value, array in zip(model.graph.input, inputs)}


def test_accuracy_follows_the_setting():
    x = np.linspace(-5, 5, 60, dtype=np.float32).reshape(5, 12)
    for accuracy in ("fast", "correct"):
        with fa.accuracy(accuracy):
            assert same_bits(run("Gelu", x, opset=20), fa.gelu(x, accuracy=accuracy))
            assert same_bits(run("Softmax", x, opset=13), fa.softmax(x, accuracy=accuracy))


# -------------------------------------------------------------- opsets and attributes --


@pytest.mark.parametrize("operator", ["Softmax", "LogSoftmax"])
def test_before_opset_13_all_axes_from_one_on_are_the_row(operator):
    fold = {"Softmax": fa.softmax, "LogSoftmax": fa.log_softmax}[operator]
    x = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 7
    assert same_bits(run(operator, x, opset=13), fold(x))
    assert same_bits(run(operator, x, opset=12), fold(x.reshape(2, 12)).reshape(x.shape))
    assert same_bits(run(operator, x, opset=11, axis=-1), fold(x))
    assert same_bits(run(operator, x, opset=1, axis=0), fold(x.ravel()).reshape(x.shape))
    assert same_bits(run(operator, x, opset=13, axis=0), fold(x, axis=0))
    assert run(operator, x[:0], opset=12).shape == run(operator, x[:0]).shape == (0, 3, 4)


def test_prelu_before_opset_7_has_a_slope_for_each_channel():
    x, slope = -np.ones((2, 3, 3), np.float32), np.array([1, 2, 3], np.float32)
    assert run("PRelu", x, slope, opset=6)[0].tolist() == [[-1] * 3, [-2] * 3, [-3] * 3]
    assert run("PRelu", x, slope, opset=7)[0].tolist() == [[-1, -2, -3]] * 3
    assert (run("PRelu", x, slope[:1] + 1, opset=6) == -2).all()


@pytest.mark.parametrize("name", sorted(set(NATIVE) - {"PRelu", "SwiGLU", "ReduceLogSumExp"}))
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "bfloat16"])
def test_types_are_kept_and_values_are_those_of_onnx(name, dtype):
    if dtype == "bfloat16" and bfloat16 is None:
        pytest.skip("ml_dtypes is not installed")
    x = X.astype(bfloat16 if dtype == "bfloat16" else dtype)
    opset = onnx.defs.onnx_opset_version()
    got = run(name, x, opset=opset)
    assert got.dtype == x.dtype
    with np.errstate(all="ignore"):
        due = run(name, X.astype(np.float64), opset=opset, operators=[])
    # ONNX's constants and attributes are float32.
    error = {"float16": 2.0**-11, "bfloat16": 2.0**-8, "float32": 2.0**-22, "float64": 2.0**-22}[dtype]
    np.testing.assert_allclose(got.astype(np.float64), due, rtol=1.01 * error, atol=1e-7 if "16" in dtype else 1e-8)


def test_attributes():
    x = X.astype(np.float16)  # which float32 attributes must not promote
    for name, attributes, due in [
        ("LeakyRelu", {"alpha": 0.25}, fa.leaky_relu(x, 0.25)), ("Elu", {"alpha": 0.5}, fa.elu(x, 0.5)),
        ("Celu", {"alpha": 0.5}, fa.celu(x, 0.5)), ("HardSigmoid", {"alpha": 0.25, "beta": 0.75},
                                                   fa.hard_sigmoid_linear(x, 0.25, 0.75)),
        ("ThresholdedRelu", {"alpha": 0.125}, fa.threshold(x, 0.125, 0.0)),
        ("Gelu", {"approximate": "tanh"}, fa.gelu_tanh(x)), ("Gelu", {"approximate": "none"}, fa.gelu(x)),
        ("Shrink", {"lambd": 0.75}, fa.hardshrink(x, 0.75) + np.float16(0)),  # of its zeros none is negative
        ("Shrink", {"lambd": 0.75, "bias": 0.75}, fa.softshrink(x, 0.75) + np.float16(0)), ("Selu", {}, fa.selu(x)),
    ]:
        assert same_bits(run(name, x, **attributes), due), (name, attributes)
    y = run("Selu", X, alpha=2.0, gamma=3.0)
    np.testing.assert_allclose(y, np.where(X > 0, 3 * X, 6 * np.expm1(X)), rtol=3e-7)
    y = run("Shrink", X, lambd=1.5, bias=0.5)
    assert y.tolist() == [[-2.5, 0, 0, 0], [0, 1.5, 6.5, -19.5]]


def test_swish_and_swiglu():
    if "SwiGLU" not in OPERATORS:
        pytest.skip("this ONNX has no SwiGLU")
    x, opset = X.astype(np.float16), onnx.defs.onnx_opset_version()
    assert same_bits(run("Swish", x, opset=opset), fa.silu(x))
    assert same_bits(run("Swish", x, opset=opset, alpha=2.0), fa.swish(x, 2.0))
    assert same_bits(run("SwiGLU", x, x, opset=opset), fa.swiglu(x, x))
    assert same_bits(run("SwiGLU", x, x, opset=opset, alpha=2.0), fa.gated(x, x, ("swish", {"beta": 2.0})))
    with pytest.raises(ValueError, match=r"\(2, 4\) and \(4,\)"):
        run("SwiGLU", x, x[0], opset=opset)


def test_integers_keep_all_their_digits():
    big = np.array([2**62 + 1, -(2**62) - 1, 0], np.int64)
    assert run("Relu", big).tolist() == [2**62 + 1, 0, 0]
    assert run("PRelu", big, np.array(2)).tolist() == [2**62 + 1, -(2**63) - 2 + 2**64, 0]
    assert run("Shrink", np.array([-5, -1, 1, 5], np.int8), lambd=2.0, bias=1.0).tolist() == [-4, 0, 0, 4]


def test_logsumexp_over_any_axes():
    x = np.arange(24, dtype=np.float64).reshape(2, 3, 4) / 5
    for axes in [[0], [-1], [0, 2], [2, 0], [1, -1], [0, 1, 2]]:
        due = np.log(np.exp(x).sum(axis=tuple(axes), keepdims=True))
        np.testing.assert_allclose(run("ReduceLogSumExp", x, np.array(axes)), due, rtol=1e-14)
        np.testing.assert_allclose(
            run("ReduceLogSumExp", x, opset=13, axes=axes, keepdims=0), due.squeeze(tuple(axes)), rtol=1e-14)
    np.testing.assert_allclose(run("ReduceLogSumExp", x), np.log(np.exp(x).sum()).reshape(1, 1, 1), rtol=1e-14)
    assert run("ReduceLogSumExp", x, noop_with_empty_axes=1).shape == x.shape


BIAS = np.array([0.5, -1.0, 2.0, 0.0], np.float32)


@pytest.mark.parametrize("name, inputs, attributes", [
    ("Gelu", [X], {}), ("FastGelu", [X], {}), ("FastGelu", [X, BIAS], {}), ("BiasGelu", [X, BIAS], {}),
    ("QuickGelu", [X], {}), ("QuickGelu", [X], {"alpha": 0.5}), ("ScaledSiLU", [X], {}),
    ("ScaledSiLU", [X], {"alpha": -0.5}), ("ScaledSiLU", [X, np.array(3, np.float32)], {"alpha": -0.5}),
    ("ScaledSiLU", [X.astype(np.float16), np.array(0.3, np.float32)], {}),
])
def test_operators_of_onnx_runtime(name, inputs, attributes):
    peer = run_by_onnx_runtime(name, *inputs, domain="com.microsoft", **attributes)
    if peer is None:
        pytest.skip(f"this ONNX Runtime has no {name}")
    ours = run(name, *inputs, domain="com.microsoft", **attributes)
    assert ours.dtype == peer.dtype
    error = 1e-5 if ours.dtype == np.float32 else 2.0**-10
    np.testing.assert_allclose(ours, peer, rtol=error, atol=error)


def test_the_two_gelu_are_told_apart():
    assert MICROSOFT == ["BiasGelu", "FastGelu", "Gelu", "MatMulNBits", "MoE", "QMoE", "QuickGelu", "ScaledSiLU"]
    assert fastact.onnx.Gelu.op_domain == ""
    assert same_bits(run("Gelu", X, approximate="tanh"), fa.gelu_tanh(X))
    assert same_bits(run("Gelu", X, domain="com.microsoft"), fa.gelu(X))


def test_a_scale_must_be_a_scalar():
    with pytest.raises(ValueError, match=r"ScaledSiLU: scale must be a scalar, not of shape \(1,\)"):
        run("ScaledSiLU", X, np.ones(1, np.float32), domain="com.microsoft")


def test_a_function_body_passes_its_attributes_on():
    """An attribute that refers to an attribute of the function that contains the node."""
    model = onnx.parser.parse_model("""<ir_version: 9, opset_import: ["" : 21, "local" : 1]>
        g (float[n] x) => (float[n] y) { y = local.f <slope = 0.5> (x) }
        <opset_import: ["" : 21], domain: "local"> f <slope> (x) => (y) {
            y = LeakyRelu <alpha: float = @slope> (x) }""")
    body = ReferenceEvaluator(model.functions[0], new_ops=fastact.onnx.operators)
    got = body.run(None, {"x": np.array([-2, 2], np.float32)}, attributes={"slope": 0.5})[0]
    assert got.tolist() == [-1, 2]


# ----------------------------------------------------------------------- special values --

NAN, INF = float("nan"), float("inf")
SPECIALS = np.array([NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, -0.25, 2.5, -2.5, 20.0], np.float32)
UP = np.resize(np.array([1, -2, -0.0, INF, NAN], np.float32), SPECIALS.size)
ROWS = np.array([[NAN, 0, 1], [INF, 0, 1], [-INF, 0, 1], [INF, INF, 1], [INF, -INF, 0], [-0.0, 0, -0.0],
                 [-INF, -INF, -INF], [3e4, 3e4, -3e4]], np.float32)

# Name, inputs, attributes.  Of every operator those that change what becomes of special values.
CASES = [
    *((name, [SPECIALS], {}) for name in set(NATIVE) - {"PRelu", "SwiGLU", "Softmax", "LogSoftmax", "ReduceLogSumExp"}),
    ("Celu", [SPECIALS], {"alpha": 2.0}), ("Elu", [SPECIALS], {"alpha": 0.0}), ("Elu", [SPECIALS], {"alpha": -0.5}),
    ("Gelu", [SPECIALS], {"approximate": "tanh"}), ("HardSigmoid", [SPECIALS], {"alpha": 0.0}),
    ("HardSigmoid", [SPECIALS], {"alpha": -0.5, "beta": 0.25}), ("LeakyRelu", [SPECIALS], {"alpha": 0.0}),
    ("LeakyRelu", [SPECIALS], {"alpha": -2.0}), ("Selu", [SPECIALS], {"alpha": 2.0, "gamma": 3.0}),
    ("Selu", [SPECIALS], {"alpha": 0.0}), ("Selu", [SPECIALS], {"gamma": 0.0}),
    *(("Shrink", [SPECIALS], {"lambd": lambd, "bias": bias})
      for lambd in (0.5, 0.0, -1.0) for bias in (0.0, 0.5, 0.25, -0.5)),
    *(("Swish", [SPECIALS], {"alpha": alpha}) for alpha in (0.0, -2.0)),
    *(("ThresholdedRelu", [SPECIALS], {"alpha": alpha}) for alpha in (-1.0, 0.0, 0.5)),
    ("PRelu", [SPECIALS, UP], {}), ("SwiGLU", [SPECIALS, UP], {}), ("SwiGLU", [UP, SPECIALS], {"alpha": 2.0}),
    ("Softmax", [ROWS], {}), ("LogSoftmax", [ROWS], {}), ("ReduceLogSumExp", [ROWS, np.array([1])], {}),
]
CASES = [case for case in CASES if case[0] in OPERATORS]
MICROSOFT_CASES = [
    ("Gelu", [SPECIALS], {}), ("FastGelu", [SPECIALS], {}), ("FastGelu", [SPECIALS.reshape(1, -1), UP], {}),
    ("BiasGelu", [SPECIALS.reshape(1, -1), UP], {}), ("QuickGelu", [SPECIALS], {}),
    *(("QuickGelu", [SPECIALS], {"alpha": alpha}) for alpha in (0.0, -1.0)),
    *(("ScaledSiLU", [SPECIALS], {"alpha": alpha}) for alpha in (1.0, 0.0, -1.0)),
]

# Why a result may differ -> of which operators, and where: a function of the first input, ours and theirs.
LIMIT = "The limit at an infinity, where the formula as written has infinity times zero, or over infinity."
ZERO = "Of a zero the sign: it depends on how the formula is written, and both peers differ from each other."
KNOWN = {
    LIMIT: ({"Gelu", "HardSwish", "Mish", "Swish", "SwiGLU", "Softsign", "FastGelu", "BiasGelu", "QuickGelu"},
            lambda x, ours, theirs: np.isinf(x) & np.isnan(theirs) & ~np.isnan(ours)),
    ZERO: ({"Celu", "Elu", "LeakyRelu", "Relu", "Selu"}, lambda x, ours, theirs: (ours == 0) & (theirs == 0)),
    "ONNX's text has x >= 0, its reference and PyTorch x > 0: zero times an infinite slope, or by NaN.": (
        {"PRelu"}, lambda x, ours, theirs: (x == 0) & np.isnan(ours) & (theirs == 0)),
    "A row with an infinity is NaN, in the reference, too; of float64 ONNX Runtime has -inf at finite elements.": (
        {"LogSoftmax"}, lambda x, ours, theirs: (x == INF).any(-1, keepdims=True) & np.isnan(ours) & (theirs == -INF)),
    "The logarithm of a sum of zeros: ONNX Runtime has it, the reference takes -inf from -inf.": (
        {"ReduceLogSumExp"},
        lambda x, ours, theirs: (x == -INF).all(-1, keepdims=True) & (ours == -INF) & np.isnan(theirs)),
}


def differences(name, inputs, ours, theirs):
    """The places where our result differs (also in the sign of a zero) and is not known to differ."""
    same = np.isnan(ours) & np.isnan(theirs)
    same |= (ours == theirs) & (np.signbit(ours) == np.signbit(theirs))
    scale = {"float16": 2.0**-9, "float32": 2.0**-18, "float64": 2.0**-20}[ours.dtype.name]
    with np.errstate(all="ignore"):
        close = np.isfinite(ours) & (abs(ours - theirs) <= scale * (1 + abs(theirs)))
    same |= close & ~((ours == 0) & (theirs == 0))
    for names, may_differ in KNOWN.values():
        if name in names:
            same |= may_differ(inputs[0], ours, theirs)
    return np.argwhere(~same).tolist()


def described(case):
    return f"{case[0]} {case[2]}" if isinstance(case, tuple) else ""


@pytest.mark.parametrize("case", CASES, ids=described)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("peer", ["the reference", "ONNX Runtime"])
def test_special_values_are_those_of_onnx(peer, dtype, case):
    name, inputs, attributes = case
    inputs = [x.astype(dtype) if x.dtype == np.float32 else x for x in inputs]
    opset = onnx.defs.onnx_opset_version()
    ours = run(name, *inputs, opset=opset, **attributes)
    with np.errstate(all="ignore"):
        if peer == "the reference":
            theirs = run(name, *inputs, opset=opset, operators=[], **attributes)
        else:
            theirs = run_by_onnx_runtime(name, *inputs, opset=opset, **attributes)
    if theirs is None:
        pytest.skip(f"this ONNX Runtime has no {name} of {dtype}")
    wrong = differences(name, inputs, ours, theirs)
    assert not wrong, (wrong, inputs[0], ours, theirs)


@pytest.mark.parametrize("case", MICROSOFT_CASES, ids=described)
def test_special_values_are_those_of_onnx_runtime(case):
    name, inputs, attributes = case
    theirs = run_by_onnx_runtime(name, *inputs, domain="com.microsoft", **attributes)
    if theirs is None:
        pytest.skip(f"this ONNX Runtime has no {name}")
    ours = run(name, *inputs, domain="com.microsoft", **attributes)
    wrong = differences(name, [sum(inputs)], ours, theirs)
    assert not wrong, (wrong, inputs[0], ours, theirs)


def test_every_operator_is_in_the_cases():
    assert {case[0] for case in CASES} == set(NATIVE)
    assert {case[0] for case in MICROSOFT_CASES} == set(MICROSOFT) - {"MatMulNBits", "MoE", "QMoE"}  # of files of their own


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "bfloat16"])
def test_a_choice_is_zero_where_nan_is_compared(dtype):
    """Tests the formulas of Shrink and ThresholdedRelu, with any bias."""
    if dtype == "bfloat16" and bfloat16 is None:
        pytest.skip("ml_dtypes is not installed")
    x = np.array([NAN, -0.0, 3.0], bfloat16 if dtype == "bfloat16" else dtype)
    for bias in (0.0, 0.5, 0.25):
        y = run("Shrink", x, lambd=0.5, bias=bias)
        assert y.dtype == x.dtype and y.astype(float).tolist() == [0, 0, 3 - bias] and not np.signbit(y[:2]).any()
    y = run("ThresholdedRelu", x, alpha=-1.0)
    assert y.dtype == x.dtype and y.astype(float).tolist() == [0, 0, 3]


def test_celu_of_a_negative_alpha():
    x = np.array([-0.4968, -1.0, -2.5, -0.0, 0.0, 1.0, 2.5, 100.0], np.float32)
    for alpha in (-0.5, -2.0):
        ours, due = run("Celu", x, alpha=alpha), run("Celu", x, alpha=alpha, operators=[])
        np.testing.assert_allclose(ours, due, rtol=1e-6)
        if (theirs := run_by_onnx_runtime("Celu", x, alpha=alpha)) is not None:
            np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert run("Celu", x[:1], alpha=-0.5) == pytest.approx(-0.8505, abs=1e-4)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_celu_of_alpha_zero_is_refused(dtype):
    with pytest.raises(ValueError, match="Celu: alpha must be a number other than 0"):
        run("Celu", X.astype(dtype), alpha=0.0)


@pytest.mark.parametrize("name, domain, dtype", [
    ("Shrink", "", "complex64"), ("Shrink", "", "bool"), ("ThresholdedRelu", "", "complex64"),
    ("ThresholdedRelu", "", "int32"), ("ScaledSiLU", "com.microsoft", "complex64"),
    ("ScaledSiLU", "com.microsoft", "int32"),
])
def test_types_that_an_operator_does_not_have_are_refused(name, domain, dtype):
    with pytest.raises(TypeError) as caught:  # the evaluator raises another error from ours
        run(name, X.astype(dtype), domain=domain)
    assert f"{name}: the input must have a float" in str(caught.value.__cause__)
    assert str(caught.value.__cause__).endswith(f"type, not {dtype}")


# -------------------------------------------------------------------------- packaging --


def test_every_name_of_onnx_is_there():
    from fastact._catalogue import names as _names
    assert {"Softmax", "LogSoftmax", "Gelu", "Mish"} <= OPERATORS.keys()
    microsoft = {"FastGelu", "QuickGelu", "ScaledSiLU"}
    due = {name for name in _names.of("onnx") if onnx.defs.has(name)} | microsoft
    assert due - {"Identity"} <= OPERATORS.keys()


def test_without_onnx_the_error_names_the_command():
    run_python("""
        import sys
        sys.modules["onnx"] = None
        import fastact
        try:
            import fastact.onnx
        except ImportError as error:
            assert "pip install 'fastact[onnx]'" in str(error), error
        else:
            raise AssertionError("no error")
    """)
