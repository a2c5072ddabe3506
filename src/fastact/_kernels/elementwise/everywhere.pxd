"""Functions of the logistic family, times a factor, by formulas that hold for every argument.

They serve roles that would be slower by table, or hardly quicker, on targets with lookups of 32 floats: no element is
beyond a range, so that the speed does not depend on the inputs.  Each function has the form

    name(x, p, factor, &odd)

and returns factor f(x); p is the parameter, if there is one.  A function is rounded once; the error of a derivative is at
most 1.6 ULP, and half an ULP more of a factor other than 1.  Lanes where the
result without its power of two is 0, subnormal, infinite or NaN are added to the mask `odd`: the result is right there only if
2^-80 <= |factor| <= 2^10 and 2 factor x is finite, or the factor is 0; then a derivative may lack the sign of 0.
"""
from fastact._kernels.simd.vectors cimport (
    f32, splat, fma, mul_add, min, max, copysign, keep_special_f, unusual_f,
)
from fastact._kernels.math.saturating cimport tanh_parts
from fastact._kernels.math.vecmath cimport logistic_quotient, logistic_sum, scale_logistic, two_product
from fastact._kernels.elementwise.formulas_sigmoid cimport quick_gelu_argument


cdef inline f32 bounded(f32 u) noexcept nogil:
    """The argument of logistic_sum(): from 21 on exp(-u) is negligible, and below -200 any float times exp(u) is 0."""
    return min(splat(u, 21), max(splat(u, -200), u))


cdef inline f32 sigmoid_times(f32 factor, const f32* factor_low, f32 u, const f32* u_low, unsigned int* odd) noexcept nogil:
    """(factor + factor_low) sigma(u + u_low)."""
    cdef f32 top, low, whole, rest, inverse, m, power, first
    u = bounded(u)
    logistic_sum(u, u_low, False, &top, &low, &whole, &rest, &inverse, &m, &power)
    factor = logistic_quotient(factor, factor_low, whole, rest, inverse, &first)
    odd[0] |= unusual_f(factor)
    return scale_logistic(factor, u, m, power)


cdef inline f32 over_square(
    f32 factor, f32 n, f32 n_low, f32 whole, f32 rest, f32 inverse, bint refined, unsigned int* odd,
) noexcept nogil:
    """factor (n + n_low) / (whole + rest)^2; n_low and rest are small, and inverse is 1 / (whole + rest), rounded.

    refined: the rounding error of n / whole is added, too, because n is already rounded.
    """
    cdef f32 missing = fma(-inverse, rest, fma(-inverse, whole, splat(factor, 1)))      # what inverse (whole + rest) lacks of 1
    cdef f32 y = n * inverse, low = mul_add(n_low, inverse, fma(n, inverse, -y)) if refined else n_low * inverse
    factor = factor * inverse
    y = mul_add(factor, y, factor * mul_add(missing, y + y, low))
    odd[0] |= unusual_f(y)
    return y


cdef inline f32 sigmoid_slope(f32 x, f32 factor, unsigned int* odd) noexcept nogil:
    """factor sigma(x) sigma(-x), which is m P / (m + P)^2 with the numbers of logistic_sum(-|x|)."""
    cdef f32 top, low, whole, rest, inverse, m, power, u = max(splat(x, -200), copysign(x, splat(x, -1)))
    logistic_sum(u, NULL, True, &top, &low, &whole, &rest, &inverse, &m, &power)
    return scale_logistic(over_square(factor, top, low, whole, rest, inverse, False, odd), u, m, power)


cdef inline f32 silu_of(f32 x, f32 u, const f32* u_low, f32 factor, unsigned int* odd) noexcept nogil:
    """factor x sigma(u + u_low)."""
    cdef f32 product, product_low
    two_product(x, factor, &product, &product_low)
    return sigmoid_times(product, &product_low, u, u_low, odd)


cdef inline f32 silu_slope(f32 u, const f32* u_low, f32 factor, unsigned int* odd) noexcept nogil:
    """factor silu'(u + u_low), which is m (m + P + u P) / (m + P)^2; the numerator has a root."""
    cdef f32 top, low, whole, rest, inverse, m, power, lead, more
    u = bounded(u)
    logistic_sum(u, u_low, False, &top, &low, &whole, &rest, &inverse, &m, &power)
    lead = fma(top, u, whole)
    more = mul_add(low, u, rest)
    if u_low != NULL:
        more = mul_add(top, u_low[0], more)
    return scale_logistic(over_square(factor, lead, more, whole, rest, inverse, True, odd), u, m, power)


