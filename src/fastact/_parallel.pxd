ctypedef void (*task_t)(void* context, Py_ssize_t index) noexcept nogil

cdef int num_threads() noexcept nogil
cdef void parallel_for(task_t task, void* context, Py_ssize_t count, int threads) noexcept nogil
cdef void parallel_phases(
    task_t task, void* context, Py_ssize_t count, Py_ssize_t phases, int threads) noexcept nogil
cdef object rounded(object value, object dtype)
