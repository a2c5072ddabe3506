# cython: nonecheck=True
"""The activations of one array: their public class, the elementwise ones, and those with parameters."""
import dataclasses
import functools
import inspect
import sys

import numpy as np

from cpython.ref cimport PyObject
cimport numpy as cnp
from fastact._functions.base cimport CatalogueFunction, Operation
from fastact._runtime.parallel cimport rounded

cdef extern from "numpy/arrayobject.h":
    bint PyArray_CheckExact(object o)

cdef extern from *:
    """
    /* The usual way to call an object, by a tuple and a dict. */
    static PyObject *call_by_tuple(PyObject *self, PyObject **args, Py_ssize_t n, PyObject *names) {
        PyObject *given = PyTuple_New(n), *named = NULL, *result = NULL;
        Py_ssize_t i, count = names ? PyTuple_GET_SIZE(names) : 0;
        if (given == NULL) return NULL;
        for (i = 0; i < n; i++) {
            Py_INCREF(args[i]);
            PyTuple_SET_ITEM(given, i, args[i]);
        }
        if (count == 0 || (named = PyDict_New()) != NULL) {
            for (i = 0; i < count; i++)
                if (PyDict_SetItem(named, PyTuple_GET_ITEM(names, i), args[n + i]) < 0) goto done;
            result = Py_TYPE(self)->tp_call(self, given, named);
        }
    done:
        Py_DECREF(given);
        Py_XDECREF(named);
        return result;
    }

    /* The objects of a type hold a vectorcall function at this offset. */
    static void give_vectorcall(PyObject *type, Py_ssize_t offset) {
        ((PyTypeObject *)type)->tp_vectorcall_offset = offset;
        ((PyTypeObject *)type)->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
    }
    """
    object call_by_tuple(object self, PyObject** args, Py_ssize_t n, PyObject* names)
    void give_vectorcall(object type, Py_ssize_t offset)

cdef extern from "Python.h":
    Py_ssize_t PyVectorcall_NARGS(size_t nargsf)
    Py_ssize_t PyTuple_GET_SIZE(PyObject* tuple)
    PyObject* PyTuple_GET_ITEM(PyObject* tuple, Py_ssize_t i)

cnp.import_array()

from fastact._functions.base import REQUIRED, UFUNC_KEYWORDS, keyword_parameters, positional, refusal, refuse_masked
from fastact._functions.learned import FORMULAS, parameter_gradients
from fastact._runtime.accuracy import no_correct_variant, resolve_accuracy
from fastact._runtime.dispatch import TARGETS, target as own_target


cdef class Activation(CatalogueFunction):
    """An activation function of one array, backed by NumPy ufuncs.

    Call it like a ufunc.  The package makes all these objects; see `fastact.activations`.  Some are functions
    of single elements, others, such as softmax, are functions of a whole axis.

    Attributes
    ----------
    formula, kind, range, smoothness : str
        The formula; "ridge", "radial" or "fold"; the values it takes; "C0", "C1" or "C∞".
    monotonic : bool
    aliases : tuple of str
        Other names that `fastact.get` knows it by.
    parameters : dict
        Parameters and their defaults.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> x = np.array([-1, 0, 1], dtype=np.float32)
    >>> fa.silu(x)
    array([-0.26894143,  0.        ,  0.7310586 ], dtype=float32)
    >>> fa.silu(x, out=x) is x
    True
    >>> fa.silu.backward(np.ones(3), [-1.0, 0.0, 1.0])
    array([0.07232949, 0.5       , 0.92767051])
    """

    @property
    def __doc__(self):
        return self.text

    @property
    def kind(self):
        return self.entry.kind

    @property
    def range(self):
        return self.entry.range

    @property
    def smoothness(self):
        return self.entry.smoothness

    @property
    def monotonic(self):
        return self.entry.monotonic

    def max_ulp(self, accuracy="exact", dtype="float32", derivative=False):
        """Return the declared error bound in ULP.

        Parameters
        ----------
        accuracy : {"exact", "fast", "correct"}
        dtype : dtype or str
        derivative : bool
            Whether to return the bound of the derivative instead.

        Raises
        ------
        ValueError
            For another accuracy, one that the function does not have, or a dtype without kernels.

        See Also
        --------
        bounds : the measured errors.
        """
        return self.entry.max_ulp(resolve_accuracy(accuracy), np.dtype(dtype).name, derivative)

    def bounds(self, accuracy="exact", dtype="float32", derivative=False, target=None):
        """Return the largest measured error, and the input at which it occurs.

        Parameters
        ----------
        accuracy : {"exact", "fast", "correct"}
        dtype : dtype or str
        derivative : bool
            Whether to return the error of the derivative instead.
        target : str, optional
            The CPU target; default: the one in use.

        Returns
        -------
        Bound or None
            With error, unit, worst_input, correctly_rounded (a share), inputs and exhaustive;
            None if it was not recorded.

        Raises
        ------
        ValueError
            For another accuracy, a dtype without kernels, or an unknown target.
        """
        if target is not None and not (isinstance(target, str) and target in TARGETS):
            raise ValueError(f"target must be {', '.join(map(repr, TARGETS))} or None, not {target!r}")
        return self.entry.bounds(
            resolve_accuracy(accuracy), np.dtype(dtype).name, derivative, target or own_target)

    def backward_parameters(self, grad, x, *args, **keywords):
        """Raise TypeError: there are no parameters to learn."""
        raise TypeError(f"{self.__name__} has no parameters to learn")


