"""Gated units, sums, gradients of parameters, sparsity."""

import copy
import inspect
import operator
import pickle

import numpy as np
import pytest

import fastact as fa
from fastact import reference
from fastact._lab.accuracy.half import round_to
from fastact._lab.accuracy.ulp import spacing
from fastact._runtime import dispatch
from fastact._catalogue import ADDED_ENTRIES, ENTRIES, GATED_ENTRIES, gated_by
from helpers import (
    BY_NAME, DTYPES, EVERY_ACCURACY, HALF, RIDGE, Truth, bfloat16, every_accuracy, finfo, kernels, operands, same_bits,
)

try:
    import torch
    from torch.nn import functional as F
except ImportError:
    torch = None

needs_torch = pytest.mark.skipif(torch is None, reason="PyTorch is not installed")
UNITS = [getattr(fa, entry.name) for entry in GATED_ENTRIES]
SUMS = [getattr(fa, entry.name) for entry in ADDED_ENTRIES]
every_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.__name__)
every_sum = pytest.mark.parametrize("added", SUMS, ids=lambda added: added.__name__)
every_pair = pytest.mark.parametrize("pair", UNITS + SUMS, ids=lambda pair: pair.__name__)
every_dtype = pytest.mark.parametrize("dtype", DTYPES + HALF, ids=lambda dtype: dtype.__name__)
every_order = pytest.mark.parametrize("order", ["gate_up", "up_gate", "interleaved"])


def values(n, dtype, seed=0, spread=3):
    """Normal values, zeros, and values at and beyond the bounds of swiglu_clamped."""
    x = np.random.default_rng(seed).standard_normal(n) * spread
    x[::17] = np.resize([7, -7, 0, 8, -1, -8], len(x[::17]))
    return x.astype(dtype)


def on_target(pair, target):
    """The same object with the kernels of another target."""
    if pair.entry.kind == "gated":
        return fa._functions.pairs.gated_unit(pair.entry, pair.activation, kernels(target))
    return fa.AddedActivation(pair.entry, pair.activation, kernels(target))


def packed_from(gate, up, order, axis=-1):
    if order == "interleaved":
        parts = np.stack([np.moveaxis(gate, axis, -1), np.moveaxis(up, axis, -1)], -1)
        return np.moveaxis(parts.reshape(*parts.shape[:-2], -1), -1, axis)
    return np.concatenate([gate, up] if order == "gate_up" else [up, gate], axis)


# ---------------------------------------------------------------------------- accuracy --


def check(got, high, accuracy, dtype, ulp, floor=0.0):
    """Within ulp; half precision rounded once, from double, whose own error may decide a tie."""
    if np.dtype(dtype) in map(np.dtype, HALF):
        unit = np.maximum(spacing(high, dtype), float(finfo(dtype).eps) * floor)
        error = np.abs(got.astype(np.float64) - high) / unit
        assert error.max() <= (0.5 + 1e-6 if accuracy == "exact" else 1)
        return
    truth = Truth(high, dtype, floor=floor)
    if accuracy == "exact":
        assert truth.ulps(got).max() <= ulp
    else:
        assert truth.relative(got).max() <= {np.float32: 2.0**-11, np.float64: 2.0**-23}[dtype]


@every_dtype
@every_pair
def test_against_the_oracle(pair, target, accuracy, dtype):
    x, y = values(20_000, dtype), values(20_000, dtype, 1)
    entry, run = pair.entry.measured(dtype), on_target(pair, target)
    got = run(x, y, accuracy=accuracy)
    assert got.dtype == dtype
    wide = (x, y) if dtype in DTYPES else (x.astype(np.float64), y.astype(np.float64))
    # float64's oracles are off by some ULP themselves where an exponential amplifies.
    bound = pair.max_ulp("exact", np.dtype(dtype) if dtype in DTYPES else np.float32)
    with np.errstate(all="ignore"):
        high = np.asarray(entry.oracle(*wide), np.float64)
    check(got, high, accuracy, dtype, bound if dtype != np.float64 else 400)


