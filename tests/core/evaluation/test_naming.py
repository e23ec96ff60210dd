"""How many cells the panel names rightly."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.blocks import InMemory
from anchorscope.errors import InputError
from anchorscope.evaluation.naming import CLEAR_LEVEL, naming_quality, panel_doubt
from anchorscope.parameters import MarkerPanel
from anchorscope.preprocess.panel import labels_from_names, name_clusters, renamed
from anchorscope.results import ClusterNaming, Labels

PANEL = MarkerPanel("two", (("B", "MS4A1"), ("Mono", "LYZ")))


@pytest.fixture
def naming() -> ClusterNaming:
    """Cells 0 and 1 become B, 2 to 4 Mono."""
    values = np.array([[2.0, 0], [2, 0], [0, 2], [0, 2], [0, 2]])
    clusters = np.array([1, 1, 0, 0, 0])
    return name_clusters(InMemory(values), np.array(["MS4A1", "LYZ"], dtype=object), clusters, PANEL, "raw")


def truth(*names: str) -> Labels:
    return labels_from_names(np.array(names, dtype=object))


def test_cells_with_an_answer_count(naming: ClusterNaming) -> None:
    assert naming_quality(naming, truth("B", "Mono", "Mono", "", "")) == pytest.approx(2 / 3)


def test_a_table_brings_the_names_together(naming: ClusterNaming) -> None:
    known = truth("B naive", "B naive", "CD14", "CD16", "B naive")
    assert naming_quality(naming, known, (("B naive", "B"), ("CD14", "Mono"), ("CD16", "Mono"))) == pytest.approx(4 / 5)


def test_names_given_by_hand_count(naming: ClusterNaming) -> None:
    assert naming_quality(renamed(naming, ((0, "B"),)), truth("B", "Mono", "B", "B", "B")) == pytest.approx(4 / 5)


def test_no_common_name(naming: ClusterNaming) -> None:
    with pytest.raises(InputError, match="use different names"):
        naming_quality(naming, truth("x", "x", "x", "x", "x"))


def named_by(values: list[list[float]], genes: str, panel: MarkerPanel) -> ClusterNaming:
    """Name one cluster for each row, of one cell each."""
    return name_clusters(InMemory(np.array(values)), np.array(genes.split(), dtype=object), np.arange(len(values)),
                         panel, "zscore")


def test_a_panel_whose_markers_are_there_and_high_is_not_doubted(naming: ClusterNaming) -> None:
    assert panel_doubt(naming, PANEL) == ""


@pytest.mark.parametrize(("missing", "doubted"), [(2, False), (3, True)])
def test_a_panel_is_doubted_where_fewer_than_half_of_its_markers_are_genes(missing: int, doubted: bool) -> None:
    panel = MarkerPanel("brain", (*PANEL.entries, *((f"T{k}", f"GONE{k}") for k in range(missing))))
    said = panel_doubt(named_by([[2.0, 0], [0, 2]], "MS4A1 LYZ", panel), panel)
    assert said == ("2 of 5 markers of the panel are among the genes of the reference; the panel may not fit this "
                    "tissue." if doubted else "")


@pytest.mark.parametrize(("level", "doubted"), [(1.1 * CLEAR_LEVEL, False), (0.9 * CLEAR_LEVEL, True)])
def test_a_panel_is_doubted_where_half_of_the_types_are_hardly_higher_in_their_own_clusters(
    level: float, doubted: bool
) -> None:
    found = named_by([[2.0, 0], [0, level]], "MS4A1 LYZ", PANEL)
    assert found.names == ("B", "Mono")
    assert panel_doubt(found, PANEL) == (
        "The markers of 1 of the 2 types that name clusters are hardly higher there than elsewhere; the panel may not "
        "fit this tissue." if doubted else "")


def test_names_given_by_hand_to_all_clusters_are_not_doubted() -> None:
    found = named_by([[2.0, 0], [0, 0.01]], "MS4A1 LYZ", PANEL)
    assert panel_doubt(renamed(found, ((0, "mine"),)), PANEL) != ""
    assert panel_doubt(renamed(found, ((0, "mine"), (1, "other"))), PANEL) == ""
