# The schedule: it divides products into blocks and tasks for the threads, and finds the block of a task by its
# number.

cdef extern from "room.h" nogil:
    void* take_room(size_t size)
    void give_room(void* p)

cdef enum:
    # Bytes of the packed rows of a block, and the largest number of k in a block of the depth.  L2 holds the
    # packed rows, a panel (256 KB at a depth of 2048) and the next panel.  If a block had more rows of a small
    # depth, the results would not fit: 640 rows with K = 384 ran at 0.95 of this speed.  If the rows do not fit
    # at the full depth, methods without AMX take twice as many rows at half the depth.  Then the weights come
    # from memory less often: 1.03 to 1.07 times as fast (512 rows, K = 4096 and 14336, 235 MB of weights).
    BLOCK_BYTES = 1 << 20
    BLOCK_DEPTH = 2048
    BLOCK_ROWS = 256            # largest number of rows of a block without AMX

    # Largest size in bytes of the sums of a task, if the depth has several blocks.  Without this limit the sums
    # of all columns went to memory and back.  With it 512 rows of bfloat16 by K = 4096, 66 MB, two threads are
    # 1.05 times as fast.
    SUMS_BYTES = 1 << 20

    # Number of multiply-adds for which one more thread saves time: some 25 microseconds of work, five times the
    # time to wake the thread.  Loading a weight from L2 or L3 takes as long as multiplying it by STREAM_ROWS rows.
    THREAD_WORK = 1 << 21
    STREAM_ROWS = 8

    # Bytes of the weights of a call from which they are taken to come from memory.
    MANY_BYTES = 1 << 24

# A sequence of products; the input of each is the result of the one before.
cdef struct Call:
    Py_ssize_t count            # number of products
    bint beside                 # they all multiply the same x instead, in one phase
    Product* products           # the products
    Py_ssize_t* tasks           # number of tasks of each product
    Py_ssize_t* first_task      # number of the first task of each product; all tasks are numbered consecutively
    Py_ssize_t threads          # number of threads
    char* room                  # for each thread in turn: a Held, packed rows, sums; then the hidden results
    Py_ssize_t room_bytes       # bytes of the room of one thread

# The rows that a thread has packed last: its next task may need the same ones.
cdef struct Held:
    const Product* product      # the product whose rows they are; NULL: there are none
    Py_ssize_t first_tile       # index of their first tile


cdef inline const Product* product_of(const Call* call, Py_ssize_t task) noexcept nogil:
    """The product that a task belongs to: the last one whose first task is not after it."""
    cdef Py_ssize_t low = 0, high = call.count, middle
    while high - low > 1:
        middle = (low + high) // 2
        if call.first_task[middle] <= task:
            low = middle
        else:
            high = middle
    return &call.products[low]


cdef inline bint same_rows(const Product* p, const Product* other) noexcept nogil:
    """Whether the blocks of two products have the same packed rows: those of products beside each other often do."""
    return (other is p or other is not NULL and other.x.data is p.x.data and other.x.chosen is p.x.chosen
            and other.x.count == p.x.count and other.method.kind == p.method.kind
            and other.schedule.tiles == p.schedule.tiles and other.schedule.row_blocks == p.schedule.row_blocks
            and other.schedule.block_depth == p.schedule.block_depth)


cdef void multiply_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    """Compute a block of rows by some panels, of one product."""
    cdef const Call* call = <const Call*>context
    cdef const Product* p = product_of(call, index)
    cdef const Schedule* schedule = &p.schedule
    cdef Held* held = <Held*>(call.room + thread * call.room_bytes)
    cdef char* packed = <char*>held + CACHE_LINE
    cdef float* sums
    cdef Active* active = NULL
    cdef Py_ssize_t row_block, column_block, first_tile, last_tile, first_panel, last_panel, groups
    cdef bint coded = p.method.kind >= CODES
    index -= call.first_task[p - call.products]
    groups = ceil_div(p.weights.panels, schedule.streams)
    row_block, column_block = index // schedule.column_blocks, index % schedule.column_blocks
    first_tile = share(schedule.tiles, schedule.row_blocks, row_block)
    last_tile = share(schedule.tiles, schedule.row_blocks, row_block + 1)
    if not same_rows(p, held.product) or held.first_tile != first_tile:
        held.product, held.first_tile = p, first_tile
        if coded:
            pack_coded_block(p, first_tile, last_tile, packed)
        else:
            pack_block(p, first_tile, last_tile, packed)
        if skips(p):
            find_active(p, packed, packed + schedule.packed_bytes + schedule.sums_bytes)
    first_panel = share(groups, schedule.column_blocks, column_block) * schedule.streams
    last_panel = smaller(p.weights.panels, share(groups, schedule.column_blocks, column_block + 1) * schedule.streams)
    sums = <float*>(packed + schedule.packed_bytes)
    if skips(p):
        active = <Active*>(packed + schedule.packed_bytes + schedule.sums_bytes)
        if active.count < 0:
            active = NULL
    if p.chosen.columns is not NULL:
        multiply_chosen(p, first_tile, last_tile, first_panel, last_panel, packed, sums,
                        packed + schedule.packed_bytes + schedule.sums_bytes)
    elif coded:
        multiply_codes(p, first_tile, last_tile, first_panel, last_panel, packed, sums, active)
    else:
        multiply_block(p, first_tile, last_tile, first_panel, last_panel, packed, sums, active)


