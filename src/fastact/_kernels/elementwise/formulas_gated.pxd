"""Formulas of gated units that are not simply an activation of the gate times `up`."""
from fastact._kernels.simd.vectors cimport real, tier, exact, f32, splat, mul_add, min, max, abs, copysign, where_lt
from fastact._kernels.math.vecmath cimport logistic, logistic_times, two_product, two_sum
from fastact._kernels.elementwise.formulas_parts cimport clamp, or_nan, unit_step
from fastact._kernels.elementwise.formulas_sigmoid cimport (
    sigmoid, silu, silu_derivative, softcap, softcap_derivative, swish, swish_derivative,
)


cdef inline real zero_below(real x, real gate) noexcept nogil:
    """x, but a zero with its sign where sigma(gate) is 0 in float lanes; logistic_times() asks for it."""
    if real is f32:
        return where_lt(gate, splat(gate, -125), copysign(splat(gate, 0), x), x)
    else:
        return x


cdef inline real swiglu_clamped(real gate, real up, real alpha, real limit, real offset, tier t) noexcept nogil:
    # g sigma(alpha g) (u + offset), g = min(gate, limit), u = clip(up, -limit, limit)
    cdef real u, u_low, n, n_low, factor, zero = splat(gate, 0)
    gate = min(limit, gate)
    if real is f32 and tier is exact:
        # g (u + offset) is computed in two parts before it is multiplied by sigma, so that the result is rounded once.
        two_sum(clamp(up, -limit, limit), offset, &factor, &n_low)
        n_low = where_lt(splat(gate, 3.4028234663852886e38), abs(factor), zero, n_low)
        two_product(gate, factor, &n, &u_low)
        n_low = mul_add(gate, n_low, u_low)
        two_product(gate, alpha, &u, &u_low)
        u_low = where_lt(abs(u), splat(gate, 170), u_low, zero)
        n = zero_below(n, u)
        n_low = where_lt(abs(n), splat(gate, 3.4028234663852886e38), n_low, zero)
        n_low = where_lt(u, splat(gate, -125), zero, n_low)
        up = or_nan(up, logistic_times(n, &n_low, u, &u_low, t))
        return where_lt(splat(gate, 20), u, n + n_low, copysign(up, n))
    else:
        return swish(gate, alpha, t) * (clamp(up, -limit, limit) + offset)


cdef inline void swiglu_clamped_slopes(
    real gate, real up, real alpha, real limit, real offset, real* by_gate, real* by_up, tier t,
) noexcept nogil:
    # At the bounds themselves the derivative is that of the inside, as in PyTorch's clamp.
    cdef real g = min(limit, gate)
    by_gate[0] = (clamp(up, -limit, limit) + offset) * where_lt(
        limit, gate, splat(gate, 0), swish_derivative(g, alpha, t))
    by_up[0] = or_nan(up, where_lt(limit, abs(up), splat(up, 0), swish(g, alpha, t)))


cdef inline real swiglu_clamped_after(real gate, real up, real limit, tier t) noexcept nogil:
    return min(limit, silu(gate, t)) * clamp(up, -limit, limit)


cdef inline void swiglu_clamped_after_slopes(
    real gate, real up, real limit, real* by_gate, real* by_up, tier t,
) noexcept nogil:
    # At the bounds themselves the derivative is that of the inside, as in PyTorch's clamp.
    cdef real g = silu(gate, t)
    by_gate[0] = clamp(up, -limit, limit) * where_lt(limit, g, splat(gate, 0), silu_derivative(gate, t))
    by_up[0] = or_nan(up, where_lt(limit, abs(up), splat(up, 0), min(limit, g)))


cdef inline real situ(real gate, real up, real beta, real limit, tier t) noexcept nogil:
    """beta tanh(gate / beta) sigma(gate) limit tanh(up / limit); the last two factors are `up` for an infinite limit.

    The power of two of sigma is applied to the product of all factors, so that nothing underflows on the way.
    """
    return logistic(zero_below(softcap(gate, beta, t) * softcap(up, limit, t), gate), gate, NULL, t)


cdef inline void situ_slopes_of(
    real gate, real up, real beta, real limit, real* by_gate, real* by_up, tier t,
) noexcept nogil:
    # sigma(g) (sech^2(g / beta) + beta tanh(g / beta) sigma(-g)) times the capped up, and the capped gate times sigma(g)
    cdef real capped = softcap(gate, beta, t), factor = softcap(up, limit, t), slope
    slope = mul_add(capped, sigmoid(-gate, t), softcap_derivative(gate, beta, t))
    by_gate[0] = logistic(zero_below(slope * factor, gate), gate, NULL, t)
    by_up[0] = logistic(zero_below(capped * softcap_derivative(up, limit, t), gate), gate, NULL, t)


cdef inline void situ_slopes(
    real gate, real up, real beta, real limit, real* by_gate, real* by_up, tier t,
) noexcept nogil:
    # Five fast factors are not good enough in float lanes: float16 would be off by more than 1 ULP.
    cdef exact better = 0
    if real is f32:
        situ_slopes_of(gate, up, beta, limit, by_gate, by_up, better)
    else:
        situ_slopes_of(gate, up, beta, limit, by_gate, by_up, t)


cdef inline real drelu(real gate, real up, tier t) noexcept nogil:
    return max(splat(gate, 0), gate) * max(splat(up, 0), up)


cdef inline void drelu_slopes(real gate, real up, real* by_gate, real* by_up, tier t) noexcept nogil:
    by_gate[0] = max(splat(up, 0), up) * unit_step(gate)
    by_up[0] = max(splat(gate, 0), gate) * unit_step(up)
