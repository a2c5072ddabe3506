"""poly_norm: three powers of a row, each divided by its root mean square, with a learned weight for each."""

import inspect

import numpy as np

from fastact._functions.base import positional, refusal, refuse_masked
from fastact._functions.folds.axes import as_rows, axes_of, computing_dtype, from_rows, grad_of_shape, without
from fastact._functions.ufuncs import ufuncs
from fastact._runtime.accuracy import no_correct_variant, resolve_accuracy


class PolyNorm:
    """w[0] n(x³) + w[1] n(x²) + w[2] n(x) + bias along an axis, n(v) = v / √(mean v² + eps).

    Parameters
    ----------
    x : array_like
        The result has the same dtype for float16, bfloat16 (of ml_dtypes), float32 and float64; bool and integers of up to
        16 bits give float32, wider ones float64.
    weight : array_like
        Three numbers along the last axis, those of x³, x² and x; what is before it broadcasts against the rows, the
        shape of x without `axis`.  A list or tuple of Python numbers gets the dtype of x; an array promotes.
    bias, eps : float or array_like
        Numbers, or arrays that broadcast against the rows.  A number eps must be at least 0.
    axis : int, tuple of int or None
        The axis; default: the last one.  Several axes count as one; None means all.
    out : ndarray, optional
        The array for the result.
    accuracy : {"exact", "fast", "correct"}, optional
        All compute in double precision; results of "correct" have the same bits on every CPU with fused multiply-add.

    Returns
    -------
    ndarray or scalar

    Raises
    ------
    TypeError
        For complex, longdouble, object and string input, and for masked arrays.
    ValueError
        For a weight without three entries, shapes that do not fit, an axis that does not exist, a negative eps.

    Notes
    -----
    Everything is computed in double precision and rounded once: the error is 2**-50 of the largest of the three terms
    and the bias before the rounding.  ``backward(grad, x, weight, bias, eps)`` returns the gradient with respect to x,
    ``backward_parameters`` those of weight and bias.
    Source: Zhuo et al., arXiv:2411.03884; the order of the weights is that of Motif-2.6B.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> x = np.array([-1.0, 0.0, 2.0, 1.0], dtype=np.float32)
    >>> with np.printoptions(precision=4, suppress=True):
    ...     fa.poly_norm(x, [0.5, 0.25, 0.25])
    array([-0.2094,  0.    ,  1.8644,  0.4451], dtype=float32)
    """

    def __init__(self):
        self.__name__ = self.__qualname__ = "poly_norm"
        self.__module__ = "fastact"
        self.__doc__ = type(self).__doc__
        self.formula = "w[0] n(x³) + w[1] n(x²) + w[2] n(x) + bias, n(v) = v / √(mean v² + eps)"
        only = inspect.Parameter.KEYWORD_ONLY
        self.__signature__ = inspect.Signature([
            positional("x"), positional("weight"), positional("bias", 0.0), positional("eps", 1e-6),
            inspect.Parameter("axis", only, default=-1), inspect.Parameter("out", only, default=None),
            inspect.Parameter("accuracy", only, default=None)])

    def __repr__(self):
        return f"<fastact.poly_norm: {self.formula}>"

    def __reduce__(self):
        return "poly_norm"

    def __call__(self, x, weight, bias=0.0, eps=1e-6, *, axis=-1, out=None, accuracy=None):
        ufunc = _of_accuracy("poly_norm", accuracy)
        x, axes, numbers = _operands("poly_norm", x, weight, bias, eps, axis)
        return _delivered("poly_norm", ufunc(as_rows(x, axes), *numbers), x.shape, axes, out)

    def backward(self, grad, x, weight, bias=0.0, eps=1e-6, *, axis=-1, out=None, accuracy=None):
        """Return the gradient with respect to x; the arguments are those of the call."""
        name = "poly_norm.backward"
        ufunc = _of_accuracy("poly_norm_backward", accuracy)
        x, axes, (*weights, _, eps) = _operands(name, x, weight, bias, eps, axis)
        grad = _grad(name, grad, x)
        result = ufunc(as_rows(grad, axes), as_rows(x, axes), *weights, eps)
        return _delivered(name, result, x.shape, axes, out)

    def backward_parameters(self, grad, x, weight, bias=0.0, eps=1e-6, *, axis=-1, accuracy=None):
        """Return the gradients of weight and bias, each summed to the shape of its parameter, in float64 and rounded once."""
        name = "poly_norm.backward_parameters"
        if resolve_accuracy(accuracy) == "correct":     # NumPy's sums have other bits on other CPUs
            raise no_correct_variant(name)
        given = np.asarray(weight), np.asarray(bias)
        x, axes, (*_, eps) = _operands(name, x, weight, bias, eps, axis)
        rows = as_rows(x, axes).astype(np.float64)
        grad = as_rows(_grad(name, grad, x), axes).astype(np.float64)
        terms = []
        with np.errstate(all="ignore"):
            for power in (3, 2, 1):
                scale = np.exp2(-np.frexp(np.abs(rows).max(-1, initial=0))[1].clip(-1000, 1000))  # so that no power overflows
                scale = np.where(np.abs(rows).max(-1, initial=0) > 1e40, scale, 1.0)
                v = (rows * scale[..., None]) ** power
                norm = np.sqrt((v * v).mean(-1) + eps.astype(np.float64) * scale ** (2 * power))
                terms.append((grad * v).sum(-1) / norm)
        by_weight = _summed(np.stack(terms, -1), given[0])
        return by_weight, _summed(grad.sum(-1), given[1])


