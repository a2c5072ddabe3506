# Products of few rows that are mostly zeros, as ReLU gives them: the weights of those k at which all rows are zero are
# not read.
#
# Adding 0 * w changes no sum, but two things: 0 times an infinity or NaN is NaN, so the weights must be finite
# (`AnyPacked.finite`); and a sum of -0, which comes from negative products too small for a float32, becomes +0 if 0 * w is
# +0.  So a panel one of whose sums is -0 is computed once more with all k: then the bits are those of the dense product.
# No other sum can differ.  A sum starts at +0, so the signs of zeros differ only after a -0 that was skipped over; and
# wherever the sum without zeros is +0, the dense one is, because both had the product or the cancellation that made it so.
#
# What is skipped is a *granule*: one k, or the pair of k that an entry of bfloat16 holds.  The chains of sums (64 steps)
# are those of the dense product.  AMX multiplies 32 k at once and x in 8 bits comes in fours: they skip nothing.

cdef extern from "skipping.h" nogil:
    uint32_t nonzero_words(const char* words, uint32_t kept)
    int count_bits(uint32_t mask)
    int lowest_bit(uint32_t mask)
    bint any_minus_zero(const float* p, Py_ssize_t vectors)
    bint finite_entries(const char* entries, Py_ssize_t count, int size, uint32_t exponent)

cdef enum:
    SKIP_ROWS = 4               # rows up to which zeros are looked for; of more rows some are active at almost every k
    SKIP_STREAMS = 2            # panels at a time, at most: see most_streams
    SKIP_AHEAD = 12             # granules that are prefetched in advance
    # Share of granules, in 128ths, up to which it pays.
    SKIP_SHARE = 80

skip_rows = SKIP_ROWS


def can_skip(AnyPacked packed):
    """Whether zeros of float32 rows are skipped in a product with these weights."""
    cdef Method method
    describe_method(&method, packed.storage, FLOAT)
    return packed.finite and not method.by_amx


# The k at which some row is not zero.
cdef struct Active:
    Py_ssize_t count            # number of granules; -1: so many that the dense product is faster
    Py_ssize_t lines            # number of cache lines of a packed row
    uint32_t* masks             # for each of them the words that are not zero in every row
    int32_t* starts             # for each chain of sums its first granule, and the end of the last one
    Py_ssize_t* offsets         # bytes from the start of a panel to each granule, then those to be prefetched
    float* x                    # for each granule the words of each row


cdef inline bint skips(const Product* p) noexcept nogil:
    """Whether zeros of x are looked for."""
    return p.sparse and 0 < p.x.count <= SKIP_ROWS and p.weights.depth > 0 and not p.method.by_amx and p.method.kind != BYTES \
        and not (p.method.kind == PAIRS and p.weights.depth % 2)    # whose last entry has one k in the dense product


