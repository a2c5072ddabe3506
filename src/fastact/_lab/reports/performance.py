"""Evaluation of the results of ``bench --json``, as Markdown for docs/performance.md.

A *row* is one competitor's time for one function and size, a dict as `bench` writes it; a *cell* is all rows of one
function and size.
"""

import itertools
import json
import math
from pathlib import Path

from fastact._lab.reports import distributions, roofline
from fastact._lab.reports.tables import format_number, markdown

ACCURACIES = ["exact", "fast"]
BEST = "the best of them"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"

# The order of a machine's results in the document; others follow by name.
ORDER = [
    "forward-float32", "inputs-float32", "threads-float32", "backward-float32", "tails-float32", "allocate-float32",
    "forward-bfloat16", "forward-float16", "forward-float64", "avx2-float32", "avx2-backward-float32",
    "projections-float32", "projections-bfloat16", "projections-avx2",
]

# Speeds are listed at this size: in cache, and large enough that a call's overhead does not count.
LISTED = 1 << 16


# --------------------------------------------------------------------------------- files --


def read(path):
    """The contents of a file that ``bench --json`` wrote; ValueError for any other file."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from None
    if not isinstance(found, dict) or not found.get("results") or not {"load_store_limit", "projections", "distributions"} & set(found):
        raise ValueError(f"{path}: no results of python -m fastact bench --json")
    return found


def read_all(path):
    """The runs of a file, or those of all files in a folder, in the order of the document."""
    path = Path(path)
    if not path.is_dir():
        return [read(path)]
    places = {name: place for place, name in enumerate(ORDER)}
    files = sorted(path.glob("*.json"), key=lambda file: (places.get(file.stem, len(ORDER)), file.stem))
    if not files:
        raise ValueError(f"{path}: no results of python -m fastact bench --json")
    return [read(file) for file in files]


def significant(value):
    """Four digits, of which two are the same in the next run."""
    return float(f"{value:.4g}")


def write(path, run):
    """Write a run, with a line for each result, so that files are small and can be compared."""
    rows = ",\n".join(json.dumps(row, allow_nan=False) for row in run["results"])
    head = json.dumps({**run, "results": []}, indent=1, allow_nan=False)
    with open(path, "w", encoding="utf-8") as file:
        file.write(head.removesuffix("[]\n}") + f"[\n{rows}\n]\n}}\n")


def describe(run):
    """The description of a run, in one line."""
    n = run["threads"]
    inputs = {"tails": "inputs that reach the tails", "ordinary": "ordinary inputs"}.get(
        run["inputs"], f"inputs {run['inputs']}")
    if not run.get("fresh_inputs"):
        inputs += ", the same in each repetition"
    when = "in each call" if run["allocate"] else "before"
    return (f"{n} thread{'s' if n > 1 else ''}, {run['dtype']}, {run['direction']}, {inputs}, "
            f"results allocated {when}")


def short(run):
    """The description of a run for a cell of a table: type, direction, target, and unusual settings."""
    unusual = {
        f"{run['threads']} threads": run["threads"] > 1, run["inputs"]: run["inputs"] != "ordinary",
        "allocating": run["allocate"],
    }
    parts = [run["dtype"], run["direction"], *(text for text, is_so in unusual.items() if is_so), run["target"]]
    return ", ".join(parts)


def machine(run):
    """The CPU of a run, as the title of a section; virtual machines hide its name, but not its family and model."""
    cpu = run["cpu"]
    numbers = ", ".join(f"{key} {cpu[key]}" for key in ("family", "model") if cpu.get(key) is not None)
    return cpu["name"] + (f" ({numbers})" if numbers else "")


def caches(run):
    """The sizes of the caches of a run's CPU, in words; empty if they were not recorded."""
    sizes = run["cpu"].get("caches") or {}
    return ", ".join(f"{name} {size / 2**20:.3g} MiB" if size >= 2**20 else f"{name} {size >> 10} KiB"
                     for name, size in sizes.items())


def environment(run):
    """The environment of a run, in one line."""
    versions = ", ".join(f"{module} {version}" for module, version in run["versions"].items() if version)
    chosen = "; ".join(kernels_of_peers(run))
    return (f"{run['cpu']['name']}, {run['cpu']['cores']} cores, fastact {run['fastact']} (target {run['target']}), "
            f"Python {run['python']}, {versions}" + (f" ({chosen})" if chosen else ""))


def kernels_of_peers(run):
    """The kernels that PyTorch and NumPy chose: environment variables may have decided that."""
    texts = {"PyTorch's kernels": "pytorch_capability", "NumPy's products": "numpy_products"}
    return [f"{text}: {run[key]}" for text, key in texts.items() if run.get(key)]


# ---------------------------------------------------------------------------- evaluation --


def is_ours(row):
    return row["competitor"].startswith("fastact")


def best_peers(rows):
    """(function, size) -> the row of the quickest peer."""
    peers = sorted((row for row in rows if not is_ours(row)), key=lambda row: row["seconds"], reverse=True)
    return {(row["function"], row["size"]): row for row in peers}


def groups(rows):
    """(size, peer, its rows) for each size and peer, and for the best peer of each cell."""
    for size in dict.fromkeys(row["size"] for row in rows):
        peers = [row for row in rows if row["size"] == size and not is_ours(row)]
        titles = dict.fromkeys(row["competitor"] for row in peers)
        for title in titles:
            yield size, title, [row for row in peers if row["competitor"] == title]
        if peers:
            yield size, BEST, list(best_peers(peers).values())


