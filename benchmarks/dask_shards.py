"""A feed-forward block in shards on Dask's workers, against the same block in one process: what the communication costs.

    python benchmarks/dask_shards.py [--workers 2] [--features 2048] [--hidden 5632] [--rows 1 16 128 512]

Each worker is a process of this machine with one thread, and has `ffn.shard(i, workers)`.  A call sends x to all workers,
adds their partial results on one of them, and brings the sum back, as examples/dask_ffn.py does.  The columns, medians in
milliseconds:

    one thread, all threads    the whole block in this process, without Dask
    shard                      one shard on its worker, timed there: what a call would take without communication
    through Dask               a call, from x in this process to the result in this process
    nothing                    the same tasks, arrays and messages, but the shards compute nothing
    MB                         bytes of the loopback device during a call; x and results alone in parentheses

The exit status is 1 if a result differs by more than the rounding of float32 sums.  It needs: pip install 'fastact[dask]'
"""

import argparse
import statistics
import sys
import time

import distributed
import numpy as np
import psutil
from tabulate import tabulate

import fastact as fa

UNIT_ROUNDOFF = 2.0**-24    # of float32
HEADERS = ["rows", "one thread", "all threads", "shard", "through Dask", "nothing", "MB"]


def partial_result(shard, x):
    return shard(x)


def nothing(shard, x):
    return x


def total(*parts):
    return sum(parts[1:], parts[0])


def seconds_there(shard, x, repeats):
    return median(lambda: shard(x), repeats)


def median(call, repeats):
    """The median of the seconds of a call, after one that is not counted."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def loopback():
    """Bytes that the loopback device has sent, or None where the system does not count them."""
    counters = psutil.net_io_counters(pernic=True).get("lo")
    return counters.bytes_sent if counters and counters.bytes_sent else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--features", type=int, default=2048)
    parser.add_argument("--hidden", type=int, default=5632)
    parser.add_argument("--rows", type=int, nargs="+", default=[1, 16, 128, 512])
    parser.add_argument("--repeats", type=int, default=20)
    args = parser.parse_args()
    rng, table, right = np.random.default_rng(0), [], True
    gate, up, down = (rng.normal(0, shape[1]**-0.5, shape).astype(np.float32) for shape in [
        (args.hidden, args.features), (args.hidden, args.features), (args.features, args.hidden)])
    ffn = fa.GatedMLP(gate, up, down)
    hidden = fa.GatedProjection(gate, up, "silu")
    with (distributed.LocalCluster(n_workers=args.workers, threads_per_worker=1, dashboard_address=None,
                                   env={"FASTACT_NUM_THREADS": "1"}) as cluster, distributed.Client(cluster) as client):
        workers = sorted(client.nthreads())
        shards = [client.scatter(ffn.shard(i, len(workers)), workers=[worker], hash=False)
                  for i, worker in enumerate(workers)]

        def through_dask(function, x):
            sent = client.scatter(x, broadcast=True, hash=False)
            parts = [client.submit(function, shard, sent, workers=[worker], pure=False)
                     for shard, worker in zip(shards, workers, strict=True)]
            return client.submit(total, *parts, pure=False).result()

        for rows in args.rows:
            x = rng.normal(0, 1, (rows, args.features)).astype(np.float32)
            due, result = ffn(x), through_dask(partial_result, x)
            bound = 2 * (args.hidden + 2) * UNIT_ROUNDOFF * (
                np.abs(hidden(x), dtype=np.float64) @ np.abs(down, dtype=np.float64).T)
            right &= bool((np.abs(result - due.astype(np.float64)) <= bound).all())
            with fa.threads(1):
                times = [median(lambda x=x: ffn(x), args.repeats)]
            times.append(median(lambda x=x: ffn(x), args.repeats))
            times.append(client.submit(seconds_there, shards[0], x, args.repeats, workers=[workers[0]], pure=False).result())
            before = loopback()
            times.append(median(lambda x=x: through_dask(partial_result, x), args.repeats))
            after = loopback()
            times.append(median(lambda x=x: through_dask(nothing, x), args.repeats))
            # x goes to every worker, all partial results but one to another worker, the result to this process.
            arrays = x.nbytes * len(workers) + due.nbytes * len(workers)
            counted = f"{(after - before) / (args.repeats + 1) / 1e6:.2f} " if before and after else ""
            table.append([rows, *(f"{1e3 * t:.2f}" for t in times), f"{counted}({arrays / 1e6:.2f})"])
    print(f"GatedMLP of {args.features} x {args.hidden} in float32, {fa.get_num_threads()} threads, {args.workers} workers, "
          f"distributed {distributed.__version__}")
    print(tabulate(table, HEADERS, disable_numparse=True))
    print("all results are within the rounding of float32 sums" if right else "WRONG RESULTS")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
