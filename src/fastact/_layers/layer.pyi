import os
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self, SupportsIndex

from numpy.typing import ArrayLike, NDArray

from fastact._formats.array import QuantizedArray
from fastact._functions.activation import Activation
from fastact._functions.pairs import ParametricGatedUnit

_Accuracy = Literal["exact", "fast", "correct"]
_WeightType = Literal["float32", "float16", "bfloat16", "int8", "int4"]
_Weights = ArrayLike | QuantizedArray
_Layout = Literal["out_in", "in_out"]
_Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]
_Named = str | Activation | ParametricGatedUnit
_Activation = _Named | tuple[_Named, Mapping[str, Any]] | None

class Layer:
    arguments: ClassVar[tuple[str, ...]]
    operands: ClassVar[tuple[int, ...]]
    several: bool
    sizes: tuple[int, ...]
    widths: tuple[int, int]
    float_dtype: str
    accuracy: _Accuracy | None
    def __init__(self, products: list[Any], weight_dtype: str, accuracy: _Accuracy | None) -> None: ...
    def __call__(self, x: ArrayLike, out: NDArray[Any] | None = None) -> NDArray[Any]: ...
    @property
    def in_features(self) -> int: ...
    @property
    def out_features(self) -> int: ...
    @property
    def features(self) -> list[int]: ...
    @property
    def activation(self) -> str | tuple[str, dict[str, float]] | None: ...
    @property
    def weight_dtype(self) -> str: ...
    @property
    def nbytes(self) -> int: ...
    @property
    def kernel(self) -> str: ...
    def save(self, path: _Path) -> None: ...
    @classmethod
    def load(cls, path: _Path, mmap: bool = True) -> Self: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: dict[int, Any]) -> Self: ...

class Block(Layer):
    def __call__(
        self, x: ArrayLike, out: NDArray[Any] | None = None, active: ArrayLike | None = None,
    ) -> NDArray[Any]: ...
    def shard(self, index: SupportsIndex, count: SupportsIndex) -> Self: ...