@pytest.mark.parametrize("dtype", HALF, ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize("entry", GATED_ENTRIES, ids=lambda entry: entry.name)
def test_half_precision_is_correctly_rounded_but_for_ties_of_the_double(entry, dtype, target):
    """Of a million pairs two at most, normally distributed; of every exponent 1.3 % in swiglu_clamped, 0.2 % in others."""
    rng, n = np.random.default_rng(0), 1 << 16
    finite = np.arange(1 << 16, dtype=np.uint16).view(dtype)
    with np.errstate(all="ignore"):
        finite = finite[np.isfinite(finite.astype(np.float64))]
    shares = []
    for draw in (lambda: rng.normal(0, 2, n).astype(dtype), lambda: rng.choice(finite, n)):
        gate, up = draw(), draw()
        with np.errstate(all="ignore"):
            got = on_target(getattr(fa, entry.name), target)(gate, up).astype(np.float64)
            high = np.asarray(entry.measured(dtype).oracle(gate.astype(np.float64), up.astype(np.float64)), np.float64)
        due, _, near_ties = round_to(dtype, high)
        wrong = (got != due) & ~(np.isnan(got) & np.isnan(due))
        assert set(np.flatnonzero(wrong)) <= set(near_ties)
        shares.append(wrong.mean())
    assert shares[0] <= 2e-5 and shares[1] <= 0.02


@every_dtype
@every_pair
def test_backward_against_the_oracle(pair, target, accuracy, dtype):
    """The error is measured at the size that a derivative has away from its zeros, because there it is absolute."""
    x, y, grad = (values(20_000, dtype, seed) for seed in range(3))
    grad[grad == 0] = 1
    entry, run = pair.entry.measured(dtype), on_target(pair, target)
    found = run.backward(grad, x, y, accuracy=accuracy)
    found = found if isinstance(found, tuple) else (found,)
    wide = (x, y) if dtype in DTYPES else (x.astype(np.float64), y.astype(np.float64))
    for got, high in zip(found, entry.gradients(grad.astype(np.float64), *wide), strict=True):
        assert got.dtype == dtype
        size = np.abs(grad.astype(np.float64)) * np.maximum(1, np.abs(y.astype(np.float64)))
        check(got, high, accuracy, dtype, 4 if dtype == np.float32 else 400, floor=0.05 * size)


@needs_torch
@every_pair
def test_backward_against_torch(pair):
    """Tests float64, also at the bounds of the clamps, which are inclusive."""
    x, y, grad = (values(5_000, np.float64, seed) for seed in range(3))
    at_kinks = x == 0
    x[at_kinks] = 0.5  # relu's derivative at 0 is tested with relu
    if pair.entry.kind == "added":
        y[x + y == 0] += 1
    tensors = [torch.from_numpy(a).requires_grad_() for a in (x, y)]
    result = eval(pair.entry.torch, {"torch": torch, "F": F, "x": tensors[0], "up": tensors[1]})
    np.testing.assert_allclose(pair(x, y), result.detach().numpy(), 1e-12, 1e-14)
    expected = torch.autograd.grad(result, tensors, torch.from_numpy(grad), allow_unused=True)
    found = pair.backward(grad, x, y)
    for got, want in zip(found if isinstance(found, tuple) else (found,), expected, strict=False):
        np.testing.assert_allclose(got, want.numpy(), 1e-12, 1e-13)


def transcription(gate, up, alpha=1.702, limit=7.0):
    """The lines of gpt-oss, in NumPy."""
    gate, up = np.clip(gate, None, limit), np.clip(up, -limit, limit)
    return gate * (1 / (1 + np.exp(-alpha * gate))) * (up + 1)


def test_swiglu_clamped():
    x = values(2048, np.float64)
    packed = x.reshape(8, 256)
    expected = transcription(packed[:, ::2], packed[:, 1::2])
    np.testing.assert_allclose(fa.swiglu_clamped(packed, order="interleaved"), expected, 1e-13)
    np.testing.assert_allclose(fa.swiglu_clamped(x, x[::-1], 1.5, limit=2.0), transcription(x, x[::-1], 1.5, 2.0), 1e-13)
    np.testing.assert_allclose(
        fa.swiglu_clamped(packed, alpha=1.5), transcription(packed[:, :128], packed[:, 128:], 1.5), 1e-13)
    limits = np.geomspace(0.5, 9, 128)
    np.testing.assert_allclose(
        fa.swiglu_clamped(packed, limit=limits), transcription(packed[:, :128], packed[:, 128:], limit=limits), 1e-13)
    assert fa.swiglu_clamped(x.astype(np.float16), 1).dtype == np.float16
    # A Python number is rounded to the wider of the two.
    mixed = fa.swiglu_clamped(x[:9].astype(np.float16), x[:9].astype(np.float32))
    assert same_bits(mixed, fa.swiglu_clamped(x[:9].astype(np.float16).astype(np.float32), x[:9].astype(np.float32)))


@every_dtype
def test_swiglu_clamped_of_specials(dtype, target, accuracy):
    unit = on_target(fa.swiglu_clamped, target)
    inf, nan = np.inf, np.nan
    gate = np.array([nan, 1, inf, -inf, 8, 7, 0.0, -0.0], dtype)
    up = np.array([1, nan, -1.5, 3, -inf, inf, -1, 2], dtype)
    got = unit(gate, up, accuracy=accuracy).astype(np.float64)
    assert np.isnan(got).tolist() == [True, True] + 6 * [False]
    np.testing.assert_allclose(got[2:], [-3.5, 0, -42, 56, 0, 0], 1e-2)
    assert np.signbit(got[3])
    ones = np.ones(8, dtype)
    d_gate, d_up = (a.astype(np.float64) for a in unit.backward(ones, gate, up, accuracy=accuracy))
    np.testing.assert_allclose(d_gate, [nan, nan, 0, 0, 0, 8, 0, 1.5], 1e-2)
    np.testing.assert_allclose(d_up, [nan, nan, 7, 0, 0, 0, 0, 0], 1e-2, 1e-30)


# ------------------------------------------------------------- packed arrays, strides --


@every_dtype
@every_order
@every_unit
@every_accuracy
def test_packed_has_the_bits_of_the_two(unit, order, dtype, accuracy):
    gate, up, grad = (values(3 * 37 * 5, dtype, seed).reshape(3, 37, 5) for seed in range(3))
    expected = unit(gate, up, accuracy=accuracy)
    gradients = unit.backward(grad, gate, up, accuracy=accuracy)
    for axis in (0, 1, -1, -3):
        packed = packed_from(gate, up, order, axis)
        d_packed = packed_from(*gradients, order, axis)
        keywords = {"order": order, "axis": axis, "accuracy": accuracy}
        room = np.zeros((*packed.shape[:-1], 2 * packed.shape[-1]), dtype)
        room[..., ::2] = packed
        reversed_twice = packed[:, ::-1, ::-1].copy()[:, ::-1, ::-1]
        for form in (packed, np.asfortranarray(packed), room[..., ::2], reversed_twice, packed.T.copy().T):
            assert same_bits(unit(form, **keywords), expected)
            assert same_bits(unit.backward(grad, form, **keywords), d_packed)
            out = np.empty_like(form)
            assert unit.backward(grad, form, out=out, **keywords) is out and same_bits(out, d_packed)
        in_place = packed.copy()
        assert same_bits(unit.backward(grad, in_place, out=in_place, **keywords), d_packed)


def test_default_orders():
    x = values(20, np.float64)
    assert [unit.order for unit in UNITS] == ["up_gate"] + (len(UNITS) - 1) * ["gate_up"]
    for unit in UNITS:
        assert same_bits(unit(x), unit(x, order=unit.order))
    assert same_bits(fa.glu(x), fa.glu(x[10:], x[:10]))


@needs_torch
def test_glu_is_torchs():
    x = values(120, np.float64).reshape(6, 20)
    for axis in (0, 1):
        expected = F.glu(torch.from_numpy(x), axis).numpy()
        np.testing.assert_allclose(fa.glu(x, axis=axis), expected, 1e-14)


LARGE = [
    ((1024, 2 * 640), -1, "gate_up"), ((2 * 900, 700), 0, "up_gate"), ((5, 2, 300, 512), 1, "gate_up"),
    ((2, 70_001), -2, "gate_up"), ((1100, 2 * 520), -1, "interleaved"), ((2, 600, 2 * 450), -1, "gate_up"),
]


@pytest.mark.parametrize("shape, axis, order", LARGE, ids=str)
@pytest.mark.parametrize("dtype", DTYPES + HALF, ids=lambda dtype: dtype.__name__)
def test_large_packed_arrays(shape, axis, order, dtype, accuracy):
    """Calls by rows and over threads give the bits of the ufunc on contiguous copies."""
    packed = values(np.prod(shape), dtype).reshape(shape)
    for form in (packed, np.asfortranarray(packed), packed[..., ::-1]):
        gate, up = (half.copy() for half in fa._functions.pairs.halves(form, order, axis))
        grad = up[::-1]
        expected = fa.swiglu.ufunc(accuracy)(gate, up)
        both = np.empty_like(form)
        raw = kernels(dispatch.target)["gated_silu_backward" + "_fast" * (accuracy == "fast")]
        for half, gradient in zip(fa._functions.pairs.halves(both, order, axis), raw(grad, gate, up), strict=True):
            half[...] = gradient
        keywords = {"axis": axis, "order": order, "accuracy": accuracy}
        for threads in (1, 2):
            with fa.threads(threads):
                got = fa.swiglu(form, **keywords)
                assert same_bits(got, expected)
                out = np.empty_like(expected, order="F")
                assert fa.swiglu(form, out=out, **keywords) is out and same_bits(out, expected)
                assert same_bits(fa.swiglu.backward(grad, form, **keywords), both)
                in_place = form.copy()
                fa.swiglu.backward(grad, in_place, out=in_place, **keywords)
                assert same_bits(in_place, both)


@pytest.mark.parametrize("threads", [1, 2])
def test_large_strided_arrays_of_other_functions(threads):
    """Rows of slices, of broadcast biases and of parameters for each channel."""
    x = values(700 * 2000, np.float32).reshape(700, 2000)
    part, bias = x[:, 300:1300], x[3, :1000]
    with fa.threads(threads):
        assert same_bits(fa.gelu(part), fa.gelu(part.copy()))
        assert same_bits(fa.gelu.backward(part, x[:, :1000]), fa.gelu.backward(part.copy(), x[:, :1000].copy()))
        assert same_bits(fa.add_gelu(part, bias), fa.gelu(part + bias))
        weight = np.linspace(-1, 1, 700, dtype=np.float32)[:, None]
        assert same_bits(fa.prelu(part, weight), np.where(part > 0, part, weight * part))
        assert same_bits(fa.leaky_relu(part, 0.25), np.where(part > 0, part, np.float32(0.25) * part))
        assert same_bits(fa.relu(part[:, :, None]), np.maximum(part[:, :, None], 0))
        expected = fa.silu(part.copy())
        in_place = x.copy()
        assert fa.silu(in_place[:, 300:1300], out=in_place[:, 300:1300]) is not None
        assert same_bits(in_place[:, 300:1300], expected) and same_bits(in_place[:, :300], x[:, :300])
        for shift in (1, 500, -300):  # overlaps in part: as if the input had been copied
            shifted = x.copy()
            fa.silu(shifted[:, 300:1300], out=shifted[:, 300 + shift : 1300 + shift])
            assert same_bits(shifted[:, 300 + shift : 1300 + shift], expected)
        down = x.copy()
        fa.silu(down[:-1, 300:1300], out=down[1:, 300:1300])
        assert same_bits(down[1:, 300:1300], expected[:-1])


def test_layout_and_type_of_the_result_do_not_depend_on_the_way():
    for rows in (3, 600):
        packed = values(rows * 1200, np.float32).reshape(rows, 1200)
        transposed = np.swapaxes(values(rows * 1200, np.float32).reshape(rows, 2, 600), 0, 1)
        assert fa.swiglu(packed).flags.c_contiguous
        assert np.asfortranarray(fa.swiglu(packed.copy("F"))).flags.f_contiguous
        assert fa.relu(transposed).strides == np.maximum(transposed, 0).strides
        assert isinstance(fa.swiglu(np.ma.array(packed)), np.ma.MaskedArray)
        assert fa.swiglu(packed.astype(">f4")).dtype == np.float32


@every_dtype
def test_overlap_of_out(dtype):
    gate, up = values(500, dtype), values(500, dtype, 1)
    for unit in UNITS:
        expected = unit(gate, up)
        memory = np.concatenate([gate, up])
        assert same_bits(unit(memory[:500], memory[500:], out=memory[250:750]), expected)
        memory = np.concatenate([gate, up])
        assert same_bits(unit(memory, order="gate_up", out=memory[1:501]), expected)


@every_pair
@every_accuracy
def test_where(pair, accuracy):
    x, y = values(100, np.float32), values(100, np.float32, 1)
    mask = x > 0
    out = np.full(100, 5, np.float32)
    pair(x, y, out=out, where=mask, accuracy=accuracy)
    assert same_bits(out, np.where(mask, pair(x, y, accuracy=accuracy), np.float32(5)))


# --------------------------------------------------------------------------- interface --


@every_pair
def test_identity_of_the_object(pair):
    name = pair.__name__
    assert pair is getattr(fa, name) and name in fa.__all__ and name in fa.__test__
    assert pair.__qualname__ == name and pair.__module__ == "fastact"
    assert repr(pair) == f"<fastact.{name}: {pair.formula}>"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(pair, protocol)) is pair
    assert copy.copy(pair) is copy.deepcopy(pair) is pair
    for accuracy in EVERY_ACCURACY:
        ufunc = pair.ufunc(accuracy)
        assert pickle.loads(pickle.dumps(ufunc)) is ufunc
    assert list(inspect.signature(pair).parameters)[:2] == (["gate", "up"] if pair in UNITS else ["x", "bias"])
    assert pair.max_ulp("exact", "float32") <= 2.5
    with pytest.raises(AttributeError, match="colour"):
        operator.attrgetter("colour")(pair)


