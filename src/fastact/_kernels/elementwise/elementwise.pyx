"""Elementwise kernels: the table of all activations, the driver, and the NumPy ufuncs.

formula  ->  block: a loop over contiguous arrays of the lanes' type, whole vectors (loops.pxd,
             loops_by_table.pxi)
         ->  apply(): any strides, any length, storage type other than the lanes' type: operands
             that are not plain go through a buffer in L1, and so does the tail
         ->  ufunc loop: cut into chunks for the threads

A tail is padded and takes the same vectors as the rest, so the bits of an element depend on
nothing but its value.
"""
from cpython.pycapsule cimport PyCapsule_New
from libc.stdint cimport uint16_t
cimport numpy as cnp

from fastact._kernels.simd.buffers cimport (
    BFLOAT, DOUBLE, FLOAT, HALF, STORAGES, gather, itemsize, min_size, pad, scatter,
)
from fastact._kernels.elementwise.kernel cimport Kernel, block_t
from fastact._kernels.elementwise.loops cimport (
    ADDED, ADDED_BACKWARD, BACKWARD, DERIVATIVE, FORWARD, GATED, GATED_BACKWARD, PARAMETER, ROLES, UNIFORM,
    added, gated_2, in_double_lanes, learned, role_inputs, role_outputs, roles, roles_1, roles_2,
)
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, fast, f32, f64, load, splat, abs, tiny_f, not_finite_f, less_f, doubtful_f, list_lanes,
    HALF_LOST, HALF_LEAST, BFLOAT_LOST, BFLOAT_LEAST, stream, stream_end, prefetch,
    SIMD_NAME, HAS_FMA, TABLE_SEGMENTS, VF_LANES, VD_LANES,
)
cimport fastact._kernels.elementwise.formulas as formulas
cimport fastact._kernels.elementwise.middle as middle
cimport fastact._kernels.elementwise.tails as tails
from fastact._runtime.parallel cimport MOST_TASKS, parallel_for, num_threads

cnp.import_array()
cnp.import_ufunc()


# ------------------------------------------------------------------------------ blocks --

include "loops_by_table.pxi"

# One block function and one row of the table for each activation.

cdef void identity(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.identity[real, tier], formulas.identity_derivative[real, tier], role, args, n)

cdef void binary_step(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.binary_step[real, tier], formulas.binary_step_derivative[real, tier], role, args, n)

cdef void relu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.relu[real, tier], formulas.relu_derivative[real, tier], role, args, n)
    added(r, t, formulas.relu[real, tier], formulas.relu_derivative[real, tier], role, args, n)

cdef void relu6(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.relu6[real, tier], formulas.relu6_derivative[real, tier], role, args, n)

cdef void relu_squared(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.relu_squared[real, tier], formulas.relu_squared_derivative[real, tier], role, args, n)

cdef void leaky_relu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas.leaky_relu[real, tier], formulas.leaky_relu_derivative[real, tier], role, args, n)
    learned(r, t, formulas.leaky_relu_by_parameter[real, tier], role, args, n)

cdef void threshold(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_2(r, t, formulas.threshold[real, tier], formulas.threshold_derivative[real, tier], role, args, n)

cdef void elu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas.elu[real, tier], formulas.elu_derivative[real, tier], role, args, n)

cdef void selu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.selu[real, tier], formulas.selu_derivative[real, tier], role, args, n)

cdef void celu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas.celu[real, tier], formulas.celu_derivative[real, tier], role, args, n)

cdef void gelu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.gelu[real, tier], formulas.gelu_derivative[real, tier], role, args, n)
    added(r, t, formulas.gelu[real, tier], formulas.gelu_derivative[real, tier], role, args, n)

cdef void gelu_tanh(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.gelu_tanh[real, tier], formulas.gelu_tanh_derivative[real, tier], role, args, n)
    added(r, t, formulas.gelu_tanh[real, tier], formulas.gelu_tanh_derivative[real, tier], role, args, n)

cdef void quick_gelu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.quick_gelu[real, tier], formulas.quick_gelu_derivative[real, tier], role, args, n)

cdef void silu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.silu[real, tier], formulas.silu_derivative[real, tier], role, args, n)
    added(r, t, formulas.silu[real, tier], formulas.silu_derivative[real, tier], role, args, n)

cdef void swish(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas.swish[real, tier], formulas.swish_derivative[real, tier], role, args, n)
    learned(r, t, formulas.swish_by_parameter[real, tier], role, args, n)

cdef void sigmoid(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.sigmoid[real, tier], formulas.sigmoid_derivative[real, tier], role, args, n)

cdef void log_sigmoid(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.log_sigmoid[real, tier], formulas.log_sigmoid_derivative[real, tier], role, args, n)

cdef void hard_sigmoid(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.hard_sigmoid[real, tier], formulas.hard_sigmoid_derivative[real, tier], role, args, n)

