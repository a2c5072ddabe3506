"""The bits of a result depend on the element's value and on nothing else; memory outside is left alone."""

import ctypes
import faulthandler
import mmap
import os
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fastact as fa
from fastact._catalogue import GATED_ENTRIES
from fastact._catalogue.kernels import ELEMENTWISE as KERNELS
from fastact._catalogue.kernels import PLACES
from helpers import (
    DTYPES, ELEMENTWISE, FOLDS, HALF, RESHAPING, RIDGE, SPLIT, bfloat16, every_accuracy, finfo, in_child, kernels, ready,
    same_bits,
)

LENGTHS = [*range(201), *range(509, 516), 527, 1000]  # kernels buffer 512 elements at a time

# The plain run takes all forward ufuncs, and all roles of one function for each number of parameters
# and placement in lanes; in float32, those also in one half type.  Of accuracy "correct", it takes all roles of
# four functions, in float32 alone: in other types the kernels are those of "exact".  All the others: the long run.
FROM_OUTPUT = {kernel.name for kernel in KERNELS if kernel.place == "FROM_OUTPUT"}  # without an object of their own
FORMS = {(0 if kernel.name in FROM_OUTPUT else len(getattr(fa, kernel.name).parameters), kernel.place): kernel.name
         for kernel in KERNELS}
ALL_ROLES = [name for name in ELEMENTWISE
             if re.sub("^gated_|^add_|(_derivative|_backward|_parameter)?(_fast|_correct)?$", "", name) in FORMS.values()]
FORWARD = [name for name in ELEMENTWISE if name.removesuffix("_fast") in fa.activations]
PLAIN = {(name, np.float32) for name in FORWARD + ALL_ROLES} | {(name, np.float16) for name in ALL_ROLES}
OF_CORRECT = "|".join(FORMS[key] for key in ((0, "BY_TABLE"), (1, "BY_TABLE"), (4, "DOUBLE_ONLY"), (3, "GATED_ONLY")))
PLAIN = {(name, dtype) for name, dtype in PLAIN
         if not name.endswith("_correct") or re.search(f"(^|_)({OF_CORRECT})_(?!after)", name)}


every_ufunc = pytest.mark.parametrize("name, dtype", [
    pytest.param(name, dtype, id=f"{name}-{dtype.__name__}",
                 marks=[pytest.mark.long] * ((name, dtype) not in PLAIN))
    for name in ELEMENTWISE for dtype in DTYPES + HALF if dtype is np.float32 or not name.endswith("_correct")])
dtypes = pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)


def hard_values(rng, shape, dtype):
    """Ordinary values and tails, with all special values among them."""
    info = finfo(dtype)
    hard = np.array([0, -0.0, np.inf, -np.inf, np.nan, info.max, -info.max, info.tiny, info.smallest_subnormal,
                     -88, -95, -103.9, -12, 1e-20], np.float64).astype(dtype)
    values = rng.normal(0, 4, shape).astype(dtype)
    return np.where(rng.random(shape) < 0.15, rng.choice(hard, shape), values)


def make_inputs(ufunc, shape, dtype):
    rng = np.random.default_rng(ufunc.nin)
    return [hard_values(rng, shape, dtype) for _ in range(ufunc.nin)]


def run(ufunc, inputs, **keywords):
    """The results, always as a tuple, without warnings of NumPy."""
    with np.errstate(all="ignore"):
        results = ufunc(*inputs, **keywords)
    return results if ufunc.nout > 1 else (results,)


def strided(values, step):
    """A copy whose elements lie `step` places apart along the last axis."""
    room = np.empty((*values.shape[:-1], values.shape[-1] * abs(step)), values.dtype)
    room[..., ::step] = values
    return room[..., ::step]


def check_same(results, expected, what=""):
    for got, want in zip(results, expected, strict=True):
        assert same_bits(got, want), what


# ------------------------------------------------------------------ elementwise kernels --


def test_the_plain_run_has_every_form():
    alone = {entry.name for entry in GATED_ENTRIES if not entry.activation}
    assert {kernel.name for kernel in KERNELS} == {entry.name for entry in RIDGE} | alone | FROM_OUTPUT
    assert {place for _, place in FORMS} == set(PLACES)
    assert {re.sub("_fast$|_correct$", "", name).replace(function, "") for (n, _), function in FORMS.items() if n == 0
            for name in ALL_ROLES if function in name} >= {"", "_derivative", "_backward", "gated_", "gated__backward"}


