# Routed experts: each token goes to a few of many feed-forward blocks, and the results are added by weights.
#
# A pair of a token and a place in its list of experts is a *slot*.  The slots are sorted by expert (a counting sort);
# each expert that has any is two products of its rows, the same products as those of a feed-forward block.  All of
# them are computed in one parallel region, from one queue of tasks:
#
#     (weight_on="input": rows of x times their weights, in sorted order)
#     first products of all experts      read rows of x by a list of indices, write hidden rows in sorted order
#     second products                    read those, write results in sorted order, in float32
#     sums                               of each token: its slots in order, weight * result, in float32
#
# A block that all tokens pass (the shared expert) is two products more, and its result is added last.  A row of a
# product does not depend on the other rows, and the sum has the order of the slots: so the bits of a token depend on
# that token only.

cdef enum:
    # Tasks for each thread in a phase, shared out among the experts by their work.  With a quarter of them the threads
    # waited for the one with the last expert.
    EXPERT_TASKS = 16
    SUM_COLUMNS = 512           # columns of a sum at a time
    MOST_EXPERT_PHASES = 4

ctypedef fused index:
    int32_t
    int64_t

cdef struct Routed:
    Call call                   # the first products of all experts, then the second ones; the shared block's are last
    Py_ssize_t tokens           # number of tokens
    Py_ssize_t slots            # number of slots of a token
    Py_ssize_t held             # number of slots whose expert is here
    Py_ssize_t columns          # out_features
    const float* weights        # the weight of each slot
    bint on_input               # whether rows of x are multiplied by the weights, instead of results
    Rows x                      # the rows of all tokens
    int32_t* starts             # for each expert the first of its sorted rows, and the end of the last one
    int32_t* row_of             # for each slot its sorted row; -1: the expert is not here
    int32_t* slot_of            # for each sorted row its slot
    int32_t* token_of           # for each sorted row its token
    char* scaled                # sorted rows of x times their weights
    float* results              # sorted rows of results
    float* shared               # results of the shared block, a row for each token; NULL: there is none
    Py_ssize_t result_step      # floats from a row of results to the next
    Output out                  # the sums
    Py_ssize_t phases           # number of phases
    Py_ssize_t[MOST_EXPERT_PHASES] counts       # number of tasks of each phase
    Py_ssize_t scale_tasks      # number of tasks that multiply rows of x by weights
    Py_ssize_t sum_tasks        # number of tasks that add results


