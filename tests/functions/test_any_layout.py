"""Any layout, type, overlap and keyword: what hypothesis thinks of.  The bits are those of contiguous arrays.

And from CPU target to CPU target: which functions have the same bits.
"""

import functools
import re

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

import fastact as fa
from fastact._runtime import dispatch, targets
from fastact._catalogue import gated_by
from helpers import (
    DTYPES, ELEMENTWISE, EVERY_ACCURACY, HALF, MEASURED, RESHAPING, activation, bfloat16, kernels, operands, run_python,
    same_bits,
)
from test_layout import Labelled, hard_values

TARGETS = dispatch.usable_targets
ALL_DTYPES = DTYPES + HALF
NAMES = [name for name in fa.activations if fa.activations[name].kind != "fold"]
ROWWISE = [name for name, found in fa.activations.items() if found.kind == "fold" and name not in RESHAPING]


def often(count):
    """This many examples in the normal run, fifty times as many in the long one."""
    def both(test):
        @pytest.mark.parametrize("examples", [count, pytest.param(50 * count, marks=pytest.mark.long)])
        def run(examples):
            settings(max_examples=examples)(given(data=st.data())(test))()
        return run
    return both


# ------------------------------------------------------------------------------ layouts --


def shapes(draw, least=0):
    """0 to 5 dimensions, some of them empty; sometimes a row is longer than the buffers of the kernels."""
    shape = draw(st.lists(st.integers(0, 5), min_size=least, max_size=5))
    if shape and draw(st.booleans()):
        shape[draw(st.integers(0, len(shape) - 1))] = draw(st.sampled_from([1, 17, 33, 300, 1030]))
    while np.prod(shape) > 20_000:
        shape[shape.index(max(shape))] //= 4
    return tuple(shape)


class Room:
    """Memory for views of one shape: at any address, in any order of axes, with space between and around."""

    def __init__(self, draw, shape, dtype):
        self.order = draw(st.permutations(range(len(shape))))
        sizes = [3 * shape[axis] + 4 for axis in self.order]
        shift = draw(st.sampled_from([0, 0, 1, 2, 3]))  # bytes off alignment
        size = int(np.prod(sizes)) * dtype.itemsize
        self.memory = np.empty(size + 3, np.uint8)
        self.array = self.memory[shift:shift + size].view(dtype).reshape(sizes)
        self.array[...] = 7
        self.shape = shape

    def slices(self, draw, tight=False):
        """One slice an axis, in the order of the shape: steps 1 to 3 of either sign."""
        found = []
        for n in self.shape:
            step = draw(st.sampled_from([1, 1, 1, -1] if tight else [1, 1, 2, 3, -1, -2, -3]))
            first = draw(st.integers(0, 3))
            found.append(slice(first, first + n * abs(step), abs(step)) if step > 0 or not n
                         else slice(first + (n - 1) * abs(step), first - 1 if first else None, step))
        return tuple(found)

    def view(self, slices):
        return self.array.transpose(np.argsort(self.order))[(*slices, ...)]


def operand(draw, rng, shape, dtype, near=None):
    """(a view, the same values contiguous): swapped bytes, strides 0, subclass, as it comes."""
    broadcast = [draw(st.integers(0, 5)) == 0 and near is None for _ in shape]
    own = tuple(1 if repeat and n else n for n, repeat in zip(shape, broadcast, strict=True))
    values = hard_values(rng, own, dtype)
    stored = np.dtype(dtype)
    if near is not None:
        view = near.view(near.slices(draw, tight=True))
    else:
        if dtype is not bfloat16 and draw(st.integers(0, 4)) == 0:
            stored = stored.newbyteorder()
        room = Room(draw, own, stored)
        view = room.view(room.slices(draw))
    view[...] = values
    view = np.broadcast_to(view, shape)
    contiguous = np.broadcast_to(values, shape).copy()
    return (view.view(Labelled) if draw(st.integers(0, 5)) == 0 else view), contiguous


