/* Weights of 16 bits, widened as they are loaded, and results rounded to 16 bits.
 *
 *   load_half(p)          VF_LANES float16 numbers, widened
 *   first_of_pairs(w)     each lane of w holds two bfloat16 numbers: the first one, widened
 *   second_of_pairs(w)    the second one
 *   broadcast(p)          the 32 bits at p in every lane, whatever they mean
 *   round_two(f, g, to)   two vectors of floats, rounded to bfloat16 or float16
 */
#ifndef FASTACT_MATMUL_HALVES_H
#define FASTACT_MATMUL_HALVES_H

#include "simd.h"
#include "storage.h"

#if SIMD_BYTES == 64
SIMD_INLINE vf load_half(const void *p) { return (vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p)); }
#elif SIMD_BYTES == 32 && defined(__F16C__)
SIMD_INLINE vf load_half(const void *p) { return (vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p)); }
#else
SIMD_INLINE vf load_half(const void *p) {
    uint16_t half[VF_LANES];
    float wide[VF_LANES];
    memcpy(half, p, sizeof half);
    for (int i = 0; i < VF_LANES; i++) wide[i] = half_to_float(half[i]);
    return load_f(wide);
}
#endif

#if SIMD_BYTES
SIMD_INLINE vf low_bits(vf w) { return (vf)((vu)w << 16); }
SIMD_INLINE vf high_bits(vf w) { return (vf)((vu)w & 0xFFFF0000u); }
#else
SIMD_INLINE vf low_bits(vf w) { float_bits b = {.value = w}; b.bits <<= 16; return b.value; }
SIMD_INLINE vf high_bits(vf w) { float_bits b = {.value = w}; b.bits &= 0xFFFF0000u; return b.value; }
#endif
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
SIMD_INLINE vf first_of_pairs(vf w) { return high_bits(w); }
SIMD_INLINE vf second_of_pairs(vf w) { return low_bits(w); }
#else
SIMD_INLINE vf first_of_pairs(vf w) { return low_bits(w); }
SIMD_INLINE vf second_of_pairs(vf w) { return high_bits(w); }
#endif

#if SIMD_BYTES == 64
SIMD_INLINE vf broadcast(const float *p) { return (vf)_mm512_set1_ps(*p); }
#else
SIMD_INLINE vf broadcast(const float *p) { return splat_f(*p); }
#endif

enum { TWO_VECTORS = 2 * VF_LANES };
static inline void round_two(const float *first, const float *second, int to_bfloat, uint16_t *to) {
    float both[TWO_VECTORS];
    memcpy(both, first, sizeof both / 2);
    memcpy(both + VF_LANES, second, sizeof both / 2);
    if (to_bfloat) floats_to_bfloat(both, to, TWO_VECTORS);
    else floats_to_half(both, to, TWO_VECTORS);
}

#endif
