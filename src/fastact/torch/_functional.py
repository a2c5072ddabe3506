"""Functions of tensors, with the names of fastact and the arguments of torch.nn.functional.

They call the operators of _operators.py.  Like these, they are made from the entries of the catalogue.
"""

import inspect
import math
import numbers
import operator as integers

import torch
from torch.autograd import forward_ad

import fastact as fa
from fastact._catalogue import ADDED_ENTRIES, GATED_ENTRIES, REQUIRED
from fastact._functions.activation import number_for_none
from fastact.torch._define import operators
from fastact.torch._operators import OWN_UNITS

_NUMBER = (numbers.Real, torch.SymInt, torch.SymFloat)
_KEYWORD, _EITHER = inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD
_ACCURACY = """accuracy : {"exact", "fast", "correct"}, optional
    Default: the setting in force when it is computed, see `fastact.accuracy`."""
_RETURNS = """Returns
-------
Tensor

Raises
------
TypeError
    For tensors that are not floating-point, and for unknown arguments."""


# Names that mean another function in torch; errors and docstrings mention this.
_OTHERS = {"bilinear": "torch.nn.functional.bilinear(input1, input2, weight, bias) is another function, x₁ᵀ W x₂ + b"}
# The domains of parameters that are numbers: {name: (test, type of error, text of the condition)}.  A domain holds
# the numbers that torch takes, without those for which our kernels give other results.  The types of error are torch's.
_DOMAINS = {
    "hard_tanh": (lambda low, high: low <= high, ValueError, "min_val must be at most max_val"),
    "softshrink": (lambda lambd: lambd >= 0, RuntimeError, "lambd must be at least 0"),
    "celu": (lambda alpha: alpha != 0, RuntimeError, "alpha must not be 0"),
    "threshold": (lambda threshold, value: threshold == threshold, ValueError, "threshold must not be NaN"),
    "hardshrink": (lambda lambd: lambd == lambd, ValueError, "lambd must not be NaN"),
}


def check_numbers(name, values):
    """Raise an error for parameters outside of the domain of a function; the operator checks all others."""
    if name in _DOMAINS and all(isinstance(value, _NUMBER) for value in values):
        takes, error, due = _DOMAINS[name]
        if not takes(*values):
            raise error(f"{name}: {due}, not " + ", ".join(map("{}={!r}".format, fa.activations[name].parameters, values)))


def parameters_of(names, keywords=()):
    """Parameters for a signature: those of {name: default}, then keyword-only ones with the default None."""
    return [inspect.Parameter(name, _EITHER, default=default) for name, default in names.items()] + [
        inspect.Parameter(name, _KEYWORD, default=None) for name in keywords]


def bound(name, parameters, args, named):
    """Return the values of the parameters: by position, by name, by default."""
    other = f"; {_OTHERS[name]}" if name in _OTHERS else ""
    if len(args) > len(parameters):
        raise TypeError(f"{name}() takes at most {len(parameters)} arguments after the tensors, not {len(args)}{other}")
    values = list(args)
    for parameter in list(parameters)[:len(args)]:
        if parameter in named:
            raise TypeError(f"{name}() got two values for {parameter!r}")
    for parameter, default in list(parameters.items())[len(args):]:
        value = named.pop(parameter, default)
        if value is REQUIRED:
            raise TypeError(f"{name}() needs a value for {parameter!r}")
        values.append(value)
    if named:
        raise TypeError(f"{name}() got an unexpected keyword argument {next(iter(named))!r}{other}")
    return values


def finished(function, name, signature, doc):
    """The function under its public name, with signature and docstring."""
    function.__name__ = function.__qualname__ = name
    function.__module__ = "fastact.torch"
    function.__signature__ = inspect.Signature(signature)
    function.__doc__ = doc
    return function


# ------------------------------------------------------------------------------ activations --


def in_place(operator, overwrite, x, *args, **keywords):
    """Overwrite x; if a derivative may be needed, it uses a copy of the old x."""
    if x.requires_grad and torch.is_grad_enabled() or forward_ad._current_level >= 0:
        return x.copy_(operator(x.clone(), *args, **keywords))
    overwrite(x, *args, **keywords)
    return x


