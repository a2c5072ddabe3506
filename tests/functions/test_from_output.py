"""`backward_from_output`: gradients of sigmoid, log_sigmoid and tanh from their saved results."""

import inspect
import pickle

import numpy as np
import pytest

import fastact as fa
from helpers import DTYPES, HALF, TARGETS, Truth, activation, same_bits

# In float64: 1 - y is exact from 1/2 on, so that no product cancels.
DERIVATIVES = {
    "sigmoid": lambda y: y * (1 - y),
    "log_sigmoid": lambda y: -np.expm1(y),
    "tanh": lambda y: (1 - y) * (1 + y),
}
MAX_ULP = {"sigmoid": 2, "log_sigmoid": 3, "tanh": 2}
every_function = pytest.mark.parametrize("name", DERIVATIVES)
every_target = pytest.mark.parametrize("target", TARGETS)


def saved(name, dtype, size=20_000):
    """Random gradients, and results of the function that reach both ends of its range."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.uniform(-20, 20, size), 3 * rng.standard_normal(size), [0.0, -0.0, np.inf, -np.inf]])
    return rng.standard_normal(x.size).astype(dtype), fa.get(name)(x.astype(dtype))


@every_target
@every_function
@pytest.mark.parametrize("dtype", DTYPES)
def test_error(name, target, dtype):
    grad, y = saved(name, dtype)
    wide = np.float64 if dtype == np.float32 else np.longdouble
    high = grad.astype(wide) * DERIVATIVES[name](y.astype(wide))
    truth = Truth(high.astype(np.float64), dtype)
    f = activation(name, target)
    assert truth.ulps(f.backward_from_output(grad, y, accuracy="exact")).max() <= MAX_ULP[name]
    fast = f.backward_from_output(grad, y, accuracy="fast")
    np.testing.assert_allclose(fast, high.astype(np.float64), rtol=2.0**-12 if dtype == np.float32 else 2.0**-24)


@every_target
@every_function
@pytest.mark.parametrize("dtype", HALF)
def test_half_is_correctly_rounded(name, target, dtype):
    grad, y = saved(name, dtype)
    grad = np.ones_like(grad)  # a product with anything else may be a tie in float64, too
    due = DERIVATIVES[name](y.astype(np.float64))
    found = activation(name, target).backward_from_output(grad, y)
    assert found.dtype == dtype
    error = np.abs(found.astype(np.float64) - due)
    for towards in (-np.inf, np.inf):  # neither neighbour is nearer
        neighbour = np.nextafter(found, dtype(towards)).astype(np.float64)
        assert (error <= np.abs(neighbour - due)).all()


@every_function
def test_agrees_with_backward(name):
    """As closely as the error of y allows, an ULP at most, through the derivative of the formula."""
    x = np.linspace(-15, 15, 10_001, dtype=np.float32)
    y, grad = fa.get(name)(x), np.ones_like(x)
    due = fa.get(name).backward(grad, x).astype(np.float64)
    wide = y.astype(np.float64)
    slope = {"sigmoid": 1 - 2 * wide, "tanh": -2 * wide, "log_sigmoid": np.exp(wide)}[name]
    allowed = np.abs(slope) * np.spacing(np.abs(y)) + np.abs(due) * 2.0**-21
    assert (np.abs(fa.get(name).backward_from_output(grad, y) - due) <= allowed).all()


def test_what_the_documentation_says_of_the_right_end():
    one = np.float32(1)

    def ratio(f, x):
        return f.backward_from_output(one, f(np.float32(x))) / f.backward(one, np.float32(x)) - 1

    assert abs(ratio(fa.sigmoid, 8)) < 1e-4
    assert ratio(fa.sigmoid, 17.5) == -1 and fa.sigmoid.backward(one, np.float32(17.5)) > 2e-8
    assert abs(ratio(fa.tanh, 4)) < 1e-4
    assert ratio(fa.tanh, 9.5) == -1
    assert max(abs(ratio(f, -8)) for f in (fa.sigmoid, fa.log_sigmoid)) < 3e-7
    assert abs(ratio(fa.log_sigmoid, 20)) < 3e-7


@every_target
@every_function
def test_specials(name, target):
    ends = {"sigmoid": [0, 1], "tanh": [-1, 1], "log_sigmoid": [-0.0, -np.inf]}[name]
    due = [0, 1] if name == "log_sigmoid" else [0, 0]
    for dtype in [*DTYPES, *HALF]:
        found = activation(name, target).backward_from_output(np.ones(3, dtype), np.array([*ends, np.nan], dtype))
        assert found[:2].tolist() == due and np.isnan(found[2])


@every_function
def test_keywords_are_those_of_backward(name):
    f, (grad, y) = fa.get(name), saved(name, np.float32, 100)
    due = f.backward_from_output(grad, y)
    out = np.full_like(due, 7)
    assert f.backward_from_output(grad, y, out=out) is out
    assert same_bits(out, due)
    where = np.arange(due.size) % 3 == 0
    out[:] = 7
    f.backward_from_output(grad, y, out=out, where=where)
    assert same_bits(out[where], due[where]) and (out[~where] == 7).all()
    assert f.backward_from_output(grad, y, dtype=np.float64).dtype == np.float64
    assert same_bits(f.backward_from_output(grad, y, out=y), due)
    assert same_bits(f.backward_from_output(np.float32(2), due[:1]), f.backward_from_output(np.full(1, 2, np.float32), due[:1]))
    with fa.accuracy("fast"):
        assert same_bits(f.backward_from_output(grad, due), f.backward_from_output(grad, due, accuracy="fast"))
    assert set(inspect.signature(f.backward_from_output).parameters) >= {"grad", "y", "out", "accuracy", "where"}


@every_function
def test_wrong_operands(name):
    f = fa.get(name)
    with pytest.raises(TypeError, match=rf"{name}.backward_from_output: y must hold bool"):
        f.backward_from_output(np.ones(2), np.ones(2, complex))
    with pytest.raises(ValueError, match="broadcast"):
        f.backward_from_output(np.ones(2), np.ones(3))
    with pytest.raises(ValueError, match="accuracy"):
        f.backward_from_output(np.ones(2), np.ones(2), accuracy="sloppy")


def test_functions_that_have_none():
    having = {name for name, f in fa.activations.items() if hasattr(f, "backward_from_output")}
    assert having == set(DERIVATIVES)
    for f in (fa.gelu, fa.softmax, fa.leaky_relu, fa.swiglu, fa.add_relu):
        with pytest.raises(AttributeError, match=rf"{f.__name__} has no backward_from_output; sigmoid, log_sigmoid and tanh"):
            f.backward_from_output(1.0, 1.0)


@every_function
def test_pickle_and_documentation(name):
    f = fa.get(name)
    assert pickle.loads(pickle.dumps(f)) is f
    assert "saved result" in inspect.getdoc(f.backward_from_output)
    assert inspect.getdoc(f).startswith(f.formula)


def test_large_strided_arrays_have_the_same_bits():
    rng = np.random.default_rng(0)
    y = fa.tanh(rng.standard_normal((512, 600), np.float32))
    grad = rng.standard_normal((512, 600), np.float32)
    part = np.s_[:, 40:560]
    assert same_bits(fa.tanh.backward_from_output(grad[part], y[part]),
                     fa.tanh.backward_from_output(grad[part].copy(), y[part].copy()))
