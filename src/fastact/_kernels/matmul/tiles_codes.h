/* Microkernels for weights of a few bits.
 *
 *   sum_bytes    x rounded to 8 bits: integer sums of a grain, then float32 (accuracy "fast")
 *   sum_floats   x in float32, few rows: codes are widened in registers (accuracy "exact"); x in bfloat16 likewise, in
 *                pairs, where there is VDPBF16PS (`pairs`)
 *
 * With many rows and exact accuracy a unit is widened once for all rows (`widen_unit`); quantized.pxi multiplies it.
 *
 * Both add a grain's sum G to a result in the order of k: c = fma(scale, G, c), then c = fma(minimum, sum of x, c),
 * where a grain is at most a unit.  So the bits of a row depend on neither the other rows nor the target, as far as it
 * has multiply-adds.
 */
#ifndef FASTACT_MATMUL_TILES_CODES_H
#define FASTACT_MATMUL_TILES_CODES_H

#include "byte_dots.h"
#include "byte_tiles.h"
#include "room.h"
#include "skipping.h"

/* Bytes of a strip that are prefetched in advance.  8192, a multiple of 4096, takes up to 1.06 times as long with one row of 5 or
 * 6 bits (Zen 4). */
enum { CODES_AHEAD = 6144 };

SIMD_INLINE void fetch_bytes(const uint8_t *from, const ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i += 64) PREFETCH(from + CODES_AHEAD + i);
}

/* -------------------------------------------------------------------------- whole bytes -- */

/* c[row] = sums of one strip.  x: [unit][row]. */
typedef void (*bytes_tile_t)(
    const code_form *f, const uint8_t *strip, ptrdiff_t units, ptrdiff_t rows, const x_unit *x, float *c);

/* start + the sums of 4 n k from quad `first` on. */
SIMD_INLINE lanes_i grain_sum(const ready_quad *u, const int first, const int n, const int8_t *q, lanes_i start) {
    lanes_i a = start, b = splat_i(0);
#pragma GCC unroll 8
    for (int t = first; t < first + n; t += 2) {    /* two chains hide the latency */
        a = dot_quad(a, u[t], q + 4 * t);
        b = dot_quad(b, u[t + 1], q + 4 * t + 4);
    }
    return a + b;
}

/* grains: of a unit, 1 or 2; tiles: whether the integers come from byte_tiles.h. */
SIMD_INLINE void sum_bytes(
    const int bits, const int by_table, const int grains, const int minima, const int one_row, const int tiles,
    const code_form *f, const uint8_t *strip, ptrdiff_t units, ptrdiff_t rows, const x_unit *x, float *c) {
    /* Subtracted from the codes, or their products from the sums. */
    const int offset = offset_of(bits, by_table, minima), early = DOT_SIGNED ? offset : 0, late = offset - early;
    vf scale[MOST_GRAINS], minimum[MOST_GRAINS], only = splat_f(0);
    /* One row of whole or half bytes takes so few instructions that the CPU itself reads far enough ahead: q8_0, from memory,
     * 35 GB/s with this, 30 with prefetching (Zen 4; 8 rows: 22, and 31 with it). */
    const int fetches = !(one_row && bits % 4 == 0);
    byte_tiles several;
    if (one_row) rows = 1;
    else for (ptrdiff_t r = 0; r < rows; r++) store_f(c + r * VF_LANES, splat_f(0));
    if (tiles) byte_tiles_begin(grains, rows);
    for (ptrdiff_t first = 0; first < units; first += UNITS) {
        ptrdiff_t count = units - first < UNITS ? units - first : UNITS;
        read_scales(f, strip, count, scale, minimum);
        if (fetches) fetch_bytes(strip, head_bytes(f, count));
        strip += head_bytes(f, count);
        for (ptrdiff_t unit = 0; unit < count; unit++, strip += bits * PLANE, x += rows) {
            ready_quad u[QUADS];
            if (fetches) fetch_bytes(strip, bits * PLANE);
#pragma GCC unroll 8
            for (int t = 0; t < QUADS; t++) {
                lanes_u quad = quad_of(bits, strip, t);
                if (by_table) quad = bytes_by_table(f->bytes, quad);
                u[t] = prepare_quad(early ? minus_bytes(quad, early) : quad);
            }
            if (tiles) byte_tiles_weights(grains, u, &several);
            for (ptrdiff_t r = 0; r < rows; r++) {
                vf sum = one_row ? only : load_f(c + r * VF_LANES);
                if (tiles && r % BYTE_TILE_ROWS == 0) byte_tiles_dots(grains, x + r, rows - r, &several);
                for (int g = 0; g < grains; g++) {
                    int32_t less = x[r].less[grains == 1 ? 2 : g];
                    lanes_i start = late ? splat_i(less) * late : splat_i(0);
                    lanes_i dots = tiles ? start + load_dots(&several, g, r % BYTE_TILE_ROWS)
                                         : grain_sum(u, g * QUADS / 2, QUADS / grains, x[r].q, start);
                    sum = mul_add_f(scale[unit * grains + g] * splat_f(x[r].scale), floats_of(dots), sum);
                    if (minima) sum = mul_add_f(minimum[unit * grains + g], splat_f(x[r].scale * -(float)less), sum);
                }
                if (one_row) only = sum;
                else store_f(c + r * VF_LANES, sum);
            }
        }
    }
    if (one_row) store_f(c, only);
    if (tiles) byte_tiles_end();
}

