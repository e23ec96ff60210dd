"""What the labels say of the query's own clusters: which of them was named mixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anchorscope.palette import UNASSIGNED
from anchorscope.results import Ints, Labels, Prediction, QueryClusters


@dataclass(frozen=True)
class ClusterLine:
    """One of the query's own clusters.

    Parameters
    ----------
    name
        Its number.
    n_cells
        Cells in it.
    label, share
        The label that most of its cells have, and the fraction that has it; cells without one are “Unassigned”.
    mean_score
        Mean over its cells of each label's score.
    truth, true_share
        The same of the answer key, among the cells that have an answer; ``""`` and NaN where there is none.
    """

    name: str
    n_cells: int
    label: str
    share: float
    mean_score: float
    truth: str
    true_share: float


def cluster_lines(found: QueryClusters, prediction: Prediction, truth: Labels | None = None) -> list[ClusterLine]:
    """Return a line for each cluster, the largest first.

    Parameters
    ----------
    found
        (n2,) clusters.
    prediction
        Labels and scores of the same cells.
    truth
        Their true types, if these are known.
    """
    codes, names = found.clusters, found.labels.types
    sizes = np.bincount(codes, minlength=len(names))
    scores = np.bincount(codes, weights=prediction.best, minlength=len(names)) / np.maximum(sizes, 1)
    called = prediction.labels
    named = Labels((*called.types, UNASSIGNED), np.where(called.codes < 0, len(called.types), called.codes))
    most = _most(codes, len(names), named)
    true = _most(codes, len(names), truth or Labels((), np.full(len(codes), -1)))
    return [ClusterLine(name, int(sizes[place]), *most[place], float(scores[place]), *true[place])
            for place, name in enumerate(names)]


def _most(clusters: Ints, n: int, labels: Labels) -> list[tuple[str, float]]:
    """Return the most frequent name in each cluster, and its share of the cells that have one."""
    there, width = labels.codes >= 0, len(labels.types)
    counts = np.bincount(clusters[there] * width + labels.codes[there], minlength=n * width).reshape(n, width)
    total = counts.sum(axis=1)
    return [(labels.types[row.argmax()], float(row.max() / cells)) if cells else ("", float("nan"))
            for row, cells in zip(counts, total.tolist(), strict=True)]