ctypedef object (*vectorcall_t)(object self, PyObject** args, size_t nargsf, PyObject* names)
cdef str OUT = "out", ACCURACY = "accuracy"     # interned, as the names in a call are


cdef object quick_call(object self, PyObject** args, size_t nargsf, PyObject* names):
    """The call of x, `out` and `accuracy`, 70 ns shorter than by tuple and dict; any other call goes that way."""
    cdef PyObject* inputs[2]
    cdef PyObject* name
    cdef object out = None, accuracy = None
    cdef Py_ssize_t n = PyVectorcall_NARGS(nargsf), i
    if n != 1:
        return call_by_tuple(self, args, n, names)
    if names != NULL:
        for i in range(PyTuple_GET_SIZE(names)):
            name = PyTuple_GET_ITEM(names, i)
            if name == <PyObject*>OUT:
                out = <object>args[1 + i]
            elif name == <PyObject*>ACCURACY:
                accuracy = <object>args[1 + i]
            else:
                return call_by_tuple(self, args, n, names)
    inputs[0] = args[0]
    return (<ElementwiseActivation>self).forward_operation.run_plain(inputs, 1, out, accuracy)


cdef class ElementwiseActivation(Activation):
    """An activation of single elements.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> fa.gelu(np.array([-1.0, 0.0, 2.0]), approximate="tanh")
    array([-0.15880801,  0.        ,  1.95459769])
    """
    cdef Operation derivative_operation, parameter_operation    # None, where the function has no such ufunc
    cdef vectorcall_t vectorcall
    cdef object documented          # the entry that the docstring is made from
    cdef object ufuncs
    cdef dict variants              # keyword -> {value: ElementwiseActivation}, as torch's approximate=

    def __init__(self, entry, ufuncs, documented=None):
        CatalogueFunction.__init__(self, entry)
        self.documented = entry if documented is None else documented
        self.ufuncs = ufuncs
        names = ("x", *entry.parameters)
        self.forward_operation = Operation(ufuncs, entry.name, entry.name, names)
        self.backward_operation = Operation(
            ufuncs, entry.name + "_backward", entry.name + ".backward", ("grad", *names))
        if entry.name + "_derivative" in ufuncs:
            self.derivative_operation = Operation(
                ufuncs, entry.name + "_derivative", entry.name + ".derivative", names)
        if entry.name + "_parameter" in ufuncs:
            self.parameter_operation = Operation(
                ufuncs, entry.name + "_parameter", entry.name + ".backward_parameters", ("grad", *names))
        self.variants = {}
        self.describe()
        self.vectorcall = quick_call
        if type(self) in (ElementwiseActivation, ActivationFromOutput):     # the others take parameters
            give_vectorcall(type(self), <char*>&self.vectorcall - <char*><PyObject*>self)

    @property
    def __doc__(self):
        return self.text

    def set_variants(self, str keyword, dict choices):
        """Let this keyword choose another formula, as torch's approximate= does."""
        self.variants[keyword] = choices
        self.describe()

    cdef describe(self):
        self.signature = inspect.Signature([positional("x")] + keyword_parameters(
            ["out", "accuracy", *self.variants, "where", "dtype", "casting", "order", "subok"]))
        self.text = docstring(self.documented, self.variants, "")

    def __call__(self, x, *, out=None, accuracy=None, approximate=None,
                 where=None, dtype=None, casting=None, order=None, subok=None):
        cdef PyObject* inputs[2]
        inputs[0] = <PyObject*>x
        cdef ElementwiseActivation chosen = self
        if approximate is not None:
            chosen = self.variant("approximate", approximate)
        return chosen.forward_operation.run(
            inputs, 1, out, accuracy, where, dtype, casting, order, subok, None)

    def derivative(self, x, *, out=None, accuracy=None, approximate=None,
                   where=None, dtype=None, casting=None, order=None, subok=None):
        """Return the derivative at x; keywords as for the call."""
        cdef PyObject* inputs[2]
        inputs[0] = <PyObject*>x
        cdef ElementwiseActivation chosen = self
        if approximate is not None:
            chosen = self.variant("approximate", approximate)
        return chosen.derivative_operation.run(
            inputs, 1, out, accuracy, where, dtype, casting, order, subok, None)

    def backward(self, grad, x, *, out=None, accuracy=None, approximate=None,
                 where=None, dtype=None, casting=None, order=None, subok=None):
        """Return grad times the derivative at x, in one pass; keywords as for the call."""
        cdef PyObject* inputs[3]
        inputs[0] = <PyObject*>grad
        inputs[1] = <PyObject*>x
        cdef ElementwiseActivation chosen = self
        if approximate is not None:
            chosen = self.variant("approximate", approximate)
        return chosen.backward_operation.run(
            inputs, 2, out, accuracy, where, dtype, casting, order, subok, None)

    cdef variant(self, str keyword, value):
        if keyword not in self.variants:
            raise TypeError(f"{self.__name__}() has no keyword argument {keyword!r}")
        try:
            return self.variants[keyword][value]
        except (KeyError, TypeError):
            expected = ", ".join(map(repr, self.variants[keyword]))
            raise ValueError(f"{keyword} must be one of {expected}, not {value!r}") from None


