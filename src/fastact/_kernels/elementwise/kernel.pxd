"""The description of one elementwise loop, which all families of kernels use."""

# A block works on contiguous arrays of the type of its lanes; n is a multiple of the number of lanes.  The types of the
# first two arguments select the specialisation of the block.  The first one is a Queue* (queue.pxi) for blocks that
# leave elements in a queue, and is not used otherwise; the second one is a null pointer.
ctypedef void (*block_t)(void* queue, void* tier, int role, char** args, Py_ssize_t n) noexcept nogil

# Computes n elements, for any n, in the calling thread; args are the inputs, then the outputs; steps are in bytes.
ctypedef void (*apply_t)(const Kernel* kernel, char** args, const Py_ssize_t* steps, Py_ssize_t n) noexcept nogil

cdef struct Kernel:
    apply_t apply       # computes any call in the calling thread
    block_t block       # the loop over whole vectors
    block_t settle      # double lanes, for elements whose rounding `block` leaves in doubt; NULL if there are none
    block_t beyond      # double lanes, for parameters that `block` cannot take; NULL if there are none
    float least         # the smallest parameter that `block` takes; only with `beyond`
    float most          # the largest parameter that `block` takes; only with `beyond`
    bint cheap          # whether `block` takes less time than the memory of arrays that no cache holds
    bint either_sign    # whether `least` and `most` bound |p| instead of the parameter p
    int slack           # largest error of `block`, in steps of float; only with `settle`
    float dip           # results below it, relative to their factors, are doubtful too; 0: none; only with `settle`
    int role            # one of the roles in loops.pxd
    int nin             # number of inputs, the parameters last
    int parameters      # number of parameters
    int nargs           # number of inputs and outputs
    int storage         # type of the arrays: FLOAT, DOUBLE, HALF, BFLOAT of buffers.pxd
    int lanes           # type that the block works in: FLOAT, DOUBLE
    Py_ssize_t parallel_from    # number of elements from which threads are used
