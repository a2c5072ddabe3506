"""Formulas of exp(-x²) and of its integral: erf, the Gaussian, GELU and its approximation by tanh."""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, fast, brief, f32, f64, splat, fma, mul_add, min, max, abs, any_lt, copysign, scale, where_lt, zero_where_le,
)
from fastact._kernels.math.saturating cimport erf as vec_erf, mills, mills_fast, normal_tail_brief, PHI_BRIEF_END_F64
from fastact._kernels.math.vecmath cimport (
    TWO_TO_M56, exp2_normal, exp_brief, exp_fast, exp_split, exp_times, factor_exp, fast_two_sum, logistic,
    logistic_fast, logistic_scaled, refined_reciprocal, scaled, two_product, two_sum,
)
from fastact._kernels.elementwise.formulas_parts cimport break_tie, choose, clamp, or_nan

cdef extern from "tables.h" nogil:
    # Constants of formulas as HI + LO.  GELU_TANH: A = sqrt(8/pi), B = 0.044715 A.
    const float GELU_TANH_A_HI_F32, GELU_TANH_A_LO_F32, GELU_TANH_B_HI_F32, GELU_TANH_B_LO_F32
    const double GELU_TANH_A_HI_F64, GELU_TANH_A_LO_F64, GELU_TANH_B_HI_F64, GELU_TANH_B_LO_F64


cdef inline real erf(real x, tier t) noexcept nogil:
    return vec_erf(x, t)


cdef inline real erf_derivative(real x, tier t) noexcept nogil:
    return gaussian_times(x, splat(x, 1.1283791670955126), t)


cdef inline real gaussian(real x, tier t) noexcept nogil:
    # exp(-x^2); the square is in two parts
    return gaussian_times(x, splat(x, 1), t)


cdef inline real gaussian_times(real x, real factor, tier t) noexcept nogil:
    cdef real square, low, a = min(choose(x, 10.5, 28), abs(x))
    two_product(a, -a, &square, &low)
    return factor_exp(factor, True, square, &low, t)


cdef inline real gaussian_derivative(real x, tier t) noexcept nogil:
    cdef real square, low
    x = clamp(x, choose(x, -11, -28), choose(x, 11, 28))
    two_product(x, -x, &square, &low)
    return exp_times(square, low, splat(x, -2) * x, t)


cdef inline real gelu_reach(real x, tier t) noexcept nogil:
    """a = |x|, bounded to the range where Phi(-|x|) contributes to the result.

    For x above 7 (f32) or 9 (f64) gelu(x) is x.  For x below -14.2 (f32) or -38.6 (f64) gelu(x) is -0;
    a = 0 gives this result without subnormal intermediates.  In the tier brief no intermediate is subnormal up to 37.5.
    """
    cdef real a = abs(min(choose(x, 7, 9), x))
    if real is f64 and tier is brief:
        return where_lt(x, splat(x, -37.5), splat(x, 0), a)
    return where_lt(x, choose(x, -14.5, -38.7), splat(x, 0), a)