/* What can be met: bits, by table, grains of a unit, minima. */
#define CODE_KINDS(each) \
    each(8, 0, 1, 0) each(8, 0, 1, 1) each(8, 0, 2, 0) each(8, 0, 2, 1) each(6, 0, 2, 0) each(5, 0, 1, 0) each(5, 0, 1, 1) \
    each(4, 0, 1, 0) each(4, 0, 1, 1) each(4, 0, 2, 0) each(4, 0, 2, 1) each(4, 1, 1, 0) each(3, 0, 2, 0) each(2, 0, 2, 1)
#define BYTES_TILE(bits, by_table, grains, minima) \
    static void bytes_tile_##bits##by_table##grains##minima( \
        const code_form *f, const uint8_t *strip, ptrdiff_t units, ptrdiff_t rows, const x_unit *x, float *c) { \
        if (rows == 1) sum_bytes(bits, by_table, grains, minima, 1, 0, f, strip, units, rows, x, c); \
        else if (HAS_BYTE_TILES && rows >= BYTE_TILE_ROWS) \
            sum_bytes(bits, by_table, grains, minima, 0, HAS_BYTE_TILES, f, strip, units, rows, x, c); \
        else sum_bytes(bits, by_table, grains, minima, 0, 0, f, strip, units, rows, x, c); \
    }
CODE_KINDS(BYTES_TILE)

static inline int grains_of_unit(const code_form *f) { return f->grain_bits < 5 ? 2 : 1; }

/* The microkernel for a form, or NULL: then `fastact._formats` must not make it. */
static inline bytes_tile_t bytes_tile_of(const code_form *f) {
#define BYTES_ROW(b, t, g, m) \
    if (f->bits == b && f->by_table == t && grains_of_unit(f) == g && (f->minima != NO_MINIMA) == m) \
        return bytes_tile_##b##t##g##m;
    CODE_KINDS(BYTES_ROW)
    return NULL;
}

/* ------------------------------------------------------------------------------- floats -- */

/* Strips at a time for so few rows: enough chains of sums to hide the latency of multiply-adds.  Eight for one row took 1.15
 * to 1.5 times as long (Zen 5, in the caches and from memory): that many streams are not read well. */
enum { FEW_ROWS = 4, MOST_STRIPS = 4, STRIPS_OF_TWO = SIMD_REGISTERS >= 32 ? 4 : 2 };
static inline ptrdiff_t strips_at_a_time(ptrdiff_t rows) {
    return rows == 1 ? MOST_STRIPS : rows == 2 ? STRIPS_OF_TWO : rows <= FEW_ROWS ? 2 : 1;
}

