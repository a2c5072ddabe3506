# Microkernels with AMX: TDPBF16PS multiplies 16 rows of x by 16 columns of weights, 32 k in one step.

cdef extern from "bfloat16.h" nogil:
    void tile_begin(int first, int second)
    void tile_end()
    void tile_zero(int t)
    void tile_load(int t, const void* p)
    void tile_load_once(int t, const void* p)
    void tile_store(int t, void* p)
    void tile_dot(int c, int x, int w)
    void new_code_line()
    void tile_swap(int t, float* left, float* c, Py_ssize_t at, bint resume)

cdef enum:
    # Number of steps in a chunk of the depth, after which the next tile follows: the weights of the chunk, 32 KB,
    # stay in L1, while x comes from L2.  If both came from L2, the loads would allow at most 72 % of the peak.
    AMX_STEPS = 16
    # Index of the step of a tile after which the epilogue of the tile before is done.  Tried: a few rows of the
    # epilogue after each of several steps.  The products hide them no better, because few products wait while
    # the epilogue runs, and the additional calls cost more.
    EPILOGUE_STEP = 3

# A tile whose sums are still in the registers of AMX, and whose epilogue has not been done yet.
cdef struct Unfinished:
    const Product* p            # the product that it belongs to
    Py_ssize_t panel            # index of its panel
    Py_ssize_t row              # index of its first row
    Py_ssize_t rows             # number of its rows; 0: the depth is not complete, so there is no epilogue
    float* c                    # memory for its sums; NULL: there is no tile


cdef inline void complete(Unfinished* tile) noexcept nogil:
    """Do the epilogue of a tile, unless its depth is not complete."""
    if tile.rows:
        finish(tile.p, tile.panel, tile.row, tile.rows, amx_rows(tile.p), tile.c)


cdef inline void fetch(Ahead* ahead) noexcept nogil:
    """Prefetch the cache lines of one step, 32 k."""
    cdef Py_ssize_t i
    for i in range(ahead.pace):
        PREFETCH(ahead.at + i * CACHE_LINE)
    ahead.at += ahead.pace * CACHE_LINE


cdef void amx_tile(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, const Ahead* ahead, float* c,
) noexcept nogil:
    """Multiply one register of rows, at most 16, by the two registers of weights of a panel.

    Two panels at a time and prefetching were tried: they reach 88 to 92 % of the read bandwidth, and this
    function reaches 96 %.

    The instructions that load weights and those that load rows are in different cache lines.  With all of
    them in one line the same code takes 12 % longer where the weights come from L3.  This was seen five
    times, on one CPU; the reason is not known.
    """
    cdef float* c1 = c + rows * VF_LANES
    cdef Py_ssize_t s, part
    tile_swap(0, NULL, c, 0, resume)
    tile_swap(1, NULL, c1, 0, resume)
    for s in range(steps):
        tile_load(6, w)
        tile_load(7, w + 1024)
        for part in range(parts):
            new_code_line()
            tile_load(4, x)
            tile_dot(0, 4, 6)
            tile_dot(1, 4, 7)
            x += rows * CACHE_LINE
        w += 2048
    tile_store(0, c)
    tile_store(1, c1)


