"""What a file of weights holds: a mapping whose arrays are made when they are asked for."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Entry:
    """A tensor of a file, or several that together are one array.

    Attributes
    ----------
    shape : tuple of int
    format : str
        The format of a QuantizedArray, the dtype's name of an ndarray, or a format that is not known.
    nbytes : int
        Bytes in the file.
    make : callable
        () -> the array; raises ValueError if that cannot be.
    """

    shape: tuple
    format: str
    nbytes: int
    make: Callable


class Weights(Mapping):
    """Names to arrays: ndarrays, and QuantizedArrays where the file has few bits to a weight.

    Arrays are views of the file, mapped into memory, and cannot be written to.  A tensor whose format is not known
    raises ValueError when it is asked for.

    Attributes
    ----------
    metadata : Mapping
        What else the file says.
    """

    def __init__(self, path, entries, metadata):
        self._path, self._entries, self._made = path, entries, {}
        self.metadata = metadata

    def __getitem__(self, name):
        if name not in self._made:
            entry = self._entries[name]
            try:
                self._made[name] = entry.make()
            except (TypeError, ValueError) as error:
                raise ValueError(f"{self._path}: tensor {name!r}: {error}") from None
        return self._made[name]

    def __iter__(self):
        return iter(self._entries)

    def __len__(self):
        return len(self._entries)

    def __contains__(self, name):
        return name in self._entries

    def __repr__(self):
        return f"<{len(self)} arrays of {self._path!r}>"

    def describe(self, name):
        """The shape, format and bytes of an array, which need not be made for it."""
        entry = self._entries[name]
        return entry.shape, entry.format, entry.nbytes


def mapped(path):
    """A file's bytes, mapped into memory: not those of a pipe, which would keep us waiting."""
    descriptor = os.open(os.fspath(path), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:
        try:
            return np.memmap(file, np.uint8, "r").view(np.ndarray)
        except ValueError:
            raise ValueError(f"{os.fsdecode(path)}: empty, or not a file") from None


def half_precision(name):
    """A dtype of ml_dtypes."""
    try:
        import ml_dtypes
    except ImportError:
        raise ImportError(f"{name} needs ml_dtypes: pip install 'fastact[formats]'") from None
    return np.dtype(getattr(ml_dtypes, name))
