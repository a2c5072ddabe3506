"""OpenVINO as a competitor of `bench --projections`: a graph of its own operations for each problem.

Weights of 8 and 4 bits are constants that the graph converts, shifts and scales in groups before it multiplies.  That is
how OpenVINO's own converters of language models write them, and the pattern that its CPU plugin replaces by products
with the codes.  It may round x to 8 bits in groups of 32, as the fast variant of fastact does.
"""

import numpy as np

GROUP = 32


def constant(ov, array, dtype=None):
    """A constant of the graph; dtype names the type of codes that NumPy has not."""
    if dtype is None:
        return ov.op.Constant(np.ascontiguousarray(array))
    return ov.op.Constant(getattr(ov.Type, dtype), ov.Shape(list(array.shape)), np.ascontiguousarray(array).reshape(-1).tolist())


def weights_node(ov, ops, matrix, format):
    """The node of a matrix (out_features, in_features), in float32."""
    if not format:
        return constant(ov, matrix)
    scales = np.asarray(matrix.parts["scales"], np.float32)
    shape = (matrix.shape[0], matrix.shape[1] // GROUP, GROUP)
    codes = np.rint(matrix.dequantize().reshape(shape) / np.where(scales == 0, 1, scales)[..., None]).astype(np.int16)
    if format == "int8":
        node = ops.convert(constant(ov, codes.astype(np.int8)), "f32")
    else:
        node = ops.convert(constant(ov, (codes + 8).astype(np.uint8), "u4"), "f32")
        node = ops.subtract(node, ops.convert(constant(ov, np.full((1, 1, 1), 8, np.uint8), "u4"), "f32"))
    node = ops.multiply(node, constant(ov, scales[..., None]))
    return ops.reshape(node, constant(ov, np.array(matrix.shape, np.int64)), False)


def competitor(problem, threads, unavailable):
    """A callable that computes the problem and returns the result, in OpenVINO's memory.

    Raises `unavailable` for what has no graph here.
    """
    import openvino as ov
    from openvino import opset13 as ops

    weights, block = problem.weights, problem.block
    if weights.format not in (None, "int8", "int4") or weights.dtype != "float32":
        raise unavailable(f"OpenVINO has no graph here for weights of {weights.format or weights.dtype}")

    def make():
        x = ops.parameter([-1, block.width], np.float32)
        stored = weights.quantised if weights.format else weights.matrices
        activations = {"silu": ops.swish, "gelu": lambda y: ops.gelu(y, "erf"), "gelu_tanh": lambda y: ops.gelu(y, "tanh")}

        def linear(x, i):
            y = ops.matmul(x, weights_node(ov, ops, stored[i], weights.format), False, True)
            return y if weights.biases[i] is None else ops.add(y, constant(ov, weights.biases[i][None]))

        y = activations[block.activation](linear(x, 0))
        if block.gated:
            y = ops.multiply(y, linear(x, 1))
        if "MLP" in block.kind:
            y = linear(y, len(stored) - 1)
        core = ov.Core()
        options = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32",
                   "DYNAMIC_QUANTIZATION_GROUP_SIZE": GROUP if weights.format else 0}
        return core.compile_model(ov.Model([y], [x]), "CPU", options)

    request = weights.prepared("OpenVINO", make).create_infer_request()
    request.set_input_tensor(ov.Tensor(problem.x, shared_memory=True))

    def call():
        request.infer()
        return request.get_output_tensor().data

    return call
