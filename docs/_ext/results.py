"""Speeds that were measured and recorded in ``benchmarks/results``, for pictures."""

import json
from functools import cache
from pathlib import Path

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"
RESULTS_SIZE = 65536
ORDER = ["fastact exact", "fastact fast", "PyTorch", "ONNX Runtime", "SciPy", "JAX", "numexpr", "by hand"]


@cache
def speeds(folder=RESULTS, file="forward-float32.json", size=RESULTS_SIZE):
    """Machine -> function -> competitor -> elements a second, with one thread."""
    found = {}
    for path in sorted(Path(folder).glob(f"*/{file}")):
        run = json.loads(path.read_text(encoding="utf-8"))
        machine = found.setdefault(f"{run['cpu']['name']}, {run['target']}", {})
        for row in run["results"]:
            if row["size"] == size:
                machine.setdefault(row["function"], {})[row["competitor"]] = row["elements_per_second"]
    order = {title: place for place, title in enumerate(ORDER)}
    return {machine: {name: dict(sorted(rows.items(), key=lambda row: order.get(row[0], 99))) for name, rows in of.items()}
            for machine, of in found.items()}
