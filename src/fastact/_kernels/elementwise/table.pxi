# Written by tools/generate.py.  The table that it is written from is _catalogue/kernels.py.
cimport fastact._kernels.elementwise.formulas_exponential as formulas_exponential
cimport fastact._kernels.elementwise.formulas_from_output as formulas_from_output
cimport fastact._kernels.elementwise.formulas_gated as formulas_gated
cimport fastact._kernels.elementwise.formulas_normal as formulas_normal
cimport fastact._kernels.elementwise.formulas_periodic as formulas_periodic
cimport fastact._kernels.elementwise.formulas_radial as formulas_radial
cimport fastact._kernels.elementwise.formulas_rectifiers as formulas_rectifiers
cimport fastact._kernels.elementwise.formulas_sigmoid as formulas_sigmoid


# One block function for each formula.

cdef void identity(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_rectifiers.identity[real, tier], formulas_rectifiers.identity_derivative[real, tier], role, args, n)

cdef void binary_step(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_rectifiers.binary_step[real, tier], formulas_rectifiers.binary_step_derivative[real, tier], role, args, n)

cdef void relu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_rectifiers.relu[real, tier], formulas_rectifiers.relu_derivative[real, tier], role, args, n)
    added(r, t, formulas_rectifiers.relu[real, tier], formulas_rectifiers.relu_derivative[real, tier], role, args, n)

cdef void relu6(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_rectifiers.relu6[real, tier], formulas_rectifiers.relu6_derivative[real, tier], role, args, n)

cdef void relu_squared(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_rectifiers.relu_squared[real, tier], formulas_rectifiers.relu_squared_derivative[real, tier], role, args, n)

cdef void star_relu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_2(r, t, formulas_rectifiers.star_relu[real, tier], formulas_rectifiers.star_relu_derivative[real, tier], role, args, n)

cdef void leaky_relu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_rectifiers.leaky_relu[real, tier], formulas_rectifiers.leaky_relu_derivative[real, tier], role, args, n)
    learned(r, t, formulas_rectifiers.leaky_relu_by_parameter[real, tier], role, args, n)

cdef void threshold(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_2(r, t, formulas_rectifiers.threshold[real, tier], formulas_rectifiers.threshold_derivative[real, tier], role, args, n)

cdef void elu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_exponential.elu[real, tier], formulas_exponential.elu_derivative[real, tier], role, args, n)

cdef void selu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_exponential.selu[real, tier], formulas_exponential.selu_derivative[real, tier], role, args, n)

cdef void xielu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_4(r, t, formulas_exponential.xielu[real, tier], formulas_exponential.xielu_derivative[real, tier], role, args, n)

cdef void exponential(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_exponential.exponential[real, tier], formulas_exponential.exponential_derivative[real, tier], role, args, n)

cdef void celu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_exponential.celu[real, tier], formulas_exponential.celu_derivative[real, tier], role, args, n)

cdef void gelu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_normal.gelu[real, tier], formulas_normal.gelu_derivative[real, tier], role, args, n)
    added(r, t, formulas_normal.gelu[real, tier], formulas_normal.gelu_derivative[real, tier], role, args, n)

cdef void gelu_10(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_normal.gelu_10[real, tier], formulas_normal.gelu_10_derivative[real, tier], role, args, n)

cdef void gelu_tanh(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_normal.gelu_tanh[real, tier], formulas_normal.gelu_tanh_derivative[real, tier], role, args, n)
    added(r, t, formulas_normal.gelu_tanh[real, tier], formulas_normal.gelu_tanh_derivative[real, tier], role, args, n)

cdef void quick_gelu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_sigmoid.quick_gelu[real, tier], formulas_sigmoid.quick_gelu_derivative[real, tier], role, args, n)

cdef void silu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_sigmoid.silu[real, tier], formulas_sigmoid.silu_derivative[real, tier], role, args, n)
    added(r, t, formulas_sigmoid.silu[real, tier], formulas_sigmoid.silu_derivative[real, tier], role, args, n)

cdef void swish(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_sigmoid.swish[real, tier], formulas_sigmoid.swish_derivative[real, tier], role, args, n)
    learned(r, t, formulas_sigmoid.swish_by_parameter[real, tier], role, args, n)

cdef void sigmoid(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_sigmoid.sigmoid[real, tier], formulas_sigmoid.sigmoid_derivative[real, tier], role, args, n)

cdef void log_sigmoid(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_exponential.log_sigmoid[real, tier], formulas_exponential.log_sigmoid_derivative[real, tier], role, args, n)

cdef void hard_sigmoid(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_rectifiers.hard_sigmoid[real, tier], formulas_rectifiers.hard_sigmoid_derivative[real, tier], role, args, n)

