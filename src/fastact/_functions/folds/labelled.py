"""Arrays with labels, of xarray and pandas: they are aligned, computed as plain arrays, and labelled again.

Neither library is imported here: if an argument belongs to one of them, the caller has imported it.
"""

import sys

import numpy as np

from fastact._functions.folds.axes import axes_of, computing_dtype, without


def by_labels(call, name, x, others, axis, out, reduced, keepdims=False):
    """Return call(x, axis=..., **others) for arrays with labels, or None if there are no labels.

    Parameters
    ----------
    call : callable
        It computes plain arrays; it takes x, the others, `axis`, and for pandas' objects `out`.
    name : str
        The name of the function in messages.
    x : array_like
        The first operand.
    others : dict
        The other operands by name; "grad" may have the labels instead of x.
    axis : int, tuple of int or None
        The axis or axes.
    out : ndarray or None
        The array for the result.
    reduced : str or None
        The name of the array that lacks the axes: "result" or another operand; None if there is none.
    keepdims : bool
        Whether the reduced array keeps the axes, with one entry along each.
    """
    pair = x, others.get("grad")
    xarray = _xarray_of(*pair)
    if xarray is not None:
        if out is not None:
            raise TypeError(f"{name} has no out for arrays of xarray")
        return _by_dimensions(xarray, call, x, others, axis, reduced, keepdims)
    pandas = _pandas_of(out, *pair)
    if pandas is not None:
        more = {"keepdims": True} if keepdims else {}
        return _by_positions(pandas, name, lambda x, **others: call(x, **others, **more, out=out), x, others, axis,
                             None if keepdims else reduced)
    return None


def values_of(x):
    """Return the values of an object of pandas; return anything else unchanged."""
    return x if _pandas_of(None, x) is None else _numbers(x)


# ---------------------------------------------------------------------------- xarray --


def _xarray_of(*arrays):
    """The module xarray, if one of the arrays is a DataArray."""
    xarray = sys.modules.get("xarray")
    kind = getattr(xarray, "DataArray", ())     # absent while another thread is importing xarray
    return xarray if any(isinstance(array, kind) for array in arrays) else None


def _by_dimensions(xarray, call, x, others, axis, reduced, keepdims):
    """`by_labels` for arrays with named dimensions; xarray does not support gufuncs directly.

    Other operands with names are aligned by them; those without names have the dimensions of x, or broadcast.
    """
    if not isinstance(x, xarray.DataArray):     # then the gradient is a DataArray
        x = others["grad"].copy(data=x)
    axes = axes_of(axis, x.ndim)
    dims, rest = tuple(x.dims[i] for i in axes), without(x.dims, axes)
    numbers, arrays = {}, {}
    for key, other in others.items():
        if isinstance(other, xarray.DataArray):
            arrays[key] = other.squeeze(dims, drop=True) if keepdims and key == reduced else other
        elif np.ndim(other) == 0:
            numbers[key] = other        # a Python number stays weak
        elif key == "sink" and np.ndim(other) < x.ndim:     # it broadcasts against the rows
            arrays[key] = xarray.DataArray(
                np.broadcast_to(np.asarray(other), [x.sizes[name] for name in rest]), dims=rest, name=x.name)
        else:
            other = np.array(other, copy=None, subok=True, ndmin=len(rest) if key == reduced else x.ndim)
            own = x.dims
            if key == reduced:
                other, own = other.squeeze(axes) if keepdims else other, rest
            elif axes and all(other.shape[i] == 1 for i in axes):
                other, own = other.squeeze(axes), rest
            arrays[key] = xarray.DataArray(
                np.broadcast_to(other, [x.sizes[name] for name in own]), dims=own, name=x.name)

    def along_the_last(x, *values):
        values = [value if key == reduced else
                  value[(..., *[slice(None) if name in arrays[key].dims else None for name in dims])]
                  for key, value in zip(arrays, values)]
        # With fewer dimensions than x a sink would be taken for one without the axes.
        values = [value.reshape((1,) * (x.ndim - value.ndim) + value.shape) if key == "sink" else value
                  for key, value in zip(arrays, values)]
        return call(x, **numbers, **dict(zip(arrays, values)),
                    axis=-1 if len(dims) == 1 else tuple(range(-len(dims), 0)))

    result = xarray.apply_ufunc(
        along_the_last, x, *arrays.values(), dask="allowed", keep_attrs=True,
        input_core_dims=[[name for name in dims if name in array.dims] for array in (x, *arrays.values())],
        output_core_dims=[[] if reduced == "result" else dims])
    if reduced != "result":
        return result.transpose(*x.dims, ...)
    return result.expand_dims(dims).transpose(*x.dims, ...) if keepdims else result.transpose(*rest, ...)


