/* What the projections need beyond simd.h: weights in half precision, and the instructions that
 * multiply bfloat16.  Each has a stand-in, never called, where the target lacks the instruction.
 *
 *   load_half(p)          VF_LANES float16 numbers, widened
 *   first_of_pairs(w)     w holds a pair of bfloat16 in each lane: the first of each, widened
 *   second_of_pairs(w)    the second
 *   broadcast(p)          32 bits in every lane, whatever they mean
 *   dot_pairs(c, x, w)    c + the sum of the two products of x's and w's pairs, in each lane (HAS_DOT)
 *   split(x, n, ...)      floats as the exact sum of bfloat16 parts, for tiles
 *   round_two(f, g, to)   two vectors of floats, rounded to as many numbers in half precision
 *   tile_...              AMX: eight registers of 16 rows of 64 bytes (HAS_TILES)
 */
#ifndef FASTACT_GEMM_H
#define FASTACT_GEMM_H

#include "simd.h"
#include "storage.h"

/* ------------------------------------------------------------------------- half precision -- */

#if SIMD_BYTES == 64
SIMD_INLINE vf load_half(const void *p) { return (vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p)); }
#elif SIMD_BYTES == 32 && defined(__F16C__)
SIMD_INLINE vf load_half(const void *p) { return (vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p)); }
#else
SIMD_INLINE vf load_half(const void *p) {
    uint16_t half[VF_LANES];
    float wide[VF_LANES];
    memcpy(half, p, sizeof half);
    for (int i = 0; i < VF_LANES; i++) wide[i] = half_to_float(half[i]);
    return load_f(wide);
}
#endif

#if SIMD_BYTES
SIMD_INLINE vf low_bits(vf w) { return (vf)((vu)w << 16); }
SIMD_INLINE vf high_bits(vf w) { return (vf)((vu)w & 0xFFFF0000u); }
#else
SIMD_INLINE vf low_bits(vf w) { float_bits b = {.value = w}; b.bits <<= 16; return b.value; }
SIMD_INLINE vf high_bits(vf w) { float_bits b = {.value = w}; b.bits &= 0xFFFF0000u; return b.value; }
#endif
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
SIMD_INLINE vf first_of_pairs(vf w) { return high_bits(w); }
SIMD_INLINE vf second_of_pairs(vf w) { return low_bits(w); }
#else
SIMD_INLINE vf first_of_pairs(vf w) { return low_bits(w); }
SIMD_INLINE vf second_of_pairs(vf w) { return high_bits(w); }
#endif

#if SIMD_BYTES == 64
SIMD_INLINE vf broadcast(const float *p) { return (vf)_mm512_set1_ps(*p); }
#else
SIMD_INLINE vf broadcast(const float *p) { return splat_f(*p); }
#endif

#if defined(__AVX512BF16__)
enum { HAS_DOT = 1 };
SIMD_INLINE vf dot_pairs(vf c, vf x, vf w) { return (vf)_mm512_dpbf16_ps((__m512)c, (__m512bh)x, (__m512bh)w); }
#else
enum { HAS_DOT = 0 };
SIMD_INLINE vf dot_pairs(vf c, vf x, vf w) { (void)x, (void)w; return c; }
#endif

/* n floats (a multiple of 16), each cut into eight significant bits, the next eight and the rest:
 * the sum of three parts is exact, of two if x has no more than 16 bits, as float16.  Cut and not
 * rounded, so that the largest finite number stays finite.  Infinities and NaN have no further parts. */
static inline void split(const float *x, ptrdiff_t n, int parts, uint16_t *to, ptrdiff_t part_step) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float_bits first = {.value = x[i]}, second, third;
        int special = (first.bits & 0x7F800000u) == 0x7F800000u;
        uint32_t quiet = special && (first.bits & 0x7FFFFFu) ? 0x400000u : 0;
        first.bits = (first.bits | quiet) & 0xFFFF0000u;
        second.value = x[i] - first.value;
        second.bits = special ? 0 : second.bits;
        third.bits = second.bits;
        second.bits &= 0xFFFF0000u;
        third.value -= second.value;
        to[i] = (uint16_t)(first.bits >> 16);
        to[i + part_step] = (uint16_t)(second.bits >> 16);
        if (parts > 2) to[i + 2 * part_step] = (uint16_t)(third.bits >> 16);
    }
}

enum { TWO_VECTORS = 2 * VF_LANES };
static inline void round_two(const float *first, const float *second, int to_bfloat, uint16_t *to) {
    float both[TWO_VECTORS];
    memcpy(both, first, sizeof both / 2);
    memcpy(both + VF_LANES, second, sizeof both / 2);
    if (to_bfloat) floats_to_bfloat(both, to, TWO_VECTORS);
    else floats_to_half(both, to, TWO_VECTORS);
}

/* ---------------------------------------------------------------------------------- tiles -- */