cdef inline Py_ssize_t lines_of(const Product* p) noexcept nogil:
    """Cache lines of a packed row; of weights of a few bits, lines of units."""
    if p.method.kind >= CODES:
        return units_of(p) * (unit_floats(p) // LINE)
    return ceil_div(p.weights.depth, p.method.line_depth)


cdef Py_ssize_t active_bytes(const Product* p) noexcept nogil:
    """Bytes of the memory for an `Active`."""
    cdef Py_ssize_t lines = lines_of(p), words = lines * LINE
    if not skips(p):
        return 0
    return ceil_div(
        <Py_ssize_t>sizeof(Active) + (words + SKIP_AHEAD) * <Py_ssize_t>sizeof(Py_ssize_t)
        + words * p.x.count * <Py_ssize_t>sizeof(float) + (2 * lines + 2) * <Py_ssize_t>sizeof(int32_t), CACHE_LINE) * CACHE_LINE


cdef Active* find_active(const Product* p, const char* packed, char* room) noexcept nogil:
    """Find the words of the packed rows that are not zero in all of them; list them, if that pays."""
    cdef Active* a = <Active*>room
    cdef Py_ssize_t rows = p.x.count, lines = lines_of(p), line, r, i = 0, count = 0, word
    cdef Py_ssize_t granule = 2 if p.method.kind == PAIRS else 1    # words of x in a granule
    cdef uint32_t kept = 0x7fff7fff if p.method.x_as_stored else 0x7fffffff, mask
    cdef const float* values = <const float*>packed
    a.offsets = <Py_ssize_t*>(room + sizeof(Active))
    a.x = <float*>(a.offsets + lines * LINE + SKIP_AHEAD)
    a.starts = <int32_t*>(a.x + lines * LINE * rows)
    a.masks = <uint32_t*>(a.starts + lines + 2)
    a.lines = lines
    for line in range(lines):
        mask = 0
        for r in range(rows):
            mask |= nonzero_words(packed + (line * rows + r) * CACHE_LINE, kept)
        if granule == 2:
            mask = (mask | mask >> 1) & 0x5555
        a.masks[line] = mask
        count += count_bits(mask)
    a.count = count if count * 128 * granule <= SKIP_SHARE * lines * LINE else -1
    if a.count < 0 or p.method.kind >= CODES:
        return a
    for line in range(lines):
        if line % SUM_LINES == 0:
            a.starts[line // SUM_LINES] = <int32_t>i
        mask = a.masks[line]
        while mask:
            word = line * LINE + lowest_bit(mask)
            a.offsets[i] = word * p.method.step_bytes
            for r in range(rows):
                a.x[i * granule * rows + r] = values[(line * rows + r) * LINE + word % LINE]
                if granule == 2:
                    a.x[(2 * i + 1) * rows + r] = values[(line * rows + r) * LINE + word % LINE + 1]
            mask &= mask - 1
            i += 1
    a.starts[ceil_div(lines, SUM_LINES)] = <int32_t>i
    for i in range(SKIP_AHEAD if count else 0):     # what follows the last granule is the first one of the next panels
        a.offsets[count + i] = a.offsets[i] + p.schedule.streams * p.weights.panel_bytes
    return a


cdef inline void add_granule(
    int method, Py_ssize_t rows, Py_ssize_t streams, Py_ssize_t second, const float* x, const char* w,
    Py_ssize_t panel_bytes, f32* sums,
) noexcept nogil:
    """sums[row][stream][v] += x[row] * w[stream][v], as `step` does."""
    cdef f32 v[2]
    cdef f32 x_r
    cdef Py_ssize_t r, s, i
    for s in range(streams):
        load_weights(method, w + s * panel_bytes, second, v)
        for r in range(rows):
            x_r = broadcast(x + r)
            for i in range(2):
                if method == DOTS:
                    sums[(r * streams + s) * 2 + i] = dot_pairs(sums[(r * streams + s) * 2 + i], x_r, v[i])
                else:
                    sums[(r * streams + s) * 2 + i] = mul_add_f(x_r, v[i], sums[(r * streams + s) * 2 + i])


cdef inline void active_tile_of(
    int method, Py_ssize_t rows, Py_ssize_t streams, const Active* a, const char* w, Py_ssize_t panel_bytes, float* c,
) noexcept nogil:
    """c[stream][v][row] = the sums that `tile_of` computes, but for the sign of some zeros.

    The callers pass constants as method, rows and streams.
    """
    cdef f32 sums[2 * SKIP_ROWS * SKIP_STREAMS]
    cdef f32 totals[2 * SKIP_ROWS * SKIP_STREAMS]
    cdef const float* x = a.x
    cdef Py_ssize_t r, s, i, at, line, chain
    cdef Py_ssize_t bytes = bytes_of_two(method) if method == PAIRS else bytes_of_two(method) // 2
    for i in range(2 * rows * streams):
        sums[i] = splat_f(0)
        totals[i] = splat_f(-0.0 if a.count else 0.0)       # -0 + the first chain is that chain, whatever its sign
    for chain in range(ceil_div(a.lines, SUM_LINES)):
        if a.starts[chain] == a.starts[chain + 1]:
            continue
        for at in range(a.starts[chain], a.starts[chain + 1]):
            for s in range(streams):
                for line in range(ceil_div(bytes, CACHE_LINE)):
                    PREFETCH(w + s * panel_bytes + a.offsets[at + SKIP_AHEAD] + line * CACHE_LINE)
            add_granule(method, rows, streams, 0, x, w + a.offsets[at], panel_bytes, sums)
            x += rows
            if method == PAIRS:
                add_granule(method, rows, streams, 1, x, w + a.offsets[at], panel_bytes, sums)
                x += rows
        for i in range(2 * rows * streams):
            totals[i] = sums[i] + totals[i]
            sums[i] = splat_f(0)
    for r in range(rows):
        for s in range(streams):
            for i in range(2):
                store_f(c + s * TILE_FLOATS + (i * rows + r) * VF_LANES, totals[(r * streams + s) * 2 + i])


cdef inline void active_tile_of_rows(
    int method, Py_ssize_t rows, Py_ssize_t streams, const Active* a, const char* w, Py_ssize_t panel_bytes, float* c,
) noexcept nogil:
    """Call active_tile_of, compiled for each number of streams that most_streams returns."""
    if 2 * rows <= TILE_ROWS and streams == 2:
        active_tile_of(method, rows, 2, a, w, panel_bytes, c)
    else:
        active_tile_of(method, rows, 1, a, w, panel_bytes, c)


cdef inline void active_tile(
    int method, Py_ssize_t rows, Py_ssize_t streams, const Active* a, const char* w, Py_ssize_t panel_bytes, float* c,
) noexcept nogil:
    """Call active_tile_of_rows, compiled for each number of rows from 1 to SKIP_ROWS."""
    if rows == 1:
        active_tile_of_rows(method, 1, streams, a, w, panel_bytes, c)
    elif rows == 2:
        active_tile_of_rows(method, 2, streams, a, w, panel_bytes, c)
    elif rows == 3:
        active_tile_of_rows(method, 3, streams, a, w, panel_bytes, c)
    else:
        active_tile_of_rows(method, 4, streams, a, w, panel_bytes, c)


cdef bint multiply_active(
    const Product* p, Py_ssize_t panel, Py_ssize_t streams, const Active* a, float* c,
) noexcept nogil:
    """Multiply all rows by some panels without the zeros, and finish; return False if a sum is -0, and then do nothing."""
    cdef Py_ssize_t rows = p.x.count, s
    cdef const char* w = p.weights.data + panel * p.weights.panel_bytes
    if p.method.kind == FLOATS:
        active_tile(FLOATS, rows, streams, a, w, p.weights.panel_bytes, c)
    elif p.method.kind == HALVES:
        active_tile(HALVES, rows, streams, a, w, p.weights.panel_bytes, c)
    elif p.method.kind == DOTS:
        if kind_of(BFLOAT, BFLOAT) == DOTS:
            active_tile(DOTS, rows, streams, a, w, p.weights.panel_bytes, c)
    elif kind_of(BFLOAT, FLOAT) == PAIRS:
        active_tile(PAIRS, rows, streams, a, w, p.weights.panel_bytes, c)
    for s in range(streams):
        if any_minus_zero(c + s * TILE_FLOATS, 2 * rows):
            return False
    for s in range(streams):
        finish(p, panel + s, 0, rows, rows, c + s * TILE_FLOATS)
    return True
