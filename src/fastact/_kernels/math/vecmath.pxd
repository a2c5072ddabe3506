"""Elementary functions over the vector types, each in both tiers.

Exact tier: results come as an unevaluated sum (head + tail) and, where they can underflow, with
a power of two that the caller applies last.  Rounding then happens once, at the end, and results
down to the smallest subnormal lose no accuracy.  Fast tier: one value, no tail.  Brief tier: double lanes for
arguments and results that are floats, so that no power of two need be applied last.

Each function that returns two parts states the largest |tail| / |head|.  If this is half an ULP, the
head is the rounded result; if it is some percent, the head alone must not be used as a result.  Bounds in
decimals were found by dense sampling of the domain.

The coefficients are in tables.h, which tools/fit_tables.py writes.  It states form, degree, interval and
error of each approximation.
"""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, fast, brief, f32, f64, splat, lookup_rows_d, fma, fraction_f, mul_add, min, max, rcp_f,
    copysign, exponent, scale, sqrt, where_lt, lookup16_f, lookup16_d, lookup8_f, lookup8_8_f, segment_f, segment_d,
    add_shifted_d, add_shifted_f, power_f, any_lt_f, scale_tail_f, zero_where_le, HAS_FRACTION, TABLE_SEGMENTS,
)

cdef extern from "tables.h" nogil:
    const float EXP_INV_F32, EXP_LN2_HI_F32, EXP_LN2_LO_F32
    const double EXP_INV_F64, EXP_LN2_HI_F64, EXP_LN2_LO_F64
    const float EXP8_INV_F32, EXP8_LN2_HI_F32, EXP8_LN2_LO_F32
    const float *EXP_DOWN16_F32_HI
    const float *EXP_DOWN16_F32_LO
    const float *EXP_DOWN8_F32_HI
    const float *EXP_DOWN8_F32_LO
    const float *EXPM1_8_F32
    const float *EXP_T_F32_HI
    const float *EXP_T_F32_LO
    const double *EXP_T_F64_HI
    const double *EXP_T_F64_LO
    const float *EXPM1_F32
    const double *EXPM1_F64_FAST
    const double *EXP2_BRIEF_F64
    const double *EXP2_BRIEF_BIASED_F64
    const double *EXPM1_F64
    const float *EXP2_FAST_F32
    const float *EXP2_FRACTION_FAST_F32
    int EXP2_FRACTION_FAST_F32_COUNT, EXP2_BRIEF_F64_COUNT
    const float *EXP_WIDE_F32
    const float *EXPM1_FAST_F32
    const float EXP_WIDE_INV_F32, EXP_WIDE_LN2_HI_F32, EXP_WIDE_LN2_LO_F32
    int EXP_WIDE_F32_COUNT, EXPM1_FAST_F32_COUNT
    int EXPM1_F32_COUNT, EXPM1_8_F32_COUNT, EXPM1_F64_FAST_COUNT, EXPM1_F64_COUNT, EXP2_FAST_F32_COUNT
    const float *LOG1P_FAST_F32
    const double *LOG1P_FAST_F64
    const double *LOG1P_BRIEF_F64
    const double *LOG1P_F64
    const float *LOG_FAST_F32
    const double *LOG_FAST_F64
    const double *LOG_F64
    int LOG1P_FAST_F32_COUNT, LOG1P_FAST_F64_COUNT, LOG1P_BRIEF_F64_COUNT, LOG1P_F64_COUNT
    int LOG_FAST_F32_COUNT, LOG_FAST_F64_COUNT, LOG_F64_COUNT
    const float LN2_HI_F32, LN2_LO_F32
    const double LN2_HI_F64, LN2_LO_F64


# Fast formulas compute in numbers that are scaled by 2^56 or 2^-56, and remove the scale last.  So nothing but the
# result itself is ever subnormal.
cdef extern from *:
    """
    #define TWO_TO_M56 0x1p-56
    #define TWO_TO_56 0x1p56
    """
    const double TWO_TO_M56, TWO_TO_56


# ----------------------------------------------------------------------- building blocks --

cdef inline real horner(real x, const void* coefficients, int count) noexcept nogil:
    """c[0] + x*(c[1] + x*(...)); the coefficients have the type of x."""
    cdef int i = count - 2
    cdef real y
    if real is f32:
        y = splat(x, (<const float*>coefficients)[count - 1])
        while i >= 0:
            y = mul_add(y, x, splat(x, (<const float*>coefficients)[i]))
            i -= 1
    else:
        y = splat(x, (<const double*>coefficients)[count - 1])
        while i >= 0:
            y = mul_add(y, x, splat(x, (<const double*>coefficients)[i]))
            i -= 1
    return y


cdef inline f64 by_halves(f64 x, const double* c, int count) noexcept nogil:
    """The polynomial of horner(), as an even and an odd part, for half of the latency; for the tier brief.

    Without FMA a step of Horner's scheme takes 6 to 8 cycles, and processors do not look far enough ahead to fill them:
    Horner's scheme for all polynomials took up to 1.2 times as long for a function.
    """
    cdef f64 square = x * x, even, odd
    cdef int i = count - 3
    even, odd = splat(x, c[count - 1]), splat(x, c[count - 2])
    while i > 0:
        even = mul_add(even, square, splat(x, c[i]))
        odd = mul_add(odd, square, splat(x, c[i - 1]))
        i -= 2
    if i == 0:
        even = mul_add(even, square, splat(x, c[0]))
        return mul_add(odd, x, even)
    return mul_add(even, x, odd)


