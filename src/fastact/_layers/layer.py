"""What projections share: settings, checked calls, pickles and files; and the shards of those with hidden units."""

import math
import os
import sys

import numpy as np

from fastact._formats import FORMATS
from fastact._functions.base import integer
from fastact._layers import files
from fastact._layers.checks import as_rows, checked_input, checked_output, in_place
from fastact._layers.product import Product
from fastact._runtime import dispatch
from fastact._runtime.accuracy import resolve_accuracy


class Layer:
    """What projections share: settings, checked calls, pickling.

    A subclass makes the products, which are applied one after the other.  Its `arguments` are the names of
    its weights and biases, product by product, matrices first; its `operands` are the numbers of matrices.
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
            `out` if given, else an array of x's dtype.  Sums and activation are in float32, and rounded once
            to that dtype.  (Between the products of an MLP they are rounded to bfloat16, if x and the weights
            are bfloat16 and the CPU has instructions that multiply it; else they stay float32.)

        Raises
        ------
        TypeError
            For another dtype, a masked array, or an `out` that is not an array.
        ValueError
            For a shape that does not fit, or a read-only `out`.
        MemoryError
            If there is no memory for packed rows; then nothing was written to `out`.
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
        """Run the products one after the other, from rows to a target of two dimensions."""
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
        name = dispatch.matmul.kernel_name(FORMATS[self.weight_dtype].packed_form)
        return f"{dispatch.matmul_target} {self.weight_dtype} {name}"

    def __repr__(self):
        return (f"{type(self).__name__}({self.in_features} -> {self.out_features}, "
                f"activation={self.activation!r}, kernel={self.kernel!r})")

    # Pickles hold the constructor's arguments and the weights as stored, because another CPU target packs them
    # in another order.  They name public classes only, of the layers and of NumPy.

    def __getstate__(self):
        arrays = []
        for product in self.products:
            matrices, biases = product.packed.unpack()
            arrays += [FORMATS[self.weight_dtype].pack(matrix) for matrix in matrices] + biases
        return dict(zip(self.arguments, arrays), activation=self.activation,
                    weight_dtype=self.weight_dtype, accuracy=self.accuracy)

    def __setstate__(self, state):
        unpack = FORMATS[state["weight_dtype"]].unpack
        self.__init__(**state | {name: unpack(state[name]) for name in self.matrix_arguments()})

    def __copy__(self):
        copy = type(self).__new__(type(self))
        vars(copy).update(vars(self))  # packed weights are never written to
        return copy

    def __deepcopy__(self, memo):
        return self.__copy__()

    def save(self, path):
        """Write the packed weights and all settings to a file, for `load`.

        The file appears when it is complete, and replaces one that has this name.  Layers that were loaded
        from the replaced file, mapped ones too, keep its weights.

        Parameters
        ----------
        path : path-like

        Raises
        ------
        OSError
            If it cannot be written; then nothing of it is left, and a file that had this name is unchanged.
        """
        files.write(path, files.Contents(
            self.kind(), self.operands, self.features, self.activation, FORMATS[self.weight_dtype], self.accuracy,
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
        If the file was saved on another CPU target, or on a machine of the other byte order, the weights are
        packed anew, into memory of their own, whatever `mmap` says; results are within the same bounds.

        A file that is mapped may be deleted or replaced (not on Windows).  Writing *into* it changes the
        weights, and if it is truncated, a call that reads the missing part ends the process (SIGBUS):
        replace files, as `save` does, or use ``mmap=False``.  Checksums of mapped weights are not checked.
        Copies of a mapped layer share the mapping; pickles hold the weights.

        A mapping has small pages; memory has huge ones where the system grants them.  With few rows, mapped
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
        contents = files.read(path, cls.kind(), cls.operands, mmap)
        weight_dtype = contents.format.name
        layer = cls.__new__(cls)
        try:
            if (contents.layout, contents.byte_order) == (own_layout(weight_dtype), sys.byteorder):
                sections = iter(contents.sections)
                products = [
                    Product.over(dispatch.matmul.Packed.over(
                        *sizes, next(sections), next(sections), contents.format), activation)
                    for sizes, activation in zip(contents.products(), [contents.activation, None])
                ]
                Layer.__init__(layer, products, weight_dtype, contents.accuracy)
            else:
                files.check_sections(contents)
                layer.__init__(
                    **dict(zip(cls.arguments, contents.arrays(), strict=True)), activation=contents.activation,
                    weight_dtype=weight_dtype, accuracy=contents.accuracy)
        except (TypeError, ValueError) as error:  # such as an activation that is not known here
            raise ValueError(f"{os.fsdecode(path)}: {error}") from None
        return layer

    @classmethod
    def kind(cls):
        """The name of the public class that this is or derives from."""
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
        """Sizes of the last axis: of x, between products, of the result."""
        return [self.in_features] + [product.packed.out_features for product in self.products]


def own_layout(weight_dtype):
    """The order in which this target packs weights of this type."""
    return files.Layout(*dispatch.matmul.layouts[FORMATS[weight_dtype].packed_form])


class Block(Layer):
    """Two products with hidden units between them, which can be shared out."""

    def shard(self, index, count):
        """Return a layer of some of the hidden units: the results of all shards add up to the whole.

        Several machines compute a feed-forward block at once in this way (tensor-parallel): each keeps its
        shard of all matrices and gets all of x, and the results are added.

        Parameters
        ----------
        index : int
            Number of the shard, from 0 on.  The first one has the bias of the result.
        count : int
            Number of shards, at most that of the hidden units; their sizes differ by one unit at most.

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
