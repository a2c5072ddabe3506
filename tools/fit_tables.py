#!/usr/bin/env python3
"""Fit the coefficient tables of the kernels and write ``_kernels/math/tables.h``.

    python tools/fit_tables.py           # fit, write the header (about three minutes)
    python tools/fit_tables.py --check   # fit, exit 1 if the header differs

Every fit is a weighted minimax fit on a dense Chebyshev grid by discrete Remez
exchange. Coefficients are rounded one by one, the leading (lowest) first, and
the later ones are refitted after each rounding, so that they absorb what the
rounding cost. The error in the header is that of the *rounded* coefficients,
evaluated exactly on a second, denser grid; rounding errors of the evaluation
are not in it. A fit that misses its bound stops the script.

All arithmetic is mpmath's, integer arithmetic underneath: the header has the
same bits on every machine, and ``--check`` may compare it as text.
"""

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from mpmath import mp, mpf

HEADER = Path(__file__).parents[1] / "src/fastact/_kernels/math/tables.h"

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


# --- Fitting ----------------------------------------------------------------


def chebyshev(lo, hi, count):
    """Extremal points of a Chebyshev polynomial, ends included.

    `count` is even, so that the middle is left out: there r = 0, and a refit
    from r^k on could correct nothing.
    """
    middle, half = (mpf(hi) + lo) / 2, (mpf(hi) - lo) / 2
    return [middle - half * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]


def fit_grid(lo, hi, terms):
    """16 points for each extremum of the error, which gives its height to 1 %."""
    return chebyshev(lo, hi, 16 * (terms + 1))


def check_grid(lo, hi):
    """Denser than the fits' grids, and with other points."""
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
    """Drop the least extremum so that the signs of the rest still alternate.

    Inside, it takes its smaller neighbour with it. Dropping from the ends only
    would not do: rounded coefficients leave small extrema around r = 0, and the
    exchange cycles if they stay.
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
    """Without x = 0: there a function may be a limit, or all terms of a fit zero.

    Its neighbours on the grid do as well.
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


# --- C text -----------------------------------------------------------------


def comment(*lines):
    return "/* " + "\n * ".join(lines) + " */\n"


def define(name, fmt, x):
    return f"#define {name} {fmt.literal(x)}\n"


def define_split(name, fmt, x):
    """x as NAME_HI + NAME_LO."""
    hi, lo = fmt.split(x)
    return define(f"{name}_HI_{fmt.tag}", fmt, hi) + define(
        f"{name}_LO_{fmt.tag}", fmt, lo
    )


def nested(c, terms, monic=False):
    """Horner's form in z; `monic` adds the term z^terms."""
    text = "z" if monic else f"z*{c}[{terms - 1}]"
    for k in reversed(range(terms if monic else terms - 1)):
        text = f"{c}[{k}] + {text}"
        if k > 0:
            text = f"z*({text})"
    return text


def braces(fmt, values):
    texts = [fmt.literal(v) for v in values]
    lines = [", ".join(texts[i : i + 4]) for i in range(0, len(texts), 4)]
    return "{\n    " + ",\n    ".join(lines) + "}"


def array(name, fmt, values):
    return (
        f"#define {name}_COUNT {len(values)}\n"
        f"static const {fmt.ctype} {name}[{len(values)}] = {braces(fmt, values)};\n"
    )


def matrix(name, fmt, rows):
    shape = f"[{len(rows)}][{len(rows[0])}]"
    body = ",\n".join(braces(fmt, row) for row in rows)
    return (
        f"#define {name}_ROWS {len(rows)}\n"
        f"static const {fmt.ctype} {name}{shape} = {{\n{body}}};\n"
    )


# --- exp --------------------------------------------------------------------

EXP_STEPS = 16  # table entries per octave


def exp_constants(fmt, k_bits):
    """1/step and step = ln2/16 in two parts, k * hi exact for |k| <= 2^k_bits."""
    step = mp.ln2 / EXP_STEPS
    hi = round_bits(step, fmt.bits - k_bits)
    lo = fmt.round(step - hi)
    # hi and lo have 2 bits - k_bits bits together, and step is below 2^-4.
    error = power_of_two(abs(step - hi - lo), k_bits - 2 * fmt.bits - 4, "EXP_LN2")
    return (
        comment(
            f"exp, {fmt.ctype}: x = k ln2/16 + r, k = round(x * EXP_INV),",
            "r = (x - k*EXP_LN2_HI) - k*EXP_LN2_LO, |r| <= ln2/32.",
            f"k*EXP_LN2_HI is exact for |k| <= 2^{k_bits}.",
            f"|ln2/16 - HI - LO| = {error}.",
        )
        + define(f"EXP_INV_{fmt.tag}", fmt, fmt.round(1 / step))
        + define(f"EXP_LN2_HI_{fmt.tag}", fmt, hi)
        + define(f"EXP_LN2_LO_{fmt.tag}", fmt, lo)
    )


def exp_table(fmt):
    parts = [fmt.split(mpf(2) ** (mpf(j) / EXP_STEPS)) for j in range(EXP_STEPS)]
    name = f"EXP_T_{fmt.tag}"
    return (
        comment(
            f"2^(j/16), j = 0..15, as {name}_HI[j] + {name}_LO[j], each rounded to",
            f"nearest. Max relative error: below 2^-{2 * fmt.bits}.",
        )
        + array(f"{name}_HI", fmt, [hi for hi, _ in parts])
        + array(f"{name}_LO", fmt, [lo for _, lo in parts])
    )


def expm1_polynomial(name, fmt, degree, bound):
    """expm1(r) = r + r^2 P(r), for the least error relative to exp(r)."""
    # k is not always the nearest integer: x * EXP_INV is rounded.
    end = mp.ln2 / (2 * EXP_STEPS) * (1 + mpf(2) ** -10)
    r = fit_grid(-end, end, degree - 1)
    rest = [mp.expm1(v) - v for v in r]
    coefs = fit_polynomial(r, rest, [mp.exp(-v) for v in r], rounded(fmt, 2, degree))
    error = max(
        abs(v + evaluate(coefs, v) - mp.expm1(v)) * mp.exp(-v)
        for v in check_grid(-end, end)
    )
    return comment(
        f"expm1(r) = r + r*r*(c[0] + ... + r*c[{degree - 2}]), total degree {degree},",
        "|r| <= ln2/32 (1 + 2^-10). Remez, absolute error over exp(r).",
        f"Max: {power_of_two(error, bound, name)}.",
    ) + array(name, fmt, list(coefs.values()))


def exp2_polynomial(name, low, high, degree, bound):
    coefs, error = fit_relative(
        lambda f: mpf(2) ** f, mpf(low), mpf(high), rounded(F32, 0, degree)
    )
    return comment(
        f"2^f = c[0] + f*(c[1] + ... + f*c[{degree}]), degree {degree}, {low} <= f <= {high}.",
        f"Remez, relative error. Max: {power_of_two(error, bound, name)}.",
    ) + array(name, F32, list(coefs.values()))


