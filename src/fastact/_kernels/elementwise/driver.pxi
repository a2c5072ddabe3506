# The driver: cuts a call of any strides, length and storage type into blocks.

cdef enum:
    BUFFERS = 24576     # bytes of buffers for all operands together, in L1
    ALIGN_FROM = 512    # number of elements from which aligned stores save more time than a padded vector costs


cdef extern from *:
    """
    typedef struct { char bytes[24576]; } ALIGNED_TO_LINE buffers_t;
    """
    ctypedef struct buffers_t:
        char[BUFFERS] bytes


cdef struct Scratch:    # the memory of one call; test_a_small_stack bounds its size
    buffers_t buffers
    Queue queue
    char[4][64] parameters      # one vector for each parameter, if the parameters are UNIFORM


# How an operand reaches the block.
cdef enum:
    DIRECT      # it is contiguous and of the lanes' type, and is read or written where it lies
    BUFFERED    # it is copied through a buffer in L1
    CONSTANT    # it is a broadcast input, and one full buffer serves all blocks
    ONE_VECTOR  # it is a parameter, and all parameters are UNIFORM


cdef inline Py_ssize_t block_size(const Kernel* kernel) noexcept nogil:
    """Number of elements that are buffered at a time.

    It is as large as the buffers allow, because a block may compute a few elements separately at its end
    (by_table(), settle()).  It is a number of whole cache lines in every type.
    """
    return BUFFERS // (kernel.nargs * itemsize(kernel.lanes)) & ~63


include "settle.pxi"


cdef extern from *:
    """
    /* Whether each of n numbers, or its absolute value, is within [least, most].  The loops have no branches, so
     * that the compiler vectorises them. */
    static inline int all_within(const float *p, ptrdiff_t n, float least, float most, int either_sign) {
        int beyond = 0;
        if (either_sign)
            for (ptrdiff_t i = 0; i < n; i++) beyond |= !(fabsf(p[i]) >= least) | !(fabsf(p[i]) <= most);
        else
            for (ptrdiff_t i = 0; i < n; i++) beyond |= !(p[i] >= least) | !(p[i] <= most);
        return !beyond;
    }
    """
    bint all_within(const float* p, Py_ssize_t n, float least, float most, bint either_sign) nogil


cdef void run_beyond(const Kernel* kernel, int role, char** args, Py_ssize_t n, Queue* queue) noexcept nogil:
    """Run the block one vector at a time; double lanes compute the elements whose parameter the block cannot take."""
    cdef float values[MAX_ARGS][16]
    cdef char* vector_args[MAX_ARGS]
    cdef Py_ssize_t i = 0, same = parameters_index(&role)
    cdef unsigned int mask
    cdef int j, k
    for j in range(kernel.nargs):
        vector_args[j] = <char*>values[j]
    while i < n:
        mask = 0
        for j in range(kernel.nin):
            for k in range(VF_LANES):
                values[j][k] = (<float*>args[j])[(i & same if j == kernel.nin - 1 else i) + k]
        for k in range(VF_LANES):
            mask |= <unsigned int>(
                not all_within(&values[kernel.nin - 1][k], 1, kernel.least, kernel.most, kernel.either_sign)) << k
        kernel.block(queue, NULL, role, vector_args, VF_LANES)
        flush(queue)
        if mask:
            in_doubles(kernel.beyond, role, kernel.nin, kernel.nargs - kernel.nin, vector_args, 0, mask)
        for j in range(kernel.nin, kernel.nargs):
            for k in range(VF_LANES):
                (<float*>args[j])[i + k] = values[j][k]
        i += VF_LANES


cdef inline void run_queued(const Kernel* kernel, int role, char** args, Py_ssize_t n, Queue* queue) noexcept nogil:
    """Run the block over n elements, a multiple of the number of lanes; some may stay in the queue."""
    if kernel.beyond != NULL and not all_within(
            <const float*>args[kernel.nin - 1], 1 if role & UNIFORM else n, kernel.least, kernel.most, kernel.either_sign):
        flush(queue)        # its outputs are others
        if kernel.beyond == <block_t>correct_block:     # it takes every parameter, and chooses by element what is doubtful
            correct_block(queue, NULL, role, args, n)
            return
        run_beyond(kernel, role, args, n, queue)
    else:
        kernel.block(queue, NULL, role, args, n)


