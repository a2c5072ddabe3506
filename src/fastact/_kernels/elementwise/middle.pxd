"""The middle of the range in float lanes, by tables of segments.

Where one instruction looks up 32 floats (AVX-512), a polynomial on segments takes half the time of
the formulas, in both tiers, and a derivative costs no more than the function.  AVX2 looks up 8 floats.
There the table covers x <= 0 only, with wider segments and polynomials of one or two degrees more, and
f(x) follows from f(-x).  Functions without such a symmetry use 16 segments, and a lookup among 16 costs five
times as much.  The tables cover the middle of the range, where nearly all inputs lie.  by_table() in
loops_by_table.pxi leaves the rest to tails.pxd, which keeps its accuracy down to the smallest subnormal.

Every function here has the form

    tail = name(x, p, &u, &head, t)

where p is the parameter, if there is one.  The caller tests the argument u against the range of the table.
In the exact tier the result is head + tail, with a relative error of 2^-27; the caller multiplies it and
rounds once.  In the fast tier the result is tail alone, with an error of 2^-12.5, and head is 0 (except
for MIRRORED).

The largest |tail| / |head| in the exact tier was found by dense sampling of the range, for lookups of 32
floats and of 8:

======================================================  =======  =======
function                                                32       8
======================================================  =======  =======
sigmoid, sigmoid_of_minus, sigmoid_times, silu          0.0440   0.213
softplus_times, log_sigmoid, mish                       0.0440   0.213
sqrt_softplus                                           0.0097   0.0384
quick_gelu                                              0.162    0.138
gelu (the second at x = -5)                             0.206    2.94
gelu_tanh (the second at x = -5)                        0.357    7.47
tanh                                                    2^-24    2^-24
sigmoid_derivative                                      0.304    0.647
tanh_derivative                                         0.702    0.649
sqrt_softplus_derivative                                0.142    0.284
derivatives of silu, swish, quick_gelu, mish, gelu and  no bound: the head may be nearly 0
gelu_tanh, which have a zero                            where the tail is not
======================================================  =======  =======

The larger ratios are at the left end of the range, where the function is small.  A caller may use the sum
only, never the head alone.

Only the value of an element may decide whether it is computed here or by tails.pxd.
"""
from fastact._kernels.simd.vectors cimport (
    f32, public_tier, exact, fast, splat, fma, mul_add, min, max, abs, copysign, where_lt, lookup8_f, lookup8_8_f, lookup32_f, segment_f,
    TABLE_SEGMENTS,
)
from fastact._kernels.math.saturating cimport tanh as vec_tanh, tanh_parts
from fastact._kernels.math.vecmath cimport fast_two_sum, two_sum, two_product

cdef extern from "tables.h" nogil:
    # Cython needs some number of rows; the header has the true one.
    const float[1][32] SIGMOID_F32, QUICK_F32, MISH_F32, SOFTPLUS_F32, SQRT_SOFTPLUS_F32, NORMAL_F32, GELU_TANH_F32
    const float[1][32] SIGMOID_FAST_F32, QUICK_FAST_F32, MISH_FAST_F32, SOFTPLUS_FAST_F32, SQRT_SOFTPLUS_FAST_F32
    const float[1][32] NORMAL_FAST_F32, GELU_TANH_FAST_F32
    const float[1][32] D_SIGMOID_F32, D_TANH_F32, D_SILU_F32, D_QUICK_GELU_F32, D_MISH_F32, D_SQRT_SOFTPLUS_F32
    const float[1][32] D_SIGMOID_FAST_F32, D_TANH_FAST_F32, D_SILU_FAST_F32, D_QUICK_GELU_FAST_F32
    const float[1][32] D_MISH_FAST_F32, D_SQRT_SOFTPLUS_FAST_F32
    const float[1][32] D_GELU_F32, D_GELU_TANH_F32, D_GELU_FAST_F32, D_GELU_TANH_FAST_F32
    int SIGMOID_F32_ROWS, QUICK_F32_ROWS, MISH_F32_ROWS, SOFTPLUS_F32_ROWS, SQRT_SOFTPLUS_F32_ROWS
    int NORMAL_F32_ROWS, GELU_TANH_F32_ROWS
    int SIGMOID_FAST_F32_ROWS, QUICK_FAST_F32_ROWS, MISH_FAST_F32_ROWS, SOFTPLUS_FAST_F32_ROWS
    int SQRT_SOFTPLUS_FAST_F32_ROWS, NORMAL_FAST_F32_ROWS, GELU_TANH_FAST_F32_ROWS
    int D_SIGMOID_F32_ROWS, D_TANH_F32_ROWS, D_SILU_F32_ROWS, D_QUICK_GELU_F32_ROWS, D_MISH_F32_ROWS
    int D_SQRT_SOFTPLUS_F32_ROWS, D_GELU_F32_ROWS, D_GELU_TANH_F32_ROWS
    int D_SIGMOID_FAST_F32_ROWS, D_TANH_FAST_F32_ROWS, D_SILU_FAST_F32_ROWS, D_QUICK_GELU_FAST_F32_ROWS
    int D_MISH_FAST_F32_ROWS, D_SQRT_SOFTPLUS_FAST_F32_ROWS, D_GELU_FAST_F32_ROWS, D_GELU_TANH_FAST_F32_ROWS

    const float STEP, ONE_OVER_STEP, OCTAVES_SHIFT, OCTAVES_LAST
    const float FALLING16_A, FALLING16_B, FALLING8_A, FALLING8_B

