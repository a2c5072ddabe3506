# Routing: the k best entries of each row, in order, and their weights.  One pass of each row: scores, choice, best.

cdef struct Router:
    Py_ssize_t experts, k       # number of entries of a row, and of those that are chosen
    bint by_softmax             # whether scores are softmax, else the results of `score`
    const Elementwise* score    # the kernel of the scores
    const float* bias           # added to the scores for the choice; NULL: none
    Py_ssize_t groups           # number of groups of neighbours, 1: none; the best `top_groups` remain
    Py_ssize_t top_groups
    bint by_two                 # whether a group's score is the sum of its two best, else its best
    bint normalize
    double eps, scale
    const float* logits
    int32_t* ids
    float* weights
    Py_ssize_t rows, chunk      # number of rows, and of those of a task
    char* scratch
    Py_ssize_t room             # bytes of the scratch memory of a thread


cdef enum:
    NO_KEY = -0x7fffffff - 1    # of an empty place in a list of the best; NaN has the key above it


cdef bint find_keys(const float* values, int32_t* keys, Py_ssize_t n) noexcept nogil:
    """Set keys that are in the order of the values: NaN is the smallest one, -0 equals 0.  Return whether there is NaN."""
    cdef Py_ssize_t i
    cdef int32_t bits
    cdef float value
    cdef bint nan = False
    for i in range(n):
        value = values[i] + <float>0
        memcpy(&bits, &value, 4)
        bits ^= (bits >> 31) & 0x7fffffff
        keys[i] = bits if value == value else NO_KEY + 1
        nan |= value != value
    return nan


cdef inline Py_ssize_t index_of(int64_t place) noexcept nogil:
    return 0x7fffffff - (place & 0x7fffffff)


cdef void take_best(const int32_t* keys, Py_ssize_t first, Py_ssize_t last, int64_t* best, Py_ssize_t count) noexcept nogil:
    """Put the best of these entries into a descending list that may have others.

    An entry of the list is larger for larger keys, then for smaller indices.  It is put into its place without a branch,
    which would be mispredicted.
    """
    cdef Py_ssize_t i, j
    cdef int64_t place, other
    cdef int32_t least = <int32_t>(best[count - 1] >> 32)
    for i in range(first, last):
        if keys[i] >= least:     # an equal one may have a smaller index
            place = (<int64_t>keys[i] << 32) + (0x7fffffff - i)
            for j in range(count):
                other = best[j]
                best[j] = other if other > place else place
                place = place if other > place else other
            least = <int32_t>(best[count - 1] >> 32)


cdef inline void begin_list(int64_t* best, Py_ssize_t count) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(count):
        best[i] = INT64_MIN


