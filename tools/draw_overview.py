"""Draw docs/_static/overview.svg: speed and largest error of four functions beside other libraries'.

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


def draw(run):
    """The figure, from what ``bench --json`` wrote."""
    rows = {(row["function"], row["competitor"]): row for row in run["results"] if row["size"] == SIZE}
    figure = Figure(figsize=(9, 3.6), layout="constrained", facecolor="white")
    speed, error = figure.subplots(1, 2)
    for i, (title, color) in enumerate(COLORS.items()):
        places = [place + (i - 1.5) * BAR for place in range(len(FUNCTIONS))]
        found = [rows.get((name, title)) for name in FUNCTIONS]
        speeds = [row["elements_per_second"] / 1e9 if row else 0 for row in found]
        bars = speed.bar(places, speeds, BAR, color=color, label=title)
        speed.bar_label(bars, [f"{value:.1f}" if value else "" for value in speeds], fontsize=7)
        errors = [NOTHING if row and row["max_ulp"] is None else min(row["max_ulp"], NOTHING) if row else 0 for row in found]
        bars = error.bar(places, [max(value, LEAST) if value else 0 for value in errors], BAR, color=color)
        error.bar_label(bars, [shown(value) for value in errors], fontsize=7)
    for panel, title in [(speed, "billion elements a second"), (error, "largest error, ULP (logarithmic)")]:
        panel.set_xticks(range(len(FUNCTIONS)), FUNCTIONS)
        panel.set_title(title, fontsize=10)
        panel.spines[["top", "right"]].set_visible(False)
    error.set_yscale("log")
    error.set_ylim(LEAST / 2, NOTHING * 10)
    error.axhline(1, color="#444444", linewidth=0.8, linestyle=":")
    figure.legend(*speed.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
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
    with matplotlib.rc_context({"svg.hashsalt": "fastact", "svg.fonttype": "path"}):
        draw(run).savefig(picture, metadata={"Date": None, "Creator": None})
    print(picture)


if __name__ == "__main__":
    main()
