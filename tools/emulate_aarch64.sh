#!/usr/bin/env bash
# Runs the tests on an emulated ARM CPU (aarch64, `-cpu max`): Debian's Python, PyPI's wheels, fastact cross-compiled.
#
#   tools/emulate_aarch64.sh                  builds, and runs the tests of the folders below: hours
#   tools/emulate_aarch64.sh short            builds, and runs a few: five minutes for the build, one for the tests
#   tools/emulate_aarch64.sh build            the build only
#   EMULATE_EACH=50 tools/emulate_aarch64.sh  the same with every 50th test only
#   tools/emulate_aarch64.sh python ARGS      Python there: `python -m pytest tests/layers`, `python -m fastact verify`
#
# It needs Debian with qemu-user-static, gcc-aarch64-linux-gnu and libc6-dev-arm64-cross, apt-get, and this machine's
# Python in the version of Debian's.  EMULATE_DIR names a folder that is kept: the next run compiles only what changed.
# EMULATE_CPU is another CPU of qemu's (cortex-a72: without dot products; neoverse-n1: with; `qemu-aarch64-static -cpu help`).
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
cross=${CROSS_CC:-aarch64-linux-gnu-gcc}
version=3.11        # of Debian 12
for tool in qemu-aarch64-static "${cross##* }" apt-get dpkg-deb; do
    if ! command -v "$tool" > /dev/null; then
        echo "SKIPPED: no $tool here"
        exit 0
    fi
done
if [ "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" != $version ]; then
    echo "SKIPPED: the headers must be those of Python $version"
    exit 0
fi
if [ -n "${EMULATE_DIR:-}" ]; then
    mkdir -p "$EMULATE_DIR"
    work=$(cd "$EMULATE_DIR" && pwd)
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
step() { printf '\n=== %s\n' "$*"; }

packages() {  # makes $work/root of Debian's packages for arm64, with an apt of its own, and unpacks them only
    mkdir -p "$work"/apt/{lists/partial,archives/partial}
    : > "$work/apt/status"
    local options=(-q -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o "Dir::State::status=$work/apt/status"
                   -o "Dir::State::lists=$work/apt/lists" -o "Dir::Cache=$work/apt" -o "Dir::Cache::archives=$work/apt/archives"
                   -o APT::Install-Recommends=false -o Debug::NoLocking=true -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update
    apt-get "${options[@]}" install --yes --download-only "python$version" libgomp1 libstdc++6
    for package in "$work"/apt/archives/*.deb; do
        dpkg-deb --extract "$package" "$work/root"
    done
}

interpreter() {  # makes a virtual environment whose Python is the emulator with Debian's Python
    mkdir -p "$work/venv/bin"
    printf 'home = %s\ninclude-system-site-packages = false\nversion = %s\n' "$work/root/usr/bin" "$version" > "$work/venv/pyvenv.cfg"
    # By its argument 0 Python finds the environment, and calls itself again as sys.executable.
    cat > "$work/venv/bin/python" <<SCRIPT
#!/bin/sh
exec qemu-aarch64-static -cpu "\${EMULATE_CPU:-max}" -L "$work/root" -0 "$work/venv/bin/python" "$work/root/usr/bin/python$version" "\$@"
SCRIPT
    chmod +x "$work/venv/bin/python"
    "$python" -m pip install --quiet --target "$work/venv/lib/python$version/site-packages" --upgrade \
        --platform manylinux_2_28_aarch64 --platform manylinux_2_27_aarch64 --platform manylinux2014_aarch64 \
        --platform manylinux_2_17_aarch64 --python-version $version --only-binary=:all: \
        'numpy>=2.0' 'tabulate>=0.9' 'tqdm>=4.60' 'py-cpuinfo2>=10.1' 'pytest>=8' 'ml_dtypes>=0.4' 'mpmath>=1.3' \
        'hypothesis>=6' 'scipy>=1.11' 'threadpoolctl>=3' 'safetensors>=0.5' 'gguf>=0.18'
}

build() {  # builds a copy of the tree; files keep their times, so that only what changed is compiled again
    mkdir -p "$work/tree"
    tar --exclude=./build --exclude=./dist --exclude='*.so' --exclude=./.git -cf - . | tar -xf - -C "$work/tree"
    if [ ! -e "$work/tools/bin/python" ]; then
        "$python" -m venv "$work/tools"
        "$work/tools/bin/python" -m pip install --quiet 'setuptools>=77' 'cython>=3.1' 'numpy>=2.0'
    fi
    # Python's and NumPy's headers are the same on every 64-bit Linux.
    (cd "$work/tree" && _PYTHON_HOST_PLATFORM=linux-aarch64 CC=$cross LDSHARED="$cross -shared" \
        SETUPTOOLS_EXT_SUFFIX=.cpython-${version/./}-aarch64-linux-gnu.so \
        "$work/tools/bin/python" setup.py --quiet build_ext --inplace > "$work/build.log" 2>&1) ||
        { tail -40 "$work/build.log"; exit 1; }
}

# Tests that compile something find the cross-compiler as gcc.
emulated() { (cd "$work/tree" && PATH="$work/bin:$PATH" PYTHONPATH=$work/tree/src "$work/venv/bin/python" "$@"); }
tests() { PYTEST_ADDOPTS="-q -p no:cacheprovider -p each" emulated -m pytest "$@"; }

if [ ! -e "$work/complete" ]; then
    step "Debian's Python for arm64, and PyPI's wheels"
    packages > "$work/packages.log" 2>&1 || { tail -20 "$work/packages.log"; exit 1; }
    interpreter
    cat > "$work/venv/lib/python$version/site-packages/each.py" <<'PYTHON'
import os


def pytest_collection_modifyitems(items):
    items[:] = items[::int(os.environ.get("EMULATE_EACH", "1"))]
PYTHON
    mkdir -p "$work/bin"
    ln -sf "$(command -v "${cross##* }")" "$work/bin/gcc"
    touch "$work/complete"
fi
step "the build"
build

case "${1:-all}" in
build) ;;
python)
    shift
    emulated "$@"
    ;;
short)
    step "a few tests"
    tests tests/runtime/test_detection.py tests/kernels/test_specials.py::test_the_largest_numbers
    tests tests/layers/test_projection.py -k "kernel_names or widened or half_precision or memory_order"
    step "the bits of accuracy correct"
    emulated -m fastact verify relu gelu silu --bits | tail -1
    ;;
all)
    failed=0
    for folder in tests/runtime tests/kernels tests/functions tests/layers tests/formats; do
        step "$folder"
        tests "$folder" || failed=1
    done
    step "the bits of accuracy correct"
    emulated -m fastact verify --bits | tail -1 || failed=1
    step "errors, on a sample"
    emulated -m fastact verify --samples 20000 | tail -1 || failed=1
    exit $failed
    ;;
*)
    echo "what is $1?"
    exit 2
    ;;
esac
