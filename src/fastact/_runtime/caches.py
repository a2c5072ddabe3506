"""Finds the sizes of the CPU's caches, and the family of an AMD CPU, on which the best use of the caches depends.

Two sources are asked in turn, and the first that knows any cache is used for all of them:

Linux    /sys/devices/system/cpu/cpuN/cache, on every architecture
cpuid    leaf 4 on Intel's CPUs, 0x8000001D on AMD's and Hygon's, 0x80000005 and 0x80000006 on AMD's without topology
         extensions; a hypervisor may hide these leaves

The C library is not asked: os.sysconf has no names for these sizes, and glibc reports a wrong L3 for AMD's CPUs
(384 MB instead of 32 MB).
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
MOST_CACHES = 16  # ends the loop if a hypervisor gives the same answer to every subleaf
KINDS = {1: "L{}d", 3: "L{}"}  # 1 is a cache for data, 3 for both; 2, for instructions, is left out


@functools.cache
def sizes():
    """Return {name: bytes} of the caches that a core has or shares, by level ("L1d", "L2" ...); empty if unknown."""
    for source in (of_linux, of_cpuid):
        if found := source():
            return dict(sorted(found.items()))
    return {}


def of_linux(root=SYSTEM):
    """Return what Linux reports for the first CPU that this process may use; hybrid CPUs have several kinds of core."""
    number = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    found = {}
    for folder in sorted(Path(root, f"cpu{number}", "cache").glob("index*")):
        try:
            level, kind, size = ((folder / name).read_text().strip() for name in ("level", "type", "size"))
            unit = UNITS.get(size[-1:], 0)
            nbytes = int(size[:-1]) * unit if unit else int(size)
        except (OSError, ValueError):  # some firmware lists a cache without its size
            continue
        if kind in DATA and nbytes > 0:
            found[DATA[kind].format(level)] = nbytes
    return found


def _is_amd(first):
    """Whether leaf 0 names AMD or Hygon."""
    _, b, c, d = first
    return b"".join(part.to_bytes(4, "little") for part in (b, d, c)) in AMD


def amd_family(cpuid=cpu.cpuid):
    """Return the family of an AMD CPU, such as 25 for Zen 3 and Zen 4, or None."""
    first = cpuid(0, 0)
    if first is None or not _is_amd(first):
        return None
    a = cpuid(1, 0)[0]
    return (a >> 8 & 15) + (a >> 20 & 255)


def of_cpuid(cpuid=cpu.cpuid):
    """Return what the CPU reports in the leaves that its maker defined."""
    first = cpuid(0, 0)
    if first is None:
        return {}
    most = first[0]
    if not _is_amd(first):
        return _deterministic(cpuid, DETERMINISTIC) if most >= DETERMINISTIC else {}
    most = cpuid(0x80000000, 0)[0]
    extended = most >= AMD_DETERMINISTIC and cpuid(0x80000001, 0)[2] & TOPOLOGY_EXTENSIONS
    return (extended and _deterministic(cpuid, AMD_DETERMINISTIC)) or _of_old_amd(cpuid, most)


def _deterministic(cpuid, leaf):
    """Read one cache from each subleaf until one is empty; both makers use the same layout."""
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
    """Read L1 and L2.  The L3 in leaf 0x80000006 may be the sum of several that the cores do not share."""
    if most < 0x80000006:
        return {}
    found = {"L1d": (cpuid(0x80000005, 0)[2] >> 24) << 10, "L2": (cpuid(0x80000006, 0)[2] >> 16) << 10}
    return {name: nbytes for name, nbytes in found.items() if nbytes}
