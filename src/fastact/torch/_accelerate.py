"""accelerate(model): the feed-forward blocks and activations of a model, replaced by fused ones.

A block is known by the names of its layers, which transformers' families share; and every replacement
is run beside the original before any is made, so that a block which computes something else is found.
Other linear layers are replaced on request.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

import fastact as fa
from fastact._activation import resolve_accuracy
from fastact.torch._modules import Packed, array, modules


@dataclass(frozen=True)
class Recipe:
    """The layers of a block, by name: one or two up projections, one down projection, an activation."""

    up: tuple       # (gate, up), (packed gate and up,) or (up,)
    down: str
    activation: str
    gated: bool = False

    @property
    def linears(self):
        return (*self.up, self.down)


RECIPES = [
    # Llama, Mistral, Qwen 2 and 3, Gemma 1 to 3, and most that came after them
    Recipe(("gate_proj", "up_proj"), "down_proj", "act_fn", gated=True),
    Recipe(("gate_up_proj",), "down_proj", "activation_fn", gated=True),    # Phi 3, GLM
    Recipe(("fc1",), "fc2", "activation_fn"),                               # Phi, CLIP, SigLIP, ViT
    Recipe(("c_fc",), "c_proj", "act"),                                     # GPT-2, GPT-BigCode
    Recipe(("dense_h_to_4h",), "dense_4h_to_h", "act"),                     # GPT-NeoX
    Recipe(("lin1",), "lin2", "activation"),                                # DistilBERT
]
# BERT, RoBERTa, ELECTRA: in two modules of a layer, `intermediate` and `output`
BERT = Recipe(("dense",), "dense", "intermediate_act_fn")

# Activations of transformers, by class; those of torch.nn are found by their names in _modules.py.
TRANSFORMERS = {
    "AccurateGELUActivation": "gelu_tanh", "FastGELUActivation": "gelu_tanh", "GELUActivation": "gelu",
    "GELUTanh": "gelu_tanh", "LinearActivation": "identity", "MishActivation": "mish",
    "NewGELUActivation": "gelu_tanh", "PytorchGELUTanh": "gelu_tanh", "QuickGELUActivation": "quick_gelu",
    "ReLUSquaredActivation": "relu_squared", "SiLUActivation": "silu", "SqrtSoftplusActivation": "sqrt_softplus",
}
WEIGHT_DTYPES = {torch.float32: "float32", torch.bfloat16: "bfloat16", torch.float16: "float16"}
# Largest difference from the original, relative to its largest value.
TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 0.03, torch.float16: 0.01}


class Unknown(Exception):
    """Why something cannot be replaced."""


# ------------------------------------------------------------------------------ activations --


def _is_activation(module):
    """Whether this is an activation of torch or transformers, known here or not."""
    source = type(module).__module__
    return (source == "torch.nn.modules.activation" and not isinstance(module, nn.MultiheadAttention)
            or source == "transformers.activations" and isinstance(module, nn.Module))


def _fused_activation(module):
    """The argument `activation` of fastact.MLP for a module, or Unknown."""
    name = type(module).__name__
    if type(module).__module__ == "transformers.activations" and name in TRANSFORMERS:
        return TRANSFORMERS[name]
    if name in modules and (type(module) is modules[name] or type(module).__module__ == "torch.nn.modules.activation"):
        if name == "GELU":
            return "gelu_tanh" if module.approximate == "tanh" else "gelu"
        if name == "Softplus" and module.threshold >= 20:
            return "softplus", {"beta": module.beta}
        passed = getattr(modules[name], "parameters_passed", None)
        if passed is not None:
            activation = modules[name].function.__name__
            return (activation, {key: getattr(module, key) for key in passed}) if passed else activation
    raise Unknown(f"its activation {name} has no counterpart")


def _replaced_activation(module):
    """Our module for an activation of torch or transformers."""
    name = type(module).__name__
    if type(module).__module__ == "transformers.activations":
        name = {"gelu": "GELU"}.get(TRANSFORMERS.get(name)) or next(
            (key for key, value in modules.items()
             if getattr(getattr(value, "function", None), "__name__", None) == TRANSFORMERS.get(name)), "")
        if not name:
            raise Unknown(f"{type(module).__name__} has no counterpart in fastact")
        return modules[name]()
    if name not in modules:
        raise Unknown(f"{name} has no counterpart in fastact")
    if getattr(module, "dim", 0) is None:
        raise Unknown(f"{name} needs a dim")
    found = modules[name](**{key: getattr(module, key) for key in modules[name].arguments if hasattr(module, key)})
    if name == "PReLU":
        found.weight = module.weight
    return found


# ----------------------------------------------------------------------------------- blocks --


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
        # Not registered: the state_dict would have them twice.
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
        if not torch.compiler.is_compiling() and self._state() != self._packed_from:
            self.pack()
        return self.packed(x)

    def train(self, mode=True):
        super().train(mode)
        self.original.train(mode)
        return self

    def __repr__(self):
        return f"{type(self).__name__}({self.packed.layer!r})"


class FusedMLP(Fused):
    """In place of a feed-forward block.

    The original's layers are its own under the same names, so that a state_dict does not change.
    """

    def __init__(self, original, recipe, linears, activation, weight_dtype, accuracy):
        super().__init__(original, linears, weight_dtype, accuracy)
        for name, child in original.named_children():
            self.add_module(name, child)
        self._recipe, self._activation = recipe, activation
        self.pack()

    def layer(self, matrices, named):
        """Return the packed layer of the linear layers' weights and biases."""
        *up, (down, bias_down) = matrices
        named["activation"] = self._activation
        if self._recipe.gated:
            if len(up) == 1:    # packed: the gate first
                weights, biases = up[0]
                up = list(zip(np.split(weights, 2), (None, None) if biases is None else np.split(biases, 2)))
            (gate, bias_gate), (up, bias_up) = up
            return fa.GatedMLP(gate, up, down, bias_gate=bias_gate, bias_up=bias_up, bias_down=bias_down, **named)
        (up, bias_up), = up
        return fa.MLP(up, down, bias_up, bias_down, **named)


