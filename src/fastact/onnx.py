"""Operators for ONNX's reference evaluator: its activations, computed by fastact.

Needs ONNX: ``pip install 'fastact[onnx]'``.

An operator of one input is an activation with its attributes as parameters, in the order of
the alphabet, which is ours too; `_catalogue/names.py` maps the names.  The others stand here, one class each.

Of ONNX Runtime's own operators (com.microsoft) those are here that it computes on CPUs, to compare with:
Gelu, FastGelu, BiasGelu, QuickGelu and ScaledSiLU.  BiasSplitGelu, BiasSoftmax and its SwiGLU it does not.

Values are those of ONNX's formulas, NaN included.  Where such a formula ends in infinity times zero or over
infinity (Gelu, HardSwish, Mish, Swish, Softsign and their kind at an infinity), the result here is the limit.

Attributes
----------
operators : list of OpRun classes
    For ``ReferenceEvaluator(new_ops=...)``, and each under its name in this module; of the two Gelu
    this is ONNX's.

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

try:
    from onnx import defs
    from onnx.reference.op_run import OpRun
except ImportError as error:
    raise ImportError(f"{error}.  fastact.onnx needs ONNX:  pip install 'fastact[onnx]'") from error


class Operator(OpRun):
    """An operator as its opset has it; results have the first input's dtype.

    A subclass has the operator's name, for that is how the evaluator finds it, and defines
    `compute`, of the inputs and, by keyword, the attributes.

    Attributes
    ----------
    opset : int
        The version of the operator's domain that the model asks for.
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
    """The class of an operator of one input, by what its name means here."""
    activation = fastact.get(f"onnx.{name}")

    def compute(self, x, **attributes):
        return activation(x, *[attributes[key] for key in sorted(attributes)])

    return type(name, (Operator,), {
        "compute": compute, "__doc__": f"{name}: {activation!r}.", "__module__": __name__})


def is_integer(x):
    return x.dtype.kind in "iu"


def check_type(operator, x, integers=False):
    """Raise TypeError for a type that only NumPy would take, such as complex numbers and strings."""
    if not (x.dtype.kind == "f" or x.dtype.name == "bfloat16" or (integers and is_integer(x))):
        kinds = "float or integer" if integers else "float"
        raise TypeError(f"{type(operator).__name__}: the input must have a {kinds} type, not {x.dtype}")


# ------------------------------------------------------------------------ elementwise --


class Relu(Operator):
    """Relu; of integers, too."""

    def compute(self, x):
        return np.maximum(x, 0) if is_integer(x) else fastact.relu(x)


class PRelu(Operator):
    """PRelu; before opset 7 one slope for each entry of axis 1; of integers, too."""

    def compute(self, x, slope):
        if self.opset < 7 and slope.size > 1:
            slope = slope.reshape(slope.size, *[1] * (x.ndim - 2))
        if is_integer(x):
            return np.where(x > 0, x, x * slope)
        return fastact.prelu(x, slope)


class Gelu(Operator):
    """Gelu, by either formula."""

    def compute(self, x, approximate="none"):
        return fastact.gelu(x, approximate=approximate)


class Selu(Operator):
    """Selu: with its default attributes, which stand for the constants, and with any others."""

    DEFAULTS = np.float32(1.6732632423543772), np.float32(1.0507009873554805)

    def compute(self, x, alpha, gamma):
        if (np.float32(alpha), np.float32(gamma)) == self.DEFAULTS:
            return fastact.selu(x)
        y = fastact.elu(x, alpha)
        return np.multiply(y, y.dtype.type(gamma), out=y)


class Celu(Operator):
    """Celu; x is divided by alpha, which must not be zero."""

    def compute(self, x, alpha):
        if alpha == 0:
            raise ValueError(f"Celu: alpha must be a number other than 0, which x is divided by, not {alpha}")
        return fastact.celu(x, alpha)


class Shrink(Operator):
    """Shrink: two choices and a sum; of integers, too.  Not hardshrink and softshrink, which leave NaN as it is."""

    def compute(self, x, bias, lambd):
        check_type(self, x, integers=True)
        return np.where(x < -lambd, x + bias, np.where(x > lambd, x - bias, x.dtype.type(0)))


class ThresholdedRelu(Operator):
    """ThresholdedRelu: a choice.  Not threshold, which leaves NaN as it is."""

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
    """Softmax and LogSoftmax: along an axis, or, before opset 13, over all axes from that one on."""

    def compute(self, x, axis):
        if self.opset >= 13:
            return self.fold(x, axis=axis)
        return self.fold(x, axis=tuple(range(axis + x.ndim if axis < 0 else axis, x.ndim)))


class Softmax(Fold):
    """Softmax; its axis is 1 by default before opset 13, and -1 from then on."""

    fold = staticmethod(fastact.softmax)


class LogSoftmax(Fold):
    """LogSoftmax; its axis as for Softmax."""

    fold = staticmethod(fastact.log_softmax)


class ReduceLogSumExp(Operator):
    """ReduceLogSumExp over any axes: an attribute before opset 18, then an input."""

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
    """FastGelu: the tanh form, of a sum with a bias if there is one."""

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
    """ScaledSiLU: z times the sigmoid of z = scale x, each rounded to the type, as it is defined."""

    def compute(self, x, scale=None, alpha=1.0):
        check_type(self, x)
        if scale is not None and np.ndim(scale):
            raise ValueError(f"ScaledSiLU: scale must be a scalar, not of shape {np.shape(scale)}")
        scale = np.float32(alpha if scale is None else scale)
        z = (x.astype(np.promote_types(x.dtype, np.float32)) * scale).astype(x.dtype)
        return z * fastact.sigmoid(z)


_gelu_of_microsoft = type("Gelu", (Microsoft,), {
    "compute": lambda self, x: fastact.gelu(x), "__doc__": "Gelu, by the exact formula.", "__module__": __name__})

_WRITTEN = [Relu, PRelu, Gelu, Selu, Celu, Shrink, ThresholdedRelu, SwiGLU, Softmax, LogSoftmax, ReduceLogSumExp,
            _gelu_of_microsoft, FastGelu, BiasGelu, QuickGelu, ScaledSiLU]
_OTHERS = {cls.__name__ for cls in _WRITTEN} | {"Identity"}  # ONNX's own passes strings and sequences, too

operators = [
    cls for cls in [*map(elementwise, sorted(names.of("onnx") - _OTHERS)), *_WRITTEN]
    if cls.op_domain or defs.has(cls.__name__)  # only operators that the installed ONNX has
]
globals().update({cls.__name__: cls for cls in reversed(operators)})  # of two with the same name ONNX's remains
