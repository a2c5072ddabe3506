"""accelerate(model): it replaces blocks of transformers, activations and linear layers by fused ones, or refuses them.

Imports: `fastact.torch._modules`, `_runtime`, `_formats`, `_layers`, `_catalogue`, the package itself.
May be imported only by `fastact.torch`.
"""

from fastact.torch._accelerate.experts import FusedExperts, register_experts
from fastact.torch._accelerate.fused import FusedActivation, FusedLinear, FusedMLP, LearnedXIELU
from fastact.torch._accelerate.replace import Accelerated, Replacement, accelerate

__all__ = ["Accelerated", "FusedActivation", "FusedExperts", "FusedLinear", "FusedMLP", "LearnedXIELU", "Replacement",
           "accelerate", "register_experts"]
