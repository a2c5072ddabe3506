"""A page for each function, made from the catalogue when the site is built, and an index of all with pictures."""

import hashlib
import json
import math
from functools import cache
from pathlib import Path

import numpy as np
from sphinx.util.display import status_iterator

import fastact as fa
from fastact._catalogue import REQUIRED, names, records, texts
from fastact._functions.registry import pairs
from fastact._lab.reports.tables import error_text, percentage
from fastact._pictures import curves, draw
from results import RESULTS, RESULTS_SIZE, speeds

DOCS = Path(__file__).parents[1]
FOLDER = DOCS / "gallery"
KINDS = {
    "ridge": ("Ridge functions", "functions of a linear combination: every element alone"),
    "radial": ("Radial functions", "functions of a distance"),
    "fold": ("Fold functions", "functions of a whole axis"),
    "gated": ("Gated units", "the product of two projections, one of them through an activation"),
    "added": ("Activations of a sum", "a bias or a residual is added in the same pass"),
}
SMOOTH = {"discontinuous": "it jumps", "C0": "continuous, its derivative jumps ($C^0$)",
          "C1": "continuously differentiable once ($C^1$)", "C∞": "smooth ($C^\\infty$)"}
# Pictures for the guide: name -> functions together.
TOGETHER = {
    "compare-modern": ["relu", "gelu", "silu", "mish"], "compare-saturating": ["sigmoid", "tanh", "softsign", "hard_sigmoid"],
    "compare-radial": ["gaussian", "inverse_multiquadric", "multiquadric"],
}
LIBRARIES = {"": "PyTorch, transformers", "torch": "PyTorch", "jax": "JAX (`jax.nn`)", "keras": "Keras (`keras.activations`)",
             "timm": "timm", "onnx": "ONNX"}
TARGETS = ["x86-64-v4", "x86-64-v3"]


def functions():
    """Every public function by name, in the order of the documentation."""
    found = {**fa.activations}
    found["poly_norm"] = fa.poly_norm
    return {**found, **pairs}


def kind_of(name, function):
    if name == "poly_norm":
        return "fold"
    return "gated" if name == "gated" else function.entry.kind


# ---------------------------------------------------------------------------- pictures --


@cache
def peers():
    return json.loads((DOCS / "_data" / "peer_errors.json").read_text(encoding="utf-8"))


def stamp():
    """A hash of all that the pictures are made from; an unchanged one saves drawing them again."""
    package = Path(fa.__file__).parent
    hashed = hashlib.sha256()
    files = [Path(__file__), DOCS / "_data" / "peer_errors.json", *sorted(RESULTS.glob("*/forward-float32.json")), *sorted((package / "_pictures").glob("*.py")),
             *sorted((package / "_catalogue").glob("*.*")), *sorted((package / "_kernels").rglob("*.so"))]
    for path in files:
        hashed.update(path.read_bytes())
    return hashed.hexdigest()


def shape_picture(functions, drawn):
    """f or f′ alone, so that a phone shows them below each other."""
    figure, (panel,) = draw.empty(1, width=4.6, height=3.1)
    first, last = zip(*map(curves.view, functions))
    x = np.linspace(min(first), max(last), curves.POINTS)
    drawn(panel, [curves.curve(function, x) for function in functions])
    return figure


def thumbnail(function):
    figure, (panel,) = draw.empty(1, width=2.4, height=1.5)
    one = curves.curve(function)
    panel.axhline(0, color="#888888", linewidth=0.7)
    panel.axvline(0, color="#888888", linewidth=0.7)
    panel.plot(one.x, curves.with_gaps(one.y), color=draw.BLUE, linewidth=2)
    panel.plot(one.x, curves.with_gaps(one.slope), color=draw.ORANGE, linewidth=1.2, linestyle="--")
    panel.set_xlim(one.x[0], one.x[-1])
    panel.set_xticks([])
    panel.set_yticks([])
    return figure


def error_picture(name, function):
    found = {f"fastact {accuracy}": curves.errors(function, accuracy) for accuracy in ("exact", "fast")}
    for title, errors in peers()["errors"].get(name, {}).items():
        found[title] = [math.inf if error is None else error for error in errors]
    figure, (panel,) = draw.empty(1, width=5.6, height=3.6)     # wider ones cannot be read on a phone
    draw.errors(panel, dict(reversed(found.items())), bound_of(function))
    figure.legend(frameon=False, fontsize=9, loc="outside lower center", reverse=True, ncols=3)
    return figure


