"""A feed-forward block over a Dask array of tokens, on a cluster, split in two ways.

By tokens: every worker has the whole ``fastact.GatedMLP`` and computes its blocks of tokens.  The
weights go to each worker once, in a plugin that packs them there, for the CPU of the worker.

By hidden units (tensor parallelism, for weights that do not fit into the memory of one worker): worker i
has ``ffn.shard(i, count)``, every block of tokens goes to all workers, and the partial results are added.

Both are compared with the result computed in this process.  The first has the same bits (on CPUs of the same
kind); the second may differ by the rounding of float32 sums in another order.  The exit status is 1 if
it differs by more.

The cluster consists of processes of this machine, or of the workers of a scheduler whose address is given.  Run
it with::

    pip install 'fastact[dask]'
    python examples/dask_ffn.py
"""

import argparse
import sys
import time

import numpy as np

import fastact as fa

try:
    import dask.array as da
    import distributed
    from distributed import Client, LocalCluster, WorkerPlugin
except ModuleNotFoundError as error:
    print(f"{error}.  This example needs:  pip install 'fastact[dask]'", file=sys.stderr)
    raise SystemExit(2) from None

UNIT_ROUNDOFF = 2.0**-24  # of float32


class FeedForward(WorkerPlugin):
    """Packs the weights on each worker, once, as it starts or as the plugin is registered.

    Parameters
    ----------
    weights : dict
        Arguments of `fastact.GatedMLP`.
    """

    name = "feed-forward"

    def __init__(self, weights):
        self.weights = weights

    def setup(self, worker):
        self.layer = fa.GatedMLP(**self.weights)
        self.weights = None
        self.arrivals = getattr(worker, "feed_forward_arrivals", 0) + 1
        worker.feed_forward_arrivals = self.arrivals


def on_worker(block):
    """Apply the worker's layer to a block of tokens."""
    return distributed.get_worker().plugins[FeedForward.name].layer(block)


def by_tokens(client, weights, x):
    """Return the lazy result of all tokens, each block computed by one worker.

    Parameters
    ----------
    client : distributed.Client
    weights : dict
        Arguments of `fastact.GatedMLP`.
    x : dask array, shape (tokens, features)
        In one chunk of all features.

    Returns
    -------
    dask array, shape (tokens, out_features)
    """
    client.register_plugin(FeedForward(weights))
    chunks = (x.chunks[0], len(weights["w_down"]))
    return x.map_blocks(on_worker, chunks=chunks, dtype=x.dtype, meta=np.empty((0, 0), x.dtype))


def partial_result(shard, block):
    """The partial result of a shard, in float32 for tokens of any type."""
    return shard(block, out=np.empty((*block.shape[:-1], shard.out_features), np.float32))


def total(*parts):
    """The sum of the shards' results."""
    result = parts[0].copy()
    for part in parts[1:]:
        result += part
    return result


def by_hidden_units(client, ffn, x):
    """Return the lazy result of all tokens, each computed by all workers together.

    Parameters
    ----------
    client : distributed.Client
    ffn : fastact.GatedMLP
        The layer, which is sharded here; a shard goes to its worker once.
    x : dask array, shape (tokens, features)
        In one chunk of all features.

    Returns
    -------
    list of distributed.Future
        The blocks of the result, in float32.
    """
    workers = sorted(client.nthreads())
    shards = [client.scatter(ffn.shard(i, len(workers)), workers=[worker], hash=False)
              for i, worker in enumerate(workers)]
    results = []
    for block in client.compute(list(x.to_delayed().ravel())):
        parts = [client.submit(partial_result, shard, block, workers=[worker], pure=False)
                 for shard, worker in zip(shards, workers, strict=True)]
        results.append(client.submit(total, *parts, pure=False))
    return results


def rounding_bound(weights, x):
    """Return the largest difference of two float32 sums over the hidden units, in any order."""
    hidden = fa.GatedProjection(weights["w_gate"], weights["w_up"], weights["activation"])(x)
    magnitudes = np.abs(hidden, dtype=np.float64) @ np.abs(weights["w_down"], dtype=np.float64).T
    return 2 * (hidden.shape[-1] + 2) * UNIT_ROUNDOFF * magnitudes


def run(client, tokens, features, hidden, chunk):
    """Compute in both ways and compare; return whether the results agree."""
    rng = np.random.default_rng(0)
    weights = {
        "w_gate": rng.normal(0, features**-0.5, (hidden, features)).astype(np.float32),
        "w_up": rng.normal(0, features**-0.5, (hidden, features)).astype(np.float32),
        "w_down": rng.normal(0, hidden**-0.5, (features, hidden)).astype(np.float32),
        "activation": "silu",
    }
    x = da.random.default_rng(1).standard_normal((tokens, features), chunks=(chunk, features)).astype(np.float32)
    rows = x.compute()
    ffn = fa.GatedMLP(**weights)
    local = ffn(rows)

    start = time.perf_counter()
    result = by_tokens(client, weights, x).compute()
    seconds = time.perf_counter() - start
    arrivals = client.run(lambda dask_worker: dask_worker.plugins[FeedForward.name].arrivals)
    same = np.array_equal(result, local)
    print(f"by tokens:       {seconds:6.2f} s, {'the same bits' if same else 'OTHER BITS'}; weights sent to "
          f"{len(arrivals)} workers, at most {max(arrivals.values())} times")

    start = time.perf_counter()
    result = np.concatenate(client.gather(by_hidden_units(client, ffn, x)))
    seconds = time.perf_counter() - start
    difference, bound = np.abs(result - local.astype(np.float64)), rounding_bound(weights, rows)
    within = bool((difference <= bound).all())
    print(f"by hidden units: {seconds:6.2f} s, largest difference {difference.max():.3g}, "
          f"{(difference / bound).max():.3g} of the float32 bound {'(ok)' if within else '(WRONG)'}")
    return same and within and max(arrivals.values()) == 1


def main():
    """Run the example; return the exit status."""
    parser = argparse.ArgumentParser(description="A GatedMLP over a Dask array of tokens, on a cluster.")
    parser.add_argument("--scheduler", help="address of a scheduler (default: processes on this machine)")
    parser.add_argument("--workers", type=int, default=2, help="processes on this machine (default: 2)")
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--features", type=int, default=512)
    parser.add_argument("--hidden", type=int, default=1376)
    parser.add_argument("--chunk", type=int, default=512, help="tokens in a block (default: 512)")
    arguments = parser.parse_args()
    sizes = arguments.tokens, arguments.features, arguments.hidden, arguments.chunk
    if arguments.scheduler:
        with Client(arguments.scheduler) as client:
            return 0 if run(client, *sizes) else 1
    with (LocalCluster(n_workers=arguments.workers, threads_per_worker=1, dashboard_address=None) as cluster,
          Client(cluster) as client):
        return 0 if run(client, *sizes) else 1


if __name__ == "__main__":
    sys.exit(main())