cdef inline real gelu(real x, tier t) noexcept nogil:
    """x Phi(x) = relu(x) - |x| Phi(-|x|): no cancellation on either side.

    Phi(-a) = exp(-a^2/2) R(a); in the exact tier the square, the exponential, R and the products
    are all carried as head + tail, and 2^n is applied by the last two operations.
    In the tier brief Phi(-a) is by segments, except for x below the last of them.
    """
    cdef real a, square, square_low, head, tail, power, r, r_low, w, w_low, s, near
    if real is f64 and tier is brief:
        a = min(splat(x, PHI_BRIEF_END_F64), abs(x))
        near = max(splat(x, 0), x) - a * normal_tail_brief(a)       # max(0, -0) is its second operand, so -0 stays
        if not any_lt(x, splat(x, -PHI_BRIEF_END_F64)):
            return near
    a = gelu_reach(x, t)
    square = a * a
    if tier is exact:
        square_low = <float>-0.5 * fma(a, a, -square)
        exp_split(<float>-0.5 * square, &square_low, &head, &tail, &power)
        mills(a, &r, &r_low, t)
        two_product(head, r, &w, &w_low)
        w_low = mul_add(head, r_low, w_low)
        w_low = mul_add(tail, r + r_low, w_low)
        r = a * w
        r_low = mul_add(a, w_low, fma(a, w, -r))
        fast_two_sum(r, r_low, &r, &r_low)
        s = scale(splat(x, -1), power)
        w = mul_add(s, r_low, fma(s, r, max(splat(x, 0), x)))
    elif real is f32:
        mills(a, &r, &r_low, t)
        w = mul_add(-a * r * exp2_normal(<float>-0.5 * square, 56), splat(x, TWO_TO_M56), max(splat(x, 0), x))
    else:
        head = exp_fast(square, -0.7213475204444817, &power, t)    # -log2(e)/2
        mills(a, &r, &r_low, t)
        w = mul_add(scaled(splat(x, -1), power, t), a * head * r, max(splat(x, 0), x))
        if tier is brief:
            w = where_lt(x, splat(x, -PHI_BRIEF_END_F64), w, near)
    return copysign(w, x)


cdef inline real gelu_derivative(real x, tier t) noexcept nogil:
    """Phi(x) + x phi(x); this is v for x < 0 and 1 - v for x >= 0, v = exp(-x^2/2) (R(|x|) - |x|/sqrt(2 pi)).

    v crosses zero at |x| = 0.7518; near there only the absolute error is bounded.
    """
    cdef real r, r_low, v, square, low, a = min(choose(x, 15, 40), abs(x))
    if real is f32 and tier is fast:
        r = mills_fast(a, True)
        v = mul_add(a, splat(x, -0.3989422804014327), r) * exp2_normal(<float>-0.5 * a * a, 56) * splat(x, TWO_TO_M56)
        return where_lt(x, splat(x, 0), v, splat(x, 1) - v)
    mills(a, &r, &r_low, t)
    r = mul_add(a, splat(x, -0.3989422804014327), r) + r_low
    two_product(a, <float>-0.5 * a, &square, &low)
    v = exp_times(square, low, r, t)
    return where_lt(x, splat(x, 0), v, splat(x, 1) - v)


cdef inline real gelu_10(real x, tier t) noexcept nogil:
    # clip(gelu(x), -10, 10); gelu is never below -0.17
    return min(splat(x, 10), gelu(x, t))


cdef inline real gelu_10_derivative(real x, tier t) noexcept nogil:
    # gelu(10) rounds to 10, where PyTorch's clamp lets the gradient pass.  In float lanes the fast derivative would be
    # off by 2^-11.9 beside its root.
    cdef exact better = 0
    if real is f32:
        return where_lt(splat(x, 10), x, splat(x, 0), gelu_derivative(max(splat(x, -14.9), x), better))
    else:
        return where_lt(splat(x, 10), x, splat(x, 0), gelu_derivative(x, t))


cdef inline void gelu_tanh_argument(real x, real* head, real* tail, tier t) noexcept nogil:
    """2u = x (A + B x^2), A = sqrt(8/pi), B = 0.044715 A; head + tail in the exact tier."""
    cdef real a, a_low, b, b_low, square, square_low, product, product_low, total, total_low
    if real is f32:
        a, a_low = splat(x, GELU_TANH_A_HI_F32), splat(x, GELU_TANH_A_LO_F32)
        b, b_low = splat(x, GELU_TANH_B_HI_F32), splat(x, GELU_TANH_B_LO_F32)
    else:
        a, a_low = splat(x, GELU_TANH_A_HI_F64), splat(x, GELU_TANH_A_LO_F64)
        b, b_low = splat(x, GELU_TANH_B_HI_F64), splat(x, GELU_TANH_B_LO_F64)
    if tier is exact:
        two_product(x, x, &square, &square_low)
        two_product(b, square, &product, &product_low)
        two_sum(a, product, &total, &total_low)
        total_low = total_low + (product_low + mul_add(b, square_low, mul_add(b_low, square, a_low)))
        two_product(x, total, head, tail)
        tail[0] = mul_add(x, total_low, tail[0])
    else:
        head[0] = x * mul_add(b, x * x, a)
        tail[0] = splat(x, 0)


