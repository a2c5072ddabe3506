"""Elementwise kernels: the loops around the formulas, the driver, and the NumPy ufuncs.

formula  ->  block: contiguous arrays of the lanes' type, whole vectors, one call for thousands
             of elements
         ->  apply(): any strides, any length, storage type other than the lanes' type: operands
             that are not plain go through a buffer in L1, and so does the tail
         ->  ufunc loop: cut into chunks for the threads

A tail is padded and takes the same vectors as the rest, so the bits of an element depend on
nothing but its value.
"""
from cpython.pycapsule cimport PyCapsule_New
cimport numpy as cnp

from fastact._kernels.buffers cimport gather, min_size, pad, scatter
from fastact._kernels.kernel cimport Kernel, block_t
from fastact._kernels.simd cimport (
    real, tier, exact, fast, f32, f64, lanes, load, store, SIMD_NAME, HAS_FMA, VF_LANES, VD_LANES,
)
cimport fastact._kernels.formulas as formulas
from fastact._parallel cimport parallel_for, num_threads

cnp.import_array()
cnp.import_ufunc()


# ------------------------------------------------------------------------------ blocks --

cdef enum:                  # the roles of a formula
    FORWARD             # x -> f(x)
    DERIVATIVE          # x -> f'(x)
    BACKWARD            # grad, x -> grad f'(x)
    GATED               # gate, up -> f(gate) up
    GATED_BACKWARD      # grad, gate, up -> grad up f'(gate), grad f(gate)
    ROLES

cdef int[5] ROLE_INPUTS = [1, 1, 2, 2, 3]
cdef int[5] ROLE_OUTPUTS = [1, 1, 1, 1, 2]


cdef inline void roles(
    real* unused, tier* unused_too,
    real (*f)(real, tier) noexcept nogil, real (*d)(real, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    """All loops over one formula f and its derivative d; inlined, so that f and d are constants."""
    cdef real like
    cdef tier t
    cdef Py_ssize_t i = 0, step = lanes(like)
    cdef real grad, gate, up
    cdef char* a = args[0]
    cdef char* b = args[1]
    cdef char* c = args[2]
    cdef char* p = args[3]
    cdef char* q = args[4]
    if role == FORWARD:
        while i < n:
            store(b, i, f(load(like, a, i), t))
            i += step
    elif role == GATED:
        while i < n:
            store(c, i, f(load(like, a, i), t) * load(like, b, i))
            i += step
    elif real is f32 and tier is exact:
        pass        # exact derivatives are computed in double lanes: see describe()
    elif role == DERIVATIVE:
        while i < n:
            store(b, i, d(load(like, a, i), t))
            i += step
    elif role == BACKWARD:
        while i < n:
            store(c, i, load(like, a, i) * d(load(like, b, i), t))
            i += step
    elif role == GATED_BACKWARD:
        while i < n:
            grad, gate, up = load(like, a, i), load(like, b, i), load(like, c, i)
            store(p, i, grad * up * d(gate, t))
            store(q, i, grad * f(gate, t))
            i += step


# One block function and one row of the table for each activation.

cdef void relu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.relu[real, tier], formulas.relu_derivative[real, tier], role, args, n)

cdef void sigmoid(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.sigmoid[real, tier], formulas.sigmoid_derivative[real, tier], role, args, n)

cdef void silu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.silu[real, tier], formulas.silu_derivative[real, tier], role, args, n)

cdef void tanh(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.tanh[real, tier], formulas.tanh_derivative[real, tier], role, args, n)

cdef void gelu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.gelu[real, tier], formulas.gelu_derivative[real, tier], role, args, n)

cdef void gelu_tanh(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.gelu_tanh[real, tier], formulas.gelu_tanh_derivative[real, tier], role, args, n)


cdef enum:
    ROW_COUNT = 6

cdef const char* DOC = b"A raw ufunc of fastact; the activation of the same name documents it."

# Where the exact variant of a float32 function is computed.  Derivatives: as if DOUBLE.
cdef enum:
    ANYWHERE        # one operation, or a choice: exact as it stands
    COMPENSATED     # float lanes on targets with FMA, else double lanes
    DOUBLE          # double lanes, rounded at the end: the fast float64 block

cdef struct Row:
    const char* name
    block_t float_exact
    block_t float_fast
    block_t double_exact
    block_t double_fast
    int place

