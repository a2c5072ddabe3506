"""safetensors, the files of Hugging Face's hub, with the quantised formats that models come in.

The package `safetensors` says whether a file is valid.  The arrays are views of the file, as raw bytes where NumPy
has no such type.
"""

import json
import math
import os
import struct
from pathlib import Path

import numpy as np

from fastact._formats import QuantizedArray
from fastact._formats.quantized import MOST_WEIGHTS, likely_group
from fastact.formats._weights import Entry, Weights, half_precision, mapped

__all__ = ["load"]

INDEX = "model.safetensors.index.json"
CONFIGS = ("config.json", "quantize_config.json", "quant_config.json")
LONGEST_HEADER = 100_000_000  # bytes: the package's own limit
# Types of the file: bits, and the dtype's name.  Those in the second table are ml_dtypes'.
TYPES = {
    "BOOL": (8, "bool"), "U8": (8, "uint8"), "I8": (8, "int8"), "U16": (16, "uint16"), "I16": (16, "int16"),
    "U32": (32, "uint32"), "I32": (32, "int32"), "U64": (64, "uint64"), "I64": (64, "int64"), "F16": (16, "float16"),
    "F32": (32, "float32"), "F64": (64, "float64"), "C64": (64, "complex64")}
OTHER_TYPES = {"BF16": (16, "bfloat16"), "F8_E4M3": (8, "float8_e4m3fn"), "F8_E5M2": (8, "float8_e5m2"),
               "F8_E8M0": (8, "float8_e8m0fnu")}
METHODS = ("gptq", "awq", "fp8", "mxfp4", "compressed-tensors")


def load(path):
    """Open a safetensors file, or a folder of them.

    Parameters
    ----------
    path : path-like
        A file, or a folder with ``model.safetensors.index.json`` or with files that end in ``.safetensors``.

    Returns
    -------
    Mapping of str to ndarray or QuantizedArray
        Views of the files, which are mapped into memory.  What belongs together is one array under the name that the
        weight would have: ``x.qweight``, ``x.qzeros``, ``x.scales`` and ``x.g_idx`` are ``x.weight`` (GPTQ, AWQ), as
        are ``x.weight_packed`` and its scales (compressed-tensors) and ``x.weight`` and ``x.weight_scale_inv``
        (float8); ``x_blocks`` and ``x_scales`` are ``x`` (gpt-oss).  `metadata` of it has the file's own and, as
        "quantization", the settings found in ``config.json`` beside it.

    Raises
    ------
    ImportError
        Without the package `safetensors`: ``pip install 'fastact[formats]'``.
    ValueError
        For a file that is truncated or inconsistent, with the name of the tensor; for settings of a quantisation
        that is not known.  A tensor whose type is not known raises when it is asked for.
    OSError
        If a file cannot be read.

    Notes
    -----
    GPTQ's two versions differ in what their zeros mean, and only ``checkpoint_format`` in the settings tells them
    apart.  Without settings it is the first version, which stores zeros that are one less.

    Examples
    --------
    >>> import fastact as fa
    >>> weights = fa.formats.safetensors.load("Llama-3.2-1B-AWQ")       # doctest: +SKIP
    >>> weights["model.layers.0.mlp.down_proj.weight"]                  # doctest: +SKIP
    QuantizedArray(shape=(2048, 8192), format='awq', group=128, nbytes=8716288)
    """
    opener = package()
    name = os.fsdecode(path)
    try:
        path = Path(name)
        tensors, metadata = {}, {}
        for file, wanted in files_of(path).items():
            found, more = read(file, opener)
            if missing := [tensor for tensor in wanted or () if tensor not in found]:
                raise ValueError(f"tensor {missing[0]!r} should be in {file.name}, as {INDEX} has it")
            for tensor in wanted or found:
                if tensor in tensors:
                    raise ValueError(f"tensor {tensor!r} is there twice, in {file.name} and in another file")
                tensors[tensor] = found[tensor]
            metadata |= more
        settings = settings_beside(path if path.is_dir() else path.parent)
        check_settings(settings)
        entries = joined(tensors, settings)
    except (ValueError, RecursionError) as error:  # RecursionError: JSON that is nested too deeply
        message = str(error).removeprefix(f"{name}: ")
        raise ValueError(f"{name}: {message}") from None
    return Weights(name, entries, metadata | {"quantization": settings})


def package():
    """The package's check of a file, or an ImportError that says how to get it."""
    try:
        from safetensors import SafetensorError, safe_open
    except ImportError:
        raise ImportError(
            "fastact.formats.safetensors needs the package safetensors: pip install 'fastact[formats]'") from None

    def check(path):
        try:
            with safe_open(path, framework="np"):
                pass
        except SafetensorError as error:
            raise ValueError(str(error)) from None

    return check


