"""Pictures of the results of ``bench --json``.

One picture shows speed against size, with a panel for each function, the copy's speed and the load/store limit; a
second one shows the speed relative to the best peer, for every function and size.  Projections have one picture, a
roofline.  All need matplotlib, the extra `[plot]`.
"""

import functools

from fastact._lab.reports import distributions, panels, performance, roofline
from fastact._lab.reports.performance import ACCURACIES, best_peers

# The functions that models use most, and costly ones; `--functions` chooses others.
SHOWN = ["relu", "gelu", "gelu_tanh", "silu", "sigmoid", "tanh", "softplus", "mish", "elu", "erf", "softmax", "swiglu"]

# Colours that can be told apart with any colour vision (Okabe and Ito), and different markers.
STYLES = {
    "fastact exact": {"color": "#D55E00", "marker": "o", "linewidth": 2.4, "zorder": 4},
    "fastact fast": {"color": "#E69F00", "marker": "o", "linewidth": 2.4, "zorder": 4},
    "fastact correct": {"color": "#882255", "marker": "o", "linewidth": 2.4, "zorder": 4},
    "fastact exact, from y": {"color": "#D55E00", "marker": "P", "linestyle": "--", "zorder": 3},
    "fastact fast, from y": {"color": "#E69F00", "marker": "P", "linestyle": "--", "zorder": 3},
    "fastact correct, from y": {"color": "#882255", "marker": "P", "linestyle": "--", "zorder": 3},
    "PyTorch": {"color": "#0072B2", "marker": "s"},
    "ONNX Runtime": {"color": "#009E73", "marker": "^"},
    "JAX": {"color": "#CC79A7", "marker": "v"},
    "SciPy": {"color": "#56B4E9", "marker": "D"},
    "numexpr": {"color": "#B8A900", "marker": "P"},
    "by hand": {"color": "#777777", "marker": "x"},
}
COPY = {"color": "black", "linestyle": ":", "linewidth": 1.2}
LIMIT = {"color": "black", "linestyle": "--", "linewidth": 1.2}


def pictures(run, functions=None):
    """The figures of a run, by the ending of their file's name; ValueError if the run lacks a function."""
    if roofline.is_projections(run):
        if functions:
            raise ValueError("--functions: these are results of projections")
        return {"": roofline.roofline(run)}
    if distributions.is_distributions(run):
        raise ValueError("these are results of several --inputs; python -m fastact performance makes a table of them")
    found = {"": speeds(run, chosen(run, functions))}
    return found | ({"-ratios": ratios(run)} if best_peers(run["results"]) else {})


def chosen(run, names):
    """The functions that get a panel."""
    measured = list(dict.fromkeys(row["function"] for row in run["results"]))
    missing = [name for name in names or [] if name not in measured]
    if missing:
        raise ValueError(f"not measured: {', '.join(missing)}; there are: {', '.join(measured)}")
    return names or [name for name in SHOWN if name in measured] or measured[: len(SHOWN)]


def _title(figure, run, text):
    about = f"{performance.describe(run)}\n{run['cpu']['name']}, target {run['target']}"
    figure.suptitle(f"{text}\n{about}", fontsize=12)


# -------------------------------------------------------------------------------- speeds --


def speeds(run, functions):
    """Speed against size on logarithmic axes, a panel for each function."""
    figure = panels.draw(
        functions, functools.partial(_speed_panel, run), row_height=2.9, least_columns=panels.COLUMNS,
        labels=("elements", "Gelem/s"), order=[*STYLES, "np.copyto", "load/store limit"])
    _title(figure, run, "Speed against size (higher is better)")
    return figure


