"""Accuracy "correct" of the elementwise kernels: the nearest float32, and the same bits on every CPU target.

Layouts, special values and threads: the tests of all ufuncs, which have these among them.
"""

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import GATED_ENTRIES
from fastact._catalogue.hard_cases import HARD_CASES
from fastact._catalogue.kernels import ELEMENTWISE as KERNELS
from fastact._catalogue.kernels import ROLES
from fastact._lab.accuracy import rounding
from fastact._lab.accuracy.cases import Case
from fastact._runtime import dispatch
from helpers import BY_NAME, HALF, RIDGE, TARGETS, Truth, float32_sample, hard_float32, kernels, same_bits

# Name of a raw ufunc of accuracy "exact" -> the function of which it has a role.
ROLES_OF = {role.ufunc.format(kernel.name): kernel.name for kernel in KERNELS for role in ROLES if role.is_of(kernel)}
OWN_FORMULAS = {entry.name: entry for entry in GATED_ENTRIES if not entry.activation}
ORACLE = 2e-5  # error of the float64 oracles, in ULP of float32

every_role = pytest.mark.parametrize("name", sorted(ROLES_OF))


def parameters(name, dtype):
    """The values of the parameters of a function."""
    if name in BY_NAME:
        given = BY_NAME[name].parameters
    else:
        given = OWN_FORMULAS[name].parameters if name in OWN_FORMULAS else {}
    return [np.asarray(value, dtype) for value in given.values()]


def operands(name, dtype, size):
    """Operands of a raw ufunc: ordinary values, tails and any bits; then the parameters."""
    rng, given = np.random.default_rng(17), parameters(ROLES_OF[name], dtype)
    found = []
    for _ in range(kernels(dispatch.target)[name].nin - len(given)):
        bits = rng.integers(0, 2 ** (8 * np.dtype(dtype).itemsize), size // 4, f"u{np.dtype(dtype).itemsize}")
        parts = [rng.normal(0, 2, size // 2).astype(dtype), rng.uniform(-110, 110, size // 4).astype(dtype), bits.view(dtype)]
        found.append(rng.permutation(np.concatenate(parts)))
    return found + given


def results(ufunc, arrays):
    with np.errstate(all="ignore"):
        found = ufunc(*arrays)
    return found if isinstance(found, tuple) else (found,)


@every_role
def test_the_same_bits_on_every_target(name):
    """Every role, with the usual parameters."""
    usable = [target for target in TARGETS if target in dispatch.usable_targets]
    if len(usable) < 2:
        pytest.skip("this machine has one target only")
    arrays = operands(name, np.float32, 40_000)
    first, *others = [results(kernels(target)[f"{name}_correct"], arrays) for target in usable]
    for target, found in zip(usable[1:], others):
        for got, want in zip(found, first, strict=True):
            assert same_bits(got, want), (target, usable[0])


@pytest.mark.parametrize("entry", RIDGE, ids=lambda entry: entry.name)
def test_the_nearest_number(entry):
    x = np.concatenate([*float32_sample(50), hard_float32(2000)])
    with np.errstate(all="ignore"):
        got, high = fa.activations[entry.name](x, **entry.parameters, accuracy="correct"), entry.oracle(x)
    assert Truth(high, np.float32).ulps(got).max() <= 0.5 + ORACLE


@pytest.mark.parametrize("entry", RIDGE, ids=lambda entry: entry.name)
def test_gated_units_are_rounded_once(entry):
    rng = np.random.default_rng(3)
    gate, up = rng.normal(0, 3, 20_000).astype(np.float32), rng.uniform(-2, 2, 20_000).astype(np.float32)
    unit = fa.gated.unit((entry.name, entry.parameters) if entry.parameters else entry.name)
    high = entry.oracle(gate.astype(np.float64)) * up
    assert Truth(high, np.float32).ulps(unit(gate, up, accuracy="correct")).max() <= 0.5 + ORACLE


@every_role
@pytest.mark.parametrize("dtype", HALF, ids=lambda dtype: dtype.__name__)
def test_half_precision_is_that_of_exact(name, dtype):
    """Zeros among gradients are +0 on every target; those of the exact variant have the sign that the target gives."""
    arrays = operands(name, dtype, 4000)
    ufuncs = kernels(dispatch.target)
    for got, want in zip(results(ufuncs[f"{name}_correct"], arrays), results(ufuncs[name], arrays), strict=True):
        if "derivative" in name or "backward" in name or "parameter" in name:
            assert not np.signbit(got[got == 0]).any()
            want = np.where(want == 0, np.abs(want), want)
        assert same_bits(got, want)


@pytest.mark.parametrize("name", HARD_CASES)
def test_hard_cases(name, target):
    """Every listed result is mpmath's, and every target gives it, alone and among others."""
    bits, due = np.array(HARD_CASES[name], np.uint32).T
    x, due = bits.copy().view(np.float32), due.copy().view(np.float32)
    ufunc = kernels(target)[f"{name}_correct"]
    assert same_bits(ufunc(x, *parameters(name, np.float32)), due)
    among = np.concatenate([np.linspace(-5, 5, 999, dtype=np.float32), x])
    assert same_bits(ufunc(among, *parameters(name, np.float32))[999:], due)
    at = Case(name).at(np.float32)
    if at.mp is not None:
        assert same_bits(np.array([rounding.rounded(at, one) for one in x.tolist()], np.float32), due)