def speed_picture(name, machine):
    """Bars of billions of elements a second on a machine; None if nothing was measured there."""
    found = speeds()[machine].get(name)
    if not found:
        return None
    rows = max(len(of[name]) for of in speeds().values() if name in of)   # the pictures beside each other are of one height
    figure, (panel,) = draw.empty(1, width=4.6, height=0.9 + 0.27 * rows)
    titles, values = list(found), [value / 1e9 for value in found.values()]
    colors = [draw.ERROR_COLORS.get(title.removeprefix("fastact "), "#888888") for title in titles]
    bars = panel.barh(titles, values, color=colors)
    panel.bar_label(bars, [f"{value:.2g}" for value in values], padding=3, fontsize=9)
    panel.invert_yaxis()
    panel.set_xlim(0, 1.15 * max(values))
    panel.tick_params(labelsize=9)
    panel.set_title(machine, fontsize=10)
    panel.set_xlabel("billion elements a second", fontsize=9)
    return figure


def bound_of(function):
    if function.__name__ == "gated":
        function = function.unit("silu")
    return function.entry.max_ulp("exact", "float32")


# Ending of the file -> what draws it, or returns None.
PICTURES = {
    "shape": lambda name, function: shape_picture([function], draw.values),
    "slope": lambda name, function: shape_picture([function], draw.slopes),
    "thumbnail": lambda name, function: thumbnail(function),
    **{f"speed-{number}": lambda name, function, machine=machine: speed_picture(name, machine)
       for number, machine in enumerate(speeds())},
    "error": lambda name, function: None if name == "poly_norm" else error_picture(name, function),
}


def draw_all(app):
    folder = FOLDER / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / "stamp"
    new = stamp()
    if not marker.exists() or marker.read_text() != new:
        for path in folder.glob("*.svg"):
            path.unlink()
    shown = functions()
    for name, function in status_iterator(shown.items(), "drawing ", "blue", len(shown), app.verbosity,
                                          stringify_func=lambda one: one[0]):
        for what, picture in PICTURES.items():
            path = folder / f"{name}-{what}.svg"
            if not path.exists():
                figure = picture(name, function)
                if figure is not None:
                    path.write_text(draw.svg(figure), encoding="utf-8")
    for name, together in TOGETHER.items():
        for what, drawn in [("shape", draw.values), ("slope", draw.slopes)]:
            path = folder / f"{name}-{what}.svg"
            if not path.exists():
                path.write_text(draw.svg(shape_picture(list(map(fa.get, together)), drawn)), encoding="utf-8")
    marker.write_text(new)


# ------------------------------------------------------------------------------- pages --


