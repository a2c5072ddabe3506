"""The results of ``bench`` as text: the heading, a table for each size, means, limits."""

from fastact._lab.reports import performance
from fastact._lab.reports.tables import aligned, format_number, format_time
from fastact._lab.speed import inputs
from fastact._lab.speed.peers import registry

EXPLANATION = """\
/exact, /fast: its time divided by fastact's; above 1, fastact is faster."""
FORWARD_ERROR = "max ULP: the largest error against float64, over normal values, the tails and every exponent."
BACKWARD_ERROR = "max ULP: the largest error of a gradient against float64, over normal values; below 1 in ULP of 1."
ALLOCATION = "*: allocates its result in each call; the others have memory for it."
ALL_ALLOCATE = "All allocate their results in each call."


def describe_peers(versions):
    """Lines with the peers that are installed and those that are not."""
    title = {module: name for name, (module, _) in registry.PEERS.items()} | {"numpy": "NumPy"}
    lines = [", ".join(f"{title[module]} {version}" for module, version in versions.items() if version)]
    missing = [module for module, version in versions.items() if not version]
    return [*lines, f"not installed: {', '.join(missing)}"] if missing else lines


def heading(environment, what=None):
    """Lines that say what was measured, and on which machine."""
    cpu = environment["cpu"]
    return "\n".join([
        f"{cpu['name']}, {cpu['cores']} cores",
        f"fastact {environment['fastact']}, target {environment['target']} ({environment['vector_type']})",
        *([what] if what else [performance.describe(environment), inputs.describe(environment["inputs"])]),
        f"Python {environment['python']}",
        *describe_peers(environment["versions"]),
        *performance.kernels_of_peers(environment),
    ])


def table(rows):
    """The rows of one size; each function is named once."""
    headers = ["function", "", "time", "Gelem/s", "/exact", "/fast", "max ULP"]
    shown, previous = [], None
    for row in rows:
        shown.append([
            row["function"] if row["function"] != previous else "",
            row["competitor"] + (" *" if row["allocates"] else ""),
            format_time(row["seconds"]),
            format_number(row["elements_per_second"] / 1e9),
            format_number(row["time_over_exact"]),
            format_number(row["time_over_fast"]),
            "inf" if row["max_ulp"] is None else format_number(row["max_ulp"]),
        ])
        previous = row["function"]
    return aligned(headers, shown, 2)


def projection_table(rows):
    """The rows of one block; each number of rows of x is written once."""
    headers = ["rows", "", "time", "GFLOP/s", "GB/s", "roof", "/fastact", "error"]
    shown, previous = [], None
    for row in rows:
        shown.append([
            row["rows"] if row["rows"] != previous else "", row["competitor"], format_time(row["seconds"]),
            format_number(row["flops"] / 1e9), format_number(row["bytes_per_second"] / 1e9), f"{row['roof']:.0%}",
            format_number(row["time_over_fastact"]), format_number(row["rms_error"] * 2**24),
        ])
        previous = row["rows"]
    return aligned(headers, shown, [1])


def summary(rows):
    """Geometric means of the ratios for each size and peer, and for the best peer of each cell."""
    headers = ["elements", "against", "functions", "/exact", "/fast", "lowest /exact"]
    shown = [
        [f"{size:,}", title, len(group), *means(group)] for size, title, group in performance.groups(rows)]
    return aligned(headers, shown, [1, 5])


def means(group):
    """Geometric means over the group, and the function for which fastact exact compares worst."""
    columns = [format_number(performance.mean(group, accuracy)) for accuracy in ["exact", "fast"]]
    worst = min((row for row in group if row["time_over_exact"]), key=lambda row: row["time_over_exact"], default=None)
    return [*columns, f"{format_number(worst['time_over_exact'])} {worst['function']}" if worst else ""]


def explanation(backward, allocate, threads, dtype):
    """The meaning of the columns, and further notes for the reader."""
    lines = [EXPLANATION, BACKWARD_ERROR if backward else FORWARD_ERROR]
    lines.append(ALL_ALLOCATE if allocate else ALLOCATION)
    if threads > 1:
        lines.append("Expressions by hand and SciPy have one thread always.")
    if dtype == "float64":
        lines.append("The oracles are float64 themselves: in the tails, up to some thousand ULP are theirs.")
    return "\n".join(lines)


def describe_limits(limits):
    """The results of `measure_limits`, in one line."""
    copies = ", ".join(
        f"{format_number(copy['elements_per_second'] / 1e9)} at {copy['size']:,}" for copy in limits["copy"])
    return (f"Gelem/s of np.copyto (one thread): {copies}; load/store limit, in cache: "
            f"{format_number(limits['load_store_limit'] / 1e9)}")