cdef Py_ssize_t most_streams(const Product* p) noexcept nogil:
    """Number of panels that a single tile takes at a time.

    With few rows and one panel each multiply-add waits for the one before in the same chain of sums; two panels hide this
    wait: from L2 or L3 they are up to 1.12 times as fast as one.  Memory is slower than that, and a single stream of it is
    prefetched best: one row of 2048 x 5632, eight such layers in turns, 73 GB/s with one panel, 67 with two, 56 with four
    (Zen 5, two threads, float32; bfloat16 74, 71, 63).  Where the CPU itself reads ahead, the panels of AVX-512 make no
    difference, and of the narrower ones two are up to 1.2 times as fast (Zen 4).
    """
    if p.schedule.tiles > 1 or p.method.by_amx or 2 * p.x.count > TILE_ROWS:
        return 1
    return 1 if p.schedule.from_memory and (VF_LANES == LINE or not reads_by_itself(p)) else 2


cdef inline Py_ssize_t weight_bytes(const Product* p) noexcept nogil:
    """Bytes of the packed weights of a product; of weights of a few bits this is not known, and 0."""
    return p.weights.panels * p.weights.panel_bytes if p.method.kind < CODES else 0


cdef Py_ssize_t work_of(const Product* p) noexcept nogil:
    """The work of a product, counted in multiply-adds."""
    return p.weights.depth * p.weights.columns * p.weights.operands * (p.x.count + STREAM_ROWS)


