from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Literal, SupportsIndex

from fastact import c_api as c_api
from fastact import formats as formats
from fastact import reference as reference
from fastact._formats.array import QuantizedArray as QuantizedArray
from fastact._formats.array import dequantize as dequantize
from fastact._formats.array import quantize as quantize
from fastact._functions.activation import Activation as Activation
from fastact._functions.activation import ParametricActivation as ParametricActivation
from fastact._functions.folds import Fold as Fold
from fastact._functions.folds import LogSumExp as _LogSumExp
from fastact._functions.folds import Maxout as _Maxout
from fastact._functions.folds import Softmax as _Softmax
from fastact._functions.pairs import AddedActivation as AddedActivation
from fastact._functions.pairs import AnyGatedUnit as _AnyGatedUnit
from fastact._functions.pairs import GatedUnit as GatedUnit
from fastact._functions.pairs import ParametricGatedUnit as ParametricGatedUnit
from fastact._layers.mlp import MLP as MLP
from fastact._layers.mlp import GatedMLP as GatedMLP
from fastact._layers.projections import GatedProjection as GatedProjection
from fastact._layers.projections import Projection as Projection
from fastact._layers.projections import gated_projection as gated_projection
from fastact._functions.sparsity import dead_units as dead_units
from fastact._functions.sparsity import sparsity as sparsity

_Accuracy = Literal["exact", "fast"]

__version__: str
activations: Mapping[str, Activation]

identity: Activation
binary_step: Activation
relu: Activation
relu6: Activation
relu_squared: Activation
leaky_relu: ParametricActivation
prelu: ParametricActivation
threshold: ParametricActivation
elu: ParametricActivation
selu: Activation
celu: ParametricActivation
gelu: Activation
gelu_tanh: Activation
quick_gelu: Activation
silu: Activation
swish: ParametricActivation
sigmoid: Activation
log_sigmoid: Activation
hard_sigmoid: Activation
hard_sigmoid_linear: ParametricActivation
tanh: Activation
hard_tanh: ParametricActivation
tanhshrink: Activation
softplus: ParametricActivation
sqrt_softplus: Activation
softsign: Activation
squareplus: ParametricActivation
mish: Activation
hard_swish: Activation
softshrink: ParametricActivation
hardshrink: ParametricActivation
erf: Activation
gaussian: Activation
multiquadric: ParametricActivation
inverse_multiquadric: ParametricActivation
square: Activation
thin_plate: Activation
softmax: _Softmax
log_softmax: Fold
softmin: Fold
logsumexp: _LogSumExp
sparsemax: Fold
maxout: _Maxout

glu: GatedUnit
bilinear: GatedUnit
reglu: GatedUnit
geglu: GatedUnit
geglu_tanh: GatedUnit
geglu_quick: GatedUnit
swiglu: GatedUnit
swiglu_clamped: ParametricGatedUnit
gated: _AnyGatedUnit
add_relu: AddedActivation
add_gelu: AddedActivation
add_gelu_tanh: AddedActivation
add_silu: AddedActivation

def get_include() -> str: ...
def get(name: str | Activation) -> Activation: ...
def set_accuracy(accuracy: _Accuracy) -> None: ...
def get_accuracy() -> _Accuracy: ...
def accuracy(accuracy: _Accuracy) -> AbstractContextManager[None]: ...
def set_num_threads(n: SupportsIndex) -> None: ...
def get_num_threads() -> int: ...
def threads(n: SupportsIndex) -> AbstractContextManager[None]: ...
def show_config() -> None: ...