cdef void hard_sigmoid_linear(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_2(r, t, formulas_rectifiers.hard_sigmoid_linear[real, tier], formulas_rectifiers.hard_sigmoid_linear_derivative[real, tier], role, args, n)

cdef void tanh(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_sigmoid.tanh[real, tier], formulas_sigmoid.tanh_derivative[real, tier], role, args, n)

cdef void softcap(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_sigmoid.softcap[real, tier], formulas_sigmoid.softcap_derivative[real, tier], role, args, n)

cdef void hard_tanh(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_2(r, t, formulas_rectifiers.hard_tanh[real, tier], formulas_rectifiers.hard_tanh_derivative[real, tier], role, args, n)

cdef void tanhshrink(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_sigmoid.tanhshrink[real, tier], formulas_sigmoid.tanhshrink_derivative[real, tier], role, args, n)

cdef void softplus(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_exponential.softplus[real, tier], formulas_exponential.softplus_derivative[real, tier], role, args, n)

cdef void sqrt_softplus(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_exponential.sqrt_softplus[real, tier], formulas_exponential.sqrt_softplus_derivative[real, tier], role, args, n)

cdef void softsign(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_sigmoid.softsign[real, tier], formulas_sigmoid.softsign_derivative[real, tier], role, args, n)

cdef void sparse_plus(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_rectifiers.sparse_plus[real, tier], formulas_rectifiers.sparse_plus_derivative[real, tier], role, args, n)

cdef void squareplus(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_radial.squareplus[real, tier], formulas_radial.squareplus_derivative[real, tier], role, args, n)

cdef void mish(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_exponential.mish[real, tier], formulas_exponential.mish_derivative[real, tier], role, args, n)

cdef void hard_mish(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_rectifiers.hard_mish[real, tier], formulas_rectifiers.hard_mish_derivative[real, tier], role, args, n)

cdef void hard_swish(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_rectifiers.hard_swish[real, tier], formulas_rectifiers.hard_swish_derivative[real, tier], role, args, n)

cdef void snake(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_periodic.snake[real, tier], formulas_periodic.snake_derivative[real, tier], role, args, n)

cdef void snake_beta(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_2(r, t, formulas_periodic.snake_beta[real, tier], formulas_periodic.snake_beta_derivative[real, tier], role, args, n)

cdef void softshrink(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_rectifiers.softshrink[real, tier], formulas_rectifiers.softshrink_derivative[real, tier], role, args, n)

cdef void hardshrink(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_rectifiers.hardshrink[real, tier], formulas_rectifiers.hardshrink_derivative[real, tier], role, args, n)

cdef void erf(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_normal.erf[real, tier], formulas_normal.erf_derivative[real, tier], role, args, n)

cdef void laplace(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_2(r, t, formulas_normal.laplace[real, tier], formulas_normal.laplace_derivative[real, tier], role, args, n)

cdef void gaussian(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_normal.gaussian[real, tier], formulas_normal.gaussian_derivative[real, tier], role, args, n)

cdef void multiquadric(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_radial.multiquadric[real, tier], formulas_radial.multiquadric_derivative[real, tier], role, args, n)

cdef void inverse_multiquadric(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles_1(r, t, formulas_radial.inverse_multiquadric[real, tier], formulas_radial.inverse_multiquadric_derivative[real, tier], role, args, n)

cdef void square(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_radial.square[real, tier], formulas_radial.square_derivative[real, tier], role, args, n)

cdef void thin_plate(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    roles(r, t, formulas_radial.thin_plate[real, tier], formulas_radial.thin_plate_derivative[real, tier], role, args, n)

cdef void swiglu_clamped(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    gated_3(r, t, formulas_gated.swiglu_clamped[real, tier], formulas_gated.swiglu_clamped_slopes[real, tier], role, args, n)

cdef void sigmoid_from_output(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    from_output(r, t, formulas_from_output.sigmoid_from_output[real, tier], role, args, n)

cdef void log_sigmoid_from_output(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    from_output(r, t, formulas_from_output.log_sigmoid_from_output[real, tier], role, args, n)

cdef void tanh_from_output(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    from_output(r, t, formulas_from_output.tanh_from_output[real, tier], role, args, n)

cdef void swiglu_clamped_after(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    gated_1(r, t, formulas_gated.swiglu_clamped_after[real, tier], formulas_gated.swiglu_clamped_after_slopes[real, tier], role, args, n)

cdef void situ(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    gated_2(r, t, formulas_gated.situ[real, tier], formulas_gated.situ_slopes[real, tier], role, args, n)

cdef void drelu(real* r, tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    gated_0(r, t, formulas_gated.drelu[real, tier], formulas_gated.drelu_slopes[real, tier], role, args, n)


# Derivatives in float lanes that may underflow.

cdef void elu_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, NULL, formulas_exponential.elu_derivative[f32, exact], 1, False, <block_t>elu[f64, fast], role, args, n)

cdef void selu_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, formulas_exponential.selu_derivative[f32, exact], NULL, 0, False, <block_t>selu[f64, fast], role, args, n)

cdef void exponential_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, formulas_exponential.exponential_derivative[f32, exact], NULL, 0, True, <block_t>exponential[f64, fast], role, args, n)

cdef void celu_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, NULL, formulas_exponential.celu_derivative[f32, exact], 1, False, <block_t>celu[f64, fast], role, args, n)

cdef void softcap_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, NULL, formulas_sigmoid.softcap_derivative[f32, exact], 1, False, <block_t>softcap[f64, fast], role, args, n)

cdef void tanhshrink_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, formulas_sigmoid.tanhshrink_derivative[f32, exact], NULL, 0, False, <block_t>tanhshrink[f64, fast], role, args, n)

cdef void softsign_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, formulas_sigmoid.softsign_derivative[f32, exact], NULL, 0, False, <block_t>softsign[f64, fast], role, args, n)

cdef void squareplus_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, NULL, formulas_radial.squareplus_derivative[f32, exact], 1, False, <block_t>squareplus[f64, fast], role, args, n)

cdef void erf_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, formulas_normal.erf_derivative[f32, exact], NULL, 0, False, <block_t>erf[f64, fast], role, args, n)

cdef void gaussian_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, formulas_normal.gaussian_derivative[f32, exact], NULL, 0, False, <block_t>gaussian[f64, fast], role, args, n)

cdef void multiquadric_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, NULL, formulas_radial.multiquadric_derivative[f32, exact], 1, False, <block_t>multiquadric[f64, fast], role, args, n)

cdef void inverse_multiquadric_slopes(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_slopes(queue, NULL, formulas_radial.inverse_multiquadric_derivative[f32, exact], 1, False, <block_t>inverse_multiquadric[f64, fast], role, args, n)


# Functions by table, and what lies beyond the tables.

cdef void gelu_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.gelu, TIMES_ANY_X, tails.gelu_derivative, 0, <block_t>gelu[f64, fast], role, args, n)

cdef void gelu_10_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.gelu, TIMES_ANY_X, tails.gelu_derivative, 0, <block_t>gelu_10[f64, fast], role, args, n)

cdef void gelu_tanh_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.gelu_tanh, TIMES_ANY_X, tails.gelu_tanh_derivative, 0, <block_t>gelu_tanh[f64, fast], role, args, n)

