"""Modules with the names and arguments of torch.nn, over the functions of _functional.py.

There is one class for each function of the catalogue.  Classes that take other arguments in torch are written out
here.  Every class also takes `accuracy=`.
"""

import inspect

import torch
from torch import nn

import fastact as fa
from fastact._catalogue import GATED_ENTRIES, REQUIRED
from fastact.torch import _functional
from fastact.torch._define import array, operators
from fastact.torch._functional import functions, parameters_of, two_or_packed
from fastact.torch._operators import number_of

_WORDS = {"relu": "ReLU", "relu6": "ReLU6", "prelu": "PReLU", "elu": "ELU", "selu": "SELU", "celu": "CELU",
          "gelu": "GELU", "silu": "SiLU", "glu": "GLU", "reglu": "ReGLU", "geglu": "GEGLU", "swiglu": "SwiGLU",
          "logsumexp": "LogSumExp"}
# Names that torch writes as one word, and a name that means another module in torch.
_NAMES = {"hard_tanh": "Hardtanh", "hard_sigmoid": "Hardsigmoid", "hard_swish": "Hardswish",
          "bilinear": "BilinearGLU"}


def class_name(name):
    """The name of the class for a function: that of torch, or one in the same style."""
    return _NAMES.get(name) or "".join(_WORDS.get(word, word.capitalize()) for word in name.split("_"))


class _Module(nn.Module):
    """The base class of the modules: it keeps the arguments as attributes, and shows them."""

    def __init_subclass__(cls, **more):
        """Fill `arguments`, {name: default} in torch's order, and the public path, where the class is written out."""
        super().__init_subclass__(**more)
        if "__init__" in vars(cls):
            cls.__module__ = "fastact.torch"
            cls.arguments = {name: parameter.default
                             for name, parameter in list(inspect.signature(cls.__init__).parameters.items())[1:]
                             if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and name not in ("device", "dtype")}

    def __init__(self, *args, accuracy=None, **named):
        super().__init__()
        for name, value in zip(self.arguments, _functional.bound(type(self).__name__, self.arguments, args, named)):
            setattr(self, name, value)
        self.accuracy = accuracy

    def extra_repr(self):
        return ", ".join(f"{name}={value!r}" for name in [*self.arguments, "accuracy"]
                         if not isinstance(value := getattr(self, name), torch.Tensor)
                         and value is not None and value is not False)


class ElementwiseModule(_Module):
    """An activation of single elements; `parameters` are the attributes that are passed to the function."""

    parameters_passed = ()

    def __init__(self, *args, accuracy=None, **named):
        super().__init__(*args, accuracy=accuracy, **named)
        _functional.check_numbers(self.function.__name__, [getattr(self, name) for name in self.parameters_passed])

    def forward(self, x):
        return self.function(x, *[getattr(self, name) for name in self.parameters_passed],
                             inplace=self.inplace, accuracy=self.accuracy)


class DimModule(_Module):
    """A function along a dimension."""

    def forward(self, x):
        return self.function(x, **{name: getattr(self, name) for name in self.arguments}, accuracy=self.accuracy)


class GatedModule(_Module):
    """A gated linear unit of two tensors, or of a packed tensor."""

    def forward(self, gate, up=None):
        values = {name: getattr(self, name) for name in self.arguments if name not in ("dim", "order")}
        if up is not None:
            return self.function(gate, up, **values, accuracy=self.accuracy)
        return self.function(gate, **values, dim=self.dim, order=self.order, accuracy=self.accuracy)


def _made(base, function, arguments, formula, **more):
    name = class_name(function.__name__)
    given = ", ".join("0.5" for default in arguments.values() if default is REQUIRED)
    given = given.replace("0.5", "2") if base is DimModule else given
    shape = "[2, 2]" if function.__name__ == "maxout" or base is GatedModule else "[2]" if name == "LogSumExp" else "[2, 4]"
    return type(name, (base,), {
        "__module__": "fastact.torch",
        "__signature__": inspect.Signature(parameters_of(arguments, ["accuracy"])),
        "__doc__": f"""{formula}; see `fastact.torch.{function.__name__}`.

Examples
--------
>>> import torch, fastact.torch
>>> fastact.torch.{name}({given})(torch.zeros(2, 4)).shape
torch.Size({shape})
""",
        "function": staticmethod(function), "arguments": arguments, **more})


