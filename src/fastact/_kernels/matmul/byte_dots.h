/* Products of bytes: rows of x rounded to 8 bits, and sums of four products in a lane.
 *
 *   round_unit(x, to)       32 floats as signed bytes times a scale, the way of llama.cpp's q8_0 (here in float32)
 *   prepare_quad(u)         a quad of codes, as `dot_quad` wants it
 *   dot_quad(sum, u, x)     in each lane sum + u0 x0 + u1 x1 + u2 x2 + u3 x3, exact: no sum is saturated
 *
 * x is in -127 ... 127.  Codes are bytes without a sign, 0 ... 255, or with one, -128 ... 127, where DOT_SIGNED is 1:
 * there the caller subtracts the offset of the codes before.  Every target has the same integers.
 */
#ifndef FASTACT_MATMUL_BYTE_DOTS_H
#define FASTACT_MATMUL_BYTE_DOTS_H

#include <math.h>
#include "codes.h"

/* 32 k of a row: x is q times scale.  less: minus the sum of the first 16 of q, of the others, and of all. */
typedef struct { int8_t q[UNIT]; float scale; int32_t less[3]; } x_unit;

/* A unit with an infinity or NaN has the scale NaN.  If all numbers are below 2^-100, they count as zero. */
static inline void round_unit(const float *x, x_unit *to) {
    vf most = splat_f(0), special = splat_f(0), rounded;
    const vf shift = splat_f(0x1.8p23f);        /* a sum with it is rounded to an integer, in the low bits */
    union { float values[UNIT]; int32_t bits[UNIT]; } sums;
    float largest, inverse, nan, total[2];
    for (int i = 0; i < UNIT; i += VF_LANES) {
        most = max_f(most, abs_f(load_f(x + i)));
        special += load_f(x + i) * splat_f(0);
    }
    largest = maximum_number_f(most);
    nan = sum_f(special);
    inverse = nan == 0 && largest >= 0x1p-100f ? 127.0f / largest : 0;
    to->scale = nan != nan ? nan : inverse == 0 ? 0 : largest / 127.0f;
    for (int h = 0; h < 2; h++) {
        vf sum = splat_f(0);
        for (int i = h * UNIT / 2; i < (h + 1) * UNIT / 2; i += VF_LANES) {
            rounded = (nan == nan ? load_f(x + i) * splat_f(inverse) : splat_f(0)) + shift;
            store_f(sums.values + i, rounded);
            sum += rounded - shift;
        }
        total[h] = sum_f(sum);                  /* exact: small integers */
        to->less[h] = -(int32_t)total[h];
    }
    to->less[2] = to->less[0] + to->less[1];
    for (int i = 0; i < UNIT; i++) to->q[i] = (int8_t)(sums.bits[i] - 0x4B400000);
}

#if defined(__aarch64__) && SIMD_BYTES
enum { DOT_SIGNED = 1 };    /* USDOT, for bytes without a sign, is in later CPUs only (I8MM) */
#else
enum { DOT_SIGNED = 0 };
#endif

#if defined(__AVX512VNNI__) && SIMD_BYTES == 64
#define DOT_NAME "VPDPBUSD"
#define DOT_WHOLE      /* a ready quad is one vector */
typedef lanes_u ready_quad;
SIMD_INLINE ready_quad prepare_quad(lanes_u u) { return u; }
SIMD_INLINE lanes_i dot_quad(lanes_i sum, ready_quad u, const int8_t *q) {
    int32_t word;
    memcpy(&word, q, sizeof word);
    return (lanes_i)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)u, _mm512_set1_epi32(word));
}
#elif defined(__AVXVNNI__) && SIMD_BYTES == 32
#define DOT_NAME "VPDPBUSD"
#define DOT_WHOLE      /* a ready quad is one vector */
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
#elif defined(__aarch64__) && SIMD_BYTES
typedef int8x16_t ready_quad;
SIMD_INLINE ready_quad prepare_quad(lanes_u u) { return (int8x16_t)u; }
SIMD_INLINE int8x16_t every_quad(const int8_t *q) {
    int32_t word;
    memcpy(&word, q, sizeof word);
    return vreinterpretq_s8_s32(vdupq_n_s32(word));
}
#if defined(__ARM_FEATURE_DOTPROD)
#define DOT_NAME "SDOT"
SIMD_INLINE lanes_i dot_quad(lanes_i sum, ready_quad u, const int8_t *q) {
    return (lanes_i)vdotq_s32((int32x4_t)sum, u, every_quad(q));
}
#else
/* The products are at most 128 * 127, so a sum of two still fits into 16 bits. */
#define DOT_NAME "SMULL"
SIMD_INLINE lanes_i dot_quad(lanes_i sum, ready_quad u, const int8_t *q) {
    int8x16_t x = every_quad(q);
    int16x8_t low = vmull_s8(vget_low_s8(u), vget_low_s8(x)), high = vmull_high_s8(u, x);
    return (lanes_i)vpadalq_s16((int32x4_t)sum, vpaddq_s16(low, high));
}
#endif
#else
#define DOT_NAME ""
typedef lanes_u ready_quad;
SIMD_INLINE ready_quad prepare_quad(lanes_u u) { return u; }
SIMD_INLINE lanes_i dot_quad(lanes_i sum, ready_quad u, const int8_t *q) {
    for (int j = 0; j < 4; j++) sum += (lanes_i)(u >> (8 * j) & 255u) * (int32_t)q[j];
    return sum;
}
#endif

/* For measurements: the compiler must take u for other bytes than before, and multiply again. */
#if defined(__SSE2__) && SIMD_BYTES
#define RENEW(v) __asm__ volatile("" : "+v"(v))
#elif defined(__aarch64__) && SIMD_BYTES
#define RENEW(v) __asm__ volatile("" : "+w"(v))
#else
#define RENEW(v) ((void)(v))
#endif
SIMD_INLINE ready_quad renewed(ready_quad u) {
#if defined(__SSE2__) && SIMD_BYTES && !defined(DOT_WHOLE)
    RENEW(u.even);
    RENEW(u.odd);
#else
    RENEW(u);
#endif
    return u;
}

/* Codes by table as bytes, value + 128. */
#if SIMD_BYTES == 64
SIMD_INLINE lanes_u bytes_by_table(const uint8_t *bytes, lanes_u q) {
    return (lanes_u)_mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)bytes)), (__m512i)q);
}
#elif SIMD_BYTES == 32
SIMD_INLINE lanes_u bytes_by_table(const uint8_t *bytes, lanes_u q) {
    return (lanes_u)_mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)bytes)), (__m256i)q);
}
#elif defined(__aarch64__) && SIMD_BYTES
SIMD_INLINE lanes_u bytes_by_table(const uint8_t *bytes, lanes_u q) {
    return (lanes_u)vqtbl1q_u8(vld1q_u8(bytes), (uint8x16_t)q);
}
#else
SIMD_INLINE lanes_u bytes_by_table(const uint8_t *bytes, lanes_u q) {
    uint8_t codes[PLANE];
    memcpy(codes, &q, sizeof codes);
    for (int i = 0; i < PLANE; i++) codes[i] = bytes[codes[i]];
    return load_lanes(codes);
}
#endif

#if SIMD_BYTES == 64
SIMD_INLINE lanes_i splat_i(int32_t v) { return (lanes_i)_mm512_set1_epi32(v); }
#elif SIMD_BYTES
SIMD_INLINE lanes_i splat_i(int32_t v) { return v + (lanes_i){0}; }
#else
SIMD_INLINE lanes_i splat_i(int32_t v) { return v; }
#endif

#endif