cdef class ActivationFromOutput(ElementwiseActivation):
    """An activation whose derivative is a short formula of its result: sigmoid, log_sigmoid and tanh.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> y = fa.sigmoid([0.0, 2.0])
    >>> fa.sigmoid.backward_from_output(np.ones(2), y)
    array([0.25      , 0.10499359])
    """
    cdef Operation output_operation

    def __init__(self, entry, ufuncs, documented=None):
        ElementwiseActivation.__init__(self, entry, ufuncs, documented)
        self.output_operation = Operation(
            ufuncs, entry.name + "_from_output_backward", entry.name + ".backward_from_output", ("grad", "y"))

    @property
    def __doc__(self):
        return self.text

    def backward_from_output(self, grad, y, *, out=None, accuracy=None,
                             where=None, dtype=None, casting=None, order=None, subok=None):
        """Return grad times the derivative at the x whose result is y; keywords as for `backward`.

        It takes less time than `backward`, and a layer that has saved its result need not keep x.

        Parameters
        ----------
        grad : array_like
        y : array_like
            The saved result; only values that the function takes have a meaning.

        Returns
        -------
        ndarray or scalar
            sigmoid: grad y (1 - y); tanh: grad (1 - y^2); log_sigmoid: -grad expm1(y).

        Notes
        -----
        As a function of grad and y the exact variant is within 2 ULP (log_sigmoid: 3).

        As a gradient at x it cannot be as accurate as `backward`, because y was rounded.  Of sigmoid, where y is near
        1, the relative error is up to 2^-25 / (1 - y) in float32: 1e-4 at x = 8, a quarter at x = 16, and from x = 17.4 on y is
        1 and the gradient 0 (`backward` gives 3e-8 there).  Of tanh it is the same at |x| = 4.3, 8.3 and 9.1.  In float16
        (2^-12 instead of 2^-25) sigmoid's gradient is 0 from x = 8.4 on, in bfloat16 (2^-9) from 6.3, in float64 (2^-54)
        from 37.5.  That of log_sigmoid, and that of sigmoid for x < 0, are as good as y everywhere.
        """
        cdef PyObject* inputs[3]
        inputs[0] = <PyObject*>grad
        inputs[1] = <PyObject*>y
        return self.output_operation.run(
            inputs, 2, out, accuracy, where, dtype, casting, order, subok, None)


