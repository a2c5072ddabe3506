"""The functions of two arrays: gated units (gate, up) and activations of a sum (x, bias)."""

import math

import numpy as np

from fastact import reference
from fastact._catalogue.activations import ACTIVATIONS
from fastact._catalogue.entries import ABOVE_0, NOT_NEGATIVE, PairEntry

ACTIVATION = {entry.name: entry for entry in ACTIVATIONS}


def _times_up(text):
    return f"({text}) * up" if text else ""


def gated_by(entry, name="gated", **more):
    """Return the entry of the unit that is gated by an activation."""
    values = "".join(f", {parameter}" for parameter in entry.parameters)
    settings = {
        "name": name,
        "formula": f"{entry.name}(gate{values}) * up",
        "kind": "gated",
        "kernel": f"gated_{entry.name}",
        "of": entry,
        "activation": entry.name,
        "source": "Shazeer, arXiv:2002.05202",
        "oracle": lambda gate, up, *p: reference.gated(entry.oracle, gate, up, *p),
        "gradients": lambda grad, gate, up, *p: reference.gated_backward(
            entry.oracle, entry.derivative_oracle, grad, gate, up, *p),
        "by_hand": lambda gate, up, *p: entry.by_hand(gate, *p) * up,
        "parameters": entry.parameters,
        "domain": entry.domain,
        "examples": entry.examples,
        "torch": _times_up(entry.torch),
        "onnx": entry.onnx,
        "scipy": _times_up(entry.scipy),
    }
    return PairEntry(**{**settings, **more})


GATED_ENTRIES = [
    gated_by(ACTIVATION["sigmoid"], "glu", order="up_gate", source="Dauphin et al., arXiv:1612.08083",
             note='A packed array is "up_gate" by default, as for torch.nn.functional.glu.'),
    gated_by(ACTIVATION["identity"], "bilinear", formula="gate * up", torch="x * up",
             source="Dauphin et al., arXiv:1612.08083"),
    gated_by(ACTIVATION["relu"], "reglu"),
    gated_by(ACTIVATION["gelu"], "geglu"),
    gated_by(ACTIVATION["gelu_tanh"], "geglu_tanh"),
    gated_by(ACTIVATION["quick_gelu"], "geglu_quick"),
    gated_by(ACTIVATION["silu"], "swiglu"),
    PairEntry(
        name="swiglu_clamped",
        formula="g σ(alpha g) (clip(up, -limit, limit) + offset), g = min(gate, limit)",
        kind="gated",
        kernel="gated_swiglu_clamped",
        of=ACTIVATION["silu"],
        oracle=reference.swiglu_clamped,
        gradients=reference.swiglu_clamped_backward,
        by_hand=lambda gate, up, alpha=1.702, limit=7.0, offset=1.0: (
            (g := np.minimum(gate, limit)) / (1 + np.exp(-alpha * g)) * (np.clip(up, -limit, limit) + offset)),
        source="the experts of gpt-oss",
        note='gpt-oss stores gate and up interleaved: pass order="interleaved" for its packed arrays.\n'
        "DeepSeek-V4 and GLM-5 have alpha=1, limit=10, offset=0.",
        aliases=("swigluoai",),  # vLLM's name
        parameters={"alpha": 1.702, "limit": 7.0, "offset": 1.0},
        domain={"limit": NOT_NEGATIVE},
        torch="(g := x.clamp(max=7.0)) * torch.sigmoid(1.702 * g) * (up.clamp(-7.0, 7.0) + 1)",
    ),
    PairEntry(
        name="swiglu_clamped_after",
        formula="min(silu(gate), limit) clip(up, -limit, limit)",
        kind="gated",
        kernel="gated_swiglu_clamped_after",
        of=ACTIVATION["silu"],
        oracle=reference.swiglu_clamped_after,
        gradients=reference.swiglu_clamped_after_backward,
        by_hand=lambda gate, up, limit=16.0: (
            np.minimum(gate / (1 + np.exp(-gate)), limit) * np.clip(up, -limit, limit)),
        source="the experts of Step 3; swiglu_limit_after_activation of ONNX Runtime",
        parameters={"limit": 16.0},
        domain={"limit": NOT_NEGATIVE},
        torch="F.silu(x).clamp(max=16.0) * up.clamp(-16.0, 16.0)",
    ),
    PairEntry(
        name="situ",
        formula="beta tanh(gate / beta) σ(gate) limit tanh(up / limit)",
        kind="gated",
        kernel="gated_situ",
        of=ACTIVATION["silu"],
        oracle=reference.situ,
        gradients=reference.situ_backward,
        by_hand=lambda gate, up, beta=4.0, limit=25.0: (
            beta * np.tanh(gate / beta) / (1 + np.exp(-gate)) * limit * np.tanh(up / limit)),
        source="Kimi K3",
        note="limit=None: `up` itself takes the place of limit tanh(up / limit).",
        parameters={"beta": 4.0, "limit": 25.0},
        none_means={"limit": math.inf},
        domain={"beta": ABOVE_0, "limit": ABOVE_0},
        torch="4 * torch.tanh(x / 4) * torch.sigmoid(x) * 25 * torch.tanh(up / 25)",
    ),
    PairEntry(
        name="drelu",
        formula="max(0, gate) max(0, up)",
        kind="gated",
        kernel="gated_drelu",
        of=ACTIVATION["relu"],
        oracle=reference.drelu,
        gradients=reference.drelu_backward,
        by_hand=lambda gate, up: np.maximum(gate, 0) * np.maximum(up, 0),
        source="Song et al., arXiv:2406.05955 (TurboSparse)",
        torch="F.relu(x) * F.relu(up)",
    ),
]


def _added_to(entry):
    """Return the entry of an activation of a sum: the sum has the type of the arrays, as in NumPy."""
    return PairEntry(
        name=f"add_{entry.name}",
        formula=f"{entry.name}(x + bias)",
        kind="added",
        kernel=f"add_{entry.name}",
        of=entry,
        activation=entry.name,
        source=entry.source,
        oracle=lambda x, bias: entry.oracle(np.add(x, bias)),
        gradients=lambda grad, x, bias: [grad * entry.derivative_oracle(np.add(x, bias))],
        by_hand=lambda x, bias: entry.by_hand(x + bias),
        torch=f"(lambda x: {entry.torch})(x + up)",
        onnx=entry.onnx,
        scipy=f"(lambda x: {entry.scipy})(x + up)" if entry.scipy else "",
    )


ADDED_ENTRIES = [_added_to(ACTIVATION[name]) for name in ("relu", "gelu", "gelu_tanh", "silu")]
