"""Linear projections with the activation fused in: weights packed once, then one pass a call.

GatedProjection and Projection are one matrix product each, GatedMLP and MLP two.  What they
share, the checks of every argument above all, stands in `Layer`; `Product` is the packed form
of the weights together with the activation's kernels.
"""

import math
import os
import sys

import numpy as np

from fastact._functions import pairs, registry
from fastact._layers import files as _files
from fastact._runtime import dispatch
from fastact._functions.activation import check_domain
from fastact._functions.base import integer
from fastact._runtime.accuracy import resolve_accuracy
from fastact._catalogue import REQUIRED

WEIGHT_DTYPES = ("float32", "float16", "bfloat16")
LAYOUTS = ("out_in", "in_out")


# -------------------------------------------------------------------- checked arguments --


def checked_choice(name, value, choices):
    """Return `value` if it is one of the choices, or raise ValueError."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be {' or '.join(map(repr, choices))}, not {value!r}")
    return value


def checked_array(name, value):
    """Return `value` as an array; a masked array's mask would be lost, so it is refused."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} must not be a masked array; use {name}.filled(...)")
    return np.asarray(value)


def is_short_float(dtype):
    """Whether x and out may have this dtype.  (ml_dtypes need not be installed.)"""
    return dtype.type is np.float32 or dtype.type is np.float16 or dtype.name == "bfloat16"


def checked_floats(name, value, ndim):
    """Return a weight or bias array as float32."""
    value = checked_array(name, value)
    if value.dtype.kind not in "fiu" and not is_short_float(value.dtype):
        raise TypeError(f"{name} must hold real numbers, not {value.dtype}")
    if value.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} dimension{'s' * (ndim > 1)}, not {value.ndim} (shape {value.shape})")
    return aligned_float32(value)


def checked_matrix(name, value, layout):
    """Return a weight array as float32, of shape (out_features, in_features)."""
    value = checked_floats(name, value, 2)
    return value if layout == "out_in" else value.T


def checked_bias(name, value, size):
    """Return a bias as float32, or None."""
    if value is None:
        return None
    value = checked_floats(name, value, 1)
    if value.shape != (size,):
        raise ValueError(f"{name} must have shape ({size},), not {value.shape}")
    return value


def checked_input(x, in_features):
    """Return x as an array of a short float whose last axis fits."""
    given, x = x, checked_array("x", x)
    if not is_short_float(x.dtype):
        remedy = "x.astype(np.float32)" if given is x else "np.asarray(x, np.float32)"
        raise TypeError(f"x must be float16, bfloat16 or float32, not {x.dtype} ({type(given).__name__})"
                        + (f"; use {remedy}" if x.dtype.kind in "biuf" else ""))
    if x.ndim == 0:
        raise ValueError(f"x must have at least one dimension, of {in_features} in_features")
    if x.shape[-1] != in_features:
        raise ValueError(f"the last axis of x must be the {in_features} in_features, not {x.shape[-1]} "
                         f"(shape {x.shape})")
    return x


