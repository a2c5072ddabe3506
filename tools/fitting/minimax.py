"""Minimax fits by discrete Remez exchange, in mpmath, with coefficients rounded one by one."""

from typing import NamedTuple

from mpmath import mp, mpf

# The float64 fits reach 2^-60 with monomials down to 2^-50 at the end of a
# segment; this leaves 50 bits to spare.
mp.prec = 160


class Format(NamedTuple):
    """A floating-point format of the kernels."""

    tag: str  # end of the C names
    ctype: str
    bits: int  # of the significand
    suffix: str  # of C literals

    def round(self, x):
        """Round to nearest. No coefficient is near under- or overflow."""
        return round_bits(x, self.bits)

    def split(self, x):
        """Return x as the unevaluated sum hi + lo."""
        hi = self.round(x)
        return hi, self.round(x - hi)

    def round_pair(self, x):
        """Round to what hi + lo can hold."""
        hi, lo = self.split(x)
        return hi + lo

    def round_less_one(self, x):
        """Round a coefficient that is stored as x - 1."""
        return 1 + self.round(x - 1)

    def literal(self, x):
        mantissa, exponent = float(x).hex().split("p")
        return f"{mantissa.rstrip('0').rstrip('.')}p{exponent}{self.suffix}"


def round_bits(x, bits):
    with mp.workprec(bits):
        return +x


F32 = Format("F32", "float", 24, "f")
F64 = Format("F64", "double", 53, "")


def chebyshev(lo, hi, count):
    """Extremal points of a Chebyshev polynomial, ends included.

    `count` is even, so that the middle is not among them: there r = 0, and a refit
    from r^k on cannot change the error.
    """
    middle, half = (mpf(hi) + lo) / 2, (mpf(hi) - lo) / 2
    return [middle - half * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]


def fit_grid(lo, hi, terms):
    """16 points for each extremum of the error, which gives its height to 1 %."""
    return chebyshev(lo, hi, 16 * (terms + 1))


def check_grid(lo, hi):
    """A grid that is denser than those of the fits and has other points."""
    return chebyshev(lo, hi, 500)


def minimax(basis, target, weight):
    """Coefficients c that minimise max |weight * (target - basis . c)|.

    `basis` has one row for each grid point. Its rows times the weights are a
    Haar system, so that the optimum is the one with an alternating error.
    """
    terms = len(basis[0])
    last = len(target) - 1
    nodes = [round(i * last / terms) for i in range(terms + 1)]
    for _ in range(50):
        rows = [[*basis[i], (-1) ** k / weight[i]] for k, i in enumerate(nodes)]
        solution = mp.lu_solve(mp.matrix(rows), mp.matrix([target[i] for i in nodes]))
        *coefs, level = solution
        errors = [
            w * (t - mp.fdot(row, coefs)) for row, t, w in zip(basis, target, weight)
        ]
        if max(map(abs, errors)) <= abs(level) * mpf("1.001"):
            return coefs
        nodes = alternation(errors, terms + 1)
    raise ArithmeticError("the Remez exchange does not settle")


def alternation(errors, count):
    """Indices of `count` extrema of alternating sign, the largest among them."""
    peaks = [0]
    for i in range(1, len(errors)):
        if (errors[i] >= 0) != (errors[peaks[-1]] >= 0):
            peaks.append(i)
        elif abs(errors[i]) > abs(errors[peaks[-1]]):
            peaks[-1] = i
    while len(peaks) > count:
        drop_smallest(peaks, [abs(errors[i]) for i in peaks], len(peaks) - count)
    return peaks


def drop_smallest(peaks, sizes, excess):
    """Drop the smallest extremum so that the signs of the rest still alternate.

    If it is not at an end, its smaller neighbour is dropped, too. Dropping at the ends
    only is not enough: rounded coefficients leave small extrema around r = 0, and the
    exchange cycles if they are kept.
    """
    last = len(peaks) - 1
    least = sizes.index(min(sizes))
    if excess == 1 or least in (0, last):
        peaks.pop(0 if sizes[0] < sizes[last] else last)
    else:
        first = least - 1 if sizes[least - 1] < sizes[least + 1] else least
        del peaks[first : first + 2]


def fit_polynomial(x, target, weight, rounding):
    """Fit sum c_k x^k; `rounding` maps each power k to the rounding of c_k.

    Returns {k: c_k}. Refitting from x^k on is a fit of polynomials with the
    weight weight * x^k; its sign has to count for the error to alternate.
    """
    powers = sorted(rounding)
    table = [[v**k for k in powers] for v in x]
    coefs = {}
    for i, k in enumerate(powers):
        signed = [-w if k % 2 and v < 0 else w for w, v in zip(weight, x)]
        best = minimax([row[i:] for row in table], target, signed)
        coefs[k] = rounding[k](best[0])
        target = [t - coefs[k] * row[i] for t, row in zip(target, table)]
    return coefs


def fit_relative(function, lo, hi, rounding, fixed=()):
    """Fit sum c_k x^k over lo <= x <= hi for the least relative error.

    Returns {k: c_k} and that error; `fixed` holds the coefficients that are given.
    The function has no zero in the interval, except where the fixed terms share it.
    """
    fixed = dict(fixed)
    x = nonzero(fit_grid(lo, hi, len(rounding)))
    values = [function(v) for v in x]
    rest = [y - evaluate(fixed, v) for v, y in zip(x, values)] if fixed else values
    coefs = fixed | fit_polynomial(x, rest, [1 / y for y in values], rounding)
    points = nonzero(check_grid(lo, hi))
    return coefs, relative_error(lambda v: evaluate(coefs, v), function, points)


def nonzero(points):
    """The grid without x = 0, where a function may be a limit, or all terms of a fit zero.

    The neighbours of x = 0 on the grid are sufficient.
    """
    return [v for v in points if v != 0]


def rounded(fmt, first, last):
    """Plain rounding of c_first .. c_last."""
    return dict.fromkeys(range(first, last + 1), fmt.round)


def evaluate(coefs, x):
    return mp.fsum(c * x**k for k, c in coefs.items())


def relative_error(approximation, function, points):
    return max(abs(approximation(x) / function(x) - 1) for x in points)


def power_of_two(error, bound, name):
    """The error as text, after a test against the bound 2^bound."""
    exponent = float(mp.log(error, 2))
    if exponent > bound:
        raise ArithmeticError(f"{name}: error 2^{exponent:.2f} > 2^{bound}")
    return f"2^{exponent:.2f}"