/* sum + x w, or with both of a pair. */
SIMD_INLINE vf add_product(const int pairs, vf x, vf w, vf sum) {
    return pairs ? dot_pairs(sum, x, w) : mul_add_f(x, w, sum);
}

/* A grain's sums of few rows, in registers: k from quad `first` on. */
SIMD_INLINE void grain_of_floats(
    const int bits, const int pairs, const int rows, const int strips, const int first, const int quads, const code_form *f,
    const uint8_t *planes, ptrdiff_t step, const float *x, vf *sums) {
    const float *values = f->values;
    const int offset = offset_of(bits, f->by_table, f->minima);
#pragma GCC unroll 8
    for (int t = first; t < first + quads; t++) {
        const float *line = pairs ? x + t * 2 : x + t / 4 * rows * 16 + t % 4 * 4;
#pragma GCC unroll 4
        for (int j = 0; j < 4; j += 1 + pairs) {
#pragma GCC unroll 8
            for (int s = 0; s < strips; s++) {
                vf w = pairs ? pair_of(bits, planes + s * step, t, j, values, offset)
                             : value_of(bits, planes + s * step, t, j, values, offset);
#pragma GCC unroll 4
                for (int r = 0; r < rows; r++)
                    sums[r * strips + s] = add_product(
                        pairs, broadcast(line + r * 16 + j / (1 + pairs)), w, sums[r * strips + s]);
            }
        }
    }
}

/* c[strip][row] = sums of some strips of one form, `step` bytes apart; c_step: floats from one strip's sums to the
 * next's.  x: [line of 16 k or pairs][row][16]; x_sums: [16 k][row], used for minima. */
SIMD_INLINE void sum_floats(
    const int bits, const int pairs, const int rows, const int strips, const code_form *f, const uint8_t *strip, ptrdiff_t step,
    ptrdiff_t units, const float *x, const float *x_sums, float *c, ptrdiff_t c_step) {
    vf scale[MOST_STRIPS][MOST_GRAINS], minimum[MOST_STRIPS][MOST_GRAINS], total[FEW_ROWS * MOST_STRIPS];
    int grains = grains_of_unit(f);
    /* What follows the end of a strip has been read; the strip to come is that of the next group of strips. */
    ptrdiff_t size = strip_bytes(f, units), jump = strips * step - size;
    const uint8_t *turn = strip + size - CODES_AHEAD, *from;
    for (int i = 0; i < rows * strips; i++) total[i] = splat_f(0);
    for (ptrdiff_t first = 0; first < units; first += UNITS) {
        ptrdiff_t count = units - first < UNITS ? units - first : UNITS;
        from = strip < turn ? strip : strip + jump;
        for (int s = 0; s < strips; s++) {
            fetch_bytes(from + s * step, head_bytes(f, count));
            read_scales(f, strip + s * step, count, scale[s], minimum[s]);
        }
        strip += head_bytes(f, count);
        for (ptrdiff_t unit = 0; unit < count; unit++, strip += bits * PLANE) {
            vf sums[FEW_ROWS * MOST_STRIPS];
            from = strip < turn ? strip : strip + jump;
            for (int s = 0; s < strips; s++) fetch_bytes(from + s * step, bits * PLANE);
            for (int i = 0; i < rows * strips; i++) sums[i] = splat_f(0);
            for (int h = 0; h < 2; h++) {
                if (h == 0) grain_of_floats(bits, pairs, rows, strips, 0, QUADS / 2, f, strip, step, x, sums);
                else grain_of_floats(bits, pairs, rows, strips, QUADS / 2, QUADS / 2, f, strip, step, x, sums);
                if (h == 0 && grains == 1) continue;
                for (int r = 0; r < rows; r++) {
                    float x_sum = x_sums[h * rows + r];
                    if (grains == 1) x_sum += x_sums[r];
                    for (int s = 0; s < strips; s++) {
                        ptrdiff_t g = unit * grains + (grains == 2 ? h : 0);
                        total[r * strips + s] = mul_add_f(scale[s][g], sums[r * strips + s], total[r * strips + s]);
                        if (f->minima)
                            total[r * strips + s] = mul_add_f(minimum[s][g], splat_f(x_sum), total[r * strips + s]);
                        sums[r * strips + s] = splat_f(0);
                    }
                }
            }
            x += (2 - pairs) * rows * 16;
            x_sums += 2 * rows;
        }
    }
    for (int s = 0; s < strips; s++)
        for (int r = 0; r < rows; r++) store_f(c + s * c_step + r * VF_LANES, total[r * strips + s]);
}

