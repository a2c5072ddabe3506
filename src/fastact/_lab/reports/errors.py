"""The results of ``verify`` as text: tables, and messages about broken bounds."""

from fastact._lab.accuracy.cases import ORACLE_RELATIVE
from fastact._lab.accuracy.tallies import FAR
from fastact._lab.reports.tables import aligned, error_text, normal_text, percentage


def table(rows):
    """The errors of our functions; each function and target is named once."""
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
    return aligned(headers, shown, [0, 1, 2, 4, 8])


def peer_table(rows):
    """The peers' errors; each function is named once."""
    headers = ["function", "peer", "max ULP", "at", "normal", "at", "rounded", f"> {FAR:g} ULP", "specials"]
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
    return aligned(headers, shown, 2)


def share(one):
    """The percentage of correctly rounded results."""
    if one["correctly_rounded"] == one["inputs"]:
        return "100 %"
    return percentage(100 * one["correctly_rounded"] / one["inputs"])


def complaints(rows, oracles):
    """Lines that say which bounds are broken, and which oracles are not as accurate as they should be."""
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
                         f"{one['inputs'] - one['correctly_rounded']:,} of {one['inputs']:,} not correctly rounded"
                         + first_incorrect(one))
    for (name, dtype), (error, at) in oracles.items():
        if not error <= ORACLE_RELATIVE:
            lines.append(f"{name}, {dtype}: the oracle itself is off by {error:.3g} at {at!r}, "
                         f"more than {ORACLE_RELATIVE:g}")
    return lines


def first_incorrect(one):
    """The first result that is not correctly rounded, where a row lists these."""
    return "; the first {got} at {x}, where {want} is right".format(**one["incorrect"][0]) if one["incorrect"] else ""


def summary(rows, oracles):
    """Lines with the oracles' largest error and the number of broken bounds."""
    lines = []
    if oracles:
        name, (error, at) = max(((key[0], found) for key, found in oracles.items()), key=lambda pair: pair[1][0])
        lines.append(f"Oracles against mpmath: off by {error:.2g} at most ({name} at {at:.9g}).")
    return [*lines, f"{len(rows)} bounds measured, {sum(not one['ok'] for one in rows)} broken."]
