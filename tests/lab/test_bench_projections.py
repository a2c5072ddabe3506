"""`bench --projections`: what it measures, checks, writes and draws.  No timings are asserted."""

import itertools
import json
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

import fastact as fa
from fastact._lab.reports import plots, roofline
from fastact._lab.speed import projections as bench, turns
from fastact._lab.speed.projections import Block, Problem, Unavailable, Weights
from fastact._runtime import dispatch
from helpers import BFLOAT_INSTRUCTIONS, MATMUL_TARGETS, in_process, need

SMALL = [
    Block("MiniLM", "MLP", 24, 40, "gelu", True), Block("Gemma", "GatedProjection", 20, 36, "gelu_tanh"),
    Block("TinyLlama", "GatedMLP", 33, 50, "silu"),
]
GIVEN = ("bench", "--projections", "--rows", "1", "5", "--seconds", "0.001")


def make_small(monkeypatch):
    monkeypatch.setattr(bench, "BLOCKS", SMALL)
    monkeypatch.delitem(bench.COMPETITORS, "torch.compile")     # it compiles for seconds, and writes warnings
    monkeypatch.setattr(bench.alternation, "__defaults__", (SMALL[0],))
    monkeypatch.setattr(turns, "SHAPE", (4, 8, 8))


@pytest.fixture(autouse=True)
def small(monkeypatch):
    make_small(monkeypatch)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """One run with all peers, which takes a while; the tests only read it."""
    path = tmp_path_factory.mktemp("bench") / "results.json"
    with pytest.MonkeyPatch.context() as monkeypatch:
        make_small(monkeypatch)
        status, out, err = in_process(*GIVEN, "--threads", "2", "--json", str(path))
    assert (status, err) == (0, "")
    return path, json.loads(path.read_text(encoding="utf-8")), out


def test_rows_and_peaks(measured):
    _, run, out = measured
    assert run["projections"] is True and run["threads"] == 2
    for block in SMALL:
        assert f"\n{block.name}\n" in out
        rows = [row for row in run["results"] if row["kind"] == block.kind]
        assert {row["rows"] for row in rows} == {1, 5}
        titles = {row["competitor"] for row in rows}
        assert {"fastact", "fastact fast", "unfused"} <= titles
        assert ("parts" in titles) == ("MLP" in block.kind)
        for row in rows:
            assert min(row[key] for key in ("seconds", "flops", "bytes_per_second", "roof", "peak", "bandwidth")) > 0
            ours = next(one for one in rows if (one["competitor"], one["rows"]) == ("fastact", row["rows"]))
            assert row["time_over_fastact"] == pytest.approx(row["seconds"] / ours["seconds"], rel=2e-3)
            limit = 2.0**-19 + bench.tolerance(row["competitor"], block.activation)
            assert 0 < row["rms_error"] <= row["largest_error"] < limit
            size = {"MLP": 2, "GatedProjection": 2, "GatedMLP": 3}[block.kind] * block.width * block.hidden
            assert row["flops"] * row["seconds"] == pytest.approx(2 * row["rows"] * size, rel=1e-2)
    assert "Peak (FMA): " in out
    for title in bench.COMPETITORS:
        assert any(row["competitor"] == title for row in run["results"]) or f"{title}: " in out


def test_alternation_is_measured_with_threads(measured):
    pytest.importorskip("threadpoolctl")
    _, run, out = measured
    assert [one["rows"] for one in run["alternation"]] == [8, 128]
    for one in run["alternation"]:
        mean = one["mean"]
        both = mean["numpy in turns"] + mean["fastact in turns"]
        assert one["cost"] == pytest.approx(both / (mean["numpy"] + mean["fastact"]) - 1, abs=2e-3)
        assert one["median"].keys() == mean.keys() and min(one["median"].values()) > 0
    assert out.count("in turn with a NumPy product") == 2
    assert out.count("median of fastact's calls") == 2


