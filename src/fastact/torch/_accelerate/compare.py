"""Whether a replacement computes what its original does: both run on the same rows, at many scales.

How much they may differ is measured, not guessed.  Rounding in a layer moves its result about as much as a
change of its input by the size of the rounding.  So the original runs on an input changed by that, too, and
the replacement may be off by a few times the difference that this makes.
"""

import copy

import torch

import fastact as fa
from fastact._runtime.accuracy import resolve_accuracy

# Sizes of pre-activations, in standard deviations.  Limits (7, 10, 16), thresholds and infinities of half precision
# lie between them.  A bend shows at small scales: at large ones the rounding hides it.
SCALES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 10000.0)
ROWS = 4
# One change of the input is a sample of the difference between two computations that round in different places.
# None of 396 classes of transformers' blocks differed by more than 0.11 of what this allows in float32, and 0.43 in
# half precision.  The two forms of GELU, the most similar pair, differ by 5 times or more at 4,096 hidden units.
MARGIN = 4
OPERATIONS = 16     # roundings in the formula of an activation, at most
FAST = 2.0 ** -12   # largest relative error of fast activations


class Refused(Exception):
    """Why something is not replaced."""


def unit(dtype):
    """Largest relative error of rounding to a type."""
    return torch.finfo(dtype).eps / 2


def in_dtype(module, dtype):
    """The module as a function with its parameters in this type, while it is called; its own stay as they are."""
    def run(x):
        parameters = {name: one.to(dtype) for name, one in module.named_parameters()}
        return torch.func.functional_call(module, parameters, (x,))
    return run


def with_ordinary_weights(module, linears):
    """A copy in float32 whose linear layers have random weights, which leave the size of their input, and small biases."""
    copied = copy.deepcopy(module).float()
    with torch.no_grad():
        for seed, linear in enumerate(linears(copied), 100):
            weight = linear.weight
            inputs = linear.in_features if isinstance(linear, torch.nn.Linear) else weight.shape[0]
            weight.copy_(_random(*weight.shape, seed=seed) / inputs ** 0.5)
            if linear.bias is not None:
                linear.bias.copy_(_random(*linear.bias.shape, seed=-seed) / 10)
    return copied


def _random(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def rows_for(weight, in_features):
    """Input for the linear layer of a weight, that gives pre-activations of all scales; by scale."""
    # The deviation of pre-activations for rows of deviation 1; a layer of zeros has 0.
    spread = float(torch.linalg.vector_norm(weight, dtype=torch.float32)) / (weight.numel() / in_features) ** 0.5 or 1.0
    return _random(len(SCALES), ROWS, in_features) * (torch.tensor(SCALES) / spread)[:, None, None]


def elements_for(channels, numbers):
    """Input for an activation, by scale: of four dimensions, dimension 1 the channels.

    In place of scale 0: zeros and the activation's own numbers, where it may jump.
    """
    x = _random(len(SCALES), 2, channels, 4, 6) * torch.tensor(SCALES).reshape(-1, 1, 1, 1, 1)
    special = torch.tensor([0.0, *numbers, *(-number for number in numbers)])
    x[0] = special.repeat(x[0].numel())[:x[0].numel()].reshape(x[0].shape)
    return x


def one_by_one(function):
    """The function, applied to the input of each scale on its own, with the dimensions that a call has."""
    return lambda x: torch.stack([function(one) for one in x])


def agree(original, exact, replacement, x, terms, dtypes, weight_dtype=None, accuracy=None):
    """Raise Refused unless a replacement computes what the original does, beyond rounding.

    They are compared in float32 first, which distinguishes functions that look alike in bfloat16, then in the
    types that they will be used with.

    Parameters
    ----------
    original, exact, replacement : functions of a dtype
        They return a function of a tensor.  `exact` is the replacement with weights in float32, of the
        setting "exact"; it may be the replacement.
    x : Tensor
        Dimension 0 is the scale.
    terms : int
        In the longest sum.
    dtypes : iterable of torch.dtype
        Of the model.
    weight_dtype : torch.dtype, optional
        Of packed weights; without it nothing between input and result is rounded to the model's dtype.
    accuracy : str, optional
        Of the replacement.
    """
    def arithmetic(dtype):      # half precision is summed in float32
        return terms ** 0.5 * unit(torch.promote_types(dtype, torch.float32))   # the errors of partial sums are random

    with fa.accuracy("exact"):
        _compare(original, exact, x, torch.float32, arithmetic(torch.float32), arithmetic(torch.float32))
    fast = FAST if resolve_accuracy(accuracy) == "fast" else 0
    for dtype in dtypes:
        if dtype is torch.float32 and exact is replacement and not fast:
            continue
        inside = max(arithmetic(dtype), *(unit(one) for one in (dtype, weight_dtype) if weight_dtype is not None), fast)
        _compare(original, replacement, x, dtype, inside, max(inside, unit(dtype)))


def _compare(original, replacement, x, dtype, inside, rounding):
    """Compare in one type; `inside` is the relative error of what is between input and result, `rounding` with it."""
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
    # A result that moves by more than half of its digits says nothing about the rounding.
    allowed = MARGIN * (moved.minimum(inside ** 0.5 * largest) + rounding * largest)
    # Between its layers the original may overflow float16; the replacement has float32 there.
    known = largest.isfinite() if dtype is torch.float16 else torch.ones_like(largest, dtype=torch.bool)
    wrong = known & ~(error <= allowed)
    if wrong.any():
        off = torch.where(wrong, error / largest, 0).nan_to_num(torch.inf, torch.inf)
        raise Refused(f"the replacement does not give its results: off by {float(off.max()):.2g} times the largest, "
                      f"in {dtype}, of inputs of scale {SCALES[int(off.argmax())]:g}")
