"""The kernels as C functions, of float and double; include/fastact.h describes them.  Written by tools/generate.py."""
from cython cimport floating

cdef void identity(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void identity_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void identity_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void identity_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void identity_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void identity_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_identity(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_identity_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_identity_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_identity_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void binary_step(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void binary_step_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void binary_step_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void binary_step_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void binary_step_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void binary_step_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_binary_step(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_binary_step_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_binary_step_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_binary_step_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void relu(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_relu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void add_relu(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_relu_fast(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_relu_backward(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_relu_backward_fast(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu6(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu6_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu6_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu6_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu6_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu6_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu6(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu6_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu6_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_relu6_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void relu_squared(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_squared_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_squared_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_squared_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_squared_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_squared_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu_squared(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu_squared_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu_squared_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_relu_squared_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void leaky_relu(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void leaky_relu_fast(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void leaky_relu_derivative(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void leaky_relu_derivative_fast(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void leaky_relu_backward(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void leaky_relu_backward_fast(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_leaky_relu(const floating *gate, const floating *up, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_leaky_relu_fast(const floating *gate, const floating *up, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_leaky_relu_backward(const floating *grad, const floating *gate, const floating *up, double negative_slope, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_leaky_relu_backward_fast(const floating *grad, const floating *gate, const floating *up, double negative_slope, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void leaky_relu_parameter(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void leaky_relu_parameter_fast(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void prelu(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void prelu_fast(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void prelu_derivative(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void prelu_derivative_fast(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void prelu_backward(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void prelu_backward_fast(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_prelu(const floating *gate, const floating *up, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_prelu_fast(const floating *gate, const floating *up, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_prelu_backward(const floating *grad, const floating *gate, const floating *up, double weight, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_prelu_backward_fast(const floating *grad, const floating *gate, const floating *up, double weight, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void prelu_parameter(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void prelu_parameter_fast(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void threshold(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void threshold_fast(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void threshold_derivative(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void threshold_derivative_fast(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void threshold_backward(const floating *grad, const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void threshold_backward_fast(const floating *grad, const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_threshold(const floating *gate, const floating *up, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_threshold_fast(const floating *gate, const floating *up, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_threshold_backward(const floating *grad, const floating *gate, const floating *up, double threshold, double value, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_threshold_backward_fast(const floating *grad, const floating *gate, const floating *up, double threshold, double value, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void elu(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void elu_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void elu_derivative(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void elu_derivative_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void elu_backward(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void elu_backward_fast(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_elu(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_elu_fast(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_elu_backward(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_elu_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void selu(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void selu_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void selu_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void selu_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void selu_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void selu_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_selu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_selu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_selu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_selu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void celu(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void celu_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void celu_derivative(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void celu_derivative_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void celu_backward(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void celu_backward_fast(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_celu(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_celu_fast(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_celu_backward(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_celu_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gelu(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void add_gelu(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_gelu_fast(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_gelu_backward(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_gelu_backward_fast(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_tanh(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_tanh_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_tanh_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_tanh_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_tanh_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_tanh_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_tanh(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_tanh_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_tanh_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_tanh_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void add_gelu_tanh(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_gelu_tanh_fast(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_gelu_tanh_backward(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_gelu_tanh_backward_fast(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void quick_gelu(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void quick_gelu_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void quick_gelu_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void quick_gelu_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void quick_gelu_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void quick_gelu_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_quick_gelu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_quick_gelu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_quick_gelu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_quick_gelu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void silu(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void silu_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void silu_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void silu_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void silu_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void silu_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_silu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_silu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_silu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_silu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void add_silu(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_silu_fast(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_silu_backward(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_silu_backward_fast(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void swish(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void swish_fast(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void swish_derivative(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void swish_derivative_fast(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void swish_backward(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void swish_backward_fast(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_swish(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_swish_fast(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_swish_backward(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_swish_backward_fast(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void swish_parameter(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void swish_parameter_fast(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void sigmoid(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sigmoid_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sigmoid_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sigmoid_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sigmoid_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sigmoid_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sigmoid(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sigmoid_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sigmoid_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_sigmoid_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_log_sigmoid(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_log_sigmoid_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_log_sigmoid_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_log_sigmoid_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_linear(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_linear_fast(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_linear_derivative(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_linear_derivative_fast(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_linear_backward(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_linear_backward_fast(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid_linear(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid_linear_fast(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid_linear_backward(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid_linear_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void tanh(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanh_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanh_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanh_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanh_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanh_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_tanh(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_tanh_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_tanh_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_tanh_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hard_tanh(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_tanh_fast(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_tanh_derivative(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_tanh_derivative_fast(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_tanh_backward(const floating *grad, const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_tanh_backward_fast(const floating *grad, const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_tanh(const floating *gate, const floating *up, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_tanh_fast(const floating *gate, const floating *up, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_tanh_backward(const floating *grad, const floating *gate, const floating *up, double min_val, double max_val, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_hard_tanh_backward_fast(const floating *grad, const floating *gate, const floating *up, double min_val, double max_val, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void tanhshrink(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanhshrink_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanhshrink_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanhshrink_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanhshrink_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanhshrink_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_tanhshrink(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_tanhshrink_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_tanhshrink_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_tanhshrink_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void softplus(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void softplus_fast(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void softplus_derivative(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void softplus_derivative_fast(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void softplus_backward(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void softplus_backward_fast(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softplus(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softplus_fast(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softplus_backward(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_softplus_backward_fast(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void sqrt_softplus(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sqrt_softplus_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sqrt_softplus_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sqrt_softplus_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sqrt_softplus_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sqrt_softplus_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sqrt_softplus(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sqrt_softplus_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sqrt_softplus_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_sqrt_softplus_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void softsign(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void softsign_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void softsign_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void softsign_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void softsign_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void softsign_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softsign(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softsign_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softsign_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_softsign_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void squareplus(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void squareplus_fast(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void squareplus_derivative(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void squareplus_derivative_fast(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void squareplus_backward(const floating *grad, const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void squareplus_backward_fast(const floating *grad, const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_squareplus(const floating *gate, const floating *up, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_squareplus_fast(const floating *gate, const floating *up, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_squareplus_backward(const floating *grad, const floating *gate, const floating *up, double b, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_squareplus_backward_fast(const floating *grad, const floating *gate, const floating *up, double b, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void mish(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void mish_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void mish_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void mish_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void mish_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void mish_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_mish(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_mish_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_mish_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_mish_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hard_swish(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_swish_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_swish_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_swish_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_swish_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_swish_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_swish(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_swish_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_swish_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_hard_swish_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void softshrink(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void softshrink_fast(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void softshrink_derivative(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void softshrink_derivative_fast(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void softshrink_backward(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void softshrink_backward_fast(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softshrink(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softshrink_fast(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softshrink_backward(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_softshrink_backward_fast(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hardshrink(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void hardshrink_fast(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void hardshrink_derivative(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void hardshrink_derivative_fast(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void hardshrink_backward(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void hardshrink_backward_fast(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hardshrink(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hardshrink_fast(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hardshrink_backward(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_hardshrink_backward_fast(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void erf(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void erf_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void erf_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void erf_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void erf_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void erf_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_erf(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_erf_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_erf_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_erf_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gaussian(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gaussian_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gaussian_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gaussian_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gaussian_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gaussian_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gaussian(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gaussian_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gaussian_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_gaussian_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void multiquadric(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void multiquadric_fast(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void multiquadric_derivative(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void multiquadric_derivative_fast(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void multiquadric_backward(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void multiquadric_backward_fast(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_multiquadric(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_multiquadric_fast(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_multiquadric_backward(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_multiquadric_backward_fast(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void inverse_multiquadric(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void inverse_multiquadric_fast(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void inverse_multiquadric_derivative(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void inverse_multiquadric_derivative_fast(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void inverse_multiquadric_backward(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void inverse_multiquadric_backward_fast(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_inverse_multiquadric(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_inverse_multiquadric_fast(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_inverse_multiquadric_backward(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_inverse_multiquadric_backward_fast(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void square(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void square_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void square_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void square_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void square_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void square_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_square(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_square_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_square_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_square_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void thin_plate(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void thin_plate_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void thin_plate_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void thin_plate_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void thin_plate_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void thin_plate_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_thin_plate(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_thin_plate_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_thin_plate_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_thin_plate_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped(const floating *gate, const floating *up, double alpha, double limit, double offset, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped_fast(const floating *gate, const floating *up, double alpha, double limit, double offset, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped_backward(const floating *grad, const floating *gate, const floating *up, double alpha, double limit, double offset, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, double limit, double offset, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void softmax(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void softmax_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void softmax_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void softmax_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void log_softmax(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void log_softmax_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void log_softmax_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void log_softmax_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void softmin(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void softmin_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void softmin_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void softmin_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void logsumexp(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void logsumexp_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void logsumexp_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void logsumexp_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void sparsemax(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void sparsemax_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void sparsemax_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void sparsemax_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void maxout(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void maxout_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void maxout_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void maxout_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef floating identity_derivative_scalar(floating x) noexcept nogil
cdef floating identity_scalar(floating x) noexcept nogil
cdef floating binary_step_derivative_scalar(floating x) noexcept nogil
cdef floating binary_step_scalar(floating x) noexcept nogil
cdef floating relu_derivative_scalar(floating x) noexcept nogil
cdef floating relu_scalar(floating x) noexcept nogil
cdef floating relu6_derivative_scalar(floating x) noexcept nogil
cdef floating relu6_scalar(floating x) noexcept nogil
cdef floating relu_squared_derivative_scalar(floating x) noexcept nogil
cdef floating relu_squared_scalar(floating x) noexcept nogil
cdef floating leaky_relu_derivative_scalar(floating x, double negative_slope) noexcept nogil
cdef floating leaky_relu_scalar(floating x, double negative_slope) noexcept nogil
cdef floating prelu_derivative_scalar(floating x, double weight) noexcept nogil
cdef floating prelu_scalar(floating x, double weight) noexcept nogil
cdef floating threshold_derivative_scalar(floating x, double threshold, double value) noexcept nogil
cdef floating threshold_scalar(floating x, double threshold, double value) noexcept nogil
cdef floating elu_derivative_scalar(floating x, double alpha) noexcept nogil
cdef floating elu_scalar(floating x, double alpha) noexcept nogil
cdef floating selu_derivative_scalar(floating x) noexcept nogil
cdef floating selu_scalar(floating x) noexcept nogil
cdef floating celu_derivative_scalar(floating x, double alpha) noexcept nogil
cdef floating celu_scalar(floating x, double alpha) noexcept nogil
cdef floating gelu_derivative_scalar(floating x) noexcept nogil
cdef floating gelu_scalar(floating x) noexcept nogil
cdef floating gelu_tanh_derivative_scalar(floating x) noexcept nogil
cdef floating gelu_tanh_scalar(floating x) noexcept nogil
cdef floating quick_gelu_derivative_scalar(floating x) noexcept nogil
cdef floating quick_gelu_scalar(floating x) noexcept nogil
cdef floating silu_derivative_scalar(floating x) noexcept nogil
cdef floating silu_scalar(floating x) noexcept nogil
cdef floating swish_derivative_scalar(floating x, double beta) noexcept nogil
cdef floating swish_scalar(floating x, double beta) noexcept nogil
cdef floating sigmoid_derivative_scalar(floating x) noexcept nogil
cdef floating sigmoid_scalar(floating x) noexcept nogil
cdef floating log_sigmoid_derivative_scalar(floating x) noexcept nogil
cdef floating log_sigmoid_scalar(floating x) noexcept nogil
cdef floating hard_sigmoid_derivative_scalar(floating x) noexcept nogil
cdef floating hard_sigmoid_scalar(floating x) noexcept nogil
cdef floating hard_sigmoid_linear_derivative_scalar(floating x, double alpha, double beta) noexcept nogil
cdef floating hard_sigmoid_linear_scalar(floating x, double alpha, double beta) noexcept nogil
cdef floating tanh_derivative_scalar(floating x) noexcept nogil
cdef floating tanh_scalar(floating x) noexcept nogil
cdef floating hard_tanh_derivative_scalar(floating x, double min_val, double max_val) noexcept nogil
cdef floating hard_tanh_scalar(floating x, double min_val, double max_val) noexcept nogil
cdef floating tanhshrink_derivative_scalar(floating x) noexcept nogil
cdef floating tanhshrink_scalar(floating x) noexcept nogil
cdef floating softplus_derivative_scalar(floating x, double beta) noexcept nogil
cdef floating softplus_scalar(floating x, double beta) noexcept nogil
cdef floating sqrt_softplus_derivative_scalar(floating x) noexcept nogil
cdef floating sqrt_softplus_scalar(floating x) noexcept nogil
cdef floating softsign_derivative_scalar(floating x) noexcept nogil
cdef floating softsign_scalar(floating x) noexcept nogil
cdef floating squareplus_derivative_scalar(floating x, double b) noexcept nogil
cdef floating squareplus_scalar(floating x, double b) noexcept nogil
cdef floating mish_derivative_scalar(floating x) noexcept nogil
cdef floating mish_scalar(floating x) noexcept nogil
cdef floating hard_swish_derivative_scalar(floating x) noexcept nogil
cdef floating hard_swish_scalar(floating x) noexcept nogil
cdef floating softshrink_derivative_scalar(floating x, double lambd) noexcept nogil
cdef floating softshrink_scalar(floating x, double lambd) noexcept nogil
cdef floating hardshrink_derivative_scalar(floating x, double lambd) noexcept nogil
cdef floating hardshrink_scalar(floating x, double lambd) noexcept nogil
cdef floating erf_derivative_scalar(floating x) noexcept nogil
cdef floating erf_scalar(floating x) noexcept nogil
cdef floating gaussian_derivative_scalar(floating x) noexcept nogil
cdef floating gaussian_scalar(floating x) noexcept nogil
cdef floating multiquadric_derivative_scalar(floating x, double epsilon) noexcept nogil
cdef floating multiquadric_scalar(floating x, double epsilon) noexcept nogil
cdef floating inverse_multiquadric_derivative_scalar(floating x, double epsilon) noexcept nogil
cdef floating inverse_multiquadric_scalar(floating x, double epsilon) noexcept nogil
cdef floating square_derivative_scalar(floating x) noexcept nogil
cdef floating square_scalar(floating x) noexcept nogil
cdef floating thin_plate_derivative_scalar(floating x) noexcept nogil
cdef floating thin_plate_scalar(floating x) noexcept nogil
cdef void laplace(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void laplace_fast(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void laplace_derivative(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void laplace_derivative_fast(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void laplace_backward(const floating *grad, const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void laplace_backward_fast(const floating *grad, const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_laplace(const floating *gate, const floating *up, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_laplace_fast(const floating *gate, const floating *up, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_laplace_backward(const floating *grad, const floating *gate, const floating *up, double mu, double sigma, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_laplace_backward_fast(const floating *grad, const floating *gate, const floating *up, double mu, double sigma, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef floating laplace_scalar(floating x, double mu, double sigma) noexcept nogil
cdef floating laplace_derivative_scalar(floating x, double mu, double sigma) noexcept nogil
cdef void gelu_10(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_10_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_10_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_10_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_10_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_10_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_10(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_10_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_10_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_10_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void exponential(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void exponential_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void exponential_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void exponential_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void exponential_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void exponential_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_exponential(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_exponential_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_exponential_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_exponential_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hard_mish(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_mish_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_mish_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_mish_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_mish_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_mish_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_mish(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_mish_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_mish_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_hard_mish_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void sparse_plus(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sparse_plus_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sparse_plus_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sparse_plus_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sparse_plus_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sparse_plus_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sparse_plus(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sparse_plus_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sparse_plus_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_sparse_plus_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void star_relu(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void star_relu_fast(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void star_relu_derivative(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void star_relu_derivative_fast(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void star_relu_backward(const floating *grad, const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void star_relu_backward_fast(const floating *grad, const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_star_relu(const floating *gate, const floating *up, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_star_relu_fast(const floating *gate, const floating *up, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_star_relu_backward(const floating *grad, const floating *gate, const floating *up, double scale, double bias, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_star_relu_backward_fast(const floating *grad, const floating *gate, const floating *up, double scale, double bias, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void softcap(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void softcap_fast(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void softcap_derivative(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void softcap_derivative_fast(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void softcap_backward(const floating *grad, const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void softcap_backward_fast(const floating *grad, const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softcap(const floating *gate, const floating *up, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softcap_fast(const floating *gate, const floating *up, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softcap_backward(const floating *grad, const floating *gate, const floating *up, double c, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_softcap_backward_fast(const floating *grad, const floating *gate, const floating *up, double c, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void xielu(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void xielu_fast(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void xielu_derivative(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void xielu_derivative_fast(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void xielu_backward(const floating *grad, const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void xielu_backward_fast(const floating *grad, const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_xielu(const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_xielu_fast(const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_xielu_backward(const floating *grad, const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_xielu_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void snake(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_derivative(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_derivative_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_backward(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_backward_fast(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_snake(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_snake_fast(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_snake_backward(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_snake_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void snake_beta(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_beta_fast(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_beta_derivative(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_beta_derivative_fast(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_beta_backward(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_beta_backward_fast(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_snake_beta(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_snake_beta_fast(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_snake_beta_backward(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_snake_beta_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped_after(const floating *gate, const floating *up, double limit, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped_after_fast(const floating *gate, const floating *up, double limit, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped_after_backward(const floating *grad, const floating *gate, const floating *up, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped_after_backward_fast(const floating *grad, const floating *gate, const floating *up, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_situ(const floating *gate, const floating *up, double beta, double limit, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_situ_fast(const floating *gate, const floating *up, double beta, double limit, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_situ_backward(const floating *grad, const floating *gate, const floating *up, double beta, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_situ_backward_fast(const floating *grad, const floating *gate, const floating *up, double beta, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_drelu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_drelu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_drelu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_drelu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef floating gelu_10_scalar(floating x) noexcept nogil
cdef floating gelu_10_derivative_scalar(floating x) noexcept nogil
cdef floating exponential_scalar(floating x) noexcept nogil
cdef floating exponential_derivative_scalar(floating x) noexcept nogil
cdef floating hard_mish_scalar(floating x) noexcept nogil
cdef floating hard_mish_derivative_scalar(floating x) noexcept nogil
cdef floating sparse_plus_scalar(floating x) noexcept nogil
cdef floating sparse_plus_derivative_scalar(floating x) noexcept nogil
cdef floating star_relu_scalar(floating x, double scale, double bias) noexcept nogil
cdef floating star_relu_derivative_scalar(floating x, double scale, double bias) noexcept nogil
cdef floating softcap_scalar(floating x, double c) noexcept nogil
cdef floating softcap_derivative_scalar(floating x, double c) noexcept nogil
cdef floating xielu_scalar(floating x, double alpha_p, double alpha_n, double beta, double eps) noexcept nogil
cdef floating xielu_derivative_scalar(floating x, double alpha_p, double alpha_n, double beta, double eps) noexcept nogil
cdef floating snake_scalar(floating x, double alpha) noexcept nogil
cdef floating snake_derivative_scalar(floating x, double alpha) noexcept nogil
cdef floating snake_beta_scalar(floating x, double alpha, double beta) noexcept nogil
cdef floating snake_beta_derivative_scalar(floating x, double alpha, double beta) noexcept nogil
cdef void entmax15(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void entmax15_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void entmax15_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void entmax15_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void poly_norm(const floating *x, double w0, double w1, double w2, double bias, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void poly_norm_fast(const floating *x, double w0, double w1, double w2, double bias, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void poly_norm_backward(const floating *grad, const floating *x, double w0, double w1, double w2, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void poly_norm_backward_fast(const floating *grad, const floating *x, double w0, double w1, double w2, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void sigmoid_from_output_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil
cdef void sigmoid_from_output_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid_from_output_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid_from_output_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanh_from_output_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanh_from_output_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil
cdef void identity_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void identity_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void identity_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_identity_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_identity_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void binary_step_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void binary_step_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void binary_step_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_binary_step_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_binary_step_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void relu_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void add_relu_correct(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_relu_backward_correct(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu6_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu6_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu6_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu6_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu6_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void relu_squared_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_squared_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void relu_squared_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu_squared_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_relu_squared_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void leaky_relu_correct(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void leaky_relu_derivative_correct(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void leaky_relu_backward_correct(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_leaky_relu_correct(const floating *gate, const floating *up, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_leaky_relu_backward_correct(const floating *grad, const floating *gate, const floating *up, double negative_slope, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void leaky_relu_parameter_correct(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil
cdef void prelu_correct(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void prelu_derivative_correct(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void prelu_backward_correct(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_prelu_correct(const floating *gate, const floating *up, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_prelu_backward_correct(const floating *grad, const floating *gate, const floating *up, double weight, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void prelu_parameter_correct(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil
cdef void threshold_correct(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void threshold_derivative_correct(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void threshold_backward_correct(const floating *grad, const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_threshold_correct(const floating *gate, const floating *up, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_threshold_backward_correct(const floating *grad, const floating *gate, const floating *up, double threshold, double value, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void elu_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void elu_derivative_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void elu_backward_correct(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_elu_correct(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_elu_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void selu_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void selu_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void selu_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_selu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_selu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void celu_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void celu_derivative_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void celu_backward_correct(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_celu_correct(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_celu_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gelu_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void add_gelu_correct(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_gelu_backward_correct(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_tanh_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_tanh_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_tanh_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_tanh_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_tanh_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void add_gelu_tanh_correct(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_gelu_tanh_backward_correct(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void quick_gelu_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void quick_gelu_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void quick_gelu_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_quick_gelu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_quick_gelu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void silu_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void silu_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void silu_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_silu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_silu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void add_silu_correct(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void add_silu_backward_correct(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void swish_correct(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void swish_derivative_correct(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void swish_backward_correct(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_swish_correct(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_swish_backward_correct(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void swish_parameter_correct(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void sigmoid_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sigmoid_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sigmoid_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sigmoid_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sigmoid_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_log_sigmoid_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_log_sigmoid_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_linear_correct(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_linear_derivative_correct(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_sigmoid_linear_backward_correct(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid_linear_correct(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_sigmoid_linear_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void tanh_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanh_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanh_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_tanh_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_tanh_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hard_tanh_correct(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_tanh_derivative_correct(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_tanh_backward_correct(const floating *grad, const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_tanh_correct(const floating *gate, const floating *up, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_tanh_backward_correct(const floating *grad, const floating *gate, const floating *up, double min_val, double max_val, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void tanhshrink_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanhshrink_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanhshrink_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_tanhshrink_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_tanhshrink_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void softplus_correct(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void softplus_derivative_correct(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void softplus_backward_correct(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softplus_correct(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softplus_backward_correct(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void sqrt_softplus_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sqrt_softplus_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sqrt_softplus_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sqrt_softplus_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sqrt_softplus_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void softsign_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void softsign_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void softsign_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softsign_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softsign_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void squareplus_correct(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void squareplus_derivative_correct(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void squareplus_backward_correct(const floating *grad, const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_squareplus_correct(const floating *gate, const floating *up, double b, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_squareplus_backward_correct(const floating *grad, const floating *gate, const floating *up, double b, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void mish_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void mish_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void mish_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_mish_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_mish_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hard_swish_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_swish_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_swish_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_swish_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_swish_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void softshrink_correct(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void softshrink_derivative_correct(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void softshrink_backward_correct(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softshrink_correct(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softshrink_backward_correct(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hardshrink_correct(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void hardshrink_derivative_correct(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void hardshrink_backward_correct(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hardshrink_correct(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hardshrink_backward_correct(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void erf_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void erf_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void erf_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_erf_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_erf_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void laplace_correct(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void laplace_derivative_correct(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void laplace_backward_correct(const floating *grad, const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_laplace_correct(const floating *gate, const floating *up, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_laplace_backward_correct(const floating *grad, const floating *gate, const floating *up, double mu, double sigma, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gelu_10_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_10_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gelu_10_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_10_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gelu_10_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void exponential_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void exponential_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void exponential_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_exponential_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_exponential_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void hard_mish_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_mish_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void hard_mish_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_mish_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_hard_mish_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void sparse_plus_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sparse_plus_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void sparse_plus_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sparse_plus_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_sparse_plus_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void star_relu_correct(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void star_relu_derivative_correct(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void star_relu_backward_correct(const floating *grad, const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_star_relu_correct(const floating *gate, const floating *up, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_star_relu_backward_correct(const floating *grad, const floating *gate, const floating *up, double scale, double bias, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void softcap_correct(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void softcap_derivative_correct(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void softcap_backward_correct(const floating *grad, const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softcap_correct(const floating *gate, const floating *up, double c, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_softcap_backward_correct(const floating *grad, const floating *gate, const floating *up, double c, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void xielu_correct(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void xielu_derivative_correct(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void xielu_backward_correct(const floating *grad, const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_xielu_correct(const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_xielu_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void snake_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_derivative_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_backward_correct(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_snake_correct(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_snake_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void snake_beta_correct(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_beta_derivative_correct(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void snake_beta_backward_correct(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_snake_beta_correct(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_snake_beta_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gaussian_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gaussian_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gaussian_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gaussian_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_gaussian_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void multiquadric_correct(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void multiquadric_derivative_correct(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void multiquadric_backward_correct(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_multiquadric_correct(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_multiquadric_backward_correct(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void inverse_multiquadric_correct(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void inverse_multiquadric_derivative_correct(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void inverse_multiquadric_backward_correct(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_inverse_multiquadric_correct(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_inverse_multiquadric_backward_correct(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void square_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void square_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void square_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_square_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_square_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void thin_plate_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void thin_plate_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void thin_plate_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_thin_plate_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_thin_plate_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped_correct(const floating *gate, const floating *up, double alpha, double limit, double offset, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, double limit, double offset, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped_after_correct(const floating *gate, const floating *up, double limit, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_swiglu_clamped_after_backward_correct(const floating *grad, const floating *gate, const floating *up, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_situ_correct(const floating *gate, const floating *up, double beta, double limit, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_situ_backward_correct(const floating *grad, const floating *gate, const floating *up, double beta, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void gated_drelu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil
cdef void gated_drelu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil
cdef void sigmoid_from_output_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil
cdef void log_sigmoid_from_output_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil
cdef void tanh_from_output_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil
cdef void softmax_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void softmax_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void log_softmax_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void log_softmax_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void softmin_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void softmin_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void logsumexp_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void logsumexp_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void sparsemax_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void sparsemax_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void entmax15_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void entmax15_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void maxout_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void maxout_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void poly_norm_correct(const floating *x, double w0, double w1, double w2, double bias, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
cdef void poly_norm_backward_correct(const floating *grad, const floating *x, double w0, double w1, double w2, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil
