"""Sizes of caches: from tables of cpuid leaves, from a folder like Linux's, and on this machine."""

import os
from pathlib import Path

import numpy as np
import pytest

import fastact as fa
from cpuid_tables import NONE, maker
from fastact._lab.speed import environment
from fastact._runtime import caches as _caches, cpu as _cpu, dispatch
from helpers import same_bits

K = 1 << 10


def cache(level, kind, nbytes, ways, sharing=0):
    """A subleaf of 4 or 0x8000001D.  kind: 1 for data, 2 for instructions, 3 for both; sharing: number of CPUs - 1."""
    return kind | level << 5 | 1 << 8 | sharing << 14, ways - 1 << 22 | 63, nbytes // ways // 64 - 1, 0


def leaves(*caches, first):
    return {(first, i): one for i, one in enumerate(caches)}


ZEN5 = [cache(1, 1, 48 * K, 12), cache(1, 2, 32 * K, 8), cache(2, 3, 1024 * K, 16), cache(3, 3, 32768 * K, 16, 15)]
SAPPHIRE = [cache(1, 1, 48 * K, 12), cache(1, 2, 32 * K, 8), cache(2, 3, 2048 * K, 16),
            cache(3, 3, 107520 * K, 15, 127)]
OLD = {(0x80000000, 0): (0x80000008, 0, 0, 0), (0x80000001, 0): NONE,
       (0x80000005, 0): (0, 0, 64 << 24 | 0x020140, 0), (0x80000006, 0): (0, 0, 512 << 16 | 0x6140, 12 << 18)}
EXTENDED = OLD | {(0x80000000, 0): (0x80000026, 0, 0, 0), (0x80000001, 0): (0, 0, 1 << 22, 0)}
SIZES_OF_ZEN5 = {"L1d": 48 * K, "L2": 1024 * K, "L3": 32768 * K}

