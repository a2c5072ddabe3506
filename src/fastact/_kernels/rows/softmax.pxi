# softmax and softmin, and their gradients.

cdef inline real share(
    real term, real unused, real head, real tail, double least, bint unit, tier t
) noexcept nogil:
    """factor term / sum, with head + tail = factor / sum; in exact double lanes head = sum and tail = factor.

    unit: the factor is 1.
    """
    if real is f64 and tier is exact:
        return term / head if unit else tail * (term / head)
    elif tier is exact:
        return fma(term, head, term * tail)
    else:
        return term * head


cdef inline real small_share(
    real term, real unused, real head, real tail, double least, bint unit, tier t
) noexcept nogil:
    """The same as share().  For terms below `least` it avoids subnormal products, which cost a hundred cycles."""
    cdef real up = splat(term, 1.2676506002282294e30)   # 2^100
    if real is f32 and TABLE_SEGMENTS:
        if tiny_f(term, <float>least) != 0:
            return scale_tail_f(
                share(term, unused, head * up, tail * up, least, unit, t), splat(term, 12582912.0 - 100))
    return share(term, unused, head, tail, least, unit, t)


cdef inline void alone_is_one(f32 like, char* y, Py_ssize_t n) noexcept nogil:
    """Make the largest share 1 where it is the float below and all others together are at most half the step to 1.

    The sum is that of the unrounded terms, so that a term alone may be found a little smaller than it.
    """
    cdef f32 v, below = splat(like, 0.999999940395355224609375), zero = splat(like, 0), one = splat(like, 1), largest = zero
    cdef f64 others = splat_d(0)
    cdef Py_ssize_t i = 0
    while i < n:
        v = part_of_row(zero, y, i, n)
        largest = max(largest, v)
        others = others + widened_sum(where_lt(v, below, v, zero))
        i += lanes(v)
    if max_lanes(largest) < 0.999999940395355224609375 or not sum_d(others) <= 2.98023223876953125e-08:     # 2^-25
        return
    i = 0
    while i < n:
        v = part_of_row(one, y, i, n)
        put_part_of_row(y, i, n, where_lt(v, below, v, one))
        i += lanes(v)


cdef inline void shares(real like, char* y, Py_ssize_t n, double total, double factor, tier t) noexcept nogil:
    """y = factor y / total, for an array y of terms."""
    cdef real head, tail
    cdef double inverse, least = total * 7.888609052210118e-31 if factor == 1 else 0    # 2^-100: tail is 2^-25 of head
    cdef float inverse_head
    inverse = factor / total
    if real is f64 and tier is exact:
        head = splat(like, total)
        tail = splat(like, factor)
    elif tier is exact:
        inverse_head = <float>inverse
        head = splat(like, inverse_head)
        tail = splat(like, inverse - inverse_head)
    else:
        head = splat(like, inverse)
        tail = head
    pass_over(share[real, tier], small_share[real, tier], True, 1, y, NULL, y, n, head, tail, least, factor == 1, t)
    if real is f32 and tier is exact and total < 2.4 * 4294967296.0 and factor == 1:     # the largest entry may be near 1
        alone_is_one(like, y, n)


