"""Functions that tend to a constant, and the tail of the normal distribution: mills, tanh, erf, tanhshrink.

As in vecmath.pxd, on which these build: results in two parts in the exact tier, one value in the others, and bounds of
|tail| / |head| with each function.
"""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, fast, brief, f32, f64, splat, lookup_rows_d, fma, mul_add, min, max, abs, rcp_f, copysign,
    sqrt, where_lt, any_lt_f, TABLE_SEGMENTS,
)
from fastact._kernels.math.vecmath cimport (
    horner, by_halves, by_segments, saturating, by_step, fast_two_sum, two_product, reciprocal, refined_reciprocal,
    exp, expm1,
)

cdef extern from "tables.h" nogil:
    const double *PHI_BRIEF_F64
    int PHI_BRIEF_F64_COLUMNS
    const double PHI_BRIEF_END_F64, PHI_BRIEF_STEPS_F64
    const float *GELU_R_FAST_F32
    const double *GELU_R_FAST_F64
    const double *GELU_R_BRIEF_F64
    const float *TANH_FAST_P_F32
    const float *TANH_FAST_Q_F32
    int GELU_R_FAST_F32_COUNT, GELU_R_FAST_F64_COUNT, GELU_R_BRIEF_F64_COUNT, TANH_FAST_P_F32_COUNT
    const float *ERF_FAST_P_F32
    const float *ERF_FAST_Q_F32
    const double *TANHSHRINK_NEAR_F64
    const float *TANHSHRINK_FAST_F32
    int ERF_FAST_P_F32_COUNT
    int TANHSHRINK_NEAR_F64_COUNT, TANHSHRINK_FAST_F32_COUNT
    const float ERF_FAST_C_F32, TANHSHRINK_STEP_F32, TANHSHRINK_LINEAR_F32
    const double TANHSHRINK_NEAR_END_F64, TANHSHRINK_NEAR_LO_F64
    const float GELU_R_FAST_P_F32, TANH_FAST_C_F32
    const double GELU_R_FAST_K_F64, GELU_R_BRIEF_K_F64
    const float TANH_WIDTH_F32, TANH_END_F32, ERF_WIDTH_F32, ERF_END_F32
    # Tables by segments.  Cython needs some number of rows; the header has the true one.
    const float[1][32] GELU_R_F32, TANH_F32, ERF_F32, TANHSHRINK_F32
    const double[1][64] GELU_R_F64, TANH_F64, ERF_F64, TANHSHRINK_F64
    int GELU_R_F32_ROWS, GELU_R_F64_ROWS, TANH_F32_ROWS, TANH_F64_ROWS
    int ERF_F32_ROWS, ERF_F64_ROWS, TANHSHRINK_F32_ROWS, TANHSHRINK_F64_ROWS


# ------------------------------------------------------------------- the normal tail ----

cdef inline f32 mills_fast(f32 a, bint refined) noexcept nogil:
    """mills() in the tier (f32, fast); refined: for sums that cancel."""
    cdef f32 s = mul_add(a, splat(a, GELU_R_FAST_P_F32), splat(a, 1))
    s = refined_reciprocal(s) if refined else rcp_f(s)
    return s * horner(s, GELU_R_FAST_F32, GELU_R_FAST_F32_COUNT)


