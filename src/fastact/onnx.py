"""Operators for ONNX's reference evaluator: its activations, computed by fastact.

This module needs ONNX: ``pip install 'fastact[onnx]'``.

An operator of one input is an activation; its attributes, in alphabetical order, are the parameters of the
activation.  `_catalogue/names.py` maps the names.  All other operators have a class each in this module.

Of ONNX Runtime's own operators (com.microsoft), this module has those that ONNX Runtime computes on CPUs, so that
results can be compared: Gelu, FastGelu, BiasGelu, QuickGelu, ScaledSiLU, MatMulNBits, MoE and QMoE.  It does not have
BiasSplitGelu, BiasSoftmax and SwiGLU.

Values are those of ONNX's formulas, including NaN.  Where such a formula gives infinity times zero or infinity over
infinity (Gelu, HardSwish, Mish, Swish, Softsign and similar ones at an infinity), the result here is the limit.

Attributes
----------
operators : list of OpRun classes
    The operators, for ``ReferenceEvaluator(new_ops=...)``.  Each is also an attribute of this module; the attribute
    Gelu is the operator of ONNX.

Examples
--------
>>> import numpy as np, fastact.onnx
>>> from onnx.parser import parse_model
>>> from onnx.reference import ReferenceEvaluator
>>> model = parse_model('''<ir_version: 9, opset_import: ["": 20]>
...     block (float[n] x) => (float[n] y) { y = Gelu <approximate = "tanh"> (x) }''')
>>> x = np.array([-1, 0, 2], np.float32)
>>> ReferenceEvaluator(model, new_ops=fastact.onnx.operators).run(None, {"x": x})
[array([-0.15880801,  0.        ,  1.9545977 ], dtype=float32)]
"""

import numpy as np

import fastact
from fastact._catalogue import names
from fastact._formats import groups
from fastact._runtime.accuracy import no_correct_variant, resolve_accuracy

try:
    from onnx import defs
    from onnx.reference.op_run import OpRun
except ImportError as error:
    raise ImportError(f"{error}.  fastact.onnx needs ONNX:  pip install 'fastact[onnx]'") from error


class Operator(OpRun):
    """An operator as its opset defines it; results have the dtype of the first input.

    A subclass has the name of the operator, by which the evaluator finds it, and defines
    `compute`, which takes the inputs and, by keyword, the attributes.

    Attributes
    ----------
    opset : int
        The version of the operator's domain in the model.
    """

    ignored = ("consumed_inputs",)  # an attribute of opsets below 6 without effect on values

    def __init__(self, onnx_node, run_params, schema=None):
        self.opset = run_params["opsets"].get(self.op_domain, defs.onnx_opset_version())
        name = type(self).__name__
        if schema is None and defs.has(name, self.op_domain):  # the evaluator knows the newest schema only
            schema = defs.get_schema(name, self.opset, self.op_domain)
        super().__init__(onnx_node, run_params, schema)

    def _run(self, x, *inputs, **attributes):
        # Attributes are float32, and would promote float16; Python numbers do not.
        attributes = {name: float(value) if isinstance(value, np.floating) else value
                      for name, value in attributes.items() if name not in self.ignored}
        with np.errstate(all="ignore"):
            result = self.compute(x, *inputs, **attributes)
            return (np.asarray(result).astype(x.dtype, copy=False),)  # the result of an integer operand has its type

    def compute(self, x, *inputs, **attributes):
        raise NotImplementedError


def elementwise(name):
    """The class of an operator of one input, made from the activation that its name means."""
    activation = fastact.get(f"onnx.{name}")

    def compute(self, x, **attributes):
        return activation(x, *[attributes[key] for key in sorted(attributes)])

    return type(name, (Operator,), {
        "compute": compute, "__doc__": f"{name}: {activation!r}.", "__module__": __name__})


def is_integer(x):
    return x.dtype.kind in "iu"


def check_type(operator, x, integers=False):
    """Raise TypeError for a type that NumPy takes but no kernel does, such as complex numbers and strings."""
    if not (x.dtype.kind == "f" or x.dtype.name == "bfloat16" or (integers and is_integer(x))):
        kinds = "float or integer" if integers else "float"
        raise TypeError(f"{type(operator).__name__}: the input must have a {kinds} type, not {x.dtype}")


# ------------------------------------------------------------------------ elementwise --


class Relu(Operator):
    """Relu; it also takes integers."""

    def compute(self, x):
        return np.maximum(x, 0) if is_integer(x) else fastact.relu(x)


