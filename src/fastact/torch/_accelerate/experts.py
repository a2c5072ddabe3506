"""Routed experts of transformers: their replacement, and the function for transformers' own extension point.

A class of experts is recognised by what transformers' decorator `use_experts_implementation` leaves in it.  How gate
and up become hidden units is found by comparison: classes may override `_apply_gate`, or have an activation that takes
both.  The comparison runs on the first experts only, as the sizes of all may be those of the model.
"""

import copy
import inspect
import itertools
import math
import re
import weakref

import numpy as np
import torch
from torch import nn

import fastact as fa
from fastact._formats import FORMATS, codes
from fastact._layers.checks import check_correct
from fastact._layers.product import QUANTISED
from fastact._runtime.accuracy import resolve_accuracy
from fastact.torch._accelerate import known_blocks
from fastact.torch._accelerate.compare import FAST, FAST_OF_BYTES, Refused, agree, ordinary, rows_for
from fastact.torch._accelerate.fused import WEIGHT_DTYPES, Fused, state_of
from fastact.torch._modules import PackedExperts, array

COMPARED = 3    # experts
NAMED = re.compile("Experts$")      # classes
FLAGS = ("has_gate", "has_bias", "has_post_expert_norm", "is_transposed", "is_concatenated", "_is_expert_parallel")
LIMITS, ALPHAS = ("limit", "swiglu_limit"), ("alpha", "swiglu_alpha")
# Gated units with a limit of a class that overrides `_apply_gate`: gpt-oss and MiniMax M3; DeepSeek V4 and GLM 5; Step 3.
UNITS = {"swiglu_clamped": {"offset": 1.0}, "swiglu_clamped without offset": {"alpha": 1.0, "offset": 0.0},
         "swiglu_clamped_after": {}}
HARMLESS = {"config", "num_experts", "act_fn", "training", *FLAGS, *LIMITS, *ALPHAS}


def is_decorated(module):
    """Whether this is a module of a class that transformers' decorator has prepared for other implementations."""
    return hasattr(type(module).forward, "__wrapped__") and all(hasattr(module, name) for name in FLAGS[:5])


def looks_like_experts(module):
    """Whether this has the name and the parameters of routed experts."""
    return bool(NAMED.search(type(module).__name__)) and sum(
        parameter.dim() == 3 for parameter in module._parameters.values() if parameter is not None) > 1


def first_of(module):
    return "gate_up_proj" if module.has_gate else "up_proj"


def parameters_of(module):
    """The parameters that are packed, by the names of the arguments of fastact.Experts."""
    names = {"gate_up": first_of(module), "down": "down_proj"}
    if module.has_bias:
        names |= {"gate_up_bias": f"{first_of(module)}_bias", "down_bias": "down_proj_bias"}
    return names


def check(module, weight_dtype):
    """Raise Refused for experts whose replacement would lose something, or whose weights cannot be packed."""
    name = type(module).__name__
    known_blocks.check_nothing_is_lost(module)
    if "_apply_gate" in vars(module):
        raise Refused(f"the _apply_gate of {name} was replaced")
    if module.has_post_expert_norm:
        raise Refused(f"{name} has a norm after each expert")
    if getattr(module, "_is_expert_parallel", False):
        raise Refused(f"{name} has some of the experts only")
    names = parameters_of(module)
    if more := (module._parameters.keys() | module._buffers.keys()) - set(names.values()):
        raise Refused(f"it has parameters or buffers that accelerate does not know: {', '.join(sorted(more))}")
    if more := module._modules.keys() - {"act_fn"}:
        raise Refused(f"it has modules that accelerate does not know: {', '.join(sorted(more))}")
    tensors = [getattr(module, one) for one in names.values()]
    if any(tensor.device.type != "cpu" for tensor in tensors):
        raise Refused(f"its weights are on {tensors[0].device}, not on the CPU")
    dtypes = {tensor.dtype for tensor in tensors}
    if len(dtypes) > 1 or not dtypes <= WEIGHT_DTYPES.keys():
        raise Refused(f"its weights are {' and '.join(map(str, dtypes))}, not all float32, bfloat16 or float16")
    sizes = {size for tensor in tensors for size in tensor.shape} | {tensors[1].shape[1 if module.is_transposed else 2]}
    for attribute, value in vars(module).items():
        if not (attribute in HARMLESS or attribute in known_blocks.OF_EVERY_MODULE
                or known_blocks.SIZE.search(attribute) and type(value) is int and value in sizes):
            raise Refused(f"it has an attribute {attribute!r} ({value!r}), of which accelerate does not know what it does")
    if not (tensors[0].dim() == tensors[1].dim() == 3 and len(tensors[0]) == len(tensors[1]) == module.num_experts):
        raise Refused("its weights are not of the shape (experts, out_features, in_features)")


