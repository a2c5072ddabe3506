# The loops by table, and the loops for elements beyond the tables.  This file is included, not cimported:
# all functions of a .pxd are inlined, and functions that are seldom called (flush) must not be.
#
# Where the table of a function f covers the argument, f is looked up (middle.pxd).  All other elements are put
# into a queue, and tails.pxd computes the queue in whole vectors.  So the cost of the tails depends only on the
# number of elements there.  Elements that float lanes cannot compute, mainly those with large factors, go to
# double lanes.
from fastact._kernels.simd.buffers cimport FLOAT, min_size, pad
from fastact._kernels.elementwise.kernel cimport block_t
from fastact._kernels.elementwise.loops cimport (
    ADDED, ADDED_BACKWARD, BACKWARD, DERIVATIVE, FORWARD, GATED, GATED_BACKWARD, UNIFORM,
    in_double_lanes, parameters_index, role_inputs, role_outputs,
)
from fastact._kernels.simd.vectors cimport (
    tier, exact, fast, f32, lanes, load, store, splat, splat_f, min, max, abs, copysign, fma, mul_add, any_lt_f, unless_le_f,
    tiny_f, not_finite_f, keep_special_f, compress_f, lane_numbers, bit_count, TABLE_SEGMENTS, VF_LANES, VD_LANES,
)
cimport fastact._kernels.elementwise.middle as middle
from fastact._kernels.math.vecmath cimport fast_two_sum, two_sum


cdef enum:
    QUEUE = 256         # elements in the queue; there is room for one vector more
    MAX_QUEUED = 5      # the largest number of inputs: those of swiglu_clamped
    QUEUE_REACH = 1 << 30   # largest distance in elements from the first to the last in the queue, because it is an int

cdef enum Form:         # which function the table of f contains
    PLAIN               # f(x)
    TIMES_X             # f(x) / x, where |x| <= 7.7 and either 1/2 at x = 0 or x not tiny
    TIMES_ANY_X         # f(x) / x
    OVER_P              # f(x) p
    MIRRORED = 8        # a flag: f(x)/x + f(-x)/(-x) = 1, see value()

cdef struct Queue:
    block_t block       # computes the elements in the queue
    bint in_double      # whether `block` works in double lanes
    char** args         # the arrays of the call: inputs, then outputs
    int role            # one of the roles in loops.pxd
    int nin             # number of inputs, parameters included
    int nout            # number of outputs
    int count           # number of elements in the queue
    int parameter       # index of the first input that is a parameter
    Py_ssize_t same     # the mask of parameters_index()
    Py_ssize_t start    # index of the element at which the indices in `lane` start
    float[MAX_QUEUED][QUEUE + 16] inputs    # the inputs of the elements in the queue
    int[QUEUE + 16] lane                    # their indices, minus `start`


cdef inline void start_queue(
    Queue* queue, block_t block, bint in_double, int role, int parameters, Py_ssize_t same, char** args,
) noexcept nogil:
    queue.block, queue.in_double, queue.role, queue.args = block, in_double, role, args
    queue.nin, queue.nout = role_inputs(role) + parameters, role_outputs(role)
    queue.parameter, queue.same = role_inputs(role), same
    queue.count, queue.start = 0, 0


cdef void in_doubles(block_t block, int role, int nin, int nout, char** args, Py_ssize_t i, unsigned int mask) noexcept nogil:
    """Compute the lanes in the mask, of the vectors at element i, by a block of double lanes."""
    cdef double[MAX_QUEUED + 2][16] values
    cdef char* block_args[MAX_QUEUED + 2]
    cdef int j, k
    for j in range(nin + nout):
        block_args[j] = <char*>values[j]
        if j < nin:
            for k in range(VF_LANES):
                values[j][k] = (<float*>args[j])[i + k]
    block(NULL, NULL, in_double_lanes(role), block_args, VF_LANES)
    for j in range(nin, nin + nout):
        for k in range(VF_LANES):
            if mask >> k & 1:
                (<float*>args[j])[i + k] = <float>values[j][k]