@pytest.mark.parametrize("entry", RIDGE, ids=lambda entry: entry.name)
@every_accuracy
def test_gated_by_any_activation(entry, target, accuracy):
    """In one pass, parameters or not: in float64 to the bit the product."""
    gate, up, grad = (values(3000, np.float64, seed) for seed in range(3))
    f = fa.activations[entry.name]
    spec = (entry.name, dict(entry.parameters)) if entry.parameters else entry.name
    expected = f(gate, **entry.parameters, accuracy=accuracy) * up
    assert same_bits(fa.gated(gate, up, spec, accuracy=accuracy), expected)
    assert same_bits(fa.gated(packed_from(gate, up, "interleaved"), activation=spec, order="interleaved",
                              accuracy=accuracy), expected)
    d_gate, d_up = fa.gated.backward(grad, gate, up, spec, accuracy=accuracy)
    assert same_bits(d_gate, grad * up * f.derivative(gate, **entry.parameters, accuracy=accuracy))
    assert same_bits(d_up, grad * f(gate, **entry.parameters, accuracy=accuracy))
    unit = fa._functions.pairs.gated_unit(gated_by(f.entry), f, kernels(target))
    values32 = operands(entry.name, np.float32)
    gate, up = gate.astype(np.float32), up.astype(np.float32)
    high = BY_NAME[entry.name].oracle(gate) * up.astype(np.float64)
    check(unit(gate, up, *values32, accuracy=accuracy), high, accuracy, np.float32, 2.5)


