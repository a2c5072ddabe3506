"""The folders of the package: what each may import, no circles, an introduction in each, no file that is too long."""

import ast
import re
from pathlib import Path

import pytest

import fastact

PACKAGE = Path(fastact.__file__).parent
REPOSITORY = Path(__file__).parents[1]

# A room is a folder or module at the package's top level; "" is the package itself, `import fastact`.  Each may import
# those before it, and none on its own line.
ORDER = [
    ["_version", "reference"],
    ["_catalogue"],
    ["_kernels"],
    ["_runtime"],
    ["_formats"],
    ["_pictures"],
    ["_functions"],
    ["_layers"],
    ["_cython_api"],  # an included file
    ["ufuncs", "cython_api"],
    [""],
    ["torch", "onnx", "c_api", "formats"],
    ["_lab"],
    ["_cli"],
    ["__main__"],
]
PLACE = {room: place for place, rooms in enumerate(ORDER) for room in rooms}

# These may import nothing else of the package.  The kernels' arrow to the threads is the only one that leads upwards.
ONLY = {
    "_kernels": {"_kernels", "_runtime.parallel"}, "_formats": {"_formats", "_runtime", "_catalogue", "_version"},
    "formats": {"formats", "_formats"},
}
# The rooms that may write `import fastact`: everything else would import it while it is being imported.
USERS = {"torch", "onnx", "c_api", "_lab", "_cli"}
# The folders of _lab, in the same way.
LAB = {room: place for place, room in enumerate(["dtypes", "speed", "accuracy", "reports"])}

LONGEST = 900  # lines of a file that is not generated
SUFFIXES = {".py", ".pyx", ".pxd", ".pxi", ".h"}


# ---------------------------------------------------------------------------- reading --


