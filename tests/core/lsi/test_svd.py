"""The SVD of a matrix that is held finds what numpy's dense one finds, on matrices of every shape and rank."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.errors import Cancelled
from anchorscope.lsi.held import Held
from anchorscope.lsi.svd import PASSES_TOLERANCE, SHOWN_TOLERANCE, Svd, truncated_svd
from anchorscope.progress import CancelToken, Reporting
from core.samples import poisson


def svd(matrix: np.ndarray, count: int, block_cells: int = 2048) -> Svd:
    return truncated_svd(held(matrix, block_cells), count, seed=42)


def held(matrix: np.ndarray, block_cells: int = 2048) -> Held:
    return Held.of(InMemory(sparse.csr_matrix(matrix), block_cells), np.float64)


def repeated(n_different: int, n_cells: int, n_features: int) -> np.ndarray:
    """Cells of which only some differ: a matrix of that rank."""
    return poisson(n_different, n_features, 0.3)[np.arange(n_cells) % n_different]


def check(found: Svd, matrix: np.ndarray, count: int) -> None:
    """Singular pairs are known by their values, their orthonormality, and XX'u = s^2 u."""
    expected = np.linalg.svd(matrix, compute_uv=False)
    np.testing.assert_allclose(found.values, expected[:count], rtol=1e-8)
    np.testing.assert_allclose(found.left.T @ found.left, np.eye(count), atol=2e-5)
    right = matrix.T @ found.left
    np.testing.assert_allclose(matrix @ right, found.left * found.values**2, atol=1e-4 * expected[0] ** 2)


@pytest.mark.parametrize(("matrix", "count"), [
    pytest.param(poisson(900, 400, 0.1), 10, id="tall"),
    pytest.param(poisson(150, 700, 0.1), 10, id="wide"),
    pytest.param(poisson(500, 450, 0.1), 40, id="restarts"),
    pytest.param(poisson(180, 900, 0.1), 50, id="fewer cells than the basis has room for"),
    pytest.param(poisson(500, 40, 0.3), 39, id="fewer features than the basis has room for"),
    pytest.param(poisson(300, 280, 0.3), 3, id="few of many"),
    pytest.param(poisson(12, 9, 1.0), 8, id="as many as there can be"),
    pytest.param(poisson(4, 4, 1.0), 3, id="four by four"),
    pytest.param(poisson(2, 50, 1.0), 1, id="two cells"),
    pytest.param(repeated(20, 400, 400), 10, id="rank above the count"),
    pytest.param(repeated(100, 400, 500), 50, id="rank above the count, below the basis"),
    pytest.param(np.eye(400), 30, id="all values alike"),
])
def test_the_leading_triplets_are_numpys(matrix: np.ndarray, count: int) -> None:
    check(svd(matrix, count), matrix, count)


@pytest.mark.parametrize(("n_cells", "n_features", "count"), [(6, 9, 5), (9, 6, 5), (2, 9, 1)])
def test_more_than_the_smaller_side_allows_is_lowered(n_cells: int, n_features: int, count: int) -> None:
    matrix = poisson(n_cells, n_features, 1.0)
    check(svd(matrix, 50), matrix, count)


@pytest.mark.parametrize(("rank", "n_cells", "n_features"), [(20, 400, 400), (12, 300, 500), (5, 40, 30)])
def test_more_than_the_rank_is_lowered_to_it(rank: int, n_cells: int, n_features: int) -> None:
    matrix = repeated(rank, n_cells, n_features)
    check(svd(matrix, 29), matrix, rank)


@pytest.mark.parametrize("block_cells", [7, 64])
def test_blocks_do_not_matter(block_cells: int) -> None:
    matrix = poisson(150, 100, 0.2)
    one, many = svd(matrix, 5), svd(matrix, 5, block_cells)
    np.testing.assert_allclose(many.values, one.values, rtol=1e-10)
    # The starting block differs by the order of its random numbers at most, the signs are fixed.
    np.testing.assert_allclose(many.left, one.left, atol=1e-4)


def test_dense_and_sparse_give_the_same() -> None:
    matrix = poisson(80, 60, 0.2)
    dense, other = (truncated_svd(InMemory(form(matrix)), 5, 1) for form in (np.asarray, sparse.csr_matrix))
    np.testing.assert_allclose(dense.left, other.left, atol=1e-10)


def test_the_largest_entry_of_each_vector_is_positive() -> None:
    left = svd(poisson(200, 150, 0.2), 12).left
    assert (left[np.abs(left).argmax(axis=0), range(12)] > 0).all()


def test_those_that_are_only_shown_are_exact_in_their_values() -> None:
    matrix = poisson(900, 800, 0.1)
    exact, found = svd(matrix, 40), truncated_svd(held(matrix), 40, 42, used=10)
    np.testing.assert_allclose(found.values, exact.values, rtol=SHOWN_TOLERANCE**2)
    np.testing.assert_allclose(found.left[:, :10], exact.left[:, :10], atol=1e-3)
    assert np.abs(found.left[:, 10:] - exact.left[:, 10:]).max() > 1e-6, "they were computed to the end after all"


def test_the_same_seed_gives_the_same_bits() -> None:
    matrix = poisson(400, 350, 0.1)
    np.testing.assert_array_equal(svd(matrix, 30).left, svd(matrix, 30).left)


def test_a_matrix_of_zeros_gives_zeros() -> None:
    found = svd(np.zeros((30, 20)), 5)
    np.testing.assert_array_equal(found.values, [0.0])
    assert not found.left.any()


def test_it_can_be_cancelled_between_two_passes() -> None:
    token, heard = CancelToken(), []

    def hear(fraction: float) -> None:
        heard.append(fraction)
        if len(heard) == 5:
            token.cancel()

    with pytest.raises(Cancelled):
        truncated_svd(held(poisson(600, 500, 0.1)), 30, 1, Reporting(hear, token))
    assert len(heard) == 5


@pytest.mark.parametrize("block_cells", [50, 2048])
def test_passes_over_blocks_find_what_the_held_matrix_has(block_cells: int) -> None:
    rng = np.random.default_rng(4)
    signal = rng.random((900, 6)) @ rng.random((6, 400))
    matrix = rng.poisson(signal).astype(np.float64)
    found = truncated_svd(InMemory(sparse.csr_matrix(matrix), block_cells), 10, 42)
    exact = svd(matrix, 10)
    np.testing.assert_allclose(found.values, exact.values, rtol=PASSES_TOLERANCE)
    assert np.abs((found.left[:, :5] * exact.left[:, :5]).sum(axis=0)).min() > 1 - 1e-4
    square = matrix @ (matrix.T @ found.left)
    residual = np.linalg.norm(square - found.left * found.values**2, axis=0)
    assert (residual <= 2 * PASSES_TOLERANCE * found.values * found.values[0]).all()
