"""Formulas of squares and of their roots: squareplus, the multiquadrics, the thin plate."""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, f32, f64, splat, fma, mul_add, min, max, abs, copysign, scale, where_lt, any_lt, any_lt_f,
)
from fastact._kernels.math.vecmath cimport (
    fast_two_sum, inverse_root, log, log_parts, modest, plus_square, quotient, ratio, root, root_parts, two_product, two_sum,
)
from fastact._kernels.elementwise.formulas_parts cimport choose, clamp, or_nan, or_infinite, not_tiny, scale_down


cdef inline void one_plus_square(real x, real x_low, real one, real* head, real* tail, tier t) noexcept nogil:
    """head + tail = sqrt(one + (x + x_low)^2) for |x| <= 1e18 (f32) or 1e150 (f64)."""
    cdef real square, square_low, total, total_low
    two_product(x, x, &square, &square_low)
    square_low = mul_add(x + x, x_low, square_low)
    two_sum(one, square, &total, &total_low)
    root(total, total_low + square_low, head, tail, t)


cdef inline f32 squareplus_parts(f32 a, f32 b, f32 b_over, f32* square, f32* left, exact t) noexcept nogil:
    """a + sqrt(a^2 + b) for 2^-120 < a^2 + b = square < 2^120; left is b_over divided by the result."""
    cdef f32 head, tail, low
    square[0] = plus_square(b, a, NULL, False, &tail)
    head = root_parts(square[0], tail, &tail)
    fast_two_sum(head, a, &head, &low)
    low = low + tail
    left[0] = ratio(b_over, splat(a, 0), head, low, t)
    return head + low


cdef inline f32 scale_of(f32 square) noexcept nogil:
    """A factor for x that brings its square into range: 2^-66 for a square above 2^80, 2^64 below 2^-60, else 1."""
    cdef f32 up = where_lt(square, splat(square, 8.673617379884035e-19), splat(square, 1.8446744073709552e19), splat(square, 1))
    return where_lt(splat(square, 1.2089258196146292e24), square, splat(square, 1.3552527156068805e-20), up)


cdef inline f32 scaled_parameter(f32 b, f32 up, f32 up_too) noexcept nogil:
    """b up up_too, plus 2^-100 so that it is not subnormal; 2^-100 is negligible beside the square."""
    return fma(b * up, up_too, splat(b, 7.888609052210118e-31))


cdef inline f32 where_scaled(f32 square, f32 b, double least, f32 scaled, f32 y) noexcept nogil:
    """Select the result with scaled operands where the square is above 2^80 or b below `least`, else y.

    The operands of the other lanes may overflow when they are scaled, so a lane may not depend on its neighbours.
    """
    return where_lt(splat(y, 1.2089258196146292e24), square, scaled, where_lt(b, splat(y, least), scaled, y))


cdef inline real squareplus(real x, real b, tier t) noexcept nogil:
    # (x + sqrt(x^2 + b)) / 2; for x < 0 computed as b / 4 / (sqrt(x^2 + b) + |x|) * 2
    cdef real head, tail, left, total, total_low, small, least, down, a = abs(x), zero = splat(x, 0)
    cdef real huge = choose(x, 1e18, 1e150)
    cdef real largest = choose(x, 3.4028234663852886e38, 1.7976931348623157e308)
    if real is f32 and tier is exact:
        # With a = |x|/2 the result is a + sqrt(a^2 + b/4) for x >= 0, and b/4 divided by this sum for x < 0.
        small, a = splat(x, 0.25) * b, not_tiny(x)
        total = squareplus_parts(splat(x, 0.5) * a, small, small, &huge, &tail, t)
        if any_lt_f(splat(x, 1.2089258196146292e24), huge) or any_lt_f(small, splat(x, 8.673617379884035e-19)):
            # The operands are scaled.  The quotient is kept 2^64 times too large, because it may be subnormal.
            a = where_lt(small, splat(x, 8.673617379884035e-19), abs(x), a)
            down = scale_of(huge)
            head = squareplus_parts(
                splat(x, 0.5) * down * min(largest, a), scaled_parameter(b, splat(x, 0.25) * down, down),
                b * (splat(x, 4.611686018427388e18) * down), &total_low, &left, t)
            least = splat(x, 1.401298464324817e-45)     # b = 0
            head = where_lt(b, least, a, where_lt(largest, a, a, head / down))
            left = where_lt(b, least, zero, where_lt(largest, a, zero, scale(left, splat(x, -64))))
            total = where_scaled(huge, small, 8.673617379884035e-19, head, total)
            tail = where_scaled(huge, small, 8.673617379884035e-19, left, tail)
        return where_lt(x, zero, tail, total)
    else:
        a = min(largest, a)
        squareplus_root(a, b, huge, &head, &tail, t)
        two_sum(<float>0.5 * head, <float>0.5 * a, &total, &total_low)
        total_low = mul_add(splat(x, 0.5), tail, total_low)
        # The reciprocal of the largest x would be subnormal.
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
    """head + tail = sqrt(a^2 + b) for a finite a >= 0; in double lanes it is NaN where a^2 + b is negative."""
    cdef real zero = splat(a, 0), one = splat(a, 1), most = splat(a, 1e250), down, up, other, other_tail
    one_plus_square(min(huge, a), zero, b, head, tail, t)
    # Where a^2 overflows, or where it underflows and b = 0, the root is a.
    tail[0] = where_lt(huge, a, zero, where_lt(head[0], a, zero, tail[0]))
    head[0] = max(a, head[0])
    if real is f64:
        if any_lt(b, zero) or any_lt(most, b):
            # If b is negative, the root is less than a.  If b is huge, a^2 + b may overflow, and
            # (2^-200 a)^2 + 2^-400 b is computed instead.
            down = where_lt(most, abs(b), splat(a, 6.223015277861142e-61), one)
            up = where_lt(most, abs(b), splat(a, 1.6069380442589903e+60), one)
            one_plus_square(min(huge, down * a), zero, b * down * down, &other, &other_tail, t)
            other_tail = where_lt(huge, down * a, zero, up * other_tail)
            other = where_lt(huge, down * a, a + (b - b), up * other)      # b = -inf gives NaN
            head[0] = where_lt(b, zero, other, where_lt(most, b, other, head[0]))
            tail[0] = where_lt(b, zero, other_tail, where_lt(most, b, other_tail, tail[0]))


