# The loops by table, and the loops for elements beyond the tables.  This file is included, not cimported:
# all functions of a .pxd are inlined, and functions that are seldom called must not be.
#
# Where the table of a function f covers the argument, f is looked up (middle.pxd).  All other elements are put
# into a queue (queue.pxi), and tails.pxd computes them in whole vectors.  Elements that float lanes cannot compute,
# mainly those with large factors, go to double lanes.
from libc.math cimport INFINITY
from libc.string cimport memcpy

from fastact._kernels.simd.buffers cimport min_size
from fastact._kernels.elementwise.kernel cimport block_t
from fastact._kernels.elementwise.loops cimport (
    ADDED, ADDED_BACKWARD, BACKWARD, DERIVATIVE, FORWARD, GATED, GATED_BACKWARD, UNIFORM, parameters_index, role_inputs,
    role_outputs,
)
from fastact._kernels.simd.vectors cimport (
    public_tier, exact, fast, correct, f32, lanes, load, store, splat, splat_f, min, max, abs, copysign, fma, mul_add, any_lt_f, less_f,
    unless_le_f, where_lt, tiny_f, not_finite_f, select_f, keep_special_f, bit_count, TABLE_SEGMENTS, VF_LANES,
)
cimport fastact._kernels.elementwise.middle as middle
cimport fastact._kernels.elementwise.middle_correct as middle_correct
from fastact._kernels.math.vecmath cimport fast_two_sum, two_sum


ctypedef fused table_tier:
    exact
    fast
    correct


cdef enum Form:         # which function the table of f contains
    PLAIN               # f(x)
    TIMES_X             # f(x) / x, where |x| <= 8.2 and either 1/2 at x = 0 or x not tiny
    TIMES_ANY_X         # f(x) / x
    TIMES_X_IF_ONE      # f(x) / x, in the tier `correct`, for p = 1 only
    TIMES_CUBE          # f(x) / x^3, in the tier `correct`
    OVER_P              # f(x) p
    MIRRORED = 8        # a flag: f(x)/x + f(-x)/(-x) = 1, see value()
    CAPPED = 16         # a flag: f(min(x, 10)), and the derivative is 0 above 10


cdef inline f32 value(f32 x, f32 p, f32 head, f32 tail, int form, public_tier t) noexcept nogil:
    """f, rounded once, from the value of the table.

    With MIRRORED, f(x) = max(0, x) - |x| g(-|x|), where g(x) = f(x)/x.  This saves three operations in the fast
    tier where the table covers x <= 0 only; head is |x| there.
    """
    cdef f32 one = splat(x, 1), sum
    if public_tier is fast:
        if TABLE_SEGMENTS == 8 and form & MIRRORED:
            return mul_add(-head, tail, max(splat(x, 0), x))
    form = form & ~MIRRORED
    if public_tier is exact:
        if form == TIMES_X:
            return copysign(mul_add(x, head, x * tail), x)
        if form == TIMES_ANY_X:
            # The tail is made as small as possible: where the result is subnormal, its product rounds to 0.
            # For x = inf the product would be NaN.
            fast_two_sum(head, tail, &sum, &tail)
            return copysign(mul_add(x, sum, min(splat(x, 3.4028234663852886e38), x) * tail), x)
        if form == OVER_P and any_lt_f(splat(x, 0), abs(p - one)):
            if TABLE_SEGMENTS == 8:     # the tail must be smaller before the division: the error would be 1.03 ULP
                fast_two_sum(head, tail, &head, &tail)
            x = head / p
            return x + (fma(-x, p, head) + tail) / p
        return head + tail
    else:
        if form == TIMES_X or form == TIMES_ANY_X:
            return x * tail
        return tail / p if form == OVER_P else tail


cdef inline f32 product(f32 head, f32 tail, f32 factor, public_tier t) noexcept nogil:
    """(head + tail) factor, rounded once; in the fast tier head is 0."""
    cdef f32 rough, y
    if public_tier is exact:
        rough = (head + tail) * factor
        y = mul_add(head, factor, tail * factor)
        # Infinities and zeros are taken from `rough`: in two parts they would be NaN or lose the sign.
        return keep_special_f(rough, y)
    else:
        return tail * factor


