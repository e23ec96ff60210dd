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
    query_values,
    reference_values,
)
from anchorscope_desktop.state.session import Finding

RNA, ATAC = "RNA", "ATAC"


def merged_values(finding: Finding, meaning: Meaning) -> Categories | Numbers:
    """Return the value of every cell; reference cells have neither score nor agreement."""
    if meaning.by is ColourBy.ASSAY:
        return Categories(Labels((RNA, ATAC), np.repeat([0, 1], _sizes(finding))))
    query = query_values(finding, meaning)
    if isinstance(query, Numbers):
        return _levels(finding, meaning, query) if meaning.by is ColourBy.GENE else _of_query(finding, query)
    if meaning.by is ColourBy.AGREEMENT and not query.types:
        return Categories(Labels(AGREEMENT, np.concatenate([np.full(_sizes(finding)[0], -1), query.labels.codes])))
    return Categories(_joined(finding.outcome.reference_labels.labels, query.labels), types=True)


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
