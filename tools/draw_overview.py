"""Draw docs/_static/overview*.svg: speed and largest error of four functions beside other libraries'.

The figures are recorded by ``bash benchmarks/run_all.sh``; the picture of your machine's:

    python -m fastact bench gelu silu swiglu softmax --sizes 65536 --json mine.json
    python tools/draw_overview.py mine.json mine.svg
"""

import json
import sys
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

REPOSITORY = Path(__file__).parents[1]
RECORDED = REPOSITORY / "benchmarks" / "results" / "amd-epyc-25-17" / "forward-float32.json"
PICTURE = REPOSITORY / "docs" / "_static" / "overview.svg"
FUNCTIONS = ["gelu", "silu", "swiglu", "softmax"]
COLORS = {"fastact exact": "#1f6fb4", "fastact fast": "#8fbfe0", "PyTorch": "#d95f0e", "ONNX Runtime": "#9a7fc0"}
SIZE = 65536
LEAST, NOTHING = 0.3, 1e9  # ULP: the shortest bar; where an infinity stands for a number
BAR = 0.2


def draw_speed(panel, rows):
    """Billions of elements a second."""
    for bars, title, places in groups():
        found = [rows.get((name, title)) for name in FUNCTIONS]
        speeds = [row["elements_per_second"] / 1e9 if row else 0 for row in found]
        drawn = panel.bar(places, speeds, BAR, color=bars, label=title)
        panel.bar_label(drawn, [f"{value:.1f}" if value else "" for value in speeds], fontsize=7)
    panel.set_title("billion elements a second", fontsize=10)


def draw_error(panel, rows):
    """The largest error in ULP."""
    for bars, title, places in groups():
        found = [rows.get((name, title)) for name in FUNCTIONS]
        errors = [NOTHING if row and row["max_ulp"] is None else min(row["max_ulp"], NOTHING) if row else 0 for row in found]
        drawn = panel.bar(places, [max(value, LEAST) if value else 0 for value in errors], BAR, color=bars, label=title)
        panel.bar_label(drawn, [shown(value) for value in errors], fontsize=7)
    panel.set_title("largest error, ULP (logarithmic)", fontsize=10)
    panel.set_yscale("log")
    panel.set_ylim(LEAST / 2, NOTHING * 10)
    panel.axhline(1, color="#444444", linewidth=0.8, linestyle=":")


def groups():
    """(color, title, places of its bars) of each competitor."""
    for i, (title, color) in enumerate(COLORS.items()):
        yield color, title, [place + (i - 1.5) * BAR for place in range(len(FUNCTIONS))]


def draw(run, drawings):
    """A figure with these panels beside each other, from what ``bench --json`` wrote."""
    rows = {(row["function"], row["competitor"]): row for row in run["results"] if row["size"] == SIZE}
    figure = Figure(figsize=(4.5 * len(drawings), 3.6), layout="constrained", facecolor="white")
    panels = figure.subplots(1, len(drawings), squeeze=False)[0]
    for panel, drawing in zip(panels, drawings):
        drawing(panel, rows)
        panel.set_xticks(range(len(FUNCTIONS)), FUNCTIONS)
        panel.spines[["top", "right"]].set_visible(False)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2 * len(drawings), frameon=False)
    return figure


def shown(error):
    if not error:
        return ""
    if error >= NOTHING:
        return "inf"
    return f"{error:.0e}".replace("e+0", "e") if error > 9999 else f"{error:.2g}" if error < 100 else f"{error:.0f}"


def main():
    source, picture = map(Path, sys.argv[1:3]) if len(sys.argv) > 2 else (RECORDED, PICTURE)
    run = json.loads(source.read_text(encoding="utf-8"))
    # The README has both beside each other; the home page, which phones show too, each alone.
    for ending, drawings in [("", [draw_speed, draw_error]), ("-speed", [draw_speed]), ("-error", [draw_error])]:
        path = picture.with_stem(picture.stem + ending)
        with matplotlib.rc_context({"svg.hashsalt": "fastact", "svg.fonttype": "path"}):
            draw(run, drawings).savefig(path, metadata={"Date": None, "Creator": None})
        print(path)


if __name__ == "__main__":
    main()
