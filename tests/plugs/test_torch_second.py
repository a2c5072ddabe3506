"""Forward mode, second derivatives and vmap of both in fastact.torch, for every function of the catalogue.

The formulas of second derivatives are compared with mpmath, tails and infinities included; what torch makes of them
is compared with differences by gradcheck and gradgradcheck.
"""

import functools
import itertools

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import ADDED_ENTRIES, BY_NAME, ENTRIES, GATED_ENTRIES

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
F = torch.nn.functional
forward_ad = torch.autograd.forward_ad

import fastact.torch as ft  # noqa: E402
from fastact.torch._second import FACTORS, FIRST, SECOND, gated_derivative, partial_derivative  # noqa: E402

ELEMENTWISE = [entry for entry in ENTRIES if entry.kind != "fold"]
PARAMETRIC = [entry for entry in ELEMENTWISE if entry.parameters]
FOLDS = [entry for entry in ENTRIES if entry.kind == "fold"]
by_name = {"ids": lambda entry: entry.name}
# Far out, in the tails, around every maximum and zero, near 0; none is at a kink of a function with usual parameters.
POINTS = np.array([0.0078125, 1e-8, 1e-3, 0.11, 0.29, 0.52, 0.83, 0.97, 1.03, 1.7, 2.6, 2.95, 3.2, 5.4, 8, 9.1, 13.3, 20, 25.5,
                   36, 100, 370, 1e6, 1e30])
POINTS = np.concatenate([-POINTS[::-1], POINTS])


def tensor(*shape, seed=0, grad=False):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).requires_grad_(grad)


def values_of(entry):
    return [float(entry.examples.get(name, default)) for name, default in entry.parameters.items()]


# ----------------------------------------------------------------------------- the formulas --


def test_each_function_has_its_formulas():
    """A name that is misspelt would be a second derivative of 0."""
    assert SECOND.keys() == {entry.name for entry in ELEMENTWISE}
    assert FACTORS.keys() == {entry.name for entry in GATED_ENTRIES if not entry.activation}
    assert FIRST.keys() == {entry.name for entry in PARAMETRIC if not entry.parameter_slopes}
    for name, formulas in SECOND.items():
        arguments = ["x", *BY_NAME[name].parameters]
        pairs = {f"{one} {other}" for one, other in itertools.combinations_with_replacement(arguments, 2)}
        assert formulas.keys() <= pairs, name


