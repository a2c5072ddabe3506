"""Oracles: the activations in float64 NumPy, written to be read.

They share nothing with the kernels.  Relative error: a few 1e-16, times the condition number of
the function; 1e-13 everywhere that float32 reaches.  They are what float32 results are measured
against; float64 results are measured against mpmath.

Examples
--------
>>> import numpy as np
>>> from fastact import reference
>>> reference.silu(np.array([-1.0, 0.0, 1.0])).round(6)
array([-0.268941,  0.      ,  0.731059])
"""

import math

import numpy as np


def _float64(function):
    """Give `function` a float64 array, and keep NumPy's warnings to ourselves."""

    def oracle(x, *args, **kwargs):
        with np.errstate(all="ignore"):
            return function(np.asarray(x, dtype=np.float64), *args, **kwargs)

    oracle.__doc__ = function.__doc__
    oracle.__name__ = function.__name__
    return oracle


def _erfc(x):
    """The complementary error function of the C library, element by element."""
    flat = np.fromiter(map(math.erfc, x.ravel().tolist()), np.float64, x.size)
    return flat.reshape(x.shape)


def _normal_cdf(x):
    return 0.5 * _erfc(-x / math.sqrt(2))


def _normal_density(x):
    return np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def _limit_at_minus_infinity(x, y):
    """-0 where x is -inf, for functions that are x times something that vanishes faster."""
    return np.where(x == -np.inf, -0.0, y)


@_float64
def relu(x):
    """max(0, x)"""
    return np.maximum(x, 0)


@_float64
def relu_derivative(x):
    """1 for x > 0, else 0"""
    return np.where(np.isnan(x), x, np.where(x > 0, 1.0, 0.0))


@_float64
def sigmoid(x):
    """1 / (1 + exp(-x)), by exp(x) where x is negative"""
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1) / (1 + e)


@_float64
def sigmoid_derivative(x):
    """σ(x) σ(-x)"""
    return sigmoid(x) * sigmoid(-x)


@_float64
def silu(x):
    """x σ(x)"""
    return _limit_at_minus_infinity(x, x * sigmoid(x))


@_float64
def silu_derivative(x):
    """σ(x) (1 + x σ(-x))"""
    x = np.clip(x, -800, 800)
    return sigmoid(x) * (1 + x * sigmoid(-x))


@_float64
def tanh(x):
    """tanh(x)"""
    return np.tanh(x)


@_float64
def tanh_derivative(x):
    """1 / cosh(x)²"""
    return 4 * sigmoid_derivative(2 * x)


@_float64
def gelu(x):
    """x Φ(x)"""
    return _limit_at_minus_infinity(x, x * _normal_cdf(x))


@_float64
def gelu_derivative(x):
    """Φ(x) + x φ(x)"""
    x = np.clip(x, -40, 40)
    return _normal_cdf(x) + x * _normal_density(x)


def _gelu_tanh_argument(x):
    """2 u = √(8/π) (x + 0.044715 x³), bounded so that the cube does not overflow"""
    x = np.clip(x, -1e3, 1e3)
    return math.sqrt(8 / math.pi) * (x + 0.044715 * x**3)


@_float64
def gelu_tanh(x):
    """x (1 + tanh u) / 2 = x σ(2u)"""
    return _limit_at_minus_infinity(x, x * sigmoid(_gelu_tanh_argument(x)))


@_float64
def gelu_tanh_derivative(x):
    """σ(2u) (1 + x (2u)' σ(-2u))"""
    x = np.clip(x, -25, 25)
    slope = math.sqrt(8 / math.pi) * (1 + 3 * 0.044715 * x**2)
    u = _gelu_tanh_argument(x)
    return sigmoid(u) * (1 + x * slope * sigmoid(-u))


@_float64
def softmax(x, axis=-1):
    """exp(xᵢ - max x) / Σ exp(xⱼ - max x)"""
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


@_float64
def softmax_backward(grad, y, axis=-1):
    """y (grad - Σ grad y), y the output of softmax"""
    y = np.asarray(y, np.float64)
    return y * (grad - (grad * y).sum(axis, keepdims=True))