cdef inline f32 times(
    f32 x, f32 p, f32 head, f32 tail, int form, f32 factor, unsigned int* beyond, public_tier t
) noexcept nogil:
    """factor f, rounded once, from the value of the table.

    x is multiplied by the factor first.  The product of x and head could be subnormal, or lose its low part,
    even where a large factor makes the result normal again.  Lanes whose first product overflows are added
    to the mask `beyond`.
    """
    cdef f32 y, low
    if public_tier is fast:
        if TABLE_SEGMENTS == 8 and form & MIRRORED:
            tail = middle.one_minus(x, tail)
    form = form & ~MIRRORED
    if form == PLAIN:
        return product(head, tail, factor, t)
    if form == OVER_P:
        if public_tier is exact:
            y = head / p
            return product(y, (fma(-y, p, head) + tail) / p, factor, t)
        else:
            return tail / p * factor
    y = x * factor
    beyond[0] |= not_finite_f(y)
    if public_tier is exact:
        if form == TIMES_ANY_X:
            fast_two_sum(head, tail, &head, &tail)      # see value()
        low = fma(x, factor, -y)
        low = mul_add(low, head, y * tail)
        return copysign(mul_add(y, head, low), y)
    else:
        return y * tail


cdef inline f32 error_of(f32 head, f32 tail, float roundings) noexcept nogil:
    """A bound of the error of head + tail of middle_correct.pxd, or of y (head + tail) for y head and y tail.

    The first part is that of the further terms, which are rounded; it grows with the number of roundings.  The second part
    is the error of the polynomial's coefficients.  With lookups of 8 floats the coefficients are sums in some tables, and in
    the widest segments the error is relative to more than the function at their ends.  A run over all inputs showed that
    these constants suffice.
    """
    cdef f32 of_head = splat(head, 1.6e-09 if TABLE_SEGMENTS == 8 else 5.6e-10)     # 2^-29.2, 2^-30.7
    return mul_add(abs(tail), splat(head, roundings), abs(head) * of_head)


cdef inline f32 certain(
    f32 x, f32 p, f32 head, f32 tail, int form, f32 factor, bint with_factor, unsigned int* mask,
) noexcept nogil:
    """f, or factor f, from the value of the table, correctly rounded.

    Lanes where that is in doubt, because numbers as near as the error of the table round differently, are added to the
    mask, and so are products of two parts that may be subnormal, which lose their low part, and quotients.
    """
    cdef f32 y = x, low, size, error, above, least = splat(x, 7.888609052210118e-31)      # 2^-100
    cdef bint by_value = form == PLAIN or form == OVER_P
    cdef unsigned int tiny
    if form == OVER_P or form == TIMES_X_IF_ONE:
        mask[0] |= unless_le_f(abs(p - splat(p, 1)), splat(p, 0))
    if by_value and not with_factor:
        error = error_of(head, tail, 3.8e-07)
        above = head + (tail + error)
        mask[0] |= unless_le_f(above, head + (tail - error))
        return above        # no such function is -0
    # The result is (y + low) (head + tail).
    if form == TIMES_CUBE:
        size = x * x
        y = x * size
        low = mul_add(x, fma(x, x, -size), fma(x, size, -y))
        tiny = less_f(abs(y), least)
        if with_factor:
            size = y
            y = size * factor
            low = mul_add(low, factor, fma(size, factor, -y))
    elif with_factor:
        y = factor if by_value else x * factor
        low = splat(x, 0) if by_value else fma(x, factor, -y)
        tiny = 0
    else:
        tiny = tiny_f(x, 6.310887241768095e-30)        # 2^-97: where |x| is larger, so is the result
    if with_factor:
        tiny |= less_f(abs(y), least)
    if tiny and (form == TIMES_CUBE or with_factor):        # zeros of zero factors are right
        if not by_value:
            tiny &= tiny_f(x, INFINITY)
        if with_factor:
            tiny &= tiny_f(factor, INFINITY)
    tail = y * tail
    error = error_of(y * head, tail, 6.5e-07 if with_factor or form == TIMES_CUBE else 4.4e-07)
    if form == TIMES_CUBE or with_factor and not by_value:
        tail = mul_add(low, head, tail)
    above = fma(y, head, tail + error)
    mask[0] |= unless_le_f(above, fma(y, head, tail - error)) | tiny
    return copysign(above, y * head)


