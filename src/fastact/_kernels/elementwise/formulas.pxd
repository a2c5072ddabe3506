"""The activations and their derivatives, each written once.

Every function takes vectors of either type in either tier; parameters are vectors too.  Specials
(signed zeros, infinities, NaN) are those of the limit of the function.  Errors: see _catalogue.py,
which tests and `python -m fastact verify` hold against these kernels.

Where a formula has bounds ("linear", "empty"), the result beyond them is x, or the limit, to the
last bit; they also keep infinities out of differences.
"""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, fast, f32, f64, splat, fma, mul_add, min, max, abs, copysign, scale, where_lt,
    zero_where_le, any_lt, any_lt_f, scale_tail_f, TABLE_SEGMENTS,
)
from fastact._kernels.math.vecmath cimport (
    erf as vec_erf, exp, exp_fast, exp_split, exp_times, expm1, expm1_times, factor_exp, fast_two_sum,
    inverse_root, log, log1p_ratio, logistic, logistic_times, mills, modest, plus_square, quotient, ratio, root,
    root_parts, tanh as vec_tanh, tanh_parts, tanhshrink as vec_tanhshrink, two_product, two_sum,
)

cdef extern from "tables.h" nogil:
    # Constants of formulas as HI + LO.  GELU_TANH: A = sqrt(8/pi), B = 0.044715 A.
    const float GELU_TANH_A_HI_F32, GELU_TANH_A_LO_F32, GELU_TANH_B_HI_F32, GELU_TANH_B_LO_F32
    const double GELU_TANH_A_HI_F64, GELU_TANH_A_LO_F64, GELU_TANH_B_HI_F64, GELU_TANH_B_LO_F64
    const float QUICK_GELU_HI_F32, QUICK_GELU_LO_F32
    const double QUICK_GELU_HI_F64, QUICK_GELU_LO_F64
    const float SELU_SCALE_HI_F32, SELU_SCALE_LO_F32, SELU_SCALE_ALPHA_HI_F32, SELU_SCALE_ALPHA_LO_F32
    const double SELU_SCALE_HI_F64, SELU_SCALE_LO_F64, SELU_SCALE_ALPHA_HI_F64, SELU_SCALE_ALPHA_LO_F64


# ------------------------------------------------------------------------ small parts ----

cdef inline real choose(real like, double for_float, double for_double) noexcept nogil:
    """A bound, which depends on the type's range."""
    if real is f32:
        return splat(like, for_float)
    else:
        return splat(like, for_double)


cdef inline real clamp(real x, real low, real high) noexcept nogil:
    return max(low, min(high, x))


cdef inline real or_nan(real x, real y) noexcept nogil:
    """y, but NaN where x is NaN: x - 0 x would do, but for infinities."""
    cdef real none = splat(x, 0)
    # min(0, max(0, x)) is 0, or NaN.
    return y + min(none, max(none, x))


cdef inline real break_tie(real y, real x, tier t) noexcept nogil:
    """y for functions x/2 + c x^2 + ... with c > 0, so that rounding to bfloat16 is right.

    For subnormal x all but x/2 is lost even in double, and x/2 may be a tie: 2^-52 of y decides it
    the way x^2 would.  The error of the (f64, fast) tier is 2^15 times that.
    """
    if real is f64 and tier is fast:
        return y * (splat(x, 1) + copysign(splat(x, 2.220446049250313e-16), x))
    else:
        return y


cdef inline real unit_step(real x) noexcept nogil:
    """1 for x > 0, 0 for x <= 0, NaN for NaN."""
    cdef real zero = splat(x, 0)
    # The inner choice is 0 for all x <= 0; NaN stays.
    return where_lt(zero, x, splat(x, 1), max(zero, x))


cdef inline real between(real x, real low, real high) noexcept nogil:
    """1 for low < x < high, else 0; NaN for NaN."""
    return or_nan(x, where_lt(low, x, where_lt(x, high, splat(x, 1), splat(x, 0)), splat(x, 0)))


cdef inline real negative_part(real x) noexcept nogil:
    """min(0, x), kept where exp is not yet 0, for expm1 and exp."""
    return min(splat(x, 0), max(choose(x, -120, -800), x))


cdef inline void product_with(real p, real x, real* head, real* low) noexcept nogil:
    """head + low = p x, 0 if one of them is, though the other be infinite; in float lanes p is finite."""
    cdef real least = splat(x, 0), none = splat(x, 0)
    two_product(x, p, head, low)
    if real is f64:
        least = or_nan(p, min(abs(p), abs(x)))
        head[0] = zero_where_le(least, none, head[0])
        low[0] = zero_where_le(least, none, low[0])


cdef inline f32 not_tiny(f32 x) noexcept nogil:
    """|x|, but 2^-100 where it is less, and does not count beside 1: subnormal operands cost a hundred cycles."""
    return max(splat(x, 7.888609052210118e-31), abs(x))


# ------------------------------------------------------------------- no more than a choice --

cdef inline real identity(real x, tier t) noexcept nogil:
    return x


cdef inline real identity_derivative(real x, tier t) noexcept nogil:
    return or_nan(x, splat(x, 1))


cdef inline real binary_step(real x, tier t) noexcept nogil:
    # min(1, max(1, x)) is 1, or NaN.
    return where_lt(x, splat(x, 0), splat(x, 0), min(splat(x, 1), max(splat(x, 1), x)))


cdef inline real binary_step_derivative(real x, tier t) noexcept nogil:
    return or_nan(x, splat(x, 0))


cdef inline real relu(real x, tier t) noexcept nogil:
    return max(splat(x, 0), x)


cdef inline real relu_derivative(real x, tier t) noexcept nogil:
    return unit_step(x)


cdef inline real relu6(real x, tier t) noexcept nogil:
    return min(splat(x, 6), max(splat(x, 0), x))


cdef inline real relu6_derivative(real x, tier t) noexcept nogil:
    return between(x, splat(x, 0), splat(x, 6))


cdef inline real relu_squared(real x, tier t) noexcept nogil:
    x = max(splat(x, 0), x)
    return x * x


cdef inline real relu_squared_derivative(real x, tier t) noexcept nogil:
    return <float>2 * max(splat(x, 0), x)


cdef inline real leaky_relu(real x, real negative_slope, tier t) noexcept nogil:
    return where_lt(splat(x, 0), x, x, x * negative_slope)


cdef inline real leaky_relu_derivative(real x, real negative_slope, tier t) noexcept nogil:
    return or_nan(x, where_lt(splat(x, 0), x, splat(x, 1), negative_slope))


cdef inline real threshold(real x, real threshold, real value, tier t) noexcept nogil:
    return where_lt(threshold, x, x, or_nan(x, value))


cdef inline real threshold_derivative(real x, real threshold, real value, tier t) noexcept nogil:
    return or_nan(x, where_lt(threshold, x, splat(x, 1), splat(x, 0)))