cdef inline real quotient(real a, real a_low, real b, real b_low, tier t) noexcept nogil:
    """(a + a_low) / (b + b_low), where the low parts are small beside a and b.

    exact: the remainder of a/b is exact, so the error is little more than 0.5 ULP, if all operands and
    parts are finite and normal.  fast: the low parts are ignored.
    """
    cdef real q = a / b
    if tier is exact:
        q = q + (fma(-q, b, a) + mul_add(-q, b_low, a_low)) / b
    return q


cdef inline real ratio(real a, real a_low, real b, real b_low, tier t) noexcept nogil:
    """The same as quotient(), if b and 1/b are normal; in float lanes with one division instead of two.

    f32 exact: the first quotient is computed with 1/b, and its exact remainder corrects it.
    """
    cdef real y, q
    if real is f32 and tier is exact:
        y = splat(b, 1) / b
        q = a * y
        return mul_add(fma(-q, b, a) + mul_add(-q, b_low, a_low), y, q)
    elif tier is fast:
        return a * reciprocal(b, t)
    else:
        return quotient(a, a_low, b, b_low, t)


cdef inline void root(real x, real x_low, real* head, real* tail, tier t) noexcept nogil:
    """head + tail = sqrt(x + x_low) for 2^-120 < x < 2^120 or x = 0; fast: the tail is 0.

    |tail| <= (2^-24 + |x_low| / 2x) head; in double lanes 2^-53 instead of 2^-24.
    """
    cdef real twice
    head[0] = sqrt(x)
    tail[0] = splat(x, 0)
    if tier is exact:
        twice = head[0] + head[0]
        tail[0] = where_lt(tail[0], x, (fma(-head[0], head[0], x) + x_low) / twice, tail[0])


cdef inline f32 plus_square(f32 one, f32 x, const f32* x_low, bint whole, f32* tail) noexcept nogil:
    """result + tail = one + (x + x_low)^2 < 2^120, if `one` or the sum is at least 2^-60; x_low may be null.

    |tail| <= 2^-23 result without x_low, 2^-22 result with an x_low of up to half an ULP of x.
    one - sum is exact where sum <= 2^24 one.  For larger sums its error is up to half an ULP of the sum, which
    is a quarter of an ULP of the root; with `whole` the error is added to the tail.  2^-100 is added to avoid
    subnormal squares.
    """
    cdef f32 sum = fma(x, x, one), less = one - sum
    tail[0] = fma(x, x, less + splat(x, 7.888609052210118e-31))
    if x_low != NULL:
        tail[0] = mul_add(x + x, x_low[0], tail[0])
    if whole:
        tail[0] = tail[0] + (one - (sum + less))
    return sum


cdef inline f32 root_parts(f32 x, f32 x_low, f32* tail) noexcept nogil:
    """result + tail = sqrt(x + x_low) for 2^-120 < x < 2^120; |tail| <= (2^-24 + |x_low| / 2x) result."""
    cdef f32 head = sqrt(x)
    tail[0] = (fma(-head, head, x) + x_low) / (head + head)
    return head


cdef inline f32 inverse_root(f32 x, f32 x_low, f32* tail) noexcept nogil:
    """result + tail = 1 / sqrt(x + x_low) for 2^-120 < x < 2^120, to 2^-27.4.

    |tail| <= 2^-22.8 result with an x_low of up to half an ULP of x.
    """
    cdef f32 one = splat(x, 1), y = one / sqrt(x), head, low
    two_product(x, y, &head, &low)
    low = mul_add(x_low, y, low)
    tail[0] = splat(x, 0.5) * y * modest(mul_add(-low, y, fma(-head, y, one)))
    return y


cdef inline f32 modest(f32 correction) noexcept nogil:
    """A relative correction, below 2^-11, rounded to a multiple of 2^-27.

    A negligible correction becomes 0, so that its product with a small number is not subnormal.
    """
    cdef f32 eighth = splat(correction, 0.125)
    return (correction + eighth) - eighth


cdef inline real segment(real like, const void* table, int row, real u) noexcept nogil:
    """The entry in row `row` of a table by segments, for the segment of each lane of u."""
    if real is f32:
        return segment_f(<const float*>table + 32 * row, u)
    else:
        return segment_d(<const double*>table + 64 * row, u)


cdef inline real by_segments(
    real a, real u, const void* table, int rows, bint whole_slope, real* head, real* r
) noexcept nogil:
    """head + result = the polynomial of the segment of u at a = u - 1; r = a - center, exactly.

    The rows of the table are the center, c0 as head + tail, then the coefficients from c1 on.  The head is c0 of
    the table, and the result is small beside it, so that rounding errors of the result hardly matter.
    whole_slope is for c1 r that are not small: head + result includes c0 + c1 r in two parts.
    |result| / |head| is 0.0711 for R of mills() and 0.0847 for tanhshrink (f64, from 3/8 on, whole_slope).
    Below a = 1 the tables of tanh and erf hold the slope minus 1, and the caller adds r: |result| / |head + r|
    is 0.059 for tanh and 0.129 for erf there, and from 1 on |result| / |head| is 0.059 and 0.0515.
    """
    cdef int row = rows - 2, last = 4 if whole_slope else 2
    cdef real rest = segment(a, table, rows - 1, u), product, product_low, low
    r[0] = a - segment(a, table, 0, u)
    head[0] = segment(a, table, 1, u)
    while row >= last:
        rest = mul_add(rest, r[0], segment(a, table, row, u))
        row -= 1
    if whole_slope:
        rest = mul_add(rest, r[0] * r[0], segment(a, table, 2, u))
        two_product(segment(a, table, 3, u), r[0], &product, &product_low)
        two_sum(head[0], product, head, &low)
        rest = rest + (low + product_low)
    return rest


