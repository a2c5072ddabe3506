/* Weights by unit (a row of the matrix in one piece), and the way from there into panels and strips.
 *
 * A *word* is four bytes of a unit that a panel holds together: a float32, a pair of bfloat16 or float16, four codes.  A panel
 * has the same word of VF_LANES units side by side, so some units are put together by transposing.
 */
#ifndef FASTACT_MATMUL_BY_UNIT_H
#define FASTACT_MATMUL_BY_UNIT_H

#include "codes.h"

#if SIMD_BYTES && defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define HAS_ZIP
#if SIMD_BYTES == 64
#define ZIP(a, b, from) __builtin_shufflevector(a, b, from, from + 16, from + 1, from + 17, from + 2, from + 18, from + 3, \
    from + 19, from + 4, from + 20, from + 5, from + 21, from + 6, from + 22, from + 7, from + 23)
#elif SIMD_BYTES == 32
#define ZIP(a, b, from) __builtin_shufflevector(a, b, from, from + 8, from + 1, from + 9, from + 2, from + 10, from + 3, from + 11)
#else
#define ZIP(a, b, from) __builtin_shufflevector(a, b, from, from + 4, from + 1, from + 5)
#endif
#endif
#endif

/* VF_LANES words of as many units, from word `first` on: to[i] gets word i of each. */
SIMD_INLINE void transpose_words(const char *const *units, ptrdiff_t first, lanes_u *to) {
#ifdef HAS_ZIP
    /* Each step brings the highest bit of the column to the lowest place of the row's number. */
    lanes_u a[VF_LANES], b[VF_LANES];
    for (int i = 0; i < VF_LANES; i++) a[i] = load_lanes(units[i] + 4 * first);
#pragma GCC unroll 4
    for (int step = 1; step < VF_LANES; step *= 2) {
#pragma GCC unroll 16
        for (int i = 0; i < VF_LANES / 2; i++) {
            b[2 * i] = ZIP(a[i], a[i + VF_LANES / 2], 0);
            b[2 * i + 1] = ZIP(a[i], a[i + VF_LANES / 2], VF_LANES / 2);
        }
#pragma GCC unroll 16
        for (int i = 0; i < VF_LANES; i++) a[i] = b[i];
    }
    for (int i = 0; i < VF_LANES; i++) to[i] = a[i];
#else
    for (int i = 0; i < VF_LANES; i++)
        for (int lane = 0; lane < VF_LANES; lane++) memcpy((char *)(to + i) + 4 * lane, units[lane] + 4 * (first + i), 4);
#endif
}

/* The words of VF_LANES units, side by side.  Of `block` words those of the next vector are between them and the following
 * ones.  This is the order of float32 and bfloat16 panels; of a strip's planes with block = words. */
static inline void gather_words(const char *const *units, ptrdiff_t words, ptrdiff_t block, char *to) {
    ptrdiff_t w = 0;
    lanes_u tile[VF_LANES];
    for (; w + VF_LANES <= words; w += VF_LANES) {
        transpose_words(units, w, tile);
        for (ptrdiff_t i = w; i < w + VF_LANES; i++) memcpy(to + (i / block * 2 * block + i % block) * PLANE, tile + (i - w), PLANE);
    }
    for (; w < words; w++)
        for (int lane = 0; lane < VF_LANES; lane++)
            memcpy(to + (w / block * 2 * block + w % block) * PLANE + 4 * lane, units[lane] + 4 * w, 4);
}

/* The same of float16, whose panels have one k after the other. */
static inline void gather_halves(const char *const *units, ptrdiff_t depth, char *to) {
    ptrdiff_t k = 0;
    lanes_u tile[VF_LANES];
    for (; k + 2 * VF_LANES <= depth; k += 2 * VF_LANES) {
        transpose_words(units, k / 2, tile);
        for (int i = 0; i < VF_LANES; i++) {
            uint32_t words[VF_LANES];
            uint16_t halves[2][VF_LANES];
            memcpy(words, tile + i, sizeof words);
            for (int lane = 0; lane < VF_LANES; lane++) memcpy(&halves[0][lane], (char *)(words + lane), 2);
            for (int lane = 0; lane < VF_LANES; lane++) memcpy(&halves[1][lane], (char *)(words + lane) + 2, 2);
            memcpy(to + (k + 2 * i) * PLANE, halves[0], sizeof halves[0]);
            memcpy(to + (k + 2 * i + 1) * PLANE, halves[1], sizeof halves[1]);
        }
    }
    for (; k < depth; k++)
        for (int lane = 0; lane < VF_LANES; lane++) memcpy(to + k * PLANE + 2 * lane, units[lane] + 2 * k, 2);
}

/* One field of a head. */
SIMD_INLINE void copy_field(const int size, char *const *units, ptrdiff_t at, char *strip, int gather) {
    for (int lane = 0; lane < VF_LANES; lane++) {
        if (gather) memcpy(strip + lane * size, units[lane] + at, size);
        else memcpy(units[lane] + at, strip + lane * size, size);
    }
}

/* Copies the head of a superblock between a strip and the units of its lanes; returns the bytes of it that a unit has. */
static inline ptrdiff_t copy_head(const code_form *f, ptrdiff_t count, char *const *units, char *strip, int gather) {
    const ptrdiff_t scales = scale_count(f, count), size = scale_bytes_of(f->scales);
    const int two_levels = f->scales == SCALES_PRODUCTS || f->scales == SCALES_NIBBLES;
    ptrdiff_t at = 0;
    struct { ptrdiff_t count, size; } fields[3] = {
        {two_levels ? 1 + (f->minima != 0) : 0, 2},
        {scales + (f->minima == MINIMA && f->scales != SCALES_NIBBLES ? scales : 0), size},
        {f->minima == ZEROS ? scales : 0, 1}};
    for (int i = 0; i < 3; i++)
        for (ptrdiff_t j = 0; j < fields[i].count; j++, at += fields[i].size) {
            if (fields[i].size == 4) copy_field(4, units, at, strip + at * VF_LANES, gather);
            else if (fields[i].size == 2) copy_field(2, units, at, strip + at * VF_LANES, gather);
            else copy_field(1, units, at, strip + at * VF_LANES, gather);
        }
    return head_bytes(f, count) / VF_LANES;
}

/* A strip from VF_LANES units, or units from a strip. */
static inline void copy_strip(const code_form *f, ptrdiff_t count, char *const *units, char *strip, int gather) {
    char *own[VF_LANES];
    for (int lane = 0; lane < VF_LANES; lane++) own[lane] = units[lane];
    for (ptrdiff_t first = 0; first < count; first += UNITS) {
        ptrdiff_t some = count - first < UNITS ? count - first : UNITS, words = some * f->bits;
        ptrdiff_t bytes = copy_head(f, some, own, strip, gather);
        strip += head_bytes(f, some);
        for (int lane = 0; lane < VF_LANES; lane++) own[lane] += bytes;
        if (gather) gather_words((const char *const *)own, words, words, strip);
        else
            for (ptrdiff_t w = 0; w < words; w++)
                for (int lane = 0; lane < VF_LANES; lane++) memcpy(own[lane] + 4 * w, strip + w * PLANE + 4 * lane, 4);
        strip += words * PLANE;
        for (int lane = 0; lane < VF_LANES; lane++) own[lane] += 4 * words;
    }
}

#endif
