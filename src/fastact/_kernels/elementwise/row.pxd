"""One row of the table of kernels (table.pxi), which describes one activation."""
from fastact._kernels.elementwise.kernel cimport HardCase, block_t

# Where the exact variant of a float32 function is computed.  _catalogue/kernels.py explains each place.
cdef enum Place:
    CHOICE
    ANYWHERE
    COMPENSATED
    BY_TABLE
    DOUBLE_LANES
    DOUBLE_ONLY
    GATED_ONLY
    FROM_OUTPUT

# Which half-precision results of functions with `few_roundings` are settled in the roles forward and derivative.
cdef enum Doubts:
    NEAR_TIES
    TINY
    NO_DOUBTS

cdef struct Row:
    const char* name        # name of the function
    int parameters          # number of parameters
    int place               # one of Place
    block_t float_exact     # float lanes, compensated arithmetic; NULL if there is none
    block_t float_fast      # float lanes, fast tier; NULL if `place` is DOUBLE_ONLY
    block_t double_exact    # double lanes, exact tier
    block_t double_fast     # double lanes, fast tier
    block_t double_brief    # double lanes, brief tier: from arrays of float to arrays of float; NULL if there is none
    block_t table_exact     # float lanes, by table, exact tier; NULL if there is none
    block_t table_fast      # float lanes, by table, fast tier; NULL if there is none
    block_t table_correct   # float lanes, by table, with a test of the rounding; NULL if there is none
    block_t everywhere      # float lanes, exact tier, by a formula that holds for every argument; NULL if there is none
    int everywhere_roles    # the roles that `everywhere` computes: bit 1 << role
    block_t slopes          # float lanes, exact derivative of float32; NULL: by table, or as `place` says
    bint by_table           # whether float_exact looks up segments, so that it needs such a target
    bint added              # whether it has the roles that add a bias first
    bint learned            # whether it has the role of the derivative by its parameter
    # ElementwiseKernel in _catalogue/kernels.py explains the following fields.
    bint few_roundings      # whether half precision is computed by float_fast
    int doubts              # one of Doubts
    int fast_steps_32       # error of table_fast with 32 segments, in steps of float; 0 if unknown
    int fast_steps_8        # error of table_fast with 8 segments, in steps of float; 0 if unknown
    float dip               # a value of the derivative; 0 if the derivative has no root away from 0
    float least             # the smallest parameter that float lanes take
    float most              # the largest parameter that float lanes take; 0 if they take all
    bint either_sign        # whether `least` and `most` bound |p| instead of the parameter p
    bint exact_is_correct   # whether float_exact rounds correctly in the role FORWARD
    double margin           # a bound of the relative error of double_fast over floats
    double root             # see Kernel
    int tie                 # one of Tie
    float tie_below         # the |x| below which `tie` applies
    const HardCase* hard
    int hard_count          # number of hard cases