cdef dict LOOP_DTYPES = {}     # dtype of an input -> the dtype its loop computes in


cdef object loop_dtype(x):
    """The dtype in which x alone is computed.  Python numbers among the parameters are cast to it."""
    dtype = getattr(x, "dtype", None)
    if not isinstance(dtype, np.dtype):
        dtype = np.asarray(x).dtype
    try:
        return LOOP_DTYPES[dtype]
    except KeyError:
        if dtype.kind == "f":
            found = dtype.newbyteorder("=")
        elif dtype.name == "bfloat16":      # whose kind is V
            found = dtype
        elif dtype.kind in "biu":
            found = np.dtype(np.float32 if dtype.itemsize <= 2 else np.float64)
        else:
            found = None    # the ufunc raises the error
        LOOP_DTYPES[dtype] = found
        return found


cdef object weak_dtype(tuple data, dtype):
    """The dtype of the loop for these data.  Python numbers among the parameters are cast to it."""
    if dtype is not None:
        return np.dtype(dtype)
    cdef object found = None, other
    for x in data:
        if len(data) > 1 and type(x) in (float, int, bool):
            continue    # a Python number has no dtype of its own
        other = loop_dtype(x)
        if other is None:
            return None
        found = other if found is None or found is other else np.result_type(found, other)
    return loop_dtype(data[0]) if found is None else found


cdef list bind_parameters(entry, str caller, list operands, tuple data, tuple args, dict named, dtype):
    """Append the parameters of the entry, given by position, by name or by default, to the operands."""
    cdef dict parameters = entry.parameters
    if len(args) > len(parameters):
        raise TypeError(f"{caller} takes at most {len(parameters)} parameters, not {len(args)}")
    weak = None
    for index, (name, default) in enumerate(parameters.items()):
        if index < len(args):
            if name in named:
                raise TypeError(f"{caller} got two values for {name!r}")
            value = args[index]
        else:
            value = named.pop(name, default)
        if value is REQUIRED:
            raise TypeError(f"{caller} needs a value for {name!r}")
        if value is None:
            value = number_for_none(entry, caller, name)
        if type(value) in (float, int, bool):
            if weak is None:
                weak = weak_dtype(data, dtype)
            if weak is not None:
                try:
                    value = rounded(value, weak)
                except OverflowError:
                    raise ValueError(f"{caller}: {name} must be within float64's range, not an integer of "
                                     f"{value.bit_length()} bits") from None
            if entry.domain:
                check_domain(entry, caller, name, value)
        operands.append(value)
    if named:
        raise TypeError(f"{caller} got an unexpected keyword argument {next(iter(named))!r}")
    return operands


def number_for_none(entry, str caller, str name):
    """The number that None stands for as a value of this parameter; TypeError if it stands for none."""
    if name not in getattr(entry, "none_means", ()):
        raise TypeError(f"{caller}: {name} must be a number or an array, not None")
    return entry.none_means[name]


def check_domain(entry, str caller, str name, value):
    """Raise ValueError for a number that the formula cannot take; `value` is rounded to the type of the data."""
    allowed, test = entry.domain.get(name, (None, None))
    if allowed is not None and not test(float(value)):
        raise ValueError(f"{caller}: {name} must {allowed}; in the type of the data it is {value}")


def check_defaults(activation, defaults):
    """Raise an error for a parameter that the activation does not have, or a value that no call could take."""
    for name, value in defaults.items():
        if name not in activation.entry.parameters:
            raise TypeError(f"{activation.__name__} has no parameter {name!r}")
        dtype = np.asarray(value).dtype
        if not np.can_cast(dtype, np.float64):
            raise TypeError(f"{activation.__name__}: {name} must be real numbers up to float64, not {dtype}")
        if isinstance(value, (float, int)) and activation.entry.domain:
            check_domain(activation.entry, activation.__name__, name, value)


