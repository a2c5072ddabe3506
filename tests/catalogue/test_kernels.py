"""The table of kernels agrees with the built kernels, and the tool that reads it explains what is wrong."""

from pathlib import Path

import pytest

from fastact._catalogue.kernels import ELEMENTWISE, FOLDS, NORMS, ROLES
from fastact._functions.ufuncs import ufuncs
from helpers import run_python

TOOL = Path(__file__).parents[2] / "tools" / "generate.py"


def test_the_ufuncs_are_those_of_the_table():
    elementwise = {role.ufunc.format(kernel.name) for kernel in ELEMENTWISE for role in ROLES if role.is_of(kernel)}
    due = dict.fromkeys(elementwise) | {name: text for fold in [*FOLDS, *NORMS] for name, text in fold.ufuncs().items()}
    due = {name + accuracy: signature for name, signature in due.items() for accuracy in ("", "_fast", "_correct")}
    assert {name: ufunc.signature for name, ufunc in ufuncs.items()} == due


def test_the_roles_are_those_of_the_kernels():
    for kernel in ELEMENTWISE:
        for role in ROLES:
            if role.is_of(kernel):
                ufunc = ufuncs[role.ufunc.format(kernel.name)]
                parameters = 0 if kernel.place == "FROM_OUTPUT" else ufuncs[f"gated_{kernel.name}"].nin - 2
                assert (ufunc.nin, ufunc.nout) == (len(role.inputs) + parameters, len(role.outputs)), ufunc


def refusal(change):
    """What the tool says after a change to its tables."""
    if not TOOL.exists():
        pytest.skip("no source tree")
    code = f"""
        import runpy, sys
        tool = runpy.run_path({str(TOOL)!r}, run_name="tool")
        kernels, check = tool["KERNELS"], tool["check_table"]
        try:
            {change}
        except SystemExit as error:
            print(error)
        """
    return run_python(code).stdout.strip()


@pytest.mark.parametrize("change, message", [
    ("check()", ""),
    ("kernels.pop('gelu'); check()", "gelu: _catalogue/kernels.py has no row for it"),
    ("kernels['new'] = kernels['gelu']; check()", "new: the catalogue has no entry for it"),
    ("object.__setattr__(kernels['gelu'], 'place', 'ELSEWHERE'); check()", "gelu: ELSEWHERE is not a place"),
    ("object.__setattr__(kernels['elu'], 'added', True); check()", "add_elu: ADDED_ENTRIES and `added`"),
    ("object.__setattr__(kernels['hard_tanh'], 'learned', True); check()", "hard_tanh: a kernel of the derivative"),
    ("tool['FOLDS'].pop(); check()", "maxout: the catalogue and FOLDS"),
    ("kernels['relu'].__class__; tool['ELEMENTWISE'].append(type(kernels['relu'])('new', 'CHOICE'));"
     " tool['PARAMETERS']['new'] = {}; tool['table']()", "_kernels/elementwise/formulas_*.pxd: no formula new"),
])
def test_the_tool_says_what_is_missing(change, message):
    said = refusal(change)
    assert said.startswith(message) and bool(said) == bool(message)


def test_the_tool_refuses_functions_that_moved_or_went():
    assert refusal("""
            header = tool["read"](tool["PACKAGE"] / "include" / "fastact.h")
            recorded = tool["read"](tool["ROOT"] / "tests" / "plugs" / "c_api_digests.json")
            found = tool["in_order"](tool["functions"](), header)
            assert tool["digests"](found, tool["header"](found), recorded) == recorded
            found[0], found[1] = found[1], found[0]
            tool["digests"](found, tool["header"](found), recorded)""").endswith("moved or changed: raise VERSION")
    assert refusal("""
            header = tool["read"](tool["PACKAGE"] / "include" / "fastact.h")
            tool["in_order"](tool["functions"]()[1:], header)""").startswith("identity: no longer there; raise VERSION")