cdef void softmax_of_floats(const float* x, float* y, double* wide, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    """The exact softmax of contiguous rows, as the gufunc computes it; wide: n doubles."""
    cdef const Kernel* kernel = &KERNELS[0][0][FLOAT]
    cdef Batch batch
    if kernel.lanes == FLOAT:
        batch.rows, batch.a_step, batch.y_step = rows, 4 * n, 4 * n
        kernel.row(NULL, NULL, <const char*>x, NULL, <char*>y, n, 1, &batch)
        return
    for _ in range(rows):
        gather(FLOAT, DOUBLE, <const char*>x, 4, n, <char*>wide)
        kernel.row(NULL, NULL, <const char*>wide, NULL, <char*>wide, n, 1, NULL)
        scatter(FLOAT, DOUBLE, <const char*>wide, <char*>y, 4, n)
        x += n
        y += n


cdef inline bint of_chosen(const Router* r) noexcept nogil:
    """Whether the softmax of the chosen logits is all that is needed: they choose, and are normalised."""
    return by_logits(r) and r.normalize and r.eps == 0


cdef inline bint by_logits(const Router* r) noexcept nogil:
    """Whether the logits choose: softmax orders entries as they do, and they are not rounded."""
    return r.by_softmax and r.bias is NULL and r.groups == 1


cdef void route_row(const Router* r, Py_ssize_t row, char* scratch, bint* nan) noexcept nogil:
    """Choose the entries of a row; set their weights or, if `of_chosen`, their logits."""
    cdef double* wide = <double*>scratch
    cdef int64_t* best = <int64_t*>(wide + r.experts)
    cdef int64_t* best_groups = best + r.k
    cdef float* scores = <float*>(best_groups + r.groups)
    cdef float* choice = scores + r.experts
    cdef float* group_scores = choice + r.experts
    cdef int32_t* keys = <int32_t*>(group_scores + r.groups)
    cdef int32_t* group_keys = keys + r.experts
    cdef const float* x = r.logits + row * r.experts
    cdef const float* chosen_by = scores
    cdef int32_t* ids = r.ids + row * r.k
    cdef float* weights = r.weights + row * r.k
    cdef Py_ssize_t i, j, group, size = r.experts // r.groups
    cdef char* arguments[2]
    cdef Py_ssize_t[2] steps = [sizeof(float), sizeof(float)]
    cdef int64_t[2] two
    cdef double total = 0
    if not r.by_softmax:
        arguments[0], arguments[1] = <char*>x, <char*>scores
        r.score.apply(r.score, arguments, steps, r.experts)
    elif not of_chosen(r):
        softmax_of_floats(x, scores, wide, 1, r.experts)
    if by_logits(r):
        chosen_by = x
    elif r.bias is not NULL:
        for i in range(r.experts):
            choice[i] = scores[i] + r.bias[i]
        chosen_by = choice
    nan[0] = find_keys(chosen_by, keys, r.experts)
    begin_list(best, r.k)
    if r.groups == 1:
        take_best(keys, 0, r.experts, best, r.k)
    else:
        for group in range(r.groups):
            begin_list(two, 2)
            take_best(keys, group * size, (group + 1) * size, two, 2 if r.by_two else 1)
            group_scores[group] = chosen_by[index_of(two[0])]
            if r.by_two:
                group_scores[group] += chosen_by[index_of(two[1])]
        find_keys(group_scores, group_keys, r.groups)
        begin_list(best_groups, r.top_groups)
        take_best(group_keys, 0, r.groups, best_groups, r.top_groups)
        for j in range(r.top_groups):
            group = index_of(best_groups[j])
            take_best(keys, group * size, (group + 1) * size, best, r.k)
    for j in range(r.k):
        ids[j] = <int32_t>index_of(best[j])
        weights[j] = x[ids[j]] if of_chosen(r) else scores[ids[j]]
        total += weights[j]
    if not of_chosen(r):
        for j in range(r.k):
            weights[j] = <float>(weights[j] * r.scale / (total + r.eps) if r.normalize else weights[j] * r.scale)


cdef void route_chunk(void* context, Py_ssize_t index, int thread) noexcept nogil:
    """Route the rows of one task."""
    cdef const Router* r = <const Router*>context
    cdef Py_ssize_t first = index * r.chunk, last = min_size(r.rows, (index + 1) * r.chunk), row, count, j
    cdef char* scratch = r.scratch + thread * r.room
    cdef bint[BATCH] nan
    cdef float* weights
    cdef double factor
    while first < last:
        count = min_size(BATCH, last - first)
        for row in range(count):
            route_row(r, first + row, scratch, &nan[row])
        if of_chosen(r):
            weights = r.weights + first * r.k
            softmax_of_floats(weights, weights, <double*>scratch, count, r.k)
            for row in range(count):
                factor = NAN if nan[row] else r.scale       # as the softmax of the whole row
                if factor != 1:
                    for j in range(r.k):
                        weights[row * r.k + j] = <float>(weights[row * r.k + j] * factor)
        first += count


def route(
    const float[:, ::1] logits, Py_ssize_t k, score, const float[::1] bias, Py_ssize_t groups, Py_ssize_t top_groups,
    bint by_two, bint normalize, double eps, double scale, int32_t[:, ::1] ids, float[:, ::1] weights,
):
    """Route all rows; the arguments are those of `fastact.route`, checked.

    score : None for softmax, else the capsule of the elementwise kernel.  groups : 1 if there are none.
    """
    cdef Router r
    cdef int threads = 1
    cdef Py_ssize_t chunks
    r.rows, r.experts, r.k = logits.shape[0], logits.shape[1], k
    if r.rows == 0 or k == 0:
        return
    r.by_softmax = score is None
    r.score = NULL if r.by_softmax else <const Elementwise*>PyCapsule_GetPointer(score, "fastact.Kernel")
    r.bias = NULL if bias is None else &bias[0]
    r.groups, r.top_groups, r.by_two, r.normalize, r.eps, r.scale = groups, top_groups, by_two, normalize, eps, scale
    r.logits, r.ids, r.weights = &logits[0, 0], &ids[0, 0], &weights[0, 0]
    if r.rows * r.experts >= ROUTE_PARALLEL_FROM:
        threads = num_threads()
    chunks = MOST_TASKS * threads if threads > 1 else 1
    r.chunk = (r.rows + chunks - 1) // chunks
    chunks = (r.rows + r.chunk - 1) // r.chunk
    r.room = (20 * r.experts + 8 * k + 16 * groups + 127) // 64 * 64
    r.scratch = <char*>malloc(threads * r.room)
    if r.scratch is NULL:
        raise MemoryError
    with nogil:
        parallel_for(route_chunk, &r, chunks, threads)
    free(r.scratch)
