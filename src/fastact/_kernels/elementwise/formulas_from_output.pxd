"""Gradients from the saved result y = f(x), for functions whose derivative is a short formula in it.

They cannot be more accurate than y.  With y = f(x) (1 + e) the error of sigmoid's derivative is (1 - 2y) / (1 - y) e:
as long as y < 1/2 it is that of y, but where y is rounded to 1 - 2^-24, half of 1 - y may be wrong.
"""
from fastact._kernels.simd.vectors cimport real, tier, exact, splat, fma, HAS_FMA
from fastact._kernels.math.vecmath cimport expm1_times
from fastact._kernels.elementwise.formulas_parts cimport negative_part


cdef inline real sigmoid_from_output(real grad, real y, tier t) noexcept nogil:
    # y - y^2 is rounded once.  Without the instruction, 1 - y is exact from 1/2 on, where y - y^2 would cancel.
    if tier is exact and HAS_FMA:
        return grad * fma(-y, y, y)
    else:
        return grad * (y * (splat(y, 1) - y))


cdef inline real tanh_from_output(real grad, real y, tier t) noexcept nogil:
    if tier is exact and HAS_FMA:
        return grad * fma(-y, y, splat(y, 1))
    else:
        return grad * ((splat(y, 1) - y) * (splat(y, 1) + y))


cdef inline real log_sigmoid_from_output(real grad, real y, tier t) noexcept nogil:
    # 1 - exp(y) = sigma(-x); for y > 0, which no x gives, it is 0.
    return grad * expm1_times(negative_part(y), NULL, splat(y, -1), NULL, t)
