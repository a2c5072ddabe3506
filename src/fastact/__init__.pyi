from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Literal, SupportsIndex

from fastact import reference as reference
from fastact._activation import Activation as Activation
from fastact._activation import Fold as Fold
from fastact._activation import GatedUnit as GatedUnit
from fastact._projection import MLP as MLP
from fastact._projection import GatedMLP as GatedMLP
from fastact._projection import GatedProjection as GatedProjection
from fastact._projection import Projection as Projection
from fastact._projection import gated_projection as gated_projection

_Accuracy = Literal["exact", "fast"]

__version__: str
activations: Mapping[str, Activation]

relu: Activation
gelu: Activation
gelu_tanh: Activation
silu: Activation
sigmoid: Activation
tanh: Activation
softmax: Fold
swiglu: GatedUnit

def get(name: str | Activation) -> Activation: ...
def set_accuracy(accuracy: _Accuracy) -> None: ...
def get_accuracy() -> _Accuracy: ...
def accuracy(accuracy: _Accuracy) -> AbstractContextManager[None]: ...
def set_num_threads(n: SupportsIndex) -> None: ...
def get_num_threads() -> int: ...
def threads(n: SupportsIndex) -> AbstractContextManager[None]: ...
def show_config() -> None: ...
