"""The only place with OpenMP: one parallel loop, and the number of threads it may use.

Baseline code, shared by the kernels of all targets.
"""
from cython.parallel cimport parallel, prange

from numpy import asarray

cdef extern from "_parallel.h" nogil:
    ctypedef struct fp_state:
        pass
    fp_state fp_enter()
    void fp_leave(fp_state old)
    int HAS_OPENMP
    int omp_get_max_threads()
    int omp_in_parallel()
    bint try_acquire()
    void release()
    Py_ssize_t take(Py_ssize_t* next)
    int this_cpu()
    void move_to_free(const int* used, int count)
    int thread_limit

cdef enum:
    MOST_SHARES = 1024

cdef struct Share:              # a cache line
    Py_ssize_t next             # task, to be taken by whoever comes
    Py_ssize_t end
    char[48] unused

cdef Share[MOST_SHARES] shares  # those of the one region
cdef int[MOST_SHARES] cores     # where its threads are, or were last: the caller, the workers

has_openmp = bool(HAS_OPENMP)
for _i in range(MOST_SHARES):
    cores[_i] = -1

cdef int process_threads = 1
cdef int omp_threads_at_import = omp_get_max_threads()
cdef bint region_was_run = False
cdef bint serial_after_fork = False


cdef void work(task_t task, void* context, Share* all_shares, int count, int own) noexcept nogil:
    """The tasks of a thread's own share, and then what others have left of theirs.

    A worker that slept is there some 100 microseconds late, on a core with another library's waiting
    threads much later: then the others do what it would have done, but for a task.  It leaves its
    caller's core, and the caller, before it begins, that of a worker.
    """
    cdef fp_state before = fp_enter()
    cdef Share* share
    cdef Py_ssize_t index
    cdef int i
    if own:
        move_to_free(cores, 1)
    for i in range(count):
        share = &all_shares[(own + i) % count]
        index = take(&share.next)
        while index < share.end:
            task(context, index, own)
            index = take(&share.next)
    cores[own] = this_cpu()
    fp_leave(before)


cdef void parallel_for(task_t task, void* context, Py_ssize_t count, int threads) noexcept nogil:
    """Run task(context, index, thread) for index = 0, ..., count - 1 on up to `threads` threads.

    Each begins with neighbours of its own, the same ones in every call, which its cache may hold.
    """
    parallel_phases(task, context, &count, 1, threads)


cdef void parallel_phases(
    task_t task, void* context, const Py_ssize_t* counts, Py_ssize_t phases, int threads,
) noexcept nogil:
    """Run the first counts[0] tasks, then the next counts[1], `phases` times in all, in one parallel region.

    A phase begins when the one before has ended on all threads.  Serial inside somebody else's
    parallel region, in a forked child (libgomp's threads do not survive a fork), and while another
    Python thread has the team: one region a process at a time.
    """
    global region_was_run
    cdef Py_ssize_t phase, index, most = 0, total = 0
    cdef int i
    cdef fp_state before
    for phase in range(phases):
        most = max(most, counts[phase])
        total += counts[phase]
    if threads > most:
        threads = <int>most
    if threads * phases > MOST_SHARES:
        threads = <int>(MOST_SHARES // phases)
    if threads <= 1 or serial_after_fork or omp_in_parallel() or not try_acquire():
        before = fp_enter()
        for index in range(total):
            task(context, index, 0)
        fp_leave(before)
        return
    region_was_run = True
    move_to_free(&cores[1], threads - 1)
    cores[0] = this_cpu()
    total = 0
    for phase in range(phases):
        for i in range(threads):
            shares[phase * threads + i].next = total + counts[phase] * i // threads
            shares[phase * threads + i].end = total + counts[phase] * (i + 1) // threads
        total += counts[phase]
    with parallel(num_threads=threads):
        for phase in range(phases):
            for i in prange(threads, schedule="static"):
                work(task, context, &shares[phase * threads], threads, i)
    release()


cdef object rounded(object value, object dtype):
    """np.asarray(value, dtype), to the nearest whatever mode the caller has set."""
    cdef fp_state before = fp_enter()
    try:
        return asarray(value, dtype)
    finally:
        fp_leave(before)


cdef int num_threads() noexcept nogil:
    """Threads that a call from this thread may use now.

    threadpoolctl and omp_set_num_threads change OpenMP's own setting, which is thread-local and
    read here at each call: a value below the one found at import is taken as a limit.
    """
    cdef int threads = thread_limit if thread_limit > 0 else process_threads
    cdef int limit = omp_get_max_threads()
    if limit < omp_threads_at_import and limit < threads:
        threads = limit
    return threads


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
