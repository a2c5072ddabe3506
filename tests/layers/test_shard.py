"""Feed-forward blocks in shards, here and on a cluster of processes."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fastact as fa

U = 2.0**-24  # unit roundoff of float32
EXAMPLE = Path(__file__).parents[2] / "examples" / "dask_ffn.py"


def arrays(*shapes):
    rng = np.random.default_rng(5)
    return [rng.standard_normal(shape).astype(np.float32) for shape in shapes]


def magnitudes(layer, x):
    """Sums of |hidden| |weight| and |bias| for each result."""
    up, down = layer.products
    matrices, biases = up.packed.unpack()
    kind = fa.GatedProjection if len(matrices) == 2 else fa.Projection
    names = kind.arguments[:len(matrices)] + kind.arguments[-len(matrices):]
    hidden = kind(**dict(zip(names, matrices + biases, strict=True)), activation=layer.activation)(x)
    (w,), (bias,) = down.packed.unpack()
    return np.abs(hidden, dtype=np.float64) @ np.abs(w, dtype=np.float64).T + np.abs(bias)


LAYERS = {
    "GatedMLP": lambda hidden: fa.GatedMLP(*arrays((hidden, 24), (hidden, 24), (10, hidden)), activation="gelu"),
    "with biases": lambda hidden: fa.GatedMLP(
        *arrays((hidden, 24), (hidden, 24), (10, hidden)), ("leaky_relu", {"negative_slope": 0.25}),
        *arrays(hidden, hidden, 10), accuracy="fast"),
    "MLP": lambda hidden: fa.MLP(*arrays((hidden, 24), (10, hidden), hidden, 10)),
    "bfloat16": lambda hidden: fa.GatedMLP(
        *arrays((hidden, 24), (hidden, 24), (10, hidden)), "swiglu_clamped", weight_dtype="bfloat16"),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize(("hidden", "count"), [(64, 1), (64, 2), (67, 3), (67, 5), (7, 7)])
def test_the_results_of_shards_add_up(name, hidden, count):
    layer = LAYERS[name](hidden)
    x = arrays((9, 24))[0]
    shards = [layer.shard(i, count) for i in range(count)]
    assert sum(shard.products[0].packed.out_features for shard in shards) == hidden
    total = sum(shard(x) for shard in shards)
    # 1.01: the magnitudes are themselves of rounded hidden values.
    bound = 1.01 * 2 * (hidden + count + 2) * U * magnitudes(layer, x)
    assert (abs(total.astype(np.float64) - layer(x)) <= bound).all()
    for shard in shards:
        assert type(shard) is type(layer)
        assert (shard.activation, shard.accuracy) == (layer.activation, layer.accuracy)
        assert shard.weight_dtype == layer.weight_dtype
        assert (shard.in_features, shard.out_features) == (24, 10)
    assert count == 1 or max(shard.nbytes for shard in shards) < layer.nbytes or hidden == 7


def test_one_shard_of_one_is_the_whole():
    layer = LAYERS["with biases"](40)
    x = arrays((3, 24))[0]
    assert layer.shard(0, 1)(x).tobytes() == layer(x).tobytes()
    assert layer.shard(np.int64(0), np.int64(1)).out_features == 10


def test_only_the_first_has_the_bias():
    layer = fa.MLP(np.zeros((4, 3)), np.zeros((2, 4)), b2=[5, 7], activation="relu")
    x = np.ones(3, np.float32)
    assert layer.shard(0, 2)(x).tolist() == [5, 7]
    assert layer.shard(1, 2)(x).tolist() == [0, 0]


@pytest.mark.parametrize(("index", "count", "message"), [
    (0, 0, "count must be from 1 to the 5 hidden units, not 0"), (0, 6, "5 hidden units, not 6"),
    (2, 2, "index must be from 0 to 1, not 2"), (-1, 2, "index must be from 0 to 1, not -1")])
def test_no_such_shard(index, count, message):
    with pytest.raises(ValueError, match=message):
        fa.GatedMLP(*arrays((5, 3), (5, 3), (2, 5))).shard(index, count)
    with pytest.raises(TypeError):
        fa.MLP(*arrays((5, 3), (2, 5))).shard(0.0, 2)


def test_on_a_cluster_of_processes():
    """The example compares with the local result itself, and fails if it differs."""
    pytest.importorskip("distributed", reason="dask.distributed is not installed")
    if not EXAMPLE.exists():
        pytest.skip("no source tree")
    done = subprocess.run(
        [sys.executable, EXAMPLE, "--tokens=600", "--features=96", "--hidden=251", "--chunk=128", "--workers=3"],
        capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same bits; weights sent to 3 workers, at most 1 times" in done.stdout
    share = float(re.search(r"([\d.e+-]+) of the float32 bound \(ok\)", done.stdout)[1])
    assert 0 < share <= 1  # other sums than here, or there were no shards
