/* The sums of a strip by AMX's instructions, emulated, and by VPDPBUSD: the bits must be equal.  Prints what was compared. */
#include "tiles_codes.h"

static uint64_t state = 1;
static uint8_t random_byte(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint8_t)(state >> 56);
}

static void *memory(size_t size) {
    void *found = aligned_alloc(64, (size + 63) / 64 * 64);
    memset(found, 0, (size + 63) / 64 * 64);
    return found;
}

static int compared, wrong;

#define COMPARE(bits, by_table, grains, minima) \
    for (int i = 0; i < 6; i++) for (int j = 0; j < 3; j++) { \
        code_form f = {bits, by_table, grains == 2 ? 4 : 5, SCALES_HALF, minima ? MINIMA : NO_MINIMA, {0}, {0}}; \
        ptrdiff_t rows = (ptrdiff_t[]){16, 17, 31, 32, 45, 126}[i], units = (ptrdiff_t[]){1, 8, 11}[j]; \
        uint8_t *strip = memory((size_t)strip_bytes(&f, units) + CODES_AHEAD); \
        x_unit *x = memory(sizeof *x * (size_t)(units * rows)); \
        float *a = memory((size_t)rows * 64), *b = memory((size_t)rows * 64); \
        for (ptrdiff_t k = 0; k < strip_bytes(&f, units); k++) strip[k] = random_byte(); \
        for (ptrdiff_t k = 0, at = 0; k < units; at += unit_bytes(&f) * (units - k < UNITS ? units - k : UNITS), k += UNITS) { \
            ptrdiff_t head = head_bytes(&f, units - k < UNITS ? units - k : UNITS);  /* finite scales: small exponents */ \
            for (ptrdiff_t h = 1; h < head; h += 2) strip[at + h] &= 0xBF; \
            at += head; \
        } \
        for (int k = 0; k < 16; k++) f.bytes[k] = random_byte(); \
        for (ptrdiff_t k = 0; k < units * rows; k++) { \
            float line[UNIT]; \
            for (int n = 0; n < UNIT; n++) line[n] = (float)(int8_t)random_byte() * 0.37f; \
            round_unit(line, x + k); \
        } \
        sum_bytes(bits, by_table, grains, minima, 0, 1, &f, strip, units, rows, x, a); \
        sum_bytes(bits, by_table, grains, minima, 0, 0, &f, strip, units, rows, x, b); \
        int finite = 0; \
        for (ptrdiff_t k = 0; k < rows * 16; k++) finite += b[k] - b[k] == 0 && b[k] != 0; \
        if (memcmp(a, b, (size_t)rows * 64) || finite < rows * 16 * 9 / 10) { \
            printf("%d bits, table %d, grains %d, minima %d, %d rows, %d units differ (%d finite)\n", \
                   bits, by_table, grains, minima, (int)rows, (int)units, finite); \
            wrong++; \
        } \
        compared++; \
        free(strip), free(x), free(a), free(b); \
    }

static void compare_all(void) { CODE_KINDS(COMPARE) }

int main(void) {
    compare_all();
    printf("%d compared, %d wrong\n", compared, wrong);
    return wrong != 0;
}
