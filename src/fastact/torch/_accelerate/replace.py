"""accelerate(model): the feed-forward blocks and activations of a model, replaced by fused ones.

known_blocks.py finds modules that may be replaced, by classes and names.  A module is replaced if nothing of it would
be lost and its replacement (fused.py) computes the same (compare.py); otherwise it is refused, with the reason.
"""

import collections
import re
from dataclasses import dataclass

import torch
from torch import nn

from fastact._runtime.accuracy import resolve_accuracy
from fastact._formats import FORMATS
from fastact._layers.checks import check_correct, checked_choice
from fastact._layers.product import QUANTISED
from fastact._runtime.progress import bar
from fastact.torch._accelerate import experts, inline, known_blocks
from fastact.torch._accelerate.compare import (
    FAST, FAST_OF_BYTES, OPERATIONS, Refused, agree, elements_for, in_dtype, one_by_one, rows_for, with_ordinary_weights,
    with_weights,
)
from fastact.torch._accelerate.fused import WEIGHT_DTYPES, Fused, FusedLinear, FusedMLP, dequantised

SHOWN = 5   # refusals that an error lists: a model may have one for each layer
ACTIVATION_DTYPES = {torch.float16, torch.bfloat16, torch.float32, torch.float64}


@dataclass(frozen=True)
class Replacement:
    """One replaced module of a model.

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
    """The changes that `accelerate` made to a model; as a context manager it undoes them at the end.

    Attributes
    ----------
    model : torch.nn.Module
    replaced : tuple of Replacement
        The replacements.
    refused : dict of str to str
        With strict=False: the path of each module that was not replaced, and why.
    weight_dtype : str or None
        What was given to `accelerate`.
    """

    __module__ = "fastact.torch"
    weight_dtype = None     # of pickles that were written before there was such an attribute

    def __init__(self, model, replaced, refused, weight_dtype=None):
        self.model, self.replaced, self.refused, self.weight_dtype = model, replaced, refused, weight_dtype
        self._parents = _put(list(model.modules()), {id(one.original): one.replacement for one in replaced})

    def undo(self):
        """Put the original modules back.  A second call does nothing.

        A replacement is found at its current place: modules may have been removed or renumbered since.  If a
        replacement was itself replaced by another module, that module stays.
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
                          f"{len(self.refused)} refused{f', weights in {self.weight_dtype}' if self.weight_dtype else ''}>",
                          *lines])


def _put(parents, others):
    """Replace each child of the parents by others[id(child)], if there is one; return the parents that changed."""
    found = []
    for parent in parents:
        for name, child in list(parent._modules.items()):
            if id(child) in others:
                parent._modules[name] = others[id(child)]
                found.append(parent)
    return found


