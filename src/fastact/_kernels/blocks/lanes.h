/* Vectors of integers, and the way from bytes to vectors of floats.
 *
 *   widen_bytes(p)     VF_LANES bytes without a sign, each in 32 bits
 *   widen_signed(p)    VF_LANES bytes with a sign
 *   nibbles_from(p, i) numbers i to i + VF_LANES of four bits, the low half of a byte first; i is a multiple of VF_LANES
 *   lane_bits(word)    bit i of a word in lane i, as 0 or 1
 *   floats_of(q)       integers as floats, exact
 *   look_up(t, q)      t[q] of sixteen floats
 *   half_at(p)         a float16 number in memory, little-endian, at any address
 */
#ifndef FASTACT_LANES_H
#define FASTACT_LANES_H

#include "simd.h"
#include "storage.h"

#if SIMD_BYTES
typedef uint32_t lanes_u __attribute__((vector_size(SIMD_BYTES)));
typedef int32_t lanes_i __attribute__((vector_size(SIMD_BYTES)));
typedef uint8_t bytes_u __attribute__((vector_size(SIMD_BYTES / 4)));
typedef int8_t bytes_i __attribute__((vector_size(SIMD_BYTES / 4)));
SIMD_INLINE vf floats_of(lanes_i q) { return __builtin_convertvector(q, vf); }
#else
typedef uint32_t lanes_u;
typedef int32_t lanes_i;
SIMD_INLINE vf floats_of(lanes_i q) { return (float)q; }
#endif

/* GCC 12 takes __builtin_convertvector of bytes apart; these are single instructions. */
#if SIMD_BYTES == 64
SIMD_INLINE lanes_u widen_bytes(const uint8_t *p) {
    return (lanes_u)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p));
}
SIMD_INLINE lanes_i widen_signed(const uint8_t *p) {
    return (lanes_i)_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p));
}
#elif SIMD_BYTES == 32
SIMD_INLINE lanes_u widen_bytes(const uint8_t *p) {
    return (lanes_u)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p));
}
SIMD_INLINE lanes_i widen_signed(const uint8_t *p) {
    return (lanes_i)_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p));
}
#elif SIMD_BYTES
SIMD_INLINE lanes_u widen_bytes(const uint8_t *p) {
    bytes_u b;
    memcpy(&b, p, sizeof b);
    return __builtin_convertvector(b, lanes_u);
}
SIMD_INLINE lanes_i widen_signed(const uint8_t *p) {
    bytes_i b;
    memcpy(&b, p, sizeof b);
    return __builtin_convertvector(b, lanes_i);
}
#else
SIMD_INLINE lanes_u widen_bytes(const uint8_t *p) { return *p; }
SIMD_INLINE lanes_i widen_signed(const uint8_t *p) { return *(const int8_t *)p; }
#endif

/* Each lane gets the whole word, and shifts it by what belongs to it. */
#if SIMD_BYTES == 64
SIMD_INLINE lanes_u widen_nibbles(const uint8_t *p) {
    uint32_t word[2];
    memcpy(word, p, sizeof word);
    __m512i words = _mm512_mask_set1_epi32(_mm512_set1_epi32((int)word[0]), 0xFF00, (int)word[1]);
    __m512i shifts = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 0, 4, 8, 12, 16, 20, 24, 28);
    return (lanes_u)_mm512_srlv_epi32(words, shifts) & 15u;
}
SIMD_INLINE lanes_u lane_bits(uint32_t word) {
    return (lanes_u)_mm512_maskz_set1_epi32((__mmask16)word, 1);
}
#elif SIMD_BYTES == 32
SIMD_INLINE lanes_u widen_nibbles(const uint8_t *p) {
    uint32_t word;
    memcpy(&word, p, sizeof word);
    lanes_u shifts = {0, 4, 8, 12, 16, 20, 24, 28};
    return ((lanes_u)_mm256_set1_epi32((int)word) >> shifts) & 15u;
}
SIMD_INLINE lanes_u lane_bits(uint32_t word) {
    lanes_u shifts = {0, 1, 2, 3, 4, 5, 6, 7};
    return ((lanes_u)_mm256_set1_epi32((int)word) >> shifts) & 1u;
}
#elif SIMD_BYTES
SIMD_INLINE lanes_u widen_nibbles(const uint8_t *p) {
    return (lanes_u){p[0] & 15u, p[0] >> 4, p[1] & 15u, p[1] >> 4};
}
SIMD_INLINE lanes_u lane_bits(uint32_t word) {
    return (lanes_u){word & 1u, word >> 1 & 1u, word >> 2 & 1u, word >> 3 & 1u};
}
#else
SIMD_INLINE lanes_u lane_bits(uint32_t word) { return word & 1u; }
#endif

#if SIMD_BYTES
SIMD_INLINE lanes_u nibbles_from(const uint8_t *p, ptrdiff_t i) { return widen_nibbles(p + i / 2); }
SIMD_INLINE vf look_up(const float *t, lanes_u q) { return lookup16_f(t, (vf)q); }
#else
SIMD_INLINE lanes_u nibbles_from(const uint8_t *p, ptrdiff_t i) { return p[i / 2] >> (i % 2 * 4) & 15u; }
SIMD_INLINE vf look_up(const float *t, lanes_u q) { return t[q]; }
#endif

SIMD_INLINE uint16_t short_at(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }
SIMD_INLINE uint32_t word_at(const uint8_t *p) {
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
#if defined(__F16C__)
SIMD_INLINE float half_at(const uint8_t *p) { return _cvtsh_ss(short_at(p)); }
#else
SIMD_INLINE float half_at(const uint8_t *p) { return half_to_float(short_at(p)); }
#endif
SIMD_INLINE void put_short(uint8_t *p, uint16_t value) { p[0] = (uint8_t)value, p[1] = (uint8_t)(value >> 8); }
SIMD_INLINE void put_half(uint8_t *p, float value) { put_short(p, float_to_half(value)); }

#endif
