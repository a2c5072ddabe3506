"""What the families of kernels share: one elementwise loop, described."""

# Works on contiguous arrays of the lanes' type, n a multiple of the lanes.  The first two
# arguments are null pointers: they only carry the types the block was specialised on.
ctypedef void (*block_t)(void* like, void* tier, int role, char** args, Py_ssize_t n) noexcept nogil

# Any n, any strides; args are the inputs, then the outputs.  Serial.
ctypedef void (*apply_t)(const Kernel* kernel, char** args, const Py_ssize_t* steps, Py_ssize_t n) noexcept nogil

cdef struct Kernel:
    apply_t apply
    block_t block
    block_t settle  # double lanes, for elements that `block` leaves in doubt; NULL if none are
    block_t beyond  # double lanes, for parameters that `block` cannot take; NULL if it takes all
    float least     # the parameters that it takes, |p| if of either sign; only with beyond
    float most
    bint either_sign
    int slack       # error of `block` at most, in steps of float; only with settle
    float dip       # nor is it sure about results below this, relative to their factors
    int role
    int nin         # inputs, the parameters last
    int parameters
    int nargs       # inputs and outputs
    int storage     # type of the arrays: FLOAT, DOUBLE, HALF, BFLOAT of buffers.pxd
    int lanes       # type the block works in: FLOAT, DOUBLE
    Py_ssize_t parallel_from    # elements from which threads are used
