"""Formulas of the logistic function and of tanh: sigmoid, SiLU, Swish, tanh, softcap, softsign."""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, fast, brief, f32, f64, splat, fma, mul_add, min, max, abs, copysign, where_lt, zero_where_le, any_lt_f, rcp_f,
)
from fastact._kernels.math.saturating cimport tanh as vec_tanh, tanh_parts, tanhshrink as vec_tanhshrink
from fastact._kernels.math.vecmath cimport (
    TWO_TO_M56, exp_brief, fast_two_sum, logistic, logistic_fast, logistic_scaled, quotient, ratio,
    refined_reciprocal, two_product, two_sum,
)
from fastact._kernels.elementwise.formulas_parts cimport (
    choose, clamp, or_nan, break_tie, product_with, not_tiny, scale_down,
)

cdef extern from "tables.h" nogil:
    # Constants of formulas as HI + LO.
    const float QUICK_GELU_HI_F32, QUICK_GELU_LO_F32
    const double QUICK_GELU_HI_F64, QUICK_GELU_LO_F64


cdef inline real sigmoid(real x, tier t) noexcept nogil:
    return logistic(splat(x, 1), x, NULL, t)


cdef inline real sigmoid_derivative(real x, tier t) noexcept nogil:
    # sigma(|x|) sigma(-|x|); the power of two of the second factor is applied last
    x = abs(x)
    if real is f32 and tier is fast:
        return logistic_slope_fast(x)
    elif real is f64 and tier is brief:
        return logistic_slope_brief(x)
    else:
        return logistic(sigmoid(x, t), -x, NULL, t)


cdef inline f64 logistic_slope_brief(f64 a) noexcept nogil:
    """sigma(a) sigma(-a) for a >= 0."""
    cdef f64 e = exp_brief(a, -1.4426950408889634, False), s = e + splat(a, 1)
    return e / (s * s)


cdef inline f32 logistic_slope_fast(f32 a) noexcept nogil:
    """sigma(a) sigma(-a) for a >= 0."""
    cdef f32 e, s = rcp_f(logistic_scaled(-min(splat(a, 125), a), &e))
    return e * s * s * splat(a, TWO_TO_M56)


cdef inline real silu(real x, tier t) noexcept nogil:
    if real is f32 and tier is fast:
        return logistic_fast(max(splat(x, -125), x), x)
    elif real is f32:
        return where_lt(splat(x, 20), x, x, logistic(max(splat(x, -125), x), x, NULL, t))
    elif tier is brief:
        x = max(splat(x, -800), x)
        return logistic(x, x, NULL, t)
    else:
        return where_lt(splat(x, 40), x, x, break_tie(copysign(logistic(x, x, NULL, t), x), x, t))


cdef inline real silu_derivative(real x, tier t) noexcept nogil:
    return silu_slope(x, splat(x, 0), t)


cdef inline real silu_slope(real u, real u_low, tier t) noexcept nogil:
    """silu'(u + u_low) = sigma(u) (1 + u sigma(-u))."""
    cdef real far = choose(u, 120, 800), minus_low
    if real is f32 and tier is fast:
        u = clamp(u, splat(u, -125), far)
        minus_low = refined_reciprocal(logistic_scaled(u, &u_low))      # 2^56 sigma(u), and 2^-56 exp(-u)
        u_low = mul_add(u, u_low * minus_low, splat(u, 1))
        return minus_low * u_low * splat(u, TWO_TO_M56)
    if real is f64 and tier is brief:
        u = clamp(u, splat(u, -700), splat(u, 700))
        u_low = exp_brief(u, -1.4426950408889634, True)
        minus_low = splat(u, 1) / (u_low + splat(u, 1))
        # At the limit the factor is 0, so that its product with an infinite gradient is NaN, as on other targets.
        return zero_where_le(u, splat(u, -700), minus_low) * mul_add(u, u_low * minus_low, splat(u, 1))
    u_low = where_lt(abs(u), far, u_low, splat(u, 0))
    u = clamp(u, -far, far)
    minus_low = -u_low
    return logistic(mul_add(u, logistic(splat(u, 1), -u, &minus_low, t), splat(u, 1)), u, &u_low, t)


