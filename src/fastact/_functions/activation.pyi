from inspect import Signature
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

_Accuracy = Literal["exact", "fast"]
_Out = NDArray[Any] | tuple[NDArray[Any], ...] | None

class Activation:
    __name__: str
    __signature__: Signature
    @property
    def formula(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def range(self) -> str: ...
    @property
    def smoothness(self) -> str: ...
    @property
    def monotonic(self) -> bool: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def parameters(self) -> dict[str, Any]: ...
    def __call__(
        self,
        x: ArrayLike,
        *,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        approximate: str | bool | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
    def derivative(
        self,
        x: ArrayLike,
        *,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        approximate: str | bool | None = None,
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
        *,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        approximate: str | bool | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...
    def backward_parameters(self, grad: ArrayLike, x: ArrayLike, *args: Any, **keywords: Any) -> Any: ...
    def ufunc(self, accuracy: _Accuracy | None = None) -> np.ufunc: ...
    def max_ulp(
        self, accuracy: _Accuracy = "exact", dtype: DTypeLike = "float32", derivative: bool = False
    ) -> float: ...
    def bounds(
        self,
        accuracy: _Accuracy = "exact",
        dtype: DTypeLike = "float32",
        derivative: bool = False,
        target: str | None = None,
    ) -> Any: ...

class ParametricActivation(Activation):
    def with_parameters(self, **defaults: ArrayLike) -> ParametricActivation: ...
    def __call__(  # type: ignore[override]
        self,
        x: ArrayLike,
        *args: ArrayLike,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
        **parameters: ArrayLike,
    ) -> Any: ...
    def derivative(  # type: ignore[override]
        self,
        x: ArrayLike,
        *args: ArrayLike,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
        **parameters: ArrayLike,
    ) -> Any: ...
    def backward(  # type: ignore[override]
        self,
        grad: ArrayLike,
        x: ArrayLike,
        *args: ArrayLike,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
        **parameters: ArrayLike,
    ) -> Any: ...
    def backward_parameters(
        self,
        grad: ArrayLike,
        x: ArrayLike,
        *args: ArrayLike,
        accuracy: _Accuracy | None = None,
        **parameters: ArrayLike,
    ) -> Any: ...

