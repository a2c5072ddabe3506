cdef enum:
    MOST_TASKS = 4      # tasks for each thread, so that the other threads can do those of one that comes late

# index: number of the task.  thread: number of the thread that does it, from 0 to below `threads`.
ctypedef void (*task_t)(void* context, Py_ssize_t index, int thread) noexcept nogil

cdef int num_threads() noexcept nogil
cdef void parallel_for(task_t task, void* context, Py_ssize_t count, int threads) noexcept nogil
cdef void parallel_phases(
    task_t task, void* context, const Py_ssize_t* counts, Py_ssize_t phases, int threads) noexcept nogil
cdef object rounded(object value, object dtype)