def checked_output(out, shape):
    """Return `out` if a result of this shape can be written to it."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an ndarray, not {type(out).__name__}")
    if not is_short_float(out.dtype):
        raise TypeError(f"out must be float16, bfloat16 or float32, not {out.dtype}")
    if out.shape != shape:
        raise ValueError(f"out must have shape {shape}, not {out.shape}")
    if not out.flags.writeable:
        raise ValueError("out is read-only")
    return out


def checked_activation(spec, role="gated"):
    """Return (normal form of the argument, name of the kernel or None, its parameters).

    The normal form is None, a name, or (name, parameters), these being floats that make up the
    difference from the activation of that name.
    """
    if spec is None:
        return None, None, np.empty(0, np.float32)
    name, given = spec if isinstance(spec, tuple) and len(spec) == 2 else (spec, {})
    if isinstance(name, tuple) or not isinstance(given, dict):
        raise TypeError(f"activation must be a name, an Activation, (name, {{parameters}}) or None, not {spec!r}")
    activation = known_activation(name, role)
    name, values = activation.__name__, activation.parameters
    unknown = [key for key in given if key not in values]
    if unknown:
        raise TypeError(f"{name} has no parameter {unknown[0]!r}; it has: {', '.join(values) or 'none'}")
    values = {key: checked_parameter(name, key, value) for key, value in (values | given).items()}
    for key, value in given.items():
        check_domain(activation.entry, name, key, np.float32(value))
    usual = known_activation(name, role).parameters
    different = {key: value for key, value in values.items() if value != usual[key]}
    return (name, different) if different else name, name, np.array(list(values.values()), np.float32)


def known_activation(spec, role):
    """The activation that is meant: an elementwise one, or a gated unit that has a formula of its own."""
    pair = registry.pairs.get(spec) if isinstance(spec, str) else spec
    if isinstance(pair, pairs.Pair | pairs.AnyGatedUnit):
        if isinstance(pair, pairs.GatedUnit) and pair.activation is None and role == "gated":
            return pair
        inner = getattr(pair, "activation", None)
        raise ValueError(f"{pair.__name__} takes two arrays, here an activation of one is wanted"
                         + (f": {inner.__name__!r}" if inner else ""))
    activation = registry.get(spec)
    if activation.kind == "fold":
        raise ValueError(f"{activation.__name__} works on whole rows; here an elementwise activation is wanted")
    return activation


def checked_parameter(activation, name, value):
    """Return the value of an activation's parameter as a float."""
    if value is REQUIRED:
        raise TypeError(f"{activation} needs a value for {name}: activation=({activation!r}, {{{name!r}: ...}})")
    array = np.asarray(value)
    if array.ndim or (array.dtype.kind not in "biuf" and not is_short_float(array.dtype)):
        raise TypeError(f"{activation}'s {name} must be one real number, not {value!r}")
    return float(value)


def aligned_float32(value):
    """Return `value` itself if it is native, aligned float32, else a copy that is."""
    value = np.asarray(value, np.float32)
    return value if value.flags.aligned else value.copy()


def is_behaved(array):
    """Whether the kernels can read or write this array: aligned, in native byte order."""
    return array.flags.aligned and array.dtype.isnative


def as_rows(x, count):
    """Return x as `count` rows that the kernels can read: a view if possible, else a copy."""
    rows = x.reshape(count, x.shape[-1])
    return rows if is_behaved(rows) else rows.astype(x.dtype.newbyteorder("="), order="C")


def in_place(out, count, rows):
    """Return `out` as rows that the kernels can write while they read `rows`, or None.

    Whether memory is shared is judged by its bounds: now and then a copy too many.
    """
    target = out.reshape(count, out.shape[-1])  # a copy if the strides leave no choice
    if is_behaved(target) and np.may_share_memory(target, out) and not np.may_share_memory(target, rows):
        return target
    return None


# ----------------------------------------------------------------------------- products --


class Product:
    """One packed product: plain (one matrix) or gated (gate and up), with its activation.

    Parameters
    ----------
    matrices : dict of str to array_like
        The arguments' names and values.
    biases : dict of str to (array_like or None)
    activation, weight_dtype, layout
        As for `GatedProjection`.
    """

    def __init__(self, matrices, biases, activation, weight_dtype, layout):
        checked_choice("weight_dtype", weight_dtype, WEIGHT_DTYPES)
        checked_choice("layout", layout, LAYOUTS)
        self.use(activation, len(matrices))
        arrays = [checked_matrix(name, value, layout) for name, value in matrices.items()]
        if len({array.shape for array in arrays}) > 1:
            raise ValueError(f"{' and '.join(matrices)} must have the same shape, not "
                             f"{' and '.join(str(array.shape) for array in arrays)} (out_features, in_features)")
        biases = [checked_bias(name, value, len(arrays[0])) for name, value in biases.items()]
        self.packed = dispatch.matmul.Packed(arrays, biases, weight_dtype)

    @classmethod
    def over(cls, packed, activation):
        """Return the product of weights that are packed already."""
        product = cls.__new__(cls)
        product.use(activation, packed.operands)
        product.packed = packed
        return product

    def use(self, activation, operands):
        """Check the activation and look up its kernels."""
        role = "gated" if operands == 2 else "forward"
        self.activation, kernel, self.parameters = checked_activation(activation, role)
        self.kernels = {
            accuracy: kernel and [dispatch.elementwise.kernel(kernel, role, accuracy, to_bfloat) for to_bfloat in (False, True)]
            for accuracy in ("exact", "fast")
        }

    def step(self, accuracy):
        """Return what the kernels take for this product: see their `run`."""
        return self.packed, self.kernels[accuracy], self.parameters