# The range that a table covers.  SYMMETRIC: |u| <= reach().  OCTAVES: u >= left_end(); far to the right the function is
# constant.  SYMMETRIC_NORMAL: the same as SYMMETRIC, without |u| < 2^-100.  It serves functions whose limit of f(x)/x at 0 is not
# a float: there the product of x and the low part of f(x)/x would be rounded to a multiple of the smallest subnormal.
cdef enum Range:
    SYMMETRIC
    SYMMETRIC_NORMAL
    OCTAVES
    OCTAVES_FROM_4_3    # as OCTAVES, but from -4.3 on with 16 segments: the segment below has an error of 1.3 ULP
    OCTAVES_STEEP       # as OCTAVES, but the function is 0 from -11.5 on, see vanishing() in loops_by_table.pxi
    EVERYWHERE


# How a table is cut into segments, see tools/fit_tables.py.  The last five cuts are for lookups of 8 floats.
cdef enum Cut:
    BY_MULTIPLES
    BY_OCTAVES
    UNITS
    HALF_UNITS
    BOTH_SIDES
    FALLING_16
    FALLING_8

# How f(x) for x > 0 follows from a table for x <= 0.
cdef enum Symmetry:
    NONE
    EVEN                # f(-x)
    ONE_MINUS           # 1 - f(-x)
    MIRRORED            # exact tier: 1 - f(-x); fast tier: f(-|x|), with |x| in head, and the caller subtracts
    X_PLUS              # x + f(-x)


cdef inline double reach(bint wide) noexcept nogil:
    """The end of SYMMETRIC; `wide` holds for all tiers but `correct`, whose tables of 32 segments are narrower."""
    # 7.5 itself would round to 8, which finds the same column of the table as 0.
    if TABLE_SEGMENTS == 32:
        return 8.2 if wide else 7.7
    return 7.4999995


cdef inline double left_end(bint wide) noexcept nogil:
    """The end of OCTAVES."""
    if TABLE_SEGMENTS == 32:
        return -5.25 if wide else -5
    return -4.99        # the last of 16 segments does not include its end


cdef inline f32 entry(int cut, const void* table, int row, f32 where) noexcept nogil:
    if cut == BY_OCTAVES:
        return segment_f(<const float*>table + 32 * row, where)
    if cut == BY_MULTIPLES:
        return lookup32_f(<const float*>table + 32 * row, where)
    if cut == UNITS or cut == FALLING_8:
        return lookup8_f(<const float*>table + 8 * row, where)
    return lookup8_8_f(<const float*>table + 16 * row, where)


