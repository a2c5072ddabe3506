/* Conversions between half-precision storage (the bits of float16 and bfloat16) and float and double.
 *
 * They have no branches, so that compilers can vectorise the loops around them on every target.  Conversions to a half
 * type are correctly rounded, to nearest even.  From double to float to half would round twice, so the first step
 * rounds to odd.  The second step then rounds correctly, because float's 24 bits are at least two more than the 11 or
 * 8 of a half type (Boldo and Melquiond, IEEE Trans. Computers 57 (2008) 462-471).
 */
#ifndef FASTACT_STORAGE_H
#define FASTACT_STORAGE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef union { float value; uint32_t bits; } float_bits;
typedef union { double value; uint64_t bits; } double_bits;

static inline float half_to_float(uint16_t h) {
    uint32_t magnitude = h & 0x7FFFu;
    float_bits f = {.bits = magnitude << 13};
    f.value *= 0x1p112f;                                    /* exact, also for subnormals */
    f.bits = magnitude >= 0x7C00u ? magnitude << 13 | 0x7F800000u : f.bits;
    f.bits |= (uint32_t)(h & 0x8000u) << 16;
    return f.value;
}

static inline uint16_t float_to_half(float x) {
    float_bits f = {.value = x}, tiny;
    uint32_t sign = f.bits & 0x80000000u, magnitude = f.bits ^ sign, normal, small, special;
    normal = (magnitude + (0xC8000FFFu + (magnitude >> 13 & 1u))) >> 13;     /* exponent minus 112, rounded */
    tiny.bits = magnitude;
    tiny.value += 0.5f;                                     /* rounds to a multiple of 2^-24, as subnormals are */
    small = tiny.bits - 0x3F000000u;
    special = magnitude > 0x7F800000u ? 0x7E00u : 0x7C00u;
    normal = magnitude < 0x38800000u ? small : normal;      /* below 2^-14 */
    normal = magnitude >= 0x47800000u ? special : normal;   /* from 65536 */
    return (uint16_t)(normal | sign >> 16);
}

static inline float bfloat_to_float(uint16_t h) {
    float_bits f = {.bits = (uint32_t)h << 16};
    return f.value;
}

static inline uint16_t float_to_bfloat(float x) {
    float_bits f = {.value = x};
    uint32_t rounded = (f.bits + (0x7FFFu + (f.bits >> 16 & 1u))) >> 16;
    uint32_t quiet = f.bits >> 16 | 0x40u;
    return (uint16_t)((f.bits & 0x7FFFFFFFu) > 0x7F800000u ? quiet : rounded);
}

/* Rounds to odd: the last bit is 1 if any of the 29 bits that float lacks is.  NaN stays NaN.  Not for results that
 * are subnormal in float. */
static inline float round_to_odd(double x) {
    double_bits d = {.value = x};
    uint64_t rest = d.bits & 0x1FFFFFFFu;
    d.bits = (d.bits ^ rest) | (uint64_t)(rest != 0) << 29;
    return (float)d.value;
}

static inline uint16_t double_to_half(double x) { return float_to_half(round_to_odd(x)); }

static inline uint16_t double_to_bfloat(double x) {
    /* bfloat16 has float's range.  Its subnormals are multiples of 2^-133, to which the sum with a number of that
     * unit in the last place rounds. */
    double grid = 0x1.8p-81, on_grid = (x + grid) - grid, magnitude = x < 0 ? -x : x;
    double_bits d = {.value = magnitude < 0x1p-126 ? on_grid : x}, sign = {.value = x};
    float_bits f = {.value = magnitude < 0x1p-126 ? (float)d.value : round_to_odd(d.value)};
    f.bits = (f.bits & 0x7FFFFFFFu) | (uint32_t)(sign.bits >> 32 & 0x80000000u);
    return float_to_bfloat(f.value);
}

/* Contiguous arrays, by instructions where the target has them.  F16C rounds as its operand says, in any rounding
 * mode, and never flushes subnormals.  AVX512-BF16 flushes them, so bfloat16 is converted by integers.  The loops that
 * the compiler makes of the portable code have half the speed or less. */

