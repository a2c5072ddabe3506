/* Weights of a few bits: what lies in memory, and the way to bytes and to floats.
 *
 * A matrix (columns, k) is cut into strips of VF_LANES columns.  A strip is superblocks of 256 k, the last one shorter:
 *
 *   head     scales, and minima or zeros, of the whole superblock: [scale][lane] for each field of `code_form`
 *   units    32 k each: planes of bits, [plane][lane][4 bytes]
 *
 * A *quad* is four k: one byte of each is a lane's word.  Plane p of
 *
 *   8 bits   is quad p                                                             (8 planes)
 *   4 bits   has quad p in its low halves of bytes and quad p + 4 in its high ones  (4)
 *   2 bits   has quads 4 p to 4 p + 3, two bits each from the lowest on             (2)
 *   1 bit    has bit t of each byte for quad t                                      (1)
 *
 * Codes of 3, 5 and 6 bits are planes of 2 or 4 bits, followed by planes of their upper bits.
 *
 * The weight of a code u is scale * (u - offset) or scale * values[u]; where there are minima they are added, and the offset is
 * 0, or 128 of eight bits.  Zeros (a number for each scale, which is subtracted from its codes) are read as minima,
 * -scale * (zero - offset).
 */
#ifndef FASTACT_MATMUL_CODES_H
#define FASTACT_MATMUL_CODES_H

#include "simd.h"
#include "storage.h"
#include "bfloat16.h"
#include "halves.h"
#include "lanes.h"

enum {
    UNIT = 32,          /* k of a unit */
    UNITS = 8,          /* units of a superblock */
    QUADS = 8,          /* quads of a unit */
    MOST_GRAINS = 16,   /* scales of a superblock */
    PLANE = 4 * VF_LANES    /* bytes of a plane */
};

/* How scales are stored.  POWERS: exponents e, half of 2^(e - 127).  PRODUCTS: for each superblock a float16 number,
 * times a signed byte for each scale; minima likewise, subtracted.  NIBBLES: the same with half bytes, the scale's the
 * low one. */
enum { SCALES_FLOAT, SCALES_HALF, SCALES_BFLOAT, SCALES_POWERS, SCALES_PRODUCTS, SCALES_NIBBLES };
enum { NO_MINIMA, MINIMA, ZEROS };

typedef struct {
    int bits;           /* of a code: 2, 3, 4, 5, 6 or 8 */
    int by_table;       /* whether codes (of four bits) stand for values */
    int grain_bits;     /* of the neighbours along k that share a scale: 4 to 8 for 16 to 256 */
    int scales;         /* SCALES_... */
    int minima;         /* NO_MINIMA, MINIMA or ZEROS */
    float values[16];   /* of codes of four bits */
    uint8_t bytes[16];  /* the same, of codes by table: value + offset */
} code_form;

/* What is subtracted from codes: half of their range, or nothing where there are minima.  Values get 128 to be bytes, and
 * codes of eight bits always, to be bytes with a sign. */
SIMD_INLINE int offset_of(const int bits, const int by_table, const int minima) {
    return minima && bits < 8 ? 0 : by_table ? 128 : 1 << (bits - 1);
}

static inline int scale_bytes_of(int scales) {
    return scales == SCALES_FLOAT ? 4 : scales == SCALES_HALF || scales == SCALES_BFLOAT ? 2 : 1;
}

/* Scales of a superblock of so many units. */
static inline ptrdiff_t scale_count(const code_form *f, ptrdiff_t units) {
    return (units * UNIT + (1 << f->grain_bits) - 1) >> f->grain_bits;
}
/* Bytes of the head of a superblock of so many units, whole planes. */
static inline ptrdiff_t head_bytes(const code_form *f, ptrdiff_t units) {
    ptrdiff_t count = scale_count(f, units), size = scale_bytes_of(f->scales), bytes = count * size;
    int two_levels = f->scales == SCALES_PRODUCTS || f->scales == SCALES_NIBBLES;
    if (f->minima) bytes += f->scales == SCALES_NIBBLES ? 0 : f->minima == ZEROS ? count : count * size;
    if (two_levels) bytes += f->minima ? 4 : 2;
    return (bytes + 3) / 4 * PLANE;
}
static inline ptrdiff_t unit_bytes(const code_form *f) { return f->bits * PLANE; }

/* Bytes of a strip of so many units. */
static inline ptrdiff_t strip_bytes(const code_form *f, ptrdiff_t units) {
    ptrdiff_t last = units % UNITS;
    return units / UNITS * head_bytes(f, UNITS) + (last ? head_bytes(f, last) : 0) + units * unit_bytes(f);
}

/* ------------------------------------------------------------------------------- scales -- */

