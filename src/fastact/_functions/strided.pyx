"""Large arrays that are not contiguous: the kernel computes their rows, without NumPy's iterator.

NumPy passes a strided array of two dimensions to the loop of a ufunc row by row, or in copied pieces of
8,192 elements; examples are the halves of a packed array, a slice of columns, a broadcast bias.  The loop
then never gets enough work for a second thread, and the copies cost up to half the time.  Here the
kernel gets the rows without a copy, divided among the threads.  The bits of an element are the same in
both cases.

Only plain calls are computed here: with arrays (not subclasses) of one of the types of the kernels, in native
byte order, that either share no memory with the results or are identical to a result.  All other calls,
and all errors, are left to the ufunc.
"""
from cpython.ref cimport PyObject
from libc.stdlib cimport labs
cimport numpy as cnp

import numpy as np

from fastact._kernels.simd.buffers cimport BFLOAT, DOUBLE, FLOAT, HALF
from fastact._kernels.elementwise.kernel cimport Kernel
from fastact._runtime.parallel cimport MOST_TASKS, num_threads, parallel_for

cnp.import_array()

cdef extern from "numpy/arrayobject.h":
    bint PyArray_ISWRITEABLE(cnp.ndarray a)
    bint PyArray_ISBEHAVED_RO(cnp.ndarray a)    # aligned and in native byte order

cdef enum:
    MAX_ARGS = 9            # largest number of operands and results of a ufunc, as in elementwise/driver.pxi
    MAX_DIMENSIONS = 32     # largest number of dimensions
    FROM_ROW = 256          # smallest row in elements: a row costs some 50 ns, so copies are faster for shorter ones

cdef int bfloat_number = -1     # NumPy's number of the type bfloat16, after ml_dtypes has registered the type


def register_bfloat16(dtype):
    global bfloat_number
    bfloat_number = dtype.num


cdef int storage_of(cnp.ndarray a) noexcept:
    cdef int number = cnp.PyArray_TYPE(a)
    if number == cnp.NPY_FLOAT:
        return FLOAT
    if number == cnp.NPY_DOUBLE:
        return DOUBLE
    if number == cnp.NPY_FLOAT16:
        return HALF
    return BFLOAT if number == bfloat_number else -1


# A call.  Dimensions are ordered from the outermost to the innermost.
cdef struct Call:
    const Kernel* kernel                            # the loop that computes a row
    int dimensions                                  # number of dimensions
    Py_ssize_t shape[MAX_DIMENSIONS + 1]            # sizes in elements; the last place is for sorting
    Py_ssize_t steps[MAX_DIMENSIONS + 1][MAX_ARGS]  # strides of each operand in bytes
    char* data[MAX_ARGS]                            # the first element of each operand
    Py_ssize_t size                                 # number of elements of the whole call
    Py_ssize_t chunk                                # number of elements of a task


cdef void run_chunk(void* context, Py_ssize_t index, int thread) noexcept nogil:
    """Compute `chunk` elements from index * chunk on, in C order; the first and the last row may be partial."""
    cdef Call* call = <Call*>context
    cdef char* args[MAX_ARGS]
    cdef int j, k, last = call.dimensions - 1
    cdef Py_ssize_t start = index * call.chunk, end = start + call.chunk
    cdef Py_ssize_t column, row, n, at
    if end > call.size:
        end = call.size
    while start < end:
        row, column = start // call.shape[last], start % call.shape[last]
        n = call.shape[last] - column
        if n > end - start:
            n = end - start
        for j in range(call.kernel.nargs):
            args[j] = call.data[j] + column * call.steps[last][j]
        k = last - 1
        while k >= 0:
            at = row % call.shape[k]
            row = row // call.shape[k]
            for j in range(call.kernel.nargs):
                args[j] += at * call.steps[k][j]
            k -= 1
        call.kernel.apply(call.kernel, args, call.steps[last], n)
        start += n


cdef bint plain(object operand, int storage):
    return (PyArray_CheckExact(operand) and storage_of(<cnp.ndarray>operand) == storage
            and PyArray_ISBEHAVED_RO(<cnp.ndarray>operand))


cdef void move(Call* call, int source, int to):
    """Copy a dimension to the place of another one."""
    cdef int j
    call.shape[to] = call.shape[source]
    for j in range(call.kernel.nargs):
        call.steps[to][j] = call.steps[source][j]


cdef bint merges(const Call* call, int outer, int inner):
    """Whether two dimensions can be merged into one with the strides of the inner one, for all operands."""
    cdef int j
    for j in range(call.kernel.nargs):
        if call.steps[outer][j] != call.shape[inner] * call.steps[inner][j]:
            return False
    return True


