/* Products of bytes of several rows of x at a time.  The integers are those of dot_quad, so the results have the same bits.
 *
 *   AMX      TDPBSUD adds the products of 16 rows of x and 16 columns of codes, a grain's k in one instruction
 *   I8MM     SMMLA adds those of two rows and two columns, eight k: twice as many as SDOT (ARMv8.6)
 *
 *   byte_tiles_begin(grains, rows)         shapes the registers for so many rows; byte_tiles_end() gives them back
 *   byte_tiles_weights(grains, u, t)       the quads of a unit become registers of weights
 *   byte_tiles_dots(grains, x, left, t)    the products of the next BYTE_TILE_ROWS rows, or of the `left` ones
 *   load_dots(t, g, r)                     those of a grain and a row
 *   tile_dot_bytes(c, x, w), two_row_dots(sum, x, w)    TDPBSUD and SMMLA alone, for measurements
 *
 * Where the target has neither they are placeholders, which are never called.  AMX_EMULATION names a header with AMX's
 * instructions written in C: tests/kernels/test_byte_dots.py runs this code by it on CPUs without AMX.
 */
#ifndef FASTACT_MATMUL_BYTE_TILES_H
#define FASTACT_MATMUL_BYTE_TILES_H

#include "byte_dots.h"

#if defined(AMX_EMULATION) && SIMD_BYTES == 64
#define HAS_AMX_BYTES 1
#include AMX_EMULATION
/* Clang before version 16 defines the second pair of macros. */
#elif defined(__AMX_INT8__) && defined(__AMX_TILE__) || defined(__AMXINT8__) && defined(__AMXTILE__)
#define HAS_AMX_BYTES 1
#define tile_shape(shape) __asm__ volatile("ldtilecfg %0" : : "m"(shape) : "memory")
#else
#define HAS_AMX_BYTES 0
#endif

#if HAS_AMX_BYTES || defined(__ARM_FEATURE_MATMUL_INT8) && SIMD_BYTES
#define HAS_BYTE_TILES 1
#else
#define HAS_BYTE_TILES 0
#endif

#if HAS_AMX_BYTES
enum { BYTE_TILE_ROWS = 16 };
#define BYTE_TILE_NAME "TDPBSUD"
#define tile_dot_bytes(c, x, w) _tile_dpbsud(c, x, w)
#define two_row_dots(sum, x, w) (sum)
typedef struct {
    lanes_u weights[QUADS];
    lanes_i dots[2][BYTE_TILE_ROWS];    /* [grain][row] */
} byte_tiles;

/* Register 0: sums, 2: rows of x; 1 and 3: the same for the rows that are left at the end; 4 and 5: weights of each grain. */
static inline void byte_tiles_begin(int grains, ptrdiff_t rows) {
    struct { uint8_t palette, start, reserved[14]; uint16_t bytes[16]; uint8_t rows[16]; } shape = {.palette = 1};
    int depth = UNIT / grains, last = (int)(rows % BYTE_TILE_ROWS);
    for (int i = 0; i < 6; i++) {
        shape.bytes[i] = (uint16_t)(i == 2 || i == 3 ? depth : 64);
        shape.rows[i] = (uint8_t)(i >= 4 ? depth / 4 : i % 2 && last ? last : BYTE_TILE_ROWS);
    }
    tile_shape(shape);
}
static inline void byte_tiles_end(void) { _tile_release(); }

SIMD_INLINE void byte_tiles_weights(const int grains, const ready_quad *u, byte_tiles *t) {
#pragma GCC unroll 8
    for (int i = 0; i < QUADS; i++) t->weights[i] = u[i];
    __asm__ volatile("" : : "r"(t->weights) : "memory");    /* GCC's intrinsics do not declare that they read memory */
    _tile_loadd(4, t->weights, 64);
    if (grains == 2) _tile_loadd(5, t->weights + QUADS / 2, 64);
}

