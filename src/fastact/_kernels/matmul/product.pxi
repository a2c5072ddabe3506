# What a product of matrices is made of: one struct for each concern, and the numbers that they share.

cdef extern from "bfloat16.h" nogil:
    """
    enum {
        /* The registers hold the sums (2 vectors a row), the panel's two vectors and one of x. */
        TILE_ROWS = SIMD_REGISTERS >= 32 ? 14 : 6,
        TILE_FLOATS = (HAS_TILES ? 32 : TILE_ROWS) * 2 * VF_LANES
    };
    """
    enum:
        TILE_ROWS       # most rows of a tile by vectors
        TILE_FLOATS     # room for the sums of a tile, in floats

cdef extern from "room.h" nogil:
    void PREFETCH(const void* p)
    void PREFETCH_TO_WRITE(const void* p)

cdef enum:
    CACHE_LINE = 64     # bytes
    LINE = 16           # floats in a cache line, or pairs of 16 bits
    AMX_ROWS = 16       # rows of a tile register of AMX

# Kinds of methods: how weights of one type are multiplied by x of one type; the table is in matmul.pyx.
cdef enum:
    FLOATS
    HALVES
    PAIRS
    DOTS
    TILES

cdef struct Product

# What a tile prefetches.
cdef struct Ahead:
    const char* at
    Py_ssize_t pace             # cache lines for every two steps, or for every step of AMX
    Py_ssize_t jump             # line of steps before which `at` is moved
    Py_ssize_t by               # bytes by which it is moved

# A microkernel: the sums of a tile, for `streams` panels, from packed rows; added to those in c if `resume`.
ctypedef void (*tile_t)(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, Ahead ahead, float* c) noexcept nogil

# The packed weights and biases, see weights.pxi.
cdef struct Weights:
    Py_ssize_t operands         # matrices: 1 in a plain product, 2 in a gated one (gate and up)
    Py_ssize_t depth            # K, in_features
    Py_ssize_t columns          # N, out_features
    Py_ssize_t panels           # of two vectors of columns
    Py_ssize_t panel_bytes
    const char* data
    const float* bias           # two vectors for each panel
    bint has_bias               # whether a bias is not zero

# The rows of x, as they lie in memory.
cdef struct Rows:
    Py_ssize_t count            # M
    const char* data
    int storage                 # type, of buffers.pxd
    Py_ssize_t row_step         # bytes from a row to the next
    Py_ssize_t column_step      # bytes from an element to the next of its row

# How weights of their type and x of its type are multiplied, see methods.pxi.
cdef struct Method:
    int kind                    # FLOATS to TILES
    bint by_amx                 # registers are tiles: two of rows at a time, as many rows in each tile of a block
    tile_t tile
    int parts                   # bfloat16 numbers that stand for an element of x, with AMX
    bint x_as_stored            # rows of x are packed as bfloat16, not widened to float
    Py_ssize_t most_rows        # of a tile
    Py_ssize_t step_depth       # k of a microkernel's step
    Py_ssize_t step_bytes       # bytes that a panel has for a step
    Py_ssize_t line_depth       # k of a cache line of packed rows
    Py_ssize_t chunk_depth      # k after which the sums leave the registers, if not after the block's depth: else 0
    Py_ssize_t team_rows        # rows of x for each team of threads, see schedule.pxi

# What is done with the sums.
cdef struct Activation:
    const Kernel* kernel        # NULL: nothing
    const float* parameters

# Where the results go.
cdef struct Output:
    char* data
    int storage                 # type, of buffers.pxd
    Py_ssize_t row_step         # bytes from a row to the next
    Py_ssize_t column_step      # bytes from an element to the next of its row

# How the work is cut and shared out, see schedule.pxi.
cdef struct Schedule:
    Py_ssize_t threads
    Py_ssize_t tiles            # of rows
    Py_ssize_t streams          # panels that a tile takes at a time
    Py_ssize_t row_blocks       # of tiles
    Py_ssize_t column_blocks    # of panels
    Py_ssize_t tasks            # each is one of the row blocks by one of the column blocks
    Py_ssize_t block_depth      # k that a task does of all its panels before it goes on
    Py_ssize_t chunk_depth      # k of that which a microkernel sums up at a time
    Py_ssize_t packed_bytes     # room for the packed rows of a block
    Py_ssize_t room_bytes       # room for these and for the sums

cdef struct Product:
    Weights weights
    Rows x
    Method method
    Activation activation
    Output out
    Schedule schedule


cdef inline Py_ssize_t ceil_div(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return (a + b - 1) // b


cdef inline Py_ssize_t smaller(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return a if a < b else b


cdef inline Py_ssize_t larger(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return a if a > b else b


cdef inline Py_ssize_t share(Py_ssize_t total, Py_ssize_t parts, Py_ssize_t i) noexcept nogil:
    """Where part i begins if `total` things are spread evenly: 17 rows make tiles of 8 and 9."""
    return total * i // parts


cdef inline Py_ssize_t first_row(const Product* p, Py_ssize_t tile) noexcept nogil:
    """The row that a tile begins with."""
    return share(p.x.count, p.schedule.tiles, tile)


cdef inline Py_ssize_t packed_row_bytes(const Product* p, Py_ssize_t depth) noexcept nogil:
    """Bytes of a packed row: whole cache lines."""
    return ceil_div(depth, p.method.line_depth) * p.method.parts * CACHE_LINE


cdef inline Py_ssize_t amx_rows(const Product* p) noexcept nogil:
    """Rows that each tile of a block has with AMX.  Some tiles have one row less; their last one is not used."""
    return ceil_div(p.x.count, p.schedule.tiles)
