"""What ReLU's zeros are worth, and what dead units are: a network trained here on scikit-learn's handwritten digits.

A network of 64, 1024, 4096, 1024 and 10 units with ReLU is trained in NumPy; the gradients of the activation come from
``fa.relu.backward``.  The script prints

- the share of hidden values that are exactly zero, by layer, before and after training, and its test error;
- the time of its large block (1024 to 4096 to 1024) for one image and for four: as two dense products, as `fastact.MLP`, which
  does not read the weights of hidden units that are zero, and with ``active=``, as whoever predicts the active units calls it;
  the results have the same bits;
- how many units of a smaller network die when the learning rate is too high (`fastact.dead_units`), and how many learn again
  with leaky_relu, whose gradient is not zero on the left.

The exit status is 1 if results differ or the network does not learn.

Run it with::

    pip install scikit-learn 'fastact[plot]'        # matplotlib, for --picture only
    python examples/relu_zeros.py --picture relu_zeros.png
"""

import argparse
import sys
import time
from functools import partial

import numpy as np

import fastact as fa

try:
    from sklearn.datasets import load_digits
except ImportError as error:
    print(f"{error}.  This example needs:  pip install scikit-learn", file=sys.stderr)
    raise SystemExit(2) from None

BATCH = 96
SLOPE = 0.2     # of leaky_relu


class Network:
    """Layers with an activation between them, trained by gradient descent with momentum."""

    def __init__(self, sizes, seed=0):
        rng = np.random.default_rng(seed)
        self.weights = [(rng.standard_normal((n, m)) * (2 / m) ** 0.5).astype(np.float32) for m, n in zip(sizes, sizes[1:])]
        self.biases = [np.zeros(n, np.float32) for n in sizes[1:]]

    def pre_activations(self, x, activation):
        """The inputs of the activation in each layer; the last ones are the logits."""
        found = []
        for w, b in zip(self.weights, self.biases):
            found.append(x @ w.T + b)
            x = activation(found[-1])
        return found

    def train(self, x, labels, activation, rate, epochs, sparse=0.0, momentum=0.9):
        """Train with cross entropy; sparse: what each positive hidden value costs beside it."""
        rng = np.random.default_rng(1)
        moving = [np.zeros_like(one) for one in self.weights + self.biases]
        for _ in range(epochs):
            order = rng.permutation(len(x))
            for start in range(0, len(x), BATCH):
                chosen = order[start:start + BATCH]
                before = self.pre_activations(x[chosen], activation)
                hidden = [x[chosen], *(activation(one) for one in before[:-1])]
                grad = fa.softmax(before[-1])
                grad[np.arange(len(chosen)), labels[chosen]] -= 1
                grad /= len(chosen)
                gradients = []
                for layer in range(len(self.weights) - 1, -1, -1):
                    gradients.append((grad.T @ hidden[layer], grad.sum(0)))
                    if layer:
                        grad = activation.backward(grad @ self.weights[layer] + np.float32(sparse / len(chosen)), before[layer - 1])
                by_layer = gradients[::-1]
                for own, step, g in zip(self.weights + self.biases, moving,
                                        [w for w, _ in by_layer] + [b for _, b in by_layer]):
                    step *= np.float32(momentum)
                    step -= np.float32(rate) * g
                    own += step

    def error(self, x, labels, activation):
        """The share of wrong answers."""
        return float(np.mean(np.argmax(self.pre_activations(x, activation)[-1], -1) != labels))

    def zeros(self, x):
        """The share of hidden values that ReLU makes zero, by layer."""
        return [fa.sparsity(fa.relu(one)) for one in self.pre_activations(x, fa.relu)[:-1]]

    def dead(self, x, activation):
        """Which units of the first hidden layer are never positive."""
        return fa.dead_units(self.pre_activations(x, activation)[0])


class LeakyReLU:
    """leaky_relu with its slope, as the network calls an activation."""

    def __call__(self, x):
        return fa.leaky_relu(x, negative_slope=SLOPE)

    def backward(self, grad, x):
        return fa.leaky_relu.backward(grad, x, negative_slope=SLOPE)


def in_turns(calls, seconds=0.4):
    """The median time of each call, in microseconds."""
    times, end = [[] for _ in calls], time.perf_counter() + seconds
    while time.perf_counter() < end:
        for call, own in zip(calls, times):
            start = time.perf_counter()
            call()
            own.append(time.perf_counter() - start)
    return [float(np.median(own)) * 1e6 for own in times]


def two_products(first, second, x):
    """The block as two dense products."""
    return second(first(x))


