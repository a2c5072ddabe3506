"""Matrix products with packed weights and the activation in the epilogue, accumulated in float32.

    out = f(x Wᵀ + b)                       plain
    out = f(x Wgᵀ + bg) * (x Wuᵀ + bu)      gated

One scheme serves both, and every type.  A microkernel multiplies a tile's rows of x by a panel of
two vectors of columns; in a plain product these are neighbours, in a gated one the first holds gate
columns and the second the up columns that go with them.  Only packing and epilogue know which.

weights      [panel][k / BLOCK][2 vectors][BLOCK / GROUP][lanes][GROUP], from a cache line's start,
             columns and depth padded with zeros: one stream feeds both vectors.  `layouts` below
rows of x    [tile][line of k][part][row][line], packed for each block: one cache line of every row
             in turn, for at a row's own stride, often a power of two, all rows want the same few
             cache sets
tile         some rows by one panel, or, of few rows, by several (`streams`); sums in registers

run() -> for each product some tasks a thread: a block of tiles of rows by some panels (multiply_task)
      -> blocks of the depth: the packed rows of one stay in L2
      -> panels, each read from L2 by all tiles of the block but the first
      -> tiles, by a microkernel: tile_of (vectors), amx_tile, amx_tile_of_two; what they add to is kept in `sums`
         where a block is not the whole depth; then the epilogue

=======  ========  ========  =======================================================================
method   x         weights
=======  ========  ========  =======================================================================
FLOATS   any       float32   widened x, multiply-adds
HALVES   any       float16   likewise, weights widened as they are loaded
PAIRS    any       bfloat16  likewise
DOTS     bfloat16  bfloat16  VDPBF16PS                                (AVX512-BF16, not where AMX is)
TILES    any       bfloat16  AMX.  float16 x as the exact sum of two bfloat16 numbers, float32 of three
=======  ========  ========  =======================================================================

FLOATS, HALVES and PAIRS: every 64 k are one chain of multiply-adds over k = 0, 1, ... from zero;
these sums are added in order, then the bias.  DOTS: likewise, but that a link of the chain is 2 k.
TILES: one chain, of 32 k each.  These instructions take subnormal numbers for zero, and products and
sums that would be subnormal, too.  So
in every method an element's bits depend on its row of x and its weights, not on the other rows, their
number, the tile that it falls into or the number of threads.
"""
import numpy as np

cimport numpy as cnp
from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.stdint cimport uint16_t
from libc.string cimport memcpy, memset

from fastact._kernels.simd.buffers cimport BFLOAT, DOUBLE, FLOAT, HALF, gather, itemsize, scatter
from fastact._kernels.elementwise.kernel cimport Kernel
from fastact._kernels.simd.vectors cimport SIMD_REGISTERS, VF_LANES, f32, load_f, mul_add_f, splat_f, store_f
from fastact._runtime.parallel cimport MOST_TASKS, num_threads, parallel_phases

cdef extern from "matmul.h" nogil:
    """
    enum {
        /* 2 x TILE_ROWS accumulators, the panel's two vectors and a broadcast fill the registers. */
        TILE_ROWS = SIMD_REGISTERS >= 32 ? 14 : 6,
        MOST_ROWS = HAS_TILES ? 32 : TILE_ROWS,
        TILE_FLOATS = MOST_ROWS * 2 * VF_LANES,
        PAIRED_BLOCK = HAS_TILES ? 32 : 2
    };
    """
    enum:
        TILE_ROWS
        MOST_ROWS
        TILE_FLOATS     # sums of a tile
        PAIRED_BLOCK    # BLOCK of bfloat16 weights
        HAS_DOT
        HAS_TILES
        ROOM_PAGE       # a huge page
    void PREFETCH(const void* p)
    void PREFETCH_TO_WRITE(const void* p)
    void* take_room(size_t size)
    void give_room(void* p)
    void want_huge_pages(void* p, size_t size)
    void round_two(const float* first, const float* second, int to_bfloat, uint16_t* to)
    f32 load_half(const void* p)
    f32 first_of_pairs(f32 w)
    f32 second_of_pairs(f32 w)
    f32 broadcast(const float* p)
    f32 dot_pairs(f32 c, f32 x, f32 w)
    void split(const float* x, Py_ssize_t n, int parts, uint16_t* to, Py_ssize_t part_step)
    void tile_begin(int first, int second)
    void tile_end()
    void tile_zero(int t)
    void tile_load(int t, const void* p)
    void tile_load_once(int t, const void* p)
    void tile_store(int t, void* p)
    void tile_dot(int c, int x, int w)
    void new_code_line()
    void tile_swap(int t, float* left, float* c, Py_ssize_t at, bint resume)

cnp.import_array()

cdef enum:          # methods
    FLOATS
    HALVES
    PAIRS
    DOTS
    TILES

cdef enum:
    CACHE_LINE = 64
    LINE = 16                   # floats in a cache line, or pairs
    AMX_ROWS = 16               # of a tile register
    SPAN = 512                  # elements of x that are converted at a time
    MAX_ARGUMENTS = 8           # of an elementwise kernel
    MAX_PRODUCTS = 2            # in a call

    # Packed rows of a block, and its share of the depth.  The rows share L2 with a panel, 256 KB at
    # the depth of 2048, and the next one.
    # More rows of little depth leave no room for the results: 640 of K = 384 ran at 0.95 of this speed.
    # Of more rows than that, vectors take twice as many of half the depth: the weights come from memory
    # less often, 1.03 to 1.07 times as fast (512 rows, K = 4096 and 14336, 235 MB of weights).
    BLOCK_BYTES = 1 << 20
    BLOCK_DEPTH = 2048
    BLOCK_ROWS = 256            # not of AMX

    # Steps in a chain of sums, over 16: these are then added.  It takes 2 % of the time, and
    # makes errors a third of one chain's (root of the mean square, K = 700): no worse than PyTorch's even
    # at one row, where its sums are many and short.
    SUM_LINES = 4

    # Depth that AMX sums up before it leaves for the next rows: the panel's weights, 32 KB, stay in
    # L1, while x comes from L2.  With both from L2 the loads allow 72 % of the peak at most.
    AMX_STEPS = 16
    # After this step of the next tile its epilogue is done.  Done some rows now and then, it is no better
    # hidden behind the products (few of these wait while it runs), and its calls cost more.
    EPILOGUE_STEP = 3

    # Rows from which a team of threads takes rows of its own and streams all the weights: below,
    # that stream (5.5 GB/s at 64 rows and 177 GFLOP/s, in each team) would cost too much.
    TEAM_ROWS = 64
    AMX_TEAM_ROWS = 256

    # Multiply-adds that pay for a thread, some 25 microseconds' worth: five times what waking it
    # takes.  Streaming a weight from L2 or L3 takes as long as multiplying it by STREAM_ROWS rows.
    THREAD_WORK = 1 << 21
    STREAM_ROWS = 8

    # A task's sums, where a block of the depth is not all of it: of all columns they went to memory and
    # back (66 MB, 512 rows of bfloat16 by K = 4096 and two threads; 1.05 times as fast without).
    SUMS_BYTES = 1 << 20

    # Of a single tile, which reads every weight once: so many bytes of its streams are on their way.  With
    # a quarter, 8 rows took 1.4 times as long (float32, 2048 x 11264).
    AHEAD = 1 << 14