cdef inline void run(const Kernel* kernel, int role, char** args, Py_ssize_t n, Queue* queue) noexcept nogil:
    """Run the block over n elements; n is a multiple of the number of lanes."""
    run_queued(kernel, role, args, n, queue)
    if queue.count:
        flush(queue)


cdef inline Py_ssize_t one_block(
    const Kernel* kernel, char** args, const Py_ssize_t* steps, const int* way,
    Py_ssize_t start, Py_ssize_t n, Py_ssize_t padded, Scratch* scratch,
    bint settle_everything=False,
) noexcept nogil:
    """Compute elements start .. start + n by the block, or all of them by settle(); return the result of settle()."""
    cdef char* block_args[MAX_ARGS]
    cdef buffers_t* buffers = &scratch.buffers
    cdef Py_ssize_t size = block_size(kernel) * itemsize(kernel.lanes), settled = 0
    cdef int j, role = kernel.role
    for j in range(kernel.nargs):
        if way[j] == DIRECT and padded == n:
            block_args[j] = args[j] + start * steps[j]
            continue
        if way[j] == ONE_VECTOR:
            block_args[j] = <char*>scratch.parameters[kernel.nin - 1 - j]
            role = kernel.role | UNIFORM
            continue
        block_args[j] = &buffers.bytes[j * size]
        if j < kernel.nin and way[j] != CONSTANT:
            gather(kernel.storage, kernel.lanes, args[j] + start * steps[j], steps[j], n, block_args[j])
            pad(block_args[j], kernel.lanes, n, padded, 1)      # no formula is slow at 1
    if settle_everything:
        settled = settle(kernel, args, steps, way, start, n, block_args, &scratch.queue, True)
    else:
        run(kernel, role, block_args, padded, &scratch.queue)
        for j in range(kernel.nin, kernel.nargs):
            if block_args[j] == &buffers.bytes[j * size]:
                scatter(kernel.storage, kernel.lanes, block_args[j], args[j] + start * steps[j], steps[j], n)
        if kernel.settle != NULL:
            settled = settle(kernel, args, steps, way, start, n, block_args, &scratch.queue, False)
    if kernel.unsigned_zeros:
        unsigned_zeros(kernel, args, steps, start, n)
    return settled


# Size of a result in bytes from which stores bypass the caches: an ordinary store into memory that is in no
# cache reads the cache line first, which is useless here.  _runtime/dispatch.py sets it.
cdef Py_ssize_t stream_from = 1 << 62
cdef bint stream_cheap_only = False


def set_stream_from(Py_ssize_t nbytes, bint cheap_only=False):
    """With cheap_only a piece is streamed as soon as it is computed, and only kernels do so that are `cheap`."""
    global stream_from, stream_cheap_only
    stream_from, stream_cheap_only = nbytes, cheap_only


cdef bint apart(const Kernel* kernel, char** args, Py_ssize_t offset) noexcept nogil:
    """Whether every result begins at a cache line and no result is written in place.

    A call in place has just read the memory that it writes, so this memory is already in the cache.
    """
    cdef int i, j
    for j in range(kernel.nin, kernel.nargs):
        if (<Py_ssize_t>args[j] + offset) & 63:
            return False
        for i in range(kernel.nin):
            if args[i] == args[j]:
                return False
    return True


# Results are collected in L1 before they are streamed.  While streaming stores are under way, loads from
# tables stall if their addresses are equal modulo a page: with stores straight from the loop the exact silu
# ran at a third of the speed.  A ring of two halves serves each result: while one half is computed, the other one is
# streamed, a piece after each piece that is computed.  The queue of elements beyond a table is flushed at the end of a
# half only, because it is short after one piece.
cdef enum:
    STREAM_BYTES = 1024     # bytes of each result that are computed, and streamed, at a time
    STREAM_AHEAD = 4096     # distance in bytes of the prefetch: the CPU itself prefetches only within what is read
    RING = 16384            # bytes of the rings of all results together


