"""Principal components against numpy's SVD."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.blocks import InMemory
from anchorscope.preprocess.pca import pca
from anchorscope.results import Pca
from core.samples import groups, same_axes


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    """90 cells x 30 genes, standardised."""
    rng = np.random.default_rng(2)
    raw = rng.standard_normal((90, 30))
    raw += rng.standard_normal((90, 6)) * [9, 7, 5, 4, 3, 2] @ rng.standard_normal((6, 30))
    return (raw - raw.mean(axis=0)) / raw.std(axis=0, ddof=1)


@pytest.fixture(scope="module")
def found(values: np.ndarray) -> Pca:
    return pca(InMemory(values), 6)


def test_components_are_numpys_singular_vectors(values: np.ndarray, found: Pca) -> None:
    left, size, right = np.linalg.svd(values, full_matrices=False)
    np.testing.assert_allclose(same_axes(found.loadings, right[:6].T), right[:6].T, atol=1e-10)
    np.testing.assert_allclose(same_axes(found.embeddings, left[:, :6]), left[:, :6] * size[:6], atol=1e-9)
    np.testing.assert_allclose(found.sdev, size[:6] / np.sqrt(89), rtol=1e-10)


def test_loadings_are_orthonormal_and_their_largest_entry_positive(found: Pca) -> None:
    np.testing.assert_allclose(found.loadings.T @ found.loadings, np.eye(6), atol=1e-12)
    assert (found.loadings[np.abs(found.loadings).argmax(axis=0), range(6)] > 0).all()


def test_sdev_is_the_sd_of_the_embeddings(found: Pca) -> None:
    np.testing.assert_allclose(found.embeddings.std(axis=0, ddof=1), found.sdev, rtol=1e-10)
    assert (np.diff(found.sdev) < 0).all()


def test_values_are_not_centred_again() -> None:
    found = pca(InMemory(np.ones((10, 4))), 2)
    assert found.sdev[0] == pytest.approx(np.sqrt(40 / 9))


def test_blocks_do_not_matter(values: np.ndarray, found: Pca) -> None:
    np.testing.assert_allclose(pca(InMemory(values, 7), 6).embeddings, found.embeddings, atol=1e-10)


@pytest.mark.parametrize(("n_cells", "n_genes", "expected"), [(90, 5, 4), (4, 30, 3), (2, 2, 1)])
def test_more_components_than_there_can_be_are_lowered(n_cells: int, n_genes: int, expected: int) -> None:
    points, _ = groups((n_cells,), n_genes)
    assert pca(InMemory(points), 30).embeddings.shape == (n_cells, expected)
