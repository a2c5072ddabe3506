# The terms exp(x - max x) of a row and their sum, from which softmax and the logarithms of sums are computed.
#
# Float lanes avoid the difference x - max x: its rounding would give exp a relative error of up to 2^-18.
# Instead x itself is reduced, with k = round(16 x log2(e)), and the maximum is subtracted from the integer k.
# So the largest term is not 1 but 2^EXP_SHIFT, to within a factor of 2.5.  That factor and ROW_EXP_FACTOR are
# common to all terms and cancel in a quotient.

cdef enum:
    EXP_SHIFT = 32      # the largest term is about 2^32: a term is normal wherever its quotient is not 0
    EXP_REACH = 105     # exp(-105) is below half the smallest subnormal float: terms so far below the largest are 0
    EXP_DIRECT = 65536  # largest |max x| for which x itself is reduced; above it x - max x is exact where it matters
    EXP_DIRECT_UNFUSED = 256    # the same without FMA, where the product x log2(e) is rounded


cdef inline void widen_range(real v, real* top, real* bottom) noexcept nogil:
    """Include v in the maxima and, in float lanes only, in the minima of the lanes."""
    top[0] = max(top[0], v)
    if real is f32:
        bottom[0] = min(bottom[0], v)


cdef inline double row_maximum(real like, const char* x, Py_ssize_t n, bint negate, bint* near) noexcept nogil:
    """The largest of x, or of -x.

    near is set if all entries are known to lie within EXP_REACH of it, and its size is at most EXP_DIRECT.
    Four maxima are computed at a time, because an instruction takes four cycles.  The last vector overlaps the
    vector before it.
    """
    cdef Py_ssize_t i, step = lanes(like)
    cdef real top = signed(part_of_row(splat(like, INFINITY if negate else -INFINITY), x, 0, n), negate)
    cdef real top_1, top_2, top_3, bottom, bottom_1, bottom_2, bottom_3
    cdef double result
    bottom = top
    if n < step:
        bottom = signed(part_of_row(splat(like, -INFINITY if negate else INFINITY), x, 0, n), negate)
    else:
        widen_range(signed(load(like, x, n - step), negate), &top, &bottom)
    top_1 = top_2 = top_3 = top
    bottom_1 = bottom_2 = bottom_3 = bottom
    i = until_aligned(like, x, n)
    while i + 4 * step <= n:
        widen_range(signed(load(like, x, i), negate), &top, &bottom)
        widen_range(signed(load(like, x, i + step), negate), &top_1, &bottom_1)
        widen_range(signed(load(like, x, i + 2 * step), negate), &top_2, &bottom_2)
        widen_range(signed(load(like, x, i + 3 * step), negate), &top_3, &bottom_3)
        i += 4 * step
    while i + step <= n:
        widen_range(signed(load(like, x, i), negate), &top, &bottom)
        i += step
    result = max_lanes(max(max(top, top_1), max(top_2, top_3)))
    near[0] = False
    if real is f32 and HAS_LOOKUP32:
        bottom = min(min(bottom, bottom_1), min(bottom_2, bottom_3))
        near[0] = fabs(result) <= EXP_DIRECT and not any_lt_f(bottom, splat(like, result - (EXP_REACH - 1)))
    return result


cdef struct Frame:
    double bias     # it is subtracted from x first; 0 unless |max x| is large
    double limit    # terms are 0 where x - bias is below this
    double base     # adding it to 16 x log2(e) (fast tier: x log2(e)) rounds this to the integer k and shifts k
    double unit     # a term divided by this is exp(x - max x)
    double log_sum  # the logarithm of the sum of exp(x) is this plus the logarithm of the sum of the terms


cdef inline Frame frame(double top, tier t) noexcept nogil:
    """The constants for a row with this maximum, for float lanes; all terms are NaN if the maximum is infinite."""
    cdef Frame f
    cdef double octaves
    f.bias = 0
    if not fabs(top) <= (EXP_DIRECT if HAS_FMA else EXP_DIRECT_UNFUSED):
        f.bias = top
    top -= f.bias
    # The constant is rounded to float and the product is not rounded, so that float_terms finds the same number.
    octaves = rint(top * <double>(<float>1.4426950408889634))
    f.log_sum = f.bias + (octaves - EXP_SHIFT) * 0.6931471805599453
    f.limit = top - EXP_REACH
    f.unit = c_exp(top - octaves * 0.6931471805599453)
    # 12582912 is 1.5 * 2^23: between 2^23 and 2^24 the floats are the integers.
    if tier is exact:
        f.base = 12582912.0 + 16 * (EXP_SHIFT - octaves)
        f.unit *= ROW_EXP_FACTOR
        f.log_sum -= c_log(ROW_EXP_FACTOR)
    else:
        f.base = 12582912.0 + (EXP_SHIFT - octaves)
    f.unit *= 4294967296.0      # 2^EXP_SHIFT
    return f


