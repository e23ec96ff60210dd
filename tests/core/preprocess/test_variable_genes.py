"""Standardised variance against the formula written out densely."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from skmisc.loess import loess

from anchorscope.blocks import InMemory
from anchorscope.errors import InputError
from anchorscope.preprocess import variable_genes as module
from anchorscope.preprocess.variable_genes import variable_genes
from anchorscope.results import VariableGenes
from core.samples import overdispersed


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    """120 cells x 80 genes; gene 3 is never seen, gene 4 is the same in every cell, gene 5 is a burst in one cell."""
    values = overdispersed(120, 80)
    values[:, 3], values[:, 4], values[:, 5] = 0, 2, 0
    values[17, 5] = 300
    return values


@pytest.fixture(scope="module")
def found(counts: np.ndarray) -> VariableGenes:
    return variable_genes(InMemory(sparse.csr_matrix(counts)))


def expected_variance(counts: np.ndarray) -> np.ndarray:
    mean, variance = counts.sum(axis=0) / len(counts), counts.var(axis=0, ddof=1)
    varying = variance > 0
    fit = loess(np.log10(mean[varying]), np.log10(variance[varying]), span=0.3, degree=2)
    fit.fit()
    result = np.zeros(counts.shape[1])
    result[varying] = 10.0 ** fit.outputs.fitted_values
    return result


def test_moments_are_those_of_numpy(counts: np.ndarray, found: VariableGenes) -> None:
    # To the last bit: loess cuts its cells between the means.
    np.testing.assert_array_equal(found.mean, counts.sum(axis=0) / 120)
    np.testing.assert_allclose(found.variance, counts.var(axis=0, ddof=1), rtol=1e-12, atol=1e-14)


def test_expected_variance_is_the_loess_of_the_logarithms(counts: np.ndarray, found: VariableGenes) -> None:
    np.testing.assert_allclose(found.expected, expected_variance(counts), rtol=1e-10)
    assert found.expected[[3, 4]].tolist() == [0, 0]


def test_standardised_variance_is_the_dense_formula_clipped_above_only(
    counts: np.ndarray, found: VariableGenes
) -> None:
    sd = np.sqrt(found.expected)
    z = np.divide(counts - counts.mean(axis=0), sd, out=np.zeros_like(counts), where=sd > 0)
    unclipped = (z**2).sum(axis=0) / 119
    expected = (np.minimum(z, np.sqrt(120)) ** 2).sum(axis=0) / 119
    np.testing.assert_allclose(found.standardized, expected, rtol=1e-10, atol=1e-14)
    assert expected[5] < unclipped[5]


def test_genes_are_ranked_by_it_and_unseen_ones_left_out(found: VariableGenes) -> None:
    assert sorted(found.order) == [gene for gene in range(80) if gene != 3]
    assert (np.diff(found.standardized[found.order]) <= 0).all()
    assert found.order[-1] == 4


def test_ties_keep_the_order_of_the_data(counts: np.ndarray) -> None:
    twice = variable_genes(InMemory(np.hstack([counts, counts[:, 6:12]])))
    rank = np.empty(86, dtype=int)
    rank[twice.order] = np.arange(85)
    for gene in range(6, 12):
        assert twice.standardized[gene] == twice.standardized[74 + gene]
        assert rank[74 + gene] == rank[gene] + 1


def test_genes_of_the_same_counts_in_other_cells_are_ties_too(counts: np.ndarray) -> None:
    # Adding up in another order rounds differently; what a processor does there must not choose genes.
    shuffled = np.random.default_rng(3).permuted(counts[:, 6:40], axis=0)
    order = variable_genes(InMemory(np.hstack([shuffled, counts]))).order
    rank = np.full(114, -1)
    rank[order] = np.arange(len(order))
    assert (rank[:34] == rank[40:74] - 1).all()


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])
def test_blocks_and_form_do_not_matter(counts: np.ndarray, found: VariableGenes, form) -> None:
    blocked = variable_genes(InMemory(form(counts), block_cells=7))
    np.testing.assert_array_equal(blocked.expected, found.expected)
    np.testing.assert_allclose(blocked.standardized, found.standardized, rtol=1e-12)
    np.testing.assert_array_equal(blocked.order, found.order)


def test_one_cell_is_refused(counts: np.ndarray) -> None:
    with pytest.raises(InputError, match="reference is too small: found 1 cell"):
        variable_genes(InMemory(counts[:1]))


@pytest.mark.parametrize("n_varying", [0, 9])
def test_too_few_varying_genes_are_refused(counts: np.ndarray, n_varying: int) -> None:
    flat = np.ones((120, 30))
    flat[:, :n_varying] = counts[:, 10 : 10 + n_varying]
    with pytest.raises(InputError, match=f"too few genes that vary between cells: found {n_varying}; "):
        variable_genes(InMemory(flat))


def test_ten_varying_genes_are_enough(counts: np.ndarray) -> None:
    assert len(variable_genes(InMemory(counts[:, 10:20])).order) == 10


def test_the_trend_is_rs_where_rs_loess_only_warns() -> None:
    """Ties leave 30 % of the points with three places: R says "near singularities" and goes on."""
    x = np.log10(np.repeat([1, 2, 3, 4, 6, 9, 14, 22], [7, 6, 5, 4, 3, 2, 2, 1]) / 50)
    y = x + np.linspace(0, 1, 30) ** 2 * 0.3 + 0.05 * np.cos(np.arange(30) * 2.0)
    with pytest.raises(ValueError, match="near singularities"):
        loess(x, y, span=0.3, degree=2).fit()
    of_r = [-1.6889779376527, -1.3674416413182, -1.1426315399736, -0.9638196902983, -0.7330850008523,
            -0.4926329293999, -0.2740546056651, -0.0547311903439]
    np.testing.assert_allclose(module._trend(x, y)[[0, 7, 13, 19, 22, 25, 27, 29]], of_r, atol=1e-12)


@pytest.mark.parametrize(("n_cells", "level"), [(100, -4.0), (100, -6.0), (1000, -8.0)])
def test_sparse_data_in_which_most_genes_have_the_same_mean(n_cells: int, level: float) -> None:
    rng = np.random.default_rng(0)
    rate = rng.lognormal(level, 1.5, 3000)
    counts = rng.poisson(rate, (n_cells, 3000)).astype(np.float64)
    found = variable_genes(InMemory(sparse.csr_matrix(counts)))
    varying = found.variance > 0
    assert varying.sum() > 100
    # Poisson counts vary as much as their mean says.
    assert np.abs(np.log10(found.expected[varying] / found.mean[varying])).max() < 0.3
    assert np.isfinite(found.standardized).all()


def test_genes_of_too_few_different_means_are_refused() -> None:
    counts = np.zeros((30, 60))
    counts[np.arange(60) % 30, np.arange(60)] = 1
    counts[:2, 50:] = 1
    with pytest.raises(InputError, match=r"too sparse .*: found only 2 different means of genes"):
        variable_genes(InMemory(counts))
