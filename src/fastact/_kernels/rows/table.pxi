# The table of the gufuncs.  A row of this table describes one gufunc, in all accuracies and for all types.

cdef enum:      # the forms of gufuncs: signature and operands
    PLAIN               # (n)->(n)              x
    MASKED              # (n),(n),(),(n)->(n)   x, mask, scale, where: see mask.pxi
    SCALAR              # (n)->()               x; the result is one number, a double
    MASKED_SCALAR       # (n),(n),(),(n)->()    x, mask, scale, where; the result is one number, a double
    PAIR                # (n),(n)->(n)          grad, y
    SLOPE               # (),(n)->(n)           grad, x; grad is the factor of the row function
    GROUPS              # (m,k)->(m)            x; k is the factor
    GROUPS_BACK         # (m),(m,k)->(m,k)      grad, x; k is the factor
    WITH_SINK           # (n),(n),(),(),(),(n)->(n)     x, mask, scale, softcap, sink, where: see mask.pxi
    POLY                # (n),(),(),(),(),()->(n)       x, three weights, bias, eps: see poly_norm.pxi
    POLY_BACK           # (n),(n),(),(),(),()->(n)      grad, x, three weights, eps
    FORMS
    MAX_OPERANDS = 7    # largest number of operands, including the result

cdef const char** SIGNATURES = [
    b"(n)->(n)", b"(n),(n),(),(n)->(n)", b"(n)->()", b"(n),(n),(),(n)->()", b"(n),(n)->(n)", b"(),(n)->(n)",
    b"(m,k)->(m)", b"(m),(m,k)->(m,k)", b"(n),(n),(),(),(),(n)->(n)",
    b"(n),(),(),(),(),()->(n)", b"(n),(n),(),(),(),()->(n)",
]
cdef int* OPERANDS = [2, 5, 2, 5, 3, 3, 2, 3, 7, 7, 7]       # number of operands of each form, including the result


cdef struct Functions:      # the variants of one row function, for each type of lanes and each tier
    row_t float_exact       # float lanes, exact tier
    row_t float_fast        # float lanes, fast tier
    row_t double_exact      # double lanes, exact tier
    row_t double_fast       # double lanes, fast tier
    bint batches            # whether it computes all rows of a Batch; otherwise it is called for each row

cdef Functions SOFTMAX = Functions(
    <row_t>softmax_row[f32, exact], <row_t>softmax_row[f32, fast],
    <row_t>softmax_row[f64, exact], <row_t>softmax_row[f64, fast], True)
cdef Functions SOFTMAX_BACKWARD = Functions(
    <row_t>softmax_backward_row[f32, exact], <row_t>softmax_backward_row[f32, fast],
    <row_t>softmax_backward_row[f64, exact], <row_t>softmax_backward_row[f64, fast], False)
cdef Functions SOFTMIN = Functions(
    <row_t>softmin_row[f32, exact], <row_t>softmin_row[f32, fast],
    <row_t>softmin_row[f64, exact], <row_t>softmin_row[f64, fast], True)
cdef Functions SOFTMIN_BACKWARD = Functions(
    <row_t>softmin_backward_row[f32, exact], <row_t>softmin_backward_row[f32, fast],
    <row_t>softmin_backward_row[f64, exact], <row_t>softmin_backward_row[f64, fast], False)
cdef Functions LOG_SOFTMAX = Functions(
    <row_t>log_softmax_row[f32, exact], <row_t>log_softmax_row[f32, fast],
    <row_t>log_softmax_row[f64, exact], <row_t>log_softmax_row[f64, fast], True)
cdef Functions LOG_SOFTMAX_BACKWARD = Functions(
    <row_t>log_softmax_backward_row[f32, exact], <row_t>log_softmax_backward_row[f32, fast],
    <row_t>log_softmax_backward_row[f64, exact], <row_t>log_softmax_backward_row[f64, fast], False)
cdef Functions LOGSUMEXP = Functions(
    <row_t>logsumexp_row[f32, exact], <row_t>logsumexp_row[f32, fast],
    <row_t>logsumexp_row[f64, exact], <row_t>logsumexp_row[f64, fast], False)
cdef Functions LOGSUMEXP_BACKWARD = Functions(
    <row_t>logsumexp_backward_row[f32, exact], <row_t>logsumexp_backward_row[f32, fast],
    <row_t>logsumexp_backward_row[f64, exact], <row_t>logsumexp_backward_row[f64, fast], False)
# The following functions have no fast variant of their own.
cdef Functions SPARSEMAX = Functions(
    <row_t>sparsemax_row[f32, exact], <row_t>sparsemax_row[f32, exact],
    <row_t>sparsemax_row[f64, exact], <row_t>sparsemax_row[f64, exact], False)
cdef Functions SPARSEMAX_BACKWARD = Functions(      # this one has a fast variant in float lanes only
    <row_t>sparsemax_backward_row[f32, exact], <row_t>sparsemax_backward_row[f32, fast],
    <row_t>sparsemax_backward_row[f64, exact], <row_t>sparsemax_backward_row[f64, exact], False)
cdef Functions ENTMAX15 = Functions(
    <row_t>entmax15_row[f32, exact], <row_t>entmax15_row[f32, exact],
    <row_t>entmax15_row[f64, exact], <row_t>entmax15_row[f64, exact], False)
cdef Functions ENTMAX15_BACKWARD = Functions(
    <row_t>entmax15_backward_row[f32, exact], <row_t>entmax15_backward_row[f32, exact],
    <row_t>entmax15_backward_row[f64, exact], <row_t>entmax15_backward_row[f64, exact], False)
