"""tanh, erf and tanhshrink."""

from mpmath import mp, mpf

from fitting.ctext import array, comment, define, matrix, nested
from fitting.middle import steps
from fitting.minimax import (
    F32, F64, check_grid, fit_grid, fit_relative, minimax, nonzero, power_of_two, relative_error, rounded,
)
from fitting.piecewise import (
    PER_OCTAVE, by_column, fit_segment, less_upper_half, segment_ends, segments_text, split_column, split_text,
)

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
    """The same for lookups of 8 floats: 8 or 16 segments around the multiples of a float with few bits.

    The last segment extends to where the function rounds to 1.
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
        + matrix(name, F32, list(zip(*(less_upper_half(cells, False, 1) if columns == 16 else cells))))
    )


def by_lookup(wide, narrow, others):
    """Tables with the same names, one for each width of lookup; `others` is defined where the narrow one lacks it."""
    return f"#if TABLE_SEGMENTS != 8\n{wide}{others}#else\n{narrow}#endif\n"


NO_STEPS = "#define {0}_WIDTH_F32 1.0f  /* not used */\n#define {0}_END_F32 1.0f\n"


def fit_rational(x, values, p_degree, q_degree):
    """Fit x P(x^2) / Q(x^2), Q monic, for the least relative error.

    Loeb's iteration is a linear fit of values*Q - x P, divided by the Q of the
    step before. When it converges, the error of the quotient alternates.
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
    """The factor by segments: 32 segments, or 8 around the multiples of a float with few bits."""
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
