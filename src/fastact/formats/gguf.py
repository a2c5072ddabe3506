"""GGUF, the files of llama.cpp.

The package `gguf` knows the types.  It reads a header in seconds where there is a vocabulary, with a NumPy array for each
string; it reads on behind a file's end, where an array of metadata may seem to have any length, and does not say in which
tensor something is wrong.  So the header is read here: the tensors at once, a value of metadata when it is asked for.
"""

import math
import os
import struct
from collections.abc import Mapping

import numpy as np

from fastact._formats import QUANTIZED, QuantizedArray
from fastact._formats.blocks import BLOCKS
from fastact._formats.quantized import MOST_WEIGHTS
from fastact.formats._weights import Entry, Weights, half_precision, mapped

__all__ = ["load"]

VERSIONS = (2, 3)
STRING, ARRAY = 8, 9
LENGTH = struct.Struct("<Q")
# The other types of metadata, by their numbers: NumPy's names, and bytes of a value.
NUMBERS = {0: "<u1", 1: "<i1", 2: "<u2", 3: "<i2", 4: "<u4", 5: "<i4", 6: "<f4", 7: "?", 10: "<u8", 11: "<i8", 12: "<f8"}
VALUE_BYTES = {kind: np.dtype(name).itemsize for kind, name in NUMBERS.items()}
MOST_AXES = 8
MOST_OF_ARRAY = 1 << 24  # entries of an array of metadata: each becomes a Python object
DEEPEST = 4  # arrays of arrays
PLAIN = {"F32": "float32", "F16": "float16", "F64": "float64", "I8": "int8", "I16": "int16", "I32": "int32",
         "I64": "int64"}


def load(path):
    """Open a GGUF file.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    Mapping of str to ndarray or QuantizedArray
        Under the file's names, in its order; views of the file, which is mapped into memory.  Matrices are
        (out_features, in_features).  `metadata` of it maps keys to what the file says besides.

    Raises
    ------
    ImportError
        Without the package `gguf`: ``pip install 'fastact[formats]'``.
    ValueError
        For a file that is not GGUF, of another version, truncated or inconsistent, with the name of the tensor.  A
        tensor whose type is not known raises when it is asked for.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import fastact as fa
    >>> weights = fa.formats.gguf.load("model.gguf")               # doctest: +SKIP
    >>> weights["blk.0.ffn_gate.weight"]                           # doctest: +SKIP
    QuantizedArray(shape=(1536, 576), format='q4_1', group=32, nbytes=552960)
    >>> weights.metadata["general.architecture"]                   # doctest: +SKIP
    'llama'
    """
    gguf = package()
    name = os.fsdecode(path)
    types = {int(kind): (kind.name, *size) for kind, size in gguf.GGML_QUANT_SIZES.items()}
    try:
        data = mapped(path)
        tensors, places = walk(memoryview(data), types)
    except ValueError as error:
        raise ValueError(f"{name}: {str(error).removeprefix(f'{name}: ')}") from None
    entries = {tensor: entry(data[first:end], shape, *types[kind]) for tensor, (shape, kind, first, end) in tensors.items()}
    return Weights(name, entries, Metadata(name, memoryview(data), places))


def package():
    """The package, or an ImportError that says how to get it."""
    try:
        import gguf
    except ImportError:
        raise ImportError("fastact.formats.gguf needs the package gguf: pip install 'fastact[formats]'") from None
    return gguf


class Metadata(Mapping):
    """Keys to values of the file's header, each read when it is asked for.

    Parameters
    ----------
    path : str
    data : memoryview of bytes
    places : dict
        Key -> (type, place of the value).
    """

    def __init__(self, path, data, places):
        self._path, self._data, self._places = path, data, places

    def __getitem__(self, key):
        kind, place = self._places[key]
        try:
            return value_at(self._data, place, kind)[0]
        except UnicodeDecodeError:
            raise ValueError(f"{self._path}: the value of {key!r} is not UTF-8") from None

    def __iter__(self):
        return iter(self._places)

    def __len__(self):
        return len(self._places)


def value_at(data, place, kind):
    """A value of metadata, and the place behind it; `behind_value` has found it whole."""
    if kind == STRING:
        end = place + 8 + LENGTH.unpack_from(data, place)[0]
        return str(data[place + 8:end], "utf-8"), end
    if kind != ARRAY:
        end = place + VALUE_BYTES[kind]
        return np.frombuffer(data[place:end], NUMBERS[kind]).item(), end
    inner, length = struct.unpack_from("<IQ", data, place)
    place += 12
    if inner in VALUE_BYTES:
        end = place + length * VALUE_BYTES[inner]
        return np.frombuffer(data[place:end], NUMBERS[inner]).tolist(), end
    values = []
    for _ in range(length):
        value, place = value_at(data, place, inner)
        values.append(value)
    return values, place


def entry(data, shape, kind, weights, size):
    """What the mapping has for the bytes of a tensor."""
    if kind in PLAIN or kind == "BF16":
        dtype = PLAIN.get(kind, "bfloat16")
        return Entry(shape, dtype, data.nbytes, lambda: plain(data, dtype).reshape(shape))
    name = kind.lower()
    if name in QUANTIZED:
        return Entry(shape, name, data.nbytes, lambda: QuantizedArray(data, name, shape))

    def refuse():
        raise ValueError(f"of type {kind}, which is not known; known are {', '.join([*PLAIN, 'BF16'])} and "
                         f"{', '.join(format.name.upper() for format in BLOCKS)}")

    return Entry(shape, name, data.nbytes, refuse)


