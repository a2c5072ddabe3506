"""Every example of the guide, the home page and the README runs and prints what is written."""

import doctest
import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

import fastact as fa

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [path for path in [DOCS.parent / "README.md", DOCS / "index.md", *sorted((DOCS / "guide").glob("*.md"))] if path.exists()]
NEEDED = ["torch", "onnx", "dask", "scipy", "gguf"]  # packages that a page's examples may import or ask for
FORMATS = {"fa.formats.gguf": "gguf"}

pytestmark = pytest.mark.skipif(not PAGES, reason="the documentation is not here")


def examples(text):
    """The examples of a page as one text, with the lines where they were."""
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return "\n".join(block for block in blocks if ">>>" in block)


def missing(text):
    """The packages that the examples need and that are not installed."""
    found = [name for name in NEEDED if re.search(rf"\b(import|from) {name}\b|fastact\.{name}\b", text)]
    found += [package for use, package in FORMATS.items() if use in text]
    return [name for name in found if importlib.util.find_spec(name) is None]


def small_model(path):
    """A GGUF file with one feed-forward block."""
    import gguf

    writer = gguf.GGUFWriter(path, "llama")
    rng = np.random.default_rng(0)
    for name, shape in [("gate", (256, 64)), ("up", (256, 64)), ("down", (64, 256))]:
        array = gguf.quants.quantize(rng.standard_normal(shape).astype(np.float32), gguf.GGMLQuantizationType.Q8_0)
        writer.add_tensor(f"blk.0.ffn_{name}.weight", array, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_examples(path, tmp_path, monkeypatch):
    text = examples(path.read_text(encoding="utf-8"))
    if not text:
        pytest.skip("no examples")
    if absent := missing(text):
        pytest.skip(f"needs {', '.join(absent)}")
    monkeypatch.chdir(tmp_path)
    if "model.gguf" in text:
        small_model("model.gguf")
    threads, accuracy = fa.get_num_threads(), fa.get_accuracy()
    try:
        test = doctest.DocTestParser().get_doctest(text, {}, path.stem, str(path), 0)
        runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
        with np.printoptions():  # pages set the precision
            runner.run(test)
        assert runner.summarize(verbose=False).failed == 0
    finally:
        fa.set_num_threads(threads)
        fa.set_accuracy(accuracy)


def test_there_are_examples():
    assert sum(examples(path.read_text(encoding="utf-8")).count(">>>") for path in PAGES) > 60
