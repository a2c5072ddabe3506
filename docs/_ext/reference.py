"""The pages of the reference, which list all public names; `fastact.torch` from its recorded signatures and docstrings."""

import argparse
import importlib
import inspect
import json
import re
import textwrap
from pathlib import Path

from numpydoc.docscrape_sphinx import SphinxDocString

import fastact as fa
import gallery
from fastact._cli import main as command_line

DOCS = Path(__file__).parents[1]
BARS = re.compile(r"(?<!`)\|([^|\s`]+)\|")  # an absolute value, no substitution
FOLDER = DOCS / "reference"

# Page -> (title, introduction, names).  What is public and stands nowhere here comes to the layers.
PAGES = {
    "layers": ("Projections, blocks and experts", "Layers whose weights are packed once.  The guide: "
               "{doc}`/guide/inference`, {doc}`/guide/quantised`, {doc}`/guide/experts`.",
               ["Projection", "GatedProjection", "MLP", "GatedMLP", "gated_projection", "route", "Experts"]),
    "weights": ("Quantised weights and files", "The guide: {doc}`/guide/quantised`.",
                ["QuantizedArray", "quantize", "dequantize"]),
    "settings": ("Accuracy, threads, configuration", "The guide: {doc}`/guide/exact-or-fast`, {doc}`/guide/threads`.",
                 ["accuracy", "set_accuracy", "get_accuracy", "threads", "set_num_threads", "get_num_threads",
                  "show_config"]),
    "tools": ("Names, pictures, sparsity", "Finding functions by any library's name, drawing them, and counting zeros.",
              ["get", "activations", "plot", "sparsity", "dead_units"]),
    "classes": ("Classes of functions", "A function such as `fa.gelu` is an object of one of these classes.", ["Activation", "GatedUnit", "ParametricGatedUnit", "AddedActivation"]),
}
# What are neither functions nor classes have no docstring of their own.
DATA = {"activations": "Every activation by name, in the order of the gallery: a mapping that cannot be changed."}
# What the classes of layers share with each other and with no caller; and those of functions.
OF_LAYERS = {"by_argument", "call_several", "complete", "compute", "contents", "features", "kind", "matrix_arguments",
             "resolved_accuracy", "routed"}
OF_FUNCTIONS = {"entry"}
# The methods of activations belong to classes of their own kinds, which are not public: they are shown by examples.
METHODS = ["gelu.backward", "gelu.derivative", "leaky_relu.with_parameters", "prelu.backward_parameters",
           "sigmoid.backward_from_output"]
ELSEWHERE = {"__version__", "reference", "get_include"}  # on pages of their own kind

ENVIRONMENT = """
## Environment variables

| variable | meaning |
|---|---|
| `FASTACT_ACCURACY` | the default accuracy: `exact`, `fast` or `correct` |
| `FASTACT_NUM_THREADS`, else `OMP_NUM_THREADS` | the default number of threads |
| `FASTACT_TARGET` | the CPU target, such as `x86-64-v3`; one that was not built or that the CPU lacks is an `ImportError` that lists the others |
"""


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = text.rstrip() + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def autodoc(name):
    """The directive for a public object."""
    thing = getattr(fa, name)
    if inspect.isclass(thing):
        is_function = name in PAGES["classes"][2]
        calls = "" if is_function else "   :special-members: __call__\n"
        internal = OF_FUNCTIONS if is_function else OF_LAYERS
        if name == "Activation":
            internal = internal | {"backward_parameters"}   # of those without parameters, where it raises
        return (f".. autoclass:: fastact.{name}\n   :members:\n   :inherited-members:\n{calls}"
                f"   :exclude-members: {', '.join(sorted(internal))}\n")
    if callable(thing):
        return f".. autofunction:: fastact.{name}\n"
    return f".. py:data:: {name}\n   :module: fastact\n\n   {DATA[name]}\n"


def method(name):
    """The description of an object's method, which autodoc does not find."""
    owner, _, own = name.partition(".")
    found = getattr(getattr(fa, owner), own)
    # Names that are not public, such as another method's, cannot be links.
    doc = re.sub(r"(?<!`)`(\w+)`(?!`)", lambda one: one[0] if hasattr(fa, one[1]) else f"`{one[0]}`", inspect.getdoc(found))
    doc = textwrap.indent(rest(doc), "   ")
    return f".. py:function:: {name}{inspect.signature(found)}\n   :module: fastact\n\n{doc}\n"