cdef inline f32 small(f32 u_low) noexcept nogil:
    """u_low, which is below 2^-14 wherever it matters; elsewhere it may be large, or NaN where u is infinite."""
    return min(splat(u_low, 6.103515625e-05), max(u_low, splat(u_low, -6.103515625e-05)))


cdef inline f32 product_of(f32 x, f32 beta, f32* low) noexcept nogil:
    """result + low = beta x."""
    cdef f32 u
    two_product(x, beta, &u, low)
    low[0] = small(low[0])
    return u


cdef inline f32 quick_gelu_product(f32 x, f32* low) noexcept nogil:
    """result + low = 1.702 x."""
    cdef f32 u
    quick_gelu_argument(x, &u, low)
    low[0] = small(low[0])
    return u


# ------------------------------------------------------------------------------ functions --

cdef inline f32 sigmoid(f32 x, f32 p, f32 factor, unsigned int* odd) noexcept nogil:
    return sigmoid_times(factor, NULL, x, NULL, odd)


cdef inline f32 sigmoid_derivative(f32 x, f32 p, f32 factor, unsigned int* odd) noexcept nogil:
    return sigmoid_slope(x, factor, odd)


cdef inline f32 log_sigmoid_derivative(f32 x, f32 p, f32 factor, unsigned int* odd) noexcept nogil:
    return sigmoid_times(factor, NULL, -x, NULL, odd)


cdef inline f32 softplus_derivative(f32 x, f32 beta, f32 factor, unsigned int* odd) noexcept nogil:
    cdef f32 low, u = product_of(x, beta, &low)
    return sigmoid_times(factor, NULL, u, &low, odd)


cdef inline f32 tanh(f32 x, f32 p, f32 factor, unsigned int* odd) noexcept nogil:
    cdef f32 head, tail, rough
    tanh_parts(x, &head, &tail)
    rough = head * factor
    odd[0] |= unusual_f(rough)
    # Infinities and zeros are taken from `rough`: in two parts they would be NaN or lose the sign.
    return keep_special_f(rough, mul_add(head, factor, tail * factor))


cdef inline f32 tanh_derivative(f32 x, f32 p, f32 factor, unsigned int* odd) noexcept nogil:
    return sigmoid_slope(x + x, <float>4 * factor, odd)


cdef inline f32 silu(f32 x, f32 p, f32 factor, unsigned int* odd) noexcept nogil:
    return silu_of(x, x, NULL, factor, odd)


cdef inline f32 silu_derivative(f32 x, f32 p, f32 factor, unsigned int* odd) noexcept nogil:
    return silu_slope(x, NULL, factor, odd)


cdef inline f32 swish_times(f32 factor, const f32* factor_low, f32 x, f32 beta, unsigned int* odd) noexcept nogil:
    """(factor + factor_low) sigma(beta x)."""
    cdef f32 low, u = product_of(x, beta, &low)
    return sigmoid_times(factor, factor_low, u, &low, odd)


cdef inline f32 swish(f32 x, f32 beta, f32 factor, unsigned int* odd) noexcept nogil:
    cdef f32 low, u = product_of(x, beta, &low)
    return silu_of(x, u, &low, factor, odd)


cdef inline f32 swish_derivative(f32 x, f32 beta, f32 factor, unsigned int* odd) noexcept nogil:
    cdef f32 low, u = product_of(x, beta, &low)
    return silu_slope(u, &low, factor, odd)


cdef inline f32 quick_gelu(f32 x, f32 p, f32 factor, unsigned int* odd) noexcept nogil:
    cdef f32 low, u = quick_gelu_product(x, &low)
    return silu_of(x, u, &low, factor, odd)


cdef inline f32 quick_gelu_derivative(f32 x, f32 p, f32 factor, unsigned int* odd) noexcept nogil:
    cdef f32 low, u = quick_gelu_product(x, &low)
    return silu_slope(u, &low, factor, odd)
