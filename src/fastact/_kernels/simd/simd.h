/* The vector types of one CPU target, and the operations on them that C has no operator for.
 *
 * vf is a vector of float and vd a vector of double, in the target's native width.  GCC and Clang apply + - * / to
 * them lane by lane and broadcast a scalar operand.  For a compiler without vector types vf is float and vd is double,
 * and the same kernels become portable scalar code.
 *
 * The operations mean the same on every target, and have a form _f for vf and a form _d for vd where nothing else is
 * said.  "Tables only": where TABLE_SEGMENTS is not 0; elsewhere there are stand-ins that no kernel calls.
 *
 *   fma(a, b, c)          a*b + c, rounded once; by libm and slow where the target lacks the instruction
 *   mul_add(a, b, c)      a*b + c, rounded once where the target has the instruction, otherwise twice
 *   min(a, b), max(a, b)  the second operand if either is NaN, so a constant should be the first; _d without FMA: also
 *                         if both are zeros
 *   copysign(m, s)        the magnitude of m with the sign of s
 *   where_lt(a, b, x, y)  a < b ? x : y; y if a or b is NaN
 *   zero_where_le(a, b, x)   x, but a zero with the sign of x where a <= b
 *   rcp(x)                1/x where both are normal, with a relative error of at most 2^-14; _f only.  The bits
 *                         differ between makers of CPUs, so only fast variants may use it
 *   scale(x, y)           x * 2^floor(y), rounded once, for |y| < 2^20 and 2^-30 < |x| < 2^30
 *   exponent(x)           floor(log2 |x|) for normal x
 *   lookup16(t, m)        t[bits(m) & 15]
 *   lookup32(t, m)        t[bits(m) & 31]; _f only, where TABLE_SEGMENTS is 32 (AVX-512)
 *   lookup_rows(t, m, mask, columns, column)   t[(bits(m) & mask) * columns + column], mask < 2^15; _d only, on targets
 *                         without FMA
 *   lookup8(t, m)         t[bits(m) & 7]; _f only, where TABLE_SEGMENTS is 8 (AVX2)
 *   lookup8_8(t, m)       t[8 + (bits(m) & 7)], plus t[bits(m) & 7] if bit 3 of m is clear; as lookup8
 *   any_lt(a, b)          1 if a < b in any lane, otherwise 0; always 1 where TABLE_SEGMENTS is 0, except for _d on SSE2
 *   segment(t, u)         the entry of a table with eight segments an octave from 1 on, for the segment that contains
 *                         u: t[bits(u) >> 20 & 31] (_f), t[bits(u) >> 49 & 63] (_d)
 *   sum(v), maximum(v)    over the lanes, in an order that is fixed for the target; maximum is NaN if a lane is
 *   widen_low(v)          the first half of the lanes as doubles; widen_high(v): the second half
 *   load_widened(p)       a vd of floats in memory
 *   load_part(p, n, x)    the first n lanes from memory, the others from x; reads nothing else
 *   store_part(p, n, v)   the first n lanes to memory; writes nothing else
 *   store_narrowed(p, v)  the lanes of a vd to memory, rounded to float; round_to_float(v): the same, as a vd
 *   add_shifted(x, m, s)  the bits of x as integers, plus the bits of m shifted left by s
 *   power(m, b)           2^floor(k / 2^b), where m = 1.5 * 2^23 + k and the result is a normal number; _f only
 *   stream(to, from, n)   copies n bytes past the caches; `to` is the start of a cache line.  stream_end() must be
 *                         called before another thread reads them
 *
 * A mask is an unsigned integer with one bit for each lane.  These operations have a form _f only:
 *
 *   unless_le(a, b)       mask: not a <= b, which includes NaN                                    (tables only)
 *   tiny(x, least)        mask: 0 < |x| < least                                                   (tables only)
 *   not_finite(x)         mask: x is an infinity or NaN                                           (tables only)
 *   unusual(x)            mask: x is 0, subnormal, infinite or NaN; only where TABLE_SEGMENTS is 32
 *   keep_special(x, y)    x where x is 0, infinite or NaN, otherwise y                            (tables only)
 *   select(m, x, y)       x in the lanes of the mask m, otherwise y                               (tables only)
 *   scale_tail(x, s)      x * 2^k, k = s - 1.5 * 2^23, for x = 0 or |x| > 2^-90 and -1000 < k <= 0.  Subnormal
 *                         results are computed by integers: a product would take a hundred cycles longer (tables only)
 *   compress(to, m, v)    stores the lanes of v in the mask m one after another, in room for a whole vector (tables only)
 *   expand(from, m, v)    the reverse, with v in the other lanes; it reads a whole vector         (tables only)
 *   bit_count(m)          the number of lanes in the mask m                                       (tables only)
 *   less(a, b)            mask: a < b
 *   doubtful(y, ...)      mask: lanes that might round to another value of a half type if y had an error
 *   skip_certain(y, ...)  the first four vectors that have such a lane
 *   list_lanes(to, m, first)   stores first + the number of each lane in the mask m; returns how many there are
 */
#ifndef FASTACT_SIMD_H
#define FASTACT_SIMD_H

#ifdef __FAST_MATH__
#error "fastact must not be compiled with -ffast-math: it breaks the error bounds, and GCC then " \
       "links code that sets flush-to-zero for the whole process"
#endif

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The tiers of accuracy are types, because Cython specialises the formulas by type. */
typedef int exact;
typedef long fast;
typedef short correct;
typedef signed char brief;

#if defined(__GNUC__) || defined(__clang__)
#define SIMD_INLINE static inline __attribute__((always_inline))
#else
#define SIMD_INLINE static __inline
#endif

/* The result of an instruction that estimates `value`.  The makers of CPUs document the same bound on its relative
 * error, but their results differ within it.  FASTACT_ESTIMATES, -1 or 1, is for tests (see setup.py): it replaces the
 * estimate by the true value with the largest error that the bound allows, of that sign. */
#ifdef FASTACT_ESTIMATES
#define ESTIMATE(instruction, value, error) ((value) * (1.0f + FASTACT_ESTIMATES * (error)))
#else
#define ESTIMATE(instruction, value, error) (instruction)
#endif

/* 1 for a compiler without vector types.  FASTACT_SCALAR is for tests (see setup.py): any compiler counts as one. */
#if defined(FASTACT_SCALAR) || !(defined(__GNUC__) || defined(__clang__))
#define SIMD_SCALAR 1
#else
#define SIMD_SCALAR 0
#endif

/* ---------------------------------------------------------------------------- AVX-512 -- */
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && !SIMD_SCALAR
#include <immintrin.h>
#define SIMD_NAME "AVX-512"
#define SIMD_BYTES 64
#define SIMD_REGISTERS 32
typedef float vf __attribute__((vector_size(64)));
typedef double vd __attribute__((vector_size(64)));

