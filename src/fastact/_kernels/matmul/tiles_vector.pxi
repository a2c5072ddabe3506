# Microkernels without AMX: multiply-adds of floats, multiply-adds of weights that are widened when they are
# loaded, and VDPBF16PS.  They differ in `step` and in the loading of weights; `tile_of` is their common loop.

cdef extern from "halves.h" nogil:
    f32 load_half(const void* p)
    f32 first_of_pairs(f32 w)
    f32 second_of_pairs(f32 w)
    f32 broadcast(const float* p)

cdef extern from "bfloat16.h" nogil:
    f32 dot_pairs(f32 c, f32 x, f32 w)

cdef enum:
    # Number of lines of steps in one chain of sums (64 steps); the sums of the chains are then added.  This takes
    # 2 % of the time, and the errors are a third of those of a single chain (root mean square, K = 700).  They
    # are no larger than those of PyTorch even for one row, where PyTorch adds many short sums.
    SUM_LINES = 4


cdef inline Py_ssize_t bytes_of_two(int method) noexcept nogil:
    """Bytes of a panel for two steps."""
    return (4 if method == FLOATS or method == DOTS else 2) * <Py_ssize_t>sizeof(f32)


cdef inline void load_weights(int method, const char* w, Py_ssize_t second, f32* v) noexcept nogil:
    """Load the two vectors of a panel for the first (second = 0) or the second (second = 1) of two steps."""
    cdef Py_ssize_t i
    for i in range(2):
        if method == HALVES:
            v[i] = load_half(w + (2 * second + i) * VF_LANES * 2)
        elif method == PAIRS:
            v[i] = load_f(w + i * <Py_ssize_t>sizeof(f32))
            v[i] = second_of_pairs(v[i]) if second else first_of_pairs(v[i])
        else:
            v[i] = load_f(w + (2 * second + i) * <Py_ssize_t>sizeof(f32))


cdef inline void step(
    int method, Py_ssize_t rows, Py_ssize_t streams, Py_ssize_t second, const float* x, const char* w,
    Py_ssize_t panel_bytes, f32* sums,
) noexcept nogil:
    """sums[row][stream][v] += x[row] * w[stream][v], each by one multiply-add or one dot product."""
    cdef f32 v[2]
    cdef f32 x_r
    cdef Py_ssize_t r, s, i
    for s in range(streams):
        load_weights(method, w + s * panel_bytes, second, v)
        for r in range(rows):
            x_r = broadcast(x + r * LINE + second)
            for i in range(2):
                if method == DOTS:
                    sums[(r * streams + s) * 2 + i] = dot_pairs(sums[(r * streams + s) * 2 + i], x_r, v[i])
                else:
                    sums[(r * streams + s) * 2 + i] = mul_add_f(x_r, v[i], sums[(r * streams + s) * 2 + i])


cdef inline void add_sums(Py_ssize_t rows, Py_ssize_t streams, bint resume, f32* sums, float* c) noexcept nogil:
    """Set c to the sums or, if `resume`, add the sums to c; then set the sums to zero."""
    cdef Py_ssize_t r, s, i
    for r in range(rows):
        for s in range(streams):
            for i in range(2):
                if resume:
                    sums[(r * streams + s) * 2 + i] += load_f(c + s * TILE_FLOATS + (i * rows + r) * VF_LANES)
                store_f(c + s * TILE_FLOATS + (i * rows + r) * VF_LANES, sums[(r * streams + s) * 2 + i])
                sums[(r * streams + s) * 2 + i] = splat_f(0)


