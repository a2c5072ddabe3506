"""The numbers of a picture: a function along x, its slope, the zones of x, and its errors.

A function of several numbers is shown along a line: a gated unit at up = 1, a sum at bias = 0, a function of an axis on
rows (x, 0), of which the first result is shown.
"""

from dataclasses import dataclass

import numpy as np

from fastact._catalogue.texts import VIEW, VIEWS

POINTS = 2001  # of a curve
SATURATED = 0.01  # a slope below this passes on less than a hundredth of the gradient
SHORTEST = 0.03  # of the view; around a zero of the slope there is no zone

# Errors are shown against x on a scale that is linear up to LINEAR and logarithmic beyond, in bins of equal width.
LINEAR = 3.0
FARTHEST = 120.0  # beyond it nothing happens in float32: exp(-104) is 0
BINS = 208
PER_BIN = 256

POLY_NORM_WEIGHTS = [0.5, 0.25, 0.25]


@dataclass(frozen=True)
class Curve:
    """A function and its derivative along x."""

    name: str
    x: np.ndarray
    y: np.ndarray
    slope: np.ndarray
    line: str  # along which line a function of several numbers is shown; empty for the others
    zeros: tuple  # x where the derivative crosses zero

    @property
    def dead(self):
        """Intervals of x where both result and slope are 0: a unit whose inputs all lie there learns nothing.

        A row has none: where one of its entries has no gradient, another has it.
        """
        if self.line.startswith("rows"):
            return []
        return _intervals(self.x, (self.slope == 0) & (self.y == 0))

    @property
    def saturated(self):
        """Intervals of x where the slope is below `SATURATED`, but for the dead ones."""
        return _intervals(self.x, (np.abs(self.slope) < SATURATED) & ~((self.slope == 0) & (self.y == 0)))


def _intervals(x, mask):
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return [(x[first], x[last - 1]) for first, last in edges.reshape(-1, 2) if last - first >= SHORTEST * len(x)]


def view(function):
    """The first and the last x that a picture of the function shows."""
    return VIEWS.get(function.__name__, VIEW)


def curve(function, x=None):
    """The Curve of a function of the package, on POINTS points of its view, or at these x."""
    x = np.linspace(*view(function), POINTS) if x is None else np.asarray(x)
    y, slope, line = _along(function, x)
    zeros = ()
    if getattr(function, "kind", "") in ("ridge", "radial"):
        zeros = tuple(zero for zero in _ready(function).entry.measured().derivative_zeros if x[0] < zero < x[-1])
    return Curve(function.__name__, x, y, slope, line, zeros)


def _ready(function):
    """The activation, with example values for parameters that have no default."""
    examples = function.entry.examples
    return function.with_parameters(**examples) if examples and function.entry.kind != "fold" else function


def _along(function, x):
    """(y, slope, line) of a function along x."""
    ones = np.ones_like(x)
    name = function.__name__
    if name == "poly_norm":
        rows = np.stack([x, ones], -1)
        first = np.broadcast_to(np.array([1, 0], x.dtype), rows.shape)
        weights = np.array(POLY_NORM_WEIGHTS, x.dtype)
        slope = function.backward(first, rows, weights)[..., 0]
        return function(rows, weights)[..., 0], slope, "rows (x, 1), weights ½, ¼, ¼"
    if name == "gated":
        function = function.unit("silu")
    kind = function.entry.kind
    if kind == "gated":
        return function(x, ones), function.backward(ones, x, ones)[0], "at up = 1"
    if kind == "added":
        return function(x, 0 * ones), function.backward(ones, x, 0 * ones), "at bias = 0"
    if kind == "fold":
        return _along_rows(function, x)
    function = _ready(function)
    return function(x), function.derivative(x), ""


def _along_rows(function, x):
    rows = np.stack([x, np.zeros_like(x)], -1)
    more = {"k": 2} if "k" in function.entry.parameters else {}
    y = function(rows, **more)
    keeps_axis = y.ndim == rows.ndim and not more
    grad = np.broadcast_to(np.array([1, 0], x.dtype), rows.shape) if keeps_axis else np.ones_like(y)
    taken = rows if function.entry.backward_takes == "x" else y
    slope = function.backward(grad, taken, **more)[..., 0]
    return y[..., 0] if y.ndim == rows.ndim else y, slope, f"rows (x, 0){', k = 2' if more else ''}"


