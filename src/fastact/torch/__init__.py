"""fastact for PyTorch: functions and modules on CPU tensors, and `accelerate` for transformers models.

    fastact.torch.gelu(x, approximate="tanh")   functions, with autograd
    fastact.torch.SwiGLU()                      modules, with torch's names and arguments
    torch.ops.fastact.gelu(x)                   the operators below them
    fastact.torch.accelerate(model)             fused feed-forward blocks, for inference

Tensors are read and written where they lie, bfloat16 and float16 too (bfloat16 with ml_dtypes).  The
operators work under torch.compile, torch.func and vmap.  Gradients are of first order, in reverse mode;
any other derivative raises NotImplementedError.

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

try:
    import torch as _torch  # noqa: F401
except ImportError as _error:
    raise ImportError("fastact.torch needs PyTorch: pip install 'fastact[torch]'") from _error

from fastact.torch._accelerate import Accelerated, Replacement, accelerate
from fastact.torch._functional import functions as _functions
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
