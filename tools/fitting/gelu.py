"""The factor of GELU that falls from 1/2 to 0, and the constants of its tanh form."""

from mpmath import mp, mpf

from fitting.ctext import array, comment, define, define_split, matrix
from fitting.minimax import (
    F32, F64, check_grid, evaluate, fit_grid, fit_polynomial, fit_relative, power_of_two, rounded,
)
from fitting.piecewise import PER_OCTAVE, by_column, segment_ends, split_column, split_text


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


# Beyond the table of GELU: x < -4.9, down to where gelu(x) and its derivative, times 2^10, are 0.
TAIL_CENTER, TAIL_LEFT, TAIL_RIGHT = 10, mpf(-15), mpf("-4.9")


def gelu_tail(product_degree, product_bound, degree, bound):
    """x R(|x|) and R(|x|) by polynomials in t = x + 10; both vary little, so one segment is enough."""
    low, high = TAIL_LEFT + TAIL_CENTER, TAIL_RIGHT + TAIL_CENTER

    def r_of(t):
        return gelu_r(TAIL_CENTER - t)

    name = "GELU_TAIL_F32"
    coefs, error = fit_relative(
        lambda t: (t - TAIL_CENTER) * r_of(t), low, high,
        {0: F32.round_pair} | rounded(F32, 1, product_degree),
    )
    first, *others = coefs.values()
    text = (
        comment(
            f"x R(|x|) = HI + (LO + t*(c[0] + t*(c[1] + ...))), t = x + {TAIL_CENTER}, -15 <= x <= -4.9.",
            f"Degree {product_degree}. Remez, relative error. "
            f"Max: {power_of_two(error, product_bound, name)}.",
        )
        + "".join(define(f"GELU_TAIL_{part}_F32", F32, c) for part, c in zip(("HI", "LO"), F32.split(first)))
        + array(name, F32, others)
    )
    # The derivative is -exp(-x^2/2) (|x| / sqrt(2 pi) - R), so the error of R counts beside |x| / sqrt(2 pi).
    name = "GELU_TAIL_R_F32"
    t = fit_grid(low, high, degree + 1)
    weight = [mp.sqrt(2 * mp.pi) / (TAIL_CENTER - v) for v in t]
    coefs = fit_polynomial(t, [r_of(v) for v in t], weight, rounded(F32, 0, degree))
    error = max(
        abs(evaluate(coefs, v) - r_of(v)) * mp.sqrt(2 * mp.pi) / (TAIL_CENTER - v) for v in check_grid(low, high)
    )
    return text + comment(
        "R(|x|) = c[0] + t*(c[1] + ...), for the derivative; t as above.",
        f"Degree {degree}. Remez, error beside |x| / sqrt(2 pi). "
        f"Max: {power_of_two(error, bound, name)}.",
    ) + array(name, F32, list(coefs.values()))


def fit_in_s(fmt, terms, s_end, a_of):
    """Fit R(a_of(s)) / s by powers of s in (s_end, 1]; the coefficients, the error.

    s maps all a >= 0 to a bounded interval, and R / s is smooth up to a = inf.
    """

    coefs, error = fit_relative(
        lambda s: gelu_r(a_of(s)) / s, s_end, 1, rounded(fmt, 0, terms - 1)
    )
    return list(coefs.values()), error


# Best of a scan in steps of 0.0005. Fewer terms are not enough: at their best p,
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


# Best of a scan in steps of 1/16: 2^-30.5 one step below, 2^-30.9 one above.
GELU_K_BRIEF_F64 = mpf("4.875")


def gelu_brief_f64(terms, bound):
    """The form of gelu_fast_f64() for the range in which double lanes can hold exp(-a^2/2)."""
    name = "GELU_R_BRIEF_F64"
    coefs, error = fit_in_s(
        F64, terms, GELU_K_BRIEF_F64 / (40 + GELU_K_BRIEF_F64), lambda s: GELU_K_BRIEF_F64 * (1 / s - 1))
    return (
        comment(
            "R(a) = s*(c[0] + s*(c[1] + ...)), s = K/(a + K), 0 <= a <= 40.",
            f"{terms} terms. Remez, relative error. "
            f"Max: {power_of_two(error, bound, name)}.",
        )
        + define("GELU_R_BRIEF_K_F64", F64, GELU_K_BRIEF_F64)
        + array(name, F64, coefs)
    )


def phi_brief_f64(degree, end, steps, bound, columns=8):
    """Phi(-a) by a polynomial on each segment, for the middle of GELU; the index of a row of 8 columns is a shift."""
    name = "PHI_BRIEF_F64"
    half = (1 + mpf(2) ** -10) / 2
    rows, errors = [], []
    for k in range(end * steps + 1):
        fixed = {} if k else {0: mpf(1) / 2}     # gelu(x) is exactly x/2 for a subnormal x
        coefs, error = fit_relative(
            lambda r, k=k: mp.erfc((k + r) / steps / mp.sqrt(2)) / 2, -half, half, rounded(F64, len(fixed), degree), fixed)
        rows.append([*coefs.values(), *[mpf(0)] * (columns - len(coefs))])
        errors.append(error)
    return (
        comment(
            f"Phi(-a) = c[0] + r*(c[1] + ...), a = (k + r)/{steps}, |r| <= 1/2 (1 + 2^-10), for each row",
            f"k = 0..{end * steps}, which is filled up with zeros.",
            f"Degree {degree}. Remez, relative error. Max: {power_of_two(max(errors), bound, name)}.",
        )
        + define("PHI_BRIEF_END_F64", F64, mpf(end))
        + define("PHI_BRIEF_STEPS_F64", F64, mpf(steps))
        + f"#define {name}_COLUMNS {columns}\n"
        + array(name, F64, [c for row in rows for c in row])
    )


def gelu_tanh_constants(fmt):
    """2u = A x + B x^3, the argument of the tanh form of GELU, as x sigma(2u)."""
    a = mp.sqrt(8 / mp.pi)
    return (
        comment("GELU, tanh form: A = sqrt(8/pi), B = 0.044715 A, each as HI + LO.")
        + define_split("GELU_TANH_A", fmt, a)
        + define_split("GELU_TANH_B", fmt, a * mpf("0.044715"))
    )