# ------------------------------------------------------------------------------- files --


def files_of(path):
    """The files to read, each with the names wanted from it, or None for all."""
    if not path.is_dir():
        return {path: None}
    if (path / INDEX).exists():
        places = json_of(path / INDEX).get("weight_map")
        if not isinstance(places, dict) or not all(isinstance(file, str) for file in places.values()):
            raise ValueError(f"{INDEX} has no valid 'weight_map'")
        found = {}
        for tensor, file in places.items():
            if file in ("", ".", "..") or Path(file).name != file:
                raise ValueError(f"tensor {tensor!r}: {INDEX} names {file!r}, which is not a file of this folder")
            found.setdefault(path / file, []).append(tensor)
        return found
    if found := sorted(path.glob("*.safetensors")):
        return dict.fromkeys(found)
    raise ValueError("a folder without files that end in .safetensors")


def json_of(path):
    """The object in a JSON file."""
    found = json.loads(path.read_bytes().decode())
    if not isinstance(found, dict):
        raise ValueError(f"{path.name} is not a JSON object")
    return found


class Tensor:
    """A tensor as it lies in the file."""

    def __init__(self, kind, shape, data):
        self.kind, self.shape, self.data = kind, shape, data

    @property
    def dtype_name(self):
        return (TYPES | OTHER_TYPES).get(self.kind, (0, self.kind.lower()))[1]

    def array(self):
        """The tensor as an ndarray."""
        if self.kind in TYPES:
            dtype = np.dtype(TYPES[self.kind][1])
        elif self.kind in OTHER_TYPES:
            dtype = half_precision(OTHER_TYPES[self.kind][1])
        else:
            raise ValueError(f"of type {self.kind}, which is not known; known are "
                             f"{', '.join([*TYPES, *OTHER_TYPES])}")
        return self.data.view(dtype.newbyteorder("<")).reshape(self.shape)

    def raw(self):
        """The bytes, if a weight is one; bfloat16 and wider types as an ndarray."""
        return self.data.reshape(self.shape) if self.kind.startswith("F8") else self.array()

    def entry(self):
        return Entry(self.shape, self.dtype_name, self.data.nbytes, self.array)


def read(path, check):
    """Return the tensors of a file and its metadata, once all sizes agree."""
    data = mapped(path)
    if len(data) < 8:
        raise ValueError(f"{path.name}: truncated: {len(data)} bytes")
    length, = struct.unpack_from("<Q", data, 0)
    if length > min(LONGEST_HEADER, len(data) - 8):
        raise ValueError(f"{path.name}: truncated, or not a safetensors file: a header of {length} bytes in a file of "
                         f"{len(data)}")
    try:
        header = json.loads(bytes(data[8:8 + length]).decode())
    except ValueError as error:
        raise ValueError(f"{path.name}: not a safetensors file: {error}") from None
    if not isinstance(header, dict):
        raise ValueError(f"{path.name}: the header is not a JSON object")
    metadata = header.pop("__metadata__", {})
    contents = data[8 + length:]
    found = {name: tensor(name, description, contents) for name, description in header.items()}
    check(path)  # what lies between the tensors, and what else the format asks for
    return found, metadata if isinstance(metadata, dict) else {}


