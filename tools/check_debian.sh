#!/usr/bin/env bash
# Builds fastact with the Python and the GCC of another release of Debian, and runs tests there.
#
#   tools/check_debian.sh [PYTHON [SUITE]]      python3.14 of sid by default, the newest there is; needs root and debootstrap
#
# FASTACT_BUILD_TARGETS="x86-64-v3" makes the build shorter.  DEBIAN_ROOT names a folder for the release that is kept.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${1:-python3.14}
suite=${2:-sid}
if [ "$(id -u)" != 0 ] || ! command -v debootstrap > /dev/null; then
    echo "SKIPPED: needs root and debootstrap"
    exit 0
fi
if [ -n "${DEBIAN_ROOT:-}" ]; then
    root=$DEBIAN_ROOT
else
    root=$(mktemp -d)
    trap 'rm -rf "$root"' EXIT
fi
if [ ! -e "$root/usr/bin/$python" ]; then
    debootstrap --variant=minbase --include="$python,$python-dev,$python-venv,gcc,libc6-dev,ca-certificates" \
        "$suite" "$root" > "$root.log" 2>&1 || { tail -20 "$root.log"; exit 1; }
fi
# The network and its certificates are this machine's.
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
mkdir -p "$root/work"
tar --exclude=./build --exclude=./dist --exclude='*.so' --exclude=./.git -cf - . | tar -xf - -C "$root/work"
inside() {  # tests read /proc, which is mounted for this command alone
    unshare --mount sh -e -c 'mount --bind /proc "$0/proc"; exec chroot "$0" "$@"' "$root" env -i PATH=/usr/bin:/bin HOME=/root \
        PIP_CERT=/etc/ssl/certs/ca-certificates.crt FASTACT_BUILD_TARGETS="${FASTACT_BUILD_TARGETS:-}" /bin/sh -e -c "$1"
}

inside "gcc --version | head -1; $python --version; ldd --version | head -1"
inside "rm -rf /env; $python -m venv /env; cd /work; /env/bin/pip install --quiet '.[test]' > /build.log 2>&1 || { tail -40 /build.log; exit 1; }"
inside "cd /; /env/bin/python -c '
import doctest, numpy, fastact
failed, tried = doctest.testmod(fastact)
assert tried > 100 and not failed
print(\"NumPy\", numpy.__version__, fastact._runtime.dispatch.matmul_target, tried, \"doctests\")'"
inside "cd /work; /env/bin/python -m pytest -q -p no:cacheprovider tests/functions/test_interface.py tests/functions/test_gated.py \
    tests/kernels/test_specials.py tests/layers/test_projection.py tests/runtime"