def listed(names):
    return "```{eval-rst}\n.. currentmodule:: fastact\n\n" + "\n".join(map(autodoc, names)) + "```\n"


def summary(name):
    """The first line of a docstring."""
    return inspect.cleandoc(getattr(fa, name).__doc__ or "").splitlines()[0]


def functions_page():
    lines = ["# Functions", "", "Each name leads to a page with the formula, the error, the speed and all arguments.  "
             "{doc}`classes` describes the methods that all of them have: `backward`, `derivative`, `max_ulp`, `bounds`, "
             "`ufunc`, `with_parameters`.", ""]
    shown = gallery.functions()
    for kind, (title, _) in gallery.KINDS.items():
        rows = []
        for name, function in shown.items():
            if gallery.kind_of(name, function) == kind:
                arguments = [str(p) for p in inspect.signature(function).parameters.values() if p.kind is not p.KEYWORD_ONLY]
                rows.append((f"[{name}](../gallery/{name}.md)", f"`{name}({', '.join(arguments)})`", function.formula))
        lines += [f"## {title}", "", *gallery.table(["function", "call", "formula"], rows)]
    return "\n".join(lines)


def torch_page(path):
    known = json.loads((DOCS / "_data" / "torch_reference.json").read_text(encoding="utf-8"))
    parts = ["# fastact.torch\n", described("fastact.torch", known["module"]),
             "How to use it: {doc}`/guide/pytorch`.\n"]
    groups = {"Models": [], "Functions": [], "Modules": []}
    for one in known["members"]:
        group = "Models" if one["name"] in ("accelerate", "Accelerated", "Replacement") else (
            "Modules" if one["kind"] == "class" else "Functions")
        groups[group].append(one)
    groups["Models"].sort(key=lambda one: one["name"] != "accelerate")
    for title, members in groups.items():
        directives = []
        for one in members:
            doc = textwrap.indent(rest(one["doc"]), "   ")
            directives.append(f".. py:{one['kind']}:: {one['name']}{one['signature']}\n   :module: fastact.torch\n\n{doc}\n")
        parts.append(f"## {title}\n\n```{{eval-rst}}\n" + "\n".join(directives) + "\n```\n")
    write(path, "\n".join(parts))


def rest(docstring):
    """A numpydoc docstring as reStructuredText."""
    return str(SphinxDocString(BARS.sub(r"\\|\1\\|", docstring)))


def described(module, docstring=None):
    """A module and its docstring, whose sections are no sections of the page."""
    docstring = inspect.getdoc(importlib.import_module(module)) if docstring is None else docstring
    docstring = re.sub(r"\n\n(?=    \S)", "\n\n::\n\n", docstring, count=1)  # the first indented block is code
    return f"```{{eval-rst}}\n.. py:module:: {module}\n\n{rest(docstring)}\n```\n"


def c_page():
    names = list(fa.c_api.functions)
    count = len(names)
    return f"""# C, Cython, Numba, ctypes

How to use them: {{doc}}`/guide/c-and-cython`.  There are {count:,} functions; their names follow a grammar:

| part | values |
|---|---|
| function | `gelu`, `gated_silu`, `add_gelu`, `softmax` …: every name of the gallery |
| role | none (forward), `_derivative`, `_backward`; `_from_output_backward` of sigmoid, log_sigmoid and tanh |
| accuracy | none (exact), `_fast`, `_correct` |
| `_scalar` | one number instead of arrays |
| type | `_f32`, `_f64` |

So there are `gelu_f32`, `gelu_backward_fast_f64`, `gated_silu_f32`, `gelu_scalar_f64`.  In Cython the type is left out:
`gelu(&x[0], &out[0], n)`.

{described("fastact.c_api")}
```{{eval-rst}}
.. autofunction:: fastact.get_include
```

## The header

```{{literalinclude}} ../../src/fastact/include/fastact.h
:language: c
:lines: 1-33
```
"""


