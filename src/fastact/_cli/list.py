"""``python -m fastact list``."""

import json

from tabulate import tabulate

import fastact as fa
from fastact._catalogue import EXACT_ULP, REQUIRED, PairEntry
from fastact._cli.options import function, pairs
from fastact._runtime.accuracy import ACCURACIES


def add_options(parser):
    parser.add_argument("names", nargs="*", metavar="NAME", type=function, help="show these in full")
    parser.add_argument("--json", action="store_true", help="machine-readable")


def run(options):
    """List the catalogue."""
    chosen = options.names or [*fa.activations.values(), *pairs().values()]
    if options.json:
        print(json.dumps([describe(one) for one in chosen], indent=2, ensure_ascii=False))
    elif options.names:
        print("\n".join(f"{one.__name__}\n{'=' * len(one.__name__)}\n{one.__doc__}" for one in chosen))
    else:
        headers = ["name (aliases)", "formula", "kind", "range", "smooth", "mono.", "ULP"]
        rows = [
            ["\n".join([one.__name__, *map("({})".format, one.entry.aliases)]), one.entry.formula, one.entry.kind,
             *properties(one.entry), f"{one.entry.max_ulp('exact', 'float32'):g}"]
            for one in chosen
        ]
        print(tabulate(rows, headers, disable_numparse=True, maxcolwidths=[None, 24, None, 12, None, None, None]))
        print("\nULP: declared largest error of the exact variant in float32.")


def properties(entry):
    """Range, smoothness and monotonicity; empty for functions of two arguments."""
    if isinstance(entry, PairEntry):
        return ["", "", ""]
    return [entry.range, entry.smoothness, "yes" if entry.monotonic else "no"]


def describe(one):
    """The description of a function, ready for JSON."""
    entry = one.entry
    known = {"name": entry.name, "formula": entry.formula, "kind": entry.kind}
    if not isinstance(entry, PairEntry):
        known |= {"range": entry.range, "smoothness": entry.smoothness, "monotonic": entry.monotonic}
    return known | {
        "aliases": list(entry.aliases),
        "parameters": {name: None if value is REQUIRED else value for name, value in entry.parameters.items()},
        "source": entry.source,
        "max_ulp": {
            accuracy: {dtype: entry.max_ulp(accuracy, dtype) for dtype in EXACT_ULP}
            for accuracy in ACCURACIES
        },
    }
