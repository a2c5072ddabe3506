"""The explorer: all numbers are computed by fastact when the site is built, and looked up by `explorer.js`.

For each elementwise activation and each point of a grid of its parameters a script holds f and f′ at X, in float32.
The layer of the histogram is a matrix of standard normal numbers; the page scales them, and takes f and f′ between two X.
For each gated unit it holds the unit and both gradients on a grid of gate and up, PLANE; for each function of an axis the
results of the row (x, *OTHERS) times a scale, for each x and scale.
"""

import base64
import itertools
import json
from pathlib import Path

import numpy as np
from bokeh.embed import components
from bokeh.models import ColorBar, ColumnDataSource, FixedTicker, LinearColorMapper, Span
from bokeh.palettes import RdBu
from bokeh.plotting import figure
from bokeh.resources import Resources

import fastact as fa
from fastact._functions.registry import pairs

DOCS = Path(__file__).parents[1]
STEP = 0.05
X = np.round((np.arange(-400, 400) + 0.5) * STEP, 3)  # as far as four deviations of 4 from a mean of 4; without 0
UNITS, EXAMPLES = 256, 64
FIRST = ["relu", "gelu", "silu"]
PLANE = np.round(np.arange(-40, 41) * 0.1, 1)  # of gate, and of up
ROW_X = np.round(np.arange(-60, 61) * 0.1, 1)  # the first entry of the row
OTHERS = [2.0, 1.0, 0.0, -1.0]  # the other entries
SCALES = np.geomspace(0.1, 10, 21)
FIRST_UNIT, FIRST_FOLD = "swiglu", "softmax"

# Parameter -> values of its grid; those of a function's own stand under its name.
GRIDS = {
    "negative_slope": np.linspace(0, 0.5, 21), "weight": np.linspace(-0.5, 1, 16), "threshold": np.linspace(-2, 2, 9),
    "value": np.linspace(-2, 2, 9), "alpha": np.linspace(0.25, 3, 12), "beta": np.linspace(0.25, 4, 16),
    "min_val": np.linspace(-3, 0, 7), "max_val": np.linspace(0, 6, 7), "b": np.linspace(0, 8, 17),
    "lambd": np.linspace(0, 2, 21), "mu": np.linspace(-1, 2, 7), "sigma": np.linspace(0.1, 1, 10),
    "scale": np.linspace(0.2, 2, 10), "bias": np.linspace(-1, 1, 9), "c": np.linspace(1, 50, 50),
    "epsilon": np.linspace(0.25, 3, 12), "alpha_p": np.linspace(0.2, 2, 7), "alpha_n": np.linspace(0.2, 2, 7),
    "hard_sigmoid_linear": {"alpha": np.linspace(0.1, 1, 10), "beta": np.linspace(0, 1, 11)},
    "snake_beta": {"alpha": np.linspace(-1, 1, 9), "beta": np.linspace(-1, 1, 9)},
    "xielu": {"beta": np.linspace(0, 1, 5)},
    "swiglu_clamped": {"alpha": [1, 3], "limit": [1, 3], "offset": [0]},
    "swiglu_clamped_after": {"limit": [1, 2, 3]}, "situ": {"beta": [1, 2], "limit": [1, 2, 5]},
}
FIXED = {"eps"}  # a guard, not a shape


def grids(entry):
    """Parameter -> values, for those that the page moves; the default is always one of them."""
    own = GRIDS.get(entry.name, {})
    own = own if isinstance(own, dict) else {}
    found = {}
    for name, default in entry.parameters.items():
        if name not in FIXED:
            default = entry.examples.get(name, default)
            values = np.asarray(own.get(name, GRIDS.get(name)))
            found[name] = sorted({*np.round(values, 4).tolist(), float(default)})
    return found


def packed(arrays):
    return base64.b64encode(np.concatenate(arrays).astype("<f4").tobytes()).decode("ascii")


def data(function, results):
    """The description of one function, and its results at all points of its grid, as JSON."""
    entry = function.entry
    grid = grids(entry) if entry.kind != "fold" else {}
    arrays = []
    for chosen in itertools.product(*grid.values()):
        arrays += results(function, dict(zip(grid, chosen)))
    defaults = {name: values.index(float(entry.examples.get(name, entry.parameters[name]))) for name, values in grid.items()}
    return {"name": entry.name, "grid": grid, "defaults": defaults, "values": packed([one.ravel() for one in arrays])}


