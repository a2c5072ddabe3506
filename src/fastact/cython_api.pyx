"""The kernels as C functions: for Cython by cimport, for others as a table of addresses.

    from fastact.cython_api cimport gelu, gated_silu, softmax
    gelu(&x[0], &out[0], n)                 float or double, by the pointers' type; nogil

include/fastact.h describes the arguments of each function.  This is baseline code: every function calls the
loop for float or double of the ufunc of the chosen CPU target, on contiguous arrays.  tools/generate.py
writes the functions themselves, which are one call each, into _cython_api.pxi.
"""
from cpython.pycapsule cimport PyCapsule_New
from cython cimport floating
cimport numpy as cnp

from fastact._functions.ufuncs import ufuncs

cnp.import_array()
cnp.import_ufunc()

cdef enum:
    MAX_OPERANDS = 9        # operands and results of a loop at most, as in elementwise/driver.pxi
    MAX_LOOPS = 1024

# NumPy's type of a loop; our loops need no GIL.
ctypedef void (*loop_t)(char** args, const cnp.npy_intp* dimensions, const cnp.npy_intp* steps, void* data) noexcept nogil

cdef struct Loop:
    loop_t function
    void* data

cdef Loop[MAX_LOOPS][2] LOOPS       # for each ufunc the loops of float and of double


cdef inline int append(char** args, cnp.npy_intp* steps, int count, const void* operand, cnp.npy_intp step) noexcept nogil:
    if operand != NULL:
        args[count], steps[count] = <char*>operand, step
        count += 1
    return count


cdef void elementwise(
    int index, const floating* a, const floating* b, const floating* c, int parameters,
    double p, double q, double r, double s, floating* out, floating* second, Py_ssize_t n,
) noexcept nogil:
    """Call a loop.  NULL stands for an operand that the loop does not have; the parameters are broadcast."""
    cdef Loop* loop = &LOOPS[index][floating is double]
    cdef char* args[MAX_OPERANDS]
    cdef cnp.npy_intp steps[MAX_OPERANDS]
    cdef cnp.npy_intp length = n, size = sizeof(floating)
    cdef floating[4] values
    cdef int i, count = append(args, steps, 0, a, size)
    count = append(args, steps, count, b, size)
    count = append(args, steps, count, c, size)
    values[0], values[1], values[2], values[3] = <floating>p, <floating>q, <floating>r, <floating>s
    for i in range(parameters):
        count = append(args, steps, count, &values[i], 0)
    count = append(args, steps, count, out, size)
    append(args, steps, count, second, size)
    if n > 0:
        loop.function(args, &length, steps, loop.data)


cdef void fold(
    int index, bint groups, const floating* a, bint a_whole, const floating* b, bint b_whole,
    floating* out, bint out_whole, Py_ssize_t rows, Py_ssize_t n,
) noexcept nogil:
    """Call a loop over rows.  For each row an operand has n entries if it is `whole`, else one entry.

    With `groups` the dimensions of the loop are (m, k) and (m); then m is 1.
    """
    cdef Loop* loop = &LOOPS[index][floating is double]
    cdef char* args[3]
    cdef cnp.npy_intp steps[9]
    cdef cnp.npy_intp[3] dimensions
    cdef cnp.npy_intp size = sizeof(floating), row = n * size
    cdef bint[3] whole
    cdef int j, operands, at
    operands = append(args, steps, 0, a, row if a_whole else size)
    whole[0] = a_whole
    whole[operands] = b_whole
    operands = append(args, steps, operands, b, row if b_whole else size)
    whole[operands] = out_whole
    operands = append(args, steps, operands, out, row if out_whole else size)
    at = operands       # the steps inside a row follow, in bytes, in the order of the signature
    for j in range(operands):
        if groups:
            steps[at] = row if whole[j] else size
            at += 1
        if whole[j]:
            steps[at] = size
            at += 1
    dimensions[0], dimensions[1], dimensions[2] = rows, 1 if groups else n, n
    if rows > 0 and n > 0:
        loop.function(args, dimensions, steps, loop.data)


cdef void fold_with_numbers(
    int index, const floating* a, const floating* b, int numbers, double p, double q, double r, double s, double u,
    floating* out, Py_ssize_t rows, Py_ssize_t n,
) noexcept nogil:
    """Call a loop over rows of one or two arrays (b may be NULL) and some numbers, which are the same for all rows."""
    cdef Loop* loop = &LOOPS[index][floating is double]
    cdef char* args[MAX_OPERANDS]
    cdef cnp.npy_intp steps[MAX_OPERANDS + 3]
    cdef cnp.npy_intp[2] dimensions
    cdef cnp.npy_intp size = sizeof(floating), row = n * size
    cdef floating[5] values
    cdef int i, arrays, operands
    values[0], values[1], values[2], values[3], values[4] = <floating>p, <floating>q, <floating>r, <floating>s, <floating>u
    arrays = append(args, steps, append(args, steps, 0, a, row), b, row)
    operands = arrays
    for i in range(numbers):
        operands = append(args, steps, operands, &values[i], 0)
    operands = append(args, steps, operands, out, row)
    for i in range(arrays + 1):         # the steps inside a row
        steps[operands + i] = size
    dimensions[0], dimensions[1] = rows, n
    if rows > 0 and n > 0:
        loop.function(args, dimensions, steps, loop.data)


include "_cython_api.pxi"

cdef struct Api:                    # fastact_api of include/fastact.h
    int version
    int count
    void* functions[COUNT]

cdef Api API


def _fill():
    cdef cnp.ufunc ufunc
    cdef int i, j
    assert len(UFUNCS) <= MAX_LOOPS
    for i, name in enumerate(UFUNCS):
        ufunc = ufuncs[name]
        for j in range(2):
            assert ufuncs[name].types[j][0] == "fd"[j], f"{name}: the first loops are not float's and double's"
            LOOPS[i][j] = Loop(<loop_t>ufunc.functions[j], ufunc.data[j])
    API.version, API.count = VERSION, COUNT
    for i in range(COUNT):
        API.functions[i] = FUNCTIONS[i]


_fill()
api = PyCapsule_New(&API, "fastact.cython_api.api", NULL)
version = API.version
table = <size_t>&API
addresses = [<size_t>API.functions[i] for i in range(API.count)]