def test_picture_and_tables(measured, tmp_path):
    path, run, _ = measured
    status, out, err = in_process("performance", str(path))
    assert (status, err) == (0, "")
    assert "| TinyLlama GatedMLP 33x50 | 1 | " in out
    assert "Cells in which a peer is faster: " in out
    pytest.importorskip("matplotlib")
    status, out, err = in_process("plot", str(path), "-o", str(tmp_path / "roof.png"))
    assert (status, out, err) == (0, f"{tmp_path / 'roof.png'}\n", "")
    assert (tmp_path / "roof.png").read_bytes().startswith(b"\x89PNG")
    figure = roofline.roofline(run)
    assert [axes.get_title() for axes in figure.axes if axes.get_visible()] == [block.name for block in SMALL]
    assert {"fastact", "roof"} <= {text.get_text() for text in figure.legends[0].get_texts()}
    assert in_process("plot", str(path), "--functions", "gelu")[0] == 2
    assert plots.STYLES.keys() >= {"PyTorch"}


def test_choices(tmp_path):
    path = tmp_path / "results.json"
    status, _, err = in_process("bench", "--projections", "Gemma", "--rows", "3", "--seconds", "0.001", "--no-peers",
                                "--accuracy", "exact", "--json", str(path))
    assert (status, err) == (0, "")
    run = json.loads(path.read_text(encoding="utf-8"))
    assert {(row["model"], row["rows"]) for row in run["results"]} == {("Gemma", 3)}
    assert {row["competitor"] for row in run["results"]} <= {"fastact", "unfused", "NumPy"}
    assert run["alternation"] == []


def test_layers_in_turns(tmp_path):
    path = tmp_path / "results.json"
    status, out, err = in_process("bench", "--projections", "--rows", "3", "--seconds", "0.001", "--no-peers", "--layers", "3",
                                  "--json", str(path))
    assert (status, err) == (0, "") and f"\n{SMALL[0].name}, 3 layers in turns (0 MB of weights)\n" in out
    run = json.loads(path.read_text(encoding="utf-8"))
    assert {row["layers"] for row in run["results"]} == {3} and "3 layers in turns" in roofline.describe(run)
    for row in run["results"]:      # of one layer
        assert row["flops"] * row["seconds"] == pytest.approx(row["flop_per_byte"] * row["bytes_per_second"] * row["seconds"], rel=1e-2)
    assert in_process("bench", "--projections", "--layers", "0")[0] == 2


@pytest.mark.parametrize("format", [None, "int8"])
def test_every_layer_is_computed_and_checked(monkeypatch, format):
    block = Block("TinyLlama", "GatedMLP", 64, 96, "silu")
    problem = Problem(Weights(block, "float32", format, 3), 2)
    layers = [problem.weights, *problem.weights.copies]
    addresses = [one.matrices[0].ctypes.data for one in layers]
    assert len(set(addresses)) == 3 and all(np.array_equal(one.matrices[0], layers[0].matrices[0]) for one in layers)
    call, _ = bench.prepared("fastact", problem)
    assert len({id(one.layer()) for one in layers}) == 3
    assert [np.array_equal(one, call()[0]) for one in call()] == [True] * 3
    if not format:
        layers[2].matrices[1] *= 2
        layers[2].made.clear()
        with pytest.raises(ValueError, match="wrong results"):
            bench.prepared("fastact", problem)


@pytest.mark.parametrize("block", SMALL, ids=lambda block: block.kind)
def test_compiled_modules(block):
    """With a backend that does not compile; the weights are copies."""
    pytest.importorskip("torch")
    problem = Problem(Weights(block, "float32"), 3)
    call = bench.compiled(problem, "eager")
    problem.errors(call().numpy())
    assert problem.weights.made["eager"][0].data_ptr() != problem.weights.matrices[0].ctypes.data


@pytest.mark.parametrize("more, expected", [
    (["gelu"], "NAME: not with --projections"), (["--backward"], "--backward: not with"),
    (["--dtype", "float64"], "not float64"), (["--projections", "GPT-7"], "invalid choice"), (["--rows", "0"], "'0'"),
])
def test_what_does_not_go_together(more, expected):
    status, _, err = in_process("bench", *more) if "GPT-7" in more else in_process("bench", *more, "--projections")
    assert status == 2
    assert expected in err


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_as_far_as_projections_have_it(dtype, tmp_path):
    pytest.importorskip("ml_dtypes")
    path = tmp_path / "results.json"
    status, out, err = in_process(*GIVEN, "--dtype", dtype, "--json", str(path))
    assert (status, err) == (0, "")
    if message := bench.accepts(dtype):
        assert f"SKIPPED: {message}" in out
        assert not path.read_text()
        pytest.skip(message)
    rows = json.loads(path.read_text())["results"]
    assert {row["dtype"] for row in rows} == {dtype}
    due = BFLOAT_INSTRUCTIONS.get(dispatch.matmul_target, "FMA") if dtype == "bfloat16" else "FMA"
    assert {row["peak_of"] for row in rows} == {due}
    assert f"Peak ({due}): " in out


