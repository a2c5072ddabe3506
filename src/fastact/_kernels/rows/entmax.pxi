# entmax with alpha = 1.5, and its gradient.


cdef inline void add_roots(f64 v, f64 maximum, f64 threshold, f64* roots, f64* squares) noexcept nogil:
    """Add d and d^2 of each lane, d = max(0, (v - maximum) / 2 - threshold)."""
    cdef f64 d = max(splat(v, 0), splat(v, 0.5) * (v - maximum) - threshold)
    roots[0] = roots[0] + d
    squares[0] = mul_add(d, d, squares[0])


cdef inline double squares_of_row(
    real like, const char* x, Py_ssize_t n, double top, double tau, double* roots
) noexcept nogil:
    """Σ d^2, and in `roots` Σ d, in doubles."""
    cdef f64[PARTS] first, second
    cdef f64 maximum = splat_d(top), threshold = splat_d(tau)
    cdef real v
    cdef Py_ssize_t i = 0, end, k
    cdef double total = 0
    roots[0] = 0
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        set_zero(first)
        set_zero(second)
        while i < end:
            k = part(maximum, i) if real is f64 else 0
            v = part_of_row(splat(like, -INFINITY), x, i, n)
            if real is f32:
                add_roots(widen_low(v), maximum, threshold, &first[k], &second[k])
                if VF_LANES == 2 * VD_LANES:
                    add_roots(widen_high(v), maximum, threshold, &first[k], &second[k])
            else:
                add_roots(v, maximum, threshold, &first[k], &second[k])
            i += lanes(v)
        total += sum_of(second)
        roots[0] += sum_of(first)
    return total


cdef inline f64 entmax_share(f64 v, f64 maximum, f64 threshold) noexcept nogil:
    v = max(splat(v, 0), splat(v, 0.5) * (v - maximum) - threshold)
    return v * v


cdef void entmax15_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """max(0, (x - max x) / 2 - tau)^2, with tau such that the sum is 1 (Peters, Niculae and Martins 2019).

    Σ d^2 - 1 is convex and falls with tau, so that Newton's method from the left, from tau = -1, only rises to the
    solution; near it the error is squared in each step.  Entries that are below the threshold are ignored from then on,
    as in sparsemax.  Everything is computed in doubles.  A row of -inf only, or with NaN or +inf, gives NaN everywhere.
    """
    cdef char[4 * SPARSE_MOST] few
    cdef double[16] wide      # lanes of the widest vector of floats
    cdef const char* source = x
    cdef real v = zeros(like), bound
    cdef f64 maximum, threshold
    cdef bint near
    cdef Py_ssize_t i, left = n, count, step = lanes(v)
    cdef double top = row_maximum(v, x, n, False, &near), tau = -1, roots, rise
    cdef int steps
    if not fabs(top) < INFINITY:
        tau = NAN
    else:
        for steps in range(100):
            count = entries_above(v, source, left, just_below(top + 2 * tau), few)
            if count >= 0:
                source, left = few, count
            rise = squares_of_row(v, source, left, top, tau, &roots)
            rise = (rise - 1) / (2 * roots)
            if not rise > 2.220446049250313e-16:
                break
            tau += rise
    maximum, threshold = splat_d(top), splat_d(tau)
    bound = splat(v, just_below(top + 2 * tau))
    i = 0
    while i < n:
        v = part_of_row(splat(v, -INFINITY), x, i, n)
        if real is f64:
            put_part_of_row(y, i, n, entmax_share(v, maximum, threshold))
        elif all_at_most(v, bound):
            put_part_of_row(y, i, n, splat(v, 0))
        else:
            store(wide, 0, entmax_share(widen_low(v), maximum, threshold))
            if VF_LANES == 2 * VD_LANES:
                store(wide, VD_LANES, entmax_share(widen_high(v), maximum, threshold))
            scatter(FLOAT, DOUBLE, <char*>wide, y + 4 * i, 4, min_size(step, n - i))
        i += step


cdef inline f64 root_of(f64 y) noexcept nogil:
    return sqrt(max(splat(y, 0), y))


cdef inline f64 entmax_slope(f64 y, f64 grad, f64 mean) noexcept nogil:
    """sqrt(y) (grad - mean), y where it is not positive."""
    return where_lt(splat(y, 0), y, sqrt(y) * (grad - mean), y)


cdef inline f64 kept_grad(f64 y, f64 grad) noexcept nogil:
    return where_lt(splat(y, 0), y, grad, splat(y, 0))


cdef void entmax15_backward_row(
    real* like, tier* t, const char* grad, const char* y, char* out, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """s (grad - Σ s grad / Σ s), s = sqrt(y), computed in doubles; NaN where y is NaN."""
    cdef real v, g, zero = zeros(like)
    cdef f64[PARTS] total, weight
    cdef f64 root, mean
    cdef double[16] wide
    cdef double sum = 0, roots = 0
    cdef Py_ssize_t i = 0, end, k
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        set_zero(total)
        set_zero(weight)
        while i < end:
            k = part(zero, i)
            v, g = part_of_row(zero, y, i, n), part_of_row(zero, grad, i, n)
            if real is f64:
                root = root_of(v)
                weight[k] = weight[k] + root
                total[k] = mul_add(root, kept_grad(v, g), total[k])
            else:
                root = root_of(widen_low(v))
                weight[k] = weight[k] + root
                total[k] = mul_add(root, kept_grad(widen_low(v), widen_low(g)), total[k])
                if VF_LANES == 2 * VD_LANES:
                    root = root_of(widen_high(v))
                    weight[k] = weight[k] + root
                    total[k] = mul_add(root, kept_grad(widen_high(v), widen_high(g)), total[k])
            i += lanes(v)
        sum += sum_of(total)
        roots += sum_of(weight)
    mean = splat_d(sum / roots)
    i = 0
    while i < n:
        v, g = part_of_row(zero, y, i, n), part_of_row(zero, grad, i, n)
        if real is f64:
            put_part_of_row(out, i, n, entmax_slope(v, g, mean))
        else:
            store(wide, 0, entmax_slope(widen_low(v), widen_low(g), mean))
            if VF_LANES == 2 * VD_LANES:
                store(wide, VD_LANES, entmax_slope(widen_high(v), widen_high(g), mean))
            scatter(FLOAT, DOUBLE, <char*>wide, out + 4 * i, 4, min_size(lanes(v), n - i))
        i += lanes(v)