SIMD_INLINE vf fma_f(vf a, vf b, vf c) { return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
SIMD_INLINE vd fma_d(vd a, vd b, vd c) { return (vd)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c); }
SIMD_INLINE vf min_f(vf a, vf b) { return (vf)_mm512_min_ps((__m512)a, (__m512)b); }
SIMD_INLINE vd min_d(vd a, vd b) { return (vd)_mm512_min_pd((__m512d)a, (__m512d)b); }
SIMD_INLINE vf max_f(vf a, vf b) { return (vf)_mm512_max_ps((__m512)a, (__m512)b); }
SIMD_INLINE vd max_d(vd a, vd b) { return (vd)_mm512_max_pd((__m512d)a, (__m512d)b); }
SIMD_INLINE vf abs_f(vf a) { return (vf)_mm512_abs_ps((__m512)a); }
SIMD_INLINE vd abs_d(vd a) { return (vd)_mm512_abs_pd((__m512d)a); }
SIMD_INLINE vf sqrt_f(vf a) { return (vf)_mm512_sqrt_ps((__m512)a); }
SIMD_INLINE vd sqrt_d(vd a) { return (vd)_mm512_sqrt_pd((__m512d)a); }
SIMD_INLINE vf rcp_f(vf a) { return ESTIMATE((vf)_mm512_rcp14_ps((__m512)a), 1.0f / a, 0x1p-14f); }
/* 0xD8 selects, bit by bit, the second operand where the third, here the sign bit, is set, otherwise the first. */
SIMD_INLINE vf copysign_f(vf m, vf s) {
    return (vf)_mm512_ternarylogic_epi32((__m512i)m, (__m512i)s, _mm512_set1_epi32(INT32_MIN), 0xD8);
}
SIMD_INLINE vd copysign_d(vd m, vd s) {
    return (vd)_mm512_ternarylogic_epi64((__m512i)m, (__m512i)s, _mm512_set1_epi64(INT64_MIN), 0xD8);
}
SIMD_INLINE vf where_lt_f(vf a, vf b, vf x, vf y) {
    return (vf)_mm512_mask_blend_ps(_mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ), (__m512)y, (__m512)x);
}
SIMD_INLINE vd where_lt_d(vd a, vd b, vd x, vd y) {
    return (vd)_mm512_mask_blend_pd(_mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ), (__m512d)y, (__m512d)x);
}
SIMD_INLINE vf zero_where_le_f(vf a, vf b, vf x) {
    __mmask16 mask = _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LE_OQ);
    return (vf)_mm512_mask_and_epi32((__m512i)x, mask, (__m512i)x, _mm512_set1_epi32(INT32_MIN));
}
SIMD_INLINE vd zero_where_le_d(vd a, vd b, vd x) {
    __mmask8 mask = _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LE_OQ);
    return (vd)_mm512_mask_and_epi64((__m512i)x, mask, (__m512i)x, _mm512_set1_epi64(INT64_MIN));
}
SIMD_INLINE vf scale_f(vf x, vf y) { return (vf)_mm512_scalef_ps((__m512)x, (__m512)y); }
SIMD_INLINE vd scale_d(vd x, vd y) { return (vd)_mm512_scalef_pd((__m512d)x, (__m512d)y); }
SIMD_INLINE vf exponent_f(vf x) { return (vf)_mm512_getexp_ps((__m512)x); }
SIMD_INLINE vd exponent_d(vd x) { return (vd)_mm512_getexp_pd((__m512d)x); }
SIMD_INLINE vf lookup16_f(const float *t, vf m) {
    return (vf)_mm512_permutexvar_ps((__m512i)m, _mm512_loadu_ps(t));
}
SIMD_INLINE vd lookup16_d(const double *t, vd m) {
    return (vd)_mm512_permutex2var_pd(_mm512_loadu_pd(t), (__m512i)m, _mm512_loadu_pd(t + 8));
}
/* y - floor(y), and 0 for infinities.  Used together with scale_f, which itself takes floor(y). */
#define HAS_FRACTION 1
SIMD_INLINE vf fraction_f(vf y) { return (vf)_mm512_reduce_ps((__m512)y, _MM_FROUND_TO_NEG_INF); }
#define HAS_LOOKUP32 1
#define TABLE_SEGMENTS 32
SIMD_INLINE vf lookup32_f(const float *t, vf m) {
    return (vf)_mm512_permutex2var_ps(_mm512_loadu_ps(t), (__m512i)m, _mm512_loadu_ps(t + 16));
}
SIMD_INLINE vf lookup8_f(const float *t, vf m) { (void)t; return m; }   /* never called */
SIMD_INLINE vf lookup8_8_f(const float *t, vf m) { (void)t; return m; }
SIMD_INLINE vf segment_f(const float *t, vf u) { return lookup32_f(t, (vf)_mm512_srli_epi32((__m512i)u, 20)); }
SIMD_INLINE int any_lt_f(vf a, vf b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ) != 0; }
SIMD_INLINE int any_lt_d(vd a, vd b) { return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ) != 0; }
SIMD_INLINE unsigned unless_le_f(vf a, vf b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_NLE_UQ); }
/* The instruction's classes: 0x01 and 0x80 are NaN, 0x02 and 0x04 zeros, 0x08 and 0x10 infinities. */
SIMD_INLINE unsigned not_finite_f(vf x) { return _mm512_fpclass_ps_mask((__m512)x, 0x99); }
SIMD_INLINE unsigned unusual_f(vf x) { return _mm512_fpclass_ps_mask((__m512)x, 0xBF); }      /* and 0x20: subnormal numbers */
SIMD_INLINE vf keep_special_f(vf x, vf y) {
    return (vf)_mm512_mask_blend_ps(_mm512_fpclass_ps_mask((__m512)x, 0x9F), (__m512)y, (__m512)x);
}
SIMD_INLINE unsigned tiny_f(vf x, float least) {
    __mmask16 nonzero = _mm512_test_epi32_mask((__m512i)x, _mm512_set1_epi32(INT32_MAX));
    return _mm512_mask_cmp_ps_mask(nonzero, _mm512_abs_ps((__m512)x), _mm512_set1_ps(least), _CMP_LT_OQ);
}
SIMD_INLINE vf select_f(unsigned mask, vf x, vf y) {
    return (vf)_mm512_mask_blend_ps((__mmask16)mask, (__m512)y, (__m512)x);
}
SIMD_INLINE vf scale_tail_f(vf x, vf sum) {
    vf zero = (vf)_mm512_set1_ps(12582912.0f), bounded = max_f(zero - 200.0f, sum);
    if (!unless_le_f(zero - 90.0f, sum)) return scale_f(x, sum - zero);
    __m512i k = _mm512_slli_epi32((__m512i)bounded, 23);
    __m512i bits = _mm512_add_epi32((__m512i)abs_f(x), k), least = _mm512_set1_epi32(1 << 23);
    /* The bits of a subnormal number, as an integer, are the number divided by 2^-149. */
    __m512i last = _mm512_slli_epi32((__m512i)min_f((vf)_mm512_set1_ps(12582912.0f - 30.0f), bounded), 23);
    vf units = (vf)_mm512_add_epi32(last, _mm512_set1_epi32((int)((149u + 127u) << 23)));      /* 2^(k + 149) */
    __m512i steps = _mm512_cvtps_epi32((__m512)(abs_f(x) * units));
    vf y = copysign_f((vf)_mm512_mask_mov_epi32(bits, _mm512_cmplt_epi32_mask(bits, least), steps), x);
    return select_f(unless_le_f(x, x), x, y);       /* NaN */
}
/* The instruction can also store, but some CPUs then make one store for each lane. */
SIMD_INLINE void compress_f(float *to, unsigned mask, vf v) {
    _mm512_storeu_ps(to, _mm512_maskz_compress_ps((__mmask16)mask, (__m512)v));
}
SIMD_INLINE vf expand_f(const float *from, unsigned mask, vf v) {
    return (vf)_mm512_mask_expand_ps((__m512)v, (__mmask16)mask, _mm512_loadu_ps(from));
}
/* GCC 12 may spill a mask of 16 bits and read back 32 (seen at -O1, also in embree#574).  So the upper bits are
 * cleared by an instruction that it cannot leave out.  All other users of a mask read 16 bits only. */
SIMD_INLINE int bit_count(unsigned mask) {
#if defined(__GNUC__) && !defined(__clang__)
    __asm__("movzwl %w0, %0" : "+r"(mask));
#endif
    return __builtin_popcount(mask);
}
SIMD_INLINE vd segment_d(const double *t, vd u) {
    __m512i index = _mm512_and_si512(_mm512_srli_epi64((__m512i)u, 49), _mm512_set1_epi64(63));
    return (vd)_mm512_i64gather_pd(index, t, 8);
}

