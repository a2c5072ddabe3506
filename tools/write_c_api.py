"""Writes what C and Cython see of the kernels: a header, a .pxd, and the functions behind both.

    python tools/write_c_api.py [--check]

One function for each raw ufunc (but the folds with masks), in float and in double, and scalar
ones; which there are the catalogue and the ufuncs say.  The order in the header is the order of
the table that programs compiled before read: functions of the header that is there keep their
places, new ones follow, and one that is gone needs a new VERSION.

Run it after adding an activation; ``--check`` tells whether the files are up to date.
"""

import argparse
import re
import sys
from pathlib import Path

from fastact._catalogue import ADDED_ENTRIES, ENTRIES, GATED_ENTRIES
from fastact._functions.ufuncs import ufuncs

VERSION = 1
PACKAGE = Path(__file__).parent.parent / "src" / "fastact"
NOTE = "Written by tools/write_c_api.py."

# Name of the ufunc, inputs before the parameters, outputs.
ELEMENTWISE = [
    ("{}", ["x"], ["out"]),
    ("{}_derivative", ["x"], ["out"]),
    ("{}_backward", ["grad", "x"], ["out"]),
    ("gated_{}", ["gate", "up"], ["out"]),
    ("gated_{}_backward", ["grad", "gate", "up"], ["d_gate", "d_up"]),
    ("add_{}", ["x", "bias"], ["out"]),
    ("add_{}_backward", ["grad", "x", "bias"], ["out"]),
    ("{}_parameter", ["grad", "x"], ["out"]),
]
SCALARS = {"{}", "{}_derivative"}


class Function:
    """A function of the table, for float and double alike ("floating" in its declaration)."""

    def __init__(self, name, ufunc, inputs, parameters, outputs, sizes, is_scalar=False):
        self.name, self.ufunc = name, ufunc
        self.inputs, self.parameters, self.outputs = inputs, parameters, outputs
        self.sizes, self.is_scalar = sizes, is_scalar

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
        if self.sizes == ["rows", "n"]:
            signature = ufuncs[self.ufunc].signature
            whole = [part in ("n", "m,k") for part in re.findall(r"\(([^)]*)\)", signature)]
            operands = [f"{key}, {item}" for key, item in zip([*self.inputs, *self.outputs], whole, strict=True)]
            if len(operands) == 2:
                operands.insert(1, "NULL, False")
            return [f"fold[floating]({index}, {'k' in signature}, {', '.join(operands)}, rows, n)"]
        inputs = ["&x"] if self.is_scalar else self.inputs
        outputs = ["&out"] if self.is_scalar else self.outputs
        call = ", ".join([
            str(index), *padded(inputs, 3, "NULL"), str(len(self.parameters)), *padded(self.parameters, 2, "0"),
            *padded(outputs, 2, "NULL"), "1" if self.is_scalar else "n"])
        call = f"elementwise[floating]({call})"
        return ["cdef floating out", call, "return out"] if self.is_scalar else [call]


def padded(items, count, filling):
    return [*items, *[filling] * (count - len(items))]


def functions():
    """Every function, in the order of the catalogue."""
    found = []
    parameters = {entry.name: entry.parameters for entry in ENTRIES if entry.kind != "fold"}
    parameters |= {entry.name: entry.parameters for entry in GATED_ENTRIES if f"gated_{entry.name}" in ufuncs}
    assert all(entry.name in ufuncs for entry in ADDED_ENTRIES)
    for name, given in parameters.items():
        for template, inputs, outputs in ELEMENTWISE:
            ufunc = template.format(name)
            for ending in ("", "_fast"):
                if ufunc + ending in ufuncs:
                    found.append(Function(ufunc + ending, ufunc + ending, inputs, list(given), outputs, ["n"]))
    for entry in ENTRIES:
        if entry.kind == "fold":
            backward = ["grad", entry.backward_takes]
            for ufunc, inputs in [(entry.name, ["x"]), (f"{entry.name}_backward", backward)]:
                for ending in ("", "_fast"):
                    found.append(Function(ufunc + ending, ufunc + ending, inputs, [], ["out"], ["rows", "n"]))
    # A vector is computed for one number, too: a fast variant would gain nothing.
    for name, given in parameters.items():
        for template in SCALARS:
            ufunc = template.format(name)
            if ufunc in ufuncs:
                found.append(Function(f"{ufunc}_scalar", ufunc, ["x"], list(given), [], [], is_scalar=True))
    left = set(ufuncs) - {function.ufunc for function in found}
    assert all("_masked" in name for name in left), left
    return found


def in_order(found, header):
    """Those of the header that is there first."""
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
 * They stand in a table, which a program reads once:
 *
 *     #include <Python.h>
 *     #include <fastact.h>
 *     const fastact_api *fa = fastact_import();       (holding the GIL; NULL with an ImportError set)
 *     fa->gelu_f32(x, out, n);                        (with or without the GIL, from any thread)
 *
 * A name is that of the raw ufunc, then f32 or f64.  Without "fast" the exact variant is meant.
 *
 *     gelu(x, out, n)                                 out[i] = f(x[i])
 *     gelu_derivative(x, out, n)                      f'(x[i])
 *     gelu_backward(grad, x, out, n)                  grad[i] f'(x[i])
 *     gated_gelu(gate, up, out, n)                    f(gate[i]) up[i]
 *     gated_gelu_backward(grad, gate, up, d_gate, d_up, n)
 *     add_gelu(x, bias, out, n)                       f(x[i] + bias[i])
 *     leaky_relu_parameter(grad, x, negative_slope, out, n)       grad[i] df/dp
 *     gelu_scalar(x)                                  one number; an array costs far less for each
 *     softmax(x, out, rows, n)                        each row of n; maxout: the largest of each row
 *     softmax_backward(grad, y, out, rows, n)         from the result y; logsumexp and maxout: from x
 *
 * Parameters of a function are doubles, rounded to the type computed in.  Arrays are contiguous and
 * aligned as C aligns them.  A result may take the place of an operand of the same size, and may
 * overlap with none otherwise.  Nothing is done if a length is not positive.  Large arrays are shared
 * out among fastact's threads (fastact.set_num_threads), unless the caller is in a parallel region of
 * OpenMP.  Results have the bits that the ufuncs give.  The floating-point state is left as it was.
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
    int count;          /* of functions that follow: at least FASTACT_API_COUNT */
%(members)s
} fastact_api;

/* Whether a table has all that this header declares; for tables that arrive as an address
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not up to date")
    arguments = parser.parse_args()
    there = PACKAGE / "include" / "fastact.h"
    found = in_order(functions(), there.read_text() if there.exists() else "")
    stale = []
    for path, text in [(there, header(found)), (PACKAGE / "cython_api.pxd", pxd(found)),
                       (PACKAGE / "_cython_api.pxi", pxi(found))]:
        if path.exists() and path.read_text() == text:
            continue
        stale.append(str(path.relative_to(PACKAGE)))
        if not arguments.check:
            path.write_text(text)
    if stale:
        print(("not up to date: " if arguments.check else "written: ") + ", ".join(stale))
    return bool(stale and arguments.check)


if __name__ == "__main__":
    sys.exit(main())