def test_gated_takes_names_activations_and_parameters():
    gate, up = values(100, np.float32), values(100, np.float32, 1)
    assert same_bits(fa.gated(gate, up), fa.swiglu(gate, up))
    assert same_bits(fa.gated(gate, up, activation="gelu_new"), fa.geglu_tanh(gate, up))
    assert same_bits(fa.gated(gate, up, fa.relu), fa.reglu(gate, up))
    wide = gate.astype(np.float64)
    expected = (np.where(gate > 0, wide, np.float64(np.float32(0.2)) * wide) * up).astype(np.float32)  # rounded once
    assert same_bits(fa.gated(gate, up, "keras.leaky_relu"), expected)
    assert same_bits(fa.gated(gate, up, ("leaky_relu", {"negative_slope": 0.2})), expected)
    assert same_bits(fa.gated(gate, up, fa.leaky_relu.with_parameters(negative_slope=0.2)), expected)
    assert same_bits(fa.gated(np.concatenate([up, gate]), activation="relu", order="up_gate"), fa.reglu(gate, up))
    assert fa.gated.unit("silu") is fa.gated.unit(fa.silu)
    assert pickle.loads(pickle.dumps(fa.gated)) is copy.copy(fa.gated) is fa.gated
    for wrong, error, message in [
        ("sillu", ValueError, "silu"), (3, TypeError, "string"), ("softmax", ValueError, "softmax is no elementwise"),
        (("relu", {"slope": 1}), TypeError, "relu has no parameter 'slope'"), (("relu",), TypeError, "activation must"),
        ("prelu", TypeError, "needs a value for 'weight'"),
    ]:
        out = np.full(100, -7, np.float32)
        with pytest.raises(error, match=message):
            fa.gated(gate, up, wrong, out=out)
        assert (out == -7).all()


