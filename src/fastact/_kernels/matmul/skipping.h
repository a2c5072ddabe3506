/* Looking for zeros among rows of x, for sums of -0, and for weights that are not finite. */
#ifndef FASTACT_MATMUL_SKIPPING_H
#define FASTACT_MATMUL_SKIPPING_H

#include "simd.h"
#include "storage.h"

/* Bit i of the result: whether word i of sixteen has one of the bits `kept`. */
static inline uint32_t nonzero_words(const char *words, uint32_t kept) {
#if SIMD_BYTES == 64
    return _mm512_test_epi32_mask(_mm512_loadu_si512(words), _mm512_set1_epi32((int)kept));
#else
    uint32_t word[16], mask = 0;
    memcpy(word, words, sizeof word);
    for (int i = 0; i < 16; i++) mask |= (uint32_t)((word[i] & kept) != 0) << i;
    return mask;
#endif
}

#if defined(__GNUC__) || defined(__clang__)
static inline int count_bits(uint32_t mask) { return __builtin_popcount(mask); }
static inline int lowest_bit(uint32_t mask) { return __builtin_ctz(mask); }
#else
static inline int count_bits(uint32_t mask) {
    int count = 0;
    for (; mask; mask &= mask - 1) count++;
    return count;
}
static inline int lowest_bit(uint32_t mask) {
    int i = 0;
    while (!(mask >> i & 1)) i++;
    return i;
}
#endif

/* Whether one of the floats is -0. */
static inline int any_minus_zero(const float *p, ptrdiff_t vectors) {
    uint32_t found = 0, bits;
    for (ptrdiff_t i = 0; i < vectors * VF_LANES; i++) {
        memcpy(&bits, p + i, sizeof bits);
        found |= bits == 0x80000000u;
    }
    return (int)found;
}

/* Whether no entry has all bits of its exponent, as infinities and NaN have. */
static inline int finite_entries(const char *entries, ptrdiff_t count, int size, uint32_t exponent) {
    uint32_t found = 0, word;
    uint16_t half;
    if (size == 4) for (ptrdiff_t i = 0; i < count; i++) {
        memcpy(&word, entries + 4 * i, sizeof word);
        found |= (word & exponent) == exponent;
    }
    else for (ptrdiff_t i = 0; i < count; i++) {
        memcpy(&half, entries + 2 * i, sizeof half);
        found |= (half & exponent) == exponent;
    }
    return !found;
}

#endif