cdef Py_ssize_t threads_for(Py_ssize_t work, Py_ssize_t most_threads) noexcept nogil:
    """The number of threads that save time for so much work."""
    return smaller(most_threads, 1 + work // THREAD_WORK)


cdef inline Py_ssize_t tasks_for(const Product* p, Py_ssize_t threads, Py_ssize_t work) noexcept nogil:
    """Tasks of a product for so many threads, in proportion to its share of the work of its phase."""
    return ceil_div(threads * MOST_TASKS * (work_of(p) + 1), work + 1) if threads > 1 else 1


cdef void divide(Product* p, Py_ssize_t threads, Py_ssize_t tasks) noexcept nogil:
    """Choose the tiles, the tasks and the blocks of the depth of a product whose description is complete.

    threads: the number of them that work on this product.  tasks: how many are wanted.
    """
    cdef Schedule* schedule = &p.schedule
    cdef const Method* method = &p.method
    cdef Py_ssize_t depth = p.weights.depth, panels = p.weights.panels, rows = p.x.count
    cdef Py_ssize_t tile_bytes = TILE_FLOATS * <Py_ssize_t>sizeof(float)
    cdef Py_ssize_t teams, team_tiles, block, groups, most_depth = BLOCK_DEPTH, chains, slots
    schedule.threads = threads
    schedule.tiles = ceil_div(rows, method.most_rows)
    schedule.streams = fewer_streams(p, most_streams(p))
    groups = ceil_div(panels, schedule.streams)
    teams = larger(1, smaller(threads, rows // method.team_rows))
    while threads % teams:
        teams -= 1
    schedule.block_depth = larger(1, depth)
    if not method.by_amx and rows // teams * packed_row_bytes(p, BLOCK_DEPTH) > BLOCK_BYTES:
        most_depth //= 2
    if depth > most_depth and schedule.tiles > 1:   # a single tile reads every weight once, so blocks save nothing
        chains = 2 * SUM_LINES * LINE               # a whole number of chains of sums, with steps of one k or two
        schedule.block_depth = ceil_div(ceil_div(depth, ceil_div(depth, most_depth)), chains) * chains
    # Tried for methods without AMX: chunks of 128 to 1024 k, so that weights stay in L1.  They are no faster.
    schedule.chunk_depth = method.chunk_depth if method.chunk_depth else schedule.block_depth
    # Choose the tiles of a block, and the panels for each task.
    team_tiles = ceil_div(schedule.tiles, teams)
    block = smaller(
        1 + BLOCK_BYTES // (method.most_rows * packed_row_bytes(p, schedule.block_depth) + 1), team_tiles)
    if not method.by_amx:
        block = smaller(block, BLOCK_ROWS // method.most_rows)
    schedule.row_blocks = teams * ceil_div(team_tiles, block)
    block = ceil_div(schedule.tiles, schedule.row_blocks)
    slots = block if schedule.streams == 1 else schedule.streams
    if schedule.block_depth >= depth:
        schedule.column_blocks = smaller(ceil_div(tasks, schedule.row_blocks), groups)
    else:
        # Each task reads all blocks of the depth again, which slows AMX down: 128 rows by 5632 x 2048 took 1.3
        # times as long with 4 tasks for each thread.
        if method.by_amx:
            tasks = smaller(tasks, threads)
        tasks = larger(tasks, schedule.row_blocks * ceil_div(panels * slots * tile_bytes, SUMS_BYTES))
        schedule.column_blocks = smaller(ceil_div(tasks, schedule.row_blocks), groups)
        slots *= ceil_div(panels, schedule.column_blocks) + 1
    schedule.tasks = schedule.row_blocks * schedule.column_blocks
    schedule.packed_bytes = block * method.most_rows * packed_row_bytes(p, depth)
    schedule.sums_bytes = ceil_div(slots * tile_bytes, CACHE_LINE) * CACHE_LINE
    schedule.room_bytes = schedule.packed_bytes + schedule.sums_bytes + active_bytes(p) + chosen_bytes(p)


cdef void divide_any(Product* p, Py_ssize_t threads, Py_ssize_t tasks) noexcept nogil:
    """Divide a product of any method."""
    if p.method.kind >= CODES:
        divide_codes(p, threads, tasks)
    else:
        divide(p, threads, tasks)


cdef int take_products(Call* call) except -1:
    """Take memory for `count` products and their tasks, all zeros; `products` is to be freed."""
    call.products = <Product*>PyMem_Calloc(call.count, sizeof(Product) + 2 * sizeof(Py_ssize_t))
    if call.products is NULL:
        raise MemoryError
    call.tasks = <Py_ssize_t*>(call.products + call.count)
    call.first_task = call.tasks + call.count
    return 0


cdef void plan(Call* call, Py_ssize_t most_threads) noexcept nogil:
    """Divide every product of a call whose description is complete, and number the tasks."""
    cdef Py_ssize_t i, next_task = 0, together = 0, size = 0, work, threads
    cdef Product* p
    call.threads, call.room_bytes = 1, 0
    for i in range(call.count):
        together += work_of(&call.products[i])
        size += weight_bytes(&call.products[i])
    for i in range(call.count):
        p = &call.products[i]
        p.schedule.tasks, p.schedule.from_memory = 0, size > MANY_BYTES and p.chosen.columns is NULL
        if p.x.count and p.weights.columns:
            work = together if call.beside else work_of(p)
            threads = threads_for(work, most_threads)
            divide_any(p, threads, tasks_for(p, threads, work))
            call.threads = larger(call.threads, threads)
            call.room_bytes = larger(call.room_bytes, CACHE_LINE + p.schedule.room_bytes)
        call.tasks[i] = p.schedule.tasks
        call.first_task[i] = next_task
        next_task += p.schedule.tasks


cdef int execute(Call* call) except -1:
    """Run all tasks, or raise MemoryError before anything is written."""
    cdef Py_ssize_t i, hidden_bytes = 0, first_hidden = call.count if call.beside else 1, phases = call.count
    cdef char* hidden
    for i in range(first_hidden, call.count):
        hidden_bytes += call.products[i].x.count * call.products[i].x.row_step
    call.room = <char*>take_room(call.threads * call.room_bytes + hidden_bytes)
    if call.room is NULL:
        raise MemoryError
    for i in range(call.threads):
        (<Held*>(call.room + i * call.room_bytes)).product = NULL
    hidden = call.room + call.threads * call.room_bytes
    if call.products[0].chosen.columns is not NULL:
        memset(hidden, 0, hidden_bytes)     # the units that are not chosen
    for i in range(first_hidden, call.count):
        call.products[i].x.data = call.products[i - 1].out.data = hidden
        hidden += call.products[i].x.count * call.products[i].x.row_step
    if call.beside:
        call.tasks[0] = call.first_task[call.count - 1] + call.tasks[call.count - 1]
        phases = 1
    with nogil:
        parallel_phases(multiply_task, call, call.tasks, phases, <int>call.threads)
    give_room(call.room)
    return 0