TABLES = {
    "Intel": ({(0, 0): maker("GenuineIntel", 31)} | leaves(*SAPPHIRE, first=4),
              {"L1d": 48 * K, "L2": 2048 * K, "L3": 107520 * K}),
    "Intel without an L3": ({(0, 0): maker("GenuineIntel", 31)} | leaves(*SAPPHIRE[:3], first=4),
                            {"L1d": 48 * K, "L2": 2048 * K}),
    "an L4": ({(0, 0): maker("GenuineIntel", 31)} | leaves(*ZEN5, cache(4, 3, 131072 * K, 16), first=4),
              SIZES_OF_ZEN5 | {"L4": 131072 * K}),
    "another maker": ({(0, 0): maker("CentaurHauls", 31)} | leaves(*ZEN5, first=4), SIZES_OF_ZEN5),
    "AMD": ({(0, 0): maker("AuthenticAMD", 16)} | EXTENDED | leaves(*ZEN5, first=0x8000001D), SIZES_OF_ZEN5),
    # Leaf 4 is reserved on AMD's CPUs, so what a hypervisor reports there must not be read.
    "AMD, leaf 4 of another": (
        {(0, 0): maker("AuthenticAMD", 16)} | EXTENDED | leaves(*ZEN5, first=0x8000001D) | leaves(*SAPPHIRE, first=4),
        SIZES_OF_ZEN5),
    "Hygon": ({(0, 0): maker("HygonGenuine", 13)} | EXTENDED | leaves(*ZEN5, first=0x8000001D), SIZES_OF_ZEN5),
    "AMD without extensions": ({(0, 0): maker("AuthenticAMD", 5)} | OLD, {"L1d": 64 * K, "L2": 512 * K}),
    "AMD, the new leaf hidden": ({(0, 0): maker("AuthenticAMD", 16)} | EXTENDED, {"L1d": 64 * K, "L2": 512 * K}),
    "AMD, all hidden": ({(0, 0): maker("AuthenticAMD", 16), (0x80000000, 0): (0x80000004, 0, 0, 0)}, {}),
    "Intel, hidden": ({(0, 0): maker("GenuineIntel", 31)}, {}),
    "an Intel older than leaf 4": ({(0, 0): maker("GenuineIntel", 2)} | leaves(*SAPPHIRE, first=4), {}),
    "Intel, the largest leaf lowered": ({(0, 0): maker("GenuineIntel", 3)} | leaves(*SAPPHIRE, first=4), {}),
    "Intel, instruction caches only": ({(0, 0): maker("GenuineIntel", 31)} | leaves(SAPPHIRE[1], first=4), {}),
    "Intel, the first cache hidden": ({(0, 0): maker("GenuineIntel", 31)} | leaves(NONE, *SAPPHIRE, first=4), {}),
    "Intel, two caches of three": (
        {(0, 0): maker("GenuineIntel", 31)} | leaves(*SAPPHIRE[:3], NONE, SAPPHIRE[3], first=4),
        {"L1d": 48 * K, "L2": 2048 * K}),
    "a hypervisor that answers nothing": ({}, {}),
    "another maker, AMD's leaves only": (
        {(0, 0): maker("CentaurHauls", 31)} | EXTENDED | leaves(*ZEN5, first=0x8000001D), {}),
    "AMD, extensions without the leaf": (
        {(0, 0): maker("AuthenticAMD", 16)} | EXTENDED | {(0x80000000, 0): (0x80000008, 0, 0, 0)}
        | leaves(*ZEN5, first=0x8000001D), {"L1d": 64 * K, "L2": 512 * K}),
    "AMD, the leaf without extensions": (
        {(0, 0): maker("AuthenticAMD", 16)} | EXTENDED | {(0x80000001, 0): NONE} | leaves(*ZEN5, first=0x8000001D),
        {"L1d": 64 * K, "L2": 512 * K}),
    "AMD, the L2 hidden": ({(0, 0): maker("AuthenticAMD", 5)} | OLD | {(0x80000006, 0): NONE}, {"L1d": 64 * K}),
    "AMD, the L1 hidden": ({(0, 0): maker("AuthenticAMD", 5)} | OLD | {(0x80000005, 0): NONE}, {"L2": 512 * K}),
    "a cache in two partitions": (
        {(0, 0): maker("GenuineIntel", 31)} | leaves((1 | 2 << 5, 7 << 22 | 1 << 12 | 63, 511, 0), first=4),
        {"L2d": 512 * K}),
    "a cache without end": ({(0, 0): maker("GenuineIntel", 31)} | {(4, i): ZEN5[0] for i in range(1000)},
                            {"L1d": 48 * K}),
}


@pytest.mark.parametrize("name", TABLES)
def test_by_cpuid(name):
    table, due = TABLES[name]
    assert _caches.of_cpuid(lambda leaf, subleaf: table.get((leaf, subleaf), NONE)) == due


def test_a_cpu_without_cpuid():
    assert _caches.of_cpuid(lambda leaf, subleaf: None) == {}


def tree(root, *caches):
    """A folder in the form that Linux has, for the first CPU that may be used here."""
    cpu = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    for i, files in enumerate(caches):
        folder = root / f"cpu{cpu}" / "cache" / f"index{i}"
        folder.mkdir(parents=True)
        for name, text in zip(("level", "type", "size"), files):
            (folder / name).write_text(f"{text}\n")
    return root


def test_by_linux(tmp_path):
    found = [(1, "Data", "48K"), (1, "Instruction", "32K"), (2, "Unified", "1024K"), (3, "Unified", "32M")]
    assert _caches.of_linux(tree(tmp_path, *found)) == SIZES_OF_ZEN5


def test_what_linux_does_not_know_is_left_out(tmp_path):
    assert _caches.of_linux(tmp_path / "nothing") == {}
    # Caches without a size, with a size of 0, and with an unknown unit.
    assert _caches.of_linux(tree(tmp_path, (1, "Data"), (2, "Unified", "0K"), (3, "Unified", "32X"))) == {}


