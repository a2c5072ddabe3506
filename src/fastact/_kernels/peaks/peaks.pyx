"""The peak performance of a machine, for comparison in benchmarks: instructions that multiply, and reads.

Each function runs one loop on as many threads as a call may use, and returns the amount of work.  The caller
measures the time.
"""
from libc.string cimport memcpy, memset

from fastact._kernels.simd.vectors cimport SIMD_REGISTERS, VF_LANES, f32, load_f, mul_add_f, splat_f, sum_f
from fastact._runtime.parallel cimport num_threads, parallel_for

cdef extern from "../matmul/bfloat16.h" nogil:
    """
    enum { SETS = SIMD_REGISTERS >= 32 ? 2 : 1 };
    #if defined(__GNUC__) || defined(__clang__)
    #define PREFETCH_PEAK(p) __builtin_prefetch((p), 0, 2)
    #else
    #define PREFETCH_PEAK(p) ((void)(p))
    #endif
    """
    enum:
        SETS
        HAS_DOT
        HAS_TILES
    const char* PAIRS_NAME
    f32 dot_pairs(f32 c, f32 x, f32 w)
    void tile_begin(int first, int second)
    void tile_end()
    void tile_load(int t, const void* p)
    void tile_dot(int c, int x, int w)
    void PREFETCH_PEAK(const void* p)

cdef extern from "../matmul/byte_dots.h" nogil:
    ctypedef struct ready_quad:
        pass
    ctypedef int lanes_i
    ctypedef unsigned int lanes_u
    const char* DOT_NAME
    ready_quad prepare_quad(lanes_u u)
    ready_quad renewed(ready_quad u)
    lanes_i dot_quad(lanes_i sum, ready_quad u, const signed char* q)
    lanes_u load_lanes(const void* p)

cdef extern from "../matmul/byte_tiles.h" nogil:
    enum:
        HAS_AMX_BYTES
        HAS_BYTE_TILES
    const char* BYTE_TILE_NAME
    void tile_dot_bytes(int c, int x, int w)
    lanes_i two_row_dots(lanes_i sum, ready_quad x, ready_quad w)

cdef enum:
    # Number of chains in a set.  Hiding the latency takes 8 to 10 chains of multiply-adds, or 12 of VDPBF16PS.
    # Targets with 32 registers have two sets, so that no instruction waits.
    CHAINS = 12
    STREAMS = 4     # largest number of streams for each thread
    LINE = 16       # number of floats in a cache line

cdef struct Work:
    Py_ssize_t repeats  # number of iterations of the loop
    Py_ssize_t threads  # number of threads
    Py_ssize_t streams  # number of streams for each thread
    Py_ssize_t ahead    # number of cache lines between a read and its prefetch; 0: the CPU itself reads ahead
    const float* data   # the array that is read
    Py_ssize_t size     # number of floats in the array
    float* results      # a cache line for each thread; without a result the compiler would drop the loop


cdef inline void chains(bint dots, Work* work, Py_ssize_t index) noexcept nogil:
    """Add the same numbers to all sums in each step, by multiply-adds or by products of pairs."""
    cdef f32 sums[SETS * CHAINS]
    cdef f32 x = splat_f(<float>0.5), y = splat_f(<float>1 + <float>index)
    cdef Py_ssize_t i, j, chain
    for chain in range(SETS * CHAINS):
        sums[chain] = splat_f(<float>chain)
    for i in range(work.repeats):
        for j in range(SETS):
            for chain in range(CHAINS):
                if dots:
                    sums[j * CHAINS + chain] = dot_pairs(sums[j * CHAINS + chain], x, y)
                else:
                    sums[j * CHAINS + chain] = mul_add_f(x, y, sums[j * CHAINS + chain])
    for chain in range(1, SETS * CHAINS):
        sums[0] = sums[0] + sums[chain]
    work.results[index * LINE] = sum_f(sums[0])


cdef void fma_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    chains(False, <Work*>context, index)


cdef void dots_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    chains(True, <Work*>context, index)


cdef inline void byte_chains(bint two_rows, Work* work, Py_ssize_t index) noexcept nogil:
    """Add products of bytes to all sums in each step, of one row or of two."""
    cdef lanes_i sums[SETS * CHAINS]
    cdef ready_quad quad = prepare_quad(load_lanes(work.results))
    cdef Py_ssize_t i, j, chain
    for chain in range(SETS * CHAINS):
        sums[chain] = <lanes_i>load_lanes(work.results)
    for i in range(work.repeats):
        for j in range(SETS):       # a loop of 24 would not be unrolled, and its sums would be in memory
            for chain in range(CHAINS):
                quad = renewed(quad)
                if two_rows:
                    sums[j * CHAINS + chain] = two_row_dots(sums[j * CHAINS + chain], quad, quad)
                else:
                    sums[j * CHAINS + chain] = dot_quad(
                        sums[j * CHAINS + chain], quad, <const signed char*>work.results)
    for chain in range(1, SETS * CHAINS):
        sums[0] = sums[0] + sums[chain]
    memcpy(work.results + index * LINE, sums, sizeof(float))


cdef void bytes_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    byte_chains(False, <Work*>context, index)


cdef void two_rows_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    byte_chains(True, <Work*>context, index)


cdef inline void tiles_of(bint of_bytes, Work* work) noexcept nogil:
    """Add to four sums of 16 x 16 in turn, like a product with 2 x 2 registers."""
    cdef Py_ssize_t i
    tile_begin(16, 16)
    tile_load(4, work.results)
    tile_load(5, work.results)
    tile_load(6, work.results)
    tile_load(7, work.results)
    for i in range(work.repeats):
        if of_bytes:
            tile_dot_bytes(0, 4, 6)
            tile_dot_bytes(1, 4, 7)
            tile_dot_bytes(2, 5, 6)
            tile_dot_bytes(3, 5, 7)
        else:
            tile_dot(0, 4, 6)
            tile_dot(1, 4, 7)
            tile_dot(2, 5, 6)
            tile_dot(3, 5, 7)
    tile_end()


