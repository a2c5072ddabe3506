"""The comparison of `language_model.py --compare`: with llama.cpp on the same file, and with transformers in float32.

Token ids, greedy tokens, logits and perplexity are compared, and the tokens a second of prompts and of generation.
llama.cpp rounds its input to 8 bits, as accuracy "fast" does; transformers has the dequantised weights.
"""

import contextlib
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import fastact as fa
from language_model import prose

PROMPTS = ("The capital of France is", "def fibonacci(n):", "Once upon a time")
TOKENS = 64         # of each greedy continuation
LENGTHS = (128, 512)
HARD = (
    "", " ", "  \n\n \t x", "It's 1234.5 m\u00b2, isn't it?", "na\u00efve caf\u00e9 \u2014 \u201cquotes\u201d\u2026",
    "\u4f60\u597d\uff0c\u4e16\u754c\uff01 \u3053\u3093\u306b\u3061\u306f", "\U0001f469\u200d\U0001f4bb\U0001f1e9\U0001f1ea e\u0301\u0327",
    "if (a[i]>=0x1F){\r\n\t\treturn  -1;\r\n}\n\n\n", "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd \u0928\u092e\u0938\u094d\u0924\u0947",
    "\x00\x01\x7f\u00a0\u2003\u3000|\u2028end", "don'T WE'LL they'Re 'S 's", "\u0662\u0663 \u2167 \u00bd 1\u0663a", "<|im_end|>", "a" * 300,
)


def llama_cpp(path, threads):
    """llama.cpp with this file, or None if it is not there."""
    try:
        import llama_cpp
    except ImportError as error:
        print(f"No comparison with llama.cpp: {error}")
        return None
    return llama_cpp.Llama(str(path), n_ctx=2048, n_batch=512, n_ubatch=512, n_threads=threads, n_threads_batch=threads,
                           flash_attn=True, logits_all=False, verbose=False)


def llama_logits(llama, ids):
    """Logits after these tokens."""
    llama.reset()
    llama.eval(ids)
    return np.array(np.ctypeslib.as_array(llama._ctx.get_logits(), (llama.n_vocab(),)))


def llama_greedy(llama, ids, count):
    """The likeliest `count` tokens."""
    found, logits = [], llama_logits(llama, ids)
    for _ in range(count):
        found.append(int(logits.argmax()))
        llama.eval(found[-1:])
        logits = np.ctypeslib.as_array(llama._ctx.get_logits(), (llama.n_vocab(),))
    return found


def greedy(model, ids, count):
    """The same by fastact; it goes on after an end of text."""
    caches, found = model.caches(len(ids) + count), []
    logits = model.read(ids, caches)
    for _ in range(count):
        found.append(int(logits.argmax()))
        logits = model([(found[-1:], caches)])[0]
    return found


