"""Arrays that are not NumPy's own: Dask, xarray, pandas, masked, memory-mapped, subclasses."""

import numpy as np
import pytest

import fastact as fa
from helpers import ready, same_bits

X, UP = np.random.default_rng(11).normal(0, 2, (2, 6, 8)).astype(np.float32)
ELEMENTWISE = {name: ready(name) for name, activation in fa.activations.items() if activation.kind != "fold"}
SAME_SHAPE = ["softmax", "log_softmax", "softmin", "sparsemax"]


@pytest.fixture
def da():
    return pytest.importorskip("dask.array", reason="Dask is not installed")


@pytest.fixture
def xr():
    return pytest.importorskip("xarray", reason="xarray is not installed")


@pytest.fixture
def pd():
    return pytest.importorskip("pandas", reason="pandas is not installed")


# -------------------------------------------------------------------------------- Dask --


class Watched:
    """An array that counts how often it is read."""

    def __init__(self, array):
        self.array, self.reads = array, 0
        self.shape, self.dtype, self.ndim = array.shape, array.dtype, array.ndim

    def __getitem__(self, item):
        self.reads += 1
        return self.array[item]


@pytest.fixture
def watched(da):
    """X in six chunks, and what tells whether one was read."""
    source = Watched(X)
    x = da.from_array(source, chunks=(2, 4))
    source.reads = 0  # of an empty piece, for its type
    return x, source


def lazy(da, result, source):
    """The values of a result that nothing was computed for yet."""
    assert isinstance(result, da.Array) and source.reads == 0
    values = result.compute(scheduler="synchronous")
    assert source.reads > 0 and values.dtype == result.dtype
    source.reads = 0
    return values


def test_dask_forward_and_backward(da, watched):
    x, source = watched
    for name, activation in ELEMENTWISE.items():
        assert same_bits(lazy(da, activation(x), source), activation(X)), name
        assert same_bits(lazy(da, activation.backward(x, x, accuracy="fast"), source),
                         activation.backward(X, X, accuracy="fast")), name
        assert same_bits(lazy(da, activation.derivative(x), source), activation.derivative(X)), name
    slopes = np.linspace(0, 1, 8, dtype=np.float32)
    assert same_bits(lazy(da, fa.prelu(x, slopes), source), fa.prelu(X, slopes))
    assert same_bits(lazy(da, fa.gelu(x, approximate="tanh"), source), fa.gelu_tanh(X))
    half = X.astype(np.float16)
    assert same_bits(lazy(da, fa.leaky_relu(x.astype(np.float16), 0.2), source), fa.leaky_relu(half, 0.2))


def test_dask_gated(da, watched):
    x, source = watched
    up = da.from_array(UP, chunks=(3, 8))
    assert same_bits(lazy(da, fa.swiglu(x, up), source), fa.swiglu(X, UP))
    assert same_bits(lazy(da, fa.gated(x, UP, "mish"), source), fa.gated(X, UP, "mish"))
    assert same_bits(lazy(da, fa.add_gelu(x, UP[0]), source), fa.add_gelu(X, UP[0]))
    for keywords in [{}, {"order": "up_gate"}, {"order": "interleaved"}, {"axis": 0}]:
        assert same_bits(lazy(da, fa.swiglu(x, **keywords), source), fa.swiglu(X, **keywords)), keywords
    # Dask has no ufuncs of two results by themselves.
    gradients = da.apply_gufunc(
        fa.swiglu.backward, "(),(),()->(),()", x, x, up.rechunk((2, 4)), output_dtypes=(X.dtype, X.dtype))
    for got, due in zip(gradients, fa.swiglu.backward(X, X, UP), strict=True):
        assert same_bits(lazy(da, got, source), due)


