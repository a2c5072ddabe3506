"""Accuracy "correct" wherever an accuracy is taken: the ufunc of this name, or a ValueError where there is none."""

import pickle

import numpy as np
import pytest

import fastact as fa
from fastact._functions.learned import FORMULAS
from fastact._functions.ufuncs import ufuncs
from helpers import HALF, RIDGE, ready, same_bits

RNG = np.random.default_rng(0)
X, UP, GRAD = RNG.normal(0, 4, (3, 5, 24)).astype(np.float32)
FOLDS = [name for name, a in fa.activations.items() if a.kind == "fold" and name != "maxout"]
PAIRS = [unit for unit in map(fa.__dict__.get, fa.__all__) if isinstance(unit, type(fa.swiglu) | type(fa.add_gelu))
         or type(unit) is type(fa.swiglu_clamped)]
W = RNG.normal(0, 1, (2, 24, 24)).astype(np.float32)
MESSAGE = r"{} has no correct variant yet; use accuracy='exact' or 'fast'"


def as_tuple(found):
    return found if isinstance(found, tuple) else (found,)


def check(call, ufunc, *operands):
    """The keyword, the context and the raw ufunc give the same bits."""
    due = as_tuple(ufuncs[ufunc](*operands))
    with fa.accuracy("correct"):
        by_setting = as_tuple(call())
    for found in (as_tuple(call(accuracy="correct")), by_setting):
        assert all(map(same_bits, found, due)), ufunc


def refused(name, call):
    """By the keyword and by the setting."""
    with pytest.raises(ValueError, match=MESSAGE.format(name)):
        call(accuracy="correct")
    with fa.accuracy("correct"), pytest.raises(ValueError, match=MESSAGE.format(name)):
        call()


@pytest.mark.parametrize("entry", RIDGE, ids=lambda entry: entry.name)
def test_activations(entry):
    f, name = ready(entry.name), entry.name
    values = [np.float32(value) for value in entry.parameters.values()]
    assert f.ufunc("correct") is ufuncs[f"{name}_correct"]
    assert pickle.loads(pickle.dumps(f.ufunc("correct"))) is f.ufunc("correct")
    check(lambda **k: f(X, **entry.parameters, **k), f"{name}_correct", X, *values)
    check(lambda **k: f(X, **entry.parameters, out=np.empty_like(X), **k), f"{name}_correct", X, *values)
    check(lambda **k: f(X, **entry.parameters, dtype="float64", **k), f"{name}_correct", X.astype(float), *values)
    check(lambda **k: f.derivative(X, **entry.parameters, **k), f"{name}_derivative_correct", X, *values)
    check(lambda **k: f.backward(GRAD, X, **entry.parameters, **k), f"{name}_backward_correct", GRAD, X, *values)
    check(lambda **k: fa.gated(X, UP, (name, dict(entry.parameters)), **k), f"gated_{name}_correct", X, UP, *values)
    check(lambda **k: fa.gated.backward(GRAD, X, UP, (name, dict(entry.parameters)), **k),
          f"gated_{name}_backward_correct", GRAD, X, UP, *values)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_pairs(pair):
    kernel, values = pair.entry.kernel, [np.float32(value) for value in pair.parameters.values()]
    assert pair.ufunc("correct") is ufuncs[f"{kernel}_correct"]
    check(lambda **k: pair(X, UP, **k), f"{kernel}_correct", X, UP, *values)
    check(lambda **k: pair.backward(GRAD, X, UP, **k), f"{kernel}_backward_correct", GRAD, X, UP, *values)
    assert 0.5 <= pair.max_ulp("correct") <= 0.50001 and pair.max_ulp("correct", "float64") <= 4.5


def test_all_pairs_are_there():
    assert {"swiglu", "glu", "swiglu_clamped", "situ", "add_silu"} <= {pair.__name__ for pair in PAIRS}


@pytest.mark.parametrize("f", [fa.sigmoid, fa.log_sigmoid, fa.tanh], ids=lambda f: f.__name__)
def test_from_output(f):
    y = f(X)
    check(lambda **k: f.backward_from_output(GRAD, y, **k), f"{f.__name__}_from_output_backward_correct", GRAD, y)


def test_large_strided_arrays():
    x = RNG.normal(0, 4, (300, 2 * 400)).astype(np.float32)
    gate, up = (half.copy() for half in np.split(x, 2, 1))
    due = fa.swiglu.ufunc("correct")(gate, up)
    for threads in (1, 2):
        with fa.threads(threads):
            assert same_bits(fa.swiglu(x, accuracy="correct"), due)
            assert same_bits(fa.silu(x[:, ::2], accuracy="correct"), fa.silu.ufunc("correct")(x[:, ::2].copy()))


@pytest.mark.parametrize("entry", [entry for entry in RIDGE if entry.parameters], ids=lambda entry: entry.name)
def test_gradients_of_parameters(entry):
    """Where a kernel computes the terms; NumPy's functions have other bits on other CPUs."""
    f, given = fa.activations[entry.name], {key: np.full(24, value, np.float32) for key, value in entry.parameters.items()}
    if f"{entry.name}_parameter_correct" in ufuncs:
        terms = ufuncs[f"{entry.name}_parameter_correct"](GRAD, X, *given.values())
        due = terms.sum(0, dtype=np.float64).astype(np.float32)
        assert same_bits(f.backward_parameters(GRAD, X, **given, accuracy="correct"), due)
    elif entry.name in FORMULAS:
        refused(f"{entry.name}.backward_parameters", lambda **k: f.backward_parameters(GRAD, X, **given, **k))