class _Planner:
    """It finds a replacement for each module of a model, or the reason why there is none."""

    def __init__(self, model, weight_dtype, accuracy, linear, progress):
        self.model, self.weight_dtype, self.accuracy, self.linear = model, weight_dtype, accuracy, linear
        self.replaced, self.refused = [], {}
        # Activations have no dtype of their own: they are compared in those that the model can pass them.
        self.dtypes = ACTIVATION_DTYPES & {torch.float32, *(one.dtype for one in model.parameters())}
        self._places = collections.Counter(
            id(child) for parent in model.modules() for child in parent._modules.values())
        self._seen, self._second_halves, self._paired = set(), set(), {}
        with bar(sum(1 for _ in model.modules()), "accelerate", progress) as self._bar:
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
            self._bar.update(sum(1 for _ in module.modules()))
            return
        self._bar.update(1)
        for name, child in module.named_children():
            self._visit(child, f"{path}.{name}" if path else name)

    def _replacement(self, module):
        """Our module for a module of a model; None if accelerate does not replace such modules."""
        if id(module) in self._paired:
            return self._paired[id(module)]
        if experts.is_decorated(module):
            return experts.replacement_of(module, self.weight_dtype, self.accuracy)
        if known_blocks.is_activation(module):
            return self._activation(module)
        if known_blocks.is_linear(module):
            return self._linear(module) if self.linear or id(module) in self._second_halves else None
        self._second_halves |= known_blocks.second_halves(module)
        recipe = known_blocks.recipe_of(module)
        if recipe is not None and inline.is_inline(module, recipe):
            self._pair(module, recipe)
            return None
        if recipe is not None:
            return self._block(module, recipe)
        if experts.looks_like_experts(module):
            raise Refused("it is named as routed experts, but its class is not prepared for other implementations "
                          "(transformers' use_experts_implementation)")
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
        if resolve_accuracy(self.accuracy) == "correct":        # refused here where the function has no such variant
            found.accuracy = "correct"
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

        known_blocks.check_linears(linears(module), self.weight_dtype)
        known_blocks.check_block(module, recipe, linears(module))

        def in_form(form):
            return self._packed(module, linears, lambda block, *how: FusedMLP(
                block, recipe, linears(block), known_blocks.activation_of(block, recipe, form), *how), recipe.numbers)

        first, *more = known_blocks.forms(recipe)
        for form in more:
            try:
                return in_form(form)
            except Refused:
                pass        # the last one says why
        return in_form(first)

    def _pair(self, layer, recipe):
        """Find replacements for the first linear layer and the activation of a layer whose forward has the block."""
        first, activation = (getattr(layer, name) for name in (recipe.up[0], recipe.activation))
        for one in (first, activation):
            known_blocks.check_nothing_is_lost(one)
            if self._places[id(one)] > 1:
                raise Refused(f"its {type(one).__name__} is in other places of the model, too")
        inline.check_pair(layer, recipe)
        known_blocks.check_activation(activation)
        fused = self._packed(nn.Sequential(first, activation).eval(), lambda pair: (pair[0],), lambda pair, *how:
                             FusedLinear(pair[0], *how, known_blocks.spelled(pair[1])))
        self._paired |= {id(first): fused, id(activation): fused.followed_by(layer, recipe.activation)}
        self._second_halves.add(id(getattr(layer, recipe.down)))

    def _packed(self, module, linears, make, numbers=None):
        """Return make(module, weight_dtype, accuracy) after a comparison with the module.

        They are compared with ordinary weights in float32 first: the weights of the module may hide a difference, as
        zeros and large biases do, and others may be loaded later.  Attributes have the values `numbers` there: a large
        limit might have no effect, and its place before or after the activation would not show.

        Quantised weights are other weights: the replacement is compared with the module that has these.
        """
        known_blocks.check_linears(linears(module), self.weight_dtype)
        dtype = linears(module)[0].weight.dtype
        weight_dtype = self.weight_dtype or WEIGHT_DTYPES[dtype]
        is_quantised = self.weight_dtype in QUANTISED
        if resolve_accuracy(self.accuracy) == "correct":
            try:
                check_correct("its replacement", "codes" if is_quantised else FORMATS[weight_dtype].packed_form,
                              WEIGHT_DTYPES[dtype])
            except ValueError as error:
                raise Refused(str(error)) from None
        terms = [known_blocks.features(linear)[1] for linear in linears(module)]

        def compare(one, exact, found, dtypes, weight_dtype, fast_error=FAST):
            agree(lambda dtype: in_dtype(one, dtype), lambda dtype: exact, lambda dtype: found,
                  rows_for(linears(one)[0].weight.detach(), terms[0]), max(terms), dtypes, weight_dtype, self.accuracy,
                  fast_error)

        ordinary = with_ordinary_weights(module, linears)
        for name, value in (numbers or {}).items():
            setattr(ordinary, name, value)
        exact = make(ordinary, "float32", "exact")
        compare(ordinary, exact, exact, [], torch.float32)
        del ordinary, exact
        found = make(module, self.weight_dtype, self.accuracy)
        keeps_weights = weight_dtype if is_quantised else "float32"
        exact = found if weight_dtype == keeps_weights and self.accuracy != "fast" else make(module, keeps_weights, "exact")
        if is_quantised:
            module = with_weights(module, linears, lambda linear: dequantised(linear, weight_dtype))
            compare(module, exact, found, [dtype], torch.float32, FAST_OF_BYTES)
        else:
            compare(module, exact, found, [dtype], getattr(torch, weight_dtype))
        return found


