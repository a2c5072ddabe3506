"""`python -m fastact verify`: what it measures, prints and returns, and that it notices errors."""

import json
import math
import os

import numpy as np
import pytest

from fastact import _catalogue, _dispatch, _verify, reference
from fastact._catalogue import BY_NAME, Entry
from test_command_line import in_process

mp_oracles = pytest.importorskip("fastact._mp_oracles")
QUICK = ["--samples", "4000"]
ELEMENTWISE = [entry for entry in _catalogue.ENTRIES if entry.kind != "fold"]


def run(tmp_path, *argv):
    """Return (status, stdout, stderr, JSON)."""
    path = tmp_path / "found.json"
    status, out, err = in_process("verify", *QUICK, *argv, "--json", str(path))
    return status, out, err, json.loads(path.read_text(encoding="utf-8"))


def faulty(monkeypatch, wrong):
    """Let the fast silu go through `wrong(x, y)`."""
    right = dict(_verify.ufuncs(_dispatch.target))
    broken = right | {"silu_fast": lambda x: wrong(x, right["silu_fast"](x))}
    monkeypatch.setattr(_verify, "ufuncs", lambda target: broken)


# --------------------------------------------------------------------------- what it says --


def test_all_dtypes_and_targets(tmp_path):
    targets = _dispatch.usable_targets
    status, out, err, found = run(tmp_path, "relu", "hard_tanh", "--target", *targets)
    assert (status, err) == (0, "")
    dtypes = [dtype for dtype in _verify.DTYPES if dtype != "bfloat16" or _verify.ml_dtypes]
    rows = found["results"]
    assert [(row["function"], row["dtype"], row["target"], row["accuracy"]) for row in rows] == [
        (function, dtype, target, accuracy) for dtype in dtypes for function in ["relu", "hard_tanh"]
        for target in targets for accuracy in ["exact", "fast"]]
    for row in rows:
        assert row["ok"]
        assert row["error"] == 0
        assert row["correctly_rounded"] == row["inputs"] > 100
        assert row["bound"] == _verify.declared(BY_NAME[row["function"]], row["dtype"], row["accuracy"])[0]
    assert "BROKEN" not in out
    assert f"{len(rows)} bounds measured, 0 broken." in out
    assert max(map(len, out.splitlines())) <= 112


def test_alias_and_accuracy(tmp_path):
    found = run(tmp_path, "expit", "sigmoid", "--dtype", "float32", "--accuracy", "fast")[-1]
    assert [(row["function"], row["accuracy"]) for row in found["results"]] == [("sigmoid", "fast")]


def test_half_counts_all_inputs(tmp_path):
    row = run(tmp_path, "tanh", "--dtype", "float16", "--accuracy", "exact")[-1]["results"][0]
    assert row["inputs"] == 2**16 - 2 * 1023


@pytest.mark.parametrize("argv, expected", [
    (["frobnicate"], "frobnicate"),
    (["softmax"], "softmax"),
    (["silu", "--dtype", "int8"], "float64"),
    (["silu", "--target", "z80"], "z80"),
    (["silu", "--accuracy", "sloppy"], "exact"),
    (["silu", "--samples", "0"], "'0' is no positive integer"),
    (["silu", "--samples", "-4"], "samples"),
    (["silu", "--samples", "many"], "'many' is no positive integer"),
    (["silu", "--json", os.path.join("no", "such", "folder", "file")], "no"),
], ids=" ".join)
def test_wrong_arguments(argv, expected):
    status, out, err = in_process("verify", *argv)
    assert (status, out) == (2, "")
    assert expected in err


@pytest.mark.parametrize("dtype, module, package", [
    ("float64", "_mp_oracles", "mpmath"), ("bfloat16", "ml_dtypes", "ml_dtypes"),
])
def test_missing_package(monkeypatch, tmp_path, dtype, module, package):
    monkeypatch.setattr(_verify, module, None)
    status, _, err, found = run(tmp_path, "relu")
    assert status == 0
    assert f"{dtype} is not verified: pip install {package}\n" in err
    assert dtype not in {row["dtype"] for row in found["results"]}
    status, _, err = in_process("verify", "relu", "--dtype", dtype)
    assert status == 2
    assert package in err


