"""One matrix product: its packed weights, and the kernels of its activation."""

from fastact._catalogue import gives_zeros
from fastact._formats import FORMATS, QuantizedArray, codes
from fastact._formats.array import quantized
from fastact._layers.checks import (
    checked_activation, checked_bias, checked_choice, checked_matrix, checked_quantized, known_activation)
from fastact._runtime import dispatch
from fastact._runtime.accuracy import ACCURACIES
from fastact._runtime.progress import NO_BAR

LAYOUTS = ("out_in", "in_out")
# Formats to which weights are quantised at construction, in groups of 32.
QUANTISED = ("int8", "int4")
GROUP = 32
LINE = 64  # bytes of a cache line


class Product:
    """One packed product: plain (one matrix) or gated (gate and up), with its activation.

    Parameters
    ----------
    matrices : dict of str to (array_like, QuantizedArray or Codes)
        The weights, by the names of the arguments.
    biases : dict of str to (array_like or None)
        The biases, by the names of the arguments.
    activation, weight_dtype, layout
        The same as for `GatedProjection`.
    room : callable, optional
        Where the weights are packed, see `Room`.
    bar : progress bar, optional
        It is moved by a step for each matrix.
    """

    def __init__(self, matrices, biases, activation, weight_dtype, layout, room=None, bar=NO_BAR):
        room = room or dispatch.matmul.room_for
        checked_choice("weight_dtype", weight_dtype, (*FORMATS, *QUANTISED))
        checked_choice("layout", layout, LAYOUTS)
        self.use(activation, len(matrices))
        arrays = [checked_weights(name, value, layout) for name, value in matrices.items()]
        if len({array.shape for array in arrays}) > 1:
            raise ValueError(f"{' and '.join(matrices)} must have the same shape, not "
                             f"{' and '.join(str(array.shape) for array in arrays)} (out_features, in_features)")
        biases = [checked_bias(name, value, arrays[0].shape[0]) for name, value in biases.items()]
        if weight_dtype in QUANTISED:
            arrays = [quantised(name, array, weight_dtype, bar) for name, array in zip(matrices, arrays)]
        coded = [array if isinstance(array, codes.Codes) else coded_or_none(array) for array in arrays]
        if None in coded:
            self.packed = dispatch.matmul.Packed(
                [array.dequantize() if isinstance(array, QuantizedArray) else as_floats(array) for array in arrays],
                biases, FORMATS[float_dtype(weight_dtype)], room)
        else:
            self.packed = packed_codes(coded, biases, room)
        if weight_dtype not in QUANTISED:   # else quantising, which takes most of the time, has moved it
            bar.update(len(arrays))

    @classmethod
    def over(cls, packed, activation):
        """Return a product of weights that have been packed before."""
        product = cls.__new__(cls)
        product.use(activation, packed.operands)
        product.packed = packed
        return product

    def use(self, activation, operands):
        """Check the activation and look up its kernels."""
        role = "gated" if operands == 2 else "forward"
        self.activation, kernel, self.parameters = checked_activation(activation, role)
        # Whether exact zeros are to be expected in the result: then a product that follows looks for them.
        self.gives_zeros = kernel is not None and gives_zeros(known_activation(kernel, role).entry, self.parameters.tolist())
        # Only "exact" has another kernel for results that are rounded to bfloat16, a cheaper one.
        self.kernels = {
            accuracy: kernel and [
                dispatch.elementwise.kernel(kernel, role, accuracy, to_bfloat) for to_bfloat in (False, True)]
            for accuracy in ACCURACIES
        }

    def step(self, accuracy):
        """Return the arguments for this product that `run` of the compiled products takes."""
        return self.packed, self.kernels[accuracy], self.parameters

    @property
    def is_coded(self):
        """Whether the weights have a few bits."""
        return isinstance(self.packed, dispatch.matmul.PackedCodes)

    @property
    def packed_form(self):
        """The packed form of the weights; "codes" if they have a few bits."""
        return "codes" if self.is_coded else self.packed.format.packed_form

    @property
    def formats(self):
        """The name of the format of each matrix."""
        if self.is_coded:
            return [format for format, _ in self.packed.descriptions]
        return [self.packed.format.name] * self.packed.operands

    def matrices(self):
        """The weights as float32 arrays, or as Codes."""
        if not self.is_coded:
            return self.packed.unpack()[0]
        shape, lanes = (self.packed.out_features, self.packed.in_features), dispatch.matmul.lanes
        count = strips_of(shape[0], self.packed.operands)   # without columns it does not follow from the size
        return [
            codes.unpack(format, form, shape, lanes, strips.reshape(count, lanes * form.column_bytes(shape[1])))
            for (format, form), strips in zip(self.packed.descriptions, self.packed.strips)]


def checked_weights(name, value, layout):
    """Return weights as float32, of shape (out_features, in_features), as a QuantizedArray or as Codes."""
    if isinstance(value, QuantizedArray):
        return checked_quantized(name, value, layout)
    return value if isinstance(value, codes.Codes) else checked_matrix(name, value, layout)


def quantised(name, array, weight_dtype, bar=NO_BAR):
    """Return an array of floats as a QuantizedArray; others as they are."""
    if isinstance(array, QuantizedArray | codes.Codes):
        bar.update()
        return array
    try:
        return quantized(array, weight_dtype, GROUP, False, bar)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def coded_or_none(array):
    """Codes of a QuantizedArray that has a packed form."""
    return codes.codes_of(array) if isinstance(array, QuantizedArray) else None


def as_floats(array):
    """Codes that are beside a matrix of floats, dequantised; floats as they are."""
    return codes.dequantized(array) if isinstance(array, codes.Codes) else array


def float_dtype(weight_dtype):
    """The dtype of those weights that are kept as floats."""
    return "float32" if weight_dtype in QUANTISED else weight_dtype


def strips_of(rows, operands):
    """The number of strips, each of as many rows as there are lanes, of a matrix that is packed with its operands."""
    vectors = 2 // operands     # strips that a panel has of each matrix
    return -(-rows // (dispatch.matmul.lanes * vectors)) * vectors


class Room:
    """Memory for the packed weights of many products of equal sizes: one piece for `count` of them.

    Small pieces may come from memory that was used before, which has small pages.  With those 64 experts of 3.5 MB, 4 bits,
    took 1.4 times as long for one row, and up to twice the memory.
    """

    def __init__(self, count):
        self.count, self.pieces = count, {}

    def __call__(self, nbytes):
        """Return bytes of zeros that start at a cache line."""
        step = -(-nbytes // LINE) * LINE
        piece, used = self.pieces.get(nbytes, (None, self.count))
        if used == self.count:
            piece, used = dispatch.matmul.room_for(step * self.count), 0
        self.pieces[nbytes] = piece, used + 1
        return piece[step * used:][:nbytes]


def packed_codes(coded, biases, room):
    """Pack quantised matrices."""
    lanes = dispatch.matmul.lanes
    rows, depth = coded[0].shape
    count = strips_of(rows, len(coded))
    packed = []
    for one in coded:
        size = lanes * one.form.column_bytes(depth)
        strips = room(count * size)
        codes.pack(one, lanes, strips.reshape(count, size))
        packed.append(strips)
    return dispatch.matmul.PackedCodes([(one.format, one.form) for one in coded], packed, biases, depth, rows)
