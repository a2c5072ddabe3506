/* What _parallel.pyx needs of the platform: OpenMP or stand-ins for it, the floating-point
 * control register, an atomic flag and thread-local storage. */
#ifndef FASTACT_PARALLEL_H
#define FASTACT_PARALLEL_H

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
#else
#define THREAD_LOCAL __thread
static int busy;
static inline int try_acquire(void) { return !__atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE); }
static inline void release(void) { __atomic_store_n(&busy, 0, __ATOMIC_RELEASE); }
#endif

static THREAD_LOCAL int thread_limit;  /* set by `with threads(n)`; 0: the process's setting */

#endif