class PRelu(Operator):
    """PRelu; before opset 7 with one slope for each entry of axis 1; it also takes integers."""

    def compute(self, x, slope):
        if self.opset < 7 and slope.size > 1:
            slope = slope.reshape(slope.size, *[1] * (x.ndim - 2))
        if is_integer(x):
            return np.where(x > 0, x, x * slope)
        return fastact.prelu(x, slope)


class Gelu(Operator):
    """Gelu, by the formula that `approximate` selects."""

    def compute(self, x, approximate="none"):
        return fastact.gelu(x, approximate=approximate)


class Selu(Operator):
    """Selu, with its default attributes, which mean the exact constants, or with other ones."""

    DEFAULTS = np.float32(1.6732632423543772), np.float32(1.0507009873554805)

    def compute(self, x, alpha, gamma):
        if (np.float32(alpha), np.float32(gamma)) == self.DEFAULTS:
            return fastact.selu(x)
        y = fastact.elu(x, alpha)
        return np.multiply(y, y.dtype.type(gamma), out=y)


class Celu(Operator):
    """Celu; alpha must not be zero, because x is divided by it."""

    def compute(self, x, alpha):
        if alpha == 0:
            raise ValueError(f"Celu: alpha must be a number other than 0, which x is divided by, not {alpha}")
        return fastact.celu(x, alpha)


class Shrink(Operator):
    """Shrink: two selections and a sum; it also takes integers.  hardshrink and softshrink differ, as they keep NaN."""

    def compute(self, x, bias, lambd):
        check_type(self, x, integers=True)
        return np.where(x < -lambd, x + bias, np.where(x > lambd, x - bias, x.dtype.type(0)))


class ThresholdedRelu(Operator):
    """ThresholdedRelu: a selection.  threshold differs, because it keeps NaN."""

    def compute(self, x, alpha):
        check_type(self, x)
        return np.where(x > alpha, x, x.dtype.type(0))


class SwiGLU(Operator):
    """SwiGLU: swish of the first input times the second."""

    def compute(self, gate, up, alpha=1.0):
        if gate.shape != up.shape:
            raise ValueError(f"SwiGLU: A and B must have the same shape, not {gate.shape} and {up.shape}")
        if alpha == 1:
            return fastact.swiglu(gate, up)
        return fastact.gated(gate, up, activation=("swish", {"beta": alpha}))


# -------------------------------------------------------------------- of a whole axis --


class Fold(Operator):
    """Softmax and LogSoftmax: along an axis or, before opset 13, over all axes from this axis on."""

    def compute(self, x, axis):
        if self.opset >= 13:
            return self.fold(x, axis=axis)
        return self.fold(x, axis=tuple(range(axis + x.ndim if axis < 0 else axis, x.ndim)))


class Softmax(Fold):
    """Softmax; its axis is 1 by default before opset 13, and -1 from then on."""

    fold = staticmethod(fastact.softmax)


class LogSoftmax(Fold):
    """LogSoftmax; its axis is the same as for Softmax."""

    fold = staticmethod(fastact.log_softmax)


class ReduceLogSumExp(Operator):
    """ReduceLogSumExp over any axes, which are an attribute before opset 18 and an input from then on."""

    def compute(self, x, axes=None, keepdims=1, noop_with_empty_axes=0):
        axes = () if axes is None else tuple(int(axis) for axis in np.ravel(axes))
        if not axes and noop_with_empty_axes:
            return x
        return np.asarray(fastact.logsumexp(x, axis=axes or None, keepdims=bool(keepdims)))


# ------------------------------------------------------------------- of ONNX Runtime --


class Microsoft(Operator):
    op_domain = "com.microsoft"
    op_schema = None  # otherwise the schema of ONNX's operator of the same name is used


class FastGelu(Microsoft):
    """FastGelu: the tanh form of GELU, of x or of the sum of x and a bias."""

    def compute(self, x, bias=None):
        return fastact.gelu_tanh(x) if bias is None else fastact.add_gelu_tanh(x, bias)


class BiasGelu(Microsoft):
    """BiasGelu: gelu of the sum."""

    def compute(self, x, bias):
        return fastact.add_gelu(x, bias)


class QuickGelu(Microsoft):
    """QuickGelu: x times the sigmoid of alpha x."""

    DEFAULT = np.float32(1.702)

    def compute(self, x, alpha=1.702):
        return fastact.quick_gelu(x) if np.float32(alpha) == self.DEFAULT else fastact.swish(x, alpha)