def _all():
    for name, activation in fa.activations.items():
        parameters = activation.parameters
        if activation.kind != "fold":
            yield _made(ElementwiseModule, functions[name], {**parameters, "inplace": False}, activation.formula,
                        parameters_passed=tuple(parameters))
        else:
            arguments = {key: default for key, default in parameters.items() if key != "axis"} | {"dim": -1}
            arguments |= {"keepdim": False} if name == "logsumexp" else {}
            yield _made(DimModule, functions[name], arguments, activation.formula)
    for entry in GATED_ENTRIES:
        yield _made(GatedModule, functions[entry.name], {"dim": -1, **entry.parameters, "order": entry.order}, entry.formula)


modules = {module.__name__: module for module in _all()}


# --------------------------------------------------------------------- with torch's arguments --


class GELU(_Module):
    """x Φ(x); with approximate="tanh" it is computed by a tanh.

    Parameters
    ----------
    approximate : {"none", "tanh"}
    accuracy : {"exact", "fast", "correct"}, optional

    Raises
    ------
    ValueError
        For another `approximate`.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.GELU(approximate="tanh")(torch.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.1588,  0.0000,  1.9546])
    """

    def __init__(self, approximate="none", *, accuracy=None):
        super().__init__(approximate, accuracy=accuracy)
        functions["gelu"](torch.zeros(0), approximate)      # raises ValueError for an unknown value

    def forward(self, x):
        return functions["gelu"](x, self.approximate, accuracy=self.accuracy)


class Softplus(_Module):
    """log(1 + exp(beta x)) / beta, and x where beta x > threshold.

    A threshold of 20, torch's default, or more is not applied: see `fastact.torch.softplus`.

    Parameters
    ----------
    beta, threshold : float
    accuracy : {"exact", "fast", "correct"}, optional

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.Softplus()(torch.tensor([0.0, 30.0]))
    tensor([ 0.6931, 30.0000])
    """

    def __init__(self, beta=1.0, threshold=20.0, *, accuracy=None):
        super().__init__(beta, threshold, accuracy=accuracy)

    def forward(self, x):
        return functions["softplus"](x, self.beta, self.threshold, accuracy=self.accuracy)


class PReLU(_Module):
    """x for x > 0, else weight x, with a learned weight for all channels or one for each.

    Parameters
    ----------
    num_parameters : int
        1, or the number of channels, which is the size of dimension 1 of x.
    init : float
    device, dtype : optional
        Of the weight.
    accuracy : {"exact", "fast", "correct"}, optional

    Raises
    ------
    ValueError
        If dimension 1 of x has another size; see `fastact.torch.prelu`.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.PReLU(3)(torch.full((2, 3), -1.0))[0].tolist()
    [-0.25, -0.25, -0.25]
    """

    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None, *, accuracy=None):
        super().__init__(num_parameters, init, accuracy=accuracy)
        self.weight = nn.Parameter(torch.full((num_parameters,), float(init), device=device, dtype=dtype))

    def forward(self, x):
        return functions["prelu"](x, self.weight, accuracy=self.accuracy)


class PolyNorm(_Module):
    """w[0] n(x³) + w[1] n(x²) + w[2] n(x) + bias, with learned weights and bias, as in Motif-2.6B.

    Parameters
    ----------
    eps : float
    dim : int
    device, dtype : optional
        Of the weights, which are 1/3 at first, and of the bias, which is 0.
    accuracy : {"exact", "fast"}, optional

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.PolyNorm()(torch.tensor([1.0, -1.0])).tolist()[1] < 0
    True
    """

    def __init__(self, eps=1e-6, dim=-1, device=None, dtype=None, *, accuracy=None):
        super().__init__(eps, dim, accuracy=accuracy)
        self.weight = nn.Parameter(torch.full((3,), 1 / 3, device=device, dtype=dtype))
        self.bias = nn.Parameter(torch.zeros(1, device=device, dtype=dtype))

    def forward(self, x):
        return functions["poly_norm"](x, self.weight, self.bias, self.eps, self.dim, accuracy=self.accuracy)


class RReLU(_Module):
    """x for x > 0, else a x; in training a is drawn for every element, otherwise it is the mean of the bounds.

    Parameters
    ----------
    lower, upper : float
    inplace : bool
    accuracy : {"exact", "fast", "correct"}, optional

    Raises
    ------
    ValueError
        If lower > upper.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.RReLU(0.25, 0.75).eval()(torch.tensor([-1.0, 1.0]))
    tensor([-0.5000,  1.0000])
    """

    def __init__(self, lower=1 / 8, upper=1 / 3, inplace=False, *, accuracy=None):
        if lower > upper:
            raise ValueError(f"lower must be at most upper, not {lower} > {upper}")
        super().__init__(lower, upper, inplace, accuracy=accuracy)

    def forward(self, x):
        slope = (self.lower + self.upper) / 2
        if self.training:
            slope = torch.empty_like(x, requires_grad=False).uniform_(self.lower, self.upper)
        return functions["leaky_relu"](x, slope, self.inplace, accuracy=self.accuracy)