#if defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#include <immintrin.h>
enum { HALF_LANES = 32 };
static inline void half_to_floats_once(const uint16_t *from, float *to) {
    _mm512_storeu_ps(to, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)from)));
    _mm512_storeu_ps(to + 16, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)from + 1)));
}
static inline void floats_to_half_once(const float *from, uint16_t *to) {
    _mm256_storeu_si256((__m256i *)to, _mm512_cvtps_ph(_mm512_loadu_ps(from), _MM_FROUND_TO_NEAREST_INT));
    _mm256_storeu_si256((__m256i *)to + 1, _mm512_cvtps_ph(_mm512_loadu_ps(from + 16), _MM_FROUND_TO_NEAREST_INT));
}
static inline void bfloat_to_floats_once(const uint16_t *from, float *to) {
    __m512i low = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)from));
    __m512i high = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)from + 1));
    _mm512_storeu_si512(to, _mm512_slli_epi32(low, 16));
    _mm512_storeu_si512(to + 16, _mm512_slli_epi32(high, 16));
}
/* The bfloat16 is in the upper 16 bits of each lane. */
static inline __m512i rounded_to_bfloat(__m512 x) {
    __m512i bits = (__m512i)x, rounded = _mm512_add_epi32(bits, _mm512_set1_epi32(0x7FFF));
    __mmask16 odd = _mm512_test_epi32_mask(bits, _mm512_set1_epi32(0x10000));
    rounded = _mm512_mask_add_epi32(rounded, odd, bits, _mm512_set1_epi32(0x8000));
    return _mm512_mask_or_epi32(rounded, _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), bits, _mm512_set1_epi32(0x400000));
}
static inline void floats_to_bfloat_once(const float *from, uint16_t *to) {
    /* The numbers 1, 3, 5 ... 63: the upper 16 bits of all lanes. */
    __m512i upper = _mm512_setr_epi32(
        0x030001, 0x070005, 0x0B0009, 0x0F000D, 0x130011, 0x170015, 0x1B0019, 0x1F001D,
        0x230021, 0x270025, 0x2B0029, 0x2F002D, 0x330031, 0x370035, 0x3B0039, 0x3F003D);
    __m512i low = rounded_to_bfloat(_mm512_loadu_ps(from)), high = rounded_to_bfloat(_mm512_loadu_ps(from + 16));
    _mm512_storeu_si512(to, _mm512_permutex2var_epi16(low, upper, high));
}
#elif defined(__AVX2__) && defined(__F16C__)
#include <immintrin.h>
enum { HALF_LANES = 16 };       /* two registers of floats, whose half types fill one */
static inline void half_to_floats_once(const uint16_t *from, float *to) {
    _mm256_storeu_ps(to, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)from)));
    _mm256_storeu_ps(to + 8, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)from + 1)));
}
static inline void floats_to_half_once(const float *from, uint16_t *to) {
    _mm_storeu_si128((__m128i *)to, _mm256_cvtps_ph(_mm256_loadu_ps(from), _MM_FROUND_TO_NEAREST_INT));
    _mm_storeu_si128((__m128i *)to + 1, _mm256_cvtps_ph(_mm256_loadu_ps(from + 8), _MM_FROUND_TO_NEAREST_INT));
}
static inline void bfloat_to_floats_once(const uint16_t *from, float *to) {
    __m256i low = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)from));
    __m256i high = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)from + 1));
    _mm256_storeu_si256((__m256i *)to, _mm256_slli_epi32(low, 16));
    _mm256_storeu_si256((__m256i *)to + 1, _mm256_slli_epi32(high, 16));
}
static inline __m256i rounded_to_bfloat(__m256 x) {
    __m256i bits = (__m256i)x, last = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    __m256i rounded = _mm256_add_epi32(bits, _mm256_add_epi32(last, _mm256_set1_epi32(0x7FFF)));
    __m256i quiet = _mm256_or_si256(bits, _mm256_set1_epi32(0x400000));
    rounded = (__m256i)_mm256_blendv_ps((__m256)rounded, (__m256)quiet, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
    return _mm256_srli_epi32(rounded, 16);
}
static inline void floats_to_bfloat_once(const float *from, uint16_t *to) {
    __m256i low = rounded_to_bfloat(_mm256_loadu_ps(from)), high = rounded_to_bfloat(_mm256_loadu_ps(from + 8));
    /* The instruction packs each half of the register for itself. */
    _mm256_storeu_si256((__m256i *)to, _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), 0xD8));
}
#else
enum { HALF_LANES = 8 };
static inline void half_to_floats_once(const uint16_t *from, float *to) {
    for (int i = 0; i < HALF_LANES; i++) to[i] = half_to_float(from[i]);
}
static inline void floats_to_half_once(const float *from, uint16_t *to) {
    for (int i = 0; i < HALF_LANES; i++) to[i] = float_to_half(from[i]);
}
static inline void bfloat_to_floats_once(const uint16_t *from, float *to) {
    for (int i = 0; i < HALF_LANES; i++) to[i] = bfloat_to_float(from[i]);
}
static inline void floats_to_bfloat_once(const float *from, uint16_t *to) {
    for (int i = 0; i < HALF_LANES; i++) to[i] = float_to_bfloat(from[i]);
}
#endif

/* The last few elements go through a buffer, so that the same instructions give the same bits, also for NaN. */
#define CONVERT_ALL(name, source, target) \
    static inline void name(const source *from, target *to, ptrdiff_t n) { \
        source last[HALF_LANES] = {0}; \
        target converted[HALF_LANES]; \
        ptrdiff_t i = 0; \
        for (; i + HALF_LANES <= n; i += HALF_LANES) name##_once(from + i, to + i); \
        if (i < n) { \
            memcpy(last, from + i, (size_t)(n - i) * sizeof(source)); \
            name##_once(last, converted); \
            memcpy(to + i, converted, (size_t)(n - i) * sizeof(target)); \
        } \
    }
CONVERT_ALL(half_to_floats, uint16_t, float)
CONVERT_ALL(floats_to_half, float, uint16_t)
CONVERT_ALL(bfloat_to_floats, uint16_t, float)
CONVERT_ALL(floats_to_bfloat, float, uint16_t)

#endif