cdef inline void term_f(
    f32 x, f32 base, f32 bias, f32 limit, bint near, f32* head, f32* q, tier t
) noexcept nogil:
    """head + head q = the term of x, |q| <= 0.022; in the fast tier head alone, and q is not set.  NaN gives NaN.

    near, known at compile time: bias is 0 and limit <= x; otherwise the term is 0 where x - bias < limit.
    exact: the relative error is 2^-25.7 before head + head q is rounded; the table contributes 2^-25.94.
    fast: 2^-13.3.
    """
    cdef f32 sum, k, r, reduced = x
    if not near:
        x = x - bias
        reduced = max(limit, x)
    if tier is exact:
        sum = fma(reduced, splat(x, ROW_EXP_SCALE_HI_F32), base)
        k = sum - base
        r = fma(reduced, splat(x, ROW_EXP_SCALE_HI_F32), -k)
        r = fma(reduced, splat(x, ROW_EXP_SCALE_LO_F32), r)
        head[0] = add_shifted_f(lookup16_f(ROW_EXP_BIASED_F32, sum), sum, 19)
        q[0] = r * horner(r, ROW_EXP_F32, ROW_EXP_F32_COUNT)
    else:
        sum = mul_add(reduced, splat(x, 1.4426950408889634), base)
        k = sum - base
        r = mul_add(reduced, splat(x, 1.4426950408889634), -k)
        head[0] = add_shifted_f(horner(r, EXP2_FAST_F32, EXP2_FAST_F32_COUNT), sum, 23)
    if not near:
        head[0] = where_lt(x, limit, splat(x, 0), head[0])
        if tier is fast:    # because the shifted bits of a NaN may be those of a number
            head[0] = head[0] + (r - r)


cdef inline real exp_difference(real x, real top, tier t) noexcept nogil:
    """exp(x - top) for x <= top, in double lanes.  exact: the difference is carried in two parts."""
    cdef real difference, low
    if tier is exact:
        two_sum(x, -top, &difference, &low)
        low = where_lt(difference, splat(x, -800), splat(x, 0), low)    # the low part is NaN where x is -inf
        return exp_times(max(splat(x, -800), difference), low, splat(x, 1), t)
    else:
        return exp(x - top, t)


# The exact sum in float lanes.  An accumulator starts at START, which is so large that each addend is rounded
# to a multiple of 2^-13 of the size of the largest term.  The part that was really added is known exactly: it
# is the difference of the accumulator after and before.  The rest of the addend and the q of each term go to a
# second accumulator, which is a thirtieth of the size.  So the unrounded terms are summed, to 2^-26 or better,
# and quotients stay within 2 ULP in every row, for terms of any sizes.
cdef enum:
    START = 1536        # in units of 2^EXP_SHIFT; a block adds at most 2.4 * SUM_BLOCK / lanes of these units


cdef inline f32 accumulate(f32 head, f32 q, f32* sum, f32* rest, tier t) noexcept nogil:
    """Add a term to the sums, and return it rounded."""
    cdef f32 total, taken
    if tier is exact:
        total = sum[0] + head
        taken = total - sum[0]
        sum[0] = total
        rest[0] = fma(head, q, rest[0] + (head - taken))
        return fma(head, q, head)
    else:
        sum[0] = sum[0] + head
        return head


cdef inline void put(char* y, Py_ssize_t i, f32 v, bint keep) noexcept nogil:
    """Store v from element i on, if the terms are kept; `keep` is known at compile time."""
    if keep:
        store(y, i, v)


cdef inline double float_terms(
    f32 like, const char* x, char* y, Py_ssize_t n, double top, bint near, bint negate, bint keep, tier t
) noexcept nogil:
    """The sum of the terms of x.  keep: the terms are stored in y, which may be x.  row_maximum gives top and near."""
    cdef Frame f = frame(top, t)
    cdef f32 base = splat(like, f.base), bias = splat(like, f.bias), limit = splat(like, f.limit)
    cdef f32 sum, rest, sum_2, rest_2, start = splat(like, 0), head, q, head_2, q_2
    cdef Py_ssize_t i = 0, end, step = lanes(like)
    cdef int steps
    cdef f64 total = splat_d(0)
    q = q_2 = start
    if near:        # this is the base of the frame, computed without scalar doubles
        base = splat(like, top)
        sum = mul_add(base, splat(like, 1.4426950408889634), splat(like, 12582912.0)) - splat(like, 12582912.0)
        steps = 16 if tier is exact else 1
        base = mul_add(sum, splat(like, -steps), splat(like, 12582912.0 + steps * EXP_SHIFT))
    if tier is exact:
        start = splat(like, START * 4294967296.0)
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        sum = sum_2 = start
        rest = rest_2 = splat(like, 0)
        if near:
            while i + 2 * step <= end:
                term_f(signed(load(like, x, i), negate), base, bias, limit, True, &head, &q, t)
                term_f(signed(load(like, x, i + step), negate), base, bias, limit, True, &head_2, &q_2, t)
                put(y, i, accumulate(head, q, &sum, &rest, t), keep)
                put(y, i + step, accumulate(head_2, q_2, &sum_2, &rest_2, t), keep)
                i += 2 * step
        else:
            while i + 2 * step <= end:
                term_f(signed(load(like, x, i), negate), base, bias, limit, False, &head, &q, t)
                term_f(signed(load(like, x, i + step), negate), base, bias, limit, False, &head_2, &q_2, t)
                put(y, i, accumulate(head, q, &sum, &rest, t), keep)
                put(y, i + step, accumulate(head_2, q_2, &sum_2, &rest_2, t), keep)
                i += 2 * step
        while i < end:
            term_f(signed(part_of_row(splat(like, INFINITY if negate else -INFINITY), x, i, n), negate),
                   base, bias, limit, False, &head, &q, t)
            head = accumulate(head, q, &sum, &rest, t)
            if keep:
                put_part_of_row(y, i, n, head)
            i += step
        if tier is exact:
            total = total + (widened_sum((sum - start) + (sum_2 - start)) + widened_sum(rest + rest_2))
        else:
            total = total + widened_sum(sum + sum_2)
    return sum_d(total)


