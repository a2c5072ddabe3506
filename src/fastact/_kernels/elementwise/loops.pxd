"""The loops over a formula, one for each role of an activation.

They work on contiguous arrays of the type of the lanes, in whole vectors; one call computes thousands of elements.
"""
from fastact._kernels.simd.vectors cimport (
    real, tier, exact, fast, f32, f64, lanes, load, splat_d, splat_f, store,
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
            store(b, i, f(load(like, a, i), t))
            i += step
    elif role == GATED:
        while i < n:
            store(c, i, f(load(like, a, i), t) * load(like, b, i))
            i += step
    elif role == DERIVATIVE:
        while i < n:
            store(b, i, d(load(like, a, i), t))
            i += step
    elif role == BACKWARD:
        while i < n:
            store(c, i, load(like, a, i) * d(load(like, b, i), t))
            i += step
    elif role == GATED_BACKWARD:
        while i < n:
            grad, gate, up = load(like, a, i), load(like, b, i), load(like, c, i)
            store(p, i, grad * up * d(gate, t))
            store(q, i, grad * f(gate, t))
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
            store(c, i, f(load(like, a, i), load(like, b, i & same), t))
            i += step
    elif role == DERIVATIVE:
        while i < n:
            store(c, i, d(load(like, a, i), load(like, b, i & same), t))
            i += step
    elif role == BACKWARD:
        while i < n:
            store(p, i, load(like, a, i) * d(load(like, b, i), load(like, c, i & same), t))
            i += step
    elif role == GATED:
        while i < n:
            store(p, i, f(load(like, a, i), load(like, c, i & same), t) * load(like, b, i))
            i += step
    elif role == GATED_BACKWARD:
        while i < n:
            grad, gate, up, parameter = load(like, a, i), load(like, b, i), load(like, c, i), load(like, p, i & same)
            store(args[4], i, grad * up * d(gate, parameter, t))
            store(args[5], i, grad * f(gate, parameter, t))
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
            store(p, i, f(load(like, a, i), load(like, b, i & same), load(like, c, i & same), t))
            i += step
    elif role == DERIVATIVE:
        while i < n:
            store(p, i, d(load(like, a, i), load(like, b, i & same), load(like, c, i & same), t))
            i += step
    elif role == BACKWARD:
        while i < n:
            store(q, i, load(like, a, i) * d(load(like, b, i), load(like, c, i & same), load(like, p, i & same), t))
            i += step
    elif role == GATED:
        while i < n:
            store(q, i, f(load(like, a, i), load(like, c, i & same), load(like, p, i & same), t) * load(like, b, i))
            i += step
    elif role == GATED_BACKWARD:
        while i < n:
            grad, gate, up = load(like, a, i), load(like, b, i), load(like, c, i)
            first, second = load(like, p, i & same), load(like, q, i & same)
            store(args[5], i, grad * up * d(gate, first, second, t))
            store(args[6], i, grad * f(gate, first, second, t))
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
        p, q = load(like, args[first], i & same), load(like, args[first + 1], i & same)
        r, s = load(like, args[first + 2], i & same), load(like, args[first + 3], i & same)
        if role == FORWARD:
            store(out[0], i, f(load(like, args[0], i), p, q, r, s, t))
        elif role == DERIVATIVE:
            store(out[0], i, d(load(like, args[0], i), p, q, r, s, t))
        elif role == BACKWARD:
            store(out[0], i, load(like, args[0], i) * d(load(like, args[1], i), p, q, r, s, t))
        elif role == GATED:
            store(out[0], i, f(load(like, args[0], i), p, q, r, s, t) * load(like, args[1], i))
        elif role == GATED_BACKWARD:
            grad, gate, up = load(like, args[0], i), load(like, args[1], i), load(like, args[2], i)
            store(out[0], i, grad * up * d(gate, p, q, r, s, t))
            store(out[1], i, grad * f(gate, p, q, r, s, t))
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
            store(c, i, f(load(like, a, i) + load(like, b, i), t))
            i += step
    elif real is f32 and tier is exact:
        pass
    elif role == ADDED_BACKWARD:
        while i < n:
            store(p, i, load(like, a, i) * d(load(like, b, i) + load(like, c, i), t))
            i += step
    elif real is f64 and role == ADDED_ROUNDED:
        round_sums(a, b, c, n)
        while i < n:
            store(c, i, f(load(like, c, i), t))
            i += step
    elif real is f64 and role == ADDED_BACKWARD_ROUNDED:
        round_sums(b, c, p, n)
        while i < n:
            store(p, i, load(like, a, i) * d(load(like, p, i), t))
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
            store(args[3], i, load(like, args[0], i) * s(load(like, args[1], i), load(like, args[2], i & same), t))
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
            store(args[2], i, f(load(like, args[0], i), load(like, args[1], i), t))
            i += step
    elif real is f32 and tier is exact:
        pass
    elif role == GATED_BACKWARD:
        while i < n:
            grad = load(like, args[0], i)
            slopes(load(like, args[1], i), load(like, args[2], i), &by_gate, &by_up, t)
            store(args[3], i, grad * by_gate)
            store(args[4], i, grad * by_up)
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
            p = load(like, args[2], i & same)
            store(args[3], i, f(load(like, args[0], i), load(like, args[1], i), p, t))
            i += step
    elif real is f32 and tier is exact:
        pass
    elif role == GATED_BACKWARD:
        while i < n:
            grad = load(like, args[0], i)
            p = load(like, args[3], i & same)
            slopes(load(like, args[1], i), load(like, args[2], i), p, &by_gate, &by_up, t)
            store(args[4], i, grad * by_gate)
            store(args[5], i, grad * by_up)
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
            p = load(like, args[2], i & same)
            q = load(like, args[3], i & same)
            store(args[4], i, f(load(like, args[0], i), load(like, args[1], i), p, q, t))
            i += step
    elif real is f32 and tier is exact:
        pass
    elif role == GATED_BACKWARD:
        while i < n:
            grad = load(like, args[0], i)
            p = load(like, args[3], i & same)
            q = load(like, args[4], i & same)
            slopes(load(like, args[1], i), load(like, args[2], i), p, q, &by_gate, &by_up, t)
            store(args[5], i, grad * by_gate)
            store(args[6], i, grad * by_up)
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
            p = load(like, args[2], i & same)
            q = load(like, args[3], i & same)
            r = load(like, args[4], i & same)
            store(args[5], i, f(load(like, args[0], i), load(like, args[1], i), p, q, r, t))
            i += step
    elif real is f32 and tier is exact:
        pass
    elif role == GATED_BACKWARD:
        while i < n:
            grad = load(like, args[0], i)
            p = load(like, args[3], i & same)
            q = load(like, args[4], i & same)
            r = load(like, args[5], i & same)
            slopes(load(like, args[1], i), load(like, args[2], i), p, q, r, &by_gate, &by_up, t)
            store(args[6], i, grad * by_gate)
            store(args[7], i, grad * by_up)
            i += step
