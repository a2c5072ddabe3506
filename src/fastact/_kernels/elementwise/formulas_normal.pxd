"""Formulas of exp(-x²) and of its integral: erf, the Gaussian, GELU and its approximation by tanh."""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, f32, splat, fma, mul_add, min, max, abs, copysign, scale, where_lt,
)
from fastact._kernels.math.vecmath cimport (
    erf as vec_erf, exp_fast, exp_split, exp_times, factor_exp, fast_two_sum, logistic, mills, two_product, two_sum,
)
from fastact._kernels.elementwise.formulas_parts cimport choose, clamp, break_tie

cdef extern from "tables.h" nogil:
    # Constants of formulas as HI + LO.  GELU_TANH: A = sqrt(8/pi), B = 0.044715 A.
    const float GELU_TANH_A_HI_F32, GELU_TANH_A_LO_F32, GELU_TANH_B_HI_F32, GELU_TANH_B_LO_F32
    const double GELU_TANH_A_HI_F64, GELU_TANH_A_LO_F64, GELU_TANH_B_HI_F64, GELU_TANH_B_LO_F64


cdef inline real erf(real x, tier t) noexcept nogil:
    return vec_erf(x, t)


cdef inline real erf_derivative(real x, tier t) noexcept nogil:
    return gaussian_times(x, splat(x, 1.1283791670955126), t)


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


cdef inline real gelu_reach(real x) noexcept nogil:
    """|x| as far as Phi(-|x|) counts.

    Beyond 7 (f32) or 9 nothing is subtracted from x.  Below -14.2 (f32) or -38.6 the result is -0, which
    a = 0 gives without subnormal intermediates.
    """
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

    It is a function of its own, and no approximation of gelu: at x = -5 it is 84 % less.
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