cdef inline f32 series(
    int cut, bint slope, f32 r, const f32* r_low, f32 where, const void* exact_table, int exact_rows,
    const void* fast_table, int fast_rows, f32* head, public_tier t,
) noexcept nogil:
    """head + result = the segment's polynomial in r; the module's docstring bounds |result| / |head|.

    The rows of a table are the center, if it varies, c0 hi, c0 lo (in the exact tier only), c1, c2 ...
    In the exact tier the product of c1 and r is up to half the head, so it is kept in two parts; all further
    terms are small beside it.  Derivatives (slope) may have twice the error, so there the product is rounded:
    the error is 1.2 ULP instead of 0.6, in three quarters of the time.
    """
    cdef f32 rest, low, product, product_low
    cdef int row, first = cut == BY_OCTAVES or cut == FALLING_16 or cut == FALLING_8
    if public_tier is exact:
        rest = entry(cut, exact_table, exact_rows - 1, where)
        row = exact_rows - 2
        while row >= first + (2 if slope else 3):
            rest = mul_add(rest, r, entry(cut, exact_table, row, where))
            row -= 1
        if slope:
            head[0] = entry(cut, exact_table, first, where)
            return mul_add(rest, r, entry(cut, exact_table, first + 1, where))
        if TABLE_SEGMENTS == 8 and cut != FALLING_16:
            # This saves three operations.  The difference is exact because head >= c0 / 2.  The large terms of
            # the tail are added last: with such wide segments another rounding would add 0.1 ULP.
            product = entry(cut, exact_table, first + 2, where)
            low = entry(cut, exact_table, first, where)
            head[0] = fma(product, r, low)
            low = fma(product, r, low - head[0])
            if r_low != NULL:
                low = mul_add(product, r_low[0], low)
            return mul_add(rest, r * r, low + entry(cut, exact_table, first + 1, where))
        rest = mul_add(rest, r * r, entry(cut, exact_table, first + 1, where))
        two_product(entry(cut, exact_table, first + 2, where), r, &product, &product_low)
        fast_two_sum(entry(cut, exact_table, first, where), product, head, &low)
        return rest + (low + product_low)
    else:
        rest = entry(cut, fast_table, fast_rows - 1, where)
        row = fast_rows - 2
        while row >= first:
            rest = mul_add(rest, r, entry(cut, fast_table, row, where))
            row -= 1
        head[0] = splat(r, 0)
        return rest


cdef inline f32 one_minus(f32 x, f32 y) noexcept nogil:
    """y for x < 0, 1 - y for x > 0."""
    cdef f32 sign = copysign(splat(x, 1), x)
    return mul_add(-sign, y, mul_add(sign, splat(x, 0.5), splat(x, 0.5)))


cdef inline f32 reflected(
    int symmetry, bint slope, f32 x, f32 x_low, f32 sign, f32* head, f32 tail, public_tier t
) noexcept nogil:
    """f(x) = head + result from f(-|x|) = head + tail; sign is 1 or -1, with the sign of x.

    The module's docstring bounds |result| / |head|.
    """
    cdef f32 above, top, low
    if public_tier is fast:
        if symmetry == MIRRORED:
            return tail
    if symmetry == ONE_MINUS or symmetry == MIRRORED:
        # The result is 0 or 1, minus sign times the value of the table; this is exact for x < 0.
        above = mul_add(sign, splat(x, 0.5), splat(x, 0.5))
        if public_tier is exact:
            top = fma(-sign, head[0], above)
            if slope:       # the rounding error is 0.5 ULP
                head[0] = top
                return -sign * tail
            low = fma(-sign, head[0], above - top)
            head[0] = top
            return fma(-sign, tail, low)
        else:
            return one_minus(x, tail)
    if symmetry == X_PLUS:
        if public_tier is exact:
            above = mul_add(sign, splat(x, 0.5), splat(x, 0.5))
            two_sum(max(splat(x, 0), x), head[0], head, &low)
            return tail + mul_add(above, x_low, low)
        else:
            return tail + max(splat(x, 0), x)
    return tail