def table(header, rows):
    if not rows:
        return []
    return ["| " + " | ".join(header) + " |", "|" + "---|" * len(header),
            *("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows), ""]


def number(value):
    return f"{value:.4g}".replace("-", "−")


def known_as(name):
    """(library, names) of the other libraries' names of a function."""
    found = {}
    for known, (meaning, values) in names.NAMES.items():
        if meaning != name:
            continue
        prefix, _, rest = known.rpartition(".")
        if not prefix and known == name:
            continue
        given = ", ".join(f"{key}={value:.4g}" for key, value in values.items())
        found.setdefault(LIBRARIES[prefix], []).append(f"`{rest}`" + (f" ({given})" if given else ""))
    return list(found.items())


def properties(name, function):
    """The rows of the table of properties."""
    kind = kind_of(name, function)
    rows = [("kind", f"{kind}: {KINDS[kind][1]}")]
    entry = getattr(function, "entry", None)
    if kind in ("ridge", "radial", "fold") and entry:
        rows += [("values", entry.range), ("smoothness", SMOOTH[entry.smoothness]),
                 ("monotonic", "yes" if entry.monotonic else "no")]
    if kind in ("ridge", "radial"):
        zeros = entry.measured().derivative_zeros
        if zeros:
            rows.append(("derivative is zero at", ", ".join(number(zero) for zero in zeros)))
        rows += zones(function)
    if entry and entry.parameters:
        given = ", ".join(f"`{key}`" if value is REQUIRED else f"`{key}={value!r}`" for key, value in entry.parameters.items())
        rows.append(("parameters", given))
    if entry:
        rows.append(("defined in", entry.source))
    return rows


def edge(x):
    """The end of a zone, which is known to a step of the grid."""
    return f"{round(x, 2) + 0:g}".replace("-", "−")


def zones(function):
    """Where a unit is dead or saturated; so near to zero that nothing underflows in float64."""
    far = 4 * max(map(abs, curves.view(function)))
    one = curves.curve(function, np.linspace(-far, far, 40001))
    rows = []
    for title, found in [("dead (f = f′ = 0)", one.dead), ("saturated (|f′| < 0.01)", one.saturated)]:
        said = []
        for first, last in found:
            if first <= -far and last >= far:
                said.append("everywhere")
            elif first <= -far:
                said.append(f"x < {edge(last)}")
            elif last >= far:
                said.append(f"x > {edge(first)}")
            else:
                said.append(f"{edge(first)} < x < {edge(last)}")
        if said:
            rows.append((title, "; ".join(said)))
    return rows


def measured(found):
    """A recorded error in words."""
    error = error_text(found.error, found.unit)
    error = f"${error.replace('^', '^{')}}}$ relative" if "^" in error else error
    if found.correctly_rounded == 1:
        return f"{error} (all correctly rounded)"
    return f"{error} at {number(found.worst_input)} ({percentage(100 * found.correctly_rounded)} correctly rounded)"


def promised(function):
    """The table of promised and measured errors."""
    if function.__name__ == "gated":
        function = function.unit("silu")
    entry = function.entry
    rows = []
    for accuracy in ("exact", "fast", "correct"):
        bound = entry.max_ulp(accuracy, "float32")
        said = f"{bound:g} ULP" + (" ($2^{-12}$ relative)" if accuracy == "fast" and entry.kind != "gated" else "")
        row = [accuracy, "correctly rounded" if accuracy == "correct" and bound < 0.6 else said]
        for target in TARGETS:
            found = entry.bounds(accuracy, "float32", False, target) if entry.kind in ("ridge", "radial") else None
            row.append("" if found is None else measured(found))
        rows.append(row)
    if not any(cell for row in rows for cell in row[2:]):
        return table(["accuracy", "promised, float32"], [row[:2] for row in rows])
    return table(["accuracy", "promised, float32", "measured with AVX-512", "measured with AVX2"], rows)


def peer_rows(name):
    """The peers' largest errors, over their whole sample."""
    found = records.read()["peers"].get(records.key(name, "float32"), {})
    rows = []
    for title, row in sorted(found.items()):
        error = row.get("error")
        rows.append([title, "wrong: an infinity or NaN" if error is None or not math.isfinite(float(error))
                     else f"{float(error):.3g} ULP"])
    return rows


def beside(name):
    """Which other libraries are in the picture of errors."""
    titles = [f"{title} {peers()['versions'][title]}" for title in peers()["errors"].get(name, {})]
    if not titles:
        return "no other library that was measured computes it"
    return "beside it " + " and ".join([", ".join(titles[:-1]), titles[-1]] if titles[1:] else titles)


def example(name, function):
    """Lines of a call, and what it gives."""
    entry = getattr(function, "entry", None)
    kind = kind_of(name, function)
    if name == "poly_norm":
        return ["fa.poly_norm(x, weight=[0.5, 0.25, 0.25])", "fa.poly_norm.backward(grad, x, [0.5, 0.25, 0.25])"]
    if kind in ("gated",):
        more = ', activation="relu"' if name == "gated" else ""
        return [f"h = fa.{name}(gate, up{more})", f"h = fa.{name}(packed{more})               # both halves in one array",
                f"d_gate, d_up = fa.{name}.backward(grad, gate, up{more})"]
    if kind == "added":
        return [f"y = fa.{name}(x, bias)", f"d_x = fa.{name}.backward(grad, x, bias)"]
    given = "".join(f", {key}={value}" for key, value in entry.examples.items())
    lines = [f"y = fa.{name}(x{given})", f'y = fa.{name}(x{given}, accuracy="fast")']
    if kind == "fold":
        taken = "x" if entry.backward_takes == "x" else "y"
        lines.append(f"d_x = fa.{name}.backward(grad, {taken}{given})")
    else:
        lines.append(f"d_x = fa.{name}.backward(grad, x{given})        # grad * f′(x) in one pass")
    return lines


def page(name, function):
    """The lines of a function's page."""
    text = texts.TEXTS[name]
    kind = kind_of(name, function)
    lines = [f"(gallery-{name})=", f"# {name}", "", "$$", text.tex, "$$", ""]
    entry = getattr(function, "entry", None)
    if entry and entry.kind in ("gated", "added") and entry.activation:
        what = "gate" if kind == "gated" else "sum"
        lines += [f"The {what} goes through [{entry.activation}]({entry.activation}.md).", ""]
    lines += [":::{table}", ":class: fact-table", "", *table(["", ""], properties(name, function)), ":::", ""]
    one = curves.curve(function, np.linspace(*curves.view(function), 11))
    along = f" It is shown {'along ' * one.line.startswith('rows')}{one.line}." if one.line else ""
    if kind in ("ridge", "radial"):
        along += " The [explorer](../explorer.md) has it beside others" + ", and moves its parameters." * bool(entry.parameters)
        along = along.rstrip(".") + "."
    if kind == "gated" and name != "gated":
        along += " The [explorer](../explorer.md) has it over gate and up."
    if kind == "fold" and name in fa.activations and "k" not in entry.parameters:
        along += " The [explorer](../explorer.md) moves an entry of a longer row, and its scale."
    lines += ["## Shape", "", "::::{grid} 1 1 2 2", ":gutter: 1", "", ":::{grid-item}", f"![{name}](pictures/{name}-shape.svg)",
              ":::", ":::{grid-item}", f"![the derivative of {name}](pictures/{name}-slope.svg)", ":::", "::::", "",
              f"The function, and its derivative, by which a gradient is multiplied.{along}", ""]
    lines += ["## Use", "", "```python", "import fastact as fa", *example(name, function), "```", "",
              f"All arguments are [below](#reference).  This picture: `python -m fastact show {name}`.", ""]
    if name == "poly_norm":
        lines += ["## Error", "", "All accuracies compute in double precision and round once; the error before the rounding is "
                  "2⁻⁵⁰ of the largest of the three terms and the bias.", ""]
    else:
        lines += ["## Error", "",
                  f"![Largest error of {name} against x](pictures/{name}-error.svg)", "",
                  "The largest error near each x, in units of the last place of float32 (ULP).  At the dotted red line an "
                  f"error is as large as the value.  fastact was measured on {fa._runtime.dispatch.target} when this page "
                  f"was made; {beside(name)}.", "", *promised(function)]
        rows = peer_rows(name)
        if rows:
            lines += ["The largest errors of other libraries over a sample of all float32:", "",
                      *table(["library", "largest error"], rows)]
        if kind in ("ridge", "radial"):
            lines += [f"Every figure, other types and derivatives: [accuracy of {name}](../accuracy.md#{name}).", ""]
    measured_on = [number for number, found in enumerate(speeds().values()) if name in found]
    if measured_on:
        lines += ["## Speed", "", "::::{grid} 1 1 2 2", ":gutter: 1", ""]
        for number in measured_on:
            lines += [":::{grid-item}", f"![Speed of {name}](pictures/{name}-speed-{number}.svg)", ":::"]
        lines += ["::::", "", f"{RESULTS_SIZE:,} float32 values, one thread, results allocated before. "
                  f"Measure your machine: `python -m fastact bench {name} --sizes {RESULTS_SIZE}`. "
                  "More: [performance](../performance.md).", ""]
    known = known_as(name)
    if known:
        lines += ["## Names in other libraries", "", *table(["library", "name"], [(library, ", ".join(sorted(set(found)))) for library, found in known]),
                  "`fa.get` takes any of them; those of one library with its prefix, such as "
                  '`fa.get("jax.gelu")`.', ""]
    if text.models:
        lines += ["## Who uses it", "", *(f"- {who} ({where})" for who, where in text.models), ""]
    if text.related:
        lines += ["## Related", "", " · ".join(f"[{other}]({other}.md)" for other in text.related), ""]
    lines += ["## Reference", "", "```{eval-rst}", f".. autofunction:: fastact.{name}", "```", "",
              "Its methods, gradients among them: [classes of functions](../reference/classes.md).", ""]
    return lines


def index():
    lines = ["# Gallery", "", "Every function of fastact: the line is f, the dashed one its derivative.  A click leads to "
             "its formula, error, speed, and the models that use it.", ""]
    for kind, (title, about) in KINDS.items():
        shown = [name for name, function in functions().items() if kind_of(name, function) == kind]
        lines += [f"## {title}", "", f"{about[0].upper()}{about[1:]}.", "", "::::{grid} 2 3 4 4", ":gutter: 2", ""]
        for name in shown:
            broken = name.replace("_", "_\u200b")     # a long name may be broken there, and nowhere else
            lines += [f":::{{grid-item-card}} {broken}", f":img-top: pictures/{name}-thumbnail.svg", f":link: {name}",
                      ":link-type: doc", ":class-card: gallery-card", ":::", ""]
        lines += ["::::", "", "```{toctree}", ":hidden:", "", *shown, "```", ""]
    return lines


def write(path, lines):
    text = "\n".join(lines) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def make(app):
    FOLDER.mkdir(exist_ok=True)
    draw_all(app)
    shown = functions()
    for name, function in shown.items():
        write(FOLDER / f"{name}.md", page(name, function))
    write(FOLDER / "index.md", index())


def setup(app):
    app.connect("builder-inited", make)
    return {"version": "1", "parallel_read_safe": True}

