"""The modules that replace layers with weights: in evaluation they use packed weights, in training the originals."""

import weakref

import numpy as np
import torch
from torch import nn

import fastact as fa
from fastact._formats import FLOATS
from fastact._layers.product import quantised
from fastact.torch._functional import functions
from fastact.torch._modules import Packed, array

WEIGHT_DTYPES = {getattr(torch, format.name): format.name for format in FLOATS}


def _matrix(linear):
    """The weight as (out_features, in_features), and the bias: arrays that share the memory of the tensors."""
    weight = array(linear.weight.detach())
    bias = None if linear.bias is None else array(linear.bias.detach())
    return (weight if isinstance(linear, nn.Linear) else weight.T), bias


def dequantised(linear, format):
    """The weight of a linear layer as it is after `weight_dtype=format`: a float32 tensor of the same shape."""
    weight = quantised("weight", np.asarray(_matrix(linear)[0], np.float32), format).dequantize()
    return torch.from_numpy(weight if isinstance(linear, nn.Linear) else np.ascontiguousarray(weight.T))


def learned_values(xielu):
    """The argument `activation` of fastact.MLP for transformers' xIELU, whose parameters are learned."""
    alpha_p, alpha_n, beta, eps = (getattr(xielu, name).detach().float() for name in ("alpha_p", "alpha_n", "beta", "eps"))
    return "xielu", {"alpha_p": float(nn.functional.softplus(alpha_p)), "alpha_n": float(nn.functional.softplus(alpha_n)),
                     "beta": float(beta), "eps": float(eps)}


def state_of(tensors):
    """What differs after a change of the tensors, as long as the earlier ones exist.

    A new tensor may have the version of an earlier one, and a new storage its address: casts of a module give the same
    tensor another storage.  A weak reference tells storages apart and keeps none; one to the tensor itself would make
    torch.utils.swap_tensors fail.
    """
    return [(id(tensor), weakref.ref(tensor.untyped_storage()), tensor.data_ptr(),
             0 if tensor.is_inference() else tensor._version) for tensor in tensors]


class Fused(nn.Module):
    """The replacement of layers with weights: it uses packed weights in evaluation, the original in training.

    Each call checks whether the layers still have the weights that were packed; this takes one or two microseconds.
    """

    def __init__(self, original, linears, activation, weight_dtype, accuracy):
        super().__init__()
        # They are not registered: the state_dict would have them twice.
        self.__dict__.update(original=original, _linears=linears, _activation=activation)
        self._accuracy, self._dtype = accuracy, weight_dtype
        self.training = original.training

    def pack(self):
        """Pack the current weights."""
        tensors = self._tensors()
        state = state_of(tensors)
        weight = self._linears[0].weight
        if weight.device.type != "cpu" or weight.dtype not in WEIGHT_DTYPES:
            raise RuntimeError("an accelerated model needs float32, bfloat16 or float16 weights on the CPU, not "
                               f"{weight.dtype} on {weight.device}: call .undo() before you move or cast it")
        self.packed = Packed(self.layer([_matrix(linear) for linear in self._linears], {
            "activation": learned_values(self._activation) if self._learns() else self._activation,
            "accuracy": self._accuracy, "weight_dtype": self._dtype or WEIGHT_DTYPES[weight.dtype]}))
        # While the tensors are held, no other has the id of one of them.
        self._packed_from, self._packed_tensors = state, tensors

    def _learns(self):
        """Whether the activation is a module with parameters of its own."""
        return isinstance(self._activation, nn.Module)

    def _tensors(self):
        """The tensors whose values are packed."""
        modules = (*self._linears, self._activation) if self._learns() else self._linears
        return [tensor for module in modules for tensor in (*module._parameters.values(), *module._buffers.values())
                if tensor is not None]

    def forward(self, x):
        if self.training:
            return self.original(x)
        if not torch.compiler.is_compiling():
            self.check_children()
            if state_of(self._tensors()) != self._packed_from:
                self.pack()
        return self.packed(x)

    def check_children(self):
        """Raise RuntimeError if a packed layer has been replaced or has hooks."""

    def train(self, mode=True):
        super().train(mode)
        self.original.train(mode)
        return self

    def __getstate__(self):
        # Weak references cannot be copied, and copies have other tensors: they are packed at the first call.
        return self.__dict__ | {"_packed_from": None, "_packed_tensors": []}

    def __repr__(self):
        return f"{type(self).__name__}({self.packed.layer!r})"