cdef inline real hard_tanh(real x, real min_val, real max_val, tier t) noexcept nogil:
    return min(max_val, max(min_val, x))


cdef inline real hard_tanh_derivative(real x, real min_val, real max_val, tier t) noexcept nogil:
    return between(x, min_val, max_val)


cdef inline real softshrink(real x, real lambd, tier t) noexcept nogil:
    # the constant first: NaN stays
    return copysign(max(splat(x, 0), abs(x) - lambd), x)


cdef inline real softshrink_derivative(real x, real lambd, tier t) noexcept nogil:
    return or_nan(x, where_lt(lambd, abs(x), splat(x, 1), splat(x, 0)))


cdef inline real hardshrink(real x, real lambd, tier t) noexcept nogil:
    return zero_where_le(abs(x), lambd, x)


cdef inline real hardshrink_derivative(real x, real lambd, tier t) noexcept nogil:
    return or_nan(x, where_lt(lambd, abs(x), splat(x, 1), splat(x, 0)))


cdef inline real square(real x, tier t) noexcept nogil:
    return x * x


cdef inline real square_derivative(real x, tier t) noexcept nogil:
    return x + x


# -------------------------------------------------------------------------- piecewise ----

cdef inline real hard_sigmoid(real x, tier t) noexcept nogil:
    # clip(x + 3, 0, 6) / 6, rounded once
    cdef real sum, low
    fast_two_sum(splat(x, 3), clamp(x, splat(x, -3), splat(x, 3)), &sum, &low)
    return mul_add(sum, sixth(x), sixth_rest(x, sum, low))


cdef inline real sixth(real like) noexcept nogil:
    """1/6, rounded."""
    return choose(like, 0.16666667163372040, 0.16666666666666666)


cdef inline real sixth_rest(real like, real sum, real low) noexcept nogil:
    """What is missing of (sum + low)/6 in sum * sixth."""
    return mul_add(sum, choose(like, -4.967053731282552e-09, 9.25185853854297e-18), low * sixth(like))


cdef inline real hard_sigmoid_derivative(real x, tier t) noexcept nogil:
    return between(x, splat(x, -3), splat(x, 3)) * sixth(x)


cdef inline real hard_sigmoid_linear(real x, real alpha, real beta, tier t) noexcept nogil:
    # clip(alpha x + beta, 0, 1); fused, or it would cancel near the lower corner
    return clamp(fma(alpha, x, beta), splat(x, 0), splat(x, 1))


cdef inline real hard_sigmoid_linear_derivative(real x, real alpha, real beta, tier t) noexcept nogil:
    # Exactly, or it would be wrong beside the kinks.
    cdef real zero = splat(x, 0), sum, low, product, product_low
    two_product(alpha, x, &product, &product_low)
    two_sum(product, beta, &sum, &low)
    low = low + product_low
    return alpha * or_nan(x, where_lt(zero, sum + low, where_lt((sum - splat(x, 1)) + low, zero, splat(x, 1), zero), zero))


cdef inline real hard_swish(real x, tier t) noexcept nogil:
    # x clip(x + 3, 0, 6) / 6; divided first, as the product may overflow
    cdef real three = splat(x, 3), b = max(-three, x), sum, low, y
    fast_two_sum(three, min(three, b), &sum, &low)
    if tier is exact:
        y = sum * sixth(x)
        low = fma(sum, sixth(x), -y) + sixth_rest(x, sum, low)
        y = mul_add(b, y, b * low)
    else:
        y = break_tie(b * (sum * sixth(x)), x, t)
    return where_lt(three, x, x, y)


cdef inline real hard_swish_derivative(real x, tier t) noexcept nogil:
    cdef real sum = x + x + <float>3, slope = mul_add(sum, sixth(x), sixth_rest(x, sum, splat(x, 0)))
    # The ends belong to the outer pieces, as in PyTorch: beyond the numbers next to them.
    slope = where_lt(choose(x, 2.9999997615814209, 2.9999999999999996), x, splat(x, 1), slope)
    return where_lt(x, choose(x, -2.9999997615814209, -2.9999999999999996), splat(x, 0), slope)


# ------------------------------------------------------------ sigmoid and its kin ------

cdef inline real sigmoid(real x, tier t) noexcept nogil:
    return logistic(splat(x, 1), x, NULL, t)


cdef inline real sigmoid_derivative(real x, tier t) noexcept nogil:
    # sigma(|x|) sigma(-|x|), the second with its power of two applied last
    x = abs(x)
    return logistic(sigmoid(x, t), -x, NULL, t)


cdef inline real silu(real x, tier t) noexcept nogil:
    cdef real y, linear = choose(x, 20, 40)
    if tier is exact:
        # On -|x|, which logistic computes anyway; the sign at the end, -0's too.
        y = logistic(copysign(x, splat(x, -1)), x, NULL, t)
        return where_lt(linear, x, x, copysign(y, x))
    else:
        return where_lt(linear, x, x, break_tie(copysign(logistic(x, x, NULL, t), x), x, t))


cdef inline real silu_derivative(real x, tier t) noexcept nogil:
    return silu_slope(x, splat(x, 0), t)


cdef inline real silu_slope(real u, real u_low, tier t) noexcept nogil:
    """silu'(u + u_low) = sigma(u) (1 + u sigma(-u))."""
    cdef real far = choose(u, 120, 800), minus_low
    u_low = where_lt(abs(u), far, u_low, splat(u, 0))
    u = clamp(u, -far, far)
    minus_low = -u_low
    return logistic(mul_add(u, logistic(splat(u, 1), -u, &minus_low, t), splat(u, 1)), u, &u_low, t)


cdef inline real quick_gelu(real x, tier t) noexcept nogil:
    # x sigma(1.702 x)
    cdef real u, u_low, linear = choose(x, 14, 24), b = clamp(x, choose(x, -70, -460), linear)
    quick_gelu_argument(b, &u, &u_low)
    return where_lt(linear, x, x, break_tie(copysign(logistic(b, u, &u_low, t), x), x, t))


cdef inline void quick_gelu_argument(real x, real* u, real* u_low) noexcept nogil:
    """u + u_low = 1.702 x, the constant in two parts."""
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
    """x sigma(beta x); x/2 for beta = 0, the limit of a step for an infinite one.

    f64: where beta x < -800 the result is 0; for |x| > 1e39 and |beta| < 1e-36 that is too early.
    """
    cdef real u, u_low, zero = splat(x, 0), linear = choose(x, 20, 40), far = choose(x, 170, 800), down
    product_with(beta, x, &u, &u_low)
    u_low = where_lt(abs(u), far, u_low, zero)
    beta = where_lt(u, -far, zero, where_lt(linear, u, zero, x))
    if real is f64:     # x may be the largest, which is multiplied by a significand, or infinite
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