def expm1_wide(degree, bound, name):
    """expm1(r) = r + r^2 P(r) for half an octave either way, for the least relative error."""
    end = mp.ln2 / 2 * (1 + mpf(2) ** -10)
    r = nonzero(fit_grid(-end, end, degree - 1))
    rest = [mp.expm1(v) - v for v in r]
    coefs = fit_polynomial(r, rest, [1 / abs(mp.expm1(v)) for v in r], rounded(F32, 2, degree))
    error = relative_error(
        lambda v: v + evaluate(coefs, v), mp.expm1, nonzero(check_grid(-end, end))
    )
    text = (
        f"expm1(r) = r + r*r*(c[0] + ... + r*c[{degree - 2}]), total degree {degree},",
        "|r| <= ln2/2 (1 + 2^-10). Remez, relative error.",
        f"Max: {power_of_two(error, bound, name)}.",
    )
    return text, array(name, F32, list(coefs.values()))


def exp_wide_f32(degree, bound, fast_degree, fast_bound):
    """exp without a table."""
    text, coefs = expm1_wide(degree, bound, "EXP_WIDE_F32")
    fast_text, fast_coefs = expm1_wide(fast_degree, fast_bound, "EXPM1_FAST_F32")
    return (
        comment(
            "exp without a table, float: x = k ln2 + r, k = round(x INV), r = (x - k HI) - k LO; x - k HI",
            "is a float, for both are multiples of 2^-25, and their difference below 1/2.",
            *text,
        )
        + define("EXP_WIDE_INV_F32", F32, F32.round(1 / mp.ln2))
        + define_split("EXP_WIDE_LN2", F32, mp.ln2)
        + coefs
        + comment(*fast_text)
        + fast_coefs
    )


# --- log --------------------------------------------------------------------


def log1p_factor(name, fmt, degree, bound):
    """log1p(e) / e; its constant 1 is exact, so that small e lose nothing."""
    coefs, error = fit_relative(
        lambda e: mp.log1p(e) / e, 0, 1, rounded(fmt, 1, degree), {0: mpf(1)}
    )
    del coefs[0]
    return comment(
        f"log1p(e)/e = 1 + e*(c[0] + e*(c[1] + ... + e*c[{degree - 1}])), "
        f"degree {degree}, 0 <= e <= 1.",
        f"Remez, relative error. Max: {power_of_two(error, bound, name)}.",
    ) + array(name, fmt, list(coefs.values()))


# The kernel finds m by its leading bits, or multiplies by a rounded constant.
LOG_MARGIN = 1 + mpf(2) ** -10
LOG_END = mp.sqrt(2) * LOG_MARGIN  # and its reciprocal
LOG_INTERVAL = "sqrt(1/2) <= m <= sqrt(2), 2^-10 beyond on either side."


def log_series(name, fmt, degree, bound):
    """log(m) from z = (m - 1)/(m + 1), as 2 atanh(z)."""

    def atanh_factor(w):
        z = mp.sqrt(w)
        return mp.atanh(z) / z

    w_end = ((LOG_END - 1) / (LOG_END + 1)) ** 2
    coefs, error = fit_relative(
        atanh_factor, 0, w_end, rounded(fmt, 1, degree + 1), {0: mpf(1)}
    )
    del coefs[0]
    return comment(
        "log(m) = 2z + z*w*L(w), z = f/(2 + f), w = z*z, f = m - 1,",
        f"L = c[0] + w*(c[1] + ... + w*c[{degree}]), degree {degree},",
        LOG_INTERVAL,
        f"Remez, error relative to log(m). Max: {power_of_two(error, bound, name)}.",
    ) + array(name, fmt, [2 * c for c in coefs.values()])


def log_fast_f32(degree, bound):
    name = "LOG_FAST_F32"
    coefs, error = fit_relative(
        lambda f: mp.log1p(f) / f,
        1 / LOG_END - 1,
        LOG_END - 1,
        rounded(F32, 0, degree),
    )
    return comment(
        f"log(m) = f*(c[0] + f*(c[1] + ... + f*c[{degree}])), f = m - 1, "
        f"degree {degree} of the factor,",
        LOG_INTERVAL,
        f"Remez, relative error. Max: {power_of_two(error, bound, name)}.",
    ) + array(name, F32, list(coefs.values()))


def ln2_constants(fmt, k_bits):
    hi = round_bits(mp.ln2, fmt.bits - k_bits)
    lo = fmt.round(mp.ln2 - hi)
    error = power_of_two(abs(mp.ln2 - hi - lo), k_bits - 2 * fmt.bits, "LN2")
    return (
        comment(
            f"ln2 = LN2_HI + LN2_LO, {fmt.ctype}; k*LN2_HI is exact for |k| <= 2^{k_bits}.",
            f"|ln2 - HI - LO| = {error}.",
        )
        + define(f"LN2_HI_{fmt.tag}", fmt, hi)
        + define(f"LN2_LO_{fmt.tag}", fmt, lo)
    )


# --- Piecewise polynomials --------------------------------------------------

PER_OCTAVE = 8  # segments of u = 1 + a in an octave


def segment_ends(k):
    octave, part = divmod(k, PER_OCTAVE)
    width = mpf(2) ** octave / PER_OCTAVE
    lo = mpf(2) ** octave + part * width - 1
    return lo, lo + width


def fit_segment(function, lo, hi, center, rounding, fixed=()):
    """Coefficients in r = a - center for lo <= a <= hi, and their relative error."""
    return fit_relative(
        lambda r: function(center + r), lo - center, hi - center, rounding, fixed
    )


def split_column(fmt, function, lo, hi, degree):
    """center, c0 hi, c0 lo, c1, ..., and the relative error."""
    center = (lo + hi) / 2
    rounding = {0: fmt.round_pair, **rounded(fmt, 1, degree)}
    coefs, error = fit_segment(function, lo, hi, center, rounding)
    return [center, *fmt.split(coefs.pop(0)), *coefs.values()], error


def by_column(cells, columns):
    """Transpose the segments' cells to table rows, each at its column.

    The index is made of the low bits of u's exponent and the top three bits of
    its mantissa; the exponent's bias puts segment k at column k - 8, modulo.
    Columns beyond the last segment repeat the nearest one.
    """

    def cell(column):
        k = (column + PER_OCTAVE) % columns
        if k < len(cells):
            return cells[k]
        return cells[-1] if k < columns - PER_OCTAVE else cells[0]

    return list(zip(*map(cell, range(columns))))


INDEX_SHIFT = {F32: 20, F64: 49}  # mantissa bits without the top three


