"""Formulas that choose between pieces: straight lines, steps, parabolas."""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, splat, fma, mul_add, min, max, abs, copysign, where_lt, zero_where_le,
)
from fastact._kernels.math.vecmath cimport fast_two_sum, two_product, two_sum
from fastact._kernels.elementwise.formulas_parts cimport choose, clamp, or_nan, break_tie, unit_step, between


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


cdef inline real leaky_relu_by_parameter(real x, real negative_slope, tier t) noexcept nogil:
    return min(splat(x, 0), x)


cdef inline real threshold(real x, real threshold, real value, tier t) noexcept nogil:
    return where_lt(threshold, x, x, or_nan(x, value))


cdef inline real threshold_derivative(real x, real threshold, real value, tier t) noexcept nogil:
    return or_nan(x, where_lt(threshold, x, splat(x, 1), splat(x, 0)))


cdef inline real hard_tanh(real x, real min_val, real max_val, tier t) noexcept nogil:
    return min(max_val, max(min_val, x))


cdef inline real hard_tanh_derivative(real x, real min_val, real max_val, tier t) noexcept nogil:
    return between(x, min_val, max_val)


cdef inline real softshrink(real x, real lambd, tier t) noexcept nogil:
    # The constant comes first, so that NaN stays.
    return copysign(max(splat(x, 0), abs(x) - lambd), x)


cdef inline real softshrink_derivative(real x, real lambd, tier t) noexcept nogil:
    return or_nan(x, where_lt(lambd, abs(x), splat(x, 1), splat(x, 0)))


cdef inline real hardshrink(real x, real lambd, tier t) noexcept nogil:
    return zero_where_le(abs(x), lambd, x)


cdef inline real hardshrink_derivative(real x, real lambd, tier t) noexcept nogil:
    return or_nan(x, where_lt(lambd, abs(x), splat(x, 1), splat(x, 0)))


cdef inline real hard_sigmoid(real x, tier t) noexcept nogil:
    # clip(x + 3, 0, 6) / 6, rounded once
    cdef real sum, low
    fast_two_sum(splat(x, 3), clamp(x, splat(x, -3), splat(x, 3)), &sum, &low)
    return mul_add(sum, sixth(x), sixth_rest(x, sum, low))


cdef inline real sixth(real like) noexcept nogil:
    """1/6, rounded."""
    return choose(like, 0.16666667163372040, 0.16666666666666666)


cdef inline real sixth_rest(real like, real sum, real low) noexcept nogil:
    """The difference between (sum + low)/6 and sum * sixth."""
    return mul_add(sum, choose(like, -4.967053731282552e-09, 9.25185853854297e-18), low * sixth(like))


cdef inline real hard_sigmoid_derivative(real x, tier t) noexcept nogil:
    return between(x, splat(x, -3), splat(x, 3)) * sixth(x)


cdef inline real hard_sigmoid_linear(real x, real alpha, real beta, tier t) noexcept nogil:
    # clip(alpha x + beta, 0, 1); without a fused operation the sum would cancel near the lower corner
    return clamp(fma(alpha, x, beta), splat(x, 0), splat(x, 1))


cdef inline real hard_sigmoid_linear_derivative(real x, real alpha, real beta, tier t) noexcept nogil:
    # The sum is kept in two parts, so that each x falls on the correct side of a corner.
    cdef real zero = splat(x, 0), sum, low, product, product_low
    two_product(alpha, x, &product, &product_low)
    two_sum(product, beta, &sum, &low)
    low = low + product_low
    return alpha * or_nan(x, where_lt(zero, sum + low, where_lt((sum - splat(x, 1)) + low, zero, splat(x, 1), zero), zero))


cdef inline real hard_swish(real x, tier t) noexcept nogil:
    # x clip(x + 3, 0, 6) / 6; the division comes first, because the product may overflow
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
    # As in PyTorch, -3 and 3 themselves belong to the outer pieces.  The constants are the numbers next to them.
    slope = where_lt(choose(x, 2.9999997615814209, 2.9999999999999996), x, splat(x, 1), slope)
    return where_lt(x, choose(x, -2.9999997615814209, -2.9999999999999996), splat(x, 0), slope)


cdef inline real star_relu(real x, real scale, real bias, tier t) noexcept nogil:
    """scale relu(x)^2 + bias, in both tiers with the product of the three factors in parts: near the root the sum cancels.

    An infinite sum is taken as it is, because its low parts would be NaN.
    """
    cdef real p, p_low, q, q_low, sum, low, b = max(splat(x, 0), x)
    # 0, not NaN, for the product of an infinite x and a scale of 0.
    b = or_nan(x, zero_where_le(abs(scale), splat(x, 0), b))
    two_product(scale, b, &p, &p_low)
    two_product(p, b, &q, &q_low)
    two_sum(q, bias, &sum, &low)
    low = low + mul_add(p_low, b, q_low)
    return where_lt(choose(x, 3.4028234663852886e38, 1.7976931348623157e308), abs(sum), sum, sum + low)


cdef inline real star_relu_derivative(real x, real scale, real bias, tier t) noexcept nogil:
    # 0 for x <= 0, whatever the scale is.  The factor that is doubled overflows only where the result does.
    cdef real zero = splat(x, 0), b = max(zero, x), y = where_lt(b, splat(x, 1), scale * (b + b), (scale + scale) * b)
    return or_nan(x, zero_where_le(min(abs(scale), b), zero, y))


cdef inline real hard_mish(real x, tier t) noexcept nogil:
    # x clip(x + 2, 0, 2) / 2
    cdef real zero = splat(x, 0), b = max(splat(x, -2), x), sum, low
    fast_two_sum(splat(x, 2), min(zero, b), &sum, &low)
    low = <float>0.5 * low
    return where_lt(zero, x, x, copysign(mul_add(b, <float>0.5 * sum, b * low), x))


cdef inline real hard_mish_derivative(real x, tier t) noexcept nogil:
    # At -2 it is that of the inside, -1, as in PyTorch's clamp.
    cdef real slope = where_lt(splat(x, 0), x, splat(x, 1), x + <float>1)
    return where_lt(x, splat(x, -2), splat(x, 0), slope)


cdef inline real sparse_plus(real x, tier t) noexcept nogil:
    # 0 up to -1, then (x + 1)^2 / 4, x from 1 on; half the sum is squared in two parts
    cdef real one = splat(x, 1), b = clamp(x, -one, one), half, low
    fast_two_sum(one, b, &half, &low)
    half = <float>0.5 * half
    return where_lt(one, x, x, fma(half, half, half * low))


cdef inline real sparse_plus_derivative(real x, tier t) noexcept nogil:
    return <float>0.5 * (clamp(x, splat(x, -1), splat(x, 1)) + <float>1)
