"""Projections with their activation: GatedProjection and Projection, one matrix product each."""

from fastact._layers.checks import checked_several, is_several
from fastact._layers.layer import Layer
from fastact._layers.product import Product
from fastact._runtime.progress import bar


class GatedProjection(Layer):
    """A gated linear unit: the product of two parallel linear projections, one of them with an activation.

    It computes ``activation(x @ w_gate.T + bias_gate) * (x @ w_up.T + bias_up)`` in one pass.  The
    constructor packs the weights; the arrays are not kept.

    Parameters
    ----------
    w_gate, w_up : array_like or QuantizedArray, shape (out_features, in_features)
        A QuantizedArray is kept in its format, each in its own.
    activation : str, Activation, (str, dict) or None, optional
        A name that `fastact.get` knows, the activation itself, or one of these with parameters:
        ``("swish", {"beta": 2})``.  ``"swiglu_clamped"`` is allowed, too; it also changes the up projection.
        None means that the two projections are multiplied without an activation.
    bias_gate, bias_up : array_like, shape (out_features,), optional
    weight_dtype : {"float32", "float16", "bfloat16", "int8", "int4"}, optional
        The type in which weights that are no QuantizedArray are stored.  They are rounded to nearest; "int8" and
        "int4" quantise them in groups of 32, as `fastact.quantize` does.
    layout : {"out_in", "in_out"}, optional
        "in_out" if the weights are transposed, of shape (in_features, out_features).
    accuracy : {"exact", "fast", "correct"}, optional
        The accuracy of the activation, and of x where weights are quantised; None means the current setting at
        each call, see `fastact.accuracy`.  With "correct" results have the same bits on every CPU with fused
        multiply-adds, or are refused, see Notes.
    progress : bool, optional
        Whether to show a bar while the weights are packed, if stderr is a terminal.  Quantising the block of a large
        language model to int4 takes some seconds.

    Attributes
    ----------
    in_features, out_features : int
        Sizes of the last axis of x and of the result.
    activation : str, (str, dict) or None
        The name of the activation, and the parameters that differ from its defaults.
    weight_dtype : str
        The type or format in which the weights are stored; if they differ, one for each matrix: "q4_k, q6_k".
    nbytes : int
        Size of the packed weights and biases in bytes.
    kernel : str
        The code that computes calls: CPU target, type of the weights, size of a tile.

    Raises
    ------
    ValueError
        If shapes do not fit, or if the activation, weight_dtype, layout or accuracy is unknown; for a QuantizedArray
        with layout="in_out"; for weights that are not finite with weight_dtype="int8" or "int4"; for
        accuracy="correct" where no x could have it.
    TypeError
        If weights are not real numbers or are masked arrays, or if parameters are unknown or missing.
    MemoryError
        If there is not enough memory for the packed weights.

    See Also
    --------
    GatedMLP : with the down projection.
    save, load : packed weights as a file, which can be memory-mapped.

    Notes
    -----
    Weights and x of any type are multiplied without rounding them first, and the products are summed in
    float32.  64 products at a time are summed in the order of in_features, by fused multiply-adds if the CPU
    has them; these sums are then added in order.  The error is at most in_features * 2**-24 times the sum of
    ``|x| |w|``.  The bits of a row of the result do not depend on the other rows or the number of threads.

    If AMX multiplies bfloat16 weights (or AVX512-BF16, with bfloat16 x), x is not rounded either:
    products of bfloat16 are exact in float32, and a float16 number is the exact sum of two bfloat16 numbers, a
    float32 number the exact sum of three.  The error is then at most twice as large; numbers below 2**-126 in
    size count as zero; an infinite weight gives NaN, unless x is bfloat16.

    Quantised weights stay packed, in at most 6 % more bytes than the array has.  With accuracy "exact" x is taken in
    float32 and multiplied by the codes, which float32 holds exactly.  The sum of each group (of 16 or 32 neighbours)
    is multiplied by its scale and added.  (bfloat16 x is multiplied in bfloat16, which holds the codes exactly, too, where
    the CPU has AVX512-BF16.)  The error is at most (in_features + 4) * 2**-24 times the sum of ``|x| |w|``;
    with minima or zero points ``|w|`` is the sum of both terms, ``|scale * code| + |minimum|``.  With accuracy "fast"
    x is rounded to 8 bits in groups of 32, as llama.cpp does, and integers are multiplied.  That adds up to 1/254 of
    the largest of 32 neighbours to the error of each x; for normally distributed x and weights the root mean square
    error is 0.5 % of that of the results (measured).  Groups whose numbers are all below 2**-100 count as zero; an
    infinity or NaN makes the whole row NaN.  Both ways have the same bits on all CPU targets with fused multiply-adds.

    float8_e4m3, GPTQ with columns in another order than their groups', groups that are no multiple of 16, and zero
    points beside scales above 2**64 are kept as floats of type weight_dtype; so is a quantised gate beside an up
    projection of floats, or the reverse.

    Accuracy "correct" is the same product, bias included, in float32, then the correctly rounded activation or gated
    unit: ``fa.gelu(project(x), accuracy="correct")`` has the same bits as a Projection with activation="gelu".  The bits
    of numbers are the same on every CPU with fused multiply-adds, for any number of rows and threads.  ValueError says
    where that cannot be: for quantised weights; on targets without fused multiply-adds (x86-64, generic); where
    AVX512-BF16 would multiply bfloat16 x by bfloat16 weights (float32 and float16 x are multiplied in float32); and
    where AMX would multiply bfloat16 weights.  Results in float16 and bfloat16 are those of float32, rounded.

    Results are rounded once.  Values that an MLP keeps in bfloat16 between its products are rounded once, too.
    In float32 the activation has its full accuracy; for bfloat16 results its error is 2**-13, so their error
    is 0.51 ULP instead of 0.5.

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
                 weight_dtype="float32", layout="out_in", accuracy=None, *, progress=False):
        with bar(2, "packing", progress) as shown:
            product = Product({"w_gate": w_gate, "w_up": w_up}, {"bias_gate": bias_gate, "bias_up": bias_up},
                              activation, weight_dtype, layout, bar=shown)
        super().__init__([product], weight_dtype, accuracy)


class Projection(Layer):
    """A linear projection, then an activation: ``activation(x @ w.T + bias)``, in one pass.

    Several matrices, as attention has them, are multiplied by the same x in one pass: ``q, k, v = project(x)``.

    Parameters
    ----------
    w : array_like or QuantizedArray, shape (out_features, in_features), or a list of them
        The matrices of a list have the same in_features, and each its own format.
    bias : array_like, shape (out_features,), optional
        Of several matrices a list, with an array or None for each.
    activation, weight_dtype, layout, accuracy, progress
        As for `GatedProjection`, except that the activation is None by default.  They hold for all matrices.

    Attributes
    ----------
    sizes : tuple of int
        The size of the last axis of each matrix's result; `out_features` is their sum.

    Raises
    ------
    ValueError, TypeError
        As for `GatedProjection`.

    Notes
    -----
    With a list, also of one matrix, a call returns a tuple of arrays, which are views of one result.  `out` is an array for
    all of them side by side, of shape (..., out_features), or a tuple of an array for each.  The bits are those of a
    Projection for each matrix.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> project = fa.Projection(np.eye(2, 3), bias=[0, -4], activation="relu")
    >>> project(np.array([1, 2, 3], np.float32))
    array([1., 0.], dtype=float32)
    >>> project = fa.Projection([np.eye(2, 3), np.ones((1, 3))], bias=[None, [10]])
    >>> project(np.array([1, 2, 3], np.float32))
    (array([1., 2.], dtype=float32), array([16.], dtype=float32))
    """

    __module__ = "fastact"  # pickles name public paths only
    arguments = ("w", "bias")
    operands = (1,)

    def __init__(self, w, bias=None, activation=None, weight_dtype="float32", layout="out_in", accuracy=None, *,
                 progress=False):
        self.several = is_several(w)
        if self.several:
            biases = checked_several("bias", bias, len(w))
            with bar(len(w), "packing", progress) as shown:
                products = [Product({f"w[{i}]": matrix}, {f"bias[{i}]": one}, activation, weight_dtype, layout, bar=shown)
                            for i, (matrix, one) in enumerate(zip(w, biases))]
            taken = [product.packed.in_features for product in products]
            if len(set(taken)) > 1:
                raise ValueError(f"the matrices of w must have the same in_features, not {', '.join(map(str, taken))}")
        else:
            with bar(1, "packing", progress) as shown:
                products = [Product({"w": w}, {"bias": bias}, activation, weight_dtype, layout, bar=shown)]
        super().__init__(products, weight_dtype, accuracy)


def gated_projection(x, w_gate, w_up, activation="silu", bias_gate=None, bias_up=None, *,
                     layout="out_in", accuracy=None, out=None):
    """Apply a gated projection once, without keeping the packed weights.

    Packing reads and writes all weights.  Use a `GatedProjection` if you need the weights again.

    Parameters
    ----------
    x : array_like, shape (..., in_features)
    w_gate, w_up : array_like or QuantizedArray, shape (out_features, in_features)
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
