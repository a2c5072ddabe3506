"""Feed-forward blocks: MLP and GatedMLP, two matrix products each."""

from fastact._layers.layer import Block
from fastact._layers.product import Product
from fastact._runtime.progress import bar


class MLP(Block):
    """The feed-forward block of BERT, GPT and ViT: ``activation(x @ w1.T + b1) @ w2.T + b2``.

    Parameters
    ----------
    w1 : array_like or QuantizedArray, shape (hidden_features, in_features)
    w2 : array_like or QuantizedArray, shape (out_features, hidden_features)
    b1 : array_like, shape (hidden_features,), optional
    b2 : array_like, shape (out_features,), optional
    activation, weight_dtype, layout, accuracy, progress
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

    __module__ = "fastact"  # pickles name public paths only
    arguments = ("w1", "b1", "w2", "b2")
    operands = (1, 1)

    def __init__(self, w1, w2, b1=None, b2=None, activation="gelu",
                 weight_dtype="float32", layout="out_in", accuracy=None, *, progress=False):
        with bar(2, "packing", progress) as shown:
            up = Product({"w1": w1}, {"b1": b1}, activation, weight_dtype, layout, bar=shown)
            down = Product({"w2": w2}, {"b2": b2}, None, weight_dtype, layout, bar=shown)
        check_chain("w1", up, "w2", down)
        super().__init__([up, down], weight_dtype, accuracy)


class GatedMLP(Block):
    """The feed-forward block of LLaMA and Mistral: a gated projection, then the down projection.

    Parameters
    ----------
    w_gate, w_up : array_like or QuantizedArray, shape (hidden_features, in_features)
    w_down : array_like or QuantizedArray, shape (out_features, hidden_features)
    activation : str, Activation, (str, dict) or None, optional
    bias_gate, bias_up : array_like, shape (hidden_features,), optional
    bias_down : array_like, shape (out_features,), optional
    weight_dtype, layout, accuracy, progress
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

    __module__ = "fastact"  # pickles name public paths only
    arguments = ("w_gate", "w_up", "bias_gate", "bias_up", "w_down", "bias_down")
    operands = (2, 1)

    def __init__(self, w_gate, w_up, w_down, activation="silu", bias_gate=None, bias_up=None, bias_down=None,
                 weight_dtype="float32", layout="out_in", accuracy=None, *, progress=False):
        with bar(3, "packing", progress) as shown:
            up = Product({"w_gate": w_gate, "w_up": w_up}, {"bias_gate": bias_gate, "bias_up": bias_up},
                         activation, weight_dtype, layout, bar=shown)
            down = Product({"w_down": w_down}, {"bias_down": bias_down}, None, weight_dtype, layout, bar=shown)
        check_chain("w_up", up, "w_down", down)
        super().__init__([up, down], weight_dtype, accuracy)


def check_chain(first_name, first, second_name, second):
    """Raise ValueError unless the second product takes as many features as the first one gives."""
    given, taken = first.packed.out_features, second.packed.in_features
    if given != taken:
        raise ValueError(f"{second_name} takes {taken} features, but {first_name} gives {given}")