def _speed_panel(run, panel, function):
    """Draw one function; return name -> line, for the legend."""
    handles = {}
    lines = {}
    for row in run["results"]:
        if row["function"] == function:
            lines.setdefault(row["competitor"], []).append((row["elements"], row["elements_per_second"] / 1e9))
    # Our lines are drawn last, on top of the others.
    for name in sorted(lines, key=lambda name: name.startswith("fastact")):
        style = {"markersize": 5, "linewidth": 1.5} | STYLES[name]
        handles[name], = panel.plot(*zip(*sorted(lines[name]), strict=True), **style)
    copies = sorted((copy["size"], copy["elements_per_second"] / 1e9) for copy in run["copy"])
    handles["np.copyto"], = panel.plot(*zip(*copies, strict=True), **COPY)
    handles["load/store limit"] = panel.axhline(run["load_store_limit"] / 1e9, **LIMIT)
    panel.set_xscale("log", base=2)
    panel.set_yscale("log")
    panel.set_title(function, fontsize=12)
    panel.grid(alpha=0.25, which="major")
    panel.tick_params(labelsize=9)
    panel.yaxis.set_major_formatter("{x:g}")
    panel.xaxis.set_major_formatter(_short)
    panel.set_xticks(sorted({row["size"] for row in run["results"]}))
    panel.minorticks_off()
    return handles


def _short(size, position=None):
    """A size as 64, 4k or 1M, in powers of 1024."""
    for unit, scale in [("M", 1 << 20), ("k", 1 << 10)]:
        if size >= scale:
            return f"{size / scale:.3g}{unit}"
    return f"{size:g}"


# -------------------------------------------------------------------------------- ratios --

BAR = 0.38  # height of a bar, in lines
LEAST, MOST = 1 / 4, 10  # longer bars are cut there, and their values are written


def ratios(run):
    """The best peer's time over ours, as bars: a line for each function, a panel for each size."""
    rows = run["results"]
    best = best_peers(rows)
    functions = list(dict.fromkeys(row["function"] for row in rows))
    sizes = sorted({size for _, size in best})
    figure, axes = panels.empty_figure(1, len(sizes), 1.8 + 0.30 * len(functions), sharey=True, sharex=True)
    for panel, size in zip(axes[0], sizes, strict=True):
        handles = _ratio_panel(panel, functions, {name: best.get((name, size)) for name in functions})
        panel.set_title(f"{size:,} elements", fontsize=12)
    first = axes[0, 0]
    first.set_yticks(range(len(functions)), functions, fontsize=10)
    first.set_ylim(len(functions) - 0.4, -0.6)  # the first function on top
    figure.legend(handles, ["exact", "fast"], loc="outside lower center", ncols=2, frameon=False)
    _title(figure, run, "Speed relative to the best peer (above 1: fastact is faster)")
    return figure


def _ratio_panel(panel, functions, best):
    handles = []
    for offset, accuracy in zip([-BAR / 2, BAR / 2], ACCURACIES, strict=True):
        values = [row[f"time_over_{accuracy}"] if row else None for row in best.values()]
        places = [place + offset for place, value in enumerate(values) if value]
        values = [value for value in values if value]
        color = STYLES[f"fastact {accuracy}"]["color"]
        # Bars start at 1, so a loss points to the left.
        shown = [min(max(value, LEAST), MOST) for value in values]
        handles.append(panel.barh(places, [value - 1 for value in shown], BAR, left=1, color=color))
        for place, value in zip(places, values, strict=True):
            if not LEAST <= value <= MOST:
                side = {"x": MOST, "ha": "left"} if value > MOST else {"x": LEAST, "ha": "right"}
                panel.text(y=place, s=f"{value:.2g}", va="center", fontsize=7, **side)
    panel.axvline(1, color="black", linewidth=1)
    panel.set_xscale("log")
    panel.set_xlim(LEAST / 1.5, MOST * 1.5)  # leaves room for the written values
    panel.set_xticks([0.25, 0.5, 1, 2, 4, 8], ["¼", "½", "1", "2", "4", "8"])
    panel.minorticks_off()
    panel.grid(axis="x", alpha=0.25)
    panel.set_axisbelow(True)
    panel.set_xlabel("times the best peer")
    return handles
