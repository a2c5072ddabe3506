from types import TracebackType

from torch import nn

class Replacement:
    path: str
    original: nn.Module
    replacement: nn.Module
    def __init__(self, path: str, original: nn.Module, replacement: nn.Module) -> None: ...

class Accelerated:
    model: nn.Module
    replaced: tuple[Replacement, ...]
    refused: dict[str, str]
    weight_dtype: str | None
    def undo(self) -> None: ...
    def __enter__(self) -> Accelerated: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
