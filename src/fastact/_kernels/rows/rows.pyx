"""Functions of a whole row (softmax, sparsemax, maxout ...), as gufuncs over the last axis.

If a row is contiguous in memory and has the type of the lanes, it is read and written in place.  Other rows
pass through scratch memory.  The rows are divided among the threads.  The order of a sum is fixed for each
target; it does not depend on the number of rows and threads, the alignment or the strides.

The functions are in the included files, and table.pxi lists them.  route.pxi is a function of its own, no gufunc.  This file defines row functions, the loop
that calls them for the rows of a ufunc, and the interface for Python.
"""
from libc.math cimport (
    INFINITY, NAN, exp as c_exp, fabs, frexp, ldexp, log as c_log, log1p as c_log1p, rint, sqrt as c_sqrt,
)
from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.stdint cimport INT64_MIN, int32_t, int64_t, uintptr_t
from libc.stdlib cimport free, llabs, malloc
from libc.string cimport memcpy, memset
cimport numpy as cnp

from fastact._kernels.simd.buffers cimport (
    BFLOAT, DOUBLE, FLOAT, STORAGES, gather, itemsize, min_size, scatter,
)
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, fast, f32, f64, lanes, splat, load, store, load_part, store_part, fma, mul_add, max, min, abs, sqrt,
    where_lt, sum_f, sum_d, splat_d, splat_f, maximum_number_f, maximum_d, lookup16_f, add_shifted_f, any_lt_f,
    unless_le_f,
    compress_f, bit_count, tiny_f, scale_tail_f, select_f,
    widen_low, widen_high, load_widened, scale_f, fraction_f, HAS_FMA, HAS_FRACTION, HAS_LOOKUP32, TABLE_SEGMENTS,
    VF_LANES, VD_LANES,
)
from fastact._kernels.elementwise.formulas_sigmoid cimport softcap
from fastact._kernels.elementwise.kernel cimport Kernel as Elementwise
from fastact._kernels.math.vecmath cimport exp, exp_times, horner, log, log1p_ratio, two_sum
from fastact._runtime.parallel cimport MOST_TASKS, parallel_for, num_threads

cdef extern from "Python.h":
    # cpython.exc declares that this raises an exception at once, which a loop of a ufunc would lose.
    void PyErr_NoMemory() noexcept

cdef extern from "rows.h" nogil:
    enum: PARTS
    f32 enlarged_f(f32 y)
    f32 larger_f(f32 a, f32 b)
    f64 larger_d(f64 a, f64 b)
    f32 where_same_f(f32 a, f32 b, f32 x, f32 y)
    f64 where_same_d(f64 a, f64 b, f64 x, f64 y)
    f32 firsts_f(f32 v, f32 w)
    f64 firsts_d(f64 v, f64 w)
    f32 seconds_f(f32 v, f32 w)
    f64 seconds_d(f64 v, f64 w)
    f32 pairs_low_f(f32 a, f32 b)
    f64 pairs_low_d(f64 a, f64 b)
    f32 pairs_high_f(f32 a, f32 b)
    f64 pairs_high_d(f64 a, f64 b)
    f32 pair_order_f(f32 v)
    f64 pair_order_d(f64 v)

cdef extern from "tables.h" nogil:
    const double ROW_EXP_FACTOR
    const float ROW_EXP_SCALE_HI_F32, ROW_EXP_SCALE_LO_F32
    const float *ROW_EXP_F32
    const float *ROW_EXP_BIASED_F32
    const float *EXP2_FAST_F32
    const float *EXP2_FRACTION_FAST_F32
    int ROW_EXP_F32_COUNT, EXP2_FAST_F32_COUNT, EXP2_FRACTION_FAST_F32_COUNT

cnp.import_array()
cnp.import_ufunc()

ctypedef fused number:
    float
    double


# ------------------------------------------------------------------------ row functions --
# A row function works on contiguous arrays of the type of the lanes, of n elements each: a and, if it has two
# operands of that length, b.  The result y may be in the place of a.  Each function defines the meaning of
# `factor`.  `batch` is null, or asks for several rows, if the function can do them (see `batches` in table.pxi).

cdef struct Batch:
    Py_ssize_t rows             # number of rows
    Py_ssize_t a_step, y_step   # bytes from one row of a, and of y, to the next

ctypedef void (*row_t)(
    void* like, void* tier, const char* a, const char* b, char* y, Py_ssize_t n, double factor, const Batch* batch
) noexcept nogil