cdef inline f32 saturating(
    f32 a, const void* table, int rows, int columns, double width, f32* head, f32* lead
) noexcept nogil:
    """head + lead + result = tanh or erf of a in the range of the table; both tables have the same form.

    Below 1 the table holds the slope minus 1, and the lead is r.  Near 0, r is a itself, without rounding.
    |result| / |head + lead| is 0.059 for tanh and 0.129 for erf; with lookups of 8 floats 0.166 and 0.147.
    With lookups of 8 floats the centers of the segments are the multiples of width, and this takes a third of
    the time of gathers from 32 segments.  There are 8 segments if that is enough, because 16 need two lookups.
    """
    cdef f32 r, rest, sum, magic = splat(a, 12582912.0), u = a + <float>1     # 1.5 * 2^23
    cdef int row = rows - 2
    if TABLE_SEGMENTS != 8:
        rest = by_segments(a, u, table, rows, False, head, &r)
        lead[0] = where_lt(u, splat(a, 2), r, splat(a, 0))
        return rest
    sum = min(splat(a, 12582912.0 + columns - 1), mul_add(a, splat(a, 1 / width), magic))
    u = (sum - magic) * splat(a, width)
    r = a - u
    rest = by_step(columns, table, rows - 1, sum)
    while row >= 1:
        rest = mul_add(rest, r, by_step(columns, table, row, sum))
        row -= 1
    head[0] = by_step(columns, table, 0, sum)
    lead[0] = where_lt(u, splat(a, 1), r, splat(a, 0))
    return rest


cdef inline f32 by_step(int columns, const void* table, int row, f32 sum) noexcept nogil:
    """The entry in row `row` of a table of 8 or 16 columns; the low bits of sum are the number of the column."""
    if columns == 8:
        return lookup8_f(<const float*>table + 8 * row, sum)
    return lookup8_8_f(<const float*>table + 16 * row, sum)


cdef inline void two_sum(real a, real b, real* head, real* tail) noexcept nogil:
    """head + tail = a + b exactly (Knuth); |tail| is at most half an ULP of the head."""
    cdef real total = a + b, b_part = total - a
    tail[0] = (a - (total - b_part)) + (b - b_part)
    head[0] = total


cdef inline void fast_two_sum(real a, real b, real* head, real* tail) noexcept nogil:
    """head + tail = a + b exactly, for |a| >= |b| (Dekker); |tail| is at most half an ULP of the head."""
    cdef real total = a + b
    tail[0] = b - (total - a)
    head[0] = total


cdef inline void two_product(real a, real b, real* head, real* tail) noexcept nogil:
    """head + tail = a * b exactly; |tail| is at most half an ULP of the head."""
    head[0] = a * b
    tail[0] = fma(a, b, -head[0])


cdef inline real reciprocal(real x, tier t) noexcept nogil:
    """1/x where both are normal.

    It is a correctly rounded division, except in the tier (f32, fast): there it is an estimate with a relative
    error of at most 2^-14, and its bits depend on the maker of the CPU.
    """
    if real is f32 and tier is fast:
        return rcp_f(x)
    else:
        return splat(x, 1) / x


cdef inline f32 refined_reciprocal(f32 x) noexcept nogil:
    """1/x for sums that cancel: where the reciprocal is an estimate, a step of Newton's method follows."""
    cdef f32 y = rcp_f(x)
    return mul_add(y, mul_add(-x, y, splat(x, 1)), y) if HAS_FRACTION else y


# ------------------------------------------------------------------------------- exp ----

cdef inline real reduce(real x, double per_step, real* k) noexcept nogil:
    """k = x * per_step rounded to an integer.  The result is the sum that rounds it; its low bits are those of k."""
    cdef real magic, sum
    if real is f32:
        magic = splat(x, 12582912.0)            # 1.5 * 2^23
    else:
        magic = splat(x, 6755399441055744.0)    # 1.5 * 2^52
    sum = mul_add(x, splat(x, per_step), magic)
    k[0] = sum - magic
    return sum


cdef inline f64 exp2_parts(f64 x, f64* power) noexcept nogil:
    """2^(x/32) = power (1 + result) for -1023 * 32 <= x <= 1024 * 32; tier brief.

    The relative error of the result is 2^-35, and |result| < 0.011.  Results of float32 do not need the power of two to
    be applied last, so it is added to the bits of the table's entry.  Without the table the polynomial would need three
    terms more, which take longer than two loads.
    """
    cdef f64 magic = splat(x, 6755399441055744.0), sum = x + magic      # 1.5 * 2^52
    power[0] = add_shifted_d(lookup_rows_d(EXP2_BRIEF_BIASED_F64, sum, 31, 1, 0), sum, 47)
    x = x - (sum - magic)
    return x * by_halves(x, EXP2_BRIEF_F64, EXP2_BRIEF_F64_COUNT)


