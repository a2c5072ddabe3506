"""The files of projections: packed weights as they lie in memory, so that they can be mapped.

    prefix      32 bytes, little-endian: magic, version, bytes of the header, bytes of the file,
                CRC-32 of the header, CRC-32 of the prefix so far
    header      JSON: class, features, activation, types, layout, byte order, CRC-32 of each section
    sections    of each product its weights, then its biases (float32), each from a page's start on,
                in the header's byte order

The sizes and places of the sections follow from the header.  Before a section is read, the length of the
file is checked against them.  Nothing in a file is executed: there is no pickle.

`Layout` says in what order a target packs.  NumPy unpacks a file in another order, or of the other byte
order, and the weights are packed anew.
"""

import contextlib
import errno
import json
import math
import mmap
import os
import secrets
import struct
import zlib
from dataclasses import asdict, dataclass, field

import numpy as np

from fastact._formats import FORMATS, Format
from fastact._version import __version__

MAGIC = b"\x93FACT\r\n\x1a"  # not text, and damaged by a transfer that changes line ends
VERSION = 1
PREFIX = struct.Struct("<8sIIQII")
PAGE = 4096  # bytes
CACHE_LINE = 64  # bytes
LONGEST_HEADER = 1 << 16  # bytes
MOST_FEATURES = 1 << 40  # the file's size does not bound a number of features if the other one is zero
MOST_LANES = 1 << 10

BIASES = np.dtype(np.float32)
BYTE_ORDERS = {"little": "<", "big": ">"}


