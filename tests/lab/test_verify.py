"""`python -m fastact verify`: what it measures, prints and returns, and that it notices errors."""

import json
import math
import os
import re
from pathlib import Path

import numpy as np
import pytest

import fastact as fa
from fastact import _catalogue, reference
from fastact._catalogue import BY_NAME, Entry, records as _records
from fastact._lab import dtypes
from fastact._lab.accuracy import callers, exhaustive, float32, float64, half, inputs, mp_oracles, rows, tallies, ulp
from fastact._lab.accuracy.cases import ORACLE_RELATIVE, Case, cases
from fastact._lab.reports import accuracy as document
from fastact._lab.speed.environment import cpu
from fastact._lab.speed.peers import registry
from fastact._runtime import dispatch
from helpers import in_process

pytest.importorskip("mpmath")
QUICK = ["--samples", "4000"]
ELEMENTWISE = [entry for entry in _catalogue.ENTRIES if entry.kind != "fold"]
CASES = [case for derivative in (False, True) for case in cases(ELEMENTWISE, derivative)]


def run(tmp_path, *argv):
    """Return (status, stdout, stderr, JSON)."""
    path = tmp_path / "found.json"
    status, out, err = in_process("verify", *QUICK, *argv, "--json", str(path))
    return status, out, err, json.loads(path.read_text(encoding="utf-8"))


def faulty(monkeypatch, wrong):
    """Let the fast silu go through `wrong(x, y)`."""
    right = dict(callers.ufuncs(dispatch.target))
    broken = right | {"silu_fast": lambda x: wrong(x, right["silu_fast"](x))}
    monkeypatch.setattr(callers, "ufuncs", lambda target: broken)


# --------------------------------------------------------------------------- what it says --


def test_all_dtypes_and_targets(tmp_path):
    targets = dispatch.usable_targets
    status, out, err, found = run(tmp_path, "relu", "hard_tanh", "--target", *targets)
    assert (status, err) == (0, "")
    names = [dtype for dtype in rows.DTYPES if dtype != "bfloat16" or dtypes.ml_dtypes]
    results = found["results"]
    assert [(row["function"], row["dtype"], row["target"], row["accuracy"]) for row in results] == [
        (function, dtype, target, accuracy) for dtype in names for function in ["relu", "hard_tanh"]
        for target in targets for accuracy in rows.ACCURACIES]
    for row in results:
        assert row["ok"]
        assert row["error"] == 0
        assert row["correctly_rounded"] == row["inputs"] > 100
        assert row["bound"] == rows.declared(Case(row["function"]), row["dtype"], row["accuracy"])[0]
    assert "BROKEN" not in out
    assert f"{len(results)} bounds measured, 0 broken." in out
    assert max(map(len, out.splitlines())) <= 112


def test_alias_and_accuracy(tmp_path):
    found = run(tmp_path, "expit", "sigmoid", "--dtype", "float32", "--accuracy", "fast")[-1]
    assert [(row["function"], row["accuracy"]) for row in found["results"]] == [("sigmoid", "fast")]


def test_accuracy_correct(tmp_path):
    status, _, err, found = run(tmp_path, "silu", "leaky_relu", "--accuracy", "correct", "--target", *dispatch.usable_targets)
    assert (status, err) == (0, "")
    assert {row["function"] for row in found["results"]} == {"silu", "leaky_relu", "leaky_relu negative_slope=0.2"}
    assert {row["accuracy"] for row in found["results"]} == {"correct"}
    assert all(row["bound"] in ([2] if row["dtype"] == "float64" else [0.5, 0.50001]) for row in found["results"])
    found = run(tmp_path, "relu", "--dtype", "float32", "--accuracy", "exact", "fast", "correct")[-1]
    assert [row["accuracy"] for row in found["results"]] == ["exact", "fast", "correct"]


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
    ("float64", mp_oracles, "mpmath"), ("bfloat16", dtypes, "ml_dtypes"),
])
def test_missing_package(monkeypatch, tmp_path, dtype, module, package):
    monkeypatch.setattr(module, package, None)
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
        Entry, "max_ulp", lambda self, accuracy, dtype, *of: declared(self, accuracy, dtype, *of) / 2**20)
    status, out, err, found = run(tmp_path, "tanh", "relu", "--dtype", "float32", "float64")
    assert status == 1
    broken = [(row["function"], row["dtype"], row["accuracy"]) for row in found["results"] if not row["ok"]]
    assert broken == [("tanh", dtype, accuracy) for dtype in ["float32", "float64"] for accuracy in ["exact", "fast"]]
    assert len(err.splitlines()) == out.count("BROKEN") == 4
    assert err.startswith(f"tanh, float32, {dispatch.target}, exact: 0.")


