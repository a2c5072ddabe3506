from collections.abc import Sequence
from typing import Any, overload

from numpy.typing import ArrayLike, NDArray

from fastact._layers.layer import Layer, _Accuracy, _Activation, _Layout, _Weights, _WeightType

class GatedProjection(Layer):
    def __init__(
        self,
        w_gate: _Weights,
        w_up: _Weights,
        activation: _Activation = "silu",
        bias_gate: ArrayLike | None = None,
        bias_up: ArrayLike | None = None,
        weight_dtype: _WeightType = "float32",
        layout: _Layout = "out_in",
        accuracy: _Accuracy | None = None,
        *,
        progress: bool = False,
    ) -> None: ...

class Projection(Layer):
    @overload
    def __init__(
        self,
        w: _Weights,
        bias: ArrayLike | None = None,
        activation: _Activation = None,
        weight_dtype: _WeightType = "float32",
        layout: _Layout = "out_in",
        accuracy: _Accuracy | None = None,
        *,
        progress: bool = False,
    ) -> None: ...
    @overload
    def __init__(
        self,
        w: Sequence[_Weights],
        bias: Sequence[ArrayLike | None] | None = None,
        activation: _Activation = None,
        weight_dtype: _WeightType = "float32",
        layout: _Layout = "out_in",
        accuracy: _Accuracy | None = None,
        *,
        progress: bool = False,
    ) -> None: ...
    # An array, or of several matrices a tuple of arrays.
    def __call__(self, x: ArrayLike, out: NDArray[Any] | Sequence[NDArray[Any]] | None = None) -> Any: ...

def gated_projection(
    x: ArrayLike,
    w_gate: _Weights,
    w_up: _Weights,
    activation: _Activation = "silu",
    bias_gate: ArrayLike | None = None,
    bias_up: ArrayLike | None = None,
    *,
    layout: _Layout = "out_in",
    accuracy: _Accuracy | None = None,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]: ...
