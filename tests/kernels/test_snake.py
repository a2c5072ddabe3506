"""Snake's range reduction: large arguments, with every kind of alpha, against mpmath."""

import re
from pathlib import Path

import numpy as np
import pytest
from helpers import activation

import fastact as fa

mpmath = pytest.importorskip("mpmath")
HEADER = Path(fa.__file__).parent / "_kernels" / "math" / "modulo_pi.h"


def test_the_bits_of_1_over_pi():
    words = re.findall(r"0x([0-9a-f]{16})u,", HEADER.read_text(encoding="utf-8"))
    with mpmath.workprec(64 * len(words) + 100):
        due = int(mpmath.floor(mpmath.ldexp(1 / mpmath.pi, 64 * len(words))))
    assert int("".join(words), 16) == due


def truth(x, alpha, derivative):
    with mpmath.workprec(2400):
        x, alpha = mpmath.mpf(x), mpmath.mpf(alpha)
        divisor = alpha + mpmath.mpf("1e-9")
        if derivative:
            return 1 + alpha * mpmath.sin(2 * alpha * x) / divisor
        return x + mpmath.sin(alpha * x) ** 2 / divisor


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize("alpha", [1.0, 0.037, 7.3, 1e-4, -2.5, 123456.0])
def test_large_arguments(alpha, dtype, target, accuracy):
    """Around the change to the other reduction at 2^27, and up to where alpha x overflows."""
    rng = np.random.default_rng(0)
    top = 120 if dtype == np.float32 else 1000
    x = np.concatenate([rng.uniform(-1, 1, 60) * 2.0 ** rng.integers(0, top, 60), rng.uniform(0.9, 1.1, 20) * 2**27 / alpha,
                        np.arange(1, 12) * np.pi / 2 / alpha]).astype(dtype)
    alpha = float(dtype(alpha))
    for derivative in (False, True):
        function = activation("snake", target)
        got = (function.derivative if derivative else function)(x, alpha, accuracy=accuracy)
        for one, value in zip(x.tolist(), got.tolist()):
            due = truth(one, alpha, derivative)
            # For a negative alpha the terms cancel; the derivative of other ones is never less than 1e-9 / alpha.
            size = max(abs(due), mpmath.mpf(1) if alpha < 0 else 0, abs(mpmath.mpf(one)) if alpha < 0 and not derivative else 0)
            bound = {("exact", np.float32): 2.0**-23, ("exact", np.float64): 2.0**-51.4}.get((accuracy, dtype), 2.0**-24)
            bound = max(bound, 2.0**-23 if dtype == np.float32 else 0)
            assert abs(mpmath.mpf(value) - due) <= bound * size, (one, derivative)


def test_infinities_and_overflow():
    x = np.array([np.inf, -np.inf, 1e308])
    assert fa.snake(x, 1e10).tolist() == [np.inf, -np.inf, 1e308]
    assert np.isnan(fa.snake.derivative(x, 1e10)).all()
    assert fa.snake(np.array([1.5, np.inf]), np.zeros(2)).tolist() == [1.5, np.inf]  # the limit


def test_the_logarithms_are_those_of_the_factors():
    x = np.linspace(-20, 20, 4001)
    np.testing.assert_allclose(
        fa.snake_beta(x, np.log(3.0), np.log(3.0)), fa.snake(x, 3.0), 1e-13, 1e-13)
    np.testing.assert_allclose(fa.snake_beta(x), fa.snake(x), 1e-15)