# The packed order, by the type of the weights: lanes of a vector, block, group of _files.Layout.
layouts = {
    "float32": (VF_LANES, 1, 1),
    "float16": (VF_LANES, 1, 1),
    "bfloat16": (VF_LANES, PAIRED_BLOCK, 2),
}
STORAGES = {"float32": FLOAT, "float16": HALF, "bfloat16": BFLOAT, "float64": DOUBLE}
STORED = {"float32": np.float32, "float16": np.float16, "bfloat16": np.uint16}  # bfloat16 as its bits


def kernel_name(weight_dtype):
    """What serves rows of the weights' type: rows x columns of a tile, and the instruction if it is a special one."""
    if weight_dtype == "bfloat16" and HAS_TILES:
        return f"{2 * AMX_ROWS}x{2 * VF_LANES} TDPBF16PS"
    special = " VDPBF16PS" if weight_dtype == "bfloat16" and HAS_DOT else ""
    return f"{TILE_ROWS}x{2 * VF_LANES}{special}"


cdef struct Product

cdef struct Unfinished:
    # A tile whose sums are in AMX's registers still, and whose epilogue is to be done.
    const Product* p
    Py_ssize_t panel
    Py_ssize_t row
    Py_ssize_t rows             # 0: not all of the depth yet
    float* c                    # where its sums go, NULL for none

cdef struct Ahead:
    # What a tile prefetches.
    const char* at
    Py_ssize_t pace             # cache lines for every two steps, or one of AMX
    Py_ssize_t jump             # the line of steps before which `at` is moved
    Py_ssize_t by               # so many bytes

# A tile's sums, for `streams` panels, from packed rows; added to those in c if `resume`.
ctypedef void (*tile_t)(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, Ahead ahead, float* c) noexcept nogil

cdef struct Product:
    const Kernel* kernel        # the activation, NULL for none
    const float* parameters     # of the activation
    Py_ssize_t operands         # 1: plain, 2: gate and up
    Py_ssize_t depth            # K
    Py_ssize_t columns          # N
    Py_ssize_t panels
    const char* weights
    Py_ssize_t panel_bytes
    const float* bias
    bint has_bias
    int method
    tile_t tile
    int parts                   # bfloat16 numbers for each of x, of TILES
    Py_ssize_t step_depth       # k of a microkernel's step
    Py_ssize_t step_bytes       # of a panel
    Py_ssize_t line_depth       # k of a cache line of packed rows
    Py_ssize_t most_rows        # of a tile
    Py_ssize_t rows             # M
    Py_ssize_t tiles
    const char* x
    int x_storage
    Py_ssize_t x_row            # strides of x, in bytes
    Py_ssize_t x_column
    char* out
    int out_storage
    Py_ssize_t out_row          # and of out
    Py_ssize_t out_column
    Py_ssize_t tasks            # blocks of rows by blocks of columns
    Py_ssize_t row_blocks
    Py_ssize_t column_blocks
    Py_ssize_t threads
    Py_ssize_t streams          # panels at a time
    Py_ssize_t block_depth      # of a task's depth, the part that it does before it begins the next one
    Py_ssize_t chunk_depth      # and of that, what a microkernel sums up
    Py_ssize_t packed_bytes     # room for the rows of a block
    Py_ssize_t room_bytes       # and for its sums

cdef struct Call:
    Py_ssize_t count            # of products, each on what the one before has written
    Py_ssize_t threads
    char* room                  # of each thread, one after the other: what it holds, packed rows, sums
    Py_ssize_t room_bytes
    Product[MAX_PRODUCTS] products

# What a thread has packed: its next task may be of the same rows.
cdef struct Held:
    const Product* product      # NULL: nothing
    Py_ssize_t first_tile


