"""What is known of a quantised format, and the checks that its arrays go through."""

import math
from dataclasses import dataclass, field

import numpy as np

from fastact._formats.format import Format

MOST_WEIGHTS = 1 << 60  # of an array; what the bytes given do not bound if one of the sizes is zero


@dataclass(frozen=True)
class Quantized(Format):
    """How weights are stored in a few bits each.

    An array of such weights is one or several *parts*, NumPy arrays that together say what each weight is: codes of a
    few bits, and scales that several weights share.  A *group* is the weights that share a scale.

    Attributes
    ----------
    parts : tuple of str
        The names of the parts; the first one holds the codes.
    optional : tuple of str
        Those that may be missing.
    sliced : bool
        Whether the rows of each part are the rows of the array: then a range of rows is that range of each part.
    packed_form : str
        Empty: the compiled products do not read such weights yet.
    bound : float
        The largest error of a weight, relative to the largest magnitude of its group.  NaN where the format is only
        read, or where the codes are chosen for the least squared error of a group.
    """

    scales: tuple = ()
    pack: object = None
    unpack: object = None
    packed_form: str = ""
    bound: float = math.nan
    parts: tuple = field(default=("blocks",), kw_only=True)
    optional: tuple = field(default=(), kw_only=True)
    sliced: bool = field(default=True, kw_only=True)

    def check(self, parts, shape, group):
        """Return the parts, as the decoder takes them, and the group, or raise ValueError.

        Parameters
        ----------
        parts : dict of str to ndarray
            Those of this format, and all of them that are not optional.
        shape : tuple of int
        group : None or int
            As the caller gave it.
        """
        raise NotImplementedError

    def decode(self, parts, shape, group, out):
        """Write the weights to `out`, float32 of this shape, contiguous."""
        raise NotImplementedError

    def encode(self, array, group, minimum, bar):
        """Return the parts and the group of a contiguous float32 array.

        Parameters
        ----------
        array : ndarray
        group : None or int
        minimum : bool
        bar : progress bar
            It is moved by one step in all.

        Raises
        ------
        ValueError
            For numbers that the format has no codes for, and where the format can only be read.
        """
        raise ValueError(f"{self.name} can be read, not written")

    @property
    def writes(self):
        """Whether arrays can be quantised to this format."""
        return type(self).encode is not Quantized.encode


def checked_shape(shape):
    """Return a shape as a tuple of int, or raise TypeError or ValueError."""
    try:
        sizes = tuple(int(np.asarray(size)[()].__index__()) for size in shape)
    except (TypeError, AttributeError, IndexError):
        raise TypeError(f"shape must be a sequence of integers, not {shape!r}") from None
    if not sizes:
        raise ValueError("shape must have at least one dimension")
    if min(sizes) < 0 or math.prod(size or 1 for size in sizes) > MOST_WEIGHTS:
        raise ValueError(f"shape must have sizes from 0 on and at most 2**60 weights, not {sizes}")
    return sizes


def expect(name, part, array, shape, kinds):
    """Return a part of these dtypes (names) and this shape, contiguous and aligned, or raise ValueError."""
    if array.dtype.name not in kinds:
        raise ValueError(f"{part} of {name} must be {' or '.join(kinds)}, not {array.dtype}")
    if array.shape != tuple(shape):
        raise ValueError(f"{part} of {name} must have shape {tuple(shape)}, not {array.shape}")
    return np.require(array, array.dtype.newbyteorder("="), ["C", "A"])


def reason(wrong, array, name):
    """The ValueError for what an encoder found wrong with the numbers of an array."""
    if wrong == "not finite" or not np.isfinite(array).all():  # another thread may have found the other
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        return ValueError(f"only finite numbers can be quantised; the one at {place} is {array[place]}")
    return ValueError(f"numbers up to {np.abs(array).max():g} are too large for {name}: a scale would be infinite")


def rows_of(array, columns):
    """An array as a matrix of this many columns (which may be none)."""
    return array.reshape(math.prod(array.shape[:-1]), columns)


def neighbours(packed, columns):
    """Codes of four bits in the rows of a matrix: the low half of a byte, then its high half."""
    return np.stack([packed & 15, packed >> 4], -1).reshape(len(packed), 2 * packed.shape[1])[:, :columns]


def bytes_of(array):
    """The bytes of a contiguous array."""
    return array.reshape(-1).view(np.uint8)


def group_in_row(name, group, columns):
    """Return a group's size, which is a row's at most, or raise ValueError."""
    if not isinstance(group, int | np.integer) or isinstance(group, bool) or group < 1:
        raise ValueError(f"group of {name} must be a positive number of weights, not {group!r}")
    return min(int(group), max(columns, 1))


def checked_group(name, group, least, most):
    """Return a group's size for `encode`, or raise ValueError."""
    if not isinstance(group, int | np.integer) or isinstance(group, bool) or group % 32 or not least <= group <= most:
        raise ValueError(f"group of {name} must be a multiple of 32 from {least} to {most}, not {group!r}")
    return int(group)


def likely_group(columns, groups):
    """The size of the groups, if a row has so many: a power of two where there is one, the last may be shorter."""
    size = -(-columns // max(groups, 1)) or 1
    power = 1 << (size - 1).bit_length()
    return power if groups > 1 and -(-columns // power) == groups else size


def no_minimum(name, minimum):
    """Raise ValueError if a minimum is wanted."""
    if minimum:
        raise ValueError(f"{name} has no choice of a minimum; int4 has")
