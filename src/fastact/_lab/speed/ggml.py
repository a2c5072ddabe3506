"""ggml as a competitor of `bench --projections`: C functions of llama-cpp-python's library, called by ctypes.

Each problem has one graph, which is computed again and again; its weights are in a context that all problems of
a block share.  ggml multiplies weights of every type by float32.  Some types it can also *repack* when it loads them,
into buffers of a type of their own, which is what llama.cpp does by default: that is a second competitor.
"""

import ctypes
import functools
import importlib.util
import sys
import weakref
from pathlib import Path

import numpy as np

# enum ggml_type
TYPES = {"float32": 0, "float16": 1, "bfloat16": 30, "q4_0": 2, "q4_1": 3, "q5_0": 6, "q5_1": 7, "q8_0": 8,
         "q2_k": 10, "q3_k": 11, "q4_k": 12, "q5_k": 13, "q6_k": 14, "iq4_nl": 20, "mxfp4": 39}
I32 = 26
OVERHEAD = 1 << 20  # bytes of a context besides the tensors' data
ALIGNMENT = 1 << 12  # bytes that a tensor may waste, at most

POINTER, INT, LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
UNARY, BINARY = (POINTER, POINTER), (POINTER, POINTER, POINTER)  # a context and the operands

# Name: (library, result, arguments).
FUNCTIONS = {
    "ggml_new_tensor_2d": ("base", POINTER, (POINTER, INT, LONG, LONG)),
    "ggml_free": ("base", None, (POINTER,)),
    "ggml_get_data": ("base", POINTER, (POINTER,)),
    "ggml_nbytes": ("base", ctypes.c_size_t, (POINTER,)),
    "ggml_mul_mat": ("base", POINTER, BINARY),
    "ggml_new_tensor_3d": ("base", POINTER, (POINTER, INT, LONG, LONG, LONG)),
    "ggml_mul_mat_id": ("base", POINTER, (POINTER, POINTER, POINTER, POINTER)),
    "ggml_mul": ("base", POINTER, BINARY),
    "ggml_reshape_3d": ("base", POINTER, (POINTER, POINTER, LONG, LONG, LONG)),
    "ggml_view_2d": ("base", POINTER, (POINTER, POINTER, LONG, LONG, ctypes.c_size_t, ctypes.c_size_t)),
    "ggml_add": ("base", POINTER, BINARY),
    "ggml_gelu": ("base", POINTER, UNARY),
    "ggml_gelu_erf": ("base", POINTER, UNARY),
    "ggml_silu": ("base", POINTER, UNARY),
    "ggml_swiglu_split": ("base", POINTER, BINARY),
    "ggml_geglu_split": ("base", POINTER, BINARY),
    "ggml_new_graph": ("base", POINTER, (POINTER,)),
    "ggml_build_forward_expand": ("base", None, (POINTER, POINTER)),
    "ggml_backend_graph_compute": ("base", INT, (POINTER, POINTER)),
    "ggml_backend_free": ("base", None, (POINTER,)),
    "ggml_backend_cpu_init": ("cpu", POINTER, ()),
    "ggml_backend_cpu_set_n_threads": ("cpu", None, (POINTER, INT)),
    "ggml_backend_cpu_reg": ("cpu", POINTER, ()),
    "ggml_backend_reg_dev_get": ("base", POINTER, (POINTER, ctypes.c_size_t)),
    "ggml_backend_reg_get_proc_address": ("base", POINTER, (POINTER, ctypes.c_char_p)),
    "ggml_backend_dev_supports_op": ("base", ctypes.c_bool, (POINTER, POINTER)),
    "ggml_backend_alloc_ctx_tensors_from_buft": ("base", POINTER, (POINTER, POINTER)),
    "ggml_backend_tensor_set": ("base", None, (POINTER, POINTER, ctypes.c_size_t, ctypes.c_size_t)),
    "ggml_backend_buffer_free": ("base", None, (POINTER,)),
}
PLAIN = {"gelu": "ggml_gelu_erf", "gelu_tanh": "ggml_gelu", "silu": "ggml_silu"}
GATED = {"silu": "ggml_swiglu_split", "gelu_tanh": "ggml_geglu_split"}


# What ggml would write to the standard error stream: a line for each tensor that it repacks.
SILENT = ctypes.CFUNCTYPE(None, INT, ctypes.c_char_p, POINTER)(lambda level, text, data: None)


class InitParameters(ctypes.Structure):
    _fields_ = [("mem_size", ctypes.c_size_t), ("mem_buffer", POINTER), ("no_alloc", ctypes.c_bool)]


