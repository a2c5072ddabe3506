"""Measuring: time against peers, error against the oracles.

`python -m fastact bench` and benchmarks/ share this.  It walks the catalogue; a *competitor* is a
function ``make(operation, inputs, out)`` that returns a callable without arguments, or None where
it cannot compute that operation.  The callable fills `out`, or returns its result if it has no
way to do so, or if `out` is None.  All competitors of a cell read the same `inputs` and, where they
can, write the same `out`; the caller keeps both alive.  Those of gradients are
``make(operation, grad, inputs, out)``, and `out` is a list with an array for each gradient.

Peers are imported by the competitors, never with this module.
"""

import ast
import importlib
import itertools
import os
import platform
import random
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import perf_counter

import cpuinfo
import numpy as np

import fastact as fa
from fastact._runtime import caches, settings, dispatch
from fastact._catalogue import (
    ADDED_ENTRIES, GATED_ENTRIES, HALF_ULP_NEAR_TIES, PRECISION, Entry, PairEntry,
)

try:
    import ml_dtypes
except ImportError:
    ml_dtypes = None

ROW = 4096  # elements along the axis of fold functions
TAIL_VALUES = 3 << 16  # whole rows

# What the float64 oracles may be off (see reference.py; in float64's own tails a little more).
ORACLE_RELATIVE = {"float32": 1e-13, "float64": 1e-12}

HALF = ["float16", "bfloat16"]
DTYPES = ["float32", "float64", *HALF]


def type_of(dtype):
    """The NumPy type of a name of DTYPES; bfloat16 needs ml_dtypes."""
    return np.dtype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)


def _limits(dtype):
    return (ml_dtypes.finfo if dtype.name == "bfloat16" else np.finfo)(dtype)


# ------------------------------------------------------------------------- operations --


