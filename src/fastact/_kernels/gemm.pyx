"""Matrix products with packed weights and the activation in the epilogue, in float32.

    out = f(x Wᵀ + b)                       plain
    out = f(x Wgᵀ + bg) * (x Wuᵀ + bu)      gated

One microkernel serves both.  It multiplies rows of x by a panel of two vectors of columns; in a
plain product these are neighbours, in a gated one the first holds gate columns and the second
the up columns that go with them.  Only packing and epilogue know which.

weights      [panel][k][2 vectors], from a cache line's start, the last columns padded with zeros:
             one stream feeds both vectors.  (For 16-bit and 8-bit weights: [k / v][2 vectors][v].)
rows of x    [tile][k / 16][row][16], packed for each block: one cache line of every row in turn,
             for at a row's own stride, often a power of two, all rows want the same few cache sets
tile         up to TILE_ROWS rows by one panel, summed over all of K in registers, finished in L1

multiply() -> one task a thread: some tiles of rows, some panels
           -> blocks of tiles whose packed rows stay in L2
           -> panels, each read from L2 by all tiles of the block but the first
           -> tiles

Every element is one chain of multiply-adds over k = 0, 1, ... from zero, then the bias is added:
its bits depend on its row of x and its weights, not on the other rows, their number, the tile
that it falls into or the number of threads.
"""
import numpy as np

from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

from fastact._kernels.kernel cimport Kernel
from fastact._kernels.simd cimport VF_LANES, f32, load_f, mul_add_f, splat_f, store_f
from fastact._parallel cimport num_threads, parallel_for

cdef extern from "simd.h" nogil:
    """
    /* 2 x TILE_ROWS accumulators, the panel's two vectors and a broadcast fill the registers. */
    enum { TILE_ROWS = SIMD_REGISTERS >= 32 ? 14 : 6 };

    #if defined(__GNUC__) || defined(__clang__)
    #define PREFETCH(p) __builtin_prefetch((p), 0, 2)
    #else
    #define PREFETCH(p) ((void)(p))
    #endif
    """
    enum:
        TILE_ROWS
    void PREFETCH(const void* p)

cdef enum:
    LINE = 16                   # floats in a cache line
    MAX_ARGUMENTS = 8           # of an elementwise kernel

    # Packed rows of a block.  They share L2 with a panel, 256 KB at K = 2048.
    BLOCK_FLOATS = 96 * 1024

    # Rows from which a team of threads takes rows of its own and streams all the weights: below,
    # that stream (5.5 GB/s at 64 rows and 177 GFLOP/s, in each team) would cost too much.
    TEAM_ROWS = 64

    # Multiply-adds that pay for a thread, some 25 microseconds' worth: five times what waking it
    # takes.  Streaming a weight from L2 or L3 takes as long as multiplying it by STREAM_ROWS rows.
    THREAD_WORK = 1 << 21
    STREAM_ROWS = 8

tile = f"{TILE_ROWS}x{2 * VF_LANES}"

# The packed order, by the type of the weights: lanes of a vector, block, group of _files.Layout.
layouts = {"float32": (VF_LANES, 1, 1)}

cdef struct Product:
    const Kernel* kernel        # the activation, NULL for none
    const float* parameters     # of the activation
    Py_ssize_t operands         # 1: plain, 2: gate and up
    Py_ssize_t depth            # K
    Py_ssize_t columns          # N
    Py_ssize_t panels
    const float* weights
    const float* bias
    Py_ssize_t rows             # M
    Py_ssize_t tiles
    const char* x
    Py_ssize_t x_row            # strides of x, in bytes
    Py_ssize_t x_column
    char* out
    Py_ssize_t out_row          # and of out
    Py_ssize_t out_column
    Py_ssize_t row_teams        # threads = row_teams * column_teams
    Py_ssize_t column_teams
    Py_ssize_t block            # tiles at most that a thread packs at a time
    float* packed_rows          # room for them, for each thread


