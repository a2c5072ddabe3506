"""Fold functions, in rows of 4096, softmax in rows of other lengths, gated linear units and sums: forward and backward."""

from dataclasses import replace

from fastact._lab.speed.operations import operations

# Elements of a row: the width of a head, of a layer, and a vocabulary.
ROWS = [64, 1024, 50257]

OPERATIONS = [one for one in operations().values() if one.entry.kind == "fold" or one.is_pair]
OPERATIONS += [
    replace(one, name=f"{one.name} in rows of {row}", row=row)
    for one in OPERATIONS if one.name == "softmax" for row in ROWS
]


def test_forward(forward):
    forward()


def test_backward(backward):
    backward()
