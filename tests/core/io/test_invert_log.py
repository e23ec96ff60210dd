"""Log-normalised values turn back into the very counts, or not at all."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from anchorscope.io.invert_log import invert_log
from anchorscope.progress import SILENT


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:
    """300 cells x 200 genes of counts; few cells have no gene counted once."""
    rng = np.random.default_rng(0)
    return rng.poisson(rng.gamma(0.3, 4.0, 200), (300, 200)).astype(np.float64)


def normalised(counts, constant, total=None):
    total = counts.sum(axis=1, keepdims=True) if total is None else total
    return np.log1p(np.divide(counts, total, where=total > 0, out=np.zeros_like(counts)) * constant)


@pytest.mark.parametrize("constant", [1e4, 1e6, 1e5, 1e3])
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_usual_constants(drawn, constant, kind) -> None:
    found = invert_log(sparse.csr_matrix(normalised(drawn, constant).astype(kind)), SILENT)
    assert np.array_equal(found.counts.toarray(), drawn)
    assert found.constant == constant


def test_constant_of_the_data_set(drawn) -> None:
    found = invert_log(sparse.csr_matrix(normalised(drawn, 1234.5).astype(np.float32)), SILENT)
    assert np.array_equal(found.counts.toarray(), drawn)
    assert found.constant is None


def test_some_of_the_genes(drawn) -> None:
    found = invert_log(sparse.csr_matrix(normalised(drawn, 1e4)[:, :60].astype(np.float32)), SILENT)
    assert np.array_equal(found.counts.toarray(), drawn[:, :60])
    assert found.constant == 1e4


def test_logarithm_to_the_base_of_two(drawn) -> None:
    values = sparse.csr_matrix((normalised(drawn, 1e4) / np.log(2)).astype(np.float32))
    assert np.array_equal(invert_log(values, SILENT).counts.toarray(), drawn)


def test_logarithm_of_the_counts_themselves() -> None:
    counts = np.array([[2.0, 4.0, 0.0], [3.0, 6.0, 9.0], [0.0, 0.0, 0.0]])
    found = invert_log(sparse.csr_matrix(np.log1p(counts)), SILENT)
    assert np.array_equal(found.counts.toarray(), counts)


def test_cell_whose_smallest_count_is_not_one_is_settled_by_the_constant() -> None:
    counts = np.ones((10, 7))
    counts[0] = [2, 4, 6, 8, 2, 4, 5]
    counts[1] = [2, 4, 6, 8, 2, 4, 6]
    total = counts.sum(axis=1, keepdims=True) + np.arange(10)[:, None] + 1.0
    found = invert_log(sparse.csr_matrix(normalised(counts, 1e4, total)), SILENT)
    # The ratios of cell 0 need multiples of two; those of cell 1 do not, but a total of 34 / 2 = 17 fits as well.
    assert np.array_equal(found.counts.toarray()[[0, *range(2, 10)]], counts[[0, *range(2, 10)]])
    assert np.array_equal(found.counts.toarray()[1] * 2, counts[1])


@pytest.mark.parametrize("change", [
    lambda values: np.random.default_rng(1).random(values.shape),
    lambda values: values + 0.01 * (np.arange(values.size).reshape(values.shape) == values.size - 1),
    lambda values: values * 0.9,
    lambda values: np.sqrt(np.expm1(values)),
])
def test_anything_else_is_not_inverted(drawn, change) -> None:
    assert invert_log(sparse.csr_matrix(change(normalised(drawn, 1e4))), SILENT) is None


def test_values_that_were_given_are_left_alone(drawn) -> None:
    values = sparse.csr_matrix(normalised(drawn, 1e4))
    before = values.data.copy()
    invert_log(values, SILENT)
    assert np.array_equal(values.data, before)


def test_small_blocks(drawn, monkeypatch) -> None:
    monkeypatch.setattr("anchorscope.io.invert_log._VALUES", 500)
    found = invert_log(sparse.csr_matrix(normalised(drawn, 1e4).astype(np.float32)), SILENT)
    assert np.array_equal(found.counts.toarray(), drawn)
