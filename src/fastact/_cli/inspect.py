"""``python -m fastact inspect``."""

import json
import os
import sys

from tabulate import tabulate

import fastact as fa


def add_options(parser):
    parser.add_argument("file", metavar="FILE",
                        help="GGUF, safetensors (or a folder of them), or what QuantizedArray.save wrote")
    parser.add_argument("--json", action="store_true", help="machine-readable")


def run(options):
    """Show names, shapes, formats and bytes of the weights in a file."""
    try:
        found = contents(options.file)
    except (ImportError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        keys = ("name", "shape", "format", "bytes")
        print(json.dumps([dict(zip(keys, row)) for row in found], indent=2))
        return 0
    rows = [[name, " × ".join(map(str, shape)) or "scalar", format, f"{nbytes:,}"] for name, shape, format, nbytes in found]
    print(tabulate(rows, ["name", "shape", "format", "bytes"], disable_numparse=True,
                   colalign=("left", "right", "left", "right") if rows else None))
    print(f"\n{len(found)} arrays, {sum(row[3] for row in found):,} bytes")
    for format in dict.fromkeys(row[2] for row in found):
        sizes = [row[3] for row in found if row[2] == format]
        print(f"{format}: {len(sizes)} arrays, {sum(sizes):,} bytes")
    return 0


def contents(path):
    """(name, shape, format, bytes) of each array."""
    start = b""
    if os.path.isfile(path):
        with open(path, "rb") as file:
            start = file.read(4)
    if start == b"\x93FAC":
        array = fa.QuantizedArray.load(path)
        return [("", array.shape, array.format, array.nbytes)]
    reader = fa.formats.gguf if start == b"GGUF" else fa.formats.safetensors
    weights = reader.load(path)
    return [(name, *weights.describe(name)) for name in weights]
