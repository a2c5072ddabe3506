# The work of a task: a block of tiles by some panels, one block of the depth after the other.

cdef enum:
    # Bytes that a single tile prefetches in advance, over all its streams; such a tile reads every weight once.
    # With a quarter of this 8 rows took 1.4 times as long (float32, 2048 x 11264).
    AHEAD = 1 << 14
    # A single tile prefetches only if it takes more instructions than these for a cache line of weights.  Else the CPU itself
    # reads far enough ahead, and better: one row of 2048 x 11264 in float32, eight such layers in turns, 58 GB/s, and 40 with
    # prefetching; from L3 140, and 115 (Zen 4, AVX-512, two threads; 6 rows of bfloat16 52, and 46, 8 rows 46, and 48).
    FEW_INSTRUCTIONS = 6
    # From so many rows on the next panel is prefetched into L1, too: 128 rows of float32 are 1.02 to 1.03 times as fast, 16
    # would take 1.08 times as long (Zen 4).
    NEAR_ROWS = 24


cdef inline bint reads_by_itself(const Product* p) noexcept nogil:
    """Whether a single tile of the product leaves it to the CPU to read the weights ahead."""
    cdef Py_ssize_t widened = p.method.kind == PAIRS or p.method.kind == HALVES
    return not p.method.by_amx and 2 * CACHE_LINE * (p.x.count + widened) <= FEW_INSTRUCTIONS * p.method.step_bytes


cdef void multiply_panels(
    const Product* p, Py_ssize_t panel, Py_ssize_t streams, Py_ssize_t first_tile, Py_ssize_t last_tile,
    Py_ssize_t start, Py_ssize_t depth, const char* packed, float* sums,
) noexcept nogil:
    """Multiply the tiles of a block by these panels, k from `start` on, chunk by chunk; finish complete sums.

    Meanwhile the next panel is prefetched into L2, spread evenly over the tiles.  With weights in L3 this makes
    16 rows 1.5 times as fast and 500 rows 1.3 times (K = 2048), and even 128 rows of K = 384 1.05 times.
    Prefetching later parts of the same panel instead gains less, except for a single tile.
    """
    cdef Py_ssize_t tiles = last_tile - first_tile, t, s, i, row, rows, at, done, chunk, steps, left
    cdef Py_ssize_t lines = ceil_div(2 * p.method.step_bytes, CACHE_LINE)
    cdef bint several = p.schedule.chunk_depth < p.weights.depth
    cdef bint last
    cdef const char* x
    cdef const char* w
    cdef float* c
    cdef Ahead ahead
    for i in range(ceil_div(depth, p.schedule.chunk_depth)):
        at = i * p.schedule.chunk_depth
        chunk = smaller(p.schedule.chunk_depth, depth - at)
        steps = ceil_div(chunk, p.method.step_depth)
        done = start + at
        last = done + chunk == p.weights.depth
        w = p.weights.data + panel * p.weights.panel_bytes + done // p.method.step_depth * p.method.step_bytes
        x = packed
        ahead.pace = ceil_div(lines, tiles) if tiles > 1 or not reads_by_itself(p) else 0
        left = ceil_div(lines, larger(1, ahead.pace))   # number of tiles that prefetch
        ahead.jump = -1
        ahead.near = tiles > 1 and p.x.count >= NEAR_ROWS
        for t in range(first_tile, last_tile):
            row = first_row(p, t)
            rows = first_row(p, t + 1) - row
            if tiles == 1:
                ahead.at = w + AHEAD // streams
                ahead.jump = (p.weights.panel_bytes - done // p.method.step_depth * p.method.step_bytes
                              - AHEAD // streams) // (LINE * p.method.step_bytes)
                ahead.by = (streams - 1) * p.weights.panel_bytes
            else:
                ahead.at = w + p.weights.panel_bytes + (t - first_tile) * ahead.pace * CACHE_LINE * (steps // 2)
                if t - first_tile >= left:
                    ahead.pace = 0
            c = sums + (t - first_tile if several else 0) * TILE_FLOATS
            if last and tiles > 1:
                fetch_results(p, panel, row, rows)
            p.method.tile(
                rows, streams, x + at // p.method.line_depth * p.method.parts * rows * CACHE_LINE, w,
                p.weights.panel_bytes, steps, p.method.parts, done > 0, &ahead, c)
            if last:
                for s in range(streams):
                    finish(p, panel + s, row, rows, rows, c + s * TILE_FLOATS)
            x += rows * packed_row_bytes(p, depth)


cdef void multiply_block(
    const Product* p, Py_ssize_t first_tile, Py_ssize_t last_tile,
    Py_ssize_t first_panel, Py_ssize_t last_panel, const char* packed, float* sums, const Active* active,
) noexcept nogil:
    """Multiply the tiles of a block by all these panels; all tiles use a panel before the next one is read.

    active: NULL, or the k that are not zero in all rows, where the others are to be skipped.
    """
    cdef Py_ssize_t i, panel, start, depth, streams
    cdef Py_ssize_t slots = (last_tile - first_tile if p.schedule.streams == 1 else 1) * TILE_FLOATS
    cdef Py_ssize_t amx = amx_rows(p) if p.method.by_amx else 0
    cdef Py_ssize_t rows = first_row(p, last_tile) - first_row(p, first_tile)
    cdef Unfinished last
    last.p, last.rows, last.c = p, 0, NULL
    if amx:
        tile_begin(<int>smaller(amx, AMX_ROWS), <int>(amx - AMX_ROWS if amx > AMX_ROWS else amx))
        rows = (last_tile - first_tile) * amx
    if p.schedule.block_depth >= p.weights.depth:
        slots = 0                   # all panels use the same memory for their sums
    for i in range(ceil_div(larger(p.weights.depth, 1), p.schedule.block_depth)):
        start = i * p.schedule.block_depth
        depth = smaller(p.schedule.block_depth, p.weights.depth - start)
        panel = first_panel
        while panel < last_panel:
            streams = p.schedule.streams if panel + p.schedule.streams <= last_panel else 1
            if depth == 0:
                nothing(p, panel, streams, first_tile, last_tile, sums)
            elif active is not NULL and multiply_active(p, panel, streams, active, sums):
                pass
            elif amx > AMX_ROWS:
                amx_panel(p, panel, first_tile, last_tile, start, depth, packed,
                          sums + (panel - first_panel) * slots, &last)
            else:
                multiply_panels(p, panel, streams, first_tile, last_tile, start, depth, packed,
                                sums + (panel - first_panel) * slots)
            panel += streams
        packed += rows * packed_row_bytes(p, depth)
    if last.c is not NULL:
        amx_flush(&last)
    if amx:
        tile_end()


cdef void nothing(
    const Product* p, Py_ssize_t panel, Py_ssize_t streams, Py_ssize_t first_tile, Py_ssize_t last_tile, float* c,
) noexcept nogil:
    """Finish tiles if the depth is 0 and all sums are zero."""
    cdef Py_ssize_t t, s, row, rows
    for t in range(first_tile, last_tile):
        row = first_row(p, t)
        rows = first_row(p, t + 1) - row
        for s in range(streams):
            memset(c, 0, TILE_FLOATS * sizeof(float))
            finish(p, panel + s, row, rows, rows, c)
