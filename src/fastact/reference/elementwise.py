"""The oracles of functions of single elements."""

import math

import numpy as np

from fastact.reference.parts import (
    _float64, _erf, _erfc, _exp, _normal_cdf, _normal_density, _product, _clip, _slope,
)


# ----------------------------------------------------------------------- piecewise: ridge --


@_float64
def identity(x):
    """x"""
    return x.copy()


@_float64
def identity_derivative(x):
    """1"""
    return _slope(x, 1)


@_float64
def binary_step(x):
    """1 for x >= 0, else 0"""
    return _slope(x, x >= 0)


@_float64
def binary_step_derivative(x):
    """0, at the step too"""
    return _slope(x, 0)


@_float64
def relu(x):
    """max(0, x)"""
    return np.where(x < 0, 0, x)


@_float64
def relu_derivative(x):
    """1 for x > 0, else 0"""
    return _slope(x, x > 0)


@_float64
def relu6(x):
    """min(max(0, x), 6)"""
    return _clip(x, 0, 6)


@_float64
def relu6_derivative(x):
    """1 for 0 < x < 6, else 0"""
    return _slope(x, (0 < x) & (x < 6))


@_float64
def relu_squared(x):
    """max(0, x)²"""
    return relu(x) ** 2


@_float64
def relu_squared_derivative(x):
    """2 max(0, x)"""
    return 2 * relu(x)


@_float64
def leaky_relu(x, negative_slope=0.01):
    """x for x > 0, else negative_slope x"""
    return np.where(x > 0, x, negative_slope * x)


@_float64
def leaky_relu_derivative(x, negative_slope=0.01):
    """1 for x > 0, else negative_slope"""
    return _slope(x, np.where(x > 0, 1, negative_slope))


@_float64
def prelu(x, weight):
    """x for x > 0, else weight x"""
    return leaky_relu(x, weight)


@_float64
def prelu_derivative(x, weight):
    """1 for x > 0, else weight"""
    return leaky_relu_derivative(x, weight)


@_float64
def threshold(x, threshold, value):
    """x for x > threshold, else value"""
    return np.where(x <= threshold, value, x)


@_float64
def threshold_derivative(x, threshold, value):
    """1 for x > threshold, else 0"""
    return _slope(x, x > threshold)


@_float64
def hard_sigmoid(x):
    """min(max(0, x + 3), 6) / 6"""
    return _clip(x + 3, 0, 6) / 6


@_float64
def hard_sigmoid_derivative(x):
    """1/6 for -3 < x < 3, else 0"""
    return _slope(x, np.where(np.abs(x) < 3, 1 / 6, 0))


def _fused(a, x, b):
    """a x + b where it lies in [0, 1] or near: the product's rounding error is added (Dekker)

    Without it the result would lose all digits where it crosses zero.
    """
    a, x = np.broadcast_arrays(np.asarray(a, np.float64), x)
    product = a * x

    def halves(value):
        high = value * 134217729.0  # 2^27 + 1: both parts have 26 bits or fewer
        high = high - (high - value)
        return high, value - high

    (a1, a2), (x1, x2) = halves(a), halves(x)
    error = ((a1 * x1 - product) + a1 * x2 + a2 * x1) + a2 * x2
    return np.where(np.isfinite(error), product + b + error, product + b)


@_float64
def hard_sigmoid_linear(x, alpha=0.2, beta=0.5):
    """min(max(0, alpha x + beta), 1)"""
    return _clip(_fused(alpha, x, beta), 0, 1)


@_float64
def hard_sigmoid_linear_derivative(x, alpha=0.2, beta=0.5):
    """alpha where 0 < alpha x + beta < 1, else 0"""
    line = _fused(alpha, x, beta)
    return _slope(x, np.where((0 < line) & (line < 1), alpha, 0))


@_float64
def hard_tanh(x, min_val=-1, max_val=1):
    """min(max(min_val, x), max_val)"""
    return _clip(x, min_val, max_val)


@_float64
def hard_tanh_derivative(x, min_val=-1, max_val=1):
    """1 for min_val < x < max_val, else 0"""
    return _slope(x, (min_val < x) & (x < max_val))


@_float64
def hard_swish(x):
    """x min(max(0, x + 3), 6) / 6"""
    return _product(x, hard_sigmoid(x))


