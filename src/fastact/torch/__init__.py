"""fastact for PyTorch: functions and modules on CPU tensors, and `accelerate` for transformers models.

    fastact.torch.gelu(x, approximate="tanh")   functions, with autograd
    fastact.torch.SwiGLU()                      modules, with torch's names and arguments
    torch.ops.fastact.gelu(x)                   the operators below them
    fastact.torch.accelerate(model)             fused feed-forward blocks, for inference

Tensors are read and written where they lie, bfloat16 and float16 too (bfloat16 with ml_dtypes).  The
operators work under torch.compile, torch.func and vmap.  Gradients are of first order, in reverse mode;
any other derivative raises NotImplementedError.

What has a name of torch's takes the same arguments in the same places, and computes the same, but for this:

- The tensor is `x` (of a gated unit, `gate`), not `input`.  There is no `out=`; every elementwise function
  takes `inplace=`.
- Tensors of integers, booleans and complex numbers raise TypeError: convert them first.
- The `dim` of softmax, log_softmax, softmin and logsumexp is the last one unless given.  torch guesses
  one by the number of dimensions, or wants it given.
- Infinities give the limit of the function.  torch has NaN in silu, mish and softsign.
- Numbers outside of a function's domain raise ValueError or RuntimeError: besides those that torch refuses, such
  as a threshold that is NaN.
- softplus applies no threshold of 20 or more: the formula is exact without one.
- Numbers as parameters are rounded to the dtype of x.  torch computes float16 and bfloat16 with them in
  float32.
- A parameter may be a tensor that broadcasts against x, and dtypes promote.  The weight of prelu is torch's.
- identity copies.
- bilinear is gate * up.  torch's function of that name is another one, and its arguments raise TypeError.

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

# FusedLinear, FusedMLP and Packed are not in __all__: they are here because pickles of modules name this path.
from fastact.torch._accelerate import Accelerated, FusedLinear, FusedMLP, Replacement, accelerate  # noqa: F401
from fastact.torch._functional import functions as _functions
from fastact.torch._modules import Packed  # noqa: F401
from fastact.torch._modules import modules as _classes

globals().update(_functions)
globals().update(_classes)
# Names of torch.nn.functional that are one word there.
hardtanh, hardsigmoid, hardswish = (_functions[_name] for _name in ("hard_tanh", "hard_sigmoid", "hard_swish"))
logsigmoid = _functions["log_sigmoid"]

__all__ = ["Accelerated", "Replacement", "accelerate", "hardsigmoid", "hardswish", "hardtanh", "logsigmoid",
           *_functions, *_classes]

# doctest looks for functions and classes where they were written.
__test__ = {_name: globals()[_name].__doc__ for _name in __all__}
