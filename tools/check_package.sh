#!/usr/bin/env bash
# Checks that the package builds everywhere it should: as sdist and wheel in isolation, with the oldest NumPy, with Clang,
# with and without OpenMP, with all Pythons that are installed, and the kernels for aarch64 and for musl.  It says what it
# skips because this machine lacks it.
#
#   tools/check_package.sh                   everything
#   tools/check_package.sh wheel cross       some of: wheel, numpy, clang, pythons, cross, musl
#
# Each build takes one to five minutes; FASTACT_BUILD_TARGETS="x86-64-v3" makes it shorter.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wanted=${*:-wheel numpy clang pythons cross musl}
step() { printf '\n=== %s\n' "$*"; }
want() { [[ " $wanted " == *" $1 "* ]]; }

python=${PYTHON:-python3}
"$python" -m venv "$work/tools"
"$work/tools/bin/python" -m pip install --quiet build

step "sdist, and from it the wheel, in isolation"
# From a copy, because another version of Cython would generate all C files in this folder again.
mkdir "$work/tree"
tar --exclude=./build --exclude=./dist --exclude='*.so' --exclude=./.git -cf - . | tar -xf - -C "$work/tree"
"$work/tools/bin/python" -m build --sdist --outdir "$work/dist" "$work/tree" > "$work/sdist.log" 2>&1 ||
    { tail -40 "$work/sdist.log"; exit 1; }
