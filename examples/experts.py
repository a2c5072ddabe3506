"""Routed experts of OLMoE's sizes: ``fastact.Experts`` beside the implementations in transformers, and on a cluster.

A block has 64 experts, of which each token passes 8, 2048 wide with 1024 hidden units, and random weights.  For a
prompt of some tokens and for generation (one token at a time) it prints the time of transformers' implementations of
experts on CPUs ("eager", "grouped_mm"), of fastact with the same weights and with weights of 4 bits, measured in turns,
and the difference of the results to those in float32.  With ``--dask`` the experts are also divided among processes,
each of which has a shard of them; the sum of their results is compared.

The exit status is 1 if fastact differs from the result in float32 by more than "eager" does (with 4 bits: from the
result with the dequantised weights), or the shards by more than rounding.

Run it with::

    pip install 'fastact[torch]' transformers       # and 'fastact[dask]' for --dask
    python examples/experts.py
"""

import argparse
import sys
import time

import numpy as np
from tqdm import tqdm

try:
    import torch
    import transformers
    from transformers.integrations.moe import ALL_EXPERTS_FUNCTIONS
    from transformers.models.olmoe.modeling_olmoe import OlmoeExperts

    import fastact as fa
    import fastact.torch
except ImportError as error:
    print(f"{error}.  This example needs:  pip install 'fastact[torch]' transformers", file=sys.stderr)
    raise SystemExit(2) from None

ALLOWED = 1.5   # of fastact's error, relative to that of "eager" in the same type
ROUNDING = 1e-5     # of a float32 sum in another order, relative to the largest result


def make(args):
    """Return transformers' module of the experts, with random weights."""
    torch.manual_seed(0)
    config = transformers.OlmoeConfig(hidden_size=args.width, intermediate_size=args.hidden, num_experts=args.experts,
                                      num_experts_per_tok=args.active)
    config._experts_implementation = "eager"
    experts = OlmoeExperts(config).eval()
    for parameter in experts.parameters():
        torch.nn.init.normal_(parameter, std=parameter.shape[-1] ** -0.5)
    return experts.to(getattr(torch, args.dtype))


def routes(tokens, args, seed):
    """Return ids and weights of tokens, by the router of OLMoE."""
    logits = np.random.default_rng(seed).standard_normal((tokens, args.experts), np.float32)
    ids, weights = fa.route(logits, args.active, normalize=False)
    return torch.from_numpy(ids).long(), torch.from_numpy(weights).to(getattr(torch, args.dtype))


def median_times(calls, x, several, repeat):
    """Return the median seconds of each call, measured in turns, with one of several routes at a time."""
    times = {name: [] for name in calls}
    for turn in tqdm(range(repeat + 1), "timing", leave=False, disable=None):   # None: no bar where stderr is no terminal
        for name, call in calls.items():
            start = time.perf_counter()
            call(x, *several[turn % len(several)])
            times[name].append(time.perf_counter() - start)
    return {name: float(np.median(values[1:])) for name, values in times.items()}


def largest(difference, true):
    return float((difference.double() - true.double()).abs().max() / true.double().abs().max())


def on_cluster(experts, x, ids, weights, count):
    """Return the sum of the results of shards, each computed by a process of its own."""
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        workers = list(client.scheduler_info()["workers"])
        shards = [client.scatter(experts.shard(index, count), workers=[worker]) for index, worker in enumerate(workers)]
        parts = [client.submit(apply, shard, x, ids, weights, workers=[worker]) for shard, worker in zip(shards, workers)]
        return sum(client.gather(parts))


def apply(shard, x, ids, weights):
    """Compute a shard's part in float32; ids of other shards' experts are left out."""
    return shard(x, ids, weights, out=np.empty((len(x), shard.out_features), np.float32))


@torch.inference_mode()
def main():
    """Run the example; return the exit status."""
    parser = argparse.ArgumentParser(description="Routed experts of OLMoE's sizes.")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="bfloat16", help="default: bfloat16")
    parser.add_argument("--experts", type=int, default=64)
    parser.add_argument("--active", type=int, default=8)
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--hidden", type=int, default=1024)
    parser.add_argument("--prompt", type=int, default=128, help="tokens in the prompt (default: 128)")
    parser.add_argument("--repeat", type=int, default=7, help="timed runs (default: 7)")
    parser.add_argument("--threads", type=int, help="number of threads (default: fastact's)")
    parser.add_argument("--dask", action="store_true", help="divide the experts among two processes, too")
    args = parser.parse_args()
    threads = args.threads or fa.get_num_threads()
    torch.set_num_threads(threads)
    fa.set_num_threads(threads)

    experts = make(args)
    def packed(weight_dtype=None):
        model = torch.nn.ModuleList([experts]).eval()
        return fastact.torch.accelerate(model, weight_dtype=weight_dtype, progress=True).replaced[0].replacement

    ours, small = packed(), packed("int4")

    def of(name):
        def call(*inputs):
            experts.config._experts_implementation = name
            return experts(*inputs)

        return call

    names = ["eager", *(name for name in ("grouped_mm",) if name in ALL_EXPERTS_FUNCTIONS)]
    calls = {name: of(name) for name in names} | {"fastact": ours, "fastact int4": small}
    reference = OlmoeExperts(experts.config).eval()
    reference.load_state_dict({name: value.float() for name, value in experts.state_dict().items()})
    failed = False
    print(f"{args.experts} experts, {args.active} active, {args.width} x {args.hidden}, {args.dtype}, {threads} threads; "
          f"packed: {ours.packed.layer.nbytes / 1e6:,.0f} MB, int4 {small.packed.layer.nbytes / 1e6:,.0f} MB")
    for title, tokens in (("generation", 1), ("prompt", args.prompt)):
        x = torch.randn(tokens, args.width, generator=torch.Generator().manual_seed(1)).to(getattr(torch, args.dtype))
        several = [routes(tokens, args, seed) for seed in range(8)]     # of several layers: else a cache might hold them

        true = reference(x.float(), several[0][0], several[0][1].float())
        errors = {name: largest(call(x, *several[0]), true) for name, call in calls.items()}
        times = median_times(calls, x, several, args.repeat)
        best = min(times[name] for name in names)
        for name in calls:
            faster = f"{best / times[name]:.2f} times as fast as the best of transformers" if name.startswith("fastact") else ""
            print(f"{title}, {tokens} tokens: {name:13s} {1e3 * times[name]:8.2f} ms, error {errors[name]:.2e}  {faster}")
        failed |= errors["fastact"] > ALLOWED * max(errors["eager"], 1e-6)
        failed |= not errors["fastact int4"] < 0.5
    if args.dask:
        rows = x.float().numpy()
        ids, weights = several[0][0].numpy(), several[0][1].float().numpy()
        whole = apply(ours.packed.layer, rows, ids, weights)
        difference = abs(on_cluster(ours.packed.layer, rows, ids, weights, 2) - whole).max() / abs(whole).max()
        print(f"two processes with half of the experts each: off by {difference:.1e} of the largest")
        failed |= not difference <= ROUNDING
    print("Results differ." if failed else "Results agree.")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
