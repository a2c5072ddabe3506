"""What the table of kernels says about an activation: one row, see table.pxi."""
from fastact._kernels.elementwise.kernel cimport block_t

# Where the exact variant of a float32 function is computed.  _catalogue/kernels.py explains each place.
cdef enum Place:
    CHOICE
    ANYWHERE
    COMPENSATED
    BY_TABLE
    DOUBLE_LANES
    GATED_ONLY

cdef struct Row:
    const char* name
    int parameters
    int place               # one of Place
    block_t float_exact     # float lanes, compensated arithmetic; NULL if there is none
    block_t float_fast
    block_t double_exact
    block_t double_fast
    block_t table_exact     # float lanes, by table; NULL if there is none
    block_t table_fast
    block_t slopes          # float lanes, for the exact derivative of float32; NULL: where the table or the place says
    bint added              # whether it has the roles that add a bias first
    bint learned            # whether it has the role of the derivative by its parameter
    bint few_roundings      # see ElementwiseKernel in _catalogue/kernels.py, as for all that follow
    int fast_steps_32       # error of table_fast by 32 segments, in steps of float; 0: unknown
    int fast_steps_8        # the same by 8 segments
    float dip               # a value of the derivative; 0 if the derivative has no root away from 0
    float least             # the parameters that float lanes take: from least to most
    float most              # 0 if float lanes take all
    bint either_sign        # whether these are the sizes of the parameters
