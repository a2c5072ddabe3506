/* Operations of row functions that simd.h does not have, in a form _f and a form _d.  For maxout: comparisons that
 * keep the order of members and NaN, and operations on the first and the second lane of each pair.  For tiny results:
 * enlarged, _f only.
 *
 *   enlarged(y)           y * 2^96 for |y| < 2^31, where TABLE_SEGMENTS > 0.  Subnormals are converted as
 *                         integers, because a subnormal operand costs a hundred cycles
 *   larger(a, b)          the larger operand; a if they are equal; the first NaN if there is one
 *   where_same(a, b, x, y)  x where a and b have the same bits, else y
 *   firsts(v, w)          lanes 0, 2, 4 ... of v and then w, in pair order; seconds(v, w): 1, 3, 5 ...
 *   pairs_low(a, b)       the inverse: the first vector of a0 b0 a1 b1 ..., for a and b in pair order;
 *                         pairs_high(a, b): the second vector
 *   pair_order(v)         converts from the order of memory to pair order, and back
 *
 * Pair order is the order of memory, except on AVX2: there shuffles stay within the halves of a register, so the
 * second and the third quarter are exchanged.
 */
#ifndef FASTACT_ROWS_H
#define FASTACT_ROWS_H

#include "simd.h"

enum { PARTS = 8 / VD_LANES };    /* vectors of sums in double lanes, see reductions.pxi */

