"""The operations of simd.h, with one name for both vector types, and the type parameters of the formulas.

`real` is a vector of float (f32) or of double (f64), and `tier` is the accuracy.  A kernel takes an argument of each,
and Cython compiles it for the pairs:

=============  =======================================================================
(f32, exact)   at most 1 ULP, by compensated arithmetic in float lanes
(f32, fast)    at most 2^-12 relative
(f64, exact)   at most 2 ULP
(f64, fast)    about 2^-31 relative: float64's fast variant (contract: 2^-24); rounded to
               float32, also the exact variant of functions that have none in float lanes
(f64, brief)   about 2^-29 relative for floats as arguments, as much as a result rounded to
               float32 needs; only of functions with `brief` in _catalogue/kernels.py
=============  =======================================================================

The formulas state which operations are fused, and the build forbids the compiler to fuse others.  Only the pair
(f32, fast) may use the estimate of a reciprocal (rcp), so all other results have the same bits on the CPUs of all
makers.  fma is for products whose rounding error is needed, mul_add for all others.
"""

cdef extern from "simd.h" nogil:
    ctypedef float f32 "vf"
    ctypedef double f64 "vd"
    ctypedef int exact
    ctypedef long fast
    ctypedef short correct  # only of functions by table, see middle_correct.pxd
    ctypedef signed char brief  # only in double lanes
    const char* SIMD_NAME
    int SIMD_BYTES, SIMD_REGISTERS, HAS_FMA, HAS_FRACTION, HAS_LOOKUP32, TABLE_SEGMENTS, VF_LANES, VD_LANES
    f32 splat_f(float c)
    f64 splat_d(double c)
    f32 load_f(const void* p)
    f64 load_d(const void* p)
    void store_f(void* p, f32 v)
    void store_d(void* p, f64 v)
    float sum_f(f32 v)
    double sum_d(f64 v)
    float maximum_number_f(f32 v)   # may ignore NaN
    f64 widen_low(f32 v)
    f64 widen_high(f32 v)
    f64 load_widened(const float* p)
    void store_narrowed(float* p, f64 v)
    f64 round_to_float(f64 v)
    f32 load_part_f(const void* p, int n, f32 x)
    f64 load_part_d(const void* p, int n, f64 x)
    void store_part_f(void* p, int n, f32 v)
    void store_part_d(void* p, int n, f64 v)
    f32 add_shifted_f(f32 x, f32 m, int shift)
    f64 add_shifted_d(f64 x, f64 m, int shift)
    f32 power_f(f32 m, int bits)
    double maximum_d(f64 v)
    f32 exponent_f(f32 x)
    f64 exponent_d(f64 x)
    f32 lookup16_f(const float* t, f32 m)
    f64 lookup16_d(const double* t, f64 m)
    f64 lookup_rows_d(const double* t, f64 m, int mask, int columns, int column)
    f32 lookup8_f(const float* t, f32 m)
    f32 lookup8_8_f(const float* t, f32 m)
    f32 lookup32_f(const float* t, f32 m)
    bint any_lt_f(f32 a, f32 b)
    bint any_lt_d(f64 a, f64 b)
    unsigned int unless_le_f(f32 a, f32 b)
    unsigned int not_finite_f(f32 x)
    unsigned int unusual_f(f32 x)
    f32 keep_special_f(f32 x, f32 y)
    unsigned int tiny_f(f32 x, float least)
    f32 select_f(unsigned int mask, f32 x, f32 y)
    f32 scale_tail_f(f32 x, f32 sum)
    void compress_f(float* to, unsigned int mask, f32 v)
    f32 expand_f(const float* source, unsigned int mask, f32 v)
    int bit_count(unsigned int mask)
    unsigned int less_f(f32 a, f32 b)
    unsigned int doubtful_f(f32 y, int lost, unsigned int slack, float least)
    Py_ssize_t skip_larger_f(const void* x, Py_ssize_t i, Py_ssize_t n, float least)
    Py_ssize_t skip_certain_f(const void* y, Py_ssize_t i, Py_ssize_t n, int lost, unsigned int slack, float least)
    const int HALF_LOST, BFLOAT_LOST
    const float HALF_LEAST, BFLOAT_LEAST
    int list_lanes(int* to, unsigned long long mask, int first)
    void stream(void* to, const void* source, Py_ssize_t n)
    void stream_end()
    void prefetch(const void* p)
    f32 segment_f(const float* t, f32 u)
    f64 segment_d(const double* t, f64 u)
    f32 mul_add_f(f32 a, f32 b, f32 c)
    f64 mul_add_d(f64 a, f64 b, f64 c)
    f32 fma_f(f32 a, f32 b, f32 c)
    f64 fma_d(f64 a, f64 b, f64 c)
    f32 min_f(f32 a, f32 b)
    f64 min_d(f64 a, f64 b)
    f32 max_f(f32 a, f32 b)
    f64 max_d(f64 a, f64 b)
    f32 abs_f(f32 a)
    f64 abs_d(f64 a)
    f32 sqrt_f(f32 a)
    f64 sqrt_d(f64 a)
    f32 rcp_f(f32 a)
    f32 copysign_f(f32 m, f32 s)
    f64 copysign_d(f64 m, f64 s)
    f32 where_lt_f(f32 a, f32 b, f32 x, f32 y)
    f64 where_lt_d(f64 a, f64 b, f64 x, f64 y)
    f32 zero_where_le_f(f32 a, f32 b, f32 x)
    f64 zero_where_le_d(f64 a, f64 b, f64 x)
    f32 scale_f(f32 x, f32 y)
    f32 fraction_f(f32 y)
    f64 scale_d(f64 x, f64 y)

