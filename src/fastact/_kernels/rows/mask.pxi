# Rows of scale x + mask, some of whose entries `where` excludes: the forms MASKED and MASKED_SCALAR.

cdef inline void masked(
    number* x, const number* mask, Py_ssize_t n, double scale, const Operand* where, Py_ssize_t row, double fill
) noexcept nogil:
    """x = scale x + mask, product and sum each rounded to the lanes' type; `fill` where excluded.  mask may be null."""
    cdef Py_ssize_t i
    cdef const char* kept = where.data + row * where.step
    cdef number factor = <number>scale
    if scale != 1:
        for i in range(n):
            x[i] = factor * x[i]
    if mask != NULL:
        for i in range(n):
            x[i] = x[i] + mask[i]
    if where.item_step == 0 and kept[0]:
        return
    for i in range(n):
        x[i] = x[i] if kept[i * where.item_step] else <number>fill


cdef inline void exclude(number* y, Py_ssize_t n, const Operand* where, Py_ssize_t row, double excluded) noexcept nogil:
    """y = `excluded` where the entry is excluded."""
    cdef Py_ssize_t i
    cdef const char* kept = where.data + row * where.step
    if where.item_step == 0 and kept[0]:
        return
    for i in range(n):
        y[i] = y[i] if kept[i * where.item_step] else <number>excluded


cdef inline bint is_zero(const Kernel* kernel, const Operand* o, Py_ssize_t row) noexcept nogil:
    """Whether one number stands for the whole row and is 0."""
    return o.item_step == 0 and one_number(kernel, o, row) == 0


cdef void run_masked(Call* call, Py_ssize_t row, char* a, char* b) noexcept nogil:
    """One row; a and b are scratch memory for a row each."""
    cdef Kernel* kernel = call.kernel
    cdef Operand* where = &call.operands[3]
    cdef Operand* result = &call.operands[4]
    cdef double scale = one_number(kernel, &call.operands[2], row), number
    cdef char* mask = NULL
    gather_row(kernel, &call.operands[0], row, a)
    if not is_zero(kernel, &call.operands[1], row):
        gather_row(kernel, &call.operands[1], row, b)
        mask = b
    if kernel.lanes == FLOAT:
        masked(<float*>a, <const float*>mask, call.n, scale, where, row, kernel.fill)
    else:
        masked(<double*>a, <const double*>mask, call.n, scale, where, row, kernel.fill)
    if kernel.form == MASKED_SCALAR:
        kernel.row(NULL, NULL, a, NULL, <char*>&number, call.n, 1, NULL)
        scatter_row(kernel, DOUBLE, <char*>&number, result, row)
        return
    kernel.row(NULL, NULL, a, NULL, a, call.n, 1, NULL)
    if kernel.lanes == FLOAT:
        exclude(<float*>a, call.n, where, row, kernel.excluded)
    else:
        exclude(<double*>a, call.n, where, row, kernel.excluded)
    scatter_row(kernel, kernel.lanes, a, result, row)
