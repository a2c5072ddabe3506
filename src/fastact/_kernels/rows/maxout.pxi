# maxout and its gradient.
#
# Members are compared in order, so that of equal ones (0 and -0 are) and of NaN the first is found, and the
# gradient knows its member by the bits of the largest.  A vector holds one member of many groups.  Where
# members lie side by side, pairs of them are taken apart and replaced by the larger one until their number is
# odd.  What is left is copied, each member to a piece of memory of its own.

cdef enum:
    GROUPS_BLOCK = 1024     # elements of a block, which lies in L1
    GROUPS_MOST = 64        # members of a group; groups of more are done one by one
    GROUPS_LEVELS = 7       # halvings of GROUPS_MOST members to one, and x itself


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


cdef inline char* aligned(char* buffer) noexcept nogil:
    """The first whole cache line of a buffer, which must have room for one more."""
    return buffer + (-<uintptr_t>buffer & <uintptr_t>63)


cdef inline void load_pairs(
    real like, const char* x, Py_ssize_t i, Py_ssize_t count, real* first, real* second
) noexcept nogil:
    """Both members of the pairs from i to count - 1, as many as there are lanes, in pair order (see rows.h)."""
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
    """out = grad[i] for the larger of x[2i] and x[2i + 1], 0 for the other; out may be x."""
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
    """The largest of k members of the groups from i on; member j lies j * member_step bytes after the first."""
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
    """out = grad in the first of the k pieces where x is the largest, 0 in the others; out may be x."""
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
    """out = grad for the first of the largest of each group, 0 for the other members."""
    cdef char[8 * GROUPS_BLOCK + 64 * GROUPS_LEVELS] space
    cdef char[8 * GROUPS_BLOCK + 64] room
    cdef char* level[GROUPS_LEVELS]     # x, and the larger of its pairs, and the larger of theirs ...
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
    """The index of the first of the largest of k numbers, or of the first NaN."""
    cdef Py_ssize_t j, best = 0
    for j in range(1, k):
        # A NaN is larger than any number, and none is larger than it.
        if (x[j] > x[best] or x[j] != x[j]) and x[best] == x[best]:
            best = j
    return best


cdef inline void one_by_one(
    const number* grad, const number* x, number* y, Py_ssize_t count, Py_ssize_t k
) noexcept nogil:
    """y = the largest of each group of k; with grad, which may be null, the gradient instead."""
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
    cdef real v = zeros(like)
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
    cdef real v = zeros(like)
    cdef Py_ssize_t k = <Py_ssize_t>factor
    if k <= GROUPS_MOST:
        to_maxima(v, grad, x, out, n // k, k)
    elif real is f32:
        one_by_one(<const float*>grad, <const float*>x, <float*>out, n // k, k)
    else:
        one_by_one(<const double*>grad, <const double*>x, <double*>out, n // k, k)