cdef enum:
    SHORT = 512     # largest number of elements of a row for which several rows are computed together
    BATCH = 16      # number of rows that are computed together

include "passes.pxi"
include "reductions.pxi"
include "exponentials.pxi"
include "softmax.pxi"
include "logarithms.pxi"
include "sparsemax.pxi"
include "entmax.pxi"
include "maxout.pxi"
include "poly_norm.pxi"
include "table.pxi"


# ------------------------------------------------------------------------------ operands --

cdef struct Operand:
    char* data              # the first element of the first row
    Py_ssize_t step         # bytes from row to row
    Py_ssize_t groups, size # number of groups in a row, and of elements in a group
    Py_ssize_t group_step   # bytes from group to group
    Py_ssize_t item_step    # bytes from element to element of a group


cdef struct Call:
    Kernel* kernel          # the description of the function
    Operand[MAX_OPERANDS] operands  # the inputs, then the result
    Py_ssize_t rows         # number of rows
    Py_ssize_t n            # number of elements in a row of the longest operand
    double k                # factor of the row function: number of members of a group, 1 if there are no groups
    Py_ssize_t chunk        # number of rows in one task
    Py_ssize_t stride       # bytes of one scratch buffer
    char* scratch           # three buffers for each thread, or NULL if none is needed


cdef inline bint in_place(const Kernel* kernel, const Operand* o) noexcept nogil:
    """Whether a row function can work on the rows of the operand without a copy."""
    cdef Py_ssize_t item = itemsize(kernel.lanes)
    return (kernel.storage == kernel.lanes and (o.item_step == item or o.size == 1)
            and (o.groups == 1 or o.group_step == o.size * item))


cdef inline void gather_row(const Kernel* kernel, const Operand* o, Py_ssize_t row, char* to) noexcept nogil:
    """Copy one row to contiguous memory, converted to the type of the lanes."""
    cdef Py_ssize_t group, size = o.size, groups = o.groups
    if o.group_step == size * o.item_step:
        size *= groups
        groups = 1
    for group in range(groups):
        gather(kernel.storage, kernel.lanes, o.data + row * o.step + group * o.group_step, o.item_step, size,
               to + group * size * itemsize(kernel.lanes))


cdef inline void scatter_row(
    const Kernel* kernel, int lanes, const char* source, const Operand* o, Py_ssize_t row
) noexcept nogil:
    """Copy contiguous memory of the type `lanes` to one row of the operand."""
    cdef Py_ssize_t group, size = o.size, groups = o.groups
    if o.group_step == size * o.item_step:
        size *= groups
        groups = 1
    for group in range(groups):
        scatter(kernel.storage, lanes, source + group * size * itemsize(lanes),
                o.data + row * o.step + group * o.group_step, o.item_step, size)


cdef inline double one_number(const Kernel* kernel, const Operand* o, Py_ssize_t row) noexcept nogil:
    """The number that the operand has for this row."""
    cdef double value
    gather(kernel.storage, DOUBLE, o.data + row * o.step, 0, 1, <char*>&value)
    return value


cdef inline bint has_where(int form) noexcept nogil:
    """Whether the operands are x, mask, numbers of the row, where, and the result."""
    return form == MASKED or form == MASKED_SCALAR or form == WITH_SINK


cdef inline bint is_number(int form, int operand) noexcept nogil:
    """Whether the operand has one number for each row."""
    if form == SLOPE:
        return operand == 0
    if has_where(form):
        return 2 <= operand < OPERANDS[form] - 2 or form == MASKED_SCALAR and operand == OPERANDS[form] - 1
    if form == SCALAR:
        return operand == 1
    return form == POLY and 1 <= operand <= 5 or form == POLY_BACK and 2 <= operand <= 5


cdef void run_poly(Call* call, Py_ssize_t row, char* a, char* b, char* y) noexcept nogil:
    """Compute one row of the forms POLY and POLY_BACK; a, b and y are scratch memory, each for one row."""
    cdef Kernel* kernel = call.kernel
    cdef PolyNorm p
    cdef int j, first = 1 if kernel.form == POLY else 2
    for j in range(3):
        p.weight[j] = one_number(kernel, &call.operands[first + j], row)
    p.bias = one_number(kernel, &call.operands[4], row) if kernel.form == POLY else 0
    p.eps = one_number(kernel, &call.operands[5], row)
    gather_row(kernel, &call.operands[0], row, a)
    p.x = a
    if kernel.form == POLY_BACK:
        gather_row(kernel, &call.operands[1], row, b)
        p.x = b
    kernel.row(NULL, NULL, a, <char*>&p, y, call.n, 1, NULL)
    scatter_row(kernel, kernel.lanes, y, &call.operands[6], row)


