"""The sizes of the CPU's caches: the one place that finds them.

The first source that knows a cache is taken for all of them:

Linux    /sys/devices/system/cpu/cpuN/cache, for every architecture
cpuid    leaf 4 of Intel, 0x8000001D of AMD and Hygon, 0x80000005 and 6 of AMDs without topology extensions;
         a hypervisor may hide them

Not the C library: Python has no name for these figures in os.sysconf, and of an AMD's L3 glibc tells what is
no cache's size (384 MB where there are 32).
"""

import functools
import os
from pathlib import Path

from fastact._runtime import cpu

SYSTEM = Path("/sys/devices/system/cpu")
DATA = {"Data": "L{}d", "Unified": "L{}"}
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}

AMD = (b"AuthenticAMD", b"HygonGenuine")
TOPOLOGY_EXTENSIONS = 1 << 22
DETERMINISTIC, AMD_DETERMINISTIC = 4, 0x8000001D
MOST_CACHES = 16  # a hypervisor that answers every subleaf alike must not keep us here
KINDS = {1: "L{}d", 3: "L{}"}  # 2: instructions


@functools.cache
def sizes():
    """Name ("L1d", "L2", "L3" ...) -> bytes of the cache that a core has or shares, by level; empty if unknown."""
    for source in (of_linux, of_cpuid):
        if found := source():
            return dict(sorted(found.items()))
    return {}


def of_linux(root=SYSTEM):
    """What Linux says of the first CPU that this process may use: on hybrid CPUs they differ."""
    number = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    found = {}
    for folder in sorted(Path(root, f"cpu{number}", "cache").glob("index*")):
        try:
            level, kind, size = ((folder / name).read_text().strip() for name in ("level", "type", "size"))
            unit = UNITS.get(size[-1:], 0)
            nbytes = int(size[:-1]) * unit if unit else int(size)
        except (OSError, ValueError):  # some firmware tells of a cache, but not how large it is
            continue
        if kind in DATA and nbytes > 0:
            found[DATA[kind].format(level)] = nbytes
    return found


def of_cpuid(cpuid=cpu.cpuid):
    """What the CPU says, by its maker's leaves."""
    first = cpuid(0, 0)
    if first is None:
        return {}
    most, b, c, d = first
    if b"".join(part.to_bytes(4, "little") for part in (b, d, c)) not in AMD:
        return _deterministic(cpuid, DETERMINISTIC) if most >= DETERMINISTIC else {}
    most = cpuid(0x80000000, 0)[0]
    extended = most >= AMD_DETERMINISTIC and cpuid(0x80000001, 0)[2] & TOPOLOGY_EXTENSIONS
    return (extended and _deterministic(cpuid, AMD_DETERMINISTIC)) or _of_old_amd(cpuid, most)


def _deterministic(cpuid, leaf):
    """One cache for each subleaf, until there is none: the layout is the same for both makers."""
    found = {}
    for subleaf in range(MOST_CACHES):
        a, b, c, _ = cpuid(leaf, subleaf)
        if not a & 31:
            break
        ways, partitions, line, sets = (b >> 22) + 1, (b >> 12 & 1023) + 1, (b & 4095) + 1, c + 1
        if name := KINDS.get(a & 31):
            found[name.format(a >> 5 & 7)] = ways * partitions * line * sets
    return found


def _of_old_amd(cpuid, most):
    """L1 and L2; the L3 of 0x80000006 may be that of several together, which do not share it."""
    if most < 0x80000006:
        return {}
    found = {"L1d": (cpuid(0x80000005, 0)[2] >> 24) << 10, "L2": (cpuid(0x80000006, 0)[2] >> 16) << 10}
    return {name: nbytes for name, nbytes in found.items() if nbytes}
