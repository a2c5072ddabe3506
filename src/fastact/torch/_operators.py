"""Every function of the catalogue as an operator of torch.library, torch.ops.fastact.*, on CPU tensors.

A kernel allocates the result as torch does, takes NumPy views of operands and result, and calls the
function of fastact with `out=`, so nothing is copied.  The same code makes the results of fake and meta
tensors, so that shapes and strides agree.  Gradients are operators too, so that compilers see them.
_define.py has what they share.
"""

import functools
import itertools
import math
import weakref

import numpy as np
import torch

import fastact as fa
from fastact._catalogue import ADDED_ENTRIES, GATED_ENTRIES, REQUIRED
from fastact._functions.pairs import halves
from fastact.torch._define import (
    ACCURACY, FLOATS, along_dim_rule, array, check, checked_dim, define, define_partial, differential, elementwise_rule,
    library, operators, parameters_rule, recorded, reduced, same_dtype, second_rules, sum_like,
)
from fastact.torch._second import gated_derivative, partial_derivative


# -------------------------------------------------------------------------- activations --


def _float_arguments(parameters):
    return "".join(f", float {name}" + ("" if default is REQUIRED else f"={float(default)}")
                   for name, default in parameters.items())


def complete(parameters, values):
    """The values of all parameters: the dispatcher does not pass the last ones where they are the defaults."""
    return [*values, *list(parameters.values())[len(values):]]


def _tensor_arguments(parameters):
    return "".join(f", Tensor {name}" for name in parameters)


def define_activation(activation):
    """Define name, name_ (in place) and name.tensor (parameters are tensors), each with its _backward."""
    name, parameters = activation.__name__, activation.parameters
    floats = _float_arguments(parameters)

    def fake(x, *values, accuracy=None):
        check(name, x)
        return torch.empty_like(x)

    def kernel(x, *values, accuracy=None):
        y = fake(x)
        activation(array(x), *values, out=array(y), accuracy=accuracy)
        return y

    def fake_backward(grad, x, *values, accuracy=None):
        check(name, grad, x)
        return torch.empty_like(x) if grad.shape == x.shape and grad.dtype is x.dtype else sum_like(grad, x)

    def backward_kernel(grad, x, *values, accuracy=None):
        result = fake_backward(grad, x)
        activation.backward(*same_dtype(result.dtype, grad, x), *values, out=array(result), accuracy=accuracy)
        return result

    def slope(i, c, *args, accuracy=None):
        return backward(c, *args, accuracy=accuracy)

    partial = define_partial(
        f"{name}_partial", f", Tensor x{floats}", 1,
        lambda by, values: lambda x: partial_derivative(name, by)(x, *complete(parameters, values)))
    backward = define(f"{name}_backward(Tensor grad, Tensor x{floats}, *, {ACCURACY}) -> Tensor",
                      backward_kernel, fake_backward, batched=elementwise_rule, **second_rules(1, slope, partial, [0]))
    define(f"{name}(Tensor x{floats}, *, {ACCURACY}) -> Tensor", kernel, fake, batched=elementwise_rule,
           gradient=lambda needed, grads, *args, **keywords: (backward(grads[0], *args, **keywords),),
           tangent=differential(1, slope))
    define_in_place(activation, floats)
    if parameters:
        define_with_tensors(activation)


def define_in_place(activation, floats):
    """Define name_(x), which overwrites x.  Autograd cannot undo this, so _functional.py copies instead."""
    name = activation.__name__ + "_"

    def fake(x, *values, accuracy=None):
        check(name, x)

    def kernel(x, *values, accuracy=None):
        check(name, x)
        if torch._debug_has_internal_overlap(x) == 1:
            raise RuntimeError(f"fastact::{name} cannot overwrite an expanded tensor, whose elements share memory: "
                               "clone() it first")
        view = array(x)
        activation(view, *values, out=view, accuracy=accuracy)
        if not x.is_inference():
            torch.autograd.graph.increment_version(x)

    def autograd_kernel(keyset, x, *args, **keywords):
        if recorded(x):
            raise RuntimeError(f"fastact::{name} has no gradient; use fastact.torch.{name[:-1]}(x, inplace=True)")
        operator.redispatch(keyset & torch._C._after_autograd_keyset, x, *args, **keywords)

    library.define(f"{name}(Tensor(a!) x{floats}, *, {ACCURACY}) -> ()", tags=(torch.Tag.pt2_compliant_tag,))
    library.impl(name, kernel, "CPU")
    torch.library.register_fake(f"fastact::{name}", fake, lib=library)
    operator = getattr(operators, name).default
    library.impl(name, autograd_kernel, "Autograd", with_keyset=True)


