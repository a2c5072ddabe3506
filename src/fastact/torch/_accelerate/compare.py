"""Tests whether a replacement computes the same as its original: both run on the same rows, at many scales.

The allowed difference is measured, not guessed.  Rounding in a layer changes its result about as much as a
change of its input by the size of the rounding does.  So the original also runs on an input that is changed by
this size, and the replacement may differ by a few times the change of the result.
"""

import copy

import torch

import fastact as fa
from fastact._runtime.accuracy import resolve_accuracy

# Sizes of pre-activations, in standard deviations.  Limits (7, 10, 16), thresholds and infinities of half precision
# lie between them.  A corner of a function is visible at small scales only; at large ones the rounding hides it.
SCALES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 10000.0)
ROWS = 4
# One change of the input is a sample of the difference between two computations that round in different places.
# None of 396 classes of transformers' blocks differed by more than 0.11 of the allowed difference in float32, and
# 0.43 in half precision.  The two forms of GELU, the most similar pair, differ by at least 5 times the allowed
# difference at 4,096 hidden units.
MARGIN = 4
OPERATIONS = 16     # roundings in the formula of an activation, at most
FAST = 2.0 ** -12   # largest relative error of fast activations
# With accuracy "fast" over quantised weights x has 8 bits: it is off by 1/254 of the largest of 32 neighbours, and so
# are hidden units.
FAST_OF_BYTES = 2.0 ** -7


class Refused(Exception):
    """The reason why a module is not replaced."""


def unit(dtype):
    """Largest relative error of rounding to a type."""
    return torch.finfo(dtype).eps / 2


def in_dtype(module, dtype):
    """The module as a function that uses its parameters in this type; the parameters themselves are not changed."""
    def run(x):
        parameters = {name: one.to(dtype) for name, one in module.named_parameters()}
        return torch.func.functional_call(module, parameters, (x,))
    return run


def with_ordinary_weights(module, linears):
    """A copy in float32; its linear layers have small biases and random weights that keep the size of the input."""
    copied = copy.deepcopy(module).float()
    with torch.no_grad():
        for seed, linear in enumerate(linears(copied), 100):
            weight = linear.weight
            inputs = linear.in_features if isinstance(linear, torch.nn.Linear) else weight.shape[0]
            weight.copy_(_random(*weight.shape, seed=seed) / inputs ** 0.5)
            if linear.bias is not None:
                linear.bias.copy_(_random(*linear.bias.shape, seed=-seed) / 10)
    return copied


def ordinary(tensor, divisor, seed):
    """Random numbers in float32 of a tensor's shape, divided; `seed` may be a name."""
    return _random(*tensor.shape, seed=sum(map(ord, seed))) / divisor


def with_weights(module, linears, weight_of):
    """A copy whose linear layers have the weights, in float32, that `weight_of` gives for each of them."""
    copied = copy.deepcopy(module)
    for linear in linears(copied):
        linear.weight = torch.nn.Parameter(weight_of(linear), requires_grad=False)
    return copied


