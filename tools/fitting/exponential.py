"""exp, 2^x, exp - 1 and the logarithms; exp for rows that are divided by their sum."""

import numpy as np
from mpmath import mp, mpf

from fitting.ctext import array, comment, define, define_split
from fitting.minimax import (
    F32, F64, check_grid, evaluate, fit_grid, fit_polynomial, fit_relative, nonzero, power_of_two, relative_error,
    round_bits, rounded,
)

EXP_STEPS = 16  # table entries per octave


def exp_constants(fmt, k_bits, steps=EXP_STEPS, name="EXP"):
    """1/step and step = ln2/steps in two parts, k * hi exact for |k| <= 2^k_bits."""
    step = mp.ln2 / steps
    hi = round_bits(step, fmt.bits - k_bits)
    lo = fmt.round(step - hi)
    # hi and lo have 2 bits - k_bits bits together, and step is below 2^-3.
    error = power_of_two(abs(step - hi - lo), k_bits - 2 * fmt.bits - 3, f"{name}_LN2")
    return (
        comment(
            f"exp, {fmt.ctype}: x = k ln2/{steps} + r, k = round(x * {name}_INV),",
            f"r = (x - k*{name}_LN2_HI) - k*{name}_LN2_LO, |r| <= ln2/{2 * steps}.",
            f"k*{name}_LN2_HI is exact for |k| <= 2^{k_bits}.",
            f"|ln2/{steps} - HI - LO| = {error}.",
        )
        + define(f"{name}_INV_{fmt.tag}", fmt, fmt.round(1 / step))
        + define(f"{name}_LN2_HI_{fmt.tag}", fmt, hi)
        + define(f"{name}_LN2_LO_{fmt.tag}", fmt, lo)
    )


def exp_table(fmt, steps=EXP_STEPS, sign=1, name="EXP_T"):
    """Powers of two within an octave; with the sign -1 their reciprocals."""
    parts = [fmt.split(mpf(2) ** (mpf(sign * j) / steps)) for j in range(steps)]
    name = f"{name}_{fmt.tag}"
    return (
        comment(
            f"2^({'-' * (sign < 0)}j/{steps}), j = 0..{steps - 1}, as {name}_HI[j] + {name}_LO[j], each rounded to",
            f"nearest. Max relative error: below 2^-{2 * fmt.bits}.",
        )
        + array(f"{name}_HI", fmt, [hi for hi, _ in parts])
        + array(f"{name}_LO", fmt, [lo for _, lo in parts])
    )


def expm1_polynomial(name, fmt, degree, bound, steps=EXP_STEPS):
    """expm1(r) = r + r^2 P(r), for the least error relative to exp(r)."""
    # k is not always the nearest integer: x * EXP_INV is rounded.
    end = mp.ln2 / (2 * steps) * (1 + mpf(2) ** -10)
    r = fit_grid(-end, end, degree - 1)
    rest = [mp.expm1(v) - v for v in r]
    coefs = fit_polynomial(r, rest, [mp.exp(-v) for v in r], rounded(fmt, 2, degree))
    error = max(
        abs(v + evaluate(coefs, v) - mp.expm1(v)) * mp.exp(-v)
        for v in check_grid(-end, end)
    )
    return comment(
        f"expm1(r) = r + r*r*(c[0] + ... + r*c[{degree - 2}]), total degree {degree},",
        f"|r| <= ln2/{2 * steps} (1 + 2^-10). Remez, absolute error over exp(r).",
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


def exp2_brief(degree, bound, steps=32):
    """2^(r/steps) - 1 by its quotient by r, with the smallest relative error; a table of 2^(j/steps)."""
    name = "EXP2_BRIEF_F64"
    end = (1 + mpf(2) ** -10) / 2
    coefs, error = fit_relative(lambda r: mp.expm1(r * mp.ln2 / steps) / r, -end, end, rounded(F64, 0, degree - 1))
    bits = 53 - steps.bit_length()      # j << bits is j/steps of an octave
    table = [np.float64(float(F64.round(mpf(2) ** (mpf(j) / steps)))).view(np.int64) - np.int64(j << bits)
             for j in range(steps)]
    return comment(
        f"2^(r/{steps}) = 1 + r*(c[0] + ... + r*c[{degree - 1}]), degree {degree}, |r| <= 1/2 (1 + 2^-10).",
        f"Remez, error relative to 2^(r/{steps}) - 1. Max: {power_of_two(error, bound, name)}.",
        f"The bits of 2^(j/{steps}) are BIASED's + (j << {bits}): k << {bits} added to BIASED's of j = k mod {steps} scales, too.",
    ) + array(name, F64, list(coefs.values())) + array(
        "EXP2_BRIEF_BIASED_F64", F64, [mpf(float(b.view(np.float64))) for b in table])


def expm1_wide(degree, bound, name):
    """expm1(r) = r + r^2 P(r) for half an octave in both directions, with the smallest relative error."""
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
