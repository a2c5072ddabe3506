"""Builds every kernel family once for each CPU target, from one source, and the code around the kernels once.

Each target has a cythonize call and a folder for generated C files of its own, because the C files of one .pyx
would overwrite each other.
"""
import importlib.util
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

import numpy
from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

PACKAGE = Path("src/fastact")
# Each family is a folder with a .pyx of its name.  Targets with a base differ from it in the second group only.
FAMILIES = ["elementwise", "rows", "matmul", "blocks", "peaks"]
MATMUL_FAMILIES = ["matmul", "peaks"]

# The package's own table of CPU targets.  The package cannot be imported, because it is not built yet.
spec = importlib.util.spec_from_file_location("targets", PACKAGE / "_runtime/targets.py")
targets = importlib.util.module_from_spec(spec)
spec.loader.exec_module(targets)

# For quick builds: these targets only, such as "x86-64-v3 x86-64-v4".  Those that were built before stay.
CHOSEN = os.environ.get("FASTACT_BUILD_TARGETS", "").split()
# For tests.  SCALAR: one target, "generic", as built by a compiler without vector types.  ESTIMATES, -1 or 1: estimates
# of reciprocals at one end of their error (tools/estimates.sh, simd.h); only the elementwise kernels have any.
# SANITIZE: names of sanitizers, such as "address,undefined" (tools/sanitize.sh).
SWITCHES = {name: os.environ.get(f"FASTACT_{name}") for name in ("SCALAR", "NO_OPENMP", "ESTIMATES", "SANITIZE")}
SCALAR, NO_OPENMP, ESTIMATES, SANITIZE = SWITCHES.values()
# Objects of such builds are in folders of their own, such as build/scalar, so that no build takes those of another.
BUILD = "/".join(["build", *(name.lower() for name, value in SWITCHES.items() if value)])

# The machine that is built for; cross-compilers name it in _PYTHON_HOST_PLATFORM.
MACHINE = platform.machine().lower() if sys.platform == "darwin" else sysconfig.get_platform().split("-")[-1]
MACHINE = "generic" if SCALAR else {"amd64": "x86_64", "arm64": "aarch64"}.get(MACHINE, MACHINE)

# Never -ffast-math, which sets flush-to-zero for the whole process.  No contraction: every FMA is written out, so
# that the targets agree to the last bit.
GCC_FLAGS = [
    "-O3", "-std=gnu11", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off",
    "-fvisibility=hidden", "-g0", "-Wno-psabi",
]
# Loops that only choose between operands gain a fifth with fewer branches; the others do not change.
UNROLLED = [] if SANITIZE else ["-funroll-loops"]
if SANITIZE:    # line numbers in the reports, and a build in minutes instead of hours
    GCC_FLAGS += ["-O1", "-g1", "-fno-omit-frame-pointer", f"-fsanitize={SANITIZE}"]
MSVC_FLAGS = ["/O2", "/std:c11", "/fp:precise"]
# Functions that take vectors by value or a formula as an argument must be inlined for the kernels to be fast.
INLINE = {"msvc": "__forceinline", "unix": "inline __attribute__((always_inline))"}
MACROS = [("NPY_NO_DEPRECATED_API", "NPY_2_0_API_VERSION"), ("NPY_TARGET_VERSION", "NPY_2_0_API_VERSION")]
MACROS += [("FASTACT_SCALAR", "1")] if SCALAR else []
MACROS += [("FASTACT_ESTIMATES", ESTIMATES)] if ESTIMATES else []

DIRECTIVES = {"language_level": 3, "freethreading_compatible": True}
# The kernels touch no Python sequence, so they have C's rules for indices and division.
KERNEL_DIRECTIVES = DIRECTIVES | {
    "boundscheck": False, "wraparound": False, "initializedcheck": False, "cdivision": True,
}


