"""What was measured, in `_catalogue/measured.json`: written by ``verify --record``, read by `Entry.bounds`.

One line for each function (or derivative, and set of parameters), type and accuracy, with a row for
each CPU target: the largest error, the input where it is, how many of the inputs are not correctly
rounded; and a line for each function with a row for each peer.  Sorted and without dates, so that
measuring once more changes only what has changed.
"""

import functools
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fastact._catalogue.bounds import PRECISION

PATH = Path(__file__).with_name("measured.json")

# Inputs of each type, NaN left out.
ALL_INPUTS = {
    "float32": 2**32 - 2 * (2**23 - 1), "float16": 2**16 - 2 * (2**10 - 1), "bfloat16": 2**16 - 2 * (2**7 - 1),
}


@dataclass(frozen=True)
class Bound:
    """The largest error that was measured.

    `error` is in ULP for exact variants and half precision, else relative, as `unit` says.
    """

    dtype: str
    error: float
    unit: str  # "ulp" or "relative"
    worst_input: float
    worst_bits: str  # of that input, in hex
    correctly_rounded: float  # share of the inputs
    inputs: int  # NaN left out
    exhaustive: bool  # whether these were all inputs of the type
    environment: str  # versions and CPU

    @property
    def max_ulp(self):
        """The error in ULP; a relative one in the largest ULPs, as that of `Entry.max_ulp`."""
        return self.error if self.unit == "ulp" else self.error * 2 ** PRECISION[self.dtype]


def from_bits(text, dtype):
    """The value with these bits, as a scalar array of its type."""
    if dtype == "bfloat16":
        return (np.array(int(text, 16), np.uint32) << np.uint32(16)).view(np.float32)
    kind = np.dtype(dtype)
    return np.array(int(text, 16), f"u{kind.itemsize}").view(kind)


def unit_of(dtype, accuracy):
    """What a row's errors are counted in."""
    return "relative" if accuracy == "fast" and dtype in PRECISION else "ulp"


def is_exhaustive(row, dtype):
    return row["inputs"] == ALL_INPUTS.get(dtype)


@functools.cache
def _read(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"environments": {}, "measured": {}, "peers": {}}


def read():
    """The whole file; not to be changed."""
    return _read(PATH)


def bound(title, dtype, accuracy, target):
    """The Bound of one row, or None."""
    row = read()["measured"].get(key(title, dtype, accuracy), {}).get(target)
    if row is None:
        return None
    unit = unit_of(dtype, accuracy)
    return Bound(
        dtype=dtype, error=float(row["error"]), unit=unit,
        worst_input=float(from_bits(row["at"], dtype)), worst_bits=row["at"],
        correctly_rounded=1 - row["incorrect"] / row["inputs"], inputs=row["inputs"],
        exhaustive=is_exhaustive(row, dtype), environment=read()["environments"][row["on"]],
    )


def key(*parts):
    return ", ".join(parts)


def parts(name):
    """(title, dtype, accuracy) of a line of "measured", (title, dtype) of one of "peers"."""
    return tuple(name.split(", "))


def update(section, name, rows, environment):
    """Write these rows, target (or peer) -> row, into one line; a sample replaces no exhaustive row."""
    found = json.loads(json.dumps(read()))
    line = found[section].setdefault(name, {})
    dtype = parts(name)[1]
    for target, row in rows.items():
        if not (target in line and is_exhaustive(line[target], dtype) and not is_exhaustive(row, dtype)):
            line[target] = row | {"on": _number(found["environments"], environment)}
    write(found)


def _number(environments, text):
    """The key of this environment, a new one if it has none."""
    for number, known in environments.items():
        if known == text:
            return number
    number = str(1 + max(map(int, environments), default=0))
    environments[number] = text
    return number


def write(found):
    """Write the file, a line for each line of it; an interrupt leaves the old one."""
    rows = [row for section in ("measured", "peers") for line in found[section].values() for row in line.values()]
    used = {row["on"] for row in rows}
    found["environments"] = {number: text for number, text in found["environments"].items() if number in used}

    def lines(section):
        return ",\n".join(
            f"{json.dumps(name)}: {json.dumps(value, sort_keys=True)}" for name, value in sorted(section.items()))

    text = ",\n".join(f'"{name}": {{\n{lines(found[name])}\n}}' for name in ("environments", "measured", "peers"))
    part = PATH.with_suffix(".part")
    part.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")
    os.replace(part, PATH)
    _read.cache_clear()