cdef inline f32 segment_of_multiples(int cut, bint wide, f32 x, f32* a, f32* r) noexcept nogil:
    """The number of x's segment, in the low bits of the result; a is x or |x|, and r = a - the segment's center, exactly.

    cut applies to lookups of 8 floats only, and `wide` to those of 32, see reach().
    """
    cdef f32 sum, magic = splat(x, 12582912.0)      # 1.5 * 2^23: the low bits count
    a[0] = x if TABLE_SEGMENTS == 32 or cut == BOTH_SIDES else abs(x)
    if TABLE_SEGMENTS == 32 and wide:
        sum = mul_add(a[0], splat(x, ONE_OVER_STEP), magic)
        r[0] = mul_add(sum - <float>12582912.0, splat(x, -STEP), a[0])
    elif TABLE_SEGMENTS == 32 or cut == HALF_UNITS:
        sum = mul_add(a[0], splat(x, 2), magic)
        r[0] = mul_add(sum - <float>12582912.0, splat(x, -0.5), a[0])
    else:
        sum = a[0] + magic
        r[0] = a[0] - (sum - magic)
    return sum


cdef inline f32 symmetric(
    int cut, int symmetry, bint slope, f32 x, const f32* x_low, const void* exact_table, int exact_rows,
    const void* fast_table, int fast_rows, f32* head, public_tier t,
) noexcept nogil:
    """head + result = the function of x + x_low, |x| <= reach(True); x_low may be null.

    The module's docstring bounds |result| / |head|.  cut and symmetry apply to lookups of 8 floats only.
    """
    cdef f32 r, r_low, whole, a, sign, low_end, low = splat(x, 0)
    cdef f32 sum = segment_of_multiples(cut, True, x, &a, &r)
    if x_low != NULL:
        low = x_low[0]
    if TABLE_SEGMENTS == 32 or cut == BOTH_SIDES:
        if x_low != NULL:
            r = r + low
        return series(
            BY_MULTIPLES if TABLE_SEGMENTS == 32 else BOTH_SIDES, slope, r, NULL, sum, exact_table, exact_rows, fast_table,
            fast_rows, head, t)
    sign = copysign(splat(x, 1), x)
    if x_low != NULL:
        # r is up to 1/2, so the rounding error of this sum matters: without r_low the error would be 1.03 ULP.
        whole = mul_add(sign, low, r)
        r_low = mul_add(sign, low, r - whole)
        r = whole
    if x_low != NULL:
        low_end = series(cut, slope, r, &r_low, sum, exact_table, exact_rows, fast_table, fast_rows, head, t)
    else:
        low_end = series(cut, slope, r, NULL, sum, exact_table, exact_rows, fast_table, fast_rows, head, t)
    if public_tier is fast:
        if symmetry == MIRRORED:
            head[0] = a
    return reflected(symmetry, slope, x, low, sign, head, low_end, t)


cdef inline f32 octaves(
    bint slope, f32 x, const void* exact_table, int exact_rows, const void* fast_table, int fast_rows,
    f32* head, public_tier t,
) noexcept nogil:
    """head + result = the function of x >= left_end(True), with f(x) = 1 - f(-x).

    The module's docstring bounds |result| / |head|.  With lookups of 32 floats the segments divide x + SHIFT and
    are narrowest at the left end; x > LAST is replaced by LAST.  With lookups of 8 floats the segments divide |x|, and
    |x| > 6 is replaced by 6.
    """
    cdef f32 r, u, sum
    if TABLE_SEGMENTS == 32:
        x = min(splat(x, OCTAVES_LAST), x)
        u = x + splat(x, OCTAVES_SHIFT)
        if public_tier is exact:
            r = x - segment_f(<const float*>exact_table, u)
        else:
            r = x - segment_f(<const float*>fast_table, u)
        return series(BY_OCTAVES, slope, r, NULL, u, exact_table, exact_rows, fast_table, fast_rows, head, t)
    if public_tier is exact:
        u = min(splat(x, 6), abs(x))
        sum = mul_add(u, mul_add(u, splat(x, FALLING16_B), splat(x, FALLING16_A)), splat(x, 12582912.0))
        sum = min(splat(x, 12582912.0 + 15), sum)
        r = u - lookup8_8_f(<const float*>exact_table, sum)
        r = series(FALLING_16, slope, r, NULL, sum, exact_table, exact_rows, fast_table, fast_rows, head, t)
        if slope:       # the result is exactly 1 for large x
            head[0] = where_lt(splat(x, 5.9), abs(x), splat(x, 0), head[0])
            r = where_lt(splat(x, 5.9), abs(x), splat(x, 0), r)
    else:       # from 5.3 on the result is 1 to within 2^-24
        u = min(splat(x, 5.3), abs(x))
        sum = mul_add(u, mul_add(u, splat(x, FALLING8_B), splat(x, FALLING8_A)), splat(x, 12582912.0))
        r = u - lookup8_f(<const float*>fast_table, sum)
        r = series(FALLING_8, slope, r, NULL, sum, exact_table, exact_rows, fast_table, fast_rows, head, t)
        if slope:       # as above
            r = where_lt(splat(x, 5.9), abs(x), splat(x, 0), r)
        else:
            head[0] = u
    return reflected(
        ONE_MINUS if slope else MIRRORED, slope, x, splat(x, 0), copysign(splat(x, 1), x), head, r, t)