cdef void quick_gelu_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.quick_gelu, TIMES_X, tails.quick_gelu_derivative, 0, <block_t>quick_gelu[f64, fast], role, args, n)

cdef void silu_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.silu, TIMES_X, tails.silu_derivative, 0, <block_t>silu[f64, fast], role, args, n)

cdef void swish_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.swish, TIMES_X, tails.swish_derivative, 1, <block_t>swish[f64, fast], role, args, n)

cdef void sigmoid_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.sigmoid, PLAIN, tails.sigmoid_derivative, 0, <block_t>sigmoid[f64, fast], role, args, n)

cdef void log_sigmoid_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.log_sigmoid, PLAIN, tails.sigmoid_of_minus, 0, <block_t>log_sigmoid[f64, fast], role, args, n)

cdef void tanh_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.tanh, PLAIN, tails.tanh_derivative, 0, <block_t>tanh[f64, fast], role, args, n)

cdef void softplus_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.softplus, OVER_P, tails.sigmoid_of_product, 1, <block_t>softplus[f64, fast], role, args, n)

cdef void sqrt_softplus_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.sqrt_softplus, PLAIN, tails.sqrt_softplus_derivative, 0, <block_t>sqrt_softplus[f64, fast], role, args, n)

cdef void mish_tails(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_tails(tails.mish, TIMES_X, tails.mish_derivative, 0, <block_t>mish[f64, fast], role, args, n)

cdef void gelu_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.gelu[public_tier], TIMES_ANY_X | MIRRORED, middle.OCTAVES, middle.gelu_derivative[public_tier], middle.OCTAVES, 0,
             gelu_tails, role, args, n)

cdef void gelu_10_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.gelu[public_tier], TIMES_ANY_X | MIRRORED | CAPPED, middle.OCTAVES, middle.gelu_10_derivative[public_tier], middle.OCTAVES, 0,
             gelu_10_tails, role, args, n)

cdef void gelu_tanh_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.gelu_tanh[public_tier], TIMES_ANY_X | MIRRORED, middle.OCTAVES_FROM_4_3, middle.gelu_tanh_derivative[public_tier], middle.OCTAVES_STEEP, 0,
             gelu_tanh_tails, role, args, n)

cdef void quick_gelu_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.quick_gelu[public_tier], TIMES_X | MIRRORED, middle.SYMMETRIC, middle.quick_gelu_derivative[public_tier], middle.SYMMETRIC, 0,
             quick_gelu_tails, role, args, n)

cdef void silu_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.silu[public_tier], TIMES_X | MIRRORED, middle.SYMMETRIC, middle.silu_derivative[public_tier], middle.SYMMETRIC, 0,
             silu_tails, role, args, n)

cdef void swish_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.sigmoid_times[public_tier], TIMES_X, middle.SYMMETRIC, middle.swish_derivative[public_tier], middle.SYMMETRIC, 1,
             swish_tails, role, args, n)

cdef void sigmoid_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.sigmoid[public_tier], PLAIN, middle.SYMMETRIC, middle.sigmoid_derivative[public_tier], middle.SYMMETRIC, 0,
             sigmoid_tails, role, args, n)

cdef void log_sigmoid_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.log_sigmoid[public_tier], PLAIN, middle.SYMMETRIC, middle.sigmoid_of_minus[public_tier], middle.SYMMETRIC, 0,
             log_sigmoid_tails, role, args, n)

cdef void tanh_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.tanh[public_tier], PLAIN, middle.EVERYWHERE, middle.tanh_derivative[public_tier], middle.SYMMETRIC, 0,
             tanh_tails, role, args, n)

cdef void softplus_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.softplus_times[public_tier], OVER_P, middle.SYMMETRIC, middle.sigmoid_times[public_tier], middle.SYMMETRIC, 1,
             softplus_tails, role, args, n)

