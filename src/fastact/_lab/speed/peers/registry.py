"""The competitors by title, and which of them are installed.  Peers are imported when they are called."""

import importlib
from functools import partial

from fastact._lab.speed.peers import by_hand, jax, numexpr, onnx_runtime, ours, pytorch, scipy

# Column title -> (module, competitor).
PEERS = {
    "by hand": ("numpy", by_hand.forward),
    "PyTorch": ("torch", pytorch.forward),
    "ONNX Runtime": ("onnxruntime", onnx_runtime.forward),
    "SciPy": ("scipy", scipy.forward),
    "JAX": ("jax", jax.forward),
    "numexpr": ("numexpr", numexpr.forward),
}
BACKWARD_PEERS = {"PyTorch": ("torch", pytorch.backward)}


def peer_modules():
    """The peers' modules."""
    return [module for module, _ in PEERS.values()]


def peer_versions():
    """Module -> version of the peers, None for one that cannot be imported."""
    versions = {}
    for module in peer_modules():
        try:
            versions[module] = importlib.import_module(module).__version__
        except (ImportError, OSError):  # OSError: a shared library is missing
            versions[module] = None
    return versions


def competitors(accuracies=("exact", "fast"), versions=None, backward=False):
    """Title -> competitor: fastact with these accuracies, and the installed peers; for gradients if `backward`."""
    made = {"": ours.backward, ", from y": ours.backward_from_output} if backward else {"": ours.forward}
    peers = BACKWARD_PEERS if backward else PEERS
    versions = peer_versions() if versions is None else versions
    own = {f"fastact {accuracy}{ending}": partial(make_ours, accuracy)
           for ending, make_ours in made.items() for accuracy in accuracies}
    return own | {
        title: make for title, (module, make) in peers.items() if versions.get(module)}
