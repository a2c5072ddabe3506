"""The command line: ``python -m fastact info | list | bench | plot | performance | verify | accuracy``.

A command is a function of the parsed options that returns the exit status (None is 0), and
another that declares those options; `COMMANDS` names them.
"""

import argparse
import itertools
import json
import math
import os
import sys

import numpy as np
from tabulate import tabulate
from tqdm import tqdm

import fastact as fa
from fastact._lab.accuracy import verify
from fastact._lab.reports import performance, plots, accuracy as _report, roofline
from fastact._lab.speed import bench as _bench, projections, turns
from fastact._runtime import settings as _config, dispatch
from fastact._catalogue import ADDED_ENTRIES, EXACT_ULP, GATED_ENTRIES, REQUIRED, PairEntry
from fastact._lab.reports.performance import format_number, format_time

# ------------------------------------------------------------------------------- info ---


def info_options(parser):
    pass


def info(options):
    """Show version, CPU, target, threads and the peers that bench would measure."""
    fa.show_config()
    cpu = _bench.cpu()
    print(f"{'CPU':15} {cpu['name']}")
    print(f"{'cores':15} {cpu['cores']}")
    for level, size in cpu["caches"].items():
        print(f"{level + ' cache':15} {size // 1024:,} KiB")
    for line in describe_peers(_bench.peer_versions()):
        print(line)


def describe_peers(versions):
    """Lines with the peers that are installed and those that are not."""
    title = {module: name for name, (module, _) in _bench.PEERS.items()} | {"numpy": "NumPy"}
    lines = [", ".join(f"{title[module]} {version}" for module, version in versions.items() if version)]
    missing = [module for module, version in versions.items() if not version]
    return [*lines, f"not installed: {', '.join(missing)}"] if missing else lines


# ------------------------------------------------------------------------------- list ---


def list_options(parser):
    parser.add_argument("names", nargs="*", metavar="NAME", type=function, help="show these in full")
    parser.add_argument("--json", action="store_true", help="machine-readable")


def pairs():
    """Gated units and sums by name: functions of two arrays."""
    return {entry.name: getattr(fa, entry.name) for entry in [*GATED_ENTRIES, *ADDED_ENTRIES]}


