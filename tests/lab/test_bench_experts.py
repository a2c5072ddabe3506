"""`bench --projections` of routed experts: what it measures and checks.  No timings are asserted."""

import importlib.util
import json

import pytest

from fastact._lab.reports import roofline
from fastact._lab.speed import experts, projections as bench
from fastact._lab.speed.projections import Block
from helpers import in_process

SMALL = Block("OLMoE", "Experts", 64, 96, "silu", False, 4, 2)
GIVEN = ("bench", "--projections", "--rows", "1", "5", "--seconds", "0.001", "--threads", "1")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(bench, "BLOCKS", [SMALL])
    monkeypatch.setattr(experts, "LEAST_READ", 1 << 12)


@pytest.mark.parametrize("given, accuracies", [((), 2), (("--weights", "q8_0", "q4_0"), 2), (("--dtype", "bfloat16"), 2)])
def test_rows(tmp_path, given, accuracies):
    if bench.accepts("bfloat16") and "bfloat16" in given:
        pytest.skip("no bfloat16 here")
    path = tmp_path / "results.json"
    status, out, err = in_process(*GIVEN, *given, "--json", str(path))
    assert (status, err) == (0, "")
    run = json.loads(path.read_text(encoding="utf-8"))
    rows = run["results"]
    assert {row["rows"] for row in rows} == {1, 5} and {row["kind"] for row in rows} == {"Experts"}
    titles = {row["competitor"] for row in rows}
    assert {"fastact", "fastact fast"} <= titles and not titles & {"parts", "unfused", "NumPy", "OpenVINO"}
    if importlib.util.find_spec("torch") and importlib.util.find_spec("transformers"):
        assert {"PyTorch", "grouped_mm", "batched_mm"} <= titles
    for row in rows:
        assert min(row[key] for key in ("seconds", "flops", "bytes_per_second", "roof", "peak", "bandwidth")) > 0
        assert row["flops"] * row["seconds"] == pytest.approx(2 * row["rows"] * 2 * 3 * 64 * 96, rel=1e-2)
        assert 0 < row["rms_error"] <= row["largest_error"] < 2.0**-5
    assert "OLMoE Experts 64x96 2 of 4" in out
    assert any("OLMoE Experts 64x96 2 of 4" in line for line in roofline.section(run))


def test_wrong_results_are_found():
    problem = bench.problem_of(bench.weights_of(SMALL, "float32"), 3)
    call, _ = bench.prepared("fastact", problem)
    result = call().copy()
    with pytest.raises(ValueError, match="wrong results"):
        problem.errors(result * 1.01)
    with pytest.raises(ValueError, match="of shape"):
        problem.errors(result[:2])


def test_routes_are_taken_in_turn():
    problem = bench.problem_of(bench.weights_of(SMALL, "float32"), 3)
    call = problem.in_turn(lambda ids, weights: ids)
    found = [call() for _ in range(experts.ROUTES + 1)]
    assert found[0] is problem.routes[0][0] is found[-1] and found[1] is problem.routes[1][0]