cdef void flush(Queue* queue) noexcept nogil:
    cdef float[MAX_QUEUED + 2][QUEUE + 16] values
    cdef char* block_args[MAX_QUEUED + 2]
    cdef Py_ssize_t padded = (queue.count + VF_LANES - 1) // VF_LANES * VF_LANES
    cdef f32 like = splat_f(0)
    cdef float* out
    cdef int* lane = queue.lane
    cdef int i, j, k
    for j in range(queue.nin):
        block_args[j] = <char*>queue.inputs[j]
        pad(block_args[j], FLOAT, queue.count, padded, 1)
    for j in range(queue.nin, queue.nin + queue.nout):
        block_args[j] = <char*>values[j]
    if queue.in_double:
        for i in range(<int>(padded // VF_LANES)):
            in_doubles(queue.block, queue.role, queue.nin, queue.nout, block_args, i * VF_LANES, 0xffff)
    else:
        queue.block(NULL, NULL, queue.role, block_args, padded)
    for j in range(queue.nin, queue.nin + queue.nout):
        out = <float*>queue.args[j] + queue.start
        i = 0
        while i < queue.count:
            k = i + VF_LANES
            if k <= queue.count and lane[k - 1] - lane[i] == VF_LANES - 1:      # these elements are contiguous
                store(&out[lane[i]], 0, load(like, &values[j][i], 0))
            else:
                for k in range(i, <int>min_size(k, queue.count)):
                    out[lane[k]] = values[j][k]
            i += VF_LANES
    queue.count = 0


cdef inline void enqueue(Queue* queue, unsigned int mask, Py_ssize_t i) noexcept nogil:
    """Put the lanes in the mask, of the vectors at element i, into the queue.

    It must be called before the results are stored, because they may overwrite the inputs.
    """
    cdef f32 like = splat_f(0)
    cdef int j
    if queue.count > QUEUE - 16 or i - queue.start > QUEUE_REACH:
        flush(queue)
        queue.start = i
    for j in range(queue.nin):
        compress_f(&queue.inputs[j][queue.count], mask, load(like, queue.args[j], i & queue.same if j >= queue.parameter else i))
    lane_numbers(&queue.lane[queue.count], mask, <int>(i - queue.start))
    queue.count += bit_count(mask)


cdef inline f32 value(f32 x, f32 p, f32 head, f32 tail, int form, tier t) noexcept nogil:
    """f, rounded once, from the value of the table.

    With MIRRORED, f(x) = max(0, x) - |x| g(-|x|), where g(x) = f(x)/x.  This saves three operations in the fast
    tier where the table covers x <= 0 only; head is |x| there.
    """
    cdef f32 one = splat(x, 1), sum
    if tier is fast:
        if TABLE_SEGMENTS == 8 and form & MIRRORED:
            return mul_add(-head, tail, max(splat(x, 0), x))
    form = form & ~MIRRORED
    if tier is exact:
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


cdef inline f32 product(f32 head, f32 tail, f32 factor, tier t) noexcept nogil:
    """(head + tail) factor, rounded once; in the fast tier head is 0."""
    cdef f32 rough, y
    if tier is exact:
        rough = (head + tail) * factor
        y = mul_add(head, factor, tail * factor)
        # Infinities and zeros are taken from `rough`: in two parts they would be NaN or lose the sign.
        return keep_special_f(rough, y)
    else:
        return tail * factor


cdef inline f32 times(
    f32 x, f32 p, f32 head, f32 tail, int form, f32 factor, unsigned int* beyond, tier t
) noexcept nogil:
    """factor f, rounded once, from the value of the table.

    x is multiplied by the factor first.  The product of x and head could be subnormal, or lose its low part,
    even where a large factor makes the result normal again.  Lanes whose first product overflows are added
    to the mask `beyond`.
    """
    cdef f32 y, low
    if tier is fast:
        if TABLE_SEGMENTS == 8 and form & MIRRORED:
            tail = middle.one_minus(x, tail)
    form = form & ~MIRRORED
    if form == PLAIN:
        return product(head, tail, factor, t)
    if form == OVER_P:
        if tier is exact:
            y = head / p
            return product(y, (fma(-y, p, head) + tail) / p, factor, t)
        else:
            return tail / p * factor
    y = x * factor
    beyond[0] |= not_finite_f(y)
    if tier is exact:
        if form == TIMES_ANY_X:
            fast_two_sum(head, tail, &head, &tail)      # see value()
        low = fma(x, factor, -y)
        low = mul_add(low, head, y * tail)
        return copysign(mul_add(y, head, low), y)
    else:
        return y * tail


cdef inline unsigned int outside(f32 u, int range) noexcept nogil:
    """Mask of the lanes that the table does not cover, including NaN.

    For NaN a table lookup would find the head of some segment, and a derivative would not be NaN.
    """
    if range == middle.HALVES:
        return unless_le_f(abs(u), splat(u, middle.reach()))
    if range == middle.HALVES_NORMAL:
        return unless_le_f(abs(u), splat(u, middle.reach())) | tiny_f(u, 7.888609052210118e-31)
    if range == middle.OCTAVES:     # -4.99, because the last of 16 segments does not include its end
        return unless_le_f(splat(u, -5 if TABLE_SEGMENTS == 32 else -4.99), u)
    if range == middle.OCTAVES_FROM_4_3:
        return unless_le_f(splat(u, -5 if TABLE_SEGMENTS == 32 else -4.3), u)
    return 0


cdef inline void by_table(
    tier* unused,
    f32 (*f)(f32, f32, f32*, f32*, tier) noexcept nogil, int form, int f_range,
    f32 (*d)(f32, f32, f32*, f32*, tier) noexcept nogil, int d_range,
    int parameters, block_t beyond, int role, char** args, Py_ssize_t n,
) noexcept nogil:
    """The same as roles(), for float lanes; by table in the range of the table.

    Targets without a lookup of 8 floats or more have no such kernels, see describe().
    """
    cdef Queue queue
    cdef f32 like = splat_f(0), x, p, u, head, tail, grad, up
    cdef tier t = 0
    cdef unsigned int mask
    cdef Py_ssize_t i = 0, step = lanes(like), same = parameters_index(&role)
    cdef char* a = args[0]
    cdef char* b = args[1]
    cdef char* c = args[2]
    if not TABLE_SEGMENTS:
        return
    start_queue(&queue, beyond, False, role, parameters, same, args)
    if role == FORWARD or role == ADDED:
        while i < n:
            if role == ADDED:
                x = p = load(like, a, i) + load(like, b, i)
            else:
                x = load(like, a, i)
                p = load(like, b, i & same) if parameters else x
            tail = f(x, p, &u, &head, t)
            mask = outside(u, f_range)
            if mask:
                enqueue(&queue, mask, i)
            store(args[queue.nin], i, value(x, p, head, tail, form, t))
            i += step
    elif role == DERIVATIVE:
        while i < n:
            x = load(like, a, i)
            p = load(like, b, i & same) if parameters else x
            tail = d(x, p, &u, &head, t)
            mask = outside(u, d_range)
            if mask:
                enqueue(&queue, mask, i)
            store(args[queue.nin], i, head + tail)
            i += step
    elif role == BACKWARD or role == ADDED_BACKWARD:
        while i < n:
            grad, x = load(like, a, i), load(like, b, i)
            if role == ADDED_BACKWARD:
                x = x + load(like, c, i)
            p = load(like, c, i & same) if parameters else x
            tail = d(x, p, &u, &head, t)
            mask = outside(u, d_range)
            if mask:
                enqueue(&queue, mask, i)
            store(args[queue.nin], i, product(head, tail, grad, t))
            i += step
    elif role == GATED:
        while i < n:
            x, up = load(like, a, i), load(like, b, i)
            p = load(like, c, i & same) if parameters else x
            tail = f(x, p, &u, &head, t)
            mask = outside(u, f_range)
            up = times(x, p, head, tail, form, up, &mask, t)
            if mask:
                enqueue(&queue, mask, i)
            store(args[queue.nin], i, up)
            i += step
    elif role == GATED_BACKWARD:
        while i < n:
            grad, x, up = load(like, a, i), load(like, b, i), load(like, c, i)
            p = load(like, args[3], i & same) if parameters else x
            tail = f(x, p, &u, &head, t)
            mask = outside(u, f_range)
            up = grad * up
            grad = times(x, p, head, tail, form, grad, &mask, t)
            tail = d(x, p, &u, &head, t)
            mask |= outside(u, d_range)
            if mask:
                enqueue(&queue, mask, i)
            store(args[queue.nin], i, product(head, tail, up, t))
            store(args[queue.nin + 1], i, grad)
            i += step
    if queue.count:
        flush(&queue)


cdef inline unsigned int unfit(f32 factor, f32 p, int form) noexcept nogil:
    """Mask of the lanes that tails.pxd cannot compute."""
    cdef unsigned int mask = unless_le_f(abs(factor), splat(factor, 1024)) | tiny_f(factor, 8.271806125530277e-25)
    if form == OVER_P:      # a quotient would be rounded twice
        mask |= unless_le_f(abs(p - splat(p, 1)), splat(p, 0))
    return mask


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


cdef inline void by_slopes(
    f32 (*d)(f32, exact) noexcept nogil, f32 (*d_1)(f32, f32, exact) noexcept nogil,
    int parameters, block_t in_double, int role, char** args, Py_ssize_t n,
) noexcept nogil:
    """The roles DERIVATIVE and BACKWARD, for float lanes; d_1 is the derivative if there is a parameter.

    A gradient is grad d(x).  Where d(x) is subnormal, or underflows to 0, digits are lost that matter if grad
    is large.  These elements are queued for double lanes.
    """
    cdef Queue queue
    cdef f32 like = splat_f(0), grad, x, y, one = splat(like, 1)
    cdef exact t = 0
    cdef unsigned int mask
    cdef Py_ssize_t i = 0, step = lanes(like), same = parameters_index(&role)
    if not TABLE_SEGMENTS:
        return
    start_queue(&queue, in_double, True, role, parameters, same, args)
    if role == DERIVATIVE:
        while i < n:
            x = load(like, args[0], i)
            store(args[queue.nin], i, d_1(x, load(like, args[1], i & same), t) if parameters else d(x, t))
            i += step
    elif role == BACKWARD:
        while i < n:
            grad, x = load(like, args[0], i), load(like, args[1], i)
            y = d_1(x, load(like, args[2], i & same), t) if parameters else d(x, t)
            mask = unless_le_f(splat(like, 7.888609052210118e-31), abs(y)) & unless_le_f(abs(grad), one)
            if mask:
                enqueue(&queue, mask, i)
            store(args[queue.nin], i, grad * y)
            i += step
    if queue.count:
        flush(&queue)


cdef void swiglu_clamped_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    """The role GATED for elements beyond the table, by the formula; double lanes compute products that float lanes lose."""
    cdef f32 like = splat_f(0), limit, factor
    cdef unsigned int mask
    cdef Py_ssize_t i = 0
    (<block_t>swiglu_clamped[f32, exact])(NULL, NULL, role, args, n)
    while i < n:
        limit = load(like, args[3], i)
        factor = max(-limit, min(limit, load(like, args[1], i))) + load(like, args[4], i)
        mask = unfit(factor, factor, PLAIN) | not_finite_f(load(like, args[0], i) * factor)
        if mask:
            in_doubles(<block_t>swiglu_clamped[f64, fast], role, 5, 1, args, i, mask)
        i += VF_LANES


cdef void swiglu_clamped_by_table(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    """swiglu_clamped by the table of sigma, in the role GATED; the product of three factors is kept in two parts."""
    cdef Queue queue
    cdef f32 like = splat_f(0), gate, factor, factor_low, u, head, tail, y, low, limit
    cdef f32 least = splat(like, 8.673617379884035e-19)     # 2^-60
    cdef exact t = 0
    cdef unsigned int mask
    cdef Py_ssize_t i = 0, same = parameters_index(&role)
    if not TABLE_SEGMENTS:
        return
    start_queue(&queue, swiglu_clamped_tails, False, role, 3, same, args)
    while i < n:
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
        mask = outside(u, middle.HALVES) | not_finite_f(y) | tiny_f(factor, 8.271806125530277e-25)
        if mask:
            enqueue(&queue, mask, i)
        store(args[5], i, copysign(mul_add(y, head, mul_add(low, head, y * tail)), y))
        i += VF_LANES
    if queue.count:
        flush(&queue)
