"""Measuring projections: feed-forward blocks of real models beside peers, and beside the machine's peaks.

``python -m fastact bench --projections`` and benchmarks/bench_projection.py share this.  A
*competitor* is a function ``make(problem)`` that returns a callable without arguments, or raises
`Unavailable` with the reason.  All compute the same block on the same weights, and the result of each is
compared with float64.

A block is measured alone, again and again, or in several copies with weights of their own that are computed one after
the other, as the layers of a model are: then weights come from memory where all of them are larger than the caches.

The *roof* of a cell is the shortest possible time of a program that multiplies by the instruction of our kernel (a peer
may use another one).  It is the larger of two times: that of the multiplications at the measured peak of this
instruction, and that of reading the weights once at the measured speed.
"""

import copy
import functools
import importlib
import importlib.util
import re
from dataclasses import dataclass

import numpy as np

import fastact as fa
from fastact._formats import FLOATS, QUANTIZED, codes
from fastact._lab.speed import experts, ggml as ggml_library, openvino as openvino_library, turns
from fastact._lab.speed.block_weights import BlockWeights
from fastact._lab.speed.peers.calls import as_array
from fastact._lab.speed.peers.pytorch import tensors_of
from fastact._lab.speed.timing import interleave
from fastact._runtime import dispatch

ROWS = [1, 2, 4, 8, 16, 32, 128, 512]
DTYPES = [format.name for format in FLOATS]
# Formats of weights that can be measured: those of few bits, besides which x is float32.
QUANTISED = [name for name in QUANTIZED if name in codes.BLOCK_CODES or name in ("int8", "int4")]
GROUPS = {"int8": 32, "int4": 32}
CHECKED_ROWS = 4  # rows of x that are compared with float64, whose products are slow
STEEPEST = 1.13  # the largest derivative of the activations of BLOCKS
LONG = 5.0  # seconds; a longer call is timed once


class Unavailable(Exception):
    """The reason why a competitor is left out."""


@dataclass(frozen=True)
class Block:
    """A feed-forward block of a model."""

    model: str
    kind: str  # the class of fastact that computes it
    width: int
    hidden: int
    activation: str
    biased: bool = False
    experts: int = 0    # of kind "Experts"; fewer than the model has, where memory wants it
    active: int = 0

    @property
    def name(self):
        routed = f" {self.active} of {self.experts}" if self.experts else ""
        return f"{self.model} {self.kind} {self.width}x{self.hidden}{routed}"

    @property
    def gated(self):
        return self.kind.startswith("Gated")

    @property
    def shapes(self):
        """The weights' shapes, (out_features, in_features)."""
        up, down = (self.hidden, self.width), (self.width, self.hidden)
        return {"GatedMLP": [up, up, down], "Experts": [up, up, down], "GatedProjection": [up, up], "MLP": [up, down]}[self.kind]


BLOCKS = [
    Block("MiniLM", "MLP", 384, 1536, "gelu", True),
    Block("BERT-base", "MLP", 768, 3072, "gelu", True),
    Block("TinyLlama", "GatedProjection", 2048, 5632, "silu"),
    Block("TinyLlama", "GatedMLP", 2048, 5632, "silu"),
    Block("Llama-3-8B", "GatedProjection", 4096, 14336, "silu"),
    Block("Llama-3-8B", "GatedMLP", 4096, 14336, "silu"),
    Block("Gemma", "GatedProjection", 2048, 16384, "gelu_tanh"),
    Block("Gemma", "GatedMLP", 2048, 16384, "gelu_tanh"),
    Block("OLMoE", "Experts", 2048, 1024, "silu", False, 64, 8),
    Block("Qwen3-30B-A3B", "Experts", 2048, 768, "silu", False, 64, 8),
    Block("Mixtral", "Experts", 4096, 14336, "silu", False, 4, 2),
    Block("gpt-oss-20B", "Experts", 2880, 2880, "silu", False, 16, 4),     # its biases and clamps cost nothing that shows
]


@functools.cache
def accepts(weight_dtype):
    """The message of the refusal if projections do not keep weights in this type, else an empty string."""
    try:
        fa.Projection(np.ones((1, 1), np.float32), weight_dtype=weight_dtype)
    except ValueError as error:
        return str(error)
    return ""


