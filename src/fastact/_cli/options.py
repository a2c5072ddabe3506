"""Types of arguments: each takes the text, and returns the value or raises what argparse reports.

Those of choices that more than one command has are here, too.
"""

import argparse
import math

import fastact as fa
from fastact._catalogue import ADDED_ENTRIES, GATED_ENTRIES
from fastact._lab import dtypes
from fastact._lab.reports import performance
from fastact._lab.speed import inputs, recorded
from fastact._lab.speed.operations import operations
from fastact._runtime import settings
from fastact._runtime.accuracy import ACCURACIES

# Elements: call overhead; L1; L2; L3; memory.
ALL_SIZES = [1 << 6, 1 << 12, 1 << 16, 1 << 20, 1 << 24]


def positive_number(text, kind=float):
    """A finite number above 0."""
    try:
        number = kind(text)
    except ValueError:
        number = 0
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no positive {'integer' if kind is int else 'number'}")
    return number


def positive_integer(text):
    """An integer above 0."""
    return positive_number(text, int)


SEVERAL_ACCURACIES = {"both": ["exact", "fast"], "all": list(ACCURACIES)}


def add_accuracy(parser, more=""):
    """Add the option --accuracy; `accuracies` returns what it means."""
    parser.add_argument("--accuracy", choices=[*ACCURACIES, *SEVERAL_ACCURACIES], default="both",
                        help=f"{more}both: exact and fast; all: correct, too (default: both)")


def accuracies(options):
    """The list of accuracies that --accuracy chooses."""
    return SEVERAL_ACCURACIES.get(options.accuracy, [options.accuracy])


def sizes(text):
    """A list of one size, or of ALL_SIZES for "all"."""
    return ALL_SIZES if text == "all" else [positive_integer(text)]


def distribution(text):
    """A list of one distribution of inputs, or of all for "all"."""
    if text == "all":
        return inputs.available()
    if text not in inputs.NAMES:
        raise argparse.ArgumentTypeError(f"{text!r} is none of all, {', '.join(inputs.NAMES)}")
    if text == "minilm" and recorded.missing():
        raise argparse.ArgumentTypeError(
            f"minilm needs {', '.join(recorded.missing())}: pip install 'fastact[examples]'")
    return [text]


def threads(text):
    """A number of threads, or "all" for that of the CPUs that may be used."""
    if text == "all":
        return settings.available_cpus()
    try:
        return settings.check_threads(int(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def dtype(name):
    """The name of a type that can be measured here."""
    if name not in dtypes.DTYPES:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(dtypes.DTYPES)}")
    if name == "bfloat16" and not dtypes.ml_dtypes:
        raise argparse.ArgumentTypeError("bfloat16 needs ml_dtypes: pip install 'fastact[half]'")
    return name


def writable_file(path):
    """A path that can be written to.  This is tried before the measurement, which takes a minute or more."""
    try:
        with open(path, "a"):
            return path
    except OSError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def pairs():
    """Gated units and sums by name: the functions of two arrays."""
    return {entry.name: getattr(fa, entry.name) for entry in [*GATED_ENTRIES, *ADDED_ENTRIES]}


def function(name):
    """The activation, gated unit or sum of this name."""
    try:
        return pairs().get(name) or fa.get(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def operation(name):
    """The operation that `bench` measures under this name."""
    known = operations()
    aliases = {alias: one for one in known.values() for alias in one.entry.aliases}
    try:
        return (aliases | known)[name]
    except KeyError:
        raise argparse.ArgumentTypeError(f"no function {name!r}; there are: {', '.join(known)}") from None


def elementwise(name):
    """The catalogue's entry of an elementwise activation."""
    try:
        entry = fa.get(name).entry
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if entry.kind == "fold":
        raise argparse.ArgumentTypeError(f"{name!r} declares no bound for each element alone")
    return entry


def result_files(path):
    """The contents of such a file, or of all in a folder, as a list."""
    try:
        return performance.read_all(path)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def result_file(path):
    """The contents of a file that ``bench --json`` wrote."""
    try:
        return performance.read(path)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