include "mask.pxi"
include "maxout_across_rows.pxi"


# -------------------------------------------------------------------------------- driver --

cdef void run_chunk(void* context, Py_ssize_t index, int thread) noexcept nogil:
    """Compute the rows of one chunk, which are one task."""
    cdef Call* call = <Call*>context
    cdef Kernel* kernel = call.kernel
    cdef char* buffers[3]
    cdef char* data[3]
    cdef bint direct[3]
    cdef int j, first = 0, last = kernel.operands - 1
    cdef Py_ssize_t row
    cdef double factor = call.k, number
    cdef Operand* o = call.operands
    cdef Batch batch
    cdef f32 float_like = splat_f(0)
    cdef f64 double_like = splat_d(0)
    for j in range(3):
        buffers[j] = call.scratch + (3 * thread + j) * call.stride
    if has_where(kernel.form):
        for row in range(index * call.chunk, min_size(call.rows, (index + 1) * call.chunk)):
            run_masked(call, row, buffers[0], buffers[1])
        return
    if kernel.form == POLY or kernel.form == POLY_BACK:
        for row in range(index * call.chunk, min_size(call.rows, (index + 1) * call.chunk)):
            run_poly(call, row, buffers[0], buffers[1], buffers[2])
        return
    if by_pieces(call):
        row = index * call.chunk
        if kernel.lanes == FLOAT:
            run_pieces(float_like, call, row, min_size(call.rows, row + call.chunk))
        else:
            run_pieces(double_like, call, row, min_size(call.rows, row + call.chunk))
        return
    if kernel.form == SLOPE:
        first = 1
    for j in range(first, last + 1):
        direct[j] = in_place(kernel, &o[j])
        data[j] = buffers[j]
    if kernel.form == SCALAR:
        direct[last] = False
        data[last] = <char*>&number
    if kernel.batches and direct[0] and direct[1]:
        row = index * call.chunk
        batch.rows = min_size(call.rows, row + call.chunk) - row
        batch.a_step, batch.y_step = o[0].step, o[1].step
        kernel.row(NULL, NULL, o[0].data + row * o[0].step, NULL, o[1].data + row * o[1].step, call.n, 1, &batch)
        return
    for row in range(index * call.chunk, min_size(call.rows, (index + 1) * call.chunk)):
        for j in range(first, last):
            if direct[j]:
                data[j] = o[j].data + row * o[j].step
            else:
                gather_row(kernel, &o[j], row, data[j])
        if direct[last]:
            data[last] = o[last].data + row * o[last].step
        if kernel.form == SLOPE:
            factor = one_number(kernel, &o[0], row)
        kernel.row(NULL, NULL, data[first], data[last - 1], data[last], call.n, factor, NULL)
        if not direct[last]:
            scatter_row(kernel, DOUBLE if kernel.form == SCALAR else kernel.lanes, data[last], &o[last], row)


cdef void gufunc_loop(
    char** args, const cnp.npy_intp* dimensions, const cnp.npy_intp* steps, void* data
) noexcept nogil:
    """The loop of all gufuncs; `data` points to the Kernel."""
    cdef Call call
    cdef Kernel* kernel = <Kernel*>data
    cdef int threads = 1, j, operands = kernel.operands
    cdef Py_ssize_t chunks
    cdef const cnp.npy_intp* inner = steps + operands
    cdef Operand* o
    cdef bint scratch = has_where(kernel.form) or kernel.form == POLY or kernel.form == POLY_BACK
    call.kernel = kernel
    call.rows = dimensions[0]
    call.n = dimensions[1]
    call.k = 1
    if kernel.form == GROUPS or kernel.form == GROUPS_BACK:
        call.n *= dimensions[2]
        call.k = <double>dimensions[2]
    for j in range(operands):
        o = &call.operands[j]
        o.data = args[j]
        o.step = steps[j]
        o.groups = 1
        o.size = 1
        o.group_step = o.item_step = 0
        # NumPy gives the core dimensions of all operands in the order of the signature.
        if (kernel.form == GROUPS and j == 0) or (kernel.form == GROUPS_BACK and j > 0):
            o.groups, o.size = dimensions[1], dimensions[2]
            o.group_step, o.item_step = inner[0], inner[1]
            inner += 2
        elif not is_number(kernel.form, j):
            o.size = dimensions[1]
            o.item_step = inner[0]
            inner += 1
        if o.groups == 1:
            o.group_step = o.size * o.item_step
        if not in_place(kernel, o) and (o.size > 1 or o.groups > 1 or kernel.storage != kernel.lanes):
            scratch = True
    if call.rows == 0 or (call.n == 0 and kernel.form != SCALAR and kernel.form != MASKED_SCALAR):
        return
    if call.rows * call.n >= PARALLEL_FROM:
        threads = num_threads()
    chunks = MOST_TASKS * threads if threads > 1 else 1
    call.chunk = (call.rows + chunks - 1) // chunks
    chunks = (call.rows + call.chunk - 1) // call.chunk
    if by_pieces(&call):
        scratch = False
    call.scratch = NULL
    call.stride = ((call.n + (kernel.form == WITH_SINK)) * itemsize(kernel.lanes) + 63) // 64 * 64     # and the sink
    if scratch:
        call.scratch = <char*>malloc(3 * threads * call.stride + 64)
        if call.scratch == NULL:
            with gil:
                PyErr_NoMemory()
            return
    parallel_for(run_chunk, &call, chunks, threads)
    free(call.scratch)