def function(name):
    """The activation, gated unit or sum of this name, for argparse."""
    try:
        return pairs().get(name) or fa.get(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def list_activations(options):
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
    """Range, smoothness and monotonicity; of two arguments nothing is said."""
    if isinstance(entry, PairEntry):
        return ["", "", ""]
    return [entry.range, entry.smoothness, "yes" if entry.monotonic else "no"]


def describe(one):
    """What is known of a function, ready for JSON."""
    entry = one.entry
    known = {"name": entry.name, "formula": entry.formula, "kind": entry.kind}
    if not isinstance(entry, PairEntry):
        known |= {"range": entry.range, "smoothness": entry.smoothness, "monotonic": entry.monotonic}
    return known | {
        "aliases": list(entry.aliases),
        "parameters": {name: None if value is REQUIRED else value for name, value in entry.parameters.items()},
        "source": entry.source,
        "max_ulp": {
            accuracy: {dtype: entry.max_ulp(accuracy, dtype) for dtype in EXACT_ULP} for accuracy in ["exact", "fast"]
        },
    }


# ------------------------------------------------------------------------------ bench ---

# 256 KiB of float32 stay in any L2; 16 MiB, and as much for the result, leave all but the largest caches.
SIZES = [1 << 16, 1 << 22]
# A call's overhead; L1; L2; L3; memory.
ALL_SIZES = [1 << 6, 1 << 12, 1 << 16, 1 << 20, 1 << 24]

EXPLANATION = """\
/exact, /fast: its time divided by fastact's; above 1, fastact is faster."""
FORWARD_ERROR = "max ULP: the largest error against float64, over normal values, the tails and every exponent."
BACKWARD_ERROR = "max ULP: the largest error of a gradient against float64, over normal values; below 1 in ULP of 1."
ALLOCATION = "*: allocates its result in each call; the others have memory for it."
ALL_ALLOCATE = "All allocate their results in each call."


def bench_options(parser):
    parser.add_argument("names", nargs="*", metavar="NAME", type=operation, help="only these (default: all)")
    parser.add_argument("--sizes", nargs="+", type=sizes, default=[SIZES], metavar="N",
                        help=f"elements; softmax and its kind take them as rows of 4096; 'all': {ALL_SIZES} "
                        f"(default: {SIZES})")
    parser.add_argument("--threads", type=threads, default=1, metavar="N", help="for all; or 'all' (default: 1)")
    parser.add_argument("--dtype", type=dtype, default="float32",
                        help=f"of {', '.join(_bench.DTYPES)} (default: float32)")
    parser.add_argument("--inputs", choices=["ordinary", "tails"], default="ordinary",
                        help="tails: also large ones, and those with subnormal results (default: ordinary)")
    parser.add_argument("--backward", action="store_true", help="gradients, beside PyTorch's")
    parser.add_argument("--allocate", action="store_true", help="all allocate their results in each call")
    parser.add_argument("--accuracy", choices=["exact", "fast", "both"], default="both", help="of fastact")
    parser.add_argument("--seconds", type=positive_number, default=0.25, metavar="S",
                        help="for each function and size, all competitors together (default: 0.25)")
    parser.add_argument("--no-peers", action="store_true", help="compare with the NumPy expression only")
    parser.add_argument("--peers", nargs="+", choices=list(_bench.peer_modules()), metavar="MODULE",
                        help=f"compare with these only, of {', '.join(_bench.peer_modules())}; numpy: by hand")
    parser.add_argument("--json", type=writable_file, metavar="FILE", help="write the results there too")
    parser.add_argument("--projections", nargs="*", choices=models(), metavar="MODEL",
                        help=f"measure feed-forward blocks of models instead: {', '.join(models())} (default: all)")
    parser.add_argument("--rows", nargs="+", type=positive_integer, default=projections.ROWS, metavar="M",
                        help=f"rows of x, for --projections (default: {projections.ROWS})")


def models():
    return list(dict.fromkeys(block.model for block in projections.BLOCKS))


def operation(name):
    """What bench can measure under this name, for argparse."""
    known = _bench.operations()
    aliases = {alias: one for one in known.values() for alias in one.entry.aliases}
    try:
        return (aliases | known)[name]
    except KeyError:
        raise argparse.ArgumentTypeError(f"no function {name!r}; there are: {', '.join(known)}") from None


def sizes(text):
    """One size, or all, as a list."""
    return ALL_SIZES if text == "all" else [positive_integer(text)]


def positive_integer(text):
    return positive_number(text, int)


def dtype(name):
    if name not in _bench.DTYPES:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(_bench.DTYPES)}")
    if name == "bfloat16" and not _bench.ml_dtypes:
        raise argparse.ArgumentTypeError("bfloat16 needs ml_dtypes: pip install 'fastact[half]'")
    return name


def positive_number(text, kind=float):
    try:
        number = kind(text)
    except ValueError:
        number = 0
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no positive {'integer' if kind is int else 'number'}")
    return number