def transformers_model(path, threads):
    """The model in PyTorch, with the dequantised weights in float32, or None."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        import torch
        import transformers
    except ImportError as error:
        print(f"No comparison with transformers: {error}")
        return None
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(threads)
    path = Path(path)
    with contextlib.redirect_stderr(io.StringIO()):     # a progress bar
        model = transformers.AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)
    model.generation_config.eos_token_id = None         # it goes on after an end of text
    return model.eval()


def reference_greedy(reference, ids, count):
    """Its likeliest tokens, and the logits of the first one."""
    import torch

    prompt = torch.tensor([ids])
    with torch.inference_mode():
        found = reference.generate(prompt, max_new_tokens=count, do_sample=False)[0, len(ids):].tolist()
        return found, reference(prompt).logits[0, -1].numpy()


def reference_perplexity(reference, ids):
    """As `Model.perplexity` has it."""
    import torch

    with torch.inference_mode():
        logits = reference(torch.tensor([ids])).logits[0, :-1]
        return float(torch.nn.functional.cross_entropy(logits, torch.tensor(ids[1:])).exp())


def cosine(a, b):
    a, b = a.astype(np.float64), b.astype(np.float64)
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def agreement(one, other):
    """How many tokens two continuations have in common, from the first on."""
    return next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))


def speeds(name, prompt, step, ids, repeat):
    """Print the tokens a second of prompts and of the tokens after them.

    prompt : ids -> what `step` needs.  step : takes that, and computes one more token.
    """
    for length in LENGTHS:
        prompt(ids[:length])
        times = []
        for _ in range(repeat):
            start = time.perf_counter()
            prompt(ids[:length])
            times.append(time.perf_counter() - start)
        print(f"  {name:22s} prompt of {length}: {length / np.median(times):7.0f} tokens/s")
    state, times = prompt(ids[:16]), []
    for _ in range(TOKENS):
        start = time.perf_counter()
        step(state)
        times.append(time.perf_counter() - start)
    print(f"  {name:22s} generation:    {1 / np.median(times):7.1f} tokens/s (after 16 to {16 + TOKENS} tokens)", flush=True)


def compare(model, path, repeat=5):
    """Print how the model does beside the peers that are installed; return the exit status."""
    threads = fa.get_num_threads()
    first, encode = model.vocabulary.first, model.vocabulary.encode
    ids = first + encode(prose())
    llama, reference = llama_cpp(path, threads), transformers_model(path, threads)
    wrong = 0
    if llama:
        different = [text for text in HARD if encode(text) != llama.tokenize(text.encode(), add_bos=False, special=False)]
        wrong += len(different)
        print(f"token ids of {len(HARD)} texts: {len(HARD) - len(different)} as llama.cpp's {different or ''}")
    for accuracy in ("exact", "fast"):
        fa.set_accuracy(accuracy)       # of all threads
        for text in PROMPTS:
            prompt, line = first + encode(text), []
            found, logits = greedy(model, prompt, TOKENS), model.read(prompt, model.caches(len(prompt)))
            if llama:
                line.append(f"llama.cpp {agreement(found, llama_greedy(llama, prompt, TOKENS))} of {TOKENS}, cosine "
                            f"{cosine(logits, llama_logits(llama, prompt)):.6f}")
            if reference:
                theirs, best = reference_greedy(reference, prompt, TOKENS)
                same = agreement(found, theirs)
                wrong += accuracy == "exact" and same < TOKENS
                line.append(f"transformers {same} of {TOKENS}, cosine {cosine(logits, best):.6f}")
            print(f"{accuracy}, {text!r}: greedy tokens as of {'; '.join(line)}")
        print(f"{accuracy}: perplexity of {len(ids)} tokens {model.perplexity(ids):.4f}")
    if reference:
        print(f"transformers: perplexity {reference_perplexity(reference, ids):.4f}")

    def start(ids):
        caches = model.caches(len(ids) + TOKENS)
        model.read(ids, caches)
        return caches

    print(f"threads: {threads}")
    for accuracy in ("fast", "exact"):
        fa.set_accuracy(accuracy)
        speeds(f"fastact, {accuracy}", start, lambda caches: model([(ids[:1], caches)])[0].argmax(), ids, repeat)
        if llama:       # alone: its threads and ours would spin on the same cores
            clean = {key: value for key, value in os.environ.items() if key != "GOMP_SPINCOUNT"}
            subprocess.run([sys.executable, __file__, str(path), str(threads), *map(str, ids[:max(LENGTHS)])], env=clean)
    return 1 if wrong else 0


def main():
    """Time llama.cpp: the arguments are file, threads, token ids."""
    llama, ids = llama_cpp(sys.argv[1], int(sys.argv[2])), [int(number) for number in sys.argv[3:]]

    def start(ids):
        llama.reset()
        llama.eval(ids)

    speeds("llama.cpp", start, lambda _: (llama.eval(ids[:1]), llama._ctx.get_logits()), ids, 5)


if __name__ == "__main__":
    main()
