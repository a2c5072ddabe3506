"""PyTorch's own samples of its functions and modules, through those of the same name in fastact.torch.

Values and gradients are compared with those of torch in float64, within our own bounds.  The samples are
`op_db` and `module_db` of torch.testing._internal, which needs the package expecttest.
"""

import functools
import inspect

import pytest

import fastact as fa
from fastact._catalogue import HALF_ULP_NEAR_TIES

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
pytest.importorskip("expecttest", reason="expecttest is not installed: PyTorch's samples need it")
F, nn = torch.nn.functional, torch.nn

import fastact.torch as ft  # noqa: E402

DTYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
# Entries of op_db that end in a name of ours and are none of ours.
NOT_OURS = {
    "nn.functional.bilinear": "is another function, and refused: test_torch_names.py::test_bilinear_is_not_torchs",
    "nn.functional.silu.complex": "takes complex numbers",
    "signal.windows.gaussian": "makes a window",
    "signal.windows.exponential": "makes a window",
    "exponential": "draws random numbers",
    **{f"masked.{name}": "takes the masks of torch.masked"
       for name in ("softmax", "log_softmax", "softmin", "logsumexp")},
}
NO_SAMPLES = ["Hardsigmoid", "Identity", "RReLU"]   # modules that torch has none of
# Relative errors of torch's own gradients in float64: its 1/6 and 1/alpha are floats.
TORCH_IS_OFF = {"hardsigmoid": 6e-8, "celu": 1e-6}
# Where torch computes 0 times infinity or infinity by infinity; ours is the limit.
NAN_AT_INFINITY = {"silu", "mish", "softsign"}

FUNCTIONS = [name for name in ft.__all__ if not inspect.isclass(getattr(ft, name)) and name != "bilinear"
             and any(hasattr(place, name) for place in (torch, F, torch.special))]
MODULES = [name for name in ft.__all__ if inspect.isclass(getattr(ft, name)) and hasattr(nn, name)
           and name not in NO_SAMPLES]
by_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=str)


@functools.cache
def op_db():
    """{name.variant: entry}; importing it takes seconds."""
    from torch.testing._internal import common_methods_invocations
    return {f"{op.name}.{op.variant_test_name}".rstrip("."): op for op in common_methods_invocations.op_db}


@functools.cache
def module_db():
    from torch.testing._internal import common_modules
    return {module.module_cls.__name__: module for module in common_modules.module_db}


def operations(name):
    return [op for key, op in op_db().items() if key not in NOT_OURS and op.name.split(".")[-1] == name]


def function_samples(name, dtype, kind="sample_inputs"):
    """[(torch's function, its arguments, its keywords)]."""
    return [(op.op, [sample.input, *sample.args], sample.kwargs) for op in operations(name) if dtype in op.dtypes
            for sample in getattr(op, kind)("cpu", dtype)]


def module_samples(name, dtype):
    """[(arguments and keywords of the constructor, arguments and keywords of the call)]."""
    entry = module_db()[name]
    samples = entry.module_inputs_func(entry, "cpu", dtype, False, training=False)
    return [(sample.constructor_input, sample.forward_input) for sample in samples]


# ------------------------------------------------------------------------------ comparisons --


def mapped(change, value):
    """The value, in which every item that is not a list, tuple or dict is changed."""
    if isinstance(value, dict):
        return {key: mapped(change, one) for key, one in value.items()}
    return type(value)(mapped(change, one) for one in value) if isinstance(value, (list, tuple)) else change(value)


def is_float(value):
    return isinstance(value, torch.Tensor) and value.is_floating_point()


def leaf(value):
    return value.detach().clone().requires_grad_() if is_float(value) else value


def leaf_in_float64(value, dtype):
    """Numbers are rounded to the type of x first, as ours are: torch has them in float32 at least."""
    if isinstance(value, float):
        return torch.tensor(value, dtype=dtype).item()
    return value.detach().double().requires_grad_() if is_float(value) else value


def leaves(value):
    found = []
    mapped(lambda one: found.append(one) if is_float(one) else None, value)
    return found


