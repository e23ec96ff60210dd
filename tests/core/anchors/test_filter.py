"""Anchors that the genes bear out: the gene set by hand, the neighbours by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.anchors import filter as module
from anchorscope.anchors.filter import anchors_to_keep, leading_genes
from anchorscope.anchors.find import find_anchors
from anchorscope.blocks import InMemory
from anchorscope.errors import Cancelled, InputError
from anchorscope.parameters import AnchorParameters
from anchorscope.progress import CancelToken, Progress, Reporting
from core.samples import groups

RNG = np.random.default_rng(5)
REFERENCE, QUERY = RNG.random((40, 12)), RNG.random((50, 12))
PAIRS = RNG.integers(0, 40, 90), RNG.integers(0, 50, 90)


def test_genes_are_the_ends_of_every_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of one axis its two ends, then two of each, then three of each.
    monkeypatch.setattr(module, "MOST_GENES", 6)
    assert leading_genes(np.array([[5.0], [-4], [3], [-2], [1], [0.5], [-9]])).tolist() == [0, 1, 2, 6]
    monkeypatch.setattr(module, "MOST_GENES", 7)
    assert leading_genes(np.array([[5.0], [-4], [3], [-2], [1], [0.5], [-9]])).tolist() == [0, 1, 2, 3, 4, 6]


def test_a_single_gene_per_axis_is_the_one_of_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_GENES", 2)
    # Two axes allow fewer than four genes: the ends of both are four, so one of each remains.
    axes = np.array([[1.0, 0.0], [-3, 0], [0, 2], [0, -1], [0.5, 0.1]])
    assert leading_genes(axes).tolist() == [1, 2]


def test_all_genes_are_taken_where_there_are_few() -> None:
    assert leading_genes(RNG.standard_normal((9, 3))).tolist() == list(range(9))


def test_the_union_stays_below_the_limit() -> None:
    found = leading_genes(RNG.standard_normal((2000, 30)))
    assert 100 < len(found) < 200
    assert (np.diff(found) > 0).all()


@pytest.mark.parametrize("block", [3, 2048])
@pytest.mark.parametrize("k_filter", [1, 5, 20, 40])
def test_an_anchor_stays_if_its_query_cell_is_near_by_cosine(
        monkeypatch: pytest.MonkeyPatch, block: int, k_filter: int) -> None:
    monkeypatch.setattr(module, "BLOCK", block)
    genes = np.array([0, 3, 4, 10])
    monkeypatch.setattr(module, "leading_genes", lambda _: genes)
    kept = anchors_to_keep(InMemory(sparse.csr_matrix(REFERENCE), 7), InMemory(QUERY, 11), np.ones((12, 2)), PAIRS,
                           k_filter)
    one, other = (values[:, genes] / np.linalg.norm(values[:, genes], axis=1)[:, None] for values in (REFERENCE, QUERY))
    near = np.argsort(-one @ other.T, axis=1)[:, :k_filter]
    assert kept.tolist() == [bool(j in near[i]) for i, j in zip(*PAIRS, strict=True)]


@pytest.mark.parametrize("k_filter", [41, 50, 51, 10_000])
def test_a_filter_wider_than_the_data_keeps_all(k_filter: int) -> None:
    assert anchors_to_keep(InMemory(REFERENCE), InMemory(QUERY), np.ones((12, 2)), PAIRS, k_filter).all()


def test_the_wider_the_filter_the_more_it_keeps() -> None:
    loadings = RNG.standard_normal((12, 3))
    before = np.zeros(90, dtype=bool)
    for k_filter in (10, 20, 30, 40):
        kept = anchors_to_keep(InMemory(REFERENCE), InMemory(QUERY), loadings, PAIRS, k_filter)
        assert (kept | ~before).all()
        before = kept


def test_a_filter_that_leaves_nothing_says_so() -> None:
    far = np.argmin(REFERENCE / np.linalg.norm(REFERENCE, axis=1)[:, None]
                    @ (QUERY / np.linalg.norm(QUERY, axis=1)[:, None]).T, axis=1)
    with pytest.raises(InputError, match=r"k\.filter leaves no anchor: found k\.filter 1 and 40 anchors before it"):
        anchors_to_keep(InMemory(REFERENCE), InMemory(QUERY), np.ones((12, 1)), (np.arange(40), far), 1)


def test_it_can_be_cancelled() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        anchors_to_keep(InMemory(REFERENCE), InMemory(QUERY), np.ones((12, 2)), PAIRS, 5,
                        Reporting(lambda _: None, token))


def test_only_what_is_kept_is_scored() -> None:
    one, other = groups((20, 30), n_axes=4, apart=2.0, seed=1)[0], groups((25, 15), n_axes=4, apart=2.0, seed=2)[0]
    settings = AnchorParameters(k_anchor=5, k_score=12)

    def even(pairs: tuple[np.ndarray, np.ndarray], progress: Progress) -> np.ndarray:
        progress.update(1.0)
        return pairs[0] % 2 == 0

    found, all_of_them = find_anchors(one, other, settings, keep=even), find_anchors(one, other, settings)
    kept = all_of_them.reference_cell % 2 == 0
    np.testing.assert_array_equal(found.reference_cell, all_of_them.reference_cell[kept])
    np.testing.assert_array_equal(found.query_cell, all_of_them.query_cell[kept])
    # The scores are stretched anew over those that are left.
    assert {found.score.min(), found.score.max()} == {0.0, 1.0}