# ---------------------------------------------------------------------------- in turns --


class Clock:
    """A clock that calls move, in whose time nothing else passes."""

    def __init__(self, monkeypatch):
        self.now = 0.0
        monkeypatch.setattr(turns.time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(turns, "settle", self.settled)
        self.last, self.calls, self.settles = "", 0, 0

    def settled(self):
        self.last, self.calls, self.settles = "", 0, self.settles + 1

    def call(self, name, seconds):
        def one():
            self.now += seconds(self.calls, self.last)
            self.calls += 1
            self.last = name
        return one


def test_alone_and_in_turns_are_told_apart(monkeypatch):
    """Ours takes 2 ms alone; after NumPy's 3 ms more, and every tenth call 100 ms.  Waking takes a second."""
    clock = Clock(monkeypatch)

    def ours(calls, last):
        late = 0.1 if last == "NumPy" and calls % 20 == 11 else 0.003 if last == "NumPy" else 0
        return (1 if calls == 0 else 0) + 0.002 + late

    def numpy(calls, last):
        return (1 if calls == 0 else 0) + (0.006 if last == "ours" else 0.004)

    found = turns.measure(clock.call("ours", ours), clock.call("NumPy", numpy), 1.0)
    assert clock.settles >= 3 * turns.LEAST_ROUNDS and clock.settles % 3 == 0
    due = {"numpy": 0.004, "fastact": 0.002, "numpy in turns": 0.006, "fastact in turns": 0.005}
    assert found["median"] == pytest.approx(due)
    # One call of ten is late by 97 ms more.
    assert found["mean"] == pytest.approx(due | {"fastact in turns": 0.0147})
    mean = found["mean"]
    assert found["cost"] == pytest.approx((mean["numpy in turns"] + mean["fastact in turns"]) / 0.006 - 1, rel=1e-2)
    assert turns.describe(found).endswith(
        "median of fastact's calls 2,000 -> 5,000 µs, of NumPy's 4,000 -> 6,000 µs")


def test_both_tools_measure_the_same(monkeypatch, capsys):
    """benchmarks/numpy_in_turns.py prints the figures of the function that bench writes to JSON."""
    pytest.importorskip("threadpoolctl")
    path = Path(__file__).parents[2] / "benchmarks" / "numpy_in_turns.py"
    if not path.exists():
        pytest.skip("the benchmarks are not installed")
    calls = []

    def measure(ours, numpy, seconds):
        ours(), numpy()
        calls.append(seconds)
        names = ["numpy", "numpy in turns", "fastact", "fastact in turns"]
        figures = {name: (i + 1) * 1e-4 for i, name in enumerate(names)}
        return {"mean": figures, "median": {name: value / 2 for name, value in figures.items()}, "cost": 0.25}

    monkeypatch.setattr(turns, "measure", measure)
    assert bench.alternation(0.125, 8)["mean"]["fastact"] == pytest.approx(3e-4)
    script = runpy.run_path(str(path))
    monkeypatch.setattr(sys, "argv", [str(path), "--seconds", "0.01", "--threads", "2"])
    script["main"]()
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    means = [line for line in lines if line[-6:-1] == ["mean", "100", "200", "300", "400"]]
    medians = [line for line in lines if line[:5] == ["median", "50", "100", "150", "200"]]
    assert len(means) == len(medians) == len(calls) - 1 == 10
    assert calls[0] == 0.125 and set(calls[1:]) == {0.01}


def test_a_product_of_numpy():
    call = turns.product()
    assert call().shape == (turns.SHAPE[0], turns.SHAPE[2])
    assert call() is call()  # into the same memory


# ------------------------------------------------------------------------------- checks --


@pytest.mark.parametrize("block", SMALL, ids=lambda block: block.kind)
def test_exact_values_are_those_of_the_formulas(block):
    problem = Problem(Weights(block, "float32"), 3)
    x, weights = problem.x.astype(np.float64), [w.astype(np.float64) for w in problem.weights.matrices]
    biases = [0 if bias is None else bias.astype(np.float64) for bias in problem.weights.biases]
    sums = [x @ w.T + b for w, b in zip(weights[:2 if block.gated else 1], biases)]
    activation = getattr(fa.reference, block.activation)
    expected = activation(sums[0]) * sums[1] if block.gated else activation(sums[0])
    if "MLP" in block.kind:
        expected = expected @ weights[-1].T + biases[-1]
    values, allowed, magnitude = problem.checked
    np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-13)
    assert (magnitude * 1.2 >= abs(values)).all()
    assert (allowed < 1e-4 * magnitude + 1e-4 * abs(values)).all()


