# The vectors of a row, and one pass over them: what all row functions are made of.


cdef inline real zeros(real* like) noexcept nogil:
    """A vector of zeros.  Row functions tell their types by null pointers; this makes a value of the type."""
    if real is f32:
        return splat_f(0)
    else:
        return splat_d(0)


cdef inline Py_ssize_t size_of(real like) noexcept nogil:
    """Bytes of one element."""
    return 4 if real is f32 else 8


cdef inline real part_of_row(real filler, const char* x, Py_ssize_t i, Py_ssize_t n) noexcept nogil:
    """The vector from element i on.  The filler stands in the lanes after the row's end."""
    if i + lanes(filler) <= n:
        return load(filler, x, i)
    return load_part(filler, x, i, n)


cdef inline void put_part_of_row(char* y, Py_ssize_t i, Py_ssize_t n, real v) noexcept nogil:
    """Store the vector from element i on, without what lies after the row's end."""
    if i + lanes(v) <= n:
        store(y, i, v)
    else:
        store_part(y, i, n, v)


cdef inline real signed(real x, bint negate) noexcept nogil:
    return -x if negate else x


cdef enum:
    ALIGN_FROM = 256    # elements; in shorter rows the odd pieces at the ends cost more than aligned vectors save


cdef inline Py_ssize_t until_aligned(real like, const char* x, Py_ssize_t n) noexcept nogil:
    """Elements, fewer than a vector, before the first that is aligned to a vector; 0 in short rows.

    A vector that straddles two cache lines costs two accesses.  Only passes whose result does not depend on
    the order of the elements may start with a piece of this length.
    """
    cdef Py_ssize_t size = size_of(like)
    if n < ALIGN_FROM:
        return 0
    return (-<uintptr_t>x & <uintptr_t>(lanes(like) * size - 1)) // size


cdef inline bint any_below(real v, real w, double least) noexcept nogil:
    """Whether a lane of v or w is below `least`; always False where such lanes get no special care."""
    if real is f32 and TABLE_SEGMENTS:
        return any_lt_f(min(v, w), splat(v, least))
    return False


# The formulas of a pass have one list of arguments, and each uses what it needs of it:
# (element of a, element of b, head, tail, least, option, tier) -> element of the result.

cdef inline real second(int operands, const char* b, Py_ssize_t i, Py_ssize_t n, real head) noexcept nogil:
    """The second operand from element i on, if there is one."""
    return part_of_row(head, b, i, n) if operands == 2 else head


cdef inline real whole_second(int operands, const char* b, Py_ssize_t i, real head) noexcept nogil:
    """The same for a whole vector."""
    return load(head, b, i) if operands == 2 else head


cdef inline void pass_over(
    real (*usual)(real, real, real, real, double, bint, tier) noexcept nogil,
    real (*careful)(real, real, real, real, double, bint, tier) noexcept nogil,
    bint has_careful, int operands, const char* a, const char* b, char* y, Py_ssize_t n,
    real head, real tail, double least, bint option, tier t,
) noexcept nogil:
    """y = formula(a, b), or formula(a), element by element; y may be a or b.

    Two vectors at a time, aligned to those of y in long rows.  has_careful: two vectors with an element of a
    below `least` go by the careful formula, and so do the pieces at the ends; both formulas give the same
    wherever no element is below.  Formulas, has_careful and operands are known at compile time.
    """
    cdef real v, w
    cdef Py_ssize_t i = until_aligned(head, y, n), step = lanes(head)
    if i > 0:
        put_part_of_row(y, 0, i, careful(
            part_of_row(head, a, 0, i), second(operands, b, 0, i, head), head, tail, least, option, t))
    while i + 2 * step <= n:
        v = load(head, a, i)
        w = load(head, a, i + step)
        if has_careful and any_below(v, w, least):
            v = careful(v, whole_second(operands, b, i, head), head, tail, least, option, t)
            w = careful(w, whole_second(operands, b, i + step, head), head, tail, least, option, t)
        else:
            v = usual(v, whole_second(operands, b, i, head), head, tail, least, option, t)
            w = usual(w, whole_second(operands, b, i + step, head), head, tail, least, option, t)
        store(y, i, v)
        store(y, i + step, w)
        i += 2 * step
    while i < n:
        put_part_of_row(y, i, n, careful(
            part_of_row(head, a, i, n), second(operands, b, i, n, head), head, tail, least, option, t))
        i += step