cdef Row[ROW_COUNT] ROWS = [
    Row(b"relu", <block_t>relu[f32, exact], <block_t>relu[f32, fast], <block_t>relu[f64, exact],
        <block_t>relu[f64, fast], ANYWHERE),
    Row(b"sigmoid", <block_t>sigmoid[f32, exact], <block_t>sigmoid[f32, fast], <block_t>sigmoid[f64, exact],
        <block_t>sigmoid[f64, fast], COMPENSATED),
    Row(b"silu", <block_t>silu[f32, exact], <block_t>silu[f32, fast], <block_t>silu[f64, exact],
        <block_t>silu[f64, fast], COMPENSATED),
    Row(b"tanh", <block_t>tanh[f32, exact], <block_t>tanh[f32, fast], <block_t>tanh[f64, exact],
        <block_t>tanh[f64, fast], COMPENSATED),
    Row(b"gelu", <block_t>gelu[f32, exact], <block_t>gelu[f32, fast], <block_t>gelu[f64, exact],
        <block_t>gelu[f64, fast], COMPENSATED),
    Row(b"gelu_tanh", <block_t>gelu_tanh[f32, exact], <block_t>gelu_tanh[f32, fast],
        <block_t>gelu_tanh[f64, exact], <block_t>gelu_tanh[f64, fast], COMPENSATED),
]


# ------------------------------------------------------------------------------ driver --

cdef enum:
    BLOCK = 512         # elements buffered at a time: five operands of doubles are 20 KB, in L1
    MAX_ARGS = 5
    ALIGN_FROM = 512    # elements from which an aligned store is worth a padded vector


cdef extern from *:
    """
    #if defined(__GNUC__)
    #define ALIGNED_TO_LINE __attribute__((aligned(64)))
    #else
    #define ALIGNED_TO_LINE
    #endif
    typedef struct { double values[512]; } ALIGNED_TO_LINE aligned_buffer;
    """
    ctypedef struct aligned_buffer:
        double values[BLOCK]


cdef inline void buffered(
    const Kernel* kernel, char** args, const Py_ssize_t* steps, const bint* plain,
    Py_ssize_t start, Py_ssize_t n, Py_ssize_t padded, aligned_buffer* buffers,
) noexcept nogil:
    """Elements start .. start + n through the block; operands that are not plain by way of L1."""
    cdef char* block_args[MAX_ARGS]
    cdef int j
    for j in range(kernel.nargs):
        if plain[j] and padded == n:
            block_args[j] = args[j] + start * steps[j]
        else:
            block_args[j] = <char*>&buffers[j]
            if j < kernel.nin:
                gather(kernel.storage, kernel.compute, args[j] + start * steps[j], steps[j], n, block_args[j])
                pad(block_args[j], kernel.compute, n, padded, 1)   # 1: hard for no formula
    kernel.block(NULL, NULL, kernel.role, block_args, padded)
    for j in range(kernel.nin, kernel.nargs):
        if block_args[j] == <char*>&buffers[j]:
            scatter(kernel.storage, kernel.compute, block_args[j], args[j] + start * steps[j], steps[j], n)


