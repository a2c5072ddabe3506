"""The middle of the range, for float32 where one instruction looks up 32 numbers (AVX-512), or 8 (AVX2).

The range is cut in two ways: around each multiple of a step, which needs no center (halves, multiples), and by octaves of
u = x + 6, narrowest at the left end, for functions that fall as fast as the normal distribution (octaves).  The tables of
the exact and the fast variants reach further than those for correct rounding, which need the precision of narrow segments:
what lies beyond costs several times as much.

Tried for GELU, to reach x = -6: octaves of 1.22 x + 8.3, whose segments are wider at x = -3.5, where its error became 1.35
ULP.  With c1 + c2 r in two parts it was 0.7 ULP, but ordinary inputs took 1.13 times as long.
"""

from collections.abc import Callable
from typing import NamedTuple

from mpmath import mp, mpf

from fitting.ctext import comment, define, define_split, matrix
from fitting.minimax import F32, check_grid, evaluate, fit_grid, fit_polynomial, nonzero, power_of_two, rounded
from fitting.piecewise import PER_OCTAVE, by_column, less_upper_half, segment_ends, segments_text


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

# Between the centers of the segments of exact and fast variants.  With 9/16 a segment would begin where the derivative of
# SiLU is four times what it is at the center, and its error be 2.3 ULP.
STEP = mpf(17) / 32
# Octaves of u = x + shift, for exact and fast variants, and for correct ones: the shift; how many segments of the octave
# below 1 the table has, for which it has as many fewer at the right end; and the x by which every larger one is replaced.
# With a shift of 6 the root of GELU's derivative, -0.75, lies in the middle of a segment; where it lies at the end of one,
# the error is 2.1 ULP.
OCTAVES = {"wide octaves": (mpf(6), 4, mpf("5.95")), "octaves": (mpf(6), 0, mpf(9))}
SELU_SCALE = mpf("1.0507009873554804934193349852946")
SELU_ALPHA = mpf("1.6732632423543772848170429916717")


def cubic_factor(x):
    """(x - tanh(x))/x^3; the series avoids the cancellation near 0."""
    return (x - mp.tanh(x)) / x**3 if abs(x) > mpf(2) ** -30 else mpf(1) / 3 - 2 * x * x / 15


class Cut(NamedTuple):
    """How the range is cut into segments."""

    columns: int
    centers: bool  # a row of the table
    segments: Callable  # slope or None -> (lo, hi, center) of each column
    text: tuple
    mirrored: bool = False  # the table is of a = -x >= 0


def multiples(step):
    """Segments around k step, at column k & 31."""
    for column in range(32):
        center = (column if column < 16 else column - 32) * step
        yield center - step / 2, center + step / 2, center


def octaves(name, slope=None):
    """Eight segments for each octave of u."""
    shift, below, _ = OCTAVES[name]
    by_segment = []
    for k in [*range(4 * PER_OCTAVE - below), *range(-below, 0)]:
        lo, hi = (end + 1 - shift for end in segment_ends(k))
        # Above 5 the slope is negligible.
        center = center_with_float_slope(slope, lo, hi, below > 0) if slope and lo < 5 else coarse((lo + hi) / 2)
        by_segment.append((lo, hi, center))
    yield from zip(*by_column(by_segment, 32))


def steps(width, columns):
    """Segments around k width, at column k, for a >= 0."""
    for k in range(columns):
        center = k * mpf(width)
        yield max(mpf(0), center - mpf(width) / 2), center + mpf(width) / 2, center


def both_sides(slope=None):
    """Segments around k, at column k & 15."""
    half = mpf(1) / 2
    for column in range(16):
        center = mpf(column if column < 8 else column - 16)
        yield center - half, center + half, center


FALLING_END = 5  # the end of the range; from FALLING_CLAMP on 1 - f rounds to 1 in float32
FALLING_CLAMP = 6


