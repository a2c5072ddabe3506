"""Measured errors beside their declared bounds, as rows ready for JSON, and their record beside the catalogue."""

import json
import math

import numpy as np

import fastact as fa
from fastact import _catalogue
from fastact._catalogue import records
from fastact._lab import dtypes
from fastact._lab.accuracy import mp_oracles
from fastact._lab.accuracy.callers import PEERS, peer_caller
from fastact._lab.accuracy.cases import ORACLE_RELATIVE
from fastact._lab.speed.environment import cpu
from fastact._lab.speed.peers import registry

ACCURACIES = ["exact", "fast", "correct"]
DTYPES = ["float32", *dtypes.HALF, "float64"]  # in the order in which they are measured and listed


def missing_packages(names):
    """Type or accuracy -> package to install, for those of these that cannot be verified without it."""
    needed = {**dict.fromkeys(["float64", "correct"], (mp_oracles.mpmath, "mpmath")),
              "bfloat16": (dtypes.ml_dtypes, "ml_dtypes")}
    return {name: needed[name][1] for name in names if name in needed and needed[name][0] is None}


def declared(case, dtype, accuracy):
    """(bound, its unit), from the catalogue."""
    ties = case.derivative or case.which
    if accuracy == "correct" and dtype == "float64":
        return _catalogue.CORRECT_ULP[dtype] + case.derivative, "ulp"
    if accuracy == "correct" or dtype in dtypes.HALF:
        bounds = _catalogue.HALF_ULP_NEAR_TIES if ties else _catalogue.HALF_ULP
        return bounds["fast" if accuracy == "fast" else "exact"], "ulp"
    bound = case.max_ulp(accuracy, dtype)
    return (bound, "ulp") if accuracy != "fast" else (bound / 2 ** _catalogue.PRECISION[dtype], "relative")


def row(case, dtype, target, accuracy, tally, seconds):
    """One line of the table of errors."""
    bound, unit = declared(case, dtype, accuracy)
    # The oracle of float32 has an error of its own, which is not the kernel's; mpmath decides for the other types.
    # Where all results are due to be correctly rounded, they are counted, because a few errors are 0.5 and next to nothing.
    due = accuracy == "correct" and dtype == "float32" and not (case.derivative or case.which)
    slack = {"ulp": ORACLE_RELATIVE * 2**24, "relative": ORACLE_RELATIVE}[unit] if dtype == "float32" else 0
    return {
        "function": case.title,
        "dtype": dtype,
        "target": target,
        "accuracy": accuracy,
        "unit": unit,
        "error": tally.error if math.isfinite(tally.error) else None,  # JSON has no infinity
        "bound": bound,
        "ok": tally.error <= bound + slack and not tally.wrong and (not due or tally.correct == tally.inputs),
        "worst_input": number(tally.worst),
        "worst_bits": bits(tally.worst, dtype),
        "worst_result": number(tally.got),
        "inputs": tally.inputs,
        "correctly_rounded": tally.correct,
        "wrong_specials": tally.wrong,
        "wrong_special_input": bits(tally.wrong_at, dtype) if tally.wrong else None,
        "wrong_special_result": number(tally.wrong_got) if tally.wrong else None,
        "incorrect": [dict(zip(one._fields, map("0x{:08x}".format, one), strict=True)) for one in tally.listed],
        "seconds": seconds,
    }


def peer_row(case, dtype, title, tally):
    """One line of the table of the peers' errors."""
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
    """A value for JSON, which has no infinity and no NaN: these become strings."""
    return value if math.isfinite(value) else str(value)


def bits(value, dtype):
    """The bits of a value, in hex."""
    kind = dtypes.type_of(dtype)
    return f"0x{int(np.array(value, kind).view(f'u{kind.itemsize}')):0{2 * kind.itemsize}x}"


# ---------------------------------------------------------------------------- recording --


def environment(with_cpu, with_peers):
    """Measured library ("fastact" or a peer's title) -> what a recorded row says of versions and CPU."""
    name = cpu()["name"] if with_cpu else ""
    found = {"fastact": f"fastact {fa.__version__}, NumPy {np.__version__}, {name}"}
    if with_peers:
        versions = registry.peer_versions()
        modules = {title: versions[registry.PEERS[title][0]] for title in PEERS}
        found |= {title: f"{title} {version}, {name}" for title, version in modules.items() if version}
    return found


def record(case, dtype, rows, peer_rows, versions):
    """Record the rows of one case and type."""
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
    """The part of a row that is recorded."""
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
        titles = [title for title in versions if title in PEERS and peer_caller(title, case)]
        lines.append((found["peers"].get(records.key(case.title, dtype), {}), titles))
    return all(
        name in line and (not exhaustive or records.is_exhaustive(line[name], dtype))
        for line, names in lines for name in names
    )


def write_list(path, rows):
    """Write the float32 results of accuracy "correct" that are not: function, bits of x, bits of the right result."""
    found = {f"{row['function']} {one['x']} {one['want']}": None for row in rows for one in row["incorrect"]}
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in found)


def write_json(path, rows, oracles, peer_rows):
    """Write what `verify` measured."""
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
