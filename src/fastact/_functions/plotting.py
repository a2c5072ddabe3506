"""`plot`: pictures of functions.  matplotlib is imported when one is drawn."""

from collections.abc import Iterable

from fastact._functions.base import Function
from fastact._functions.folds.poly_norm import poly_norm
from fastact._functions.registry import get, pairs

NEEDS_MATPLOTLIB = "{} needs matplotlib: pip install 'fastact[plot]'"


def drawn(name):
    """The function of this name (or the function itself); ValueError if there is none."""
    if isinstance(name, Function):
        return name
    if name is poly_norm or isinstance(name, str) and name == "poly_norm":
        return poly_norm
    return (pairs.get(name) if isinstance(name, str) else None) or get(name)


def plot(names, ax=None, error=False):
    """Draw functions and their derivatives.

    Where a function is alone, its picture marks where a unit is dead (result and derivative are 0), where it saturates
    (the derivative is below 0.01), and where the derivative is zero.  A gated unit is drawn along its gate, at up = 1; a
    function of an axis on rows (x, 0).

    Parameters
    ----------
    names : str, function of the package, or sequence of these
        Names that `fastact.get` knows, gated units, sums.
    ax : matplotlib.axes.Axes or sequence of Axes, optional
        Where to draw: one for f and, dashed, f'; or two, for f and f'.  With `error`, one more.  Default: a new figure.
    error : bool
        Whether to draw the largest error against x, too, in ULP of float32, measured over 53,000 inputs.

    Returns
    -------
    matplotlib.figure.Figure
        Notebooks show it; ``savefig`` writes it.  It is not one of pyplot's: pass its axes to see it in a window.

    Raises
    ------
    ImportError
        Without matplotlib.
    TypeError
        If a name is neither a string nor a function of the package.
    ValueError
        For an unknown name, no name, or another number of axes.

    See Also
    --------
    get : the names.

    Examples
    --------
    >>> import fastact as fa
    >>> figure = fa.plot(["relu", "gelu", "silu"])      # doctest: +SKIP
    >>> figure.savefig("activations.svg")               # doctest: +SKIP
    >>> fa.plot([])
    Traceback (most recent call last):
    ...
    ValueError: names must have at least one name
    """
    one = isinstance(names, (str, Function)) or names is poly_norm
    if not (one or isinstance(names, Iterable)):
        raise TypeError(f"names must be a name, a function or a sequence of these, not {type(names).__name__}")
    functions = [drawn(name) for name in ([names] if one else names)]
    if not functions:
        raise ValueError("names must have at least one name")
    if not isinstance(error, bool):
        raise TypeError(f"error must be a bool, not {type(error).__name__}")
    try:
        from fastact._pictures import draw
    except ImportError as missing:
        raise ImportError(NEEDS_MATPLOTLIB.format("plot")) from missing
    axes = None
    if ax is not None:
        axes = list(ax.flat if hasattr(ax, "flat") else ax) if isinstance(ax, Iterable) else [ax]
        for panel in axes:
            if not (hasattr(panel, "axvspan") and hasattr(panel, "figure")):
                raise TypeError(f"ax must be Axes of matplotlib, not {type(panel).__name__}")
        allowed = (2, 3) if error else (1, 2)
        if len(axes) not in allowed:
            raise ValueError(f"ax must be {allowed[0]} or {allowed[1]} axes{' with error' if error else ''}, not {len(axes)}")
    return draw.plot(functions, axes, error)
