"""Projections with their activation: GatedProjection and Projection, one matrix product each."""

from fastact._layers.layer import Layer
from fastact._layers.product import Product


class GatedProjection(Layer):
    """Two parallel linear projections, one through an activation, multiplied: a gated linear unit.

    Computes ``activation(x @ w_gate.T + bias_gate) * (x @ w_up.T + bias_up)`` in one pass.  The
    weights are packed once, here; the arrays are not kept.

    Parameters
    ----------
    w_gate, w_up : array_like, shape (out_features, in_features)
    activation : str, Activation, (str, dict) or None, optional
        A name that `fastact.get` knows, the activation itself, or one of these and parameters:
        ``("swish", {"beta": 2})``.  Also ``"swiglu_clamped"``, which changes the up projection, too.
        None: the product of the two projections.
    bias_gate, bias_up : array_like, shape (out_features,), optional
    weight_dtype : {"float32", "float16", "bfloat16"}, optional
        The type that the weights are kept in, rounded to nearest.
    layout : {"out_in", "in_out"}, optional
        "in_out" if the weights are transposed, of shape (in_features, out_features).
    accuracy : {"exact", "fast"}, optional
        Of the activation; None: the setting in force at each call, see `fastact.accuracy`.

    Attributes
    ----------
    in_features, out_features : int
        Sizes of the last axis of x and of the result.
    activation : str, (str, dict) or None
        Its name, and the parameters that differ from its defaults.
    weight_dtype : str
    nbytes : int
        Bytes of the packed weights and biases.
    kernel : str
        The code that serves calls: CPU target, type of the weights, size of a tile.

    Raises
    ------
    ValueError
        For shapes that do not fit, or an unknown activation, weight_dtype, layout or accuracy.
    TypeError
        For weights that are not real numbers, masked arrays, unknown or missing parameters.
    MemoryError
        If there is no memory for the packed weights.

    See Also
    --------
    GatedMLP : with the down projection.
    save, load : packed weights as a file, which can be memory-mapped.

    Notes
    -----
    Weights and x of any type are multiplied without rounding them first, and summed in float32.  Sums of
    64 products over in_features in order, by fused multiply-adds if the CPU has them, are added in order.
    The error is at most in_features * 2**-24 times the sum of ``|x| |w|``.  A row of the result has the
    same bits whatever the other rows and the number of threads.

    If AMX multiplies bfloat16 weights (or AVX512-BF16, with bfloat16 x), x is not rounded either:
    products of bfloat16 are exact in float32, float16 x is the exact sum of two bfloat16 numbers and
    float32 x of three.  The error is then at most twice as large; numbers below 2**-126 count as zero; an
    infinite weight gives NaN, unless x is bfloat16.

    Results are rounded once, and so is what an MLP keeps in bfloat16 between its products.  The activation
    has its full accuracy in float32; for bfloat16 results it has 2**-13, which makes their error 0.51 ULP
    instead of 0.5.

    Source: Shazeer, arXiv:2002.05202.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> w_gate, w_up = np.eye(3, 4), np.full((3, 4), 0.5)
    >>> project = fa.GatedProjection(w_gate, w_up, activation="relu")
    >>> project(np.array([[1, 2, -3, 4], [4, 3, 2, 1]], np.float32))
    array([[ 2.,  4.,  0.],
           [20., 15., 10.]], dtype=float32)
    """

    __module__ = "fastact"  # pickles name public paths only
    arguments = ("w_gate", "w_up", "bias_gate", "bias_up")
    operands = (2,)

    def __init__(self, w_gate, w_up, activation="silu", bias_gate=None, bias_up=None,
                 weight_dtype="float32", layout="out_in", accuracy=None):
        product = Product({"w_gate": w_gate, "w_up": w_up}, {"bias_gate": bias_gate, "bias_up": bias_up},
                          activation, weight_dtype, layout)
        super().__init__([product], weight_dtype, accuracy)


class Projection(Layer):
    """A linear projection, then an activation: ``activation(x @ w.T + bias)``, in one pass.

    Parameters
    ----------
    w : array_like, shape (out_features, in_features)
    bias : array_like, shape (out_features,), optional
    activation, weight_dtype, layout, accuracy
        As for `GatedProjection`, except that the activation is None by default.

    Raises
    ------
    ValueError, TypeError
        As for `GatedProjection`.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> project = fa.Projection(np.eye(2, 3), bias=[0, -4], activation="relu")
    >>> project(np.array([1, 2, 3], np.float32))
    array([1., 0.], dtype=float32)
    """

    __module__ = "fastact"  # pickles name public paths only
    arguments = ("w", "bias")
    operands = (1,)

    def __init__(self, w, bias=None, activation=None, weight_dtype="float32", layout="out_in", accuracy=None):
        product = Product({"w": w}, {"bias": bias}, activation, weight_dtype, layout)
        super().__init__([product], weight_dtype, accuracy)


def gated_projection(x, w_gate, w_up, activation="silu", bias_gate=None, bias_up=None, *,
                     layout="out_in", accuracy=None, out=None):
    """Apply a gated projection once, keeping no packed weights.

    Packing reads and writes all weights.  Make a `GatedProjection` if you use them again.

    Parameters
    ----------
    x : array_like, shape (..., in_features)
    w_gate, w_up : array_like, shape (out_features, in_features)
    activation, bias_gate, bias_up, layout, accuracy
        As for `GatedProjection`.
    out : ndarray, shape (..., out_features), optional

    Returns
    -------
    ndarray, shape (..., out_features)

    Raises
    ------
    ValueError, TypeError
        As for `GatedProjection` and its calls.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> fa.gated_projection(np.array([2, 3], np.float32), np.eye(2), np.eye(2), activation="relu")
    array([4., 9.], dtype=float32)
    """
    projection = GatedProjection(w_gate, w_up, activation, bias_gate, bias_up, layout=layout, accuracy=accuracy)
    return projection(x, out=out)


gated_projection.__module__ = "fastact"  # as above