def _elementwise(activation):
    name, parameters = activation.__name__, {**activation.parameters, "inplace": False}
    operator = getattr(operators, name).default
    overwrite = getattr(operators, name + "_").default
    with_tensors = getattr(getattr(operators, name), "tensor", None)

    def plain(x, inplace=False, *, accuracy=None):
        if inplace:
            return in_place(operator, overwrite, x, accuracy=accuracy)
        return operator(x, accuracy=accuracy)

    def parametric(x, *args, accuracy=None, **named):
        *values, inplace = bound(name, parameters, args, named)
        if any(isinstance(value, torch.Tensor) for value in values):
            if not isinstance(x, torch.Tensor):
                raise TypeError(f"{name}(): x must be a tensor, not {type(x).__name__}")
            values = [value if isinstance(value, torch.Tensor) else x.new_tensor(value) for value in values]
            return x.copy_(with_tensors(x.clone(), *values, accuracy=accuracy)) if inplace else with_tensors(
                x, *values, accuracy=accuracy)
        check_numbers(name, values)
        if inplace:
            return in_place(operator, overwrite, x, *values, accuracy=accuracy)
        return operator(x, *values, accuracy=accuracy)

    lines = "".join(f"{key} : float or Tensor{'' if default is REQUIRED else f', default {default}'}\n"
                    "    A tensor broadcasts against x, and can be learned.\n"
                    for key, default in activation.parameters.items())
    values = "".join(f", {value}" for value in activation.entry.examples.values())
    _, error, due = _DOMAINS.get(name, (None, None, None))
    raises = f"\n{error.__name__}\n    For numbers outside of the domain: {due}." if error else ""
    doc = f"""{activation.formula}

Parameters
----------
x : Tensor
    float16, bfloat16, float32 or float64, on the CPU, with any strides.
{lines}inplace : bool
    Overwrite x.
{_ACCURACY}

{_RETURNS}{raises}

Examples
--------
>>> import torch, fastact.torch
>>> fastact.torch.{name}(torch.zeros(2){values}).shape
torch.Size([2])
"""
    signature = parameters_of({"x": REQUIRED, **parameters}, ["accuracy"])
    return finished(parametric if activation.parameters else plain, name, signature, doc)


def gelu(x, approximate="none", inplace=False, *, accuracy=None):
    """x Φ(x), where Φ is the normal distribution function; with approximate="tanh" it is computed by a tanh.

    Parameters
    ----------
    x : Tensor
        float16, bfloat16, float32 or float64, on the CPU, with any strides.
    approximate : {"none", "tanh"}
    inplace : bool
        Overwrite x.
    accuracy : {"exact", "fast", "correct"}, optional
        Default: the setting in force when it is computed, see `fastact.accuracy`.

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError, ValueError
        For tensors that are not floating-point; for another `approximate`.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.gelu(torch.tensor([-1.0, 0.0, 2.0]), approximate="tanh")
    tensor([-0.1588,  0.0000,  1.9546])
    """
    if approximate == "none":
        return _gelu(x, inplace, accuracy=accuracy)
    if approximate == "tanh":
        return functions["gelu_tanh"](x, inplace, accuracy=accuracy)
    raise ValueError(f"approximate must be 'none' or 'tanh', not {approximate!r}")


def prelu(x, weight, inplace=False, *, accuracy=None):
    """x for x > 0, else weight x, with one weight for all channels or one for each channel.

    Channels are dimension 1 of x, as in torch.nn.functional.prelu.  `leaky_relu` takes weights of any
    shape that broadcasts against x.

    Parameters
    ----------
    x : Tensor
        float16, bfloat16, float32 or float64, on the CPU, with any strides.
    weight : float or Tensor
        A tensor has one element, or one for each channel, and no more than one dimension.
    inplace : bool
        Overwrite x.
    accuracy : {"exact", "fast", "correct"}, optional
        Default: the setting in force when it is computed, see `fastact.accuracy`.

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError, ValueError
        For tensors that are not floating-point; for a weight that is neither a number nor a tensor, and for
        a number of weights that does not fit the channels.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.prelu(torch.full((1, 2, 3), -1.0), torch.tensor([0.5, 0.25]))
    tensor([[[-0.5000, -0.5000, -0.5000],
             [-0.2500, -0.2500, -0.2500]]])
    """
    if not isinstance(weight, (torch.Tensor, *_NUMBER)):
        raise TypeError(f"prelu(): weight must be a number or a tensor, not {type(weight).__name__}")
    if isinstance(weight, torch.Tensor) and isinstance(x, torch.Tensor):
        if weight.dim() > 1:
            raise ValueError(f"prelu: weight must have at most one dimension, not shape {tuple(weight.shape)}; "
                             "leaky_relu takes slopes that broadcast against x")
        count, channels = weight.numel(), x.shape[1] if x.dim() > 1 else 1
        if count not in (1, channels):
            raise ValueError(f"prelu: {count} weights, but x of shape {tuple(x.shape)} has {channels} channels"
                             + (" in dimension 1" if x.dim() > 1 else ""))
        if weight.dim():
            weight = weight.reshape(count, *(1,) * (x.dim() - 2)) if x.dim() else weight.reshape(())
    return _prelu(x, weight, inplace, accuracy=accuracy)


