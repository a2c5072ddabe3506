"""Chooses the CPU target and imports its kernels, once, at import."""

import importlib
import importlib.util
import os

from fastact import _caches, _cpu

TARGETS = ("x86-64-v4", "x86-64-v3", "x86-64", "aarch64", "generic")
# Targets of the projections alone, and whose kernels serve everything else.
GEMM_TARGETS = {"x86-64-v4-amx": "x86-64-v4", "x86-64-v4-bf16": "x86-64-v4"}


def _suffix(target):
    return target.replace("-", "_")


def _built(target):
    family = "elementwise" if target in TARGETS else "gemm"
    return (target in TARGETS or target in GEMM_TARGETS) and (
        importlib.util.find_spec(f"fastact._kernels.{family}_{_suffix(target)}") is not None)


def _choose():
    """Return (targets that can be used, best first; the chosen one)."""
    usable = [name for name in _cpu.runnable() if _built(name)]
    wanted = os.environ.get("FASTACT_TARGET")
    if not wanted:
        return usable, usable[0]
    if wanted not in usable:
        reason = "this CPU lacks it" if _built(wanted) else "it was not built"
        raise ImportError(f"FASTACT_TARGET={wanted!r}: {reason}; can be used here: {', '.join(usable)}")
    return usable, wanted


# Of the projections; and of everything else.
gemm_targets, gemm_target = _choose()
usable_targets = [name for name in gemm_targets if name in TARGETS]
target = GEMM_TARGETS.get(gemm_target, gemm_target)


def _kernels(family, target):
    return importlib.import_module(f"fastact._kernels.{family}_{_suffix(target)}")


elementwise = _kernels("elementwise", target)
fold = _kernels("fold", target)
gemm = _kernels("gemm", gemm_target)


def _stream_from(caches):
    """Bytes of a thread's results from which they bypass the caches: sixteen times the L2, of 1 MB if unknown.

    Measured (AVX-512, L2 2 MB, a large L3): at 64 MB relu gains 1.5 times; at 16 MB, which the L3
    still holds, both ways are level.  The bits are the same.
    """
    return 16 * caches.get("L2", 1 << 20)


elementwise.set_stream_from(_stream_from(_caches.sizes()))
