/* Blocks of quantised weights as float32.
 *
 * A block is some bytes that hold 32 or 256 neighbours of a row: codes of a few bits, and what turns them into
 * numbers.  Each function takes one block and states its layout; products and sums are rounded one by one in the
 * order in which the format's reference has them, so that the bits agree.  d and m are float16 numbers, q a code.
 *
 * The formats with names in q and iq are llama.cpp's (ggml-common.h); gguf.quants is the reference.
 */
#ifndef FASTACT_DECODE_H
#define FASTACT_DECODE_H

#include "lanes.h"

enum { SHORT_BLOCK = 32, LONG_BLOCK = 256 };

/* d, 32 signed bytes: q d */
SIMD_INLINE void decode_q8_0(const uint8_t *b, float *out) {
    vf d = splat_f(half_at(b));
    for (int i = 0; i < 32; i += VF_LANES) store_f(out + i, floats_of(widen_signed(b + 2 + i)) * d);
}

/* d, 16 bytes, of which the low halves are weights 0 to 15 and the high halves 16 to 31: d (q - 8) */
SIMD_INLINE void decode_q4_0(const uint8_t *b, float *out) {
    vf d = splat_f(half_at(b));
    for (int i = 0; i < 16; i += VF_LANES) {
        lanes_u q = widen_bytes(b + 2 + i);
        store_f(out + i, d * floats_of((lanes_i)(q & 15u) - 8));
        store_f(out + 16 + i, d * floats_of((lanes_i)(q >> 4) - 8));
    }
}

/* d, m, 16 bytes likewise: d q + m */
SIMD_INLINE void decode_q4_1(const uint8_t *b, float *out) {
    vf d = splat_f(half_at(b)), m = splat_f(half_at(b + 2));
    for (int i = 0; i < 16; i += VF_LANES) {
        lanes_u q = widen_bytes(b + 4 + i);
        store_f(out + i, d * floats_of((lanes_i)(q & 15u)) + m);
        store_f(out + 16 + i, d * floats_of((lanes_i)(q >> 4)) + m);
    }
}

/* d, the fifth bits of the 32 codes as one word, 16 bytes likewise: d (q - 16) */
SIMD_INLINE void decode_q5_0(const uint8_t *b, float *out) {
    vf d = splat_f(half_at(b));
    uint32_t fifth = word_at(b + 2);
    for (int i = 0; i < 16; i += VF_LANES) {
        lanes_u q = widen_bytes(b + 6 + i);
        lanes_u low = (q & 15u) | lane_bits(fifth >> i) << 4, high = q >> 4 | lane_bits(fifth >> 16 >> i) << 4;
        store_f(out + i, d * floats_of((lanes_i)low - 16));
        store_f(out + 16 + i, d * floats_of((lanes_i)high - 16));
    }
}

/* d, m, fifth bits, 16 bytes: d q + m */
SIMD_INLINE void decode_q5_1(const uint8_t *b, float *out) {
    vf d = splat_f(half_at(b)), m = splat_f(half_at(b + 2));
    uint32_t fifth = word_at(b + 4);
    for (int i = 0; i < 16; i += VF_LANES) {
        lanes_u q = widen_bytes(b + 8 + i);
        lanes_u low = (q & 15u) | lane_bits(fifth >> i) << 4, high = q >> 4 | lane_bits(fifth >> 16 >> i) << 4;
        store_f(out + i, d * floats_of((lanes_i)low) + m);
        store_f(out + 16 + i, d * floats_of((lanes_i)high) + m);
    }
}

/* In blocks of 256, group g is a quarter, an eighth or a sixteenth of them, with a scale of its own. */

/* 16 bytes (low half: scale s of 16 weights, high half: their minimum n), 64 bytes of codes, d, m: (d s) q - m n.
 * A half of 128 weights has 32 bytes of codes; weight 32 k + l is bits 2 k and 2 k + 1 of byte l. */
SIMD_INLINE void decode_q2_k(const uint8_t *b, float *out) {
    float d = half_at(b + 80), m = half_at(b + 82);
    for (int k = 0; k < 8; k++) {
        const uint8_t *codes = b + 16 + k / 4 * 32, *scales = b + 2 * k;
        for (int i = 0; i < 32; i += VF_LANES) {
            unsigned s = scales[i / 16];
            lanes_u q = widen_bytes(codes + i) >> (k % 4 * 2) & 3u;
            store_f(out + 32 * k + i, splat_f(d * (float)(s & 15)) * floats_of((lanes_i)q) - splat_f(m * (float)(s >> 4)));
        }
    }
}

/* 32 bytes (bit k of byte l: the third bit of weight 32 k + l, 0 for codes below zero), 64 bytes of two bits as q2_k
 * has them, 12 bytes of 16 scales s in six bits, d: (d (s - 32)) q */