/* ------------------------------------------------------------------------------- AVX2 -- */
#elif defined(__AVX2__) && defined(__FMA__) && !SIMD_SCALAR
#include <immintrin.h>
#define SIMD_NAME "AVX2"
#define SIMD_BYTES 32
#define SIMD_REGISTERS 16
typedef float vf __attribute__((vector_size(32)));
typedef double vd __attribute__((vector_size(32)));

SIMD_INLINE vf fma_f(vf a, vf b, vf c) { return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
SIMD_INLINE vd fma_d(vd a, vd b, vd c) { return (vd)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c); }
SIMD_INLINE vf min_f(vf a, vf b) { return (vf)_mm256_min_ps((__m256)a, (__m256)b); }
SIMD_INLINE vd min_d(vd a, vd b) { return (vd)_mm256_min_pd((__m256d)a, (__m256d)b); }
SIMD_INLINE vf max_f(vf a, vf b) { return (vf)_mm256_max_ps((__m256)a, (__m256)b); }
SIMD_INLINE vd max_d(vd a, vd b) { return (vd)_mm256_max_pd((__m256d)a, (__m256d)b); }
SIMD_INLINE vf abs_f(vf a) { return (vf)_mm256_andnot_ps(_mm256_set1_ps(-0.0f), (__m256)a); }
SIMD_INLINE vd abs_d(vd a) { return (vd)_mm256_andnot_pd(_mm256_set1_pd(-0.0), (__m256d)a); }
SIMD_INLINE vf sqrt_f(vf a) { return (vf)_mm256_sqrt_ps((__m256)a); }
SIMD_INLINE vd sqrt_d(vd a) { return (vd)_mm256_sqrt_pd((__m256d)a); }
/* An estimate and a step of Newton's method would be three operations, which take longer. */
SIMD_INLINE vf rcp_f(vf a) { return 1.0f / a; }
SIMD_INLINE vf copysign_f(vf m, vf s) {
    __m256 sign = _mm256_set1_ps(-0.0f);
    return (vf)_mm256_or_ps(_mm256_andnot_ps(sign, (__m256)m), _mm256_and_ps(sign, (__m256)s));
}
SIMD_INLINE vd copysign_d(vd m, vd s) {
    __m256d sign = _mm256_set1_pd(-0.0);
    return (vd)_mm256_or_pd(_mm256_andnot_pd(sign, (__m256d)m), _mm256_and_pd(sign, (__m256d)s));
}
/* GCC would turn the intrinsic into a comparison of the mask with 0 and a blend. */
SIMD_INLINE __m256 blend_ps(__m256 y, __m256 x, __m256 mask) {
#if defined(__GNUC__) && !defined(__clang__)
    __asm__("vblendvps %3, %2, %1, %0" : "=x"(y) : "x"(y), "xm"(x), "x"(mask));
    return y;
#else
    return _mm256_blendv_ps(y, x, mask);
#endif
}
SIMD_INLINE vf where_lt_f(vf a, vf b, vf x, vf y) {
    return (vf)blend_ps((__m256)y, (__m256)x, _mm256_cmp_ps((__m256)a, (__m256)b, _CMP_LT_OQ));
}
SIMD_INLINE vd where_lt_d(vd a, vd b, vd x, vd y) {
    return (vd)_mm256_blendv_pd((__m256d)y, (__m256d)x, _mm256_cmp_pd((__m256d)a, (__m256d)b, _CMP_LT_OQ));
}
/* A blend would take three operations. */
SIMD_INLINE vf zero_where_le_f(vf a, vf b, vf x) {
    __m256 kept = _mm256_cmp_ps((__m256)a, (__m256)b, _CMP_NLE_UQ);
    return (vf)_mm256_and_ps((__m256)x, _mm256_or_ps(kept, _mm256_set1_ps(-0.0f)));
}
SIMD_INLINE vd zero_where_le_d(vd a, vd b, vd x) {
    __m256d kept = _mm256_cmp_pd((__m256d)a, (__m256d)b, _CMP_NLE_UQ);
    return (vd)_mm256_and_pd((__m256d)x, _mm256_or_pd(kept, _mm256_set1_pd(-0.0)));
}
SIMD_INLINE vf scale_f(vf x, vf y) {
    /* 2^n in two factors: the first product is exact, the second rounds, subnormals included. */
    __m256 bounded = _mm256_max_ps(_mm256_set1_ps(-250.0f), _mm256_min_ps(_mm256_set1_ps(250.0f), (__m256)y));
    __m256i n = _mm256_cvtps_epi32(_mm256_floor_ps(bounded)), half = _mm256_srai_epi32(n, 1);
    __m256i first = _mm256_slli_epi32(_mm256_add_epi32(half, _mm256_set1_epi32(127)), 23);
    __m256i second = _mm256_slli_epi32(_mm256_add_epi32(_mm256_sub_epi32(n, half), _mm256_set1_epi32(127)), 23);
    return x * (vf)first * (vf)second;
}
SIMD_INLINE vd scale_d(vd x, vd y) {
    __m256d bounded = _mm256_max_pd(_mm256_set1_pd(-2040.0), _mm256_min_pd(_mm256_set1_pd(2040.0), (__m256d)y));
    __m128i n = _mm256_cvtpd_epi32(_mm256_floor_pd(bounded)), half = _mm_srai_epi32(n, 1);
    __m128i first = _mm_add_epi32(half, _mm_set1_epi32(1023));
    __m128i second = _mm_add_epi32(_mm_sub_epi32(n, half), _mm_set1_epi32(1023));
    return x * (vd)_mm256_slli_epi64(_mm256_cvtepi32_epi64(first), 52)
             * (vd)_mm256_slli_epi64(_mm256_cvtepi32_epi64(second), 52);
}
SIMD_INLINE vf exponent_f(vf x) {
    __m256i biased = _mm256_and_si256(_mm256_srli_epi32((__m256i)x, 23), _mm256_set1_epi32(255));
    return (vf)_mm256_sub_ps(_mm256_cvtepi32_ps(biased), _mm256_set1_ps(127.0f));
}
/* With the bits of 2^52 above it, the biased exponent e is the number 2^52 + e. */
SIMD_INLINE vd exponent_d(vd x) {
    __m256i biased = _mm256_and_si256(_mm256_srli_epi64((__m256i)x, 52), _mm256_set1_epi64x(2047));
    return (vd)_mm256_or_si256(biased, _mm256_set1_epi64x(0x4330000000000000)) - (0x1p52 + 1023.0);
}
SIMD_INLINE vf lookup16_f(const float *t, vf m) {
    __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(t), (__m256i)m);
    __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(t + 8), (__m256i)m);
    return (vf)_mm256_blendv_ps(low, high, (__m256)_mm256_slli_epi32((__m256i)m, 28));  /* by bit 3 */
}
#define TABLE_SEGMENTS 8
SIMD_INLINE vf lookup8_f(const float *t, vf m) {
    return (vf)_mm256_permutevar8x32_ps(_mm256_loadu_ps(t), (__m256i)m);
}
/* A product with 0 or 1 is one operation; a blend would be three. */
SIMD_INLINE vf lookup8_8_f(const float *t, vf m) {
    __m256i upper = _mm256_srai_epi32(_mm256_slli_epi32((__m256i)m, 28), 31);
    vf lower = (vf)_mm256_andnot_si256(upper, (__m256i)_mm256_set1_ps(1.0f));
    return fma_f(lower, lookup8_f(t, m), lookup8_f(t + 8, m));
}
SIMD_INLINE vf lookup32_f(const float *t, vf m) { (void)t; return m; }  /* never called */
SIMD_INLINE int any_lt_f(vf a, vf b) { return _mm256_movemask_ps(_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_LT_OQ)) != 0; }
SIMD_INLINE int any_lt_d(vd a, vd b) { return _mm256_movemask_pd(_mm256_cmp_pd((__m256d)a, (__m256d)b, _CMP_LT_OQ)) != 0; }
SIMD_INLINE unsigned unless_le_f(vf a, vf b) {
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_NLE_UQ));
}
SIMD_INLINE unsigned not_finite_f(vf x) { return unless_le_f(abs_f(x), (vf)_mm256_set1_ps(3.40282347e38f)); }
SIMD_INLINE unsigned unusual_f(vf x) { (void)x; return 0; }     /* never called */
SIMD_INLINE vf keep_special_f(vf x, vf y) {
    /* The bits without the sign, doubled, minus 1: this is at least infinity's for infinities, NaN and 0 only. */
    __m256i twice = _mm256_sub_epi32(_mm256_slli_epi32((__m256i)x, 1), _mm256_set1_epi32(1));
    __m256i special = _mm256_cmpeq_epi32(_mm256_max_epu32(twice, _mm256_set1_epi32((int)0xFEFFFFFF)), twice);
    return (vf)_mm256_blendv_ps((__m256)y, (__m256)x, (__m256)special);
}
SIMD_INLINE unsigned tiny_f(vf x, float least) {
    __m256 small = _mm256_cmp_ps((__m256)abs_f(x), _mm256_set1_ps(least), _CMP_LT_OQ);
    __m256 nonzero = _mm256_cmp_ps((__m256)x, _mm256_setzero_ps(), _CMP_NEQ_OQ);
    return (unsigned)_mm256_movemask_ps(_mm256_and_ps(small, nonzero));
}
SIMD_INLINE vf select_f(unsigned mask, vf x, vf y) {
    __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    __m256i lanes = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32((int)mask), bit), bit);
    return (vf)_mm256_blendv_ps((__m256)y, (__m256)x, (__m256)lanes);
}
SIMD_INLINE vf scale_tail_f(vf x, vf sum) {
    vf bounded = max_f((vf)_mm256_set1_ps(12582912.0f - 200.0f), sum);
    __m256i k = _mm256_slli_epi32((__m256i)bounded, 23);
    __m256i bits = _mm256_add_epi32((__m256i)abs_f(x), k), least = _mm256_set1_epi32(1 << 23);
    /* The bits of a subnormal number, as an integer, are the number divided by 2^-149. */
    __m256i last = _mm256_slli_epi32((__m256i)min_f((vf)_mm256_set1_ps(12582912.0f - 30.0f), bounded), 23);
    vf units = (vf)_mm256_add_epi32(last, _mm256_set1_epi32((int)((149u + 127u) << 23)));      /* 2^(k + 149) */
    __m256i steps = _mm256_cvtps_epi32((__m256)(abs_f(x) * units));
    vf y = copysign_f((vf)_mm256_blendv_epi8(bits, steps, _mm256_cmpgt_epi32(least, bits)), x);
    return (vf)_mm256_blendv_ps((__m256)y, (__m256)x, _mm256_cmp_ps((__m256)x, (__m256)x, _CMP_UNORD_Q));
}
/* All bits of byte k are set if lane k is in the mask (by BMI2, as in the two functions below). */
SIMD_INLINE uint64_t bytes_of_mask(unsigned mask) { return _pdep_u64(mask, 0x0101010101010101u) * 255; }
SIMD_INLINE void compress_f(float *to, unsigned mask, vf v) {
    long long lanes = (long long)_pext_u64(0x0706050403020100u, bytes_of_mask(mask));     /* their numbers, in order */
    _mm256_storeu_ps(to, _mm256_permutevar8x32_ps((__m256)v, _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(lanes))));
}
SIMD_INLINE vf expand_f(const float *from, unsigned mask, vf v) {
    uint64_t bytes = bytes_of_mask(mask);
    long long places = (long long)_pdep_u64(0x0706050403020100u, bytes);
    __m256 spread = _mm256_permutevar8x32_ps(_mm256_loadu_ps(from), _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(places)));
    return (vf)_mm256_blendv_ps((__m256)v, spread, (__m256)_mm256_cvtepi8_epi32(_mm_cvtsi64_si128((long long)bytes)));
}
SIMD_INLINE int bit_count(unsigned mask) { return __builtin_popcount(mask); }
SIMD_INLINE vd lookup16_d(const double *t, vd m) {
    return (vd)_mm256_i64gather_pd(t, _mm256_and_si256((__m256i)m, _mm256_set1_epi64x(15)), 8);
}
SIMD_INLINE vf segment_f(const float *t, vf u) {
    __m256i index = _mm256_and_si256(_mm256_srli_epi32((__m256i)u, 20), _mm256_set1_epi32(31));
    return (vf)_mm256_i32gather_ps(t, index, 4);
}
SIMD_INLINE vd segment_d(const double *t, vd u) {
    __m256i index = _mm256_and_si256(_mm256_srli_epi64((__m256i)u, 49), _mm256_set1_epi64x(63));
    return (vd)_mm256_i64gather_pd(t, index, 8);
}