def is_plain(module):
    """Whether gate and up are the halves of the first product, and the activation is applied to the gate."""
    gate = getattr(type(module), "_apply_gate", None)
    return gate is not None and gate.__module__ == "transformers.integrations.moe"


def forms(module):
    """(activation, order) that the experts may compute: arguments of fastact.Experts, as functions of the module."""
    if not module.has_gate or is_plain(module):
        return [(lambda one: known_blocks.spelled(one.act_fn), "gate_up")]
    limit, alpha = (next((name for name in names if hasattr(module, name)), None) for names in (LIMITS, ALPHAS))
    orders = ("gate_up", "interleaved") if module.is_concatenated else ("interleaved", "gate_up")
    if limit is None:
        return [(lambda one: known_blocks.spelled(one.act_fn), order) for order in orders]

    def unit(name):
        def activation(one):
            values = {key: number_of(one, key) for key in (limit, alpha) if key}
            parameters = {"limit": values[limit], **({"alpha": values[alpha]} if alpha and "alpha" not in UNITS[name]
                                                      and name != "swiglu_clamped_after" else {}), **UNITS[name]}
            return name.partition(" ")[0], parameters
        return activation
    return [(unit(name), order) for name, order in itertools.product(UNITS, orders)]


def number_of(module, name):
    value = getattr(module, name)
    if type(value) not in (int, float) or not value > 0 or math.isinf(value):
        raise Refused(f"its attribute {name!r} ({value!r}) is no positive number")
    return float(value)


def experts_of(module, form, weight_dtype, accuracy):
    """fastact.Experts with the parameters of a module."""
    activation, order = form
    arrays = {name: array(getattr(module, one).detach()) for name, one in parameters_of(module).items()}
    return fa.Experts(
        **arrays, activation=activation(module), order=order, gated=module.has_gate, weight_dtype=weight_dtype,
        layout="in_out" if module.is_transposed else "out_in", accuracy=accuracy)


# ---------------------------------------------------------------------------------------------- comparison --

def some_experts(module, change):
    """A module with the first experts only, whose parameters are change(name, tensor) of those; the module is unchanged."""
    some = copy.copy(module)
    count = min(COMPARED, module.num_experts)
    some._parameters = {name: nn.Parameter(change(name, tensor[:count].detach()), requires_grad=False)
                        for name, tensor in module._parameters.items()}
    some.num_experts = count
    return some


def routes(rows, experts):
    """ids and weights of rows: two experts each, the same for all inputs of a comparison."""
    k = min(2, experts)
    ids = (torch.arange(rows)[:, None] + torch.arange(k)) % experts
    return ids, torch.tensor([0.625, 0.3125])[:k].expand(rows, k).contiguous()


def as_function(run, experts):
    """run(x, ids, weights) as a function of x (scale, row, in_features)."""
    def function(x):
        # Each input has the routes of its row, also where two inputs are passed at once.
        ids, weights = routes(x.shape[1], experts)
        count = x.shape[0]
        result = run(x.reshape(-1, x.shape[-1]), ids.repeat(count, 1), weights.to(x.dtype).repeat(count, 1))
        return result.reshape(*x.shape[:-1], -1)
    return function


