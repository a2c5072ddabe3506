"""A checksum of the results of every exact ufunc, on each CPU target that can be used here.

Two builds or two machines compute the same bits if their lines are the same.

    python tools/hash_bits.py [--fast | --correct] [--target TARGET ...]

The inputs are fixed: ordinary numbers, tails, every exponent, special values; for two and more operands a sample.
"""

import argparse
import zlib

import numpy as np

import fastact as fa
from fastact._lab.accuracy.callers import ufuncs
from fastact._lab.dtypes import type_of
from fastact._runtime import dispatch

SIZE = 1 << 16


def inputs(count, dtype):
    """Fixed arrays of SIZE elements."""
    rng = np.random.default_rng(2**31 + count)
    kinds = {2: np.uint16, 4: np.uint32, 8: np.uint64}
    arrays = []
    for _ in range(count):
        ordinary = (3 * rng.standard_normal(SIZE // 2)).astype(dtype)
        bits = rng.integers(0, 2 ** (8 * dtype.itemsize), SIZE // 2, dtype=kinds[dtype.itemsize], endpoint=False)
        found = np.concatenate([ordinary, bits.view(dtype)])
        with np.errstate(all="ignore"):
            found[np.isnan(found)] = 1
        arrays.append(rng.permutation(found))
    return arrays


def checksum(arrays):
    """Replace every NaN by the same one, because the sign and the bits of a NaN have no meaning."""
    found = 0
    for array in arrays if isinstance(arrays, tuple) else (arrays,):
        array = np.array(array)
        array[np.isnan(array)] = np.nan
        found = zlib.crc32(array.tobytes(), found)
    return f"{found:08x}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", nargs="+", choices=dispatch.usable_targets, default=dispatch.usable_targets)
    of = parser.add_mutually_exclusive_group()
    of.add_argument("--fast", action="store_true", help="the fast variants instead")
    of.add_argument("--correct", action="store_true", help="the correct variants instead")
    options = parser.parse_args()
    fa.set_num_threads(1)
    dtypes = [type_of(name) for name in ("float32", "float64", "float16", "bfloat16")]
    for target in options.target:
        for name, ufunc in sorted(ufuncs(target).items()):
            if name.endswith("_fast") != options.fast or name.endswith("_correct") != options.correct:
                continue
            for dtype in dtypes:
                with np.errstate(all="ignore"):
                    print(target, name, dtype, checksum(ufunc(*inputs(ufunc.nin, dtype))))


if __name__ == "__main__":
    main()
