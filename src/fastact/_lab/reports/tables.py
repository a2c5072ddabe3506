"""What tables and documents have in common: Markdown tables, aligned ones, and how numbers are written."""

import math

from tabulate import tabulate


def markdown(headers, rows):
    """Lines of a Markdown table, and an empty one."""
    return [f"| {' | '.join(headers)} |", "|" + "---|" * len(headers), *(f"| {' | '.join(row)} |" for row in rows), ""]


def aligned(headers, rows, left):
    """A plain table: the first `left` columns, or those of these indices, are aligned to the left."""
    chosen = range(left) if isinstance(left, int) else left
    alignment = ["left" if i in chosen else "right" for i in range(len(headers))]
    return tabulate(rows, headers, disable_numparse=True, colalign=alignment)


def format_time(seconds):
    """Three digits and a unit."""
    scale, unit = next(pair for pair in [(1, "s"), (1e-3, "ms"), (1e-6, "µs"), (0, "ns")] if seconds >= pair[0])
    return f"{format_number(seconds / (scale or 1e-9))} {unit}"


def format_number(value):
    """Three digits, or two and an exponent from a million on; an empty string for None."""
    if value is None:
        return ""
    if value >= 1e6:
        return f"{value:.1e}".replace("e+0", "e").replace("e+", "e")
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}" if value else "0"


def error_text(error, unit):
    """An error in ULP, or a relative one as a power of 2; None is infinity."""
    if error is None:
        return "inf"
    if unit == "ulp" or error == 0:
        if 0.5 < error < 0.50005:
            return "0.5+"  # not correctly rounded
        return f"{error:.4g}" if error >= 1e5 else f"{error:.4f}".rstrip("0").rstrip(".")
    return f"2^{math.log2(error):.2f}"


def normal_text(error):
    """A peer's error over normal results; -1 says that all of them are correctly rounded."""
    return "<= 0.5" if error == -1 else error_text(error, "ulp")


def percentage(value):
    """Per cent with four digits after the point, rounded down: only all of something is 100 %."""
    return f"{math.floor(value * 1e4) / 1e4:.4f} %"