def define_with_tensors(activation):
    """Define name.tensor, for parameters that are learned or differ between channels."""
    name, parameters = activation.__name__, activation.parameters
    tensors = _tensor_arguments(parameters)
    returned = "(" + ", ".join(["Tensor"] * len(parameters)) + ")" if len(parameters) > 1 else "Tensor"

    def fake(x, *values, accuracy=None):
        check(name, x, *values)
        return sum_like(x, *values)

    def kernel(x, *values, accuracy=None):
        y = fake(x, *values)
        activation(*same_dtype(y.dtype, x, *values), out=array(y), accuracy=accuracy)
        return y

    def fake_backward(grad, x, *values, accuracy=None):
        check(name, grad, x, *values)
        return sum_like(grad, x, *values)

    def backward_kernel(grad, x, *values, accuracy=None):
        result = fake_backward(grad, x, *values)
        activation.backward(*same_dtype(result.dtype, grad, x, *values), out=array(result), accuracy=accuracy)
        return result

    def fake_parameters(grad, x, *values, accuracy=None):
        check(name, grad, x, *values)
        results = tuple(value.new_empty(value.shape) for value in values)
        return results if len(results) > 1 else results[0]

    def parameters_kernel(grad, x, *values, accuracy=None):
        check(name, grad, x, *values)
        try:
            found = activation.backward_parameters(*map(array, (grad, x, *values)), accuracy=accuracy)
        except TypeError:   # the parameter is a threshold where the function jumps: its gradient is 0 almost everywhere
            found = np.zeros(values[0].shape, array(values[0]).dtype)
        found = found if isinstance(found, tuple) else (found,)
        results = tuple(value.new_empty(value.shape) for value in values)
        for result, one in zip(results, found):
            array(result)[...] = one
        return results if len(results) > 1 else results[0]

    def slope(i, c, *args, accuracy=None):
        return partial(c, *args, by=[i]) if i else by_x(c, *args, accuracy=accuracy)

    count = 1 + len(parameters)
    partial = define_partial(f"{name}_partial.tensor", f", Tensor x{tensors}", count,
                             lambda by, values: partial_derivative(name, by))
    by_x = define(f"{name}_backward.tensor(Tensor grad, Tensor x{tensors}, *, {ACCURACY}) -> Tensor",
                  backward_kernel, fake_backward, batched=elementwise_rule, **second_rules(count, slope, partial, [0]))
    by_parameters = define(
        f"{name}_backward_parameters(Tensor grad, Tensor x{tensors}, *, {ACCURACY}) -> {returned}",
        parameters_kernel, fake_parameters, batched=parameters_rule, **second_rules(count, slope, partial, range(1, count), summed=True))

    def gradient(needed, grads, x, *values, accuracy=None):
        found = [None] * (1 + len(values))
        if needed[0]:
            found[0] = reduced(by_x(grads[0], x, *values, accuracy=accuracy), x)
        if any(needed[1:]):
            learned = by_parameters(grads[0], x, *values, accuracy=accuracy)
            found[1:] = learned if isinstance(learned, (tuple, list)) else (learned,)
        return found

    define(f"{name}.tensor(Tensor x{tensors}, *, {ACCURACY}) -> Tensor", kernel, fake,
           gradient=gradient, tangent=differential(count, slope), batched=elementwise_rule)


# ----------------------------------------------------------------- functions of a whole axis --


