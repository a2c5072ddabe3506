"""Files and pickles of projections: what comes back, from other targets too, and what is refused."""

import copy
import json
import mmap
import os
import pickle
import re
import stat
import struct
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fastact as fa
from fastact._formats import FORMATS
from fastact._formats import container
from fastact._layers import files
from fastact._formats.container import PREFIX
from fastact._layers.files import Layout
from fastact._runtime import dispatch
from helpers import MEASURED, bfloat16, run_python, same_bits


def arrays(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(np.float32) for shape in shapes]


MAKERS = {
    "Projection": lambda w, v, d, b, c, **more: fa.Projection(w, b, activation=("elu", {"alpha": 0.3}), **more),
    "GatedProjection": lambda w, v, d, b, c, **more: fa.GatedProjection(w, v, "swiglu_clamped", b, **more),
    "MLP": lambda w, v, d, b, c, **more: fa.MLP(w, d, None, c, **more),
    "GatedMLP": lambda w, v, d, b, c, **more: fa.GatedMLP(w, v, d, None, b, -b, c, accuracy="exact", **more),
}
X, *WEIGHTS = arrays((9, 35), (50, 35), (50, 35), (20, 50), 50, 20)


CASES = [(name, dtype) for name in MAKERS for dtype in FORMATS]


@pytest.fixture(params=CASES, ids=" ".join)
def layer(request):
    name, dtype = request.param
    return MAKERS[name](*WEIGHTS, weight_dtype=dtype)


@pytest.fixture
def saved(tmp_path):
    """A file, and the layer in it."""
    layer = MAKERS["GatedMLP"](*WEIGHTS)
    layer.save(tmp_path / "layer")
    return tmp_path / "layer", layer


def settings_of(layer):
    return type(layer), repr(layer), layer.activation, layer.weight_dtype, layer.accuracy, layer.nbytes


def assert_same(loaded, layer, x=X):
    assert settings_of(loaded) == settings_of(layer)
    assert same_bits(loaded(x), layer(x))


def memory_of(layer):
    """What owns the memory of each packed array."""
    owners = []
    for product in layer.products:
        for array in product.packed.arrays():
            while (below := getattr(array, "obj" if isinstance(array, memoryview) else "base", None)) is not None:
                array = below
            owners.append(array)
    return owners


# ------------------------------------------------------------------------------- files --


@pytest.mark.parametrize("mapped", [True, False])
def test_load_returns_what_save_wrote(layer, tmp_path, mapped):
    path = tmp_path / "layer"
    assert layer.save(path) is None
    loaded = type(layer).load(path, mmap=mapped)
    assert_same(loaded, layer)
    assert [isinstance(owner, mmap.mmap) for owner in memory_of(loaded)] == [mapped] * 2 * len(layer.products)
    for product in loaded.products:
        for array in product.packed.arrays():
            assert array.ctypes.data % 64 == 0
    assert os.listdir(tmp_path) == ["layer"]


def test_mapped_by_default(saved):
    path, layer = saved
    loaded = fa.GatedMLP.load(path)
    assert all(isinstance(owner, mmap.mmap) for owner in memory_of(loaded))
    assert not any(array.flags.writeable for product in loaded.products for array in product.packed.arrays())
    assert_same(loaded, layer)