def test_dask_fold(da, watched):
    x, source = watched
    for name in SAME_SHAPE:
        fold = fa.activations[name]
        assert same_bits(lazy(da, fold(x.rechunk((2, 8))), source), fold(X)), name
        assert same_bits(lazy(da, fold(x.rechunk((6, 4)), axis=0), source), fold(X, axis=0)), name
        rows = x.rechunk((2, 8))
        assert same_bits(lazy(da, fold.backward(rows, rows), source), fold.backward(X, X)), name
    assert same_bits(lazy(da, fa.logsumexp(x.rechunk((2, 8))), source), fa.logsumexp(X))
    assert same_bits(lazy(da, fa.maxout(x.rechunk((2, 8)), 2), source), fa.maxout(X, 2))
    assert same_bits(np.asarray(fa.softmax(x, where=UP > 0)), fa.softmax(X, where=UP > 0))
    with pytest.raises(ValueError, match="rechunk"):
        fa.softmax(x)


def test_dask_fold_of_several_axes(da, watched):
    x, source = watched
    whole = x.rechunk((6, 8))
    for name in SAME_SHAPE:
        fold = fa.activations[name]
        assert same_bits(lazy(da, fold(whole, axis=None), source), fold(X, axis=None)), name
        assert same_bits(lazy(da, fold.backward(whole, whole, axis=(0, 1)), source), fold.backward(X, X, axis=None)), name
    kept = lazy(da, fa.logsumexp(x.rechunk((2, 8)), keepdims=True), source)
    assert same_bits(kept, fa.logsumexp(X, keepdims=True))
    assert same_bits(np.asarray(fa.logsumexp(whole, axis=None)), np.asarray(fa.logsumexp(X, axis=None)))
    assert same_bits(np.asarray(fa.logsumexp(x, b=UP, axis=None)), np.asarray(fa.logsumexp(X, b=UP, axis=None)))
    with pytest.raises(ValueError, match="rechunk"):
        fa.softmax(x, axis=None)


def test_dask_projection(da):
    project = fa.GatedProjection(UP[:5], UP[:5])
    x = da.from_array(X, chunks=(4, 8))
    result = x.map_blocks(project, dtype=x.dtype, chunks=(x.chunks[0], 5))
    assert same_bits(result.compute(scheduler="synchronous"), project(X))


# ------------------------------------------------------------------------------ xarray --


@pytest.fixture
def labelled(xr):
    return xr.DataArray(X, dims=("token", "unit"), coords={"token": range(10, 16)}, name="x", attrs={"unit": "1"})


def as_before(result, x, dims):
    assert result.dims == dims and result.name == x.name and result.attrs == x.attrs
    assert list(result.coords) == [name for name in x.coords if name in dims]
    return result.values


def test_xarray_forward_and_gated(xr, labelled):
    for name, activation in ELEMENTWISE.items():
        assert same_bits(as_before(activation(labelled), labelled, labelled.dims), activation(X)), name
        assert same_bits(as_before(activation.backward(labelled, labelled), labelled, labelled.dims),
                         activation.backward(X, X)), name
    up = labelled.copy(data=UP)
    assert same_bits(as_before(fa.swiglu(labelled, up), labelled, labelled.dims), fa.swiglu(X, UP))
    assert same_bits(fa.swiglu(labelled, up.T).values, fa.swiglu(X, UP))  # by the names of the dimensions
    for got, due in zip(fa.swiglu.backward(labelled, labelled, up), fa.swiglu.backward(X, X, UP), strict=True):
        assert same_bits(as_before(got, labelled, labelled.dims), due)
    assert same_bits(np.asarray(fa.swiglu(labelled)), fa.swiglu(X))


@pytest.mark.parametrize("axis", [-1, 0])
def test_xarray_fold(xr, labelled, axis):
    for name in SAME_SHAPE:
        fold = fa.activations[name]
        assert same_bits(as_before(fold(labelled, axis=axis), labelled, labelled.dims), fold(X, axis=axis)), name
        got = fold.backward(labelled.copy(data=UP), labelled, axis=axis)
        assert same_bits(as_before(got, labelled, labelled.dims), fold.backward(UP, X, axis=axis)), name
        got = fold.backward(labelled, X, axis=axis)
        assert same_bits(as_before(got, labelled, labelled.dims), fold.backward(X, X, axis=axis)), name
    rest = labelled.dims[1 + axis:2 + axis]
    total = fa.logsumexp(labelled, axis=axis)
    assert same_bits(as_before(total, labelled, rest), fa.logsumexp(X, axis=axis))
    due = fa.logsumexp.backward(total.values, X, axis=axis)
    assert same_bits(fa.logsumexp.backward(total, labelled, axis=axis).values, due)
    assert same_bits(fa.logsumexp.backward(total.values, labelled, axis=axis).values, due)
    assert same_bits(np.asarray(fa.maxout(labelled, 2, axis=axis)), fa.maxout(X, 2, axis=axis))


