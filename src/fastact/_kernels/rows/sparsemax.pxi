# sparsemax and its gradient.

cdef enum:
    SPARSE_MOST = 1024      # largest number of entries that are copied to contiguous memory


cdef inline bint all_at_most(real v, real bound) noexcept nogil:
    """Whether every lane is at most the bound and none is NaN; False if the target has no instruction for this."""
    if real is f32 and TABLE_SEGMENTS:
        return unless_le_f(v, bound) == 0
    return False


cdef inline double just_below(double x) noexcept nogil:
    """x - 2^-22 |x|, which is at most x even after rounding to float."""
    return x - fabs(x) * 2.384185791015625e-07


cdef inline void add_excess(f64 v, f64 maximum, f64 threshold, f64* excess, f64* count) noexcept nogil:
    """Add the excess of each lane of v - maximum over the threshold, and count the lanes above the threshold."""
    v = v - maximum
    # max gives its second operand if one is NaN.  -inf is below -1 and does not count.
    excess[0] = excess[0] + (max(threshold, v) - threshold)
    count[0] = count[0] + where_lt(threshold, v, splat(v, 1), splat(v, 0))


cdef inline double excess_of_row(
    real like, const char* x, Py_ssize_t n, double top, double tau, double* support
) noexcept nogil:
    """Σ max(0, x - top - tau), in doubles.  support: the number of terms above 0."""
    cdef f64[PARTS] excess, count
    cdef f64 maximum = splat_d(top), threshold = splat_d(tau)
    cdef real v
    cdef Py_ssize_t i = 0, end, k
    cdef double total = 0
    support[0] = 0
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        set_zero(excess)
        set_zero(count)
        while i < end:
            k = part(maximum, i) if real is f64 else 0
            v = part_of_row(splat(like, -INFINITY), x, i, n)
            if real is f32:
                add_excess(widen_low(v), maximum, threshold, &excess[k], &count[k])
                if VF_LANES == 2 * VD_LANES:
                    add_excess(widen_high(v), maximum, threshold, &excess[k], &count[k])
            else:
                add_excess(v, maximum, threshold, &excess[k], &count[k])
            i += lanes(v)
        total += sum_of(excess)
        support[0] += sum_of(count)
    return total


cdef inline Py_ssize_t entries_above(
    real like, const char* x, Py_ssize_t n, double bound, char* few
) noexcept nogil:
    """Copy the entries above the bound, and NaN, to `few`, which may be x.

    Return their number, or -1 if there are too many.
    """
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
    return -1       # the target has no instruction that makes some lanes contiguous


cdef void sparsemax_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """max(0, x - max x - tau), with tau such that the sum is 1 (Martins and Astudillo 2016).

    tau is found by Newton's method on Σ max(0, d - tau) = 1, d = x - max x; the sum is convex and piecewise
    linear in tau.  The first tau is -1, below the solution.  From there tau only rises and the support only
    shrinks; when the support no longer shrinks, tau is exact (Michelot 1986).  As soon as few enough entries are
    above the threshold, they are copied to contiguous memory and all others are ignored from then on.
    Everything is computed in doubles, because entries at the edge of the support cancel: the absolute error is
    at most 2^-52.  A row of -inf only, or with NaN or +inf, gives NaN everywhere.
    """
    cdef char[4 * SPARSE_MOST] few
    cdef double[16] wide      # lanes of the widest vector of floats
    cdef const char* source = x
    cdef real v = zeros(like), bound
    cdef f64 maximum, threshold, zero = splat_d(0)
    cdef bint near
    cdef Py_ssize_t i, left = n, count, step = lanes(v)
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


cdef void sparsemax_backward_row(
    real* like, tier* t, const char* grad, const char* y, char* out, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """grad minus its mean over the support where y > 0, else 0; NaN where y is NaN.

    float32 exact: the error is at most 1 ULP, because the first difference is exact where the mean is near grad.
    """
    cdef real[PARTS] partial, count
    cdef real v, w, zero = zeros(like), head, tail
    cdef f64 wide
    cdef Py_ssize_t i = 0, end, k
    cdef double total = 0, support = 0
    cdef float upper
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        set_zero(partial)
        set_zero(count)
        wide = splat_d(0)
        while i < end:
            k = part(zero, i)
            w = part_of_row(zero, y, i, n)
            v = where_lt(zero, w, part_of_row(zero, grad, i, n), zero)
            if real is f32 and tier is exact:
                wide = wide + widened_sum(v)
            else:
                partial[k] = partial[k] + v
            count[k] = count[k] + where_lt(zero, w, splat(zero, 1), w)
            i += lanes(v)
        total += sum_d(wide) if real is f32 and tier is exact else sum_of(partial)
        support += sum_of(count)
    total /= support
    upper = <float>total
    head = splat(zero, total)
    tail = splat(zero, total - upper if real is f32 and tier is exact and fabs(upper) < INFINITY else 0)
    i = 0
    while i < n:
        w = part_of_row(zero, y, i, n)
        v = (part_of_row(zero, grad, i, n) - head) - tail
        put_part_of_row(out, i, n, where_lt(zero, w, v, w))
        i += lanes(v)
