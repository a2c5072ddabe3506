/* Rows of quantised weights whose scales lie in arrays of their own, as float32.
 *
 *   int8, int4, compressed-tensors, nbits4, nbits8
 *                                    codes of a row one after the other, a scale for each group of columns
 *   float8                           a byte each, a scale for each tile of rows and columns
 *   gptq, awq                        words of eight codes, in matrices that lie transposed
 *
 * A scale and a code are multiplied in float32.  Where scales are float16 or bfloat16 such products are exact.
 */
#ifndef FASTACT_ROWS_OF_GROUPS_H
#define FASTACT_ROWS_OF_GROUPS_H

#include "lanes.h"

/* Types of scales, by number. */
enum { SCALE_FLOAT, SCALE_HALF, SCALE_BFLOAT };

static inline ptrdiff_t scale_bytes(int type) { return type == SCALE_FLOAT ? 4 : 2; }

static inline void widen_scales(int type, const void *from, float *to, ptrdiff_t n) {
    if (type == SCALE_FLOAT) memcpy(to, from, (size_t)n * sizeof(float));
    else if (type == SCALE_HALF) half_to_floats(from, to, n);
    else bfloat_to_floats(from, to, n);
}

typedef struct {
    const uint8_t *codes;       /* of the first row */
    ptrdiff_t row_bytes;
    int bits;                   /* 8 (with a sign) or 4 (low half of a byte first) */
    int scale_type;
    const char *scales;         /* [rows][groups] */
    const char *minima;         /* likewise, of the scales' type; or NULL */
    const uint8_t *zeros;       /* [rows][groups] codes of zero, those of 8 bits plus 128; or NULL: 0 for 8 bits, 8 for 4 bits */
    const int32_t *group_of;    /* the group of each column; or NULL: column / group */
    ptrdiff_t rows, columns, group, groups;
} group_rows;

/* VF_LANES codes from column i on (a multiple of VF_LANES from the group's start, which is even) */
SIMD_INLINE lanes_i codes_from(const uint8_t *codes, int bits, ptrdiff_t i) {
    if (bits == 8) return widen_signed(codes + i);
    return (lanes_i)nibbles_from(codes, i);
}

/* scale (q - offset), or scale q + offset if that is a minimum, of one group */
SIMD_INLINE void decode_group(
    const uint8_t *codes, int bits, int with_minimum, float scale, float offset, float *out, ptrdiff_t n) {
    vf s = splat_f(scale), o = splat_f(offset);
    ptrdiff_t i = 0;
    for (; i + VF_LANES <= n; i += VF_LANES) {
        vf q = floats_of(codes_from(codes, bits, i));
        store_f(out + i, with_minimum ? s * q + o : s * (q - o));
    }
    if (i < n) {
        uint8_t last[VF_LANES] = {0};
        float results[VF_LANES];
        ptrdiff_t bytes = bits == 8 ? n - i : (n - i + 1) / 2;
        memcpy(last, codes + i * bits / 8, (size_t)bytes);
        vf q = floats_of(codes_from(last, bits, 0));
        store_f(results, with_minimum ? s * q + o : s * (q - o));
        memcpy(out + i, results, (size_t)(n - i) * sizeof(float));
    }
}

SIMD_INLINE void decode_groups_of(
    const uint8_t *codes, int bits, int with_minimum, const float *scales, const float *offsets,
    ptrdiff_t group, float *out, ptrdiff_t columns) {
    for (ptrdiff_t g = 0, first = 0; first < columns; g++, first += group) {
        ptrdiff_t n = columns - first < group ? columns - first : group;
        decode_group(codes + first * bits / 8, bits, with_minimum, scales[g], offsets[g], out + first, n);
    }
}

