"""A sparse matrix in memory, stored for many products from either side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from anchorscope.blocks import CellBlocks
from anchorscope.engine import Threads, each_block
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats

PIECES = 4
"""Pieces of each form, for as many threads; the products do not depend on their number."""


@dataclass(frozen=True)
class Held:
    """Cells x features, stored by cells and by features.

    Either product then reads its own rows in order, which halves the time; in single precision half the bytes halve it
    again.

    Parameters
    ----------
    by_cells, by_features
        Pieces of the csr matrix (n_cells, p) and of its transpose, csr too; float64 or float32.
    shape
        Number of cells and of features.
    """

    by_cells: tuple[sparse.csr_matrix, ...]
    by_features: tuple[sparse.csr_matrix, ...]
    shape: tuple[int, int]

    @classmethod
    def of(cls, blocks: CellBlocks, dtype: type[np.float64] | type[np.float32], progress: Progress = SILENT) -> Held:
        """Hold all blocks in memory."""
        parts = [part for _, part in each_block(blocks, lambda _, block: sparse.csr_matrix(block, dtype=dtype),
                                                progress)]
        whole = sparse.csr_matrix(sparse.vstack(parts, format="csr"))
        del parts
        return cls(_pieces(whole), _pieces(whole.T.tocsr()), blocks.shape)

    def forth(self, vectors: Floats) -> Floats:
        """Return the product with (p, b)."""
        return _product(self.by_cells, vectors)

    def back(self, vectors: Floats) -> Floats:
        """Return the transpose's product with (n_cells, b)."""
        return _product(self.by_features, vectors)


def _pieces(matrix: sparse.csr_matrix) -> tuple[sparse.csr_matrix, ...]:
    """Cut into pieces of about as many entries each."""
    cuts = np.searchsorted(matrix.indptr, np.linspace(0, matrix.nnz, PIECES + 1))
    cuts[0], cuts[-1] = 0, matrix.shape[0]
    return tuple(matrix[start:end] for start, end in pairwise(cuts) if start < end)


def _product(pieces: tuple[sparse.csr_matrix, ...], vectors: Floats) -> Floats:
    alike = np.ascontiguousarray(vectors, dtype=pieces[0].dtype)
    found = Threads().map(lambda number: pieces[number] @ alike, len(pieces))
    return np.concatenate(list(found), dtype=np.float64)
