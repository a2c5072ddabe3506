/* What parallel.pyx needs from the platform: OpenMP or substitutes for it, the floating-point control register,
 * an atomic flag and an atomic counter, thread-local storage, and the core on which a thread runs. */
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
static inline int omp_get_thread_num(void) { return 0; }
#endif

/* The number of CPUs that OpenMP binds its threads to, or 0 if it does not bind them. */
static inline int bound_cpus(void) {
#if defined(_OPENMP) && _OPENMP >= 201511
    if (omp_get_proc_bind() != omp_proc_bind_false) {
        int cpus = 0, place;
        for (place = 0; place < omp_get_num_places(); place++) cpus += omp_get_place_num_procs(place);
        return cpus && cpus < omp_get_num_procs() ? cpus : omp_get_num_procs();
    }
#endif
    return 0;
}

/* fp_enter sets rounding to nearest, no flush to zero and masked exceptions.  OpenMP's workers do not inherit the
 * caller's settings, so each thread does this when it starts to work.  fp_leave restores what was set before, status
 * flags included, so that no kernel leaves a flag that NumPy would report. */
#if defined(__SSE2__) || defined(_M_X64)
#include <xmmintrin.h>
typedef unsigned int fp_state;
/* Writing the register takes some 80 ns if it is read soon after.  In most calls it already has the right value. */
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
static inline void finish(ptrdiff_t *left) { _InterlockedExchangeAdd64(left, -1); }
static inline int finished(const ptrdiff_t *left) { return _InterlockedExchangeAdd64((ptrdiff_t *)left, 0) <= 0; }
static inline void relax(int times) { (void)times; _mm_pause(); }
#else
#define THREAD_LOCAL __thread
static int busy;
static inline int try_acquire(void) { return !__atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE); }
static inline void release(void) { __atomic_store_n(&busy, 0, __ATOMIC_RELEASE); }
static inline ptrdiff_t take(ptrdiff_t *next) { return __atomic_fetch_add(next, 1, __ATOMIC_RELAXED); }
static inline void finish(ptrdiff_t *left) { __atomic_fetch_sub(left, 1, __ATOMIC_RELEASE); }
static inline int finished(const ptrdiff_t *left) { return __atomic_load_n(left, __ATOMIC_ACQUIRE) <= 0; }
#include <sched.h>
/* Called in a loop that waits for other threads.  After a while it gives up the core, which they may need. */
static inline void relax(int times) {
    if (times >= 1000) sched_yield();
#ifdef __SSE2__
    else _mm_pause();
#endif
}
#endif

/* The cores on which a region's threads run.  Thread 0 is the caller, the others are OpenMP's workers.
 *
 * Linux may wake a worker on the core of its caller.  It does so if another library's idle threads keep the other
 * cores busy (OpenBLAS's spin for 110 ms), and in virtual machines even if the other cores are idle, because a halted
 * virtual core counts as busy (seen with KVM, Linux 6.18).  The worker then waits for milliseconds until the system
 * interrupts the caller.  So a worker that finds itself on the caller's core moves to another one (arrive).  It also
 * makes the next callers move each sleeping worker to a core of its own before they wake it (send_workers).  Both
 * change a thread's affinity for a moment and then restore it.  An MLP of 512 rows after 10 ms of sleep takes 4.9 ms
 * with this and took 7.0 ms without it (benchmarks/numpy_in_turns.py). */
enum { MOST_THREADS = 1024 };
#ifdef __linux__
#include <pthread.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>

typedef struct {
    int tid;            /* Linux's number of the thread; 0 if unknown */
    int core;           /* number of the core that it last ran on */
    int sent;           /* 1 while its affinity is the one core that it was sent to */
    cpu_set_t mask;     /* its affinity before that */
} place;
static place places[MOST_THREADS];
static int sendings;            /* number of regions to come whose workers are sent to cores of their own */
static int placed;              /* number of threads in the last region */
static struct timespec ended;   /* when the last region ended */
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static THREAD_LOCAL int own_tid;
enum {
    SENDINGS = 64,  /* regions */
    AWAKE = 40000   /* ns for which workers still spin after a region, so that nobody has to wake them */
};

/* When a thread ends, Linux may give its number to another thread, so the number must not stay in the table. */
static void forget(void *unused) {
    int i;
    (void)unused;
    for (i = 0; i < MOST_THREADS; i++)
        if (places[i].tid == own_tid) places[i].tid = 0;
}
static void make_key(void) { pthread_key_create(&key, forget); }
static inline int this_tid(void) {
    if (!own_tid) {
        own_tid = (int)syscall(SYS_gettid);
        pthread_once(&key_once, make_key);
        pthread_setspecific(key, &own_tid);
    }
    return own_tid;
}

/* Restores the affinity of a thread that was sent.  The thread itself does this, or else the caller. */
static inline void call_back(place *p) {
    if (p->sent && p->tid) sched_setaffinity(p->tid, sizeof p->mask, &p->mask);
    p->sent = 0;
}

/* The caller does this before the region. */
static void send_workers(int threads) {
    cpu_set_t used, one;
    struct timespec now;
    int i, cpu, own = sched_getcpu();
    int known = places[0].tid == this_tid();    /* another caller has other workers, or none yet */
    places[0].tid = this_tid();
    places[0].core = own;
    if (!known || own < 0 || sendings == 0) return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if ((now.tv_sec - ended.tv_sec) * 1000000000LL + now.tv_nsec - ended.tv_nsec < AWAKE) return;
    sendings--;
    CPU_ZERO(&used);
    CPU_SET(own, &used);
    for (i = 1; i < threads && i < placed; i++) {
        place *p = &places[i];
        if (!p->tid || sched_getaffinity(p->tid, sizeof p->mask, &p->mask)) continue;
        cpu = p->core;
        if (cpu < 0 || CPU_ISSET(cpu, &used) || !CPU_ISSET(cpu, &p->mask))
            for (cpu = 0; cpu < CPU_SETSIZE && (CPU_ISSET(cpu, &used) || !CPU_ISSET(cpu, &p->mask)); cpu++);
        if (cpu == CPU_SETSIZE) return;
        CPU_SET(cpu, &used);
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        p->sent = !sched_setaffinity(p->tid, sizeof one, &one);
    }
}

/* Each thread does these two when the region begins and when it ends. */
static void arrive(int own) {
    place *p = &places[own];
    cpu_set_t others;
    if (own == 0) return;
    call_back(p);
    p->tid = this_tid();
    p->core = sched_getcpu();
    if (p->core == places[0].core && p->core >= 0 && !sched_getaffinity(0, sizeof p->mask, &p->mask)) {
        sendings = SENDINGS;
        others = p->mask;
        CPU_CLR(p->core, &others);
        if (CPU_COUNT(&others) && !sched_setaffinity(0, sizeof others, &others))
            sched_setaffinity(0, sizeof p->mask, &p->mask);
    }
}
static void depart(int own) { places[own].core = sched_getcpu(); }
static void region_ended(int threads) {
    int i;
    for (i = 1; i < threads; i++) call_back(&places[i]);    /* OpenMP may have started fewer threads */
    placed = threads;
    if (sendings) clock_gettime(CLOCK_MONOTONIC, &ended);
}
#else
static inline void send_workers(int threads) { (void)threads; }
static inline void arrive(int own) { (void)own; }
static inline void depart(int own) { (void)own; }
static inline void region_ended(int threads) { (void)threads; }
#endif

static THREAD_LOCAL int thread_limit;  /* number of threads from `with threads(n)`; 0 for the process's setting */

#endif