BIASES = {"Projection": ["bias"], "MLP": ["b1", "b2"], "GatedProjection": ["bias_gate", "bias_up"],
          "GatedMLP": ["bias_gate", "bias_up", "bias_down"]}


def quantised(rng, format, shape):
    """Random weights of a format, of the size that trained ones have."""
    if QUANTIZED[format].writes:
        return fa.quantize(rng.standard_normal(shape, np.float32) * np.float32(shape[1] ** -0.5), format, GROUPS.get(format))
    size = QUANTIZED[format].block_bytes
    blocks = rng.integers(0, 256, (shape[0] * shape[1] // QUANTIZED[format].block_weights, size), dtype=np.uint8)
    for place in {"q2_k": (80, 82), "q3_k": (108,), "q4_k": (0, 2), "q5_k": (0, 2), "q6_k": (208,), "iq4_nl": (0,)}[format]:
        scales = np.float16(2e-3 * shape[1] ** -0.5) * rng.uniform(0.5, 1, (len(blocks), 1)).astype(np.float16)
        blocks[:, place:place + 2] = scales.view(np.uint8)
    return fa.QuantizedArray(blocks, format, shape)


class Weights(BlockWeights):
    """The weights of a block without experts.

    Parameters
    ----------
    block, dtype, format
        As for `BlockWeights`.  With a format `matrices` are the dequantised ones, for the oracle and for peers that have
        nothing better.
    layers : int
        How many copies of the block there are, `copies` among them: the same numbers in other memory.
    """

    def __init__(self, block, dtype, format=None, layers=1):
        super().__init__(block, dtype, format)
        rng = np.random.default_rng(0)
        if format:
            self.quantised = [quantised(rng, format, shape) for shape in block.shapes]
            self.matrices = [matrix.dequantize() for matrix in self.quantised]
        else:
            self.matrices = [self.exact(rng, shape, shape[-1] ** -0.5) for shape in block.shapes]
        self.biases = [self.exact(rng, len(matrix), 0.1) if block.biased else None for matrix in self.matrices]
        self.copies = [copy.deepcopy(self) for _ in range(1, layers)]

    @property
    def nbytes(self):
        return sum(matrix.nbytes for matrix in (self.quantised if self.format else self.matrices))

    def layer(self):
        """The object of fastact that computes the whole block."""
        return self.prepared("fastact", lambda: self.fastact(self.block.kind, self.matrices, self.biases))

    def fastact(self, kind, matrices, biases, activation=...):
        if message := accepts(self.dtype):
            raise Unavailable(message)
        activation = self.block.activation if activation is ... else activation
        if self.format:
            matrices = [self.quantised[next(i for i, one in enumerate(self.matrices) if one is matrix)] for matrix in matrices]
        biases = dict(zip(BIASES[kind], biases, strict=True))
        return getattr(fa, kind)(*matrices, weight_dtype=self.dtype, activation=activation, **biases)


def weights_of(block, dtype, format=None, layers=1):
    """The weights of a block of any kind; of experts there is one layer, whose routes differ from call to call."""
    return experts.Weights(block, dtype, format, quantised) if block.experts else Weights(block, dtype, format, layers)


def problem_of(weights, rows):
    """A problem of any kind."""
    return (experts.Problem if weights.block.experts else Problem)(weights, rows)


class Problem:
    """Weights, rows of x, and the exact results for the first of them."""

    def __init__(self, weights, rows):
        self.weights, self.block, self.rows = weights, weights.block, rows
        self.x = weights.exact(np.random.default_rng(1), (rows, self.block.width), 1)
        self.flop, self.read = 2 * rows * sum(matrix.size for matrix in weights.matrices), weights.nbytes
        self.nbytes = weights.nbytes + self.x.nbytes + rows * len(weights.matrices[-1]) * self.x.itemsize

    def of(self, weights):
        """The same problem for a copy of its weights."""
        other = copy.copy(self)
        other.weights = weights
        return other

    @functools.cached_property
    def checked(self):
        """(exact values, allowed errors, sums of magnitudes) for the first CHECKED_ROWS rows, float64."""
        x = self.x[:CHECKED_ROWS].astype(np.float64)
        oracle = fa.activations[self.block.activation].entry.oracle
        matrices, biases = self.weights.matrices, self.weights.biases
        steps, u = self.block.width + 3, 2.0**-24
        values, magnitude = product(x, matrices[0], biases[0])
        values, magnitude = oracle(values), STEEPEST * magnitude
        if self.block.gated:
            up, up_magnitude = product(x, matrices[1], biases[1])
            values, magnitude = values * up, magnitude * abs(up) + abs(values) * up_magnitude
        if "MLP" in self.block.kind:
            values, _ = product(values, matrices[-1], biases[-1])
            _, magnitude = product(magnitude, matrices[-1], biases[-1])
            steps += self.block.hidden
        # Types of 16 bits: gate, up, their product and the result may each be rounded to the type.
        unit = 1.01 * steps * u + (0 if self.weights.dtype == "float32" else 4 * 2.0**-8)
        return values, unit * (magnitude + abs(values)) + 1e-30, magnitude

    def errors(self, result, tolerance=0.0):
        """Largest and root mean square error, relative to the sums of magnitudes.

        Raises ValueError for errors beyond what sums in the type and `tolerance` of the activation explain.
        """
        values, allowed, magnitude = self.checked
        allowed = allowed + tolerance * magnitude
        if result.shape != (self.rows, values.shape[-1]):
            raise ValueError(f"wrong results: of shape {result.shape}")
        error = abs(np.asarray(result[:CHECKED_ROWS], np.float64) - values)
        if not (error <= allowed).all():
            raise ValueError(f"wrong results: {(error / allowed).max():.3g} times what is allowed")
        relative = error / magnitude
        return float(relative.max()), float(np.sqrt(np.mean(relative**2)))


def product(x, matrix, bias=None, rows=2048):
    """x @ matrix.T + bias and the sums of magnitudes, in float64, some rows of the matrix at a time."""
    parts = [matrix[i:i + rows].astype(np.float64) for i in range(0, len(matrix), rows)]
    values = np.concatenate([x @ part.T for part in parts], axis=-1)
    magnitude = np.concatenate([abs(x) @ abs(part).T for part in parts], axis=-1)
    bias = np.zeros(len(matrix)) if bias is None else bias.astype(np.float64)
    return values + bias, magnitude + abs(bias)


# ------------------------------------------------------------------------- competitors --


def fastact(problem, accuracy="exact"):
    """One object computes the whole block."""
    if problem.block.experts:
        return experts.fastact(problem, accuracy)
    layer = problem.weights.layer()
    out = np.empty((problem.rows, layer.out_features), problem.x.dtype)

    def call():
        with fa.accuracy(accuracy):
            return layer(problem.x, out=out)

    return call


def fastact_fast(problem):
    return fastact(problem, "fast")


def parts(problem):
    """GatedProjection and Projection, or Projection twice, in two calls."""
    weights = problem.weights
    if "MLP" not in problem.block.kind:
        raise Unavailable("it is one part")     # experts too: their parts are a loop

    def make():
        kind = "GatedProjection" if problem.block.gated else "Projection"
        return (weights.fastact(kind, weights.matrices[:-1], weights.biases[:-1]),
                weights.fastact("Projection", weights.matrices[-1:], weights.biases[-1:], None))

    first, second = weights.prepared("parts", make)
    return lambda: second(first(problem.x))


def unfused(problem):
    """fastact's kernels, one for each step: products without an activation, and the unit between them."""
    if problem.block.experts:
        raise Unavailable("experts have no steps for all rows")
    weights, block = problem.weights, problem.block

    def make():
        return [weights.fastact("Projection", [matrix], [bias], None)
                for matrix, bias in zip(weights.matrices, weights.biases, strict=True)]

    layers = weights.prepared("unfused", make)
    unit = functools.partial(fa.gated, activation=block.activation) if block.gated else fa.activations[block.activation]
    first = layers[:2] if block.gated else layers[:1]

    def call():
        hidden = unit(*(layer(problem.x) for layer in first))
        return layers[-1](hidden) if "MLP" in block.kind else hidden

    return call


def by_hand(problem):
    """NumPy's matrix products (OpenBLAS, usually) and expressions."""
    if problem.weights.dtype != "float32":
        raise Unavailable(f"NumPy multiplies no matrices of {problem.weights.dtype}")
    if importlib.util.find_spec("threadpoolctl") is None:
        raise Unavailable("NumPy's threads cannot be limited: threadpoolctl is not installed")
    if problem.block.experts:
        raise Unavailable("no NumPy function computes experts")
    matrices = [matrix.T for matrix in problem.weights.matrices]
    biases = [0 if bias is None else bias for bias in problem.weights.biases]
    x, activation = problem.x, EXPRESSIONS[problem.block.activation]

    def call():
        hidden = activation(x @ matrices[0] + biases[0])
        if problem.block.gated:
            hidden *= x @ matrices[1] + biases[1]
        return hidden @ matrices[-1] + biases[-1] if "MLP" in problem.block.kind else hidden

    return call


def numpy_gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(np.float32(0.7978845608028654) * (x + np.float32(0.044715) * (x * x * x))))


def numpy_gelu(x):
    special = importlib.import_module("scipy.special")
    return 0.5 * x * (1 + special.erf(x * np.float32(0.5**0.5)))


EXPRESSIONS = {"silu": lambda x: x / (1 + np.exp(-x)), "gelu_tanh": numpy_gelu_tanh, "gelu": numpy_gelu}


def pytorch(problem):
    """torch.nn.functional in inference mode, as the models of transformers use it."""
    if problem.block.experts:
        return by_transformers(problem, "eager")
    torch = importlib.import_module("torch")
    f, block = torch.nn.functional, problem.block
    activation = {"silu": f.silu, "gelu": f.gelu, "gelu_tanh": functools.partial(f.gelu, approximate="tanh")}
    activation = activation[block.activation]

    def tensors(arrays):
        return [None if array is None else tensors_of(torch, [array])[0] for array in arrays]

    matrices, biases = problem.weights.prepared(
        "torch", lambda: (tensors(problem.weights.matrices), tensors(problem.weights.biases)))
    x, = tensors([problem.x])

    @torch.inference_mode()
    def call():
        hidden = activation(f.linear(x, matrices[0], biases[0]))
        if block.gated:
            hidden = hidden * f.linear(x, matrices[1], biases[1])
        return f.linear(hidden, matrices[-1], biases[-1]) if "MLP" in block.kind else hidden

    return call


def by_transformers(problem, implementation):
    """One of transformers' implementations of experts."""
    if not problem.block.experts:
        raise Unavailable("it has no experts")
    if importlib.util.find_spec("transformers") is None:
        raise Unavailable("transformers is not installed")
    return experts.by_torch(problem, implementation)


def grouped(problem):
    return by_transformers(problem, "grouped_mm")


def batched(problem):
    if problem.rows > 8:
        raise Unavailable("batched_mm copies the weights of each row's experts: it is measured up to 8 rows")
    return by_transformers(problem, "batched_mm")


def compiled(problem, backend):
    """A module compiled by torch.compile, for this number of rows, with weights of its own.

    zentorch reorders weights in place, and knows those that it has reordered by their address.
    """
    if problem.block.experts:
        raise Unavailable("a compiled module of experts is not measured")
    torch = importlib.import_module("torch")
    torch._dynamo.config.recompile_limit = 1000  # one for each block and number of rows
    f, block, weights = torch.nn.functional, problem.block, problem.weights
    activation = {"silu": f.silu, "gelu": f.gelu, "gelu_tanh": functools.partial(f.gelu, approximate="tanh")}
    activation = activation[block.activation]

    def parameter(array):
        return None if array is None else torch.nn.Parameter(tensors_of(torch, [array])[0].clone(), requires_grad=False)

    parameters = weights.prepared(backend, lambda: [parameter(array) for array in [*weights.matrices, *weights.biases]])

    class Feedforward(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for i in range(len(weights.matrices)):
                setattr(self, f"w{i}", parameters[i])
                setattr(self, f"b{i}", parameters[len(weights.matrices) + i])

        def forward(self, x):
            hidden = activation(f.linear(x, self.w0, self.b0))
            if block.gated:
                hidden = hidden * f.linear(x, self.w1, self.b1)
            if "MLP" in block.kind:
                last = len(weights.matrices) - 1
                hidden = f.linear(hidden, getattr(self, f"w{last}"), getattr(self, f"b{last}"))
            return hidden

    x, = tensors_of(torch, [problem.x])
    module = torch.compile(Feedforward().eval(), backend=backend, dynamic=False)

    @torch.no_grad()
    def call():
        return module(x)

    return call


def torch_compile(problem):
    return compiled(problem, "inductor")


def zentorch(problem):
    """AMD's plug-in."""
    importlib.import_module("zentorch")
    return compiled(problem, "zentorch")


def ggml(problem):
    """ggml's graph, computed by the library in llama-cpp-python."""
    if problem.block.experts:
        return ggml_library.experts(problem, fa.get_num_threads(), Unavailable)
    return ggml_library.competitor(problem, fa.get_num_threads(), Unavailable)


def ggml_repacked(problem):
    """The same with weights that ggml repacks when it loads them."""
    if problem.block.experts:
        raise Unavailable("experts are not repacked")
    return ggml_library.competitor(problem, fa.get_num_threads(), Unavailable, repack=True)


def openvino(problem):
    """OpenVINO's graph on its CPU plugin."""
    if problem.block.experts:
        raise Unavailable("its graph of experts is not measured")
    return openvino_library.competitor(problem, fa.get_num_threads(), Unavailable)


# Title: (module that must be there, competitor).
COMPETITORS = {
    "fastact": ("fastact", fastact),
    "fastact fast": ("fastact", fastact_fast),
    "parts": ("fastact", parts),
    "unfused": ("fastact", unfused),
    "PyTorch": ("torch", pytorch),
    "grouped_mm": ("torch", grouped),
    "batched_mm": ("torch", batched),
    "torch.compile": ("torch", torch_compile),
    "zentorch": ("zentorch", zentorch),
    "NumPy": ("numpy", by_hand),
    "ggml": ("llama_cpp", ggml),
    "ggml repacked": ("llama_cpp", ggml_repacked),
    "OpenVINO": ("openvino", openvino),
}
OURS = ["fastact", "fastact fast", "parts", "unfused"]
ROUNDS_X = ["fastact fast", "ggml", "ggml repacked", "OpenVINO"]  # to 8 bits, beside quantised weights


def peer_modules():
    """The modules of the peers."""
    return list(dict.fromkeys(module for title, (module, _) in COMPETITORS.items() if title not in OURS))


def tolerance(title, activation, format=None):
    """The allowed error relative to sums of magnitudes, besides that of float32 sums.

    It is that of the activation, of the fast variant and of ggml's GELU, a table in float16.  Beside quantised weights
    these round x to 8 bits: by 1/254 of the largest of 32 numbers, which may be some times the others.
    """
    if format and title in ROUNDS_X:
        return 1 / 64
    if title.startswith("ggml") and activation == "gelu_tanh":
        return 2.0**-9
    return 2.0**-12 if title == "fastact fast" else 0.0


def chosen(accuracy="both", modules=None):
    """Titles of our competitors and of the peers, or of the peers with these modules."""
    return [title for title, (module, _) in COMPETITORS.items()
            if (title in OURS and (accuracy, title) != ("exact", "fastact fast"))
            or (title not in OURS and (modules is None or module in modules))]


def prepared(title, problem):
    """The competitor's call and its errors (largest, root mean square), after a check of its result.

    One call computes all copies of the block, one after the other.
    """
    module, make = COMPETITORS[title]
    if importlib.util.find_spec(module) is None:
        raise Unavailable(f"{module} is not installed")
    calls = [make(problem.of(weights)) for weights in [problem.weights, *problem.weights.copies]]
    allowed = tolerance(title, problem.block.activation, problem.weights.format)
    errors = [problem.errors(as_array(call()), allowed) for call in calls]
    return calls[0] if len(calls) == 1 else lambda: [call() for call in calls], errors[0]


# ------------------------------------------------------------------------------- peaks --


@functools.cache
def _peaks():
    return dispatch.kernels("peaks", dispatch.matmul_target)


def multiplier(kernel, fast=False, rows=1):
    """The instruction by which a kernel multiplies so many rows, from its name (`Projection.kernel`).

    It is FMA where none is named.
    """
    found = re.fullmatch(r"\S+ \S+ \d+x\d+(?: \(fast: (\S+?)(?:, from (\d+) rows (\S+))?\)| (\S+))?", kernel)
    instruction = None
    if found:
        dots, least, tiles, other = found.groups()
        instruction = other or "FMA"
        if fast and dots:
            instruction = tiles if tiles and rows >= int(least) else dots
    if instruction not in _peaks().loops:
        raise ValueError(f"no peak is measured for the kernel {kernel!r}, but for {', '.join(_peaks().loops)}")
    return instruction


def peak_calls(instructions, nbytes):
    """Name -> (call, work of one call): the peaks that a cell is compared with, timed in the same turns.

    instructions : list of str
    """
    peaks, calls = _peaks(), {}
    memory = np.ones(max(nbytes // 4, 1), np.float32)
    repeats = 100_000  # takes 0.3 ms or more, so that waking a thread does not count
    for instruction in instructions:
        loop = peaks.loops[instruction]
        calls[instruction] = (functools.partial(loop, repeats), loop(1) * repeats)
    for streams, ahead in (1, 0), (1, 16), (1, 64), (2, 64), (4, 64):   # which is best depends on the CPU
        calls[f"read {streams} {ahead}"] = (functools.partial(peaks.read, memory, streams, ahead), peaks.read(memory, streams))
    return calls


def measure(problem, titles, seconds):
    """Time the competitors and the peaks in turns.

    Parameters
    ----------
    problem : Problem
    titles : list of str
        Of COMPETITORS.
    seconds : float
        For all together.

    Returns
    -------
    rows : list of dict
        One for each competitor, ready for JSON.
    left_out : dict
        Title -> why.
    """
    calls, errors, left_out = {}, {}, {}
    for title in titles:
        try:
            calls[title], errors[title] = prepared(title, problem)
        except Unavailable as reason:
            left_out[title] = str(reason)
    kernel = problem.weights.layer().kernel
    by_title = {title: multiplier(kernel, title in ROUNDS_X, problem.rows) for title in calls}
    layers = 1 + len(problem.weights.copies)
    peaks = peak_calls(list(dict.fromkeys(by_title.values())), layers * problem.read)
    times = interleave(
        calls | {name: call for name, (call, _) in peaks.items()}, seconds, LONG,
        turns.settle if fa.get_num_threads() > 1 else None)
    median = {name: float(np.median(values)) / layers for name, values in times.items()}
    speeds = {name: work / min(times[name]) for name, (_, work) in peaks.items()}
    bandwidth = max(speed for name, speed in speeds.items() if name.startswith("read"))
    roofs = {title: max(problem.flop / speeds[by_title[title]], problem.nbytes / bandwidth) for title in calls}
    block = problem.block
    cell = {
        "model": block.model, "kind": block.kind, "width": block.width, "hidden": block.hidden,
        "activation": block.activation, "dtype": problem.weights.dtype, "rows": problem.rows,
        "flop_per_byte": problem.flop / problem.nbytes, "bandwidth": _significant(bandwidth),
        "weights": problem.weights.format or problem.weights.dtype, "layers": layers,
        **({"experts": block.experts, "active": block.active} if block.experts else {}),
    }
    return [cell | {
        "peak": _significant(speeds[by_title[title]]), "peak_of": by_title[title],
        "competitor": title, "seconds": _significant(median[title]), "rounds": len(times[title]),
        "flops": _significant(problem.flop / median[title]),
        "bytes_per_second": _significant(problem.nbytes / median[title]),
        "roof": _significant(roofs[title] / median[title]),
        "largest_error": _significant(errors[title][0]), "rms_error": _significant(errors[title][1]),
        "time_over_fastact": _significant(median[title] / median["fastact"]) if "fastact" in calls else None,
    } for title in calls], left_out


def _significant(value):
    return float(f"{value:.4g}")


# -------------------------------------------------------------------------- alternation --


def block_call(rows, block=BLOCKS[0]):
    """A call of a block in float32, its result checked."""
    return prepared("fastact", problem_of(weights_of(block, "float32"), rows))[0]


def alternation(seconds, rows, block=BLOCKS[0]):
    """What calls of the block cost in turns with NumPy's product: see `turns.measure`."""
    found = turns.measure(block_call(rows, block), turns.product(), seconds)
    return {"block": block.name, "rows": rows, **found}
