"""The readers under fire: files altered at random are refused with a ValueError, or read like any other."""

import json
import os
import re
import time

import numpy as np
import pytest

import fastact as fa
from fastact._formats.blocks import BLOCKS
from weight_files import RNG, gguf_file, random_bytes, safetensors
from helpers import MEASURED, bfloat16

SECONDS = [2, pytest.param(float(os.environ.get("FASTACT_FUZZ_SECONDS", "600")), marks=pytest.mark.long)]
NUMBERS = [0, 1, 2, 3, 7, 8, 16, 31, 32, 33, 64, 255, 2**16, 2**24, 2**31, 2**32 - 1, 2**40, 2**62, 2**63, 2**64 - 1]


def use(load):
    """Load a file and do with it all that can be done, unless it is refused; return whether there was an array."""
    taken = False
    try:
        weights = load()
    except ValueError:
        return False
    for name in weights:
        shape, format, nbytes = weights.describe(name)
        assert isinstance(format, str) and nbytes >= 0
        try:
            array = weights[name]
        except ValueError as error:
            assert repr(name) in str(error)
            continue
        assert array.shape == shape
        with np.errstate(all="ignore"):
            np.asarray(array, np.float64 if array.ndim and getattr(array, "dtype", None) != np.complex64 else None)
        taken = True
    try:
        assert len(dict(weights.metadata)) == len(weights.metadata)
    except ValueError:
        pass
    return taken


def altered(data, rng):
    """Bytes set, flipped, taken out or repeated in a few places, most of them near the start."""
    data = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        at = int(rng.integers(rng.choice([40, 500, len(data) + 1]))) % (len(data) + 1)
        length = int(rng.integers(1, 20))
        kind = rng.integers(5)
        if kind == 0:
            data[at:at + 1] = rng.bytes(1)
        elif kind == 1 and at < len(data):
            data[at] ^= 1 << rng.integers(8)
        elif kind == 2:
            del data[at:at + length]
        elif kind == 3:
            data[at:at] = data[max(0, at - length):at]
        else:  # a size, at any place
            size = int(rng.choice([4, 8]))
            data[at:at + size] = (NUMBERS[rng.integers(len(NUMBERS))] % 256**size).to_bytes(size, "little")
    return bytes(data[:rng.integers(len(data) + 1)] if rng.random() < 0.1 else data)


def fired_at(seconds, mutate, load, title):
    """Mutate and load for so long."""
    rng, done, taken = np.random.default_rng(1), 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        mutate(rng)
        taken += use(load)
        done += 1
    assert done > 5 * min(seconds, 60) and 0 < taken < done
    MEASURED.append((f"{title}: mutated files in {seconds:g} s", f"{done} tried, {taken} taken, all others refused"))


@pytest.mark.parametrize("seconds", SECONDS, ids=["short", "long"])
def test_gguf(tmp_path, seconds):
    pytest.importorskip("gguf", reason="needs the package gguf")
    path, files = tmp_path / "model.gguf", []
    for names in ([format.name.upper() for format in BLOCKS], ["F32", "F16", "I8"], ["Q8_0"], ["IQ2_XXS", "BF16"]):
        if "BF16" in names and bfloat16 is None:
            continue
        gguf_file(path, {f"blk.{name}": random_bytes(name, (2, 256)) for name in names})
        files.append(path.read_bytes())

    def mutate(rng):
        path.write_bytes(altered(files[rng.integers(len(files))], rng))

    fired_at(seconds, mutate, lambda: fa.formats.gguf.load(path), "GGUF")


