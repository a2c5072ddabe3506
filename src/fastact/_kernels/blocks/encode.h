/* float32 as blocks of quantised weights.
 *
 * q8_0, q4_0, q4_1, q5_0 and q5_1 round as gguf.quants.quantize does: the same quotients and products, rounded one
 * by one, so that the blocks are the same.  int8 and int4 are ours.
 */
#ifndef FASTACT_ENCODE_H
#define FASTACT_ENCODE_H

#include "decode.h"
#include "rows_of_groups.h"

/* What can be wrong with the numbers given. */
enum { NOT_FINITE = 1, TOO_LARGE = 2 };

static inline int all_finite(const float *x, ptrdiff_t n) {
    uint32_t found = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        float_bits f = {.value = x[i]};
        found |= (uint32_t)((f.bits & 0x7F800000u) == 0x7F800000u);
    }
    return !found;
}

/* Compares bits: those of numbers that are not negative have the order of the numbers. */
static inline float largest_magnitude(const float *x, ptrdiff_t n) {
    uint32_t most = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        float_bits f = {.value = x[i]};
        uint32_t magnitude = f.bits & 0x7FFFFFFFu;
        most = magnitude > most ? magnitude : most;
    }
    return (float_bits){.bits = most}.value;
}

/* The first number with the largest magnitude. */
static inline float extreme(const float *x, ptrdiff_t n) {
    float most = largest_magnitude(x, n);
    for (ptrdiff_t i = 0; i < n; i++) if (fabsf(x[i]) == most) return x[i];
    return 0;
}

/* Sums and extremes go in SUMS strands, so that compilers vectorise them and every target has the same bits. */
enum { SUMS = 16 };

static inline void extent(const float *x, ptrdiff_t n, float *low, float *high) {
    float least[SUMS], most[SUMS];
    ptrdiff_t i = 0;
    for (int j = 0; j < SUMS; j++) least[j] = most[j] = x[0];
    for (; i + SUMS <= n; i += SUMS)
        for (int j = 0; j < SUMS; j++) {
            least[j] = x[i + j] < least[j] ? x[i + j] : least[j];
            most[j] = x[i + j] > most[j] ? x[i + j] : most[j];
        }
    for (int j = 0; j < (int)(n % SUMS); j++) {
        least[j] = x[i + j] < least[j] ? x[i + j] : least[j];
        most[j] = x[i + j] > most[j] ? x[i + j] : most[j];
    }
    for (int j = 1; j < SUMS; j++) {
        least[0] = least[j] < least[0] ? least[j] : least[0];
        most[0] = most[j] > most[0] ? most[j] : most[0];
    }
    *low = least[0], *high = most[0];
}

/* By halves: a chain of 16 additions would take as long as all the rest. */
static inline double total(const float *sums) {
    double t[SUMS / 2];
    for (int j = 0; j < 8; j++) t[j] = (double)sums[j] + sums[j + 8];
    for (int j = 0; j < 4; j++) t[j] += t[j + 4];
    return (t[0] + t[2]) + (t[1] + t[3]);
}

/* 1 / d, or 0 if d is 0 or 1 / d overflows.  Then d is 0 as a float16 number, and the codes do not matter. */
static inline float inverse(float d) {
    float i = d == 0 ? 0 : 1 / d;
    return fabsf(i) <= 3.4028234663852886e38f ? i : 0;
}

/* float_to_half gives infinity from 65520 on. */
static inline int fits_half(float x) { return fabsf(x) < 65520.0f; }

/* trunc(x i + half), at least 0 and at most `most`; i is 1 / d. */
static inline unsigned code_of(float x, float i, float half, int most) {
    int q = (int)(x * i + half);
    return (unsigned)(q < 0 ? 0 : q > most ? most : q);
}

