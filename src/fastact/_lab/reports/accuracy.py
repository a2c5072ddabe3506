"""docs/accuracy.md, made from the recorded errors (`fastact._catalogue.records`)."""

import math

from fastact import _catalogue
from fastact._catalogue import records
from fastact._lab.accuracy.cases import ORACLE_RELATIVE, cases
from fastact._lab.accuracy.rows import ACCURACIES, DTYPES
from fastact._lab.accuracy.tallies import FAR
from fastact._lab.reports.tables import error_text, markdown, normal_text, percentage
from fastact._runtime.dispatch import TARGETS, elementwise

INTRODUCTION = """\
# Accuracy

What each function promises, what was measured, and what other libraries give for the same inputs. \
This file is the output of `python -m fastact accuracy`; the figures come from \
`src/fastact/_catalogue/measured.json`, which `python -m fastact verify --record` writes, and the tests compute \
every worst input listed here once more.

## What is promised

| | float32 | float16, bfloat16 | float64 |
|---|---|---|---|
| correct | **correctly rounded** on every one of the 2³² inputs ² | correctly rounded on all 65,536 inputs | at most {correct64:g} ULP |
| exact | at most {exact32:g} ULP on every one of the 2³² inputs | correctly rounded on all 65,536 inputs | at most {exact64:g} ULP |
| fast | relative error at most 2^{fast32:g} | at most 1 ULP | at most 2^{fast64:g} |
| derivative, correct | correctly rounded ¹ | correctly rounded ¹ | at most {correct_slope64:g} ULP |
| derivative, exact | at most {slope32:g} ULP | correctly rounded ¹ | at most {slope64:g} ULP |
| derivative, fast | as the function | as the function | as the function |

- **ULP**: |y - f(x)| in units of the last place of f(x) rounded to the type, f over the real numbers. Subnormal results have a grid of their own (2⁻¹⁴⁹ in float32) and are held to it. A correctly rounded result has 0.5 at most.
- **Relative**: |y - f(x)| / |f(x)| wherever f(x) is a normal number; where it is not, the result must be as small.
- **Infinities, NaN and signed zeros** are the limits of the function; one that is wrong breaks the bound. The sign of a derivative's zero does not count.
- **Where a derivative crosses zero** neither error means anything. Within a quarter of such a zero x₀, |x - x₀| ≤ |x₀|/4, the error is measured at the size of the largest |f′| there. The zeros: {zeros}. A derivative that is zero at x = 0 only is held to the same bound as elsewhere.
- ¹ With other parameters than the defaults, and for derivatives: but for values so near to the middle of two numbers that float64 cannot tell on which side they are.
- ² With the default parameters; with others as ¹.

**Gated units** are rounded once: float32 exact at most {gated32:g} ULP. In half precision they are correctly rounded but where the product lies so near to the middle of two numbers that float64 has it there: of a million pairs, normally distributed with deviation 2, none in float16 and two at most in bfloat16; of pairs of every exponent at most 0.002 % in float16, in bfloat16 0.2 %, of `swiglu_clamped` 1.3 % (`tests/functions/test_gated.py`).

The bounds are declared in `src/fastact/_catalogue/`; `fa.gelu.max_ulp()` and `fa.gelu.bounds()` return what was declared and what was measured.

## How it is measured

float32 and half precision against float64 oracles written in NumPy (`fastact.reference`), which share nothing with the kernels and are themselves checked against mpmath to {oracle:g} relative. Where that does not tell which float32 is the nearest, mpmath does, with as many bits as it takes: an odd subnormal x lies half way between two values of x/2 + x²/4 + ..., and the x² decides. float64 against mpmath, at hard and random points. * marks float32 figures over a sample: one to four million inputs of every exponent and around the places where formulas change; without it they are over all 2³².
"""

PEERS = """\
Peers compute the expression that the catalogue has for them, in float32, with the same inputs: *normal* is the \
largest error where f(x) is a normal number, so that results flushed to zero are not all it shows; *> {far:g} ULP* the \
share of inputs that are farther off; *inf*: an infinity or NaN where a number is due. What they give at ±∞ is not counted.
"""


def document(names=()):
    """Lines of the document, or of the sections of these entries alone."""
    entries = names or [entry for entry in _catalogue.ENTRIES if entry.kind != "fold"]
    lines = [] if names else [introduction(), PEERS.format(far=FAR), *environments(), *overview(entries)]
    for entry in entries:
        lines += section(entry)
    return lines


def introduction():
    log = {dtype: math.log2(bound) for dtype, bound in _catalogue.FAST_RELATIVE.items()}
    zeros = [
        f"{entry.name} {', '.join(f'{zero:.6g}' for zero in entry.measured().derivative_zeros)}"
        for entry in _catalogue.ENTRIES if entry.derivative_zeros
    ]
    return INTRODUCTION.format(
        correct64=_catalogue.CORRECT_ULP["float64"], correct_slope64=_catalogue.CORRECT_ULP["float64"] + 1,
        exact32=_catalogue.EXACT_ULP["float32"], exact64=_catalogue.EXACT_ULP["float64"],
        gated32=_catalogue.GATED_ULP["float32"], slope32=_catalogue.DERIVATIVE_ULP["float32"],
        slope64=_catalogue.DERIVATIVE_ULP["float64"],
        fast32=log["float32"], fast64=log["float64"], zeros="; ".join(zeros), oracle=ORACLE_RELATIVE)


