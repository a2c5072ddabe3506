"""Functions beyond the range of the tables of middle.pxd, in float lanes.

u is the argument that is tested against the range of the table, and E = exp(-|u|) < 2^-10.  Every
function of the sigmoid family is E times a short polynomial, or 1 or x minus such a product.  Each
function here has the form

    name(x, p, factor)

and returns factor f(x), rounded once where the factor is 1; p is the parameter, if there is one.  The
power of two is applied last.  The functions are valid where u is NaN or |u| > 7 (GELU: x < -4.9), for a
factor that is 0 or 2^-80 <= |factor| <= 2^10, as long as factor x does not overflow; x may be infinite.
"""
from fastact._kernels.simd.vectors cimport (
    f32, exact, splat, fma, mul_add, min, max, abs, copysign, where_lt, any_lt_f, lookup8_f, lookup16_f,
    power_f, scale, scale_tail_f, TABLE_SEGMENTS,
)
from fastact._kernels.math.vecmath cimport (
    EXP_LN2_HI_F32, EXP_LN2_LO_F32, EXP8_LN2_HI_F32, EXP8_LN2_LO_F32, EXP_WIDE_INV_F32, EXP_T_F32_HI, EXP_T_F32_LO,
    EXPM1_F32, EXPM1_F32_COUNT, EXPM1_8_F32, EXPM1_8_F32_COUNT, fast_two_sum, horner, root, two_product,
)
from fastact._kernels.elementwise.formulas_normal cimport gelu_tanh_argument
from fastact._kernels.elementwise.formulas_sigmoid cimport quick_gelu_argument

cdef extern from "tables.h" nogil:
    const double GELU_TANH_A_HI_F64, GELU_TANH_B_HI_F64
    const float ONE_OVER_SQRT_2PI_HI_F32, ONE_OVER_SQRT_2PI_LO_F32, GELU_TAIL_HI_F32, GELU_TAIL_LO_F32
    const float *EXP_UP8_F32_HI
    const float *EXP_UP8_F32_LO
    const float *GELU_TAIL_F32
    const float *GELU_TAIL_R_F32
    int GELU_TAIL_F32_COUNT, GELU_TAIL_R_F32_COUNT


cdef inline f32 exp_steps(f32 x, const f32* x_low, f32* head, f32* steps) noexcept nogil:
    """exp(x + x_low) = 2^floor(k) (head + result) for |x| < 2^10; x_low may be null.  scale_steps() applies the power.

    k is a multiple of 1/16, or with lookups of 8 floats of 1/8, and steps = k + a constant: its lowest bits are the
    column of the table.  |result| < 0.045 head; |error| <= 2^-28.5 of the result; NaN gives NaN.  Where only 0 is
    to be expected beside 1 (expm1), exp_wide() is better; its chain of operations is twice as long.
    """
    cdef f32 k, r, q
    if TABLE_SEGMENTS == 8:
        steps[0] = mul_add(x, splat(x, EXP_WIDE_INV_F32), splat(x, 1572864.0))     # 1.5 * 2^20
        k = steps[0] - <float>1572864.0
        r = mul_add(k, splat(x, -8 * EXP8_LN2_LO_F32), mul_add(k, splat(x, -8 * EXP8_LN2_HI_F32), x))
    else:
        steps[0] = mul_add(x, splat(x, EXP_WIDE_INV_F32), splat(x, 786432.0))      # 1.5 * 2^19
        k = steps[0] - <float>786432.0
        r = mul_add(k, splat(x, -16 * EXP_LN2_LO_F32), mul_add(k, splat(x, -16 * EXP_LN2_HI_F32), x))
    if x_low != NULL:
        r = r + x_low[0]
    if TABLE_SEGMENTS == 8:
        q = mul_add(r * r, horner(r, EXPM1_8_F32, EXPM1_8_F32_COUNT), r)
        head[0] = lookup8_f(EXP_UP8_F32_HI, steps[0])
        return mul_add(head[0], q, lookup8_f(EXP_UP8_F32_LO, steps[0]))
    q = mul_add(r * r, horner(r, EXPM1_F32, EXPM1_F32_COUNT), r)
    head[0] = lookup16_f(EXP_T_F32_HI, steps[0])
    return mul_add(head[0], q, lookup16_f(EXP_T_F32_LO, steps[0]))