cdef inline void mills(real a, real* head, real* tail, tier t) noexcept nogil:
    """R(a) = exp(a^2/2) * Phi(-a) = erfcx(a / sqrt 2) / 2 for a >= 0, as head + tail, |tail| <= 0.0711 head.

    Domain: 0 <= a <= 14.9 (f32 exact), 62 (f64 exact), any a >= 0 (fast); NaN gives NaN.
    exact: polynomials on segments of 1 + a, eight segments for each octave.  The head is the value of the table
    at the center of the segment, and the tail is the rest: the error of the head alone may be 7 % (at a = 3).
    The relative error of head + tail is at most 2^-26.9 (f32), 2^-56 (f64).
    fast: a polynomial in s = 1/(1 + p a), as in Hastings (1955); the relative error is 2^-13.4 (f32), 2^-36.8
    (f64), and the tail is 0.  brief: the same with fewer terms, 2^-31.3 for a <= 40.
    """
    cdef real r, s
    if tier is exact:
        if real is f32:
            tail[0] = by_segments(a, a + <float>1, GELU_R_F32, GELU_R_F32_ROWS, False, head, &r)
        else:
            tail[0] = by_segments(a, a + <float>1, GELU_R_F64, GELU_R_F64_ROWS, False, head, &r)
    elif real is f32:
        head[0] = mills_fast(a, False)
        tail[0] = splat(a, 0)
    elif tier is brief:
        s = splat(a, GELU_R_BRIEF_K_F64) / (a + splat(a, GELU_R_BRIEF_K_F64))
        head[0] = s * by_halves(s, GELU_R_BRIEF_F64, GELU_R_BRIEF_F64_COUNT)
        tail[0] = splat(a, 0)
    else:
        s = splat(a, GELU_R_FAST_K_F64) * reciprocal(a + splat(a, GELU_R_FAST_K_F64), t)
        head[0] = s * horner(s, GELU_R_FAST_F64, GELU_R_FAST_F64_COUNT)
        tail[0] = splat(a, 0)


cdef inline f64 normal_tail_brief(f64 a) noexcept nogil:
    """Phi(-a) for 0 <= a <= PHI_BRIEF_END_F64, in the tier brief: a polynomial on each of a hundred segments.

    The relative error is 2^-29.4.  It takes a third of the time of an exponential and mills().  The index of NaN is 0,
    because a float as a double has zeros in its last bits.
    """
    cdef f64 magic = splat(a, 6755399441055744.0), sum, r, square
    cdef f64[6] c
    cdef int i
    a = a * splat(a, PHI_BRIEF_STEPS_F64)
    sum = a + magic
    r = a - (sum - magic)
    square = r * r
    for i in range(6):
        c[i] = lookup_rows_d(PHI_BRIEF_F64, sum, 127, PHI_BRIEF_F64_COLUMNS, i)
    a = mul_add(c[5], r, c[4]) * (square * square)
    return mul_add(mul_add(c[3], r, c[2]), square, mul_add(c[1], r, c[0])) + a


# ------------------------------------------------------------------------------ tanh ----

cdef inline real tanh(real x, tier t) noexcept nogil:
    """tanh(x) for any x; exactly odd, so tanh(-0) = -0.

    exact: polynomials on segments of 1 + |x|; the error is 0.76 ULP (f32, largest in [1/8, 1/4)), 0.8 ULP (f64).
    f32 fast: a rational function, 2^-13 relative.  f64 fast and brief: -e / (2 + e), e = expm1(-2|x|).
    """
    cdef real a, u, r, s, head, e
    if tier is exact:
        if real is f32:
            a = min(tanh_end(x), abs(x))        # from 9.02 on tanh rounds to 1
            s = saturating(a, TANH_F32, TANH_F32_ROWS, 16, TANH_WIDTH_F32, &head, &r)
            s = head + (r + s)
        else:
            a = min(splat(x, 20), abs(x))       # from 19.1 on tanh rounds to 1
            u = a + <float>1
            s = by_segments(a, u, TANH_F64, TANH_F64_ROWS, False, &head, &r)
            s = head + (where_lt(u, splat(x, 2), r, splat(x, 0)) + s)   # as in saturating()
    elif real is f32:
        a = min(splat(x, TANH_FAST_C_F32), abs(x))
        s = a * a
        r = mul_add(s, s + splat(x, TANH_FAST_Q_F32[1]), splat(x, TANH_FAST_Q_F32[0]))
        s = a * horner(s, TANH_FAST_P_F32, TANH_FAST_P_F32_COUNT) * reciprocal(r, t)
        s = where_lt(splat(x, TANH_FAST_C_F32), abs(x), splat(x, 1), s)
    else:
        a = min(splat(x, 20), abs(x))
        e = expm1(splat(x, -2) * a, t)
        s = -e * reciprocal(e + splat(x, 2), t) if tier is fast else e / (splat(x, -2) - e)
    return copysign(s, x)


