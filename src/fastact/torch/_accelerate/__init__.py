"""accelerate(model): blocks of transformers, activations and linear layers, replaced by fused ones or refused.

Imports: `fastact.torch._modules`, `_runtime`, `_layers`, the package itself.
May be imported by `fastact.torch` alone.
"""

from fastact.torch._accelerate.fused import FusedLinear, FusedMLP
from fastact.torch._accelerate.replace import Accelerated, Replacement, accelerate

__all__ = ["Accelerated", "FusedLinear", "FusedMLP", "Replacement", "accelerate"]
