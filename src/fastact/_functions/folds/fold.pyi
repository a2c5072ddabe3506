from typing import Any, Literal

from numpy.typing import ArrayLike, DTypeLike, NDArray

from fastact._functions.activation import Activation

_Accuracy = Literal["exact", "fast", "correct"]
_Axis = int | tuple[int, ...] | None
_Out = NDArray[Any] | tuple[NDArray[Any], ...] | None

class Fold(Activation):
    def __call__(
        self,
        x: ArrayLike,
        *,
        axis: _Axis = -1,
        where: ArrayLike | None = None,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
    def backward(
        self,
        grad: ArrayLike,
        y: ArrayLike,
        *,
        axis: _Axis = -1,
        where: ArrayLike | None = None,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
    def derivative(self, x: ArrayLike, **keywords: Any) -> Any: ...  # type: ignore[override]

class Softmax(Fold):
    def __call__(
        self,
        x: ArrayLike,
        *,
        axis: _Axis = -1,
        scale: ArrayLike | None = None,
        softcap: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        sink: ArrayLike | None = None,
        where: ArrayLike | None = None,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
    def backward(
        self,
        grad: ArrayLike,
        y: ArrayLike,
        *,
        x: ArrayLike | None = None,
        scale: ArrayLike | None = None,
        softcap: ArrayLike | None = None,
        axis: _Axis = -1,
        where: ArrayLike | None = None,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
    def backward_sink(self, grad: ArrayLike, y: ArrayLike, *, axis: _Axis = -1) -> Any: ...

class LogSumExp(Fold):
    def __call__(
        self,
        x: ArrayLike,
        *,
        axis: _Axis = -1,
        keepdims: bool = False,
        b: ArrayLike | None = None,
        where: ArrayLike | None = None,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
    def backward(
        self,
        grad: ArrayLike,
        x: ArrayLike,
        *,
        axis: _Axis = -1,
        keepdims: bool = False,
        b: ArrayLike | None = None,
        where: ArrayLike | None = None,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...

class Maxout(Fold):
    def with_parameters(self, **defaults: int) -> Maxout: ...
    def __call__(  # type: ignore[override]
        self,
        x: ArrayLike,
        k: int | None = None,
        *,
        axis: int = -1,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
    def backward(  # type: ignore[override]
        self,
        grad: ArrayLike,
        x: ArrayLike,
        k: int | None = None,
        *,
        axis: int = -1,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
