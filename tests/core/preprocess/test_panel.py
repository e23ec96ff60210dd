"""Naming clusters by markers, on expression whose cluster means are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.errors import InputError
from anchorscope.parameters import MarkerPanel
from anchorscope.preprocess.panel import labels_from_names, labels_of, name_clusters
from anchorscope.results import ClusterNaming

GENES = np.array(["LYZ", "CD8A", "MS4A1", "IL7R", "CD79A"], dtype=object)
CLUSTERS = np.array([0, 1, 0, 2, 1, 0])
MEANS = np.array([
    # LYZ is high everywhere and highest in cluster 0; CD8A is specific to cluster 1, but low.
    [5.0, 4.0, 4.2],
    [0.0, 1.0, 0.1],
    [0.2, 0.1, 3.0],
    [0.3, 0.3, 0.3],
    [0.0, 0.2, 2.0],
])
PANEL = MarkerPanel("test", (("Mono", "LYZ"), ("CD8 T", "CD8A"), ("B", "MS4A1")))


def expression() -> np.ndarray:
    """Six cells whose cluster means are `MEANS`, though no cell is at its cluster's mean."""
    values = MEANS.T[CLUSTERS].copy()
    for cluster in (0, 1):
        first, second = np.flatnonzero(cluster == CLUSTERS)[:2]
        values[first] *= 1.5
        values[second] -= 0.5 * MEANS[:, cluster]
    return values


def named(panel: MarkerPanel, naming: str = "zscore", block_cells: int = 2048) -> ClusterNaming:
    return name_clusters(InMemory(sparse.csr_matrix(expression()), block_cells), GENES, CLUSTERS, panel, naming)


@pytest.mark.parametrize("block_cells", [1, 4, 2048])
def test_means_are_those_of_the_clusters(block_cells: int) -> None:
    found = named(PANEL, block_cells=block_cells)
    np.testing.assert_allclose(found.means, MEANS[:3], atol=1e-14)
    assert found.sizes.tolist() == [3, 2, 1]
    assert found.types == ("Mono", "CD8 T", "B")


def test_raw_lets_a_marker_win_that_is_high_everywhere() -> None:
    found = named(PANEL, "raw")
    assert found.names == ("Mono", "Mono", "Mono")
    np.testing.assert_array_equal(found.scores, found.means)
    assert found.unused == ("CD8 T", "B")


def test_zscore_compares_each_marker_with_itself_elsewhere() -> None:
    found = named(PANEL)
    assert found.names == ("Mono", "CD8 T", "B")
    z = (MEANS[:3] - MEANS[:3].mean(axis=1, keepdims=True)) / MEANS[:3].std(axis=1, ddof=1, keepdims=True)
    np.testing.assert_allclose(found.scores, z, atol=1e-12)
    assert found.unused == ()


def test_several_markers_of_a_type_count_by_their_mean() -> None:
    panel = MarkerPanel("two", (("B", "MS4A1"), ("Mono", "LYZ"), ("B", "CD79A")))
    raw, z = named(panel, "raw"), named(panel, "zscore")
    assert raw.types == ("B", "Mono")
    np.testing.assert_allclose(raw.scores[0], (MEANS[2] + MEANS[4]) / 2)
    single = [named(MarkerPanel("one", (("B", gene), ("Mono", "LYZ")))).scores[0] for gene in ("MS4A1", "CD79A")]
    np.testing.assert_allclose(z.scores[0], np.mean(single, axis=0), atol=1e-12)


def test_a_marker_equal_in_all_clusters_scores_zero() -> None:
    found = named(MarkerPanel("flat", (("CD4 T", "IL7R"), ("B", "MS4A1"))))
    np.testing.assert_allclose(found.scores[0], 0.0, atol=1e-6)


def test_missing_genes_are_reported_and_a_type_without_any_is_left_out() -> None:
    found = named(MarkerPanel("part", (("NK", "GNLY"), ("B", "MS4A1"), ("B", "CD19"), ("Mono", "LYZ"))))
    assert found.missing == (("NK", "GNLY"), ("B", "CD19"))
    assert found.types == ("B", "Mono")


def test_types_that_win_no_cluster_are_reported() -> None:
    found = named(MarkerPanel("loser", (("B", "MS4A1"), ("CD4 T", "IL7R"), ("Mono", "LYZ"))), "raw")
    assert set(found.names) == {"Mono"}
    assert found.unused == ("B", "CD4 T")


def test_ties_go_to_the_first_of_the_panel() -> None:
    entries = (("First", "MS4A1"), ("Second", "MS4A1"))
    assert named(MarkerPanel("tie", entries), "raw").names == ("First",) * 3
    assert named(MarkerPanel("tie", entries[::-1]), "raw").names == ("Second",) * 3


def test_of_a_gene_given_twice_the_first_column_counts() -> None:
    genes = np.array(["LYZ", "LYZ", "MS4A1", "IL7R", "CD79A"], dtype=object)
    found = name_clusters(InMemory(expression()), genes, CLUSTERS, MarkerPanel("p", (("Mono", "LYZ"),)), "raw")
    np.testing.assert_allclose(found.means[0], MEANS[0])


def test_one_cluster_is_named_by_its_highest_marker_under_either_rule() -> None:
    for naming in ("raw", "zscore"):
        found = name_clusters(InMemory(expression()[CLUSTERS == 1]), GENES, np.zeros(2, dtype=int), PANEL, naming)
        assert found.names == ("Mono",)


def test_a_panel_without_any_gene_of_the_data_is_refused() -> None:
    with pytest.raises(InputError, match=r"genes such as LYZ, CD8A, .* while the panel asks for GNLY, Lyz2; choose"):
        named(MarkerPanel("other", (("NK", "GNLY"), ("Mono", "Lyz2"))))


def test_every_cell_gets_the_name_of_its_cluster() -> None:
    labels = labels_of(named(PANEL))
    assert labels.names.tolist() == ["Mono", "CD8 T", "Mono", "B", "CD8 T", "Mono"]


def test_labels_from_names_keep_the_order_of_first_appearance() -> None:
    labels = labels_from_names(np.array(["b", "", "a", "b"], dtype=object))
    assert labels.types == ("b", "a")
    assert labels.codes.tolist() == [0, -1, 1, 0]
