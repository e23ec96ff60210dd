"""TF-IDF and peak selection, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.lsi.tfidf import peak_totals, tf_idf, top_peaks
from core.samples import poisson, whole

COUNTS = np.array([[1.0, 0, 3, 0], [0, 2, 2, 0], [0, 0, 0, 0]])


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_peak_totals_are_the_sums_over_cells(form) -> None:
    np.testing.assert_array_equal(peak_totals(InMemory(form(COUNTS), 2)), [1, 2, 5, 0])


def test_top_peaks_need_more_than_the_minimum_and_come_largest_first() -> None:
    assert top_peaks(np.array([5.0, 9, 6, 6, 0, 12]), 5).tolist() == [5, 1, 2, 3]
    assert top_peaks(np.array([5.0, 9, 6]), 9).tolist() == []


def test_tf_idf_by_hand() -> None:
    blocks = tf_idf(InMemory(sparse.csr_matrix(COUNTS)), COUNTS.sum(axis=0), np.arange(4), scale_factor=100.0)
    expected = np.log1p(100.0 * np.array([
        [1 / 4 * 3 / 1, 0, 3 / 4 * 3 / 5, 0],
        [0, 2 / 4 * 3 / 2, 2 / 4 * 3 / 5, 0],
        [0, 0, 0, 0]]))
    np.testing.assert_allclose(whole(blocks), expected, rtol=1e-14)


def test_term_frequencies_refer_to_all_peaks_of_the_cell_not_to_those_kept() -> None:
    counts = InMemory(sparse.csr_matrix(COUNTS))
    everything = whole(tf_idf(counts, COUNTS.sum(axis=0), np.arange(4)))
    chosen = tf_idf(counts, COUNTS.sum(axis=0), np.array([2, 0]))
    np.testing.assert_array_equal(whole(chosen)[:, [2, 0]], everything[:, [2, 0]])
    assert not whole(chosen)[:, [1, 3]].any()


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_neither_blocks_nor_form_matter(form) -> None:
    counts = poisson(30, 20, 0.4)
    totals, peaks = counts.sum(axis=0), np.arange(20)
    np.testing.assert_allclose(
        whole(tf_idf(InMemory(form(counts), 7), totals, peaks)),
        whole(tf_idf(InMemory(sparse.csr_matrix(counts)), totals, peaks)), rtol=1e-14)


def test_in_single_precision_but_for_rounding() -> None:
    counts = poisson(30, 20, 0.4)
    blocks = InMemory(sparse.csr_matrix(counts))
    exact, single = (tf_idf(blocks, counts.sum(axis=0), np.arange(20), dtype=dtype)
                     for dtype in (np.float64, np.float32))
    assert next(iter(single))[1].dtype == np.float32
    np.testing.assert_allclose(whole(single), whole(exact), rtol=1e-5)
