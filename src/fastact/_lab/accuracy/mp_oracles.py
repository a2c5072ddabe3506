"""The activations and their derivatives in mpmath, to check float64 results and the float64 oracles.

They are written from the catalogue's formulas, independently of `fastact.reference`.  `value` chooses a precision with
which no formula here loses digits that matter.  mpmath is an optional package: without it `mpmath` is None here.
"""

import math

import numpy as np

from fastact._lab.accuracy.ulp import spacing

try:
    import mpmath
    from mpmath import mp, mpf
except ImportError:
    mpmath = None

GUARD = 160  # bits of working precision, more than any cancellation here loses
TIE = 640  # bits that tell f(x) from the middle of two numbers, even f(x) = x/2 + x²/4 for the smallest bfloat16


def _sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def _softplus(x):
    return mp.log1p(mp.exp(x))


def _normal_cdf(x):
    if abs(x) > 10**6:  # mpmath's erfc overflows; Φ is 1 or 0 to 10^11 digits
        return mpf(x > 0)
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _clip(x, low, high):
    return min(max(x, low), high)


def _tail_of_exp(alpha, x):
    return x if x > 0 else alpha * mp.expm1(x)


SELU_SCALE = "1.0507009873554804934193349852946"
SELU_ALPHA = "1.6732632423543772848170429916717"


def _selu(x):
    return mpf(SELU_SCALE) * _tail_of_exp(mpf(SELU_ALPHA), x)


def _gelu_tanh(x):
    return x * _sigmoid(2 * mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3))


def _squareplus(x, b):
    root = mp.sqrt(x * x + b)
    return b / (root - x) / 2 if x < 0 else (x + root) / 2


def _thin_plate(x):
    return x * x * mp.log(abs(x)) if x else mpf(0)


def _sparse_plus(x):
    return mpf(0) if x <= -1 else x if x >= 1 else (x + 1) ** 2 / 4


def _xielu(x, p, n, beta, eps):
    return p * x * x + beta * x if x > 0 else (beta + n) * mp.expm1(min(x, eps)) - n * x


def _snake(x, a, divisor):
    return x + mp.sin(a * x) ** 2 / (divisor + mpf("1e-9"))