cdef class ParametricActivation(ElementwiseActivation):
    """An activation with parameters, which broadcast against x.

    They follow x, by position or by name.  A Python number gets the dtype of the data; arrays and
    NumPy scalars promote as usual in NumPy.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> x = np.array([[-1, 2], [-3, 4]], dtype=np.float16)
    >>> fa.leaky_relu(x, 0.5)
    array([[-0.5,  2. ],
           [-1.5,  4. ]], dtype=float16)
    >>> fa.leaky_relu(x, negative_slope=np.array([0.5, 0.1], dtype=np.float16))
    array([[-0.5,  2. ],
           [-1.5,  4. ]], dtype=float16)
    """

    cdef dict bound     # type number of the data -> the defaults as 0-d arrays

    def __cinit__(self):
        self.bound = {}

    @property
    def __doc__(self):
        return self.text

    cdef describe(self):
        parameters = []
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        lines = ""
        for name, default in self.entry.parameters.items():
            if default is REQUIRED and parameters and parameters[-1].default is not REQUIRED:
                kind = inspect.Parameter.KEYWORD_ONLY   # a signature has no required one after a default
            parameters.append(inspect.Parameter(name, kind, default=default))
            shown = "" if default is REQUIRED else f", default {default}"
            lines += f"{name} : array_like{shown}\n    Broadcast against x.\n"
        self.signature = inspect.Signature([positional("x")] + parameters + keyword_parameters(
            ["out", "accuracy", "where", "dtype", "casting", "order", "subok"]))
        self.text = docstring(self.documented, self.variants, lines)

    def with_parameters(self, **defaults):
        """Return this activation with other defaults for its parameters."""
        check_defaults(self, defaults)
        entry = dataclasses.replace(self.entry, parameters={**self.entry.parameters, **defaults})
        return ParametricActivation(entry, self.ufuncs, self.documented)

    def __reduce__(self):
        changed = {name: value for name, value in self.entry.parameters.items()
                   if value is not self.documented.parameters[name]}
        return with_parameters(self.__name__, changed)

    cdef list bind(self, str method, list operands, x, tuple args, dict named, dtype):
        """Append the parameters to the operands."""
        if args or named or dtype is not None or not PyArray_CheckExact(x):
            return bind_parameters(self.entry, self.__name__ + method, operands, (x,), args, named, dtype)
        # The usual call takes the defaults, which were bound to data of this type before.
        number = cnp.PyArray_TYPE(<cnp.ndarray>x)
        defaults = self.bound.get(number)
        if defaults is None:
            defaults = self.bound[number] = bind_parameters(
                self.entry, self.__name__ + method, [], (x,), args, named, dtype)
        return operands + <list>defaults

    cdef object call(self, Operation operation, list operands, out, accuracy, where, dtype, casting, order, subok):
        cdef PyObject* inputs[7]     # grad, x, four parameters, and space for one more
        cdef Py_ssize_t i
        for i in range(len(operands)):
            inputs[i] = <PyObject*>operands[i]
        return operation.run(
            inputs, len(operands), out, accuracy, where, dtype, casting, order, subok, None)

    def __call__(self, x, *args, out=None, accuracy=None,
                 where=None, dtype=None, casting=None, order=None, subok=None, **named):
        operands = self.bind("()", [x], x, args, named, dtype)
        return self.call(self.forward_operation, operands, out, accuracy, where, dtype, casting, order, subok)

    def derivative(self, x, *args, out=None, accuracy=None,
                   where=None, dtype=None, casting=None, order=None, subok=None, **named):
        """Return the derivative with respect to x; arguments as for the call."""
        operands = self.bind(".derivative()", [x], x, args, named, dtype)
        return self.call(self.derivative_operation, operands, out, accuracy, where, dtype, casting, order, subok)

    def backward(self, grad, x, *args, out=None, accuracy=None,
                 where=None, dtype=None, casting=None, order=None, subok=None, **named):
        """Return grad times the derivative with respect to x, in one pass; arguments as for the call."""
        operands = self.bind(".backward()", [grad, x], x, args, named, dtype)
        return self.call(self.backward_operation, operands, out, accuracy, where, dtype, casting, order, subok)

    def backward_parameters(self, grad, x, *args, accuracy=None, **named):
        """Return the gradients of the parameters, each summed to the shape of its parameter.

        Parameters
        ----------
        grad, x : array_like
            The same as for `backward`; the parameters follow, as in the call.
        accuracy : {"exact", "fast", "correct"}, optional
            The accuracy of the terms that kernels compute; the sums are always in float64.

        Returns
        -------
        ndarray or tuple of ndarray
            The gradient, if the function has one parameter; otherwise one gradient for each, in the order of
            `parameters`.  A gradient has the type of its parameter, or that of x if the parameter is a Python
            number or an integer.  A threshold at which the function jumps has the gradient 0.

        Raises
        ------
        TypeError
            If the only parameter is such a threshold, so that there is nothing to learn.
        """
        if not (self.parameter_operation is not None or self.__name__ in FORMULAS):
            raise TypeError(f"{self.__name__} has no parameters to learn: the derivative by "
                            f"{', '.join(self.entry.parameters)} is 0 almost everywhere")
        kernel = None
        if self.parameter_operation is not None:
            kernel = self.parameter_operation.ufunc(accuracy)
        elif resolve_accuracy(accuracy) == "correct":     # NumPy's functions have other bits on other CPUs
            raise no_correct_variant(f"{self.__name__}.backward_parameters")
        operands = self.bind(".backward_parameters()", [grad, x], x, args, named, None)
        refuse_masked(f"{self.__name__}.backward_parameters", *operands)
        found = weak_dtype((grad, x), None)
        if type(grad) in (float, int, bool) and found is not None:
            operands[0] = rounded(grad, found)
        operands = [np.asarray(operand) for operand in operands]
        # The ufunc judges the types: the terms in float64 below would drop the imaginary part of complex numbers.
        try:
            self.backward_operation.exact(*[np.empty(0, operand.dtype) for operand in operands])
        except TypeError:
            raise refusal(f"{self.__name__}.backward_parameters", self.backward_operation.names, operands, None) from None
        operands = [operand if loop_dtype(operand) == operand.dtype else operand.astype(found)
                    for operand in operands]
        gradients = parameter_gradients(self.__name__, kernel, operands[0], operands[1], operands[2:])
        return gradients if len(gradients) > 1 else gradients[0]