def true_derivative(entry, by, x, values):
    """By a difference, with so many digits that no tail is lost in it."""
    mpmath = pytest.importorskip("mpmath", reason="mpmath is not installed")
    from fastact._lab.accuracy import mp_oracles

    function, arguments, bits = mp_oracles.FUNCTIONS[entry.name], [x, *values], 1600
    if by[0] == 0:      # the first derivative by x is written out
        function, by, bits = mp_oracles.DERIVATIVES[entry.name], by[1:], 4500

    def difference(arguments, by):
        if not by:
            return function(*arguments)
        step = mpmath.mpf(2) ** (-bits // 4) * max(abs(arguments[by[0]]), mpmath.mpf(2) ** -60)
        upper, lower = ([one + sign * step * (k == by[0]) for k, one in enumerate(arguments)] for sign in (1, -1))
        return (difference(upper, by[1:]) - difference(lower, by[1:])) / (2 * step)

    with mpmath.workprec(bits):
        return difference([*map(mpmath.mpf, arguments)], by)


@pytest.mark.parametrize("entry", ELEMENTWISE, **by_name)
def test_formulas(entry):
    """Beside mpmath: relative, where nothing crosses zero, down to the last subnormal numbers."""
    kinks = {abs(one) for chosen in (entry.examples, entry.parameters, *entry.also) for one in chosen.values()
             if isinstance(one, int | float)}
    points = [float(x) for x in POINTS if abs(x) not in kinks]
    for which in range(1 + len(entry.also)):
        values = list(entry.measured(which=which).parameters.values())
        for by in itertools.combinations_with_replacement(range(1 + len(values)), 2):
            chosen = points if by == (0, 0) else points[::3]
            found = np.broadcast_to(partial_derivative(entry.name, by)(np.array(chosen), *values), len(chosen))
            for x, one in zip(chosen, found.tolist()):
                true = float(true_derivative(entry, by, x, values))
                # The relative error of exp(x) is that of x times x.  Where terms cancel it is relative to them.
                scale = abs(true) if by == (0, 0) else max(abs(true), 1e-3 * abs(x) * (abs(true) > 0), 1e-300)
                assert one == true or abs(one - true) <= 2e-13 * scale + 1e-305 * abs(x), (entry.name, values, by, x, one, true)


@pytest.mark.parametrize("entry", ELEMENTWISE, **by_name)
def test_specials(entry):
    """NaN stays, infinities give the limit, and no warning is given."""
    values = values_of(entry)
    with np.errstate(all="raise"):
        second = partial_derivative(entry.name, (0, 0))
        assert np.isnan(second(np.nan, *values))
        zero, *infinite = second(np.array([0.0, -np.inf, np.inf]), *values)
        far = second(np.array([-1e300, 1e300]), *values)
    assert zero == -np.inf if entry.name == "thin_plate" else np.isfinite(zero)
    if entry.name not in ("snake", "snake_beta"):       # they oscillate
        assert all(one == other or abs(one - other) < 1e-200 or one == np.inf for one, other in zip(infinite, far))
    for i in range(len(values)):
        given = [np.nan if i == k else value for k, value in enumerate(values)]
        assert np.isnan(partial_derivative(entry.name, (0, 0))(1.0, *given))


# --------------------------------------------------------------------------- what torch does --


def check(function, *operands):
    """First derivatives in both modes, second ones in all orders of them, each also for a batch."""
    assert torch.autograd.gradcheck(function, operands, check_forward_ad=True, check_batched_grad=True,
                                    check_batched_forward_grad=True)
    assert torch.autograd.gradgradcheck(function, operands, check_fwd_over_rev=True, check_batched_grad=True)


@pytest.mark.parametrize("entry", [one for one in ELEMENTWISE if one.name != "binary_step"], **by_name)
def test_activations(entry):
    x, values = (2 * tensor(2, 3, seed=5)).requires_grad_(), values_of(entry)
    function = getattr(ft, entry.name)
    check(lambda x: function(x, *values), x)
    if entry.parameters and entry.name not in ("threshold", "hardshrink"):    # whose jump moves with a parameter
        check(function, x, *[torch.full((3,), value, dtype=torch.float64, requires_grad=True) for value in values])


@pytest.mark.parametrize("entry", GATED_ENTRIES, **by_name)
def test_gated_units(entry):
    function = functools.partial(getattr(ft, entry.name), **({"limit": 2.0} if "limit" in entry.parameters else {}))
    gate, up = (2 * tensor(2, 3)).requires_grad_(), (2 * tensor(2, 3, seed=1)).requires_grad_()
    check(function, gate, up)
    check(function, gate, tensor(3, seed=2, grad=True))
    for order, dim in [("gate_up", -1), ("up_gate", 0), ("interleaved", -1), ("interleaved", 0)]:
        check(lambda packed, order=order, dim=dim: function(packed, order=order, dim=dim), tensor(2, 1, 4, seed=3, grad=True))


@pytest.mark.parametrize("activation", ["mish", ("leaky_relu", {"negative_slope": 0.3}), ("swish", {"beta": 1.5})], ids=str)
def test_any_gated_unit(activation):
    check(functools.partial(ft.gated, activation=activation), tensor(2, 3, grad=True), tensor(2, 3, seed=1, grad=True))
    check(functools.partial(ft.gated, activation=activation), tensor(2, 4, grad=True))


@pytest.mark.parametrize("entry", ADDED_ENTRIES, **by_name)
def test_sums(entry):
    check(getattr(ft, entry.name), tensor(3, 4, grad=True), tensor(4, seed=1, grad=True))


@pytest.mark.parametrize("entry", GATED_ENTRIES, **by_name)
def test_tails_of_gated_units(entry):
    """The formulas beside differences of the exact gradients, in float64, and NaN."""
    values = values_of(entry)
    points = POINTS[(np.abs(POINTS) > 0.01) & (np.abs(POINTS) < 1e3)]
    gate, up = (one.ravel() for one in np.meshgrid(points[::2], points))
    step = 2.0 ** -18 * np.maximum(np.abs(gate), 1)
    upper, lower = (entry.gradients(1.0, gate + sign * step, up, *values) for sign in (1, -1))
    for other in (0, 1):
        found = gated_derivative(entry, values, (0, other))(gate, up)
        expected = (np.asarray(upper[other]) - lower[other]) / (2 * step)
        size = np.maximum(np.abs(upper[other]), 1e-3)
        np.testing.assert_array_less(np.abs(found - expected), 1e-6 * size + 1e-6 * np.abs(expected) + 1e-12)
        assert np.isnan(gated_derivative(entry, values, (0, other))(np.nan, 1.0))
        assert np.isnan(gated_derivative(entry, values, (1, other))(1.0, np.nan))


@pytest.mark.parametrize("entry", ELEMENTWISE, **by_name)
def test_functional_derivatives(entry):
    """torch.func's jvp, its four ways to a Hessian, and vmap over them; torch.autograd.forward_ad."""
    x, t, values = tensor(2, 3), tensor(2, 3, seed=1), values_of(entry)

    def function(x):
        return getattr(ft, entry.name)(x, *values)

    first, second = (torch.from_numpy(np.array(partial_derivative(entry.name, by)(x.numpy(), *values)))
                     for by in ((0,), (0, 0)))
    close = functools.partial(torch.testing.assert_close, rtol=1e-13, atol=1e-14)
    for found, tangent in (torch.func.jvp(function, (x,), (t,)), torch.vmap(
            lambda x, t: torch.func.jvp(function, (x,), (t,)))(x, t)):
        close(found, function(x))
        close(tangent, first * t)
    rows = [torch.func.hessian(lambda row: function(row).sum())] + [
        outer(inner(lambda row: function(row).sum()))
        for outer in (torch.func.jacfwd, torch.func.jacrev) for inner in (torch.func.jacfwd, torch.func.jacrev)]
    for hessian in rows:
        close(hessian(x[0]), torch.diag(second[0]))
        close(torch.vmap(hessian)(x), torch.diag_embed(second))
    with forward_ad.dual_level():
        for one in (function, lambda x: getattr(ft, entry.name)(x.clone(), *values, inplace=True)):
            close(forward_ad.unpack_dual(one(forward_ad.make_dual(x, t))).tangent, first * t)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32], ids=str)
