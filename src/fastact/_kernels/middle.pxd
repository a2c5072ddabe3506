"""The middle of the range in float lanes, by tables of 32 segments.

Where one instruction looks up 32 floats (AVX-512) a polynomial on segments takes half the time of
the formulas, in both tiers, and gives a derivative as cheaply as the function.  Only the middle is
covered, where nearly all inputs lie; elements beyond go to the double lanes (see by_table in
elementwise.pyx), so the tails are right to the last subnormal.

Every function here has the form

    tail = name(x, p, &u, &head, t)

with p the parameter, if there is one, and u the argument to test against the range of the table
(HALVES or OCTAVES).  exact: head + tail to 2^-27, |tail| < |head|/16 wherever the function is not
near a zero, for the caller to multiply and round once.  fast: tail alone, 2^-12.5; head is 0.

Which way an element goes must depend on nothing but its value.
"""
from fastact._kernels.simd cimport (
    f32, tier, exact, splat, mul_add, min, lookup32_f, segment_f,
)
from fastact._kernels.vecmath cimport fast_two_sum, two_product, tanh as vec_tanh, tanh_parts

cdef extern from "tables.h" nogil:
    # C knows the number of rows.
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

# Ranges: of halves |u| <= 7.7; of octaves u >= -5, and beyond 9 the function is constant.
# HALVES_NORMAL: without |u| < 2^-100, for f(x)/x that are no float at 0: the product of x and their
# low part would be rounded to the subnormal grid.
cdef enum Range:
    HALVES
    HALVES_NORMAL
    OCTAVES
    EVERYWHERE


cdef inline f32 entry(bint octaves, const void* table, int row, f32 where) noexcept nogil:
    if octaves:
        return segment_f(<const float*>table + 32 * row, where)
    return lookup32_f(<const float*>table + 32 * row, where)


cdef inline f32 series(
    bint octaves, bint slope, f32 r, f32 where, const void* exact_table, int exact_rows,
    const void* fast_table, int fast_rows, f32* head, tier t,
) noexcept nogil:
    """The segment's polynomial in r.  Rows: c0 hi, c0 lo (exact only), c1, c2 ...; octaves: the center first.

    exact: the product of c1 and r is up to half the head, so it is kept whole; all that follows is
    small beside it.  For derivatives (slope), which have twice the bound, it is rounded: 1.2 ULP
    instead of 0.6, at three quarters of the time.
    """
    cdef f32 rest, low, product, product_low
    cdef int row, first = octaves
    if tier is exact:
        rest = entry(octaves, exact_table, exact_rows - 1, where)
        row = exact_rows - 2
        while row >= first + (2 if slope else 3):
            rest = mul_add(rest, r, entry(octaves, exact_table, row, where))
            row -= 1
        if slope:
            head[0] = entry(octaves, exact_table, first, where)
            return mul_add(rest, r, entry(octaves, exact_table, first + 1, where))
        rest = mul_add(rest, r * r, entry(octaves, exact_table, first + 1, where))
        two_product(entry(octaves, exact_table, first + 2, where), r, &product, &product_low)
        fast_two_sum(entry(octaves, exact_table, first, where), product, head, &low)
        return rest + (low + product_low)
    else:
        rest = entry(octaves, fast_table, fast_rows - 1, where)
        row = fast_rows - 2
        while row >= first:
            rest = mul_add(rest, r, entry(octaves, fast_table, row, where))
            row -= 1
        head[0] = splat(r, 0)
        return rest


cdef inline f32 halves(
    bint slope, f32 x, const f32* x_low, const void* exact_table, int exact_rows,
    const void* fast_table, int fast_rows, f32* head, tier t,
) noexcept nogil:
    """The function of x + x_low (which may be null), |x| <= 7.7."""
    cdef f32 sum, r
    sum = mul_add(x, splat(x, 2), splat(x, 12582912.0))     # 1.5 * 2^23: the low bits count the halves
    r = mul_add(sum - <float>12582912.0, splat(x, -0.5), x)
    if x_low != NULL:
        r = r + x_low[0]
    return series(False, slope, r, sum, exact_table, exact_rows, fast_table, fast_rows, head, t)


cdef inline f32 octaves(
    bint slope, f32 x, const void* exact_table, int exact_rows, const void* fast_table, int fast_rows,
    f32* head, tier t,
) noexcept nogil:
    """The function of x >= -5, or of 9 for x > 9: segments of x + 6, finest at the left end."""
    cdef f32 r, u
    x = min(splat(x, 9), x)
    u = x + <float>6
    if tier is exact:
        r = x - segment_f(<const float*>exact_table, u)
    else:
        r = x - segment_f(<const float*>fast_table, u)
    return series(True, slope, r, u, exact_table, exact_rows, fast_table, fast_rows, head, t)


# ------------------------------------------------------------------------------ functions --
# A product with x, where the activation is one, is the caller's.

