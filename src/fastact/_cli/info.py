"""``python -m fastact info``."""

import fastact as fa
from fastact._lab.reports.bench import describe_peers
from fastact._lab.speed import environment
from fastact._lab.speed.peers import registry


def add_options(parser):
    """There are none."""


def run(options):
    """Show version, CPU, target, threads and the peers that bench would measure."""
    fa.show_config()
    cpu = environment.cpu()
    print(f"{'CPU':15} {cpu['name']}")
    print(f"{'cores':15} {cpu['cores']}")
    for level, size in cpu["caches"].items():
        print(f"{level + ' cache':15} {size // 1024:,} KiB")
    for line in describe_peers(registry.peer_versions()):
        print(line)
