"""Hostile input: whatever an argument or a variable of the environment is, the answer is a result or a clear error.

Walks the public interface: each argument of each function and method gets each value of two lists.
A new argument needs a line in GOOD unless its default is one.
"""

import functools
import inspect
import itertools
import warnings

import numpy as np
import pytest

import fastact as fa
from helpers import ready, same_bits, start_python
from hostile_values import ODD, WRONG, X

SENTINEL = np.float32(-77)
W = np.ones((4, 12), np.float32)

# A value that is right for each argument there is.
GOOD = {
    "x": X, "y": X, "grad": X, "gate": X, "up": X, "bias": X[0], "a": X, "pre_activations": X, "where": True,
    "accuracy": "exact", "axis": -1, "order": "K", "dtype": None, "casting": "same_kind", "subok": True, "k": 4,
    "activation": "silu", "approximate": None, "name": "gelu", "n": 1, "mask": None, "scale": 1.0,
    "w_gate": W, "w_up": W, "w_down": W.T, "w": W, "w1": W, "w2": W.T, "b1": None, "b2": None, "bias_gate": None,
    "bias_up": None, "bias_down": None, "weight_dtype": "float32", "layout": "out_in", "keepdims": False,
    "parameters": {}, "target": None, "derivative": False, "index": 0, "count": 1, "negative_slope": 0.01,
}


def entered(manager):
    """The context manager entered and left at once."""
    def enter(value):
        with manager(value):
            pass
    return enter


BLOCKS = fa.quantize(np.ones((4, 64), np.float32), "q8_0")
LAYERS = fa.Projection(W), fa.GatedProjection(W, W), fa.MLP(W, W.T), fa.GatedMLP(W, W, W.T)


def functions():
    """Every public function and method: name to (function, its arguments: name to a good value, those required)."""
    found = {}

    def add(name, function, own=None, **special):
        values, required = {}, []
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            if parameter.default is parameter.empty or parameter.name == "up":
                required.append(parameter.name)
            default = None if parameter.default is parameter.empty else parameter.default
            values[parameter.name] = special.get(parameter.name, GOOD.get(parameter.name, default))
        found[name] = function, {**(own or {}), **values, **special}, required

    for name in fa.activations:
        activation = ready(name)
        own = dict(activation.parameters)
        for method in ("__call__", "derivative", "backward", "backward_parameters", "ufunc", "max_ulp", "bounds"):
            if activation.kind == "fold" and method in ("backward_parameters", "derivative") or (
                    method == "backward_parameters" and (not own or name == "hardshrink")):  # nothing to learn
                continue
            special = {"dtype": "float32", "derivative": False} if method in ("max_ulp", "bounds") else {}
            if method == "backward" and activation.kind == "fold":
                special["grad"] = np.ones_like(fa.activations[name](*[X, GOOD["k"]][:1 + (name == "maxout")]))
            add(f"{name}.{method}", activation if method == "__call__" else getattr(activation, method),
                {} if method in ("ufunc", "max_ulp", "bounds") else own, **special)
        if hasattr(activation, "with_parameters"):
            found[f"{name}.with_parameters"] = activation.with_parameters, own, []
    for name, value in fa._pairs.items():
        order = {} if name.startswith("add_") else {"order": None, "axis": None}  # of packed arrays alone
        add(name, value, **order)
        add(f"{name}.backward", value.backward, **order)
        if name == "gated":
            add("gated.unit", value.unit)
        else:
            add(f"{name}.ufunc", value.ufunc)
            add(f"{name}.max_ulp", value.max_ulp, dtype="float32")
    for name in ("get", "set_accuracy", "set_num_threads", "sparsity", "dead_units", "gated_projection",
                 "Projection", "GatedProjection", "MLP", "GatedMLP"):
        add(name, getattr(fa, name), **{"bias": None} if name == "Projection" else {})
    add("accuracy", entered(fa.accuracy), value="exact")
    add("threads", entered(fa.threads), value=1)
    for method in ("__call__", "backward", "backward_parameters"):
        add("poly_norm" if method == "__call__" else f"poly_norm.{method}", getattr(fa.poly_norm, method),
            weight=np.ones(3, np.float32), bias=0.0)
    for layer in LAYERS:
        add(f"{type(layer).__name__}.__call__", layer.__call__)
        if hasattr(layer, "shard"):
            add(f"{type(layer).__name__}.shard", layer.shard)
    arrays = {"gate_up": np.ones((3, 8, 6), np.float32), "down": np.ones((3, 6, 4), np.float32)}
    add("Experts", fa.Experts, **arrays, order="gate_up")
    add("Experts.__call__", fa.Experts(**arrays).__call__, x=np.ones((2, 6), np.float32), ids=np.array([[0], [2]], np.int32),
        weights=np.ones((2, 1), np.float32))
    add("route", fa.route, logits=np.eye(3, 8, dtype=np.float32), k=2, bias=None)
    add("quantize", fa.quantize, array=BLOCKS.dequantize(), format="int8")
    found["quantize to int4"] = fa.quantize, {
        "array": BLOCKS.dequantize(), "format": "int4", "group": 32, "minimum": True}, ["array", "format"]
    add("dequantize", fa.dequantize, array=BLOCKS)
    add("QuantizedArray", fa.QuantizedArray, blocks=np.zeros((4, 68), np.uint8), format="q8_0", shape=(4, 64))
    add("QuantizedArray.dequantize", BLOCKS.dequantize)
    return found