cdef inline unsigned int outside(f32 u, int range, table_tier t) noexcept nogil:
    """Mask of the lanes that the table does not cover, including NaN.

    For NaN a table lookup would find the head of some segment, and a derivative would not be NaN.
    """
    cdef bint wide = table_tier is not correct
    cdef double end = middle.left_end(wide)
    if range == middle.SYMMETRIC:
        return unless_le_f(abs(u), splat(u, middle.reach(wide)))
    if range == middle.SYMMETRIC_NORMAL:
        return unless_le_f(abs(u), splat(u, middle.reach(wide))) | tiny_f(u, 7.888609052210118e-31)
    if range == middle.OCTAVES or range == middle.OCTAVES_STEEP:
        return unless_le_f(splat(u, end), u)
    if range == middle.OCTAVES_FROM_4_3:
        return unless_le_f(splat(u, end if TABLE_SEGMENTS == 32 else -4.3), u)
    return 0


cdef inline unsigned int unfit(f32 factor, f32 p, int form) noexcept nogil:
    """Mask of the lanes that tails.pxd cannot compute."""
    cdef unsigned int mask = unless_le_f(abs(factor), splat(factor, 1024)) | tiny_f(factor, 8.271806125530277e-25)
    if form == OVER_P:      # a quotient would be rounded twice
        mask |= unless_le_f(abs(p - splat(p, 1)), splat(p, 0))
    return mask


cdef inline unsigned int vanishing(f32 u, int range, f32 factor) noexcept nogil:
    """Mask of lanes beyond the table where f(x) or d(x), times the factor, is known to be -0 times the factor.

    These lanes need not be queued; the bits are those of the tails.  by_table() looks for them only where most vectors
    have lanes beyond the table: elsewhere it would cost as much as it saves.  It serves the functions of the normal family.
    Factors that the tails leave to double lanes are left to them here, too.
    """
    if range == middle.OCTAVES:
        return less_f(u, splat(u, -15.125)) & ~unfit(factor, factor, PLAIN)
    if range == middle.OCTAVES_FROM_4_3 or range == middle.OCTAVES_STEEP:
        return less_f(u, splat(u, -11.5)) & ~unfit(factor, factor, PLAIN)
    return 0


cdef inline f32 or_zero(f32 u, int range, f32 factor, f32 y) noexcept nogil:
    """-0 times the factor in the lanes of vanishing(), and in some that are queued; y in the others."""
    if range == middle.OCTAVES:
        return where_lt(u, splat(u, -15.125), splat(u, -0.0) * factor, y)
    if range == middle.OCTAVES_FROM_4_3 or range == middle.OCTAVES_STEEP:
        return where_lt(u, splat(u, -11.5), splat(u, -0.0) * factor, y)
    return y


cdef inline unsigned int beyond_of(
    f32 (*f)(f32, f32, f32*, f32*, table_tier) noexcept nogil, int f_range,
    f32 (*d)(f32, f32, f32*, f32*, table_tier) noexcept nogil, int d_range, int role, int parameters, Queue* queue, Py_ssize_t i,
    table_tier t,
) noexcept nogil:
    """Mask of the lanes of the vectors at element i that the table does not cover."""
    cdef f32 like = splat_f(0), x, p, u, head
    cdef unsigned int mask = 0
    cdef int first = 0 if role == FORWARD or role == ADDED or role == DERIVATIVE or role == GATED else 1
    x = load(like, queue.args[first], i)
    if role == ADDED or role == ADDED_BACKWARD:
        x = x + load(like, queue.args[first + 1], i)
    p = load(like, queue.args[queue.parameter], i & queue.same) if parameters else x
    if role == FORWARD or role == ADDED or role == GATED or role == GATED_BACKWARD:
        f(x, p, &u, &head, t)
        mask = outside(u, f_range, t)
    if role == DERIVATIVE or role == BACKWARD or role == ADDED_BACKWARD:
        d(x, p, &u, &head, t)
        mask = outside(u, d_range, t)
    return mask


