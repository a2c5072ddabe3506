/* What _parallel.pyx needs of the platform: OpenMP or stand-ins for it, the floating-point
 * control register, an atomic flag and counter, thread-local storage, and where a thread runs. */
#ifndef FASTACT_PARALLEL_H
#define FASTACT_PARALLEL_H

#include <stddef.h>

#ifdef _OPENMP
#include <omp.h>
#define HAS_OPENMP 1
#else
#define HAS_OPENMP 0
static inline int omp_get_max_threads(void) { return 1; }
static inline int omp_in_parallel(void) { return 0; }
#endif

/* fp_enter: round to nearest, no flush to zero, exceptions masked; OpenMP's workers do not
 * inherit the caller's setting, so each chunk of work makes its own.  fp_leave: what was there
 * before, status flags included, so that no kernel leaves a flag that NumPy would report. */
#if defined(__SSE2__) || defined(_M_X64)
#include <xmmintrin.h>
typedef unsigned int fp_state;
/* Setting the register costs some 80 ns where a later read waits for it; mostly nothing has to be. */
static inline fp_state fp_enter(void) {
    fp_state old = _mm_getcsr();
    if ((old & 0xFFC0) != 0x1F80) _mm_setcsr(0x1F80);
    return old;
}
static inline void fp_leave(fp_state old) {
    if (_mm_getcsr() != old) _mm_setcsr(old);
}
#elif defined(__aarch64__) && defined(__GNUC__)
typedef struct { unsigned long control, status; } fp_state;
static inline fp_state fp_enter(void) {
    fp_state old;
    __asm__ volatile("mrs %0, fpcr" : "=r"(old.control));
    __asm__ volatile("mrs %0, fpsr" : "=r"(old.status));
    __asm__ volatile("msr fpcr, %0" : : "r"(0ul));
    return old;
}
static inline void fp_leave(fp_state old) {
    __asm__ volatile("msr fpcr, %0" : : "r"(old.control));
    __asm__ volatile("msr fpsr, %0" : : "r"(old.status));
}
#else
#include <fenv.h>
typedef fenv_t fp_state;
static inline fp_state fp_enter(void) { fenv_t old; feholdexcept(&old); fesetround(FE_TONEAREST); return old; }
static inline void fp_leave(fp_state old) { fesetenv(&old); }
#endif

#if defined(_MSC_VER)
#include <intrin.h>
#define THREAD_LOCAL __declspec(thread)
static volatile long busy;
static inline int try_acquire(void) { return _InterlockedExchange(&busy, 1) == 0; }
static inline void release(void) { _InterlockedExchange(&busy, 0); }
static inline ptrdiff_t take(ptrdiff_t *next) { return (ptrdiff_t)_InterlockedExchangeAdd64(next, 1); }
#else
#define THREAD_LOCAL __thread
static int busy;
static inline int try_acquire(void) { return !__atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE); }
static inline void release(void) { __atomic_store_n(&busy, 0, __ATOMIC_RELEASE); }
static inline ptrdiff_t take(ptrdiff_t *next) { return __atomic_fetch_add(next, 1, __ATOMIC_RELAXED); }
#endif

/* Linux wakes a thread on the core of the one that wakes it, if the others are busy: with idle threads
 * of another library that wait for work (OpenBLAS's do for 110 ms), or with ours that wait for the next
 * call.  Then both have one core, and who waits keeps the other from what it waits for.  move_to_free()
 * takes the calling thread from its core if `used` has it, to one that is not in `used`: its affinity is
 * that for a moment, then as it was.  In turns with NumPy's x @ w an MLP of 8 rows took 0.38 ms
 * without it, has 0.2 ms (benchmarks/numpy_in_turns.py). */
#ifdef __linux__
#include <sched.h>
static inline int this_cpu(void) { return sched_getcpu(); }
static void move_to_free(const int *used, int count) {
    cpu_set_t before, others;
    int cpu = sched_getcpu(), i;
    for (i = 0; i < count && used[i] != cpu; i++);
    if (cpu < 0 || i == count || sched_getaffinity(0, sizeof before, &before)) return;
    others = before;
    for (i = 0; i < count; i++)
        if (used[i] >= 0 && used[i] < CPU_SETSIZE) CPU_CLR(used[i], &others);
    if (CPU_COUNT(&others) && !sched_setaffinity(0, sizeof others, &others)) sched_setaffinity(0, sizeof before, &before);
}
#else
static inline int this_cpu(void) { return -1; }
static inline void move_to_free(const int *used, int count) { (void)used, (void)count; }
#endif

static THREAD_LOCAL int thread_limit;  /* set by `with threads(n)`; 0: the process's setting */

#endif
