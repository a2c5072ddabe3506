"""Formulas of sin^2: Snake and its form with two logarithms.

They are computed in double lanes only: u = alpha x is reduced modulo pi, which has no meaning in float for a large u.
For |u| < 2^27 the multiple of pi is subtracted in three parts (Cody and Waite); a larger u takes 1/pi to as many bits
as it needs, one lane at a time.  So the results are right for every x whose product with alpha does not overflow.
"""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, f64, load, store, splat, mul_add, fma, max, abs, copysign, scale, where_lt, any_lt, VD_LANES,
)
from fastact._kernels.math.vecmath cimport exp_split, fast_two_sum, horner, quotient, reduce, two_product, two_sum
from fastact._kernels.elementwise.formulas_parts cimport clamp, or_nan, product_with

cdef extern from "../math/modulo_pi.h" nogil:
    void modulo_pi_in_parts(double u, double u_low, double* head, double* tail)

cdef extern from *:
    """
    /* (-1)^k / (2k + 1)! from k = 2 on: the error of sin is 2^-59 up to pi/2, of the first SINE_FAST terms 2^-44. */
    static const double SINE[10] = {
        1. / 120, -1. / 5040, 1. / 362880, -1. / 39916800, 1. / 6227020800., -1. / 1307674368000.,
        1. / 355687428096000., -1. / 121645100408832000., 1. / 51090942171709440000., -1. / 25852016738884976640000.};
    """
    const double* SINE

cdef enum:
    SINE_FAST = 7
    SINE_ALL = 10


cdef inline void add_to(f64* head, f64* tail, f64 x) noexcept nogil:
    """head += x exactly; the rounding error is added to the tail."""
    cdef f64 low
    two_sum(head[0], x, head, &low)
    tail[0] = tail[0] + low


cdef inline f64 reduced(f64 u, f64 u_low, f64* tail) noexcept nogil:
    """result + tail = u + u_low - k pi, |result| <= pi/2 or little more; NaN for an infinite u."""
    cdef f64 k, p, p_low, q, q_low, head, far = splat(u, 134217728.0)
    cdef double[16] heads, tails, more
    cdef int i
    reduce(clamp(u, -far, far), 0.3183098861837907, &k)
    two_product(k, splat(u, 3.141592653589793), &p, &p_low)
    two_product(k, splat(u, 1.2246467991473532e-16), &q, &q_low)
    two_sum(u, -p, &head, tail)
    add_to(&head, tail, -p_low)
    add_to(&head, tail, -q)
    add_to(&head, tail, u_low)
    tail[0] = tail[0] - mul_add(k, splat(u, -2.9947698097183397e-33), q_low)
    fast_two_sum(head, tail[0], &head, tail)
    if not any_lt(far, abs(u)):
        return head
    store(heads, 0, where_lt(far, abs(u), u, head))
    store(tails, 0, where_lt(far, abs(u), u_low, tail[0]))
    store(more, 0, abs(u))
    for i in range(VD_LANES):
        if more[i] > 134217728.0:
            modulo_pi_in_parts(heads[i], tails[i], &heads[i], &tails[i])
    head = load(head, heads, 0)
    tail[0] = load(head, tails, 0)
    return head


cdef inline f64 sine_square(f64 v, f64 v_low, f64* low, tier t) noexcept nogil:
    """result + low = sin^2(v + v_low) for |v| <= pi/2; low is 0 in the fast tier.

    exact: the first two terms of sin are in two parts, and its error is 2^-55.
    """
    cdef f64 z = v * v, z_low, cube, cube_low, h, h_low, s, s_low, third = splat(v, -0.16666666666666666)
    if tier is exact:
        z_low = mul_add(v + v, v_low, fma(v, v, -z))
        two_product(v, z, &cube, &cube_low)
        cube_low = mul_add(v_low, z, mul_add(v, z_low, cube_low))
        two_product(third, cube, &h, &h_low)
        h_low = mul_add(splat(v, -9.25185853854297e-18), cube, mul_add(third, cube_low, h_low))
        fast_two_sum(v, h, &s, &s_low)
        s_low = s_low + (v_low + mul_add(cube * z, horner(z, SINE, SINE_ALL), h_low))
        fast_two_sum(s, s_low, &s, &s_low)
        two_product(s, s, &h, &h_low)
        low[0] = mul_add(s + s, s_low, h_low)
        return h
    else:
        s = mul_add(v * z, mul_add(z, horner(z, SINE, SINE_FAST), third), v)
        low[0] = splat(v, 0)
        return s * s


cdef inline f64 with_sine(f64 x, f64 u, f64 u_low, f64 b, f64 b_low, tier t) noexcept nogil:
    """x + sin^2(u + u_low) / (b + b_low); the zero x where x is 0."""
    cdef f64 v_low, low, square, q, y, none = splat(x, 0), v = reduced(u, u_low, &v_low)
    square = sine_square(v, v_low, &low, t)
    q = square / b
    if tier is exact:
        low = (fma(-q, b, square) + mul_add(-q, b_low, low)) / b
        two_sum(x, q, &y, &q)
        y = y + (q + low)
    else:
        y = x + q
    return where_lt(none, abs(x), y, copysign(y, x))