def keywords_and_expected(draw, rng, call, contiguous, near, dtype, outs):
    """Draws out, where, dtype and casting; returns (keywords, what the outs must hold, what to check after)."""
    keywords, plain = {}, {}
    shape = contiguous[0].shape
    if dtype is not bfloat16 and draw(st.integers(0, 3)) == 0:
        chosen = draw(st.sampled_from(["float32", "float64", "float16"]))
        keywords |= {"dtype": chosen, "casting": draw(st.sampled_from(["same_kind", "unsafe"]))}
        plain = {"dtype": chosen, "casting": "unsafe"}
    expected = call(*contiguous, **plain)
    expected = expected if outs > 1 else (expected,)
    if draw(st.booleans()) and near is None:
        return keywords, expected, lambda: None
    kinds = [np.dtype(dtype)]
    if dtype is not bfloat16 and near is None:
        kinds += [np.dtype(np.float32), np.dtype(np.float64), np.dtype(np.float16).newbyteorder()]
    rooms, places = [], []
    for i in range(outs):
        room = near if near is not None and i == 0 else Room(draw, shape, draw(st.sampled_from(kinds)))
        rooms.append(room)
        places.append(room.slices(draw, tight=room is near))
    results = tuple(room.view(place) for room, place in zip(rooms, places, strict=True))
    keywords["out"] = results if outs > 1 else results[0]
    if any(np.dtype(out.dtype).newbyteorder("=") != y.dtype for out, y in zip(results, expected, strict=True)):
        keywords["casting"] = draw(st.sampled_from(["same_kind", "unsafe"]))
    mask = np.True_
    # NumPy itself converts what `where` leaves out, there and back, if out overlaps and is cast.
    if draw(st.booleans()) and not (near is not None and "dtype" in keywords):
        own = tuple(n if draw(st.booleans()) or not n else 1 for n in shape)
        room = Room(draw, own, np.dtype(bool))
        mask = room.view(room.slices(draw))
        mask[...] = rng.random(own) < 0.6
        keywords["where"] = mask
    with np.errstate(all="ignore"):
        wanted = tuple(np.where(mask, y.astype(out.dtype), out).astype(out.dtype)
                       for y, out in zip(expected, results, strict=True))
    between = []
    for room, place in zip(rooms, places, strict=True):
        outside = np.ones(room.array.shape, bool)
        outside.transpose(np.argsort(room.order))[(*place, ...)] = False
        between.append((room.array, outside, room.array[outside].tobytes()))

    def check():
        for array, outside, before in between:
            assert array[outside].tobytes() == before, "wrote beside out"

    return keywords, wanted, check


@functools.cache
def gated(name, target):
    """The unit gated by this activation, with its parameters."""
    found = fa.activations[name]
    return fa._functions.pairs.gated_unit(gated_by(found.entry), found, kernels(target))


def functions(draw):
    """(a call of arrays, their number, the number of results, a description)."""
    target, accuracy = draw(st.sampled_from(TARGETS)), draw(st.sampled_from(EVERY_ACCURACY))
    role = draw(st.sampled_from(["forward", "parameters", "backward", "derivative", "gated", "gated backward", "raw"]))
    if role == "raw":
        name = draw(st.sampled_from(ELEMENTWISE))
        found = kernels(target)[name]
        return found, found.nin, found.nout, f"{name} {target}"
    name = draw(st.sampled_from(NAMES))
    found = activation(name, target)
    found = found.with_parameters(**found.entry.examples) if found.entry.examples else found
    count = 1
    if role == "parameters":
        call, count = found, 1 + len(found.parameters)
    elif role in ("forward", "derivative"):
        call = found if role == "forward" else found.derivative
    elif role == "backward":
        call, count = found.backward, 2
    else:
        unit = gated(name, target)
        call, count = (unit, 2) if role == "gated" else (unit.backward, 3)
        if found.entry.examples:  # parameters without a default: given by the call
            call = kernels(target)[f"gated_{name}" + ("_backward" if role != "gated" else "")
                                   + ("" if accuracy == "exact" else f"_{accuracy}")]
            return call, call.nin, call.nout, f"{name} {role} {target}"
    return (lambda *arrays, **given: call(*arrays, accuracy=accuracy, **given),
            count, 2 if role == "gated backward" else 1, f"{name} {role} {accuracy} {target}")


