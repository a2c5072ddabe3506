"""Matrix products with packed weights and the activation in the epilogue, accumulated in float32.

    out = f(x Wᵀ + b)                       plain
    out = f(x Wgᵀ + bg) * (x Wuᵀ + bu)      gated

Both products, and all types, are computed by the same scheme.  A microkernel multiplies the rows of a tile of
x by a panel of two vectors of columns.  In a plain product the two vectors are neighbours; in a gated product
the first vector holds gate columns and the second one the matching up columns.  Only packing and epilogue
treat the two cases differently.

weights      [panel][k / block][2 vectors][block / group][lanes][group], starting at a cache line; columns and
             depth are padded with zeros.  One stream feeds both vectors.  `layouts` gives block and group
rows of x    packed for each block of tiles: one cache line of every row in turn
tile         some rows by one panel or, if there are few rows, by several panels (`streams`); its sums are in
             registers

run() -> tasks of each product, several for each thread: a block of tiles by some panels
      -> blocks of the depth: the packed rows of one block stay in L2
      -> panels: the first tile of a block reads the panel from memory, all others read it from L2
      -> tiles, each by a microkernel.  Sums stay in memory until the depth is complete; then comes the epilogue

Products follow one another, each in a phase that takes the results of the one before, or are beside each other: several
matrices of the same x, whose tasks are one phase.

=======  ========  ========  =======================================================================
kind     x         weights
=======  ========  ========  =======================================================================
FLOATS   any       float32   multiply-adds of x, widened to float32
HALVES   any       float16   the same, with weights that are widened when they are loaded
PAIRS    any       bfloat16  the same, where the target has no instruction for bfloat16
DOTS     bfloat16  bfloat16  VDPBF16PS (AVX512-BF16 without AMX), BFDOT (ARM)
TILES    any       bfloat16  TDPBF16PS (AMX).  A float16 number of x is the exact sum of two bfloat16
                             numbers, a float32 number the exact sum of three
CODES    any       few bits  multiply-adds of float32; each grain's sum is scaled and added, see quantized.pxi
CODE_... bfloat16  few bits  CODE_PAIRS: the same by VDPBF16PS
BYTES    any       few bits  x rounded to 8 bits in groups of 32; products of bytes: TDPBSUD (AMX, 16 rows and
                             more), VPDPBUSD, PMADDWD; SMMLA (ARM, two rows and more), SDOT, SMULL
=======  ========  ========  =======================================================================

With FLOATS, HALVES and PAIRS every 64 k form one chain of multiply-adds over k = 0, 1, ... that starts at
zero.  The sums of the chains are added in order, then the bias.  DOTS does the same with two k in each link
of the chain.  TILES has a single chain with 32 k in each link.  The instructions of DOTS and TILES treat
subnormal numbers as zero, also in products and sums.  So with every kind the bits of an element depend on its
row of x and its weights only, not on the other rows, their number, its tile or the number of threads.

product.pxi       the description of a product: one struct for each concern
tiles_*.pxi       the microkernels
epilogue.pxi      biases, activation, rounding
rows.pxi          packing the rows of x
chosen.pxi        some columns of a product, which the caller chooses
skipping.pxi      few rows with many zeros: the weights that belong to them are not read
blocks.pxi        what a task computes
schedule.pxi      blocks, tasks and threads; finds the block of a task by its number
methods.pxi       chooses the microkernel by the types and the instructions of the target
weights.pxi       packing the weights
quantized.pxi     weights of a few bits: rows of x, schedule and work of a task
codes.h           ... what lies in memory; byte_dots.h, tiles_codes.h: their microkernels
experts.pxi       the products of routed experts: rows sorted by expert, weighted sums
"""
import numpy as np

cimport numpy as cnp
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.pycapsule cimport PyCapsule_GetPointer
cimport cython
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy, memmove, memset

from fastact._kernels.simd.buffers cimport BFLOAT, FLOAT, HALF, gather, itemsize, scatter
from fastact._kernels.elementwise.kernel cimport Kernel
from fastact._kernels.simd.vectors cimport SIMD_REGISTERS, VF_LANES, f32, load_f, mul_add_f, splat_f, store_f
from fastact._runtime.parallel cimport MOST_TASKS, num_threads, parallel_phases

cnp.import_array()

include "product.pxi"
include "tiles_vector.pxi"
include "epilogue.pxi"
include "tiles_amx.pxi"
include "rows.pxi"
include "skipping.pxi"
include "blocks.pxi"
include "schedule.pxi"
include "methods.pxi"
include "weights.pxi"
include "quantized.pxi"
include "chosen.pxi"
include "experts.pxi"

# Types of x and of results, by the names of their dtypes.
STORAGES = {"float32": FLOAT, "float16": HALF, "bfloat16": BFLOAT}


cdef int describe_activation(
    Activation* activation, AnyPacked packed, kernels, parameters, int out_storage,
) except -1:
    """Fill in the kernel for results of this type and its parameters, or raise ValueError."""
    cdef const float[::1] values
    activation.parameters, activation.kernel = NULL, NULL
    if kernels is not None:
        values = parameters
        activation.parameters = &values[0] if values.shape[0] else NULL
        activation.kernel = <const Kernel*>PyCapsule_GetPointer(kernels[out_storage == BFLOAT], "fastact.Kernel")
        if (activation.kernel.nin != packed.operands + values.shape[0]
                or activation.kernel.nargs >= MAX_ARGUMENTS):
            raise ValueError(
                f"the kernel takes {activation.kernel.nin} inputs, not {packed.operands + values.shape[0]}")
    return 0


