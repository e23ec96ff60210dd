"""What the report says of the bridge: whether the activity of the panel's markers tells the types apart."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from anchorscope.errors import InputError
from anchorscope.evaluation.bridge import Bridge, MarkerCheck, bridge_of_run, panel_of_run
from anchorscope.export.report_page import ratio, said, signed, table
from anchorscope.export.report_plots import marker_plots
from anchorscope.export.report_sections import colours_of
from anchorscope.parameters import MarkerPanel
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Job, Outcome

MOST_GENES = 28
"""Markers drawn in the marker check; the table has all."""


def markers_section(job: Job, outcome: Outcome, progress: Progress = SILENT) -> str:
    """Return whether gene activity of the panel's markers tells the types apart, or that no marker is there."""
    head, grade = "<h2>Marker check</h2>", outcome.grade
    truth = None if grade is None else grade.truth
    panel = panel_of_run(job, outcome, truth)
    try:
        bridge = bridge_of_run(job, outcome, truth=truth, progress=progress)
    except InputError:
        return head + said(f"No marker of the panel “{panel.name}” is among the genes with activity in the query, so "
                           "the bridge between the assays could not be checked by markers.")
    types = {name for name, n in zip(bridge.spread.types, bridge.spread.n_cells, strict=True) if n}
    other = "" if types & set(panel.types) else said(
        "The panel and the labels use different names of types, so no marker could be held against its type; the "
        "column “highest in” tells where each is most active.")
    return (head + _introduction(panel, graded=grade is not None) + other + _table(bridge)
            + _pictures(bridge, colours_of(outcome, job.colours, job.left_out)))


def _introduction(panel: MarkerPanel, *, graded: bool) -> str:
    whose = "true" if graded else "transferred"
    return said(
        "Does accessibility speak for expression? This is the gene activity, in the query, of the markers of the panel "
        f"“{panel.name}”, by {whose} type. AUROC is the chance that a cell of the type has more of the marker than "
        "another cell: 0.5 is a coin toss, 1 is perfect. r is the correlation of mean activity and mean expression "
        "over the types that both data sets have.")


def _table(bridge: Bridge) -> str:
    """Return the checks of the markers that have activity, and name those that have none."""
    nuclei = bridge.over_cells is not None
    rows = [_row(bridge, check) for check in bridge.markers if check.gene in bridge.genes]
    head = ("type", "marker", "cells of the type", "AUROC", "highest in", "r over types", "r over nuclei")
    absent = [f"{check.gene} ({check.type})" for check in bridge.markers if check.gene not in bridge.genes]
    return table(head if nuclei else head[:-1], rows, (0, 1, 4)) + (
        said(f"Without activity in the query: {', '.join(absent)}.") if absent else "")


def _row(bridge: Bridge, check: MarkerCheck) -> tuple[str, ...]:
    column = bridge.genes.index(check.gene)
    mean = bridge.spread.mean[:, column]
    highest = bridge.spread.types[int(np.nanargmax(mean))] if (mean > 0).any() else "–"
    r = [bridge.over_types, *([] if bridge.over_cells is None else [bridge.over_cells])]
    return (check.type, check.gene, f"{check.n_cells:,}", ratio(check.auroc), highest,
            *(signed(float(values[column]), 3) for values in r))


def _pictures(bridge: Bridge, colours: Mapping[str, str]) -> str:
    drawn = bridge.genes[:MOST_GENES]
    left_out = len(bridge.genes) - len(drawn)
    return marker_plots(bridge, drawn, colours) + (
        said(f"{len(drawn)} of {len(bridge.genes)} markers are drawn; the table has all.") if left_out else "")