def test_broken_bound_of_half(monkeypatch):
    monkeypatch.setattr(_catalogue, "HALF_ULP", {"exact": 0.4, "fast": 0.4})
    assert in_process("verify", "tanh", "--dtype", "float16")[0] == 1


@pytest.mark.parametrize("dtype", rows.DTYPES)
@pytest.mark.parametrize("wrong", [
    lambda x, y: np.where(x == 1, y * y.dtype.type(1.5), y),
    lambda x, y: np.where(np.isnan(x), y.dtype.type(0), y),
    lambda x, y: np.where(x == 0, np.abs(y), y),
    lambda x, y: np.where(np.isinf(x), x, y),
    lambda x, y: np.where(x == 1, y.dtype.type(np.nan), y),
    lambda x, y: np.where(np.abs(x) < (2.0**-14 if x.itemsize == 2 else 2.0**-127), np.full_like(y, np.nan), y),
], ids=["number", "NaN", "zero", "infinity", "NaN for a number", "NaN for a subnormal number"])
def test_faults_are_found(monkeypatch, dtype, wrong):
    if dtype in rows.missing_packages([dtype]):
        pytest.skip("its package is missing")
    faulty(monkeypatch, wrong)
    status, _, err = in_process("verify", "silu", "--dtype", dtype, "--accuracy", "fast", *QUICK)
    assert status == 1
    assert f"silu, {dtype}, {dispatch.target}, fast" in err


def test_wrong_oracle_is_found(monkeypatch, tmp_path):
    entry = BY_NAME["relu"]
    monkeypatch.setitem(BY_NAME, "relu", entry)
    monkeypatch.setattr(Entry, "measured", _worse(Entry.measured))
    status, _, err, found = run(tmp_path, "relu", "--dtype", "float32")
    assert status == 1
    assert "the oracle itself is off by 1e-11" in err
    assert found["oracles"][0]["relative"] > 9e-12


def _worse(measured):
    def method(self, dtype=np.float64, which=0):
        found = measured(self, dtype, which)
        if found is self:  # measured before, and worse already
            return found
        oracle = found.oracle
        object.__setattr__(found, "oracle", lambda x: oracle(x) * (1 + 1e-11))
        return found

    return method


# ---------------------------------------------------------------------------------- parts --


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_oracles(case):
    assert float64.check_oracle(case, "float32", [])[0] <= ORACLE_RELATIVE


def test_every_function_has_formulas():
    assert {entry.name for entry in ELEMENTWISE} == mp_oracles.FUNCTIONS.keys() == mp_oracles.DERIVATIVES.keys()


@pytest.mark.parametrize("entry", ELEMENTWISE, ids=lambda entry: entry.name)
def test_derivatives_are_those_of_the_functions(entry):
    for which in range(1 + len(entry.also)):
        measured = entry.measured(np.float64, which)
        parameters = [mp_oracles.mpf(value) for value in measured.parameters.values()]
        function = mp_oracles.FUNCTIONS[entry.name]
        with mp_oracles.mpmath.workprec(300):
            for x in [-30.5, -7.1, -1.9, -1.25, -0.55, -0.12, 1e-3, 0.7, 2.4, 9.3, 17.0]:  # kinks are elsewhere
                slope = mp_oracles.mpmath.diff(lambda x, f=function, p=parameters: f(x, *p), mp_oracles.mpf(x))
                expected = mp_oracles.value(measured, x, 300, derivative=True)
                assert mp_oracles.mpmath.almosteq(slope, expected, rel_eps=1e-20, abs_eps=1e-40), x


