"""Checks of the arguments of projections and of their calls."""

import numpy as np

from fastact._catalogue import REQUIRED, names
from fastact._formats import codes
from fastact._functions import pairs, registry
from fastact._functions.activation import check_domain, number_for_none
from fastact._runtime import dispatch, targets


def checked_choice(name, value, choices):
    """Return `value` if it is one of the choices, or raise ValueError."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be {' or '.join(map(repr, choices))}, not {value!r}")
    return value


def check_correct(name, packed_form, x_dtype=None):
    """Raise ValueError unless a product has the same bits on every CPU with FMA, as the accuracy "correct" promises.

    Multiply-adds of float32 have: each is rounded once, and they follow one another in an order of k that depends on
    nothing but k.

    Parameters
    ----------
    name : str
        What the message names, as a rule the class of the layer.
    packed_form : str
        The packed form of the weights; "codes" if they are quantised.
    x_dtype : str, optional
        The name of the dtype of x; without it only what is refused for every x is.
    """
    if packed_form == "codes":
        raise ValueError(f"{name} has no correct variant with quantised weights; use accuracy='exact' or 'fast', or "
                         "weights in float32")
    if dispatch.matmul_target in targets.WITHOUT_FMA:
        raise ValueError(f"{name} has no correct variant on the target {dispatch.matmul_target!r}: its bits are promised on "
                         "CPUs with fused multiply-adds (FMA) only; use accuracy='exact' or 'fast'")
    instruction = dispatch.matmul.kernel_name(packed_form).partition(" ")[2]
    of_pairs = instruction in ("VDPBF16PS", "BFDOT")        # AMX multiplies x of all types
    if of_pairs and x_dtype == "bfloat16":
        raise ValueError(f"{name} has no correct variant with bfloat16 x and {packed_form} weights here: products by "
                         f"{instruction} differ from those of other CPUs; pass float32 x, or use weight_dtype='float32'")
    if instruction and not of_pairs:
        raise ValueError(f"{name} has no correct variant with {packed_form} weights here: products by {instruction} differ "
                         "from those of other CPUs; use weight_dtype='float32'")


FLOAT32 = np.dtype(np.float32)
NAMES = {np.dtype(name): name for name in ("float32", "float16")}


def name_of(dtype):
    """The name of a dtype; NumPy takes a microsecond to find it."""
    return NAMES.get(dtype) or dtype.name


def native(dtype):
    """The dtype in native byte order.  NumPy would make a new object, which is slower in all that follows."""
    return dtype if dtype.isnative else dtype.newbyteorder("=")


def checked_array(name, value):
    """Return `value` as an array; refuse masked arrays, because the mask would be lost."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} must not be a masked array; use {name}.filled(...)")
    return np.asarray(value)


def is_short_float(dtype):
    """Whether x and out may have this dtype; for bfloat16 this needs no ml_dtypes."""
    return dtype.type is np.float32 or dtype.type is np.float16 or dtype.name == "bfloat16"


def checked_floats(name, value, ndim):
    """Return a weight or bias array as float32."""
    value = checked_array(name, value)
    if value.dtype.kind not in "fiu" and not is_short_float(value.dtype):
        raise TypeError(f"{name} must hold real numbers, not {value.dtype}")
    if value.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} dimension{'s' * (ndim > 1)}, not {value.ndim} (shape {value.shape})")
    return aligned_float32(value)


def checked_matrix(name, value, layout):
    """Return a weight array as float32, of shape (out_features, in_features)."""
    value = checked_floats(name, value, 2)
    return value if layout == "out_in" else value.T


def checked_quantized(name, value, layout):
    """Return a QuantizedArray that is a matrix (out_features, in_features)."""
    if value.ndim != 2:
        raise ValueError(f"{name} must have 2 dimensions, not {value.ndim} (shape {value.shape})")
    if layout != "out_in":
        raise ValueError(f"{name}: a QuantizedArray is (out_features, in_features); layout must be 'out_in'")
    return value