cdef inline Py_ssize_t ceil_div(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return (a + b - 1) // b


cdef inline Py_ssize_t smaller(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return a if a < b else b


cdef inline Py_ssize_t share(Py_ssize_t total, Py_ssize_t parts, Py_ssize_t i) noexcept nogil:
    """Where part i begins if `total` things are spread evenly: 17 rows make tiles of 8 and 9."""
    return total * i // parts


cdef inline Py_ssize_t row_floats(Py_ssize_t depth) noexcept nogil:
    """Room for a packed row: whole cache lines."""
    return ceil_div(depth, LINE) * LINE


# -------------------------------------------------------------------------------- tiles --

cdef inline void step(
    Py_ssize_t rows, Py_ssize_t k, const float* x, const float* w, f32 (*sums)[2],
) noexcept nogil:
    """sums[r][v] += x[r][k] * w[k][v], one multiply-add each."""
    cdef const float* w_k = w + k * 2 * VF_LANES
    cdef f32 w0 = load_f(w_k), w1 = load_f(w_k + VF_LANES)
    cdef f32 x_r, zero = splat_f(0)
    cdef Py_ssize_t r
    for r in range(rows):
        x_r = x[r * LINE + k] - zero    # a bare broadcast; 0 + x is an addition, as -0 would change
        sums[r][0] = mul_add_f(x_r, w0, sums[r][0])
        sums[r][1] = mul_add_f(x_r, w1, sums[r][1])


cdef inline void tile_of(
    Py_ssize_t rows, const float* x, const float* w, const float* bias, Py_ssize_t depth,
    const float* ahead, Py_ssize_t pace, float* c,
) noexcept nogil:
    """c[v][r] = bias[v] + sum over k of x[r][k] * w[k][v], for packed rows and one panel.

    On the way it fetches into L2 what lies at `ahead`, `pace` cache lines for every two k.

    To be called with a constant number of rows: then the sums are registers.  Two steps a round
    keep the loop's own instructions off the ports of the multiply-adds: 161 GFLOP/s where one step
    gives 150 (12 rows, AVX-512).  With four, GCC 12 spills: 145 where two give 164 (14 rows).
    """
    cdef f32 sums[TILE_ROWS][2]
    cdef f32 zero = splat_f(0), bias0 = load_f(bias), bias1 = load_f(bias + VF_LANES)
    cdef Py_ssize_t r, i, line, pair, k
    for r in range(rows):
        sums[r][0] = zero
        sums[r][1] = zero
    for line in range(depth // LINE):
        for pair in range(LINE // 2):
            for i in range(pace):
                PREFETCH(ahead + i * LINE)
            ahead += pace * LINE
            step(rows, 0, x, w, sums)
            step(rows, 1, x, w, sums)
            x += 2
            w += 2 * 2 * VF_LANES
        x += (rows - 1) * LINE
    for k in range(depth % LINE):
        step(rows, 0, x, w, sums)
        x += 1
        w += 2 * VF_LANES
    for r in range(rows):
        store_f(c + r * VF_LANES, sums[r][0] + bias0)
        store_f(c + (rows + r) * VF_LANES, sums[r][1] + bias1)


cdef void any_tile(
    Py_ssize_t rows, const float* x, const float* w, const float* bias, Py_ssize_t depth,
    const float* ahead, Py_ssize_t pace, float* c,
) noexcept nogil:
    """tile_of(), compiled for each number of rows from 1 to TILE_ROWS."""
    if rows == 1:
        tile_of(1, x, w, bias, depth, ahead, pace, c)
    elif rows == 2:
        tile_of(2, x, w, bias, depth, ahead, pace, c)
    elif rows == 3:
        tile_of(3, x, w, bias, depth, ahead, pace, c)
    elif rows == 4:
        tile_of(4, x, w, bias, depth, ahead, pace, c)
    elif rows == 5:
        tile_of(5, x, w, bias, depth, ahead, pace, c)
    elif rows == 6:
        tile_of(6, x, w, bias, depth, ahead, pace, c)
    elif TILE_ROWS > 6:
        if rows == 7:
            tile_of(7, x, w, bias, depth, ahead, pace, c)
        elif rows == 8:
            tile_of(8, x, w, bias, depth, ahead, pace, c)
        elif rows == 9:
            tile_of(9, x, w, bias, depth, ahead, pace, c)
        elif rows == 10:
            tile_of(10, x, w, bias, depth, ahead, pace, c)
        elif rows == 11:
            tile_of(11, x, w, bias, depth, ahead, pace, c)
        elif rows == 12:
            tile_of(12, x, w, bias, depth, ahead, pace, c)
        elif rows == 13:
            tile_of(13, x, w, bias, depth, ahead, pace, c)
        elif rows == 14:
            tile_of(14, x, w, bias, depth, ahead, pace, c)


# ----------------------------------------------------------------------------- epilogue --

cdef void activate(const Product* p, float* c, Py_ssize_t n) noexcept nogil:
    """c[:n] = f(c[:n]), or f(c[:n]) * c[n:2n] for a gated product."""
    cdef char* arguments[MAX_ARGUMENTS]
    cdef Py_ssize_t steps[MAX_ARGUMENTS]
    cdef Py_ssize_t i
    if p.kernel is NULL:
        if p.operands == 2:
            for i in range(n):
                c[i] *= c[n + i]
        return
    for i in range(p.kernel.nin):
        if i < p.operands:
            arguments[i], steps[i] = <char*>(c + i * n), sizeof(float)
        else:
            arguments[i], steps[i] = <char*>(p.parameters + i - p.operands), 0
    arguments[p.kernel.nin], steps[p.kernel.nin] = <char*>c, sizeof(float)
    p.kernel.apply(p.kernel, arguments, steps, n)


cdef void finish(
    const Product* p, Py_ssize_t panel, Py_ssize_t row, Py_ssize_t rows, float* c,
) noexcept nogil:
    """Activation, product, and what of the tile lies inside the result, to there."""
    cdef Py_ssize_t vectors = 2 // p.operands       # of results
    cdef Py_ssize_t v, r, i, column, count
    cdef char* out
    activate(p, c, vectors * rows * VF_LANES)
    for v in range(vectors):
        column = (panel * vectors + v) * VF_LANES
        count = smaller(VF_LANES, p.columns - column)
        for r in range(rows):
            out = p.out + (row + r) * p.out_row + column * p.out_column
            if count == VF_LANES and p.out_column == sizeof(float):
                store_f(out, load_f(c))
            else:
                for i in range(count):
                    (<float*>(out + i * p.out_column))[0] = c[i]
            c += VF_LANES


# -------------------------------------------------------------------------------- tasks --

cdef void pack_rows(const Product* p, Py_ssize_t row, Py_ssize_t rows, float* packed) noexcept nogil:
    """One tile's rows of x, a cache line of each in turn."""
    cdef Py_ssize_t line, start, r, i, count
    cdef const char* x
    for line in range(ceil_div(p.depth, LINE)):
        start = line * LINE
        count = smaller(LINE, p.depth - start)
        for r in range(rows):
            x = p.x + (row + r) * p.x_row + start * p.x_column
            if count == LINE and p.x_column == sizeof(float):
                memcpy(packed, x, LINE * sizeof(float))
            else:
                for i in range(count):
                    packed[i] = (<const float*>(x + i * p.x_column))[0]
            packed += LINE


cdef void multiply_block(
    const Product* p, Py_ssize_t first_tile, Py_ssize_t last_tile,
    Py_ssize_t first_panel, Py_ssize_t last_panel, float* packed_rows,
) noexcept nogil:
    """The block's tiles of all these panels; a panel is used up before the next is begun.

    Meanwhile the next panel is fetched into L2, spread evenly over the tiles.  From L3 that makes
    16 rows 1.5 times as fast and 500 rows 1.3 times (K = 2048), even 128 rows of K = 384 1.05
    times.  Fetching the same panel, some way ahead of where it is read, gains less.
    """
    cdef f32 c[TILE_ROWS][2]
    cdef float* x = packed_rows
    cdef const float* w
    cdef const float* ahead
    cdef Py_ssize_t panel_floats = p.depth * 2 * VF_LANES
    cdef Py_ssize_t lines = ceil_div(4 * VF_LANES, LINE)            # of weights, for every two k
    cdef Py_ssize_t pace = ceil_div(lines, last_tile - first_tile)  # of them, for each tile
    cdef Py_ssize_t t, panel, row, rows
    for t in range(first_tile, last_tile):
        row = share(p.rows, p.tiles, t)
        rows = share(p.rows, p.tiles, t + 1) - row
        pack_rows(p, row, rows, x)
        x += rows * row_floats(p.depth)
    for panel in range(first_panel, last_panel):
        x = packed_rows
        w = p.weights + panel * panel_floats
        ahead = w + panel_floats
        for t in range(first_tile, last_tile):
            row = share(p.rows, p.tiles, t)
            rows = share(p.rows, p.tiles, t + 1) - row
            any_tile(rows, x, w, p.bias + panel * 2 * VF_LANES, p.depth, ahead,
                     pace if (t - first_tile) * pace < lines else 0, <float*>c)
            finish(p, panel, row, rows, <float*>c)
            x += rows * row_floats(p.depth)
            ahead += p.depth // 2 * pace * LINE


cdef void multiply_share(void* context, Py_ssize_t index) noexcept nogil:
    """One thread's tiles and panels."""
    cdef const Product* p = <const Product*>context
    cdef Py_ssize_t row_team = index // p.column_teams, column_team = index % p.column_teams
    cdef Py_ssize_t first_tile = share(p.tiles, p.row_teams, row_team)
    cdef Py_ssize_t tiles = share(p.tiles, p.row_teams, row_team + 1) - first_tile
    cdef Py_ssize_t first_panel = share(p.panels, p.column_teams, column_team)
    cdef Py_ssize_t last_panel = share(p.panels, p.column_teams, column_team + 1)
    cdef Py_ssize_t blocks = ceil_div(tiles, p.block), i
    cdef float* packed_rows = p.packed_rows + index * p.block * TILE_ROWS * row_floats(p.depth)
    for i in range(blocks):
        multiply_block(
            p, first_tile + share(tiles, blocks, i), first_tile + share(tiles, blocks, i + 1),
            first_panel, last_panel, packed_rows)


cdef void divide(Product* p) noexcept nogil:
    """Choose the tiles, the teams and the size of a block."""
    cdef Py_ssize_t work = p.depth * p.columns * p.operands * (p.rows + STREAM_ROWS)
    cdef Py_ssize_t threads = smaller(num_threads(), 1 + work // THREAD_WORK)
    p.tiles = ceil_div(p.rows, TILE_ROWS)
    p.row_teams = 1 if p.rows < TEAM_ROWS else smaller(threads, p.rows // TEAM_ROWS)
    while threads % p.row_teams:
        p.row_teams -= 1
    p.column_teams = smaller(threads // p.row_teams, p.panels)
    p.block = smaller(1 + BLOCK_FLOATS // (TILE_ROWS * row_floats(p.depth) + 1), ceil_div(p.tiles, p.row_teams))


# ------------------------------------------------------------------- what Python sees --

cdef Py_ssize_t to_line(const float* p) noexcept nogil:
    """Floats from p to the next start of a cache line."""
    return (LINE - <size_t>p // sizeof(float) % LINE) % LINE


cdef float[::1] aligned_floats(Py_ssize_t size):
    """Uninitialised, from the start of a cache line on.  NumPy asks for huge pages from 4 MB on:
    with 46 MB of weights and 14 rows that doubled the speed."""
    cdef float[::1] room = np.empty(size + LINE, np.float32)
    cdef Py_ssize_t skip = to_line(&room[0])
    return room[skip:skip + size]


cdef class Packed:
    """The weights and biases of a product, in the order in which the tiles read them.

    Parameters
    ----------
    matrices : sequence of float32 ndarray, shape (out_features, in_features)
        One, or gate and up.  Any strides; read-only will do.
    biases : sequence of (float32 ndarray, shape (out_features,), or None)
        One for each matrix.
    """
    cdef readonly Py_ssize_t operands
    cdef readonly Py_ssize_t in_features
    cdef readonly Py_ssize_t out_features
    cdef Py_ssize_t panels
    cdef const float[::1] weights
    cdef const float[::1] bias

    def __init__(self, matrices, biases):
        self.operands = len(matrices)
        self.out_features, self.in_features = matrices[0].shape
        self.panels = ceil_div(self.out_features * self.operands, 2 * VF_LANES)
        cdef float[::1] packed_weights = aligned_floats(self.panels * self.in_features * 2 * VF_LANES)
        cdef float[::1] packed_bias = aligned_floats(self.panels * 2 * VF_LANES)
        for operand, (matrix, bias) in enumerate(zip(matrices, biases)):
            if bias is None:
                bias = np.zeros(self.out_features, np.float32)
            self.copy(packed_weights, matrix, operand, False)
            self.copy(packed_bias, bias[:, None], operand, False)
        self.weights, self.bias = packed_weights, packed_bias

    cdef void copy(
        self, const float[::1] packed, const float[:, :] matrix, Py_ssize_t operand, bint unpack,
    ) noexcept nogil:
        """Copy one operand's matrix (out_features, depth) into its place, or back."""
        cdef Py_ssize_t vectors = 2 // self.operands, depth = matrix.shape[1]
        cdef Py_ssize_t panel, line, start, v, lane, k, column
        cdef float* p
        for panel in range(self.panels):
            # A cache line of each column in turn, so that neither side is read or written twice.
            for line in range(ceil_div(depth, LINE)):
                start = line * LINE
                for v in range(vectors):
                    for lane in range(VF_LANES):
                        column = (panel * vectors + v) * VF_LANES + lane
                        p = <float*>&packed[((panel * depth + start) * 2 + operand + v) * VF_LANES + lane]
                        for k in range(start, smaller(start + LINE, depth)):
                            if unpack:      # from memory that may be read-only
                                if column < self.out_features:
                                    (<float*>&matrix[column, k])[0] = p[0]
                            elif column < self.out_features:
                                p[0] = matrix[column, k]
                            else:
                                p[0] = 0
                            p += 2 * VF_LANES

    def unpack(self):
        """Return the matrices and the biases, as lists."""
        matrices, biases = [], []
        for operand in range(self.operands):
            matrices.append(np.empty((self.out_features, self.in_features), np.float32))
            biases.append(np.empty(self.out_features, np.float32))
            self.copy(self.weights, matrices[operand], operand, True)
            self.copy(self.bias, biases[operand][:, None], operand, True)
        return matrices, biases

    @staticmethod
    def over(operands, in_features, out_features, const float[::1] weights, const float[::1] bias,
             weight_dtype="float32"):
        """Return a Packed over what `arrays` returned, without a copy; read-only memory will do."""
        cdef Packed packed = Packed.__new__(Packed)
        packed.operands, packed.in_features, packed.out_features = operands, in_features, out_features
        packed.panels = ceil_div(packed.out_features * packed.operands, 2 * VF_LANES)
        if (weights.shape[0] != packed.panels * packed.in_features * 2 * VF_LANES
                or bias.shape[0] != packed.panels * 2 * VF_LANES):
            raise ValueError("the packed arrays do not fit these features")
        packed.weights, packed.bias = weights, bias
        return packed

    def arrays(self):
        """Return the packed weights and biases, not copied.  Their order: `layout`."""
        return np.asarray(self.weights), np.asarray(self.bias)

    @property
    def nbytes(self):
        return self.weights.nbytes + self.bias.nbytes

    def multiply(self, const float[:, :] x, float[:, :] out, kernel, const float[::1] parameters):
        """Write the product of all rows of x to `out`.

        Parameters
        ----------
        x : float32 ndarray, shape (rows, in_features)
        out : float32 ndarray, shape (rows, out_features)
            Not overlapping x.
        kernel : capsule of a Kernel, or None
            The activation's "forward" loop for one matrix, its "gated" loop for two; None for
            no activation.
        parameters : float32 ndarray
            The kernel's inputs after the matrices'.
        """
        cdef Product p
        cdef Py_ssize_t teams
        cdef float* room
        p.kernel = NULL
        if kernel is not None:
            p.kernel = <const Kernel*>PyCapsule_GetPointer(kernel, "fastact.Kernel")
            if p.kernel.nin != self.operands + parameters.shape[0] or p.kernel.nargs >= MAX_ARGUMENTS:
                raise ValueError(f"the kernel takes {p.kernel.nin} inputs, not {self.operands + parameters.shape[0]}")
        if x.shape[1] != self.in_features or out.shape[1] != self.out_features or out.shape[0] != x.shape[0]:
            raise ValueError("x, out and the weights do not fit together")
        if out.shape[0] == 0 or out.shape[1] == 0:
            return
        p.parameters = &parameters[0]
        p.operands = self.operands
        p.depth = self.in_features
        p.columns = self.out_features
        p.panels = self.panels
        p.weights = &self.weights[0]
        p.bias = &self.bias[0]
        p.rows = x.shape[0]
        p.x = <const char*>&x[0, 0]
        p.x_row, p.x_column = x.strides[0], x.strides[1]
        p.out = <char*>&out[0, 0]
        p.out_row, p.out_column = out.strides[0], out.strides[1]
        divide(&p)
        teams = p.row_teams * p.column_teams
        room = <float*>malloc((teams * p.block * TILE_ROWS * row_floats(p.depth) + LINE) * sizeof(float))
        if room is NULL:
            raise MemoryError
        p.packed_rows = room + to_line(room)
        with nogil:
            parallel_for(multiply_share, &p, teams, <int>teams)
        free(room)
