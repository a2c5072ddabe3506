"""The middle of the range in float lanes, for correct rounding: as middle.pxd, with errors a tenth as large.

Every function has the form

    tail = name(x, p, &u, &head, t)

and head + tail is the function with an error below error_of() in loops_by_table.pxi; where an activation is a product of
x and another function, this is the other function.  The coefficients c0 and c1 are in two parts each, and so is r where it
is rounded.  The tables end in `_CORRECT_F32`; their rows are the center, if it varies, c0 hi, c0 lo, c1 hi, c1 lo, c2, c3 ...
"""
from fastact._kernels.simd.vectors cimport (
    f32, correct, splat, mul_add, min, max, abs, copysign, where_lt, segment_f, TABLE_SEGMENTS,
)
from fastact._kernels.elementwise.middle cimport (
    BOTH_SIDES, BY_MULTIPLES, BY_OCTAVES, FALLING16_A, FALLING16_B, FALLING_16, HALF_UNITS, UNITS, entry,
    segment_of_multiples,
)
from fastact._kernels.math.vecmath cimport fast_two_sum, two_product, two_sum

cdef extern from "tables.h" nogil:
    # Cython needs some number of rows; the header has the true one.
    const float[1][32] SIGMOID_CORRECT_F32, QUICK_CORRECT_F32, MISH_CORRECT_F32, SOFTPLUS_CORRECT_F32
    const float[1][32] SQRT_SOFTPLUS_CORRECT_F32, NORMAL_CORRECT_F32, GELU_TANH_CORRECT_F32
    const float[1][32] TANH_FACTOR_CORRECT_F32, ERF_FACTOR_CORRECT_F32, EXPM1_FACTOR_CORRECT_F32
    const float[1][32] TANHSHRINK_FACTOR_CORRECT_F32, SELU_FACTOR_CORRECT_F32
    const float SELU_SCALE_HI_F32, SELU_SCALE_LO_F32
    int SIGMOID_CORRECT_F32_ROWS, QUICK_CORRECT_F32_ROWS, MISH_CORRECT_F32_ROWS, SOFTPLUS_CORRECT_F32_ROWS
    int SQRT_SOFTPLUS_CORRECT_F32_ROWS, NORMAL_CORRECT_F32_ROWS, GELU_TANH_CORRECT_F32_ROWS
    int TANH_FACTOR_CORRECT_F32_ROWS, ERF_FACTOR_CORRECT_F32_ROWS, EXPM1_FACTOR_CORRECT_F32_ROWS
    int TANHSHRINK_FACTOR_CORRECT_F32_ROWS, SELU_FACTOR_CORRECT_F32_ROWS


# How f(x) for x > 0 follows from a table for x <= 0, with lookups of 8 floats.
cdef enum Reflection:
    NONE
    EVEN                # f(-x)
    ONE_MINUS           # 1 - f(-x)
    X_PLUS              # x + f(-x)


cdef inline f32 series(int cut, f32 r, f32 r_low, f32 where, const void* table, int rows, f32* head) noexcept nogil:
    """head + result = the segment's polynomial in r + r_low."""
    cdef f32 rest = entry(cut, table, rows - 1, where), slope, product, product_low, low
    cdef int row = rows - 2, first = 1 if cut == BY_OCTAVES or cut == FALLING_16 else 0
    while row >= first + 4:
        rest = mul_add(rest, r, entry(cut, table, row, where))
        row -= 1
    slope = entry(cut, table, first + 2, where)
    two_product(slope, r, &product, &product_low)
    # |c1 r| may be larger than c0 at the left end of the wide segments of 8 and 16 columns.
    if TABLE_SEGMENTS == 8:
        two_sum(entry(cut, table, first, where), product, head, &low)
    else:
        fast_two_sum(entry(cut, table, first, where), product, head, &low)
    low = low + mul_add(slope, r_low, product_low)
    low = low + mul_add(entry(cut, table, first + 3, where), r, entry(cut, table, first + 1, where))
    return mul_add(rest, r * r, low)


