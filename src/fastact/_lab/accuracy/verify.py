"""``python -m fastact verify``: every declared bound against what is measured.

How errors are measured, and what of, says `fastact._lab.accuracy.measure`; the bounds are the catalogue's.  An
infinity or NaN where none is due, a number where one is due, and a zero of the wrong sign break a
bound as well.  `--record` keeps the results in `_catalogue/measured.json` (`fastact._catalogue.records`).
"""

import argparse
import json
import math
import os
import sys
from time import perf_counter

import numpy as np
from tabulate import tabulate
from tqdm import tqdm

import fastact as fa
from fastact import _catalogue
from fastact._catalogue import records
from fastact._lab.accuracy import measure as _measure
from fastact._runtime import dispatch
from fastact._lab.accuracy.measure import FORMATS, ORACLE_RELATIVE, PEERS, type_of

DTYPES = ["float32", "float16", "bfloat16", "float64"]
ACCURACIES = ["exact", "fast"]
SAMPLES = 1 << 20


# ------------------------------------------------------------------------- command line --


def verify_options(parser):
    from fastact._cli.main import positive_integer, writable_file

    parser.add_argument("names", nargs="*", metavar="NAME", type=elementwise, help="only these (default: all)")
    parser.add_argument("--derivative", action="store_true", help="their derivatives instead")
    parser.add_argument("--exhaustive", action="store_true", help="all 2^32 inputs of float32: minutes a function")
    parser.add_argument("--target", nargs="+", choices=dispatch.usable_targets, default=[dispatch.target],
                        help="kernels to measure (default: those in use)")
    parser.add_argument("--dtype", nargs="+", choices=DTYPES, help="default: all")
    parser.add_argument("--accuracy", choices=[*ACCURACIES, "both"], default="both")
    parser.add_argument("--samples", type=positive_integer, default=SAMPLES, metavar="N",
                        help="inputs of float32, unless --exhaustive (default: %(default)s)")
    parser.add_argument("--peers", action="store_true", help="measure the installed peers' float32 too")
    parser.add_argument("--record", action="store_true",
                        help="keep the results beside the package, each function's as soon as it is done")
    parser.add_argument("--missing", action="store_true",
                        help="leave out what is recorded (with --exhaustive: over all inputs)")
    parser.add_argument("--json", type=writable_file, metavar="FILE", help="write the results there too")


def elementwise(name):
    """The catalogue's entry of this name, for argparse."""
    try:
        entry = fa.get(name).entry
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if entry.kind == "fold":
        raise argparse.ArgumentTypeError(f"{name!r} declares no bound for each element alone")
    return entry


