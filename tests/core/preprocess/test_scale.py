"""Scaling to mean 0 and standard deviation 1, clipped above only."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.preprocess.scale import GeneScale, gene_scale, scaled, select_genes
from core.samples import poisson, whole

FORMS = pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix])


@pytest.fixture
def values() -> np.ndarray:
    """200 cells x 8 genes of log values; gene 2 is constant, gene 5 never seen."""
    result = np.log1p(poisson(200, 8, 1.0))
    result[:, 2], result[:, 5] = 1.25, 0.0
    return result


@FORMS
def test_mean_and_sd_are_those_of_numpy(values: np.ndarray, form) -> None:
    found = gene_scale(InMemory(form(values), block_cells=7))
    np.testing.assert_allclose(found.mean, values.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(found.sd, values.std(axis=0, ddof=1), rtol=1e-11, atol=1e-7)
    assert found.sd[5] == 0


@FORMS
def test_scaled_genes_have_mean_0_and_sd_1(values: np.ndarray, form) -> None:
    blocks = InMemory(form(values), block_cells=7)
    found = whole(scaled(blocks, gene_scale(blocks)))
    varying = [0, 1, 3, 4, 6, 7]
    np.testing.assert_allclose(found.mean(axis=0)[varying], 0.0, atol=1e-13)
    np.testing.assert_allclose(found.std(axis=0, ddof=1)[varying], 1.0, rtol=1e-12)


def test_a_gene_that_never_varies_becomes_zero(values: np.ndarray) -> None:
    scale = GeneScale(values.mean(axis=0), values.std(axis=0, ddof=1) * (np.ptp(values, axis=0) > 0))
    assert not whole(scaled(InMemory(values), scale))[:, [2, 5]].any()


@pytest.mark.parametrize("level", [np.log(2.0), 0.1, 3.7, 9.2])
@pytest.mark.parametrize("n_cells", [3, 49, 200])
def test_rounding_does_not_make_a_constant_gene_vary(level: float, n_cells: int) -> None:
    constant = np.full((n_cells, 1), level)
    assert not whole(scaled(InMemory(constant), gene_scale(InMemory(constant)))).any()


def test_values_are_clipped_at_ten_above_and_nowhere_below() -> None:
    high, low = np.zeros((400, 1)), np.full((400, 1), 5.0)
    high[3], low[3] = 5.0, 0.0
    values = np.hstack([high, low])
    found = whole(scaled(InMemory(values), gene_scale(InMemory(values))))
    assert found[3, 0] == 10.0
    assert found[3, 1] == pytest.approx(-(400 - 1) / np.sqrt(400))
    assert found[3, 1] < -10


def test_genes_are_selected_in_the_order_asked_for(values: np.ndarray) -> None:
    chosen = select_genes(InMemory(sparse.csr_matrix(values), 7), np.array([6, 0, 3]))
    assert chosen.shape == (200, 3)
    np.testing.assert_array_equal(whole(chosen), values[:, [6, 0, 3]])
