"""Formulas of exp and of log(1 + exp): the exponential units, softplus, mish, xIELU."""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, fast, brief, f32, f64, splat, fma, mul_add, min, max, abs, copysign, scale, where_lt, zero_where_le, any_lt,
)
from fastact._kernels.math.vecmath cimport (
    TWO_TO_56, TWO_TO_M56, exp, exp2_normal, exp_brief, exp_fast, exp_split, expm1, expm1_parts, expm1_times, factor_exp, fast_two_sum,
    log1p_ratio, log1p_ratio_parts, logistic, quotient, reciprocal, refined_reciprocal, root, scaled,
    two_product, two_sum,
)
from fastact._kernels.elementwise.formulas_parts cimport (
    break_tie, choose, clamp, or_nan, or_infinite, negative_part, product_with,
)
from fastact._kernels.elementwise.formulas_sigmoid cimport sigmoid

cdef extern from "tables.h" nogil:
    # Constants of formulas as HI + LO.
    const float SELU_SCALE_HI_F32, SELU_SCALE_LO_F32, SELU_SCALE_ALPHA_HI_F32, SELU_SCALE_ALPHA_LO_F32
    const double SELU_SCALE_HI_F64, SELU_SCALE_LO_F64, SELU_SCALE_ALPHA_HI_F64, SELU_SCALE_ALPHA_LO_F64


cdef inline real exponential(real x, tier t) noexcept nogil:
    # At the bounds the result is 0 or infinite.
    cdef real far = choose(x, 120, 800)
    return factor_exp(splat(x, 1), False, clamp(x, -far, far), NULL, t)


cdef inline real exponential_derivative(real x, tier t) noexcept nogil:
    return exponential(x, t)


cdef inline real xielu(real x, real alpha_p, real alpha_n, real beta, real eps, tier t) noexcept nogil:
    """x (alpha_p x + beta) for x > 0, else (beta + alpha_n) (expm1(z) - x) + beta x, z = min(x, eps).

    For x <= 0 it is computed as (beta + alpha_n) expm1(z) - alpha_n x, which has no difference of infinities.
    There it crosses zero (for the defaults at -1.065), so that all terms are in two parts in both tiers: 2^-61
    absolute.  Near 0 the sum would cancel for a small beta; there expm1(z) - z is a series.  It is for double lanes
    only: float lanes could not compute what remains near the root.
    """
    cdef real a, a_low, e, e_low, h, h_low, p, p_low, y, low, z, r, zero = splat(x, 0), near = splat(x, 0.0009765625), right
    if real is f64:
        product_with(alpha_p, x, &p, &p_low)
        two_sum(p, beta, &y, &low)
        # Near 0 double lanes do not see alpha_p x^2, nor far out exp(x); either decides a tie in half precision.
        right = mul_add(x, y, x * (low + p_low))
        right = where_lt(x, splat(x, 8.673617379884035e-19), break_tie(right, alpha_p, t), right)
        right = where_lt(splat(x, 1.7976931348623157e308), abs(x * y), x * y, right)
        z = where_lt(x, eps, x, eps + zero * x)     # NaN stays
        two_sum(beta, alpha_n, &a, &a_low)
        expm1_parts(max(splat(x, -800), min(splat(x, 708), z)), &e, &e_low)
        two_product(a, e, &h, &h_low)
        h_low = h_low + mul_add(a, e_low, a_low * e)
        product_with(-alpha_n, x, &p, &p_low)
        two_sum(h, p, &y, &low)
        y = where_lt(splat(x, 1.7976931348623157e308), abs(y), y, y + (low + (h_low + p_low)))
        y = where_lt(x, splat(x, -33), break_tie(y, a * y, t), y)
        # (beta + alpha_n) (z^2 (1/2 + z/6 + ...)) + beta z + alpha_n (z - x)
        r = clamp(z, -near, near)
        e = r * r * mul_add(r, mul_add(r, mul_add(r, mul_add(
            r, splat(x, 1 / 720.), splat(x, 1 / 120.)), splat(x, 1 / 24.)), splat(x, 1 / 6.)), splat(x, 0.5))
        two_sum(r, -max(-near, x), &h, &h_low)
        e = mul_add(a, e, alpha_n * h_low)
        two_product(alpha_n, h, &h, &h_low)
        two_product(beta, r, &p, &p_low)
        two_sum(h, p, &r, &low)
        y = where_lt(abs(z), near, r + (low + (h_low + p_low + e)), y)
        return where_lt(zero, x, right, y)
    else:
        return x


