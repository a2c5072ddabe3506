#!/usr/bin/env bash
# Builds the documentation, where a warning is an error, and opens every page in headless Chromium (Debian's package
# chromium) at two widths.  It needs what `pip install '.[docs]'` brings, and playwright, whose own browsers are not used.
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python}
$PYTHON -m sphinx -q -W --keep-going -n docs docs/_build/html
if ! command -v chromium > /dev/null; then
    echo "SKIPPED: no chromium, so no page was opened (apt-get install chromium)"
    exit 0
fi
$PYTHON -m pip install --quiet playwright==1.65.2
$PYTHON tools/check_site.py --browser "$(command -v chromium)" "$@"