cdef inline f32 no_steps(f32 like) noexcept nogil:
    """The steps of exp_steps() for k = 0."""
    return splat(like, 1572864.0 if TABLE_SEGMENTS == 8 else 786432.0)


cdef inline f32 scale_normal(f32 x, f32 steps) noexcept nogil:
    """2^floor(k) x for -90 <= k <= 100 and the steps of exp_steps()."""
    if TABLE_SEGMENTS == 8:
        return x * power_f(steps, 3)
    return scale(x, steps - <float>786432.0)


cdef inline f32 scale_steps(f32 x, f32 steps) noexcept nogil:
    """The same for -1000 < k <= 1.  A subnormal result is rounded once more, but not slow.

    The lanes with k < -90 need x = 0 or |x| > 2^-90, or they are 0.  The others may not depend on them: scale_tail_f()
    would lose a subnormal x.
    """
    cdef f32 whole, y = scale_normal(x, steps), least = no_steps(x) - <float>90
    if any_lt_f(steps, least):
        # Subtracting nearly 1/2 makes rounding to an integer the same as floor().
        whole = (steps - no_steps(x)) - (<float>0.4375 if TABLE_SEGMENTS == 8 else <float>0.46875)
        y = where_lt(steps, least, scale_tail_f(x, whole + <float>12582912.0), y)
    return y


cdef inline f32 decay(f32 u, const f32* u_low, f32* head, f32* tail, f32* steps) noexcept nogil:
    """E = exp(-|u + u_low|) = 2^floor(k) (head + tail), k and steps as in exp_steps().

    The result is E as one number; where E < 2^-60, its exponent is bounded to -60.
    """
    cdef f32 low, a = max(splat(u, -400), copysign(u, splat(u, -1)))
    if u_low != NULL:
        low = where_lt(abs(u), splat(u, 400), -copysign(splat(u, 1), u) * u_low[0], splat(u, 0))
        tail[0] = exp_steps(a, &low, head, steps)
    else:
        tail[0] = exp_steps(a, NULL, head, steps)
    return scale_normal(head[0] + tail[0], max(no_steps(u) - <float>60, steps[0]))


cdef inline f32 once(f32 factor, f32 lead, f32 rest) noexcept nogil:
    """factor (lead + rest), rounded once.

    The sign is copied, because the sum of both products would lose it for a factor of 0.
    """
    return copysign(mul_add(factor, lead, factor * rest), factor * lead)


cdef inline f32 times_decay(f32 factor, f32 a, f32 more, f32 head, f32 tail, f32 steps) noexcept nogil:
    """factor (a + more) E, where more is small beside a and E is the result of decay()."""
    cdef f32 product = a * head, low = mul_add(more, head + tail, mul_add(a, tail, fma(a, head, -product)))
    return scale_steps(once(factor, product, low), steps)


cdef inline f32 finite(f32 x) noexcept nogil:
    return max(splat(x, -3.4028234663852886e38), min(splat(x, 3.4028234663852886e38), x))


cdef inline f32 sigmoid_times(f32 u, const f32* u_low, f32 a, f32 factor) noexcept nogil:
    """factor a sigma(u + u_low); a is 1, or an x that has the sign of u.

    sigma is E v for u < 0, else v = 1 / (1 + E) = 1 - E + E^2.
    """
    cdef f32 head, tail, steps, less, product, product_low, e = decay(u, u_low, &head, &tail, &steps)
    cdef f32 one = splat(u, 1), zero = splat(u, 0)
    a = where_lt(u, splat(u, -125), copysign(one, a), finite(a))
    two_product(factor, a, &product, &product_low)
    less = mul_add(e, e, -e)
    head = where_lt(u, zero, head, one)
    tail = where_lt(u, zero, tail, zero)
    tail = mul_add(less, head + tail, tail)
    steps = where_lt(u, zero, steps, no_steps(u))
    tail = mul_add(product, head, mul_add(product, tail, product_low * head))
    return copysign(scale_steps(tail, steps), product)


