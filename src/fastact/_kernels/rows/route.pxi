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


cdef inline int64_t place_of(float value, Py_ssize_t index) noexcept nogil:
    """A number that is larger for larger values, then for smaller indices.  NaN is the smallest value, -0 equals 0."""
    cdef int32_t bits
    value += <float>0
    memcpy(&bits, &value, 4)
    bits ^= (bits >> 31) & 0x7fffffff
    if value != value:
        bits = <int32_t>(-0x7fffffff - 1)
    return (<int64_t>bits << 32) + (0x7fffffff - index)


cdef inline Py_ssize_t index_of(int64_t place) noexcept nogil:
    return 0x7fffffff - (place & 0x7fffffff)


cdef inline void insert(int64_t place, int64_t* best, Py_ssize_t count) noexcept nogil:
    """Put a place into a descending list, and the last one out."""
    cdef Py_ssize_t i = count - 1
    while i > 0 and best[i - 1] < place:
        best[i] = best[i - 1]
        i -= 1
    best[i] = place


cdef void take_best(const float* values, Py_ssize_t first, Py_ssize_t last, int64_t* best, Py_ssize_t count) noexcept nogil:
    """Put the best of these entries into a descending list that may have others."""
    cdef Py_ssize_t i
    cdef int64_t place
    for i in range(first, last):
        place = place_of(values[i], i)
        if place > best[count - 1]:
            insert(place, best, count)


cdef inline void begin_list(int64_t* best, Py_ssize_t count) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(count):
        best[i] = INT64_MIN


cdef inline bint row_has_nan(const float* x, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    cdef bint found = False
    for i in range(n):
        found |= x[i] != x[i]
    return found


cdef void softmax_of_floats(const float* x, float* y, double* wide, Py_ssize_t n) noexcept nogil:
    """The exact softmax, as the gufunc computes it."""
    cdef const Kernel* kernel = &KERNELS[0][0][FLOAT]
    if kernel.lanes == FLOAT:
        kernel.row(NULL, NULL, <const char*>x, NULL, <char*>y, n, 1, NULL)
        return
    gather(FLOAT, DOUBLE, <const char*>x, 4, n, <char*>wide)
    kernel.row(NULL, NULL, <const char*>wide, NULL, <char*>wide, n, 1, NULL)
    scatter(FLOAT, DOUBLE, <const char*>wide, <char*>y, 4, n)


cdef void route_row(const Router* r, Py_ssize_t row, char* scratch) noexcept nogil:
    cdef double* wide = <double*>scratch
    cdef int64_t* best = <int64_t*>(wide + r.experts)
    cdef int64_t* best_groups = best + r.k
    cdef float* scores = <float*>(best_groups + r.groups)
    cdef float* choice = scores + r.experts
    cdef float* group_scores = choice + r.experts
    cdef const float* x = r.logits + row * r.experts
    cdef const float* chosen_by = scores
    cdef int32_t* ids = r.ids + row * r.k
    cdef float* weights = r.weights + row * r.k
    cdef Py_ssize_t i, j, group, size = r.experts // r.groups
    cdef char* arguments[2]
    cdef Py_ssize_t[2] steps = [sizeof(float), sizeof(float)]
    cdef int64_t[2] two
    cdef double total = 0
    # Softmax orders entries as the logits do.  So the logits choose, which are not rounded.  If the weights are to be
    # normalised, the softmax of the chosen ones is all that is needed.
    cdef bint by_logits = r.by_softmax and r.bias is NULL and r.groups == 1
    cdef bint of_chosen = by_logits and r.normalize and r.eps == 0
    if by_logits:
        chosen_by = x
    if not r.by_softmax:
        arguments[0], arguments[1] = <char*>x, <char*>scores
        r.score.apply(r.score, arguments, steps, r.experts)
    elif not of_chosen:
        softmax_of_floats(x, scores, wide, r.experts)
    if r.bias is not NULL:
        for i in range(r.experts):
            choice[i] = scores[i] + r.bias[i]
        chosen_by = choice
    begin_list(best, r.k)
    if r.groups == 1:
        take_best(chosen_by, 0, r.experts, best, r.k)
    else:
        for group in range(r.groups):
            begin_list(two, 2)
            take_best(chosen_by, group * size, (group + 1) * size, two, 2)
            group_scores[group] = chosen_by[index_of(two[0])]
            if r.by_two:
                group_scores[group] += chosen_by[index_of(two[1])]
        begin_list(best_groups, r.top_groups)
        take_best(group_scores, 0, r.groups, best_groups, r.top_groups)
        for j in range(r.top_groups):
            group = index_of(best_groups[j])
            take_best(chosen_by, group * size, (group + 1) * size, best, r.k)
    for j in range(r.k):
        ids[j] = <int32_t>index_of(best[j])
        weights[j] = x[ids[j]] if of_chosen else scores[ids[j]]
    if of_chosen:
        softmax_of_floats(weights, weights, wide, r.k)
        total = NAN if row_has_nan(x, r.experts) else r.scale       # as the softmax of the whole row
        for j in range(r.k):
            weights[j] = <float>(weights[j] * total)
        return
    for j in range(r.k):
        total += weights[j]
    for j in range(r.k):
        weights[j] = <float>(weights[j] * r.scale / (total + r.eps) if r.normalize else weights[j] * r.scale)


cdef void route_chunk(void* context, Py_ssize_t index, int thread) noexcept nogil:
    """Route the rows of one task."""
    cdef const Router* r = <const Router*>context
    cdef Py_ssize_t row
    for row in range(index * r.chunk, min_size(r.rows, (index + 1) * r.chunk)):
        route_row(r, row, r.scratch + thread * r.room)


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
    r.room = (16 * r.experts + 8 * k + 12 * groups + 64) // 64 * 64 + 64
    r.scratch = <char*>malloc(threads * r.room)
    if r.scratch is NULL:
        raise MemoryError
    with nogil:
        parallel_for(route_chunk, &r, chunks, threads)
    free(r.scratch)
