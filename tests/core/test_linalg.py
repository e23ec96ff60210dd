"""Sums over cells against numpy's products."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.linalg import fix_signs, gathered, gram, leading_eigenvectors, project, project_back
from anchorscope.progress import CancelToken, Reporting
from core.samples import poisson

VALUES = poisson(30, 8) - 0.3


@pytest.mark.parametrize("block_cells", [1, 7, 30, 2048])
def test_gram_is_the_product_with_itself(block_cells: int) -> None:
    np.testing.assert_allclose(gram(InMemory(VALUES, block_cells)), VALUES.T @ VALUES, rtol=1e-12)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_project_is_the_product_with_the_axes(form) -> None:
    axes = np.random.default_rng(0).standard_normal((8, 3))
    np.testing.assert_allclose(project(InMemory(form(VALUES), 7), axes), VALUES @ axes, rtol=1e-12)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_project_back_is_the_product_over_the_cells(form) -> None:
    coordinates = np.random.default_rng(0).standard_normal((30, 3))
    np.testing.assert_allclose(project_back(InMemory(form(VALUES), 7), coordinates), VALUES.T @ coordinates, rtol=1e-12)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_gathered_blocks_are_the_whole(form) -> None:
    found = gathered(InMemory(form(VALUES), 7))
    assert sparse.issparse(found)
    np.testing.assert_array_equal(found.toarray(), VALUES)


def test_passes_report_every_block() -> None:
    heard: list[float] = []
    gram(InMemory(VALUES, 10), Reporting(heard.append, CancelToken()))
    assert heard == pytest.approx([1 / 3, 2 / 3, 1])


def test_eigenvectors_come_largest_first() -> None:
    symmetric = VALUES.T @ VALUES
    values, vectors = leading_eigenvectors(symmetric, 3)
    np.testing.assert_allclose(values, np.sort(np.linalg.eigvalsh(symmetric))[::-1][:3], rtol=1e-12)
    np.testing.assert_allclose(symmetric @ vectors, vectors * values, atol=1e-9)


def test_signs_make_the_largest_entry_positive() -> None:
    axes = np.array([[1.0, -3], [-2, 1]])
    assert fix_signs(axes).tolist() == [-1, -1]
    assert fix_signs(-axes).tolist() == [1, 1]
