"""Quantised weights as float32 and back, the rows or blocks of an array shared out among the threads.

What a format's bytes mean stands in decode.h and rows_of_groups.h, the ways back in encode.h.  The callers
(`fastact._formats`) check shapes and types; here lengths are asserted once more, because memory depends on them.
"""
from libc.stdint cimport int32_t, uint8_t, uint32_t, uintptr_t
from libc.stdlib cimport free, malloc

from fastact._runtime.parallel cimport num_threads, parallel_for

cdef extern from "encode.h" nogil:
    ctypedef void (*decode_t)(const uint8_t* blocks, float* out, Py_ssize_t count) noexcept nogil
    ctypedef int (*encode_t)(const float* x, uint8_t* blocks, Py_ssize_t count) noexcept nogil
    ctypedef struct block_format:
        const char* name
        int elements
        int bytes
        decode_t decode
    ctypedef struct encode_row:
        const char* name
        encode_t encode
    const block_format* BLOCK_TABLE
    const encode_row* ENCODE_TABLE
    const int BLOCK_FORMAT_COUNT, ENCODE_COUNT
    const int NOT_FINITE, TOO_LARGE, WORD_OUTPUTS, MOST_OF_GROUP, LINE_FLOATS
    float* beside(const float* out, float* room)
    void stream_floats(float* out, const float* buffer, Py_ssize_t n)
    void stream_end()
    void decode_streaming(const block_format* f, const uint8_t* b, float* out, Py_ssize_t count)
    void decode_mxfp4_split(const uint8_t* codes, unsigned int exponent, float* out)
    ctypedef struct group_rows:
        const uint8_t* codes
        Py_ssize_t row_bytes
        int bits
        int scale_type
        const char* scales
        const char* minima
        const uint8_t* zeros
        const int32_t* group_of
        Py_ssize_t rows, columns, group, groups
    void decode_group_row(const group_rows* w, Py_ssize_t row, float* room, float* out)
    float float8_to_float(uint8_t code)
    ctypedef struct float8_rows:
        const uint8_t* codes
        const float* scales
        const float* values
        Py_ssize_t rows, columns, tile_rows, tile_columns
    void decode_float8_row(const float8_rows* w, Py_ssize_t row, float* out)
    ctypedef struct packed_words:
        const uint32_t* codes
        const uint32_t* zeros
        const char* scales
        const int32_t* group_of
        int is_awq, scale_type, added
        Py_ssize_t outputs, inputs, group, groups
    void decode_words(const packed_words* w, Py_ssize_t tile, float* room, float* out)
    ctypedef struct group_target:
        const float* x
        uint8_t* codes
        char* scales
        char* minima
        Py_ssize_t row_bytes, rows, columns, group, groups
        int bits, scale_type
    int encode_group_row(const group_target* w, Py_ssize_t row)

cdef enum:
    TASK = 16384        # weights of a task: 64 KB of results, as the L2 holds beside what they come from
    SPLIT_PIECE = 32    # blocks of mxfp4_split that a buffer takes
    SERIAL = 32768      # weights below which one thread takes less time than waking another

cdef Py_ssize_t stream_from = 1 << 62

SCALE_TYPES = {"float32": 0, "float16": 1, "bfloat16": 2}
ERRORS = {NOT_FINITE: "not finite", TOO_LARGE: "too large"}
# Of each block format: weights and bytes of a block.
block_sizes = {
    BLOCK_TABLE[i].name.decode(): (BLOCK_TABLE[i].elements, BLOCK_TABLE[i].bytes) for i in range(BLOCK_FORMAT_COUNT)}
# Those that can be written, too.
encoded = [ENCODE_TABLE[i].name.decode() for i in range(ENCODE_COUNT)]
most_of_group = MOST_OF_GROUP


def set_stream_from(Py_ssize_t size):
    """Results of so many bytes or more bypass the caches."""
    global stream_from
    stream_from = size


cdef int threads_for(Py_ssize_t weights) noexcept nogil:
    return 1 if weights < SERIAL else num_threads()


