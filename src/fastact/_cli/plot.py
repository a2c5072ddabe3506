"""``python -m fastact plot``."""

import sys
from pathlib import Path

from fastact._cli.options import result_file
from fastact._lab.reports import plots


def add_options(parser):
    parser.add_argument("measured", metavar="FILE", type=result_file, help="written by bench --json")
    parser.add_argument("-o", "--output", type=Path, default=Path("fastact.png"), metavar="PICTURE",
                        help="of speeds; that of ratios has '-ratios' before the suffix (default: %(default)s)")
    parser.add_argument("--functions", nargs="+", metavar="NAME",
                        help=f"with a panel in the first picture (default, as far as measured: {' '.join(plots.SHOWN)})")


def run(options):
    """Draw results: speed against size, and the ratio to the best peer; of projections a roofline."""
    try:
        import matplotlib
    except ImportError:
        print("plot needs matplotlib: pip install 'fastact[plot]'", file=sys.stderr)
        return 1
    matplotlib.use("Agg")  # draws into files, and needs no display
    try:
        for ending, figure in plots.pictures(options.measured, options.functions).items():
            path = options.output.with_name(f"{options.output.stem}{ending}{options.output.suffix}")
            figure.savefig(path, dpi=100)
            print(path)
    except (OSError, ValueError) as error:  # ValueError: a function was not measured, or the format is unknown
        print(error, file=sys.stderr)
        return 2
    return 0
