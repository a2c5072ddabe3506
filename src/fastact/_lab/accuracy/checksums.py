"""Checksums of the results of accuracy "correct", which are promised to be the same on every CPU, target and release.

In half precision products, sums and gradients are promised on targets with FMA only: on others the last bit of double
precision differs, and some of these results are ties between two numbers of half precision.  Functions of an axis, and a
GatedMLP, are promised on targets with FMA only, too.

There is one checksum for each function, role and type, over fixed inputs: numbers of all magnitudes, ordinary ones, and all
combinations of hard and extreme ones; for functions of an axis, rows of ordinary numbers of several lengths.  The inputs
are made with integers alone, so that they do not depend on versions of NumPy.  Whether a result is NaN counts, but not
the bits of the NaN: no promise covers these.
"""

import functools
import hashlib

import numpy as np

import fastact as fa
from fastact import _catalogue
from fastact._lab import dtypes
from fastact._lab.accuracy import callers
from fastact._lab.accuracy.callers import SUFFIXES
from fastact._runtime import dispatch, targets
from fastact._runtime.progress import each

DTYPES = ["float32", *dtypes.HALF]

# Role -> the name of its ufunc, without the accuracy.
ROLES = {
    "forward": "{}", "derivative": "{}_derivative", "backward": "{}_backward", "gated": "gated_{}",
    "gated_backward": "gated_{}_backward", "added": "add_{}", "added_backward": "add_{}_backward",
    "parameter": "{}_parameter", "backward_from_output": "{}_from_output_backward",
}

FOLD_ROLES = {"row": "{}", "row_backward": "{}_backward"}
POLY_NORM = {"weight": [0.3, -0.2, 0.5], "bias": 0.1, "eps": 1e-6}  # its other operands
LAYER = "GatedMLP"  # the function of the checksum of a whole layer

EVERYWHERE = "forward", "derivative"  # the roles that are promised in half precision on these, too

MAGNITUDES = 1 << 19  # float32 inputs of all magnitudes, and as many ordinary ones
LENGTHS = [1, 2, 7, 33, 1000, 4099]  # of rows
ROWS = 1 << 16  # elements of all rows of one length
MIXED = 1 << 17  # pairs of a number of any magnitude and an ordinary one
STRIDES = [2654435761, 2246822519, 3266489917]  # odd: multiples of each, modulo 2^32, are all numbers once
SHIFTS = [0, 12345, 40503, 54321]  # of the second and third operand in half precision

# Bits of positive float32 numbers: zero, subnormal numbers and ties among them, edges of binades, ordinary numbers, places
# where functions change or saturate, odd numbers from 2^24 on, the largest numbers, infinity and NaN.
HARD = [
    0, 1, 2, 3, 5, 0x400001, 0x7FFFFF, 0x800000, 0x800001, 0x0D000001, 0x1A0007FF, 0x1FB504F3, 0x33800000, 0x34000000,
    0x35000001, 0x39EA41D0, 0x3A928601, 0x3E99999A, 0x3F000000, 0x3F7FFFFF, 0x3F800000, 0x3F800001, 0x40000000, 0x40400000,
    0x40C00000, 0x40E00001, 0x418AA3D7, 0x42AEAC4F, 0x42B17218, 0x42CFF1B5, 0x431A209B, 0x4B000001, 0x4B800001, 0x5F000000,
    0x7E967699, 0x7F7FFFFF, 0x7F800000, 0x7FC00000,
]


@functools.cache
def ufuncs(target):
    """All raw ufuncs of a target, by name."""
    return callers.ufuncs(target) | callers.ufuncs(target, "rows")


def loops(names=()):
    """(function, role, ufunc's name, values of the parameters) of every loop, of these functions or of all."""
    found = []
    for name in [*(entry.name for entry in _catalogue.ENTRIES if entry.kind == "fold"), "poly_norm"]:
        if not names or name in names:
            found += [(name, role, pattern.format(name) + SUFFIXES["correct"], []) for role, pattern in FOLD_ROLES.items()]
    kernels = {entry.name: entry for entry in _catalogue.ENTRIES if entry.kind != "fold"}
    for entry in _catalogue.GATED_ENTRIES:
        kernels.setdefault(entry.kernel.removeprefix("gated_"), entry)
    for name, entry in kernels.items():
        if names and name not in names:
            continue
        values = [entry.examples.get(key, default) for key, default in entry.parameters.items()]
        for role, pattern in ROLES.items():
            ufunc = pattern.format(name) + SUFFIXES["correct"]
            if ufunc in ufuncs(dispatch.target):
                found.append((name, role, ufunc, values))
    return found


@functools.cache
def inputs(dtype, operands):
    """The arrays of all operands of a ufunc, without its parameters."""
    kind = dtypes.type_of(dtype)
    if dtype == "float32":
        count = np.arange(MAGNITUDES, dtype=np.uint64)
        parts = [_any_magnitude, _ordinary]
        columns = []
        for i in range(operands):
            mixed = [parts[i % 2](count[:MIXED], i), parts[(i + 1) % 2](count[:MIXED], i)]
            columns.append(np.concatenate([_any_magnitude(count, i), _ordinary(count, i), *mixed]))
        hard = np.array(HARD, np.uint32)
        hard = np.concatenate([hard, hard | np.uint32(1 << 31)]).view(np.float32)
    else:
        count = np.arange(1 << 16, dtype=np.uint64)
        columns = []
        for i in range(operands):
            bits = [(count * np.uint64(STRIDES[i] if i else 1) + np.uint64(i * shift)).astype(np.uint16) for shift in SHIFTS]
            columns.append(np.concatenate(bits if operands > 1 else bits[:1]).view(kind))
        with np.errstate(all="ignore"):
            hard = np.array(HARD, np.uint32).view(np.float32).astype(kind)
        hard = np.concatenate([hard, -hard])
    crossed = np.meshgrid(*[hard] * operands, indexing="ij")
    return [np.concatenate([column, part.ravel()]) for column, part in zip(columns, crossed, strict=True)]