class Gated(_Module):
    """activation(gate) * up, for any elementwise activation.

    Parameters
    ----------
    activation : str, Activation or tuple
        A name that `fastact.get` knows, what it returns, or (name, {parameter: value}).
    dim : int
        Of a packed tensor.
    order : {"gate_up", "up_gate", "interleaved"}
        How a packed tensor holds the two.
    accuracy : {"exact", "fast", "correct"}, optional

    Raises
    ------
    TypeError, ValueError
        For an unknown activation, or parameters that it does not have.

    Examples
    --------
    >>> import torch, fastact.torch
    >>> fastact.torch.Gated("relu")(torch.tensor([1.0, 2.0, 3.0, 4.0]))
    tensor([3., 8.])
    """

    def __init__(self, activation="silu", dim=-1, order="gate_up", *, accuracy=None):
        super().__init__(activation, dim, order, accuracy=accuracy)
        self._spelled = _functional.spelled(activation)

    def forward(self, gate, up=None):
        order, dim = (self.order, self.dim) if up is None else (None, None)
        return two_or_packed("gated", operators.gated.default, operators.gated.packed, gate, up, self._spelled,
                             order, dim, self.accuracy)


# ----------------------------------------------------------------------------- packed weights --


class Packed:
    """A projection of fastact; the operator finds it by its number.

    Copies share the packed weights and have their own numbers.  A module that is unpickled also gets a new number.
    """

    __module__ = "fastact.torch"    # the path that pickles name

    def __init__(self, layer):
        self.layer = layer
        self.arguments = number_of(layer), layer.in_features, layer.out_features

    def __call__(self, x):
        return operators.packed_layer.default(x, *self.arguments)

    def __reduce__(self):
        return Packed, (self.layer,)

    def __deepcopy__(self, memo):
        return Packed(self.layer)


class PackedExperts(Packed):
    """Routed experts of fastact, as `Packed`."""

    __module__ = "fastact.torch"    # the path that pickles name

    def __call__(self, x, ids, weights):
        return operators.packed_experts.default(x, ids, weights, *self.arguments)

    def __reduce__(self):
        return PackedExperts, (self.layer,)

    def __deepcopy__(self, memo):
        return PackedExperts(self.layer)


def _as_array(value):
    return array(value.detach()) if isinstance(value, torch.Tensor) else value


class _PackedModule(nn.Module):
    """Packed weights, for inference: x -> torch.ops.fastact.packed_layer(x)."""

    def __init__(self, *args, **named):
        super().__init__()
        self.packed = Packed(self.layer_class(
            *map(_as_array, args), **{name: _as_array(value) for name, value in named.items()}))

    def forward(self, x):
        return self.packed(x)

    def extra_repr(self):
        return repr(self.packed.layer)


def _packed_module(layer_class):
    name = layer_class.__name__
    return type(name, (_PackedModule,), {
        "__module__": "fastact.torch", "layer_class": layer_class,
        "__signature__": inspect.signature(layer_class),
        "__doc__": f"""fastact.{name} for tensors: weights packed once, for inference.

It takes the arguments of `fastact.{name}`, with tensors instead of arrays.  The weights are copied: they are not
parameters of the module, are not in its state_dict and have no gradient.  x is float16, bfloat16 or float32.

Raises
------
TypeError, ValueError
    As for `fastact.{name}`.
NotImplementedError
    In the backward pass.

Examples
--------
>>> import torch, fastact.torch
>>> weights = [torch.eye(2)] * {sum(argument.startswith("w") for argument in layer_class.arguments)}
>>> fastact.torch.{name}(*weights, activation="relu")(torch.tensor([2.0, -3.0]))
tensor([{"4., -0." if name == "GatedProjection" else "4., 0." if name == "GatedMLP" else "2., 0."}])
"""})


modules |= {module.__name__: module for module in (GELU, Softplus, PReLU, PolyNorm, RReLU, Gated)}
modules |= {layer.__name__: _packed_module(layer) for layer in (fa.Projection, fa.GatedProjection, fa.MLP, fa.GatedMLP)}