cdef inline f64 exp_brief(f64 x, double log2_of_base, bint bounded) noexcept nogil:
    """base^x for x log2(base) <= 1024, where it is infinite, with a relative error of 2^-41; NaN gives NaN.

    bounded promises that x log2(base) >= -1023, too; otherwise the result is 0 below.
    """
    x = x * splat(x, 32 * log2_of_base)
    return exp2_steps(x if bounded else max(splat(x, -1023 * 32), x))


cdef inline f64 exp2_steps(f64 x) noexcept nogil:
    """2^(x/32) for -1023 * 32 <= x <= 1024 * 32; at these ends it is 0 and infinite."""
    cdef f64 power, q = exp2_parts(x, &power)
    return power * (q + splat(x, 1))


cdef inline real scaled(real x, real power, tier t) noexcept nogil:
    """scale() after exp_fast() or exp_split(); in the tier brief exp_fast() has applied the power."""
    if real is f64 and tier is brief:
        return x
    else:
        return scale(x, power)


cdef inline real exp_fast(real x, double log2_of_base, real* power, tier t) noexcept nogil:
    """base^x = 2^floor(power) * result, for |x log2(base)| <= 2^11; NaN gives NaN.

    f32: a cubic polynomial for 2^f, |f| <= 1/2; the relative error is 2^-13.3, of which the cubic contributes
    2^-13.7.  The relative error of the product x log2(base) is 2^-25.
    f64: by table, like exp_split(); the relative error is 2^-37.
    f64 brief: exp_brief(), and power is 0.
    """
    cdef real k, r, sum
    if real is f64 and tier is brief:
        power[0] = splat(x, 0)
        return exp_brief(x, log2_of_base, False)
    elif real is f32:
        reduce(x, log2_of_base, power)
        r = mul_add(x, splat(x, log2_of_base), -power[0])
        return horner(r, EXP2_FAST_F32, EXP2_FAST_F32_COUNT)
    else:
        sum = reduce(x, 16 * log2_of_base, &k)
        r = mul_add(x, splat(x, 16 * log2_of_base), -k) * splat(x, 0.6931471805599453 / 16)
        power[0] = k * <float>0.0625
        x = lookup16_d(EXP_T_F64_HI, sum)
        return mul_add(x, mul_add(r * r, horner(r, EXPM1_F64_FAST, EXPM1_F64_FAST_COUNT), r), x)


cdef inline void exp_split(
    real x, const real* x_low, real* head, real* tail, real* power
) noexcept nogil:
    """exp(x + x_low) = 2^floor(power) * (head + tail); x_low may be null.

    Domain: |x| <= 2^9 (f32), 2^12 (f64); NaN gives NaN.  head in [1, 2), |tail| < 0.023 head.
    x is reduced to |r| <= ln2/32 with a table of 2^(j/16) (Tang, ACM TOMS 15 (1989) 144-157).  The rounding
    errors of expm1(r) are small beside one ULP of the head.
    |error| <= 2^-28.5 (f32), 2^-57 (f64) of the result.
    """
    cdef real k, r, q, sum
    if real is f32:
        sum = reduce(x, EXP_INV_F32, &k)
        head[0] = lookup16_f(EXP_T_F32_HI, sum)
        tail[0] = lookup16_f(EXP_T_F32_LO, sum)
        r = mul_add(k, splat(x, -EXP_LN2_HI_F32), x)
        r = mul_add(k, splat(x, -EXP_LN2_LO_F32), r)
        if x_low != NULL:
            r = r + x_low[0]
        q = mul_add(r * r, horner(r, EXPM1_F32, EXPM1_F32_COUNT), r)
    else:
        sum = reduce(x, EXP_INV_F64, &k)
        head[0] = lookup16_d(EXP_T_F64_HI, sum)
        tail[0] = lookup16_d(EXP_T_F64_LO, sum)
        r = mul_add(k, splat(x, -EXP_LN2_HI_F64), x)
        r = mul_add(k, splat(x, -EXP_LN2_LO_F64), r)
        if x_low != NULL:
            r = r + x_low[0]
        q = mul_add(r * r, horner(r, EXPM1_F64, EXPM1_F64_COUNT), r)
    tail[0] = mul_add(head[0], q, tail[0])
    power[0] = k * <float>0.0625


cdef inline f32 exp_wide(f32 x, const f32* x_low, bint near_zero, f32* r, f32* sum) noexcept nogil:
    """exp(x + x_low) = 2^k (1 + r + result), k = sum - 1.5 * 2^23; x_low may be null.

    |r| < 0.35, and |result| <= 0.0822 (1 + r); for k = 0, where 1 may cancel, |result| <= 0.196 |r|.
    Domain: |x| < 128; NaN gives NaN.  |error| <= 2^-26 of exp.  It uses no table; on targets with lookups of 8
    floats it takes two thirds of the time of exp_split().  near_zero is for expm1: r is exact, and is x itself
    for small x; the rest of the reduced argument goes into the result, with an error of 2^-31 r for |x| < 20.
    """
    cdef f32 k, low
    sum[0] = mul_add(x, splat(x, EXP_WIDE_INV_F32), splat(x, 12582912.0))
    k = sum[0] - splat(x, 12582912.0)
    r[0] = fma(k, splat(x, -EXP_WIDE_LN2_HI_F32), x)
    low = k * splat(x, -EXP_WIDE_LN2_LO_F32)
    if x_low != NULL:
        low = low + x_low[0]
    if near_zero:
        return mul_add(r[0] * r[0], horner(r[0], EXP_WIDE_F32, EXP_WIDE_F32_COUNT), low)
    r[0] = r[0] + low
    return r[0] * r[0] * horner(r[0], EXP_WIDE_F32, EXP_WIDE_F32_COUNT)