class FusedLinear(Fused):
    """In place of a linear layer, whose parameters it shares."""

    def __init__(self, original, weight_dtype, accuracy):
        super().__init__(original, (original,), weight_dtype, accuracy)
        self._parameters = original._parameters
        self.pack()

    def layer(self, matrices, named):
        """Return the packed layer of the weights and the bias."""
        (weight, bias), = matrices
        return fa.Projection(weight, bias, **named)


class Skipped(nn.Module):
    """A linear layer that a FusedMLP has computed already: hands on its input in evaluation."""

    def __init__(self, original, fused):
        super().__init__()
        self.weight, self.bias = original.weight, original.bias
        self.__dict__.update(original=original, fused=fused)

    def forward(self, x):
        return self.original(x) if self.fused.training else x

    def extra_repr(self):
        return "in the FusedMLP before it"


def _is_conv1d(module):
    return type(module).__name__ == "Conv1D" and type(module).__module__ == "transformers.pytorch_utils"


def _is_linear(module):
    return type(module) is nn.Linear or _is_conv1d(module)


def _checked(block, recipe, linears, weight_dtype):
    """Raise Unknown for a block that has the right names, but not what they stand for."""
    known = {*recipe.linears, recipe.activation}
    for name, child in block.named_children():
        if name not in known and not isinstance(child, (nn.Dropout, nn.Identity)):
            raise Unknown(f"it has a {type(child).__name__} {name!r} besides")
    if any(True for _ in block.parameters(recurse=False)):
        raise Unknown("it has parameters of its own")
    for linear in linears:
        if not _is_linear(linear):
            raise Unknown(f"{type(linear).__name__} is neither nn.Linear nor transformers' Conv1D")
    _without_hooks(block, getattr(block, recipe.activation))
    _checked_linears(linears, weight_dtype)


def _without_hooks(*modules):
    for module in modules:
        if module._forward_hooks or module._forward_pre_hooks or module._backward_hooks or "forward" in vars(module):
            raise Unknown(f"{type(module).__name__} has hooks, which would no longer be called")


