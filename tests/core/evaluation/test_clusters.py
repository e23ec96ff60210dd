"""What the labels say of the query's own clusters, counted by hand."""

from __future__ import annotations

import math

import numpy as np
from scipy import sparse

from anchorscope.evaluation.clusters import ClusterLine, cluster_lines
from anchorscope.results import Labels, Prediction, QueryClusters

FOUND = QueryClusters(np.array([0, 0, 0, 0, 1, 1]), 0.8, 20)
SCORES = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.3, 0.7], [0.5, 0.5], [0.2, 0.8]])


def predicted(codes: list[int]) -> Prediction:
    return Prediction(Labels(("B", "T"), np.array(codes)), SCORES, SCORES.max(axis=1), sparse.csr_matrix((6, 0)))


def test_each_cluster_has_its_most_frequent_label_and_mean_score() -> None:
    first, second = cluster_lines(FOUND, predicted([0, 0, 0, 1, -1, -1]))
    assert first == ClusterLine("0", 4, "B", 0.75, first.mean_score, "", first.true_share)
    assert (second.n_cells, second.label, second.share) == (2, "Unassigned", 1.0)
    np.testing.assert_allclose([first.mean_score, second.mean_score], [0.75, 0.65])
    assert math.isnan(first.true_share)


def test_the_truth_is_counted_among_the_cells_that_have_one() -> None:
    truth = Labels(("NK", "B", "T"), np.array([1, 2, 2, -1, -1, -1]))
    first, second = cluster_lines(FOUND, predicted([0] * 6), truth)
    assert (first.truth, first.true_share) == ("T", 2 / 3)
    assert second.truth == ""
    assert math.isnan(second.true_share)