def softplus(x, beta=1.0, threshold=20.0, inplace=False, *, accuracy=None):
    """log(1 + exp(beta x)) / beta, and x where beta x > threshold.

    The formula is exact everywhere and needs no threshold.  A threshold of 20, torch's default, or more is not
    applied: there the relative difference of x and the formula is less than 10⁻¹⁰.  This matters in
    float64 only, where it is the error of torch's results.

    Parameters
    ----------
    x : Tensor
        float16, bfloat16, float32 or float64, on the CPU, with any strides.
    beta : float or Tensor, default 1.0
        The factor.  A tensor broadcasts against x, and can be learned.
    threshold : float, default 20.0
    inplace : bool
        Overwrite x.
    accuracy : {"exact", "fast", "correct"}, optional
        Default: the setting in force when it is computed, see `fastact.accuracy`.

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError, ValueError
        For tensors that are not floating-point, and for unknown arguments.

    Notes
    -----
    A beta of 0 gives infinity, as the formula does.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.softplus(torch.tensor([0.0, 1.0, 2.0]), threshold=1.5)
    tensor([0.6931, 1.3133, 2.0000])
    """
    if not isinstance(threshold, _NUMBER):
        raise TypeError(f"softplus(): threshold must be a number, not {type(threshold).__name__}")
    if threshold >= 20:
        return _softplus(x, beta, inplace, accuracy=accuracy)
    if inplace:
        return x.copy_(softplus(x.clone(), beta, threshold, accuracy=accuracy))
    y = _softplus(x, beta, accuracy=accuracy)
    # Like torch, compute the product in float32 where x has half precision.
    return torch.where(x.to(torch.promote_types(x.dtype, torch.float32)) * beta > threshold, x, y)


# ---------------------------------------------------------------------- along a dimension --


def _cast(name, x, dtype):
    if dtype is None:
        return x
    if not isinstance(dtype, torch.dtype):
        raise TypeError(f"{name}: dtype must be a torch.dtype, not {type(dtype).__name__}")
    return x.to(dtype)


def _checked_dim(name, dim):
    """Return a dimension; raise TypeError if it is not an integer."""
    if isinstance(dim, (int, torch.SymInt)):
        return dim
    try:
        return integers.index(dim)
    except TypeError:
        raise TypeError(f"{name}(): dim must be an integer, not {type(dim).__name__}") from None


def _along(operator, name, x, *args, dim, accuracy):
    """The operator along a dimension.  As in torch, a tensor without dimensions is one row, and its dim is 0 or -1."""
    dim = _checked_dim(name, dim)
    if isinstance(x, torch.Tensor) and x.dim() == 0:
        return operator(x.reshape(1), *args, dim=dim, accuracy=accuracy).reshape(())
    return operator(x, *args, dim=dim, accuracy=accuracy)


def _fold(fold):
    name = fold.__name__
    operator = getattr(operators, name).default

    def function(x, dim=-1, dtype=None, *, accuracy=None):
        return _along(operator, name, _cast(name, x, dtype), dim=dim, accuracy=accuracy)

    return finished(function, name, parameters_of({"x": REQUIRED, "dim": -1, "dtype": None}, ["accuracy"]),
                    f"""{fold.formula}

Parameters
----------
x : Tensor
dim : int
dtype : torch.dtype, optional
    x is cast to it first.
{_ACCURACY}

{_RETURNS}

Examples
--------
>>> import torch, fastact.torch
>>> fastact.torch.{name}(torch.zeros(2, 3), dim=0).shape
torch.Size([2, 3])
""")


