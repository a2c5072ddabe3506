"""The modules that accelerate knows: activations by their classes, feed-forward blocks by the names of their layers.

The names only say what to try.  compare.py tests whether a block really computes this.
"""

import functools
import inspect
import math
import re
from dataclasses import dataclass

import numpy as np
from torch import nn

import fastact as fa
from fastact._catalogue import ENTRIES
from fastact.torch._accelerate.compare import Refused
from fastact.torch._accelerate.fused import WEIGHT_DTYPES, LearnedXIELU
from fastact.torch._modules import class_name, modules


@dataclass(frozen=True)
class Recipe:
    """The layers of a block, by name: one or two up projections, one down projection, an activation.

    A gated block may have attributes that are parameters of its unit.
    """

    up: tuple               # (gate, up), (packed gate and up,) or (up,)
    down: str | None        # None: the down projection is in another module
    activation: str | None  # None: it is written out in the block's forward
    gated: bool = False
    limit: str | None = None    # the attribute that is the largest size of gate and up
    alpha: str | None = None    # the attribute alpha of swiglu_clamped

    @property
    def names(self):
        return tuple(filter(None, (*self.linears, self.activation, self.limit, self.alpha)))

    @property
    def numbers(self):
        """Values for the attributes, with which each of them has an effect on ordinary input."""
        return {name: value for name, value in ((self.limit, 1.0), (self.alpha, 0.5)) if name}

    @property
    def linears(self):
        return self.up if self.down is None else (*self.up, self.down)


RECIPES = [     # the first one that fits is taken
    Recipe(("gate_proj", "up_proj"), "down_proj", "act_fn", gated=True, limit="limit"),         # DeepSeek V4, Step 3
    Recipe(("gate_proj", "up_proj"), "down_proj", "act_fn", gated=True, limit="swiglu_limit"),  # GLM 5
    Recipe(("gate_up_proj",), "down_proj", None, gated=True, limit="swiglu_limit", alpha="swiglu_alpha"),   # MiniMax M3
    # Llama, Mistral, Qwen 2 and 3, Gemma 1 to 3, and most later families
    Recipe(("gate_proj", "up_proj"), "down_proj", "act_fn", gated=True),
    Recipe(("gate_up_proj",), "down_proj", "activation_fn", gated=True),        # Phi 3, GLM
    Recipe(("wi_0", "wi_1"), "wo", "act", gated=True),                          # T5 1.1, mT5, UMT5, LongT5
    Recipe(("Wi",), "Wo", "act", gated=True),                                   # ModernBERT
    Recipe(("wi",), "wo", "act"),                                               # T5, Switch
    Recipe(("up_proj",), "down_proj", "act_fn"),                                # Apertus, Nemotron, Arcee
    Recipe(("fc1",), "fc2", "activation_fn"),           # Phi, CLIP, SigLIP, ViT; the layers of OPT, BART and Whisper
    Recipe(("fc1",), "fc2", "act"),                                             # Qwen 2 VL, SAM 2, VideoLLaMA 3
    Recipe(("fc1",), "fc2", "activation"),                                      # DINOv2, Hiera
    Recipe(("linear1",), "linear2", "activation"),
    Recipe(("linear_fc1",), "linear_fc2", "act_fn"),                            # Qwen 3 VL
    Recipe(("lin1",), "lin2", "act"),                                           # SAM, XLM
    Recipe(("lin1",), "lin2", "activation"),                                    # DistilBERT
    Recipe(("c_fc",), "c_proj", "act"),                                         # GPT-2, GPT-BigCode
    Recipe(("fc_in",), "fc_out", "act"),                                        # GPT-J, CodeGen
    Recipe(("dense_h_to_4h",), "dense_4h_to_h", "act"),                         # GPT-NeoX
    Recipe(("intermediate_dense",), "output_dense", "intermediate_act_fn"),     # wav2vec 2.0, HuBERT
    Recipe(("dense",), None, "intermediate_act_fn"),    # BERT, RoBERTa, ELECTRA: `output.dense` beside it
]
FEED_FORWARD = re.compile("MLP|Mlp|FFN|FeedForward|Intermediate")     # in the name of a class

# Attributes of a block that cannot change its results in evaluation; numbers named dropout and the sizes of its layers
# cannot, either.  Any other attribute may be a limit, a scale or a count, so the block is refused.
HARMLESS = {
    "config",                                   # its effects show in the comparison
    "layer_idx",                                # the comparison runs this very layer
    "chunk_size_feed_forward", "seq_len_dim",   # the rows in several parts, with the same results
    "_is_hf_initialized",
}
SIZE = re.compile("(^|_)(size|dim|features)$")
OF_EVERY_MODULE = frozenset(vars(nn.Module())) | {"_is_hf_initialized"}     # transformers sets the latter on initialised modules