cdef inline real quick_gelu(real x, tier t) noexcept nogil:
    # x sigma(1.702 x)
    cdef real u, u_low, linear = choose(x, 14, 24), b = clamp(x, choose(x, -70, -460), linear)
    if real is f32 and tier is fast:
        return logistic_fast(max(splat(x, -125), x), x * splat(x, QUICK_GELU_HI_F32))
    quick_gelu_argument(b, &u, &u_low)
    return where_lt(linear, x, x, break_tie(copysign(logistic(b, u, &u_low, t), x), x, t))


cdef inline void quick_gelu_argument(real x, real* u, real* u_low) noexcept nogil:
    """u + u_low = 1.702 x; the constant is in two parts."""
    if real is f32:
        two_product(x, splat(x, QUICK_GELU_HI_F32), u, u_low)
        u_low[0] = mul_add(x, splat(x, QUICK_GELU_LO_F32), u_low[0])
    else:
        two_product(x, splat(x, QUICK_GELU_HI_F64), u, u_low)
        u_low[0] = mul_add(x, splat(x, QUICK_GELU_LO_F64), u_low[0])


cdef inline real quick_gelu_derivative(real x, tier t) noexcept nogil:
    cdef real u, u_low
    quick_gelu_argument(clamp(x, choose(x, -70, -460), choose(x, 70, 460)), &u, &u_low)
    return silu_slope(u, u_low, t)


cdef inline real swish(real x, real beta, tier t) noexcept nogil:
    """x sigma(beta x); x/2 for beta = 0, and the limit, x times a step, for an infinite beta.

    In double lanes the result is 0 where beta x < -800.  For |x| > 1e39 and |beta| < 1e-36 this is too early.
    """
    cdef real u, u_low, zero = splat(x, 0), linear = choose(x, 20, 40), far = choose(x, 125, 800), down
    product_with(beta, x, &u, &u_low)
    u_low = where_lt(abs(u), far, u_low, zero)
    beta = where_lt(u, -far, zero, where_lt(linear, u, zero, x))
    if real is f64:     # x may be infinite, or so large that its product with a significand overflows
        down = splat(x, 0.0009765625)
        beta = where_lt(splat(x, 1e300), abs(x), down * beta, beta)
        beta = logistic(beta, clamp(u, -far, far), &u_low, t)
        beta = where_lt(splat(x, 1e300), abs(x), splat(x, 1024) * beta, beta)
        beta = where_lt(zero, abs(u), beta, or_nan(u, <float>0.5 * x))
    else:
        beta = logistic(beta, clamp(u, -far, far), &u_low, t)
    return where_lt(linear, u, x, break_tie(copysign(beta, x), u, t))


cdef inline real swish_derivative(real x, real beta, tier t) noexcept nogil:
    cdef real u, u_low
    product_with(beta, x, &u, &u_low)
    return silu_slope(u, u_low, t)


cdef inline real swish_by_parameter(real x, real beta, tier t) noexcept nogil:
    # x^2 sigma(u) sigma(-u), u = beta x; the power of two of sigma(-u) is applied before the factor x.
    # For a large |u| the result is 0; as in swish, this is too early where beta is below 1e-26.
    cdef real u = abs(x * beta)
    x = where_lt(choose(x, 110, 760), u, splat(x, 0), x)
    return x * logistic(x * sigmoid(u, t), -u, NULL, t)


cdef inline real tanh(real x, tier t) noexcept nogil:
    return vec_tanh(x, t)


cdef inline real tanh_derivative(real x, tier t) noexcept nogil:
    # sech^2(x) = 4 sigma(2x) sigma(-2x); 1 - tanh^2 would lose the tails.
    x = abs(x + x)
    if real is f32 and tier is fast:
        return <float>4 * logistic_slope_fast(x)
    elif real is f64 and tier is brief:
        return <float>4 * logistic_slope_brief(x)
    else:
        return logistic(<float>4 * sigmoid(x, t), -x, NULL, t)


cdef inline real tanhshrink(real x, tier t) noexcept nogil:
    return vec_tanhshrink(x, t)


