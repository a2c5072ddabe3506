"""The version, here and nowhere else: importlib.metadata would take 30 ms of the import."""

__version__ = "0.1.0"
