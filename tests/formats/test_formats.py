"""The table of formats: what it says of each is what NumPy and the compiled products do."""

import numpy as np
import pytest

from fastact._formats import FLOATS, FORMATS, Format, Scales
from fastact._runtime import dispatch
from helpers import MATMUL_TARGETS, need, same_bits

NUMBERS = np.random.default_rng(0).standard_normal(10**5).astype(np.float32)


def special_values():
    """Zeros, infinities, the largest and smallest numbers, and ties of 16-bit formats."""
    bits = np.arange(0, 1 << 16, 37, dtype=np.uint32) << np.uint32(16)
    ties = np.concatenate([bits | np.uint32(low) for low in (0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF)])
    return ties.view(np.float32)


def test_the_table_has_every_format_under_its_name():
    assert [format.name for format in FLOATS] == ["float32", "float16", "bfloat16"]
    assert all(FORMATS[name].name == name for name in FORMATS)
    assert set(FLOATS) <= set(FORMATS.values())


@pytest.mark.parametrize("format", FORMATS.values(), ids=lambda format: format.name)
def test_pack_and_unpack(format):
    """A weight is stored within the bound, which is no larger than it must be; what is stored comes back."""
    entries = format.pack(NUMBERS)
    assert entries.dtype == format.stored and entries.size == format.entries(NUMBERS.size)
    assert entries.nbytes * format.block_weights == NUMBERS.size * format.block_bytes
    found = format.unpack(entries)
    assert found.dtype == np.float32
    normal = abs(NUMBERS) > 2.0**-14
    errors = abs(found.astype(np.float64) - NUMBERS)[normal] / abs(NUMBERS[normal])
    assert format.bound / 2 <= errors.max() <= format.bound
    assert same_bits(format.pack(found), entries)


@pytest.mark.parametrize("format", FLOATS, ids=lambda format: format.name)
@pytest.mark.parametrize("target", MATMUL_TARGETS)
def test_pack_rounds_as_the_compiled_products_do(format, target):
    """And they come back as `unpack` has them.  A NaN stays one."""
    need(target)
    values = special_values()
    packed = dispatch.kernels("matmul", target).Packed([values[None]], [None], format)
    (found,), _ = packed.unpack()
    with np.errstate(all="ignore"):
        expected = format.unpack(format.pack(values))
    assert np.array_equal(np.isnan(found[0]), np.isnan(expected))
    number = ~np.isnan(expected)
    assert same_bits(found[0][number], expected[number])


@pytest.mark.parametrize("target", MATMUL_TARGETS)
def test_the_compiled_products_read_exactly_the_packed_forms(target):
    need(target)
    matmul = dispatch.kernels("matmul", target)
    assert {format.packed_form for format in FORMATS.values()} == matmul.packed_forms.keys() == matmul.layouts.keys()
    for format in FORMATS.values():
        packed = matmul.Packed([np.zeros((3, 5), np.float32)], [None], format)
        assert packed.format is format and packed.arrays()[0].dtype == format.stored


def test_entries_that_do_not_make_the_packed_form_are_refused():
    float32 = FORMATS["float32"]
    wrong = Format("wrong", 1, 2, np.dtype(np.uint16), (), float32.pack, float32.unpack, "float32", 0.0)
    with pytest.raises(ValueError, match="entries of 2 bytes"):
        dispatch.matmul.Packed([np.zeros((3, 5), np.float32)], [None], wrong)


def test_sections_of_blocks_with_scales():
    """A format of two weights a byte, with a scale for each 32 of them."""
    scales = Scales(np.dtype(np.float16), 32)
    format = Format("made up", 32, 16, np.dtype(np.uint8), (scales,), None, None, "none", 0.1)
    assert format.entries(96) == 48
    assert format.sections(96) == [(np.dtype(np.uint8), 48), (np.dtype(np.float16), 3)]