def softmax(x, dim=-1, dtype=None, *, mask=None, scale=None, softcap=None, sink=None, accuracy=None):
    """exp(xᵢ) / Σⱼ exp(xⱼ) along a dimension, in one pass, of x or of softcap(scale x) + mask.

    Parameters
    ----------
    x : Tensor
    dim : int
    dtype : torch.dtype, optional
        x is cast to it first.
    mask : Tensor, optional
        A mask with the dtype of x is added.  In a boolean mask True keeps an entry, as in scaled_dot_product_attention.
    scale : float, optional
    softcap : float, optional
        c > 0: c tanh(z / c) takes the place of z = scale x.
    sink : Tensor, optional
        One more entry of each row that takes its share and is left out of the result; it has the dtype of x, and
        broadcasts against the rows, the shape of x without `dim`, or has as many dimensions as x.
    accuracy : {"exact", "fast", "correct"}, optional
        Default: the setting in force when it is computed, see `fastact.accuracy`.

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError, ValueError
        For tensors that are not floating-point; for a mask or a sink that does not broadcast to x; for a softcap of 0 or
        below.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.softmax(torch.zeros(2, 2), mask=torch.ones(2, 2, dtype=torch.bool).tril())
    tensor([[1.0000, 0.0000],
            [0.5000, 0.5000]])
    """
    x = _cast("softmax", x, dtype)
    if softcap is not None or sink is not None:
        return _softmax_with_sink(x, dim, mask, 1.0 if scale is None else scale, softcap, sink, accuracy)
    if mask is None and scale is None:
        return _along(operators.softmax.default, "softmax", x, dim=dim, accuracy=accuracy)
    mask = torch.ones((), dtype=torch.bool) if mask is None else mask
    scale = 1.0 if scale is None else scale
    return _along(operators.softmax.masked, "softmax", x, mask, scale, dim=dim, accuracy=accuracy)


def _softmax_with_sink(x, dim, mask, scale, softcap, sink, accuracy):
    dim = _checked_dim("softmax", dim)
    if softcap is not None and not softcap > 0:
        raise ValueError(f"softmax: softcap must be above 0, not {softcap!r}")
    mask = torch.ones((), dtype=torch.bool) if mask is None else mask
    sink = x.new_tensor(-math.inf) if sink is None else sink
    if x.dim() and isinstance(sink, torch.Tensor) and sink.dim() and sink.dim() < x.dim():
        # One entry along `dim`, as for the operator.
        at = dim % x.dim()
        sink = sink.reshape((1,) * (x.dim() - 1 - sink.dim()) + tuple(sink.shape)).unsqueeze(at)
    cap = math.inf if softcap is None else float(softcap)
    if x.dim() == 0:
        return operators.softmax.sink(x.reshape(1), mask, sink, scale, cap, dim=dim, accuracy=accuracy).reshape(())
    return operators.softmax.sink(x, mask, sink, scale, cap, dim=dim, accuracy=accuracy)


def logsumexp(x, dim=-1, keepdim=False, *, accuracy=None):
    """Log Σⱼ exp(xⱼ) along a dimension, or along several dimensions as one.

    Parameters
    ----------
    x : Tensor
    dim : int, or tuple or list of int
    keepdim : bool
        Whether the result keeps the dimensions, with one entry along each.
    accuracy : {"exact", "fast", "correct"}, optional
        Default: the setting in force when it is computed, see `fastact.accuracy`.

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError
        For tensors that are not floating-point, and for a dimension that is not an integer.
    IndexError, RuntimeError, ValueError
        For a dimension that does not exist, one that is named twice, and no dimension at all.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.logsumexp(torch.zeros(2, 4), dim=1)
    tensor([1.3863, 1.3863])
    >>> fastact.torch.logsumexp(torch.zeros(2, 4), (0, 1), True)
    tensor([[2.0794]])
    """
    if isinstance(dim, (tuple, list)) and isinstance(x, torch.Tensor):
        return _logsumexp_along(x, dim, keepdim, accuracy)
    y = _along(operators.logsumexp.default, "logsumexp", x, dim=dim, accuracy=accuracy)
    return y.unsqueeze(dim) if keepdim and x.dim() else y