@pytest.mark.parametrize("block", SMALL, ids=lambda block: block.kind)
@pytest.mark.parametrize("title", [title for title in bench.COMPETITORS if title != "torch.compile"])
def test_wrong_results_are_noticed(block, title, monkeypatch):
    problem = Problem(Weights(block, "float32"), 3)
    try:
        call, _ = bench.prepared(title, problem)
    except Unavailable as reason:
        pytest.skip(str(reason))
    right = np.asarray(call())
    module, make = bench.COMPETITORS[title]
    for wrong in (right * np.float32(1.01), np.roll(right, 1, axis=1), right[:, :-1], right * np.float32(np.nan)):
        monkeypatch.setitem(bench.COMPETITORS, title, (module, lambda problem, wrong=wrong: lambda: wrong))
        with pytest.raises(ValueError, match="wrong results"):
            bench.prepared(title, problem)


def test_a_peer_that_is_missing_is_left_out_with_a_reason(monkeypatch):
    monkeypatch.setitem(bench.COMPETITORS, "PyTorch", ("no_such_module", bench.pytorch))
    rows, left_out = bench.measure(Problem(Weights(SMALL[0], "float32"), 2), ["fastact", "PyTorch"], 0.001)
    assert [row["competitor"] for row in rows] == ["fastact"]
    assert left_out == {"PyTorch": "no_such_module is not installed"}


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_peaks_say_what_they_have_done(threads):
    peaks = bench._peaks()
    with fa.threads(threads):
        for size in (0, 1, 15, 16, 1000, 100_003):
            data = np.ones(size, np.float32)
            for streams, ahead in itertools.product((1, 2, 4), (0, 64)):
                assert 4 * size - 64 * (1 + threads * (streams - 1)) - 60 <= peaks.read(data, streams, ahead) <= 4 * size
        for loop in peaks.loops.values():
            assert loop(3) == 3 * loop(1) > 0
            assert loop(1) % threads == 0
    with pytest.raises(ValueError, match="streams"):
        peaks.read(np.ones(100, np.float32), 3)
    with pytest.raises(ValueError, match="ahead"):
        peaks.read(np.ones(100, np.float32), 1, -1)


@pytest.mark.parametrize("weight_dtype", bench.DTYPES)
@pytest.mark.parametrize("target", MATMUL_TARGETS)
def test_every_kernel_has_the_peak_of_its_instruction(target, weight_dtype, monkeypatch):
    need(target)
    peaks = dispatch.kernels("peaks", target)
    monkeypatch.setattr(bench, "_peaks", lambda: peaks)
    due = BFLOAT_INSTRUCTIONS.get(target, "FMA")
    name = f"{target} {weight_dtype} {dispatch.kernels('matmul', target).kernel_name(weight_dtype)}"
    assert bench.multiplier(name) == (due if weight_dtype == "bfloat16" else "FMA")
    assert due in peaks.loops
    # A step of VDPBF16PS or BFDOT is two multiply-adds in each lane, one of tiles 16 x 16 x 32.
    for pairs in peaks.loops.keys() & {"VDPBF16PS", "BFDOT"}:
        assert peaks.loops[pairs](7) == 2 * peaks.fma(7)


def test_the_peak_is_that_of_the_kernel_in_use(measured):
    for dtype in bench.DTYPES:
        if not bench.accepts(dtype):
            kernel = fa.Projection(np.ones((2, 2), np.float32), weight_dtype=dtype).kernel
            assert bench.peak_calls([bench.multiplier(kernel)], 64).keys() >= {bench.multiplier(kernel), "read 1 0"}
    assert {row["peak_of"] for row in measured[1]["results"]} == {"FMA"}