def segments_text(fmt, octaves, columns):
    return (
        f"Segments: 8 an octave of u = 1 + a, u in [1, {2**octaves}).",
        f"Column of a: (bits(u) >> {INDEX_SHIFT[fmt]}) & {columns - 1}.",
    )


def split_text(fmt, symbol, octaves, columns, degree):
    return (
        *segments_text(fmt, octaves, columns),
        f"Rows: center, c0 hi, c0 lo, c1, ..., c{degree}.",
        f"With r = a - center, {symbol} = c0hi + (c0lo + r*(c1 + r*(c2 + ...))).",
    )


# --- GELU -------------------------------------------------------------------


def gelu_r(a):
    """R(a) = erfcx(a / sqrt 2) / 2 = exp(a^2 / 2) Phi(-a)."""
    # exp loses as many bits as its argument has before the point.
    with mp.workprec(mp.prec + 20 + 2 * mp.mag(1 + a)):
        return mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2)) / 2


def gelu_segments(fmt, octaves, columns, degree, bound):
    """R by a polynomial on each segment."""
    name = f"GELU_R_{fmt.tag}"
    cells, errors = zip(
        *(
            split_column(fmt, gelu_r, *segment_ends(k), degree)
            for k in range(octaves * PER_OCTAVE)
        )
    )
    return comment(
        "R(a) = exp(a*a/2) Phi(-a) = erfcx(a/sqrt(2))/2, a >= 0, by segments.",
        *split_text(fmt, "R", octaves, columns, degree),
        f"Degree {degree}. Remez, relative error. "
        f"Max: {power_of_two(max(errors), bound, name)}.",
    ) + matrix(name, fmt, by_column(cells, columns))


def fit_in_s(fmt, terms, s_end, a_of):
    """Fit R(a_of(s)) / s by powers of s in (s_end, 1]; the coefficients, the error.

    s maps all a >= 0 to a bounded interval, and R / s is smooth up to a = inf.
    """

    coefs, error = fit_relative(
        lambda s: gelu_r(a_of(s)) / s, s_end, 1, rounded(fmt, 0, terms - 1)
    )
    return list(coefs.values()), error


# Best of a scan in steps of 0.0005. Fewer terms do not do: at their own best p,
# three reach 2^-9.7 (p = 0.3755) and four 2^-12.2 (p = 0.2985).
GELU_P_F32 = F32.round(mpf("0.377"))


def gelu_fast_f32(terms, bound):
    name = "GELU_R_FAST_F32"
    end = mpf("14.5")  # exp(-a^2/2) is zero in float32 before
    coefs, error = fit_in_s(
        F32, terms, 1 / (1 + GELU_P_F32 * end), lambda s: (1 / s - 1) / GELU_P_F32
    )
    return (
        comment(
            "R(a) = s*(c[0] + s*(c[1] + ...)), s = 1/(1 + P*a), 0 <= a <= 14.5.",
            f"{terms} terms. Remez, relative error. "
            f"Max: {power_of_two(error, bound, name)}.",
        )
        + define("GELU_R_FAST_P_F32", F32, GELU_P_F32)
        + array(name, F32, coefs)
    )


# Best of a scan in steps of 1/64; the error of 15 terms has a narrow minimum:
# 2^-36.6 one step away, 2^-33.8 at 3.3 and 2^-34.0 at 5.5.
GELU_K_F64 = mpf(323) / 64


def gelu_fast_f64(terms, bound):
    name = "GELU_R_FAST_F64"
    coefs, error = fit_in_s(F64, terms, 0, lambda s: GELU_K_F64 * (1 / s - 1))
    return (
        comment(
            "R(a) = s*(c[0] + s*(c[1] + ...)), s = K/(a + K), all a >= 0.",
            f"{terms} terms. Remez, relative error. "
            f"Max: {power_of_two(error, bound, name)}.",
            "The coefficients stay below 0.13, so s is as well conditioned as 1 - 2*s.",
        )
        + define("GELU_R_FAST_K_F64", F64, GELU_K_F64)
        + array(name, F64, coefs)
    )


def gelu_tanh_constants(fmt):
    """2u = A x + B x^3, the argument of the tanh form of GELU, as x sigma(2u)."""
    a = mp.sqrt(8 / mp.pi)
    return (
        comment("GELU, tanh form: A = sqrt(8/pi), B = 0.044715 A, each as HI + LO.")
        + define_split("GELU_TANH_A", fmt, a)
        + define_split("GELU_TANH_B", fmt, a * mpf("0.044715"))
    )


# --- tanh, erf --------------------------------------------------------------


# The slope c1 is near 1 at a = 0, where r must come through whole: up to here the
# table holds c1 - 1, and the kernel adds r. Beyond, c1 - 1 would come near -1 and
# its rounding be the largest error of all (tanh: 0.91 ULP in float32).
STEEP = PER_OCTAVE  # segments, a < 1


def steep_column(fmt, function, slope, k, degree):
    """center, c0 hi, c0 lo, d1, c2, ... of segment k, and the relative error.

    In segment 0 the center, c0 = 0 and c1 = slope are given: with them the relative
    error stays bounded at a = 0.
    """
    lo, hi = segment_ends(k)
    less = 1 if k < STEEP else 0
    center, fixed = (lo + hi) / 2, {}
    rounding = {
        0: fmt.round_pair,
        1: fmt.round_less_one if less else fmt.round,
        **rounded(fmt, 2, degree),
    }
    if k == 0:
        center, fixed = mpf(0), {0: mpf(0), 1: fmt.round_less_one(slope)}
        rounding = rounded(fmt, 2, degree)
    coefs, error = fit_segment(function, lo, hi, center, rounding, fixed)
    c0, c1, *others = coefs.values()
    return [center, *fmt.split(c0), c1 - less, *others], error


def saturating_segments(
    symbol, fmt, function, slope, octaves, columns, degree, bound, zero_bound=None
):
    """An odd function with slope near 1 at 0 that tends to 1, by segments.

    `zero_bound` holds for segment 0, where d1 = slope - 1, rounded, bounds the error
    from below: beyond the first, no coefficient has a part in the limit at a = 0.
    """
    name = f"{symbol.upper()}_{fmt.tag}"
    cells, errors = [], []
    for k in range(octaves * PER_OCTAVE):
        lo, hi = segment_ends(k)
        if fmt.round(function(lo)) == 1:
            cells.append([(lo + hi) / 2, 1, 0] + [0] * degree)
            continue
        column, error = steep_column(fmt, function, slope, k, degree)
        cells.append(column)
        errors.append(error)
    at_zero = "."
    if zero_bound is not None:
        error = power_of_two(errors.pop(0), zero_bound, name)
        at_zero = f";\nin segment 0: {error}, of the rounding of d1."
    return comment(
        f"{symbol}(a), a >= 0, by segments.",
        *segments_text(fmt, octaves, columns),
        f"Rows: center, c0 hi, c0 lo, d1, c2, ..., c{degree}; d1 = c1 - 1 for a < 1, c1 beyond.",
        f"With r = a - center, {symbol} = c0hi + ((r if a < 1) + (c0lo + r*(d1 + r*(c2 + ...)))).",
        f"Segment 0 has center = c0 = 0; those where {symbol} rounds to 1 give 1.",
        *(
            f"Degree {degree}. Remez, relative error. "
            f"Max: {power_of_two(max(errors), bound, name)}{at_zero}"
        ).split("\n"),
    ) + matrix(name, fmt, by_column(cells, columns))