@every_ufunc
def test_length_and_offset(name, target, dtype):
    ufunc = kernels(target)[name]
    inputs = make_inputs(ufunc, 1010, dtype)
    expected = run(ufunc, inputs)
    for length in LENGTHS:
        for offset in (0, 1, 7):
            part = slice(offset, offset + length)
            check_same(run(ufunc, [a[part] for a in inputs]), [y[part] for y in expected], (length, offset))


@every_ufunc
def test_position_and_strides(name, target, dtype):
    ufunc = kernels(target)[name]
    inputs = make_inputs(ufunc, 1400, dtype)
    expected = run(ufunc, inputs)
    for step in (-1, 2, -2, 3, 16, -17):
        part = slice(None, None, step)
        check_same(run(ufunc, [a[part] for a in inputs]), [y[part] for y in expected], step)
        # Into every third place, backwards and forwards; what lies between must stay.
        room = [np.full(3 * 1400, 7, dtype) for _ in expected]
        for out_step in (3, -3):
            out = tuple(y[::out_step][: len(range(1400)[part])] for y in room)
            check_same(run(ufunc, [a[part] for a in inputs], out=out), [y[part] for y in expected], (step, out_step))
            for array, view in zip(room, out, strict=True):
                view[...] = 7
                assert (array == 7).all(), "wrote between the elements of out"
    for i in range(0, 1400, 101):  # stride 0
        for length in (1, 5, 600):
            one = [np.broadcast_to(a[i], length) for a in inputs]
            check_same(run(ufunc, one), [np.full(length, y[i]) for y in expected], i)


@every_ufunc
def test_in_place(name, target, dtype):
    ufunc = kernels(target)[name]
    for length in (1, 17, 600, 1001):
        inputs = make_inputs(ufunc, length, dtype)
        expected = run(ufunc, inputs)
        for step in (1, -1, 2):
            for first in range(ufunc.nin):  # both orders of two outputs over two inputs, too
                views = [strided(a, step) for a in inputs]
                out = tuple(views[(first + j) % ufunc.nin] for j in range(ufunc.nout))
                check_same(run(ufunc, views, out=out), expected, (length, first, step))


@every_ufunc
def test_byte_order_and_alignment(name, target, dtype):
    ufunc = kernels(target)[name]
    inputs = make_inputs(ufunc, 9000, dtype)  # more than NumPy buffers at a time
    expected = run(ufunc, inputs)
    if dtype is not bfloat16:  # whose bytes have one order only
        swapped = [a.astype(a.dtype.newbyteorder()) for a in inputs]
        check_same(run(ufunc, swapped), expected)
    unaligned = []
    for values in inputs:
        room = np.empty(values.nbytes + 1, np.uint8)
        unaligned.append(room[1:].view(dtype))
        unaligned[-1][:] = values
    assert not unaligned[0].flags.aligned
    check_same(run(ufunc, unaligned), expected)
    if dtype is not bfloat16:
        outs = tuple(np.empty(9000, np.dtype(dtype).newbyteorder()) for _ in expected)
        run(ufunc, inputs, out=outs)
        check_same([y.astype(dtype) for y in outs], expected)


@every_ufunc
def test_threads(name, target, dtype):
    """A size that no team divides evenly, at two alignments and backwards."""
    ufunc = kernels(target)[name]
    inputs = [np.resize(a, SPLIT) for a in make_inputs(ufunc, 70_001, dtype)]
    expected = [np.resize(y, SPLIT) for y in run(ufunc, [a[:70_001] for a in inputs])]
    for threads, part in [(2, slice(None)), (3, slice(1, None)), (2, slice(None, None, -1))]:
        with fa.threads(threads):
            check_same(run(ufunc, [a[part] for a in inputs]), [y[part] for y in expected], (threads, part))


@every_ufunc
def test_shapes(name, target, dtype):
    ufunc = kernels(target)[name]
    inputs = make_inputs(ufunc, (37, 45), dtype)
    expected = run(ufunc, inputs)
    fortran = run(ufunc, [np.asfortranarray(a) for a in inputs])
    check_same(fortran, expected)
    assert fortran[0].flags.f_contiguous
    check_same(run(ufunc, [a.T for a in inputs]), [y.T for y in expected])
    check_same(run(ufunc, [a[::-2, 3:29:2] for a in inputs]), [y[::-2, 3:29:2] for y in expected])
    broadcast = np.broadcast_arrays(inputs[0][:, 5:6], *inputs[1:])
    check_same(run(ufunc, [inputs[0][:, 5:6], *inputs[1:]]), run(ufunc, [a.copy() for a in broadcast]))
    scalars = run(ufunc, [a[3, 4] for a in inputs])
    assert all(type(y) is dtype for y in scalars)
    check_same(scalars, [y[3, 4] for y in expected])
    check_same(run(ufunc, [a[3, 4].reshape(()) for a in inputs]), [y[3, 4] for y in expected])
    for shape in (0, (0, 3), (3, 0)):
        empty = run(ufunc, [np.empty(shape, dtype)] * ufunc.nin)
        check_same(empty, [np.empty(shape, dtype)] * ufunc.nout)