cdef inline real squareplus_derivative(real x, real b, tier t) noexcept nogil:
    # (1 + x/s)/2, s = sqrt(x^2 + b); for x < 0 computed as b / (2 s (s - x))
    cdef real head, tail, low, left, square, a = abs(x), huge = choose(x, 1e18, 1e150), zero = splat(x, 0)
    cdef real largest = choose(x, 3.4028234663852886e38, 1.7976931348623157e308)
    if real is f32 and tier is exact:
        a = not_tiny(x)
        left = squareplus_left_parts(a, b, splat(x, 0.5) * b, &head, t)
        if any_lt_f(splat(x, 1.2089258196146292e24), head) or any_lt_f(b, splat(x, 9.094947017729282e-13)):     # 2^80, 2^-40
            # The operands are scaled, as above.  The quotient is kept too large: by 2^133 where |x| > 2^68, else
            # by 2^57.
            huge = where_lt(splat(x, 2.9514790517935283e20), a, splat(x, 1), zero)
            square, low = head, scale_of(head)
            a = where_lt(b, splat(x, 9.094947017729282e-13), abs(x), a)
            tail = where_lt(zero, huge, b, b * low * (splat(x, 7.205759403792794e16) * low))
            tail = squareplus_left_parts(low * min(largest, a), scaled_parameter(b, low, low), tail, &head, t)
            low = where_lt(zero, huge, splat(x, 3.814697265625e-06), splat(x, 5.048709793414476e-29))      # 2^-18, 2^-94
            tail = scale_down(tail, where_lt(zero, huge, splat(x, -133), splat(x, -57)), low)
            tail = where_lt(largest, a, zero, tail)
            left = where_scaled(square, b, 9.094947017729282e-13, where_lt(zero, b, tail, b / a), left)
        return where_lt(x, zero, left, splat(x, 1) - left)
    else:
        a = min(largest, a)
        squareplus_root(a, b, huge, &head, &low, t)
        # For x < 0 beyond this bound the result is 0, unless b is huge.
        left = min(choose(x, 1e30, 1e200), a)
        tail = max(left, splat(x, 1e30))
        if real is f64:     # with a huge b the bound is 8e307, so that the sum of two such numbers is finite
            tail = where_lt(splat(x, 1e50), abs(b), splat(x, 8e307), tail)
            left = where_lt(splat(x, 1e50), abs(b), min(splat(x, 8e307), a), left)
        left = squareplus_left(b, min(tail, head), low, left, t)
        left = where_lt(x, zero, <float>0.5 * left, <float>0.5 * (a / head + <float>1))
        if real is f64:
            left = where_lt(largest, b, or_nan(x, splat(x, 0.5)), left)
        return left


cdef inline f32 squareplus_left_parts(f32 a, f32 b, f32 b_over, f32* square, exact t) noexcept nogil:
    """b_over / (s (s + a)), s^2 = a^2 + b = square, in the same range as in squareplus_parts()."""
    cdef f32 head, tail, low, product
    square[0] = plus_square(b, a, NULL, False, &low)
    head = root_parts(square[0], low, &tail)
    product = fma(a, head, square[0])       # at most twice the square, so that their difference below is exact
    low = fma(a, head, square[0] - product) + mul_add(a, tail, low)
    return ratio(b_over, splat(a, 0), product, low, t)


cdef inline real squareplus_left(real b, real s, real s_low, real a, tier t) noexcept nogil:
    """b / (s (s + a)), where s means s + s_low, a square root in two parts."""
    cdef real total, total_low, zero = splat(b, 0)
    two_sum(s, a, &total, &total_low)
    if tier is exact:
        return quotient(quotient(b, zero, s, s_low, t), zero, total, total_low + s_low, t)
    else:
        return b / s / total