def mean(rows, accuracy):
    """The geometric mean of the peers' times over ours; None if ours was not measured."""
    logarithms = [math.log(row[f"time_over_{accuracy}"]) for row in rows if row[f"time_over_{accuracy}"]]
    return math.exp(sum(logarithms) / len(logarithms)) if logarithms else None


def losses(runs):
    """(ratio, accuracy, row of the best peer, run) of every cell in which that peer is faster, the worst first."""
    found = [
        (row[f"time_over_{accuracy}"], accuracy, row, run)
        for run in runs for row in best_peers(run["results"]).values() for accuracy in ACCURACIES
        if (row[f"time_over_{accuracy}"] or 1) < 1
    ]
    return sorted(found, key=lambda loss: loss[0])


# ------------------------------------------------------------------------------ Markdown --


def fill(path, text):
    """Replace the text between BEGIN and END in a file."""
    document = path.read_text(encoding="utf-8")
    if document.count(BEGIN) != 1 or document.count(END) != 1:
        raise ValueError(f"needs {BEGIN} and {END}, once each")
    before, _, rest = document.partition(BEGIN)
    path.write_text(f"{before}{BEGIN}\n{text}\n{rest[rest.index(END):]}", encoding="utf-8")


def document(runs):
    """Lines: the machines, and a section for each."""
    machines = {}
    for run in runs:
        machines.setdefault(machine(run), []).append(run)
    lines = ["Machines:", ""]
    for name, found in machines.items():
        lines.append(" · ".join(filter(None, [f"- {name}", f"{found[0]['cpu']['cores']} cores", caches(found[0])])))
    for name, found in machines.items():
        lines += ["", f"### {name}", "",
                  *(f"#{line}" if line.startswith("### ") else line for line in of_machine(found))]
    return lines


def of_machine(runs):
    """Lines: how the runs were measured, means, each run, every loss; then the projections."""
    lines = ["Measured with:", "", *(f"- {line}" for line in dict.fromkeys(map(environment, runs))), ""]
    projections = [line for run in runs if roofline.is_projections(run) for line in roofline.section(run)]
    by_inputs = [line for run in runs if distributions.is_distributions(run) for line in distributions.section(run)]
    runs = [run for run in runs if not (roofline.is_projections(run) or distributions.is_distributions(run))]
    if not runs:
        return lines + by_inputs + projections
    lines += [
        "Below: one thread, ordinary inputs and results allocated before, unless it is said otherwise.", "",
        "### Geometric means against the best peer", "", *overview(runs),
    ]
    lines += by_inputs
    for run in runs:
        lines += [f"### {heading(run)}", "", *section(run)]
    return [*lines, "### Losses", "", *loss_table(runs), *projections]


def heading(run):
    return f"{describe(run)}, {run['target']}"


def overview(runs):
    """A table of the means, with one line for each run and size."""
    rows = []
    for run in runs:
        copies = {copy["size"]: copy["elements_per_second"] for copy in run["copy"]}
        for size, title, group in groups(run["results"]):
            if title == BEST:
                means = [format_number(mean(group, one)) for one in ACCURACIES]
                copy = format_number(copies[size] / 1e9)
                rows.append([short(run), f"{size:,}", str(len(group)), *means, copy])
    return markdown(["", "elements", "functions", "exact", "fast", "copy, Gelem/s"], rows)


def section(run):
    """Means against each peer; ratios and speeds of each function."""
    rows, limit = run["results"], format_number(run["load_store_limit"] / 1e9)
    means = [
        [f"{size:,}", title, str(len(group)), *(format_number(mean(group, one)) for one in ACCURACIES)]
        for size, title, group in groups(rows)
    ]
    return [
        f"Load/store limit: {limit} Gelem/s.", "",
        *markdown(["elements", "against", "functions", "exact", "fast"], means),
        *folded("Each function against its best peer: exact / fast", ratio_table(rows)),
        *folded("Speed, Gelem/s", speed_table(rows)),
    ]


def folded(title, lines):
    return [f"<details><summary>{title}</summary>", "", *lines, "</details>", ""]


def ratio_table(rows):
    sizes, best = list(dict.fromkeys(row["size"] for row in rows)), best_peers(rows)
    lines = []
    for function in dict.fromkeys(row["function"] for row in rows):
        cells = [best.get((function, size)) for size in sizes]
        lines.append([function, *(
            f"{format_number(row['time_over_exact']) or '-'} / {format_number(row['time_over_fast']) or '-'}"
            if row else "" for row in cells)])
    return markdown(["", *(f"{size:,}" for size in sizes)], lines)


def speed_table(rows):
    """The speed of all competitors at the size nearest to LISTED."""
    size = min((row["size"] for row in rows), key=lambda size: abs(math.log(size / LISTED)))
    rows = [row for row in rows if row["size"] == size]
    titles = list(dict.fromkeys(row["competitor"] for row in rows))
    lines = []
    for function, cell in itertools.groupby(rows, key=lambda row: row["function"]):
        speeds = {row["competitor"]: row for row in cell}
        lines.append([function, *(speed(speeds.get(title)) for title in titles)])
    return markdown([f"{size:,} elements", *titles], lines)


def speed(row):
    """In Gelem/s; * if the result is allocated in each call."""
    return format_number(row["elements_per_second"] / 1e9) + (" *" if row["allocates"] else "") if row else ""


def loss_table(runs):
    found = losses(runs)
    if not found:
        return ["None.", ""]
    return [f"Every cell in which the best peer is faster: {len(found)}.", "", *markdown(
        ["its time over ours", "function", "accuracy", "elements", "best peer", ""],
        [[format_number(ratio), row["function"], accuracy, f"{row['size']:,}", row["competitor"], short(run)]
         for ratio, accuracy, row, run in found])]
