"""Cells in blocks: the one shape in which kernels see a matrix, whether it lies in memory or on disk.

A kernel asks for nothing but passes over the cells, so memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Matrix: TypeAlias = "sparse.csr_matrix | NDArray[np.float64]"
"""One block: cells x features, sparse or dense."""

BLOCK_CELLS = 2048
"""Cells in a block; 2,048 x 2,000 genes in float64 are 32 MiB, and a cancel is never further away than one block."""


class CellBlocks(Protocol):
    """A cells x features matrix that can be walked over block by block, as often as needed."""

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""

    def __len__(self) -> int:
        """Return the number of blocks."""

    def __iter__(self) -> Iterator[tuple[slice, Matrix]]:
        """Yield each block with the rows it covers, in order."""


@dataclass(frozen=True)
class InMemory:
    """Blocks of a matrix in memory: shape (n_cells, n_features), any real dtype; blocks come as float64.

    A block may be a view of the matrix, so nobody writes into one.
    """

    matrix: sparse.csr_matrix | NDArray[np.float64]
    block_cells: int = BLOCK_CELLS

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""
        n_cells, n_features = self.matrix.shape
        return n_cells, n_features

    def __len__(self) -> int:
        """Return the number of blocks."""
        return -(-self.shape[0] // self.block_cells)

    def __iter__(self) -> Iterator[tuple[slice, Matrix]]:
        """Yield each block with the rows it covers, in order."""
        n_cells = self.shape[0]
        for start in range(0, n_cells, self.block_cells):
            rows = slice(start, min(start + self.block_cells, n_cells))
            yield rows, self.matrix[rows].astype(np.float64, copy=False)


@dataclass(frozen=True)
class Mapped:
    """Blocks of `source` with a function of (rows, block) applied to each as it passes by."""

    source: CellBlocks
    function: Callable[[slice, Matrix], Matrix]
    n_features: int

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""
        return self.source.shape[0], self.n_features

    def __len__(self) -> int:
        """Return the number of blocks."""
        return len(self.source)

    def __iter__(self) -> Iterator[tuple[slice, Matrix]]:
        """Yield each block with the rows it covers, in order."""
        for rows, block in self.source:
            yield rows, self.function(rows, block)


class Kept:
    """Blocks computed once and held: for many passes over what is dear to compute and small enough to hold."""

    def __init__(self, source: CellBlocks) -> None:
        self.shape = source.shape
        self._blocks = list(source)

    def __len__(self) -> int:
        """Return the number of blocks."""
        return len(self._blocks)

    def __iter__(self) -> Iterator[tuple[slice, Matrix]]:
        """Yield each block with the rows it covers, in order."""
        return iter(self._blocks)