def with_parameters(str name, changed):
    """The value that pickle stores for a function of the package with other defaults for its parameters."""
    if not changed:
        return name
    return functools.partial(getattr(sys.modules["fastact"], name).with_parameters, **changed), ()


def docstring(entry, variants, more):
    """A numpydoc docstring from a catalogue entry."""
    choices = "".join(
        f"{keyword} : {{{', '.join(map(repr, values))}}}, optional\n    Which formula, as in PyTorch and JAX.\n"
        for keyword, values in variants.items())
    example = [-1.0, 0.0, 2.0]
    given = "".join(f", {value}" for value in entry.examples.values())
    refused = "".join(f";\n    for a Python number as {name}: it must {allowed}"
                      for name, (allowed, test) in entry.domain.items())
    separator = "\n\n" if entry.notes else ""
    with np.printoptions(precision=4):
        result = repr(entry.measured().oracle(np.array(example)).astype(np.float32))
    return f"""{entry.formula}

A {entry.kind} function, {entry.smoothness}, {"" if entry.monotonic else "not "}monotonic, with values in {entry.range}.

Parameters
----------
x : array_like
    The result has the same dtype for float16, bfloat16 (of ml_dtypes), float32 and float64; bool and integers of
    up to 16 bits give float32, wider ones float64.
{more}{choices}{UFUNC_KEYWORDS}

Returns
-------
ndarray or scalar

Raises
------
TypeError
    For complex, longdouble, object and string input.
ValueError
    For shapes that do not fit, a read-only `out`, an unknown accuracy{refused}.

Notes
-----
{entry.notes}{separator}Source: {entry.source}.  Error in float32: exact at most {entry.max_ulp("exact", "float32"):g} ULP,
fast at most 2**-12 relative; in float64: {entry.max_ulp("exact", "float64"):g} ULP and 2**-24.

Examples
--------
>>> import numpy as np, fastact as fa
>>> with np.printoptions(precision=4):
...     fa.{entry.name}(np.array({example}, dtype=np.float32){given})
{result}
"""