# -------------------------------------------------------------------- the interface for Python --

cdef Py_ssize_t PARALLEL_FROM = 32768   # number of elements from which a second thread saves time
cdef Py_ssize_t ROUTE_PARALLEL_FROM = 8192  # logits

cdef Kernel[ROW_COUNT][3][STORAGES] KERNELS
cdef void* DATA[ROW_COUNT][3][STORAGES]
cdef cnp.PyUFuncGenericFunction[3] LOOPS
LOOPS[0] = LOOPS[1] = LOOPS[2] = <cnp.PyUFuncGenericFunction>gufunc_loop
cdef int[3] NUMPY_TYPES = [cnp.NPY_FLOAT, cnp.NPY_DOUBLE, cnp.NPY_FLOAT16]
cdef char[FORMS][3 * MAX_OPERANDS] TYPES
cdef const char* DOC = b"A raw gufunc of fastact; the activation of the same name documents it."


cdef inline bint is_where(int form, int operand) noexcept:
    return has_where(form) and operand == OPERANDS[form] - 2


SUFFIXES = ("", "_fast", "_correct")     # of the names, by accuracy


cdef dict build():
    """All gufuncs by name."""
    cdef int i, accuracy, j, k
    cdef dict built = {}
    for i in range(FORMS):
        for j in range(3):
            for k in range(OPERANDS[i]):
                TYPES[i][j * OPERANDS[i] + k] = cnp.NPY_BOOL if is_where(i, k) else NUMPY_TYPES[j]
    for i in range(ROW_COUNT):
        for accuracy in range(3):
            for j in range(STORAGES):
                KERNELS[i][accuracy][j] = describe(&ROWS[i], accuracy, j)
                DATA[i][accuracy][j] = &KERNELS[i][accuracy][j]
            name = ROWS[i].name.decode() + SUFFIXES[accuracy]
            text = name.encode()
            _KEPT.append(text)
            built[name] = cnp.PyUFunc_FromFuncAndDataAndSignature(
                LOOPS, DATA[i][accuracy], TYPES[ROWS[i].form], 3,
                OPERANDS[ROWS[i].form] - 1, 1, cnp.PyUFunc_None, text, DOC, 0, SIGNATURES[ROWS[i].form],
            )
    return built


cdef set several_at_a_time():
    """Names of the gufuncs whose row function gets several rows at a time."""
    cdef int i
    cdef set names = set()
    for i in range(ROW_COUNT):
        if KERNELS[i][0][FLOAT].batches:
            names.add(ROWS[i].name.decode())
    return names


def register_bfloat16(dtype):
    """Give every gufunc a loop for this dtype of bfloat16, which is not part of NumPy."""
    cdef int i, accuracy, k, number = dtype.num
    cdef int[MAX_OPERANDS] types
    for i in range(ROW_COUNT):
        for k in range(MAX_OPERANDS):
            types[k] = cnp.NPY_BOOL if is_where(ROWS[i].form, k) else number
        for accuracy in range(3):
            cnp.PyUFunc_RegisterLoopForType(
                ufuncs[ROWS[i].name.decode() + SUFFIXES[accuracy]], number,
                <cnp.PyUFuncGenericFunction>gufunc_loop, types, DATA[i][accuracy][BFLOAT])


include "route.pxi"


_KEPT = []          # the names as bytes; this list keeps them alive, because the ufuncs hold pointers only
ufuncs = build()
batching = several_at_a_time()