class FusedMLP(Fused):
    """The replacement of a feed-forward block, or of its first half, an up projection with its activation.

    It has the layers of the original under the same names, so that a state_dict does not change.
    """

    __module__ = "fastact.torch"    # the path that pickles name

    def __init__(self, original, recipe, linears, activation, weight_dtype, accuracy):
        super().__init__(original, linears, activation, weight_dtype, accuracy)
        for name, child in original.named_children():
            self.add_module(name, child)
        self._gated, self._is_half = recipe.gated, recipe.down is None
        self.__dict__["_children"] = tuple(original.named_children())
        self.pack()

    def check_children(self):
        """Raise RuntimeError if a packed layer has been replaced or has hooks."""
        for name, child in self._children:
            if self._modules.get(name) is not child or child._forward_hooks or child._forward_pre_hooks:
                raise RuntimeError(f"{name!r} of an accelerated block was replaced or got a hook, which would be ignored: "
                                   "call .undo() before you change the model")

    def layer(self, matrices, named):
        """Return the packed layer with the weights and biases of the linear layers."""
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
    """The replacement of a linear layer, whose parameters it shares; it may apply the activation that follows."""

    __module__ = "fastact.torch"

    def __init__(self, original, weight_dtype, accuracy, activation=None):
        super().__init__(original, (original,), activation, weight_dtype, accuracy)
        self._parameters = original._parameters
        self._following = None
        self.pack()

    def followed_by(self, layer, name):
        """Return the module for the activation, which `layer` has under this name."""
        following = FusedActivation(getattr(layer, name), self)
        self.__dict__["_following"] = layer, name, following
        return following

    def check_children(self):
        """Raise RuntimeError if the activation, which is applied here, was replaced or has hooks."""
        if self._following is None:
            return
        layer, name, following = self._following
        if (layer._modules.get(name) is not following or "forward" in vars(layer)
                or any(one._forward_hooks or one._forward_pre_hooks for one in (self, following))):
            raise RuntimeError(f"{name!r} of an accelerated layer or the linear layer before it was replaced or got a hook, "
                               "which would be ignored: call .undo() before you change the model")

    def layer(self, matrices, named):
        """Return the packed layer with the weights and the bias."""
        (weight, bias), = matrices
        return fa.Projection(weight, bias, **named)


class FusedActivation(nn.Module):
    """The replacement of an activation that the FusedLinear before it has applied: in evaluation it returns x."""

    __module__ = "fastact.torch"

    def __init__(self, original, linear):
        super().__init__()
        # In the state_dict the parameters of the original are where they were.
        self._parameters, self._buffers = original._parameters, original._buffers
        self.__dict__.update(original=original, _linear=linear)
        self.training = original.training

    def forward(self, x):
        return self.original(x) if self._linear.training else x

    def train(self, mode=True):
        super().train(mode)
        self.original.train(mode)
        return self


class LearnedXIELU(nn.Module):
    """The replacement of transformers' xIELU, whose parameters it shares; gradients reach them."""

    __module__ = "fastact.torch"

    def __init__(self, original):
        super().__init__()
        self._parameters, self._buffers, self.accuracy = original._parameters, original._buffers, None

    def forward(self, x):
        alphas = map(nn.functional.softplus, (self.alpha_p, self.alpha_n))
        return functions["xielu"](x, *alphas, self.beta, self.eps, accuracy=self.accuracy)
