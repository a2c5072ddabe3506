# Sums over a row, and dot products of two rows.  Their order is fixed for each target, for any alignment.  In double lanes
# it is the same on every target: eight sums, of the elements whose indexes have the same remainder by 8, in as many vectors
# as the target needs for them, are added in pairs at the end.

cdef enum:
    SUM_BLOCK = 512     # number of elements that are summed in their own precision before a double adds the sum


cdef inline double sum_lanes(real v) noexcept nogil:
    """The sum of the lanes."""
    if real is f32:
        return sum_f(v)
    else:
        return sum_d(v)


cdef inline Py_ssize_t part(real like, Py_ssize_t i) noexcept nogil:
    """Which of the PARTS vectors of sums element i belongs to; float lanes have one."""
    return 0 if real is f32 else i // VD_LANES % PARTS


cdef inline double sum_parts(f64* sums) noexcept nogil:
    """The sum of eight doubles in PARTS vectors, which are overwritten: 0 and 4, 1 and 5 ... first."""
    cdef Py_ssize_t k, half = PARTS // 2
    while half > 0:
        for k in range(half):
            sums[k] = sums[k] + sums[k + half]
        half //= 2
    return sum_d(sums[0])


cdef inline void set_zero(real* sums) noexcept nogil:
    """Set PARTS vectors of sums to 0."""
    cdef Py_ssize_t k
    for k in range(1 if real is f32 else PARTS):
        sums[k] = splat(sums[0], 0)


cdef inline double sum_of(real* sums) noexcept nogil:
    """The sum of all lanes of the vectors of sums."""
    if real is f32:
        return sum_f(sums[0])
    else:
        return sum_parts(sums)


cdef inline double max_lanes(real v) noexcept nogil:
    """The largest lane.  A NaN may be overlooked."""
    if real is f32:
        return maximum_number_f(v)
    else:
        return maximum_d(v)


cdef inline f64 widened_sum(f32 v) noexcept nogil:
    """The lanes as doubles, those of the second half added to those of the first."""
    return widen_low(v) + widen_high(v)


cdef inline void add_exactly(double* total, double* rest, double x) noexcept nogil:
    """Add x to total + rest.  The rounding error of the total is added to the rest (Knuth)."""
    cdef double sum = total[0] + x
    cdef double part = sum - total[0]
    rest[0] += (total[0] - (sum - part)) + (x - part)
    total[0] = sum


cdef inline void add_lanes_exactly(double* total, double* rest, real* sums) noexcept nogil:
    """Add each lane of the vectors of sums in turn, like add_exactly()."""
    cdef char[64] lane      # as many bytes as the widest vector
    cdef Py_ssize_t j, k
    for j in range(1 if real is f32 else PARTS):
        store(lane, 0, sums[j])
        for k in range(lanes(sums[j])):
            if real is f32:
                add_exactly(total, rest, (<float*>lane)[k])
            else:
                add_exactly(total, rest, (<double*>lane)[k])


# The sums of the gradients.  In the tier (f32, exact) doubles sum exact products, or the entries themselves.  The
# conversion to doubles costs most: four of six operations.  Tried, but no faster: compensated sums in float
# lanes (two_sum takes ten operations), and accumulators that start far above all products.

cdef inline f64 wide_product(const char* a, const char* b, Py_ssize_t i, f64 sum) noexcept nogil:
    """sum + a b from element i on, in doubles; if b is null, sum + a."""
    if b == NULL:
        return load_widened(<const float*>a + i) + sum
    return mul_add(load_widened(<const float*>a + i), load_widened(<const float*>b + i), sum)


cdef inline double dot_of_doubles(
    const char* a, const char* b, Py_ssize_t i, Py_ssize_t end, Py_ssize_t n
) noexcept nogil:
    """dot_of_block() in double lanes."""
    cdef f64[4 * PARTS] sums
    cdef f64 v, zero = splat_d(0), w = splat_d(1)
    cdef Py_ssize_t k
    for k in range(4 * PARTS):
        sums[k] = zero
    while i + 32 <= end:
        for k in range(4 * PARTS):
            sums[k] = mul_add(load(zero, a, i), load(zero, b, i) if b != NULL else w, sums[k])
            i += VD_LANES
    while i < end:
        k = part(zero, i)
        v = part_of_row(zero, a, i, n)
        w = part_of_row(zero, b, i, n) if b != NULL else w
        sums[k] = mul_add(v, w, sums[k])
        i += VD_LANES
    for k in range(PARTS):
        sums[k] = (sums[k] + sums[k + PARTS]) + (sums[k + 2 * PARTS] + sums[k + 3 * PARTS])
    return sum_parts(sums)


cdef inline double dot_of_block(
    real like, const char* a, const char* b, Py_ssize_t i, Py_ssize_t end, Py_ssize_t n, tier t
) noexcept nogil:
    """Σ a b over the elements from i to end - 1 of n; if b is null, Σ a.

    It computes four sums at a time, because an addition takes four cycles.
    """
    cdef Py_ssize_t step = lanes(like), j
    cdef real v, w = splat(like, 1), zero = splat(like, 0)
    cdef real sum = zero, sum_1 = zero, sum_2 = zero, sum_3 = zero
    cdef f64 wide = splat_d(0), high = wide, wide_1 = wide, high_1 = wide
    if real is f64:
        return dot_of_doubles(a, b, i, end, n)
    elif tier is exact:
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
                if any_below(v, v, 7.888609052210118e-31):      # 2^-100: subnormal operands cost more than doubles
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
    """Σ a b of a row; if b is null, Σ a."""
    cdef Py_ssize_t i = 0
    cdef double total = 0
    while i < n:
        total += dot_of_block(like, a, b, i, min_size(n, i + SUM_BLOCK), n, t)
        i += SUM_BLOCK
    return total