def cythonized(sources, folder, directives):
    """Extensions of the modules {name: source}, with their C files under build/cython/folder."""
    modules = [Extension(f"fastact.{name}", [str(source)]) for name, source in sources.items()]
    return cythonize(
        modules, build_dir=f"build/cython/{folder}", include_path=["src"], compiler_directives=directives)


def extensions():
    known = {target.name: target for target in targets.of_machine(MACHINE)}
    if unknown := set(CHOSEN) - known.keys():
        raise SystemExit(f"FASTACT_BUILD_TARGETS: no target {' '.join(unknown)}; there are {' '.join(known)}")
    baseline = sorted(path for path in PACKAGE.rglob("*.pyx") if "_kernels" not in path.parts)
    names = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in baseline}
    modules = [] if ESTIMATES else cythonized(names, "baseline", DIRECTIVES)
    for target in (known[name] for name in CHOSEN or known):
        families = ["elementwise"] if ESTIMATES else MATMUL_FAMILIES if target.base else FAMILIES
        sources = {f"_kernels.{family}.{target.suffix}": PACKAGE / f"_kernels/{family}/{family}.pyx"
                   for family in families}
        for extension in cythonized(sources, target.suffix, KERNEL_DIRECTIVES):
            extension.target = target
            modules.append(extension)
    return modules


class BuildExt(build_ext):
    """Adds the target's flags, probes for OpenMP, and compiles on all cores."""

    def finalize_options(self):
        if self.editable_mode:  # pip would build in a temporary folder; this one `build_ext --inplace` finds again
            build = self.distribution.get_command_class("build")(self.distribution)
            build.build_base = BUILD
            build.ensure_finalized()
            self.build_lib, self.build_temp = build.build_platlib, build.build_temp
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()

    def build_extensions(self):
        if any("-march=" in part for part in os.environ.get("CFLAGS", "").split()):
            print("fastact: remove -march from CFLAGS: it puts instructions into baseline code that not every CPU has, "
                  "and each target sets its own.", file=sys.stderr)
        kind = self.compiler.compiler_type
        if kind == "unix":  # a Python that was built elsewhere passes on folders of that machine
            linker = self.compiler.linker_so
            self.compiler.linker_so = [part for part in linker if not part.startswith("-Wl,-rpath")]
        openmp = self.openmp_flags(kind)
        headers = sorted({str(header.parent) for header in PACKAGE.rglob("*.h")})
        for extension in self.extensions:
            flags = MSVC_FLAGS if kind == "msvc" else GCC_FLAGS
            if kind != "msvc" and "_kernels.elementwise." in extension.name:
                flags = flags + UNROLLED
            target = getattr(extension, "target", None)
            extension.extra_compile_args = flags + openmp + list(target.flags if target and kind == "unix" else ())
            if kind == "unix":
                extension.extra_link_args = openmp + ([f"-fsanitize={SANITIZE}"] if SANITIZE else [])
            extension.define_macros = MACROS + [("CYTHON_INLINE", INLINE.get(kind, "static inline"))]
            extension.include_dirs = [numpy.get_include(), *headers]
        super().build_extensions()

    def openmp_flags(self, kind):
        """The compiler's flag if a program with it compiles and links; otherwise none, with a message."""
        flags = ["/openmp"] if kind == "msvc" else ["-fopenmp"]
        folder = tempfile.mkdtemp()
        try:
            source = Path(folder, "probe.c")
            source.write_text("#include <omp.h>\nint main(void) { return omp_get_max_threads() < 1; }\n")
            if NO_OPENMP:
                raise OSError("FASTACT_NO_OPENMP is set")
            objects = self.compiler.compile([str(source)], output_dir=folder, extra_postargs=flags)
            self.compiler.link_executable(objects, "probe", output_dir=folder, extra_postargs=flags)
            return flags
        except Exception as error:
            print(f"fastact: building WITHOUT OpenMP, every call will use one thread ({error})", file=sys.stderr)
            return []
        finally:
            shutil.rmtree(folder)


setup(ext_modules=extensions(), cmdclass={"build_ext": BuildExt}, options={"build": {"build_base": BUILD}})
