"""The feed-forward blocks of LLaMA, Qwen and Gemma: transformers' modules beside ``fastact.GatedMLP``.

The example runs a stack of layers as in the models, ``x + mlp(norm(x))``, with random weights.  The blocks
are transformers' own modules (``LlamaMLP``, ``Qwen2MLP``, ``GemmaMLP``); ours is a
``fastact.GatedMLP`` made of the three weight matrices of the module and the activation that its
configuration names.  For one token, as in generation, and for a prompt of many tokens, it prints both
times, and the errors of both results against float64.  The exit status is 1 if our errors are
larger than the type explains.

Run it with::

    pip install fastact torch transformers
    python examples/llama_ffn.py
"""

import argparse
import os
import sys
import time
from functools import partial

import numpy as np
from tqdm import tqdm

import fastact as fa

os.environ["HF_HUB_OFFLINE"] = "1"
try:
    import torch
    from transformers import GemmaConfig, LlamaConfig, Qwen2Config
    from transformers.models.gemma.modeling_gemma import GemmaMLP
    from transformers.models.llama.modeling_llama import LlamaMLP
    from transformers.models.qwen2.modeling_qwen2 import Qwen2MLP
except ImportError as error:
    print(f"SKIPPED: {error}.  This example needs:  pip install torch transformers", file=sys.stderr)
    raise SystemExit(2) from None
try:
    import ml_dtypes
except ImportError:
    ml_dtypes = None

# Module, configuration, width, hidden size, layers: two of TinyLlama's 22, and so on.
MODELS = {
    "TinyLlama": (LlamaMLP, LlamaConfig, 2048, 5632, 2),
    "Qwen2.5-0.5B": (Qwen2MLP, Qwen2Config, 896, 4864, 3),
    "Gemma-2B": (GemmaMLP, GemmaConfig, 2048, 16384, 1),
}
EPS = 1e-6

# The largest error allowed, relative to the root mean square of the result.  In float32 it comes from sums of
# up to 16384 products, rounded at each step, in each layer; in bfloat16 from the values between the layers.
ALLOWED = {"float32": 3e-5, "bfloat16": 5e-2}


def make_modules(name, dtype):
    """Make the blocks of a model with random weights.

    Parameters
    ----------
    name : str
        One of MODELS.
    dtype : torch.dtype
        The type of the weights; each weight is a number of this type.

    Returns
    -------
    list of torch.nn.Module
    """
    module, config, width, hidden, layers = MODELS[name]
    config = config(hidden_size=width, intermediate_size=hidden)
    generator = torch.Generator().manual_seed(0)
    modules = []
    for _ in range(layers):
        with torch.device("meta"):  # no time for an initialisation that is thrown away
            block = module(config)
        block = block.to_empty(device="cpu").to(dtype).eval()
        for weight in block.parameters():
            weight.data.normal_(std=weight.shape[-1] ** -0.5, generator=generator)
        modules.append(block)
    return modules


def to_numpy(tensor):
    """Return the tensor's memory as an array; NumPy has bfloat16 from ml_dtypes."""
    if tensor.dtype == torch.bfloat16:
        return tensor.detach().view(torch.int16).numpy().view(ml_dtypes.bfloat16)
    return tensor.detach().numpy()


def from_module(module, weight_dtype):
    """Make a GatedMLP of a module of transformers.

    Parameters
    ----------
    module : LlamaMLP, Qwen2MLP or GemmaMLP
    weight_dtype : str

    Returns
    -------
    fastact.GatedMLP
    """
    weights = [to_numpy(part.weight) for part in (module.gate_proj, module.up_proj, module.down_proj)]
    return fa.GatedMLP(*weights, activation=activation_of(module), weight_dtype=weight_dtype)


def activation_of(module):
    """Return the Activation that the module's configuration names."""
    config = module.config
    return fa.get(getattr(config, "hidden_activation", None) or config.hidden_act)


def run_theirs(modules, x):
    """Run the stack in PyTorch: x + mlp(norm(x)), layer by layer."""
    with torch.inference_mode():
        for module in modules:
            x = x + module(x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPS))
    return x