/* Compiled for each number of bits, of rows up to FEW_ROWS, and for one strip or several. */
#define FLOATS_ROWS(bits, pairs, rows, strips) \
    if (count == strips) { \
        sum_floats(bits, pairs, rows, strips, f, strip, step, units, x, x_sums, c, c_step); \
        return; \
    } \
    for (ptrdiff_t s = 0; s < count; s++) \
        sum_floats(bits, pairs, rows, 1, f, strip + s * step, step, units, x, x_sums, c + s * c_step, c_step); \
    return;
#define FLOATS_TILE(bits, pairs) \
    static void floats_tile_##bits##pairs( \
        ptrdiff_t rows, ptrdiff_t count, const code_form *f, const uint8_t *strip, ptrdiff_t step, ptrdiff_t units, \
        const float *x, const float *x_sums, float *c, ptrdiff_t c_step) { \
        if (rows == 1) { FLOATS_ROWS(bits, pairs && HAS_DOT, 1, MOST_STRIPS) } \
        if (rows == 2) { FLOATS_ROWS(bits, pairs && HAS_DOT, 2, STRIPS_OF_TWO) } \
        if (rows == 3) { FLOATS_ROWS(bits, pairs && HAS_DOT, 3, 2) } \
        FLOATS_ROWS(bits, pairs && HAS_DOT, 4, 2) \
    }
#define BOTH_TILES(bits) FLOATS_TILE(bits, 0) FLOATS_TILE(bits, 1)
BOTH_TILES(8) BOTH_TILES(6) BOTH_TILES(5) BOTH_TILES(4) BOTH_TILES(3) BOTH_TILES(2)

#define FEW_OF(bits) \
    if (HAS_DOT && pairs) floats_tile_##bits##1(rows, count, f, strip, step, units, x, x_sums, c, c_step); \
    else floats_tile_##bits##0(rows, count, f, strip, step, units, x, x_sums, c, c_step);
static inline void floats_of_few_rows(
    int pairs, ptrdiff_t rows, ptrdiff_t count, const code_form *f, const uint8_t *strip, ptrdiff_t step, ptrdiff_t units,
    const float *x, const float *x_sums, float *c, ptrdiff_t c_step) {
    switch (f->bits) {
    case 8: FEW_OF(8) break;
    case 6: FEW_OF(6) break;
    case 5: FEW_OF(5) break;
    case 4: FEW_OF(4) break;
    case 3: FEW_OF(3) break;
    default: FEW_OF(2)
    }
}

/* ---------------------------------------------------------------- floats, many zeros in x -- */

#if SIMD_BYTES
SIMD_INLINE lanes_u minus_zeros(vf v) { return (lanes_u)((lanes_u)v == 0x80000000u); }
SIMD_INLINE int any_lane(lanes_u v) {
    uint32_t lane[VF_LANES], found = 0;
    memcpy(lane, &v, sizeof lane);
    for (int i = 0; i < VF_LANES; i++) found |= lane[i];
    return found != 0;
}
#else
SIMD_INLINE lanes_u minus_zeros(vf v) { float_bits f = {.value = v}; return f.bits == 0x80000000u; }
SIMD_INLINE int any_lane(lanes_u v) { return v != 0; }
#endif

/* Prefetches what is active of a unit: of eight bits the quads, else all planes.  Units after the last one are those of the
 * next strips. */