cdef inline f32 reflected(int reflection, f32 x, f32 x_low, f32 sign, f32* head, f32 tail) noexcept nogil:
    """f(x + x_low) = head + result from f(-|x|) = head + tail; sign is 1 or -1, with the sign of x."""
    cdef f32 above, low
    if reflection == ONE_MINUS:
        above = mul_add(sign, splat(x, 0.5), splat(x, 0.5))     # 1 or 0
        two_sum(above, -sign * head[0], head, &low)
        return mul_add(-sign, tail, low)
    if reflection == X_PLUS:
        above = mul_add(sign, splat(x, 0.5), splat(x, 0.5))
        two_sum(max(splat(x, 0), x), head[0], head, &low)
        return tail + mul_add(above, x_low, low)
    return tail


cdef inline f32 symmetric(int cut, int reflection, f32 x, const f32* x_low, const void* table, int rows, f32* head) noexcept nogil:
    """head + result = the function of x + x_low, |x| <= reach(False); x_low may be null.

    cut and reflection apply to lookups of 8 floats only.
    """
    cdef f32 r, whole, a, low = splat(x, 0), lost = low, sign = copysign(splat(x, 1), x)
    cdef f32 sum = segment_of_multiples(cut, False, x, &a, &r)
    if x_low != NULL:
        low = x_low[0]
        lost = low if TABLE_SEGMENTS == 32 or cut == BOTH_SIDES else sign * low
    if x_low != NULL:       # r is 0, or larger than what is added to it
        whole = r + lost
        lost = lost - (whole - r)
        r = whole
    if TABLE_SEGMENTS == 32 or cut == BOTH_SIDES:
        return series(BY_MULTIPLES if TABLE_SEGMENTS == 32 else BOTH_SIDES, r, lost, sum, table, rows, head)
    whole = series(cut, r, lost, sum, table, rows, head)
    return reflected(reflection, x, low, sign, head, whole)


cdef inline f32 octaves(f32 x, const void* table, int rows, f32* head) noexcept nogil:
    """head + result = the function of x >= left_end(False), with f(x) = 1 - f(-x); see octaves() of middle.pxd."""
    cdef f32 r, low, u, sum, center
    if TABLE_SEGMENTS == 32:
        u = min(splat(x, 9), x)
        sum = u + <float>6
        center = segment_f(<const float*>table, sum)
        r = u - center
        return series(BY_OCTAVES, r, u - (r + center), sum, table, rows, head)
    u = min(splat(x, 6), abs(x))
    sum = mul_add(u, mul_add(u, splat(x, FALLING16_B), splat(x, FALLING16_A)), splat(x, 12582912.0))
    sum = min(splat(x, 12582912.0 + 15), sum)
    center = entry(FALLING_16, table, 0, sum)
    r = u - center
    low = series(FALLING_16, r, u - (r + center), sum, table, rows, head)
    return reflected(ONE_MINUS, x, splat(x, 0), copysign(splat(x, 1), x), head, low)


# ------------------------------------------------------------------------------ functions --

