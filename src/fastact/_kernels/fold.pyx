"""Fold kernels: functions of a whole row, as gufuncs over the last axis.

Rows that are not plain are copied to scratch memory; rows are shared out among the threads.  Sums
run in one order for a target, whatever the number of threads.
"""
from cpython.exc cimport PyErr_NoMemory
from libc.math cimport INFINITY
from libc.stdlib cimport malloc, free
cimport numpy as cnp

from fastact._kernels.buffers cimport (
    BFLOAT, DOUBLE, FLOAT, STORAGES, gather, itemsize, min_size, pad, scatter,
)
from fastact._kernels.simd cimport (
    real, tier, exact, fast, f32, f64, lanes, splat, load, store, mul_add, max, where_lt, sum_f, sum_d,
    maximum_f, maximum_d, VF_LANES, VD_LANES,
)
from fastact._kernels.vecmath cimport exp, exp_times, two_sum
from fastact._parallel cimport parallel_for, num_threads

cnp.import_array()
cnp.import_ufunc()

# -------------------------------------------------------------------------------- rows --
# A row function works on contiguous buffers of whole vectors, one for each input, and leaves its
# result in the last.  The padding of every buffer is what adds nothing.

ctypedef void (*row_t)(void* like, void* tier, char** buffers, Py_ssize_t n) noexcept nogil


cdef enum:
    SUM_BLOCK = 512     # elements summed in their own precision, before a double takes over


cdef inline double sum_lanes(real v) noexcept nogil:
    if real is f32:
        return sum_f(v)
    else:
        return sum_d(v)


cdef inline double max_lanes(real v) noexcept nogil:
    if real is f32:
        return maximum_f(v)
    else:
        return maximum_d(v)


cdef inline void add_exactly(double* total, double* rest, double x) noexcept nogil:
    """total + rest + x, with what rounding takes from the total added to the rest (Knuth)."""
    cdef double sum = total[0] + x
    cdef double part = sum - total[0]
    rest[0] += (total[0] - (sum - part)) + (x - part)
    total[0] = sum


cdef inline real exp_difference(real x, real top, tier t) noexcept nogil:
    """exp(x - top) for x <= top; for doubles the difference is carried in two parts."""
    cdef real difference, low
    if real is f64 and tier is exact:
        two_sum(x, -top, &difference, &low)
        low = where_lt(difference, splat(x, -800), splat(x, 0), low)    # of -inf it would be NaN
        return exp_times(max(splat(x, -800), difference), low, splat(x, 1), t)
    else:
        return exp(x - top, t)


cdef void softmax_row(real* unused, tier* unused_too, char** buffers, Py_ssize_t n) noexcept nogil:
    """exp(x - max x) / sum.  A row of -inf, or with NaN or +inf, is all NaN, as in PyTorch.

    exact float32 comes here in double lanes: differences exact, one rounding at the end.  The sum
    of positive terms is taken in blocks, so its error does not grow with the row's length; for exact
    float64 what its roundings lose is added up beside it.
    """
    cdef real v, top, inverse, partial, rest, low
    cdef tier t
    cdef Py_ssize_t i, end, k
    cdef double total = 0, total_rest = 0
    cdef double[16] lane
    cdef char* x = buffers[0]
    top = load(v, x, 0)
    i = lanes(v)
    while i < n:
        top = max(top, load(v, x, i))
        i += lanes(v)
    top = splat(v, max_lanes(top))
    i = 0
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        partial = rest = splat(v, 0)
        while i < end:
            v = exp_difference(load(v, x, i), top, t)
            if real is f64 and tier is exact:
                two_sum(partial, v, &partial, &low)
                rest = rest + low
            else:
                partial = partial + v
            store(x, i, v)
            i += lanes(v)
        if real is f64 and tier is exact:
            store(lane, 0, partial)
            for k in range(lanes(v)):
                add_exactly(&total, &total_rest, lane[k])
            total_rest += sum_lanes(rest)
        else:
            total += sum_lanes(partial)
    total += total_rest
    inverse = splat(v, 1 / total)
    i = 0
    while i < n:
        if real is f64 and tier is exact:
            store(x, i, load(v, x, i) / splat(v, total))
        else:
            store(x, i, load(v, x, i) * inverse)
        i += lanes(v)