def verify(options):
    """Measure every declared error bound; exit with 1 if one is broken."""
    missing = missing_packages(options.dtype or DTYPES)
    for dtype, package in missing.items():
        print(f"{dtype} is not verified: pip install {package}", file=sys.stderr)
    if options.dtype and missing:
        return 2  # it was asked for
    if options.record and not os.access(records.PATH.parent, os.W_OK):
        print(f"{records.PATH} cannot be written", file=sys.stderr)
        return 2
    if _measure.mp_oracles is None:
        print("The oracles are not checked: pip install mpmath", file=sys.stderr)
    accuracies = ACCURACIES if options.accuracy == "both" else [options.accuracy]
    targets = list(dict.fromkeys(options.target))
    versions = environment(options)
    entries = list({entry.name: entry for entry in options.names or _elementwise_entries()}.values())
    rows, oracles, peer_rows = [], {}, []
    for dtype in options.dtype or DTYPES:
        if dtype in missing:
            continue
        found, start = [], perf_counter()
        exhaustive = options.exhaustive and dtype == "float32"
        samples = None if exhaustive else options.samples
        chosen = _measure.cases(entries, options.derivative)
        if options.missing:
            wanted = accuracies, exhaustive, versions
            chosen = [case for case in chosen if not is_recorded(case, dtype, targets, *wanted)]
        for case in progress(chosen, dtype, exhaustive):
            began = perf_counter()
            lacking = targets
            if options.missing:  # the other targets' rows stay
                lacking = [target for target in targets if not is_recorded(case, dtype, [target], *wanted)]
            peers = [title for title in versions if title in PEERS and dtype == "float32"]
            tallies = _measure.measure(case, dtype, lacking, accuracies, samples, peers)
            seconds = perf_counter() - began
            of_peers = {key[0]: tallies.pop(key) for key in list(tallies) if key[1] == "peer"}
            new = [row(case, dtype, *key, tally, seconds) for key, tally in tallies.items()]
            new_peers = [peer_row(case, dtype, title, tally) for title, tally in of_peers.items()]
            if options.record:
                record(case, dtype, new, new_peers, versions)
            if _measure.mp_oracles and dtype != "float64":
                worst = [tally.worst for tally in tallies.values()]
                oracles[case.title, dtype] = _measure.check_oracle(case, dtype, worst)
            found += new
            peer_rows += new_peers
        print(f"{dtype}: {describe(dtype, options)}, {perf_counter() - start:.1f} s\n\n{table(found)}\n", flush=True)
        rows += found
    if peer_rows:
        print(f"Peers, float32: {describe('float32', options)}\n\n{peer_table(peer_rows)}\n")
    if options.json:
        write_json(options.json, rows, oracles, peer_rows)
    return report(rows, oracles)


def _elementwise_entries():
    return [entry for entry in _catalogue.ENTRIES if entry.kind != "fold"]


def missing_packages(dtypes):
    """Dtype -> package to install, for those that cannot be verified."""
    needed = {"float64": (_measure.mp_oracles, "mpmath"), "bfloat16": (_measure.ml_dtypes, "ml_dtypes")}
    return {dtype: needed[dtype][1] for dtype in dtypes if dtype in needed and needed[dtype][0] is None}


def progress(items, title, inner=False):
    """A progress bar on stderr, if that is a terminal, and unless each item has its own."""
    return tqdm(items, desc=title, disable=True if inner else None, leave=False)


def describe(dtype, options):
    if dtype == "float32":
        return "all 2^32 inputs" if options.exhaustive else f"about {options.samples:,} inputs"
    return "hard and random points against mpmath" if dtype == "float64" else "all 65,536 inputs"


# ---------------------------------------------------------------------------- recording --


def environment(options):
    """What a recorded row says of how it was measured: "fastact", and each peer that is measured, -> text"""
    from fastact._lab.speed import bench

    cpu = bench.cpu()["name"] if options.record else ""
    found = {"fastact": f"fastact {fa.__version__}, NumPy {np.__version__}, {cpu}"}
    if options.peers:
        versions = bench.peer_versions()
        modules = {title: versions[bench.PEERS[title][0]] for title in PEERS}
        found |= {title: f"{title} {version}, {cpu}" for title, version in modules.items() if version}
    return found


def record(case, dtype, rows, peer_rows, versions):
    """Keep the rows of one case and type."""
    for accuracy in dict.fromkeys(one["accuracy"] for one in rows):
        name = records.key(case.title, dtype, accuracy)
        new = {one["target"]: recorded(one) for one in rows if one["accuracy"] == accuracy}
        records.update("measured", name, new, versions["fastact"])
    for one in peer_rows:
        normal = {"normal": "inf" if one["normal_error"] is None else _short(one["normal_error"]),
                  "normal_at": one["normal_bits"], "far": one["far"]}
        new = {one["peer"]: recorded(one) | normal}
        records.update("peers", records.key(case.title, dtype), new, versions[one["peer"]])


def recorded(one):
    """The part of a row that is kept."""
    wrong = {"wrong": one["wrong_specials"]} if one["wrong_specials"] else {}
    return {
        "error": "inf" if one["error"] is None else _short(one["error"]), "at": one["worst_bits"],
        "incorrect": one["inputs"] - one["correctly_rounded"], "inputs": one["inputs"], **wrong,
    }