# ------------------------------------------------------------------------------ functions --
# Where the activation is a product of x and another function, this is the other function; the caller multiplies.

cdef inline f32 sigmoid(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return symmetric(
        UNITS, ONE_MINUS, False, x, NULL, SIGMOID_F32, SIGMOID_F32_ROWS, SIGMOID_FAST_F32,
        SIGMOID_FAST_F32_ROWS, head, t)


cdef inline f32 sigmoid_derivative(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return symmetric(
        UNITS, EVEN, True, x, NULL, D_SIGMOID_F32, D_SIGMOID_F32_ROWS, D_SIGMOID_FAST_F32,
        D_SIGMOID_FAST_F32_ROWS, head, t)


cdef inline f32 sigmoid_of_minus(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    return sigmoid(-x, p, u, head, t)


cdef inline f32 tanh(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    cdef f32 tail
    u[0] = x
    if public_tier is exact:
        tanh_parts(x, head, &tail)
        return tail
    else:
        head[0] = splat(x, 0)
        return vec_tanh(x, t)


cdef inline f32 tanh_derivative(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return symmetric(
        HALF_UNITS, EVEN, True, x, NULL, D_TANH_F32, D_TANH_F32_ROWS, D_TANH_FAST_F32,
        D_TANH_FAST_F32_ROWS, head, t)


cdef inline f32 silu(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return symmetric(
        UNITS, MIRRORED, False, x, NULL, SIGMOID_F32, SIGMOID_F32_ROWS, SIGMOID_FAST_F32,
        SIGMOID_FAST_F32_ROWS, head, t)


cdef inline f32 silu_derivative(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return symmetric(
        UNITS, ONE_MINUS, True, x, NULL, D_SILU_F32, D_SILU_F32_ROWS, D_SILU_FAST_F32,
        D_SILU_FAST_F32_ROWS, head, t)


cdef inline f32 sigmoid_times(f32 x, f32 beta, f32* u, f32* head, public_tier t) noexcept nogil:
    """sigma(beta x); the product is in two parts."""
    cdef f32 low
    two_product(x, beta, u, &low)
    return symmetric(
        UNITS, ONE_MINUS, False, u[0], &low, SIGMOID_F32, SIGMOID_F32_ROWS, SIGMOID_FAST_F32,
        SIGMOID_FAST_F32_ROWS, head, t)


cdef inline f32 swish_derivative(f32 x, f32 beta, f32* u, f32* head, public_tier t) noexcept nogil:
    cdef f32 low
    two_product(x, beta, u, &low)
    return symmetric(
        UNITS, ONE_MINUS, True, u[0], &low, D_SILU_F32, D_SILU_F32_ROWS, D_SILU_FAST_F32,
        D_SILU_FAST_F32_ROWS, head, t)


cdef inline f32 quick_gelu(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return symmetric(
        HALF_UNITS, MIRRORED, False, x, NULL, QUICK_F32, QUICK_F32_ROWS, QUICK_FAST_F32,
        QUICK_FAST_F32_ROWS, head, t)


cdef inline f32 quick_gelu_derivative(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return symmetric(
        HALF_UNITS, ONE_MINUS, True, x, NULL, D_QUICK_GELU_F32, D_QUICK_GELU_F32_ROWS,
        D_QUICK_GELU_FAST_F32, D_QUICK_GELU_FAST_F32_ROWS, head, t)


cdef inline f32 mish(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return symmetric(
        BOTH_SIDES, NONE, False, x, NULL, MISH_F32, MISH_F32_ROWS, MISH_FAST_F32, MISH_FAST_F32_ROWS, head,
        t)


cdef inline f32 mish_derivative(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return symmetric(
        # With 16 segments the product of c1 and r is too large to be rounded: the error of a gradient would be 2.8 ULP.
        BOTH_SIDES, NONE, TABLE_SEGMENTS == 32, x, NULL, D_MISH_F32, D_MISH_F32_ROWS, D_MISH_FAST_F32,
        D_MISH_FAST_F32_ROWS, head, t)


cdef inline f32 softplus_times(f32 x, f32 beta, f32* u, f32* head, public_tier t) noexcept nogil:
    """log(1 + exp(beta x)); the caller divides by beta."""
    cdef f32 low
    two_product(x, beta, u, &low)
    return symmetric(
        UNITS, X_PLUS, False, u[0], &low, SOFTPLUS_F32, SOFTPLUS_F32_ROWS, SOFTPLUS_FAST_F32,
        SOFTPLUS_FAST_F32_ROWS, head, t)


cdef inline f32 log_sigmoid(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    cdef f32 tail
    u[0] = -x
    tail = symmetric(
        UNITS, X_PLUS, False, -x, NULL, SOFTPLUS_F32, SOFTPLUS_F32_ROWS, SOFTPLUS_FAST_F32,
        SOFTPLUS_FAST_F32_ROWS, head, t)
    head[0] = -head[0]
    return -tail


cdef inline f32 sqrt_softplus(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return symmetric(
        BOTH_SIDES, NONE, False, x, NULL, SQRT_SOFTPLUS_F32, SQRT_SOFTPLUS_F32_ROWS,
        SQRT_SOFTPLUS_FAST_F32, SQRT_SOFTPLUS_FAST_F32_ROWS, head, t)


cdef inline f32 sqrt_softplus_derivative(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return symmetric(
        BOTH_SIDES, NONE, True, x, NULL, D_SQRT_SOFTPLUS_F32, D_SQRT_SOFTPLUS_F32_ROWS,
        D_SQRT_SOFTPLUS_FAST_F32, D_SQRT_SOFTPLUS_FAST_F32_ROWS, head, t)


cdef inline f32 gelu(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    # Tried for AVX2: exp(-x^2/2) R(|x|) with 8 segments for R (0.86 ULP).  It took 0.87 of the time at best.
    # As relu(x) - |x| exp(-x^2/2) R(|x|), which rounds twice (1.53 ULP), it took 0.7 of the time.
    u[0] = x
    return octaves(False, x, NORMAL_F32, NORMAL_F32_ROWS, NORMAL_FAST_F32, NORMAL_FAST_F32_ROWS, head, t)


cdef inline f32 gelu_derivative(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return octaves(True, x, D_GELU_F32, D_GELU_F32_ROWS, D_GELU_FAST_F32, D_GELU_FAST_F32_ROWS, head, t)


cdef inline f32 gelu_10_derivative(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    cdef f32 ten = splat(x, 10), zero = splat(x, 0), tail = gelu_derivative(x, p, u, head, t)
    head[0] = where_lt(ten, x, zero, head[0])
    return where_lt(ten, x, zero, tail)


cdef inline f32 gelu_tanh(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return octaves(False, x, GELU_TANH_F32, GELU_TANH_F32_ROWS, GELU_TANH_FAST_F32, GELU_TANH_FAST_F32_ROWS, head, t)


cdef inline f32 gelu_tanh_derivative(f32 x, f32 p, f32* u, f32* head, public_tier t) noexcept nogil:
    u[0] = x
    return octaves(
        True, x, D_GELU_TANH_F32, D_GELU_TANH_F32_ROWS, D_GELU_TANH_FAST_F32, D_GELU_TANH_FAST_F32_ROWS, head, t)
