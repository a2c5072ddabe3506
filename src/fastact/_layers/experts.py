"""Routed experts: many feed-forward blocks, of which each row of x passes a few."""

import math
import os
import sys

import numpy as np

from fastact._formats import FORMATS, QuantizedArray, container
from fastact._functions.base import integer
from fastact._layers import files
from fastact._layers.checks import (
    as_rows, check_correct, checked_array, checked_choice, checked_floats, checked_input, checked_output, in_place,
    is_short_float)
from fastact._layers.layer import Block, Layer, own_layout, over_sections, pickled, shard_of, unpickled
from fastact._layers.product import LAYOUTS, QUANTISED, Product, Room, coded_or_none
from fastact._runtime import dispatch
from fastact._runtime.accuracy import ACCURACIES, resolve_accuracy
from fastact._runtime.progress import bar

ORDERS = ("gate_up", "up_gate", "interleaved")
WEIGHED = ("output", "input")
SHARDED = ("experts", "hidden")
MOST_SLOTS = 2**31 - 1  # rows of x times experts of a row; the kernels count them in 32 bits


class Experts(Layer):
    """Routed experts (mixture of experts): each row passes a few of many feed-forward blocks.

    For a row x with the experts ``ids`` and their ``weights`` it computes the sum of ``weight * expert(x)``, where an
    expert is ``activation(x @ w_gate.T + b_gate) * (x @ w_up.T + b_up) @ w_down.T + b_down``, or a block without a gate.
    The rows of all experts are computed in one parallel region.  The constructor packs the weights; the arrays are
    not kept.

    Parameters
    ----------
    gate_up : array_like, QuantizedArray, list or tuple
        The first weights of E experts: an array of shape (E, 2 I, H), or a tuple of two, gate and up, of shape (E, I, H)
        each.  In place of an array a list of E matrices.  With ``gated=False`` an array of shape (E, I, H), or a list.
    down : array_like, QuantizedArray or list, shape (E, H, I)
    gate_up_bias : array_like, list or tuple, optional
        Of shape (E, 2 I), in the order of the weights, or a tuple of two of shape (E, I); (E, I) without a gate.
    down_bias : array_like, shape (E, H), optional
    activation : str, Activation, (str, dict) or None, optional
        As for `GatedMLP`, or with ``gated=False`` as for `MLP`.
    order : {"gate_up", "up_gate", "interleaved"}, optional
        Where gate and up are, if one array holds both: gate first, up first, or gate and up by turns.
    gated : bool, optional
        Whether the experts have a gate.
    shared : GatedMLP or MLP, optional
        A block that every row passes; its result is added.  It is computed with the accuracy of the experts.
    weight_dtype : {"float32", "float16", "bfloat16", "int8", "int4"}, optional
        As for `GatedProjection`.  None: that of the weights if all have one of the first three, else float32.
    layout : {"out_in", "in_out"}, optional
        "in_out" if the matrices are transposed: (E, H, 2 I) and (E, I, H).
    accuracy : {"exact", "fast", "correct"}, optional
        As for `GatedProjection`.
    progress : bool, optional
        As for `GatedProjection`.

    Attributes
    ----------
    num_experts : int
        The number of experts, E.
    expert_range : range
        The ids of those that are here; fewer than E in a shard.
    shared : GatedMLP, MLP or None
    in_features, out_features : int
        H.
    activation, weight_dtype, nbytes, kernel
        As for `GatedProjection`.

    Raises
    ------
    ValueError, TypeError
        As for `GatedProjection`.

    See Also
    --------
    route : ids and weights from the logits of a router.
    GatedMLP : one expert.

    Notes
    -----
    The rows are sorted by expert, and each expert's rows are computed by the products of a `GatedMLP` (or an `MLP`) with
    its weights: a row of an expert has the bits that ``GatedMLP(...)(x, out=float32 array)`` gives it.  The weighted
    sum of a row starts at zero, takes its experts in the order of ``ids``, by multiply-adds in float32, then the result
    of `shared`, and is rounded once to the type of the result.  So the bits of a row depend on that row, its ids and its
    weights, not on the other rows, their order or the number of threads.  Errors are those of `GatedProjection`, and
    with k experts k * 2**-24 times the sum of ``|weight * expert(x)|``.

    Where an expert has at most four rows, hidden values that are zero are skipped as in `MLP`, with the same bits.

    An expert may be named twice by a row; then it counts twice.  A weight of zero does not leave its expert out: for
    that use an id of `num_experts` or more.

    Source: Shazeer et al., arXiv:1701.06538.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> gate_up = np.stack([np.full((4, 2), value) for value in (1, 2, 3)])     # three experts
    >>> experts = fa.Experts(gate_up, np.ones((3, 2, 2)), activation="relu")
    >>> x = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    >>> experts(x, ids=[[0], [2], [3]], weights=[[1], [0.5], [1]])      # the third row has no expert
    array([[2., 2.],
           [9., 9.],
           [0., 0.]], dtype=float32)
    """

    __module__ = "fastact"  # pickles name public paths only

    def __init__(self, gate_up, down, gate_up_bias=None, down_bias=None, activation="silu", order="gate_up", gated=True,
                 shared=None, weight_dtype=None, layout="out_in", accuracy=None, *, progress=False):
        checked_choice("order", order, ORDERS)
        checked_choice("layout", layout, LAYOUTS)
        if not isinstance(gated, bool | np.bool_):
            raise TypeError(f"gated must be a bool, not {type(gated).__name__}")
        if weight_dtype is not None:
            checked_choice("weight_dtype", weight_dtype, (*FORMATS, *QUANTISED))
        first = first_matrices(gate_up, layout, order, gated)
        second = matrices("down", down, layout)
        names = ["gate", "up"] if gated else ["gate_up"]
        check_shapes(dict(zip(names, first)), second)
        biases = first_biases(gate_up_bias, order, len(names), len(second), first[0][0].shape[0])
        down_biases = bias_rows("down_bias", down_bias, len(second), second[0].shape[0])
        if weight_dtype is None:
            weight_dtype = common_dtype([*(one for matrix in first for one in matrix), *second])
        products, room = [], Room(len(second))
        with bar(len(second) * (len(names) + 1), "packing", progress) as shown:
            for expert, w_down in enumerate(second):
                products.append(Product({f"{name}[{expert}]": matrix[expert] for name, matrix in zip(names, first)},
                                        {f"{name}_bias[{expert}]": bias[expert] for name, bias in zip(names, biases)},
                                        activation, weight_dtype, "out_in", room, shown))
                products.append(Product({f"down[{expert}]": w_down}, {f"down_bias[{expert}]": down_biases[expert]}, None,
                                        weight_dtype, "out_in", room, shown))
        self.complete(products, weight_dtype, accuracy, shared, 0, len(second))

    def complete(self, products, weight_dtype, accuracy, shared, first_expert, num_experts):
        """Set everything: the products of each expert in turn, and which of all experts they are."""
        if shared is not None:
            check_shared(shared, products[0].packed.in_features, products[-1].packed.out_features)
        self.shared, self.num_experts = shared, num_experts
        self.expert_range = range(first_expert, first_expert + len(products) // 2)
        super().__init__(products, weight_dtype, accuracy)
        self.steps = {accuracy: [step_of(products[0::2], accuracy), step_of(products[1::2], accuracy)]
                      for accuracy in ACCURACIES}
        self.shared_steps = {accuracy: shared and tuple(step_of([product], accuracy) for product in shared.products)
                             for accuracy in ACCURACIES}

    def __call__(self, x, ids, weights, weight_on="output", out=None):
        """Apply its experts to every row of x.

        Parameters
        ----------
        x : array_like, shape (..., in_features)
            The input: float16, bfloat16 or float32, with any strides.
        ids : array_like of integers, shape (..., k)
            The experts of each row.  An id of `num_experts` or more is left out (padding), and so is one beyond
            `expert_range`, of an expert on another machine; the weights at such places do not count.
        weights : array_like of floats, shape (..., k)
            Their weights, rounded to float32.
        weight_on : {"output", "input"}, optional
            What is multiplied by the weights: the results, or x (rounded to its type), as Llama 4 does.
        out : ndarray, shape (..., out_features), optional
            The array for the result: float16, bfloat16 or float32, with any strides.  It may overlap x.

        Returns
        -------
        ndarray, shape (..., out_features)
            `out` if given, else an array with the dtype of x.  A row without experts is zero.

        Raises
        ------
        TypeError
            If x, `ids` or `weights` has a dtype that does not fit, or if `out` is not an array.
        ValueError
            If a shape does not fit, if an id is negative, or if there are more ids than experts; if `out` is read-only.
            Then nothing has been written to `out`.
        MemoryError
            If there is not enough memory; then nothing has been written to `out`.
        """
        return self.routed(x, ids, weights, weight_on, out, self.num_experts)

    def routed(self, x, ids, weights, weight_on, out, most):
        """Compute a call; a row has at most so many ids (a plug's caller may name experts twice)."""
        checked_choice("weight_on", weight_on, WEIGHED)
        x = checked_input(x, self.in_features)
        ids, weights = checked_routes(ids, weights, x.shape[:-1], self.num_experts, most)
        shape = x.shape[:-1] + (self.out_features,)
        count = math.prod(shape[:-1])
        rows = as_rows(x, count)
        target = None if out is None else in_place(checked_output(out, shape), count, rows)
        direct = target is not None and not any(np.may_share_memory(target, one) for one in (ids, weights))
        if not direct:
            target = np.empty((count, self.out_features), (x if out is None else out).dtype.newbyteorder("="))
        accuracy = self.resolved_accuracy(rows.dtype.name)
        dispatch.matmul.run_experts(
            *self.steps[accuracy], self.shared_steps[accuracy], rows, rows.dtype.name, ids, self.expert_range.start, weights,
            weight_on == "input", target, target.dtype.name, accuracy == "fast", self.products[0].gives_zeros,
            self.shared is not None and self.shared.products[0].gives_zeros)
        if direct:
            return out
        target = target.reshape(shape)
        if out is None:
            return target
        out[...] = target
        return out

    def resolved_accuracy(self, x_dtype=None):
        """Return the accuracy that applies; raise ValueError if it is "correct" and not to be had, with x of this type."""
        accuracy = resolve_accuracy(self.accuracy)
        if accuracy == "correct":
            shared = self.shared.products if self.shared is not None else []
            for products, dtype in (([*self.products[0::2], *shared[:1]], x_dtype),
                                    ([*self.products[1::2], *shared[1:]], "float32")):
                for form in {product.packed_form for product in products}:
                    check_correct(type(self).__name__, form, dtype)
        return accuracy

    @property
    def nbytes(self):
        """Size of the packed weights and biases in bytes, with those of `shared`."""
        return super().nbytes + (self.shared.nbytes if self.shared is not None else 0)

    def __repr__(self):
        here = len(self.expert_range)
        some = "" if here == self.num_experts else f", {here} of them here"
        return (f"{type(self).__name__}({self.num_experts} experts{some}, {self.in_features} -> {self.out_features}, "
                f"activation={self.activation!r}, kernel={self.kernel!r})")

    @property
    def features(self):
        """Sizes of the last axis: that of x, the hidden one, that of the result."""
        return [self.in_features, self.products[0].packed.out_features, self.out_features]

    # ------------------------------------------------------------------------------------- pickles and files --

    def __getstate__(self):
        return {"products": pickled(self.products, self.float_dtype), "activation": self.activation,
                "gated": self.products[0].packed.operands == 2, "weight_dtype": self.float_dtype,
                "accuracy": self.accuracy, "shared": self.shared, "first_expert": self.expert_range.start,
                "num_experts": self.num_experts}

    def __setstate__(self, state):
        operands = [2 if state["gated"] else 1, 1] * (len(state["products"]) // 2)
        activations = [state["activation"], None] * (len(state["products"]) // 2)
        products, room = [], Room(len(state["products"]) // 2)
        for arrays, count, activation in zip(state["products"], operands, activations):
            matrices = unpickled(arrays[:count], state["weight_dtype"])
            products.append(product_of(matrices, arrays[count:], activation, state["weight_dtype"], room))
        self.complete(products, state["weight_dtype"], state["accuracy"], state["shared"], state["first_expert"],
                      state["num_experts"])

    def save(self, path):
        """Write the packed weights and all settings to a file, for `load`; see `GatedProjection.save`.

        Parameters
        ----------
        path : path-like

        Raises
        ------
        OSError
            If the file cannot be written; then no part of it remains, and an existing file is unchanged.
        """
        contents = self.contents()
        header = files.header_of(contents) | {
            "gated": contents.operands[0] == 2, "first_expert": self.expert_range.start, "num_experts": self.num_experts}
        sections = contents.sections
        if self.shared is not None:
            more = self.shared.contents()
            header["shared"] = files.header_of(more)
            sections = sections + more.sections
        container.write(path, header, sections)

    def contents(self):
        """What a file holds of the experts."""
        contents = super().contents()
        contents.operands = tuple(product.packed.operands for product in self.products[:2])
        contents.blocks = len(self.expert_range)
        return contents

    @classmethod
    def load(cls, path, mmap=True):
        """Return experts that `save` has written to a file; see `GatedProjection.load`.

        Parameters
        ----------
        path : path-like
        mmap : bool, optional
            True: the weights are mapped into memory, and those of experts that no row chooses are never read.

        Returns
        -------
        Experts

        Raises
        ------
        ValueError
            If the file was not written by `save`, has another version of the format, or was truncated or altered.
        OSError
            If the file cannot be read.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> import numpy as np, fastact as fa
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = pathlib.Path(folder.name, "block.experts")
        >>> fa.Experts(np.ones((4, 6, 2)), np.ones((4, 2, 3))).save(path)
        >>> fa.Experts.load(path, mmap=False).expert_range
        range(0, 4)
        >>> folder.cleanup()
        """
        found = []

        def describe(header):
            found.extend(checked_headers(header))
            return [section for contents in found if contents for section in contents.types_and_shapes()]

        header, sections = container.read(path, "Experts", describe, mmap)
        contents, more = found
        experts = cls.__new__(cls)
        try:
            own = len(contents.types_and_shapes())
            contents.sections = sections[:own]
            shared = None
            if more is not None:
                more.sections = sections[own:]
                shared = block_of(more)
            experts.complete(products_of(contents), contents.format.name, contents.accuracy, shared,
                             header["first_expert"], header["num_experts"])
        except (TypeError, ValueError) as error:  # for example an unknown activation
            raise ValueError(f"{os.fsdecode(path)}: {error}") from None
        return experts

    def shard(self, index, count, by="experts"):
        """Return a part of the experts; the sum of the results of all shards is the whole result.

        Each of several machines keeps its shard and gets the whole x, ids and weights; the results are added.

        Parameters
        ----------
        index : int
            Index of the shard, from 0 on.
        count : int
            Number of shards: at most that of the experts that are here, or of their hidden units (see `GatedMLP.shard`).
        by : {"experts", "hidden"}, optional
            "experts": some experts each (expert parallelism); the first shard has the shared block.  "hidden": some
            hidden units of every expert and of the shared block (tensor parallelism); the first has the biases of
            the results.

        Returns
        -------
        Experts

        Raises
        ------
        TypeError
            If `index` or `count` is not an integer.
        ValueError
            If there is no such shard.

        Examples
        --------
        >>> import numpy as np, fastact as fa
        >>> experts = fa.Experts(np.ones((4, 6, 2)), np.ones((4, 2, 3)))
        >>> experts.shard(1, 2).expert_range
        range(2, 4)
        """
        index, count = integer("index", index), integer("count", count)
        checked_choice("by", by, SHARDED)
        here = self.expert_range
        shard = type(self).__new__(type(self))
        if by == "experts":
            if not 1 <= count <= len(here):
                raise ValueError(f"count must be from 1 to the {len(here)} experts, not {count}")
            if not 0 <= index < count:
                raise ValueError(f"index must be from 0 to {count - 1}, not {index}")
            first, last = len(here) * index // count, len(here) * (index + 1) // count
            shard.complete(self.products[2 * first:2 * last], self.float_dtype, self.accuracy,
                           None if index else self.shared, here.start + first, self.num_experts)
            return shard
        products, room = [], Room(len(here))
        for up, down in zip(self.products[0::2], self.products[1::2]):
            matrices, biases, w_down, bias_down = shard_of(up, down, index, count)
            products.append(product_of(matrices, biases, self.activation, self.float_dtype, room))
            products.append(product_of([w_down], [bias_down], None, self.float_dtype, room))
        shared = self.shared.shard(index, count) if self.shared is not None else None
        shard.complete(products, self.float_dtype, self.accuracy, shared, here.start, self.num_experts)
        return shard


# ------------------------------------------------------------------------------------------------ arguments --

def first_matrices(value, layout, order, gated):
    """The first matrices of each expert, (I, H): [gates, ups], or [matrices] without a gate."""
    if not gated:
        if isinstance(value, tuple):
            raise TypeError("gate_up is a tuple of gate and up; with gated=False it must be one array, or a list of matrices")
        return [matrices("gate_up", value, layout)]
    if isinstance(value, tuple):
        if len(value) != 2:
            raise ValueError(f"gate_up must be one array, or a tuple of gate and up, not a tuple of {len(value)}")
        return [matrices(name, one, layout) for name, one in zip(("gate", "up"), value)]
    packed = matrices("gate_up", value, layout)
    for matrix in packed:
        if matrix.shape[0] % 2:
            raise ValueError(f"gate_up must have an even number of rows, gate and up, not {matrix.shape[0]}")
    return [[some_rows(matrix, chosen) for matrix in packed] for chosen in parts_of(order, packed[0].shape[0])]


def parts_of(order, size):
    """Where gate and up are among so many rows."""
    if order == "interleaved":
        return slice(0, None, 2), slice(1, None, 2)
    halves = slice(0, size // 2), slice(size // 2, None)
    return halves if order == "gate_up" else halves[::-1]


def some_rows(matrix, chosen):
    """Some rows of a matrix, also of one whose quantised format has no rows in its file."""
    if not isinstance(matrix, QuantizedArray):
        return matrix[chosen]
    try:
        return matrix[chosen]
    except ValueError:
        coded = coded_or_none(matrix)
        return matrix.dequantize()[chosen] if coded is None else coded.rows(chosen)


def matrices(name, value, layout):
    """The matrix (out_features, in_features) of each expert: arrays, or QuantizedArrays."""
    if isinstance(value, list) and value and all(getattr(one, "ndim", 2) == 2 for one in value) and not is_nested(value):
        return [matrix_of(f"{name}[{expert}]", one, layout) for expert, one in enumerate(value)]
    if not isinstance(value, QuantizedArray):
        value = checked_array(name, value)
    if value.ndim != 3:
        raise ValueError(f"{name} must have 3 dimensions, of which the first one is that of the experts, or be a list of "
                         f"matrices; it has {value.ndim} (shape {value.shape})")
    if value.shape[0] == 0:
        raise ValueError(f"{name} has no experts (shape {value.shape})")
    return [matrix_of(f"{name}[{expert}]", value[expert], layout) for expert in range(value.shape[0])]


def is_nested(value):
    """Whether a list has lists of numbers instead of matrices."""
    return not any(hasattr(one, "ndim") for one in value)


def matrix_of(name, value, layout):
    """One matrix as (out_features, in_features), not converted."""
    if isinstance(value, QuantizedArray):
        if layout != "out_in":
            raise ValueError(f"{name}: a QuantizedArray is (out_features, in_features); layout must be 'out_in'")
    else:
        value = checked_array(name, value)
        if value.dtype.kind not in "fiu" and not is_short_float(value.dtype):
            raise TypeError(f"{name} must hold real numbers, not {value.dtype}")
    if value.ndim != 2:
        raise ValueError(f"{name} must have 2 dimensions, not {value.ndim} (shape {value.shape})")
    return value if layout == "out_in" else value.T


def check_shapes(first, second):
    """Raise ValueError unless the matrices of all experts fit together."""
    reference_name, reference = next((name, matrix[0].shape) for name, matrix in first.items())
    for name, found in first.items():
        if len(found) != len(second):
            raise ValueError(f"{name} has {len(found)} experts, down has {len(second)}")
        for expert, matrix in enumerate(found):
            if matrix.shape != reference:
                raise ValueError(f"{name}[{expert}] must have shape {reference} (out_features, in_features) as "
                                 f"{reference_name}[0] has, not {matrix.shape}")
    for expert, matrix in enumerate(second):
        if matrix.shape != second[0].shape:
            raise ValueError(f"down[{expert}] must have shape {second[0].shape} (out_features, in_features) as down[0] has, "
                             f"not {matrix.shape}")
    if second[0].shape[1] != reference[0]:
        raise ValueError(f"down takes {second[0].shape[1]} features, but {' and '.join(first)} give {reference[0]}")


def first_biases(value, order, operands, experts, size):
    """For each matrix of the first product the biases of each expert, or None."""
    if operands == 1 or value is None:
        return [bias_rows("gate_up_bias", value, experts, size)] * operands
    if isinstance(value, tuple):
        if len(value) != 2:
            raise ValueError(f"gate_up_bias must be one array, or a tuple of gate and up, not a tuple of {len(value)}")
        return [bias_rows(f"{name}_bias", one, experts, size) for name, one in zip(("gate", "up"), value)]
    packed = bias_rows("gate_up_bias", value, experts, 2 * size)
    return [[bias[chosen] for bias in packed] for chosen in parts_of(order, 2 * size)]


def bias_rows(name, value, experts, size):
    """The bias of each expert, as float32; None if there is none."""
    if value is None:
        return [None] * experts
    if isinstance(value, list) and any(isinstance(one, np.ndarray) for one in value):
        value = np.stack([checked_floats(f"{name}[{expert}]", one, 1) for expert, one in enumerate(value)])
    value = checked_floats(name, value, 2)
    if value.shape != (experts, size):
        raise ValueError(f"{name} must have shape {(experts, size)}, not {value.shape}")
    return list(value)


def common_dtype(arrays):
    """The type in which to keep weights, if none is given: theirs if it is one of the formats, else float32."""
    found = {array.dtype.name for array in arrays if isinstance(array, np.ndarray)}
    return found.pop() if len(found) == 1 and found <= FORMATS.keys() else "float32"


def check_shared(shared, in_features, out_features):
    """Raise an error unless this is a block that takes and gives what the experts do."""
    if not isinstance(shared, Block):
        raise TypeError(f"shared must be a GatedMLP or an MLP, not {type(shared).__name__}")
    if (shared.in_features, shared.out_features) != (in_features, out_features):
        raise ValueError(f"shared must take {in_features} features and give {out_features}, not {shared.in_features} and "
                         f"{shared.out_features}")


def checked_routes(ids, weights, shape, num_experts, most):
    """Return ids and weights as the kernels take them, (rows, k); raise an error if they do not fit."""
    ids, weights = checked_array("ids", ids), checked_array("weights", weights)
    if ids.dtype.kind not in "iu" and (ids.size or ids.dtype.kind != "f"):
        raise TypeError(f"ids must be integers, not {ids.dtype}")
    if weights.dtype.kind not in "fiu" and not is_short_float(weights.dtype):
        raise TypeError(f"weights must be real numbers, not {weights.dtype}")
    if ids.ndim != len(shape) + 1 or ids.shape[:-1] != shape:
        raise ValueError(f"ids must have shape {shape} and the experts of each row, not {ids.shape}")
    if weights.shape != ids.shape:
        raise ValueError(f"weights must have the shape of ids, {ids.shape}, not {weights.shape}")
    if ids.shape[-1] > most:
        raise ValueError(f"ids has {ids.shape[-1]} experts for each row, but there are {num_experts}")
    if ids.size > MOST_SLOTS:
        raise ValueError(f"there are {ids.size} pairs of rows and experts; at most {MOST_SLOTS} can be computed at a time")
    if ids.dtype.kind == "u":
        ids = np.minimum(ids, num_experts)
    kind = np.int32 if ids.dtype.itemsize <= 4 and ids.dtype.kind == "i" else np.int64
    rows = (math.prod(shape), ids.shape[-1])
    return (np.require(ids, kind, ["C", "A"]).reshape(rows),
            np.require(weights, np.float32, ["C", "A"]).reshape(rows))


# ----------------------------------------------------------------------------------------- products, and files --

def step_of(products, accuracy):
    """One product of every expert, as the compiled products take it."""
    _, kernels, parameters = products[0].step(accuracy)
    return dispatch.matmul.Step([product.packed for product in products], kernels, parameters)


def product_of(matrices, biases, activation, weight_dtype, room):
    """A product of matrices in the state in which another one had them."""
    names = [f"w{i}" for i in range(len(matrices))]
    return Product(dict(zip(names, matrices)), dict(zip(names, biases)), activation, weight_dtype, "out_in", room)


def checked_headers(header):
    """Contents of the experts, and of the shared block or None; raise ValueError if the header is not valid."""
    gated = header.get("gated")
    first, total = header.get("first_expert"), header.get("num_experts")
    if type(gated) is not bool or not files.integers([first, total], 0, files.MOST_BLOCKS):
        raise ValueError("the header has no valid number of experts")
    checksums = header.get("checksums")
    if not isinstance(checksums, list):
        raise ValueError("the header has no valid 'checksums'")
    blocks = header.get("blocks")
    if not files.integers([blocks], 1, files.MOST_BLOCKS) or first + blocks > total:
        raise ValueError("the header has no valid 'blocks'")
    shared = header.get("shared")
    if shared is None:
        return files.checked_header(header, "Experts", (2 if gated else 1, 1)), None
    block = next((one for one in Block.__subclasses__() if isinstance(shared, dict) and shared.get("class") == one.kind()), None)
    if block is None:
        raise ValueError("the header has no valid 'shared'")
    format = FORMATS.get(header.get("weight_dtype")) if isinstance(header.get("weight_dtype"), str) else None
    if format is None:
        raise ValueError("the header has no valid 'weight_dtype'")
    own = sum(files.sections_of(format, coded) for coded in files.codes_of_blocks(header, (2 if gated else 1, 1), blocks))
    return (files.checked_header(header | {"checksums": checksums[:own]}, "Experts", (2 if gated else 1, 1)),
            files.checked_header(shared | {"checksums": checksums[own:], "byte_order": header["byte_order"]},
                                 block.kind(), block.operands))


def products_of(contents):
    """The products of a file's contents: over its sections where they have this target's layout, else packed again."""
    name = contents.format.name
    activations = [contents.activation, None] * contents.blocks
    if (contents.layout, contents.byte_order) == (own_layout(name), sys.byteorder):
        return [Product.over(over_sections(sizes, coded, sections, contents.format), activation)
                for sizes, coded, sections, activation in zip(
                    contents.products(), contents.coded, contents.by_product(), activations)]
    container.check_sections(contents.sections, contents.checksums)
    arrays, found, room = iter(contents.arrays()), [], Room(contents.blocks)
    for (operands, _, _), activation in zip(contents.products(), activations):
        matrices = [next(arrays) for _ in range(operands)]
        found.append(product_of(matrices, [next(arrays) for _ in range(operands)], activation, name, room))
    return found


def block_of(contents):
    """The shared block of a file."""
    block = next(one for one in Block.__subclasses__() if one.kind() == contents.kind)
    layer = block.__new__(block)
    Layer.__init__(layer, products_of(contents), contents.format.name, contents.accuracy)
    return layer
