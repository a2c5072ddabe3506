"""Write docs/_data/peer_errors.json: the largest error of PyTorch, ONNX Runtime and SciPy in each bin of x, in float32.

    pip install torch onnx onnxruntime scipy && python tools/record_peer_errors.py

The gallery of the documentation draws it beside our errors, which are computed when the site is built; so the site needs
no peer.  The inputs are those of `fastact._pictures.curves.error_inputs`.
"""

import json
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from fastact._lab.accuracy.competitors import prepared, results
from fastact._lab.speed.operations import operations
from fastact._lab.speed.peers.registry import PEERS, peer_versions
from fastact._pictures import curves

PATH = Path(__file__).parents[1] / "docs" / "_data" / "peer_errors.json"
TITLES = ["PyTorch", "ONNX Runtime", "SciPy"]
OTHER_ROWS = {"maxout"}  # peers compute it with another k


def shown(error):
    """Three digits; infinities as null, because JSON has none."""
    return float(f"{error:.3g}") if np.isfinite(error) else None


def measured(operation, make):
    """The errors of one peer, or None if it does not compute the function."""
    inputs = curves.error_inputs(operation.entry)
    out = np.empty_like(operation.function(*inputs))
    with np.errstate(all="ignore"):
        call = prepared(make, operation, inputs, out)
        if call is None:
            return None
        return [shown(one) for one in curves.largest_errors(operation.entry, results(call, out)[0], inputs)]


def main():
    versions = peer_versions()
    missing = [title for title in TITLES if not versions[PEERS[title][0]]]
    if missing:
        sys.exit(f"these peers are not installed: {', '.join(missing)}")
    lines = []
    for name, operation in tqdm(operations().items(), disable=None):
        found = {} if name in OTHER_ROWS else {title: measured(operation, PEERS[title][1]) for title in TITLES}
        found = {title: errors for title, errors in found.items() if errors is not None}
        lines.append(f"{json.dumps(name)}: {json.dumps(found, separators=(',', ':'))}")
    head = json.dumps({title: versions[PEERS[title][0]] for title in TITLES})
    PATH.write_text(f'{{"versions": {head},\n"errors": {{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