enum { ACTIVE_AHEAD = 2 * UNITS };
SIMD_INLINE void fetch_active(
    const int bits, const int pairs, const int strips, const code_form *f, const uint8_t *base, ptrdiff_t block, ptrdiff_t step,
    ptrdiff_t units, ptrdiff_t unit, const uint32_t *masks) {
    if (unit >= units) {
        unit -= units;
        base += strips * step;
        if (unit >= units) return;
    }
    uint32_t mask = pairs ? masks[unit] : masks[2 * unit] | masks[2 * unit + 1] << 16;
    const uint8_t *at = base + unit / UNITS * block + head_bytes(f, units - unit / UNITS * UNITS < UNITS ? units % UNITS : UNITS)
        + unit % UNITS * unit_bytes(f);
    if (!mask) return;
    if (bits < 8) {
        for (int s = 0; s < strips; s++)
            for (ptrdiff_t i = 0; i < bits * PLANE; i += 64) PREFETCH(at + s * step + i);
        return;
    }
    mask |= mask >> 1;
    mask = pairs ? mask & 0x5555u : (mask | mask >> 2) & 0x11111111u;
    for (; mask; mask &= mask - 1)
        for (int s = 0; s < strips; s++) PREFETCH(at + s * step + lowest_bit(mask) / (4 >> pairs) * PLANE);
}

/* What sum_floats computes, from those k or pairs of k only at which `masks` has a bit: 16 bits for each line of x.  Returns
 * 0 if one of the sums is -0: then the bits may differ from those of sum_floats, see skipping.pxi.  (The sum of a grain is
 * tested too, because its scale may be negative.) */
SIMD_INLINE int sum_active(
    const int bits, const int pairs, const int rows, const int strips, const code_form *f, const uint8_t *strip, ptrdiff_t step,
    ptrdiff_t units, const uint32_t *masks, const float *x, const float *x_sums, float *c, ptrdiff_t c_step) {
    vf scale[MOST_STRIPS][MOST_GRAINS], minimum[MOST_STRIPS][MOST_GRAINS], total[FEW_ROWS * MOST_STRIPS];
    const int grains = grains_of_unit(f), offset = offset_of(bits, f->by_table, f->minima);
    const float *values = f->values;
    const uint8_t *base = strip;
    const ptrdiff_t block = head_bytes(f, UNITS) + UNITS * unit_bytes(f);
    lanes_u wrong = minus_zeros(splat_f(0));
    for (int i = 0; i < rows * strips; i++) total[i] = splat_f(0);
    for (ptrdiff_t first = 0; first < units; first += UNITS) {
        ptrdiff_t count = units - first < UNITS ? units - first : UNITS;
        for (int s = 0; s < strips; s++) {
            fetch_bytes(strip + s * step, head_bytes(f, count));
            read_scales(f, strip + s * step, count, scale[s], minimum[s]);
        }
        strip += head_bytes(f, count);
        for (ptrdiff_t unit = 0; unit < count; unit++, strip += bits * PLANE) {
            uint32_t mask = pairs ? masks[first + unit] : masks[2 * (first + unit)] | masks[2 * (first + unit) + 1] << 16;
            const float *line = x + (first + unit) * (2 - pairs) * rows * 16;
            const float *line_sums = x_sums + (first + unit) * 2 * rows;
            fetch_active(bits, pairs, strips, f, base, block, step, units, first + unit + ACTIVE_AHEAD, masks);
            for (int h = 0; h < grains; h++) {
                vf sums[FEW_ROWS * MOST_STRIPS];
                uint32_t left = mask;
                if (grains == 2) left &= pairs ? h ? 0xFF00u : 0x00FFu : h ? 0xFFFF0000u : 0x0000FFFFu;
                if (!left) continue;
                for (int i = 0; i < rows * strips; i++) sums[i] = splat_f(0);
                for (; left; left &= left - 1) {
                    const int at = lowest_bit(left), k = pairs ? 2 * at : at, t = k >> 2, j = k & 3;
                    const float *x_k = pairs ? line + at : line + at / 16 * rows * 16 + at % 16;
#pragma GCC unroll 8
                    for (int s = 0; s < strips; s++) {
                        vf w = pairs ? pair_of(bits, strip + s * step, t, j, values, offset)
                                     : value_of(bits, strip + s * step, t, j, values, offset);
#pragma GCC unroll 4
                        for (int r = 0; r < rows; r++)
                            sums[r * strips + s] = add_product(pairs, broadcast(x_k + r * 16), w, sums[r * strips + s]);
                    }
                }
                for (int r = 0; r < rows; r++) {
                    float x_sum = line_sums[h * rows + r];
                    if (grains == 1) x_sum = line_sums[rows + r] + line_sums[r];
                    for (int s = 0; s < strips; s++) {
                        const ptrdiff_t g = unit * grains + h;
                        if (pairs) wrong |= minus_zeros(sums[r * strips + s]);
                        total[r * strips + s] = mul_add_f(scale[s][g], sums[r * strips + s], total[r * strips + s]);
                        if (f->minima)
                            total[r * strips + s] = mul_add_f(minimum[s][g], splat_f(x_sum), total[r * strips + s]);
                    }
                }
            }
        }
    }
    for (int s = 0; s < strips; s++)
        for (int r = 0; r < rows; r++) {
            wrong |= minus_zeros(total[r * strips + s]);
            store_f(c + s * c_step + r * VF_LANES, total[r * strips + s]);
        }
    return !any_lane(wrong);
}

