# PolyNorm, w[0] n(x^3) + w[1] n(x^2) + w[2] n(x) + bias with n(v) = v / sqrt(mean v^2 + eps), and its gradient by x.
#
# Everything is computed in doubles.  x^6 of a float does not overflow there; rows of larger doubles are scaled by a power
# of two, which n takes out again.

cdef struct PolyNorm:
    const char* x           # the row; the row function's first operand is the gradient in poly_norm_backward
    double[3] weight        # of x^3, x^2, x
    double bias
    double eps


cdef inline f64 doubles_of_row(real like, const char* x, Py_ssize_t i, Py_ssize_t n) noexcept nogil:
    """The elements from i on as doubles, 0 after the end of the row."""
    cdef double[8] wide     # lanes of the widest vector of doubles
    cdef Py_ssize_t k
    if i + VD_LANES <= n:
        if real is f32:
            return load_widened(<const float*>x + i)
        else:
            return load(like, x, i)
    for k in range(VD_LANES):
        if real is f32:
            wide[k] = (<const float*>x)[i + k] if i + k < n else 0
        else:
            wide[k] = (<const double*>x)[i + k] if i + k < n else 0
    return load(splat_d(0), wide, 0)


cdef inline void put_doubles(real like, char* y, Py_ssize_t i, Py_ssize_t n, f64 v) noexcept nogil:
    """Round the doubles to the type of the row and store them from element i on, as far as the row goes."""
    cdef double[8] wide
    cdef Py_ssize_t k, count = min_size(VD_LANES, n - i)
    store(wide, 0, v)
    for k in range(count):
        if real is f32:
            (<float*>y)[i + k] = <float>wide[k]
        else:
            (<double*>y)[i + k] = wide[k]


cdef inline double power_to_scale(real like, const char* x, Py_ssize_t n) noexcept nogil:
    """A power of two that brings the row's largest element near to 1, if its sixth power could overflow or underflow."""
    cdef f64 largest = splat_d(0)
    cdef Py_ssize_t i = 0
    cdef double top
    cdef int e
    if real is f32:
        return 1
    while i < n:
        largest = max(largest, abs(doubles_of_row(like, x, i, n)))
        i += VD_LANES
    top = maximum_d(largest)
    if 1e-40 < top < 1e40 or not 0 < top < INFINITY:
        return 1
    frexp(top, &e)
    return ldexp(1, -e if e > -1022 else 1022)


cdef inline void norms_of_row(
    real like, const char* x, Py_ssize_t n, double scale, double eps, double* norms
) noexcept nogil:
    """1 / sqrt(mean v^2 + eps) for v = (scale x)^3, (scale x)^2, scale x; eps is scaled with each."""
    cdef f64[PARTS] cubes, squares, plain
    cdef f64 v, s, factor = splat_d(scale)
    cdef double[3] sums = [0, 0, 0]
    cdef double power = scale * scale, shift = power * power * power     # may be inf
    cdef Py_ssize_t i = 0, end, k
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        set_zero(cubes)
        set_zero(squares)
        set_zero(plain)
        while i < end:
            k = part(factor, i)
            v = doubles_of_row(like, x, i, n) * factor
            s = v * v
            plain[k] = plain[k] + s
            squares[k] = mul_add(s, s, squares[k])
            cubes[k] = mul_add(s * s, s, cubes[k])
            i += VD_LANES
        sums[0] += sum_of(cubes)
        sums[1] += sum_of(squares)
        sums[2] += sum_of(plain)
    for k in range(3):
        norms[k] = 1 / c_sqrt(sums[k] / n + (eps * shift if eps != 0 else 0))
        shift = power * power if k == 0 else power


cdef void poly_norm_row(
    real* like, tier* t, const char* x, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    cdef real one = zeros(like)
    cdef const PolyNorm* p = <const PolyNorm*>b
    cdef double scale = power_to_scale(one, x, n)
    cdef double[3] norms
    cdef f64 v, w0, w1, w2, bias = splat_d(p.bias), by = splat_d(scale)
    cdef Py_ssize_t i = 0
    norms_of_row(one, x, n, scale, p.eps, norms)
    w0, w1, w2 = splat_d(p.weight[0] * norms[0]), splat_d(p.weight[1] * norms[1]), splat_d(p.weight[2] * norms[2])
    while i < n:
        v = doubles_of_row(one, x, i, n) * by
        put_doubles(one, y, i, n, mul_add(mul_add(mul_add(w0, v, w1), v, w2), v, bias))
        i += VD_LANES


cdef void poly_norm_backward_row(
    real* like, tier* t, const char* grad, const char* b, char* out, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil:
    """Σ_k w k x^(k - 1) (grad - x^k Σ grad x^k / (n r^2)) / r with r = sqrt(mean x^2k + eps)."""
    cdef real one = zeros(like)
    cdef const PolyNorm* p = <const PolyNorm*>b
    cdef const char* x = p.x
    cdef double scale = power_to_scale(one, x, n)
    cdef double[3] norms
    cdef double[3] sums = [0, 0, 0]
    cdef f64[PARTS] total_0, total_1, total_2
    cdef f64 v, g, s, by = splat_d(scale), slope, w0, w1, w2, c0, c1, c2
    cdef Py_ssize_t i = 0, end, k
    norms_of_row(one, x, n, scale, p.eps, norms)
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        set_zero(total_0)
        set_zero(total_1)
        set_zero(total_2)
        while i < end:
            v, g = doubles_of_row(one, x, i, n) * by, doubles_of_row(one, grad, i, n)
            k, s = part(v, i), v * v
            total_2[k] = mul_add(g, v, total_2[k])
            total_1[k] = mul_add(g, s, total_1[k])
            total_0[k] = mul_add(g, s * v, total_0[k])
            i += VD_LANES
        sums[0] += sum_of(total_0)
        sums[1] += sum_of(total_1)
        sums[2] += sum_of(total_2)
    w0, w1, w2 = splat_d(3 * p.weight[0] * norms[0]), splat_d(2 * p.weight[1] * norms[1]), splat_d(p.weight[2] * norms[2])
    c0 = splat_d(sums[0] * norms[0] * norms[0] / n)
    c1, c2 = splat_d(sums[1] * norms[1] * norms[1] / n), splat_d(sums[2] * norms[2] * norms[2] / n)
    i = 0
    while i < n:
        v, g = doubles_of_row(one, x, i, n) * by, doubles_of_row(one, grad, i, n)
        s = v * v
        slope = w2 * (g - v * c2)
        slope = mul_add(w1 * v, g - s * c1, slope)
        slope = mul_add(w0 * s, g - s * v * c0, slope)
        put_doubles(one, out, i, n, slope * by)
        i += VD_LANES
