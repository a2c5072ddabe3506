"""A Llama of TinyLlama's sizes, its gated feed-forward blocks replaced by fastact's in one line.

Four layers, 2048 wide, 5632 hidden units, with random weights: speed and rounding do not depend on
what a model has learned.  It prints the time for a prompt and for generated tokens before
and under ``fastact.torch.accelerate(model)``, and how far the logits are from those of the
same model in float32.  The exit status is 1 if they are further off than the original's.

Run it with::

    pip install 'fastact[torch]' transformers
    python examples/accelerate_llama.py --dtype bfloat16
"""

import argparse
import copy
import sys
import time

import numpy as np

try:
    import torch
    import transformers

    import fastact as fa
    import fastact.torch
except ImportError as error:
    print(f"{error}.  This example needs:  pip install 'fastact[torch]' transformers", file=sys.stderr)
    raise SystemExit(2) from None

# Above the original's distance from float32, for the order of summation differs.
ALLOWED = {"float32": 1e-4, "bfloat16": 1.5, "float16": 1.5}


def make(args):
    """Return a model with random weights."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        hidden_size=args.width, intermediate_size=args.hidden, num_hidden_layers=args.layers, num_attention_heads=32,
        num_key_value_heads=4, vocab_size=32000 if args.width > 256 else 500, max_position_embeddings=2048,
        tie_word_embeddings=False)
    return transformers.LlamaForCausalLM(config).eval().to(getattr(torch, args.dtype))


def seconds(function):
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


@torch.inference_mode()
def main():
    """Run the example; return the exit status."""
    parser = argparse.ArgumentParser(description="A Llama of TinyLlama's sizes under fastact.torch.accelerate.")
    parser.add_argument("--dtype", choices=list(ALLOWED), default="float32")
    parser.add_argument("--weight-dtype", help="of the packed weights (default: the model's)")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--hidden", type=int, default=5632)
    parser.add_argument("--prompt", type=int, default=128, help="tokens in the prompt (default: 128)")
    parser.add_argument("--tokens", type=int, default=16, help="tokens to generate (default: 16)")
    parser.add_argument("--repeat", type=int, default=5, help="timed runs (default: 5)")
    parser.add_argument("--threads", type=int, help="number of threads (default: fastact's)")
    args = parser.parse_args()
    threads = args.threads or fa.get_num_threads()
    torch.set_num_threads(threads)
    fa.set_num_threads(threads)

    model = make(args)
    ids = torch.randint(0, model.config.vocab_size, (1, args.prompt))
    everything = torch.ones_like(ids)
    true = copy.deepcopy(model).float()(ids).logits

    def prompt():
        return model(ids).logits.float()

    def generate():
        return model.generate(ids, attention_mask=everything, min_new_tokens=args.tokens, max_new_tokens=args.tokens,
                              do_sample=False, pad_token_id=0)

    before = prompt()
    generate()
    times = np.empty((args.repeat, 2, 2))
    old_error, scale = float((before - true).abs().max()), float(true.abs().max())
    for row in times:       # in turns: a disturbed machine disturbs both
        row[0] = seconds(prompt), seconds(generate)
        with fastact.torch.accelerate(model, weight_dtype=args.weight_dtype) as accelerated:
            after = prompt()
            row[1] = seconds(prompt), seconds(generate)
    new_error = float((after - true).abs().max())
    print(f"PyTorch {torch.__version__}, {args.dtype}, threads: {threads}, median of {args.repeat} runs")
    print(accelerated.replaced[0])
    for name, (old, new) in zip(("prompt", "generation"), np.median(times, axis=0).T):
        print(f"{name:10} {old * 1e3:9.1f} ms before, {new * 1e3:9.1f} ms accelerated, {old / new:.2f} times as fast")
    print(f"largest error of the logits, relative to the largest: {old_error / scale:.2e} before, "
          f"{new_error / scale:.2e} accelerated")
    allowed = ALLOWED[args.dtype] * (scale if args.dtype == "float32" else old_error)
    if new_error > allowed:
        print("WRONG: the accelerated model is further off than allowed")
    return int(new_error > allowed)


if __name__ == "__main__":
    sys.exit(main())
