# The methods: a method multiplies weights of one type by x of one type, and determines packing and schedule.  A
# new method needs a kind in product.pxi, a microkernel in a file of its own, a line in kind_of and a branch in
# describe_method.

cdef extern from "bfloat16.h" nogil:
    enum:
        HAS_DOT         # whether the target has an instruction for pairs of bfloat16 numbers
        HAS_TILES       # whether it has AMX
    const char* PAIRS_NAME      # the instruction for pairs

cdef enum:
    # Smallest number of rows of x for each team of threads; if there are fewer rows, there are fewer teams.  Each
    # team has its own rows and reads all the weights.  With fewer rows this reading (5.5 GB/s in each team, at 64
    # rows and 177 GFLOP/s) would cost too much.
    TEAM_ROWS = 64
    AMX_TEAM_ROWS = 256


cdef inline int kind_of(int weight_storage, int x_storage) noexcept nogil:
    """The kind of method for weights and x of these types; only this function looks at the target's instructions."""
    if weight_storage == CODED:
        return CODE_PAIRS if HAS_DOT and x_storage == BFLOAT else CODES
    if weight_storage == FLOAT:
        return FLOATS
    if weight_storage == HALF:
        return HALVES
    if HAS_TILES:
        return TILES
    return DOTS if HAS_DOT and x_storage == BFLOAT else PAIRS


cdef void describe_method(Method* method, int weight_storage, int x_storage) noexcept nogil:
    """Fill in the method for weights and x of these types."""
    method.kind = kind_of(weight_storage, x_storage)
    method.by_amx, method.x_as_stored, method.parts = False, False, 1
    method.step_depth, method.line_depth, method.chunk_depth = 1, LINE, 0
    method.most_rows, method.team_rows = TILE_ROWS, TEAM_ROWS
    if method.kind == CODES or method.kind == CODE_PAIRS:
        method.x_as_stored = method.kind == CODE_PAIRS      # quantized.pxi has a schedule and loops of its own
    elif method.kind == FLOATS:
        method.tile = floats_tile
        method.step_bytes = 2 * sizeof(f32)
    elif method.kind == HALVES:
        method.tile = halves_tile
        method.step_bytes = sizeof(f32)
    elif method.kind == PAIRS:
        method.tile = pairs_tile
        method.step_bytes = sizeof(f32)
    elif method.kind == DOTS:
        method.tile = dots_tile
        method.x_as_stored = True
        method.step_depth, method.line_depth = 2, 2 * LINE
        method.step_bytes = 2 * sizeof(f32)
    else:
        method.tile = amx_tile
        method.by_amx = True
        method.parts = 1 if x_storage == BFLOAT else 2 if x_storage == HALF else 3
        method.x_as_stored = method.parts == 1
        method.step_depth = method.line_depth = 2 * LINE
        method.step_bytes = 2048
        method.chunk_depth = (AMX_STEPS if method.parts == 1 else AMX_STEPS // 2) * method.step_depth
        method.most_rows, method.team_rows = 2 * AMX_ROWS, AMX_TEAM_ROWS


cdef int hidden_storage(int weight_storage, int x_storage) noexcept nogil:
    """The type of the result of a product that is followed by a product with weights of this type.

    It is bfloat16 if x is bfloat16 and the method multiplies both without widening, else float32.
    """
    cdef Method method
    describe_method(&method, weight_storage, x_storage)
    return BFLOAT if method.x_as_stored else FLOAT


def kernel_name(packed_form):
    """Describe the microkernel for rows of the type of the weights: rows x columns of a tile, special instruction."""
    if packed_form == "codes":
        by_tiles = f", from {BYTE_TILE_ROWS} rows {BYTE_TILE_NAME.decode()}" if HAS_BYTE_TILES else ""
        return f"{TILE_ROWS}x{2 * VF_LANES}" + (f" (fast: {DOT_NAME.decode()}{by_tiles})" if DOT_NAME[0] else "")
    cdef int storage = packed_forms[packed_form]
    cdef Method method
    describe_method(&method, storage, storage)
    special = {DOTS: f" {PAIRS_NAME.decode()}", TILES: " TDPBF16PS"}.get(method.kind, "")
    return f"{method.most_rows}x{2 * VF_LANES}{special}"
