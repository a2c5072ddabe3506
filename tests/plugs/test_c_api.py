"""The C functions: every one against its ufunc; the table as compiled programs read it; C, Cython, Numba, SciPy."""

import ctypes
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path

import numpy as np
import pytest

import fastact as fa
from fastact import c_api
from fastact._functions.ufuncs import ufuncs
from helpers import SPLIT, run_python, same_bits

ROOT = Path(__file__).parents[2]
# Of each version of the table: how many functions there were first, and a digest of their declarations, for programs
# compiled then find the functions by their places.  tools/generate.py appends a line when functions are appended, and
# refuses to change one: if a function moves or changes, its VERSION must rise.
ABI = json.loads((Path(__file__).parent / "c_api_digests.json").read_text(encoding="utf-8"))
POINTERS = {"f32": ctypes.POINTER(ctypes.c_float), "f64": ctypes.POINTER(ctypes.c_double)}
DTYPES = {"f32": np.float32, "f64": np.float64}
PARAMETERS = [0.75, 1.25, 0.5, -0.25]
X = np.concatenate([np.linspace(-9, 9, 61), [0.0, -0.0, np.inf, -np.inf, np.nan, -700.0, 1e-40]])


def digest(count):
    text = "\n".join(f"{name} {declaration}" for name, declaration in list(c_api.declarations.items())[:count])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def test_the_table_is_what_programs_were_compiled_for():
    for count, recorded in ABI[str(c_api.version)]:
        assert digest(count) == recorded, "functions moved or changed: raise VERSION in tools/generate.py"
    count, _ = ABI[str(c_api.version)][-1]
    assert count == len(c_api.addresses), "functions were appended: run tools/generate.py"
    assert len(set(c_api.addresses.values())) == count and 0 not in c_api.addresses.values()
    head = (ctypes.c_int * 2).from_address(c_api.table)
    assert list(head) == [c_api.version, count]
    places = (ctypes.c_void_p * count).from_address(c_api.table + ctypes.sizeof(head))
    assert list(places) == list(c_api.addresses.values())


def test_the_files_are_what_the_script_writes():
    """The tool writes the files even if there is no compiled module of the package."""
    script = ROOT / "tools" / "generate.py"
    if not script.exists():
        pytest.skip("no source tree")
    run_python("""
        import runpy, sys

        class Refuse:
            def find_spec(self, name, path=None, target=None):
                if name.startswith("fastact.") and not name.startswith(("fastact._catalogue", "fastact.reference")):
                    raise ImportError(name)

        sys.meta_path.insert(0, Refuse())
        sys.argv = sys.argv[1:]
        runpy.run_path(sys.argv[0], run_name="__main__")
        """, script, "--check")


def test_there_is_a_function_for_every_ufunc():
    of = {name.removesuffix("_f32") for name in c_api.functions if name.endswith("_f32")}
    assert {name for name in ufuncs if not re.search("_masked|_sink", name)} <= of
    assert {name.removesuffix("_f64") for name in c_api.functions if name.endswith("_f64")} == of


# ------------------------------------------------------------------------ all of them --


def call(name, arrays, outs, numbers, sizes):
    """Call a function with arrays where its declaration has pointers, numbers where it has doubles."""
    function = c_api.functions[name]
    arguments, left = [], iter([*arrays, *outs])
    numbers, sizes = iter(numbers), iter(sizes)
    for kind in function.argtypes:
        if kind in POINTERS.values():
            arguments.append(next(left).ctypes.data_as(kind))
        else:
            arguments.append(next(numbers if kind is ctypes.c_double else sizes))
    assert [*left, *sizes] == []
    return function(*arguments)


def operands(count, dtype):
    return [np.roll(X, 7 * i).astype(dtype) for i in range(count)]


