"""How an operator is defined: its kernels for tensors with and without data, its derivatives, its rule for vmap.

The operators use `Library.define` and `impl`, because torch.library.custom_op costs 10 to 18 µs for each call.
Their autograd kernel is our own.
"""

import functools

import numpy as np
import torch
from torch._functorch.autograd_function import enable_single_level_autograd_function
from torch._subclasses import FakeTensor
from torch.autograd import forward_ad

from fastact._catalogue import REQUIRED

try:
    from ml_dtypes import bfloat16
except ImportError:
    bfloat16 = None

library = torch.library.Library("fastact", "DEF")
operators = torch.ops.fastact
ACCURACY = "str? accuracy=None"


# ------------------------------------------------------------------- tensors and arrays --

FLOATS = (torch.float32, torch.bfloat16, torch.float16, torch.float64)


def array(tensor):
    """Return a NumPy array that shares the tensor's memory."""
    if tensor.dtype is not torch.bfloat16:
        return tensor.numpy()
    if bfloat16 is None:
        raise ImportError("bfloat16 tensors need ml_dtypes: pip install 'fastact[half]'")
    return tensor.view(torch.uint16).numpy().view(bfloat16)


def check(name, *tensors):
    """Raise TypeError for a tensor that no kernel takes, and RuntimeError for a tensor without data among others."""
    for tensor in tensors:
        if tensor is None:      # the dispatcher lets None pass
            raise TypeError(f"fastact::{name} takes tensors, not None")
        if tensor.dtype not in FLOATS:
            raise TypeError(f"fastact::{name} takes float16, bfloat16, float32 and float64 tensors, not {tensor.dtype}")
        if tensor.is_meta is not tensors[0].is_meta:
            raise RuntimeError(f"fastact::{name}: tensors on {tensors[0].device} and on {tensor.device}, "
                               "where all should be on one device")


def same_dtype(dtype, *tensors):
    """Arrays of the tensors in this dtype; tensors that have it already are not copied."""
    return [array(tensor if tensor.dtype is dtype else tensor.to(dtype)) for tensor in tensors]


def added(tensors):
    """The sum of tensors without data."""
    shapes = [tuple(tensor.shape) for tensor in tensors]
    try:
        torch.broadcast_shapes(*shapes)
    except RuntimeError as error:
        raise ValueError(f"shapes {' and '.join(map(str, shapes))} do not broadcast together") from error
    return functools.reduce(torch.add, tensors)