cdef inline real exp(real x, tier t) noexcept nogil:
    """exp(x) for x <= 0 and NaN; 0 below the smallest subnormal.

    exact: the error is 0.55 ULP (f32) or 0.53 ULP (f64), and 0.25 ULP more where the result is subnormal.
    fast: 2^-13.3 (f32), 2^-37 (f64).
    """
    cdef real head, tail, power
    if real is f32:
        x = max(splat(x, -120), x)
    else:
        x = max(splat(x, -800), x)
    if tier is exact:
        exp_split(x, NULL, &head, &tail, &power)
        head = head + tail
    else:
        head = exp_fast(x, 1.4426950408889634, &power, t)
    return scaled(head, power, t)


cdef inline real factor_exp(real factor, bint is_modest, real x, const real* x_low, tier t) noexcept nogil:
    """factor * exp(x + x_low) for |x| < 128 (f32), 2^12; the power of two is applied last.

    x_low may be null.  is_modest, known at compile time, promises x <= 0 and 2^-80 < |factor| < 2^20; then
    subnormal results cost no more than others.  exact: the error is 0.55 ULP (f32), and 0.5 ULP more where the
    result is subnormal.
    """
    cdef real head, tail, power, low
    if real is f32 and tier is exact:
        tail = exp_wide(x, x_low, False, &head, &power)
        fast_two_sum(splat(x, 1), head, &head, &low)
        if is_modest and TABLE_SEGMENTS:
            head = mul_add(factor, head, factor * (low + tail))
            if any_lt_f(power, splat(x, 12582912.0 - 100)):
                return scale_tail_f(head, power)
            if TABLE_SEGMENTS == 32:
                return scale(head, power - <float>12582912.0)
            return add_shifted_f(head, power, 23) + (x - x)     # x - x keeps NaN, whose shifted bits may be a number
        power = power - splat(x, 12582911.0)        # one more, because the factor is halved to avoid overflow
        factor = factor * splat(x, 0.5)
        head = mul_add(factor, head, factor * (low + tail))
    elif tier is exact:
        exp_split(x, x_low, &head, &tail, &power)
        head = mul_add(factor, head, factor * tail)
    else:
        head = factor * exp_fast(x, 1.4426950408889634, &power, t)
    return scaled(head, power, t)


cdef inline real exp_times(real x, real x_low, real factor, tier t) noexcept nogil:
    """The same as factor_exp(), always with a low part."""
    return factor_exp(factor, False, x, &x_low, t)


cdef inline f64 expm1_parts(f64 x, f64* head, f64* tail) noexcept nogil:
    """head + tail = exp(x) - 1 for |x| <= 800 and NaN; |error| <= 2^-61, or 2^-61 of exp(x) if that is larger.

    The leading product and sum of expm1() are carried in two parts.  The result is head + tail, rounded.
    """
    cdef f64 r, r_low, k, q, e, e_low, product, product_low, sum = reduce(x, EXP_INV_F64, &k)
    e = scale(lookup16_d(EXP_T_F64_HI, sum), k * <float>0.0625)
    e_low = scale(lookup16_d(EXP_T_F64_LO, sum), k * <float>0.0625)
    r = mul_add(k, splat(x, -EXP_LN2_HI_F64), x)
    r_low = k * splat(x, -EXP_LN2_LO_F64)
    two_sum(r, r_low, &r, &r_low)
    q = mul_add(r * r, horner(r, EXPM1_F64, EXPM1_F64_COUNT), r_low)
    two_product(e, r, &product, &product_low)
    product_low = product_low + mul_add(e, q, e_low)
    two_sum(splat(x, -1), e, &e, &e_low)
    product_low = product_low + e_low
    two_sum(e, product, head, &e_low)
    tail[0] = e_low + product_low
    return head[0] + tail[0]