@dataclass(frozen=True, eq=False)  # each is itself: entries hold dicts and cannot be hashed
class Operation:
    """An activation, a gated unit or an activation of a sum, as something to measure."""

    name: str
    function: object
    entry: Entry | PairEntry
    row: int = ROW  # elements along the axis of a fold function

    @property
    def gated(self):
        return self.entry.kind == "gated"

    @property
    def is_pair(self):
        """Whether there are two inputs: gate and up, or x and a residual."""
        return self.entry.kind in ("gated", "added")

    def inputs(self, size, dtype, values="ordinary"):
        """Inputs to measure times with, rows for fold functions.

        "ordinary": normally distributed (mean 0, deviation 2).  "tails": those of `tail_inputs` in any
        order; for fold functions without the exponents, whose largest makes a row's result all zeros.
        """
        rng = np.random.default_rng(0)
        if values == "tails":
            x = _tail_values(rng, type_of(dtype))
            x = rng.permutation(x[: TAIL_VALUES // 3 * 2] if self.entry.kind == "fold" else x)
            return self._arranged(rng, np.resize(x, size))
        wide = "float32" if dtype in HALF else dtype
        return self._arranged(rng, (2 * rng.standard_normal(size, wide)).astype(type_of(dtype), copy=False))

    def tail_inputs(self, dtype):
        """TAIL_VALUES values: normal ones, [-120, 120], every exponent in both signs."""
        rng = np.random.default_rng(0)
        return self._arranged(rng, _tail_values(rng, type_of(dtype)))

    @property
    def gradients(self):
        """How many `backward` returns."""
        return 2 if self.gated else 1

    def _arranged(self, rng, x):
        if self.entry.kind == "fold":
            k = self.entry.examples.get("k", 1)
            x = np.resize(x, max(x.size, k))
            row = min(self.row, x.size) // k * k
            return (x[: x.size // row * row].reshape(-1, row),)
        if not self.is_pair:
            return (x,)
        # One binade, both signs: a product with it keeps the relative error of the activation.
        up = rng.uniform(1, 2, x.size) * rng.choice([-1, 1], x.size)
        return x, up.astype(x.dtype)

    def output(self, inputs):
        """An array for the result."""
        return np.empty_like(self.function(*inputs))

    def expected(self, inputs):
        """The oracle's result, float64."""
        return self.entry.measured(inputs[0].dtype).oracle(*_summable(inputs))

    def max_ulp(self, accuracy, dtype):
        """The declared bound."""
        return self.entry.max_ulp(accuracy, dtype)

    def expression(self, peer):
        """The peer's expression, in x (and up); empty if the catalogue has none."""
        return getattr(self.entry, peer)


def _summable(inputs):
    """For the oracles: sums of half types are not rounded to the type before the activation."""
    return [array.astype(np.float32) if array.dtype.name in HALF else array for array in inputs]


def _tail_values(rng, dtype):
    limits = _limits(dtype)
    n = TAIL_VALUES // 3
    exponents = np.linspace(limits.minexp - limits.nmant, limits.maxexp, n // 2, endpoint=False)
    # In order, so that a row of a fold function holds magnitudes that can be compared.
    every_exponent = np.exp2(exponents)
    values = [
        2 * rng.standard_normal(n), rng.permutation(np.linspace(-120, 120, n)), every_exponent, -every_exponent,
    ]
    with np.errstate(over="ignore"):  # the last exponents of a half type round to infinity
        return np.concatenate(values).astype(dtype)


def operations():
    """Everything that can be measured, by name: the catalogue, in its order."""
    return {
        **{name: Operation(name, _measured(activation), activation.entry)
           for name, activation in fa.activations.items()},
        **{entry.name: Operation(entry.name, getattr(fa, entry.name), entry)
           for entry in GATED_ENTRIES + ADDED_ENTRIES},
    }


def _measured(activation):
    """The activation, with values for parameters that have no default."""
    examples = activation.entry.examples
    return activation.with_parameters(**examples) if examples else activation


# ------------------------------------------------------------------------ competitors --


def fastact(accuracy, operation, inputs, out):
    """The public object of this accuracy."""
    return _with_out(partial(operation.function, accuracy=accuracy), inputs, out)


def by_hand(operation, inputs, out):
    """The NumPy expression that people write; with `out` if it is a ufunc."""
    function = operation.entry.measured(inputs[0].dtype).by_hand
    return _with_out(function, inputs, out) if isinstance(function, np.ufunc) else partial(function, *inputs)


def scipy(operation, inputs, out):
    """The expression of the catalogue; with `out` if it is a call of one ufunc."""
    text = operation.expression("scipy")
    if not text:
        return None
    special = importlib.import_module("scipy.special")
    name = text.removeprefix("special.").removesuffix("(x)")
    if isinstance(getattr(special, name, None), np.ufunc):
        return _with_out(getattr(special, name), inputs, out)
    return _evaluate(text, inputs, special=special)


def pytorch(operation, inputs, out):
    """The expression of the catalogue, or its operators writing into `out`; see `_better`."""
    text = operation.expression("torch")
    if not text:
        return None
    torch = importlib.import_module("torch")
    call = _evaluate(text, _tensors(torch, inputs), torch=torch, F=torch.nn.functional)
    if out is None:
        return call
    return _better(call, _into_buffers(torch, call, _tensors(torch, [out])), out.nbytes)


def onnx_runtime(operation, inputs, out):
    """A model of the catalogue's operator, bound to the arrays."""
    if not operation.entry.onnx or inputs[0].dtype.name not in ONNX_TYPES:
        return None
    runtime = importlib.import_module("onnxruntime")
    session = _onnx_session(runtime, operation, inputs[0].dtype)
    if session is None:
        return None
    if out is None:
        return partial(session.run, ["y"], dict(zip(["x", "up"], inputs, strict=False)))
    binding = session.io_binding()
    for name, array in zip(["x", "up"], inputs, strict=False):
        binding.bind_input(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
    binding.bind_output("y", "cpu", 0, out.dtype, out.shape, out.ctypes.data)
    return partial(session.run_with_iobinding, binding)


def jax(operation, inputs, out):
    """The expression of JAX_EXPRESSIONS, compiled; it allocates in each call, JAX has no `out`."""
    text = peer_expression(JAX_EXPRESSIONS, operation)
    if not text:
        return None
    jax, jnp = importlib.import_module("jax"), importlib.import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)  # else float64 becomes float32
    arguments = ["x", "up"][: len(inputs)]
    function = jax.jit(eval(f"lambda {', '.join(arguments)}: {text}", {"nn": jax.nn, "jnp": jnp, "jax": jax}))
    arrays = [jnp.asarray(array) for array in inputs]
    return lambda: function(*arrays).block_until_ready()


def numexpr(operation, inputs, out):
    """The expression of NUMEXPR_EXPRESSIONS; it knows float32 and float64 only."""
    text = peer_expression(NUMEXPR_EXPRESSIONS, operation)
    if not text or inputs[0].dtype.name in HALF:
        return None
    module = importlib.import_module("numexpr")
    module.set_num_threads(fa.get_num_threads())
    # A number with a point is float64, and would make everything so.
    constants = {name: inputs[0].dtype.type(value) for name, value in NUMEXPR_CONSTANTS.items()}
    names = constants | dict(zip(["x", "up"], inputs, strict=False))
    return partial(module.evaluate, text, local_dict=names, global_dict={}, **({} if out is None else {"out": out}))


# Expressions in x, jax.nn and jax.numpy.  Of what is not here, a gated unit or a sum is made of its activation.
JAX_EXPRESSIONS = {
    **{name: f"nn.{name}(x)" for name in [
        "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "silu", "sigmoid", "log_sigmoid", "hard_sigmoid",
        "hard_tanh", "softplus", "squareplus", "mish", "softmax", "log_softmax",
    ]},
    "identity": "nn.identity(x)",
    "gelu": "nn.gelu(x, approximate=False)",
    "gelu_tanh": "nn.gelu(x, approximate=True)",
    "quick_gelu": "x * nn.sigmoid(1.702 * x)",
    "hard_swish": "nn.hard_swish(x)",
    "softsign": "nn.soft_sign(x)",
    "tanh": "jnp.tanh(x)",
    "erf": "jax.scipy.special.erf(x)",
    "relu_squared": "jnp.square(nn.relu(x))",
    "square": "jnp.square(x)",
    "gaussian": "jnp.exp(-x * x)",
    "softmin": "nn.softmax(-x)",
    "logsumexp": "nn.logsumexp(x, axis=-1)",
}

NUMEXPR_CONSTANTS = {"half": 0.5, "slope": 0.01, "c1": 0.7978845608028654, "c3": 0.044715, "quick": 1.702}
NUMEXPR_EXPRESSIONS = {
    "relu": "where(x > 0, x, 0)",
    "leaky_relu": "where(x > 0, x, slope * x)",
    "elu": "where(x > 0, x, expm1(x))",
    "gelu_tanh": "half * x * (1 + tanh(c1 * (x + c3 * x * x * x)))",
    "quick_gelu": "x / (1 + exp(-quick * x))",
    "silu": "x / (1 + exp(-x))",
    "sigmoid": "1 / (1 + exp(-x))",
    "tanh": "tanh(x)",
    "softplus": "log1p(exp(x))",
    "softsign": "x / (1 + abs(x))",
    "gaussian": "exp(-x * x)",
}


def peer_expression(expressions, operation):
    """The expression of an operation, empty if there is none; of a pair that of its activation, completed."""
    kind, name = operation.entry.kind, operation.name
    text = expressions.get(operation.entry.activation if operation.is_pair else name, "")
    if kind == "gated":
        return f"({text}) * up" if text else ""
    # Only x stands alone in these expressions: `exp`, `x64` are other words.
    return re.sub(r"\bx\b", "(x + up)", text) if kind == "added" else text


# Column title: (module, competitor).
PEERS = {
    "by hand": ("numpy", by_hand),
    "PyTorch": ("torch", pytorch),
    "ONNX Runtime": ("onnxruntime", onnx_runtime),
    "SciPy": ("scipy", scipy),
    "JAX": ("jax", jax),
    "numexpr": ("numexpr", numexpr),
}


def peer_modules():
    """The peers' modules."""
    return [module for module, _ in PEERS.values()]


def peer_versions():
    """Versions of the peers' modules; None for one that cannot be imported."""
    versions = {}
    for module in peer_modules():
        try:
            versions[module] = importlib.import_module(module).__version__
        except (ImportError, OSError):  # OSError: a shared library is missing
            versions[module] = None
    return versions


def competitors(accuracies=("exact", "fast"), versions=None, backward=False):
    """fastact in these accuracies and the peers that have a version, by title; or those of gradients."""
    ours = fastact_backward if backward else fastact
    peers = BACKWARD_PEERS if backward else PEERS
    versions = peer_versions() if versions is None else versions
    return {f"fastact {accuracy}": partial(ours, accuracy) for accuracy in accuracies} | {
        title: make for title, (module, make) in peers.items() if versions.get(module)}


def limit_jax(threads):
    """One thread for JAX too: it has no call for that, and reads these flags when it is imported."""
    if threads == 1:
        os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")


@contextmanager
def same_threads(n):
    """`n` threads for fastact and PyTorch; ONNX Runtime's sessions and numexpr read fastact's number.

    PyTorch must have been imported before (`peer_versions` does that), else nobody measures it.
    It goes first: both may share an OpenMP runtime, whose limit fastact honours.
    """
    torch = sys.modules.get("torch")
    before = torch and torch.get_num_threads()
    try:
        if torch:
            torch.set_num_threads(n)
        with fa.threads(n):
            yield
    finally:
        if torch:
            torch.set_num_threads(before)


def _with_out(function, inputs, out):
    """The call, with `out` if there is one."""
    return partial(function, *inputs, **({} if out is None else {"out": out}))


def _tensors(torch, arrays):
    """PyTorch tensors in the arrays' memory; it knows no bfloat16 of NumPy's."""
    return [
        torch.from_numpy(array.view(np.int16)).view(torch.bfloat16) if array.dtype.name == "bfloat16"
        else torch.from_numpy(array)
        for array in arrays
    ]


def _array(part):
    """What a competitor returned, as an array in the same memory."""
    if str(getattr(part, "dtype", "")) == "torch.bfloat16":
        return part.detach().view(sys.modules["torch"].int16).numpy().view(ml_dtypes.bfloat16)
    return np.asarray(part)


def _evaluate(text, arrays, **names):
    """A callable that evaluates an expression of the catalogue."""
    return eval(f"lambda: {text}", names | dict(zip(["x", "up"], arrays, strict=False)))


# Memory of this size may be mapped anew for each call, or not, depending on what was freed before:
# PyTorch's relu of 16 MiB, which takes no `out`, took 2 ms and 75 ms in the same process.
ERRATIC_ALLOCATION = 1 << 20


def _better(call, into_buffers, nbytes):
    """Of PyTorch's two ways the better: the second has 2 µs more overhead, the first allocates."""

    def shortest(call):
        call()
        return min(_time(call, 1) for _ in range(3))

    if into_buffers is None:
        return call
    if nbytes >= ERRATIC_ALLOCATION:
        return into_buffers
    return min(call, into_buffers, key=shortest)


def _into_buffers(torch, function, out):
    """What `function` does, with all results, the last ones `out`, in memory allocated before.

    PyTorch's functions take no `out`, its operators do: the operators that `function` calls are
    recorded and called again with their own results as `out`.  Returns None if one cannot.
    """
    steps, last = _record(torch, function)
    buffers = dict(zip(map(id, last), out, strict=True))
    if not buffers.keys() <= {id(result) for *_, result in steps}:
        return None
    calls = []
    for operator, args, kwargs, result in steps:
        found = _out_overload(torch, operator)
        if found is None:
            return None
        overload, name = found
        args = [a.detach() if isinstance(a, torch.Tensor) else a for a in args]  # no `out` under autograd
        calls.append(partial(overload, *args, **kwargs, **{name: buffers.get(id(result), result)}))
    if len(calls) == 1:
        return calls[0]

    def run():
        for call in calls:
            call()
        return out if len(out) > 1 else out[0]

    return run


def _record(torch, function):
    """Run `function`; return (operator, args, kwargs, result) of each step, and its results as a list."""
    from torch.utils._python_dispatch import TorchDispatchMode

    steps = []

    class Recorder(TorchDispatchMode):
        def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
            result = operator(*args, **(kwargs or {}))
            if operator is not torch.ops.aten.detach.default:  # autograd's bookkeeping
                steps.append((operator, args, kwargs or {}, result))
            return result

    with Recorder():
        result = function()
    return steps, list(result) if isinstance(result, tuple) else [result]


def _out_overload(torch, operator):
    """The overload of a PyTorch operator that takes its result's memory, and that keyword.

    Not the generated ones: they compute into new memory and copy.
    """
    arguments = [(a.name, str(a.type)) for a in operator._schema.arguments]
    packet = operator.overloadpacket
    for overload in (getattr(packet, name) for name in packet.overloads()):
        outputs = [a.name for a in overload._schema.arguments if a.is_out]
        rest = [(a.name, str(a.type)) for a in overload._schema.arguments if not a.is_out]
        if len(outputs) == 1 and rest == arguments and torch.Tag.generated not in overload.tags:
            return overload, outputs[0]
    return None


def _onnx_session(runtime, operation, dtype):
    """A session with one thread per thread of ours; None if the operator is not implemented."""
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, NotImplemented

    options = runtime.SessionOptions()
    options.intra_op_num_threads = fa.get_num_threads()
    options.log_severity_level = 4  # what is not implemented is known by the exception
    options.add_session_config_entry("session.force_spinning_stop", "1")  # else it disturbs the others
    for opset in (24, 20, 13):  # Swish came with 24, Gelu with 20; an older release knows none of them
        try:
            return runtime.InferenceSession(
                onnx_model(operation.entry.onnx, dtype, operation.entry.kind, opset), options,
                providers=["CPUExecutionProvider"],
            )
        except (Fail, InvalidGraph, NotImplemented):
            continue
    return None


ONNX_TYPES = {"float32": 1, "float16": 10, "float64": 11}  # of onnx.TensorProto


def onnx_model(text, dtype, kind="ridge", opset=24):
    """A serialized ONNX model y = Operator(x); of gated units Operator(x) * up, of sums Operator(x + up).

    Written as protobuf by hand, so that ONNX Runtime can be measured without the package `onnx`;
    field numbers are those of onnx.proto.

    Parameters
    ----------
    text : str
        The operator, with attributes if any: ``'Gelu(approximate="tanh")'``.
    dtype : numpy.dtype
        float16, float32 or float64.
    kind : str
        As in the catalogue.
    """
    call = ast.parse(text, mode="eval").body
    name, attributes = (call.func.id, call.keywords) if isinstance(call, ast.Call) else (text, [])
    attributes = b"".join(_field(5, _attribute(a.arg, ast.literal_eval(a.value))) for a in attributes)
    gated, added = kind == "gated", kind == "added"
    nodes = [_node(name, ["a" if added else "x"], "a" if gated else "y", attributes)]
    if gated:
        nodes.append(_node("Mul", ["a", "up"], "y"))
    elif added:
        nodes.insert(0, _node("Add", ["x", "up"], "a"))
    values = {value: _field(1, value) + _field(2, _field(1, _field(1, ONNX_TYPES[dtype.name])))
              for value in ["x", "up", "y"]}
    graph = b"".join(_field(1, node) for node in nodes) + _field(2, "bench") + _field(12, values["y"])
    graph += b"".join(_field(11, values[value]) for value in (["x", "up"] if gated or added else ["x"]))
    return _field(1, 8) + _field(7, graph) + _field(8, _field(2, opset))


def _node(operator, inputs, output, attributes=b""):
    return b"".join(_field(1, name) for name in inputs) + _field(2, output) + _field(4, operator) + attributes


def _attribute(name, value):
    number, kind = {float: (2, 1), int: (3, 2), str: (4, 3), list: (8, 7)}[type(value)]
    values = value if isinstance(value, list) else [value]
    return _field(1, name) + b"".join(_field(number, one) for one in values) + _field(20, kind)


def _field(number, value):
    """A protobuf field: of ints the varint, of floats four bytes, of str and bytes length and content."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value % 2**64)  # negative ones in two's complement
    if isinstance(value, float):
        return _varint(number << 3 | 5) + np.array(value, "<f4").tobytes()
    value = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(n):
    """Seven bits a byte, the lowest first; the top bit says that more follow."""
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + _varint(n >> 7)


# -------------------------------------------------------------------------- backward ----


def fastact_backward(accuracy, operation, grad, inputs, out):
    """The gradients by the public object."""
    if operation.entry.kind == "fold" and operation.entry.backward_takes == "y":
        inputs = [operation.function(*inputs)]
    if out is not None:
        out = tuple(out) if len(out) > 1 else out[0]
    return _with_out(partial(operation.function.backward, accuracy=accuracy), [grad, *inputs], out)


def pytorch_backward(operation, grad, inputs, out):
    """The gradient by autograd, or the operators that it calls, writing into `out`; see `_better`."""
    # For the forward pass the catalogue has clamp_min, which takes `out`; relu has the quicker derivative.
    text = operation.expression("torch").replace("torch.clamp_min(x, 0)", "F.relu(x)")
    if not text:
        return None
    torch = importlib.import_module("torch")
    tensors = _tensors(torch, inputs)
    wanted = [tensor.requires_grad_() for tensor in tensors[: operation.gradients]]
    y = _evaluate(text, tensors, torch=torch, F=torch.nn.functional)()
    call = partial(torch.autograd.grad, y, wanted, *_tensors(torch, [grad]), retain_graph=True)
    try:
        call()
    except RuntimeError:  # not every function has a derivative there
        return None
    if out is None:
        return call
    return _better(call, _into_buffers(torch, call, _tensors(torch, out)), out[0].nbytes)


BACKWARD_PEERS = {"PyTorch": ("torch", pytorch_backward)}


def expected_backward(operation, grad, inputs):
    """The oracle's gradients: one for each input, but of a sum one for all."""
    return operation.entry.measured(inputs[0].dtype).gradients(
        grad.astype(np.float64), *_summable(inputs))


# ---------------------------------------------------------------------------- error -----


def results(call, out):
    """Run the call; return its results as a list of arrays."""
    returned = call()
    found = out if returned is None else returned
    return [_array(part) for part in (found if isinstance(found, list | tuple) else [found])]


def ulp_error(result, expected):
    """|result - expected| in ULP of the expected value rounded to the result's dtype.

    Subnormal values have the spacing of their own grid.  Infinite where only one of the two is
    an infinity or a NaN.
    """
    with np.errstate(all="ignore"):
        rounded = expected.astype(result.dtype)
        error = abs(result.astype(np.float64) - expected) / np.spacing(abs(rounded)).astype(np.float64)
        finite = np.isfinite(result) & np.isfinite(rounded)
        same = (result == rounded) | (np.isnan(result) & np.isnan(rounded))
    return np.where(finite, error, np.where(same, 0, np.inf))


def measure_error(make, operation, dtype, inputs=None):
    """The largest error over inputs that reach the tails.

    Returns
    -------
    (float, float) or None
        In ULP, and the input where it is; None if the competitor does not compute this.
    """
    inputs = operation.tail_inputs(dtype) if inputs is None else inputs
    out = operation.output(inputs)
    with np.errstate(all="ignore"):
        call = prepared(make, operation, inputs, out)
        if call is None:
            return None
        found, due = results(call, out)[0], operation.expected(inputs)
        if operation.entry.cancels:
            error = abs(found.astype(np.float64) - due) / _spacing_from_1(due, found.dtype)
        else:
            error = ulp_error(found, due)
    return _worst(error, inputs)


def measure_backward_error(make, operation, dtype):
    """The largest error of the gradients over ordinary inputs; as `measure_error`.

    Of values below 1 in ULP of 1: where a derivative crosses zero its error is absolute.
    """
    inputs = operation.inputs(TAIL_VALUES // 3, dtype)
    grad, out = _gradients(operation, inputs)
    with np.errstate(all="ignore"):
        call = prepared(make, operation, grad, inputs, out)
        if call is None:
            return None
        expected = expected_backward(operation, grad, inputs)
        found = [
            _worst(abs(one.astype(np.float64) - due) / _spacing_from_1(due, one.dtype), inputs)
            for one, due in zip(results(call, out), expected, strict=True)
        ]
    return max(found)


def _gradients(operation, inputs):
    """The gradient of the result, and arrays for those of the inputs."""
    shape, dtype = operation.output(inputs).shape, inputs[0].dtype
    grad = np.random.default_rng(1).standard_normal(shape, "float32").astype(dtype)
    return grad, [np.empty_like(array) for array in inputs[: operation.gradients]]


def _spacing_from_1(expected, dtype):
    return np.spacing(np.maximum(abs(expected), 1).astype(dtype)).astype(np.float64)


def _worst(error, inputs):
    """The largest error, and the input where it is."""
    worst = np.unravel_index(np.argmax(error), error.shape)
    x = inputs[0].reshape(*error.shape, -1)  # where the result is smaller: of the entries that go into it
    return float(error[worst]), float(x[worst].max())


def bound(operation, accuracy, dtype):
    """What `measure_error` may find: the declared bound, and what the oracle itself may be off."""
    if dtype not in HALF:
        return operation.max_ulp(accuracy, dtype) + ORACLE_RELATIVE[dtype] * 2 ** PRECISION[dtype]
    several = operation.is_pair or operation.entry.kind == "fold"  # nearly always, but not always, rounded once
    return HALF_ULP_NEAR_TIES[accuracy] + (0.5 if several else 0)


def backward_bound(operation, accuracy, dtype):
    """What `measure_backward_error` may find: products and sums with the function and its slope."""
    return 8 * (bound(operation, accuracy, dtype) + 1)


# ----------------------------------------------------------------------------- time -----

ROUNDS = 30  # aimed at; medians of fewer wander on a busy machine
LEAST_ROUNDS = 3
SLOW = 0.5  # seconds: what takes longer is timed once, for it wanders little; by hand, GELU of 2^24 takes three
AWAKE = 0.02  # seconds


def _time(call, number):
    """Seconds per call."""
    start = perf_counter()
    for _ in itertools.repeat(None, number):
        call()
    return (perf_counter() - start) / number


def _once(call):
    """Seconds of a call; of three if they are short, as the first may have threads to wake."""
    first = _time(call, 1)
    return min(first, *(_time(call, 1) for _ in range(2))) if first < SLOW else first


def interleave(calls, seconds, slow=None, between=None):
    """Time the calls in turns, so that whatever disturbs the machine disturbs all alike.

    Each round has an order of its own: what one call leaves in the caches serves or hinders the next.

    Parameters
    ----------
    calls : dict
        Callables by name, warmed up.
    seconds : float
        For all together.  Three rounds are run in any case, and no more of those that one call
        takes beyond their share; these are not counted.
    slow : float, optional
        A call longer than this, SLOW by default, is timed once.
    between : callable, optional
        Called before each turn of a competitor, not timed, nor are the calls of the first AWAKE seconds
        after it, one at least: they have threads to wake.

    Returns
    -------
    dict
        Name -> seconds per call, one value for each round.
    """
    times = {name: [] for name in calls}
    slow = slow or SLOW
    share = seconds / len(calls)
    with np.errstate(all="ignore"):  # expressions by hand overflow
        once = {name: _once(call) for name, call in calls.items()}
        times |= {name: [time] for name, time in once.items() if time > slow}
        calls = {name: call for name, call in calls.items() if once[name] <= slow}
        quick = {name: call for name, call in calls.items() if once[name] <= share}
        rounds = spent = 0
        order = random.Random(0)
        while calls and (rounds < LEAST_ROUNDS or (quick and spent < seconds)):
            turns = list((calls if rounds < LEAST_ROUNDS else quick).items())
            order.shuffle(turns)
            for name, call in turns:
                number = max(1, int(share / ROUNDS / once[name]))
                if between:
                    between()
                    _time(call, max(1, int(AWAKE / once[name])))
                elif number > 1:  # the caches hold what the call before left there
                    call()
                times[name].append(_time(call, number))
                spent += number * times[name][-1] if name in quick else 0
            rounds += 1
    return times


def prepared(make, operation, *arrays):
    """What `make` returns; None too where a peer turns out not to have a half type, or to leave it."""
    *_, inputs, out = arrays
    dtype = inputs[0].dtype
    if dtype.name not in HALF:
        return make(operation, *arrays)
    try:
        call = make(operation, *arrays)
        if call is None:
            return None
        found = results(call, out)
    except (TypeError, ValueError, RuntimeError):  # NotImplementedError is the last one's child
        return None
    return call if found[0].dtype == dtype else None


def measure_cell(operation, size, dtype, makers, seconds, values="ordinary", backward=False, allocate=False):
    """Time the competitors on one operation and size.

    Parameters
    ----------
    operation : Operation
    size : int
    dtype : str
        Of DTYPES.
    makers : dict
        From `competitors`.
    seconds : float
        For all together; see `interleave`.
    values : {"ordinary", "tails"}
        See `Operation.inputs`.
    backward : bool
        Whether `makers` are those of gradients.
    allocate : bool
        Whether all allocate their results in each call.

    Returns
    -------
    (int, dict, set)
        Elements of the input, what `interleave` returns, and who allocates a result in each call.
    """
    inputs = operation.inputs(size, dtype, values)
    if backward:
        grad, out = _gradients(operation, inputs)
        arguments, into = [grad, inputs], out[0]
    else:
        into = out = operation.output(inputs)
        arguments = [inputs]
    arguments.append(None if allocate else out)
    with np.errstate(all="ignore"):
        calls = {title: prepared(make, operation, *arguments) for title, make in makers.items()}
        calls = {title: call for title, call in calls.items() if call}
        allocating = {
            title for title, call in calls.items() if not np.may_share_memory(results(call, arguments[-1])[0], into)}
    return inputs[0].size, interleave(calls, seconds), allocating


# ---------------------------------------------------------------------------- limits ----

IN_CACHE = [1 << 12, 1 << 13, 1 << 14, 1 << 15]  # elements: long enough for a call's overhead, short enough for L1, L2


def measure_limits(sizes, dtype, seconds):
    """What bounds every function, measured in the same run.

    Returns
    -------
    dict
        "copy": for each size, elements a second of `np.copyto`, which has one thread always;
        "load_store_limit": the most elements a second of `fa.identity`, with fastact's threads, or of
        `np.copyto`, in cache.
    """
    def speed(call, size):
        call()  # the first call writes to memory that was not mapped before
        return size / float(np.median(interleave({"": call}, seconds)[""]))

    copies = []
    for size in sizes:
        x = np.zeros(size, type_of(dtype))
        x += 1  # memory of its own: zeros share a page
        copies.append({"size": size, "elements_per_second": speed(partial(np.copyto, np.empty_like(x), x), size)})
    found = [copy["elements_per_second"] for copy in copies]
    for size in IN_CACHE:
        x, y = np.ones((2, size), type_of(dtype))
        found += [speed(partial(fa.identity.ufunc("fast"), x, y), size), speed(partial(np.copyto, y, x), size)]
    return {"copy": copies, "load_store_limit": max(found)}


# ---------------------------------------------------------------------- environment -----


def cpu():
    """Name, cores that may be used, and sizes of the caches that a core has or shares, as far as they are known."""
    return {
        "name": cpuinfo.get_cpu_info().get("brand_raw", platform.processor() or platform.machine()),
        "cores": settings.available_cpus(),
        "caches": caches.sizes(),
    }


def numpy_products():
    """What multiplies matrices for NumPy: library, version and the kernels that it chose.

    OpenBLAS chooses by OPENBLAS_CORETYPE, or by what it takes the CPU for.  "unknown" without threadpoolctl, and
    of a library that it does not know.
    """
    try:
        pools = [pool for pool in importlib.import_module("threadpoolctl").threadpool_info()
                 if pool["user_api"] == "blas"]
    except ImportError:
        return "unknown"
    if len(pools) > 1:  # SciPy and PyTorch may have brought others
        package = os.path.dirname(np.__file__)
        pools = [pool for pool in pools if pool["filepath"].startswith((package + os.sep, package + ".libs"))]
    if len(pools) != 1:
        return "unknown"
    pool = pools[0]
    name = {"openblas": "OpenBLAS", "mkl": "MKL", "blis": "BLIS"}.get(pool["internal_api"], pool["internal_api"])
    return f"{name} {pool['version'] or '(version unknown)'}, kernels {pool.get('architecture') or 'unknown'}"


def environment(threads, versions=None):
    """What a reader of the numbers has to know, ready for JSON."""
    versions = peer_versions() if versions is None else versions
    torch = sys.modules.get("torch") if versions.get("torch") else None  # it may be there without being measured
    return {
        "fastact": fa.__version__,
        "cpu": cpu(),
        "target": dispatch.target,
        "vector_type": dispatch.elementwise.simd,
        "threads": threads,
        "numpy_products": numpy_products(),
        "pytorch_capability": torch.backends.cpu.get_cpu_capability() if torch else None,
        "python": platform.python_version(),
        "versions": versions,
    }