FUNCTIONS = {
    "identity": lambda x: x,
    "binary_step": lambda x: mpf(x >= 0),
    "relu": lambda x: max(x, mpf(0)),
    "relu6": lambda x: _clip(x, mpf(0), mpf(6)),
    "relu_squared": lambda x: max(x, mpf(0)) ** 2,
    "leaky_relu": lambda x, negative_slope: x if x > 0 else negative_slope * x,
    "prelu": lambda x, weight: x if x > 0 else weight * x,
    "threshold": lambda x, threshold, value: x if x > threshold else value,
    "elu": lambda x, alpha: _tail_of_exp(alpha, x),
    "selu": _selu,
    "celu": lambda x, alpha: x if x > 0 else alpha * mp.expm1(x / alpha),
    "gelu": lambda x: x * _normal_cdf(x),
    "gelu_tanh": _gelu_tanh,
    "quick_gelu": lambda x: x * _sigmoid(mpf("1.702") * x),
    "silu": lambda x: x * _sigmoid(x),
    "swish": lambda x, beta: x * _sigmoid(beta * x),
    "sigmoid": _sigmoid,
    "log_sigmoid": lambda x: -_softplus(-x),
    "hard_sigmoid": lambda x: _clip(x + 3, mpf(0), mpf(6)) / 6,
    "hard_sigmoid_linear": lambda x, alpha, beta: _clip(alpha * x + beta, mpf(0), mpf(1)),
    "tanh": lambda x: mp.tanh(x),
    "hard_tanh": lambda x, min_val, max_val: _clip(x, min_val, max_val),
    "tanhshrink": lambda x: x - mp.tanh(x),
    "softplus": lambda x, beta: _softplus(beta * x) / beta,
    "sqrt_softplus": lambda x: mp.sqrt(_softplus(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "squareplus": _squareplus,
    "mish": lambda x: x * mp.tanh(_softplus(x)),
    "hard_swish": lambda x: x * _clip(x + 3, mpf(0), mpf(6)) / 6,
    "softshrink": lambda x, lambd: mp.sign(x) * max(abs(x) - lambd, mpf(0)),
    "hardshrink": lambda x, lambd: x if abs(x) > lambd else mpf(0),
    "erf": lambda x: mp.erf(x),
    "laplace": lambda x, mu, sigma: _normal_cdf((x - mu) / sigma),
    "gelu_10": lambda x: _clip(x * _normal_cdf(x), mpf(-10), mpf(10)),
    "exponential": lambda x: mp.exp(x),
    "hard_mish": lambda x: x * _clip(x + 2, mpf(0), mpf(2)) / 2,
    "sparse_plus": _sparse_plus,
    "star_relu": lambda x, scale, bias: scale * max(x, mpf(0)) ** 2 + bias,
    "softcap": lambda x, c: c * mp.tanh(x / c),
    "xielu": _xielu,
    "snake": lambda x, alpha: _snake(x, alpha, alpha),
    "snake_beta": lambda x, alpha, beta: _snake(x, mp.exp(alpha), mp.exp(beta)),
    "gaussian": lambda x: mp.exp(-x * x),
    "multiquadric": lambda x, epsilon: mp.sqrt(1 + (epsilon * x) ** 2),
    "inverse_multiquadric": lambda x, epsilon: 1 / mp.sqrt(1 + (epsilon * x) ** 2),
    "square": lambda x: x * x,
    "thin_plate": _thin_plate,
}


def _inside(x, low, high):
    return mpf(low < x < high)


def _logistic_slope(x):
    return _sigmoid(x) * _sigmoid(-x)


def _silu_slope(x):
    return _sigmoid(x) * (1 + x * _sigmoid(-x))


def _gelu_slope(x):
    density = mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)
    return _normal_cdf(x) + x * density


def _gelu_tanh_slope(x):
    factor = 2 * mp.sqrt(2 / mp.pi)
    u = factor * (x + mpf("0.044715") * x**3)
    return _sigmoid(u) * (1 + x * factor * (1 + 3 * mpf("0.044715") * x**2) * _sigmoid(-u))


def _mish_slope(x):
    t = mp.tanh(_softplus(x))
    # 1 - t² = sech², which does not cancel
    return t + x * _sigmoid(x) * mp.sech(_softplus(x)) ** 2


def _hard_swish_slope(x):
    return mpf(0) if x <= -3 else mpf(1) if x >= 3 else (2 * x + 3) / 6


def _squareplus_slope(x, b):
    root = mp.sqrt(x * x + b)
    return b / (root - x) / root / 2 if x < 0 else (1 + x / root) / 2


def _xielu_slope(x, p, n, beta, eps):
    if x > 0:
        return 2 * p * x + beta
    share = mpf(1) if x < eps else mpf("0.5") if x == eps else mpf(0)
    return share * (beta + n) * mp.exp(x) - n


def _snake_slope(x, a, divisor):
    return 1 + a * mp.sin(2 * a * x) / (divisor + mpf("1e-9"))


# At kinks they have PyTorch's values.
DERIVATIVES = {
    "identity": lambda x: mpf(1),
    "binary_step": lambda x: mpf(0),
    "relu": lambda x: mpf(x > 0),
    "relu6": lambda x: _inside(x, 0, 6),
    "relu_squared": lambda x: 2 * max(x, mpf(0)),
    "leaky_relu": lambda x, negative_slope: mpf(1) if x > 0 else negative_slope,
    "prelu": lambda x, weight: mpf(1) if x > 0 else weight,
    "threshold": lambda x, threshold, value: mpf(x > threshold),
    "elu": lambda x, alpha: mpf(1) if x > 0 else alpha * mp.exp(x),
    "selu": lambda x: mpf(SELU_SCALE) if x > 0 else mpf(SELU_SCALE) * mpf(SELU_ALPHA) * mp.exp(x),
    "celu": lambda x, alpha: mpf(1) if x > 0 else mp.exp(x / alpha),
    "gelu": _gelu_slope,
    "gelu_tanh": _gelu_tanh_slope,
    "quick_gelu": lambda x: _silu_slope(mpf("1.702") * x),
    "silu": _silu_slope,
    "swish": lambda x, beta: _silu_slope(beta * x),
    "sigmoid": _logistic_slope,
    "log_sigmoid": lambda x: _sigmoid(-x),
    "hard_sigmoid": lambda x: _inside(x, -3, 3) / 6,
    "hard_sigmoid_linear": lambda x, alpha, beta: alpha * _inside(alpha * x + beta, 0, 1),
    "tanh": lambda x: mp.sech(x) ** 2,
    "hard_tanh": lambda x, min_val, max_val: _inside(x, min_val, max_val),
    "tanhshrink": lambda x: mp.tanh(x) ** 2,
    "softplus": lambda x, beta: _sigmoid(beta * x),
    "sqrt_softplus": lambda x: _sigmoid(x) / mp.sqrt(_softplus(x)) / 2,
    "softsign": lambda x: 1 / (1 + abs(x)) ** 2,
    "squareplus": _squareplus_slope,
    "mish": _mish_slope,
    "hard_swish": _hard_swish_slope,
    "softshrink": lambda x, lambd: mpf(abs(x) > lambd),
    "hardshrink": lambda x, lambd: mpf(abs(x) > lambd),
    "erf": lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x),
    "laplace": lambda x, mu, sigma: mp.exp(-(((x - mu) / sigma) ** 2) / 2) / (mp.sqrt(2 * mp.pi) * sigma),
    "gelu_10": lambda x: _gelu_slope(x) if x <= 10 else mpf(0),
    "exponential": lambda x: mp.exp(x),
    "hard_mish": lambda x: mpf(0) if x < -2 else mpf(1) if x > 0 else x + 1,
    "sparse_plus": lambda x: (_clip(x, mpf(-1), mpf(1)) + 1) / 2,
    "star_relu": lambda x, scale, bias: 2 * scale * max(x, mpf(0)),
    "softcap": lambda x, c: mp.sech(x / c) ** 2,
    "xielu": _xielu_slope,
    "snake": lambda x, alpha: _snake_slope(x, alpha, alpha),
    "snake_beta": lambda x, alpha, beta: _snake_slope(x, mp.exp(alpha), mp.exp(beta)),
    "gaussian": lambda x: -2 * x * mp.exp(-x * x),
    "multiquadric": lambda x, epsilon: epsilon**2 * x / mp.sqrt(1 + (epsilon * x) ** 2),
    "inverse_multiquadric": lambda x, epsilon: -(epsilon**2) * x / mp.sqrt(1 + (epsilon * x) ** 2) ** 3,
    "square": lambda x: 2 * x,
    "thin_plate": lambda x: x * (2 * mp.log(abs(x)) + 1) if x else mpf(0),
}