cdef inline Py_ssize_t ceil_div(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return (a + b - 1) // b


cdef inline Py_ssize_t smaller(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return a if a < b else b


cdef inline Py_ssize_t larger(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return a if a > b else b


cdef inline Py_ssize_t share(Py_ssize_t total, Py_ssize_t parts, Py_ssize_t i) noexcept nogil:
    """Where part i begins if `total` things are spread evenly: 17 rows make tiles of 8 and 9."""
    return total * i // parts


# -------------------------------------------------------------------- tiles, by vectors --

cdef inline Py_ssize_t bytes_of_two(int method) noexcept nogil:
    """Bytes that a panel has for two steps."""
    return (4 if method == FLOATS or method == DOTS else 2) * <Py_ssize_t>sizeof(f32)


cdef inline void load_weights(int method, const char* w, Py_ssize_t second, f32* v) noexcept nogil:
    """The panel's two vectors for the first or second of two steps."""
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
    """sums[row][stream][v] += x[row] * w[stream][v], one multiply-add each, or one dot product."""
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
    """c = sums, or c += sums; and sums = 0."""
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
    Py_ssize_t steps, bint resume, Ahead ahead, float* c,
) noexcept nogil:
    """c[stream][v][row] = sum over the steps of x[row] * w[stream][v], or, if `resume`, that added to c.

    To be called with constant method, rows and streams: then the sums are registers.  Two steps a
    round keep the loop's own instructions off the ports of the multiply-adds: 161 GFLOP/s where one
    step gives 150 (12 rows, AVX-512).  With four, GCC 12 spills: 145 where two give 164 (14 rows).
    """
    cdef f32 sums[2 * TILE_ROWS]
    cdef const float* x = <const float*>x_rows
    cdef Py_ssize_t r, s, i, line, pair
    for r in range(rows):
        for s in range(streams):
            for i in range(2):
                sums[(r * streams + s) * 2 + i] = splat_f(0)
    for line in range(steps // LINE):
        if line == ahead.jump:
            ahead.at += ahead.by
        for pair in range(LINE // 2):
            for s in range(streams):
                for i in range(ahead.pace):
                    PREFETCH(ahead.at + s * panel_bytes + i * CACHE_LINE)
            ahead.at += ahead.pace * CACHE_LINE
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
    Py_ssize_t steps, bint resume, Ahead ahead, float* c,
) noexcept nogil:
    """tile_of(), compiled for each number of streams that most_streams() may give."""
    if 4 * rows <= TILE_ROWS and streams == 4:
        tile_of(method, rows, 4, x, w, panel_bytes, steps, resume, ahead, c)
    elif 2 * rows <= TILE_ROWS and streams == 2:
        tile_of(method, rows, 2, x, w, panel_bytes, steps, resume, ahead, c)
    else:
        tile_of(method, rows, 1, x, w, panel_bytes, steps, resume, ahead, c)


cdef inline void tile_of_rows(
    int method, Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes,
    Py_ssize_t steps, bint resume, Ahead ahead, float* c,
) noexcept nogil:
    """The same, for each number of rows from 1 to TILE_ROWS."""
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
    int parts, bint resume, Ahead ahead, float* c,
) noexcept nogil:
    tile_of_rows(FLOATS, rows, streams, x, w, panel_bytes, steps, resume, ahead, c)


cdef void halves_tile(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, Ahead ahead, float* c,
) noexcept nogil:
    tile_of_rows(HALVES, rows, streams, x, w, panel_bytes, steps, resume, ahead, c)


cdef void pairs_tile(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, Ahead ahead, float* c,
) noexcept nogil:
    if not HAS_TILES:
        tile_of_rows(PAIRS, rows, streams, x, w, panel_bytes, steps, resume, ahead, c)


cdef void dots_tile(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, Ahead ahead, float* c,
) noexcept nogil:
    if HAS_DOT and not HAS_TILES:
        tile_of_rows(DOTS, rows, streams, x, w, panel_bytes, steps, resume, ahead, c)


# ----------------------------------------------------------------------------- epilogue --

cdef void activate(const Product* p, float* c, float* up, Py_ssize_t n) noexcept nogil:
    """c[:n] = f(c[:n]), or f(c[:n]) * up[:n] for a gated product."""
    cdef char* arguments[MAX_ARGUMENTS]
    cdef Py_ssize_t steps[MAX_ARGUMENTS]
    cdef Py_ssize_t i
    if p.kernel is NULL:
        if p.operands == 2:
            for i in range(n):
                c[i] *= up[i]
        return
    for i in range(p.kernel.nin):
        if i < p.operands:
            arguments[i], steps[i] = <char*>(up if i else c), sizeof(float)
        else:
            arguments[i], steps[i] = <char*>(p.parameters + i - p.operands), 0
    arguments[p.kernel.nin], steps[p.kernel.nin] = <char*>c, sizeof(float)
    p.kernel.apply(p.kernel, arguments, steps, n)


cdef void add_bias(const float* bias, Py_ssize_t rows, float* c) noexcept nogil:
    cdef f32 b = load_f(bias)
    cdef Py_ssize_t r
    for r in range(rows):
        store_f(c + r * VF_LANES, load_f(c + r * VF_LANES) + b)


cdef void finish(
    const Product* p, Py_ssize_t panel, Py_ssize_t row, Py_ssize_t rows, Py_ssize_t places, float* sums,
) noexcept nogil:
    """Bias, activation, product, rounding; and what lies inside the result, to there: a tile, sums[v][place].

    places >= rows: beyond its rows there are sums that are of no use.
    """
    cdef Py_ssize_t vectors = 2 // p.operands       # of results
    cdef Py_ssize_t size = itemsize(p.out_storage), column = panel * vectors * VF_LANES
    cdef Py_ssize_t count = smaller(vectors * VF_LANES, p.columns - column), v, r, i
    cdef bint whole = p.out_column == size and count == vectors * VF_LANES
    cdef float* c
    cdef char* out
    cdef float[64] line         # two rows at most
    cdef char* to
    if p.has_bias:
        for v in range(2):
            add_bias(p.bias + (panel * 2 + v) * VF_LANES, rows, sums + v * places * VF_LANES)
    activate(p, sums, sums + places * VF_LANES, vectors * places * VF_LANES)
    for r in range(rows):
        c = sums + r * VF_LANES
        out = p.out + (row + r) * p.out_row + column * p.out_column
        to = out if whole else <char*>line
        if p.out_storage == FLOAT:
            for v in range(vectors):
                store_f(<float*>to + v * VF_LANES, load_f(c + v * places * VF_LANES))
        elif vectors == 2:
            round_two(c, c + places * VF_LANES, p.out_storage == BFLOAT, <uint16_t*>to)
        else:                   # this row and the next one, to fill a register
            to = <char*>line
            if r % 2 == 0:
                round_two(c, c + VF_LANES, p.out_storage == BFLOAT, <uint16_t*>to)
            to += r % 2 * VF_LANES * 2
            if whole:
                memcpy(out, to, VF_LANES * 2)
        if not whole:
            for i in range(count):
                memcpy(out + i * p.out_column, to + i * size, size)


cdef inline void fetch_results(const Product* p, Py_ssize_t panel, Py_ssize_t row, Py_ssize_t rows) noexcept nogil:
    """Prefetch where the epilogue will write to, while the tile is summed up.

    Stores leave the core one after the other: 512 rows of K = 384 by 1536 columns, float32, had 74 % of
    the peak, as each waited for its cache line, and have 86 %.  Where results begin within a line, the
    panel before has touched that one: fetched again it takes all of the gain.
    """
    cdef Py_ssize_t vectors = 2 // p.operands, r, i
    cdef Py_ssize_t size = vectors * VF_LANES * itemsize(p.out_storage)
    cdef const char* out
    if p.out_column != itemsize(p.out_storage):
        return
    for r in range(rows):
        out = p.out + (row + r) * p.out_row + (panel + 1) * size - 1
        for i in range(ceil_div(size, CACHE_LINE)):
            PREFETCH_TO_WRITE(out - i * CACHE_LINE)


cdef inline Py_ssize_t packed_row_bytes(const Product* p, Py_ssize_t depth) noexcept nogil:
    """Room for a packed row: whole cache lines."""
    return ceil_div(depth, p.line_depth) * p.parts * CACHE_LINE


cdef inline Py_ssize_t amx_rows(const Product* p) noexcept nogil:
    """Rows of a block's tiles: some have one less, and then a row that nobody reads."""
    return ceil_div(p.rows, p.tiles)


cdef inline void complete(Unfinished* tile) noexcept nogil:
    """The epilogue, if it is due."""
    if tile.rows:
        finish(tile.p, tile.panel, tile.row, tile.rows, amx_rows(tile.p), tile.c)


# ------------------------------------------------------------------------ tiles, by AMX --

cdef inline void fetch(Ahead* ahead) noexcept nogil:
    """Prefetch what a step of AMX, 32 k, is to."""
    cdef Py_ssize_t i
    for i in range(ahead.pace):
        PREFETCH(ahead.at + i * CACHE_LINE)
    ahead.at += ahead.pace * CACHE_LINE


cdef void amx_tile(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, Ahead ahead, float* c,
) noexcept nogil:
    """One register of rows, 16 at most, by the panel's two of weights.

    Tried: two panels at a time, or prefetching (88 to 92 % of the read bandwidth where this has 96 %).

    Weights and rows are loaded from different cache lines of code: with all loads in one line the same
    instructions take 12 % longer where the weights come from L3 (seen five times, on one CPU; why, we
    do not know).
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
    """Two registers of rows by the panel's two of weights.  The sums stay there: the next tile stores them.

    It does so register by register between its first products, and then the epilogue, some rows now
    and then, so that neither keeps the products waiting: all four stored, then zeroed, take 55 cycles more,
    loaded 125 (6 and 26 by turns; a step takes 64).  And they are stored after AMX_STEPS at most:
    the first store after some 2500 cycles without one takes 900 cycles more (on one CPU).

    Tried: 48 rows, by six registers of sums (3/4 of the speed); x by ordinary loads, which displace
    the panel from L1 (38 % of the peak where these have 52 %); prefetching x into L1 (82 % where 89 %);
    prefetching where the results go, as vectors do (5 to 8 % slower).
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
    """The block's tiles of one panel, k from `start` on, chunk by chunk.

    Meanwhile the chunk that comes next is fetched into L2, spread evenly over the tiles: from L3 55 %
    of the peak where none has 45 %, the next panel's 51 %, and bursts 38 % (256 rows, K = 2048).
    """
    cdef Py_ssize_t tiles = last_tile - first_tile, rows = amx_rows(p), lines = p.step_bytes // CACHE_LINE
    cdef Py_ssize_t i, t, at, chunk, steps
    cdef const char* x
    cdef const char* w
    cdef Unfinished before
    cdef Ahead ahead
    for i in range(ceil_div(depth, p.chunk_depth)):
        at = i * p.chunk_depth
        chunk = smaller(p.chunk_depth, depth - at)
        steps = ceil_div(chunk, p.step_depth)
        w = p.weights + panel * p.panel_bytes + (start + at) // p.step_depth * p.step_bytes
        x = packed + at // p.line_depth * p.parts * rows * CACHE_LINE
        ahead.at = w + steps * p.step_bytes
        if at + chunk == depth:
            ahead.at = w + p.panel_bytes - at // p.step_depth * p.step_bytes
        ahead.pace = ceil_div(lines, tiles) if tiles > 1 else 0
        for t in range(tiles):
            if t * ahead.pace >= lines:
                ahead.pace = 0
            before = last[0]
            last.p, last.panel, last.row = p, panel, share(p.rows, p.tiles, first_tile + t)
            last.rows = 0
            if start + at + chunk == p.depth:
                last.rows = share(p.rows, p.tiles, first_tile + t + 1) - last.row
            last.c = sums + t * TILE_FLOATS
            amx_tile_of_two(rows, x, w, steps, p.parts, start + at > 0, ahead, &before, last.c)
            ahead.at += ahead.pace * CACHE_LINE * steps
            x += rows * packed_row_bytes(p, depth)


cdef void amx_flush(Unfinished* last) noexcept nogil:
    """Store and finish the block's last tile."""
    cdef Py_ssize_t at = amx_rows(last.p) * VF_LANES
    tile_store(0, last.c)
    tile_store(1, last.c + at)
    tile_store(2, last.c + AMX_ROWS * VF_LANES)
    tile_store(3, last.c + at + AMX_ROWS * VF_LANES)
    complete(last)


# -------------------------------------------------------------------------------- tasks --

cdef void pack_rows(
    const Product* p, Py_ssize_t row, Py_ssize_t rows, Py_ssize_t places, Py_ssize_t first, Py_ssize_t depth,
    char* packed,
) noexcept nogil:
    """One tile's rows of x, k from `first` on, a cache line of each in turn; the last one padded with zeros.

    places >= rows: of what is packed for a tile.  The others are zeros."""
    cdef float[SPAN] copied
    cdef const char* x
    cdef const char* values
    cdef char* to
    cdef Py_ssize_t span, start, count, whole, r, line
    cdef Py_ssize_t k
    cdef bint as_stored = p.method >= DOTS and p.parts == 1     # bfloat16 throughout
    cdef Py_ssize_t size = 2 if as_stored else 4
    for span in range(ceil_div(depth, SPAN)):
        start = span * SPAN
        count = smaller(SPAN, depth - start)
        whole = ceil_div(count, p.line_depth) * p.line_depth
        if places > rows:
            to = packed + start // p.line_depth * p.parts * places * CACHE_LINE
            memset(to, 0, whole // p.line_depth * p.parts * places * CACHE_LINE)
        for r in range(rows):
            x = p.x + (row + r) * p.x_row + (first + start) * p.x_column
            if (as_stored or p.x_storage == FLOAT) and p.x_column == size and whole == count:
                values = x
            else:
                values = <const char*>copied
                memset(<char*>copied + count * size, 0, (whole - count) * size)
                if as_stored:
                    for k in range(count):
                        memcpy(<char*>copied + 2 * k, x + k * p.x_column, 2)
                else:
                    gather(p.x_storage, FLOAT, x, p.x_column, count, <char*>copied)
            to = packed + (start // p.line_depth * p.parts * places + r) * CACHE_LINE
            for line in range(whole // p.line_depth):
                if p.parts == 1:
                    memcpy(to, values, CACHE_LINE)
                    values += CACHE_LINE
                else:
                    split(<const float*>values, p.line_depth, p.parts, <uint16_t*>to, places * CACHE_LINE // 2)
                    values += 2 * CACHE_LINE
                to += p.parts * places * CACHE_LINE


cdef void pack_block(const Product* p, Py_ssize_t first_tile, Py_ssize_t last_tile, char* packed) noexcept nogil:
    """The tiles' rows, one block of the depth after the other."""
    cdef Py_ssize_t start = 0, t, row, rows, depth, places
    while start < p.depth:
        depth = smaller(p.block_depth, p.depth - start)
        for t in range(first_tile, last_tile):
            row = share(p.rows, p.tiles, t)
            rows = share(p.rows, p.tiles, t + 1) - row
            places = amx_rows(p) if p.method == TILES else rows
            pack_rows(p, row, rows, places, start, depth, packed)
            packed += places * packed_row_bytes(p, depth)
        start += depth


cdef void multiply_panels(
    const Product* p, Py_ssize_t panel, Py_ssize_t streams, Py_ssize_t first_tile, Py_ssize_t last_tile,
    Py_ssize_t start, Py_ssize_t depth, const char* packed, float* sums,
) noexcept nogil:
    """The block's tiles of these panels, k from `start` on, chunk by chunk; if they are the last, finished.

    Meanwhile the next panel is fetched into L2, spread evenly over the tiles.  From L3 that makes
    16 rows 1.5 times as fast and 500 rows 1.3 times (K = 2048), even 128 rows of K = 384 1.05 times.
    Fetching the same panel, some way ahead of where it is read, gains less, but for a single tile.
    """
    cdef Py_ssize_t tiles = last_tile - first_tile, t, s, i, row, rows, at, chunk, steps, left
    cdef Py_ssize_t lines = ceil_div(2 * p.step_bytes, CACHE_LINE)
    cdef bint several = p.chunk_depth < p.depth
    cdef bint last
    cdef const char* x
    cdef const char* w
    cdef float* c
    cdef Ahead ahead
    for i in range(ceil_div(depth, p.chunk_depth)):
        at = i * p.chunk_depth
        chunk = smaller(p.chunk_depth, depth - at)
        steps = ceil_div(chunk, p.step_depth)
        last = start + at + chunk == p.depth
        w = p.weights + panel * p.panel_bytes + (start + at) // p.step_depth * p.step_bytes
        x = packed
        ahead.pace = ceil_div(lines, tiles)
        left = ceil_div(lines, ahead.pace)          # tiles that prefetch
        ahead.jump = -1
        for t in range(first_tile, last_tile):
            row = share(p.rows, p.tiles, t)
            rows = share(p.rows, p.tiles, t + 1) - row
            if tiles == 1:
                ahead.at = w + AHEAD // streams
                ahead.jump = (p.panel_bytes - (start + at) // p.step_depth * p.step_bytes - AHEAD // streams) // (
                    LINE * p.step_bytes)
                ahead.by = (streams - 1) * p.panel_bytes
            else:
                ahead.at = w + p.panel_bytes + (t - first_tile) * ahead.pace * CACHE_LINE * (steps // 2)
                if t - first_tile >= left:
                    ahead.pace = 0
            c = sums + (t - first_tile if several else 0) * TILE_FLOATS
            if last and tiles > 1:
                fetch_results(p, panel, row, rows)
            p.tile(rows, streams, x + at // p.line_depth * p.parts * rows * CACHE_LINE, w, p.panel_bytes, steps,
                   p.parts, start + at > 0, ahead, c)
            if last:
                for s in range(streams):
                    finish(p, panel + s, row, rows, rows, c + s * TILE_FLOATS)
            x += rows * packed_row_bytes(p, depth)


cdef void multiply_block(
    const Product* p, Py_ssize_t first_tile, Py_ssize_t last_tile,
    Py_ssize_t first_panel, Py_ssize_t last_panel, const char* packed, float* sums,
) noexcept nogil:
    """The block's tiles of all these panels; a panel is used up before the next is begun."""
    cdef Py_ssize_t i, panel, start, depth, streams
    cdef Py_ssize_t slots = (last_tile - first_tile if p.streams == 1 else 1) * TILE_FLOATS
    cdef Py_ssize_t amx = amx_rows(p) if p.method == TILES else 0
    cdef Py_ssize_t rows = share(p.rows, p.tiles, last_tile) - share(p.rows, p.tiles, first_tile)
    cdef Unfinished last
    last.p, last.rows, last.c = p, 0, NULL
    if amx:
        tile_begin(<int>smaller(amx, AMX_ROWS), <int>(amx - AMX_ROWS if amx > AMX_ROWS else amx))
        rows = (last_tile - first_tile) * amx
    if p.block_depth >= p.depth:
        slots = 0                   # every panel's sums in the same place
    for i in range(ceil_div(larger(p.depth, 1), p.block_depth)):
        start = i * p.block_depth
        depth = smaller(p.block_depth, p.depth - start)
        panel = first_panel
        while panel < last_panel:
            streams = p.streams if panel + p.streams <= last_panel else 1
            if depth == 0:
                nothing(p, panel, streams, first_tile, last_tile, sums)
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
    """No depth: sums of no products."""
    cdef Py_ssize_t t, s, row, rows
    for t in range(first_tile, last_tile):
        row = share(p.rows, p.tiles, t)
        rows = share(p.rows, p.tiles, t + 1) - row
        for s in range(streams):
            memset(c, 0, TILE_FLOATS * sizeof(float))
            finish(p, panel + s, row, rows, rows, c)


cdef void multiply_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    """A block of rows by some panels, of one product; the tasks of the next are numbered on."""
    cdef const Call* call = <const Call*>context
    cdef const Product* p = &call.products[0]
    cdef Held* held = <Held*>(call.room + thread * call.room_bytes)
    cdef char* packed = <char*>held + CACHE_LINE
    cdef Py_ssize_t row_block, column_block, first_tile, last_tile, groups
    if index >= p.tasks:
        index -= p.tasks
        p += 1
    groups = ceil_div(p.panels, p.streams)
    row_block, column_block = index // p.column_blocks, index % p.column_blocks
    first_tile = share(p.tiles, p.row_blocks, row_block)
    last_tile = share(p.tiles, p.row_blocks, row_block + 1)
    if held.product is not p or held.first_tile != first_tile:
        held.product, held.first_tile = p, first_tile
        pack_block(p, first_tile, last_tile, packed)
    multiply_block(
        p, first_tile, last_tile, share(groups, p.column_blocks, column_block) * p.streams,
        smaller(p.panels, share(groups, p.column_blocks, column_block + 1) * p.streams),
        packed, <float*>(packed + p.packed_bytes))


cdef Py_ssize_t most_streams(const Product* p) noexcept nogil:
    """Panels that a single tile takes at a time: at M = 1 one alone would wait for its chain of sums."""
    if p.tiles > 1 or p.method == TILES:
        return 1
    if 4 * p.rows <= TILE_ROWS:
        return 4
    return 2 if 2 * p.rows <= TILE_ROWS else 1


cdef void choose(Product* p, int weight_storage) noexcept nogil:
    """The method, and what follows from it."""
    p.parts, p.step_depth, p.line_depth, p.most_rows = 1, 1, LINE, TILE_ROWS
    p.method, p.tile = FLOATS, floats_tile
    p.step_bytes = 2 * sizeof(f32)
    if weight_storage == HALF:
        p.method, p.tile = HALVES, halves_tile
        p.step_bytes = sizeof(f32)
    elif weight_storage == BFLOAT:
        if HAS_TILES:
            p.method, p.tile, p.most_rows = TILES, amx_tile, 2 * AMX_ROWS
            p.parts = 1 if p.x_storage == BFLOAT else 2 if p.x_storage == HALF else 3
            p.step_depth = p.line_depth = 2 * LINE
            p.step_bytes = 2048
        elif HAS_DOT and p.x_storage == BFLOAT:
            p.method, p.tile = DOTS, dots_tile
            p.step_depth, p.line_depth = 2, 2 * LINE
        else:
            p.method, p.tile = PAIRS, pairs_tile
            p.step_bytes = sizeof(f32)


cdef void divide(Product* p, Py_ssize_t most_threads) noexcept nogil:
    """Choose the tiles, the tasks and the blocks of the depth."""
    cdef Py_ssize_t work = p.depth * p.columns * p.operands * (p.rows + STREAM_ROWS)
    cdef Py_ssize_t threads = smaller(most_threads, 1 + work // THREAD_WORK)
    cdef Py_ssize_t team_rows = AMX_TEAM_ROWS if p.method == TILES else TEAM_ROWS
    cdef Py_ssize_t tile_bytes = TILE_FLOATS * <Py_ssize_t>sizeof(float)
    cdef Py_ssize_t teams, team_tiles, block, groups, most_depth = BLOCK_DEPTH, tasks, slots
    p.threads = threads
    p.tiles = ceil_div(p.rows, p.most_rows)
    p.streams = most_streams(p)
    groups = ceil_div(p.panels, p.streams)
    teams = larger(1, smaller(threads, p.rows // team_rows))
    while threads % teams:
        teams -= 1
    p.block_depth = larger(1, p.depth)
    if p.method != TILES and p.rows // teams * packed_row_bytes(p, BLOCK_DEPTH) > BLOCK_BYTES:
        most_depth //= 2
    if p.depth > most_depth and p.tiles > 1:    # a single tile reads every weight once: nothing to be gained
        p.block_depth = ceil_div(ceil_div(p.depth, ceil_div(p.depth, most_depth)), 2 * SUM_LINES * LINE) * 2 * SUM_LINES * LINE
    p.chunk_depth = p.block_depth       # tried for vectors: 128 to 1024, so that weights stay in L1, is no faster
    if p.method == TILES:
        p.chunk_depth = (AMX_STEPS if p.parts == 1 else AMX_STEPS // 2) * p.step_depth
    # Tiles of a block, and panels for each task.
    team_tiles = ceil_div(p.tiles, teams)
    block = smaller(1 + BLOCK_BYTES // (p.most_rows * packed_row_bytes(p, p.block_depth) + 1), team_tiles)
    if p.method != TILES:
        block = smaller(block, BLOCK_ROWS // p.most_rows)
    p.row_blocks = teams * ceil_div(team_tiles, block)
    block = ceil_div(p.tiles, p.row_blocks)
    slots = block if p.streams == 1 else p.streams
    tasks = threads * MOST_TASKS if threads > 1 else 1
    if p.block_depth >= p.depth:
        p.column_blocks = smaller(ceil_div(tasks, p.row_blocks), groups)
    else:
        # Each task reads all blocks of the depth anew, which AMX notices: 128 rows by 5632 x 2048 took 1.3
        # times as long with 4 tasks a thread.
        if p.method == TILES:
            tasks = threads
        tasks = larger(tasks, p.row_blocks * ceil_div(p.panels * slots * tile_bytes, SUMS_BYTES))
        p.column_blocks = smaller(ceil_div(tasks, p.row_blocks), groups)
        slots *= ceil_div(p.panels, p.column_blocks) + 1
    p.tasks = p.row_blocks * p.column_blocks
    p.packed_bytes = block * p.most_rows * packed_row_bytes(p, p.depth)
    p.room_bytes = ceil_div(p.packed_bytes + slots * tile_bytes, CACHE_LINE) * CACHE_LINE


# ------------------------------------------------------------------- what Python sees --

cdef aligned_zeros(Py_ssize_t size, dtype):
    """From the start of a cache line on; large ones of a huge page.  With small pages 46 MB of weights
    and 14 rows took twice as long, and AMX a third more (1.5 MB, 256 rows).  NumPy asks for huge ones
    from 4 MB on."""
    cdef Py_ssize_t nbytes = size * np.dtype(dtype).itemsize
    cdef Py_ssize_t align = ROOM_PAGE if nbytes >= ROOM_PAGE // 2 else CACHE_LINE
    room = np.zeros((ceil_div(nbytes, align) + 1) * align // np.dtype(dtype).itemsize, dtype)
    cdef char* start = <char*>cnp.PyArray_DATA(room)
    cdef Py_ssize_t skip = (align - <Py_ssize_t>(<size_t>start % align)) % align
    if align == ROOM_PAGE:
        want_huge_pages(start + skip, ceil_div(nbytes, align) * align)
    return room[skip // room.itemsize:][:size]


cdef class Packed:
    """The weights and biases of a product, in the order in which the tiles read them.

    Parameters
    ----------
    matrices : sequence of float32 ndarray, shape (out_features, in_features)
        One, or gate and up.  Any strides; read-only will do.
    biases : sequence of (float32 ndarray, shape (out_features,), or None)
        One for each matrix.
    weight_dtype : {"float32", "float16", "bfloat16"}, optional
        What the weights are kept in.
    """
    cdef readonly Py_ssize_t operands
    cdef readonly Py_ssize_t in_features
    cdef readonly Py_ssize_t out_features
    cdef readonly str weight_dtype
    cdef Py_ssize_t panels
    cdef Py_ssize_t block, group
    cdef int storage
    cdef cnp.ndarray weights
    cdef cnp.ndarray bias
    cdef bint has_bias

    def __init__(self, matrices, biases, weight_dtype="float32"):
        out_features, in_features = matrices[0].shape
        self.describe(len(matrices), in_features, out_features, weight_dtype)
        self.weights = aligned_zeros(self.weight_count(), STORED[weight_dtype])
        self.bias = aligned_zeros(self.panels * 2 * VF_LANES, np.float32)
        self.has_bias = any(bias is not None for bias in biases)
        for operand, (matrix, bias) in enumerate(zip(matrices, biases)):
            self.copy_weights(matrix, operand, False)
            if bias is not None:
                self.copy_bias(bias, operand, False)

    cdef describe(self, Py_ssize_t operands, Py_ssize_t in_features, Py_ssize_t out_features, weight_dtype):
        self.operands, self.in_features, self.out_features = operands, in_features, out_features
        self.weight_dtype = weight_dtype
        self.storage = STORAGES[weight_dtype]
        _, self.block, self.group = layouts[weight_dtype]
        self.panels = ceil_div(out_features * operands, 2 * VF_LANES)

    cdef Py_ssize_t padded_depth(self) noexcept nogil:
        return ceil_div(self.in_features, self.block) * self.block

    cdef Py_ssize_t weight_count(self) noexcept nogil:
        return self.panels * self.padded_depth() * 2 * VF_LANES

    cdef void copy_weights(self, const float[:, :] matrix, Py_ssize_t operand, bint unpack):
        """Copy one operand's matrix (out_features, in_features) into its place, or back."""
        cdef Py_ssize_t vectors = 2 // self.operands, size = itemsize(self.storage)
        cdef Py_ssize_t panel, line, start, v, lane, k, column, count, i
        cdef float[32] values
        cdef uint16_t[32] rounded
        cdef char* stored = <char*>rounded if size == 2 else <char*>values
        cdef char* base
        cdef char* p
        for panel in range(self.panels):
            # 32 k of each column in turn, so that neither side is read or written twice.
            base = <char*>cnp.PyArray_DATA(self.weights) + panel * self.padded_depth() * 2 * VF_LANES * size
            for line in range(ceil_div(self.in_features, 32)):
                start = line * 32
                count = smaller(32, self.in_features - start)
                for v in range(vectors):
                    for lane in range(VF_LANES):
                        column = (panel * vectors + v) * VF_LANES + lane
                        if column >= self.out_features:
                            continue
                        if not unpack:
                            gather(FLOAT, FLOAT, <const char*>&matrix[column, start], matrix.strides[1], count,
                                   <char*>values)
                            if size == 2:
                                scatter(self.storage, FLOAT, <const char*>values, <char*>rounded, 2, count)
                        for i in range(count):
                            k = start + i
                            p = base + size * (
                                ((k // self.block * 2 + operand + v) * self.block + k % self.block // self.group
                                 * self.group) * VF_LANES + lane * self.group + k % self.group)
                            if unpack:      # from memory that may be read-only
                                memcpy(stored + i * size, p, size)
                            else:
                                memcpy(p, stored + i * size, size)
                        if unpack:
                            if size == 2:
                                gather(self.storage, FLOAT, <const char*>rounded, 2, count, <char*>values)
                            scatter(FLOAT, FLOAT, <const char*>values, <char*>&matrix[column, start],
                                    matrix.strides[1], count)

    cdef void copy_bias(self, const float[:] values, Py_ssize_t operand, bint unpack):
        """Copy one operand's biases into their place, or back."""
        cdef float* packed = <float*>cnp.PyArray_DATA(self.bias)
        cdef Py_ssize_t vectors = 2 // self.operands, column, vector, at
        for column in range(self.out_features):
            vector = column // VF_LANES
            at = (vector // vectors * 2 + operand + vector % vectors) * VF_LANES + column % VF_LANES
            if unpack:
                (<float*>&values[column])[0] = packed[at]
            else:
                packed[at] = values[column]

    def unpack(self):
        """Return the matrices and the biases in float32, as lists."""
        matrices, biases = [], []
        for operand in range(self.operands):
            matrices.append(np.empty((self.out_features, self.in_features), np.float32))
            biases.append(np.empty(self.out_features, np.float32))
            self.copy_weights(matrices[operand], operand, True)
            self.copy_bias(biases[operand], operand, True)
        return matrices, biases

    @staticmethod
    def over(operands, in_features, out_features, weights, bias, weight_dtype="float32"):
        """Return a Packed over what `arrays` returned, without a copy; read-only memory will do."""
        cdef Packed packed = Packed.__new__(Packed)
        packed.describe(operands, in_features, out_features, weight_dtype)
        for array, dtype, size in [(weights, np.dtype(STORED[weight_dtype]), packed.weight_count()),
                                   (bias, np.dtype(np.float32), packed.panels * 2 * VF_LANES)]:
            if array.dtype != dtype or array.shape != (size,) or not array.flags.c_contiguous or not array.flags.aligned:
                raise ValueError("the packed arrays do not fit these features")
        packed.weights, packed.bias = weights, bias
        packed.has_bias = bool(np.any(bias.view(np.uint32)))
        return packed

    def arrays(self):
        """Return the packed weights and biases, not copied.  Their order: `layouts`."""
        return self.weights, self.bias

    @property
    def nbytes(self):
        return self.weights.nbytes + self.bias.nbytes


cdef void describe_product(Product* p, Packed packed) noexcept:
    p.operands = packed.operands
    p.depth = packed.in_features
    p.columns = packed.out_features
    p.panels = packed.panels
    p.panel_bytes = packed.padded_depth() * 2 * VF_LANES * itemsize(packed.storage)
    p.weights = <const char*>cnp.PyArray_DATA(packed.weights)
    p.bias = <const float*>cnp.PyArray_DATA(packed.bias)
    p.has_bias = packed.has_bias


cdef int hidden_storage(const Product* p, int weight_storage) noexcept:
    """The type of what the next product reads: bfloat16 where only that is multiplied, else float32."""
    return BFLOAT if p.x_storage == BFLOAT and weight_storage == BFLOAT and (HAS_TILES or HAS_DOT) else FLOAT


def run(products, cnp.ndarray x, str x_dtype, cnp.ndarray out, str out_dtype):
    """Write the products of all rows of x, one after the other, to `out`.

    Parameters
    ----------
    products : sequence of (Packed, kernels, parameters)
        At most two; each takes what the one before gives.  kernels : capsules of Kernels, or None;
        the activation's "forward" loops for one matrix, its "gated" loops for two: for results that
        are not rounded to bfloat16, and for those that are.  parameters : float32 ndarray, the
        kernels' inputs after the matrices'.
    x : ndarray, shape (rows, in_features)
        Aligned, in native byte order.
    x_dtype : {"float32", "float16", "bfloat16"}
    out : ndarray, shape (rows, out_features)
        Likewise; not overlapping x.
    out_dtype : {"float32", "float16", "bfloat16"}

    Raises
    ------
    MemoryError
        Before anything is written.
    """
    cdef Call call
    cdef Py_ssize_t[MAX_PRODUCTS] tasks
    cdef Product* p
    cdef Packed packed
    cdef Py_ssize_t i, rows = cnp.PyArray_DIM(x, 0), features = cnp.PyArray_DIM(x, 1), size
    cdef Py_ssize_t most_threads = num_threads(), hidden_bytes = 0
    cdef const float[::1] values
    call.count, call.threads, call.room_bytes = len(products), 1, 0
    if not 1 <= call.count <= MAX_PRODUCTS:
        raise ValueError(f"1 or 2 products, not {call.count}")
    for i in range(call.count):
        packed, kernels, parameters = products[i]
        p = &call.products[i]
        values = parameters
        p.kernel = NULL
        p.parameters = &values[0] if values.shape[0] else NULL
        if packed.in_features != features:
            raise ValueError("x, out and the weights do not fit together")
        features = packed.out_features
        describe_product(p, packed)
        p.rows = rows
        if i == 0:
            p.x, p.x_storage = <const char*>cnp.PyArray_DATA(x), STORAGES[x_dtype]
            p.x_row, p.x_column = cnp.PyArray_STRIDE(x, 0), cnp.PyArray_STRIDE(x, 1)
        else:
            p.x_storage = call.products[i - 1].out_storage
            p.x_column = itemsize(p.x_storage)
            p.x_row = packed.in_features * p.x_column
            hidden_bytes += rows * p.x_row
        if i == call.count - 1:
            p.out, p.out_storage = <char*>cnp.PyArray_DATA(out), STORAGES[out_dtype]
            p.out_row, p.out_column = cnp.PyArray_STRIDE(out, 0), cnp.PyArray_STRIDE(out, 1)
        else:
            p.out_storage = hidden_storage(p, (<Packed>products[i + 1][0]).storage)
            p.out_column = itemsize(p.out_storage)
            p.out_row = features * p.out_column
        if kernels is not None:
            p.kernel = <const Kernel*>PyCapsule_GetPointer(kernels[p.out_storage == BFLOAT], "fastact.Kernel")
            if p.kernel.nin != packed.operands + values.shape[0] or p.kernel.nargs >= MAX_ARGUMENTS:
                raise ValueError(f"the kernel takes {p.kernel.nin} inputs, not {packed.operands + values.shape[0]}")
        choose(p, packed.storage)
        p.tasks = tasks[i] = 0
        if rows and p.columns:
            divide(p, most_threads)
            tasks[i] = p.tasks
            call.threads = larger(call.threads, p.threads)
            call.room_bytes = larger(call.room_bytes, CACHE_LINE + p.room_bytes)
    if features != cnp.PyArray_DIM(out, 1) or rows != cnp.PyArray_DIM(out, 0):
        raise ValueError("x, out and the weights do not fit together")
    if rows == 0 or features == 0:
        return
    call.room = <char*>take_room(call.threads * call.room_bytes + hidden_bytes)
    if call.room is NULL:
        raise MemoryError
    for i in range(call.threads):
        (<Held*>(call.room + i * call.room_bytes)).product = NULL
    for i in range(call.count):
        if i:
            call.products[i].x = call.products[i - 1].out = call.room + call.threads * call.room_bytes
    with nogil:
        parallel_phases(multiply_task, &call, tasks, call.count, <int>call.threads)
    give_room(call.room)
