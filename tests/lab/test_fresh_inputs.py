"""Measurements with other inputs in each repetition, and the distributions that they come from."""

import json

import numpy as np
import pytest

from fastact._cli import main as cli
from fastact._lab import dtypes
from fastact._lab.reports import distributions as report
from fastact._lab.reports import performance
from fastact._lab.speed import cells, distributions, inputs, recorded, timing
from fastact._lab.speed.operations import operations
from fastact._lab.speed.peers import ours, registry

DRAWN = [name for name in inputs.NAMES if name != "minilm"]
needs_minilm = pytest.mark.skipif(bool(recorded.missing()), reason=f"needs {recorded.missing()}")


@pytest.mark.parametrize("dtype", dtypes.DTYPES)
@pytest.mark.parametrize("name", DRAWN)
def test_distributions(name, dtype):
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    x = inputs.draw(name, 1 << 14, dtype)
    assert x.dtype == dtypes.type_of(dtype) and x.shape == (1 << 14,)
    wide = x.astype(np.float64)
    kind, _, scale = name.partition("-")
    if kind == "normal" or name == "ordinary":
        assert np.std(wide) == pytest.approx(float(scale or 2), rel=0.05)
    elif name == "uniform-20":
        assert np.abs(wide).max() <= 20 and np.std(wide) == pytest.approx(20 / 3**0.5, rel=0.05)
    elif name == "only-tails":
        assert 8 <= np.abs(wide).min() and np.abs(wide).max() <= 40 and 0.4 < (wide < 0).mean() < 0.6
    elif name == "sorted":
        assert (np.diff(wide) >= 0).all() and np.std(wide) == pytest.approx(3, rel=0.05)
    else:
        assert (np.abs(wide) < dtypes.limits(x.dtype).tiny).any() and np.abs(wide).max() > 1e4


@needs_minilm
def test_recorded_pre_activations():
    x = recorded.pre_activations()
    assert x.dtype == np.float32 and 1 << 21 <= x.size <= inputs.POOL
    layers = x.reshape(6, -1)
    assert np.isfinite(x).all() and 0.5 < x.std() < 2 and -1.5 < x.mean() < 0  # most units of a trained GELU are off
    assert len({round(float(layer.std()), 3) for layer in layers}) == 6
    assert "minilm" in inputs.available()


def test_without_the_model(monkeypatch, capsys):
    monkeypatch.setattr(recorded, "PACKAGES", {"no_such_module": "no-such-package"})
    recorded.pre_activations.cache_clear()
    with pytest.raises(ValueError, match="no-such-package"):
        recorded.pre_activations()
    assert "minilm" not in inputs.available()
    with pytest.raises(SystemExit):
        cli.main(["bench", "relu", "--inputs", "minilm"])
    assert "minilm needs no-such-package" in capsys.readouterr().err