@_float64
def hard_swish_derivative(x):
    """0 for x <= -3, 1 for x >= 3, between them x/3 + 1/2"""
    return np.where(x <= -3, 0, np.where(x >= 3, 1, (2 * x + 3) / 6))


@_float64
def softshrink(x, lambd=0.5):
    """x moved towards 0 by lambd, as far as 0"""
    return np.copysign(np.maximum(np.abs(x) - lambd, 0), x)


@_float64
def softshrink_derivative(x, lambd=0.5):
    """1 for |x| > lambd, else 0"""
    return _slope(x, np.abs(x) > lambd)


@_float64
def hardshrink(x, lambd=0.5):
    """x for |x| > lambd, else 0"""
    return np.where(np.abs(x) <= lambd, np.copysign(0, x), x)


@_float64
def hardshrink_derivative(x, lambd=0.5):
    """1 for |x| > lambd, else 0"""
    return _slope(x, np.abs(x) > lambd)


# --------------------------------------------------------------- exponential linear units --


@_float64
def elu(x, alpha=1):
    """x for x > 0, else alpha (exp(x) - 1)"""
    return np.where(x > 0, x, alpha * np.expm1(x))


@_float64
def elu_derivative(x, alpha=1):
    """1 for x > 0, else alpha exp(x)"""
    e = _exp(x)
    return np.where(x > 0, 1, np.where((e == 0) & ~np.isnan(alpha), np.copysign(0, alpha), alpha * e))


SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717


@_float64
def selu(x):
    """scale x for x > 0, else scale alpha (exp(x) - 1)"""
    return SELU_SCALE * elu(x, SELU_ALPHA)


@_float64
def selu_derivative(x):
    """scale for x > 0, else scale alpha exp(x)"""
    return SELU_SCALE * elu_derivative(x, SELU_ALPHA)


@_float64
def celu(x, alpha=1):
    """x for x > 0, else alpha (exp(x / alpha) - 1); of alpha = 0 the limit from the side of its sign, of ±inf x"""
    alpha = np.asarray(alpha)
    y = np.where(np.isinf(alpha) | (x == 0) & ~np.isnan(alpha), x, alpha * np.expm1(x / alpha))
    return np.where(x > 0, x, np.where((alpha == 0) & np.signbit(alpha) & (x < 0), -np.inf, y))


@_float64
def celu_derivative(x, alpha=1):
    """1 for x > 0, else exp(x / alpha)"""
    alpha = np.asarray(alpha)
    flat = (x == 0) & ~np.isnan(alpha) | np.isinf(alpha) & ~np.isnan(x)
    return np.where(flat | (x > 0), 1, _exp(x / alpha))


# --------------------------------------------------------------------- sigmoid and its kin --


@_float64
def sigmoid(x):
    """1 / (1 + exp(-x)), by exp(x) where x is negative"""
    e = _exp(-np.abs(x))
    return np.where(x < 0, e, 1) / (1 + e)


@_float64
def sigmoid_derivative(x):
    """σ(x) σ(-x)"""
    return sigmoid(x) * sigmoid(-x)


@_float64
def silu(x):
    """x σ(x)"""
    return _product(x, sigmoid(x))


@_float64
def silu_derivative(x):
    """σ(x) (1 + x σ(-x))"""
    x = np.clip(x, -800, 800)
    return sigmoid(x) * (1 + x * sigmoid(-x))


def _times(beta, x):
    """beta x; 0 if either is 0, even if the other is infinite"""
    product = np.copysign(0, beta) * np.copysign(1, x)
    return np.where((beta == 0) & ~np.isnan(x) | (x == 0) & ~np.isnan(beta), product, beta * x)


@_float64
def swish(x, beta=1):
    """x σ(beta x)"""
    return _product(x, sigmoid(_times(beta, x)))


@_float64
def swish_derivative(x, beta=1):
    """σ(u) (1 + u σ(-u)), u = beta x"""
    return silu_derivative(_times(beta, x))


@_float64
def quick_gelu(x):
    """x σ(1.702 x)"""
    return swish(x, 1.702)


@_float64
def quick_gelu_derivative(x):
    """The derivative of x σ(1.702 x)"""
    return swish_derivative(x, 1.702)


@_float64
def softplus(x, beta=1):
    """log(1 + exp(beta x)) / beta, by exp(-|beta x|); infinite for beta = 0"""
    y = _times(beta, x)
    return np.where(np.isinf(y) & (y > 0), x, (np.maximum(y, 0) + np.log1p(_exp(-np.abs(y)))) / np.asarray(beta))


