/* Products of bytes: rows of x rounded to 8 bits, and sums of four products in a lane.
 *
 *   round_unit(x, to)       32 floats as signed bytes times a scale, the way of llama.cpp's q8_0 (here in float32)
 *   prepare_quad(u)         a quad of codes, as `dot_quad` wants it
 *   spread_quad(q)          four bytes of x for all lanes, likewise
 *   dot_quad(sum, u, x)     in each lane sum + u0 x0 + u1 x1 + u2 x2 + u3 x3, exact: no sum is saturated
 *
 * x is in -127 ... 127, codes are in 0 ... 255.  Every target has the same integers.
 */
#ifndef FASTACT_MATMUL_BYTE_DOTS_H
#define FASTACT_MATMUL_BYTE_DOTS_H

#include <math.h>
#include "codes.h"

/* 32 k of a row: x is q times scale.  sums: of the first and of the second 16 of q. */
typedef struct { int8_t q[UNIT]; float scale; int32_t sums[2], unused; } x_unit;

/* A unit with an infinity or NaN has the scale NaN.  Numbers below 2^-100 count as zero if the whole unit is below. */
static inline void round_unit(const float *x, x_unit *to) {
    float most = 0, special = 0, inverse;
    for (int i = 0; i < UNIT; i++) {
        float size = fabsf(x[i]);
        most = size > most ? size : most;
        special += size * 0.0f;
    }
    inverse = most < 0x1p-100f ? 0 : 127.0f / most;
    to->scale = special == 0 ? (inverse == 0 ? 0 : most / 127.0f) : special;
    if (special != 0 || special != special) inverse = 0;
    for (int h = 0; h < 2; h++) {
        int32_t sum = 0;
        for (int i = 0; i < UNIT / 2; i++) {
            /* The sum with 1.5 2^23 is rounded to an integer, which is in its low bits. */
            float_bits f = {.value = (inverse ? x[UNIT / 2 * h + i] * inverse : 0.0f) + 0x1.8p23f};
            int32_t q = (int32_t)(f.bits - 0x4B400000u);
            to->q[UNIT / 2 * h + i] = (int8_t)q;
            sum += q;
        }
        to->sums[h] = sum;
    }
    to->unused = 0;
}

#if defined(__AVX512VNNI__) && SIMD_BYTES == 64
#define DOT_NAME "VPDPBUSD"
typedef lanes_u ready_quad;
SIMD_INLINE ready_quad prepare_quad(lanes_u u) { return u; }
SIMD_INLINE lanes_i dot_quad(lanes_i sum, ready_quad u, const int8_t *q) {
    int32_t word;
    memcpy(&word, q, sizeof word);
    return (lanes_i)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)u, _mm512_set1_epi32(word));
}
#elif defined(__AVXVNNI__) && SIMD_BYTES == 32
#define DOT_NAME "VPDPBUSD"
typedef lanes_u ready_quad;
SIMD_INLINE ready_quad prepare_quad(lanes_u u) { return u; }
SIMD_INLINE lanes_i dot_quad(lanes_i sum, ready_quad u, const int8_t *q) {
    int32_t word;
    memcpy(&word, q, sizeof word);
    return (lanes_i)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)u, _mm256_set1_epi32(word));
}
#elif defined(__SSE2__) && SIMD_BYTES
/* Bytes 0 and 2 of a lane, and bytes 1 and 3, as numbers of 16 bits: PMADDWD, whose sums of two products are of 32 bits.
 * (PMADDUBSW saturates sums of codes above 128, and gives no more for the others: their sums need PMADDWD, too.) */
#define DOT_NAME "PMADDWD"
typedef struct { lanes_u even, odd; } ready_quad;
typedef int16_t shorts __attribute__((vector_size(SIMD_BYTES)));
typedef uint16_t shorts_u __attribute__((vector_size(SIMD_BYTES)));
#if SIMD_BYTES == 64
SIMD_INLINE lanes_i pair_dots(lanes_i a, lanes_i b) { return (lanes_i)_mm512_madd_epi16((__m512i)a, (__m512i)b); }
#elif SIMD_BYTES == 32
SIMD_INLINE lanes_i pair_dots(lanes_i a, lanes_i b) { return (lanes_i)_mm256_madd_epi16((__m256i)a, (__m256i)b); }
#else
SIMD_INLINE lanes_i pair_dots(lanes_i a, lanes_i b) { return (lanes_i)_mm_madd_epi16((__m128i)a, (__m128i)b); }
#endif
SIMD_INLINE ready_quad prepare_quad(lanes_u u) {
    ready_quad r = {u & 0x00FF00FFu, u >> 8 & 0x00FF00FFu};
    return r;
}
SIMD_INLINE lanes_i dot_quad(lanes_i sum, ready_quad u, const int8_t *q) {
    uint32_t word;
    memcpy(&word, q, sizeof word);
    lanes_u x = word + (lanes_u){0};
    lanes_i even = (lanes_i)((shorts)((shorts_u)x << 8) >> 8), odd = (lanes_i)((shorts)x >> 8);
    return sum + (pair_dots((lanes_i)u.even, even) + pair_dots((lanes_i)u.odd, odd));
}
#else
#define DOT_NAME ""
typedef lanes_u ready_quad;
SIMD_INLINE ready_quad prepare_quad(lanes_u u) { return u; }
SIMD_INLINE lanes_i dot_quad(lanes_i sum, ready_quad u, const int8_t *q) {
    for (int j = 0; j < 4; j++) sum += (lanes_i)(u >> (8 * j) & 255u) * (int32_t)q[j];
    return sum;
}
#endif

/* Codes by table as bytes, value + 128. */
#if SIMD_BYTES == 64
SIMD_INLINE lanes_u bytes_by_table(const uint8_t *bytes, lanes_u q) {
    return (lanes_u)_mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)bytes)), (__m512i)q);
}
#elif SIMD_BYTES == 32
SIMD_INLINE lanes_u bytes_by_table(const uint8_t *bytes, lanes_u q) {
    return (lanes_u)_mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)bytes)), (__m256i)q);
}
#else
SIMD_INLINE lanes_u bytes_by_table(const uint8_t *bytes, lanes_u q) {
    uint8_t codes[PLANE];
    memcpy(codes, &q, sizeof codes);
    for (int i = 0; i < PLANE; i++) codes[i] = bytes[codes[i]];
    return load_lanes(codes);
}
#endif

#if SIMD_BYTES
SIMD_INLINE lanes_i splat_i(int32_t v) { return v + (lanes_i){0}; }
#else
SIMD_INLINE lanes_i splat_i(int32_t v) { return v; }
#endif

#endif