@functools.cache
def functions():
    """The C functions by name.  OSError or AttributeError if the library lacks them."""
    folder = Path(importlib.util.find_spec("llama_cpp").submodule_search_locations[0], "lib")
    suffix = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
    prefix = "" if sys.platform == "win32" else "lib"
    libraries = {name: ctypes.CDLL(str(folder / f"{prefix}ggml-{name}{suffix}"), ctypes.RTLD_GLOBAL)
                 for name in ("base", "cpu")}
    found = {}
    for name, (library, result, arguments) in FUNCTIONS.items():
        found[name] = getattr(libraries[library], name)
        found[name].restype, found[name].argtypes = result, arguments
    libraries["base"].ggml_log_set(SILENT, None)
    found["ggml_init"] = libraries["base"].ggml_init
    found["ggml_init"].restype, found["ggml_init"].argtypes = POINTER, (InitParameters,)
    return found


class Context:
    """Memory for tensors, which is freed with this object; or, with no bytes, for their descriptions only."""

    def __init__(self, nbytes):
        self.pointer = functions()["ggml_init"](InitParameters(nbytes + OVERHEAD, None, not nbytes))
        if not self.pointer:
            raise MemoryError("ggml_init")
        weakref.finalize(self, functions()["ggml_free"], self.pointer)

    def __call__(self, name, *arguments):
        """Call the function with this context."""
        return functions()[name](self.pointer, *arguments)

    def tensor(self, array, dtype):
        """A copy of an array of one or two dimensions, or of the blocks of a QuantizedArray."""
        rows, columns = array.shape if array.ndim == 2 else (1, len(array))
        tensor = self("ggml_new_tensor_2d", TYPES[dtype], columns, rows)
        array = blocks_of(array, dtype)
        assert functions()["ggml_nbytes"](tensor) == array.nbytes
        ctypes.memmove(functions()["ggml_get_data"](tensor), array.ctypes.data, array.nbytes)
        return tensor

    def stacked(self, arrays, dtype):
        """One tensor of the matrices of all experts."""
        rows, columns = arrays[0].shape
        tensor = self("ggml_new_tensor_3d", TYPES[dtype], columns, rows, len(arrays))
        at = functions()["ggml_get_data"](tensor)
        for array in (blocks_of(one, dtype) for one in arrays):
            ctypes.memmove(at, array.ctypes.data, array.nbytes)
            at += array.nbytes
        return tensor


def blocks_of(array, dtype):
    """The array that ggml reads: of a QuantizedArray its blocks."""
    return np.ascontiguousarray(array if dtype in ("float32", "float16", "bfloat16") else array.parts["blocks"])


def repacked(arrays, dtype, unavailable):
    """Tensors of these weights in buffers of the first type into which ggml repacks them, and what keeps them alive."""
    registry = functions()["ggml_backend_cpu_reg"]()
    device = functions()["ggml_backend_reg_dev_get"](registry, 0)
    address = functions()["ggml_backend_reg_get_proc_address"](registry, b"ggml_backend_dev_get_extra_bufts")
    types = ctypes.CFUNCTYPE(ctypes.POINTER(POINTER), POINTER)(address)(device) if address else None
    for buffer_type in iter(types) if types else ():
        if not buffer_type:
            break
        context, other = Context(0), Context(0)
        tensors = [context("ggml_new_tensor_2d", TYPES[dtype], array.shape[1], array.shape[0]) for array in arrays]
        buffer = functions()["ggml_backend_alloc_ctx_tensors_from_buft"](context.pointer, buffer_type)
        if not buffer:
            continue
        weakref.finalize(context, functions()["ggml_backend_buffer_free"], buffer)
        rows = [other("ggml_new_tensor_2d", TYPES["float32"], array.shape[1], 1) for array in arrays]
        products = [other("ggml_mul_mat", tensor, row) for tensor, row in zip(tensors, rows, strict=True)]
        if not all(functions()["ggml_backend_dev_supports_op"](device, one) for one in products):
            continue
        for tensor, array in zip(tensors, arrays, strict=True):
            data = blocks_of(array, dtype)
            functions()["ggml_backend_tensor_set"](tensor, data.ctypes.data, 0, data.nbytes)
        return context, tensors
    raise unavailable(f"ggml does not repack {dtype} here")


class Backend:
    """ggml's CPU backend with a number of threads, which is freed with this object."""

    def __init__(self, threads):
        self.pointer = functions()["ggml_backend_cpu_init"]()
        functions()["ggml_backend_cpu_set_n_threads"](self.pointer, threads)
        weakref.finalize(self, functions()["ggml_backend_free"], self.pointer)