def test_errors_leave_out_untouched():
    gate, up = np.ones((4, 6), np.float32), np.ones((4, 6), np.float32)
    packed, out = np.ones((4, 12), np.float32), np.full((4, 6), -7, np.float32)
    whole = np.full((4, 12), -7, np.float32)
    clamped, added = fa.swiglu_clamped, fa.add_gelu
    wrong = [
        (lambda: clamped(packed[:, :11], out=out), ValueError, r"even, not 11 \(shape \(4, 11\)\)"),
        (lambda: clamped(gate, up, 1.0, alpha=2.0, out=out), TypeError, "two values for 'alpha'"),
        (lambda: clamped(gate, up, beta=2.0, out=out), TypeError, "'beta'"),
        (lambda: clamped(gate, up, 1.0, 2.0, 3.0, 4.0, out=out), TypeError, "at most 3"),
        (lambda: clamped(gate, up, limit=np.ones(5), out=out), ValueError, "broadcast"),
        (lambda: clamped(gate, up, order="gate_up", out=out), TypeError, "packed"),
        (lambda: clamped(gate, up, alpha="1", out=out), TypeError, "(alpha|bias|gate) must hold"),
        (lambda: clamped.backward(gate, packed, out=out), ValueError, r"\(4, 12\), not \(4, 6\)"),
        (lambda: clamped.backward(gate, packed, beta=1, out=whole), TypeError, "'beta'"),
        (lambda: clamped.backward(packed, packed, out=whole), ValueError, "broadcast"),
        (lambda: fa.glu(packed, axis=2, out=out), ValueError, r"axis 2 .*\(4, 12\)"),
        (lambda: added(gate, up[:, :5], out=out), ValueError, "broadcast"),
        (lambda: added(gate, 1j, out=out), TypeError, "(alpha|bias|gate) must hold"),
        (lambda: added(gate, up, accuracy="quick", out=out), ValueError, "'exact', 'fast' or 'correct', not 'quick'"),
        (lambda: added(gate, out=out), TypeError, "positional|argument"),
    ]
    for call, error, message in wrong:
        with pytest.raises(error, match=message):
            call()
    assert (out == -7).all() and (whole == -7).all()
    with pytest.raises(ValueError, match="no elementwise kernel 'tanh' with the role 'added'"):
        dispatch.elementwise.kernel("tanh", "added", "exact")


