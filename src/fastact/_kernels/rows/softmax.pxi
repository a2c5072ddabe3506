# softmax and softmin, and their gradients.

cdef inline real share(
    real term, real unused, real head, real tail, double least, bint unit, tier t
) noexcept nogil:
    """factor term / sum, head + tail = factor / sum.  Exact doubles: head = sum, tail = factor; unit: factor is 1."""
    if real is f64 and tier is exact:
        return term / head if unit else tail * (term / head)
    elif tier is exact:
        return fma(term, head, term * tail)
    else:
        return term * head


cdef inline real small_share(
    real term, real unused, real head, real tail, double least, bint unit, tier t
) noexcept nogil:
    """The same.  Terms below `least` have no subnormal product, which would cost a hundred cycles."""
    cdef real up = splat(term, 1.2676506002282294e30)   # 2^100
    if real is f32 and TABLE_SEGMENTS:
        if tiny_f(term, <float>least) != 0:
            return scale_tail_f(
                share(term, unused, head * up, tail * up, least, unit, t), splat(term, 12582912.0 - 100))
    return share(term, unused, head, tail, least, unit, t)


cdef inline void shares(real like, char* y, Py_ssize_t n, double total, double factor, tier t) noexcept nogil:
    """y = factor y / total, y the terms."""
    cdef real v, head, tail
    cdef Py_ssize_t i
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
    if real is f32 and tier is exact and total < 2.4 * 4294967296.0 and factor == 1:
        # The largest entry may be near 1, and where it is alone it should be 1.  The sum is that of the terms
        # before they were rounded, so the entry may be the float below.
        head = splat(like, 1)
        i = 0
        while i < n:
            v = part_of_row(head, y, i, n)
            put_part_of_row(y, i, n, where_lt(v, splat(like, 0.999999940395355224609375), v, head))
            i += lanes(v)


cdef inline void softmax_of(
    real like, const char* x, char* y, Py_ssize_t n, double factor, const Batch* batch, bint negate, tier t
) noexcept nogil:
    """factor exp(x - max x) / sum.  A row of -inf, or with NaN or +inf, is all NaN, as in PyTorch.

    float32 exact: 1.89 ULP is the largest error found.  A term is off by 2^-24, its rounding, and by 2^-25.7;
    the reciprocal has two parts; and the product rounds.  That is 1.8 ULP.  The sum adds 2^-26 where
    roundings are not all of one sign.  float64 exact: below 2 ULP.
    """
    cdef bint[BATCH] near, done
    cdef double[BATCH] tops, totals
    cdef Py_ssize_t rows = 1, count, row, x_step = 0, y_step = 0
    if batch != NULL:
        rows, x_step, y_step = batch.rows, batch.a_step, batch.y_step
    # Several short rows are done step by step.  A row alone waits for its maximum, then for its sum, then for
    # the quotient, and a processor looks ahead over no more than two rows of 64 elements.
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
    """softmax of -x."""
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
    """The same.  Where y is below `least`, which is at most 2^-96, no operand and no product is subnormal."""
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

    float32 exact: three roundings, 1.5 ULP of the larger term.
    """
    cdef double total = dot(like, grad, y, n, t)
    cdef float upper = <float>total
    # 2^-96; scale_tail asks for products below 2^-90.
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