def _checked_linears(linears, weight_dtype):
    """Raise Unknown for layers whose weights cannot be packed."""
    for linear in linears:
        if linear.weight.device.type != "cpu":
            raise Unknown(f"its weights are on {linear.weight.device}, not on the CPU")
    _without_hooks(*linears)
    dtypes = {parameter.dtype for linear in linears for parameter in linear.parameters()}
    if len(dtypes) > 1 or not dtypes <= WEIGHT_DTYPES.keys():
        raise Unknown(f"its weights are {' and '.join(map(str, dtypes))}, not all float32, bfloat16 or float16")
    dtype = weight_dtype or WEIGHT_DTYPES[dtypes.pop()]
    try:
        fa.Projection(np.zeros((1, 1), np.float32), weight_dtype=dtype)
    except ValueError as error:
        raise Unknown(f"fastact cannot keep weights as {dtype} ({error}); pass weight_dtype='float32', or "
                      "model.float() first") from None


def _fused(block, recipe, linears, weight_dtype, accuracy):
    activation = _fused_activation(getattr(block, recipe.activation))
    _checked(block, recipe, linears, weight_dtype)
    return FusedMLP(block, recipe, linears, activation, weight_dtype, accuracy)


def _compare(original, replacement, first):
    """Raise Unknown unless both compute the same of random rows; `first` is the block's first linear layer."""
    generator = torch.Generator().manual_seed(0)
    dtype = first.weight.dtype
    width = first.weight.shape[1] if isinstance(first, nn.Linear) else first.weight.shape[0]
    with torch.no_grad():
        x = torch.randn(1, 4, width, generator=generator).to(dtype)
        spread = float(first(x).float().std())
        x = x * (3 / spread) if spread > 0 else x      # where activations bend and gates are no mere products
        expected, found = original(x).float(), replacement(x).float()
    error = float((found - expected).abs().max()) / max(float(expected.abs().max()), 1e-30)
    if not (found.shape == expected.shape and error <= TOLERANCE[dtype]):
        raise Unknown(f"the fused block does not give its results (relative difference {error:.2g}): "
                      "it computes something else than its layers' names say")


def _replaced_linear(linear, weight_dtype, accuracy):
    """Our module for a linear layer."""
    _checked_linears((linear,), weight_dtype)
    fused = FusedLinear(linear, weight_dtype, accuracy)
    _compare(linear, fused, linear)
    return fused


def _plan_block(block, weight_dtype, accuracy):
    """{name in the block's parent, relative: replacement} for a block, or None if it is none."""
    for recipe in RECIPES:
        if all(hasattr(block, name) for name in (*recipe.linears, recipe.activation)):
            linears = tuple(getattr(block, name) for name in recipe.linears)
            fused = _fused(block, recipe, linears, weight_dtype, accuracy)
            _compare(block, fused, linears[0])
            return {"": fused}
    intermediate, output = getattr(block, "intermediate", None), getattr(block, "output", None)
    if hasattr(intermediate, BERT.activation) and hasattr(intermediate, "dense") and hasattr(output, "dense"):
        linears = intermediate.dense, output.dense
        fused = _fused(intermediate, BERT, linears, weight_dtype, accuracy)
        skipped = Skipped(output.dense, fused)

        def replacement(x):
            output.dense = skipped
            try:
                return output(fused(x), x)
            finally:
                output.dense = linears[1]

        _compare(lambda x: output(intermediate(x), x), replacement, linears[0])
        return {"intermediate": fused, "output.dense": skipped}
    return None


# --------------------------------------------------------------------------------- the model --


@dataclass(frozen=True)
class Replacement:
    """One module of a model that was replaced.

    Attributes
    ----------
    path : str
        Its name in the model.
    original, replacement : torch.nn.Module
    """

    path: str
    original: nn.Module
    replacement: nn.Module

    def __repr__(self):
        return f"{self.path}: {type(self.original).__name__} by {self.replacement!r}"