@_float64
def softplus_derivative(x, beta=1):
    """σ(beta x)"""
    return sigmoid(_times(beta, x))


@_float64
def log_sigmoid(x):
    """log σ(x) = -log(1 + exp(-x))"""
    return -softplus(-x)


@_float64
def log_sigmoid_derivative(x):
    """σ(-x)"""
    return sigmoid(-x)


def _log1p_ratio(e):
    """log(1 + e) / e, 1 at 0"""
    return np.where(e == 0, 1, np.log1p(e) / e)


@_float64
def sqrt_softplus(x):
    """√softplus(x); for x < 0 as exp(x/2) √(log(1 + e) / e), e = exp(x), because exp(x/2) reaches further down"""
    tail = _exp(x / 2) * np.sqrt(_log1p_ratio(_exp(x)))
    return np.where(x < 0, tail, np.sqrt(softplus(x)))


@_float64
def sqrt_softplus_derivative(x):
    """σ(x) / (2 √softplus(x)); for x < 0 as exp(x/2) / (2 (1 + e) √(log(1 + e) / e))"""
    e = _exp(x)
    tail = _exp(x / 2) / (2 * (1 + e) * np.sqrt(_log1p_ratio(e)))
    return np.where(x < 0, tail, sigmoid(x) / (2 * np.sqrt(softplus(x))))


def _tanh_softplus(x):
    """tanh(log(1 + exp(x))) as a ratio of polynomials in e = exp(-|x|) without a difference"""
    e = _exp(-np.abs(x))
    numerator = np.where(x < 0, e * (e + 2), 1 + 2 * e)
    return numerator / (numerator + np.where(x < 0, 2, 2 * e * e))


@_float64
def mish(x):
    """x tanh(softplus(x))"""
    return _product(x, _tanh_softplus(x))


@_float64
def mish_derivative(x):
    """t + x σ(x) (1 - t²), t = tanh(softplus(x))"""
    x = np.clip(x, -800, 800)
    t = _tanh_softplus(x)
    return t + x * sigmoid(x) * (1 - t * t)


# ----------------------------------------------------------------------- tanh and its kin --


@_float64
def tanh(x):
    """tanh(x)"""
    return np.tanh(x)


@_float64
def tanh_derivative(x):
    """1 / cosh(x)²"""
    return 4 * sigmoid_derivative(2 * x)


@_float64
def tanhshrink(x):
    """x - tanh(x), which cancels near 0

    There tanh(x) = x / (1 + c) with Lambert's continued fraction c = x²/(3 + x²/(5 + ...)), which
    has only positive terms, and x - tanh(x) = x c / (1 + c).
    """
    square, c = x * x, 0.0
    for odd in range(21, 1, -2):  # to the last bit for |x| < 1
        c = square / (odd + c)
    return np.where(np.abs(x) < 1, x * c / (1 + c), x - np.tanh(x))


@_float64
def tanhshrink_derivative(x):
    """tanh(x)²"""
    return np.tanh(x) ** 2


@_float64
def softsign(x):
    """x / (1 + |x|)"""
    return np.where(np.isinf(x), np.sign(x), x / (1 + np.abs(x)))


@_float64
def softsign_derivative(x):
    """1 / (1 + |x|)²"""
    return (1 / (1 + np.abs(x))) ** 2


# -------------------------------------------------------------------------- erf and gelu --


@_float64
def erf(x):
    """The error function, of the C library"""
    return _erf(x)


@_float64
def erf_derivative(x):
    """2/√π exp(-x²)"""
    return 2 / math.sqrt(math.pi) * _exp(-x * x)


@_float64
def gelu(x):
    """x Φ(x)"""
    return _product(x, _normal_cdf(x))


@_float64
def gelu_derivative(x):
    """Φ(x) + x φ(x)"""
    x = np.clip(x, -40, 40)
    return _normal_cdf(x) + x * _normal_density(x)


def _gelu_tanh_argument(x):
    """2 u = √(8/π) (x + 0.044715 x³), bounded so that the cube does not overflow"""
    x = np.clip(x, -1e3, 1e3)
    return math.sqrt(8 / math.pi) * (x + 0.044715 * (x * x * x))  # x**3 calls pow, which takes long


@_float64
def gelu_tanh(x):
    """x (1 + tanh u) / 2 = x σ(2u)"""
    return _product(x, sigmoid(_gelu_tanh_argument(x)))