@pytest.mark.parametrize("axis", [-1, 0])
def test_xarray_fold_with_masks(xr, labelled, axis):
    where, mask = UP > 0, UP
    scale = np.abs(UP[:, :1] if axis else UP[:1])
    due = fa.softmax(X, where=where, mask=mask, scale=scale, axis=axis)
    got = fa.softmax(labelled, where=where, mask=mask, scale=scale, axis=axis)
    assert same_bits(as_before(got, labelled, labelled.dims), due)
    # By the names of the dimensions; a scale that lacks the axis is one number for each row.
    got = fa.softmax(labelled, where=labelled.copy(data=where).T, mask=labelled.copy(data=mask).T, axis=axis,
                     scale=xr.DataArray(scale.ravel(), dims=labelled.dims[1 + axis]))
    assert same_bits(got.values, due)
    assert same_bits(fa.softmax(labelled, scale=0.5, axis=axis).values, fa.softmax(X, scale=0.5, axis=axis))
    grad = fa.softmax.backward(labelled, labelled, where=where, axis=axis)
    assert same_bits(grad.values, fa.softmax.backward(X, X, where=where, axis=axis))
    assert same_bits(fa.logsumexp(labelled, where=where, axis=axis).values, fa.logsumexp(X, where=where, axis=axis))


@pytest.mark.parametrize("axis", [None, (0, 2), (-1, 0), (1,), 1, ()], ids=str)
def test_xarray_fold_of_several_axes(xr, axis):
    rng = np.random.default_rng(12)
    values, other = rng.normal(0, 2, (2, 3, 4, 5)).astype(np.float32)
    x = xr.DataArray(values, dims=("a", "b", "c"), coords={"b": range(4)}, name="x", attrs={"unit": "1"})
    found = [*range(3)] if axis is None else [i % 3 for i in (axis if isinstance(axis, tuple) else (axis,))]
    rest = tuple(name for i, name in enumerate(x.dims) if i not in found)
    for name in SAME_SHAPE:
        fold = fa.activations[name]
        assert same_bits(as_before(fold(x, axis=axis), x, x.dims), fold(values, axis=axis)), name
        got = fold.backward(x.copy(data=other).transpose("c", "a", "b"), x, axis=axis)
        assert same_bits(got.values, fold.backward(other, values, axis=axis)), name
    # A mask that lacks some of the axes, by name; a scale that lacks them all.
    mask, where = x.copy(data=other)[0], x.copy(data=other > -2)[:, :, 0]
    scale = np.abs(other[tuple(slice(0, 1) if i in found else slice(None) for i in range(3))])
    due = fa.softmax(values, axis=axis, mask=other[0], where=other[:, :, :1] > -2, scale=scale)
    assert same_bits(fa.softmax(x, axis=axis, mask=mask, where=where, scale=scale).values, due)
    for keepdims in (False, True):
        total = fa.logsumexp(x, axis=axis, keepdims=keepdims)
        assert total.dims == (x.dims if keepdims else rest)
        assert same_bits(total.values, np.asarray(fa.logsumexp(values, axis=axis, keepdims=keepdims)))
        weighted = fa.logsumexp(x, axis=axis, keepdims=keepdims, b=mask)
        np.testing.assert_array_equal(weighted.values, fa.logsumexp(values, axis=axis, keepdims=keepdims, b=other[0]))
        for grad in (total, total.values):
            got = fa.logsumexp.backward(grad, x, axis=axis, keepdims=keepdims)
            assert got.dims == x.dims
            assert same_bits(got.values, fa.logsumexp.backward(total.values, values, axis=axis, keepdims=keepdims))


def test_xarray_fold_of_a_number(xr):
    x = xr.DataArray(np.float32(3), name="x")
    for name in SAME_SHAPE:
        got = fa.activations[name](x, axis=None)
        assert got.dims == () and same_bits(got.values, np.asarray(fa.activations[name](np.float32(3))))
    assert fa.logsumexp(x, axis=None) == 3 and fa.softmax(x) == 1


