"""Progress bars on stderr."""

from tqdm import tqdm


def progress(items, title, inner=False):
    """Items with a progress bar, if stderr is a terminal; without one if each item has its own, `inner`."""
    return tqdm(items, desc=title, disable=True if inner else None, leave=False)
