# Some columns of a product only: hidden units that the caller knows to be active (`active=` of MLP and GatedMLP).
#
# A cache line of a panel holds one k of all its columns, so of few columns, chosen at random, almost every line would be
# read.  Therefore the weights are kept a second time, by unit: `AnyPacked.by_unit`, made when it is first asked for.  A task
# puts the units of some panels together in its own memory, in the order of a panel, and multiplies them by the usual
# microkernels: so the bits are those of the whole product.

cdef extern from "by_unit.h" nogil:
    void gather_words(const char*const* units, Py_ssize_t words, Py_ssize_t block, char* to)
    void gather_halves(const char*const* units, Py_ssize_t depth, char* to)
    void copy_strip(const code_form* f, Py_ssize_t count, char*const* units, char* strip, int gather)

cdef enum:
    # Bytes of the panels that a task puts together at a time: they are to stay in L2.
    CHOSEN_BYTES = 5 << 17
    # Bytes of a panel up to which the units of the next one are prefetched into L2 meanwhile: this saves a fifth of the time
    # of int8 (563 units of 5632, K = 2048, Zen 5), whose units are too short for the CPU's own prefetching.
    FETCHED_BYTES = 3 << 15


cdef inline Py_ssize_t panel_bytes_of(const Product* p) noexcept nogil:
    """Bytes of a panel; of weights of a few bits, of both strips."""
    if p.method.kind >= CODES:
        return strip_bytes(p.weights.forms[0], units_of(p)) + strip_bytes(p.weights.forms[1], units_of(p))
    return p.weights.panel_bytes


cdef Py_ssize_t chosen_bytes(const Product* p) noexcept nogil:
    """Bytes of the memory for some panels of chosen columns and their biases."""
    if p.chosen.columns is NULL:
        return 0
    return p.schedule.streams * (
        ceil_div(panel_bytes_of(p), CACHE_LINE) * CACHE_LINE + 2 * VF_LANES * <Py_ssize_t>sizeof(float))


cdef inline Py_ssize_t fewer_streams(const Product* p, Py_ssize_t streams) noexcept nogil:
    """So many panels at a time, or as many as CHOSEN_BYTES hold."""
    while p.chosen.columns is not NULL and streams > 1 and streams * panel_bytes_of(p) > CHOSEN_BYTES:
        streams //= 2
    return streams


cdef inline const char* unit_of(const Product* p, Py_ssize_t panel, Py_ssize_t v, Py_ssize_t lane) noexcept nogil:
    """The unit of a lane of vector v; lanes after the last column get that column, and their results are not written."""
    cdef Py_ssize_t vectors = 2 // p.weights.operands, operand = v // vectors
    cdef Py_ssize_t at = smaller((panel * vectors + v % vectors) * VF_LANES + lane, p.weights.columns - 1)
    return p.chosen.units[operand] + p.chosen.columns[at] * p.chosen.unit_bytes[operand]


cdef void gather_panel(const Product* p, Py_ssize_t panel, Py_ssize_t v, char* to) noexcept nogil:
    """Put together vector v of a panel of chosen columns; `to` is where the panel begins, or the strip."""
    cdef Py_ssize_t vectors = 2 // p.weights.operands, operand = v // vectors, lane, i, size
    cdef Py_ssize_t fetched = p.chosen.unit_bytes[operand] if panel_bytes_of(p) <= FETCHED_BYTES else 0
    cdef const char* units[64]          # at most as many as lanes
    cdef const char* ahead
    for lane in range(VF_LANES):
        units[lane] = unit_of(p, panel, v, lane)
        ahead = unit_of(p, panel + 1, v, lane)
        for i in range(ceil_div(fetched, CACHE_LINE)):
            PREFETCH(ahead + i * CACHE_LINE)
    if p.method.kind >= CODES:
        copy_strip(p.weights.forms[v], units_of(p), <char*const*>units, to, True)
    elif p.chosen.halves:
        gather_halves(units, p.weights.depth, to + v * VF_LANES * 2)
    else:
        size = p.chosen.block_words
        gather_words(units, p.weights.panel_bytes // (8 * VF_LANES), size, to + v * size * VF_LANES * 4)


cdef void multiply_chosen(
    const Product* p, Py_ssize_t first_tile, Py_ssize_t last_tile,
    Py_ssize_t first_panel, Py_ssize_t last_panel, const char* packed, float* sums, char* room,
) noexcept nogil:
    """Multiply the tiles of a block by these panels of chosen columns."""
    cdef Product q = p[0]
    cdef Py_ssize_t panel = first_panel, count, i, v, lane, vectors = 2 // p.weights.operands, at, column
    cdef Py_ssize_t step = ceil_div(panel_bytes_of(p), CACHE_LINE) * CACHE_LINE
    cdef float* bias = <float*>(room + p.schedule.streams * step)
    while panel < last_panel:
        count = smaller(p.schedule.streams, last_panel - panel)
        for i in range(count):
            for v in range(2):
                at = v * strip_bytes(p.weights.forms[0], units_of(p)) if p.method.kind >= CODES else 0
                gather_panel(p, panel + i, v, room + i * step + at)
                for lane in range(VF_LANES):
                    column = p.chosen.columns[
                        smaller(((panel + i) * vectors + v % vectors) * VF_LANES + lane, p.weights.columns - 1)]
                    bias[(2 * i + v) * VF_LANES + lane] = p.weights.bias[
                        (column // VF_LANES // vectors * 2 + v // vectors + column // VF_LANES % vectors) * VF_LANES
                        + column % VF_LANES]
        q.weights.bias = bias - panel * 2 * VF_LANES
        if p.method.kind >= CODES:
            for v in range(2):
                q.weights.strip_step[v] = step
                q.weights.strips[v] = <const uint8_t*>room - panel * step + v * strip_bytes(p.weights.forms[0], units_of(p))
            multiply_codes(&q, first_tile, last_tile, panel, panel + count, packed, sums, NULL)
        else:
            q.weights.panel_bytes = step
            q.weights.data = room - panel * step
            multiply_block(&q, first_tile, last_tile, panel, panel + count, packed, sums, NULL)
        panel += count
        q.chosen.filled = count == p.schedule.streams or q.chosen.filled


cdef int describe_chosen(Product* p, AnyPacked packed, cnp.ndarray active) except -1:
    """Restrict a described product to some columns, int64 indices in order."""
    cdef Py_ssize_t operand
    cdef Order order
    for operand, array in enumerate(packed.by_unit()):
        p.chosen.units[operand] = <const char*>cnp.PyArray_DATA(array)
        p.chosen.unit_bytes[operand] = cnp.PyArray_STRIDE(array, 0)
    p.chosen.columns = <const int64_t*>cnp.PyArray_DATA(active)
    p.chosen.halves = packed.storage == HALF
    if packed.storage != CODED:
        order = order_of(packed.storage)
        p.chosen.block_words = order.block // order.group
    p.weights.columns = cnp.PyArray_SIZE(active)
    p.weights.panels = ceil_div(p.weights.columns * p.weights.operands, 2 * VF_LANES)
    return 0