def run_ours(layers, x):
    """Run the same stack in NumPy and fastact."""
    for layer in layers:
        wide = x.astype(np.float32, copy=False)
        scale = 1 / np.sqrt(np.vecdot(wide, wide) / x.shape[-1] + np.float32(EPS))
        x = x + layer((wide * scale[:, None]).astype(x.dtype, copy=False))
    return x


def median_times(functions, repeat):
    """Return the median seconds of a call of each function, called in turn, each second call timed."""
    times = np.empty((repeat, len(functions)))
    for row in tqdm(times, "timing", leave=False, disable=None):     # None: no bar where stderr is no terminal
        for i, function in enumerate(functions):
            function()  # meanwhile the threads of the library that ran before go to sleep
            start = time.perf_counter()
            function()
            row[i] = time.perf_counter() - start
    return np.median(times, axis=0).tolist()


def compare(name, dtype, rows, repeat):
    """Compare one model's stack: results, then times.

    Returns
    -------
    bool
        Whether our errors are allowed.
    """
    modules = make_modules(name, getattr(torch, dtype))
    layers = [from_module(module, dtype) for module in tqdm(modules, "packing", leave=False, disable=None)]
    _, _, width, hidden, count = MODELS[name]
    print(f"\n{name}: {count} x {type(modules[0]).__name__} {width}x{hidden}, {layers[0]}")
    agrees = True
    generator = torch.Generator().manual_seed(1)
    for m in rows:
        x = torch.randn(m, width, generator=generator).to(getattr(torch, dtype))
        ours, theirs = run_ours(layers, to_numpy(x)), to_numpy(run_theirs(modules, x))
        functions = [partial(run_ours, layers, to_numpy(x)), partial(run_theirs, modules, x)]
        times = median_times(functions, repeat if m < 64 else min(repeat, 3))
        checked = min(m, 4)
        exact = run_exactly(modules, x[:checked])
        errors = [error(result[:checked], exact) for result in (ours, theirs)]
        same = error(ours, theirs.astype(np.float64))
        agrees &= errors[0] <= ALLOWED[dtype] and same <= 2 * ALLOWED[dtype]
        print(f"  {m:4d} tokens: fastact {1e3 * times[0]:8.2f} ms, PyTorch {1e3 * times[1]:8.2f} ms, ratio "
              f"{times[0] / times[1]:.2f}; largest errors {errors[0]:.1e} and {errors[1]:.1e}")
    return agrees


def run_exactly(modules, x):
    """The stack in float64, its weights converted layer by layer."""
    x = to_numpy(x).astype(np.float64)
    for module in modules:
        gate, up, down = (to_numpy(part.weight).astype(np.float64)
                          for part in (module.gate_proj, module.up_proj, module.down_proj))
        normed = x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + EPS)
        activation = getattr(fa.reference, activation_of(module).__name__)
        x = x + (activation(normed @ gate.T) * (normed @ up.T)) @ down.T
    return x


def error(result, exact):
    """The largest error, relative to the root mean square of the exact result."""
    return float(abs(result.astype(np.float64) - exact).max() / np.sqrt(np.mean(exact**2)))


def main():
    """Run the example; return the exit status."""
    parser = argparse.ArgumentParser(description="Feed-forward blocks of LLaMA, Qwen and Gemma.")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--tokens", type=int, nargs="+", default=[1, 8, 128], help="default: 1 8 128")
    parser.add_argument("--dtype", choices=ALLOWED, default="float32", help="default: float32")
    parser.add_argument("--repeat", type=int, default=9, help="timed runs, fewer of many tokens (default: 9)")
    parser.add_argument("--threads", type=int, help="number of threads (default: fastact's)")
    args = parser.parse_args()
    threads = args.threads or fa.get_num_threads()
    torch.set_num_threads(threads)
    fa.set_num_threads(threads)
    print(f"PyTorch {torch.__version__}, fastact {fa.__version__}, {args.dtype}, threads: {threads}")
    if args.dtype == "bfloat16" and not ml_dtypes:
        print("SKIPPED: bfloat16 needs ml_dtypes:  pip install ml_dtypes", file=sys.stderr)
        return 2
    agree = [compare(name, args.dtype, args.tokens, args.repeat) for name in args.models]
    print("\n" + ("Results agree." if all(agree) else "WRONG: results differ by more than the type explains."))
    return 0 if all(agree) else 1


if __name__ == "__main__":
    sys.exit(main())
