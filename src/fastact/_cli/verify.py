"""``python -m fastact verify``: it compares every declared bound with measured errors.

`fastact._lab.accuracy` says how errors are measured; the bounds are the catalogue's.  A wrong NaN, infinity or zero
breaks a bound as well.  `--record` keeps the results in `_catalogue/measured.json`.

With `--bits` it compares checksums of the results of accuracy "correct" with the promised ones instead.
"""

import os
import sys
from time import perf_counter

from fastact import _catalogue
from fastact._catalogue import records
from fastact._cli.options import elementwise, positive_integer, writable_file
from fastact._lab.accuracy import checksums, mp_oracles
from fastact._lab.accuracy.callers import PEERS
from fastact._lab.accuracy.cases import cases
from fastact._lab.accuracy.float64 import check_oracle
from fastact._lab.accuracy.measure import measure
from fastact._lab.accuracy.rows import (
    ACCURACIES, DTYPES, environment, is_recorded, missing_packages, peer_row, record, row, write_json, write_list,
)
from fastact._lab.reports.errors import complaints, peer_table, summary, table
from fastact._runtime import dispatch
from fastact._runtime.progress import each

SAMPLES = 1 << 20  # inputs of float32


def add_options(parser):
    parser.add_argument("names", nargs="*", metavar="NAME", type=elementwise, help="only these (default: all)")
    parser.add_argument("--derivative", action="store_true", help="their derivatives instead")
    parser.add_argument("--defaults", action="store_true", help="with the default parameters only")
    parser.add_argument("--exhaustive", action="store_true", help="all 2^32 inputs of float32: minutes a function")
    parser.add_argument("--target", nargs="+", choices=dispatch.usable_targets, default=[dispatch.target],
                        help="kernels to measure (default: those in use)")
    parser.add_argument("--dtype", nargs="+", choices=DTYPES, help="default: all")
    parser.add_argument("--accuracy", nargs="+", choices=ACCURACIES, help="default: all")
    parser.add_argument("--samples", type=positive_integer, default=SAMPLES, metavar="N",
                        help="inputs of float32, unless --exhaustive (default: %(default)s)")
    parser.add_argument("--peers", action="store_true", help="measure the installed peers' float32 too")
    parser.add_argument("--record", action="store_true",
                        help="keep the results beside the package, each function's as soon as it is done")
    parser.add_argument("--missing", action="store_true",
                        help="leave out what is recorded (with --exhaustive: over all inputs)")
    parser.add_argument("--bits", action="store_true",
                        help="print checksums of the results of accuracy 'correct', to compare two machines")
    parser.add_argument("--processes", type=positive_integer, metavar="N",
                        help="for --exhaustive (default: one for each CPU)")
    parser.add_argument("--list", type=writable_file, metavar="FILE",
                        help="write which results of accuracy 'correct' are not: function, bits of x, bits that are right")
    parser.add_argument("--json", type=writable_file, metavar="FILE", help="write the results there too")


