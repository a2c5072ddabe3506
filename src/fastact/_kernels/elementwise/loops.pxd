"""The loops over a formula, one for each role of an activation.

They work on contiguous arrays of the type of the lanes, in whole vectors; one call computes thousands of elements.
In the tier brief the arrays are of float, and double lanes compute them.
"""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, fast, brief, f32, f64, lanes, load, load_widened, round_to_float, splat_d, splat_f, store, store_narrowed,
)


cdef enum:              # the roles of a formula f with derivative d; p are its parameters
    FORWARD             # x, p... -> f(x)
    DERIVATIVE          # x, p... -> d(x)
    BACKWARD            # grad, x, p... -> grad d(x)
    GATED               # gate, up, p... -> f(gate) up
    GATED_BACKWARD      # grad, gate, up, p... -> grad up d(gate), grad f(gate)
    ADDED               # x, bias -> f(x + bias)                                    (only for rows with `added`)
    ADDED_BACKWARD      # grad, x, bias -> grad d(x + bias)                         (only for rows with `added`)
    PARAMETER           # grad, x, p -> grad df/dp                                  (only for rows with `learned`)
    ROLES
    # In double lanes: the sum is rounded to float32, so that a float32 result has the bits of f(x + bias).
    ADDED_ROUNDED
    ADDED_BACKWARD_ROUNDED

cdef enum:
    UNIFORM = 64        # a flag added to a role: each parameter is one vector, used for all elements


cdef inline int role_inputs(int role) noexcept nogil:
    """Number of inputs without the parameters."""
    if role == FORWARD or role == DERIVATIVE:
        return 1
    return 3 if role == GATED_BACKWARD or role == ADDED_BACKWARD else 2


cdef inline int role_outputs(int role) noexcept nogil:
    return 2 if role == GATED_BACKWARD else 1


cdef inline Py_ssize_t parameters_index(int* role) noexcept nogil:
    """A mask so that (index of an element & mask) is the index of its parameter.  Removes UNIFORM from the role."""
    cdef Py_ssize_t index = 0 if role[0] & UNIFORM else -1
    role[0] &= ~UNIFORM
    return index


cdef inline real witness(real* unused) noexcept nogil:
    """A vector whose type selects the variant of load() and others; its value is never used."""
    if real is f32:
        return splat_f(0)
    else:
        return splat_d(0)


cdef inline real operand(real like, const void* p, Py_ssize_t i, tier t) noexcept nogil:
    """One vector from element i of an operand on."""
    if real is f64 and tier is brief:
        return load_widened(<const float*>p + i)
    else:
        return load(like, p, i)


cdef inline void result(void* p, Py_ssize_t i, real v, tier t) noexcept nogil:
    """One vector to element i of a result."""
    if real is f64 and tier is brief:
        store_narrowed(<float*>p + i, v)
    else:
        store(p, i, v)


cdef inline real sum_of_operands(real a, real b, tier t) noexcept nogil:
    """a + b, in the tier brief with the bits of float arithmetic (see round_sums)."""
    if real is f64 and tier is brief:
        return round_to_float(a + b)
    else:
        return a + b


# The loops over a formula, by its number of parameters.  They are inlined, so that f and d are constants.

