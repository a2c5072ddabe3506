"""The base classes of projections: settings, checked calls, pickles and files; shards of layers with hidden units."""

import math
import os
import sys

import numpy as np

from fastact._formats import FORMATS, codes, container
from fastact._functions.base import integer
from fastact._layers import files
from fastact._layers.checks import (
    are_apart, as_rows, check_correct, checked_active, checked_input, checked_output, checked_outputs, in_place, name_of, native,
    side_by_side)
from fastact._layers.product import Product, float_dtype
from fastact._runtime import dispatch
from fastact._runtime.accuracy import resolve_accuracy


class Layer:
    """The base class of all projections: settings, checked calls, pickling, files.

    A subclass makes the products, which are applied one after the other.  Its `arguments` are the names of
    the weights and biases of each product, matrices first; its `operands` are the number of matrices of each.
    If it is `several`, the products have the same input instead, and each argument is a list.
    """

    arguments = ()
    operands = ()
    several = False

    def __init__(self, products, weight_dtype, accuracy):
        self.products = products
        # Sizes of the last axis of each result, of which there is one unless the layer has several matrices.
        self.sizes = tuple([product.packed.out_features for product in products[0 if self.several else -1:]])
        self.widths = products[0].packed.in_features, sum(self.sizes)
        self.float_dtype = float_dtype(weight_dtype)  # of those weights that are no QuantizedArray
        self.accuracy = accuracy
        if accuracy is not None:
            self.resolved_accuracy()

    def __call__(self, x, out=None):
        """Apply the layer to every row of x.

        Parameters
        ----------
        x : array_like, shape (..., in_features)
            The input: float16, bfloat16 or float32, with any strides.
        out : ndarray, shape (..., out_features), optional
            The array for the result: float16, bfloat16 or float32, with any strides.  It may overlap x.

        Returns
        -------
        ndarray, shape (..., out_features)
            `out` if given, else an array with the dtype of x.  Sums and activation are computed in float32 and
            rounded once to the dtype of the result.  (Between the products of an MLP they are rounded to
            bfloat16, if x and the weights are bfloat16 and the CPU has instructions that multiply bfloat16;
            otherwise they stay in float32.)

        Raises
        ------
        TypeError
            If x has another dtype or is a masked array, or if `out` is not an array.
        ValueError
            If a shape does not fit, if `out` is read-only, or with accuracy "correct" if the bits of the result would
            depend on the CPU, see `GatedProjection`.  Then nothing has been written to `out`.
        MemoryError
            If there is not enough memory for packed rows; then nothing has been written to `out`.
        """
        return self.apply(x, out)

    def apply(self, x, out, active=None):
        """Apply the layer to every row of x; active: as `dispatch.matmul.run` takes it."""
        taken, given = self.widths
        x = checked_input(x, taken)
        if self.several:
            return self.call_several(x, out)
        shape = x.shape[:-1] + (given,)
        count = math.prod(shape[:-1])
        rows = as_rows(x, count)
        target = None if out is None else in_place(checked_output(out, shape), count, rows)
        if target is not None:
            self.compute(rows, target, active)
            return out
        wanted = native((x if out is None else out).dtype)
        target = np.empty((count, given), wanted)
        self.compute(rows, target, active)
        target = target.reshape(shape)
        if out is None:
            return target
        out[...] = target
        return out

    def call_several(self, x, out):
        """Apply all products to every row of x; return the results, or `out`, as a tuple."""
        leading, sizes, given = x.shape[:-1], self.sizes, self.widths[1]
        count = math.prod(leading)
        rows = as_rows(x, count)
        if out is None:
            whole = np.empty((count, given), native(x.dtype))
            results = side_by_side(whole, sizes)
            self.compute(rows, results)
            return results if x.ndim == 2 else side_by_side(whole.reshape(*leading, given), sizes)
        outs = checked_outputs(out, leading, sizes)
        apart = isinstance(out, np.ndarray) or are_apart(outs)
        targets = [in_place(one, count, rows) if apart else None for one in outs]
        results = [np.empty((count, size), native(one.dtype)) if target is None else target
                   for one, size, target in zip(outs, sizes, targets)]
        self.compute(rows, results)
        for one, target, result in zip(outs, targets, results):
            if target is None:
                one[...] = result.reshape(one.shape)
        return outs

    def compute(self, rows, target, active=None):
        """Apply the products to `rows`, and write the result to `target`, or to the targets; all have two axes."""
        x_dtype = name_of(rows.dtype)
        accuracy = self.resolved_accuracy(x_dtype)
        steps = [product.step(accuracy) for product in self.products]
        out_dtype = tuple([name_of(one.dtype) for one in target]) if self.several else name_of(target.dtype)
        dispatch.matmul.run(steps, rows, x_dtype, target, out_dtype, accuracy == "fast", self.several,
                            active is not None or self.products[0].gives_zeros, active)

    def resolved_accuracy(self, x_dtype=None):
        """Return the accuracy that applies; raise ValueError if it is "correct" and not to be had, with x of this type."""
        accuracy = resolve_accuracy(self.accuracy)
        if accuracy == "correct":
            for product in self.products:
                check_correct(type(self).__name__, product.packed_form, x_dtype)
                if not self.several:
                    x_dtype = "float32"     # of hidden results: they are bfloat16 only where that is refused
        return accuracy

    @property
    def in_features(self):
        """Size of the last axis of x."""
        return self.widths[0]

    @property
    def out_features(self):
        """Size of the last axis of the result; of several matrices the sum of all."""
        return self.widths[1]

    @property
    def activation(self):
        """The activation: its name, (name, parameters), or None."""
        return self.products[0].activation

    @property
    def weight_dtype(self):
        """The type or format in which the weights are stored: if they differ, "q4_k, q6_k", one for each matrix."""
        formats = [format for product in self.products for format in product.formats]
        return formats[0] if len(set(formats)) == 1 else ", ".join(formats)

    @property
    def nbytes(self):
        """Size of the packed weights and biases in bytes."""
        return sum(product.packed.nbytes for product in self.products)

    @property
    def kernel(self):
        """The code that computes calls in which x has the type of the weights.

        It names the CPU target, the type of the weights, rows x columns of a tile, and the instruction if it
        is a special one for bfloat16 (with VDPBF16PS and BFDOT, x of other types is multiplied in float32) or, with
        accuracy "fast", for x in 8 bits; and whether few rows skip hidden values that are zero.
        """
        names = []
        for product in self.products:
            name = f"{'/'.join(dict.fromkeys(product.formats))} {dispatch.matmul.kernel_name(product.packed_form)}"
            names += [name] if name not in names else []
        zeros = f" (up to {dispatch.matmul.skip_rows} rows: without their zeros)" if self.skips_zeros else ""
        return f"{dispatch.matmul_target} {', '.join(names)}{zeros}"

    @property
    def skips_zeros(self):
        """Whether weights of the last product are left out where few rows of hidden values are zero."""
        up, *down = self.products
        return bool(not self.several and down and up.gives_zeros and dispatch.matmul.can_skip(down[0].packed))

    def __repr__(self):
        sizes = self.sizes if self.several else self.out_features
        return (f"{type(self).__name__}({self.in_features} -> {sizes}, "
                f"activation={self.activation!r}, kernel={self.kernel!r})")

    # Pickles hold the arguments of the constructor, with the weights in their format but not packed, because another
    # CPU target packs them in another order.  Pickles name public classes only, of fastact and of NumPy.

    def __getstate__(self):
        arrays = [array for product in pickled(self.products, self.float_dtype) for array in product]
        return dict(self.by_argument(arrays), activation=self.activation,
                    weight_dtype=self.float_dtype, accuracy=self.accuracy)

    def __setstate__(self, state):
        self.__init__(**state | {name: unpickled(state[name], state["weight_dtype"]) for name in self.matrix_arguments()})

    def __copy__(self):
        copy = type(self).__new__(type(self))
        vars(copy).update(vars(self))  # packed weights are never written to
        return copy

    def __deepcopy__(self, memo):
        return self.__copy__()

    def save(self, path):
        """Write the packed weights and all settings to a file, for `load`.

        The file appears when it is complete, and replaces an existing file of this name.  Layers that were
        loaded from the replaced file keep their weights, even if they are mapped.

        Parameters
        ----------
        path : path-like
            The file.

        Raises
        ------
        OSError
            If the file cannot be written; then no part of it remains, and an existing file is unchanged.
        """
        files.write(path, self.contents())

    def contents(self):
        """What a file holds."""
        return files.Contents(
            self.kind(), self.operands * len(self.sizes), self.features, self.activation, FORMATS[self.float_dtype],
            self.accuracy, own_layout(self.float_dtype), sys.byteorder,
            [array for product in self.products for array in product.packed.arrays()],
            coded=[product.packed.descriptions if product.is_coded else None for product in self.products],
            several=self.several)

    @classmethod
    def load(cls, path, mmap=True):
        """Return a layer that `save` has written to a file.

        Parameters
        ----------
        path : path-like
            The file.
        mmap : bool, optional
            True: the weights are mapped into memory, read from the file when they are used, and shared
            with other processes that map it.  False: they are read now, and their checksums are checked.

        Returns
        -------
        Layer
            A layer of the class on which this method is called.

        Raises
        ------
        ValueError
            If the file was not written by `save`, holds another class, has another version of the
            format, or was truncated or altered.
        OSError
            If the file cannot be read.

        Notes
        -----
        If the file was saved on another CPU target, or on a machine with another byte order, the weights are
        packed again into new memory, even with ``mmap=True``; results are within the same bounds.

        A mapped file may be deleted or replaced (not on Windows).  Writing *into* it changes the weights.  If
        it is truncated, a call that reads the missing part ends the process (SIGBUS).  So replace files, as
        `save` does, or use ``mmap=False``.  Checksums of mapped weights are not checked.  Copies of a mapped
        layer share the mapping; pickles hold the weights.

        A mapping has small pages; other memory has huge pages where the system grants them.  With few rows,
        mapped weights took 1.05 to 1.3 times as long as weights that were read (138 MB, Linux).

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
        contents = files.read(path, cls.kind(), cls.operands, mmap)
        weight_dtype = contents.format.name
        layer = cls.__new__(cls)
        try:
            if (contents.layout, contents.byte_order) == (own_layout(weight_dtype), sys.byteorder):
                products = [
                    Product.over(over_sections(sizes, coded, sections, contents.format), activation)
                    for sizes, coded, sections, activation in zip(
                        contents.products(), contents.coded, contents.by_product(), contents.activations())
                ]
                layer.several = contents.several
                Layer.__init__(layer, products, weight_dtype, contents.accuracy)
            else:
                container.check_sections(contents.sections, contents.checksums)
                layer.several = contents.several
                layer.__init__(**layer.by_argument(contents.arrays()), activation=contents.activation,
                               weight_dtype=weight_dtype, accuracy=contents.accuracy)
        except (TypeError, ValueError) as error:  # for example an unknown activation
            raise ValueError(f"{os.fsdecode(path)}: {error}") from None
        return layer

    def by_argument(self, arrays):
        """The weights and biases of all products, in their order, by the names of the constructor's arguments."""
        if self.several:
            count = len(self.arguments)
            return {name: arrays[i::count] for i, name in enumerate(self.arguments)}
        return dict(zip(self.arguments, arrays, strict=True))

    @classmethod
    def kind(cls):
        """The name of this public class, or of the one that it derives from."""
        return next(base.__name__ for base in cls.__mro__ if base.__module__ == "fastact")

    @classmethod
    def matrix_arguments(cls):
        """The names of the weights, without those of the biases."""
        found, start = [], 0
        for operands in cls.operands:
            found += cls.arguments[start:start + operands]
            start += 2 * operands
        return found

    @property
    def features(self):
        """Sizes of the last axis: that of x, those between products, that of the result or those of each result."""
        return [self.in_features] + [product.packed.out_features for product in self.products]