# ---------------------------------------------------------------------------- pandas --


def _pandas_of(out, *arrays):
    """The module pandas, if one of the arrays is an object of pandas; pandas handles its own objects as `out`."""
    pandas = sys.modules.get("pandas")
    if not hasattr(pandas, "api"):      # not imported, or another thread is importing it
        return None
    framed = pandas.DataFrame, pandas.Series
    found = any(isinstance(array, framed) or _is_bare(pandas, array) for array in arrays)
    return pandas if found and not isinstance(out, framed) else None


def _is_bare(pandas, array):
    """Whether this is an array or index of pandas with numbers: values without labels."""
    return isinstance(array, (pandas.Index, pandas.api.extensions.ExtensionArray)) and _is_number(_plain(array.dtype))


def _plain(dtype):
    """NumPy's dtype for a nullable dtype of pandas; any other dtype unchanged."""
    return getattr(dtype, "numpy_dtype", dtype)


def _is_number(dtype):
    return isinstance(dtype, np.dtype) and dtype.kind in "biuf"


def _dtypes(array):
    return list(array.dtypes) if array.ndim == 2 else [array.dtype]


def _numbers(array):
    """The values; nullable types are converted to NumPy's types, and missing values to NaN."""
    dtypes = _dtypes(array)
    found = [_plain(dtype) for dtype in dtypes]
    if all(map(_is_number, found)) and any(dtype is not plain for dtype, plain in zip(dtypes, found)):
        dtype = np.result_type(*found)
        return array.to_numpy(computing_dtype(dtype) if np.asarray(array.isna()).any() else dtype, na_value=np.nan)
    return array.to_numpy()


def _by_positions(pandas, name, call, x, others, axis, reduced):
    """`by_labels` for objects of pandas: the result has the labels of x if it has the shape of x.

    The gufunc support of pandas knows neither nullable types nor several axes.  Other operands with labels are
    brought to the order of the labels of x; if they have other labels, they are refused.
    """
    framed = pandas.DataFrame, pandas.Series
    model = next(one for one in (x, others.get("grad")) if isinstance(one, framed) or _is_bare(pandas, one))
    labels = model.axes if isinstance(model, framed) else []
    for key, other in others.items():
        values = values_of(other)
        if labels and isinstance(other, framed):
            of_rows = key == reduced or key == "sink" and other.ndim < len(labels)
            due = without(labels, axes_of(axis, len(labels))) if of_rows else labels[-other.ndim:]
            values = _in_order(name, key, values, other.axes, due)
        others[key] = values
    result = call(values_of(x), **others, axis=axis)
    if np.shape(result) != model.shape or isinstance(result, framed):
        return result
    nullable = any(hasattr(dtype, "numpy_dtype") for dtype in _dtypes(model))
    dtype = f"Float{8 * result.itemsize}" if nullable else None
    if labels:
        like = (pandas.DataFrame if model.ndim == 2 else pandas.Series)(result, *labels).__finalize__(model)
        return like.astype(dtype) if nullable else like
    return pandas.Index(result, dtype, name=model.name) if isinstance(model, pandas.Index) else pandas.array(result, dtype)


def _in_order(name, key, values, labels, due):
    """Bring values with the labels `labels` to the order of the labels `due`."""
    for i, (own, wanted) in enumerate(zip(labels, due)):
        if len(own) == len(wanted) and not own.equals(wanted):
            places = own.get_indexer(wanted) if own.is_unique else np.array([-1])
            if (places < 0).any():
                raise ValueError(f"{name}: {key} has other labels than x along axis {i}; reindex it, or give its values")
            values = values.take(places, i)
    return values
