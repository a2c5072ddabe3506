"""Complete or red: for each name of the catalogue, everything that is missing, as sentences in one message.

Whoever adds a function and forgets a place reads here which one it is.
"""

import importlib.util
import itertools
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import fastact as fa
from fastact import reference
from fastact._catalogue import ADDED_ENTRIES, ENTRIES, GATED_ENTRIES, REQUIRED
from fastact._catalogue.names import NAMES
from fastact._functions.learned import FORMULAS, NOT_LEARNED
from fastact._functions.ufuncs import ufuncs

try:
    from fastact._lab.accuracy import mp_oracles
except ImportError:  # mpmath is not installed
    mp_oracles = None
try:
    import fastact.torch as plug
    import torch
    from fastact.torch._modules import class_name
    from fastact.torch._second import FACTORS, SECOND
except ImportError:
    plug = None

TESTS = Path(__file__).parents[1]
PACKAGE = Path(fa.__file__).parent
LIBRARIES = ["torch", "jax", "keras", "onnx"]
ACCURACY = TESTS.parent / "docs" / "accuracy.md"
LOOPS = "fde"  # float32, float64, float16; bfloat16's are registered later, and stand in no ufunc's `types`
ALL = [*ENTRIES, *GATED_ENTRIES, *ADDED_ENTRIES]
BY_KIND = {kind: [entry for entry in ALL if entry.kind == kind] for kind in ("ridge", "radial", "fold", "gated", "added")}
ELEMENTWISE = BY_KIND["ridge"] + BY_KIND["radial"]


# ----------------------------------------------------------------- what is looked at --