def eager(module):
    """The forward of a class of transformers before it was decorated."""
    forward = inspect.unwrap(type(module).forward)
    return lambda *args: forward(module, *args)


def compare(module, exact, found, dtypes, weight_dtype, accuracy, fast_error=FAST):
    """Raise Refused unless packed experts compute the same as those of the module, which has some of them only."""
    first, down = getattr(module, first_of(module)), module.down_proj
    features, hidden = (down.shape[axis] for axis in ((2, 1) if module.is_transposed else (1, 2)))

    def original(dtype):
        cast = some_experts(module, lambda name, tensor: tensor.to(dtype))
        return as_function(eager(cast), module.num_experts)

    exact, found = (as_function(one, module.num_experts) for one in (exact, found))
    agree(original, lambda dtype: exact, lambda dtype: found, rows_for(first[0].detach(), features), max(features, hidden),
          dtypes, weight_dtype, accuracy, fast_error)


def ordinary_weights(module):
    """Some experts in float32 with random weights that keep the size of the input, small biases, and effective limits."""
    some = some_experts(module, lambda name, tensor: ordinary(
        tensor, 10 if "bias" in name else tensor.shape[1 if module.is_transposed else 2] ** 0.5, name))
    for names, value in ((LIMITS, 1.0), (ALPHAS, 0.5)):
        for name in names:
            if hasattr(some, name):
                setattr(some, name, value)
    return some


def form_of(module):
    """The form that computes the same as the experts of a module."""
    some = ordinary_weights(module)
    refusal = None
    for form in forms(module):
        try:
            packed = PackedExperts(experts_of(some, form, "float32", "exact"))
            compare(some, packed, packed, [], torch.float32, "exact")
            return form
        except Refused as error:
            refusal = refusal or error
    raise refusal


def with_quantised(module, experts, form):
    """Some experts whose weights are those of packed experts, dequantised."""
    def floats(product):
        found = product.matrices()
        return [torch.from_numpy(np.array(codes.dequantized(one) if product.is_coded else one)) for one in found]

    def change(name, tensor):
        if name not in (first_of(module), "down_proj"):
            return tensor.float()
        products = experts.products[name == "down_proj"::2][:len(tensor)]
        changed = []
        for matrices in map(floats, products):
            if len(matrices) == 1:
                one = matrices[0]
            elif form[1] == "interleaved":
                one = torch.stack(matrices, 1).flatten(0, 1)
            else:
                one = torch.cat(matrices)
            changed.append(one.T if module.is_transposed else one)
        return torch.stack(changed)
    return some_experts(module, change)


def replacement_of(module, given, accuracy):
    """A FusedExperts for a module, once they were compared; or Refused."""
    check(module, given)
    dtype = module.down_proj.dtype
    weight_dtype = given or WEIGHT_DTYPES[dtype]
    is_quantised = given in QUANTISED
    if resolve_accuracy(accuracy) == "correct":
        try:
            check_correct("its replacement", "codes" if is_quantised else FORMATS[weight_dtype].packed_form,
                          WEIGHT_DTYPES[dtype])
        except ValueError as error:
            raise Refused(str(error)) from None
    form = form_of(module)
    found = FusedExperts(module, form, given, accuracy)
    some = some_experts(module, lambda name, tensor: tensor)
    if is_quantised:
        some = with_quantised(module, found.packed.layer, form)
        compare(some, PackedExperts(experts_of(some, form, "float32", "exact")), found.packed, [dtype], torch.float32, accuracy,
                FAST_OF_BYTES)
    else:
        exact = PackedExperts(experts_of(some, form, "float32", "exact"))
        compare(some, exact, found.packed, [dtype], getattr(torch, weight_dtype), accuracy)
    return found


