"""Small files of weights, as the tests of the readers need them."""

import json
import struct

import numpy as np

RNG = np.random.default_rng(0)
# How the header of a safetensors file names the dtypes that NumPy has.
NAMES = {"float32": "F32", "float16": "F16", "float64": "F64", "int32": "I32", "int64": "I64", "int8": "I8", "uint8": "U8",
         "bfloat16": "BF16"}


def safetensors(tensors, metadata=None):
    """The bytes of a file: name -> array, or (type, shape, bytes)."""
    header, contents = {"__metadata__": metadata} if metadata else {}, b""
    for name, tensor in tensors.items():
        kind, shape, data = tensor if isinstance(tensor, tuple) else (
            NAMES[tensor.dtype.name], tensor.shape, tensor.tobytes())
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [len(contents), len(contents) + len(data)]}
        contents += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + contents


def gguf_file(path, tensors, **metadata):
    """Write a file: name -> (type's name, shape, bytes)."""
    import gguf

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_array("tokenizer.tokens", ["a", "bc", "\u00e9"])
    writer.add_array("scores", [1.5, -2.0])
    writer.add_uint32("llama.block_count", 2)
    writer.add_string("general.name", "small")
    for key, value in metadata.items():
        writer.add_uint32(key, value)
    for name, (kind, shape, data) in tensors.items():
        kind = gguf.GGMLQuantizationType[kind]
        block, size = gguf.GGML_QUANT_SIZES[kind]
        array = np.frombuffer(data, np.uint8).reshape(*shape[:-1], shape[-1] // block * size)
        writer.add_tensor(name, array, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def random_bytes(kind, shape):
    """(type's name, shape, bytes) of a GGUF tensor."""
    import gguf

    block, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]]
    return kind, shape, RNG.integers(0, 256, int(np.prod(shape)) // block * size, dtype=np.uint8).tobytes()
