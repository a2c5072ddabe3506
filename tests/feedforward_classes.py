"""The classes of the installed transformers that are named as feed-forward blocks, built from small configurations."""

import functools
import importlib
import inspect
import itertools
import re
from pathlib import Path

import torch
import transformers
from torch import nn
from transformers import PretrainedConfig

transformers.logging.set_verbosity_error()     # what they say of these configurations is of no interest
CLASS = re.compile(r"^class (\w*(?:MLP|Mlp|FFN|FeedForward|Intermediate)\w*)\(", re.MULTILINE)
WIDTH, HIDDEN = 32, 48
# Sizes in configurations and constructors, by what stands in their names; the first that fits holds.
SIZES = [(re.compile("intermediate|inner|ffn|d_ff|hidden_dim|hidden_features|dim_hidden|feedforward"), HIDDEN),
         (re.compile("size|dim|embd|d_model|features|channels|width|n_state"), WIDTH)]
ARGUMENTS = {"num_layers": 2, "activation": "gelu", "hidden_act": "gelu", "act_fn": "gelu", "act": "gelu",
             "activation_function": "gelu", "mult": 2, "mlp_ratio": 2, "widening_factor": 2, "layer_idx": 0,
             "layer_id": 0, "block_id": 0, "stage_idx": 0, "num_experts": 2, "num_fwd_mem_blocks": 1,
             "drop": 0.0, "dropout": 0.0, "ffn_dropout": 0.0, "bn_weight_init": 1.0, "bias": True}


def classes(families=None):
    """Return {name: class, or why it cannot be imported}; `families`: those of some folders of transformers.models."""
    found = {}
    for path in sorted(Path(transformers.models.__path__[0]).glob("*/modeling_*.py")):
        if families is not None and path.parent.name not in families:
            continue
        for name in CLASS.findall(path.read_text(encoding="utf-8")):
            try:
                cls = getattr(importlib.import_module(f"transformers.models.{path.parent.name}.{path.stem}"), name)
            except Exception as error:
                cls = f"{type(error).__name__}: {error}"
            if isinstance(cls, str) or issubclass(cls, nn.Module):      # some are results of models
                found[f"{path.parent.name}.{name}"] = cls
    return found


def _size(name):
    return next((size for pattern, size in SIZES if pattern.search(name)), None)


def _shrink(config):
    """Make the sizes of a configuration and of the configurations in it small."""
    for name, value in list(vars(config).items()):
        if isinstance(value, PretrainedConfig):
            _shrink(value)
            continue
        size, small = _size(name), value
        if size and type(value) is int and value > size:
            small = size
        elif size and isinstance(value, (list, tuple)) and value and all(type(one) is int for one in value):
            small = type(value)(min(one, size) for one in value)
        if small is not value:
            setattr(config, name, small)


@functools.cache
def _configurations(module_name):
    """The configurations that a module of transformers may mean, small, and those in them."""
    package, _, stem = module_name.rpartition(".")
    module = importlib.import_module(module_name)
    wanted = [value for value in vars(module).values()
              if isinstance(value, type) and issubclass(value, PretrainedConfig) and value is not PretrainedConfig]
    found = []
    for cls in wanted:
        try:
            config = cls()
            _shrink(config)
        except Exception:
            continue
        found += [config, *(value for value in vars(config).values() if isinstance(value, PretrainedConfig))]
    return found


def build(cls):
    """Return the block with random weights, in evaluation mode, or a string: why it could not be built."""
    if isinstance(cls, str):
        return cls
    parameters = dict(list(inspect.signature(cls.__init__).parameters.items())[1:])
    needed = {name for name, one in parameters.items()
              if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)}
    arguments = {name: ARGUMENTS.get(name, _size(name)) for name in needed if name != "config"}
    arguments |= {name: _size(name) for name, one in parameters.items() if type(one.default) is int and _size(name)}
    optional = {name: _size(name) for name, one in parameters.items() if one.default is None and _size(name)}
    last = "no configuration in its module"
    configurations = _configurations(cls.__module__) if "config" in needed else [None]
    for config, more in itertools.product(configurations, ({}, optional)):
        try:
            torch.manual_seed(0)
            block = cls(**arguments, **more, **({} if config is None else {"config": config})).eval()
        except Exception as error:
            last = f"{type(error).__name__}: {error}"
            continue
        with torch.no_grad():
            for parameter in block.parameters():    # as large as after training, and biases that are not zero
                parameter.normal_(0, 2 / max(parameter.shape[-1], 1) ** 0.5 if parameter.dim() > 1 else 0.3)
        return block.float()
    return last