def assert_close(got, due, ulps, lost, off=0):
    """The error is at most `ulps` ULP of the type of `got`, plus `lost` and `off` times the value."""
    assert got.shape == due.shape
    info, rounded = torch.finfo(got.dtype), due.to(got.dtype)
    finite = torch.isfinite(rounded)
    torch.testing.assert_close(got[~finite], rounded[~finite], rtol=0, atol=0, equal_nan=True)
    got, due = got[finite].double(), due[finite]
    exponent = torch.frexp(due.abs().clamp(min=info.smallest_normal)).exponent - 1
    ulp = torch.ldexp(torch.full_like(due, info.eps), exponent)
    bad = (got - due).abs() > ulps * ulp + lost + off * due.abs()
    assert not bad.any(), (f"{got[bad][0]:.9g}, where torch has {due[bad][0]:.9g}: "
                           f"{((got - due).abs() / ulp)[bad].max():.3g} ULP, {ulps} are allowed")


def entry_of(name):
    return getattr(fa, name, None) or fa.get(name)


def bound(name, dtype, derivative=False):
    """In ULP: what we declare.  Of float64 torch's own results are the measure, and those err by some ULP."""
    entry = entry_of(name).entry
    if dtype is torch.float64:
        return 32
    if entry.kind in ("fold", "gated") and derivative:
        return 4    # they declare none
    if dtype is torch.float32:
        declared = entry.max_ulp("exact", "float32", **{"derivative": True} if derivative else {})
    else:
        declared = HALF_ULP_NEAR_TIES["exact"]
    # A default is rounded to the type of x, too, in ours alone; and so is the product with a gradient.
    return declared + bool(entry.parameters) / 2 + derivative / 2