def test_the_instruction_of_a_kernel_with_tiles(monkeypatch):
    """AMX multiplies bytes from 16 rows on, another instruction fewer rows."""
    class Peaks:
        loops = dict.fromkeys(["FMA", "VPDPBUSD", "TDPBSUD"])

    monkeypatch.setattr(bench, "_peaks", lambda: Peaks)
    kernel = "x86-64-v4-amx int8 14x32 (fast: VPDPBUSD, from 16 rows TDPBSUD)"
    found = [bench.multiplier(kernel, fast, rows) for fast in (False, True) for rows in (1, 15, 16, 128)]
    assert found == ["FMA"] * 4 + ["VPDPBUSD"] * 2 + ["TDPBSUD"] * 2


@pytest.mark.parametrize("kernel", ["x86-64-v5 bfloat16 14x32 VDPBF32PS", "x86-64-v4 float32", "14x32", ""])
def test_a_kernel_without_a_peak_is_refused(kernel):
    with pytest.raises(ValueError, match=f"the kernel '{kernel}', but for FMA"):
        bench.multiplier(kernel)


@pytest.mark.parametrize("format", ["q8_0", "int4", "q4_k", "q2_k"])
def test_quantised_weights(tmp_path, monkeypatch, format):
    blocks = [Block("TinyLlama", "GatedMLP", 256, 512, "silu"), Block("MiniLM", "MLP", 48, 80, "gelu", True)]
    monkeypatch.setattr(bench, "BLOCKS", blocks)
    path = tmp_path / "results.json"
    status, out, err = in_process(*GIVEN, "--no-peers", "--weights", format, "--json", str(path))
    assert (status, err) == (0, "")
    assert f"\nTinyLlama GatedMLP 256x512, weights in {format}\n" in out
    assert ("left out" in out) == (format in ("q8_0", "q4_k", "q2_k"))
    rows = json.loads(path.read_text(encoding="utf-8"))["results"]
    assert {row["weights"] for row in rows} == {format}
    for row in rows:
        assert row["peak_of"] == ("FMA" if row["competitor"] != "fastact fast" or "(fast" not in fa.Projection(
            np.eye(2), weight_dtype="int8").kernel else fa.Projection(
                np.eye(2), weight_dtype="int8").kernel.split("fast: ")[1][:-1])
        assert row["rms_error"] < (2.0**-8 if row["competitor"] == "fastact fast" else 2.0**-19)


def test_the_report_of_quantised_weights(tmp_path, monkeypatch):
    """A row for each format and number of rows, and a line of the picture for each format and accuracy."""
    monkeypatch.setattr(bench, "BLOCKS", [Block("TinyLlama", "GatedMLP", 256, 512, "silu")])
    path = tmp_path / "results.json"
    status, _, err = in_process(*GIVEN, "--weights", "int8", "int4", "q8_0", "--json", str(path))
    assert (status, err) == (0, "")
    run = json.loads(path.read_text(encoding="utf-8"))
    text = "\n".join(roofline.section(run))
    for format in ("int8", "int4", "q8_0"):
        assert f"| TinyLlama GatedMLP 256x512, {format} | 1 |" in text
    assert text.count("\n|  | 5 |") == 3 and "float32, quantised weights, " in text
    fast = [row for row in run["results"] if row["competitor"] == "fastact fast"]
    assert all(f"{1e3 * row['seconds']:.3g} ms" in text for row in fast)
    pytest.importorskip("matplotlib")
    panel = roofline.roofline(run).axes[0]
    roofs = {row["peak_of"] for row in run["results"]}
    assert len(panel.lines) == len(roofs) + 3 * 2
    drawn = sorted(tuple(line.get_ydata()) for line in panel.lines if line.get_marker() == "o")
    assert drawn == sorted(tuple(row["flops"] / 1e9 for row in fast if row["weights"] == format)
                           for format in ("int8", "int4", "q8_0"))


def test_quantised_weights_go_with_float32():
    status, _, err = in_process(*GIVEN, "--weights", "q8_0", "--dtype", "bfloat16")
    assert status == 2 and "--weights goes with x of float32" in err