def saturating_steps(symbol, function, slope, columns, width, degree, bound, zero_bound):
    """The same for lookups of 8: 8 or 16 segments around the multiples of a float of few bits.

    The last goes on to where the function is 1 to the last bit.
    """
    name = f"{symbol.upper()}_F32"
    cells, errors = [], []
    for lo, hi, center in steps(width, columns):
        less = 1 if center < 1 else 0
        fixed = {}
        rounding = {
            0: F32.round_pair,
            1: F32.round_less_one if less else F32.round,
            **rounded(F32, 2, degree),
        }
        if center == 0:
            fixed = {0: mpf(0), 1: F32.round_less_one(slope)}
            rounding = rounded(F32, 2, degree)
        if len(cells) == columns - 1:
            while F32.round(function(hi)) != 1:
                hi += mpf(width) / 8
        coefs, error = fit_segment(function, lo, hi, center, rounding, fixed)
        c0, c1, *others = coefs.values()
        cells.append([*F32.split(c0), c1 - less, *others])
        errors.append(error)
    at_zero = power_of_two(errors.pop(0), zero_bound, name)
    end = F32.round(hi)
    return (
        comment(
            f"{symbol}(a), a >= 0, by powers of r = a - k WIDTH, k = round(a / WIDTH); column k; 1 from END on.",
            f"Rows: c0 hi, c0 lo, d1, c2, ..., c{degree}; d1 = c1 - 1 for k WIDTH < 1, c1 beyond.",
            *(["Columns 0 to 7: what they have more than columns 8 to 15."] if columns == 16 else []),
            "Remez, relative error.",
            f"Max: {power_of_two(max(errors), bound, name)}; column 0: {at_zero}.",
        )
        + define(f"{symbol.upper()}_WIDTH_F32", F32, mpf(width))
        + define(f"{symbol.upper()}_END_F32", F32, end)
        + matrix(name, F32, list(zip(*(less_upper_half(cells, False, True) if columns == 16 else cells))))
    )


def by_lookup(wide, narrow, others):
    """Of the same names, by what the target looks up; `others` what the narrow one lacks."""
    return f"#if TABLE_SEGMENTS != 8\n{wide}{others}#else\n{narrow}#endif\n"


NO_STEPS = "#define {0}_WIDTH_F32 1.0f  /* not used */\n#define {0}_END_F32 1.0f\n"


def fit_rational(x, values, p_degree, q_degree):
    """Fit x P(x^2) / Q(x^2), Q monic, for the least relative error.

    Loeb's iteration: a linear fit of values*Q - x P, divided by the Q of the
    step before. Where it settles the error of the quotient alternates.
    """
    basis = [
        [v ** (2 * k + 1) for k in range(p_degree + 1)]
        + [-y * v ** (2 * k) for k in range(q_degree)]
        for v, y in zip(x, values)
    ]
    target = [y * v ** (2 * q_degree) for v, y in zip(x, values)]
    denominator = [1 + v ** (2 * q_degree) for v in x]
    for _ in range(10):
        weight = [1 / (y * d) for y, d in zip(values, denominator)]
        coefs = minimax(basis, target, weight)
        p, q = coefs[: p_degree + 1], [*coefs[p_degree + 1 :], mpf(1)]
        denominator = [mp.polyval(q[::-1], v * v) for v in x]
    return p, q


def rational_fast_f32(symbol, function, clamp, p_degree, q_degree, bound):
    """A saturating function by a rational one; the degrees are those of P and Q."""
    name = f"{symbol.upper()}_FAST"
    x = nonzero(fit_grid(0, clamp, 2 * (p_degree + q_degree + 1)))
    p, q = fit_rational(x, [function(v) for v in x], p_degree, q_degree)
    p, q = [F32.round(c) for c in p], [F32.round(c) for c in q]

    def ratio(v):
        return v * mp.polyval(p[::-1], v * v) / mp.polyval(q[::-1], v * v)

    error = relative_error(ratio, function, nonzero(check_grid(0, clamp)))
    beyond = abs(1 - ratio(clamp))
    return (
        comment(
            f"{symbol}(x) = x*({nested('p', p_degree + 1)}) / "
            f"({nested('q', q_degree, monic=True)}), z = x*x,",
            f"|x| clamped to C. Degrees {2 * p_degree + 1}/{2 * q_degree}. "
            "Remez with Loeb's iteration, relative",
            f"error. Max: {power_of_two(error, bound, name)} below C, "
            f"{power_of_two(beyond, bound, name)} beyond.",
        )
        + define(f"{name}_C_F32", F32, clamp)
        + array(f"{name}_P_F32", F32, p)
        + array(f"{name}_Q_F32", F32, q[:-1])
    )


TANH_CLAMP_F32 = mpf(5)  # makes the errors below and above it about equal

# Near the best of a scan in steps of 1/64. Of the same cost are degrees 7/4, which
# reach 2^-13.16, and 9/2: 2^-13.31, at 169/64 only.
ERF_CLAMP_F32 = mpf(3)

ERF_SLOPE = 2 / mp.sqrt(mp.pi)


# --- tanhshrink -------------------------------------------------------------


def tanhshrink(a):
    return a - mp.tanh(a)


def tanhshrink_factor(z):
    """tanhshrink(a) / a^3, z = a*a."""
    a = mp.sqrt(z)
    return tanhshrink(a) / (z * a)


# Up to here the series serves. Where a^3 varies much within a segment, head and tail
# nearly cancel: 2.1 ULP in float64 from 1/8 on, 1.1 from 1/4, 0.9 from here.
TANHSHRINK_NEAR_END = mpf(3) / 8


def tanhshrink_near(fmt, degree, bound):
    name = f"TANHSHRINK_NEAR_{fmt.tag}"
    rounding = {0: fmt.round_pair, **rounded(fmt, 1, degree)}
    coefs, error = fit_relative(tanhshrink_factor, 0, TANHSHRINK_NEAR_END**2, rounding)
    c0, low = fmt.split(coefs.pop(0))
    return (
        comment(
            "tanhshrink(a) = a - tanh(a) = a*z*P(z), z = a*a, 0 <= a <= END = 3/8,",
            f"P = c[0] + (LO + z*(c[1] + z*(c[2] + ...))), degree {degree}, LO what the rounding",
            f"of c[0] lost. Remez, relative error. Max: {power_of_two(error, bound, name)}.",
        )
        + define(f"TANHSHRINK_NEAR_END_{fmt.tag}", fmt, TANHSHRINK_NEAR_END)
        + define(f"TANHSHRINK_NEAR_LO_{fmt.tag}", fmt, low)
        + array(name, fmt, [c0, *coefs.values()])
    )