cdef inline f32 silu_slope(f32 u, const f32* u_low, f32 a, f32 factor) noexcept nogil:
    """factor times the derivative of x sigma(u(x)), a = 1 - |x u'(x)|.

    The derivative is v = E (a + E) / (1 + E)^2 for u < 0, else 1 - v.
    """
    cdef f32 head, tail, steps, e = decay(u, u_low, &head, &tail, &steps), more, b = max(splat(u, -1e9), a)
    more = e * mul_add(b, mul_add(splat(u, 3), e, splat(u, -2)), mul_add(splat(u, -2), e, splat(u, 1)))
    return where_lt(
        u, splat(u, 0), times_decay(factor, b, more, head, tail, steps),
        factor * (splat(u, 1) - e * (b + more)))


cdef inline f32 softplus_of(f32 u, const f32* u_low, f32 factor) noexcept nogil:
    """factor softplus(u + u_low); softplus is v = E (1 - E/2 + E^2/3) for u < 0, else u + v."""
    cdef f32 head, tail, steps, low = splat(u, 0), e = decay(u, u_low, &head, &tail, &steps)
    cdef f32 less = e * mul_add(e, splat(u, 0.33333334), splat(u, -0.5))
    if u_low != NULL:
        low = where_lt(abs(u), splat(u, 400), u_low[0], low)
    return where_lt(
        u, splat(u, 0), times_decay(factor, splat(u, 1), less, head, tail, steps),
        once(factor, u, low + mul_add(e, less, e)))


# ------------------------------------------------------------------------------ functions --

cdef inline f32 sigmoid(f32 x, f32 p, f32 factor) noexcept nogil:
    return sigmoid_times(x, NULL, splat(x, 1), factor)


cdef inline f32 sigmoid_of_minus(f32 x, f32 p, f32 factor) noexcept nogil:
    return sigmoid_times(-x, NULL, splat(x, 1), factor)


cdef inline f32 sigmoid_of_product(f32 x, f32 beta, f32 factor) noexcept nogil:
    cdef f32 u, low
    two_product(x, beta, &u, &low)
    return sigmoid_times(u, &low, splat(x, 1), factor)


cdef inline f32 sigmoid_derivative(f32 x, f32 p, f32 factor) noexcept nogil:
    cdef f32 head, tail, steps, e = decay(x, NULL, &head, &tail, &steps)
    return times_decay(factor, splat(x, 1), e * mul_add(splat(x, 3), e, splat(x, -2)), head, tail, steps)


cdef inline f32 tanh(f32 x, f32 p, f32 factor) noexcept nogil:
    cdef f32 head, tail, steps, e = decay(x + x, NULL, &head, &tail, &steps)
    factor = factor * copysign(splat(x, 1), x)
    return once(factor, splat(x, 1), splat(x, 2) * mul_add(e, e, -e))


cdef inline f32 tanh_derivative(f32 x, f32 p, f32 factor) noexcept nogil:
    # 4 sigma'(2x)
    cdef f32 head, tail, steps, e = decay(x + x, NULL, &head, &tail, &steps)
    return times_decay(factor, splat(x, 4), e * splat(x, -8), head, tail, steps)


cdef inline f32 silu(f32 x, f32 p, f32 factor) noexcept nogil:
    return sigmoid_times(x, NULL, x, factor)


cdef inline f32 silu_derivative(f32 x, f32 p, f32 factor) noexcept nogil:
    return silu_slope(x, NULL, splat(x, 1) - abs(x), factor)


cdef inline f32 swish(f32 x, f32 beta, f32 factor) noexcept nogil:
    cdef f32 u, low
    two_product(x, beta, &u, &low)
    return sigmoid_times(u, &low, x, factor)


cdef inline f32 swish_derivative(f32 x, f32 beta, f32 factor) noexcept nogil:
    cdef f32 u, low
    two_product(x, beta, &u, &low)
    return silu_slope(u, &low, splat(x, 1) - abs(u), factor)


cdef inline f32 quick_gelu(f32 x, f32 p, f32 factor) noexcept nogil:
    cdef f32 u, low
    quick_gelu_argument(x, &u, &low)
    return sigmoid_times(u, &low, x, factor)