cdef void sqrt_softplus_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.sqrt_softplus[public_tier], PLAIN, middle.SYMMETRIC, middle.sqrt_softplus_derivative[public_tier], middle.SYMMETRIC, 0,
             sqrt_softplus_tails, role, args, n)

cdef void mish_by_table(Queue* queue, public_tier* t, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, t, middle.mish[public_tier], TIMES_X, middle.SYMMETRIC_NORMAL, middle.mish_derivative[public_tier], middle.SYMMETRIC, 0,
             mish_tails, role, args, n)


# Functions by formulas that hold for every argument.

cdef void quick_gelu_everywhere(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_formula(everywhere.quick_gelu, TIMES_X, everywhere.quick_gelu_derivative, 0, <block_t>quick_gelu[f64, fast], role, args, n)

cdef void silu_everywhere(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_formula(everywhere.silu, TIMES_X, everywhere.silu_derivative, 0, <block_t>silu[f64, fast], role, args, n)

cdef void swish_everywhere(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_formula(everywhere.swish, TIMES_X, everywhere.swish_derivative, 1, <block_t>swish[f64, fast], role, args, n)

cdef void sigmoid_everywhere(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_formula(everywhere.sigmoid, PLAIN, everywhere.sigmoid_derivative, 0, <block_t>sigmoid[f64, fast], role, args, n)

cdef void log_sigmoid_everywhere(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_formula(NULL, PLAIN, everywhere.log_sigmoid_derivative, 0, <block_t>log_sigmoid[f64, fast], role, args, n)

cdef void tanh_everywhere(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_formula(everywhere.tanh, PLAIN, everywhere.tanh_derivative, 0, <block_t>tanh[f64, fast], role, args, n)

cdef void softplus_everywhere(void* unused, void* unused_too, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_formula(NULL, OVER_P, everywhere.softplus_derivative, 1, <block_t>softplus[f64, fast], role, args, n)


# Functions by table with a test of the rounding, for the accuracy `correct`.

cdef void elu_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.elu, TIMES_X_IF_ONE, middle.SYMMETRIC, middle_correct.elu, middle.SYMMETRIC, 1, <block_t>correct_block, role, args, n)

cdef void selu_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.selu, TIMES_X, middle.SYMMETRIC, middle_correct.selu, middle.SYMMETRIC, 0, <block_t>correct_block, role, args, n)

cdef void gelu_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.gelu, TIMES_ANY_X, middle.OCTAVES, middle_correct.gelu, middle.OCTAVES, 0, <block_t>correct_block, role, args, n)

cdef void gelu_10_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.gelu, TIMES_ANY_X | CAPPED, middle.OCTAVES, middle_correct.gelu, middle.OCTAVES, 0, <block_t>correct_block, role, args, n)

cdef void gelu_tanh_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.gelu_tanh, TIMES_ANY_X, middle.OCTAVES_FROM_4_3, middle_correct.gelu_tanh, middle.OCTAVES_FROM_4_3, 0, <block_t>correct_block, role, args, n)

cdef void quick_gelu_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.quick_gelu, TIMES_X, middle.SYMMETRIC, middle_correct.quick_gelu, middle.SYMMETRIC, 0, <block_t>correct_block, role, args, n)

cdef void silu_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.silu, TIMES_X, middle.SYMMETRIC, middle_correct.silu, middle.SYMMETRIC, 0, <block_t>correct_block, role, args, n)

cdef void swish_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.sigmoid_times, TIMES_X, middle.SYMMETRIC, middle_correct.sigmoid_times, middle.SYMMETRIC, 1, <block_t>correct_block, role, args, n)

cdef void sigmoid_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.sigmoid, PLAIN, middle.SYMMETRIC, middle_correct.sigmoid, middle.SYMMETRIC, 0, <block_t>correct_block, role, args, n)

cdef void log_sigmoid_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.log_sigmoid, PLAIN, middle.SYMMETRIC, middle_correct.log_sigmoid, middle.SYMMETRIC, 0, <block_t>correct_block, role, args, n)

cdef void tanh_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.tanh, TIMES_X, middle.SYMMETRIC, middle_correct.tanh, middle.SYMMETRIC, 0, <block_t>correct_block, role, args, n)

cdef void tanhshrink_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.tanhshrink, TIMES_CUBE, middle.SYMMETRIC, middle_correct.tanhshrink, middle.SYMMETRIC, 0, <block_t>correct_block, role, args, n)

cdef void softplus_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.softplus_times, OVER_P, middle.SYMMETRIC, middle_correct.softplus_times, middle.SYMMETRIC, 1, <block_t>correct_block, role, args, n)

cdef void sqrt_softplus_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.sqrt_softplus, PLAIN, middle.SYMMETRIC, middle_correct.sqrt_softplus, middle.SYMMETRIC, 0, <block_t>correct_block, role, args, n)

cdef void mish_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.mish, TIMES_X, middle.SYMMETRIC_NORMAL, middle_correct.mish, middle.SYMMETRIC_NORMAL, 0, <block_t>correct_block, role, args, n)

cdef void erf_correct(Queue* queue, void* unused, int role, char** args, Py_ssize_t n) noexcept nogil:
    by_table(queue, <correct*>NULL, middle_correct.erf, TIMES_X, middle.SYMMETRIC, middle_correct.erf, middle.SYMMETRIC, 0, <block_t>correct_block, role, args, n)