class Layer:
    """What projections share: settings, checked calls, pickling.

    A subclass fills `products`, applied one after the other, and lists in `arguments` the names
    of its weights and biases, product by product, matrices first; `operands` are the numbers of
    those matrices.
    """

    arguments = ()
    operands = ()

    def __init__(self, products, weight_dtype, accuracy):
        if accuracy is not None:
            resolve_accuracy(accuracy)  # raises for what it does not know
        self.products = products
        self.weight_dtype = weight_dtype
        self.accuracy = accuracy

    def __call__(self, x, out=None):
        """Apply the layer to every row of x.

        Parameters
        ----------
        x : array_like, shape (..., in_features)
            float16, bfloat16 or float32, any strides.
        out : ndarray, shape (..., out_features), optional
            Where to put the result: float16, bfloat16 or float32, any strides.  It may overlap x.

        Returns
        -------
        ndarray, shape (..., out_features)
            `out` if given, else an array of x's dtype.  Sums and activation in float32, rounded once
            to it.  (Between the products of an MLP bfloat16, where x and the weights are that and the
            CPU multiplies it by instructions of its own; else float32.)

        Raises
        ------
        TypeError
            For another dtype, a masked array, or an `out` that is no array.
        ValueError
            For a shape that does not fit, or a read-only `out`.
        MemoryError
            If there is no room for packed rows; then nothing was written to `out`.
        """
        x = checked_input(x, self.in_features)
        shape = x.shape[:-1] + (self.out_features,)
        count = math.prod(shape[:-1])
        rows = as_rows(x, count)
        target = None if out is None else in_place(checked_output(out, shape), count, rows)
        if target is not None:
            self.compute(rows, target)
            return out
        wanted = (x if out is None else out).dtype.newbyteorder("=")
        target = np.empty((count, self.out_features), wanted)
        self.compute(rows, target)
        target = target.reshape(shape)
        if out is None:
            return target
        out[...] = target
        return out

    def compute(self, rows, target):
        """Run the products in turn, from and to arrays of two dimensions."""
        accuracy = resolve_accuracy(self.accuracy)
        steps = [product.step(accuracy) for product in self.products]
        dispatch.matmul.run(steps, rows, rows.dtype.name, target, target.dtype.name)

    @property
    def in_features(self):
        """Size of the last axis of x."""
        return self.products[0].packed.in_features

    @property
    def out_features(self):
        """Size of the last axis of the result."""
        return self.products[-1].packed.out_features

    @property
    def activation(self):
        """The activation: its name, (name, parameters), or None."""
        return self.products[0].activation

    @property
    def nbytes(self):
        """Bytes that the packed weights and biases take."""
        return sum(product.packed.nbytes for product in self.products)

    @property
    def kernel(self):
        """The code that serves calls with x of the weights' type.

        CPU target, type of the weights, rows x columns of a tile, and the instruction if it is one
        for bfloat16 (with VDPBF16PS, x of the other types is multiplied in float32).
        """
        return f"{dispatch.matmul_target} {self.weight_dtype} {dispatch.matmul.kernel_name(self.weight_dtype)}"

    def __repr__(self):
        return (f"{type(self).__name__}({self.in_features} -> {self.out_features}, "
                f"activation={self.activation!r}, kernel={self.kernel!r})")

    # Pickles hold the constructor's arguments, weights as stored: another CPU target packs them its own way.

    def __getstate__(self):
        arrays = []
        for product in self.products:
            matrices, biases = product.packed.unpack()
            arrays += [_files.narrowed(matrix, self.weight_dtype) for matrix in matrices] + biases
        return dict(zip(self.arguments, arrays), activation=self.activation,
                    weight_dtype=self.weight_dtype, accuracy=self.accuracy)

    def __setstate__(self, state):
        arrays = {name: _files.widened(state[name]) for name in self.arguments}
        self.__init__(**state | arrays)

    def __copy__(self):
        copy = type(self).__new__(type(self))
        vars(copy).update(vars(self))  # packed weights are never written to
        return copy

    def __deepcopy__(self, memo):
        return self.__copy__()

    def save(self, path):
        """Write the packed weights and all settings to a file, for `load`.

        The file appears when it is complete, in place of one that has this name: who has that one
        loaded, mapped even, keeps it.

        Parameters
        ----------
        path : path-like

        Raises
        ------
        OSError
            If it cannot be written; then nothing is left of it, and a file of this name is as it was.
        """
        _files.write(path, _files.Contents(
            self.kind(), self.operands, self.features, self.activation, self.weight_dtype, self.accuracy,
            own_layout(self.weight_dtype), sys.byteorder,
            [array for product in self.products for array in product.packed.arrays()]))

    @classmethod
    def load(cls, path, mmap=True):
        """Return what `save` has written.

        Parameters
        ----------
        path : path-like
        mmap : bool, optional
            True: the weights are mapped into memory, read from the file as they are used, and shared
            with other processes that map it.  False: they are read now, and their checksums checked.

        Returns
        -------
        Layer
            Of the class that this is called on.

        Raises
        ------
        ValueError
            For a file that is not one of these, holds another class, has another version of the
            format, or was truncated or altered.
        OSError
            If it cannot be read.

        Notes
        -----
        Where another CPU target has saved, or a machine of the other byte order, the weights are packed
        anew, into memory of their own, whatever `mmap`: results are within the same bounds.

        A file that is mapped may be deleted or replaced (on Windows it may not).  Writing *into* it
        changes the weights, and if it is truncated, a call that reads what is missing ends the process
        (SIGBUS): replace files, as `save` does, or use ``mmap=False``.  Checksums of mapped weights are
        not checked.  Copies of a mapped layer share the mapping; pickles hold the weights.

        A mapping has small pages, memory huge ones where the system grants them: with few rows, mapped
        weights took 1.05 to 1.3 times as long as weights that were read (138 MB, Linux).

        Examples
        --------
        >>> import tempfile, pathlib
        >>> import numpy as np, fastact as fa
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = pathlib.Path(folder.name, "first.projection")
        >>> fa.Projection(np.eye(2, 3), bias=[0, -4], activation="relu").save(path)
        >>> fa.Projection.load(path, mmap=False)(np.array([1, 2, 3], np.float32))
        array([1., 0.], dtype=float32)
        >>> folder.cleanup()
        """
        contents = _files.read(path, cls.kind(), cls.operands, mmap)
        layer = cls.__new__(cls)
        try:
            if (contents.layout, contents.byte_order) == (own_layout(contents.weight_dtype), sys.byteorder):
                sections = iter(contents.sections)
                products = [
                    Product.over(dispatch.matmul.Packed.over(
                        *sizes, next(sections), next(sections), contents.weight_dtype), activation)
                    for sizes, activation in zip(contents.products(), [contents.activation, None])
                ]
                Layer.__init__(layer, products, contents.weight_dtype, contents.accuracy)
            else:
                _files.check_sections(contents)
                layer.__setstate__(dict(
                    zip(cls.arguments, contents.arrays(), strict=True), activation=contents.activation,
                    weight_dtype=contents.weight_dtype, accuracy=contents.accuracy))
        except (TypeError, ValueError) as error:  # of an activation, say, that is not known here
            raise ValueError(f"{os.fsdecode(path)}: {error}") from None
        return layer

    @classmethod
    def kind(cls):
        """The name of the class here that this is or derives from."""
        return next(base.__name__ for base in cls.__mro__ if base.__module__ == "fastact")

    @property
    def features(self):
        """Sizes of the last axis: of x, between products, of the result."""
        return [self.in_features] + [product.packed.out_features for product in self.products]