cdef Py_ssize_t apply_streaming(
    const Kernel* kernel, int role, char** args, const int* way, Py_ssize_t start, Py_ssize_t end, Scratch* scratch
) noexcept nogil:
    """Compute elements start .. end, in whole vectors; inputs are read where they lie, results are collected in L1."""
    cdef char* block_args[MAX_ARGS]
    cdef char* ring = scratch.buffers.bytes
    cdef Py_ssize_t size = itemsize(kernel.storage), bytes = RING // (kernel.nargs - kernel.nin), count
    cdef Py_ssize_t half = bytes // 2 // size       # elements
    cdef Py_ssize_t first = start, finished = start, streamed = start
    cdef int j, k
    while streamed < end:
        if start < end:
            count = min_size(STREAM_BYTES // size, end - start)
            for j in range(kernel.nin):
                if way[j] == ONE_VECTOR:
                    block_args[j] = <char*>scratch.parameters[kernel.nin - 1 - j]
                    continue
                block_args[j] = args[j] + start * size
                for k in range(0, STREAM_BYTES, 64):
                    prefetch(block_args[j] + STREAM_AHEAD + k)
            for j in range(kernel.nin, kernel.nargs):
                block_args[j] = ring + (j - kernel.nin) * bytes + (start - first) % (2 * half) * size
            run_queued(kernel, role, block_args, count, &scratch.queue)
            start += count
        if streamed < finished:
            count = min_size(STREAM_BYTES // size, finished - streamed)
            for j in range(kernel.nin, kernel.nargs):
                stream(args[j] + streamed * size, ring + (j - kernel.nin) * bytes + (streamed - first) % (2 * half) * size, count * size)
            streamed += count
        if (start - first) % half == 0 or start == end:
            flush(&scratch.queue)
            finished = start
    stream_end()
    return start


cdef Py_ssize_t apply_streaming_at_once(
    const Kernel* kernel, int role, char** args, const int* way, Py_ssize_t start, Py_ssize_t end, Scratch* scratch
) noexcept nogil:
    """The same as apply_streaming(), without a ring and prefetches; the queue is flushed after each piece."""
    cdef char* block_args[MAX_ARGS]
    cdef Py_ssize_t size = itemsize(kernel.storage), count
    cdef int j
    while start < end:
        count = min_size(STREAM_BYTES // size, end - start)
        for j in range(kernel.nargs):
            if j >= kernel.nin:
                block_args[j] = scratch.buffers.bytes + (j - kernel.nin) * STREAM_BYTES
            elif way[j] == ONE_VECTOR:
                block_args[j] = <char*>scratch.parameters[kernel.nin - 1 - j]
            else:
                block_args[j] = args[j] + start * size
        run(kernel, role, block_args, count, &scratch.queue)
        for j in range(kernel.nin, kernel.nargs):
            stream(args[j] + start * size, block_args[j], count * size)
        start += count
    stream_end()
    return start


cdef void apply(const Kernel* kernel, char** args, const Py_ssize_t* steps, Py_ssize_t n) noexcept nogil:
    cdef Scratch scratch
    cdef buffers_t* buffers = &scratch.buffers
    cdef int way[MAX_ARGS]
    cdef char* block_args[MAX_ARGS]
    cdef Py_ssize_t vector = VF_LANES if kernel.lanes == FLOAT else VD_LANES
    cdef Py_ssize_t start = 0, whole, count, size = itemsize(kernel.storage), block = block_size(kernel)
    cdef bint all_direct = True, uniform = kernel.parameters > 0
    cdef int j, role
    scratch.queue.kernel = kernel
    scratch.queue.count = scratch.queue.heat = scratch.queue.patience = 0
    scratch.queue.way = SELDOM
    for j in range(kernel.nin - kernel.parameters, kernel.nin):
        uniform = uniform and steps[j] == 0
    role = kernel.role | UNIFORM if uniform else kernel.role
    way[kernel.nin] = BUFFERED      # avoids a warning: the compiler does not know that nargs > nin
    for j in range(kernel.nargs):
        way[j] = DIRECT if steps[j] == size and kernel.storage == kernel.lanes else BUFFERED
        if uniform and kernel.nin - kernel.parameters <= j < kernel.nin:
            way[j] = ONE_VECTOR
            gather(kernel.storage, kernel.lanes, args[j], 0, vector, <char*>scratch.parameters[kernel.nin - 1 - j])
            continue
        if steps[j] == 0 and j < kernel.nin:
            way[j] = CONSTANT
            count = (min_size(n, block) + vector - 1) // vector * vector
            gather(kernel.storage, kernel.lanes, args[j], 0, count, &buffers.bytes[j * block * itemsize(kernel.lanes)])
        all_direct = all_direct and way[j] == DIRECT
    if n >= ALIGN_FROM and way[kernel.nin] == DIRECT:
        # NumPy's large arrays begin 16 bytes into a cache line, so every wide store would straddle two
        # lines.  The first elements, up to the end of the line, are computed separately.
        count = (-<Py_ssize_t>args[kernel.nin] & 63) // size
        if 0 < count < vector:
            one_block(kernel, args, steps, way, 0, count, vector, &scratch)
            start = count
    whole = (n - start) // vector * vector
    if all_direct and n * size >= stream_from and (kernel.cheap or not stream_cheap_only) and apart(kernel, args, start * size):
        if stream_cheap_only:
            start = apply_streaming_at_once(kernel, role, args, way, start, start + whole, &scratch)
        else:
            start = apply_streaming(kernel, role, args, way, start, start + whole, &scratch)
    elif all_direct and whole > 0:
        for j in range(kernel.nargs):
            block_args[j] = <char*>scratch.parameters[kernel.nin - 1 - j] if way[j] == ONE_VECTOR else args[j] + start * steps[j]
        run(kernel, role, block_args, whole, &scratch.queue)
        start += whole
    # Where most elements are doubtful (subnormals, tails), running the block first wastes time.  A sample of the
    # elements decides whether the next ones skip the block.  The bits are the same in both cases.
    cdef bint sample = kernel.settle != NULL and n > 4 * SETTLED, hopeless = False
    cdef Py_ssize_t doubtful
    while n - start >= vector:
        count = min_size(SETTLED if sample else block, (n - start) // vector * vector)
        doubtful = one_block(kernel, args, steps, way, start, count, count, &scratch, hopeless)
        start += count
        if sample:
            sample, hopeless = False, 4 * doubtful > count
        elif kernel.settle != NULL:
            sample, hopeless = 4 * doubtful > count, False
    if start < n:
        one_block(kernel, args, steps, way, start, n - start, vector, &scratch)


cdef struct Call:
    const Kernel* kernel
    char** args
    const Py_ssize_t* steps
    Py_ssize_t n
    Py_ssize_t chunk


cdef void run_chunk(void* context, Py_ssize_t index, int thread) noexcept nogil:
    cdef Call* call = <Call*>context
    cdef char* args[MAX_ARGS]
    cdef Py_ssize_t start = index * call.chunk
    cdef int j
    for j in range(call.kernel.nargs):
        args[j] = call.args[j] + start * call.steps[j]
    call.kernel.apply(call.kernel, args, call.steps, min_size(call.chunk, call.n - start))


cdef void ufunc_loop(char** args, const cnp.npy_intp* dimensions, const cnp.npy_intp* steps, void* data) noexcept nogil:
    cdef Call call
    cdef int threads = 1
    cdef Py_ssize_t tasks
    call.kernel = <const Kernel*>data
    call.args = args
    call.steps = <const Py_ssize_t*>steps
    call.n = dimensions[0]
    call.chunk = call.n
    if call.n >= call.kernel.parallel_from:
        threads = num_threads()
        # No chunk is too small to be streamed.
        tasks = call.n * itemsize(call.kernel.storage) // stream_from // threads
        tasks = threads * (min_size(tasks, MOST_TASKS) if tasks else MOST_TASKS)
        # The output of each chunk is a number of whole cache lines in every type.
        call.chunk = (call.n + tasks - 1) // tasks + 63 & ~63
    if call.n > 0:
        parallel_for(run_chunk, &call, (call.n + call.chunk - 1) // call.chunk, threads)