cdef int sort_slots(Routed* r, const index* ids, Py_ssize_t first, Py_ssize_t experts) noexcept nogil:
    """Sort the slots by expert, those of an expert by token.  Return -1 if an id is negative."""
    cdef Py_ssize_t i, count = r.tokens * r.slots, e
    cdef int32_t total = 0, before
    for i in range(count):
        if ids[i] < 0:
            return -1
        e = <Py_ssize_t>ids[i] - first
        if 0 <= e < experts:
            r.starts[e] += 1
    for e in range(experts + 1):
        before = r.starts[e]
        r.starts[e] = total
        total += before
    r.held = total
    for i in range(count):
        e = <Py_ssize_t>ids[i] - first
        r.row_of[i] = -1
        if 0 <= e < experts:
            r.row_of[i] = r.starts[e]
            r.slot_of[r.starts[e]] = <int32_t>i
            r.token_of[r.starts[e]] = <int32_t>(i // r.slots)
            r.starts[e] += 1
    memmove(r.starts + 1, r.starts, experts * sizeof(int32_t))      # each had moved to the end of its expert's rows
    r.starts[0] = 0
    return 0


cdef void scale_rows(Routed* r, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    """Multiply sorted rows of x by the weights of their slots, rounded to the type of x."""
    cdef float[SPAN] values
    cdef Py_ssize_t row, start, count, i, size = itemsize(r.x.storage), depth = r.call.products[0].weights.depth
    cdef const char* x
    cdef float weight
    for row in range(first, last):
        x = r.x.data + r.token_of[row] * r.x.row_step
        weight = r.weights[r.slot_of[row]]
        start = 0
        while start < depth:
            count = smaller(SPAN, depth - start)
            gather(r.x.storage, FLOAT, x + start * r.x.column_step, r.x.column_step, count, <char*>values)
            for i in range(count):
                values[i] *= weight
            scatter(r.x.storage, FLOAT, <const char*>values, r.scaled + (row * depth + start) * size, size, count)
            start += SPAN


cdef void add_results(Routed* r, Py_ssize_t token, Py_ssize_t first, Py_ssize_t count) noexcept nogil:
    """Write some columns of the sum of a token."""
    cdef float[SUM_COLUMNS] sums
    cdef const float* results
    cdef Py_ssize_t slot, i, row, vectors = ceil_div(count, VF_LANES)
    cdef f32 weight
    memset(sums, 0, sizeof(sums))
    for slot in range(token * r.slots, (token + 1) * r.slots):
        row = r.row_of[slot]
        if row < 0:
            continue
        results = r.results + row * r.result_step + first
        weight = splat_f(1 if r.on_input else r.weights[slot])
        for i in range(vectors):
            store_f(sums + i * VF_LANES, mul_add_f(weight, load_f(results + i * VF_LANES), load_f(sums + i * VF_LANES)))
    if r.shared is not NULL:
        results = r.shared + token * r.result_step + first
        for i in range(vectors):
            store_f(sums + i * VF_LANES, load_f(sums + i * VF_LANES) + load_f(results + i * VF_LANES))
    scatter(r.out.storage, FLOAT, <const char*>sums, r.out.data + token * r.out.row_step + first * r.out.column_step,
            r.out.column_step, count)


cdef void experts_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    """Do one task of any phase."""
    cdef Routed* r = <Routed*>context
    cdef Py_ssize_t products, blocks, unit, column
    if index < r.scale_tasks:
        scale_rows(r, share(r.held, r.scale_tasks, index), share(r.held, r.scale_tasks, index + 1))
        return
    index -= r.scale_tasks
    products = r.counts[r.phases - 3] + r.counts[r.phases - 2]
    if index < products:
        multiply_task(&r.call, index, thread)
        return
    index -= products
    blocks = ceil_div(r.columns, SUM_COLUMNS)
    for unit in range(share(r.tokens * blocks, r.sum_tasks, index), share(r.tokens * blocks, r.sum_tasks, index + 1)):
        column = unit % blocks * SUM_COLUMNS
        add_results(r, unit // blocks, column, smaller(SUM_COLUMNS, r.columns - column))


cdef void plan_experts(Routed* r, Py_ssize_t most_threads) noexcept nogil:
    """Divide all products: those of a phase get tasks by their share of the work."""
    cdef Call* call = &r.call
    cdef Py_ssize_t phase, i, next_task = 0, first, last, total, threads, tasks, work, blocks, before, size = 0
    cdef Product* p
    call.threads, call.room_bytes = 1, 0
    for i in range(call.count):
        size += weight_bytes(&call.products[i])
    r.phases = 0
    if r.on_input:
        r.scale_tasks = smaller(r.held, most_threads * MOST_TASKS)
        r.counts[0] = r.scale_tasks
        r.phases = 1
    for phase in range(2):
        first, last, total, before = phase * call.count // 2, (phase + 1) * call.count // 2, 0, next_task
        for i in range(first, last):
            total += work_of(&call.products[i])
        threads = threads_for(total, most_threads)
        tasks = threads * EXPERT_TASKS if threads > 1 else 1
        for i in range(first, last):
            p = &call.products[i]
            p.schedule.tasks, p.schedule.from_memory = 0, size > MANY_BYTES
            if p.weights.columns:
                work = work_of(p)
                divide_any(p, larger(1, <Py_ssize_t>(<double>threads * work / total)),
                           larger(1, <Py_ssize_t>(<double>tasks * work / total + 0.5)))
                call.room_bytes = larger(call.room_bytes, CACHE_LINE + p.schedule.room_bytes)
            call.tasks[i] = p.schedule.tasks
            call.first_task[i] = next_task
            next_task += p.schedule.tasks
        r.counts[r.phases] = next_task - before
        r.phases += 1
        call.threads = larger(call.threads, threads)
    blocks = r.tokens * ceil_div(r.columns, SUM_COLUMNS)
    r.sum_tasks = smaller(blocks, call.threads * MOST_TASKS if call.threads > 1 else 1)
    r.counts[r.phases] = r.sum_tasks
    r.phases += 1


cdef inline Py_ssize_t in_lines(Py_ssize_t size) noexcept nogil:
    """Bytes, in whole cache lines."""
    return ceil_div(size, CACHE_LINE) * CACHE_LINE


cdef Py_ssize_t rows_bytes(const Call* call, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    """Bytes of the hidden rows between the products of these numbers and their second products."""
    cdef Py_ssize_t i, total = 0
    for i in range(first, last):
        total += call.products[i].x.count * call.products[i + call.count // 2].x.row_step
    return in_lines(total)


cdef int execute_experts(Routed* r, Py_ssize_t experts) except -1:
    """Take the room of a call, give every product its part of it and run all tasks."""
    cdef Call* call = &r.call
    cdef Py_ssize_t i, half = call.count // 2, at = call.threads * call.room_bytes
    cdef Py_ssize_t hidden = at, scaled, results, shared, rows = 0
    cdef Product* p
    cdef char* room
    cdef char* to
    scaled = hidden + rows_bytes(call, 0, half)
    results = scaled + (in_lines(r.held * call.products[0].x.row_step) if r.on_input and half else 0)
    shared = results + r.held * r.result_step * <Py_ssize_t>sizeof(float)
    room = call.room = <char*>take_room(
        shared + (r.tokens * r.result_step * <Py_ssize_t>sizeof(float) if half > experts else 0))
    if room is NULL:
        raise MemoryError
    for i in range(call.threads):
        (<Held*>(room + i * call.room_bytes)).product = NULL
    r.scaled, r.results = room + scaled, <float*>(room + results)
    r.shared = <float*>(room + shared) if half > experts else NULL
    to = room + hidden
    for i in range(half):
        p = &call.products[i]
        if i < experts and r.on_input:
            p.x.data = r.scaled + rows * p.x.row_step
        p.out.data = to
        p[half].x.data = to
        to += p.x.count * p[half].x.row_step
        p[half].out.data = <char*>(r.results + rows * r.result_step if i < experts else r.shared)
        rows += p.x.count
    with nogil:
        parallel_phases(experts_task, r, r.counts, r.phases, <int>call.threads)
    give_room(room)
    return 0


cdef class Step:
    """One product of a block: the packed weights of every expert, and the activation.

    Parameters
    ----------
    packed : list of (Packed or PackedCodes)
    kernels, parameters
        As in `run`.
    """
    cdef list packed
    cdef object kernels, parameters

    def __init__(self, list packed, kernels, parameters):
        self.packed, self.kernels, self.parameters = packed, kernels, parameters


cdef int describe_pair(
    Product* first, Py_ssize_t half, Step up, Step down, Py_ssize_t number, const Rows* x, bint fast, bint sparse,
    Py_ssize_t result_step,
) except -1:
    """Fill in both products of a block, but for the number of rows and where hidden rows and results are."""
    cdef Product* second = first + half
    cdef AnyPacked one = up.packed[number], two = down.packed[number]
    if one.in_features != (<AnyPacked>up.packed[0]).in_features or one.out_features != two.in_features \
            or two.out_features != (<AnyPacked>down.packed[0]).out_features:
        raise ValueError("the weights of the experts do not fit together")
    first.x = x[0]
    first.out.storage = storage_between(two, x.storage, fast)
    first.out.column_step = itemsize(first.out.storage)
    first.out.row_step = one.out_features * first.out.column_step
    describe_activation(&first.activation, one, up.kernels, up.parameters, first.out.storage)
    describe_product(first, one, fast)
    second.x.storage, second.x.column_step, second.x.row_step = first.out.storage, first.out.column_step, first.out.row_step
    second.out.storage, second.out.column_step, second.out.row_step = FLOAT, 4, result_step * 4
    describe_activation(&second.activation, two, down.kernels, down.parameters, FLOAT)
    describe_product(second, two, fast)
    second.sparse = sparse and two.finite
    return 0


def run_experts(
    Step up, Step down, shared, cnp.ndarray x, str x_dtype, cnp.ndarray ids, Py_ssize_t first_expert,
    const float[:, ::1] weights, bint on_input, cnp.ndarray out, str out_dtype, bint fast=False, bint sparse=False,
    bint shared_sparse=False,
):
    """Compute the weighted sum of the experts' results for every row of x.

    Parameters
    ----------
    up, down : Step
        The first and the second product of every expert.
    shared : None or (Step, Step)
        The same of a block of all rows, whose results are added.
    x, x_dtype, out, out_dtype, fast
        As in `run`.
    ids : int32 or int64 ndarray, shape (rows, slots), contiguous
        The experts of each row.  Those before `first_expert`, and after as many as there are here, are left out.
    first_expert : int
        The id of the first expert.
    weights : float32 ndarray, shape (rows, slots)
    sparse, shared_sparse : bool
        As in `run`, of the experts and of the block of all rows.
    on_input : bool
        Whether x is multiplied by the weights instead of the results.

    Raises
    ------
    ValueError
        If an id is negative; then nothing has been written.
    MemoryError
        If there is not enough memory; then nothing has been written.
    """
    cdef Routed r
    cdef Py_ssize_t experts = len(up.packed), slots, e, active = 0, half, count, position
    cdef int32_t* numbers
    cdef int found
    cdef Product* p
    memset(&r, 0, sizeof(r))
    r.tokens, r.slots = cnp.PyArray_DIM(ids, 0), cnp.PyArray_DIM(ids, 1)
    slots = r.tokens * r.slots
    r.columns = (<AnyPacked>down.packed[0]).out_features
    if (cnp.PyArray_DIM(x, 0) != r.tokens or cnp.PyArray_DIM(out, 0) != r.tokens or weights.shape[0] != r.tokens
            or weights.shape[1] != r.slots or cnp.PyArray_DIM(x, 1) != (<AnyPacked>up.packed[0]).in_features
            or cnp.PyArray_DIM(out, 1) != r.columns or slots > 0x7fffffff or not cnp.PyArray_IS_C_CONTIGUOUS(ids)):
        raise ValueError("x, ids, weights, out and the experts do not fit together")
    r.weights = &weights[0, 0] if slots else NULL
    r.on_input = on_input
    r.result_step = ceil_div(r.columns, LINE) * LINE
    describe_rows(&r.x, x, STORAGES[x_dtype])
    r.x.chosen = NULL
    describe_output(&r.out, out, STORAGES[out_dtype])
    numbers = <int32_t*>PyMem_Calloc(3 * slots + experts + 1, sizeof(int32_t))
    if numbers is NULL:
        raise MemoryError
    r.starts, r.row_of = numbers, numbers + experts + 1
    r.slot_of, r.token_of = r.row_of + slots, r.row_of + 2 * slots
    try:
        if cnp.PyArray_ITEMSIZE(ids) == 4:
            found = sort_slots(&r, <const int32_t*>cnp.PyArray_DATA(ids), first_expert, experts)
        else:
            found = sort_slots(&r, <const int64_t*>cnp.PyArray_DATA(ids), first_expert, experts)
        if found < 0:
            raise ValueError("ids must not be negative")
        if cnp.PyArray_SIZE(out) == 0:
            return
        for e in range(experts):
            active += r.starts[e + 1] > r.starts[e]
        half = active + (shared is not None)
        r.call.count = 2 * half
        take_products(&r.call)
        position = 0
        for e in range(experts):
            count = r.starts[e + 1] - r.starts[e]
            if count == 0:
                continue
            p = &r.call.products[position]
            describe_pair(p, half, up, down, e, &r.x, fast, sparse, r.result_step)
            p.x.count = p[half].x.count = count
            if on_input:
                p.x.column_step = itemsize(p.x.storage)
                p.x.row_step = p.weights.depth * p.x.column_step
            else:
                p.x.chosen = r.token_of + r.starts[e]
            position += 1
        if shared is not None:
            p = &r.call.products[position]
            describe_pair(p, half, shared[0], shared[1], 0, &r.x, fast, shared_sparse, r.result_step)
            p[half].x.count = r.tokens
        plan_experts(&r, num_threads())
        execute_experts(&r, active)
    finally:
        PyMem_Free(r.call.products)
        PyMem_Free(numbers)