cdef inline real expm1(real x, tier t) noexcept nogil:
    """exp(x) - 1 for -800 <= x <= 0 (f32: -120) and NaN; at 0 the result has the sign of x, except in the tier brief.

    exp(x) = 2^n T (1 + q) with T from the table (f32: T = 1).  2^n T - 1 is exact or nearly exact, and near
    x = 0 it is 0, so that q itself is the result.
    f32: the relative error is 2^-17 in both tiers (expm1_times() is the exact one); f64 fast: 2^-31, brief: 2^-34.
    f64 exact: 0.6 ULP, by expm1_parts().
    """
    cdef real r, k, q, e, e_low, sum
    if real is f32:
        x = max(splat(x, -80), x)
        sum = reduce(x, EXP_WIDE_INV_F32, &k)
        r = mul_add(k, splat(x, -EXP_WIDE_LN2_HI_F32), x)
        q = mul_add(r * r, horner(r, EXPM1_FAST_F32, EXPM1_FAST_F32_COUNT), r)
        e = add_shifted_f(splat(x, 1), sum, 23)
        return copysign(mul_add(e, q, e - <float>1), x)
    elif tier is exact:
        return copysign(expm1_parts(x, &e, &e_low), x)
    elif tier is brief:
        q = exp2_parts(max(splat(x, -1023 * 32), x * splat(x, 32 * 1.4426950408889634)), &e)
        return mul_add(e, q, e - <float>1)
    else:
        sum = reduce(x, EXP_INV_F64, &k)
        e = scale(lookup16_d(EXP_T_F64_HI, sum), k * <float>0.0625)
        r = mul_add(k, splat(x, -EXP_LN2_HI_F64), x) + k * splat(x, -EXP_LN2_LO_F64)
        q = mul_add(r * r, horner(r, EXPM1_F64_FAST, EXPM1_F64_FAST_COUNT), r)
        return copysign(mul_add(e, q, e - <float>1), x)


cdef inline real expm1_times(real x, const real* x_low, real factor, const real* factor_low, tier t) noexcept nogil:
    """(factor + factor_low) * expm1(x + x_low) for -800 <= x <= 0 (f32: -120) and NaN; low parts may be null.

    f32 exact: 0.7 ULP.  2^k - 1 and 2^k r are exact or nearly exact, and their sum is carried in two parts.
    """
    cdef real r, s, e, head, low, rest
    if real is f32 and tier is exact:
        x = max(splat(x, -20), x)
        s = exp_wide(x, x_low, True, &r, &e)
        e = add_shifted_f(splat(x, 1), e, 23)
        fast_two_sum(splat(x, -1), e, &head, &low)
        fast_two_sum(head, e * r, &head, &rest)
        rest = mul_add(e, s, rest + low)
        if factor_low != NULL:
            return mul_add(factor, head, mul_add(factor, rest, factor_low[0] * head))
        fast_two_sum(head, rest, &head, &rest)
        return mul_add(factor, head, factor * rest)
    else:
        return factor * expm1(x, t)


# ------------------------------------------------------------------------- logarithms ----

cdef inline real log1p_ratio(real e, tier t) noexcept nogil:
    """log1p(e) / e for 0 <= e <= 1: 2^-14.5 (f32 fast), 2^-36 (f64 fast), 2^-32.8 (brief), 1.02 ULP (f64 exact)."""
    cdef real p
    if real is f32:
        p = horner(e, LOG1P_FAST_F32, LOG1P_FAST_F32_COUNT)
    elif tier is exact:
        p = horner(e, LOG1P_F64, LOG1P_F64_COUNT)
    elif tier is brief:
        p = by_halves(e, LOG1P_BRIEF_F64, LOG1P_BRIEF_F64_COUNT)
    else:
        p = horner(e, LOG1P_FAST_F64, LOG1P_FAST_F64_COUNT)
    return mul_add(e, p, splat(e, 1))


cdef inline f64 log1p_ratio_parts(f64 e, f64 e_low, f64* low) noexcept nogil:
    """result + low = log1p(e + e_low) / (e + e_low) for 0 <= e <= 1, |e_low| <= 2^-53 e: an error of 0.6 ULP."""
    cdef f64 p = horner(e, LOG1P_F64, LOG1P_F64_COUNT), ratio = mul_add(e, p, splat(e, 1))
    low[0] = mul_add(e_low, p, mul_add(e, p, splat(e, 1) - ratio))      # p is near enough to the slope of the ratio
    return ratio


cdef inline real log(real x, tier t) noexcept nogil:
    """ln x for normal x: relative error 2^-13 (f32 fast), 2^-35 (f64 fast), 0.6 ULP (f64 exact).

    x = 2^e m, m in [sqrt(1/2), sqrt 2].  Near x = 1, e is 0 and m - 1 is exact, so nothing cancels.
    """
    cdef real e = exponent(x * splat(x, 0.7071067811865476)) + <float>1, f = scale(x, -e) - <float>1, z, w
    if real is f64 and tier is exact:
        z = log_parts(x, &w)
        return z + w
    elif real is f32:
        return mul_add(e, splat(x, LN2_HI_F32), f * horner(f, LOG_FAST_F32, LOG_FAST_F32_COUNT))
    else:
        z = f / (f + <float>2)
        w = z * z
        return mul_add(e, splat(x, 0.6931471805599453), mul_add(z * w, horner(w, LOG_FAST_F64, LOG_FAST_F64_COUNT), <float>2 * z))


cdef inline f64 log_parts(f64 x, f64* low) noexcept nogil:
    """result + low = ln x for normal x, to 0.1 ULP."""
    cdef f64 e = exponent(x * splat(x, 0.7071067811865476)) + <float>1, f = scale(x, -e) - <float>1, z, z_low, w, w_low, total
    fast_two_sum(splat(x, 2), f, &w, &w_low)
    z = f / w
    z_low = (fma(-z, w, f) - z * w_low) / w
    w_low = z * z
    w_low = z * w_low * horner(w_low, LOG_F64, LOG_F64_COUNT) + <float>2 * z_low
    two_sum(e * splat(x, LN2_HI_F64), <float>2 * z, &total, &w)
    low[0] = w + mul_add(e, splat(x, LN2_LO_F64), w_low)
    return total