# ---------------------------------------------------------------------------- tanh ------

cdef inline real tanh(real x, tier t) noexcept nogil:
    return vec_tanh(x, t)


cdef inline real tanh_derivative(real x, tier t) noexcept nogil:
    # sech^2(x) = 4 sigma(2x) sigma(-2x): 1 - tanh^2 would lose the tails.
    x = abs(x + x)
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
    cdef real b, b_low, a = min(splat(x, 1e17), abs(x))     # of 1 + a the 1 has long gone
    two_sum(splat(x, 1), a, &b, &b_low)
    a = ratio(a, splat(x, 0), b, b_low, t)
    if tier is fast:    # the estimate of a reciprocal is not exact at the limit
        a = where_lt(splat(x, 1e15), abs(x), splat(x, 1), a)
    return copysign(a, x)


cdef inline f32 scale_down(f32 x, f32 power, f32 least) noexcept nogil:
    """2^power x, power < -30; below least that is 0, without the cost of finding out."""
    x = where_lt(x, least, splat(x, 0), x)
    if TABLE_SEGMENTS:
        return scale_tail_f(x, power + <float>12582912.0)
    return scale(x, power)


cdef inline real softsign_derivative(real x, tier t) noexcept nogil:
    # 1 / (1 + |x|)^2, in the exact tier the sum and its square in two parts
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
            if any_lt_f(huge, a):       # 2^-136 last
                b = max(splat(x, 0.001), a * splat(x, 3.3881317890172014e-21))
                y = where_lt(huge, a, scale_down(one / (b * b), splat(x, -136), splat(x, 3.0517578125e-05)), y)
            return y
        else:
            return where_lt(huge, a, one / a / a, quotient(one, zero, square, square_low, t))


# ------------------------------------------------------------------------ erf and gelu --

cdef inline real erf(real x, tier t) noexcept nogil:
    return vec_erf(x, t)


cdef inline real erf_derivative(real x, tier t) noexcept nogil:
    return gaussian_times(x, splat(x, 1.1283791670955126), t)


cdef inline real gelu_reach(real x) noexcept nogil:
    """|x| as far as Phi(-|x|) counts: beyond 9 nothing is left to take from x, and below -14.2
    (f32) or -38.6 the result is -0, which a = 0 gives without subnormals on the way."""
    cdef real a = abs(min(choose(x, 7, 9), x))
    return where_lt(x, choose(x, -14.5, -38.7), splat(x, 0), a)


cdef inline real gelu(real x, tier t) noexcept nogil:
    """x Phi(x) = relu(x) - |x| Phi(-|x|): no cancellation on either side.

    Phi(-a) = exp(-a^2/2) R(a); in the exact tier the square, the exponential, R and the products
    are all carried as head + tail, and 2^n is applied by the last two operations.
    """
    cdef real a, square, square_low, head, tail, power, r, r_low, w, w_low, s
    a = gelu_reach(x)
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
    else:
        head = exp_fast(square, -0.7213475204444817, &power)    # -log2(e)/2
        mills(a, &r, &r_low, t)
        w = mul_add(scale(splat(x, -1), power), a * head * r, max(splat(x, 0), x))
    return copysign(w, x)


