"""Second derivatives of the catalogue's functions in float64 NumPy, for the second derivatives of torch's operators.

SECOND has those of each activation f(x, parameters), FACTORS those of the gated units with formulas of their own.  At
kinks they belong to the branch whose first derivative the catalogue takes.  Infinite x give the limit.
"""

import math

import numpy as np

from fastact import reference as ref
from fastact._catalogue import BY_NAME

FAR = 800       # beyond, exp(-|x|) is 0, and a product with it would be NaN at infinity


# ------------------------------------------------------------------------------ parts --


def _logistic(x):
    """σ'(x)"""
    return ref.sigmoid_derivative(x)


def _logistic_slope(x):
    """σ''(x)"""
    return -_logistic(x) * np.tanh(x / 2)


def _silu(x):
    x = np.clip(x, -FAR, FAR)
    return _logistic(x) * (2 - x * np.tanh(x / 2))


def _density(x):
    return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _gelu(x):
    x = np.clip(x, -40, 40)
    return _density(x) * (2 - x * x)


def _gelu_tanh(x):
    x = np.clip(x, -25, 25)
    factor, cubic = math.sqrt(8 / math.pi), 0.044715
    u, slope, second = factor * (x + cubic * x**3), factor * (1 + 3 * cubic * x * x), 6 * factor * cubic * x
    return _logistic(u) * (2 * slope + x * (second - np.tanh(u / 2) * slope**2))


def _mish(x):
    # 2 t' + x t'', t = tanh(softplus(x)); t' = σ(x) (1 - t²), and 1 - t² as a ratio of terms that do not cancel
    x = np.clip(x, -FAR, FAR)
    e = np.exp(-np.abs(x))
    upper, lower = np.where(x < 0, e * (e + 2), 1 + 2 * e), np.where(x < 0, 2, 2 * e * e)
    t, rest = upper / (upper + lower), lower * (2 * upper + lower) / (upper + lower) ** 2
    return rest * ref.sigmoid(x) * (2 + x * (ref.sigmoid(-x) - 2 * t * ref.sigmoid(x)))


def _sqrt_softplus(x):
    # (s'' - s'² / (2 s)) / (2 √s), s = softplus(x); for x < 0 divided by e = exp(x), with the ratio s / e
    e = np.exp(np.minimum(x, 0))
    ratio = np.where(e == 0, 1, np.log1p(e) / e)
    tail = np.exp(x / 2) * (1 - 1 / (2 * ratio)) / (2 * (1 + e) ** 2 * np.sqrt(ratio))
    s = ref.softplus(np.maximum(x, 0))
    return np.where(x < 0, tail, (_logistic(x) - ref.sigmoid(x) ** 2 / (2 * s)) / (2 * np.sqrt(s)))


def _tanh(x):
    return -2 * np.tanh(x) * ref.tanh_derivative(x)


def _times(x, factor):
    """x factor; 0 where x is 0."""
    return np.where(x == 0, x, x * factor)


def _softplus_by_beta_twice(x, beta):
    # (x² σ'(u) - 2 (u σ(u) - log(1 + exp u)) / beta²) / beta, u = beta x, with even terms of -|u|, as the first derivative
    u = np.maximum(-np.abs(beta * x), -FAR)
    first = u * ref.sigmoid(u) - np.log1p(np.exp(u))
    return (u * u * _logistic(u) - 2 * first) / beta**3


def _celu_ratio(x, alpha):
    """x / alpha where x is negative"""
    return np.where(x > 0, 0, np.clip(x / alpha, -FAR, FAR))


def _root(x, epsilon):
    """u / h and h, u = epsilon x, bounded, h = √(1 + u²)"""
    u = np.clip(epsilon * x, -1e150, 1e150)
    return u / np.hypot(1, u), np.hypot(1, u)


def _score(x, mu, sigma):
    """z = (x - mu) / sigma, bounded, and the density at z divided by sigma"""
    z = np.clip((x - mu) / sigma, -40, 40)
    return z, _density(z) / sigma


def _cap(x, c):
    """u = x / c, bounded, tanh(u) and 1 - tanh(u)²"""
    u = np.clip(x / c, -FAR, FAR)
    return u, np.tanh(u), ref.tanh_derivative(u)


def _below(x, eps):
    return np.where(x < eps, np.exp(np.minimum(x, 0)), 0)


def _between(x, eps):
    return np.where((x > eps) & (x <= 0), np.exp(np.minimum(eps, 0)), 0)


def _halves(x):
    """Two parts of half the digits each."""
    high = x * 134217729.0      # 2^27 + 1
    high = high - (high - x)
    return high, x - high


