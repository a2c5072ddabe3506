/* AMX for products of bytes: TDPBSUD adds the products of 16 rows of x and 16 columns of codes, a grain's k in one
 * instruction.  The integers are those of dot_quad, so the results have the same bits.
 *
 *   byte_tiles_begin(grains, rows)         shapes the registers for so many rows; byte_tiles_end() gives them back
 *   byte_tiles_weights(grains, u, t)       the quads of a unit become registers of weights
 *   byte_tiles_dots(grains, x, left, t)    the products of the next 16 rows, or of the `left` ones
 *   load_dots(t, g, r)                     those of a grain and a row
 *   tile_dot_bytes(c, x, w)                the instruction alone, for measurements
 *
 * Where the target lacks AMX-INT8 they are placeholders, which are never called.  AMX_EMULATION names a header with the
 * instructions written in C: tests/kernels/test_byte_dots.py runs this code by it on CPUs without AMX.
 */
#ifndef FASTACT_MATMUL_BYTE_TILES_H
#define FASTACT_MATMUL_BYTE_TILES_H

#include "byte_dots.h"

enum { BYTE_TILE_ROWS = 16 };

#if defined(AMX_EMULATION) && SIMD_BYTES == 64
#define HAS_BYTE_TILES 1
#include AMX_EMULATION
/* Clang before version 16 defines the second pair of macros. */
#elif defined(__AMX_INT8__) && defined(__AMX_TILE__) || defined(__AMXINT8__) && defined(__AMXTILE__)
#define HAS_BYTE_TILES 1
#define tile_shape(shape) __asm__ volatile("ldtilecfg %0" : : "m"(shape) : "memory")
#else
#define HAS_BYTE_TILES 0
#endif

#if HAS_BYTE_TILES
#define tile_dot_bytes(c, x, w) _tile_dpbsud(c, x, w)
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
#else
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