cdef inline real gelu_derivative(real x, tier t) noexcept nogil:
    """Phi(x) + x phi(x), as v for x < 0 and 1 - v for x >= 0, v = exp(-x^2/2) (R(|x|) - |x|/sqrt(2 pi)).

    v crosses zero at |x| = 0.7518: there the error is absolute.
    """
    cdef real r, r_low, v, square, low, a = min(choose(x, 15, 40), abs(x))
    mills(a, &r, &r_low, t)
    r = mul_add(a, splat(x, -0.3989422804014327), r) + r_low
    two_product(a, <float>-0.5 * a, &square, &low)
    v = exp_times(square, low, r, t)
    return where_lt(x, splat(x, 0), v, splat(x, 1) - v)


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

    A function of its own, not an approximation to offer for gelu: -84 % at x = -5.
    """
    cdef real u, u_low, linear = choose(x, 6.5, 8.5), b = clamp(x, choose(x, -11, -22.5), linear)
    gelu_tanh_argument(b, &u, &u_low, t)
    if tier is exact:
        return where_lt(linear, x, x, copysign(logistic(b, u, &u_low, t), x))
    else:
        return where_lt(linear, x, x, break_tie(copysign(logistic(b, u, NULL, t), x), x, t))


cdef inline real gelu_tanh_derivative(real x, tier t) noexcept nogil:
    # sigma(2u) (1 + x (2u)' sigma(-2u)), (2u)' = A + 3 B x^2
    cdef real u, u_low, minus_low, slope, slope_low, sigma, b = clamp(x, choose(x, -11, -22.5), choose(x, 11, 22.5))
    two_sum(splat(x, GELU_TANH_A_HI_F64), splat(x, 0.21406444881780073) * (b * b), &slope, &slope_low)
    gelu_tanh_argument(b, &u, &u_low, t)
    minus_low = -u_low
    sigma = logistic(splat(x, 1), -u, &minus_low, t)
    # The product in two parts: near the derivative's zero it is nearly -1.
    two_product(b, slope, &slope, &minus_low)
    slope_low = mul_add(b, slope_low, minus_low) * sigma
    slope = fma(slope, sigma, splat(x, 1)) + slope_low
    return logistic(slope, u, &u_low, t)


# ----------------------------------------------------------------- exponential units ----

cdef inline real elu(real x, real alpha, tier t) noexcept nogil:
    cdef real zero = splat(x, 0)
    return where_lt(zero, x, x, zero_or(alpha * x, expm1_times(negative_part(x), NULL, alpha, NULL, t), x))


cdef inline real zero_or(real at_zero, real y, real x) noexcept nogil:
    """y, but the first where x is -0: sums of two parts lose its sign."""
    return where_lt(x, splat(x, 0), y, at_zero)


cdef inline real elu_derivative(real x, real alpha, tier t) noexcept nogil:
    cdef real y, far, zero = splat(x, 0)
    if real is f64:
        if any_lt(splat(x, 1), abs(alpha)):
            # Its product with a significand may overflow, and exp(-800) count.
            far = splat(x, -1412)
            y = <float>2 * factor_exp(<float>0.5 * alpha, False, min(zero, max(far, x)), NULL, t)
            y = where_lt(splat(x, 1.7976931348623157e308), abs(alpha), or_nan(x, alpha), y)
            y = where_lt(x, far, copysign(zero, alpha), y)
            y = where_lt(splat(x, 1), abs(alpha), y, factor_exp(alpha, False, negative_part(x), NULL, t))
            return where_lt(zero, x, splat(x, 1), y)
    return where_lt(zero, x, splat(x, 1), factor_exp(alpha, False, negative_part(x), NULL, t))


cdef inline real celu(real x, real alpha, tier t) noexcept nogil:
    cdef real q = x / alpha, q_low = splat(x, 0), y
    if real is f32 and tier is exact:
        q_low = fma(-q, alpha, x) / alpha
        q_low = where_lt(abs(q), splat(x, 120), q_low, splat(x, 0))
        y = expm1_times(negative_part(q), &q_low, alpha, NULL, t)
        # So near to 0 it is x, of which the quotient may have lost something.
        y = where_lt(abs(q), splat(x, 1.4901161193847656e-08), x, y)
    else:
        y = alpha * expm1(negative_part(q), t)
        if real is f64:
            y = celu_above(q, x, alpha, y, t)
            # So near to 0 it is x, and where alpha is infinite, or x and alpha are 0: then q is 0 or NaN.
            q_low = where_lt(splat(x, -1), abs(alpha), x, alpha)       # NaN stays
            y = where_lt(splat(x, 5.551115123125783e-17), abs(q), y, q_low)
    return where_lt(splat(x, 0), x, x, y)


cdef inline real celu_above(real q, real x, real alpha, real y, tier t) noexcept nogil:
    """alpha (exp(q) - 1) where alpha < 0, so that q = x / alpha > 0 for x < 0; else y.

    exp(q) - 1 = (1 - exp(-q)) exp(q), with the last power of two applied last.  From q = 1460 on it is
    infinite for every alpha, -0 too.
    """
    cdef real q_low, product, far = splat(q, 1460), zero = splat(q, 0)
    if not any_lt(copysign(splat(q, 1), alpha), zero):     # of -0, too
        return y
    q_low = where_lt(abs(q), far, fma(-q, alpha, x) / alpha, zero)
    product = -alpha * expm1(max(splat(q, -800), -q), t)
    product = factor_exp(product, False, min(far, q), &q_low, t)
    product = where_lt(q, far, product, splat(q, -1) / zero)
    return where_lt(zero, q, product, y)


cdef inline real celu_derivative(real x, real alpha, tier t) noexcept nogil:
    # The quotient in two parts: exp multiplies its rounding.
    cdef real q = x / alpha, q_low = fma(-q, alpha, x) / alpha, zero = splat(x, 0), one = splat(x, 1), y
    q_low = where_lt(abs(q), choose(x, 120, 800), q_low, zero)
    y = factor_exp(one, True, negative_part(q), &q_low, t)
    if real is f64:
        if any_lt(copysign(one, alpha), zero):
            y = where_lt(zero, q, factor_exp(one, False, min(splat(x, 800), q), &q_low, t), y)
        y = where_lt(splat(x, 5.551115123125783e-17), abs(q), y, or_nan(alpha, or_nan(x, one)))
    return where_lt(zero, x, one, y)


cdef inline real selu(real x, tier t) noexcept nogil:
    # scale x, scale alpha expm1(x): the constants in two parts
    cdef real y, low, zero = splat(x, 0)
    if real is f32 and tier is exact:
        low = splat(x, SELU_SCALE_ALPHA_LO_F32)
        y = expm1_times(negative_part(x), NULL, splat(x, SELU_SCALE_ALPHA_HI_F32), &low, t)
        low = min(splat(x, 3.4028234663852886e38), x) * splat(x, SELU_SCALE_LO_F32)    # infinity has no low part
        return copysign(where_lt(x, zero, y, fma(x, splat(x, SELU_SCALE_HI_F32), low)), x)
    y = where_lt(zero, x, x, expm1(negative_part(x), t))
    if real is f32:
        # The scale rounded down: rounded up it would make infinity of 3.2386e38.
        return y * where_lt(zero, x, splat(x, 1.0507009029388428), splat(x, SELU_SCALE_ALPHA_HI_F64))
    else:
        return or_infinite(y, fma(
            y, where_lt(zero, x, splat(x, SELU_SCALE_HI_F64), splat(x, SELU_SCALE_ALPHA_HI_F64)),
            y * where_lt(zero, x, splat(x, SELU_SCALE_LO_F64), splat(x, SELU_SCALE_ALPHA_LO_F64))))


cdef inline real or_infinite(real x, real y) noexcept nogil:
    """y, but x where x is +inf: a low part times inf may have made NaN of it."""
    return where_lt(choose(x, 3.4028234663852886e38, 1.7976931348623157e308), x, x, y)


cdef inline real selu_derivative(real x, tier t) noexcept nogil:
    return where_lt(
        splat(x, 0), x, splat(x, SELU_SCALE_HI_F64),
        factor_exp(splat(x, SELU_SCALE_ALPHA_HI_F64), True, negative_part(x), NULL, t))


# --------------------------------------------------------------------------- softplus ----

cdef inline real softplus_unit(real x, real x_low, tier t) noexcept nogil:
    """log(1 + exp(x + x_low)) = max(x, 0) + E G(E), E = exp(-|x|), G(E) = log1p(E)/E.

    For x < 0 the power of two of E is applied last, so that the tail is right down to the
    subnormals; x_low must be 0 where x is not finite.
    """
    cdef real a, low, head, tail, power, g, w, w_low, zero = splat(x, 0)
    a = max(choose(x, -120, -800), copysign(x, splat(x, -1)))
    if tier is exact:
        low = where_lt(x, zero, x_low, -x_low)
        exp_split(a, &low, &head, &tail, &power)
        g = log1p_ratio(scale(head + tail, power), t)
        two_product(head, g, &w, &w_low)
        w_low = mul_add(tail, g, w_low)
        low = scale(w + w_low, power)
        return where_lt(x, zero, low, x + (low + x_low))
    else:
        head = exp_fast(a, 1.4426950408889634, &power)
        w = scale(head * log1p_ratio(scale(head, power), t), power)
        return max(zero, x) + w


cdef inline real softplus(real x, real beta, tier t) noexcept nogil:
    # log(1 + exp(beta x)) / beta, without the threshold that others have; infinite for beta = 0
    cdef real y, y_low
    product_with(beta, x, &y, &y_low)
    y_low = where_lt(abs(y), choose(x, 120, 800), y_low, splat(x, 0))
    # Far to the right it is x: beta x may overflow where the quotient does not.
    return where_lt(choose(x, 1e9, 1e17), y, x, softplus_unit(y, y_low, t) / beta)


cdef inline real softplus_derivative(real x, real beta, tier t) noexcept nogil:
    cdef real u, u_low
    product_with(beta, x, &u, &u_low)
    u_low = where_lt(abs(u), choose(x, 120, 800), u_low, splat(x, 0))
    return logistic(splat(x, 1), u, &u_low, t)


cdef inline real log_sigmoid(real x, tier t) noexcept nogil:
    # its mirror image
    return -softplus_unit(-x, splat(x, 0), t)


cdef inline real log_sigmoid_derivative(real x, tier t) noexcept nogil:
    return sigmoid(-x, t)


cdef inline real sqrt_softplus(real x, tier t) noexcept nogil:
    # For x < 0 as exp(x/2) sqrt(G(exp x)): softplus itself would underflow long before.
    cdef real head, tail, right, zero = splat(x, 0), b = clamp(x, choose(x, -240, -1600), zero)
    root(log1p_ratio(exp(b, t), t), zero, &head, &tail, t)
    head = exp(<float>0.5 * b, t) * (head + tail)
    root(max(zero, softplus_unit(x, zero, t)), zero, &right, &tail, t)
    return where_lt(x, zero, head, right)


cdef inline real sqrt_softplus_derivative(real x, tier t) noexcept nogil:
    # sigma(x) / (2 sqrt(softplus(x))); for x < 0 as exp(x/2) / (2 (1 + e) sqrt(G(e))), e = exp(x)
    cdef real e, head, tail, left, zero = splat(x, 0), b = clamp(x, choose(x, -240, -1600), zero)
    e = exp(b, t)
    root(log1p_ratio(e, t), zero, &head, &tail, t)
    left = exp(<float>0.5 * b, t) / (<float>2 * (mul_add(e, head, head)))
    return where_lt(x, zero, left, sigmoid(x, t) / (<float>2 * sqrt_softplus(max(zero, x), t)))


cdef inline void mish_parts(real x, real* n, real* n_low, real* d, real* d_low, real* power, tier t) noexcept nogil:
    """tanh(softplus(x)) = 2^floor(power) (n + n_low) / (d + d_low).

    With E = exp(-|x|): E (2 + E) / (2 + E (2 + E)) for x < 0, whose E is left to the power, and
    (1 + 2E) / (1 + 2E + 2E^2) for x >= 0.
    """
    cdef real a, head, tail, s, e, e_low, u, u_low, w, w_low, v, v_low, zero = splat(x, 0)
    a = max(choose(x, -120, -800), copysign(x, splat(x, -1)))
    if tier is exact:
        exp_split(a, NULL, &head, &tail, power)
        fast_two_sum(head, tail, &head, &tail)      # products of two tails are left out below
    else:
        head = exp_fast(a, 1.4426950408889634, power)
        tail = zero
    s = scale(splat(x, 1), power[0])
    e, e_low = s * head, s * tail
    # x < 0: n = E' (2 + E) with E = 2^power E'
    fast_two_sum(splat(x, 2), e, &u, &u_low)
    u_low = u_low + e_low
    two_product(head, u, &w, &w_low)
    w_low = w_low + mul_add(head, u_low, tail * u)
    fast_two_sum(splat(x, 2), s * w, &v, &v_low)
    v_low = mul_add(s, w_low, v_low)
    # x >= 0: n = 1 + 2E, d = n + 2E^2
    fast_two_sum(splat(x, 1), e + e, &u, &u_low)
    u_low = mul_add(splat(x, 2), e_low, u_low)
    n[0], n_low[0] = where_lt(x, zero, w, u), where_lt(x, zero, w_low, u_low)
    two_product(e, e + e, &w, &w_low)
    w_low = mul_add(<float>4 * e, e_low, w_low)
    fast_two_sum(u, w, &w, &e)
    d[0], d_low[0] = where_lt(x, zero, v, w), where_lt(x, zero, v_low, e + w_low + u_low)
    power[0] = where_lt(x, zero, power[0], zero)


cdef inline real mish(real x, tier t) noexcept nogil:
    """x tanh(softplus(x))."""
    cdef real n, n_low, d, d_low, power, linear = choose(x, 12, 22), b = clamp(x, choose(x, -120, -800), linear)
    mish_parts(b, &n, &n_low, &d, &d_low, &power, t)
    two_product(b, n, &n, &b)
    # b is the low part of the product now; x n_low is what n_low adds.
    n_low = mul_add(clamp(x, choose(x, -120, -800), linear), n_low, b)
    return where_lt(linear, x, x, copysign(scale(quotient(n, n_low, d, d_low, t), power), x))


cdef inline real mish_derivative(real x, tier t) noexcept nogil:
    """With E = exp(-|x|), for x < 0 E (4(x + 1) + E (4x + 6 + E (4 + E))) / (2 + E (2 + E))^2,
    and (1 + E (4 + E (4x + 6 + E 4(x + 1)))) / (1 + 2E (1 + E))^2 for x >= 0."""
    cdef real a, head, tail, power, e, n, d, d_low, more, zero = splat(x, 0), one = splat(x, 1)
    x = clamp(x, choose(x, -120, -800), choose(x, 120, 800))
    a = copysign(x, splat(x, -1))
    if tier is exact:
        exp_split(a, NULL, &head, &tail, &power)
    else:
        head = exp_fast(a, 1.4426950408889634, &power)
        tail = zero
    e = scale(head + tail, power)
    more = mul_add(splat(x, 4), x, splat(x, 6))
    n = <float>4 * (x + one)
    n = where_lt(x, zero,
                 mul_add(e, mul_add(e, e + <float>4, more), n),
                 mul_add(e, mul_add(e, mul_add(e, n, more), splat(x, 4)), one))
    d = e * (where_lt(x, zero, e, e + e) + <float>2)
    two_sum(where_lt(x, zero, splat(x, 2), one), d, &d, &d_low)
    d_low = (d + d) * d_low
    two_product(d, d, &d, &more)
    n = quotient(n, zero, d, more + d_low, t)
    return scale(where_lt(x, zero, mul_add(head, n, tail * n), n), where_lt(x, zero, power, zero))


# ------------------------------------------------------------- square roots, radial ----

cdef inline void one_plus_square(real x, real x_low, real one, real* head, real* tail, tier t) noexcept nogil:
    """head + tail = sqrt(one + (x + x_low)^2) for |x| <= 1e18 (f32), 1e150."""
    cdef real square, square_low, total, total_low
    two_product(x, x, &square, &square_low)
    square_low = mul_add(x + x, x_low, square_low)
    two_sum(one, square, &total, &total_low)
    root(total, total_low + square_low, head, tail, t)


cdef inline f32 squareplus_parts(f32 a, f32 b, f32 b_over, f32* square, f32* left, exact t) noexcept nogil:
    """a + sqrt(a^2 + b) for 2^-120 < a^2 + b = square < 2^120; left: b_over divided by that."""
    cdef f32 head, tail, low
    square[0] = plus_square(b, a, NULL, False, &tail)
    head = root_parts(square[0], tail, &tail)
    fast_two_sum(head, a, &head, &low)
    low = low + tail
    left[0] = ratio(b_over, splat(a, 0), head, low, t)
    return head + low


cdef inline f32 scale_of(f32 square) noexcept nogil:
    """2^-66 where the square is beyond 2^80, 2^64 where it is below 2^-60, else 1: the square's will be in the range."""
    cdef f32 up = where_lt(square, splat(square, 8.673617379884035e-19), splat(square, 1.8446744073709552e19), splat(square, 1))
    return where_lt(splat(square, 1.2089258196146292e24), square, splat(square, 1.3552527156068805e-20), up)