def _rows(core, i, length, kind):
    """Operand i of a ufunc of rows, whose core dimensions are `core`."""
    count = np.arange(ROWS // length * length, dtype=np.uint64)
    if core == "m,k":
        return _ordinary(np.arange(3 * count.size, dtype=np.uint64), i).astype(kind).reshape(-1, length, 3)
    rows = _ordinary(count, i).astype(kind).reshape(-1, length)
    return rows if core else rows[:, 0]


def _any_magnitude(count, i):
    return (count * np.uint64(STRIDES[i]) + np.uint64(i)).astype(np.uint32).view(np.float32)


def _ordinary(count, i):
    """Multiples of 2^-20 from -8 to 8"""
    steps = (count * np.uint64(STRIDES[-1 - i])).astype(np.uint32) >> np.uint32(8)
    return (steps.astype(np.float32) - np.float32(1 << 23)) * np.float32(2.0**-20)


def _operands(ufunc, dtype, count):
    """The arrays of the operands of a ufunc; a saved result lies within the range of its function."""
    operands = inputs(dtype, count)
    if "_from_output" in ufunc:
        grad, y = operands
        with np.errstate(invalid="ignore"):
            operands = [grad, np.where(np.abs(y) <= 1, y, y.dtype.type(0.5))]
    return operands


def results(target, ufunc, values, dtype):
    """The bits of a loop's results for `inputs`, every NaN alike."""
    call, kind = ufuncs(target)[ufunc], dtypes.type_of(dtype)
    with np.errstate(all="ignore"):
        if call.signature:
            found = _rows_of_results(call, kind)
        else:
            found = call(*_operands(ufunc, dtype, call.nin - len(values)), *(np.asarray(value, kind) for value in values))
        found = np.stack(found if call.nout > 1 else [found])
        return np.where(np.isnan(found), kind.type(np.nan), found).view(f"u{kind.itemsize}")


def _rows_of_results(call, kind):
    """A ufunc's results for rows of all lengths, one after the other."""
    cores, found, numbers = call.signature.split("->")[0][1:-1].split("),("), [], []
    if call.__name__.startswith("poly_norm"):
        numbers = [*POLY_NORM["weight"], *([] if "backward" in call.__name__ else [POLY_NORM["bias"]]), POLY_NORM["eps"]]
    for length in LENGTHS:
        operands = [_rows(core, i, length, kind) for i, core in enumerate(cores[:call.nin - len(numbers)])]
        found.append(call(*operands, *(np.asarray(one, kind) for one in numbers)).ravel())
    return np.concatenate(found)


def _layer():
    """The bits of a GatedMLP's results, with float32 weights."""
    width, hidden, rows = 96, 257, 33
    count = np.arange(3 * width * hidden, dtype=np.uint64)
    x, weights = _ordinary(count, 0)[:rows * width].reshape(rows, width), _ordinary(count, 1) * np.float32(2.0**-5)
    gate, up, down = weights.reshape(3, hidden, width)
    return fa.GatedMLP(gate, up, down.reshape(width, hidden), activation="silu", accuracy="correct")(x).view("u4")


def checksums(target, names=(), types=()):
    """"function role type" -> 16 hexadecimal digits, for these functions and types, or all."""
    types = types or [dtype for dtype in DTYPES if dtype != "bfloat16" or dtypes.ml_dtypes]
    found = {}
    for name, role, ufunc, values in each(loops(names), target):
        for dtype in types:
            if target in targets.WITHOUT_FMA and (role in FOLD_ROLES or dtype != "float32" and role not in EVERYWHERE):
                continue
            found[f"{name} {role} {dtype}"] = _checksum(results(target, ufunc, values, dtype))
    # A process has the products of one target.
    if target == dispatch.target and target not in targets.WITHOUT_FMA and (not names or LAYER in names) and "float32" in types:
        found[f"{LAYER} layer float32"] = _checksum(_layer())
    return found


def _checksum(bits):
    return hashlib.sha256(bits.astype(bits.dtype.newbyteorder("<")).tobytes()).hexdigest()[:16]


def difference(key, target, other):
    """Which results of two targets differ, as a sentence; "" if none does."""
    name, role, dtype = key.split()
    if role == "layer":
        return ""
    ufunc, values = next(loop[2:] for loop in loops([name]) if loop[1] == role)
    found = [results(one, ufunc, values, dtype) for one in (target, other)]
    outputs, places = np.nonzero(found[0] != found[1])
    if not places.size:
        return ""
    size = found[0].itemsize
    if role in FOLD_ROLES:
        return f"{places.size:,} of {found[0].size:,} results differ from those of {target}, the first at {places[0]:,}"
    operands = _operands(ufunc, dtype, ufuncs(target)[ufunc].nin - len(values))
    at = ", ".join(f"0x{int(x.view(f'u{size}')[places[0]]):0{2 * size}x}" for x in operands)
    got = [f"0x{int(bits[outputs[0], places[0]]):0{2 * size}x}" for bits in found]
    # The first bit is the sign: without it a zero is 0.
    zeros = np.count_nonzero(((found[0] | found[1]) << 1)[outputs, places] == 0)
    return (f"{places.size:,} of {found[0].size:,} results differ from those of {target}, {zeros:,} of them in the sign of a zero; "
            f"at {at} it gives {got[1]}, {target} {got[0]}")
