"""The value of every cell of both assays, the reference's first."""

from __future__ import annotations

import numpy as np

from anchorscope.results import Floats, Labels
from anchorscope_desktop.state.map_values import (
    AGREEMENT,
    Categories,
    ColourBy,
    Meaning,
    Numbers,
    column_values,
    query_values,
    ranged,
    reference_values,
)
from anchorscope_desktop.state.session import Finding

RNA, ATAC = "RNA", "ATAC"


def merged_values(finding: Finding, meaning: Meaning) -> Categories | Numbers:
    """Return the value of every cell; reference cells have neither score nor agreement."""
    if meaning.by is ColourBy.ASSAY:
        return Categories(Labels((RNA, ATAC), np.repeat([0, 1], _sizes(finding))))
    if meaning.by is ColourBy.COLUMN:
        return _column(finding, meaning.name)
    query = query_values(finding, meaning)
    if isinstance(query, Numbers):
        return _levels(finding, meaning, query) if meaning.by is ColourBy.GENE else _of_query(finding, query)
    if meaning.by is ColourBy.AGREEMENT and not query.types:
        return Categories(Labels(AGREEMENT, np.concatenate([np.full(_sizes(finding)[0], -1), query.labels.codes])))
    return Categories(_joined(finding.outcome.reference_labels.labels, query.labels), types=True)


def _column(finding: Finding, name: str) -> Categories | Numbers:
    """Return a column of both sides, or of the one that has it; of numbers beside categories, those of the query."""
    sides = finding.job.reference, finding.job.query
    found = [column_values(one.cells, one.recognised, name) if name in one.cells.columns else None for one in sides]
    n, m = _sizes(finding)
    if type(found[0]) is not type(found[1]) and None not in found:
        found[0] = None
    if any(isinstance(one, Numbers) for one in found):
        parts = [one.values if isinstance(one, Numbers) else np.full(size, np.nan)
                 for one, size in zip(found, (n, m), strict=True)]
        only = "" if None not in found else "; reference cells only" if found[1] is None else "; query cells only"
        return ranged(np.concatenate(parts), name + only)
    first, second = (one.labels if isinstance(one, Categories) else Labels((), np.full(size, -1))
                     for one, size in zip(found, (n, m), strict=True))
    return Categories(_joined(first, second))


def _sizes(finding: Finding) -> tuple[int, int]:
    return len(finding.job.reference.cells), len(finding.job.query.cells)


def _of_query(finding: Finding, query: Numbers) -> Numbers:
    values = np.concatenate([np.full(_sizes(finding)[0], np.nan), query.values])
    return Numbers(values, query.low, query.high, f"{query.name}; query cells only")


def _levels(finding: Finding, meaning: Meaning, activity: Numbers) -> Numbers:
    """Bring both sides to the same range: an activity is no expression, and one would drown the other."""
    expression = reference_values(finding, meaning)
    assert isinstance(expression, Numbers)
    values = np.concatenate([_share(expression), _share(activity)])
    return Numbers(values, 0.0, 1.0, f"{meaning.name} expression or activity, as a share of the assay's highest")


def _share(side: Numbers) -> Floats:
    return (side.values - side.low) / (side.high - side.low)


def _joined(first: Labels, second: Labels) -> Labels:
    types = tuple(dict.fromkeys((*first.types, *second.types)))
    # The last place is for cells without a type, whose code is -1.
    codes = [np.array([*map(types.index, one.types), -1])[one.codes] for one in (first, second)]
    return Labels(types, np.concatenate(codes))