def threads(text):
    if text == "all":
        return _config.available_cpus()
    try:
        return _config.check_threads(int(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def writable_file(path):
    """The path, once it is known that it can be written to: the results come a minute later."""
    try:
        with open(path, "a"):
            return path
    except OSError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def bench(options):
    """Measure fastact against NumPy expressions and every peer that is installed."""
    if options.projections is not None:
        return bench_projections(options)
    _bench.limit_jax(options.threads)
    versions = {"numpy": np.__version__} if options.no_peers else _bench.peer_versions()
    if options.peers:
        versions = {module: versions.get(module) for module in options.peers}
    accuracies = ["exact", "fast"] if options.accuracy == "both" else [options.accuracy]
    makers = _bench.competitors(accuracies, versions, options.backward)
    chosen = options.names or list(_bench.operations().values())
    settings = {
        "dtype": options.dtype, "direction": "backward" if options.backward else "forward",
        "inputs": options.inputs, "allocate": options.allocate,
    }
    environment = _bench.environment(options.threads, versions)
    print(heading(environment | settings), flush=True)
    found = []
    chosen_sizes = list(dict.fromkeys(itertools.chain.from_iterable(options.sizes)))
    measure_error = _bench.measure_backward_error if options.backward else _bench.measure_error
    with _bench.same_threads(options.threads):
        limits = _bench.measure_limits(chosen_sizes, options.dtype, options.seconds / 5)
        errors = {
            one.name: {title: measure_error(make, one, options.dtype) for title, make in makers.items()}
            for one in progress(chosen, "errors")
        }
        for size in chosen_sizes:
            rows = []
            for one in progress(chosen, f"{size:,}"):
                rows += measure(one, size, options, makers, errors[one.name])
            print(f"\n{size:,} elements\n\n{table(rows)}", flush=True)
            found += rows
    print(f"\n{explanation(options)}")
    if any(not performance.is_ours(row) for row in found):
        print(f"\nGeometric means over the functions\n\n{summary(found)}")
    print(f"\n{describe_limits(limits)}")
    if options.json:
        write_json(options.json, {**environment, **settings, **limits, "results": found})
    return report_violations(chosen, accuracies, errors, options)


def bench_projections(options):
    """Measure feed-forward blocks: fused, in parts, unfused, and by the peers, beside the machine's peaks."""
    given = {"NAME": options.names, "--backward": options.backward, "--allocate": options.allocate,
             "--inputs": options.inputs != "ordinary"}
    if wrong := [name for name, value in given.items() if value]:
        print(f"{', '.join(wrong)}: not with --projections", file=sys.stderr)
        return 2
    if options.dtype not in projections.DTYPES:
        print(f"--projections measures {', '.join(projections.DTYPES)}, not {options.dtype}", file=sys.stderr)
        return 2
    if message := projections.accepts(options.dtype):
        print(f"SKIPPED: {message}")
        return 0
    titles = projections.chosen(options.accuracy, ["numpy"] if options.no_peers else options.peers)
    environment = _bench.environment(options.threads) | {"target": dispatch.matmul_target}
    print(heading(environment | {"direction": "forward", "inputs": "ordinary", "allocate": False,
                                 "dtype": options.dtype}), flush=True)
    blocks = [block for block in projections.BLOCKS if block.model in (options.projections or models())]
    found, reasons = [], {}
    with _bench.same_threads(options.threads), turns.blas_threads(options.threads):
        for block in blocks:
            rows = []
            weights = projections.Weights(block, options.dtype)
            for count in progress(options.rows, block.name):
                problem = projections.Problem(weights, count)
                measured, left_out = projections.measure(problem, titles, options.seconds)
                rows += measured
                reasons |= {title: why for title, why in left_out.items() if title not in projections.OURS}
            del weights, problem
            print(f"\n{block.name}\n\n{projection_table(rows)}", flush=True)
            found += rows
        alternation = []
        if options.threads > 1 and "NumPy" in titles and options.dtype == "float32":
            alternation = [projections.alternation(options.seconds, count) for count in (8, 128)]
    print("\n/fastact: its time divided by fastact's; above 1, fastact is faster.  roof: the least time that the peak "
          "and the bandwidth\nmeasured beside it allow, over the time.  error: root mean square, in 2^-24 of the sums "
          "of magnitudes.")
    for title, reason in reasons.items():
        print(f"left out, at least once: {title}: {reason}")
    run = {**environment, "dtype": options.dtype, "projections": True, "alternation": alternation, "results": found}
    print("\n".join([roofline.peaks(run), *roofline.alternations(run)]))
    if options.json:
        write_json(options.json, run)


def projection_table(rows):
    """The rows of one block; each number of rows of x is written once."""
    headers = ["rows", "", "time", "GFLOP/s", "GB/s", "roof", "/fastact", "error"]
    shown, previous = [], None
    for row in rows:
        shown.append([
            row["rows"] if row["rows"] != previous else "", row["competitor"], format_time(row["seconds"]),
            format_number(row["flops"] / 1e9), format_number(row["bytes_per_second"] / 1e9), f"{row['roof']:.0%}",
            format_number(row["time_over_fastact"]), format_number(row["rms_error"] * 2**24),
        ])
        previous = row["rows"]
    return tabulate(shown, headers, disable_numparse=True, colalign=["right", "left"] + 6 * ["right"])


def explanation(options):
    """What the table's columns mean, and what else a reader has to know."""
    lines = [EXPLANATION, BACKWARD_ERROR if options.backward else FORWARD_ERROR]
    lines.append(ALL_ALLOCATE if options.allocate else ALLOCATION)
    if options.threads > 1:
        lines.append("Expressions by hand and SciPy have one thread always.")
    if options.dtype == "float64":
        lines.append("The oracles are float64 themselves: in the tails, up to some thousand ULP are theirs.")
    return "\n".join(lines)


def describe_limits(limits):
    copies = ", ".join(
        f"{format_number(copy['elements_per_second'] / 1e9)} at {copy['size']:,}" for copy in limits["copy"])
    return (f"Gelem/s of np.copyto (one thread): {copies}; load/store limit, in cache: "
            f"{format_number(limits['load_store_limit'] / 1e9)}")


def write_json(path, run):
    """With a line for each result, so that files can be compared and stay small."""
    rows = ",\n".join(json.dumps(row, allow_nan=False) for row in run["results"])
    head = json.dumps({**run, "results": []}, indent=1, allow_nan=False)
    with open(path, "w", encoding="utf-8") as file:
        file.write(head.removesuffix("[]\n}") + f"[\n{rows}\n]\n}}\n")


def progress(items, title):
    """A progress bar on stderr, if that is a terminal."""
    return tqdm(items, desc=title, disable=None, leave=False)


def heading(environment):
    """Lines that say what was measured where."""
    cpu = environment["cpu"]
    return "\n".join([
        f"{cpu['name']}, {cpu['cores']} cores",
        f"fastact {environment['fastact']}, target {environment['target']} ({environment['vector_type']})",
        performance.describe(environment),
        f"Python {environment['python']}",
        *describe_peers(environment["versions"]),
        *performance.kernels_of_peers(environment),
    ])


def measure(one, size, options, makers, errors):
    """One cell: a dict for each competitor, ready for JSON."""
    elements, times, allocating = _bench.measure_cell(
        one, size, options.dtype, makers, options.seconds, options.inputs, options.backward, options.allocate)
    medians = {title: float(np.median(values)) for title, values in times.items()}
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
    return significant(seconds / ours) if ours else None


def significant(value):
    """Four digits: timings repeat to two."""
    return float(f"{value:.4g}")


def table(rows):
    """The rows of one size; each function is named once."""
    headers = ["function", "", "time", "Gelem/s", "/exact", "/fast", "max ULP"]
    shown, previous = [], None
    for row in rows:
        shown.append([
            row["function"] if row["function"] != previous else "",
            row["competitor"] + (" *" if row["allocates"] else ""),
            format_time(row["seconds"]),
            format_number(row["elements_per_second"] / 1e9),
            format_number(row["time_over_exact"]),
            format_number(row["time_over_fast"]),
            "inf" if row["max_ulp"] is None else format_number(row["max_ulp"]),
        ])
        previous = row["function"]
    return tabulate(shown, headers, disable_numparse=True, colalign=["left", "left"] + 5 * ["right"])


def summary(rows):
    """Geometric means of the ratios for each size and peer, and for the best peer of each cell."""
    headers = ["elements", "against", "functions", "/exact", "/fast", "lowest /exact"]
    shown = [
        [f"{size:,}", title, len(group), *means(group)] for size, title, group in performance.groups(rows)]
    return tabulate(shown, headers, disable_numparse=True, colalign=["right", "left"] + 3 * ["right"] + ["left"])


def means(group):
    """Geometric means over the group, and where fastact exact compares worst."""
    columns = [format_number(performance.mean(group, accuracy)) for accuracy in ["exact", "fast"]]
    worst = min((row for row in group if row["time_over_exact"]), key=lambda row: row["time_over_exact"], default=None)
    return [*columns, f"{format_number(worst['time_over_exact'])} {worst['function']}" if worst else ""]


def report_violations(chosen, accuracies, errors, options):
    """Say on stderr where fastact exceeds a declared bound; return the exit status."""
    status = 0
    bound = _bench.backward_bound if options.backward else _bench.bound
    for one in chosen:
        for accuracy in accuracies:
            ulp, worst = errors[one.name][f"fastact {accuracy}"]
            allowed = bound(one, accuracy, options.dtype)
            if not ulp <= allowed:
                print(f"{one.name}, {accuracy}: {ulp:.4g} ULP at {worst!r}, allowed {allowed:.4g}", file=sys.stderr)
                status = 1
    return status


# ------------------------------------------------------------------------------- main ---

COMMANDS = {
    "info": (info, info_options),
    "list": (list_activations, list_options),
    "bench": (bench, bench_options),
    "plot": (plots.plot, plots.plot_options),
    "performance": (performance.performance, performance.performance_options),
    "verify": (verify.verify, verify.verify_options),
    "accuracy": (_report.accuracy, _report.accuracy_options),
}


def main(argv=None):
    """Run a command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m fastact", description=fa.__doc__.splitlines()[0])
    parser.add_argument("--version", action="version", version=f"fastact {fa.__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND")
    for name, (run, add_options) in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=run.__doc__, description=run.__doc__)
        subparser.set_defaults(run=run)
        add_options(subparser)
    if hasattr(sys.stdout, "reconfigure"):  # formulas have characters that not every encoding has
        sys.stdout.reconfigure(errors="replace")
    try:
        options = parser.parse_args(argv)
        status = options.run(options) if hasattr(options, "run") else parser.print_help()
        sys.stdout.flush()
        return status or 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130  # 128 + SIGINT, as a shell reports it
    except BrokenPipeError:
        # Whoever read has seen enough.  Python would flush, and complain, once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141  # 128 + SIGPIPE


if __name__ == "__main__":
    sys.exit(main())
