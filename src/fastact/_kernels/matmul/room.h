/* The memory of a call, for packed rows and sums; and prefetching. */
#ifndef FASTACT_MATMUL_ROOM_H
#define FASTACT_MATMUL_ROOM_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

/* The memory begins at a cache line.  It has huge pages where the system grants them: with pages of 4 KB AMX
 * loses a tenth of its speed.  The memory of the last call, called room, is kept for the next call, because the
 * system clears new pages, which takes 0.1 ms for each megabyte.  ROOM_PAGE: bytes of a huge page.  ROOM_KEPT: the
 * largest room that is kept, in bytes. */
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
#define PREFETCH_NEAR(p) __builtin_prefetch((p), 0, 3)
#define PREFETCH_TO_WRITE(p) __builtin_prefetch((p), 1, 3)
#else
#define PREFETCH(p) ((void)(p))
#define PREFETCH_NEAR(p) ((void)(p))
#define PREFETCH_TO_WRITE(p) ((void)(p))
#endif

#endif
