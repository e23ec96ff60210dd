"""Results check their shapes when they are made, and Labels read back by name."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from anchorscope.results import (
    Anchors,
    GeneActivity,
    GeneRegions,
    Labels,
    Lsi,
    Peaks,
    Query,
    Recognised,
    Reference,
    SharedSpace,
)

SOURCE = Recognised(Path("a.h5ad"), "h5ad", "RNA", 3, 2, "counts", None, (), (), "")
NAMES = np.array(["a", "b"], dtype=object)
PEAKS = Peaks(NAMES, NAMES, np.array([1, 5]), np.array([2, 6]))
CELLS = pd.DataFrame(index=["x", "y", "z"])
COUNTS = sparse.csr_matrix((3, 2), dtype=np.float32)
REGIONS = GeneRegions(NAMES, NAMES, np.ones(2, int), np.ones(2, int), NAMES, np.ones(2, int), np.ones(2, int))


def test_whole_results_are_accepted() -> None:
    assert len(PEAKS) == 2
    assert len(REGIONS) == 2
    assert Reference(COUNTS, NAMES, CELLS, SOURCE).counts.shape == (3, 2)
    assert Query(COUNTS, PEAKS, CELLS, SOURCE, np.array([0, -1, 2])).pairing is not None
    assert len(Anchors(np.arange(4), np.arange(4), np.ones(4))) == 4


@pytest.mark.parametrize("make", [
    pytest.param(lambda: Reference(COUNTS, NAMES[:1], CELLS, SOURCE), id="genes"),
    pytest.param(lambda: Reference(COUNTS, NAMES, CELLS[:2], SOURCE), id="cells"),
    pytest.param(lambda: Query(COUNTS.T.tocsr(), PEAKS, CELLS, SOURCE), id="transposed"),
    pytest.param(lambda: Query(COUNTS, PEAKS, CELLS, SOURCE, np.array([0])), id="pairing"),
    pytest.param(lambda: Peaks(NAMES, NAMES, np.array([1]), np.array([2, 6])), id="peaks"),
    pytest.param(lambda: Anchors(np.arange(3), np.arange(3), np.ones(2)), id="anchors"),
    pytest.param(lambda: SharedSpace(np.ones((3, 2)), np.ones((4, 3)), np.ones(2), NAMES), id="axes"),
    pytest.param(lambda: GeneActivity(COUNTS[:, :1], REGIONS, sparse.csr_matrix((2, 5)), "x"), id="activity"),
    pytest.param(lambda: Labels(("a",), np.array([0, 1])), id="code too high"),
    pytest.param(lambda: Labels(("a",), np.array([0, -2])), id="code too low"),
])
def test_what_does_not_fit_is_refused(make) -> None:
    with pytest.raises(ValueError, match=r"fit|differ|range"):
        make()


def test_labels_read_back_by_name() -> None:
    assert Labels(("b", "a"), np.array([1, -1, 0])).names.tolist() == ["a", "", "b"]
    assert Labels((), np.array([-1, -1])).names.tolist() == ["", ""]


def test_sizes_of_types_are_counted_once() -> None:
    found = Labels(("b", "a", "none"), np.array([1, -1, 0, 1]))
    assert found.sizes.tolist() == [1, 2, 0, 1]
    assert found.sizes is found.sizes
    assert found.sizes_among(np.array([1, 3])).tolist() == [0, 1, 0, 1]
    assert Labels((), np.array([-1, -1])).sizes.tolist() == [2]


def test_lsi_counts_its_components_from_zero() -> None:
    embeddings = np.arange(12.0).reshape(3, 4)
    found = Lsi(embeddings, np.ones(4), np.zeros(4), np.arange(2), slice(1, 3))
    np.testing.assert_array_equal(found.space, embeddings[:, [1, 2]])


def test_results_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PEAKS.start = np.array([1, 1])  # type: ignore[misc]
