"""``python -m fastact bench`` with several ``--inputs``."""

import numpy as np

from fastact._lab.reports import bench, distributions, performance
from fastact._lab.speed import distributions as measured
from fastact._lab.speed import inputs
from fastact._lab.speed.environment import environment
from fastact._lab.speed.threads import same_threads
from fastact._runtime.progress import each


def run(options, names, sizes, accuracies):
    """Measure fastact's functions in every role on each distribution of inputs."""
    about = environment(options.threads, {"numpy": np.__version__}) | {
        "dtype": options.dtype, "distributions": {name: inputs.DISTRIBUTIONS[name] for name in names}}
    print(bench.heading(about, distributions.describe(about)), flush=True)
    found = []
    with same_threads(options.threads):
        for size in sizes:
            rows = []
            for one in each(options.names or measured.default(), f"{size:,}"):
                for role, operation, backward in measured.roles(one):
                    for accuracy in accuracies:
                        elements, times = measured.measure(
                            operation, backward, accuracy, size, options.dtype, names, options.seconds)
                        rows += as_rows(one.name, role, accuracy, size, elements, times)
            print(f"\n{size:,} elements\n\n{distributions.table(rows)}", flush=True)
            found += rows
    print(f"\n{distributions.NOTE}\n")
    print("\n".join(f"{name}: {inputs.DISTRIBUTIONS[name]}" for name in names))
    if options.json:
        performance.write(options.json, {**about, "results": found})
    return 0


def as_rows(function, role, accuracy, size, elements, times):
    """A dict for each distribution, ready for JSON."""
    medians = {name: float(np.median(values)) for name, values in times.items()}
    least = min(medians.values())
    return [{
        "function": function,
        "role": role,
        "accuracy": accuracy,
        "size": size,
        "elements": elements,
        "inputs": name,
        "seconds": performance.significant(seconds),
        "elements_per_second": performance.significant(elements / seconds),
        "of_fastest": performance.significant(least / seconds),
        "rounds": len(times[name]),
    } for name, seconds in medians.items()]
