# The description of a product of matrices: one struct for each concern, and the constants that they share.

cdef extern from "bfloat16.h" nogil:
    """
    enum { TILE_FLOATS = (HAS_TILES ? 32 : TILE_ROWS) * 2 * VF_LANES };
    """
    enum:
        TILE_ROWS       # largest number of rows of a tile without AMX
        TILE_FLOATS     # memory for the sums of a tile, in floats

cdef extern from "room.h" nogil:
    void PREFETCH(const void* p)        # into L2
    void PREFETCH_NEAR(const void* p)   # into L1 and L2
    void PREFETCH_TO_WRITE(const void* p)

cdef enum:
    CACHE_LINE = 64     # bytes
    LINE = 16           # floats in a cache line, or pairs of 16 bits
    AMX_ROWS = 16       # rows of a tile register of AMX

# The kinds of methods; a method multiplies weights of one type by x of one type.  matmul.pyx has a table of them.
cdef enum:
    FLOATS
    HALVES
    PAIRS
    DOTS
    TILES
    CODES
    CODE_PAIRS
    BYTES

cdef enum:
    CODED = -1                  # the "type" of weights of a few bits, beside those of buffers.pxd

cdef extern from "tiles_codes.h" nogil:
    ctypedef struct code_form:
        int bits, by_table, grain_bits, scales, minima
        float values[16]
        uint8_t bytes[16]
    ctypedef struct x_unit:
        pass
    ctypedef void (*bytes_tile_t)(
        const code_form* f, const uint8_t* strip, Py_ssize_t units, Py_ssize_t rows, const x_unit* x, float* c) noexcept nogil

cdef struct Product

# The memory that a tile prefetches.  Tiles take a pointer to it: a copy is read by wide loads right after narrow stores, and
# such a load waits until the results before it have left the core (32 rows of an MLP of 384 x 1536, two cores with an L3 each:
# 1.02 times as fast without).
cdef struct Ahead:
    const char* at              # address of the next cache line
    Py_ssize_t pace             # number of cache lines for every two steps, or for every step of AMX
    Py_ssize_t jump             # number of the line of steps before which `at` is moved
    Py_ssize_t by               # number of bytes by which `at` is moved
    bint near                   # whether the lines go to L1, too; not for AMX

# A microkernel: computes the sums of a tile for `streams` panels from packed rows; if `resume`, adds them to c.
ctypedef void (*tile_t)(
    Py_ssize_t rows, Py_ssize_t streams, const char* x, const char* w, Py_ssize_t panel_bytes, Py_ssize_t steps,
    int parts, bint resume, const Ahead* ahead, float* c) noexcept nogil

# The packed weights and biases, see weights.pxi.
cdef struct Weights:
    Py_ssize_t operands         # number of matrices: 1 in a plain product, 2 in a gated one (gate and up)
    Py_ssize_t depth            # K, in_features
    Py_ssize_t columns          # N, out_features
    Py_ssize_t panels           # number of panels, of two vectors of columns each
    Py_ssize_t panel_bytes      # bytes of a panel of weights
    const char* data            # the weights, starting at a cache line
    const float* bias           # the biases, two vectors for each panel
    bint has_bias               # whether a bias is not zero
    # Of weights of a few bits instead of panel_bytes and data, for each vector of a panel:
    const code_form* forms[2]
    const uint8_t* strips[2]    # the strip of the first panel
    Py_ssize_t strip_step[2]    # bytes from a panel's strip to that of the next
    bytes_tile_t bytes_tile[2]  # the microkernel for x in bytes

# The rows of x in memory, before they are packed.
cdef struct Rows:
    Py_ssize_t count            # M, the number of rows
    const char* data            # the first element of the first row
    const int32_t* chosen       # indices of the rows from there on; NULL: the rows follow one another
    int storage                 # type of the elements, one of those in buffers.pxd
    Py_ssize_t row_step         # bytes from a row to the next
    Py_ssize_t column_step      # bytes from an element to the next of its row