def tensor(name, description, contents):
    """The Tensor of an entry of the header, or ValueError."""
    if not isinstance(description, dict):
        raise ValueError(f"tensor {name!r}: the header has no description of it")
    kind, shape, offsets = (description.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not (isinstance(kind, str) and sizes(shape, MOST_WEIGHTS) and sizes(offsets, len(contents)) and len(offsets) == 2):
        raise ValueError(f"tensor {name!r}: truncated, or the header is wrong: dtype {kind!r}, shape {shape!r}, bytes "
                         f"{offsets!r} of {len(contents)}")
    first, end = offsets
    bits = (TYPES | OTHER_TYPES).get(kind, (None,))[0]
    if first > end or (bits and math.prod(shape) * bits != (end - first) * 8):
        raise ValueError(f"tensor {name!r}: {kind} of shape {shape} takes {math.prod(shape) * (bits or 0) // 8} bytes, "
                         f"not {end - first}")
    return Tensor(kind, tuple(shape), contents[first:end])


def sizes(values, most):
    """Whether this is a list of integers from 0 to so many."""
    return isinstance(values, list) and all(type(value) is int and 0 <= value <= most for value in values)


# ---------------------------------------------------------------------------- settings --


def settings_beside(folder):
    """The settings of the quantisation in a folder's configuration; empty if there is none."""
    for name in CONFIGS:
        if (folder / name).exists():
            found = json_of(folder / name)
            if name == "config.json":
                found = found.get("quantization_config", found.get("compression_config"))
            elif found:
                found = {"quant_method": "gptq" if name == "quantize_config.json" else "awq"} | found
            if isinstance(found, dict):
                return found
    return {}


def check_settings(settings):
    """Raise ValueError for a quantisation that is not known."""
    method = settings.get("quant_method")
    if settings and method not in METHODS:
        raise ValueError(f"quantised by {method!r}, which is not known; known are {', '.join(METHODS)}")
    if method in ("gptq", "awq"):
        bits = settings.get("bits", settings.get("w_bit", 4))
        if bits != 4:
            raise ValueError(f"{method} with {bits!r} bits; only 4 can be read")
    version = settings.get("checkpoint_format", "gptq")
    if method == "gptq" and version not in ("gptq", "gptq_v2"):
        raise ValueError(f"gptq with checkpoint_format {version!r}; known are gptq and gptq_v2")
    version = settings.get("version", "gemm")
    if method == "awq" and str(version).lower() != "gemm":
        raise ValueError(f"awq version {version!r}; only gemm can be read")


def group_of(settings, inputs):
    """The group that the settings name, or None: it then follows from the scales."""
    group = settings.get("group_size", settings.get("q_group_size"))
    schemes = settings.get("config_groups")  # compressed-tensors'
    if isinstance(schemes, dict):
        weights = [scheme.get("weights") for scheme in schemes.values() if isinstance(scheme, dict)]
        found = {str(one.get("group_size")): one.get("group_size") for one in weights if isinstance(one, dict)}
        group = found.popitem()[1] if len(found) == 1 else None
    if type(group) is not int or group == 0:
        return None
    return group if group > 0 else inputs


# --------------------------------------------------------------- what belongs together --


def joined(tensors, settings):
    """The entries of the mapping: each tensor, and in place of those that belong together one."""
    entries, used = {}, set()
    for name, tensor in tensors.items():
        for join in (words, packed, blocks, scaled):
            if found := join(name, tensor, tensors, settings):
                target, others, shape, format, make = found
                if target in entries or (target in tensors and target != name):
                    raise ValueError(f"tensor {name!r}: there is a {target!r}, too")
                nbytes = sum(tensors[other].data.nbytes for other in others)
                entries[target] = Entry(shape, format, nbytes, make)
                used.update(others)
                break
    plain = {name: tensor.entry() for name, tensor in tensors.items() if name not in used}
    if twice := entries.keys() & plain.keys():
        raise ValueError(f"tensor {min(twice)!r} is there twice")
    order = {name: number for number, name in enumerate(tensors)}
    return dict(sorted((plain | entries).items(), key=lambda item: order.get(item[0], len(order))))


def parts(name, stem, tensors, needed, optional=()):
    """The tensors {part: Tensor} of this stem, or ValueError for one that is missing."""
    if missing := [part for part in needed if stem + part not in tensors]:
        raise ValueError(f"tensor {name!r}: needs {stem + missing[0]!r}, which is not there")
    return {part: tensors[stem + part] for part in (*needed, *optional) if stem + part in tensors}


def quantized(arrays, format, shape, group=None):
    """A function that makes a QuantizedArray of tensors."""
    return lambda: QuantizedArray({part: tensor.raw() for part, tensor in arrays.items()}, format, shape, group)


def words(name, tensor, tensors, settings):
    """GPTQ's and AWQ's matrices."""
    if not name.endswith(".qweight"):
        return None
    stem = name.removesuffix("qweight")
    found = parts(name, stem, tensors, ("qweight", "qzeros", "scales"), ("g_idx",))
    scales = found["scales"].shape
    if len(tensor.shape) != 2 or len(scales) != 2:
        raise ValueError(f"tensor {name!r}: qweight of shape {tensor.shape} and scales of shape {scales} are no matrices")
    (first, second), outputs = tensor.shape, scales[1]
    if second == outputs:
        method, shape = "gptq", (outputs, first * 8)
    elif second * 8 == outputs:
        method, shape = "awq", (outputs, first)
    else:
        raise ValueError(f"tensor {name!r}: qweight of shape {tensor.shape} and scales of shape {scales} are neither "
                         f"gptq, (in / 8, {outputs}), nor awq, (in, {outputs} / 8)")
    named = settings.get("quant_method", method)
    if named != method:
        raise ValueError(f"tensor {name!r}: has the shapes of {method}, and the settings say {named}")
    format = settings.get("checkpoint_format", "gptq") if method == "gptq" else "awq"
    if method == "awq":
        found.pop("g_idx", None)
    elif settings.get("desc_act") is True and "g_idx" not in found:
        raise ValueError(f"tensor {name!r}: needs {stem + 'g_idx'!r}, as the settings have desc_act")
    others = [stem + part for part in found]
    return stem + "weight", others, shape, format, quantized(found, format, shape, group_of(settings, shape[1]))


def packed(name, tensor, tensors, settings):
    """compressed-tensors' packed codes."""
    if not name.endswith(".weight_packed"):
        return None
    stem = name.removesuffix("weight_packed")
    found = parts(name, stem, tensors, ("weight_packed", "weight_scale", "weight_shape"),
                  ("weight_zero_point", "weight_g_idx"))
    others = [stem + part for part in found]
    shape = found.pop("weight_shape").array()
    if shape.dtype.kind not in "iu" or shape.shape != (2,):
        raise ValueError(f"tensor {stem + 'weight_shape'!r}: not the two sizes of a matrix")
    shape = tuple(int(size) for size in shape)
    if not all(0 <= size <= MOST_WEIGHTS for size in shape):
        raise ValueError(f"tensor {stem + 'weight_shape'!r}: {shape} is no shape")
    group = group_of(settings, shape[1]) if found["weight_scale"].shape[-1:] != (1,) else None
    return stem + "weight", others, shape, "pack_quantized", quantized(found, "pack_quantized", shape, group)


def blocks(name, tensor, tensors, settings):
    """gpt-oss's experts."""
    stem = name.removesuffix("_blocks")
    other = tensors.get(stem + "_scales")
    if stem == name or other is None or {tensor.kind, other.kind} != {"U8"}:
        return None
    if tensor.shape != (*other.shape, 16) or not other.shape:
        raise ValueError(f"tensor {name!r}: shape {tensor.shape}, where {(*other.shape, 16)} is expected beside scales of "
                         f"shape {other.shape}")
    shape = (*other.shape[:-1], other.shape[-1] * 32)
    make = quantized({"blocks": tensor, "scales": other}, "mxfp4_split", shape)
    return stem, [name, stem + "_scales"], shape, "mxfp4_split", make


def scaled(name, tensor, tensors, settings):
    """Numbers of eight bits: float8, or compressed-tensors' int8, with their scales."""
    scale_name = next((name + end for end in ("_scale_inv", "_scale") if name + end in tensors), None)
    if tensor.kind not in ("F8_E4M3", "I8") or len(tensor.shape) < 2 or (tensor.kind == "I8" and not scale_name):
        return None
    if name + "_zero_point" in tensors and tensor.kind == "I8":
        raise ValueError(f"tensor {name!r}: int8 with zero points is not known")
    others = [name] + [scale_name] * bool(scale_name)
    rows, columns = tensor.shape[-2:]

    def make():
        if not scale_name:
            one = np.ones((*tensor.shape[:-2], 1, 1), np.float32)
            return QuantizedArray({"codes": tensor.raw(), "scales": one}, "float8_e4m3", tensor.shape,
                                  (max(rows, 1), max(columns, 1)))
        scale = tensors[scale_name].raw()
        if scale.size == 1:
            scale = scale.reshape(1, 1)
        elif scale.shape == tensor.shape[:-1]:
            scale = scale[..., None]
        if tensor.kind == "I8":
            if scale.size == 1:
                scale = np.broadcast_to(scale, (*tensor.shape[:-1], 1))
            return QuantizedArray({"codes": tensor.array(), "scales": scale}, "int8", tensor.shape,
                                  likely_group(columns, scale.shape[-1]))
        return QuantizedArray({"codes": tensor.raw(), "scales": scale}, "float8_e4m3", tensor.shape,
                              tile_of(tensor.shape, scale.shape, settings))

    return name, others, tensor.shape, "float8_e4m3" if tensor.kind == "F8_E4M3" else "int8", make


def tile_of(shape, scales, settings):
    """The tile of float8 weights: that of the settings, 128 x 128, or what divides the matrix into so many."""
    rows, columns = shape[-2:]
    for tile in (settings.get("weight_block_size"), [128, 128]):
        if isinstance(tile, list) and len(tile) == 2 and all(type(size) is int and size > 0 for size in tile):
            if scales[-2:] == (-(-rows // tile[0]), -(-columns // tile[1])):
                return tuple(tile)
    if len(scales) < 2 or not all(scales[-2:]) or rows % scales[-2] or columns % scales[-1]:
        raise ValueError(f"scales of shape {scales} do not divide shape {shape}")
    return max(rows // scales[-2], 1), max(columns // scales[-1], 1)
