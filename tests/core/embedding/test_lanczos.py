"""Restarted Lanczos finds the leading triplets that numpy's SVD finds."""

from __future__ import annotations

import numpy as np
import pytest

from anchorscope.embedding.lanczos import Triplets, leading_triplets
from anchorscope.embedding.r_normal import r_normal
from anchorscope.errors import Cancelled
from anchorscope.progress import CancelToken, Reporting
from core.samples import same_axes


def decaying(m: int, n: int, seed: int = 0) -> np.ndarray:
    """A matrix whose singular values fall by a tenth each."""
    rng = np.random.default_rng(seed)
    rank = min(m, n)
    left, right = (np.linalg.qr(rng.standard_normal((size, rank)))[0] for size in (m, n))
    return left * (50 * 0.9 ** np.arange(rank)) @ right.T


def triplets(matrix: np.ndarray, count: int) -> Triplets:
    return leading_triplets(matrix, r_normal(matrix.shape[1], 42), count)


@pytest.mark.parametrize(("m", "n", "count"), [(60, 60, 5), (200, 80, 20), (80, 200, 20), (12, 9, 8), (9, 12, 3)])
def test_triplets_are_numpys(m: int, n: int, count: int) -> None:
    matrix = decaying(m, n)
    left, values, right = np.linalg.svd(matrix)
    found = triplets(matrix, count)
    np.testing.assert_allclose(found.values, values[:count], rtol=1e-8)
    np.testing.assert_allclose(same_axes(found.left, left[:, :count]), left[:, :count], atol=1e-3)
    np.testing.assert_allclose(same_axes(found.right, right[:count].T), right[:count].T, atol=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_vectors_are_orthonormal_and_belong_together(seed: int) -> None:
    # A random matrix has close values, which need many restarts.
    matrix = np.random.default_rng(seed).standard_normal((150, 120))
    found = triplets(matrix, 10)
    for vectors in (found.left, found.right):
        np.testing.assert_allclose(vectors.T @ vectors, np.eye(10), atol=1e-10)
    np.testing.assert_allclose(matrix @ found.right, found.left * found.values, atol=1e-9 * found.values[0])
    np.testing.assert_allclose(matrix.T @ found.left, found.right * found.values, atol=2e-5 * found.values[0])


def test_values_descend() -> None:
    assert (np.diff(triplets(decaying(100, 90), 12).values) < 0).all()


def test_it_can_be_cancelled_between_restarts() -> None:
    token = CancelToken()
    matrix = np.random.default_rng(0).standard_normal((150, 120))
    with pytest.raises(Cancelled):
        leading_triplets(matrix, np.ones(120), 10, Reporting(lambda _: token.cancel(), token))
