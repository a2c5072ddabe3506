"""ONNX Runtime: models of a single operator."""

import importlib
from functools import lru_cache, partial

import fastact as fa
from fastact._lab.speed.peers.onnx_model import ONNX_TYPES, onnx_model


def forward(operation, inputs, out):
    """A model of the catalogue's operator, bound to the arrays."""
    if not operation.entry.onnx or inputs[0].dtype.name not in ONNX_TYPES:
        return None
    runtime = importlib.import_module("onnxruntime")
    session = _session(runtime, operation, inputs[0].dtype, fa.get_num_threads())
    if session is None:
        return None
    if out is None:
        return partial(session.run, ["y"], dict(zip(["x", "up"], inputs, strict=False)))
    binding = session.io_binding()
    for name, array in zip(["x", "up"], inputs, strict=False):
        binding.bind_input(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
    binding.bind_output("y", "cpu", 0, out.dtype, out.shape, out.ctypes.data)
    return partial(session.run_with_iobinding, binding)


@lru_cache(maxsize=1)  # the calls of a cell share it
def _session(runtime, operation, dtype, threads):
    """A session with one thread per thread of ours; None if the operator is not implemented."""
    state = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4  # no messages on stderr: the exception says what is not implemented
    options.add_session_config_entry("session.force_spinning_stop", "1")  # idle threads would slow the other competitors
    for opset in (24, 20, 13):  # Swish came with 24, Gelu with 20; older releases have neither
        try:
            return runtime.InferenceSession(
                onnx_model(operation.entry.onnx, dtype, operation.entry.kind, opset), options,
                providers=["CPUExecutionProvider"],
            )
        except (state.Fail, state.InvalidGraph, state.NotImplemented):
            continue
    return None