cdef bint arrange(Call* call, list operands, tuple shape):
    """Fill in the shape and the strides, sorted and merged; return whether the rows are long enough."""
    cdef int dimensions = len(shape), nargs = len(operands), spare = MAX_DIMENSIONS, i, j, k, offset
    cdef int out = call.kernel.nin
    cdef cnp.ndarray a
    call.size = 1
    for k in range(dimensions):
        call.shape[k] = shape[k]
        call.size *= call.shape[k]
    for j in range(nargs):
        a = operands[j]
        call.data[j] = <char*>cnp.PyArray_DATA(a)
        offset = dimensions - cnp.PyArray_NDIM(a)
        for k in range(dimensions):
            call.steps[k][j] = 0
            if k >= offset and cnp.PyArray_DIM(a, k - offset) != 1:
                call.steps[k][j] = cnp.PyArray_STRIDE(a, k - offset)
    # Dimensions of one element are left out; the others are sorted by the strides of the result, the largest outermost.
    call.dimensions = 0
    for k in range(dimensions):
        if call.shape[k] == 1:
            continue
        move(call, k, spare)
        i = call.dimensions
        while i > 0 and labs(call.steps[i - 1][out]) < labs(call.steps[spare][out]):
            move(call, i - 1, i)
            i -= 1
        move(call, spare, i)
        call.dimensions += 1
    i = 0
    for k in range(1, call.dimensions):
        if merges(call, i, k):
            call.shape[k] *= call.shape[i]
        else:
            i += 1
        move(call, k, i)
    call.dimensions = i + 1
    return call.dimensions > 1 and call.shape[i] >= FROM_ROW


cdef bint apart(cnp.ndarray out, cnp.ndarray other):
    """Whether the two share no memory; only the bounds of their memory are compared, as in NumPy."""
    return not np.may_share_memory(out, other, 1)


cdef bint same(cnp.ndarray out, cnp.ndarray other):
    """Whether the two arrays have the same elements in memory, in the same order."""
    cdef int k
    if cnp.PyArray_DATA(out) != cnp.PyArray_DATA(other) or cnp.PyArray_NDIM(out) != cnp.PyArray_NDIM(other):
        return False
    for k in range(cnp.PyArray_NDIM(out)):
        if (cnp.PyArray_DIM(out, k) != cnp.PyArray_DIM(other, k)
                or cnp.PyArray_STRIDE(out, k) != cnp.PyArray_STRIDE(other, k)):
            return False
    return True


cdef object by_rows(object ufunc, PyObject** inputs, Py_ssize_t count, object out):
    """Return ufunc(*inputs, out=out), or None if the ufunc itself must be called.  The first operand `is_large`."""
    cdef object first = <object>inputs[0]
    cdef int storage = storage_of(<cnp.ndarray>first)
    cdef cnp.ufunc raw = ufunc
    if storage < 0 or raw.nargs > MAX_ARGS or count != raw.nin or ufunc.signature is not None:
        return None
    cdef Call call
    cdef int i, threads = 1
    cdef list operands = []
    cdef bint all_contiguous = True
    cdef object operand
    for i in range(count):
        operand = <object>inputs[i]
        if not plain(operand, storage):
            return None
        all_contiguous = all_contiguous and cnp.PyArray_IS_C_CONTIGUOUS(<cnp.ndarray>operand) and (
            cnp.PyArray_SIZE(<cnp.ndarray>operand) == cnp.PyArray_SIZE(<cnp.ndarray>first))
        operands.append(operand)
    cdef tuple outs = out if isinstance(out, tuple) else (out,)
    if out is None:
        outs = (None,) * raw.nout
    if len(outs) != raw.nout:
        return None
    if all_contiguous and out is None:
        return None
    try:
        shape = np.broadcast_shapes(*[operand.shape for operand in operands])
    except ValueError:
        return None     # the ufunc raises the error
    if len(shape) > MAX_DIMENSIONS or 0 in shape:
        return None
    for operand in outs:
        if operand is None:
            continue
        if not plain(operand, storage) or not PyArray_ISWRITEABLE(operand) or operand.shape != shape:
            return None
        for other in operands:
            if not same(operand, other) and not apart(operand, other):
                return None
    if raw.nout == 2 and outs[0] is not None and outs[1] is not None and not apart(outs[0], outs[1]):
        return None
    # As in NumPy, the results get the layout of the first input that has the whole shape.
    model = next((operand for operand in operands if operand.shape == shape), None)
    if model is None:
        return None
    outs = tuple([np.empty_like(model) if operand is None else operand for operand in outs])
    # A ufunc has one kernel for each type, in the order of the storage types; that of bfloat16 is the last.
    call.kernel = <const Kernel*>raw.data[storage]
    if not arrange(&call, operands + list(outs), shape):
        return None
    call.chunk = call.size
    if call.size >= call.kernel.parallel_from:
        threads = num_threads()
        call.chunk = (call.size + MOST_TASKS * threads - 1) // (MOST_TASKS * threads)
    with nogil:
        parallel_for(run_chunk, &call, (call.size + call.chunk - 1) // call.chunk, threads)
    return outs if len(outs) > 1 else outs[0]
