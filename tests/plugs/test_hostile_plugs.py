"""Hostile input to the plugs: PyTorch, ONNX, C's functions, other libraries' arrays.

As in test_hostile.py, of which the lists are; what a library refuses itself keeps that library's error.
"""

import ctypes
import inspect
import warnings

import numpy as np
import pytest

import fastact as fa
from hostile_values import ODD, WRONG

# ----------------------------------------------------------------------------- PyTorch --

# PyTorch's own conventions: RuntimeError for what its dispatcher refuses, IndexError for a dimension.
TORCHS = (TypeError, ValueError, RuntimeError, IndexError, NotImplementedError, OverflowError)


def torch_values(torch):
    """More hostile values, in addition to those of test_hostile.py."""
    x = torch.ones(2, 12)
    return {
        "complex tensor": x + 1j, "integers": x.int(), "bools": x > 0, "sparse": x.to_sparse(), "empty": x[:, :0],
        "0-d": x[0, 0], "transposed": x.t(), "six dimensions": x.reshape(1, 1, 2, 3, 4, 1), "nan": x * torch.nan,
        "float8": x.to(torch.float8_e4m3fn), "expanded": x[:, :1].expand(2, 12), "conjugated": (x + 1j).conj(),
        "negative bit": (x + 1j).conj().imag, "array": np.ones((2, 12), np.float32),
        "device": torch.device("meta"),
    }


def torch_functions(torch, plug):
    """name: (function, {argument: a good value})."""
    x, w = torch.ones(2, 12), torch.ones(4, 12)
    good = {"x": x, "gate": x, "up": x, "bias": x[0], "w_gate": w, "w_up": w, "w": w, "k": 4, "weight": 0.25,
            "threshold": 0.5, "value": 0.25, "dim": -1, "inplace": False, "keepdim": False, "activation": "silu",
            "approximate": "none"}
    found = {}
    for name in plug.__all__:
        function = getattr(plug, name)
        if inspect.isclass(function) or name in ("accelerate", "register_experts"):     # of whole models
            continue
        arguments = {}
        for parameter in inspect.signature(function).parameters.values():
            default = None if parameter.default is parameter.empty else parameter.default
            arguments[parameter.name] = good.get(parameter.name, default)
        if name.startswith(("projection", "gated_projection")):
            arguments["bias"] = None
            arguments = {key: value for key, value in arguments.items()
                         if key in inspect.signature(function).parameters}
        if name == "poly_norm":
            arguments |= {"weight": torch.ones(3), "bias": torch.ones(1)}
        found[name] = function, arguments
    return found


def test_torch_functions():
    """Every argument of every function: a tensor, or an error of the kinds that PyTorch raises, with a message."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    import fastact.torch as plug
    values = {**WRONG, **ODD, **torch_values(torch)}
    tried, found = 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")     # of beta features of PyTorch
        for name, (function, good) in torch_functions(torch, plug).items():
            first = next(iter(good))
            required = [key for key in ("k", "weight", "threshold", "value", "bias", "w", "w_gate", "w_up")
                        if good.get(key) is not None]
            assert isinstance(function(**good | ({"dim": None, "order": None} if "up" in good else {})), torch.Tensor)
            for argument in good:
                if argument == "inplace":   # a truth value
                    continue
                for what, value in values.items():
                    given = {key: one for key, one in good.items() if key == first or key in required}
                    given[argument] = value
                    tried += 1
                    try:
                        result = function(**given)
                    except TORCHS as error:
                        if not str(error):
                            found.append(f"{name}({argument}={what}) has no message")
                    except Exception as error:
                        found.append(f"{name}({argument}={what}) raised {type(error).__name__}: {error}"[:200])
                    else:
                        if argument == first and (what in WRONG or not isinstance(result, torch.Tensor)):
                            found.append(f"{name}({argument}={what}) was taken")
    assert not found, "\n".join(found)
    assert tried > 10_000


@pytest.mark.parametrize("what", WRONG)
def test_torch_modules(what):
    """Modules refuse a bad first argument in the constructor or at the first call."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    import fastact.torch as plug
    x, w = torch.ones(2, 12), torch.ones(4, 12)
    for name in plug.__all__:
        module = getattr(plug, name)
        if not (inspect.isclass(module) and issubclass(module, torch.nn.Module)):
            continue
        arguments = list(inspect.signature(module).parameters)
        if arguments[0] in ("inplace", "accuracy") or name in ("Accelerated", "Replacement"):
            continue
        if "w_gate" in arguments or "w1" in arguments or "w" in arguments:
            if what == "longdouble":    # weights are converted
                continue
        others = [w, w] if "w_up" in arguments else [w.t()] if "w2" in arguments else []
        with pytest.raises(TORCHS) as caught:
            made = module(WRONG[what], *others)
            made(*[x] * len([1 for key in inspect.signature(made.forward).parameters.values()
                             if key.default is key.empty]))
        assert str(caught.value), name


