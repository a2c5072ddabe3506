# maxout along another axis than the last: vectors take groups from several rows.

cdef enum:
    PIECES_LEAST = 16       # rows, and entries of a piece, from which vectors run across rows


cdef inline bint is_run(const Kernel* kernel, const Operand* o) noexcept nogil:
    """Whether the entries that the rows have at one place are contiguous, in the lanes' type."""
    return kernel.storage == kernel.lanes and o.step == itemsize(kernel.lanes)


cdef inline bint by_pieces(Call* call) noexcept nogil:
    """Whether the rows' entries at one place lie closer together than the members of a group, and there are enough."""
    cdef Kernel* kernel = call.kernel
    cdef int form = kernel.form
    cdef Operand* x = &call.operands[0 if form == GROUPS else 1]
    if form != GROUPS and form != GROUPS_BACK or call.rows < PIECES_LEAST or llabs(x.step) >= llabs(x.item_step):
        return False
    return x.size <= GROUPS_MOST or is_run(kernel, x) and (form == GROUPS or is_run(kernel, &call.operands[2]))


cdef void run_pieces(real like, Call* call, Py_ssize_t begin, Py_ssize_t rows_end) noexcept nogil:
    """maxout or its gradient of the rows from begin to rows_end - 1, group by group."""
    cdef char[8 * GROUPS_BLOCK + 64] space, room
    cdef char[8 * GROUPS_BLOCK] grads
    cdef Kernel* kernel = call.kernel
    cdef bint back = kernel.form == GROUPS_BACK
    cdef Operand* x = &call.operands[1 if back else 0]
    cdef Operand* y = &call.operands[2 if back else 1]      # the result
    cdef bint direct = is_run(kernel, x), out_direct = is_run(kernel, y)
    cdef Py_ssize_t size = size_of(like), k = x.size, block = GROUPS_BLOCK // k, group, row, count, j
    cdef Py_ssize_t member_step, out_step
    cdef char* members
    cdef char* out
    if block < PIECES_LEAST:
        block = PIECES_LEAST    # groups as large are taken only where nothing has to be copied
    for group in range(x.groups):
        row = begin
        while row < rows_end:
            count = min_size(block, rows_end - row)
            members, member_step = x.data + row * x.step + group * x.group_step, x.item_step
            if not direct:
                for j in range(k):
                    gather(kernel.storage, kernel.lanes, members + j * member_step, x.step, count,
                           aligned(space) + j * count * size)
                members, member_step = aligned(space), count * size
            out = y.data + row * y.step + group * (y.group_step if back else y.item_step)
            if back:
                gather(kernel.storage, kernel.lanes, call.operands[0].data + row * call.operands[0].step
                       + group * call.operands[0].item_step, call.operands[0].step, count, grads)
                if out_direct:
                    piece_gradients(like, grads, members, member_step, out, y.item_step, count, k)
                else:
                    piece_gradients(like, grads, members, member_step, aligned(room), count * size, count, k)
                    for j in range(k):
                        scatter(kernel.storage, kernel.lanes, aligned(room) + j * count * size,
                                out + j * y.item_step, y.step, count)
            elif out_direct:
                piece_maxima(like, members, member_step, out, count, k)
            else:
                piece_maxima(like, members, member_step, aligned(room), count, k)
                scatter(kernel.storage, kernel.lanes, aligned(room), out, y.step, count)
            row += count
