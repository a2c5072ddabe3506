"""SciPy's own tests of softmax, log_softmax and logsumexp, run with the functions of this package.

All but those of complex numbers, which say that they are skipped.
"""

import importlib.util
import warnings

import numpy as np
import pytest

import fastact as fa

pytest.importorskip("scipy.special", reason="SciPy is not installed")
spec = importlib.util.find_spec("scipy.special.tests.test_logsumexp") if importlib.util.find_spec(
    "scipy.special.tests") else None
if spec is None:
    pytest.skip("SciPy came without its tests", allow_module_level=True)
scipys = importlib.util.module_from_spec(spec)      # a copy of our own: the names in it are replaced
with warnings.catch_warnings():
    warnings.simplefilter("ignore")     # its marks are known to its own configuration
    spec.loader.exec_module(scipys)


def real(*arrays):
    """Skip the test where SciPy tests complex numbers."""
    if any(array is not None and np.iscomplexobj(array) for array in arrays):
        with pytest.raises(TypeError, match="must hold"):
            fa.logsumexp(arrays[0], b=arrays[1] if len(arrays) > 1 else None)
        pytest.skip("of complex numbers, which are refused")


def softmax(x, axis=None):
    return fa.softmax(x, axis=axis)


def log_softmax(x, axis=None):
    return fa.log_softmax(x, axis=axis)


def logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False):
    real(a, b)
    value = fa.logsumexp(a, axis=axis, b=b, keepdims=keepdims)
    if not return_sign:
        return value
    # There is no such argument; where the sum is negative, the opposite weights have its logarithm.
    opposite = fa.logsumexp(a, axis=axis, b=-1 if b is None else -np.asarray(b), keepdims=keepdims)
    negative = np.isnan(value) & ~np.isnan(opposite)
    sign = np.where(negative, -1.0, np.where(value == -np.inf, 0.0, 1.0))
    return np.where(negative, opposite, value)[()], sign[()]


scipys.softmax, scipys.log_softmax, scipys.logsumexp = softmax, log_softmax, logsumexp
TestLogSumExp, TestSoftmax, TestLogSoftmax = scipys.TestLogSumExp, scipys.TestSoftmax, scipys.TestLogSoftmax

for tests in (TestLogSumExp, TestSoftmax, TestLogSoftmax):
    for test in vars(tests).values():
        # Those of other array libraries' backends: here there is NumPy alone.
        if hasattr(test, "pytestmark"):
            test.pytestmark = [
                pytest.mark.parametrize(mark.args[0], list(mark.args[1]), **mark.kwargs).mark
                if mark.name == "parametrize" else mark     # pytest takes no iterators from version 10 on
                for mark in test.pytestmark if not mark.name.endswith("_xp_backends")]


@pytest.fixture
def xp():
    """The one array library: NumPy, as SciPy sees it."""
    return pytest.importorskip("scipy._lib._array_api").array_namespace(np.empty(0))


@pytest.fixture
def devices():
    return ["cpu"]


def test_they_are_there():
    """The walk is worth its name: most of SciPy's tests are found and need nothing of its configuration."""
    assert sum(name.startswith("test_") for tests in (TestLogSumExp, TestSoftmax, TestLogSoftmax)
               for name in vars(tests)) >= 25
