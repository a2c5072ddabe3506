import os

from fastact.formats._weights import Weights

__all__ = ["load"]

def load(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> Weights: ...