# ------------------------------------------------------------------------ what it notices --


def test_broken_bound(monkeypatch, tmp_path):
    declared = Entry.max_ulp
    monkeypatch.setattr(
        Entry, "max_ulp", lambda self, accuracy, dtype: declared(self, accuracy, dtype) / 2**20)
    status, out, err, found = run(tmp_path, "tanh", "relu", "--dtype", "float32", "float64")
    assert status == 1
    broken = [(row["function"], row["dtype"], row["accuracy"]) for row in found["results"] if not row["ok"]]
    assert broken == [("tanh", dtype, accuracy) for dtype in ["float32", "float64"] for accuracy in ["exact", "fast"]]
    assert len(err.splitlines()) == out.count("BROKEN") == 4
    assert err.startswith(f"tanh, float32, {_dispatch.target}, exact: 0.")


def test_broken_bound_of_half(monkeypatch):
    monkeypatch.setattr(_catalogue, "HALF_ULP", {"exact": 0.4, "fast": 0.4})
    assert in_process("verify", "tanh", "--dtype", "float16")[0] == 1


@pytest.mark.parametrize("dtype", _verify.DTYPES)
@pytest.mark.parametrize("wrong", [
    lambda x, y: np.where(x == 1, y * y.dtype.type(1.5), y),
    lambda x, y: np.where(np.isnan(x), y.dtype.type(0), y),
    lambda x, y: np.where(x == 0, np.abs(y), y),
    lambda x, y: np.where(np.isinf(x), x, y),
    lambda x, y: np.where(x == 1, y.dtype.type(np.nan), y),
    lambda x, y: np.where(np.abs(x) < (2.0**-14 if x.itemsize == 2 else 2.0**-127), np.full_like(y, np.nan), y),
], ids=["number", "NaN", "zero", "infinity", "NaN for a number", "NaN for a subnormal number"])
def test_faults_are_found(monkeypatch, dtype, wrong):
    if dtype in _verify.missing_packages([dtype]):
        pytest.skip("its package is missing")
    faulty(monkeypatch, wrong)
    status, _, err = in_process("verify", "silu", "--dtype", dtype, "--accuracy", "fast", *QUICK)
    assert status == 1
    assert f"silu, {dtype}, {_dispatch.target}, fast" in err


def test_wrong_oracle_is_found(monkeypatch, tmp_path):
    entry = BY_NAME["relu"]
    monkeypatch.setitem(BY_NAME, "relu", entry)
    monkeypatch.setattr(Entry, "measured", _worse(Entry.measured))
    status, _, err, found = run(tmp_path, "relu", "--dtype", "float32")
    assert status == 1
    assert "the oracle itself is off by 1e-11" in err
    assert found["oracles"][0]["relative"] > 9e-12


def _worse(measured):
    def method(self, dtype=np.float64):
        found = measured(self, dtype)
        if found is self:  # measured before, and worse already
            return found
        oracle = found.oracle
        object.__setattr__(found, "oracle", lambda x: oracle(x) * (1 + 1e-11))
        return found

    return method


# ---------------------------------------------------------------------------------- parts --


@pytest.mark.parametrize("entry", ELEMENTWISE, ids=lambda entry: entry.name)
def test_oracles(entry):
    assert _verify.check_oracle(entry, "float32", [])[0] <= _verify.ORACLE_RELATIVE


def test_every_function_has_a_formula():
    assert {entry.name for entry in ELEMENTWISE} == mp_oracles.FUNCTIONS.keys()


