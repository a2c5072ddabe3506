"""The accuracy "correct": which float32 is the nearest, the planted errors that `verify` finds, the promised bits."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from fastact import _catalogue
from fastact._catalogue import BY_NAME, records as _records
from fastact._lab import dtypes
from fastact._lab.accuracy import callers, checksums, exhaustive, float32, inputs, mp_oracles, rounding, rows, runs
from fastact._lab.accuracy.cases import ORACLE_RELATIVE, Case, cases
from fastact._runtime import dispatch
from helpers import in_process

mpmath = pytest.importorskip("mpmath")
ELEMENTWISE = [entry for entry in _catalogue.ENTRIES if entry.kind != "fold"]
CASES = [case for derivative in (False, True) for case in cases(ELEMENTWISE, derivative)]


def from_bits(*bits):
    return np.array(bits, np.uint32).view(np.float32)


def planted(monkeypatch, wrong, name="silu_correct"):
    """Let a ufunc of the target in use go through `wrong(x, y)`, after its results were made right."""
    case = Case(name.removesuffix("_correct"))
    at, nearest = case.at(np.float32), rounding.nearest

    def right(x):
        return nearest(at, x, at.oracle(x), at.floor(x)) if x.dtype == np.float32 else original(x)

    original = callers.ufuncs(dispatch.target)[name]
    broken = dict(callers.ufuncs(dispatch.target)) | {name: lambda x: wrong(x, right(x))}
    monkeypatch.setattr(callers, "ufuncs", lambda target: broken)


# ------------------------------------------------------------------------- the nearest float32 --


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_nearest(case):
    """What float64 decides is what mpmath decides."""
    x = inputs.sample(case.entry.measured(np.float32, case.which), 4000)
    x = np.random.default_rng(0).permutation(x[np.isfinite(x)])[:400]
    at = case.at(np.float32)
    found = rounding.nearest(at, x, at.oracle(x), at.floor(x))
    due = np.array([rounding.rounded(at, one) for one in x.tolist()], np.float32)
    np.testing.assert_array_equal(found, due)


@pytest.mark.parametrize("name", [
    "silu", "gelu", "gelu_tanh", "quick_gelu", "swish", "hard_swish", "gelu_10", "xielu", "tanhshrink", "identity", "square",
])
@pytest.mark.parametrize("first", [1, 0x7FF000, 0x4B800000, 0x4BFFF000], ids=hex)
@pytest.mark.parametrize("sign", [0, 1 << 31], ids=["plus", "minus"])
def test_rules_of_ties_are_those_of_mpmath(name, first, sign):
    x = (np.arange(first, first + 4096, dtype=np.uint32) | np.uint32(sign)).view(np.float32)
    at = Case(name).at(np.float32)
    found = rounding.nearest(at, x, at.oracle(x))
    some = np.concatenate([np.arange(9), np.random.default_rng(0).integers(0, x.size, 40), np.arange(-9, 0)])
    np.testing.assert_array_equal(found[some], np.array([rounding.rounded(at, one) for one in x[some].tolist()], np.float32))


def test_ties_that_float64_cannot_see():
    """silu(x) = x/2 + x²/4 + ... of an odd subnormal x; x - tanh(x) = x - 1 + 2exp(-2x), where numbers are 2 apart."""
    for name, x, due in [("silu", 0x7FFFFF, 0x400000), ("silu", 0x807FFFFF, 0x803FFFFF), ("silu", 5, 3),
                         ("silu", 0x80000005, 0x80000002), ("hard_swish", 1, 1), ("hard_swish", 0x80000001, 0x80000000),
                         ("tanhshrink", 0x4B800001, 0x4B800001), ("tanhshrink", 0xCB800001, 0xCB800001),
                         ("sigmoid", 0x34C00000, 0x3F000001), ("sigmoid", 0xBA928601, None)]:
        at, values = Case(name).at(np.float32), from_bits(x)
        found = rounding.nearest(at, values, at.oracle(values))
        true = mp_oracles.value(at.entry, float(values[0]), 2000)
        got = mp_oracles.mpf(float(found[0]))
        with mpmath.workprec(2000):
            for neighbour in np.nextafter(found, from_bits(0x7F800000, 0xFF800000)).tolist():
                assert abs(got - true) <= abs(neighbour - true), (name, hex(x))
        assert due is None or found.view(np.uint32)[0] == due


@pytest.mark.parametrize("true, due", [
    (1 + 2.0**-24, 1), (1 + 3 * 2.0**-24, 1 + 2.0**-22), (-(1 + 2.0**-24), -1), (2.0**-150, 0), (3 * 2.0**-150, 2.0**-148),
    (2.0**128 - 2.0**103, np.inf), (2.0**128 - 2.0**104, 2.0**128 - 2.0**104), (2.0**-151, 0), (-0.75 * 2.0**-149, -(2.0**-149)),
    (2 - 2.0**-25, 2), (2 - 2.0**-24 - 2.0**-40, 2 - 2.0**-23), (0.1, float(np.float32(0.1))), (0, 0), (-np.inf, -np.inf),
], ids=str)
def test_rounding_of_one(true, due):
    """Exact ties round to even; subnormal numbers and overflow."""
    at = SimpleNamespace(mp=lambda x, bits: mp_oracles.mpf(true), derivative=False, entry=BY_NAME["silu"])
    assert rounding.rounded(at, 1.0) == due


def test_more_bits_are_asked_for():
    """1 + 2^-24 + 2^-500 lies beyond the tie; what no precision tells is an error, and no guess."""
    asked = []

    def mp(x, bits):
        asked.append(bits)
        with mpmath.workprec(bits):
            return mp_oracles.mpf(1) + mp_oracles.mpf(2) ** -24 + mp_oracles.mpf(2) ** -x

    at = SimpleNamespace(mp=mp, derivative=False, entry=BY_NAME["silu"])
    assert rounding.rounded(at, 500) == 1 + 2.0**-23
    assert asked == rounding.BITS
    assert rounding.side(at, 500, 1 + 2.0**-24) == 1
    for call in (lambda: rounding.rounded(at, 1000), lambda: rounding.side(at, 1000, 1 + 2.0**-24)):
        with pytest.raises(ArithmeticError, match="silu"):
            call()


def test_a_rule_that_does_not_hold_is_not_used():
    """Of some inputs the next term is negative: mpmath decides for each input."""
    x = np.arange(1, 2001, 2, dtype=np.uint32).view(np.float32)

    def mp(x, bits):
        with mpmath.workprec(bits):
            step = round(x * 2.0**149)
            return mp_oracles.mpf(x) / 2 + mp_oracles.mpf(2) ** -300 * (1 if step % 3 else -1)

    at = SimpleNamespace(mp=mp, derivative=False, entry=BY_NAME["silu"])
    found = rounding.nearest(at, x, x / np.float64(2))
    steps = np.arange(1, 2001, 2)
    np.testing.assert_array_equal(found.view(np.uint32), np.where(steps % 3, steps // 2 + 1, steps // 2))


def test_functions_that_are_exact_in_float64():
    """Products and differences of two float32 numbers: mpmath has the same values."""
    for name in rounding.EXACT:
        at = Case(name).at(np.float32)
        x = inputs.sample(at.entry, 3000)
        x = x[np.isfinite(x) & (np.abs(x) < 2.0**50)]
        if rounding.EXACT[name]:
            continue
        assert all(at.mp(one, 400) == got for one, got in zip(x.tolist(), at.oracle(x).tolist(), strict=True)), name


def test_ties_of_hard_sigmoid():
    at = Case("hard_sigmoid").at(np.float32)
    for first in (0x35800000, 0x3F012340, 0xBF812340, 0xC0001230):
        x = np.arange(first, first + 300, dtype=np.uint32).view(np.float32)
        found = rounding.nearest(at, x, at.oracle(x))
        np.testing.assert_array_equal(found, np.array([rounding.rounded(at, one) for one in x.tolist()], np.float32))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_runs(case):
    """Where the oracle is asked at a few inputs only, its values are what they would be otherwise."""
    oracle = case.at(np.float32).oracle
    for first in [1 << 15, 0x7F8000, 0x10000000, 0x29700000, 0x29800000, 0x33000000, 0x3B880000, 0x3C7F8000, 0x3F800000,
                  0x43800000, 0x4B800000, 0x5A000000, 0x7F7F8000]:
        for sign in (0, 1 << 31):
            x = (np.arange(first, first + inputs.BLOCK, dtype=np.uint32) | np.uint32(sign)).view(np.float32)
            found, due = runs.quick(oracle, x)(x), oracle(x)
            assert np.array_equal(np.signbit(found), np.signbit(due))
            with np.errstate(all="ignore"):
                error = np.where(found == due, 0, np.abs(found - due) / np.abs(due))
            assert np.nanmax(error) <= rounding.DOUBT - ORACLE_RELATIVE - 2.0**-50, hex(first | sign)


# ------------------------------------------------------------------------- what verify finds --


def test_right_results_are_accepted(monkeypatch):
    planted(monkeypatch, lambda x, y: y)
    status, out, err = in_process("verify", "silu", "--dtype", "float32", "--accuracy", "correct", "--samples", "20000")
    assert (status, err) == (0, "")
    assert "100 %" in out


@pytest.mark.parametrize("bits", [0x3F8CCCCD, 0xC2AFFE59, 0x7FFFFF, 1], ids=hex)
def test_one_wrong_result_is_found(monkeypatch, tmp_path, bits):
    """Off by one step at one input only, of a tie or not; it is listed."""
    planted(monkeypatch, lambda x, y: np.where(x == from_bits(bits), np.nextafter(y, np.float32(-9)), y))
    monkeypatch.setattr("fastact._lab.accuracy.measure.sample", lambda entry, n: np.append(
        inputs.sample(entry, n), from_bits(bits)))
    path, found = tmp_path / "list.txt", tmp_path / "found.json"
    status, _, err = in_process("verify", "silu", "--dtype", "float32", "--accuracy", "correct", "--samples", "4000",
                                "--list", str(path), "--json", str(found))
    assert status == 1
    assert f"the first 0x{(wanted := right_silu(bits)) - (1 if bits < 1 << 31 else -1):08x} at 0x{bits:08x}" in err
    assert path.read_text(encoding="utf-8") == f"silu 0x{bits:08x} 0x{wanted:08x}\n"
    row, = json.loads(found.read_text(encoding="utf-8"))["results"]
    assert not row["ok"] and row["incorrect"][0]["x"] == f"0x{bits:08x}"


def right_silu(bits):
    return int(np.float32(rounding.rounded(Case("silu").at(np.float32), float(from_bits(bits)[0]))).view(np.uint32))


def test_wrong_ties_of_exact_are_counted(monkeypatch):
    """x/2 rounded to even is not silu(x) of a positive x with the bits 4n + 1, nor of a negative one with 4n + 3."""
    case, key = Case("silu"), (dispatch.target, "exact")
    broken = {"silu": lambda x: (x / np.float64(2)).astype(np.float32)}
    monkeypatch.setattr(callers, "ufuncs", lambda target: broken)
    x = from_bits(*range(1, 401), *range((1 << 31) + 1, (1 << 31) + 401))
    assert float32.measure_float32(case, x, [dispatch.target], ["exact"])[key].correct == 600


def test_exhaustive_chunks(monkeypatch):
    """All accuracies and targets in one pass; the known largest error does not hide incorrect results."""
    case = Case("silu")
    planted(monkeypatch, lambda x, y: np.where(x == from_bits(0x3F8CCCCD), np.nextafter(y, np.float32(9)), y))
    calls = []
    nearest = rounding.nearest
    monkeypatch.setattr(rounding, "nearest", lambda at, x, *rest: calls.append(x.size) or nearest(at, x, *rest))
    targets, accuracies = dispatch.usable_targets, ["exact", "correct"]
    known = {(target, accuracy): 0.99 for target in targets for accuracy in accuracies}
    found = exhaustive.measure_chunk(case, 0x3F800000, targets, accuracies, known=known)
    assert sum(calls) == exhaustive.CHUNK
    for target in targets:
        tally = found[target, "correct"]
        assert (tally.inputs - tally.correct, [one.x for one in tally.listed]) == (1, [0x3F8CCCCD])
        assert found[target, "exact"].correct > 0.9 * exhaustive.CHUNK


@pytest.mark.parametrize("name", ["silu", "square", "leaky_relu", "tanhshrink", "gelu", "xielu", "softshrink", "hard_swish",
                                  "hard_sigmoid", "quick_gelu"])
def test_quick_values_change_no_count(monkeypatch, name):
    """And mpmath is asked no more than now and then."""
    monkeypatch.setattr(exhaustive, "CHUNK", 2 * inputs.BLOCK)
    asked, value = [], mp_oracles.value
    monkeypatch.setattr(mp_oracles, "value", lambda entry, x, *rest, **named: asked.append(x) or value(entry, x, *rest, **named))
    for start in [0, 0x00800000, 0x1A000000, 0x20000000, 0x2B000000, 0x358637BD & ~0x7FFF, 0x3B000000, 0x4B800000, 0x7F7F8000]:
        for sign in (0, 1 << 31):
            case, key = Case(name), (dispatch.target, "exact")
            asked.clear()
            found = exhaustive.measure_chunk(case, start | sign, [dispatch.target], ["exact"])[key]
            assert len(asked) < 500, hex(start)
            x = np.arange(start | sign, (start | sign) + 2 * inputs.BLOCK, dtype=np.uint64).astype(np.uint32).view(np.float32)
            due = float32.measure_float32(case, x, [dispatch.target], ["exact"])[key]
            assert (found.inputs, found.correct, found.wrong) == (due.inputs, due.correct, due.wrong)
            assert found.error == pytest.approx(due.error, abs=1e-5)


def test_many_incorrect_results_do_not_hide_others(monkeypatch):
    planted(monkeypatch, lambda x, y: np.where((x < 1.5e-38) | (x == from_bits(0x00BFFFFF)), np.nextafter(y, np.float32(9)), y))
    found = exhaustive.measure_chunk(Case("silu"), 0x00800000, [dispatch.target], ["correct"])[dispatch.target, "correct"]
    assert 100 < len(found.listed) < 10_000 < found.inputs - found.correct
    assert (found.listed[0].x, found.listed[-1].x) == (0x00800000, 0x00BFFFFF)


def test_correct_needs_mpmath(monkeypatch):
    monkeypatch.setattr(mp_oracles, "mpmath", None)
    status, out, err = in_process("verify", "relu", "--dtype", "float32", "--samples", "4000")
    assert status == 0 and "correct is not verified: pip install mpmath" in err
    assert "fast" in out and "correct" not in out
    status, _, err = in_process("verify", "relu", "--dtype", "float32", "--accuracy", "correct")
    assert status == 2 and "pip install mpmath" in err


def test_bounds_of_correct():
    assert rows.declared(Case("silu"), "float32", "correct") == (0.5, "ulp")
    assert rows.declared(Case("silu"), "float16", "correct") == (0.5, "ulp")
    assert rows.declared(Case("silu"), "float64", "correct") == (2.0, "ulp")
    assert 0.5 < rows.declared(Case("silu", derivative=True), "float32", "correct")[0] < 0.501


# ---------------------------------------------------------------------------------- bits --

NAMES = [entry.name for entry in ELEMENTWISE]
LOOPS = checksums.loops()


def test_every_loop_has_a_checksum():
    found = {f"{name} {role} {dtype}" for name, role, *_ in LOOPS for dtype in checksums.DTYPES}
    assert found | {"GatedMLP layer float32"} == set(_records.read_bits())
    names = {name for name in checksums.ufuncs(dispatch.target) if name.endswith("_correct")}
    names -= {name for name in names if "_masked_" in name or "_sink_" in name}    # these call the same functions of rows
    assert {ufunc for _, _, ufunc, _ in LOOPS} == names


@pytest.mark.parametrize("name", [*sorted({name for name, *_ in LOOPS}), "GatedMLP"])
def test_bits_are_as_promised(name, target):
    types = [dtype for dtype in checksums.DTYPES if dtype not in rows.missing_packages([dtype])]
    found, promised = checksums.checksums(target, [name], types), _records.read_bits()
    assert found == {key: promised[key] for key in found}


def test_operands():
    """They have all magnitudes, ordinary numbers and every combination of hard ones."""
    for operands in (1, 2, 3):
        arrays = checksums.inputs("float32", operands)
        assert len(arrays) == operands and len({array.size for array in arrays}) == 1
        for array in arrays:
            assert (np.unique(array.view(np.uint32) >> 23).size, bool(np.isnan(array).any())) == (512, True)
            assert np.count_nonzero(np.abs(array) <= 8) > 1 << 19
    x, y = checksums.inputs("float32", 2)
    assert np.unique(x[-5776:].view(np.uint32).astype(np.uint64) << 32 | y[-5776:].view(np.uint32)).size == 76**2
    half, = checksums.inputs("float16", 1)
    assert np.unique(half.view(np.uint16)).size == 1 << 16


def test_one_other_bit_changes_a_checksum(monkeypatch):
    before = checksums.checksums(dispatch.target, ["silu"], ["float32"])
    original = checksums.ufuncs(dispatch.target)
    silu = original["silu_correct"]

    class Broken:
        nin, nout, signature = 1, 1, None

        def __call__(self, x):
            y = silu(x)
            y[12345] = np.nextafter(y[12345], np.float32(9))
            return y

    monkeypatch.setattr(checksums, "ufuncs", lambda target: original | {"silu_correct": Broken()})
    after = checksums.checksums(dispatch.target, ["silu"], ["float32"])
    assert {key for key in before if before[key] != after[key]} == {"silu forward float32"}


def test_targets_that_differ_are_described(monkeypatch):
    original = checksums.ufuncs(dispatch.target)

    class Broken:
        nin, nout, signature = 2, 1, None

        def __call__(self, *operands):
            y = original["gated_silu_correct"](*operands)
            y[[12345, 20000]] = np.nextafter(y[[12345, 20000]], np.float32(9))
            y[-1] = 0
            return y

    monkeypatch.setattr(checksums, "ufuncs", lambda target: original | {
        "gated_silu_correct": Broken() if target == "other" else original["gated_silu_correct"]})
    key = "silu gated float32"
    assert checksums.difference(key, dispatch.target, dispatch.target) == ""
    text = checksums.difference(key, dispatch.target, "other")
    gate, up = (f"0x{x.view(np.uint32)[12345]:08x}" for x in checksums.inputs("float32", 2))
    assert text.startswith("3 of ") and f"at {gate}, {up} it gives 0x" in text


def test_bits_command(monkeypatch, tmp_path):
    monkeypatch.setattr(_records, "BITS", tmp_path / "bits.json")
    argv = ["verify", "relu", "tanh", "--bits", "--dtype", "float32"]
    status, out, err = in_process(*argv)
    assert status == 1 and "promised is nothing" in err
    status, out, err = in_process(*argv, "--record")
    assert (status, err) == (0, "")
    assert "relu forward float32 " in out and "tanh gated_backward float32 " in out and "float16" not in out
    assert out.endswith("checksums, all as promised.\n")
    found = _records.read_bits()
    _records.write_bits({"tanh forward float32": "0" * 16})
    status, out, err = in_process(*argv)
    assert status == 1 and "1 differ" in out
    assert err == f"tanh forward float32, {dispatch.target}: {found['tanh forward float32']}, promised is {'0' * 16}\n"
    status, _, err = in_process("verify", "relu", "--bits", "--dtype", "float64")
    assert status == 2 and "float32, float16, bfloat16" in err
    if not dtypes.ml_dtypes:
        pytest.skip("bfloat16 needs ml_dtypes")
    monkeypatch.setattr(dtypes, "ml_dtypes", None)
    assert "bfloat16 is left out: pip install ml_dtypes" in in_process("verify", "relu", "--bits")[2]