class ScaledSiLU(Microsoft):
    """ScaledSiLU: z times the sigmoid of z = scale x; each step is rounded to the type, as the operator is defined."""

    def compute(self, x, scale=None, alpha=1.0):
        check_type(self, x)
        if scale is not None and np.ndim(scale):
            raise ValueError(f"ScaledSiLU: scale must be a scalar, not of shape {np.shape(scale)}")
        scale = np.float32(alpha if scale is None else scale)
        z = (x.astype(np.promote_types(x.dtype, np.float32)) * scale).astype(x.dtype)
        return z * fastact.sigmoid(z)


class MatMulNBits(Microsoft):
    """MatMulNBits: a Projection over weights of 4 or 8 bits, which stay packed.

    accuracy_level 4 allows A in 8 bits: then the integer products of accuracy "fast" are taken, whose groups of 32
    must not be larger than the operator's blocks.  The other levels are computed in float32, "exact".

    With a g_idx in another order than the blocks', or zero points beside scales above 2**64, the weights are kept as
    float32.  (ONNX Runtime 1.32 on CPUs takes 8 for packed zero points where there is a g_idx; here they count, as the
    operator is defined.)

    Weights are packed at the first call, and again where they have changed.

    What does not fit is a ValueError, for the evaluator replaces each TypeError by one of its own.
    """

    TYPES = "float32", "float16", "bfloat16"
    kept = None     # what the last packed weights were made from, and their Projection

    def compute(self, a, b=None, scales=None, zero_points=None, g_idx=None, bias=None, *, K=None, N=None, block_size=None,
                bits=4, accuracy_level=0, weight_prepacked=0):
        for name, array in (("A", a), ("B", b), ("scales", scales)):
            if array is None:
                raise ValueError(f"MatMulNBits needs the input {name}")
        for name, value in (("K", K), ("N", N), ("block_size", block_size)):
            if value is None:
                raise ValueError(f"MatMulNBits needs the attribute {name}")
            if not isinstance(value, int) or value < 0:
                raise ValueError(f"MatMulNBits: {name} must be an integer from 0 on, not {value!r}")
        if bits not in (4, 8):
            raise ValueError(f"MatMulNBits: bits must be 4 or 8, not {bits}: fastact has no layers of such weights")
        if not groups.is_block(block_size):
            raise ValueError(f"MatMulNBits: block_size must be a power of two from 16 on, not {block_size}")
        if accuracy_level not in range(5):
            raise ValueError(f"MatMulNBits: accuracy_level must be from 0 to 4, not {accuracy_level}")
        if weight_prepacked:
            raise ValueError(f"MatMulNBits: weight_prepacked must be 0, not {weight_prepacked}: B would be in the order of "
                             "a GPU's kernels")
        if a.dtype.name not in self.TYPES:
            raise ValueError(f"MatMulNBits: A must have one of the types {', '.join(self.TYPES)}, not {a.dtype}")
        if a.shape[-1:] != (K,):
            raise ValueError(f"MatMulNBits: the last axis of A must be K = {K}, but A has shape {a.shape}")
        for name, array in (("scales", scales), ("bias", bias)):
            if array is not None and array.dtype != a.dtype:
                raise ValueError(f"MatMulNBits: {name} must have the type of A, {a.dtype}, not {array.dtype}")
        usual = groups.blocks_shape((N, K), block_size, bits)
        if b.ndim == 3 and 0 in b.shape and all(size in (0, due) for size, due in zip(b.shape, usual)):
            return self.without_weights(a, N, bias)
        if resolve_accuracy() == "correct":     # the setting must not be passed over
            raise no_correct_variant("MatMulNBits")
        accuracy = "fast" if accuracy_level == 4 and block_size >= 32 else "exact"
        return self.projection((b, scales, zero_points, g_idx, bias), (f"nbits{bits}", (N, K), block_size, accuracy))(a)

    def without_weights(self, a, rows, bias):
        """The result where B is empty, which means zeros."""
        if bias is not None and bias.shape != (rows,):
            raise ValueError(f"MatMulNBits: bias must have shape ({rows},), not {bias.shape}")
        return np.zeros((*a.shape[:-1], rows), a.dtype) + (0 if bias is None else bias)

    def projection(self, arrays, settings):
        """The Projection of these inputs."""
        found = settings, *map(snapshot, arrays)
        kept = self.kept
        if kept is not None and all(map(same_snapshot, kept[0], found)):
            return kept[1]
        b, scales, zero_points, g_idx, bias = arrays
        format, shape, group, accuracy = settings
        parts = {"B": b, "scales": scales, "zero_points": zero_points, "g_idx": g_idx}
        try:
            layer = fastact.Projection(fastact.QuantizedArray(parts, format, shape, group), bias, accuracy=accuracy)
        except (TypeError, ValueError) as error:
            raise ValueError(f"MatMulNBits: {error}") from None
        self.kept = found, layer
        return layer