cdef inline f32 scaled_parameter(f32 b, f32 up, f32 up_too) noexcept nogil:
    """b times both; not subnormal: what 2^-100 adds is nothing beside the square."""
    return fma(b * up, up_too, splat(b, 7.888609052210118e-31))


cdef inline real squareplus(real x, real b, tier t) noexcept nogil:
    # (x + sqrt(x^2 + b)) / 2; for x < 0 as b / 4 / (sqrt(x^2 + b) + |x|) * 2
    cdef real head, tail, total, total_low, down, least, huge = choose(x, 1e18, 1e150), a = abs(x), zero = splat(x, 0)
    cdef real largest = choose(x, 3.4028234663852886e38, 1.7976931348623157e308)
    if real is f32 and tier is exact:
        # a + sqrt(a^2 + b/4), a = |x|/2, or b/4 over that
        down, a = splat(x, 0.25) * b, not_tiny(x)
        total = squareplus_parts(splat(x, 0.5) * a, down, down, &huge, &tail, t)
        if any_lt_f(splat(x, 1.2089258196146292e24), huge) or any_lt_f(down, splat(x, 8.673617379884035e-19)):
            # Scaled; the quotient 2^64 times too large, as it may be subnormal.
            a = where_lt(down, splat(x, 8.673617379884035e-19), abs(x), a)
            down = scale_of(huge)
            head = squareplus_parts(
                splat(x, 0.5) * down * min(largest, a), scaled_parameter(b, splat(x, 0.25) * down, down),
                b * (splat(x, 4.611686018427388e18) * down), &total_low, &tail, t)
            least = splat(x, 1.401298464324817e-45)     # b = 0
            total = where_lt(b, least, a, where_lt(largest, a, a, head / down))
            tail = where_lt(b, least, zero, where_lt(largest, a, zero, scale(tail, splat(x, -64))))
        return where_lt(x, zero, tail, total)
    else:
        a = min(largest, a)
        squareplus_root(a, b, huge, &head, &tail, t)
        two_sum(<float>0.5 * head, <float>0.5 * a, &total, &total_low)
        total_low = mul_add(splat(x, 0.5), tail, total_low)
        # Of the largest x the reciprocal would be subnormal.
        down = where_lt(choose(x, 1e36, 1e300), total, splat(x, 9.5367431640625e-07), splat(x, 1))     # 2^-20
        head = <float>0.25 * down * ratio(b, zero, down * total, down * total_low, t)
        if real is f64:
            head = where_lt(x, -largest, zero, head)
            head = where_lt(zero, abs(b), head, abs(b))     # NaN stays
        else:
            head = where_lt(zero, b, head, zero)
            head = where_lt(x, -largest, zero, head)
        head = where_lt(x, zero, head, or_infinite(x, total + total_low))
        if real is f64:
            head = where_lt(largest, b, or_nan(x, b), head)
        return head