#define grain_by_tiles(c, a, b, g) do { \
    _tile_zero(c); \
    _tile_loadd(a, x->q + (g) * (UNIT / 2), sizeof *x); \
    _tile_dpbsud(c, a, b); \
    _tile_stored(c, t->dots[g], 64); \
} while (0)
SIMD_INLINE void byte_tiles_dots(const int grains, const x_unit *x, ptrdiff_t left, byte_tiles *t) {
    if (left >= BYTE_TILE_ROWS) {
        grain_by_tiles(0, 2, 4, 0);
        if (grains == 2) grain_by_tiles(0, 2, 5, 1);
    } else {
        grain_by_tiles(1, 3, 4, 0);
        if (grains == 2) grain_by_tiles(1, 3, 5, 1);
    }
}
SIMD_INLINE lanes_i load_dots(const byte_tiles *t, int g, ptrdiff_t r) { return t->dots[g][r]; }
#elif HAS_BYTE_TILES
enum { BYTE_TILE_ROWS = 2 };
#define BYTE_TILE_NAME "SMMLA"
#define tile_dot_bytes(c, x, w) ((void)0)
SIMD_INLINE lanes_i two_row_dots(lanes_i sum, ready_quad x, ready_quad w) {
    return (lanes_i)vmmlaq_s32((int32x4_t)sum, x, w);
}
typedef struct {
    int8x16_t weights[QUADS / 2][2];    /* eight k of columns 0 and 1, and of columns 2 and 3 */
    lanes_i dots[2][BYTE_TILE_ROWS];    /* [grain][row] */
} byte_tiles;
static inline void byte_tiles_begin(int grains, ptrdiff_t rows) { (void)grains, (void)rows; }
static inline void byte_tiles_end(void) {}

/* A quad has four k of four columns, and SMMLA takes eight of two: words of two quads change places, once for all rows. */
SIMD_INLINE void byte_tiles_weights(const int grains, const ready_quad *u, byte_tiles *t) {
    (void)grains;
#pragma GCC unroll 4
    for (int i = 0; i < QUADS / 2; i++) {
        int32x4_t first = vreinterpretq_s32_s8(u[2 * i]), second = vreinterpretq_s32_s8(u[2 * i + 1]);
        t->weights[i][0] = vreinterpretq_s8_s32(vzip1q_s32(first, second));
        t->weights[i][1] = vreinterpretq_s8_s32(vzip2q_s32(first, second));
    }
}

/* The sums of SMMLA are those of row 0 by two columns, then of row 1.  A row without a partner is its own. */
SIMD_INLINE void byte_tiles_dots(const int grains, const x_unit *x, ptrdiff_t left, byte_tiles *t) {
    const int8_t *row = x->q, *other = left > 1 ? x[1].q : x->q;
    int64x2_t low[2], high[2];      /* of the halves of the unit: columns 0 and 1, columns 2 and 3 */
#pragma GCC unroll 2
    for (int h = 0; h < 2; h++) {
        int64x2_t a = vreinterpretq_s64_s8(vld1q_s8(row + 16 * h)), b = vreinterpretq_s64_s8(vld1q_s8(other + 16 * h));
        int8x16_t early = vreinterpretq_s8_s64(vzip1q_s64(a, b)), late = vreinterpretq_s8_s64(vzip2q_s64(a, b));
        int32x4_t zero = vdupq_n_s32(0);
        low[h] = vreinterpretq_s64_s32(vmmlaq_s32(
            vmmlaq_s32(zero, early, t->weights[2 * h][0]), late, t->weights[2 * h + 1][0]));
        high[h] = vreinterpretq_s64_s32(vmmlaq_s32(
            vmmlaq_s32(zero, early, t->weights[2 * h][1]), late, t->weights[2 * h + 1][1]));
        t->dots[h][0] = (lanes_i)vzip1q_s64(low[h], high[h]);
        t->dots[h][1] = (lanes_i)vzip2q_s64(low[h], high[h]);
    }
    if (grains == 1) for (int r = 0; r < BYTE_TILE_ROWS; r++) t->dots[0][r] += t->dots[1][r];
}
SIMD_INLINE lanes_i load_dots(const byte_tiles *t, int g, ptrdiff_t r) { return t->dots[g][r]; }
#else
enum { BYTE_TILE_ROWS = 16 };
#define BYTE_TILE_NAME ""
#define two_row_dots(sum, x, w) (sum)
#define tile_dot_bytes(c, x, w) ((void)0)
typedef struct { char none; } byte_tiles;
static inline void byte_tiles_begin(int grains, ptrdiff_t rows) { (void)grains, (void)rows; }
static inline void byte_tiles_end(void) {}
SIMD_INLINE void byte_tiles_weights(int grains, const ready_quad *u, byte_tiles *t) { (void)grains, (void)u, (void)t; }
SIMD_INLINE void byte_tiles_dots(int grains, const x_unit *x, ptrdiff_t left, byte_tiles *t) {
    (void)grains, (void)x, (void)left, (void)t;
}
SIMD_INLINE lanes_i load_dots(const byte_tiles *t, int g, ptrdiff_t r) { (void)t, (void)g, (void)r; return splat_i(0); }
#endif

#endif