@cache
def test_module(path):
    """The module of another test, for its tables."""
    spec = importlib.util.spec_from_file_location(f"tables_of_{Path(path).stem}", TESTS / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


test_module.__test__ = False


@cache
def text(path):
    return Path(path).read_text(encoding="utf-8")


def roles(entry):
    """The names of the ufuncs that an entry must have, without those of the fast variants."""
    if entry.kind == "fold":  # maxout has no where: a group without entries has no largest one
        return [entry.name, f"{entry.name}_backward"] + [f"{entry.name}_masked"] * ("k" not in entry.parameters)
    if entry.kind in ("gated", "added"):
        return [entry.kernel, f"{entry.kernel}_backward"]
    return [entry.name, *(f"{entry.name}_{role}" for role in ("derivative", "backward")),
            f"gated_{entry.name}", f"gated_{entry.name}_backward"]


# ------------------------------------------------------------------------- the gaps --


def of_oracles(entry):
    """What `fastact.reference` and the mpmath oracles lack; gated units of an activation use those of that."""
    if entry.kind in ("ridge", "radial", "fold") or not entry.activation:
        ending = "_derivative" if entry in ELEMENTWISE else "_backward"
        for name in (entry.name, entry.name + ending):
            if not callable(getattr(reference, name, None)):
                yield f"fastact/reference.py has no {name}"
    if entry in ELEMENTWISE and mp_oracles is not None:
        for table in ("FUNCTIONS", "DERIVATIVES"):
            if entry.name not in getattr(mp_oracles, table):
                yield f"_lab/accuracy/mp_oracles.py has no {entry.name} in {table}"


def of_special_values(entry):
    """What the tests' tables of limits lack."""
    if entry in ELEMENTWISE:
        limits = test_module("kernels/test_specials.py").limits(np.float64)
        if entry.name not in limits:
            yield "tests/kernels/test_specials.py has no limits of it at 0 and the infinities"
        measured = entry.measured()
        if not (np.isnan(measured.oracle(np.nan)) and np.isnan(measured.derivative_oracle(np.nan))):
            yield "its oracle, or its derivative's, does not give NaN for NaN"
    if entry.kind == "fold" and entry.name not in test_module("functions/test_fold.py").NAMES:
        yield "tests/functions/test_fold.py has no such name in NAMES"


def endings(entry):
    """Those of the names of its ufuncs."""
    return ("", "_fast", "_correct") if entry in ELEMENTWISE else ("", "_fast")


def of_kernels(entry):
    """Which ufuncs are missing, of all roles in all accuracies, and which loops of them."""
    for name, ending in itertools.product(roles(entry), endings(entry)):
        ufunc = ufuncs.get(name + ending)
        if ufunc is None:
            yield f"no kernel has a ufunc {name}{ending}"
        else:
            for loop in LOOPS:
                if not any(types.startswith(loop) for types in ufunc.types):
                    yield f"the ufunc {name}{ending} has no loop of {np.dtype(loop).name}"


def of_gated_formula(entry):
    if entry in ELEMENTWISE:
        formula = fa.gated.unit(ready(entry)).formula
        if not re.fullmatch(rf"{entry.name}\(gate.*\) \* up", formula):
            yield f"its gated unit has the formula {formula!r}"
    for field in ("formula", "source"):
        if not getattr(entry, field):
            yield f"its catalogue entry has no {field}"


def ready(entry):
    """The argument `activation` for an entry, with values for parameters that have no default."""
    return (entry.name, entry.examples) if entry.examples else entry.name


def of_names(entry):
    """Libraries that have no name for it in names.py, though the entry does not say so."""
    if entry in ENTRIES:
        absent_from = entry.absent_from.split()
        if unknown := set(absent_from) - set(LIBRARIES):
            yield f"its absent_from names {', '.join(sorted(unknown))}; the libraries are {', '.join(LIBRARIES)}"
        for library in LIBRARIES:
            known = [name for name, (meaning, _) in NAMES.items() if name.startswith(f"{library}.") and meaning == entry.name]
            if not known and library not in absent_from:
                yield f"_catalogue/names.py has no name of {library} for it; map one, or add {library} to the entry's absent_from"
            if known and library in absent_from:
                yield f"its absent_from names {library}, where {', '.join(known)} means it"


def of_learned_parameters(entry):
    if entry in ELEMENTWISE and entry.parameters:
        ways = [entry.name in FORMULAS, f"{entry.name}_parameter" in ufuncs, entry.name in NOT_LEARNED]
        if sum(ways) != 1:
            yield (f"its parameters need one way to be learned, and have {sum(ways)}: FORMULAS in _functions/learned.py, a "
                   f"ufunc {entry.name}_parameter, or NOT_LEARNED")
        if ways[0] and list(FORMULAS[entry.name]) != list(entry.parameters):
            yield "FORMULAS in _functions/learned.py has not its parameters in their order"


def of_public_names(entry):
    if getattr(getattr(fa, entry.name, None), "entry", None) is not entry or entry.name not in fa.__all__:
        yield f"fastact.{entry.name} is not public"
    if not re.search(rf"^{entry.name}: \w+$", text(PACKAGE / "__init__.pyi"), re.MULTILINE):
        yield f"fastact/__init__.pyi has no line for {entry.name}"


def of_torch(entry):
    stub = text(PACKAGE / "torch" / "__init__.pyi")
    if not re.search(rf"^def {entry.name}\(", stub, re.MULTILINE):
        yield f"torch/__init__.pyi has no function {entry.name}"
    if plug is None:
        return
    if entry in ELEMENTWISE and entry.name not in SECOND or entry.kind == "gated" and not entry.activation and (
            entry.name not in FACTORS):
        yield f"torch/_second.py has no second derivatives of {entry.name}"
    if not callable(getattr(plug, entry.name, None)):
        yield f"fastact.torch has no function {entry.name}"
    for name in [entry.name, f"{entry.name}_backward"] + [f"{entry.name}_"] * (entry in ELEMENTWISE) + (
            [f"{entry.name}_partial"] * (entry.kind != "fold")):
        if not hasattr(torch.ops.fastact, name):
            yield f"torch.ops.fastact has no operator {name}"
    if entry.kind != "added":  # a sum of two tensors has no module
        module = class_name(entry.name)
        if not isinstance(getattr(plug, module, None), type):
            yield f"fastact.torch has no module {module}"
        if not re.search(rf"^class {module}\(", stub, re.MULTILINE):
            yield f"torch/__init__.pyi has no class {module}"


def of_c_functions(entry):
    try:
        declared = fa.c_api.declarations
    except ImportError as error:
        yield str(error)
        return
    due = [name + ending for name, ending in itertools.product(roles(entry), endings(entry)) if "_masked" not in name]
    due += [f"{name}_scalar" for name in (entry.name, f"{entry.name}_derivative") if entry in ELEMENTWISE]
    gone = [f"{name}_{kind}" for name, kind in itertools.product(due, ("f32", "f64"))
            if f"{name}_{kind}" not in declared]
    if gone:
        yield f"fastact.h has no {', '.join(gone)}: run python tools/generate.py"


def of_measured_errors(entry):
    """Rows of docs/accuracy.md, and the records that they are made from."""
    if entry not in ELEMENTWISE:
        return
    for derivative in (False, True):
        if fa.activations[entry.name].bounds(derivative=derivative, target="x86-64-v4") is None:
            what = "its derivative's errors are" if derivative else "its errors are"
            yield f"{what} not recorded: run python -m fastact verify {entry.name} --exhaustive --record{' --derivative' * derivative}"
    if ACCURACY.exists():
        row, part = f"| [{entry.name}](#{entry.name}) |", f"\n## {entry.name}\n"
        if row not in text(ACCURACY) or part not in text(ACCURACY):
            yield "docs/accuracy.md has no row and section of it: run python -m fastact accuracy > docs/accuracy.md"


CHECKS = [of_oracles, of_special_values, of_kernels, of_gated_formula, of_names, of_learned_parameters, of_public_names,
          of_torch, of_c_functions, of_measured_errors]


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.name)
def test_nothing_is_missing(entry):
    gaps = [gap for check in CHECKS for gap in check(entry)]
    assert not gaps, f"{entry.name} lacks {len(gaps)}:\n" + "\n".join(f"- {gap}" for gap in gaps)


