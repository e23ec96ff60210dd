"""Blocks cover every cell once, in order, whatever their size, and hold what the matrix holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from anchorscope.block_forms import Matrix, Shifted
from anchorscope.blocks import BLOCK_CELLS, CellBlocks, InMemory, Mapped
from anchorscope.lsi.tfidf import peak_totals, tf_idf
from anchorscope.preprocess.normalize import log_normalize
from anchorscope.preprocess.pca import pca
from anchorscope.preprocess.scale import gene_scale, scaled
from anchorscope.preprocess.variable_genes import variable_genes

SIZES = [1, 2, 3, 7, 8, 100]


@pytest.fixture(params=["dense", "sparse"])
def matrix(request: pytest.FixtureRequest) -> Any:
    """A 7 x 5 matrix of small counts in float32, once dense and once sparse."""
    dense = np.random.default_rng(0).poisson(0.7, size=(7, 5)).astype(np.float32)
    return dense if request.param == "dense" else sparse.csr_matrix(dense)


def dense_of(block: Matrix) -> np.ndarray:
    """A block as a plain array."""
    return block.toarray() if sparse.issparse(block) else np.asarray(block)


@pytest.mark.parametrize("block_cells", SIZES)
def test_blocks_put_together_are_the_matrix(matrix: Any, block_cells: int) -> None:
    together = np.vstack([dense_of(block) for _, block in InMemory(matrix, block_cells)])
    np.testing.assert_array_equal(together, dense_of(matrix))


@pytest.mark.parametrize("block_cells", SIZES)
def test_rows_follow_each_other_without_gap(matrix: Any, block_cells: int) -> None:
    blocks = InMemory(matrix, block_cells)
    rows = [row for part, _ in blocks for row in range(part.start, part.stop)]
    assert rows == list(range(7))
    assert len(blocks) == len(list(blocks)) == -(-7 // block_cells)


def test_any_block_can_be_asked_for_alone(matrix: Any) -> None:
    blocks = InMemory(matrix, 3)
    for number, (rows, block) in enumerate(blocks):
        assert blocks.rows(number) == rows
        np.testing.assert_array_equal(dense_of(blocks.block(number)), dense_of(block))


def test_rows_are_as_many_as_the_block_has_cells(matrix: Any) -> None:
    assert all(block.shape == (rows.stop - rows.start, 5) for rows, block in InMemory(matrix, 3))


def test_blocks_are_float64(matrix: Any) -> None:
    assert matrix.dtype == np.float32
    assert all(block.dtype == np.float64 for _, block in InMemory(matrix, 4))


def test_what_is_float64_already_is_not_copied() -> None:
    matrix = np.ones((4, 2))
    assert all(np.shares_memory(block, matrix) for _, block in InMemory(matrix, 2))


@pytest.mark.parametrize("kernel", [
    lambda counts: list(log_normalize(counts)),
    variable_genes,
    lambda counts: pca(scaled(log_normalize(counts), gene_scale(log_normalize(counts))), 3),
    lambda counts: pca(scaled(counts, gene_scale(counts)), 3),
    lambda counts: list(tf_idf(counts, peak_totals(counts), np.arange(counts.shape[1]))),
], ids=["normalize", "variable genes", "pca of normalised", "pca", "tf-idf"])
def test_no_kernel_writes_into_a_block(kernel: Callable[[CellBlocks], Any]) -> None:
    matrix = np.random.default_rng(1).poisson(2.0, size=(60, 30)).astype(np.float64)
    kept = matrix.copy()
    matrix.flags.writeable = False  # a view of it cannot be written to either
    kernel(InMemory(matrix, 16))
    np.testing.assert_array_equal(matrix, kept)


def test_blocks_can_be_walked_again(matrix: Any) -> None:
    blocks = InMemory(matrix, 3)
    first, second = ([dense_of(block) for _, block in blocks] for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_no_cells_make_no_blocks() -> None:
    blocks = InMemory(np.zeros((0, 5)))
    assert (blocks.shape, len(blocks), list(blocks)) == ((0, 5), 0, [])


def test_a_block_fits_a_cancel_within_reach() -> None:
    assert InMemory(np.zeros((1, 1))).block_cells == BLOCK_CELLS <= 10_000


def test_mapped_applies_its_function_to_each_block_with_its_rows(matrix: Any) -> None:
    offsets = np.arange(7.0)
    source: CellBlocks = InMemory(matrix, 3)
    shifted = Mapped(source, lambda rows, block: dense_of(block)[:, :2] + offsets[rows, None], n_features=2)
    assert (shifted.shape, len(shifted)) == ((7, 2), 3)
    together = np.vstack([dense_of(block) for _, block in shifted])
    np.testing.assert_array_equal(together, dense_of(matrix)[:, :2] + offsets[:, None])


def test_mapped_does_nothing_before_it_is_walked(matrix: Any) -> None:
    calls: list[slice] = []

    def noted(rows: slice, block: Matrix) -> Matrix:
        calls.append(rows)
        return block

    mapped = Mapped(InMemory(matrix, 3), noted, 5)
    assert calls == []
    list(mapped)
    assert calls == [slice(0, 3), slice(3, 6), slice(6, 7)]


def shifted(seed: int = 0) -> Shifted:
    rng = np.random.default_rng(seed)
    entries = sparse.csr_matrix(rng.standard_normal((9, 6)) * (rng.random((9, 6)) < 0.4))
    return Shifted(entries, rng.standard_normal((9, 2)), rng.standard_normal((6, 2)))


def test_a_shifted_block_multiplies_as_the_matrix_it_stands_for() -> None:
    block, rng = shifted(), np.random.default_rng(1)
    full = block.entries.toarray() + block.left @ block.right.T
    np.testing.assert_allclose(block.toarray(), full)
    for_features, for_cells = rng.standard_normal((6, 3)), rng.standard_normal((9, 3))
    np.testing.assert_allclose(block @ for_features, full @ for_features)
    np.testing.assert_allclose(block.transposed(for_cells), full.T @ for_cells)
    assert block.shape == (9, 6)


@pytest.mark.parametrize(("dense_from", "dense"), [(0.0, 6), (0.3, 3), (2.0, 0)])
def test_sums_of_products_are_the_same_densely_and_sparsely(
    monkeypatch: pytest.MonkeyPatch, dense_from: float, dense: int,
) -> None:
    monkeypatch.setattr("anchorscope.block_forms.DENSE_FROM", dense_from)
    block = shifted()
    assert (np.bincount(block.entries.indices, minlength=6) >= dense_from * 9).sum() == dense
    np.testing.assert_allclose(block.squares(), (block.entries.T @ block.entries).toarray(), atol=1e-14)
