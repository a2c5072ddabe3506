#!/usr/bin/env bash
# Checks the target x86-64-v3-vnni where the CPU has AVX512-VNNI, but not AVX-VNNI (Zen 4, Cascade Lake, Ice Lake).
#
#   tools/avx_vnni.sh        a minute; needs GCC and objdump
#
# The two extensions have the same instruction, VPDPBUSD, encoded differently: VEX and EVEX.  This builds the target's
# kernels once more, lets the assembler take the other encoding, and runs the tests of quantised layers with them: the
# registers and all other instructions are those of the real build.  Of that it checks that VEX alone is in it.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python}
target=x86-64-v3-vnni
flags=$(grep -m1 ^flags /proc/cpuinfo || true)
if grep -qw avx_vnni <<< "$flags"; then
    echo "SKIPPED: this CPU runs $target, and the tests do"
    exit 0
fi
if ! grep -qw avx512_vnni <<< "$flags" || ! grep -qw avx512vl <<< "$flags"; then
    echo "SKIPPED: this CPU has no VPDPBUSD of 256 bits"
    exit 0
fi
package=$("$python" -c 'import fastact, pathlib; print(pathlib.Path(fastact.__file__).parent)')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

count() {  # count FILE BYTE: how many VPDPBUSD begin with this byte, and how many there are
    objdump -d "$1" | awk -v byte="$2" '/vpdpbusd/ { all++; if ($2 == byte) found++ } END { print found + 0, all + 0 }'
}
for module in "$package"/_kernels/{matmul,peaks}/x86_64_v3_vnni.*.so; do
    read -r found all <<< "$(count "$module" c4)"
    echo "$(basename "$(dirname "$module")"): $all VPDPBUSD, $found with VEX"
    [ "$all" -gt 0 ] && [ "$found" = "$all" ]
    if objdump -d "$module" | grep -qE '%zmm|%ymm(1[6-9]|2[0-9]|3[01])|%k[1-7]'; then
        echo "$module has registers of AVX-512"
        exit 1
    fi
done

cat > "$work/cc" <<'SCRIPT'
#!/usr/bin/env bash
# A compiler that takes the prefix {vex} off the instructions.
set -euo pipefail
case " $* " in
*" -c "*" -mavxvnni "*) ;;
*) exec gcc "$@" ;;
esac
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
    -c) ;;
    -o) object=$2; shift ;;
    *) arguments+=("$1") ;;
    esac
    shift
done
gcc "${arguments[@]}" -S -o "$object.s"
sed -i 's/{vex}[ \t]*//' "$object.s"
gcc -c "$object.s" -o "$object"
SCRIPT
chmod +x "$work/cc"

mkdir "$work/lib"
cp -r "$package" "$work/lib/fastact"
CC="$work/cc" FASTACT_BUILD_TARGETS=$target "$python" setup.py -q build_ext --force \
    --build-lib "$work/lib" --build-temp "$work/temp" > "$work/build.log" 2>&1 || { tail -50 "$work/build.log"; exit 1; }
read -r found all <<< "$(count "$(echo "$work"/lib/fastact/_kernels/matmul/x86_64_v3_vnni.*.so)" 62)"
echo "the other build: $all VPDPBUSD, $found with EVEX"
[ "$all" -gt 0 ] && [ "$found" = "$all" ]
# The copy asks the CPU for AVX512-VNNI instead.
sed -i 's/^\(FEATURES_VNNI = .*\)(7, 1, 0, 1 << 4)/\1(7, 0, 2, 1 << 11)/' "$work/lib/fastact/_runtime/targets.py"
built() { PYTHONPATH=$work/lib FASTACT_TARGET=$target "$python" "$@"; }
built -c "
import fastact as fa, numpy as np
assert fa.__file__.startswith('$work'), fa.__file__
kernel = fa.Projection(np.ones((4, 32), np.float32), weight_dtype='int8').kernel
assert kernel.startswith('$target') and 'VPDPBUSD' in kernel, kernel
print(kernel)"
# With it chosen, and beside the other targets: the bits must be theirs.
built -m pytest -q -p no:cacheprovider tests/layers/test_quantized_layers.py -k "vnni or same_bits or other_targets"
built -m pytest -q -p no:cacheprovider tests/lab/test_bench_projections.py -k "$target"
