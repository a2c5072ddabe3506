/* The instructions that multiply bfloat16.  Where the target lacks one, a placeholder of the same name is
 * defined, which is never called.  HAS_DOT and HAS_TILES say what the target has; methods.pxi decides what is used.
 *
 *   dot_pairs(c, x, w)    in each lane c + x0 w0 + x1 w1, for the pairs x0, x1 and w0, w1 (HAS_DOT); its instruction
 *                         is PAIRS_NAME
 *   tile_...              AMX: eight registers of 16 rows of 64 bytes (HAS_TILES)
 *   split(x, n, ...)      floats as the exact sum of several bfloat16 numbers, for AMX
 */
#ifndef FASTACT_MATMUL_BFLOAT16_H
#define FASTACT_MATMUL_BFLOAT16_H

#include "simd.h"
#include "storage.h"

/* Largest number of rows of a tile without AMX.  The registers hold the sums (two vectors for each row), two vectors of
 * the panel and one of x. */
enum { TILE_ROWS = SIMD_REGISTERS >= 32 ? 14 : 6 };

#if defined(__AVX512BF16__)
#define PAIRS_NAME "VDPBF16PS"
enum { HAS_DOT = 1 };
SIMD_INLINE vf dot_pairs(vf c, vf x, vf w) { return (vf)_mm512_dpbf16_ps((__m512)c, (__m512bh)x, (__m512bh)w); }
#elif defined(__ARM_FEATURE_BF16_VECTOR_ARITHMETIC) && SIMD_BYTES
#define PAIRS_NAME "BFDOT"
enum { HAS_DOT = 1 };
SIMD_INLINE vf dot_pairs(vf c, vf x, vf w) {
    return (vf)vbfdotq_f32((float32x4_t)c, (bfloat16x8_t)x, (bfloat16x8_t)w);
}
#else
#define PAIRS_NAME ""
enum { HAS_DOT = 0 };
SIMD_INLINE vf dot_pairs(vf c, vf x, vf w) { (void)x, (void)w; return c; }
#endif

/* Split n floats (a multiple of 16) into their first eight significant bits, the next eight, and the rest.
 * The sum of three parts is exact.  The sum of two parts is exact if x has at most 16 significant bits, as float16
 * numbers have.  The parts are truncated, not rounded, so that the largest finite number stays finite.  The second
 * and third part of infinities and NaN are zero.  part_step: distance from one part to the next, in numbers. */
static inline void split(const float *x, ptrdiff_t n, int parts, uint16_t *to, ptrdiff_t part_step) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float_bits first = {.value = x[i]}, second, third;
        int special = (first.bits & 0x7F800000u) == 0x7F800000u;
        uint32_t quiet = special && (first.bits & 0x7FFFFFu) ? 0x400000u : 0;
        first.bits = (first.bits | quiet) & 0xFFFF0000u;
        second.value = x[i] - first.value;
        second.bits = special ? 0 : second.bits;
        third.bits = second.bits;
        second.bits &= 0xFFFF0000u;
        third.value -= second.value;
        to[i] = (uint16_t)(first.bits >> 16);
        to[i + part_step] = (uint16_t)(second.bits >> 16);
        if (parts > 2) to[i + 2 * part_step] = (uint16_t)(third.bits >> 16);
    }
}

/* Clang before version 16 defines the second pair of macros. */
#if defined(__AMX_BF16__) && defined(__AMX_TILE__) || defined(__AMXBF16__) && defined(__AMXTILE__)
enum { HAS_TILES = 1 };
/* Registers 0 to 3 hold sums, 4 and 5 rows of x, 6 and 7 weights (pairs of k by columns).  Registers 0, 1 and 4
 * get `first` rows, registers 2, 3 and 5 get `second` rows.  All eight are cleared.  The instruction is written in
 * assembly because the intrinsic of GCC 12 does not declare that it reads more than eight bytes.  The intrinsics
 * that load tiles do not declare that they read memory, either; the memory clobber compensates for this. */
static inline void tile_begin(int first, int second) {
    struct { uint8_t palette, start, reserved[14]; uint16_t bytes[16]; uint8_t rows[16]; } shape = {.palette = 1};
    for (int i = 0; i < 8; i++) {
        shape.bytes[i] = 64;
        shape.rows[i] = (uint8_t)(i >= 6 ? 16 : i == 2 || i == 3 || i == 5 ? second : first);
    }
    __asm__ volatile("ldtilecfg %0" : : "m"(shape) : "memory");
}
static inline void tile_end(void) { _tile_release(); }
#define tile_zero(t) _tile_zero(t)
#define tile_load(t, p) _tile_loadd(t, p, 64)
#define tile_load_once(t, p) _tile_stream_loadd(t, p, 64)   /* without displacing other data from L1 */
#define tile_store(t, p) _tile_stored(t, p, 64)
#define tile_dot(c, x, w) _tile_dpbf16ps(c, x, w)
/* The code that follows starts at a cache line. */
#define new_code_line() __asm__ volatile(".p2align 6")
/* Store a register of sums of the tile `left`, unless it is NULL; then load that of the tile `c`, or clear it.
 * at: offset of the register in the memory of both tiles, in floats. */
#define tile_swap(t, left, c, at, resume) do { \
    if (left) tile_store(t, (left) + (at)); \
    if (!(resume)) tile_zero(t); else if ((left) != (c)) tile_load(t, (c) + (at)); \
} while (0)
#else
enum { HAS_TILES = 0 };
static inline void tile_begin(int first, int second) { (void)first, (void)second; }
static inline void tile_end(void) {}
#define tile_zero(t) ((void)0)
#define tile_load(t, p) ((void)(p))
#define tile_load_once(t, p) ((void)(p))
#define tile_store(t, p) ((void)(p))
#define tile_dot(c, x, w) ((void)0)
#define tile_swap(t, left, c, at, resume) ((void)(left), (void)(c))
#define new_code_line() ((void)0)
#endif

#endif