def test_xarray_errors_and_apply_ufunc(xr, labelled):
    with pytest.raises(np.exceptions.AxisError):
        fa.softmax(labelled, axis=2)
    with pytest.raises(TypeError, match="no out"):
        fa.softmax(labelled, out=X.copy())
    with pytest.raises(TypeError, match="boolean"):
        fa.softmax(labelled, where=UP)
    got = xr.apply_ufunc(fa.softmax, labelled, input_core_dims=[["token"]], output_core_dims=[["token"]])
    assert same_bits(got.transpose(*labelled.dims).values, fa.softmax(X, axis=0))
    assert same_bits(fa.softmax(labelled.astype(np.float16)).values, fa.softmax(X.astype(np.float16)))
    assert same_bits(fa.softmax(labelled, accuracy="fast").values, fa.softmax(X, accuracy="fast"))


def test_xarray_over_dask_stays_lazy(xr, da, labelled):
    x = labelled.chunk({"token": 2})
    for got, due in [(fa.mish(x), fa.mish(X)), (fa.swiglu(x, x), fa.swiglu(X, X)), (fa.softmax(x), fa.softmax(X)),
                     (fa.logsumexp(x), fa.logsumexp(X)), (fa.softmax.backward(x, x), fa.softmax.backward(X, X))]:
        assert isinstance(got.data, da.Array)
        assert same_bits(got.values, due)


def test_xarray_dataset(labelled):
    dataset = labelled.to_dataset().assign(other=labelled.astype(np.float64))
    result = fa.gelu(dataset)
    assert same_bits(result["x"].values, fa.gelu(X))
    assert same_bits(result["other"].values, fa.gelu(X.astype(np.float64)))


# ------------------------------------------------------------------------------ pandas --


@pytest.fixture
def frame(pd):
    return pd.DataFrame(X, columns=list("abcdefgh"), index=range(10, 16))


def framed(pd, result, frame):
    assert isinstance(result, pd.DataFrame)
    assert list(result.columns) == list(frame.columns) and list(result.index) == list(frame.index)
    return result.to_numpy()


def test_pandas_forward_and_gated(pd, frame):
    for name, activation in ELEMENTWISE.items():
        assert same_bits(framed(pd, activation(frame), frame), activation(X)), name
        assert same_bits(framed(pd, activation.backward(frame, frame), frame), activation.backward(X, X)), name
        series = activation(frame["c"])
        assert isinstance(series, pd.Series) and series.name == "c" and list(series.index) == list(frame.index)
        assert same_bits(series.to_numpy(), activation(X[:, 2])), name
    assert same_bits(framed(pd, fa.swiglu(frame, frame), frame), fa.swiglu(X, X))
    assert same_bits(framed(pd, fa.swiglu(frame, 0.5), frame), fa.swiglu(X, 0.5))
    for got, due in zip(fa.swiglu.backward(frame, frame, frame), fa.swiglu.backward(X, X, X), strict=True):
        assert same_bits(framed(pd, got, frame), due)
    assert same_bits(np.asarray(fa.swiglu(frame)), fa.swiglu(X))


def test_pandas_fold_along_the_axis_that_was_asked_for(pd, frame):
    for name in SAME_SHAPE:
        fold = fa.activations[name]
        assert same_bits(framed(pd, fold(frame), frame), fold(X)), name
        assert same_bits(framed(pd, fold(frame, axis=0), frame), fold(X, axis=0)), name
        assert same_bits(framed(pd, fold.backward(frame, frame), frame), fold.backward(X, X)), name
    assert same_bits(np.asarray(fa.logsumexp(frame)), fa.logsumexp(X))
    assert same_bits(np.asarray(fa.logsumexp(frame, axis=0)), fa.logsumexp(X, axis=0))
    assert same_bits(np.asarray(fa.softmax(frame, where=UP > 0)), fa.softmax(X, where=UP > 0))
    series = fa.softmax(frame["c"])
    assert isinstance(series, pd.Series) and same_bits(series.to_numpy(), fa.softmax(X[:, 2].copy()))


