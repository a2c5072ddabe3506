"""Names: those of the installed PyTorch and transformers mean here what they compute there.

So do ONNX's, special values included, where it is installed.  JAX, Keras and ONNX need not be: their names
stand here as their documentation lists them.
"""

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import BY_NAME, ENTRIES, REQUIRED
from fastact._catalogue.names import NAMES, resolve

X = np.concatenate([np.linspace(-6, 6, 49), [-0.0, -1e-3, 1e-3, 25.0]])
EXAMPLES = {"weight": 0.25, "threshold": 0.5, "value": -2.0}  # for parameters without a default

JAX = """celu elu gelu hard_sigmoid hard_silu hard_swish hard_tanh identity leaky_relu log_sigmoid log_softmax
logsumexp mish relu relu6 selu sigmoid silu soft_sign softmax softplus sparse_sigmoid squareplus swish tanh""".split()

KERAS = """celu elu gelu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear log_sigmoid
log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign sparse_sigmoid sparsemax squareplus
swish tanh tanh_shrink threshold""".split()

ONNX = """Celu Elu Erf Gelu HardSigmoid HardSwish Identity LeakyRelu LogSoftmax Mish PRelu Relu Selu Shrink Sigmoid Softmax
Softplus Softsign Swish Tanh ThresholdedRelu""".split()

NOT_OF_TORCH = {"glu"}  # a gated unit


def of_transformers(activations, name):
    """The parameters that its object has instead of the defaults, which it holds in bfloat16 and before a softplus."""
    if name != "xielu":
        return {}
    from torch.nn.functional import softplus
    found = activations[name]
    return {"alpha_p": softplus(found.alpha_p).item(), "alpha_n": softplus(found.alpha_n).item(),
            "beta": found.beta.item(), "eps": found.eps.item()}


def missing(name):
    """Arguments for parameters that have no default."""
    parameters = {**BY_NAME[resolve(name)[0]].parameters, **resolve(name)[1]}
    return {key: EXAMPLES[key] for key, value in parameters.items() if value is REQUIRED}


def expected(name, **parameters):
    """The oracle's values at X under this name."""
    activation, fixed = resolve(name)
    return BY_NAME[activation].oracle(X, **{**fixed, **missing(name), **parameters})


def close(got, truth):
    np.testing.assert_allclose(got, truth, rtol=1e-7, atol=1e-9)  # PyTorch's softplus is x above 20


# ------------------------------------------------------------------ PyTorch, transformers --


def torch_functions():
    """Functions by name: those of torch.nn.functional that are also modules, and what else we have."""
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    modules = {name.lower() for name in torch.nn.modules.activation.__all__}
    found = {name: getattr(functional, name) for name in dir(functional)
             if name.replace("_", "") in modules and name == name.strip("_")}
    found |= {"erf": torch.erf, "square": torch.square, "expit": torch.special.expit, "logsumexp": torch.logsumexp}
    return torch, found


def test_torch_names_mean_what_torch_computes():
    torch, functions = torch_functions()
    assert len(functions) > 25
    assert functions.keys() - NAMES.keys() <= NOT_OF_TORCH
    for name, function in functions.items():
        if name not in NAMES:
            continue
        arguments = list(missing(name).values())
        if name == "prelu":
            arguments = [torch.tensor(arguments, dtype=torch.float64)]
        if BY_NAME[resolve(name)[0]].kind == "fold":
            arguments = [-1]  # the axis
        close(function(torch.from_numpy(X), *arguments).numpy(), expected(name))
        assert resolve(f"torch.{name}") == resolve(name)


def test_torch_has_every_name_with_its_prefix():
    _, functions = torch_functions()
    prefixed = {name.removeprefix("torch.") for name in NAMES if name.startswith("torch.")}
    assert prefixed <= functions.keys()


def test_transformers_names_mean_what_transformers_computes():
    torch = pytest.importorskip("torch")
    activations = pytest.importorskip("transformers.activations").ACT2FN
    for name in activations:
        with torch.no_grad():
            got = activations[name](torch.from_numpy(X).float()).numpy()
        truth = expected(name, **of_transformers(activations, name))  # prelu: its initial weight is our example
        np.testing.assert_allclose(got, truth, rtol=2e-6, atol=2e-6, err_msg=name)


# ------------------------------------------------------------------------ special values --