cdef inline void by_table(
    Queue* queue, table_tier* unused,
    f32 (*f)(f32, f32, f32*, f32*, table_tier) noexcept nogil, int form, int f_range,
    f32 (*d)(f32, f32, f32*, f32*, table_tier) noexcept nogil, int d_range,
    int parameters, block_t beyond, int role, char** args, Py_ssize_t n,
) noexcept nogil:
    """The same as roles(), for float lanes; by table in the range of the table.

    In the tier `correct`, which has the roles of the function itself only, lanes whose rounding is in doubt are left to
    `beyond`, too.

    What the table does not cover stays in the queue, and the caller flushes it (run()).  Targets without a lookup of
    8 floats or more have no such kernels, see describe().
    """
    cdef f32 like = splat_f(0), one = splat_f(1), x, y, p, u, head, tail, grad, up, v, w
    cdef table_tier t = 0
    cdef unsigned int mask, overflows
    cdef int count, queued, whole = form & ~CAPPED
    cdef bint beside, seldom, far
    cdef Py_ssize_t i = 0, start, end, shift, step = lanes(like), same = parameters_index(&role)
    cdef char* a = args[0]
    cdef char* b = args[1]
    cdef char* c = args[2]
    cdef char* out
    cdef char* out_up
    if not TABLE_SEGMENTS:
        return
    start_queue(queue, beyond, False, role, parameters, same, args)
    out, out_up = args[queue.nin], args[queue.nin + 1]
    count, shift = queue.count, queue.shift
    while i < n:
        start, end = i, min_size(n, i + PIECE * step)
        if queue.way == ALONE:
            mask = 0xffff
            while i < end:
                mask &= beyond_of(f, f_range, d, d_range, role, parameters, queue, i, t)
                i += step
            if bit_count(mask) == step:
                compute_beside(queue, start, end - start)
                for count in range(queue.nout):
                    memcpy(
                        args[queue.nin + count] + start * <Py_ssize_t>sizeof(float), queue.memory.vectors.beside[count],
                        (end - start) * sizeof(float))
                count = 0
                continue
            queue.way, i = BESIDE, start
        count = queued = begin_piece(queue, count, i, end - i)
        beside, seldom = queue.way == BESIDE, queue.way == SELDOM
        far = beside or queue.heat >= FAR
        if role == FORWARD or role == ADDED:
            while i < end:
                v = x = p = load(like, a, i)
                if role == ADDED:
                    w = load(like, b, i)
                    x = p = v + w
                elif parameters:
                    w = p = load(like, b, i & same)
                else:
                    w = x
                if form & CAPPED:
                    x = min(splat(x, 10), x)
                tail = f(x, p, &u, &head, t)
                mask = outside(u, f_range, t)
                if table_tier is correct:
                    tail = certain(x, p, head, tail, whole, one, False, &mask)
                else:
                    tail = value(x, p, head, tail, whole, t)
                if far:
                    tail, mask = or_zero(u, f_range, one, tail), mask & ~vanishing(u, f_range, one)
                if beside:
                    select_beside(queue, mask, i - start, &tail, NULL)
                elif not seldom or mask:
                    count = enqueue(queue, count, mask, shift + i, 2 if role == ADDED else 1 + parameters, v, w, x, x)
                store(out, i, tail)
                i += step
        elif role == GATED:
            while i < end:
                x, up = load(like, a, i), load(like, b, i)
                p = load(like, c, i & same) if parameters else x
                if form & CAPPED:
                    x = min(splat(x, 10), x)
                tail = f(x, p, &u, &head, t)
                mask = outside(u, f_range, t)
                if far:
                    mask &= ~vanishing(u, f_range, up)
                if table_tier is correct:
                    w = certain(x, p, head, tail, whole, up, True, &mask)
                else:
                    w = times(x, p, head, tail, whole, up, &mask, t)
                if far:
                    w = or_zero(u, f_range, up, w)
                if beside:
                    select_beside(queue, mask, i - start, &w, NULL)
                elif not seldom or mask:
                    count = enqueue(queue, count, mask, shift + i, 2 + parameters, x, up, p, x)
                store(out, i, w)
                i += step
        elif table_tier is correct:
            i = n           # there are no such kernels
        elif role == DERIVATIVE:
            while i < end:
                x = load(like, a, i)
                p = load(like, b, i & same) if parameters else x
                tail = d(x, p, &u, &head, t)
                mask = outside(u, d_range, t)
                tail = head + tail
                if far:
                    tail, mask = or_zero(u, d_range, one, tail), mask & ~vanishing(u, d_range, one)
                if beside:
                    select_beside(queue, mask, i - start, &tail, NULL)
                elif not seldom or mask:
                    count = enqueue(queue, count, mask, shift + i, 1 + parameters, x, p, x, x)
                store(out, i, tail)
                i += step
        elif role == BACKWARD or role == ADDED_BACKWARD:
            while i < end:
                grad, v = load(like, a, i), load(like, b, i)
                x = p = w = v
                if role == ADDED_BACKWARD:
                    w = load(like, c, i)
                    x = p = v + w
                elif parameters:
                    w = p = load(like, c, i & same)
                tail = d(x, p, &u, &head, t)
                mask = outside(u, d_range, t)
                tail = product(head, tail, grad, t)
                if far:
                    tail, mask = or_zero(u, d_range, grad, tail), mask & ~vanishing(u, d_range, grad)
                if beside:
                    select_beside(queue, mask, i - start, &tail, NULL)
                elif not seldom or mask:
                    count = enqueue(queue, count, mask, shift + i, 3 if role == ADDED_BACKWARD else 2 + parameters, grad, v, w, x)
                store(out, i, tail)
                i += step
        elif role == GATED_BACKWARD:
            while i < end:
                grad, x, up = load(like, a, i), load(like, b, i), load(like, c, i)
                p = load(like, args[3], i & same) if parameters else x
                y = min(splat(x, 10), x) if form & CAPPED else x
                tail = f(y, p, &u, &head, t)
                mask, overflows = outside(u, f_range, t), 0
                v, w, up = grad, up, grad * up
                grad = times(y, p, head, tail, whole, grad, &overflows, t)
                tail = d(x, p, &u, &head, t)
                mask |= outside(u, d_range, t)
                if far:
                    mask &= ~(vanishing(u, f_range, v) & vanishing(u, d_range, up))
                    grad = or_zero(u, f_range, v, grad)
                mask |= overflows
                tail = product(head, tail, up, t)
                up = or_zero(u, d_range, up, tail) if far else tail
                if beside:
                    select_beside(queue, mask, i - start, &up, &grad)
                elif not seldom or mask:
                    count = enqueue(queue, count, mask, shift + i, 3 + parameters, v, x, w, p)
                store(out, i, up)
                store(out_up, i, grad)
                i += step
        end_piece(queue, count - queued)
    queue.count = count


