# Products with weights of a few bits: their packed form, the rows of x that go with it, and the work of a task.
#
# The weights of a matrix are strips of VF_LANES columns, see codes.h.  In a plain product two neighbours are a panel,
# in a gated one a strip of gate and one of up are, which may be of different formats.
#
#     exact, few rows     codes are widened in registers, several strips at a time
#     exact, many rows    each unit of a panel (32 k) is widened once into L1, for all tiles of a block
#     ... x in bfloat16   the same with pairs of bfloat16 numbers, where there is VDPBF16PS
#     fast                x is rounded to 8 bits in groups of 32 k; integer products
#
# All add the sum of a grain, times its scale, to sums in memory or registers, in the order of k.

cdef extern from "tiles_codes.h" nogil:
    enum:
        UNIT                    # k of a unit
        UNITS                   # units of a superblock
        MOST_GRAINS             # grains of a superblock, at most
        FEW_ROWS                # rows for which codes are widened in registers
    const char* DOT_NAME
    const char* BYTE_TILE_NAME
    enum:
        HAS_BYTE_TILES          # whether the target has an instruction for several rows (byte_tiles.h)
        BYTE_TILE_ROWS          # rows from which it is used
    Py_ssize_t head_bytes(const code_form* f, Py_ssize_t units)
    Py_ssize_t unit_bytes(const code_form* f)
    Py_ssize_t strip_bytes(const code_form* f, Py_ssize_t units)
    bint finite_scales(const code_form* f, const uint8_t* strip, Py_ssize_t units)
    void read_scales(const code_form* f, const uint8_t* head, Py_ssize_t units, f32* scale, f32* minimum)
    void widen_unit(int pairs, const code_form* f, const uint8_t* planes, float* to, Py_ssize_t step)
    void add_unit(
        int pairs, Py_ssize_t rows, const float* x, const float* x_sums, const float* wide, const code_form*const* forms,
        const f32* scale, const f32* minimum, Py_ssize_t unit, float* c, Py_ssize_t c_step)
    void round_unit(const float* x, x_unit* to)
    bytes_tile_t bytes_tile_of(const code_form* f)
    Py_ssize_t strips_at_a_time(Py_ssize_t rows)
    void floats_of_few_rows(
        int pairs, Py_ssize_t rows, Py_ssize_t count, const code_form* f, const uint8_t* strip, Py_ssize_t step,
        Py_ssize_t units, const float* x, const float* x_sums, float* c, Py_ssize_t c_step)
    int active_of_few_rows(
        int pairs, Py_ssize_t rows, Py_ssize_t count, const code_form* f, const uint8_t* strip, Py_ssize_t step,
        Py_ssize_t units, const uint32_t* masks, const float* x, const float* x_sums, float* c, Py_ssize_t c_step)
    float sum_of_line(const float* x)
    void to_pairs(const float* x, char* to)

cdef enum:
    CODES_BLOCK_BYTES = 1 << 21 # packed rows of a block, which are read in order and may come from L3
    CODES_BLOCK_ROWS = 128      # rows of a block: their sums of a strip, 8 KB with AVX-512, stay in L1
    # Rows times panels whose sums are computed before they are finished, if x is rounded.  Thus long stretches of gate are
    # read, then of up.  With one panel at a time one row took 1.5 times as long (int4, 2048 x 5632, from memory, Zen 5).
    RUN_ROWS = 32

lanes = VF_LANES                # columns of a strip

# Codes of scales in codes.h, by the names that fastact._formats gives them.
SCALE_KINDS = {"float32": 0, "float16": 1, "bfloat16": 2, "powers": 3, "products": 4, "nibbles": 5}
MINIMUM_KINDS = {"": 0, "minima": 1, "zeros": 2}


cdef class Form:
    """A `fastact._formats.codes.Form` as the kernels read it."""
    cdef code_form form

    def __init__(self, form):
        self.form.bits, self.form.grain_bits = form.bits, form.grain.bit_length() - 1
        self.form.scales, self.form.minima = SCALE_KINDS[form.scales], MINIMUM_KINDS[form.minima]
        self.form.by_table = bool(form.values)
        for code in range(16):
            value = form.values[code] if form.values else code - form.offset
            self.form.values[code] = value
            self.form.bytes[code] = (value + form.offset) & 255
        if bytes_tile_of(&self.form) is NULL:
            raise ValueError(f"no microkernel for {form}")

    def strip_bytes(self, Py_ssize_t depth):
        """Bytes of a strip of so many k."""
        return strip_bytes(&self.form, ceil_div(depth, UNIT))


