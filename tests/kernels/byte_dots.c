/* Sums of products of bytes, of every kind of code, against integers one after another.  test_byte_dots.py compiles it
 * for each target.  All scales are 1, and the sums are below 2^24, so a float holds them exactly. */
#include <stdio.h>
#include <stdlib.h>
#include "tiles_codes.h"

enum { K = UNITS * UNIT + 2 * UNIT, ROWS = 45 };
static const int rows_tried[] = {1, 2, 3, 16, 17, 31, ROWS};    /* AMX takes 16 at a time, SMMLA two */
static uint32_t state = 1;
static uint32_t draw(void) { return (state = state * 1664525u + 1013904223u) >> 8; }

/* Code number k (of a unit) of a lane, as the comment of codes.h says. */
static int code_at(int bits, const uint8_t *planes, int lane, int k) {
#define PLANE_BYTE(p) planes[(p) * PLANE + lane * 4 + k % 4]
    int t = k / 4, low;
    if (bits == 8) return PLANE_BYTE(t);
    low = bits >= 4 ? PLANE_BYTE(t % 4) >> t / 4 * 4 & 15 : PLANE_BYTE(t / 4) >> t % 4 * 2 & 3;
    if (bits == 5) low |= (PLANE_BYTE(4) >> t & 1) << 4;
    if (bits == 6) low |= (PLANE_BYTE(4 + t / 4) >> t % 4 * 2 & 3) << 4;
    if (bits == 3) low |= (PLANE_BYTE(2) >> t & 1) << 2;
    return low;
}

static const int table[16] = {-128, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 127};

/* How many sums are wrong.  hard: 1 for the largest sums that there are, 2 for the smallest, 0 for random ones. */
static int try_kind(int bits, int by_table, int grains, int minima, int rows, int hard) {
    code_form f = {.bits = bits, .by_table = by_table, .grain_bits = grains == 1 ? 5 : 4, .scales = SCALES_FLOAT,
                   .minima = minima ? MINIMA : NO_MINIMA};
    static x_unit x[K / UNIT * ROWS];
    static float c[ROWS * VF_LANES];
    ptrdiff_t units = K / UNIT, size = strip_bytes(&f, units), wrong = 0;
    uint8_t *strip = malloc(size), *p = strip;
    for (int i = 0; i < 16; i++) f.bytes[i] = (uint8_t)(table[i] + 128);
    for (ptrdiff_t i = 0; i < size; i++) strip[i] = hard == 1 ? 255 : hard == 2 ? 0 : (uint8_t)draw();
    for (ptrdiff_t first = 0; first < units; first += UNITS) {      /* the heads: scales 1, minima 3 */
        ptrdiff_t count = units - first < UNITS ? units - first : UNITS, numbers = scale_count(&f, count) * VF_LANES;
        for (ptrdiff_t i = 0; i < numbers * (minima ? 2 : 1); i++) {
            float value = i < numbers ? 1 : 3;
            memcpy(p + 4 * i, &value, sizeof value);
        }
        p += head_bytes(&f, count) + count * unit_bytes(&f);
    }
    for (int i = 0; i < units * rows; i++) {
        x[i].scale = 1;
        x[i].less[0] = x[i].less[1] = 0;
        for (int k = 0; k < UNIT; k++) {
            x[i].q[k] = (int8_t)(hard ? i % rows == 1 ? -127 : 127 : (int)(draw() % 255) - 127);
            x[i].less[k >= UNIT / 2] -= x[i].q[k];
        }
        x[i].less[2] = x[i].less[0] + x[i].less[1];
    }
    bytes_tile_of(&f)(&f, strip, units, rows, x, c);
    for (int r = 0; r < rows; r++)
        for (int lane = 0; lane < VF_LANES; lane++) {
            long sum = 0;
            const uint8_t *planes = strip;
            for (ptrdiff_t unit = 0; unit < units; unit++, planes += unit_bytes(&f)) {
                if (unit % UNITS == 0) planes += head_bytes(&f, units - unit < UNITS ? units - unit : UNITS);
                for (int k = 0; k < UNIT; k++) {
                    int code = code_at(bits, planes, lane, k);
                    int value = by_table ? table[code] : code - (minima && bits < 8 ? 0 : 1 << (bits - 1));
                    sum += (value + (minima ? 3 : 0)) * x[unit * rows + r].q[k];
                }
            }
            wrong += c[r * VF_LANES + lane] != (float)sum;
        }
    free(strip);
    if (wrong) printf("%d bits, table %d, grains %d, minima %d, rows %d, hard %d: %d wrong\n",
                      bits, by_table, grains, minima, rows, hard, (int)wrong);
    return wrong != 0;
}

int main(void) {
    int wrong = 0, tried = 0;
    for (size_t i = 0; i < sizeof rows_tried / sizeof *rows_tried; i++)
        for (int hard = 0; hard < 3; hard++) {
#define TRY(bits, by_table, grains, minima) \
    wrong += try_kind(bits, by_table, grains, minima, rows_tried[i], hard), tried++;
            CODE_KINDS(TRY)
        }
    printf("%s%s%s %d %d\n", DOT_NAME, HAS_BYTE_TILES ? "+" : "", BYTE_TILE_NAME, tried, wrong);
    return wrong != 0;
}