class Accelerated:
    """What `accelerate` did to a model; as a context manager it undoes it at the end.

    Attributes
    ----------
    model : torch.nn.Module
    replaced : tuple of Replacement
        What was replaced by what.
    kept : dict of str to str
        With strict=False: what was not, and why.
    """

    def __init__(self, model, replaced, kept):
        self.model, self.replaced, self.kept = model, replaced, kept
        self._places = []
        by_original = {id(one.original): one.replacement for one in replaced}
        for parent in list(model.modules()):
            for name, child in list(parent._modules.items()):
                if id(child) in by_original:
                    self._places.append((parent, name, child))
        for parent, name, child in self._places:
            parent._modules[name] = by_original[id(child)]

    def undo(self):
        """Put the original modules back.  A second call does nothing."""
        for parent, name, original in self._places:
            parent._modules[name] = original.train(parent._modules[name].training)
        self._places = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.undo()

    def __repr__(self):
        lines = [repr(one) for one in self.replaced] + [f"{path}: kept, {why}" for path, why in self.kept.items()]
        return "\n".join([f"<Accelerated {type(self.model).__name__}, {len(self.replaced)} modules replaced>", *lines])


def accelerate(model, *, weight_dtype=None, accuracy=None, linear=False, strict=True):
    """Replace the feed-forward blocks and activations of a model by fused ones, in place, for inference.

    Known are the gated and plain blocks of transformers' Llama, Mistral, Qwen, Gemma, Phi, BERT, GPT-2 and
    like families, and the activations of torch.nn and transformers.  Every block is compared with
    the original on random rows before anything is replaced.

    Parameters
    ----------
    model : torch.nn.Module
        In evaluation mode, on the CPU.
    weight_dtype : str, optional
        What packed weights are kept in; default: the model's own dtype.
    accuracy : {"exact", "fast"}, optional
        Of the activations; default: the setting in force at each call.
    linear : bool
        Replace the linear layers outside these blocks, too: attention's, the head's.
    strict : bool
        False: leave what is not known as it is, and say so in `.kept`.

    Returns
    -------
    Accelerated
        With `.replaced` and `.undo()`.

    Raises
    ------
    TypeError
        If the model is no Module.
    ValueError
        If the model is in training mode, has something that is not known (strict), or nothing that is;
        the model is as it was.

    Notes
    -----
    The packed weights are copies, as large as the originals, which stay for `undo`, for state_dict and
    for training: in training mode a replaced block runs its original, with gradients.  In evaluation mode
    there is no gradient through packed weights: the backward pass raises NotImplementedError.

    Weights that have changed (an optimizer's step, load_state_dict, a cast) are packed anew at the next
    call.  Not seen are changes by way of `.data`, and in a compiled model those after compilation.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU()).eval()
    >>> fastact.torch.accelerate(model).replaced
    (1: ReLU by ReLU(),)
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"accelerate takes a torch.nn.Module, not {type(model).__name__}")
    if any(module.training for module in model.modules()):
        raise ValueError("accelerate is for inference, and the model is in training mode: call model.eval() first")
    resolve_accuracy(accuracy)      # raises for what it does not know
    replaced, kept, seen = {}, {}, set()

    def visit(module, path):
        if id(module) in seen:      # in two places of the model
            return
        seen.add(id(module))
        if isinstance(module, (Fused, Skipped)) or type(module).__module__.startswith("fastact.torch"):
            return
        done = {}
        try:
            if _is_activation(module):
                done = {"": _replaced_activation(module)}
            elif linear and _is_linear(module):
                done = {"": _replaced_linear(module, weight_dtype, accuracy)}
            else:
                done = _plan_block(module, weight_dtype, accuracy) or {}
        except Unknown as error:
            kept[path or "the model itself"] = f"{type(module).__name__}: {error}"
        for inner, replacement in done.items():
            where = ".".join(filter(None, (path, inner)))
            if not where:
                raise ValueError(f"the model is itself a {type(module).__name__}: put it into another module")
            original = module.get_submodule(inner)
            replaced[where] = Replacement(where, original, replacement.train(original.training))
        if "" in done:
            return
        inside = {id(one.original) for one in replaced.values()}
        for name, child in module.named_children():
            if id(child) not in inside:
                visit(child, ".".join(filter(None, (path, name))))

    visit(model, "")
    if kept and strict:
        raise ValueError("accelerate does not know " + "; ".join(f"{path} ({why})" for path, why in kept.items())
                         + ".  Nothing was replaced; strict=False leaves these as they are")
    if not replaced:
        raise ValueError(f"accelerate found no activation or feed-forward block in {type(model).__name__} that it "
                         "could replace" + "".join(f"; {path}: {why}" for path, why in kept.items()))
    return Accelerated(model, tuple(replaced.values()), kept)
