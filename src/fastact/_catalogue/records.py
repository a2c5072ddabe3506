"""What was measured, in `measured.json`, and the promised bits, in `bits.json`, both beside this file.

``verify --record`` writes the former, `Entry.bounds` reads it.  It has a line for each function (or derivative, and set
of parameters), type and accuracy, with a row for each CPU target: the largest error, its input, and the number of inputs
whose results are not correctly rounded.  Another line for each function has a row for each peer.  The file is sorted and
has no dates, so that measuring again changes only the rows whose errors have changed.

``verify --bits --record`` writes the checksums of results of accuracy "correct".
"""

import functools
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fastact._catalogue.bounds import PRECISION

PATH = Path(__file__).with_name("measured.json")
BITS = Path(__file__).with_name("bits.json")

# The number of inputs of each type, without NaN.
ALL_INPUTS = {
    "float32": 2**32 - 2 * (2**23 - 1), "float16": 2**16 - 2 * (2**10 - 1), "bfloat16": 2**16 - 2 * (2**7 - 1),
}


@dataclass(frozen=True)
class Bound:
    """The largest error that was measured."""

    dtype: str  # name of the type
    error: float  # in `unit`
    unit: str  # "ulp" for exact variants and half precision, else "relative"
    worst_input: float  # the input with this error
    worst_bits: str  # the bits of that input, in hex
    correctly_rounded: float  # share of the inputs, from 0 to 1
    inputs: int  # number of inputs, without NaN
    exhaustive: bool  # whether these were all inputs of the type
    environment: str  # versions and CPU

    @property
    def max_ulp(self):
        """The error in ULP.  A relative error is converted as in `Entry.max_ulp`, to the most ULP that it can be."""
        return self.error if self.unit == "ulp" else self.error * 2 ** PRECISION[self.dtype]


def from_bits(text, dtype):
    """The value with these bits, as a scalar array of its type."""
    if dtype == "bfloat16":
        return (np.array(int(text, 16), np.uint32) << np.uint32(16)).view(np.float32)
    kind = np.dtype(dtype)
    return np.array(int(text, 16), f"u{kind.itemsize}").view(kind)


def unit_of(dtype, accuracy):
    """The unit of a row's errors."""
    return "relative" if accuracy == "fast" and dtype in PRECISION else "ulp"


def is_exhaustive(row, dtype):
    """Whether a row was measured over all inputs of its type."""
    return row["inputs"] == ALL_INPUTS.get(dtype)


@functools.cache
def _read(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"environments": {}, "measured": {}, "peers": {}}


def read():
    """The whole file.  Callers must not change what they get, because it is cached."""
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
    """The name of a line, from what `parts` returns."""
    return ", ".join(parts)


def parts(name):
    """(title, dtype, accuracy) of a line of "measured", (title, dtype) of a line of "peers"."""
    return tuple(name.split(", "))


def update(section, name, rows, environment):
    """Write these rows (target or peer -> row) into one line.  A sample does not replace an exhaustive row."""
    found = json.loads(json.dumps(read()))
    line = found[section].setdefault(name, {})
    dtype = parts(name)[1]
    for target, row in rows.items():
        if not (target in line and is_exhaustive(line[target], dtype) and not is_exhaustive(row, dtype)):
            line[target] = row | {"on": _number(found["environments"], environment)}
    write(found)


def _number(environments, text):
    """The number of this environment, which is added if it is new."""
    for number, known in environments.items():
        if known == text:
            return number
    number = str(1 + max(map(int, environments), default=0))
    environments[number] = text
    return number


def write(found):
    """Replace the file in one step, so that an interrupt leaves the old one."""
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


# -------------------------------------------------------------------------------- bits --


def read_bits():
    """"function role type" -> the promised checksum of results of accuracy "correct"; see `fastact._lab.accuracy`."""
    try:
        return json.loads(BITS.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def write_bits(found):
    """Promise these checksums; those of other functions, roles and types stay as they are."""
    part = BITS.with_suffix(".part")
    part.write_text(json.dumps(read_bits() | found, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(part, BITS)
