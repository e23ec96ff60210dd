"""Log-normalisation, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.preprocess.normalize import cell_totals, log_normalize, log_normalize_block
from core.samples import poisson, whole

COUNTS = np.array([[1.0, 0, 3], [0, 0, 0], [0, 10, 0]])
FORMS = pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])


@FORMS
def test_by_hand(form) -> None:
    found = whole(log_normalize(InMemory(form(COUNTS)), scale_factor=100.0))
    expected = [[np.log(26), 0, np.log(76)], [0, 0, 0], [0, np.log(101), 0]]
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_the_default_total_is_ten_thousand() -> None:
    found = whole(log_normalize(InMemory(COUNTS)))
    assert found[2, 1] == pytest.approx(np.log(10_001))


@FORMS
def test_every_cell_with_counts_reaches_the_total(form) -> None:
    found = np.expm1(whole(log_normalize(InMemory(form(poisson(20, 30))), 500.0)))
    np.testing.assert_allclose(found.sum(axis=1), 500.0, rtol=1e-12)


def test_zeros_stay_unstored() -> None:
    counts = sparse.csr_matrix(COUNTS)
    assert log_normalize_block(counts, 1e4).nnz == counts.nnz == 3


def test_counts_are_left_alone() -> None:
    counts = sparse.csr_matrix(COUNTS)
    log_normalize_block(counts, 1e4)
    np.testing.assert_array_equal(counts.toarray(), COUNTS)


@FORMS
def test_blocks_and_form_do_not_matter(form) -> None:
    counts = poisson(30, 20)
    blocked = whole(log_normalize(InMemory(form(counts), block_cells=7)))
    np.testing.assert_array_equal(blocked, whole(log_normalize(InMemory(sparse.csr_matrix(counts)))))


@FORMS
def test_cell_totals(form) -> None:
    np.testing.assert_array_equal(cell_totals(InMemory(form(COUNTS), 2)), [4, 0, 10])