SIMD_INLINE vf load_bfloats(const uint8_t *p) {
#if SIMD_BYTES == 64
    return (vf)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p)), 16);
#elif SIMD_BYTES == 32
    return (vf)_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)p)), 16);
#else
    uint16_t half[VF_LANES];
    float_bits wide[VF_LANES];
    memcpy(half, p, sizeof half);
    for (int i = 0; i < VF_LANES; i++) wide[i].bits = (uint32_t)half[i] << 16;
    return load_f(wide);
#endif
}

#if SIMD_BYTES
SIMD_INLINE vf as_floats(lanes_u bits) { return (vf)bits; }
#else
SIMD_INLINE vf as_floats(lanes_u bits) { float_bits f = {.bits = bits}; return f.value; }
#endif

/* Half of 2^(e - 127): its bits are (e - 1) << 23, and for e = 0 and 1 those of subnormal numbers. */
SIMD_INLINE vf load_powers(const uint8_t *p) {
    lanes_u e = widen_bytes(p);
    vf small = floats_of((lanes_i)(e + 1u)) * splat_f(0x1p-128f);
    return where_lt_f(floats_of((lanes_i)e), splat_f(1.5f), small, as_floats((e - 1u) << 23));
}

SIMD_INLINE vf load_scales(int scales, const uint8_t *p) {
    if (scales == SCALES_FLOAT) return load_f(p);
    if (scales == SCALES_HALF) return load_half(p);
    if (scales == SCALES_BFLOAT) return load_bfloats(p);
    return load_powers(p);
}

/* The scales and minima of a superblock as floats, one for each grain up to a unit; a longer grain is repeated. */
SIMD_INLINE void read_plain_scales(const int type, const code_form *f, const uint8_t *head, ptrdiff_t units, vf *scale, vf *minimum) {
    ptrdiff_t count = scale_count(f, units), size = scale_bytes_of(type) * VF_LANES;
    ptrdiff_t repeated = f->grain_bits > 5 ? 1 << (f->grain_bits - 5) : 1;
    const uint8_t *minima = head + count * size;
    vf offset = splat_f((float)offset_of(f->bits, f->by_table, f->minima));
    for (ptrdiff_t i = 0; i < count; i++) {
        vf s = load_scales(type, head + i * size), m = splat_f(0);
        if (f->minima == MINIMA) m = load_scales(type, minima + i * size);
        if (f->minima == ZEROS) m = splat_f(0) - s * (floats_of((lanes_i)widen_bytes(minima + i * VF_LANES)) - offset);
        for (ptrdiff_t j = 0; j < repeated; j++) {
            scale[i * repeated + j] = s;
            if (f->minima) minimum[i * repeated + j] = m;
        }
    }
}

/* `scale` and `minimum` have room for MOST_GRAINS vectors. */
static inline void read_scales(const code_form *f, const uint8_t *head, ptrdiff_t units, vf *scale, vf *minimum) {
    ptrdiff_t count = scale_count(f, units);
    if (f->scales == SCALES_HALF) read_plain_scales(SCALES_HALF, f, head, units, scale, minimum);
    else if (f->scales == SCALES_FLOAT) read_plain_scales(SCALES_FLOAT, f, head, units, scale, minimum);
    else if (f->scales == SCALES_BFLOAT) read_plain_scales(SCALES_BFLOAT, f, head, units, scale, minimum);
    else if (f->scales == SCALES_POWERS) read_plain_scales(SCALES_POWERS, f, head, units, scale, minimum);
    else {
        vf d = load_half(head), m = f->minima ? splat_f(0) - load_half(head + 2 * VF_LANES) : splat_f(0);
        const uint8_t *bytes = head + (f->minima ? 4 : 2) * VF_LANES;
        for (ptrdiff_t i = 0; i < count; i++) {
            if (f->scales == SCALES_NIBBLES) {
                lanes_u both = widen_bytes(bytes + i * VF_LANES);
                scale[i] = d * floats_of((lanes_i)(both & 15u));
                minimum[i] = m * floats_of((lanes_i)(both >> 4));
            }
            else {
                scale[i] = d * floats_of(widen_signed(bytes + i * VF_LANES));
                if (f->minima) minimum[i] = m * floats_of(widen_signed(bytes + (count + i) * VF_LANES));
            }
        }
    }
}

/* Whether all scales and minima of a strip are finite. */
static inline int finite_scales(const code_form *f, const uint8_t *strip, ptrdiff_t units) {
    vf scale[MOST_GRAINS], minimum[MOST_GRAINS], special = splat_f(0);
    for (int i = 0; i < MOST_GRAINS; i++) scale[i] = minimum[i] = splat_f(0);
    for (ptrdiff_t first = 0; first < units; first += UNITS) {
        ptrdiff_t count = units - first < UNITS ? units - first : UNITS;
        read_scales(f, strip, count, scale, minimum);
        for (int i = 0; i < MOST_GRAINS; i++) special += scale[i] * splat_f(0) + minimum[i] * splat_f(0);
        strip += head_bytes(f, count) + count * unit_bytes(f);
    }
    return sum_f(special) == 0;
}