def falling_index(columns, slope_at_0):
    """A and B of the index a (A + B a), which is columns - 3/2 at the end of the range."""
    a = F32.round(mpf(slope_at_0))
    return a, F32.round((columns - mpf(3) / 2 - a * FALLING_END) / FALLING_END**2)


def falling(columns, slope_at_0, slope=None):
    """Segments that become narrower as exp(-a^2/2) becomes steeper; the last one matters only beside 1."""
    a, b = falling_index(columns, slope_at_0)

    def where(index):
        return (mp.sqrt(a * a + 4 * b * index) - a) / (2 * b)

    ends = [mpf(0), *(where(k + mpf(1) / 2) for k in range(columns - 1)), mpf(FALLING_CLAMP)]
    for lo, hi in zip(ends, ends[1:]):
        inside = slope and lo < FALLING_END - mpf("0.01")
        yield lo, hi, center_with_float_slope(slope, lo, hi, True) if inside else coarse((lo + hi) / 2)


# The slopes at 0 are from a scan in steps of 0.1, with the smallest error over the four functions.
FALLING = {16: "1.2", 8: "0.2"}


def octaves_cut(name):
    shift, below, _ = OCTAVES[name]
    first, last = segment_ends(-below)[0] + 1, segment_ends(4 * PER_OCTAVE - below - 1)[1] + 1
    return Cut(
        32, True, lambda slope: octaves(name, slope),
        (
            f"{mp.nstr(first - shift)} <= x < {mp.nstr(last - shift)}, by powers of x - center; u = x + {mp.nstr(shift)}.",
            f"Segments: 8 an octave of u, u in [{mp.nstr(first)}, {mp.nstr(last)}).",
            segments_text(F32, 4, 32)[1],
        ),
    )


def cut_constants():
    text = comment("The step between the centers of tables of 32 segments, for exact and fast variants, and its inverse.")
    text += define("STEP", F32, STEP) + define("ONE_OVER_STEP", F32, F32.round(1 / STEP))
    text += comment("Their octaves are those of x + SHIFT, where an x above LAST is replaced by it.")
    shift, _, last = OCTAVES["wide octaves"]
    text += define("OCTAVES_SHIFT", F32, shift) + define("OCTAVES_LAST", F32, F32.round(last))
    return text + falling_constants()


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
        32, False, lambda slope: multiples(mpf(1) / 2),
        ("|x| < 7.75, by powers of r = x - k/2, k = round(2x); column k & 31.",),
    ),
    "multiples": Cut(
        32, False, lambda slope: multiples(STEP),
        ("|x| < 8.23, by powers of r = x - k STEP, k = round(x / STEP); column k & 31.",),
    ),
    "octaves": octaves_cut("octaves"),
    "wide octaves": octaves_cut("wide octaves"),
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
    """Round to a multiple of 2^-20, so that differences are exact."""
    return mp.nint(x * 2**20) / 2**20


def center_with_float_slope(slope, lo, hi, narrow=False):
    """A float near the middle at which the slope is a float, to 2^-32.

    The product of slope and r is up to half the function, so otherwise the rounding
    of the slope would be the largest error.
    """
    middle, step = (lo + hi) / 2, (hi - lo) / 16000
    for j in range(4000):
        center = coarse(middle + (j if j % 2 else -j) * step) if narrow else F32.round(middle + (j if j % 2 else -j) * step)
        true = slope(center)
        if abs(F32.round(true) / true - 1) < mpf(2) ** -32:
            break
    return center


def middle(name, symbol, function, wide, narrow, slope=None):
    """The tables NAME_F32, NAME_FAST_F32 and NAME_CORRECT_F32, for lookups of 32 numbers (wide) and of 8 (narrow).

    Both hold (cut, degree, bound) of each of these tables, or None.
    """
    return (
        "#if TABLE_SEGMENTS == 32\n"
        + middle_tables(name, symbol, function, wide, slope)
        + "#else\n"
        + middle_tables(name, symbol, function, narrow, slope)
        + "#endif\n"
    )


