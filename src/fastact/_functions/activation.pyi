from typing import Any, Literal

from numpy.typing import ArrayLike, DTypeLike, NDArray

from fastact._functions.base import CatalogueFunction

_Accuracy = Literal["exact", "fast", "correct"]
_Out = NDArray[Any] | tuple[NDArray[Any], ...] | None

class Activation(CatalogueFunction):
    @property
    def kind(self) -> str: ...
    @property
    def range(self) -> str: ...
    @property
    def smoothness(self) -> str: ...
    @property
    def monotonic(self) -> bool: ...
    # What an activation of an unknown kind takes is not known; the classes below say it.
    def __call__(self, x: ArrayLike, *args: Any, **keywords: Any) -> Any: ...
    def derivative(self, x: ArrayLike, *args: Any, **keywords: Any) -> Any: ...
    def backward(self, grad: ArrayLike, x: ArrayLike, *args: Any, **keywords: Any) -> Any: ...
    def backward_parameters(self, grad: ArrayLike, x: ArrayLike, *args: Any, **keywords: Any) -> Any: ...
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

class ElementwiseActivation(Activation):
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

class ActivationFromOutput(ElementwiseActivation):
    def backward_from_output(
        self,
        grad: ArrayLike,
        y: ArrayLike,
        *,
        out: _Out = None,
        accuracy: _Accuracy | None = None,
        where: ArrayLike | None = None,
        dtype: DTypeLike | None = None,
        casting: str | None = None,
        order: str | None = None,
        subok: bool | None = None,
    ) -> Any: ...

class ParametricActivation(ElementwiseActivation):
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