cdef inline void tile_of(
    int method, Py_ssize_t rows, Py_ssize_t streams, const char* x_rows, const char* w, Py_ssize_t panel_bytes,
    Py_ssize_t steps, bint resume, const Ahead* ahead, float* c,
) noexcept nogil:
    """c[stream][v][row] = sum over the steps of x[row] * w[stream][v]; if `resume`, the sum is added to c.

    The callers pass constants as method, rows and streams, so that the sums stay in registers.  Each iteration
    does two steps, because the instructions of the loop compete with the multiply-adds: two steps give 161
    GFLOP/s, one step gives 150 (12 rows, AVX-512).  With four steps GCC 12 spills registers: they give 145
    GFLOP/s where two give 164 (14 rows).
    """
    cdef f32 sums[2 * TILE_ROWS]
    cdef const float* x = <const float*>x_rows
    cdef const char* at = ahead.at
    cdef Py_ssize_t pace = ahead.pace, r, s, i, line, pair
    cdef bint near = ahead.near
    for r in range(rows):
        for s in range(streams):
            for i in range(2):
                sums[(r * streams + s) * 2 + i] = splat_f(0)
    for line in range(steps // LINE):
        if line == ahead.jump:
            at += ahead.by
        for pair in range(LINE // 2):
            for s in range(streams):
                for i in range(pace):
                    if near:
                        PREFETCH_NEAR(at + s * panel_bytes + i * CACHE_LINE)
                    else:
                        PREFETCH(at + s * panel_bytes + i * CACHE_LINE)
            at += pace * CACHE_LINE
            step(method, rows, streams, 0, x, w, panel_bytes, sums)
            step(method, rows, streams, 1, x, w, panel_bytes, sums)
            x += 2
            w += bytes_of_two(method)
        x += (rows - 1) * LINE
        if line % SUM_LINES == SUM_LINES - 1:
            add_sums(rows, streams, resume, sums, c)
            resume = True
    for pair in range(steps % LINE // 2):
        step(method, rows, streams, 0, x, w, panel_bytes, sums)
        step(method, rows, streams, 1, x, w, panel_bytes, sums)
        x += 2
        w += bytes_of_two(method)
    if steps % 2:
        step(method, rows, streams, 0, x, w, panel_bytes, sums)
    if steps % (SUM_LINES * LINE):
        add_sums(rows, streams, resume, sums, c)


cdef inline void tile_of_streams(
    int method, Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes,
    Py_ssize_t steps, bint resume, const Ahead* ahead, float* c,
) noexcept nogil:
    """Call tile_of, compiled for each number of streams that most_streams returns."""
    if 2 * rows <= TILE_ROWS and streams == 2:
        tile_of(method, rows, 2, x, w, panel_bytes, steps, resume, ahead, c)
    else:
        tile_of(method, rows, 1, x, w, panel_bytes, steps, resume, ahead, c)


cdef inline void tile_of_rows(
    int method, Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes,
    Py_ssize_t steps, bint resume, const Ahead* ahead, float* c,
) noexcept nogil:
    """Call tile_of_streams, compiled for each number of rows from 1 to TILE_ROWS."""
    if rows == 1:
        tile_of_streams(method, 1, streams, x, w, panel_bytes, steps, resume, ahead, c)
    elif rows == 2:
        tile_of_streams(method, 2, streams, x, w, panel_bytes, steps, resume, ahead, c)
    elif rows == 3:
        tile_of_streams(method, 3, streams, x, w, panel_bytes, steps, resume, ahead, c)
    elif rows == 4:
        tile_of_streams(method, 4, streams, x, w, panel_bytes, steps, resume, ahead, c)
    elif rows == 5:
        tile_of_streams(method, 5, streams, x, w, panel_bytes, steps, resume, ahead, c)
    elif rows == 6:
        tile_of_streams(method, 6, streams, x, w, panel_bytes, steps, resume, ahead, c)
    elif TILE_ROWS > 6:
        if rows == 7:
            tile_of_streams(method, 7, streams, x, w, panel_bytes, steps, resume, ahead, c)
        elif rows == 8:
            tile_of_streams(method, 8, streams, x, w, panel_bytes, steps, resume, ahead, c)
        elif rows == 9:
            tile_of_streams(method, 9, streams, x, w, panel_bytes, steps, resume, ahead, c)
        elif rows == 10:
            tile_of_streams(method, 10, streams, x, w, panel_bytes, steps, resume, ahead, c)
        elif rows == 11:
            tile_of_streams(method, 11, streams, x, w, panel_bytes, steps, resume, ahead, c)
        elif rows == 12:
            tile_of_streams(method, 12, streams, x, w, panel_bytes, steps, resume, ahead, c)
        elif rows == 13:
            tile_of_streams(method, 13, streams, x, w, panel_bytes, steps, resume, ahead, c)
        elif rows == 14:
            tile_of_streams(method, 14, streams, x, w, panel_bytes, steps, resume, ahead, c)


cdef void floats_tile(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, const Ahead* ahead, float* c,
) noexcept nogil:
    tile_of_rows(FLOATS, rows, streams, x, w, panel_bytes, steps, resume, ahead, c)


cdef void halves_tile(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, const Ahead* ahead, float* c,
) noexcept nogil:
    tile_of_rows(HALVES, rows, streams, x, w, panel_bytes, steps, resume, ahead, c)


cdef void pairs_tile(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, const Ahead* ahead, float* c,
) noexcept nogil:
    if kind_of(BFLOAT, FLOAT) == PAIRS:     # otherwise it is never called, and compiling it would only cost time
        tile_of_rows(PAIRS, rows, streams, x, w, panel_bytes, steps, resume, ahead, c)


cdef void dots_tile(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, const Ahead* ahead, float* c,
) noexcept nogil:
    if kind_of(BFLOAT, BFLOAT) == DOTS:
        tile_of_rows(DOTS, rows, streams, x, w, panel_bytes, steps, resume, ahead, c)
