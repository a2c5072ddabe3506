"""Matrix products with packed weights and the activation in the epilogue, accumulated in float32.

    out = f(x Wᵀ + b)                       plain
    out = f(x Wgᵀ + bg) * (x Wuᵀ + bu)      gated

One scheme serves both, and every type.  A microkernel multiplies a tile's rows of x by a panel of
two vectors of columns.  In a plain product these are neighbours; in a gated one the first holds gate
columns and the second the up columns that go with them.  Only packing and epilogue know which.

weights      [panel][k / block][2 vectors][block / group][lanes][group], from a cache line's start on,
             columns and depth padded with zeros: one stream feeds both vectors.  `layouts` has block and group
rows of x    packed for each block of tiles: one cache line of every row in turn
tile         some rows by one panel or, if there are few rows, by several (`streams`); sums in registers

run() -> tasks, some for each thread, of each product: a block of tiles by some panels
      -> blocks of the depth: the packed rows of one stay in L2
      -> panels, each read from L2 by all tiles of the block but the first
      -> tiles, by a microkernel.  Its sums stay in memory while the depth is not done; then the epilogue

=======  ========  ========  =======================================================================
kind     x         weights
=======  ========  ========  =======================================================================
FLOATS   any       float32   multiply-adds of x, widened to float32
HALVES   any       float16   likewise, with weights that are widened as they are loaded
PAIRS    any       bfloat16  likewise, where the target has no instruction for bfloat16
DOTS     bfloat16  bfloat16  VDPBF16PS (AVX512-BF16 without AMX)
TILES    any       bfloat16  TDPBF16PS (AMX).  float16 x is the exact sum of two bfloat16 numbers, float32 x
                             of three
=======  ========  ========  =======================================================================

FLOATS, HALVES and PAIRS: every 64 k are one chain of multiply-adds over k = 0, 1, ... from zero.  These
sums are added in order, then the bias.  DOTS does the same with two k in each link of the chain.  TILES has
one chain, of 32 k in each link.  The instructions of DOTS and TILES take subnormal numbers for zero, and
products and sums that would be subnormal, too.  So with every kind an element's bits depend on its row of x
and its weights, not on the other rows, their number, the tile that it falls into or the number of threads.

product.pxi       a product: a struct for each concern
tiles_*.pxi       the microkernels
epilogue.pxi      biases, activation, rounding
rows.pxi          packing the rows of x
blocks.pxi        what a task computes
schedule.pxi      blocks, tasks and threads; from a task's number to its block
methods.pxi       which microkernel serves which types, by the target's instructions
weights.pxi       packing the weights
"""
import numpy as np

cimport numpy as cnp
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.stdint cimport uint16_t
from libc.string cimport memcpy, memset

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
include "blocks.pxi"
include "schedule.pxi"
include "methods.pxi"
include "weights.pxi"

# Types of x and of results, by the names of their dtypes.
STORAGES = {"float32": FLOAT, "float16": HALF, "bfloat16": BFLOAT}


cdef int describe_activation(Activation* activation, Packed packed, kernels, parameters, int out_storage) except -1:
    """Fill in the kernel for results of this type and its parameters, or raise ValueError."""
    cdef const float[::1] values = parameters
    activation.parameters = &values[0] if values.shape[0] else NULL
    activation.kernel = NULL
    if kernels is not None:
        activation.kernel = <const Kernel*>PyCapsule_GetPointer(kernels[out_storage == BFLOAT], "fastact.Kernel")
        if (activation.kernel.nin != packed.operands + values.shape[0]
                or activation.kernel.nargs >= MAX_ARGUMENTS):
            raise ValueError(
                f"the kernel takes {activation.kernel.nin} inputs, not {packed.operands + values.shape[0]}")
    return 0


cdef int describe(Call* call, products, cnp.ndarray x, str x_dtype, cnp.ndarray out, str out_dtype) except -1:
    """Check the arguments of `run` and fill in the products, all but their schedules and the hidden results."""
    cdef Py_ssize_t i, rows = cnp.PyArray_DIM(x, 0), features = cnp.PyArray_DIM(x, 1)
    cdef Packed packed
    cdef Product* p
    for i in range(call.count):
        packed, kernels, parameters = products[i]
        p = &call.products[i]
        if packed.in_features != features:
            raise ValueError("x, out and the weights do not fit together")
        features = packed.out_features
        describe_weights(&p.weights, packed)
        p.x.count = rows
        if i == 0:
            p.x.data, p.x.storage = <const char*>cnp.PyArray_DATA(x), STORAGES[x_dtype]
            p.x.row_step, p.x.column_step = cnp.PyArray_STRIDE(x, 0), cnp.PyArray_STRIDE(x, 1)
        else:
            p.x.storage = call.products[i - 1].out.storage
            p.x.column_step = itemsize(p.x.storage)
            p.x.row_step = packed.in_features * p.x.column_step
        if i == call.count - 1:
            p.out.data, p.out.storage = <char*>cnp.PyArray_DATA(out), STORAGES[out_dtype]
            p.out.row_step, p.out.column_step = cnp.PyArray_STRIDE(out, 0), cnp.PyArray_STRIDE(out, 1)
        else:
            p.out.storage = hidden_storage((<Packed>products[i + 1][0]).storage, p.x.storage)
            p.out.column_step = itemsize(p.out.storage)
            p.out.row_step = features * p.out.column_step
        describe_activation(&p.activation, packed, kernels, parameters, p.out.storage)
        describe_method(&p.method, packed.storage, p.x.storage)
    if features != cnp.PyArray_DIM(out, 1) or rows != cnp.PyArray_DIM(out, 0):
        raise ValueError("x, out and the weights do not fit together")
    return 0


def run(products, cnp.ndarray x, str x_dtype, cnp.ndarray out, str out_dtype):
    """Write the products of all rows of x, one after the other, to `out`.

    Parameters
    ----------
    products : sequence of (Packed, kernels, parameters)
        Each takes what the one before gives.  kernels : capsules of Kernels, or None;
        the activation's "forward" loops for one matrix, its "gated" loops for two: for results that
        are not rounded to bfloat16, and for those that are.  parameters : float32 ndarray, the
        kernels' inputs after the matrices'.
    x : ndarray, shape (rows, in_features)
        Aligned, in native byte order.
    x_dtype : {"float32", "float16", "bfloat16"}
    out : ndarray, shape (rows, out_features)
        Likewise; not overlapping x.
    out_dtype : {"float32", "float16", "bfloat16"}

    Raises
    ------
    MemoryError
        Before anything is written.
    """
    cdef Call call
    call.count = len(products)
    if call.count == 0:
        raise ValueError("no products")
    call.products = <Product*>PyMem_Calloc(call.count, sizeof(Product) + 2 * sizeof(Py_ssize_t))
    if call.products is NULL:
        raise MemoryError
    call.tasks = <Py_ssize_t*>(call.products + call.count)
    call.first_task = call.tasks + call.count
    try:
        describe(&call, products, x, x_dtype, out, out_dtype)
        if cnp.PyArray_SIZE(out):
            plan(&call, num_threads())
            execute(&call)
    finally:
        PyMem_Free(call.products)