@often(150)
def test_elementwise(data):
    draw = data.draw
    call, count, outs, what = functions(draw)
    shape, dtype = shapes(draw), draw(st.sampled_from(ALL_DTYPES))
    note(f"{what}, {shape} of {dtype.__name__}")
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    near = Room(draw, shape, np.dtype(dtype)) if draw(st.integers(0, 2)) == 0 else None
    overlapping = draw(st.integers(0, count - 1))  # the operand that shares memory with out
    pairs = [operand(draw, rng, shape, dtype, near if i == overlapping else None) for i in range(count)]
    views, contiguous = zip(*pairs, strict=True)
    with np.errstate(all="ignore"):
        keywords, expected, check = keywords_and_expected(draw, rng, call, contiguous, near, dtype, outs)
        got = call(*views, **keywords)
    note(f"{ {key: getattr(value, 'dtype', value) for key, value in keywords.items()} }")
    for y, want in zip(got if outs > 1 else (got,), expected, strict=True):
        assert same_bits(np.asarray(y), want)
        if "out" not in keywords and shape:
            assert isinstance(y, Labelled) == any(isinstance(view, Labelled) for view in views)
    check()


@often(60)
def test_folds(data):
    """Tests any axis; `where` says which entries are used, so the whole `out` is written."""
    draw = data.draw
    found = activation(draw(st.sampled_from(ROWWISE)), draw(st.sampled_from(TARGETS)))
    accuracy, backward = draw(st.sampled_from(["exact", "fast"])), draw(st.booleans())
    shape, dtype = shapes(draw, least=1), draw(st.sampled_from(ALL_DTYPES))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    note(f"{found} {backward} {accuracy} {shape} {dtype.__name__} axis {axis}")
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    near = Room(draw, shape, np.dtype(dtype)) if draw(st.booleans()) else None
    views, contiguous = zip(*(operand(draw, rng, shape, dtype, None if i else near) for i in range(1 + backward)),
                            strict=True)
    given_ = {"axis": axis, "accuracy": accuracy}
    if draw(st.booleans()) and not backward:
        given_["where"] = rng.random(shape) < 0.7
    call = found.backward if backward else found
    with np.errstate(all="ignore"):
        expected = call(*contiguous, **given_)
        if near is not None:
            given_["out"] = near.view(near.slices(draw, tight=True))
        got = call(*views, **given_)
    assert same_bits(np.asarray(got), expected)


@often(60)
def test_packed(data):
    """Tests both halves in one array, in three orders, along any axis."""
    draw = data.draw
    name = draw(st.sampled_from([name for name in NAMES if not fa.activations[name].entry.examples]))
    unit = gated(name, draw(st.sampled_from(TARGETS)))
    accuracy, order = (draw(st.sampled_from(choices)) for choices in
                       (EVERY_ACCURACY, ["gate_up", "up_gate", "interleaved"]))
    shape, dtype = list(shapes(draw, least=1)), draw(st.sampled_from(ALL_DTYPES))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    half = tuple(shape)
    shape[axis] *= 2
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    view, contiguous = operand(draw, rng, tuple(shape), dtype)
    halves = [np.take(contiguous, range(first, shape[axis], 2), axis) for first in (0, 1)]
    if order != "interleaved":
        halves = np.split(contiguous, 2, axis)
    gate, up = (a.copy() for a in (halves if order != "up_gate" else halves[::-1]))
    note(f"{unit} {accuracy} {order} {shape} {dtype.__name__} axis {axis}")
    with np.errstate(all="ignore"):
        expected = unit(gate, up, accuracy=accuracy)
        assert same_bits(np.asarray(unit(view, order=order, axis=axis, accuracy=accuracy)), expected)
        room = Room(draw, half, np.dtype(dtype))
        out = room.view(room.slices(draw))
        assert unit(view, order=order, axis=axis, accuracy=accuracy, out=out) is out
        assert same_bits(np.asarray(out), expected)


# -------------------------------------------------------------------------- projections --


def product(x, w, bias):
    """x wᵀ + bias in float64, and what a float32 sum in any order may be off (Higham, section 3.1)."""
    x, w, bias = (a.astype(np.float64) for a in (x, w, bias))
    return x @ w.T + bias, 1.001 * (x.shape[-1] + 2) * 2.0**-24 * (abs(x) @ abs(w).T + abs(bias)) + 2.0**-149