def of_x(activation, given):
    """f and f′ along X."""
    x = X.astype(np.float32)
    return [activation(x, **given), activation.derivative(x, **given)]


def of_plane(unit, given):
    """A gated unit and its gradients by gate and by up; each row has one up."""
    gate, up = np.meshgrid(PLANE.astype(np.float32), PLANE.astype(np.float32))
    return [unit(gate, up, **given), *unit.backward(np.ones_like(gate), gate, up, **given)]


def of_rows(fold, given):
    """The results for each scale and x, an array for each entry of the row; one if there is one for the whole row."""
    rows = np.stack(np.broadcast_arrays(ROW_X, *OTHERS), -1) * SCALES[:, None, None]
    results = fold(rows.astype(np.float32))
    return [results] if results.ndim == 2 else list(np.moveaxis(results, -1, 0))


def panel_of(name, title, x_label, toolbar=True, **more):
    """An empty panel of lines or patches, and its source, which the page fills."""
    panel = figure(height=290, sizing_mode="stretch_width", title=title, x_axis_label=x_label, tools="pan,wheel_zoom,reset",
                   active_scroll=None, toolbar_location="above" if toolbar else None, **more)
    panel.toolbar.logo = None
    return panel, ColumnDataSource({"xs": [], "ys": [], "color": [], "dash": [], "name": []}, name=name)


def line_panel(name, title, x_label, **more):
    panel, source = panel_of(name, title, x_label, **more)
    panel.multi_line("xs", "ys", color="color", line_dash="dash", line_width=2, source=source)
    return panel


def histogram_panel():
    panel, source = panel_of("histogram", "outputs of the layer", "output", toolbar=False)
    panel.patches("xs", "ys", color="color", alpha=0.35, line_alpha=0.9, source=source)
    panel.yaxis.axis_label = "share"
    return panel


def plane_panel():
    """The picture of a gated unit; its colors are steps of 1, so that their edges are contours."""
    panel = figure(height=340, sizing_mode="stretch_width", title="the unit", x_axis_label="gate", y_axis_label="up", tools="",
                   toolbar_location=None, x_range=(PLANE[0], PLANE[-1]), y_range=(PLANE[0], PLANE[-1]))
    colors = LinearColorMapper(palette=RdBu[11], low=-5.5, high=5.5)
    source = ColumnDataSource({"image": [np.zeros((len(PLANE), len(PLANE)), np.float32)]}, name="plane")
    width = PLANE[-1] - PLANE[0]
    panel.image("image", x=PLANE[0], y=PLANE[0], dw=width, dh=width, color_mapper=colors, source=source)
    panel.add_layout(ColorBar(color_mapper=colors, ticker=FixedTicker(ticks=list(range(-5, 6))), width=10), "right")
    panel.add_layout(Span(dimension="width", location=1, line_color="black", line_dash="dashed", line_width=2, name="at-up"))
    return panel


def row_panels():
    """Results against the first entry, and against the scale; a dashed line in each is where the other one is."""
    entry = line_panel("by-entry", "against the first entry, x", "x")
    scale = line_panel("by-scale", "against the scale", "scale", x_axis_type="log")
    entry.add_layout(Span(dimension="height", location=0, line_color="black", line_dash="dashed", name="at-entry"))
    scale.add_layout(Span(dimension="height", location=1, line_color="black", line_dash="dashed", name="at-scale"))
    return entry, scale


def plots():
    """(script, div of each panel); the page fills their sources."""
    by_entry, by_scale = row_panels()
    return components({
        "values": line_panel("values", "f(x)", "x"), "slopes": line_panel("slopes", "f′(x), the gradient", "x"),
        "histogram": histogram_panel(), "plane": plane_panel(),
        "slice": line_panel("slice", "along the dashed line", "gate"), "by-entry": by_entry, "by-scale": by_scale,
    })


