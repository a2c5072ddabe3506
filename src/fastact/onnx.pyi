from typing import Any

from onnx.reference.op_run import OpRun

class Operator(OpRun):
    opset: int
    def _run(self, x: Any, *inputs: Any, **attributes: Any) -> tuple[Any, ...]: ...
    def compute(self, x: Any, *inputs: Any, **attributes: Any) -> Any: ...

operators: list[type[OpRun]]