cdef inline real xielu_derivative(real x, real alpha_p, real alpha_n, real beta, real eps, tier t) noexcept nogil:
    """2 alpha_p x + beta for x > 0; (beta + alpha_n) exp(x) - alpha_n for x < eps; -alpha_n between.

    At eps itself half of exp counts, as in PyTorch's minimum.  The terms are in two parts, because they cancel.
    """
    cdef real a, a_low, e, e_low, h, h_low, y, low, zero = splat(x, 0), one = splat(x, 1), share
    if real is f64:
        expm1_parts(max(splat(x, -800), min(splat(x, 708), x)), &e, &e_low)
        two_sum(beta, alpha_n, &a, &a_low)
        # (beta + alpha_n) expm1(x) + beta
        two_product(a, e, &h, &h_low)
        h_low = h_low + mul_add(a, e_low, a_low * e)
        two_sum(h, beta, &y, &low)
        y = y + (low + h_low)
        share = where_lt(eps, x, zero, where_lt(x, eps, one, splat(x, 0.5)))
        y = where_lt(share, one, mul_add(share, a * (e + e_low + one), -alpha_n), y)
        return where_lt(zero, x, mul_add(alpha_p + alpha_p, x, beta), or_nan(eps, or_nan(x, y)))
    else:
        return x


cdef inline real elu(real x, real alpha, tier t) noexcept nogil:
    cdef real zero = splat(x, 0)
    return where_lt(zero, x, x, zero_or(alpha * x, expm1_times(negative_part(x), NULL, alpha, NULL, t), x))


cdef inline real zero_or(real at_zero, real y, real x) noexcept nogil:
    """y, but at_zero where x is -0, whose sign is lost in sums of two parts."""
    return where_lt(x, splat(x, 0), y, at_zero)


cdef inline real elu_derivative(real x, real alpha, tier t) noexcept nogil:
    cdef real y, far, zero = splat(x, 0)
    if real is f64:
        if any_lt(splat(x, 1), abs(alpha)):
            # The product of alpha and a significand may overflow, and even exp(-800) may contribute to the result.
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
        # As near to 0 as this, the result is x.  The quotient may have lost digits of x.
        y = where_lt(abs(q), splat(x, 1.4901161193847656e-08), x, y)
    else:
        y = alpha * expm1(negative_part(q), t)
        if real is f64:
            y = celu_above(q, x, alpha, y, t)
            # The result is x in three cases: near to 0; where alpha is infinite; and where x and alpha are 0.
            # In the last two cases q is 0 or NaN.
            q_low = where_lt(splat(x, -1), abs(alpha), x, alpha)       # NaN stays
            y = where_lt(splat(x, 5.551115123125783e-17), abs(q), y, q_low)
    return where_lt(splat(x, 0), x, x, y)


cdef inline real celu_above(real q, real x, real alpha, real y, tier t) noexcept nogil:
    """alpha (exp(q) - 1) where alpha < 0, so that q = x / alpha > 0 for x < 0; else y.

    It is computed as exp(q) - 1 = (1 - exp(-q)) exp(q), and the power of two of exp(q) is applied last.
    From q = 1460 on the result is infinite for every alpha, including -0.
    """
    cdef real q_low, product, far = splat(q, 1460), zero = splat(q, 0)
    if not any_lt(copysign(splat(q, 1), alpha), zero):     # -0 counts as negative
        return y
    q_low = where_lt(abs(q), far, fma(-q, alpha, x) / alpha, zero)
    product = -alpha * expm1(max(splat(q, -800), -q), t)
    product = factor_exp(product, False, min(far, q), &q_low, t)
    product = where_lt(q, far, product, splat(q, -1) / zero)
    return where_lt(zero, q, product, y)