# How weights of one type and x of one type are multiplied, see methods.pxi.
cdef struct Method:
    int kind                    # FLOATS to BYTES
    bint by_amx                 # a tile is two tile registers of rows; all tiles of a block have equally many rows
    tile_t tile                 # the microkernel
    int parts                   # number of bfloat16 numbers for each element of x; 1 without AMX
    bint x_as_stored            # whether rows of x are packed as bfloat16, not widened to float
    Py_ssize_t most_rows        # largest number of rows of a tile
    Py_ssize_t step_depth       # number of k in one step of the microkernel
    Py_ssize_t step_bytes       # bytes of a panel for one step
    Py_ssize_t line_depth       # number of k in a cache line of packed rows
    Py_ssize_t chunk_depth      # number of k after which the sums leave the registers; 0: at the end of a block
    Py_ssize_t team_rows        # number of rows of x for each team of threads, see methods.pxi

# The function that is applied to the sums.
cdef struct Activation:
    const Kernel* kernel        # the loop of the activation; NULL: there is none
    const float* parameters     # the parameters of the activation

# The memory of the results.
cdef struct Output:
    char* data                  # the first element of the first row
    int storage                 # type of the elements, one of those in buffers.pxd
    Py_ssize_t row_step         # bytes from a row to the next
    Py_ssize_t column_step      # bytes from an element to the next of its row

# How the work is divided among blocks, tasks and threads, see schedule.pxi.
cdef struct Schedule:
    Py_ssize_t threads          # number of threads
    bint from_memory            # whether the weights of the call are too many for the caches
    Py_ssize_t tiles            # number of tiles that the rows are divided into
    Py_ssize_t streams          # number of panels that a tile takes at a time
    Py_ssize_t row_blocks       # number of blocks that the tiles are divided into
    Py_ssize_t column_blocks    # number of blocks that the panels are divided into
    Py_ssize_t tasks            # number of tasks; each is one row block by one column block
    Py_ssize_t block_depth      # number of k that a task computes for all its panels before the next k
    Py_ssize_t chunk_depth      # number of these k that a microkernel sums up at a time
    Py_ssize_t packed_bytes     # memory for the packed rows of a block, in bytes
    Py_ssize_t sums_bytes       # memory for the sums of a task, in bytes
    Py_ssize_t room_bytes       # memory for the packed rows, the sums and a list of zeros, in bytes

# Some columns of a product, chosen by the caller, see chosen.pxi.
cdef struct Chosen:
    const int64_t* columns      # their indices, in order; NULL: all columns are computed
    const char* units[2]        # of each matrix the weights by unit
    Py_ssize_t unit_bytes[2]    # bytes from a unit to the next
    Py_ssize_t block_words      # words of a unit that a panel has in one piece
    bint halves                 # whether the weights are float16
    bint filled                 # whether the memory of all panels that are computed at a time has some weights

cdef struct Product:
    Weights weights
    Chosen chosen
    Rows x
    Method method
    Activation activation
    Output out
    Schedule schedule
    bint sparse                 # whether x may have many zeros, and the weights are finite


cdef inline Py_ssize_t ceil_div(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return (a + b - 1) // b


cdef inline Py_ssize_t smaller(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return a if a < b else b


cdef inline Py_ssize_t larger(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return a if a > b else b


cdef inline Py_ssize_t share(Py_ssize_t total, Py_ssize_t parts, Py_ssize_t i) noexcept nogil:
    """Index at which part i begins if `total` things are spread evenly: 17 rows make tiles of 8 and 9."""
    return total * i // parts


cdef inline Py_ssize_t first_row(const Product* p, Py_ssize_t tile) noexcept nogil:
    """Index of the first row of a tile."""
    return share(p.x.count, p.schedule.tiles, tile)


cdef inline Py_ssize_t packed_row_bytes(const Product* p, Py_ssize_t depth) noexcept nogil:
    """Bytes of a packed row, in whole cache lines."""
    return ceil_div(depth, p.method.line_depth) * p.method.parts * CACHE_LINE


cdef inline Py_ssize_t amx_rows(const Product* p) noexcept nogil:
    """Number of rows of each tile of a block with AMX.  Some tiles use one row less; their last row is ignored."""
    return ceil_div(p.x.count, p.schedule.tiles)