# ------------------------------------------------------------- what nobody needs any more --


def test_no_table_has_a_name_that_the_catalogue_lacks():
    names, known = {entry.name for entry in ENTRIES}, {entry.name for entry in ALL}
    tables = {"FORMULAS in _functions/learned.py": FORMULAS.keys(), "NOT_LEARNED in _functions/learned.py": NOT_LEARNED,
              "limits in tests/kernels/test_specials.py": test_module("kernels/test_specials.py").limits(np.float64),
              "NAMES in tests/functions/test_fold.py": test_module("functions/test_fold.py").NAMES}
    if mp_oracles is not None:
        tables |= {f"{table} in _lab/accuracy/mp_oracles.py": getattr(mp_oracles, table) for table in ("FUNCTIONS", "DERIVATIVES")}
    found = [f"{table} has {name}" for table, those in tables.items() for name in sorted(set(those) - names)]
    stub = set(re.findall(r"^(\w+): _?(?:\w*Activation|Fold|LogSumExp|Maxout|Softmax|\w*GatedUnit)$",
                          text(PACKAGE / "__init__.pyi"), re.MULTILINE))
    found += [f"fastact/__init__.pyi has {name}" for name in sorted(stub - known - {"gated"})]
    assert not found, "the catalogue has no such functions:\n" + "\n".join(f"- {one}" for one in found)


def test_examples_stand_for_parameters_without_default():
    for entry in ALL:
        due = [name for name, default in entry.parameters.items() if default is REQUIRED]
        assert due == list(entry.examples), f"{entry.name}: `examples` must have values for {due}"


def test_missing_ufuncs_are_named():
    """If a row is missing in the table of kernels, the import fails with a message, not with a KeyError."""
    for name in ("silu", "silu_fast", "silu_backward_fast", "softmax_backward"):
        others = {key: ufunc for key, ufunc in ufuncs.items() if key != name}
        one = getattr(fa, name.partition("_")[0])
        with pytest.raises(ImportError, match=f"no kernel has a ufunc '{name}'.*row"):
            type(one)(one.entry, others)