cdef void describe_rows(Rows* rows, cnp.ndarray x, int storage) noexcept:
    """Fill in the rows of an array."""
    rows.count, rows.data, rows.storage = cnp.PyArray_DIM(x, 0), <const char*>cnp.PyArray_DATA(x), storage
    rows.row_step, rows.column_step = cnp.PyArray_STRIDE(x, 0), cnp.PyArray_STRIDE(x, 1)


cdef void describe_output(Output* out, cnp.ndarray array, int storage) noexcept:
    """Fill in the memory of an array of results."""
    out.data, out.storage = <char*>cnp.PyArray_DATA(array), storage
    out.row_step, out.column_step = cnp.PyArray_STRIDE(array, 0), cnp.PyArray_STRIDE(array, 1)


cdef int storage_between(AnyPacked following, int x_storage, bint fast) noexcept:
    """The type of a hidden result that a product with these weights takes, of rows of x of this type."""
    return FLOAT if fast and following.storage == CODED else hidden_storage(following.storage, x_storage)


cdef void describe_product(Product* p, AnyPacked packed, bint fast) noexcept:
    """Fill in weights and method of a product whose x has its type."""
    cdef Py_ssize_t v
    describe_weights(&p.weights, packed)
    describe_method(&p.method, packed.storage, p.x.storage)
    if fast and packed.storage == CODED:
        p.method.kind = BYTES
        for v in range(2):
            p.weights.bytes_tile[v] = bytes_tile_of(p.weights.forms[v])


cdef int describe_results(Product* p, cnp.ndarray out, str dtype) except -1:
    """Fill in the memory of the results of a described product, or raise ValueError."""
    if p.x.count != cnp.PyArray_DIM(out, 0) or p.weights.columns != cnp.PyArray_DIM(out, 1):
        raise ValueError("x, out and the weights do not fit together")
    describe_output(&p.out, out, STORAGES[dtype])
    return 0


cdef int describe(
    Call* call, products, cnp.ndarray x, str x_dtype, out, out_dtype, bint fast, bint sparse,
    active,
) except -1:
    """Check the arguments of `run` and fill in the products, except their schedules and hidden results."""
    cdef Py_ssize_t i, rows = cnp.PyArray_DIM(x, 0), features = cnp.PyArray_DIM(x, 1)
    cdef AnyPacked packed
    cdef Product* p
    for i in range(call.count):
        packed, kernels, parameters = products[i]
        p = &call.products[i]
        if packed.in_features != features:
            raise ValueError("x, out and the weights do not fit together")
        if not call.beside:
            features = packed.out_features
        if i == 0 or call.beside:
            describe_rows(&p.x, x, STORAGES[x_dtype])
        else:
            p.x.count = rows
            p.x.storage = call.products[i - 1].out.storage
            p.x.column_step = itemsize(p.x.storage)
            p.x.row_step = packed.in_features * p.x.column_step
        describe_product(p, packed, fast)
        p.sparse = sparse and i > 0 and packed.finite
        if active is not None and i == 0:
            describe_chosen(p, packed, active)
        if call.beside:
            describe_results(p, out[i], out_dtype[i])
        elif i == call.count - 1:
            describe_results(p, out, out_dtype)
        else:
            p.out.storage = storage_between(products[i + 1][0], p.x.storage, fast)
            p.out.column_step = itemsize(p.out.storage)
            p.out.row_step = features * p.out.column_step
        describe_activation(&p.activation, packed, kernels, parameters, p.out.storage)
    return 0


def run(products, cnp.ndarray x, str x_dtype, out, out_dtype, bint fast=False, bint beside=False, bint sparse=False,
        active=None):
    """Compute products of all rows of x, each from the result of the one before, and write the last to `out`.

    Parameters
    ----------
    products : sequence of (Packed or PackedCodes, kernels, parameters)
        The input of each product is the result of the one before.  kernels : None, or two capsules of
        Kernels, for results that are not rounded to bfloat16 and for results that are; they are the
        "forward" loops of the activation for one matrix, its "gated" loops for two.  parameters :
        float32 ndarray, the inputs of the kernels that follow those from the matrices.
    x : ndarray, shape (rows, in_features)
        Aligned, in native byte order.
    x_dtype : {"float32", "float16", "bfloat16"}
        The type of x.
    out : ndarray, shape (rows, out_features)
        Aligned, in native byte order; it must not overlap x.
    out_dtype : {"float32", "float16", "bfloat16"}
        The type of `out`.
    fast : bool
        Whether x may be rounded to 8 bits, where the weights have a few bits.
    beside : bool
        Whether all products have the same input, x.  Then `out` and `out_dtype` are tuples with the array of each
        product, and its type.
    active : None or int64 ndarray, contiguous
        Columns of the first product, in order, each once; the others count as zero.  There are two products.
    sparse : bool
        Whether results between the products may have many zeros, which are looked for where there are few rows.

    Raises
    ------
    MemoryError
        If there is not enough memory; then nothing has been written.
    """
    cdef Call call
    call.count, call.beside = len(products), beside
    if call.count == 0:
        raise ValueError("no products")
    take_products(&call)
    try:
        describe(&call, products, x, x_dtype, out, out_dtype, fast, sparse and not beside, active)
        plan(&call, num_threads())
        if call.room_bytes:
            execute(&call)
    finally:
        PyMem_Free(call.products)