/* ------------------------------------- SSE2, NEON, and all others: one lane after another -- */
#else
#if !SIMD_SCALAR
#define SIMD_BYTES 16
typedef float vf __attribute__((vector_size(16)));
typedef double vd __attribute__((vector_size(16)));
#define LANE(v, i) (v)[i]
#define SPLAT(type, x) ((x) - (type){0})
#else
#define SIMD_BYTES 0
typedef float vf;
typedef double vd;
#define LANE(v, i) (v)
#define SPLAT(type, x) ((type)(x))
#endif
#define LANES(type, scalar) ((int)(sizeof(type) / sizeof(scalar)))
#define EACH(type, scalar, expression) \
    type r; for (int i = 0; i < LANES(type, scalar); i++) LANE(r, i) = (expression); return r
#define BITS_F(x) ((union {float value; uint32_t bits;}){(x)}.bits)
#define BITS_D(x) ((union {double value; uint64_t bits;}){(x)}.bits)

/* Operations that have an instruction on the target; the loops over lanes below define the others. */
#if defined(__SSE2__) && SIMD_BYTES
#include <emmintrin.h>
#define SIMD_NAME "SSE2"
#define SIMD_REGISTERS 16
SIMD_INLINE vf min_f(vf a, vf b) { return (vf)_mm_min_ps((__m128)a, (__m128)b); }
SIMD_INLINE vd min_d(vd a, vd b) { return (vd)_mm_min_pd((__m128d)a, (__m128d)b); }
SIMD_INLINE vf max_f(vf a, vf b) { return (vf)_mm_max_ps((__m128)a, (__m128)b); }
SIMD_INLINE vd max_d(vd a, vd b) { return (vd)_mm_max_pd((__m128d)a, (__m128d)b); }
SIMD_INLINE vf sqrt_f(vf a) { return (vf)_mm_sqrt_ps((__m128)a); }
SIMD_INLINE vd sqrt_d(vd a) { return (vd)_mm_sqrt_pd((__m128d)a); }
SIMD_INLINE vf abs_f(vf a) { return (vf)_mm_andnot_ps(_mm_set1_ps(-0.0f), (__m128)a); }
SIMD_INLINE vd abs_d(vd a) { return (vd)_mm_andnot_pd(_mm_set1_pd(-0.0), (__m128d)a); }
SIMD_INLINE vf copysign_f(vf m, vf s) {
    __m128 sign = _mm_set1_ps(-0.0f);
    return (vf)_mm_or_ps(_mm_andnot_ps(sign, (__m128)m), _mm_and_ps(sign, (__m128)s));
}
SIMD_INLINE vd copysign_d(vd m, vd s) {
    __m128d sign = _mm_set1_pd(-0.0);
    return (vd)_mm_or_pd(_mm_andnot_pd(sign, (__m128d)m), _mm_and_pd(sign, (__m128d)s));
}
SIMD_INLINE vf where_lt_f(vf a, vf b, vf x, vf y) {
    __m128 mask = _mm_cmplt_ps((__m128)a, (__m128)b);
    return (vf)_mm_or_ps(_mm_and_ps(mask, (__m128)x), _mm_andnot_ps(mask, (__m128)y));
}
SIMD_INLINE vd where_lt_d(vd a, vd b, vd x, vd y) {
    __m128d mask = _mm_cmplt_pd((__m128d)a, (__m128d)b);
    return (vd)_mm_or_pd(_mm_and_pd(mask, (__m128d)x), _mm_andnot_pd(mask, (__m128d)y));
}
SIMD_INLINE vf fma_f(vf a, vf b, vf c) { EACH(vf, float, fmaf(a[i], b[i], c[i])); }
SIMD_INLINE vd fma_d(vd a, vd b, vd c) { EACH(vd, double, fma(a[i], b[i], c[i])); }
/* A gather: two loads of a number each. */
#define HAS_LOOKUP_ROWS
SIMD_INLINE vd lookup_rows_d(const double *t, vd m, int mask, int columns, int column) {
    const double *low = t + (_mm_cvtsi128_si32((__m128i)m) & mask) * (ptrdiff_t)columns;
    const double *high = t + (_mm_extract_epi16((__m128i)m, 4) & mask) * (ptrdiff_t)columns;
    return (vd)_mm_loadh_pd(_mm_load_sd(low + column), high + column);
}
#define HAS_ANY_LT_D
SIMD_INLINE int any_lt_d(vd a, vd b) { return _mm_movemask_pd(_mm_cmplt_pd((__m128d)a, (__m128d)b)) != 0; }
#define HAS_SCALE
/* As for AVX2 above, but SSE2 can only truncate, so floor corrects the integers. */
SIMD_INLINE vf scale_f(vf x, vf y) {
    __m128 bounded = (__m128)max_f((vf)_mm_set1_ps(-250.0f), min_f((vf)_mm_set1_ps(250.0f), y));
    __m128i n = _mm_cvttps_epi32(bounded), half;
    n = _mm_add_epi32(n, _mm_castps_si128(_mm_cmplt_ps(bounded, _mm_cvtepi32_ps(n))));  /* -1 where truncated upwards */
    half = _mm_srai_epi32(n, 1);
    return x * (vf)_mm_slli_epi32(_mm_add_epi32(half, _mm_set1_epi32(127)), 23)
             * (vf)_mm_slli_epi32(_mm_add_epi32(_mm_sub_epi32(n, half), _mm_set1_epi32(127)), 23);
}
SIMD_INLINE vd scale_d(vd x, vd y) {
    __m128d bounded = (__m128d)max_d((vd)_mm_set1_pd(-2040.0), min_d((vd)_mm_set1_pd(2040.0), y));
    __m128i n = _mm_cvttpd_epi32(bounded), half, zero = _mm_setzero_si128();
    __m128i cut = _mm_castpd_si128(_mm_cmplt_pd(bounded, _mm_cvtepi32_pd(n)));
    n = _mm_add_epi32(n, _mm_shuffle_epi32(cut, _MM_SHUFFLE(3, 3, 2, 0)));
    half = _mm_srai_epi32(n, 1);
    return x * (vd)_mm_slli_epi64(_mm_unpacklo_epi32(_mm_add_epi32(half, _mm_set1_epi32(1023)), zero), 52)
             * (vd)_mm_slli_epi64(_mm_unpacklo_epi32(_mm_add_epi32(_mm_sub_epi32(n, half), _mm_set1_epi32(1023)), zero), 52);
}
#else
#if defined(__aarch64__) && SIMD_BYTES
#include <arm_neon.h>
#define SIMD_NAME "NEON"
#define SIMD_REGISTERS 32
SIMD_INLINE vf fma_f(vf a, vf b, vf c) { return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b); }
SIMD_INLINE vd fma_d(vd a, vd b, vd c) { return (vd)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b); }
SIMD_INLINE vf sqrt_f(vf a) { return (vf)vsqrtq_f32((float32x4_t)a); }
SIMD_INLINE vd sqrt_d(vd a) { return (vd)vsqrtq_f64((float64x2_t)a); }
SIMD_INLINE vf abs_f(vf a) { return (vf)vabsq_f32((float32x4_t)a); }
SIMD_INLINE vd abs_d(vd a) { return (vd)vabsq_f64((float64x2_t)a); }
SIMD_INLINE vf where_lt_f(vf a, vf b, vf x, vf y) {
    return (vf)vbslq_f32(vcltq_f32((float32x4_t)a, (float32x4_t)b), (float32x4_t)x, (float32x4_t)y);
}
SIMD_INLINE vd where_lt_d(vd a, vd b, vd x, vd y) {
    return (vd)vbslq_f64(vcltq_f64((float64x2_t)a, (float64x2_t)b), (float64x2_t)x, (float64x2_t)y);
}
SIMD_INLINE vf copysign_f(vf m, vf s) {
    return (vf)vbslq_f32(vdupq_n_u32(0x80000000u), (float32x4_t)s, (float32x4_t)m);
}
SIMD_INLINE vd copysign_d(vd m, vd s) {
    return (vd)vbslq_f64(vdupq_n_u64(0x8000000000000000u), (float64x2_t)s, (float64x2_t)m);
}
#else
#define SIMD_NAME "scalar"
#define SIMD_REGISTERS 16
SIMD_INLINE vf fma_f(vf a, vf b, vf c) { EACH(vf, float, fmaf(LANE(a, i), LANE(b, i), LANE(c, i))); }
SIMD_INLINE vd fma_d(vd a, vd b, vd c) { EACH(vd, double, fma(LANE(a, i), LANE(b, i), LANE(c, i))); }
SIMD_INLINE vf sqrt_f(vf a) { EACH(vf, float, sqrtf(LANE(a, i))); }
SIMD_INLINE vd sqrt_d(vd a) { EACH(vd, double, sqrt(LANE(a, i))); }
SIMD_INLINE vf abs_f(vf a) { EACH(vf, float, fabsf(LANE(a, i))); }
SIMD_INLINE vd abs_d(vd a) { EACH(vd, double, fabs(LANE(a, i))); }
SIMD_INLINE vf copysign_f(vf m, vf s) { EACH(vf, float, copysignf(LANE(m, i), LANE(s, i))); }
SIMD_INLINE vd copysign_d(vd m, vd s) { EACH(vd, double, copysign(LANE(m, i), LANE(s, i))); }
SIMD_INLINE vf where_lt_f(vf a, vf b, vf x, vf y) { EACH(vf, float, LANE(a, i) < LANE(b, i) ? LANE(x, i) : LANE(y, i)); }
SIMD_INLINE vd where_lt_d(vd a, vd b, vd x, vd y) { EACH(vd, double, LANE(a, i) < LANE(b, i) ? LANE(x, i) : LANE(y, i)); }
#endif
SIMD_INLINE vf min_f(vf a, vf b) { return where_lt_f(a, b, a, b); }
SIMD_INLINE vd min_d(vd a, vd b) { return where_lt_d(a, b, a, b); }
SIMD_INLINE vf max_f(vf a, vf b) { return where_lt_f(b, a, a, b); }
SIMD_INLINE vd max_d(vd a, vd b) { return where_lt_d(b, a, a, b); }
#endif

