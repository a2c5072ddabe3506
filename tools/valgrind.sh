#!/usr/bin/env bash
# Runs a short script under valgrind's memcheck: every raw ufunc, folds, gated units, projections and errors, with the
# x86-64-v3 kernels, because valgrind does not know AVX-512.  Exit status 0: no findings in fastact.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v valgrind > /dev/null; then
    echo "SKIPPED: no valgrind here"
    exit 0
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Python and NumPy alone have some findings, in ld.so and in string functions, so only stacks with a frame in one of
# fastact's modules count.  A finding is a block of lines up to an empty line.
PYTHONMALLOC=malloc FASTACT_TARGET=x86-64-v3 FASTACT_NUM_THREADS=2 OPENBLAS_NUM_THREADS=1 PYTHONPATH=${PYTHONPATH:-src} \
valgrind --quiet --log-file="$log" --num-callers=40 --error-limit=no --expensive-definedness-checks=yes \
    "${PYTHON:-python}" - <<'PYTHON'
import numpy as np
import fastact as fa
from fastact._functions.ufuncs import ufuncs

rng = np.random.default_rng(0)
calls = 0
for name, ufunc in ufuncs.items():
    if ufunc.signature is not None:
        continue
    for dtype in (np.float32, np.float64, np.float16):
        for size in (1, 7, 33, 515):
            inputs = [rng.normal(0, 3, size).astype(dtype) for _ in range(ufunc.nin)]
            with np.errstate(all="ignore"):
                result = ufunc(*inputs)
            # This branches on each element, so memcheck notices uninitialised ones.
            assert all(np.count_nonzero(y) <= size for y in (result if isinstance(result, tuple) else (result,)))
            calls += 1
x = rng.normal(0, 3, (5, 34)).astype(np.float32)
for name, activation in fa.activations.items():
    if activation.kind == "fold":
        for accuracy in ("exact", "fast"):
            y = activation(x, *[2][:name == "maxout"], accuracy=accuracy)
            assert np.count_nonzero(y) <= y.size
            calls += 1
fa.softmax(x, where=x > 0), fa.swiglu(x), fa.swiglu.backward(x[:, :17], x), fa.add_gelu(x, x[0])
big = np.ones((300, 400), np.float32)
fa.silu(big[:, :300]), fa.gelu(np.ones(600_000, np.float32))
for rows in (1, 3, 13):
    for n, k in ((1, 1), (5, 3), (33, 31)):
        w = rng.normal(0, 1, (n, k)).astype(np.float32)
        for layer in (fa.Projection(w, w[:, 0], "gelu"), fa.GatedProjection(w, w), fa.MLP(w, w.T)):
            assert np.isfinite(layer(rng.normal(0, 1, (rows, k)).astype(np.float32))).all()
            calls += 1
for call in (lambda: fa.gelu("text"), lambda: fa.gelu(x, out=x[0]), lambda: fa.Projection(x)(x[:, :3])):
    try:
        call()
    except (TypeError, ValueError):
        calls += 1
print(calls, "calls")
PYTHON

found=$(awk 'BEGIN { RS = ""; n = 0 } /fastact/ { n++; print > "/dev/stderr" } END { print n }' \
    <(sed -E 's/^==[0-9]+== ?//' "$log"))
echo "valgrind findings: $found"
[ "$found" = 0 ]
