"""Links to the sources that texts name: arXiv:1606.08415 and https://… become links wherever they stand.

Docstrings, the catalogue and the pages write a source alone, so each has one address.  `tools/check_site.py` finds addresses
that are written otherwise, and sources that are no links.
"""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

SOURCE = re.compile(r"arXiv:(?P<paper>\d{4}\.\d{4,5})|https?://[^\s<>()\"]*[^\s<>()\".,;:]")
APART = (nodes.reference, nodes.literal, nodes.literal_block, nodes.doctest_block, nodes.math, nodes.raw)


def address(match):
    """Where a source that was found is."""
    return f"https://arxiv.org/abs/{match['paper']}" if match["paper"] else match[0]


class Sources(SphinxTransform):
    """Make links of the sources in a document's text."""

    default_priority = 600

    def apply(self):
        for text in list(self.document.findall(nodes.Text)):
            if not SOURCE.search(text) or any(isinstance(above, APART) for above in parents(text)):
                continue
            parts, end = [], 0
            for match in SOURCE.finditer(text):
                parts += [nodes.Text(text[end:match.start()]),
                          nodes.reference("", match[0], refuri=address(match), internal=False)]
                end = match.end()
            parts.append(nodes.Text(text[end:]))
            text.parent.replace(text, [part for part in parts if part.astext()])


def parents(node):
    while node.parent is not None:
        node = node.parent
        yield node


def setup(app):
    app.add_transform(Sources)
    return {"version": "1", "parallel_read_safe": True}
