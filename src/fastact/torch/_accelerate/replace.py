"""accelerate(model): the feed-forward blocks and activations of a model, replaced by fused ones.

known_blocks.py finds by classes and names what may be replaced.  It is replaced if nothing of it would be lost and
its replacement (fused.py) computes the same (compare.py); else it is refused, with the reason.
"""

import re
from dataclasses import dataclass

import torch
from torch import nn

from fastact._runtime.accuracy import resolve_accuracy
from fastact._formats import FORMATS
from fastact._layers.checks import checked_choice
from fastact.torch._accelerate import known_blocks
from fastact.torch._accelerate.compare import (
    OPERATIONS, Refused, agree, elements_for, in_dtype, one_by_one, rows_for, with_ordinary_weights,
)
from fastact.torch._accelerate.fused import WEIGHT_DTYPES, Fused, FusedLinear, FusedMLP

SHOWN = 5   # refusals that an error lists: a model may have one for each layer
ACTIVATION_DTYPES = {torch.float16, torch.bfloat16, torch.float32, torch.float64}


@dataclass(frozen=True)
class Replacement:
    """One module of a model that was replaced.

    Attributes
    ----------
    path : str
        Its name in the model.
    original, replacement : torch.nn.Module
    """

    __module__ = "fastact.torch"    # the path that pickles name
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
    refused : dict of str to str
        With strict=False: the path of each module that was not replaced, and why.
    """

    __module__ = "fastact.torch"

    def __init__(self, model, replaced, refused):
        self.model, self.replaced, self.refused = model, replaced, refused
        self._parents = _put(list(model.modules()), {id(one.original): one.replacement for one in replaced})

    def undo(self):
        """Put the original modules back.  A second call does nothing.

        A replacement is found wherever it is now: modules may have been removed or renumbered since.  A module
        that somebody else put in the place of a replacement stays.
        """
        if self._parents:
            for one in self.replaced:
                one.original.train(one.replacement.training)
            _put([*self.model.modules(), *self._parents], {id(one.replacement): one.original for one in self.replaced})
        self._parents = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.undo()

    def __repr__(self):
        lines = [repr(one) for one in self.replaced] + [f"{path}: refused, {why}" for path, why in self.refused.items()]
        return "\n".join([f"<Accelerated {type(self.model).__name__}, {len(self.replaced)} modules replaced, "
                          f"{len(self.refused)} refused>", *lines])


def _put(parents, others):
    """Put others[id(child)] in the place of each such child of the parents; return the parents that have one."""
    found = []
    for parent in parents:
        for name, child in list(parent._modules.items()):
            if id(child) in others:
                parent._modules[name] = others[id(child)]
                found.append(parent)
    return found


class _Planner:
    """Finds a replacement for each module of a model, or the reason why there is none."""

    def __init__(self, model, weight_dtype, accuracy, linear):
        self.model, self.weight_dtype, self.accuracy, self.linear = model, weight_dtype, accuracy, linear
        self.replaced, self.refused = [], {}
        # Activations have no dtype of their own: they are compared in those that the model can pass them.
        self.dtypes = ACTIVATION_DTYPES & {torch.float32, *(one.dtype for one in model.parameters())}
        self._seen, self._second_halves = set(), set()
        self._visit(model, "")

    def _visit(self, module, path):
        if id(module) in self._seen:    # a module in two places of the model
            return
        self._seen.add(id(module))
        if isinstance(module, Fused) or type(module).__module__.startswith("fastact.torch"):
            return
        try:
            replacement = self._replacement(module)
            if replacement is not None and module is self.model:
                raise Refused("it is the model itself: put it into another module")
        except Exception as error:      # errors of the original, too: a module that cannot be run cannot be compared
            why = str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
            name = type(module).__name__
            named = re.search(rf"\b{re.escape(name)}\b", why)
            self.refused[path or "the model itself"] = why if named else f"{name}: {why}"
            replacement = None
        if replacement is not None:
            self.replaced.append(Replacement(path, module, replacement))
            return
        for name, child in module.named_children():
            self._visit(child, f"{path}.{name}" if path else name)

    def _replacement(self, module):
        """Our module for one of a model; None if it is nothing that accelerate replaces."""
        if known_blocks.is_activation(module):
            return self._activation(module)
        if known_blocks.is_linear(module):
            return self._linear(module) if self.linear or id(module) in self._second_halves else None
        self._second_halves |= known_blocks.second_halves(module)
        recipe = known_blocks.recipe_of(module)
        if recipe is not None:
            return self._block(module, recipe)
        if known_blocks.looks_like_a_block(module):
            raise Refused("it is named as a feed-forward block, but the names of its layers are not known: "
                          + ", ".join(name for name, _ in module.named_children()))
        return None

    def _activation(self, module):
        known_blocks.check_nothing_is_lost(module)
        known_blocks.check_activation(module)
        found = known_blocks.module_for(module).eval()
        channels = module.weight.numel() if hasattr(module, "weight") else 4
        numbers = [one for one in vars(module).values() if type(one) in (int, float)]
        original, replacement = (lambda dtype, one=one: one_by_one(in_dtype(one, dtype)) for one in (module, found))
        agree(original, replacement, replacement, elements_for(channels, numbers), OPERATIONS, self.dtypes)
        found.accuracy = self.accuracy
        return found

    def _linear(self, module):
        known_blocks.check_nothing_is_lost(module)
        return self._packed(module, lambda module: (module,), FusedLinear)

    def _block(self, module, recipe):
        def linears(block):
            return tuple(getattr(block, name) for name in recipe.linears)

        activation = known_blocks.spelled(getattr(module, recipe.activation))
        known_blocks.check_linears(linears(module), self.weight_dtype)
        known_blocks.check_block(module, recipe, linears(module))
        return self._packed(module, linears, lambda block, *how: FusedMLP(block, recipe, linears(block), activation, *how))

    def _packed(self, module, linears, make):
        """make(module, weight_dtype, accuracy), compared with the module.

        First with ordinary weights in both, in float32: the module's own may hide what it computes, as zeros and
        large biases do, and others may be loaded later.
        """
        known_blocks.check_linears(linears(module), self.weight_dtype)
        terms = [known_blocks.features(linear)[1] for linear in linears(module)]

        def compare(one, exact, found, dtypes, weight_dtype):
            agree(lambda dtype: in_dtype(one, dtype), lambda dtype: exact, lambda dtype: found,
                  rows_for(linears(one)[0].weight.detach(), terms[0]), max(terms), dtypes, weight_dtype, self.accuracy)

        ordinary = with_ordinary_weights(module, linears)
        exact = make(ordinary, "float32", "exact")
        compare(ordinary, exact, exact, [], torch.float32)
        del ordinary, exact
        dtype = linears(module)[0].weight.dtype
        weight_dtype = self.weight_dtype or WEIGHT_DTYPES[dtype]
        found = make(module, self.weight_dtype, self.accuracy)
        exact = found if weight_dtype == "float32" and self.accuracy != "fast" else make(module, "float32", "exact")
        compare(module, exact, found, [dtype], getattr(torch, weight_dtype))
        return found


def accelerate(model, *, weight_dtype=None, accuracy=None, linear=False, strict=True):
    """Replace the feed-forward blocks and activations of a model by fused ones, in place, for inference.

    Known are the gated and plain blocks of transformers' Llama, Mistral, Qwen, Gemma, Phi, BERT, GPT-2 and
    like families, and the activations of torch.nn and transformers.  Each is run beside its replacement
    on inputs of 0.1 to 1000 times the ordinary size, in float32 and in the model's type, before anything is
    replaced.  What differs by more than rounding is refused; so is what has hooks, a replaced forward, or an
    attribute that accelerate does not know.

    Parameters
    ----------
    model : torch.nn.Module
        In evaluation mode, on the CPU.
    weight_dtype : {"float32", "bfloat16", "float16"}, optional
        What packed weights are kept in; default: the model's own dtype.
    accuracy : {"exact", "fast"}, optional
        Of the activations; default: the setting in force at each call.
    linear : bool
        Replace the linear layers outside these blocks, too: attention's, the head's.
    strict : bool
        False: leave what is refused as it is, and say so in `.refused`.

    Returns
    -------
    Accelerated
        With `.replaced`, `.refused` (path: reason) and `.undo()`.

    Raises
    ------
    TypeError
        If the model is no Module.
    ValueError
        For an unknown weight_dtype or accuracy; if the model is in training mode, has something that is
        refused (strict), or nothing to replace.  The model is as it was.

    Notes
    -----
    The packed weights are copies, as large as the originals, which stay for `undo`, for state_dict and
    for training: in training mode a replaced block runs its original, with gradients.  In evaluation mode
    there is no gradient through packed weights: the backward pass raises NotImplementedError.

    Blocks of half precision are compared in float32, too, one after the other: that takes room for two
    copies of the largest one meanwhile, and twice the time of packing.  What overflows between the layers of
    a float16 block does not in its replacement, which has float32 there.

    Weights that have changed (an optimizer's step, load_state_dict, a cast) are packed anew at the next
    call.  A layer of a block that is replaced by another one later, or gets a hook, raises RuntimeError at the
    next call.  Not seen are changes by way of `.data`, and in a compiled model those after compilation; a limit
    without an attribute that only holds from some 10,000 times ordinary sizes on; what a block does for some
    numbers of rows only.  Under torch.autocast results have the type of x.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> model = torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Softmax2d()).eval()
    >>> accelerated = fastact.torch.accelerate(model, strict=False)
    >>> accelerated.replaced
    (0: ReLU by ReLU(),)
    >>> accelerated.refused
    {'1': 'Softmax2d: it has no counterpart in fastact'}
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"accelerate takes a torch.nn.Module, not {type(model).__name__}")
    if any(module.training for module in model.modules()):
        raise ValueError("accelerate is for inference, and the model is in training mode: call model.eval() first")
    resolve_accuracy(accuracy)      # raises an error for an unknown accuracy
    if weight_dtype is not None:
        checked_choice("weight_dtype", weight_dtype, FORMATS)
    with torch.random.fork_rng(devices=[]):     # an original may draw random numbers
        plan = _Planner(model, weight_dtype, accuracy, linear)
    if plan.refused and strict:
        first = [f"{path} ({why})" for path, why in plan.refused.items()][:SHOWN]
        more = f"; and {len(plan.refused) - SHOWN} more" if len(plan.refused) > SHOWN else ""
        raise ValueError(f"accelerate refuses {'; '.join(first)}{more}.  Nothing was replaced; strict=False leaves "
                         "these as they are, and says so in .refused")
    if not plan.replaced and not plan.refused:
        raise ValueError(f"accelerate found no activation or feed-forward block in {type(model).__name__}")
    return Accelerated(model, tuple(plan.replaced), plan.refused)
