"""The files of projections: a container with packed weights as in memory, so that they can be memory-mapped.

The header names class, features, activation, types and layout.  For each product its weights, then its biases
(float32), are sections.  `fastact._formats.container` describes what such files have in common.

`Layout` describes the order in which a target packs.  If a file has another order or another byte order,
NumPy unpacks it, and the weights are packed again.
"""

import math
from dataclasses import asdict, dataclass, field

import numpy as np

from fastact._formats import FORMATS, QUANTIZED, Format, codes, container
from fastact._runtime.accuracy import ACCURACIES

MOST_FEATURES = 1 << 40  # if one number of features is zero, the size of the file does not bound the other one
MOST_LANES = 1 << 10
MOST_BLOCKS = 1 << 16  # experts
BIASES = np.dtype(np.float32)
STRIPS = np.dtype(np.uint8)


@dataclass(frozen=True)
class Layout:
    """The order of packed weights: [panel][depth / block][2 vectors][block / group][lanes][group].

    A panel is two vectors of columns: neighbours in a plain product, gate and up in a gated one.
    `group` is the number of weights of a column, neighbours along the depth, that are stored together.  `block`
    is the part of the depth of one vector that is stored before that of the next vector.  Columns and depth are
    padded to whole panels and blocks.
    """

    lanes: int
    block: int
    group: int

    def shape(self, operands, in_features, out_features):
        """The shape of the packed weights of a product, counted in weights; a format converts this to entries."""
        panels = -(-out_features * operands // (2 * self.lanes))
        return panels, -(-in_features // self.block), 2, self.block // self.group, self.lanes, self.group

    def unpack(self, packed, operands, in_features, out_features):
        """Return the matrices (out_features, in_features) before packing, for formats whose entries are weights."""
        shape = self.shape(operands, in_features, out_features)
        # The axes of the columns come first, then those of the depth.  The axis of the vector is the second one in
        # a plain product, where both vectors are neighbours, and the first one if it tells gate from up.
        axes = (0, 2, 4, 1, 3, 5) if operands == 1 else (2, 0, 4, 1, 3, 5)
        columns = packed.reshape(shape).transpose(axes)
        columns = columns.reshape(operands, shape[0] * 2 * self.lanes // operands, shape[1] * self.block)
        return [matrix[:out_features, :in_features] for matrix in columns]


@dataclass
class Contents:
    """The contents of a file.

    Parameters
    ----------
    kind : str
        The name of the class.
    operands : sequence of int
        The number of matrices of each product: 1, or 2 for gate and up.
    features : list of int
        The numbers of features: of the input, between the products, of the result.
    activation : None, str or (str, dict)
        The activation, in the normal form of `checked_activation`.
    format : Format
        The format of the weights.
    accuracy : None or str
        The accuracy of the layer.
    layout : Layout
        The order of the packed weights.
    byte_order : {"little", "big"}
        The byte order of the sections.
    sections : list of ndarray
        For each product the packed weights, the scales if the format has any, and the biases, one-dimensional.
    checksums : list of int
        The CRC-32 of each section; `read` sets them.
    coded : list
        For each product None, or for each of its matrices, which then have a few bits, (name of the format,
        `codes.Form`).  Their strips, of as many columns as the layout has lanes, are sections of bytes.
    blocks : int
        The number of blocks of these products, one after the other: more than one of `Experts`.
    several : bool
        Whether all products have the same input; the features are then of the input and of each result.
    """

    kind: str
    operands: tuple
    features: list
    activation: object
    format: Format
    accuracy: str | None
    layout: Layout
    byte_order: str
    sections: list = field(default_factory=list)
    checksums: list = field(default_factory=list)
    coded: list = field(default_factory=list)
    blocks: int = 1
    several: bool = False

    def products(self):
        """(operands, in_features, out_features) of each product."""
        taken = [self.features[0]] * len(self.operands) if self.several else self.features
        return list(zip(self.operands, taken, self.features[1:])) * self.blocks

    def activations(self):
        """The activation of each product."""
        return [self.activation if i == 0 or self.several else None for i in range(len(self.operands))] * self.blocks

    def types_and_shapes(self):
        """dtype and shape of each section, which has one dimension."""
        found = []
        for (operands, in_features, out_features), coded in zip(self.products(), self.coded):
            shape = self.layout.shape(operands, in_features, out_features)
            if coded is None:
                found += self.format.sections(math.prod(shape))
            else:
                columns = shape[0] * 2 * self.layout.lanes // operands
                found += [(STRIPS, columns * form.column_bytes(in_features)) for _, form in coded]
            found.append((BIASES, shape[0] * 2 * self.layout.lanes))
        return [(dtype, (count,)) for dtype, count in found]

    def by_product(self):
        """The sections of each product."""
        sections = iter(self.sections)
        return [[next(sections) for _ in range(sections_of(self.format, coded))] for coded in self.coded]

    def arrays(self):
        """Return the weights of each product as float32 matrices or as Codes, followed by its biases."""
        found = []
        for product, coded, (*weights, bias) in zip(self.products(), self.coded, self.by_product()):
            operands, in_features, out_features = product
            if coded is None:  # a format without scales
                found += [self.format.unpack(matrix) for matrix in self.layout.unpack(*weights, *product)]
            else:
                lanes = self.layout.lanes
                found += [
                    codes.unpack(name, form, (out_features, in_features), lanes,
                                 strips.reshape(-1, lanes * form.column_bytes(in_features)),
                                 container.BYTE_ORDERS[self.byte_order])
                    for (name, form), strips in zip(coded, weights)]
            rows = Layout(self.layout.lanes, 1, 1).unpack(bias, operands, 1, out_features)
            found += [row[:, 0] for row in rows]
        return found


def sections_of(format, coded):
    """The number of sections of a product: its weights, their scales, its biases."""
    return (len(format.sections(0)) if coded is None else len(coded)) + 1


def checked_codes(value, operands):
    """For each product None, or (name, Form) of each matrix; None if the header's list is not valid."""
    if value is None:  # a file of a version that had none
        return [None] * len(operands)
    if not isinstance(value, list) or len(value) != len(operands):
        return None
    found = []
    for matrices, count in zip(value, operands):
        if matrices is not None:
            if not isinstance(matrices, list) or len(matrices) != count:
                return None
            try:
                matrices = [(name, codes.form_of(form)) for name, form in matrices]
            except (TypeError, ValueError):
                return None
            if not all(isinstance(name, str) and name in QUANTIZED for name, _ in matrices):
                return None
        found.append(matrices)
    return found


def header_of(contents):
    """The header of these contents, ready for JSON.  Of several blocks with equal formats it describes one."""
    activation = contents.activation
    coded = [matrices and [[name, asdict(form)] for name, form in matrices] for matrices in contents.coded]
    own = len(contents.operands)
    kinds = []
    for block in range(contents.blocks):
        kind = coded[own * block:own * (block + 1)]
        if kind not in kinds:
            kinds.append(kind)
    if len(kinds) == 1:
        coded = kinds[0]
    return {
        "class": contents.kind, "features": contents.features,
        "activation": list(activation) if isinstance(activation, tuple) else activation,
        "weight_dtype": contents.format.name, "accuracy": contents.accuracy, "layout": asdict(contents.layout),
        **({"several": True} if contents.several else {}),
        **({"blocks": contents.blocks} if contents.kind == "Experts" else {}),
        **({"codes": coded} if any(contents.coded) else {}),
    }


def write(path, contents):
    """Write a file; the sections are in native byte order.  See `container.write`."""
    container.write(path, header_of(contents), contents.sections)


def read(path, kind, operands, mapped):
    """Return the Contents of a file of this class; `operands` as there.  See `container.read`."""
    contents = None

    def describe(header):
        nonlocal contents
        contents = checked_header(header, kind, operands)
        return contents.types_and_shapes()

    _, sections = container.read(path, kind, describe, mapped)
    contents.sections = sections
    return contents


def checked_header(header, kind, operands):
    """Return Contents without sections; raise ValueError if a part of the header is not valid."""
    def has(name, is_valid):
        if name not in header or not is_valid(header[name]):
            raise ValueError(f"the header has no valid {name!r}")
        return header[name]

    several = header.get("several", False)
    if several is not False:
        if several is not True or operands != (1,):     # a Projection alone has them
            raise ValueError("the header has no valid 'several'")
        operands = operands * (len(header.get("features") or [0]) - 1)
    features = has("features", lambda value: integers(value, 0, MOST_FEATURES) and len(value) == len(operands) + 1)
    activation = has("activation", is_activation)
    layout = has("layout", lambda value: isinstance(value, dict) and value.keys() == {"lanes", "block", "group"}
                 and integers(list(value.values()), 1, MOST_LANES) and value["block"] % value["group"] == 0)
    format = FORMATS[has("weight_dtype", lambda value: isinstance(value, str) and value in FORMATS)]
    blocks = has("blocks", lambda value: integers([value], 1, MOST_BLOCKS)) if "blocks" in header else 1
    coded = codes_of_blocks(header, operands, blocks)
    checksums = has("checksums", lambda value: integers(value, 0, 2**32 - 1)
                    and len(value) == sum(sections_of(format, matrices) for matrices in coded))
    return Contents(
        kind, operands, features, tuple(activation) if isinstance(activation, list) else activation,
        format, has("accuracy", lambda value: value in (None, *ACCURACIES)), Layout(**layout),
        header["byte_order"], checksums=checksums, coded=coded, blocks=blocks, several=several)


def codes_of_blocks(header, operands, blocks):
    """`Contents.coded` as the header says, of one block or of all."""
    value = header.get("codes")
    each = isinstance(value, list) and len(value) == len(operands) * blocks
    coded = checked_codes(value, operands * blocks if each else operands)
    if coded is None:
        raise ValueError("the header has no valid 'codes'")
    return coded if each else coded * blocks


def integers(values, least, most):
    """Whether `values` is a list of integers from least to most."""
    return isinstance(values, list) and all(type(value) is int and least <= value <= most for value in values)


def is_activation(value):
    """Whether this is None, a name, or [name, parameters].  Whether the activation exists is checked later."""
    if isinstance(value, list):
        return (len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], dict)
                and all(type(one) in (int, float) for one in value[1].values()))
    return value is None or isinstance(value, str)