cdef inline real gelu_tanh(real x, tier t) noexcept nogil:
    """x (1 + tanh u)/2 = x sigma(2u), u = sqrt(2/pi) (x + 0.044715 x^3).

    It is treated as a function of its own, not as an approximation of gelu: at x = -5 it is 84 % smaller.
    """
    cdef real u, u_low, linear = choose(x, 6.5, 8.5), b = clamp(x, choose(x, -11, -22.5), linear)
    if real is f32 and tier is fast:
        x = zero_where_le(x, splat(x, -11), x)      # below, the result is 0
        gelu_tanh_argument(min(splat(x, 7), x), &u, &u_low, t)
        return logistic_fast(x, u)
    gelu_tanh_argument(b, &u, &u_low, t)
    if tier is exact:
        return where_lt(linear, x, x, copysign(logistic(b, u, &u_low, t), x))
    else:
        return where_lt(linear, x, x, break_tie(copysign(logistic(b, u, NULL, t), x), x, t))


cdef inline real gelu_tanh_derivative(real x, tier t) noexcept nogil:
    # sigma(2u) (1 + x (2u)' sigma(-2u)), (2u)' = A + 3 B x^2
    cdef real u, u_low, minus_low, slope, slope_low, sigma, b = clamp(x, choose(x, -11, -22.5), choose(x, 11, 22.5))
    if real is f32 and tier is fast:
        gelu_tanh_argument(b, &u, &u_low, t)
        slope = b * mul_add(b * b, splat(x, 0.21406444881780073), splat(x, GELU_TANH_A_HI_F64))
        sigma = refined_reciprocal(logistic_scaled(u, &u_low))      # 2^56 sigma(2u), and 2^-56 exp(-2u)
        slope = mul_add(slope, u_low * sigma, splat(x, 1))
        return sigma * slope * splat(x, TWO_TO_M56)
    if real is f64 and tier is brief:
        gelu_tanh_argument(b, &u, &u_low, t)
        slope = b * mul_add(b * b, splat(x, 0.21406444881780073), splat(x, GELU_TANH_A_HI_F64))
        b = exp_brief(clamp(u, splat(x, -700), splat(x, 700)), -1.4426950408889634, True)
        sigma = splat(x, 1) / (b + splat(x, 1))
        return zero_where_le(x, splat(x, -22.5), sigma) * mul_add(slope, b * sigma, splat(x, 1))
    two_sum(splat(x, GELU_TANH_A_HI_F64), splat(x, 0.21406444881780073) * (b * b), &slope, &slope_low)
    gelu_tanh_argument(b, &u, &u_low, t)
    minus_low = -u_low
    sigma = logistic(splat(x, 1), -u, &minus_low, t)
    # The product is kept in two parts, because it is nearly -1 near the zero of the derivative.
    two_product(b, slope, &slope, &minus_low)
    slope_low = mul_add(b, slope_low, minus_low) * sigma
    slope = fma(slope, sigma, splat(x, 1)) + slope_low
    return logistic(slope, u, &u_low, t)


