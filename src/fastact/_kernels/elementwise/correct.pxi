# The accuracy "correct" for float32: correct rounding by double lanes.
#
# The fast formula in double lanes is right to some 2^-36.  Where all numbers within this distance round to the same
# float, it is correctly rounded.  The other elements, a few in ten thousand, are computed by the exact formula.  Its
# error of at most 2 ULP of double leaves a handful of inputs of a function wrong.  A run over all inputs finds them
# (`verify --accuracy correct`), and _catalogue/hard_cases.py lists their results.
#
# What is computed here depends on the values of an element alone, so the bits are the same in every place and call.
from fastact._kernels.elementwise.loops cimport (
    ADDED, ADDED_BACKWARD, BACKWARD, DERIVATIVE, FORWARD, GATED_BACKWARD, UNIFORM, in_double_lanes, parameters_index,
)
from fastact._kernels.elementwise.kernel cimport ABOVE, BELOW, CUBIC, Kernel
from fastact._kernels.simd.buffers cimport DOUBLE, FLOAT, gather, min_size, pad
from fastact._kernels.simd.vectors cimport VD_LANES


cdef extern from *:
    """
    #include <math.h>
    #include <stdint.h>
    #include <string.h>

    /* Round n numbers to float.  Where numbers within `margin` of y[i], relative to it, round differently, or y[i] is NaN,
     * doubt[i] becomes 1, and out[i] is not yet the result; else doubt[i] stays, or becomes 0 if `first`.  Returns
     * whether any is set. */
    static inline int32_t narrow(const double *y, float *out, int32_t *doubt, ptrdiff_t n, double margin, int first) {
        int32_t any = 0;
        for (ptrdiff_t i = 0; i < n; i++) {
            float low = (float)(y[i] * (1 - margin)), high = (float)(y[i] * (1 + margin));
            out[i] = low;
            doubt[i] = (first ? 0 : doubt[i]) | (low != high);
            any |= doubt[i];
        }
        return any;
    }

    /* Set doubt[i] too where |y[i]| < root |a[i] b[i]|; a and b may be null. */
    static inline void near_root(const double *y, const double *a, const double *b, int32_t *doubt, ptrdiff_t n, double root) {
        for (ptrdiff_t i = 0; i < n; i++) {
            double factor = (a ? a[i] : 1) * (b ? b[i] : 1);
            doubt[i] |= fabs(y[i]) < fabs(factor) * root;
        }
    }

    /* Round a value of the exact formula.  Where it lies half way between two floats, and double lanes cannot see the
     * further terms of the function, `direction` says on which side its true value lies: 1 above, -1 below, 0 unknown. */
    static inline float round_tie(double y, int direction) {
        float nearest = (float)y, other;
        if (direction == 0 || (double)nearest == y) return nearest;
        other = nextafterf(nearest, y > nearest ? INFINITY : -INFINITY);
        if (y - nearest != other - y) return nearest;
        return (direction > 0) == (other > nearest) ? other : nearest;
    }

    /* Round a value of the exact formula, or a product with one.  A value as near to the middle between two floats as the
     * error of the formula is taken for it: products of short numbers often are, and then all targets agree. */
    static inline float round_near_tie(double y) {
        float nearest = (float)y, other;
        double middle;
        if ((double)nearest == y || isnan(y)) return nearest;
        other = nextafterf(nearest, y > nearest ? INFINITY : -INFINITY);
        middle = ((double)nearest + other) / 2;
        return fabs(y - middle) <= fabs(y) * 1.25e-15 ? (float)middle : nearest;       /* 11 ULP of double */
    }

    static inline uint32_t bits_of(float x) {
        uint32_t bits;
        memcpy(&bits, &x, sizeof bits);
        return bits;
    }

    static inline float of_bits(uint32_t bits) {
        float x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
    """
    int narrow(const double* y, float* out, int* doubt, Py_ssize_t n, double margin, bint first) nogil
    void near_root(const double* y, const double* a, const double* b, int* doubt, Py_ssize_t n, double root) nogil
    float round_tie(double y, int direction) nogil
    float round_near_tie(double y) nogil
    unsigned int bits_of(float x) nogil
    float of_bits(unsigned int bits) nogil


cdef enum:
    CHUNK = 32          # elements in double lanes at a time, a multiple of every VF_LANES; 64 would not fit on a stack of 64 KB
    WAITING = 2 * CHUNK # elements that may wait for the exact formula

cdef struct Doubles:
    double[MAX_ARGS][CHUNK] values      # inputs and results of the blocks in double lanes
    float[MAX_INPUTS][WAITING] waiting  # the inputs of elements that wait for the exact formula
    Py_ssize_t[WAITING] place           # where the results of these belong
    int count                           # number of elements that wait
    int[CHUNK] doubt