@pytest.mark.parametrize("name, elements", [("normal-1", 1000), ("sorted", 64), ("uniform-20", inputs.POOL + 5)])
def test_pool(name, elements):
    pool, block = inputs.Pool(name, elements, "float32"), np.zeros((min(2, max(1, inputs.POOL // elements)), elements), "f4")
    pool.fill(block)
    first = block.copy()
    pool.fill(block)
    assert elements > inputs.POOL or not np.array_equal(block, first)
    if name == "sorted":
        assert (np.diff(block, axis=1) >= 0).all()


@pytest.mark.parametrize("size, count", [(64, 16), (4096, 2), (65536, 1)])
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("name", ["silu", "softmax", "swiglu", "add_gelu"])
def test_each_repetition_has_other_inputs(name, size, count, backward):
    cell = cells.Cell(operations()[name], size, "float32", "ordinary", backward)
    seen, results = [], []

    def spy(operation, *arrays):
        x = arrays[-2][0]
        call = (ours.backward if backward else ours.forward)("exact", operation, *arrays)

        def run():
            seen.append(x.copy())
            results.append(call())

        return run

    calls = cell.calls(spy)
    assert len(calls) == count
    fresh = cell.fresh(calls)
    assert fresh.seconds(3 * count) > 0
    assert len(seen) == 3 * count
    assert len({array.tobytes() for array in seen}) == 3 * count
    assert seen[0].shape == cell.inputs[0][0].shape
    if not backward:  # what was computed is the function of what was filled in
        np.testing.assert_array_equal(results[-1], operations()[name].function(*cell.inputs[-1]))


def test_large_arrays_are_their_own_pool():
    cell = cells.Cell(operations()["relu"], inputs.POOL, "float16", "ordinary")
    calls = cell.calls(registry.competitors(["exact"], {})["fastact exact"])
    assert cell.fresh(calls) is calls[0]


def test_filling_is_not_timed(monkeypatch):
    clock = iter(range(0, 10_000, 10))
    monkeypatch.setattr(timing, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(timing, "_clock", lambda: 0)

    def fill():
        for _ in range(50):
            next(clock)

    fresh = timing.Fresh([lambda: None] * 2, fill)
    assert fresh.seconds(6) == 10 / 2  # one step of the clock for each pass of two calls
    assert timing.interleave({"a": fresh}, 1e-9, slow=1e9)["a"] == [5, 5, 5]


def test_peers_reads_are_known():
    """What gradients of results read is brought back into the cache, too."""
    torch = pytest.importorskip("torch")
    cell = cells.Cell(operations()["tanh"], 4096, "float32", "ordinary", backward=True)
    for make in registry.competitors(backward=True, versions={"torch": torch.__version__}).values():
        for call in cell.calls(make):
            assert call.reads and all(part.shape == (4096,) for part in call.reads)


QUICK = ["--sizes", "64", "--seconds", "0.001"]


def test_several_inputs(tmp_path, capsys):
    path = tmp_path / "results.json"
    names = ["normal-2", "only-tails", "sorted"]
    argv = ["bench", "silu", "leaky_relu", "threshold", "softmax", "swiglu", "--inputs", "ordinary", *names[1:], *QUICK]
    assert cli.main([*argv, "--json", str(path)]) == 0
    out = capsys.readouterr().out
    run = performance.read(path)
    assert report.is_distributions(run) and list(run["distributions"]) == names
    cells_of = {(row["function"], row["role"], row["accuracy"]) for row in run["results"]}
    four, two = ["forward", "backward", "gated", "gated backward"], ["forward", "backward"]
    due = {"silu": four, "leaky_relu": four, "threshold": four, "softmax": two, "swiglu": four[2:]}
    assert cells_of == {(name, role, accuracy) for name, roles in due.items() for role in roles
                        for accuracy in ("exact", "fast")}
    for by_name in report.groups(run["results"]).values():
        assert list(by_name) == names
        fastest = max(row["elements_per_second"] for row in by_name.values())
        for row in by_name.values():
            assert row["of_fastest"] == pytest.approx(row["elements_per_second"] / fastest, rel=2e-3)
    assert "lowest" in out and "uniform on [-40, -8]" in out
    assert cli.main(["performance", str(path)]) == 0
    markdown = capsys.readouterr().out
    assert "### Speed by inputs, float32, 1 thread" in markdown and "| lowest |" in markdown
    pytest.importorskip("matplotlib")
    assert cli.main(["plot", str(path)]) == 2


def test_one_distribution_is_named(tmp_path, capsys):
    path = tmp_path / "results.json"
    assert cli.main(["bench", "silu", "--inputs", "normal-3", "--no-peers", *QUICK, "--json", str(path)]) == 0
    assert "normal-3: normal, deviation 3; other values in each repetition" in capsys.readouterr().out
    run = json.loads(path.read_text())
    assert (run["inputs"], run["fresh_inputs"]) == ("normal-3", True)
    assert "inputs normal-3," in performance.describe(run)
    del run["fresh_inputs"]
    assert "the same in each repetition" in performance.describe(run)


def test_default_operations_are_all():
    named = {one.name for one in distributions.default()}
    assert named == set(operations()) - {name for name, one in operations().items() if one.gated and one.entry.activation}
    assert "silu" in named


def test_from_output_is_a_competitor(tmp_path):
    path = tmp_path / "results.json"
    assert cli.main(["bench", "tanh", "relu", "--backward", "--no-peers", *QUICK, "--json", str(path)]) == 0
    rows = {(row["function"], row["competitor"]): row for row in json.loads(path.read_text())["results"]}
    assert {title for name, title in rows if name == "tanh"} == {
        "fastact exact", "fastact fast", "fastact exact, from y", "fastact fast, from y"}
    assert {title for name, title in rows if name == "relu"} == {"fastact exact", "fastact fast"}
    assert rows["tanh", "fastact exact, from y"]["max_ulp"] < 4