cdef inline real standard_score(real x, real mu, real sigma, real* low, tier t) noexcept nogil:
    """result + low = (x - mu) / sigma; low is 0 in the fast tier, and where the result is infinite or NaN.

    Where the difference could overflow, x/2 - mu/2 is divided and the quotient is doubled.  Where sigma is
    tiny, the remainder of the division could be subnormal; there difference and sigma are scaled up first.
    """
    cdef real score, rest, size = max(abs(mu), abs(x)), one = splat(x, 1), zero = splat(x, 0)
    cdef real largest = choose(x, 3.4028234663852886e38, 1.7976931348623157e308)
    cdef real up = where_lt(abs(sigma), choose(x, 1e-30, 1e-290), splat(x, 1.2676506002282294e30), one)     # 2^100
    cdef real twice = where_lt(choose(x, 1e38, 8e307), size, splat(x, 2), one)
    up = where_lt(choose(x, 1e8, 1e200), size, one, up)
    size = where_lt(choose(x, 1e38, 8e307), size, splat(x, 0.5), up)
    two_sum(size * x, -size * mu, &score, &rest)
    sigma = up * sigma
    x = score / sigma
    low[0] = zero
    if tier is exact:
        # The remainder of a quotient by infinity would be NaN.
        rest = twice * ((fma(-x, clamp(sigma, -largest, largest), score) + rest) / sigma)
        low[0] = where_lt(abs(x), choose(x, 100, 1000), rest, zero)
    return twice * x


cdef inline real half_square(real a, real a_low, real* low) noexcept nogil:
    """result + low = -(a + a_low)^2 / 2."""
    cdef real square
    two_product(a, <float>-0.5 * a, &square, low)
    low[0] = mul_add(-a, a_low, low[0])
    return square


cdef inline real laplace(real x, real mu, real sigma, tier t) noexcept nogil:
    """Phi(z), z = (x - mu) / sigma.  It is v = exp(-z^2/2) R(|z|) for z < 0 and 1 - v for z >= 0.

    In the exact tier z, its square, the exponential, R and their product are carried in two parts.
    """
    cdef real z, z_low, a, square, low, head, tail, power, r, r_low, w, zero = splat(x, 0), far = choose(x, 14.5, 38.7)
    z = standard_score(x, mu, sigma, &z_low, t)
    a = min(far, abs(z))
    if tier is exact:
        z_low = where_lt(abs(z), far, where_lt(z, zero, -z_low, z_low), zero)
        square = half_square(a, z_low, &low)
        exp_split(square, &low, &head, &tail, &power)
        mills(a, &r, &r_low, t)
        # R' = a R - 1/sqrt(2 pi)
        r_low = mul_add(z_low, mul_add(a, r + r_low, splat(x, -0.3989422804014327)), r_low)
        two_product(head, r, &w, &low)
        w = w + mul_add(tail, r + r_low, mul_add(head, r_low, low))
    else:
        head = exp_fast(<float>-0.5 * a * a, 1.4426950408889634, &power, t)
        mills(a, &r, &r_low, t)
        w = head * r
    w = scale(w, power)
    return where_lt(z, zero, w, splat(x, 1) - w)


cdef inline real laplace_derivative(real x, real mu, real sigma, tier t) noexcept nogil:
    """exp(-z^2/2) / (sqrt(2 pi) sigma), z = (x - mu) / sigma; 0 where z is infinite, whatever sigma is."""
    cdef real z, z_low, square, low, y, zero = splat(x, 0), far = choose(x, 30, 54), up
    z = standard_score(x, mu, sigma, &z_low, t)
    z_low = where_lt(abs(z), far, where_lt(z, zero, -z_low, z_low), zero)
    square = half_square(min(far, abs(z)), z_low, &low)
    # The reciprocal of a tiny sigma may overflow even where the result does not, so sigma is scaled up.
    up = where_lt(abs(sigma), choose(x, 1e-30, 1e-290), splat(x, 1.2676506002282294e30), splat(x, 1))       # 2^100
    y = up * factor_exp(splat(x, 0.3989422804014327) / (up * sigma), False, square, &low, t)
    return or_nan(z, where_lt(abs(z), far, y, zero))
