"""Naming clusters by markers, on expression whose cluster means are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.errors import InputError
from anchorscope.parameters import MarkerPanel
from anchorscope.preprocess.panel import labels_from_names, labels_of, name_clusters, renamed
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


# ---- genes under another case -----------------------------------------------------------------------------------


def named_with(genes: list[str], panel: MarkerPanel, naming: str = "raw") -> ClusterNaming:
    return name_clusters(InMemory(expression()), np.array(genes, dtype=object), CLUSTERS, panel, naming)


def test_a_human_panel_finds_the_genes_of_a_mouse_and_tells() -> None:
    found = named_with(["Lyz", "CD8A", "Ms4a1", "Il7r", "Cd79a"], PANEL)
    np.testing.assert_allclose(found.means, MEANS[:3], atol=1e-14)
    assert found.matched == (("LYZ", "Lyz"), ("MS4A1", "Ms4a1"))
    assert found.missing == ()


def test_an_exact_name_goes_before_another_case() -> None:
    found = named_with(["Lyz", "LYZ", "x", "y", "z"], MarkerPanel("p", (("Mono", "LYZ"),)))
    np.testing.assert_allclose(found.means[0], MEANS[1], atol=1e-14)
    assert found.matched == ()


def test_of_two_genes_that_differ_in_case_none_is_guessed() -> None:
    found = named_with(["Lyz", "lyz", "MS4A1", "y", "z"], PANEL)
    assert found.missing == (("Mono", "LYZ"), ("CD8 T", "CD8A"))


def test_two_spellings_of_one_gene_count_once() -> None:
    panel = MarkerPanel("both", (("B", "MS4A1"), ("B", "Ms4a1"), ("B", "CD79A"), ("Mono", "LYZ")))
    found = named_with(["LYZ", "CD8A", "Ms4a1", "IL7R", "CD79A"], panel)
    np.testing.assert_allclose(found.means[0], (MEANS[2] + MEANS[4]) / 2, atol=1e-14)
    assert found.matched == (("MS4A1", "Ms4a1"),)


def test_one_gene_may_mark_two_types() -> None:
    found = named(MarkerPanel("shared", (("B", "MS4A1"), ("Plasma", "MS4A1"), ("Mono", "LYZ"))), "raw")
    np.testing.assert_array_equal(found.means[0], found.means[1])


# ---- margin and runner-up ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("naming", ["raw", "zscore"])
def test_the_margin_is_winner_minus_runner_up(naming: str) -> None:
    found = named(PANEL, naming)
    ordered = np.sort(found.scores, axis=0)
    np.testing.assert_allclose(found.margin, ordered[-1] - ordered[-2])
    for cluster in range(3):
        scores = dict(zip(found.types, found.scores[:, cluster], strict=True))
        assert scores[found.names[cluster]] - scores[found.runner_up[cluster]] == pytest.approx(found.margin[cluster])
        assert found.names[cluster] != found.runner_up[cluster]


def test_a_tie_has_no_margin() -> None:
    found = named(MarkerPanel("tie", (("First", "MS4A1"), ("Second", "MS4A1"))), "raw")
    assert found.margin.tolist() == [0, 0, 0]
    assert found.runner_up == ("Second",) * 3


def test_a_single_type_has_no_runner_up() -> None:
    found = named(MarkerPanel("one", (("B", "MS4A1"),)))
    assert found.runner_up == ("", "", "")
    assert np.isnan(found.margin).all()


# ---- names given by hand ----------------------------------------------------------------------------------------


def test_a_name_given_by_hand_replaces_the_panels_and_is_recorded() -> None:
    found = renamed(named(PANEL), ((2, "Plasma"), (0, "Mono")))
    assert found.names == ("Mono", "CD8 T", "Plasma")
    assert found.overridden == ((2, "B", "Plasma"),)
    assert found.unused == ()  # B is still the highest of its cluster, whatever that is called
    assert labels_of(found).names.tolist() == ["Mono", "CD8 T", "Mono", "Plasma", "CD8 T", "Mono"]
    np.testing.assert_array_equal(found.scores, named(PANEL).scores)


def test_two_clusters_may_get_one_name() -> None:
    found = renamed(named(PANEL), ((1, "T or NK"), (2, "T or NK")))
    assert labels_of(found).types == ("Mono", "T or NK")


@pytest.mark.parametrize(("names", "message"), [
    (((3, "B"),), "There is no cluster 3 to be called “B”: found clusters 0 to 2; name another"),
    (((-1, "B"),), "There is no cluster -1"),
    (((1, " "),), "The name given to cluster 1 is empty"),
    (((1, "B"), (1, "T")), "Cluster 1 is named twice: found “B”, “T”"),
])
def test_names_that_cannot_be_given(names: tuple[tuple[int, str], ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        renamed(named(PANEL), names)
