"""How many cells the panel names rightly."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.blocks import InMemory
from anchorscope.errors import InputError
from anchorscope.evaluation.naming import naming_quality
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
