"""The oracles of gated linear units."""

import numpy as np

from fastact.reference.elementwise import (
    relu, relu_derivative, sigmoid, silu, silu_derivative, swish, swish_derivative,
)
from fastact.reference.parts import _clip, _float64
from fastact.reference.rarer import softcap, softcap_derivative


def gated(function, gate, up, *parameters):
    """f(gate) up, f one of the functions above"""
    return function(gate, *parameters) * np.asarray(up, np.float64)


def gated_backward(function, derivative, grad, gate, up, *parameters):
    """[grad up f'(gate), grad f(gate)]"""
    grad, up = np.asarray(grad, np.float64), np.asarray(up, np.float64)
    return [grad * up * derivative(gate, *parameters), grad * function(gate, *parameters)]


@_float64
def swiglu_clamped(gate, up, alpha=1.702, limit=7, offset=1):
    """g σ(alpha g) (clip(up, -limit, limit) + offset), g = min(gate, limit)"""
    return swish(np.minimum(gate, limit), alpha) * (_clip(up, -limit, limit) + offset)


@_float64
def swiglu_clamped_backward(grad, gate, up, alpha=1.702, limit=7, offset=1):
    """[by gate, by up]; at the bounds the gradient passes, as in PyTorch's clamp"""
    g, u = np.minimum(gate, limit), _clip(up, -limit, limit)
    by_gate = np.where(gate > limit, 0, swish_derivative(g, alpha)) * (u + offset)
    by_up = np.where(np.abs(up) > limit, 0, swish(g, alpha)) + _nan_of(up)
    return [grad * by_gate, grad * by_up]


def _nan_of(x):
    """0, but NaN where x is NaN"""
    return np.where(np.isnan(x), np.nan, 0)


@_float64
def swiglu_clamped_after(gate, up, limit=16):
    """min(silu(gate), limit) clip(up, -limit, limit)"""
    return np.minimum(silu(gate), limit) * _clip(up, -limit, limit)


@_float64
def swiglu_clamped_after_backward(grad, gate, up, limit=16):
    """[by gate, by up]; at the bounds the gradient passes, as in PyTorch's clamp"""
    g = silu(gate)
    by_gate = np.where(g > limit, 0, silu_derivative(gate)) * _clip(up, -limit, limit)
    by_up = np.where(np.abs(up) > limit, 0, np.minimum(g, limit)) + _nan_of(up)
    return [grad * by_gate, grad * by_up]


@_float64
def situ(gate, up, beta=4, limit=25):
    """beta tanh(gate / beta) σ(gate) limit tanh(up / limit)"""
    return softcap(gate, beta) * sigmoid(gate) * softcap(up, limit)


@_float64
def situ_backward(grad, gate, up, beta=4, limit=25):
    """[by gate, by up]"""
    capped = softcap(gate, beta)
    slope = sigmoid(gate) * (softcap_derivative(gate, beta) + capped * sigmoid(-gate))
    by_up = capped * sigmoid(gate) * softcap_derivative(up, limit)
    return [grad * slope * softcap(up, limit), grad * by_up]


@_float64
def drelu(gate, up):
    """max(0, gate) max(0, up)"""
    return relu(gate) * relu(up)


@_float64
def drelu_backward(grad, gate, up):
    """[by gate, by up]"""
    return [grad * relu_derivative(gate) * relu(up), grad * relu(gate) * relu_derivative(up)]
