"""PyTorch: the functions of torch.nn.functional, and their gradients."""

import importlib
from functools import partial

import numpy as np

from fastact._lab.speed.peers.calls import evaluate
from fastact._lab.speed.timing import seconds_per_call


def forward(operation, inputs, out):
    """The expression of the catalogue, or its operators, which write into `out`: see `_better`."""
    text = operation.expression("torch")
    if not text:
        return None
    torch = importlib.import_module("torch")
    call = evaluate(text, tensors_of(torch, inputs), torch=torch, F=torch.nn.functional)
    if out is None:
        return call
    return _better(call, _into_buffers(torch, call, tensors_of(torch, [out])), out.nbytes)


def backward(operation, grad, inputs, out):
    """The gradient by autograd, or the operators that it calls, which write into `out`: see `_better`."""
    # The catalogue has clamp_min, which takes `out`, for the forward pass; relu has the quicker derivative.
    text = operation.expression("torch").replace("torch.clamp_min(x, 0)", "F.relu(x)")
    if not text:
        return None
    torch = importlib.import_module("torch")
    tensors = tensors_of(torch, inputs)
    wanted = [tensor.requires_grad_() for tensor in tensors[: operation.gradients]]
    y = evaluate(text, tensors, torch=torch, F=torch.nn.functional)()
    call = partial(torch.autograd.grad, y, wanted, *tensors_of(torch, [grad]), retain_graph=True)
    try:
        call()
    except RuntimeError:  # PyTorch has no derivative of this function
        return None
    if out is not None:
        call = _better(call, _into_buffers(torch, call, tensors_of(torch, out)), out[0].nbytes)
    call.reads = [tensor.detach() for tensor in _saved(torch, y.grad_fn)]
    return call


def _saved(torch, node):
    """The tensors that autograd has saved for a gradient, such as the function's result."""
    found = [getattr(node, name) for name in dir(node) if name.startswith("_saved_")]
    found = [one for one in found if isinstance(one, torch.Tensor) and one.numel() > 1]
    return found + [one for following, _ in node.next_functions if following for one in _saved(torch, following)]


def tensors_of(torch, arrays):
    """PyTorch tensors in the arrays' memory; `from_numpy` does not take ml_dtypes' bfloat16."""
    return [
        torch.from_numpy(array.view(np.int16)).view(torch.bfloat16) if array.dtype.name == "bfloat16"
        else torch.from_numpy(array)
        for array in arrays
    ]


# Memory of this size may be mapped anew for each call, or not, depending on what was freed before:
# PyTorch's relu of 16 MiB, which takes no `out`, took 2 ms and 75 ms in the same process.
ERRATIC_ALLOCATION = 1 << 20


def _better(call, into_buffers, nbytes):
    """The faster of PyTorch's two ways: the first allocates, the second has 2 µs more overhead."""

    def shortest(call):
        call()
        return min(seconds_per_call(call, 1) for _ in range(3))

    if into_buffers is None:
        return call
    if nbytes >= ERRATIC_ALLOCATION:
        return into_buffers
    return min(call, into_buffers, key=shortest)


def _into_buffers(torch, function, out):
    """A call that does the same as `function`, with all results in memory allocated before; the last ones are `out`.

    PyTorch's functions take no `out`, but its operators do: the operators that `function` calls are
    recorded, and called again with their own results as `out`.  Returns None if one of them cannot.
    """
    steps, last = _record(torch, function)
    buffers = dict(zip(map(id, last), out, strict=True))
    if not buffers.keys() <= {id(result) for *_, result in steps}:
        return None
    calls = []
    for operator, args, kwargs, result in steps:
        found = _out_overload(torch, operator)
        if found is None:
            return None
        overload, name = found
        args = [a.detach() if isinstance(a, torch.Tensor) else a for a in args]  # autograd refuses `out`
        calls.append(partial(overload, *args, **kwargs, **{name: buffers.get(id(result), result)}))
    if len(calls) == 1:
        return calls[0]

    def run():
        for call in calls:
            call()
        return out if len(out) > 1 else out[0]

    return run


def _record(torch, function):
    """Run `function`; return (operator, args, kwargs, result) of each step, and its results as a list."""
    TorchDispatchMode = importlib.import_module("torch.utils._python_dispatch").TorchDispatchMode
    steps = []

    class Recorder(TorchDispatchMode):
        def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
            result = operator(*args, **(kwargs or {}))
            if operator is not torch.ops.aten.detach.default:  # autograd's bookkeeping
                steps.append((operator, args, kwargs or {}, result))
            return result

    with Recorder():
        result = function()
    return steps, list(result) if isinstance(result, tuple) else [result]


def _out_overload(torch, operator):
    """The overload of a PyTorch operator that takes its result's memory, and the keyword for it.

    Generated overloads do not count: they compute into new memory and copy.
    """
    arguments = [(a.name, str(a.type)) for a in operator._schema.arguments]
    packet = operator.overloadpacket
    for overload in (getattr(packet, name) for name in packet.overloads()):
        outputs = [a.name for a in overload._schema.arguments if a.is_out]
        rest = [(a.name, str(a.type)) for a in overload._schema.arguments if not a.is_out]
        if len(outputs) == 1 and rest == arguments and torch.Tag.generated not in overload.tags:
            return overload, outputs[0]
    return None
