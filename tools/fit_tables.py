#!/usr/bin/env python3
"""Fit the coefficient tables of the kernels and write ``_kernels/tables.h``.

    python tools/fit_tables.py           # fit, write the header (about a minute)
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
from pathlib import Path
from typing import NamedTuple

from mpmath import mp, mpf

HEADER = Path(__file__).parents[1] / "src/fastact/_kernels/tables.h"

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


def fit_relative(x, values, rounding):
    """Fit sum c_k x^k to nonzero values for the least relative error."""
    return fit_polynomial(x, values, [1 / v for v in values], rounding)


def rounded(fmt, first, last):
    """Plain rounding of c_first .. c_last."""
    return {k: fmt.round for k in range(first, last + 1)}


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


def exp2_polynomial(name, degree, bound):
    def exp2(f):
        return mpf(2) ** f

    half = mpf(1) / 2
    f = fit_grid(-half, half, degree + 1)
    coefs = fit_relative(f, [exp2(v) for v in f], rounded(F32, 0, degree))
    error = relative_error(lambda v: evaluate(coefs, v), exp2, check_grid(-half, half))
    return comment(
        f"2^f = c[0] + f*(c[1] + ... + f*c[{degree}]), degree {degree}, |f| <= 1/2.",
        f"Remez, relative error. Max: {power_of_two(error, bound, name)}.",
    ) + array(name, F32, list(coefs.values()))


# --- Piecewise polynomials --------------------------------------------------

PER_OCTAVE = 8  # segments of u = 1 + a in an octave


def segment_ends(k):
    octave, part = divmod(k, PER_OCTAVE)
    width = mpf(2) ** octave / PER_OCTAVE
    lo = mpf(2) ** octave + part * width - 1
    return lo, lo + width


def fit_segment(function, k, center, rounding):
    """Coefficients in r = a - center over segment k, and their relative error."""
    lo, hi = segment_ends(k)
    r = fit_grid(lo - center, hi - center, len(rounding))
    coefs = fit_relative(r, [function(center + v) for v in r], rounding)
    error = relative_error(
        lambda a: evaluate(coefs, a - center), function, check_grid(lo, hi)
    )
    return coefs, error


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


def segments_text(octaves, columns, shift):
    return (
        f"Segments: 8 an octave of u = 1 + a, u in [1, {2**octaves}).",
        f"Column of a: (bits(u) >> {shift}) & {columns - 1}.",
    )


INDEX_SHIFT = {F32: 20, F64: 49}  # mantissa bits without the top three


# --- GELU -------------------------------------------------------------------


def gelu_r(a):
    """R(a) = erfcx(a / sqrt 2) / 2 = exp(a^2 / 2) Phi(-a)."""
    # exp loses as many bits as its argument has before the point.
    with mp.workprec(mp.prec + 20 + 2 * mp.mag(1 + a)):
        return mp.exp(a * a / 2) * mp.erfc(a / mp.sqrt(2)) / 2


def gelu_segments(fmt, octaves, columns, degree, bound):
    """R by a polynomial on each segment."""
    name = f"GELU_R_{fmt.tag}"
    rounding = {0: fmt.round_pair, **rounded(fmt, 1, degree)}
    cells, errors = [], []
    for k in range(octaves * PER_OCTAVE):
        center = sum(segment_ends(k)) / 2
        coefs, error = fit_segment(gelu_r, k, center, rounding)
        cells.append([center, *fmt.split(coefs.pop(0)), *coefs.values()])
        errors.append(error)
    return comment(
        "R(a) = exp(a*a/2) Phi(-a) = erfcx(a/sqrt(2))/2, a >= 0, by segments.",
        *segments_text(octaves, columns, INDEX_SHIFT[fmt]),
        f"Rows: center, c0 hi, c0 lo, c1, ..., c{degree}.",
        "With r = a - center, R = c0hi + (c0lo + r*(c1 + r*(c2 + ...))).",
        f"Degree {degree}. Remez, relative error. "
        f"Max: {power_of_two(max(errors), bound, name)}.",
    ) + matrix(name, fmt, by_column(cells, columns))


def fit_in_s(fmt, terms, s_end, a_of):
    """Fit R(a_of(s)) / s by powers of s in (s_end, 1]; the coefficients, the error.

    s maps all a >= 0 to a bounded interval, and R / s is smooth up to a = inf.
    """

    def factor(s):
        return gelu_r(a_of(s)) / s

    # At s = 0, where a is infinite, its neighbours on the grid do as well.
    s = [v for v in fit_grid(s_end, 1, terms) if v > 0]
    coefs = fit_relative(s, [factor(v) for v in s], rounded(fmt, 0, terms - 1))
    points = [v for v in check_grid(s_end, 1) if v > 0]
    error = relative_error(lambda v: evaluate(coefs, v), factor, points)
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
    lines = comment("GELU, tanh form: A = sqrt(8/pi), B = 0.044715 A, each as HI + LO.")
    for name, value in (("A", a), ("B", a * mpf("0.044715"))):
        for part, x in zip(("HI", "LO"), fmt.split(value)):
            lines += define(f"GELU_TANH_{name}_{part}_{fmt.tag}", fmt, x)
    return lines


# --- tanh -------------------------------------------------------------------


# The slope c1 is near 1 at a = 0, where r must come through whole: up to here the
# table holds c1 - 1, and the kernel adds r. Beyond, c1 - 1 would come near -1 and
# its rounding be the largest error of all (0.91 ULP in float32).
TANH_STEEP = PER_OCTAVE  # segments, a < 1


def tanh_at_zero(fmt, degree):
    """Segment 0: center 0 and the coefficients 0 and 1 fixed."""
    lo, hi = segment_ends(0)
    a = fit_grid(lo, hi, degree - 1)[1:]  # the weight is infinite at 0
    coefs = {0: mpf(0), 1: mpf(1)}
    coefs |= fit_polynomial(
        a,
        [mp.tanh(v) - v for v in a],
        [1 / mp.tanh(v) for v in a],
        rounded(fmt, 2, degree),
    )
    points = check_grid(lo, hi)[1:]
    return coefs, relative_error(lambda v: evaluate(coefs, v), mp.tanh, points)


def tanh_segment(fmt, k, degree):
    """Center, coefficients and relative error of segment k."""
    if k == 0:
        return mpf(0), *tanh_at_zero(fmt, degree)
    center = sum(segment_ends(k)) / 2
    rounding = {
        0: fmt.round_pair,
        1: fmt.round_less_one if k < TANH_STEEP else fmt.round,
        **rounded(fmt, 2, degree),
    }
    return center, *fit_segment(mp.tanh, k, center, rounding)


def tanh_segments(fmt, octaves, columns, degree, bound):
    name = f"TANH_{fmt.tag}"
    cells, errors = [], []
    for k in range(octaves * PER_OCTAVE):
        lo, hi = segment_ends(k)
        if fmt.round(mp.tanh(lo)) == 1:
            cells.append([(lo + hi) / 2, 1, 0] + [0] * degree)
            continue
        center, coefs, error = tanh_segment(fmt, k, degree)
        c0, c1, *others = coefs.values()
        d1 = c1 - 1 if k < TANH_STEEP else c1
        cells.append([center, *fmt.split(c0), d1, *others])
        errors.append(error)
    return comment(
        "tanh(a), a >= 0, by segments.",
        *segments_text(octaves, columns, INDEX_SHIFT[fmt]),
        f"Rows: center, c0 hi, c0 lo, d1, c2, ..., c{degree}; d1 = c1 - 1 for a < 1, c1 beyond.",
        "With r = a - center, tanh = c0hi + ((r if a < 1) + (c0lo + r*(d1 + r*(c2 + ...)))).",
        "Segment 0 has center = c0 = d1 = 0; those where tanh rounds to 1 give 1.",
        f"Degree {degree}. Remez, relative error. "
        f"Max: {power_of_two(max(errors), bound, name)}.",
    ) + matrix(name, fmt, by_column(cells, columns))


TANH_CLAMP_F32 = mpf(5)  # makes the errors below and above it about equal


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


def tanh_fast_f32(bound):
    name = "TANH_FAST_F32"
    x = fit_grid(0, TANH_CLAMP_F32, 10)[1:]
    p, q = fit_rational(x, [mp.tanh(v) for v in x], 2, 2)
    p, q = [F32.round(c) for c in p], [F32.round(c) for c in q]

    def ratio(v):
        return v * mp.polyval(p[::-1], v * v) / mp.polyval(q[::-1], v * v)

    error = relative_error(ratio, mp.tanh, check_grid(0, TANH_CLAMP_F32)[1:])
    beyond = abs(1 - ratio(TANH_CLAMP_F32))
    return (
        comment(
            "tanh(x) = x*(p[0] + z*(p[1] + z*p[2])) / (q[0] + z*(q[1] + z)), z = x*x,",
            "|x| clamped to C. Degrees 5/4. Remez with Loeb's iteration, relative",
            f"error. Max: {power_of_two(error, bound, name)} below C, "
            f"{power_of_two(beyond, bound, name)} beyond.",
        )
        + define("TANH_FAST_C_F32", F32, TANH_CLAMP_F32)
        + array("TANH_FAST_P_F32", F32, p)
        + array("TANH_FAST_Q_F32", F32, q[:-1])
    )


# --- The header -------------------------------------------------------------


def sections():
    """The parts of the header; the last argument of a fit is its bound."""
    yield exp_constants(F32, 12)
    yield exp_constants(F64, 15)
    yield exp_table(F32)
    yield exp_table(F64)
    yield expm1_polynomial("EXPM1_F32", F32, 3, -29.2)
    yield expm1_polynomial("EXPM1_F64_FAST", F64, 4, -37.4)
    yield expm1_polynomial("EXPM1_F64", F64, 7, -66)
    yield exp2_polynomial("EXP2_FAST_F32", 3, -13.7)
    # Exact coefficients would give 2^-29.04; degree 6 gives 2^-30.9.
    yield gelu_segments(F32, 4, 32, 5, -28.85)
    yield gelu_segments(F64, 6, 64, 11, -59.3)
    yield gelu_fast_f32(5, -15)
    yield gelu_fast_f64(15, -36.8)
    yield gelu_tanh_constants(F32)
    yield gelu_tanh_constants(F64)
    yield tanh_segments(F32, 4, 32, 5, -28)
    yield tanh_segments(F64, 6, 64, 11, -58)  # degree 12 gives 2^-60.9
    yield tanh_fast_f32(-14.2)


def header():
    guard = "FASTACT_TABLES_H"
    about = comment(
        "Generated by tools/fit_tables.py: do not edit.",
        "Coefficients of the kernels. Errors are those of the rounded coefficients",
        "in exact arithmetic; the evaluation adds its own.",
    )
    return "\n".join(
        [
            f"{about}#ifndef {guard}\n#define {guard}\n",
            *sections(),
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