cdef inline f32 quick_gelu_derivative(f32 x, f32 p, f32 factor) noexcept nogil:
    cdef f32 u, low
    quick_gelu_argument(x, &u, &low)
    return silu_slope(u, &low, splat(x, 1) - abs(u), factor)


cdef inline f32 softplus(f32 x, f32 beta, f32 factor) noexcept nogil:
    """factor softplus(beta x); the caller divides by beta."""
    cdef f32 u, low
    two_product(x, beta, &u, &low)
    return softplus_of(u, &low, factor)


cdef inline f32 log_sigmoid(f32 x, f32 p, f32 factor) noexcept nogil:
    return -softplus_of(-x, NULL, factor)


cdef inline f32 mish(f32 x, f32 p, f32 factor) noexcept nogil:
    # x E (1 - E/2) for x < 0, x (1 - 2 E^2 (1 - 2E)) for x > 0, and x tanh(ln 2) = 0.6 x near 0
    cdef f32 head, tail, steps, y, near, e = decay(x, NULL, &head, &tail, &steps)
    cdef f32 b = max(splat(x, -400), finite(x)), square = e * e
    y = where_lt(
        x, splat(x, 0), times_decay(factor, b, b * (e * splat(x, -0.5)), head, tail, steps),
        once(factor, x, b * mul_add(square, <float>4 * e, splat(x, -2) * square)))
    # 2^-99: above, elements near 0 are in the range of the table, and their result here is not used.
    if any_lt_f(abs(x), splat(x, 1.5777218104420236e-30)):
        near = factor * x
        near = once(near, splat(x, 0.6000000238418579), splat(x, -2.384185791015625e-08))
        y = where_lt(abs(x), splat(x, 1), near, y)
    return y


cdef inline f32 mish_derivative(f32 x, f32 p, f32 factor) noexcept nogil:
    # E (1 + x - E/2 - x E) for x < 0, and 1 + E^2 (4x - 2 + E (4 - 12 x)) for x > 0
    cdef f32 head, tail, steps, e = decay(x, NULL, &head, &tail, &steps), b = max(splat(x, -400), min(splat(x, 400), x))
    cdef f32 right = mul_add(e, mul_add(splat(x, -12), b, splat(x, 4)), mul_add(splat(x, 4), b, splat(x, -2)))
    return where_lt(abs(x), splat(x, 1), factor * splat(x, 0.6), where_lt(
        x, splat(x, 0),
        times_decay(factor, b + <float>1, -e * (b + <float>0.5), head, tail, steps),
        once(factor, splat(x, 1), e * e * right)))


cdef inline f32 sqrt_softplus(f32 x, f32 p, f32 factor) noexcept nogil:
    # E (1 - E^2/4 + 13/96 E^4) for x < 0, E = exp(-|x|/2), and the root of x + E^2 (1 - E^2/2) for x > 0
    cdef f32 head, tail, steps, r, r_low, e = decay(<float>0.5 * x, NULL, &head, &tail, &steps)
    e = e * e
    cdef f32 less = e * mul_add(e, splat(x, 0.13541667), splat(x, -0.25)), t = e * mul_add(e, splat(x, -0.5), splat(x, 1))
    root(max(splat(x, 1), finite(x)), t, &r, &r_low, <exact>0)
    r = where_lt(splat(x, 3.4028234663852886e38), x, x, r)
    return where_lt(
        x, splat(x, 0), times_decay(factor, splat(x, 1), less, head, tail, steps),
        once(factor, r, r_low))


cdef inline f32 sqrt_softplus_derivative(f32 x, f32 p, f32 factor) noexcept nogil:
    # E/2 (1 - 3/4 E^2 + 65/96 E^4) for x < 0, E = exp(-|x|/2), and sigma(x) / (2 sqrt(softplus(x))) for x > 0
    cdef f32 head, tail, steps, r, r_low, e = decay(<float>0.5 * x, NULL, &head, &tail, &steps)
    e = e * e
    cdef f32 less = e * mul_add(e, splat(x, 0.33854167), splat(x, -0.375)), t = e * mul_add(e, splat(x, -0.5), splat(x, 1))
    root(max(splat(x, 1), finite(x)), t, &r, &r_low, <exact>0)
    r = where_lt(splat(x, 3.4028234663852886e38), x, x, r + r_low)
    return where_lt(
        x, splat(x, 0), times_decay(factor, splat(x, 0.5), less, head, tail, steps),
        factor * (mul_add(splat(x, -0.5), mul_add(-e, e, e), splat(x, 0.5)) / r))


