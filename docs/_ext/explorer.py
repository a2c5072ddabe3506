"""The explorer: all numbers are computed by fastact when the site is built, and looked up by `explorer.js`.

For each elementwise activation and each point of a grid of its parameters a script holds f and f′ at X, in float32.
The layer of the histogram is a matrix of standard normal numbers; the page scales them, and takes f and f′ between two X.
"""

import base64
import itertools
import json
from pathlib import Path

import numpy as np
from bokeh.embed import components
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure
from bokeh.resources import Resources

import fastact as fa

DOCS = Path(__file__).parents[1]
STEP = 0.05
X = np.round((np.arange(-400, 400) + 0.5) * STEP, 3)  # as far as four deviations of 4 from a mean of 4; without 0
UNITS, EXAMPLES = 256, 64
FIRST = ["relu", "gelu", "silu"]

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


def data(activation):
    """The description of one function, and its values, as JSON."""
    entry = activation.entry
    grid = grids(entry)
    x = X.astype(np.float32)
    arrays = []
    for values in itertools.product(*grid.values()):
        given = dict(zip(grid, values))
        arrays += [activation(x, **given), activation.derivative(x, **given)]
    defaults = {name: values.index(float(entry.examples.get(name, entry.parameters[name]))) for name, values in grid.items()}
    return {"name": entry.name, "grid": grid, "defaults": defaults, "values": packed(arrays)}


def plots():
    """(scripts, divs) of the three panels; the page fills their sources."""
    made = {}
    for name, title, label in [("values", "f(x)", "x"), ("slopes", "f′(x), the gradient", "x"),
                               ("histogram", "outputs of the layer", "output")]:
        panel = figure(height=290, sizing_mode="stretch_width", title=title, x_axis_label=label, tools="pan,wheel_zoom,reset",
                       active_scroll=None, toolbar_location="above" if name != "histogram" else None)
        panel.toolbar.logo = None
        source = ColumnDataSource({"xs": [], "ys": [], "color": [], "name": []}, name=name)
        if name == "histogram":
            panel.patches("xs", "ys", color="color", alpha=0.35, line_alpha=0.9, source=source)
            panel.yaxis.axis_label = "share"
        else:
            panel.multi_line("xs", "ys", color="color", line_width=2, source=source)
        made[name] = panel
    return components(made)


def make(app):
    static = DOCS / "_made" / "static"
    folder = static / "explorer"
    folder.mkdir(parents=True, exist_ok=True)
    for component in ("bokeh",):
        source = Resources(mode="inline", components=[component]).js_raw
        (static / "bokeh.min.js").write_text("\n".join(source), encoding="utf-8")
    shown = [activation for activation in fa.activations.values() if activation.kind != "fold"]
    for activation in shown:
        text = json.dumps(data(activation), separators=(",", ":"))
        (folder / f"{activation.__name__}.js").write_text(f"fastactExplorer.loaded({text});\n", encoding="utf-8")
    rng = np.random.default_rng(0)
    # A unit's inputs share a mean of their own, so that some units are never positive.
    z = np.sqrt(0.5) * (rng.standard_normal((UNITS, 1)) + rng.standard_normal((UNITS, EXAMPLES)))
    known = {
        "names": [activation.__name__ for activation in shown], "first": FIRST, "units": UNITS, "examples": EXAMPLES,
        "start": float(X[0]), "step": STEP, "points": len(X), "z": packed([z.ravel()]),
    }
    (folder / "known.js").write_text(f"window.fastactKnown = {json.dumps(known)};\n", encoding="utf-8")
    script, divs = plots()
    made = DOCS / "_made" / "explorer.html"
    panels = "\n".join(f"<div>{divs[name]}</div>" for name in ("values", "slopes", "histogram"))
    made.write_text(PAGE.format(panels=panels, script=script), encoding="utf-8")


PAGE = """\
<div id="explorer">
<div class="chips" role="group" aria-label="functions"></div>
<div class="controls" id="explorer-parameters"></div>
<div class="panels">
{panels}
</div>
<div class="controls">
<label>mean of the inputs: <output id="mean-shown"></output>
<input id="mean" type="range" min="-4" max="4" step="0.25" value="0"></label>
<label>deviation: <output id="deviation-shown"></output>
<input id="deviation" type="range" min="0.25" max="4" step="0.25" value="1"></label>
</div>
<div class="pst-scrollable-table-container"><table class="table"><thead><tr><th>function</th><th>zeros</th><th>saturated</th>
<th>dead units</th><th>mean output</th><th>deviation</th></tr></thead><tbody id="shares"></tbody></table></div>
</div>
<script src="_static/bokeh.min.js"></script>
<script src="_static/explorer/known.js"></script>
{script}
<script src="_static/explorer.js"></script>
"""


def setup(app):
    app.connect("builder-inited", make)
    return {"version": "1", "parallel_read_safe": True}
