/* Half-precision storage: float16 and bfloat16 bits to and from float and double.
 *
 * Branch-free, so that compilers vectorise the loops around them on every target.  Ways back are
 * correctly rounded, to nearest even, from double too: double -> float -> half would round twice,
 * so the first step rounds to odd, which leaves the second nothing to get wrong (Boldo and
 * Melquiond, IEEE Trans. Computers 57 (2008) 462-471: 24 bits are at least 11 + 2).
 */
#ifndef FASTACT_STORAGE_H
#define FASTACT_STORAGE_H

#include <stdint.h>

typedef union { float value; uint32_t bits; } float_bits;
typedef union { double value; uint64_t bits; } double_bits;

static inline float half_to_float(uint16_t h) {
    uint32_t magnitude = h & 0x7FFFu;
    float_bits f = {.bits = magnitude << 13};
    f.value *= 0x1p112f;                                    /* subnormals too: exact */
    f.bits = magnitude >= 0x7C00u ? magnitude << 13 | 0x7F800000u : f.bits;
    f.bits |= (uint32_t)(h & 0x8000u) << 16;
    return f.value;
}

static inline uint16_t float_to_half(float x) {
    float_bits f = {.value = x}, tiny;
    uint32_t sign = f.bits & 0x80000000u, magnitude = f.bits ^ sign, normal, small, special;
    normal = (magnitude + (0xC8000FFFu + (magnitude >> 13 & 1u))) >> 13;     /* exponent less 112, rounded */
    tiny.bits = magnitude;
    tiny.value += 0.5f;                                     /* rounds at the subnormals' grid, 2^-24 */
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

/* The 29 bits that float lacks, gathered in its last one.  NaN stays NaN; not for results that
 * are subnormal in float. */
static inline float round_to_odd(double x) {
    double_bits d = {.value = x};
    uint64_t rest = d.bits & 0x1FFFFFFFu;
    d.bits = (d.bits ^ rest) | (uint64_t)(rest != 0) << 29;
    return (float)d.value;
}

static inline uint16_t double_to_half(double x) { return float_to_half(round_to_odd(x)); }

static inline uint16_t double_to_bfloat(double x) {
    /* bfloat16 has float's range: its subnormals are rounded to their grid, 2^-133, by adding a
     * number whose last place that is. */
    double grid = 0x1.8p-81, on_grid = (x + grid) - grid, magnitude = x < 0 ? -x : x;
    double_bits d = {.value = magnitude < 0x1p-126 ? on_grid : x}, sign = {.value = x};
    float_bits f = {.value = magnitude < 0x1p-126 ? (float)d.value : round_to_odd(d.value)};
    f.bits = (f.bits & 0x7FFFFFFFu) | (uint32_t)(sign.bits >> 32 & 0x80000000u);
    return float_to_bfloat(f.value);
}

#endif