def with_gaps(y):
    """A copy with NaN beside every jump, so that a line drawn through it does not join what is apart."""
    y = np.array(y, np.float64)
    finite = y[np.isfinite(y)]
    if finite.size < 4:
        return y
    steps = np.abs(np.diff(y))
    beside = np.maximum(np.concatenate([[0], steps[:-1]]), np.concatenate([steps[1:], [0]]))
    jumps = (steps > 0.04 * np.ptp(finite)) & (steps > 8 * beside)
    y[np.flatnonzero(jumps)] = np.nan
    return y


# ------------------------------------------------------------------------------ errors --


def scaled(x):
    """x on the scale of the errors: linear up to LINEAR, then logarithmic."""
    x = np.asarray(x, np.float64)
    size = np.abs(x) / LINEAR
    return np.sign(x) * np.where(size <= 1, size, 1 + np.log10(np.maximum(size, 1)))


def unscaled(u):
    """The inverse of `scaled`."""
    u = np.asarray(u, np.float64)
    size = np.abs(u)
    return np.sign(u) * LINEAR * np.where(size <= 1, size, 10.0 ** (np.maximum(size, 1) - 1))


def bin_edges():
    return unscaled(np.linspace(scaled(-FARTHEST), scaled(FARTHEST), BINS + 1))


def bin_centres():
    edges = np.linspace(scaled(-FARTHEST), scaled(FARTHEST), BINS + 1)
    return unscaled((edges[1:] + edges[:-1]) / 2)


def error_inputs(entry):
    """The float32 inputs at which errors are shown: PER_BIN random ones of each bin, always the same.

    Of a function of two arrays the second one is random in [1, 2) (up) or 0 (bias); of a function of an axis these are
    rows (x, 0).
    """
    rng = np.random.default_rng(0)
    edges = bin_edges()[:, None]
    x = (edges[:-1] + (edges[1:] - edges[:-1]) * rng.random((BINS, PER_BIN))).astype(np.float32).ravel()
    if entry.kind == "gated":
        return x, rng.uniform(1, 2, x.size).astype(np.float32)
    if entry.kind == "added":
        return x, np.zeros_like(x)
    if entry.kind == "fold":
        return (np.stack([x, np.zeros_like(x)], -1),)
    return (x,)


def largest_errors(entry, results, inputs):
    """The largest error of float32 results in each bin, in ULP of the float64 oracle's value rounded to float32."""
    with np.errstate(all="ignore"):
        true = np.asarray(entry.measured(np.float32).oracle(*(array.astype(np.float64) for array in inputs)))
        results = np.asarray(results)
        if true.ndim == 2:
            true, results = true[:, 0], results[:, 0]
        nearest = true.astype(np.float32)
        unit = np.spacing(np.maximum(np.abs(nearest), np.float32(entry.cancels)))
        error = np.abs(results.astype(np.float64) - true) / unit
        same = (results == nearest) | (np.isnan(results) & np.isnan(nearest))
        numbers = np.isfinite(results) & np.isfinite(nearest)
        error = np.where(numbers, error, np.where(same, 0.0, np.inf))
    return error.reshape(BINS, PER_BIN).max(1)


def errors(function, accuracy):
    """`largest_errors` of a function of the package with this accuracy."""
    if function.__name__ == "gated":
        function = function.unit("silu")
    entry = function.entry
    if entry.kind == "fold":
        entry = _pairwise(entry)
        inputs = error_inputs(entry)
        return largest_errors(entry, function(*inputs, accuracy=accuracy, **entry.examples), inputs)
    if entry.kind in ("ridge", "radial"):
        function = _ready(function)
        entry = function.entry
    inputs = error_inputs(entry)
    return largest_errors(entry, function(*inputs, accuracy=accuracy), inputs)


def _pairwise(entry):
    """The entry, for rows of two numbers."""
    from dataclasses import replace

    return replace(entry, examples={"k": 2}) if entry.examples else entry
