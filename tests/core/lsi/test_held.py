"""A matrix that is held multiplies from either side as the blocks it was made of."""

from __future__ import annotations

import os

import numpy as np
import pytest
from scipy import sparse

from anchorscope.blocks import InMemory
from anchorscope.lsi import held as module
from anchorscope.lsi.held import Held
from core.samples import poisson

MATRIX = poisson(30, 20)
MATRIX[4:9] = 0


@pytest.mark.parametrize("pieces", [1, 4, 50])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-13), (np.float32, 1e-5)])
def test_products(monkeypatch: pytest.MonkeyPatch, pieces: int, dtype: type, tolerance: float) -> None:
    monkeypatch.setattr(module, "PIECES", pieces)
    found = Held.of(InMemory(sparse.csr_matrix(MATRIX), 7), dtype)
    rng = np.random.default_rng(0)
    for_features, for_cells = rng.standard_normal((20, 3)), rng.standard_normal((30, 3))
    assert found.shape == (30, 20)
    assert {tile.dtype for group in found.tiles for tile in group} == {np.dtype(dtype)}
    for product, expected in ((found.forth(for_features), MATRIX @ for_features),
                              (found.back(for_cells), MATRIX.T @ for_cells),
                              (found.back_and_forth(for_cells), MATRIX @ (MATRIX.T @ for_cells))):
        assert product.dtype == np.float64
        np.testing.assert_allclose(product, expected, rtol=tolerance, atol=20 * tolerance)


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_threads_changes_no_bit(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    found = Held.of(InMemory(sparse.csr_matrix(MATRIX), 7), np.float32)
    vectors = np.random.default_rng(1).standard_normal((30, 5))
    expected = found.back_and_forth(vectors)
    monkeypatch.setattr(os, "cpu_count", lambda: threads)
    np.testing.assert_array_equal(found.back_and_forth(vectors), expected)
