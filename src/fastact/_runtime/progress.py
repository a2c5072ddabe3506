"""Progress bars on stderr, where it is a terminal: for everything that may take more than two seconds."""

import sys

import numpy as np

# No counts, because steps may be parts of one.
FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"


class NoBar:
    """What stands in for a bar that is not shown."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def update(self, steps=1):
        pass


NO_BAR = NoBar()


def bar(total, title, wanted=True):
    """Return a bar for a `with` statement; its `update` is told how many of the `total` steps, or what part of one, are done."""
    if not isinstance(wanted, bool | np.bool_):
        raise TypeError(f"progress must be a bool, not {type(wanted).__name__}")
    if not wanted or not is_terminal():
        return NO_BAR
    from tqdm import tqdm   # only where it is shown: `import fastact` shall not wait for it

    return tqdm(total=total, desc=title, bar_format=FORMAT, leave=False)


def each(items, title, inner=False):
    """Return the items, with a bar that counts them; without one if each item has its own, `inner`."""
    if inner or not is_terminal():
        return items
    from tqdm import tqdm

    return tqdm(items, desc=title, leave=False)


def is_terminal():
    return sys.stderr is not None and sys.stderr.isatty()