@pytest.mark.parametrize("case", [case for case in CASES if case.derivative], ids=lambda case: case.title)
def test_derivative_zeros(case):
    """Those of the catalogue are all, and where they are said to be; f' is monotonic around them."""
    entry = case.entry.measured(np.float64, case.which)
    x = np.linspace(-30, 30, 60_001) + 1e-4
    slope = entry.derivative_oracle(x)
    crossed = np.flatnonzero((slope[1:] * slope[:-1] < 0) & (np.abs(x[1:]) > 1e-2))
    assert len(crossed) == len(entry.derivative_zeros)
    for i, zero in zip(crossed, sorted(entry.derivative_zeros), strict=True):
        assert x[i] <= zero <= x[i + 1]
        near = zero * np.linspace(1 - _catalogue.NEAR_ZERO, 1 + _catalogue.NEAR_ZERO, 1001)
        assert len(np.unique(np.sign(np.diff(entry.derivative_oracle(near))))) == 1
        assert abs(entry.derivative_oracle(np.array(zero))) < 1e-15


def test_expected_of_subnormals():
    """The ULP of float32 is the same as numpy.spacing."""
    x = inputs.sample(BY_NAME["identity"], 5000)
    x = np.abs(x[np.abs(x) < np.finfo(np.float32).max])
    np.testing.assert_array_equal(ulp.spacing(x, np.float32), np.spacing(x))


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
    head, low = mp_oracles.split([total])
    assert ulp.errors(np.array([got]), head, low=low) == expected


@pytest.mark.parametrize("dtype", dtypes.DTYPES)
def test_spacing(dtype):
    """Just below a power of two it is half of that at the power; at infinity that of the largest number."""
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    kind = dtypes.type_of(dtype)
    info = dtypes.limits(kind)
    eps, smallest = float(info.eps), float(info.smallest_subnormal)
    values = [1, -1.5, np.nextafter(1.0, 0), 0, smallest, float(info.smallest_normal), np.inf]
    due = [eps, eps, eps / 2, smallest, smallest, smallest, eps * 2.0 ** (int(info.maxexp) - 1)]
    assert ulp.spacing(values, kind).tolist() == due


def test_within_half():
    """1 - 0.49999999999999994 rounds to 0.5, but is more."""
    one, low = np.array([1.0, 1 + 2.0**-52, 1 + 2.0**-52, np.inf]), [0.49999999999999994, 0.49999999999999994, 0.5, 0]
    assert ulp.within_half(one, np.array([1.0, 1.0, 1.0, np.inf]), low).tolist() == [True, False, True, True]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_round_to(dtype):
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    form = dtypes.type_of(dtype)
    grid = np.arange(0x7000, dtype=np.uint16).view(form).astype(np.float64)
    np.testing.assert_array_equal(half.round_to(form, grid)[0], grid)
    middles = (grid[1:] + grid[:-1]) / 2
    rounded, _, ties = half.round_to(form, middles)
    assert ties.size == middles.size
    np.testing.assert_array_equal(rounded, np.where(np.arange(middles.size) % 2 == 0, grid[:-1], grid[1:]))
    for factor, neighbour in [(1 - 1e-9, grid[:-1]), (1 + 1e-9, grid[1:])]:
        rounded, _, ties = half.round_to(form, middles * factor)
        assert ties.size == 0
        np.testing.assert_array_equal(rounded, neighbour)


def test_ties_are_settled():
    """x σ(x) = x/2 + x²/4 + ... lies above the middle, where float64 sees the middle."""
    x = 2.0**-133
    measured = Case("silu").at(np.float64)
    form = dtypes.type_of("bfloat16")
    assert half._settled(measured, x, x / 2, x, form) == x
    assert half._settled(measured, -x, -x / 2, x, form) == 0
    assert half._settled(Case("hard_sigmoid").at(np.float64), -2.5, 1 / 12, 2.0**-11, form) == 171 * 2.0**-11


