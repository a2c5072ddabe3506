"""Curves in matplotlib's axes.  This module needs matplotlib, an optional package; nothing here uses pyplot."""

import io

import numpy as np

try:
    from matplotlib.figure import Figure
except ModuleNotFoundError as error:
    raise ImportError("pictures need matplotlib: pip install 'fastact[plot]'") from error

from fastact._pictures import curves

BLUE, ORANGE, GREEN, RED = "#1f6fb4", "#d95f0e", "#2a8a4a", "#b2182b"
COLORS = (BLUE, ORANGE, GREEN, "#7a4fa3", "#8c564b", "#c2569a", "#6b6b6b", "#9a8c1f", "#1a9fb0", "#444444")
DEAD, SATURATED = "#d9d9d9", "#fdebd3"
ERROR_COLORS = {"exact": BLUE, "fast": "#7fb3d9", "correct": GREEN, "PyTorch": ORANGE, "ONNX Runtime": "#7a4fa3",
                "SciPy": "#8c8c00"}
LEAST_ERROR, MOST_ERROR = 0.05, 1e9  # smaller errors are drawn at the bottom, infinite ones at the top
NO_DIGIT = 2.0**24  # an error of so many ULP is as large as the value itself


class Picture(Figure):
    """A figure that notebooks show without pyplot."""

    def _repr_svg_(self):
        return svg(self)


def svg(figure):
    """The figure as an SVG, without the XML header; the same text for the same figure."""
    import matplotlib

    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "fastact", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = buffer.getvalue()
    return text[text.index("<svg"):]


def empty(columns, width=None, height=3.0):
    """A Picture and its panels."""
    figure = Picture(figsize=(width or 4.2 * columns, height), layout="constrained")
    return figure, list(figure.subplots(1, columns, squeeze=False)[0])


def values(panel, shown):
    """Draw f of each Curve."""
    for color, one in zip(_cycled(COLORS, shown), shown):
        panel.plot(one.x, curves.with_gaps(one.y), color=color, linewidth=2, label=one.name)
    _finish(panel, shown, "f(x)")
    if len(shown) == 1:
        _mark(panel, shown[0], shown[0].y)


def slopes(panel, shown, **style):
    """Draw f′ of each Curve."""
    for color, one in zip(_cycled(COLORS, shown), shown):
        panel.plot(one.x, curves.with_gaps(one.slope), **{"color": color, "linewidth": 2, "label": one.name} | style)
    _finish(panel, shown, "f′(x), the gradient")
    if len(shown) == 1:
        _mark(panel, shown[0], shown[0].slope)


def both(panel, shown):
    """Draw f as a line and f′ dashed, in the same axes."""
    for color, one in zip(_cycled(COLORS, shown), shown):
        name = "" if len(shown) == 1 else f"{one.name}, "
        panel.plot(one.x, curves.with_gaps(one.y), color=color, linewidth=2, label=f"{name}f")
        panel.plot(one.x, curves.with_gaps(one.slope), color=color, linewidth=1.5, linestyle="--", label=f"{name}f′")
    _finish(panel, shown, "")
    if len(shown) == 1:
        _zones(panel, shown[0])
    panel.legend(frameon=False, fontsize=9)


