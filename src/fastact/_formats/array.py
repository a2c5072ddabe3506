"""Arrays of quantised weights: the class, and the ways from float32 and back."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from fastact._formats import container
from fastact._formats.blocks import BLOCKS
from fastact._formats.groups import GROUPS
from fastact._formats.quantized import checked_shape
from fastact._formats.tiles import TILES
from fastact._formats.words import WORDS
from fastact._runtime.progress import bar

QUANTIZED = {format.name: format for format in (*GROUPS, *BLOCKS, *TILES, *WORDS)}
WRITTEN = [name for name, format in QUANTIZED.items() if format.writes]
# Dtypes of parts, as a file may name them.  bfloat16 is ml_dtypes'.
STORED = ("int8", "uint8", "int32", "float16", "float32", "bfloat16")


class QuantizedArray:
    """Weights in a few bits each, as a file or `quantize` has them.

    Parameters
    ----------
    blocks : bytes-like, ndarray, or mapping of str to ndarray
        The raw data.  Of GGUF's formats the blocks, as bytes or uint8, row after row.  Of formats whose scales lie
        apart the parts by name; see Notes.  Arrays that lie contiguously in memory are not copied.
    format : str
        One of ``int8 int4 q8_0 q4_0 q4_1 q5_0 q5_1 q2_k q3_k q4_k q5_k q6_k iq4_nl mxfp4 mxfp4_split float8_e4m3
        gptq gptq_v2 awq pack_quantized nbits4 nbits8``.
    shape : sequence of int
        Of the array: for a matrix (out_features, in_features).  Neighbours along the last axis share scales.
    group : int or (int, int), optional
        Weights that share a scale; of float8_e4m3 the (rows, columns) of a tile.  If it is
        not given it follows from the parts, as a power of two if one fits; of float8_e4m3 it is a row if there is a
        scale for each row, else 128 x 128.

    Raises
    ------
    TypeError
        For parts that are no arrays, or a shape that is not of integers.
    ValueError
        For a format that is not known, and for parts whose dtypes or sizes do not fit the shape.

    See Also
    --------
    quantize : from an array of floats.
    fastact.formats : from files.

    Notes
    -----
    The parts: ``codes scales [minima]`` of int8 and int4; ``codes scales`` of float8_e4m3; ``blocks scales`` of
    mxfp4_split (gpt-oss); ``qweight qzeros scales [g_idx]`` of gptq (its first version, whose zeros are one less),
    gptq_v2 and awq; ``weight_packed weight_scale [weight_zero_point] [weight_g_idx]`` of pack_quantized
    (compressed-tensors); ``B scales [zero_points] [g_idx]`` of nbits4 and nbits8 (ONNX Runtime's MatMulNBits).

    NumPy's functions take such an array too, by way of `dequantize`.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> fa.QuantizedArray(b"\\x00\\x3c" + bytes(range(32)), "q8_0", (1, 32))
    QuantizedArray(shape=(1, 32), format='q8_0', group=32, nbytes=34)
    >>> _.dequantize()[0, :4]
    array([0., 1., 2., 3.], dtype=float32)
    """

    __slots__ = ("_format", "_group", "_parts", "_shape")

    def __init__(self, blocks, format, shape, group=None):
        self._format = known_format(format)
        self._shape = checked_shape(shape)
        self._parts, self._group = self._format.check(parts_of(blocks, self._format), self._shape, group)

    shape = property(lambda self: self._shape, doc="The shape of the array.")
    format = property(lambda self: self._format.name, doc="The name of the format.")
    group = property(lambda self: self._group, doc="Weights that share a scale: a number, or the sizes of a tile.")
    parts = property(lambda self: MappingProxyType(self._parts), doc="The raw data: arrays by name, not to be changed.")
    ndim = property(lambda self: len(self._shape), doc="The number of axes.")

    @property
    def nbytes(self):
        """Bytes of all parts."""
        return sum(part.nbytes for part in self._parts.values())

    def dequantize(self, out=None):
        """Return the weights in float32.

        Parameters
        ----------
        out : ndarray of float32, optional
            Where to put them: of this shape, with any strides.

        Returns
        -------
        ndarray
            `out` if given.  Scales that are NaN or infinite give such weights.

        Raises
        ------
        TypeError
            For an `out` that is not an ndarray of float32.
        ValueError
            For an `out` of another shape, or one that is read-only.

        Examples
        --------
        >>> import numpy as np, fastact as fa
        >>> fa.quantize([[0.0, 0.5, 1.0]], "int8").dequantize()
        array([[0.       , 0.503937 , 1.       ]], dtype=float32)
        """
        if out is None:
            out = np.empty(self._shape, np.float32)
        elif not isinstance(out, np.ndarray) or out.dtype.type is not np.float32:
            raise TypeError(f"out must be an ndarray of float32, not {getattr(out, 'dtype', type(out).__name__)}")
        elif out.shape != self._shape:
            raise ValueError(f"out must have shape {self._shape}, not {out.shape}")
        elif not out.flags.writeable:
            raise ValueError("out is read-only")
        if out.flags.c_contiguous and out.flags.aligned and out.dtype.isnative:
            self._format.decode(self._parts, self._shape, self._group, out.view(np.ndarray))
        else:
            out[...] = self.dequantize()
        return out

    def save(self, path):
        """Write the array to a file, for `load`.

        The file appears when it is complete, in place of one that has this name.

        Parameters
        ----------
        path : path-like

        Raises
        ------
        OSError
            If it cannot be written; then nothing is left of it, and a file of this name is as it was.
        """
        parts = {name: [part.dtype.name, list(part.shape)] for name, part in self._parts.items()}
        group = list(self._group) if isinstance(self._group, tuple) else self._group
        header = {"class": "QuantizedArray", "format": self.format, "shape": list(self._shape), "group": group,
                  "parts": parts}
        container.write(path, header, list(self._parts.values()))

    @classmethod
    def load(cls, path, mmap=True):
        """Return what `save` has written.

        Parameters
        ----------
        path : path-like
        mmap : bool, optional
            True: the parts are mapped into memory and read from the file as they are used.  False: they are read
            now, and their checksums checked.

        Returns
        -------
        QuantizedArray

        Raises
        ------
        ValueError
            For a file that is not one of these, has another version, or was truncated or altered.
        OSError
            If it cannot be read.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> import numpy as np, fastact as fa
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = pathlib.Path(folder.name, "weights")
        >>> fa.quantize(np.eye(2, 64), "q4_1").save(path)
        >>> fa.QuantizedArray.load(path, mmap=False)
        QuantizedArray(shape=(2, 64), format='q4_1', group=32, nbytes=80)
        >>> folder.cleanup()
        """
        header, arrays = container.read(path, "QuantizedArray", described_parts, mmap)
        try:
            group = header["group"]
            return cls(dict(zip(header["parts"], arrays)), header["format"], header["shape"],
                       tuple(group) if isinstance(group, list) else group)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from None

    def __getitem__(self, index):
        """Rows along the first axis, without a copy: an index, or a slice.

        Parameters
        ----------
        index : int or slice
            An integer leaves out the axis, which must not be the last one.

        Returns
        -------
        QuantizedArray

        Raises
        ------
        TypeError
            For another index.
        ValueError
            For a format whose parts do not lie row by row: gptq, awq, pack_quantized, float8_e4m3 of two dimensions.
        """
        is_tiled = self.format == "float8_e4m3" and self.ndim > 2
        if self.ndim < 2 or not (self._format.sliced or is_tiled):
            raise ValueError(f"an array of {self.format} with {self.ndim} dimensions cannot be taken apart by rows")
        try:
            chosen = range(self._shape[0])[index]
        except TypeError:
            raise TypeError(f"the index must be an integer or a slice, not {index!r}") from None
        shape = (len(chosen), *self._shape[1:]) if isinstance(chosen, range) else self._shape[1:]
        return QuantizedArray({name: part[index] for name, part in self._parts.items()}, self.format, shape, self._group)

    def __len__(self):
        return self._shape[0]

    def __array__(self, dtype=None, copy=None):
        if copy is False:
            raise ValueError("an array of quantised weights cannot be had without a copy")
        array = self.dequantize()
        return array if dtype is None else array.astype(dtype, copy=False)

    def __repr__(self):
        return (f"QuantizedArray(shape={self._shape}, format={self.format!r}, group={self._group}, "
                f"nbytes={self.nbytes})")

    def __reduce__(self):
        parts = {name: np.array(part) for name, part in self._parts.items()}  # of a mapped file the numbers alone
        return QuantizedArray, (parts, self.format, self._shape, self._group)

    def __copy__(self):
        return self  # nothing in it changes

    def __deepcopy__(self, memo):
        return self


def known_format(name):
    """The description of a format, by its name."""
    if not isinstance(name, str) or name not in QUANTIZED:
        raise ValueError(f"format must be one of {', '.join(QUANTIZED)}, not {name!r}")
    return QUANTIZED[name]


def parts_of(blocks, format):
    """The parts as a dict of arrays, and none that the format does not have."""
    if not isinstance(blocks, Mapping):
        if len(format.parts) > 1:
            raise TypeError(f"{format.name} has the parts {', '.join(format.parts)}: give a mapping of these names "
                            f"to arrays, not {type(blocks).__name__}")
        blocks = {format.parts[0]: blocks}
    blocks = {name: part for name, part in blocks.items() if part is not None}
    needed = [name for name in format.parts if name not in format.optional]
    if missing := [name for name in needed if name not in blocks]:
        raise ValueError(f"{format.name} needs {', '.join(missing)} besides {', '.join(map(str, blocks)) or 'nothing'}")
    if unknown := [name for name in blocks if name not in format.parts]:
        raise ValueError(f"{format.name} has no part {unknown[0]!r}; it has: {', '.join(format.parts)}")
    return {name: as_array(name, blocks[name]) for name in format.parts if name in blocks}


def as_array(name, part):
    """A part as a plain ndarray in native byte order; bytes as uint8."""
    if isinstance(part, np.ma.MaskedArray):
        raise TypeError(f"{name} must not be a masked array")
    if isinstance(part, bytes | bytearray | memoryview):
        part = np.frombuffer(part, np.uint8)
    if not isinstance(part, np.ndarray):
        raise TypeError(f"{name} must be an array or bytes, not {type(part).__name__}")
    part = part.view(np.ndarray)
    return part if part.dtype.isnative else part.astype(part.dtype.newbyteorder("="))


def described_parts(header):
    """dtype and shape of each part, as the header of a file says."""
    parts, found = header.get("parts"), []
    known_format(header.get("format"))
    if not isinstance(parts, dict) or len(parts) > 8 or not isinstance(header.get("shape"), list):
        raise ValueError("the header has no valid 'parts'")
    group = header.get("group")
    if not all(type(size) is int for size in (group if isinstance(group, list) else [group])):
        raise ValueError("the header has no valid 'group'")
    for name, part in parts.items():
        if not isinstance(part, list) or len(part) != 2 or not isinstance(part[0], str) or not isinstance(part[1], list):
            raise ValueError(f"the header describes no array as {name!r}")
        dtype, shape = part
        if dtype not in STORED or not all(type(size) is int and 0 <= size < 1 << 40 for size in shape):
            raise ValueError(f"the header describes no array as {name!r}")
        if len(shape) > 32:
            raise ValueError(f"{name} has {len(shape)} dimensions")
        found.append((stored_dtype(dtype), tuple(shape)))
    return found


def stored_dtype(name):
    """The dtype of this name, which for bfloat16 takes ml_dtypes."""
    if name != "bfloat16":
        return np.dtype(name)
    try:
        from ml_dtypes import bfloat16
    except ImportError:
        raise ValueError("scales in bfloat16 need ml_dtypes: pip install 'fastact[formats]'") from None
    return np.dtype(bfloat16)


def quantize(array, format, group=None, minimum=False, *, progress=False):
    """Quantise an array of weights.

    Parameters
    ----------
    array : array_like
        float16, bfloat16, float32 or float64, or integers; computed in float32.
    format : {"int8", "int4", "q8_0", "q4_0", "q4_1", "q5_0", "q5_1", "mxfp4"}
    group : int, optional
        Neighbours along the last axis that share a scale.  int8: a multiple of 32 up to 128, or None for the whole
        row.  int4: a multiple of 32 up to 256; default 32.  The last group of a row may be shorter.  The others have
        groups of 32, and rows of whole groups.
    minimum : bool, optional
        int4 only: with a minimum for each group beside the scale, 16 steps from there on; else the steps are those
        from -8 to 7 times the scale.
    progress : bool, optional
        Whether to show a bar, if stderr is a terminal: int4 of 50 million weights takes about a second.

    Returns
    -------
    QuantizedArray
        Of the array's shape.

    Raises
    ------
    TypeError
        For an array that does not hold real numbers, and a `minimum` or `progress` that is not a bool.
    ValueError
        For NaN, infinities and numbers so large that a scale would be infinite; for a format that is not known or
        only read; for rows that are not whole blocks.

    See Also
    --------
    QuantizedArray.dequantize : the way back.

    Notes
    -----
    q8_0, q4_0, q4_1, q5_0 and q5_1 give the same blocks as gguf.quants.quantize.  mxfp4 does, but for groups whose
    largest magnitude is up to 2 ULP below a power of two: there that function rounds a logarithm up.

    int8 gives the largest magnitude of a group the code 127.  int4 takes of 21 scales the one with the least squared
    error.  A group's scale is float16, where the largest one of the array is a normal number of that type, else
    float32; that of a row is float32.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> w = np.random.default_rng(0).standard_normal((4, 64), np.float32)
    >>> q = fa.quantize(w, "int4", group=32, minimum=True)
    >>> q
    QuantizedArray(shape=(4, 64), format='int4', group=32, nbytes=160)
    >>> bool(np.abs(q.dequantize() - w).max() < 0.2)
    True
    """
    with bar(1, "quantize", progress) as shown:
        return quantized(array, format, group, minimum, shown)


def quantized(array, format, group, minimum, shown):
    """`quantize`, which moves a progress bar by one step in all."""
    format = known_format(format)
    if not format.writes:
        raise ValueError(f"{format.name} can be read, not written; those that can be written are {', '.join(WRITTEN)}")
    if not isinstance(minimum, bool | np.bool_):
        raise TypeError(f"minimum must be a bool, not {type(minimum).__name__}")
    if isinstance(array, np.ma.MaskedArray):
        raise TypeError("array must not be a masked array; use array.filled(...)")
    array = np.asarray(array)
    if array.dtype.kind not in "fiu" and array.dtype.name != "bfloat16":
        raise TypeError(f"array must hold real numbers, not {array.dtype}")
    if array.ndim == 0:
        raise ValueError("array must have at least one dimension")
    with np.errstate(over="ignore"):  # what becomes infinite is refused
        numbers = np.require(array, np.float32, ["C", "A"])
    parts, group = format.encode(numbers, group, bool(minimum), shown)
    return QuantizedArray(parts, format.name, array.shape, group)


def dequantize(array, out=None):
    """Return a QuantizedArray's weights in float32.

    Parameters
    ----------
    array : QuantizedArray
    out : ndarray of float32, optional
        Where to put them: of the array's shape, with any strides.

    Returns
    -------
    ndarray
        `out` if given.

    Raises
    ------
    TypeError
        For an array of another class, or an `out` that is not float32.
    ValueError
        For an `out` of another shape, or one that is read-only.

    See Also
    --------
    QuantizedArray.dequantize : the same.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> fa.dequantize(fa.quantize(np.eye(2, 32), "int8"))[:, :3]
    array([[1., 0., 0.],
           [0., 1., 0.]], dtype=float32)
    """
    if not isinstance(array, QuantizedArray):
        raise TypeError(f"array must be a QuantizedArray, not {type(array).__name__}")
    return array.dequantize(out)


for _public in (QuantizedArray, quantize, dequantize):
    _public.__module__ = "fastact"  # pickles name public paths only
