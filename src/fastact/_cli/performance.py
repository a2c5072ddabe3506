"""``python -m fastact performance``."""

import itertools
import sys
from pathlib import Path

from fastact._cli.options import result_files
from fastact._lab.reports.performance import BEGIN, END, document, fill


def add_options(parser):
    parser.add_argument("runs", nargs="+", metavar="FILE", type=result_files,
                        help="written by bench --json, or a folder of such files; each machine has a section")
    parser.add_argument("--into", metavar="DOCUMENT", help=f"replace what is between {BEGIN} and {END} there")


def run(options):
    """Make tables of results as Markdown (docs/performance.md)."""
    text = "\n".join(document(list(itertools.chain.from_iterable(options.runs))))
    if not options.into:
        print(text)
        return 0
    try:
        fill(Path(options.into), text)
    except (OSError, ValueError) as error:
        print(f"{options.into}: {error}", file=sys.stderr)
        return 2
    return 0
