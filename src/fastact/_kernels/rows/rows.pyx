"""Fold kernels: functions of a whole row, as gufuncs over the last axis.

A row that lies contiguous in memory, in the lanes' type, is read where it is and its result written
where it belongs; others pass through scratch memory.  Rows are shared out among the threads.  Sums
run in one order for a target, whatever the number of rows and threads, alignment and strides.
"""
from libc.math cimport INFINITY, NAN, exp as c_exp, fabs, log as c_log, log1p as c_log1p, rint
from libc.stdint cimport uintptr_t
from libc.stdlib cimport free, llabs, malloc
from libc.string cimport memset
cimport numpy as cnp

from fastact._kernels.simd.buffers cimport (
    BFLOAT, DOUBLE, FLOAT, STORAGES, gather, itemsize, min_size, scatter,
)
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, fast, f32, f64, lanes, splat, load, store, load_part, store_part, fma, mul_add, max, min, abs,
    where_lt, sum_f, sum_d, splat_d, splat_f, maximum_number_f, maximum_d, lookup16_f, add_shifted_f, any_lt_f, unless_le_f,
    compress_f, bit_count, tiny_f, scale_tail_f, select_f,
    widen_low, widen_high, load_widened, scale_f, fraction_f, HAS_FMA, HAS_FRACTION, HAS_LOOKUP32, TABLE_SEGMENTS,
    VF_LANES, VD_LANES,
)
from fastact._kernels.math.vecmath cimport exp, exp_times, fast_two_sum, horner, two_sum
from fastact._runtime.parallel cimport MOST_TASKS, parallel_for, num_threads

cdef extern from "Python.h":
    # Without what cpython.exc adds: an exception here, which a loop of a ufunc would swallow.
    void PyErr_NoMemory() noexcept

cdef extern from "rows.h" nogil:
    f32 enlarged_f(f32 y)
    f32 larger_f(f32 a, f32 b)
    f64 larger_d(f64 a, f64 b)
    f32 where_same_f(f32 a, f32 b, f32 x, f32 y)
    f64 where_same_d(f64 a, f64 b, f64 x, f64 y)
    f32 firsts_f(f32 v, f32 w)
    f64 firsts_d(f64 v, f64 w)
    f32 seconds_f(f32 v, f32 w)
    f64 seconds_d(f64 v, f64 w)
    f32 pairs_low_f(f32 a, f32 b)
    f64 pairs_low_d(f64 a, f64 b)
    f32 pairs_high_f(f32 a, f32 b)
    f64 pairs_high_d(f64 a, f64 b)
    f32 pair_order_f(f32 v)
    f64 pair_order_d(f64 v)

cdef extern from "tables.h" nogil:
    const double ROW_EXP_FACTOR
    const float ROW_EXP_SCALE_HI_F32, ROW_EXP_SCALE_LO_F32
    const float *ROW_EXP_F32
    const float *ROW_EXP_BIASED_F32
    const float *EXP2_FAST_F32
    const float *EXP2_FRACTION_FAST_F32
    int ROW_EXP_F32_COUNT, EXP2_FAST_F32_COUNT, EXP2_FRACTION_FAST_F32_COUNT

cnp.import_array()
cnp.import_ufunc()

ctypedef fused number:
    float
    double


# ------------------------------------------------------------------------------- sums --

cdef enum:
    SUM_BLOCK = 512     # elements summed in their own precision, before a double takes over


cdef inline double sum_lanes(real v) noexcept nogil:
    if real is f32:
        return sum_f(v)
    else:
        return sum_d(v)


cdef inline double max_lanes(real v) noexcept nogil:
    """The largest; a NaN may be overlooked."""
    if real is f32:
        return maximum_number_f(v)
    else:
        return maximum_d(v)


cdef inline f64 widened_sum(f32 v) noexcept nogil:
    """As doubles, the lanes of the second half added to those of the first."""
    return widen_low(v) + widen_high(v)


cdef inline void add_exactly(double* total, double* rest, double x) noexcept nogil:
    """total + rest + x, with what rounding takes from the total added to the rest (Knuth)."""
    cdef double sum = total[0] + x
    cdef double part = sum - total[0]
    rest[0] += (total[0] - (sum - part)) + (x - part)
    total[0] = sum


cdef inline void add_lanes_exactly(double* total, double* rest, real v) noexcept nogil:
    cdef char[64] lane      # of the widest vector
    cdef Py_ssize_t k
    store(lane, 0, v)
    for k in range(lanes(v)):
        if real is f32:
            add_exactly(total, rest, (<float*>lane)[k])
        else:
            add_exactly(total, rest, (<double*>lane)[k])


cdef inline real part_of_row(real filler, const char* x, Py_ssize_t i, Py_ssize_t n) noexcept nogil:
    """The vector from element i on; after the row's end the filler."""
    if i + lanes(filler) <= n:
        return load(filler, x, i)
    return load_part(filler, x, i, n)


cdef inline void put_part_of_row(char* y, Py_ssize_t i, Py_ssize_t n, real v) noexcept nogil:
    if i + lanes(v) <= n:
        store(y, i, v)
    else:
        store_part(y, i, n, v)


