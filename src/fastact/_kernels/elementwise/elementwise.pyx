"""Elementwise kernels: the NumPy ufuncs of all activations, gated units and sums.

formula      (formulas_*.pxd; by table middle.pxd and tails.pxd; everywhere.pxd)
block        a loop over contiguous arrays of the type of its lanes, in whole vectors (loops.pxd,
             loops_by_table.pxi); tools/generate.py writes the block functions and their table (table.pxi)
Kernel       a block and the information that the driver needs about it (description.pxi, kernel.pxd)
apply()      any strides, any length, any storage type: operands that the block cannot take where they lie
             go through a buffer in L1, and so do the last elements (driver.pxi, settle.pxi)
ufunc loop   cuts a call into chunks for the threads (driver.pxi)

The last elements are padded to a whole vector and computed like all others, so the bits of a result depend
on the value of the element alone.
"""
from cpython.pycapsule cimport PyCapsule_New
from libc.stdint cimport uint16_t
cimport numpy as cnp

from fastact._kernels.simd.buffers cimport (
    BFLOAT, DOUBLE, FLOAT, HALF, STORAGES, gather, itemsize, min_size, pad, scatter,
)
from fastact._kernels.elementwise.kernel cimport ABOVE, BELOW, CUBIC, NO_TIES, TOWARDS_HALF, HardCase, Kernel, block_t
from fastact._kernels.elementwise.row cimport (
    ANYWHERE, BY_TABLE, CHOICE, COMPENSATED, DOUBLE_LANES, DOUBLE_ONLY, FROM_OUTPUT, GATED_ONLY, NEAR_TIES, NO_DOUBTS, TINY, Row,
)
from fastact._kernels.elementwise.loops cimport (
    ADDED, ADDED_BACKWARD, BACKWARD, DERIVATIVE, FORWARD, GATED, GATED_BACKWARD, PARAMETER, ROLES, UNIFORM,
    added, from_output, gated_0, gated_1, gated_2, gated_3, in_double_lanes, learned, role_inputs, role_outputs, roles, roles_1,
    roles_2, roles_4,
)
from fastact._kernels.simd.vectors cimport (
    real, tier, public_tier, exact, fast, brief, correct, f32, f64, load, splat, splat_f, abs, tiny_f, not_finite_f, less_f, doubtful_f,
    skip_certain_f, skip_larger_f, list_lanes,
    HALF_LOST, HALF_LEAST, BFLOAT_LOST, BFLOAT_LEAST, stream, stream_end, prefetch,
    SIMD_NAME, HAS_FMA, TABLE_SEGMENTS, VF_LANES, VD_LANES,
)
cimport fastact._kernels.elementwise.middle as middle
cimport fastact._kernels.elementwise.middle_correct as middle_correct
cimport fastact._kernels.elementwise.tails as tails
cimport fastact._kernels.elementwise.everywhere as everywhere
from fastact._runtime.parallel cimport MOST_TASKS, parallel_for, num_threads

cnp.import_array()
cnp.import_ufunc()


include "queue.pxi"
include "correct.pxi"
include "loops_by_table.pxi"
include "table.pxi"
include "description.pxi"
include "driver.pxi"


# ------------------------------------------------------------------- the interface for Python --

# The names of the roles and of their ufuncs, in the order of the enumeration in loops.pxd.
_ROLE_NAMES = ["forward", "derivative", "backward", "gated", "gated_backward", "added", "added_backward", "parameter"]
_UFUNC_NAMES = ["{}", "{}_derivative", "{}_backward", "gated_{}", "gated_{}_backward",
                "add_{}", "add_{}_backward", "{}_parameter"]
_SUFFIXES = ["", "_fast", "_correct"]       # of the names of ufuncs, in the order of Accuracy in description.pxi

