"""The modules that stand in for layers with weights: packed ones in evaluation, the originals in training."""

import numpy as np
import torch
from torch import nn

import fastact as fa
from fastact._formats import FLOATS
from fastact.torch._modules import Packed, array

WEIGHT_DTYPES = {getattr(torch, format.name): format.name for format in FLOATS}


def _matrix(linear):
    """The weight as (out_features, in_features), and the bias: arrays over the tensors' memory."""
    weight = array(linear.weight.detach())
    bias = None if linear.bias is None else array(linear.bias.detach())
    return (weight if isinstance(linear, nn.Linear) else weight.T), bias


class Fused(nn.Module):
    """Stands in for layers with weights: packed ones in evaluation, the original in training.

    Each call looks whether the layers still have the weights that were packed, which takes a microsecond.
    """

    def __init__(self, original, linears, weight_dtype, accuracy):
        super().__init__()
        # They are not registered: the state_dict would have them twice.
        self.__dict__.update(original=original, _linears=linears)
        self._accuracy, self._dtype = accuracy, weight_dtype
        self.training = original.training

    def pack(self):
        """Pack the weights as they are now."""
        weight = self._linears[0].weight
        if weight.device.type != "cpu" or weight.dtype not in WEIGHT_DTYPES:
            raise RuntimeError("an accelerated model needs float32, bfloat16 or float16 weights on the CPU, not "
                               f"{weight.dtype} on {weight.device}: call .undo() before you move or cast it")
        self.packed = Packed(self.layer(map(_matrix, self._linears), {
            "accuracy": self._accuracy, "weight_dtype": self._dtype or WEIGHT_DTYPES[weight.dtype]}))
        self._packed_from = self._state()

    def _state(self):
        return [(tensor.data_ptr(), 0 if tensor.is_inference() else tensor._version)
                for linear in self._linears for tensor in linear._parameters.values() if tensor is not None]

    def forward(self, x):
        if self.training:
            return self.original(x)
        if not torch.compiler.is_compiling():
            self.check_children()
            if self._state() != self._packed_from:
                self.pack()
        return self.packed(x)

    def check_children(self):
        """Raise RuntimeError if a layer that was packed is no longer the one in its place, or has hooks."""

    def train(self, mode=True):
        super().train(mode)
        self.original.train(mode)
        return self

    def __repr__(self):
        return f"{type(self).__name__}({self.packed.layer!r})"


class FusedMLP(Fused):
    """In place of a feed-forward block, or of its first half: an up projection with its activation.

    The original's layers are its own under the same names, so that a state_dict does not change.
    """

    __module__ = "fastact.torch"    # the path that pickles name

    def __init__(self, original, recipe, linears, activation, weight_dtype, accuracy):
        super().__init__(original, linears, weight_dtype, accuracy)
        for name, child in original.named_children():
            self.add_module(name, child)
        self._gated, self._is_half, self._activation = recipe.gated, recipe.down is None, activation
        self.__dict__["_children"] = tuple(original.named_children())
        self.pack()

    def check_children(self):
        """Raise RuntimeError if a layer that was packed is no longer the one in its place, or has hooks."""
        for name, child in self._children:
            if self._modules.get(name) is not child or child._forward_hooks or child._forward_pre_hooks:
                raise RuntimeError(f"{name!r} of an accelerated block was replaced or got a hook, which would be ignored: "
                                   "call .undo() before you change the model")

    def layer(self, matrices, named):
        """Return the packed layer of the linear layers' weights and biases."""
        matrices = list(matrices)
        named["activation"] = self._activation
        if self._is_half:
            return fa.Projection(*matrices[0], **named)
        *up, (down, bias_down) = matrices
        if self._gated:
            if len(up) == 1:    # a packed weight has the gate first
                weights, biases = up[0]
                up = list(zip(np.split(weights, 2), (None, None) if biases is None else np.split(biases, 2)))
            (gate, bias_gate), (up, bias_up) = up
            return fa.GatedMLP(gate, up, down, bias_gate=bias_gate, bias_up=bias_up, bias_down=bias_down, **named)
        (up, bias_up), = up
        return fa.MLP(up, down, bias_up, bias_down, **named)


class FusedLinear(Fused):
    """In place of a linear layer, whose parameters it shares."""

    __module__ = "fastact.torch"

    def __init__(self, original, weight_dtype, accuracy):
        super().__init__(original, (original,), weight_dtype, accuracy)
        self._parameters = original._parameters
        self.pack()

    def layer(self, matrices, named):
        """Return the packed layer of the weights and the bias."""
        (weight, bias), = matrices
        return fa.Projection(weight, bias, **named)