@pytest.mark.parametrize("model", [None, "bert", 3, [], fa.gelu], ids=str)
def test_what_cannot_be_accelerated(model):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    import fastact.torch as plug
    with pytest.raises(TypeError, match="takes a torch.nn.Module, not"):
        plug.accelerate(model)


# -------------------------------------------------------------------------------- ONNX --


def test_onnx_operators():
    """Inputs and attributes of every operator: a result, or TypeError or ValueError."""
    pytest.importorskip("onnx", minversion="1.17", reason="onnx is not installed")
    from onnx.reference.op_run import RuntimeTypeError

    from test_onnx import OPERATORS, run
    x = np.ones((2, 12), np.float32)
    inputs = {"text": np.array(["a", "b"]), "complex": np.ones((2, 12), complex), "integers": np.ones((2, 12), np.int64),
              "bools": np.ones((2, 12), bool), "0-d": np.float32(1), "empty": x[:, :0], "nan": x * np.nan}
    numbers = {"alpha": [np.nan, np.inf, -1e38, 0.0], "beta": [np.nan, np.inf], "gamma": [np.nan, 0.0],
               "axis": [99, -99, 2**31, -2**63, 0], "lambd": [np.nan, -1.0], "bias": [np.inf, 0.5], "keepdims": [7, -1],
               "approximate": ["none", "tan", ""]}
    more = {"PRelu": [x[0]], "SwiGLU": [x], "BiasGelu": [x[0]]}
    tried = refused = 0
    for name, operator in OPERATORS.items():
        cases = [(value, {}) for value in inputs.values()]
        cases += [(x, {key: value}) for key, values in numbers.items() for value in values]
        for value, attributes in cases:
            tried += 1
            try:
                with np.errstate(all="ignore"):
                    run(name, value, *more.get(name, []), domain=operator.op_domain, opset=22, **attributes)
            except (TypeError, ValueError, RuntimeTypeError) as error:
                refused += 1
                assert str(error)
            except Exception as error:
                if type(error).__module__.partition(".")[0] not in ("onnx", "google"):     # an attribute that it has not
                    raise AssertionError(f"{name} {attributes}: {type(error).__name__}: {error}") from error
    assert tried > 500 and 0 < refused < tried


# ----------------------------------------------------------------------------------- C --


def test_c_functions_of_nothing():
    """With a length of zero or a negative length nothing is done, for any pointers."""
    for name, function in fa.c_api.functions.items():
        if "_scalar_" in name:
            continue
        for length in (0, -1, -2**63):
            arguments = [None if hasattr(kind, "contents") else length if kind is ctypes.c_ssize_t else 1.0
                         for kind in function.argtypes]
            assert function(*arguments) is None


