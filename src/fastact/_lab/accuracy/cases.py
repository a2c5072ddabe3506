"""Cases: a function, or its derivative, with values for its parameters.

Near a zero x0 of a derivative, errors in ULP and relative errors are useless.  Where |x - x0| <= |x0|/4, the error is
measured in ULP of the largest |f'| there, or relative to it.  The catalogue has the zeros.  There is no such rule for a
zero of a derivative at x = 0.
"""

import functools
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from fastact import _catalogue
from fastact._lab.accuracy import mp_oracles

ORACLE_RELATIVE = 1e-12  # the largest relative error of an oracle, which `verify` checks if mpmath is there


@dataclass(frozen=True)
class Case:
    """A function or its derivative, with its parameters' defaults or another set of the catalogue."""

    function: str
    derivative: bool = False
    which: int = 0  # 0: the defaults (or examples), n: the n-th of Entry.also

    @property
    def entry(self):
        return _catalogue.BY_NAME[self.function]

    @property
    def name(self):
        """The ufunc's name."""
        return self.function + ("_derivative" if self.derivative else "")

    @property
    def parameters(self):
        """The parameters whose values are not the defaults."""
        return self.entry.also[self.which - 1] if self.which else {}

    @property
    def title(self):
        """The ufunc's name, and the parameters that are not the defaults: the case's key in the records."""
        return " ".join([self.name, *(f"{name}={value:g}" for name, value in self.parameters.items())])

    def max_ulp(self, accuracy, dtype):
        return self.entry.max_ulp(accuracy, dtype, self.derivative)

    def at(self, dtype):
        """The data that a measurement needs, with the parameters rounded to the type.

        Returns
        -------
        SimpleNamespace
            `derivative`; `entry`, whose parameters have values; `oracle` and `mp` (x, bits), functions of x, `mp` None without
            mpmath; `floor`, a function of x: the size at which errors are measured where the value is smaller, or
            None; `wrong_zero` (y, value): which results are a zero of the wrong sign.
        """
        entry = self.entry.measured(dtype, self.which)
        mp = functools.partial(mp_oracles.value, entry, derivative=self.derivative) if mp_oracles.mpmath else None
        if not self.derivative:
            return SimpleNamespace(
                derivative=False, entry=entry, oracle=entry.oracle, mp=mp, floor=lambda x: None, wrong_zero=_wrong_zero)
        return SimpleNamespace(
            derivative=True, entry=entry, oracle=entry.derivative_oracle, mp=mp, floor=_floors(entry),
            wrong_zero=lambda y, value: np.zeros(y.shape, bool))  # the sign of a derivative's zero does not count


def cases(entries, derivative=False):
    """Every case of these entries."""
    return [Case(entry.name, derivative, which) for entry in entries for which in range(1 + len(entry.also))]


def _wrong_zero(y, value):
    return (y == 0) & (np.signbit(y) != np.signbit(value))


def _floors(entry):
    """A function of x: the largest |f'| near the zero that x is near to, else 0; None if no x is near a zero."""
    sizes = {}
    for zero in entry.derivative_zeros:
        reach = np.array([1 - _catalogue.NEAR_ZERO, 1 + _catalogue.NEAR_ZERO])
        sizes[zero] = np.abs(entry.derivative_oracle(zero * reach)).max()  # f' is monotonic in between

    def floor(x):
        found = None
        for zero, size in sizes.items():
            with np.errstate(invalid="ignore"):
                near = np.abs(x - x.dtype.type(zero)) <= abs(zero) * _catalogue.NEAR_ZERO
            if near.any():
                found = np.zeros(x.shape) if found is None else found
                found[near] = size
        return found

    return floor
