"""The formats in which weights are stored: one description of each, in one table.

Imports: NumPy and `_catalogue` alone.
May be imported by `_layers`, `_lab`, `_cli`, the plugs.

    format.py      `Format`: what is known of a format, and how its numbers are packed and unpacked
    floats.py      float32, float16, bfloat16

Another family has a module of its own beside these: `integers.py` for int8 and int4, `gguf.py` for the blocks of
GGUF files, and so on.  It describes its formats and lists them here, in FORMATS.  Whoever needs a list of
formats walks FORMATS.
"""

from fastact._formats.floats import FLOATS
from fastact._formats.format import Format, Scales

FORMATS = {format.name: format for format in FLOATS}

__all__ = ["FLOATS", "FORMATS", "Format", "Scales"]
