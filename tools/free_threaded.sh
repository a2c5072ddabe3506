#!/usr/bin/env bash
# Builds fastact for a CPython without the global interpreter lock (GIL), and runs tests of threads, of calls and of layers there.
#
#     tools/free_threaded.sh [PYTHON]        python3.14t or python3.13t by default; five minutes on two cores
#
# The wheels of NumPy, SciPy and ml_dtypes for it are on PyPI.  The interpreter can be had from the sources of a distribution
# or of python.org: ./configure --disable-gil && make -j2.  FASTACT_BUILD_TARGETS="x86-64-v3" makes the build shorter.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${1:-$(command -v python3.14t || command -v python3.13t || true)}
if [ -z "$python" ]; then
    echo "no python3.14t or python3.13t in PATH: give the interpreter's path" >&2
    exit 2
fi
if [ "$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("Py_GIL_DISABLED") or 0)')" != 1 ]; then
    echo "$python has a GIL: it was built without --disable-gil" >&2
    exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A copy, so that the objects of the usual interpreter's build stay as they are.
mkdir "$work/tree"
tar --exclude=./build --exclude=./dist --exclude='*.so' --exclude=./.git -cf - . | tar -xf - -C "$work/tree"
cd "$work/tree"
"$python" -m venv "$work/environment"
# shellcheck disable=SC1091
source "$work/environment/bin/activate"
python -m pip install --quiet 'setuptools>=77' 'cython>=3.1' 'numpy>=2.1' pytest ml_dtypes mpmath hypothesis scipy threadpoolctl
python -m pip install --quiet --no-build-isolation .
python -m pytest -q -p no:cacheprovider tests/runtime tests/functions/test_interface.py tests/functions/test_gated.py \
    tests/layers/test_experts.py tests/layers/test_zeros.py
