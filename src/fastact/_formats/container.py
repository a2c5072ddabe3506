"""A file of a header and arrays, as `save` writes it: arrays lie in it as in memory, so that they can be mapped.

    prefix      32 bytes, little-endian: magic, version, bytes of the header, bytes of the file,
                CRC-32 of the header, CRC-32 of the prefix so far
    header      JSON: class, byte order, CRC-32 of each section, and what the class adds
    sections    an array each, from the start of a page on, in the header's byte order

The sizes and places of the sections follow from the header.  Before a section is read, the length of the file is
checked against them.  Nothing in a file is executed: there is no pickle.
"""

import contextlib
import errno
import json
import math
import mmap
import os
import secrets
import struct
import sys
import zlib

import numpy as np

from fastact._version import __version__

MAGIC = b"\x93FACT\r\n\x1a"  # not text, and damaged by a transfer that changes line ends
VERSION = 1
PREFIX = struct.Struct("<8sIIQII")
PAGE = 4096  # bytes
CACHE_LINE = 64  # bytes; the kernels read packed weights from the start of one
LONGEST_HEADER = 1 << 16  # bytes
BYTE_ORDERS = {"little": "<", "big": ">"}


def places(start, sections):
    """Where each (dtype, shape) begins, and the end of the file."""
    found, end = [], start
    for dtype, shape in sections:
        found.append(-(-end // PAGE) * PAGE)
        end = found[-1] + dtype.itemsize * math.prod(shape)
    return found, end


def write(path, header, arrays):
    """Write a file.  It gets its name when it is complete; if writing fails, an existing file is unchanged.

    Parameters
    ----------
    path : path-like
    header : dict
        Ready for JSON, with "class".
    arrays : list of ndarray
        Contiguous, in native byte order.
    """
    path = os.path.realpath(os.fsdecode(path))  # so that a symbolic link is not replaced
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    contents = [array.reshape(-1).view(np.uint8) for array in arrays]
    header = json.dumps({"fastact": __version__, **header, "byte_order": sys.byteorder,
                         "checksums": [zlib.crc32(section) for section in contents]}, indent=1).encode()
    if len(header) > LONGEST_HEADER:
        raise ValueError(f"a header of {len(header)} bytes; there are at most {LONGEST_HEADER}")
    starts, end = places(PREFIX.size + len(header), [(array.dtype, array.shape) for array in arrays])
    prefix = PREFIX.pack(MAGIC, VERSION, len(header), end, zlib.crc32(header), 0)[:-4]
    # It is in the same folder, because a file can be renamed within a file system only.
    temporary = f"{path}.{secrets.token_hex(4)}.tmp"
    try:
        with open(temporary, "xb") as file:
            file.write(prefix + struct.pack("<I", zlib.crc32(prefix)) + header)
            for start, section in zip(starts, contents, strict=True):
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


def read(path, kind, describe, mapped):
    """Read a file of this class.

    Parameters
    ----------
    path : path-like
    kind : str
        The class that the header must name.
    describe : callable
        header -> list of (dtype, shape) of the sections, in any byte order.  It raises ValueError for a header
        that is not valid.
    mapped : bool
        Whether the sections are memory-mapped; otherwise they are read, and their checksums are checked.
        (Checking mapped sections would read all of them.)

    Returns
    -------
    header : dict
    arrays : list of ndarray

    Raises
    ------
    ValueError
        If the file was not written by `write`, has another version or class, or was truncated or altered.
    OSError
        If the file cannot be read.
    """
    # os.fspath refuses an integer, which open() would use as a file descriptor.  The opener does not wait for pipes.
    with open(os.fspath(path), "rb", opener=without_waiting) as file:
        try:
            size = os.fstat(file.fileno()).st_size
            start, text = read_header(file, size)
            header = json.loads(text.decode())
            if not isinstance(header, dict) or not isinstance(header.get("class"), str):
                raise ValueError("the header has no valid 'class'")
            if header["class"] != kind:
                raise ValueError(f"holds a {header['class'][:40]}, not a {kind}")
            order = header.get("byte_order")
            if not isinstance(order, str) or order not in BYTE_ORDERS:
                raise ValueError("the header has no valid 'byte_order'")
            sections = [(dtype.newbyteorder(BYTE_ORDERS[order]), shape) for dtype, shape in describe(header)]
            starts, end = places(start, sections)
            if end != size:
                raise ValueError(f"the header promises {end} bytes, the file has {size}")
            if mapped:
                memory = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
                return header, [np.ndarray(shape, dtype, memory, place)
                                for place, (dtype, shape) in zip(starts, sections, strict=True)]
            return header, read_sections(file, starts, sections, header.get("checksums"))
        except (ValueError, RecursionError) as error:  # RecursionError: JSON that is nested too deeply
            raise ValueError(f"{os.fsdecode(path)}: {error}") from None


def without_waiting(path, flags):
    """Open a file, and do not wait for a writer if it is a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_header(file, size):
    """Return the position after the header, and the header; raise ValueError if a checksum is wrong."""
    prefix = file.read(PREFIX.size)
    if not prefix or prefix[:len(MAGIC)] != MAGIC[:len(prefix)]:
        raise ValueError("not a file that fastact has saved")
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


def read_sections(file, starts, sections, checksums):
    """Return the arrays, once their checksums are right."""
    if not isinstance(checksums, list) or len(checksums) != len(sections):
        raise ValueError("the header has no valid 'checksums'")
    found = []
    for start, (dtype, shape) in zip(starts, sections, strict=True):
        nbytes = dtype.itemsize * math.prod(shape)
        room = np.empty(nbytes + CACHE_LINE, np.uint8)
        section = room[-room.ctypes.data % CACHE_LINE:][:nbytes]
        file.seek(start)
        if file.readinto(section) != nbytes:
            raise ValueError("truncated while it was read")
        found.append(section.view(dtype).reshape(shape))
    check_sections(found, checksums)
    return found


def check_sections(arrays, checksums):
    """Raise ValueError unless the checksum of every array is right."""
    for array, checksum in zip(arrays, checksums, strict=True):
        if zlib.crc32(array.reshape(-1).view(np.uint8)) != checksum:
            raise ValueError("the weights are damaged: a checksum does not fit")