def a_layout(draw, values):
    """The same values elsewhere in memory: offset, steps of either sign or 0, transposed."""
    shape = values.shape
    steps = [draw(st.sampled_from([1, 1, 2, -1, -3])) for _ in shape]
    room = np.empty([3 * n + 5 for n in shape], values.dtype)
    room = room if draw(st.booleans()) else np.asfortranarray(room)
    window = room[tuple(slice(draw(st.integers(0, 4)), None) for _ in shape)]
    view = window[tuple(slice(None, None, step) for step in steps)][tuple(slice(n) for n in shape)]
    view[...] = values
    return view


@pytest.mark.parametrize("dtype", DTYPES + HALF, ids=lambda dtype: dtype.__name__)
@given(data=st.data())
def test_any_layout(target, dtype, data):
    ufunc = kernels(target)[data.draw(st.sampled_from(ELEMENTWISE))]
    shape = data.draw(st.lists(st.integers(0, 40), min_size=1, max_size=3).map(tuple))
    inputs = make_inputs(ufunc, shape, dtype)
    expected = run(ufunc, inputs)
    views = [a_layout(data.draw, a) for a in inputs]
    out = tuple(a_layout(data.draw, np.full(shape, 7, dtype)) for _ in expected)
    check_same(run(ufunc, views), expected)
    check_same(run(ufunc, views, out=out), expected)


# ------------------------------------------------------------------------------- folds --


@dtypes
@pytest.mark.parametrize("name", FOLDS)
def test_fold_layouts(name, target, dtype):
    ufunc = kernels(target)[name]
    for length in (1, 2, 15, 16, 17, 33, 500, 1000):
        rng = np.random.default_rng(length)
        inputs = [rng.normal(0, 3, (6, length)).astype(dtype) for _ in range(ufunc.nin)]
        expected = run(ufunc, inputs)
        for row in range(6):  # alone, and among the others
            check_same(run(ufunc, [a[row] for a in inputs]), [y[row] for y in expected])
        check_same(run(ufunc, [a[::-2] for a in inputs]), [y[::-2] for y in expected])
        check_same(run(ufunc, [np.asfortranarray(a) for a in inputs]), expected)
        for step in (2, -1, -3):
            check_same(run(ufunc, [strided(a, step) for a in inputs]), expected)
        check_same(run(ufunc, [a.astype(a.dtype.newbyteorder()) for a in inputs]), expected)
        check_same(run(ufunc, [a.T for a in inputs], axis=0), [y.T for y in expected])
        room = np.full((6, 3 * length), 7, dtype)
        out = room[:, ::-3]
        check_same(run(ufunc, inputs, out=out), expected)
        out[...] = 7
        assert (room == 7).all()
        for i in range(ufunc.nin):
            copies = [a.copy() for a in inputs]
            check_same(run(ufunc, copies, out=copies[i]), expected)


@dtypes
@pytest.mark.parametrize("shape", [(70, 9999), (1, 700_000), (233_333, 3)], ids=str)
@pytest.mark.parametrize("name", FOLDS)
def test_fold_threads(name, target, dtype, shape):
    ufunc = kernels(target)[name]
    inputs = [np.random.default_rng(seed).normal(0, 3, shape).astype(dtype) for seed in range(ufunc.nin)]
    with fa.threads(1):
        expected = run(ufunc, inputs)
    for threads in (2, 3):
        with fa.threads(threads):
            check_same(run(ufunc, inputs), expected)
            check_same(run(ufunc, [a.copy(order="F") for a in inputs]), expected)


# ------------------------------------------------------------ NumPy's ways, public names --

X = np.array([[-2.0, -0.5, 0.0], [0.5, 1.0, 3.0]], np.float32)
SHAPED = [name for name in fa.activations if name not in RESHAPING]
every_activation = pytest.mark.parametrize("activation", [*map(ready, SHAPED)], ids=SHAPED)
ridge = pytest.mark.parametrize("activation", [ready(entry.name) for entry in RIDGE], ids=lambda a: a.__name__)