def run(options):
    """Measure every declared error bound, or compare the promised bits; exit with 1 if one is broken."""
    if options.bits:
        return run_bits(options)
    accuracies = list(dict.fromkeys(options.accuracy or ACCURACIES))
    missing = missing_packages([*(options.dtype or DTYPES), *accuracies])
    for name, package in missing.items():
        print(f"{name} is not verified: pip install {package}", file=sys.stderr)
    if missing.keys() & {*(options.dtype or []), *(options.accuracy or [])}:
        return 2  # it was asked for
    accuracies = [accuracy for accuracy in accuracies if accuracy not in missing]
    if options.record and not os.access(records.PATH.parent, os.W_OK):
        print(f"{records.PATH} cannot be written", file=sys.stderr)
        return 2
    if mp_oracles.mpmath is None:
        print("The oracles are not checked: pip install mpmath", file=sys.stderr)
    targets = list(dict.fromkeys(options.target))
    versions = environment(options.record, options.peers)
    entries = list({entry.name: entry for entry in options.names or _elementwise_entries()}.values())
    rows, oracles, peer_rows = [], {}, []
    for dtype in options.dtype or DTYPES:
        if dtype in missing:
            continue
        found, start = [], perf_counter()
        exhaustive = options.exhaustive and dtype == "float32"
        samples = None if exhaustive else options.samples
        chosen = [case for case in cases(entries, options.derivative) if not (options.defaults and case.which)]
        if options.missing:
            wanted = accuracies, exhaustive, versions
            chosen = [case for case in chosen if not is_recorded(case, dtype, targets, *wanted)]
        for case in each(chosen, dtype, exhaustive):
            began = perf_counter()
            lacking = targets
            if options.missing:  # the other targets' rows are kept
                lacking = [target for target in targets if not is_recorded(case, dtype, [target], *wanted)]
            peers = [title for title in versions if title in PEERS and dtype == "float32"]
            tallies = measure(case, dtype, lacking, accuracies, samples, peers, options.processes)
            seconds = perf_counter() - began
            of_peers = {key[0]: tallies.pop(key) for key in list(tallies) if key[1] == "peer"}
            new = [row(case, dtype, *key, tally, seconds) for key, tally in tallies.items()]
            new_peers = [peer_row(case, dtype, title, tally) for title, tally in of_peers.items()]
            if options.record:
                record(case, dtype, new, new_peers, versions)
            if mp_oracles.mpmath and dtype != "float64":
                worst = [tally.worst for tally in tallies.values()]
                oracles[case.title, dtype] = check_oracle(case, dtype, worst)
            found += new
            peer_rows += new_peers
        print(f"{dtype}: {describe(dtype, options)}, {perf_counter() - start:.1f} s\n\n{table(found)}\n", flush=True)
        rows += found
    if peer_rows:
        print(f"Peers, float32: {describe('float32', options)}\n\n{peer_table(peer_rows)}\n")
    if options.list:
        write_list(options.list, rows)
    if options.json:
        write_json(options.json, rows, oracles, peer_rows)
    broken = complaints(rows, oracles)
    for line in broken:
        print(line, file=sys.stderr)
    print("\n".join(summary(rows, oracles)))
    return 1 if broken else 0


def _elementwise_entries():
    return [entry for entry in _catalogue.ENTRIES if entry.kind != "fold"]


def describe(dtype, options):
    """The inputs over which the errors of a type are measured."""
    if dtype == "float32":
        return "all 2^32 inputs" if options.exhaustive else f"about {options.samples:,} inputs"
    return "hard and random points against mpmath" if dtype == "float64" else "all 65,536 inputs"


def run_bits(options):
    """Print the checksum of every function, role and type; exit with 1 if one is not as promised."""
    types = [dtype for dtype in options.dtype or checksums.DTYPES if dtype in checksums.DTYPES]
    for dtype, package in missing_packages(types).items():
        print(f"{dtype} is left out: pip install {package}", file=sys.stderr)
        types.remove(dtype)
    if not types:
        print("Bits are promised for " + ", ".join(checksums.DTYPES), file=sys.stderr)
        return 2
    promised, first, differ = records.read_bits(), {}, 0
    for target in dict.fromkeys(options.target):
        found = checksums.checksums(target, [entry.name for entry in options.names], types)
        if not first:
            first = found
            print("\n".join(f"{name} {checksum}" for name, checksum in found.items()))
            if options.record:
                records.write_bits(found)
                promised = records.read_bits()
        others = [name for name, checksum in found.items() if promised.get(name) != checksum]
        for name in others:
            detail = checksums.difference(name, options.target[0], target) if found[name] != first[name] else ""
            print(f"{name}, {target}: {found[name]}, promised is {promised.get(name, 'nothing')}", file=sys.stderr)
            if detail:
                print(f"    {detail}", file=sys.stderr)
        differ += len(others)
        print(f"{target}: {len(found)} checksums, " + (f"{len(others)} differ" if others else "all as promised") + ".")
    return 1 if differ else 0
