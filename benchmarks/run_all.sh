#!/usr/bin/env bash
# Runs every measurement of docs/performance.md on this machine, and makes the tables of all machines, and pictures.
#
#     bash benchmarks/run_all.sh [PYTHON]
#
# It takes about an hour and a half on two cores, on which nothing else should run.  It needs PyTorch, ONNX Runtime, SciPy,
# ml_dtypes, threadpoolctl and matplotlib; JAX, numexpr and ggml are measured if they are installed.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${1:-python}
# Each machine has a folder, and a section of the document, of its own.
results=benchmarks/results/$("$python" -c 'from fastact._lab.speed.environment import folder; print(folder())')
mkdir -p "$results"

run() {  # name of the results, options of bench
    local name=$1
    shift
    printf '\n=== %s: %s\n' "$name" "$*"
    "$python" -m fastact bench "$@" --json "$results/$name.json" > "$results/$name.txt" || failed+=("$name")
    printf '%d s so far\n' "$SECONDS"
}
failed=()

# The libraries that PyTorch and NumPy call for some functions and products read their own environment variables.
avx2=(ATEN_CPU_CAPABILITY=avx2 MKL_ENABLE_INSTRUCTIONS=AVX2 ONEDNN_MAX_CPU_ISA=AVX2 OPENBLAS_CORETYPE=Haswell)
peers=(torch onnxruntime jax)  # the others are slow, and are compared in the first run
in_cache_and_beyond=(65536 16777216)
quick=(--seconds 0.15)
# Functions whose formulas or tables have ranges; the time of the others hardly depends on the inputs.
by_inputs=(gelu gelu_tanh quick_gelu silu swish sigmoid log_sigmoid softplus sqrt_softplus mish tanh elu gaussian
           swiglu_clamped softmax log_softmax)

run forward-float32 --sizes all --threads 1
run inputs-float32 "${by_inputs[@]}" --inputs all --sizes 65536 "${quick[@]}"
run threads-float32 --sizes 65536 1048576 16777216 --threads all "${quick[@]}" --peers "${peers[@]}"
run backward-float32 --backward --sizes 64 65536 16777216 "${quick[@]}"
run tails-float32 --inputs tails --sizes 65536 "${quick[@]}" --peers "${peers[@]}"
run allocate-float32 --allocate --sizes 64 "${in_cache_and_beyond[@]}" "${quick[@]}" --peers "${peers[@]}"
for dtype in bfloat16 float16; do
    run "forward-$dtype" --dtype "$dtype" --sizes "${in_cache_and_beyond[@]}" "${quick[@]}" --peers "${peers[@]}"
done
run forward-float64 --dtype float64 --sizes 65536 4194304 "${quick[@]}" --peers "${peers[@]}"
if [ "$(uname -m)" = x86_64 ]; then  # PyTorch and NumPy can be held to AVX2, too, the others cannot
    export FASTACT_TARGET=x86-64-v3 "${avx2[@]}"
    run avx2-float32 --sizes 65536 "${quick[@]}" --peers torch
    run avx2-backward-float32 --backward --sizes 65536 "${quick[@]}"
    for dtype in bfloat16 float16; do
        run "avx2-$dtype" --dtype "$dtype" --sizes 65536 "${quick[@]}" --peers torch
    done
    run inputs-avx2 "${by_inputs[@]}" --inputs all --sizes 65536 "${quick[@]}"
    unset FASTACT_TARGET "${avx2[@]%%=*}"
fi

# Feed-forward blocks of real models; ggml is measured if llama-cpp-python is there, OpenVINO if it is installed.
for dtype in float32 bfloat16; do
    run "projections-$dtype" --projections --dtype "$dtype" --threads all --seconds 0.4
done
# The same weights again and again may stay in the caches; those of a model do not.
for dtype in float32 bfloat16; do
    run "projections-layers-$dtype" --projections TinyLlama --layers 8 --rows 1 2 8 --dtype "$dtype" --threads all --seconds 2
done
weights=(int8 int4 q8_0 q4_0 q4_k q5_1 q6_k)
run projections-quantised --projections Llama-3-8B --weights "${weights[@]}" --rows 1 8 128 512 --threads all \
    --peers llama_cpp openvino
run projections-quantised-in-cache --projections TinyLlama --weights int8 int4 --rows 1 8 128 512 --threads all \
    --seconds 0.5 --peers llama_cpp openvino
if [ "$(uname -m)" = x86_64 ]; then
    export FASTACT_TARGET=x86-64-v3 "${avx2[@]}"
    run projections-avx2 --projections MiniLM TinyLlama --threads all --seconds 0.4
    unset FASTACT_TARGET "${avx2[@]%%=*}"
fi

"$python" -m fastact plot "$results/forward-float32.json" -o docs/performance.png
"$python" -m fastact plot "$results/backward-float32.json" -o docs/performance-backward.png
for dtype in float32 bfloat16; do
    [ -s "$results/projections-$dtype.json" ] &&
        "$python" -m fastact plot "$results/projections-$dtype.json" -o "docs/projections-$dtype.png"
done
"$python" -m fastact performance benchmarks/results/*/ --into docs/performance.md
rm "$results"/*.txt

if [ "${#failed[@]}" -gt 0 ]; then
    echo "exceeded a bound, or failed: ${failed[*]}" >&2
    exit 1
fi