def test_oracle_shortcuts():
    """erf and erfc skip the C library where the result is known."""
    x = np.concatenate([np.linspace(-30, 30, 6001), np.exp2(np.linspace(-1000, 1000, 3001)) * [[1], [-1]]], axis=None)
    np.testing.assert_array_equal(reference.parts._erfc(x), [math.erfc(one) for one in x])
    np.testing.assert_allclose(reference.parts._erf(x), [math.erf(one) for one in x], rtol=3e-16, atol=0)


def test_processes(monkeypatch):
    """A sample, and chunks in other processes, give what one process finds."""
    case, targets, accuracies = Case("silu"), [dispatch.target], ["exact", "fast"]
    starts = [0x3F800000, 0xC2800000]

    def few(*args):
        return starts if args[-1] == exhaustive.CHUNK else range(*args)

    monkeypatch.setattr(exhaustive, "range", few, raising=False)
    found = exhaustive.exhaustive(case, targets, accuracies)
    monkeypatch.undo()
    for key, whole in exhaustive.largest_of_sample(case, targets, accuracies).items():
        tally = found[key]
        for start in starts:
            whole.merge(exhaustive.measure_chunk(case, start, targets, accuracies)[key])
        assert tally == whole
        assert tally.inputs == 2 * exhaustive.CHUNK


# --------------------------------------------------------------- tallies, all at once or not --


def in_full(expected, y, unit):
    return expected._in_full(y, unit)


@pytest.mark.parametrize("unit", ["ulp", "relative"])
@pytest.mark.parametrize("case", [Case("silu"), Case("gelu", derivative=True), Case("relu"), Case("square")],
                         ids=lambda case: case.title)
def test_tallies_are_those_of_all_results(case, unit):
    """Whatever is looked at: nothing, the results that are not correctly rounded, or all of them."""
    rng = np.random.default_rng(0)
    samples = inputs.sample(case.entry, 30_000)
    for x in [samples[1000:9000], samples[-4000:], samples[:20], rng.normal(size=5000).astype(np.float32)]:
        expected = tallies.Expected(case.at(np.float32), x)
        right, some = expected.rounded, rng.random(x.size) < 0.03
        with np.errstate(all="ignore"):
            candidates = [
                right, np.nextafter(right, np.float32(9)), np.where(some, np.nextafter(right, np.float32(9)), right),
                right * np.float32(1.0001), np.where(some, -right, right), np.where(some, np.float32(np.nan), right),
                np.where(some, np.float32(np.inf), right), np.zeros_like(right), np.where(some, np.float32(0), right),
            ]
        for y in candidates:
            whole = in_full(expected, y, unit)
            assert tallies_agree(expected.tally(y, unit), whole, -1)
            for known in [1e-9, 2.0**-24, 1e-4, 0.3, 0.6, 10]:
                assert tallies_agree(expected.tally(y, unit, known), whole, known)


def tallies_agree(found, whole, known):
    if whole.error <= known:  # then it need not be found
        assert found.error <= known
        found.error, found.worst, found.got = whole.error, whole.worst, whole.got
    return str(found) == str(whole)  # of NaN too


def test_targets_share_tallies():
    """What targets that agree, or do not, have in common changes nothing."""
    case, x = Case("silu"), inputs.sample(BY_NAME["silu"], 40_000)
    together = float32.measure_float32(case, x, dispatch.usable_targets, ["exact", "fast"])
    for (target, accuracy), tally in together.items():
        alone = float32.measure_float32(case, x, [target], [accuracy])[target, accuracy]
        assert str(alone) == str(tally)


# -------------------------------------------------------------------------- derivatives --


def test_derivatives(tmp_path):
    status, _, err, found = run(tmp_path, "swish", "--derivative", "--dtype", "float32", "float16")
    assert (status, err) == (0, "")
    names = ["swish_derivative"] + [f"swish_derivative beta={also['beta']:g}" for also in BY_NAME["swish"].also]
    assert list(dict.fromkeys(row["function"] for row in found["results"])) == names
    assert {row["bound"] for row in found["results"] if row["accuracy"] == "exact" and row["dtype"] == "float32"} == {
        _catalogue.DERIVATIVE_ULP["float32"]}