def test_backward_packed_honours_dtype_and_weak_gradients():
    packed = values(20, np.float32)
    assert fa.swiglu.backward(1.0, packed).dtype == np.float32
    wide = fa.swiglu.backward(1.0, packed, dtype=np.float64)
    assert same_bits(wide, fa.swiglu.backward(1.0, packed.astype(np.float64)))


# -------------------------------------------------------------------------------- sums --


@every_sum
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@every_accuracy
def test_a_sum_has_the_bits_of_the_function_of_the_sum(added, target, accuracy, dtype):
    run, f = on_target(added, target), type(fa.gelu)(added.activation.entry, kernels(target))
    x, bias, grad = (values(3000, dtype, seed, 5) for seed in range(3))
    grad[:100] = 1e30
    with np.errstate(all="ignore"):
        for b in (bias, bias[0], -x):
            assert same_bits(run(x, b, accuracy=accuracy), f(x + b, accuracy=accuracy))
            assert same_bits(run.backward(grad, x, b, accuracy=accuracy), f.backward(grad, x + b, accuracy=accuracy))
    info = np.finfo(dtype)
    x = np.array([info.max, info.max, -info.max, np.inf, np.nan, 0.0, -0.0, info.tiny, np.inf], dtype)
    b = np.array([info.max, -info.max, -info.max, 1, 1, -0.0, -0.0, -info.tiny * 0.75, -np.inf], dtype)
    with np.errstate(all="ignore"):
        assert same_bits(run(x, b, accuracy=accuracy), f(x + b, accuracy=accuracy))


@every_sum
def test_a_sum_broadcasts_and_promotes(added):
    x, bias = values(60, np.float32).reshape(3, 4, 5), values(5, np.float32, 1)
    assert same_bits(added(x, bias), added.activation(x + bias))
    column = values(4, np.float32).reshape(4, 1)
    assert same_bits(added(x, column), added.activation(x + column))
    assert same_bits(added.backward(np.float32(2), x, bias), added.activation.backward(np.float32(2), x + bias))
    assert added(x.astype(np.float16), bias).dtype == np.float32
    assert added(x.astype(np.float16), 1.5).dtype == np.float16
    if bfloat16:
        assert added(x.astype(bfloat16), bias).dtype == np.float32
    out = x.copy()
    assert added(out, bias, out=out) is out and same_bits(out, added(x, bias))


# --------------------------------------------------------------- gradients of parameters --


def torch_prelu(x, weight):
    return torch.where(x > 0, x, weight * x)