/* 32 codes in 16 bytes, as q4_0 has them. */
static inline void put_nibbles(uint8_t *to, const uint8_t *q) {
    for (int i = 0; i < 16; i++) to[i] = (uint8_t)((q[i] & 15) | q[16 + i] << 4);
}
static inline void put_fifth_bits(uint8_t *to, const uint8_t *q) {
    uint32_t bits = 0;
    for (int i = 0; i < 32; i++) bits |= (uint32_t)(q[i] >> 4) << i;
    for (int i = 0; i < 4; i++) to[i] = (uint8_t)(bits >> 8 * i);
}

static inline int encode_q8_0(const float *x, uint8_t *b) {
    float d = largest_magnitude(x, 32) / 127, i = inverse(d);
    put_half(b, d);
    for (int k = 0; k < 32; k++) {
        float product = x[k] * i, magnitude = fabsf(product);   /* to the nearest, halves away from zero */
        int whole = (int)magnitude;
        whole += magnitude - (float)whole >= 0.5f;
        b[2 + k] = (uint8_t)(product < 0 ? -whole : whole);
    }
    return fits_half(d);
}

/* The extreme gets code 0, which is -2^(bits - 1) times d.  Where 1 / d overflows, gguf's codes are all 0. */
SIMD_INLINE int encode_symmetric(const float *x, uint8_t *b, int bits) {
    float d = extreme(x, 32) / (float)-(1 << (bits - 1)), i = inverse(d);
    float middle = i == 0 && d != 0 ? 0 : (float)(1 << (bits - 1)) + 0.5f;
    uint8_t q[32];
    for (int k = 0; k < 32; k++) q[k] = (uint8_t)code_of(x[k], i, middle, (1 << bits) - 1);
    put_half(b, d);
    if (bits == 5) put_fifth_bits(b + 2, q);
    put_nibbles(b + (bits == 5 ? 6 : 2), q);
    return fits_half(d);
}

SIMD_INLINE int encode_asymmetric(const float *x, uint8_t *b, int bits) {
    float low, high, d, i;
    uint8_t q[32];
    extent(x, 32, &low, &high);
    d = (high - low) / (float)((1 << bits) - 1);
    i = inverse(d);
    for (int k = 0; k < 32; k++) q[k] = (uint8_t)code_of(x[k] - low, i, 0.5f, (1 << bits) - 1);
    put_half(b, d);
    put_half(b + 2, low);
    if (bits == 5) put_fifth_bits(b + 4, q);
    put_nibbles(b + (bits == 5 ? 8 : 4), q);
    return fits_half(d) && fits_half(low);
}

static inline int encode_q4_0(const float *x, uint8_t *b) { return encode_symmetric(x, b, 4); }
static inline int encode_q5_0(const float *x, uint8_t *b) { return encode_symmetric(x, b, 5); }
static inline int encode_q4_1(const float *x, uint8_t *b) { return encode_asymmetric(x, b, 4); }
static inline int encode_q5_1(const float *x, uint8_t *b) { return encode_asymmetric(x, b, 5); }

/* The exponent e follows from that of the largest magnitude.  gguf takes a logarithm in float32, which is rounded to an
 * integer from 2 ULP below a power of two on.  A number in the middle between two gets the smaller magnitude. */
static inline int encode_mxfp4(const float *x, uint8_t *b) {
    float_bits most = {.value = largest_magnitude(x, 32)};
    int e = (int)(most.bits >> 23) - 2;
    uint8_t q[32];
    float d;
    e = e < 0 ? 0 : e;
    d = half_power((unsigned)e);
    for (int k = 0; k < 32; k++) {
        float magnitude = fabsf(x[k]);
        int code = (magnitude > 0.5f * d) + (magnitude > 1.5f * d) + (magnitude > 2.5f * d) + (magnitude > 3.5f * d)
            + (magnitude > 5 * d) + (magnitude > 7 * d) + (magnitude > 10 * d);
        q[k] = (uint8_t)(code | (x[k] < 0 && code ? 8 : 0));
    }
    b[0] = (uint8_t)e;
    put_nibbles(b + 1, q);
    return 1;
}