def own_layout(weight_dtype):
    """The order in which this target packs weights of this type; None if it has none."""
    found = dispatch.matmul.layouts.get(weight_dtype)
    return found and _files.Layout(*found)


class Block(Layer):
    """Two products with hidden units between them, which can be shared out."""

    def shard(self, index, count):
        """Return a layer of some of the hidden units: the results of all shards add up to the whole.

        That is how a feed-forward block is computed by several machines at once (tensor-parallel):
        each keeps its shard of all matrices, gets all of x, and its result is a summand.

        Parameters
        ----------
        index : int
            Which shard, from 0 on.  The first one has the bias of the result.
        count : int
            How many there are, at most as many as hidden units; they differ by one unit at most.

        Returns
        -------
        layer of the same class

        Raises
        ------
        TypeError
            If `index` or `count` is not an integer.
        ValueError
            If there is no such shard.

        Notes
        -----
        The weights are unpacked, and packed again.  A sum of float16 or bfloat16 results is rounded
        once for each shard: let `out` be float32.

        Source: Shoeybi et al., arXiv:1909.08053.

        Examples
        --------
        >>> import numpy as np, fastact as fa
        >>> ffn = fa.MLP(np.eye(4, 2), np.ones((1, 4)), activation="relu")
        >>> x = np.array([3, -1], np.float32)
        >>> ffn(x), ffn.shard(0, 2)(x) + ffn.shard(1, 2)(x)
        (array([3.], dtype=float32), array([3.], dtype=float32))
        """
        index, count = integer("index", index), integer("count", count)
        up, down = self.products
        hidden = up.packed.out_features
        if not 1 <= count <= hidden:
            raise ValueError(f"count must be from 1 to the {hidden} hidden units, not {count}")
        if not 0 <= index < count:
            raise ValueError(f"index must be from 0 to {count - 1}, not {index}")
        units = slice(hidden * index // count, hidden * (index + 1) // count)
        matrices, biases = up.packed.unpack()
        (w_down,), (bias_down,) = down.packed.unpack()
        arrays = [array[units] for array in matrices + biases]
        arrays += [w_down[:, units], None if index else bias_down]
        return type(self)(**dict(zip(self.arguments, arrays, strict=True)), activation=self.activation,
                          weight_dtype=self.weight_dtype, accuracy=self.accuracy)


# ------------------------------------------------------------------------------- public --


class GatedProjection(Layer):
    """Two parallel linear projections, one through an activation, multiplied: a gated linear unit.

    Computes ``activation(x @ w_gate.T + bias_gate) * (x @ w_up.T + bias_up)`` in one pass.  The
    weights are packed once, here; the arrays are not kept.

    Parameters
    ----------
    w_gate, w_up : array_like, shape (out_features, in_features)
    activation : str, Activation, (str, dict) or None, optional
        A name that `fastact.get` knows, the activation itself, or one of these and parameters:
        ``("swish", {"beta": 2})``.  Also ``"swiglu_clamped"``, which is more than an activation of
        the gate.  None: the product alone.
    bias_gate, bias_up : array_like, shape (out_features,), optional
    weight_dtype : {"float32", "float16", "bfloat16"}, optional
        What the weights are kept in, rounded to nearest.
    layout : {"out_in", "in_out"}, optional
        "in_out" if the weights are transposed, of shape (in_features, out_features).
    accuracy : {"exact", "fast"}, optional
        Of the activation; None: the setting in force at each call, see `fastact.accuracy`.

    Attributes
    ----------
    in_features, out_features : int
        Sizes of the last axis of x and of the result.
    activation : str, (str, dict) or None
        Its name, with those parameters that are not as usual.
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
        If the packed weights do not fit; nothing was done then.

    See Also
    --------
    GatedMLP : with the down projection.
    save, load : packed weights as a file, which can be memory-mapped.

    Notes
    -----
    Weights and x of any of the types are multiplied as the numbers that they are, and summed in
    float32: over in_features in order, by fused multiply-adds where the CPU has them, 64 at a time,
    and these sums in order.  The error is at most in_features * 2**-24 times the sum of ``|x| |w|``.  A row of the
    result has the same bits whatever the other rows and the number of threads.

    This holds for bfloat16 weights, too, where AMX multiplies them (or AVX512-BF16, if x is
    bfloat16): products of bfloat16 are exact in float32, float16 x is the exact sum of two bfloat16
    numbers and float32 x of three.  Then the error is at most twice as large; numbers below 2**-126
    count as zero; an infinite weight gives NaN, unless x is bfloat16.

    Results, and what an MLP hands on in bfloat16, are rounded once: the activation in float32 with its
    full accuracy, but 2**-13 where the result is bfloat16 (0.51 ULP of that, not 0.5).

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
        As for `GatedProjection`, but that the activation is None by default.

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

    arguments = ("w", "bias")
    operands = (1,)

    def __init__(self, w, bias=None, activation=None, weight_dtype="float32", layout="out_in", accuracy=None):
        product = Product({"w": w}, {"bias": bias}, activation, weight_dtype, layout)
        super().__init__([product], weight_dtype, accuracy)


class MLP(Block):
    """The feed-forward block of BERT, GPT and ViT: ``activation(x @ w1.T + b1) @ w2.T + b2``.

    Parameters
    ----------
    w1 : array_like, shape (hidden_features, in_features)
    w2 : array_like, shape (out_features, hidden_features)
    b1 : array_like, shape (hidden_features,), optional
    b2 : array_like, shape (out_features,), optional
    activation, weight_dtype, layout, accuracy
        As for `GatedProjection`.

    Raises
    ------
    ValueError, TypeError
        As for `GatedProjection`.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> w1, w2 = np.array([[1, 0], [-1, 0]]), np.array([[1, 1]])
    >>> absolute_value_of_first = fa.MLP(w1, w2, activation="relu")
    >>> absolute_value_of_first(np.array([[3, 1], [-4, 1]], np.float32))
    array([[3.],
           [4.]], dtype=float32)
    """

    arguments = ("w1", "b1", "w2", "b2")
    operands = (1, 1)

    def __init__(self, w1, w2, b1=None, b2=None, activation="gelu",
                 weight_dtype="float32", layout="out_in", accuracy=None):
        up = Product({"w1": w1}, {"b1": b1}, activation, weight_dtype, layout)
        down = Product({"w2": w2}, {"b2": b2}, None, weight_dtype, layout)
        check_chain("w1", up, "w2", down)
        super().__init__([up, down], weight_dtype, accuracy)


class GatedMLP(Block):
    """The feed-forward block of LLaMA and Mistral: a gated projection, then the down projection.

    Parameters
    ----------
    w_gate, w_up : array_like, shape (hidden_features, in_features)
    w_down : array_like, shape (out_features, hidden_features)
    activation : str, Activation, (str, dict) or None, optional
    bias_gate, bias_up : array_like, shape (hidden_features,), optional
    bias_down : array_like, shape (out_features,), optional
    weight_dtype, layout, accuracy
        As for `GatedProjection`.

    Raises
    ------
    ValueError, TypeError
        As for `GatedProjection`.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> ffn = fa.GatedMLP(np.eye(3, 2), np.ones((3, 2)), np.ones((1, 3)), activation="relu")
    >>> ffn(np.array([2, -1], np.float32))
    array([2.], dtype=float32)
    """

    arguments = ("w_gate", "w_up", "bias_gate", "bias_up", "w_down", "bias_down")
    operands = (2, 1)

    def __init__(self, w_gate, w_up, w_down, activation="silu", bias_gate=None, bias_up=None, bias_down=None,
                 weight_dtype="float32", layout="out_in", accuracy=None):
        up = Product({"w_gate": w_gate, "w_up": w_up}, {"bias_gate": bias_gate, "bias_up": bias_up},
                     activation, weight_dtype, layout)
        down = Product({"w_down": w_down}, {"bias_down": bias_down}, None, weight_dtype, layout)
        check_chain("w_up", up, "w_down", down)
        super().__init__([up, down], weight_dtype, accuracy)


def check_chain(first_name, first, second_name, second):
    """Raise ValueError unless the second product takes what the first one gives."""
    given, taken = first.packed.out_features, second.packed.in_features
    if given != taken:
        raise ValueError(f"{second_name} takes {taken} features, but {first_name} gives {given}")


def gated_projection(x, w_gate, w_up, activation="silu", bias_gate=None, bias_up=None, *,
                     layout="out_in", accuracy=None, out=None):
    """Apply a gated projection once, keeping no packed weights.

    Packing reads and writes all weights: to use them again, make a `GatedProjection`.

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


for _class in (GatedProjection, Projection, MLP, GatedMLP):
    _class.__module__ = "fastact"   # pickles name public paths only