# --------------------------------------------------------------------------- logistic ----

cdef inline real logistic(real numerator, real x, const real* x_low, tier t) noexcept nogil:
    return logistic_times(numerator, NULL, x, x_low, t)


cdef inline real logistic_times(
    real numerator, const real* numerator_low, real x, const real* x_low, tier t
) noexcept nogil:
    """(numerator + numerator_low) / (1 + exp(-(x + x_low))).

    The low parts may be null, and the fast tier ignores them.  The numerator must be finite where x > -125; where
    x < -125 (f32) or -755 (f64) the result is 0, if the numerator is at most 2^30 (f32).  The power of two is applied
    last, so subnormal results are rounded once more at most.

    exact: the error is at most 0.6 ULP (f32 and f64), and 0.25 ULP more where the result is subnormal.
    fast: 2^-13 (f32), 2^-36 (f64), but exactly the numerator for x > 20 (f32) or 40 (f64).
    In float lanes a numerator above 2^126 (exact) or 2^70 (fast) may overflow where x <= 20.
    brief: 2^-40; the numerator must be finite everywhere, and the result is 0 where x < -710.
    """
    if real is f32:
        if tier is exact:
            return logistic_exact(numerator, numerator_low, x, x_low)
        else:
            return logistic_fast(numerator, x)
    else:
        return logistic_double(numerator, numerator_low, x, x_low, t)


cdef inline f32 logistic_exact(f32 numerator, const f32* numerator_low, f32 x, const f32* x_low) noexcept nogil:
    """logistic_times() in float lanes."""
    cdef f32 top, low, whole, rest, inverse, m, power
    cdef f32 u = min(splat(x, 21), max(splat(x, -125), x))      # from 21 on exp(-x) is negligible
    logistic_sum(u, x_low, False, &top, &low, &whole, &rest, &inverse, &m, &power)
    return scale_logistic(logistic_quotient(numerator, numerator_low, whole, rest, inverse, &low), u, m, power)


cdef inline void logistic_sum(
    f32 u, const f32* u_low, bint negative, f32* top, f32* low, f32* whole, f32* rest, f32* inverse,
    f32* m, f32* power,
) noexcept nogil:
    """1 + exp(-(u + u_low)) = (m + P) / m = (whole + rest) / m, P = top + low, for -200 <= u <= 21, or u < 0 if `negative`.

    inverse is 1 / (whole + rest), rounded.  m is a power of two and P = T (1 + q) is between 1/2 and 1: top = T is from a table, and q is small.  So no case
    distinction is needed, and m can be applied last: scale_logistic().
    """
    cdef f32 sum, k, r, q
    if TABLE_SEGMENTS == 8:
        sum = reduce(u, EXP8_INV_F32, &k)
        r = mul_add(k, splat(u, EXP8_LN2_LO_F32), mul_add(k, splat(u, EXP8_LN2_HI_F32), -u))
        top[0], low[0] = lookup8_f(EXP_DOWN8_F32_HI, sum), lookup8_f(EXP_DOWN8_F32_LO, sum)
    else:
        sum = reduce(u, EXP_INV_F32, &k)
        r = mul_add(k, splat(u, EXP_LN2_LO_F32), mul_add(k, splat(u, EXP_LN2_HI_F32), -u))
        top[0], low[0] = lookup16_f(EXP_DOWN16_F32_HI, sum), lookup16_f(EXP_DOWN16_F32_LO, sum)
    if u_low != NULL:
        r = r - u_low[0]
    if TABLE_SEGMENTS == 8:
        q = mul_add(r * r, horner(r, EXPM1_8_F32, EXPM1_8_F32_COUNT), r)
        m[0] = power_f(max(splat(u, 12582912.0 - 800), sum), 3)
        power[0] = sum
    else:
        q = mul_add(r * r, horner(r, EXPM1_F32, EXPM1_F32_COUNT), r)
        power[0] = k * <float>0.0625
        m[0] = scale(splat(u, 1), max(splat(u, -100), power[0]))
    low[0] = mul_add(top[0], q, low[0])
    whole[0] = m[0] + top[0]
    inverse[0] = splat(u, 1) / (whole[0] + low[0])
    # The rounding error of the sum is added to its low part.
    if negative:        # then m < P
        rest[0] = low[0] + (m[0] - (whole[0] - top[0]))
    else:
        rest[0] = low[0] + (min(m[0], top[0]) - (whole[0] - max(m[0], top[0])))


cdef inline f32 logistic_quotient(
    f32 numerator, const f32* numerator_low, f32 whole, f32 rest, f32 inverse, f32* first,
) noexcept nogil:
    """(numerator + numerator_low) / (whole + rest): a first quotient is corrected by its exact remainder."""
    cdef f32 remainder
    first[0] = numerator * inverse
    # The remainder is negated.  So a numerator of -0 gives -0.
    remainder = mul_add(first[0], rest, fma(first[0], whole, -numerator))
    if numerator_low != NULL:
        remainder = remainder - numerator_low[0]
    return mul_add(-remainder, inverse, first[0])