cdef inline f32 sigmoid(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    u[0] = x
    return symmetric(UNITS, ONE_MINUS, x, NULL, SIGMOID_CORRECT_F32, SIGMOID_CORRECT_F32_ROWS, head)


cdef inline f32 silu(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    """sigma(x)"""
    return sigmoid(x, p, u, head, t)


cdef inline f32 sigmoid_times(f32 x, f32 beta, f32* u, f32* head, correct t) noexcept nogil:
    """sigma(beta x); the product is in two parts."""
    cdef f32 low
    two_product(x, beta, u, &low)
    return symmetric(UNITS, ONE_MINUS, u[0], &low, SIGMOID_CORRECT_F32, SIGMOID_CORRECT_F32_ROWS, head)


cdef inline f32 quick_gelu(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    u[0] = x
    return symmetric(HALF_UNITS, ONE_MINUS, x, NULL, QUICK_CORRECT_F32, QUICK_CORRECT_F32_ROWS, head)


cdef inline f32 mish(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    u[0] = x
    return symmetric(BOTH_SIDES, NONE, x, NULL, MISH_CORRECT_F32, MISH_CORRECT_F32_ROWS, head)


cdef inline f32 softplus_times(f32 x, f32 beta, f32* u, f32* head, correct t) noexcept nogil:
    """log(1 + exp(beta x)); the caller divides by beta."""
    cdef f32 low
    two_product(x, beta, u, &low)
    return symmetric(UNITS, X_PLUS, u[0], &low, SOFTPLUS_CORRECT_F32, SOFTPLUS_CORRECT_F32_ROWS, head)


cdef inline f32 log_sigmoid(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    cdef f32 tail
    u[0] = -x
    tail = symmetric(UNITS, X_PLUS, -x, NULL, SOFTPLUS_CORRECT_F32, SOFTPLUS_CORRECT_F32_ROWS, head)
    head[0] = -head[0]
    return -tail


cdef inline f32 sqrt_softplus(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    u[0] = x
    return symmetric(BOTH_SIDES, NONE, x, NULL, SQRT_SOFTPLUS_CORRECT_F32, SQRT_SOFTPLUS_CORRECT_F32_ROWS, head)


cdef inline f32 gelu(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    u[0] = x
    return octaves(x, NORMAL_CORRECT_F32, NORMAL_CORRECT_F32_ROWS, head)


cdef inline f32 gelu_tanh(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    u[0] = x
    return octaves(x, GELU_TANH_CORRECT_F32, GELU_TANH_CORRECT_F32_ROWS, head)


cdef inline f32 tanh(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    """tanh(x) / x"""
    u[0] = x
    return symmetric(HALF_UNITS, EVEN, x, NULL, TANH_FACTOR_CORRECT_F32, TANH_FACTOR_CORRECT_F32_ROWS, head)


cdef inline f32 tanhshrink(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    """(x - tanh(x)) / x^3"""
    u[0] = x
    return symmetric(HALF_UNITS, EVEN, x, NULL, TANHSHRINK_FACTOR_CORRECT_F32, TANHSHRINK_FACTOR_CORRECT_F32_ROWS, head)


cdef inline f32 erf(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    """erf(x) / x"""
    u[0] = x
    return symmetric(HALF_UNITS, EVEN, x, NULL, ERF_FACTOR_CORRECT_F32, ERF_FACTOR_CORRECT_F32_ROWS, head)


cdef inline f32 elu(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    """(exp(x) - 1) / x for x < 0, and 1 for x >= 0"""
    cdef f32 zero = splat(x, 0), tail
    u[0] = min(zero, x)
    tail = symmetric(HALF_UNITS, EVEN, u[0], NULL, EXPM1_FACTOR_CORRECT_F32, EXPM1_FACTOR_CORRECT_F32_ROWS, head)
    head[0] = where_lt(x, zero, head[0], splat(x, 1))
    return where_lt(x, zero, tail, zero)


cdef inline f32 selu(f32 x, f32 p, f32* u, f32* head, correct t) noexcept nogil:
    """scale alpha (exp(x) - 1) / x for x < 0, and scale for x >= 0"""
    cdef f32 zero = splat(x, 0), tail
    u[0] = min(zero, x)
    tail = symmetric(HALF_UNITS, EVEN, u[0], NULL, SELU_FACTOR_CORRECT_F32, SELU_FACTOR_CORRECT_F32_ROWS, head)
    head[0] = where_lt(x, zero, head[0], splat(x, SELU_SCALE_HI_F32))
    return where_lt(x, zero, tail, splat(x, SELU_SCALE_LO_F32))