def value(entry, x, bits=GUARD, derivative=False):
    """f(x), or f'(x), as an mpf, for a finite x and an entry whose parameters have values (`Entry.measured`)."""
    # x - tanh x is of the order of x³ and cancels most; x + 3 needs all bits of both terms.
    if entry.name == "tanhshrink":
        bits += 3 * max(0, -math.frexp(x)[1])
    if entry.name == "xielu" and bits >= TIE and -1e5 < x < 0:  # exp(x) decides a tie
        bits += math.ceil(1.5 * -x)
    function = (DERIVATIVES if derivative else FUNCTIONS)[entry.name]
    with mpmath.workprec(bits):
        return function(mpf(x), *map(mpf, entry.parameters.values()))


# Functions with a term that no working precision shows for large |x|: the sign of this term.
UNSEEN = {
    "tanhshrink": lambda x: math.copysign(1, x),  # x - 1 + 2exp(-2x) of a large x
    "xielu": lambda x: 1 if x < 0 else 0,  # (beta + alpha_n) exp(x) of a small x
}
UNSEEN_FROM = 16.0  # |x|


def unseen(at, x):
    """The sign of what f(x) is beyond its value with the largest working precision, 0 if that is exact."""
    if abs(x) < UNSEEN_FROM or at.derivative:
        return 0
    return int(UNSEEN.get(at.entry.name, lambda x: 0)(x))


def difference(got, true):
    """got - true, exactly."""
    with mpmath.workprec(2 * TIE):
        return mpf(got) - true


def split(true):
    """mpf values as two arrays: rounded to float64, and the rest in ULP; an infinite value has no rest."""
    head = np.array([float(one) for one in true], np.float64)
    units = spacing(head, np.float64)
    with mpmath.workprec(TIE):
        low = [float((one - mpf(rounded)) / mpf(unit)) if math.isfinite(rounded) else 0.0
               for one, rounded, unit in zip(true, head.tolist(), units.tolist(), strict=True)]
    return head, np.array(low, np.float64)


def relative(got, true, floor, limits):
    """|got - true| / |true| where that is normal; where it is subnormal 0, or infinite if got is not as small.

    `limits` is the type's `numpy.finfo`.  The error is relative to `floor` where that is larger.
    """
    tiny = mpf(float(limits.smallest_normal))
    size = max(abs(true), mpf(floor))
    if size < tiny:
        return 0.0 if abs(got) <= 2 * tiny else math.inf
    with mpmath.workprec(TIE):
        return float(abs(mpf(got) - true) / size)
