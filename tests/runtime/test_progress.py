"""Progress bars: where they are shown, and what they count."""

import sys

import numpy as np
import pytest

import fastact as fa
from fastact._formats.array import quantized
from fastact._formats import groups
from fastact._runtime import progress

W = np.random.default_rng(0).standard_normal((48, 64), np.float32)
CALLS = {
    "quantize": lambda wanted: fa.quantize(W, "int4", progress=wanted),
    "Projection": lambda wanted: fa.Projection(W, progress=wanted),
    "several": lambda wanted: fa.Projection([W, W[:8]], weight_dtype="int8", progress=wanted),
    "GatedProjection": lambda wanted: fa.GatedProjection(W, W, progress=wanted),
    "MLP": lambda wanted: fa.MLP(W, W.T, weight_dtype="bfloat16", progress=wanted),
    "GatedMLP": lambda wanted: fa.GatedMLP(W, fa.quantize(W, "q8_0"), np.ones((64, 48)), weight_dtype="int4", progress=wanted),
    "Experts": lambda wanted: fa.Experts(np.ones((3, 8, 64)), np.ones((3, 64, 4)), progress=wanted),
}


class Counted(progress.NoBar):
    """A bar that remembers what it was told."""

    def __init__(self):
        self.steps = []

    def update(self, steps=1):
        self.steps.append(steps)



@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_bar_where_it_is_asked_for_and_stderr_is_a_terminal(call, capsys, monkeypatch):
    call(True)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    call(False)
    assert capsys.readouterr().err == ""
    call(True)
    assert "quantize:" in (shown := capsys.readouterr().err) or "packing:" in shown


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_bar_ends_at_its_total(call, monkeypatch):
    bars = []

    def bar(total, title, wanted=True):
        bars.append((total, Counted()))
        return bars[-1][1]

    for module in ("_formats.array", "_layers.projections", "_layers.mlp", "_layers.experts"):
        monkeypatch.setattr(f"fastact.{module}.bar", bar)
    call(True)
    total, counted = bars[0]
    assert sum(counted.steps) == pytest.approx(total)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_progress_must_be_a_bool(call):
    with pytest.raises(TypeError, match="progress must be a bool, not int"):
        call(1)
    call(np.True_)


@pytest.mark.parametrize("format, minimum", [("int8", False), ("int4", False), ("int4", True)])
def test_pieces_have_the_bits_of_the_whole(monkeypatch, format, minimum):
    whole = fa.quantize(W.reshape(3, 16, 64), format, minimum=minimum)
    monkeypatch.setattr(groups, "PIECE", 320)    # five rows
    counted = Counted()
    pieces = quantized(W.reshape(3, 16, 64), format, None, minimum, counted)
    assert len(counted.steps) == 10
    for part, array in whole.parts.items():
        np.testing.assert_array_equal(array, pieces.parts[part])
    broken = W.copy()
    broken[40, 3] = np.nan      # in the ninth piece
    with pytest.raises(ValueError, match=r"the one at \(40, 3\) is nan"):
        fa.quantize(broken, format, minimum=minimum)


def test_items_pass_through_with_and_without_a_bar(capsys, monkeypatch):
    assert list(progress.each([1, 2], "items")) == [1, 2]
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert list(progress.each([1, 2], "items", inner=True)) == [1, 2]
    assert capsys.readouterr().err == ""
    assert list(progress.each([1, 2], "items")) == [1, 2]
    assert "0/2" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stderr", None)     # as under pythonw
    assert list(progress.each([1, 2], "items")) == [1, 2]
