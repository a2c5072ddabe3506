# The epilogue: it turns the sums of a tile into results.

cdef extern from "halves.h" nogil:
    void round_two(const float* first, const float* second, int to_bfloat, uint16_t* to)

cdef enum:
    MAX_ARGUMENTS = 8           # largest number of inputs and outputs of an elementwise kernel


cdef void activate(const Product* p, float* c, float* up, Py_ssize_t n) noexcept nogil:
    """Set c[:n] to f(c[:n]), or to f(c[:n]) * up[:n] in a gated product."""
    cdef char* arguments[MAX_ARGUMENTS]
    cdef Py_ssize_t steps[MAX_ARGUMENTS]
    cdef Py_ssize_t i
    if p.activation.kernel is NULL:
        if p.weights.operands == 2:
            for i in range(n):
                c[i] *= up[i]
        return
    for i in range(p.activation.kernel.nin):
        if i < p.weights.operands:
            arguments[i], steps[i] = <char*>(up if i else c), sizeof(float)
        else:
            arguments[i], steps[i] = <char*>(p.activation.parameters + i - p.weights.operands), 0
    arguments[p.activation.kernel.nin], steps[p.activation.kernel.nin] = <char*>c, sizeof(float)
    p.activation.kernel.apply(p.activation.kernel, arguments, steps, n)


cdef void add_bias(const float* bias, Py_ssize_t rows, float* c) noexcept nogil:
    """Add a vector of biases to each row of sums."""
    cdef f32 b = load_f(bias)
    cdef Py_ssize_t r
    for r in range(rows):
        store_f(c + r * VF_LANES, load_f(c + r * VF_LANES) + b)


cdef void finish(
    const Product* p, Py_ssize_t panel, Py_ssize_t row, Py_ssize_t rows, Py_ssize_t places, float* sums,
) noexcept nogil:
    """Finish a tile, sums[v][place]: add the biases, apply the activation, round, and write the results.

    places >= rows: the places after the rows of the tile hold sums that are not used.  The padding columns
    after the last column of the result are not written either.
    """
    cdef Py_ssize_t vectors = 2 // p.weights.operands       # number of vectors of results in each row
    cdef Py_ssize_t size = itemsize(p.out.storage), column = panel * vectors * VF_LANES
    cdef Py_ssize_t count = smaller(vectors * VF_LANES, p.weights.columns - column), v, r, i
    cdef bint whole = p.out.column_step == size and count == vectors * VF_LANES and p.chosen.columns is NULL
    cdef float* c
    cdef char* out
    cdef float[64] line         # at most two rows, before they are copied
    cdef char* to
    if p.weights.has_bias:
        for v in range(2):
            add_bias(p.weights.bias + (panel * 2 + v) * VF_LANES, rows, sums + v * places * VF_LANES)
    activate(p, sums, sums + places * VF_LANES, vectors * places * VF_LANES)
    for r in range(rows):
        c = sums + r * VF_LANES
        out = p.out.data + (row + r) * p.out.row_step
        if p.chosen.columns is NULL:
            out += column * p.out.column_step
        to = out if whole else <char*>line
        if p.out.storage == FLOAT:
            for v in range(vectors):
                store_f(<float*>to + v * VF_LANES, load_f(c + v * places * VF_LANES))
        elif vectors == 2:
            round_two(c, c + places * VF_LANES, p.out.storage == BFLOAT, <uint16_t*>to)
        else:                   # this row and the next one are rounded together, because round_two takes two vectors
            to = <char*>line
            if r % 2 == 0:
                round_two(c, c + VF_LANES, p.out.storage == BFLOAT, <uint16_t*>to)
            to += r % 2 * VF_LANES * 2
            if whole:
                memcpy(out, to, VF_LANES * 2)
        if not whole:
            for i in range(count):
                memcpy(out + (i if p.chosen.columns is NULL else p.chosen.columns[column + i]) * p.out.column_step,
                       to + i * size, size)


cdef inline void fetch_results(const Product* p, Py_ssize_t panel, Py_ssize_t row, Py_ssize_t rows) noexcept nogil:
    """Prefetch the memory of the results while the tile is summed up.

    Stores leave the core one after the other, and each waits for its cache line: 512 rows of K = 384 by
    1536 columns, float32, run at 86 % of the peak with this and at 74 % without.  A cache line that begins
    before these results was already prefetched with the panel before; doing it again would cost all of the gain.
    """
    cdef Py_ssize_t vectors = 2 // p.weights.operands, r, i
    cdef Py_ssize_t size = vectors * VF_LANES * itemsize(p.out.storage)
    cdef const char* out
    if p.out.column_step != itemsize(p.out.storage) or p.chosen.columns is not NULL:
        return
    for r in range(rows):
        out = p.out.data + (row + r) * p.out.row_step + (panel + 1) * size - 1
        for i in range(ceil_div(size, CACHE_LINE)):
            PREFETCH_TO_WRITE(out - i * CACHE_LINE)