ELEMENTWISE = [name for name, ufunc in ufuncs.items() if ufunc.signature is None]
FOLDS = [name for name, ufunc in ufuncs.items() if ufunc.signature and not re.search("_masked|_sink", name)]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("kind", POINTERS)
def test_elementwise_functions_give_the_bits_of_the_ufuncs(kind):
    dtype = DTYPES[kind]
    for name in ELEMENTWISE:
        declaration = c_api.declarations[f"{name}_{kind}"]
        given = [dtype(value) for value in PARAMETERS[:declaration.count("double ") - declaration.count("double *")]]
        arrays = operands(declaration.count("const"), dtype)
        due = ufuncs[name](*arrays, *given)
        due = due if isinstance(due, tuple) else (due,)
        outs = [np.full(X.size, 7, dtype) for _ in due]
        call(f"{name}_{kind}", arrays, outs, map(float, given), [X.size])
        assert all(map(same_bits, outs, due)), name
        call(f"{name}_{kind}", arrays, arrays[:len(outs)], map(float, given), [X.size])     # in place
        assert all(map(same_bits, arrays, due)), name
        call(f"{name}_{kind}", arrays, outs, map(float, given), [0])
        call(f"{name}_{kind}", arrays, outs, map(float, given), [-5])
        assert all(map(same_bits, outs, due)), name


@pytest.mark.parametrize("kind", POINTERS)
def test_scalar_functions_give_the_bits_of_the_ufuncs(kind):
    dtype, count = DTYPES[kind], 0
    for name in c_api.functions:
        if not name.endswith(f"_scalar_{kind}"):
            continue
        count += 1
        ufunc, function = ufuncs[name.removesuffix(f"_scalar_{kind}")], c_api.functions[name]
        given = [dtype(value) for value in PARAMETERS[:len(function.argtypes) - 1]]
        got = np.array([function(float(x), *map(float, given)) for x in X.astype(dtype)], dtype)
        assert same_bits(got, ufunc(X.astype(dtype), *given)), name
    assert count == 2 * len([a for a in fa.activations.values() if a.kind != "fold"])


@pytest.mark.parametrize("kind", POINTERS)
def test_folds_give_the_bits_of_the_gufuncs(kind):
    rows, n = 5, 33
    x = np.random.default_rng(1).normal(0, 3, (2, rows, n)).astype(DTYPES[kind])
    for name in FOLDS:
        signature = ufuncs[name].signature
        arrays = [x[i, :, :1 if part in ("()", "(m)") else n].copy()
                  for i, part in enumerate(signature.split("->")[0].replace("),(", ") (").split())]
        grouped = "k" in signature
        if name.startswith("poly_norm"):  # numbers, not arrays with one for each row
            numbers = [DTYPES[kind](value) for value in (0.3, -0.5, 0.7, 0.25, 1e-6)[:signature.count("()")]]
            due, arrays = ufuncs[name](*arrays[:-len(numbers)], *numbers), arrays[:-len(numbers)]
            out = np.full(due.size, 7, x.dtype)
            call(f"{name}_{kind}", arrays, [out], map(float, numbers), [rows, n])
            assert same_bits(out, due.ravel()), name
            continue
        due = ufuncs[name](*[a[:, None] if grouped and a.shape[1] > 1 else a if grouped or a.shape[1] > 1 else a[:, 0]
                             for a in arrays])
        out = np.full(due.size, 7, x.dtype)
        call(f"{name}_{kind}", arrays, [out], [], [rows, n])
        assert same_bits(out, due.ravel()), name


def test_large_arrays_are_shared_out_and_keep_their_bits():
    x = np.random.default_rng(2).normal(size=SPLIT).astype(np.float32)
    out = np.empty_like(x)
    for threads in (1, 2):
        with fa.threads(threads):
            call("gelu_f32", [x], [out], [], [x.size])
        assert same_bits(out, fa.gelu(x))


@pytest.mark.parametrize("target", fa._runtime.dispatch.usable_targets)
def test_the_functions_are_those_of_the_chosen_target(target):
    run_python("""
        import numpy as np, fastact as fa
        from fastact._functions.ufuncs import ufuncs
        x = np.linspace(-8, 8, 1001, dtype=np.float32)
        out = np.empty_like(x)
        for name in ("gelu", "silu_derivative_fast", "mish"):
            function = fa.c_api.functions[name + "_f32"]
            function(*[a.ctypes.data_as(function.argtypes[0]) for a in (x, out)], x.size)
            assert out.tobytes() == ufuncs[name](x).tobytes(), name
    """, FASTACT_TARGET=target)


def test_importing_fastact_does_not_load_the_table():
    run_python("import sys, fastact; assert 'fastact.cython_api' not in sys.modules; fastact.c_api.table")


# ------------------------------------------------------------------------ from outside --

EXPECTED = np.array([-2.0, -0.5, 0.0, 1.0, 3.0], np.float32)
compiler = shutil.which(os.environ.get("CC", "cc")) or shutil.which("gcc") or shutil.which("clang")
needs_compiler = pytest.mark.skipif(compiler is None or os.name != "posix", reason="no Unix C compiler")


