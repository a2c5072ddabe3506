"""The activations and their derivatives, each written once.

Every function takes vectors of either type in either tier; the specials (signed zeros,
infinities, NaN) are those of the limit of the function.  Errors: see fastact/_catalogue.py,
which tests and `python -m fastact verify` hold against these kernels.
"""
from fastact._kernels.simd cimport (
    real, tier, exact, fast, f32, f64, splat, fma, mul_add, min, max, abs, copysign, where_lt, scale,
)
from fastact._kernels.vecmath cimport (
    exp, exp_fast, exp_split, logistic, mills, tanh as vec_tanh, fast_two_sum, two_product, two_sum,
)

cdef extern from "tables.h" nogil:
    # sqrt(8/pi) and sqrt(8/pi) * 0.044715, as HI + LO
    const float GELU_TANH_A_HI_F32, GELU_TANH_A_LO_F32, GELU_TANH_B_HI_F32, GELU_TANH_B_LO_F32
    const double GELU_TANH_A_HI_F64, GELU_TANH_A_LO_F64, GELU_TANH_B_HI_F64, GELU_TANH_B_LO_F64


cdef inline real unit_step(real x) noexcept nogil:
    """1 for x > 0, 0 for x <= 0, NaN for NaN."""
    cdef real zero = splat(x, 0)
    # The inner choice is 0 for all x <= 0 and x itself, not above 0, only if it is NaN.
    return where_lt(zero, x, splat(x, 1), max(zero, x))


# ---------------------------------------------------------------------------- relu ------

cdef inline real relu(real x, tier t) noexcept nogil:
    return max(splat(x, 0), x)


cdef inline real relu_derivative(real x, tier t) noexcept nogil:
    return unit_step(x)


# ------------------------------------------------------------ sigmoid and its kin ------

cdef inline real sigmoid(real x, tier t) noexcept nogil:
    return logistic(splat(x, 1), x, NULL, t)


cdef inline real sigmoid_derivative(real x, tier t) noexcept nogil:
    # sigma(x) sigma(-x): both factors keep their relative accuracy in the tails.
    return logistic(sigmoid(-abs(x), t), abs(x), NULL, t)


cdef inline real silu(real x, tier t) noexcept nogil:
    # Beyond `linear` the result is x to the last bit; below `empty` it is -0.
    cdef real linear, empty, a
    if real is f32:
        linear, empty = splat(x, 20), splat(x, -120)
    else:
        linear, empty = splat(x, 40), splat(x, -800)
    if tier is exact:
        # On -|x|, which logistic computes anyway; the sign at the end, -0's too.
        a = logistic(max(empty, copysign(x, splat(x, -1))), x, NULL, t)
        return where_lt(linear, x, x, copysign(a, x))
    else:
        return logistic(max(empty, x), x, NULL, t)


cdef inline real silu_derivative(real x, tier t) noexcept nogil:
    # sigma(x) (1 + x sigma(-x))
    cdef real bounded
    if real is f32:
        bounded = max(splat(x, -120), min(splat(x, 120), x))
    else:
        bounded = max(splat(x, -800), min(splat(x, 800), x))
    return logistic(mul_add(bounded, sigmoid(-bounded, t), splat(x, 1)), bounded, NULL, t)


# ---------------------------------------------------------------------------- tanh ------

cdef inline real tanh(real x, tier t) noexcept nogil:
    return vec_tanh(x, t)


cdef inline real tanh_derivative(real x, tier t) noexcept nogil:
    # sech^2(x) = 4 sigma(2x) sigma(-2x): 1 - tanh^2 would lose the tails.
    return <float>4 * sigmoid_derivative(x + x, t)


# ---------------------------------------------------------------------------- gelu ------

cdef inline real gelu(real x, tier t) noexcept nogil:
    """x Phi(x) = relu(x) - |x| Phi(-|x|): no cancellation on either side.

    Phi(-a) = exp(-a^2/2) R(a); in the exact tier the square, the exponential, R and the products
    are all carried as head + tail, and 2^n is applied by the last two operations.
    """
    cdef real a, square, square_low, head, tail, power, r, r_low, w, w_low, s
    if real is f32:
        a = min(splat(x, 14.75), abs(x))        # gelu(-14.17) is the last result that is not -0
    else:
        a = min(splat(x, 39), abs(x))           # -38.6
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
    cdef real a, r, r_low, v
    if real is f32:
        a = min(splat(x, 14.75), abs(x))
    else:
        a = min(splat(x, 39), abs(x))
    mills(a, &r, &r_low, t)
    r = mul_add(a, splat(x, -0.3989422804014327), r) + r_low
    v = exp(<float>-0.5 * (a * a), t) * r
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
    cdef real bounded, u, u_low, linear, empty
    if real is f32:
        linear, empty = splat(x, 6.5), splat(x, -11)
    else:
        linear, empty = splat(x, 8.5), splat(x, -22.5)
    bounded = max(empty, min(linear, x))
    gelu_tanh_argument(bounded, &u, &u_low, t)
    if tier is exact:
        return where_lt(linear, x, x, copysign(logistic(bounded, u, &u_low, t), x))
    else:
        return where_lt(linear, x, x, logistic(bounded, u, NULL, t))


cdef inline real gelu_tanh_derivative(real x, tier t) noexcept nogil:
    # sigma(2u) (1 + x (2u)' sigma(-2u)), (2u)' = A + 3 B x^2
    cdef real bounded, u, u_low, slope
    if real is f32:
        bounded = max(splat(x, -11), min(splat(x, 11), x))
        slope = mul_add(splat(x, GELU_TANH_B_HI_F32), splat(x, 3) * (bounded * bounded), splat(x, GELU_TANH_A_HI_F32))
    else:
        bounded = max(splat(x, -22.5), min(splat(x, 22.5), x))
        slope = mul_add(splat(x, GELU_TANH_B_HI_F64), splat(x, 3) * (bounded * bounded), splat(x, GELU_TANH_A_HI_F64))
    gelu_tanh_argument(bounded, &u, &u_low, t)
    return logistic(mul_add(bounded * slope, logistic(splat(x, 1), -u, NULL, t), splat(x, 1)), u, NULL, t)