#define ACTIVE_ROWS(bits, pairs, rows, strips) \
    if (count == strips) return sum_active(bits, pairs, rows, strips, f, strip, step, units, masks, x, x_sums, c, c_step); \
    for (ptrdiff_t s = 0; s < count; s++) \
        if (!sum_active(bits, pairs, rows, 1, f, strip + s * step, step, units, masks, x, x_sums, c + s * c_step, c_step)) return 0; \
    return 1;
#define ACTIVE_TILE(bits, pairs) \
    static int active_tile_##bits##pairs( \
        ptrdiff_t rows, ptrdiff_t count, const code_form *f, const uint8_t *strip, ptrdiff_t step, ptrdiff_t units, \
        const uint32_t *masks, const float *x, const float *x_sums, float *c, ptrdiff_t c_step) { \
        if (rows == 1) { ACTIVE_ROWS(bits, pairs && HAS_DOT, 1, MOST_STRIPS) } \
        if (rows == 2) { ACTIVE_ROWS(bits, pairs && HAS_DOT, 2, STRIPS_OF_TWO) } \
        if (rows == 3) { ACTIVE_ROWS(bits, pairs && HAS_DOT, 3, 2) } \
        ACTIVE_ROWS(bits, pairs && HAS_DOT, 4, 2) \
    }
#define BOTH_ACTIVE(bits) ACTIVE_TILE(bits, 0) ACTIVE_TILE(bits, 1)
BOTH_ACTIVE(8) BOTH_ACTIVE(6) BOTH_ACTIVE(5) BOTH_ACTIVE(4) BOTH_ACTIVE(3) BOTH_ACTIVE(2)

#define ACTIVE_OF(bits) \
    if (HAS_DOT && pairs) return active_tile_##bits##1(rows, count, f, strip, step, units, masks, x, x_sums, c, c_step); \
    return active_tile_##bits##0(rows, count, f, strip, step, units, masks, x, x_sums, c, c_step);
static inline int active_of_few_rows(
    int pairs, ptrdiff_t rows, ptrdiff_t count, const code_form *f, const uint8_t *strip, ptrdiff_t step, ptrdiff_t units,
    const uint32_t *masks, const float *x, const float *x_sums, float *c, ptrdiff_t c_step) {
    switch (f->bits) {
    case 8: ACTIVE_OF(8)
    case 6: ACTIVE_OF(6)
    case 5: ACTIVE_OF(5)
    case 4: ACTIVE_OF(4)
    case 3: ACTIVE_OF(3)
    default: ACTIVE_OF(2)
    }
}

/* --------------------------------------------------------------------- floats, many rows -- */