cdef inline real tanhshrink_derivative(real x, tier t) noexcept nogil:
    cdef real head, tail
    if real is f32 and tier is exact:
        tanh_parts(x, &head, &tail)
        return where_lt(splat(x, 9.5), abs(x), splat(x, 1), mul_add(head, head, (head + head) * tail))
    else:
        x = vec_tanh(x, t)
        return x * x


cdef inline real softsign(real x, tier t) noexcept nogil:
    # x / (1 + |x|)
    cdef real b, b_low, a = min(splat(x, 1e17), abs(x))     # above this bound 1 + a is a
    two_sum(splat(x, 1), a, &b, &b_low)
    a = ratio(a, splat(x, 0), b, b_low, t)
    if tier is fast:    # the estimate of a reciprocal does not give exactly 1 at the limit
        a = where_lt(splat(x, 1e15), abs(x), splat(x, 1), a)
    return copysign(a, x)


cdef inline real softsign_derivative(real x, tier t) noexcept nogil:
    # 1 / (1 + |x|)^2; in the exact tier the sum and its square are in two parts
    cdef real b, b_low, square, square_low, y, a = abs(x), one = splat(x, 1), zero = splat(x, 0), huge = choose(x, 1e18, 1e150)
    if tier is fast:
        b = one / (one + a)
        return b * b
    else:
        if real is f32:
            a = not_tiny(x)
        fast_two_sum(max(one, a), min(one, a), &b, &b_low)
        two_product(b, b, &square, &square_low)
        square_low = mul_add(b + b, b_low, square_low)
        if real is f32:
            y = ratio(one, zero, square, square_low, t)
            if any_lt_f(huge, a):       # the factor 2^-136 is applied last
                b = max(splat(x, 0.001), a * splat(x, 3.3881317890172014e-21))
                y = where_lt(huge, a, scale_down(one / (b * b), splat(x, -136), splat(x, 3.0517578125e-05)), y)
            return y
        else:
            return where_lt(huge, a, one / a / a, quotient(one, zero, square, square_low, t))


cdef inline real softcap_score(real x, real c, real* low, tier t) noexcept nogil:
    """result + low = x / c for c > 0; low is 0 in the fast tier and where it does not matter."""
    cdef real q = x / c
    low[0] = splat(x, 0)
    if tier is exact:
        low[0] = where_lt(abs(q), choose(x, 60, 400), fma(-q, c, x) / c, low[0])
    return q


cdef inline real softcap(real x, real c, tier t) noexcept nogil:
    """c tanh(x / c), an even function of c; x for an infinite c, and 0 for c = 0.

    Near 0 the result is x: the quotient may be subnormal, and have lost digits of x.
    """
    cdef real q, low, head, tail, y, slope
    c = abs(c)
    q = softcap_score(x, c, &low, t)
    if tier is exact:
        # tanh(q + low) = tanh q + low (1 - tanh^2 q)
        tanh_parts(q, &head, &tail)
        tail = mul_add(low, mul_add(-head, head, splat(x, 1)), tail)
        y = mul_add(c, head, c * tail)
    else:
        y = c * vec_tanh(q, t)
    y = where_lt(abs(q), choose(x, 0.000244140625, 7.450580596923828e-09), x, y)      # 2^-12, 2^-27
    # For x = 0 or an infinite c the quotient may be NaN.
    slope = where_lt(choose(x, 3.4028234663852886e38, 1.7976931348623157e308), c, x, y)
    # copysign: for c = 0 the exact sum of a head of -0 and a tail of 0 is 0.
    return copysign(where_lt(splat(x, 0), abs(x), slope, or_nan(c, x)), x)


cdef inline real softcap_derivative(real x, real c, tier t) noexcept nogil:
    # sech^2(u), u = x / c, as in tanh_derivative
    cdef real u, low, none = splat(x, 0), y
    c = abs(c)
    u = softcap_score(x, c, &low, t)
    low = where_lt(u, none, low + low, -(low + low))
    u = abs(u + u)
    y = logistic(<float>4 * sigmoid(u, t), -u, &low, t)
    y = where_lt(choose(x, 3.4028234663852886e38, 1.7976931348623157e308), c, splat(x, 1), y)
    return where_lt(none, abs(x), y, or_nan(c, or_nan(x, splat(x, 1))))