def _short(error):
    return float(f"{error:.9g}")


def is_recorded(case, dtype, targets, accuracies, exhaustive, versions):
    """Whether the file has every row that this run would measure."""
    found = records.read()
    lines = [(found["measured"].get(records.key(case.title, dtype, accuracy), {}), targets) for accuracy in accuracies]
    if dtype == "float32":
        titles = [title for title in versions if title in PEERS and _measure.peer_caller(title, case)]
        lines.append((found["peers"].get(records.key(case.title, dtype), {}), titles))
    return all(
        name in line and (not exhaustive or records.is_exhaustive(line[name], dtype))
        for line, names in lines for name in names
    )


# --------------------------------------------------------------------------------- output --


def declared(case, dtype, accuracy):
    """(bound, its unit), from the catalogue"""
    if dtype in FORMATS:
        ties = case.derivative or case.which
        return (_catalogue.HALF_ULP_NEAR_TIES if ties else _catalogue.HALF_ULP)[accuracy], "ulp"
    bound = case.max_ulp(accuracy, dtype)
    return (bound, "ulp") if accuracy == "exact" else (bound / 2 ** _catalogue.PRECISION[dtype], "relative")


def row(case, dtype, target, accuracy, tally, seconds):
    """One line of a table, ready for JSON."""
    bound, unit = declared(case, dtype, accuracy)
    # The oracle of float32 may be off, which is none of the kernel's fault; the others are settled by mpmath.
    slack = {"ulp": ORACLE_RELATIVE * 2**24, "relative": ORACLE_RELATIVE}[unit] if dtype == "float32" else 0
    return {
        "function": case.title,
        "dtype": dtype,
        "target": target,
        "accuracy": accuracy,
        "unit": unit,
        "error": tally.error if math.isfinite(tally.error) else None,  # JSON has no infinity
        "bound": bound,
        "ok": tally.error <= bound + slack and not tally.wrong,
        "worst_input": number(tally.worst),
        "worst_bits": bits(tally.worst, dtype),
        "worst_result": number(tally.got),
        "inputs": tally.inputs,
        "correctly_rounded": tally.correct,
        "wrong_specials": tally.wrong,
        "wrong_special_input": bits(tally.wrong_at, dtype) if tally.wrong else None,
        "wrong_special_result": number(tally.wrong_got) if tally.wrong else None,
        "seconds": seconds,
    }


def peer_row(case, dtype, title, tally):
    """One line of the peers' table, ready for JSON."""
    found = row(case, dtype, title, "exact", tally, 0.0)
    keys = ["function", "dtype", "error", "worst_input", "worst_bits", "inputs", "correctly_rounded", "wrong_specials"]
    return {
        **{key: found[key] for key in keys},
        "peer": title,
        "far": tally.far,
        "normal_error": tally.normal if math.isfinite(tally.normal) else None,
        "normal_input": number(tally.normal_at),
        "normal_bits": bits(tally.normal_at, dtype),
    }


def number(value):
    """For JSON, which has numbers only."""
    return value if math.isfinite(value) else str(value)


def bits(value, dtype):
    """The bits of a value, in hex."""
    kind = type_of(dtype)
    return f"0x{int(np.array(value, kind).view(f'u{kind.itemsize}')):0{2 * kind.itemsize}x}"


def error_text(error, unit):
    if error is None:
        return "inf"
    if unit == "ulp" or error == 0:
        if 0.5 < error < 0.50005:
            return "0.5+"  # not correctly rounded
        return f"{error:.4g}" if error >= 1e5 else f"{error:.4f}".rstrip("0").rstrip(".")
    return f"2^{math.log2(error):.2f}"


def share(one):
    """The percentage that is correctly rounded; only if all are is it 100."""
    if one["correctly_rounded"] == one["inputs"]:
        return "100 %"
    percent = 100 * one["correctly_rounded"] / one["inputs"]
    return f"{math.floor(percent * 1e4) / 1e4:.4f} %"


