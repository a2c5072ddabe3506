"""One matrix product: its packed weights, and the kernels of its activation."""

from fastact._formats import FORMATS
from fastact._layers.checks import checked_activation, checked_bias, checked_choice, checked_matrix
from fastact._runtime import dispatch

LAYOUTS = ("out_in", "in_out")


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
        checked_choice("weight_dtype", weight_dtype, FORMATS)
        checked_choice("layout", layout, LAYOUTS)
        self.use(activation, len(matrices))
        arrays = [checked_matrix(name, value, layout) for name, value in matrices.items()]
        if len({array.shape for array in arrays}) > 1:
            raise ValueError(f"{' and '.join(matrices)} must have the same shape, not "
                             f"{' and '.join(str(array.shape) for array in arrays)} (out_features, in_features)")
        biases = [checked_bias(name, value, len(arrays[0])) for name, value in biases.items()]
        self.packed = dispatch.matmul.Packed(arrays, biases, FORMATS[weight_dtype])

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
            accuracy: kernel and [
                dispatch.elementwise.kernel(kernel, role, accuracy, to_bfloat) for to_bfloat in (False, True)]
            for accuracy in ("exact", "fast")
        }

    def step(self, accuracy):
        """Return what `run` of the compiled products takes for this product."""
        return self.packed, self.kernels[accuracy], self.parameters