def middle_tables(name, symbol, function, fits, slope):
    """The error is relative.  Where the function crosses zero, it is relative to a quarter of
    the largest value in the segment.
    """
    text = ""
    for tag, fit in zip(("", "_FAST", "_CORRECT"), fits):
        if fit is None:
            continue
        kind, degree, bound = fit
        cut = CUTS[kind]
        exact = not tag
        pairs = {"": 1, "_FAST": 0, "_CORRECT": 2}[tag]     # the coefficients from c0 on that are kept in two parts
        rounding = {**dict.fromkeys(range(pairs), F32.round_pair), **rounded(F32, pairs, degree)}
        cells, errors = [], []
        # In wide segments a function with a factor x falls to less than a quarter.
        part = 64 if cut.mirrored and cut.centers and not name.startswith("D_") else 4
        for lo, hi, center in cut.segments(slope if exact else None):
            least = 0
            if cut.mirrored and cut.centers:
                # Beyond the range the function is added to 1, so a small absolute error is enough.
                least = mpf(1) / 8 if lo > FALLING_END - mpf("0.01") else 0
            coefs, error = fit_bounded(
                (lambda a: function(-a)) if cut.mirrored else function, lo, hi, center, rounding, least, part
            )
            cells.append([part for k in range(pairs) for part in F32.split(coefs.pop(k))] + list(coefs.values()))
            if cut.centers:
                cells[-1].insert(0, center)
            errors.append(error)
        if cut.columns == 16:
            cells = less_upper_half(cells, cut.centers, pairs)
        start = ["center"] * cut.centers + [f"c{k} {part}" for k in range(pairs) for part in ("hi", "lo")]
        start += [f"c{k}" for k in range(pairs, 2)]
        text += comment(
            f"{symbol}, {cut.text[0]}",
            *cut.text[1:],
            f"Rows: {', '.join(start)}, ..., c{degree}. Remez, relative error.",
            *(["Columns 0 to 7: what they have more than columns 8 to 15."] if cut.columns == 16 else []),
            f"Max: {power_of_two(max(errors), bound, name + tag)}.",
        ) + matrix(f"{name}{tag}_F32", F32, list(zip(*cells)))
    return text


def fit_bounded(function, lo, hi, center, rounding, least=0, part=4):
    """The same as fit_segment, but the error is relative to at least `least` or the largest value / part."""
    if center == 0:
        # Even functions have one extremum too many there, and the exchange cannot choose.
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
    return (
        comment(
            "Constants, each as HI + LO: QUICK_GELU = 1.702; SELU's scale and scale*alpha;",
            "1/sqrt(2 pi), the normal density at 0.",
        )
        + define_split("QUICK_GELU", fmt, mpf("1.702"))
        + define_split("SELU_SCALE", fmt, SELU_SCALE)
        + define_split("SELU_SCALE_ALPHA", fmt, SELU_SCALE * SELU_ALPHA)
        + define_split("ONE_OVER_SQRT_2PI", fmt, 1 / mp.sqrt(2 * mp.pi))
    )


