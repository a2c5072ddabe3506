"""What several formulas are made of: bounds, choices that keep NaN, products in two parts.

The activations and their derivatives are written once, each in the file of its family, formulas_*.pxd.
Every function there takes vectors of either type in either tier, and parameters are vectors, too.  At
signed zeros, infinities and NaN a formula gives the limit of the function.  The catalogue says how
large its errors may be; the tests and `python -m fastact verify` measure them.

Where a formula has a bound ("linear", "far"), the result beyond it is x, or the limit, to the last bit.
Such bounds also keep infinities out of differences.
"""
from fastact._kernels.simd.vectors cimport (
    real, tier, fast, f32, f64, splat, min, max, abs, copysign, scale, where_lt, zero_where_le, scale_tail_f,
    TABLE_SEGMENTS,
)
from fastact._kernels.math.vecmath cimport two_product


cdef inline real choose(real like, double for_float, double for_double) noexcept nogil:
    """A constant for floats, and another for doubles."""
    if real is f32:
        return splat(like, for_float)
    else:
        return splat(like, for_double)


cdef inline real clamp(real x, real low, real high) noexcept nogil:
    return max(low, min(high, x))


cdef inline real or_nan(real x, real y) noexcept nogil:
    """y, but NaN where x is NaN."""
    cdef real none = splat(x, 0)
    # min(0, max(0, x)) is 0, or NaN.
    return y + min(none, max(none, x))


cdef inline real or_infinite(real x, real y) noexcept nogil:
    """y, but x where x is +inf, whose product with a low part may have been NaN."""
    return where_lt(choose(x, 3.4028234663852886e38, 1.7976931348623157e308), x, x, y)


cdef inline real break_tie(real y, real x, tier t) noexcept nogil:
    """y for functions x/2 + c x^2 + ... with c > 0, so that rounding to bfloat16 is right.

    For subnormal x only x/2 is left, even in double, and x/2 may lie halfway between two results.  Adding
    2^-52 of y decides it as x^2 would.  The error of the (f64, fast) tier is 2^15 times as large.
    """
    if real is f64 and tier is fast:
        return y * (splat(x, 1) + copysign(splat(x, 2.220446049250313e-16), x))
    else:
        return y


cdef inline real unit_step(real x) noexcept nogil:
    """1 for x > 0, 0 for x <= 0, NaN for NaN."""
    cdef real zero = splat(x, 0)
    # max(0, x) is 0 for all x <= 0, and NaN for NaN.
    return where_lt(zero, x, splat(x, 1), max(zero, x))


cdef inline real between(real x, real low, real high) noexcept nogil:
    """1 for low < x < high, else 0; NaN for NaN."""
    return or_nan(x, where_lt(low, x, where_lt(x, high, splat(x, 1), splat(x, 0)), splat(x, 0)))


cdef inline real negative_part(real x) noexcept nogil:
    """min(0, x), for expm1 and exp; below the bound exp is 0."""
    return min(splat(x, 0), max(choose(x, -120, -800), x))


cdef inline void product_with(real p, real x, real* head, real* low) noexcept nogil:
    """head + low = p x; 0 if one factor is 0, even if the other is infinite.  In float lanes p is finite."""
    cdef real least = splat(x, 0), none = splat(x, 0)
    two_product(x, p, head, low)
    if real is f64:
        least = or_nan(p, min(abs(p), abs(x)))
        head[0] = zero_where_le(least, none, head[0])
        low[0] = zero_where_le(least, none, low[0])


cdef inline f32 not_tiny(f32 x) noexcept nogil:
    """max(|x|, 2^-100), for sums in which |x| does not count beside 1: subnormal operands cost a hundred cycles."""
    return max(splat(x, 7.888609052210118e-31), abs(x))


cdef inline f32 scale_down(f32 x, f32 power, f32 least) noexcept nogil:
    """2^power x, power < -30; 0 where x < least, without the cost of a subnormal product."""
    x = where_lt(x, least, splat(x, 0), x)
    if TABLE_SEGMENTS:
        return scale_tail_f(x, power + <float>12582912.0)
    return scale(x, power)
