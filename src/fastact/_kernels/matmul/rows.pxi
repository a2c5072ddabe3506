# Packing the rows of x, in the order in which the microkernels read them:
#
#     [block of the depth][tile][line of k][part][row][cache line]
#
# Without packing, all rows of a tile would compete for the same few sets of the cache, because the stride of x is
# often a power of two.

cdef extern from "bfloat16.h" nogil:
    void split(const float* x, Py_ssize_t n, int parts, uint16_t* to, Py_ssize_t part_step)

cdef enum:
    SPAN = 512                  # number of elements of a row that are converted at a time


cdef inline const char* row_at(const Rows* x, Py_ssize_t row) noexcept nogil:
    """The address of a row of x."""
    return x.data + (row if x.chosen is NULL else x.chosen[row]) * x.row_step


cdef void pack_rows(
    const Product* p, Py_ssize_t row, Py_ssize_t rows, Py_ssize_t places, Py_ssize_t first, Py_ssize_t depth,
    char* packed,
) noexcept nogil:
    """Pack the rows of one tile, k from `first` on: one cache line of each row in turn, padded with zeros.

    places >= rows: the number of rows in the packed tile; the rows after its own are zeros.
    """
    cdef float[SPAN] copied
    cdef const char* x
    cdef const char* values
    cdef char* to
    cdef Py_ssize_t span, start, count, whole, r, line
    cdef Py_ssize_t k
    cdef bint as_stored = p.method.x_as_stored
    cdef Py_ssize_t size = 2 if as_stored else 4
    for span in range(ceil_div(depth, SPAN)):
        start = span * SPAN
        count = smaller(SPAN, depth - start)
        whole = ceil_div(count, p.method.line_depth) * p.method.line_depth
        if places > rows:
            to = packed + start // p.method.line_depth * p.method.parts * places * CACHE_LINE
            memset(to, 0, whole // p.method.line_depth * p.method.parts * places * CACHE_LINE)
        for r in range(rows):
            x = row_at(&p.x, row + r) + (first + start) * p.x.column_step
            if (as_stored or p.x.storage == FLOAT) and p.x.column_step == size and whole == count:
                values = x
            else:
                values = <const char*>copied
                memset(<char*>copied + count * size, 0, (whole - count) * size)
                if as_stored:
                    for k in range(count):
                        memcpy(<char*>copied + 2 * k, x + k * p.x.column_step, 2)
                else:
                    gather(p.x.storage, FLOAT, x, p.x.column_step, count, <char*>copied)
            to = packed + (start // p.method.line_depth * p.method.parts * places + r) * CACHE_LINE
            for line in range(whole // p.method.line_depth):
                if p.method.parts == 1:
                    memcpy(to, values, CACHE_LINE)
                    values += CACHE_LINE
                else:
                    split(<const float*>values, p.method.line_depth, p.method.parts, <uint16_t*>to,
                          places * CACHE_LINE // 2)
                    values += 2 * CACHE_LINE
                to += p.method.parts * places * CACHE_LINE


cdef void pack_block(const Product* p, Py_ssize_t first_tile, Py_ssize_t last_tile, char* packed) noexcept nogil:
    """Pack the rows of some tiles, one block of the depth after the other."""
    cdef Py_ssize_t start = 0, t, row, rows, depth, places
    while start < p.weights.depth:
        depth = smaller(p.schedule.block_depth, p.weights.depth - start)
        for t in range(first_tile, last_tile):
            row = first_row(p, t)
            rows = first_row(p, t + 1) - row
            places = amx_rows(p) if p.method.by_amx else rows
            pack_rows(p, row, rows, places, start, depth, packed)
            packed += places * packed_row_bytes(p, depth)
        start += depth