def _logsumexp_along(x, dims, keepdim, accuracy):
    rank = max(x.dim(), 1)
    found = sorted([_checked_dim("logsumexp", dim) for dim in dims])
    for dim in found:
        if not -rank <= dim < rank:
            raise IndexError(f"logsumexp: dim {dim} is out of range for a tensor of shape {tuple(x.shape)}")
    found = sorted([dim % rank for dim in found])
    if len(set(found)) < len(found):
        raise RuntimeError(f"logsumexp: dim {tuple(dims)} names a dimension twice")
    if not x.dim():
        return _along(operators.logsumexp.default, "logsumexp", x, dim=-1, accuracy=accuracy)
    if not found:
        raise ValueError("logsumexp: dim must name a dimension, and is empty")
    kept = [i for i in range(rank) if i not in found]
    rows = x.permute(*kept, *found).flatten(len(kept))
    y = operators.logsumexp.default(rows, dim=-1, accuracy=accuracy)
    return y.reshape([1 if i in found else size for i, size in enumerate(x.shape)]) if keepdim else y


def poly_norm(x, weight, bias=0.0, eps=1e-6, dim=-1, *, accuracy=None):
    """w[0] n(x³) + w[1] n(x²) + w[2] n(x) + bias along a dimension, n(v) = v / √(mean v² + eps).

    Parameters
    ----------
    x : Tensor
    weight : Tensor, shape (3,)
        The weights of x³, x² and x.
    bias : float or Tensor of one element
    eps : float
    dim : int
    accuracy : {"exact", "fast", "correct"}, optional
        All compute in double precision; results of "correct" have the same bits on every CPU with fused multiply-add.

    Returns
    -------
    Tensor
        Of the dtype that x, weight and bias promote to.

    Raises
    ------
    TypeError, ValueError
        For tensors that are not floating-point; for a weight of another shape, and a negative eps.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.poly_norm(torch.tensor([1.0, -1.0]), torch.tensor([0.0, 0.0, 2.0]))
    tensor([ 2.0000, -2.0000])
    """
    for name, given in ("x", x), ("weight", weight):
        if not isinstance(given, torch.Tensor):
            raise TypeError(f"poly_norm(): {name} must be a tensor, not {type(given).__name__}")
    bias = bias if isinstance(bias, torch.Tensor) else x.new_tensor(bias)
    return _along(operators.poly_norm.default, "poly_norm", x, weight, bias, eps, dim=dim, accuracy=accuracy)


def maxout(x, k, dim=-1, *, accuracy=None):
    """The largest of every k consecutive entries along a dimension.

    Parameters
    ----------
    x : Tensor
    k : int
        The number of entries in a group; it must divide the size of the dimension.
    dim : int
    accuracy : {"exact", "fast", "correct"}, optional
        The results are the same.

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError, ValueError
        For tensors that are not floating-point; for a k that does not divide the size.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.maxout(torch.arange(6.0), 3)
    tensor([2., 5.])
    """
    return operators.maxout.default(x, k, dim=_checked_dim("maxout", dim), accuracy=accuracy)


# ------------------------------------------------------------------------- of two tensors --


def _gated(unit):
    name, parameters = unit.__name__, unit.parameters
    operator, packed = getattr(operators, name).default, getattr(operators, name).packed

    def function(gate, up=None, *args, order=None, dim=None, accuracy=None, **named):
        values = bound(name, parameters, args, named) if parameters or args or named else ()
        values = [number_for_none(unit.entry, name, key) if value is None else value
                  for key, value in zip(parameters, values)]
        return two_or_packed(name, operator, packed, gate, up, values, order, dim, accuracy)

    notes = f"\nNotes\n-----\n{_OTHERS[name]}.\n" if name in _OTHERS else ""
    return finished(
        function, name, parameters_of({"gate": REQUIRED, "up": None, **parameters}, ["order", "dim", "accuracy"]),
        f"""{unit.formula}, in one pass.

Parameters
----------
gate : Tensor
    The gate, or gate and up packed along `dim`.
up : Tensor, optional
    Broadcast against the gate.
{"".join(f"{key} : float, default {default}{chr(10)}" for key, default in parameters.items())}\
order : {{"gate_up", "up_gate", "interleaved"}}, optional
    How a packed tensor holds the two; default {unit.entry.order!r}.
dim : int, optional
    Of a packed tensor; default: the last.
{_ACCURACY}

{_RETURNS}
ValueError
    For shapes that do not fit, an odd packed dimension, an unknown order.
{notes}
Examples
--------
>>> import torch, fastact.torch
>>> fastact.torch.{name}(torch.zeros(2, 6)).shape
torch.Size([2, 3])
""")