def compile_c(*arguments):
    done = subprocess.run([compiler, "-Wall", "-Wextra", "-Werror", "-std=c99", *map(str, arguments)],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def python_path():
    """An environment in which a new program finds the same fastact as this one."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@needs_compiler
def test_c_program(tmp_path):
    """A separate program that embeds Python."""
    library = Path(sysconfig.get_config_var("LIBDIR") or "", sysconfig.get_config_var("LDLIBRARY") or "")
    if not library.exists():
        pytest.skip("this Python has no library to link with")
    (tmp_path / "main.c").write_text("""
        #include <Python.h>
        #include <stdio.h>
        #include <fastact.h>

        int main(void) {
            float x[5] = {-2, -0.5, 0, 1, 3}, out[5];
            double d[5] = {-2, -0.5, 0, 1, 3}, probabilities[5];
            const fastact_api *fa;
            Py_Initialize();
            fa = fastact_import();
            if (fa == NULL) {
                PyErr_Print();
                return 1;
            }
            Py_BEGIN_ALLOW_THREADS
            fa->gelu_f32(x, out, 5);
            fa->leaky_relu_f32(out, 0.25, out, 5);
            fa->softmax_f64(d, probabilities, 1, 5);
            Py_END_ALLOW_THREADS
            for (int i = 0; i < 5; i++) printf("%a %a\\n", out[i], probabilities[i]);
            printf("%a\\n", fa->mish_scalar_f64(1.0));
            return Py_FinalizeEx();
        }
    """)
    name = library.name.removeprefix("lib").removesuffix(".so").removesuffix(".a").removesuffix(".dylib")
    program = tmp_path / "main"
    compile_c("-I", sysconfig.get_path("include"), "-I", fa.get_include(), tmp_path / "main.c", "-o", program,
              f"-L{library.parent}", f"-Wl,-rpath,{library.parent}", f"-l{name}", "-ldl", "-lm", "-lpthread")
    done = subprocess.run([program], capture_output=True, text=True, timeout=120,
                          env={**python_path(), "PYTHONHOME": sys.base_prefix})
    assert done.returncode == 0, done.stderr
    *lines, mish = done.stdout.splitlines()
    got = np.array([[float.fromhex(number) for number in line.split()] for line in lines])
    assert same_bits(got[:, 0].astype(np.float32), fa.leaky_relu(fa.gelu(EXPECTED), 0.25))
    assert same_bits(got[:, 1], fa.softmax(EXPECTED.astype(np.float64)))
    assert float.fromhex(mish) == fa.mish(1.0)


@needs_compiler
def test_c_library_without_python(tmp_path):
    """The code gets the address of the table; the header does not need Python."""
    (tmp_path / "ffn.c").write_text("""
        #include <fastact.h>

        int gate(const fastact_api *fa, const double *gate, const double *up, double *out, ptrdiff_t n) {
            if (!fastact_fits(fa)) return -1;
            fa->gated_swiglu_clamped_f64(gate, up, 1.702, 7.0, 1.0, out, n);
            return fa->count;
        }

        int fits(int version, int count) {
            fastact_api api;
            api.version = version;
            api.count = count;
            return fastact_fits(&api);
        }
    """)
    compile_c("-shared", "-fPIC", "-I", fa.get_include(), tmp_path / "ffn.c", "-o", tmp_path / "ffn.so")
    library = ctypes.CDLL(tmp_path / "ffn.so")
    gate, up, out = EXPECTED.astype(np.float64), np.arange(5.0), np.empty(5)
    pointers = [a.ctypes.data_as(POINTERS["f64"]) for a in (gate, up, out)]
    assert library.gate(ctypes.c_void_p(c_api.table), *pointers, ctypes.c_ssize_t(5)) == len(c_api.functions)
    assert same_bits(out, fa.swiglu_clamped(gate, up))
    version, count = c_api.version, len(c_api.functions)
    assert [library.fits(*pair) for pair in [(version, count), (version, count + 9), (version, count - 1),
                                             (version + 1, count)]] == [1, 1, 0, 0]


def test_cython_module(tmp_path):
    """The extension is built separately, against the installed package."""
    pytest.importorskip("Cython", reason="Cython is not installed")
    if compiler is None:
        pytest.skip("no C compiler")
    (tmp_path / "uses_fastact.pyx").write_text(textwrap.dedent("""
        # cython: language_level=3
        from cython.parallel cimport prange
        from fastact.cython_api cimport gelu, gelu_backward, gated_silu_fast, softmax, softplus_scalar

        def forward(const float[::1] x, float[::1] out):
            with nogil:
                gelu(&x[0], &out[0], x.shape[0])

        def gradient(const double[::1] grad, const double[::1] x, double[::1] out):
            gelu_backward(&grad[0], &x[0], &out[0], x.shape[0])

        def rows(const double[:, ::1] gate, const double[:, ::1] up, double[:, ::1] out):
            cdef Py_ssize_t i
            for i in prange(gate.shape[0], nogil=True):
                gated_silu_fast(&gate[i, 0], &up[i, 0], &out[i, 0], gate.shape[1])
            softmax(&out[0, 0], &out[0, 0], out.shape[0], out.shape[1])

        def scalar(double x, double beta):
            return softplus_scalar(x, beta)
    """))
    (tmp_path / "setup.py").write_text(textwrap.dedent(f"""
        from Cython.Build import cythonize
        from setuptools import Extension, setup
        setup(name="uses-fastact", ext_modules=cythonize(
            [Extension("uses_fastact", ["uses_fastact.pyx"])], include_path=[{str(Path(fa.__file__).parent.parent)!r}]))
    """))
    done = subprocess.run([sys.executable, "setup.py", "build_ext", "--inplace"], cwd=tmp_path, env=python_path(),
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    x = np.random.default_rng(3).normal(size=(4, 1000))
    np.save(tmp_path / "x.npy", x)
    run_python("""
        import sys
        import numpy as np, fastact as fa
        sys.path.insert(0, sys.argv[1])
        import uses_fastact
        x = np.load(sys.argv[1] + "/x.npy")
        y = np.empty(1000, np.float32)
        uses_fastact.forward(x[0].astype(np.float32), y)
        assert (y == fa.gelu(x[0].astype(np.float32))).all()
        y = np.empty(1000)
        uses_fastact.gradient(x[1], x[0], y)
        assert (y == fa.gelu.backward(x[1], x[0])).all()
        y = np.empty_like(x)
        uses_fastact.rows(x, x, y)
        assert (y == fa.softmax(fa.swiglu(x, x, accuracy="fast"))).all()
        assert uses_fastact.scalar(0.5, 2.0) == fa.softplus(0.5, 2.0)
    """, tmp_path)


def test_numba_function():
    numba = pytest.importorskip("numba", reason="Numba is not installed")
    silu, gated = c_api.functions["silu_f32"], c_api.functions["gated_gelu_f64"]
    scalar = c_api.functions["tanh_derivative_scalar_f64"]

    @numba.njit
    def silu_of(x):
        out = np.empty_like(x)
        silu(x.ctypes, out.ctypes, x.size)
        return out

    @numba.njit
    def gated_sum(gate, up, out):
        gated(gate.ctypes, up.ctypes, out.ctypes, out.size)
        total = 0.0
        for value in gate:
            total += scalar(value)
        return total

    x = np.linspace(-4, 4, 101)
    assert same_bits(silu_of(x.astype(np.float32)), fa.silu(x.astype(np.float32)))
    out = np.empty_like(x)
    total = gated_sum(x, 2 * x, out)
    assert same_bits(out, fa.geglu(x, 2 * x))
    assert total == sum(fa.tanh.derivative(x).tolist())


def test_scipy_low_level_callable():
    scipy = pytest.importorskip("scipy", reason="SciPy is not installed")
    from scipy import integrate
    function = scipy.LowLevelCallable(c_api.functions["gaussian_scalar_f64"])
    assert function.signature == "double (double)"
    area, _ = integrate.quad(function, -np.inf, np.inf)
    assert abs(area - np.sqrt(np.pi)) < 1e-12
    slopes, _ = integrate.quad(scipy.LowLevelCallable(c_api.functions["gelu_derivative_scalar_f64"]), -1, 2)
    assert abs(slopes - (fa.gelu(2.0) - fa.gelu(-1.0))) < 1e-12


def test_unknown_names():
    with pytest.raises(KeyError):
        c_api.functions["gelu"]
    assert Path(fa.get_include(), "fastact.h").is_file()