# ---------------------------------------------------------------------------------------------- replacement --

class FusedExperts(Fused):
    """The replacement of routed experts, whose parameters it shares."""

    __module__ = "fastact.torch"    # the path that pickles name

    def __init__(self, original, form, weight_dtype, accuracy):
        super().__init__(original, (), None, weight_dtype, accuracy)
        self._parameters = original._parameters
        for name, child in original.named_children():
            self.add_module(name, child)
        self.__dict__["_form"] = [form[0](original), form[1]]
        self._argument_names = tuple(inspect.signature(inspect.unwrap(type(original).forward)).parameters)[1:4]
        self.pack()

    def pack(self):
        """Pack the current weights."""
        tensors = self._tensors()
        state = state_of(tensors)
        dtype = self.original.down_proj.dtype
        if tensors[0].device.type != "cpu" or dtype not in WEIGHT_DTYPES:
            raise RuntimeError("an accelerated model needs float32, bfloat16 or float16 weights on the CPU, not "
                               f"{dtype} on {tensors[0].device}: call .undo() before you move or cast it")
        activation, order = self._form
        self.packed = PackedExperts(experts_of(
            self.original, (lambda module: activation, order), self._dtype or WEIGHT_DTYPES[dtype], self._accuracy))
        self._packed_from, self._packed_tensors = state, tensors

    def _tensors(self):
        return [tensor for tensor in self.original._parameters.values() if tensor is not None]

    def forward(self, *args, **named):
        if self.training:
            return eager(self.original)(*args, **named)
        if not torch.compiler.is_compiling():
            self.check_children()
            if state_of(self._tensors()) != self._packed_from:
                self.pack()
        given = dict(zip(self._argument_names, args)) | named
        return self.packed(*(given[name] for name in self._argument_names))

    def check_children(self):
        """Raise RuntimeError if the activation was replaced or has hooks, which would be ignored."""
        for name, child in self.original._modules.items():
            if self._modules.get(name) is not child or child._forward_hooks or child._forward_pre_hooks:
                raise RuntimeError(f"{name!r} of accelerated experts was replaced or got a hook, which would be ignored: "
                                   "call .undo() before you change the model")


# --------------------------------------------------------------------------- transformers' extension point --

_replacements = weakref.WeakKeyDictionary()     # module of transformers -> FusedExperts


def experts_forward(self, *args, **named):
    """The forward of transformers' experts by fastact; the weights are packed at the first call and when they change.

    In training mode it is the forward of the class.
    """
    if self.training:
        return eager(self)(*args, **named)
    found = _replacements.get(self)
    if found is None:
        try:
            with torch.random.fork_rng(devices=[]):
                found = replacement_of(self, None, None)
        except Refused as error:
            raise ValueError(f"fastact cannot compute {type(self).__name__}: {error}") from None
        _replacements[self] = found
        found.__dict__["original"] = weakref.proxy(self)    # else the module would never be freed
    return found(*args, **named)


def register_experts(name="fastact"):
    """Register fastact as an implementation of experts in transformers.

    Afterwards ``model.set_experts_implementation("fastact")`` makes all experts of a model run here.  Their weights are
    packed at the first call, and again when they have changed; the copies take as much memory as the weights.  Experts
    that fastact cannot compute (see `accelerate`) raise ValueError at the first call.  In training mode the
    implementation is transformers' "eager".

    Parameters
    ----------
    name : str, optional
        The name of the implementation.

    Raises
    ------
    ImportError
        If transformers is not installed, or has no such extension point.

    See Also
    --------
    accelerate : replaces experts together with the other blocks of a model, and can quantise them.
    """
    from transformers.integrations.moe import ALL_EXPERTS_FUNCTIONS

    ALL_EXPERTS_FUNCTIONS.register(name, experts_forward)


register_experts.__module__ = "fastact.torch"