def sum_like(*tensors):
    """An empty tensor with the shape, strides and dtype of the results of torch's elementwise functions."""
    first = tensors[0]
    if first.is_meta or isinstance(first, FakeTensor):
        return added(tensors)
    if all(tensor.is_contiguous() and tensor.shape == first.shape and tensor.dtype is first.dtype
           for tensor in tensors):
        return torch.empty_like(first)
    model = added([
        torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta") for tensor in tensors])
    return torch.empty_strided(model.shape, model.stride(), dtype=model.dtype)


def reduced(grad, tensor):
    """Convert the gradient of a result to that of an operand that was broadcast or cast."""
    if grad.shape != tensor.shape:
        grad = grad.sum_to_size(tensor.shape)
    return grad if grad.dtype is tensor.dtype else grad.to(tensor.dtype)


def checked_dim(name, tensor, dim):
    """Return the dimension counted from the front."""
    if not -tensor.dim() <= dim < tensor.dim():
        raise IndexError(f"fastact::{name}: dim {dim} is out of range for a tensor of shape {tuple(tensor.shape)}")
    return dim % tensor.dim()


# ---------------------------------------------------------------------------- operators --


def define(schema, kernel, fake, *, gradient=None, tangent=None, from_output=False, batched=None):
    """Define an operator.

    Parameters
    ----------
    schema : str
    kernel : callable
        The function for CPU tensors.
    fake : callable
        The same for tensors without data.
    gradient : callable, optional
        (needed, grads, arguments..., keywords...) -> the gradients of the first arguments, None for those
        that are not needed; `needed` tells which are, and the gradient of a result that was not used is None.
        Without it the backward pass raises an error.
    tangent : callable, optional
        (tangents, arguments..., keywords...) -> the tangents of the results; a tangent of an argument may be None.
        Without it forward mode raises an error.
    from_output : bool
        Whether the gradient takes the result instead of the first argument.
    batched : callable, optional
        The rule for torch.vmap; without one vmap computes the entries of a batch one by one.
    """
    name = schema[:schema.index("(")]
    library.define(schema, tags=(torch.Tag.pt2_compliant_tag,))
    library.impl(name, kernel, "CPU")
    torch.library.register_fake(f"fastact::{name}", fake, lib=library)
    operator = getattr(getattr(operators, name.split(".")[0]), (name.split(".") + ["default"])[1])
    by_autograd = _autograd_kernel(name.replace(".", "_"), _below_autograd(operator, kernel),
                                   gradient or _no_gradient(name), tangent, from_output)
    library.impl(name, by_autograd, "Autograd", with_keyset=True)
    if batched is not None:
        torch.library.register_vmap(f"fastact::{name}", batched(operator), lib=library)
    return operator


def _no_gradient(name):
    def gradient(*args, **keywords):
        raise NotImplementedError(
            f"fastact::{name} has no gradient: of functions along a dimension fastact knows first derivatives only"
            if "backward" in name else
            f"fastact::{name} has no gradient: packed weights are for inference; compute under "
            "torch.no_grad(), or train with the unpacked layers")
    return gradient


def recorded(*args):
    """Whether a derivative may be needed, in the backward pass or in forward mode."""
    return torch._C._any_requires_grad(*args) and torch.is_grad_enabled() or forward_ad._current_level >= 0


def _below_autograd(operator, kernel):
    """A function (keyset, arguments..., keywords...) that calls what follows autograd in the dispatcher.

    For plain tensors this is the kernel, which is called directly.  This saves 2 µs, or 10 µs if the data are
    larger than the caches and have displaced the code of the dispatcher.
    """
    keys = torch._C.DispatchKey
    plain, after = torch._C.DispatchKeySet(keys.CPU).add(keys.AutogradCPU), torch._C._after_autograd_keyset

    def below(keyset, *args, **keywords):
        if keyset == plain:
            return kernel(*args, **keywords)
        return operator.redispatch(keyset & after, *args, **keywords)

    return below


def _autograd_kernel(name, below, gradient, tangent, from_output):
    """An autograd kernel like that of register_autograd, but faster: a call with gradient takes 10 µs instead of 18."""
    functorch_active = torch._C._are_functorch_transforms_active

    def forward(ctx, keyset, keywords, *args):
        if functorch_active():
            # autograd.Function has disabled both modes, also for the levels below this one.
            with torch.enable_grad(), forward_ad._set_fwd_grad_enabled(True):
                result = below(keyset, *args, **keywords)
        else:
            result = below(keyset, *args, **keywords)
        kept = (result, *args[1:]) if from_output else args
        tensors = [value for value in kept if isinstance(value, torch.Tensor)]
        ctx.save_for_backward(*tensors)
        if forward_ad._current_level >= 0:
            ctx.save_for_forward(*tensors)
            ctx.set_materialize_grads(False)
        ctx.others = [REQUIRED if isinstance(value, torch.Tensor) else value for value in kept]
        ctx.keywords = keywords
        return result

    def arguments(ctx, saved):
        saved = iter(saved)
        return [next(saved) if value is REQUIRED else value for value in ctx.others]

    def backward(ctx, *grads):
        if all(grad is None for grad in grads):
            return (None,) * (2 + len(ctx.others))
        args = arguments(ctx, ctx.saved_tensors)
        found = gradient(ctx.needs_input_grad[2:], grads, *args, **ctx.keywords)
        return (None, None, *found, *(None,) * (len(args) - len(found)))

    def jvp(ctx, *tangents):
        if tangent is None:
            raise NotImplementedError(f"fastact::{name} has no forward-mode derivative; use backward(), torch.func.grad, "
                                      "vjp or jacrev")
        # Of this level the tangents are not used again; those of levels below are, and torch has disabled forward mode.
        args = arguments(ctx, [forward_ad.unpack_dual(one).primal for one in ctx.saved_tensors])
        with forward_ad._set_fwd_grad_enabled(True):
            return tangent(tangents[2:], *args, **ctx.keywords)

    # grad_fn shows this name.
    function = type(name, (torch.autograd.Function,), {
        method.__name__: staticmethod(method) for method in (forward, backward, jvp)})
    # Function.apply itself takes 2 µs and fails under torch.func.grad, which calls this kernel once for each level.
    apply = super(torch.autograd.Function, function).apply

    def kernel(keyset, *args, **keywords):
        if recorded(*args):
            if functorch_active():
                with enable_single_level_autograd_function():
                    return apply(keyset, keywords, *args)
            return apply(keyset, keywords, *args)
        return below(keyset, *args, **keywords)

    return kernel


# ------------------------------------------------------------------- further derivatives --


def _total(terms):
    """The sum of tensors, or None if there are none."""
    terms = list(terms)
    return functools.reduce(torch.add, terms) if terms else None


def define_partial(name, arguments, count, formula):
    """Define name(grad, tensors..., values..., by), which is grad times the partial derivative of a function.

    Speed does not matter here: these are NumPy formulas in float64.

    Parameters
    ----------
    name, arguments : str
        Of the schema.
    count : int
        The number of tensors.
    formula : callable
        (by, values) -> a function of arrays; `by` has one or two indices of tensors.
    """
    def fake(grad, *args, by):
        check(name, grad, *args[:count])
        return sum_like(grad, *args[:count])

    def kernel(grad, *args, by):
        result = fake(grad, *args, by=by)
        arrays = same_dtype(torch.float64, grad, *args[:count])
        with np.errstate(all="ignore"):
            array(result)[...] = arrays[0] * formula(tuple(by), args[count:])(*arrays[1:])
        return result

    def further(i, c, args, by):
        if len(by) == 2:
            raise NotImplementedError(f"fastact::{name} has no derivative: fastact knows first and second derivatives only")
        return partial(c, *args, by=[*by, i])

    def gradient(needed, grads, grad, *args, by):
        found = [reduced(partial(grads[0], *args, by=by), grad) if needed[0] else None]
        return found + [reduced(further(i, grads[0] * grad, args, by), args[i]) if needed[1 + i] else None
                        for i in range(count)]

    def tangent(tangents, grad, *args, by):
        terms = [partial(tangents[0], *args, by=by)] if tangents[0] is not None else []
        return _total(terms + [further(i, grad * one, args, by)
                               for i, one in enumerate(tangents[1:1 + count]) if one is not None])

    partial = define(f"{name}(Tensor grad{arguments}, *, int[] by) -> Tensor", kernel, fake,
                     gradient=gradient, tangent=tangent, batched=elementwise_rule)
    return partial


def differential(count, slope):
    """The rule `tangent` for a function of `count` tensors; slope(i, c, args...) is c times its derivative by tensor i."""
    def tangent(tangents, *args, **keywords):
        return _total(slope(i, one, *args, **keywords) for i, one in enumerate(tangents[:count]) if one is not None)
    return tangent


def second_rules(count, slope, partial, outputs, summed=False):
    """The rules `gradient` and `tangent` of an operator (grad, args...) -> grad times the derivatives by some tensors.

    Parameters
    ----------
    count, slope
        As for `differential`.
    partial : operator
        What define_partial returned.
    outputs : sequence of int
        The tensors by which the operator differentiates.
    summed : bool
        Whether each result has the shape of its tensor.
    """
    def gradient(needed, grads, grad, *args, **keywords):
        given = [(i, c) for i, c in zip(outputs, grads) if c is not None]
        found = [reduced(_total(slope(i, c, *args, **keywords) for i, c in given), grad) if needed[0] else None]
        return found + [reduced(_total(partial(c * grad, *args, by=[i, j]) for i, c in given), args[j])
                        if needed[1 + j] else None for j in range(count)]

    def tangent(tangents, grad, *args, **keywords):
        first = tangents[0]
        found = []
        for i in outputs:
            terms = [] if first is None else [slope(i, first, *args, **keywords)]
            terms += [partial(grad * one, *args, by=[i, j])
                      for j, one in enumerate(tangents[1:1 + count]) if one is not None]
            found.append(reduced(_total(terms), args[i]) if summed else _total(terms))
        return tuple(found) if len(found) > 1 else found[0]

    return {"gradient": gradient, "tangent": tangent}


# ------------------------------------------------------------------------ rules for vmap --


def _to_front(tensor, batch_dim, rank):
    """The tensor with its batch first, then `rank` dimensions."""
    tensor = tensor.movedim(batch_dim, 0)
    return tensor.reshape(tensor.shape[0], *(1,) * (rank + 1 - tensor.dim()), *tensor.shape[1:])


def elementwise_rule(operator):
    results = len(operator._schema.returns)

    def rule(info, in_dims, *args, **keywords):
        ranks = [arg.dim() - (d is not None) for arg, d in zip(args, in_dims) if isinstance(arg, torch.Tensor)]
        args = [arg if d is None else _to_front(arg, d, max(ranks)) for arg, d in zip(args, in_dims)]
        return operator(*args, **keywords), 0 if results == 1 else (0,) * results
    return rule


def parameters_rule(operator):
    """The rule for gradients that are summed to the shapes of parameters, the arguments after grad and x."""
    def rule(info, in_dims, *args, **keywords):
        shapes = [arg.shape if d is None else arg.movedim(d, 0).shape[1:] for arg, d in zip(args, in_dims)]
        args = [arg.unsqueeze(0) if d is None else arg.movedim(d, 0) for arg, d in zip(args, in_dims)]
        args = [_to_front(arg.expand(info.batch_size, *shape), 0, max(map(len, shapes))) for arg, shape in zip(args, shapes)]
        found = operator(*args, **keywords)
        found = found if isinstance(found, (tuple, list)) else (found,)
        found = tuple(one.reshape(info.batch_size, *shape) for one, shape in zip(found, shapes[2:]))
        return (found, (0,) * len(found)) if len(found) > 1 else (found[0], 0)
    return rule


def along_dim_rule(operator):
    """The rule for operators along a dimension; the first tensor, or both, have a batch."""
    names = [argument.name for argument in operator._schema.arguments]

    def rule(info, in_dims, *args, **keywords):
        given = dict(zip(names, args)) | keywords
        dim = given.pop("dim", -1)
        for name, batch_dim in zip(names, in_dims):
            if isinstance(given.get(name), torch.Tensor):
                given[name] = (given[name].unsqueeze(0).expand(info.batch_size, *given[name].shape)
                               if batch_dim is None else given[name].movedim(batch_dim, 0))
        return operator(**given, dim=dim + (dim >= 0)), 0
    return rule