cdef inline void squareplus_root(real a, real b, real huge, real* head, real* tail, tier t) noexcept nogil:
    """head + tail = sqrt(a^2 + b) for a finite a >= 0; NaN where that is negative, for f64."""
    cdef real zero = splat(a, 0), one = splat(a, 1), most = splat(a, 1e250), down, up, other, other_tail
    one_plus_square(min(huge, a), zero, b, head, tail, t)
    # Where a^2 is beyond the range, or so small that it is lost beside b = 0, the root is a.
    tail[0] = where_lt(huge, a, zero, where_lt(head[0], a, zero, tail[0]))
    head[0] = max(a, head[0])
    if real is f64:
        if any_lt(b, zero) or any_lt(most, b):
            # Of a negative b the root is less than a.  Of a huge one a^2 + b may overflow: (2^-200 a)^2 + 2^-400 b.
            down = where_lt(most, abs(b), splat(a, 6.223015277861142e-61), one)
            up = where_lt(most, abs(b), splat(a, 1.6069380442589903e+60), one)
            one_plus_square(min(huge, down * a), zero, b * down * down, &other, &other_tail, t)
            other_tail = where_lt(huge, down * a, zero, up * other_tail)
            other = where_lt(huge, down * a, a + (b - b), up * other)      # NaN of b = -inf
            head[0] = where_lt(b, zero, other, where_lt(most, b, other, head[0]))
            tail[0] = where_lt(b, zero, other_tail, where_lt(most, b, other_tail, tail[0]))


cdef inline real squareplus_derivative(real x, real b, tier t) noexcept nogil:
    # (1 + x/s)/2, s = sqrt(x^2 + b); for x < 0 as b / (2 s (s - x))
    cdef real head, tail, low, left, a = abs(x), huge = choose(x, 1e18, 1e150), zero = splat(x, 0)
    cdef real largest = choose(x, 3.4028234663852886e38, 1.7976931348623157e308)
    if real is f32 and tier is exact:
        a = not_tiny(x)
        left = squareplus_left_parts(a, b, splat(x, 0.5) * b, &head, t)
        if any_lt_f(splat(x, 1.2089258196146292e24), head) or any_lt_f(b, splat(x, 9.094947017729282e-13)):     # 2^80, 2^-40
            # Scaled, as above; the quotient 2^133 times too large where |x| is beyond 2^68, else 2^57.
            huge = where_lt(splat(x, 2.9514790517935283e20), a, splat(x, 1), zero)
            low = scale_of(head)
            a = where_lt(b, splat(x, 9.094947017729282e-13), abs(x), a)
            tail = where_lt(zero, huge, b, b * low * (splat(x, 7.205759403792794e16) * low))
            tail = squareplus_left_parts(low * min(largest, a), scaled_parameter(b, low, low), tail, &head, t)
            low = where_lt(zero, huge, splat(x, 3.814697265625e-06), splat(x, 5.048709793414476e-29))      # 2^-18, 2^-94
            tail = scale_down(tail, where_lt(zero, huge, splat(x, -133), splat(x, -57)), low)
            tail = where_lt(largest, a, zero, tail)
            left = where_lt(zero, b, tail, b / a)
        return where_lt(x, zero, left, splat(x, 1) - left)
    else:
        a = min(largest, a)
        squareplus_root(a, b, huge, &head, &low, t)
        # Beyond this the left side is 0, but for a huge b.
        left = min(choose(x, 1e30, 1e200), a)
        tail = max(left, splat(x, 1e30))
        if real is f64:     # 8e307: the sum of two is finite
            tail = where_lt(splat(x, 1e50), abs(b), splat(x, 8e307), tail)
            left = where_lt(splat(x, 1e50), abs(b), min(splat(x, 8e307), a), left)
        left = squareplus_left(b, min(tail, head), low, left, t)
        left = where_lt(x, zero, <float>0.5 * left, <float>0.5 * (a / head + <float>1))
        if real is f64:
            left = where_lt(largest, b, or_nan(x, splat(x, 0.5)), left)
        return left


