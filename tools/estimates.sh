#!/usr/bin/env bash
# Checks every error bound, and that exact results do not depend on estimates of reciprocals.
#
#   tools/estimates.sh                   the targets that can be used here, a sample of inputs, three minutes
#   tools/estimates.sh --exhaustive      the fast variants over all float32 inputs, hours
#
# Only kernels for AVX-512 use estimates; the others divide.  The makers of CPUs document a bound e on an estimate's
# relative error, but within it their estimates differ, so a measurement on one CPU is not valid for another.  This
# builds the elementwise kernels twice more, with the true reciprocal times 1 + e and times 1 - e in place of each
# estimate (FASTACT_ESTIMATES, see setup.py and simd.h).
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python}
read -r -a targets <<< "$("$python" -c '
from fastact._runtime import dispatch
print(*[name for name in dispatch.usable_targets if dispatch.kernels("elementwise", name).simd == "AVX-512"])')"
if [ ${#targets[@]} = 0 ]; then
    echo "SKIPPED: no CPU target here has an estimate of a reciprocal"
    exit 0
fi
package=$("$python" -c 'import fastact, pathlib; print(pathlib.Path(fastact.__file__).parent)')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" tools/hash_bits.py --target "${targets[@]}" > "$work/exact"
"$python" tools/hash_bits.py --target "${targets[@]}" --fast > "$work/fast"
for end in -1 1; do
    echo "estimates with the error $end e"
    mkdir -p "$work/$end"
    cp -r "$package" "$work/$end/fastact"
    FASTACT_ESTIMATES=$end FASTACT_BUILD_TARGETS="${targets[*]}" "$python" setup.py -q build_ext --force \
        --build-lib "$work/$end" --build-temp "$work/temp$end" > "$work/build.log" 2>&1 ||
        { tail -50 "$work/build.log"; exit 1; }
    built() { PYTHONPATH=$work/$end "$python" "$@"; }
    built tools/hash_bits.py --target "${targets[@]}" | diff "$work/exact" - ||
        { echo "exact results depend on an estimate"; exit 1; }
    built tools/hash_bits.py --target "${targets[@]}" --fast > "$work/fast$end"
    if cmp -s "$work/fast" "$work/fast$end"; then
        echo "the estimates are what they were: nothing was tried"
        exit 1
    fi
    for what in "" --derivative; do
        # shellcheck disable=SC2086
        built -m fastact verify $what "${@:---samples=200000}" --target "${targets[@]}" > "$work/verify.log" ||
            { cat "$work/verify.log"; exit 1; }
        tail -1 "$work/verify.log"
    done
done
