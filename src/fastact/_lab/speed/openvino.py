"""OpenVINO as a competitor of `bench --projections`: a graph of its own operations for each problem.

Weights of 8 and 4 bits are constants that the graph converts, shifts and scales in groups before it multiplies.  That is
how OpenVINO's own converters of language models write them, and the pattern that its CPU plugin replaces by products
with the codes.  It may round x to 8 bits in groups of 32, as the fast variant of fastact does.
"""

import numpy as np

GROUP = 32


def constant(ov, array):
    """A constant of the graph."""
    array = np.ascontiguousarray(array)
    if array.dtype.name == "bfloat16":
        return ov.op.Constant(ov.Tensor(array.view(np.uint16), ov.Shape(array.shape), ov.Type.bf16))
    return ov.op.Constant(array)


def nibbles(ov, packed, shape):
    """A constant of codes of four bits, two to a byte, the low half first: OpenVINO's order and int4's."""
    return ov.op.Constant(ov.Tensor(np.ascontiguousarray(packed), ov.Shape(shape), ov.Type.u4))


def weights_node(ov, ops, matrix, format):
    """The node of a matrix (out_features, in_features), in float32; the plugin keeps bfloat16 as it is."""
    if not format:
        return constant(ov, matrix) if matrix.dtype == np.float32 else ops.convert(constant(ov, matrix), "f32")
    scales = np.asarray(matrix.parts["scales"], np.float32)
    codes, shape = matrix.parts["codes"], [matrix.shape[0], matrix.shape[1] // GROUP, GROUP]
    if format == "int8":
        node = ops.convert(constant(ov, codes.reshape(shape)), "f32")
    else:
        node = ops.convert(nibbles(ov, codes, shape), "f32")
        node = ops.subtract(node, ops.convert(nibbles(ov, np.array([8], np.uint8), [1, 1, 1]), "f32"))
    node = ops.multiply(node, constant(ov, scales[..., None]))
    return ops.reshape(node, constant(ov, np.array(matrix.shape, np.int64)), False)


def competitor(problem, threads, unavailable):
    """A callable that computes the problem and returns the result, in OpenVINO's memory.

    Raises `unavailable` for what has no graph here.
    """
    import openvino as ov
    from openvino import opset13 as ops

    weights, block = problem.weights, problem.block
    if weights.format not in (None, "int8", "int4") or weights.dtype not in ("float32", "bfloat16"):
        raise unavailable(f"OpenVINO has no graph here for weights of {weights.format or weights.dtype}")

    def make():
        x = ops.parameter([-1, block.width], np.float32)
        stored = weights.quantised if weights.format else weights.matrices
        activations = {"silu": ops.swish, "gelu": lambda y: ops.gelu(y, "erf"), "gelu_tanh": lambda y: ops.gelu(y, "tanh")}

        def linear(x, i):
            y = ops.matmul(x, weights_node(ov, ops, stored[i], weights.format), False, True)
            bias = weights.biases[i]
            return y if bias is None else ops.add(y, constant(ov, bias[None].astype(np.float32)))

        y = activations[block.activation](linear(x, 0))
        if block.gated:
            y = ops.multiply(y, linear(x, 1))
        if "MLP" in block.kind:
            y = linear(y, len(stored) - 1)
        core = ov.Core()
        options = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY",
                   "INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[weights.dtype],
                   "DYNAMIC_QUANTIZATION_GROUP_SIZE": GROUP if weights.format else 0}
        return core.compile_model(ov.Model([y], [x]), "CPU", options)

    request = weights.prepared("OpenVINO", make).create_infer_request()
    x = problem.x.astype(np.float32)
    request.set_input_tensor(ov.Tensor(x, shared_memory=True))

    def call(x=x):      # the request reads this memory, so that it must stay
        request.infer()
        return request.get_output_tensor().data

    return call