def glu(gate, up=None, *, order=None, dim=None, accuracy=None):
    """sigmoid(gate) * up, in one pass.

    Parameters
    ----------
    gate : Tensor
        The gate, or gate and up packed along `dim`.
    up : Tensor or int, optional
        Broadcast against the gate.  An integer is `dim`, as in torch.nn.functional.glu(x, dim).
    order : {"gate_up", "up_gate", "interleaved"}, optional
        How a packed tensor holds the two; default "up_gate", as in torch.
    dim : int, optional
        Of a packed tensor; default: the last.
    accuracy : {"exact", "fast", "correct"}, optional
        Default: the setting in force when it is computed, see `fastact.accuracy`.

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError, ValueError, IndexError
        For tensors that are not floating-point; for shapes that do not fit, an odd packed dimension, an
        unknown order; for a dim that x does not have.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.glu(torch.zeros(2, 6), 0).shape
    torch.Size([1, 6])
    """
    if isinstance(up, (int, torch.SymInt)) and not isinstance(up, bool):
        if dim is not None:
            raise TypeError("glu() got two values for 'dim'")
        up, dim = None, up
    return _glu(gate, up, order=order, dim=dim, accuracy=accuracy)


def two_or_packed(name, operator, packed, gate, up, values, order, dim, accuracy):
    """Call the operator of two tensors, or that of a packed tensor."""
    if up is not None:
        if not isinstance(up, torch.Tensor):
            raise TypeError(f"{name}(): up must be a tensor, not {type(up).__name__}; a packed tensor's dimension "
                            "is given as dim=")
        if order is not None or dim is not None:
            raise TypeError(f"{name}() of two tensors takes no order or dim: those are for a packed one")
        return operator(gate, up, *values, accuracy=accuracy)
    given = {key: value for key, value in {"order": order, "dim": dim}.items() if value is not None}
    return packed(gate, *values, **given, accuracy=accuracy)


def spelled(activation, gated=False):
    """Convert an argument `activation` to types that a schema supports: a name or None, and a list of numbers.

    With `gated` it may also be a gated unit with a formula of its own.
    """
    if activation is None:
        return None, []
    if isinstance(activation, tuple) and not (len(activation) == 2 and isinstance(activation[1], dict)):
        raise TypeError(f"activation must be a name, an Activation or (name, {{parameter: value}}), not {activation!r}")
    activation, given = activation if isinstance(activation, tuple) else (activation, {})
    own = getattr(activation, "__name__", activation)
    found = OWN_UNITS[own] if gated and isinstance(own, str) and own in OWN_UNITS else fa.get(activation)
    given = {key: number_for_none(found.entry, found.__name__, key) if value is None else value
             for key, value in given.items()}
    unknown = given.keys() - found.parameters.keys()
    if unknown:
        raise TypeError(f"{found.__name__} has no parameter {unknown.pop()!r}; "
                        f"it has: {', '.join(found.parameters) or 'none'}")
    values = {**found.parameters, **given}
    missing = [name for name, value in values.items() if value is REQUIRED]
    if missing:
        raise TypeError(f"{found.__name__} needs a value for {missing[0]!r}: pass ({found.__name__!r}, "
                        f"{{{missing[0]!r}: ...}})")
    return found.__name__, [float(value) for value in values.values()]


def gated(gate, up=None, activation="silu", *, order=None, dim=None, accuracy=None):
    """activation(gate) * up, in one pass, for any elementwise activation.

    Parameters
    ----------
    gate : Tensor
        The gate, or gate and up packed along `dim`.
    up : Tensor, optional
        Broadcast against the gate.
    activation : str, Activation or tuple
        A name that `fastact.get` knows, what it returns, or (name, {parameter: value}).
    order : {"gate_up", "up_gate", "interleaved"}, optional
        How a packed tensor holds the two; default "gate_up".
    dim : int, optional
        Of a packed tensor; default: the last.
    accuracy : {"exact", "fast", "correct"}, optional
        Default: the setting in force when it is computed, see `fastact.accuracy`.

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError, ValueError
        For tensors that are not floating-point; for shapes that do not fit, an unknown activation or order.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.gated(torch.tensor([-1.0, 2.0]), torch.tensor([3.0, 4.0]), "relu")
    tensor([0., 8.])
    """
    return two_or_packed("gated", operators.gated.default, operators.gated.packed, gate, up, spelled(activation),
                         order, dim, accuracy)


