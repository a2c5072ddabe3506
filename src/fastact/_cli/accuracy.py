"""``python -m fastact accuracy``."""

from fastact._cli.options import elementwise
from fastact._lab.reports import accuracy


def add_options(parser):
    parser.add_argument("names", nargs="*", metavar="NAME", type=elementwise, help="only these (default: all)")


def run(options):
    """Print the recorded errors as Markdown (docs/accuracy.md)."""
    print("\n".join(accuracy.document(options.names)))
