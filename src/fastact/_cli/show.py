"""``python -m fastact show``."""

import sys
from pathlib import Path

import fastact as fa
from fastact._cli.options import function


def any_function(name):
    """The function of this name; `poly_norm` and `gated`, which have no entry in the catalogue, too."""
    return {"poly_norm": fa.poly_norm, "gated": fa.gated}.get(name) or function(name)


def add_options(parser):
    parser.add_argument("names", nargs="+", metavar="NAME", type=any_function, help="functions; several share the panels")
    parser.add_argument("--error", action="store_true", help="the largest error against x, too")
    parser.add_argument("-o", "--output", type=Path, metavar="PICTURE",
                        help="default: NAME.svg; the ending chooses the format")


def run(options):
    """Draw functions and their derivatives into a file."""
    path = options.output or Path("-".join(one.__name__ for one in options.names) + ".svg")
    try:
        fa.plot(options.names, error=options.error).savefig(path, dpi=150)
    except ImportError:
        print("show needs matplotlib: pip install 'fastact[plot]'", file=sys.stderr)
        return 1
    except (OSError, ValueError) as error:  # ValueError: the format is unknown
        print(error, file=sys.stderr)
        return 2
    print(path)
    return 0