# (name, symbol, function, fits where 32 numbers are looked up, where 8 are, slope).
MIDDLE = [
    (
        "SIGMOID", "sigma(x) = 1/(1 + exp(-x))", sigma,
        [("multiples", 6, -28.4), ("multiples", 3, -14.9), ("halves", 7, -32.3)],
        [("units", 7, -27.5), ("units", 4, -15), ("units", 8, -31)],
    ),
    (
        "QUICK", "sigma(1.702 x)", quick,
        [("multiples", 7, -28), ("multiples", 4, -16.2), ("halves", 8, -31.9)],
        [("half units", 7, -28), ("half units", 4, -16), ("half units", 8, -31.9)],
    ),
    (
        "MISH", "tanh(softplus(x))", mish_factor,
        [("multiples", 6, -27.2), ("multiples", 3, -14.9), ("halves", 7, -32.3)],
        [("both sides", 8, -28), ("both sides", 4, -15), ("both sides", 10, -32.3)],
    ),
    (
        "SOFTPLUS", "log(1 + exp(x))", softplus,
        [("multiples", 6, -28.1), ("multiples", 3, -14.9), ("halves", 7, -32.3)],
        [("units", 7, -28), ("units", 4, -15), ("units", 8, -32)],
    ),
    (
        "SQRT_SOFTPLUS", "sqrt(log(1 + exp(x)))", lambda x: mp.sqrt(softplus(x)),
        [("multiples", 6, -28.5), ("multiples", 2, -13), ("halves", 7, -32.3)],
        [("both sides", 7, -28.5), ("both sides", 3, -14.5), ("both sides", 8, -32.3)],
    ),
    (
        "NORMAL", "Phi(x)", mp.ncdf,
        [("wide octaves", 7, -28), ("wide octaves", 4, -14), ("octaves", 8, -31.4)],
        [("falling 16", 7, -28.5), ("falling 8", 5, -13.5), ("falling 16", 9, -31.4)],
        mp.npdf,
    ),
    (
        "GELU_TANH", "sigma(sqrt(8/pi) (x + 0.044715 x^3))", gelu_tanh_factor,
        [("wide octaves", 7, -27.4), ("wide octaves", 4, -14), ("octaves", 8, -31.4)],
        [("falling 16", 7, -27), ("falling 8", 5, -12.4), ("falling 16", 9, -30.9)],
    ),
    *[
        (name, symbol, function, [None, None, ("halves", degree, -32.3)], [None, None, ("half units", narrow, -32.3)])
        for name, symbol, function, degree, narrow in [
            ("TANH_FACTOR", "tanh(x)/x", lambda x: mp.tanh(x) / x if x else mpf(1), 8, 8),
            ("ERF_FACTOR", "erf(x)/x", lambda x: mp.erf(x) / x if x else 2 / mp.sqrt(mp.pi), 8, 9),
            ("TANHSHRINK_FACTOR", "(x - tanh(x))/x^3", cubic_factor, 8, 8),
            ("EXPM1_FACTOR", "(exp(x) - 1)/x", lambda x: mp.expm1(x) / x if x else mpf(1), 6, 6),
            (
                "SELU_FACTOR", "scale alpha (exp(x) - 1)/x",
                lambda x: SELU_SCALE * SELU_ALPHA * (mp.expm1(x) / x if x else mpf(1)), 6, 6,
            ),
        ]
    ],
] + [
    (f"D_{name.upper()}", f"{name}'", MIDDLE_DERIVATIVES[f"{name}'"], wide, narrow)
    for name, wide, narrow in [
        ("sigmoid", [("multiples", 6, -27.7), ("multiples", 3, -14.5)], [("units", 7, -25), ("units", 4, -14.5)]),
        ("tanh", [("multiples", 8, -28), ("multiples", 4, -14)], [("half units", 7, -25), ("half units", 4, -14)]),
        ("silu", [("multiples", 6, -25), ("multiples", 4, -15)], [("units", 8, -26), ("units", 5, -15)]),
        ("quick_gelu", [("multiples", 7, -24.9), ("multiples", 5, -14)], [("half units", 8, -25), ("half units", 4, -12.3)]),
        ("mish", [("multiples", 7, -26.2), ("multiples", 4, -14)], [("both sides", 9, -26), ("both sides", 5, -14)]),
        (
            "sqrt_softplus", [("multiples", 5, -26.2), ("multiples", 2, -12.7)],
            [("both sides", 6, -25), ("both sides", 3, -13.5)],
        ),
        ("gelu", [("wide octaves", 7, -25.7), ("wide octaves", 4, -13.5)], [("falling 16", 7, -25), ("falling 8", 5, -12.4)]),
        (
            "gelu_tanh", [("wide octaves", 7, -25.8), ("wide octaves", 4, -13.5)],
            [("falling 16", 7, -25), ("falling 8", 5, -12.3)],
        ),
    ]
]