def compare(name, ours, theirs, args, named, dtype):
    """Compares values and gradients of `ours` with those of `theirs` in float64.  Both may be modules."""
    mine = mapped(leaf, (args, named))
    exact = mapped(lambda value: leaf_in_float64(value, dtype), (args, named))
    y, due = ours(*mine[0], **mine[1]), theirs(*exact[0], **exact[1])
    mine, exact = leaves(mine), leaves(exact)
    if isinstance(ours, nn.Module):
        mine, exact = mine + list(ours.parameters()), exact + list(theirs.parameters())
    # What torch's float64 loses where it subtracts; values beyond 100 are in the flat parts of functions.
    size = min(100, max([1.0, *(one.abs().nan_to_num(0, 0, 0).max().item() for one in mine if one.numel())]))
    off = TORCH_IS_OFF.get(name, 0) if dtype is torch.float64 else 0
    limit = torch.isinf(mine[0]) if name in NAN_AT_INFINITY else torch.zeros((), dtype=torch.bool)
    assert not y[limit].isnan().any()
    assert_close(y.detach(), due.detach().where(~(limit & due.isnan()), y.detach()), bound(name, y.dtype), 2**-50 * size)

    grad = torch.randn(y.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(y.dtype)
    largest = max([0.0, *grad.double().abs().flatten().tolist()])
    for operand, got, wanted in zip(mine, torch.autograd.grad(y, mine, grad),
                                    torch.autograd.grad(due, exact, grad.double())):
        assert got.dtype is operand.dtype and not got[limit].isnan().any()
        lost = 2**-48 * size * largest
        if operand.numel() < y.numel():     # a sum over y, in which terms cancel
            lost += torch.finfo(operand.dtype).eps * size * grad.double().abs().sum().item()
        elif getattr(entry_of(name).entry, "derivative_zeros", ()):     # near them the error is absolute
            lost += 2 * torch.finfo(operand.dtype).eps * largest / 8
        elif entry_of(name).entry.kind == "fold":     # one over a row, from a rounded result
            lost += 4 * torch.finfo(operand.dtype).eps * largest
        wanted = wanted.where(~(limit & wanted.isnan()), got)
        assert_close(got, wanted, bound(name, got.dtype, derivative=True), lost, off)
    return y.detach()


# -------------------------------------------------------------------------------- functions --


def check_samples(name, samples, dtype):
    function = getattr(ft, name)
    for theirs, args, named in samples:
        y = compare(name, function, theirs, args, named, dtype)
        assert y.dtype is theirs(*args, **named).dtype
        if "inplace" in inspect.signature(function).parameters:
            overwritten = args[0].detach().clone()
            assert function(overwritten, *args[1:], **named, inplace=True) is overwritten
            torch.testing.assert_close(overwritten, y, rtol=0, atol=0, equal_nan=True)
        apart = mapped(lambda one: one.detach().repeat_interleave(2, -1)[..., ::2] if is_float(one) and one.dim() else one,
                       (args, named))
        torch.testing.assert_close(function(*apart[0], **apart[1]).detach(), y, rtol=0, atol=0, equal_nan=True)


@by_dtype
@pytest.mark.parametrize("name", FUNCTIONS)
def test_samples_of_functions(name, dtype):
    check_samples(name, function_samples(name, dtype), dtype)


@pytest.mark.long
@by_dtype
@pytest.mark.parametrize("name", FUNCTIONS)
def test_reference_samples_of_functions(name, dtype):
    """More shapes and layouts, and values of all sizes, infinities and NaN."""
    check_samples(name, function_samples(name, dtype, "reference_inputs"), dtype)


@pytest.mark.filterwarnings("ignore:Casting complex values", "ignore:ComplexHalf support")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_samples_of_other_dtypes_are_refused(name):
    """Integers, booleans and complex numbers, unless `dtype` says what to make of them."""
    for op in operations(name):
        for dtype in op.dtypes - set(DTYPES):
            for theirs, args, named in function_samples(name, dtype):
                if "dtype" in named and named["dtype"] in DTYPES:
                    due = theirs(args[0].to(named["dtype"]), *args[1:])     # softmin negates bytes before it casts them
                    torch.testing.assert_close(getattr(ft, name)(*args, **named), due)
                    continue
                with pytest.raises(TypeError, match="not torch"):
                    getattr(ft, name)(*args, **named)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_torch_refuses(name):
    """They are refused with torch's type of error, or with ours for arguments."""
    for op in operations(name):
        for refused in op.error_inputs("cpu") if op.error_inputs_func else ():
            sample = refused.sample_input
            with pytest.raises((refused.error_type, TypeError, ValueError, IndexError)) as caught:
                getattr(ft, name)(sample.input, *sample.args, **sample.kwargs)
            assert str(caught.value)


# ---------------------------------------------------------------------------------- modules --


@by_dtype
@pytest.mark.parametrize("name", MODULES)
def test_samples_of_modules(name, dtype):
    function = getattr(getattr(ft, name), "function", None)
    function = function.__name__ if function else name.lower()
    for made, called in module_samples(name, dtype):
        args, named = mapped(lambda value: leaf_in_float64(value, dtype), (made.args, made.kwargs))
        ours, theirs = getattr(ft, name)(*args, **named).to(dtype), getattr(nn, name)(*args, **named).double()
        theirs.load_state_dict(ours.state_dict())
        compare(function, ours, theirs, called.args, called.kwargs, dtype)


@pytest.mark.parametrize("name", [*NOT_OURS, *NO_SAMPLES])
def test_what_is_not_compared(name):
    assert name in op_db() or name not in module_db()
    pytest.skip(f"{name} {NOT_OURS.get(name, 'has no samples in torch')}")


def test_nothing_is_left_out():
    """Every entry with a name of ours is tried or said not to be ours, and there are hundreds of samples."""
    for key, op in op_db().items():
        assert op.name.split(".")[-1] not in ft.__all__ or key in NOT_OURS or op.name.split(".")[-1] in FUNCTIONS
    samples = {name: sum(len(function_samples(name, dtype)) for dtype in DTYPES) for name in FUNCTIONS}
    assert min(samples.values()) > 0 and sum(samples.values()) > 700, samples
    samples = {name: sum(len(module_samples(name, dtype)) for dtype in DTYPES) for name in MODULES}
    assert min(samples.values()) > 0 and sum(samples.values()) > 300, samples