def test_pandas_fold_of_several_axes(pd, frame):
    for name in SAME_SHAPE:
        fold = fa.activations[name]
        assert same_bits(framed(pd, fold(frame, axis=None), frame), fold(X, axis=None)), name
        assert same_bits(framed(pd, fold.backward(frame, frame, axis=(1, 0)), frame), fold.backward(X, X, axis=None)), name
    assert same_bits(np.asarray(fa.logsumexp(frame, axis=None)), np.asarray(fa.logsumexp(X, axis=None)))
    assert fa.logsumexp(frame, axis=1, keepdims=True).shape == (6, 1)
    assert same_bits(framed(pd, fa.softmax(frame, mask=frame, scale=2.0, axis=None), frame),
                     fa.softmax(X, mask=X, scale=2.0, axis=None))
    out = np.zeros_like(X)
    assert same_bits(framed(pd, fa.softmax(frame, axis=None, out=out), frame), out)
    assert same_bits(out, fa.softmax(X, axis=None))


def test_pandas_labels_decide_and_not_places(pd, frame):
    turned = frame.iloc[::-1, ::-1]
    for name in SAME_SHAPE:
        fold = fa.activations[name]
        assert same_bits(framed(pd, fold.backward(turned, frame), frame), fold.backward(X, X)), name
    assert same_bits(framed(pd, fa.softmax(frame, where=turned > 0), frame), fa.softmax(X, where=X > 0))
    np.testing.assert_array_equal(fa.logsumexp(frame, b=turned, axis=1), fa.logsumexp(X, b=X))
    total = fa.logsumexp(frame, axis=1)
    series = pd.Series(total[::-1], frame.index[::-1])
    assert same_bits(framed(pd, fa.logsumexp.backward(series, frame, axis=1), frame), fa.logsumexp.backward(total, X))
    renamed = frame.rename(columns={"a": "z"})
    for call in (lambda: fa.softmax.backward(renamed, frame), lambda: fa.softmax(frame, where=renamed > 0),
                 lambda: fa.logsumexp(frame, b=renamed)):
        with pytest.raises(ValueError, match="other labels than x along axis 1"):
            call()


NULLABLE = ["Float32", "Float64", "Int8", "Int64", "UInt16", "boolean"]


@pytest.mark.parametrize("dtype", NULLABLE)
@pytest.mark.parametrize("missing", [False, True])
def test_pandas_nullable_types(pd, dtype, missing):
    """What SciPy computes of the numbers, what is missing as NaN; nullable where the shape is x's."""
    values = [1, 0, 1, 1] if dtype == "boolean" else [1, 2, 5, 3]
    series = pd.Series([None, *values[1:]] if missing else values, dtype=dtype, index=list("wxyz"), name="s")
    plain = np.array([np.nan if missing else values[0], *values[1:]])
    wide = pd.DataFrame({"a": series, "b": series.array[::-1], "c": pd.Series([1, 2, 3, 4], list("wxyz"), "Int16")})
    grid = np.array([plain, plain[::-1], [1, 2, 3, 4]]).T
    tolerance = {"rtol": 1e-6}
    for x, due in ((series, plain), (wide, grid)):
        for name in SAME_SHAPE:
            fold = fa.activations[name]
            for axis in (-1, 0, None):
                got = fold(x, axis=axis)
                assert type(got) is type(x) and got.index.equals(x.index)
                np.testing.assert_allclose(got.to_numpy(float, na_value=np.nan), fold(due, axis=axis), **tolerance)
                slope = fold.backward(x, x, axis=axis)
                assert type(slope) is type(x)
                np.testing.assert_allclose(
                    slope.to_numpy(float, na_value=np.nan), fold.backward(due, due, axis=axis), rtol=1e-5, atol=1e-6)
            assert all(str(kind).startswith("Float") for kind in (got.dtypes if x is wide else [got.dtype]))
        for axis in (-1, 0, None):
            np.testing.assert_allclose(fa.logsumexp(x, axis=axis), fa.logsumexp(due, axis=axis), **tolerance)
            np.testing.assert_allclose(fa.logsumexp(x, axis=axis, b=x), fa.logsumexp(due, axis=axis, b=due), **tolerance)
            grad = fa.logsumexp(due, axis=axis)
            np.testing.assert_allclose(
                fa.logsumexp.backward(grad, x, axis=axis).to_numpy(float, na_value=np.nan),
                fa.logsumexp.backward(grad, due, axis=axis), rtol=1e-6)
        assert np.isfinite(np.asarray(fa.softmax(x.fillna(False if dtype == "boolean" else 0), where=x.notna()), float)).all()
    np.testing.assert_array_equal(fa.maxout(series, 2), fa.maxout(plain, 2))
    np.testing.assert_array_equal(fa.maxout.backward([1.0, 2.0], series, 2), fa.maxout.backward([1.0, 2.0], plain, 2))