def time_block(network, x):
    """Time the large block for one row and for four; return the times and whether all results have the same bits."""
    (_, w1, w2, _), (_, b1, b2, _) = network.weights, network.biases
    first, second = fa.Projection(w1, b1, activation="relu"), fa.Projection(w2, b2, activation=None)
    block = fa.MLP(w1, w2, b1, b2, activation="relu")
    print(f"block 1024 -> 4096 -> 1024, {block.kernel}")
    inputs, same, times = fa.relu(network.pre_activations(x, fa.relu)[0]), True, {}
    for rows in (1, 4):
        some = np.ascontiguousarray(inputs[:rows])
        hidden = first(some)
        active = np.flatnonzero(hidden.any(axis=0))
        wanted = second(hidden)
        same &= block(some).tobytes() == wanted.tobytes() == block(some, active=active).tobytes()
        times[rows] = in_turns([partial(two_products, first, second, some), partial(block, some), partial(block, some, active=active)])
        dense, skipping, given = times[rows]
        print(f"{rows} image{'s' * (rows > 1)}: {len(active) / hidden.shape[1]:4.0%} of the units active in any; microseconds: "
              f"dense {dense:.0f}, zeros skipped {skipping:.0f}, active units given {given:.0f}")
    return times, same


def die_and_revive(x, labels, test, test_labels, epochs):
    """Kill units by too high a rate, then go on at a low one with ReLU and with leaky_relu: (name, dead, error) of each."""
    steps = []
    network = Network([64, 256, 10])
    network.train(x, labels, fa.relu, 0.05, 2)
    steps.append(("rate 0.05", network.dead(x, fa.relu), network.error(test, test_labels, fa.relu)))
    network.train(x, labels, fa.relu, 3.0, 2)
    steps.append(("then rate 3", network.dead(x, fa.relu), network.error(test, test_labels, fa.relu)))
    for name, activation in (("then relu", fa.relu), ("or leaky_relu", LeakyReLU())):
        own = Network([64, 256, 10])
        own.weights, own.biases = [w.copy() for w in network.weights], [b.copy() for b in network.biases]
        own.train(x, labels, activation, 0.1, epochs)
        steps.append((f"{name}, 0.1", own.dead(x, activation), own.error(test, test_labels, activation)))
    for name, dead, error in steps:
        print(f"{name:20} {dead.mean():4.0%} of the units dead, test error {error:.1%}")
    return steps


def draw(path, before, after, times, steps):
    """Write the picture."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("--picture needs:  pip install 'fastact[plot]'", file=sys.stderr)
        raise SystemExit(2) from None
    figure = Figure(figsize=(10, 3.4), layout="constrained")
    zeros, speed, dead = figure.subplots(1, 3)
    place = np.arange(len(before))
    zeros.bar(place - 0.2, before, 0.4, label="before training", color="0.7")
    zeros.bar(place + 0.2, after, 0.4, label="after", color="C0")
    zeros.set(title="hidden values that are zero", ylim=(0, 1.25), xticks=place, xticklabels=["1024", "4096", "1024"], xlabel="layer")
    zeros.legend(frameon=False, fontsize=8, loc="upper left", ncols=2)
    for i, name in enumerate(("dense", "zeros skipped", "active units given")):
        speed.bar(np.arange(2) + 0.27 * (i - 1), [own[i] for own in times.values()], 0.27, label=name, color=("0.7", "C0", "C2")[i])
    speed.set(title="microseconds of the block", xticks=[0, 1], xticklabels=["1 image", "4 images"])
    speed.set_ylim(0, 1.45 * max(max(own) for own in times.values()))
    speed.legend(frameon=False, fontsize=8, loc="upper left")
    dead.bar(np.arange(len(steps)), [one.mean() for _, one, _ in steps], color=["0.7", "C3", "C3", "C2"])
    dead.set(title="units that are dead", ylim=(0, 1), xticks=np.arange(len(steps)))
    dead.set_xticklabels([name.replace(", ", "\n") for name, _, _ in steps], fontsize=7)
    figure.savefig(path, dpi=110)
    print(f"written: {path}")


def main():
    """Train, time, kill and revive; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--picture", metavar="FILE")
    args = parser.parse_args()
    digits = load_digits()
    x = (digits.data / 16).astype(np.float32)
    order = np.random.default_rng(0).permutation(len(x))
    x, labels = x[order], digits.target[order]
    train, test = slice(300, None), slice(None, 300)
    network = Network([64, 1024, 4096, 1024, 10])
    before = network.zeros(x[test])
    network.train(x[train], labels[train], fa.relu, 0.02, args.epochs, sparse=1e-3)
    after, error = network.zeros(x[test]), network.error(x[test], labels[test], fa.relu)
    print("zeros by layer, before training: ", *(f"{one:.0%}" for one in before))
    print("zeros by layer, after training:  ", *(f"{one:.0%}" for one in after), f"(test error {error:.1%})")
    times, same = time_block(network, x[test])
    steps = die_and_revive(x[train], labels[train], x[test], labels[test], 5 * args.epochs)
    if args.picture:
        draw(args.picture, before, after, times, steps)
    print("Results have the same bits." if same else "Results differ.")
    return not same or error > 0.2


if __name__ == "__main__":
    sys.exit(main())