TANHSHRINK_LINEAR = {F32: 10, F64: 20}  # from here on a - 1


def tanhshrink_segments(fmt, octaves, columns, degree, bound, bound_below):
    name = f"TANHSHRINK_{fmt.tag}"
    cells, below, errors = [], [], []
    for k in range(1, octaves * PER_OCTAVE):
        lo, hi = segment_ends(k)
        if lo < TANHSHRINK_LINEAR[fmt]:
            column, error = split_column(fmt, tanhshrink, lo, hi, degree)
        else:
            center = (lo + hi) / 2
            column = [center, center - 1, 0, 1] + [0] * (degree - 1)
            error = 1 - (lo - 1) / tanhshrink(lo)
        cells.append(column)
        (errors if lo >= TANHSHRINK_NEAR_END else below).append(error)
    cells.insert(0, cells[0])
    return comment(
        "tanhshrink(a) = a - tanh(a), a >= 1/8, by segments.",
        *split_text(fmt, "tanhshrink", octaves, columns, degree),
        f"Segment 0 repeats the next; those from a = {TANHSHRINK_LINEAR[fmt]} on give a - 1.",
        f"Degree {degree}. Remez, relative error. "
        f"Max: {power_of_two(max(errors), bound, name)} from NEAR_END on,",
        f"{power_of_two(max(below), bound_below, name)} below.",
    ) + matrix(name, fmt, by_column(cells, columns))


TANHSHRINK_STEP = mpf(9) / 8


def tanhshrink_factor_at(a):
    return tanhshrink_factor(a * a) if a > mpf(2) ** -30 else mpf(1) / 3 - 2 * a * a / 15


def tanhshrink_f32(degree, bound, step_degree, step_bound):
    """The factor by segments: 32, or 8 around the multiples of a float of few bits."""
    name = "TANHSHRINK_F32"
    cells, errors = [], []
    for k in range(4 * PER_OCTAVE):
        lo, hi = segment_ends(k)
        column, error = split_column(F32, tanhshrink_factor_at, lo, hi, degree)
        cells.append(column)
        errors += [error] if lo < 9 else []
    wide = comment(
        "tanhshrink(a) = a^3 f(a), a >= 0; f by segments.",
        *split_text(F32, "f", 4, 32, degree),
        "tanhshrink(a) = a - 1 from LINEAR on, to 0.1 ULP.",
        f"Degree {degree}. Remez, relative error. Max: {power_of_two(max(errors), bound, name)} below LINEAR.",
    )
    wide += define("TANHSHRINK_STEP_F32", F32, mpf(1)) + define("TANHSHRINK_LINEAR_F32", F32, mpf(9))
    wide += matrix(name, F32, by_column(cells, 32))
    cells, errors = [], []
    for lo, hi, center in steps(TANHSHRINK_STEP, 8):
        rounding = {0: F32.round_pair, **rounded(F32, 1, step_degree)}
        coefs, error = fit_segment(tanhshrink_factor_at, lo, hi, center, rounding)
        cells.append([*F32.split(coefs.pop(0)), *coefs.values()])
        errors.append(error)
    narrow = comment(
        "tanhshrink(a) = a^3 f(a), a >= 0; f by powers of r = a - k STEP, k = round(a / STEP); column k.",
        f"Rows: c0 hi, c0 lo, c1, c2, ..., c{step_degree}.",
        "tanhshrink(a) = a - 1 from LINEAR on, to 0.2 ULP.",
        f"Remez, relative error. Max: {power_of_two(max(errors), step_bound, name)}.",
    )
    narrow += define("TANHSHRINK_STEP_F32", F32, TANHSHRINK_STEP)
    narrow += define("TANHSHRINK_LINEAR_F32", F32, TANHSHRINK_STEP * mpf(15) / 2)
    return by_lookup(wide, narrow + matrix(name, F32, list(zip(*cells))), "")


def tanhshrink_fast_f32(degree, bound):
    name = "TANHSHRINK_FAST_F32"
    coefs, error = fit_relative(tanhshrink_factor, 0, 4, rounded(F32, 0, degree))
    return comment(
        f"tanhshrink(a) = a*z*(c[0] + z*(c[1] + ... + z*c[{degree}])), z = a*a, 0 <= a <= 2,",
        f"degree {degree} of the factor. Remez, relative error. "
        f"Max: {power_of_two(error, bound, name)}.",
    ) + array(name, F32, list(coefs.values()))


# --- Constants --------------------------------------------------------------


# --- The middle of the range, 32 segments -------------------------------------
# For float32 where one instruction looks up 32 numbers. Two ways to cut the range: around each
# multiple of 1/2, which needs no center (halves), and by octaves of u = x + 6, finest at x = -5,
# for what falls as fast as the normal distribution does (octaves).