cdef inline f32 tanh_end(f32 like) noexcept nogil:
    return splat(like, TANH_END_F32) if TABLE_SEGMENTS == 8 else splat(like, 10)


cdef inline void tanh_parts(real x, real* head, real* tail) noexcept nogil:
    """tanh(x) as head + tail, for products: to 2^-27 and |tail| <= 2^-24 |head| (f32), to 2^-55 and 2^-53 (f64)."""
    cdef real lead, low, a, u, one = splat(x, 1)
    if real is f32:
        a = min(tanh_end(x), abs(x))
        tail[0] = saturating(a, TANH_F32, TANH_F32_ROWS, 16, TANH_WIDTH_F32, head, &lead)
    else:
        a = min(splat(x, 20), abs(x))
        u = a + one
        tail[0] = by_segments(a, u, TANH_F64, TANH_F64_ROWS, False, head, &lead)
        lead = where_lt(u, splat(x, 2), lead, splat(x, 0))      # as in saturating()
    fast_two_sum(head[0], lead, head, &low)
    fast_two_sum(head[0], low + tail[0], head, tail)
    head[0] = copysign(head[0], x)
    tail[0] = tail[0] * copysign(one, x)


cdef inline real erf(real x, tier t) noexcept nogil:
    """erf(x) for any x; exactly odd.

    f32 exact, and f64 in both tiers: by segments, like tanh; the error is 0.85 ULP.  f32 fast: a rational function.
    """
    cdef real a, u, r, s, head
    if real is f32 and tier is fast:
        a = min(splat(x, ERF_FAST_C_F32), abs(x))
        s = a * a
        r = mul_add(s, s + splat(x, ERF_FAST_Q_F32[2]), splat(x, ERF_FAST_Q_F32[1]))
        r = mul_add(s, r, splat(x, ERF_FAST_Q_F32[0]))
        s = a * horner(s, ERF_FAST_P_F32, ERF_FAST_P_F32_COUNT) / r
        s = where_lt(splat(x, ERF_FAST_C_F32), abs(x), splat(x, 1), s)
    else:
        a = min(splat(x, 7), abs(x))        # erf rounds to 1 from 3.92 on (f32) or 5.92 on (f64)
        if real is f32:
            if TABLE_SEGMENTS == 8:
                a = min(splat(x, ERF_END_F32), a)
            s = saturating(a, ERF_F32, ERF_F32_ROWS, 8, ERF_WIDTH_F32, &head, &r)
            s = head + (r + s)
        else:
            u = a + <float>1
            s = by_segments(a, u, ERF_F64, ERF_F64_ROWS, False, &head, &r)
            s = head + (where_lt(u, splat(x, 2), r, splat(x, 0)) + s)   # as in saturating()
    return copysign(s, x)


cdef inline f32 tanhshrink_factor(f32 a, f32* head) noexcept nogil:
    """head + result = (a - tanh a) / a^3 for 0 <= a <= TANHSHRINK_LINEAR_F32.

    |result| <= 0.136 head; with lookups of 8 floats 0.113 head.
    """
    cdef f32 r, rest, sum, c0, c1, magic = splat(a, 12582912.0)
    cdef int row = TANHSHRINK_F32_ROWS - 2
    if TABLE_SEGMENTS != 8:
        return by_segments(a, a + <float>1, TANHSHRINK_F32, TANHSHRINK_F32_ROWS, False, head, &r)
    sum = min(splat(a, 12582912.0 + 7), mul_add(a, splat(a, 1 / TANHSHRINK_STEP_F32), magic))
    r = a - (sum - magic) * splat(a, TANHSHRINK_STEP_F32)
    rest = by_step(8, TANHSHRINK_F32, row + 1, sum)
    while row >= 3:
        rest = mul_add(rest, r, by_step(8, TANHSHRINK_F32, row, sum))
        row -= 1
    # The segments are so wide that the product c1 r is kept in two parts; the difference below is exact.
    c0, c1 = by_step(8, TANHSHRINK_F32, 0, sum), by_step(8, TANHSHRINK_F32, 2, sum)
    head[0] = fma(c1, r, c0)
    return mul_add(rest, r * r, by_step(8, TANHSHRINK_F32, 1, sum)) + fma(c1, r, c0 - head[0])


