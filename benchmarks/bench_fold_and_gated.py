"""Fold functions, in rows of 4096, gated linear units and sums: forward and backward."""

from fastact import _bench

OPERATIONS = [one for one in _bench.operations().values() if one.entry.kind == "fold" or one.is_pair]


def test_forward(forward):
    forward()


def test_backward(backward):
    backward()