@often(40)
def test_projections(data):
    """x, weights, biases and out in any layout; against float64, and to the bit against contiguous arrays."""
    draw = data.draw
    n, k = draw(st.integers(0, 40)), draw(st.integers(0, 70))
    lead, dtype = shapes(draw)[:4], draw(st.sampled_from([np.float32, *HALF]))
    while np.prod(lead) > 60:
        lead = lead[1:]
    rng = np.random.default_rng(draw(st.integers(0, 9)))

    def placed(shape, kind, near=None):
        view, _ = operand(draw, rng, shape, kind, near)
        values = rng.normal(0, 1, shape).astype(kind)
        base = view.base if isinstance(view, Labelled) else view
        if base.flags.writeable and 0 not in base.strides:
            base[...] = values
            return view, values
        return values, values

    near = Room(draw, (*lead, k), np.dtype(dtype)) if n == k else None
    x, x_values = placed((*lead, k), dtype, near)
    (w, w_values), (up, up_values), (bias, b_values) = (placed(s, np.float32) for s in ((n, k), (n, k), (n,)))
    value, error = product(x_values, w_values, b_values)
    plain, two = fa.Projection(w, bias), fa.GatedProjection(w, up, None, bias)
    again = fa.Projection(w_values, b_values), fa.GatedProjection(w_values, up_values, None, b_values)
    note(f"{lead} {n} x {k} {dtype.__name__}")
    for layer, other, (want, bound) in [
        (plain, again[0], (value, error)),
        (two, again[1], (lambda v, e: (value * v, (abs(value) + error) * e + abs(v) * error
                                       + 2.0**-23 * abs(value * v) + 2.0**-149))(*product(x_values, up_values, 0 * b_values))),
    ]:
        wide = other(x_values, out=np.empty(want.shape, np.float32))
        assert (abs(wide - want) <= bound).all()
        with np.errstate(all="ignore"):
            assert same_bits(np.asarray(layer(x)), wide.astype(dtype))
    if near is not None:
        out = near.view(near.slices(draw, tight=True))
        with np.errstate(all="ignore"):
            expected = again[0](x_values)
        assert plain(x, out=out) is out
        assert same_bits(np.asarray(out), expected)


# --------------------------------------------------------------- from target to target --

# Algebra alone, rounded once at most: the same bits on every target by construction, in every role.
AGREE = ["binary_step", "hard_sigmoid_linear", "hard_tanh", "hardshrink", "identity", "leaky_relu", "prelu", "relu",
         "relu6", "relu_squared", "softshrink", "square", "threshold"]
FMA_TARGETS = [target for target in TARGETS if targets.BY_NAME[target].features]  # those above the baseline
two_targets = pytest.mark.skipif(len(FMA_TARGETS) < 2, reason="this machine has fewer than two targets with FMA")


def function_of(name):
    """The activation of which a raw ufunc has a role."""
    return re.sub("^gated_|^add_|(_derivative|_backward|_parameter)?(_fast|_correct)?$", "", name)


def on_each_target(name, targets, dtype, size=60_000):
    """The results of a raw ufunc, target by target: all inputs of a half type, hard and random ones of the others."""
    rng = np.random.default_rng(7)
    if np.dtype(dtype).itemsize == 2:
        first = np.arange(65536, dtype=np.uint16).view(dtype)
    else:
        first = np.concatenate([hard_values(rng, size, dtype), rng.normal(0, 1, size).astype(dtype)])
    nin = kernels(targets[0])[name].nin
    others = [np.abs(rng.normal(0, 2, len(first))).astype(dtype) + dtype(0.25) for _ in range(nin - 1)]
    results = []
    for target in targets:
        with np.errstate(all="ignore"):
            found = [kernels(target)[name](*inputs) for inputs in ([first, *others], [*others, first])[:nin]]
        results.append([y for y in found for y in (y if isinstance(y, tuple) else (y,))])
    return results


