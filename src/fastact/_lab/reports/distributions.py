"""Evaluation of ``bench`` with several ``--inputs``: the speed on each distribution, relative to the fastest one."""

from fastact._lab.reports.tables import aligned, format_number, markdown

NOTE = ("Gelem/s on the fastest distribution, and the speed on each one as a share of that; other values in each "
        "repetition, all in turns in the same memory.")


def is_distributions(run):
    """Whether a result file is one of these."""
    return "distributions" in run


def describe(run):
    """What was measured, in a line."""
    n = run["threads"]
    return f"Speed by inputs, {run['dtype']}, {n} thread{'s' if n > 1 else ''}, target {run['target']}"


def groups(rows):
    """(function, role, accuracy) -> distribution -> its row, for the rows of one size."""
    found = {}
    for row in rows:
        found.setdefault((row["function"], row["role"], row["accuracy"]), {})[row["inputs"]] = row
    return found


def lines(rows):
    """The headers and the lines of the table of one size; the last lines have the lowest share of each distribution."""
    names = list(dict.fromkeys(row["inputs"] for row in rows))
    table = []
    for (function, role, accuracy), by_name in groups(rows).items():
        fastest = max(row["elements_per_second"] for row in by_name.values())
        table.append([function, role, accuracy, format_number(fastest / 1e9),
                      *(f"{by_name[name]['of_fastest']:.2f}" for name in names)])
    for accuracy in dict.fromkeys(row["accuracy"] for row in rows):
        lowest = [min((row for row in rows if (row["inputs"], row["accuracy"]) == (name, accuracy)),
                      key=lambda row: row["of_fastest"]) for name in names]
        table.append(["lowest", "", accuracy, "", *(f"{row['of_fastest']:.2f}" for row in lowest)])
    return ["function", "role", "", "Gelem/s", *names], table


def table(rows):
    """The table of one size, for the terminal."""
    return aligned(*lines(rows), 3)


def section(run):
    """Lines of Markdown: what the distributions are, and a table for each size."""
    found = [f"### {describe(run)}", "", NOTE, "",
             *(f"- {name}: {text}" for name, text in run["distributions"].items()), ""]
    for size in dict.fromkeys(row["size"] for row in run["results"]):
        rows = [row for row in run["results"] if row["size"] == size]
        headers, every = lines(rows)
        lowest = [row for row in every if row[0] == "lowest"]
        found += [f"{size:,} elements:", "", *markdown(headers, lowest),
                  "<details><summary>Each function and role</summary>", "",
                  *markdown(headers, [row for row in every if row[0] != "lowest"]), "</details>", ""]
    return found
