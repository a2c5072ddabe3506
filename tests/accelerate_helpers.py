"""Comparison of a module with its replacement by accelerate, and modules that it must refuse."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

import fastact as fa

HALF = [torch.bfloat16, torch.float16]
SCALES = (0.1, 1.0, 10.0, 100.0, 1000.0)


def rows(width=16, count=5, seed=0):
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed))


def keeps(dtype):
    """Whether projections keep weights in this type here."""
    try:
        fa.Projection(np.ones((1, 1), np.float32), weight_dtype=str(dtype).removeprefix("torch."))
    except ValueError:
        return False
    return True


def error(found, true):
    return float((found.double() - true).abs().max())


def check_same(original, accelerated, x, rounding=None):
    """Beside the original in float64: no further from it than the original is by rounding, at any scale."""
    true = copy.deepcopy(original).double()
    for scale in SCALES:
        one = x * scale
        with torch.no_grad():
            expected, before, after = true(one.double()), original(one.clone()), accelerated(one.clone())
        assert after.dtype is before.dtype and after.shape == before.shape
        if not before.isfinite().all():     # more than float16 holds
            continue
        rounding = rounding or torch.finfo(x.dtype).eps
        allowed = 3 * error(before, expected) + 16 * rounding * float(expected.abs().max())
        assert error(after, expected) <= allowed, f"scale {scale}"


class Custom(nn.Linear):
    pass


class DoubledGELU(nn.GELU):
    def forward(self, x):
        return 2 * super().forward(x)


def hooked(module, kind="forward"):
    getattr(module, f"register_{kind}_hook")(lambda *args, **named: None)
    return module


def with_forward(module):
    module.forward = lambda x: x + 1
    return module


class Block(nn.Module):
    """A gated block with known names; `how` selects its computation."""

    def __init__(self, how=None, width=16, hidden=24):
        super().__init__()
        self.gate_proj, self.up_proj = nn.Linear(width, hidden), nn.Linear(width, hidden)
        self.down_proj, self.act_fn, self.dropout = nn.Linear(hidden, width), nn.SiLU(), nn.Dropout(0.1)
        if how is not None:
            self.__class__ = type("Block", (Block,), {"forward": how})

    def forward(self, x):
        return self.down_proj(self.act_fn(self.gate_proj(x)) * self.up_proj(x))


def in_model(block):
    return nn.Sequential(nn.LayerNorm(16), block).eval()


def of_transformers(path, config, **arguments):
    """A block of transformers with a small configuration, as a model; skips where there is none."""
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    module, name = path.split(".")
    pytest.importorskip(f"transformers.models.{module}", reason=f"this version of transformers has no {module}")
    cls = getattr(__import__(f"transformers.models.{module}.modeling_{module}", fromlist=[name]), name)
    torch.manual_seed(0)
    return nn.Sequential(cls(getattr(transformers, config[0])(**config[1]), **arguments)).eval()