cdef inline f32 scale_logistic(f32 y, f32 u, f32 m, f32 power) noexcept nogil:
    """m y, where m is bounded but `power` is not; they are results of logistic_sum()."""
    if TABLE_SEGMENTS != 8:
        return scale(y, power)
    y = y * m
    if any_lt_f(u, splat(u, -69)):
        y = zero_where_le(u, splat(u, -124), y)     # a product that underflows would take a hundred cycles
        y = y * power_f(min(splat(u, 12582912.0), power + <float>800), 3)
    return y


cdef inline f32 exp2_normal(f32 x, double octaves) noexcept nogil:
    """2^octaves exp(x) in the fast tier, where this is a normal number, with a relative error of 2^-13.7.

    On targets without HAS_FRACTION NaN may give a number.
    """
    cdef f32 sum, power, r
    if HAS_FRACTION:
        power = mul_add(x, splat(x, 1.4426950408889634), splat(x, octaves))
        return scale(horner(fraction_f(power), EXP2_FRACTION_FAST_F32, EXP2_FRACTION_FAST_F32_COUNT), power)
    sum = mul_add(x, splat(x, 1.4426950408889634), splat(x, 12582912.0 + octaves))
    r = mul_add(x, splat(x, 1.4426950408889634), -(sum - splat(x, 12582912.0 + octaves)))
    return add_shifted_f(horner(r, EXP2_FAST_F32, EXP2_FAST_F32_COUNT), sum, 23)


cdef inline f32 logistic_scaled(f32 x, f32* e) noexcept nogil:
    """result = 2^-56 + e, e = 2^-56 exp(-x), with a relative error of 2^-13.7.

    The scale keeps e within the normal numbers where -125 <= x <= 48.  Beyond these ends the results are those at the
    ends, or on targets with HAS_FRACTION infinite and 0.
    """
    if HAS_FRACTION:
        e[0] = exp2_normal(-x, -56)
        return e[0] + splat(x, TWO_TO_M56)
    x = max(splat(x, -48), min(splat(x, 125), -x))
    e[0] = exp2_normal(x, -56)
    return e[0] + mul_add(x, splat(x, 0), splat(x, TWO_TO_M56))       # the product with 0 keeps NaN


cdef inline f32 logistic_fast(f32 numerator, f32 x) noexcept nogil:
    """logistic_times() in the fast tier, in float lanes."""
    cdef f32 e, y
    if HAS_FRACTION:    # here a division takes longer than the estimate
        y = numerator * rcp_f(logistic_scaled(x, &e))
    else:
        y = numerator / logistic_scaled(x, &e)
    return where_lt(splat(x, 20), x, numerator, y * splat(x, TWO_TO_M56))


cdef inline f64 logistic_double(f64 numerator, const f64* numerator_low, f64 x, const f64* x_low, tier t) noexcept nogil:
    """logistic_times() in double lanes.

    exact: with E = exp(-|x|) = 2^n (head + tail) the result is numerator * (E if x < 0 else 1) /
    (1 + E).  A first quotient q is corrected by its exact remainder times 1/(1 + E), which includes the tails.
    fast: with E = exp(x) it is numerator * E / (1 + E), but the numerator itself for x > 40.
    brief: numerator / (1 + exp(-x)).

    A subnormal operand costs a hundred cycles.  So E is not computed below 2^-64, where 1 + E rounds to 1 anyway,
    and a result that is 0 is not computed either.
    """
    cdef f64 a, head, tail, power, s, q, denominator, inverse, top, top_low, rest, far = splat(x, -755)
    cdef f64 cap, low, n_low, zero = splat(x, 0), slight = splat(x, -64)
    if tier is brief:
        x = max(splat(x, -1023 * 32), min(splat(x, 1024 * 32), x * splat(x, -32 * 1.4426950408889634)))
        return numerator / (exp2_steps(x) + splat(x, 1))
    numerator = where_lt(x, far, zero, numerator)
    if tier is exact:
        n_low = zero
        if numerator_low != NULL:
            n_low = where_lt(x, far, zero, numerator_low[0])
        a = max(far, copysign(x, splat(x, -1)))
        if x_low != NULL:
            low = where_lt(x, zero, x_low[0], -x_low[0])
            exp_split(a, &low, &head, &tail, &power)
        else:
            exp_split(a, NULL, &head, &tail, &power)
        s = scale(splat(x, -1), max(slight, power))
        top = where_lt(x, zero, numerator * head, numerator)
        top_low = where_lt(x, zero, mul_add(numerator, tail, fma(numerator, head, -top)), zero)
        if numerator_low != NULL:
            top_low = mul_add(where_lt(x, zero, head, splat(x, 1)), n_low, top_low)
        denominator = mul_add(-s, head + tail, splat(x, 1))
        inverse = splat(x, 1) / denominator
        fast_two_sum(top, top_low, &top, &top_low)
        q = top * inverse
        s = s * q
        rest = fma(s, head, top - q)        # top - q is exact, as top/2 <= q <= top
        rest = rest + mul_add(s, tail, top_low)
        q = mul_add(rest, inverse, q)
        return scale(q, where_lt(x, zero, power, zero))
    else:
        cap = splat(x, 40)
        head = exp_fast(max(far, min(cap, x)), 1.4426950408889634, &power, t)
        s = scale(splat(x, 1), max(slight, power))
        q = head * reciprocal(mul_add(s, head, splat(x, 1)), t)
        return where_lt(cap, x, numerator, scale(numerator * q, power))