cdef inline void by_tails(
    f32 (*f)(f32, f32, f32) noexcept nogil, int form, f32 (*d)(f32, f32, f32) noexcept nogil,
    int parameters, block_t in_double, int role, char** args, Py_ssize_t n,
) noexcept nogil:
    """The same as roles(), for float lanes and elements beyond the tables."""
    cdef f32 like = splat_f(0), x, p, y, grad, up, one = splat(like, 1)
    cdef unsigned int mask
    cdef int nin = role_inputs(role) + parameters, nout = role_outputs(role)
    cdef Py_ssize_t i = 0, step = lanes(like)
    cdef char* a = args[0]
    cdef char* b = args[1]
    cdef char* c = args[2]
    if not TABLE_SEGMENTS:
        return
    while i < n:
        mask = 0
        if role == FORWARD or role == ADDED or role == DERIVATIVE:
            x = load(like, a, i)
            if role == ADDED:
                x = x + load(like, b, i)
            p = load(like, b, i) if parameters else x
            if role == DERIVATIVE:
                y = d(x, p, one)
            else:
                y = f(x, p, one)
                if form == OVER_P:
                    mask = unfit(one, p, form)
        elif role == BACKWARD or role == ADDED_BACKWARD:
            grad, x = load(like, a, i), load(like, b, i)
            if role == ADDED_BACKWARD:
                x = x + load(like, c, i)
            p = load(like, c, i) if parameters else x
            y = d(x, p, grad)
            mask = unfit(grad, p, PLAIN)
        elif role == GATED:
            x, up = load(like, a, i), load(like, b, i)
            p = load(like, c, i) if parameters else x
            y = f(x, p, up)
            mask = unfit(up, p, form) | not_finite_f(x * up)
        else:
            grad, x, up = load(like, a, i), load(like, b, i), load(like, c, i)
            p = load(like, args[3], i) if parameters else x
            up = grad * up
            mask = unfit(grad, p, form) | unfit(up, p, PLAIN) | not_finite_f(x * grad)
            store(args[nin + 1], i, f(x, p, grad))
            y = d(x, p, up)
        store(args[nin], i, y)
        if mask:
            in_doubles(in_double, role, nin, nout, args, i, mask)
        i += step


