"""Pickles name public paths only, and objects that were never made raise instead of crashing."""

import pickle

import numpy as np
import pytest

import fastact as fa

PUBLIC = [name for name in fa.__all__ if not name.startswith("__")]
COMPILED = [fa.Activation, fa.Fold, fa.GatedUnit, fa.ParametricGatedUnit, fa.AddedActivation]


@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_public_is_pickled_by_its_public_name(name):
    one = getattr(fa, name)
    if one in COMPILED or name in ("activations", "reference"):
        pytest.skip("a compiled class keeps its module's name; a mapping and a module are not pickled")
    data = pickle.dumps(one, 0)
    assert b"fastact._" not in data
    assert pickle.loads(data) is one


@pytest.mark.parametrize("activation", ["elu", ("leaky_relu", {"negative_slope": 0.25})])
def test_units_of_gated(activation):
    unit = fa.gated.unit(activation)
    again = pickle.loads(pickle.dumps(unit))
    gate, up = np.array([-1.0, 2.0]), np.array([3.0, 4.0])
    assert again.activation.__name__ == unit.activation.__name__
    np.testing.assert_array_equal(again(gate, up), unit(gate, up))


@pytest.mark.parametrize("cls", [*COMPILED, type(fa.gelu), type(fa.elu)])
def test_an_object_without_its_functions_raises(cls):
    empty = cls.__new__(cls)
    for call in (lambda: empty(np.ones(3), np.ones(3)), lambda: empty(np.ones(3)), lambda: empty.ufunc(),
                 lambda: empty.backward(1.0, 1.0), lambda: empty.backward(1.0, 1.0, 1.0)):
        with pytest.raises((AttributeError, TypeError, ValueError)):
            call()