def _added(added):
    name = added.__name__
    operator = getattr(operators, name).default

    def function(x, bias, *, accuracy=None):
        return operator(x, bias, accuracy=accuracy)

    return finished(function, name, parameters_of({"x": REQUIRED, "bias": REQUIRED}, ["accuracy"]),
                    f"""{added.formula}, in one pass.

Parameters
----------
x, bias : Tensor
    Broadcast against each other.
{_ACCURACY}

{_RETURNS}

Examples
--------
>>> import torch, fastact.torch
>>> fastact.torch.{name}(torch.zeros(2, 3), torch.zeros(3)).shape
torch.Size([2, 3])
""")


# ----------------------------------------------------------------------------- projections --


def projection(x, w, bias=None, activation=None, *, accuracy=None):
    """activation(x Wᵀ + bias), differentiable; the weights are packed for this call only.

    For inference `fastact.torch.Projection` keeps them packed.

    Parameters
    ----------
    x : Tensor, shape (..., in_features)
        float16, bfloat16 or float32.
    w : Tensor, shape (out_features, in_features)
    bias : Tensor, shape (out_features,), optional
    activation : str, Activation, tuple or None
        As for `fastact.Projection`.
    accuracy : {"exact", "fast", "correct"}, optional
        Of the activation, see `fastact.GatedProjection`.  "correct" promises nothing of gradients: torch multiplies
        matrices for them.

    Returns
    -------
    Tensor, shape (..., out_features)

    Raises
    ------
    TypeError, ValueError
        For other dtypes, shapes that do not fit, an unknown activation.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.projection(torch.tensor([1.0, -2.0]), torch.eye(2), activation="relu")
    tensor([1., 0.])
    """
    activation, parameters = spelled(activation)
    return operators.projection(x, w, bias, activation=activation, parameters=parameters, accuracy=accuracy)


def gated_projection(x, w_gate, w_up, activation="silu", bias_gate=None, bias_up=None, *, accuracy=None):
    """activation(x Wgᵀ + bg) * (x Wuᵀ + bu), differentiable; the weights are packed for this call only.

    For inference `fastact.torch.GatedProjection` keeps them packed.

    Parameters
    ----------
    x : Tensor, shape (..., in_features)
        float16, bfloat16 or float32.
    w_gate, w_up : Tensor, shape (out_features, in_features)
    activation : str, Activation, tuple or None
        As for `fastact.GatedProjection`.
    bias_gate, bias_up : Tensor, shape (out_features,), optional
    accuracy : {"exact", "fast", "correct"}, optional
        Of the activation, see `fastact.GatedProjection`.  "correct" promises nothing of gradients: torch multiplies
        matrices for them.

    Returns
    -------
    Tensor, shape (..., out_features)

    Raises
    ------
    TypeError, ValueError
        For other dtypes, shapes that do not fit, an unknown activation.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.gated_projection(torch.tensor([2.0, 3.0]), torch.eye(2), torch.eye(2), "relu")
    tensor([4., 9.])
    """
    activation, parameters = spelled(activation, gated=True)
    return operators.gated_projection(x, w_gate, w_up, bias_gate, bias_up, activation=activation,
                                      parameters=parameters, accuracy=accuracy)


functions = {
    **{name: (_fold if one.kind == "fold" else _elementwise)(one) for name, one in fa.activations.items()},
    **{entry.name: _gated(getattr(fa, entry.name)) for entry in GATED_ENTRIES},
    **{entry.name: _added(getattr(fa, entry.name)) for entry in ADDED_ENTRIES},
}
# The functions that are written out above call these operators.
_gelu, _prelu, _softplus, _glu = (functions[_name] for _name in ("gelu", "prelu", "softplus", "glu"))
functions |= {function.__name__: function for function in (
    gelu, prelu, softplus, softmax, logsumexp, maxout, poly_norm, glu, gated, projection, gated_projection)}