def test_dtypes(dtype):
    if dtype is torch.bfloat16:
        pytest.importorskip("ml_dtypes", reason="ml_dtypes is not installed")
    x = tensor(50).to(dtype)
    for function in (ft.gelu, ft.swiglu, functools.partial(ft.add_silu, bias=x)):
        found, expected = (torch.func.hessian(lambda x, f=function, kind=kind: f(x.to(kind)).sum())(x)
                           for kind in (dtype, torch.float64))
        assert found.dtype is dtype
        torch.testing.assert_close(found, expected, rtol=4 * torch.finfo(dtype).eps, atol=torch.finfo(dtype).eps)
    mixed = ft.swiglu(x.requires_grad_(), tensor(50, seed=1).float().requires_grad_())
    first, = torch.autograd.grad(mixed.sum(), x, create_graph=True)
    second, = torch.autograd.grad(first.sum(), x)
    assert first.dtype is second.dtype is dtype


def test_a_penalty_on_gradients():
    """What second derivatives are for: a layer, a learned activation, and a loss that contains a gradient."""
    torch.manual_seed(0)
    x, found = tensor(5, 4, grad=True), []
    for activation in (ft.PReLU, torch.nn.PReLU):
        torch.manual_seed(1)
        model = torch.nn.Sequential(torch.nn.Linear(4, 6), activation(6), torch.nn.Linear(6, 1)).double()
        slope, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
        found.append(torch.autograd.grad((slope.norm(dim=1) - 1).square().sum(), list(model.parameters()),
                                         allow_unused=True))
    for mine, theirs in zip(*found):
        torch.testing.assert_close(mine, theirs) if theirs is not None else mine is None