cdef void hard_sigmoid_linear(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_2(r, t, formulas.hard_sigmoid_linear[real, tier], formulas.hard_sigmoid_linear_derivative[real, tier], role, args, n)

cdef void tanh(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.tanh[real, tier], formulas.tanh_derivative[real, tier], role, args, n)

cdef void hard_tanh(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_2(r, t, formulas.hard_tanh[real, tier], formulas.hard_tanh_derivative[real, tier], role, args, n)

cdef void tanhshrink(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.tanhshrink[real, tier], formulas.tanhshrink_derivative[real, tier], role, args, n)

cdef void softplus(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas.softplus[real, tier], formulas.softplus_derivative[real, tier], role, args, n)

cdef void sqrt_softplus(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.sqrt_softplus[real, tier], formulas.sqrt_softplus_derivative[real, tier], role, args, n)

cdef void softsign(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.softsign[real, tier], formulas.softsign_derivative[real, tier], role, args, n)

cdef void squareplus(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas.squareplus[real, tier], formulas.squareplus_derivative[real, tier], role, args, n)

cdef void mish(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.mish[real, tier], formulas.mish_derivative[real, tier], role, args, n)

cdef void hard_swish(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.hard_swish[real, tier], formulas.hard_swish_derivative[real, tier], role, args, n)

cdef void softshrink(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas.softshrink[real, tier], formulas.softshrink_derivative[real, tier], role, args, n)

cdef void hardshrink(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas.hardshrink[real, tier], formulas.hardshrink_derivative[real, tier], role, args, n)

cdef void erf(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.erf[real, tier], formulas.erf_derivative[real, tier], role, args, n)

cdef void gaussian(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.gaussian[real, tier], formulas.gaussian_derivative[real, tier], role, args, n)

cdef void multiquadric(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas.multiquadric[real, tier], formulas.multiquadric_derivative[real, tier], role, args, n)

cdef void inverse_multiquadric(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas.inverse_multiquadric[real, tier], formulas.inverse_multiquadric_derivative[real, tier], role, args, n)

cdef void square(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.square[real, tier], formulas.square_derivative[real, tier], role, args, n)

cdef void thin_plate(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas.thin_plate[real, tier], formulas.thin_plate_derivative[real, tier], role, args, n)

cdef void swiglu_clamped(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    gated_2(r, t, formulas.swiglu_clamped[real, tier], formulas.swiglu_clamped_slopes[real, tier], role, args, n)


# Derivatives in float lanes that may underflow.

cdef void elu_slopes(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(NULL, formulas.elu_derivative[f32, exact], 1, <block_t>elu[f64, fast], role, args, n)

cdef void selu_slopes(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(formulas.selu_derivative[f32, exact], NULL, 0, <block_t>selu[f64, fast], role, args, n)

cdef void celu_slopes(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(NULL, formulas.celu_derivative[f32, exact], 1, <block_t>celu[f64, fast], role, args, n)

cdef void tanhshrink_slopes(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(formulas.tanhshrink_derivative[f32, exact], NULL, 0, <block_t>tanhshrink[f64, fast], role, args, n)

cdef void erf_slopes(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(formulas.erf_derivative[f32, exact], NULL, 0, <block_t>erf[f64, fast], role, args, n)

cdef void gaussian_slopes(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(formulas.gaussian_derivative[f32, exact], NULL, 0, <block_t>gaussian[f64, fast], role, args, n)

cdef void softsign_slopes(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(formulas.softsign_derivative[f32, exact], NULL, 0, <block_t>softsign[f64, fast], role, args, n)

cdef void squareplus_slopes(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(NULL, formulas.squareplus_derivative[f32, exact], 1, <block_t>squareplus[f64, fast], role, args, n)

cdef void inverse_multiquadric_slopes(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(NULL, formulas.inverse_multiquadric_derivative[f32, exact], 1, <block_t>inverse_multiquadric[f64, fast], role, args, n)

cdef void multiquadric_slopes(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(NULL, formulas.multiquadric_derivative[f32, exact], 1, <block_t>multiquadric[f64, fast], role, args, n)


# Those by table, and what lies beyond.

cdef void gelu_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.gelu, TIMES_ANY_X, tails.gelu_derivative, 0, <block_t>gelu[f64, fast], role, args, n)

cdef void gelu_tanh_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.gelu_tanh, TIMES_ANY_X, tails.gelu_tanh_derivative, 0, <block_t>gelu_tanh[f64, fast], role, args, n)

cdef void quick_gelu_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.quick_gelu, TIMES_X, tails.quick_gelu_derivative, 0, <block_t>quick_gelu[f64, fast], role, args, n)

cdef void silu_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.silu, TIMES_X, tails.silu_derivative, 0, <block_t>silu[f64, fast], role, args, n)

cdef void swish_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.swish, TIMES_X, tails.swish_derivative, 1, <block_t>swish[f64, fast], role, args, n)

cdef void sigmoid_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.sigmoid, PLAIN, tails.sigmoid_derivative, 0, <block_t>sigmoid[f64, fast], role, args, n)

cdef void log_sigmoid_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.log_sigmoid, PLAIN, tails.sigmoid_of_minus, 0, <block_t>log_sigmoid[f64, fast], role, args, n)

cdef void tanh_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.tanh, PLAIN, tails.tanh_derivative, 0, <block_t>tanh[f64, fast], role, args, n)

cdef void softplus_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.softplus, OVER_P, tails.sigmoid_of_product, 1, <block_t>softplus[f64, fast], role, args, n)

cdef void sqrt_softplus_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.sqrt_softplus, PLAIN, tails.sqrt_softplus_derivative, 0, <block_t>sqrt_softplus[f64, fast], role, args, n)

cdef void mish_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.mish, TIMES_X, tails.mish_derivative, 0, <block_t>mish[f64, fast], role, args, n)

cdef void gelu_by_table(void* unused, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(t, middle.gelu[tier], TIMES_ANY_X | MIRRORED, middle.OCTAVES, middle.gelu_derivative[tier], middle.OCTAVES, 0,
             gelu_tails, role, args, n)

cdef void gelu_tanh_by_table(void* unused, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(t, middle.gelu_tanh[tier], TIMES_ANY_X | MIRRORED, middle.OCTAVES_FROM_4_3, middle.gelu_tanh_derivative[tier], middle.OCTAVES, 0,
             gelu_tanh_tails, role, args, n)

cdef void quick_gelu_by_table(void* unused, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(t, middle.quick_gelu[tier], TIMES_X | MIRRORED, middle.HALVES, middle.quick_gelu_derivative[tier], middle.HALVES, 0,
             quick_gelu_tails, role, args, n)

cdef void silu_by_table(void* unused, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(t, middle.silu[tier], TIMES_X | MIRRORED, middle.HALVES, middle.silu_derivative[tier], middle.HALVES, 0,
             silu_tails, role, args, n)

cdef void swish_by_table(void* unused, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(t, middle.sigmoid_times[tier], TIMES_X, middle.HALVES, middle.swish_derivative[tier], middle.HALVES, 1,
             swish_tails, role, args, n)

cdef void sigmoid_by_table(void* unused, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(t, middle.sigmoid[tier], PLAIN, middle.HALVES, middle.sigmoid_derivative[tier], middle.HALVES, 0,
             sigmoid_tails, role, args, n)

cdef void log_sigmoid_by_table(void* unused, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(t, middle.log_sigmoid[tier], PLAIN, middle.HALVES, middle.sigmoid_of_minus[tier], middle.HALVES, 0,
             log_sigmoid_tails, role, args, n)

cdef void tanh_by_table(void* unused, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(t, middle.tanh[tier], PLAIN, middle.EVERYWHERE, middle.tanh_derivative[tier], middle.HALVES, 0,
             tanh_tails, role, args, n)

cdef void softplus_by_table(void* unused, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(t, middle.softplus_times[tier], OVER_P, middle.HALVES, middle.sigmoid_times[tier], middle.HALVES, 1,
             softplus_tails, role, args, n)

cdef void sqrt_softplus_by_table(void* unused, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(t, middle.sqrt_softplus[tier], PLAIN, middle.HALVES, middle.sqrt_softplus_derivative[tier], middle.HALVES, 0,
             sqrt_softplus_tails, role, args, n)

cdef void mish_by_table(void* unused, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(t, middle.mish[tier], TIMES_X, middle.HALVES_NORMAL, middle.mish_derivative[tier], middle.HALVES, 0,
             mish_tails, role, args, n)


cdef void swiglu_clamped_by_table(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    """The role GATED, exact; beyond the table by the formula."""
    swiglu_clamped_table(<block_t>swiglu_clamped[f32, exact], role, args, n)


cdef enum:
    ROW_COUNT = 38

cdef const char* DOC = b"A raw ufunc of fastact; the activation of the same name documents it."

# Where the exact variant of a float32 function is computed.
cdef enum Place:
    CHOICE          # float lanes: nothing is rounded
    ANYWHERE        # float lanes: one operation, exact as it stands; GATED: double lanes
    COMPENSATED     # float lanes on targets with FMA; in roles other than FORWARD as BY_TABLE
    BY_TABLE        # float lanes where 8 or 32 floats can be looked up; else, in the role FORWARD,
                    # float lanes if there is such a block, on targets with FMA; else double lanes
    DOUBLE_LANES    # double lanes, rounded at the end: the fast float64 block
    GATED_ONLY      # a formula of gate and up, without an activation of its own; GATED: as COMPENSATED,
                    # GATED_BACKWARD: double lanes

cdef struct Row:
    const char* name
    int parameters
    int place
    block_t float_exact
    block_t float_fast
    block_t double_exact
    block_t double_fast
    block_t table_exact     # float lanes, by table; NULL if there is none
    block_t table_fast
    block_t slopes          # float lanes, for the exact derivative of float32; NULL: where the table or the place says

cdef Row[ROW_COUNT] ROWS = [
    Row(b"identity", 0, CHOICE, NULL, <block_t>identity[f32, fast],
        <block_t>identity[f64, exact], <block_t>identity[f64, fast], NULL, NULL, NULL),
    Row(b"binary_step", 0, CHOICE, NULL, <block_t>binary_step[f32, fast],
        <block_t>binary_step[f64, exact], <block_t>binary_step[f64, fast], NULL, NULL, NULL),
    Row(b"relu", 0, CHOICE, NULL, <block_t>relu[f32, fast],
        <block_t>relu[f64, exact], <block_t>relu[f64, fast], NULL, NULL, NULL),
    Row(b"relu6", 0, CHOICE, NULL, <block_t>relu6[f32, fast],
        <block_t>relu6[f64, exact], <block_t>relu6[f64, fast], NULL, NULL, NULL),
    Row(b"relu_squared", 0, ANYWHERE, NULL, <block_t>relu_squared[f32, fast],
        <block_t>relu_squared[f64, exact], <block_t>relu_squared[f64, fast], NULL, NULL, NULL),
    Row(b"leaky_relu", 1, ANYWHERE, NULL, <block_t>leaky_relu[f32, fast],
        <block_t>leaky_relu[f64, exact], <block_t>leaky_relu[f64, fast], NULL, NULL, NULL),
    Row(b"prelu", 1, ANYWHERE, NULL, <block_t>leaky_relu[f32, fast],
        <block_t>leaky_relu[f64, exact], <block_t>leaky_relu[f64, fast], NULL, NULL, NULL),
    Row(b"threshold", 2, CHOICE, NULL, <block_t>threshold[f32, fast],
        <block_t>threshold[f64, exact], <block_t>threshold[f64, fast], NULL, NULL, NULL),
    Row(b"elu", 1, COMPENSATED, <block_t>elu[f32, exact], <block_t>elu[f32, fast],
        <block_t>elu[f64, exact], <block_t>elu[f64, fast], NULL, NULL, elu_slopes),
    Row(b"selu", 0, COMPENSATED, <block_t>selu[f32, exact], <block_t>selu[f32, fast],
        <block_t>selu[f64, exact], <block_t>selu[f64, fast], NULL, NULL, selu_slopes),
    Row(b"celu", 1, COMPENSATED, <block_t>celu[f32, exact], <block_t>celu[f32, fast],
        <block_t>celu[f64, exact], <block_t>celu[f64, fast], NULL, NULL, celu_slopes),
    Row(b"gelu", 0, BY_TABLE, <block_t>gelu[f32, exact], <block_t>gelu[f32, fast],
        <block_t>gelu[f64, exact], <block_t>gelu[f64, fast],
        <block_t>gelu_by_table[exact], <block_t>gelu_by_table[fast], NULL),
    Row(b"gelu_tanh", 0, BY_TABLE, <block_t>gelu_tanh[f32, exact], <block_t>gelu_tanh[f32, fast],
        <block_t>gelu_tanh[f64, exact], <block_t>gelu_tanh[f64, fast],
        <block_t>gelu_tanh_by_table[exact], <block_t>gelu_tanh_by_table[fast], NULL),
    Row(b"quick_gelu", 0, BY_TABLE, <block_t>quick_gelu[f32, exact], <block_t>quick_gelu[f32, fast],
        <block_t>quick_gelu[f64, exact], <block_t>quick_gelu[f64, fast],
        <block_t>quick_gelu_by_table[exact], <block_t>quick_gelu_by_table[fast], NULL),
    Row(b"silu", 0, BY_TABLE, <block_t>silu[f32, exact], <block_t>silu[f32, fast],
        <block_t>silu[f64, exact], <block_t>silu[f64, fast],
        <block_t>silu_by_table[exact], <block_t>silu_by_table[fast], NULL),
    Row(b"swish", 1, BY_TABLE, <block_t>swish[f32, exact], <block_t>swish[f32, fast],
        <block_t>swish[f64, exact], <block_t>swish[f64, fast],
        <block_t>swish_by_table[exact], <block_t>swish_by_table[fast], NULL),
    Row(b"sigmoid", 0, BY_TABLE, <block_t>sigmoid[f32, exact], <block_t>sigmoid[f32, fast],
        <block_t>sigmoid[f64, exact], <block_t>sigmoid[f64, fast],
        <block_t>sigmoid_by_table[exact], <block_t>sigmoid_by_table[fast], NULL),
    Row(b"log_sigmoid", 0, BY_TABLE, NULL, <block_t>log_sigmoid[f32, fast],
        <block_t>log_sigmoid[f64, exact], <block_t>log_sigmoid[f64, fast],
        <block_t>log_sigmoid_by_table[exact], <block_t>log_sigmoid_by_table[fast], NULL),
    Row(b"hard_sigmoid", 0, COMPENSATED, <block_t>hard_sigmoid[f32, exact], <block_t>hard_sigmoid[f32, fast],
        <block_t>hard_sigmoid[f64, exact], <block_t>hard_sigmoid[f64, fast], NULL, NULL, <block_t>hard_sigmoid[f32, fast]),
    Row(b"hard_sigmoid_linear", 2, COMPENSATED, <block_t>hard_sigmoid_linear[f32, exact], <block_t>hard_sigmoid_linear[f32, fast],
        <block_t>hard_sigmoid_linear[f64, exact], <block_t>hard_sigmoid_linear[f64, fast], NULL, NULL, <block_t>hard_sigmoid_linear[f32, exact]),
    Row(b"tanh", 0, COMPENSATED, <block_t>tanh[f32, exact], <block_t>tanh[f32, fast],
        <block_t>tanh[f64, exact], <block_t>tanh[f64, fast],
        <block_t>tanh_by_table[exact], <block_t>tanh_by_table[fast], NULL),
    Row(b"hard_tanh", 2, CHOICE, NULL, <block_t>hard_tanh[f32, fast],
        <block_t>hard_tanh[f64, exact], <block_t>hard_tanh[f64, fast], NULL, NULL, NULL),
    Row(b"tanhshrink", 0, COMPENSATED, <block_t>tanhshrink[f32, exact], <block_t>tanhshrink[f32, fast],
        <block_t>tanhshrink[f64, exact], <block_t>tanhshrink[f64, fast], NULL, NULL, tanhshrink_slopes),
    Row(b"softplus", 1, BY_TABLE, NULL, <block_t>softplus[f32, fast],
        <block_t>softplus[f64, exact], <block_t>softplus[f64, fast],
        <block_t>softplus_by_table[exact], <block_t>softplus_by_table[fast], NULL),
    Row(b"sqrt_softplus", 0, BY_TABLE, NULL, <block_t>sqrt_softplus[f32, fast],
        <block_t>sqrt_softplus[f64, exact], <block_t>sqrt_softplus[f64, fast],
        <block_t>sqrt_softplus_by_table[exact], <block_t>sqrt_softplus_by_table[fast], NULL),
    Row(b"softsign", 0, COMPENSATED, <block_t>softsign[f32, exact], <block_t>softsign[f32, fast],
        <block_t>softsign[f64, exact], <block_t>softsign[f64, fast], NULL, NULL, softsign_slopes),
    Row(b"squareplus", 1, COMPENSATED, <block_t>squareplus[f32, exact], <block_t>squareplus[f32, fast],
        <block_t>squareplus[f64, exact], <block_t>squareplus[f64, fast], NULL, NULL, squareplus_slopes),
    Row(b"mish", 0, BY_TABLE, NULL, <block_t>mish[f32, fast],
        <block_t>mish[f64, exact], <block_t>mish[f64, fast],
        <block_t>mish_by_table[exact], <block_t>mish_by_table[fast], NULL),
    Row(b"hard_swish", 0, COMPENSATED, <block_t>hard_swish[f32, exact], <block_t>hard_swish[f32, fast],
        <block_t>hard_swish[f64, exact], <block_t>hard_swish[f64, fast], NULL, NULL, <block_t>hard_swish[f32, fast]),
    Row(b"softshrink", 1, ANYWHERE, NULL, <block_t>softshrink[f32, fast],
        <block_t>softshrink[f64, exact], <block_t>softshrink[f64, fast], NULL, NULL, NULL),
    Row(b"hardshrink", 1, CHOICE, NULL, <block_t>hardshrink[f32, fast],
        <block_t>hardshrink[f64, exact], <block_t>hardshrink[f64, fast], NULL, NULL, NULL),
    Row(b"erf", 0, COMPENSATED, <block_t>erf[f32, exact], <block_t>erf[f32, fast],
        <block_t>erf[f64, exact], <block_t>erf[f64, fast], NULL, NULL, erf_slopes),
    Row(b"gaussian", 0, COMPENSATED, <block_t>gaussian[f32, exact], <block_t>gaussian[f32, fast],
        <block_t>gaussian[f64, exact], <block_t>gaussian[f64, fast], NULL, NULL, gaussian_slopes),
    Row(b"multiquadric", 1, COMPENSATED, <block_t>multiquadric[f32, exact], <block_t>multiquadric[f32, fast],
        <block_t>multiquadric[f64, exact], <block_t>multiquadric[f64, fast], NULL, NULL, multiquadric_slopes),
    Row(b"inverse_multiquadric", 1, COMPENSATED, <block_t>inverse_multiquadric[f32, exact], <block_t>inverse_multiquadric[f32, fast],
        <block_t>inverse_multiquadric[f64, exact], <block_t>inverse_multiquadric[f64, fast], NULL, NULL, inverse_multiquadric_slopes),
    Row(b"square", 0, ANYWHERE, NULL, <block_t>square[f32, fast],
        <block_t>square[f64, exact], <block_t>square[f64, fast], NULL, NULL, NULL),
    Row(b"thin_plate", 0, DOUBLE_LANES, NULL, <block_t>thin_plate[f32, fast],
        <block_t>thin_plate[f64, exact], <block_t>thin_plate[f64, fast], NULL, NULL, NULL),
    Row(b"swiglu_clamped", 2, GATED_ONLY, swiglu_clamped_by_table, <block_t>swiglu_clamped[f32, fast],
        <block_t>swiglu_clamped[f64, exact], <block_t>swiglu_clamped[f64, fast], NULL, NULL, NULL),
]

# The rows that have roles which the others lack; their block functions say so, too.
ADDED_TO = {"relu", "gelu", "gelu_tanh", "silu"}
LEARNED = {"leaky_relu", "prelu", "swish"}
# Functions whose fast float formulas, by a few roundings and nothing else, are within 4 ULP for half
# precision's inputs: good enough for their exact results.
FEW_ROUNDINGS = {"hard_sigmoid", "hard_swish"}
# By table, with a fast variant whose error is below so many steps of float over all bfloat16 inputs: of
# 32 segments, of 8.
FAST_STEPS = {
    "gelu": (170, 600), "gelu_tanh": (300, 2400), "quick_gelu": (140, 140), "silu": (350, 350), "swish": (350, 350),
    "sigmoid": (350, 350), "log_sigmoid": (350, 350), "softplus": (350, 350), "mish": (350, 520),
}
# By table, with a derivative that has a root away from 0, at which float lanes' error is absolute:
# the value (times the other factors) from which it is below 2^-19.9 relative.  Segments of octaves
# are finer at the root, so the error is smaller there, 2^-32 instead of 2^-27.
DIPS = {"gelu": 2.0**-11, "gelu_tanh": 2.0**-11, "quick_gelu": 2.0**-7, "silu": 2.0**-7, "swish": 2.0**-7, "mish": 2.0**-7}


# Parameters that the formulas take in float lanes: the least, the most, and whether -p is as good as p.  An
# element with another one, negative, huge, infinite or NaN, goes to double lanes, whose formulas take all.
FLOAT_RANGES = {
    "elu": (2.0**-100, 2.0**20, True),      # alpha exp(-120) is 0
    "celu": (2.0**-100, 2.0**10, False),    # x / alpha is subnormal only for x that hardly are normal
    "softplus": (2.0**-10, 2.0**100, True),     # likewise exp(beta x), which is divided by beta
    "swish": (2.0**-40, 2.0**100, True),    # x exp(-138) is 0 for every x = -138 / beta
    "squareplus": (2.0**-100, 2.0**70, False),  # b / 2^200 is nothing
    "multiquadric": (0, 2.0**60, True),     # see not_tiny()
    "inverse_multiquadric": (0, 2.0**60, True),
}


cdef int fast_steps(const Row* row) noexcept:
    """Its entry of FAST_STEPS, 0 for none."""
    return FAST_STEPS.get(row.name.decode(), (0, 0))[0 if TABLE_SEGMENTS == 32 else 1]


cdef bint has_role(const Row* row, int role):
    if role == GATED or role == GATED_BACKWARD:
        return True
    if role == ADDED or role == ADDED_BACKWARD:
        return row.name.decode() in ADDED_TO
    if role == PARAMETER:
        return row.name.decode() in LEARNED
    return row.place != GATED_ONLY


# ------------------------------------------------------------------------------ driver --

cdef enum:
    BUFFERS = 28672     # bytes of buffers for all operands together, in L1
    MAX_ARGS = 7
    SETTLED = 256       # doubtful elements at a time
    ALIGN_FROM = 512    # elements from which an aligned store is worth a padded vector


cdef extern from *:
    """
    #if defined(__GNUC__)
    #define ALIGNED_TO_LINE __attribute__((aligned(64)))
    #else
    #define ALIGNED_TO_LINE
    #endif
    typedef struct { char bytes[28672], parameters[2][64]; } ALIGNED_TO_LINE buffers_t;
    """
    ctypedef struct buffers_t:
        char[BUFFERS] bytes
        char[2][64] parameters      # UNIFORM ones, a vector each


# How an operand reaches the block.
cdef enum:
    DIRECT      # contiguous, of the lanes' type: where it lies
    BUFFERED    # anything else: by way of L1
    CONSTANT    # a broadcast input: one full buffer serves all blocks
    ONE_VECTOR  # a parameter, all of them being UNIFORM


cdef inline Py_ssize_t block_size(const Kernel* kernel) noexcept nogil:
    """Elements buffered at a time: as many as fit, since each call of a block may end with a few that
    it computes by themselves (by_table(), settle()).  Whole cache lines of any type."""
    return BUFFERS // (kernel.nargs * itemsize(kernel.lanes)) & ~63


cdef inline int list_doubtful(
    const Kernel* kernel, int lost, float least, bint of_function, char** block_args, Py_ssize_t* start, Py_ssize_t n,
    int* lane,
) noexcept nogil:
    """Numbers of the next elements, up to SETTLED, whose rounding to the storage type is open.

    A float result is at most kernel.slack steps off, so what rounds alike that far on either side
    is correctly rounded.  That holds for a derivative with a root only where it is not small
    (kernel.dip): float lanes' error is absolute there.  Which elements are listed depends on their
    values only.
    """
    cdef f32 like, y, factor
    cdef unsigned int mask, slack = kernel.slack
    cdef int count = 0
    cdef char* first = block_args[kernel.nin]
    cdef Py_ssize_t i = start[0]
    while i < n and count <= SETTLED - VF_LANES:
        y = load(like, first, i)
        mask = doubtful_f(y, lost, slack, least)
        if of_function and kernel.dip != 0:     # fast results below it mean little, but of x = 0
            mask |= less_f(abs(y), splat(like, kernel.dip)) & tiny_f(load(like, block_args[0], i), 3.4028234663852886e38)
        elif kernel.dip != 0:
            factor = splat(like, kernel.dip)
            if kernel.role != DERIVATIVE:
                factor = factor * load(like, block_args[0], i)
            if kernel.role == GATED_BACKWARD:
                factor = factor * load(like, block_args[2], i)
            mask |= less_f(abs(y), abs(factor))
        if not of_function and kernel.role == GATED_BACKWARD:
            # Infinite: grad * up overflows where its product with a small derivative does not.
            mask |= not_finite_f(y) | doubtful_f(load(like, block_args[kernel.nin + 1], i), lost, slack, least)
        if mask:
            count += list_lanes(&lane[count], mask, <int>i)
        i += VF_LANES
    start[0] = i
    while count > 0 and lane[count - 1] >= n:       # padding
        count -= 1
    return count


cdef Py_ssize_t settle(
    const Kernel* kernel, char** args, const Py_ssize_t* steps, const int* way, Py_ssize_t start, Py_ssize_t n,
    char** block_args, bint everything,
) noexcept nogil:
    """Correct rounding of a half type, from double lanes for the few elements where it is in doubt.

    A thousandth of float16's and fewer of bfloat16's; and ties, at which double lanes are no worse.
    Returns how many there were.
    """
    cdef int[SETTLED + 16] lane
    cdef double[MAX_ARGS][SETTLED + 16] values
    cdef uint16_t[SETTLED] rounded
    cdef char* value_args[MAX_ARGS]
    cdef Py_ssize_t done = 0, total = 0, padded
    cdef int count, i, j
    cdef bint of_function = kernel.role == FORWARD or kernel.role == GATED or kernel.role == ADDED
    for j in range(kernel.nargs):
        value_args[j] = <char*>values[j]
    while done < n:
        if everything:
            count = <int>min_size(SETTLED, n - done)
            done += count
        elif kernel.storage == HALF and of_function:
            count = list_doubtful(kernel, HALF_LOST, HALF_LEAST, True, block_args, &done, n, lane)
        elif kernel.storage == HALF:
            count = list_doubtful(kernel, HALF_LOST, HALF_LEAST, False, block_args, &done, n, lane)
        elif of_function:
            count = list_doubtful(kernel, BFLOAT_LOST, BFLOAT_LEAST, True, block_args, &done, n, lane)
        else:
            count = list_doubtful(kernel, BFLOAT_LOST, BFLOAT_LEAST, False, block_args, &done, n, lane)
        if count == 0:
            continue
        total += count
        padded = (count + VD_LANES - 1) // VD_LANES * VD_LANES
        for j in range(kernel.nin):
            if way[j] == ONE_VECTOR:
                gather(FLOAT, DOUBLE, block_args[j], 0, count, value_args[j])
            elif everything:
                gather(FLOAT, DOUBLE, block_args[j] + (done - count) * sizeof(float), sizeof(float), count, value_args[j])
            else:
                for i in range(count):
                    values[j][i] = (<float*>block_args[j])[lane[i]]
            pad(value_args[j], DOUBLE, count, padded, 1)
        kernel.settle(NULL, NULL, kernel.role, value_args, padded)
        for j in range(kernel.nin, kernel.nargs):
            if everything:
                scatter(kernel.storage, DOUBLE, value_args[j], args[j] + (start + done - count) * steps[j], steps[j], count)
                continue
            scatter(kernel.storage, DOUBLE, value_args[j], <char*>rounded, sizeof(uint16_t), count)
            for i in range(count):
                (<uint16_t*>(args[j] + (start + lane[i]) * steps[j]))[0] = rounded[i]
    return total


cdef void unsigned_zeros(
    const Kernel* kernel, char** args, const Py_ssize_t* steps, Py_ssize_t start, Py_ssize_t n
) noexcept nogil:
    """-0 becomes +0 in the results, of a half type.

    Of gradients: where one underflows or is multiplied by 0, float and double lanes need not agree on
    the sign, and who computes an element depends on its neighbours.
    """
    cdef Py_ssize_t i, step
    cdef uint16_t* y
    cdef int j
    for j in range(kernel.nin, kernel.nargs):
        y = <uint16_t*>(args[j] + start * steps[j])
        step = steps[j] // 2
        if step == 1:
            for i in range(n):
                y[i] = 0 if y[i] == 0x8000 else y[i]
        else:
            for i in range(n):
                if y[i * step] == 0x8000:
                    y[i * step] = 0


cdef extern from *:
    """
    /* Whether each of n numbers, or their sizes, is within [least, most]: one loop without branches, which the
     * compiler makes vectors of. */
    static inline int all_within(const float *p, ptrdiff_t n, float least, float most, int either_sign) {
        int beyond = 0;
        if (either_sign)
            for (ptrdiff_t i = 0; i < n; i++) beyond |= !(fabsf(p[i]) >= least) | !(fabsf(p[i]) <= most);
        else
            for (ptrdiff_t i = 0; i < n; i++) beyond |= !(p[i] >= least) | !(p[i] <= most);
        return !beyond;
    }
    """
    bint all_within(const float* p, Py_ssize_t n, float least, float most, bint either_sign) nogil


cdef void run_beyond(const Kernel* kernel, int role, char** args, Py_ssize_t n) noexcept nogil:
    """The block, a vector at a time, and double lanes for the elements whose parameter it cannot take."""
    cdef float values[MAX_ARGS][16]
    cdef char* vector_args[MAX_ARGS]
    cdef Py_ssize_t i = 0, same = parameters_index(&role)
    cdef unsigned int mask
    cdef int j, k
    for j in range(kernel.nargs):
        vector_args[j] = <char*>values[j]
    while i < n:
        mask = 0
        for j in range(kernel.nin):
            for k in range(VF_LANES):
                values[j][k] = (<float*>args[j])[(i & same if j == kernel.nin - 1 else i) + k]
        for k in range(VF_LANES):
            mask |= <unsigned int>(
                not all_within(&values[kernel.nin - 1][k], 1, kernel.least, kernel.most, kernel.either_sign)) << k
        kernel.block(NULL, NULL, role, vector_args, VF_LANES)
        if mask:
            in_doubles(kernel.beyond, role, kernel.nin, kernel.nargs - kernel.nin, vector_args, 0, mask)
        for j in range(kernel.nin, kernel.nargs):
            for k in range(VF_LANES):
                (<float*>args[j])[i + k] = values[j][k]
        i += VF_LANES


cdef inline void run(const Kernel* kernel, int role, char** args, Py_ssize_t n) noexcept nogil:
    """The block over n elements, a multiple of the lanes."""
    if kernel.beyond != NULL and not all_within(
            <const float*>args[kernel.nin - 1], 1 if role & UNIFORM else n, kernel.least, kernel.most, kernel.either_sign):
        run_beyond(kernel, role, args, n)
    else:
        kernel.block(NULL, NULL, role, args, n)


cdef inline Py_ssize_t one_block(
    const Kernel* kernel, char** args, const Py_ssize_t* steps, const int* way,
    Py_ssize_t start, Py_ssize_t n, Py_ssize_t padded, buffers_t* buffers,
    bint settle_everything=False,
) noexcept nogil:
    """Elements start .. start + n through the block; or past it, see settle(), whose result it returns."""
    cdef char* block_args[MAX_ARGS]
    cdef Py_ssize_t size = block_size(kernel) * itemsize(kernel.lanes), settled = 0
    cdef int j, role = kernel.role
    for j in range(kernel.nargs):
        if way[j] == DIRECT and padded == n:
            block_args[j] = args[j] + start * steps[j]
            continue
        if way[j] == ONE_VECTOR:
            block_args[j] = <char*>buffers.parameters[kernel.nin - 1 - j]
            role = kernel.role | UNIFORM
            continue
        block_args[j] = &buffers.bytes[j * size]
        if j < kernel.nin and way[j] != CONSTANT:
            gather(kernel.storage, kernel.lanes, args[j] + start * steps[j], steps[j], n, block_args[j])
            pad(block_args[j], kernel.lanes, n, padded, 1)      # 1: hard for no formula
    if settle_everything:
        settled = settle(kernel, args, steps, way, start, n, block_args, True)
    else:
        run(kernel, role, block_args, padded)
        for j in range(kernel.nin, kernel.nargs):
            if block_args[j] == &buffers.bytes[j * size]:
                scatter(kernel.storage, kernel.lanes, block_args[j], args[j] + start * steps[j], steps[j], n)
        if kernel.settle != NULL:
            settled = settle(kernel, args, steps, way, start, n, block_args, False)
    if kernel.settle != NULL and kernel.role != FORWARD and kernel.role != GATED and kernel.role != ADDED:
        unsigned_zeros(kernel, args, steps, start, n)
    return settled


# Results of this many bytes and more bypass the caches: a store into memory that is in no cache
# reads its line first, for nothing.  See _dispatch.py for the figure.
cdef Py_ssize_t stream_from = 1 << 62


def set_stream_from(Py_ssize_t nbytes):
    global stream_from
    stream_from = nbytes


cdef bint apart(const Kernel* kernel, char** args, Py_ssize_t offset) noexcept nogil:
    """Whether results begin at a cache line and lie in memory of their own: what a call in place
    has read is in the cache."""
    cdef int i, j
    for j in range(kernel.nin, kernel.nargs):
        if (<Py_ssize_t>args[j] + offset) & 63:
            return False
        for i in range(kernel.nin):
            if args[i] == args[j]:
                return False
    return True


# So much at a time: with streaming stores on their way loads of tables stall, as they may have the
# same address modulo a page.  Streamed straight from the loop the exact silu ran at a third of this.
cdef enum:
    STREAM_BYTES = 1024
    STREAM_AHEAD = 4096     # what is read then; the CPU's own prefetching stops where reading does


cdef Py_ssize_t apply_streaming(
    const Kernel* kernel, int role, char** args, const int* way, Py_ssize_t start, Py_ssize_t end, buffers_t* buffers
) noexcept nogil:
    """Elements start .. end, whole vectors of operands where they lie, results by way of L1."""
    cdef char* block_args[MAX_ARGS]
    cdef Py_ssize_t size = itemsize(kernel.storage), count
    cdef int j, k
    while start < end:
        count = min_size(STREAM_BYTES // size, end - start)
        for j in range(kernel.nin):
            if way[j] == ONE_VECTOR:
                block_args[j] = <char*>buffers.parameters[kernel.nin - 1 - j]
                continue
            block_args[j] = args[j] + start * size
            for k in range(0, STREAM_BYTES, 64):
                prefetch(block_args[j] + STREAM_AHEAD + k)
        for j in range(kernel.nin, kernel.nargs):
            block_args[j] = &buffers.bytes[j * STREAM_BYTES]
        run(kernel, role, block_args, count)
        for j in range(kernel.nin, kernel.nargs):
            stream(args[j] + start * size, &buffers.bytes[j * STREAM_BYTES], count * size)
        start += count
    stream_end()
    return start


cdef void apply(const Kernel* kernel, char** args, const Py_ssize_t* steps, Py_ssize_t n) noexcept nogil:
    cdef buffers_t buffers
    cdef int way[MAX_ARGS]
    cdef char* block_args[MAX_ARGS]
    cdef Py_ssize_t vector = VF_LANES if kernel.lanes == FLOAT else VD_LANES
    cdef Py_ssize_t start = 0, whole, count, size = itemsize(kernel.storage), block = block_size(kernel)
    cdef bint all_direct = True, uniform = kernel.parameters > 0
    cdef int j, role
    for j in range(kernel.nin - kernel.parameters, kernel.nin):
        uniform = uniform and steps[j] == 0
    role = kernel.role | UNIFORM if uniform else kernel.role
    for j in range(kernel.nargs):
        way[j] = DIRECT if steps[j] == size and kernel.storage == kernel.lanes else BUFFERED
        if uniform and kernel.nin - kernel.parameters <= j < kernel.nin:
            way[j] = ONE_VECTOR
            gather(kernel.storage, kernel.lanes, args[j], 0, vector, <char*>buffers.parameters[kernel.nin - 1 - j])
            continue
        if steps[j] == 0 and j < kernel.nin:
            way[j] = CONSTANT
            count = (min_size(n, block) + vector - 1) // vector * vector
            gather(kernel.storage, kernel.lanes, args[j], 0, count, &buffers.bytes[j * block * itemsize(kernel.lanes)])
        all_direct = all_direct and way[j] == DIRECT
    if n >= ALIGN_FROM and way[kernel.nin] == DIRECT:
        # NumPy's large arrays begin 16 bytes into a cache line: wide stores would all straddle
        # two.  The first elements go apart, to the line's end.
        count = (-<Py_ssize_t>args[kernel.nin] & 63) // size
        if 0 < count < vector:
            one_block(kernel, args, steps, way, 0, count, vector, &buffers)
            start = count
    whole = (n - start) // vector * vector
    if all_direct and n * size >= stream_from and apart(kernel, args, start * size):
        start = apply_streaming(kernel, role, args, way, start, start + whole, &buffers)
    elif all_direct and whole > 0:
        for j in range(kernel.nargs):
            block_args[j] = <char*>buffers.parameters[kernel.nin - 1 - j] if way[j] == ONE_VECTOR else args[j] + start * steps[j]
        run(kernel, role, block_args, whole)
        start += whole
    # Where most are doubtful (subnormals, tails) the block is time lost: a few elements tell
    # whether the next ones go past it.  The bits are the same either way.
    cdef bint sample = kernel.settle != NULL and n > 4 * SETTLED, hopeless = False
    cdef Py_ssize_t doubtful
    while n - start >= vector:
        count = min_size(SETTLED if sample else block, (n - start) // vector * vector)
        doubtful = one_block(kernel, args, steps, way, start, count, count, &buffers, hopeless)
        start += count
        if sample:
            sample, hopeless = False, 4 * doubtful > count
        elif kernel.settle != NULL:
            sample, hopeless = 4 * doubtful > count, False
    if start < n:
        one_block(kernel, args, steps, way, start, n - start, vector, &buffers)


# ------------------------------------------------------------------------ ufunc loops --

cdef struct Call:
    const Kernel* kernel
    char** args
    const Py_ssize_t* steps
    Py_ssize_t n
    Py_ssize_t chunk


cdef void run_chunk(void* context, Py_ssize_t index, int thread) noexcept nogil:
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
    cdef Py_ssize_t tasks
    call.kernel = <const Kernel*>data
    call.args = args
    call.steps = <const Py_ssize_t*>steps
    call.n = dimensions[0]
    call.chunk = call.n
    if call.n >= call.kernel.parallel_from:
        threads = num_threads()
        # None too small to stream.
        tasks = call.n * itemsize(call.kernel.storage) // (threads * stream_from)
        tasks = threads * (min_size(tasks, MOST_TASKS) if tasks else MOST_TASKS)
        # Whole cache lines of output for each, whatever the type.
        call.chunk = (call.n + tasks - 1) // tasks + 63 & ~63
    if call.n > 0:
        parallel_for(run_chunk, &call, (call.n + call.chunk - 1) // call.chunk, threads)


# ------------------------------------------------------------------- what Python sees --

# In the order of Role: its name, and the name of the ufunc.
_ROLE_NAMES = ["forward", "derivative", "backward", "gated", "gated_backward", "added", "added_backward", "parameter"]
_UFUNC_NAMES = ["{}", "{}_derivative", "{}_backward", "gated_{}", "gated_{}_backward",
                "add_{}", "add_{}_backward", "{}_parameter"]

# Elements from which a second thread pays, by what an element costs: about 130 microseconds of work.
# A worker that sleeps takes 30 to 100 of them to wake on a virtual machine; one that has just
# worked is there at once, and doubles the speed from 7 microseconds on, but nobody can know.
cdef Py_ssize_t PARALLEL_FROM_CHEAP = 1 << 19       # a choice, or the fast tier
cdef Py_ssize_t PARALLEL_FROM_EXACT = 1 << 18       # compensated, or by table
cdef Py_ssize_t PARALLEL_FROM_DOUBLE = 1 << 17      # double lanes

# [row][accuracy: exact, fast][role][storage], complete before any ufunc exists.  The order of the
# storage types is NumPy's order of search: float16 stays, bool and small integers find float32.
cdef Kernel[ROW_COUNT][2][ROLES][STORAGES] KERNELS
cdef void* DATA[ROW_COUNT][2][ROLES][STORAGES]
cdef Kernel[ROW_COUNT][ROLES] TO_BFLOAT     # of epilogues
cdef cnp.PyUFuncGenericFunction[3] LOOPS
LOOPS[0] = LOOPS[1] = LOOPS[2] = <cnp.PyUFuncGenericFunction>ufunc_loop
cdef char[MAX_ARGS][3 * MAX_ARGS] TYPES     # by number of operands, less one
cdef int[3] NUMPY_TYPES = [cnp.NPY_FLOAT, cnp.NPY_DOUBLE, cnp.NPY_FLOAT16]
_STORAGE_NAMES = ["float32", "float64", "float16", "bfloat16"]


cdef Kernel describe(const Row* row, bint is_fast, int role, int storage) noexcept:
    cdef Kernel kernel
    kernel.apply = apply
    kernel.role = role
    kernel.parameters = row.parameters
    kernel.nin = role_inputs(role) + row.parameters
    kernel.nargs = kernel.nin + role_outputs(role)
    kernel.storage = storage
    kernel.parallel_from = PARALLEL_FROM_CHEAP
    kernel.settle = NULL
    kernel.slack, kernel.dip = 0, 0
    kernel.beyond = NULL
    kernel.least, kernel.most, kernel.either_sign = FLOAT_RANGES.get(row.name.decode(), (0, 0, False))
    cdef bint is_half = storage == HALF or storage == BFLOAT, sums = role == ADDED or role == ADDED_BACKWARD
    if storage == DOUBLE:
        kernel.lanes = DOUBLE
        kernel.block = row.double_fast if is_fast else row.double_exact
        kernel.parallel_from = PARALLEL_FROM_DOUBLE
    elif (TABLE_SEGMENTS and row.table_exact != NULL
          and (row.place == BY_TABLE or role != FORWARD) and role != PARAMETER):
        kernel.lanes = FLOAT
        kernel.block = row.table_fast if is_fast else row.table_exact
        kernel.parallel_from = PARALLEL_FROM_CHEAP if is_fast else PARALLEL_FROM_EXACT
    elif not is_fast and row.slopes != NULL and TABLE_SEGMENTS and storage == FLOAT and role in (DERIVATIVE, BACKWARD):
        kernel.lanes = FLOAT
        kernel.block = row.slopes
        kernel.parallel_from = PARALLEL_FROM_EXACT
    elif is_fast or row.place == CHOICE or row.place == ANYWHERE and role != GATED:
        kernel.lanes = FLOAT
        kernel.block = row.float_fast
    elif HAS_FMA and row.float_exact != NULL and (
            role == FORWARD or role == ADDED and storage == FLOAT or role == GATED and row.place == GATED_ONLY):
        kernel.lanes = FLOAT
        kernel.block = row.float_exact
        kernel.parallel_from = PARALLEL_FROM_EXACT
    else:
        kernel.lanes = DOUBLE
        kernel.block = row.double_fast
        kernel.parallel_from = PARALLEL_FROM_DOUBLE
        if storage == FLOAT:
            kernel.role = in_double_lanes(role)
    if is_half and not is_fast and HAS_FMA and row.name.decode() in FEW_ROUNDINGS:
        kernel.lanes = FLOAT
        kernel.block = row.float_fast
        kernel.parallel_from = PARALLEL_FROM_CHEAP
        kernel.settle = row.double_fast
        kernel.slack = 8
    elif is_half and kernel.lanes == FLOAT and (kernel.block == row.table_exact or kernel.block == row.float_exact):
        kernel.settle = row.double_fast
        # Twice the 1 ULP of a function and the 1/2 of a product.  Derivatives: 2^-19, twice what the
        # dip leaves, to which the 2 ULP of those without are nothing.
        kernel.slack = 4
        if role != FORWARD and role != GATED and role != ADDED:
            kernel.slack = 32
            kernel.dip = DIPS.get(row.name.decode(), 0)
        if sums:
            # Rounded before: 2^-24 of x + bias, which is |x f'(x)/f(x)| times that of the result.  Up to
            # 32 where float16 has not underflowed, 230 where bfloat16 has not; near a root of f' absolute.
            kernel.slack = 32 if storage == HALF else 256
            kernel.dip = kernel.dip and 2.0**-7
        if storage == BFLOAT and role == FORWARD and fast_steps(row):
            # The fast variant is good enough but for one in a hundred.
            kernel.block = row.table_fast
            kernel.slack = fast_steps(row)
            kernel.dip = 2.0**-125
    if kernel.lanes == FLOAT and row.name.decode() in FLOAT_RANGES:
        kernel.beyond = row.double_fast
    return kernel


cdef Kernel describe_to_bfloat(const Row* row, int role) noexcept:
    """Exact, of float32 that the caller rounds to bfloat16, and does not settle: 0.51 ULP of that at most."""
    cdef Kernel kernel = describe(row, False, role, FLOAT)
    if kernel.block == row.table_exact and 0 < fast_steps(row) <= 650:      # of 65,536 in an ULP of bfloat16
        kernel.block = row.table_fast
    return kernel


cdef dict build():
    """All ufuncs, by name."""
    cdef int i, accuracy, role, j, nin, nout
    cdef dict built = {}
    for i in range(MAX_ARGS):
        for j in range(3 * (i + 1)):
            TYPES[i][j] = NUMPY_TYPES[j // (i + 1)]
    for i in range(ROW_COUNT):
        for accuracy in range(2):
            for role in range(ROLES):
                if not has_role(&ROWS[i], role):
                    continue
                TO_BFLOAT[i][role] = describe_to_bfloat(&ROWS[i], role)
                for j in range(STORAGES):
                    KERNELS[i][accuracy][role][j] = describe(&ROWS[i], accuracy, role, j)
                    DATA[i][accuracy][role][j] = &KERNELS[i][accuracy][role][j]
                name = _UFUNC_NAMES[role].format(ROWS[i].name.decode()) + ("_fast" if accuracy else "")
                text = name.encode()
                _KEPT.append(text)
                nin, nout = role_inputs(role) + ROWS[i].parameters, role_outputs(role)
                built[name] = cnp.PyUFunc_FromFuncAndData(
                    LOOPS, DATA[i][accuracy][role], TYPES[nin + nout - 1], 3,
                    nin, nout, cnp.PyUFunc_None, text, DOC, 0,
                )
    return built


def register_bfloat16(dtype):
    """Give every ufunc a loop for this dtype, which NumPy does not know by itself."""
    cdef int i, accuracy, role, number = dtype.num
    cdef int[MAX_ARGS] types
    for i in range(MAX_ARGS):
        types[i] = number
    for i in range(ROW_COUNT):
        for accuracy in range(2):
            for role in range(ROLES):
                name = _UFUNC_NAMES[role].format(ROWS[i].name.decode()) + ("_fast" if accuracy else "")
                if name in ufuncs:
                    cnp.PyUFunc_RegisterLoopForType(
                        ufuncs[name], number, <cnp.PyUFuncGenericFunction>ufunc_loop, types,
                        DATA[i][accuracy][role][BFLOAT])


_KEPT = []          # names: a ufunc keeps a pointer to the bytes only
ufuncs = build()
simd = SIMD_NAME.decode()


def kernel(str name, str role, str accuracy, bint to_bfloat=False):
    """A capsule with the Kernel of one loop over float32, for the other families' epilogues."""
    cdef int i, role_index = _ROLE_NAMES.index(role), is_fast = ["exact", "fast"].index(accuracy)
    for i in range(ROW_COUNT):
        if ROWS[i].name.decode() == name and has_role(&ROWS[i], role_index):
            return PyCapsule_New(
                &TO_BFLOAT[i][role_index] if to_bfloat and not is_fast else &KERNELS[i][is_fast][role_index][FLOAT],
                "fastact.Kernel", NULL)
    raise ValueError(f"no elementwise kernel {name!r} with the role {role!r}")


def place(str name):
    """Where the exact float32 variant of an activation is computed: (place, where it is not)."""
    cdef const Row* row
    cdef int i
    for i in range(ROW_COUNT):
        row = &ROWS[i]
        if row.name.decode() == name:
            places = {CHOICE: "choice", ANYWHERE: "operation", COMPENSATED: "compensated", BY_TABLE: "table"}
            other = "compensated" if row.place == BY_TABLE and row.float_exact != NULL else "double"
            return places.get(row.place, "double"), other
    raise ValueError(f"no elementwise kernel {name!r}")