def accelerate(model, *, weight_dtype=None, accuracy=None, linear=False, strict=True, progress=False):
    """Replace the feed-forward blocks and activations of a model by fused ones, in place, for inference.

    It knows the routed experts of transformers whose classes take other implementations (Mixtral, Qwen, OLMoE, DeepSeek,
    gpt-oss, GLM, Granite and most others), the gated and plain blocks of transformers' Llama, Mistral, Qwen, Gemma, Phi,
    DeepSeek-V4, Apertus, T5, BERT, GPT-2 and similar families, and the activations of torch.nn and transformers.  Of layers
    that have the linear layers `fc1` and `fc2` themselves (OPT, BART, Whisper) it replaces these and the activation.  Before
    anything is replaced, each module is compared with its replacement on inputs of 0.1 to 1000 times the ordinary
    size, in float32 and in the type of the model.  A module is refused if the results differ by more than rounding,
    or if it has hooks, a replaced forward, or an attribute that accelerate does not know.

    Parameters
    ----------
    model : torch.nn.Module
        A model in evaluation mode, on the CPU.
    weight_dtype : {"float32", "bfloat16", "float16", "int8", "int4"}, optional
        The type of packed weights; default: the dtype of the model.  "int8" and "int4" quantise them in groups of 32,
        as `fastact.quantize` does, and the model then computes with the quantised weights: a replacement is compared
        with the module that has these.
    accuracy : {"exact", "fast", "correct"}, optional
        The accuracy of the activations, and of x where weights are quantised; default: the current setting at each call.
        With "correct" layers with weights are refused where the bits of their results would depend on the CPU, see
        `fastact.GatedProjection`: quantised weights; bfloat16 x with bfloat16 weights, unless the CPU lacks AVX512-BF16.
    linear : bool
        Whether to replace the linear layers outside these blocks, too: those of attention and the head.
    strict : bool
        If False, refused modules are left unchanged and listed in `.refused`.
    progress : bool
        Whether to show a bar, if stderr is a terminal: packing, comparing and quantising large models takes a while.

    Returns
    -------
    Accelerated
        An object with `.replaced`, `.refused` (path: reason), `.weight_dtype` and `.undo()`.

    Raises
    ------
    TypeError
        If the model is not a Module.
    ValueError
        For an unknown weight_dtype or accuracy; if the model is in training mode; if a module is refused
        and `strict` is true; if there is nothing to replace.  The model is unchanged then.

    Notes
    -----
    The packed weights are copies, as large as the originals; of int8 a weight takes 1.06 bytes, of int4 0.56.  The
    originals are kept as they were for `undo`, for state_dict and for training: in training mode a replaced block runs
    its original, with gradients.  In evaluation mode there is no gradient through packed weights: the backward pass
    raises NotImplementedError.

    Blocks of half precision are also compared in float32, one after the other.  This temporarily needs memory for
    two copies of the largest block, and twice the time of packing.  With "int8" and "int4" most of the time goes into
    quantising, which is done twice, for the replacement and for the module it is compared with, and with
    accuracy="fast" a third time.  Values that overflow between the layers of a
    float16 block do not overflow in its replacement, which uses float32 there.

    Weights that have changed (by an optimizer, load_state_dict, a cast) are packed again at the next call.  If a
    layer of a replaced block is replaced or gets a hook later, the next call raises RuntimeError.  The following are
    not noticed: changes through `.data`; changes in place of tensors that were created under torch.inference_mode(),
    which do not count their changes; in a compiled model, changes after compilation; a limit that is not an
    attribute and takes effect only from some 10,000 times the ordinary size on; special treatment of certain
    numbers of rows; a call of a layer's `fc1` from outside of the layer.  Under torch.autocast results have the type of x.

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
        checked_choice("weight_dtype", weight_dtype, (*FORMATS, *QUANTISED))
    with torch.random.fork_rng(devices=[]):     # an original may draw random numbers
        plan = _Planner(model, weight_dtype, accuracy, linear, progress)
    if plan.refused and strict:
        first = [f"{path} ({why})" for path, why in plan.refused.items()][:SHOWN]
        more = f"; and {len(plan.refused) - SHOWN} more" if len(plan.refused) > SHOWN else ""
        raise ValueError(f"accelerate refuses {'; '.join(first)}{more}.  Nothing was replaced; strict=False leaves "
                         "these as they are, and says so in .refused")
    if not plan.replaced and not plan.refused:
        raise ValueError(f"accelerate found no activation or feed-forward block in {type(model).__name__}")
    return Accelerated(model, tuple(plan.replaced), plan.refused, weight_dtype)