#if SIMD_BYTES == 64
SIMD_INLINE vf larger_f(vf a, vf b) {
    __mmask16 number = _mm512_cmp_ps_mask((__m512)a, (__m512)a, _CMP_ORD_Q);
    return (vf)_mm512_mask_mov_ps(
        (__m512)a, _mm512_mask_cmp_ps_mask(number, (__m512)b, (__m512)a, _CMP_NLE_UQ), (__m512)b);
}
SIMD_INLINE vd larger_d(vd a, vd b) {
    __mmask8 number = _mm512_cmp_pd_mask((__m512d)a, (__m512d)a, _CMP_ORD_Q);
    return (vd)_mm512_mask_mov_pd(
        (__m512d)a, _mm512_mask_cmp_pd_mask(number, (__m512d)b, (__m512d)a, _CMP_NLE_UQ), (__m512d)b);
}
SIMD_INLINE vf where_same_f(vf a, vf b, vf x, vf y) {
    return (vf)_mm512_mask_blend_ps(_mm512_cmpeq_epi32_mask((__m512i)a, (__m512i)b), (__m512)y, (__m512)x);
}
SIMD_INLINE vd where_same_d(vd a, vd b, vd x, vd y) {
    return (vd)_mm512_mask_blend_pd(_mm512_cmpeq_epi64_mask((__m512i)a, (__m512i)b), (__m512d)y, (__m512d)x);
}
SIMD_INLINE vf enlarged_f(vf y) {
    __m512i bits = (__m512i)abs_f(y);
    __mmask16 normal = _mm512_cmpge_epi32_mask(bits, _mm512_set1_epi32(1 << 23));
    __m512 steps = _mm512_mul_ps(_mm512_cvtepi32_ps(bits), _mm512_set1_ps(0x1p-53f));   /* 2^-149 each */
    vf least = (vf)_mm512_set1_ps(0x1p-126f);       /* no masked product: compilers may do all lanes */
    return copysign_f((vf)_mm512_mask_blend_ps(normal, steps, (__m512)(max_f(least, abs_f(y)) * 0x1p96f)), y);
}
#define PERMUTED_F(a, b, ...) ((vf)_mm512_permutex2var_ps((__m512)(a), _mm512_setr_epi32(__VA_ARGS__), (__m512)(b)))
#define PERMUTED_D(a, b, ...) ((vd)_mm512_permutex2var_pd((__m512d)(a), _mm512_setr_epi64(__VA_ARGS__), (__m512d)(b)))
SIMD_INLINE vf firsts_f(vf v, vf w) {
    return PERMUTED_F(v, w, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}
SIMD_INLINE vf seconds_f(vf v, vf w) {
    return PERMUTED_F(v, w, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}
SIMD_INLINE vf pairs_low_f(vf a, vf b) {
    return PERMUTED_F(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
SIMD_INLINE vf pairs_high_f(vf a, vf b) {
    return PERMUTED_F(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
SIMD_INLINE vd firsts_d(vd v, vd w) { return PERMUTED_D(v, w, 0, 2, 4, 6, 8, 10, 12, 14); }
SIMD_INLINE vd seconds_d(vd v, vd w) { return PERMUTED_D(v, w, 1, 3, 5, 7, 9, 11, 13, 15); }
SIMD_INLINE vd pairs_low_d(vd a, vd b) { return PERMUTED_D(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
SIMD_INLINE vd pairs_high_d(vd a, vd b) { return PERMUTED_D(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }

#elif SIMD_BYTES == 32
SIMD_INLINE vf larger_f(vf a, vf b) {
    __m256 number = _mm256_cmp_ps((__m256)a, (__m256)a, _CMP_ORD_Q);
    __m256 mask = _mm256_and_ps(number, _mm256_cmp_ps((__m256)b, (__m256)a, _CMP_NLE_UQ));
    return (vf)_mm256_blendv_ps((__m256)a, (__m256)b, mask);
}
SIMD_INLINE vd larger_d(vd a, vd b) {
    __m256d number = _mm256_cmp_pd((__m256d)a, (__m256d)a, _CMP_ORD_Q);
    __m256d mask = _mm256_and_pd(number, _mm256_cmp_pd((__m256d)b, (__m256d)a, _CMP_NLE_UQ));
    return (vd)_mm256_blendv_pd((__m256d)a, (__m256d)b, mask);
}
SIMD_INLINE vf where_same_f(vf a, vf b, vf x, vf y) {
    return (vf)_mm256_blendv_ps((__m256)y, (__m256)x, (__m256)_mm256_cmpeq_epi32((__m256i)a, (__m256i)b));
}
SIMD_INLINE vd where_same_d(vd a, vd b, vd x, vd y) {
    return (vd)_mm256_blendv_pd((__m256d)y, (__m256d)x, (__m256d)_mm256_cmpeq_epi64((__m256i)a, (__m256i)b));
}
SIMD_INLINE vf enlarged_f(vf y) {
    __m256i bits = (__m256i)abs_f(y), subnormal = _mm256_cmpgt_epi32(_mm256_set1_epi32(1 << 23), bits);
    __m256 steps = _mm256_mul_ps(_mm256_cvtepi32_ps(bits), _mm256_set1_ps(0x1p-53f));   /* 2^-149 each */
    vf normal = max_f((vf)_mm256_set1_ps(0x1p-126f), abs_f(y)) * 0x1p96f;
    return copysign_f((vf)_mm256_blendv_ps((__m256)normal, steps, (__m256)subnormal), y);
}
SIMD_INLINE vf firsts_f(vf v, vf w) { return (vf)_mm256_shuffle_ps((__m256)v, (__m256)w, 0x88); }
SIMD_INLINE vf seconds_f(vf v, vf w) { return (vf)_mm256_shuffle_ps((__m256)v, (__m256)w, 0xDD); }
SIMD_INLINE vf pairs_low_f(vf a, vf b) { return (vf)_mm256_unpacklo_ps((__m256)a, (__m256)b); }
SIMD_INLINE vf pairs_high_f(vf a, vf b) { return (vf)_mm256_unpackhi_ps((__m256)a, (__m256)b); }
SIMD_INLINE vd firsts_d(vd v, vd w) { return (vd)_mm256_unpacklo_pd((__m256d)v, (__m256d)w); }
SIMD_INLINE vd seconds_d(vd v, vd w) { return (vd)_mm256_unpackhi_pd((__m256d)v, (__m256d)w); }
SIMD_INLINE vd pairs_low_d(vd a, vd b) { return (vd)_mm256_unpacklo_pd((__m256d)a, (__m256d)b); }
SIMD_INLINE vd pairs_high_d(vd a, vd b) { return (vd)_mm256_unpackhi_pd((__m256d)a, (__m256d)b); }
#define HAS_PAIR_ORDER
SIMD_INLINE vf pair_order_f(vf v) { return (vf)_mm256_permute4x64_pd((__m256d)v, 0xD8); }
SIMD_INLINE vd pair_order_d(vd v) { return (vd)_mm256_permute4x64_pd((__m256d)v, 0xD8); }

#elif SIMD_BYTES
typedef uint64_t vq __attribute__((vector_size(SIMD_BYTES)));
SIMD_INLINE vf larger_f(vf a, vf b) {
    vu mask = (vu)(a == a) & ~(vu)(b <= a);
    return (vf)((mask & (vu)b) | (~mask & (vu)a));
}
SIMD_INLINE vd larger_d(vd a, vd b) {
    vq mask = (vq)(a == a) & ~(vq)(b <= a);
    return (vd)((mask & (vq)b) | (~mask & (vq)a));
}
SIMD_INLINE vf where_same_f(vf a, vf b, vf x, vf y) {
    vu mask = (vu)((vu)a == (vu)b);
    return (vf)((mask & (vu)x) | (~mask & (vu)y));
}
SIMD_INLINE vd where_same_d(vd a, vd b, vd x, vd y) {
    vq mask = (vq)((vq)a == (vq)b);
    return (vd)((mask & (vq)x) | (~mask & (vq)y));
}
SIMD_INLINE vf firsts_f(vf v, vf w) { return (vf){v[0], v[2], w[0], w[2]}; }
SIMD_INLINE vf seconds_f(vf v, vf w) { return (vf){v[1], v[3], w[1], w[3]}; }
SIMD_INLINE vf pairs_low_f(vf a, vf b) { return (vf){a[0], b[0], a[1], b[1]}; }
SIMD_INLINE vf pairs_high_f(vf a, vf b) { return (vf){a[2], b[2], a[3], b[3]}; }
SIMD_INLINE vd firsts_d(vd v, vd w) { return (vd){v[0], w[0]}; }
SIMD_INLINE vd seconds_d(vd v, vd w) { return (vd){v[1], w[1]}; }
SIMD_INLINE vd pairs_low_d(vd a, vd b) { return (vd){a[0], b[0]}; }
SIMD_INLINE vd pairs_high_d(vd a, vd b) { return (vd){a[1], b[1]}; }

#else       /* one lane: a pair is two vectors */
SIMD_INLINE vf larger_f(vf a, vf b) { return a == a && !(b <= a) ? b : a; }
SIMD_INLINE vd larger_d(vd a, vd b) { return a == a && !(b <= a) ? b : a; }
SIMD_INLINE vf where_same_f(vf a, vf b, vf x, vf y) { return BITS_F(a) == BITS_F(b) ? x : y; }
SIMD_INLINE vd where_same_d(vd a, vd b, vd x, vd y) { return BITS_D(a) == BITS_D(b) ? x : y; }
SIMD_INLINE vf firsts_f(vf v, vf w) { (void)w; return v; }
SIMD_INLINE vd firsts_d(vd v, vd w) { (void)w; return v; }
SIMD_INLINE vf seconds_f(vf v, vf w) { (void)v; return w; }
SIMD_INLINE vd seconds_d(vd v, vd w) { (void)v; return w; }
SIMD_INLINE vf pairs_low_f(vf a, vf b) { (void)b; return a; }
SIMD_INLINE vd pairs_low_d(vd a, vd b) { (void)b; return a; }
SIMD_INLINE vf pairs_high_f(vf a, vf b) { (void)a; return b; }
SIMD_INLINE vd pairs_high_d(vd a, vd b) { (void)a; return b; }
#endif

#if !TABLE_SEGMENTS
SIMD_INLINE vf enlarged_f(vf y) { return y; }   /* never called */
#endif

#ifndef HAS_PAIR_ORDER
SIMD_INLINE vf pair_order_f(vf v) { return v; }
SIMD_INLINE vd pair_order_d(vd v) { return v; }
#endif

#endif
