"""What an activation is for: a network of two layers and 64 units fits a curve with almost any, and without one stays a line.

The network is y = w2 · f(w1 x + b1) + b2.  It is trained by gradient descent (Adam) once with every elementwise activation,
in NumPy, and the activation's gradient comes from ``.backward`` alone.  The script prints the error that is left, relative
to that of the best straight line.  What a polynomial gives is a polynomial: ``identity`` stays a line and ``square`` a
parabola, as Leshno et al. proved (1993): two layers approximate every continuous curve unless f is a polynomial.

The exit status is 1 if ``identity`` is better than a line, or another one that is no polynomial is not better by a fifth.

Run it with::

    pip install 'fastact[plot]'         # matplotlib, for --picture only
    python examples/universal.py --picture universal.png
"""

import argparse
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")     # before NumPy is imported: the matrices are too small for threads

import numpy as np

import fastact as fa

UNITS, POINTS = 64, 256
POLYNOMIALS = {"identity", "square"}
# Parameters without a default, and two that are as large as the numbers: else these are all but lines.
PARAMETERS = {"prelu": {"weight": 0.25}, "threshold": {"threshold": 0.0, "value": 0.0}, "softcap": {"c": 1.0},
              "hardshrink": {"lambd": 2.0}}
PICTURED = "identity", "square", "relu", "tanh", "gelu", "binary_step"


def curve(x):
    """The curve to be fitted."""
    return np.sin(2 * x) + 0.15 * x * x


def fit(activation, parameters, x, y, steps, rate=0.02):
    """Train a network with this activation; return what it gives for x."""
    rng = np.random.default_rng(0)
    w1 = rng.choice([-1.0, 1.0], (1, UNITS)) * rng.uniform(0.5, 2, (1, UNITS))
    weights = [w1, -w1[0] * rng.uniform(-3, 3, UNITS), rng.standard_normal((UNITS, 1)) / UNITS, np.zeros(1)]
    means, squares = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    for step in range(1, steps + 1):
        w1, b1, w2, b2 = weights
        z = x @ w1 + b1
        h = activation(z, **parameters)
        error = 2 / len(x) * (h @ w2 + b2 - y)
        dz = activation.backward(error @ w2.T, z, **parameters)
        gradients = [x.T @ dz, dz.sum(0), h.T @ error, error.sum(0)]
        norm = np.sqrt(sum(np.sum(g * g) for g in gradients))
        now = rate * (1 - step / (steps + 1))
        for w, g, m, s in zip(weights, gradients, means, squares):
            g = g * min(1, 1 / norm) if norm else g
            m += 0.1 * (g - m)
            s += 0.01 * (g * g - s)
            w -= now * (m / (1 - 0.9**step)) / (np.sqrt(s / (1 - 0.99**step)) + 1e-8)
    w1, b1, w2, b2 = weights
    return activation(x @ w1 + b1, **parameters) @ w2 + b2


def draw(path, x, y, fits, errors):
    """Write the picture."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("--picture needs:  pip install 'fastact[plot]'", file=sys.stderr)
        raise SystemExit(2) from None
    figure = Figure(figsize=(9, 5), layout="constrained")
    for axes, name in zip(figure.subplots(2, 3, sharex=True, sharey=True).flat, PICTURED):
        axes.plot(x, y, color="0.7", linewidth=4, label="curve")
        axes.plot(x, fits[name], color="C3" if name in POLYNOMIALS else "C0", label="network")
        axes.set_title(f"{'no activation' if name == 'identity' else name}: {errors[name]:.1%} of a line's error", fontsize=10)
    axes.legend(frameon=False, fontsize=9)
    figure.savefig(path, dpi=110)
    print(f"written: {path}")


def main():
    """Fit with every activation, print the errors, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--only", nargs="+", help="names of activations; without it all")
    parser.add_argument("--picture", metavar="FILE")
    args = parser.parse_args()
    fa.set_num_threads(1)
    x = np.linspace(-3, 3, POINTS)[:, None]
    y = curve(x)
    line = np.polynomial.Polynomial.fit(x[:, 0], y[:, 0], 1)(x)
    names = [name for name, f in fa.activations.items() if f.kind != "fold" and (not args.only or name in args.only)]
    if args.picture:
        names += [name for name in PICTURED if name not in names]
    fits, errors, wrong = {}, {}, []
    print(f"root mean square error, relative to the best line's; {UNITS} units, {args.steps} steps")
    for name in names:
        activation = fa.activations[name]
        fits[name] = fit(activation, PARAMETERS.get(name, {}), x, y, args.steps)
        errors[name] = float(np.sqrt(np.mean((fits[name] - y) ** 2) / np.mean((line - y) ** 2)))
        print(f"{name:22} {errors[name]:8.2%}", "(a polynomial)" * (name in POLYNOMIALS), flush=True)
        if errors[name] < 0.999 if name == "identity" else name not in POLYNOMIALS and errors[name] > 0.8:
            wrong.append(name)
    if args.picture:
        draw(args.picture, x, y, fits, errors)
    if wrong:
        print("not as it should be:", ", ".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