def sigma(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log1p(mp.exp(x))


def mish_factor(x):
    return mp.tanh(softplus(x))


def quick(x):
    return sigma(mpf("1.702") * x)


GELU_TANH_A = mp.sqrt(8 / mp.pi)
GELU_TANH_B = mpf("0.044715") * GELU_TANH_A


def gelu_tanh_factor(x):
    return sigma(x * (GELU_TANH_A + GELU_TANH_B * x * x))


def times_slope(x, s, slope):
    """Derivative of x sigma(v): s = sigma(v), slope = dv/dx."""
    return s * (1 + x * slope * (1 - s))


def mish_slope(x):
    factor = mish_factor(x)
    return factor + x * sigma(x) * (1 - factor) * (1 + factor)


MIDDLE_DERIVATIVES = {
    "sigmoid'": lambda x: sigma(x) * sigma(-x),
    "tanh'": lambda x: mp.sech(x) ** 2,
    "silu'": lambda x: times_slope(x, sigma(x), 1),
    "quick_gelu'": lambda x: times_slope(x, quick(x), mpf("1.702")),
    "mish'": mish_slope,
    "sqrt_softplus'": lambda x: sigma(x) / (2 * mp.sqrt(softplus(x))),
    "gelu'": lambda x: mp.ncdf(x) + x * mp.npdf(x),
    "gelu_tanh'": lambda x: times_slope(
        x, gelu_tanh_factor(x), GELU_TANH_A + 3 * GELU_TANH_B * x * x
    ),
}

SHIFT = 6  # u = x + 6


class Cut(NamedTuple):
    """How the range is cut into segments."""

    columns: int
    centers: bool  # a row of the table
    segments: Callable  # of the slope, or None: (lo, hi, center) of each column
    text: tuple
    mirrored: bool = False  # the table is of a = -x >= 0


def halves(slope=None):
    """k/2 at column k & 31."""
    quarter = mpf(1) / 4
    for column in range(32):
        center = mpf(column if column < 16 else column - 32) / 2
        yield center - quarter, center + quarter, center


def octaves(slope=None):
    """Eight an octave of x + 6."""
    by_segment = []
    for k in range(4 * PER_OCTAVE):
        lo, hi = (end + 1 - SHIFT for end in segment_ends(k))
        # Beyond 5 the slope no longer counts.
        center = center_with_float_slope(slope, lo, hi) if slope and lo < 5 else (lo + hi) / 2
        by_segment.append((lo, hi, center))
    yield from zip(*by_column(by_segment, 32))


def steps(width, columns):
    """k width at column k, of a >= 0."""
    for k in range(columns):
        center = k * mpf(width)
        yield max(mpf(0), center - mpf(width) / 2), center + mpf(width) / 2, center


def both_sides(slope=None):
    """k at column k & 15."""
    half = mpf(1) / 2
    for column in range(16):
        center = mpf(column if column < 8 else column - 16)
        yield center - half, center + half, center


FALLING_END = 5  # of the range, and RISING_CLAMP where 1 - f is 0 to float32's last bit
FALLING_CLAMP = 6


def falling_index(columns, slope_at_0):
    """A and B of the index a (A + B a), which is columns - 3/2 at the range's end."""
    a = F32.round(mpf(slope_at_0))
    return a, F32.round((columns - mpf(3) / 2 - a * FALLING_END) / FALLING_END**2)


def falling(columns, slope_at_0, slope=None):
    """Segments that narrow as exp(-a^2/2) steepens; the last only counts beside 1."""
    a, b = falling_index(columns, slope_at_0)

    def where(index):
        return (mp.sqrt(a * a + 4 * b * index) - a) / (2 * b)

    ends = [mpf(0), *(where(k + mpf(1) / 2) for k in range(columns - 1)), mpf(FALLING_CLAMP)]
    for lo, hi in zip(ends, ends[1:]):
        inside = slope and lo < FALLING_END - mpf("0.01")
        yield lo, hi, center_with_float_slope(slope, lo, hi, True) if inside else coarse((lo + hi) / 2)


# Slopes at 0 from a scan in steps of 0.1: the least error over the four functions.
FALLING = {16: "1.2", 8: "0.2"}


def falling_constants():
    text = comment("Column of a in tables of 16 and of 8 falling segments: a (A + B a), rounded.")
    for columns, slope_at_0 in FALLING.items():
        a, b = falling_index(columns, slope_at_0)
        text += define(f"FALLING{columns}_A", F32, a) + define(f"FALLING{columns}_B", F32, b)
    return text


def falling_cut(columns):
    return Cut(
        columns, True, lambda slope: falling(columns, FALLING[columns], slope),
        (f"x = -a, 0 <= a <= {FALLING_CLAMP}, by powers of a - center; column a (A + B a).",), True,
    )


CUTS = {
    "halves": Cut(
        32, False, halves,
        ("|x| < 7.75, by powers of r = x - k/2, k = round(2x); column k & 31.",),
    ),
    "octaves": Cut(
        32, True, octaves,
        (
            f"-5 <= x < 10, by powers of x - center; u = x + {SHIFT}.",
            *segments_text(F32, 4, 32),
        ),
    ),
    "units": Cut(
        8, False, lambda slope: steps(1, 8),
        ("x = -a, 0 <= a <= 7.5, by powers of r = a - k, k = round(a); column k.",), True,
    ),
    "half units": Cut(
        16, False, lambda slope: steps(mpf(1) / 2, 16),
        ("x = -a, 0 <= a < 7.75, by powers of r = a - k/2, k = round(2a); column k.",), True,
    ),
    "both sides": Cut(
        16, False, both_sides, ("|x| <= 7.5, by powers of r = x - k, k = round(x); column k & 15.",),
    ),
    "falling 16": falling_cut(16),
    "falling 8": falling_cut(8),
}


def coarse(x):
    """To a multiple of 2^-20, so that differences are exact."""
    return mp.nint(x * 2**20) / 2**20


def center_with_float_slope(slope, lo, hi, narrow=False):
    """A float near the middle where the slope is a float, to 2^-32.

    The product of slope and r is up to half the function: the rounding of the
    slope would be the largest error.
    """
    middle, step = (lo + hi) / 2, (hi - lo) / 16000
    for j in range(4000):
        center = coarse(middle + (j if j % 2 else -j) * step) if narrow else F32.round(middle + (j if j % 2 else -j) * step)
        true = slope(center)
        if abs(F32.round(true) / true - 1) < mpf(2) ** -32:
            break
    return center


def middle(name, symbol, function, wide, narrow, slope=None):
    """The tables NAME_F32 and NAME_FAST_F32, for lookups of 32 numbers (wide) and of 8 (narrow).

    Both hold (cut, degree, bound) of the exact table and of the fast one.
    """
    return (
        "#if TABLE_SEGMENTS == 32\n"
        + middle_tables(name, symbol, function, wide, slope)
        + "#else\n"
        + middle_tables(name, symbol, function, narrow, slope)
        + "#endif\n"
    )


def middle_tables(name, symbol, function, fits, slope):
    """The error is relative, but where the function crosses zero, relative to a quarter of the
    largest value in the segment.
    """
    text = ""
    for tag, (kind, degree, bound) in zip(("", "_FAST"), fits):
        exact = not tag
        cut = CUTS[kind]
        rounding = {0: F32.round_pair if exact else F32.round, **rounded(F32, 1, degree)}
        cells, errors = [], []
        # A factor of x falls to less than a quarter within a segment, where those are wide.
        part = 64 if cut.mirrored and cut.centers and not name.startswith("D_") else 4
        for lo, hi, center in cut.segments(slope if exact else None):
            least = 0
            if cut.mirrored and cut.centers:
                # Beyond the range only what is left beside 1 counts.
                least = mpf(1) / 8 if lo > FALLING_END - mpf("0.01") else 0
            coefs, error = fit_bounded(
                (lambda a: function(-a)) if cut.mirrored else function, lo, hi, center, rounding, least, part
            )
            c0 = coefs.pop(0)
            cells.append([*(F32.split(c0) if exact else [c0]), *coefs.values()])
            if cut.centers:
                cells[-1].insert(0, center)
            errors.append(error)
        if cut.columns == 16:
            cells = less_upper_half(cells, cut.centers, exact)
        start = ("center, " if cut.centers else "") + ("c0 hi, c0 lo" if exact else "c0")
        text += comment(
            f"{symbol}, {cut.text[0]}",
            *cut.text[1:],
            f"Rows: {start}, c1, ..., c{degree}. Remez, relative error.",
            *(["Columns 0 to 7: what they have more than columns 8 to 15."] if cut.columns == 16 else []),
            f"Max: {power_of_two(max(errors), bound, name + tag)}.",
        ) + matrix(f"{name}{tag}_F32", F32, list(zip(*cells)))
    return text


def less_upper_half(cells, centers, exact):
    """Columns 0 to 7 less columns 8 to 15, so that a sum in float32 restores them.

    The upper half holds the smaller numbers.  What the sum of c0 is off goes to its low part.
    """
    differences = []
    for cell, other in zip(cells, cells[8:]):
        column, scale, lost = [], abs(cell[1 if centers else 0]) or 1, 0
        for row, (x, base) in enumerate(zip(cell, other)):
            if exact and row == centers + 1:
                x += lost
            near = F32.round(x - base)
            ulp = abs(near) * mpf(2) ** -24
            tries = [F32.round(near + k * ulp) for k in (0, 1, -1, 2, -2)]
            best = min(tries, key=lambda d: abs(F32.round(base + d) - x))
            lost = x - F32.round(base + best)
            if centers and row == 0:
                allowed = 0
            else:
                allowed = scale * mpf(2) ** (-26 if exact and row > centers else -22)
            if abs(lost) > allowed:
                raise ArithmeticError(f"column {len(differences)}, row {row}: {lost} lost of {x}")
            column.append(best)
        differences.append(column)
    return differences + cells[8:]


def fit_bounded(function, lo, hi, center, rounding, least=0, part=4):
    """As fit_segment, but relative to no less than `least` or the largest value / part."""
    if center == 0:
        # Even functions have an extremum too many there, and the exchange cannot choose.
        hi += (hi - lo) / 32
    r = nonzero(fit_grid(lo - center, hi - center, len(rounding)))
    values = [function(center + v) for v in r]
    least = max(least, max(map(abs, values)) / part)
    weight = [1 / max(abs(y), least) for y in values]
    coefs = fit_polynomial(r, values, weight, rounding)
    error = max(
        abs(evaluate(coefs, v) - y) / max(abs(y), least)
        for v in nonzero(check_grid(lo - center, hi - center))
        for y in [function(center + v)]
    )
    return coefs, error


def constants(fmt):
    scale = mpf("1.0507009873554804934193349852946")
    alpha = mpf("1.6732632423543772848170429916717")
    return (
        comment(
            "Constants, each as HI + LO: QUICK_GELU = 1.702; SELU's scale and scale*alpha;",
            "1/sqrt(2 pi), the normal density at 0.",
        )
        + define_split("QUICK_GELU", fmt, mpf("1.702"))
        + define_split("SELU_SCALE", fmt, scale)
        + define_split("SELU_SCALE_ALPHA", fmt, scale * alpha)
        + define_split("ONE_OVER_SQRT_2PI", fmt, 1 / mp.sqrt(2 * mp.pi))
    )


# --- exp, of a row whose sum divides it ---------------------------------------

# A factor common to all entries cancels: this one makes all sixteen of FACTOR * 2^(j/16) lie within
# 2^-25.9 of floats (found by random search), so that no table of their low parts is needed.
ROW_EXP_FACTOR = mpf(float.fromhex("0x1.a9a1283793a5p+0"))


def row_exp_f32(bound, table_bound):
    """FACTOR * exp(x) = 2^n T[j] (1 + q), 16 n + j = k = round(16 x log2(e)), r = 16 x log2(e) - k."""
    end = (1 + mpf(2) ** -10) / 2
    r = fit_grid(-end, end, 3)
    exact = [mpf(2) ** (v / EXP_STEPS) for v in r]
    coefs = fit_polynomial(r, [v - 1 for v in exact], [1 / v for v in exact], rounded(F32, 1, 3))
    error = max(
        abs(1 + evaluate(coefs, v) - mpf(2) ** (v / EXP_STEPS)) / mpf(2) ** (v / EXP_STEPS)
        for v in check_grid(-end, end)
    )
    true = [ROW_EXP_FACTOR * mpf(2) ** (mpf(j) / EXP_STEPS) for j in range(EXP_STEPS)]
    table = [F32.round(t) for t in true]
    table_error = max(abs(t - v) / v for t, v in zip(table, true, strict=True))
    biased = [
        np.float32(float(t)).view(np.int32) - np.int32(j << 19) for j, t in enumerate(table)
    ]
    return (
        comment(
            "FACTOR exp(x) of a row: k = round(x SCALE), SCALE = 16 log2(e) = HI + LO, r = x SCALE - k,",
            "FACTOR exp(x) = 2^floor(k/16) T[k mod 16] (1 + r*(c[0] + r*(c[1] + r*c[2]))).",
            "T = FACTOR 2^(j/16), whose bits are BIASED's + (j << 19): k << 19 added to those of",
            f"BIASED scales, too. Max relative error of T: {power_of_two(table_error, table_bound, 'ROW_EXP_T')};",
            f"of the polynomial, over 2^(r/16), |r| <= 1/2 (1 + 2^-10): {power_of_two(error, bound, 'ROW_EXP')}.",
        )
        + define("ROW_EXP_FACTOR", F64, ROW_EXP_FACTOR)
        + define_split("ROW_EXP_SCALE", F32, EXP_STEPS / mp.ln2)
        + array("ROW_EXP_F32", F32, list(coefs.values()))
        + array("ROW_EXP_BIASED_F32", F32, [mpf(float(b.view(np.float32))) for b in biased])
    )


# (name, symbol, function, fits where 32 numbers are looked up, where 8 are, slope).
MIDDLE = [
    (
        "SIGMOID", "sigma(x) = 1/(1 + exp(-x))", sigma,
        [("halves", 6, -28.5), ("halves", 3, -15.5)], [("units", 7, -27.5), ("units", 4, -15)],
    ),
    (
        "QUICK", "sigma(1.702 x)", quick,
        [("halves", 7, -28), ("halves", 4, -16.5)], [("half units", 7, -28), ("half units", 4, -16)],
    ),
    (
        "MISH", "tanh(softplus(x))", mish_factor,
        [("halves", 6, -28), ("halves", 3, -15)], [("both sides", 8, -28), ("both sides", 4, -15)],
    ),
    (
        "SOFTPLUS", "log(1 + exp(x))", softplus,
        [("halves", 6, -28.5), ("halves", 3, -15)], [("units", 7, -28), ("units", 4, -15)],
    ),
    (
        "SQRT_SOFTPLUS", "sqrt(log(1 + exp(x)))", lambda x: mp.sqrt(softplus(x)),
        [("halves", 6, -28.5), ("halves", 2, -13)], [("both sides", 7, -28.5), ("both sides", 3, -14.5)],
    ),
    (
        "NORMAL", "Phi(x)", mp.ncdf,
        [("octaves", 7, -30), ("octaves", 4, -16.5)], [("falling 16", 7, -28.5), ("falling 8", 5, -13.5)],
        mp.npdf,
    ),
    (
        "GELU_TANH", "sigma(sqrt(8/pi) (x + 0.044715 x^3))", gelu_tanh_factor,
        [("octaves", 7, -27.8), ("octaves", 4, -15)], [("falling 16", 7, -27), ("falling 8", 5, -12.4)],
    ),
] + [
    (f"D_{name.upper()}", f"{name}'", MIDDLE_DERIVATIVES[f"{name}'"], wide, narrow)
    for name, wide, narrow in [
        ("sigmoid", [("halves", 6, -28), ("halves", 3, -14.5)], [("units", 7, -25), ("units", 4, -14.5)]),
        ("tanh", [("halves", 7, -25), ("halves", 4, -14)], [("half units", 7, -25), ("half units", 4, -14)]),
        ("silu", [("halves", 6, -26), ("halves", 4, -15)], [("units", 8, -26), ("units", 5, -15)]),
        ("quick_gelu", [("halves", 7, -25), ("halves", 5, -14)], [("half units", 8, -25), ("half units", 4, -12.3)]),
        ("mish", [("halves", 7, -27), ("halves", 4, -14)], [("both sides", 9, -26), ("both sides", 5, -14)]),
        (
            "sqrt_softplus", [("halves", 5, -27), ("halves", 2, -12.9)],
            [("both sides", 6, -25), ("both sides", 3, -13.5)],
        ),
        ("gelu", [("octaves", 7, -25.7), ("octaves", 4, -13.5)], [("falling 16", 7, -25), ("falling 8", 5, -12.4)]),
        (
            "gelu_tanh", [("octaves", 7, -26.2), ("octaves", 4, -13.5)],
            [("falling 16", 7, -25), ("falling 8", 5, -12.3)],
        ),
    ]
]


# --- The header -------------------------------------------------------------


def middle_at(index):
    """For another process: functions do not travel."""
    return middle(*MIDDLE[index])


def sections(middles):
    """The parts of the header; the last argument of a fit is its bound.

    Half of the time is that of the middle's tables, which the processes of the pool `middles` fit.
    """
    fitted = middles.map(middle_at, range(len(MIDDLE)))     # begun now, awaited below
    yield exp_constants(F32, 12)
    yield exp_constants(F64, 15)
    yield exp_table(F32)
    yield exp_table(F64)
    yield expm1_polynomial("EXPM1_F32", F32, 3, -29.2)
    yield expm1_polynomial("EXPM1_F64_FAST", F64, 4, -37.4)
    yield expm1_polynomial("EXPM1_F64", F64, 7, -66)
    yield exp2_polynomial("EXP2_FAST_F32", -0.5, 0.5, 3, -13.7)
    yield exp2_polynomial("EXP2_FRACTION_FAST_F32", 0, 1, 3, -13.6)
    yield exp_wide_f32(7, -31, 5, -21)
    # Exact coefficients would give 2^-29.04; degree 6 gives 2^-30.9.
    yield gelu_segments(F32, 4, 32, 5, -28.85)
    yield gelu_segments(F64, 6, 64, 11, -59.3)
    yield gelu_fast_f32(5, -15)
    yield gelu_fast_f64(15, -36.8)
    yield gelu_tanh_constants(F32)
    yield gelu_tanh_constants(F64)
    yield by_lookup(
        saturating_segments("tanh", F32, mp.tanh, 1, 4, 32, 5, -28),
        saturating_steps("tanh", mp.tanh, 1, 16, mpf(1) / 2, 7, -28, -32),
        NO_STEPS.format("TANH"),
    )
    # Degree 12 gives 2^-60.9.
    yield saturating_segments("tanh", F64, mp.tanh, 1, 6, 64, 11, -58)
    yield rational_fast_f32("tanh", mp.tanh, TANH_CLAMP_F32, 2, 2, -14.2)
    yield log1p_factor("LOG1P_FAST_F32", F32, 5, -14.5)  # degree 4: 2^-13.87
    yield log1p_factor("LOG1P_FAST_F64", F64, 13, -36)  # degree 12: 2^-35.5
    yield log1p_factor("LOG1P_F64", F64, 21, -58)
    # Degree 5 gives 2^-28.39, and with all rounding the same 0.74 ULP.
    yield by_lookup(
        saturating_segments("erf", F32, mp.erf, ERF_SLOPE, 4, 32, 6, -28.5),
        # 16 segments and degree 6 take seven permutes more: 1.4 times the time.
        saturating_steps("erf", mp.erf, ERF_SLOPE, 8, mpf(17) / 32, 7, -27.9, -30),
        NO_STEPS.format("ERF"),
    )
    # Degree 11 gives 2^-54.0, of a in [3, 3.5].
    yield saturating_segments("erf", F64, mp.erf, ERF_SLOPE, 6, 64, 12, -58, -56.3)
    yield rational_fast_f32("erf", mp.erf, ERF_CLAMP_F32, 2, 3, -13.3)
    yield tanhshrink_f32(5, -26.4, 9, -26.7)
    yield tanhshrink_near(F64, 9, -58)
    # Degree 11 gives 2^-56.6, of a in [1, 1.25].
    yield tanhshrink_segments(F64, 6, 64, 12, -58, -56)
    yield tanhshrink_fast_f32(7, -14)  # degree 6: 2^-13.58
    yield log_fast_f32(4, -13.5)
    yield log_series("LOG_FAST_F64", F64, 3, -36)
    yield log_series("LOG_F64", F64, 7, -60)  # degree 6: 2^-59.5
    yield ln2_constants(F32, 8)
    yield ln2_constants(F64, 11)
    yield constants(F32)
    yield constants(F64)
    yield falling_constants()
    yield from fitted
    yield row_exp_f32(-29, -25.9)


def header():
    guard = "FASTACT_TABLES_H"
    about = comment(
        "Generated by tools/fit_tables.py: do not edit.",
        "Coefficients of the kernels. Errors are those of the rounded coefficients",
        "in exact arithmetic; the evaluation adds its own.",
    )
    with ProcessPoolExecutor() as middles:
        parts = list(sections(middles))
    return "\n".join(
        [
            f"{about}#ifndef {guard}\n#define {guard}\n\n"
            '#include "simd.h"  /* TABLE_SEGMENTS */\n',
            *parts,
            f"#endif /* {guard} */\n",
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="exit 1 if the header is not up to date"
    )
    check = parser.parse_args().check
    text = header()
    if not check:
        HEADER.write_text(text)
    elif not HEADER.exists() or HEADER.read_text() != text:
        sys.exit(f"{HEADER} differs from what tools/fit_tables.py generates")


if __name__ == "__main__":
    main()