def command_line_page():
    parser = argparse.ArgumentParser(prog="python -m fastact")
    lines = ["# Command line", "", "`python -m fastact COMMAND`; every command takes `--help`.", ""]
    subparsers = parser.add_subparsers()
    for name, command in command_line.COMMANDS.items():
        one = subparsers.add_parser(name, formatter_class=lambda prog: argparse.HelpFormatter(prog, width=76))
        command.add_options(one)
        lines += [f"## {name}", "", command.run.__doc__, "", "```text", one.format_help().rstrip(), "```", ""]
    return "\n".join(lines)


def make(app):
    placed = {name for _, _, names in PAGES.values() for name in names} | ELSEWHERE | set(gallery.functions())
    rest = [name for name in fa.__all__ if name not in placed]
    for page, (title, introduction, names) in PAGES.items():
        shown = [name for name in [*names, *(rest if page == "layers" else [])] if hasattr(fa, name)]
        text = f"# {title}\n\n{introduction}\n\n{listed(shown)}"
        if page == "weights":
            text += (f"\n## Files\n\n{described('fastact.formats')}\n```{{eval-rst}}\n"
                     ".. autofunction:: fastact.formats.gguf.load\n\n.. autofunction:: fastact.formats.safetensors.load\n```\n")
        if page == "settings":
            text += ENVIRONMENT
        if page == "classes":
            text += ("\n## Gradients of activations\n\nEvery activation has `backward` and `derivative`; those with parameters "
                     "have `with_parameters`, and `backward_parameters` where they can be learned; sigmoid, log_sigmoid and tanh "
                     "have `backward_from_output`.\n\n"
                     "```{eval-rst}\n" + "\n".join(map(method, METHODS)) + "```\n"
                     "\n## Functions of an axis\n")
            text += "\n```{eval-rst}\n.. autoclass:: fastact.Fold\n   :members:\n   :inherited-members:\n   :exclude-members: backward_parameters, entry\n```\n"
        write(FOLDER / f"{page}.md", text)
    write(FOLDER / "functions.md", functions_page())
    torch_page(FOLDER / "torch.md")
    write(FOLDER / "c.md", c_page())
    write(FOLDER / "command-line.md", command_line_page())
    write(FOLDER / "onnx.md", "# fastact.onnx\n\nHow to use it: {doc}`/guide/onnx`.\n\n" + described("fastact.onnx") +
          "\n## Operators\n\n" + ", ".join(f"`{one.__name__}`" for one in operators()) + ".\n")
    oracles = ", ".join(f"`{name}`" for name in public(fa.reference))
    write(FOLDER / "oracles.md", "# fastact.reference and fastact.ufuncs\n\n" + described("fastact.reference")
          + f"\nThe oracles: {oracles}.\n\n"
          + described("fastact.ufuncs"))
    write(FOLDER / "index.md", INDEX)


def operators():
    import fastact.onnx

    return fastact.onnx.operators


def public(module):
    return [name for name in dir(module) if not name.startswith("_") and callable(getattr(module, name))
            and getattr(getattr(module, name), "__module__", "").startswith("fastact")]


INDEX = """\
# Reference

Every public name.  What begins with an underscore may change at any time.

| page | what is on it |
|---|---|
| {doc}`functions` | all activations, gated units and sums, with links to their pages |
| {doc}`classes` | the methods that functions have: gradients, bounds, raw ufuncs |
| {doc}`layers` | projections, feed-forward blocks, routed experts |
| {doc}`weights` | quantised arrays, readers of GGUF and safetensors |
| {doc}`settings` | accuracy, threads, environment variables |
| {doc}`tools` | names of other libraries, pictures, zeros and dead units |
| {doc}`torch` | functions and modules for PyTorch, `accelerate` |
| {doc}`onnx` | operators for ONNX's evaluator |
| {doc}`c` | C functions, for C, Cython, Numba and ctypes |
| {doc}`oracles` | the float64 oracles, the raw ufuncs |
| {doc}`command-line` | `python -m fastact` |

```{toctree}
:hidden:

functions
classes
layers
weights
settings
tools
torch
onnx
c
oracles
command-line
```
"""


def setup(app):
    app.connect("builder-inited", make)
    return {"version": "1", "parallel_read_safe": True}