sdist=$(echo "$work"/dist/*.tar.gz)
if tar -tzf "$sdist" | grep -E '\.(so|o|pyc)$|/(src|build)/.*\.c$'; then
    echo "the sdist contains files that a build made"
    exit 1
fi

install() {  # install PYTHON NAME [EXTRA]: installs the sdist into a new environment and tries it
    "$1" -m venv "$work/$2"
    "$work/$2/bin/python" -m pip install --quiet "$sdist[${3:-half}]" > "$work/$2.log" 2>&1 ||
        { tail -40 "$work/$2.log"; exit 1; }
    try "$2"
}

try() {  # try NAME: checks that what is installed in this environment works, and prints what it is
    (cd "$work" && "$work/$1/bin/python" - <<'PYTHON'
import doctest, sys
import numpy as np
import fastact as fa
from fastact._runtime import dispatch, settings

x = np.linspace(-9, 9, 1_000_003, dtype=np.float32)
assert (fa.gelu(x)[:1000] == fa.gelu(x[:1000])).all() and fa.MLP(np.eye(8), np.eye(8))(x[:8]).shape == (8,)
failed, tried = doctest.testmod(fa)
assert tried > 100 and not failed, (failed, tried)
print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, OpenMP {settings.config()['OpenMP']}, "
      f"{dispatch.elementwise.simd}, {tried} doctests")
PYTHON
    )
}

tests() {  # tests NAME ARGS: runs tests of this folder on what is installed in that environment
    "$work/$1/bin/python" -m pytest -q -p no:cacheprovider "${@:2}"
}
# A few thousand, in a minute: every function, its arguments, special values, projections.
some_tests=(tests/functions/test_interface.py tests/kernels/test_specials.py tests/layers/test_projection.py)

if want wheel || want numpy; then
    "$work/tools/bin/python" -m pip wheel --quiet --no-deps --wheel-dir "$work/dist" "$sdist"
    "$work/tools/bin/python" - "$work"/dist/*.whl <<'PYTHON'
import os, re, sys, zipfile

size = os.path.getsize(sys.argv[1])
with zipfile.ZipFile(sys.argv[1]) as wheel:
    names = wheel.namelist()
    for name in names:
        content = wheel.read(name)
        found = re.findall(rb"/(?:home|tmp|root|opt|usr/local|Users|build|work)/[\w./-]+", content)
        assert not found, f"{name} has an absolute path: {found[0].decode()}"
needed = {"py.typed", "__init__.pyi", "cython_api.pxd", "include/fastact.h", "_catalogue/measured.json", "_catalogue/bits.json",
          "_kernels/elementwise/formulas_normal.pxd", "_kernels/elementwise/elementwise.pyx"}    # tests read the last two
missing = {f"fastact/{name}" for name in needed} - set(names)
assert not missing, f"the wheel lacks {missing}"
assert size < 15e6, f"{size / 1e6:.1f} MB"
print(f"{os.path.basename(sys.argv[1])}: {size / 1e6:.1f} MB, {len(names)} files, no absolute path")
PYTHON
fi

if want wheel; then
    step "the wheel, where there is no compiler: doctests and tests"
    mkdir "$work/empty"
    "$python" -m venv "$work/bare"
    (
        # The environment's programs are all that there are.
        export PATH="$work/bare/bin:$work/empty" CC=/bin/false CXX=/bin/false
        for name in cc gcc clang c++ g++ ld; do
            if type -P "$name"; then exit 1; fi
        done
        python -m pip install --quiet "$(echo "$work"/dist/*.whl)[test]"
        try bare
        tests bare tests/functions/test_interface.py tests/layers/test_route.py tests/runtime/test_detection.py
    )
    step "the wheel, in a clean environment: doctests and stubs"
    "$python" -m venv "$work/wheel"
    "$work/wheel/bin/python" -m pip install --quiet "$work"/dist/*.whl ml_dtypes mypy
    try wheel
    # Private modules have no annotations.  This checks that they exist and take the arguments that the stubs list.
    allowed=$PWD/tools/stubtest_allowlist.txt
    printf '[mypy]\nignore_errors = True\nignore_missing_imports = True\n' > "$work/mypy.ini"
    (cd "$work" && "$work/wheel/bin/python" -m mypy.stubtest --concise --ignore-missing-stub \
        --mypy-config-file mypy.ini --allowlist "$allowed" --ignore-unused-allowlist fastact &&
        printf 'import numpy as np, fastact as fa\ny = fa.gelu(np.ones(3))\n' > typed.py &&
        "$work/wheel/bin/python" -m mypy --strict typed.py)
fi

if want numpy; then
    oldest='numpy==2.0.*'
    everything=(tests/functions tests/runtime tests/kernels/test_specials.py tests/layers/test_projection.py)
    step "the oldest NumPy: built with it, running beside it"
    "$python" -m venv "$work/oldest"
    if "$work/oldest/bin/python" -m pip install --quiet --only-binary=:all: "$oldest" 'setuptools>=77' 'cython>=3.1'; then
        "$work/oldest/bin/python" -m pip install --quiet --no-build-isolation "$sdist[test]" "$oldest"
        try oldest
        tests oldest "${everything[@]}"
        step "the oldest NumPy: built with the newest, running beside it"
        "$python" -m venv "$work/older"
        "$work/older/bin/python" -m pip install --quiet "$(echo "$work"/dist/*.whl)[test]" "$oldest" \
            pandas xarray 'dask[array]' onnx gguf safetensors
        try older
        tests older "${everything[@]}"
    else
        echo "SKIPPED: no wheel of $oldest for this Python"
    fi
fi

if want clang; then
    step "Clang, with OpenMP if it has it: a part of the tests"
    if command -v clang > /dev/null; then
        CC=clang install "$python" clang test
        tests clang tests/kernels/test_accuracy.py tests/kernels/test_specials.py \
            tests/functions/test_fold.py tests/functions/test_gated.py tests/kernels/test_half.py tests/functions/test_layout.py tests/layers/test_projection.py \
            tests/layers/test_projection_files.py
        step "Clang, without OpenMP"
        CC=clang FASTACT_NO_OPENMP=1 install "$python" clang_serial
    else
        echo "SKIPPED: no clang here"
    fi
fi

if want pythons; then
    for version in 3.11 3.12 3.13 3.14; do
        found=$(ls -d "$HOME"/.pyenv/versions/$version.*/bin/python 2>/dev/null | tail -1 || true)
        found=${found:-$(command -v "python$version" || true)}
        step "Python $version"
        if [ -z "$found" ]; then
            echo "SKIPPED: no Python $version here"
        elif [ "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = "$version" ] && want wheel; then
            echo "the wheel above was built with it"
        else
            install "$found" "python$version" test
            tests "python$version" "${some_tests[@]}"
        fi
    done
fi

unpacked() {  # unpacked NAME: the sdist in a folder of that name, and what a build there needs
    "$work/tools/bin/python" -m pip install --quiet 'setuptools>=77' 'cython>=3.1' 'numpy>=2.0'
    mkdir "$work/$1"
    tar -xzf "$sdist" -C "$work/$1" --strip-components=1
}

if want cross; then
    step "the kernels for aarch64"
    cross=${CROSS_CC:-aarch64-linux-gnu-gcc}
    if command -v "${cross##* }" > /dev/null; then
        # Python's headers are the same on every 64-bit Linux.  The libraries are linked but cannot run here.
        unpacked cross
        (cd "$work/cross" && _PYTHON_HOST_PLATFORM=linux-aarch64 CC=$cross LDSHARED="$cross -shared" \
            "$work/tools/bin/python" setup.py --quiet build_ext --inplace > ../cross.log 2>&1) ||
            { tail -40 "$work/cross.log"; exit 1; }
        for library in "$work"/cross/src/fastact/_kernels/*/*.so; do
            file=$(od -An -tx2 -j18 -N2 "$library" | tr -d ' ')  # e_machine: 00b7 is AArch64
            [ "$file" = 00b7 ] || { echo "$library is not for aarch64"; exit 1; }
        done
        ls "$work"/cross/src/fastact/_kernels/*/*.so | xargs -n1 basename
    else
        echo "SKIPPED: no $cross here"
    fi
fi

if want musl; then
    step "all modules for musl, Alpine Linux's C library, without OpenMP"
    if command -v musl-gcc > /dev/null && command -v objdump > /dev/null; then
        # The libraries are linked but not run: a Python for musl is needed for that, and musl 1.2.4 or later for NumPy's wheel.
        unpacked musl
        (cd "$work/musl" && CC=musl-gcc LDSHARED="musl-gcc -shared" FASTACT_NO_OPENMP=1 \
            "$work/tools/bin/python" setup.py --quiet build_ext --inplace > ../musl.log 2>&1) ||
            { tail -40 "$work/musl.log"; exit 1; }
        for library in $(find "$work/musl/src" -name '*.so'); do
            needed=$(objdump -p "$library" | awk '$1 == "NEEDED" {printf "%s ", $2}')
            # glibc's is libc.so.6.
            [ "$needed" = "libc.so " ] || { echo "$library needs $needed"; exit 1; }
        done
        echo "$(find "$work/musl/src" -name '*.so' | wc -l) modules that need musl's libc.so alone"
    else
        echo "SKIPPED: no musl-gcc here"
    fi
fi
step "the package builds"