cdef inline real celu_derivative(real x, real alpha, tier t) noexcept nogil:
    # The quotient is kept in two parts, because exp magnifies its rounding error.
    cdef real q = x / alpha, q_low = fma(-q, alpha, x) / alpha, zero = splat(x, 0), one = splat(x, 1), y
    q_low = where_lt(abs(q), choose(x, 120, 800), q_low, zero)
    y = factor_exp(one, True, negative_part(q), &q_low, t)
    if real is f64:
        if any_lt(copysign(one, alpha), zero):
            y = where_lt(zero, q, factor_exp(one, False, min(splat(x, 800), q), &q_low, t), y)
        y = where_lt(splat(x, 5.551115123125783e-17), abs(q), y, or_nan(alpha, or_nan(x, one)))
    return where_lt(zero, x, one, y)


cdef inline real selu(real x, tier t) noexcept nogil:
    # scale x for x > 0, else scale alpha expm1(x); the constants are in two parts
    cdef real y, low, zero = splat(x, 0)
    if real is f32 and tier is exact:
        low = splat(x, SELU_SCALE_ALPHA_LO_F32)
        y = expm1_times(negative_part(x), NULL, splat(x, SELU_SCALE_ALPHA_HI_F32), &low, t)
        low = min(splat(x, 3.4028234663852886e38), x) * splat(x, SELU_SCALE_LO_F32)    # infinity has no low part
        return copysign(where_lt(x, zero, y, fma(x, splat(x, SELU_SCALE_HI_F32), low)), x)
    elif real is f32:
        y = where_lt(zero, x, x, expm1(negative_part(x), t))
        # The scale is rounded down.  If it were rounded up, the result of x = 3.2386e38 would overflow.
        return y * where_lt(zero, x, splat(x, 1.0507009029388428), splat(x, SELU_SCALE_ALPHA_HI_F64))
    elif real is f64 and tier is exact:
        expm1_parts(negative_part(x), &y, &low)
        y, low = where_lt(zero, x, x, y), where_lt(zero, x, zero, low)
        low = mul_add(y, where_lt(x, zero, splat(x, SELU_SCALE_ALPHA_LO_F64), splat(x, SELU_SCALE_LO_F64)),
                      low * splat(x, SELU_SCALE_ALPHA_HI_F64))
        y = or_infinite(y, fma(
            y, where_lt(x, zero, splat(x, SELU_SCALE_ALPHA_HI_F64), splat(x, SELU_SCALE_HI_F64)), low))
        return copysign(y, x)
    else:
        y = where_lt(zero, x, x, expm1(negative_part(x), t))
        return or_infinite(y, fma(
            y, where_lt(zero, x, splat(x, SELU_SCALE_HI_F64), splat(x, SELU_SCALE_ALPHA_HI_F64)),
            y * where_lt(zero, x, splat(x, SELU_SCALE_LO_F64), splat(x, SELU_SCALE_ALPHA_LO_F64))))


cdef inline real selu_derivative(real x, tier t) noexcept nogil:
    return where_lt(
        splat(x, 0), x, splat(x, SELU_SCALE_HI_F64),
        factor_exp(splat(x, SELU_SCALE_ALPHA_HI_F64), True, negative_part(x), NULL, t))