def _twice(x, rate):
    """sin(2u), cos(2u) and sin(u)², u = rate x; the product has its rounding error (Dekker), for the phase of a large x"""
    u = rate * x
    (high, low), (x_high, x_low) = map(_halves, (rate, x))
    error = ((high * x_high - u) + high * x_low + low * x_high) + low * x_low
    error = np.where(np.isfinite(error), error, 0)
    sine = np.sin(u) * np.cos(error) + np.cos(u) * np.sin(error)
    cosine = np.cos(u) * np.cos(error) - np.sin(u) * np.sin(error)
    return 2 * sine * cosine, (cosine - sine) * (cosine + sine), sine * sine


TINY = 1e-9     # what snake adds to its divisors


# ------------------------------------------------------------------------ activations --

SECOND = {
    **{name: {} for name in ("identity", "binary_step", "relu", "relu6", "threshold", "hard_sigmoid", "hard_tanh", "softshrink",
                             "hardshrink")},
    "relu_squared": {"x x": lambda x: 2 * (x > 0)},
    "leaky_relu": {"x negative_slope": lambda x, negative_slope: x <= 0},
    "prelu": {"x weight": lambda x, weight: x <= 0},
    "hard_sigmoid_linear": {"x alpha": lambda x, alpha, beta: (0 < (y := alpha * x + beta)) & (y < 1)},
    "hard_swish": {"x x": lambda x: (np.abs(x) < 3) / 3},
    "elu": {
        "x x": lambda x, alpha: np.where(x > 0, 0, ref.elu_derivative(x, alpha)),
        "x alpha": lambda x, alpha: np.where(x > 0, 0, np.exp(x)),
    },
    "selu": {"x x": lambda x: np.where(x > 0, 0, ref.selu_derivative(x))},
    "celu": {
        "x x": lambda x, alpha: np.where(x > 0, 0, ref.celu_derivative(x, alpha) / alpha),
        "x alpha": lambda x, alpha: -(u := _celu_ratio(x, alpha)) * np.exp(u) / alpha,
        "alpha alpha": lambda x, alpha: (u := _celu_ratio(x, alpha)) * u * np.exp(u) / alpha,
    },
    "sigmoid": {"x x": _logistic_slope},
    "silu": {"x x": _silu},
    "swish": {
        "x x": lambda x, beta: beta * _silu(beta * x),
        "x beta": lambda x, beta: _times(np.clip(x, -1e300, 1e300), _silu(beta * x)),
        "beta beta": lambda x, beta: (x := np.clip(x, -1e100, 1e100)) ** 3 * _logistic_slope(beta * x),
    },
    "quick_gelu": {"x x": lambda x: 1.702 * _silu(1.702 * x)},
    "softplus": {
        "x x": lambda x, beta: beta * _logistic(beta * x),
        "x beta": lambda x, beta: _times(np.clip(x, -1e300, 1e300), _logistic(beta * x)),
        "beta beta": _softplus_by_beta_twice,
    },
    "log_sigmoid": {"x x": lambda x: -_logistic(x)},
    "sqrt_softplus": {"x x": _sqrt_softplus},
    "mish": {"x x": _mish},
    "tanh": {"x x": _tanh},
    "tanhshrink": {"x x": lambda x: -_tanh(x)},
    "softsign": {"x x": lambda x: -2 * np.sign(x) / (1 + np.abs(x)) ** 3},
    "erf": {"x x": lambda x: -2 * (x := np.clip(x, -40, 40)) * ref.erf_derivative(x)},
    "gelu": {"x x": _gelu},
    "gelu_tanh": {"x x": _gelu_tanh},
    "squareplus": {
        "x x": lambda x, b: np.where(b == 0, 0, b / 2 / (r := np.hypot(x, np.sqrt(b))) / r / r),
        "x b": lambda x, b: -x / 4 / (r := np.hypot(x, np.sqrt(b))) / r / r,
        "b b": lambda x, b: -1 / 8 / (r := np.hypot(x, np.sqrt(b))) / r / r,
    },
    "laplace": {
        "x x": lambda x, mu, sigma: -np.multiply(*_score(x, mu, sigma)) / sigma,
        "x mu": lambda x, mu, sigma: np.multiply(*_score(x, mu, sigma)) / sigma,
        "mu mu": lambda x, mu, sigma: -np.multiply(*_score(x, mu, sigma)) / sigma,
        "x sigma": lambda x, mu, sigma: ((s := _score(x, mu, sigma))[0] ** 2 - 1) * s[1] / sigma,
        "mu sigma": lambda x, mu, sigma: (1 - (s := _score(x, mu, sigma))[0] ** 2) * s[1] / sigma,
        "sigma sigma": lambda x, mu, sigma: (2 - (s := _score(x, mu, sigma))[0] ** 2) * s[0] * s[1] / sigma,
    },
    "gaussian": {"x x": lambda x: (4 * (x := np.clip(x, -40, 40)) * x - 2) * np.exp(-x * x)},
    "multiquadric": {
        "x x": lambda x, epsilon: epsilon**2 / _root(x, epsilon)[1] ** 3,
        "x epsilon": lambda x, epsilon: (r := _root(x, epsilon))[0] * (1 + 1 / r[1] ** 2),
        "epsilon epsilon": lambda x, epsilon: (np.clip(x, -1e150, 1e150) / (h := _root(x, epsilon)[1])) ** 2 / h,
    },
    "inverse_multiquadric": {
        "x x": lambda x, epsilon: epsilon**2 * (3 * (r := _root(x, epsilon))[0] ** 2 - 1) / r[1] ** 3,
        "x epsilon": lambda x, epsilon: (3 * (r := _root(x, epsilon))[0] ** 2 - 2) * r[0] / r[1] ** 2,
        "epsilon epsilon": lambda x, epsilon: (
            (np.clip(x, -1e150, 1e150) / (r := _root(x, epsilon))[1]) ** 2 * (3 * r[0] ** 2 - 1) / r[1]),
    },
    "square": {"x x": lambda x: 2},
    "thin_plate": {"x x": lambda x: 2 * np.log(np.abs(x)) + 3},
    "exponential": {"x x": np.exp},
    "hard_mish": {"x x": lambda x: (x >= -2) & (x < 0)},
    "sparse_plus": {"x x": lambda x: (np.abs(x) < 1) / 2},
    "gelu_10": {"x x": lambda x: np.where(x > 10, 0, _gelu(x))},
    "star_relu": {
        "x x": lambda x, scale, bias: 2 * scale * (x > 0),
        "x scale": lambda x, scale, bias: 2 * ref.relu(x),
    },
    "softcap": {
        "x x": lambda x, c: -2 * (s := _cap(x, c))[1] * s[2] / c,
        "x c": lambda x, c: 2 * (s := _cap(x, c))[0] * s[1] * s[2] / c,
        "c c": lambda x, c: -2 * (s := _cap(x, c))[0] ** 2 * s[1] * s[2] / c,
    },
    "xielu": {
        "x x": lambda x, alpha_p, alpha_n, beta, eps: np.where(x > 0, 2 * alpha_p, (beta + alpha_n) * _below(x, eps)),
        "x alpha_p": lambda x, alpha_p, alpha_n, beta, eps: 2 * ref.relu(x),
        "x alpha_n": lambda x, alpha_p, alpha_n, beta, eps: np.where(x > 0, 0, _below(x, eps) - 1),
        "x beta": lambda x, alpha_p, alpha_n, beta, eps: np.where(x > 0, 1, _below(x, eps)),
        "alpha_n eps": lambda x, alpha_p, alpha_n, beta, eps: _between(x, eps),
        "beta eps": lambda x, alpha_p, alpha_n, beta, eps: _between(x, eps),
        "eps eps": lambda x, alpha_p, alpha_n, beta, eps: (beta + alpha_n) * _between(x, eps),
    },
    "snake": {
        "x x": lambda x, alpha: 2 * alpha**2 * _twice(x, alpha)[1] / (alpha + TINY),
        "x alpha": lambda x, alpha: (
            (t := _twice(x, alpha))[0] * TINY / (alpha + TINY) + 2 * alpha * x * t[1]) / (alpha + TINY),
        "alpha alpha": lambda x, alpha: 2 * (x * x * (t := _twice(x, alpha))[1] - (
            x * t[0] - t[2] / (alpha + TINY)) / (alpha + TINY)) / (alpha + TINY),
    },
    "snake_beta": {
        "x x": lambda x, alpha, beta: 2 * (a := np.exp(alpha)) ** 2 * _twice(x, a)[1] / (np.exp(beta) + TINY),
        "x alpha": lambda x, alpha, beta: (
            a := np.exp(alpha)) * ((t := _twice(x, a))[0] + 2 * a * x * t[1]) / (np.exp(beta) + TINY),
        "x beta": lambda x, alpha, beta: (
            -(a := np.exp(alpha)) * _twice(x, a)[0] * (b := np.exp(beta)) / (b + TINY) ** 2),
        "alpha alpha": lambda x, alpha, beta: (
            (a := np.exp(alpha)) * x * ((t := _twice(x, a))[0] + 2 * a * x * t[1]) / (np.exp(beta) + TINY)),
        "alpha beta": lambda x, alpha, beta: (
            -(a := np.exp(alpha)) * x * _twice(x, a)[0] * (b := np.exp(beta)) / (b + TINY) ** 2),
        "beta beta": lambda x, alpha, beta: (
            _twice(x, np.exp(alpha))[2] * (b := np.exp(beta)) * (b - TINY) / (b + TINY) ** 3),
    },
}