def pickled(products, float_dtype):
    """For each product its matrices in their format, and its biases."""
    pack = FORMATS[float_dtype].pack
    return [[*(codes.to_state(matrix) if product.is_coded else pack(matrix) for matrix in product.matrices()),
             *product.packed.biases()] for product in products]


def unpickled(matrix, float_dtype):
    """A matrix from the state of `pickled`, or a list of them."""
    if isinstance(matrix, list):
        return [unpickled(one, float_dtype) for one in matrix]
    return codes.from_state(matrix) if isinstance(matrix, dict) else FORMATS[float_dtype].unpack(matrix)


def shard_of(up, down, index, count):
    """The part of some hidden units of two products: matrices and biases of the first one, then matrix and bias of the second.

    Parameters
    ----------
    up, down : Product
    index, count : int
        As in `Block.shard`.
    """
    hidden = up.packed.out_features
    step = down.packed.descriptions[0][1].step() if down.is_coded else 1
    blocks = -(-hidden // step)
    if not 1 <= count <= blocks:
        raise ValueError(f"count must be from 1 to the {blocks} {'blocks of ' * down.is_coded}hidden units, not {count}")
    if not 0 <= index < count:
        raise ValueError(f"index must be from 0 to {count - 1}, not {index}")
    units = slice(min(hidden, blocks * index // count * step), min(hidden, blocks * (index + 1) // count * step))
    matrices = [matrix.rows(units) if up.is_coded else matrix[units] for matrix in up.matrices()]
    (w_down,), (bias_down,) = down.matrices(), down.packed.biases()
    return (matrices, [bias[units] for bias in up.packed.biases()],
            w_down.columns(units) if down.is_coded else w_down[:, units], None if index else bias_down)


def over_sections(sizes, coded, sections, format):
    """Packed weights over the sections of a product in a file of this target's layout."""
    *weights, bias = sections
    if coded is None:
        return dispatch.matmul.Packed.over(*sizes, *weights, bias, format)
    return dispatch.matmul.PackedCodes(coded, weights, bias, *sizes[1:])


def own_layout(weight_dtype):
    """The order in which this target packs weights of this type."""
    return files.Layout(*dispatch.matmul.layouts[FORMATS[weight_dtype].packed_form])


class Block(Layer):
    """Two products with hidden units between them, which can be divided among machines."""

    def __call__(self, x, out=None, active=None):
        """Apply the layer to every row of x.

        Parameters
        ----------
        x : array_like, shape (..., in_features)
            The input: float16, bfloat16 or float32, with any strides.
        out : ndarray, shape (..., out_features), optional
            The array for the result: float16, bfloat16 or float32, with any strides.  It may overlap x.
        active : array_like of int, shape (n,), optional
            The hidden units that are to be computed, for all rows; all others count as zero.  So whoever can predict which
            units a ReLU lets through does not pay for the others.  In any order; a unit that is named twice counts once.
            Without any the result is the bias.

        Returns
        -------
        ndarray, shape (..., out_features)
            `out` if given, else an array with the dtype of x.  Sums and activation are computed in float32 and
            rounded once to the dtype of the result.  (Between the products of an MLP they are rounded to
            bfloat16, if x and the weights are bfloat16 and the CPU has instructions that multiply bfloat16;
            otherwise they stay in float32.)

        Raises
        ------
        TypeError
            If x has another dtype or is a masked array, if `out` is not an array, or if `active` does not hold integers.
        ValueError
            If a shape does not fit, if `out` is read-only, if `active` has more or less than one dimension or names a unit
            that there is not, or with accuracy "correct" if the bits of the result would depend on the CPU, see
            `GatedProjection`.  Then nothing has been written to `out`.
        MemoryError
            If there is not enough memory for packed rows; then nothing has been written to `out`.

        Notes
        -----
        *Zeros are skipped.*  After an activation that is exactly zero on an interval (ReLU, its square, hardshrink and
        others of which the catalogue knows it), or with `active`, up to four rows of hidden values are searched for units
        that are zero in all of them, and their weights of the last product are not read.  The bits are those of the dense
        product.  If more than 5/8 of the weights would be read, the dense product is computed, as it is for more rows,
        where a weight is infinite or NaN (0 times it is NaN), with bfloat16 weights on CPUs with AMX, and with quantised
        weights and accuracy "fast".  One row of which 10 % of 5632 units are active takes a quarter to a fifth of the
        time of the dense product (2048 x 5632), with int8 weights half (``python benchmarks/relu_zeros.py``, Zen 5).

        *active* computes what a layer would whose other units are zero, bit by bit.  The first such call copies the first
        weights in another order, in which those of a unit are neighbours; `nbytes` counts both.  It is meant for few units:
        with 30 % of them a call takes half to nine tenths of the time of the dense one.

        Examples
        --------
        >>> import numpy as np, fastact as fa
        >>> ffn = fa.MLP(np.eye(4, 2), np.ones((1, 4)), b2=[0.5], activation="relu")
        >>> x = np.array([3, 4], np.float32)
        >>> ffn(x), ffn(x, active=[0]), ffn(x, active=[])
        (array([7.5], dtype=float32), array([3.5], dtype=float32), array([0.5], dtype=float32))
        """
        if active is not None:
            active = checked_active(active, self.products[0].packed.out_features)
        return self.apply(x, out, active)

    def shard(self, index, count):
        """Return a layer with some of the hidden units; the sum of the results of all shards is the whole result.

        In this way several machines compute a feed-forward block together (tensor parallelism): each keeps its
        shard of all matrices and gets the whole x, and the results are added.

        Parameters
        ----------
        index : int
            Index of the shard, from 0 on.  The first one has the bias of the result.
        count : int
            Number of shards, at most the number of hidden units; their sizes differ by at most one unit.
            If the last weights are quantised, read blocks (of 16 to 256 units, the last one may be shorter)
            instead of units.

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
        The weights are unpacked and packed again.  A sum of float16 or bfloat16 results is rounded once for
        each shard; avoid this with an `out` of float32.

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
        matrices, biases, w_down, bias_down = shard_of(*self.products, index, count)
        arrays = [*matrices, *biases, w_down, bias_down]
        return type(self)(**dict(zip(self.arguments, arrays, strict=True)), activation=self.activation,
                          weight_dtype=self.float_dtype, accuracy=self.accuracy)