cdef inline f32 squareplus_left_parts(f32 a, f32 b, f32 b_over, f32* square, exact t) noexcept nogil:
    """b_over / (s (s + a)), s^2 = a^2 + b = square, as for squareplus_parts."""
    cdef f32 head, tail, low, product
    square[0] = plus_square(b, a, NULL, False, &low)
    head = root_parts(square[0], low, &tail)
    product = fma(a, head, square[0])       # less than twice the square, so that the difference is exact
    low = fma(a, head, square[0] - product) + mul_add(a, tail, low)
    return ratio(b_over, splat(a, 0), product, low, t)


cdef inline real squareplus_left(real b, real s, real s_low, real a, tier t) noexcept nogil:
    """b / (s (s + a)), s + s_low a square root."""
    cdef real total, total_low, zero = splat(b, 0)
    two_sum(s, a, &total, &total_low)
    if tier is exact:
        return quotient(quotient(b, zero, s, s_low, t), zero, total, total_low + s_low, t)
    else:
        return b / s / total


cdef inline real gaussian(real x, tier t) noexcept nogil:
    # exp(-x^2), the square in two parts
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


cdef inline real scaled(real x, real epsilon, real* low) noexcept nogil:
    """|epsilon x| and, where that is not beyond what can be squared, its low part."""
    cdef real head
    two_product(epsilon, x, &head, low)
    low[0] = where_lt(abs(head), choose(x, 1e18, 1e150), copysign(splat(x, 1), head) * low[0], splat(x, 0))
    return abs(head)


cdef inline real multiquadric(real x, real epsilon, tier t) noexcept nogil:
    # sqrt(1 + (epsilon x)^2)
    cdef real head, tail, low, huge = choose(x, 1e18, 1e150)
    if real is f32 and tier is exact:
        two_product(abs(epsilon), not_tiny(x), &x, &low)
        head = plus_square(splat(x, 1), min(huge, x), &low, False, &tail)
        head = root_parts(head, tail, &tail)
    else:
        x = scaled(x, epsilon, &low)
        one_plus_square(min(huge, x), low, splat(x, 1), &head, &tail, t)
    return where_lt(huge, x, x, head + tail)


cdef inline f32 times_inverse(f32 x, f32 x_low, f32 y, f32 y_low) noexcept nogil:
    """(x + x_low) / (y + y_low) as ratio(), for x however small."""
    cdef f32 inverse = splat(x, 1) / y, head, low
    y = modest(mul_add(-inverse, y_low, fma(-inverse, y, splat(x, 1))))
    two_product(x, inverse, &head, &low)
    return head + mul_add(head, y, mul_add(x_low, inverse, low))


cdef inline f32 unless_tiny(f32 x, f32 epsilon, f32 y) noexcept nogil:
    """y, but epsilon x, of which it is the function, where not_tiny(x) is not |x|."""
    return where_lt(abs(x), not_tiny(x), epsilon * x, y)


cdef inline real multiquadric_derivative(real x, real epsilon, tier t) noexcept nogil:
    # epsilon^2 x / sqrt(1 + (epsilon x)^2)
    cdef real head, tail, a, low, y
    cdef bint some_tiny
    if real is f32 and tier is exact:
        some_tiny = any_lt_f(abs(x), splat(x, 7.888609052210118e-31))
        y = copysign(not_tiny(x), x) if some_tiny else x
        two_product(epsilon, y, &y, &low)
        a = plus_square(splat(x, 1), y, &low, False, &tail)
        head = inverse_root(a, tail, &tail)
        low = fma(y, head, mul_add(low, head, y * tail))
        low = where_lt(splat(x, 1e36), a, copysign(splat(x, 1), y), low)
        return epsilon * (unless_tiny(x, epsilon, low) if some_tiny else low)
    else:
        x = epsilon * x
        a = min(choose(x, 1e18, 1e150), abs(x))
        one_plus_square(a, splat(x, 0), splat(x, 1), &head, &tail, t)
        return epsilon * copysign(a / head, x)


cdef inline f32 scaled_down(f32 x, f32 epsilon, double limit, f32* low) noexcept nogil:
    """result + low = 2^-68 |epsilon x| where that is above 2^-28, a product that may be infinite without; or the limit."""
    cdef f32 least = splat(x, 8.077935669463161e-28), down = splat(x, 5.820766091346741e-11)     # 2^-90, 2^-34
    cdef f32 a = down * max(least, abs(x)), factor = down * max(least, abs(epsilon))
    x = fma(factor, a, splat(x, 7.888609052210118e-31))     # 2^-100: not subnormal
    x = max(splat(x, 9.094947017729282e-13), min(splat(x, limit), x))
    low[0] = fma(factor, a, -x)
    return x


cdef inline real inverse_multiquadric(real x, real epsilon, tier t) noexcept nogil:
    # 1 / sqrt(1 + (epsilon x)^2)
    cdef real head, tail, low, y, down, zero = splat(x, 0), huge = choose(x, 1e18, 1e150)
    if real is f32 and tier is exact:
        two_product(epsilon, not_tiny(x), &y, &low)
        head = plus_square(splat(x, 1), y, &low, True, &tail)
        y = inverse_root(head, tail, &tail)
        y = y + tail
        if any_lt_f(splat(x, 1.2089258196146292e24), head):     # 2^80: 1 / |epsilon x|
            down = scaled_down(x, epsilon, 1.2676506002282294e30, &low)     # 2^100
            low = ratio(splat(x, 1), zero, down, low, t)
            low = where_lt(down, splat(x, 1.2379400392853803e27), scale(low, splat(x, -68)), zero)
            y = where_lt(splat(x, 1.2089258196146292e24), head, low, y)
        return y
    else:
        y = scaled(x, epsilon, &low)
        one_plus_square(min(huge, y), low, splat(x, 1), &head, &tail, t)
        # Beyond, the root is |epsilon x|; of the largest the reciprocal would be subnormal.
        low = fma(abs(epsilon), abs(x), -y)
        tail = where_lt(huge, y, where_lt(y, choose(x, 3e38, 1e308), low, zero), tail)
        head = where_lt(huge, y, min(choose(x, 3.4028234663852886e38, 1.7976931348623157e308), y), head)
        down = where_lt(choose(x, 1e36, 1e300), y, splat(x, 9.5367431640625e-07), splat(x, 1))     # 2^-20
        head = down * ratio(splat(x, 1), zero, down * head, down * tail, t)
        if real is f64 and tier is exact:
            if any_lt(splat(x, 1.7976931348623157e308), y):     # its reciprocal is subnormal
                zero = min(splat(x, 1.7976931348623157e308), splat(x, 1) / abs(epsilon)) / abs(x)
        return where_lt(choose(x, 3.4028234663852886e38, 1.7976931348623157e308), y, zero, head)


