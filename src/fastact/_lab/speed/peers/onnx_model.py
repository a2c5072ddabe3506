"""ONNX models of a single operator, serialised without the package `onnx`."""

import ast

import numpy as np

ONNX_TYPES = {"float32": 1, "float16": 10, "float64": 11}  # onnx.TensorProto's numbers


def onnx_model(text, dtype, kind="ridge", opset=24):
    """A serialised ONNX model of y = Operator(x), or Operator(x) * up for gated units, Operator(x + up) for sums.

    The protobuf is written by hand; its field numbers are those of onnx.proto.

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
    """A protobuf field: ints as a varint, floats as four bytes, str and bytes as their length and content."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value % 2**64)  # negative numbers in two's complement
    if isinstance(value, float):
        return _varint(number << 3 | 5) + np.array(value, "<f4").tobytes()
    value = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(n):
    """Seven bits in each byte, the lowest first; the top bit says that more bytes follow."""
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + _varint(n >> 7)