# The first derivatives that the catalogue does not have, because a kernel computes them.
FIRST = {
    "leaky_relu": {"negative_slope": lambda x, negative_slope: np.minimum(x, 0)},
    "prelu": {"weight": lambda x, weight: np.minimum(x, 0)},
    "swish": {"beta": lambda x, beta: (x := np.clip(x, -1e150, 1e150)) ** 2 * _logistic(beta * x)},
    "hardshrink": {"lambd": lambda x, lambd: np.zeros_like(x)},
}


# ------------------------------------------------------------------------- gated units --


def _capped(x, limit):
    """limit tanh(x / limit) and its derivatives; of an infinite limit x, 1, 0"""
    u, t, slope = _cap(x, limit)
    free = np.isinf(limit)
    return np.where(free, x, limit * t), np.where(free, 1, slope), np.where(free, 0, -2 * t * slope / limit)


def _situ(gate, beta):
    (f, df, ddf), s, ds = _capped(gate, beta), ref.sigmoid(gate), _logistic(gate)
    return f * s, df * s + f * ds, ddf * s + 2 * df * ds + f * _logistic_slope(gate)


def _clamped(u, limit):
    return np.clip(u, -limit, limit), np.abs(u) <= limit, 0


def _relu(x):
    return ref.relu(x), ref.relu_derivative(x), 0


