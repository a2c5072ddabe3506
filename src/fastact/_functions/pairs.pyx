# cython: nonecheck=True
"""Functions of two arrays: gated linear units, and a sum followed by an activation.

Like the activations (activation.pyx), they choose a ufunc by accuracy and leave the rest to NumPy.
For a packed array they also make views of its halves.
"""
import inspect
import sys

import numpy as np

from cpython.ref cimport PyObject
from fastact._functions.activation cimport bind_parameters, weak_dtype
from fastact._functions.base cimport CatalogueFunction, Function, Operation

from fastact import _catalogue
from fastact._functions.activation import ElementwiseActivation
from fastact._functions.base import REQUIRED, UFUNC_KEYWORDS, as_array, integer, keyword_parameters, positional

ORDERS = {"gate_up": (0, 1), "up_gate": (1, 0), "interleaved": None}


def halves(packed, order, axis):
    """Views of the gate and up halves of a packed array."""
    if not isinstance(order, str) or order not in ORDERS:
        raise ValueError(f"order must be one of {', '.join(map(repr, ORDERS))}, not {order!r}")
    axis = integer("axis", axis)
    size = packed.shape[axis] if -packed.ndim <= axis < packed.ndim else -1
    if size < 0:
        raise ValueError(f"axis {axis} is out of bounds for a packed array of shape {packed.shape}")
    if size % 2:
        raise ValueError(f"axis {axis} of a packed array must be even, not {size} (shape {packed.shape})")
    before = (slice(None),) * (axis % packed.ndim)
    if order == "interleaved":
        return packed[(*before, slice(0, None, 2))], packed[(*before, slice(1, None, 2))]
    parts = packed[(*before, slice(None, size // 2))], packed[(*before, slice(size // 2, None))]
    gate, up = ORDERS[order]
    return parts[gate], parts[up]


cdef object given_dtype(x, y):
    """The dtype of the result for these two operands, or None if the ufunc will refuse them."""
    return weak_dtype((x, y), None)


cdef object weak(number, other, dtype):
    """Convert a Python number to the type of the other array; otherwise the ufunc would promote float16 to float32."""
    found = weak_dtype((other,), dtype)
    return number if found is None else np.asarray(number, found)


cdef class Pair(CatalogueFunction):
    """The base class of functions of two arrays: two operations, and the activation that they contain."""
    operands = "gate", "up"
    cdef readonly object activation

    def __init__(self, entry, activation, ufuncs):
        CatalogueFunction.__init__(self, entry)
        self.activation = activation
        names = (*self.operands, *entry.parameters)
        self.forward_operation = Operation(ufuncs, entry.kernel, entry.name, names)
        self.backward_operation = Operation(
            ufuncs, entry.kernel + "_backward", entry.name + ".backward", ("grad", *names))
        self.describe()

    cdef describe(self):
        """Fill in the signature and the docstring."""
        raise NotImplementedError

    @property
    def __doc__(self):
        return self.text


# ---------------------------------------------------------------- gated linear units --

_PACKED = """order : {{"gate_up", "up_gate", "interleaved"}}, optional
    The order of gate and up in a packed array; default {order!r}.
axis : int, optional
    The axis of a packed array; default: the last one.
"""

_GATED_RAISES = """Returns
-------
ndarray or scalar

Raises
------
TypeError
    For complex, longdouble, object and string input; for `order` or `axis` beside two arrays.
ValueError
    For shapes that do not fit, an odd packed axis, an unknown order or accuracy.
"""


cdef class GatedUnit(Pair):
    """A gated linear unit: activation(gate) * up, in one pass.

    It is called with two arrays, or with one packed array that holds both along an axis; the halves of a packed
    array are not copied.  The package makes all these objects.

    Attributes
    ----------
    formula : str
    activation : Activation or None
        The activation of the gate; None for a formula of its own.
    order : str
        The default order of gate and up in a packed array.
    parameters : dict
        Parameters and their defaults.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> gate, up = np.array([-1.0, 0.0, 1.0]), np.array([2.0, 3.0, 4.0])
    >>> fa.swiglu(gate, up)
    array([-0.53788284,  0.        ,  2.92423431])
    >>> fa.swiglu(np.concatenate([gate, up]))
    array([-0.53788284,  0.        ,  2.92423431])
    >>> d_gate, d_up = fa.swiglu.backward(np.ones(3), gate, up)
    >>> d_up
    array([-0.26894142,  0.        ,  0.73105858])
    """

    @property
    def __doc__(self):
        return self.text

    @property
    def order(self):
        return self.entry.order

    def __reduce__(self):
        if self.__name__ == "gated":        # a unit that fa.gated has made: pickle stores the activation
            return sys.modules["fastact"].gated.unit, (self.activation,)
        return self.__name__

    cdef describe(self):
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        only = inspect.Parameter.KEYWORD_ONLY       # a signature has no required one after a default
        parameters = [inspect.Parameter(name, only if default is REQUIRED else kind, default=default)
                      for name, default in self.entry.parameters.items()]
        parameters.sort(key=lambda parameter: parameter.kind)
        self.signature = inspect.Signature(
            [positional("gate"), inspect.Parameter("up", kind, default=None), *parameters]
            + keyword_parameters(["out", "accuracy", "order", "axis", "where", "dtype", "casting", "subok"]))
        shown = "".join(f"{name} : array_like{'' if default is REQUIRED else f', default {default}'}\n"
                        "    Broadcast against gate and up.\n" for name, default in self.entry.parameters.items())
        example = np.array([-1.0, 0.0, 2.0]), np.array([0.5, 3.0, -2.0])
        with np.printoptions(precision=4):
            result = repr(np.asarray(self.entry.measured().oracle(*example), np.float32))
        note = f"\n{self.entry.note}" if self.entry.note else ""
        self.text = f"""{self.entry.formula}, in one pass.

Parameters
----------
gate : array_like
    The gate, or gate and up packed along `axis`.
up : array_like, optional
    Broadcast against the gate.
{shown}{_PACKED.format(order=self.entry.order)}{UFUNC_KEYWORDS}

{_GATED_RAISES}
Notes
-----
Source: {self.entry.source}.  Error in float32: exact at most {self.entry.max_ulp("exact", "float32"):g} ULP.{note}

Examples
--------
>>> import numpy as np, fastact as fa
>>> gate, up = np.array([-1, 0, 2], np.float32), np.array([0.5, 3, -2], np.float32)
>>> with np.printoptions(precision=4):
...     fa.{self.__name__}(gate, up)
{result}
"""

    def __call__(self, gate, up=None, *, out=None, accuracy=None, order=None, axis=None,
                 where=None, dtype=None, casting=None, subok=None):
        cdef PyObject* inputs[3]
        if up is None:
            gate, up = self.unpack(gate, order, axis)
        elif order is not None or axis is not None:
            self.refuse_packed_keywords("")
        elif type(up) in (float, int):
            up = weak(up, gate, dtype)
        inputs[0], inputs[1] = <PyObject*>gate, <PyObject*>up
        return self.forward_operation.run(
            inputs, 2, out, accuracy, where, dtype, casting, None, subok, None)

    def backward(self, grad, gate, up=None, *, out=None, accuracy=None, order=None, axis=None,
                 where=None, dtype=None, casting=None, subok=None):
        """Return the gradients of gate and up, in one pass.

        Parameters
        ----------
        grad : array_like
            Gradient of the output.
        gate, up : array_like
            The same as in the call, packed (without `up`) or not; parameters follow.
        out : tuple of two ndarrays, or one ndarray if packed, optional

        Returns
        -------
        tuple of two ndarrays, or one ndarray, packed as the input was
        """
        return self.both(grad, gate, up, (), {}, out, accuracy, order, axis, where, dtype, casting, subok)

    cdef both(self, grad, gate, up, tuple args, dict named, out, accuracy, order, axis, where, dtype, casting, subok):
        """Both gradients, for two arrays or a packed array."""
        cdef PyObject* inputs[8]     # three arrays, four parameters, and space for one more
        cdef Py_ssize_t i
        cdef list operands
        packed = None
        if up is None:
            packed = np.asanyarray(gate)
            gate, up = self.unpack(packed, order, axis)
            if isinstance(out, tuple) and len(out) == 1:
                out = out[0]
        elif order is not None or axis is not None:
            self.refuse_packed_keywords(".backward")
        elif out is not None and not isinstance(out, tuple):
            raise TypeError("out must be a tuple of two arrays, (d_gate, d_up)")
        if type(up) in (float, int):
            up = weak(up, gate, dtype)
        operands = [grad, gate, up]
        if self.entry.parameters or args or named:
            bind_parameters(
                self.entry, f"{self.__name__}.backward()", operands, (gate, up), args, named, dtype)
        parts = out
        if packed is not None:
            if out is None:
                result = np.dtype(dtype) if dtype is not None else self.packed_dtype(packed, grad)
                out = np.empty_like(packed, dtype=result)
            elif not isinstance(out, np.ndarray):
                raise TypeError(f"out must be an array like the packed input, not {type(out).__name__}")
            elif out.shape != packed.shape:
                raise ValueError(f"out must have the packed input's shape {packed.shape}, not {out.shape}")
            parts = self.unpack(out, order, axis)
        for i in range(len(operands)):
            inputs[i] = <PyObject*>operands[i]
        found = self.backward_operation.run(
            inputs, len(operands), parts, accuracy, where, dtype, casting, None, subok, None)
        return found if packed is None else out

    cdef packed_dtype(self, packed, grad):
        """The dtype of a packed gradient; any dtype for operands that the ufunc will refuse."""
        found = given_dtype(packed, grad)
        return packed.dtype if found is None else found

    cdef unpack(self, packed, order, axis):
        packed = as_array(packed)
        if packed.ndim == 0:
            raise ValueError(f"{self.__name__}: without up, gate must hold both along an axis; it has no dimensions")
        return halves(packed, self.entry.order if order is None else order, -1 if axis is None else axis)

    cdef refuse_packed_keywords(self, method):
        raise TypeError(f"{self.__name__}{method}() of two arrays takes no order or axis: those are for a packed array")


cdef class ParametricGatedUnit(GatedUnit):
    """A gated linear unit with parameters, which broadcast against gate and up.

    They follow `up`, by position or by name.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> gate, up = np.array([-1.0, 0.0, 9.0]), np.array([2.0, 3.0, 4.0])
    >>> fa.swiglu_clamped(gate, up, limit=3.0)
    array([-0.4626127 ,  0.        , 11.92771476])
    """

    @property
    def __doc__(self):
        return self.text

    def __call__(self, gate, up=None, *args, out=None, accuracy=None, order=None, axis=None,
                 where=None, dtype=None, casting=None, subok=None, **named):
        cdef PyObject* inputs[7]
        cdef Py_ssize_t i
        cdef list operands
        if up is None:
            gate, up = self.unpack(gate, order, axis)
        elif order is not None or axis is not None:
            self.refuse_packed_keywords("")
        elif type(up) in (float, int):
            up = weak(up, gate, dtype)
        operands = bind_parameters(
            self.entry, f"{self.__name__}()", [gate, up], (gate, up), args, named, dtype)
        for i in range(len(operands)):
            inputs[i] = <PyObject*>operands[i]
        return self.forward_operation.run(
            inputs, len(operands), out, accuracy, where, dtype, casting, None, subok, None)

    def backward(self, grad, gate, up=None, *args, out=None, accuracy=None, order=None, axis=None,
                 where=None, dtype=None, casting=None, subok=None, **named):
        """Return the gradients of gate and up, in one pass; see `GatedUnit.backward`."""
        return self.both(grad, gate, up, args, named, out, accuracy, order, axis, where, dtype, casting, subok)


def gated_unit(entry, activation, ufuncs):
    """The unit of a catalogue entry."""
    return (ParametricGatedUnit if entry.parameters else GatedUnit)(entry, activation, ufuncs)


cdef class AnyGatedUnit(Function):
    """`gated`: the gated linear unit of any elementwise activation.  Each unit is made when it is first used."""
    cdef object get, ufuncs
    cdef dict units         # name of an activation -> its unit with the parameters of the catalogue

    def __init__(self, get, ufuncs):
        self.__name__, self.formula = "gated", "activation(gate) * up"
        self.get = get
        self.ufuncs = ufuncs
        self.units = {}
        self.signature = inspect.Signature([
            positional("gate"), positional("up", None), positional("activation", "silu")]
            + keyword_parameters(["out", "accuracy", "order", "axis", "where", "dtype", "casting", "subok"]))
        self.text = f"""activation(gate) * up, in one pass, for any elementwise activation.

Parameters
----------
gate : array_like
    The gate, or gate and up packed along `axis`.
up : array_like, optional
    Broadcast against the gate.
activation : str, Activation or tuple, default "silu"
    A name that `fastact.get` knows, what it returns, or (name, {{parameter: value}}).
{_PACKED.format(order="gate_up")}{UFUNC_KEYWORDS}

{_GATED_RAISES}
Notes
-----
``gated.backward(grad, gate, up, activation)`` returns the gradients of gate and up, or one array if they are
packed, like `backward` of the units.  ``gated.unit(activation)`` returns the unit itself.

Examples
--------
>>> import numpy as np, fastact as fa
>>> gate, up = np.array([-2.0, 0.0, 1.0]), np.array([2.0, 3.0, 4.0])
>>> fa.gated(gate, up, activation=("leaky_relu", {{"negative_slope": 0.25}}))
array([-1.,  0.,  4.])
>>> d_gate, d_up = fa.gated.backward(np.ones(3), gate, up, "relu")
>>> d_gate
array([0., 0., 4.])
"""

    @property
    def __doc__(self):
        return self.text

    def unit(self, activation="silu"):
        """Return the gated unit of an activation; the argument as in the call."""
        given = {}
        if isinstance(activation, tuple):
            if len(activation) != 2 or not isinstance(activation[1], dict):
                raise TypeError(f"activation must be a name, an Activation or (name, {{parameter: value}}), not {activation!r}")
            activation, given = activation
        activation = self.get(activation)
        if not isinstance(activation, ElementwiseActivation):
            raise ValueError(f"{activation.__name__} is no elementwise activation")
        name = activation.__name__
        unknown = given.keys() - activation.parameters.keys()
        if unknown:
            raise TypeError(f"{name} has no parameter {unknown.pop()!r}; it has: "
                            f"{', '.join(activation.parameters) or 'none'}")
        if given:
            activation = activation.with_parameters(**given)
        if activation is not self.get(name):
            return gated_unit(_catalogue.gated_by(activation.entry), activation, self.ufuncs)
        if name not in self.units:
            self.units[name] = gated_unit(_catalogue.gated_by(activation.entry), activation, self.ufuncs)
        return self.units[name]

    def __call__(self, gate, up=None, activation="silu", *, out=None, accuracy=None, order=None, axis=None,
                 where=None, dtype=None, casting=None, subok=None):
        return self.unit(activation)(
            gate, up, out=out, accuracy=accuracy, order=order, axis=axis,
            where=where, dtype=dtype, casting=casting, subok=subok)

    def backward(self, grad, gate, up=None, activation="silu", *, out=None, accuracy=None, order=None, axis=None,
                 where=None, dtype=None, casting=None, subok=None):
        """Return the gradients of gate and up, in one pass; see `GatedUnit.backward`."""
        return self.unit(activation).backward(
            grad, gate, up, out=out, accuracy=accuracy, order=order, axis=axis,
            where=where, dtype=dtype, casting=casting, subok=subok)


# -------------------------------------------------------------- sum, then activation --


cdef class AddedActivation(Pair):
    """A sum of x and a bias or residual, which are broadcast, then an activation, in one pass.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> x, bias = np.array([[-1.0, 0.0], [1.0, 2.0]]), np.array([1.0, -1.0])
    >>> fa.add_relu(x, bias)
    array([[0., 0.],
           [2., 1.]])
    >>> fa.add_relu.backward(np.ones((2, 2)), x, bias)
    array([[0., 0.],
           [1., 1.]])
    """
    operands = "x", "bias"

    @property
    def __doc__(self):
        return self.text

    cdef describe(self):
        self.signature = inspect.Signature([positional("x"), positional("bias")] + keyword_parameters(
            ["out", "accuracy", "where", "dtype", "casting", "order", "subok"]))
        example = np.array([-1.0, 0.0, 2.0]), np.array([0.5, -0.5, 1.0])
        with np.printoptions(precision=4):
            result = repr(np.asarray(self.entry.oracle(*example), np.float32))
        name = self.activation.__name__
        self.text = f"""{self.entry.formula}, in one pass.

Parameters
----------
x : array_like
bias : array_like
    A bias or a residual, broadcast against x.
{UFUNC_KEYWORDS}

Returns
-------
ndarray or scalar

Raises
------
TypeError
    For complex, longdouble, object and string input.
ValueError
    For shapes that do not fit, a read-only `out`, an unknown accuracy.

Notes
-----
In float32 and float64 the sum is rounded first: the result has the bits of ``fa.{name}(x + bias)``.
In float16 and bfloat16 it is not: the exact result is rounded once, from double.

``backward(grad, x, bias)`` returns the gradient of the sum, which is also that of x.  The gradient of a bias is
its sum over the axes along which the bias was broadcast.

Examples
--------
>>> import numpy as np, fastact as fa
>>> with np.printoptions(precision=4):
...     fa.{self.__name__}(np.array([-1, 0, 2], np.float32), np.array([0.5, -0.5, 1], np.float32))
{result}
"""

    def __call__(self, x, bias, *, out=None, accuracy=None,
                 where=None, dtype=None, casting=None, order=None, subok=None):
        cdef PyObject* inputs[3]
        if type(bias) in (float, int):
            bias = weak(bias, x, dtype)
        inputs[0], inputs[1] = <PyObject*>x, <PyObject*>bias
        return self.forward_operation.run(
            inputs, 2, out, accuracy, where, dtype, casting, order, subok, None)

    def backward(self, grad, x, bias, *, out=None, accuracy=None,
                 where=None, dtype=None, casting=None, order=None, subok=None):
        """Return the gradient of the sum x + bias, in one pass; keywords as for the call.

        It has the broadcast shape.  The gradient of a bias is its sum over the broadcast axes.
        """
        cdef PyObject* inputs[4]
        if type(bias) in (float, int):
            bias = weak(bias, x, dtype)
        inputs[0], inputs[1], inputs[2] = <PyObject*>grad, <PyObject*>x, <PyObject*>bias
        return self.backward_operation.run(
            inputs, 3, out, accuracy, where, dtype, casting, order, subok, None)
