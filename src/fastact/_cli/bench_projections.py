"""``python -m fastact bench --projections``."""

import itertools
import sys

from fastact._lab.reports import bench, performance, roofline
from fastact._lab.speed import projections
from fastact._lab.speed.environment import environment
from fastact._lab.speed.threads import blas_threads, same_threads
from fastact._formats import QUANTIZED
from fastact._runtime import dispatch
from fastact._runtime.progress import each


def models():
    """The models whose blocks can be measured."""
    return list(dict.fromkeys(block.model for block in projections.BLOCKS))


def run(options):
    """Measure feed-forward blocks: fused, in parts, unfused, and by the peers, beside the machine's peaks."""
    given = {"NAME": options.names, "--backward": options.backward, "--allocate": options.allocate,
             "--inputs": options.inputs != [["ordinary"]]}
    if wrong := [name for name, value in given.items() if value]:
        print(f"{', '.join(wrong)}: not with --projections", file=sys.stderr)
        return 2
    if options.dtype not in projections.DTYPES:
        print(f"--projections measures {', '.join(projections.DTYPES)}, not {options.dtype}", file=sys.stderr)
        return 2
    if options.weights and options.dtype != "float32":
        print(f"--weights goes with x of float32, not with --dtype {options.dtype}", file=sys.stderr)
        return 2
    if options.accuracy == "correct":
        print("--projections does not measure accuracy correct", file=sys.stderr)
        return 2
    if message := projections.accepts(options.dtype):
        print(f"SKIPPED: {message}")
        return 0
    titles = projections.chosen(options.accuracy, ["numpy"] if options.no_peers else options.peers)
    about = environment(options.threads) | {"target": dispatch.matmul_target}
    print(bench.heading(about | {"direction": "forward", "inputs": "ordinary", "allocate": False,
                               "dtype": options.dtype}), flush=True)
    blocks = [block for block in projections.BLOCKS if block.model in (options.projections or models())]
    found, reasons = [], {}
    with same_threads(options.threads), blas_threads(options.threads):
        for block, format in itertools.product(blocks, options.weights or [None]):
            if format and any(shape[1] % QUANTIZED[format].block_weights for shape in block.shapes):
                print(f"\n{block.name}: left out, {format} has blocks of {QUANTIZED[format].block_weights} weights")
                continue
            rows = []
            weights = projections.weights_of(block, options.dtype, format, options.layers)
            for count in each(options.rows, block.name):
                problem = projections.problem_of(weights, count)
                measured, left_out = projections.measure(problem, titles, options.seconds)
                rows += measured
                reasons |= {title: why for title, why in left_out.items() if title not in projections.OURS}
            layers = 1 + len(weights.copies)
            whole = layers * weights.nbytes / 1e6
            del weights, problem
            title = f"{block.name}, weights in {format}" if format else block.name
            if layers > 1:
                title += f", {layers} layers in turns ({whole:,.0f} MB of weights)"
            print(f"\n{title}\n\n{bench.projection_table(rows)}", flush=True)
            found += rows
        alternation = []
        if options.threads > 1 and "NumPy" in titles and options.dtype == "float32":
            alternation = [projections.alternation(options.seconds, count) for count in (8, 128)]
    print("\n/fastact: its time divided by fastact's; above 1, fastact is faster.  roof: the least time that the peak "
          "and the bandwidth\nmeasured beside it allow, over the time.  error: root mean square, in 2^-24 of the sums "
          "of magnitudes.")
    for title, reason in reasons.items():
        print(f"left out, at least once: {title}: {reason}")
    results = {**about, "dtype": options.dtype, "projections": True, "alternation": alternation, "results": found}
    print("\n".join([roofline.peaks(results), *roofline.alternations(results)]))
    if options.json:
        performance.write(options.json, results)
