"""Figures whose panels share their axes: what the pictures have in common.  Needs matplotlib, an optional package."""

import math

WIDTH = 16  # inches of a figure of COLUMNS panels
COLUMNS = 4  # panels beside each other


def empty_figure(rows, columns, height, *, width=WIDTH, **options):
    """A figure and its panels, in rows; not made by pyplot, which would keep the figure alive."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def draw(things, draw_one, *, row_height, least_columns, labels, order):
    """A figure with a panel for each thing, one legend, and labels at the outer panels only.

    draw_one(panel, thing) returns name -> line.  The legend has the names of all panels, in the order of `order`.
    """
    columns = min(COLUMNS, len(things))
    rows = math.ceil(len(things) / columns)
    width = WIDTH * max(columns, least_columns) / COLUMNS
    figure, panels = empty_figure(rows, columns, 1.6 + row_height * rows, width=width, sharex=True, sharey=True)
    handles = {}
    for panel, thing in zip(panels.flat, things, strict=False):
        handles |= draw_one(panel, thing)
    for panel in panels.flat[len(things):]:
        panel.set_visible(False)
    for panel in panels[:, 0]:
        panel.set_ylabel(labels[1])
    for column in panels.T:
        lowest = [panel for panel in column if panel.get_visible()][-1]
        lowest.set_xlabel(labels[0])
        lowest.tick_params(labelbottom=True)
    names = [name for name in order if name in handles]
    figure.legend([handles[name] for name in names], names, loc="outside lower center", ncols=len(names), frameon=False)
    return figure