cdef float rounded(const Kernel* kernel, int role, const Doubles* doubles, int e, double y) noexcept nogil:
    """The float nearest to the function whose exact formula gives y, for element e of those that wait."""
    cdef float x = doubles.waiting[0][e]
    cdef int i, j, direction = 0, parameter = 1
    cdef bint equal
    if role != FORWARD and role != ADDED:
        return round_near_tie(y)
    if role == ADDED:
        x, parameter = x + doubles.waiting[1][e], 2
    for i in range(kernel.hard_count):
        equal = kernel.hard[i].x == bits_of(x)
        for j in range(kernel.parameters):
            equal = equal and kernel.hard[i].parameters[j] == doubles.waiting[parameter + j][e]
        if equal:
            return of_bits(kernel.hard[i].result)
    if kernel.tie == CUBIC:
        # Towards zero for a small x, away from it where the result is x - 1 or x + 1.
        if -kernel.tie_below < x < kernel.tie_below:
            direction = -1 if y > 0 else 1
        elif x < -1048576 or x > 1048576:
            direction = 1 if y > 0 else -1
    elif kernel.tie == BELOW:
        direction = -1
    elif kernel.tie and -kernel.tie_below < x < kernel.tie_below:
        if kernel.tie == ABOVE:
            direction = 1
        else:
            direction = 1 if y < 0.5 else -1
    return round_tie(y, direction)


cdef void settle_waiting(const Kernel* kernel, int role, Doubles* doubles, char** args) noexcept nogil:
    """Compute the elements that wait by the exact formula."""
    cdef char* values[MAX_ARGS]
    cdef int j, e, first = 0, count, padded
    for j in range(kernel.nargs):
        values[j] = <char*>doubles.values[j]
    while first < doubles.count:
        count = <int>min_size(CHUNK, doubles.count - first)
        padded = (count + VD_LANES - 1) // VD_LANES * VD_LANES
        for j in range(kernel.nin):
            gather(FLOAT, DOUBLE, <char*>&doubles.waiting[j][first], sizeof(float), count, values[j])
            pad(values[j], DOUBLE, count, padded, 1)
        kernel.double_exact(NULL, NULL, in_double_lanes(role), values, padded)
        for j in range(kernel.nin, kernel.nargs):
            for e in range(count):
                (<float*>args[j])[doubles.place[first + e]] = rounded(kernel, role, doubles, first + e, doubles.values[j][e])
        first += count
    doubles.count = 0


cdef void correct_block(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    """Compute n elements, a multiple of VF_LANES, for the kernel of the queue."""
    cdef const Kernel* kernel = queue.kernel
    cdef Doubles doubles
    cdef char* values[MAX_ARGS]
    cdef Py_ssize_t i = 0, count, same = parameters_index(&role)
    cdef int j, e, any, own = kernel.nin if same else kernel.nin - kernel.parameters    # inputs with a value for each element
    cdef double* y = doubles.values[kernel.nin]
    doubles.count = 0
    for j in range(kernel.nargs):
        values[j] = <char*>doubles.values[j]
    while i < n:
        count = min_size(CHUNK, n - i)
        for j in range(kernel.nin):
            if j < own:
                gather(FLOAT, DOUBLE, args[j] + i * <Py_ssize_t>sizeof(float), sizeof(float), count, values[j])
            else:
                gather(FLOAT, DOUBLE, args[j], sizeof(float), VD_LANES, values[j])
        kernel.double_fast(NULL, NULL, in_double_lanes(role) | (0 if same else UNIFORM), values, count)
        any = 0
        for j in range(kernel.nin, kernel.nargs):
            any |= narrow(doubles.values[j], <float*>args[j] + i, doubles.doubt, count, kernel.margin, j == kernel.nin)
        if kernel.root != 0:
            any = 1
            if role == DERIVATIVE:
                near_root(y, NULL, NULL, doubles.doubt, count, kernel.root)
            elif role == BACKWARD or role == ADDED_BACKWARD:
                near_root(y, doubles.values[0], NULL, doubles.doubt, count, kernel.root)
            elif role == GATED_BACKWARD:
                near_root(y, doubles.values[0], doubles.values[2], doubles.doubt, count, kernel.root)
        if any:
            for e in range(<int>count):
                if doubles.doubt[e]:
                    for j in range(kernel.nin):
                        doubles.waiting[j][doubles.count] = <float>doubles.values[j][e if j < own else 0]
                    doubles.place[doubles.count] = i + e
                    doubles.count += 1
            if doubles.count > WAITING - CHUNK:
                settle_waiting(kernel, role, &doubles, args)
        i += count
    settle_waiting(kernel, role, &doubles, args)