@dataclass(frozen=True)
class Layout:
    """The order of packed weights: [panel][depth / block][2 vectors][block / group][lanes][group].

    A panel is two vectors of columns: neighbours in a plain product, gate and up in a gated one.
    `group` weights of a column, neighbours along the depth, lie together; a `block` of the depth lies
    together before the next vector's.  Columns and depth are padded to whole panels and blocks.
    """

    lanes: int
    block: int
    group: int

    def shape(self, operands, in_features, out_features):
        """The shape of a product's packed weights, in weights: a format says how many entries they take."""
        panels = -(-out_features * operands // (2 * self.lanes))
        return panels, -(-in_features // self.block), 2, self.block // self.group, self.lanes, self.group

    def unpack(self, packed, operands, in_features, out_features):
        """Return the matrices (out_features, in_features) that these were packed from, if an entry is one weight."""
        shape = self.shape(operands, in_features, out_features)
        # First the axes of the columns, then those of the depth.  Of the former the vector is the second one,
        # as its columns are neighbours, or the first one, as it tells gate from up.
        axes = (0, 2, 4, 1, 3, 5) if operands == 1 else (2, 0, 4, 1, 3, 5)
        columns = packed.reshape(shape).transpose(axes)
        columns = columns.reshape(operands, shape[0] * 2 * self.lanes // operands, shape[1] * self.block)
        return [matrix[:out_features, :in_features] for matrix in columns]


@dataclass
class Contents:
    """What a file holds.

    Parameters
    ----------
    kind : str
        The class.
    operands : sequence of int
        The matrices of each product: 1, or 2 for gate and up.
    features : list of int
        In, between the products, out.
    activation : None, str or (str, dict)
    format : Format
        Of the weights.
    accuracy : None or str
    layout : Layout
    byte_order : {"little", "big"}
    sections : list of ndarray
        Of each product the packed weights, the scales if the format has any, and the biases, one-dimensional.
    checksums : list of int
        Of each section; filled by `read`.
    """

    kind: str
    operands: tuple
    features: list
    activation: object
    format: Format
    accuracy: str | None
    layout: Layout
    byte_order: str
    sections: list = field(default_factory=list)
    checksums: list = field(default_factory=list)

    def products(self):
        """(operands, in_features, out_features) of each product."""
        return list(zip(self.operands, self.features, self.features[1:]))

    def types_and_sizes(self):
        """dtype and number of entries of each section."""
        order, found = BYTE_ORDERS[self.byte_order], []
        for operands, in_features, out_features in self.products():
            shape = self.layout.shape(operands, in_features, out_features)
            found += [*self.format.sections(math.prod(shape)), (BIASES, shape[0] * 2 * self.layout.lanes)]
        return [(dtype.newbyteorder(order), count) for dtype, count in found]

    def arrays(self):
        """Return the weights of each product as float32 matrices, followed by its biases."""
        found, sections = [], iter(self.sections)
        for product in self.products():
            operands, _, out_features = product
            weights, bias = (next(sections) for _ in range(sections_of(self.format)))  # a format without scales
            found += [self.format.unpack(matrix) for matrix in self.layout.unpack(weights, *product)]
            rows = Layout(self.layout.lanes, 1, 1).unpack(bias, operands, 1, out_features)
            found += [row[:, 0] for row in rows]
        return found


def sections_of(format):
    """How many sections a product has: its weights, their scales, its biases."""
    return len(format.sections(0)) + 1


def places(start, types_and_sizes):
    """Where each section begins, and the end of the file."""
    found, end = [], start
    for dtype, size in types_and_sizes:
        found.append(-(-end // PAGE) * PAGE)
        end = found[-1] + dtype.itemsize * size
    return found, end


# ------------------------------------------------------------------------------ writing --


def write(path, contents):
    """Write a file, which gets its name when it is complete; if that fails, what has the name is unchanged."""
    path = os.path.realpath(os.fsdecode(path))  # a link stays a link
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    activation = contents.activation
    header = json.dumps({
        "fastact": __version__, "class": contents.kind, "features": contents.features,
        "activation": list(activation) if isinstance(activation, tuple) else activation,
        "weight_dtype": contents.format.name, "accuracy": contents.accuracy,
        "layout": asdict(contents.layout), "byte_order": contents.byte_order,
        "checksums": [zlib.crc32(section) for section in contents.sections],
    }, indent=1).encode()
    starts, end = places(PREFIX.size + len(header), contents.types_and_sizes())
    prefix = PREFIX.pack(MAGIC, VERSION, len(header), end, zlib.crc32(header), 0)[:-4]
    # In the same folder, because a file can be renamed within a file system only.
    temporary = f"{path}.{secrets.token_hex(4)}.tmp"
    try:
        with open(temporary, "xb") as file:
            file.write(prefix + struct.pack("<I", zlib.crc32(prefix)) + header)
            for start, section in zip(starts, contents.sections, strict=True):
                file.write(bytes(start - file.tell()))
                file.write(section)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError) and error.filename == temporary:
            error.filename = path
        raise


# ------------------------------------------------------------------------------ reading --


def read(path, kind, operands, mapped):
    """Read a file of this class.

    Parameters
    ----------
    path : path-like
    kind, operands
        As in `Contents`.
    mapped : bool
        Whether the sections are memory-mapped; else they are read, and their checksums checked.
        (`check_sections` would read all of the mapped ones.)

    Returns
    -------
    Contents

    Raises
    ------
    ValueError
        For a file that was not written here, of another version or class, truncated or altered.
    OSError
        If it cannot be read.
    """
    # os.fspath refuses a number, which open would take for an open file.  A pipe must not keep us waiting.
    with open(os.fspath(path), "rb", opener=without_waiting) as file:
        try:
            size = os.fstat(file.fileno()).st_size
            start, header = read_header(file, size)
            contents = checked_header(header, kind, operands)
            starts, end = places(start, contents.types_and_sizes())
            if end != size:
                raise ValueError(f"the header promises {end} bytes, the file has {size}")
            memory = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if mapped else None
            for start, (dtype, count) in zip(starts, contents.types_and_sizes(), strict=True):
                if mapped:
                    contents.sections.append(np.ndarray(count, dtype, memory, start))
                else:
                    contents.sections.append(read_section(file, start, dtype, count))
            if not mapped:
                check_sections(contents)
            return contents
        except (ValueError, RecursionError) as error:  # RecursionError: JSON that is nested too deeply
            raise ValueError(f"{os.fsdecode(path)}: {error}") from None


def without_waiting(path, flags):
    """Open a file, and do not wait for a writer if it is a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_header(file, size):
    """Return where the header ends, and the header itself, once its checksums are right."""
    prefix = file.read(PREFIX.size)
    if not prefix or prefix[:len(MAGIC)] != MAGIC[:len(prefix)]:
        raise ValueError("not a file that a projection was saved to")
    if len(prefix) < PREFIX.size:
        raise ValueError(f"truncated: {size} bytes")
    _, version, length, promised, header_sum, prefix_sum = PREFIX.unpack(prefix)
    if version != VERSION:
        raise ValueError(f"version {version} of the format; this fastact reads version {VERSION}")
    if zlib.crc32(prefix[:-4]) != prefix_sum:
        raise ValueError("the first 32 bytes are damaged")
    if promised != size:
        raise ValueError(f"truncated, or something was added: {size} bytes, not {promised}")
    if length > LONGEST_HEADER:
        raise ValueError(f"a header of {length} bytes; there are at most {LONGEST_HEADER}")
    header = file.read(length)
    if len(header) < length or zlib.crc32(header) != header_sum:
        raise ValueError("the header is damaged")
    return PREFIX.size + length, header


def checked_header(text, kind, operands):
    """Return Contents, still without sections, if all of the header makes sense."""
    header = json.loads(text.decode())

    def has(name, is_valid):
        if not isinstance(header, dict) or name not in header or not is_valid(header[name]):
            raise ValueError(f"the header has no valid {name!r}")
        return header[name]

    found = has("class", lambda value: isinstance(value, str))
    if found != kind:
        raise ValueError(f"holds a {found[:40]}, not a {kind}")
    features = has("features", lambda value: integers(value, 0, MOST_FEATURES) and len(value) == len(operands) + 1)
    activation = has("activation", is_activation)
    layout = has("layout", lambda value: isinstance(value, dict) and value.keys() == {"lanes", "block", "group"}
                 and integers(list(value.values()), 1, MOST_LANES) and value["block"] % value["group"] == 0)
    format = FORMATS[has("weight_dtype", lambda value: isinstance(value, str) and value in FORMATS)]
    checksums = has("checksums", lambda value: integers(value, 0, 2**32 - 1)
                    and len(value) == sections_of(format) * len(operands))
    return Contents(
        kind, operands, features, tuple(activation) if isinstance(activation, list) else activation,
        format, has("accuracy", lambda value: value in (None, "exact", "fast")), Layout(**layout),
        has("byte_order", lambda value: isinstance(value, str) and value in BYTE_ORDERS), checksums=checksums)


def integers(values, least, most):
    """Whether this is a list of integers from this range."""
    return isinstance(values, list) and all(type(value) is int and least <= value <= most for value in values)


def is_activation(value):
    """Whether this is None, a name, or [name, parameters].  That there is such an activation is checked later."""
    if isinstance(value, list):
        return (len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], dict)
                and all(type(one) in (int, float) for one in value[1].values()))
    return value is None or isinstance(value, str)


def read_section(file, start, dtype, count):
    """Read a section into memory that begins with a cache line."""
    room = np.empty(count * dtype.itemsize + CACHE_LINE, np.uint8)
    section = room[-room.ctypes.data % CACHE_LINE:][:count * dtype.itemsize]
    file.seek(start)
    if file.readinto(section) != len(section):
        raise ValueError("truncated while it was read")
    return section.view(dtype)


def check_sections(contents):
    """Raise ValueError unless every section is what was written."""
    for section, checksum in zip(contents.sections, contents.checksums, strict=True):
        if zlib.crc32(section) != checksum:
            raise ValueError("the weights are damaged: a checksum does not fit")
