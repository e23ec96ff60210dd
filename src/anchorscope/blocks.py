"""Cells in blocks: the one shape in which kernels see a matrix, whether it lies in memory or on disk.

A kernel asks for nothing but passes over the cells, so memory does not grow with their number.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.progress import SILENT, Progress

DENSE_FROM = 64
"""A sum of products is cheaper densely than sparsely once rows hold more than 1 / sqrt(64) of their entries."""


@dataclass(frozen=True)
class Shifted:
    """Cells x features that are mostly the same few values: ``entries + left @ right.T``, never formed.

    Scaling moves every zero of a sparse matrix to the same value per gene; kept apart, sums over cells cost what the
    entries that are there cost.

    Parameters
    ----------
    entries
        (n_cells, p) csr float64.
    left, right
        (n_cells, r) and (p, r) float64.
    """

    entries: sparse.csr_matrix
    left: NDArray[np.float64]
    right: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""
        n_cells, n_features = self.entries.shape
        return n_cells, n_features

    def __matmul__(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the product with (p, b)."""
        return np.asarray(self.entries @ vectors + self.left @ (self.right.T @ vectors))

    def transposed(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the transpose's product with (n_cells, b)."""
        return np.asarray(self.entries.T @ vectors + self.right @ (self.left.T @ vectors))

    def toarray(self) -> NDArray[np.float64]:
        """Return all values as a dense array."""
        return np.asarray(self.entries.toarray() + self.left @ self.right.T)

    def squares(self) -> NDArray[np.float64]:
        """Return the (p, p) sum of products of the entries alone."""
        filled = np.diff(self.entries.indptr).astype(np.float64)
        n_cells, n_features = self.shape
        if np.sum(filled**2) * DENSE_FROM > n_cells * n_features**2:
            dense = self.entries.toarray()
            return np.asarray(dense.T @ dense)
        return np.asarray((self.entries.T.tocsr() @ self.entries).toarray())


@dataclass(frozen=True)
class TwoWay:
    """A sparse block for many products: stored by cells and by features.

    Either product then reads its own rows in order, which halves the time; in single precision half the bytes halve it
    again.

    Parameters
    ----------
    entries, turned
        (n_cells, p) csr, float64 or float32, and its transpose, csr too.
    """

    entries: sparse.csr_matrix
    turned: sparse.csr_matrix

    @classmethod
    def of(cls, block: sparse.csr_matrix, dtype: type[np.float64] | type[np.float32]) -> TwoWay:
        """Store a block both ways."""
        entries = block.astype(dtype, copy=False)
        return cls(entries, entries.T.tocsr())

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""
        n_cells, n_features = self.entries.shape
        return n_cells, n_features

    def __matmul__(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the product with (p, b)."""
        return np.asarray(self.entries @ vectors.astype(self.entries.dtype, copy=False), dtype=np.float64)

    def transposed(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the transpose's product with (n_cells, b)."""
        return np.asarray(self.turned @ vectors.astype(self.turned.dtype, copy=False), dtype=np.float64)


Matrix: TypeAlias = "sparse.csr_matrix | NDArray[np.float64]"
"""One block: cells x features, sparse or dense."""

Scaled: TypeAlias = "Matrix | Shifted | TwoWay"
"""One block in any of the forms that can be multiplied."""

Block = TypeVar("Block")
Result = TypeVar("Result")
Block_co = TypeVar("Block_co", covariant=True)

MOST_THREADS = 8
"""Blocks worked on at once, at most: sums are added up in order, so more would wait for one another."""

BLOCK_CELLS = 2048
"""Cells in a block; 2,048 x 2,000 genes in float64 are 32 MiB, and a cancel is never further away than one block."""


class Blocks(Protocol[Block_co]):
    """A cells x features matrix that can be walked over block by block, as often as needed."""

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""

    def __len__(self) -> int:
        """Return the number of blocks."""

    def __iter__(self) -> Iterator[tuple[slice, Block_co]]:
        """Yield each block with the rows it covers, in order."""


CellBlocks: TypeAlias = Blocks[Matrix]
"""Blocks of values as they are."""

ScaledBlocks: TypeAlias = Blocks[Scaled]
"""Blocks of values that may be scaled."""


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
class Mapped(Generic[Block, Result]):
    """Blocks of `source` with a function of (rows, block) applied to each as it passes by."""

    source: Blocks[Block]
    function: Callable[[slice, Block], Result]
    n_features: int

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""
        return self.source.shape[0], self.n_features

    def __len__(self) -> int:
        """Return the number of blocks."""
        return len(self.source)

    def __iter__(self) -> Iterator[tuple[slice, Result]]:
        """Yield each block with the rows it covers, in order."""
        for rows, block in self.source:
            yield rows, self.function(rows, block)


class Kept(Generic[Block]):
    """Blocks computed once and held: for many passes over what is dear to compute and small enough to hold."""

    def __init__(self, source: Blocks[Block]) -> None:
        self.shape = source.shape
        self._blocks = list(source)

    def __len__(self) -> int:
        """Return the number of blocks."""
        return len(self._blocks)

    def __iter__(self) -> Iterator[tuple[slice, Block]]:
        """Yield each block with the rows it covers, in order."""
        return iter(self._blocks)


def in_threads(
    blocks: Blocks[Block], function: Callable[[slice, Block], Result], progress: Progress = SILENT
) -> Iterator[tuple[slice, Result]]:
    """Apply a function to each block, several at once, and yield the results in the order of the blocks.

    Parameters
    ----------
    blocks
        Walked over in the calling thread; never more than a few are held.
    function
        Of (rows, block); it gains where numpy and scipy leave the interpreter's lock.
    progress
        Told after each block.
    """
    workers = min(os.cpu_count() or 1, MOST_THREADS)
    waiting: deque[tuple[slice, Future[Result]]] = deque()
    with ThreadPoolExecutor(workers) as threads:
        for done, (rows, block) in enumerate(blocks, start=1):
            waiting.append((rows, threads.submit(function, rows, block)))
            progress.update(done / max(len(blocks), 1))
            if len(waiting) > workers:
                place, future = waiting.popleft()
                yield place, future.result()
        for place, future in waiting:
            yield place, future.result()