cdef inline f32 sigmoid(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return halves(False, x, NULL, SIGMOID_F32, SIGMOID_F32_ROWS, SIGMOID_FAST_F32, SIGMOID_FAST_F32_ROWS, head, t)


cdef inline f32 sigmoid_derivative(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return halves(
        True, x, NULL, D_SIGMOID_F32, D_SIGMOID_F32_ROWS, D_SIGMOID_FAST_F32, D_SIGMOID_FAST_F32_ROWS, head, t)


cdef inline f32 sigmoid_of_minus(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    return sigmoid(-x, p, u, head, t)


cdef inline f32 tanh(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    cdef f32 tail
    u[0] = x
    if tier is exact:
        tanh_parts(x, head, &tail)
        return tail
    else:
        head[0] = splat(x, 0)
        return vec_tanh(x, t)


cdef inline f32 tanh_derivative(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return halves(True, x, NULL, D_TANH_F32, D_TANH_F32_ROWS, D_TANH_FAST_F32, D_TANH_FAST_F32_ROWS, head, t)


cdef inline f32 silu_derivative(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return halves(True, x, NULL, D_SILU_F32, D_SILU_F32_ROWS, D_SILU_FAST_F32, D_SILU_FAST_F32_ROWS, head, t)


cdef inline f32 sigmoid_times(f32 x, f32 beta, f32* u, f32* head, tier t) noexcept nogil:
    """sigma(beta x), the product in two parts."""
    cdef f32 low
    two_product(x, beta, u, &low)
    return halves(False, u[0], &low, SIGMOID_F32, SIGMOID_F32_ROWS, SIGMOID_FAST_F32, SIGMOID_FAST_F32_ROWS, head, t)


cdef inline f32 swish_derivative(f32 x, f32 beta, f32* u, f32* head, tier t) noexcept nogil:
    cdef f32 low
    two_product(x, beta, u, &low)
    return halves(True, u[0], &low, D_SILU_F32, D_SILU_F32_ROWS, D_SILU_FAST_F32, D_SILU_FAST_F32_ROWS, head, t)


cdef inline f32 quick_gelu(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return halves(False, x, NULL, QUICK_F32, QUICK_F32_ROWS, QUICK_FAST_F32, QUICK_FAST_F32_ROWS, head, t)


cdef inline f32 quick_gelu_derivative(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return halves(
        True, x, NULL, D_QUICK_GELU_F32, D_QUICK_GELU_F32_ROWS, D_QUICK_GELU_FAST_F32, D_QUICK_GELU_FAST_F32_ROWS, head, t)


cdef inline f32 mish(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return halves(False, x, NULL, MISH_F32, MISH_F32_ROWS, MISH_FAST_F32, MISH_FAST_F32_ROWS, head, t)


cdef inline f32 mish_derivative(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return halves(True, x, NULL, D_MISH_F32, D_MISH_F32_ROWS, D_MISH_FAST_F32, D_MISH_FAST_F32_ROWS, head, t)


cdef inline f32 softplus_times(f32 x, f32 beta, f32* u, f32* head, tier t) noexcept nogil:
    """log(1 + exp(beta x)); the division by beta is the caller's."""
    cdef f32 low
    two_product(x, beta, u, &low)
    return halves(False, u[0], &low, SOFTPLUS_F32, SOFTPLUS_F32_ROWS, SOFTPLUS_FAST_F32, SOFTPLUS_FAST_F32_ROWS, head, t)


cdef inline f32 log_sigmoid(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    cdef f32 tail
    u[0] = -x
    tail = halves(False, -x, NULL, SOFTPLUS_F32, SOFTPLUS_F32_ROWS, SOFTPLUS_FAST_F32, SOFTPLUS_FAST_F32_ROWS, head, t)
    head[0] = -head[0]
    return -tail


cdef inline f32 sqrt_softplus(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return halves(
        False, x, NULL, SQRT_SOFTPLUS_F32, SQRT_SOFTPLUS_F32_ROWS, SQRT_SOFTPLUS_FAST_F32, SQRT_SOFTPLUS_FAST_F32_ROWS,
        head, t)


cdef inline f32 sqrt_softplus_derivative(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return halves(
        True, x, NULL, D_SQRT_SOFTPLUS_F32, D_SQRT_SOFTPLUS_F32_ROWS, D_SQRT_SOFTPLUS_FAST_F32,
        D_SQRT_SOFTPLUS_FAST_F32_ROWS, head, t)


cdef inline f32 gelu(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return octaves(False, x, NORMAL_F32, NORMAL_F32_ROWS, NORMAL_FAST_F32, NORMAL_FAST_F32_ROWS, head, t)


cdef inline f32 gelu_derivative(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return octaves(True, x, D_GELU_F32, D_GELU_F32_ROWS, D_GELU_FAST_F32, D_GELU_FAST_F32_ROWS, head, t)


cdef inline f32 gelu_tanh(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return octaves(False, x, GELU_TANH_F32, GELU_TANH_F32_ROWS, GELU_TANH_FAST_F32, GELU_TANH_FAST_F32_ROWS, head, t)


cdef inline f32 gelu_tanh_derivative(f32 x, f32 p, f32* u, f32* head, tier t) noexcept nogil:
    u[0] = x
    return octaves(
        True, x, D_GELU_TANH_F32, D_GELU_TANH_F32_ROWS, D_GELU_TANH_FAST_F32, D_GELU_TANH_FAST_F32_ROWS, head, t)