#if defined(__SSE2__) && SIMD_BYTES
SIMD_INLINE vf zero_where_le_f(vf a, vf b, vf x) {
    __m128 magnitude = _mm_andnot_ps(_mm_set1_ps(-0.0f), _mm_cmple_ps((__m128)a, (__m128)b));
    return (vf)_mm_andnot_ps(magnitude, (__m128)x);
}
SIMD_INLINE vd zero_where_le_d(vd a, vd b, vd x) {
    __m128d magnitude = _mm_andnot_pd(_mm_set1_pd(-0.0), _mm_cmple_pd((__m128d)a, (__m128d)b));
    return (vd)_mm_andnot_pd(magnitude, (__m128d)x);
}
#else
SIMD_INLINE vf zero_where_le_f(vf a, vf b, vf x) {
    EACH(vf, float, LANE(a, i) <= LANE(b, i) ? copysignf(0.0f, LANE(x, i)) : LANE(x, i));
}
SIMD_INLINE vd zero_where_le_d(vd a, vd b, vd x) {
    EACH(vd, double, LANE(a, i) <= LANE(b, i) ? copysign(0.0, LANE(x, i)) : LANE(x, i));
}
#endif
SIMD_INLINE vf rcp_f(vf a) { return 1.0f / a; }
#ifndef HAS_SCALE
/* 2^n in two factors: the first product is exact, the second rounds, subnormals included. */
SIMD_INLINE float pow2_f(int n) { return (union {uint32_t bits; float value;}){(uint32_t)(n + 127) << 23}.value; }
SIMD_INLINE double pow2_d(int n) { return (union {uint64_t bits; double value;}){(uint64_t)(n + 1023) << 52}.value; }
SIMD_INLINE int floor_int(double y) { int n = (int)y; return n - (y < n); }
SIMD_INLINE vf scale_f(vf x, vf y) {
    vf first = x, second = x;
    y = max_f(SPLAT(vf, -250.0f), min_f(SPLAT(vf, 250.0f), y));
    for (int i = 0; i < LANES(vf, float); i++) {
        int n = LANE(y, i) == LANE(y, i) ? floor_int(LANE(y, i)) : 0, half = n >> 1;
        LANE(first, i) = pow2_f(half), LANE(second, i) = pow2_f(n - half);
    }
    return x * first * second;
}
SIMD_INLINE vd scale_d(vd x, vd y) {
    vd first = x, second = x;
    y = max_d(SPLAT(vd, -2040.0), min_d(SPLAT(vd, 2040.0), y));
    for (int i = 0; i < LANES(vd, double); i++) {
        int n = LANE(y, i) == LANE(y, i) ? floor_int(LANE(y, i)) : 0, half = n >> 1;
        LANE(first, i) = pow2_d(half), LANE(second, i) = pow2_d(n - half);
    }
    return x * first * second;
}
#endif
SIMD_INLINE vf exponent_f(vf x) { EACH(vf, float, (float)((int)(BITS_F(LANE(x, i)) >> 23 & 255) - 127)); }
SIMD_INLINE vd exponent_d(vd x) { EACH(vd, double, (double)((int)(BITS_D(LANE(x, i)) >> 52 & 2047) - 1023)); }
SIMD_INLINE vf lookup16_f(const float *t, vf m) { EACH(vf, float, t[BITS_F(LANE(m, i)) & 15]); }
SIMD_INLINE vd lookup16_d(const double *t, vd m) { EACH(vd, double, t[BITS_D(LANE(m, i)) & 15]); }
#ifndef HAS_LOOKUP_ROWS
#define HAS_LOOKUP_ROWS
SIMD_INLINE vd lookup_rows_d(const double *t, vd m, int mask, int columns, int column) {
    EACH(vd, double, t[(int)(BITS_D(LANE(m, i)) & (unsigned)mask) * columns + column]);
}
#endif
SIMD_INLINE vf segment_f(const float *t, vf u) { EACH(vf, float, t[BITS_F(LANE(u, i)) >> 20 & 31]); }
SIMD_INLINE vd segment_d(const double *t, vd u) { EACH(vd, double, t[BITS_D(LANE(u, i)) >> 49 & 63]); }
#endif