def test_errors_near_a_zero():
    """At the zero of gelu' itself: absolute, in ULP of the largest value near it; beyond, relative."""
    case = Case("gelu", derivative=True)
    at = case.at(np.float32)
    zero, = at.entry.derivative_zeros
    near, beyond = (np.array([zero * factor], np.float32) for factor in (1.0000001, 1.0001 + _catalogue.NEAR_ZERO))
    size, = at.floor(near)
    assert size == np.abs(at.oracle(zero * np.array([0.75, 1.25]))).max()
    assert at.floor(beyond) is None
    expected = tallies.Expected(at, near)
    error = float(np.spacing(np.float32(size)))
    y = (expected.value + 3 * error).astype(np.float32)
    assert expected.tally(y, "ulp").error == pytest.approx(3, abs=0.01)
    assert expected.tally(y, "relative").error == pytest.approx(3 * error / size, rel=0.01)


def test_broken_bound_of_a_derivative(monkeypatch):
    monkeypatch.setattr("fastact._catalogue.entries.DERIVATIVE_ULP", {"float32": 0.3, "float64": 0.3})
    status, out, err = in_process("verify", "tanh", "--derivative", "--dtype", "float32", "--accuracy", "exact", *QUICK)
    assert (status, out.count("BROKEN")) == (1, 1)
    assert re.match(rf"tanh_derivative, float32, {dispatch.target}, exact: [01]\.\d", err)


# ------------------------------------------------------------------------------- peers --


@pytest.mark.parametrize("peer", callers.PEERS)
def test_peers(tmp_path, peer):
    module = registry.PEERS[peer][0]
    pytest.importorskip(module)
    _, out, _, found = run(tmp_path, "sigmoid", "--peers", "--dtype", "float32")
    row, = (row for row in found["peers"] if row["peer"] == peer)
    assert row["inputs"] == found["results"][0]["inputs"] > row["correctly_rounded"] > row["inputs"] / 3
    assert 0.5 < row["normal_error"] < math.inf
    assert 0 <= row["far"] < row["inputs"]
    assert peer in out


def test_peers_tally():
    x = np.array([1, 2, -90.5, np.inf, 3, 4], np.float32)
    expected = tallies.Expected(Case("silu").at(np.float32), x)
    y = expected.rounded.copy()
    assert expected.peer_tally(y).correct == y.size
    y[2], y[3], y[4] = 0, np.nan, y[4] * np.float32(1.000001)
    tally = expected.peer_tally(y)
    assert (tally.wrong, tally.wrong_at) == (2, -90.5)  # a zero of the wrong sign, and NaN at infinity
    assert (tally.error, tally.worst) == (tally.normal, tally.normal_at)
    assert (tally.worst, tally.far) == (-90.5, 2)
    y[2] = np.inf
    assert expected.peer_tally(y).error == math.inf


# ----------------------------------------------------------------------------- records --


@pytest.fixture
def records(monkeypatch, tmp_path):
    """An empty file of records."""
    monkeypatch.setattr(_records, "PATH", tmp_path / "measured.json")
    return _records.PATH


def test_record(records, tmp_path):
    argv = ["tanh", "--dtype", "float32", "float16", "float64", "--accuracy", "exact", "fast", "--peers"]
    found = run(tmp_path, *argv, "--record")[-1]
    for row in found["results"]:
        bound = fa.tanh.bounds(row["accuracy"], row["dtype"], target=row["target"])
        assert bound.error == pytest.approx(row["error"], rel=1e-8)
        assert (bound.unit, bound.inputs, bound.worst_bits) == (row["unit"], row["inputs"], row["worst_bits"])
        assert bound.worst_input == row["worst_input"]
        assert bound.correctly_rounded == pytest.approx(row["correctly_rounded"] / row["inputs"])
        assert bound.exhaustive == (row["dtype"] == "float16")
        assert f"fastact {fa.__version__}" in bound.environment
        assert bound.max_ulp <= max(1, 2**29 * (row["dtype"] == "float64"), 2**12)
    assert fa.tanh.bounds(derivative=True) is None
    before = records.read_text(encoding="utf-8")
    run(tmp_path, *argv, "--record")
    assert records.read_text(encoding="utf-8") == before
    assert "0 bounds measured" in run(tmp_path, *argv, "--missing")[1]
    out = run(tmp_path, *argv, "--missing", "--accuracy", "exact", "--derivative")[1]
    assert "3 bounds measured" in out
    assert len(_records.read()["peers"]) <= 1