def environments():
    return ["Measured with:", "", *(f"- {text}" for text in sorted(records.read()["environments"].values())), ""]


# ---------------------------------------------------------------------------------- lanes --

# Where exact float32 is computed, as the kernels name it, and in words.  A table needs an instruction that looks up 32
# floats (AVX-512): targets without it compute as `other` says.
PLACES = {
    "choice": "float: a choice",
    "operation": "float: one operation",
    "compensated": "float, compensated",
    "table": "float, 32 segments; tails and other targets: {other}",
    "double": "double, rounded at the end",
}


def lanes(name):
    """The lanes in which a function's exact float32 variant is computed."""
    place, other = elementwise.place(name)
    return PLACES[place].format(other={"compensated": "double; compensated", "double": "double"}[other])


# ------------------------------------------------------------------------------- document --


def overview(entries):
    """One line for each function: float32, on the first target that was measured."""
    rows = []
    for entry in entries:
        exact, fast = row_of(entry.name, "exact"), row_of(entry.name, "fast")
        slope = row_of(entry.name + "_derivative", "exact")
        peers = records.read()["peers"].get(records.key(entry.name, "float32"), {})
        rows.append([
            f"[{entry.name}](#{entry.name})", lanes(entry.name), *columns(exact, "float32", "ulp"),
            correct_share(entry.name), columns(fast, "float32", "relative")[0], columns(slope, "float32", "ulp")[0],
            ", ".join(f"{title} {normal_text(_number(one['normal']))}" for title, one in sorted(peers.items())),
        ])
    headers = ["float32", "exact: lanes", "max ULP", "at", "correctly rounded", "correct: correctly rounded",
               "fast: relative", "derivative: max ULP", "peers: max ULP, normal results"]
    return ["## Overview", "", *markdown(headers, rows)]


def correct_share(name):
    """How many results of accuracy "correct" are correctly rounded, on the target that was measured and has the fewest."""
    line = records.read()["measured"].get(records.key(name, "float32", "correct"), {})
    if not line:
        return ""
    row = max(line.values(), key=lambda row: row["incorrect"])
    star = "" if all(records.is_exhaustive(row, "float32") for row in line.values()) else "*"
    return (f"all but {row['incorrect']:,}" if row["incorrect"] else "all") + star


def row_of(title, accuracy, dtype="float32"):
    """The row of the first target that has one, or None."""
    line = records.read()["measured"].get(records.key(title, dtype, accuracy), {})
    return next((line[target] for target in TARGETS if target in line), None)


def columns(row, dtype, unit):
    """The largest error, its input, and the share of correctly rounded results."""
    if row is None:
        return ["", "", ""]
    star = "*" if dtype == "float32" and not records.is_exhaustive(row, dtype) else ""
    at = float(records.from_bits(row["at"], dtype))
    return [error_text(_number(row["error"]), unit) + star, f"{at:.6g} `{row['at']}`", share(row)]


def share(row):
    """The percentage of correctly rounded results."""
    return percentage(100 * (1 - row["incorrect"] / row["inputs"])) if row["incorrect"] else "all"


def _number(error):
    """A recorded error, as `error_text` takes it: None for infinity."""
    return None if error == "inf" else error


def section(entry):
    """All recorded errors of one function."""
    measured, peers = records.read()["measured"], records.read()["peers"]
    lines = [f"## {entry.name}", "", f"{entry.formula}. Exact float32: {lanes(entry.name)}.", ""]
    titles = [case.title for derivative in (False, True) for case in cases([entry], derivative)]
    found = {
        (title, dtype, accuracy): measured.get(records.key(title, dtype, accuracy), {})
        for title in titles for dtype in DTYPES for accuracy in ACCURACIES
    }
    targets = [target for target in TARGETS if any(target in line for line in found.values())]
    rows = []
    for (title, dtype, accuracy), line in found.items():
        if line:
            unit = records.unit_of(dtype, accuracy)
            errors = [columns(line.get(target), dtype, unit)[0] for target in targets]
            largest = max(line.values(), key=lambda row: float(row["error"]))
            rows.append([title, f"{dtype} {accuracy}", *errors, *columns(largest, dtype, unit)[1:]])
    if not rows:
        return [*lines, "Nothing is recorded.", ""]
    lines += markdown(["", "", *targets, "at", "correctly rounded"], rows)
    rows = [
        [f"{title}", *columns(one, "float32", "ulp"), normal_text(_number(one["normal"])),
         f"{float(records.from_bits(one['normal_at'], 'float32')):.6g}" if one["normal"] != -1 else "", f"{100 * one['far'] / one['inputs']:.4f} %"]
        for title, one in sorted(peers.get(records.key(entry.name, "float32"), {}).items())
    ]
    if rows:
        ours = columns(row_of(entry.name, "exact"), "float32", "ulp")
        rows.insert(0, ["fastact exact", *ours, "", "", ""])
        lines += markdown(["float32", "max ULP", "at", "correctly rounded", "normal", "at", f"> {FAR:g} ULP"], rows)
    return lines