cdef void settle_odd(
    block_t in_double, int role, int nin, int nout, char** args, Py_ssize_t i, unsigned int mask,
    f32 v, f32 w, f32 x, f32 y, f32 z,
) noexcept nogil:
    """Compute the lanes in the mask, of the outputs at element i, in double lanes.

    The inputs are given as vectors, because the outputs may have overwritten their memory.
    """
    cdef float[MAX_QUEUED][16] inputs
    cdef char* block_args[MAX_QUEUED + 2]
    cdef int j
    store(<char*>inputs[0], 0, v)
    store(<char*>inputs[1], 0, w)
    store(<char*>inputs[2], 0, x)
    store(<char*>inputs[3], 0, y)
    store(<char*>inputs[4], 0, z)
    for j in range(nin):
        block_args[j] = <char*>inputs[j]
    for j in range(nin, nin + nout):
        block_args[j] = args[j] + i * <Py_ssize_t>sizeof(float)
    in_doubles(in_double, role, nin, nout, block_args, 0, mask)


cdef inline f32 signed_zero(f32 factor, f32 slope, f32 y) noexcept nogil:
    """y, but factor slope where the factor is 0: a sum of products may lose the sign."""
    return select_f(~unless_le_f(abs(factor), splat(factor, 0)), factor * slope, y)


cdef inline unsigned int unfit_product(f32 x, f32 factor, int form, int parameters) noexcept nogil:
    """Mask of the lanes where by_formula() would lose the product of x and the factor."""
    cdef f32 product = x * factor
    if form == PLAIN:
        return 0
    # Beside a large parameter a tiny x is one of those where the function is x.
    return not_finite_f(product + product) | (tiny_f(product, 8.077935669463161e-28) if parameters else 0)     # 2^-90


