"""The oracles of functions of a whole axis."""

import numpy as np

from fastact.reference.parts import _float64


@_float64
def softmax(x, axis=-1):
    """exp(xᵢ - max x) / Σ exp(xⱼ - max x)"""
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


@_float64
def softmax_backward(grad, y, axis=-1):
    """y (grad - Σ grad y), y the output of softmax"""
    return y * (grad - (grad * y).sum(axis, keepdims=True))


@_float64
def log_softmax(x, axis=-1):
    """d - log Σ exp d, d = x - max x; the largest term is 1, and the others enter through log1p"""
    d = x - x.max(axis, keepdims=True)
    return d - _log_of_sum(d, axis)


@_float64
def log_softmax_backward(grad, y, axis=-1):
    """grad - exp(y) Σ grad, y the output of log_softmax"""
    return grad - np.exp(y) * grad.sum(axis, keepdims=True)


def _log_of_sum(d, axis):
    """log Σ exp d where the largest d is 0: log1p takes the sum of the others"""
    terms = np.sort(np.exp(d), axis)
    others = np.take(terms, range(d.shape[axis] - 1), axis)
    return np.log1p(others.sum(axis, keepdims=True))


@_float64
def softmin(x, axis=-1):
    """softmax(-x)"""
    return softmax(-x, axis)


@_float64
def softmin_backward(grad, y, axis=-1):
    """-y (grad - Σ grad y), y the output of softmin"""
    return -softmax_backward(grad, y, axis)


@_float64
def logsumexp(x, axis=-1):
    """max x + log Σ exp(x - max x); -inf for an empty row, ±inf for a row of those alone"""
    if x.shape[axis] == 0:
        return np.full(np.delete(x.shape, axis), -np.inf)
    top = x.max(axis, keepdims=True)
    return np.where(np.isinf(top), top, top + _log_of_sum(x - top, axis)).squeeze(axis)


@_float64
def logsumexp_backward(grad, x, axis=-1):
    """grad softmax(x)"""
    return np.expand_dims(grad, axis) * softmax(x, axis)


@_float64
def sparsemax(x, axis=-1):
    """max(0, x - τ): of the k largest, (their sum - 1) / k is τ for the largest k that leaves all of them above τ"""
    x = np.moveaxis(x, axis, -1)
    d = np.maximum(x - x.max(-1, keepdims=True), -2)   # below -1 none is above τ, and no sum overflows
    largest = -np.sort(-d, -1)
    count = np.arange(1, x.shape[-1] + 1)
    tau = (np.cumsum(largest, -1) - 1) / count
    support = (largest > tau).sum(-1, keepdims=True)
    y = np.maximum(0, d - np.take_along_axis(tau, np.maximum(support, 1) - 1, -1))
    y = np.where(np.isfinite(x.max(-1, keepdims=True)), y, np.nan)
    return np.moveaxis(y, -1, axis)


@_float64
def sparsemax_backward(grad, y, axis=-1):
    """grad - its mean over the support, where y > 0"""
    support = y > 0
    mean = np.where(support, grad, 0).sum(axis, keepdims=True) / support.sum(axis, keepdims=True)
    return np.where(support, grad - mean, np.where(np.isnan(y), np.nan, 0))


@_float64
def entmax15(x, axis=-1):
    """max(0, x/2 - τ)²: of the k largest, mean - √((1 - Σ (z - mean)²) / k) is τ for the k that leaves just these above τ"""
    x = np.moveaxis(x, axis, -1)
    d = np.maximum(x - x.max(-1, keepdims=True), -4) / 2  # below -2 none is above τ
    z = -np.sort(-d, -1)
    count = np.arange(1, x.shape[-1] + 1)
    mean = np.cumsum(z, -1) / count
    rest = np.cumsum(z * z, -1) - count * mean**2
    tau = mean - np.sqrt(np.maximum(0, (1 - rest) / count))
    support = (tau <= z).sum(-1, keepdims=True)
    # Once more from the support, where sums of squares lose no digits.
    inside = count <= np.maximum(support, 1)
    k = inside.sum(-1, keepdims=True)
    mean = np.where(inside, z, 0).sum(-1, keepdims=True) / k
    rest = np.where(inside, (z - mean) ** 2, 0).sum(-1, keepdims=True)
    y = np.maximum(0, d - (mean - np.sqrt(np.maximum(0, (1 - rest) / k)))) ** 2
    y = np.where(np.isfinite(x.max(-1, keepdims=True)), y, np.nan)
    return np.moveaxis(y, -1, axis)


@_float64
def entmax15_backward(grad, y, axis=-1):
    """s (grad - Σ s grad / Σ s), s = √y"""
    s = np.sqrt(np.maximum(y, 0))
    kept = np.where(y > 0, grad, 0)
    mean = (s * kept).sum(axis, keepdims=True) / s.sum(axis, keepdims=True)
    return np.where(y > 0, s * (kept - mean), np.where(np.isnan(y), np.nan, 0))


@_float64
def maxout(x, k, axis=-1):
    """The largest of each k consecutive entries"""
    x = np.moveaxis(x, axis, -1)
    return np.moveaxis(x.reshape(*x.shape[:-1], -1, k).max(-1), -1, axis)


@_float64
def maxout_backward(grad, x, k, axis=-1):
    """grad where the first of the largest is"""
    x, grad = np.moveaxis(x, axis, -1), np.moveaxis(grad, axis, -1)
    groups = x.reshape(*x.shape[:-1], -1, k)
    first = groups.argmax(-1)[..., None] == np.arange(k)
    return np.moveaxis(np.where(first, grad[..., None], 0).reshape(x.shape), -1, axis)


def _normalised(v, eps, axis):
    """v / √(mean v² + eps), and the root"""
    root = np.sqrt((v * v).mean(axis, keepdims=True) + eps)
    return v / root, root


@_float64
def poly_norm(x, weight, bias=0, eps=1e-6, axis=-1):
    """w[0] n(x³) + w[1] n(x²) + w[2] n(x) + bias, n(v) = v / √(mean v² + eps)"""
    return sum(w * _normalised(x**k, eps, axis)[0] for w, k in zip(weight, (3, 2, 1), strict=True)) + bias


@_float64
def poly_norm_backward(grad, x, weight, bias=0, eps=1e-6, axis=-1):
    """The gradient by x: Σ w k x^(k - 1) (grad - n mean(grad n)) / root, n = n(x^k)"""
    total = 0
    for w, k in zip(weight, (3, 2, 1), strict=True):
        n, root = _normalised(x**k, eps, axis)
        total = total + w * k * x ** (k - 1) * (grad - n * (grad * n).mean(axis, keepdims=True)) / root
    return total
