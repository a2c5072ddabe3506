"""Evaluation of the results of ``bench --projections --json``: tables as Markdown, and a roofline picture.

The picture has a panel for each block: speed against operations per byte, which grow with the rows of x, below the
roof given by the memory bandwidth and the peak of the multiplications.  With quantised weights it has a line for each
format and accuracy, instead of one for each peer.
"""

from fastact._lab.reports import panels
from fastact._lab.reports.tables import markdown
from fastact._lab.speed import turns

PEERS = ["PyTorch", "torch.compile", "zentorch", "grouped_mm", "batched_mm", "NumPy", "ggml", "ggml repacked", "OpenVINO"]


def is_projections(run):
    """Whether a result file is one of these."""
    return "projections" in run


def describe(run):
    """What was measured, in a line."""
    n = run["threads"]
    weights = ", quantised weights" if is_quantised(run) else ""
    layers = max((row.get("layers", 1) for row in run["results"]), default=1)     # older result files have one
    weights += f", {layers} layers in turns" if layers > 1 else ""
    return f"Feed-forward blocks, {run['dtype']}{weights}, {n} thread{'s' if n > 1 else ''}, target {run['target']}"


def format_of(run, row):
    """The format of a row's quantised weights; older result files have none."""
    weights = row.get("weights", run["dtype"])
    return "" if weights == run["dtype"] else weights


def is_quantised(run):
    return any(format_of(run, row) for row in run["results"])


def block_of(row):
    routed = f" {row['active']} of {row['experts']}" if "experts" in row else ""
    return f"{row['model']} {row['kind']} {row['width']}x{row['hidden']}{routed}"


def cells(run):
    """(name of the block and its format, rows) -> competitor -> its row."""
    found = {}
    for row in run["results"]:
        name = ", ".join(filter(None, [block_of(row), format_of(run, row)]))
        found.setdefault((name, row["rows"]), {})[row["competitor"]] = row
    return found


# ------------------------------------------------------------------------------ Markdown --


def section(run):
    """Lines of Markdown: every cell, the peaks, the losses, what alternating with NumPy costs."""
    if is_quantised(run):
        return quantised_section(run)
    peers = peers_of(run)
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
    return lines + counted("Cells in which a peer is faster", losses)


def quantised_section(run):
    """The same for quantised weights: both accuracies, and peers that round x to 8 bits beside the fast one."""
    peers = peers_of(run)
    rows, losses, previous = [], [], None
    for (name, count), cell in cells(run).items():
        exact = cell.get("fastact")
        fast = cell.get("fastact fast", exact)      # --accuracy exact measures no other
        if not exact:
            continue
        times = {peer: cell[peer]["seconds"] / fast["seconds"] for peer in peers if peer in cell}
        rows.append([
            name if name != previous else "", str(count), milliseconds(exact), f"{100 * exact['roof']:.0f} %",
            milliseconds(fast), f"{fast['flops'] / 1e9:,.0f}", f"{fast['bytes_per_second'] / 1e9:.1f}",
            f"{100 * fast['roof']:.0f} %", *(f"{times[peer]:.2f}" if peer in times else "" for peer in peers),
            errors(exact, fast),
        ])
        previous = name
        losses += [f"{name}, {count} rows: {peer}, {times[peer]:.2f}" for peer in times if times[peer] < 1]
    headers = ["", "rows", "exact", "of the roof", "fast", "GFLOP/s", "GB/s", "of the roof",
               *(f"{peer} ×" for peer in peers), "error: exact, fast"]
    return [
        f"### {describe(run)}", "", peaks(run), "",
        "×: its time over that of our fast variant, above 1 ours is faster.  GFLOP/s and GB/s: of the fast variant.  ggml "
        "and OpenVINO round x to 8 bits as it does; PyTorch and NumPy multiply the dequantised weights.  The roof: the least "
        "time that peak and bandwidth allow.  Errors: root mean square, in units of 2^-24 of the sums of magnitudes.", "",
        *markdown(headers, rows), *counted("Cells in which a peer is faster than the fast variant", losses)]


def peers_of(run):
    """The peers that were measured."""
    return [name for name in PEERS if any(row["competitor"] == name for row in run["results"])]


def counted(what, losses):
    """Lines with a number and a list."""
    return ["", f"{what}: {len(losses)}.", "", *(f"- {loss}" for loss in losses), ""]


