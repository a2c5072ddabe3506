"""fastact itself: the public objects."""

from functools import partial

from fastact._lab.speed.peers.calls import with_out


def forward(accuracy, operation, inputs, out):
    """The public object, with this accuracy."""
    return with_out(partial(operation.function, accuracy=accuracy), inputs, out)


def backward(accuracy, operation, grad, inputs, out):
    """The gradients by the public object."""
    if operation.entry.kind == "fold" and operation.entry.backward_takes == "y":
        inputs = [operation.function(*inputs, accuracy="exact")]
    if out is not None:
        out = tuple(out) if len(out) > 1 else out[0]
    call = with_out(partial(operation.function.backward, accuracy=accuracy), [grad, *inputs], out)
    call.reads = inputs  # of folds, the result
    return call


def backward_from_output(accuracy, operation, grad, inputs, out):
    """The gradient from the saved result, for the functions that have this."""
    if not hasattr(operation.function, "backward_from_output"):
        return None
    y = operation.function(*inputs, accuracy="exact")
    call = with_out(
        partial(operation.function.backward_from_output, accuracy=accuracy), [grad, y], None if out is None else out[0])
    call.reads = [y]
    return call
