"""fastact for PyTorch: functions and modules on CPU tensors, and `accelerate` for transformers models.

    fastact.torch.gelu(x, approximate="tanh")   functions, with autograd
    fastact.torch.SwiGLU()                      modules, with torch's names and arguments
    torch.ops.fastact.gelu(x)                   the operators below them
    fastact.torch.accelerate(model)             fused feed-forward blocks, for inference

Tensors are read and written without copies, also in bfloat16 and float16 (bfloat16 with ml_dtypes).  The
operators work under torch.compile, torch.func and vmap.  Elementwise functions, gated units and sums have second
derivatives, in reverse and forward mode, computed in float64 whatever the accuracy; functions along a dimension and
packed layers have gradients of first order, in reverse mode.  Any other derivative raises NotImplementedError.

A function or module with a name of torch takes the same arguments in the same order, and computes the same, with
these exceptions:

- The tensor is called `x` (`gate` in gated units), not `input`.  There is no `out=`; every elementwise function
  takes `inplace=`.
- Tensors of integers, booleans and complex numbers raise TypeError: convert them first.
- The default `dim` of softmax, log_softmax, softmin and logsumexp is the last one.  torch guesses it from the
  number of dimensions, or requires it.
- Infinities give the limit of the function.  torch gives NaN in silu, mish and softsign.
- Parameters outside of the domain of a function raise ValueError or RuntimeError.  This includes some that torch
  accepts, such as a threshold that is NaN.
- softplus applies no threshold of 20 or more, because its formula is exact without one.
- Parameters that are numbers are rounded to the dtype of x.  torch uses them in float32 for float16 and
  bfloat16.
- A parameter may be a tensor that broadcasts against x, and dtypes promote.  The weight of prelu is as in torch.
- identity returns a copy.
- bilinear is gate * up.  torch has another function of this name, whose arguments raise TypeError.

Examples
--------
>>> import torch, fastact.torch
>>> x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
>>> fastact.torch.silu(x).sum().backward()
>>> x.grad
tensor([0.0723, 0.5000, 1.0908])
>>> fastact.torch.GELU(approximate="tanh")
GELU(approximate='tanh')
"""
# The plug for PyTorch: operators, functions over them, modules over these, and `accelerate`.
# Imports: the package itself, `_functions`, `_layers`, `_runtime`, `_catalogue`.
# May be imported by `_lab`; nothing else in the package imports it.

try:
    import torch as _torch  # noqa: F401
except ImportError as _error:
    raise ImportError("fastact.torch needs PyTorch: pip install 'fastact[torch]'") from _error

# Those that are not in __all__, and Packed, are here because pickles of modules name this path.
from fastact.torch._accelerate import (  # noqa: F401
    Accelerated, FusedActivation, FusedExperts, FusedLinear, FusedMLP, LearnedXIELU, Replacement, accelerate,
    register_experts,
)
from fastact.torch._functional import functions as _functions
from fastact.torch._modules import Packed, PackedExperts  # noqa: F401
from fastact.torch._modules import modules as _classes

globals().update(_functions)
globals().update(_classes)
# Names of torch.nn.functional that are one word there.
hardtanh, hardsigmoid, hardswish = (_functions[_name] for _name in ("hard_tanh", "hard_sigmoid", "hard_swish"))
logsigmoid = _functions["log_sigmoid"]

__all__ = ["Accelerated", "Replacement", "accelerate", "hardsigmoid", "hardswish", "hardtanh", "logsigmoid",
           "register_experts", *_functions, *_classes]

# doctest looks for functions and classes where they were written.
__test__ = {_name: globals()[_name].__doc__ for _name in __all__}
