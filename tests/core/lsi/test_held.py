"""A matrix that is held multiplies from either side as the blocks it was made of."""

from __future__ import annotations

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
    assert found.by_cells[0].dtype == found.by_features[0].dtype == dtype
    for product, expected in ((found.forth(for_features), MATRIX @ for_features),
                              (found.back(for_cells), MATRIX.T @ for_cells)):
        assert product.dtype == np.float64
        np.testing.assert_allclose(product, expected, rtol=tolerance, atol=20 * tolerance)


def test_the_number_of_pieces_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, found = np.random.default_rng(1).standard_normal((20, 5)), []
    for pieces in (1, 3, 8):
        monkeypatch.setattr(module, "PIECES", pieces)
        found.append(Held.of(InMemory(sparse.csr_matrix(MATRIX)), np.float32).forth(vectors))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])