cdef void apply(const Kernel* kernel, char** args, const Py_ssize_t* steps, Py_ssize_t n) noexcept nogil:
    cdef aligned_buffer buffers[MAX_ARGS]
    cdef bint plain[MAX_ARGS]
    cdef char* block_args[MAX_ARGS]
    cdef Py_ssize_t vector = VF_LANES if kernel.compute == 4 else VD_LANES
    cdef Py_ssize_t start = 0, whole, count
    cdef bint all_plain = True
    cdef int j
    for j in range(kernel.nargs):
        plain[j] = steps[j] == kernel.compute and kernel.storage == kernel.compute
        all_plain = all_plain and plain[j]
    if all_plain:
        # NumPy's large arrays begin 16 bytes into a cache line: wide stores would all straddle
        # two, at a quarter of the speed in L1.  The first elements go apart, to the line's end.
        count = (-<Py_ssize_t>args[kernel.nin] & 63) // kernel.storage
        if n >= ALIGN_FROM and 0 < count < vector:
            buffered(kernel, args, steps, plain, 0, count, vector, buffers)
            start = count
        whole = (n - start) // vector * vector
        if whole > 0:
            for j in range(kernel.nargs):
                block_args[j] = args[j] + start * steps[j]
            kernel.block(NULL, NULL, kernel.role, block_args, whole)
            start += whole
    while n - start >= vector:
        count = min_size(BLOCK, (n - start) // vector * vector)
        buffered(kernel, args, steps, plain, start, count, count, buffers)
        start += count
    if start < n:
        buffered(kernel, args, steps, plain, start, n - start, vector, buffers)


# ------------------------------------------------------------------------ ufunc loops --

cdef struct Call:
    const Kernel* kernel
    char** args
    const Py_ssize_t* steps
    Py_ssize_t n
    Py_ssize_t chunk


cdef void run_chunk(void* context, Py_ssize_t index) noexcept nogil:
    cdef Call* call = <Call*>context
    cdef char* args[MAX_ARGS]
    cdef Py_ssize_t start = index * call.chunk
    cdef int j
    for j in range(call.kernel.nargs):
        args[j] = call.args[j] + start * call.steps[j]
    call.kernel.apply(call.kernel, args, call.steps, min_size(call.chunk, call.n - start))


cdef void ufunc_loop(char** args, const cnp.npy_intp* dimensions, const cnp.npy_intp* steps, void* data) noexcept nogil:
    cdef Call call
    cdef int threads = 1
    call.kernel = <const Kernel*>data
    call.args = args
    call.steps = <const Py_ssize_t*>steps
    call.n = dimensions[0]
    call.chunk = call.n
    if call.n >= call.kernel.parallel_from:
        threads = num_threads()
        # Whole cache lines of output for each thread, whatever the type.
        call.chunk = (call.n + threads - 1) // threads + 63 & ~63
    if call.n > 0:
        parallel_for(run_chunk, &call, (call.n + call.chunk - 1) // call.chunk, threads)


# ------------------------------------------------------------------- what Python sees --

# In the order of Role: its name, and the name of the ufunc.
_ROLE_NAMES = ["forward", "derivative", "backward", "gated", "gated_backward"]
_UFUNC_NAMES = ["{}", "{}_derivative", "{}_backward", "gated_{}", "gated_{}_backward"]

# Elements from which a second thread pays.  A worker that sleeps takes 50 to 200 microseconds to
# wake on a virtual machine, which is what the exact GELU of 2^18 elements takes on one thread.
cdef Py_ssize_t PARALLEL_FROM = 1 << 19

# [row][accuracy: exact, fast][role][storage: float, double], complete before any ufunc exists.
cdef Kernel[ROW_COUNT][2][5][2] KERNELS
cdef cnp.PyUFuncGenericFunction[2] LOOPS
LOOPS[0] = LOOPS[1] = <cnp.PyUFuncGenericFunction>ufunc_loop
cdef void* DATA[ROW_COUNT][2][5][2]
cdef char[5][2 * MAX_ARGS] ROLE_TYPES


cdef Kernel describe(const Row* row, bint is_fast, int role, bint is_double) noexcept:
    cdef Kernel kernel
    kernel.apply = apply
    kernel.role = role
    kernel.nin = ROLE_INPUTS[role]
    kernel.nargs = ROLE_INPUTS[role] + ROLE_OUTPUTS[role]
    kernel.storage = kernel.compute = 8 if is_double else 4
    kernel.parallel_from = PARALLEL_FROM
    if is_double:
        kernel.block = row.double_fast if is_fast else row.double_exact
    elif is_fast or row.place == ANYWHERE:
        kernel.block = row.float_fast
    elif row.place == COMPENSATED and HAS_FMA and role in (FORWARD, GATED):
        kernel.block = row.float_exact
    else:
        kernel.block = row.double_fast
        kernel.compute = 8
    return kernel


cdef dict build():
    """All ufuncs, by name."""
    cdef int i, accuracy, role, j, operands
    cdef dict built = {}
    for role in range(ROLES):
        operands = ROLE_INPUTS[role] + ROLE_OUTPUTS[role]
        for j in range(operands):
            ROLE_TYPES[role][j] = cnp.NPY_FLOAT
            ROLE_TYPES[role][operands + j] = cnp.NPY_DOUBLE
    for i in range(ROW_COUNT):
        for accuracy in range(2):
            for role in range(ROLES):
                for j in range(2):
                    KERNELS[i][accuracy][role][j] = describe(&ROWS[i], accuracy, role, j)
                    DATA[i][accuracy][role][j] = &KERNELS[i][accuracy][role][j]
                name = _UFUNC_NAMES[role].format(ROWS[i].name.decode()) + ("_fast" if accuracy else "")
                text = name.encode()
                _KEPT.append(text)
                built[name] = cnp.PyUFunc_FromFuncAndData(
                    LOOPS, DATA[i][accuracy][role], ROLE_TYPES[role], 2,
                    ROLE_INPUTS[role], ROLE_OUTPUTS[role], cnp.PyUFunc_None, text, DOC, 0,
                )
    return built


_KEPT = []          # names: a ufunc keeps a pointer to the bytes only
ufuncs = build()
simd = SIMD_NAME.decode()


def kernel(str name, str role, str accuracy, str dtype):
    """A capsule with the Kernel of one loop, for the other families' epilogues."""
    cdef int i
    for i in range(ROW_COUNT):
        if ROWS[i].name.decode() == name:
            return PyCapsule_New(
                &KERNELS[i][["exact", "fast"].index(accuracy)][_ROLE_NAMES.index(role)]
                [["float32", "float64"].index(dtype)], "fastact.Kernel", NULL)
    raise ValueError(f"no elementwise kernel {name!r}")
