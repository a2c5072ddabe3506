"""Files of weights: names to arrays and to `fastact.QuantizedArray`, as the file has them.

    fastact.formats.gguf.load("model.gguf")            llama.cpp's files, memory-mapped
    fastact.formats.safetensors.load("model")          Hugging Face's files: one, or a folder of several

Both need packages: ``pip install 'fastact[formats]'``.  Nothing in a file is executed.

Imports: `_formats`; the packages when a file is loaded.
May be imported by users, and by `_cli`.
"""

from importlib import import_module as _import_module

__all__ = ["gguf", "safetensors"]


def __getattr__(name):
    if name in __all__:
        return _import_module(f"fastact.formats.{name}")
    raise AttributeError(f"module 'fastact.formats' has no attribute {name!r}")


def __dir__():
    return [*globals(), *__all__]