cdef const block_format* block_format_of(str name) except NULL:
    cdef int i
    for i in range(BLOCK_FORMAT_COUNT):
        if BLOCK_TABLE[i].name.decode() == name:
            return &BLOCK_TABLE[i]
    raise ValueError(f"no blocks of format {name!r}")


# ------------------------------------------------------------------------------- blocks --

cdef struct Blocks:
    const block_format* form
    encode_t encode
    const uint8_t* blocks
    uint8_t* encoded
    const float* x
    float* out
    const uint8_t* exponents    # of mxfp4_split
    Py_ssize_t count            # blocks
    Py_ssize_t step             # blocks of a task
    bint streams
    int wrong                   # what one of the threads found


cdef void decode_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    cdef Blocks* w = <Blocks*>context
    cdef Py_ssize_t first = index * w.step, count = min(w.step, w.count - first)
    cdef const uint8_t* b = w.blocks + first * w.form.bytes
    cdef float* out = w.out + first * w.form.elements
    if w.streams:
        decode_streaming(w.form, b, out, count)
    else:
        w.form.decode(b, out, count)


cdef void split_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    cdef Blocks* w = <Blocks*>context
    cdef float[SPLIT_PIECE * 32 + 2 * 16] room     # a cache line to spare at each end
    cdef float* buffer = beside(w.out, room)
    cdef Py_ssize_t i, first = index * w.step, end = min(first + w.step, w.count), last
    while first < end:
        last = min(first + SPLIT_PIECE, end)
        for i in range(first, last):
            decode_mxfp4_split(
                w.blocks + 16 * i, w.exponents[i], buffer + 32 * (i - first) if w.streams else w.out + 32 * i)
        if w.streams:
            stream_floats(w.out + 32 * first, buffer, 32 * (last - first))
        first = last
    stream_end()


cdef void encode_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    cdef Blocks* w = <Blocks*>context
    cdef Py_ssize_t first = index * w.step, count = min(w.step, w.count - first)
    cdef int wrong = w.encode(w.x + first * w.form.elements, w.encoded + first * w.form.bytes, count)
    if wrong:
        w.wrong = wrong