# Inputs whose results double lanes round wrongly, or could.

cdef HardCase[1] SIGMOID_HARD = [
    HardCase(0xba928601, 0x3effdb5f, [0.0, 0.0, 0.0, 0.0]),
]
cdef HardCase[3] QUICK_GELU_HARD = [
    HardCase(0x3b717d27, 0x3af23f03, [0.0, 0.0, 0.0, 0.0]),
    HardCase(0xbb717d27, 0xbaf0bb4b, [0.0, 0.0, 0.0, 0.0]),
    HardCase(0xbf90fc8a, 0xbe134a7f, [0.0, 0.0, 0.0, 0.0]),
]
cdef HardCase[1] LOG_SIGMOID_HARD = [
    HardCase(0xb9ea41d0, 0xbf3180bd, [0.0, 0.0, 0.0, 0.0]),
]
cdef HardCase[1] SOFTPLUS_HARD = [
    HardCase(0x39ea41d0, 0x3f3180bd, [1.0, 0.0, 0.0, 0.0]),
]
cdef HardCase[2] SOFTSIGN_HARD = [
    HardCase(0x3c0b8116, 0x3c0a5391, [0.0, 0.0, 0.0, 0.0]),
    HardCase(0xbc0b8116, 0xbc0a5391, [0.0, 0.0, 0.0, 0.0]),
]
cdef HardCase[2] GAUSSIAN_HARD = [
    HardCase(0x3fecfb76, 0x3d04f3f5, [0.0, 0.0, 0.0, 0.0]),
    HardCase(0xbfecfb76, 0x3d04f3f5, [0.0, 0.0, 0.0, 0.0]),
]
cdef HardCase[2] LAPLACE_HARD = [
    HardCase(0xaf91636a, 0x3bc7b403, [0.707107, 0.282095, 0.0, 0.0]),
    HardCase(0xb594533c, 0x3bc7b371, [0.707107, 0.282095, 0.0, 0.0]),
]
cdef HardCase[2] THIN_PLATE_HARD = [
    HardCase(0x23245a20, 0x8981735b, [0.0, 0.0, 0.0, 0.0]),
    HardCase(0xa3245a20, 0x8981735b, [0.0, 0.0, 0.0, 0.0]),
]
cdef HardCase[1] XIELU_HARD = [
    HardCase(0xa9fbf7ba, 0xb5ae7ba2, [0.8, 0.8, 0.5, -1e-06]),
]

cdef enum:
    ROW_COUNT = 54

