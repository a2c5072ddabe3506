"""Build: every kernel module once for each CPU target, from one source.

One cythonize per target, each with a build directory of its own,
because generated C files of one .pyx must not collide.
"""
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
from importlib.machinery import SourceFileLoader
from pathlib import Path

import numpy
from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

PACKAGE = Path("src/fastact")
# Each family is a folder with a .pyx of its name; these two differ between the targets for matrix products.
FAMILIES = ["elementwise", "rows", "matmul", "blocks", "peaks"]
MATMUL_FAMILIES = ["matmul", "peaks"]
BASELINE = [
    "_runtime.cpu", "_runtime.parallel", "_runtime.accuracy",
    "_functions.strided", "_functions.activation", "_functions.folds", "_functions.pairs", "cython_api",
]

# The table of the CPU targets is the package's own, read without the package: that is not built yet.
targets = SourceFileLoader("targets", str(PACKAGE / "_runtime/targets.py")).load_module()
# For quick builds: only these, such as "x86-64-v3 x86-64-v4"; others that were built before stay.
CHOSEN = os.environ.get("FASTACT_BUILD_TARGETS", "").split()
# That of the platform built for, which cross-compilers name in _PYTHON_HOST_PLATFORM.
MACHINE = platform.machine().lower() if sys.platform == "darwin" else sysconfig.get_platform().split("-")[-1]
MACHINE = {"amd64": "x86_64", "arm64": "aarch64"}.get(MACHINE, MACHINE)

# Never -ffast-math (it sets flush-to-zero for the whole process).  No contraction: every FMA is
# written out, so that targets agree to the last bit.
GCC_FLAGS = [
    "-O3", "-std=gnu11", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off",
    "-fvisibility=hidden", "-g0", "-Wno-psabi", "-Wno-maybe-uninitialized",
]
# Loops that only choose are a fifth faster with fewer branches; the others do not mind.
UNROLLED = [] if os.environ.get("FASTACT_SANITIZE") else ["-funroll-loops"]
MSVC_FLAGS = ["/O2", "/std:c11", "/fp:precise"]
# For tools/sanitize.sh, such as address,undefined: with lines in the reports, and no hours of optimising.
SANITIZE = [f"-fsanitize={names}" for names in [os.environ.get("FASTACT_SANITIZE")] if names]
if SANITIZE:
    GCC_FLAGS += ["-O1", "-g1", "-fno-omit-frame-pointer", *SANITIZE]

# For tools/estimates.sh, -1 or 1: the estimates of reciprocals at one end of their error, see simd.h.  Only the
# elementwise kernels have any.
ESTIMATES = os.environ.get("FASTACT_ESTIMATES")

DIRECTIVES = {"language_level": 3, "freethreading_compatible": True}
# C's rules for indices and division, in the kernels only: they touch no Python sequence.
KERNEL_DIRECTIVES = DIRECTIVES | {
    "boundscheck": False, "wraparound": False, "initializedcheck": False, "cdivision": True,
}
MACROS = [("NPY_NO_DEPRECATED_API", "NPY_2_0_API_VERSION"), ("NPY_TARGET_VERSION", "NPY_2_0_API_VERSION")]
MACROS += [("FASTACT_ESTIMATES", end) for end in [ESTIMATES] if end]
# Vectors passed by value, and formulas passed as arguments, must be inlined for the kernels to be any good.
INLINE = {"msvc": "__forceinline", "unix": "inline __attribute__((always_inline))"}


HEADERS = ["_runtime", "_kernels/simd", "_kernels/math", "_kernels/rows", "_kernels/matmul", "_kernels/blocks"]


def cythonized(names, folder, directives):
    """Extensions of the modules {name: source}, their C files in a folder of their own."""
    modules = [Extension(f"fastact.{name}", [str(PACKAGE / source)]) for name, source in names.items()]
    return cythonize(
        modules, build_dir=f"build/cython/{folder}", include_path=["src"], compiler_directives=directives)


def extensions():
    baseline = {name: name.replace(".", "/") + ".pyx" for name in BASELINE}
    modules = [] if ESTIMATES else cythonized(baseline, "baseline", DIRECTIVES)
    known = {target.name: target for target in targets.of_machine(MACHINE)}
    if unknown := set(CHOSEN) - known.keys():
        raise SystemExit(f"FASTACT_BUILD_TARGETS: no target {' '.join(unknown)}; there are {' '.join(known)}")
    for name in CHOSEN or known:
        target = known[name]
        families = ["elementwise"] if ESTIMATES else MATMUL_FAMILIES if target.base else FAMILIES
        built = cythonized(
            {f"_kernels.{family}.{target.suffix}": f"_kernels/{family}/{family}.pyx" for family in families},
            target.suffix, KERNEL_DIRECTIVES)
        for extension in built:
            extension.target = target
        modules += built
    return modules


class BuildExt(build_ext):
    """Adds the target's flags, probes for OpenMP, and compiles on all cores."""

    def finalize_options(self):
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()

    def build_extensions(self):
        if any("-march=" in part for part in os.environ.get("CFLAGS", "").split()):
            print("fastact: -march in CFLAGS would put instructions into baseline code that not "
                  "every CPU has; remove it, each target sets its own.", file=sys.stderr)
        kind = self.compiler.compiler_type
        if kind == "unix":  # a Python that was built elsewhere hands on its own folders
            linker = self.compiler.linker_so
            self.compiler.linker_so = [part for part in linker if not part.startswith("-Wl,-rpath")]
        openmp = self.openmp_flags(kind)
        for extension in self.extensions:
            flags = MSVC_FLAGS if kind == "msvc" else GCC_FLAGS
            if kind != "msvc" and "_kernels.elementwise." in extension.name:
                flags = flags + UNROLLED
            target = getattr(extension, "target", None)
            extension.extra_compile_args = flags + openmp + list(target.flags if target and kind == "unix" else ())
            extension.extra_link_args = openmp + SANITIZE if kind == "unix" else []
            extension.define_macros = MACROS + [("CYTHON_INLINE", INLINE.get(kind, "static inline"))]
            extension.include_dirs = [numpy.get_include(), *(str(PACKAGE / folder) for folder in HEADERS)]
        super().build_extensions()

    def openmp_flags(self, kind):
        """The compiler's flag if a program with it compiles and links, else none, said loudly."""
        flags = ["/openmp"] if kind == "msvc" else ["-fopenmp"]
        folder = tempfile.mkdtemp()
        try:
            source = Path(folder, "probe.c")
            source.write_text("#include <omp.h>\nint main(void) { return omp_get_max_threads() < 1; }\n")
            if os.environ.get("FASTACT_NO_OPENMP"):
                raise OSError("FASTACT_NO_OPENMP is set")
            objects = self.compiler.compile([str(source)], output_dir=folder, extra_postargs=flags)
            self.compiler.link_executable(objects, "probe", output_dir=folder, extra_postargs=flags)
            return flags
        except Exception as error:
            print(f"fastact: building WITHOUT OpenMP, every call will use one thread ({error})", file=sys.stderr)
            return []
        finally:
            shutil.rmtree(folder)


setup(ext_modules=extensions(), cmdclass={"build_ext": BuildExt})