# Activations of transformers, by class; those of torch.nn are found by their names in _modules.py.
TRANSFORMERS = {cls: entry.name for entry in ENTRIES for cls in entry.transformers}
LEARNED = "XIELUActivation"     # the only one whose parameters are learned
# The arguments of a class that has no defaults, with which it computes the entry's function.
ARGUMENTS = {"ClippedGELUActivation": {"min": -10, "max": 10}}


# Gated units of SiLU with a limit, and their parameters besides: DeepSeek V4 and GLM 5 limit gate and up before the
# activation, Step 3 after it.
LIMITED = {"swiglu_clamped": {"alpha": 1.0, "offset": 0.0}, "swiglu_clamped_after": {}}


# ------------------------------------------------------------------------------ activations --


def _is_of_a_library(cls):
    return (cls.__module__ == "torch.nn.modules.activation" and not issubclass(cls, nn.MultiheadAttention)
            or cls.__module__ == "transformers.activations")


def is_activation(module):
    """Whether this is an activation of torch or transformers, or derived from one; it need not be known here."""
    return any(_is_of_a_library(cls) for cls in type(module).__mro__ if issubclass(cls, nn.Module))


def _check_class(module):
    if not _is_of_a_library(type(module)):
        base = next(cls for cls in type(module).__mro__ if _is_of_a_library(cls))
        raise Refused(f"{type(module).__name__} is derived from {base.__name__}, and may compute something else")


def _without_partial(value):
    """A key that distinguishes functions: the parts of a partial or a bound method, or the value itself."""
    if isinstance(value, functools.partial):
        return value.func, value.args, value.keywords
    return getattr(value, "__func__", value)


def check_activation(module):
    """Raise Refused if an activation has an attribute or a forward that its class does not have."""
    cls, name = type(module), type(module).__name__
    is_transformers = cls.__module__ == "transformers.activations"
    if not _is_of_a_library(cls) or is_transformers and name not in {*TRANSFORMERS, LEARNED}:
        return      # refused elsewhere, or a module of fastact
    if cls.forward.__module__ != cls.__module__:
        raise Refused(f"the forward of the class {name} was replaced by one of {cls.forward.__module__}")
    own = {key: value for key, value in vars(module).items() if key not in OF_EVERY_MODULE}
    if is_transformers:
        usual = vars(cls(**ARGUMENTS.get(name, {})))
        methods = [value for value in vars(cls).values() if callable(value)]
        odd = [key for key, value in own.items() if _without_partial(value) not in methods
               and (key not in usual or _without_partial(value) != _without_partial(usual[key]))]
    else:
        known = {name for base in cls.__mro__ for name in inspect.signature(base.__init__).parameters}
        odd = [key for key in own if key not in known]
    if odd:
        raise Refused(f"{name} has an attribute {odd[0]!r} ({own[odd[0]]!r}), of which accelerate does not know "
                      "what it does")


def spelled(module):
    """The argument `activation` of fastact.MLP for a module of torch or transformers, or the module if it learns."""
    name = type(module).__name__
    if type(module) is not modules.get(name):
        if not is_activation(module):
            raise Refused(f"its activation {name} has no counterpart in fastact")
        _check_class(module)
        if type(module).__module__ == "transformers.activations" and name in TRANSFORMERS:
            return TRANSFORMERS[name]
        if type(module).__module__ == "transformers.activations" and name == LEARNED:
            return module
    if name == "GELU":
        return "gelu_tanh" if module.approximate == "tanh" else "gelu"
    if name == "Softplus" and module.threshold >= 20:
        return "softplus", {"beta": module.beta}
    passed = getattr(modules.get(name), "parameters_passed", None)
    if passed is None:
        raise Refused(f"its activation {name} has no counterpart in fastact")
    activation = modules[name].function.__name__
    return (activation, {key: getattr(module, key) for key in passed}) if passed else activation


def forms(recipe):
    """The names of the gated units that a block with a limit may compute; (None,) without a limit."""
    return (None,) if not recipe.limit else tuple(LIMITED) if recipe.activation else ("swiglu_clamped",)


def activation_of(block, recipe, form):
    """The argument `activation` of fastact.MLP for a block; `form` is one of those of its recipe."""
    module = getattr(block, recipe.activation) if recipe.activation else None
    activation = "silu" if module is None else spelled(module)
    if form is None:
        return activation
    for name in recipe.numbers:
        value = getattr(block, name)
        if type(value) not in (int, float) or not value > 0:
            raise Refused(f"its attribute {name!r} ({value!r}) is no positive number")
    if activation != "silu":
        raise Refused(f"its activation {type(module).__name__} has no counterpart with a limit in fastact")
    limit = float(getattr(block, recipe.limit))
    if recipe.alpha:
        return form, {"alpha": float(getattr(block, recipe.alpha)), "offset": 1.0, "limit": limit}
    return "silu" if limit == math.inf else (form, {**LIMITED[form], "limit": limit})


