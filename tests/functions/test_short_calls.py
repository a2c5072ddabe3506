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