@pytest.mark.parametrize("dtype", [*NULLABLE, "float32", "int16"])
def test_pandas_arrays_and_indices(pd, dtype):
    """Values without labels: what comes back is of their kind where it has their shape."""
    plain = np.array([1, 0, 1, 1], {"boolean": bool}.get(dtype, dtype.lower()))
    array = pd.array(plain, dtype=dtype)
    for x in (array, pd.Index(array, name="i")):
        for name in SAME_SHAPE:
            fold = fa.activations[name]
            for got, due in [(fold(x), fold(plain)), (fold(x, axis=None), fold(plain)), (fold(x, axis=0), fold(plain)),
                             (fold(x, where=plain > 0), fold(plain, where=plain > 0)),
                             (fold.backward(x, x), fold.backward(plain, plain))]:
                assert isinstance(got, pd.Index if isinstance(x, pd.Index) else type(pd.array([1.5])))
                assert getattr(got, "name", "i") == "i" and got.dtype.name.lower() == due.dtype.name
                np.testing.assert_array_equal(np.asarray(got, due.dtype), due)
        np.testing.assert_array_equal(fa.logsumexp(x), fa.logsumexp(plain))
        np.testing.assert_array_equal(fa.logsumexp(x, b=x, keepdims=True), fa.logsumexp(plain, b=plain, keepdims=True))
        np.testing.assert_array_equal(np.asarray(fa.logsumexp.backward(1.0, x), np.float64),
                                      fa.logsumexp.backward(1.0, plain))
        np.testing.assert_array_equal(fa.maxout(x, 2), fa.maxout(plain, 2))
    series = pd.Series(array, index=list("wxyz"))
    np.testing.assert_array_equal(fa.logsumexp(series, b=array), fa.logsumexp(plain, b=plain))
    np.testing.assert_array_equal(fa.logsumexp(array, b=series), fa.logsumexp(plain, b=plain))


def test_pandas_array_with_missing_values(pd):
    x = pd.array([1.0, None, 3.0], dtype="Float64")
    assert np.isnan(fa.logsumexp(x)) and fa.softmax(x).isna().all()
    np.testing.assert_array_equal(np.asarray(fa.softmax(x, where=~x.isna()), float), fa.softmax([1.0, -np.inf, 3.0]))


def test_pandas_types_without_numbers_are_refused(pd):
    sparse = pd.Series(pd.arrays.SparseArray([1.0, 0, 2]))
    np.testing.assert_array_equal(fa.softmax(sparse), fa.softmax([1.0, 0, 2]))
    for x in (pd.Series(["a", "b"], dtype="string"), pd.Series(["a", "b"], dtype="category"),
              pd.Series(pd.to_datetime(["2020", "2021"])), pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})):
        for name in [*SAME_SHAPE, "logsumexp"]:
            fold = fa.activations[name]
            for function, *operands, keywords in [(fold, x, {}), (fold, x, {"axis": None}), (fold.backward, x, x, {})]:
                with pytest.raises(TypeError, match="must hold bool, integers"):
                    function(*operands, **keywords)
        with pytest.raises(TypeError, match="must hold bool, integers"):
            fa.maxout(x, 1)


# ------------------------------------------------------------------------------ masked --

MASK = X < -0.5


