"""What a machine can do at most, for benchmarks to compare with: multiply-adds, AMX tiles, reads.

Each function runs one loop on this many threads, does no other work, and returns how much was done:
the caller has the clock.
"""
from fastact._kernels.simd cimport VF_LANES, f32, load_f, mul_add_f, splat_f, sum_f
from fastact._parallel cimport num_threads, parallel_for

cdef extern from *:
    """
    /* AMX by declared intrinsics, where the compiler has them; that the CPU and the operating system
       have it too is asked at run time.  Linux gives the tiles' state on demand, to the process. */
    #if defined(__x86_64__) && defined(__linux__) && defined(__AVX512F__) \\
        && ((defined(__clang__) && __clang_major__ >= 12) || (!defined(__clang__) && __GNUC__ >= 11))
    #include <cpuid.h>
    #include <immintrin.h>
    #include <string.h>
    #include <sys/syscall.h>
    #include <unistd.h>
    static int has_amx(void) {
        unsigned a, b, c, d;
        const unsigned bf16_and_tile = 1u << 22 | 1u << 24;
        return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & bf16_and_tile) == bf16_and_tile
            && !syscall(SYS_arch_prctl, 0x1023 /* ARCH_REQ_XCOMP_PERM */, 18 /* tile data */);
    }
    /* Four sums of 16 x 16, each by one instruction in turn, as a 2 x 2 block of a product has them. */
    __attribute__((target("amx-tile,amx-bf16")))
    static void amx_chains(long repeats) {
        unsigned char zeros[1024], config[64];
        long i;
        memset(zeros, 0, sizeof zeros);
        memset(config, 0, sizeof config);
        config[0] = 1;                              /* palette */
        for (i = 0; i < 8; i++) {
            config[16 + 2 * i] = 64;                /* bytes a row */
            config[48 + i] = 16;                    /* rows */
        }
        /* GCC 12's _tile_loadconfig says of eight bytes that it reads them; the others would not be set. */
        __asm__ volatile("" : : "r"(config), "r"(zeros) : "memory");
        _tile_loadconfig(config);
        _tile_zero(0); _tile_zero(1); _tile_zero(2); _tile_zero(3);
        _tile_loadd(4, zeros, 64); _tile_loadd(5, zeros, 64);
        _tile_loadd(6, zeros, 64); _tile_loadd(7, zeros, 64);
        for (i = 0; i < repeats; i++) {
            _tile_dpbf16ps(0, 4, 6); _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(2, 5, 6); _tile_dpbf16ps(3, 5, 7);
        }
        _tile_release();
    }
    #else
    static int has_amx(void) { return 0; }
    static void amx_chains(long repeats) { (void)repeats; }
    #endif
    """
    bint has_amx() nogil
    void amx_chains(long repeats) nogil

cdef enum:
    CHAINS = 12     # more than latency times throughput of a multiply-add (8 to 10), fewer than 16 registers
    STREAMS = 4
    LINE = 16       # floats in a cache line
    AHEAD = 64      # cache lines

cdef extern from * nogil:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define PREFETCH_PEAK(p) __builtin_prefetch((p), 0, 2)
    #else
    #define PREFETCH_PEAK(p) ((void)(p))
    #endif
    """
    void PREFETCH_PEAK(const void* p)

cdef struct Work:
    Py_ssize_t repeats
    Py_ssize_t threads
    Py_ssize_t streams
    const float* data
    Py_ssize_t size
    float* results      # a cache line for each thread: what is computed must be used


cdef void fma_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    cdef Work* work = <Work*>context
    cdef f32 sums[CHAINS]
    cdef f32 x = splat_f(<float>0.5), y = splat_f(<float>1 + <float>index)
    cdef Py_ssize_t i, chain
    for chain in range(CHAINS):
        sums[chain] = splat_f(<float>chain)
    for i in range(work.repeats):
        for chain in range(CHAINS):
            sums[chain] = mul_add_f(sums[chain], x, y)
    for chain in range(1, CHAINS):
        sums[0] = sums[0] + sums[chain]
    work.results[index * LINE] = sum_f(sums[0])


cdef void amx_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    amx_chains(<long>(<Work*>context).repeats)


cdef void read_task(void* context, Py_ssize_t index, int thread) noexcept nogil:
    """One thread's part of the memory, as one, two or four streams side by side."""
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
            PREFETCH_PEAK(p + AHEAD * LINE)
            for j in range(LINE // VF_LANES):
                sums[j % STREAMS] = sums[j % STREAMS] + load_f(p + j * VF_LANES)
            p += LINE
    else:
        for i in range(length):
            for stream in range(work.streams):
                PREFETCH_PEAK(p + (stream * length + AHEAD) * LINE)
                for j in range(LINE // VF_LANES):
                    sums[stream] = sums[stream] + load_f(p + stream * length * LINE + j * VF_LANES)
            p += LINE
    work.results[index * LINE] = sum_f(sums[0] + sums[1] + sums[2] + sums[3])


cdef object run(void (*task)(void*, Py_ssize_t, int) noexcept nogil, Work* work):
    cdef float results[64 * LINE]
    work.threads = min(num_threads(), 64)
    work.results = results
    with nogil:
        parallel_for(task, work, work.threads, <int>work.threads)
    return work.threads


def fma(Py_ssize_t repeats):
    """Multiply-adds of vectors, from registers to registers, in independent chains.

    Returns
    -------
    int
        Floating-point operations done.
    """
    cdef Work work
    work.repeats = repeats
    return 2 * VF_LANES * CHAINS * repeats * run(fma_task, &work)


def amx(Py_ssize_t repeats):
    """Products of AMX tiles in bfloat16.

    Returns
    -------
    int or None
        Floating-point operations done; None without AMX.
    """
    cdef Work work
    if not has_amx():
        return None
    work.repeats = repeats
    return 2 * 16 * 16 * 32 * 4 * repeats * run(amx_task, &work)


def read(const float[::1] data, Py_ssize_t streams=1):
    """Read an array, in 1, 2 or 4 streams a thread.

    Returns
    -------
    int
        Bytes read: less than the array's by some cache lines.
    """
    cdef Work work
    if streams not in (1, 2, 4):
        raise ValueError(f"streams must be 1, 2 or 4, not {streams}")
    if data.shape[0] == 0:
        return 0
    work.data, work.size, work.streams = &data[0], data.shape[0], streams
    threads = run(read_task, &work)
    lines = work.size // LINE
    return sum((lines * (i + 1) // threads - lines * i // threads) // streams * streams for i in range(threads)) * 4 * LINE
