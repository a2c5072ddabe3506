"""``python -m fastact bench``."""

import itertools
import math
import sys

import numpy as np

from fastact._cli import bench_inputs, bench_projections
from fastact._cli.options import (
    ALL_SIZES, accuracies, add_accuracy, distribution, dtype, operation, positive_integer, positive_number, sizes, threads,
    writable_file,
)
from fastact._lab.accuracy import competitors
from fastact._lab.dtypes import DTYPES
from fastact._lab.reports import bench, performance
from fastact._lab.reports.performance import significant
from fastact._lab.speed import cells, inputs, projections
from fastact._lab.speed.environment import environment
from fastact._lab.speed.operations import operations
from fastact._lab.speed.peers import jax, registry
from fastact._lab.speed.threads import same_threads
from fastact._runtime.progress import each

# In float32 the first are 256 KiB, which stay in any L2.  The second are 16 MiB, and as much for the result, which
# only the largest caches hold.
SIZES = [1 << 16, 1 << 22]


def add_options(parser):
    parser.add_argument("names", nargs="*", metavar="NAME", type=operation, help="only these (default: all)")
    parser.add_argument("--sizes", nargs="+", type=sizes, default=[SIZES], metavar="N",
                        help=f"elements; softmax and its kind take them as rows of 4096; 'all': {ALL_SIZES} "
                        f"(default: {SIZES})")
    parser.add_argument("--threads", type=threads, default=1, metavar="N", help="for all; or 'all' (default: 1)")
    parser.add_argument("--dtype", type=dtype, default="float32",
                        help=f"of {', '.join(DTYPES)} (default: float32)")
    parser.add_argument("--inputs", nargs="+", type=distribution, default=[["ordinary"]], metavar="INPUTS",
                        help=f"of {', '.join(inputs.NAMES)}, or 'all'; several: fastact alone, in the roles forward, "
                        "backward, gated and gated backward, on each of them (default: ordinary, which is normal-2)")
    parser.add_argument("--backward", action="store_true", help="gradients, beside PyTorch's")
    parser.add_argument("--allocate", action="store_true", help="all allocate their results in each call")
    add_accuracy(parser, "of fastact; ")
    parser.add_argument("--seconds", type=positive_number, default=0.25, metavar="S",
                        help="for each function and size, all competitors together (default: 0.25)")
    parser.add_argument("--no-peers", action="store_true", help="compare with the NumPy expression only")
    peers = list(dict.fromkeys([*registry.peer_modules(), *projections.peer_modules()]))
    parser.add_argument("--peers", nargs="+", choices=peers, metavar="MODULE",
                        help=f"compare with these only, of {', '.join(peers)} (the last two: --projections only); numpy: by hand")
    parser.add_argument("--json", type=writable_file, metavar="FILE", help="write the results there too")
    parser.add_argument("--projections", nargs="*", choices=bench_projections.models(), metavar="MODEL",
                        help=f"measure feed-forward blocks of models instead: {', '.join(bench_projections.models())} (default: all)")
    parser.add_argument("--weights", nargs="+", choices=projections.QUANTISED, metavar="FORMAT",
                        help="formats of quantised weights, for --projections: "
                             f"{', '.join(projections.QUANTISED)} (x is float32; default: weights of --dtype)")
    parser.add_argument("--layers", type=positive_integer, default=1, metavar="N",
                        help="copies of each block with weights of their own, computed one after the other, for "
                             "--projections; of experts there is one (default: 1, the same weights again and again)")
    parser.add_argument("--rows", nargs="+", type=positive_integer, default=projections.ROWS, metavar="M",
                        help=f"rows of x, for --projections (default: {projections.ROWS})")


def run(options):
    """Measure fastact against NumPy expressions and every peer that is installed."""
    if options.projections is not None:
        return bench_projections.run(options)
    variants = accuracies(options)
    chosen_sizes = list(dict.fromkeys(itertools.chain.from_iterable(options.sizes)))
    values = list(dict.fromkeys(itertools.chain.from_iterable(options.inputs)))
    if len(values) > 1:
        values = list(dict.fromkeys(inputs.ORDINARY if one == "ordinary" else one for one in values))
        return bench_inputs.run(options, values, chosen_sizes, variants)
    jax.limit_threads(options.threads)
    versions = {"numpy": np.__version__} if options.no_peers else registry.peer_versions()
    if options.peers:
        versions = {module: versions.get(module) for module in options.peers}
    makers = registry.competitors(variants, versions, options.backward)
    chosen = options.names or list(operations().values())
    settings = {
        "dtype": options.dtype, "direction": "backward" if options.backward else "forward",
        "inputs": values[0], "fresh_inputs": True, "allocate": options.allocate,
    }
    about = environment(options.threads, versions) | settings
    print(bench.heading(about), flush=True)
    found = []
    measure_error = competitors.measure_backward_error if options.backward else competitors.measure_error
    with same_threads(options.threads):
        limits = cells.measure_limits(chosen_sizes, options.dtype, options.seconds / 5)
        errors = {
            one.name: {title: measure_error(make, one, options.dtype) for title, make in makers.items()}
            for one in each(chosen, "errors")
        }
        for size in chosen_sizes:
            rows = []
            for one in each(chosen, f"{size:,}"):
                rows += measure(one, size, options, values[0], makers, errors[one.name])
            print(f"\n{size:,} elements\n\n{bench.table(rows)}", flush=True)
            found += rows
    print(f"\n{bench.explanation(options.backward, options.allocate, options.threads, options.dtype)}")
    if any(not performance.is_ours(row) for row in found):
        print(f"\nGeometric means over the functions\n\n{bench.summary(found)}")
    print(f"\n{bench.describe_limits(limits)}")
    if options.json:
        performance.write(options.json, {**about, **limits, "results": found})
    return report_violations(chosen, variants, errors, options)


def measure(one, size, options, values, makers, errors):
    """Measure one cell; return a dict for each competitor, ready for JSON."""
    elements, times, allocating = cells.measure_cell(
        one, size, options.dtype, makers, options.seconds, values, options.backward, options.allocate)
    medians = {title: float(np.median(found)) for title, found in times.items()}
    rows = []
    for title, seconds in medians.items():
        ulp, worst = errors[title]
        rows.append({
            "function": one.name,
            "size": size,
            "elements": elements,
            "competitor": title,
            "seconds": significant(seconds),
            "elements_per_second": significant(elements / seconds),
            "rounds": len(times[title]),
            "allocates": title in allocating,
            "time_over_exact": ratio(seconds, medians.get("fastact exact")),
            "time_over_fast": ratio(seconds, medians.get("fastact fast")),
            "max_ulp": significant(ulp) if math.isfinite(ulp) else None,  # JSON has no infinity
            "worst_input": worst,
        })
    return rows


def ratio(seconds, ours):
    """A time over ours; None if ours was not measured."""
    return significant(seconds / ours) if ours else None


def report_violations(chosen, variants, errors, options):
    """Report on stderr where fastact exceeds a declared bound; return the exit status."""
    status = 0
    bound = competitors.backward_bound if options.backward else competitors.bound
    for one in chosen:
        for accuracy in variants:
            ulp, worst = errors[one.name][f"fastact {accuracy}"]
            allowed = bound(one, accuracy, options.dtype)
            if not ulp <= allowed:
                print(f"{one.name}, {accuracy}: {ulp:.4g} ULP at {worst!r}, allowed {allowed:.4g}", file=sys.stderr)
                status = 1
    return status