def peaks(run):
    """The peaks, in a line: the median of each instruction's peak over the cells, and the range of the bandwidths."""
    rows = run["results"]
    bandwidths = [row["bandwidth"] / 1e9 for row in rows]
    found = {}
    for row in rows:
        found.setdefault(row["peak_of"], []).append(row["peak"])
    sentence = "; peak ".join(
        f"({name}): {sorted(values)[len(values) // 2] / 1e9:,.0f} GFLOP/s" for name, values in found.items())
    return f"Peak {sentence}; reads of as many bytes as the weights: {min(bandwidths):.1f} to {max(bandwidths):.1f} GB/s."


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
    "torch.compile": {"color": "#0072B2", "marker": "D", "linestyle": ":"},
    "zentorch": {"color": "#E69F00", "marker": "P"},
    "NumPy": {"color": "#777777", "marker": "x"},
    "ggml": {"color": "#009E73", "marker": "^"},
    "ggml repacked": {"color": "#56B4E9", "marker": "<"},
    "OpenVINO": {"color": "#CC79A7", "marker": "v"},
}


def roofline(run):
    """A figure with a panel for each block: speed against operations per byte, below its roof.

    It has a line for each competitor; of quantised weights one for each format, and dashed one of the exact variant.
    """
    blocks = {}
    for row in run["results"]:
        blocks.setdefault(block_of(row), []).append(row)
    formats = list(dict.fromkeys(format_of(run, row) for row in run["results"]))
    lines = ([(title, "", title, style) for title, style in STYLES.items()] if not is_quantised(run) else
             [(format, format, title, {"color": f"C{number}"} | style) for number, format in enumerate(formats)
              for title, style in (("fastact", {"linestyle": "--"}), ("fastact fast", {"marker": "o"}))])

    def draw_block(panel, block):
        name, rows = block
        handles = {"roof": draw_roofs(panel, rows)}
        for label, format, title, style in lines:
            draw_line(panel, label, [row for row in rows if (row["competitor"], format_of(run, row)) == (title, format)],
                      style, handles)
        finish(panel, name)
        return handles

    figure = panels.draw(
        list(blocks.items()), draw_block, row_height=3.4, least_columns=2,
        labels=("operations a byte", "GFLOP/s"), order=[*dict.fromkeys(label for label, *_ in lines), "roof"])
    about = "dashed: exact, solid: fast (x in 8 bits)" if is_quantised(run) else "bytes: of weights, input and result"
    figure.suptitle(f"{describe(run)}\n{run['cpu']['name']}; {about}", fontsize=11)
    return figure


def draw_roofs(panel, rows):
    """Draw the roof of each instruction that the rows name; return the last line."""
    bandwidth = max(row["bandwidth"] for row in rows)
    peaks = {name: max(row["peak"] for row in rows if row["peak_of"] == name) for name in {row["peak_of"] for row in rows}}
    intensities = sorted(row["flop_per_byte"] for row in rows)
    for peak in peaks.values():
        first, corner = intensities[0] / 1.5, peak / bandwidth
        ends = [first, *([corner] if first < corner else []), max(intensities[-1], corner) * 1.5]
        line, = panel.plot(ends, [min(peak, one * bandwidth) / 1e9 for one in ends], color="black", linewidth=1.3)
    text = [f"{name} peak {peak / 1e9:,.0f} GFLOP/s" for name, peak in sorted(peaks.items(), key=lambda item: item[1])]
    panel.text(0.03, 0.97, "\n".join([*text, f"reads {bandwidth / 1e9:.1f} GB/s"]), transform=panel.transAxes, va="top", fontsize=9)
    return line


def draw_line(panel, name, rows, style, handles):
    """Draw the speed of a competitor, if it was measured."""
    points = sorted((row["flop_per_byte"], row["flops"] / 1e9) for row in rows)
    if points:
        handles[name], = panel.plot(*zip(*points, strict=True), **({"markersize": 5, "linewidth": 1.4} | style))


def finish(panel, name):
    panel.set_xscale("log", base=2)
    panel.set_yscale("log")
    panel.set_title(name, fontsize=11)
    panel.xaxis.set_major_formatter("{x:g}")
    panel.yaxis.set_major_formatter("{x:g}")
    panel.grid(alpha=0.25, which="major")
    panel.minorticks_off()
