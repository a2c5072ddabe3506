"""The parallel loop and the number of threads it may use.  No other module uses OpenMP.

This is baseline code, and the kernels of all targets share it.
"""
from cython.parallel cimport parallel

from numpy import asarray

cdef extern from "parallel.h" nogil:
    ctypedef struct fp_state:
        pass
    fp_state fp_enter()
    void fp_leave(fp_state old)
    int HAS_OPENMP
    int omp_get_max_threads()
    int omp_in_parallel()
    int bound_cpus()
    bint try_acquire()
    void release()
    int omp_get_thread_num()
    Py_ssize_t take(Py_ssize_t* next)
    void finish(Py_ssize_t* left)
    bint finished(const Py_ssize_t* left)
    void relax(int times)
    void send_workers(int threads)
    void arrive(int thread)
    void depart(int thread)
    void region_ended(int threads)
    int thread_limit

cdef enum:
    MOST_SHARES = 1024      # threads times phases
    MOST_PHASES = 16        # phases of one parallel region; a call with more runs serially

cdef struct Share:              # the tasks that one thread does first in one phase; fills a cache line
    Py_ssize_t next             # number of the first task that no thread has taken yet
    Py_ssize_t end              # number of the last task, plus 1
    char[48] unused

cdef struct Phase:              # fills a cache line
    Py_ssize_t left             # number of tasks that are not done
    char[56] unused

cdef struct Region:
    task_t task
    void* context
    Py_ssize_t phases
    int threads

cdef Share[MOST_SHARES] shares  # there is one region at a time
cdef Phase[MOST_PHASES] state

has_openmp = bool(HAS_OPENMP)

cdef int process_threads = 1
cdef int omp_threads_at_import = omp_get_max_threads()
cdef bint region_was_run = False
cdef bint serial_after_fork = False


cdef void work(const Region* region) noexcept nogil:
    """Do the work of one thread of the region: in each phase its own share, then what is left of the others' shares.

    A worker that slept arrives some 100 microseconds late, and much later if another library's threads spin on its
    core.  The other threads then do its tasks.  A thread without a task delays the others only at the region's end.
    """
    cdef fp_state before = fp_enter()
    cdef int own = omp_get_thread_num(), i, times
    cdef Py_ssize_t phase, index
    cdef Share* share
    arrive(own)
    for phase in range(region.phases):
        for i in range(region.threads):
            share = &shares[phase * region.threads + (own + i) % region.threads]
            index = take(&share.next)
            while index < share.end:
                region.task(region.context, index, own)
                finish(&state[phase].left)
                index = take(&share.next)
        times = 0
        while phase + 1 < region.phases and not finished(&state[phase].left):
            relax(times)
            times += 1
    depart(own)
    fp_leave(before)


cdef void parallel_for(task_t task, void* context, Py_ssize_t count, int threads) noexcept nogil:
    """Run task(context, index, thread) for index = 0, ..., count - 1 on up to `threads` threads.

    Each thread begins with consecutive tasks, the same in every call, so that its cache may hold their data.
    """
    parallel_phases(task, context, &count, 1, threads)


cdef void parallel_phases(
    task_t task, void* context, const Py_ssize_t* counts, Py_ssize_t phases, int threads,
) noexcept nogil:
    """Run the first counts[0] tasks, then the next counts[1], `phases` times in all, in one parallel region.

    A phase begins when all tasks of the phase before are done.  The process runs one region at a time.  The tasks run
    serially inside another library's parallel region, in a forked child (libgomp's threads do not survive a fork), and
    while another Python thread runs a region.
    """
    global region_was_run
    cdef Region region
    cdef Py_ssize_t phase, index, most = 0, total = 0
    cdef int i
    cdef fp_state before
    for phase in range(phases):
        most = max(most, counts[phase])
        total += counts[phase]
    if threads > most:
        threads = <int>most
    if phases > MOST_PHASES:
        threads = 1
    elif threads * phases > MOST_SHARES:
        threads = <int>(MOST_SHARES // phases)
    if threads <= 1 or serial_after_fork or omp_in_parallel() or not try_acquire():
        before = fp_enter()
        for index in range(total):
            task(context, index, 0)
        fp_leave(before)
        return
    region_was_run = True
    total = 0
    for phase in range(phases):
        state[phase].left = counts[phase]
        for i in range(threads):
            shares[phase * threads + i].next = total + counts[phase] * i // threads
            shares[phase * threads + i].end = total + counts[phase] * (i + 1) // threads
        total += counts[phase]
    region.task, region.context, region.phases, region.threads = task, context, phases, threads
    send_workers(threads)
    with parallel(num_threads=threads):     # with prange the threads would wait for each other at the start
        work(&region)
    region_ended(threads)
    release()


cdef object rounded(object value, object dtype):
    """Return np.asarray(value, dtype), rounded to nearest in any rounding mode of the caller."""
    cdef fp_state before = fp_enter()
    try:
        return asarray(value, dtype)
    finally:
        fp_leave(before)


cdef int num_threads() noexcept nogil:
    """Return the number of threads that a call from this thread may use now.

    threadpoolctl and omp_set_num_threads change OpenMP's own setting, which is thread-local.  It is read here at each
    call, and a value below the one at import is a limit.
    """
    cdef int threads = thread_limit if thread_limit > 0 else process_threads
    cdef int limit = omp_get_max_threads()
    if limit < omp_threads_at_import and limit < threads:
        threads = limit
    return threads


def get_bound_cpus():
    """Return the number of CPUs that OpenMP binds its threads to, or 0 if it does not bind them."""
    return bound_cpus()


def get_num_threads():
    return num_threads()


def set_num_threads(int n):
    global process_threads
    process_threads = n


def get_thread_limit():
    return thread_limit


def set_thread_limit(int n):
    global thread_limit
    thread_limit = n


def after_fork_in_child():
    global serial_after_fork
    serial_after_fork = region_was_run
    release()