cdef inline bint has_nan(real like, const char* x, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        if real is f32:
            if (<const float*>x)[i] != (<const float*>x)[i]:
                return True
        else:
            if (<const double*>x)[i] != (<const double*>x)[i]:
                return True
    return False


# ---------------------------------------------------------------- exponentials of a row --
# Float lanes do without the difference x - max x, whose rounding would cost exp up to 2^-18 of its
# value: x itself is reduced, with k = round(16 x log2(e)), and 2^-max enters through the integer k.
# So the largest term is 2^EXP_SHIFT to within a factor of 2.5, not 1; that and ROW_EXP_FACTOR are
# common to all terms and cancel in a quotient.

cdef enum:
    EXP_SHIFT = 32      # the largest term is about 2^32: a term is normal wherever its quotient is not 0
    EXP_REACH = 105     # exp(-105) is below half the smallest subnormal float: such terms are 0
    EXP_DIRECT = 65536  # |max x| up to which x itself is reduced; beyond, x - max x is exact where it counts
    EXP_DIRECT_UNFUSED = 256    # where the product x log2(e) is rounded


cdef struct Frame:
    double bias     # subtracted first; 0 unless |max x| is large
    double limit    # of x - bias, below which a term is 0
    double base     # adding it rounds 16 x log2(e) (fast: x log2(e)) to the integer k and shifts that
    double unit     # a term over this is exp(x - max x)
    double log_sum  # of terms whose sum is 1: the logarithm of the sum of exp(x)


cdef inline Frame frame(double top, tier t) noexcept nogil:
    """How a row with this maximum is reduced in float lanes; NaN throughout if it is infinite."""
    cdef Frame f
    cdef double octaves
    f.bias = 0
    if not fabs(top) <= (EXP_DIRECT if HAS_FMA else EXP_DIRECT_UNFUSED):
        f.bias = top
    top -= f.bias
    # The float constant, and the product not rounded: float_terms finds the same number.
    octaves = rint(top * <double>(<float>1.4426950408889634))
    f.log_sum = f.bias + (octaves - EXP_SHIFT) * 0.6931471805599453
    f.limit = top - EXP_REACH
    f.unit = c_exp(top - octaves * 0.6931471805599453)
    # 1.5 * 2^23: between 2^23 and 2^24 floats are the integers.
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
    """head + head q = the term of x; fast: head alone.  NaN gives NaN.

    `near` says that bias = 0 and limit <= x.  exact: 2^-25.7 relative, of which 2^-25.94 the
    table's, before the sum is rounded; fast: 2^-13.3.  0 below the limit.
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
        if tier is fast:    # where NaN's bits, shifted, may have become a number
            head[0] = head[0] + (r - r)


cdef inline real exp_difference(real x, real top, tier t) noexcept nogil:
    """exp(x - top) for x <= top, in double lanes; exact carries the difference in two parts."""
    cdef real difference, low
    if tier is exact:
        two_sum(x, -top, &difference, &low)
        low = where_lt(difference, splat(x, -800), splat(x, 0), low)    # of -inf it would be NaN
        return exp_times(max(splat(x, -800), difference), low, splat(x, 1), t)
    else:
        return exp(x - top, t)


cdef inline real signed(real x, bint negate) noexcept nogil:
    return -x if negate else x


cdef enum:
    ALIGN_FROM = 256    # elements from which aligned vectors pay for the odd pieces at the ends


cdef inline Py_ssize_t until_aligned(real like, const char* x, Py_ssize_t n) noexcept nogil:
    """Elements, less than a vector, before the first that is aligned to a vector; 0 in short rows.

    For what does not depend on the order of the elements.  A vector that straddles two cache lines
    costs two accesses.
    """
    cdef Py_ssize_t size = 4 if real is f32 else 8
    if n < ALIGN_FROM:
        return 0
    return (-<uintptr_t>x & <uintptr_t>(lanes(like) * size - 1)) // size


cdef inline void widen_range(real v, real* top, real* bottom) noexcept nogil:
    top[0] = max(top[0], v)
    if real is f32:
        bottom[0] = min(bottom[0], v)


cdef inline double row_maximum(real like, const char* x, Py_ssize_t n, bint negate, bint* near) noexcept nogil:
    """The largest of x, or of -x; `near`: whether all entries are known to be close to it.

    Four chains, as an instruction takes four cycles; the last vector overlaps the one before it.
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


# The exact sum in float lanes: an accumulator starts at START, so large that whatever is added to it
# is cut to a multiple of 2^-13 (of the largest term's size) and what it adds is known exactly: the
# difference to its value before.  What was cut, and the q of each term, go to a second one, whose
# size is a thirtieth.  So it is the terms before their rounding that are summed, to 2^-26 or better:
# with that, quotients stay within 2 ULP in every row, whichever terms dominate.
cdef enum:
    START = 1536        # times 2^EXP_SHIFT; a block adds at most 2.4 * SUM_BLOCK / lanes to it


cdef inline f32 accumulate(f32 head, f32 q, f32* sum, f32* rest, tier t) noexcept nogil:
    """Add a term to the sums; return it rounded."""
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
    if keep:
        store(y, i, v)


cdef inline double float_terms(
    f32 like, const char* x, char* y, Py_ssize_t n, double top, bint near, bint negate, bint keep, tier t
) noexcept nogil:
    """The terms of x, if kept to y; returned: their sum."""
    cdef Frame f = frame(top, t)
    cdef f32 base = splat(like, f.base), bias = splat(like, f.bias), limit = splat(like, f.limit)
    cdef f32 sum, rest, sum_2, rest_2, start = splat(like, 0), head, q, head_2, q_2
    cdef Py_ssize_t i = 0, end, step = lanes(like)
    cdef int steps
    cdef f64 total = splat_d(0)
    q = q_2 = start
    if near:        # the same base, without the way through scalar doubles
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


# Fast, where one instruction takes the fraction and another scales: the row needs no shift, and no
# pass to find it, if its maximum is between these.
cdef enum:
    UNSHIFTED_MOST = 40     # e^40 2^EXP_SHIFT = 2^90: room for as many terms as fit into memory
    UNSHIFTED_LEAST = -20   # 2^3: a term is normal wherever its quotient is


cdef inline f32 unshifted_term(f32 x, f32* largest) noexcept nogil:
    """2^EXP_SHIFT e^x; NaN gives NaN, and 2^-13.6 relative."""
    cdef f32 octaves = mul_add(x, splat(x, 1.4426950408889634), splat(x, EXP_SHIFT))
    largest[0] = max(x, largest[0])
    return scale_f(horner(fraction_f(octaves), EXP2_FRACTION_FAST_F32, EXP2_FRACTION_FAST_F32_COUNT), octaves)


cdef inline bint unshifted_terms(
    f32 like, const char* x, char* y, Py_ssize_t n, bint negate, bint keep, double* sum, double* top
) noexcept nogil:
    """The terms of x, if kept to y, their sum and the maximum; or False, x as it was, if that is elsewhere."""
    cdef f32 total, total_2, most = splat(like, UNSHIFTED_MOST), v, w
    cdef f32 largest = splat(like, -INFINITY), largest_2 = largest
    cdef Py_ssize_t i = 0, end, step = lanes(like)
    cdef f64 wide = splat_d(0)
    if keep and x == y:     # then it has to be known before
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
    """exp(x - top) to y; returned: their sum."""
    cdef f64 v, partial, rest, low, maximum = splat(like, top)
    cdef Py_ssize_t i = 0, end
    cdef double total = 0, total_rest = 0
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        partial = rest = splat(like, 0)
        while i < end:
            v = signed(part_of_row(splat(like, INFINITY if negate else -INFINITY), x, i, n), negate)
            v = exp_difference(v, maximum, t)
            if tier is exact:
                two_sum(partial, v, &partial, &low)
                rest = rest + low
            else:
                partial = partial + v
            put_part_of_row(y, i, n, v)
            i += lanes(v)
        if tier is exact:
            add_lanes_exactly(&total, &total_rest, partial)
            total_rest += sum_lanes(rest)
        else:
            total += sum_lanes(partial)
    return total + total_rest


cdef inline double log_of_terms(f32 like, const char* x, Py_ssize_t n, double* top, tier t) noexcept nogil:
    """log Σ exp(x), and top = max x, in float lanes: off by 2^-25.9 (fast: 2^-13.3), not relative to itself.

    NaN where max x is not finite.
    """
    cdef Frame f
    cdef bint near
    cdef double sum
    if tier is fast and HAS_FRACTION:
        if unshifted_terms(like, x, NULL, n, False, False, &sum, top):
            return c_log(sum) - EXP_SHIFT * 0.6931471805599453
    top[0] = row_maximum(like, x, n, False, &near)
    f = frame(top[0], t)
    return c_log(float_terms(like, x, NULL, n, top[0], near, False, False, t)) + f.log_sum


cdef inline double log_of_sum(
    real like, const char* x, Py_ssize_t n, double top, bint narrow, double* low, tier t
) noexcept nogil:
    """log Σ exp(x - top) as result + low, top the maximum; relative to itself, also where it is near 0.

    For that, the entries equal to top are counted, not summed: log1p(count - 1 + the others' sum).
    `narrow`: x are floats, though the lanes are doubles.
    """
    cdef double[SUM_BLOCK] wide
    cdef const char* block
    cdef Py_ssize_t first = 0, length = n
    cdef Frame f = frame(top, t)
    cdef real maximum = splat(like, top), zero = splat(like, 0), one = splat(like, 1)
    cdef real v, e, sum, rest, part, count, q
    cdef f32 base, bias, limit, head
    cdef Py_ssize_t i = 0, end
    cdef double total = 0, total_rest = 0, equal = 0, result
    if real is f32:
        base, bias, limit = splat(like, f.base), splat(like, f.bias), splat(like, f.limit)
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        sum = rest = count = zero
        block = x
        if real is f64 and narrow:
            gather(FLOAT, DOUBLE, x + 4 * i, 4, end - i, <char*>wide)
            block, first, length = <char*>wide, i, end - i
        while i < end:
            v = part_of_row(splat(like, -INFINITY), block, i - first, length)
            if real is f32:
                q = zero
                term_f(v, base, bias, limit, False, &head, &q, t)
                e = fma(head, q, head) if tier is exact else head
            else:
                e = exp_difference(v, maximum, t)
            e = where_lt(v, maximum, e, v - maximum)    # 0 if equal; NaN of NaN and of infinities
            count = count + where_lt(v, maximum, zero, one)
            if tier is exact:
                two_sum(sum, e, &sum, &part)
                rest = rest + part
            else:
                sum = sum + e
            i += lanes(v)
        if tier is exact:
            add_lanes_exactly(&total, &total_rest, sum)
            total_rest += sum_lanes(rest)
        else:
            total += sum_lanes(sum)
        equal += sum_lanes(count)
    if real is f32:
        total /= f.unit
        total_rest /= f.unit
    add_exactly(&total, &total_rest, equal - 1)
    result = c_log1p(total)
    low[0] = total_rest / (1 + total)
    return result


# -------------------------------------------------------------------------------- rows --
# A row function works on contiguous arrays of the lanes' type: a and, if it has two operands of that
# length, b, n elements each.  The result may lie where a is.  `factor`: see the row functions.
# `batch` is null, or says to a function that can do so (see can_batch) to do several rows.

cdef struct Batch:
    Py_ssize_t rows, a_step, y_step

ctypedef void (*row_t)(
    void* like, void* tier, const char* a, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil


cdef inline real share(real term, real head, real tail, double factor, tier t) noexcept nogil:
    """factor term / sum; head + tail: factor / sum, but for exact doubles sum and factor."""
    if real is f64 and tier is exact:
        return term / head if factor == 1 else tail * (term / head)
    elif tier is exact:
        return fma(term, head, term * tail)
    else:
        return term * head


cdef inline bint any_below(real v, real w, double least) noexcept nogil:
    """Whether a lane of v or w is; False where nothing is done about it."""
    if real is f32 and TABLE_SEGMENTS:
        return any_lt_f(min(v, w), splat(v, least))
    return False


cdef inline real small_share(real term, real head, real tail, double least, double factor, tier t) noexcept nogil:
    """The same; with terms below `least` without a subnormal product, which costs a hundred cycles."""
    cdef real up = splat(term, 1.2676506002282294e30)   # 2^100
    if real is f32 and TABLE_SEGMENTS:
        if tiny_f(term, <float>least) != 0:
            return scale_tail_f(share(term, head * up, tail * up, factor, t), splat(term, 12582912.0 - 100))
    return share(term, head, tail, factor, t)


cdef inline void shares(real* like, tier* t, char* y, Py_ssize_t n, double total, double factor) noexcept nogil:
    """y = factor y / total, y the terms."""
    cdef real v, w, head, tail
    cdef tier kind
    cdef Py_ssize_t i
    cdef double inverse, least = total * 7.888609052210118e-31 if factor == 1 else 0    # 2^-100: tail is 2^-25 of head
    cdef float inverse_head
    inverse = factor / total
    if real is f64 and tier is exact:
        head = splat(v, total)
        tail = splat(v, factor)
    elif tier is exact:
        inverse_head = <float>inverse
        head = splat(v, inverse_head)
        tail = splat(v, inverse - inverse_head)
    else:
        head = splat(v, inverse)
        tail = head
    i = until_aligned(v, y, n)
    if i > 0:
        put_part_of_row(y, 0, i, small_share(part_of_row(head, y, 0, i), head, tail, least, factor, kind))
    while i + 2 * lanes(v) <= n:
        v = load(head, y, i)
        w = load(head, y, i + lanes(v))
        if any_below(v, w, least):
            v = small_share(v, head, tail, least, factor, kind)
            w = small_share(w, head, tail, least, factor, kind)
        else:
            v = share(v, head, tail, factor, kind)
            w = share(w, head, tail, factor, kind)
        store(y, i, v)
        store(y, i + lanes(v), w)
        i += 2 * lanes(v)
    while i < n:
        put_part_of_row(y, i, n, small_share(part_of_row(head, y, i, n), head, tail, least, factor, kind))
        i += lanes(v)
    if real is f32 and tier is exact and total < 2.4 * 4294967296.0 and factor == 1:
        # The largest entry may be near 1, and where it is alone it should be 1; the sum is that of
        # the terms before they were rounded, so it may be the float below.
        head = splat(v, 1)
        i = 0
        while i < n:
            v = part_of_row(head, y, i, n)
            put_part_of_row(y, i, n, where_lt(v, splat(v, 0.999999940395355224609375), v, head))
            i += lanes(v)


cdef enum:
    SHORT = 512     # up to this length, rows are done in batches
    BATCH = 16      # of so many


cdef inline void softmax_of(
    real* like, tier* t, const char* x, char* y, Py_ssize_t n, double factor, const Batch* batch, bint negate
) noexcept nogil:
    """factor exp(x - max x) / sum.  A row of -inf, or with NaN or +inf, is all NaN, as in PyTorch.

    float32 exact: a term is off by 2^-24 (its rounding) + 2^-25.7, the reciprocal's rounding is
    made good, and the product rounds: 1.8 ULP, and what the sum adds, 2^-26 where roundings are not
    all of one sign.  Found: 1.89.  Below 2 ULP in float64, too.
    """
    cdef real v
    cdef tier kind
    cdef bint[BATCH] near, done
    cdef double[BATCH] tops, totals
    cdef Py_ssize_t rows = 1, count, row, x_step = 0, y_step = 0
    if batch != NULL:
        rows, x_step, y_step = batch.rows, batch.a_step, batch.y_step
    # Step by step for several short rows: alone, one waits for its maximum, then its sum, then the
    # quotient, and a processor looks ahead over no more than two rows of 64.
    while rows > 0:
        count = min_size(rows, BATCH) if n <= SHORT else 1
        for row in range(count):
            done[row] = False
            if real is f32 and tier is fast and HAS_FRACTION:
                done[row] = unshifted_terms(v, x + row * x_step, y + row * y_step, n, negate, True, &totals[row], NULL)
            if not done[row]:
                tops[row] = row_maximum(v, x + row * x_step, n, negate, &near[row])
        for row in range(count):
            if done[row]:
                continue
            if real is f32:
                totals[row] = float_terms(
                    v, x + row * x_step, y + row * y_step, n, tops[row], near[row], negate, True, kind)
            else:
                totals[row] = double_terms(v, x + row * x_step, y + row * y_step, n, tops[row], negate, kind)
        for row in range(count):
            shares(like, t, y + row * y_step, n, totals[row], factor)
        x += count * x_step
        y += count * y_step
        rows -= count


cdef void softmax_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    softmax_of(like, t, x, y, n, factor, batch, False)


cdef void softmin_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """softmax of -x."""
    softmax_of(like, t, x, y, n, factor, batch, True)


cdef void logsumexp_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """max x + log Σ exp(x - max x), to y[0] as a double.  -inf of nothing and of -inf alone, inf with inf.

    Two terms, which cancel where the result is near 0: there the error is that of the larger one.
    So in float lanes only where the result is no smaller than 1; exact otherwise in double lanes.
    """
    cdef real v
    cdef f64 wide
    cdef tier kind
    cdef exact in_double
    cdef bint near
    cdef double top, result, low
    if n == 0:
        (<double*>y)[0] = -INFINITY
        return
    if real is f32:
        result = log_of_terms(v, x, n, &top, kind)
        if fabs(result) >= 1:
            (<double*>y)[0] = result
            return
    top = row_maximum(v, x, n, False, &near)
    if fabs(top) == INFINITY:
        (<double*>y)[0] = NAN if has_nan(v, x, n) else top
        return
    if real is f32 and tier is exact:
        result = log_of_sum(wide, x, n, top, True, &low, in_double)
    else:
        result = log_of_sum(v, x, n, top, False, &low, kind)
    (<double*>y)[0] = top + (result + low)


cdef inline bint beside_infinity(const number* x, number* y, Py_ssize_t n, double factor) noexcept nogil:
    """Of a row with +inf and without NaN: factor exp(x - inf), and True."""
    cdef Py_ssize_t i
    cdef bint infinite = False, missing = False
    for i in range(n):
        infinite |= x[i] == INFINITY
        missing |= x[i] != x[i]
    if missing or not infinite:
        return False
    for i in range(n):
        y[i] = <number>(factor * 0) if x[i] < INFINITY else <number>NAN
    return True


cdef inline void multiply(number* y, Py_ssize_t n, double factor) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        y[i] = y[i] * <number>factor


cdef inline bint row_beside_infinity(
    real* like, const char* x, char* y, Py_ssize_t n, double factor
) noexcept nogil:
    if real is f32:
        return beside_infinity(<const float*>x, <float*>y, n, factor)
    return beside_infinity(<const double*>x, <double*>y, n, factor)


cdef void logsumexp_backward_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """factor exp(x - log Σ exp(x)), with PyTorch's infinities: 0 beside +inf, and with an infinite factor ±inf."""
    cdef bint finite = fabs(factor) < INFINITY
    # In place a row with +inf is looked for first; else only where softmax found no maximum.
    if x == y and row_beside_infinity(like, x, y, n, factor):
        return
    softmax_of(like, t, x, y, n, factor if finite else 1, NULL, False)
    if real is f32:
        if (<float*>y)[0] == (<float*>y)[0]:
            if not finite:
                multiply(<float*>y, n, factor)
            return
    else:
        if (<double*>y)[0] == (<double*>y)[0]:
            if not finite:
                multiply(<double*>y, n, factor)
            return
    if x != y:
        row_beside_infinity(like, x, y, n, factor)


cdef inline void less_constant(
    f32 like, const char* x, char* y, Py_ssize_t n, double constant
) noexcept nogil:
    """y = x - constant: within 1 ULP, as where head is near x the first difference is exact."""
    cdef float upper = <float>constant
    cdef f32 head = splat(like, upper), tail = splat(like, constant - upper)
    cdef Py_ssize_t i = until_aligned(like, y, n), step = lanes(like)
    if i > 0:
        put_part_of_row(y, 0, i, (part_of_row(head, x, 0, i) - head) - tail)
    while i + 2 * step <= n:
        store(y, i, (load(like, x, i) - head) - tail)
        store(y, i + step, (load(like, x, i + step) - head) - tail)
        i += 2 * step
    while i < n:
        put_part_of_row(y, i, n, (part_of_row(head, x, i, n) - head) - tail)
        i += step


cdef inline void log_softmax_carefully(
    real* like, tier* t, const char* x, char* y, Py_ssize_t n
) noexcept nogil:
    """(x - max x) - log Σ exp(x - max x): neither term is positive, so nothing cancels."""
    cdef real v, maximum, log_sum, log_low, difference, low, result, rest
    cdef tier kind
    cdef bint near
    cdef Py_ssize_t i = 0
    cdef double top = row_maximum(v, x, n, False, &near), part, result_low
    cdef double result_head = log_of_sum(v, x, n, top, False, &result_low, kind)
    maximum = splat(v, top)
    log_sum = splat(v, result_head)
    if real is f32:
        part = <double>(<float>result_head)
        log_low = splat(v, (result_head - part) + result_low)
    else:
        log_low = splat(v, result_low)
    while i < n:
        v = part_of_row(maximum, x, i, n)
        if tier is exact:
            two_sum(v, -maximum, &difference, &low)
            two_sum(difference, -log_sum, &result, &rest)
            rest = rest + (low - log_low)
            # Of infinities the low parts are NaN; so far down they do not count.
            rest = where_lt(result, splat(v, -3e38), splat(v, 0), rest)
            result = result + rest
        else:
            result = ((v - maximum) - log_sum) - log_low
        put_part_of_row(y, i, n, result)
        i += lanes(v)


cdef void log_softmax_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """x - log Σ exp(x).  A row of -inf, or with NaN or +inf, is all NaN, as in PyTorch.

    Where one entry has more than two thirds of the sum, its result is near 0 and the logarithm has
    to be right relative to that: carefully.  Doubles: always.
    """
    cdef real v
    cdef tier kind
    cdef double[BATCH] tops, logs
    cdef Py_ssize_t rows = 1, count, row, x_step = 0, y_step = 0
    if batch != NULL:
        rows, x_step, y_step = batch.rows, batch.a_step, batch.y_step
    while rows > 0:
        count = min_size(rows, BATCH) if n <= SHORT else 1
        if real is f32:
            for row in range(count):
                logs[row] = log_of_terms(v, x + row * x_step, n, &tops[row], kind)
        for row in range(count):
            if real is f32:
                if logs[row] - tops[row] >= 0.4055:
                    less_constant(v, x + row * x_step, y + row * y_step, n, logs[row])
                    continue
            log_softmax_carefully(like, t, x + row * x_step, y + row * y_step, n)
        x += count * x_step
        y += count * y_step
        rows -= count


cdef enum:
    SPARSE_MOST = 1024      # entries that are copied together


cdef inline bint all_at_most(real v, real bound) noexcept nogil:
    """Whether no lane is above the bound, or NaN; False where there is no instruction for that."""
    if real is f32 and TABLE_SEGMENTS:
        return unless_le_f(v, bound) == 0
    return False


cdef inline double just_below(double x) noexcept nogil:
    """A float not above x, and close to it."""
    return x - fabs(x) * 2.384185791015625e-07


cdef inline void add_excess(f64 v, f64 maximum, f64 threshold, f64* excess, f64* count) noexcept nogil:
    """Add what v - maximum has above the threshold, and how many do."""
    v = v - maximum
    # Of NaN the second operand; of -inf less than -1, an entry that does not count.
    excess[0] = excess[0] + (max(threshold, v) - threshold)
    count[0] = count[0] + where_lt(threshold, v, splat(v, 1), splat(v, 0))


cdef inline double excess_of_row(
    real like, const char* x, Py_ssize_t n, double top, double tau, double* support
) noexcept nogil:
    """Σ max(0, x - top - tau), in doubles, and the number of entries above 0."""
    cdef f64 excess, count, maximum = splat_d(top), threshold = splat_d(tau)
    cdef real v
    cdef Py_ssize_t i = 0, end
    cdef double total = 0
    support[0] = 0
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        excess = count = splat_d(0)
        while i < end:
            v = part_of_row(splat(like, -INFINITY), x, i, n)
            if real is f32:
                add_excess(widen_low(v), maximum, threshold, &excess, &count)
                if VF_LANES == 2 * VD_LANES:
                    add_excess(widen_high(v), maximum, threshold, &excess, &count)
            else:
                add_excess(v, maximum, threshold, &excess, &count)
            i += lanes(v)
        total += sum_d(excess)
        support[0] += sum_d(count)
    return total


cdef inline Py_ssize_t entries_above(
    real like, const char* x, Py_ssize_t n, double bound, char* few
) noexcept nogil:
    """Copy those above the bound together, NaN too, to `few`, which may be x; how many, or -1 if they don't fit."""
    cdef Py_ssize_t i = 0, count = 0, step = lanes(like)
    cdef unsigned int mask
    cdef real v
    if real is f32 and TABLE_SEGMENTS:
        while i < n:
            if count + step > SPARSE_MOST:
                return -1
            v = part_of_row(splat(like, -INFINITY), x, i, n)
            mask = unless_le_f(v, splat(like, bound))
            if mask != 0:
                compress_f(<float*>few + count, mask, v)
                count += bit_count(mask)
            i += step
        return count
    return -1       # there is no instruction for that


cdef void sparsemax_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """max(0, x - max x - tau), tau such that the sum is 1 (Martins and Astudillo 2016).

    tau by Newton's method on Σ max(0, d - tau) = 1, which is convex and piecewise linear: from
    below, tau only rises and the support only shrinks; when it no longer does, tau is exact
    (Michelot 1986).  In doubles, as entries at the edge cancel: the error is absolute, 2^-52 and less.
    The first tau is -1; entries below the threshold are left out for good as soon as the others are
    few enough to be copied together.  A row of -inf, or with NaN or +inf, is all NaN.
    """
    cdef char[4 * SPARSE_MOST] few
    cdef double[16] wide      # of the widest vector of floats
    cdef const char* source = x
    cdef real v, bound
    cdef f64 maximum, threshold, zero = splat_d(0)
    cdef bint near
    cdef Py_ssize_t i = 0, left = n, count, step = lanes(v)
    cdef double top = row_maximum(v, x, n, False, &near), tau = -1, support, total = NAN, before = INFINITY
    while fabs(top) < INFINITY:
        count = entries_above(v, source, left, just_below(top + tau), few)
        if count >= 0:
            source, left = few, count
        total = excess_of_row(v, source, left, top, tau, &support)
        if not (support < before and support > 0):
            break
        tau += (total - 1) / support
        before = support
    if total != total:
        tau = NAN
    maximum, threshold = splat_d(top), splat_d(tau)
    bound = splat(v, just_below(top + tau))
    i = 0
    while i < n:
        v = part_of_row(splat(v, -INFINITY), x, i, n)
        if real is f64:
            put_part_of_row(y, i, n, max(zero, (v - maximum) - threshold))
        elif all_at_most(v, bound):
            put_part_of_row(y, i, n, splat(v, 0))
        else:
            store(wide, 0, max(zero, (widen_low(v) - maximum) - threshold))
            if VF_LANES == 2 * VD_LANES:
                store(wide, VD_LANES, max(zero, (widen_high(v) - maximum) - threshold))
            scatter(FLOAT, DOUBLE, <char*>wide, y + 4 * i, 4, min_size(step, n - i))
        i += step


# The sums of the gradients.  float32 exact: of exact products, or of the entries, in doubles.  What
# costs is the conversion, four operations of six; compensated sums in float lanes are no quicker: two_sum
# takes ten operations, and accumulators that start far above all products, with their check, gained nothing.

cdef inline f64 wide_product(const char* a, const char* b, Py_ssize_t i, f64 sum) noexcept nogil:
    if b == NULL:
        return load_widened(<const float*>a + i) + sum
    return mul_add(load_widened(<const float*>a + i), load_widened(<const float*>b + i), sum)


cdef inline double dot_of_block(
    real like, const char* a, const char* b, Py_ssize_t i, Py_ssize_t end, Py_ssize_t n, tier t
) noexcept nogil:
    """Σ a b from i to end, a part of n; b NULL: Σ a.  Four chains, as an instruction takes four cycles."""
    cdef Py_ssize_t step = lanes(like), j
    cdef real v, w = splat(like, 1), zero = splat(like, 0)
    cdef real sum = zero, sum_1 = zero, sum_2 = zero, sum_3 = zero
    cdef f64 wide = splat_d(0), high = wide, wide_1 = wide, high_1 = wide
    if real is f32 and tier is exact:
        while VF_LANES == 2 * VD_LANES and i + 2 * step <= end:
            wide = wide_product(a, b, i, wide)
            wide_1 = wide_product(a, b, i + VD_LANES, wide_1)
            high = wide_product(a, b, i + 2 * VD_LANES, high)
            high_1 = wide_product(a, b, i + 3 * VD_LANES, high_1)
            i += 2 * step
        while i < end:
            v = part_of_row(zero, a, i, n)
            w = part_of_row(zero, b, i, n) if b != NULL else w
            wide = mul_add(widen_low(v), widen_low(w), wide)
            high = mul_add(widen_high(v), widen_high(w), high)
            i += step
        return sum_d((wide + wide_1) + (high + high_1))
    else:
        while i + 4 * step <= end:
            if b != NULL:
                v = min(min(load(like, b, i), load(like, b, i + step)),
                        min(load(like, b, i + 2 * step), load(like, b, i + 3 * step)))
                if any_below(v, v, 7.888609052210118e-31):      # 2^-100: by doubles, as a subnormal costs more
                    for j in range(4 * VF_LANES // VD_LANES):
                        wide = wide_product(a, b, i + j * VD_LANES, wide)
                    i += 4 * step
                    continue
            sum = mul_add(load(like, a, i), load(like, b, i) if b != NULL else w, sum)
            sum_1 = mul_add(load(like, a, i + step), load(like, b, i + step) if b != NULL else w, sum_1)
            sum_2 = mul_add(load(like, a, i + 2 * step), load(like, b, i + 2 * step) if b != NULL else w, sum_2)
            sum_3 = mul_add(load(like, a, i + 3 * step), load(like, b, i + 3 * step) if b != NULL else w, sum_3)
            i += 4 * step
        while i < end:
            v = part_of_row(zero, a, i, n)
            w = part_of_row(zero, b, i, n) if b != NULL else w
            sum = mul_add(v, w, sum)
            i += step
        return sum_lanes((sum + sum_1) + (sum_2 + sum_3)) + sum_d(wide)


cdef inline double dot(real like, const char* a, const char* b, Py_ssize_t n, tier t) noexcept nogil:
    cdef Py_ssize_t i = 0
    cdef double total = 0
    while i < n:
        total += dot_of_block(like, a, b, i, min_size(n, i + SUM_BLOCK), n, t)
        i += SUM_BLOCK
    return total


cdef inline real slope_of_softmax(real y, real grad, real head, real tail, tier t) noexcept nogil:
    cdef real slope
    if real is f32 and tier is exact:
        slope = fma(y, grad, -(y * head))
        return fma(-y, tail, slope)
    else:
        return y * (grad - head)


cdef inline real small_slope_of_softmax(real y, real grad, real head, real tail, double least, tier t) noexcept nogil:
    """The same; where y is below `least`, no more than 2^-96, without subnormal operands and products."""
    cdef unsigned int mask
    cdef real slope
    if real is f32 and TABLE_SEGMENTS:
        mask = tiny_f(y, <float>least)
        if mask != 0:
            slope = slope_of_softmax(select_f(mask, enlarged_f(y), y), grad, head, tail, t)
            return select_f(mask, scale_tail_f(slope, splat(y, 12582912.0 - 96)), slope)
    return slope_of_softmax(y, grad, head, tail, t)


cdef inline void softmax_backward_of(
    real* like, tier* t, const char* grad, const char* y, char* out, Py_ssize_t n, bint negate
) noexcept nogil:
    """y (grad - Σ grad y), or its negative.

    float32 exact: 1.5 ULP of the larger term, by three roundings.
    """
    cdef real v, w, head, tail
    cdef tier kind
    cdef double total = dot(v, grad, y, n, kind)
    cdef float upper = <float>total
    cdef double least = 1.262177448353619e-29 if fabs(total) < INFINITY else 0      # 2^-96: scale_tail is for less than 2^-90
    cdef Py_ssize_t i = 0, step = lanes(v)
    head = splat(v, total)
    tail = splat(v, total - upper if fabs(upper) < INFINITY else 0)
    i = until_aligned(v, out, n)
    if i > 0:
        v = signed(part_of_row(head, y, 0, i), negate)
        put_part_of_row(out, 0, i, small_slope_of_softmax(v, part_of_row(head, grad, 0, i), head, tail, least, kind))
    while i + 2 * step <= n:
        v = load(head, y, i)
        w = load(head, y, i + step)
        if any_below(v, w, least):
            v = small_slope_of_softmax(signed(v, negate), load(v, grad, i), head, tail, least, kind)
            w = small_slope_of_softmax(signed(w, negate), load(w, grad, i + step), head, tail, least, kind)
        else:
            v = slope_of_softmax(signed(v, negate), load(v, grad, i), head, tail, kind)
            w = slope_of_softmax(signed(w, negate), load(w, grad, i + step), head, tail, kind)
        store(out, i, v)
        store(out, i + step, w)
        i += 2 * step
    while i < n:
        v = signed(part_of_row(head, y, i, n), negate)
        put_part_of_row(out, i, n, small_slope_of_softmax(v, part_of_row(head, grad, i, n), head, tail, least, kind))
        i += step


cdef void softmax_backward_row(
    real* like, tier* t, const char* grad, const char* y, char* out, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    softmax_backward_of(like, t, grad, y, out, n, False)


cdef void softmin_backward_row(
    real* like, tier* t, const char* grad, const char* y, char* out, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    softmax_backward_of(like, t, grad, y, out, n, True)


cdef inline real slope_of_log_softmax(real y, real grad, real head, real tail, bint by_terms, tier t) noexcept nogil:
    """grad + p (head + tail), p = exp(y); by_terms: p by the terms of a row whose maximum is 0."""
    cdef real p, q
    if real is f32:
        if by_terms:    # up to 60, where their bits have room
            term_f(min(splat(y, 60), y), splat(y, 12582912.0 + (16 if tier is exact else 1) * EXP_SHIFT), splat(y, 0),
                   splat(y, -EXP_REACH), False, &p, &q, t)
            if tier is exact:
                return fma(p, head, fma(p, fma(q, head, tail), grad))
            else:
                return mul_add(p, head, grad)
    p = exp(y, t)
    if real is f32 and tier is exact:
        return fma(p, head, fma(p, tail, grad))
    else:
        return mul_add(p, head, grad)


cdef inline void slopes_of_log_softmax(
    real like, const char* grad, const char* y, char* out, Py_ssize_t n, double total, bint by_terms, tier t
) noexcept nogil:
    """grad + exp(y) total."""
    cdef float upper = <float>total
    cdef real v, w, head = splat(like, total), tail = splat(like, total - upper if fabs(upper) < INFINITY else 0)
    cdef Py_ssize_t i = until_aligned(like, out, n), step = lanes(like)
    if i > 0:
        v = part_of_row(head, grad, 0, i)
        put_part_of_row(out, 0, i, slope_of_log_softmax(part_of_row(head, y, 0, i), v, head, tail, by_terms, t))
    while i + 2 * step <= n:
        v = slope_of_log_softmax(load(like, y, i), load(like, grad, i), head, tail, by_terms, t)
        w = slope_of_log_softmax(load(like, y, i + step), load(like, grad, i + step), head, tail, by_terms, t)
        store(out, i, v)
        store(out, i + step, w)
        i += 2 * step
    while i < n:
        v = part_of_row(head, grad, i, n)
        put_part_of_row(out, i, n, slope_of_log_softmax(part_of_row(head, y, i, n), v, head, tail, by_terms, t))
        i += step


cdef void log_softmax_backward_row(
    real* like, tier* t, const char* grad, const char* y, char* out, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """grad - exp(y) Σ grad, y the output of log_softmax, at most 0.

    float32 exact: 1.8 ULP of the larger term, 0.3 of them the exponential's, which is not rounded itself.
    """
    cdef real v
    cdef tier kind
    cdef double total = -dot(v, grad, NULL, n, kind)
    if real is f32:
        if 1e-18 < fabs(total) < 1e38:      # over the terms' unit it is a normal float
            total /= 4294967296.0           # 2^EXP_SHIFT
            if tier is exact:
                total /= ROW_EXP_FACTOR
            slopes_of_log_softmax(v, grad, y, out, n, total, True, kind)
            return
    slopes_of_log_softmax(v, grad, y, out, n, total, False, kind)


cdef void sparsemax_backward_row(
    real* like, tier* t, const char* grad, const char* y, char* out, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """grad - its mean over the support, where y > 0, else 0; NaN where y is.

    float32 exact: within 1 ULP, as where the mean is near grad the first difference is exact.
    """
    cdef real v, w, partial, count, zero, head, tail
    cdef f64 wide
    cdef tier kind
    cdef Py_ssize_t i = 0, end
    cdef double total = 0, support = 0
    cdef float upper
    zero = splat(v, 0)
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        partial = count = zero
        wide = splat_d(0)
        while i < end:
            w = part_of_row(zero, y, i, n)
            v = where_lt(zero, w, part_of_row(zero, grad, i, n), zero)
            if real is f32 and tier is exact:
                wide = wide + widened_sum(v)
            else:
                partial = partial + v
            count = count + where_lt(zero, w, splat(v, 1), w)
            i += lanes(v)
        total += sum_d(wide) if real is f32 and tier is exact else sum_lanes(partial)
        support += sum_lanes(count)
    total /= support
    upper = <float>total
    head = splat(v, total)
    tail = splat(v, total - upper if real is f32 and tier is exact and fabs(upper) < INFINITY else 0)
    i = 0
    while i < n:
        w = part_of_row(zero, y, i, n)
        v = (part_of_row(zero, grad, i, n) - head) - tail
        put_part_of_row(out, i, n, where_lt(zero, w, v, w))
        i += lanes(v)


# ------------------------------------------------------------------------------ groups --
# maxout's members are compared in order, so the first of equal ones (0 and -0 are) and the first NaN
# are found, and the gradient knows its member by the bits of the largest.  A vector holds one member of
# many groups.  Where members lie side by side, pairs of them are taken apart and replaced by the larger,
# until their number is odd; what is left is copied apart.

cdef enum:
    GROUPS_BLOCK = 1024     # elements of a block, in L1
    GROUPS_MOST = 64        # members beyond which groups are done one by one
    GROUPS_LEVELS = 7       # x and what can become of it
    PIECES_LEAST = 16       # rows, and entries of a piece, from which vectors may run across rows


cdef inline real larger(real a, real b) noexcept nogil:
    if real is f32:
        return larger_f(a, b)
    else:
        return larger_d(a, b)


cdef inline real where_same(real a, real b, real x, real y) noexcept nogil:
    if real is f32:
        return where_same_f(a, b, x, y)
    else:
        return where_same_d(a, b, x, y)


cdef inline real firsts(real v, real w) noexcept nogil:
    if real is f32:
        return firsts_f(v, w)
    else:
        return firsts_d(v, w)


cdef inline real seconds(real v, real w) noexcept nogil:
    if real is f32:
        return seconds_f(v, w)
    else:
        return seconds_d(v, w)


cdef inline real pairs_low(real a, real b) noexcept nogil:
    if real is f32:
        return pairs_low_f(a, b)
    else:
        return pairs_low_d(a, b)


cdef inline real pairs_high(real a, real b) noexcept nogil:
    if real is f32:
        return pairs_high_f(a, b)
    else:
        return pairs_high_d(a, b)


cdef inline real pair_order(real v) noexcept nogil:
    if real is f32:
        return pair_order_f(v)
    else:
        return pair_order_d(v)


cdef inline Py_ssize_t size_of(real like) noexcept nogil:
    return 4 if real is f32 else 8


cdef inline char* aligned(char* buffer) noexcept nogil:
    """The first cache line of a buffer that has room for one more."""
    return buffer + (-<uintptr_t>buffer & <uintptr_t>63)


cdef inline void load_pairs(
    real like, const char* x, Py_ssize_t i, Py_ssize_t count, real* first, real* second
) noexcept nogil:
    """Members 0 and 1, in pair order, of the pairs from i to count - 1, as many as there are lanes."""
    cdef Py_ssize_t step = lanes(like)
    cdef real v = part_of_row(like, x, 2 * i, 2 * count), w = v
    if 2 * i + step < 2 * count:
        w = part_of_row(like, x, 2 * i + step, 2 * count)
    first[0] = firsts(v, w)
    second[0] = seconds(v, w)


cdef inline void pair_maxima(real like, const char* x, char* y, Py_ssize_t count) noexcept nogil:
    """y[i] = the larger of x[2i] and x[2i + 1]; y may be x."""
    cdef real first, second, zero = splat(like, 0)
    cdef Py_ssize_t i = 0
    while i < count:
        load_pairs(zero, x, i, count, &first, &second)
        put_part_of_row(y, i, count, pair_order(larger(first, second)))
        i += lanes(like)


cdef inline void pair_gradients(
    real like, const char* grad, const char* x, char* out, Py_ssize_t count
) noexcept nogil:
    """grad[i] to the larger of x[2i] and x[2i + 1], 0 to the other; out may be x."""
    cdef real first, second, largest, g, to_first, to_second, zero = splat(like, 0)
    cdef Py_ssize_t i = 0, step = lanes(like)
    while i < count:
        load_pairs(zero, x, i, count, &first, &second)
        g = pair_order(part_of_row(zero, grad, i, count))
        largest = larger(first, second)
        to_first = where_same(first, largest, g, zero)
        to_second = where_same(first, largest, zero, g)
        put_part_of_row(out, 2 * i, 2 * count, pairs_low(to_first, to_second))
        if 2 * i + step < 2 * count:
            put_part_of_row(out, 2 * i + step, 2 * count, pairs_high(to_first, to_second))
        i += step


cdef inline real piece_maximum(
    real like, const char* x, Py_ssize_t member_step, Py_ssize_t i, Py_ssize_t count, Py_ssize_t k
) noexcept nogil:
    """The largest of k members of the groups from i on; member j lies j member_step bytes after the first."""
    cdef Py_ssize_t j
    cdef real largest = part_of_row(like, x, i, count)
    for j in range(1, k):
        largest = larger(largest, part_of_row(like, x + j * member_step, i, count))
    return largest


cdef inline void piece_maxima(
    real like, const char* x, Py_ssize_t member_step, char* y, Py_ssize_t count, Py_ssize_t k
) noexcept nogil:
    """y = the largest of k pieces of x, each of `count` entries."""
    cdef real zero = splat(like, 0)
    cdef Py_ssize_t i = 0
    while i < count:
        put_part_of_row(y, i, count, piece_maximum(zero, x, member_step, i, count, k))
        i += lanes(like)


cdef inline void piece_gradients(
    real like, const char* grad, const char* x, Py_ssize_t member_step, char* out, Py_ssize_t out_step,
    Py_ssize_t count, Py_ssize_t k
) noexcept nogil:
    """grad to the first piece where x is the largest, 0 to the others; out may be x."""
    cdef real v, largest, left, zero = splat(like, 0)
    cdef Py_ssize_t i = 0, j
    while i < count:
        largest = piece_maximum(zero, x, member_step, i, count, k)
        left = part_of_row(zero, grad, i, count)
        for j in range(k):
            v = part_of_row(zero, x + j * member_step, i, count)
            put_part_of_row(out + j * out_step, i, count, where_same(v, largest, left, zero))
            left = where_same(v, largest, zero, left)
        i += lanes(like)


cdef inline void maxima(real like, const char* x, char* y, Py_ssize_t count, Py_ssize_t k) noexcept nogil:
    """The largest of each of `count` groups whose k members lie side by side."""
    cdef char[8 * GROUPS_BLOCK + 64] space, room
    cdef char* values = aligned(space)
    cdef char* pieces = aligned(room)
    cdef char* target
    cdef const char* source
    cdef Py_ssize_t size = size_of(like), block = GROUPS_BLOCK // k, groups, left, j
    cdef int kind = FLOAT if real is f32 else DOUBLE
    while count > 0:
        groups = min_size(block, count)
        source = x
        left = k
        while left % 2 == 0:
            left //= 2
            target = y if left == 1 else values
            pair_maxima(like, source, target, groups * left)
            source = target
        if left > 1 or k == 1:
            for j in range(left):
                gather(kind, kind, source + j * size, left * size, groups, pieces + j * groups * size)
            piece_maxima(like, pieces, groups * size, y, groups, left)
        x += groups * k * size
        y += groups * size
        count -= groups


cdef inline void to_maxima(
    real like, const char* grad, const char* x, char* out, Py_ssize_t count, Py_ssize_t k
) noexcept nogil:
    """grad to the first of the largest of each group, 0 to the other members."""
    cdef char[8 * GROUPS_BLOCK + 64 * GROUPS_LEVELS] space
    cdef char[8 * GROUPS_BLOCK + 64] room
    cdef char* level[GROUPS_LEVELS]     # what pairs have become, x the first
    cdef char* pieces = aligned(room)
    cdef char* target
    cdef char* free_space
    cdef const char* gradient
    cdef Py_ssize_t size = size_of(like), block = GROUPS_BLOCK // k, groups, left, j
    cdef int kind = FLOAT if real is f32 else DOUBLE
    cdef int depth
    while count > 0:
        groups = min_size(block, count)
        level[0] = <char*>x
        free_space = space
        left = k
        depth = 0
        while left % 2 == 0:
            left //= 2
            depth += 1
            if left == 1:
                break
            target = aligned(free_space)
            pair_maxima(like, level[depth - 1], target, groups * left)
            level[depth] = target
            free_space = target + groups * left * size
        gradient = grad
        if left > 1 or k == 1:
            for j in range(left):
                gather(kind, kind, level[depth] + j * size, left * size, groups, pieces + j * groups * size)
            piece_gradients(like, grad, pieces, groups * size, pieces, groups * size, groups, left)
            target = out if depth == 0 else level[depth]
            for j in range(left):
                scatter(kind, kind, pieces + j * groups * size, target + j * size, left * size, groups)
            gradient = target
        while depth > 0:
            depth -= 1
            left *= 2
            target = out if depth == 0 else level[depth]
            pair_gradients(like, gradient, level[depth], target, groups * left // 2)
            gradient = target
        grad += groups * size
        x += groups * k * size
        out += groups * k * size
        count -= groups


cdef inline Py_ssize_t first_largest(const number* x, Py_ssize_t k) noexcept nogil:
    cdef Py_ssize_t j, best = 0
    for j in range(1, k):
        # A NaN is larger than any number, and none is larger than it.
        if (x[j] > x[best] or x[j] != x[j]) and x[best] == x[best]:
            best = j
    return best


cdef inline void one_by_one(
    const number* grad, const number* x, number* y, Py_ssize_t count, Py_ssize_t k
) noexcept nogil:
    """The largest of each group, or, if there is one, the gradient."""
    cdef Py_ssize_t i, best
    for i in range(count):
        best = first_largest(x + i * k, k)
        if grad == NULL:
            y[i] = x[i * k + best]
        else:
            memset(y + i * k, 0, k * sizeof(number))
            y[i * k + best] = grad[i]


cdef void maxout_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """The largest of each `factor` consecutive entries; NaN if one is NaN."""
    cdef real v
    cdef Py_ssize_t k = <Py_ssize_t>factor
    if k <= GROUPS_MOST:
        maxima(v, x, y, n // k, k)
    elif real is f32:
        one_by_one(<const float*>NULL, <const float*>x, <float*>y, n // k, k)
    else:
        one_by_one(<const double*>NULL, <const double*>x, <double*>y, n // k, k)


cdef void maxout_backward_row(
    real* like, tier* t, const char* grad, const char* x, char* out, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """grad where the first of the largest is, or the first NaN, else 0."""
    cdef real v
    cdef Py_ssize_t k = <Py_ssize_t>factor
    if k <= GROUPS_MOST:
        to_maxima(v, grad, x, out, n // k, k)
    elif real is f32:
        one_by_one(<const float*>grad, <const float*>x, <float*>out, n // k, k)
    else:
        one_by_one(<const double*>grad, <const double*>x, <double*>out, n // k, k)


# ------------------------------------------------------------------------------- table --
# A row of the table is one gufunc in both accuracies.  What its operands are says its form:

cdef enum:
    PLAIN       # (n)->(n)          x
    MASKED      # (n),(n),(),(n)->(n)   x, additive mask, scale, where: scale x + mask, `fill` where excluded
    SCALAR      # (n)->()           x; the result is one number
    MASKED_SCALAR
    PAIR        # (n),(n)->(n)      grad, y
    SLOPE       # (),(n)->(n)       grad, x: grad, a number, is the row function's factor
    GROUPS      # (m,k)->(m)        x; k is the factor
    GROUPS_BACK # (m),(m,k)->(m,k)  grad, x
    FORMS
    MAX_OPERANDS = 5    # the result included

cdef const char** SIGNATURES = [
    b"(n)->(n)", b"(n),(n),(),(n)->(n)", b"(n)->()", b"(n),(n),(),(n)->()", b"(n),(n)->(n)", b"(),(n)->(n)",
    b"(m,k)->(m)", b"(m),(m,k)->(m,k)",
]
cdef int* OPERANDS = [2, 5, 2, 5, 3, 3, 2, 3]

cdef enum:
    ROW_COUNT = 17

cdef struct Row:
    const char* name
    int form
    double fill         # stands for an entry that does not count
    double excluded     # the result there
    row_t float_exact   # NULL: in double lanes
    row_t float_fast    # NULL: likewise
    row_t double_exact
    row_t double_fast

cdef Row[ROW_COUNT] ROWS = [
    Row(b"softmax", PLAIN, -INFINITY, 0, <row_t>softmax_row[f32, exact], <row_t>softmax_row[f32, fast],
        <row_t>softmax_row[f64, exact], <row_t>softmax_row[f64, fast]),
    Row(b"softmax_masked", MASKED, -INFINITY, 0, <row_t>softmax_row[f32, exact], <row_t>softmax_row[f32, fast],
        <row_t>softmax_row[f64, exact], <row_t>softmax_row[f64, fast]),
    Row(b"softmax_backward", PAIR, 0, 0,
        <row_t>softmax_backward_row[f32, exact], <row_t>softmax_backward_row[f32, fast],
        <row_t>softmax_backward_row[f64, exact], <row_t>softmax_backward_row[f64, fast]),
    Row(b"log_softmax", PLAIN, -INFINITY, -INFINITY, <row_t>log_softmax_row[f32, exact],
        <row_t>log_softmax_row[f32, fast], <row_t>log_softmax_row[f64, exact], <row_t>log_softmax_row[f64, fast]),
    Row(b"log_softmax_masked", MASKED, -INFINITY, -INFINITY, <row_t>log_softmax_row[f32, exact],
        <row_t>log_softmax_row[f32, fast], <row_t>log_softmax_row[f64, exact], <row_t>log_softmax_row[f64, fast]),
    Row(b"log_softmax_backward", PAIR, 0, 0,
        <row_t>log_softmax_backward_row[f32, exact], <row_t>log_softmax_backward_row[f32, fast],
        <row_t>log_softmax_backward_row[f64, exact], <row_t>log_softmax_backward_row[f64, fast]),
    Row(b"softmin", PLAIN, INFINITY, 0, <row_t>softmin_row[f32, exact], <row_t>softmin_row[f32, fast],
        <row_t>softmin_row[f64, exact], <row_t>softmin_row[f64, fast]),
    Row(b"softmin_masked", MASKED, INFINITY, 0, <row_t>softmin_row[f32, exact], <row_t>softmin_row[f32, fast],
        <row_t>softmin_row[f64, exact], <row_t>softmin_row[f64, fast]),
    Row(b"softmin_backward", PAIR, 0, 0,
        <row_t>softmin_backward_row[f32, exact], <row_t>softmin_backward_row[f32, fast],
        <row_t>softmin_backward_row[f64, exact], <row_t>softmin_backward_row[f64, fast]),
    Row(b"logsumexp", SCALAR, -INFINITY, 0, <row_t>logsumexp_row[f32, exact], <row_t>logsumexp_row[f32, fast],
        <row_t>logsumexp_row[f64, exact], <row_t>logsumexp_row[f64, fast]),
    Row(b"logsumexp_masked", MASKED_SCALAR, -INFINITY, 0, <row_t>logsumexp_row[f32, exact],
        <row_t>logsumexp_row[f32, fast], <row_t>logsumexp_row[f64, exact], <row_t>logsumexp_row[f64, fast]),
    Row(b"logsumexp_backward", SLOPE, -INFINITY, 0,
        <row_t>logsumexp_backward_row[f32, exact], <row_t>logsumexp_backward_row[f32, fast],
        <row_t>logsumexp_backward_row[f64, exact], <row_t>logsumexp_backward_row[f64, fast]),
    Row(b"sparsemax", PLAIN, -INFINITY, 0, <row_t>sparsemax_row[f32, exact], <row_t>sparsemax_row[f32, exact],
        <row_t>sparsemax_row[f64, exact], <row_t>sparsemax_row[f64, exact]),
    Row(b"sparsemax_masked", MASKED, -INFINITY, 0, <row_t>sparsemax_row[f32, exact], <row_t>sparsemax_row[f32, exact],
        <row_t>sparsemax_row[f64, exact], <row_t>sparsemax_row[f64, exact]),
    Row(b"sparsemax_backward", PAIR, 0, 0,
        <row_t>sparsemax_backward_row[f32, exact], <row_t>sparsemax_backward_row[f32, fast],
        <row_t>sparsemax_backward_row[f64, exact], <row_t>sparsemax_backward_row[f64, exact]),
    Row(b"maxout", GROUPS, 0, 0, <row_t>maxout_row[f32, exact], <row_t>maxout_row[f32, exact],
        <row_t>maxout_row[f64, exact], <row_t>maxout_row[f64, exact]),
    Row(b"maxout_backward", GROUPS_BACK, 0, 0, <row_t>maxout_backward_row[f32, exact],
        <row_t>maxout_backward_row[f32, exact], <row_t>maxout_backward_row[f64, exact],
        <row_t>maxout_backward_row[f64, exact]),
]

cdef struct FoldKernel:
    row_t row
    int form
    int operands        # the result included
    int storage
    int lanes
    double fill
    double excluded
    bint can_batch      # the row function does several rows at a time, if told to


# ------------------------------------------------------------------------------ driver --

cdef struct Operand:
    char* data
    Py_ssize_t step         # from row to row
    Py_ssize_t groups, size # elements of a row: `size` times `groups`
    Py_ssize_t group_step, item_step


cdef struct Call:
    FoldKernel* kernel
    Operand[MAX_OPERANDS] operands
    Py_ssize_t rows
    Py_ssize_t n            # elements of the longest operand's row
    double k                # of GROUPS and GROUPS_BACK
    Py_ssize_t chunk
    Py_ssize_t stride       # bytes of one buffer
    char* scratch           # three buffers for each thread, or NULL if none is needed


cdef inline bint in_place(const FoldKernel* kernel, const Operand* o) noexcept nogil:
    """Whether a row function can work on the operand where it is."""
    cdef Py_ssize_t item = itemsize(kernel.lanes)
    return (kernel.storage == kernel.lanes and (o.item_step == item or o.size == 1)
            and (o.groups == 1 or o.group_step == o.size * item))


cdef inline void gather_row(const FoldKernel* kernel, const Operand* o, Py_ssize_t row, char* to) noexcept nogil:
    cdef Py_ssize_t group, size = o.size, groups = o.groups
    if o.group_step == size * o.item_step:
        size *= groups
        groups = 1
    for group in range(groups):
        gather(kernel.storage, kernel.lanes, o.data + row * o.step + group * o.group_step, o.item_step, size,
               to + group * size * itemsize(kernel.lanes))


cdef inline void scatter_row(
    const FoldKernel* kernel, int lanes, const char* source, const Operand* o, Py_ssize_t row
) noexcept nogil:
    cdef Py_ssize_t group, size = o.size, groups = o.groups
    if o.group_step == size * o.item_step:
        size *= groups
        groups = 1
    for group in range(groups):
        scatter(kernel.storage, lanes, source + group * size * itemsize(lanes),
                o.data + row * o.step + group * o.group_step, o.item_step, size)


cdef inline double one_number(const FoldKernel* kernel, const Operand* o, Py_ssize_t row) noexcept nogil:
    cdef double value
    gather(kernel.storage, DOUBLE, o.data + row * o.step, 0, 1, <char*>&value)
    return value


cdef inline void masked(
    number* x, const number* mask, Py_ssize_t n, double scale, const Operand* where, Py_ssize_t row, double fill
) noexcept nogil:
    """x = scale x + mask, each rounded once to the lanes' type; `fill` where excluded."""
    cdef Py_ssize_t i
    cdef const char* kept = where.data + row * where.step
    cdef number factor = <number>scale
    if scale != 1:
        for i in range(n):
            x[i] = factor * x[i]
    if mask != NULL:
        for i in range(n):
            x[i] = x[i] + mask[i]
    if where.item_step == 0 and kept[0]:
        return
    for i in range(n):
        x[i] = x[i] if kept[i * where.item_step] else <number>fill


cdef inline void exclude(number* y, Py_ssize_t n, const Operand* where, Py_ssize_t row, double excluded) noexcept nogil:
    cdef Py_ssize_t i
    cdef const char* kept = where.data + row * where.step
    if where.item_step == 0 and kept[0]:
        return
    for i in range(n):
        y[i] = y[i] if kept[i * where.item_step] else <number>excluded


cdef inline bint is_zero(const FoldKernel* kernel, const Operand* o, Py_ssize_t row) noexcept nogil:
    """Whether one number stands for the whole row, and is 0."""
    return o.item_step == 0 and one_number(kernel, o, row) == 0


cdef void run_masked(Call* call, Py_ssize_t row, char* a, char* b) noexcept nogil:
    cdef FoldKernel* kernel = call.kernel
    cdef Operand* where = &call.operands[3]
    cdef Operand* result = &call.operands[4]
    cdef double scale = one_number(kernel, &call.operands[2], row), number
    cdef char* mask = NULL
    gather_row(kernel, &call.operands[0], row, a)
    if not is_zero(kernel, &call.operands[1], row):
        gather_row(kernel, &call.operands[1], row, b)
        mask = b
    if kernel.lanes == FLOAT:
        masked(<float*>a, <const float*>mask, call.n, scale, where, row, kernel.fill)
    else:
        masked(<double*>a, <const double*>mask, call.n, scale, where, row, kernel.fill)
    if kernel.form == MASKED_SCALAR:
        kernel.row(NULL, NULL, a, NULL, <char*>&number, call.n, 1, NULL)
        scatter_row(kernel, DOUBLE, <char*>&number, result, row)
        return
    kernel.row(NULL, NULL, a, NULL, a, call.n, 1, NULL)
    if kernel.lanes == FLOAT:
        exclude(<float*>a, call.n, where, row, kernel.excluded)
    else:
        exclude(<double*>a, call.n, where, row, kernel.excluded)
    scatter_row(kernel, kernel.lanes, a, result, row)


cdef inline bint is_run(const FoldKernel* kernel, const Operand* o) noexcept nogil:
    """Whether what the rows have in one place is contiguous, in the lanes' type."""
    return kernel.storage == kernel.lanes and o.step == itemsize(kernel.lanes)


cdef inline bint by_pieces(Call* call) noexcept nogil:
    """Whether vectors take groups from several rows: along another axis than the last these lie closer."""
    cdef FoldKernel* kernel = call.kernel
    cdef int form = kernel.form
    cdef Operand* x = &call.operands[0 if form == GROUPS else 1]
    if form != GROUPS and form != GROUPS_BACK or call.rows < PIECES_LEAST or llabs(x.step) >= llabs(x.item_step):
        return False
    return x.size <= GROUPS_MOST or is_run(kernel, x) and (form == GROUPS or is_run(kernel, &call.operands[2]))


cdef void run_pieces(real like, Call* call, Py_ssize_t begin, Py_ssize_t rows_end) noexcept nogil:
    """maxout or its gradient of these rows, group by group."""
    cdef char[8 * GROUPS_BLOCK + 64] space, room
    cdef char[8 * GROUPS_BLOCK] grads
    cdef FoldKernel* kernel = call.kernel
    cdef bint back = kernel.form == GROUPS_BACK
    cdef Operand* x = &call.operands[1 if back else 0]
    cdef Operand* y = &call.operands[2 if back else 1]      # the result
    cdef bint direct = is_run(kernel, x), out_direct = is_run(kernel, y)
    cdef Py_ssize_t size = size_of(like), k = x.size, block = GROUPS_BLOCK // k, group, row, count, j
    cdef Py_ssize_t member_step, out_step
    cdef char* members
    cdef char* out
    if block < PIECES_LEAST:
        block = PIECES_LEAST    # then there is nothing to be copied
    for group in range(x.groups):
        row = begin
        while row < rows_end:
            count = min_size(block, rows_end - row)
            members, member_step = x.data + row * x.step + group * x.group_step, x.item_step
            if not direct:
                for j in range(k):
                    gather(kernel.storage, kernel.lanes, members + j * member_step, x.step, count,
                           aligned(space) + j * count * size)
                members, member_step = aligned(space), count * size
            out = y.data + row * y.step + group * (y.group_step if back else y.item_step)
            if back:
                gather(kernel.storage, kernel.lanes, call.operands[0].data + row * call.operands[0].step
                       + group * call.operands[0].item_step, call.operands[0].step, count, grads)
                if out_direct:
                    piece_gradients(like, grads, members, member_step, out, y.item_step, count, k)
                else:
                    piece_gradients(like, grads, members, member_step, aligned(room), count * size, count, k)
                    for j in range(k):
                        scatter(kernel.storage, kernel.lanes, aligned(room) + j * count * size,
                                out + j * y.item_step, y.step, count)
            elif out_direct:
                piece_maxima(like, members, member_step, out, count, k)
            else:
                piece_maxima(like, members, member_step, aligned(room), count, k)
                scatter(kernel.storage, kernel.lanes, aligned(room), out, y.step, count)
            row += count


cdef void run_chunk(void* context, Py_ssize_t index, int thread) noexcept nogil:
    cdef Call* call = <Call*>context
    cdef FoldKernel* kernel = call.kernel
    cdef char* buffers[3]
    cdef char* data[3]
    cdef bint direct[3]
    cdef int j, first = 0, last = kernel.operands - 1
    cdef Py_ssize_t row
    cdef double factor = call.k, number
    cdef Operand* o = call.operands
    cdef Batch batch
    cdef f32 float_like = splat_f(0)
    cdef f64 double_like = splat_d(0)
    for j in range(3):
        buffers[j] = call.scratch + (3 * thread + j) * call.stride
    if kernel.form == MASKED or kernel.form == MASKED_SCALAR:
        for row in range(index * call.chunk, min_size(call.rows, (index + 1) * call.chunk)):
            run_masked(call, row, buffers[0], buffers[1])
        return
    if by_pieces(call):
        row = index * call.chunk
        if kernel.lanes == FLOAT:
            run_pieces(float_like, call, row, min_size(call.rows, row + call.chunk))
        else:
            run_pieces(double_like, call, row, min_size(call.rows, row + call.chunk))
        return
    if kernel.form == SLOPE:
        first = 1
    for j in range(first, last + 1):
        direct[j] = in_place(kernel, &o[j])
        data[j] = buffers[j]
    if kernel.form == SCALAR:
        direct[last] = False
        data[last] = <char*>&number
    if kernel.can_batch and direct[0] and direct[1]:
        row = index * call.chunk
        batch.rows = min_size(call.rows, row + call.chunk) - row
        batch.a_step, batch.y_step = o[0].step, o[1].step
        kernel.row(NULL, NULL, o[0].data + row * o[0].step, NULL, o[1].data + row * o[1].step, call.n, 1, &batch)
        return
    for row in range(index * call.chunk, min_size(call.rows, (index + 1) * call.chunk)):
        for j in range(first, last):
            if direct[j]:
                data[j] = o[j].data + row * o[j].step
            else:
                gather_row(kernel, &o[j], row, data[j])
        if direct[last]:
            data[last] = o[last].data + row * o[last].step
        if kernel.form == SLOPE:
            factor = one_number(kernel, &o[0], row)
        kernel.row(NULL, NULL, data[first], data[last - 1], data[last], call.n, factor, NULL)
        if not direct[last]:
            scatter_row(kernel, DOUBLE if kernel.form == SCALAR else kernel.lanes, data[last], &o[last], row)


cdef void gufunc_loop(char** args, const cnp.npy_intp* dimensions, const cnp.npy_intp* steps, void* data) noexcept nogil:
    cdef Call call
    cdef FoldKernel* kernel = <FoldKernel*>data
    cdef int threads = 1, j, operands = kernel.operands
    cdef Py_ssize_t chunks
    cdef const cnp.npy_intp* inner = steps + operands
    cdef Operand* o
    cdef bint scratch = kernel.form == MASKED or kernel.form == MASKED_SCALAR
    call.kernel = kernel
    call.rows = dimensions[0]
    call.n = dimensions[1]
    call.k = 1
    if kernel.form == GROUPS or kernel.form == GROUPS_BACK:
        call.n *= dimensions[2]
        call.k = <double>dimensions[2]
    for j in range(operands):
        o = &call.operands[j]
        o.data = args[j]
        o.step = steps[j]
        o.groups = 1
        o.size = 1
        o.group_step = o.item_step = 0
        # The operands' core dimensions, in the order of the signature.
        if (kernel.form == GROUPS and j == 0) or (kernel.form == GROUPS_BACK and j > 0):
            o.groups, o.size = dimensions[1], dimensions[2]
            o.group_step, o.item_step = inner[0], inner[1]
            inner += 2
        elif not ((kernel.form == SLOPE and j == 0) or ((kernel.form == MASKED or kernel.form == MASKED_SCALAR) and j == 2)
                  or ((kernel.form == SCALAR or kernel.form == MASKED_SCALAR) and j == operands - 1)):
            o.size = dimensions[1]
            o.item_step = inner[0]
            inner += 1
        if o.groups == 1:
            o.group_step = o.size * o.item_step
        if not in_place(kernel, o) and (o.size > 1 or o.groups > 1 or kernel.storage != kernel.lanes):
            scratch = True
    if call.rows == 0 or (call.n == 0 and kernel.form != SCALAR and kernel.form != MASKED_SCALAR):
        return
    if call.rows * call.n >= PARALLEL_FROM:
        threads = num_threads()
    chunks = MOST_TASKS * threads if threads > 1 else 1
    call.chunk = (call.rows + chunks - 1) // chunks
    chunks = (call.rows + call.chunk - 1) // call.chunk
    if by_pieces(&call):
        scratch = False
    call.scratch = NULL
    call.stride = (call.n * itemsize(kernel.lanes) + 63) // 64 * 64
    if scratch:
        call.scratch = <char*>malloc(3 * threads * call.stride + 64)
        if call.scratch == NULL:
            with gil:
                PyErr_NoMemory()
            return
    parallel_for(run_chunk, &call, chunks, threads)
    free(call.scratch)


# ------------------------------------------------------------------- what Python sees --

cdef Py_ssize_t PARALLEL_FROM = 32768   # elements from which a second thread pays

cdef FoldKernel[ROW_COUNT][2][STORAGES] KERNELS
cdef void* DATA[ROW_COUNT][2][STORAGES]
cdef cnp.PyUFuncGenericFunction[3] LOOPS
LOOPS[0] = LOOPS[1] = LOOPS[2] = <cnp.PyUFuncGenericFunction>gufunc_loop
cdef int[3] NUMPY_TYPES = [cnp.NPY_FLOAT, cnp.NPY_DOUBLE, cnp.NPY_FLOAT16]
cdef char[FORMS][3 * MAX_OPERANDS] TYPES
cdef const char* DOC = b"A raw gufunc of fastact; the activation of the same name documents it."


cdef inline bint is_where(int form, int operand) noexcept:
    return (form == MASKED or form == MASKED_SCALAR) and operand == 3


cdef FoldKernel describe(const Row* row, bint is_fast, int storage) noexcept:
    cdef FoldKernel kernel
    cdef row_t in_float = row.float_fast if is_fast else row.float_exact
    kernel.form = row.form
    kernel.operands = OPERANDS[row.form]
    kernel.storage = storage
    kernel.fill = row.fill
    kernel.excluded = row.excluded
    kernel.lanes = DOUBLE
    kernel.can_batch = row.form == PLAIN and row.double_exact != <row_t>sparsemax_row[f64, exact]
    if storage == DOUBLE:
        kernel.row = row.double_fast if is_fast else row.double_exact
    elif in_float != NULL and (is_fast or HAS_FMA or row.form == GROUPS or row.form == GROUPS_BACK):
        kernel.lanes = FLOAT
        kernel.row = in_float
    elif row.form == SCALAR or row.form == MASKED_SCALAR:   # whose two terms may cancel
        kernel.row = row.double_exact
    else:
        kernel.row = row.double_fast
    return kernel


cdef dict build():
    """All gufuncs, by name."""
    cdef int i, accuracy, j, k
    cdef dict built = {}
    for i in range(FORMS):
        for j in range(3):
            for k in range(OPERANDS[i]):
                TYPES[i][j * OPERANDS[i] + k] = cnp.NPY_BOOL if is_where(i, k) else NUMPY_TYPES[j]
    for i in range(ROW_COUNT):
        for accuracy in range(2):
            for j in range(STORAGES):
                KERNELS[i][accuracy][j] = describe(&ROWS[i], accuracy, j)
                DATA[i][accuracy][j] = &KERNELS[i][accuracy][j]
            name = ROWS[i].name.decode() + ("_fast" if accuracy else "")
            text = name.encode()
            _KEPT.append(text)
            built[name] = cnp.PyUFunc_FromFuncAndDataAndSignature(
                LOOPS, DATA[i][accuracy], TYPES[ROWS[i].form], 3,
                OPERANDS[ROWS[i].form] - 1, 1, cnp.PyUFunc_None, text, DOC, 0, SIGNATURES[ROWS[i].form],
            )
    return built


def register_bfloat16(dtype):
    """Give every gufunc a loop for this dtype, which NumPy does not know by itself."""
    cdef int i, accuracy, k, number = dtype.num
    cdef int[MAX_OPERANDS] types
    for i in range(ROW_COUNT):
        for k in range(MAX_OPERANDS):
            types[k] = cnp.NPY_BOOL if is_where(ROWS[i].form, k) else number
        for accuracy in range(2):
            cnp.PyUFunc_RegisterLoopForType(
                ufuncs[ROWS[i].name.decode() + ("_fast" if accuracy else "")], number,
                <cnp.PyUFuncGenericFunction>gufunc_loop, types, DATA[i][accuracy][BFLOAT])


_KEPT = []          # names: a ufunc keeps a pointer to the bytes only
ufuncs = build()