/* `room` is for 2 `groups` floats. */
static inline void decode_group_row(const group_rows *w, ptrdiff_t row, float *room, float *out) {
    const uint8_t *codes = w->codes + row * w->row_bytes;
    ptrdiff_t at = row * w->groups * scale_bytes(w->scale_type);
    float *scales = room, *offsets = room + w->groups;
    widen_scales(w->scale_type, w->scales + at, scales, w->groups);
    if (w->minima) widen_scales(w->scale_type, w->minima + at, offsets, w->groups);
    else for (ptrdiff_t g = 0; g < w->groups; g++)
        offsets[g] = (float)(w->zeros ? w->zeros[row * w->groups + g] - (w->bits == 8 ? 128 : 0) : w->bits == 4 ? 8 : 0);
    if (w->group_of) {
        for (ptrdiff_t i = 0; i < w->columns; i++) {
            int q = w->bits == 8 ? ((const int8_t *)codes)[i] : codes[i / 2] >> (i % 2 * 4) & 15;
            int32_t g = w->group_of[i];
            out[i] = w->minima ? scales[g] * (float)q + offsets[g] : scales[g] * ((float)q - offsets[g]);
        }
    }
    else if (w->bits == 8) decode_groups_of(codes, 8, 0, scales, offsets, w->group, out, w->columns);
    else if (w->minima) decode_groups_of(codes, 4, 1, scales, offsets, w->group, out, w->columns);
    else decode_groups_of(codes, 4, 0, scales, offsets, w->group, out, w->columns);
}

/* -------------------------------------------------------------------------------- float8 -- */

/* E4M3 without infinities: sign, four bits of exponent with bias 7, three of fraction; all ones is NaN. */
static inline float float8_to_float(uint8_t code) {
    int exponent = code >> 3 & 15, fraction = code & 7;
    float magnitude = exponent ? (float)(8 + fraction) : (float)fraction;
    float_bits power = {.bits = (uint32_t)((exponent ? exponent : 1) - 10 + 127) << 23}, f;
    f.value = magnitude * power.value;
    if ((code & 127) == 127) f.bits = 0x7FC00000u;
    f.bits |= (uint32_t)(code & 128) << 24;
    return f.value;
}

typedef struct {
    const uint8_t *codes;       /* [rows][columns] */
    const float *scales;        /* [matrices][tiles of rows][tiles of columns] */
    const float *values;        /* of the 256 codes */
    ptrdiff_t rows, columns;    /* of one matrix */
    ptrdiff_t tile_rows, tile_columns;
} float8_rows;

static inline void decode_float8_row(const float8_rows *w, ptrdiff_t row, float *out) {
    ptrdiff_t across = (w->columns + w->tile_columns - 1) / w->tile_columns;
    ptrdiff_t down = (w->rows + w->tile_rows - 1) / w->tile_rows;
    const float *scales = w->scales + (row / w->rows * down + row % w->rows / w->tile_rows) * across;
    const uint8_t *codes = w->codes + row * w->columns;
    const float *values = w->values;
    for (ptrdiff_t t = 0, first = 0; first < w->columns; t++, first += w->tile_columns) {
        ptrdiff_t end = w->columns - first < w->tile_columns ? w->columns : first + w->tile_columns;
        float s = scales[t];
        for (ptrdiff_t i = first; i < end; i++) out[i] = values[codes[i]] * s;
    }
}

/* --------------------------------------------------------------------------- gptq and awq -- */

/* Eight codes of four bits to a word.  A word of gptq holds eight inputs of one output, [inputs / 8][outputs]; one of
 * awq eight outputs of one input, [inputs][outputs / 8].  The zeros' words hold eight outputs in both, those of awq in
 * the order of AWQ_SHIFT.  The weight is scale (q - zero - added), where gptq's first version has added = 1. */
static const int AWQ_SHIFT[8] = {0, 16, 4, 20, 8, 24, 12, 28};

typedef struct {
    const uint32_t *codes;
    const uint32_t *zeros;      /* [groups][outputs / 8] */
    const char *scales;         /* [groups][outputs] */
    const int32_t *group_of;    /* the group of each input; or NULL: input / group */
    int is_awq, scale_type, added;
    ptrdiff_t outputs, inputs, group, groups;
} packed_words;

enum { WORD_OUTPUTS = 16, WORD_INPUTS = 256 };