@pytest.mark.parametrize("dtype", ALL_DTYPES, ids=lambda dtype: dtype.__name__)
def test_functions_that_agree_on_all_targets(dtype):
    names = [name for name in ELEMENTWISE if function_of(name) in AGREE and "gated" not in name and "add" not in name]
    assert {function_of(name) for name in names} == set(AGREE)
    for name in names:
        first, *rest = on_each_target(name, TARGETS, dtype)
        for other in rest:
            assert all(map(same_bits, first, other)), name


@pytest.mark.parametrize("dtype", HALF, ids=lambda dtype: dtype.__name__)
def test_half_precision_agrees_on_all_targets(dtype):
    """Correctly rounded, so the same: every function, at the parameters it is measured with, all 65,536 inputs."""
    x = np.arange(65536, dtype=np.uint16).view(dtype)
    for name in NAMES:
        with np.errstate(all="ignore"):
            first, *rest = [kernels(target)[name](x, *operands(name, dtype)) for target in TARGETS]
        for other in rest:
            assert same_bits(first, other), name


@two_targets
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
def test_how_far_targets_disagree(dtype):
    """The difference is at most twice the bound: 2 steps in float32, 4 in float64.  The shares: --errors."""
    for name in NAMES:
        steps, share = disagreement(name, dtype)
        MEASURED.append((f"-v3 and -v4: {name} {dtype.__name__}", f"{share:.2%} differ, by {steps} steps at most"))
        assert steps <= (2 if dtype is np.float32 else 4), name


@two_targets
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
def test_how_far_gated_units_and_gradients_disagree(dtype):
    """Gated units differ as little as functions; gradients differ by many steps only near zero."""
    eps = np.finfo(dtype).eps
    roles = {"gated": "gated_.*(?<!_backward)", "derivative": ".*_derivative", "backward": "(?!gated_|add_).*_backward"}
    for role, pattern in roles.items():
        names = [name for name in ELEMENTWISE if re.fullmatch(pattern, name) and not name.endswith(("_fast", "_correct"))]
        found = {name: disagreement(name, dtype, size=8000) for name in names}
        worst = max(found, key=lambda name: found[name][1])
        MEASURED.append((f"-v3 and -v4: {role} of {len(names)}, {dtype.__name__}",
                         f"{found[worst][1]:.2%} of {worst} differ; at most {max(steps for steps, _ in found.values())} steps"))
        assert len(names) > 20 and (role != "gated" or max(steps for steps, _ in found.values()) <= 4)
    for name in ELEMENTWISE:
        if name.endswith("_derivative"):
            (a,), (b,) = (found[:1] for found in on_each_target(name, FMA_TARGETS, dtype, size=8000))
            with np.errstate(all="ignore"):
                assert not (np.abs(a - b) > 4 * eps * np.maximum(np.abs(a), 1)).any(), name


def disagreement(name, dtype, size=60_000):
    """(Most steps, share that differs) between the results of the two targets with FMA."""
    signed = np.dtype(f"i{np.dtype(dtype).itemsize}")
    steps = share = 0
    for a, b in zip(*on_each_target(name, FMA_TARGETS, dtype, size), strict=True):
        number = ~np.isnan(a)
        assert (number == ~np.isnan(b)).all(), name
        # Bits of floats as integers in order.
        order = [np.where(y.view(signed) < 0, np.iinfo(signed).min - y.view(signed), y.view(signed)) for y in (a, b)]
        apart = np.abs(order[0] - order[1])[number]
        steps, share = max(steps, int(apart.max())), max(share, float((apart > 0).mean()))
    return steps, share


@two_targets
def test_projections_agree_on_targets_with_fma():
    """Sums are computed in order by fused multiply-adds, for any tiles."""
    code = """
        import hashlib, numpy as np, fastact as fa
        rng = np.random.default_rng(0)
        x, w = (rng.normal(0, 1, shape).astype(np.float32) for shape in ((70, 300), (2, 90, 300)))
        results = [fa.Projection(w[0])(x), fa.Projection(w[0], activation="relu")(x[:3]), fa.GatedProjection(*w, None)(x)]
        print(hashlib.sha256(b"".join(y.tobytes() for y in results)).hexdigest())
    """
    assert len({run_python(code, FASTACT_TARGET=target).stdout for target in FMA_TARGETS}) == 1