@_float64
def gelu_tanh_derivative(x):
    """σ(2u) (1 + x (2u)' σ(-2u))"""
    x = np.clip(x, -25, 25)
    slope = math.sqrt(8 / math.pi) * (1 + 3 * 0.044715 * x**2)
    u = _gelu_tanh_argument(x)
    return sigmoid(u) * (1 + x * slope * sigmoid(-u))


# --------------------------------------------------------------- square roots and radial --


@_float64
def squareplus(x, b=4):
    """(x + r) / 2, r = √(x² + b); for x < 0 as b / (2 (r - x))"""
    r = _squareplus_root(x, b)
    y = np.where(x < 0, b / 4 / (r / 2 - x / 2), x / 2 + r / 2)     # r - x may overflow
    return np.where(np.isposinf(b) & ~np.isnan(x), b, y)


def _squareplus_root(x, b):
    """√(x² + b); of a negative b as a product, which does not cancel"""
    c = np.sqrt(np.abs(b))
    return np.where(np.signbit(b), np.sqrt(np.abs(x) - c) * np.sqrt(np.abs(x) + c), np.hypot(x, c))


@_float64
def squareplus_derivative(x, b=4):
    """(1 + x/r) / 2, r = √(x² + b); for x < 0 as t = b / (2 r (r + |x|)), for x >= 0 as 1 - t"""
    r = _squareplus_root(x, b)
    t = b / 2 / r / (r + np.abs(x))
    return np.where(np.isposinf(b) & ~np.isnan(x), 0.5, np.where(x < 0, t, 1 - t))


def _standard_score(x, mu, sigma):
    """(x - mu) / sigma; of finite numbers the difference is finite, whatever it is divided by."""
    most = np.where(np.isfinite(x) & np.isfinite(mu), np.finfo(np.float64).max, np.inf)
    return np.clip(x - mu, -most, most) / sigma


@_float64
def laplace(x, mu=0.707107, sigma=0.282095):
    """(1 + erf((x - mu) / (sigma √2))) / 2"""
    return _erfc(-_standard_score(x, mu, sigma) / math.sqrt(2)) / 2


@_float64
def laplace_derivative(x, mu=0.707107, sigma=0.282095):
    """exp(-z² / 2) / (sigma √(2π)), z = (x - mu) / sigma"""
    z = _standard_score(x, mu, sigma)
    # Far out it is 0 for every sigma, 0 among them.
    return np.where(np.isinf(z), 0, np.exp(-z * z / 2) / (sigma * math.sqrt(2 * math.pi)))


@_float64
def gaussian(x):
    """exp(-x²)"""
    return _exp(-x * x)


@_float64
def gaussian_derivative(x):
    """-2x exp(-x²)"""
    return _product(-2 * x, _exp(-x * x))


def _over_root(u):
    """u / √(1 + u²)"""
    return np.where(np.isinf(u), np.sign(u), u / np.hypot(1, u))


@_float64
def multiquadric(x, epsilon=1):
    """√(1 + u²), u = epsilon x"""
    return np.hypot(1, epsilon * x)


@_float64
def multiquadric_derivative(x, epsilon=1):
    """epsilon u / √(1 + u²), u = epsilon x"""
    return epsilon * _over_root(epsilon * x)


@_float64
def inverse_multiquadric(x, epsilon=1):
    """1 / √(1 + u²), u = epsilon x"""
    return 1 / np.hypot(1, epsilon * x)


@_float64
def inverse_multiquadric_derivative(x, epsilon=1):
    """-epsilon u (1 + u²)^(-3/2), u = epsilon x"""
    u = epsilon * x
    near = -epsilon * _over_root(u) / np.hypot(1, u) / np.hypot(1, u)
    far = np.where(np.isinf(x) | np.isinf(epsilon), 0, 1 / np.abs(epsilon) / x / x)
    return np.where(np.isinf(u), -np.sign(u) * far, near)


@_float64
def square(x):
    """x²"""
    return x * x


@_float64
def square_derivative(x):
    """2x"""
    return 2 * x


@_float64
def thin_plate(x):
    """x² log|x|, 0 at 0"""
    return np.where(x == 0, 0, x * x * np.log(np.abs(x)))


@_float64
def thin_plate_derivative(x):
    """x (2 log|x| + 1), 0 at 0"""
    return np.where(x == 0, 0, x * (2 * np.log(np.abs(x)) + 1))
