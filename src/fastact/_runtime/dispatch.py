"""Chooses the CPU target and imports its kernels, once, when this module is imported."""

import importlib
import importlib.util
import os

from fastact._runtime import caches, cpu, targets


def is_built(target):
    """Whether the kernels of a Target were built."""
    family = "matmul" if target.base else "elementwise"
    return importlib.util.find_spec(f"fastact._kernels.{family}.{target.suffix}") is not None


def _choose():
    """Return the names of the targets that can be used, best first, and the name of the chosen one."""
    usable = [name for name in cpu.runnable() if is_built(targets.BY_NAME[name])]
    wanted = os.environ.get("FASTACT_TARGET")
    if not wanted:
        return usable, usable[0]
    if wanted not in usable:
        known = targets.BY_NAME.get(wanted)
        reason = "this CPU lacks it" if known and is_built(known) else "it was not built"
        raise ImportError(f"FASTACT_TARGET={wanted!r}: {reason}; can be used here: {', '.join(usable)}")
    return usable, wanted


# Targets with kernels of every family, best first.
TARGETS = tuple(target.name for target in targets.TARGETS if not target.base)
# Targets with kernels for matrix products only -> the target whose other kernels are used with them.
MATMUL_TARGETS = {target.name: target.base for target in targets.TARGETS if target.base}

matmul_targets, matmul_target = _choose()
usable_targets = [name for name in matmul_targets if name in TARGETS]
target = MATMUL_TARGETS.get(matmul_target, matmul_target)


def kernels(family, target):
    """Return the module with a family's kernels for a target."""
    return importlib.import_module(f"fastact._kernels.{family}.{targets.BY_NAME[target].suffix}")


elementwise = kernels("elementwise", target)
rows = kernels("rows", target)
blocks = kernels("blocks", target)
matmul = kernels("matmul", matmul_target)


def stream_from(sizes):
    """Return the size in bytes from which a thread's results bypass the caches: 16 times the L2, or 16 MB if unknown.

    Measured with AVX-512, an L2 of 2 MB and a large L3: relu is 1.5 times as fast at 64 MB.  At 16 MB, which the L3
    still holds, both ways take the same time.  The results have the same bits.
    """
    return 16 * sizes.get("L2", 1 << 20)


def stream_cheap_only(family):
    """Return whether only cheap functions do so, and at once; `family` is that of an AMD CPU, otherwise None.

    On a Zen 4 (family 25) such stores hardly overlap with arithmetic: with 64 MB ordinary stores make exact silu and
    sigmoid, fast gelu and erf 1.1 to 1.15 times as fast.  Relu, square and hard_swish are 1.15 to 1.2 times as fast by
    streaming, if each piece leaves as soon as it is computed; with a ring in between they would not be faster.
    """
    return family == 25


elementwise.set_stream_from(stream_from(caches.sizes()), stream_cheap_only(caches.amd_family()))
blocks.set_stream_from(stream_from(caches.sizes()))
