"""Polynomials on segments: eight segments for each octave of 1 + a, or segments of equal width."""

from mpmath import mpf

from fitting.minimax import F32, F64, fit_relative, rounded

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


def less_upper_half(cells, centers, pairs):
    """Columns 0 to 7 minus columns 8 to 15, so that a sum in float32 restores them.

    The upper half holds the smaller numbers.  The error of the sum of a coefficient in two parts, the first `pairs` ones,
    goes to its low part.
    """
    low_parts = [centers + 2 * k + 1 for k in range(pairs)]
    differences = []
    for cell, other in zip(cells, cells[8:]):
        column, scale, lost = [], abs(cell[1 if centers else 0]) or 1, 0
        for row, (x, base) in enumerate(zip(cell, other)):
            if row in low_parts:
                x += lost
            near = F32.round(x - base)
            ulp = abs(near) * mpf(2) ** -24
            tries = [F32.round(near + k * ulp) for k in (0, 1, -1, 2, -2)]
            best = min(tries, key=lambda d: abs(F32.round(base + d) - x))
            lost = x - F32.round(base + best)
            if centers and row == 0:
                allowed = 0
            else:
                allowed = scale * mpf(2) ** (-22 if not pairs or row + 1 in low_parts else -26)
            if abs(lost) > allowed:
                raise ArithmeticError(f"column {len(differences)}, row {row}: {lost} lost of {x}")
            column.append(best)
        differences.append(column)
    return differences + cells[8:]