cdef inline void roles(
    real* unused, tier* unused_too,
    real (*f)(real, tier) noexcept nogil, real (*d)(real, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    cdef real like = witness(unused), grad, gate, up
    cdef tier t = 0
    cdef Py_ssize_t i = 0, step = lanes(like)
    cdef char* a = args[0]
    cdef char* b = args[1]
    cdef char* c = args[2]
    cdef char* p = args[3]
    cdef char* q = args[4]
    if role == FORWARD:
        while i < n:
            result(b, i, f(operand(like, a, i, t), t), t)
            i += step
    elif role == GATED:
        while i < n:
            result(c, i, f(operand(like, a, i, t), t) * operand(like, b, i, t), t)
            i += step
    elif role == DERIVATIVE:
        while i < n:
            result(b, i, d(operand(like, a, i, t), t), t)
            i += step
    elif role == BACKWARD:
        while i < n:
            result(c, i, operand(like, a, i, t) * d(operand(like, b, i, t), t), t)
            i += step
    elif role == GATED_BACKWARD:
        while i < n:
            grad, gate, up = operand(like, a, i, t), operand(like, b, i, t), operand(like, c, i, t)
            result(p, i, grad * up * d(gate, t), t)
            result(q, i, grad * f(gate, t), t)
            i += step


cdef inline void roles_1(
    real* unused, tier* unused_too,
    real (*f)(real, real, tier) noexcept nogil, real (*d)(real, real, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    cdef real like = witness(unused), grad, gate, up, parameter
    cdef tier t = 0
    cdef Py_ssize_t i = 0, step = lanes(like), same = parameters_index(&role)
    cdef char* a = args[0]
    cdef char* b = args[1]
    cdef char* c = args[2]
    cdef char* p = args[3]
    if role == FORWARD:
        while i < n:
            result(c, i, f(operand(like, a, i, t), operand(like, b, i & same, t), t), t)
            i += step
    elif role == DERIVATIVE:
        while i < n:
            result(c, i, d(operand(like, a, i, t), operand(like, b, i & same, t), t), t)
            i += step
    elif role == BACKWARD:
        while i < n:
            result(p, i, operand(like, a, i, t) * d(operand(like, b, i, t), operand(like, c, i & same, t), t), t)
            i += step
    elif role == GATED:
        while i < n:
            result(p, i, f(operand(like, a, i, t), operand(like, c, i & same, t), t) * operand(like, b, i, t), t)
            i += step
    elif role == GATED_BACKWARD:
        while i < n:
            grad, gate, up, parameter = operand(like, a, i, t), operand(like, b, i, t), operand(like, c, i, t), operand(like, p, i & same, t)
            result(args[4], i, grad * up * d(gate, parameter, t), t)
            result(args[5], i, grad * f(gate, parameter, t), t)
            i += step


cdef inline void roles_2(
    real* unused, tier* unused_too,
    real (*f)(real, real, real, tier) noexcept nogil, real (*d)(real, real, real, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    cdef real like = witness(unused), grad, gate, up, first, second
    cdef tier t = 0
    cdef Py_ssize_t i = 0, step = lanes(like), same = parameters_index(&role)
    cdef char* a = args[0]
    cdef char* b = args[1]
    cdef char* c = args[2]
    cdef char* p = args[3]
    cdef char* q = args[4]
    if role == FORWARD:
        while i < n:
            result(p, i, f(operand(like, a, i, t), operand(like, b, i & same, t), operand(like, c, i & same, t), t), t)
            i += step
    elif role == DERIVATIVE:
        while i < n:
            result(p, i, d(operand(like, a, i, t), operand(like, b, i & same, t), operand(like, c, i & same, t), t), t)
            i += step
    elif role == BACKWARD:
        while i < n:
            result(q, i, operand(like, a, i, t) * d(operand(like, b, i, t), operand(like, c, i & same, t), operand(like, p, i & same, t), t), t)
            i += step
    elif role == GATED:
        while i < n:
            result(q, i, f(operand(like, a, i, t), operand(like, c, i & same, t), operand(like, p, i & same, t), t) * operand(like, b, i, t), t)
            i += step
    elif role == GATED_BACKWARD:
        while i < n:
            grad, gate, up = operand(like, a, i, t), operand(like, b, i, t), operand(like, c, i, t)
            first, second = operand(like, p, i & same, t), operand(like, q, i & same, t)
            result(args[5], i, grad * up * d(gate, first, second, t), t)
            result(args[6], i, grad * f(gate, first, second, t), t)
            i += step


cdef inline void roles_4(
    real* unused, tier* unused_too,
    real (*f)(real, real, real, real, real, tier) noexcept nogil, real (*d)(real, real, real, real, real, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    cdef real like = witness(unused), grad, gate, up, p, q, r, s
    cdef tier t = 0
    cdef Py_ssize_t i = 0, step = lanes(like), same = parameters_index(&role)
    cdef int first = role_inputs(role)
    cdef char** out = args + first + 4
    while i < n:
        p, q = operand(like, args[first], i & same, t), operand(like, args[first + 1], i & same, t)
        r, s = operand(like, args[first + 2], i & same, t), operand(like, args[first + 3], i & same, t)
        if role == FORWARD:
            result(out[0], i, f(operand(like, args[0], i, t), p, q, r, s, t), t)
        elif role == DERIVATIVE:
            result(out[0], i, d(operand(like, args[0], i, t), p, q, r, s, t), t)
        elif role == BACKWARD:
            result(out[0], i, operand(like, args[0], i, t) * d(operand(like, args[1], i, t), p, q, r, s, t), t)
        elif role == GATED:
            result(out[0], i, f(operand(like, args[0], i, t), p, q, r, s, t) * operand(like, args[1], i, t), t)
        elif role == GATED_BACKWARD:
            grad, gate, up = operand(like, args[0], i, t), operand(like, args[1], i, t), operand(like, args[2], i, t)
            result(out[0], i, grad * up * d(gate, p, q, r, s, t), t)
            result(out[1], i, grad * f(gate, p, q, r, s, t), t)
        i += step


cdef inline void added(
    real* unused, tier* unused_too,
    real (*f)(real, tier) noexcept nogil, real (*d)(real, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    """The roles of f(x + bias)."""
    cdef real like = witness(unused)
    cdef tier t = 0
    cdef Py_ssize_t i = 0, step = lanes(like)
    cdef char* a = args[0]
    cdef char* b = args[1]
    cdef char* c = args[2]
    cdef char* p = args[3]
    if role == ADDED:
        while i < n:
            result(c, i, f(sum_of_operands(operand(like, a, i, t), operand(like, b, i, t), t), t), t)
            i += step
    elif real is f32 and tier is exact:
        pass
    elif role == ADDED_BACKWARD:
        while i < n:
            result(p, i, operand(like, a, i, t) * d(sum_of_operands(operand(like, b, i, t), operand(like, c, i, t), t), t), t)
            i += step
    elif real is f64 and role == ADDED_ROUNDED:
        round_sums(a, b, c, n)
        while i < n:
            result(c, i, f(operand(like, c, i, t), t), t)
            i += step
    elif real is f64 and role == ADDED_BACKWARD_ROUNDED:
        round_sums(b, c, p, n)
        while i < n:
            result(p, i, operand(like, a, i, t) * d(operand(like, p, i, t), t), t)
            i += step


cdef inline int in_double_lanes(int role) noexcept nogil:
    """The role that double lanes take instead, if the operands are floats."""
    if role == ADDED:
        return ADDED_ROUNDED
    return ADDED_BACKWARD_ROUNDED if role == ADDED_BACKWARD else role


cdef inline void round_sums(const char* a, const char* b, char* to, Py_ssize_t n) noexcept nogil:
    """Add doubles whose values are floats, and round the sums to float; the bits are those of float arithmetic.

    A double has enough bits (53) that rounding twice gives the same result as rounding once.  `to` never
    overlaps an input: storage and lanes differ in type, so every operand has a buffer of its own.
    """
    cdef Py_ssize_t i
    for i in range(n):
        (<double*>to)[i] = <float>((<const double*>a)[i] + (<const double*>b)[i])


cdef inline void learned(
    real* unused, tier* unused_too, real (*s)(real, real, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    """The role PARAMETER; s = df/dp is the derivative of f by its parameter."""
    cdef real like = witness(unused)
    cdef tier t = 0
    cdef Py_ssize_t i = 0, step = lanes(like), same = parameters_index(&role)
    if role == PARAMETER and not (real is f32 and tier is exact):
        while i < n:
            result(args[3], i, operand(like, args[0], i, t) * s(operand(like, args[1], i, t), operand(like, args[2], i & same, t), t), t)
            i += step


# The loops of the roles of a formula f of gate, up and parameters, by the number of parameters; `slopes` are its
# derivatives by gate and by up.

cdef inline void gated_0(
    real* unused, tier* unused_too, real (*f)(real, real, tier) noexcept nogil,
    void (*slopes)(real, real, real*, real*, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    cdef real like = witness(unused), grad, by_gate, by_up
    cdef tier t = 0
    cdef Py_ssize_t i = 0, step = lanes(like)
    if role == GATED:
        while i < n:
            result(args[2], i, f(operand(like, args[0], i, t), operand(like, args[1], i, t), t), t)
            i += step
    elif real is f32 and tier is exact:
        pass
    elif role == GATED_BACKWARD:
        while i < n:
            grad = operand(like, args[0], i, t)
            slopes(operand(like, args[1], i, t), operand(like, args[2], i, t), &by_gate, &by_up, t)
            result(args[3], i, grad * by_gate, t)
            result(args[4], i, grad * by_up, t)
            i += step


cdef inline void gated_1(
    real* unused, tier* unused_too, real (*f)(real, real, real, tier) noexcept nogil,
    void (*slopes)(real, real, real, real*, real*, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    cdef real like = witness(unused), grad, by_gate, by_up, p
    cdef tier t = 0
    cdef Py_ssize_t i = 0, step = lanes(like), same = parameters_index(&role)
    if role == GATED:
        while i < n:
            p = operand(like, args[2], i & same, t)
            result(args[3], i, f(operand(like, args[0], i, t), operand(like, args[1], i, t), p, t), t)
            i += step
    elif real is f32 and tier is exact:
        pass
    elif role == GATED_BACKWARD:
        while i < n:
            grad = operand(like, args[0], i, t)
            p = operand(like, args[3], i & same, t)
            slopes(operand(like, args[1], i, t), operand(like, args[2], i, t), p, &by_gate, &by_up, t)
            result(args[4], i, grad * by_gate, t)
            result(args[5], i, grad * by_up, t)
            i += step


cdef inline void gated_2(
    real* unused, tier* unused_too, real (*f)(real, real, real, real, tier) noexcept nogil,
    void (*slopes)(real, real, real, real, real*, real*, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    cdef real like = witness(unused), grad, by_gate, by_up, p, q
    cdef tier t = 0
    cdef Py_ssize_t i = 0, step = lanes(like), same = parameters_index(&role)
    if role == GATED:
        while i < n:
            p = operand(like, args[2], i & same, t)
            q = operand(like, args[3], i & same, t)
            result(args[4], i, f(operand(like, args[0], i, t), operand(like, args[1], i, t), p, q, t), t)
            i += step
    elif real is f32 and tier is exact:
        pass
    elif role == GATED_BACKWARD:
        while i < n:
            grad = operand(like, args[0], i, t)
            p = operand(like, args[3], i & same, t)
            q = operand(like, args[4], i & same, t)
            slopes(operand(like, args[1], i, t), operand(like, args[2], i, t), p, q, &by_gate, &by_up, t)
            result(args[5], i, grad * by_gate, t)
            result(args[6], i, grad * by_up, t)
            i += step


cdef inline void from_output(
    real* unused, tier* unused_too, real (*gradient)(real, real, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    """The role BACKWARD of a formula of grad and the saved result."""
    cdef real like = witness(unused)
    cdef tier t = 0
    cdef Py_ssize_t i = 0, step = lanes(like)
    if role == BACKWARD:
        while i < n:
            result(args[2], i, gradient(operand(like, args[0], i, t), operand(like, args[1], i, t), t), t)
            i += step


cdef inline void gated_3(
    real* unused, tier* unused_too, real (*f)(real, real, real, real, real, tier) noexcept nogil,
    void (*slopes)(real, real, real, real, real, real*, real*, tier) noexcept nogil,
    int role, char** args, Py_ssize_t n,
) noexcept nogil:
    cdef real like = witness(unused), grad, by_gate, by_up, p, q, r
    cdef tier t = 0
    cdef Py_ssize_t i = 0, step = lanes(like), same = parameters_index(&role)
    if role == GATED:
        while i < n:
            p = operand(like, args[2], i & same, t)
            q = operand(like, args[3], i & same, t)
            r = operand(like, args[4], i & same, t)
            result(args[5], i, f(operand(like, args[0], i, t), operand(like, args[1], i, t), p, q, r, t), t)
            i += step
    elif real is f32 and tier is exact:
        pass
    elif role == GATED_BACKWARD:
        while i < n:
            grad = operand(like, args[0], i, t)
            p = operand(like, args[3], i & same, t)
            q = operand(like, args[4], i & same, t)
            r = operand(like, args[5], i & same, t)
            slopes(operand(like, args[1], i, t), operand(like, args[2], i, t), p, q, r, &by_gate, &by_up, t)
            result(args[6], i, grad * by_gate, t)
            result(args[7], i, grad * by_up, t)
            i += step