def checked_bias(name, value, size):
    """Return a bias as float32, or None."""
    if value is None:
        return None
    value = checked_floats(name, value, 1)
    if value.shape != (size,):
        raise ValueError(f"{name} must have shape ({size},), not {value.shape}")
    return value


def checked_input(x, in_features):
    """Return x as an array; raise an error if its dtype or its last axis does not fit."""
    if type(x) is np.ndarray and x.dtype == FLOAT32 and x.ndim and x.shape[-1] == in_features:
        return x        # most calls return here
    given, x = x, checked_array("x", x)
    if not is_short_float(x.dtype):
        remedy = "x.astype(np.float32)" if given is x else "np.asarray(x, np.float32)"
        raise TypeError(f"x must be float16, bfloat16 or float32, not {x.dtype} ({type(given).__name__})"
                        + (f"; use {remedy}" if x.dtype.kind in "biuf" else ""))
    if x.ndim == 0:
        raise ValueError(f"x must have at least one dimension, of {in_features} in_features")
    if x.shape[-1] != in_features:
        raise ValueError(f"the last axis of x must be the {in_features} in_features, not {x.shape[-1]} "
                         f"(shape {x.shape})")
    return x


def checked_output(out, shape, name="out"):
    """Return `out` if a result of this shape can be written to it."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"{name} must be an ndarray, not {type(out).__name__}")
    if not is_short_float(out.dtype):
        raise TypeError(f"{name} must be float16, bfloat16 or float32, not {out.dtype}")
    if out.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, not {out.shape}")
    if not out.flags.writeable:
        raise ValueError(f"{name} is read-only")
    return out


def checked_active(active, count):
    """Return indices of some of `count` hidden units, in order and each once."""
    active = checked_array("active", active)
    if active.dtype.kind not in "iu" and (active.size or active.dtype.kind != "f"):
        raise TypeError(f"active must be integers, the indices of hidden units, not {active.dtype}"
                        + ("; use np.flatnonzero(active)" if active.dtype.kind == "b" else ""))
    if active.ndim != 1:
        raise ValueError(f"active must have 1 dimension, not {active.ndim} (shape {active.shape})")
    if active.size and not 0 <= active.min() <= active.max() < count:
        wrong = active[(active < 0) | (active >= count)][0]
        raise ValueError(f"active must be indices from 0 to {count - 1}, not {wrong}")
    active = np.require(active, np.int64, ["C", "A"])
    return active if np.all(active[1:] > active[:-1]) else np.unique(active)


def side_by_side(array, sizes):
    """Views of so many columns each, as a tuple."""
    views, start = [], 0
    for size in sizes:
        views.append(array[..., start:start + size])
        start += size
    return tuple(views)


def checked_outputs(out, leading, sizes):
    """Return the arrays for several results as a tuple: `out` itself, or the columns of an array for all of them."""
    if not isinstance(out, list | tuple):
        return side_by_side(checked_output(out, (*leading, sum(sizes))), sizes)
    if len(out) != len(sizes):
        raise ValueError(f"out must have an array for each of the {len(sizes)} matrices, not {len(out)}")
    for i, (one, size) in enumerate(zip(out, sizes)):
        checked_output(one, (*leading, size), f"out[{i}]")
    return tuple(out)


def are_apart(arrays):
    """Whether the bounds of no two arrays overlap."""
    return not any(np.may_share_memory(one, other) for i, one in enumerate(arrays) for other in arrays[:i])


def is_several(value):
    """Whether a weight argument is a list of matrices, not an array: also one that is written as a list of rows."""
    return isinstance(value, list | tuple) and any(isinstance(one, codes.Codes) or np.ndim(one) > 1 for one in value)


def checked_several(name, value, count):
    """Return a list of `count` biases: all None if none is given."""
    if value is None:
        return [None] * count
    if not isinstance(value, list | tuple):
        raise TypeError(f"{name} must be a list, one for each of the {count} matrices, not {type(value).__name__}")
    if len(value) != count:
        raise ValueError(f"{name} must have an array or None for each of the {count} matrices, not {len(value)} of them")
    return list(value)


def checked_activation(spec, role="gated"):
    """Return (normal form of the argument, name of the kernel or None, its parameters).

    The normal form is None, a name, or (name, parameters): the parameters, as floats, that differ from those
    of the activation of that name.
    """
    if spec is None:
        return None, None, np.empty(0, np.float32)
    name, given = spec if isinstance(spec, tuple) and len(spec) == 2 else (spec, {})
    if isinstance(name, tuple) or not isinstance(given, dict):
        raise TypeError(f"activation must be a name, an Activation, (name, {{parameters}}) or None, not {spec!r}")
    activation = known_activation(name, role)
    name, values = activation.__name__, activation.parameters
    unknown = [key for key in given if key not in values]
    if unknown:
        raise TypeError(f"{name} has no parameter {unknown[0]!r}; it has: {', '.join(values) or 'none'}")
    given = {key: number_for_none(activation.entry, name, key) if value is None else value for key, value in given.items()}
    values = {key: checked_parameter(name, key, value) for key, value in (values | given).items()}
    for key, value in given.items():
        check_domain(activation.entry, name, key, np.float32(value))
    usual = known_activation(name, role).parameters
    different = {key: value for key, value in values.items() if value != usual[key]}
    return (name, different) if different else name, name, np.array(list(values.values()), np.float32)


def known_activation(spec, role):
    """Return the activation that `spec` means: an elementwise one, or a gated unit with a formula of its own."""
    pair = registry.pairs.get(spec) if isinstance(spec, str) else spec
    if isinstance(pair, pairs.Pair | pairs.AnyGatedUnit):
        if isinstance(pair, pairs.GatedUnit) and pair.activation is None and role == "gated":
            return pair
        inner = getattr(pair, "activation", None)
        raise ValueError(f"{pair.__name__} takes two arrays; a projection needs an activation of one array"
                         + (f": {inner.__name__!r}" if inner else ""))
    if isinstance(spec, str) and spec not in names.NAMES and role == "gated":
        raise ValueError(names.unknown(spec, [name for name, unit in registry.pairs.items()
                                              if isinstance(unit, pairs.GatedUnit) and unit.activation is None]))
    activation = registry.get(spec)
    if activation.kind == "fold":
        raise ValueError(f"{activation.__name__} works on whole rows; a projection needs an elementwise activation")
    return activation


def checked_parameter(activation, name, value):
    """Return the value of an activation's parameter as a float."""
    if value is REQUIRED:
        raise TypeError(f"{activation} needs a value for {name}: activation=({activation!r}, {{{name!r}: ...}})")
    array = np.asarray(value)
    if array.ndim or (array.dtype.kind not in "biuf" and not is_short_float(array.dtype)):
        raise TypeError(f"{activation}'s {name} must be one real number, not {value!r}")
    return float(value)


def aligned_float32(value):
    """Return `value` in native, aligned float32, without a copy if possible."""
    value = np.asarray(value, np.float32)
    return value if value.flags.aligned else value.copy()


def is_behaved(array):
    """Whether the kernels can read or write this array: aligned, in native byte order."""
    return array.flags.aligned and array.dtype.isnative


def as_rows(x, count):
    """Return x as `count` rows that the kernels can read: a view if possible, else a copy."""
    rows = x if x.ndim == 2 else x.reshape(count, x.shape[-1])
    return rows if is_behaved(rows) else rows.astype(native(x.dtype), order="C")


def in_place(out, count, rows):
    """Return `out` as rows that the kernels can write while they read `rows`, or None.

    Memory counts as shared if its bounds overlap, so some results are copied unnecessarily.
    """
    target = out if out.ndim == 2 else out.reshape(count, out.shape[-1])    # a copy if the strides allow no view
    is_view = target is out or np.may_share_memory(target, out)
    return target if is_view and is_behaved(target) and not np.may_share_memory(target, rows) else None