cdef inline real softplus_unit(real x, real x_low, tier t) noexcept nogil:
    """log(1 + exp(x + x_low)) = max(x, 0) + E G(E), E = exp(-|x|), G(E) = log1p(E)/E.

    For x < 0 the power of two of E is applied last, so that the tail is right down to the
    subnormals; x_low must be 0 where x is not finite.
    """
    cdef real a, low, head, tail, power, e, g, w, w_low, zero = splat(x, 0)
    a = max(choose(x, -120, -800), copysign(x, splat(x, -1)))
    if tier is exact:
        low = where_lt(x, zero, x_low, -x_low)
        exp_split(a, &low, &head, &tail, &power)
        if real is f64:
            e = head + tail
            g = log1p_ratio_parts(scale(e, power), scale((head - e) + tail, power), &low)
            two_product(head, g, &w, &w_low)
            w_low = w_low + mul_add(tail, g, e * low)
            two_sum(x, scale(w, power), &g, &e)
            e = where_lt(x, splat(x, 1e17), e + scale(w_low, power), zero)      # infinity has no low part
            return where_lt(x, zero, scale(w + w_low, power), g + (e + x_low))
        else:
            g = log1p_ratio(scale(head + tail, power), t)
            two_product(head, g, &w, &w_low)
            w_low = mul_add(tail, g, w_low)
        low = scale(w + w_low, power)
        return where_lt(x, zero, low, x + (low + x_low))
    elif real is f32:
        head = exp2_normal(a, 56)
        return mul_add(head * log1p_ratio(head * splat(x, TWO_TO_M56), t), splat(x, TWO_TO_M56), max(zero, x))
    else:
        head = exp_fast(a, 1.4426950408889634, &power, t)
        w = scaled(head * log1p_ratio(scaled(head, power, t), t), power, t)
        return max(zero, x) + w


cdef inline real softplus(real x, real beta, tier t) noexcept nogil:
    # log(1 + exp(beta x)) / beta, without the threshold that others have; infinite for beta = 0
    cdef real y, y_low
    product_with(beta, x, &y, &y_low)
    y_low = where_lt(abs(y), choose(x, 120, 800), y_low, splat(x, 0))
    # For a large beta x the result is x, because beta x may overflow where the quotient does not.
    return where_lt(choose(x, 1e9, 1e17), y, x, softplus_unit(y, y_low, t) / beta)


cdef inline real softplus_derivative(real x, real beta, tier t) noexcept nogil:
    cdef real u, u_low
    product_with(beta, x, &u, &u_low)
    u_low = where_lt(abs(u), choose(x, 120, 800), u_low, splat(x, 0))
    return logistic(splat(x, 1), u, &u_low, t)


cdef inline real log_sigmoid(real x, tier t) noexcept nogil:
    # softplus, mirrored
    return -softplus_unit(-x, splat(x, 0), t)


cdef inline real log_sigmoid_derivative(real x, tier t) noexcept nogil:
    return sigmoid(-x, t)


cdef inline real sqrt_softplus(real x, tier t) noexcept nogil:
    # For x < 0 it is computed as exp(x/2) sqrt(G(exp x)), because softplus itself would underflow much earlier.
    cdef real head, tail, right, low, power, zero = splat(x, 0), b = clamp(x, choose(x, -240, -1600), zero)
    if real is f64 and tier is exact:
        right = exp(b, t)
        head = log1p_ratio_parts(right, zero, &low)
        root(head, low, &head, &tail, t)
        exp_split(<float>0.5 * b, NULL, &right, &low, &power)
        head = scale(mul_add(head, right, mul_add(head, low, tail * right)), power)
    else:
        root(log1p_ratio(exp(b, t), t), zero, &head, &tail, t)
        head = exp(<float>0.5 * b, t) * (head + tail)
    root(max(zero, softplus_unit(x, zero, t)), zero, &right, &tail, t)
    return where_lt(x, zero, head, right)


cdef inline real sqrt_softplus_derivative(real x, tier t) noexcept nogil:
    # sigma(x) / (2 sqrt(softplus(x))); for x < 0 computed as exp(x/2) / (2 (1 + e) sqrt(G(e))), e = exp(x)
    cdef real e, head, tail, left, zero = splat(x, 0), b = clamp(x, choose(x, -240, -1600), zero)
    e = exp(b, t)
    root(log1p_ratio(e, t), zero, &head, &tail, t)
    left = exp(<float>0.5 * b, t) / (<float>2 * (mul_add(e, head, head)))
    return where_lt(x, zero, left, sigmoid(x, t) / (<float>2 * sqrt_softplus(max(zero, x), t)))