cdef void softmax_backward_row(real* unused, tier* unused_too, char** buffers, Py_ssize_t n) noexcept nogil:
    """y (grad - sum(grad y))."""
    cdef real v, partial, common
    cdef Py_ssize_t i = 0, end
    cdef double total = 0
    cdef char* grad = buffers[0]
    cdef char* y = buffers[1]
    while i < n:
        end = min_size(n, i + SUM_BLOCK)
        partial = splat(v, 0)
        while i < end:
            partial = mul_add(load(v, grad, i), load(v, y, i), partial)
            i += lanes(v)
        total += sum_lanes(partial)
    common = splat(v, total)
    i = 0
    while i < n:
        store(y, i, load(v, y, i) * (load(v, grad, i) - common))
        i += lanes(v)


# ------------------------------------------------------------------------------- table --

cdef enum:
    ROW_COUNT = 2
    MAX_INPUTS = 2

cdef struct Row:
    const char* name
    const char* signature
    int nin
    double padding[MAX_INPUTS]
    row_t float_fast
    row_t double_exact
    row_t double_fast

cdef Row[ROW_COUNT] ROWS = [
    Row(b"softmax", b"(n)->(n)", 1, [-INFINITY, 0], <row_t>softmax_row[f32, fast],
        <row_t>softmax_row[f64, exact], <row_t>softmax_row[f64, fast]),
    Row(b"softmax_backward", b"(n),(n)->(n)", 2, [0, 0], <row_t>softmax_backward_row[f32, fast],
        <row_t>softmax_backward_row[f64, exact], <row_t>softmax_backward_row[f64, fast]),
]

cdef struct FoldKernel:
    row_t row
    double padding[MAX_INPUTS]
    int nin
    int storage
    int lanes


# ------------------------------------------------------------------------------ driver --

cdef struct Call:
    FoldKernel* kernel
    char** args
    const Py_ssize_t* steps     # of the rows, then within a row: inputs and output
    Py_ssize_t rows
    Py_ssize_t n
    Py_ssize_t padded
    Py_ssize_t chunk
    char* scratch               # nin buffers for each chunk


cdef void run_chunk(void* context, Py_ssize_t index) noexcept nogil:
    cdef Call* call = <Call*>context
    cdef FoldKernel* kernel = call.kernel
    cdef char* buffers[MAX_INPUTS]
    cdef Py_ssize_t size = call.padded * itemsize(kernel.lanes), row
    cdef int j, nargs = kernel.nin + 1
    for j in range(kernel.nin):
        buffers[j] = call.scratch + (index * kernel.nin + j) * size
    for row in range(index * call.chunk, min_size(call.rows, (index + 1) * call.chunk)):
        for j in range(kernel.nin):
            gather(kernel.storage, kernel.lanes, call.args[j] + row * call.steps[j],
                   call.steps[nargs + j], call.n, buffers[j])
            pad(buffers[j], kernel.lanes, call.n, call.padded, kernel.padding[j])
        kernel.row(NULL, NULL, buffers, call.padded)
        scatter(kernel.storage, kernel.lanes, buffers[kernel.nin - 1],
                call.args[kernel.nin] + row * call.steps[kernel.nin], call.steps[nargs + kernel.nin], call.n)


