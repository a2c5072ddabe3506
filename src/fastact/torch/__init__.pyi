# Written by tools/generate.py.
from typing import Any, Literal

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from fastact import Activation
from fastact.torch._accelerate import Accelerated as Accelerated
from fastact.torch._accelerate import Replacement as Replacement

_Accuracy = Literal["exact", "fast", "correct"]
_Order = Literal["gate_up", "up_gate", "interleaved"]
_Approximate = Literal["none", "tanh"]
_Activation = str | Activation | tuple[str | Activation, dict[str, Any]]
_Weight = Tensor | ArrayLike

def accelerate(
    model: nn.Module, *, weight_dtype: str | None = None, accuracy: _Accuracy | None = None, linear: bool = False,
    strict: bool = True, progress: bool = False,
) -> Accelerated: ...
def register_experts(name: str = "fastact") -> None: ...

def identity(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def binary_step(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def relu(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def relu6(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def relu_squared(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def leaky_relu(
    x: Tensor,
    negative_slope: float | Tensor = 0.01,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def prelu(x: Tensor, weight: float | Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def threshold(
    x: Tensor,
    threshold: float | Tensor,
    value: float | Tensor,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def elu(
    x: Tensor,
    alpha: float | Tensor = 1.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def selu(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def celu(
    x: Tensor,
    alpha: float | Tensor = 1.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def gelu(
    x: Tensor,
    approximate: _Approximate = "none",
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def gelu_tanh(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def quick_gelu(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def silu(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def swish(
    x: Tensor,
    beta: float | Tensor = 1.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def sigmoid(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def log_sigmoid(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def hard_sigmoid(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def hard_sigmoid_linear(
    x: Tensor,
    alpha: float | Tensor = 0.2,
    beta: float | Tensor = 0.5,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def tanh(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def hard_tanh(
    x: Tensor,
    min_val: float | Tensor = -1.0,
    max_val: float | Tensor = 1.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def tanhshrink(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def softplus(
    x: Tensor,
    beta: float | Tensor = 1.0,
    threshold: float = 20.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def sqrt_softplus(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def softsign(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def squareplus(
    x: Tensor,
    b: float | Tensor = 4.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def mish(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def hard_swish(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def softshrink(
    x: Tensor,
    lambd: float | Tensor = 0.5,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def hardshrink(
    x: Tensor,
    lambd: float | Tensor = 0.5,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def erf(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def laplace(
    x: Tensor,
    mu: float | Tensor = 0.707107,
    sigma: float | Tensor = 0.282095,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def gelu_10(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def exponential(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def hard_mish(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def sparse_plus(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def star_relu(
    x: Tensor,
    scale: float | Tensor = 0.8944,
    bias: float | Tensor = -0.4472,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def softcap(
    x: Tensor,
    c: float | Tensor = 50.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def xielu(
    x: Tensor,
    alpha_p: float | Tensor = 0.8,
    alpha_n: float | Tensor = 0.8,
    beta: float | Tensor = 0.5,
    eps: float | Tensor = -1e-06,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def snake(
    x: Tensor,
    alpha: float | Tensor = 1.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def snake_beta(
    x: Tensor,
    alpha: float | Tensor = 0.0,
    beta: float | Tensor = 0.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def gaussian(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def multiquadric(
    x: Tensor,
    epsilon: float | Tensor = 1.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def inverse_multiquadric(
    x: Tensor,
    epsilon: float | Tensor = 1.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def square(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def thin_plate(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def softmax(
    x: Tensor,
    dim: int = -1,
    dtype: torch.dtype | None = None,
    *,
    mask: Tensor | None = None,
    scale: float | None = None,
    softcap: float | None = None,
    sink: Tensor | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def log_softmax(
    x: Tensor,
    dim: int = -1,
    dtype: torch.dtype | None = None,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def softmin(
    x: Tensor,
    dim: int = -1,
    dtype: torch.dtype | None = None,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def logsumexp(
    x: Tensor,
    dim: int | tuple[int, ...] | list[int] = -1,
    keepdim: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def sparsemax(
    x: Tensor,
    dim: int = -1,
    dtype: torch.dtype | None = None,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def entmax15(
    x: Tensor,
    dim: int = -1,
    dtype: torch.dtype | None = None,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def maxout(x: Tensor, k: int, dim: int = -1, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def glu(
    gate: Tensor,
    up: Tensor | int | None = None,
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def bilinear(
    gate: Tensor,
    up: Tensor | None = None,
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def reglu(
    gate: Tensor,
    up: Tensor | None = None,
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def geglu(
    gate: Tensor,
    up: Tensor | None = None,
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def geglu_tanh(
    gate: Tensor,
    up: Tensor | None = None,
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def geglu_quick(
    gate: Tensor,
    up: Tensor | None = None,
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def swiglu(
    gate: Tensor,
    up: Tensor | None = None,
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def swiglu_clamped(
    gate: Tensor,
    up: Tensor | None = None,
    alpha: float = 1.702,
    limit: float = 7.0,
    offset: float = 1.0,
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def swiglu_clamped_after(
    gate: Tensor,
    up: Tensor | None = None,
    limit: float = 16.0,
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def situ(
    gate: Tensor,
    up: Tensor | None = None,
    beta: float = 4.0,
    limit: float = 25.0,
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def drelu(
    gate: Tensor,
    up: Tensor | None = None,
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def add_relu(x: Tensor, bias: Tensor, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def add_gelu(x: Tensor, bias: Tensor, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def add_gelu_tanh(x: Tensor, bias: Tensor, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def add_silu(x: Tensor, bias: Tensor, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def poly_norm(
    x: Tensor,
    weight: Tensor,
    bias: float | Tensor = 0.0,
    eps: float = 1e-06,
    dim: int = -1,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def gated(
    gate: Tensor,
    up: Tensor | None = None,
    activation: _Activation = "silu",
    *,
    order: _Order | None = None,
    dim: int | None = None,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def projection(
    x: Tensor,
    w: Tensor,
    bias: Tensor | None = None,
    activation: _Activation | None = None,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def gated_projection(
    x: Tensor,
    w_gate: Tensor,
    w_up: Tensor,
    activation: _Activation | None = "silu",
    bias_gate: Tensor | None = None,
    bias_up: Tensor | None = None,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def hardtanh(
    x: Tensor,
    min_val: float | Tensor = -1.0,
    max_val: float | Tensor = 1.0,
    inplace: bool = False,
    *,
    accuracy: _Accuracy | None = None,
) -> Tensor: ...
def hardsigmoid(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def hardswish(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...
def logsigmoid(x: Tensor, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> Tensor: ...

class Identity(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class BinaryStep(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class ReLU(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class ReLU6(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class ReLUSquared(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class LeakyReLU(nn.Module):
    def __init__(
        self,
        negative_slope: float | Tensor = 0.01,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class PReLU(nn.Module):
    def __init__(
        self,
        num_parameters: int = 1,
        init: float = 0.25,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Threshold(nn.Module):
    def __init__(
        self,
        threshold: float | Tensor,
        value: float | Tensor,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class ELU(nn.Module):
    def __init__(
        self,
        alpha: float | Tensor = 1.0,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class SELU(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class CELU(nn.Module):
    def __init__(
        self,
        alpha: float | Tensor = 1.0,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class GELU(nn.Module):
    def __init__(self, approximate: _Approximate = "none", *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class GELUTanh(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class QuickGELU(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class SiLU(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Swish(nn.Module):
    def __init__(
        self,
        beta: float | Tensor = 1.0,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Sigmoid(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class LogSigmoid(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Hardsigmoid(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class HardSigmoidLinear(nn.Module):
    def __init__(
        self,
        alpha: float | Tensor = 0.2,
        beta: float | Tensor = 0.5,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Tanh(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Hardtanh(nn.Module):
    def __init__(
        self,
        min_val: float | Tensor = -1.0,
        max_val: float | Tensor = 1.0,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Tanhshrink(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Softplus(nn.Module):
    def __init__(self, beta: float = 1.0, threshold: float = 20.0, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class SqrtSoftplus(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Softsign(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Squareplus(nn.Module):
    def __init__(
        self,
        b: float | Tensor = 4.0,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Mish(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Hardswish(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Softshrink(nn.Module):
    def __init__(
        self,
        lambd: float | Tensor = 0.5,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Hardshrink(nn.Module):
    def __init__(
        self,
        lambd: float | Tensor = 0.5,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Erf(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Laplace(nn.Module):
    def __init__(
        self,
        mu: float | Tensor = 0.707107,
        sigma: float | Tensor = 0.282095,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class GELU10(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Exponential(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class HardMish(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class SparsePlus(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class StarReLU(nn.Module):
    def __init__(
        self,
        scale: float | Tensor = 0.8944,
        bias: float | Tensor = -0.4472,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Softcap(nn.Module):
    def __init__(
        self,
        c: float | Tensor = 50.0,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Xielu(nn.Module):
    def __init__(
        self,
        alpha_p: float | Tensor = 0.8,
        alpha_n: float | Tensor = 0.8,
        beta: float | Tensor = 0.5,
        eps: float | Tensor = -1e-06,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Snake(nn.Module):
    def __init__(
        self,
        alpha: float | Tensor = 1.0,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class SnakeBeta(nn.Module):
    def __init__(
        self,
        alpha: float | Tensor = 0.0,
        beta: float | Tensor = 0.0,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Gaussian(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Multiquadric(nn.Module):
    def __init__(
        self,
        epsilon: float | Tensor = 1.0,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class InverseMultiquadric(nn.Module):
    def __init__(
        self,
        epsilon: float | Tensor = 1.0,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Square(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class ThinPlate(nn.Module):
    def __init__(self, inplace: bool = False, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Softmax(nn.Module):
    def __init__(self, dim: int = -1, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class LogSoftmax(nn.Module):
    def __init__(self, dim: int = -1, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Softmin(nn.Module):
    def __init__(self, dim: int = -1, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class LogSumExp(nn.Module):
    def __init__(
        self,
        dim: int | tuple[int, ...] | list[int] = -1,
        keepdim: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Sparsemax(nn.Module):
    def __init__(self, dim: int = -1, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Entmax15(nn.Module):
    def __init__(self, dim: int = -1, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Maxout(nn.Module):
    def __init__(self, k: int, dim: int = -1, *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class GLU(nn.Module):
    def __init__(self, dim: int = -1, order: _Order = "up_gate", *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class BilinearGLU(nn.Module):
    def __init__(self, dim: int = -1, order: _Order = "gate_up", *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class ReGLU(nn.Module):
    def __init__(self, dim: int = -1, order: _Order = "gate_up", *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class GEGLU(nn.Module):
    def __init__(self, dim: int = -1, order: _Order = "gate_up", *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class GEGLUTanh(nn.Module):
    def __init__(self, dim: int = -1, order: _Order = "gate_up", *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class GEGLUQuick(nn.Module):
    def __init__(self, dim: int = -1, order: _Order = "gate_up", *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class SwiGLU(nn.Module):
    def __init__(self, dim: int = -1, order: _Order = "gate_up", *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class SwiGLUClamped(nn.Module):
    def __init__(
        self,
        dim: int = -1,
        alpha: float = 1.702,
        limit: float = 7.0,
        offset: float = 1.0,
        order: _Order = "gate_up",
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class SwiGLUClampedAfter(nn.Module):
    def __init__(
        self,
        dim: int = -1,
        limit: float = 16.0,
        order: _Order = "gate_up",
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class Situ(nn.Module):
    def __init__(
        self,
        dim: int = -1,
        beta: float = 4.0,
        limit: float = 25.0,
        order: _Order = "gate_up",
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class Drelu(nn.Module):
    def __init__(self, dim: int = -1, order: _Order = "gate_up", *, accuracy: _Accuracy | None = None) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class PolyNorm(nn.Module):
    def __init__(
        self,
        eps: float = 1e-06,
        dim: int = -1,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class RReLU(nn.Module):
    def __init__(
        self,
        lower: float = 0.125,
        upper: float = ...,
        inplace: bool = False,
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class Gated(nn.Module):
    def __init__(
        self,
        activation: _Activation = "silu",
        dim: int = -1,
        order: _Order = "gate_up",
        *,
        accuracy: _Accuracy | None = None,
    ) -> None: ...
    def forward(self, gate: Tensor, up: Tensor | None = None) -> Tensor: ...

class Projection(nn.Module):
    def __init__(
        self,
        w: _Weight,
        bias: _Weight | None = None,
        activation: _Activation | None = None,
        weight_dtype: str = "float32",
        layout: Literal["out_in", "in_out"] = "out_in",
        accuracy: _Accuracy | None = None,
        *,
        progress: bool = False,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class GatedProjection(nn.Module):
    def __init__(
        self,
        w_gate: _Weight,
        w_up: _Weight,
        activation: _Activation | None = "silu",
        bias_gate: _Weight | None = None,
        bias_up: _Weight | None = None,
        weight_dtype: str = "float32",
        layout: Literal["out_in", "in_out"] = "out_in",
        accuracy: _Accuracy | None = None,
        *,
        progress: bool = False,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class MLP(nn.Module):
    def __init__(
        self,
        w1: _Weight,
        w2: _Weight,
        b1: _Weight | None = None,
        b2: _Weight | None = None,
        activation: _Activation | None = "gelu",
        weight_dtype: str = "float32",
        layout: Literal["out_in", "in_out"] = "out_in",
        accuracy: _Accuracy | None = None,
        *,
        progress: bool = False,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...

class GatedMLP(nn.Module):
    def __init__(
        self,
        w_gate: _Weight,
        w_up: _Weight,
        w_down: _Weight,
        activation: _Activation | None = "silu",
        bias_gate: _Weight | None = None,
        bias_up: _Weight | None = None,
        bias_down: _Weight | None = None,
        weight_dtype: str = "float32",
        layout: Literal["out_in", "in_out"] = "out_in",
        accuracy: _Accuracy | None = None,
        *,
        progress: bool = False,
    ) -> None: ...
    def forward(self, x: Tensor) -> Tensor: ...
