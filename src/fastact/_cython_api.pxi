# Written by tools/generate.py.

cdef enum:
    COUNT = 1826
    VERSION = 2

UFUNCS = [
    "identity",
    "identity_fast",
    "identity_derivative",
    "identity_derivative_fast",
    "identity_backward",
    "identity_backward_fast",
    "gated_identity",
    "gated_identity_fast",
    "gated_identity_backward",
    "gated_identity_backward_fast",
    "binary_step",
    "binary_step_fast",
    "binary_step_derivative",
    "binary_step_derivative_fast",
    "binary_step_backward",
    "binary_step_backward_fast",
    "gated_binary_step",
    "gated_binary_step_fast",
    "gated_binary_step_backward",
    "gated_binary_step_backward_fast",
    "relu",
    "relu_fast",
    "relu_derivative",
    "relu_derivative_fast",
    "relu_backward",
    "relu_backward_fast",
    "gated_relu",
    "gated_relu_fast",
    "gated_relu_backward",
    "gated_relu_backward_fast",
    "add_relu",
    "add_relu_fast",
    "add_relu_backward",
    "add_relu_backward_fast",
    "relu6",
    "relu6_fast",
    "relu6_derivative",
    "relu6_derivative_fast",
    "relu6_backward",
    "relu6_backward_fast",
    "gated_relu6",
    "gated_relu6_fast",
    "gated_relu6_backward",
    "gated_relu6_backward_fast",
    "relu_squared",
    "relu_squared_fast",
    "relu_squared_derivative",
    "relu_squared_derivative_fast",
    "relu_squared_backward",
    "relu_squared_backward_fast",
    "gated_relu_squared",
    "gated_relu_squared_fast",
    "gated_relu_squared_backward",
    "gated_relu_squared_backward_fast",
    "leaky_relu",
    "leaky_relu_fast",
    "leaky_relu_derivative",
    "leaky_relu_derivative_fast",
    "leaky_relu_backward",
    "leaky_relu_backward_fast",
    "gated_leaky_relu",
    "gated_leaky_relu_fast",
    "gated_leaky_relu_backward",
    "gated_leaky_relu_backward_fast",
    "leaky_relu_parameter",
    "leaky_relu_parameter_fast",
    "prelu",
    "prelu_fast",
    "prelu_derivative",
    "prelu_derivative_fast",
    "prelu_backward",
    "prelu_backward_fast",
    "gated_prelu",
    "gated_prelu_fast",
    "gated_prelu_backward",
    "gated_prelu_backward_fast",
    "prelu_parameter",
    "prelu_parameter_fast",
    "threshold",
    "threshold_fast",
    "threshold_derivative",
    "threshold_derivative_fast",
    "threshold_backward",
    "threshold_backward_fast",
    "gated_threshold",
    "gated_threshold_fast",
    "gated_threshold_backward",
    "gated_threshold_backward_fast",
    "elu",
    "elu_fast",
    "elu_derivative",
    "elu_derivative_fast",
    "elu_backward",
    "elu_backward_fast",
    "gated_elu",
    "gated_elu_fast",
    "gated_elu_backward",
    "gated_elu_backward_fast",
    "selu",
    "selu_fast",
    "selu_derivative",
    "selu_derivative_fast",
    "selu_backward",
    "selu_backward_fast",
    "gated_selu",
    "gated_selu_fast",
    "gated_selu_backward",
    "gated_selu_backward_fast",
    "celu",
    "celu_fast",
    "celu_derivative",
    "celu_derivative_fast",
    "celu_backward",
    "celu_backward_fast",
    "gated_celu",
    "gated_celu_fast",
    "gated_celu_backward",
    "gated_celu_backward_fast",
    "gelu",
    "gelu_fast",
    "gelu_derivative",
    "gelu_derivative_fast",
    "gelu_backward",
    "gelu_backward_fast",
    "gated_gelu",
    "gated_gelu_fast",
    "gated_gelu_backward",
    "gated_gelu_backward_fast",
    "add_gelu",
    "add_gelu_fast",
    "add_gelu_backward",
    "add_gelu_backward_fast",
    "gelu_tanh",
    "gelu_tanh_fast",
    "gelu_tanh_derivative",
    "gelu_tanh_derivative_fast",
    "gelu_tanh_backward",
    "gelu_tanh_backward_fast",
    "gated_gelu_tanh",
    "gated_gelu_tanh_fast",
    "gated_gelu_tanh_backward",
    "gated_gelu_tanh_backward_fast",
    "add_gelu_tanh",
    "add_gelu_tanh_fast",
    "add_gelu_tanh_backward",
    "add_gelu_tanh_backward_fast",
    "quick_gelu",
    "quick_gelu_fast",
    "quick_gelu_derivative",
    "quick_gelu_derivative_fast",
    "quick_gelu_backward",
    "quick_gelu_backward_fast",
    "gated_quick_gelu",
    "gated_quick_gelu_fast",
    "gated_quick_gelu_backward",
    "gated_quick_gelu_backward_fast",
    "silu",
    "silu_fast",
    "silu_derivative",
    "silu_derivative_fast",
    "silu_backward",
    "silu_backward_fast",
    "gated_silu",
    "gated_silu_fast",
    "gated_silu_backward",
    "gated_silu_backward_fast",
    "add_silu",
    "add_silu_fast",
    "add_silu_backward",
    "add_silu_backward_fast",
    "swish",
    "swish_fast",
    "swish_derivative",
    "swish_derivative_fast",
    "swish_backward",
    "swish_backward_fast",
    "gated_swish",
    "gated_swish_fast",
    "gated_swish_backward",
    "gated_swish_backward_fast",
    "swish_parameter",
    "swish_parameter_fast",
    "sigmoid",
    "sigmoid_fast",
    "sigmoid_derivative",
    "sigmoid_derivative_fast",
    "sigmoid_backward",
    "sigmoid_backward_fast",
    "gated_sigmoid",
    "gated_sigmoid_fast",
    "gated_sigmoid_backward",
    "gated_sigmoid_backward_fast",
    "log_sigmoid",
    "log_sigmoid_fast",
    "log_sigmoid_derivative",
    "log_sigmoid_derivative_fast",
    "log_sigmoid_backward",
    "log_sigmoid_backward_fast",
    "gated_log_sigmoid",
    "gated_log_sigmoid_fast",
    "gated_log_sigmoid_backward",
    "gated_log_sigmoid_backward_fast",
    "hard_sigmoid",
    "hard_sigmoid_fast",
    "hard_sigmoid_derivative",
    "hard_sigmoid_derivative_fast",
    "hard_sigmoid_backward",
    "hard_sigmoid_backward_fast",
    "gated_hard_sigmoid",
    "gated_hard_sigmoid_fast",
    "gated_hard_sigmoid_backward",
    "gated_hard_sigmoid_backward_fast",
    "hard_sigmoid_linear",
    "hard_sigmoid_linear_fast",
    "hard_sigmoid_linear_derivative",
    "hard_sigmoid_linear_derivative_fast",
    "hard_sigmoid_linear_backward",
    "hard_sigmoid_linear_backward_fast",
    "gated_hard_sigmoid_linear",
    "gated_hard_sigmoid_linear_fast",
    "gated_hard_sigmoid_linear_backward",
    "gated_hard_sigmoid_linear_backward_fast",
    "tanh",
    "tanh_fast",
    "tanh_derivative",
    "tanh_derivative_fast",
    "tanh_backward",
    "tanh_backward_fast",
    "gated_tanh",
    "gated_tanh_fast",
    "gated_tanh_backward",
    "gated_tanh_backward_fast",
    "hard_tanh",
    "hard_tanh_fast",
    "hard_tanh_derivative",
    "hard_tanh_derivative_fast",
    "hard_tanh_backward",
    "hard_tanh_backward_fast",
    "gated_hard_tanh",
    "gated_hard_tanh_fast",
    "gated_hard_tanh_backward",
    "gated_hard_tanh_backward_fast",
    "tanhshrink",
    "tanhshrink_fast",
    "tanhshrink_derivative",
    "tanhshrink_derivative_fast",
    "tanhshrink_backward",
    "tanhshrink_backward_fast",
    "gated_tanhshrink",
    "gated_tanhshrink_fast",
    "gated_tanhshrink_backward",
    "gated_tanhshrink_backward_fast",
    "softplus",
    "softplus_fast",
    "softplus_derivative",
    "softplus_derivative_fast",
    "softplus_backward",
    "softplus_backward_fast",
    "gated_softplus",
    "gated_softplus_fast",
    "gated_softplus_backward",
    "gated_softplus_backward_fast",
    "sqrt_softplus",
    "sqrt_softplus_fast",
    "sqrt_softplus_derivative",
    "sqrt_softplus_derivative_fast",
    "sqrt_softplus_backward",
    "sqrt_softplus_backward_fast",
    "gated_sqrt_softplus",
    "gated_sqrt_softplus_fast",
    "gated_sqrt_softplus_backward",
    "gated_sqrt_softplus_backward_fast",
    "softsign",
    "softsign_fast",
    "softsign_derivative",
    "softsign_derivative_fast",
    "softsign_backward",
    "softsign_backward_fast",
    "gated_softsign",
    "gated_softsign_fast",
    "gated_softsign_backward",
    "gated_softsign_backward_fast",
    "squareplus",
    "squareplus_fast",
    "squareplus_derivative",
    "squareplus_derivative_fast",
    "squareplus_backward",
    "squareplus_backward_fast",
    "gated_squareplus",
    "gated_squareplus_fast",
    "gated_squareplus_backward",
    "gated_squareplus_backward_fast",
    "mish",
    "mish_fast",
    "mish_derivative",
    "mish_derivative_fast",
    "mish_backward",
    "mish_backward_fast",
    "gated_mish",
    "gated_mish_fast",
    "gated_mish_backward",
    "gated_mish_backward_fast",
    "hard_swish",
    "hard_swish_fast",
    "hard_swish_derivative",
    "hard_swish_derivative_fast",
    "hard_swish_backward",
    "hard_swish_backward_fast",
    "gated_hard_swish",
    "gated_hard_swish_fast",
    "gated_hard_swish_backward",
    "gated_hard_swish_backward_fast",
    "softshrink",
    "softshrink_fast",
    "softshrink_derivative",
    "softshrink_derivative_fast",
    "softshrink_backward",
    "softshrink_backward_fast",
    "gated_softshrink",
    "gated_softshrink_fast",
    "gated_softshrink_backward",
    "gated_softshrink_backward_fast",
    "hardshrink",
    "hardshrink_fast",
    "hardshrink_derivative",
    "hardshrink_derivative_fast",
    "hardshrink_backward",
    "hardshrink_backward_fast",
    "gated_hardshrink",
    "gated_hardshrink_fast",
    "gated_hardshrink_backward",
    "gated_hardshrink_backward_fast",
    "erf",
    "erf_fast",
    "erf_derivative",
    "erf_derivative_fast",
    "erf_backward",
    "erf_backward_fast",
    "gated_erf",
    "gated_erf_fast",
    "gated_erf_backward",
    "gated_erf_backward_fast",
    "gaussian",
    "gaussian_fast",
    "gaussian_derivative",
    "gaussian_derivative_fast",
    "gaussian_backward",
    "gaussian_backward_fast",
    "gated_gaussian",
    "gated_gaussian_fast",
    "gated_gaussian_backward",
    "gated_gaussian_backward_fast",
    "multiquadric",
    "multiquadric_fast",
    "multiquadric_derivative",
    "multiquadric_derivative_fast",
    "multiquadric_backward",
    "multiquadric_backward_fast",
    "gated_multiquadric",
    "gated_multiquadric_fast",
    "gated_multiquadric_backward",
    "gated_multiquadric_backward_fast",
    "inverse_multiquadric",
    "inverse_multiquadric_fast",
    "inverse_multiquadric_derivative",
    "inverse_multiquadric_derivative_fast",
    "inverse_multiquadric_backward",
    "inverse_multiquadric_backward_fast",
    "gated_inverse_multiquadric",
    "gated_inverse_multiquadric_fast",
    "gated_inverse_multiquadric_backward",
    "gated_inverse_multiquadric_backward_fast",
    "square",
    "square_fast",
    "square_derivative",
    "square_derivative_fast",
    "square_backward",
    "square_backward_fast",
    "gated_square",
    "gated_square_fast",
    "gated_square_backward",
    "gated_square_backward_fast",
    "thin_plate",
    "thin_plate_fast",
    "thin_plate_derivative",
    "thin_plate_derivative_fast",
    "thin_plate_backward",
    "thin_plate_backward_fast",
    "gated_thin_plate",
    "gated_thin_plate_fast",
    "gated_thin_plate_backward",
    "gated_thin_plate_backward_fast",
    "gated_swiglu_clamped",
    "gated_swiglu_clamped_fast",
    "gated_swiglu_clamped_backward",
    "gated_swiglu_clamped_backward_fast",
    "softmax",
    "softmax_fast",
    "softmax_backward",
    "softmax_backward_fast",
    "log_softmax",
    "log_softmax_fast",
    "log_softmax_backward",
    "log_softmax_backward_fast",
    "softmin",
    "softmin_fast",
    "softmin_backward",
    "softmin_backward_fast",
    "logsumexp",
    "logsumexp_fast",
    "logsumexp_backward",
    "logsumexp_backward_fast",
    "sparsemax",
    "sparsemax_fast",
    "sparsemax_backward",
    "sparsemax_backward_fast",
    "maxout",
    "maxout_fast",
    "maxout_backward",
    "maxout_backward_fast",
    "laplace",
    "laplace_fast",
    "laplace_derivative",
    "laplace_derivative_fast",
    "laplace_backward",
    "laplace_backward_fast",
    "gated_laplace",
    "gated_laplace_fast",
    "gated_laplace_backward",
    "gated_laplace_backward_fast",
    "gelu_10",
    "gelu_10_fast",
    "gelu_10_derivative",
    "gelu_10_derivative_fast",
    "gelu_10_backward",
    "gelu_10_backward_fast",
    "gated_gelu_10",
    "gated_gelu_10_fast",
    "gated_gelu_10_backward",
    "gated_gelu_10_backward_fast",
    "exponential",
    "exponential_fast",
    "exponential_derivative",
    "exponential_derivative_fast",
    "exponential_backward",
    "exponential_backward_fast",
    "gated_exponential",
    "gated_exponential_fast",
    "gated_exponential_backward",
    "gated_exponential_backward_fast",
    "hard_mish",
    "hard_mish_fast",
    "hard_mish_derivative",
    "hard_mish_derivative_fast",
    "hard_mish_backward",
    "hard_mish_backward_fast",
    "gated_hard_mish",
    "gated_hard_mish_fast",
    "gated_hard_mish_backward",
    "gated_hard_mish_backward_fast",
    "sparse_plus",
    "sparse_plus_fast",
    "sparse_plus_derivative",
    "sparse_plus_derivative_fast",
    "sparse_plus_backward",
    "sparse_plus_backward_fast",
    "gated_sparse_plus",
    "gated_sparse_plus_fast",
    "gated_sparse_plus_backward",
    "gated_sparse_plus_backward_fast",
    "star_relu",
    "star_relu_fast",
    "star_relu_derivative",
    "star_relu_derivative_fast",
    "star_relu_backward",
    "star_relu_backward_fast",
    "gated_star_relu",
    "gated_star_relu_fast",
    "gated_star_relu_backward",
    "gated_star_relu_backward_fast",
    "softcap",
    "softcap_fast",
    "softcap_derivative",
    "softcap_derivative_fast",
    "softcap_backward",
    "softcap_backward_fast",
    "gated_softcap",
    "gated_softcap_fast",
    "gated_softcap_backward",
    "gated_softcap_backward_fast",
    "xielu",
    "xielu_fast",
    "xielu_derivative",
    "xielu_derivative_fast",
    "xielu_backward",
    "xielu_backward_fast",
    "gated_xielu",
    "gated_xielu_fast",
    "gated_xielu_backward",
    "gated_xielu_backward_fast",
    "snake",
    "snake_fast",
    "snake_derivative",
    "snake_derivative_fast",
    "snake_backward",
    "snake_backward_fast",
    "gated_snake",
    "gated_snake_fast",
    "gated_snake_backward",
    "gated_snake_backward_fast",
    "snake_beta",
    "snake_beta_fast",
    "snake_beta_derivative",
    "snake_beta_derivative_fast",
    "snake_beta_backward",
    "snake_beta_backward_fast",
    "gated_snake_beta",
    "gated_snake_beta_fast",
    "gated_snake_beta_backward",
    "gated_snake_beta_backward_fast",
    "gated_swiglu_clamped_after",
    "gated_swiglu_clamped_after_fast",
    "gated_swiglu_clamped_after_backward",
    "gated_swiglu_clamped_after_backward_fast",
    "gated_situ",
    "gated_situ_fast",
    "gated_situ_backward",
    "gated_situ_backward_fast",
    "gated_drelu",
    "gated_drelu_fast",
    "gated_drelu_backward",
    "gated_drelu_backward_fast",
    "entmax15",
    "entmax15_fast",
    "entmax15_backward",
    "entmax15_backward_fast",
    "poly_norm",
    "poly_norm_fast",
    "poly_norm_backward",
    "poly_norm_backward_fast",
    "sigmoid_from_output_backward",
    "sigmoid_from_output_backward_fast",
    "log_sigmoid_from_output_backward",
    "log_sigmoid_from_output_backward_fast",
    "tanh_from_output_backward",
    "tanh_from_output_backward_fast",
    "identity_correct",
    "identity_derivative_correct",
    "identity_backward_correct",
    "gated_identity_correct",
    "gated_identity_backward_correct",
    "binary_step_correct",
    "binary_step_derivative_correct",
    "binary_step_backward_correct",
    "gated_binary_step_correct",
    "gated_binary_step_backward_correct",
    "relu_correct",
    "relu_derivative_correct",
    "relu_backward_correct",
    "gated_relu_correct",
    "gated_relu_backward_correct",
    "add_relu_correct",
    "add_relu_backward_correct",
    "relu6_correct",
    "relu6_derivative_correct",
    "relu6_backward_correct",
    "gated_relu6_correct",
    "gated_relu6_backward_correct",
    "relu_squared_correct",
    "relu_squared_derivative_correct",
    "relu_squared_backward_correct",
    "gated_relu_squared_correct",
    "gated_relu_squared_backward_correct",
    "leaky_relu_correct",
    "leaky_relu_derivative_correct",
    "leaky_relu_backward_correct",
    "gated_leaky_relu_correct",
    "gated_leaky_relu_backward_correct",
    "leaky_relu_parameter_correct",
    "prelu_correct",
    "prelu_derivative_correct",
    "prelu_backward_correct",
    "gated_prelu_correct",
    "gated_prelu_backward_correct",
    "prelu_parameter_correct",
    "threshold_correct",
    "threshold_derivative_correct",
    "threshold_backward_correct",
    "gated_threshold_correct",
    "gated_threshold_backward_correct",
    "elu_correct",
    "elu_derivative_correct",
    "elu_backward_correct",
    "gated_elu_correct",
    "gated_elu_backward_correct",
    "selu_correct",
    "selu_derivative_correct",
    "selu_backward_correct",
    "gated_selu_correct",
    "gated_selu_backward_correct",
    "celu_correct",
    "celu_derivative_correct",
    "celu_backward_correct",
    "gated_celu_correct",
    "gated_celu_backward_correct",
    "gelu_correct",
    "gelu_derivative_correct",
    "gelu_backward_correct",
    "gated_gelu_correct",
    "gated_gelu_backward_correct",
    "add_gelu_correct",
    "add_gelu_backward_correct",
    "gelu_tanh_correct",
    "gelu_tanh_derivative_correct",
    "gelu_tanh_backward_correct",
    "gated_gelu_tanh_correct",
    "gated_gelu_tanh_backward_correct",
    "add_gelu_tanh_correct",
    "add_gelu_tanh_backward_correct",
    "quick_gelu_correct",
    "quick_gelu_derivative_correct",
    "quick_gelu_backward_correct",
    "gated_quick_gelu_correct",
    "gated_quick_gelu_backward_correct",
    "silu_correct",
    "silu_derivative_correct",
    "silu_backward_correct",
    "gated_silu_correct",
    "gated_silu_backward_correct",
    "add_silu_correct",
    "add_silu_backward_correct",
    "swish_correct",
    "swish_derivative_correct",
    "swish_backward_correct",
    "gated_swish_correct",
    "gated_swish_backward_correct",
    "swish_parameter_correct",
    "sigmoid_correct",
    "sigmoid_derivative_correct",
    "sigmoid_backward_correct",
    "gated_sigmoid_correct",
    "gated_sigmoid_backward_correct",
    "log_sigmoid_correct",
    "log_sigmoid_derivative_correct",
    "log_sigmoid_backward_correct",
    "gated_log_sigmoid_correct",
    "gated_log_sigmoid_backward_correct",
    "hard_sigmoid_correct",
    "hard_sigmoid_derivative_correct",
    "hard_sigmoid_backward_correct",
    "gated_hard_sigmoid_correct",
    "gated_hard_sigmoid_backward_correct",
    "hard_sigmoid_linear_correct",
    "hard_sigmoid_linear_derivative_correct",
    "hard_sigmoid_linear_backward_correct",
    "gated_hard_sigmoid_linear_correct",
    "gated_hard_sigmoid_linear_backward_correct",
    "tanh_correct",
    "tanh_derivative_correct",
    "tanh_backward_correct",
    "gated_tanh_correct",
    "gated_tanh_backward_correct",
    "hard_tanh_correct",
    "hard_tanh_derivative_correct",
    "hard_tanh_backward_correct",
    "gated_hard_tanh_correct",
    "gated_hard_tanh_backward_correct",
    "tanhshrink_correct",
    "tanhshrink_derivative_correct",
    "tanhshrink_backward_correct",
    "gated_tanhshrink_correct",
    "gated_tanhshrink_backward_correct",
    "softplus_correct",
    "softplus_derivative_correct",
    "softplus_backward_correct",
    "gated_softplus_correct",
    "gated_softplus_backward_correct",
    "sqrt_softplus_correct",
    "sqrt_softplus_derivative_correct",
    "sqrt_softplus_backward_correct",
    "gated_sqrt_softplus_correct",
    "gated_sqrt_softplus_backward_correct",
    "softsign_correct",
    "softsign_derivative_correct",
    "softsign_backward_correct",
    "gated_softsign_correct",
    "gated_softsign_backward_correct",
    "squareplus_correct",
    "squareplus_derivative_correct",
    "squareplus_backward_correct",
    "gated_squareplus_correct",
    "gated_squareplus_backward_correct",
    "mish_correct",
    "mish_derivative_correct",
    "mish_backward_correct",
    "gated_mish_correct",
    "gated_mish_backward_correct",
    "hard_swish_correct",
    "hard_swish_derivative_correct",
    "hard_swish_backward_correct",
    "gated_hard_swish_correct",
    "gated_hard_swish_backward_correct",
    "softshrink_correct",
    "softshrink_derivative_correct",
    "softshrink_backward_correct",
    "gated_softshrink_correct",
    "gated_softshrink_backward_correct",
    "hardshrink_correct",
    "hardshrink_derivative_correct",
    "hardshrink_backward_correct",
    "gated_hardshrink_correct",
    "gated_hardshrink_backward_correct",
    "erf_correct",
    "erf_derivative_correct",
    "erf_backward_correct",
    "gated_erf_correct",
    "gated_erf_backward_correct",
    "laplace_correct",
    "laplace_derivative_correct",
    "laplace_backward_correct",
    "gated_laplace_correct",
    "gated_laplace_backward_correct",
    "gelu_10_correct",
    "gelu_10_derivative_correct",
    "gelu_10_backward_correct",
    "gated_gelu_10_correct",
    "gated_gelu_10_backward_correct",
    "exponential_correct",
    "exponential_derivative_correct",
    "exponential_backward_correct",
    "gated_exponential_correct",
    "gated_exponential_backward_correct",
    "hard_mish_correct",
    "hard_mish_derivative_correct",
    "hard_mish_backward_correct",
    "gated_hard_mish_correct",
    "gated_hard_mish_backward_correct",
    "sparse_plus_correct",
    "sparse_plus_derivative_correct",
    "sparse_plus_backward_correct",
    "gated_sparse_plus_correct",
    "gated_sparse_plus_backward_correct",
    "star_relu_correct",
    "star_relu_derivative_correct",
    "star_relu_backward_correct",
    "gated_star_relu_correct",
    "gated_star_relu_backward_correct",
    "softcap_correct",
    "softcap_derivative_correct",
    "softcap_backward_correct",
    "gated_softcap_correct",
    "gated_softcap_backward_correct",
    "xielu_correct",
    "xielu_derivative_correct",
    "xielu_backward_correct",
    "gated_xielu_correct",
    "gated_xielu_backward_correct",
    "snake_correct",
    "snake_derivative_correct",
    "snake_backward_correct",
    "gated_snake_correct",
    "gated_snake_backward_correct",
    "snake_beta_correct",
    "snake_beta_derivative_correct",
    "snake_beta_backward_correct",
    "gated_snake_beta_correct",
    "gated_snake_beta_backward_correct",
    "gaussian_correct",
    "gaussian_derivative_correct",
    "gaussian_backward_correct",
    "gated_gaussian_correct",
    "gated_gaussian_backward_correct",
    "multiquadric_correct",
    "multiquadric_derivative_correct",
    "multiquadric_backward_correct",
    "gated_multiquadric_correct",
    "gated_multiquadric_backward_correct",
    "inverse_multiquadric_correct",
    "inverse_multiquadric_derivative_correct",
    "inverse_multiquadric_backward_correct",
    "gated_inverse_multiquadric_correct",
    "gated_inverse_multiquadric_backward_correct",
    "square_correct",
    "square_derivative_correct",
    "square_backward_correct",
    "gated_square_correct",
    "gated_square_backward_correct",
    "thin_plate_correct",
    "thin_plate_derivative_correct",
    "thin_plate_backward_correct",
    "gated_thin_plate_correct",
    "gated_thin_plate_backward_correct",
    "gated_swiglu_clamped_correct",
    "gated_swiglu_clamped_backward_correct",
    "gated_swiglu_clamped_after_correct",
    "gated_swiglu_clamped_after_backward_correct",
    "gated_situ_correct",
    "gated_situ_backward_correct",
    "gated_drelu_correct",
    "gated_drelu_backward_correct",
    "sigmoid_from_output_backward_correct",
    "log_sigmoid_from_output_backward_correct",
    "tanh_from_output_backward_correct",
    "softmax_correct",
    "softmax_backward_correct",
    "log_softmax_correct",
    "log_softmax_backward_correct",
    "softmin_correct",
    "softmin_backward_correct",
    "logsumexp_correct",
    "logsumexp_backward_correct",
    "sparsemax_correct",
    "sparsemax_backward_correct",
    "entmax15_correct",
    "entmax15_backward_correct",
    "maxout_correct",
    "maxout_backward_correct",
    "poly_norm_correct",
    "poly_norm_backward_correct",
]