FUNCTIONS = functions()


def attempt(name, argument, value):
    """Call with this value for this argument; return (the exception or None, the given outs)."""
    function, values, required = FUNCTIONS[name]
    given = {key: values[key] for key in required}
    outs = ()
    if "out" in values and argument != "out":
        with np.errstate(all="ignore"):
            expected = function(**given)
        outs = tuple(np.full(y.shape, SENTINEL) for y in (expected if isinstance(expected, tuple) else (expected,)))
        given["out"] = outs if len(outs) > 1 else outs[0]
    given[argument] = value
    try:
        with np.errstate(all="ignore"):
            function(**given)
    except Exception as error:
        return error, outs
    return None, outs


# What is NumPy's own: truth values, `out=...`, results cast to a wider kind, what names a dtype (None, float);
# limits on integers and dimensions.
NUMPYS = {
    "where": set(WRONG), "out": {"complex", "ellipsis", "longdouble", "objects"}, "derivative": set(WRONG),
    "a": {"complex", "imaginary", "longdouble"}, "pre_activations": {"longdouble"}, "w": {"longdouble"},
    "array": {"longdouble"},
}
LIMITS = dict.fromkeys(["10**400", "2**31", "2**63", "-2**63", "int64 minimum"], OverflowError) | {
    "64 dimensions": RuntimeError}
# What NumPy takes as a truth value or number with this warning, and its later versions refuse.
DEPRECATED = ("The truth value of an empty array", "Conversion of an array with ndim > 0")


def complaint(name, argument, what, value):
    """What is wrong with the outcome, or None."""
    error, outs = attempt(name, argument, value)
    if error is None:
        return "was taken" if what in WRONG and what not in NUMPYS.get(argument, ()) else None
    if isinstance(error, DeprecationWarning) and str(error).startswith(DEPRECATED):
        return None
    if not isinstance(error, (TypeError, ValueError, LIMITS.get(what, TypeError))):
        return f"raised {type(error).__name__}: {error}"
    if not str(error):
        return "has no message"
    if any((out != SENTINEL).any() for out in outs):
        return "wrote to out before it was refused"
    return None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_argument_of_each_function(name, process_settings):
    """A result, or TypeError or ValueError with a message and `out` untouched; no warning, no crash."""
    _, values, _ = FUNCTIONS[name]
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for argument in values:
            assert attempt(name, argument, values[argument])[0] is None, f"{argument} is good"
            for what, value in {**WRONG, **ODD}.items():
                if wrong := complaint(name, argument, what, value):
                    found.append(f"{argument}={what} {wrong}")
    assert not found


@pytest.fixture
def process_settings():
    """Restores the settings that set_accuracy and set_num_threads changed."""
    before = fa.get_accuracy(), fa.get_num_threads()
    yield
    fa.set_accuracy(before[0])
    fa.set_num_threads(before[1])


def test_the_whole_interface_is_walked():
    """Every public callable is in FUNCTIONS, and the lists are long enough."""
    inquiries = {"get_accuracy", "get_include", "get_num_threads", "show_config"}  # no arguments
    classes = {"Activation", "AddedActivation", "GatedUnit", "ParametricGatedUnit"}  # made by this package alone
    walked = {name.split(".")[0] for name in FUNCTIONS}
    elsewhere = {"plot"}  # needs matplotlib: test_plot.py
    assert {name for name in fa.__all__ if callable(getattr(fa, name))} <= walked | inquiries | classes | elsewhere
    assert sum(len(values) for _, values, _ in FUNCTIONS.values()) * (len(WRONG) + len(ODD)) > 90_000


# ------------------------------------------------------------------------------ out and files --


def good_call(name):
    """(function, its good arguments without `out`, what it gives)."""
    function, values, required = FUNCTIONS[name]
    given = {key: values[key] for key in required}
    with np.errstate(all="ignore"):
        return function, given, function(**given)


def wrong_outs(result):
    """name: (an object that cannot hold this result, the array in which it could be written or None)."""
    shape, room = result.shape, np.full(result.shape, SENTINEL)
    sealed = room.copy()
    sealed.flags.writeable = False
    found = {"list": room.tolist(), "text": "out", "a number": 1.0, "a type": np.ndarray, "bytes": room.tobytes(),
             "memory": memoryview(room), "read-only": sealed, "0-d": np.full((), SENTINEL),
             "one more": np.full((*shape[:-1], shape[-1] + 1), SENTINEL), "flat": room.reshape(-1)[:-1],
             "another": np.full((*shape[:-2], 7, 5), SENTINEL),
             "too small": room[..., :0].copy()}
    found |= {f"of {dtype}": np.full(shape, -77).astype(dtype) for dtype in ("int32", "bool", "M8[s]")}  # NumPy itself casts to text
    return {what: (out, out if isinstance(out, np.ndarray) else None) for what, out in found.items()}


WITH_OUT = [name for name, (_, values, _) in FUNCTIONS.items() if "out" in values]


@pytest.mark.parametrize("name", WITH_OUT)
def test_every_wrong_out(name):
    """TypeError or ValueError for an `out` that cannot hold the result, and nothing is written to it."""
    function, given, result = good_call(name)
    parts = result if isinstance(result, tuple) else (result,)
    for what, (out, room) in wrong_outs(parts[-1]).items():
        before = None if room is None else room.tobytes()
        whole = [np.full(part.shape, SENTINEL) for part in parts[:-1]]
        with pytest.raises((TypeError, ValueError)) as caught:
            function(**given, out=(*whole, out) if whole else out)
        assert str(caught.value), what
        assert room is None or room.tobytes() == before, what
        assert all((part == SENTINEL).all() for part in whole), what


@pytest.mark.parametrize("name", WITH_OUT)
def test_an_out_that_overlaps_an_operand(name):
    """Such an `out` gives the same bits as any other."""
    function, given, result = good_call(name)
    for argument, value in given.items():
        if isinstance(result, tuple) or not isinstance(value, np.ndarray) or value.dtype != result.dtype:
            continue
        memory = np.zeros(value.size + result.size + 3, result.dtype)
        for shift in (0, 1, 3):
            operand = memory[:value.size].reshape(value.shape)
            operand[...] = value
            out = memory[shift:shift + result.size].reshape(result.shape)
            assert same_bits(function(**given | {argument: operand}, out=out), result), (argument, shift)


PATHS = {"empty": "", "no such folder": "nowhere/layer", "a folder": ".", "long": "x" * 5000, "null": "a\0b"}


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_paths(layer, tmp_path, monkeypatch):
    """No path at all: TypeError or ValueError; one where no file is or can be: OSError.  Nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    paths = {what: value for what, value in {**WRONG, **ODD}.items() if not isinstance(value, (str, bytes))}
    for what, value in {**paths, **PATHS, "bytes": b"\0"}.items():
        for call in (layer.save, functools.partial(layer.load, mmap=True), functools.partial(layer.load, mmap=False)):
            with pytest.raises((OSError, ValueError) if what in PATHS else (TypeError, ValueError)) as caught:
                call(value)
            assert str(caught.value), what
    assert not list(tmp_path.iterdir())


# ------------------------------------------------------------------------------ parameters --


@pytest.mark.parametrize("name", [name for name in fa.activations if fa.activations[name].parameters
                                  and fa.activations[name].kind != "fold"])
def test_any_number_as_a_parameter(name):
    """Huge, negative, NaN, zero: the same whether scalar or array, and no warning; NaN gives NaN or is not looked at."""
    activation = ready(name)
    x = np.array([-np.inf, -3e38, -2, -1e-40, -0.0, 0, 1e-40, 0.5, 2, 3e38, np.inf, np.nan], np.float32)
    hard = [0.0, -0.0, -1.0, 1e-40, 1e30, -1e30, 3.4e38, -3.4e38, np.inf, -np.inf, np.nan]
    for parameter, value in itertools.product(activation.parameters, hard):
        given = {parameter: np.float32(value)}
        arrays = {parameter: np.full_like(x, value)}
        for call in (activation, activation.derivative, lambda x, **p: activation.backward(x, x, **p)):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                one, many = call(x, **given), call(x, **arrays)
            assert same_bits(one, many), (parameter, value)


# ------------------------------------------------------------------------- the environment --

NONSENSE = [" ", "-1", "NaN", "9" * 23, "a" * 5000, "\u00e9\u4e2d", "%s%n", "\udcff"]


SETTINGS = ["FASTACT_ACCURACY", "FASTACT_NUM_THREADS", "OMP_NUM_THREADS"]


@pytest.mark.parametrize("names", [SETTINGS, ["FASTACT_TARGET"]], ids=["settings", "target"])
def test_nonsense_in_the_environment(names):
    """Bad values are ignored, with or without a warning, or raise ImportError for the target; nothing else happens."""
    for value in NONSENSE:
        result = start_python("""
            import warnings
            warnings.simplefilter("ignore")
            try:
                import fastact as fa
            except ImportError as error:
                assert "FASTACT_TARGET" in str(error) and "can be used" in str(error)
            else:
                assert fa.get_accuracy() == "exact" and 1 <= fa.get_num_threads() <= 4096
                assert float(fa.relu(2.0)) == 2
        """, **dict.fromkeys(names, value))
        assert result.returncode == 0, (value, result.stderr)
