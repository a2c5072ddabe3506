"""PyTorch's threads and ours, in turns, in either order of import.

    python benchmarks/torch_in_turns.py [--rows 512] [--threads 2]

If we had our own pool of threads, it would wait busily for work while PyTorch's threads work, and vice
versa.  For every order of import, a separate process measures the time of PyTorch's matrix product,
that of our GELU of its result, that of both in turns, and the difference of the latter to their sum.  It also
prints the numbers of loaded OpenMP runtimes and of threads.
"""

import argparse
import os
import subprocess
import sys

ORDERS = {"torch first": "import torch, fastact", "fastact first": "import fastact, torch"}

SCRIPT = """
{imports}
import fastact.torch, fastact as fa
import os, sys, time
import numpy as np

rows, threads, repeat = map(int, sys.argv[1:])
torch.set_num_threads(threads)
fa.set_num_threads(threads)
x, w = torch.randn(rows, 384), torch.randn(384, 1536)
h, y = torch.empty(rows, 1536), torch.empty(rows, 1536)

def product():
    torch.mm(x, w, out=h)

def gelu():
    fa.gelu(h.numpy(), out=y.numpy())

def both():
    product()
    gelu()

times = []
for _ in range(repeat):
    row = []
    for call in (product, gelu, both):
        call()
        start = time.perf_counter()
        for _ in range(10):
            call()
        row.append((time.perf_counter() - start) / 10)
    times.append(row)
assert np.allclose(y, torch.nn.functional.gelu(h), rtol=1e-5, atol=1e-5)
runtimes = set()
if os.path.exists("/proc/self/maps"):
    with open("/proc/self/maps") as maps:
        runtimes = {{os.path.realpath(line.split()[-1]) for line in maps if "omp" in line.split("/")[-1]}}
    pool = len(os.listdir("/proc/self/task"))
print(*np.percentile(times, 25, axis=0) * 1e6, len(runtimes), pool if runtimes else 0)
"""


def main():
    parser = argparse.ArgumentParser(description="PyTorch's threads and ours in turns, in either order of import.")
    parser.add_argument("--rows", type=int, default=512, help="rows of the product with 384 x 1536 (default: 512)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="default: all CPUs")
    parser.add_argument("--repeat", type=int, default=50, help="default: 50")
    args = parser.parse_args()
    print(f"{args.rows} rows, threads: {args.threads}, first quartiles of {args.repeat} runs of 10 calls")
    for name, imports in ORDERS.items():
        result = subprocess.run(
            [sys.executable, "-c", SCRIPT.format(imports=imports), str(args.rows), str(args.threads), str(args.repeat)],
            check=True, capture_output=True, text=True)
        product, gelu, both, runtimes, pool = map(float, result.stdout.split())
        print(f"{name:14} product {product:7.0f} µs, gelu {gelu:6.0f} µs, in turns {both:7.0f} µs: "
              f"{both / (product + gelu) - 1:+.1%}; OpenMP runtimes: {runtimes:.0f}, threads: {pool:.0f}")


if __name__ == "__main__":
    main()
