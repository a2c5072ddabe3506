"""What ``bench --projections --json`` wrote, evaluated: tables as Markdown, and a roofline picture.

The picture has a panel for each block: speed against operations per byte, which grow with the rows of x, below the
roof that memory bandwidth and the peak of the multiplications make.
"""

from fastact._lab.reports import panels
from fastact._lab.reports.tables import markdown
from fastact._lab.speed import turns

PEERS = ["PyTorch", "NumPy", "ggml"]


def is_projections(run):
    """Whether a result file is one of these."""
    return "projections" in run


def describe(run):
    """What was measured, in a line."""
    n = run["threads"]
    return f"Feed-forward blocks, {run['dtype']}, {n} thread{'s' if n > 1 else ''}, target {run['target']}"


def cells(run):
    """(name of the block, rows) -> competitor -> its row."""
    found = {}
    for row in run["results"]:
        name = f"{row['model']} {row['kind']} {row['width']}x{row['hidden']}"
        found.setdefault((name, row["rows"]), {})[row["competitor"]] = row
    return found


# ------------------------------------------------------------------------------ Markdown --


def section(run):
    """Lines of Markdown: every cell, the peaks, the losses, what alternating with NumPy costs."""
    peers = [name for name in PEERS if any(row["competitor"] == name for row in run["results"])]
    rows, losses, previous = [], [], None
    for (name, count), cell in cells(run).items():
        ours = cell.get("fastact")
        if not ours:
            continue
        rows.append([
            name if name != previous else "", str(count), milliseconds(ours), f"{ours['flops'] / 1e9:,.0f}",
            f"{ours['bytes_per_second'] / 1e9:.1f}", f"{100 * ours['roof']:.0f} %",
            *(ratio(cell.get(peer)) for peer in peers), ratio(cell.get("unfused")), ratio(cell.get("parts")),
            errors(ours, cell.get("PyTorch")),
        ])
        previous = name
        losses += [f"{name}, {count} rows: {peer}, {ratio(cell[peer])}"
                   for peer in peers if peer in cell and cell[peer]["seconds"] < ours["seconds"]]
    headers = ["", "rows", "time", "GFLOP/s", "GB/s", "of the roof", *(f"{peer} ×" for peer in peers),
               "unfused ×", "parts ×", "error, PyTorch's"]
    lines = [
        f"### {describe(run)}", "", peaks(run), "",
        "×: its time over ours, above 1 ours is faster.  The roof: the least time that peak and bandwidth allow.  "
        "Errors: root mean square, in units of 2^-24 of the sums of magnitudes.", "",
        *markdown(headers, rows),
    ]
    lines += [f"- {line}" for line in alternations(run)]
    lines += ["", f"Cells in which a peer is faster: {len(losses)}.", "", *(f"- {loss}" for loss in losses), ""]
    return lines


def peaks(run):
    """The peaks, in a line: the median of the instruction's peak over the cells, and the range of the bandwidths."""
    rows = run["results"]
    bandwidths = [row["bandwidth"] / 1e9 for row in rows]
    peak = sorted(row["peak"] for row in rows)[len(rows) // 2]
    return (f"Peak ({rows[0]['peak_of']}): {peak / 1e9:,.0f} GFLOP/s; reads of as many bytes as the weights: "
            f"{min(bandwidths):.1f} to {max(bandwidths):.1f} GB/s.")


def alternations(run):
    """Lines that say what alternating with NumPy's matrix products costs; older result files have no times."""
    return [f"{one['block']}, {one['rows']} rows, in turn with a NumPy product: {100 * one['cost']:+.1f} % over the "
            f"sum of both alone" + (f" ({turns.describe(one)})" if "mean" in one else "")
            for one in run["alternation"]]


def milliseconds(row):
    """A row's time, as text."""
    return f"{1e3 * row['seconds']:.3g} ms"


def ratio(row):
    """The row's time over fastact's; empty if it was not measured."""
    return f"{row['time_over_fastact']:.2f}" if row and row["time_over_fastact"] else ""


def errors(ours, theirs):
    """The root mean square errors of both, in 2^-24 of the sums of magnitudes."""
    found = [f"{row['rms_error'] * 2**24:.2g}" for row in (ours, theirs) if row]
    return ", ".join(found)


# ------------------------------------------------------------------------------- picture --

STYLES = {
    "fastact": {"color": "#D55E00", "marker": "o", "linewidth": 2.2, "zorder": 4},
    "PyTorch": {"color": "#0072B2", "marker": "s"},
    "NumPy": {"color": "#777777", "marker": "x"},
    "ggml": {"color": "#009E73", "marker": "^"},
}


def roofline(run):
    """A figure with a panel for each block: speed against operations per byte, below its roof."""
    blocks = {}
    for (name, _), cell in cells(run).items():
        blocks.setdefault(name, []).append(cell)
    figure = panels.draw(
        list(blocks.items()), draw_block, row_height=3.4, least_columns=2,
        labels=("operations a byte", "GFLOP/s"), order=[*STYLES, "roof"])
    figure.suptitle(f"{describe(run)}; bytes: of weights, input and result\n{run['cpu']['name']}", fontsize=12)
    return figure


def draw_block(panel, block):
    """Draw one block; return name -> line, for the legend."""
    name, found = block
    handles = {}
    first = next(iter(found[0].values()))
    peak, bandwidth = (max(row[what] for cell in found for row in cell.values()) for what in ("peak", "bandwidth"))
    intensities = sorted(row["flop_per_byte"] for cell in found for row in cell.values())
    ends = [intensities[0] / 1.5, *([peak / bandwidth] if intensities[0] < peak / bandwidth else []),
            max(intensities[-1], peak / bandwidth) * 1.5]
    roof = [min(peak, one * bandwidth) / 1e9 for one in ends]
    handles["roof"], = panel.plot(ends, roof, color="black", linewidth=1.3)
    for title, style in STYLES.items():
        points = sorted((cell[title]["flop_per_byte"], cell[title]["flops"] / 1e9) for cell in found if title in cell)
        if points:
            handles[title], = panel.plot(*zip(*points, strict=True), **({"markersize": 5, "linewidth": 1.4} | style))
    panel.text(0.03, 0.97, f"{first['peak_of']} peak {peak / 1e9:,.0f} GFLOP/s\nreads {bandwidth / 1e9:.1f} GB/s",
               transform=panel.transAxes, va="top", fontsize=9)
    panel.set_xscale("log", base=2)
    panel.set_yscale("log")
    panel.set_title(name, fontsize=11)
    panel.xaxis.set_major_formatter("{x:g}")
    panel.yaxis.set_major_formatter("{x:g}")
    panel.grid(alpha=0.25, which="major")
    panel.minorticks_off()
    return handles