cdef class PackedCodes(AnyPacked):
    """Weights of a few bits and biases of a product, in the order in which the tiles read them.

    Parameters
    ----------
    descriptions : sequence of (str, fastact._formats.codes.Form)
        For each matrix the name of its format, and its form.
    strips : sequence of uint8 ndarray
        The strips of each matrix, as `fastact._formats.codes.pack` makes them; they may be read-only.
    bias : float32 ndarray, or a sequence of (float32 ndarray or None)
        The packed biases, or one for each matrix.
    """
    cdef readonly list descriptions     # (name, fastact._formats.codes.Form)
    cdef readonly list forms            # of Form
    cdef readonly list strips           # arrays

    def __init__(self, descriptions, strips, bias, Py_ssize_t in_features, Py_ssize_t out_features):
        self.operands, self.in_features, self.out_features = len(strips), in_features, out_features
        self.panels = ceil_div(out_features * self.operands, 2 * VF_LANES)
        self.storage = CODED
        self.descriptions, self.strips = list(descriptions), list(strips)
        self.forms = [Form(form) for _, form in descriptions]
        for form, array in zip(self.forms, strips):
            size = self.panels * 2 // self.operands * form.strip_bytes(in_features)
            if array.dtype != np.uint8 or array.shape != (size,) or not array.flags.c_contiguous:
                raise ValueError("the packed arrays do not fit these features")
        self.set_bias(bias)

    cdef make_units(self):
        cdef Py_ssize_t units = ceil_div(self.in_features, UNIT), vectors = 2 // self.operands, size, row, strip, lane
        cdef char* own[64]              # at most as many as lanes
        cdef Form form
        found = []
        for form, array in zip(self.forms, self.strips):
            size = strip_bytes(&form.form, units)
            row = size // VF_LANES
            by_unit = aligned_zeros(self.panels * vectors * VF_LANES * row, np.uint8).reshape(-1, row)
            for strip in range(self.panels * vectors):
                for lane in range(VF_LANES):
                    own[lane] = <char*>cnp.PyArray_DATA(by_unit) + (strip * VF_LANES + lane) * row
                copy_strip(&form.form, units, own, <char*>cnp.PyArray_DATA(array) + strip * size, False)
            found.append(by_unit)
        return found

    def arrays(self):
        """Return the strips of each matrix, then the biases, without a copy."""
        return (*self.strips, self.bias)

    @property
    def nbytes(self):
        """Bytes of the packed weights and biases, and of the weights by unit."""
        return sum(array.nbytes for array in self.strips) + self.bias.nbytes + self.unit_bytes()

    cdef bint find_finite(self) noexcept:
        cdef Py_ssize_t strip, size
        cdef Form form
        cdef const uint8_t* data
        for form, array in zip(self.forms, self.strips):
            data = <const uint8_t*>cnp.PyArray_DATA(array)
            size = strip_bytes(&form.form, ceil_div(self.in_features, UNIT))
            for strip in range(self.panels * 2 // self.operands):
                if not finite_scales(&form.form, data + strip * size, ceil_div(self.in_features, UNIT)):
                    return False
        return True

    cdef void describe_codes(self, Weights* weights) noexcept:
        cdef Py_ssize_t vectors = 2 // self.operands, v, size
        cdef Form form
        for v in range(2):
            form = self.forms[v // vectors]
            size = strip_bytes(&form.form, ceil_div(self.in_features, UNIT))
            weights.forms[v] = &form.form
            weights.strips[v] = <const uint8_t*>cnp.PyArray_DATA(self.strips[v // vectors]) + v % vectors * size
            weights.strip_step[v] = vectors * size


# ------------------------------------------------------------------------------------------ rows of x --

cdef inline Py_ssize_t units_of(const Product* p) noexcept nogil:
    return ceil_div(p.weights.depth, UNIT)


cdef inline Py_ssize_t unit_floats(const Product* p) noexcept nogil:
    """Floats, or pairs of bfloat16 numbers, of a unit of a row."""
    return UNIT // 2 if p.method.kind == CODE_PAIRS else UNIT


cdef inline Py_ssize_t coded_row_bytes(const Product* p) noexcept nogil:
    """Bytes of a packed row: units rounded to bytes, or floats and the sums of each 16 of them."""
    if p.method.kind == BYTES:
        return units_of(p) * <Py_ssize_t>sizeof(x_unit)
    return units_of(p) * (unit_floats(p) + 2) * <Py_ssize_t>sizeof(float)


cdef void pack_coded_rows(const Product* p, Py_ssize_t row, Py_ssize_t rows, char* packed) noexcept nogil:
    """Pack the rows of a tile, or of a block if x is rounded.

    BYTES: [unit][row] of x_unit.  CODES: [line of 16 k][row][16]; CODE_PAIRS: [unit][row][16 pairs]; both are followed by
    [16 k][row] of sums.
    """
    cdef float[SPAN] copied
    cdef const char* x
    cdef Py_ssize_t units = units_of(p), start, count, r, i, line
    cdef float* lines = <float*>packed
    cdef float* sums = lines + units * unit_floats(p) * rows
    for r in range(rows):
        x = row_at(&p.x, row + r)
        start = 0
        while start < units * UNIT:
            count = smaller(SPAN, p.weights.depth - start)
            gather(p.x.storage, FLOAT, x + start * p.x.column_step, p.x.column_step, count, <char*>copied)
            memset(copied + count, 0, (SPAN - count) * sizeof(float))
            for i in range(smaller(SPAN // UNIT, units - start // UNIT)):
                line = 2 * (start // UNIT + i)
                if p.method.kind == BYTES:
                    round_unit(copied + i * UNIT, <x_unit*>packed + (line // 2 * rows + r))
                    continue
                if p.method.kind == CODE_PAIRS:
                    to_pairs(copied + i * UNIT, <char*>(lines + (line // 2 * rows + r) * LINE))
                else:
                    memcpy(lines + (line * rows + r) * LINE, copied + i * UNIT, CACHE_LINE)
                    memcpy(lines + ((line + 1) * rows + r) * LINE, copied + i * UNIT + LINE, CACHE_LINE)
                sums[line * rows + r] = sum_of_line(copied + i * UNIT)
                sums[(line + 1) * rows + r] = sum_of_line(copied + i * UNIT + LINE)
            start += SPAN


cdef void pack_coded_block(const Product* p, Py_ssize_t first_tile, Py_ssize_t last_tile, char* packed) noexcept nogil:
    cdef Py_ssize_t t, row
    if p.method.kind == BYTES:
        row = first_row(p, first_tile)
        pack_coded_rows(p, row, first_row(p, last_tile) - row, packed)
        return
    for t in range(first_tile, last_tile):
        row = first_row(p, t)
        pack_coded_rows(p, row, first_row(p, t + 1) - row, packed)
        packed += (first_row(p, t + 1) - row) * coded_row_bytes(p)


# ------------------------------------------------------------------------------------------ many rows --

cdef void many_rows(
    const Product* p, Py_ssize_t panel, Py_ssize_t first_tile, Py_ssize_t last_tile, const char* packed, float* c,
) noexcept nogil:
    """The sums c[v][row] of a block of tiles and a panel, in float32."""
    cdef f32 scale[2 * MOST_GRAINS]
    cdef f32 minimum[2 * MOST_GRAINS]
    cdef f32 wide[2 * UNIT]             # [k][v] of a unit
    cdef const uint8_t* strip[2]
    cdef Py_ssize_t block = first_row(p, last_tile) - first_row(p, first_tile), units = units_of(p)
    cdef bint pairs = p.method.kind == CODE_PAIRS
    cdef Py_ssize_t block_number, first, count, unit, v, t, rows, row
    cdef const char* x
    memset(c, 0, 2 * block * VF_LANES * sizeof(float))
    for v in range(2):
        strip[v] = p.weights.strips[v] + panel * p.weights.strip_step[v]
    for block_number in range(ceil_div(units, UNITS)):
        first = block_number * UNITS
        count = smaller(UNITS, units - first)
        for v in range(2):
            read_scales(p.weights.forms[v], strip[v], count, scale + v * MOST_GRAINS, minimum + v * MOST_GRAINS)
            strip[v] += head_bytes(p.weights.forms[v], count)
        for unit in range(count):
            for v in range(2):
                widen_unit(pairs, p.weights.forms[v], strip[v], <float*>wide + v * VF_LANES, 2 * VF_LANES)
                strip[v] += unit_bytes(p.weights.forms[v])
            x = packed
            row = 0
            for t in range(first_tile, last_tile):
                rows = first_row(p, t + 1) - first_row(p, t)
                add_unit(
                    pairs, rows, <const float*>x + (first + unit) * unit_floats(p) * rows,
                    <const float*>x + (units * unit_floats(p) + (first + unit) * 2) * rows, <const float*>wide, p.weights.forms,
                    scale, minimum, unit, c + row * VF_LANES, block * VF_LANES)
                x += rows * coded_row_bytes(p)
                row += rows


# ------------------------------------------------------------------------------- few rows with many zeros --

cdef bint active_codes(
    const Product* p, Py_ssize_t panel, Py_ssize_t count, const Active* active, const char* packed, float* sums,
) noexcept nogil:
    """The sums of few rows and some panels without the k that are zero in all rows; False if they may not be the dense ones."""
    cdef Py_ssize_t units = units_of(p), rows = p.x.count, v
    for v in range(2):
        if not active_of_few_rows(
                p.method.kind == CODE_PAIRS, rows, count, p.weights.forms[v],
                p.weights.strips[v] + panel * p.weights.strip_step[v], p.weights.strip_step[v], units, active.masks,
                <const float*>packed, <const float*>packed + units * unit_floats(p) * rows,
                sums + v * rows * VF_LANES, 2 * rows * VF_LANES):
            return False
    return True


# ---------------------------------------------------------------------------------------------- a task --

cdef void multiply_codes(
    const Product* p, Py_ssize_t first_tile, Py_ssize_t last_tile,
    Py_ssize_t first_panel, Py_ssize_t last_panel, const char* packed, float* sums, const Active* active,
) noexcept nogil:
    """Multiply the tiles of a block by these panels; `active` as in `multiply_block`."""
    cdef Py_ssize_t row = first_row(p, first_tile), rows = first_row(p, last_tile) - row, panel, count, v, i, j
    cdef Py_ssize_t units = units_of(p), size = rows * VF_LANES, computed
    panel = first_panel
    while panel < last_panel:
        count = p.schedule.streams if p.method.kind != BYTES else larger(1, RUN_ROWS // larger(1, rows))
        count = smaller(count, last_panel - panel)
        # A full number of chosen panels is faster than fewer, see strips_at_a_time; the others are not finished.
        computed = p.schedule.streams if p.chosen.filled else count
        if p.method.kind == BYTES:
            for j in range(2 * count):      # in the order of memory: all strips of gate, then all of up
                v, i = (j // count, j % count) if p.weights.operands == 2 else (j % 2, j // 2)
                p.weights.bytes_tile[v](
                    p.weights.forms[v], p.weights.strips[v] + (panel + i) * p.weights.strip_step[v], units, rows,
                    <const x_unit*>packed, sums + (2 * i + v) * size)
        elif active is not NULL and active_codes(p, panel, count, active, packed, sums):
            pass
        elif rows <= FEW_ROWS:
            for v in range(2):
                floats_of_few_rows(
                    p.method.kind == CODE_PAIRS, rows, computed, p.weights.forms[v], p.weights.strips[v] + panel * p.weights.strip_step[v],
                    p.weights.strip_step[v], units, <const float*>packed, <const float*>packed + units * unit_floats(p) * rows,
                    sums + v * size, 2 * size)
        else:
            many_rows(p, panel, first_tile, last_tile, packed, sums)
        for i in range(count):
            finish(p, panel + i, row, rows, rows, sums + i * 2 * size)
        panel += count


cdef void divide_codes(Product* p, Py_ssize_t threads, Py_ssize_t tasks) noexcept nogil:
    """Choose the tiles and tasks, as `divide` does; the depth is never divided."""
    cdef Schedule* schedule = &p.schedule
    cdef Py_ssize_t rows = p.x.count, panels = p.weights.panels, block, most, groups, teams, team_tiles
    schedule.threads = threads
    schedule.tiles = ceil_div(rows, p.method.most_rows)
    schedule.streams = 1
    if p.method.kind != BYTES and rows <= FEW_ROWS:
        schedule.streams = fewer_streams(p, strips_at_a_time(rows))
    groups = ceil_div(panels, schedule.streams)
    teams = larger(1, smaller(schedule.threads, rows // p.method.team_rows))
    while schedule.threads % teams:
        teams -= 1
    team_tiles = ceil_div(schedule.tiles, teams)
    most = smaller(CODES_BLOCK_ROWS, CODES_BLOCK_BYTES // (coded_row_bytes(p) + 1)) // p.method.most_rows
    block = smaller(larger(1, most), team_tiles)
    schedule.row_blocks = teams * ceil_div(team_tiles, block)
    block = ceil_div(schedule.tiles, schedule.row_blocks)
    schedule.column_blocks = smaller(ceil_div(tasks, schedule.row_blocks), groups)
    schedule.tasks = schedule.row_blocks * schedule.column_blocks
    schedule.packed_bytes = ceil_div(
        block * p.method.most_rows * coded_row_bytes(p), CACHE_LINE) * CACHE_LINE
    schedule.sums_bytes = ceil_div(
        larger(schedule.streams * block * p.method.most_rows, RUN_ROWS) * 2 * VF_LANES * <Py_ssize_t>sizeof(float),
        CACHE_LINE) * CACHE_LINE
    schedule.room_bytes = schedule.packed_bytes + schedule.sums_bytes + active_bytes(p) + chosen_bytes(p)