cdef void identity(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](0, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void identity_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](1, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void identity_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](2, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void identity_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](3, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void identity_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](4, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void identity_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](5, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_identity(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](6, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_identity_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](7, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_identity_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](8, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_identity_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](9, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void binary_step(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](10, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void binary_step_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](11, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void binary_step_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](12, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void binary_step_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](13, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void binary_step_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](14, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void binary_step_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](15, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_binary_step(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](16, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_binary_step_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](17, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_binary_step_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](18, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_binary_step_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](19, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void relu(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](20, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](21, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](22, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](23, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](24, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](25, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](26, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](27, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](28, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_relu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](29, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void add_relu(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](30, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_relu_fast(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](31, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_relu_backward(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](32, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_relu_backward_fast(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](33, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu6(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](34, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu6_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](35, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu6_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](36, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu6_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](37, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu6_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](38, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu6_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](39, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu6(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](40, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu6_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](41, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu6_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](42, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_relu6_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](43, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void relu_squared(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](44, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_squared_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](45, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_squared_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](46, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_squared_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](47, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_squared_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](48, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_squared_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](49, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu_squared(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](50, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu_squared_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](51, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu_squared_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](52, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_relu_squared_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](53, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void leaky_relu(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](54, x, NULL, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void leaky_relu_fast(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](55, x, NULL, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void leaky_relu_derivative(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](56, x, NULL, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void leaky_relu_derivative_fast(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](57, x, NULL, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void leaky_relu_backward(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](58, grad, x, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void leaky_relu_backward_fast(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](59, grad, x, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void gated_leaky_relu(const floating *gate, const floating *up, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](60, gate, up, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void gated_leaky_relu_fast(const floating *gate, const floating *up, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](61, gate, up, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void gated_leaky_relu_backward(const floating *grad, const floating *gate, const floating *up, double negative_slope, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](62, grad, gate, up, 1, negative_slope, 0, 0, 0, d_gate, d_up, n)

cdef void gated_leaky_relu_backward_fast(const floating *grad, const floating *gate, const floating *up, double negative_slope, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](63, grad, gate, up, 1, negative_slope, 0, 0, 0, d_gate, d_up, n)

cdef void leaky_relu_parameter(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](64, grad, x, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void leaky_relu_parameter_fast(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](65, grad, x, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void prelu(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](66, x, NULL, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void prelu_fast(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](67, x, NULL, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void prelu_derivative(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](68, x, NULL, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void prelu_derivative_fast(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](69, x, NULL, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void prelu_backward(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](70, grad, x, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void prelu_backward_fast(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](71, grad, x, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void gated_prelu(const floating *gate, const floating *up, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](72, gate, up, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void gated_prelu_fast(const floating *gate, const floating *up, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](73, gate, up, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void gated_prelu_backward(const floating *grad, const floating *gate, const floating *up, double weight, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](74, grad, gate, up, 1, weight, 0, 0, 0, d_gate, d_up, n)

cdef void gated_prelu_backward_fast(const floating *grad, const floating *gate, const floating *up, double weight, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](75, grad, gate, up, 1, weight, 0, 0, 0, d_gate, d_up, n)

cdef void prelu_parameter(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](76, grad, x, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void prelu_parameter_fast(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](77, grad, x, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void threshold(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](78, x, NULL, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void threshold_fast(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](79, x, NULL, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void threshold_derivative(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](80, x, NULL, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void threshold_derivative_fast(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](81, x, NULL, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void threshold_backward(const floating *grad, const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](82, grad, x, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void threshold_backward_fast(const floating *grad, const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](83, grad, x, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void gated_threshold(const floating *gate, const floating *up, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](84, gate, up, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void gated_threshold_fast(const floating *gate, const floating *up, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](85, gate, up, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void gated_threshold_backward(const floating *grad, const floating *gate, const floating *up, double threshold, double value, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](86, grad, gate, up, 2, threshold, value, 0, 0, d_gate, d_up, n)

cdef void gated_threshold_backward_fast(const floating *grad, const floating *gate, const floating *up, double threshold, double value, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](87, grad, gate, up, 2, threshold, value, 0, 0, d_gate, d_up, n)

cdef void elu(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](88, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void elu_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](89, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void elu_derivative(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](90, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void elu_derivative_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](91, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void elu_backward(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](92, grad, x, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void elu_backward_fast(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](93, grad, x, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_elu(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](94, gate, up, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_elu_fast(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](95, gate, up, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_elu_backward(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](96, grad, gate, up, 1, alpha, 0, 0, 0, d_gate, d_up, n)

cdef void gated_elu_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](97, grad, gate, up, 1, alpha, 0, 0, 0, d_gate, d_up, n)

cdef void selu(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](98, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void selu_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](99, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void selu_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](100, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void selu_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](101, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void selu_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](102, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void selu_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](103, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_selu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](104, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_selu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](105, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_selu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](106, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_selu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](107, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void celu(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](108, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void celu_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](109, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void celu_derivative(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](110, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void celu_derivative_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](111, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void celu_backward(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](112, grad, x, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void celu_backward_fast(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](113, grad, x, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_celu(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](114, gate, up, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_celu_fast(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](115, gate, up, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_celu_backward(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](116, grad, gate, up, 1, alpha, 0, 0, 0, d_gate, d_up, n)

cdef void gated_celu_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](117, grad, gate, up, 1, alpha, 0, 0, 0, d_gate, d_up, n)

cdef void gelu(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](118, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](119, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](120, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](121, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](122, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](123, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](124, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](125, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](126, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_gelu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](127, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void add_gelu(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](128, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_gelu_fast(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](129, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_gelu_backward(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](130, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_gelu_backward_fast(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](131, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_tanh(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](132, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_tanh_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](133, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_tanh_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](134, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_tanh_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](135, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_tanh_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](136, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_tanh_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](137, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_tanh(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](138, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_tanh_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](139, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_tanh_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](140, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_gelu_tanh_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](141, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void add_gelu_tanh(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](142, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_gelu_tanh_fast(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](143, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_gelu_tanh_backward(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](144, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_gelu_tanh_backward_fast(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](145, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void quick_gelu(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](146, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void quick_gelu_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](147, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void quick_gelu_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](148, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void quick_gelu_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](149, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void quick_gelu_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](150, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void quick_gelu_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](151, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_quick_gelu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](152, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_quick_gelu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](153, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_quick_gelu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](154, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_quick_gelu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](155, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void silu(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](156, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void silu_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](157, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void silu_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](158, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void silu_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](159, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void silu_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](160, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void silu_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](161, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_silu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](162, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_silu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](163, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_silu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](164, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_silu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](165, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void add_silu(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](166, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_silu_fast(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](167, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_silu_backward(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](168, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_silu_backward_fast(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](169, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void swish(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](170, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void swish_fast(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](171, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void swish_derivative(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](172, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void swish_derivative_fast(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](173, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void swish_backward(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](174, grad, x, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void swish_backward_fast(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](175, grad, x, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void gated_swish(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](176, gate, up, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void gated_swish_fast(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](177, gate, up, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void gated_swish_backward(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](178, grad, gate, up, 1, beta, 0, 0, 0, d_gate, d_up, n)

cdef void gated_swish_backward_fast(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](179, grad, gate, up, 1, beta, 0, 0, 0, d_gate, d_up, n)

cdef void swish_parameter(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](180, grad, x, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void swish_parameter_fast(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](181, grad, x, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void sigmoid(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](182, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sigmoid_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](183, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sigmoid_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](184, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sigmoid_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](185, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sigmoid_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](186, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sigmoid_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](187, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sigmoid(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](188, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sigmoid_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](189, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sigmoid_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](190, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_sigmoid_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](191, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void log_sigmoid(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](192, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void log_sigmoid_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](193, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void log_sigmoid_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](194, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void log_sigmoid_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](195, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void log_sigmoid_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](196, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void log_sigmoid_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](197, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_log_sigmoid(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](198, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_log_sigmoid_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](199, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_log_sigmoid_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](200, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_log_sigmoid_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](201, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void hard_sigmoid(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](202, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_sigmoid_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](203, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_sigmoid_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](204, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_sigmoid_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](205, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_sigmoid_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](206, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_sigmoid_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](207, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_sigmoid(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](208, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_sigmoid_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](209, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_sigmoid_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](210, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_hard_sigmoid_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](211, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void hard_sigmoid_linear(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](212, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void hard_sigmoid_linear_fast(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](213, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void hard_sigmoid_linear_derivative(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](214, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void hard_sigmoid_linear_derivative_fast(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](215, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void hard_sigmoid_linear_backward(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](216, grad, x, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void hard_sigmoid_linear_backward_fast(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](217, grad, x, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void gated_hard_sigmoid_linear(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](218, gate, up, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void gated_hard_sigmoid_linear_fast(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](219, gate, up, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void gated_hard_sigmoid_linear_backward(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](220, grad, gate, up, 2, alpha, beta, 0, 0, d_gate, d_up, n)

cdef void gated_hard_sigmoid_linear_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](221, grad, gate, up, 2, alpha, beta, 0, 0, d_gate, d_up, n)

cdef void tanh(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](222, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanh_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](223, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanh_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](224, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanh_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](225, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanh_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](226, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanh_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](227, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_tanh(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](228, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_tanh_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](229, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_tanh_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](230, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_tanh_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](231, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void hard_tanh(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](232, x, NULL, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void hard_tanh_fast(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](233, x, NULL, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void hard_tanh_derivative(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](234, x, NULL, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void hard_tanh_derivative_fast(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](235, x, NULL, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void hard_tanh_backward(const floating *grad, const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](236, grad, x, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void hard_tanh_backward_fast(const floating *grad, const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](237, grad, x, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void gated_hard_tanh(const floating *gate, const floating *up, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](238, gate, up, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void gated_hard_tanh_fast(const floating *gate, const floating *up, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](239, gate, up, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void gated_hard_tanh_backward(const floating *grad, const floating *gate, const floating *up, double min_val, double max_val, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](240, grad, gate, up, 2, min_val, max_val, 0, 0, d_gate, d_up, n)

cdef void gated_hard_tanh_backward_fast(const floating *grad, const floating *gate, const floating *up, double min_val, double max_val, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](241, grad, gate, up, 2, min_val, max_val, 0, 0, d_gate, d_up, n)

cdef void tanhshrink(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](242, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanhshrink_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](243, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanhshrink_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](244, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanhshrink_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](245, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanhshrink_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](246, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanhshrink_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](247, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_tanhshrink(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](248, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_tanhshrink_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](249, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_tanhshrink_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](250, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_tanhshrink_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](251, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void softplus(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](252, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void softplus_fast(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](253, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void softplus_derivative(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](254, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void softplus_derivative_fast(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](255, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void softplus_backward(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](256, grad, x, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void softplus_backward_fast(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](257, grad, x, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void gated_softplus(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](258, gate, up, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void gated_softplus_fast(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](259, gate, up, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void gated_softplus_backward(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](260, grad, gate, up, 1, beta, 0, 0, 0, d_gate, d_up, n)

cdef void gated_softplus_backward_fast(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](261, grad, gate, up, 1, beta, 0, 0, 0, d_gate, d_up, n)

cdef void sqrt_softplus(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](262, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sqrt_softplus_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](263, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sqrt_softplus_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](264, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sqrt_softplus_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](265, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sqrt_softplus_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](266, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sqrt_softplus_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](267, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sqrt_softplus(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](268, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sqrt_softplus_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](269, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sqrt_softplus_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](270, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_sqrt_softplus_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](271, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void softsign(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](272, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void softsign_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](273, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void softsign_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](274, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void softsign_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](275, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void softsign_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](276, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void softsign_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](277, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_softsign(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](278, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_softsign_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](279, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_softsign_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](280, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_softsign_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](281, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void squareplus(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](282, x, NULL, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void squareplus_fast(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](283, x, NULL, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void squareplus_derivative(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](284, x, NULL, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void squareplus_derivative_fast(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](285, x, NULL, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void squareplus_backward(const floating *grad, const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](286, grad, x, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void squareplus_backward_fast(const floating *grad, const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](287, grad, x, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void gated_squareplus(const floating *gate, const floating *up, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](288, gate, up, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void gated_squareplus_fast(const floating *gate, const floating *up, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](289, gate, up, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void gated_squareplus_backward(const floating *grad, const floating *gate, const floating *up, double b, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](290, grad, gate, up, 1, b, 0, 0, 0, d_gate, d_up, n)

cdef void gated_squareplus_backward_fast(const floating *grad, const floating *gate, const floating *up, double b, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](291, grad, gate, up, 1, b, 0, 0, 0, d_gate, d_up, n)

cdef void mish(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](292, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void mish_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](293, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void mish_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](294, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void mish_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](295, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void mish_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](296, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void mish_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](297, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_mish(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](298, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_mish_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](299, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_mish_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](300, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_mish_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](301, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void hard_swish(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](302, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_swish_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](303, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_swish_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](304, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_swish_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](305, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_swish_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](306, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_swish_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](307, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_swish(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](308, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_swish_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](309, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_swish_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](310, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_hard_swish_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](311, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void softshrink(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](312, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void softshrink_fast(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](313, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void softshrink_derivative(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](314, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void softshrink_derivative_fast(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](315, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void softshrink_backward(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](316, grad, x, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void softshrink_backward_fast(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](317, grad, x, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void gated_softshrink(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](318, gate, up, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void gated_softshrink_fast(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](319, gate, up, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void gated_softshrink_backward(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](320, grad, gate, up, 1, lambd, 0, 0, 0, d_gate, d_up, n)

cdef void gated_softshrink_backward_fast(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](321, grad, gate, up, 1, lambd, 0, 0, 0, d_gate, d_up, n)

cdef void hardshrink(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](322, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void hardshrink_fast(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](323, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void hardshrink_derivative(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](324, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void hardshrink_derivative_fast(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](325, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void hardshrink_backward(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](326, grad, x, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void hardshrink_backward_fast(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](327, grad, x, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void gated_hardshrink(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](328, gate, up, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void gated_hardshrink_fast(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](329, gate, up, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void gated_hardshrink_backward(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](330, grad, gate, up, 1, lambd, 0, 0, 0, d_gate, d_up, n)

cdef void gated_hardshrink_backward_fast(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](331, grad, gate, up, 1, lambd, 0, 0, 0, d_gate, d_up, n)

cdef void erf(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](332, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void erf_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](333, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void erf_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](334, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void erf_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](335, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void erf_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](336, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void erf_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](337, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_erf(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](338, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_erf_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](339, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_erf_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](340, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_erf_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](341, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gaussian(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](342, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gaussian_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](343, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gaussian_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](344, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gaussian_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](345, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gaussian_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](346, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gaussian_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](347, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gaussian(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](348, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gaussian_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](349, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gaussian_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](350, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_gaussian_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](351, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void multiquadric(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](352, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void multiquadric_fast(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](353, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void multiquadric_derivative(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](354, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void multiquadric_derivative_fast(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](355, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void multiquadric_backward(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](356, grad, x, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void multiquadric_backward_fast(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](357, grad, x, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void gated_multiquadric(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](358, gate, up, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void gated_multiquadric_fast(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](359, gate, up, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void gated_multiquadric_backward(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](360, grad, gate, up, 1, epsilon, 0, 0, 0, d_gate, d_up, n)

cdef void gated_multiquadric_backward_fast(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](361, grad, gate, up, 1, epsilon, 0, 0, 0, d_gate, d_up, n)

cdef void inverse_multiquadric(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](362, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void inverse_multiquadric_fast(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](363, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void inverse_multiquadric_derivative(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](364, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void inverse_multiquadric_derivative_fast(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](365, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void inverse_multiquadric_backward(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](366, grad, x, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void inverse_multiquadric_backward_fast(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](367, grad, x, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void gated_inverse_multiquadric(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](368, gate, up, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void gated_inverse_multiquadric_fast(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](369, gate, up, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void gated_inverse_multiquadric_backward(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](370, grad, gate, up, 1, epsilon, 0, 0, 0, d_gate, d_up, n)

cdef void gated_inverse_multiquadric_backward_fast(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](371, grad, gate, up, 1, epsilon, 0, 0, 0, d_gate, d_up, n)

cdef void square(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](372, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void square_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](373, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void square_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](374, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void square_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](375, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void square_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](376, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void square_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](377, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_square(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](378, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_square_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](379, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_square_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](380, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_square_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](381, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void thin_plate(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](382, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void thin_plate_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](383, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void thin_plate_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](384, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void thin_plate_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](385, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void thin_plate_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](386, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void thin_plate_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](387, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_thin_plate(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](388, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_thin_plate_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](389, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_thin_plate_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](390, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_thin_plate_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](391, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_swiglu_clamped(const floating *gate, const floating *up, double alpha, double limit, double offset, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](392, gate, up, NULL, 3, alpha, limit, offset, 0, out, NULL, n)

cdef void gated_swiglu_clamped_fast(const floating *gate, const floating *up, double alpha, double limit, double offset, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](393, gate, up, NULL, 3, alpha, limit, offset, 0, out, NULL, n)

cdef void gated_swiglu_clamped_backward(const floating *grad, const floating *gate, const floating *up, double alpha, double limit, double offset, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](394, grad, gate, up, 3, alpha, limit, offset, 0, d_gate, d_up, n)

cdef void gated_swiglu_clamped_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, double limit, double offset, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](395, grad, gate, up, 3, alpha, limit, offset, 0, d_gate, d_up, n)

cdef void softmax(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](396, False, x, True, NULL, False, out, True, rows, n)

cdef void softmax_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](397, False, x, True, NULL, False, out, True, rows, n)

cdef void softmax_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](398, False, grad, True, y, True, out, True, rows, n)

cdef void softmax_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](399, False, grad, True, y, True, out, True, rows, n)

cdef void log_softmax(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](400, False, x, True, NULL, False, out, True, rows, n)

cdef void log_softmax_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](401, False, x, True, NULL, False, out, True, rows, n)

cdef void log_softmax_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](402, False, grad, True, y, True, out, True, rows, n)

cdef void log_softmax_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](403, False, grad, True, y, True, out, True, rows, n)

cdef void softmin(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](404, False, x, True, NULL, False, out, True, rows, n)

cdef void softmin_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](405, False, x, True, NULL, False, out, True, rows, n)

cdef void softmin_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](406, False, grad, True, y, True, out, True, rows, n)

cdef void softmin_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](407, False, grad, True, y, True, out, True, rows, n)

cdef void logsumexp(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](408, False, x, True, NULL, False, out, False, rows, n)

cdef void logsumexp_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](409, False, x, True, NULL, False, out, False, rows, n)

cdef void logsumexp_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](410, False, grad, False, x, True, out, True, rows, n)

cdef void logsumexp_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](411, False, grad, False, x, True, out, True, rows, n)

cdef void sparsemax(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](412, False, x, True, NULL, False, out, True, rows, n)

cdef void sparsemax_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](413, False, x, True, NULL, False, out, True, rows, n)

cdef void sparsemax_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](414, False, grad, True, y, True, out, True, rows, n)

cdef void sparsemax_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](415, False, grad, True, y, True, out, True, rows, n)

cdef void maxout(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](416, True, x, True, NULL, False, out, False, rows, n)

cdef void maxout_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](417, True, x, True, NULL, False, out, False, rows, n)

cdef void maxout_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](418, True, grad, False, x, True, out, True, rows, n)

cdef void maxout_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](419, True, grad, False, x, True, out, True, rows, n)

cdef floating identity_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](2, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating identity_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](0, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating binary_step_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](12, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating binary_step_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](10, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating relu_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](22, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating relu_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](20, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating relu6_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](36, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating relu6_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](34, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating relu_squared_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](46, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating relu_squared_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](44, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating leaky_relu_derivative_scalar(floating x, double negative_slope) noexcept nogil:
    cdef floating out
    elementwise[floating](56, &x, NULL, NULL, 1, negative_slope, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating leaky_relu_scalar(floating x, double negative_slope) noexcept nogil:
    cdef floating out
    elementwise[floating](54, &x, NULL, NULL, 1, negative_slope, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating prelu_derivative_scalar(floating x, double weight) noexcept nogil:
    cdef floating out
    elementwise[floating](68, &x, NULL, NULL, 1, weight, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating prelu_scalar(floating x, double weight) noexcept nogil:
    cdef floating out
    elementwise[floating](66, &x, NULL, NULL, 1, weight, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating threshold_derivative_scalar(floating x, double threshold, double value) noexcept nogil:
    cdef floating out
    elementwise[floating](80, &x, NULL, NULL, 2, threshold, value, 0, 0, &out, NULL, 1)
    return out

cdef floating threshold_scalar(floating x, double threshold, double value) noexcept nogil:
    cdef floating out
    elementwise[floating](78, &x, NULL, NULL, 2, threshold, value, 0, 0, &out, NULL, 1)
    return out

cdef floating elu_derivative_scalar(floating x, double alpha) noexcept nogil:
    cdef floating out
    elementwise[floating](90, &x, NULL, NULL, 1, alpha, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating elu_scalar(floating x, double alpha) noexcept nogil:
    cdef floating out
    elementwise[floating](88, &x, NULL, NULL, 1, alpha, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating selu_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](100, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating selu_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](98, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating celu_derivative_scalar(floating x, double alpha) noexcept nogil:
    cdef floating out
    elementwise[floating](110, &x, NULL, NULL, 1, alpha, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating celu_scalar(floating x, double alpha) noexcept nogil:
    cdef floating out
    elementwise[floating](108, &x, NULL, NULL, 1, alpha, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating gelu_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](120, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating gelu_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](118, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating gelu_tanh_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](134, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating gelu_tanh_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](132, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating quick_gelu_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](148, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating quick_gelu_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](146, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating silu_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](158, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating silu_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](156, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating swish_derivative_scalar(floating x, double beta) noexcept nogil:
    cdef floating out
    elementwise[floating](172, &x, NULL, NULL, 1, beta, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating swish_scalar(floating x, double beta) noexcept nogil:
    cdef floating out
    elementwise[floating](170, &x, NULL, NULL, 1, beta, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating sigmoid_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](184, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating sigmoid_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](182, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating log_sigmoid_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](194, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating log_sigmoid_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](192, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating hard_sigmoid_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](204, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating hard_sigmoid_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](202, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating hard_sigmoid_linear_derivative_scalar(floating x, double alpha, double beta) noexcept nogil:
    cdef floating out
    elementwise[floating](214, &x, NULL, NULL, 2, alpha, beta, 0, 0, &out, NULL, 1)
    return out

cdef floating hard_sigmoid_linear_scalar(floating x, double alpha, double beta) noexcept nogil:
    cdef floating out
    elementwise[floating](212, &x, NULL, NULL, 2, alpha, beta, 0, 0, &out, NULL, 1)
    return out

cdef floating tanh_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](224, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating tanh_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](222, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating hard_tanh_derivative_scalar(floating x, double min_val, double max_val) noexcept nogil:
    cdef floating out
    elementwise[floating](234, &x, NULL, NULL, 2, min_val, max_val, 0, 0, &out, NULL, 1)
    return out

cdef floating hard_tanh_scalar(floating x, double min_val, double max_val) noexcept nogil:
    cdef floating out
    elementwise[floating](232, &x, NULL, NULL, 2, min_val, max_val, 0, 0, &out, NULL, 1)
    return out

cdef floating tanhshrink_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](244, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating tanhshrink_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](242, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating softplus_derivative_scalar(floating x, double beta) noexcept nogil:
    cdef floating out
    elementwise[floating](254, &x, NULL, NULL, 1, beta, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating softplus_scalar(floating x, double beta) noexcept nogil:
    cdef floating out
    elementwise[floating](252, &x, NULL, NULL, 1, beta, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating sqrt_softplus_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](264, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating sqrt_softplus_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](262, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating softsign_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](274, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating softsign_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](272, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating squareplus_derivative_scalar(floating x, double b) noexcept nogil:
    cdef floating out
    elementwise[floating](284, &x, NULL, NULL, 1, b, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating squareplus_scalar(floating x, double b) noexcept nogil:
    cdef floating out
    elementwise[floating](282, &x, NULL, NULL, 1, b, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating mish_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](294, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating mish_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](292, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating hard_swish_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](304, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating hard_swish_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](302, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating softshrink_derivative_scalar(floating x, double lambd) noexcept nogil:
    cdef floating out
    elementwise[floating](314, &x, NULL, NULL, 1, lambd, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating softshrink_scalar(floating x, double lambd) noexcept nogil:
    cdef floating out
    elementwise[floating](312, &x, NULL, NULL, 1, lambd, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating hardshrink_derivative_scalar(floating x, double lambd) noexcept nogil:
    cdef floating out
    elementwise[floating](324, &x, NULL, NULL, 1, lambd, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating hardshrink_scalar(floating x, double lambd) noexcept nogil:
    cdef floating out
    elementwise[floating](322, &x, NULL, NULL, 1, lambd, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating erf_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](334, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating erf_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](332, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating gaussian_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](344, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating gaussian_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](342, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating multiquadric_derivative_scalar(floating x, double epsilon) noexcept nogil:
    cdef floating out
    elementwise[floating](354, &x, NULL, NULL, 1, epsilon, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating multiquadric_scalar(floating x, double epsilon) noexcept nogil:
    cdef floating out
    elementwise[floating](352, &x, NULL, NULL, 1, epsilon, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating inverse_multiquadric_derivative_scalar(floating x, double epsilon) noexcept nogil:
    cdef floating out
    elementwise[floating](364, &x, NULL, NULL, 1, epsilon, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating inverse_multiquadric_scalar(floating x, double epsilon) noexcept nogil:
    cdef floating out
    elementwise[floating](362, &x, NULL, NULL, 1, epsilon, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating square_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](374, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating square_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](372, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating thin_plate_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](384, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating thin_plate_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](382, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef void laplace(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](420, x, NULL, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void laplace_fast(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](421, x, NULL, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void laplace_derivative(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](422, x, NULL, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void laplace_derivative_fast(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](423, x, NULL, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void laplace_backward(const floating *grad, const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](424, grad, x, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void laplace_backward_fast(const floating *grad, const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](425, grad, x, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void gated_laplace(const floating *gate, const floating *up, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](426, gate, up, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void gated_laplace_fast(const floating *gate, const floating *up, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](427, gate, up, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void gated_laplace_backward(const floating *grad, const floating *gate, const floating *up, double mu, double sigma, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](428, grad, gate, up, 2, mu, sigma, 0, 0, d_gate, d_up, n)

cdef void gated_laplace_backward_fast(const floating *grad, const floating *gate, const floating *up, double mu, double sigma, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](429, grad, gate, up, 2, mu, sigma, 0, 0, d_gate, d_up, n)

cdef floating laplace_scalar(floating x, double mu, double sigma) noexcept nogil:
    cdef floating out
    elementwise[floating](420, &x, NULL, NULL, 2, mu, sigma, 0, 0, &out, NULL, 1)
    return out

cdef floating laplace_derivative_scalar(floating x, double mu, double sigma) noexcept nogil:
    cdef floating out
    elementwise[floating](422, &x, NULL, NULL, 2, mu, sigma, 0, 0, &out, NULL, 1)
    return out

cdef void gelu_10(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](430, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_10_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](431, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_10_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](432, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_10_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](433, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_10_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](434, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_10_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](435, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_10(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](436, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_10_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](437, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_10_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](438, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_gelu_10_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](439, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void exponential(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](440, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void exponential_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](441, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void exponential_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](442, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void exponential_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](443, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void exponential_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](444, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void exponential_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](445, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_exponential(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](446, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_exponential_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](447, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_exponential_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](448, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_exponential_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](449, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void hard_mish(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](450, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_mish_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](451, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_mish_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](452, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_mish_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](453, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_mish_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](454, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_mish_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](455, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_mish(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](456, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_mish_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](457, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_mish_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](458, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_hard_mish_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](459, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void sparse_plus(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](460, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sparse_plus_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](461, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sparse_plus_derivative(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](462, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sparse_plus_derivative_fast(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](463, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sparse_plus_backward(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](464, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sparse_plus_backward_fast(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](465, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sparse_plus(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](466, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sparse_plus_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](467, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sparse_plus_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](468, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_sparse_plus_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](469, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void star_relu(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](470, x, NULL, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void star_relu_fast(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](471, x, NULL, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void star_relu_derivative(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](472, x, NULL, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void star_relu_derivative_fast(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](473, x, NULL, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void star_relu_backward(const floating *grad, const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](474, grad, x, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void star_relu_backward_fast(const floating *grad, const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](475, grad, x, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void gated_star_relu(const floating *gate, const floating *up, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](476, gate, up, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void gated_star_relu_fast(const floating *gate, const floating *up, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](477, gate, up, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void gated_star_relu_backward(const floating *grad, const floating *gate, const floating *up, double scale, double bias, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](478, grad, gate, up, 2, scale, bias, 0, 0, d_gate, d_up, n)

cdef void gated_star_relu_backward_fast(const floating *grad, const floating *gate, const floating *up, double scale, double bias, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](479, grad, gate, up, 2, scale, bias, 0, 0, d_gate, d_up, n)

cdef void softcap(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](480, x, NULL, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void softcap_fast(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](481, x, NULL, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void softcap_derivative(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](482, x, NULL, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void softcap_derivative_fast(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](483, x, NULL, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void softcap_backward(const floating *grad, const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](484, grad, x, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void softcap_backward_fast(const floating *grad, const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](485, grad, x, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void gated_softcap(const floating *gate, const floating *up, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](486, gate, up, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void gated_softcap_fast(const floating *gate, const floating *up, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](487, gate, up, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void gated_softcap_backward(const floating *grad, const floating *gate, const floating *up, double c, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](488, grad, gate, up, 1, c, 0, 0, 0, d_gate, d_up, n)

cdef void gated_softcap_backward_fast(const floating *grad, const floating *gate, const floating *up, double c, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](489, grad, gate, up, 1, c, 0, 0, 0, d_gate, d_up, n)

cdef void xielu(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](490, x, NULL, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void xielu_fast(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](491, x, NULL, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void xielu_derivative(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](492, x, NULL, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void xielu_derivative_fast(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](493, x, NULL, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void xielu_backward(const floating *grad, const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](494, grad, x, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void xielu_backward_fast(const floating *grad, const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](495, grad, x, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void gated_xielu(const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](496, gate, up, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void gated_xielu_fast(const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](497, gate, up, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void gated_xielu_backward(const floating *grad, const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](498, grad, gate, up, 4, alpha_p, alpha_n, beta, eps, d_gate, d_up, n)

cdef void gated_xielu_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](499, grad, gate, up, 4, alpha_p, alpha_n, beta, eps, d_gate, d_up, n)

cdef void snake(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](500, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void snake_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](501, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void snake_derivative(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](502, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void snake_derivative_fast(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](503, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void snake_backward(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](504, grad, x, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void snake_backward_fast(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](505, grad, x, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_snake(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](506, gate, up, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_snake_fast(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](507, gate, up, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_snake_backward(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](508, grad, gate, up, 1, alpha, 0, 0, 0, d_gate, d_up, n)

cdef void gated_snake_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](509, grad, gate, up, 1, alpha, 0, 0, 0, d_gate, d_up, n)

cdef void snake_beta(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](510, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void snake_beta_fast(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](511, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void snake_beta_derivative(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](512, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void snake_beta_derivative_fast(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](513, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void snake_beta_backward(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](514, grad, x, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void snake_beta_backward_fast(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](515, grad, x, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void gated_snake_beta(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](516, gate, up, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void gated_snake_beta_fast(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](517, gate, up, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void gated_snake_beta_backward(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](518, grad, gate, up, 2, alpha, beta, 0, 0, d_gate, d_up, n)

cdef void gated_snake_beta_backward_fast(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](519, grad, gate, up, 2, alpha, beta, 0, 0, d_gate, d_up, n)

cdef void gated_swiglu_clamped_after(const floating *gate, const floating *up, double limit, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](520, gate, up, NULL, 1, limit, 0, 0, 0, out, NULL, n)

cdef void gated_swiglu_clamped_after_fast(const floating *gate, const floating *up, double limit, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](521, gate, up, NULL, 1, limit, 0, 0, 0, out, NULL, n)

cdef void gated_swiglu_clamped_after_backward(const floating *grad, const floating *gate, const floating *up, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](522, grad, gate, up, 1, limit, 0, 0, 0, d_gate, d_up, n)

cdef void gated_swiglu_clamped_after_backward_fast(const floating *grad, const floating *gate, const floating *up, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](523, grad, gate, up, 1, limit, 0, 0, 0, d_gate, d_up, n)

cdef void gated_situ(const floating *gate, const floating *up, double beta, double limit, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](524, gate, up, NULL, 2, beta, limit, 0, 0, out, NULL, n)

cdef void gated_situ_fast(const floating *gate, const floating *up, double beta, double limit, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](525, gate, up, NULL, 2, beta, limit, 0, 0, out, NULL, n)

cdef void gated_situ_backward(const floating *grad, const floating *gate, const floating *up, double beta, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](526, grad, gate, up, 2, beta, limit, 0, 0, d_gate, d_up, n)

cdef void gated_situ_backward_fast(const floating *grad, const floating *gate, const floating *up, double beta, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](527, grad, gate, up, 2, beta, limit, 0, 0, d_gate, d_up, n)

cdef void gated_drelu(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](528, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_drelu_fast(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](529, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_drelu_backward(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](530, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_drelu_backward_fast(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](531, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef floating gelu_10_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](430, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating gelu_10_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](432, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating exponential_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](440, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating exponential_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](442, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating hard_mish_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](450, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating hard_mish_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](452, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating sparse_plus_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](460, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating sparse_plus_derivative_scalar(floating x) noexcept nogil:
    cdef floating out
    elementwise[floating](462, &x, NULL, NULL, 0, 0, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating star_relu_scalar(floating x, double scale, double bias) noexcept nogil:
    cdef floating out
    elementwise[floating](470, &x, NULL, NULL, 2, scale, bias, 0, 0, &out, NULL, 1)
    return out

cdef floating star_relu_derivative_scalar(floating x, double scale, double bias) noexcept nogil:
    cdef floating out
    elementwise[floating](472, &x, NULL, NULL, 2, scale, bias, 0, 0, &out, NULL, 1)
    return out

cdef floating softcap_scalar(floating x, double c) noexcept nogil:
    cdef floating out
    elementwise[floating](480, &x, NULL, NULL, 1, c, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating softcap_derivative_scalar(floating x, double c) noexcept nogil:
    cdef floating out
    elementwise[floating](482, &x, NULL, NULL, 1, c, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating xielu_scalar(floating x, double alpha_p, double alpha_n, double beta, double eps) noexcept nogil:
    cdef floating out
    elementwise[floating](490, &x, NULL, NULL, 4, alpha_p, alpha_n, beta, eps, &out, NULL, 1)
    return out

cdef floating xielu_derivative_scalar(floating x, double alpha_p, double alpha_n, double beta, double eps) noexcept nogil:
    cdef floating out
    elementwise[floating](492, &x, NULL, NULL, 4, alpha_p, alpha_n, beta, eps, &out, NULL, 1)
    return out

cdef floating snake_scalar(floating x, double alpha) noexcept nogil:
    cdef floating out
    elementwise[floating](500, &x, NULL, NULL, 1, alpha, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating snake_derivative_scalar(floating x, double alpha) noexcept nogil:
    cdef floating out
    elementwise[floating](502, &x, NULL, NULL, 1, alpha, 0, 0, 0, &out, NULL, 1)
    return out

cdef floating snake_beta_scalar(floating x, double alpha, double beta) noexcept nogil:
    cdef floating out
    elementwise[floating](510, &x, NULL, NULL, 2, alpha, beta, 0, 0, &out, NULL, 1)
    return out

cdef floating snake_beta_derivative_scalar(floating x, double alpha, double beta) noexcept nogil:
    cdef floating out
    elementwise[floating](512, &x, NULL, NULL, 2, alpha, beta, 0, 0, &out, NULL, 1)
    return out

cdef void entmax15(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](532, False, x, True, NULL, False, out, True, rows, n)

cdef void entmax15_fast(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](533, False, x, True, NULL, False, out, True, rows, n)

cdef void entmax15_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](534, False, grad, True, y, True, out, True, rows, n)

cdef void entmax15_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](535, False, grad, True, y, True, out, True, rows, n)

cdef void poly_norm(const floating *x, double w0, double w1, double w2, double bias, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold_with_numbers[floating](536, x, NULL, 5, w0, w1, w2, bias, eps, out, rows, n)

cdef void poly_norm_fast(const floating *x, double w0, double w1, double w2, double bias, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold_with_numbers[floating](537, x, NULL, 5, w0, w1, w2, bias, eps, out, rows, n)

cdef void poly_norm_backward(const floating *grad, const floating *x, double w0, double w1, double w2, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold_with_numbers[floating](538, grad, x, 4, w0, w1, w2, eps, 0, out, rows, n)

cdef void poly_norm_backward_fast(const floating *grad, const floating *x, double w0, double w1, double w2, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold_with_numbers[floating](539, grad, x, 4, w0, w1, w2, eps, 0, out, rows, n)

cdef void sigmoid_from_output_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](540, grad, y, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sigmoid_from_output_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](541, grad, y, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void log_sigmoid_from_output_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](542, grad, y, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void log_sigmoid_from_output_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](543, grad, y, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanh_from_output_backward(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](544, grad, y, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanh_from_output_backward_fast(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](545, grad, y, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void identity_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](546, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void identity_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](547, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void identity_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](548, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_identity_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](549, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_identity_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](550, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void binary_step_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](551, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void binary_step_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](552, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void binary_step_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](553, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_binary_step_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](554, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_binary_step_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](555, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void relu_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](556, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](557, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](558, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](559, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](560, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void add_relu_correct(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](561, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_relu_backward_correct(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](562, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu6_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](563, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu6_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](564, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu6_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](565, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu6_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](566, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu6_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](567, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void relu_squared_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](568, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_squared_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](569, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void relu_squared_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](570, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu_squared_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](571, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_relu_squared_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](572, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void leaky_relu_correct(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](573, x, NULL, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void leaky_relu_derivative_correct(const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](574, x, NULL, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void leaky_relu_backward_correct(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](575, grad, x, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void gated_leaky_relu_correct(const floating *gate, const floating *up, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](576, gate, up, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void gated_leaky_relu_backward_correct(const floating *grad, const floating *gate, const floating *up, double negative_slope, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](577, grad, gate, up, 1, negative_slope, 0, 0, 0, d_gate, d_up, n)

cdef void leaky_relu_parameter_correct(const floating *grad, const floating *x, double negative_slope, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](578, grad, x, NULL, 1, negative_slope, 0, 0, 0, out, NULL, n)

cdef void prelu_correct(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](579, x, NULL, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void prelu_derivative_correct(const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](580, x, NULL, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void prelu_backward_correct(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](581, grad, x, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void gated_prelu_correct(const floating *gate, const floating *up, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](582, gate, up, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void gated_prelu_backward_correct(const floating *grad, const floating *gate, const floating *up, double weight, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](583, grad, gate, up, 1, weight, 0, 0, 0, d_gate, d_up, n)

cdef void prelu_parameter_correct(const floating *grad, const floating *x, double weight, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](584, grad, x, NULL, 1, weight, 0, 0, 0, out, NULL, n)

cdef void threshold_correct(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](585, x, NULL, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void threshold_derivative_correct(const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](586, x, NULL, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void threshold_backward_correct(const floating *grad, const floating *x, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](587, grad, x, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void gated_threshold_correct(const floating *gate, const floating *up, double threshold, double value, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](588, gate, up, NULL, 2, threshold, value, 0, 0, out, NULL, n)

cdef void gated_threshold_backward_correct(const floating *grad, const floating *gate, const floating *up, double threshold, double value, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](589, grad, gate, up, 2, threshold, value, 0, 0, d_gate, d_up, n)

cdef void elu_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](590, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void elu_derivative_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](591, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void elu_backward_correct(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](592, grad, x, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_elu_correct(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](593, gate, up, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_elu_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](594, grad, gate, up, 1, alpha, 0, 0, 0, d_gate, d_up, n)

cdef void selu_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](595, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void selu_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](596, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void selu_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](597, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_selu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](598, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_selu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](599, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void celu_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](600, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void celu_derivative_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](601, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void celu_backward_correct(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](602, grad, x, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_celu_correct(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](603, gate, up, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_celu_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](604, grad, gate, up, 1, alpha, 0, 0, 0, d_gate, d_up, n)

cdef void gelu_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](605, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](606, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](607, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](608, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](609, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void add_gelu_correct(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](610, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_gelu_backward_correct(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](611, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_tanh_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](612, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_tanh_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](613, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_tanh_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](614, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_tanh_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](615, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_tanh_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](616, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void add_gelu_tanh_correct(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](617, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_gelu_tanh_backward_correct(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](618, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void quick_gelu_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](619, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void quick_gelu_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](620, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void quick_gelu_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](621, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_quick_gelu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](622, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_quick_gelu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](623, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void silu_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](624, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void silu_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](625, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void silu_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](626, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_silu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](627, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_silu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](628, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void add_silu_correct(const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](629, x, bias, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void add_silu_backward_correct(const floating *grad, const floating *x, const floating *bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](630, grad, x, bias, 0, 0, 0, 0, 0, out, NULL, n)

cdef void swish_correct(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](631, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void swish_derivative_correct(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](632, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void swish_backward_correct(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](633, grad, x, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void gated_swish_correct(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](634, gate, up, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void gated_swish_backward_correct(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](635, grad, gate, up, 1, beta, 0, 0, 0, d_gate, d_up, n)

cdef void swish_parameter_correct(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](636, grad, x, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void sigmoid_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](637, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sigmoid_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](638, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sigmoid_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](639, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sigmoid_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](640, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sigmoid_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](641, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void log_sigmoid_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](642, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void log_sigmoid_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](643, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void log_sigmoid_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](644, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_log_sigmoid_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](645, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_log_sigmoid_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](646, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void hard_sigmoid_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](647, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_sigmoid_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](648, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_sigmoid_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](649, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_sigmoid_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](650, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_sigmoid_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](651, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void hard_sigmoid_linear_correct(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](652, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void hard_sigmoid_linear_derivative_correct(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](653, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void hard_sigmoid_linear_backward_correct(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](654, grad, x, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void gated_hard_sigmoid_linear_correct(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](655, gate, up, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void gated_hard_sigmoid_linear_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](656, grad, gate, up, 2, alpha, beta, 0, 0, d_gate, d_up, n)

cdef void tanh_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](657, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanh_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](658, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanh_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](659, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_tanh_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](660, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_tanh_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](661, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void hard_tanh_correct(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](662, x, NULL, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void hard_tanh_derivative_correct(const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](663, x, NULL, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void hard_tanh_backward_correct(const floating *grad, const floating *x, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](664, grad, x, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void gated_hard_tanh_correct(const floating *gate, const floating *up, double min_val, double max_val, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](665, gate, up, NULL, 2, min_val, max_val, 0, 0, out, NULL, n)

cdef void gated_hard_tanh_backward_correct(const floating *grad, const floating *gate, const floating *up, double min_val, double max_val, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](666, grad, gate, up, 2, min_val, max_val, 0, 0, d_gate, d_up, n)

cdef void tanhshrink_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](667, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanhshrink_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](668, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanhshrink_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](669, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_tanhshrink_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](670, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_tanhshrink_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](671, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void softplus_correct(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](672, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void softplus_derivative_correct(const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](673, x, NULL, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void softplus_backward_correct(const floating *grad, const floating *x, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](674, grad, x, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void gated_softplus_correct(const floating *gate, const floating *up, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](675, gate, up, NULL, 1, beta, 0, 0, 0, out, NULL, n)

cdef void gated_softplus_backward_correct(const floating *grad, const floating *gate, const floating *up, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](676, grad, gate, up, 1, beta, 0, 0, 0, d_gate, d_up, n)

cdef void sqrt_softplus_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](677, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sqrt_softplus_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](678, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sqrt_softplus_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](679, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sqrt_softplus_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](680, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sqrt_softplus_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](681, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void softsign_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](682, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void softsign_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](683, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void softsign_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](684, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_softsign_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](685, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_softsign_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](686, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void squareplus_correct(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](687, x, NULL, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void squareplus_derivative_correct(const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](688, x, NULL, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void squareplus_backward_correct(const floating *grad, const floating *x, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](689, grad, x, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void gated_squareplus_correct(const floating *gate, const floating *up, double b, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](690, gate, up, NULL, 1, b, 0, 0, 0, out, NULL, n)

cdef void gated_squareplus_backward_correct(const floating *grad, const floating *gate, const floating *up, double b, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](691, grad, gate, up, 1, b, 0, 0, 0, d_gate, d_up, n)

cdef void mish_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](692, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void mish_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](693, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void mish_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](694, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_mish_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](695, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_mish_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](696, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void hard_swish_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](697, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_swish_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](698, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_swish_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](699, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_swish_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](700, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_swish_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](701, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void softshrink_correct(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](702, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void softshrink_derivative_correct(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](703, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void softshrink_backward_correct(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](704, grad, x, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void gated_softshrink_correct(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](705, gate, up, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void gated_softshrink_backward_correct(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](706, grad, gate, up, 1, lambd, 0, 0, 0, d_gate, d_up, n)

cdef void hardshrink_correct(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](707, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void hardshrink_derivative_correct(const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](708, x, NULL, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void hardshrink_backward_correct(const floating *grad, const floating *x, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](709, grad, x, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void gated_hardshrink_correct(const floating *gate, const floating *up, double lambd, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](710, gate, up, NULL, 1, lambd, 0, 0, 0, out, NULL, n)

cdef void gated_hardshrink_backward_correct(const floating *grad, const floating *gate, const floating *up, double lambd, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](711, grad, gate, up, 1, lambd, 0, 0, 0, d_gate, d_up, n)

cdef void erf_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](712, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void erf_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](713, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void erf_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](714, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_erf_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](715, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_erf_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](716, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void laplace_correct(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](717, x, NULL, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void laplace_derivative_correct(const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](718, x, NULL, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void laplace_backward_correct(const floating *grad, const floating *x, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](719, grad, x, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void gated_laplace_correct(const floating *gate, const floating *up, double mu, double sigma, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](720, gate, up, NULL, 2, mu, sigma, 0, 0, out, NULL, n)

cdef void gated_laplace_backward_correct(const floating *grad, const floating *gate, const floating *up, double mu, double sigma, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](721, grad, gate, up, 2, mu, sigma, 0, 0, d_gate, d_up, n)

cdef void gelu_10_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](722, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_10_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](723, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gelu_10_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](724, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_10_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](725, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gelu_10_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](726, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void exponential_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](727, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void exponential_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](728, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void exponential_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](729, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_exponential_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](730, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_exponential_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](731, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void hard_mish_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](732, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_mish_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](733, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void hard_mish_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](734, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_mish_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](735, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_hard_mish_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](736, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void sparse_plus_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](737, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sparse_plus_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](738, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void sparse_plus_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](739, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sparse_plus_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](740, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_sparse_plus_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](741, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void star_relu_correct(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](742, x, NULL, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void star_relu_derivative_correct(const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](743, x, NULL, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void star_relu_backward_correct(const floating *grad, const floating *x, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](744, grad, x, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void gated_star_relu_correct(const floating *gate, const floating *up, double scale, double bias, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](745, gate, up, NULL, 2, scale, bias, 0, 0, out, NULL, n)

cdef void gated_star_relu_backward_correct(const floating *grad, const floating *gate, const floating *up, double scale, double bias, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](746, grad, gate, up, 2, scale, bias, 0, 0, d_gate, d_up, n)

cdef void softcap_correct(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](747, x, NULL, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void softcap_derivative_correct(const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](748, x, NULL, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void softcap_backward_correct(const floating *grad, const floating *x, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](749, grad, x, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void gated_softcap_correct(const floating *gate, const floating *up, double c, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](750, gate, up, NULL, 1, c, 0, 0, 0, out, NULL, n)

cdef void gated_softcap_backward_correct(const floating *grad, const floating *gate, const floating *up, double c, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](751, grad, gate, up, 1, c, 0, 0, 0, d_gate, d_up, n)

cdef void xielu_correct(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](752, x, NULL, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void xielu_derivative_correct(const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](753, x, NULL, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void xielu_backward_correct(const floating *grad, const floating *x, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](754, grad, x, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void gated_xielu_correct(const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](755, gate, up, NULL, 4, alpha_p, alpha_n, beta, eps, out, NULL, n)

cdef void gated_xielu_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha_p, double alpha_n, double beta, double eps, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](756, grad, gate, up, 4, alpha_p, alpha_n, beta, eps, d_gate, d_up, n)

cdef void snake_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](757, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void snake_derivative_correct(const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](758, x, NULL, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void snake_backward_correct(const floating *grad, const floating *x, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](759, grad, x, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_snake_correct(const floating *gate, const floating *up, double alpha, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](760, gate, up, NULL, 1, alpha, 0, 0, 0, out, NULL, n)

cdef void gated_snake_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](761, grad, gate, up, 1, alpha, 0, 0, 0, d_gate, d_up, n)

cdef void snake_beta_correct(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](762, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void snake_beta_derivative_correct(const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](763, x, NULL, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void snake_beta_backward_correct(const floating *grad, const floating *x, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](764, grad, x, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void gated_snake_beta_correct(const floating *gate, const floating *up, double alpha, double beta, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](765, gate, up, NULL, 2, alpha, beta, 0, 0, out, NULL, n)

cdef void gated_snake_beta_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, double beta, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](766, grad, gate, up, 2, alpha, beta, 0, 0, d_gate, d_up, n)

cdef void gaussian_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](767, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gaussian_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](768, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gaussian_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](769, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gaussian_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](770, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_gaussian_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](771, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void multiquadric_correct(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](772, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void multiquadric_derivative_correct(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](773, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void multiquadric_backward_correct(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](774, grad, x, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void gated_multiquadric_correct(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](775, gate, up, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void gated_multiquadric_backward_correct(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](776, grad, gate, up, 1, epsilon, 0, 0, 0, d_gate, d_up, n)

cdef void inverse_multiquadric_correct(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](777, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void inverse_multiquadric_derivative_correct(const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](778, x, NULL, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void inverse_multiquadric_backward_correct(const floating *grad, const floating *x, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](779, grad, x, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void gated_inverse_multiquadric_correct(const floating *gate, const floating *up, double epsilon, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](780, gate, up, NULL, 1, epsilon, 0, 0, 0, out, NULL, n)

cdef void gated_inverse_multiquadric_backward_correct(const floating *grad, const floating *gate, const floating *up, double epsilon, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](781, grad, gate, up, 1, epsilon, 0, 0, 0, d_gate, d_up, n)

cdef void square_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](782, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void square_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](783, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void square_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](784, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_square_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](785, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_square_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](786, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void thin_plate_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](787, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void thin_plate_derivative_correct(const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](788, x, NULL, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void thin_plate_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](789, grad, x, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_thin_plate_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](790, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_thin_plate_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](791, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void gated_swiglu_clamped_correct(const floating *gate, const floating *up, double alpha, double limit, double offset, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](792, gate, up, NULL, 3, alpha, limit, offset, 0, out, NULL, n)

cdef void gated_swiglu_clamped_backward_correct(const floating *grad, const floating *gate, const floating *up, double alpha, double limit, double offset, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](793, grad, gate, up, 3, alpha, limit, offset, 0, d_gate, d_up, n)

cdef void gated_swiglu_clamped_after_correct(const floating *gate, const floating *up, double limit, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](794, gate, up, NULL, 1, limit, 0, 0, 0, out, NULL, n)

cdef void gated_swiglu_clamped_after_backward_correct(const floating *grad, const floating *gate, const floating *up, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](795, grad, gate, up, 1, limit, 0, 0, 0, d_gate, d_up, n)

cdef void gated_situ_correct(const floating *gate, const floating *up, double beta, double limit, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](796, gate, up, NULL, 2, beta, limit, 0, 0, out, NULL, n)

cdef void gated_situ_backward_correct(const floating *grad, const floating *gate, const floating *up, double beta, double limit, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](797, grad, gate, up, 2, beta, limit, 0, 0, d_gate, d_up, n)

cdef void gated_drelu_correct(const floating *gate, const floating *up, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](798, gate, up, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void gated_drelu_backward_correct(const floating *grad, const floating *gate, const floating *up, floating *d_gate, floating *d_up, Py_ssize_t n) noexcept nogil:
    elementwise[floating](799, grad, gate, up, 0, 0, 0, 0, 0, d_gate, d_up, n)

cdef void sigmoid_from_output_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](800, grad, y, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void log_sigmoid_from_output_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](801, grad, y, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void tanh_from_output_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t n) noexcept nogil:
    elementwise[floating](802, grad, y, NULL, 0, 0, 0, 0, 0, out, NULL, n)

cdef void softmax_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](803, False, x, True, NULL, False, out, True, rows, n)

cdef void softmax_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](804, False, grad, True, y, True, out, True, rows, n)

cdef void log_softmax_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](805, False, x, True, NULL, False, out, True, rows, n)

cdef void log_softmax_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](806, False, grad, True, y, True, out, True, rows, n)

cdef void softmin_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](807, False, x, True, NULL, False, out, True, rows, n)

cdef void softmin_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](808, False, grad, True, y, True, out, True, rows, n)

cdef void logsumexp_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](809, False, x, True, NULL, False, out, False, rows, n)

cdef void logsumexp_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](810, False, grad, False, x, True, out, True, rows, n)

cdef void sparsemax_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](811, False, x, True, NULL, False, out, True, rows, n)

cdef void sparsemax_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](812, False, grad, True, y, True, out, True, rows, n)

cdef void entmax15_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](813, False, x, True, NULL, False, out, True, rows, n)

cdef void entmax15_backward_correct(const floating *grad, const floating *y, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](814, False, grad, True, y, True, out, True, rows, n)

cdef void maxout_correct(const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](815, True, x, True, NULL, False, out, False, rows, n)

cdef void maxout_backward_correct(const floating *grad, const floating *x, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold[floating](816, True, grad, False, x, True, out, True, rows, n)

cdef void poly_norm_correct(const floating *x, double w0, double w1, double w2, double bias, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold_with_numbers[floating](817, x, NULL, 5, w0, w1, w2, bias, eps, out, rows, n)

cdef void poly_norm_backward_correct(const floating *grad, const floating *x, double w0, double w1, double w2, double eps, floating *out, Py_ssize_t rows, Py_ssize_t n) noexcept nogil:
    fold_with_numbers[floating](818, grad, x, 4, w0, w1, w2, eps, 0, out, rows, n)

cdef void* FUNCTIONS[COUNT]
FUNCTIONS[0], FUNCTIONS[1] = <void*>identity[float], <void*>identity[double]
FUNCTIONS[2], FUNCTIONS[3] = <void*>identity_fast[float], <void*>identity_fast[double]
FUNCTIONS[4], FUNCTIONS[5] = <void*>identity_derivative[float], <void*>identity_derivative[double]
FUNCTIONS[6], FUNCTIONS[7] = <void*>identity_derivative_fast[float], <void*>identity_derivative_fast[double]
FUNCTIONS[8], FUNCTIONS[9] = <void*>identity_backward[float], <void*>identity_backward[double]
FUNCTIONS[10], FUNCTIONS[11] = <void*>identity_backward_fast[float], <void*>identity_backward_fast[double]
FUNCTIONS[12], FUNCTIONS[13] = <void*>gated_identity[float], <void*>gated_identity[double]
FUNCTIONS[14], FUNCTIONS[15] = <void*>gated_identity_fast[float], <void*>gated_identity_fast[double]
FUNCTIONS[16], FUNCTIONS[17] = <void*>gated_identity_backward[float], <void*>gated_identity_backward[double]
FUNCTIONS[18], FUNCTIONS[19] = <void*>gated_identity_backward_fast[float], <void*>gated_identity_backward_fast[double]
FUNCTIONS[20], FUNCTIONS[21] = <void*>binary_step[float], <void*>binary_step[double]
FUNCTIONS[22], FUNCTIONS[23] = <void*>binary_step_fast[float], <void*>binary_step_fast[double]
FUNCTIONS[24], FUNCTIONS[25] = <void*>binary_step_derivative[float], <void*>binary_step_derivative[double]
FUNCTIONS[26], FUNCTIONS[27] = <void*>binary_step_derivative_fast[float], <void*>binary_step_derivative_fast[double]
FUNCTIONS[28], FUNCTIONS[29] = <void*>binary_step_backward[float], <void*>binary_step_backward[double]
FUNCTIONS[30], FUNCTIONS[31] = <void*>binary_step_backward_fast[float], <void*>binary_step_backward_fast[double]
FUNCTIONS[32], FUNCTIONS[33] = <void*>gated_binary_step[float], <void*>gated_binary_step[double]
FUNCTIONS[34], FUNCTIONS[35] = <void*>gated_binary_step_fast[float], <void*>gated_binary_step_fast[double]
FUNCTIONS[36], FUNCTIONS[37] = <void*>gated_binary_step_backward[float], <void*>gated_binary_step_backward[double]
FUNCTIONS[38], FUNCTIONS[39] = <void*>gated_binary_step_backward_fast[float], <void*>gated_binary_step_backward_fast[double]
FUNCTIONS[40], FUNCTIONS[41] = <void*>relu[float], <void*>relu[double]
FUNCTIONS[42], FUNCTIONS[43] = <void*>relu_fast[float], <void*>relu_fast[double]
FUNCTIONS[44], FUNCTIONS[45] = <void*>relu_derivative[float], <void*>relu_derivative[double]
FUNCTIONS[46], FUNCTIONS[47] = <void*>relu_derivative_fast[float], <void*>relu_derivative_fast[double]
FUNCTIONS[48], FUNCTIONS[49] = <void*>relu_backward[float], <void*>relu_backward[double]
FUNCTIONS[50], FUNCTIONS[51] = <void*>relu_backward_fast[float], <void*>relu_backward_fast[double]
FUNCTIONS[52], FUNCTIONS[53] = <void*>gated_relu[float], <void*>gated_relu[double]
FUNCTIONS[54], FUNCTIONS[55] = <void*>gated_relu_fast[float], <void*>gated_relu_fast[double]
FUNCTIONS[56], FUNCTIONS[57] = <void*>gated_relu_backward[float], <void*>gated_relu_backward[double]
FUNCTIONS[58], FUNCTIONS[59] = <void*>gated_relu_backward_fast[float], <void*>gated_relu_backward_fast[double]
FUNCTIONS[60], FUNCTIONS[61] = <void*>add_relu[float], <void*>add_relu[double]
FUNCTIONS[62], FUNCTIONS[63] = <void*>add_relu_fast[float], <void*>add_relu_fast[double]
FUNCTIONS[64], FUNCTIONS[65] = <void*>add_relu_backward[float], <void*>add_relu_backward[double]
FUNCTIONS[66], FUNCTIONS[67] = <void*>add_relu_backward_fast[float], <void*>add_relu_backward_fast[double]
FUNCTIONS[68], FUNCTIONS[69] = <void*>relu6[float], <void*>relu6[double]
FUNCTIONS[70], FUNCTIONS[71] = <void*>relu6_fast[float], <void*>relu6_fast[double]
FUNCTIONS[72], FUNCTIONS[73] = <void*>relu6_derivative[float], <void*>relu6_derivative[double]
FUNCTIONS[74], FUNCTIONS[75] = <void*>relu6_derivative_fast[float], <void*>relu6_derivative_fast[double]
FUNCTIONS[76], FUNCTIONS[77] = <void*>relu6_backward[float], <void*>relu6_backward[double]
FUNCTIONS[78], FUNCTIONS[79] = <void*>relu6_backward_fast[float], <void*>relu6_backward_fast[double]
FUNCTIONS[80], FUNCTIONS[81] = <void*>gated_relu6[float], <void*>gated_relu6[double]
FUNCTIONS[82], FUNCTIONS[83] = <void*>gated_relu6_fast[float], <void*>gated_relu6_fast[double]
FUNCTIONS[84], FUNCTIONS[85] = <void*>gated_relu6_backward[float], <void*>gated_relu6_backward[double]
FUNCTIONS[86], FUNCTIONS[87] = <void*>gated_relu6_backward_fast[float], <void*>gated_relu6_backward_fast[double]
FUNCTIONS[88], FUNCTIONS[89] = <void*>relu_squared[float], <void*>relu_squared[double]
FUNCTIONS[90], FUNCTIONS[91] = <void*>relu_squared_fast[float], <void*>relu_squared_fast[double]
FUNCTIONS[92], FUNCTIONS[93] = <void*>relu_squared_derivative[float], <void*>relu_squared_derivative[double]
FUNCTIONS[94], FUNCTIONS[95] = <void*>relu_squared_derivative_fast[float], <void*>relu_squared_derivative_fast[double]
FUNCTIONS[96], FUNCTIONS[97] = <void*>relu_squared_backward[float], <void*>relu_squared_backward[double]
FUNCTIONS[98], FUNCTIONS[99] = <void*>relu_squared_backward_fast[float], <void*>relu_squared_backward_fast[double]
FUNCTIONS[100], FUNCTIONS[101] = <void*>gated_relu_squared[float], <void*>gated_relu_squared[double]
FUNCTIONS[102], FUNCTIONS[103] = <void*>gated_relu_squared_fast[float], <void*>gated_relu_squared_fast[double]
FUNCTIONS[104], FUNCTIONS[105] = <void*>gated_relu_squared_backward[float], <void*>gated_relu_squared_backward[double]
FUNCTIONS[106], FUNCTIONS[107] = <void*>gated_relu_squared_backward_fast[float], <void*>gated_relu_squared_backward_fast[double]
FUNCTIONS[108], FUNCTIONS[109] = <void*>leaky_relu[float], <void*>leaky_relu[double]
FUNCTIONS[110], FUNCTIONS[111] = <void*>leaky_relu_fast[float], <void*>leaky_relu_fast[double]
FUNCTIONS[112], FUNCTIONS[113] = <void*>leaky_relu_derivative[float], <void*>leaky_relu_derivative[double]
FUNCTIONS[114], FUNCTIONS[115] = <void*>leaky_relu_derivative_fast[float], <void*>leaky_relu_derivative_fast[double]
FUNCTIONS[116], FUNCTIONS[117] = <void*>leaky_relu_backward[float], <void*>leaky_relu_backward[double]
FUNCTIONS[118], FUNCTIONS[119] = <void*>leaky_relu_backward_fast[float], <void*>leaky_relu_backward_fast[double]
FUNCTIONS[120], FUNCTIONS[121] = <void*>gated_leaky_relu[float], <void*>gated_leaky_relu[double]
FUNCTIONS[122], FUNCTIONS[123] = <void*>gated_leaky_relu_fast[float], <void*>gated_leaky_relu_fast[double]
FUNCTIONS[124], FUNCTIONS[125] = <void*>gated_leaky_relu_backward[float], <void*>gated_leaky_relu_backward[double]
FUNCTIONS[126], FUNCTIONS[127] = <void*>gated_leaky_relu_backward_fast[float], <void*>gated_leaky_relu_backward_fast[double]
FUNCTIONS[128], FUNCTIONS[129] = <void*>leaky_relu_parameter[float], <void*>leaky_relu_parameter[double]
FUNCTIONS[130], FUNCTIONS[131] = <void*>leaky_relu_parameter_fast[float], <void*>leaky_relu_parameter_fast[double]
FUNCTIONS[132], FUNCTIONS[133] = <void*>prelu[float], <void*>prelu[double]
FUNCTIONS[134], FUNCTIONS[135] = <void*>prelu_fast[float], <void*>prelu_fast[double]
FUNCTIONS[136], FUNCTIONS[137] = <void*>prelu_derivative[float], <void*>prelu_derivative[double]
FUNCTIONS[138], FUNCTIONS[139] = <void*>prelu_derivative_fast[float], <void*>prelu_derivative_fast[double]
FUNCTIONS[140], FUNCTIONS[141] = <void*>prelu_backward[float], <void*>prelu_backward[double]
FUNCTIONS[142], FUNCTIONS[143] = <void*>prelu_backward_fast[float], <void*>prelu_backward_fast[double]
FUNCTIONS[144], FUNCTIONS[145] = <void*>gated_prelu[float], <void*>gated_prelu[double]
FUNCTIONS[146], FUNCTIONS[147] = <void*>gated_prelu_fast[float], <void*>gated_prelu_fast[double]
FUNCTIONS[148], FUNCTIONS[149] = <void*>gated_prelu_backward[float], <void*>gated_prelu_backward[double]
FUNCTIONS[150], FUNCTIONS[151] = <void*>gated_prelu_backward_fast[float], <void*>gated_prelu_backward_fast[double]
FUNCTIONS[152], FUNCTIONS[153] = <void*>prelu_parameter[float], <void*>prelu_parameter[double]
FUNCTIONS[154], FUNCTIONS[155] = <void*>prelu_parameter_fast[float], <void*>prelu_parameter_fast[double]
FUNCTIONS[156], FUNCTIONS[157] = <void*>threshold[float], <void*>threshold[double]
FUNCTIONS[158], FUNCTIONS[159] = <void*>threshold_fast[float], <void*>threshold_fast[double]
FUNCTIONS[160], FUNCTIONS[161] = <void*>threshold_derivative[float], <void*>threshold_derivative[double]
FUNCTIONS[162], FUNCTIONS[163] = <void*>threshold_derivative_fast[float], <void*>threshold_derivative_fast[double]
FUNCTIONS[164], FUNCTIONS[165] = <void*>threshold_backward[float], <void*>threshold_backward[double]
FUNCTIONS[166], FUNCTIONS[167] = <void*>threshold_backward_fast[float], <void*>threshold_backward_fast[double]
FUNCTIONS[168], FUNCTIONS[169] = <void*>gated_threshold[float], <void*>gated_threshold[double]
FUNCTIONS[170], FUNCTIONS[171] = <void*>gated_threshold_fast[float], <void*>gated_threshold_fast[double]
FUNCTIONS[172], FUNCTIONS[173] = <void*>gated_threshold_backward[float], <void*>gated_threshold_backward[double]
FUNCTIONS[174], FUNCTIONS[175] = <void*>gated_threshold_backward_fast[float], <void*>gated_threshold_backward_fast[double]
FUNCTIONS[176], FUNCTIONS[177] = <void*>elu[float], <void*>elu[double]
FUNCTIONS[178], FUNCTIONS[179] = <void*>elu_fast[float], <void*>elu_fast[double]
FUNCTIONS[180], FUNCTIONS[181] = <void*>elu_derivative[float], <void*>elu_derivative[double]
FUNCTIONS[182], FUNCTIONS[183] = <void*>elu_derivative_fast[float], <void*>elu_derivative_fast[double]
FUNCTIONS[184], FUNCTIONS[185] = <void*>elu_backward[float], <void*>elu_backward[double]
FUNCTIONS[186], FUNCTIONS[187] = <void*>elu_backward_fast[float], <void*>elu_backward_fast[double]
FUNCTIONS[188], FUNCTIONS[189] = <void*>gated_elu[float], <void*>gated_elu[double]
FUNCTIONS[190], FUNCTIONS[191] = <void*>gated_elu_fast[float], <void*>gated_elu_fast[double]
FUNCTIONS[192], FUNCTIONS[193] = <void*>gated_elu_backward[float], <void*>gated_elu_backward[double]
FUNCTIONS[194], FUNCTIONS[195] = <void*>gated_elu_backward_fast[float], <void*>gated_elu_backward_fast[double]
FUNCTIONS[196], FUNCTIONS[197] = <void*>selu[float], <void*>selu[double]
FUNCTIONS[198], FUNCTIONS[199] = <void*>selu_fast[float], <void*>selu_fast[double]
FUNCTIONS[200], FUNCTIONS[201] = <void*>selu_derivative[float], <void*>selu_derivative[double]
FUNCTIONS[202], FUNCTIONS[203] = <void*>selu_derivative_fast[float], <void*>selu_derivative_fast[double]
FUNCTIONS[204], FUNCTIONS[205] = <void*>selu_backward[float], <void*>selu_backward[double]
FUNCTIONS[206], FUNCTIONS[207] = <void*>selu_backward_fast[float], <void*>selu_backward_fast[double]
FUNCTIONS[208], FUNCTIONS[209] = <void*>gated_selu[float], <void*>gated_selu[double]
FUNCTIONS[210], FUNCTIONS[211] = <void*>gated_selu_fast[float], <void*>gated_selu_fast[double]
FUNCTIONS[212], FUNCTIONS[213] = <void*>gated_selu_backward[float], <void*>gated_selu_backward[double]
FUNCTIONS[214], FUNCTIONS[215] = <void*>gated_selu_backward_fast[float], <void*>gated_selu_backward_fast[double]
FUNCTIONS[216], FUNCTIONS[217] = <void*>celu[float], <void*>celu[double]
FUNCTIONS[218], FUNCTIONS[219] = <void*>celu_fast[float], <void*>celu_fast[double]
FUNCTIONS[220], FUNCTIONS[221] = <void*>celu_derivative[float], <void*>celu_derivative[double]
FUNCTIONS[222], FUNCTIONS[223] = <void*>celu_derivative_fast[float], <void*>celu_derivative_fast[double]
FUNCTIONS[224], FUNCTIONS[225] = <void*>celu_backward[float], <void*>celu_backward[double]
FUNCTIONS[226], FUNCTIONS[227] = <void*>celu_backward_fast[float], <void*>celu_backward_fast[double]
FUNCTIONS[228], FUNCTIONS[229] = <void*>gated_celu[float], <void*>gated_celu[double]
FUNCTIONS[230], FUNCTIONS[231] = <void*>gated_celu_fast[float], <void*>gated_celu_fast[double]
FUNCTIONS[232], FUNCTIONS[233] = <void*>gated_celu_backward[float], <void*>gated_celu_backward[double]
FUNCTIONS[234], FUNCTIONS[235] = <void*>gated_celu_backward_fast[float], <void*>gated_celu_backward_fast[double]
FUNCTIONS[236], FUNCTIONS[237] = <void*>gelu[float], <void*>gelu[double]
FUNCTIONS[238], FUNCTIONS[239] = <void*>gelu_fast[float], <void*>gelu_fast[double]
FUNCTIONS[240], FUNCTIONS[241] = <void*>gelu_derivative[float], <void*>gelu_derivative[double]
FUNCTIONS[242], FUNCTIONS[243] = <void*>gelu_derivative_fast[float], <void*>gelu_derivative_fast[double]
FUNCTIONS[244], FUNCTIONS[245] = <void*>gelu_backward[float], <void*>gelu_backward[double]
FUNCTIONS[246], FUNCTIONS[247] = <void*>gelu_backward_fast[float], <void*>gelu_backward_fast[double]
FUNCTIONS[248], FUNCTIONS[249] = <void*>gated_gelu[float], <void*>gated_gelu[double]
FUNCTIONS[250], FUNCTIONS[251] = <void*>gated_gelu_fast[float], <void*>gated_gelu_fast[double]
FUNCTIONS[252], FUNCTIONS[253] = <void*>gated_gelu_backward[float], <void*>gated_gelu_backward[double]
FUNCTIONS[254], FUNCTIONS[255] = <void*>gated_gelu_backward_fast[float], <void*>gated_gelu_backward_fast[double]
FUNCTIONS[256], FUNCTIONS[257] = <void*>add_gelu[float], <void*>add_gelu[double]
FUNCTIONS[258], FUNCTIONS[259] = <void*>add_gelu_fast[float], <void*>add_gelu_fast[double]
FUNCTIONS[260], FUNCTIONS[261] = <void*>add_gelu_backward[float], <void*>add_gelu_backward[double]
FUNCTIONS[262], FUNCTIONS[263] = <void*>add_gelu_backward_fast[float], <void*>add_gelu_backward_fast[double]
FUNCTIONS[264], FUNCTIONS[265] = <void*>gelu_tanh[float], <void*>gelu_tanh[double]
FUNCTIONS[266], FUNCTIONS[267] = <void*>gelu_tanh_fast[float], <void*>gelu_tanh_fast[double]
FUNCTIONS[268], FUNCTIONS[269] = <void*>gelu_tanh_derivative[float], <void*>gelu_tanh_derivative[double]
FUNCTIONS[270], FUNCTIONS[271] = <void*>gelu_tanh_derivative_fast[float], <void*>gelu_tanh_derivative_fast[double]
FUNCTIONS[272], FUNCTIONS[273] = <void*>gelu_tanh_backward[float], <void*>gelu_tanh_backward[double]
FUNCTIONS[274], FUNCTIONS[275] = <void*>gelu_tanh_backward_fast[float], <void*>gelu_tanh_backward_fast[double]
FUNCTIONS[276], FUNCTIONS[277] = <void*>gated_gelu_tanh[float], <void*>gated_gelu_tanh[double]
FUNCTIONS[278], FUNCTIONS[279] = <void*>gated_gelu_tanh_fast[float], <void*>gated_gelu_tanh_fast[double]
FUNCTIONS[280], FUNCTIONS[281] = <void*>gated_gelu_tanh_backward[float], <void*>gated_gelu_tanh_backward[double]
FUNCTIONS[282], FUNCTIONS[283] = <void*>gated_gelu_tanh_backward_fast[float], <void*>gated_gelu_tanh_backward_fast[double]
FUNCTIONS[284], FUNCTIONS[285] = <void*>add_gelu_tanh[float], <void*>add_gelu_tanh[double]
FUNCTIONS[286], FUNCTIONS[287] = <void*>add_gelu_tanh_fast[float], <void*>add_gelu_tanh_fast[double]
FUNCTIONS[288], FUNCTIONS[289] = <void*>add_gelu_tanh_backward[float], <void*>add_gelu_tanh_backward[double]
FUNCTIONS[290], FUNCTIONS[291] = <void*>add_gelu_tanh_backward_fast[float], <void*>add_gelu_tanh_backward_fast[double]
FUNCTIONS[292], FUNCTIONS[293] = <void*>quick_gelu[float], <void*>quick_gelu[double]
FUNCTIONS[294], FUNCTIONS[295] = <void*>quick_gelu_fast[float], <void*>quick_gelu_fast[double]
FUNCTIONS[296], FUNCTIONS[297] = <void*>quick_gelu_derivative[float], <void*>quick_gelu_derivative[double]
FUNCTIONS[298], FUNCTIONS[299] = <void*>quick_gelu_derivative_fast[float], <void*>quick_gelu_derivative_fast[double]
FUNCTIONS[300], FUNCTIONS[301] = <void*>quick_gelu_backward[float], <void*>quick_gelu_backward[double]
FUNCTIONS[302], FUNCTIONS[303] = <void*>quick_gelu_backward_fast[float], <void*>quick_gelu_backward_fast[double]
FUNCTIONS[304], FUNCTIONS[305] = <void*>gated_quick_gelu[float], <void*>gated_quick_gelu[double]
FUNCTIONS[306], FUNCTIONS[307] = <void*>gated_quick_gelu_fast[float], <void*>gated_quick_gelu_fast[double]
FUNCTIONS[308], FUNCTIONS[309] = <void*>gated_quick_gelu_backward[float], <void*>gated_quick_gelu_backward[double]
FUNCTIONS[310], FUNCTIONS[311] = <void*>gated_quick_gelu_backward_fast[float], <void*>gated_quick_gelu_backward_fast[double]
FUNCTIONS[312], FUNCTIONS[313] = <void*>silu[float], <void*>silu[double]
FUNCTIONS[314], FUNCTIONS[315] = <void*>silu_fast[float], <void*>silu_fast[double]
FUNCTIONS[316], FUNCTIONS[317] = <void*>silu_derivative[float], <void*>silu_derivative[double]
FUNCTIONS[318], FUNCTIONS[319] = <void*>silu_derivative_fast[float], <void*>silu_derivative_fast[double]
FUNCTIONS[320], FUNCTIONS[321] = <void*>silu_backward[float], <void*>silu_backward[double]
FUNCTIONS[322], FUNCTIONS[323] = <void*>silu_backward_fast[float], <void*>silu_backward_fast[double]
FUNCTIONS[324], FUNCTIONS[325] = <void*>gated_silu[float], <void*>gated_silu[double]
FUNCTIONS[326], FUNCTIONS[327] = <void*>gated_silu_fast[float], <void*>gated_silu_fast[double]
FUNCTIONS[328], FUNCTIONS[329] = <void*>gated_silu_backward[float], <void*>gated_silu_backward[double]
FUNCTIONS[330], FUNCTIONS[331] = <void*>gated_silu_backward_fast[float], <void*>gated_silu_backward_fast[double]
FUNCTIONS[332], FUNCTIONS[333] = <void*>add_silu[float], <void*>add_silu[double]
FUNCTIONS[334], FUNCTIONS[335] = <void*>add_silu_fast[float], <void*>add_silu_fast[double]
FUNCTIONS[336], FUNCTIONS[337] = <void*>add_silu_backward[float], <void*>add_silu_backward[double]
FUNCTIONS[338], FUNCTIONS[339] = <void*>add_silu_backward_fast[float], <void*>add_silu_backward_fast[double]
FUNCTIONS[340], FUNCTIONS[341] = <void*>swish[float], <void*>swish[double]
FUNCTIONS[342], FUNCTIONS[343] = <void*>swish_fast[float], <void*>swish_fast[double]
FUNCTIONS[344], FUNCTIONS[345] = <void*>swish_derivative[float], <void*>swish_derivative[double]
FUNCTIONS[346], FUNCTIONS[347] = <void*>swish_derivative_fast[float], <void*>swish_derivative_fast[double]
FUNCTIONS[348], FUNCTIONS[349] = <void*>swish_backward[float], <void*>swish_backward[double]
FUNCTIONS[350], FUNCTIONS[351] = <void*>swish_backward_fast[float], <void*>swish_backward_fast[double]
FUNCTIONS[352], FUNCTIONS[353] = <void*>gated_swish[float], <void*>gated_swish[double]
FUNCTIONS[354], FUNCTIONS[355] = <void*>gated_swish_fast[float], <void*>gated_swish_fast[double]
FUNCTIONS[356], FUNCTIONS[357] = <void*>gated_swish_backward[float], <void*>gated_swish_backward[double]
FUNCTIONS[358], FUNCTIONS[359] = <void*>gated_swish_backward_fast[float], <void*>gated_swish_backward_fast[double]
FUNCTIONS[360], FUNCTIONS[361] = <void*>swish_parameter[float], <void*>swish_parameter[double]
FUNCTIONS[362], FUNCTIONS[363] = <void*>swish_parameter_fast[float], <void*>swish_parameter_fast[double]
FUNCTIONS[364], FUNCTIONS[365] = <void*>sigmoid[float], <void*>sigmoid[double]
FUNCTIONS[366], FUNCTIONS[367] = <void*>sigmoid_fast[float], <void*>sigmoid_fast[double]
FUNCTIONS[368], FUNCTIONS[369] = <void*>sigmoid_derivative[float], <void*>sigmoid_derivative[double]
FUNCTIONS[370], FUNCTIONS[371] = <void*>sigmoid_derivative_fast[float], <void*>sigmoid_derivative_fast[double]
FUNCTIONS[372], FUNCTIONS[373] = <void*>sigmoid_backward[float], <void*>sigmoid_backward[double]
FUNCTIONS[374], FUNCTIONS[375] = <void*>sigmoid_backward_fast[float], <void*>sigmoid_backward_fast[double]
FUNCTIONS[376], FUNCTIONS[377] = <void*>gated_sigmoid[float], <void*>gated_sigmoid[double]
FUNCTIONS[378], FUNCTIONS[379] = <void*>gated_sigmoid_fast[float], <void*>gated_sigmoid_fast[double]
FUNCTIONS[380], FUNCTIONS[381] = <void*>gated_sigmoid_backward[float], <void*>gated_sigmoid_backward[double]
FUNCTIONS[382], FUNCTIONS[383] = <void*>gated_sigmoid_backward_fast[float], <void*>gated_sigmoid_backward_fast[double]
FUNCTIONS[384], FUNCTIONS[385] = <void*>log_sigmoid[float], <void*>log_sigmoid[double]
FUNCTIONS[386], FUNCTIONS[387] = <void*>log_sigmoid_fast[float], <void*>log_sigmoid_fast[double]
FUNCTIONS[388], FUNCTIONS[389] = <void*>log_sigmoid_derivative[float], <void*>log_sigmoid_derivative[double]
FUNCTIONS[390], FUNCTIONS[391] = <void*>log_sigmoid_derivative_fast[float], <void*>log_sigmoid_derivative_fast[double]
FUNCTIONS[392], FUNCTIONS[393] = <void*>log_sigmoid_backward[float], <void*>log_sigmoid_backward[double]
FUNCTIONS[394], FUNCTIONS[395] = <void*>log_sigmoid_backward_fast[float], <void*>log_sigmoid_backward_fast[double]
FUNCTIONS[396], FUNCTIONS[397] = <void*>gated_log_sigmoid[float], <void*>gated_log_sigmoid[double]
FUNCTIONS[398], FUNCTIONS[399] = <void*>gated_log_sigmoid_fast[float], <void*>gated_log_sigmoid_fast[double]
FUNCTIONS[400], FUNCTIONS[401] = <void*>gated_log_sigmoid_backward[float], <void*>gated_log_sigmoid_backward[double]
FUNCTIONS[402], FUNCTIONS[403] = <void*>gated_log_sigmoid_backward_fast[float], <void*>gated_log_sigmoid_backward_fast[double]
FUNCTIONS[404], FUNCTIONS[405] = <void*>hard_sigmoid[float], <void*>hard_sigmoid[double]
FUNCTIONS[406], FUNCTIONS[407] = <void*>hard_sigmoid_fast[float], <void*>hard_sigmoid_fast[double]
FUNCTIONS[408], FUNCTIONS[409] = <void*>hard_sigmoid_derivative[float], <void*>hard_sigmoid_derivative[double]
FUNCTIONS[410], FUNCTIONS[411] = <void*>hard_sigmoid_derivative_fast[float], <void*>hard_sigmoid_derivative_fast[double]
FUNCTIONS[412], FUNCTIONS[413] = <void*>hard_sigmoid_backward[float], <void*>hard_sigmoid_backward[double]
FUNCTIONS[414], FUNCTIONS[415] = <void*>hard_sigmoid_backward_fast[float], <void*>hard_sigmoid_backward_fast[double]
FUNCTIONS[416], FUNCTIONS[417] = <void*>gated_hard_sigmoid[float], <void*>gated_hard_sigmoid[double]
FUNCTIONS[418], FUNCTIONS[419] = <void*>gated_hard_sigmoid_fast[float], <void*>gated_hard_sigmoid_fast[double]
FUNCTIONS[420], FUNCTIONS[421] = <void*>gated_hard_sigmoid_backward[float], <void*>gated_hard_sigmoid_backward[double]
FUNCTIONS[422], FUNCTIONS[423] = <void*>gated_hard_sigmoid_backward_fast[float], <void*>gated_hard_sigmoid_backward_fast[double]
FUNCTIONS[424], FUNCTIONS[425] = <void*>hard_sigmoid_linear[float], <void*>hard_sigmoid_linear[double]
FUNCTIONS[426], FUNCTIONS[427] = <void*>hard_sigmoid_linear_fast[float], <void*>hard_sigmoid_linear_fast[double]
FUNCTIONS[428], FUNCTIONS[429] = <void*>hard_sigmoid_linear_derivative[float], <void*>hard_sigmoid_linear_derivative[double]
FUNCTIONS[430], FUNCTIONS[431] = <void*>hard_sigmoid_linear_derivative_fast[float], <void*>hard_sigmoid_linear_derivative_fast[double]
FUNCTIONS[432], FUNCTIONS[433] = <void*>hard_sigmoid_linear_backward[float], <void*>hard_sigmoid_linear_backward[double]
FUNCTIONS[434], FUNCTIONS[435] = <void*>hard_sigmoid_linear_backward_fast[float], <void*>hard_sigmoid_linear_backward_fast[double]
FUNCTIONS[436], FUNCTIONS[437] = <void*>gated_hard_sigmoid_linear[float], <void*>gated_hard_sigmoid_linear[double]
FUNCTIONS[438], FUNCTIONS[439] = <void*>gated_hard_sigmoid_linear_fast[float], <void*>gated_hard_sigmoid_linear_fast[double]
FUNCTIONS[440], FUNCTIONS[441] = <void*>gated_hard_sigmoid_linear_backward[float], <void*>gated_hard_sigmoid_linear_backward[double]
FUNCTIONS[442], FUNCTIONS[443] = <void*>gated_hard_sigmoid_linear_backward_fast[float], <void*>gated_hard_sigmoid_linear_backward_fast[double]
FUNCTIONS[444], FUNCTIONS[445] = <void*>tanh[float], <void*>tanh[double]
FUNCTIONS[446], FUNCTIONS[447] = <void*>tanh_fast[float], <void*>tanh_fast[double]
FUNCTIONS[448], FUNCTIONS[449] = <void*>tanh_derivative[float], <void*>tanh_derivative[double]
FUNCTIONS[450], FUNCTIONS[451] = <void*>tanh_derivative_fast[float], <void*>tanh_derivative_fast[double]
FUNCTIONS[452], FUNCTIONS[453] = <void*>tanh_backward[float], <void*>tanh_backward[double]
FUNCTIONS[454], FUNCTIONS[455] = <void*>tanh_backward_fast[float], <void*>tanh_backward_fast[double]
FUNCTIONS[456], FUNCTIONS[457] = <void*>gated_tanh[float], <void*>gated_tanh[double]
FUNCTIONS[458], FUNCTIONS[459] = <void*>gated_tanh_fast[float], <void*>gated_tanh_fast[double]
FUNCTIONS[460], FUNCTIONS[461] = <void*>gated_tanh_backward[float], <void*>gated_tanh_backward[double]
FUNCTIONS[462], FUNCTIONS[463] = <void*>gated_tanh_backward_fast[float], <void*>gated_tanh_backward_fast[double]
FUNCTIONS[464], FUNCTIONS[465] = <void*>hard_tanh[float], <void*>hard_tanh[double]
FUNCTIONS[466], FUNCTIONS[467] = <void*>hard_tanh_fast[float], <void*>hard_tanh_fast[double]
FUNCTIONS[468], FUNCTIONS[469] = <void*>hard_tanh_derivative[float], <void*>hard_tanh_derivative[double]
FUNCTIONS[470], FUNCTIONS[471] = <void*>hard_tanh_derivative_fast[float], <void*>hard_tanh_derivative_fast[double]
FUNCTIONS[472], FUNCTIONS[473] = <void*>hard_tanh_backward[float], <void*>hard_tanh_backward[double]
FUNCTIONS[474], FUNCTIONS[475] = <void*>hard_tanh_backward_fast[float], <void*>hard_tanh_backward_fast[double]
FUNCTIONS[476], FUNCTIONS[477] = <void*>gated_hard_tanh[float], <void*>gated_hard_tanh[double]
FUNCTIONS[478], FUNCTIONS[479] = <void*>gated_hard_tanh_fast[float], <void*>gated_hard_tanh_fast[double]
FUNCTIONS[480], FUNCTIONS[481] = <void*>gated_hard_tanh_backward[float], <void*>gated_hard_tanh_backward[double]
FUNCTIONS[482], FUNCTIONS[483] = <void*>gated_hard_tanh_backward_fast[float], <void*>gated_hard_tanh_backward_fast[double]
FUNCTIONS[484], FUNCTIONS[485] = <void*>tanhshrink[float], <void*>tanhshrink[double]
FUNCTIONS[486], FUNCTIONS[487] = <void*>tanhshrink_fast[float], <void*>tanhshrink_fast[double]
FUNCTIONS[488], FUNCTIONS[489] = <void*>tanhshrink_derivative[float], <void*>tanhshrink_derivative[double]
FUNCTIONS[490], FUNCTIONS[491] = <void*>tanhshrink_derivative_fast[float], <void*>tanhshrink_derivative_fast[double]
FUNCTIONS[492], FUNCTIONS[493] = <void*>tanhshrink_backward[float], <void*>tanhshrink_backward[double]
FUNCTIONS[494], FUNCTIONS[495] = <void*>tanhshrink_backward_fast[float], <void*>tanhshrink_backward_fast[double]
FUNCTIONS[496], FUNCTIONS[497] = <void*>gated_tanhshrink[float], <void*>gated_tanhshrink[double]
FUNCTIONS[498], FUNCTIONS[499] = <void*>gated_tanhshrink_fast[float], <void*>gated_tanhshrink_fast[double]
FUNCTIONS[500], FUNCTIONS[501] = <void*>gated_tanhshrink_backward[float], <void*>gated_tanhshrink_backward[double]
FUNCTIONS[502], FUNCTIONS[503] = <void*>gated_tanhshrink_backward_fast[float], <void*>gated_tanhshrink_backward_fast[double]
FUNCTIONS[504], FUNCTIONS[505] = <void*>softplus[float], <void*>softplus[double]
FUNCTIONS[506], FUNCTIONS[507] = <void*>softplus_fast[float], <void*>softplus_fast[double]
FUNCTIONS[508], FUNCTIONS[509] = <void*>softplus_derivative[float], <void*>softplus_derivative[double]
FUNCTIONS[510], FUNCTIONS[511] = <void*>softplus_derivative_fast[float], <void*>softplus_derivative_fast[double]
FUNCTIONS[512], FUNCTIONS[513] = <void*>softplus_backward[float], <void*>softplus_backward[double]
FUNCTIONS[514], FUNCTIONS[515] = <void*>softplus_backward_fast[float], <void*>softplus_backward_fast[double]
FUNCTIONS[516], FUNCTIONS[517] = <void*>gated_softplus[float], <void*>gated_softplus[double]
FUNCTIONS[518], FUNCTIONS[519] = <void*>gated_softplus_fast[float], <void*>gated_softplus_fast[double]
FUNCTIONS[520], FUNCTIONS[521] = <void*>gated_softplus_backward[float], <void*>gated_softplus_backward[double]
FUNCTIONS[522], FUNCTIONS[523] = <void*>gated_softplus_backward_fast[float], <void*>gated_softplus_backward_fast[double]
FUNCTIONS[524], FUNCTIONS[525] = <void*>sqrt_softplus[float], <void*>sqrt_softplus[double]
FUNCTIONS[526], FUNCTIONS[527] = <void*>sqrt_softplus_fast[float], <void*>sqrt_softplus_fast[double]
FUNCTIONS[528], FUNCTIONS[529] = <void*>sqrt_softplus_derivative[float], <void*>sqrt_softplus_derivative[double]
FUNCTIONS[530], FUNCTIONS[531] = <void*>sqrt_softplus_derivative_fast[float], <void*>sqrt_softplus_derivative_fast[double]
FUNCTIONS[532], FUNCTIONS[533] = <void*>sqrt_softplus_backward[float], <void*>sqrt_softplus_backward[double]
FUNCTIONS[534], FUNCTIONS[535] = <void*>sqrt_softplus_backward_fast[float], <void*>sqrt_softplus_backward_fast[double]
FUNCTIONS[536], FUNCTIONS[537] = <void*>gated_sqrt_softplus[float], <void*>gated_sqrt_softplus[double]
FUNCTIONS[538], FUNCTIONS[539] = <void*>gated_sqrt_softplus_fast[float], <void*>gated_sqrt_softplus_fast[double]
FUNCTIONS[540], FUNCTIONS[541] = <void*>gated_sqrt_softplus_backward[float], <void*>gated_sqrt_softplus_backward[double]
FUNCTIONS[542], FUNCTIONS[543] = <void*>gated_sqrt_softplus_backward_fast[float], <void*>gated_sqrt_softplus_backward_fast[double]
FUNCTIONS[544], FUNCTIONS[545] = <void*>softsign[float], <void*>softsign[double]
FUNCTIONS[546], FUNCTIONS[547] = <void*>softsign_fast[float], <void*>softsign_fast[double]
FUNCTIONS[548], FUNCTIONS[549] = <void*>softsign_derivative[float], <void*>softsign_derivative[double]
FUNCTIONS[550], FUNCTIONS[551] = <void*>softsign_derivative_fast[float], <void*>softsign_derivative_fast[double]
FUNCTIONS[552], FUNCTIONS[553] = <void*>softsign_backward[float], <void*>softsign_backward[double]
FUNCTIONS[554], FUNCTIONS[555] = <void*>softsign_backward_fast[float], <void*>softsign_backward_fast[double]
FUNCTIONS[556], FUNCTIONS[557] = <void*>gated_softsign[float], <void*>gated_softsign[double]
FUNCTIONS[558], FUNCTIONS[559] = <void*>gated_softsign_fast[float], <void*>gated_softsign_fast[double]
FUNCTIONS[560], FUNCTIONS[561] = <void*>gated_softsign_backward[float], <void*>gated_softsign_backward[double]
FUNCTIONS[562], FUNCTIONS[563] = <void*>gated_softsign_backward_fast[float], <void*>gated_softsign_backward_fast[double]
FUNCTIONS[564], FUNCTIONS[565] = <void*>squareplus[float], <void*>squareplus[double]
FUNCTIONS[566], FUNCTIONS[567] = <void*>squareplus_fast[float], <void*>squareplus_fast[double]
FUNCTIONS[568], FUNCTIONS[569] = <void*>squareplus_derivative[float], <void*>squareplus_derivative[double]
FUNCTIONS[570], FUNCTIONS[571] = <void*>squareplus_derivative_fast[float], <void*>squareplus_derivative_fast[double]
FUNCTIONS[572], FUNCTIONS[573] = <void*>squareplus_backward[float], <void*>squareplus_backward[double]
FUNCTIONS[574], FUNCTIONS[575] = <void*>squareplus_backward_fast[float], <void*>squareplus_backward_fast[double]
FUNCTIONS[576], FUNCTIONS[577] = <void*>gated_squareplus[float], <void*>gated_squareplus[double]
FUNCTIONS[578], FUNCTIONS[579] = <void*>gated_squareplus_fast[float], <void*>gated_squareplus_fast[double]
FUNCTIONS[580], FUNCTIONS[581] = <void*>gated_squareplus_backward[float], <void*>gated_squareplus_backward[double]
FUNCTIONS[582], FUNCTIONS[583] = <void*>gated_squareplus_backward_fast[float], <void*>gated_squareplus_backward_fast[double]
FUNCTIONS[584], FUNCTIONS[585] = <void*>mish[float], <void*>mish[double]
FUNCTIONS[586], FUNCTIONS[587] = <void*>mish_fast[float], <void*>mish_fast[double]
FUNCTIONS[588], FUNCTIONS[589] = <void*>mish_derivative[float], <void*>mish_derivative[double]
FUNCTIONS[590], FUNCTIONS[591] = <void*>mish_derivative_fast[float], <void*>mish_derivative_fast[double]
FUNCTIONS[592], FUNCTIONS[593] = <void*>mish_backward[float], <void*>mish_backward[double]
FUNCTIONS[594], FUNCTIONS[595] = <void*>mish_backward_fast[float], <void*>mish_backward_fast[double]
FUNCTIONS[596], FUNCTIONS[597] = <void*>gated_mish[float], <void*>gated_mish[double]
FUNCTIONS[598], FUNCTIONS[599] = <void*>gated_mish_fast[float], <void*>gated_mish_fast[double]
FUNCTIONS[600], FUNCTIONS[601] = <void*>gated_mish_backward[float], <void*>gated_mish_backward[double]
FUNCTIONS[602], FUNCTIONS[603] = <void*>gated_mish_backward_fast[float], <void*>gated_mish_backward_fast[double]
FUNCTIONS[604], FUNCTIONS[605] = <void*>hard_swish[float], <void*>hard_swish[double]
FUNCTIONS[606], FUNCTIONS[607] = <void*>hard_swish_fast[float], <void*>hard_swish_fast[double]
FUNCTIONS[608], FUNCTIONS[609] = <void*>hard_swish_derivative[float], <void*>hard_swish_derivative[double]
FUNCTIONS[610], FUNCTIONS[611] = <void*>hard_swish_derivative_fast[float], <void*>hard_swish_derivative_fast[double]
FUNCTIONS[612], FUNCTIONS[613] = <void*>hard_swish_backward[float], <void*>hard_swish_backward[double]
FUNCTIONS[614], FUNCTIONS[615] = <void*>hard_swish_backward_fast[float], <void*>hard_swish_backward_fast[double]
FUNCTIONS[616], FUNCTIONS[617] = <void*>gated_hard_swish[float], <void*>gated_hard_swish[double]
FUNCTIONS[618], FUNCTIONS[619] = <void*>gated_hard_swish_fast[float], <void*>gated_hard_swish_fast[double]
FUNCTIONS[620], FUNCTIONS[621] = <void*>gated_hard_swish_backward[float], <void*>gated_hard_swish_backward[double]
FUNCTIONS[622], FUNCTIONS[623] = <void*>gated_hard_swish_backward_fast[float], <void*>gated_hard_swish_backward_fast[double]
FUNCTIONS[624], FUNCTIONS[625] = <void*>softshrink[float], <void*>softshrink[double]
FUNCTIONS[626], FUNCTIONS[627] = <void*>softshrink_fast[float], <void*>softshrink_fast[double]
FUNCTIONS[628], FUNCTIONS[629] = <void*>softshrink_derivative[float], <void*>softshrink_derivative[double]
FUNCTIONS[630], FUNCTIONS[631] = <void*>softshrink_derivative_fast[float], <void*>softshrink_derivative_fast[double]
FUNCTIONS[632], FUNCTIONS[633] = <void*>softshrink_backward[float], <void*>softshrink_backward[double]
FUNCTIONS[634], FUNCTIONS[635] = <void*>softshrink_backward_fast[float], <void*>softshrink_backward_fast[double]
FUNCTIONS[636], FUNCTIONS[637] = <void*>gated_softshrink[float], <void*>gated_softshrink[double]
FUNCTIONS[638], FUNCTIONS[639] = <void*>gated_softshrink_fast[float], <void*>gated_softshrink_fast[double]
FUNCTIONS[640], FUNCTIONS[641] = <void*>gated_softshrink_backward[float], <void*>gated_softshrink_backward[double]
FUNCTIONS[642], FUNCTIONS[643] = <void*>gated_softshrink_backward_fast[float], <void*>gated_softshrink_backward_fast[double]
FUNCTIONS[644], FUNCTIONS[645] = <void*>hardshrink[float], <void*>hardshrink[double]
FUNCTIONS[646], FUNCTIONS[647] = <void*>hardshrink_fast[float], <void*>hardshrink_fast[double]
FUNCTIONS[648], FUNCTIONS[649] = <void*>hardshrink_derivative[float], <void*>hardshrink_derivative[double]
FUNCTIONS[650], FUNCTIONS[651] = <void*>hardshrink_derivative_fast[float], <void*>hardshrink_derivative_fast[double]
FUNCTIONS[652], FUNCTIONS[653] = <void*>hardshrink_backward[float], <void*>hardshrink_backward[double]
FUNCTIONS[654], FUNCTIONS[655] = <void*>hardshrink_backward_fast[float], <void*>hardshrink_backward_fast[double]
FUNCTIONS[656], FUNCTIONS[657] = <void*>gated_hardshrink[float], <void*>gated_hardshrink[double]
FUNCTIONS[658], FUNCTIONS[659] = <void*>gated_hardshrink_fast[float], <void*>gated_hardshrink_fast[double]
FUNCTIONS[660], FUNCTIONS[661] = <void*>gated_hardshrink_backward[float], <void*>gated_hardshrink_backward[double]
FUNCTIONS[662], FUNCTIONS[663] = <void*>gated_hardshrink_backward_fast[float], <void*>gated_hardshrink_backward_fast[double]
FUNCTIONS[664], FUNCTIONS[665] = <void*>erf[float], <void*>erf[double]
FUNCTIONS[666], FUNCTIONS[667] = <void*>erf_fast[float], <void*>erf_fast[double]
FUNCTIONS[668], FUNCTIONS[669] = <void*>erf_derivative[float], <void*>erf_derivative[double]
FUNCTIONS[670], FUNCTIONS[671] = <void*>erf_derivative_fast[float], <void*>erf_derivative_fast[double]
FUNCTIONS[672], FUNCTIONS[673] = <void*>erf_backward[float], <void*>erf_backward[double]
FUNCTIONS[674], FUNCTIONS[675] = <void*>erf_backward_fast[float], <void*>erf_backward_fast[double]
FUNCTIONS[676], FUNCTIONS[677] = <void*>gated_erf[float], <void*>gated_erf[double]
FUNCTIONS[678], FUNCTIONS[679] = <void*>gated_erf_fast[float], <void*>gated_erf_fast[double]
FUNCTIONS[680], FUNCTIONS[681] = <void*>gated_erf_backward[float], <void*>gated_erf_backward[double]
FUNCTIONS[682], FUNCTIONS[683] = <void*>gated_erf_backward_fast[float], <void*>gated_erf_backward_fast[double]
FUNCTIONS[684], FUNCTIONS[685] = <void*>gaussian[float], <void*>gaussian[double]
FUNCTIONS[686], FUNCTIONS[687] = <void*>gaussian_fast[float], <void*>gaussian_fast[double]
FUNCTIONS[688], FUNCTIONS[689] = <void*>gaussian_derivative[float], <void*>gaussian_derivative[double]
FUNCTIONS[690], FUNCTIONS[691] = <void*>gaussian_derivative_fast[float], <void*>gaussian_derivative_fast[double]
FUNCTIONS[692], FUNCTIONS[693] = <void*>gaussian_backward[float], <void*>gaussian_backward[double]
FUNCTIONS[694], FUNCTIONS[695] = <void*>gaussian_backward_fast[float], <void*>gaussian_backward_fast[double]
FUNCTIONS[696], FUNCTIONS[697] = <void*>gated_gaussian[float], <void*>gated_gaussian[double]
FUNCTIONS[698], FUNCTIONS[699] = <void*>gated_gaussian_fast[float], <void*>gated_gaussian_fast[double]
FUNCTIONS[700], FUNCTIONS[701] = <void*>gated_gaussian_backward[float], <void*>gated_gaussian_backward[double]
FUNCTIONS[702], FUNCTIONS[703] = <void*>gated_gaussian_backward_fast[float], <void*>gated_gaussian_backward_fast[double]
FUNCTIONS[704], FUNCTIONS[705] = <void*>multiquadric[float], <void*>multiquadric[double]
FUNCTIONS[706], FUNCTIONS[707] = <void*>multiquadric_fast[float], <void*>multiquadric_fast[double]
FUNCTIONS[708], FUNCTIONS[709] = <void*>multiquadric_derivative[float], <void*>multiquadric_derivative[double]
FUNCTIONS[710], FUNCTIONS[711] = <void*>multiquadric_derivative_fast[float], <void*>multiquadric_derivative_fast[double]
FUNCTIONS[712], FUNCTIONS[713] = <void*>multiquadric_backward[float], <void*>multiquadric_backward[double]
FUNCTIONS[714], FUNCTIONS[715] = <void*>multiquadric_backward_fast[float], <void*>multiquadric_backward_fast[double]
FUNCTIONS[716], FUNCTIONS[717] = <void*>gated_multiquadric[float], <void*>gated_multiquadric[double]
FUNCTIONS[718], FUNCTIONS[719] = <void*>gated_multiquadric_fast[float], <void*>gated_multiquadric_fast[double]
FUNCTIONS[720], FUNCTIONS[721] = <void*>gated_multiquadric_backward[float], <void*>gated_multiquadric_backward[double]
FUNCTIONS[722], FUNCTIONS[723] = <void*>gated_multiquadric_backward_fast[float], <void*>gated_multiquadric_backward_fast[double]
FUNCTIONS[724], FUNCTIONS[725] = <void*>inverse_multiquadric[float], <void*>inverse_multiquadric[double]
FUNCTIONS[726], FUNCTIONS[727] = <void*>inverse_multiquadric_fast[float], <void*>inverse_multiquadric_fast[double]
FUNCTIONS[728], FUNCTIONS[729] = <void*>inverse_multiquadric_derivative[float], <void*>inverse_multiquadric_derivative[double]
FUNCTIONS[730], FUNCTIONS[731] = <void*>inverse_multiquadric_derivative_fast[float], <void*>inverse_multiquadric_derivative_fast[double]
FUNCTIONS[732], FUNCTIONS[733] = <void*>inverse_multiquadric_backward[float], <void*>inverse_multiquadric_backward[double]
FUNCTIONS[734], FUNCTIONS[735] = <void*>inverse_multiquadric_backward_fast[float], <void*>inverse_multiquadric_backward_fast[double]
FUNCTIONS[736], FUNCTIONS[737] = <void*>gated_inverse_multiquadric[float], <void*>gated_inverse_multiquadric[double]
FUNCTIONS[738], FUNCTIONS[739] = <void*>gated_inverse_multiquadric_fast[float], <void*>gated_inverse_multiquadric_fast[double]
FUNCTIONS[740], FUNCTIONS[741] = <void*>gated_inverse_multiquadric_backward[float], <void*>gated_inverse_multiquadric_backward[double]
FUNCTIONS[742], FUNCTIONS[743] = <void*>gated_inverse_multiquadric_backward_fast[float], <void*>gated_inverse_multiquadric_backward_fast[double]
FUNCTIONS[744], FUNCTIONS[745] = <void*>square[float], <void*>square[double]
FUNCTIONS[746], FUNCTIONS[747] = <void*>square_fast[float], <void*>square_fast[double]
FUNCTIONS[748], FUNCTIONS[749] = <void*>square_derivative[float], <void*>square_derivative[double]
FUNCTIONS[750], FUNCTIONS[751] = <void*>square_derivative_fast[float], <void*>square_derivative_fast[double]
FUNCTIONS[752], FUNCTIONS[753] = <void*>square_backward[float], <void*>square_backward[double]
FUNCTIONS[754], FUNCTIONS[755] = <void*>square_backward_fast[float], <void*>square_backward_fast[double]
FUNCTIONS[756], FUNCTIONS[757] = <void*>gated_square[float], <void*>gated_square[double]
FUNCTIONS[758], FUNCTIONS[759] = <void*>gated_square_fast[float], <void*>gated_square_fast[double]
FUNCTIONS[760], FUNCTIONS[761] = <void*>gated_square_backward[float], <void*>gated_square_backward[double]
FUNCTIONS[762], FUNCTIONS[763] = <void*>gated_square_backward_fast[float], <void*>gated_square_backward_fast[double]
FUNCTIONS[764], FUNCTIONS[765] = <void*>thin_plate[float], <void*>thin_plate[double]
FUNCTIONS[766], FUNCTIONS[767] = <void*>thin_plate_fast[float], <void*>thin_plate_fast[double]
FUNCTIONS[768], FUNCTIONS[769] = <void*>thin_plate_derivative[float], <void*>thin_plate_derivative[double]
FUNCTIONS[770], FUNCTIONS[771] = <void*>thin_plate_derivative_fast[float], <void*>thin_plate_derivative_fast[double]
FUNCTIONS[772], FUNCTIONS[773] = <void*>thin_plate_backward[float], <void*>thin_plate_backward[double]
FUNCTIONS[774], FUNCTIONS[775] = <void*>thin_plate_backward_fast[float], <void*>thin_plate_backward_fast[double]
FUNCTIONS[776], FUNCTIONS[777] = <void*>gated_thin_plate[float], <void*>gated_thin_plate[double]
FUNCTIONS[778], FUNCTIONS[779] = <void*>gated_thin_plate_fast[float], <void*>gated_thin_plate_fast[double]
FUNCTIONS[780], FUNCTIONS[781] = <void*>gated_thin_plate_backward[float], <void*>gated_thin_plate_backward[double]
FUNCTIONS[782], FUNCTIONS[783] = <void*>gated_thin_plate_backward_fast[float], <void*>gated_thin_plate_backward_fast[double]
FUNCTIONS[784], FUNCTIONS[785] = <void*>gated_swiglu_clamped[float], <void*>gated_swiglu_clamped[double]
FUNCTIONS[786], FUNCTIONS[787] = <void*>gated_swiglu_clamped_fast[float], <void*>gated_swiglu_clamped_fast[double]
FUNCTIONS[788], FUNCTIONS[789] = <void*>gated_swiglu_clamped_backward[float], <void*>gated_swiglu_clamped_backward[double]
FUNCTIONS[790], FUNCTIONS[791] = <void*>gated_swiglu_clamped_backward_fast[float], <void*>gated_swiglu_clamped_backward_fast[double]
FUNCTIONS[792], FUNCTIONS[793] = <void*>softmax[float], <void*>softmax[double]
FUNCTIONS[794], FUNCTIONS[795] = <void*>softmax_fast[float], <void*>softmax_fast[double]
FUNCTIONS[796], FUNCTIONS[797] = <void*>softmax_backward[float], <void*>softmax_backward[double]
FUNCTIONS[798], FUNCTIONS[799] = <void*>softmax_backward_fast[float], <void*>softmax_backward_fast[double]
FUNCTIONS[800], FUNCTIONS[801] = <void*>log_softmax[float], <void*>log_softmax[double]
FUNCTIONS[802], FUNCTIONS[803] = <void*>log_softmax_fast[float], <void*>log_softmax_fast[double]
FUNCTIONS[804], FUNCTIONS[805] = <void*>log_softmax_backward[float], <void*>log_softmax_backward[double]
FUNCTIONS[806], FUNCTIONS[807] = <void*>log_softmax_backward_fast[float], <void*>log_softmax_backward_fast[double]
FUNCTIONS[808], FUNCTIONS[809] = <void*>softmin[float], <void*>softmin[double]
FUNCTIONS[810], FUNCTIONS[811] = <void*>softmin_fast[float], <void*>softmin_fast[double]
FUNCTIONS[812], FUNCTIONS[813] = <void*>softmin_backward[float], <void*>softmin_backward[double]
FUNCTIONS[814], FUNCTIONS[815] = <void*>softmin_backward_fast[float], <void*>softmin_backward_fast[double]
FUNCTIONS[816], FUNCTIONS[817] = <void*>logsumexp[float], <void*>logsumexp[double]
FUNCTIONS[818], FUNCTIONS[819] = <void*>logsumexp_fast[float], <void*>logsumexp_fast[double]
FUNCTIONS[820], FUNCTIONS[821] = <void*>logsumexp_backward[float], <void*>logsumexp_backward[double]
FUNCTIONS[822], FUNCTIONS[823] = <void*>logsumexp_backward_fast[float], <void*>logsumexp_backward_fast[double]
FUNCTIONS[824], FUNCTIONS[825] = <void*>sparsemax[float], <void*>sparsemax[double]
FUNCTIONS[826], FUNCTIONS[827] = <void*>sparsemax_fast[float], <void*>sparsemax_fast[double]
FUNCTIONS[828], FUNCTIONS[829] = <void*>sparsemax_backward[float], <void*>sparsemax_backward[double]
FUNCTIONS[830], FUNCTIONS[831] = <void*>sparsemax_backward_fast[float], <void*>sparsemax_backward_fast[double]
FUNCTIONS[832], FUNCTIONS[833] = <void*>maxout[float], <void*>maxout[double]
FUNCTIONS[834], FUNCTIONS[835] = <void*>maxout_fast[float], <void*>maxout_fast[double]
FUNCTIONS[836], FUNCTIONS[837] = <void*>maxout_backward[float], <void*>maxout_backward[double]
FUNCTIONS[838], FUNCTIONS[839] = <void*>maxout_backward_fast[float], <void*>maxout_backward_fast[double]
FUNCTIONS[840], FUNCTIONS[841] = <void*>identity_derivative_scalar[float], <void*>identity_derivative_scalar[double]
FUNCTIONS[842], FUNCTIONS[843] = <void*>identity_scalar[float], <void*>identity_scalar[double]
FUNCTIONS[844], FUNCTIONS[845] = <void*>binary_step_derivative_scalar[float], <void*>binary_step_derivative_scalar[double]
FUNCTIONS[846], FUNCTIONS[847] = <void*>binary_step_scalar[float], <void*>binary_step_scalar[double]
FUNCTIONS[848], FUNCTIONS[849] = <void*>relu_derivative_scalar[float], <void*>relu_derivative_scalar[double]
FUNCTIONS[850], FUNCTIONS[851] = <void*>relu_scalar[float], <void*>relu_scalar[double]
FUNCTIONS[852], FUNCTIONS[853] = <void*>relu6_derivative_scalar[float], <void*>relu6_derivative_scalar[double]
FUNCTIONS[854], FUNCTIONS[855] = <void*>relu6_scalar[float], <void*>relu6_scalar[double]
FUNCTIONS[856], FUNCTIONS[857] = <void*>relu_squared_derivative_scalar[float], <void*>relu_squared_derivative_scalar[double]
FUNCTIONS[858], FUNCTIONS[859] = <void*>relu_squared_scalar[float], <void*>relu_squared_scalar[double]
FUNCTIONS[860], FUNCTIONS[861] = <void*>leaky_relu_derivative_scalar[float], <void*>leaky_relu_derivative_scalar[double]
FUNCTIONS[862], FUNCTIONS[863] = <void*>leaky_relu_scalar[float], <void*>leaky_relu_scalar[double]
FUNCTIONS[864], FUNCTIONS[865] = <void*>prelu_derivative_scalar[float], <void*>prelu_derivative_scalar[double]
FUNCTIONS[866], FUNCTIONS[867] = <void*>prelu_scalar[float], <void*>prelu_scalar[double]
FUNCTIONS[868], FUNCTIONS[869] = <void*>threshold_derivative_scalar[float], <void*>threshold_derivative_scalar[double]
FUNCTIONS[870], FUNCTIONS[871] = <void*>threshold_scalar[float], <void*>threshold_scalar[double]
FUNCTIONS[872], FUNCTIONS[873] = <void*>elu_derivative_scalar[float], <void*>elu_derivative_scalar[double]
FUNCTIONS[874], FUNCTIONS[875] = <void*>elu_scalar[float], <void*>elu_scalar[double]
FUNCTIONS[876], FUNCTIONS[877] = <void*>selu_derivative_scalar[float], <void*>selu_derivative_scalar[double]
FUNCTIONS[878], FUNCTIONS[879] = <void*>selu_scalar[float], <void*>selu_scalar[double]
FUNCTIONS[880], FUNCTIONS[881] = <void*>celu_derivative_scalar[float], <void*>celu_derivative_scalar[double]
FUNCTIONS[882], FUNCTIONS[883] = <void*>celu_scalar[float], <void*>celu_scalar[double]
FUNCTIONS[884], FUNCTIONS[885] = <void*>gelu_derivative_scalar[float], <void*>gelu_derivative_scalar[double]
FUNCTIONS[886], FUNCTIONS[887] = <void*>gelu_scalar[float], <void*>gelu_scalar[double]
FUNCTIONS[888], FUNCTIONS[889] = <void*>gelu_tanh_derivative_scalar[float], <void*>gelu_tanh_derivative_scalar[double]
FUNCTIONS[890], FUNCTIONS[891] = <void*>gelu_tanh_scalar[float], <void*>gelu_tanh_scalar[double]
FUNCTIONS[892], FUNCTIONS[893] = <void*>quick_gelu_derivative_scalar[float], <void*>quick_gelu_derivative_scalar[double]
FUNCTIONS[894], FUNCTIONS[895] = <void*>quick_gelu_scalar[float], <void*>quick_gelu_scalar[double]
FUNCTIONS[896], FUNCTIONS[897] = <void*>silu_derivative_scalar[float], <void*>silu_derivative_scalar[double]
FUNCTIONS[898], FUNCTIONS[899] = <void*>silu_scalar[float], <void*>silu_scalar[double]
FUNCTIONS[900], FUNCTIONS[901] = <void*>swish_derivative_scalar[float], <void*>swish_derivative_scalar[double]
FUNCTIONS[902], FUNCTIONS[903] = <void*>swish_scalar[float], <void*>swish_scalar[double]
FUNCTIONS[904], FUNCTIONS[905] = <void*>sigmoid_derivative_scalar[float], <void*>sigmoid_derivative_scalar[double]
FUNCTIONS[906], FUNCTIONS[907] = <void*>sigmoid_scalar[float], <void*>sigmoid_scalar[double]
FUNCTIONS[908], FUNCTIONS[909] = <void*>log_sigmoid_derivative_scalar[float], <void*>log_sigmoid_derivative_scalar[double]
FUNCTIONS[910], FUNCTIONS[911] = <void*>log_sigmoid_scalar[float], <void*>log_sigmoid_scalar[double]
FUNCTIONS[912], FUNCTIONS[913] = <void*>hard_sigmoid_derivative_scalar[float], <void*>hard_sigmoid_derivative_scalar[double]
FUNCTIONS[914], FUNCTIONS[915] = <void*>hard_sigmoid_scalar[float], <void*>hard_sigmoid_scalar[double]
FUNCTIONS[916], FUNCTIONS[917] = <void*>hard_sigmoid_linear_derivative_scalar[float], <void*>hard_sigmoid_linear_derivative_scalar[double]
FUNCTIONS[918], FUNCTIONS[919] = <void*>hard_sigmoid_linear_scalar[float], <void*>hard_sigmoid_linear_scalar[double]
FUNCTIONS[920], FUNCTIONS[921] = <void*>tanh_derivative_scalar[float], <void*>tanh_derivative_scalar[double]
FUNCTIONS[922], FUNCTIONS[923] = <void*>tanh_scalar[float], <void*>tanh_scalar[double]
FUNCTIONS[924], FUNCTIONS[925] = <void*>hard_tanh_derivative_scalar[float], <void*>hard_tanh_derivative_scalar[double]
FUNCTIONS[926], FUNCTIONS[927] = <void*>hard_tanh_scalar[float], <void*>hard_tanh_scalar[double]
FUNCTIONS[928], FUNCTIONS[929] = <void*>tanhshrink_derivative_scalar[float], <void*>tanhshrink_derivative_scalar[double]
FUNCTIONS[930], FUNCTIONS[931] = <void*>tanhshrink_scalar[float], <void*>tanhshrink_scalar[double]
FUNCTIONS[932], FUNCTIONS[933] = <void*>softplus_derivative_scalar[float], <void*>softplus_derivative_scalar[double]
FUNCTIONS[934], FUNCTIONS[935] = <void*>softplus_scalar[float], <void*>softplus_scalar[double]
FUNCTIONS[936], FUNCTIONS[937] = <void*>sqrt_softplus_derivative_scalar[float], <void*>sqrt_softplus_derivative_scalar[double]
FUNCTIONS[938], FUNCTIONS[939] = <void*>sqrt_softplus_scalar[float], <void*>sqrt_softplus_scalar[double]
FUNCTIONS[940], FUNCTIONS[941] = <void*>softsign_derivative_scalar[float], <void*>softsign_derivative_scalar[double]
FUNCTIONS[942], FUNCTIONS[943] = <void*>softsign_scalar[float], <void*>softsign_scalar[double]
FUNCTIONS[944], FUNCTIONS[945] = <void*>squareplus_derivative_scalar[float], <void*>squareplus_derivative_scalar[double]
FUNCTIONS[946], FUNCTIONS[947] = <void*>squareplus_scalar[float], <void*>squareplus_scalar[double]
FUNCTIONS[948], FUNCTIONS[949] = <void*>mish_derivative_scalar[float], <void*>mish_derivative_scalar[double]
FUNCTIONS[950], FUNCTIONS[951] = <void*>mish_scalar[float], <void*>mish_scalar[double]
FUNCTIONS[952], FUNCTIONS[953] = <void*>hard_swish_derivative_scalar[float], <void*>hard_swish_derivative_scalar[double]
FUNCTIONS[954], FUNCTIONS[955] = <void*>hard_swish_scalar[float], <void*>hard_swish_scalar[double]
FUNCTIONS[956], FUNCTIONS[957] = <void*>softshrink_derivative_scalar[float], <void*>softshrink_derivative_scalar[double]
FUNCTIONS[958], FUNCTIONS[959] = <void*>softshrink_scalar[float], <void*>softshrink_scalar[double]
FUNCTIONS[960], FUNCTIONS[961] = <void*>hardshrink_derivative_scalar[float], <void*>hardshrink_derivative_scalar[double]
FUNCTIONS[962], FUNCTIONS[963] = <void*>hardshrink_scalar[float], <void*>hardshrink_scalar[double]
FUNCTIONS[964], FUNCTIONS[965] = <void*>erf_derivative_scalar[float], <void*>erf_derivative_scalar[double]
FUNCTIONS[966], FUNCTIONS[967] = <void*>erf_scalar[float], <void*>erf_scalar[double]
FUNCTIONS[968], FUNCTIONS[969] = <void*>gaussian_derivative_scalar[float], <void*>gaussian_derivative_scalar[double]
FUNCTIONS[970], FUNCTIONS[971] = <void*>gaussian_scalar[float], <void*>gaussian_scalar[double]
FUNCTIONS[972], FUNCTIONS[973] = <void*>multiquadric_derivative_scalar[float], <void*>multiquadric_derivative_scalar[double]
FUNCTIONS[974], FUNCTIONS[975] = <void*>multiquadric_scalar[float], <void*>multiquadric_scalar[double]
FUNCTIONS[976], FUNCTIONS[977] = <void*>inverse_multiquadric_derivative_scalar[float], <void*>inverse_multiquadric_derivative_scalar[double]
FUNCTIONS[978], FUNCTIONS[979] = <void*>inverse_multiquadric_scalar[float], <void*>inverse_multiquadric_scalar[double]
FUNCTIONS[980], FUNCTIONS[981] = <void*>square_derivative_scalar[float], <void*>square_derivative_scalar[double]
FUNCTIONS[982], FUNCTIONS[983] = <void*>square_scalar[float], <void*>square_scalar[double]
FUNCTIONS[984], FUNCTIONS[985] = <void*>thin_plate_derivative_scalar[float], <void*>thin_plate_derivative_scalar[double]
FUNCTIONS[986], FUNCTIONS[987] = <void*>thin_plate_scalar[float], <void*>thin_plate_scalar[double]
FUNCTIONS[988], FUNCTIONS[989] = <void*>laplace[float], <void*>laplace[double]
FUNCTIONS[990], FUNCTIONS[991] = <void*>laplace_fast[float], <void*>laplace_fast[double]
FUNCTIONS[992], FUNCTIONS[993] = <void*>laplace_derivative[float], <void*>laplace_derivative[double]
FUNCTIONS[994], FUNCTIONS[995] = <void*>laplace_derivative_fast[float], <void*>laplace_derivative_fast[double]
FUNCTIONS[996], FUNCTIONS[997] = <void*>laplace_backward[float], <void*>laplace_backward[double]
FUNCTIONS[998], FUNCTIONS[999] = <void*>laplace_backward_fast[float], <void*>laplace_backward_fast[double]
FUNCTIONS[1000], FUNCTIONS[1001] = <void*>gated_laplace[float], <void*>gated_laplace[double]
FUNCTIONS[1002], FUNCTIONS[1003] = <void*>gated_laplace_fast[float], <void*>gated_laplace_fast[double]
FUNCTIONS[1004], FUNCTIONS[1005] = <void*>gated_laplace_backward[float], <void*>gated_laplace_backward[double]
FUNCTIONS[1006], FUNCTIONS[1007] = <void*>gated_laplace_backward_fast[float], <void*>gated_laplace_backward_fast[double]
FUNCTIONS[1008], FUNCTIONS[1009] = <void*>laplace_scalar[float], <void*>laplace_scalar[double]
FUNCTIONS[1010], FUNCTIONS[1011] = <void*>laplace_derivative_scalar[float], <void*>laplace_derivative_scalar[double]
FUNCTIONS[1012], FUNCTIONS[1013] = <void*>gelu_10[float], <void*>gelu_10[double]
FUNCTIONS[1014], FUNCTIONS[1015] = <void*>gelu_10_fast[float], <void*>gelu_10_fast[double]
FUNCTIONS[1016], FUNCTIONS[1017] = <void*>gelu_10_derivative[float], <void*>gelu_10_derivative[double]
FUNCTIONS[1018], FUNCTIONS[1019] = <void*>gelu_10_derivative_fast[float], <void*>gelu_10_derivative_fast[double]
FUNCTIONS[1020], FUNCTIONS[1021] = <void*>gelu_10_backward[float], <void*>gelu_10_backward[double]
FUNCTIONS[1022], FUNCTIONS[1023] = <void*>gelu_10_backward_fast[float], <void*>gelu_10_backward_fast[double]
FUNCTIONS[1024], FUNCTIONS[1025] = <void*>gated_gelu_10[float], <void*>gated_gelu_10[double]
FUNCTIONS[1026], FUNCTIONS[1027] = <void*>gated_gelu_10_fast[float], <void*>gated_gelu_10_fast[double]
FUNCTIONS[1028], FUNCTIONS[1029] = <void*>gated_gelu_10_backward[float], <void*>gated_gelu_10_backward[double]
FUNCTIONS[1030], FUNCTIONS[1031] = <void*>gated_gelu_10_backward_fast[float], <void*>gated_gelu_10_backward_fast[double]
FUNCTIONS[1032], FUNCTIONS[1033] = <void*>exponential[float], <void*>exponential[double]
FUNCTIONS[1034], FUNCTIONS[1035] = <void*>exponential_fast[float], <void*>exponential_fast[double]
FUNCTIONS[1036], FUNCTIONS[1037] = <void*>exponential_derivative[float], <void*>exponential_derivative[double]
FUNCTIONS[1038], FUNCTIONS[1039] = <void*>exponential_derivative_fast[float], <void*>exponential_derivative_fast[double]
FUNCTIONS[1040], FUNCTIONS[1041] = <void*>exponential_backward[float], <void*>exponential_backward[double]
FUNCTIONS[1042], FUNCTIONS[1043] = <void*>exponential_backward_fast[float], <void*>exponential_backward_fast[double]
FUNCTIONS[1044], FUNCTIONS[1045] = <void*>gated_exponential[float], <void*>gated_exponential[double]
FUNCTIONS[1046], FUNCTIONS[1047] = <void*>gated_exponential_fast[float], <void*>gated_exponential_fast[double]
FUNCTIONS[1048], FUNCTIONS[1049] = <void*>gated_exponential_backward[float], <void*>gated_exponential_backward[double]
FUNCTIONS[1050], FUNCTIONS[1051] = <void*>gated_exponential_backward_fast[float], <void*>gated_exponential_backward_fast[double]
FUNCTIONS[1052], FUNCTIONS[1053] = <void*>hard_mish[float], <void*>hard_mish[double]
FUNCTIONS[1054], FUNCTIONS[1055] = <void*>hard_mish_fast[float], <void*>hard_mish_fast[double]
FUNCTIONS[1056], FUNCTIONS[1057] = <void*>hard_mish_derivative[float], <void*>hard_mish_derivative[double]
FUNCTIONS[1058], FUNCTIONS[1059] = <void*>hard_mish_derivative_fast[float], <void*>hard_mish_derivative_fast[double]
FUNCTIONS[1060], FUNCTIONS[1061] = <void*>hard_mish_backward[float], <void*>hard_mish_backward[double]
FUNCTIONS[1062], FUNCTIONS[1063] = <void*>hard_mish_backward_fast[float], <void*>hard_mish_backward_fast[double]
FUNCTIONS[1064], FUNCTIONS[1065] = <void*>gated_hard_mish[float], <void*>gated_hard_mish[double]
FUNCTIONS[1066], FUNCTIONS[1067] = <void*>gated_hard_mish_fast[float], <void*>gated_hard_mish_fast[double]
FUNCTIONS[1068], FUNCTIONS[1069] = <void*>gated_hard_mish_backward[float], <void*>gated_hard_mish_backward[double]
FUNCTIONS[1070], FUNCTIONS[1071] = <void*>gated_hard_mish_backward_fast[float], <void*>gated_hard_mish_backward_fast[double]
FUNCTIONS[1072], FUNCTIONS[1073] = <void*>sparse_plus[float], <void*>sparse_plus[double]
FUNCTIONS[1074], FUNCTIONS[1075] = <void*>sparse_plus_fast[float], <void*>sparse_plus_fast[double]
FUNCTIONS[1076], FUNCTIONS[1077] = <void*>sparse_plus_derivative[float], <void*>sparse_plus_derivative[double]
FUNCTIONS[1078], FUNCTIONS[1079] = <void*>sparse_plus_derivative_fast[float], <void*>sparse_plus_derivative_fast[double]
FUNCTIONS[1080], FUNCTIONS[1081] = <void*>sparse_plus_backward[float], <void*>sparse_plus_backward[double]
FUNCTIONS[1082], FUNCTIONS[1083] = <void*>sparse_plus_backward_fast[float], <void*>sparse_plus_backward_fast[double]
FUNCTIONS[1084], FUNCTIONS[1085] = <void*>gated_sparse_plus[float], <void*>gated_sparse_plus[double]
FUNCTIONS[1086], FUNCTIONS[1087] = <void*>gated_sparse_plus_fast[float], <void*>gated_sparse_plus_fast[double]
FUNCTIONS[1088], FUNCTIONS[1089] = <void*>gated_sparse_plus_backward[float], <void*>gated_sparse_plus_backward[double]
FUNCTIONS[1090], FUNCTIONS[1091] = <void*>gated_sparse_plus_backward_fast[float], <void*>gated_sparse_plus_backward_fast[double]
FUNCTIONS[1092], FUNCTIONS[1093] = <void*>star_relu[float], <void*>star_relu[double]
FUNCTIONS[1094], FUNCTIONS[1095] = <void*>star_relu_fast[float], <void*>star_relu_fast[double]
FUNCTIONS[1096], FUNCTIONS[1097] = <void*>star_relu_derivative[float], <void*>star_relu_derivative[double]
FUNCTIONS[1098], FUNCTIONS[1099] = <void*>star_relu_derivative_fast[float], <void*>star_relu_derivative_fast[double]
FUNCTIONS[1100], FUNCTIONS[1101] = <void*>star_relu_backward[float], <void*>star_relu_backward[double]
FUNCTIONS[1102], FUNCTIONS[1103] = <void*>star_relu_backward_fast[float], <void*>star_relu_backward_fast[double]
FUNCTIONS[1104], FUNCTIONS[1105] = <void*>gated_star_relu[float], <void*>gated_star_relu[double]
FUNCTIONS[1106], FUNCTIONS[1107] = <void*>gated_star_relu_fast[float], <void*>gated_star_relu_fast[double]
FUNCTIONS[1108], FUNCTIONS[1109] = <void*>gated_star_relu_backward[float], <void*>gated_star_relu_backward[double]
FUNCTIONS[1110], FUNCTIONS[1111] = <void*>gated_star_relu_backward_fast[float], <void*>gated_star_relu_backward_fast[double]
FUNCTIONS[1112], FUNCTIONS[1113] = <void*>softcap[float], <void*>softcap[double]
FUNCTIONS[1114], FUNCTIONS[1115] = <void*>softcap_fast[float], <void*>softcap_fast[double]
FUNCTIONS[1116], FUNCTIONS[1117] = <void*>softcap_derivative[float], <void*>softcap_derivative[double]
FUNCTIONS[1118], FUNCTIONS[1119] = <void*>softcap_derivative_fast[float], <void*>softcap_derivative_fast[double]
FUNCTIONS[1120], FUNCTIONS[1121] = <void*>softcap_backward[float], <void*>softcap_backward[double]
FUNCTIONS[1122], FUNCTIONS[1123] = <void*>softcap_backward_fast[float], <void*>softcap_backward_fast[double]
FUNCTIONS[1124], FUNCTIONS[1125] = <void*>gated_softcap[float], <void*>gated_softcap[double]
FUNCTIONS[1126], FUNCTIONS[1127] = <void*>gated_softcap_fast[float], <void*>gated_softcap_fast[double]
FUNCTIONS[1128], FUNCTIONS[1129] = <void*>gated_softcap_backward[float], <void*>gated_softcap_backward[double]
FUNCTIONS[1130], FUNCTIONS[1131] = <void*>gated_softcap_backward_fast[float], <void*>gated_softcap_backward_fast[double]
FUNCTIONS[1132], FUNCTIONS[1133] = <void*>xielu[float], <void*>xielu[double]
FUNCTIONS[1134], FUNCTIONS[1135] = <void*>xielu_fast[float], <void*>xielu_fast[double]
FUNCTIONS[1136], FUNCTIONS[1137] = <void*>xielu_derivative[float], <void*>xielu_derivative[double]
FUNCTIONS[1138], FUNCTIONS[1139] = <void*>xielu_derivative_fast[float], <void*>xielu_derivative_fast[double]
FUNCTIONS[1140], FUNCTIONS[1141] = <void*>xielu_backward[float], <void*>xielu_backward[double]
FUNCTIONS[1142], FUNCTIONS[1143] = <void*>xielu_backward_fast[float], <void*>xielu_backward_fast[double]
FUNCTIONS[1144], FUNCTIONS[1145] = <void*>gated_xielu[float], <void*>gated_xielu[double]
FUNCTIONS[1146], FUNCTIONS[1147] = <void*>gated_xielu_fast[float], <void*>gated_xielu_fast[double]
FUNCTIONS[1148], FUNCTIONS[1149] = <void*>gated_xielu_backward[float], <void*>gated_xielu_backward[double]
FUNCTIONS[1150], FUNCTIONS[1151] = <void*>gated_xielu_backward_fast[float], <void*>gated_xielu_backward_fast[double]
FUNCTIONS[1152], FUNCTIONS[1153] = <void*>snake[float], <void*>snake[double]
FUNCTIONS[1154], FUNCTIONS[1155] = <void*>snake_fast[float], <void*>snake_fast[double]
FUNCTIONS[1156], FUNCTIONS[1157] = <void*>snake_derivative[float], <void*>snake_derivative[double]
FUNCTIONS[1158], FUNCTIONS[1159] = <void*>snake_derivative_fast[float], <void*>snake_derivative_fast[double]
FUNCTIONS[1160], FUNCTIONS[1161] = <void*>snake_backward[float], <void*>snake_backward[double]
FUNCTIONS[1162], FUNCTIONS[1163] = <void*>snake_backward_fast[float], <void*>snake_backward_fast[double]
FUNCTIONS[1164], FUNCTIONS[1165] = <void*>gated_snake[float], <void*>gated_snake[double]
FUNCTIONS[1166], FUNCTIONS[1167] = <void*>gated_snake_fast[float], <void*>gated_snake_fast[double]
FUNCTIONS[1168], FUNCTIONS[1169] = <void*>gated_snake_backward[float], <void*>gated_snake_backward[double]
FUNCTIONS[1170], FUNCTIONS[1171] = <void*>gated_snake_backward_fast[float], <void*>gated_snake_backward_fast[double]
FUNCTIONS[1172], FUNCTIONS[1173] = <void*>snake_beta[float], <void*>snake_beta[double]
FUNCTIONS[1174], FUNCTIONS[1175] = <void*>snake_beta_fast[float], <void*>snake_beta_fast[double]
FUNCTIONS[1176], FUNCTIONS[1177] = <void*>snake_beta_derivative[float], <void*>snake_beta_derivative[double]
FUNCTIONS[1178], FUNCTIONS[1179] = <void*>snake_beta_derivative_fast[float], <void*>snake_beta_derivative_fast[double]
FUNCTIONS[1180], FUNCTIONS[1181] = <void*>snake_beta_backward[float], <void*>snake_beta_backward[double]
FUNCTIONS[1182], FUNCTIONS[1183] = <void*>snake_beta_backward_fast[float], <void*>snake_beta_backward_fast[double]
FUNCTIONS[1184], FUNCTIONS[1185] = <void*>gated_snake_beta[float], <void*>gated_snake_beta[double]
FUNCTIONS[1186], FUNCTIONS[1187] = <void*>gated_snake_beta_fast[float], <void*>gated_snake_beta_fast[double]
FUNCTIONS[1188], FUNCTIONS[1189] = <void*>gated_snake_beta_backward[float], <void*>gated_snake_beta_backward[double]
FUNCTIONS[1190], FUNCTIONS[1191] = <void*>gated_snake_beta_backward_fast[float], <void*>gated_snake_beta_backward_fast[double]
FUNCTIONS[1192], FUNCTIONS[1193] = <void*>gated_swiglu_clamped_after[float], <void*>gated_swiglu_clamped_after[double]
FUNCTIONS[1194], FUNCTIONS[1195] = <void*>gated_swiglu_clamped_after_fast[float], <void*>gated_swiglu_clamped_after_fast[double]
FUNCTIONS[1196], FUNCTIONS[1197] = <void*>gated_swiglu_clamped_after_backward[float], <void*>gated_swiglu_clamped_after_backward[double]
FUNCTIONS[1198], FUNCTIONS[1199] = <void*>gated_swiglu_clamped_after_backward_fast[float], <void*>gated_swiglu_clamped_after_backward_fast[double]
FUNCTIONS[1200], FUNCTIONS[1201] = <void*>gated_situ[float], <void*>gated_situ[double]
FUNCTIONS[1202], FUNCTIONS[1203] = <void*>gated_situ_fast[float], <void*>gated_situ_fast[double]
FUNCTIONS[1204], FUNCTIONS[1205] = <void*>gated_situ_backward[float], <void*>gated_situ_backward[double]
FUNCTIONS[1206], FUNCTIONS[1207] = <void*>gated_situ_backward_fast[float], <void*>gated_situ_backward_fast[double]
FUNCTIONS[1208], FUNCTIONS[1209] = <void*>gated_drelu[float], <void*>gated_drelu[double]
FUNCTIONS[1210], FUNCTIONS[1211] = <void*>gated_drelu_fast[float], <void*>gated_drelu_fast[double]
FUNCTIONS[1212], FUNCTIONS[1213] = <void*>gated_drelu_backward[float], <void*>gated_drelu_backward[double]
FUNCTIONS[1214], FUNCTIONS[1215] = <void*>gated_drelu_backward_fast[float], <void*>gated_drelu_backward_fast[double]
FUNCTIONS[1216], FUNCTIONS[1217] = <void*>gelu_10_scalar[float], <void*>gelu_10_scalar[double]
FUNCTIONS[1218], FUNCTIONS[1219] = <void*>gelu_10_derivative_scalar[float], <void*>gelu_10_derivative_scalar[double]
FUNCTIONS[1220], FUNCTIONS[1221] = <void*>exponential_scalar[float], <void*>exponential_scalar[double]
FUNCTIONS[1222], FUNCTIONS[1223] = <void*>exponential_derivative_scalar[float], <void*>exponential_derivative_scalar[double]
FUNCTIONS[1224], FUNCTIONS[1225] = <void*>hard_mish_scalar[float], <void*>hard_mish_scalar[double]
FUNCTIONS[1226], FUNCTIONS[1227] = <void*>hard_mish_derivative_scalar[float], <void*>hard_mish_derivative_scalar[double]
FUNCTIONS[1228], FUNCTIONS[1229] = <void*>sparse_plus_scalar[float], <void*>sparse_plus_scalar[double]
FUNCTIONS[1230], FUNCTIONS[1231] = <void*>sparse_plus_derivative_scalar[float], <void*>sparse_plus_derivative_scalar[double]
FUNCTIONS[1232], FUNCTIONS[1233] = <void*>star_relu_scalar[float], <void*>star_relu_scalar[double]
FUNCTIONS[1234], FUNCTIONS[1235] = <void*>star_relu_derivative_scalar[float], <void*>star_relu_derivative_scalar[double]
FUNCTIONS[1236], FUNCTIONS[1237] = <void*>softcap_scalar[float], <void*>softcap_scalar[double]
FUNCTIONS[1238], FUNCTIONS[1239] = <void*>softcap_derivative_scalar[float], <void*>softcap_derivative_scalar[double]
FUNCTIONS[1240], FUNCTIONS[1241] = <void*>xielu_scalar[float], <void*>xielu_scalar[double]
FUNCTIONS[1242], FUNCTIONS[1243] = <void*>xielu_derivative_scalar[float], <void*>xielu_derivative_scalar[double]
FUNCTIONS[1244], FUNCTIONS[1245] = <void*>snake_scalar[float], <void*>snake_scalar[double]
FUNCTIONS[1246], FUNCTIONS[1247] = <void*>snake_derivative_scalar[float], <void*>snake_derivative_scalar[double]
FUNCTIONS[1248], FUNCTIONS[1249] = <void*>snake_beta_scalar[float], <void*>snake_beta_scalar[double]
FUNCTIONS[1250], FUNCTIONS[1251] = <void*>snake_beta_derivative_scalar[float], <void*>snake_beta_derivative_scalar[double]
FUNCTIONS[1252], FUNCTIONS[1253] = <void*>entmax15[float], <void*>entmax15[double]
FUNCTIONS[1254], FUNCTIONS[1255] = <void*>entmax15_fast[float], <void*>entmax15_fast[double]
FUNCTIONS[1256], FUNCTIONS[1257] = <void*>entmax15_backward[float], <void*>entmax15_backward[double]
FUNCTIONS[1258], FUNCTIONS[1259] = <void*>entmax15_backward_fast[float], <void*>entmax15_backward_fast[double]
FUNCTIONS[1260], FUNCTIONS[1261] = <void*>poly_norm[float], <void*>poly_norm[double]
FUNCTIONS[1262], FUNCTIONS[1263] = <void*>poly_norm_fast[float], <void*>poly_norm_fast[double]
FUNCTIONS[1264], FUNCTIONS[1265] = <void*>poly_norm_backward[float], <void*>poly_norm_backward[double]
FUNCTIONS[1266], FUNCTIONS[1267] = <void*>poly_norm_backward_fast[float], <void*>poly_norm_backward_fast[double]
FUNCTIONS[1268], FUNCTIONS[1269] = <void*>sigmoid_from_output_backward[float], <void*>sigmoid_from_output_backward[double]
FUNCTIONS[1270], FUNCTIONS[1271] = <void*>sigmoid_from_output_backward_fast[float], <void*>sigmoid_from_output_backward_fast[double]
FUNCTIONS[1272], FUNCTIONS[1273] = <void*>log_sigmoid_from_output_backward[float], <void*>log_sigmoid_from_output_backward[double]
FUNCTIONS[1274], FUNCTIONS[1275] = <void*>log_sigmoid_from_output_backward_fast[float], <void*>log_sigmoid_from_output_backward_fast[double]
FUNCTIONS[1276], FUNCTIONS[1277] = <void*>tanh_from_output_backward[float], <void*>tanh_from_output_backward[double]
FUNCTIONS[1278], FUNCTIONS[1279] = <void*>tanh_from_output_backward_fast[float], <void*>tanh_from_output_backward_fast[double]
FUNCTIONS[1280], FUNCTIONS[1281] = <void*>identity_correct[float], <void*>identity_correct[double]
FUNCTIONS[1282], FUNCTIONS[1283] = <void*>identity_derivative_correct[float], <void*>identity_derivative_correct[double]
FUNCTIONS[1284], FUNCTIONS[1285] = <void*>identity_backward_correct[float], <void*>identity_backward_correct[double]
FUNCTIONS[1286], FUNCTIONS[1287] = <void*>gated_identity_correct[float], <void*>gated_identity_correct[double]
FUNCTIONS[1288], FUNCTIONS[1289] = <void*>gated_identity_backward_correct[float], <void*>gated_identity_backward_correct[double]
FUNCTIONS[1290], FUNCTIONS[1291] = <void*>binary_step_correct[float], <void*>binary_step_correct[double]
FUNCTIONS[1292], FUNCTIONS[1293] = <void*>binary_step_derivative_correct[float], <void*>binary_step_derivative_correct[double]
FUNCTIONS[1294], FUNCTIONS[1295] = <void*>binary_step_backward_correct[float], <void*>binary_step_backward_correct[double]
FUNCTIONS[1296], FUNCTIONS[1297] = <void*>gated_binary_step_correct[float], <void*>gated_binary_step_correct[double]
FUNCTIONS[1298], FUNCTIONS[1299] = <void*>gated_binary_step_backward_correct[float], <void*>gated_binary_step_backward_correct[double]
FUNCTIONS[1300], FUNCTIONS[1301] = <void*>relu_correct[float], <void*>relu_correct[double]
FUNCTIONS[1302], FUNCTIONS[1303] = <void*>relu_derivative_correct[float], <void*>relu_derivative_correct[double]
FUNCTIONS[1304], FUNCTIONS[1305] = <void*>relu_backward_correct[float], <void*>relu_backward_correct[double]
FUNCTIONS[1306], FUNCTIONS[1307] = <void*>gated_relu_correct[float], <void*>gated_relu_correct[double]
FUNCTIONS[1308], FUNCTIONS[1309] = <void*>gated_relu_backward_correct[float], <void*>gated_relu_backward_correct[double]
FUNCTIONS[1310], FUNCTIONS[1311] = <void*>add_relu_correct[float], <void*>add_relu_correct[double]
FUNCTIONS[1312], FUNCTIONS[1313] = <void*>add_relu_backward_correct[float], <void*>add_relu_backward_correct[double]
FUNCTIONS[1314], FUNCTIONS[1315] = <void*>relu6_correct[float], <void*>relu6_correct[double]
FUNCTIONS[1316], FUNCTIONS[1317] = <void*>relu6_derivative_correct[float], <void*>relu6_derivative_correct[double]
FUNCTIONS[1318], FUNCTIONS[1319] = <void*>relu6_backward_correct[float], <void*>relu6_backward_correct[double]
FUNCTIONS[1320], FUNCTIONS[1321] = <void*>gated_relu6_correct[float], <void*>gated_relu6_correct[double]
FUNCTIONS[1322], FUNCTIONS[1323] = <void*>gated_relu6_backward_correct[float], <void*>gated_relu6_backward_correct[double]
FUNCTIONS[1324], FUNCTIONS[1325] = <void*>relu_squared_correct[float], <void*>relu_squared_correct[double]
FUNCTIONS[1326], FUNCTIONS[1327] = <void*>relu_squared_derivative_correct[float], <void*>relu_squared_derivative_correct[double]
FUNCTIONS[1328], FUNCTIONS[1329] = <void*>relu_squared_backward_correct[float], <void*>relu_squared_backward_correct[double]
FUNCTIONS[1330], FUNCTIONS[1331] = <void*>gated_relu_squared_correct[float], <void*>gated_relu_squared_correct[double]
FUNCTIONS[1332], FUNCTIONS[1333] = <void*>gated_relu_squared_backward_correct[float], <void*>gated_relu_squared_backward_correct[double]
FUNCTIONS[1334], FUNCTIONS[1335] = <void*>leaky_relu_correct[float], <void*>leaky_relu_correct[double]
FUNCTIONS[1336], FUNCTIONS[1337] = <void*>leaky_relu_derivative_correct[float], <void*>leaky_relu_derivative_correct[double]
FUNCTIONS[1338], FUNCTIONS[1339] = <void*>leaky_relu_backward_correct[float], <void*>leaky_relu_backward_correct[double]
FUNCTIONS[1340], FUNCTIONS[1341] = <void*>gated_leaky_relu_correct[float], <void*>gated_leaky_relu_correct[double]
FUNCTIONS[1342], FUNCTIONS[1343] = <void*>gated_leaky_relu_backward_correct[float], <void*>gated_leaky_relu_backward_correct[double]
FUNCTIONS[1344], FUNCTIONS[1345] = <void*>leaky_relu_parameter_correct[float], <void*>leaky_relu_parameter_correct[double]
FUNCTIONS[1346], FUNCTIONS[1347] = <void*>prelu_correct[float], <void*>prelu_correct[double]
FUNCTIONS[1348], FUNCTIONS[1349] = <void*>prelu_derivative_correct[float], <void*>prelu_derivative_correct[double]
FUNCTIONS[1350], FUNCTIONS[1351] = <void*>prelu_backward_correct[float], <void*>prelu_backward_correct[double]
FUNCTIONS[1352], FUNCTIONS[1353] = <void*>gated_prelu_correct[float], <void*>gated_prelu_correct[double]
FUNCTIONS[1354], FUNCTIONS[1355] = <void*>gated_prelu_backward_correct[float], <void*>gated_prelu_backward_correct[double]
FUNCTIONS[1356], FUNCTIONS[1357] = <void*>prelu_parameter_correct[float], <void*>prelu_parameter_correct[double]
FUNCTIONS[1358], FUNCTIONS[1359] = <void*>threshold_correct[float], <void*>threshold_correct[double]
FUNCTIONS[1360], FUNCTIONS[1361] = <void*>threshold_derivative_correct[float], <void*>threshold_derivative_correct[double]
FUNCTIONS[1362], FUNCTIONS[1363] = <void*>threshold_backward_correct[float], <void*>threshold_backward_correct[double]
FUNCTIONS[1364], FUNCTIONS[1365] = <void*>gated_threshold_correct[float], <void*>gated_threshold_correct[double]
FUNCTIONS[1366], FUNCTIONS[1367] = <void*>gated_threshold_backward_correct[float], <void*>gated_threshold_backward_correct[double]
FUNCTIONS[1368], FUNCTIONS[1369] = <void*>elu_correct[float], <void*>elu_correct[double]
FUNCTIONS[1370], FUNCTIONS[1371] = <void*>elu_derivative_correct[float], <void*>elu_derivative_correct[double]
FUNCTIONS[1372], FUNCTIONS[1373] = <void*>elu_backward_correct[float], <void*>elu_backward_correct[double]
FUNCTIONS[1374], FUNCTIONS[1375] = <void*>gated_elu_correct[float], <void*>gated_elu_correct[double]
FUNCTIONS[1376], FUNCTIONS[1377] = <void*>gated_elu_backward_correct[float], <void*>gated_elu_backward_correct[double]
FUNCTIONS[1378], FUNCTIONS[1379] = <void*>selu_correct[float], <void*>selu_correct[double]
FUNCTIONS[1380], FUNCTIONS[1381] = <void*>selu_derivative_correct[float], <void*>selu_derivative_correct[double]
FUNCTIONS[1382], FUNCTIONS[1383] = <void*>selu_backward_correct[float], <void*>selu_backward_correct[double]
FUNCTIONS[1384], FUNCTIONS[1385] = <void*>gated_selu_correct[float], <void*>gated_selu_correct[double]
FUNCTIONS[1386], FUNCTIONS[1387] = <void*>gated_selu_backward_correct[float], <void*>gated_selu_backward_correct[double]
FUNCTIONS[1388], FUNCTIONS[1389] = <void*>celu_correct[float], <void*>celu_correct[double]
FUNCTIONS[1390], FUNCTIONS[1391] = <void*>celu_derivative_correct[float], <void*>celu_derivative_correct[double]
FUNCTIONS[1392], FUNCTIONS[1393] = <void*>celu_backward_correct[float], <void*>celu_backward_correct[double]
FUNCTIONS[1394], FUNCTIONS[1395] = <void*>gated_celu_correct[float], <void*>gated_celu_correct[double]
FUNCTIONS[1396], FUNCTIONS[1397] = <void*>gated_celu_backward_correct[float], <void*>gated_celu_backward_correct[double]
FUNCTIONS[1398], FUNCTIONS[1399] = <void*>gelu_correct[float], <void*>gelu_correct[double]
FUNCTIONS[1400], FUNCTIONS[1401] = <void*>gelu_derivative_correct[float], <void*>gelu_derivative_correct[double]
FUNCTIONS[1402], FUNCTIONS[1403] = <void*>gelu_backward_correct[float], <void*>gelu_backward_correct[double]
FUNCTIONS[1404], FUNCTIONS[1405] = <void*>gated_gelu_correct[float], <void*>gated_gelu_correct[double]
FUNCTIONS[1406], FUNCTIONS[1407] = <void*>gated_gelu_backward_correct[float], <void*>gated_gelu_backward_correct[double]
FUNCTIONS[1408], FUNCTIONS[1409] = <void*>add_gelu_correct[float], <void*>add_gelu_correct[double]
FUNCTIONS[1410], FUNCTIONS[1411] = <void*>add_gelu_backward_correct[float], <void*>add_gelu_backward_correct[double]
FUNCTIONS[1412], FUNCTIONS[1413] = <void*>gelu_tanh_correct[float], <void*>gelu_tanh_correct[double]
FUNCTIONS[1414], FUNCTIONS[1415] = <void*>gelu_tanh_derivative_correct[float], <void*>gelu_tanh_derivative_correct[double]
FUNCTIONS[1416], FUNCTIONS[1417] = <void*>gelu_tanh_backward_correct[float], <void*>gelu_tanh_backward_correct[double]
FUNCTIONS[1418], FUNCTIONS[1419] = <void*>gated_gelu_tanh_correct[float], <void*>gated_gelu_tanh_correct[double]
FUNCTIONS[1420], FUNCTIONS[1421] = <void*>gated_gelu_tanh_backward_correct[float], <void*>gated_gelu_tanh_backward_correct[double]
FUNCTIONS[1422], FUNCTIONS[1423] = <void*>add_gelu_tanh_correct[float], <void*>add_gelu_tanh_correct[double]
FUNCTIONS[1424], FUNCTIONS[1425] = <void*>add_gelu_tanh_backward_correct[float], <void*>add_gelu_tanh_backward_correct[double]
FUNCTIONS[1426], FUNCTIONS[1427] = <void*>quick_gelu_correct[float], <void*>quick_gelu_correct[double]
FUNCTIONS[1428], FUNCTIONS[1429] = <void*>quick_gelu_derivative_correct[float], <void*>quick_gelu_derivative_correct[double]
FUNCTIONS[1430], FUNCTIONS[1431] = <void*>quick_gelu_backward_correct[float], <void*>quick_gelu_backward_correct[double]
FUNCTIONS[1432], FUNCTIONS[1433] = <void*>gated_quick_gelu_correct[float], <void*>gated_quick_gelu_correct[double]
FUNCTIONS[1434], FUNCTIONS[1435] = <void*>gated_quick_gelu_backward_correct[float], <void*>gated_quick_gelu_backward_correct[double]
FUNCTIONS[1436], FUNCTIONS[1437] = <void*>silu_correct[float], <void*>silu_correct[double]
FUNCTIONS[1438], FUNCTIONS[1439] = <void*>silu_derivative_correct[float], <void*>silu_derivative_correct[double]
FUNCTIONS[1440], FUNCTIONS[1441] = <void*>silu_backward_correct[float], <void*>silu_backward_correct[double]
FUNCTIONS[1442], FUNCTIONS[1443] = <void*>gated_silu_correct[float], <void*>gated_silu_correct[double]
FUNCTIONS[1444], FUNCTIONS[1445] = <void*>gated_silu_backward_correct[float], <void*>gated_silu_backward_correct[double]
FUNCTIONS[1446], FUNCTIONS[1447] = <void*>add_silu_correct[float], <void*>add_silu_correct[double]
FUNCTIONS[1448], FUNCTIONS[1449] = <void*>add_silu_backward_correct[float], <void*>add_silu_backward_correct[double]
FUNCTIONS[1450], FUNCTIONS[1451] = <void*>swish_correct[float], <void*>swish_correct[double]
FUNCTIONS[1452], FUNCTIONS[1453] = <void*>swish_derivative_correct[float], <void*>swish_derivative_correct[double]
FUNCTIONS[1454], FUNCTIONS[1455] = <void*>swish_backward_correct[float], <void*>swish_backward_correct[double]
FUNCTIONS[1456], FUNCTIONS[1457] = <void*>gated_swish_correct[float], <void*>gated_swish_correct[double]
FUNCTIONS[1458], FUNCTIONS[1459] = <void*>gated_swish_backward_correct[float], <void*>gated_swish_backward_correct[double]
FUNCTIONS[1460], FUNCTIONS[1461] = <void*>swish_parameter_correct[float], <void*>swish_parameter_correct[double]
FUNCTIONS[1462], FUNCTIONS[1463] = <void*>sigmoid_correct[float], <void*>sigmoid_correct[double]
FUNCTIONS[1464], FUNCTIONS[1465] = <void*>sigmoid_derivative_correct[float], <void*>sigmoid_derivative_correct[double]
FUNCTIONS[1466], FUNCTIONS[1467] = <void*>sigmoid_backward_correct[float], <void*>sigmoid_backward_correct[double]
FUNCTIONS[1468], FUNCTIONS[1469] = <void*>gated_sigmoid_correct[float], <void*>gated_sigmoid_correct[double]
FUNCTIONS[1470], FUNCTIONS[1471] = <void*>gated_sigmoid_backward_correct[float], <void*>gated_sigmoid_backward_correct[double]
FUNCTIONS[1472], FUNCTIONS[1473] = <void*>log_sigmoid_correct[float], <void*>log_sigmoid_correct[double]
FUNCTIONS[1474], FUNCTIONS[1475] = <void*>log_sigmoid_derivative_correct[float], <void*>log_sigmoid_derivative_correct[double]
FUNCTIONS[1476], FUNCTIONS[1477] = <void*>log_sigmoid_backward_correct[float], <void*>log_sigmoid_backward_correct[double]
FUNCTIONS[1478], FUNCTIONS[1479] = <void*>gated_log_sigmoid_correct[float], <void*>gated_log_sigmoid_correct[double]
FUNCTIONS[1480], FUNCTIONS[1481] = <void*>gated_log_sigmoid_backward_correct[float], <void*>gated_log_sigmoid_backward_correct[double]
FUNCTIONS[1482], FUNCTIONS[1483] = <void*>hard_sigmoid_correct[float], <void*>hard_sigmoid_correct[double]
FUNCTIONS[1484], FUNCTIONS[1485] = <void*>hard_sigmoid_derivative_correct[float], <void*>hard_sigmoid_derivative_correct[double]
FUNCTIONS[1486], FUNCTIONS[1487] = <void*>hard_sigmoid_backward_correct[float], <void*>hard_sigmoid_backward_correct[double]
FUNCTIONS[1488], FUNCTIONS[1489] = <void*>gated_hard_sigmoid_correct[float], <void*>gated_hard_sigmoid_correct[double]
FUNCTIONS[1490], FUNCTIONS[1491] = <void*>gated_hard_sigmoid_backward_correct[float], <void*>gated_hard_sigmoid_backward_correct[double]
FUNCTIONS[1492], FUNCTIONS[1493] = <void*>hard_sigmoid_linear_correct[float], <void*>hard_sigmoid_linear_correct[double]
FUNCTIONS[1494], FUNCTIONS[1495] = <void*>hard_sigmoid_linear_derivative_correct[float], <void*>hard_sigmoid_linear_derivative_correct[double]
FUNCTIONS[1496], FUNCTIONS[1497] = <void*>hard_sigmoid_linear_backward_correct[float], <void*>hard_sigmoid_linear_backward_correct[double]
FUNCTIONS[1498], FUNCTIONS[1499] = <void*>gated_hard_sigmoid_linear_correct[float], <void*>gated_hard_sigmoid_linear_correct[double]
FUNCTIONS[1500], FUNCTIONS[1501] = <void*>gated_hard_sigmoid_linear_backward_correct[float], <void*>gated_hard_sigmoid_linear_backward_correct[double]
FUNCTIONS[1502], FUNCTIONS[1503] = <void*>tanh_correct[float], <void*>tanh_correct[double]
FUNCTIONS[1504], FUNCTIONS[1505] = <void*>tanh_derivative_correct[float], <void*>tanh_derivative_correct[double]
FUNCTIONS[1506], FUNCTIONS[1507] = <void*>tanh_backward_correct[float], <void*>tanh_backward_correct[double]
FUNCTIONS[1508], FUNCTIONS[1509] = <void*>gated_tanh_correct[float], <void*>gated_tanh_correct[double]
FUNCTIONS[1510], FUNCTIONS[1511] = <void*>gated_tanh_backward_correct[float], <void*>gated_tanh_backward_correct[double]
FUNCTIONS[1512], FUNCTIONS[1513] = <void*>hard_tanh_correct[float], <void*>hard_tanh_correct[double]
FUNCTIONS[1514], FUNCTIONS[1515] = <void*>hard_tanh_derivative_correct[float], <void*>hard_tanh_derivative_correct[double]
FUNCTIONS[1516], FUNCTIONS[1517] = <void*>hard_tanh_backward_correct[float], <void*>hard_tanh_backward_correct[double]
FUNCTIONS[1518], FUNCTIONS[1519] = <void*>gated_hard_tanh_correct[float], <void*>gated_hard_tanh_correct[double]
FUNCTIONS[1520], FUNCTIONS[1521] = <void*>gated_hard_tanh_backward_correct[float], <void*>gated_hard_tanh_backward_correct[double]
FUNCTIONS[1522], FUNCTIONS[1523] = <void*>tanhshrink_correct[float], <void*>tanhshrink_correct[double]
FUNCTIONS[1524], FUNCTIONS[1525] = <void*>tanhshrink_derivative_correct[float], <void*>tanhshrink_derivative_correct[double]
FUNCTIONS[1526], FUNCTIONS[1527] = <void*>tanhshrink_backward_correct[float], <void*>tanhshrink_backward_correct[double]
FUNCTIONS[1528], FUNCTIONS[1529] = <void*>gated_tanhshrink_correct[float], <void*>gated_tanhshrink_correct[double]
FUNCTIONS[1530], FUNCTIONS[1531] = <void*>gated_tanhshrink_backward_correct[float], <void*>gated_tanhshrink_backward_correct[double]
FUNCTIONS[1532], FUNCTIONS[1533] = <void*>softplus_correct[float], <void*>softplus_correct[double]
FUNCTIONS[1534], FUNCTIONS[1535] = <void*>softplus_derivative_correct[float], <void*>softplus_derivative_correct[double]
FUNCTIONS[1536], FUNCTIONS[1537] = <void*>softplus_backward_correct[float], <void*>softplus_backward_correct[double]
FUNCTIONS[1538], FUNCTIONS[1539] = <void*>gated_softplus_correct[float], <void*>gated_softplus_correct[double]
FUNCTIONS[1540], FUNCTIONS[1541] = <void*>gated_softplus_backward_correct[float], <void*>gated_softplus_backward_correct[double]
FUNCTIONS[1542], FUNCTIONS[1543] = <void*>sqrt_softplus_correct[float], <void*>sqrt_softplus_correct[double]
FUNCTIONS[1544], FUNCTIONS[1545] = <void*>sqrt_softplus_derivative_correct[float], <void*>sqrt_softplus_derivative_correct[double]
FUNCTIONS[1546], FUNCTIONS[1547] = <void*>sqrt_softplus_backward_correct[float], <void*>sqrt_softplus_backward_correct[double]
FUNCTIONS[1548], FUNCTIONS[1549] = <void*>gated_sqrt_softplus_correct[float], <void*>gated_sqrt_softplus_correct[double]
FUNCTIONS[1550], FUNCTIONS[1551] = <void*>gated_sqrt_softplus_backward_correct[float], <void*>gated_sqrt_softplus_backward_correct[double]
FUNCTIONS[1552], FUNCTIONS[1553] = <void*>softsign_correct[float], <void*>softsign_correct[double]
FUNCTIONS[1554], FUNCTIONS[1555] = <void*>softsign_derivative_correct[float], <void*>softsign_derivative_correct[double]
FUNCTIONS[1556], FUNCTIONS[1557] = <void*>softsign_backward_correct[float], <void*>softsign_backward_correct[double]
FUNCTIONS[1558], FUNCTIONS[1559] = <void*>gated_softsign_correct[float], <void*>gated_softsign_correct[double]
FUNCTIONS[1560], FUNCTIONS[1561] = <void*>gated_softsign_backward_correct[float], <void*>gated_softsign_backward_correct[double]
FUNCTIONS[1562], FUNCTIONS[1563] = <void*>squareplus_correct[float], <void*>squareplus_correct[double]
FUNCTIONS[1564], FUNCTIONS[1565] = <void*>squareplus_derivative_correct[float], <void*>squareplus_derivative_correct[double]
FUNCTIONS[1566], FUNCTIONS[1567] = <void*>squareplus_backward_correct[float], <void*>squareplus_backward_correct[double]
FUNCTIONS[1568], FUNCTIONS[1569] = <void*>gated_squareplus_correct[float], <void*>gated_squareplus_correct[double]
FUNCTIONS[1570], FUNCTIONS[1571] = <void*>gated_squareplus_backward_correct[float], <void*>gated_squareplus_backward_correct[double]
FUNCTIONS[1572], FUNCTIONS[1573] = <void*>mish_correct[float], <void*>mish_correct[double]
FUNCTIONS[1574], FUNCTIONS[1575] = <void*>mish_derivative_correct[float], <void*>mish_derivative_correct[double]
FUNCTIONS[1576], FUNCTIONS[1577] = <void*>mish_backward_correct[float], <void*>mish_backward_correct[double]
FUNCTIONS[1578], FUNCTIONS[1579] = <void*>gated_mish_correct[float], <void*>gated_mish_correct[double]
FUNCTIONS[1580], FUNCTIONS[1581] = <void*>gated_mish_backward_correct[float], <void*>gated_mish_backward_correct[double]
FUNCTIONS[1582], FUNCTIONS[1583] = <void*>hard_swish_correct[float], <void*>hard_swish_correct[double]
FUNCTIONS[1584], FUNCTIONS[1585] = <void*>hard_swish_derivative_correct[float], <void*>hard_swish_derivative_correct[double]
FUNCTIONS[1586], FUNCTIONS[1587] = <void*>hard_swish_backward_correct[float], <void*>hard_swish_backward_correct[double]
FUNCTIONS[1588], FUNCTIONS[1589] = <void*>gated_hard_swish_correct[float], <void*>gated_hard_swish_correct[double]
FUNCTIONS[1590], FUNCTIONS[1591] = <void*>gated_hard_swish_backward_correct[float], <void*>gated_hard_swish_backward_correct[double]
FUNCTIONS[1592], FUNCTIONS[1593] = <void*>softshrink_correct[float], <void*>softshrink_correct[double]
FUNCTIONS[1594], FUNCTIONS[1595] = <void*>softshrink_derivative_correct[float], <void*>softshrink_derivative_correct[double]
FUNCTIONS[1596], FUNCTIONS[1597] = <void*>softshrink_backward_correct[float], <void*>softshrink_backward_correct[double]
FUNCTIONS[1598], FUNCTIONS[1599] = <void*>gated_softshrink_correct[float], <void*>gated_softshrink_correct[double]
FUNCTIONS[1600], FUNCTIONS[1601] = <void*>gated_softshrink_backward_correct[float], <void*>gated_softshrink_backward_correct[double]
FUNCTIONS[1602], FUNCTIONS[1603] = <void*>hardshrink_correct[float], <void*>hardshrink_correct[double]
FUNCTIONS[1604], FUNCTIONS[1605] = <void*>hardshrink_derivative_correct[float], <void*>hardshrink_derivative_correct[double]
FUNCTIONS[1606], FUNCTIONS[1607] = <void*>hardshrink_backward_correct[float], <void*>hardshrink_backward_correct[double]
FUNCTIONS[1608], FUNCTIONS[1609] = <void*>gated_hardshrink_correct[float], <void*>gated_hardshrink_correct[double]
FUNCTIONS[1610], FUNCTIONS[1611] = <void*>gated_hardshrink_backward_correct[float], <void*>gated_hardshrink_backward_correct[double]
FUNCTIONS[1612], FUNCTIONS[1613] = <void*>erf_correct[float], <void*>erf_correct[double]
FUNCTIONS[1614], FUNCTIONS[1615] = <void*>erf_derivative_correct[float], <void*>erf_derivative_correct[double]
FUNCTIONS[1616], FUNCTIONS[1617] = <void*>erf_backward_correct[float], <void*>erf_backward_correct[double]
FUNCTIONS[1618], FUNCTIONS[1619] = <void*>gated_erf_correct[float], <void*>gated_erf_correct[double]
FUNCTIONS[1620], FUNCTIONS[1621] = <void*>gated_erf_backward_correct[float], <void*>gated_erf_backward_correct[double]
FUNCTIONS[1622], FUNCTIONS[1623] = <void*>laplace_correct[float], <void*>laplace_correct[double]
FUNCTIONS[1624], FUNCTIONS[1625] = <void*>laplace_derivative_correct[float], <void*>laplace_derivative_correct[double]
FUNCTIONS[1626], FUNCTIONS[1627] = <void*>laplace_backward_correct[float], <void*>laplace_backward_correct[double]
FUNCTIONS[1628], FUNCTIONS[1629] = <void*>gated_laplace_correct[float], <void*>gated_laplace_correct[double]
FUNCTIONS[1630], FUNCTIONS[1631] = <void*>gated_laplace_backward_correct[float], <void*>gated_laplace_backward_correct[double]
FUNCTIONS[1632], FUNCTIONS[1633] = <void*>gelu_10_correct[float], <void*>gelu_10_correct[double]
FUNCTIONS[1634], FUNCTIONS[1635] = <void*>gelu_10_derivative_correct[float], <void*>gelu_10_derivative_correct[double]
FUNCTIONS[1636], FUNCTIONS[1637] = <void*>gelu_10_backward_correct[float], <void*>gelu_10_backward_correct[double]
FUNCTIONS[1638], FUNCTIONS[1639] = <void*>gated_gelu_10_correct[float], <void*>gated_gelu_10_correct[double]
FUNCTIONS[1640], FUNCTIONS[1641] = <void*>gated_gelu_10_backward_correct[float], <void*>gated_gelu_10_backward_correct[double]
FUNCTIONS[1642], FUNCTIONS[1643] = <void*>exponential_correct[float], <void*>exponential_correct[double]
FUNCTIONS[1644], FUNCTIONS[1645] = <void*>exponential_derivative_correct[float], <void*>exponential_derivative_correct[double]
FUNCTIONS[1646], FUNCTIONS[1647] = <void*>exponential_backward_correct[float], <void*>exponential_backward_correct[double]
FUNCTIONS[1648], FUNCTIONS[1649] = <void*>gated_exponential_correct[float], <void*>gated_exponential_correct[double]
FUNCTIONS[1650], FUNCTIONS[1651] = <void*>gated_exponential_backward_correct[float], <void*>gated_exponential_backward_correct[double]
FUNCTIONS[1652], FUNCTIONS[1653] = <void*>hard_mish_correct[float], <void*>hard_mish_correct[double]
FUNCTIONS[1654], FUNCTIONS[1655] = <void*>hard_mish_derivative_correct[float], <void*>hard_mish_derivative_correct[double]
FUNCTIONS[1656], FUNCTIONS[1657] = <void*>hard_mish_backward_correct[float], <void*>hard_mish_backward_correct[double]
FUNCTIONS[1658], FUNCTIONS[1659] = <void*>gated_hard_mish_correct[float], <void*>gated_hard_mish_correct[double]
FUNCTIONS[1660], FUNCTIONS[1661] = <void*>gated_hard_mish_backward_correct[float], <void*>gated_hard_mish_backward_correct[double]
FUNCTIONS[1662], FUNCTIONS[1663] = <void*>sparse_plus_correct[float], <void*>sparse_plus_correct[double]
FUNCTIONS[1664], FUNCTIONS[1665] = <void*>sparse_plus_derivative_correct[float], <void*>sparse_plus_derivative_correct[double]
FUNCTIONS[1666], FUNCTIONS[1667] = <void*>sparse_plus_backward_correct[float], <void*>sparse_plus_backward_correct[double]
FUNCTIONS[1668], FUNCTIONS[1669] = <void*>gated_sparse_plus_correct[float], <void*>gated_sparse_plus_correct[double]
FUNCTIONS[1670], FUNCTIONS[1671] = <void*>gated_sparse_plus_backward_correct[float], <void*>gated_sparse_plus_backward_correct[double]
FUNCTIONS[1672], FUNCTIONS[1673] = <void*>star_relu_correct[float], <void*>star_relu_correct[double]
FUNCTIONS[1674], FUNCTIONS[1675] = <void*>star_relu_derivative_correct[float], <void*>star_relu_derivative_correct[double]
FUNCTIONS[1676], FUNCTIONS[1677] = <void*>star_relu_backward_correct[float], <void*>star_relu_backward_correct[double]
FUNCTIONS[1678], FUNCTIONS[1679] = <void*>gated_star_relu_correct[float], <void*>gated_star_relu_correct[double]
FUNCTIONS[1680], FUNCTIONS[1681] = <void*>gated_star_relu_backward_correct[float], <void*>gated_star_relu_backward_correct[double]
FUNCTIONS[1682], FUNCTIONS[1683] = <void*>softcap_correct[float], <void*>softcap_correct[double]
FUNCTIONS[1684], FUNCTIONS[1685] = <void*>softcap_derivative_correct[float], <void*>softcap_derivative_correct[double]
FUNCTIONS[1686], FUNCTIONS[1687] = <void*>softcap_backward_correct[float], <void*>softcap_backward_correct[double]
FUNCTIONS[1688], FUNCTIONS[1689] = <void*>gated_softcap_correct[float], <void*>gated_softcap_correct[double]
FUNCTIONS[1690], FUNCTIONS[1691] = <void*>gated_softcap_backward_correct[float], <void*>gated_softcap_backward_correct[double]
FUNCTIONS[1692], FUNCTIONS[1693] = <void*>xielu_correct[float], <void*>xielu_correct[double]
FUNCTIONS[1694], FUNCTIONS[1695] = <void*>xielu_derivative_correct[float], <void*>xielu_derivative_correct[double]
FUNCTIONS[1696], FUNCTIONS[1697] = <void*>xielu_backward_correct[float], <void*>xielu_backward_correct[double]
FUNCTIONS[1698], FUNCTIONS[1699] = <void*>gated_xielu_correct[float], <void*>gated_xielu_correct[double]
FUNCTIONS[1700], FUNCTIONS[1701] = <void*>gated_xielu_backward_correct[float], <void*>gated_xielu_backward_correct[double]
FUNCTIONS[1702], FUNCTIONS[1703] = <void*>snake_correct[float], <void*>snake_correct[double]
FUNCTIONS[1704], FUNCTIONS[1705] = <void*>snake_derivative_correct[float], <void*>snake_derivative_correct[double]
FUNCTIONS[1706], FUNCTIONS[1707] = <void*>snake_backward_correct[float], <void*>snake_backward_correct[double]
FUNCTIONS[1708], FUNCTIONS[1709] = <void*>gated_snake_correct[float], <void*>gated_snake_correct[double]
FUNCTIONS[1710], FUNCTIONS[1711] = <void*>gated_snake_backward_correct[float], <void*>gated_snake_backward_correct[double]
FUNCTIONS[1712], FUNCTIONS[1713] = <void*>snake_beta_correct[float], <void*>snake_beta_correct[double]
FUNCTIONS[1714], FUNCTIONS[1715] = <void*>snake_beta_derivative_correct[float], <void*>snake_beta_derivative_correct[double]
FUNCTIONS[1716], FUNCTIONS[1717] = <void*>snake_beta_backward_correct[float], <void*>snake_beta_backward_correct[double]
FUNCTIONS[1718], FUNCTIONS[1719] = <void*>gated_snake_beta_correct[float], <void*>gated_snake_beta_correct[double]
FUNCTIONS[1720], FUNCTIONS[1721] = <void*>gated_snake_beta_backward_correct[float], <void*>gated_snake_beta_backward_correct[double]
FUNCTIONS[1722], FUNCTIONS[1723] = <void*>gaussian_correct[float], <void*>gaussian_correct[double]
FUNCTIONS[1724], FUNCTIONS[1725] = <void*>gaussian_derivative_correct[float], <void*>gaussian_derivative_correct[double]
FUNCTIONS[1726], FUNCTIONS[1727] = <void*>gaussian_backward_correct[float], <void*>gaussian_backward_correct[double]
FUNCTIONS[1728], FUNCTIONS[1729] = <void*>gated_gaussian_correct[float], <void*>gated_gaussian_correct[double]
FUNCTIONS[1730], FUNCTIONS[1731] = <void*>gated_gaussian_backward_correct[float], <void*>gated_gaussian_backward_correct[double]
FUNCTIONS[1732], FUNCTIONS[1733] = <void*>multiquadric_correct[float], <void*>multiquadric_correct[double]
FUNCTIONS[1734], FUNCTIONS[1735] = <void*>multiquadric_derivative_correct[float], <void*>multiquadric_derivative_correct[double]
FUNCTIONS[1736], FUNCTIONS[1737] = <void*>multiquadric_backward_correct[float], <void*>multiquadric_backward_correct[double]
FUNCTIONS[1738], FUNCTIONS[1739] = <void*>gated_multiquadric_correct[float], <void*>gated_multiquadric_correct[double]
FUNCTIONS[1740], FUNCTIONS[1741] = <void*>gated_multiquadric_backward_correct[float], <void*>gated_multiquadric_backward_correct[double]
FUNCTIONS[1742], FUNCTIONS[1743] = <void*>inverse_multiquadric_correct[float], <void*>inverse_multiquadric_correct[double]
FUNCTIONS[1744], FUNCTIONS[1745] = <void*>inverse_multiquadric_derivative_correct[float], <void*>inverse_multiquadric_derivative_correct[double]
FUNCTIONS[1746], FUNCTIONS[1747] = <void*>inverse_multiquadric_backward_correct[float], <void*>inverse_multiquadric_backward_correct[double]
FUNCTIONS[1748], FUNCTIONS[1749] = <void*>gated_inverse_multiquadric_correct[float], <void*>gated_inverse_multiquadric_correct[double]
FUNCTIONS[1750], FUNCTIONS[1751] = <void*>gated_inverse_multiquadric_backward_correct[float], <void*>gated_inverse_multiquadric_backward_correct[double]
FUNCTIONS[1752], FUNCTIONS[1753] = <void*>square_correct[float], <void*>square_correct[double]
FUNCTIONS[1754], FUNCTIONS[1755] = <void*>square_derivative_correct[float], <void*>square_derivative_correct[double]
FUNCTIONS[1756], FUNCTIONS[1757] = <void*>square_backward_correct[float], <void*>square_backward_correct[double]
FUNCTIONS[1758], FUNCTIONS[1759] = <void*>gated_square_correct[float], <void*>gated_square_correct[double]
FUNCTIONS[1760], FUNCTIONS[1761] = <void*>gated_square_backward_correct[float], <void*>gated_square_backward_correct[double]
FUNCTIONS[1762], FUNCTIONS[1763] = <void*>thin_plate_correct[float], <void*>thin_plate_correct[double]
FUNCTIONS[1764], FUNCTIONS[1765] = <void*>thin_plate_derivative_correct[float], <void*>thin_plate_derivative_correct[double]
FUNCTIONS[1766], FUNCTIONS[1767] = <void*>thin_plate_backward_correct[float], <void*>thin_plate_backward_correct[double]
FUNCTIONS[1768], FUNCTIONS[1769] = <void*>gated_thin_plate_correct[float], <void*>gated_thin_plate_correct[double]
FUNCTIONS[1770], FUNCTIONS[1771] = <void*>gated_thin_plate_backward_correct[float], <void*>gated_thin_plate_backward_correct[double]
FUNCTIONS[1772], FUNCTIONS[1773] = <void*>gated_swiglu_clamped_correct[float], <void*>gated_swiglu_clamped_correct[double]
FUNCTIONS[1774], FUNCTIONS[1775] = <void*>gated_swiglu_clamped_backward_correct[float], <void*>gated_swiglu_clamped_backward_correct[double]
FUNCTIONS[1776], FUNCTIONS[1777] = <void*>gated_swiglu_clamped_after_correct[float], <void*>gated_swiglu_clamped_after_correct[double]
FUNCTIONS[1778], FUNCTIONS[1779] = <void*>gated_swiglu_clamped_after_backward_correct[float], <void*>gated_swiglu_clamped_after_backward_correct[double]
FUNCTIONS[1780], FUNCTIONS[1781] = <void*>gated_situ_correct[float], <void*>gated_situ_correct[double]
FUNCTIONS[1782], FUNCTIONS[1783] = <void*>gated_situ_backward_correct[float], <void*>gated_situ_backward_correct[double]
FUNCTIONS[1784], FUNCTIONS[1785] = <void*>gated_drelu_correct[float], <void*>gated_drelu_correct[double]
FUNCTIONS[1786], FUNCTIONS[1787] = <void*>gated_drelu_backward_correct[float], <void*>gated_drelu_backward_correct[double]
FUNCTIONS[1788], FUNCTIONS[1789] = <void*>sigmoid_from_output_backward_correct[float], <void*>sigmoid_from_output_backward_correct[double]
FUNCTIONS[1790], FUNCTIONS[1791] = <void*>log_sigmoid_from_output_backward_correct[float], <void*>log_sigmoid_from_output_backward_correct[double]
FUNCTIONS[1792], FUNCTIONS[1793] = <void*>tanh_from_output_backward_correct[float], <void*>tanh_from_output_backward_correct[double]
FUNCTIONS[1794], FUNCTIONS[1795] = <void*>softmax_correct[float], <void*>softmax_correct[double]
FUNCTIONS[1796], FUNCTIONS[1797] = <void*>softmax_backward_correct[float], <void*>softmax_backward_correct[double]
FUNCTIONS[1798], FUNCTIONS[1799] = <void*>log_softmax_correct[float], <void*>log_softmax_correct[double]
FUNCTIONS[1800], FUNCTIONS[1801] = <void*>log_softmax_backward_correct[float], <void*>log_softmax_backward_correct[double]
FUNCTIONS[1802], FUNCTIONS[1803] = <void*>softmin_correct[float], <void*>softmin_correct[double]
FUNCTIONS[1804], FUNCTIONS[1805] = <void*>softmin_backward_correct[float], <void*>softmin_backward_correct[double]
FUNCTIONS[1806], FUNCTIONS[1807] = <void*>logsumexp_correct[float], <void*>logsumexp_correct[double]
FUNCTIONS[1808], FUNCTIONS[1809] = <void*>logsumexp_backward_correct[float], <void*>logsumexp_backward_correct[double]
FUNCTIONS[1810], FUNCTIONS[1811] = <void*>sparsemax_correct[float], <void*>sparsemax_correct[double]
FUNCTIONS[1812], FUNCTIONS[1813] = <void*>sparsemax_backward_correct[float], <void*>sparsemax_backward_correct[double]
FUNCTIONS[1814], FUNCTIONS[1815] = <void*>entmax15_correct[float], <void*>entmax15_correct[double]
FUNCTIONS[1816], FUNCTIONS[1817] = <void*>entmax15_backward_correct[float], <void*>entmax15_backward_correct[double]
FUNCTIONS[1818], FUNCTIONS[1819] = <void*>maxout_correct[float], <void*>maxout_correct[double]
FUNCTIONS[1820], FUNCTIONS[1821] = <void*>maxout_backward_correct[float], <void*>maxout_backward_correct[double]
FUNCTIONS[1822], FUNCTIONS[1823] = <void*>poly_norm_correct[float], <void*>poly_norm_correct[double]
FUNCTIONS[1824], FUNCTIONS[1825] = <void*>poly_norm_backward_correct[float], <void*>poly_norm_backward_correct[double]