def define_fold(fold):
    """Define name and name_backward; the catalogue says whether the gradient takes x or the result."""
    name = fold.__name__
    groups = "k" in fold.parameters
    count, shorter = ", int k" if groups else "", name in ("logsumexp", "maxout")

    def result(x, dim, *k):
        check(name, x)
        dim = checked_dim(name, x, dim)
        if not shorter:
            return torch.empty_like(x)
        if groups and (k[0] < 1 or x.shape[dim] % k[0]):
            raise ValueError(f"fastact::{name}: {x.shape[dim]} entries along dim {dim} cannot be divided into "
                             f"groups of {k[0]} (shape {tuple(x.shape)})")
        kept = [x.shape[dim] // k[0]] if groups else []
        return x.new_empty([*x.shape[:dim], *kept, *x.shape[dim + 1:]])

    def fake(x, *k, dim=-1, accuracy=None):
        return result(x, dim, *k)

    def kernel(x, *k, dim=-1, accuracy=None):
        y = result(x, dim, *k)
        fold(array(x), *k, axis=dim, out=array(y), accuracy=accuracy)
        return y

    def fake_backward(grad, y, *k, dim=-1, accuracy=None):
        check(name, grad, y)
        checked_dim(name, y, dim)
        return torch.empty_like(y)

    def backward_kernel(grad, y, *k, dim=-1, accuracy=None):
        found = fake_backward(grad, y, dim=dim)
        grad, y = same_dtype(found.dtype, grad, y)
        fold.backward(grad, y, *k, axis=dim, out=array(found), accuracy=accuracy)
        return found

    operand = fold.entry.backward_takes
    backward = define(f"{name}_backward(Tensor grad, Tensor {operand}{count}, *, int dim=-1, {ACCURACY}) -> Tensor",
                      backward_kernel, fake_backward, batched=along_dim_rule)
    define(f"{name}(Tensor x{count}, *, int dim=-1, {ACCURACY}) -> Tensor", kernel, fake,
           gradient=lambda needed, grads, *args, **keywords: (backward(grads[0], *args, **keywords),),
           from_output=operand == "y", batched=along_dim_rule)
    return backward


def define_masked_softmax(backward):
    """Define softmax of scale x + mask, as in attention, in one pass."""

    def fake(x, mask, scale=1.0, *, dim=-1, accuracy=None):
        check("softmax.masked", x)
        if mask.dtype is not torch.bool and mask.dtype is not x.dtype:
            raise TypeError(f"fastact::softmax.masked: mask must be boolean or {x.dtype}, as x, not {mask.dtype}")
        if torch.broadcast_shapes(x.shape, mask.shape) != x.shape:
            raise ValueError(f"fastact::softmax.masked: mask of shape {tuple(mask.shape)} does not broadcast to "
                             f"x of shape {tuple(x.shape)}")
        checked_dim("softmax.masked", x, dim)
        return torch.empty_like(x)

    def kernel(x, mask, scale=1.0, *, dim=-1, accuracy=None):
        y = fake(x, mask, scale, dim=dim)
        fa.softmax(array(x), axis=dim, mask=array(mask), scale=scale, out=array(y), accuracy=accuracy)
        return y

    def gradient(needed, grads, y, mask, scale=1.0, *, dim=-1, accuracy=None):
        found = backward(grads[0], y, dim=dim, accuracy=accuracy)
        by_x = found if scale == 1 else found * scale
        return by_x if needed[0] else None, reduced(found, mask) if needed[1] else None

    define(f"softmax.masked(Tensor x, Tensor mask, float scale=1.0, *, int dim=-1, {ACCURACY}) -> Tensor",
           kernel, fake, gradient=gradient, from_output=True)


def broadcasts_to(shape, due):
    """Whether a tensor of the first shape broadcasts to the second."""
    try:
        return torch.broadcast_shapes(due, shape) == due
    except RuntimeError:
        return False


def define_softmax_with_sink(backward):
    """Define softmax of softcap(scale x) + mask with a sink, an entry of each row that is left out of the result."""
    softcap_backward = operators.softcap_backward.default

    def fake(x, mask, sink, scale, softcap, *, dim=-1, accuracy=None):
        check("softmax.sink", x, sink)
        if mask.dtype is not torch.bool and mask.dtype is not x.dtype:
            raise TypeError(f"fastact::softmax.sink: mask must be boolean or {x.dtype}, as x, not {mask.dtype}")
        if sink.dtype is not x.dtype:
            raise TypeError(f"fastact::softmax.sink: sink must be {x.dtype}, as x, not {sink.dtype}")
        rows = list(x.shape)
        rows[checked_dim("softmax.sink", x, dim)] = 1
        for name, operand, shape in (("mask", mask, x.shape), ("sink", sink, torch.Size(rows))):
            if not broadcasts_to(operand.shape, shape):
                raise ValueError(f"fastact::softmax.sink: {name} of shape {tuple(operand.shape)} does not broadcast to "
                                 f"{tuple(shape)}, for x of shape {tuple(x.shape)}")
        return torch.empty_like(x)

    def kernel(x, mask, sink, scale, softcap, *, dim=-1, accuracy=None):
        y = fake(x, mask, sink, scale, softcap, dim=dim)
        numbers = array(sink).reshape((1,) * (x.dim() - sink.dim()) + tuple(sink.shape))
        fa.softmax(array(x), axis=dim, mask=array(mask), scale=scale, softcap=None if math.isinf(softcap) else softcap,
                   sink=numbers, out=array(y), accuracy=accuracy)
        return y

    def gradient(needed, grads, x, mask, sink, scale, softcap, *, dim=-1, accuracy=None):
        y = operators.softmax.sink(x, mask, sink, scale, softcap, dim=dim, accuracy=accuracy)
        found = backward(grads[0], y, dim=dim, accuracy=accuracy)
        by_x = found
        if needed[0]:
            if not math.isinf(softcap):
                by_x = softcap_backward(found, x * scale, softcap, accuracy=accuracy)
            by_x = by_x if scale == 1 else by_x * scale
        by_sink = None
        if needed[2]:
            wide = y.double()
            by_sink = -(1 - wide.sum(dim, keepdim=True)) * (grads[0].double() * wide).sum(dim, keepdim=True)
            by_sink = reduced(by_sink, sink)
        return by_x if needed[0] else None, reduced(found, mask) if needed[1] else None, by_sink

    define(f"softmax.sink(Tensor x, Tensor mask, Tensor sink, float scale, float softcap, *, int dim=-1, "
           f"{ACCURACY}) -> Tensor", kernel, fake, gradient=gradient)


def define_poly_norm():
    """Define poly_norm(x, weight, bias), differentiable in all three; the result has the dtype that they promote to."""

    def common(*tensors):
        check("poly_norm", *tensors)
        return functools.reduce(torch.promote_types, [tensor.dtype for tensor in tensors])

    def fake(x, weight, bias, eps=1e-6, *, dim=-1, accuracy=None):
        dtype = common(x, weight, bias)
        checked_dim("poly_norm", x, dim)
        if tuple(weight.shape) != (3,) or bias.numel() != 1:
            raise ValueError(f"fastact::poly_norm: weight must have shape (3,) and bias one entry, not "
                             f"{tuple(weight.shape)} and {tuple(bias.shape)}")
        return torch.empty_like(x, dtype=dtype)

    def kernel(x, weight, bias, eps=1e-6, *, dim=-1, accuracy=None):
        y = fake(x, weight, bias, eps, dim=dim)
        fa.poly_norm(*same_dtype(y.dtype, x, weight, bias), eps, axis=dim, out=array(y), accuracy=accuracy)
        return y

    def fake_backward(grad, x, weight, bias, eps=1e-6, *, dim=-1, accuracy=None):
        common(grad, x, weight, bias)
        return torch.empty_like(x), torch.empty_like(weight), torch.empty_like(bias)

    def backward_kernel(grad, x, weight, bias, eps=1e-6, *, dim=-1, accuracy=None):
        found = fake_backward(grad, x, weight, bias)
        arrays = same_dtype(common(grad, x, weight, bias), grad, x, weight, bias)
        by_x = fa.poly_norm.backward(*arrays, eps, axis=dim, accuracy=accuracy)
        results = by_x, *fa.poly_norm.backward_parameters(*arrays, eps, axis=dim, accuracy=accuracy)
        for tensor, result in zip(found, results):
            array(tensor)[...] = result
        return found

    tensors = "Tensor x, Tensor weight, Tensor bias, float eps=1e-6"
    backward = define(f"poly_norm_backward(Tensor grad, {tensors}, *, int dim=-1, {ACCURACY}) -> (Tensor, Tensor, Tensor)",
                      backward_kernel, fake_backward)
    define(f"poly_norm({tensors}, *, int dim=-1, {ACCURACY}) -> Tensor", kernel, fake,
           gradient=lambda needed, grads, *args, **keywords: backward(grads[0], *args, **keywords))


# ------------------------------------------------------------------- functions of two tensors --


def define_gated(name, unit_of, extra, order):
    """Define name(gate, up), name.packed(packed) and their _backward; `extra` in the schema is for unit_of."""

    def fake(gate, up, *values, accuracy=None):
        check(name, gate, up)
        return sum_like(gate, up)

    def kernel(gate, up, *values, accuracy=None):
        unit, values = unit_of(*values)
        h = fake(gate, up)
        unit(*same_dtype(h.dtype, gate, up), *values, out=array(h), accuracy=accuracy)
        return h

    def fake_backward(grad, gate, up, *values, accuracy=None):
        check(name, grad, gate, up)
        if grad.shape == gate.shape == up.shape and grad.dtype is gate.dtype is up.dtype:
            return torch.empty_like(gate), torch.empty_like(up)
        model = sum_like(grad, gate, up)
        return torch.empty_like(model), torch.empty_like(model)

    def backward_kernel(grad, gate, up, *values, accuracy=None):
        unit, values = unit_of(*values)
        found = fake_backward(grad, gate, up)
        unit.backward(*same_dtype(found[0].dtype, grad, gate, up), *values,
                      out=tuple(map(array, found)), accuracy=accuracy)
        return found

    def fake_packed(packed, *values, order=order, dim=-1, accuracy=None):
        check(name, packed)
        size = packed.shape[checked_dim(name, packed, dim)]
        if size % 2:
            raise ValueError(f"fastact::{name}.packed: dim {dim} must be even, not {size} "
                             f"(shape {tuple(packed.shape)})")
        return torch.empty_like(packed.narrow(dim, 0, size // 2))

    def packed_kernel(packed, *values, order=order, dim=-1, accuracy=None):
        unit, values = unit_of(*values)
        h = fake_packed(packed, dim=dim)
        gate, up = halves(array(packed), order, dim)
        unit(gate, up, *values, out=array(h), accuracy=accuracy)
        return h

    def fake_packed_backward(grad, packed, *values, order=order, dim=-1, accuracy=None):
        check(name, grad, packed)
        return torch.empty_like(packed)

    def packed_backward_kernel(grad, packed, *values, order=order, dim=-1, accuracy=None):
        unit, values = unit_of(*values)
        found = fake_packed_backward(grad, packed)
        grad, view = same_dtype(found.dtype, grad, packed)
        unit.backward(grad, *halves(view, order, dim), *values, out=halves(array(found), order, dim), accuracy=accuracy)
        return found

    def slope(i, c, *args, accuracy=None):
        return backward(c, *args, accuracy=accuracy)[i]

    def formula(by, values):
        unit, values = unit_of(*values)
        return gated_derivative(unit.entry, complete(unit.parameters, values), by)

    keywords = f'*, str order="{order}", int dim=-1, {ACCURACY}'
    partial = define_partial(f"{name}_partial", f", Tensor gate, Tensor up{extra}", 2, formula)
    rules, tangent = second_rules(2, slope, partial, [0, 1]), differential(2, slope)
    backward = define(
        f"{name}_backward(Tensor grad, Tensor gate, Tensor up{extra}, *, {ACCURACY}) -> (Tensor, Tensor)",
        backward_kernel, fake_backward, batched=elementwise_rule, **rules)
    packed_backward = define(f"{name}_backward.packed(Tensor grad, Tensor packed{extra}, {keywords}) -> Tensor",
                             packed_backward_kernel, fake_packed_backward, batched=along_dim_rule,
                             **packed_rules(rules, order))

    def gradient(needed, grads, gate, up, *values, accuracy=None):
        found = backward(grads[0], gate, up, *values, accuracy=accuracy)
        return tuple(reduced(one, operand) for one, operand in zip(found, (gate, up)))

    def packed_tangent(tangents, packed, *values, order=order, dim=-1, accuracy=None):
        return tangent(halves(tangents[0], order, dim), *halves(packed, order, dim), *values, accuracy=accuracy)

    define(f"{name}(Tensor gate, Tensor up{extra}, *, {ACCURACY}) -> Tensor", kernel, fake,
           gradient=gradient, tangent=tangent, batched=elementwise_rule)
    define(f"{name}.packed(Tensor packed{extra}, {keywords}) -> Tensor", packed_kernel, fake_packed,
           gradient=lambda needed, grads, *args, **given: (packed_backward(grads[0], *args, **given),),
           tangent=packed_tangent, batched=along_dim_rule)


def packed_rules(rules, order):
    """The rules of an operator (grad, packed) from those of (grad, gate, up)."""
    def merged(parts, order, dim):
        if order == "interleaved":
            shape = list(parts[0].shape)
            shape[dim] *= 2
            return torch.stack(parts, dim % len(shape) + 1).reshape(shape)
        return torch.cat(parts if order == "gate_up" else parts[::-1], dim)

    def gradient(needed, grads, grad, packed, *values, order=order, dim=-1, accuracy=None):
        by_grad, *parts = rules["gradient"]((needed[0], needed[1], needed[1]), halves(grads[0], order, dim), grad,
                                            *halves(packed, order, dim), *values, accuracy=accuracy)
        return by_grad, merged(parts, order, dim) if needed[1] else None

    def tangent(tangents, grad, packed, *values, order=order, dim=-1, accuracy=None):
        by_packed = (None, None) if tangents[1] is None else halves(tangents[1], order, dim)
        return merged(rules["tangent"]((tangents[0], *by_packed), grad, *halves(packed, order, dim), *values,
                                       accuracy=accuracy), order, dim)

    return {"gradient": gradient, "tangent": tangent}


def define_added(activation_of_sum):
    """Define add_name(x, bias), and the gradient of the sum."""
    name = activation_of_sum.__name__

    def fake(x, bias, *, accuracy=None):
        check(name, x, bias)
        return sum_like(x, bias)

    def kernel(x, bias, *, accuracy=None):
        y = fake(x, bias)
        activation_of_sum(*same_dtype(y.dtype, x, bias), out=array(y), accuracy=accuracy)
        return y

    def fake_backward(grad, x, bias, *, accuracy=None):
        check(name, grad, x, bias)
        return sum_like(grad, x, bias)

    def backward_kernel(grad, x, bias, *, accuracy=None):
        found = fake_backward(grad, x, bias)
        activation_of_sum.backward(*same_dtype(found.dtype, grad, x, bias), out=array(found), accuracy=accuracy)
        return found

    def slope(i, c, *args, accuracy=None):
        return backward(c, *args, accuracy=accuracy)

    of_sum = activation_of_sum.entry.activation
    partial = define_partial(f"{name}_partial", ", Tensor x, Tensor bias", 2,
                             lambda by, values: lambda x, bias: partial_derivative(of_sum, (0,) * len(by))(x + bias))
    backward = define(f"{name}_backward(Tensor grad, Tensor x, Tensor bias, *, {ACCURACY}) -> Tensor",
                      backward_kernel, fake_backward, batched=elementwise_rule, **second_rules(2, slope, partial, [0]))

    def gradient(needed, grads, x, bias, *, accuracy=None):
        found = backward(grads[0], x, bias, accuracy=accuracy)
        return tuple(reduced(found, operand) if need else None for need, operand in zip(needed, (x, bias)))

    define(f"{name}(Tensor x, Tensor bias, *, {ACCURACY}) -> Tensor", kernel, fake,
           gradient=gradient, tangent=differential(2, slope), batched=elementwise_rule)


# -------------------------------------------------------------------------- projections --

OWN_UNITS = {entry.name: getattr(fa, entry.name) for entry in GATED_ENTRIES if not entry.activation}
"""The gated units that are not an activation of the gate times `up`."""


@functools.lru_cache(256)
def specified(activation, parameters):
    """The argument `activation` of fastact's layers and of fa.gated.unit, from the types that a schema supports."""
    if activation is None or not parameters:
        return activation
    names = (OWN_UNITS.get(activation) or fa.get(activation)).parameters
    if len(parameters) > len(names):
        raise TypeError(f"{activation} takes at most {len(names)} parameters, not {len(parameters)}")
    return activation, dict(zip(names, parameters))


@functools.lru_cache(256)
def _gated_by(activation, parameters):
    return fa.gated.unit(specified(activation, parameters))


def constant(unit):
    """A unit_of for define_gated that always returns this unit; the values are its parameters."""
    return lambda *values: (unit, values)


def gated_unit(activation="silu", parameters=()):
    return _gated_by(activation, tuple(parameters)), ()


def define_projection(name, layer, weights):
    """Define name(x, weights, biases), differentiable in all of them; the weights are packed for this call only.

    The gradient computes the pre-activations, which the fused product never stored, by torch's own
    matrix products, and uses `.backward` of the gated unit or the activation.
    """
    biases = ["bias" + weight[1:] for weight in weights]
    arguments = ", ".join(["Tensor x", *[f"Tensor {weight}" for weight in weights],
                           *[f"Tensor? {bias}=None" for bias in biases]])

    def fake(x, *operands, activation=None, parameters=(), accuracy=None):
        check(name, x, *operands[:len(weights)], *[bias for bias in operands[len(weights):] if bias is not None])
        check_short(name, x)
        check_features(name, x, operands[0].shape[1])
        return x.new_empty([*x.shape[:-1], operands[0].shape[0]])

    def kernel(x, *operands, activation=None, parameters=(), accuracy=None):
        y = fake(x, *operands)
        matrices = dict(zip(weights, map(array, operands)))
        given = {bias: array(value) for bias, value in zip(biases, operands[len(weights):]) if value is not None}
        layer(**matrices, **given, activation=specified(activation, tuple(parameters)),
              accuracy=accuracy)(array(x), out=array(y))
        return y

    def gradient(needed, grads, x, *operands, activation=None, parameters=(), accuracy=None):
        matrices = operands[:len(weights)]
        given = (*operands[len(weights):], *(None,) * len(weights))[:len(weights)]
        linear = [torch.nn.functional.linear(x, w.to(x.dtype), None if b is None else b.to(x.dtype))
                  for w, b in zip(matrices, given)]
        if len(weights) == 2:
            slopes = gated_backward(grads[0], *linear, activation or "identity", parameters, accuracy)
        elif activation is None:
            slopes = grads
        else:
            slopes = (activation_backward(grads[0], linear[0], activation, parameters, accuracy),)
        by_x = [slope @ w.to(x.dtype) for slope, w in zip(slopes, matrices)] if needed[0] else [None]
        rows = [slope.reshape(-1, slope.shape[-1]) for slope in slopes]
        inputs = x.reshape(-1, x.shape[-1])
        need = (*needed[1:], *(False,) * len(operands))
        found = [sum(by_x[1:], by_x[0])]
        found += [(row.T @ inputs).to(w.dtype) if n else None for row, w, n in zip(rows, matrices, need)]
        found += [row.sum(0).to(b.dtype) if b is not None and n else None
                  for row, b, n in zip(rows, given, need[len(weights):])]
        return found[:1 + len(operands)]

    define(f"{name}({arguments}, *, str? activation=None, float[] parameters=[], {ACCURACY}) -> Tensor",
           kernel, fake, gradient=gradient)


def gated_backward(grad, gate, up, activation, parameters, accuracy):
    """The gradients of gate and up of the gated unit of this name, as one operator."""
    if activation not in OWN_UNITS:
        return operators.gated_backward(grad, gate, up, activation, parameters, accuracy=accuracy)
    values = list(OWN_UNITS[activation].parameters.values())
    values[:len(parameters)] = parameters
    return getattr(operators, f"{activation}_backward")(grad, gate, up, *values, accuracy=accuracy)


def activation_backward(grad, x, activation, parameters, accuracy):
    """grad times the derivative of the activation of this name, as one operator."""
    found = fa.get(activation)
    values = list(found.parameters.values())
    values[:len(parameters)] = parameters
    return getattr(operators, f"{found.__name__}_backward")(grad, x, *values, accuracy=accuracy)


def check_short(name, x):
    if x.dtype not in FLOATS[:3]:
        raise TypeError(f"fastact::{name}: x must be float16, bfloat16 or float32, not {x.dtype}")


def check_features(name, x, in_features):
    if x.dim() == 0 or x.shape[-1] != in_features:
        raise ValueError(f"fastact::{name}: the last dimension of x must be the {in_features} in_features "
                         f"(shape {tuple(x.shape)})")


# Packed weights are not tensors: an operator finds them by a number, and the module that registered them
# keeps them alive.  A compiled graph contains the number, and works as long as that module exists.
_layers = weakref.WeakValueDictionary()
_numbers = itertools.count()


def number_of(layer):
    """Register a projection and return the number by which torch.ops.fastact.packed_layer finds it."""
    number = next(_numbers)
    _layers[number] = layer
    return number


def _fake_packed_layer(x, number, in_features, out_features):
    check_short("packed_layer", x)
    check_features("packed_layer", x, in_features)
    return x.new_empty([*x.shape[:-1], out_features])


def _layer_of(name, number, in_features, out_features):
    layer = _layers.get(number)
    if layer is None or (layer.in_features, layer.out_features) != (in_features, out_features):
        raise ValueError(f"fastact::{name}: the packed weights are gone, or belong to another process; "
                         "keep the module that made them")
    return layer


def _packed_layer(x, number, in_features, out_features):
    layer = _layer_of("packed_layer", number, in_features, out_features)
    y = _fake_packed_layer(x, number, in_features, out_features)
    layer(array(x), out=array(y))
    return y


def _fake_packed_experts(x, ids, weights, number, in_features, out_features):
    check_short("packed_experts", x)
    check_features("packed_experts", x, in_features)
    return x.new_empty([*x.shape[:-1], out_features])


def _packed_experts(x, ids, weights, number, in_features, out_features):
    layer = _layer_of("packed_experts", number, in_features, out_features)
    y = _fake_packed_experts(x, ids, weights, number, in_features, out_features)
    layer.routed(array(x), ids.numpy(), array(weights), "output", array(y), ids.shape[-1])
    return y


# -------------------------------------------------------------------------------- all of them --

for _activation in fa.activations.values():
    if _activation.kind != "fold":
        define_activation(_activation)
    else:
        _backward = define_fold(_activation)
        if _activation.__name__ == "softmax":
            define_masked_softmax(_backward)
            define_softmax_with_sink(_backward)
define_poly_norm()
for _entry in GATED_ENTRIES:
    define_gated(_entry.name, constant(getattr(fa, _entry.name)), _float_arguments(_entry.parameters), _entry.order)
define_gated("gated", gated_unit, ', str activation="silu", float[] parameters=[]', "gate_up")
for _entry in ADDED_ENTRIES:
    define_added(getattr(fa, _entry.name))
define_projection("projection", fa.Projection, ["w"])
define_projection("gated_projection", fa.GatedProjection, ["w_gate", "w_up"])
define("packed_layer(Tensor x, int number, int in_features, int out_features) -> Tensor",
       _packed_layer, _fake_packed_layer, batched=elementwise_rule)
define("packed_experts(Tensor x, Tensor ids, Tensor weights, int number, int in_features, int out_features) -> Tensor",
       _packed_experts, _fake_packed_experts)