def test_masked_arrays_keep_their_mask():
    x, up = np.ma.array(X, mask=MASK), np.ma.array(UP, mask=UP > 1)
    for name, activation in ELEMENTWISE.items():
        for got, due in [(activation(x), activation(X)), (activation.backward(x, x), activation.backward(X, X)),
                         (activation.derivative(x), activation.derivative(X))]:
            assert isinstance(got, np.ma.MaskedArray) and (got.mask == MASK).all(), name
            assert same_bits(got.compressed(), due[~MASK]), name
    both = fa.swiglu(x, up)
    assert (both.mask == (MASK | up.mask)).all()
    assert same_bits(both.compressed(), fa.swiglu(X, UP)[~both.mask])
    packed = fa.swiglu(x)
    assert (packed.mask == (MASK[:, :4] | MASK[:, 4:])).all()
    for got in fa.swiglu.backward(x, x, up):
        assert (got.mask == (MASK | up.mask)).all()


def test_masked_values_are_not_counted_silently():
    x = np.ma.array(X, mask=MASK)
    for name in [*SAME_SHAPE, "logsumexp"]:
        fold = fa.activations[name]
        for call, *arguments, keywords in [
                (fold, x, {}), (fold, x, {"axis": 0}), (fold, x, {"where": ~MASK}), (fold.backward, x, x, {})]:
            with pytest.raises(TypeError, match="would count the masked values"):
                call(*arguments, **keywords)
    for call in (lambda: fa.maxout(x, 2), lambda: fa.maxout.backward(x, x, 1), lambda: fa.sparsity(x),
                 lambda: fa.dead_units(x), lambda: fa.prelu.backward_parameters(x, X, 0.25),
                 lambda: fa.softplus.backward_parameters(X, x, 2.0)):
        with pytest.raises(TypeError, match="would count the masked values"):
            call()
    with pytest.raises(TypeError, match="must not be a masked array"):
        fa.Projection(np.eye(8))(x)


# ---------------------------------------------------------- memory-mapped, subclasses --


def test_memory_mapped_arrays(tmp_path):
    np.save(tmp_path / "x.npy", X)
    x = np.load(tmp_path / "x.npy", mmap_mode="r")
    out = np.lib.format.open_memmap(tmp_path / "y.npy", mode="w+", dtype=np.float32, shape=X.shape)
    for name, activation in ELEMENTWISE.items():
        assert activation(x, out=out) is out
        out.flush()
        assert same_bits(np.load(tmp_path / "y.npy"), activation(X)), name
        assert same_bits(np.asarray(activation(x)), activation(X)), name
    with pytest.raises(ValueError, match="read-only"):
        fa.gelu(x, out=x)
    fa.swiglu(x, x, out=out)
    assert same_bits(np.load(tmp_path / "y.npy"), fa.swiglu(X, X))
    assert same_bits(np.asarray(fa.swiglu(x)), fa.swiglu(X))
    for name in SAME_SHAPE:
        fa.activations[name](x, axis=0, out=out)
        assert same_bits(np.load(tmp_path / "y.npy"), fa.activations[name](X, axis=0)), name
    fa.Projection(np.eye(8))(x, out=out)
    assert same_bits(np.load(tmp_path / "y.npy"), X)


class Tagged(np.ndarray):
    """A subclass with an attribute that goes along."""

    def __array_finalize__(self, other):
        self.tag = getattr(other, "tag", None)


def test_subclasses_are_kept():
    x = X.view(Tagged)
    x.tag = "here"
    results = [activation(x) for activation in ELEMENTWISE.values()]
    results += [fa.swiglu(x, x), fa.swiglu(x), *fa.swiglu.backward(x, x, x), fa.add_relu(x, 1.0)]
    results += [fa.activations[name](x) for name in SAME_SHAPE]
    results += [fa.softmax(x, where=UP > 0), fa.logsumexp(x), fa.maxout(x, 2)]
    for result in results:
        assert type(result) is Tagged and result.tag == "here"
    assert same_bits(np.asarray(fa.swiglu(x)), fa.swiglu(X))
    assert type(fa.gelu(x, subok=False)) is np.ndarray
    # A large one, in columns, which plain arrays of this size go another way with.
    large = np.resize(X, (600, 2, 300))[:, 0].view(Tagged)
    assert type(fa.gelu(large)) is Tagged
    assert same_bits(np.asarray(fa.gelu(large)), fa.gelu(np.asarray(large)))