def test_projections():
    """Their gradients are made of operators with derivatives, so that there are second ones, too."""
    x, w, v, b = (tensor(*shape, seed=seed).float().requires_grad_() for seed, shape in enumerate([(5, 4), (3, 4), (3, 4), (3,)]))
    for mine, theirs in [
        (ft.gated_projection(x, w, v, "silu"), F.silu(F.linear(x, w)) * F.linear(x, v)),
        (ft.projection(x, w, b, "gelu"), F.gelu(F.linear(x, w, b))),
    ]:
        grads = []
        for y in (mine, theirs):
            slope, = torch.autograd.grad(y.square().sum(), x, create_graph=True)
            grads.append(torch.autograd.grad(slope.square().sum(), (x, w)))
        for one, other in zip(*grads):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


# --------------------------------------------------------------------------- what there is not --


@pytest.mark.parametrize("derivative", [torch.func.jacrev, torch.func.jacfwd], ids=["reverse", "forward"])
@pytest.mark.parametrize("function", [
    ft.gelu, lambda x: ft.swiglu(x, x), ft.swiglu, lambda x: ft.add_gelu(x, x), lambda x: ft.swish(x, x),
], ids=["gelu", "swiglu", "packed", "add_gelu", "swish"])
def test_third_derivatives_raise(function, derivative):
    third = derivative(derivative(derivative(lambda x: function(x).sum())))
    with pytest.raises(NotImplementedError, match="fastact knows first and second derivatives only"):
        third(tensor(4))


@pytest.mark.parametrize("derivative", [
    lambda f, x: torch.func.grad(lambda y: torch.func.grad(f)(y).sum())(x), lambda f, x: torch.func.hessian(f)(x),
    lambda f, x: torch.func.jvp(f, (x,), (x,)), lambda f, x: torch.func.jacfwd(f)(x),
    lambda f, x: torch.func.grad(lambda y: torch.func.grad(lambda z: f(z * y))(x).sum())(x),
], ids=["grad of grad", "hessian", "jvp", "jacfwd", "by two variables"])
@pytest.mark.parametrize("name, more", [
    *[(entry.name, {"k": 2} if entry.name == "maxout" else {}) for entry in FOLDS],
    ("softmax", {"mask": torch.zeros(4, dtype=torch.float64)}), ("softmax", {"scale": 2.0}), ("softmax", {"softcap": 2.0}),
    ("poly_norm", {"weight": torch.ones(3, dtype=torch.float64)}),
    ("softmax", {"sink": torch.zeros(1, dtype=torch.float64), "softcap": 2.0}),
], ids=str)
def test_no_derivative_of_a_fold_is_silently_wrong(name, more, derivative):
    function = functools.partial(getattr(ft, name), **more)
    with pytest.raises(NotImplementedError, match="first derivatives only|no forward-mode derivative"):
        derivative(lambda x: function(x).square().sum(), tensor(4))


def test_packed_weights_have_no_derivative():
    layer, x = ft.Projection(torch.ones(2, 3)), tensor(3).float()
    with pytest.raises(NotImplementedError, match="no forward-mode derivative"):
        torch.func.jvp(layer, (x,), (x,))
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(tensor(4), tensor(4))
        with pytest.raises(NotImplementedError, match="fastact::softmax has no forward-mode derivative"):
            ft.softmax(dual)
    assert fa.activations["softmax"].kind == "fold"
