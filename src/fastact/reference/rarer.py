"""The oracles of functions that single families of models or single libraries have."""

from decimal import Decimal, localcontext

import numpy as np

from fastact.reference.elementwise import _fused, gelu, gelu_derivative, tanh, tanh_derivative
from fastact.reference.parts import _clip, _exp, _float64, _product, _slope


@_float64
def exponential(x):
    """exp(x)"""
    return _exp(x)


@_float64
def exponential_derivative(x):
    """exp(x)"""
    return _exp(x)


@_float64
def gelu_10(x):
    """clip(gelu(x), -10, 10)"""
    return _clip(gelu(x), -10, 10)


@_float64
def gelu_10_derivative(x):
    """gelu'(x) where gelu(x) <= 10, else 0"""
    return np.where(x > 10, 0, gelu_derivative(x))


@_float64
def hard_mish(x):
    """x min(max(0, x + 2), 2) / 2"""
    return _product(x, _clip(x + 2, 0, 2) / 2)


@_float64
def hard_mish_derivative(x):
    """0 for x < -2, 1 for x > 0, between them x + 1"""
    return np.where(x < -2, 0, np.where(x > 0, 1, x + 1))


@_float64
def sparse_plus(x):
    """0 for x <= -1, x for x >= 1, between them (x + 1)² / 4"""
    return np.where(x >= 1, x, (_clip(x, -1, 1) + 1) ** 2 / 4)


@_float64
def sparse_plus_derivative(x):
    """0 for x <= -1, 1 for x >= 1, between them (x + 1) / 2"""
    return (_clip(x, -1, 1) + 1) / 2


@_float64
def star_relu(x, scale=0.8944, bias=-0.4472):
    """scale max(0, x)² + bias, bias for a scale of 0 even where x is infinite

    The sum takes the product's rounding error, because it cancels near the root.
    """
    x = np.where((scale == 0) & (x > 0), 0, np.maximum(x, 0))
    small = (x < 1e15) & np.isfinite(scale)  # else the square may overflow, or be 0 times an infinity
    return np.where(small, _fused(scale, x * x, bias), scale * x * x + bias)


@_float64
def star_relu_derivative(x, scale=0.8944, bias=-0.4472):
    """2 scale max(0, x), 0 for a scale of 0 even where x is infinite"""
    return _slope(x, np.where((x > 0) & (scale != 0), 2 * scale * x, 0))


@_float64
def softcap(x, c=50):
    """c tanh(x / c); its limit, x, for an infinite c"""
    c = np.abs(c)
    near = np.abs(x) <= 1e-9 * c  # the quotient may be subnormal, or NaN
    y = np.where(c == 0, _slope(x, np.copysign(0, x)), c * tanh(x / c))
    return np.where(near | (np.isinf(c) & ~np.isnan(x)), x, y)


@_float64
def softcap_derivative(x, c=50):
    """1 / cosh(x / c)²"""
    c = np.abs(c)
    return np.where((x == 0) & ~np.isnan(c) | np.isinf(c) & ~np.isnan(x), 1, tanh_derivative(x / c))


def _in_decimals(function, cancelled, x, *parameters):
    """Values of a function of Decimals, where float64 would lose too many digits"""
    x, *parameters = (part[cancelled] for part in np.broadcast_arrays(x, *parameters))
    with localcontext() as context:
        context.prec = 50
        return [float(function(*map(Decimal, values))) for values in zip(*(part.tolist() for part in (x, *parameters)))]


@_float64
def xielu(x, alpha_p=0.8, alpha_n=0.8, beta=0.5, eps=-1e-6):
    """alpha_p x² + beta x for x > 0, else (beta + alpha_n) (exp(min(x, eps)) - 1 - x) + beta x

    The second is (beta + alpha_n) expm1(min(x, eps)) - alpha_n x, which crosses zero.
    """
    with np.errstate(all="ignore"):
        left = (beta + alpha_n) * np.expm1(np.minimum(x, eps)) - np.where(alpha_n == 0, 0, alpha_n * x)
    y = np.where(x > 0, x * (np.where(alpha_p == 0, 0, alpha_p * x) + beta), left)
    cancelled = (x <= 0) & (np.abs(y) < 2.0**-9 * np.abs(alpha_n * x)) & np.isfinite(y + alpha_p + alpha_n + beta + eps)
    if cancelled.any():
        y[cancelled] = _in_decimals(
            lambda x, p, n, b, eps: (b + n) * (min(x, eps).exp() - 1) - n * x, cancelled, x, alpha_p, alpha_n, beta, eps)
    return y


@_float64
def xielu_derivative(x, alpha_p=0.8, alpha_n=0.8, beta=0.5, eps=-1e-6):
    """2 alpha_p x + beta for x > 0; (beta + alpha_n) exp(x) - alpha_n for x < eps, -alpha_n between

    At eps half of exp counts, as in PyTorch's minimum.
    """
    left = np.where(x > eps, 0, np.where(x == eps, 0.5, 1)) * ((beta + alpha_n) * _exp(np.minimum(x, 1))) - alpha_n
    left = np.where(x < eps, (beta + alpha_n) * np.expm1(np.minimum(x, 1)) + beta, left)
    left = np.where(np.isnan(eps), np.nan, left)
    return np.where(x > 0, 2 * alpha_p * x + beta, _slope(x, left))


def _snake(x, u, divisor):
    """x + sin²(u) / divisor"""
    y = np.where(np.isinf(x) | (x == 0), x, x + np.where(np.isinf(u), 0, np.sin(u)) ** 2 / divisor)
    return np.where(np.isnan(divisor), np.nan, y)


def _snake_slope(u, factor, divisor, difference):
    """1 + factor sin(2u) / divisor as (difference + factor (sin u + cos u)²) / divisor, difference = divisor - factor

    Where the sum in parentheses is small, it takes the sine and cosine in more digits.
    """
    both = np.sin(u) + np.cos(u)
    small = np.abs(both) < 0.02
    if small.any():
        wide = u[small].astype(np.longdouble)
        both[small] = np.sin(wide) + np.cos(wide)
    slope = (difference + factor * both * both) / divisor
    return np.where(np.abs(u) < 1e-5, 1 + factor / divisor * np.sin(2 * u), slope)


@_float64
def snake(x, alpha=1):
    """x + sin²(alpha x) / (alpha + 1e-9)"""
    return _snake(x, alpha * x, alpha + 1e-9)


@_float64
def snake_derivative(x, alpha=1):
    """1 + 2 alpha sin(alpha x) cos(alpha x) / (alpha + 1e-9); NaN where x is infinite"""
    return _snake_slope(alpha * x, alpha, alpha + 1e-9, 1e-9)


@_float64
def snake_beta(x, alpha=0, beta=0):
    """x + sin²(exp(alpha) x) / (exp(beta) + 1e-9)"""
    y = _snake(x, np.exp(alpha) * x, np.exp(beta) + 1e-9)
    return np.where(np.isnan(alpha), np.nan, y)


@_float64
def snake_beta_derivative(x, alpha=0, beta=0):
    """1 + 2 exp(alpha) sin u cos u / (exp(beta) + 1e-9), u = exp(alpha) x; NaN where x is infinite"""
    a, b = np.exp(alpha), np.exp(beta)
    return _snake_slope(a * x, a, b + 1e-9, (b - a) + 1e-9)
