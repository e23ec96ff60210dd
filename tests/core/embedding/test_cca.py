"""CCA from sums over cells against the SVD of the cells x cells product."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.embedding.cca import cca, l2_normalised
from anchorscope.errors import InputError
from anchorscope.results import SharedSpace
from core.samples import same_axes

N_AXES = 4
GENES = np.array([f"gene{place}" for place in range(60)], dtype=object)


@pytest.fixture(scope="module")
def pair() -> tuple[np.ndarray, np.ndarray]:
    """Log values of 70 and 90 cells x 60 genes, of five shared programmes; genes 7 and 11 never vary in one of them."""
    rng = np.random.default_rng(8)
    programmes = rng.standard_normal((5, 60)) * np.array([3.0, 2.5, 2.0, 1.5, 1.0])[:, None]

    def cells(count: int) -> np.ndarray:
        rate = np.exp(0.4 * rng.standard_normal((count, 5)) @ programmes)
        return np.log1p(rng.poisson(rate))

    reference, query = cells(70), cells(90)
    reference[:, 7], query[:, 11] = 0.0, np.log(3.0)
    return reference, query


@pytest.fixture(scope="module")
def found(pair: tuple[np.ndarray, np.ndarray]) -> SharedSpace:
    return cca(*(InMemory(sparse.csr_matrix(values)) for values in pair), GENES, N_AXES, 42)


def dense(pair: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seurat's RunCCA as it is written: both scaled, cells standardised, the product formed and decomposed."""
    varying = [gene for gene in range(60) if gene not in (7, 11)]

    def standardised(values: np.ndarray) -> np.ndarray:
        scaled = values[:, varying]
        scaled = np.minimum((scaled - scaled.mean(axis=0)) / scaled.std(axis=0, ddof=1), 10.0)
        return (scaled - scaled.mean(axis=1, keepdims=True)) / scaled.std(axis=1, ddof=1, keepdims=True)

    left, values, right = np.linalg.svd(standardised(pair[0]) @ standardised(pair[1]).T)
    return left[:, :N_AXES], values[:N_AXES], right[:N_AXES].T


def test_coordinates_are_the_singular_vectors_of_the_product(pair, found: SharedSpace) -> None:
    left, values, right = dense(pair)
    assert (values[:-1] / values[1:]).min() > 1.1
    np.testing.assert_allclose(found.strength, values, rtol=1e-6)
    np.testing.assert_allclose(same_axes(found.reference, left), left, atol=2e-4)
    np.testing.assert_allclose(same_axes(found.query, right), right, atol=2e-4)


def test_both_sides_have_the_same_sign(pair, found: SharedSpace) -> None:
    left, _, right = dense(pair)
    np.testing.assert_array_equal(
        np.sign((found.reference * left).sum(axis=0)), np.sign((found.query * right).sum(axis=0)))


def test_genes_constant_on_either_side_are_left_out(found: SharedSpace) -> None:
    assert found.genes.tolist() == [name for name in GENES if name not in ("gene7", "gene11")]


def test_blocks_and_form_do_not_matter(pair, found: SharedSpace) -> None:
    for form in (np.asarray, sparse.csr_matrix):
        blocked = cca(*(InMemory(form(values), block_cells=7) for values in pair), GENES, N_AXES, 42)
        np.testing.assert_allclose(blocked.reference, found.reference, atol=1e-7)
        np.testing.assert_allclose(blocked.query, found.query, atol=1e-7)


def test_a_cell_without_any_count_does_no_harm(pair) -> None:
    reference, query = (values.copy() for values in pair)
    reference[5] = query[8] = 0.0
    found = cca(InMemory(reference), InMemory(query), GENES, N_AXES, 42)
    assert np.isfinite(found.reference).all()
    assert np.isfinite(found.query).all()


@pytest.mark.parametrize(("n_cells", "n_genes", "expected"), [(70, 60, 30), (6, 60, 5), (70, 9, 7)])
def test_more_axes_than_there_can_be_are_lowered(pair, n_cells: int, n_genes: int, expected: int) -> None:
    reference, query = pair[0][:n_cells, :n_genes], pair[1][:, :n_genes]
    found = cca(InMemory(reference), InMemory(query), GENES[:n_genes], 30, 42)
    assert found.reference.shape == (n_cells, expected)
    assert found.query.shape == (90, expected)
    assert np.isfinite(found.reference).all()


def test_too_few_varying_genes_are_refused(pair) -> None:
    reference, query = (values[:, 6:11].copy() for values in pair)
    reference[:, 2] = 1.0
    with pytest.raises(InputError, match="share too few genes that vary: found 3; "):
        cca(InMemory(reference), InMemory(query), GENES[:5], 3, 42)


def test_l2_makes_every_row_one_long_and_leaves_zeros_alone() -> None:
    found = l2_normalised(np.array([[3.0, -4.0], [0.0, 0.0], [0.0, 1e-9]]))
    np.testing.assert_allclose(found, [[0.6, -0.8], [0, 0], [0, 1]])