cdef inline void by_formula(
    f32 (*f)(f32, f32, f32, unsigned int*) noexcept nogil, int form,
    f32 (*d)(f32, f32, f32, unsigned int*) noexcept nogil,
    int parameters, block_t in_double, int role, char** args, Py_ssize_t n,
) noexcept nogil:
    """The same as roles(), for float lanes and the functions of everywhere.pxd; the roles without forward and added."""
    cdef f32 like = splat_f(0), x, p, y, grad, up, v, w, one = splat(like, 1)
    cdef unsigned int mask, ignored = 0
    cdef Py_ssize_t i = 0, step = lanes(like), same = parameters_index(&role)
    cdef int nin = role_inputs(role) + parameters
    cdef char* a = args[0]
    cdef char* b = args[1]
    cdef char* c = args[2]
    cdef char* out = args[nin]
    cdef char* out_up = args[nin + 1]
    if TABLE_SEGMENTS != 32:
        return
    if role == DERIVATIVE:
        while i < n:
            x = load(like, a, i)
            p = load(like, b, i & same) if parameters else x
            store(out, i, d(x, p, one, &ignored))
            i += step
    elif role == BACKWARD or role == ADDED_BACKWARD:
        while i < n:
            grad, w, mask = load(like, a, i), load(like, b, i), 0
            x = p = v = w
            if role == ADDED_BACKWARD:
                v = load(like, c, i)
                x = w + v
            elif parameters:
                v = p = load(like, c, i & same)
            y = d(x, p, grad, &mask)
            store(out, i, y)
            if mask:
                store(out, i, signed_zero(grad, d(x, p, one, &ignored), y))
                mask &= unfit(grad, p, PLAIN)
                if mask:
                    settle_odd(in_double, role, nin, 1, args, i, mask, grad, w, v, v, v)
            i += step
    elif role == GATED:
        while i < n:
            x, up, mask = load(like, a, i), load(like, b, i), 0
            p = load(like, c, i & same) if parameters else x
            store(out, i, f(x, p, up, &mask))
            if mask:
                mask &= unfit(up, p, form) | unfit_product(x, up, form, parameters)
                if mask:
                    settle_odd(in_double, role, nin, 1, args, i, mask, x, up, p, p, p)
            i += step
    elif role == GATED_BACKWARD:
        while i < n:
            grad, x, w, mask = load(like, a, i), load(like, b, i), load(like, c, i), 0
            p = load(like, args[3], i & same) if parameters else x
            up = grad * w
            y = d(x, p, up, &mask)
            store(out_up, i, f(x, p, grad, &mask))
            store(out, i, y)
            if mask:
                store(out, i, signed_zero(up, d(x, p, one, &ignored), y))
                mask &= unfit(grad, p, form) | unfit(up, p, PLAIN) | unfit_product(x, grad, form, parameters)
                if mask:
                    settle_odd(in_double, role, nin, 2, args, i, mask, grad, x, w, p, p)
            i += step


cdef inline void by_slopes(
    Queue* queue,
    f32 (*d)(f32, exact) noexcept nogil, f32 (*d_1)(f32, f32, exact) noexcept nogil,
    int parameters, bint overflows, block_t in_double, int role, char** args, Py_ssize_t n,
) noexcept nogil:
    """The roles DERIVATIVE and BACKWARD, for float lanes; d_1 is the derivative if there is a parameter.

    A gradient is grad d(x).  Where d(x) is subnormal, or underflows to 0, digits are lost that matter if grad
    is large.  These elements are queued for double lanes, and so are those where d(x) is infinite, if it may be
    (overflows).
    """
    cdef f32 like = splat_f(0), grad, x, p, y, one = splat(like, 1)
    cdef exact t = 0
    cdef unsigned int mask
    cdef int count
    cdef Py_ssize_t i = 0, end, step = lanes(like), same = parameters_index(&role)
    if not TABLE_SEGMENTS:
        return
    start_queue(queue, in_double, True, role, parameters, same, args)
    if role == DERIVATIVE:
        while i < n:
            x = load(like, args[0], i)
            store(args[queue.nin], i, d_1(x, load(like, args[1], i & same), t) if parameters else d(x, t))
            i += step
    elif role == BACKWARD:
        count = queue.count
        while i < n:
            end = min_size(n, i + PIECE * step)
            count = begin_piece(queue, count, i, end - i)
            while i < end:
                grad, x = load(like, args[0], i), load(like, args[1], i)
                y = d_1(x, load(like, args[2], i & same), t) if parameters else d(x, t)
                mask = unless_le_f(splat(like, 7.888609052210118e-31), abs(y)) & unless_le_f(abs(grad), one)
                if overflows:
                    mask |= not_finite_f(y)
                p = load(like, args[2], i & same) if parameters else x
                if mask:
                    count = enqueue(queue, count, mask, queue.shift + i, 2 + parameters, grad, x, p, p)
                store(args[queue.nin], i, grad * y)
                i += step
        queue.count = count


