"""The same number of threads for fastact and its peers."""

import contextlib
import importlib
import importlib.util
import sys

import fastact as fa


@contextlib.contextmanager
def same_threads(n):
    """A context with `n` threads for fastact and PyTorch; ONNX Runtime's sessions and numexpr take fastact's number.

    PyTorch has the number only if it was imported before, as `registry.peer_versions` does.  Its number is set
    first, because both may share an OpenMP runtime, and fastact honours that runtime's limit.
    """
    torch = sys.modules.get("torch")
    before = torch and torch.get_num_threads()
    try:
        if torch:
            torch.set_num_threads(n)
        with fa.threads(n):
            yield
    finally:
        if torch:
            torch.set_num_threads(before)


def blas_threads(n):
    """A context in which NumPy's matrix products have `n` threads, if threadpoolctl is there to set that."""
    if importlib.util.find_spec("threadpoolctl") is None:
        return contextlib.nullcontext()
    return importlib.import_module("threadpoolctl").threadpool_limits(n, user_api="blas")
