"""The typing stubs: what people write passes `mypy --strict`, and the stubs say what the modules have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import fastact as fa

pytest.importorskip("mypy")

WRITTEN = """
import pathlib
import numpy as np
import fastact as fa

w = np.ones((3, 4), np.float32)
ffn: fa.GatedMLP = fa.GatedMLP(w, w, w.T, ("swiglu_clamped", {"limit": 3.0}), weight_dtype="float32")
ffn.save(pathlib.Path("ffn"))
loaded: fa.GatedMLP = fa.GatedMLP.load("ffn", mmap=False)
part: fa.GatedMLP = ffn.shard(0, 2)
address: int = fa.c_api.addresses["gelu_f32"] + fa.c_api.table
header: str = fa.get_include() + fa.c_api.declarations["gelu_f32"]
project = fa.Projection(w, activation=fa.gelu, accuracy="fast")
y = project(np.ones(4, np.float32), out=np.empty(3, np.float32))
total: int = project.in_features + project.out_features + project.nbytes
q, k, v = fa.Projection([w, w, fa.quantize(w, "int8")], bias=[None, [1, 2, 3], None])(y, out=np.empty(9, np.float32))
described: str = project.kernel + project.weight_dtype
fa.GatedProjection(w, w, fa.swiglu_clamped)
fa.MLP(w, w.T, activation=(fa.elu, {"alpha": 1}))
h = fa.gated_projection(y, w, w, out=y)
packed: fa.QuantizedArray = fa.quantize(w, "int4", group=32, minimum=True)
same: fa.QuantizedArray = fa.QuantizedArray({"codes": w, "scales": w}, packed.format, packed.shape, group=packed.group)
dense = fa.dequantize(fa.QuantizedArray(bytes(34), "q8_0", [1, 32])[0], out=np.empty(32, np.float32))
weights = fa.formats.gguf.load(pathlib.Path("model.gguf"))
names: list[str] = [*weights, *fa.formats.safetensors.load("folder").metadata]
fa.quantize(w, "q4_k")  # type: ignore[arg-type]
experts: fa.Experts = fa.Experts([w, w], (w[None], w[None])[0], order="interleaved", shared=ffn, weight_dtype=None)
fa.Experts((q, q), [q], gated=True).shard(0, 2, by="hidden").save("experts")
ids, factors = fa.route(w, 2, "sigmoid", bias=w[0], groups=2, top_groups=1)
z = fa.Experts.load("experts")(w, ids, factors, weight_on="input", out=w)
fa.MLP(w, w.T, layout="columns")  # type: ignore[arg-type]
fa.MLP.load(3)  # type: ignore[arg-type]
"""


def run(*arguments, folder):
    source = str(Path(fa.__file__).parent.parent)
    path = {} if "site-packages" in source else {"MYPYPATH": source, "PYTHONPATH": source}
    result = subprocess.run([sys.executable, "-m", *arguments], cwd=folder, env=os.environ | path,
                            capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr


def test_what_people_write_is_well_typed(tmp_path):
    (tmp_path / "written.py").write_text(WRITTEN)
    run("mypy", "--strict", "--follow-imports=silent", "written.py", folder=tmp_path)


def test_the_stub_has_what_the_module_has(tmp_path):
    run("mypy.stubtest", "--ignore-missing-stub", "fastact._layers.layer", "fastact._layers.projections",
        "fastact._layers.mlp", "fastact._layers.experts", "fastact._layers.route", "fastact.c_api",
        "fastact._formats.array", "fastact.formats.gguf", "fastact.formats._weights", folder=tmp_path)