@pytest.mark.parametrize("what", WRONG)
def test_c_functions_of_other_types(what):
    """ctypes refuses them; an unknown name raises KeyError."""
    for name in ("gelu_f32", "softmax_f64", "gelu_scalar_f64"):
        with pytest.raises((ctypes.ArgumentError, TypeError)):
            fa.c_api.functions[name](*[WRONG[what]] * len(fa.c_api.functions[name].argtypes))
    for mapping in (fa.c_api.functions, fa.c_api.addresses, fa.c_api.declarations):
        with pytest.raises((KeyError, TypeError)):
            mapping[WRONG[what]]


# ---------------------------------------------------------------- other libraries' arrays --

ONE = [fa.gelu, fa.gelu.derivative, fa.swiglu, fa.softmax, fa.logsumexp, fa.sparsity]
TWO = [fa.gelu.backward, fa.swiglu, fa.add_gelu, fa.leaky_relu]


def refused_or_right(call, *arrays):
    """TypeError or ValueError with a message, or a result."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return call(*arrays)
    except (TypeError, ValueError) as error:
        assert str(error)
        return None


def test_pandas():
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    kinds = {
        "text": pd.Series(["a", "b"]), "objects": pd.Series([1.0, None], dtype=object), "missing": pd.Series([1, None], dtype="Int64"),
        "categories": pd.Series(["a", "b"], dtype="category"), "dates": pd.Series(pd.to_datetime(["2020", "2021"])),
        "durations": pd.Series(pd.to_timedelta([1, 2])), "mixed": pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}),
        "intervals": pd.Series(pd.interval_range(0, 2)), "index": pd.Index(["a", "b"]), "complex": pd.Series([1j, 2j]),
    }
    for what, array in kinds.items():
        for call in ONE:
            assert what == "missing" or call is fa.sparsity or refused_or_right(call, array) is None, (what, call)
        for call in TWO:
            assert what == "missing" or refused_or_right(call, array, array) is None, (what, call)
    numbers = pd.Series([1.0, 2.0], dtype=np.float32)
    assert refused_or_right(fa.add_gelu, numbers, np.ones(3)) is None


def test_xarray():
    xr = pytest.importorskip("xarray", reason="xarray is not installed")
    x = xr.DataArray(np.ones((2, 12), np.float32), dims=("a", "b"))
    for wrong in (x.astype(str), x.astype(object), x.astype(complex)):
        for call in ONE[:-1]:
            assert refused_or_right(call, wrong) is None, (wrong.dtype, call)
        for call in TWO:
            assert refused_or_right(call, x, wrong) is None, (wrong.dtype, call)
    assert refused_or_right(fa.add_gelu, x, xr.DataArray(np.ones(5), dims="b")) is None
    assert refused_or_right(fa.softmax.backward, x, x.rename(b="c")[:, :5]) is None


def test_dask():
    da = pytest.importorskip("dask.array", reason="Dask is not installed")
    x = da.ones((4, 12), chunks=(2, 6), dtype=np.float32)
    for dtype in (object, complex, "U3"):
        wrong = x.astype(dtype)
        for call in ONE[:-1]:
            assert refused_or_right(lambda a, call=call: call(a).compute(scheduler="synchronous"), wrong) is None, (dtype, call)
    assert refused_or_right(fa.add_gelu, x, da.ones(5)) is None
    unknown = x[x.sum(axis=1) > 0]      # of a size that only computing tells
    assert fa.gelu(unknown).compute(scheduler="synchronous").shape == (4, 12)


def test_masked_arrays_and_subclasses():
    masked = np.ma.array(np.ones((2, 12)), mask=np.eye(2, 12))
    for call in (fa.softmax, fa.logsumexp, fa.sparsity, fa.dead_units, fa.Projection, fa.Projection(np.ones((3, 12)))):
        with pytest.raises(TypeError, match="mask"):
            call(masked)
    for wrong in (np.ma.array([1j], mask=[True]), np.ma.array(["a"]), np.char.array(["a"]), np.rec.array([(1, 2.0)])):
        for call in ONE[:-1]:
            assert refused_or_right(call, wrong) is None