cdef void gufunc_loop(char** args, const cnp.npy_intp* dimensions, const cnp.npy_intp* steps, void* data) noexcept nogil:
    cdef Call call
    cdef int threads = 1
    cdef Py_ssize_t chunks, vector
    call.kernel = <FoldKernel*>data
    call.args = args
    call.steps = <const Py_ssize_t*>steps
    call.rows = dimensions[0]
    call.n = dimensions[1]
    if call.rows == 0 or call.n == 0:
        return
    vector = VF_LANES if call.kernel.lanes == FLOAT else VD_LANES
    call.padded = (call.n + vector - 1) // vector * vector
    if call.rows * call.n >= PARALLEL_FROM:
        threads = num_threads()
    call.chunk = (call.rows + threads - 1) // threads
    chunks = (call.rows + call.chunk - 1) // call.chunk
    call.scratch = <char*>malloc(chunks * call.kernel.nin * call.padded * itemsize(call.kernel.lanes))
    if call.scratch == NULL:
        with gil:
            PyErr_NoMemory()
        return
    parallel_for(run_chunk, &call, chunks, threads)
    free(call.scratch)


# ------------------------------------------------------------------- what Python sees --

cdef Py_ssize_t PARALLEL_FROM = 32768   # elements from which a second thread pays

cdef FoldKernel[ROW_COUNT][2][STORAGES] KERNELS
cdef void* DATA[ROW_COUNT][2][STORAGES]
cdef cnp.PyUFuncGenericFunction[3] LOOPS
LOOPS[0] = LOOPS[1] = LOOPS[2] = <cnp.PyUFuncGenericFunction>gufunc_loop
cdef int[3] NUMPY_TYPES = [cnp.NPY_FLOAT, cnp.NPY_DOUBLE, cnp.NPY_FLOAT16]
cdef char[MAX_INPUTS][3 * (MAX_INPUTS + 1)] TYPES       # by number of inputs, less one
cdef const char* DOC = b"A raw gufunc of fastact; the activation of the same name documents it."


cdef FoldKernel describe(const Row* row, bint is_fast, int storage) noexcept:
    cdef FoldKernel kernel
    kernel.padding = row.padding
    kernel.nin = row.nin
    kernel.storage = storage
    kernel.lanes = FLOAT if is_fast and storage != DOUBLE else DOUBLE
    if storage == DOUBLE:
        kernel.row = row.double_fast if is_fast else row.double_exact
    else:
        kernel.row = row.float_fast if is_fast else row.double_fast
    return kernel


cdef dict build():
    """All gufuncs, by name."""
    cdef int i, accuracy, j
    cdef dict built = {}
    for i in range(MAX_INPUTS):
        for j in range(3 * (i + 2)):
            TYPES[i][j] = NUMPY_TYPES[j // (i + 2)]
    for i in range(ROW_COUNT):
        for accuracy in range(2):
            for j in range(STORAGES):
                KERNELS[i][accuracy][j] = describe(&ROWS[i], accuracy, j)
                DATA[i][accuracy][j] = &KERNELS[i][accuracy][j]
            name = ROWS[i].name.decode() + ("_fast" if accuracy else "")
            text = name.encode()
            _KEPT.append(text)
            built[name] = cnp.PyUFunc_FromFuncAndDataAndSignature(
                LOOPS, DATA[i][accuracy], TYPES[ROWS[i].nin - 1], 3,
                ROWS[i].nin, 1, cnp.PyUFunc_None, text, DOC, 0, ROWS[i].signature,
            )
    return built


def register_bfloat16(dtype):
    """Give every gufunc a loop for this dtype, which NumPy does not know by itself."""
    cdef int i, accuracy, number = dtype.num
    cdef int[MAX_INPUTS + 1] types
    for i in range(MAX_INPUTS + 1):
        types[i] = number
    for i in range(ROW_COUNT):
        for accuracy in range(2):
            cnp.PyUFunc_RegisterLoopForType(
                ufuncs[ROWS[i].name.decode() + ("_fast" if accuracy else "")], number,
                <cnp.PyUFuncGenericFunction>gufunc_loop, types, DATA[i][accuracy][BFLOAT])


_KEPT = []          # names: a ufunc keeps a pointer to the bytes only
ufuncs = build()
