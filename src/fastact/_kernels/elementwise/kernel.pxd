"""The description of one elementwise loop, which all families of kernels use."""

# A block works on contiguous arrays of the type of its lanes; n is a multiple of the number of lanes.  The types of the
# first two arguments select the specialisation of the block.  The first one is a Queue* (queue.pxi) for blocks that
# leave elements in a queue, and is not used otherwise; the second one is a null pointer.
ctypedef void (*block_t)(void* queue, void* tier, int role, char** args, Py_ssize_t n) noexcept nogil

# Computes n elements, for any n, in the calling thread; args are the inputs, then the outputs; steps are in bytes.
ctypedef void (*apply_t)(const Kernel* kernel, char** args, const Py_ssize_t* steps, Py_ssize_t n) noexcept nogil

cdef enum:
    MAX_PARAMETERS = 4  # largest number of parameters of a function

# On which side of a tie between two floats the values of a function lie that double lanes cannot tell from the tie.
cdef enum Tie:
    NO_TIES             # there are none, or they are hard cases
    ABOVE               # x/2 + c x^2 + ..., c > 0, for subnormal x
    CUBIC               # c x^3 - d x^5 + ..., c and d > 0, for small x, and x - 1 + 2 exp(-2x) for large x (tanhshrink)
    BELOW               # x + sin(x)^2, for every x: x + x^2 - x^4/3 for small x, and less than x + 1 for large x (snake)
    TOWARDS_HALF        # 1/2 + x/4 - c x^3 + ..., c > 0, for small x

# An input whose result double lanes round wrongly, or could.
cdef struct HardCase:
    unsigned int x              # the bits of x
    unsigned int result         # the bits of the correctly rounded result
    float[MAX_PARAMETERS] parameters

cdef struct Kernel:
    apply_t apply       # computes any call in the calling thread
    block_t block       # the loop over whole vectors
    block_t settle      # double lanes, for elements whose rounding `block` leaves in doubt; NULL if there are none
    bint unsigned_zeros # whether -0 among the results becomes 0; only for half precision
    block_t beyond      # double lanes, for parameters that `block` cannot take; NULL if there are none
    # Only for the accuracy "correct" in float32:
    block_t double_fast     # the fast formula in double lanes
    block_t double_exact    # the exact formula
    double margin           # a bound of the relative error of double_fast, except near a root of a derivative
    double root             # values of the derivative below it are computed by double_exact; 0: it has no root
    int tie                 # one of Tie
    float tie_below         # the |x| below which `tie` applies
    const HardCase* hard
    int hard_count          # number of hard cases

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
