"""What the families of kernels share: the description of one elementwise loop."""

# A block works on contiguous arrays of the lanes' type; n is a multiple of the lanes.  The first two
# arguments are null pointers, which carry the types that the block was specialised on.
ctypedef void (*block_t)(void* like, void* tier, int role, char** args, Py_ssize_t n) noexcept nogil

# Computes n elements in the calling thread, any n; args are the inputs, then the outputs; steps are in bytes.
ctypedef void (*apply_t)(const Kernel* kernel, char** args, const Py_ssize_t* steps, Py_ssize_t n) noexcept nogil

cdef struct Kernel:
    apply_t apply
    block_t block
    block_t settle      # double lanes, for elements whose rounding `block` leaves in doubt; NULL if there are none
    block_t beyond      # double lanes, for parameters that `block` cannot take; NULL if it takes all
    float least         # the smallest parameter that `block` takes; only with `beyond`
    float most          # the largest parameter that `block` takes; only with `beyond`
    bint either_sign    # whether these bound |p| instead of the parameter p
    int slack           # largest error of `block`, in steps of float; only with `settle`
    float dip           # results below it, relative to their factors, are in doubt as well; 0: none; only with `settle`
    int role            # one of the roles in loops.pxd
    int nin             # number of inputs, the parameters last
    int parameters      # number of parameters
    int nargs           # number of inputs and outputs
    int storage         # type of the arrays: FLOAT, DOUBLE, HALF, BFLOAT of buffers.pxd
    int lanes           # type that the block works in: FLOAT, DOUBLE
    Py_ssize_t parallel_from    # number of elements from which threads are used
