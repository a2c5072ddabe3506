from collections.abc import Sequence
from typing import Any, Literal, Self, SupportsIndex

from numpy.typing import ArrayLike, NDArray

from fastact._formats.array import QuantizedArray
from fastact._layers.layer import Block, Layer, _Accuracy, _Activation, _Layout, _Path, _WeightType

_Matrices = ArrayLike | QuantizedArray | Sequence[ArrayLike] | Sequence[QuantizedArray]

class Experts(Layer):
    shared: Block | None
    num_experts: int
    expert_range: range
    def __init__(
        self,
        gate_up: _Matrices | tuple[_Matrices, _Matrices],
        down: _Matrices,
        gate_up_bias: ArrayLike | tuple[ArrayLike, ArrayLike] | None = None,
        down_bias: ArrayLike | None = None,
        activation: _Activation = "silu",
        order: Literal["gate_up", "up_gate", "interleaved"] = "gate_up",
        gated: bool = True,
        shared: Block | None = None,
        weight_dtype: _WeightType | None = None,
        layout: _Layout = "out_in",
        accuracy: _Accuracy | None = None,
        *,
        progress: bool = False,
    ) -> None: ...
    def __call__(  # type: ignore[override]
        self,
        x: ArrayLike,
        ids: ArrayLike,
        weights: ArrayLike,
        weight_on: Literal["output", "input"] = "output",
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]: ...
    @classmethod
    def load(cls, path: _Path, mmap: bool = True) -> Self: ...
    def shard(self, index: SupportsIndex, count: SupportsIndex, by: Literal["experts", "hidden"] = "experts") -> Self: ...