cdef inline real scaled(real x, real epsilon, real* low) noexcept nogil:
    """result + low = |epsilon x|; low is 0 where the square of the product overflows."""
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
    """(x + x_low) / (y + y_low), like ratio(), but also valid for the smallest x."""
    cdef f32 inverse = splat(x, 1) / y, head, low
    y = modest(mul_add(-inverse, y_low, fma(-inverse, y, splat(x, 1))))
    two_product(x, inverse, &head, &low)
    return head + mul_add(head, y, mul_add(x_low, inverse, low))


cdef inline f32 unless_tiny(f32 x, f32 epsilon, f32 y) noexcept nogil:
    """y, but epsilon x where |x| is so small that not_tiny() replaces it.

    y is a function of epsilon x that is equal to epsilon x near 0.
    """
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
    """result + low = min(limit, 2^-68 |epsilon x|) where this is above 2^-28; epsilon x itself may overflow."""
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
        # For a huge |epsilon x| this is the root itself.  The reciprocal of the largest ones would be subnormal,
        # so it is scaled.
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
        if any_lt_f(splat(x, 1.2089258196146292e24), a):        # 2^80: epsilon / y^2; its factor 2^-136 comes last
            head = scaled_down(x, epsilon, 1.152921504606847e18, &low)      # 2^60
            two_product(head, head, &cube, &tail)
            far = ratio(splat(x, 1), zero, cube, mul_add(head + head, low, tail), t)
            far = splat(x, 9.5367431640625e-07) * abs(epsilon) * far
            far = scale_down(far, splat(x, -116), splat(x, 1.4551915228366852e-11))       # 2^-36
            far = where_lt(head, splat(x, 1.152921504606847e18), far, zero)
            y = where_lt(splat(x, 1.2089258196146292e24), a, copysign(far, -x), y)
        return y
    else:       # y/sqrt(1 + y^2) is computed first; it is at most 1
        y = epsilon * x
        a = min(far, abs(y))
        one_plus_square(a, zero, splat(x, 1), &head, &tail, t)
        a = epsilon * quotient(a, zero, head, tail, t)     # multiplied before the quotients below underflow
        tail = where_lt(far, abs(y), zero, tail)
        head = max(head, min(choose(x, 3.4028234663852886e38, 1.7976931348623157e308), abs(y)))
        a = quotient(quotient(a, zero, head, tail, t), zero, head, tail, t)
        if real is f64:
            if any_lt(splat(x, 1.7976931348623157e308), abs(y)):    # 1 / (epsilon x^2), from 2^-1000 epsilon x
                head = splat(x, 9.332636185032189e-302)
                tail = head / abs(head * x * epsilon) / abs(x)
                head = splat(x, 1.7976931348623157e308)
                tail = where_lt(head, max(abs(epsilon), abs(x)), zero, tail)
                a = where_lt(head, abs(y), copysign(tail, epsilon), a)
        return -copysign(splat(x, 1), y) * a


cdef inline real square(real x, tier t) noexcept nogil:
    return x * x


cdef inline real square_derivative(real x, tier t) noexcept nogil:
    return x + x


cdef inline real thin_plate(real x, tier t) noexcept nogil:
    # x^2 ln|x|, and 0 at 0; where |x| is below the smallest normal number, the square is 0
    cdef real square, low, l, l_low, a = abs(x), least = choose(x, 1.1754943508222875e-38, 2.2250738585072014e-308)
    two_product(a, a, &square, &low)
    low = where_lt(a, choose(x, 1e18, 1e150), low, splat(x, 0))
    l_low = clamp(a, least, choose(x, 3.4028234663852886e38, 1.7976931348623157e308))
    if real is f64 and tier is exact:
        l = log_parts(l_low, &l_low)
        low = where_lt(a, splat(x, 1e150), mul_add(square, l_low, low * l), low)
    else:
        l = log(l_low, t)
        low = low * l
    l = mul_add(square, l, low)
    if real is f64 and tier is exact:
        l = copysign(l, a - <float>1)       # zeros of products that underflow
    # +0 for x = 0, else -0
    return where_lt(a, least, copysign(splat(x, 0), splat(x, 0) - a), l)


cdef inline real thin_plate_derivative(real x, tier t) noexcept nogil:
    # x (2 ln|x| + 1); the logarithm of a subnormal x is computed from 2^64 |x|
    cdef real a = abs(x), least = choose(x, 1.1754943508222875e-38, 2.2250738585072014e-308), small
    small = where_lt(a, least, splat(x, 44.3614195558365), splat(x, 0))     # 64 ln 2
    a = where_lt(a, least, a * splat(x, 18446744073709551616.0), a)
    a = log(clamp(a, least, choose(x, 3.4028234663852886e38, 1.7976931348623157e308)), t) - small
    return where_lt(splat(x, 0), abs(x), x * (a + a + <float>1), x)
