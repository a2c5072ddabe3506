"""The short way into a call (x, out, accuracy) takes the same arguments as the long one, and raises the same errors."""

import functools

import numpy as np
import pytest

import fastact as fa
from helpers import same_bits

X = np.linspace(-3, 3, 64, dtype=np.float32)
FUNCTIONS = [fa.silu, fa.sigmoid, fa.gelu, fa.leaky_relu, fa.softmax]


def long_way(f, *args, **keywords):
    """The call by a tuple and a dict, as `functools.partial` of the type's method makes it."""
    return type(f).__call__(f, *args, **keywords)


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_same_results(f):
    due = long_way(f, X)
    out, tuple_out = np.empty_like(X), (np.empty_like(X),)
    assert same_bits(f(X), due)
    assert same_bits(f(x=X), due)
    assert same_bits(f(*[X], out=None, accuracy="exact"), due)
    assert f(X, out=out) is out and same_bits(out, due)
    assert f(X, accuracy="exact", out=out) is out and same_bits(out, due)
    assert same_bits(f(X, accuracy="fast"), long_way(f, X, accuracy="fast"))
    assert f(X, out=tuple_out) is tuple_out[0] and same_bits(tuple_out[0], due)
    keyword = "".join(["o", "ut"])  # not the interned string that a call's text has
    assert f(X, **{keyword: out}) is out
    assert functools.partial(f, out=out)(X) is out
    with fa.accuracy("fast"):
        assert same_bits(f(X), long_way(f, X, accuracy="fast"))
    if f is not fa.softmax:
        assert same_bits(f(X, accuracy="correct"), long_way(f, X, accuracy="correct"))
        with fa.accuracy("correct"):
            assert same_bits(f(X), long_way(f, X, accuracy="correct"))
    assert list(map(f, [X]))[0].dtype == X.dtype


@pytest.mark.parametrize("args, keywords", [
    ((), {}), ((X, X, X, X, X), {}), ((X,), {"nonsense": 1}), ((X,), {"accuracy": "sloppy"}), ((X,), {"accuracy": 3}),
    ((X,), {"out": 3}), ((X,), {"out": np.empty(5, np.float32)}), ((X,), {"out": (X, X)}), (("text",), {}),
    ((X.astype(complex),), {}), ((X,), {"x": X}), ((X,), {"dtype": complex}),
])
def test_same_errors(args, keywords):
    with pytest.raises((TypeError, ValueError)) as due:
        long_way(fa.silu, *args, **keywords)
    with pytest.raises(type(due.value)) as found:
        fa.silu(*args, **keywords)
    assert str(found.value) == str(due.value)


def test_the_type_alone_has_no_short_way():
    """An object whose constructor has not run is called the long way, and does not crash."""
    cls = type(fa.silu)
    with pytest.raises((TypeError, AttributeError)):
        cls.__new__(cls)(X)


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
@pytest.mark.parametrize("shape", [(5,), (0,), (3, 0), (0, 3), (2, 3, 100)])
def test_softmax_with_a_scale_alone(shape, accuracy):
    """The short way has the bits of the long one, which `where` takes."""
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32) * 10
    x[..., :1] = -np.inf
    for scale in (0.125, 0.3, -2.0, 0.0, 1e30):
        with np.errstate(invalid="ignore"):
            due = fa.softmax(x, scale=scale, where=np.True_, accuracy=accuracy)
            assert same_bits(fa.softmax(x, scale=scale, accuracy=accuracy), due)
            assert same_bits(fa.softmax(x, scale=scale, softcap=None, mask=None, accuracy=accuracy), due)
            out = x.copy()
            assert fa.softmax(out, scale=scale, out=out, accuracy=accuracy) is out and same_bits(out, due)


def test_a_scale_is_refused_as_before():
    with pytest.raises(TypeError, match="unexpected keyword argument 'scale'"):
        fa.log_softmax(X, scale=0.5)
    with pytest.raises(TypeError, match="unexpected keyword argument 'scales'"):
        fa.softmax(X, scales=0.5)
    for keywords in ({}, {"scale": 0.5}, {"axis": 1}, {"scale": 0.5, "axis": 1}):
        with pytest.raises(ValueError, match="out must have shape"):
            fa.softmax(X.reshape(16, 4), **keywords, out=np.empty(3, np.float32))
    with pytest.raises(ValueError, match="accuracy must be"):
        fa.softmax(X, scale=0.5, accuracy="best")
