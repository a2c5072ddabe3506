"""The formats in which weights are stored: one description of each, in one table.

Imports: only NumPy.
May be imported by `_layers`, `_lab`, `_cli`, the plugs.

    format.py      `Format`: the description of a format, and how its numbers are packed and unpacked
    floats.py      float32, float16, bfloat16

Another family of formats gets a module of its own: `integers.py` for int8 and int4, `gguf.py` for the blocks of
GGUF files, and so on.  The module describes its formats, and FORMATS below lists them.  Code that needs a list
of formats uses FORMATS.
"""

from fastact._formats.floats import FLOATS
from fastact._formats.format import Format, Scales

FORMATS = {format.name: format for format in FLOATS}

__all__ = ["FLOATS", "FORMATS", "Format", "Scales"]
