#!/usr/bin/env bash
# Runs tests under AddressSanitizer and UndefinedBehaviorSanitizer.
#
#   tools/sanitize.sh                                  the tests that are listed below
#   tools/sanitize.sh tests/functions/test_gated.py    other tests, or any arguments of pytest
#
# It builds a copy of the tree in SANITIZE_DIR.  Without that variable it uses a temporary folder and removes it at the
# end.  A folder that is named is kept, and the next run compiles only what changed.  Exit status 0: no findings.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python}
cc=${CC:-gcc}
asan=$("$cc" -print-file-name=libasan.so || true)
if [ ! -e "$asan" ] || ! echo "int main(void) { return 0; }" |
        "$cc" -fsanitize=address,undefined -x c -o /dev/null - 2> /dev/null; then
    echo "SKIPPED: $cc cannot build with AddressSanitizer and UndefinedBehaviorSanitizer here"
    exit 0
fi
if [ -n "${SANITIZE_DIR:-}" ]; then
    work=$SANITIZE_DIR
    mkdir -p "$work"
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi

# The copies keep their modification times, so that only what changed is compiled again.
tar --exclude=./build --exclude=./dist --exclude='*.so' --exclude=./.git -cf - . | tar -xf - -C "$work"
cd "$work"
# Targets that this CPU cannot run would be built in vain: those of matrix products take minutes each.
if [ "$(uname -m)" = x86_64 ] && [ -z "${FASTACT_BUILD_TARGETS:-}" ]; then
    flags=" $(grep -m1 ^flags /proc/cpuinfo || true) "
    FASTACT_BUILD_TARGETS="x86-64 x86-64-v3 x86-64-v4"
    case $flags in *" avx_vnni "*) FASTACT_BUILD_TARGETS+=" x86-64-v3-vnni" ;; esac
    case $flags in *" avx512_bf16 "*) FASTACT_BUILD_TARGETS+=" x86-64-v4-bf16" ;; esac
    case $flags in *" amx_int8 "*) FASTACT_BUILD_TARGETS+=" x86-64-v4-amx" ;; esac
    export FASTACT_BUILD_TARGETS
fi
echo "building with sanitizers"
FASTACT_SANITIZE=address,undefined "$python" setup.py build_ext --inplace > build.log 2>&1 ||
    { tail -50 build.log; exit 1; }

# PYTHONMALLOC=malloc gives each object its own block, with a red zone.  Leaks are not reported, because the interpreter
# leaks when it ends.  The deselected tests run out of memory or crash on purpose, which the sanitizer would not let them.
rm -f findings.*
selection=("$@")
if [ $# = 0 ]; then
    selection=(tests/functions/test_any_layout.py tests/functions/test_memory.py tests/functions/test_hostile.py
               tests/functions/test_fold.py tests/functions/test_gated.py tests/functions/test_layout.py::test_any_layout
               tests/layers/test_projection.py tests/layers/test_projection_files.py
               tests/layers/test_several.py tests/layers/test_experts.py tests/layers/test_experts_files.py tests/layers/test_route.py
               -k "not too_little and not noticed and not grow")
fi
echo "running the tests under AddressSanitizer and UndefinedBehaviorSanitizer"
LD_PRELOAD=$asan PYTHONPATH=$work/src PYTHONMALLOC=malloc FASTACT_NUM_THREADS=2 \
ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:handle_segv=0:log_path=$work/findings.asan \
UBSAN_OPTIONS=print_stacktrace=1:log_path=$work/findings.ubsan \
    "$python" -m pytest -q -x -p no:cacheprovider "${selection[@]}"

found=$(cat findings.* 2>/dev/null | grep -c "runtime error\|ERROR: AddressSanitizer" || true)
if [ "$found" != 0 ]; then
    cat findings.*
fi
echo "sanitizer findings: $found"
[ "$found" = 0 ]