/* ------------------------------------------------------------------------- all targets -- */
#ifndef HAS_FRACTION
#define HAS_FRACTION 0
SIMD_INLINE vf fraction_f(vf y) { return y; }   /* never called */
#endif

#ifndef HAS_LOOKUP32
#define HAS_LOOKUP32 0
#endif
#ifndef TABLE_SEGMENTS
#define TABLE_SEGMENTS 0
SIMD_INLINE vf lookup8_f(const float *t, vf m) { (void)t; return m; }   /* none of these is ever called */
SIMD_INLINE vf lookup8_8_f(const float *t, vf m) { (void)t; return m; }
SIMD_INLINE vf lookup32_f(const float *t, vf m) { (void)t; return m; }
SIMD_INLINE int any_lt_f(vf a, vf b) { (void)a, (void)b; return 1; }
#ifndef HAS_ANY_LT_D
SIMD_INLINE int any_lt_d(vd a, vd b) { (void)a, (void)b; return 1; }
#endif
SIMD_INLINE unsigned unless_le_f(vf a, vf b) { (void)a, (void)b; return 0; }
SIMD_INLINE unsigned unusual_f(vf x) { (void)x; return 0; }
SIMD_INLINE vf keep_special_f(vf x, vf y) { (void)x; return y; }
SIMD_INLINE void compress_f(float *to, unsigned mask, vf v) { (void)to, (void)mask, (void)v; }
SIMD_INLINE int bit_count(unsigned mask) { return (int)mask; }
SIMD_INLINE vf select_f(unsigned mask, vf x, vf y) { (void)mask, (void)x; return y; }
SIMD_INLINE vf scale_tail_f(vf x, vf sum) { (void)sum; return x; }
SIMD_INLINE vf expand_f(const float *from, unsigned mask, vf v) { (void)from, (void)mask; return v; }
#endif
#ifndef HAS_LOOKUP_ROWS
SIMD_INLINE vd lookup_rows_d(const double *t, vd m, int mask, int n, int i) { return (void)t, (void)mask, (void)n, (void)i, m; }
#endif
#if defined(__SSE2__) && SIMD_BYTES > 0
SIMD_INLINE void stream(void *to, const void *from, ptrdiff_t n) {
    ptrdiff_t i = 0;
#if defined(__AVX512F__)
    for (; i + 64 <= n; i += 64)
        _mm512_stream_si512((__m512i *)((char *)to + i), _mm512_load_si512((const char *)from + i));
#elif defined(__AVX__)
    for (; i + 32 <= n; i += 32)
        _mm256_stream_si256((__m256i *)((char *)to + i), _mm256_load_si256((const __m256i *)((const char *)from + i)));
#else
    for (; i + 16 <= n; i += 16)
        _mm_stream_si128((__m128i *)((char *)to + i), _mm_load_si128((const __m128i *)((const char *)from + i)));
#endif
    memcpy((char *)to + i, (const char *)from + i, (size_t)(n - i));
}
SIMD_INLINE void stream_end(void) { _mm_sfence(); }
SIMD_INLINE void prefetch(const void *p) { __builtin_prefetch(p); }
#else
SIMD_INLINE void stream(void *to, const void *from, ptrdiff_t n) { memcpy(to, from, (size_t)n); }
SIMD_INLINE void stream_end(void) {}
SIMD_INLINE void prefetch(const void *p) { (void)p; }
#endif

/* Without the instruction exact products are too slow, and the exact float kernels compute in double instead. */
#if defined(__FMA__) || defined(__aarch64__)
#define HAS_FMA 1
#else
#define HAS_FMA 0
#endif

#if HAS_FMA
SIMD_INLINE vf mul_add_f(vf a, vf b, vf c) { return fma_f(a, b, c); }
SIMD_INLINE vd mul_add_d(vd a, vd b, vd c) { return fma_d(a, b, c); }
#else
SIMD_INLINE vf mul_add_f(vf a, vf b, vf c) { return a * b + c; }
SIMD_INLINE vd mul_add_d(vd a, vd b, vd c) { return a * b + c; }
#endif

enum {
    VF_LANES = sizeof(vf) / sizeof(float),
    VD_LANES = sizeof(vd) / sizeof(double)
};

/* Keeps a loaded vector in its register.  GCC would otherwise read it from memory again in each operation, and
 * formulas that only choose between operands and use x three times had four fifths of their speed. */