# [row][accuracy][role][storage], complete before any ufunc exists.  NumPy searches the
# storage types in this order: float16 keeps its type, bool and small integers find float32.
cdef Kernel[ROW_COUNT][ACCURACIES][ROLES][STORAGES] KERNELS
cdef void* DATA[ROW_COUNT][ACCURACIES][ROLES][STORAGES]
cdef Kernel[ROW_COUNT][ROLES] TO_BFLOAT     # for epilogues that round to bfloat16
cdef cnp.PyUFuncGenericFunction[3] LOOPS
LOOPS[0] = LOOPS[1] = LOOPS[2] = <cnp.PyUFuncGenericFunction>ufunc_loop
cdef char[MAX_ARGS][3 * MAX_ARGS] TYPES     # TYPES[n - 1] are the NumPy types of ufuncs with n operands
cdef const char* DOC = b"A raw ufunc of fastact; the activation of the same name documents it."
cdef int[3] NUMPY_TYPES = [cnp.NPY_FLOAT, cnp.NPY_DOUBLE, cnp.NPY_FLOAT16]


cdef dict build():
    """All ufuncs, by name."""
    cdef int i, accuracy, role, j, nin, nout
    cdef dict built = {}
    for i in range(MAX_ARGS):
        for j in range(3 * (i + 1)):
            TYPES[i][j] = NUMPY_TYPES[j // (i + 1)]
    for i in range(ROW_COUNT):
        for accuracy in range(<int>ACCURACIES):
            for role in range(ROLES):
                if not has_role(&ROWS[i], role):
                    continue
                TO_BFLOAT[i][role] = describe_to_bfloat(&ROWS[i], role)
                for j in range(STORAGES):
                    KERNELS[i][accuracy][role][j] = describe(&ROWS[i], accuracy, role, j)
                    DATA[i][accuracy][role][j] = &KERNELS[i][accuracy][role][j]
                name = _UFUNC_NAMES[role].format(ROWS[i].name.decode()) + _SUFFIXES[accuracy]
                text = name.encode()
                _KEPT.append(text)
                nin, nout = role_inputs(role) + ROWS[i].parameters, role_outputs(role)
                built[name] = cnp.PyUFunc_FromFuncAndData(
                    LOOPS, DATA[i][accuracy][role], TYPES[nin + nout - 1], 3,
                    nin, nout, cnp.PyUFunc_None, text, DOC, 0,
                )
    return built


def register_bfloat16(dtype):
    """Give every ufunc a loop for this dtype of bfloat16, which is not part of NumPy."""
    cdef int i, accuracy, role, number = dtype.num
    cdef int[MAX_ARGS] types
    for i in range(MAX_ARGS):
        types[i] = number
    for i in range(ROW_COUNT):
        for accuracy in range(<int>ACCURACIES):
            for role in range(ROLES):
                name = _UFUNC_NAMES[role].format(ROWS[i].name.decode()) + _SUFFIXES[accuracy]
                if name in ufuncs:
                    cnp.PyUFunc_RegisterLoopForType(
                        ufuncs[name], number, <cnp.PyUFuncGenericFunction>ufunc_loop, types,
                        DATA[i][accuracy][role][BFLOAT])


_KEPT = []          # the names as bytes; this list keeps them alive, because the ufuncs hold pointers only
ufuncs = build()
simd = SIMD_NAME.decode()


def kernel(str name, str role, str accuracy, bint to_bfloat=False):
    """A capsule with the Kernel of one loop over float32, for the epilogues of other families."""
    cdef int i, role_index = _ROLE_NAMES.index(role), index = ["exact", "fast", "correct"].index(accuracy)
    for i in range(ROW_COUNT):
        if ROWS[i].name.decode() == name and has_role(&ROWS[i], role_index):
            return PyCapsule_New(
                &TO_BFLOAT[i][role_index] if to_bfloat and index == EXACT else &KERNELS[i][index][role_index][FLOAT],
                "fastact.Kernel", NULL)
    raise ValueError(f"no elementwise kernel {name!r} with the role {role!r}")


def place(str name):
    """Where the exact float32 variant of an activation is computed: (place, place on targets that lack it)."""
    cdef const Row* row
    cdef int i
    for i in range(ROW_COUNT):
        row = &ROWS[i]
        if row.name.decode() == name:
            places = {CHOICE: "choice", ANYWHERE: "operation", COMPENSATED: "compensated", BY_TABLE: "table"}
            other = "compensated" if row.place == BY_TABLE and row.float_exact != NULL else "double"
            return places.get(row.place, "double"), other
    raise ValueError(f"no elementwise kernel {name!r}")
