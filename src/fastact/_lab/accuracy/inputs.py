"""Inputs to measure errors on: samples of float32, and points of float64 for mpmath."""

import numpy as np

BLOCK = 1 << 15  # float32 inputs computed at a time; half of it takes 1.2 times as long, by the overhead of NumPy's calls
HARD_POINTS = 300  # float64 points, approximately


def sample(entry, n):
    """About n float32 values: specials, every exponent with both signs, [-120, 120], runs of neighbours."""
    rng = np.random.default_rng(0)
    edges = [0, 1, 2, 0x7FFFFF, 0x800000, 0x7F7FFFFF, 0x7F800000, 0x7F800001, 0x7FC00000, 0x7FFFFFFF]
    parts = [np.array(edges + [edge | 1 << 31 for edge in edges], np.uint32)]
    each = max(n // 2 // 510, 1)  # significands for each exponent and sign
    mantissas = rng.integers(0, 1 << 23, (510, each), dtype=np.uint32)
    mantissas[:, 0] = 0
    mantissas[:, each // 2] |= np.uint32((1 << 23) - 1 if each > 1 else 0)
    exponents = np.array([sign << 8 | e for sign in (0, 1) for e in range(255)], np.uint32)
    parts.append((exponents[:, None] << np.uint32(23) | mantissas).ravel())
    parts.append(rng.uniform(-120, 120, n // 4).astype(np.float32).view(np.uint32))
    centres = np.array(hard_places(entry), np.float32).view(np.uint32)
    length = max(n // 4 // centres.size, 3)
    runs = centres[:, None].astype(np.int64) + np.arange(length) - length // 2
    parts.append(np.clip(runs, 0, 0xFFFFFFFF).astype(np.uint32).ravel())
    return np.concatenate(parts).view(np.float32)


def hard_places(entry):
    """Inputs where formulas change: kinks, edges of segments, beginnings of tails."""
    entry = entry.measured(np.float32)
    parameters = [value for value in entry.parameters.values() if value]
    magnitudes = [
        2.0**-12, 2.0**-6, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 3.92, 4, 5.5, 6, 8, 9.01, 10, 13.2, 14.2, 16.6, 17.33, 20, 25,
        33.3, 51.1, 61, 87.33, 88.72, 91.6, 97.5, 103.97, 108.4, 175.6, 208.1, *map(abs, parameters),
        *map(abs, entry.derivative_zeros),
    ]
    return [sign * value for value in magnitudes for sign in (1, -1)]


def points(entry):
    """About HARD_POINTS float64 values, all finite."""
    rng = np.random.default_rng(0)
    limits = np.finfo(np.float64)
    n = HARD_POINTS // 6
    places = np.array(hard_places(entry) + [sign * v for v in (37.5, 38.4, 708.4, 745.1, 26.6) for sign in (1, -1)])
    special = [0.0, -0.0, limits.smallest_subnormal, -limits.smallest_subnormal, limits.tiny, -limits.tiny,
               limits.max, limits.min]
    return np.concatenate([
        special, places, np.nextafter(places, np.inf)[::2], np.nextafter(places, -np.inf)[1::2],
        2 * rng.standard_normal(n), rng.uniform(-50, 50, n), rng.uniform(-760, 0, n // 2),
        rng.choice([-1, 1], n) * np.exp2(rng.uniform(-60, 12, n)),
        rng.choice([-1, 1], n // 2) * np.exp2(rng.uniform(-1074, 1023, n // 2)),
    ])