cdef void tiles_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    tiles_of(False, <Work*>context)


cdef void byte_tiles_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    tiles_of(True, <Work*>context)


cdef void read_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    """Read the part of the memory that belongs to one thread, in one, two or four parallel streams."""
    cdef Work* work = <Work*>context
    cdef Py_ssize_t lines = work.size // LINE
    cdef Py_ssize_t first = lines * index // work.threads
    cdef Py_ssize_t length = (lines * (index + 1) // work.threads - first) // work.streams
    cdef const float* p = work.data + first * LINE
    cdef f32 sums[STREAMS]
    cdef Py_ssize_t i, j, stream
    for stream in range(STREAMS):
        sums[stream] = splat_f(<float>0)
    if work.streams == 1:
        for i in range(length):
            if work.ahead:
                PREFETCH_PEAK(p + work.ahead * LINE)
            for j in range(LINE // VF_LANES):
                sums[j % STREAMS] = sums[j % STREAMS] + load_f(p + j * VF_LANES)
            p += LINE
    else:
        for i in range(length):
            for stream in range(work.streams):
                if work.ahead:
                    PREFETCH_PEAK(p + (stream * length + work.ahead) * LINE)
                for j in range(LINE // VF_LANES):
                    sums[stream] = sums[stream] + load_f(p + stream * length * LINE + j * VF_LANES)
            p += LINE
    work.results[index * LINE] = sum_f(sums[0] + sums[1] + sums[2] + sums[3])


cdef object run(void (*task)(void*, Py_ssize_t, int) noexcept nogil, Work* work):
    """Run the task once in each thread, in at most 64 threads; return the number of threads."""
    cdef float results[64 * LINE]   # for 64 threads; tiles_task() also reads it, while it is zero, as its operands
    memset(results, 0, sizeof(results))
    work.threads = min(num_threads(), 64)
    work.results = results
    with nogil:
        parallel_for(task, work, work.threads, <int>work.threads)
    return work.threads


def fma(Py_ssize_t repeats):
    """Multiply-adds of vectors in registers, in independent chains; without FMA, products and sums.

    Returns
    -------
    int
        Number of floating-point operations.
    """
    cdef Work work
    work.repeats = repeats
    return 2 * VF_LANES * SETS * CHAINS * repeats * run(fma_task, &work)


def dots(Py_ssize_t repeats):
    """VDPBF16PS or BFDOT: sums of two products of bfloat16 in each lane.  Returns the operations, as `fma` does."""
    cdef Work work
    work.repeats = repeats
    return 4 * VF_LANES * SETS * CHAINS * repeats * run(dots_task, &work)


def tiles(Py_ssize_t repeats):
    """TDPBF16PS: products of AMX tiles, 16 x 32 by 32 x 16 of bfloat16.  Returns the operations, as `fma` does."""
    cdef Work work
    work.repeats = repeats
    return 2 * 16 * 16 * 32 * 4 * repeats * run(tiles_task, &work)


def byte_tiles(Py_ssize_t repeats):
    """TDPBSUD: products of AMX tiles, 16 x 64 by 64 x 16 bytes.  Returns the operations, as `fma` does."""
    cdef Work work
    work.repeats = repeats
    return 2 * 16 * 16 * 64 * 4 * repeats * run(byte_tiles_task, &work)


def bytes_dots(Py_ssize_t repeats):
    """Sums of four products of bytes in each lane, by the instruction that DOT_NAME names; operations as `fma`."""
    cdef Work work
    work.repeats = repeats
    return 8 * VF_LANES * SETS * CHAINS * repeats * run(bytes_task, &work)


def two_rows(Py_ssize_t repeats):
    """SMMLA: sums of eight products of bytes of two rows by two columns.  Returns the operations, as `fma` does."""
    cdef Work work
    work.repeats = repeats
    return 16 * VF_LANES * SETS * CHAINS * repeats * run(two_rows_task, &work)


# The loop of each instruction that multiplies on this target, by the name that `kernel_name` of matmul gives it.
loops = {"FMA": fma, DOT_NAME.decode() or "bytes": bytes_dots} | ({PAIRS_NAME.decode(): dots} if HAS_DOT else {}) | (
    {"TDPBF16PS": tiles} if HAS_TILES else {}) | (
    {BYTE_TILE_NAME.decode(): byte_tiles if HAS_AMX_BYTES else two_rows} if HAS_BYTE_TILES else {})


def read(const float[::1] data, Py_ssize_t streams=1, Py_ssize_t ahead=0):
    """Read an array, in 1, 2 or 4 streams for each thread.

    Parameters
    ----------
    data : array of float32
    streams : int
    ahead : int
        Number of cache lines between a read and its prefetch; 0 leaves it to the CPU to read ahead.

    Returns
    -------
    int
        Number of bytes read: the size of the array minus some cache lines.
    """
    cdef Work work
    if streams not in (1, 2, 4):
        raise ValueError(f"streams must be 1, 2 or 4, not {streams}")
    if data.shape[0] == 0:
        return 0
    if ahead < 0:
        raise ValueError(f"ahead must be at least 0, not {ahead}")
    work.data, work.size, work.streams, work.ahead = &data[0], data.shape[0], streams, ahead
    threads = run(read_task, &work)
    lines = work.size // LINE
    return sum((lines * (i + 1) // threads - lines * i // threads) // streams * streams for i in range(threads)) * 4 * LINE