# Each function, from operations that autograd knows.
FORMULAS = {
    "leaky_relu": torch_prelu,
    "prelu": torch_prelu,
    "threshold": lambda x, threshold, value: torch.where(x > threshold, x, value),
    "elu": lambda x, alpha: torch.where(x > 0, x, alpha * torch.expm1(x.clamp(max=0))),
    "celu": lambda x, alpha: torch.where(x > 0, x, alpha * torch.expm1(x.clamp(max=0) / alpha)),
    "swish": lambda x, beta: x * torch.sigmoid(beta * x),
    "hard_sigmoid_linear": lambda x, alpha, beta: (alpha * x + beta).clamp(0, 1),
    "hard_tanh": lambda x, low, high: torch.clamp(x, low, high),
    "softplus": lambda x, beta: torch.logaddexp(beta * x, torch.zeros_like(x)) / beta,
    "squareplus": lambda x, b: (x + torch.sqrt(x * x + b)) / 2,
    "softshrink": lambda x, lambd: torch.sign(x) * (x.abs() - lambd).clamp(min=0),
    "multiquadric": lambda x, epsilon: torch.sqrt(1 + (epsilon * x) ** 2),
    "inverse_multiquadric": lambda x, epsilon: torch.rsqrt(1 + (epsilon * x) ** 2),
}
FORMULAS |= {entry.name: lambda x, *values, entry=entry: eval(
    entry.torch_of_parameters, {"torch": torch, "x": x, **dict(zip(entry.parameters, values, strict=True))})
    for entry in ENTRIES if entry.torch_of_parameters}
PARAMETRIC = [name for name, f in fa.activations.items() if isinstance(f, fa._functions.activation.ParametricActivation)]
LEARNED = [name for name in PARAMETRIC if name != "hardshrink"]
every_learned = pytest.mark.parametrize("name", LEARNED)


def learned(name, shape, dtype=np.float64):
    """Values of the parameters, of a shape, that differ from each other and are in order."""
    rng = np.random.default_rng(3)
    first = {"hard_tanh": -1.5, "threshold": 0.1}.get(name, 0.3)
    return {key: (first + 2 * i + rng.uniform(0.1, 0.4, shape)).astype(dtype)
            for i, key in enumerate(fa.activations[name].parameters)}


def as_tuple(found):
    return found if isinstance(found, tuple) else (found,)


@needs_torch
@every_learned
@pytest.mark.parametrize("shape", [(), (1,), (5,), (4, 1), (3, 1, 1), (1, 4, 5), (2, 1, 1, 1)], ids=str)
def test_gradients_of_parameters_against_torch(name, shape):
    x, grad = (values(60, np.float64, seed).reshape(3, 4, 5) + 0.01 for seed in range(2))
    given = learned(name, shape)
    if len(shape) == 4:
        grad = np.stack([grad, grad[::-1]])
    tensors = [torch.from_numpy(np.asarray(value)).requires_grad_() for value in given.values()]
    result = FORMULAS[name](torch.from_numpy(x), *tensors)
    np.testing.assert_allclose(fa.activations[name](x, **given), result.detach().numpy(), 1e-12, 1e-14)
    expected = torch.autograd.grad(result, tensors, torch.from_numpy(grad), allow_unused=True)
    found = as_tuple(fa.activations[name].backward_parameters(grad, x, **given))
    for got, want in zip(found, expected, strict=True):
        assert got.shape == shape and got.dtype == np.float64
        np.testing.assert_allclose(got, 0 if want is None else want.numpy(), 1e-12, 1e-12)


@every_learned
@pytest.mark.parametrize("dtype", [np.float32, *HALF], ids=lambda dtype: dtype.__name__)
def test_gradients_of_parameters_in_narrow_types(name, dtype, accuracy):
    """The sum is float64: a hundred thousand terms of float16 lose nothing."""
    x, grad = (values(100_000, dtype, seed).reshape(-1, 4) for seed in range(2))
    given = learned(name, 4, dtype)
    f = fa.activations[name]
    found = as_tuple(f.backward_parameters(grad, x, **given, accuracy=accuracy))
    wide = {key: value.astype(np.float64) for key, value in given.items()}
    exact = as_tuple(f.backward_parameters(grad.astype(np.float64), x.astype(np.float64), **wide))
    size = np.abs(grad.astype(np.float64)).sum(0) * 10
    again = as_tuple(f.backward_parameters(grad, x, **given, accuracy=accuracy))
    for got, want, same in zip(found, exact, again, strict=True):
        assert got.shape == (4,) and got.dtype == dtype and same_bits(got, same)
        error = np.abs(got.astype(np.float64) - want)
        error = np.where(np.isinf(got) & (np.abs(want) > float(finfo(dtype).max)), 0, error)  # squares of a float16
        terms = 2.0**-24 if accuracy == "exact" else 2.0**-12
        assert (error <= 0.51 * float(finfo(dtype).eps) * np.abs(want) + terms * size).all()


