"""The formats in which weights are stored: one description of each, in tables.

Imports: `_runtime` and `_version`.
May be imported by `_layers`, `_lab`, `_cli`, the plugs, `fastact.formats`.

    format.py      `Format`: the description of a format, and how its numbers are packed and unpacked
    floats.py      float32, float16, bfloat16
    quantized.py   `Quantized`: a format of a few bits to a weight, and the checks of its arrays
    blocks.py      GGUF's blocks
    groups.py      int8, int4, compressed-tensors' packed int4, ONNX Runtime's nbits4 and nbits8
    tiles.py       float8 and mxfp4 with scales apart
    words.py       GPTQ, AWQ
    array.py       `QuantizedArray`, quantize, dequantize
    codes.py       quantised matrices as the products read them
    container.py   the files that `QuantizedArray.save` writes

FORMATS has the formats in which layers keep weights, QUANTIZED those of a `QuantizedArray`.  Code that needs a list of
formats walks one of these.
"""

from fastact._formats.array import QUANTIZED, QuantizedArray, dequantize, quantize
from fastact._formats.floats import FLOATS
from fastact._formats.format import Format, Scales
from fastact._formats.quantized import Quantized

FORMATS = {format.name: format for format in FLOATS}

__all__ = ["FLOATS", "FORMATS", "QUANTIZED", "Format", "Quantized", "QuantizedArray", "Scales", "dequantize", "quantize"]
