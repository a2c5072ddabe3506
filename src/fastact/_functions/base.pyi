from inspect import Signature
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike

_Accuracy = Literal["exact", "fast", "correct"]

class Function:
    __name__: str
    __signature__: Signature
    @property
    def formula(self) -> str: ...

class CatalogueFunction(Function):
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def parameters(self) -> dict[str, Any]: ...
    def ufunc(self, accuracy: _Accuracy | None = None) -> np.ufunc: ...
    def max_ulp(self, accuracy: _Accuracy = "exact", dtype: DTypeLike = "float32") -> float: ...
