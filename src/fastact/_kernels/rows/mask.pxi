# The forms MASKED and MASKED_SCALAR: functions of the rows scale x + mask, without the entries that `where` excludes.
# The form WITH_SINK: softmax of such rows, of softcap(scale x) + mask, with one more entry, the sink, which gets a share
# but no place in the result.

cdef void cap(number* x, Py_ssize_t n, double c) noexcept nogil:
    """x = c tanh(x / c), computed in doubles and rounded to the type of x."""
    cdef double[8] wide     # lanes of the widest vector of doubles
    cdef f64 v = splat_d(0), bound = splat_d(c)
    cdef exact t = 0
    cdef Py_ssize_t i = 0, k, count
    while i < n:
        count = min_size(VD_LANES, n - i)
        for k in range(count):
            wide[k] = x[i + k]
        v = load_part(v, wide, 0, count) if count < VD_LANES else load(v, wide, 0)
        store(wide, 0, softcap(v, bound, t))
        for k in range(count):
            x[i + k] = <number>wide[k]
        i += count


cdef inline void masked(
    number* x, const number* mask, Py_ssize_t n, double scale, double c, const Operand* where, Py_ssize_t row, double fill
) noexcept nogil:
    """x = softcap(scale x, c) + mask; x = fill for excluded entries.  mask may be null; an infinite c caps nothing.

    The product, its cap and the sum are all rounded to the type of the lanes.
    """
    cdef Py_ssize_t i
    cdef const char* kept = where.data + row * where.step
    cdef number factor = <number>scale
    if scale != 1:
        for i in range(n):
            x[i] = factor * x[i]
    if c != INFINITY:
        cap(x, n, c)
    if mask != NULL:
        for i in range(n):
            x[i] = x[i] + mask[i]
    if where.item_step == 0 and kept[0]:
        return
    for i in range(n):
        x[i] = x[i] if kept[i * where.item_step] else <number>fill


cdef inline void exclude(number* y, Py_ssize_t n, const Operand* where, Py_ssize_t row, double excluded) noexcept nogil:
    """y = `excluded` for the entries that `where` excludes."""
    cdef Py_ssize_t i
    cdef const char* kept = where.data + row * where.step
    if where.item_step == 0 and kept[0]:
        return
    for i in range(n):
        y[i] = y[i] if kept[i * where.item_step] else <number>excluded


cdef inline bint is_zero(const Kernel* kernel, const Operand* o, Py_ssize_t row) noexcept nogil:
    """Whether the row is a single broadcast number and this number is 0."""
    return o.item_step == 0 and one_number(kernel, o, row) == 0


cdef inline void put_number(const Kernel* kernel, char* row, Py_ssize_t i, double x) noexcept nogil:
    """Set element i of a row in scratch memory."""
    if kernel.lanes == FLOAT:
        (<float*>row)[i] = <float>x
    else:
        (<double*>row)[i] = x


cdef void run_masked(Call* call, Py_ssize_t row, char* a, char* b) noexcept nogil:
    """Compute one row; a and b are scratch memory, each for one row and the sink."""
    cdef Kernel* kernel = call.kernel
    cdef Operand* where = &call.operands[kernel.operands - 2]
    cdef Operand* result = &call.operands[kernel.operands - 1]
    cdef double scale = one_number(kernel, &call.operands[2], row), number, c = INFINITY
    cdef char* mask = NULL
    cdef Py_ssize_t n = call.n
    gather_row(kernel, &call.operands[0], row, a)
    if not is_zero(kernel, &call.operands[1], row):
        gather_row(kernel, &call.operands[1], row, b)
        mask = b
    if kernel.form == WITH_SINK:
        c = one_number(kernel, &call.operands[3], row)
    if kernel.lanes == FLOAT:
        masked(<float*>a, <const float*>mask, n, scale, c, where, row, kernel.fill)
    else:
        masked(<double*>a, <const double*>mask, n, scale, c, where, row, kernel.fill)
    if kernel.form == MASKED_SCALAR:
        kernel.row(NULL, NULL, a, NULL, <char*>&number, n, 1, NULL)
        scatter_row(kernel, DOUBLE, <char*>&number, result, row)
        return
    if kernel.form == WITH_SINK:
        put_number(kernel, a, n, one_number(kernel, &call.operands[4], row))
        n += 1
    kernel.row(NULL, NULL, a, NULL, a, n, 1, NULL)
    if kernel.lanes == FLOAT:
        exclude(<float*>a, call.n, where, row, kernel.excluded)
    else:
        exclude(<double*>a, call.n, where, row, kernel.excluded)
    scatter_row(kernel, kernel.lanes, a, result, row)