def _of_accuracy(name, accuracy):
    """The gufunc of this name; raise ValueError for an unknown accuracy."""
    return ufuncs[name + "_correct" if resolve_accuracy(accuracy) == "correct" else name]


def _operands(name, x, weight, bias, eps, axis):
    """Return x as an array, its axes from the front, and the five numbers of each row, in the computing dtype."""
    refuse_masked(name, x, weight, bias, eps)
    wrong = refusal(name, ("x", "weight", "bias", "eps"), (x, weight, bias, eps), None)
    if wrong is not None:
        raise wrong
    if type(eps) in (int, float) and not eps >= 0:
        raise ValueError(f"{name}: eps must be at least 0, not {eps!r}")
    x = np.asarray(x)
    axes = axes_of(axis, x.ndim)
    dtype = computing_dtype(x.dtype)
    for value in (weight, bias, eps):
        if not isinstance(value, (int, float, list, tuple)):
            dtype = np.promote_types(dtype, computing_dtype(np.asarray(value).dtype))
    with np.errstate(over="ignore"):
        weight, bias, eps = (np.asarray(value).astype(dtype, copy=False) for value in (weight, bias, eps))
        x = x.astype(dtype, copy=False)
    if weight.shape[-1:] != (3,):
        raise ValueError(f"{name}: weight must have 3 entries along its last axis, for x³, x² and x, not shape {weight.shape}")
    rows, numbers = without(x.shape, axes), []
    for key, value in (("weight", weight[..., 0]), ("weight", weight[..., 1]), ("weight", weight[..., 2]), ("bias", bias),
                       ("eps", eps)):
        try:
            numbers.append(np.broadcast_to(value.reshape(()) if value.size == 1 else value, rows))
        except ValueError:
            raise ValueError(f"{name}: {key} of shape {(weight if key == 'weight' else value).shape} does not broadcast "
                             f"against the rows of x, which have the shape {rows}") from None
    return x, axes, numbers


def _grad(name, grad, x):
    wrong = refusal(name, ("grad",), (grad,), None)
    if wrong is not None:
        raise wrong
    return np.asarray(grad_of_shape(name, grad, x, x.shape))


def _delivered(name, rows, shape, axes, out):
    result = from_rows(rows, shape, axes)
    if out is None:
        return result if shape else result[()]
    if not isinstance(out, np.ndarray):
        raise TypeError(f"{name}: out must be an ndarray, not {type(out).__name__}")
    if out.shape != result.shape:
        raise ValueError(f"{name}: out must have shape {result.shape}, not {out.shape}")
    np.copyto(out, result, casting="same_kind")
    return out


def _summed(values, parameter):
    """The sum over the axes along which the parameter was broadcast, in its shape and type."""
    if parameter.size == 1 or parameter.shape == (3,) and values.shape[-1:] == (3,):
        values = values.sum() if parameter.size == 1 else values.reshape(-1, 3).sum(0)
        values = np.reshape(values, parameter.shape)
    else:
        first = values.ndim - parameter.ndim
        axes = (*range(first), *(first + i for i, size in enumerate(parameter.shape) if size == 1))
        values = values.sum(axes).reshape(parameter.shape)
    return values.astype(parameter.dtype if parameter.dtype.kind in "fV" else np.float64)


poly_norm = PolyNorm()
