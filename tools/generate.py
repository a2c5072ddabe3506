"""Writes the files that follow from the catalogue and its table of kernels, so that nobody writes them by hand.

    python tools/generate.py [--check]

============================================  =========================================================
``_kernels/elementwise/table.pxi``            the block functions and the rows of the elementwise kernels
``include/fastact.h``                         the C functions: one for each raw ufunc (except folds with
``cython_api.pxd``, ``_cython_api.pxi``       masks), in float and in double, and scalar ones
``tests/plugs/c_api_digests.json``            digests of their order
``torch/__init__.pyi``                        the typing stub of the functions and modules for PyTorch
``fastact/__init__.pyi``                      the names in this stub, between two marks
============================================  =========================================================

Run it after adding a function; ``--check`` tells whether the files are up to date.  It needs no built
package: it reads the sources of the catalogue only.

Compiled programs find the C functions by their places in the header.  So the functions of the existing header
keep their places, and new ones follow.  If a function is removed or changed, VERSION must rise.
"""

import argparse
import ast
import hashlib
import json
import re
import sys
import types
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "fastact"

# Importing the package would load its compiled modules.  An empty module of the same name takes its place;
# Python finds the catalogue in its folder.
sys.modules["fastact"] = types.ModuleType("fastact")
sys.modules["fastact"].__path__ = [str(PACKAGE)]

from fastact._catalogue import ADDED_ENTRIES, BY_NAME, ENTRIES, GATED_ENTRIES, REQUIRED  # noqa: E402
from fastact._catalogue.hard_cases import HARD_CASES  # noqa: E402
from fastact._catalogue.kernels import ELEMENTWISE, FOLDS, NORMS, PLACES, ROLES  # noqa: E402

VERSION = 2  # of the C functions
NOTE = "Written by tools/generate.py."
KERNELS = {kernel.name: kernel for kernel in ELEMENTWISE}
OWN_GATED = {entry.name: entry for entry in GATED_ENTRIES if not entry.activation}
# In the order of the catalogue: the parameters of every function that has elementwise kernels, with defaults.
PARAMETERS = {entry.name: entry.parameters for entry in [*ENTRIES, *OWN_GATED.values()] if entry.kind != "fold"}
# Gradients from the saved result belong to the entries of their functions.
PARAMETERS |= {kernel.name: {} for kernel in ELEMENTWISE
               if kernel.place == "FROM_OUTPUT" and kernel.name.removesuffix("_from_output") in PARAMETERS}
ENDINGS = ("", "_fast", "_correct")


def check_table():
    """Exit with a message if the table and the catalogue disagree."""
    for name in PARAMETERS.keys() ^ KERNELS.keys():
        where = "_catalogue/kernels.py has no row" if name in PARAMETERS else "the catalogue has no entry"
        raise SystemExit(f"{name}: {where} for it")
    names = [kernel.name for kernel in [*ELEMENTWISE, *FOLDS]]
    for name in names:
        if names.count(name) > 1:
            raise SystemExit(f"{name}: _catalogue/kernels.py has two rows for it")
    for kernel in ELEMENTWISE:
        if kernel.place not in PLACES:
            raise SystemExit(f"{kernel.name}: {kernel.place} is not a place; there are {', '.join(PLACES)}")
        if kernel.learned and len(PARAMETERS[kernel.name]) != 1:
            raise SystemExit(f"{kernel.name}: a kernel of the derivative by the parameter needs one parameter")
    added = {f"add_{kernel.name}" for kernel in ELEMENTWISE if kernel.added}
    for name in added ^ {entry.name for entry in ADDED_ENTRIES}:
        raise SystemExit(f"{name}: ADDED_ENTRIES and `added` in _catalogue/kernels.py differ")
    folds = {entry.name for entry in ENTRIES if entry.kind == "fold"}
    for name in folds ^ {fold.name for fold in FOLDS}:
        raise SystemExit(f"{name}: the catalogue and FOLDS in _catalogue/kernels.py differ")
    rows = set(re.findall(r'Row\(b"(\w+)"', (PACKAGE / "_kernels/rows/table.pxi").read_text(encoding="utf-8")))
    due = {name for fold in [*FOLDS, *NORMS] for name in fold.ufuncs()}
    for name in rows ^ due:
        raise SystemExit(f"{name}: the rows in _kernels/rows/table.pxi and FOLDS in _catalogue/kernels.py differ")