cdef inline f64 sine_slope(
    f64 u, f64 u_low, f64 a, f64 a_low, f64 b, f64 b_low, f64 difference, tier t
) noexcept nogil:
    """1 + a sin(2 (u + u_low)) / b as (difference + 2 a sin^2(u + pi/4)) / b, difference = b - a.

    For Snake this has no cancellation, and the smallest values, 1e-9 / b, are right.  Near u = 0 it is a series.
    """
    cdef f64 v_low, low, v = reduced(u, u_low, &v_low), square, top, top_low, pi = splat(u, 3.141592653589793), near, y
    add_to(&v, &v_low, splat(u, 0.7853981633974483))
    v_low = v_low + splat(u, 3.061616997868383e-17)
    # From pi/2 to 3 pi/4 it is mirrored.
    square = v
    two_sum(pi, -v, &top, &top_low)
    v = where_lt(splat(u, 1.5707963267948966), square, top, v)
    v_low = where_lt(splat(u, 1.5707963267948966), square, top_low + (splat(u, 1.2246467991473532e-16) - v_low), v_low)
    fast_two_sum(v, v_low, &v, &v_low)
    square = sine_square(v, v_low, &low, t)
    two_product(a + a, square, &top, &top_low)
    top_low = mul_add(a + a, low, mul_add(a_low + a_low, square, top_low))
    two_sum(top, difference, &top, &low)
    y = quotient(top, top_low + low, b, b_low, t)
    near = splat(u, 0.0001220703125)
    square = clamp(u + u, -near, near)
    top = mul_add(square * square * square, splat(u, -0.16666666666666666), square)
    return where_lt(abs(u + u), near, mul_add(a / b, top, splat(u, 1)), y)


cdef inline real snake(real x, real alpha, tier t) noexcept nogil:
    """x + sin^2(alpha x) / (alpha + 1e-9); x where x is infinite or alpha x overflows."""
    cdef real u, u_low, b, b_low, y, most = splat(x, 1.7976931348623157e308)
    if real is f64:
        product_with(alpha, x, &u, &u_low)
        two_sum(alpha, splat(x, 1e-9), &b, &b_low)
        y = with_sine(x, u, u_low, b, b_low, t)
        return where_lt(most, max(abs(u), abs(x)), or_nan(alpha, x), y)
    else:
        return x


cdef inline real snake_derivative(real x, real alpha, tier t) noexcept nogil:
    cdef real u, u_low, b, b_low
    if real is f64:
        product_with(alpha, x, &u, &u_low)
        two_sum(alpha, splat(x, 1e-9), &b, &b_low)
        return sine_slope(u, u_low, alpha, splat(x, 0), b, b_low, splat(x, 1e-9), t)
    else:
        return x


cdef inline f64 power_of_e(f64 x, f64* low) noexcept nogil:
    """result + low = exp(x), with an error of 2^-57; exactly 1 for x = 0."""
    cdef f64 power, head
    exp_split(clamp(x, splat(x, -800), splat(x, 800)), NULL, &head, low, &power)
    head = scale(head, power)
    low[0] = scale(low[0], power)
    fast_two_sum(head, low[0], &head, low)
    return head


cdef inline real snake_beta(real x, real alpha, real beta, tier t) noexcept nogil:
    """x + sin^2(exp(alpha) x) / (exp(beta) + 1e-9); x where x is infinite."""
    cdef real a, a_low, u, u_low, b, b_low, low, y
    if real is f64:
        a, b = power_of_e(alpha, &a_low), power_of_e(beta, &b_low)
        product_with(a, x, &u, &u_low)
        u_low = mul_add(a_low, x, u_low)
        two_sum(b, splat(x, 1e-9), &b, &low)
        y = with_sine(x, u, u_low, b, b_low + low, t)
        return where_lt(splat(x, 1.7976931348623157e308), abs(x), or_nan(alpha, or_nan(beta, x)), y)
    else:
        return x


cdef inline real snake_beta_derivative(real x, real alpha, real beta, tier t) noexcept nogil:
    cdef real a, a_low, u, u_low, b, b_low, low, difference
    if real is f64:
        a, b = power_of_e(alpha, &a_low), power_of_e(beta, &b_low)
        product_with(a, x, &u, &u_low)
        u_low = mul_add(a_low, x, u_low)
        difference = (b - a) + ((b_low - a_low) + splat(x, 1e-9))
        two_sum(b, splat(x, 1e-9), &b, &low)
        return sine_slope(u, u_low, a, a_low, b, b_low + low, difference, t)
    else:
        return x