def test_records_that_cannot_be_written(monkeypatch, tmp_path):
    monkeypatch.setattr(_records, "PATH", tmp_path / "no such folder" / "measured.json")
    status, out, err = in_process("verify", "relu", "--record")
    assert (status, out) == (2, "")
    assert "cannot be written" in err


def test_a_sample_replaces_no_exhaustive_row(records):
    row = {"error": 0.5, "at": "0x3f800000", "incorrect": 0, "inputs": _records.ALL_INPUTS["float32"]}
    _records.update("measured", "relu, float32, exact", {"x86-64": row}, "one machine")
    _records.update("measured", "relu, float32, exact", {"x86-64": row | {"inputs": 5}}, "another")
    bound = _records.bound("relu", "float32", "exact", "x86-64")
    assert (bound.exhaustive, bound.environment, bound.worst_input) == (True, "one machine", 1.0)
    assert list(_records.read()["environments"].values()) == ["one machine"]


def test_infinite_errors_are_recorded(monkeypatch, records, tmp_path):
    faulty(monkeypatch, lambda x, y: np.where(x == 1, y.dtype.type(np.nan), y))
    status, _, _, _ = run(tmp_path, "silu", "--dtype", "float16", "--record")
    assert status == 1
    assert fa.silu.bounds("fast", "float16").error == math.inf
    assert in_process("accuracy", "silu")[0] == 0


CASE_OF = {case.title: case for case in CASES}
RECORDED = {}
for name, line in _records.read()["measured"].items():
    title, *of = _records.parts(name)
    RECORDED.setdefault(title, []).extend((*of, target, row) for target, row in line.items())


@pytest.mark.parametrize("title", RECORDED)
def test_recorded(title):
    """Every recorded error is within its declared bound, and the kernel still has this error at that input."""
    case, of_half = CASE_OF[title], {}
    for dtype, accuracy, target, row in RECORDED[title]:
        about = f"{dtype} {accuracy} {target}"
        bound = rows.declared(case, dtype, accuracy)[0]
        assert float(row["error"]) <= bound * (1 + 1e-6), about
        assert "wrong" not in row, about
        if target not in dispatch.usable_targets or dtype in rows.missing_packages([dtype]):
            continue
        x = np.atleast_1d(_records.from_bits(row["at"], dtype))
        if dtype == "float32":
            tally = float32.measure_float32(case, x, [target], [accuracy])[target, accuracy]
        elif dtype == "float64":
            tally = float64.measure_float64(case, [target], [accuracy], x)[target, accuracy]
        else:   # all inputs, for all targets and accuracies at once
            if dtype not in of_half:
                wanted = [(accuracy, target) for other, accuracy, target, _ in RECORDED[title] if other == dtype]
                of_half[dtype] = half.measure_half(
                    case, [name for name in dispatch.usable_targets if name in {target for _, target in wanted}],
                    sorted({accuracy for accuracy, _ in wanted}), dtype)
            tally = of_half[dtype][target, accuracy]
        if accuracy == "exact" or cpu()["name"] in _records.read()["environments"][row["on"]]:
            assert tally.error == pytest.approx(float(row["error"]), rel=1e-5, abs=1e-12), about
        else:  # reciprocal estimates differ between makers
            assert tally.error <= bound, about


def test_accuracy_document():
    """docs/accuracy.md is what the command prints."""
    path = Path(__file__).parents[2] / "docs" / "accuracy.md"
    status, out, _ = in_process("accuracy")
    assert status == 0
    assert path.read_text(encoding="utf-8") == out
    assert all(f"\n## {entry.name}\n" in out for entry in ELEMENTWISE)
    assert all(document.lanes(entry.name) for entry in ELEMENTWISE)