@pytest.mark.parametrize("name", FOLDS)
def test_folds(name):
    f = fa.activations[name]
    assert f.ufunc("correct") is ufuncs[f"{name}_correct"]
    check(lambda **k: f(X, **k), f"{name}_correct", X)
    check(lambda **k: f(X, axis=0, **k) if name == "logsumexp" else f(X, axis=0, **k).T, f"{name}_correct", X.T)
    y = X if f.entry.backward_takes == "x" else f(X, accuracy="correct")
    grad = GRAD[:, 0] if name == "logsumexp" else GRAD
    check(lambda **k: f.backward(grad, y, **k), f"{name}_backward_correct", grad, y)
    more = [{"axis": 0}, {"axis": None}, {"axis": (0, 1)}, {"where": X > -1}, {"out": np.empty_like(X)}]
    more += [{key: value} for key, value in {"mask": X > -1, "scale": 0.5, "sink": 0.0, "softcap": 5.0, "b": np.float32(2),
                                             "keepdims": True}.items() if key in f.keywords]
    for keywords in more:
        if name == "logsumexp" and ("out" in keywords or "b" in keywords):
            continue
        found = f(X, **keywords, accuracy="correct").copy()
        with fa.accuracy("correct"):
            assert same_bits(f(X, **keywords), found)
            assert same_bits(f(X, accuracy="exact"), ufuncs[name](X))
        np.testing.assert_allclose(found, f(X, **keywords, accuracy="exact"), 1e-6, 1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, *HALF], ids=lambda dtype: dtype.__name__)
def test_folds_of_half_precision_and_float64(dtype):
    """Half precision is rounded once from double precision; float64 is that of exact."""
    x = X.astype(dtype)
    for name in FOLDS:
        f = fa.activations[name]
        if dtype == np.float64:
            assert same_bits(f(x, accuracy="correct"), f(x, accuracy="exact"))
        else:
            wide = f(x.astype(np.float64))
            with np.errstate(under="ignore"):
                assert same_bits(f(x, accuracy="correct"), wide.astype(np.float32).astype(dtype)), name


def test_the_gradient_through_a_softcap():
    y = fa.softmax(X, softcap=5.0, accuracy="correct")
    found = fa.softmax.backward(GRAD, y, x=X, softcap=5.0, accuracy="correct")
    due = fa.softcap.backward(fa.softmax.backward(GRAD, y, accuracy="correct"), X, np.float32(5), accuracy="correct")
    assert same_bits(found, due)


def test_weights_refuse():
    """NumPy computes these."""
    for keywords in ({}, {"axis": 0}, {"where": X > 0}):
        refused("logsumexp with weights", lambda keywords=keywords, **k: fa.logsumexp(X, b=np.float32(2), **keywords, **k))
    refused("logsumexp.backward with weights", lambda **k: fa.logsumexp.backward(1.0, X, b=np.float32(2), **k))
    weights = np.ones(3, np.float32)
    refused("poly_norm.backward_parameters", lambda **k: fa.poly_norm.backward_parameters(GRAD, X, weights, **k))


def test_poly_norm():
    w = np.array([0.3, -0.5, 0.7], np.float32)
    numbers = [*w, np.float32(0.1), np.float32(1e-6)]
    check(lambda **k: fa.poly_norm(X, w, np.float32(0.1), **k), "poly_norm_correct", X, *numbers)
    check(lambda **k: fa.poly_norm.backward(GRAD, X, w, np.float32(0.1), **k), "poly_norm_backward_correct", GRAD, X,
          *numbers[:3], numbers[4])


def test_maxout_compares_only():
    due = fa.maxout(X, 4)
    with fa.accuracy("correct"):
        assert same_bits(fa.maxout(X, 4), due)
        assert same_bits(fa.maxout.backward(due, X, 4), fa.maxout.backward(due, X, 4, accuracy="exact"))


@pytest.mark.parametrize("call", [
    lambda **k: fa.gelu(X, **k), lambda **k: fa.softmax(X, **k), lambda **k: fa.maxout(X, 4, **k),
    lambda **k: fa.swiglu(X, UP, **k), lambda **k: fa.add_silu(X, UP, **k), lambda **k: fa.elu.backward_parameters(X, X, **k),
    lambda **k: fa.prelu.backward_parameters(X, X, 0.5, **k), lambda **k: fa.poly_norm(X, np.ones(3), **k),
    lambda **k: fa.Projection(W[0], **k), lambda **k: fa.gelu.ufunc(*k.values()), lambda **k: fa.gelu.max_ulp(*k.values()),
    lambda **k: fa.gelu.bounds(*k.values()), lambda **k: fa.set_accuracy(*k.values()),
])
def test_an_unknown_accuracy_names_the_three(call):
    with pytest.raises(ValueError, match="accuracy must be 'exact', 'fast' or 'correct', not 'best'"):
        call(accuracy="best")