def table(rows):
    headers = ["function", "target", "accuracy", "max error", "at", "", "rounded", "bound", ""]
    shown, previous = [], (None, None)
    for one in rows:
        function, target = one["function"], one["target"]
        shown.append([
            function if function != previous[0] else "",
            target if (function, target) != previous else "",
            one["accuracy"],
            error_text(one["error"], one["unit"]),
            one["worst_bits"],
            f"{float(one['worst_input']):.4g}",
            share(one),
            error_text(one["bound"], one["unit"]).removesuffix(".00"),
            "ok" if one["ok"] else "BROKEN",
        ])
        previous = function, target
    aligned = ["left", "left", "left", "right", "left", "right", "right", "right", "left"]
    return tabulate(shown, headers, disable_numparse=True, colalign=aligned)


def peer_table(rows):
    headers = ["function", "peer", "max ULP", "at", "normal", "at", "rounded", f"> {_measure.FAR:g} ULP", "specials"]
    shown, previous = [], None
    for one in rows:
        function = one["function"]
        shown.append([
            function if function != previous else "", one["peer"],
            error_text(one["error"], "ulp"), f"{float(one['worst_input']):.4g}",
            normal_text(one["normal_error"]), f"{float(one['normal_input']):.4g}" if one["normal_error"] != -1 else "",
            share(one), f"{100 * one['far'] / one['inputs']:.4f} %", one["wrong_specials"] or "",
        ])
        previous = function
    aligned = ["left", "left"] + 7 * ["right"]
    return tabulate(shown, headers, disable_numparse=True, colalign=aligned)


def normal_text(error):
    """-1: every normal result is correctly rounded."""
    return "<= 0.5" if error == -1 else error_text(error, "ulp")


def report(rows, oracles):
    """Say which bounds are broken, on stderr; return the exit status."""
    lines = []
    for one in rows:
        what = f"{one['function']}, {one['dtype']}, {one['target']}, {one['accuracy']}"
        if one["wrong_specials"]:
            lines.append(f"{what}: {one['wrong_specials']:,} wrong NaN, infinities or zeros, the first "
                         f"{one['wrong_special_result']} at {one['wrong_special_input']}")
        elif not one["ok"]:
            unit = " ULP" if one["unit"] == "ulp" else ""
            lines.append(f"{what}: {error_text(one['error'], one['unit'])}{unit} at {one['worst_bits']} "
                         f"({one['worst_input']!r}), where it gives {one['worst_result']!r}, "
                         f"declared at most {error_text(one['bound'], one['unit'])}; "
                         f"{one['inputs'] - one['correctly_rounded']:,} of {one['inputs']:,} not correctly rounded")
    for (name, dtype), (error, at) in oracles.items():
        if not error <= ORACLE_RELATIVE:
            lines.append(f"{name}, {dtype}: the oracle itself is off by {error:.3g} at {at!r}, "
                         f"more than {ORACLE_RELATIVE:g}")
    for line in lines:
        print(line, file=sys.stderr)
    if oracles:
        name, (error, at) = max(((key[0], found) for key, found in oracles.items()), key=lambda pair: pair[1][0])
        print(f"Oracles against mpmath: off by {error:.2g} at most ({name} at {at:.9g}).")
    broken = sum(not one["ok"] for one in rows)
    print(f"{len(rows)} bounds measured, {broken} broken.")
    return 1 if lines else 0


def write_json(path, rows, oracles, peer_rows):
    found = {
        "fastact": fa.__version__,
        "numpy": np.__version__,
        "oracle_relative": ORACLE_RELATIVE,
        "results": rows,
        "oracles": [
            {"function": name, "dtype": dtype, "relative": error if math.isfinite(error) else None, "worst_input": at}
            for (name, dtype), (error, at) in oracles.items()
        ],
        "peers": peer_rows,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=2, allow_nan=False)
        file.write("\n")
