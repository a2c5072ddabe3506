from numpy.typing import ArrayLike

from fastact._layers.layer import Block, _Accuracy, _Activation, _Layout, _Weights, _WeightType

class MLP(Block):
    def __init__(
        self,
        w1: _Weights,
        w2: _Weights,
        b1: ArrayLike | None = None,
        b2: ArrayLike | None = None,
        activation: _Activation = "gelu",
        weight_dtype: _WeightType = "float32",
        layout: _Layout = "out_in",
        accuracy: _Accuracy | None = None,
        *,
        progress: bool = False,
    ) -> None: ...

class GatedMLP(Block):
    def __init__(
        self,
        w_gate: _Weights,
        w_up: _Weights,
        w_down: _Weights,
        activation: _Activation = "silu",
        bias_gate: ArrayLike | None = None,
        bias_up: ArrayLike | None = None,
        bias_down: ArrayLike | None = None,
        weight_dtype: _WeightType = "float32",
        layout: _Layout = "out_in",
        accuracy: _Accuracy | None = None,
        *,
        progress: bool = False,
    ) -> None: ...