cdef inline f32 cube_times(f32 a, f32 head, f32 tail) noexcept nogil:
    """a^3 (head + tail), for 2^-34 < a < 2^40 and |tail| < 0.14 head; only the small terms are rounded earlier."""
    cdef f32 square, square_low, cube, low
    two_product(a, a, &square, &square_low)
    two_product(a, square, &cube, &low)
    low = mul_add(a, square_low, low)
    return mul_add(cube, head, mul_add(cube, tail, low * head))


cdef inline real tanhshrink(real x, tier t) noexcept nogil:
    """x - tanh(x) for any x; exactly odd.  It is x^3 times a function of x that varies little.

    f32 exact: by segments, 0.8 ULP; x - 1 from 9 on, or from 8.44 on with lookups of 8 floats.
    f32 fast: the relative error is 2^-13.
    f64: near 0 a polynomial in x^2, from 3/8 on by segments (0.93 ULP), from 20 on x - 1.
    """
    cdef real a = abs(x), b, r, s, head, z, z_low, cube, cube_low, linear, near, up, down
    if real is f32 and tier is fast:
        b = min(splat(x, 2), a)
        z = b * b
        s = b * z * horner(z, TANHSHRINK_FAST_F32, TANHSHRINK_FAST_F32_COUNT)
        return copysign(where_lt(a, splat(x, 2), s, a - tanh(a, t)), x)
    elif real is f32:
        linear, near = splat(x, TANHSHRINK_LINEAR_F32), splat(x, 1.1641532182693481e-10)     # 2^-33
        b = max(near, min(linear, a))
        r = tanhshrink_factor(b, &head)
        s = where_lt(a, linear, cube_times(b, head, r), a - <float>1)
        if any_lt_f(a, near):       # (2^32 x)^3 / 3; its factor 2^-96 is applied last; below 2^-50 the result is 0
            b = splat(x, 4294967296.0) * min(near, a)
            down = splat(x, 3.814697265625e-06)
            r = cube_times(max(down, b), splat(x, 0.3333333432674408), splat(x, -9.934107481068821e-09))
            s = where_lt(a, near, where_lt(down, b, r, splat(x, 0)) * splat(x, 1.262177448353619e-29), s)
        return copysign(s, x)
    else:
        linear, near = splat(x, 20), splat(x, TANHSHRINK_NEAR_END_F64)
        up, down = splat(x, 2.037035976334486e+90), splat(x, 1.1830521861667747e-271)  # 2^300, 2^-900
        b = min(linear, a)
        s = by_segments(b, b + <float>1, TANHSHRINK_F64, TANHSHRINK_F64_ROWS, True, &head, &r)
        s = where_lt(a, linear, head + s, a - <float>1)
        # The low parts of the smallest cubes would underflow, so these cubes are computed from 2^n a.
        b = min(near, a)
        r = b * b
        b = b * where_lt(a, splat(x, 9.5e-07), up, splat(x, 1))
        down = where_lt(a, splat(x, 9.5e-07), down, splat(x, 1))
        two_product(b, b, &z, &z_low)
        two_product(b, z, &cube, &cube_low)
        cube_low = mul_add(b, z_low, cube_low)
        z = r
        r = horner(z, &TANHSHRINK_NEAR_F64[1], TANHSHRINK_NEAR_F64_COUNT - 1)
        r = mul_add(z, r, splat(x, TANHSHRINK_NEAR_LO_F64))
        head = splat(x, TANHSHRINK_NEAR_F64[0])
        r = down * fma(cube, head, mul_add(cube_low, head, cube * r))
        return copysign(where_lt(a, near, r, s), x)
