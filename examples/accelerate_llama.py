"""A Llama of TinyLlama's sizes whose feed-forward blocks and linear layers are replaced by fastact's in one line.

The model has four layers, 2048 wide, with 5632 hidden units and random weights: speed and rounding do not depend
on learned weights.  It prints the time for a prompt, for generated tokens and for both before
and under ``fastact.torch.accelerate(model, linear=True)``, measured in turns, and the difference of the logits
to those of the same model in float32.  The exit status is 1 if the difference is larger than that of the
original.

Run it with::

    pip install 'fastact[torch]' transformers
    python examples/accelerate_llama.py
"""

import argparse
import copy
import sys
import time

import numpy as np
from tqdm import tqdm

try:
    import torch
    import transformers

    import fastact as fa
    import fastact.torch
except ImportError as error:
    print(f"{error}.  This example needs:  pip install 'fastact[torch]' transformers", file=sys.stderr)
    raise SystemExit(2) from None

# The largest error allowed: in float32 relative to the size of the logits, otherwise relative to the error of the
# original; this factor is above 1, because the order of summation differs.
ALLOWED = {"float32": 1e-4, "bfloat16": 1.5, "float16": 1.5}


def make(args):
    """Return a model with random weights."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        hidden_size=args.width, intermediate_size=args.hidden, num_hidden_layers=args.layers, num_attention_heads=32,
        num_key_value_heads=4, vocab_size=32000 if args.width > 256 else 500, max_position_embeddings=2048,
        tie_word_embeddings=False)
    return transformers.LlamaForCausalLM(config).eval().to(getattr(torch, args.dtype))


def seconds(function, model):
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    function(model)
    return time.perf_counter() - start


@torch.inference_mode()
def main():
    """Run the example; return the exit status."""
    parser = argparse.ArgumentParser(description="A Llama of TinyLlama's sizes under fastact.torch.accelerate.")
    parser.add_argument("--dtype", choices=list(ALLOWED), default="bfloat16", help="of the model (default: bfloat16)")
    parser.add_argument("--weight-dtype", help="of the packed weights (default: the model's)")
    parser.add_argument("--blocks-only", action="store_true", help="leave the linear layers of attention and the head")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--hidden", type=int, default=5632)
    parser.add_argument("--prompt", type=int, default=128, help="tokens in the prompt (default: 128)")
    parser.add_argument("--tokens", type=int, default=16, help="tokens to generate (default: 16)")
    parser.add_argument("--repeat", type=int, default=9, help="timed runs (default: 9)")
    parser.add_argument("--threads", type=int, help="number of threads (default: fastact's)")
    args = parser.parse_args()
    threads = args.threads or fa.get_num_threads()
    torch.set_num_threads(threads)
    fa.set_num_threads(threads)

    model = make(args)
    ids = torch.randint(0, model.config.vocab_size, (1, args.prompt))
    everything = torch.ones_like(ids)
    true = copy.deepcopy(model).float()(ids).logits

    fast = copy.deepcopy(model)
    accelerated = fastact.torch.accelerate(fast, weight_dtype=args.weight_dtype, linear=not args.blocks_only, progress=True,
                                           strict=False)
    for path, reason in accelerated.refused.items():
        print(f"refused: {path}, {reason}")

    def prompt(model):
        return model(ids).logits.float()

    def generate(model):
        return model.generate(ids, attention_mask=everything, min_new_tokens=args.tokens, max_new_tokens=args.tokens,
                              do_sample=False, pad_token_id=0)

    scale = float(true.abs().max())
    old_error, new_error = (float((prompt(one) - true).abs().max()) for one in (model, fast))
    times = np.empty((args.repeat, 3, 2))       # prompt, generation, both; before, accelerated
    # In turns: a disturbed machine disturbs both.  None: no bar where stderr is no terminal.
    for run, row in enumerate(tqdm(times, "timing", leave=False, disable=None)):
        for i in (run % 2, 1 - run % 2):
            row[:2, i] = [seconds(function, (model, fast)[i]) for function in (prompt, generate)]
    times[:, 2] = times[:, :2].sum(axis=1)
    print(f"PyTorch {torch.__version__}, {args.dtype}, {args.prompt} tokens and {args.tokens} generated, "
          f"threads: {threads}, medians of {args.repeat} runs (and quartiles of the ratio)")
    for replacement in accelerated.replaced[:1]:
        print(replacement)
    for name, pairs in zip(("prompt", "generation", "as a whole"), times.transpose(1, 0, 2)):
        old, new = np.median(pairs, axis=0)
        low, ratio, high = np.percentile(pairs[:, 0] / pairs[:, 1], (25, 50, 75))
        print(f"{name:10} {old * 1e3:9.1f} ms before, {new * 1e3:9.1f} ms accelerated, {ratio:.2f} times as fast "
              f"({low:.2f} to {high:.2f})")
    print(f"largest error of the logits, relative to the largest: {old_error / scale:.2e} before, "
          f"{new_error / scale:.2e} accelerated")
    allowed = ALLOWED[args.dtype] * (scale if args.dtype == "float32" else old_error)
    if new_error > allowed:
        print("WRONG: the accelerated model is further off than allowed")
    return int(new_error > allowed)


if __name__ == "__main__":
    sys.exit(main())