#if defined(__GNUC__) && defined(__x86_64__) && SIMD_BYTES > 0
#define IN_REGISTER(v) __asm__("" : "+v"(v))
#else
#define IN_REGISTER(v) (void)0
#endif
SIMD_INLINE vf load_f(const void *p) { vf v; memcpy(&v, p, sizeof v); IN_REGISTER(v); return v; }
SIMD_INLINE vd load_d(const void *p) { vd v; memcpy(&v, p, sizeof v); IN_REGISTER(v); return v; }
SIMD_INLINE void store_f(void *p, vf v) { memcpy(p, &v, sizeof v); }
SIMD_INLINE void store_d(void *p, vd v) { memcpy(p, &v, sizeof v); }

/* c - 0 is c even for -0, unlike c + 0, so the compiler may leave out the subtraction. */
SIMD_INLINE vf splat_f(float c) { vf v = {0}; return c - v; }
SIMD_INLINE vd splat_d(double c) { vd v = {0}; return c - v; }

/* The lanes are combined by halves, in an order that does not depend on the compiler. */
#if SIMD_BYTES == 64
#define ACROSS_F(name, combine) \
    SIMD_INLINE float name(vf v) { \
        v = combine(v, (vf)_mm512_shuffle_f32x4((__m512)v, (__m512)v, 0x4E)); \
        v = combine(v, (vf)_mm512_shuffle_f32x4((__m512)v, (__m512)v, 0xB1)); \
        v = combine(v, (vf)_mm512_permute_ps((__m512)v, 0x4E)); \
        v = combine(v, (vf)_mm512_permute_ps((__m512)v, 0xB1)); \
        return v[0]; \
    }
SIMD_INLINE vf plus_f(vf a, vf b) { return a + b; }
ACROSS_F(sum_f, plus_f)
ACROSS_F(maximum_number_f, max_f)
SIMD_INLINE double sum_d(vd v) {
    v = v + (vd)_mm512_shuffle_f64x2((__m512d)v, (__m512d)v, 0x4E);
    v = v + (vd)_mm512_shuffle_f64x2((__m512d)v, (__m512d)v, 0xB1);
    v = v + (vd)_mm512_permute_pd((__m512d)v, 0x55);
    return v[0];
}
SIMD_INLINE vd widen_low(vf v) { return (vd)_mm512_cvtps_pd(_mm512_castps512_ps256((__m512)v)); }
SIMD_INLINE vd widen_high(vf v) { return (vd)_mm512_cvtps_pd(_mm512_extractf32x8_ps((__m512)v, 1)); }
#else
SIMD_INLINE float sum_f(vf v) {
    float lane[VF_LANES];
    memcpy(lane, &v, sizeof v);
    for (int half = VF_LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) lane[i] += lane[i + half];
    return lane[0];
}
SIMD_INLINE float maximum_number_f(vf v) {
    float lane[VF_LANES], best;
    memcpy(lane, &v, sizeof v);
    best = lane[0];
    for (int i = 1; i < VF_LANES; i++) best = lane[i] > best ? lane[i] : best;
    return best;
}
SIMD_INLINE double sum_d(vd v) {
    double lane[VD_LANES];
    memcpy(lane, &v, sizeof v);
    for (int half = VD_LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) lane[i] += lane[i + half];
    return lane[0];
}
#if SIMD_BYTES == 32
SIMD_INLINE vd widen_low(vf v) { return (vd)_mm256_cvtps_pd(_mm256_castps256_ps128((__m256)v)); }
SIMD_INLINE vd widen_high(vf v) { return (vd)_mm256_cvtps_pd(_mm256_extractf128_ps((__m256)v, 1)); }
#else
/* VD_LANES lanes from lane `first` on, as doubles; 0 for lanes that a vector of floats does not have. */
SIMD_INLINE vd widened_from(vf v, int first) {
    float lane[VF_LANES];
    double wide[VD_LANES];
    vd result;
    memcpy(lane, &v, sizeof v);
    for (int i = 0; i < VD_LANES; i++) wide[i] = first + i < VF_LANES ? lane[first + i] : 0;
    memcpy(&result, wide, sizeof result);
    return result;
}
SIMD_INLINE vd widen_low(vf v) { return widened_from(v, 0); }
SIMD_INLINE vd widen_high(vf v) { return widened_from(v, VD_LANES); }
#endif
#endif
/* A conversion takes one micro-operation from memory, but two or three from a register. */
SIMD_INLINE vd load_widened(const float *p) {
#if SIMD_BYTES == 64
    return (vd)_mm512_cvtps_pd(_mm256_loadu_ps(p));
#elif SIMD_BYTES == 32
    return (vd)_mm256_cvtps_pd(_mm_loadu_ps(p));
#elif defined(__SSE2__) && SIMD_BYTES
    return (vd)_mm_cvtps_pd(_mm_castsi128_ps(_mm_loadl_epi64((const __m128i *)p)));
#else
    double wide[VD_LANES];
    vd result;
    for (int i = 0; i < VD_LANES; i++) wide[i] = p[i];
    memcpy(&result, wide, sizeof result);
    return result;
#endif
}
#if defined(__SSE2__) && SIMD_BYTES == 16
SIMD_INLINE void store_narrowed(float *p, vd v) {
    _mm_storel_epi64((__m128i *)p, _mm_castps_si128(_mm_cvtpd_ps((__m128d)v)));
}
SIMD_INLINE vd round_to_float(vd v) { return (vd)_mm_cvtps_pd(_mm_cvtpd_ps((__m128d)v)); }
#else
SIMD_INLINE void store_narrowed(float *p, vd v) {
    double wide[VD_LANES];
    memcpy(wide, &v, sizeof v);
    for (int i = 0; i < VD_LANES; i++) p[i] = (float)wide[i];
}
SIMD_INLINE vd round_to_float(vd v) {
    float narrow[VD_LANES];
    store_narrowed(narrow, v);
    return load_widened(narrow);
}
#endif
SIMD_INLINE double maximum_d(vd v) {
    double lane[VD_LANES], best;
    memcpy(lane, &v, sizeof v);
    best = lane[0];
    for (int i = 1; i < VD_LANES; i++) best = lane[i] > best || lane[i] != lane[i] ? lane[i] : best;
    return best;
}

#if SIMD_BYTES == 64
SIMD_INLINE vf load_part_f(const void *p, int n, vf x) {
    return (vf)_mm512_mask_loadu_ps((__m512)x, (__mmask16)((1u << n) - 1), p);
}
SIMD_INLINE vd load_part_d(const void *p, int n, vd x) {
    return (vd)_mm512_mask_loadu_pd((__m512d)x, (__mmask8)((1u << n) - 1), p);
}
SIMD_INLINE void store_part_f(void *p, int n, vf v) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
}
SIMD_INLINE void store_part_d(void *p, int n, vd v) {
    _mm512_mask_storeu_pd(p, (__mmask8)((1u << n) - 1), (__m512d)v);
}
#else
SIMD_INLINE vf load_part_f(const void *p, int n, vf x) { memcpy(&x, p, n * sizeof(float)); return x; }
SIMD_INLINE vd load_part_d(const void *p, int n, vd x) { memcpy(&x, p, n * sizeof(double)); return x; }
SIMD_INLINE void store_part_f(void *p, int n, vf v) { memcpy(p, &v, n * sizeof(float)); }
SIMD_INLINE void store_part_d(void *p, int n, vd v) { memcpy(p, &v, n * sizeof(double)); }
#endif

#if SIMD_BYTES
typedef uint32_t vu __attribute__((vector_size(SIMD_BYTES)));
typedef uint64_t vu_d __attribute__((vector_size(SIMD_BYTES)));
SIMD_INLINE vf add_shifted_f(vf x, vf m, int shift) { return (vf)((vu)x + ((vu)m << shift)); }
SIMD_INLINE vd add_shifted_d(vd x, vd m, int shift) { return (vd)((vu_d)x + ((vu_d)m << shift)); }
SIMD_INLINE vf power_f(vf m, int bits) {
    return (vf)((((vu)m >> bits) << 23) + ((vu){0} + (127u << 23)));
}
#else
SIMD_INLINE vf add_shifted_f(vf x, vf m, int shift) {
    uint32_t a, b;
    memcpy(&a, &x, sizeof a), memcpy(&b, &m, sizeof b);
    a += b << shift;
    memcpy(&x, &a, sizeof a);
    return x;
}
SIMD_INLINE vd add_shifted_d(vd x, vd m, int shift) {
    uint64_t a, b;
    memcpy(&a, &x, sizeof a), memcpy(&b, &m, sizeof b);
    a += b << shift;
    memcpy(&x, &a, sizeof a);
    return x;
}
SIMD_INLINE vf power_f(vf m, int bits) {
    uint32_t a;
    memcpy(&a, &m, sizeof a);
    a = ((a >> bits) << 23) + (127u << 23);
    memcpy(&m, &a, sizeof a);
    return m;
}
#endif