SIMD_INLINE void decode_q3_k(const uint8_t *b, float *out) {
    const uint8_t *packed = b + 96;
    float d = half_at(b + 108), scale[16];
    for (int g = 0; g < 16; g++) {
        int s = (packed[g % 8] >> (g / 8 * 4) & 15) | (packed[8 + g % 4] >> (g / 4 * 2) & 3) << 4;
        scale[g] = d * (float)(s - 32);
    }
    for (int k = 0; k < 8; k++) {
        const uint8_t *codes = b + 32 + k / 4 * 32;
        for (int i = 0; i < 32; i += VF_LANES) {
            lanes_u low = widen_bytes(codes + i) >> (k % 4 * 2) & 3u, third = widen_bytes(b + i) >> k & 1u;
            store_f(out + 32 * k + i, splat_f(scale[2 * k + i / 16]) * floats_of((lanes_i)(low | third << 2) - 4));
        }
    }
}

/* 12 bytes of eight scales and eight minima in six bits, as floats */
SIMD_INLINE void scales_and_minima(const uint8_t *s, float *scale, float *minimum) {
    for (int j = 0; j < 4; j++) {
        scale[j] = (float)(s[j] & 63);
        minimum[j] = (float)(s[j + 4] & 63);
        scale[j + 4] = (float)((s[j + 8] & 15) | s[j] >> 6 << 4);
        minimum[j + 4] = (float)(s[j + 8] >> 4 | s[j + 4] >> 6 << 4);
    }
}

/* d, m, 12 bytes of scales s and minima n of 32 weights each, 128 bytes, of which chunk c of 32 has weights 64 c to
 * 64 c + 31 in its low halves and the next 32 in its high ones: (d s) q - m n */
SIMD_INLINE void decode_q4_k(const uint8_t *b, float *out) {
    float d = half_at(b), m = half_at(b + 2), scale[8], minimum[8];
    scales_and_minima(b + 4, scale, minimum);
    for (int c = 0; c < 4; c++) {
        vf s0 = splat_f(d * scale[2 * c]), m0 = splat_f(m * minimum[2 * c]);
        vf s1 = splat_f(d * scale[2 * c + 1]), m1 = splat_f(m * minimum[2 * c + 1]);
        for (int i = 0; i < 32; i += VF_LANES) {
            lanes_u q = widen_bytes(b + 16 + 32 * c + i);
            store_f(out + 64 * c + i, s0 * floats_of((lanes_i)(q & 15u)) - m0);
            store_f(out + 64 * c + 32 + i, s1 * floats_of((lanes_i)(q >> 4)) - m1);
        }
    }
}

/* The same with 32 bytes before the codes: bit k of byte l is the fifth bit of weight 32 k + l. */
SIMD_INLINE void decode_q5_k(const uint8_t *b, float *out) {
    float d = half_at(b), m = half_at(b + 2), scale[8], minimum[8];
    scales_and_minima(b + 4, scale, minimum);
    for (int c = 0; c < 4; c++) {
        vf s0 = splat_f(d * scale[2 * c]), m0 = splat_f(m * minimum[2 * c]);
        vf s1 = splat_f(d * scale[2 * c + 1]), m1 = splat_f(m * minimum[2 * c + 1]);
        for (int i = 0; i < 32; i += VF_LANES) {
            lanes_u q = widen_bytes(b + 48 + 32 * c + i), fifth = widen_bytes(b + 16 + i) >> (2 * c);
            lanes_u low = (q & 15u) | (fifth & 1u) << 4, high = q >> 4 | (fifth >> 1 & 1u) << 4;
            store_f(out + 64 * c + i, s0 * floats_of((lanes_i)low) - m0);
            store_f(out + 64 * c + 32 + i, s1 * floats_of((lanes_i)high) - m1);
        }
    }
}

/* 128 bytes of four bits, 64 bytes of two, 16 signed scales s of 16 weights, d: (d s) (q - 32).
 * Of each half of 128 weights, weight 32 k + l has its low bits in byte 32 (k mod 2) + l of 64, in the low half for
 * k < 2, and bits 2 k and 2 k + 1 of byte l of 32 as its high ones. */
SIMD_INLINE void decode_q6_k(const uint8_t *b, float *out) {
    float d = half_at(b + 208);
    for (int k = 0; k < 8; k++) {
        const uint8_t *low = b + k / 4 * 64 + k % 2 * 32, *high = b + 128 + k / 4 * 32;
        const int8_t *scales = (const int8_t *)b + 192 + 2 * k;
        for (int i = 0; i < 32; i += VF_LANES) {
            lanes_u q = widen_bytes(low + i) >> (k % 4 / 2 * 4) & 15u;
            q |= (widen_bytes(high + i) >> (k % 4 * 2) & 3u) << 4;
            store_f(out + 32 * k + i, splat_f(d * (float)scales[i / 16]) * floats_of((lanes_i)q - 32));
        }
    }
}

