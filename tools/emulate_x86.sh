#!/usr/bin/env bash
# Runs what is built here on emulated x86-64 CPUs without AVX-512: which target they get, and a few tests on SSE2.
#
#   tools/emulate_x86.sh          five minutes; needs qemu-x86_64-static (qemu-user-static) of at least 7.2
#
# The emulator stops a program at an instruction that its CPU lacks.  So this shows that no code beyond the CPU's target
# runs while the package is imported and called.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python}
if [ "$(uname -m)" != x86_64 ] || ! command -v qemu-x86_64-static > /dev/null; then
    echo "SKIPPED: no emulator of x86-64 here"
    exit 0
fi
# The interpreter finds its virtual environment by its argument 0.
name=$("$python" -c 'import sys; print(sys.executable)')
program=$("$python" -c 'import os, sys; print(os.path.realpath(sys.executable))')
emulated() {  # emulated CPU ARGS
    local cpu=$1
    shift
    OPENBLAS_CORETYPE=NEHALEM FASTACT_NUM_THREADS=2 qemu-x86_64-static -cpu "$cpu" -0 "$name" "$program" "$@" \
        2> >(grep -v "TCG doesn't support requested feature" >&2)
}

while read -r cpu due; do
    found=$(emulated "$cpu" -c 'from fastact._runtime import dispatch; print(dispatch.matmul_target)')
    printf '%-16s %s\n' "$cpu" "$found"
    [ "$found" = "$due" ]
done <<'CPUS'
Nehalem x86-64
SandyBridge x86-64
Haswell x86-64-v3
Haswell,-fma x86-64
Haswell,-abm x86-64
Haswell,-xsave x86-64
EPYC x86-64-v3
CPUS

# Tests that start processes start them on this machine's CPU, so there are none among these.  They run on a CPU without
# AVX only: with its own, new AVX2, version 7.2 of the emulator computes wrong results (laplace(0) among them) where CPUs
# do not, so that for x86-64-v3 only the choice of the target means anything.
printf '\n=== Nehalem\n'
emulated Nehalem -m pytest -q -p no:cacheprovider \
    tests/kernels/test_specials.py::test_the_largest_numbers tests/layers/test_route.py
emulated Nehalem -m fastact verify gelu silu tanh --samples 10000 | tail -1
emulated Nehalem -m fastact verify gelu --bits | tail -1