def _swiglu_clamped(gate, up, alpha, limit, offset=1.0):
    g, inside, (u, *slopes) = np.minimum(gate, limit), gate <= limit, _clamped(up, limit)
    return (ref.swish(g, alpha), inside * ref.swish_derivative(g, alpha), inside * alpha * _silu(alpha * g)), (
        u + offset, *slopes)


def _swiglu_clamped_after(gate, up, limit):
    f = ref.silu(gate)
    return (np.minimum(f, limit), (f <= limit) * ref.silu_derivative(gate), (f <= limit) * _silu(gate)), _clamped(up, limit)


# Of the units that are not f(gate) up.  All of them are products f(gate) h(up): (f, f', f''), (h, h', h'').
FACTORS = {
    "swiglu_clamped": _swiglu_clamped,
    "swiglu_clamped_after": _swiglu_clamped_after,
    "situ": lambda gate, up, beta, limit: (_situ(gate, beta), _capped(up, limit)),
    "drelu": lambda gate, up: (_relu(gate), _relu(up)),
}


# ------------------------------------------------------------------------------ choice --


def _of_double(function):
    """The function of float64 arrays, without warnings; NaN where one of them is NaN."""
    def evaluate(*arrays):
        arrays = [np.asarray(one, np.float64) for one in arrays]
        with np.errstate(all="ignore"):
            return function(*arrays) + sum(np.where(np.isnan(one), one, 0) for one in arrays)
    return evaluate


def partial_derivative(name, by):
    """A partial derivative of an activation, as a function of x and all parameters.

    Parameters
    ----------
    name : str
    by : sequence of int
        One or two indices of arguments: 0 for x, then the parameters.
    """
    entry = BY_NAME[name]
    arguments = ("x", *entry.parameters)
    chosen = [arguments[i] for i in sorted(by)]
    if chosen == ["x"]:
        return _of_double(entry.derivative_oracle)
    if len(chosen) == 1:
        return _of_double((entry.parameter_slopes or FIRST[name])[chosen[0]])
    return _of_double(SECOND[name].get(" ".join(chosen), lambda x, *parameters: np.zeros_like(x)))


def gated_derivative(entry, values, by):
    """A partial derivative of a gated unit, as a function of gate and up.

    Parameters
    ----------
    entry : PairEntry
    values : sequence of float
        The unit's parameters.
    by : sequence of int
        One or two indices: 0 for gate, 1 for up.
    """
    of_gate, of_up = (sum(i == one for i in by) for one in (0, 1))

    def derivative(gate, up):
        if entry.name in FACTORS:
            of, by_up = FACTORS[entry.name](gate, up, *values)
            return of[of_gate] * by_up[of_up]
        activation = BY_NAME[entry.activation]
        function = partial_derivative(entry.activation, (0,) * of_gate) if of_gate else activation.oracle
        return function(gate, *values) * (up, 1, 0)[of_up]
    return _of_double(derivative)