NAN, INF = float("nan"), float("inf")
SPECIALS = np.array([NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, -0.25, 0.25, 2.0, -2.0, 20.0], np.float32)
SPECIAL_ROWS = np.array([[NAN, 0, 1], [INF, 0, 1], [-INF, 0, 1], [INF, -INF, 0], [-INF, -INF, -INF], [-0.0, 0.0, -0.0],
                         [3e38, 3e38, -3e38]], np.float32)

# What names.py says of differences: where the library's formula has NaN at an infinity ...
LIMITS = {"gelu", "gelu_tanh", "quick_gelu", "silu", "swish", "mish", "hard_swish", "softsign", "gelu_10", "xielu"}
# ... or another sign of zero (ONNX's Shrink and Celu likewise),
ZEROS = {"hardshrink", "tanhshrink", "log_sigmoid", "celu", "selu", "relu"}
# ... or NaN is compared, so that 0 is chosen.
COMPARING = {"onnx.ThresholdedRelu", "onnx.Shrink"}


def special_inputs(name):
    return SPECIAL_ROWS if BY_NAME[resolve(name)[0]].kind == "fold" else SPECIALS


def check_specials(name, theirs, **given):
    """Our results are theirs, also in the signs of zeros, with the exceptions that names.py lists."""
    activation, _ = resolve(name)
    x = special_inputs(name)
    given |= missing(name)
    ours = np.asarray(fa.get(name)(x, **given))
    same = np.isnan(ours) & np.isnan(theirs)
    same |= (ours == theirs) & (np.signbit(ours) == np.signbit(theirs))
    with np.errstate(all="ignore"):
        close = np.isfinite(ours) & (abs(ours - theirs) <= 2e-6 * (1 + abs(theirs)))
    same |= close & ~((ours == 0) & (theirs == 0))
    if activation in LIMITS:
        # Of the largest numbers: their results, where these are not as large themselves.
        far = np.asarray(fa.get(name)(np.clip(x, -3e38, 3e38), **given))
        limit = np.where(abs(far) > 1e37, np.copysign(INF, far), far)
        same |= np.isinf(x) & np.isnan(theirs) & (ours == limit)
    if activation in ZEROS:
        same |= (ours == 0) & (theirs == 0)
    if name in COMPARING:
        same |= np.isnan(x) & np.isnan(ours) & (theirs == 0)
    assert same.all(), (name, x[~same], ours[~same], theirs[~same])


def test_special_values_are_those_of_torch():
    torch, functions = torch_functions()
    for name in functions.keys() & NAMES.keys():
        arguments = list(missing(name).values())
        if name == "prelu":
            arguments = [torch.tensor(arguments, dtype=torch.float32)]
        if BY_NAME[resolve(name)[0]].kind == "fold":
            arguments = [-1]
        check_specials(f"torch.{name}", functions[name](torch.from_numpy(special_inputs(name)), *arguments).numpy())


def test_special_values_are_those_of_transformers():
    torch = pytest.importorskip("torch")
    activations = pytest.importorskip("transformers.activations").ACT2FN
    for name in activations:
        with torch.no_grad():
            check_specials(name, activations[name](torch.from_numpy(special_inputs(name))).numpy(),
                           **of_transformers(activations, name))


@pytest.mark.parametrize("name", sorted(name for name in NAMES if name.startswith("onnx.")))
def test_names_and_special_values_are_those_of_onnx(name):
    """Tests names by the reference evaluator, and names of com.microsoft by ONNX Runtime."""
    onnx = pytest.importorskip("onnx", minversion="1.17", reason="onnx is not installed")
    from onnx import TensorProto, helper
    operator = name.removeprefix("onnx.")
    domain, opset = "", onnx.defs.onnx_opset_version()
    if not onnx.defs.has(operator):
        if operator not in ("FastGelu", "QuickGelu"):
            pytest.skip(f"this ONNX has no {operator}")
        domain, opset = "com.microsoft", 21
    inputs = {"x": special_inputs(name)} | {key: np.array([value], np.float32) for key, value in missing(name).items()}
    graph = helper.make_graph(
        [helper.make_node(operator, list(inputs), ["y"], domain=domain)], "g",
        [helper.make_tensor_value_info(key, TensorProto.FLOAT, value.shape) for key, value in inputs.items()],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)])
    model = helper.make_model(graph, ir_version=10, opset_imports=[
        helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)])
    if domain:
        runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
        evaluator = runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    else:
        from onnx.reference import ReferenceEvaluator
        evaluator = ReferenceEvaluator(model)
    with np.errstate(all="ignore"):
        check_specials(name, evaluator.run(None, inputs)[0])