def test_the_first_source_that_knows_a_cache_is_taken_for_all(monkeypatch):
    try:
        for first, second, due in [
            ({}, {"L2": 3}, {"L2": 3}), ({"L2": 1}, {"L2": 3, "L3": 4}, {"L2": 1}), ({}, {}, {}),
            ({"L2": 2, "L1d": 1}, {}, {"L1d": 1, "L2": 2}),
        ]:
            monkeypatch.setattr(_caches, "of_linux", lambda first=first: first)
            monkeypatch.setattr(_caches, "of_cpuid", lambda second=second: second)
            _caches.sizes.cache_clear()
            assert _caches.sizes() == due
    finally:
        _caches.sizes.cache_clear()


@pytest.mark.skipif(not Path("/sys/devices/system/cpu/cpu0/cache/index0/size").exists(), reason="no such tree here")
def test_this_machine():
    files = [path.read_text().strip() for path in Path("/sys/devices/system/cpu").glob("cpu*/cache/index*/size")]
    assert {f"{nbytes // K}K" for nbytes in _caches.sizes().values()} <= set(files)
    assert {"L1d", "L2"} <= _caches.sizes().keys()
    if found := _caches.of_cpuid():  # empty if a hypervisor hides the leaves
        assert found == _caches.sizes()
    assert environment.cpu()["caches"] == _caches.sizes()


def test_cpuid_of_this_cpu():
    found = _cpu.cpuid(0)
    if found is None:
        pytest.skip("this CPU has no cpuid")
    assert found[0] > 0
    assert _cpu.cpuid(0x7FFFFFF0) == NONE or found[0] >= 0x7FFFFFF0
    with pytest.raises(OverflowError):
        _cpu.cpuid(-1)


def test_the_streaming_threshold_is_of_the_l2():
    assert dispatch.stream_from({"L1d": 1, "L2": 2048 * K, "L3": 5}) == 32 << 20
    assert dispatch.stream_from({}) == 16 << 20
    assert dispatch.stream_cheap_only(25)
    assert not any(map(dispatch.stream_cheap_only, (23, 26, None)))


@pytest.mark.parametrize(("maker", "a", "family"), [
    (b"AuthenticAMD", 0x00A10F11, 25), (b"AuthenticAMD", 0x00B40F40, 26), (b"AuthenticAMD", 0x00800F12, 23),
    (b"GenuineIntel", 0x000806F8, None)])
def test_the_family_of_an_amd_cpu(maker, a, family):
    words = [int.from_bytes(maker[i : i + 4], "little") for i in (0, 8, 4)]
    assert _caches.amd_family(lambda leaf, subleaf: (a, 0, 0, 0) if leaf else (16, *words)) == family
    assert _caches.amd_family(lambda leaf, subleaf: None) is None


def test_no_bit_depends_on_the_threshold():
    """Results are the same for every size of the L2, streamed or not."""
    x = np.random.default_rng(0).normal(0, 3, 1 << 16).astype(np.float32)
    functions = [fa.relu, fa.gelu, fa.silu, fa.tanh, fa.softplus]
    try:
        found = []
        for nbytes, cheap_only in ((1 << 62, False), (4096, False), (1 << 17, False), (4096, True), (1 << 17, True)):
            dispatch.elementwise.set_stream_from(nbytes, cheap_only)
            for threads in (1, 4):
                with fa.threads(threads):
                    found.append([function(np.tile(x, 9), accuracy=accuracy) for function in functions for accuracy in ("exact", "fast")])
    finally:
        dispatch.elementwise.set_stream_from(
            dispatch.stream_from(_caches.sizes()), dispatch.stream_cheap_only(_caches.amd_family()))
    for others in found[1:]:
        assert all(same_bits(one, two) for one, two in zip(found[0], others))