#if defined(__AMX_BF16__) && defined(__AMX_TILE__) || defined(__AMXBF16__) && defined(__AMXTILE__)  /* Clang's, before 16 */
enum { HAS_TILES = 1 };
/* Registers 0 to 3 are sums, 4 and 5 rows of x, 6 and 7 weights (pairs of k by columns).  0, 1 and 4
 * get `first` rows, 2, 3 and 5 `second`.  Clears all eight.  By hand, as GCC 12's intrinsic does not
 * say that it reads more than eight bytes; nor do those that load tiles say that they read memory. */
static inline void tile_begin(int first, int second) {
    struct { uint8_t palette, start, reserved[14]; uint16_t bytes[16]; uint8_t rows[16]; } shape = {.palette = 1};
    for (int i = 0; i < 8; i++) {
        shape.bytes[i] = 64;
        shape.rows[i] = (uint8_t)(i >= 6 ? 16 : i == 2 || i == 3 || i == 5 ? second : first);
    }
    __asm__ volatile("ldtilecfg %0" : : "m"(shape) : "memory");
}
static inline void tile_end(void) { _tile_release(); }
#define tile_zero(t) _tile_zero(t)
#define tile_load(t, p) _tile_loadd(t, p, 64)
#define tile_load_once(t, p) _tile_stream_loadd(t, p, 64)   /* not to displace others from L1 */
#define tile_store(t, p) _tile_stored(t, p, 64)
#define tile_dot(c, x, w) _tile_dpbf16ps(c, x, w)
/* What follows begins a cache line of code. */
#define new_code_line() __asm__ volatile(".p2align 6")
/* One tile's sums leave, if there is one, and another's come, or begin at zero: `at` floats into each. */
#define tile_swap(t, left, c, at, resume) do { \
    if (left) tile_store(t, (left) + (at)); \
    if (!(resume)) tile_zero(t); else if ((left) != (c)) tile_load(t, (c) + (at)); \
} while (0)
#else
enum { HAS_TILES = 0 };
static inline void tile_begin(int first, int second) { (void)first, (void)second; }
static inline void tile_end(void) {}
#define tile_zero(t) ((void)0)
#define tile_load(t, p) ((void)(p))
#define tile_load_once(t, p) ((void)(p))
#define tile_store(t, p) ((void)(p))
#define tile_dot(c, x, w) ((void)0)
#define tile_swap(t, left, c, at, resume) ((void)(left), (void)(c))
#define new_code_line() ((void)0)
#endif

/* ----------------------------------------------------------------------------------- room -- */

/* Memory for packed rows and sums, from the start of a cache line on: huge pages where there are any
 * (with 4 KB pages AMX loses a tenth), and the last one is kept for the next call, as its pages would
 * have to be cleared anew: 0.1 ms a megabyte. */
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif
enum { ROOM_PAGE = 1 << 21, ROOM_KEPT = 1 << 25 };
typedef struct { void *base; size_t size; char fill[64 - sizeof(void *) - sizeof(size_t)]; } room_head;
#if defined(__GNUC__) || defined(__clang__)
static room_head *kept_room;
static inline room_head *exchange_room(room_head *new_one) {
    return __atomic_exchange_n(&kept_room, new_one, __ATOMIC_ACQ_REL);
}
#else
static inline room_head *exchange_room(room_head *new_one) { return new_one; }   /* none is kept */
#endif
static inline void want_huge_pages(void *p, size_t size) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    madvise(p, size, MADV_HUGEPAGE);
#else
    (void)p, (void)size;
#endif
}
static inline void drop_room(room_head *room) { if (room) free(room->base); }
static inline void *take_room(size_t size) {
    room_head *room = exchange_room(NULL);
    uintptr_t align = size >= ROOM_PAGE / 2 ? ROOM_PAGE : 64;
    char *base;
    if (room && room->size >= size) return room + 1;
    drop_room(room);
    if (size >= ROOM_PAGE / 2) size += ROOM_PAGE - (size + sizeof(room_head)) % ROOM_PAGE;
    if (size > SIZE_MAX / 2 || !(base = malloc(size + sizeof(room_head) + align))) return NULL;
    room = (room_head *)(((uintptr_t)base + align - 1) / align * align);
    if (align == ROOM_PAGE) want_huge_pages(room, size + sizeof(room_head));
    room->base = base;
    room->size = size;
    return room + 1;
}
static inline void give_room(void *p) {
    room_head *room = (room_head *)p - 1;
    drop_room(room->size <= ROOM_KEPT ? exchange_room(room) : room);
}

#if defined(__GNUC__) || defined(__clang__)
#define PREFETCH(p) __builtin_prefetch((p), 0, 2)
#define PREFETCH_TO_WRITE(p) __builtin_prefetch((p), 1, 3)
#else
#define PREFETCH(p) ((void)(p))
#define PREFETCH_TO_WRITE(p) ((void)(p))
#endif

#endif