def padded(items, count, filling):
    return [*items, *[filling] * (count - len(items))]


# ------------------------------------------------------------------ elementwise kernels --

ARGUMENTS = "int role, char** args, Py_ssize_t n"
DOUBTS = {"near ties": "NEAR_TIES", "tiny": "TINY", "none": "NO_DOUBTS"}
UNTYPED = "void* unused, void* unused_too"


def families():
    """The file of each formula: {name: formulas_normal, ...}."""
    return {name: path.stem for path in sorted((PACKAGE / "_kernels" / "elementwise").glob("formulas_*.pxd"))
            for name in re.findall(r"^cdef inline \w+ (\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)}


def table():
    """The block functions and the rows."""
    family = families()
    own = [kernel for kernel in ELEMENTWISE if not kernel.formula]

    for kernel in own:
        slope = {"GATED_ONLY": [f"{kernel.name}_slopes"], "FROM_OUTPUT": []}.get(kernel.place, [f"{kernel.name}_derivative"])
        for name in [kernel.name, *slope, *[f"{kernel.name}_by_parameter"] * kernel.learned]:
            if name not in family:
                raise SystemExit(f"_kernels/elementwise/formulas_*.pxd: no formula {name}")

    def formula(name, kind="real, tier"):
        return f"{family[name]}.{name}[{kind}]"

    lines = [
        f"# {NOTE}  The table that it is written from is _catalogue/kernels.py.",
        *[f"cimport fastact._kernels.elementwise.{name} as {name}" for name in sorted({family[one.name] for one in own})],
        "", "", "# One block function for each formula.", ""]
    for kernel in own:
        name, count = kernel.name, len(PARAMETERS[kernel.name])
        if kernel.place == "FROM_OUTPUT":
            lines += [f"cdef void {name}(real* r, tier* t, {ARGUMENTS}) noexcept nogil:",
                      f"    from_output(r, t, {formula(name)}, role, args, n)", ""]
            continue
        loop, slope = (f"gated_{count}", "slopes") if kernel.place == "GATED_ONLY" else (
            f"roles_{count}" if count else "roles", "derivative")
        both = f"{formula(name)}, {formula(f'{name}_{slope}')}"
        lines += [f"cdef void {name}(real* r, tier* t, {ARGUMENTS}) noexcept nogil:",
                  f"    {loop}(r, t, {both}, role, args, n)"]
        if kernel.added:
            lines += [f"    added(r, t, {both}, role, args, n)"]
        if kernel.learned:
            lines += [f"    learned(r, t, {formula(f'{name}_by_parameter')}, role, args, n)"]
        lines += [""]
    lines += ["", "# Derivatives in float lanes that may underflow.", ""]
    for kernel in own:
        if kernel.slopes in ("underflows", "overflows"):
            name, count = kernel.name, len(PARAMETERS[kernel.name])
            exact = formula(f"{name}_derivative", "f32, exact")
            lines += [f"cdef void {name}_slopes(Queue* queue, void* unused, {ARGUMENTS}) noexcept nogil:",
                      f"    by_slopes(queue, {f'NULL, {exact}' if count else f'{exact}, NULL'}, {count}, "
                      f"{kernel.slopes == 'overflows'}, <block_t>{name}[f64, fast], role, args, n)", ""]
    lines += ["", "# Functions by table, and what lies beyond the tables.", ""]
    tabled = [kernel for kernel in own if kernel.table]
    for kernel in tabled:
        name, count, given = kernel.name, len(PARAMETERS[kernel.name]), kernel.table
        form = given.form.split(" | ")[0]
        lines += [f"cdef void {name}_tails({UNTYPED}, {ARGUMENTS}) noexcept nogil:",
                  f"    by_tails(tails.{given.tail or name}, {form}, tails.{given.tail_slope or f'{name}_derivative'}, {count}, "
                  f"<block_t>{name}[f64, fast], role, args, n)", ""]
    for kernel in tabled:
        name, count, given = kernel.name, len(PARAMETERS[kernel.name]), kernel.table
        lines += [f"cdef void {name}_by_table(Queue* queue, public_tier* t, {ARGUMENTS}) noexcept nogil:",
                  f"    by_table(queue, t, middle.{given.middle or name}[public_tier], {given.form}, middle.{given.range}, "
                  f"middle.{given.slope or f'{name}_derivative'}[public_tier], middle.{given.slope_range}, {count},",
                  f"             {name}_tails, role, args, n)", ""]
    lines += ["", "# Functions by formulas that hold for every argument.", ""]
    for kernel in tabled:
        name, count, given = kernel.name, len(PARAMETERS[kernel.name]), kernel.table
        if given.everywhere:
            function = f"everywhere.{name}" if "GATED" in given.everywhere else "NULL"
            form = given.form.split(" | ")[0]
            lines += [f"cdef void {name}_everywhere({UNTYPED}, {ARGUMENTS}) noexcept nogil:",
                      f"    by_formula({function}, {form}, everywhere.{name}_derivative, {count}, "
                      f"<block_t>{name}[f64, fast], role, args, n)", ""]
    lines += ["", "# Functions by table with a test of the rounding, for the accuracy `correct`.", ""]
    for kernel in own:
        name, count, given = kernel.name, len(PARAMETERS[kernel.name]), kernel.table_correct or kernel.table
        if given:
            function = f"middle_correct.{given.middle or name}"
            lines += [f"cdef void {name}_correct(Queue* queue, void* unused, {ARGUMENTS}) noexcept nogil:",
                      f"    by_table(queue, <correct*>NULL, {function}, {given.form.replace(' | MIRRORED', '')}, middle.{given.range}, "
                      f"{function}, middle.{given.range}, {count}, <block_t>correct_block, role, args, n)", ""]
    lines += ["", "# Inputs whose results double lanes round wrongly, or could.", ""]
    for name, cases in HARD_CASES.items():
        lines += [f"cdef HardCase[{len(cases)}] {name.upper()}_HARD = [",
                  *[f"    HardCase(0x{x:08x}, 0x{result:08x}, [{', '.join(str(float(p)) for p in padded(defaults(name), 4, 0.0))}])," for x, result in cases],
                  "]"]
    lines += ["", "cdef enum:", f"    ROW_COUNT = {len(ELEMENTWISE)}", "", "cdef Row[ROW_COUNT] ROWS = ["]
    lines += [line for kernel in ELEMENTWISE for line in row(kernel)]
    return "\n".join([*lines, "]", ""])


def row(kernel):
    """A row, in the order of the fields in row.pxd."""
    name, given = kernel.formula or kernel.name, kernel.table

    def block(lanes, tier):
        return f"<block_t>{name}[{lanes}, {tier}]"

    slopes = {
        "": "NULL", "underflows": f"<block_t>{name}_slopes", "overflows": f"<block_t>{name}_slopes"}.get(kernel.slopes) or block("f32", kernel.slopes)
    by_table = [f"<block_t>{name}_by_table[{tier}]" for tier in ("exact", "fast")] if given else ["NULL", "NULL"]
    everywhere = (f"<block_t>{name}_everywhere, " + " | ".join(f"1 << {role}" for role in given.everywhere)
                  if given and given.everywhere else "NULL, 0")
    steps = (given and given.fast_steps) or (0, 0)
    least, most, either_sign = kernel.float_range or (0.0, 0.0, False)
    fast = "NULL" if kernel.place == "DOUBLE_ONLY" else block("f32", "fast")
    cases = HARD_CASES.get(kernel.name, [])
    exact = f"<block_t>{kernel.float_block}" if kernel.float_block else (block("f32", "exact") if kernel.compensated else "NULL")
    return [
        f'    Row(b"{kernel.name}", {len(PARAMETERS[kernel.name])}, {kernel.place},',
        f"        {exact}, {fast}, {block('f64', 'exact')}, {block('f64', 'fast')}, {block('f64', 'brief') if kernel.brief else 'NULL'},",
        f"        {', '.join(by_table)}, {f'<block_t>{name}_correct' if given or kernel.table_correct else 'NULL'}, {everywhere}, {slopes},",
        f"        {bool(kernel.float_block)}, {kernel.added}, {kernel.learned}, {kernel.few_roundings}, "
        f"{DOUBTS[kernel.doubts]}, {steps[0]}, {steps[1]}, "
        f"{given.dip if given else 0.0!r}, {least!r}, {most!r}, {either_sign},",
        f"        {kernel.exact_is_correct}, {kernel.margin!r}, {root(kernel)!r}, {kernel.tie}, {kernel.tie_below!r}, "
        f"{f'&{kernel.name.upper()}_HARD[0]' if cases else 'NULL'}, {len(cases)}),"]


def defaults(name):
    """The default parameters of a function."""
    return [value for value in PARAMETERS[name].values() if value is not REQUIRED]


def root(kernel):
    """The value of the derivative from which the fast formula in double lanes is right to the margin; 0: everywhere."""
    entry = BY_NAME.get(kernel.formula or kernel.name)
    return 2.0**-4 if entry and entry.derivative_zeros or kernel.name == "tanhshrink" else 0.0


# -------------------------------------------------------------------------- C functions --

class Function:
    """A function of the table, for float and double alike ("floating" in its declaration)."""

    def __init__(self, name, ufunc, inputs, parameters, outputs, signature="", is_scalar=False):
        self.name, self.ufunc = name, ufunc
        self.inputs, self.parameters, self.outputs = inputs, parameters, outputs
        self.signature, self.is_scalar = signature, is_scalar       # the signature: of a fold, as NumPy writes it
        self.sizes = ["rows", "n"] if signature else ["n"]

    def declaration(self, name, floating, length):
        """The declaration of a function or, with a name in parentheses, of a pointer to one."""
        arguments = [f"double {parameter}" for parameter in self.parameters]
        if self.is_scalar:
            return f"{floating} {name}({', '.join([f'{floating} x', *arguments])})"
        arguments = [*[f"const {floating} *{key}" for key in self.inputs], *arguments,
                     *[f"{floating} *{key}" for key in self.outputs], *[f"{length} {key}" for key in self.sizes]]
        return f"void {name}({', '.join(arguments)})"

    def body(self, index):
        """The call of the driver in cython_api.pyx, for the loop of this number."""
        if self.signature and self.parameters:
            arrays = ", ".join(padded(self.inputs, 2, "NULL"))
            numbers = ", ".join(padded(self.parameters, 5, "0"))
            return [f"fold_with_numbers[floating]({index}, {arrays}, {len(self.parameters)}, {numbers}, out, rows, n)"]
        if self.signature:
            whole = [part in ("n", "m,k") for part in re.findall(r"\(([^)]*)\)", self.signature)]
            operands = [f"{key}, {item}" for key, item in zip([*self.inputs, *self.outputs], whole, strict=True)]
            if len(operands) == 2:
                operands.insert(1, "NULL, False")
            return [f"fold[floating]({index}, {'k' in self.signature}, {', '.join(operands)}, rows, n)"]
        inputs = ["&x"] if self.is_scalar else self.inputs
        outputs = ["&out"] if self.is_scalar else self.outputs
        call = ", ".join([
            str(index), *padded(inputs, 3, "NULL"), str(len(self.parameters)), *padded(self.parameters, 4, "0"),
            *padded(outputs, 2, "NULL"), "1" if self.is_scalar else "n"])
        call = f"elementwise[floating]({call})"
        return ["cdef floating out", call, "return out"] if self.is_scalar else [call]


def functions():
    """Every function, in the order of the catalogue."""
    found = []
    for name, given in PARAMETERS.items():
        for role in ROLES:
            if role.is_of(KERNELS[name]):
                ufunc = role.ufunc.format(name)
                inputs = ("grad", "y") if KERNELS[name].place == "FROM_OUTPUT" else role.inputs
                found += [Function(ufunc + ending, ufunc + ending, inputs, list(given), role.outputs)
                          for ending in ENDINGS]
    for fold in FOLDS:
        backward = ("grad", BY_NAME[fold.name].backward_takes)
        for ufunc, inputs, signature in [
                (fold.name, ("x",), fold.signature), (f"{fold.name}_backward", backward, fold.backward)]:
            found += [Function(ufunc + ending, ufunc + ending, inputs, [], ("out",), signature) for ending in ENDINGS]
    for norm in NORMS:
        forward, backward = norm.ufuncs().items()
        for (ufunc, signature), inputs, numbers in [
                (forward, ("x",), norm.numbers), (backward, ("grad", "x"), norm.backward_numbers)]:
            found += [Function(ufunc + ending, ufunc + ending, inputs, list(numbers), ("out",), signature)
                      for ending in ENDINGS]
    # Scalar functions have no fast variant: for one number a whole vector is computed, and no time is saved.  They
    # have no correct one either, because an array of one number costs the same.
    for name, given in PARAMETERS.items():
        for role in ROLES:
            if role.has_scalar and role.is_of(KERNELS[name]):
                ufunc = role.ufunc.format(name)
                found.append(Function(f"{ufunc}_scalar", ufunc, ["x"], list(given), [], is_scalar=True))
    return found


def in_order(found, header):
    """The functions in their order: first those of the existing header."""
    old = re.findall(r"\(\*(\w+)_f32\)", header)
    by_name = {function.name: function for function in found}
    gone = [name for name in old if name not in by_name]
    if gone and f"FASTACT_API_VERSION {VERSION}\n" in header:
        raise SystemExit(f"{', '.join(gone)}: no longer there; raise VERSION, and what follows them moves up")
    old = [name for name in old if name in by_name]
    return [by_name[name] for name in old] + [function for function in found if function.name not in old]


HEADER = """\
/* fastact's kernels as C functions.  %(note)s
 *
 * They are in a table, which a program reads once:
 *
 *     #include <Python.h>
 *     #include <fastact.h>
 *     const fastact_api *fa = fastact_import();       (holding the GIL; NULL with an ImportError set)
 *     fa->gelu_f32(x, out, n);                        (with or without the GIL, from any thread)
 *
 * A name is that of the raw ufunc, then f32 or f64.  Names without "fast" or "correct" mean the exact variant.
 *
 *     gelu(x, out, n)                                 out[i] = f(x[i])
 *     gelu_derivative(x, out, n)                      f'(x[i])
 *     gelu_backward(grad, x, out, n)                  grad[i] f'(x[i])
 *     gated_gelu(gate, up, out, n)                    f(gate[i]) up[i]
 *     gated_gelu_backward(grad, gate, up, d_gate, d_up, n)
 *     add_gelu(x, bias, out, n)                       f(x[i] + bias[i])
 *     leaky_relu_parameter(grad, x, negative_slope, out, n)       grad[i] df/dp
 *     tanh_from_output_backward(grad, y, out, n)      grad[i] f'(x[i]) from the result y[i] = f(x[i])
 *     gelu_scalar(x)                                  one number; in an array each number costs far less
 *     softmax(x, out, rows, n)                        each row of n; maxout: the largest of each row
 *     poly_norm(x, w0, w1, w2, bias, eps, out, rows, n)
 *     softmax_backward(grad, y, out, rows, n)         from the result y; logsumexp and maxout: from x
 *
 * Parameters of a function are doubles, which are rounded to the type of the computation.  Arrays must be
 * contiguous and aligned as C requires.  A result may be in the place of an operand of the same size; any
 * other overlap is not allowed.  Nothing is done if a length is not positive.  Large arrays are divided
 * among fastact's threads (fastact.set_num_threads), unless the caller is in a parallel region of
 * OpenMP.  Results have the same bits as those of the ufuncs.  The floating-point state is not changed.
 *
 * Later versions append functions; FASTACT_API_VERSION rises if anything else changes.
 */
#ifndef FASTACT_H
#define FASTACT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FASTACT_API_VERSION %(version)d
#define FASTACT_API_COUNT %(count)d

typedef struct {
    int version;        /* the library's FASTACT_API_VERSION */
    int count;          /* number of functions that follow, at least FASTACT_API_COUNT */
%(members)s
} fastact_api;

/* Whether a table has all functions that this header declares; for tables that are given by their address
 * (fastact.c_api.table). */
static inline int fastact_fits(const fastact_api *api) {
    return api->version == FASTACT_API_VERSION && api->count >= FASTACT_API_COUNT;
}

#ifdef Py_PYTHON_H
static inline const fastact_api *fastact_import(void) {
    const fastact_api *api = (const fastact_api *)PyCapsule_Import("fastact.cython_api.api", 0);
    if (api != NULL && !fastact_fits(api)) {
        PyErr_Format(PyExc_ImportError,
                     "compiled for version %%d of fastact's C interface, with %%d functions; "
                     "installed: version %%d, with %%d",
                     FASTACT_API_VERSION, FASTACT_API_COUNT, api->version, api->count);
        return NULL;
    }
    return api;
}
#endif

#ifdef __cplusplus
}
#endif

#endif
"""


def header(found):
    members = []
    for function in found:
        members += [f"    {function.declaration(f'(*{function.name}_f32)', 'float', 'ptrdiff_t')};",
                    f"    {function.declaration(f'(*{function.name}_f64)', 'double', 'ptrdiff_t')};"]
    return HEADER % {"note": NOTE, "version": VERSION, "count": len(members), "members": "\n".join(members)}


def pxd(found):
    lines = [function.declaration(function.name, "floating", "Py_ssize_t") for function in found]
    return "\n".join([
        f'"""The kernels as C functions, of float and double; include/fastact.h describes them.  {NOTE}"""',
        "from cython cimport floating", "", *[f"cdef {line} noexcept nogil" for line in lines], ""])


def pxi(found):
    lines = [f"# {NOTE}", "", f"cdef enum:\n    COUNT = {2 * len(found)}\n    VERSION = {VERSION}", ""]
    names = list(dict.fromkeys(function.ufunc for function in found))
    lines += ["UFUNCS = [", *[f'    "{name}",' for name in names], "]", ""]
    for function in found:
        lines += [f"cdef {function.declaration(function.name, 'floating', 'Py_ssize_t')} noexcept nogil:",
                  *[f"    {line}" for line in function.body(names.index(function.ufunc))], ""]
    lines += ["cdef void* FUNCTIONS[COUNT]"]
    for i, function in enumerate(found):
        both = f"<void*>{function.name}[float], <void*>{function.name}[double]"
        lines.append(f"FUNCTIONS[{2 * i}], FUNCTIONS[{2 * i + 1}] = {both}")
    return "\n".join([*lines, ""])


def digests(found, text, recorded):
    """The digests of the order of the functions, {version: [[count, digest], ...]}, with the new ones.

    Compiled programs find the functions by their places, so recorded digests must not change.
    """
    members = [f"{name} {result} ({arguments})" for result, name, arguments
               in re.findall(r"^ +(\w+) \(\*(\w+)\)\((.*)\);$", text, re.MULTILINE)]

    def digest(count):
        return hashlib.sha256("\n".join(members[:count]).encode()).hexdigest()[:16]

    recorded = json.loads(recorded) if recorded else {}
    lines = recorded.setdefault(str(VERSION), [])
    for count, due in lines:
        if count > len(members) or digest(count) != due:
            raise SystemExit(f"the first {count} C functions moved or changed: raise VERSION")
    if not lines or lines[-1][0] != len(members):
        lines.append([len(members), digest(len(members))])
    return json.dumps(recorded, indent=1) + "\n"


# -------------------------------------------------------------------------------- stubs --

ACCURACY = "accuracy: _Accuracy | None = None"
IN_PLACE = "inplace: bool = False"
PACKED = ["order: _Order | None = None", "dim: int | None = None"]
WEIGHTS = ['weight_dtype: str = "float32"', 'layout: Literal["out_in", "in_out"] = "out_in"', ACCURACY, "*",
           "progress: bool = False"]
DTYPE = "dtype: torch.dtype | None = None"
SEVERAL = "dim: int | tuple[int, ...] | list[int] = -1"

TORCH_HEAD = """\
# %s
from typing import Any, Literal

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from fastact import Activation
from fastact.torch._accelerate import Accelerated as Accelerated
from fastact.torch._accelerate import Replacement as Replacement

_Accuracy = Literal["exact", "fast", "correct"]
_Order = Literal["gate_up", "up_gate", "interleaved"]
_Approximate = Literal["none", "tanh"]
_Activation = str | Activation | tuple[str | Activation, dict[str, Any]]
_Weight = Tensor | ArrayLike

def accelerate(
    model: nn.Module, *, weight_dtype: str | None = None, accuracy: _Accuracy | None = None, linear: bool = False,
    strict: bool = True, progress: bool = False,
) -> Accelerated: ...
def register_experts(name: str = "fastact") -> None: ...
"""

# Functions and modules with arguments of their own, which _functional.py and _modules.py write out.
TORCH_FUNCTIONS = {
    "gelu": ["x: Tensor", 'approximate: _Approximate = "none"', IN_PLACE, "*", ACCURACY],
    "softplus": ["x: Tensor", "beta: float | Tensor = 1.0", "threshold: float = 20.0", IN_PLACE, "*", ACCURACY],
    "softmax": ["x: Tensor", "dim: int = -1", DTYPE, "*", "mask: Tensor | None = None", "scale: float | None = None",
                "softcap: float | None = None", "sink: Tensor | None = None", ACCURACY],
    "logsumexp": ["x: Tensor", SEVERAL, "keepdim: bool = False", "*", ACCURACY],
    "maxout": ["x: Tensor", "k: int", "dim: int = -1", "*", ACCURACY],
    "glu": ["gate: Tensor", "up: Tensor | int | None = None", "*", *PACKED, ACCURACY],
}
TORCH_MORE_FUNCTIONS = {
    "poly_norm": ["x: Tensor", "weight: Tensor", "bias: float | Tensor = 0.0", "eps: float = 1e-06", "dim: int = -1", "*",
                  ACCURACY],
    "gated": ["gate: Tensor", "up: Tensor | None = None", 'activation: _Activation = "silu"', "*", *PACKED, ACCURACY],
    "projection": ["x: Tensor", "w: Tensor", "bias: Tensor | None = None", "activation: _Activation | None = None", "*",
                   ACCURACY],
    "gated_projection": ["x: Tensor", "w_gate: Tensor", "w_up: Tensor", 'activation: _Activation | None = "silu"',
                         "bias_gate: Tensor | None = None", "bias_up: Tensor | None = None", "*", ACCURACY],
}
# Names of torch.nn.functional that are one word there, see torch/__init__.py.
TORCH_ALIASES = {"hardtanh": "hard_tanh", "hardsigmoid": "hard_sigmoid", "hardswish": "hard_swish",
                 "logsigmoid": "log_sigmoid"}
TORCH_MODULES = {
    "GELU": ['approximate: _Approximate = "none"', "*", ACCURACY],
    "PReLU": ["num_parameters: int = 1", "init: float = 0.25", "device: torch.device | str | None = None", DTYPE, "*",
              ACCURACY],
    "Softplus": ["beta: float = 1.0", "threshold: float = 20.0", "*", ACCURACY],
    "LogSumExp": [SEVERAL, "keepdim: bool = False", "*", ACCURACY],
    "Maxout": ["k: int", "dim: int = -1", "*", ACCURACY],
}
TORCH_MORE_MODULES = {
    "PolyNorm": ["eps: float = 1e-06", "dim: int = -1", "device: torch.device | str | None = None", DTYPE, "*", ACCURACY],
    "RReLU": ["lower: float = 0.125", "upper: float = ...", IN_PLACE, "*", ACCURACY],
    "Gated": ['activation: _Activation = "silu"', "dim: int = -1", 'order: _Order = "gate_up"', "*", ACCURACY],
    "Projection": ["w: _Weight", "bias: _Weight | None = None", "activation: _Activation | None = None", *WEIGHTS],
    "GatedProjection": ["w_gate: _Weight", "w_up: _Weight", 'activation: _Activation | None = "silu"',
                        "bias_gate: _Weight | None = None", "bias_up: _Weight | None = None", *WEIGHTS],
    "MLP": ["w1: _Weight", "w2: _Weight", "b1: _Weight | None = None", "b2: _Weight | None = None",
            'activation: _Activation | None = "gelu"', *WEIGHTS],
    "GatedMLP": ["w_gate: _Weight", "w_up: _Weight", "w_down: _Weight", 'activation: _Activation | None = "silu"',
                 *[f"bias_{name}: _Weight | None = None" for name in ("gate", "up", "down")], *WEIGHTS],
}
TWO = "gate: Tensor, up: Tensor | None = None"


def class_name(name):
    """The name of the module for a function, by the words that torch/_modules.py has."""
    tree = ast.parse((PACKAGE / "torch" / "_modules.py").read_text(encoding="utf-8"))
    known = {node.targets[0].id: ast.literal_eval(node.value) for node in tree.body
             if isinstance(node, ast.Assign) and node.targets[0].id in ("_WORDS", "_NAMES")}
    return known["_NAMES"].get(name) or "".join(
        known["_WORDS"].get(word, word.capitalize()) for word in name.split("_"))


def signature(head, arguments, result, indent=""):
    """A function of a stub, on one line if that is short."""
    line = f"{indent}def {head}({', '.join(arguments)}) -> {result}: ..."
    if len(line) <= 120:
        return [line]
    return [f"{indent}def {head}(", *[f"{indent}    {argument}," for argument in arguments], f"{indent}) -> {result}: ..."]


def parameters(given, kind):
    """The parameters of a function, as a stub has them."""
    return [f"{name}: {kind}" + ("" if default is REQUIRED else f" = {default}") for name, default in given.items()]


def torch_stub():
    lines = [TORCH_HEAD % NOTE]
    units = {entry.name: entry for entry in GATED_ENTRIES}
    elementwise = {name: [*parameters(given, "float | Tensor"), IN_PLACE, "*", ACCURACY]
                   for name, given in PARAMETERS.items() if name in BY_NAME}
    calls = {name: ["x: Tensor", *arguments] for name, arguments in elementwise.items()}
    calls |= {fold.name: ["x: Tensor", "dim: int = -1", DTYPE, "*", ACCURACY] for fold in FOLDS}
    calls |= {name: ["gate: Tensor", "up: Tensor | None = None", *parameters(entry.parameters, "float"), "*", *PACKED,
                     ACCURACY] for name, entry in units.items()}
    calls |= {entry.name: ["x: Tensor", "bias: Tensor", "*", ACCURACY] for entry in ADDED_ENTRIES}
    calls |= TORCH_FUNCTIONS | TORCH_MORE_FUNCTIONS
    calls |= {alias: calls[name] for alias, name in TORCH_ALIASES.items()}
    for name, arguments in calls.items():
        lines += signature(name, arguments, "Tensor")
    modules = {class_name(name): (arguments, "x: Tensor") for name, arguments in elementwise.items()}
    modules |= {class_name(fold.name): (["dim: int = -1", "*", ACCURACY], "x: Tensor") for fold in FOLDS}
    modules |= {class_name(name): (["dim: int = -1", *parameters(entry.parameters, "float"),
                                    f'order: _Order = "{entry.order}"', "*", ACCURACY], TWO) for name, entry in units.items()}
    modules |= {name: (arguments, "x: Tensor") for name, arguments in (TORCH_MODULES | TORCH_MORE_MODULES).items()}
    modules["Gated"] = (TORCH_MORE_MODULES["Gated"], TWO)
    for name, (arguments, inputs) in modules.items():
        lines += ["", f"class {name}(nn.Module):", *signature("__init__", ["self", *arguments], "None", "    "),
                  f"    def forward(self, {inputs}) -> Tensor: ..."]
    return "\n".join([*lines, ""])


FROM, TO = f"# From here on: {NOTE[0].lower()}{NOTE[1:]}", "# Up to here."
FOLD_CLASSES = {"softmax": "_Softmax", "logsumexp": "_LogSumExp", "maxout": "_Maxout"}


def stub(there):
    """The stub of the package, with the names of the catalogue between the marks."""
    lines = []
    for entry in ENTRIES:
        kind = FOLD_CLASSES.get(entry.name, "Fold") if entry.kind == "fold" else (
            "_ParametricActivation" if entry.parameters else
            "_ActivationFromOutput" if f"{entry.name}_from_output" in KERNELS else "_ElementwiseActivation")
        lines.append(f"{entry.name}: {kind}")
    lines += ["", *[f"{entry.name}: {'ParametricGatedUnit' if entry.parameters else 'GatedUnit'}" for entry in GATED_ENTRIES]]
    lines += ["gated: _AnyGatedUnit", *[f"{entry.name}: AddedActivation" for entry in ADDED_ENTRIES]]
    before, _, after = there.partition(f"{FROM}\n")
    _, mark, after = after.partition(f"{TO}\n")
    if not mark:
        raise SystemExit(f"src/fastact/__init__.pyi: no lines {FROM!r} and {TO!r}")
    return f"{before}{FROM}\n" + "\n".join(lines) + f"\n{TO}\n{after}"


def files():
    """The text of every file that is written, by its path."""
    check_table()
    paths = {name: PACKAGE / name for name in ("include/fastact.h", "__init__.pyi")}
    recorded = ROOT / "tests" / "plugs" / "c_api_digests.json"
    found = in_order(functions(), read(paths["include/fastact.h"]))
    text = header(found)
    return {
        PACKAGE / "_kernels" / "elementwise" / "table.pxi": table(),
        paths["include/fastact.h"]: text,
        PACKAGE / "cython_api.pxd": pxd(found),
        PACKAGE / "_cython_api.pxi": pxi(found),
        recorded: digests(found, text, read(recorded)),
        PACKAGE / "torch" / "__init__.pyi": torch_stub(),
        paths["__init__.pyi"]: stub(read(paths["__init__.pyi"])),
    }


def read(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not up to date")
    arguments = parser.parse_args()
    stale = {path: text for path, text in files().items() if read(path) != text}
    if not arguments.check:
        for path, text in stale.items():
            path.write_text(text, encoding="utf-8")
    if stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        print(("not up to date: " if arguments.check else "written: ") + names)
    return bool(stale and arguments.check)


if __name__ == "__main__":
    sys.exit(main())