/* One vector's sums of a grain times its scale, added to c[row]; then they are zero. */
SIMD_INLINE void add_grain(
    const int rows, const int v, vf scale, const vf *minimum, const float *x_sums, int both, vf *sums, float *c) {
#pragma GCC unroll 14
    for (int r = 0; r < rows; r++) {
        store_f(c + r * VF_LANES, mul_add_f(scale, sums[2 * r + v], load_f(c + r * VF_LANES)));
        sums[2 * r + v] = splat_f(0);
    }
    if (minimum) for (int r = 0; r < rows; r++) {
        float x_sum = both ? x_sums[r] + x_sums[r - rows] : x_sums[r];
        store_f(c + r * VF_LANES, mul_add_f(*minimum, splat_f(x_sum), load_f(c + r * VF_LANES)));
    }
}

/* Add the products of a unit of a panel, which was widened to [k or pair][v][lanes], to the sums c[v][row] of a tile. */
SIMD_INLINE void add_unit_of(
    const int pairs, const int rows, const float *x, const float *x_sums, const float *wide, const code_form *const *forms,
    const vf *scale, const vf *minimum, ptrdiff_t unit, float *c, ptrdiff_t c_step) {
    vf sums[2 * TILE_ROWS];
#pragma GCC unroll 28
    for (int i = 0; i < 2 * rows; i++) sums[i] = splat_f(0);
    for (int h = 0; h < 2; h++) {
        for (int two = 0; two < (pairs ? 4 : 8); two++, x += 2, wide += 4 * VF_LANES) {
#pragma GCC unroll 2
            for (int k = 0; k < 2; k++) {
                vf first = load_f(wide + 2 * k * VF_LANES), second = load_f(wide + (2 * k + 1) * VF_LANES);
#pragma GCC unroll 14
                for (int r = 0; r < rows; r++) {
                    vf x_r = broadcast(x + r * 16 + k);
                    sums[2 * r] = add_product(pairs, x_r, first, sums[2 * r]);
                    sums[2 * r + 1] = add_product(pairs, x_r, second, sums[2 * r + 1]);
                }
            }
        }
        if (!pairs) x += (rows - 1) * 16;
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            int grains = grains_of_unit(forms[v]);
            ptrdiff_t g = v * MOST_GRAINS + unit * grains + (grains == 2 ? h : 0);
            if (h == 0 && grains == 1) continue;
            add_grain(rows, v, scale[g], forms[v]->minima ? minimum + g : NULL, x_sums + h * rows, grains == 1,
                      sums, c + v * c_step);
        }
    }
}

#define ADD_UNIT(n) \
    case n: \
        if (HAS_DOT && pairs) add_unit_of(1, n, x, x_sums, wide, forms, scale, minimum, unit, c, c_step); \
        else add_unit_of(0, n, x, x_sums, wide, forms, scale, minimum, unit, c, c_step); \
        break;
static inline void add_unit(
    int pairs, ptrdiff_t rows, const float *x, const float *x_sums, const float *wide, const code_form *const *forms,
    const vf *scale, const vf *minimum, ptrdiff_t unit, float *c, ptrdiff_t c_step) {
    switch (rows) {
    ADD_UNIT(1) ADD_UNIT(2) ADD_UNIT(3) ADD_UNIT(4) ADD_UNIT(5) ADD_UNIT(6)
#if SIMD_REGISTERS >= 32
    ADD_UNIT(7) ADD_UNIT(8) ADD_UNIT(9) ADD_UNIT(10) ADD_UNIT(11) ADD_UNIT(12) ADD_UNIT(13) ADD_UNIT(14)
#endif
    }
}

/* 32 floats that are bfloat16 numbers, as such. */
static inline void to_pairs(const float *x, char *to) {
    uint16_t upper[UNIT];
    for (int i = 0; i < UNIT; i++) {
        float_bits f = {.value = x[i]};
        upper[i] = (uint16_t)(f.bits >> 16);
    }
    memcpy(to, upper, sizeof upper);
}

/* The sums of 16 numbers, four chains. */
static inline float sum_of_line(const float *x) {
    float s[4];
    for (int i = 0; i < 4; i++) s[i] = x[i] + x[i + 4] + x[i + 8] + x[i + 12];
    return (s[0] + s[1]) + (s[2] + s[3]);
}

#endif
