"""Cells in blocks: the one shape in which kernels see a matrix, whether it lies in memory or on disk.

A kernel asks for nothing but passes over the cells, so memory does not grow with their number. A block is made only
where it is used, by a thread or by another computer (`anchorscope.engine`), from its number alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.block_forms import Matrix, Scaled

Block = TypeVar("Block")
Result = TypeVar("Result")
Block_co = TypeVar("Block_co", covariant=True)

BLOCK_CELLS = 2048
"""Cells in a block; 2,048 x 2,000 genes in float64 are 32 MiB, and a cancel is never further away than one block."""


def stretches(n_cells: int, at_most: int) -> list[slice]:
    """Cut so many cells into neighbouring ones, `at_most` at a time, for what is to be made of a few only."""
    return [slice(start, min(start + at_most, n_cells)) for start in range(0, n_cells, at_most)]


class Blocks(Protocol[Block_co]):
    """A cells x features matrix that can be walked over block by block, in any order and as often as needed."""

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""

    def __len__(self) -> int:
        """Return the number of blocks."""

    def rows(self, number: int) -> slice:
        """Return the cells that a block covers."""

    def block(self, number: int) -> Block_co:
        """Return one block."""

    def __iter__(self) -> Iterator[tuple[slice, Block_co]]:
        """Yield each block with the rows it covers, in order."""


CellBlocks: TypeAlias = Blocks[Matrix]
"""Blocks of values as they are."""

ScaledBlocks: TypeAlias = Blocks[Scaled]
"""Blocks of values that may be scaled."""


class EvenBlocks(Generic[Block_co]):
    """What blocks of `block_cells` cells each have in common."""

    shape: tuple[int, int]
    block_cells: int

    def __len__(self) -> int:
        """Return the number of blocks."""
        return -(-self.shape[0] // self.block_cells)

    def rows(self, number: int) -> slice:
        """Return the cells that a block covers."""
        start = number * self.block_cells
        return slice(start, min(start + self.block_cells, self.shape[0]))

    def block(self, number: int) -> Block_co:
        """Return one block."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[tuple[slice, Block_co]]:
        """Yield each block with the rows it covers, in order."""
        for number in range(len(self)):
            yield self.rows(number), self.block(number)


@dataclass(frozen=True)
class InMemory(EvenBlocks[Matrix]):
    """Blocks of a matrix in memory: shape (n_cells, n_features), any real dtype; blocks come as float64.

    A block may be a view of the matrix, so nobody writes into one.
    """

    matrix: sparse.csr_matrix | NDArray[np.float64]
    block_cells: int = BLOCK_CELLS

    @property
    def shape(self) -> tuple[int, int]:  # type: ignore[override]
        """Number of cells and of features."""
        n_cells, n_features = self.matrix.shape
        return n_cells, n_features

    def block(self, number: int) -> Matrix:
        """Return one block."""
        return self.matrix[self.rows(number)].astype(np.float64, copy=False)


@dataclass(frozen=True)
class Mapped(Generic[Block, Result]):
    """Blocks of `source` with a function of (rows, block) applied to each where it is used."""

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

    def rows(self, number: int) -> slice:
        """Return the cells that a block covers."""
        return self.source.rows(number)

    def block(self, number: int) -> Result:
        """Return one block."""
        return self.function(self.rows(number), self.source.block(number))

    def __iter__(self) -> Iterator[tuple[slice, Result]]:
        """Yield each block with the rows it covers, in order."""
        for rows, block in self.source:
            yield rows, self.function(rows, block)


@dataclass(frozen=True)
class Kept(Generic[Block]):
    """Blocks that are made once and stay in memory, for several passes over a few features.

    Parameters
    ----------
    shape
        Number of cells and of features.
    places
        The cells that each block covers.
    parts
        The blocks.
    """

    shape: tuple[int, int]
    places: tuple[slice, ...]
    parts: tuple[Block, ...]

    def __len__(self) -> int:
        """Return the number of blocks."""
        return len(self.parts)

    def rows(self, number: int) -> slice:
        """Return the cells that a block covers."""
        return self.places[number]

    def block(self, number: int) -> Block:
        """Return one block."""
        return self.parts[number]

    def __iter__(self) -> Iterator[tuple[slice, Block]]:
        """Yield each block with the rows it covers, in order."""
        return iter(zip(self.places, self.parts, strict=True))
