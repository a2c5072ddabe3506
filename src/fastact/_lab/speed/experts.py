"""Routed experts for `bench --projections`: weights, routes, exact results, and the peers' ways to compute them.

A problem has several routes, which its calls take in turn, as layers of a model and its tokens do: else the experts of
one route might stay in a cache.  The peaks beside it read more than a cache holds, for the same reason.
"""

import functools
import importlib
import itertools

import numpy as np

import fastact as fa
from fastact._lab.speed.block_weights import BlockWeights
from fastact._lab.speed.peers.pytorch import tensors_of

ROUTES = 8
LEAST_READ = 1 << 28    # bytes


class Weights(BlockWeights):
    """The weights of all experts.

    Parameters
    ----------
    block : projections.Block
    dtype, format
        As for `BlockWeights`.
    quantised : callable
        (generator, format, shape) -> QuantizedArray.
    """

    def __init__(self, block, dtype, format, quantised):
        super().__init__(block, dtype, format)
        rng = np.random.default_rng(0)
        self.matrices, self.quantised = [], []      # for each expert gate, up and down
        for _ in range(block.experts):
            if format:
                self.quantised.append([quantised(rng, format, shape) for shape in block.shapes])
                self.matrices.append([matrix.dequantize() for matrix in self.quantised[-1]])
            else:
                self.matrices.append([self.exact(rng, shape, shape[-1] ** -0.5) for shape in block.shapes])

    @property
    def nbytes(self):
        return sum(matrix.nbytes for expert in self.quantised or self.matrices for matrix in expert)

    def of_all(self):
        """Gate, up and down of all experts: lists."""
        return [list(matrices) for matrices in zip(*self.quantised or self.matrices)]

    def layer(self):
        def make():
            gate, up, down = self.of_all()
            return fa.Experts((gate, up), down, activation=self.block.activation, weight_dtype=self.dtype)
        return self.prepared("fastact", make)


class Problem:
    """Weights, rows of x, routes, and the exact results of the first route for some rows."""

    def __init__(self, weights, rows):
        self.weights, self.block, self.rows = weights, weights.block, rows
        rng = np.random.default_rng(1)
        self.x = weights.exact(rng, (rows, self.block.width), 1)
        self.routes = [fa.route(rng.standard_normal((rows, self.block.experts), np.float32), self.block.active)
                       for _ in range(ROUTES)]
        each = sum(matrix.size for matrix in weights.matrices[0])
        here = np.mean([len(np.unique(ids)) for ids, _ in self.routes])
        self.flop = 2 * rows * self.block.active * each
        self.nbytes = int(weights.nbytes / self.block.experts * here) + 2 * self.x.nbytes
        self.read = LEAST_READ

    def of(self, weights):
        """The same problem: there is one layer."""
        return self

    def in_turn(self, run):
        """A call without arguments: run(ids, weights) of the next route; the first call takes the first one."""
        routes = itertools.cycle(self.routes)
        return lambda: run(*next(routes))

    def checked(self, rows):
        """Exact values and sums of magnitudes of some rows by the first route, in float64."""
        ids, weights = self.routes[0]
        oracle = fa.activations[self.block.activation].entry.oracle
        values, magnitude = (np.zeros((rows, self.block.width)) for _ in range(2))
        for row, slot in np.ndindex(rows, self.block.active):
            gate, up, down = (matrix.astype(np.float64) for matrix in self.weights.matrices[ids[row, slot]])
            x = self.x[row].astype(np.float64)
            hidden = oracle(gate @ x) * (up @ x)
            # A hidden unit may be off by the sizes of both its sums, which cancel.
            size = (abs(gate) @ abs(x)) * abs(up @ x) + abs(gate @ x) * (abs(up) @ abs(x))
            values[row] += weights[row, slot] * (down @ hidden)
            magnitude[row] += weights[row, slot] * (abs(down) @ (size + abs(hidden)))
        return values, magnitude

    def errors(self, result, tolerance=0.0):
        """Largest and root mean square error, relative to the sums of magnitudes; see `projections.Problem`."""
        rows = min(self.rows, 2)
        values, magnitude = self.weights.prepared(f"exact {self.rows}", lambda: self.checked(rows))
        unit = 1.01 * (self.block.width + self.block.hidden) * 2.0**-24 + (0 if self.weights.dtype == "float32" else 2.0**-6)
        if result.shape != self.x.shape:
            raise ValueError(f"wrong results: of shape {result.shape}")
        relative = abs(np.asarray(result[:rows], np.float64) - values) / magnitude
        if not (relative <= unit + tolerance).all():
            raise ValueError(f"wrong results: {relative.max() / (unit + tolerance):.3g} times what is allowed")
        return float(relative.max()), float(np.sqrt(np.mean(relative**2)))


def fastact(problem, accuracy):
    layer, out = problem.weights.layer(), np.empty_like(problem.x)

    def run(ids, weights):
        with fa.accuracy(accuracy):
            return layer(problem.x, ids, weights, out=out)

    return problem.in_turn(run)


def tensors(problem):
    """gate_up_proj and down_proj of all experts, of PyTorch."""
    torch = importlib.import_module("torch")

    def make():
        gate, up, down = (list(one) for one in zip(*problem.weights.matrices))
        both = [np.concatenate(pair) for pair in zip(gate, up)]
        return [torch.stack(tensors_of(torch, one)) for one in (both, down)]
    return problem.weights.prepared("torch", make)


def by_torch(problem, implementation):
    """One of transformers' implementations of experts: "eager", "batched_mm" or "grouped_mm"."""
    torch = importlib.import_module("torch")
    moe = importlib.import_module("transformers.integrations.moe")
    f = torch.nn.functional
    activation = {"silu": f.silu, "gelu": f.gelu, "gelu_tanh": functools.partial(f.gelu, approximate="tanh")}
    gate_up, down = tensors(problem)
    count = problem.block.experts

    class Experts:
        has_gate, has_bias, has_post_expert_norm, is_transposed, _is_expert_parallel = True, False, False, False, False
        num_experts, gate_up_proj, down_proj, act_fn = count, gate_up, down, staticmethod(activation[problem.block.activation])

        def _apply_gate(self, both):
            gate, up = both.chunk(2, dim=-1)
            return activation[problem.block.activation](gate) * up

    def eager(self, x, ids, weights):
        y = torch.zeros_like(x)
        mask = f.one_hot(ids, num_classes=count).permute(2, 1, 0)
        for expert in torch.greater(mask.sum(dim=(-1, -2)), 0).nonzero():
            slot, token = torch.where(mask[expert[0]])
            gate, up = f.linear(x[token], gate_up[expert[0]]).chunk(2, dim=-1)
            hidden = f.linear(self.act_fn(gate) * up, down[expert[0]]) * weights[token, slot, None]
            y.index_add_(0, token, hidden.to(y.dtype))
        return y

    function = eager if implementation == "eager" else getattr(moe, f"{implementation}_experts_forward")
    x, = tensors_of(torch, [problem.x])
    experts, kept = Experts(), {}

    @torch.inference_mode()
    def run(ids, weights):
        if id(ids) not in kept:
            kept[id(ids)] = torch.from_numpy(ids).long(), torch.from_numpy(weights).to(x.dtype)
        return function(experts, x, *kept[id(ids)])

    return problem.in_turn(run)