class MoE(Microsoft):
    """MoE: routed experts.  router_probs are logits, of which softmax and the k largest are taken, of equal ones the first.

    (ONNX Runtime on CPUs takes the last of equal ones, has no fc3 and no concatenated SwiGLU, which are computed here as
    the operator is defined.)  With fc3 the experts must be SwiGLU with swiglu_fusion=0.  use_sparse_mixer is refused.

    Weights are packed at the first call, and again where they have changed.  What does not fit is a ValueError.
    """

    TYPES = "float32", "float16", "bfloat16"
    PLAIN = {"relu": "relu", "gelu": "gelu_tanh", "silu": "silu", "identity": None, "relu2": "relu_squared"}
    WEIGHTS = ("fc1_experts_weights", "fc2_experts_weights", "fc3_experts_weights")
    kept = None     # what the last packed weights were made from, and their Experts

    def compute(self, x, router_probs=None, fc1=None, fc1_bias=None, fc2=None, fc2_bias=None, fc3=None, fc3_bias=None, *, k=1,
                **attributes):
        self.check_input(x, router_probs, {"fc1_experts_weights": fc1, "fc2_experts_weights": fc2})
        normalize = self.taken(attributes, "normalize_routing_weights", 0)
        settings = None, self.unit(attributes, fc3 is not None)      # the accuracy of the setting at each call
        self.nothing_left(attributes)
        experts = self.experts((fc1, fc2, fc3, fc1_bias, fc2_bias, fc3_bias), settings)
        return self.routed(experts, x, router_probs, k, normalize)

    def check_input(self, x, router_probs, needed):
        name = type(self).__name__
        for what, array in ({"router_probs": router_probs} | needed).items():
            if array is None:
                raise ValueError(f"{name} needs the input {what}")
        if x.dtype.name not in self.TYPES:
            raise ValueError(f"{name}: input must have one of the types {', '.join(self.TYPES)}, not {x.dtype}")
        if x.ndim not in (2, 3):
            raise ValueError(f"{name}: input must have 2 or 3 dimensions, not {x.ndim}")
        if router_probs.ndim != 2 or len(router_probs) != np.prod(x.shape[:-1], dtype=int):
            raise ValueError(f"{name}: router_probs must have a row for each token, not the shape {router_probs.shape}")

    def taken(self, attributes, name, default):
        """Take an attribute out of the dict."""
        value = attributes.pop(name, None)
        return default if value is None else value

    def unit(self, attributes, has_third):
        """(activation, order, gated) of the attributes, which are taken out of the dict."""
        name = type(self).__name__
        kind = self.taken(attributes, "activation_type", "relu")
        fusion = self.taken(attributes, "swiglu_fusion", 0)
        alpha, beta = (float(self.taken(attributes, f"activation_{one}", default)) for one, default in
                       (("alpha", 1.0), ("beta", 0.0)))
        limit = float(self.taken(attributes, "swiglu_limit", np.inf))
        after = self.taken(attributes, "swiglu_limit_after_activation", 0)
        if self.taken(attributes, "use_sparse_mixer", 0):
            raise ValueError(f"{name}: use_sparse_mixer must be 0; fastact has no such router")
        if fusion not in (0, 1, 2):
            raise ValueError(f"{name}: swiglu_fusion must be 0, 1 or 2, not {fusion}")
        if kind in self.PLAIN and not has_third:
            return self.PLAIN[kind], "gate_up", False
        if kind not in ("swiglu", "geglu") or (has_third and kind != "swiglu"):
            raise ValueError(f"{name}: activation_type must be one of {', '.join((*self.PLAIN, 'swiglu', 'geglu'))}, and swiglu "
                             f"with fc3, not {kind!r}")
        if (fusion == 0) != has_third:
            raise ValueError(f"{name}: swiglu_fusion is {fusion}, {'with' if has_third else 'without'} the input fc3")
        order = "interleaved" if fusion == 1 else "gate_up"
        if kind == "geglu":
            return "gelu_tanh", order, True
        if after:
            if (alpha, beta) != (1, 0):
                raise ValueError(f"{name}: swiglu_limit_after_activation with alpha {alpha} and beta {beta} has no variant here")
            return ("swiglu_clamped_after", {"limit": limit}) if limit < np.inf else "silu", order, True
        if (alpha, beta, limit) == (1, 0, np.inf):
            return "silu", order, True
        limit = min(limit, float(np.finfo(np.float32).max))
        return ("swiglu_clamped", {"alpha": alpha, "offset": beta, "limit": limit}), order, True

    def nothing_left(self, attributes):
        for attribute, value in attributes.items():
            if value is not None:
                raise ValueError(f"{type(self).__name__}: the attribute {attribute} is not known")

    def matrices(self, which, arrays, settings):
        """The weights of fc1, fc2 or fc3, as Experts takes them."""
        array = arrays[which]
        if array.dtype.name not in self.TYPES:
            raise ValueError(f"{self.WEIGHTS[which]} must have one of the types {', '.join(self.TYPES)}, not {array.dtype}")
        return array

    def experts(self, arrays, settings):
        """The Experts of these inputs, of which the last three are biases."""
        found = settings, *map(snapshot, arrays)
        if self.kept is not None and all(map(same_snapshot, self.kept[0], found)):
            return self.kept[1]
        accuracy, (activation, order, gated), *_ = settings
        biases = arrays[-3:]
        try:
            first, second = (self.matrices(which, arrays, settings) for which in range(2))
            bias = biases[0]
            if arrays[2] is not None:
                first, bias = (first, self.matrices(2, arrays, settings)), (biases[0], biases[2])
            experts = fastact.Experts(first, second, bias, biases[1], activation, order, gated, accuracy=accuracy)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{type(self).__name__}: {error}") from None
        self.kept = found, experts
        return experts

    def routed(self, experts, x, router_probs, k, normalize, router_weights=None):
        try:
            ids, weights = fastact.route(router_probs, k, normalize=bool(normalize))
            if router_weights is not None:
                if router_weights.shape != router_probs.shape:
                    raise ValueError(f"router_weights must have the shape of router_probs, {router_probs.shape}, not "
                                     f"{router_weights.shape}")
                weights = np.take_along_axis(router_weights.astype(np.float32), ids, -1)
                if normalize:
                    weights /= weights.sum(-1, keepdims=True)
            rows = x.reshape(len(router_probs), x.shape[-1])
            return experts(rows, ids, weights).reshape(x.shape)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{type(self).__name__}: {error}") from None