# ---------------------------------------------------------------------- JAX, Keras, ONNX --


@pytest.mark.parametrize(("prefix", "names"), [("jax", JAX), ("keras", KERAS), ("onnx", ONNX)])
def test_other_names_resolve(prefix, names):
    for name in names:
        activation, parameters = resolve(f"{prefix}.{name}")
        assert parameters.keys() <= BY_NAME[activation].parameters.keys()


SIGMOID = 1 / (1 + np.exp(-X))
GELU_TANH = 0.5 * X * (1 + np.tanh(np.sqrt(2 / np.pi) * (X + 0.044715 * X**3)))


@pytest.mark.parametrize(("name", "values"), [
    ("jax.gelu", GELU_TANH),
    ("jax.hard_silu", X * np.clip(X + 3, 0, 6) / 6),
    ("jax.leaky_relu", np.where(X >= 0, X, 0.01 * X)),
    ("jax.soft_sign", X / (np.abs(X) + 1)),
    ("jax.sparse_sigmoid", 0.5 * np.clip(X + 1, 0, 2)),
    ("jax.squareplus", (X + np.sqrt(X**2 + 4)) / 2),
    ("jax.swish", X * SIGMOID),
    ("keras.hard_shrink", np.where(np.abs(X) > 0.5, X, 0)),
    ("keras.hard_sigmoid", np.clip(X / 6 + 0.5, 0, 1)),
    ("keras.leaky_relu", np.where(X >= 0, X, 0.2 * X)),
    ("keras.linear", X),
    ("keras.soft_shrink", np.where(X > 0.5, X - 0.5, np.where(X < -0.5, X + 0.5, 0))),
    ("keras.tanh_shrink", X - np.tanh(X)),
    ("onnx.FastGelu", GELU_TANH),
    ("onnx.HardSigmoid", np.clip(0.2 * X + 0.5, 0, 1)),
    ("onnx.HardSwish", X * np.clip(X / 6 + 0.5, 0, 1)),
    ("onnx.LeakyRelu", np.where(X >= 0, X, 0.01 * X)),
    ("onnx.QuickGelu", X / (1 + np.exp(-1.702 * X))),
    ("onnx.Shrink", np.where(np.abs(X) > 0.5, X, 0)),
    ("onnx.Swish", X * SIGMOID),
    ("onnx.ThresholdedRelu", np.where(X > 1, X, 0)),
])
def test_meanings_that_differ_from_the_bare_name_or_could(name, values):
    close(expected(name), values)


def test_exact_gelu_where_it_is_meant():
    for name in ("gelu", "torch.gelu", "keras.gelu", "onnx.Gelu"):
        assert resolve(name) == ("gelu", {})


# --------------------------------------------------------------------------- the table --


def test_our_own_names_are_not_shadowed():
    for entry in ENTRIES:
        assert resolve(entry.name) == (entry.name, {})
        for alias in entry.aliases:
            assert resolve(alias) == (entry.name, {})
            assert alias not in BY_NAME


def test_fixed_parameters_exist_and_differ_from_the_defaults():
    for activation, parameters in NAMES.values():
        defaults = BY_NAME[activation].parameters
        for key, value in parameters.items():
            assert defaults[key] != value


def test_the_table_cannot_be_changed_through_a_result():
    resolve("keras.leaky_relu")[1].clear()
    assert resolve("keras.leaky_relu") == ("leaky_relu", {"negative_slope": 0.2})


@pytest.mark.parametrize(("name", "hint"), [
    ("gelo", "'gelu'"), ("ReLU", "'relu'"), ("onnx.hardsigmoid", "'onnx.HardSigmoid'"), ("jax.geluu", "'jax.gelu'"),
])
def test_an_unknown_name_is_refused_with_those_close_to_it(name, hint):
    with pytest.raises(ValueError, match=f"no activation '{name}'.*did you mean.*{hint}.*{len(NAMES)} names"):
        resolve(name)


def test_a_name_like_no_other_is_refused_without_a_guess():
    with pytest.raises(ValueError, match=f"no activation 'qqqq'; {len(NAMES)} names are known"):
        resolve("qqqq")
