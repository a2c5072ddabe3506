"""The command line: what it prints, its JSON, its exit status.  No timings are asserted."""

import json
import math
import os
import platform
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import fastact as fa
from fastact._catalogue import ADDED_ENTRIES, GATED_ENTRIES
from fastact._cli import options
from fastact._lab import dtypes
from fastact._lab.accuracy import competitors, ulp
from fastact._lab.reports import performance, plots
from fastact._lab.reports.tables import format_number, format_time
from fastact._lab.speed import cells, environment, timing
from fastact._lab.speed.operations import operations
from fastact._lab.speed.peers import calls, jax, numexpr, registry
from fastact._lab.speed.peers.onnx_model import onnx_model
from fastact._runtime import caches, dispatch, settings
from helpers import in_process

QUICK = ["--sizes", "64", "--seconds", "0.001"]
WIDTH = 100


def command(*argv):
    return [sys.executable, "-m", "fastact", *argv]


def in_subprocess(*argv, **environment):
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"} | environment
    done = subprocess.run(command(*argv), capture_output=True, encoding="utf-8", env=environment, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """One run of bench over all functions: its text and its JSON."""
    path = tmp_path_factory.mktemp("bench") / "results.json"
    status, out, err = in_process("bench", *QUICK, "--no-peers", "--json", str(path))
    assert (status, err) == (0, "")
    return out, json.loads(path.read_text(encoding="utf-8"))


# -------------------------------------------------------------------------- commands ----


@pytest.mark.parametrize("argv, expected", [
    ([], "usage: python -m fastact"),
    (["--version"], f"fastact {fa.__version__}"),
    (["list"], "gelu_tanh"),
    (["list", "hardswish"], fa.hard_swish.__doc__),
    (["bench", "relu", "swiglu", *QUICK, "--no-peers"], "fastact exact"),
], ids=str)
def test_runs(argv, expected):
    status, out, err = in_subprocess(*argv)
    assert (status, err) == (0, "")  # and no progress bar: stderr is no terminal
    assert expected in out
    assert in_process(*argv)[0] == 0


def test_info():
    status, out, _ = in_subprocess("info")  # a peer may warn on stderr when it is imported
    assert status == 0
    for expected in [fa.__version__, dispatch.target, "threads", "CPU", "cores", f"NumPy {np.__version__}"]:
        assert expected in out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert {f"{level} cache {size // 1024:,} KiB" for level, size in caches.sizes().items()} <= set(lines)


def test_info_names_missing_peers(monkeypatch):
    monkeypatch.setattr(registry, "peer_versions", lambda: {"numpy": "2", "torch": None, "scipy": None})
    assert "\nnot installed: torch, scipy\n" in in_process("info")[1]


def test_lists_are_complete_and_fit():
    _, out, _ = in_process("list")
    first = {line.split(" ")[0] for line in out.splitlines()}
    assert first >= {entry.name for entry in [*GATED_ENTRIES, *ADDED_ENTRIES]}
    assert first >= {*fa.activations, *(f"({alias})" for one in fa.activations.values() for alias in one.aliases)}
    assert max(map(len, out.splitlines())) <= WIDTH


def test_list_json():
    described = json.loads(in_process("list", "--json")[1])
    pairs = [entry.name for entry in [*GATED_ENTRIES, *ADDED_ENTRIES]]
    assert [one["name"] for one in described] == [*fa.activations, *pairs]
    assert json.loads(in_process("list", "hardswish", "--json")[1]) == [
        one for one in described if one["name"] == "hard_swish"]
    assert described[0]["max_ulp"]["exact"]["float32"] == fa.relu.max_ulp()
    assert described[0]["max_ulp"]["correct"] == {"float32": 0.5, "float64": fa.relu.max_ulp("correct", "float64")}


def test_any_encoding():
    status, out, err = in_subprocess("list", PYTHONIOENCODING="ascii")
    assert (status, err) == (0, "")
    assert out.isascii()


# ----------------------------------------------------------------------------- bench ----


OPENBLAS = {"user_api": "blas", "internal_api": "openblas", "version": "0.3.31", "architecture": "Haswell"}


@pytest.mark.parametrize("pools, due", [
    ([OPENBLAS | {"filepath": "/usr/lib/libopenblas.so"}], "OpenBLAS 0.3.31, kernels Haswell"),
    ([OPENBLAS | {"filepath": "/usr/lib/scipy.libs/libopenblas.so", "architecture": "Zen"},
      OPENBLAS | {"filepath": f"{os.path.dirname(np.__file__)}.libs/libopenblas.so"}],
     "OpenBLAS 0.3.31, kernels Haswell"),
    ([{"user_api": "openmp", "internal_api": "openmp"},
      {"user_api": "blas", "internal_api": "mkl", "version": "2025.1", "filepath": "/usr/lib/libmkl.so"}],
     "MKL 2025.1, kernels unknown"),
    ([OPENBLAS | {"filepath": f"/usr/lib/{i}.so"} for i in range(2)], "unknown"),
    ([], "unknown"),
], ids=range(5))
def test_kernels_of_numpys_products(pools, due, monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", SimpleNamespace(threadpool_info=lambda: pools))
    assert environment.numpy_products() == due
    run = environment.environment(1, {})
    assert run["numpy_products"] == due
    assert performance.environment(run).endswith(f"NumPy's products: {due})")


def test_without_threadpoolctl_the_kernels_of_numpys_products_are_unknown(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    assert environment.numpy_products() == "unknown"


def test_openblas_kernels_are_those_that_the_environment_names():
    pytest.importorskip("threadpoolctl")
    found = in_subprocess("bench", "relu", *QUICK, "--no-peers", OPENBLAS_CORETYPE="Nehalem")[1]
    if "OpenBLAS" not in found:
        pytest.skip("NumPy has another library here")
    assert "\nNumPy's products: OpenBLAS " in found
    assert platform.machine() != "x86_64" or "kernels Nehalem" in found


def test_bench_fits(everything):
    assert max(map(len, everything[0].splitlines())) <= WIDTH


def test_bench_says_what_was_measured(everything):
    first = everything[0].split("64 elements")[0]
    for expected in [fa.__version__, "1 thread", "float32", np.__version__]:
        assert expected in first


def test_bench_json(everything):
    found = everything[1]
    assert {"cpu", "target", "threads", "versions", "dtype", "results"} <= found.keys()
    assert list(dict.fromkeys(row["function"] for row in found["results"])) == [*operations()]
    for row in found["results"]:
        assert row["seconds"] > 0
        assert row["elements"] == row["size"] == 64
        assert row["time_over_exact"] > 0
        if row["competitor"].startswith("fastact"):
            accuracy = row["competitor"].removeprefix("fastact ")
            assert row["max_ulp"] <= competitors.bound(operations()[row["function"]], accuracy, "float32")


@pytest.mark.parametrize("title", registry.PEERS)
def test_bench_peer(title, tmp_path):
    module = registry.PEERS[title][0]
    pytest.importorskip(module)
    path = tmp_path / "results.json"
    assert in_process("bench", "silu", "swiglu", "softmax", *QUICK, "--json", str(path))[0] == 0
    rows = [row for row in json.loads(path.read_text())["results"] if row["competitor"] == title]
    assert {row["function"] for row in rows} >= {"softmax"}
    for row in rows:
        error = row["max_ulp"]
        assert error is None or error >= 0


def test_bench_without_peers(monkeypatch):
    monkeypatch.setattr(registry, "peer_versions", lambda: {"numpy": "2", "torch": None})
    status, out, _ = in_process("bench", "tanh", *QUICK)
    assert status == 0
    assert "\nnot installed: torch\n" in out
    assert "PyTorch" not in out


@pytest.mark.parametrize("accuracy, other", [("exact", "fast"), ("fast", "exact"), ("correct", "exact")])
def test_bench_of_one_accuracy(accuracy, other):
    status, out, _ = in_process("bench", "tanh", "--accuracy", accuracy, *QUICK, "--no-peers")
    assert status == 0
    assert f"fastact {accuracy}" in out
    assert f"fastact {other}" not in out


def test_bench_of_correct():
    for more in ([], ["--backward"], ["--inputs", "ordinary", "normal-3"]):
        status, out, err = in_process("bench", "gelu", "softmax", "maxout", "swiglu", "--accuracy", "all", *more, *QUICK, "--no-peers")
        assert status == 0, err
        assert "correct" in out and "fast" in out
    status, out, err = in_process("bench", "--projections", "--accuracy", "correct")
    assert (status, out, err) == (2, "", "--projections does not measure accuracy correct\n")


def test_bench_float64_and_threads():
    before = fa.get_num_threads()
    status, out, _ = in_process("bench", "gelu", "softmax", "--dtype", "float64", "--threads", "2", *QUICK)
    assert status == 0
    assert "2 threads, float64" in out
    assert fa.get_num_threads() == before


@pytest.mark.parametrize("size", ["1", "63", "4095", "4097", "10000"])
def test_bench_of_odd_sizes(size):
    assert in_process("bench", "softmax", "swiglu", "--sizes", size, "--seconds", "0.001", "--no-peers")[0] == 0


def run_bench(path, *argv):
    """The JSON of a run without peers but with NumPy's expressions."""
    assert in_process("bench", *argv, *QUICK, "--no-peers", "--json", str(path))[0] == 0
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("dtype", dtypes.DTYPES)
@pytest.mark.parametrize("more", [[], ["--backward"], ["--inputs", "tails"], ["--allocate"]], ids=" ".join)
def test_bench_of_every_type(dtype, more, tmp_path):
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    found = run_bench(tmp_path / "results.json", "gelu", "softmax", "swiglu", "add_silu", "--dtype", dtype, *more)
    assert found["dtype"] == dtype
    assert found["direction"] == ("backward" if "--backward" in more else "forward")
    assert found["inputs"] == ("tails" if "tails" in more else "ordinary")
    ours = [row for row in found["results"] if performance.is_ours(row)]
    assert len(ours) == 8
    assert {row["allocates"] for row in ours} == {"--allocate" in more}


@pytest.mark.parametrize("dtype", dtypes.DTYPES)
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("allocate", [False, True])
def test_peers_of_every_type(dtype, backward, allocate):
    """Peers without the type are left out; the others return the type, with about the same values as ours."""
    torch = pytest.importorskip("torch")
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    makers = registry.competitors(backward=backward)
    for name in ["relu", "gelu", "softmax", "geglu", "add_silu"]:
        operation = operations()[name]
        inputs = operation.inputs(256, dtype)
        grad, gradients = operation.gradient_arrays(inputs)
        out = None if allocate else gradients if backward else operation.output(inputs)
        arrays = [grad, inputs, out] if backward else [inputs, out]
        made = {title: calls.prepared(make, operation, *arrays) for title, make in makers.items()}
        assert made["PyTorch"], torch.__version__
        expected = calls.results(made["fastact exact"], out)[0].astype(np.float64)
        for call in filter(None, made.values()):
            found = calls.results(call, out)[0]
            assert found.dtype == dtypes.type_of(dtype)
            tolerance = 0.05 if dtype in dtypes.HALF else 1e-3  # by hand gelu is the tanh form
            np.testing.assert_allclose(found.astype(np.float64), expected, tolerance, tolerance)


def test_all_sizes_and_threads():
    assert options.sizes("all") == [64, 4096, 65536, 1048576, 16777216]
    assert options.threads("all") == settings.available_cpus()


@pytest.mark.parametrize("name", ["sigmoid", "softmax"])
def test_tails_reach_subnormal_results(name):
    operation = operations()[name]
    result = operation.function(*operation.inputs(8192, "float32", "tails"))
    assert ((result > 0) & (result < np.finfo(np.float32).tiny)).any()


def test_bench_of_some_peers(tmp_path):
    pytest.importorskip("scipy")
    path = tmp_path / "results.json"
    assert in_process("bench", "silu", *QUICK, "--peers", "scipy", "--json", str(path))[0] == 0
    titles = [row["competitor"] for row in json.loads(path.read_text())["results"]]
    assert titles == ["fastact exact", "fastact fast", "SciPy"]


def test_bench_limits(everything):
    found = everything[1]
    assert [copy["size"] for copy in found["copy"]] == [64]
    assert found["load_store_limit"] >= found["copy"][0]["elements_per_second"] > 0


# JAX and numexpr as far as the competitors use them: the real ones may not be installed.


class StubJaxArray(np.ndarray):
    def block_until_ready(self):
        return np.asarray(self)


STUB_JAX = SimpleNamespace(
    __version__="stub", jit=lambda function: function, config=SimpleNamespace(update=lambda name, value: None),
    nn=SimpleNamespace(
        silu=lambda x: x / (1 + np.exp(-x)), softmax=lambda x: fa.softmax(np.asarray(x)).view(StubJaxArray)),
)
STUB_JAX_NUMPY = SimpleNamespace(asarray=lambda array: array.view(StubJaxArray))


def stub_evaluate(text, local_dict, global_dict, out=None):
    result = eval(text, {"exp": np.exp, **global_dict}, local_dict)
    return result if out is None else np.copyto(out, result) or out


STUB_NUMEXPR = SimpleNamespace(__version__="stub", set_num_threads=lambda n: None, evaluate=stub_evaluate)


@pytest.mark.parametrize("title, functions", [
    ("JAX", {"silu", "softmax", "swiglu", "add_silu"}), ("numexpr", {"silu", "swiglu", "add_silu"}),
])
@pytest.mark.parametrize("more", [[], ["--allocate"]], ids=" ".join)
def test_bench_with_stubs(title, functions, more, monkeypatch, tmp_path):
    for name, stub in [("jax", STUB_JAX), ("jax.numpy", STUB_JAX_NUMPY), ("numexpr", STUB_NUMEXPR)]:
        monkeypatch.setitem(sys.modules, name, stub)
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    path = tmp_path / "results.json"
    names = ["silu", "softmax", "swiglu", "add_silu", "hardshrink"]
    assert in_process("bench", *names, *QUICK, *more, "--peers", "jax", "numexpr", "--json", str(path))[0] == 0
    rows = [row for row in json.loads(path.read_text())["results"] if row["competitor"] == title]
    assert {row["function"] for row in rows} == functions
    assert {row["allocates"] for row in rows} == {title == "JAX" or bool(more)}
    assert all(row["max_ulp"] is not None or title == "numexpr" for row in rows)
    assert "intra_op_parallelism_threads=1" in os.environ["XLA_FLAGS"]


@pytest.mark.parametrize("expressions", [jax.EXPRESSIONS, numexpr.EXPRESSIONS], ids=["JAX", "numexpr"])
def test_expressions_name_functions_of_the_catalogue(expressions):
    assert expressions.keys() <= fa.activations.keys()
    for text in expressions.values():
        compile(text, "expression", "eval")


def test_jax_and_numexpr_if_installed():
    """The real blocks compute the same as ours."""
    for title, expressions in [("JAX", jax.EXPRESSIONS), ("numexpr", numexpr.EXPRESSIONS)]:
        module, make = registry.PEERS[title]
        if not registry.peer_versions()[module]:
            continue
        for operation in operations().values():
            inputs = operation.inputs(64, "float32")
            out = operation.output(inputs)
            call = make(operation, inputs, out)
            assert call or operation.name not in expressions
            if call:
                np.testing.assert_allclose(calls.results(call, out)[0], operation.expected(inputs), 1e-3, 1e-3)


# --------------------------------------------------------------- plot, performance ----


def row(function, size, competitor, seconds, exact, fast):
    return {"function": function, "size": size, "elements": size, "competitor": competitor, "seconds": seconds,
            "elements_per_second": size / seconds, "allocates": False, "time_over_exact": exact, "time_over_fast": fast}


@pytest.fixture
def results(tmp_path):
    """A file with made-up times: silu wins, relu loses to PyTorch in the exact variant."""
    rows = []
    for size in (64, 65536):
        for function, times in {"silu": (2, 1, 4, 8), "relu": (2, 1, 1.5, 9)}.items():
            for title, time in zip(["fastact exact", "fastact fast", "PyTorch", "SciPy"], times, strict=True):
                rows.append(row(function, size, title, time * size * 1e-9, time / times[0], time / times[1]))
    run = {
        "fastact": "0", "cpu": {"name": "CPU", "cores": 2}, "target": "x86-64", "threads": 1, "python": "3",
        "versions": {"torch": "2", "scipy": None}, "dtype": "float32", "direction": "forward", "inputs": "ordinary",
        "allocate": False, "copy": [{"size": size, "elements_per_second": 1e9} for size in (64, 65536)],
        "load_store_limit": 9e9, "results": rows,
    }
    path = tmp_path / "results.json"
    path.write_text(json.dumps(run), encoding="utf-8")
    return path


def test_plot(results, tmp_path):
    pytest.importorskip("matplotlib")
    status, out, err = in_process("plot", str(results), "-o", str(tmp_path / "picture.png"))
    assert (status, err) == (0, "")
    written = [tmp_path / "picture.png", tmp_path / "picture-ratios.png"]
    assert out.split() == [str(path) for path in written]
    for path in written:
        assert path.read_bytes().startswith(b"\x89PNG")


def test_plot_of_a_run(everything, tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "results.json"
    path.write_text(json.dumps(everything[1]), encoding="utf-8")
    assert in_process("plot", str(path), "-o", str(tmp_path / "picture.svg"))[0] == 0


def test_plot_draws_the_limits(results):
    pytest.importorskip("matplotlib")
    figure = plots.speeds(performance.read(results), ["silu", "relu"])
    assert {text.get_text() for text in figure.legends[0].get_texts()} == {
        "fastact exact", "fastact fast", "PyTorch", "SciPy", "np.copyto", "load/store limit"}


def test_plot_without_matplotlib(results, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # as if it were not installed
    status, _, err = in_process("plot", str(results))
    assert status == 1
    assert "pip install 'fastact[plot]'" in err


@pytest.mark.parametrize("more, expected", [
    (["--functions", "mish"], "not measured: mish"), (["-o", "picture.nonsense"], "nonsense"),
], ids=["function", "format"])
def test_plot_refuses(more, expected, results, tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    status, _, err = in_process("plot", str(results), *more)
    assert status == 2
    assert expected in err


def test_performance(results):
    status, out, err = in_process("performance", str(results))
    assert (status, err) == (0, "")
    # Geometric means against PyTorch, the best in every cell: of 4/2 and 1.5/2, of 4 and 1.5.
    assert "| 64 | the best of them | 2 | 1.22 | 2.45 |" in out
    assert "| silu | 2.00 / 4.00 | 2.00 / 4.00 |" in out
    losses = out.partition("### Losses")[2]
    assert "faster: 2." in losses
    assert "| 0.750 | relu | exact | 65,536 | PyTorch | float32, forward, x86-64 |" in losses
    assert losses.count("| 0.750 | relu | exact |") == 2
    assert "silu" not in losses


def test_performance_fills_a_document(results, tmp_path):
    document = tmp_path / "performance.md"
    document.write_text(f"before\n{performance.BEGIN}\nold\n{performance.END}\nafter\n", encoding="utf-8")
    for _ in range(2):  # the second time over what the first wrote
        assert in_process("performance", str(results), "--into", str(document))[0] == 0
    text = document.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith(f"{performance.END}\nafter\n")
    assert "old" not in text
    assert text.count("### Losses") == 1


def test_performance_needs_the_marks(results, tmp_path):
    document = tmp_path / "performance.md"
    document.write_text("no marks", encoding="utf-8")
    status, _, err = in_process("performance", str(results), "--into", str(document))
    assert status == 2
    assert performance.BEGIN in err
    assert document.read_text(encoding="utf-8") == "no marks"


# ---------------------------------------------------------------------------- errors ----


@pytest.mark.parametrize("argv, expected", [
    (["frobnicate"], "'info', 'list', 'inspect', 'bench'"),
    (["list", "gelu_tan"], "gelu_tanh"),
    (["bench", "frobnicate"], "swiglu"),
    (["bench", "--sizes", "0"], "'0' is no positive integer"),
    (["bench", "--sizes", "64", "many"], "'many' is no positive integer"),
    (["bench", "--sizes", "1.5"], "'1.5' is no positive integer"),
    (["bench", "--threads", "0"], "from 1 to 4096"),
    (["bench", "--threads", "two"], "two"),
    (["bench", "--seconds", "nan"], "'nan' is no positive number"),
    (["bench", "--seconds", "-1"], "'-1' is no positive number"),
    (["bench", "--dtype", "int8"], "float64"),
    (["bench", "--accuracy", "sloppy"], "exact"),
    (["bench", "--inputs", "nice"], "tails"),
    (["bench", "--peers", "tensorflow"], "onnxruntime"),
    (["plot"], "FILE"),
    (["plot", "no-such-file.json"], "no-such-file.json"),
    (["performance", __file__], "test_command_line.py"),
    (["bench", "--json", os.path.join("no", "such", "folder", "file")], "no"),
], ids=" ".join)
def test_wrong_arguments(argv, expected):
    status, out, err = in_process(*argv)
    assert (status, out) == (2, "")
    assert expected in err


def test_no_traceback():
    status, _, err = in_subprocess("bench", "frobnicate")
    assert status == 2
    assert "Traceback" not in err


def test_violated_bound(monkeypatch):
    monkeypatch.setattr(competitors, "bound", lambda operation, accuracy, dtype: 0.01 if accuracy == "exact" else 1e9)
    status, _, err = in_process("bench", "relu", "tanh", *QUICK, "--no-peers")
    assert status == 1
    assert err.startswith("tanh, exact: 0.")
    assert len(err.splitlines()) == 1


def test_nan_violates_every_bound(monkeypatch):
    monkeypatch.setattr(competitors, "measure_error", lambda *args: (math.inf, 1.0))
    assert in_process("bench", "relu", *QUICK, "--no-peers")[0] == 1


def test_interrupt(monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(cells, "measure_cell", interrupted)
    status, _, err = in_process("bench", "relu", *QUICK, "--no-peers")
    assert (status, err) == (130, "interrupted\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows reports a closed pipe as another error")
def test_closed_pipe():
    process = subprocess.Popen(
        command("bench", "relu", *QUICK, "--no-peers"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


# ----------------------------------------------------------------------------- parts ----


def test_ulp_error():
    tiny, one = 2.0**-149, 2.0**-23
    result = np.array([1, 1 + one, 0, tiny, np.inf, np.nan, np.nan, 1, np.inf, -np.inf], np.float32)
    expected = np.array([1, 1, 0, 3.25 * tiny, np.inf, np.nan, 1, np.nan, 1e30, np.inf])
    inf = np.inf
    np.testing.assert_array_equal(
        ulp.errors(result, expected), [0, 1, 0, 2.25, 0, 0, inf, inf, inf, inf])


def test_onnx_model():
    runtime = pytest.importorskip("onnxruntime")
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    x, up = np.array([-1, 0, 300], np.float32), np.array([2, 3, -4], np.float32)

    def run(text, kind="ridge", **inputs):
        model = onnx_model(text, x.dtype, kind, opset=20)
        return runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"]).run(None, inputs)[0]

    np.testing.assert_array_equal(run("Relu", x=x), [0, 0, 300])
    np.testing.assert_array_equal(run("LeakyRelu(alpha=0.5)", x=x), [-0.5, 0, 300])
    np.testing.assert_array_equal(run("Softmax(axis=-1)", x=x), [0, 0, 1])
    np.testing.assert_array_equal(run("Relu", "gated", x=x, up=up), [0, 0, -1200])
    np.testing.assert_array_equal(run("Relu", "added", x=x, up=up), [1, 3, 296])
    np.testing.assert_allclose(run("Gelu(approximate='tanh')", x=x), fa.gelu_tanh(x), rtol=1e-6)


def test_what_takes_long_is_timed_once(monkeypatch):
    monkeypatch.setattr(timing, "SLOW", 1e-3)
    times = timing.interleave({"slow": lambda: sum(range(1_000_000)), "quick": lambda: None}, 1e-3)
    assert len(times["slow"]) == 1
    assert len(times["quick"]) >= 3
    assert len(timing.interleave({"slow": lambda: sum(range(1_000_000))}, 1e-3)["slow"]) == 1


def test_interleave():
    """Slow calls stop after three rounds; every call gets at least three."""
    calls = dict.fromkeys("ab", lambda: None) | {"slow": lambda: sum(range(100_000))}
    times = timing.interleave(calls, 1e-3)
    assert len(times["slow"]) == 3
    assert len(times["a"]) == len(times["b"]) >= 3
    assert len(timing.interleave({"slow": calls["slow"]}, 1e-9)["slow"]) == 3


@pytest.mark.parametrize("value, text", [
    (0, "0"), (None, ""), (0.0412, "0.0412"), (1, "1.00"), (0.99951, "1.00"), (83.44, "83.4"), (2790.8, "2,791"),
    (16777164.2, "1.7e7"), (1.5e15, "1.5e15"), (math.inf, "inf"),
])
def test_format_number(value, text):
    assert format_number(value) == text


@pytest.mark.parametrize("seconds, text", [
    (3.2e-7, "320 ns"), (7.71e-6, "7.71 µs"), (3.85e-3, "3.85 ms"), (2, "2.00 s"),
])
def test_format_time(seconds, text):
    assert format_time(seconds) == text