cdef inline real inverse_multiquadric_derivative(real x, real epsilon, tier t) noexcept nogil:
    # -epsilon y (1 + y^2)^(-3/2), y = epsilon x
    cdef real head, tail, y, a, low, cube, zero = splat(x, 0), far = choose(x, 1e18, 1e150)
    cdef bint some_tiny
    if real is f32 and tier is exact:
        some_tiny = any_lt_f(abs(x), splat(x, 7.888609052210118e-31))
        y = copysign(not_tiny(x), x) if some_tiny else x
        two_product(epsilon, y, &y, &low)
        a = plus_square(splat(x, 1), y, &low, True, &tail)
        head = root_parts(a, tail, &cube)
        cube = a * cube
        cube = mul_add(tail, head, cube)
        two_product(a, head, &head, &tail)
        y = times_inverse(y, low, head, tail + cube)
        y = -epsilon * (unless_tiny(x, epsilon, y) if some_tiny else y)
        if any_lt_f(splat(x, 1.2089258196146292e24), a):        # 2^80: epsilon / y^2, 2^-136 of it last
            head = scaled_down(x, epsilon, 1.152921504606847e18, &low)      # 2^60
            two_product(head, head, &cube, &tail)
            far = ratio(splat(x, 1), zero, cube, mul_add(head + head, low, tail), t)
            far = splat(x, 9.5367431640625e-07) * abs(epsilon) * far
            far = scale_down(far, splat(x, -116), splat(x, 1.4551915228366852e-11))       # 2^-36
            far = where_lt(head, splat(x, 1.152921504606847e18), far, zero)
            y = where_lt(splat(x, 1.2089258196146292e24), a, copysign(far, -x), y)
        return y
    else:       # y/sqrt(1 + y^2) first, which is at most 1
        y = epsilon * x
        a = min(far, abs(y))
        one_plus_square(a, zero, splat(x, 1), &head, &tail, t)
        a = epsilon * quotient(a, zero, head, tail, t)     # the product before it underflows
        tail = where_lt(far, abs(y), zero, tail)
        head = max(head, min(choose(x, 3.4028234663852886e38, 1.7976931348623157e308), abs(y)))
        a = quotient(quotient(a, zero, head, tail, t), zero, head, tail, t)
        if real is f64:
            if any_lt(splat(x, 1.7976931348623157e308), abs(y)):    # 1 / (epsilon x^2), by way of 2^-1000 epsilon x
                head = splat(x, 9.332636185032189e-302)
                tail = head / abs(head * x * epsilon) / abs(x)
                head = splat(x, 1.7976931348623157e308)
                tail = where_lt(head, max(abs(epsilon), abs(x)), zero, tail)
                a = where_lt(head, abs(y), copysign(tail, epsilon), a)
        return -copysign(splat(x, 1), y) * a


cdef inline real thin_plate(real x, tier t) noexcept nogil:
    # x^2 ln|x|, 0 at 0; below the smallest normal number the square is 0 anyway
    cdef real square, low, l, a = abs(x), least = choose(x, 1.1754943508222875e-38, 2.2250738585072014e-308)
    l = log(clamp(a, least, choose(x, 3.4028234663852886e38, 1.7976931348623157e308)), t)
    two_product(a, a, &square, &low)
    low = where_lt(a, choose(x, 1e18, 1e150), low, splat(x, 0))
    # of x = 0 itself +0, else -0
    return where_lt(a, least, copysign(splat(x, 0), splat(x, 0) - a), mul_add(square, l, low * l))


cdef inline real thin_plate_derivative(real x, tier t) noexcept nogil:
    # x (2 ln|x| + 1); the logarithm of a subnormal by way of 2^64 |x|
    cdef real a = abs(x), least = choose(x, 1.1754943508222875e-38, 2.2250738585072014e-308), small
    small = where_lt(a, least, splat(x, 44.3614195558365), splat(x, 0))     # 64 ln 2
    a = where_lt(a, least, a * splat(x, 18446744073709551616.0), a)
    a = log(clamp(a, least, choose(x, 3.4028234663852886e38, 1.7976931348623157e308)), t) - small
    return where_lt(splat(x, 0), abs(x), x * (a + a + <float>1), x)


# ------------------------------------------------- derivatives by a learned parameter --

cdef inline real leaky_relu_by_parameter(real x, real negative_slope, tier t) noexcept nogil:
    return min(splat(x, 0), x)


cdef inline real swish_by_parameter(real x, real beta, tier t) noexcept nogil:
    # x^2 sigma(u) sigma(-u), u = beta x; the power of two of the last one is applied before x.
    # Far out 0, at infinity too: as swish, too early where beta is below 1e-26.
    cdef real u = abs(x * beta)
    x = where_lt(choose(x, 110, 760), u, splat(x, 0), x)
    return x * logistic(x * sigmoid(u, t), -u, NULL, t)


# ------------------------------------------------------------------- gated formulas ----

cdef inline real swiglu_clamped(real gate, real up, real alpha, real limit, tier t) noexcept nogil:
    # g sigma(alpha g) (u + 1), g = min(gate, limit), u = clip(up, -limit, limit)
    cdef real u, u_low, n, n_low, factor, zero = splat(gate, 0)
    gate = min(limit, gate)
    if real is f32 and tier is exact:
        # The product before sigma, in two parts, so that all of it is rounded once.
        two_sum(clamp(up, -limit, limit), splat(gate, 1), &factor, &n_low)
        two_product(gate, factor, &n, &u_low)
        n_low = mul_add(gate, n_low, u_low)
        two_product(gate, alpha, &u, &u_low)
        u_low = where_lt(abs(u), splat(gate, 170), u_low, zero)
        n_low = where_lt(abs(n), splat(gate, 3.4028234663852886e38), n_low, zero)
        up = or_nan(up, logistic_times(n, &n_low, u, &u_low, t))
        return where_lt(splat(gate, 20), u, n + n_low, copysign(up, n))
    else:
        return swish(gate, alpha, t) * (clamp(up, -limit, limit) + <float>1)


cdef inline void swiglu_clamped_slopes(
    real gate, real up, real alpha, real limit, real* by_gate, real* by_up, tier t,
) noexcept nogil:
    # The bounds belong to the inside, as in PyTorch's clamp.
    cdef real g = min(limit, gate)
    by_gate[0] = (clamp(up, -limit, limit) + <float>1) * where_lt(
        limit, gate, splat(gate, 0), swish_derivative(g, alpha, t))
    by_up[0] = or_nan(up, where_lt(limit, abs(up), splat(up, 0), swish(g, alpha, t)))