cdef void amx_tile_of_two(
    Py_ssize_t rows, const char* x, const char* w, Py_ssize_t steps, int parts, bint resume, Ahead ahead,
    Unfinished* before, float* c,
) noexcept nogil:
    """Multiply two registers of rows by the two registers of weights of a panel.

    The sums stay in their registers.  The next tile stores them, one register after the other between its
    first products, and does their epilogue after EPILOGUE_STEP, so that the products never wait for either.
    Storing all four at once and clearing them takes 55 additional cycles, loading them 125.  Between products
    it takes 6 and 26 cycles, and a step takes 64.  The sums are stored after AMX_STEPS at the latest, because the
    first store after some 2500 cycles without one takes 900 additional cycles (on one CPU).

    The following variants were tried and are slower: 48 rows, with six registers of sums (3/4 of the speed);
    ordinary loads of x, which displace the panel from L1 (38 % of the peak instead of 52 %); prefetching x into
    L1 (82 % instead of 89 %); prefetching the memory of the results, as the vector tiles do (5 to 8 % slower).
    """
    cdef Py_ssize_t s, part, epilogue = smaller(EPILOGUE_STEP, steps - 1)
    cdef Py_ssize_t at1 = rows * VF_LANES, at2 = AMX_ROWS * VF_LANES, at3 = at1 + at2
    cdef const char* x2 = x + AMX_ROWS * CACHE_LINE
    for s in range(steps):
        if s == 0:
            tile_swap(0, before.c, c, 0, resume)
        tile_load(6, w)
        tile_load_once(4, x)
        tile_dot(0, 4, 6)
        fetch(&ahead)
        if s == 0:
            tile_swap(1, before.c, c, at1, resume)
        tile_load(7, w + 1024)
        tile_dot(1, 4, 7)
        if s == 0:
            tile_swap(2, before.c, c, at2, resume)
        tile_load_once(5, x2)
        tile_dot(2, 5, 6)
        if s == 0:
            tile_swap(3, before.c, c, at3, resume)
        tile_dot(3, 5, 7)
        for part in range(1, parts):
            x += rows * CACHE_LINE
            x2 += rows * CACHE_LINE
            tile_load_once(4, x)
            tile_dot(0, 4, 6)
            tile_dot(1, 4, 7)
            tile_load_once(5, x2)
            tile_dot(2, 5, 6)
            tile_dot(3, 5, 7)
        if s == epilogue:
            complete(before)
        x += rows * CACHE_LINE
        x2 += rows * CACHE_LINE
        w += 2048


cdef void amx_panel(
    const Product* p, Py_ssize_t panel, Py_ssize_t first_tile, Py_ssize_t last_tile, Py_ssize_t start,
    Py_ssize_t depth, const char* packed, float* sums, Unfinished* last,
) noexcept nogil:
    """Multiply the tiles of a block by one panel, k from `start` on, chunk by chunk.

    Meanwhile the next chunk is prefetched into L2, spread evenly over the tiles.  With weights in L3 this
    gives 55 % of the peak; no prefetching gives 45 %, prefetching the next panel 51 %, and prefetching in
    bursts 38 % (256 rows, K = 2048).
    """
    cdef Py_ssize_t tiles = last_tile - first_tile, rows = amx_rows(p), lines = p.method.step_bytes // CACHE_LINE
    cdef Py_ssize_t i, t, at, chunk, steps
    cdef const char* x
    cdef const char* w
    cdef Unfinished before
    cdef Ahead ahead
    for i in range(ceil_div(depth, p.schedule.chunk_depth)):
        at = i * p.schedule.chunk_depth
        chunk = smaller(p.schedule.chunk_depth, depth - at)
        steps = ceil_div(chunk, p.method.step_depth)
        w = p.weights.data + panel * p.weights.panel_bytes + (start + at) // p.method.step_depth * p.method.step_bytes
        x = packed + at // p.method.line_depth * p.method.parts * rows * CACHE_LINE
        ahead.at = w + steps * p.method.step_bytes
        if at + chunk == depth:
            ahead.at = w + p.weights.panel_bytes - at // p.method.step_depth * p.method.step_bytes
        ahead.pace = ceil_div(lines, tiles) if tiles > 1 else 0
        for t in range(tiles):
            if t * ahead.pace >= lines:
                ahead.pace = 0
            before = last[0]
            last.p, last.panel, last.row = p, panel, first_row(p, first_tile + t)
            last.rows = 0
            if start + at + chunk == p.weights.depth:
                last.rows = first_row(p, first_tile + t + 1) - last.row
            last.c = sums + t * TILE_FLOATS
            amx_tile_of_two(rows, x, w, steps, p.method.parts, start + at > 0, ahead, &before, last.c)
            ahead.at += ahead.pace * CACHE_LINE * steps
            x += rows * packed_row_bytes(p, depth)


cdef void amx_flush(Unfinished* last) noexcept nogil:
    """Store and finish the last tile of the block."""
    cdef Py_ssize_t at = amx_rows(last.p) * VF_LANES
    tile_store(0, last.c)
    tile_store(1, last.c + at)
    tile_store(2, last.c + AMX_ROWS * VF_LANES)
    tile_store(3, last.c + at + AMX_ROWS * VF_LANES)
    complete(last)
