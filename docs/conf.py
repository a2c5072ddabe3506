"""Sphinx's configuration: ``pip install '.[docs]' && sphinx-build -W -n docs docs/_build/html``."""

import re
import sys
from pathlib import Path

import fastact
from docutils import nodes

HERE = Path(__file__).parent
BARS = re.compile(r"(?<!`)\|([^|\s`]+)\|")
sys.path.insert(0, str(HERE / "_ext"))

project = "fastact"
author = "The fastact developers"
copyright = author
version = release = fastact.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_parser",
    "sphinx_design",
    "sphinx_copybutton",
    "sphinx-mathjax-offline",   # formulas are set without a network
    "gallery",                  # these four are in _ext
    "explorer",
    "reference",
    "sources",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build", "_made", "_data", "_ext"]
templates_path = []
default_role = "autolink"

autosummary_generate = False
toc_object_entries_show_parents = "hide"
autodoc_member_order = "bysource"
autodoc_typehints = "none"      # the stubs have them; numpydoc's sections say them in words
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
numpydoc_xref_param_type = False
nitpick_ignore_regex = [
    (r"py:class", r"numpy\..*|torch\..*|ndarray|object|Cython.*|.*cyfunction.*"),
    (r"py:(obj|class)", r"fastact\._.*"),
    (r"py:.*", r"numpy\..*|gguf|safetensors"),     # packages whose documentation is elsewhere
]

myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist", "attrs_inline", "substitution"]
myst_heading_anchors = 4
myst_substitutions = {"version": version}

# `sphinx-build -b linkcheck docs docs/_build/linkcheck` asks every other site; it needs a network, so no check runs it.
linkcheck_timeout = 20
linkcheck_retries = 2
linkcheck_workers = 2           # nearly all addresses are arXiv's, which answers few requests a second
linkcheck_rate_limit_timeout = 120
linkcheck_allowed_redirects = {}    # an address that leads on to another one is to be replaced by it
linkcheck_report_timeouts_as_broken = True

html_theme = "pydata_sphinx_theme"
html_context = {"default_mode": "auto"}
html_title = f"fastact {version}"
html_show_sourcelink = False
html_static_path = ["_static", "_made/static"]
html_css_files = ["fastact.css"]
html_theme_options = {
    "logo": {"text": "fastact"},
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_prev_next": True,
    "pygments_light_style": "tango",
    "pygments_dark_style": "github-dark-high-contrast",
}
html_sidebars = {page: [] for page in ("index", "explorer", "accuracy", "performance", "reliability", "changelog")}


def escape_bars(app, what, name, thing, options, lines):
    """|x| in a docstring is an absolute value, no substitution of reStructuredText."""
    lines[:] = [BARS.sub(r"\\|\1\\|", line) for line in lines]


def trim(app, doctree):
    """The empty line that ends the examples, because doctest needs it, is not shown."""
    for block in doctree.findall(nodes.literal_block):
        block.rawsource = block.astext().rstrip()   # where these two differ, Sphinx does not colour the block
        block[:] = [nodes.Text(block.rawsource)]


def setup(app):
    app.connect("doctree-read", trim)
    app.connect("autodoc-process-docstring", escape_bars, priority=100)


(HERE / "_made" / "static").mkdir(parents=True, exist_ok=True)