@every_activation
@every_accuracy
def test_where_dtype_casting_order(activation, accuracy):
    expected = activation(X, accuracy=accuracy)
    if activation.kind != "fold":
        out = np.full(X.shape, 7, np.float32)
        mask = X > 0
        assert activation(X, out=out, where=mask, accuracy=accuracy) is out
        assert same_bits(out, np.where(mask, expected, np.float32(7)))
    assert same_bits(activation(X, dtype=np.float64, accuracy=accuracy),
                     activation(X.astype(np.float64), accuracy=accuracy))
    wide = X.astype(np.float64)
    assert same_bits(activation(wide, dtype=np.float32, casting="same_kind", accuracy=accuracy), expected)
    assert activation(X, order="F", accuracy=accuracy).flags.f_contiguous
    out = np.empty(X.shape, np.float64)
    assert activation(X, out=out, accuracy=accuracy) is out
    assert same_bits(out, expected.astype(np.float64))
    assert activation(X, out=(out,), accuracy=accuracy) is out


@every_activation
@pytest.mark.parametrize("shift", [0, 1, 3, -2])
@pytest.mark.parametrize("step", [1, -1, 2])
def test_out_may_overlap_the_input(activation, shift, step):
    room = np.random.default_rng(1).standard_normal(3000)
    x = room[10:2010]
    out = room[10 + shift : 2010 + shift][::step]
    x = x[: len(out)]
    expected = activation(x.copy())
    assert activation(x, out=out) is out
    assert same_bits(out, expected)


class Labelled(np.ndarray):
    """A subclass that carries an attribute along."""

    def __array_finalize__(self, other):
        self.label = getattr(other, "label", None)


@every_activation
def test_subclasses(activation):
    x = X.view(Labelled)
    x.label = "units"
    y = activation(x)
    assert type(y) is Labelled and y.label == "units"
    assert type(activation(x, subok=False)) is np.ndarray
    assert same_bits(np.asarray(y), activation(X))


def test_array_ufunc_is_asked():
    class Wrapped:
        def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
            return ufunc.__name__, method

    assert fa.gelu(Wrapped()) == ("gelu", "__call__")
    assert fa.gelu.backward(1.0, Wrapped(), accuracy="fast") == ("gelu_backward_fast", "__call__")


@ridge
def test_masked_arrays(activation):
    x = np.ma.array(X, mask=X == 1.0)
    y = activation(x)
    assert isinstance(y, np.ma.MaskedArray)
    assert (y.mask == x.mask).all()
    assert same_bits(y.compressed(), activation(X)[X != 1.0])
    grad = activation.backward(np.ones_like(X), x)
    assert isinstance(grad, np.ma.MaskedArray) and (grad.mask == x.mask).all()


def test_softmax_of_a_masked_array_reads_no_masked_value():
    """Masked entries are either ignored or raise an error; a wrong sum must not be returned."""
    x = np.ma.array(X, mask=X == 1.0)
    try:
        y = fa.softmax(x)
    except TypeError:
        return
    assert np.allclose(y.sum(-1), 1)


def test_ufunc_methods():
    gelu = fa.gelu.ufunc()
    x = np.array([-1.0, 0.5, 2.0])
    gelu.at(x, [0, 2])
    assert same_bits(x, np.array([gelu(-1.0), 0.5, gelu(2.0)]))
    assert same_bits(fa.swiglu.ufunc().outer(x, x), fa.swiglu(x[:, None], x[None, :]))


@every_accuracy
def test_gated_layouts(accuracy):
    """Packed halves are views: the same bits as two arrays of their own."""
    rng = np.random.default_rng(5)
    packed = rng.standard_normal((7, 90)).astype(np.float32)
    gate, up = packed[:, :45].copy(), packed[:, 45:].copy()
    expected = fa.swiglu(gate, up, accuracy=accuracy)
    assert same_bits(fa.swiglu(packed, accuracy=accuracy), expected)
    assert same_bits(fa.swiglu(packed.T, axis=0, accuracy=accuracy), expected.T)
    assert same_bits(fa.swiglu(np.asfortranarray(packed), accuracy=accuracy), expected)
    assert same_bits(fa.swiglu(packed[::-1], accuracy=accuracy), expected[::-1])
    assert same_bits(fa.swiglu(gate, up, out=gate, accuracy=accuracy), expected)


# --------------------------------------------------------------------------- guard pages --