cdef inline void softmax_of(
    real like, const char* x, char* y, Py_ssize_t n, double factor, const Batch* batch, bint negate, tier t
) noexcept nogil:
    """factor exp(x - max x) / sum.  A row of -inf only, or with NaN or +inf, gives NaN everywhere, as in PyTorch.

    float32 exact: the largest error found is 1.89 ULP.  A term has an error of 2^-24, from rounding, and of
    2^-25.7; the reciprocal is in two parts; and the product is rounded.  That is 1.8 ULP.  The sum adds 2^-26 if
    its rounding errors do not all have the same sign.  float64 exact: below 2 ULP.
    """
    cdef bint[BATCH] near, done
    cdef double[BATCH] tops, totals
    cdef Py_ssize_t rows = 1, count, row, x_step = 0, y_step = 0
    if batch != NULL:
        rows, x_step, y_step = batch.rows, batch.a_step, batch.y_step
    # Several short rows are computed together, step by step.  A single row would wait for its maximum, then for its
    # sum, then for the quotient, and a processor looks ahead over no more than two rows of 64 elements.
    while rows > 0:
        count = min_size(rows, BATCH) if n <= SHORT else 1
        for row in range(count):
            done[row] = False
            if real is f32 and tier is fast and HAS_FRACTION:
                tops[row], near[row] = 0, False
                done[row] = unshifted_terms(
                    like, x + row * x_step, y + row * y_step, n, negate, True, &totals[row], NULL)
            if not done[row]:
                tops[row] = row_maximum(like, x + row * x_step, n, negate, &near[row])
        for row in range(count):
            if done[row]:
                continue
            if real is f32:
                totals[row] = float_terms(
                    like, x + row * x_step, y + row * y_step, n, tops[row], near[row], negate, True, t)
            else:
                totals[row] = double_terms(like, x + row * x_step, y + row * y_step, n, tops[row], negate, t)
        for row in range(count):
            shares(like, y + row * y_step, n, totals[row], factor, t)
        x += count * x_step
        y += count * y_step
        rows -= count


cdef void softmax_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    cdef tier kind = 0
    softmax_of(zeros(like), x, y, n, factor, batch, False, kind)


cdef void softmin_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """Compute softmax of -x."""
    cdef tier kind = 0
    softmax_of(zeros(like), x, y, n, factor, batch, True, kind)


cdef inline real slope_of_softmax(
    real y, real grad, real head, real tail, double least, bint negate, tier t
) noexcept nogil:
    """y (grad - (head + tail)), or its negative."""
    cdef real slope
    y = signed(y, negate)
    if real is f32 and tier is exact:
        slope = fma(y, grad, -(y * head))
        return fma(-y, tail, slope)
    else:
        return y * (grad - head)


cdef inline real small_slope_of_softmax(
    real y, real grad, real head, real tail, double least, bint negate, tier t
) noexcept nogil:
    """The same as slope_of_softmax().  It avoids subnormal operands and products where y < least <= 2^-96."""
    cdef unsigned int mask
    cdef real slope
    if real is f32 and TABLE_SEGMENTS:
        mask = tiny_f(y, <float>least)
        if mask != 0:
            slope = slope_of_softmax(select_f(mask, enlarged_f(y), y), grad, head, tail, least, negate, t)
            return select_f(mask, scale_tail_f(slope, splat(y, 12582912.0 - 96)), slope)
    return slope_of_softmax(y, grad, head, tail, least, negate, t)


cdef inline void softmax_backward_of(
    real like, const char* grad, const char* y, char* out, Py_ssize_t n, bint negate, tier t
) noexcept nogil:
    """y (grad - Σ grad y), or its negative.

    float32 exact: three roundings, so the error is 1.5 ULP of the larger term.
    """
    cdef double total = dot(like, grad, y, n, t)
    cdef float upper = <float>total
    # 2^-96, because scale_tail() needs products below 2^-90.
    cdef double least = 1.262177448353619e-29 if fabs(total) < INFINITY else 0
    cdef real head = splat(like, total), tail = splat(like, total - upper if fabs(upper) < INFINITY else 0)
    pass_over(slope_of_softmax[real, tier], small_slope_of_softmax[real, tier], True,
              2, y, grad, out, n, head, tail, least, negate, t)


cdef void softmax_backward_row(
    real* like, tier* t, const char* grad, const char* y, char* out, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    cdef tier kind = 0
    softmax_backward_of(zeros(like), grad, y, out, n, False, kind)


cdef void softmin_backward_row(
    real* like, tier* t, const char* grad, const char* y, char* out, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    cdef tier kind = 0
    softmax_backward_of(zeros(like), grad, y, out, n, True, kind)