/* -------------------------------------------------------------------------------- codes -- */

SIMD_INLINE lanes_u load_lanes(const void *p) {
    lanes_u v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Quad t of a unit: codes as bytes. */
SIMD_INLINE lanes_u quad_of(const int bits, const uint8_t *planes, const int t) {
    lanes_u low;
    if (bits == 8) return load_lanes(planes + t * PLANE);
    if (bits >= 4) low = load_lanes(planes + t % 4 * PLANE) >> (t / 4 * 4) & 0x0F0F0F0Fu;
    else low = load_lanes(planes + t / 4 * PLANE) >> (t % 4 * 2) & 0x03030303u;
    if (bits == 5) low |= (load_lanes(planes + 4 * PLANE) >> t & 0x01010101u) << 4;
    if (bits == 6) low |= (load_lanes(planes + (4 + t / 4) * PLANE) >> (t % 4 * 2) & 0x03030303u) << 4;
    if (bits == 3) low |= (load_lanes(planes + 2 * PLANE) >> t & 0x01010101u) << 2;
    return low;
}

/* values[the low four bits]; only the lookup of vectors ignores the others. */
#if SIMD_BYTES
SIMD_INLINE vf nibble_value(const float *values, lanes_u q) { return look_up(values, q); }
#else
SIMD_INLINE vf nibble_value(const float *values, lanes_u q) { return values[q & 15u]; }
#endif

#if SIMD_BYTES
typedef uint8_t plane_bytes __attribute__((vector_size(SIMD_BYTES)));
SIMD_INLINE lanes_u minus_bytes(lanes_u u, int offset) { return (lanes_u)((plane_bytes)u - (uint8_t)offset); }
#else
SIMD_INLINE lanes_u minus_bytes(lanes_u u, int offset) {
    lanes_u found = 0;
    for (int j = 0; j < 4; j++) found |= (u >> 8 * j & 255u) - (uint32_t)offset << 24 >> (24 - 8 * j);
    return found;
}
#endif

/* k = 4 t + j of a unit: values[code], or code - offset, as floats. */
SIMD_INLINE vf value_of(const int bits, const uint8_t *planes, const int t, const int j, const float *values, int offset) {
    if (bits == 4) return nibble_value(values, load_lanes(planes + t % 4 * PLANE) >> (8 * j + t / 4 * 4));
    if (bits == 2) return floats_of((lanes_i)(quad_of(bits, planes, t) >> (8 * j) & 255u));     /* always with minima */
    return floats_of((lanes_i)(minus_bytes(quad_of(bits, planes, t), offset) << (24 - 8 * j)) >> 24);
}

/* k = 4 t + j and the next one as a pair of bfloat16 numbers, which hold them exactly: codes have eight bits. */
SIMD_INLINE vf pair_of(const int bits, const uint8_t *planes, const int t, const int j, const float *values, int offset) {
    vf first = value_of(bits, planes, t, j, values, offset), second = value_of(bits, planes, t, j + 1, values, offset);
#if SIMD_BYTES
    return (vf)((lanes_u)first >> 16 | ((lanes_u)second & 0xFFFF0000u));
#else
    return first + second;      /* never called */
#endif
}

/* A unit as floats, [k][step floats], or as pairs, [pair of k][step floats]. */
SIMD_INLINE void widen_planes(
    const int bits, const int pairs, const code_form *f, const uint8_t *planes, float *to, ptrdiff_t step) {
    int offset = offset_of(bits, f->by_table, f->minima);
#pragma GCC unroll 8
    for (int t = 0; t < QUADS; t++) {
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++) {
            if (!pairs) store_f(to + (4 * t + j) * step, value_of(bits, planes, t, j, f->values, offset));
            else if (j % 2 == 0) store_f(to + (2 * t + j / 2) * step, pair_of(bits, planes, t, j, f->values, offset));
        }
    }
}
#define WIDEN(bits) \
    if (HAS_DOT && pairs) widen_planes(bits, 1, f, planes, to, step); \
    else widen_planes(bits, 0, f, planes, to, step);
static inline void widen_unit(int pairs, const code_form *f, const uint8_t *planes, float *to, ptrdiff_t step) {
    switch (f->bits) {
    case 8: WIDEN(8) break;
    case 6: WIDEN(6) break;
    case 5: WIDEN(5) break;
    case 4: WIDEN(4) break;
    case 3: WIDEN(3) break;
    default: WIDEN(2)
    }
}

#endif
