"""Between arrays as NumPy hands them over and contiguous buffers of the lanes' type."""
from libc.stdint cimport uint16_t
from libc.string cimport memcpy

cdef extern from "storage.h" nogil:
    float half_to_float(uint16_t h)
    uint16_t float_to_half(float x)
    uint16_t double_to_half(double x)
    float bfloat_to_float(uint16_t h)
    uint16_t float_to_bfloat(float x)
    uint16_t double_to_bfloat(double x)
    void half_to_floats(const uint16_t* source, float* to, Py_ssize_t n)
    void floats_to_half(const float* source, uint16_t* to, Py_ssize_t n)
    void bfloat_to_floats(const uint16_t* source, float* to, Py_ssize_t n)
    void floats_to_bfloat(const float* source, uint16_t* to, Py_ssize_t n)


cdef enum:          # types of arrays; FLOAT and DOUBLE are also the types of lanes
    FLOAT
    DOUBLE
    HALF
    BFLOAT
    STORAGES


cdef inline Py_ssize_t itemsize(int storage) noexcept nogil:
    """Bytes of one element."""
    if storage == FLOAT:
        return 4
    return 8 if storage == DOUBLE else 2


cdef inline Py_ssize_t min_size(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return a if a < b else b


# The loops over one conversion, for any stride.  Each loop stands twice, because the compiler vectorises only the
# contiguous one.  `like` tells the type of the elements in memory.

ctypedef fused stored:
    float
    double
    uint16_t

ctypedef fused lane:
    float
    double


cdef inline lane identity(stored x, lane like) noexcept nogil:
    return <lane>x


cdef inline lane from_half(stored x, lane like) noexcept nogil:
    return half_to_float(<uint16_t>x)


cdef inline lane from_bfloat(stored x, lane like) noexcept nogil:
    return bfloat_to_float(<uint16_t>x)


cdef inline stored rounded(lane x, stored like) noexcept nogil:
    return <stored>x


cdef inline uint16_t to_half(lane x, uint16_t like) noexcept nogil:
    if lane is float:
        return float_to_half(x)
    else:
        return double_to_half(x)


cdef inline uint16_t to_bfloat(lane x, uint16_t like) noexcept nogil:
    if lane is float:
        return float_to_bfloat(x)
    else:
        return double_to_bfloat(x)


cdef inline void gather_by(
    lane (*convert)(stored, lane) noexcept nogil, const char* source, Py_ssize_t step, Py_ssize_t n,
    lane* to, stored like,
) noexcept nogil:
    cdef Py_ssize_t i
    if step == sizeof(stored):
        for i in range(n):
            to[i] = convert((<const stored*>source)[i], to[0])
    else:
        for i in range(n):
            to[i] = convert((<const stored*>(source + i * step))[0], to[0])


cdef inline void scatter_by(
    stored (*convert)(lane, stored) noexcept nogil, const lane* source, char* to, Py_ssize_t step,
    Py_ssize_t n, stored like,
) noexcept nogil:
    cdef Py_ssize_t i
    if step == sizeof(stored):
        for i in range(n):
            (<stored*>to)[i] = convert(source[i], like)
    else:
        for i in range(n):
            (<stored*>(to + i * step))[0] = convert(source[i], like)


cdef inline void gather_lanes(int storage, const char* source, Py_ssize_t step, Py_ssize_t n, lane* to) noexcept nogil:
    if storage == FLOAT:
        gather_by(identity[float, lane], source, step, n, to, <float>0)
    elif storage == DOUBLE:
        gather_by(identity[double, lane], source, step, n, to, <double>0)
    elif storage == HALF:
        gather_by(from_half[uint16_t, lane], source, step, n, to, <uint16_t>0)
    else:
        gather_by(from_bfloat[uint16_t, lane], source, step, n, to, <uint16_t>0)


cdef inline void scatter_lanes(int storage, const lane* source, char* to, Py_ssize_t step, Py_ssize_t n) noexcept nogil:
    if storage == FLOAT:
        scatter_by(rounded[lane, float], source, to, step, n, <float>0)
    elif storage == DOUBLE:
        scatter_by(rounded[lane, double], source, to, step, n, <double>0)
    elif storage == HALF:
        scatter_by(to_half[lane], source, to, step, n, <uint16_t>0)
    else:
        scatter_by(to_bfloat[lane], source, to, step, n, <uint16_t>0)


cdef inline void gather(
    int storage, int lanes, const char* source, Py_ssize_t step, Py_ssize_t n, char* to
) noexcept nogil:
    """Copy n elements of the storage type, `step` bytes apart, to contiguous ones of the lanes' type."""
    if storage == lanes and step == itemsize(storage):
        memcpy(to, source, n * step)
    elif storage == HALF and lanes == FLOAT and step == 2:
        half_to_floats(<const uint16_t*>source, <float*>to, n)
    elif storage == BFLOAT and lanes == FLOAT and step == 2:
        bfloat_to_floats(<const uint16_t*>source, <float*>to, n)
    elif lanes == FLOAT:
        gather_lanes(storage, source, step, n, <float*>to)
    else:
        gather_lanes(storage, source, step, n, <double*>to)


cdef inline void scatter(
    int storage, int lanes, const char* source, char* to, Py_ssize_t step, Py_ssize_t n
) noexcept nogil:
    """Copy n contiguous elements of the lanes' type to ones of the storage type, `step` bytes apart, rounded once."""
    if storage == lanes and step == itemsize(storage):
        memcpy(to, source, n * step)
    elif storage == HALF and lanes == FLOAT and step == 2:
        floats_to_half(<const float*>source, <uint16_t*>to, n)
    elif storage == BFLOAT and lanes == FLOAT and step == 2:
        floats_to_bfloat(<const float*>source, <uint16_t*>to, n)
    elif lanes == FLOAT:
        scatter_lanes(storage, <const float*>source, to, step, n)
    else:
        scatter_lanes(storage, <const double*>source, to, step, n)


cdef inline void pad(char* values, int lanes, Py_ssize_t n, Py_ssize_t padded, double filler) noexcept nogil:
    """Put the filler into elements n to padded - 1 of a contiguous array of the lanes' type."""
    while n < padded:
        if lanes == FLOAT:
            (<float*>values)[n] = <float>filler
        else:
            (<double*>values)[n] = filler
        n += 1
