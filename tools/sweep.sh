#!/usr/bin/env bash
# The long tests with all their cases and inputs and ten minutes for each kind of mutated file; it takes hours.
# `pytest -m long` takes one in eight of the cases where there are hundreds, and a quarter of the inputs of the sweeps.
#
#     tools/sweep.sh [arguments of pytest]
set -euo pipefail
cd "$(dirname "$0")/.."
FASTACT_SWEEP=whole exec "${PYTHON:-python}" -m pytest -q -m long "$@"