cdef Functions POLY_NORM = Functions(
    <row_t>poly_norm_row[f32, exact], <row_t>poly_norm_row[f32, exact],
    <row_t>poly_norm_row[f64, exact], <row_t>poly_norm_row[f64, exact], False)
cdef Functions POLY_NORM_BACKWARD = Functions(
    <row_t>poly_norm_backward_row[f32, exact], <row_t>poly_norm_backward_row[f32, exact],
    <row_t>poly_norm_backward_row[f64, exact], <row_t>poly_norm_backward_row[f64, exact], False)
cdef Functions MAXOUT = Functions(
    <row_t>maxout_row[f32, exact], <row_t>maxout_row[f32, exact],
    <row_t>maxout_row[f64, exact], <row_t>maxout_row[f64, exact], False)
cdef Functions MAXOUT_BACKWARD = Functions(
    <row_t>maxout_backward_row[f32, exact], <row_t>maxout_backward_row[f32, exact],
    <row_t>maxout_backward_row[f64, exact], <row_t>maxout_backward_row[f64, exact], False)


cdef enum:
    ROW_COUNT = 23

cdef struct Row:
    const char* name        # name of the gufunc
    int form                # one of the forms above
    Functions* functions    # the variants of the row function
    double fill             # the value of x for an entry that `where` excludes
    double excluded         # the result at such an entry

cdef Row[ROW_COUNT] ROWS = [
    Row(b"softmax", PLAIN, &SOFTMAX, -INFINITY, 0),
    Row(b"softmax_masked", MASKED, &SOFTMAX, -INFINITY, 0),
    Row(b"softmax_sink", WITH_SINK, &SOFTMAX, -INFINITY, 0),
    Row(b"softmax_backward", PAIR, &SOFTMAX_BACKWARD, 0, 0),
    Row(b"log_softmax", PLAIN, &LOG_SOFTMAX, -INFINITY, -INFINITY),
    Row(b"log_softmax_masked", MASKED, &LOG_SOFTMAX, -INFINITY, -INFINITY),
    Row(b"log_softmax_backward", PAIR, &LOG_SOFTMAX_BACKWARD, 0, 0),
    Row(b"softmin", PLAIN, &SOFTMIN, INFINITY, 0),
    Row(b"softmin_masked", MASKED, &SOFTMIN, INFINITY, 0),
    Row(b"softmin_backward", PAIR, &SOFTMIN_BACKWARD, 0, 0),
    Row(b"logsumexp", SCALAR, &LOGSUMEXP, -INFINITY, 0),
    Row(b"logsumexp_masked", MASKED_SCALAR, &LOGSUMEXP, -INFINITY, 0),
    Row(b"logsumexp_backward", SLOPE, &LOGSUMEXP_BACKWARD, -INFINITY, 0),
    Row(b"sparsemax", PLAIN, &SPARSEMAX, -INFINITY, 0),
    Row(b"sparsemax_masked", MASKED, &SPARSEMAX, -INFINITY, 0),
    Row(b"sparsemax_backward", PAIR, &SPARSEMAX_BACKWARD, 0, 0),
    Row(b"entmax15", PLAIN, &ENTMAX15, -INFINITY, 0),
    Row(b"entmax15_masked", MASKED, &ENTMAX15, -INFINITY, 0),
    Row(b"entmax15_backward", PAIR, &ENTMAX15_BACKWARD, 0, 0),
    Row(b"maxout", GROUPS, &MAXOUT, 0, 0),
    Row(b"maxout_backward", GROUPS_BACK, &MAXOUT_BACKWARD, 0, 0),
    Row(b"poly_norm", POLY, &POLY_NORM, 0, 0),
    Row(b"poly_norm_backward", POLY_BACK, &POLY_NORM_BACKWARD, 0, 0),
]


cdef struct Kernel:         # a row of the table for one accuracy and one type of arrays
    row_t row               # the row function
    int form                # one of the forms above
    int operands            # number of operands, including the result
    int storage             # type of the arrays: FLOAT, DOUBLE, HALF, BFLOAT of buffers.pxd
    int lanes               # type that the row function works on: FLOAT or DOUBLE
    double fill             # the value of x for an entry that `where` excludes
    double excluded         # the result at such an entry
    bint batches            # whether the row function gets several rows at a time


cdef Kernel describe(const Row* row, int accuracy, int storage) noexcept:
    """A row of the table for one accuracy (0 exact, 1 fast, 2 correct) and one type of arrays.

    correct: the exact function in double lanes, whose sums have one order on every target, rounded once at the end.
    """
    cdef Kernel kernel
    cdef Functions* functions = row.functions
    cdef bint is_fast = accuracy == 1
    kernel.form = row.form
    kernel.operands = OPERANDS[row.form]
    kernel.storage = storage
    kernel.fill = row.fill
    kernel.excluded = row.excluded
    kernel.lanes = DOUBLE
    kernel.batches = row.form == PLAIN and functions.batches
    if storage == DOUBLE:
        kernel.row = functions.double_fast if is_fast else functions.double_exact
    elif accuracy != 2 and (is_fast or HAS_FMA) or row.form == GROUPS or row.form == GROUPS_BACK:
        kernel.lanes = FLOAT
        kernel.row = functions.float_fast if is_fast else functions.float_exact
    elif accuracy == 2 or row.form == SCALAR or row.form == MASKED_SCALAR:   # the two terms of the result may cancel
        kernel.row = functions.double_exact
    else:       # without FMA, float lanes cannot be exact
        kernel.row = functions.double_fast
    return kernel