/* The scales and zeros of `count` outputs from `first` on: [outputs][groups]. */
static inline void collect_scales(
    const packed_words *w, ptrdiff_t first, ptrdiff_t count, float *scales, float *zeros) {
    for (ptrdiff_t g = 0; g < w->groups; g++) {
        float row[WORD_OUTPUTS];
        widen_scales(w->scale_type, w->scales + (g * w->outputs + first) * scale_bytes(w->scale_type), row, count);
        for (ptrdiff_t o = 0; o < count; o++) {
            uint32_t word = w->zeros[g * (w->outputs / 8) + (first + o) / 8];
            int shift = w->is_awq ? AWQ_SHIFT[(first + o) % 8] : (int)((first + o) % 8 * 4);
            scales[o * w->groups + g] = row[o];
            zeros[o * w->groups + g] = (float)((int)(word >> shift & 15) + w->added);
        }
    }
}

/* The codes of one output, for n inputs, as floats: of gptq from n / 8 words, of awq from eight bits of n words. */
static inline void codes_of_gptq(const uint32_t *words, ptrdiff_t n, float *q) {
#if SIMD_BYTES && (!defined(__BYTE_ORDER__) || __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
    for (ptrdiff_t i = 0; i < n; i += VF_LANES)     /* q has room for whole vectors */
        store_f(q + i, floats_of((lanes_i)nibbles_from((const uint8_t *)words, i)));
#else
    for (ptrdiff_t i = 0; i < n; i++) q[i] = (float)(int)(words[i / 8] >> (i % 8 * 4) & 15);
#endif
}
static inline void codes_of_awq(const uint32_t *words, int shift, ptrdiff_t n, float *q) {
    for (ptrdiff_t i = 0; i < n; i++) q[i] = (float)(int)(words[i] >> shift & 15);
}

/* WORD_OUTPUTS rows of the result, [outputs][inputs], or fewer at its end.
 * `room` is for 2 WORD_OUTPUTS `groups` floats. */
static inline void decode_words(const packed_words *w, ptrdiff_t tile, float *room, float *out) {
    ptrdiff_t first = tile * WORD_OUTPUTS, left = w->outputs - first;
    ptrdiff_t count = left < WORD_OUTPUTS ? left : WORD_OUTPUTS;
    float *scales = room, *zeros = room + WORD_OUTPUTS * w->groups;
    uint32_t words[WORD_OUTPUTS][WORD_INPUTS / 8] = {{0}}, wide[WORD_OUTPUTS / 8][WORD_INPUTS];
    float q[WORD_INPUTS];
    collect_scales(w, first, count, scales, zeros);
    for (ptrdiff_t start = 0; start < w->inputs; start += WORD_INPUTS) {
        ptrdiff_t n = w->inputs - start < WORD_INPUTS ? w->inputs - start : WORD_INPUTS;
        if (w->is_awq) {
            for (ptrdiff_t i = 0; i < n; i++)
                for (ptrdiff_t o = 0; o < count / 8; o++)
                    wide[o][i] = w->codes[(start + i) * (w->outputs / 8) + first / 8 + o];
        }
        else {
            for (ptrdiff_t i = 0; i < n / 8; i++)
                for (ptrdiff_t o = 0; o < count; o++)
                    words[o][i] = w->codes[(start / 8 + i) * w->outputs + first + o];
        }
        for (ptrdiff_t o = 0; o < count; o++) {
            float *row = out + (first + o) * w->inputs + start;
            const float *s = scales + o * w->groups, *z = zeros + o * w->groups;
            if (w->is_awq) codes_of_awq(wide[o / 8], AWQ_SHIFT[o % 8], n, q);
            else codes_of_gptq(words[o], n, q);
            if (w->group_of) {
                const int32_t *group = w->group_of + start;
                for (ptrdiff_t i = 0; i < n; i++) row[i] = s[group[i]] * (q[i] - z[group[i]]);
            }
            else for (ptrdiff_t i = 0, end; i < n; i = end) {
                ptrdiff_t g = (start + i) / w->group;
                float scale = s[g], zero = z[g];
                end = (g + 1) * w->group - start < n ? (g + 1) * w->group - start : n;
                for (ptrdiff_t k = i; k < end; k++) row[k] = scale * (q[k] - zero);
            }
        }
    }
}

#endif