class Guarded:
    """Memory between two pages that no one may touch."""

    PAGES = 4

    def __init__(self):
        self.map = mmap.mmap(-1, (self.PAGES + 2) * mmap.PAGESIZE)
        self.memory = np.frombuffer(self.map, np.uint8)
        self.address = self.memory.ctypes.data
        for page in (0, self.PAGES + 1):
            self.protect(page * mmap.PAGESIZE, mmap.PAGESIZE, 0)
        self.inner = self.memory[mmap.PAGESIZE : -mmap.PAGESIZE]

    def protect(self, offset, size, access):
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mprotect(ctypes.c_void_p(self.address + offset), ctypes.c_size_t(size), access):
            raise OSError(ctypes.get_errno(), "mprotect")

    def seal(self, sealed):
        """Make the memory read-only, or writable again."""
        self.protect(mmap.PAGESIZE, self.PAGES * mmap.PAGESIZE, mmap.PROT_READ | (0 if sealed else mmap.PROT_WRITE))

    def array(self, shape, dtype, at_end):
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        part = self.inner[len(self.inner) - size :] if at_end else self.inner[:size]
        return part.view(dtype).reshape(shape)


def strides_for(array):
    """Views whose first and last elements both lie at the edges."""
    yield array
    yield array[::-1]
    if len(array) % 3 == 1:
        yield array[::3]


def operands(ufunc, length, dtype):
    """The shape and dtype of each input and output, for rows of `length` elements."""
    if ufunc.signature is None:
        return [((length,), dtype)] * ufunc.nargs
    letters = next(types for types in ufunc.types if types[0] == np.dtype(dtype).char).replace("->", "")
    sizes = {"n": length, "m": length, "k": 3}
    cores = re.findall(r"\(([\w,]*)\)", ufunc.signature)
    return [((1, *(sizes[name] for name in core.split(",") if name)), bool if letter == "?" else dtype)
            for core, letter in zip(cores, letters, strict=True)]


def touch_guarded(target, wanted):
    most = max(ufunc.nin for ufunc in kernels(target).values())
    sources, sinks = [Guarded() for _ in range(most)], [Guarded() for _ in range(2)]
    rng = np.random.default_rng(2)
    for name, ufunc in kernels(target).items():
        for dtype in DTYPES + (HALF if name in ELEMENTWISE else [np.float16]):
            if not wanted(name, dtype):
                continue
            for length in [*range(1, 40), 63, 65, 127, 510, 511, 513, 514, 1021 if ufunc.signature is None else 680]:
                kinds = operands(ufunc, length, dtype)
                values = [rng.random(shape) < 0.7 if kind is bool else hard_values(rng, shape, kind)
                          for shape, kind in kinds[: ufunc.nin]]
                expected = run(ufunc, values)
                for at_end in (False, True):
                    arrays = [guarded.array(shape, kind, at_end) for guarded, (shape, kind)
                              in zip([*sources[: ufunc.nin], *sinks[: ufunc.nout]], kinds, strict=True)]
                    inputs, outs = arrays[: ufunc.nin], tuple(arrays[ufunc.nin :])
                    for source, array, value in zip(sources, inputs, values, strict=False):
                        source.seal(False)
                        array[...] = value
                        source.seal(True)
                    for sink in sinks[: ufunc.nout]:
                        sink.inner[:] = 0xA5
                    check_same(run(ufunc, inputs, out=outs), expected, (name, dtype, length))
                    for sink, out in zip(sinks, outs, strict=False):
                        rest = sink.inner[out.nbytes :] if not at_end else sink.inner[: len(sink.inner) - out.nbytes]
                        assert (rest == 0xA5).all(), f"{name} wrote beside {length} {dtype.__name__}"
                    if ufunc.signature is None:
                        for views in zip(*map(strides_for, [*inputs, *outs]), strict=True):
                            run(ufunc, views[: ufunc.nin], out=views[ufunc.nin :])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and mprotect")
def test_no_access_outside_the_arrays(target):
    """Each array touches a page that no one may touch; inputs are read-only pages, too."""
    wanted = PLAIN | {(name, dtype) for name in FOLDS for dtype in DTYPES}
    in_child(lambda: touch_guarded(target, lambda *case: case in wanted), timeout=100)


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and mprotect")
def test_no_access_outside_the_arrays_of_any_ufunc(target):
    in_child(lambda: touch_guarded(target, lambda *case: True), timeout=600)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and mprotect")
def test_the_guard_pages_do_guard():
    def too_far():
        faulthandler.disable()  # the crash is wanted
        guarded = Guarded()
        array = guarded.array((5,), np.float32, at_end=True)
        ctypes.memset(array.ctypes.data + array.nbytes, 0, 1)

    with pytest.raises(AssertionError, match="status -11"):
        in_child(too_far)
