"""Elements beyond the tables: whatever their number and order, the bits of each depend on its value alone.

The kernels queue such elements, compute them beside the table, or do without the table, as their number in the piece
before suggests.  The orders below lead to all of these ways.
"""

import re
import subprocess
import sys

import numpy as np
import pytest

from fastact._catalogue.kernels import ELEMENTWISE
from fastact._lab.accuracy import callers

SIZE = 20_011
TABLED = [kernel.name for kernel in ELEMENTWISE if kernel.table] + ["swiglu_clamped"]


def orders(x):
    """Permutations of x: mixed at random, in long runs of one kind, and with one outlier in each vector."""
    rng = np.random.default_rng(3)
    far = np.flatnonzero(abs(x) > 4)
    near = np.setdiff1d(np.arange(x.size), far)
    spread = np.insert(near.astype(object), np.linspace(0, near.size, far.size).astype(int), far).astype(int)
    return [rng.permutation(x.size), np.argsort(x), np.argsort(abs(x)), spread]


def inputs(ufunc, parameters, deviation):
    """Ordinary numbers and tails as x or the gate, which all operands share; parameters next to 1."""
    rng = np.random.default_rng(7)
    x = (deviation * rng.standard_normal(SIZE)).astype(np.float32)
    x[:: 37] *= 20
    arrays = [x * np.float32(factor) for factor in (1, 0.75, 1.25)][: ufunc.nin - parameters]
    return arrays + [rng.uniform(0.9, 1.1, SIZE).astype(np.float32) for _ in range(parameters)]


@pytest.mark.parametrize("deviation", [0.7, 3, 12])
@pytest.mark.parametrize("name", TABLED)
def test_order(name, deviation, target):
    count = 0
    parameters = {"swish": 1, "softplus": 1, "swiglu_clamped": 3}.get(name, 0)
    for key, ufunc in callers.ufuncs(target).items():
        if not re.fullmatch(rf"(gated_|add_)?{name}(_derivative|_backward)?", key):
            continue
        arrays = inputs(ufunc, parameters, deviation)
        with np.errstate(all="ignore"):
            expected = ufunc(*arrays)
            expected = expected if isinstance(expected, tuple) else (expected,)
            for order in orders(arrays[0]):
                given = [array[order] for array in arrays]
                found = ufunc(*given)
                for one, due in zip(found if isinstance(found, tuple) else (found,), expected):
                    assert one.tobytes() == due[order].tobytes(), key
                if ufunc.nout == 1:     # in place
                    ufunc(*given, out=given[0])
                    assert given[0].tobytes() == expected[0][order].tobytes(), key
        count += 1
    assert count >= 2


def test_a_small_stack():
    """Threads with a stack of 64 KB, less than any system's default, can call every kind of kernel."""
    program = """
import threading
import numpy as np, fastact as fa
def calls():
    x = np.linspace(-20, 20, 5000, dtype=np.float32)
    for function in fa.gelu, fa.silu, fa.mish, fa.elu:
        function(x), function.backward(x, x), function(x.astype(np.float16))
        function(x, accuracy="correct"), function.backward(x, x, accuracy="correct")
    fa.swiglu.backward(x, x, x), fa.swiglu_clamped(x, x)
    fa.swiglu.backward(x, x, x, accuracy="correct"), fa.swiglu_clamped(x, x, accuracy="correct"), fa.xielu(x, accuracy="correct")
    done.append(True)
done = []
threading.stack_size(1 << 16)
thread = threading.Thread(target=calls)
thread.start()
thread.join()
assert done
"""
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_a_subnormal_product_does_not_depend_on_its_neighbours(target):
    """Swish with a huge beta has tails at a tiny x; beside lanes with subnormal results the product is the same."""
    f = callers.ufuncs(target)["gated_swish_backward"]
    grad, x, up = (np.full(64, value, np.float32) for value in (8.7e-17, 2.15e-24, 1))
    beta = np.full(64, 1.9e29, np.float32)
    alone = f(grad, x, up, beta)
    assert np.allclose(alone[1], grad.astype(float) * x.astype(float), rtol=1e-4, atol=1e-45)
    x[1::2], beta[1::2] = -95, 1       # exp(-95) is subnormal
    beside = f(grad, x, up, beta)
    for one, other in zip(alone, beside, strict=True):
        assert one[::2].tobytes() == other[::2].tobytes()


@pytest.mark.parametrize("kernel", [kernel for kernel in ELEMENTWISE if kernel.table and kernel.table.everywhere],
                         ids=lambda kernel: kernel.name)
def test_factors_of_every_size(kernel, target):
    """Gradients and gated units of any factor, beside float64: a product with a part of the function may overflow.

    Not compared are derivatives near their root, and where the product of both factors is no normal number.
    """
    ufuncs, rng, size = callers.ufuncs(target), np.random.default_rng(11), 60_000
    x = np.where(rng.random(size) < 0.5, rng.uniform(-220, 60, size), 3 * rng.standard_normal(size)).astype(np.float32)
    grad, up = (np.ldexp(rng.uniform(1, 2, size) * rng.choice([-1, 1], size), rng.integers(-149, 128, size)).astype(np.float32)
                for _ in range(2))
    parameter = [np.float32(1.37)] if kernel.name in ("swish", "softplus") else []
    wide, *factors = (a.astype(float) for a in (x, grad, up, *parameter))
    f = ufuncs[kernel.name](wide, *factors[2:])
    slope = ufuncs[f"{kernel.name}_derivative"](wide, *factors[2:])
    root = (abs(slope) < 0.08) & (x > -2)
    found = [(ufuncs[f"{kernel.name}_backward"](grad, x, *parameter), factors[0] * slope, root)]
    if "GATED" in kernel.table.everywhere:
        gate, by_up = ufuncs[f"gated_{kernel.name}_backward"](grad, x, up, *parameter)
        product = factors[0] * factors[1]
        found += [(ufuncs[f"gated_{kernel.name}"](x, up, *parameter), f * factors[1], False),
                  (by_up, factors[0] * f, False),
                  (gate, product * slope, root | (abs(product) < 2.0**-126) | (abs(product) >= 2.0**128))]
    most = np.finfo(np.float32).max
    for got, due, left_out in found:
        off = abs(np.clip(got, -most, most) - np.clip(due, -most, most)) / np.spacing(np.minimum(abs(due), 3e38).astype(np.float32))
        assert ((off < 3.5) | left_out).all()