def _random(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def rows_for(weight, in_features):
    """Inputs for the linear layer with this weight, for each scale, so that the pre-activations have the scale."""
    # The deviation of pre-activations for rows of deviation 1; a layer of zeros has 0.
    spread = float(torch.linalg.vector_norm(weight, dtype=torch.float32)) / (weight.numel() / in_features) ** 0.5 or 1.0
    return _random(len(SCALES), ROWS, in_features) * (torch.tensor(SCALES) / spread)[:, None, None]


def elements_for(channels, numbers):
    """Inputs for an activation, for each scale; they have four dimensions, and dimension 1 is the channels.

    Scale 0 is replaced by zeros and the numbers that the activation has as attributes, where it may jump.
    """
    x = _random(len(SCALES), 2, channels, 4, 6) * torch.tensor(SCALES).reshape(-1, 1, 1, 1, 1)
    special = torch.tensor([0.0, *numbers, *(-number for number in numbers)])
    x[0] = special.repeat(x[0].numel())[:x[0].numel()].reshape(x[0].shape)
    return x


def one_by_one(function):
    """Apply the function to the input of each scale separately, with the dimensions of a normal call."""
    return lambda x: torch.stack([function(one) for one in x])


def agree(original, exact, replacement, x, terms, dtypes, weight_dtype=None, accuracy=None, fast_error=FAST):
    """Raise Refused unless a replacement computes the same as the original, up to rounding.

    They are compared in float32 first, because some functions differ there but not in bfloat16, then in the types
    in which they will be used.

    Parameters
    ----------
    original, exact, replacement : functions of a dtype
        They return a function of a tensor.  `exact` is the replacement with weights in float32 and the
        setting "exact"; it may be the same as `replacement`.
    x : Tensor
        Dimension 0 is the scale.
    terms : int
        The number of terms in the longest sum.
    dtypes : iterable of torch.dtype
        The dtypes of the model.
    weight_dtype : torch.dtype, optional
        The dtype of packed weights; without it nothing between input and result is rounded to the model's dtype.
    accuracy : str, optional
        The accuracy of the replacement.
    fast_error : float
        The largest relative error of accuracy "fast".
    """
    def arithmetic(dtype):      # half precision is summed in float32
        return terms ** 0.5 * unit(torch.promote_types(dtype, torch.float32))   # the errors of partial sums are random

    with fa.accuracy("exact"):
        _compare(original, exact, x, torch.float32, arithmetic(torch.float32), arithmetic(torch.float32))
    fast = fast_error if resolve_accuracy(accuracy) == "fast" else 0
    for dtype in dtypes:
        if dtype is torch.float32 and exact is replacement and not fast:
            continue
        inside = max(arithmetic(dtype), *(unit(one) for one in (dtype, weight_dtype) if weight_dtype is not None), fast)
        _compare(original, replacement, x, dtype, inside, max(inside, unit(dtype)))


def _compare(original, replacement, x, dtype, inside, rounding):
    """Compare in one type; `inside` is the relative error between input and result, `rounding` includes the result."""
    changed = x * (1 + inside * _random(*x.shape, seed=1))
    x, changed = x.to(dtype), changed.to(dtype)
    state = torch.get_rng_state()
    with torch.no_grad():       # on copies, because both may work in place
        expected, found = original(dtype)(torch.cat([x, changed])), replacement(dtype)(x.clone())
    if not torch.equal(torch.get_rng_state(), state):
        raise Refused("it draws random numbers")
    if not isinstance(expected, torch.Tensor):
        raise Refused(f"it returns no tensor, but {type(expected).__name__}")
    expected, moved = expected.tensor_split(2)
    if (expected.shape, expected.dtype) != (found.shape, found.dtype):
        raise Refused(f"it returns {expected.dtype} of shape {tuple(expected.shape)}, not {found.dtype} of shape "
                      f"{tuple(found.shape)}")
    error, moved, largest = (one.double().abs().flatten(1).amax(1) for one in
                             (found.double() - expected.double(), moved.double() - expected.double(), expected))
    # A result that changes by more than half of its digits tells nothing about the rounding.
    allowed = MARGIN * (moved.minimum(inside ** 0.5 * largest) + rounding * largest)
    # Between its layers the original may overflow float16; the replacement has float32 there.
    known = largest.isfinite() if dtype is torch.float16 else torch.ones_like(largest, dtype=torch.bool)
    wrong = known & ~(error <= allowed)
    if wrong.any():
        off = torch.where(wrong, error / largest, 0).nan_to_num(torch.inf, torch.inf)
        raise Refused(f"the replacement does not give its results: off by {float(off.max()):.2g} times the largest, "
                      f"in {dtype}, of inputs of scale {SCALES[int(off.argmax())]:g}")
