from typing import Any, Literal

from numpy.typing import ArrayLike, NDArray

_Accuracy = Literal["exact", "fast", "correct"]
_Axis = int | tuple[int, ...] | None

class PolyNorm:
    formula: str
    def __call__(
        self,
        x: ArrayLike,
        weight: ArrayLike,
        bias: ArrayLike = 0.0,
        eps: ArrayLike = 1e-6,
        *,
        axis: _Axis = -1,
        out: NDArray[Any] | None = None,
        accuracy: _Accuracy | None = None,
    ) -> Any: ...
    def backward(
        self,
        grad: ArrayLike,
        x: ArrayLike,
        weight: ArrayLike,
        bias: ArrayLike = 0.0,
        eps: ArrayLike = 1e-6,
        *,
        axis: _Axis = -1,
        out: NDArray[Any] | None = None,
        accuracy: _Accuracy | None = None,
    ) -> Any: ...
    def backward_parameters(
        self,
        grad: ArrayLike,
        x: ArrayLike,
        weight: ArrayLike,
        bias: ArrayLike = 0.0,
        eps: ArrayLike = 1e-6,
        *,
        axis: _Axis = -1,
        accuracy: _Accuracy | None = None,
    ) -> tuple[NDArray[Any], NDArray[Any]]: ...

poly_norm: PolyNorm