def plain(data, dtype):
    """Bytes as numbers, which the file has in little-endian order."""
    dtype = half_precision(dtype) if dtype == "bfloat16" else np.dtype(dtype)
    return data.view(dtype.newbyteorder("<"))


# ------------------------------------------------------------------------------ header --


def walk(data, types):
    """Return what the header says of each tensor, or raise ValueError unless this is a whole GGUF file.

    Parameters
    ----------
    data : memoryview of bytes
    types : dict
        Number of a type -> (name, weights of a block, bytes of a block).

    Returns
    -------
    tensors : dict
        Name -> (shape, type, first byte, end).
    places : dict
        Key of metadata -> (type, place of the value).
    """
    if bytes(data[:4]) != b"GGUF":
        raise ValueError("not a GGUF file")
    version, = unpack("<I", data, 4)
    if version not in VERSIONS:
        raise ValueError("of a big-endian machine, which cannot be read" if version & 0xFFFF == 0
                         else f"GGUF version {version}; versions {' and '.join(map(str, VERSIONS))} can be read")
    tensors, pairs = unpack("<QQ", data, 8)
    place, places, alignment = 24, {}, 32
    for _ in range(pairs):
        key, place = string(data, place)
        if key in places:
            raise ValueError(f"{key!r} is there twice")
        kind, = unpack("<I", data, place)
        places[key] = kind, place + 4
        if key == "general.alignment":
            alignment, = unpack("<I", data, place + 4)
            if kind != 4 or alignment == 0 or alignment & (alignment - 1):
                raise ValueError("general.alignment is no power of two")
        place = behind_value(data, place + 4, kind, key, 0)
    found = {}
    for _ in range(tensors):
        name, place = string(data, place)
        if name in found:
            raise ValueError(f"tensor {name!r} is there twice")
        axes, = unpack("<I", data, place)
        if not 1 <= axes <= MOST_AXES:
            raise ValueError(f"tensor {name!r}: {axes} dimensions; there are 1 to {MOST_AXES}")
        shape = unpack(f"<{axes}Q", data, place + 4)[::-1]
        found[name] = shape, *unpack("<IQ", data, place + 4 + 8 * axes)
        place += 16 + 8 * axes
    start = -(-place // alignment) * alignment
    return {name: located(name, *tensor, start, len(data), types) for name, tensor in found.items()}, places


def located(name, shape, kind, offset, start, end, types):
    """(shape, type, first byte, end) of a tensor, or ValueError unless it is of a known size and lies in the file."""
    if kind not in types:
        raise ValueError(f"tensor {name!r}: type {kind} is not known")
    type_name, weights, size = types[kind]
    if shape[-1] % weights:
        raise ValueError(f"tensor {name!r}: rows of {shape[-1]} weights, which are not whole blocks of the {weights} "
                         f"of {type_name}")
    first = start + offset
    needed = math.prod(shape) // weights * size
    if first + needed > end or math.prod(one or 1 for one in shape) > MOST_WEIGHTS:
        raise ValueError(f"tensor {name!r}: truncated, or its sizes are wrong: {shape} of {type_name} take bytes "
                         f"{first} to {first + needed}, and the file has {end}")
    return shape, kind, first, first + needed


def unpack(form, data, place):
    """Numbers at a place, or ValueError behind the file's end."""
    if place + struct.calcsize(form) > len(data):
        raise ValueError(f"truncated: the header goes on behind the file's {len(data)} bytes")
    return struct.unpack_from(form, data, place)


def string(data, place):
    """A string, and the place behind it."""
    length, = unpack("<Q", data, place)
    place += 8
    if length > len(data) - place:
        raise ValueError(f"truncated: a string of {length} bytes goes on behind the file's {len(data)} bytes")
    try:
        return str(data[place:place + length], "utf-8"), place + length
    except UnicodeDecodeError:
        raise ValueError(f"the name at byte {place} is not UTF-8") from None


def behind_value(data, place, kind, key, depth):
    """The place behind a value of metadata."""
    if kind in VALUE_BYTES:
        place += VALUE_BYTES[kind]
    elif kind == STRING:
        length, = unpack("<Q", data, place)
        place += 8 + length
    elif kind == ARRAY:
        inner, length = unpack("<IQ", data, place)
        place += 12
        if depth == DEEPEST or length > MOST_OF_ARRAY:
            raise ValueError(f"{key!r}: an array of {length} entries, {depth} deep; there are at most {MOST_OF_ARRAY}")
        if inner in VALUE_BYTES:
            place += length * VALUE_BYTES[inner]
        elif inner == STRING:
            place = behind_strings(data, place, length)
        else:
            for _ in range(length):
                place = behind_value(data, place, inner, key, depth + 1)
    else:
        raise ValueError(f"{key!r}: type {kind} of metadata is not known")
    if place > len(data):
        raise ValueError(f"truncated: {key!r} goes on behind the file's {len(data)} bytes")
    return place


def behind_strings(data, place, count):
    """The place behind an array of strings; a vocabulary has 100,000 of them."""
    end, read = len(data) - 8, LENGTH.unpack_from
    for _ in range(count):
        if place > end:
            raise ValueError(f"truncated: an array of strings goes on behind the file's {len(data)} bytes")
        place += 8 + read(data, place)[0]
    return place