def module_for(module):
    """Our module for an activation of torch or transformers."""
    _check_class(module)
    name = type(module).__name__
    if type(module).__module__ == "transformers.activations":
        if name == LEARNED:
            return LearnedXIELU(module)
        if name not in TRANSFORMERS:
            raise Refused("it has no counterpart in fastact")
        return modules[class_name(TRANSFORMERS[name])]()
    if name not in modules:
        raise Refused("it has no counterpart in fastact")
    if getattr(module, "dim", 0) is None:
        raise Refused("its dim is None, which depends on the input")
    found = modules[name](**{key: getattr(module, key) for key in modules[name].arguments if hasattr(module, key)})
    if name == "PReLU":
        found.weight = module.weight
    return found


# -------------------------------------------------------------------------- blocks and layers --


def is_linear(module):
    """Whether this is a linear layer, or derived from one."""
    return isinstance(module, nn.Linear) or _is_conv1d(module)


def _is_conv1d(module):
    return type(module).__name__ == "Conv1D" and type(module).__module__ == "transformers.pytorch_utils"


def features(linear):
    """The numbers of results and of inputs of a linear layer."""
    return tuple(linear.weight.shape[::1 if isinstance(linear, nn.Linear) else -1])


def recipe_of(block):
    """The recipe that fits the names of the layers of a block, or None."""
    return next((recipe for recipe in RECIPES
                 if all(hasattr(block, name) for name in recipe.names)), None)


def second_halves(module):
    """The ids of the linear layers that follow a first half (`down` is None) in another module."""
    following = getattr(getattr(module, "output", None), "dense", None)
    recipe = recipe_of(getattr(module, "intermediate", None))
    return {id(following)} if recipe is not None and recipe.down is None and following is not None else set()


def looks_like_a_block(module):
    """Whether this module has the name and the linear layers of a feed-forward block."""
    return FEED_FORWARD.search(type(module).__name__) and sum(map(is_linear, module.children())) > 1


def check_nothing_is_lost(module):
    """Raise Refused if a module has hooks or its own forward, which would no longer be called."""
    for one in module.modules():
        name = type(one).__name__
        if "forward" in vars(one):
            raise Refused(f"the forward of {name} was replaced, and its replacement would no longer be called")
        for kind, hooks in vars(one).items():
            if "hooks" in kind and hooks:
                raise Refused(f"{name} has hooks ({kind.strip('_')}), which would no longer be called")


def others(block, recipe):
    """The children of a block that its recipe does not know and that may compute something: (name, module)."""
    return [(name, child) for name, child in block.named_children()
            if name not in recipe.names and type(child) not in (nn.Dropout, nn.Identity)]


def check_block(block, recipe, linears):
    """Raise Refused if a block has something that its recipe does not know."""
    for name, child in others(block, recipe):
        raise Refused(f"it has a {type(child).__name__} {name!r} besides")
    if block._parameters or block._buffers:
        raise Refused(f"it has parameters or buffers of its own: {', '.join([*block._parameters, *block._buffers])}")
    check_nothing_is_lost(block)
    if recipe.activation:
        check_activation(getattr(block, recipe.activation))
    x, *more = inspect.signature(block.forward).parameters
    if more:
        raise Refused(f"its forward takes {', '.join(more)} besides {x}")
    sizes = {size for linear in linears for size in linear.weight.shape}
    for name, value in vars(block).items():
        harmless = (name in OF_EVERY_MODULE or name in HARMLESS
                    or "dropout" in name and isinstance(value, (int, float))
                    or SIZE.search(name) and type(value) is int and value in sizes
                    or name in recipe.names)
        if not harmless:
            raise Refused(f"it has an attribute {name!r} ({value!r}), of which accelerate does not know what it does")


def check_linears(linears, weight_dtype):
    """Raise Refused for layers whose weights cannot be packed."""
    for linear in linears:
        if type(linear) is not nn.Linear and not _is_conv1d(linear):
            raise Refused(f"{type(linear).__name__} is neither nn.Linear nor transformers' Conv1D")
        for number, what in zip(features(linear), ("outputs", "inputs")):
            if not number:
                raise Refused(f"{type(linear).__name__} has no {what}")
        if linear.weight.device.type != "cpu":
            raise Refused(f"its weights are on {linear.weight.device}, not on the CPU")
    dtypes = {parameter.dtype for linear in linears for parameter in linear.parameters()}
    if len(dtypes) > 1 or not dtypes <= WEIGHT_DTYPES.keys():
        raise Refused(f"its weights are {' and '.join(map(str, dtypes))}, not all float32, bfloat16 or float16")
    dtype = weight_dtype or WEIGHT_DTYPES[dtypes.pop()]
    try:
        fa.Projection(np.zeros((1, 1), np.float32), weight_dtype=dtype)
    except ValueError as error:
        raise Refused(f"fastact cannot keep weights as {dtype} ({error}); pass weight_dtype='float32', or "
                      "model.float() first") from None
