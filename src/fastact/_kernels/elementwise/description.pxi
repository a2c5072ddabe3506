# Describes each row of the table as a Kernel for each role, accuracy and storage type.

# Number of elements from which a second thread saves time.  It corresponds to about 130 microseconds of work, so
# it depends on the cost of an element.  On a virtual machine a sleeping worker takes 30 to 100 microseconds to
# wake.  A worker that has just finished another call starts at once, and then a second thread saves time from 7
# microseconds of work on; but a call cannot know in advance whether the worker sleeps.
cdef Py_ssize_t PARALLEL_FROM_CHEAP = 1 << 19       # number of elements: a selection, or in the fast tier
cdef Py_ssize_t PARALLEL_FROM_EXACT = 1 << 18       # number of elements: compensated arithmetic, or by table
cdef Py_ssize_t PARALLEL_FROM_DOUBLE = 1 << 17      # number of elements: double lanes


cdef enum:
    EXACT_SLACK = 2     # kernel.slack of exact functions in float lanes

cdef double EXACT_MARGIN = 2.0**-48     # more than the error of the exact formulas in double lanes


cdef enum Accuracy:
    EXACT
    FAST
    CORRECT
    ACCURACIES


cdef int fast_steps(const Row* row) noexcept:
    """The error of the row's fast variant by table, in steps of float; 0 if it is not known or there are no tables."""
    if TABLE_SEGMENTS == 0:     # NEON: the block by table would compute nothing
        return 0
    return row.fast_steps_32 if TABLE_SEGMENTS == 32 else row.fast_steps_8


cdef bint has_role(const Row* row, int role):
    if row.place == FROM_OUTPUT:
        return role == BACKWARD
    if role == GATED or role == GATED_BACKWARD:
        return True
    if role == ADDED or role == ADDED_BACKWARD:
        return row.added
    if role == PARAMETER:
        return row.learned
    return row.place != GATED_ONLY


cdef Kernel describe(const Row* row, int accuracy, int role, int storage) noexcept:
    cdef Kernel kernel
    cdef bint is_fast = accuracy == FAST
    kernel.apply = apply
    kernel.role = role
    kernel.parameters = row.parameters
    kernel.nin = role_inputs(role) + row.parameters
    kernel.nargs = kernel.nin + role_outputs(role)
    kernel.storage = storage
    kernel.parallel_from = PARALLEL_FROM_CHEAP
    kernel.settle = NULL
    kernel.unsigned_zeros = kernel.cheap = False
    kernel.slack, kernel.dip = 0, 0
    kernel.beyond = kernel.double_fast = kernel.double_exact = NULL
    kernel.margin, kernel.root, kernel.tie, kernel.tie_below, kernel.hard, kernel.hard_count = 0, 0, NO_TIES, 0, NULL, 0
    kernel.least, kernel.most, kernel.either_sign = row.least, row.most, row.either_sign
    cdef bint is_half = storage == HALF or storage == BFLOAT, sums = role == ADDED or role == ADDED_BACKWARD
    if accuracy == CORRECT and storage == FLOAT and not (row.place == CHOICE or row.place == ANYWHERE and role != GATED):
        return describe_correct(row, role, kernel)
    if storage == DOUBLE:
        kernel.lanes = DOUBLE
        kernel.block = row.double_fast if is_fast else row.double_exact
        kernel.parallel_from = PARALLEL_FROM_DOUBLE
    elif (TABLE_SEGMENTS and row.table_exact != NULL and not is_fast
          and (row.place == BY_TABLE or role != FORWARD and (role != ADDED or is_half)) and role != PARAMETER):
        kernel.lanes = FLOAT
        kernel.block = row.table_exact
        if TABLE_SEGMENTS == 32 and storage == FLOAT and row.everywhere_roles >> role & 1:
            kernel.block = row.everywhere
        kernel.parallel_from = PARALLEL_FROM_EXACT
    elif not is_fast and row.slopes != NULL and TABLE_SEGMENTS and storage == FLOAT and role in (DERIVATIVE, BACKWARD):
        kernel.lanes = FLOAT
        kernel.block = row.slopes
        kernel.parallel_from = PARALLEL_FROM_EXACT
    elif row.place != DOUBLE_ONLY and (is_fast or row.place == CHOICE or row.place == ANYWHERE and role != GATED):
        kernel.lanes = FLOAT
        kernel.block = row.float_fast
    elif HAS_FMA and row.float_exact != NULL and (
            role == FORWARD or role == ADDED and storage == FLOAT
            or role == GATED and row.place == GATED_ONLY and (TABLE_SEGMENTS or not row.by_table)):
        kernel.lanes = FLOAT
        kernel.block = row.float_exact
        kernel.parallel_from = PARALLEL_FROM_EXACT
    elif not HAS_FMA and row.double_brief != NULL and not is_fast and storage == FLOAT and role != PARAMETER:
        kernel.lanes = FLOAT        # the type of its arrays
        kernel.block = row.double_brief
        kernel.parallel_from = PARALLEL_FROM_EXACT
    else:
        kernel.lanes = DOUBLE
        kernel.block = row.double_fast
        kernel.parallel_from = PARALLEL_FROM_DOUBLE
        if storage == FLOAT:
            kernel.role = in_double_lanes(role)
    if is_half and not is_fast and HAS_FMA and row.few_roundings:
        kernel.lanes = FLOAT
        kernel.block = row.float_fast
        kernel.parallel_from = PARALLEL_FROM_CHEAP
        kernel.settle = row.double_fast
        kernel.slack = 8
        if (role == FORWARD or role == DERIVATIVE) and row.doubts != NEAR_TIES:
            kernel.slack = 0        # see list_doubtful()
            if row.doubts == NO_DOUBTS or role == DERIVATIVE:
                kernel.settle = NULL
    elif is_half and kernel.lanes == FLOAT and (kernel.block == row.table_exact or kernel.block == row.float_exact):
        kernel.settle = row.double_fast
        # A result that is off by less than k + 1 ULP is at most k steps from a tie that lies between it and the exact value.
        # The error of functions is 1 ULP, and 1/2 ULP of a product; derivatives without a dip have 2 ULP.  That of
        # derivatives with a dip is 2^-20 above the dip.
        kernel.slack = EXACT_SLACK
        if role != FORWARD and role != GATED and role != ADDED:
            kernel.slack = 32 if row.dip else 4
            kernel.dip = row.dip
        if sums:
            # The rounding error of the sum, 2^-24, is |x f'(x)/f(x)| times as large in the result.  This factor
            # is at most 32 where float16 does not underflow, and at most 230 where bfloat16 does not.  Near a
            # root of f' only the absolute error is bounded.
            kernel.slack = 32 if storage == HALF else 256
            kernel.dip = kernel.dip and 2.0**-7
        if storage == BFLOAT and role == FORWARD and fast_steps(row):
            # With the fast variant only one result in a hundred is doubtful.
            kernel.block = row.table_fast
            kernel.slack = fast_steps(row)
            kernel.dip = 2.0**-125
    # In the accuracy "correct" the bits are the same on all targets, those without settle() included.
    kernel.unsigned_zeros = is_half and role not in (FORWARD, GATED, ADDED) and (kernel.settle != NULL or accuracy == CORRECT)
    if kernel.lanes == FLOAT and row.most != 0:
        kernel.beyond = row.double_fast
    kernel.cheap = role == FORWARD and kernel.lanes == FLOAT and (
        row.place == CHOICE or row.place == ANYWHERE or row.few_roundings)
    return kernel