@pytest.mark.parametrize("kind", [str, Path, os.fsencode, lambda path: os.path.relpath(path)])
def test_any_path(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    layer = fa.Projection(WEIGHTS[0])
    layer.save(kind(tmp_path / "layer"))
    assert_same(fa.Projection.load(kind(tmp_path / "layer")), layer)


@pytest.mark.parametrize("n, k", [(0, 5), (5, 0), (0, 0), (1, 1), (33, 1), (100, 65)])
@pytest.mark.parametrize("mapped", [True, False])
def test_sizes(tmp_path, n, k, mapped):
    x, w, v, d, bias = arrays((7, k), (n, k), (n, k), (3, n), n)
    for layer in (fa.Projection(w, bias), fa.GatedProjection(w, v), fa.MLP(w, d), fa.GatedMLP(w, v, d)):
        layer.save(tmp_path / "layer")
        assert_same(type(layer).load(tmp_path / "layer", mapped), layer, x)
        assert_same(pickle.loads(pickle.dumps(layer)), layer, x)


@pytest.mark.parametrize("activation", [
    None, "gelu", ("leaky_relu", {"negative_slope": 1 / 3}), ("hard_tanh", {"max_val": float("inf")}),
    fa.get("keras.leaky_relu"), "keras.leaky_relu", fa.elu.with_parameters(alpha=3.5)])
def test_parameters_are_kept(tmp_path, activation):
    layer = fa.Projection(WEIGHTS[0], activation=activation)
    layer.save(tmp_path / "layer")
    for other in (fa.Projection.load(tmp_path / "layer"), pickle.loads(pickle.dumps(layer)), copy.copy(layer)):
        assert_same(other, layer)


def test_a_subclass_is_loaded_as_itself(tmp_path):
    class Feed(fa.MLP):
        pass

    Feed(WEIGHTS[0], WEIGHTS[2]).save(tmp_path / "layer")
    assert type(Feed.load(tmp_path / "layer")) is Feed
    assert type(fa.MLP.load(tmp_path / "layer")) is fa.MLP


def test_a_loaded_layer_can_be_saved_and_pickled(saved, tmp_path):
    path, layer = saved
    loaded = fa.GatedMLP.load(path)
    loaded.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == path.read_bytes()
    assert_same(pickle.loads(pickle.dumps(loaded)), layer)
    loaded.save(path)  # over the file that it is mapped from
    assert_same(loaded, layer)
    assert_same(fa.GatedMLP.load(path), layer)


def test_files_are_the_size_of_the_weights(tmp_path):
    layer = fa.Projection(np.ones((300, 1000)))
    layer.save(tmp_path / "layer")
    assert layer.nbytes <= (tmp_path / "layer").stat().st_size <= layer.nbytes + 3 * 4096


# ---------------------------------------------------------------------- while it is used --


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps files that are mapped")
def test_a_mapped_file_may_be_deleted_or_replaced(saved):
    path, layer = saved
    loaded = fa.GatedMLP.load(path)
    MAKERS["GatedMLP"](*(2 * w for w in WEIGHTS)).save(path)
    assert_same(loaded, layer)
    path.unlink()
    assert_same(loaded, layer)


def test_copies_share_the_weights(layer, saved):
    for one in (layer, fa.GatedMLP.load(saved[0])):
        for other in (copy.copy(one), copy.deepcopy(one)):
            assert other is not one
            assert_same(other, one)
            assert all(a is b for a, b in zip(memory_of(other), memory_of(one), strict=True))
            other.accuracy = "fast"
        assert one.accuracy != "fast"


class Full(OSError):
    pass


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_what_fails_leaves_everything_as_it_was(saved, monkeypatch, function):
    path, layer = saved
    before = path.read_bytes()

    def fail(*arguments):
        raise Full

    monkeypatch.setattr(container.os, function, fail)
    for target in (path, path.with_name("new")):
        with pytest.raises(Full):
            fa.Projection(WEIGHTS[0]).save(target)
    assert os.listdir(path.parent) == [path.name]
    assert path.read_bytes() == before


def test_paths_that_cannot_be_written(tmp_path):
    layer = fa.Projection(WEIGHTS[0])
    with pytest.raises(IsADirectoryError):
        layer.save(tmp_path)
    with pytest.raises(FileNotFoundError) as caught:
        layer.save(tmp_path / "none" / "layer")
    assert caught.value.filename == str(tmp_path / "none" / "layer")
    for path in (None, 3.5, ["layer"]):
        with pytest.raises(TypeError):
            layer.save(path)
    assert not os.listdir(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="of POSIX")
def test_permissions_and_links(saved, tmp_path):
    path, layer = saved
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    link = tmp_path / "link"
    link.symlink_to(path)
    fa.Projection(WEIGHTS[0]).save(link)
    assert link.is_symlink()
    assert_same(fa.Projection.load(path), fa.Projection(WEIGHTS[0]))


# ------------------------------------------------------------- other targets, processes --


def test_every_target_reads_every_other(matmul_target, tmp_path):
    """Saved there and here, loaded here and there; the weights are the same to the bit."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir(), there.mkdir()
    layers = [MAKERS[name](*WEIGHTS, weight_dtype=dtype) for name, dtype in CASES]
    for number, layer in enumerate(layers):
        layer.save(here / f"{number} {type(layer).__name__}")
    run_python("""
        import pickle, sys, pathlib
        import fastact as fa
        here, there = map(pathlib.Path, sys.argv[1:])
        for path in sorted(here.iterdir()):
            kind = getattr(fa, path.name.split()[1])
            layers = [kind.load(path), kind.load(path, mmap=False)]
            layers[0].save(there / path.name)
            (there / (path.name + " pickled")).write_bytes(pickle.dumps(layers))
    """, here, there, FASTACT_TARGET=matmul_target)
    for number, layer in enumerate(layers):
        name = f"{number} {type(layer).__name__}"
        loaded = [type(layer).load(there / name), type(layer).load(there / name, mmap=False)]
        for other in loaded + pickle.loads((there / f"{name} pickled").read_bytes()):
            assert_same(other, layer)
        if matmul_target == dispatch.matmul_target:
            assert (there / name).read_bytes() == (here / name).read_bytes()
        same = layout_of(here / name) == layout_of(there / name)
        assert isinstance(memory_of(loaded[0])[0], mmap.mmap) == same


def layout_of(path):
    return header_of(path.read_bytes())["layout"]


@pytest.mark.parametrize("weight_dtype, size", [("float32", 4), ("float16", 2), ("bfloat16", 2)])
def test_pickles_are_the_size_of_the_weights(weight_dtype, size):
    shapes = [(800, 300), (800, 300), (300, 800)]
    layer = fa.GatedMLP(*arrays(*shapes), weight_dtype=weight_dtype)
    data = pickle.dumps(layer)
    assert len(data) <= 1.02 * size * 3 * 800 * 300 + 10000
    x, = arrays((3, 300))
    assert_same(pickle.loads(data), layer, x)


def test_processes_share_a_file(saved):
    path, layer = saved
    result = run_python("""
        import multiprocessing, sys
        import numpy as np, fastact as fa
        def work(layer):
            return layer(np.ones(35, np.float32)).tobytes()
        if __name__ == "__main__":
            layer = fa.GatedMLP.load(sys.argv[1])
            with multiprocessing.get_context("fork").Pool(2) as pool:
                assert set(pool.map(work, [layer] * 4)) == {work(layer)}
    """ if hasattr(os, "fork") else "pass", path)
    assert result.returncode == 0


# ------------------------------------------------------------------------------- layouts --

LAYOUTS = [Layout(4, 1, 1), Layout(16, 1, 1), Layout(16, 2, 2), Layout(16, 32, 2), Layout(32, 4, 4), Layout(3, 6, 2)]


def packed_one_by_one(layout, matrices):
    """Packed weights, each entry put into its place."""
    operands, (n, k) = len(matrices), matrices[0].shape
    packed = np.zeros(layout.shape(operands, k, n), matrices[0].dtype)
    for operand, matrix in enumerate(matrices):
        for column in range(n):
            vector, lane = divmod(column, layout.lanes)
            panel, vector = (vector, operand) if operands == 2 else divmod(vector, 2)
            for depth in range(k):
                block, inside = divmod(depth, layout.block)
                place = panel, block, vector, inside // layout.group, lane, inside % layout.group
                packed[place] = matrix[column, depth]
    return packed


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("operands", [1, 2])
@pytest.mark.parametrize("n, k", [(1, 1), (17, 5), (70, 33), (0, 4), (4, 0)])
def test_layouts(layout, operands, n, k):
    matrices = arrays(*[(n, k)] * operands)
    found = layout.unpack(packed_one_by_one(layout, matrices).ravel(), operands, k, n)
    assert len(found) == operands
    for one, matrix in zip(found, matrices, strict=True):
        assert same_bits(one, matrix)


@pytest.mark.parametrize("operands", [1, 2])
@pytest.mark.parametrize("weight_dtype", FORMATS)
def test_own_layout_is_what_the_kernels_read(operands, weight_dtype):
    matrices = [matrix.astype(np.float16).astype(np.float32) for matrix in arrays(*[(70, 33)] * operands)]
    if weight_dtype == "bfloat16":
        matrices = [(matrix.view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32) for matrix in matrices]
    format = FORMATS[weight_dtype]
    packed = dispatch.matmul.Packed(matrices, [None] * operands, format)
    stored = [format.pack(matrix) for matrix in matrices]
    layout = Layout(*dispatch.matmul.layouts[format.packed_form])
    assert same_bits(packed.arrays()[0], packed_one_by_one(layout, stored).ravel())
    for one, matrix in zip(stored, matrices, strict=True):
        assert same_bits(format.unpack(one), matrix)


def test_sixteen_bits():
    """bfloat16 is kept as its bits; both types come back exactly."""
    w, = arrays((70, 33))
    half = w.astype(np.float16)
    assert same_bits(FORMATS["float16"].unpack(half), half.astype(np.float32))
    if bfloat16 is None:
        pytest.skip("the rest needs ml_dtypes")
    short = w.astype(bfloat16)
    assert same_bits(FORMATS["bfloat16"].unpack(short.view(np.uint16)), short.astype(np.float32))


# ------------------------------------------------------------------------- hostile files --


def header_of(data):
    return json.loads(data[PREFIX.size:header_end(data)])


def header_end(data):
    return PREFIX.size + PREFIX.unpack(data[:PREFIX.size])[2]


def forged(data, version=1, **changes):
    """The file with another header, its checksums right."""
    header = {key: value for key, value in (header_of(data) | changes).items() if value is not ...}
    return assembled(json.dumps(header).encode(), data[4096:], version)


def assembled(text, sections, version=1):
    """A file of this header and what follows it from the first page's end on."""
    room = max(4096, -(-(PREFIX.size + len(text)) // 4096) * 4096)
    prefix = struct.pack("<8sIIQI", container.MAGIC, version, len(text), room + len(sections), zlib.crc32(text))
    head = prefix + struct.pack("<I", zlib.crc32(prefix)) + text
    return head + bytes(room - len(head)) + sections


def refused(path, data, match=None, kind=fa.GatedMLP):
    path.write_bytes(data)
    for mapped in (True, False):
        with pytest.raises(ValueError, match=match) as caught:
            kind.load(path, mmap=mapped)
        assert str(path) in str(caught.value)


def test_forged_files_are_read_if_they_make_sense(saved):
    """What the tests below forge is refused for what they changed."""
    path, layer = saved
    path.write_bytes(forged(path.read_bytes()))
    assert_same(fa.GatedMLP.load(path), layer)
    assert_same(fa.GatedMLP.load(path, mmap=False), layer)
    path.write_bytes(forged(path.read_bytes(), accuracy="fast", activation=["elu", {"alpha": 2}]))
    loaded = fa.GatedMLP.load(path)
    assert (loaded.accuracy, loaded.activation) == ("fast", ("elu", {"alpha": 2.0}))


def test_other_byte_order(saved):
    path, layer = saved
    data = path.read_bytes()
    contents = files.read(path, "GatedMLP", (2, 1), mapped=False)
    swapped = [section.byteswap() for section in contents.sections]
    sections = b""
    for section in swapped:
        sections += bytes(-len(sections) % 4096) + section.tobytes()
    other = {"little": "big", "big": "little"}[sys.byteorder]
    path.write_bytes(forged(
        assembled(json.dumps(header_of(data)).encode(), sections),
        byte_order=other, checksums=[zlib.crc32(section) for section in swapped]))
    for mapped in (True, False):
        assert_same(fa.GatedMLP.load(path, mapped), layer)


def test_truncated_at_every_byte(saved):
    path, _ = saved
    data = path.read_bytes()
    end = header_end(data)
    for length in [*range(end + 2), 4095, 4096, 4097, len(data) // 2, len(data) - 4096, len(data) - 1]:
        refused(path, data[:length], "truncated" if 0 < length else "not a file")
    refused(path, data + b"\0", "something was added")


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_every_byte_of_the_header_altered(saved, flip):
    path, _ = saved
    data = bytearray(path.read_bytes())
    end = header_end(data)
    for i in range(end):
        data[i] ^= flip
        path.write_bytes(data)
        with pytest.raises(ValueError):
            fa.GatedMLP.load(path)
        data[i] ^= flip


def test_altered_weights(saved):
    """Read, they are refused; mapped, nobody looks at all of them."""
    path, _ = saved
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match="checksum"):
        fa.GatedMLP.load(path, mmap=False)
    fa.GatedMLP.load(path)
    refused(path, forged(bytes(data), layout={"lanes": 3, "block": 1, "group": 1}), "promises|checksum")


@pytest.mark.parametrize("data", [
    b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04" + bytes(100), b"\x80\x04\x95", bytes(10000), b"\n"])
def test_other_files(tmp_path, data):
    refused(tmp_path / "other", data, "not a file that fastact has saved")


def test_other_versions_and_classes(saved):
    path, _ = saved
    data = path.read_bytes()
    refused(path, forged(data, version=2), "version 2 .* reads version 1")
    refused(path, data, "holds a GatedMLP, not a MLP", fa.MLP)


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        fa.MLP.load(tmp_path / "none")
    with pytest.raises(OSError):
        fa.MLP.load(tmp_path)
    with pytest.raises(TypeError):
        fa.MLP.load(None)


HUGE = [0, -1, 1 << 31, (1 << 40) + 1, 1 << 63, 1 << 64, 10**30, 1.5, "35", None, True, [35]]
FORGERIES = [
    *[{"features": features} for value in HUGE
      for features in ([value, 50, 20], [35, value, 20], [35, 50, value], [35, value, value])],
    {"features": [0, 1 << 40, 0]}, {"features": []}, {"features": [35, 50]}, {"features": [35, 50, 20, 1]},
    {"features": {}}, {"features": ...},
    *[{"layout": {"lanes": lanes, "block": block, "group": group}} for lanes, block, group in [
        (0, 1, 1), (-16, 1, 1), (1 << 62, 1, 1), (16, 0, 1), (16, 1, 0), (16, 3, 2), (16, 1, 16), (16.0, 1, 1),
        (True, 1, 1), (3, 1, 1), (1024, 1024, 1024)]],
    {"layout": {"lanes": 16}}, {"layout": [16, 1, 1]}, {"layout": ...},
    *[{"activation": value} for value in [
        "gelo", 1, [], ["elu"], ["elu", {"alpha": "2"}], ["elu", {"alpha": None}], ["elu", {"beta": 1}],
        ["elu", {"alpha": True}], ["elu", [1]], [None, {}], "softmax", "swiglu", "prelu", {}, ..., ["elu", {}, 1],
        ["elu", {"alpha": 10**400}]]],
    *[{"weight_dtype": value} for value in ["float64", "int8", "float16", 1, None, [], ...]],
    *[{"accuracy": value} for value in ["precise", 1, [], {}, ...]],
    *[{"byte_order": value} for value in ["middle", 1, None, [], ...]],
    *[{"checksums": value} for value in [[], [0] * 3, [-1] * 4, [1 << 32] * 4, ["0"] * 4, None, ...]],
    *[{"class": value} for value in ["MLP", "object", "", 1, None, [], ..., "os.system", "x" * 1000]],
]


@pytest.mark.parametrize("number", range(len(FORGERIES)))
def test_forged_headers(saved, number):
    path, _ = saved
    refused(path, forged(path.read_bytes(), **FORGERIES[number]))


@pytest.mark.parametrize("text", [
    b"", b"null", b"[]", b"3", b"{", b"\xff\xfe", b'"features"', b"[" * 60000, b'{"class":' * 6000, b"NaN",
    b"1" * 50000, b'{"class": "GatedMLP", "class": {}}'], ids=lambda text: str(text[:12]))
def test_headers_that_are_none(saved, text):
    path, _ = saved
    refused(path, assembled(text, path.read_bytes()[4096:]))


def test_a_header_that_is_too_long(saved):
    path, _ = saved
    refused(path, assembled(b" " * 100_000, b""), "100000 bytes")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["lanes", "block", "group", "alpha"]), inner, max_size=3), max_leaves=6)
SMALL = st.integers(-2, 70)
VALUES = {
    "class": st.sampled_from([*MAKERS, "Layer"]), "features": st.lists(SMALL, min_size=2, max_size=4),
    "activation": st.sampled_from([*fa.activations]), "weight_dtype": st.sampled_from(["float16", "bfloat16"]),
    "layout": st.fixed_dictionaries({"lanes": SMALL, "block": SMALL, "group": SMALL}),
    "byte_order": st.sampled_from(["little", "big"]), "accuracy": st.sampled_from([None, "exact", "fast"]),
}
CHANGES = st.dictionaries(st.sampled_from([*VALUES, "checksums"]), JSON, max_size=2).flatmap(
    lambda odd: st.fixed_dictionaries({}, optional=VALUES).map(lambda even: even | odd))


def use(path, kind, mapped):
    """Load a file and call what is in it, unless it is refused; return whether."""
    try:
        layer = kind.load(path, mmap=mapped)
    except ValueError as error:
        assert str(path) in str(error)
        return False
    assert layer.in_features <= 1 << 40
    if layer.in_features < 1000:
        layer(np.ones((3, layer.in_features), np.float32))
        assert pickle.loads(pickle.dumps(layer)).features == layer.features
    return True


@pytest.mark.parametrize("many", [60, pytest.param(6000, marks=pytest.mark.long)])
def test_random_headers(tmp_path, many):
    """With checksums that are right: refused, or a layer that works."""
    path = tmp_path / "layer"
    whole = {}
    for name, make in MAKERS.items():
        make(*WEIGHTS).save(path)
        whole[name] = path.read_bytes()
    worked = 0

    @settings(max_examples=many)
    @given(st.sampled_from([*MAKERS]), CHANGES, st.booleans(), st.booleans(), st.integers(0, 3))
    def run(name, changes, fits, mapped, cut):
        nonlocal worked
        data = forged(whole[name], **changes)
        if fits:  # of the size that the header asks for, zeros all
            try:
                contents = files.checked_header(header_of(data), name, getattr(fa, name).operands)
            except ValueError:
                pass
            else:
                _, end = container.places(4096, contents.types_and_shapes())
                if end <= 1 << 22:
                    data = assembled(json.dumps(header_of(data)).encode(), bytes(max(0, end - 4096)))
        path.write_bytes(data[:len(data) - cut])
        worked += use(path, getattr(fa, name), mapped)

    run()
    assert worked


@pytest.mark.parametrize("many", [300, pytest.param(30000, marks=pytest.mark.long)])
def test_random_bytes_altered(saved, many):
    path, layer = saved
    original, rng = path.read_bytes(), np.random.default_rng(0)
    for _ in range(many):
        data = bytearray(original)
        for place in rng.integers(0, rng.choice([40, 700, len(data)]), rng.integers(1, 5)):
            data[place] = rng.integers(256)
        data = data[:rng.integers(len(data))] if rng.random() < 0.2 else data
        path.write_bytes(data)
        mapped = bool(rng.random() < 0.5)
        if use(path, fa.GatedMLP, mapped) and not mapped:
            assert_same(fa.GatedMLP.load(path), layer)


def altered(part, rng):
    """Bytes set, flipped, taken out or repeated (digits become large numbers) in a few places."""
    for _ in range(rng.integers(1, 6)):
        at, length = (int(rng.integers(most)) for most in (len(part) + 1, 20))
        kind = rng.integers(4)
        if kind == 0:
            part[at:at + 1] = bytes([rng.integers(256)])
        elif kind == 1 and at < len(part):
            part[at] ^= 1 << rng.integers(8)
        elif kind == 2:
            del part[at:at + length]
        else:
            part[at:at] = part[max(0, at - length):at]
    return part


def mutated(data, rng):
    """A file altered at random: anywhere, or in its header or a number of it, with checksums that are right."""
    text, sections = data[PREFIX.size:header_end(data)], data[4096:]
    kind = rng.integers(4)
    if kind == 0:
        return bytes(altered(bytearray(data), rng))
    if kind == 1:
        return bytes(altered(bytearray(data[:header_end(data)]), rng)) + data[header_end(data):]
    if kind == 2:
        text = bytes(altered(bytearray(text), rng))
    else:
        numbers = [*re.finditer(rb"(?<![\w.])\d+(?![\w.])", text)]
        number = numbers[rng.integers(len(numbers))]
        other = str(rng.choice([0, 1, 2, 7, 64, 65, 2**20, 2**31, 2**32 + 1, 2**40, 2**62])).encode()
        text = text[:number.start()] + other + text[number.end():]
    if rng.random() < 0.2:
        sections = bytes(altered(bytearray(sections), rng))
    return assembled(text, sections)


@pytest.mark.parametrize("seconds", [
    2, pytest.param(float(os.environ.get("FASTACT_FUZZ_SECONDS", "600")), marks=pytest.mark.long)], ids=["short", "long"])
def test_mutated_files(tmp_path, seconds):
    """Every class and type of weights, by mutation, for so long: refused, or a layer that works.  --errors counts."""
    whole = []
    for name, dtype in CASES:
        MAKERS[name](*WEIGHTS, weight_dtype=dtype).save(tmp_path / "layer")
        whole.append((getattr(fa, name), (tmp_path / "layer").read_bytes()))
    rng, done, taken = np.random.default_rng(1), 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        kind, data = whole[rng.integers(len(whole))]
        (tmp_path / "layer").write_bytes(mutated(data, rng))
        taken += use(tmp_path / "layer", kind, bool(rng.random() < 0.5))
        done += 1
    assert done > 100 * min(seconds, 60) / 10 and 0 < taken < done
    MEASURED.append((f"mutated files in {seconds:g} s", f"{done} tried, {taken} taken, all others refused"))


def test_neither_numbers_nor_pipes_are_paths(tmp_path):
    """A number would be somebody's open file; a pipe nobody may ever write into."""
    with open(tmp_path / "other", "wb") as file:
        for path in (file.fileno(), True):
            with pytest.raises(TypeError, match="PathLike"):
                fa.MLP.load(path)
        file.write(b"still open")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ValueError, match="not a file that fastact has saved"):
            fa.MLP.load(tmp_path / "pipe")