typedef int (*encode_t)(const float *x, uint8_t *blocks, ptrdiff_t count);
#define ENCODE_ALL(name, elements, bytes) \
    static int encode_all_##name(const float *x, uint8_t *b, ptrdiff_t count) { \
        int wrong = all_finite(x, count * (elements)) ? 0 : NOT_FINITE; \
        for (ptrdiff_t i = 0; i < count && !wrong; i++) \
            wrong = encode_##name(x + i * (elements), b + i * (bytes)) ? 0 : TOO_LARGE; \
        return wrong; \
    }
#define ENCODED_FORMATS(each) \
    each(q4_0, 32, 18) each(q4_1, 32, 20) each(q5_0, 32, 22) each(q5_1, 32, 24) each(q8_0, 32, 34) each(mxfp4, 32, 17)
ENCODED_FORMATS(ENCODE_ALL)
#define ENCODE_ROW(name, elements, bytes) {#name, encode_all_##name},
static const struct { const char *name; encode_t encode; } ENCODE_TABLE[] = { ENCODED_FORMATS(ENCODE_ROW) };
enum { ENCODE_COUNT = sizeof ENCODE_TABLE / sizeof ENCODE_TABLE[0] };

/* ------------------------------------------------------------------------ int8 and int4 -- */

/* The number nearest to x, halves to even; |x| < 2^22. */
SIMD_INLINE float to_nearest(float x) { return (x + 12582912.0f) - 12582912.0f; }
SIMD_INLINE float clamped(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

/* Stores a scale, and returns it as stored: the codes are computed with that. */
static inline float stored_scale(int type, float x, char *to) {
    if (type == SCALE_HALF) {
        uint16_t half = float_to_half(x);
        memcpy(to, &half, sizeof half);
        return half_to_float(half);
    }
    memcpy(to, &x, sizeof x);
    return x;
}

/* The largest magnitude gets code 127. */
static inline void encode_int8_group(const float *x, ptrdiff_t n, int type, int8_t *codes, char *scale) {
    float s = stored_scale(type, largest_magnitude(x, n) / 127, scale), i = inverse(s);
    for (ptrdiff_t k = 0; k < n; k++) codes[k] = (int8_t)(int)clamped(to_nearest(x[k] * i), -127, 127);
}

enum { MOST_OF_GROUP = 256, INT4_TRIES = 21 };

/* Two codes to a byte, the low half first. */
static inline void put_pairs(uint8_t *to, const float *q, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n / 2; i++) to[i] = (uint8_t)((int)q[2 * i] | (int)q[2 * i + 1] << 4);
    if (n % 2) to[n / 2] = (uint8_t)(int)q[n - 1];
}

/* x / unit after `origin`, and zeros up to a multiple of SUMS: these have code 0 and change no sum. */
static inline ptrdiff_t shares(const float *x, ptrdiff_t n, float origin, float unit, float *y) {
    ptrdiff_t padded = (n + SUMS - 1) / SUMS * SUMS;
    for (ptrdiff_t k = 0; k < n; k++) y[k] = (x[k] - origin) / unit;
    for (ptrdiff_t k = n; k < padded; k++) y[k] = 0;
    return padded;
}

/* s (q - 8): of several scales near to what gives the extreme code -8 or 8, the one with the least squared error, once
 * it is the best one for the codes that it gives. */