# The fast tier, on targets with an instruction for the fraction and another for scaling.  A row whose maximum
# lies between these bounds needs no shift, so its maximum need not be found in a first pass.
cdef enum:
    UNSHIFTED_MOST = 40     # a term is at most e^40 2^EXP_SHIFT = 2^90, so no sum of a row can overflow
    UNSHIFTED_LEAST = -20   # the largest term is at least 2^3, so a term is normal wherever its quotient is normal


cdef inline f32 unshifted_term(f32 x, f32* largest) noexcept nogil:
    """2^EXP_SHIFT e^x, to 2^-13.6 relative; NaN gives NaN."""
    cdef f32 octaves = mul_add(x, splat(x, 1.4426950408889634), splat(x, EXP_SHIFT))
    largest[0] = max(x, largest[0])
    return scale_f(horner(fraction_f(octaves), EXP2_FRACTION_FAST_F32, EXP2_FRACTION_FAST_F32_COUNT), octaves)


cdef inline bint unshifted_terms(
    f32 like, const char* x, char* y, Py_ssize_t n, bint negate, bint keep, double* sum, double* top
) noexcept nogil:
    """Compute the sum of the terms and, unless `keep`, the maximum of x or -x; with `keep`, top may be null.

    Return False if the maximum lies outside the bounds; then x is unchanged.
    """
    cdef f32 total, total_2, most = splat(like, UNSHIFTED_MOST), v, w
    cdef f32 largest = splat(like, -INFINITY), largest_2 = largest
    cdef Py_ssize_t i = 0, end, step = lanes(like)
    cdef f64 wide = splat_d(0)
    if keep and x == y:     # in place, x is overwritten, so its maximum must be checked before the first store
        while i < n:
            largest = max(signed(part_of_row(splat(like, INFINITY if negate else -INFINITY), x, i, n), negate), largest)
            i += step
        if any_lt_f(most, largest) or not any_lt_f(splat(like, UNSHIFTED_LEAST), largest):
            return False
        i = 0
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        total = total_2 = splat(like, 0)
        while i + 2 * step <= end:
            v = unshifted_term(signed(load(like, x, i), negate), &largest)
            w = unshifted_term(signed(load(like, x, i + step), negate), &largest_2)
            total = total + v
            total_2 = total_2 + w
            put(y, i, v, keep)
            put(y, i + step, w, keep)
            i += 2 * step
        while i < end:
            v = unshifted_term(
                signed(part_of_row(splat(like, INFINITY if negate else -INFINITY), x, i, n), negate), &largest)
            total = total + v
            if keep:
                put_part_of_row(y, i, n, v)
            i += step
        if any_lt_f(most, max(largest, largest_2)):
            return False
        wide = wide + widened_sum(total + total_2)
    sum[0] = sum_d(wide)
    if not keep:
        top[0] = max_lanes(max(largest, largest_2))
    return any_lt_f(splat(like, UNSHIFTED_LEAST), max(largest, largest_2))


cdef inline double double_terms(
    f64 like, const char* x, char* y, Py_ssize_t n, double top, bint negate, tier t
) noexcept nogil:
    """y = exp(x - top), or exp(-x - top), and their sum."""
    cdef f64[PARTS] partial, rest
    cdef f64 v, low, maximum = splat(like, top)
    cdef Py_ssize_t i = 0, end, k
    cdef double total = 0, total_rest = 0
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        set_zero(partial)
        set_zero(rest)
        while i < end:
            k = part(like, i)
            v = signed(part_of_row(splat(like, INFINITY if negate else -INFINITY), x, i, n), negate)
            v = exp_difference(v, maximum, t)
            if tier is exact:
                two_sum(partial[k], v, &partial[k], &low)
                rest[k] = rest[k] + low
            else:
                partial[k] = partial[k] + v
            put_part_of_row(y, i, n, v)
            i += lanes(v)
        if tier is exact:
            add_lanes_exactly(&total, &total_rest, partial)
            total_rest += sum_of(rest)
        else:
            total += sum_of(partial)
    return total + total_rest