def decode_blocks(str name, const uint8_t[::1] blocks, float[::1] out):
    """Decode blocks of a format of `block_sizes` to as many weights."""
    cdef Blocks w
    w.form = block_format_of(name)
    w.count = out.shape[0] // w.form.elements
    if w.count * w.form.elements != out.shape[0] or w.count * w.form.bytes != blocks.shape[0]:
        raise ValueError(f"{blocks.shape[0]} bytes of {name} are not {out.shape[0]} weights")
    if w.count == 0:
        return
    w.blocks, w.out = &blocks[0], &out[0]
    w.step = TASK // w.form.elements
    w.streams = out.shape[0] * 4 >= stream_from
    with nogil:
        parallel_for(decode_task, &w, (w.count + w.step - 1) // w.step, threads_for(out.shape[0]))


def decode_split(const uint8_t[::1] codes, const uint8_t[::1] exponents, float[::1] out):
    """Decode mxfp4 whose exponents lie apart."""
    cdef Blocks w
    w.count = exponents.shape[0]
    if w.count * 16 != codes.shape[0] or w.count * 32 != out.shape[0]:
        raise ValueError(f"{codes.shape[0]} bytes and {w.count} exponents are not {out.shape[0]} weights")
    if w.count == 0:
        return
    w.blocks, w.exponents, w.out, w.step = &codes[0], &exponents[0], &out[0], TASK // 32
    w.streams = out.shape[0] * 4 >= stream_from
    with nogil:
        parallel_for(split_task, &w, (w.count + w.step - 1) // w.step, threads_for(out.shape[0]))


def encode_blocks(str name, const float[::1] x, uint8_t[::1] blocks):
    """Encode weights; return what is wrong with them (see `ERRORS`), or None."""
    cdef Blocks w
    cdef int i
    w.form, w.encode, w.wrong = block_format_of(name), NULL, 0
    for i in range(ENCODE_COUNT):
        if ENCODE_TABLE[i].name.decode() == name:
            w.encode = ENCODE_TABLE[i].encode
    w.count = x.shape[0] // w.form.elements
    if w.encode == NULL or w.count * w.form.elements != x.shape[0] or w.count * w.form.bytes != blocks.shape[0]:
        raise ValueError(f"{x.shape[0]} weights do not fill {blocks.shape[0]} bytes of {name}")
    if w.count == 0:
        return None
    w.x, w.encoded, w.step = &x[0], &blocks[0], TASK // w.form.elements
    with nogil:
        parallel_for(encode_task, &w, (w.count + w.step - 1) // w.step, threads_for(x.shape[0]))
    return ERRORS.get(w.wrong)


# --------------------------------------------------------------------------- rows of groups --

cdef struct Rows:
    group_rows groups
    group_target target
    float8_rows floats
    packed_words words
    float* out
    Py_ssize_t rows         # of the result; of words tiles of rows
    Py_ssize_t step         # rows of a task
    float* room             # of each thread
    Py_ssize_t room_floats
    float* buffers          # of each thread, for a row; NULL: results do not bypass the caches
    Py_ssize_t buffer_floats
    int wrong


cdef inline float* row_target(Rows* w, float* out, int thread) noexcept nogil:
    """Where a row is decoded to: its place in the result, or a thread's buffer."""
    return out if w.buffers == NULL else beside(out, w.buffers + thread * w.buffer_floats)


cdef inline void row_done(Rows* w, float* out, const float* row, Py_ssize_t columns) noexcept nogil:
    if w.buffers != NULL:
        stream_floats(out, row, columns)


cdef void group_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    cdef Rows* w = <Rows*>context
    cdef Py_ssize_t row
    cdef float* out
    cdef float* target
    for row in range(index * w.step, min((index + 1) * w.step, w.rows)):
        out = w.out + row * w.groups.columns
        target = row_target(w, out, thread)
        decode_group_row(&w.groups, row, w.room + thread * w.room_floats, target)
        row_done(w, out, target, w.groups.columns)
    stream_end()


cdef void float8_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    cdef Rows* w = <Rows*>context
    cdef Py_ssize_t row
    cdef float* out
    cdef float* target
    for row in range(index * w.step, min((index + 1) * w.step, w.rows)):
        out = w.out + row * w.floats.columns
        target = row_target(w, out, thread)
        decode_float8_row(&w.floats, row, target)
        row_done(w, out, target, w.floats.columns)
    stream_end()


cdef void words_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    cdef Rows* w = <Rows*>context
    decode_words(&w.words, index, w.room + thread * w.room_floats, w.out)


cdef void encode_rows_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    cdef Rows* w = <Rows*>context
    cdef Py_ssize_t row
    cdef int wrong
    for row in range(index * w.step, min((index + 1) * w.step, w.rows)):
        wrong = encode_group_row(&w.target, row)
        if wrong:
            w.wrong = wrong
            return


cdef inline Py_ssize_t rows_of_task(Py_ssize_t columns) noexcept:
    return max(1, TASK // max(columns, 1))


cdef int take_room(Rows* w, Py_ssize_t floats, Py_ssize_t columns, int threads) except -1:
    """Memory for each thread: so many floats, and a row of so many columns if results of such rows bypass the caches."""
    w.room_floats = (floats + LINE_FLOATS) // LINE_FLOATS * LINE_FLOATS     # no two threads write to one cache line
    w.buffer_floats = 0
    if w.rows * columns * 4 >= stream_from:
        w.buffer_floats = (columns + 3 * LINE_FLOATS) // LINE_FLOATS * LINE_FLOATS
    w.room = <float*>malloc((w.room_floats + w.buffer_floats) * threads * sizeof(float))
    if w.room == NULL:
        raise MemoryError
    w.buffers = w.room + w.room_floats * threads if w.buffer_floats else NULL
    return 0


def decode_groups(
    const uint8_t[:, ::1] codes, int bits, str scale_type, const uint8_t[::1] scales, const uint8_t[::1] minima,
    const uint8_t[::1] zeros, const int32_t[::1] group_of, Py_ssize_t group, float[:, ::1] out,
):
    """Decode rows of codes of 8 or 4 bits with a scale for each group of columns.

    Parameters
    ----------
    codes : [rows][bytes]
    scale_type : a key of `SCALE_TYPES`
    scales, minima : bytes of [rows][groups]
    zeros : [rows * groups], those of codes of 8 bits plus 128
    group_of : [columns]
    out : [rows][columns]
        Minima, zeros and group_of may be None.
    """
    cdef Rows w
    cdef int threads = threads_for(out.shape[0] * out.shape[1])
    cdef Py_ssize_t groups, i, rows = out.shape[0], columns = out.shape[1]
    if rows == 0 or columns == 0:
        return
    size = 4 if scale_type == "float32" else 2
    groups = scales.shape[0] // (size * rows)
    assert bits in (4, 8) and codes.shape[0] == rows and codes.shape[1] * 8 >= columns * bits, codes.shape
    assert groups > 0 and groups * size * rows == scales.shape[0], scales.shape
    assert minima is None or minima.shape[0] == scales.shape[0]
    assert zeros is None or zeros.shape[0] == rows * groups
    if group_of is None:
        assert group > 0 and group % 2 == 0 or groups == 1, group
        assert groups * group >= columns, groups
    else:
        assert group_of.shape[0] == columns
        for i in range(columns):
            if not 0 <= group_of[i] < groups:
                raise ValueError(f"column {i} is of group {group_of[i]}, but there are {groups}")
    w.groups.codes, w.groups.row_bytes, w.groups.bits = &codes[0, 0], codes.shape[1], bits
    w.groups.scale_type = SCALE_TYPES[scale_type]
    w.groups.scales = <const char*>&scales[0]
    w.groups.minima = w.groups.zeros = w.groups.group_of = NULL
    if minima is not None:
        w.groups.minima = <const char*>&minima[0]
    if zeros is not None:
        w.groups.zeros = &zeros[0]
    if group_of is not None:
        w.groups.group_of = &group_of[0]
    w.groups.rows, w.groups.columns, w.groups.group, w.groups.groups = rows, columns, group, groups
    w.out, w.rows, w.step = &out[0, 0], rows, rows_of_task(columns)
    take_room(&w, 2 * groups, columns, threads)
    with nogil:
        parallel_for(group_task, &w, (rows + w.step - 1) // w.step, threads)
    free(w.room)


cdef float[256] FLOAT8
for i in range(256):
    FLOAT8[i] = float8_to_float(i)


def decode_float8(
    const uint8_t[:, ::1] codes, const float[::1] scales, Py_ssize_t rows, Py_ssize_t tile_rows,
    Py_ssize_t tile_columns, float[:, ::1] out,
):
    """Decode E4M3 with a scale for each tile of each matrix of so many rows; codes and out are [all rows][columns]."""
    cdef Rows w
    cdef Py_ssize_t columns = out.shape[1]
    cdef int threads = threads_for(out.shape[0] * columns)
    if out.shape[0] == 0 or columns == 0:
        return
    assert codes.shape[0] == out.shape[0] and codes.shape[1] == columns, codes.shape
    assert rows > 0 and out.shape[0] % rows == 0 and tile_rows > 0 and tile_columns > 0
    tiles = out.shape[0] // rows * ((rows + tile_rows - 1) // tile_rows) * ((columns + tile_columns - 1) // tile_columns)
    assert scales.shape[0] == tiles, (scales.shape, tiles)
    w.floats.codes, w.floats.scales, w.floats.values = &codes[0, 0], &scales[0], FLOAT8
    w.floats.rows, w.floats.columns = rows, columns
    w.floats.tile_rows, w.floats.tile_columns = tile_rows, tile_columns
    w.out, w.rows, w.step = &out[0, 0], out.shape[0], rows_of_task(columns)
    take_room(&w, 0, columns, threads)
    with nogil:
        parallel_for(float8_task, &w, (w.rows + w.step - 1) // w.step, threads)
    free(w.room)


def decode_packed(
    bint is_awq, const uint32_t[:, ::1] codes, const uint32_t[:, ::1] zeros, str scale_type, const uint8_t[::1] scales,
    const int32_t[::1] group_of, Py_ssize_t group, int added, float[:, ::1] out,
):
    """Decode GPTQ's or AWQ's matrices; out is [outputs][inputs], group_of [inputs] or None."""
    cdef Rows w
    cdef Py_ssize_t outputs = out.shape[0], inputs = out.shape[1], groups = zeros.shape[0], tiles, i
    cdef int threads = threads_for(outputs * inputs)
    if outputs == 0 or inputs == 0:
        return
    assert outputs % 8 == 0 and zeros.shape[1] * 8 == outputs, zeros.shape
    if is_awq:
        assert codes.shape[0] == inputs and codes.shape[1] * 8 == outputs, codes.shape
    else:
        assert codes.shape[0] * 8 == inputs and codes.shape[1] == outputs, codes.shape
    assert scales.shape[0] == groups * outputs * (4 if scale_type == "float32" else 2), scales.shape
    if group_of is None:
        assert group > 0 and groups * group >= inputs, groups
    else:
        assert group_of.shape[0] == inputs
        for i in range(inputs):
            if not 0 <= group_of[i] < groups:
                raise ValueError(f"input {i} is of group {group_of[i]}, but there are {groups}")
    w.words.codes, w.words.zeros, w.words.scales = &codes[0, 0], &zeros[0, 0], <const char*>&scales[0]
    w.words.group_of = NULL
    if group_of is not None:
        w.words.group_of = &group_of[0]
    w.words.is_awq, w.words.scale_type, w.words.added = is_awq, SCALE_TYPES[scale_type], added
    w.words.outputs, w.words.inputs, w.words.group, w.words.groups = outputs, inputs, group, groups
    w.out, w.rows = &out[0, 0], outputs
    tiles = (outputs + WORD_OUTPUTS - 1) // WORD_OUTPUTS
    take_room(&w, 2 * WORD_OUTPUTS * groups, 0, threads)
    with nogil:
        parallel_for(words_task, &w, tiles, threads)
    free(w.room)


def encode_groups(
    const float[:, ::1] x, int bits, str scale_type, Py_ssize_t group, uint8_t[:, ::1] codes, uint8_t[::1] scales,
    uint8_t[::1] minima,
):
    """Encode rows with a scale for each group of columns; minima (None: symmetric) and scales are [rows][groups].

    Returns what is wrong with the weights (see `ERRORS`), or None.
    """
    cdef Rows w
    cdef Py_ssize_t rows = x.shape[0], columns = x.shape[1], groups
    if rows == 0 or columns == 0:
        return None
    groups = (columns + group - 1) // group
    size = 4 if scale_type == "float32" else 2
    assert scale_type in ("float32", "float16")
    assert bits == 8 or bits == 4 and group % 2 == 0 and group <= MOST_OF_GROUP, group
    assert codes.shape[0] == rows and codes.shape[1] == (columns * bits + 7) // 8, codes.shape
    assert scales.shape[0] == rows * groups * size and (minima is None or minima.shape[0] == scales.shape[0])
    w.target.x, w.target.codes, w.target.row_bytes = &x[0, 0], &codes[0, 0], codes.shape[1]
    w.target.scales = <char*>&scales[0]
    w.target.minima = NULL if minima is None else <char*>&minima[0]
    w.target.rows, w.target.columns, w.target.group, w.target.groups = rows, columns, group, groups
    w.target.bits, w.target.scale_type = bits, SCALE_TYPES[scale_type]
    w.rows, w.step, w.wrong = rows, rows_of_task(columns), 0
    with nogil:
        parallel_for(encode_rows_task, &w, (rows + w.step - 1) // w.step, threads_for(rows * columns))
    return ERRORS.get(w.wrong)