# The table of GELU covers the whole right side, so x is below -4.9 (gelu_tanh: -4.2), or NaN, in the functions below.

cdef inline f32 gelu_decay(f32 x, f32* b, f32* head, f32* tail, f32* steps) noexcept nogil:
    """exp(-b^2 / 2), in the same form as decay(); b is x where the result is not 0.  The result is t of tables.h."""
    cdef f32 square, low
    b[0] = max(splat(x, -16), x)
    square = b[0] * b[0]
    low = <float>-0.5 * fma(b[0], b[0], -square)
    tail[0] = exp_steps(<float>-0.5 * square, &low, head, steps)
    return b[0] + <float>10


cdef inline f32 gelu(f32 x, f32 p, f32 factor) noexcept nogil:
    # x R(|x|) exp(-x^2 / 2)
    cdef f32 b, head, tail, steps, t = gelu_decay(x, &b, &head, &tail, &steps)
    return times_decay(
        factor, splat(x, GELU_TAIL_HI_F32),
        mul_add(t, horner(t, GELU_TAIL_F32, GELU_TAIL_F32_COUNT), splat(x, GELU_TAIL_LO_F32)), head, tail, steps)


cdef inline f32 gelu_derivative(f32 x, f32 p, f32 factor) noexcept nogil:
    # (R(|x|) - |x| / sqrt(2 pi)) exp(-x^2 / 2)
    cdef f32 b, head, tail, steps, slope, low, t = gelu_decay(x, &b, &head, &tail, &steps)
    two_product(b, splat(x, ONE_OVER_SQRT_2PI_HI_F32), &slope, &low)
    low = mul_add(b, splat(x, ONE_OVER_SQRT_2PI_LO_F32), low)
    return times_decay(
        factor, slope, low + horner(t, GELU_TAIL_R_F32, GELU_TAIL_R_F32_COUNT), head, tail, steps)


cdef inline f32 gelu_tanh(f32 x, f32 p, f32 factor) noexcept nogil:
    # x E (1 - E), E < 2^-17
    cdef f32 u, low, head, tail, steps, e, b = max(splat(x, -20), x)
    gelu_tanh_argument(b, &u, &low, <exact>0)
    e = decay(u, &low, &head, &tail, &steps)
    return times_decay(factor, b, -b * e, head, tail, steps)


cdef inline f32 gelu_tanh_derivative(f32 x, f32 p, f32 factor) noexcept nogil:
    # E (a + E (1 - 2a)), E < 2^-23, as in silu_slope().  a = 1 + x (2u)', x (2u)' = x (A + 3 B x^2), is kept in two
    # parts, because it is about -40.
    cdef f32 u, low, square, square_low, slope, slope_low, head, tail, steps, e, b = max(splat(x, -20), x)
    gelu_tanh_argument(b, &u, &low, <exact>0)
    two_product(b, b, &square, &square_low)
    two_product(splat(x, 3 * GELU_TANH_B_HI_F64), square, &slope, &slope_low)
    slope_low = mul_add(splat(x, 3 * GELU_TANH_B_HI_F64), square_low, slope_low)
    fast_two_sum(slope, splat(x, GELU_TANH_A_HI_F64), &slope, &square_low)
    slope_low = b * (slope_low + square_low)
    two_product(b, slope, &slope, &square_low)
    slope_low = slope_low + square_low
    fast_two_sum(slope, splat(x, 1), &slope, &square_low)
    slope_low = slope_low + square_low
    e = decay(u, &low, &head, &tail, &steps)
    return times_decay(factor, slope, mul_add(e, mul_add(splat(x, -2), slope, splat(x, 1)), slope_low), head, tail, steps)