def make(app):
    static = DOCS / "_made" / "static"
    folder = static / "explorer"
    folder.mkdir(parents=True, exist_ok=True)
    source = Resources(mode="inline", components=["bokeh"]).js_raw
    (static / "bokeh.min.js").write_text("\n".join(source), encoding="utf-8")
    activations = [one for one in fa.activations.values() if one.kind != "fold"]
    units = [one for one in pairs.values() if getattr(one, "entry", None) and one.entry.kind == "gated"]
    folds = [one for one in fa.activations.values() if one.kind == "fold" and "k" not in one.entry.parameters]
    for part, shown, results in [("activations", activations, of_x), ("units", units, of_plane), ("folds", folds, of_rows)]:
        for one in shown:
            text = json.dumps(data(one, results), separators=(",", ":"))
            (folder / f"{one.__name__}.js").write_text(f"fastactExplorer.loaded({part!r}, {text});\n", encoding="utf-8")
    rng = np.random.default_rng(0)
    # A unit's inputs share a mean of their own, so that some units are never positive.
    z = np.sqrt(0.5) * (rng.standard_normal((UNITS, 1)) + rng.standard_normal((UNITS, EXAMPLES)))
    known = {
        "activations": [one.__name__ for one in activations], "first": FIRST, "unitsOfLayer": UNITS, "examples": EXAMPLES,
        "start": float(X[0]), "step": STEP, "points": len(X), "z": packed([z.ravel()]),
        "units": [one.__name__ for one in units], "firstUnit": FIRST_UNIT, "plane": PLANE.tolist(),
        "folds": [one.__name__ for one in folds], "firstFold": FIRST_FOLD, "entries": ROW_X.tolist(), "others": OTHERS,
        "scales": [float(f"{scale:.3g}") for scale in SCALES],
    }
    (folder / "known.js").write_text(f"window.fastactKnown = {json.dumps(known)};\n", encoding="utf-8")
    script, divs = plots()
    panels = {name: f"<div>{div}</div>" for name, div in divs.items()}
    for part, text in PARTS.items():
        (DOCS / "_made" / f"explorer-{part}.html").write_text(text.format(script=script, **panels), encoding="utf-8")


# The parts of the page, in its order; the last one brings the scripts.
PARTS = {
    "activations": """\
<div class="explorer" id="explorer">
<div class="chips" role="group" aria-label="activations"></div>
<div class="controls" id="explorer-parameters"></div>
<div class="panels">
{values}
{slopes}
{histogram}
<div>
<div class="controls">
<label><span>mean of the inputs: <output id="mean-shown"></output></span>
<input id="mean" type="range" min="-4" max="4" step="0.25" value="0"></label>
<label><span>deviation: <output id="deviation-shown"></output></span>
<input id="deviation" type="range" min="0.25" max="4" step="0.25" value="1"></label>
</div>
<div class="pst-scrollable-table-container"><table class="table"><thead><tr><th>function</th><th>zeros</th><th>saturated</th>
<th>dead units</th><th>mean output</th><th>deviation</th></tr></thead><tbody id="shares"></tbody></table></div>
</div>
</div>
</div>
""",
    "units": """\
<div class="explorer" id="explorer-units">
<div class="chips" role="group" aria-label="gated units"></div>
<div class="controls">
<label><span>up: <output id="up-shown"></output></span>
<input id="up" type="range" min="0" step="1"></label>
<span class="controls" id="unit-parameters"></span>
</div>
<div class="panels">
{plane}
<div>
{slice}
<div class="legend" id="slice-legend"></div>
</div>
</div>
</div>
""",
    "folds": """\
<div class="explorer" id="explorer-folds">
<div class="chips" role="group" aria-label="functions of an axis"></div>
<div class="controls">
<label><span>x, the first entry: <output id="entry-shown"></output></span>
<input id="entry" type="range" min="0" step="1"></label>
<label><span>scale (1 / temperature): <output id="scale-shown"></output></span>
<input id="scale" type="range" min="0" step="1"></label>
</div>
<div class="panels">
{by-entry}
{by-scale}
</div>
<div class="pst-scrollable-table-container"><table class="table"><thead><tr><th>entry of the row</th><th>times the scale</th>
<th>result</th></tr></thead><tbody id="results"></tbody></table></div>
</div>
<script src="_static/bokeh.min.js"></script>
<script src="_static/explorer/known.js"></script>
{script}
<script src="_static/explorer.js"></script>
""",
}


def setup(app):
    app.connect("builder-inited", make)
    return {"version": "1", "parallel_read_safe": True}