cdef Kernel describe_correct(const Row* row, int role, Kernel kernel) noexcept:
    """The kernel of the accuracy "correct" in float32; `kernel` has the fields that do not depend on the accuracy."""
    cdef bint of_function = role == FORWARD or role == GATED or role == ADDED
    kernel.lanes = FLOAT
    kernel.block = <block_t>correct_block
    kernel.parallel_from = PARALLEL_FROM_DOUBLE
    kernel.double_fast, kernel.double_exact = row.double_fast, row.double_exact
    kernel.margin, kernel.root = row.margin, row.root
    kernel.tie, kernel.tie_below = row.tie, row.tie_below
    kernel.hard, kernel.hard_count = row.hard, row.hard_count
    if role == PARAMETER or row.place == FROM_OUTPUT or row.place == GATED_ONLY and role == GATED_BACKWARD:
        # The errors of these fast formulas have no bound that serves here.
        kernel.double_fast, kernel.margin = row.double_exact, EXACT_MARGIN
    if row.exact_is_correct and HAS_FMA and role == FORWARD:
        kernel.block = row.float_exact
        kernel.parallel_from = PARALLEL_FROM_EXACT
    elif TABLE_SEGMENTS and row.table_correct != NULL and of_function:
        kernel.block = row.table_correct
        kernel.parallel_from = PARALLEL_FROM_EXACT
        if row.most != 0:
            kernel.beyond = <block_t>correct_block
    return kernel


cdef Kernel describe_to_bfloat(const Row* row, int role) noexcept:
    """A float32 kernel whose results the caller rounds to bfloat16 without settle(), to within 0.51 ULP of bfloat16."""
    cdef Kernel kernel = describe(row, EXACT, role, FLOAT)
    if kernel.block in (row.table_exact, row.everywhere) and 0 < fast_steps(row) <= 650:      # an ULP of bfloat16 is 65,536 steps
        kernel.block = row.table_fast
    return kernel
