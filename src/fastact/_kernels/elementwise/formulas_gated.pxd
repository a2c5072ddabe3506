"""Formulas of gated units that are not simply an activation of the gate times `up`."""
from fastact._kernels.simd.vectors cimport real, tier, exact, f32, splat, mul_add, min, abs, copysign, where_lt
from fastact._kernels.math.vecmath cimport logistic_times, two_product, two_sum
from fastact._kernels.elementwise.formulas_parts cimport clamp, or_nan
from fastact._kernels.elementwise.formulas_sigmoid cimport swish, swish_derivative


cdef inline real swiglu_clamped(real gate, real up, real alpha, real limit, tier t) noexcept nogil:
    # g sigma(alpha g) (u + 1), g = min(gate, limit), u = clip(up, -limit, limit)
    cdef real u, u_low, n, n_low, factor, zero = splat(gate, 0)
    gate = min(limit, gate)
    if real is f32 and tier is exact:
        # g (u + 1) is computed in two parts before it is multiplied by sigma, so that the result is rounded once.
        two_sum(clamp(up, -limit, limit), splat(gate, 1), &factor, &n_low)
        two_product(gate, factor, &n, &u_low)
        n_low = mul_add(gate, n_low, u_low)
        two_product(gate, alpha, &u, &u_low)
        u_low = where_lt(abs(u), splat(gate, 170), u_low, zero)
        n = where_lt(u, splat(gate, -125), copysign(zero, n), n)        # logistic_times() asks for it
        n_low = where_lt(abs(n), splat(gate, 3.4028234663852886e38), n_low, zero)
        n_low = where_lt(u, splat(gate, -125), zero, n_low)
        up = or_nan(up, logistic_times(n, &n_low, u, &u_low, t))
        return where_lt(splat(gate, 20), u, n + n_low, copysign(up, n))
    else:
        return swish(gate, alpha, t) * (clamp(up, -limit, limit) + <float>1)


cdef inline void swiglu_clamped_slopes(
    real gate, real up, real alpha, real limit, real* by_gate, real* by_up, tier t,
) noexcept nogil:
    # At the bounds themselves the derivative is that of the inside, as in PyTorch's clamp.
    cdef real g = min(limit, gate)
    by_gate[0] = (clamp(up, -limit, limit) + <float>1) * where_lt(
        limit, gate, splat(gate, 0), swish_derivative(g, alpha, t))
    by_up[0] = or_nan(up, where_lt(limit, abs(up), splat(up, 0), swish(g, alpha, t)))