cdef void swiglu_clamped_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    """The role GATED for elements beyond the table, by the formula; double lanes compute products that float lanes lose."""
    cdef f32 like = splat_f(0), limit, factor, product
    cdef unsigned int mask
    cdef Py_ssize_t i = 0
    (<block_t>swiglu_clamped[f32, exact])(NULL, NULL, role, args, n)
    while i < n:
        limit = load(like, args[3], i)
        factor = max(-limit, min(limit, load(like, args[1], i))) + load(like, args[4], i)
        product = min(limit, load(like, args[0], i)) * factor
        mask = unfit(factor, factor, PLAIN) | not_finite_f(product + product)       # see logistic_times()
        if mask:
            in_doubles(<block_t>swiglu_clamped[f64, fast], role, 5, 1, args, i, mask)
        i += VF_LANES


cdef void swiglu_clamped_everywhere(char** args, Py_ssize_t n, Py_ssize_t same) noexcept nogil:
    """swiglu_clamped in the role GATED, by the formula of everywhere.pxd; the product of three factors is kept in two parts."""
    cdef f32 like = splat_f(0), gate, up, alpha, limit, offset, bounded, factor, factor_low, product
    cdef unsigned int mask
    cdef Py_ssize_t i = 0
    while i < n:
        gate, up, mask = load(like, args[0], i), load(like, args[1], i), 0
        alpha, limit, offset = load(like, args[2], i & same), load(like, args[3], i & same), load(like, args[4], i & same)
        bounded = min(limit, gate)
        two_sum(max(-limit, min(limit, up)), offset, &factor, &factor_low)
        product = bounded * factor
        factor_low = mul_add(bounded, factor_low, fma(bounded, factor, -product))
        store(args[5], i, everywhere.swish_times(product, &factor_low, bounded, alpha, &mask))
        if mask:
            mask &= unfit(factor, factor, PLAIN) | unfit_product(bounded, factor, TIMES_X, 1)
            if mask:
                settle_odd(<block_t>swiglu_clamped[f64, fast], GATED, 5, 1, args, i, mask, gate, up, alpha, limit, offset)
        i += VF_LANES


cdef void swiglu_clamped_by_table(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    """swiglu_clamped by the table of sigma, in the role GATED; the product of three factors is kept in two parts."""
    cdef f32 like = splat_f(0), gate, factor, factor_low, u, head, tail, y, low, limit
    cdef f32 least = splat(like, 8.673617379884035e-19)     # 2^-60
    cdef exact t = 0
    cdef unsigned int mask
    cdef int count
    cdef Py_ssize_t i = 0, end, same = parameters_index(&role)
    if TABLE_SEGMENTS == 32:
        swiglu_clamped_everywhere(args, n, same)
        return
    if not TABLE_SEGMENTS:
        return
    start_queue(queue, swiglu_clamped_tails, False, role, 3, same, args)
    count = queue.count
    while i < n:
        end = min_size(n, i + PIECE * VF_LANES)
        count = begin_piece(queue, count, i, end - i)
        while i < end:
            limit = load(like, args[3], i & same)
            gate = min(limit, load(like, args[0], i))
            two_sum(max(-limit, min(limit, load(like, args[1], i))), load(like, args[4], i & same), &factor, &factor_low)
            # For a tiny gate sigma is 1/2.  A larger gate replaces it, because its square would be subnormal.
            low = gate
            if any_lt_f(abs(gate), least):
                low = copysign(max(least, abs(gate)), gate)
            tail = middle.sigmoid_times(low, load(like, args[2], i & same), &u, &head, t)
            y = gate * factor
            low = mul_add(gate, factor_low, fma(gate, factor, -y))
            mask = outside(u, middle.SYMMETRIC, t) | not_finite_f(y) | tiny_f(factor, 8.271806125530277e-25)
            if mask:
                store(queued_input(queue, 4), count * VF_LANES, load(like, args[4], i & same))
                count = enqueue(
                    queue, count, mask, queue.shift + i, 4, load(like, args[0], i), load(like, args[1], i),
                    load(like, args[2], i & same), limit)
            store(args[5], i, copysign(mul_add(y, head, mul_add(low, head, y * tail)), y))
            i += VF_LANES
    queue.count = count