static inline void encode_int4_symmetric(const float *x, ptrdiff_t n, int type, uint8_t *codes, char *scale) {
    float peak = extreme(x, n), chosen = 0, q[MOST_OF_GROUP], y[MOST_OF_GROUP];
    double best = -1;
    ptrdiff_t padded = peak != 0 ? shares(x, n, 0, peak, y) : 0;        /* from -1 to 1 */
    for (int t = 0; t < INT4_TRIES && padded; t++) {
        float steps = 0.1f * (float)(t - INT4_TRIES / 2) - 8, qy[SUMS] = {0}, qq[SUMS] = {0};
        for (ptrdiff_t k = 0; k < padded; k += SUMS)
            for (int j = 0; j < SUMS; j++) {
                float share = y[k + j], code = clamped(to_nearest(share * steps), -8, 7);
                qy[j] += code * share;
                qq[j] += code * code;
            }
        double with_y = total(qy), squared = total(qq), gain = with_y * with_y / squared;
        if (gain > best) best = gain, chosen = (float)(with_y / squared * peak);
    }
    float s = stored_scale(type, chosen, scale), i = inverse(s);
    for (ptrdiff_t k = 0; k < n; k++) q[k] = to_nearest(clamped(x[k] * i, -8, 7)) + 8;
    put_pairs(codes, q, n);
}

/* s q + m: codes from several scales, for each the s and m of least squared error; the best of these. */
static inline int encode_int4_minimum(
    const float *x, ptrdiff_t n, int type, uint8_t *codes, char *scale, char *minimum) {
    float low, high, range, s, m, i, q[MOST_OF_GROUP], y[MOST_OF_GROUP];
    double best = -1, count = (double)n;
    extent(x, n, &low, &high);
    range = high - low;
    if (range > 3.4028234663852886e38f) return TOO_LARGE;
    s = range / 15, m = low;
    ptrdiff_t padded = range > 0 ? shares(x, n, low, range, y) : 0;     /* from 0 to 1 */
    for (int t = 0; t < INT4_TRIES && padded; t++) {
        float steps = 14 + 0.1f * (float)t, q1[SUMS] = {0}, qq[SUMS] = {0}, qy[SUMS] = {0}, y1[SUMS] = {0};
        for (ptrdiff_t k = 0; k < padded; k += SUMS)
            for (int j = 0; j < SUMS; j++) {
                float share = y[k + j], code = clamped(to_nearest(share * steps), 0, 15);
                q1[j] += code;
                qq[j] += code * code;
                qy[j] += code * share;
                y1[j] += share;
            }
        double sum_q = total(q1), sum_y = total(y1);
        double spread = count * total(qq) - sum_q * sum_q, joint = count * total(qy) - sum_q * sum_y;
        if (!(spread > 0)) continue;
        if (joint * joint / spread > best) {        /* what the squared error is less by, times n */
            double slope = joint / spread;
            best = slope * joint;
            s = (float)(slope * range);
            m = (float)((sum_y - slope * sum_q) / count * range + low);
        }
    }
    s = stored_scale(type, s, scale);
    m = stored_scale(type, m, minimum);
    i = inverse(s);
    for (ptrdiff_t k = 0; k < n; k++) q[k] = to_nearest(clamped((x[k] - m) * i, 0, 15));
    put_pairs(codes, q, n);
    return 0;
}

typedef struct {
    const float *x;
    uint8_t *codes;
    char *scales, *minima;      /* [rows][groups]; minima may be NULL */
    ptrdiff_t row_bytes, rows, columns, group, groups;
    int bits, scale_type;
} group_target;

static inline int encode_group_row(const group_target *w, ptrdiff_t row) {
    const float *x = w->x + row * w->columns;
    uint8_t *codes = w->codes + row * w->row_bytes;
    if (!all_finite(x, w->columns)) return NOT_FINITE;
    for (ptrdiff_t g = 0; g < w->groups; g++) {
        ptrdiff_t first = g * w->group, n = w->columns - first < w->group ? w->columns - first : w->group;
        ptrdiff_t at = (row * w->groups + g) * scale_bytes(w->scale_type);
        uint8_t *to = codes + first * w->bits / 8;
        if (w->bits == 8) encode_int8_group(x + first, n, w->scale_type, (int8_t *)to, w->scales + at);
        else if (w->minima) {
            if (encode_int4_minimum(x + first, n, w->scale_type, to, w->scales + at, w->minima + at)) return TOO_LARGE;
        }
        else encode_int4_symmetric(x + first, n, w->scale_type, to, w->scales + at);
    }
    return 0;
}

#endif
