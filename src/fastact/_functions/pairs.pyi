from typing import Any, Literal

from numpy.typing import ArrayLike, DTypeLike, NDArray

from fastact._functions.activation import Activation
from fastact._functions.base import CatalogueFunction, Function

_Accuracy = Literal["exact", "fast", "correct"]
_Order = Literal["gate_up", "up_gate", "interleaved"]
_Out = NDArray[Any] | tuple[NDArray[Any] | None, ...] | None

class Pair(CatalogueFunction):
    activation: Activation | None

class GatedUnit(Pair):
    @property
    def order(self) -> _Order: ...
    def __call__(
        self,
        gate: ArrayLike,
        up: ArrayLike | None = None,
        *,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        order: _Order | None = None,
        axis: int | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
    def backward(
        self,
        grad: ArrayLike,
        gate: ArrayLike,
        up: ArrayLike | None = None,
        *,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        order: _Order | None = None,
        axis: int | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...

class ParametricGatedUnit(GatedUnit):
    def __call__(
        self,
        gate: ArrayLike,
        up: ArrayLike | None = None,
        *args: ArrayLike,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        order: _Order | None = None,
        axis: int | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        subok: bool | None = None,
        **parameters: ArrayLike,
    ) -> Any: ...
    def backward(
        self,
        grad: ArrayLike,
        gate: ArrayLike,
        up: ArrayLike | None = None,
        *args: ArrayLike,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        order: _Order | None = None,
        axis: int | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        subok: bool | None = None,
        **parameters: ArrayLike,
    ) -> Any: ...

class AnyGatedUnit(Function):
    def unit(
        self, activation: str | Activation | tuple[str | Activation, dict[str, Any]] = "silu"
    ) -> GatedUnit: ...
    def __call__(
        self,
        gate: ArrayLike,
        up: ArrayLike | None = None,
        activation: str | Activation | tuple[str | Activation, dict[str, Any]] = "silu",
        *,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        order: _Order | None = None,
        axis: int | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
    def backward(
        self,
        grad: ArrayLike,
        gate: ArrayLike,
        up: ArrayLike | None = None,
        activation: str | Activation | tuple[str | Activation, dict[str, Any]] = "silu",
        *,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        order: _Order | None = None,
        axis: int | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...

class AddedActivation(Pair):
    def __call__(
        self,
        x: ArrayLike,
        bias: ArrayLike,
        *,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
    def backward(
        self,
        grad: ArrayLike,
        x: ArrayLike,
        bias: ArrayLike,
        *,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