/* The number of bits of float's significand that the half types lack, and their smallest normal numbers. */
#define HALF_LOST 13
#define BFLOAT_LOST 16
#define HALF_LEAST 0x1p-14f
#define BFLOAT_LEAST 0x1p-126f

#if SIMD_BYTES
/* Masks, and lists of the lanes in them. */
#if SIMD_BYTES == 64
SIMD_INLINE unsigned at_most_u(vu a, vu b) { return _mm512_cmple_epu32_mask((__m512i)a, (__m512i)b); }
SIMD_INLINE vu min_u(vu a, vu b) { return (vu)_mm512_min_epu32((__m512i)a, (__m512i)b); }
SIMD_INLINE unsigned less_f(vf a, vf b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ); }
#else
SIMD_INLINE unsigned lane_mask(vu all_or_nothing) {
#if SIMD_BYTES == 32
    return (unsigned)_mm256_movemask_ps((__m256)all_or_nothing);
#else
    unsigned mask = 0;
    for (int i = 0; i < VF_LANES; i++) mask |= (all_or_nothing[i] & 1u) << i;
    return mask;
#endif
}
#if SIMD_BYTES == 32 && defined(__AVX2__)
SIMD_INLINE vu min_u(vu a, vu b) { return (vu)_mm256_min_epu32((__m256i)a, (__m256i)b); }
SIMD_INLINE unsigned at_most_u(vu a, vu b) { return lane_mask((vu)(min_u(a, b) == a)); }
#else
SIMD_INLINE vu min_u(vu a, vu b) { vu less = (vu)(a < b); return (a & less) | (b & ~less); }
SIMD_INLINE unsigned at_most_u(vu a, vu b) { return lane_mask((vu)(a <= b)); }
#endif
SIMD_INLINE unsigned less_f(vf a, vf b) { return lane_mask((vu)(a < b)); }
#endif
#if !TABLE_SEGMENTS
SIMD_INLINE unsigned not_finite_f(vf x) { return lane_mask((vu)(((vu)x & 0x7F800000u) == 0x7F800000u)); }
SIMD_INLINE unsigned tiny_f(vf x, float least) {
    return lane_mask((vu)(abs_f(x) < least) & (vu)(x != 0));
}
#endif

SIMD_INLINE int list_lanes(int *to, uint64_t mask, int first) {
    int count = 0;
    for (; mask; mask &= mask - 1) to[count++] = first + __builtin_ctzll(mask);
    return count;
}

/* The bits of y that a half type lacks, as the distance above the tie, where results of an error of `slack` float ULP
 * are at most 2 slack.  The type lacks the last `lost` bits of float's significand (1 <= slack < 2^lost).  Below `least`,
 * its smallest normal number, its values are least 2^(lost - 23) apart. */
SIMD_INLINE vu above_tie_f(vf y, int lost, uint32_t slack, float least) {
    /* Float's numbers from least to 2 least are as far apart, relative to the half type's, as below.  Zeros become
     * least.  There is no branch, because one that is taken now and then takes longer than everything else here. */
    if (least > 0x1p-126f) {
#if SIMD_BYTES == 64
        __m512 edge = _mm512_set1_ps(least);
        y = (vf)_mm512_mask_add_ps(
            (__m512)y, _mm512_cmp_ps_mask((__m512)abs_f(y), edge, _CMP_LT_OQ), (__m512)y, (__m512)copysign_f((vf)edge, y));
#else
        vf edge = (vf){0} + least;
        y = y + (vf)((vu)copysign_f(edge, y) & (vu)(abs_f(y) < edge));
#endif
    }
    /* The lost bits of a tie are a one and zeros.  The bits of a float, as an integer, number the floats in order, so
     * this is also right for float's subnormals and for results that round up to infinity. */
    return ((vu)y + (slack - (1u << (lost - 1)))) & ((1u << lost) - 1);
}

/* Mask of the lanes that might round to another value of a half type if y were off by up to `slack` float ULP. */
SIMD_INLINE unsigned doubtful_f(vf y, int lost, uint32_t slack, float least) {
    vu none = {0};
    return at_most_u(above_tie_f(y, lost, slack, least), none + 2 * slack);
}

/* The first i, in steps of four vectors, so that one of the vectors at y[i] has a lane in the mask of doubtful_f(); more
 * than n - 4 vectors if there is none. */
SIMD_INLINE ptrdiff_t skip_certain_f(const void *y, ptrdiff_t i, ptrdiff_t n, int lost, uint32_t slack, float least) {
    vu none = {0}, most = none + 2 * slack;
    for (; i + 4 * VF_LANES <= n; i += 4 * VF_LANES) {
        const float *first = (const float *)y + i;
        vu a = above_tie_f(load_f(first), lost, slack, least), b = above_tie_f(load_f(first + VF_LANES), lost, slack, least);
        vu c = above_tie_f(load_f(first + 2 * VF_LANES), lost, slack, least);
        vu d = above_tie_f(load_f(first + 3 * VF_LANES), lost, slack, least);
        vu nearest = min_u(min_u(a, b), min_u(c, d));
        if (at_most_u(nearest, most)) break;
    }
    return i;
}
/* The same for lanes whose absolute value is below `least` and not 0. */
SIMD_INLINE ptrdiff_t skip_larger_f(const void *x, ptrdiff_t i, ptrdiff_t n, float least) {
    vu none = {0}, most = ((vu)((vf)none + least) << 1) - 2u;
    for (; i + 4 * VF_LANES <= n; i += 4 * VF_LANES) {
        const float *first = (const float *)x + i;
        /* The bits without the sign, doubled, minus 1: 0 becomes the largest number. */
        vu a = ((vu)load_f(first) << 1) - 1u, b = ((vu)load_f(first + VF_LANES) << 1) - 1u;
        vu c = ((vu)load_f(first + 2 * VF_LANES) << 1) - 1u, d = ((vu)load_f(first + 3 * VF_LANES) << 1) - 1u;
        if (at_most_u(min_u(min_u(a, b), min_u(c, d)), most)) break;
    }
    return i;
}
#else       /* nothing is settled without vector types, nor is there a table */
SIMD_INLINE unsigned not_finite_f(vf x) { (void)x; return 0; }
SIMD_INLINE unsigned tiny_f(vf x, float least) { (void)x, (void)least; return 0; }
SIMD_INLINE unsigned less_f(vf a, vf b) { (void)a, (void)b; return 0; }
SIMD_INLINE int list_lanes(int *to, uint64_t mask, int first) { (void)to, (void)mask, (void)first; return 0; }
SIMD_INLINE unsigned doubtful_f(vf y, int lost, uint32_t slack, float least) {
    (void)y, (void)lost, (void)slack, (void)least;
    return 0;
}
SIMD_INLINE ptrdiff_t skip_certain_f(const void *y, ptrdiff_t i, ptrdiff_t n, int lost, uint32_t slack, float least) {
    (void)y, (void)n, (void)lost, (void)slack, (void)least;
    return i;
}
SIMD_INLINE ptrdiff_t skip_larger_f(const void *x, ptrdiff_t i, ptrdiff_t n, float least) {
    (void)x, (void)n, (void)least;
    return i;
}
#endif
#endif
