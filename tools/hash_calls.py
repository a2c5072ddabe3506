"""Checksums of functions of an axis, gated units and layers over fixed inputs, by public calls alone.

    FASTACT_TARGET=x86-64-v3 python tools/hash_calls.py

Two builds whose lines are the same compute the same.  It runs with one thread and with two.  tools/hash_bits.py does this
for the raw elementwise ufuncs.
"""

import itertools

import ml_dtypes
import numpy as np
from hash_bits import checksum

import fastact as fa


DTYPES = {"float32": np.float32, "float64": np.float64, "float16": np.float16, "bfloat16": ml_dtypes.bfloat16}


def folds():
    rng = np.random.default_rng(7)
    for name in ("softmax", "log_softmax", "softmin", "logsumexp", "sparsemax"):
        function = getattr(fa, name)
        for dtype in DTYPES:
            for accuracy in ("exact", "fast"):
                for shape in ((3, 1), (5, 7), (16, 64), (9, 1000), (2, 5000), (700, 12), (2000, 3)):
                    x = (3 * rng.standard_normal(shape)).astype(DTYPES[dtype])
                    special = x.copy()
                    special[0, 0], special[-1, -1] = -np.inf, np.inf
                    where = rng.random(shape) > 0.3
                    with np.errstate(all="ignore"):
                        y = function(x, accuracy=accuracy)
                        grad = rng.standard_normal(y.shape).astype(DTYPES[dtype])
                        results = [y, function(special, accuracy=accuracy), function(x, axis=0, accuracy=accuracy),
                                   function(x, where=where, accuracy=accuracy),
                                   function.backward(grad, x if name == "logsumexp" else y, accuracy=accuracy)]
                        if name == "softmax":
                            results += [function(x, scale=0.37, mask=where, accuracy=accuracy),
                                        function(x, scale=1.7, mask=np.where(where, 0, -9).astype(DTYPES[dtype]), accuracy=accuracy),
                                        function(x[:, ::-2], accuracy=accuracy)]
                    print("fold", name, dtype, accuracy, shape, *(checksum(one) for one in results))
    for dtype in DTYPES:
        for k in (2, 3, 5):
            x = rng.standard_normal((40, 30)).astype(DTYPES[dtype])
            y = fa.maxout(x, k)
            print("fold maxout", dtype, k, checksum(y), checksum(fa.maxout(x, k, axis=0) if 40 % k == 0 else y),
                  checksum(fa.maxout.backward(np.ones_like(y), x, k)))


def layers():
    rng = np.random.default_rng(11)
    for weight_dtype in ("float32", "float16", "bfloat16"):
        for k, h, n in ((64, 96, 32), (131, 77, 45), (700, 300, 130), (2100, 130, 64)):
            w1, w2, w3 = (rng.standard_normal(s).astype(np.float32) / np.sqrt(s[1]) for s in ((h, k), (h, k), (n, h)))
            b1, b2, b3 = (rng.standard_normal(s).astype(np.float32) for s in (h, h, n))
            made = [fa.Projection(w1, b1, "gelu", weight_dtype=weight_dtype), fa.Projection(w1, weight_dtype=weight_dtype),
                    fa.Projection(w1, b1, ("leaky_relu", {"negative_slope": 0.2}), weight_dtype=weight_dtype),
                    fa.GatedProjection(w1, w2, "silu", b1, b2, weight_dtype=weight_dtype),
                    fa.GatedMLP(w1, w2, w3, "gelu_tanh", b1, b2, b3, weight_dtype=weight_dtype),
                    fa.GatedMLP(w1, w2, w3, "swiglu_clamped", weight_dtype=weight_dtype),
                    fa.MLP(w1, w3, b1, b3, "relu", weight_dtype=weight_dtype)]
            for i, layer in enumerate(made):
                for rows in (0, 1, 2, 5, 16, 33, 130, 300):
                    x = rng.standard_normal((rows, k)).astype(np.float32)
                    for dtype, accuracy in itertools.product(("float32", "float16", "bfloat16"), ("exact", "fast")):
                        layer.accuracy = accuracy
                        given = x.astype(DTYPES[dtype])
                        print("layer", i, weight_dtype, (k, h, n), rows, dtype, accuracy, checksum(layer(given)),
                              checksum(layer(given, out=np.empty((rows, layer.out_features), np.float32))))


def calls():
    """Elementwise calls on strided arrays, gated units on packed ones."""
    rng = np.random.default_rng(13)
    big = rng.standard_normal((600, 2048)).astype(np.float32)
    for name in ("gelu", "silu", "tanh", "relu", "softplus", "mish", "erf"):
        f = getattr(fa, name)
        for accuracy in ("exact", "fast"):
            print("call", name, accuracy, checksum(f(big, accuracy=accuracy)), checksum(f(big[:, ::2], accuracy=accuracy)),
                  checksum(f(big.T[::3], accuracy=accuracy)), checksum(f.backward(big, big[::-1], accuracy=accuracy)))
    for name in ("swiglu", "geglu", "glu", "reglu", "swiglu_clamped", "geglu_tanh", "bilinear", "geglu_quick"):
        f = getattr(fa, name)
        for order in ("gate_up", "interleaved"):
            print("gated", name, order, checksum(f(big, order=order)), checksum(f.backward(big[:, :1024], big, order=order)))


if __name__ == "__main__":
    for threads in (1, 2):
        fa.set_num_threads(threads)
        print("threads", threads)
        folds(), calls(), layers()