ctypedef fused real:
    f32
    f64

ctypedef fused tier:
    exact
    fast
    brief

ctypedef fused public_tier:     # those with a variant that callers can choose
    exact
    fast


cdef inline Py_ssize_t lanes(real like) noexcept nogil:
    """Elements in one vector."""
    if real is f32:
        return VF_LANES
    else:
        return VD_LANES


cdef inline real splat(real like, double c) noexcept nogil:
    """The constant c, rounded to the type, in every lane."""
    if real is f32:
        return splat_f(<float>c)
    else:
        return splat_d(c)


cdef inline real load(real like, const void* p, Py_ssize_t i) noexcept nogil:
    """One vector from element i of the array at p, at any alignment."""
    if real is f32:
        return load_f(<const float*>p + i)
    else:
        return load_d(<const double*>p + i)


cdef inline void store(void* p, Py_ssize_t i, real v) noexcept nogil:
    """One vector to element i of the array at p, at any alignment."""
    if real is f32:
        store_f(<float*>p + i, v)
    else:
        store_d(<double*>p + i, v)


cdef inline real mul_add(real a, real b, real c) noexcept nogil:
    """a*b + c, rounded once where the target has the instruction, otherwise twice."""
    if real is f32:
        return mul_add_f(a, b, c)
    else:
        return mul_add_d(a, b, c)


cdef inline real fma(real a, real b, real c) noexcept nogil:
    """a*b + c, rounded once."""
    if real is f32:
        return fma_f(a, b, c)
    else:
        return fma_d(a, b, c)


cdef inline real min(real a, real b) noexcept nogil:
    """The smaller; b if either is NaN."""
    if real is f32:
        return min_f(a, b)
    else:
        return min_d(a, b)


cdef inline real max(real a, real b) noexcept nogil:
    """The larger; b if either is NaN."""
    if real is f32:
        return max_f(a, b)
    else:
        return max_d(a, b)


cdef inline real abs(real a) noexcept nogil:
    if real is f32:
        return abs_f(a)
    else:
        return abs_d(a)


cdef inline real sqrt(real a) noexcept nogil:
    if real is f32:
        return sqrt_f(a)
    else:
        return sqrt_d(a)


cdef inline real copysign(real m, real s) noexcept nogil:
    if real is f32:
        return copysign_f(m, s)
    else:
        return copysign_d(m, s)


cdef inline real where_lt(real a, real b, real x, real y) noexcept nogil:
    """a < b ? x : y."""
    if real is f32:
        return where_lt_f(a, b, x, y)
    else:
        return where_lt_d(a, b, x, y)


cdef inline bint any_lt(real a, real b) noexcept nogil:
    """Whether a < b in any lane; always true where TABLE_SEGMENTS is 0."""
    if real is f32:
        return any_lt_f(a, b)
    else:
        return any_lt_d(a, b)


cdef inline real zero_where_le(real a, real b, real x) noexcept nogil:
    """x, but a zero with the sign of x where a <= b."""
    if real is f32:
        return zero_where_le_f(a, b, x)
    else:
        return zero_where_le_d(a, b, x)


cdef inline real scale(real x, real y) noexcept nogil:
    """x * 2^floor(y), rounded once."""
    if real is f32:
        return scale_f(x, y)
    else:
        return scale_d(x, y)


cdef inline real exponent(real x) noexcept nogil:
    """floor(log2 |x|) for normal x."""
    if real is f32:
        return exponent_f(x)
    else:
        return exponent_d(x)


cdef inline real load_part(real filler, const void* p, Py_ssize_t i, Py_ssize_t n) noexcept nogil:
    """Elements i to n - 1 of the array at p, fewer than a vector, followed by lanes of the filler."""
    if real is f32:
        return load_part_f(<const float*>p + i, <int>(n - i), filler)
    else:
        return load_part_d(<const double*>p + i, <int>(n - i), filler)


cdef inline void store_part(void* p, Py_ssize_t i, Py_ssize_t n, real v) noexcept nogil:
    """The first lanes of v to elements i to n - 1 of the array at p, fewer than a vector."""
    if real is f32:
        store_part_f(<float*>p + i, <int>(n - i), v)
    else:
        store_part_d(<double*>p + i, <int>(n - i), v)
