"""The environment of a measurement: CPU, target, versions, and the kernels that other libraries chose."""

import functools
import importlib
import os
import platform
import re
import sys

import cpuinfo
import numpy as np

import fastact as fa
from fastact._lab.speed.peers import registry
from fastact._runtime import caches, dispatch, settings


@functools.cache     # cpuinfo starts other processes to find out
def cpu():
    """Name, family and model, number of cores that may be used, and bytes of each cache of a core, as far as known."""
    info = cpuinfo.get_cpu_info()
    return {
        "name": info.get("brand_raw", platform.processor() or platform.machine()),
        "family": info.get("family"),
        "model": info.get("model"),
        "cores": settings.available_cpus(),
        "caches": caches.sizes(),
    }


def folder():
    """The name of a folder for the results of this machine: amd-epyc-25-17."""
    about = cpu()
    text = " ".join(str(about[key]) for key in ("name", "family", "model") if about[key] is not None)
    return "-".join(re.findall("[a-z0-9]+", re.sub(r"\((r|tm)\)", " ", text.lower())))


def numpy_products():
    """The library that multiplies matrices for NumPy, its version and the kernels that it chose.

    OpenBLAS chooses them by OPENBLAS_CORETYPE, or else by the CPU that it detects.  The answer is "unknown" without
    threadpoolctl, and for a library that threadpoolctl does not know.
    """
    try:
        pools = [pool for pool in importlib.import_module("threadpoolctl").threadpool_info()
                 if pool["user_api"] == "blas"]
    except ImportError:
        return "unknown"
    if len(pools) > 1:  # SciPy and PyTorch may have loaded others
        package = os.path.dirname(np.__file__)
        pools = [pool for pool in pools if pool["filepath"].startswith((package + os.sep, package + ".libs"))]
    if len(pools) != 1:
        return "unknown"
    pool = pools[0]
    name = {"openblas": "OpenBLAS", "mkl": "MKL", "blis": "BLIS"}.get(pool["internal_api"], pool["internal_api"])
    return f"{name} {pool['version'] or '(version unknown)'}, kernels {pool.get('architecture') or 'unknown'}"


def environment(threads, versions=None):
    """The data about the environment that a reader of the figures needs, ready for JSON."""
    versions = registry.peer_versions() if versions is None else versions
    torch = sys.modules.get("torch") if versions.get("torch") else None  # it may be imported without being measured
    return {
        "fastact": fa.__version__,
        "cpu": cpu(),
        "target": dispatch.target,
        "vector_type": dispatch.elementwise.simd,
        "threads": threads,
        "numpy_products": numpy_products(),
        "pytorch_capability": torch.backends.cpu.get_cpu_capability() if torch else None,
        "python": platform.python_version(),
        "versions": versions,
    }