def test_expected_of_subnormals():
    """The ULP of float32 as numpy.spacing has it."""
    x = _verify.sample(BY_NAME["identity"], 5000)
    found = 1 / _verify.Expected(BY_NAME["identity"], x).per_ulp
    below = np.abs(x) < np.finfo(np.float32).max
    np.testing.assert_array_equal(found[below], np.spacing(np.abs(x[below])))


@pytest.mark.parametrize("got, true, expected", [
    (1.0, (1,), 0), (1 + 2.0**-52, (1,), 1), (1.0, (1, 2.0**-52), 1), (0.0, (0,), 0), (5e-324, (0,), 1),
    (1.0, (1, -(2.0**-54)), 0.25), (1.0, (1, -(2.0**-53)), 1), (5e-324, (2.0**-1074, 2.0**-1074), 1),
    (math.inf, (1,), math.inf), (math.nan, (1,), math.inf), (math.inf, (2.0**1023, 2.0**1023), 0),
    (math.inf, (2.0**1023, 2.0**1023, -(2.0**970)), 0), (-math.inf, (2.0**1023, 2.0**1023), math.inf),
    (math.inf, (2.0**1023, 2.0**1023, -1.5 * 2.0**970), math.inf),
], ids=str)
def test_ulps(got, true, expected):
    with mp_oracles.mpmath.workprec(2200):
        total = sum(map(mp_oracles.mpf, true))
    assert mp_oracles.ulps(got, total, np.finfo(np.float64)) == expected


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_round_to(dtype):
    form = _verify.FORMATS[dtype]
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    grid = np.arange(0x7000, dtype=np.uint16).view(_verify.type_of(dtype)).astype(np.float64)
    np.testing.assert_array_equal(_verify.round_to(form, grid)[0], grid)
    middles = (grid[1:] + grid[:-1]) / 2
    rounded, _, ties = _verify.round_to(form, middles)
    assert ties.size == middles.size
    np.testing.assert_array_equal(rounded, np.where(np.arange(middles.size) % 2 == 0, grid[:-1], grid[1:]))
    for factor, neighbour in [(1 - 1e-9, grid[:-1]), (1 + 1e-9, grid[1:])]:
        rounded, _, ties = _verify.round_to(form, middles * factor)
        assert ties.size == 0
        np.testing.assert_array_equal(rounded, neighbour)


def test_ties_are_settled():
    """x σ(x) = x/2 + x²/4 + ... lies above the middle, where float64 sees the middle."""
    x = 2.0**-133
    measured = BY_NAME["silu"].measured()
    form = _verify.FORMATS["bfloat16"]
    assert _verify._settled(measured, x, x / 2, x, form) == x
    assert _verify._settled(measured, -x, -x / 2, x, form) == 0
    assert _verify._settled(BY_NAME["hard_sigmoid"].measured(), -2.5, 1 / 12, 2.0**-11, form) == 171 * 2.0**-11


def test_oracle_shortcuts():
    """erf and erfc skip the C library where the result is known."""
    x = np.concatenate([np.linspace(-30, 30, 6001), np.exp2(np.linspace(-1000, 1000, 3001)) * [[1], [-1]]], axis=None)
    np.testing.assert_array_equal(reference._erfc(x), [math.erfc(one) for one in x])
    np.testing.assert_allclose(reference._erf(x), [math.erf(one) for one in x], rtol=3e-16, atol=0)


def test_processes(monkeypatch):
    """Chunks in other processes give what one process finds."""
    entry, targets, accuracies = BY_NAME["silu"], [_dispatch.target], ["exact", "fast"]
    starts = [0x3F800000, 0xC2800000]

    def few(*args):
        return starts if args[-1] == _verify.CHUNK else range(*args)

    monkeypatch.setattr(_verify, "range", few, raising=False)
    found = _verify.exhaustive(entry, targets, accuracies)
    monkeypatch.undo()
    for key, tally in found.items():
        whole = _verify.Tally()
        for start in starts:
            whole.merge(_verify.measure_chunk("silu", start, targets, accuracies)[key])
        assert tally == whole
        assert tally.inputs == 2 * _verify.CHUNK