def errors(panel, lines, bound=None):
    """Draw the largest error in ULP in each bin of x: label -> errors."""
    x = curves.scaled(curves.bin_centres())
    for label, found in lines.items():
        found = np.asarray(found, np.float64)
        cut = np.where(np.isfinite(found), np.clip(found, LEAST_ERROR, MOST_ERROR), MOST_ERROR)
        own = label in ("exact", "fast", "correct") or label.startswith("fastact")
        panel.plot(x, cut, color=ERROR_COLORS.get(label.removeprefix("fastact "), "#444444"), label=label,
                   linewidth=1.8 if own else 1.3, zorder=3 if own else 2)
    panel.set_yscale("log")
    panel.set_ylim(LEAST_ERROR / 1.5, MOST_ERROR * 3)
    panel.axhline(NO_DIGIT, color=RED, linewidth=0.8, linestyle=":")
    panel.text(x[-1], NO_DIGIT * 1.4, "no digit is right ", color=RED, fontsize=8, ha="right")
    if bound:
        panel.axhline(bound, color="#444444", linewidth=0.8, linestyle=":")
        panel.text(x[-1], bound * 1.3, f"promised: {bound:g} ULP ", color="#444444", fontsize=8, ha="right")
    ticks = [-100, -30, -10, -3, -1, 0, 1, 3, 10, 30, 100]
    panel.set_xticks(curves.scaled(ticks), [f"{tick:g}".replace("-", "−") for tick in ticks], fontsize=8)
    panel.set_xlim(x[0], x[-1])
    panel.set_xlabel("x")
    panel.set_ylabel("largest error, ULP")
    panel.grid(alpha=0.25)


def _cycled(colors, shown):
    return (colors[i % len(colors)] for i in range(len(shown)))


def _finish(panel, shown, title):
    panel.axhline(0, color="#666666", linewidth=0.7, zorder=1)
    panel.axvline(0, color="#666666", linewidth=0.7, zorder=1)
    panel.grid(alpha=0.25)
    panel.set_xlim(min(one.x[0] for one in shown), max(one.x[-1] for one in shown))
    if len(shown) > 1:
        panel.legend(frameon=False, fontsize=9)
        panel.set_title(title, fontsize=11)
    else:
        line = f", {shown[0].line}" if shown[0].line else ""
        panel.set_title(f"{title or shown[0].name}{line}", fontsize=11)


def _zones(panel, one):
    for zone, color, label in [(one.dead, DEAD, "dead: f = f′ = 0"), (one.saturated, SATURATED, "saturated: |f′| < 0.01")]:
        for first, last in zone:
            panel.axvspan(first, last, color=color, zorder=0, linewidth=0, label=label)
            label = None


def _mark(panel, one, y):
    """Mark the zones, and the zeros of the derivative."""
    _zones(panel, one)
    if one.zeros:
        panel.plot(one.zeros, np.interp(one.zeros, one.x, y), "o", color=RED, markersize=5, label="f′ = 0", zorder=4)
    if one.dead or one.saturated or one.zeros:
        panel.legend(facecolor="white", framealpha=0.9, fontsize=8)     # the frame lifts the zones' colors off a zone


def _joint(shown):
    """The view of several functions together."""
    views = [curves.view(one) for one in shown]
    return np.linspace(min(first for first, _ in views), max(last for _, last in views), curves.POINTS)


def plot(functions, axes=None, error=False):
    """Draw functions of the package; see `fastact.plot`."""
    x = _joint(functions)
    shown = [curves.curve(one, x) for one in functions]
    if axes is None:
        figure, axes = empty(3 if error else 2, height=3.2)
    else:
        figure = axes[0].figure
    own = axes[:-1] if error else axes
    if len(own) == 1:
        both(own[0], shown)
    else:
        values(own[0], shown)
        slopes(own[1], shown)
    if error:
        accuracies = ["exact", "fast"] if len(functions) == 1 else ["exact"]
        lines = {accuracy if len(functions) == 1 else one.__name__: curves.errors(one, accuracy)
                 for one in functions for accuracy in accuracies}
        errors(axes[-1], lines)
        for color, line in zip(_cycled(COLORS, functions), axes[-1].lines):
            if len(functions) > 1:
                line.set_color(color)
        axes[-1].set_title("error in float32", fontsize=11)
        axes[-1].legend(frameon=False, fontsize=8)
    return figure


def html(function):
    """A small picture of a function, and its formula, for notebooks."""
    from html import escape

    figure, (panel,) = empty(1, width=4.6, height=2.6)
    both(panel, [curves.curve(function)])
    return f"<div><code>{escape(repr(function))}</code><br>{svg(figure)}</div>"