def module_name(path, package):
    """The name below the package of the module that a file is part of; a .pxd and its .pyx are one module."""
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def python_imports(text, name, is_package):
    """The imports of Python code, anywhere in the file: (dotted name, names taken from it)."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                parts = ["fastact", *name.split(".")]
                parts = parts[: len(parts) - node.level + is_package]
                module = ".".join([*parts, *filter(None, [module])])
            yield module, [alias.name for alias in node.names]
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if called in ("import_module", "__import__"):
                yield str(node.args[0].value), []


def cython_imports(text, folder):
    """The imports, cimports and includes of Cython code: (dotted name, names taken from it)."""
    text = re.sub(r'""".*?"""|#[^\n]*', "", text, flags=re.DOTALL)
    for module, names in re.findall(r"^[ \t]*from\s+([\w.]+)\s+c?import\s+(\([^)]*\)|[^\n]*)", text, re.MULTILINE):
        yield module, [name.split()[0] for name in names.strip("()").split(",") if name.strip()]
    for modules in re.findall(r"^[ \t]*c?import\s+([^\n]*)", text, re.MULTILINE):
        yield from ((module.split()[0], []) for module in modules.split(","))
    for included in re.findall(r'^[ \t]*include\s+"(.*?)\.px[id]"', text, re.MULTILINE):
        yield f"{folder}.{included}".replace("/", "."), []


def imports_of(package=PACKAGE):
    """Module -> the modules of the package that its files import; "" is the package itself."""
    files = [path for path in package.rglob("*") if path.suffix in {".py", ".pyx", ".pxd", ".pxi"}]
    names = {module_name(path, package) for path in files}
    found = {name: set() for name in names}
    for path in files:
        name, text = module_name(path, package), path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            taken = python_imports(text, name, path.name == "__init__.py")
        else:
            taken = cython_imports(text, ".".join(["fastact", *path.relative_to(package).parent.parts]))
        for module, members in taken:
            if module.split(".")[0] != "fastact":
                continue
            inner = module.removeprefix("fastact").removeprefix(".")
            for member in members or [""]:
                submodule = f"{inner}.{member}".strip(".")
                found[name].add(submodule if submodule in names else inner)
        found[name].discard(name)
    return found


# ---------------------------------------------------------------------------- judging --


def room(name):
    """The room of a module, "" for the package itself."""
    return name.split(".")[0]


def shown(name):
    return f"fastact.{name}" if name else "fastact"


def wrong_arrow(importer, imported):
    """A sentence that says what is wrong with an import, or None."""
    here, there = room(importer), room(imported)
    arrow = f"{shown(importer)} imports {shown(imported)}"
    for one in {here, there} - PLACE.keys():
        return f"{arrow}, and ORDER has no place for {one}."
    if here in ONLY:
        fine = any(imported == one or imported.startswith(f"{one}.") for one in ONLY[here])
        return None if fine else f"{arrow}, but {here} may import only {' and '.join(sorted(ONLY[here]))}."
    if imported == "" and here not in USERS:
        return f"{arrow}, the package itself, which only {', '.join(sorted(USERS))} may do."
    if here == there == "_lab":
        own, other = (name.split(".")[1:2] for name in (importer, imported))
        if own and other and LAB.get(other[0], len(LAB)) > LAB.get(own[0], len(LAB)):
            return f"{arrow}, but in _lab the arrows go to the left: {' <- '.join(LAB)}."
    if here != there and PLACE[there] >= PLACE[here]:
        return f"{arrow}, but {there or 'the package'} does not come before {here or 'the package'} in ORDER."
    return None


def circles(imports):
    """The circles of an import graph, each as a sentence."""
    found, done, path = [], set(), []

    def visit(name):
        if name in path:
            circle = [*path[path.index(name):], name]
            found.append(f"There is a circle: {' imports '.join(map(shown, circle))}.")
            return
        if name in done:
            return
        path.append(name)
        for imported in sorted(imports.get(name, ())):
            visit(imported)
        path.pop()
        done.add(name)

    for name in sorted(imports):
        visit(name)
    return found


def undocumented(package=PACKAGE):
    """Sentences about folders without an introduction."""
    folders = sorted({path.parent for path in package.rglob("*") if path.suffix in SUFFIXES - {".h"}})
    sentences = []
    for folder in folders:
        path, name = folder / "__init__.py", folder.relative_to(package.parent)
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) if path.exists() else None
        lines = [line for line in (text or "").splitlines() if line.strip()]
        if len(lines) < 3:
            sentences.append(f"{name}/__init__.py says in fewer than three lines what the folder is for, "
                             "what it imports, and who may import it.")
    return sentences


def too_long(repository=REPOSITORY):
    """Sentences about source files that are not generated and have more than LONGEST lines."""
    sentences = []
    for folder in ("src", "tests", "tools", "benchmarks"):
        for path in sorted((repository / folder).rglob("*")):
            if path.suffix not in SUFFIXES or "egg-info" in str(path):
                continue
            lines = path.read_text(encoding="utf-8").splitlines()
            name = path.relative_to(repository).as_posix()
            generated = any(re.search(r"([Ww]ritten|[Gg]enerated) by tools/", line) for line in lines[:5])
            if len(lines) > LONGEST and not generated:
                sentences.append(f"{name} has {len(lines)} lines, {LONGEST} are allowed.")
    return sentences


# ------------------------------------------------------------------------------- tests --


def fail_with(sentences):
    if sentences:
        pytest.fail("\n".join(sentences), pytrace=False)


def test_arrows_go_one_way():
    arrows = [(one, other) for one, others in sorted(imports_of().items()) for other in sorted(others)]
    assert len(arrows) > 100
    fail_with([sentence for arrow in arrows if (sentence := wrong_arrow(*arrow))])


def test_there_are_no_circles():
    fail_with(circles(imports_of()))


def test_every_folder_is_introduced():
    fail_with(undocumented())


@pytest.mark.skipif(not (REPOSITORY / "src").is_dir(), reason="the sources are not here")
def test_no_file_is_too_long():
    fail_with(too_long())


# ------------------------------------------------------------------- the measure itself --


def write(folder, files):
    """A small package with these files."""
    for name, text in files.items():
        path = folder / "fastact" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "fastact"


@pytest.mark.parametrize("name, text, sentence", [
    ("_runtime/settings.py", "from fastact._functions import folds", "does not come before _runtime"),
    ("_runtime/settings.py", "def late():\n    import fastact._functions.folds", "does not come before _runtime"),
    ("_runtime/settings.py", "import importlib\nimportlib.import_module('fastact._functions.folds')", "does not come"),
    ("_runtime/settings.py", "from .._functions import folds", "does not come before _runtime"),
    ("_layers/shard.py", "import fastact as fa", "the package itself"),
    ("_layers/shard.py", "from fastact import gelu", "the package itself"),
    ("_kernels/rows/rows.pyx", "from fastact._runtime.threads cimport (\n    a,\n    b,\n)", "may import only"),
    ("_kernels/rows/sums.pxi", "cimport fastact._runtime.threads as threads", "may import only"),
    ("_formats/gguf.py", "from fastact import reference", "may import only"),
    ("_lab/speed/timing.py", "from fastact._lab.accuracy import ulp", "in _lab the arrows go to the left"),
    ("onnx.py", "import fastact.torch", "does not come before onnx"),
    ("_new/thing.py", "from fastact import reference", "ORDER has no place for _new"),
])
def test_a_back_arrow_is_found(tmp_path, name, text, sentence):
    files = dict.fromkeys(["__init__.py", "reference.py", "torch/__init__.py", "_functions/folds.py",
                           "_runtime/threads.pxd", "_lab/accuracy/ulp.py"], "")
    found = imports_of(write(tmp_path, files | {name: text}))
    wrong = [found for one, others in found.items() for other in others if (found := wrong_arrow(one, other))]
    assert len(wrong) == 1 and sentence in wrong[0], found


@pytest.mark.parametrize("name, text", [
    ("_kernels/rows/rows.pyx", "from fastact._runtime.parallel cimport parallel_for\nimport numpy as np"),
    ("_kernels/rows/rows.pyx", '"""\nfrom fastact._cli import main\n"""\n# import fastact._cli'),
    ("_layers/shard.py", "from fastact import reference\nfrom fastact._functions import folds\nimport numpy, os"),
    ("torch/_modules.py", "import fastact as fa"),
    ("_lab/accuracy/verify.py", "from fastact._lab.speed import timing"),
])
def test_other_arrows_are_not(tmp_path, name, text):
    files = dict.fromkeys(["__init__.py", "reference.py", "_functions/folds.py", "_lab/speed/timing.py",
                           "_runtime/parallel.pyx"], "")
    found = imports_of(write(tmp_path, files | {name: text}))
    assert not [arrow for one, others in found.items() for other in others if (arrow := wrong_arrow(one, other))]


def test_a_circle_is_found(tmp_path):
    files = {"_lab/a.py": "from fastact._lab import b", "_lab/b.py": "def late():\n    from fastact._lab.c import x",
             "_lab/c.pyx": "from fastact._lab.a cimport x", "_lab/d.py": "from fastact._lab import a"}
    assert circles(imports_of(write(tmp_path, files))) == [
        "There is a circle: fastact._lab.a imports fastact._lab.b imports fastact._lab.c imports fastact._lab.a."]


def test_an_included_file_is_read(tmp_path):
    files = {"_kernels/rows/rows.pyx": 'include "sums.pxi"', "_kernels/rows/sums.pxi": ""}
    assert imports_of(write(tmp_path, files))["_kernels.rows.rows"] == {"_kernels.rows.sums"}


def test_folders_without_an_introduction_are_found(tmp_path):
    package = write(tmp_path, {"__init__.py": '"""One.\n\nTwo.\nThree.\n"""', "a/__init__.py": '"""One.\nTwo."""',
                               "b/c.pyx": "", "include/fastact.h": ""})
    assert [sentence.split("/__init__")[0] for sentence in undocumented(package)] == ["fastact/a", "fastact/b"]


def test_long_files_are_found(tmp_path):
    (tmp_path / "src").mkdir()
    for name, text in [("a.py", ""), ("b.pyx", "# Written by tools/generate.py"), ("c.h", ""), ("d.json", "")]:
        (tmp_path / "src" / name).write_text(text + "\n" * (LONGEST + (name != "c.h")))
    assert too_long(tmp_path) == [f"src/a.py has {LONGEST + 1} lines, {LONGEST} are allowed."]