def competitor(problem, threads, unavailable, repack=False):
    """A callable that computes the problem and returns the result, in ggml's memory.

    Raises `unavailable` where the library or its functions are missing.  repack: only weights that ggml repacks.
    """
    try:
        functions()
    except (OSError, AttributeError) as error:
        raise unavailable(f"ggml: {error}") from None
    weights, block = problem.weights, problem.block
    if weights.format and weights.format not in TYPES:
        raise unavailable(f"ggml has no {weights.format}")
    if block.gated and block.activation not in GATED:
        raise unavailable(f"ggml has no unit gated by {block.activation}")

    def make():
        stored, dtype = weights.quantised if weights.format else weights.matrices, weights.format or weights.dtype
        context = Context((0 if repack else weights.nbytes) + sum(bias.nbytes for bias in weights.biases if bias is not None)
                          + ALIGNMENT * 2 * len(weights.matrices))
        kept, matrices = (repacked(stored, dtype, unavailable) if repack
                          else (None, [context.tensor(matrix, dtype) for matrix in stored]))
        return ((context, kept), matrices,
                [None if bias is None else context.tensor(bias.astype(np.float32), "float32")
                 for bias in weights.biases])

    kept, matrices, biases = weights.prepared("ggml repacked" if repack else "ggml", make)
    widest = max(block.width, block.hidden)
    context = Context(problem.rows * widest * 4 * 12)
    x = context.tensor(problem.x.astype(np.float32), "float32")

    def linear(x, i):
        y = context("ggml_mul_mat", matrices[i], x)
        return y if biases[i] is None else context("ggml_add", y, biases[i])

    if block.gated:
        y = context(GATED[block.activation], linear(x, 0), linear(x, 1))
    else:
        y = context(PLAIN[block.activation], linear(x, 0))
    if "MLP" in block.kind:
        y = linear(y, len(matrices) - 1)
    graph = context("ggml_new_graph")
    functions()["ggml_build_forward_expand"](graph, y)
    backend, compute = Backend(threads), functions()["ggml_backend_graph_compute"]
    columns = block.width if "MLP" in block.kind else block.hidden
    memory = (ctypes.c_float * (problem.rows * columns)).from_address(functions()["ggml_get_data"](y))
    result = np.ctypeslib.as_array(memory).reshape(problem.rows, columns)

    def call():
        if compute(backend.pointer, graph):
            raise RuntimeError("ggml_backend_graph_compute failed")
        return result

    call.keeps = kept, context  # must live as long as the call
    return call


def experts(problem, threads, unavailable):
    """The same for routed experts, as llama.cpp builds their graph: three products by `mul_mat_id`, and a weighted sum."""
    try:
        functions()
    except (OSError, AttributeError) as error:
        raise unavailable(f"ggml: {error}") from None
    weights, block, call_of = problem.weights, problem.block, functions()
    if weights.format and weights.format not in TYPES:
        raise unavailable(f"ggml has no {weights.format}")
    if block.activation not in GATED:
        raise unavailable(f"ggml has no unit gated by {block.activation}")
    dtype = weights.format or weights.dtype

    def make():
        context = Context(weights.nbytes + ALIGNMENT * 8)
        return context, [context.stacked(matrices, dtype) for matrices in weights.of_all()]

    kept, (gate, up, down) = weights.prepared("ggml", make)
    k = block.active
    context = Context(problem.rows * k * (3 * block.hidden + 4 * block.width) * 4 + problem.rows * block.width * 8)
    x = context.tensor(problem.x.astype(np.float32), "float32")
    ids = context("ggml_new_tensor_2d", I32, k, problem.rows)
    factors = context("ggml_new_tensor_3d", TYPES["float32"], 1, k, problem.rows)
    rows = context("ggml_reshape_3d", x, block.width, 1, problem.rows)
    h = context(GATED[block.activation], *(context("ggml_mul_mat_id", one, rows, ids) for one in (gate, up)))
    each = context("ggml_mul", context("ggml_mul_mat_id", down, h, ids), factors)
    step = block.width * 4
    y = None
    for slot in range(k):
        view = context("ggml_view_2d", each, block.width, problem.rows, k * step, slot * step)
        y = view if y is None else context("ggml_add", y, view)
    graph = context("ggml_new_graph")
    call_of["ggml_build_forward_expand"](graph, y)
    backend, compute = Backend(threads), call_of["ggml_backend_graph_compute"]
    memory = (ctypes.c_float * (problem.rows * block.width)).from_address(call_of["ggml_get_data"](y))
    result = np.ctypeslib.as_array(memory).reshape(problem.rows, block.width)
    places = [call_of["ggml_get_data"](one) for one in (ids, factors)]

    def run(numbers, values):
        ctypes.memmove(places[0], numbers.ctypes.data, numbers.nbytes)
        ctypes.memmove(places[1], values.ctypes.data, values.nbytes)
        if compute(backend.pointer, graph):
            raise RuntimeError("ggml_backend_graph_compute failed")
        return result

    call = problem.in_turn(run)
    run.keeps = kept, context   # must live as long as the call
    return call