cdef Row[ROW_COUNT] ROWS = [
    Row(b"identity", 0, CHOICE,
        NULL, <block_t>identity[f32, fast], <block_t>identity[f64, exact], <block_t>identity[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"binary_step", 0, CHOICE,
        NULL, <block_t>binary_step[f32, fast], <block_t>binary_step[f64, exact], <block_t>binary_step[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"relu", 0, CHOICE,
        NULL, <block_t>relu[f32, fast], <block_t>relu[f64, exact], <block_t>relu[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, True, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"relu6", 0, CHOICE,
        NULL, <block_t>relu6[f32, fast], <block_t>relu6[f64, exact], <block_t>relu6[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"relu_squared", 0, ANYWHERE,
        NULL, <block_t>relu_squared[f32, fast], <block_t>relu_squared[f64, exact], <block_t>relu_squared[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"star_relu", 2, COMPENSATED,
        <block_t>star_relu[f32, exact], <block_t>star_relu[f32, fast], <block_t>star_relu[f64, exact], <block_t>star_relu[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"leaky_relu", 1, ANYWHERE,
        NULL, <block_t>leaky_relu[f32, fast], <block_t>leaky_relu[f64, exact], <block_t>leaky_relu[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, True, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"prelu", 1, ANYWHERE,
        NULL, <block_t>leaky_relu[f32, fast], <block_t>leaky_relu[f64, exact], <block_t>leaky_relu[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, True, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"threshold", 2, CHOICE,
        NULL, <block_t>threshold[f32, fast], <block_t>threshold[f64, exact], <block_t>threshold[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"elu", 1, COMPENSATED,
        <block_t>elu[f32, exact], <block_t>elu[f32, fast], <block_t>elu[f64, exact], <block_t>elu[f64, fast], NULL,
        NULL, NULL, <block_t>elu_correct, NULL, 0, <block_t>elu_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 7.888609052210118e-31, 1048576.0, True,
        False, 9.313225746154785e-10, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"selu", 0, COMPENSATED,
        <block_t>selu[f32, exact], <block_t>selu[f32, fast], <block_t>selu[f64, exact], <block_t>selu[f64, fast], NULL,
        NULL, NULL, <block_t>selu_correct, NULL, 0, <block_t>selu_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 9.313225746154785e-10, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"xielu", 4, DOUBLE_ONLY,
        NULL, NULL, <block_t>xielu[f64, exact], <block_t>xielu[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0625, ABOVE, 7.888609052210118e-31, &XIELU_HARD[0], 1),
    Row(b"exponential", 0, COMPENSATED,
        <block_t>exponential[f32, exact], <block_t>exponential[f32, fast], <block_t>exponential[f64, exact], <block_t>exponential[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>exponential_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"celu", 1, COMPENSATED,
        <block_t>celu[f32, exact], <block_t>celu[f32, fast], <block_t>celu[f64, exact], <block_t>celu[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>celu_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 7.888609052210118e-31, 1024.0, False,
        False, 9.313225746154785e-10, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"gelu", 0, BY_TABLE,
        <block_t>gelu[f32, exact], <block_t>gelu[f32, fast], <block_t>gelu[f64, exact], <block_t>gelu[f64, fast], <block_t>gelu[f64, brief],
        <block_t>gelu_by_table[exact], <block_t>gelu_by_table[fast], <block_t>gelu_correct, NULL, 0, NULL,
        False, True, False, False, NEAR_TIES, 150, 600, 0.00048828125, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0625, ABOVE, 7.888609052210118e-31, NULL, 0),
    Row(b"gelu_10", 0, BY_TABLE,
        <block_t>gelu_10[f32, exact], <block_t>gelu_10[f32, fast], <block_t>gelu_10[f64, exact], <block_t>gelu_10[f64, fast], <block_t>gelu_10[f64, brief],
        <block_t>gelu_10_by_table[exact], <block_t>gelu_10_by_table[fast], <block_t>gelu_10_correct, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 150, 600, 0.00048828125, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0625, ABOVE, 7.888609052210118e-31, NULL, 0),
    Row(b"gelu_tanh", 0, BY_TABLE,
        <block_t>gelu_tanh[f32, exact], <block_t>gelu_tanh[f32, fast], <block_t>gelu_tanh[f64, exact], <block_t>gelu_tanh[f64, fast], <block_t>gelu_tanh[f64, brief],
        <block_t>gelu_tanh_by_table[exact], <block_t>gelu_tanh_by_table[fast], <block_t>gelu_tanh_correct, NULL, 0, NULL,
        False, True, False, False, NEAR_TIES, 230, 2400, 0.00048828125, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0625, ABOVE, 7.888609052210118e-31, NULL, 0),
    Row(b"quick_gelu", 0, COMPENSATED,
        <block_t>quick_gelu[f32, exact], <block_t>quick_gelu[f32, fast], <block_t>quick_gelu[f64, exact], <block_t>quick_gelu[f64, fast], <block_t>quick_gelu[f64, brief],
        <block_t>quick_gelu_by_table[exact], <block_t>quick_gelu_by_table[fast], <block_t>quick_gelu_correct, <block_t>quick_gelu_everywhere, 1 << DERIVATIVE | 1 << BACKWARD | 1 << ADDED_BACKWARD | 1 << GATED | 1 << GATED_BACKWARD, NULL,
        False, False, False, False, NEAR_TIES, 170, 140, 0.0078125, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0625, ABOVE, 7.888609052210118e-31, &QUICK_GELU_HARD[0], 3),
    Row(b"silu", 0, COMPENSATED,
        <block_t>silu[f32, exact], <block_t>silu[f32, fast], <block_t>silu[f64, exact], <block_t>silu[f64, fast], <block_t>silu[f64, brief],
        <block_t>silu_by_table[exact], <block_t>silu_by_table[fast], <block_t>silu_correct, <block_t>silu_everywhere, 1 << DERIVATIVE | 1 << BACKWARD | 1 << ADDED_BACKWARD | 1 << GATED | 1 << GATED_BACKWARD, NULL,
        False, True, False, False, NEAR_TIES, 440, 350, 0.0078125, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0625, ABOVE, 7.888609052210118e-31, NULL, 0),
    Row(b"swish", 1, COMPENSATED,
        <block_t>swish[f32, exact], <block_t>swish[f32, fast], <block_t>swish[f64, exact], <block_t>swish[f64, fast], NULL,
        <block_t>swish_by_table[exact], <block_t>swish_by_table[fast], <block_t>swish_correct, <block_t>swish_everywhere, 1 << DERIVATIVE | 1 << BACKWARD | 1 << ADDED_BACKWARD | 1 << GATED | 1 << GATED_BACKWARD, NULL,
        False, False, True, False, NEAR_TIES, 440, 350, 0.0078125, 9.094947017729282e-13, 1.2676506002282294e+30, True,
        False, 5.820766091346741e-11, 0.0625, ABOVE, 7.888609052210118e-31, NULL, 0),
    Row(b"sigmoid", 0, COMPENSATED,
        <block_t>sigmoid[f32, exact], <block_t>sigmoid[f32, fast], <block_t>sigmoid[f64, exact], <block_t>sigmoid[f64, fast], <block_t>sigmoid[f64, brief],
        <block_t>sigmoid_by_table[exact], <block_t>sigmoid_by_table[fast], <block_t>sigmoid_correct, <block_t>sigmoid_everywhere, 1 << DERIVATIVE | 1 << BACKWARD | 1 << ADDED_BACKWARD | 1 << GATED | 1 << GATED_BACKWARD, NULL,
        False, False, False, False, NEAR_TIES, 440, 350, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, TOWARDS_HALF, 1.52587890625e-05, &SIGMOID_HARD[0], 1),
    Row(b"log_sigmoid", 0, BY_TABLE,
        NULL, <block_t>log_sigmoid[f32, fast], <block_t>log_sigmoid[f64, exact], <block_t>log_sigmoid[f64, fast], <block_t>log_sigmoid[f64, brief],
        <block_t>log_sigmoid_by_table[exact], <block_t>log_sigmoid_by_table[fast], <block_t>log_sigmoid_correct, <block_t>log_sigmoid_everywhere, 1 << DERIVATIVE | 1 << BACKWARD | 1 << ADDED_BACKWARD, NULL,
        False, False, False, False, NEAR_TIES, 440, 350, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, &LOG_SIGMOID_HARD[0], 1),
    Row(b"hard_sigmoid", 0, COMPENSATED,
        <block_t>hard_sigmoid[f32, exact], <block_t>hard_sigmoid[f32, fast], <block_t>hard_sigmoid[f64, exact], <block_t>hard_sigmoid[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>hard_sigmoid[f32, fast],
        False, False, False, True, NO_DOUBTS, 0, 0, 0.0, 0.0, 0.0, False,
        True, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"hard_sigmoid_linear", 2, COMPENSATED,
        <block_t>hard_sigmoid_linear[f32, exact], <block_t>hard_sigmoid_linear[f32, fast], <block_t>hard_sigmoid_linear[f64, exact], <block_t>hard_sigmoid_linear[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>hard_sigmoid_linear[f32, exact],
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        True, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"tanh", 0, COMPENSATED,
        <block_t>tanh[f32, exact], <block_t>tanh[f32, fast], <block_t>tanh[f64, exact], <block_t>tanh[f64, fast], <block_t>tanh[f64, brief],
        <block_t>tanh_by_table[exact], <block_t>tanh_by_table[fast], <block_t>tanh_correct, <block_t>tanh_everywhere, 1 << DERIVATIVE | 1 << BACKWARD | 1 << ADDED_BACKWARD | 1 << GATED | 1 << GATED_BACKWARD, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 9.313225746154785e-10, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"softcap", 1, COMPENSATED,
        <block_t>softcap[f32, exact], <block_t>softcap[f32, fast], <block_t>softcap[f64, exact], <block_t>softcap[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>softcap_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 8.673617379884035e-19, 1.2676506002282294e+30, False,
        False, 9.313225746154785e-10, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"hard_tanh", 2, CHOICE,
        NULL, <block_t>hard_tanh[f32, fast], <block_t>hard_tanh[f64, exact], <block_t>hard_tanh[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"tanhshrink", 0, COMPENSATED,
        <block_t>tanhshrink[f32, exact], <block_t>tanhshrink[f32, fast], <block_t>tanhshrink[f64, exact], <block_t>tanhshrink[f64, fast], NULL,
        NULL, NULL, <block_t>tanhshrink_correct, NULL, 0, <block_t>tanhshrink_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0625, CUBIC, 5.960464477539063e-08, NULL, 0),
    Row(b"softplus", 1, BY_TABLE,
        NULL, <block_t>softplus[f32, fast], <block_t>softplus[f64, exact], <block_t>softplus[f64, fast], <block_t>softplus[f64, brief],
        <block_t>softplus_by_table[exact], <block_t>softplus_by_table[fast], <block_t>softplus_correct, <block_t>softplus_everywhere, 1 << DERIVATIVE | 1 << BACKWARD | 1 << ADDED_BACKWARD, NULL,
        False, False, False, False, NEAR_TIES, 440, 350, 0.0, 0.0009765625, 1.2676506002282294e+30, True,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, &SOFTPLUS_HARD[0], 1),
    Row(b"sqrt_softplus", 0, BY_TABLE,
        NULL, <block_t>sqrt_softplus[f32, fast], <block_t>sqrt_softplus[f64, exact], <block_t>sqrt_softplus[f64, fast], NULL,
        <block_t>sqrt_softplus_by_table[exact], <block_t>sqrt_softplus_by_table[fast], <block_t>sqrt_softplus_correct, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"softsign", 0, COMPENSATED,
        <block_t>softsign[f32, exact], <block_t>softsign[f32, fast], <block_t>softsign[f64, exact], <block_t>softsign[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>softsign_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, &SOFTSIGN_HARD[0], 2),
    Row(b"sparse_plus", 0, COMPENSATED,
        <block_t>sparse_plus[f32, exact], <block_t>sparse_plus[f32, fast], <block_t>sparse_plus[f64, exact], <block_t>sparse_plus[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>sparse_plus[f32, exact],
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"squareplus", 1, COMPENSATED,
        <block_t>squareplus[f32, exact], <block_t>squareplus[f32, fast], <block_t>squareplus[f64, exact], <block_t>squareplus[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>squareplus_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 7.888609052210118e-31, 1.1805916207174113e+21, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"mish", 0, BY_TABLE,
        NULL, <block_t>mish[f32, fast], <block_t>mish[f64, exact], <block_t>mish[f64, fast], <block_t>mish[f64, brief],
        <block_t>mish_by_table[exact], <block_t>mish_by_table[fast], <block_t>mish_correct, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 420, 520, 0.0078125, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0625, NO_TIES, 0.0, NULL, 0),
    Row(b"hard_mish", 0, COMPENSATED,
        <block_t>hard_mish[f32, exact], <block_t>hard_mish[f32, fast], <block_t>hard_mish[f64, exact], <block_t>hard_mish[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>hard_mish[f32, fast],
        False, False, False, True, NO_DOUBTS, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0625, NO_TIES, 0.0, NULL, 0),
    Row(b"hard_swish", 0, COMPENSATED,
        <block_t>hard_swish[f32, exact], <block_t>hard_swish[f32, fast], <block_t>hard_swish[f64, exact], <block_t>hard_swish[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>hard_swish[f32, fast],
        False, False, False, True, TINY, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0625, ABOVE, 7.888609052210118e-31, NULL, 0),
    Row(b"snake", 1, DOUBLE_ONLY,
        NULL, NULL, <block_t>snake[f64, exact], <block_t>snake[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, BELOW, 0.0, NULL, 0),
    Row(b"snake_beta", 2, DOUBLE_ONLY,
        NULL, NULL, <block_t>snake_beta[f64, exact], <block_t>snake_beta[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, BELOW, 0.0, NULL, 0),
    Row(b"softshrink", 1, ANYWHERE,
        NULL, <block_t>softshrink[f32, fast], <block_t>softshrink[f64, exact], <block_t>softshrink[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"hardshrink", 1, CHOICE,
        NULL, <block_t>hardshrink[f32, fast], <block_t>hardshrink[f64, exact], <block_t>hardshrink[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"erf", 0, COMPENSATED,
        <block_t>erf[f32, exact], <block_t>erf[f32, fast], <block_t>erf[f64, exact], <block_t>erf[f64, fast], NULL,
        NULL, NULL, <block_t>erf_correct, NULL, 0, <block_t>erf_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"laplace", 2, DOUBLE_LANES,
        NULL, <block_t>laplace[f32, fast], <block_t>laplace[f64, exact], <block_t>laplace[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, &LAPLACE_HARD[0], 2),
    Row(b"gaussian", 0, COMPENSATED,
        <block_t>gaussian[f32, exact], <block_t>gaussian[f32, fast], <block_t>gaussian[f64, exact], <block_t>gaussian[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>gaussian_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, &GAUSSIAN_HARD[0], 2),
    Row(b"multiquadric", 1, COMPENSATED,
        <block_t>multiquadric[f32, exact], <block_t>multiquadric[f32, fast], <block_t>multiquadric[f64, exact], <block_t>multiquadric[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>multiquadric_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 1.152921504606847e+18, True,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"inverse_multiquadric", 1, COMPENSATED,
        <block_t>inverse_multiquadric[f32, exact], <block_t>inverse_multiquadric[f32, fast], <block_t>inverse_multiquadric[f64, exact], <block_t>inverse_multiquadric[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>inverse_multiquadric_slopes,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 1.152921504606847e+18, True,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"square", 0, ANYWHERE,
        NULL, <block_t>square[f32, fast], <block_t>square[f64, exact], <block_t>square[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"thin_plate", 0, DOUBLE_LANES,
        NULL, <block_t>thin_plate[f32, fast], <block_t>thin_plate[f64, exact], <block_t>thin_plate[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0625, NO_TIES, 0.0, &THIN_PLATE_HARD[0], 2),
    Row(b"swiglu_clamped", 3, GATED_ONLY,
        <block_t>swiglu_clamped_by_table, <block_t>swiglu_clamped[f32, fast], <block_t>swiglu_clamped[f64, exact], <block_t>swiglu_clamped[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        True, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"sigmoid_from_output", 0, FROM_OUTPUT,
        NULL, <block_t>sigmoid_from_output[f32, fast], <block_t>sigmoid_from_output[f64, exact], <block_t>sigmoid_from_output[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>sigmoid_from_output[f32, exact],
        False, False, False, True, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"log_sigmoid_from_output", 0, FROM_OUTPUT,
        NULL, <block_t>log_sigmoid_from_output[f32, fast], <block_t>log_sigmoid_from_output[f64, exact], <block_t>log_sigmoid_from_output[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>log_sigmoid_from_output[f32, exact],
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"tanh_from_output", 0, FROM_OUTPUT,
        NULL, <block_t>tanh_from_output[f32, fast], <block_t>tanh_from_output[f64, exact], <block_t>tanh_from_output[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, <block_t>tanh_from_output[f32, exact],
        False, False, False, True, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"swiglu_clamped_after", 1, GATED_ONLY,
        NULL, <block_t>swiglu_clamped_after[f32, fast], <block_t>swiglu_clamped_after[f64, exact], <block_t>swiglu_clamped_after[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 9.313225746154785e-10, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"situ", 2, GATED_ONLY,
        NULL, <block_t>situ[f32, fast], <block_t>situ[f64, exact], <block_t>situ[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 9.313225746154785e-10, 0.0, NO_TIES, 0.0, NULL, 0),
    Row(b"drelu", 0, GATED_ONLY,
        <block_t>drelu[f32, exact], <block_t>drelu[f32, fast], <block_t>drelu[f64, exact], <block_t>drelu[f64, fast], NULL,
        NULL, NULL, NULL, NULL, 0, NULL,
        False, False, False, False, NEAR_TIES, 0, 0, 0.0, 0.0, 0.0, False,
        False, 5.820766091346741e-11, 0.0, NO_TIES, 0.0, NULL, 0),
]