cdef inline void mish_parts(real x, real* n, real* n_low, real* d, real* d_low, real* power, tier t) noexcept nogil:
    """tanh(softplus(x)) = 2^floor(power) (n + n_low) / (d + d_low).

    With E = exp(-|x|) it is E (2 + E) / (2 + E (2 + E)) for x < 0, where the power of two of the first E is
    not applied yet, and (1 + 2E) / (1 + 2E + 2E^2) for x >= 0.
    """
    cdef real a, head, tail, s, e, e_low, u, u_low, w, w_low, v, v_low, zero = splat(x, 0)
    a = max(choose(x, -120, -800), copysign(x, splat(x, -1)))
    if tier is exact:
        exp_split(a, NULL, &head, &tail, power)
        fast_two_sum(head, tail, &head, &tail)      # a small tail: products of two tails are left out below
    else:
        head = exp_fast(a, 1.4426950408889634, power, t)
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


cdef inline f32 mish_scaled(f32 x, f32* e, f32* d) noexcept nogil:
    """result = 2^56 w, e = 2^56 exp(x) and d = 2^56 (w + 2), w = exp(x) (exp(x) + 2), for -125 <= x <= 20; fast tier.

    Beyond these ends the values are those at the ends.  The scale keeps all of them within the normal numbers.
    """
    cdef f32 w
    e[0] = exp2_normal(clamp(x, splat(x, -125), splat(x, 20)), 56)
    w = e[0] * mul_add(e[0], splat(x, TWO_TO_M56), splat(x, 2))
    d[0] = w + splat(x, 2 * TWO_TO_56)
    return w


cdef inline real mish(real x, tier t) noexcept nogil:
    """x tanh(softplus(x)) = x w / (w + 2), w = exp(x) (exp(x) + 2)."""
    cdef real n, n_low, d, d_low, power, linear = choose(x, 12, 22), b = clamp(x, choose(x, -120, -800), linear)
    if real is f32 and tier is fast:
        n = max(splat(x, -125), x) * mish_scaled(x, &n_low, &d)
        return where_lt(splat(x, 20), x, x, n * reciprocal(d, t))
    if real is f64 and tier is brief:
        x = max(splat(x, -800), x)
        n = exp_brief(min(linear, x), 1.4426950408889634, False)
        n = n * (n + <float>2)
        return x * n / (n + <float>2)
    mish_parts(b, &n, &n_low, &d, &d_low, &power, t)
    two_product(b, n, &n, &b)
    # Now b is the low part of x n; x n_low is added to it.
    n_low = mul_add(clamp(x, choose(x, -120, -800), linear), n_low, b)
    return where_lt(linear, x, x, copysign(scale(quotient(n, n_low, d, d_low, t), power), x))


cdef inline real mish_derivative(real x, tier t) noexcept nogil:
    """With E = exp(-|x|) it is E (4(x + 1) + E (4x + 6 + E (4 + E))) / (2 + E (2 + E))^2 for x < 0,
    and (1 + E (4 + E (4x + 6 + E 4(x + 1)))) / (1 + 2E (1 + E))^2 for x >= 0."""
    cdef real a, head, tail, power, e, n, d, d_low, more, zero = splat(x, 0), one = splat(x, 1)
    if real is f32 and tier is fast:
        # w/d + 4 x e (e + 1) / d^2, e = exp(x), w = e (e + 2), d = w + 2; here e, w and d are scaled by 2^56
        n = mish_scaled(x, &e, &d)
        d = refined_reciprocal(d)
        more = clamp(x, splat(x, -125), splat(x, 20)) * (e * mul_add(e, splat(x, TWO_TO_M56), one)) * d
        return where_lt(splat(x, 20), x, one, mul_add(more, splat(x, 4 * TWO_TO_56) * d, n * d))
    if real is f64 and tier is brief:     # the formula of the fast tier above, over one denominator
        x = clamp(x, splat(x, -700), splat(x, 40))
        e = exp_brief(x, 1.4426950408889634, True)
        n = e * (e + <float>2)
        d = n + <float>2
        return zero_where_le(x, splat(x, -700), mul_add(n, d, <float>4 * x * (e * (e + <float>1))) / (d * d))
    x = clamp(x, choose(x, -120, -800), choose(x, 120, 800))
    a = copysign(x, splat(x, -1))
    if tier is exact:
        exp_split(a, NULL, &head, &tail, &power)
    else:
        head = exp_fast(a, 1.4426950408889634, &power, t)
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
