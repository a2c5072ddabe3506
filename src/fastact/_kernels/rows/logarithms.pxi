# The logarithm of the sum of the exponentials of a row: logsumexp and log_softmax, and their gradients.

cdef inline double log_of_terms(f32 like, const char* x, Py_ssize_t n, double* top, tier t) noexcept nogil:
    """log Σ exp(x), and top = max x, in float lanes.  The result is NaN if max x is not finite.

    The absolute error is 2^-25.9 in the exact tier and 2^-13.3 in the fast tier.
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


cdef inline double log_above_one(real like, double x) noexcept nogil:
    """log(1 + x), x >= 0.  Double lanes do not use the C library, whose results may differ from one machine to another."""
    cdef f64 v, sum, low
    cdef exact t = 0
    if real is f32:
        return c_log1p(x)
    elif not x < INFINITY:
        return x
    v = splat_d(x)
    if x <= 1:
        return sum_d(v * log1p_ratio(v, t)) / VD_LANES
    two_sum(v, splat_d(1), &sum, &low)
    return sum_d(log(sum, t) + low / sum) / VD_LANES


cdef inline double log_of_sum(
    real like, const char* x, Py_ssize_t n, double top, bint narrow, double* low, tier t
) noexcept nogil:
    """log Σ exp(x - top) as result + low; top is the maximum of x.

    |low| <= 2^-15 result, or 2^-44 result in double lanes: this is the largest error of SUM_BLOCK additions.
    The relative error is small even where the result is near 0: entries equal to top are counted, not
    summed, and the result is log1p(count - 1 + the sum of the others).
    narrow: x is an array of floats although the lanes are doubles.
    """
    cdef double[SUM_BLOCK] wide
    cdef const char* block
    cdef Py_ssize_t first = 0, length = n
    cdef Frame f = frame(top, t)
    cdef real maximum = splat(like, top), zero = splat(like, 0), one = splat(like, 1)
    cdef real[PARTS] sum, rest, count
    cdef real v, e, low_part, q
    cdef f32 base = splat_f(0), bias = base, limit = base, head
    cdef Py_ssize_t i = 0, end, k
    cdef double total = 0, total_rest = 0, equal = 0
    if real is f32:
        base, bias, limit = splat(like, f.base), splat(like, f.bias), splat(like, f.limit)
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        set_zero(sum)
        set_zero(rest)
        set_zero(count)
        block = x
        if real is f64 and narrow:
            gather(FLOAT, DOUBLE, x + 4 * i, 4, end - i, <char*>wide)
            block, first, length = <char*>wide, i, end - i
        while i < end:
            k = part(like, i)
            v = part_of_row(splat(like, -INFINITY), block, i - first, length)
            if real is f32:
                q = zero
                term_f(v, base, bias, limit, False, &head, &q, t)
                e = fma(head, q, head) if tier is exact else head
            else:
                e = exp_difference(v, maximum, t)
            e = where_lt(v, maximum, e, v - maximum)    # 0 if equal, NaN if v is NaN or both are infinite
            count[k] = count[k] + where_lt(v, maximum, zero, one)
            if tier is exact:
                two_sum(sum[k], e, &sum[k], &low_part)
                rest[k] = rest[k] + low_part
            else:
                sum[k] = sum[k] + e
            i += lanes(v)
        if tier is exact:
            add_lanes_exactly(&total, &total_rest, sum)
            total_rest += sum_of(rest)
        else:
            total += sum_of(sum)
        equal += sum_of(count)
    if real is f32:
        total /= f.unit
        total_rest /= f.unit
    add_exactly(&total, &total_rest, equal - 1)
    low[0] = total_rest / (1 + total)
    return log_above_one(like, total)


cdef inline bint has_nan(real like, const char* x, Py_ssize_t n) noexcept nogil:
    """Whether one of n elements is NaN."""
    cdef Py_ssize_t i
    for i in range(n):
        if real is f32:
            if (<const float*>x)[i] != (<const float*>x)[i]:
                return True
        else:
            if (<const double*>x)[i] != (<const double*>x)[i]:
                return True
    return False


cdef void logsumexp_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """y[0], a double, becomes max x + log Σ exp(x - max x).

    The result is -inf for an empty row and for a row of -inf only, and inf for a row with inf and without NaN.
    Where the result is near 0, the two terms cancel and the error is that of the larger term.  So float lanes
    are used only if the result is at least 1 in size; otherwise the tier (f32, exact) computes in double lanes.
    """
    cdef real v = zeros(like)
    cdef f64 wide = splat_d(0)
    cdef tier kind = 0
    cdef exact in_double = 0
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
    """If the row has +inf and no NaN, set y = factor exp(x - inf) and return True; else return False."""
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
    """y = factor y."""
    cdef Py_ssize_t i
    for i in range(n):
        y[i] = y[i] * <number>factor


cdef inline bint row_beside_infinity(
    real like, const char* x, char* y, Py_ssize_t n, double factor
) noexcept nogil:
    """The same as beside_infinity(), for a row of the type of the lanes."""
    if real is f32:
        return beside_infinity(<const float*>x, <float*>y, n, factor)
    else:
        return beside_infinity(<const double*>x, <double*>y, n, factor)


cdef void logsumexp_backward_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """factor exp(x - log Σ exp(x)).

    As in PyTorch, entries beside +inf give 0, and an infinite factor gives ±inf.
    """
    cdef real v = zeros(like)
    cdef tier kind = 0
    cdef bint finite = fabs(factor) < INFINITY
    # In place, +inf must be found before softmax overwrites it.  Otherwise it is looked for if softmax gives NaN.
    if x == y and row_beside_infinity(v, x, y, n, factor):
        return
    softmax_of(v, x, y, n, factor if finite else 1, NULL, False, kind)
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
        row_beside_infinity(v, x, y, n, factor)


cdef inline real less_two(real x, real unused, real head, real tail, double least, bint option, tier t) noexcept nogil:
    return (x - head) - tail


cdef inline void less_constant(f32 like, const char* x, char* y, Py_ssize_t n, double constant, tier t) noexcept nogil:
    """y = x - constant, with an error of at most 1 ULP: where head is near x, the first difference is exact."""
    cdef float upper = <float>constant
    pass_over(less_two[f32, tier], less_two[f32, tier], False, 1, x, NULL, y, n,
              splat(like, upper), splat(like, constant - upper), 0, False, t)


cdef inline void log_softmax_carefully(
    real like, const char* x, char* y, Py_ssize_t n, tier t
) noexcept nogil:
    """(x - max x) - log Σ exp(x - max x).  The first term is at most 0, the second at least 0: nothing cancels."""
    cdef real v, maximum, log_sum, log_low, difference, low, result, rest
    cdef bint near
    cdef Py_ssize_t i = 0
    cdef double top = row_maximum(like, x, n, False, &near), part, result_low
    cdef double result_head = log_of_sum(like, x, n, top, False, &result_low, t)
    maximum = splat(like, top)
    log_sum = splat(like, result_head)
    if real is f32:
        part = <double>(<float>result_head)
        log_low = splat(like, (result_head - part) + result_low)
    else:
        log_low = splat(like, result_low)
    while i < n:
        v = part_of_row(maximum, x, i, n)
        if tier is exact:
            two_sum(v, -maximum, &difference, &low)
            two_sum(difference, -log_sum, &result, &rest)
            rest = rest + (low - log_low)
            # The low parts of infinities are NaN, and results below this bound need no low part.
            rest = where_lt(result, splat(v, -3e38), splat(v, 0), rest)
            result = result + rest
        else:
            result = ((v - maximum) - log_sum) - log_low
        put_part_of_row(y, i, n, result)
        i += lanes(v)


cdef void log_softmax_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """x - log Σ exp(x).  A row of -inf only, or with NaN or +inf, gives NaN everywhere, as in PyTorch.

    If one entry makes up more than two thirds of the sum, its result is near 0, and the error of the logarithm
    must be small relative to this result.  log_softmax_carefully() computes such rows, and all double rows.
    """
    cdef real v = zeros(like)
    cdef tier kind = 0
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
                    less_constant(v, x + row * x_step, y + row * y_step, n, logs[row], kind)
                    continue
            log_softmax_carefully(v, x + row * x_step, y + row * y_step, n, kind)
        x += count * x_step
        y += count * y_step
        rows -= count


cdef inline real slope_of_log_softmax(
    real y, real grad, real head, real tail, double least, bint by_terms, tier t
) noexcept nogil:
    """grad + p (head + tail), p = exp(y).  by_terms: p is computed like the terms of a row whose maximum is 0."""
    cdef real p, q
    if real is f32:
        if by_terms:    # terms do not overflow up to exp(60)
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
    cdef real head = splat(like, total), tail = splat(like, total - upper if fabs(upper) < INFINITY else 0)
    pass_over(slope_of_log_softmax[real, tier], slope_of_log_softmax[real, tier], False,
              2, y, grad, out, n, head, tail, 0, by_terms, t)


cdef void log_softmax_backward_row(
    real* like, tier* t, const char* grad, const char* y, char* out, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """grad - exp(y) Σ grad; y is the output of log_softmax, at most 0.

    float32 exact: the error is 1.8 ULP of the larger term.  The exponential, which is not rounded, contributes 0.3.
    """
    cdef real v = zeros(like)
    cdef tier kind = 0
    cdef double total = -dot(v, grad, NULL, n, kind)
    if real is f32:
        if 1e-18 < fabs(total) < 1e38:      # then total is a normal float even after the divisions below
            total /= 4294967296.0           # 2^EXP_SHIFT
            if tier is exact:
                total /= ROW_EXP_FACTOR
            slopes_of_log_softmax(v, grad, y, out, n, total, True, kind)
            return
    slopes_of_log_softmax(v, grad, y, out, n, total, False, kind)