/* d, 16 bytes as in q4_0: d T[q], with steps that widen away from zero */
static const float IQ4_NL_VALUES[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
SIMD_INLINE void decode_iq4_nl(const uint8_t *b, float *out) {
    vf d = splat_f(half_at(b));
    for (int i = 0; i < 16; i += VF_LANES) {
        lanes_u q = widen_bytes(b + 2 + i);
        store_f(out + i, d * look_up(IQ4_NL_VALUES, q & 15u));
        store_f(out + 16 + i, d * look_up(IQ4_NL_VALUES, q >> 4));
    }
}

/* An exponent e, 16 bytes as in q4_0: 2^(e - 127) times a number of OCP's E2M1.
 * The table is of numbers twice as large, so that half of 2^-127 is a scale like any other; it has no -0. */
static const float E2M1_DOUBLED[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
SIMD_INLINE float half_power(unsigned e) {
    float_bits f = {.bits = e < 2 ? 0x00200000u << e : (e - 1) << 23};
    return f.value;
}
SIMD_INLINE void decode_mxfp4(const uint8_t *b, float *out) {
    vf d = splat_f(half_power(b[0]));
    for (int i = 0; i < 16; i += VF_LANES) {
        lanes_u q = widen_bytes(b + 1 + i);
        store_f(out + i, d * look_up(E2M1_DOUBLED, q & 15u));
        store_f(out + 16 + i, d * look_up(E2M1_DOUBLED, q >> 4));
    }
}

/* The same numbers as gpt-oss has them: exponents apart, neighbours in one byte, and -0 for code 8. */
static const float E2M1_SIGNED_DOUBLED[16] = {0, 1, 2, 3, 4, 6, 8, 12, -0.0f, -1, -2, -3, -4, -6, -8, -12};
SIMD_INLINE void decode_mxfp4_split(const uint8_t *codes, unsigned exponent, float *out) {
    vf d = splat_f(half_power(exponent));
    for (int i = 0; i < 32; i += VF_LANES) store_f(out + i, look_up(E2M1_SIGNED_DOUBLED, nibbles_from(codes, i)) * d);
}

/* ------------------------------------------------------------------------ many blocks -- */

typedef void (*decode_t)(const uint8_t *blocks, float *out, ptrdiff_t count);

#define DECODE_ALL(name, elements, bytes) \
    static void decode_all_##name(const uint8_t *b, float *out, ptrdiff_t count) { \
        for (ptrdiff_t i = 0; i < count; i++) decode_##name(b + i * (bytes), out + i * (elements)); \
    }
#define BLOCK_FORMATS(each) \
    each(q4_0, 32, 18) each(q4_1, 32, 20) each(q5_0, 32, 22) each(q5_1, 32, 24) each(q8_0, 32, 34) \
    each(q2_k, 256, 84) each(q3_k, 256, 110) each(q4_k, 256, 144) each(q5_k, 256, 176) each(q6_k, 256, 210) \
    each(iq4_nl, 32, 18) each(mxfp4, 32, 17)
BLOCK_FORMATS(DECODE_ALL)

#define DECODE_ROW(name, elements, bytes) {#name, elements, bytes, decode_all_##name},
typedef struct { const char *name; int elements, bytes; decode_t decode; } block_format;
static const block_format BLOCK_TABLE[] = { BLOCK_FORMATS(DECODE_ROW) };
enum { BLOCK_FORMAT_COUNT = sizeof BLOCK_TABLE / sizeof BLOCK_TABLE[0] };

/* Large results go by way of a buffer that the caches hold, and past them.  The buffer must begin at the same place in a
 * cache line as the result: `beside` gives such a place in memory that has a line to spare at each end. */
enum { STREAM_FLOATS = 1024, LINE_FLOATS = 16 };
static inline float *beside(const float *out, float *room) {
    return (float *)(((uintptr_t)room + 63) / 64 * 64 + (uintptr_t)out % 64);
}
static inline void stream_floats(float *out, const float *buffer, ptrdiff_t n) {
    ptrdiff_t head = (ptrdiff_t)((64 - (uintptr_t)out % 64) % 64 / sizeof(float)), body;
    head = head < n ? head : n;
    body = (n - head) / LINE_FLOATS * LINE_FLOATS;
    memcpy(out, buffer, (size_t)head * sizeof(float));
    stream(out + head, buffer + head, body * (ptrdiff_t)sizeof(float));
    memcpy(out + head + body, buffer + head + body, (size_t)(n - head - body) * sizeof(float));
}
static inline void decode_streaming(const block_format *f, const uint8_t *b, float *out, ptrdiff_t count) {
    float room[STREAM_FLOATS + 2 * LINE_FLOATS], *buffer = beside(out, room);
    ptrdiff_t most = STREAM_FLOATS / f->elements;
    while (count > 0) {     /* the places in a line stay the same: a block is whole lines */
        ptrdiff_t now = count < most ? count : most, n = now * f->elements;
        f->decode(b, buffer, now);
        stream_floats(out, buffer, n);
        b += now * f->bytes;
        out += n;
        count -= now;
    }
    stream_end();
}

#endif
