from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Literal, SupportsIndex

from fastact import c_api as c_api
from fastact import formats as formats
from fastact import reference as reference
from fastact._formats.array import QuantizedArray as QuantizedArray
from fastact._formats.array import dequantize as dequantize
from fastact._formats.array import quantize as quantize
from fastact._functions.activation import Activation as Activation
from fastact._functions.activation import ActivationFromOutput as _ActivationFromOutput
from fastact._functions.activation import ElementwiseActivation as _ElementwiseActivation
from fastact._functions.activation import ParametricActivation as _ParametricActivation
from fastact._functions.folds import Fold as Fold
from fastact._functions.folds import LogSumExp as _LogSumExp
from fastact._functions.folds import Maxout as _Maxout
from fastact._functions.folds import Softmax as _Softmax
from fastact._functions.folds.poly_norm import poly_norm as poly_norm
from fastact._functions.pairs import AddedActivation as AddedActivation
from fastact._functions.pairs import AnyGatedUnit as _AnyGatedUnit
from fastact._functions.pairs import GatedUnit as GatedUnit
from fastact._functions.pairs import ParametricGatedUnit as ParametricGatedUnit
from fastact._layers.experts import Experts as Experts
from fastact._layers.mlp import MLP as MLP
from fastact._layers.mlp import GatedMLP as GatedMLP
from fastact._layers.projections import GatedProjection as GatedProjection
from fastact._layers.projections import Projection as Projection
from fastact._layers.projections import gated_projection as gated_projection
from fastact._layers.route import route as route
from fastact._functions.sparsity import dead_units as dead_units
from fastact._functions.sparsity import sparsity as sparsity

_Accuracy = Literal["exact", "fast", "correct"]

__version__: str
activations: Mapping[str, Activation]

# From here on: written by tools/generate.py.
identity: _ElementwiseActivation
binary_step: _ElementwiseActivation
relu: _ElementwiseActivation
relu6: _ElementwiseActivation
relu_squared: _ElementwiseActivation
leaky_relu: _ParametricActivation
prelu: _ParametricActivation
threshold: _ParametricActivation
elu: _ParametricActivation
selu: _ElementwiseActivation
celu: _ParametricActivation
gelu: _ElementwiseActivation
gelu_tanh: _ElementwiseActivation
quick_gelu: _ElementwiseActivation
silu: _ElementwiseActivation
swish: _ParametricActivation
sigmoid: _ActivationFromOutput
log_sigmoid: _ActivationFromOutput
hard_sigmoid: _ElementwiseActivation
hard_sigmoid_linear: _ParametricActivation
tanh: _ActivationFromOutput
hard_tanh: _ParametricActivation
tanhshrink: _ElementwiseActivation
softplus: _ParametricActivation
sqrt_softplus: _ElementwiseActivation
softsign: _ElementwiseActivation
squareplus: _ParametricActivation
mish: _ElementwiseActivation
hard_swish: _ElementwiseActivation
softshrink: _ParametricActivation
hardshrink: _ParametricActivation
erf: _ElementwiseActivation
laplace: _ParametricActivation
gelu_10: _ElementwiseActivation
exponential: _ElementwiseActivation
hard_mish: _ElementwiseActivation
sparse_plus: _ElementwiseActivation
star_relu: _ParametricActivation
softcap: _ParametricActivation
xielu: _ParametricActivation
snake: _ParametricActivation
snake_beta: _ParametricActivation
gaussian: _ElementwiseActivation
multiquadric: _ParametricActivation
inverse_multiquadric: _ParametricActivation
square: _ElementwiseActivation
thin_plate: _ElementwiseActivation
softmax: _Softmax
log_softmax: Fold
softmin: Fold
logsumexp: _LogSumExp
sparsemax: Fold
entmax15: Fold
maxout: _Maxout

glu: GatedUnit
bilinear: GatedUnit
reglu: GatedUnit
geglu: GatedUnit
geglu_tanh: GatedUnit
geglu_quick: GatedUnit
swiglu: GatedUnit
swiglu_clamped: ParametricGatedUnit
swiglu_clamped_after: ParametricGatedUnit
situ: ParametricGatedUnit
drelu: GatedUnit
gated: _AnyGatedUnit
add_relu: AddedActivation
add_gelu: AddedActivation
add_gelu_tanh: AddedActivation
add_silu: AddedActivation
# Up to here.

def get_include() -> str: ...
def get(name: str | Activation) -> Activation: ...
def plot(names: Any, ax: Any = None, error: bool = False) -> Any: ...
def set_accuracy(accuracy: _Accuracy) -> None: ...
def get_accuracy() -> _Accuracy: ...
def accuracy(accuracy: _Accuracy) -> AbstractContextManager[None]: ...
def set_num_threads(n: SupportsIndex) -> None: ...
def get_num_threads() -> int: ...
def threads(n: SupportsIndex) -> AbstractContextManager[None]: ...
def show_config() -> None: ...