def models():
    """Tensors of one model for each way of quantising, and its settings."""
    def words(*shape):
        return RNG.integers(-2**31, 2**31, shape).astype(np.int32)

    def bytes_of(*shape):
        return RNG.integers(0, 256, shape, dtype=np.uint8)

    half = RNG.standard_normal((2, 16)).astype(np.float16)
    plain = {"a": half, "b": RNG.standard_normal((3, 4)).astype(np.float32), "c": words(3)}
    yield plain, None
    yield ({"w.qweight": words(8, 16), "w.qzeros": words(2, 2), "w.scales": half,
            "w.g_idx": np.arange(64, dtype=np.int32) // 32} | plain,
           {"quant_method": "gptq", "bits": 4, "group_size": 32, "desc_act": True, "checkpoint_format": "gptq_v2"})
    yield ({"w.qweight": words(64, 2), "w.qzeros": words(2, 2), "w.scales": half},
           {"quant_method": "awq", "bits": 4, "group_size": 32, "version": "gemm"})
    yield {"w_blocks": bytes_of(2, 4, 3, 16), "w_scales": bytes_of(2, 4, 3)}, {"quant_method": "mxfp4"}
    yield ({"w.weight": ("F8_E4M3", (64, 96), bytes_of(64, 96).tobytes()), "w.weight_scale_inv": np.ones((2, 2), np.float32)},
           {"quant_method": "fp8", "weight_block_size": [32, 48]})
    yield ({"w.weight_packed": words(16, 8), "w.weight_scale": half.T.copy(), "w.weight_shape": np.array([16, 64]),
            "w.weight_zero_point": words(2, 2)},
           {"quant_method": "compressed-tensors", "config_groups": {"a": {"weights": {"num_bits": 4, "group_size": 32}}}})
    yield {"w.weight": bytes_of(4, 32).view(np.int8), "w.weight_scale": np.ones((4, 1), np.float32)}, None


def altered_numbers(text, rng):
    """JSON with another number in one place, or with a piece that stands elsewhere, too."""
    numbers = [*re.finditer(rb"\d+", text)]
    number = numbers[rng.integers(len(numbers))]
    other = rng.choice([str(NUMBERS[rng.integers(len(NUMBERS))]), "-1", "1.5", "null", '"x"', "[]", "true", "1e400"]).encode()
    return text[:number.start()] + other + text[number.end():]


@pytest.mark.parametrize("seconds", SECONDS, ids=["short", "long"])
def test_safetensors(tmp_path, seconds):
    pytest.importorskip("safetensors", reason="needs the package safetensors")
    files = [(safetensors(tensors, {"format": "pt"}), config and json.dumps({"quantization_config": config}).encode())
             for tensors, config in models()]
    path, beside, index = (tmp_path / name for name in (
        "model.safetensors", "config.json", "model.safetensors.index.json"))

    def mutate(rng):
        data, config = files[rng.integers(len(files))]
        length = int.from_bytes(data[:8], "little")
        kind = rng.integers(4)
        if kind == 0:
            data = altered(data, rng)
        elif kind == 1:  # with a length that is right
            text = altered(data[8:8 + length], rng)
            data = len(text).to_bytes(8, "little") + text + data[8 + length:]
        elif kind == 2:
            text = altered_numbers(data[8:8 + length], rng)
            data = len(text).to_bytes(8, "little") + text + data[8 + length:]
        path.write_bytes(data)
        beside.unlink(missing_ok=True)
        index.unlink(missing_ok=True)
        if config:
            beside.write_bytes(altered_numbers(config, rng) if kind == 3 and b"4" in config else
                               altered(config, rng) if rng.random() < 0.1 else config)
        if rng.random() < 0.1:
            text = json.dumps({"weight_map": {"a": path.name, "w.qweight": path.name}}).encode()
            index.write_bytes(altered(text, rng) if rng.random() < 0.5 else text)

    def load():
        try:
            return fa.formats.safetensors.load(tmp_path)
        except OSError:  # another file's name in the index
            raise ValueError from None

    fired_at(seconds, mutate, load, "safetensors")


@pytest.mark.parametrize("seconds", SECONDS, ids=["short", "long"])
def test_saved_arrays(tmp_path, seconds):
    """What QuantizedArray.save writes, with checksums that are right half of the time."""
    import struct
    import zlib

    from fastact._formats import container

    path, files = tmp_path / "weights", []
    w = RNG.standard_normal((4, 64)).astype(np.float32)
    for array in (fa.quantize(w, "q4_1"), fa.quantize(w, "int4", 32, minimum=True), fa.quantize(w, "int8")):
        array.save(path)
        files.append(path.read_bytes())

    def mutate(rng):
        data = files[rng.integers(len(files))]
        start, length = container.PREFIX.size, container.PREFIX.unpack(data[:container.PREFIX.size])[2]
        if rng.random() < 0.3:
            path.write_bytes(altered(data, rng))
            return
        change = altered if rng.random() < 0.5 else altered_numbers
        text, rest = change(data[start:start + length], rng), data[4096:]
        head = struct.pack("<8sIIQI", container.MAGIC, 1, len(text), 4096 + len(rest), zlib.crc32(text))
        head += struct.pack("<I", zlib.crc32(head)) + text
        path.write_bytes(head + bytes(max(0, 4096 - len(head))) + rest)

    class One(dict):
        metadata = {}

        def describe(self, name):
            return self[name].shape, self[name].format, self[name].nbytes

    fired_at(seconds, mutate, lambda: One(w=fa.QuantizedArray.load(path, mmap=bool(np.random.default_rng().random() < 0.5))),
             "saved arrays")