def test_gradients_of_parameters_by_default_and_by_number():
    x = values(50, np.float32)
    for call in (lambda: fa.swish.backward_parameters(x, x), lambda: fa.elu.backward_parameters(x, x, 2.0),
                 lambda: fa.swish.backward_parameters(1.0, x, beta=2)):
        assert call().shape == () and call().dtype == np.float32
    assert fa.swish.backward_parameters([1, 2], [3, 4]).dtype == np.float64
    low, high = fa.hard_tanh.backward_parameters(np.ones(5), [-2.0, -1, 0, 1, 2])
    assert (low, high) == (1, 1)
    with pytest.raises(TypeError, match="hardshrink has no parameters to learn: .*lambd is 0 almost everywhere"):
        fa.hardshrink.backward_parameters(x, x)
    for f in (fa.gelu, fa.softmax):
        with pytest.raises(TypeError, match=f"{f.__name__} has no parameters to learn"):
            f.backward_parameters(x, x)
    for f in (fa.swish, fa.elu):
        with pytest.raises(TypeError, match="x must hold .* not complex128"):
            f.backward_parameters(x, x.astype(complex))
        with pytest.raises(TypeError, match="gamma"):
            f.backward_parameters(x, x, gamma=1)
        with pytest.raises(ValueError, match="'exact', 'fast' or 'correct'"):
            f.backward_parameters(x, x, accuracy="quick")
        with pytest.raises(ValueError, match="broadcast"):
            f.backward_parameters(x, x[:3])
    with pytest.raises(TypeError, match="needs a value for 'weight'"):
        fa.prelu.backward_parameters(x, x)


def test_gradients_of_parameters_at_infinity(target):
    x = np.array([-np.inf, np.inf])
    for name, expected in [("elu", -1), ("celu", -1), ("softplus", 0), ("squareplus", 0), ("swish", 0)]:
        assert fa.activations[name].backward_parameters(np.ones(2), x) == expected, name


@pytest.mark.parametrize("alpha", [-0.3, -1.7, 0.7])
def test_gradient_of_the_alpha_of_celu(alpha):
    """Against a difference quotient; a negative alpha, too.  An alpha of 0 gives the limit."""
    x, h = np.array([-2.5, -0.8, -0.1, 0, 1.5]), 1e-6
    for point in x:
        expected = (fa.celu(point, alpha + h) - fa.celu(point, alpha - h)) / (2 * h)
        assert fa.celu.backward_parameters(1.0, point, alpha) == pytest.approx(expected, rel=1e-7, abs=1e-9)
    assert (fa.celu.backward_parameters(np.ones(2), np.array([-1000.0, -100.0]), np.array([-0.1, -0.1])) == -np.inf).all()
    assert (fa.celu.backward_parameters(np.ones(3), np.array([-1.0, 0, 1]), np.zeros(3)) == [-1, 0, 0]).all()


def test_gradient_of_the_c_of_softcap_at_zero():
    x = np.array([-2.0, -0.0, 0, 1])
    assert (fa.softcap.backward_parameters(np.ones(4), x, np.zeros(4)) == [-1, 0, 0, 1]).all()


# ---------------------------------------------------------------------------- sparsity --


@every_dtype
def test_sparsity(dtype):
    x = values(1700, dtype)
    found = fa.sparsity(fa.relu(x))
    assert type(found) is float and found == float((x <= 0).mean())
    assert fa.sparsity(np.array([0, -0.0, 1, np.nan], dtype)) == 0.5
    assert fa.sparsity([[0, 1], [0, 0]]) == 0.75
    assert np.isnan(fa.sparsity(np.empty((0, 3), dtype)))
    for wrong in ("text", None, np.array(["a"])):
        with pytest.raises(TypeError, match="numbers"):
            fa.sparsity(wrong)


@every_dtype
def test_dead_units(dtype):
    nan = np.nan
    x = np.array([[-1, 0, 2, nan, nan], [-3, -0.0, -1, nan, 1]], dtype)
    assert fa.dead_units(x).tolist() == [True, True, False, True, False]
    assert fa.dead_units(x, axis=1).tolist() == [False, False]
    assert fa.dead_units(np.stack([x, -x]), axis=(0, 1)).tolist() == [False, True, False, True, False]
    assert fa.dead_units(np.empty((0, 2), dtype)).tolist() == [True, True]
    with pytest.raises(TypeError, match="real"):
        fa.dead_units(x.astype(complex))
    with pytest.raises(ValueError, match="axis 2"):
        fa.dead_units(x, axis=2)


def test_reference_of_the_gated_formula():
    x = values(100, np.float64)
    np.testing.assert_allclose(reference.swiglu_clamped(x, x[::-1]), transcription(x, x[::-1]), 1e-13)
