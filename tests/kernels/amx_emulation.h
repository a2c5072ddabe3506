/* The instructions of AMX that byte_tiles.h uses, in C, after Intel's manual (volume 2, chapters of the instructions). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { uint8_t palette, start, reserved[14]; uint16_t bytes[16]; uint8_t rows[16]; } tile_configuration;
static tile_configuration tile_state;
static uint8_t tile_data[8][16][64];

static void tile_check(int holds, const char *what) {
    if (holds) return;
    printf("the CPU would stop: %s\n", what);
    exit(1);
}
static void tile_use(int t) {
    tile_check(tile_state.palette == 1, "no configuration");
    tile_check(tile_state.rows[t] && tile_state.bytes[t], "a tile without a shape");
}
static void emulated_configuration(const void *from) {
    memcpy(&tile_state, from, 64);
    tile_check(tile_state.palette == 1 && !tile_state.start, "palette");
    for (int i = 0; i < 14; i++) tile_check(!tile_state.reserved[i], "reserved bytes");
    for (int t = 0; t < 16; t++) {
        tile_check(t < 8 || (!tile_state.rows[t] && !tile_state.bytes[t]), "there are eight tiles");
        tile_check(tile_state.rows[t] <= 16 && tile_state.bytes[t] <= 64, "a tile has 16 rows of 64 bytes");
        tile_check(!tile_state.rows[t] == !tile_state.bytes[t], "rows without bytes");
    }
    memset(tile_data, 0, sizeof tile_data);
}
static void emulated_zero(int t) {
    tile_use(t);
    memset(tile_data[t], 0, sizeof tile_data[t]);
}
static void emulated_load(int t, const void *from, ptrdiff_t stride) {
    emulated_zero(t);
    for (int r = 0; r < tile_state.rows[t]; r++) memcpy(tile_data[t][r], (const char *)from + r * stride, tile_state.bytes[t]);
}
static void emulated_store(int t, void *to, ptrdiff_t stride) {
    tile_use(t);
    for (int r = 0; r < tile_state.rows[t]; r++) memcpy((char *)to + r * stride, tile_data[t][r], tile_state.bytes[t]);
}
/* Signed bytes of a, unsigned bytes of b. */
static void emulated_dpbsud(int c, int a, int b) {
    tile_use(c), tile_use(a), tile_use(b);
    tile_check(c != a && c != b && a != b, "the same tile twice");
    tile_check(tile_state.rows[c] == tile_state.rows[a], "rows of the sums and of a");
    tile_check(tile_state.bytes[c] == tile_state.bytes[b], "columns of the sums and of b");
    tile_check(tile_state.bytes[a] == 4 * tile_state.rows[b], "the depths of a and b");
    for (int m = 0; m < tile_state.rows[c]; m++)
        for (int k = 0; k < tile_state.bytes[a] / 4; k++)
            for (int n = 0; n < tile_state.bytes[c] / 4; n++) {
                int32_t sum;
                memcpy(&sum, &tile_data[c][m][4 * n], 4);
                for (int i = 0; i < 4; i++) sum += (int8_t)tile_data[a][m][4 * k + i] * (int32_t)tile_data[b][k][4 * n + i];
                memcpy(&tile_data[c][m][4 * n], &sum, 4);
            }
}

/* The compiler's own are macros without a meaning here. */
#undef _tile_release
#undef _tile_zero
#undef _tile_loadd
#undef _tile_stored
#undef _tile_dpbsud
#define tile_shape(shape) emulated_configuration(&(shape))
#define _tile_release() (tile_state.palette = 0)
#define _tile_zero emulated_zero
#define _tile_loadd emulated_load
#define _tile_stored emulated_store
#define _tile_dpbsud emulated_dpbsud