class QMoE(MoE):
    """QMoE: routed experts with weights of 4 or 8 bits, which stay packed; see MoE.

    Weights of 2 bits, and zero points of whole rows (without block_size), are kept as float32.  Other quant_types than
    "int", weights of 3 bits, and weights_prepacked=1 are refused.  accuracy_level 4 with blocks of 32 and more takes
    the integer products of accuracy "fast"; the other levels are computed in float32.
    """

    def compute(self, x, router_probs=None, fc1=None, fc1_scales=None, fc1_bias=None, fc2=None, fc2_scales=None, fc2_bias=None,
                fc3=None, fc3_scales=None, fc3_bias=None, fc1_zeros=None, fc2_zeros=None, fc3_zeros=None, router_weights=None,
                *others, k=1, **attributes):
        self.check_input(x, router_probs, {"fc1_experts_weights": fc1, "fc2_experts_weights": fc2, "fc1_scales": fc1_scales,
                                           "fc2_scales": fc2_scales})
        if any(one is not None for one in others):
            raise ValueError("QMoE: scales of whole experts and of activations have no variant here")
        if self.taken(attributes, "quant_type", "int") != "int":
            raise ValueError("QMoE: quant_type must be 'int'; weights of other types have no variant here")
        if self.taken(attributes, "weights_prepacked", -1) not in (-1, 0):      # on CPUs -1 means the raw order, too
            raise ValueError("QMoE: weights_prepacked must be 0 or -1: weights would be in the order of a GPU's kernels")
        normalize = self.taken(attributes, "normalize_routing_weights", 0)
        level = self.taken(attributes, "accuracy_level", 0)
        block = self.taken(attributes, "block_size", 0)
        bits = self.taken(attributes, "expert_weight_bits", 4)
        bits = tuple(self.taken(attributes, f"fc{i}_expert_weight_bits", bits) for i in (1, 2, 3))
        if any(one not in (2, 4, 8) for one in bits):
            raise ValueError(f"QMoE: weights must have 2, 4 or 8 bits, not {bits}")
        if block and not groups.is_block(block):
            raise ValueError(f"QMoE: block_size must be a power of two from 16 on, not {block}")
        if resolve_accuracy() == "correct":     # the setting must not be passed over
            raise no_correct_variant("QMoE")
        settings = ("fast" if level == 4 and block >= 32 else "exact", self.unit(attributes, fc3 is not None), bits, block)
        self.nothing_left(attributes)
        arrays = (fc1, fc2, fc3, fc1_scales, fc2_scales, fc3_scales, fc1_zeros, fc2_zeros, fc3_zeros,
                  fc1_bias, fc2_bias, fc3_bias)
        return self.routed(self.experts(arrays, settings), x, router_probs, k, normalize, router_weights)

    def matrices(self, which, arrays, settings):
        codes, scales, zeros = arrays[which], arrays[3 + which], arrays[6 + which]
        bits, block = settings[2][which], settings[3]
        if codes.dtype != np.uint8 or codes.ndim != 3:
            raise ValueError(f"{self.WEIGHTS[which]} must be uint8 with 3 dimensions, not {codes.dtype} of shape {codes.shape}")
        shape = experts, rows, columns = *codes.shape[:2], codes.shape[2] * 8 // bits
        blocks = -(-columns // block) if block else 1
        if scales is None or scales.size != experts * rows * blocks:
            raise ValueError(f"the scales of {self.WEIGHTS[which]} must have shape {(experts, rows, blocks)}")
        scales = scales.reshape(experts, rows, blocks)
        if zeros is None and bits == 8:
            return fastact.QuantizedArray({"codes": (codes ^ 128).view(np.int8), "scales": scales}, "int8", shape, block or None)
        if zeros is None and bits == 4:
            return fastact.QuantizedArray({"codes": codes, "scales": scales}, "int4", shape, block or max(columns, 1))
        if block and bits > 2:
            parts = {"B": codes.reshape(experts, rows, blocks, -1), "scales": scales,
                     "zero_points": zeros.reshape(experts, rows, -1)}
            return [fastact.QuantizedArray({name: part[expert] for name, part in parts.items()}, f"nbits{bits}", (rows, columns),
                                           block) for expert in range(experts)]
        subtracted = np.uint8(1 << bits - 1)
        if zeros is not None and block:
            subtracted = np.repeat(unpacked(zeros.reshape(experts, rows, -1), bits)[..., :blocks], block, -1)[..., :columns]
        elif zeros is not None:     # a zero point for each row, packed along the rows
            subtracted = unpacked(zeros.reshape(experts, -1), bits)[:, :rows, None]
        values = unpacked(codes, bits).astype(np.float32) - subtracted
        return values * np.repeat(scales.astype(np.float32), block or max(columns, 1), -1)[..., :columns]


def unpacked(codes, bits):
    """Codes of some bits, the low ones first, as bytes along the last axis."""
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    return (codes[..., None] >> shifts & np.uint8((1 << bits) - 1)).reshape(*codes.shape[:-1], -1)


def snapshot(array):
    """What tells later whether an input is the same: the array itself if nobody can change it, or else a copy."""
    if array is None or is_constant(array):
        return array
    return array.dtype, array.shape, array.tobytes()


def same_snapshot(one, other):
    return one is other or (isinstance(one, tuple) and isinstance(other, tuple) and one == other)


def is_constant(array):
    """Whether nobody can change an array: a view of bytes, as the evaluator makes of most of a model's tensors."""
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            return False
        array = array.base
    return isinstance(array, bytes)


_gelu_of_microsoft = type("Gelu", (Microsoft,), {
    "compute": lambda self, x: fastact.gelu(x), "__doc__": "Gelu, by the exact formula.", "__module__": __name__})

_WRITTEN = [Relu, PRelu, Gelu, Selu, Celu, Shrink, ThresholdedRelu, SwiGLU, Softmax, LogSoftmax, ReduceLogSumExp,
            _gelu_of_microsoft, FastGelu, BiasGelu, QuickGelu, ScaledSiLU, MatMulNBits, MoE, QMoE]
_OTHERS = {cls.__name__ for cls in _WRITTEN} | {"Identity"}  # ONNX's own passes strings and sequences, too

operators = [
    cls for cls in [*map(elementwise, sorted(names.of("onnx") - _OTHERS)), *_WRITTEN]
    if cls.op_domain or defs.has(cls.__name__)  # only operators that the installed ONNX has
]
globals().update({cls.__name__: cls for cls in reversed(operators)})  # of two with the same name ONNX's remains
