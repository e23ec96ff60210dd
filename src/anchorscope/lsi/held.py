"""A sparse matrix in memory, stored for many products from either side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from anchorscope.blocks import CellBlocks
from anchorscope.engine import Threads, each_block, stop_if_unwanted
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Ints

PIECES = 4
"""Groups of features, for as many threads; the products depend on their number by rounding only."""


@dataclass(frozen=True)
class Held:
    """Cells x features, stored feature by feature within tiles of cells.

    Products from either side then read entries and features in order, and what they read or write out of order are a
    few vectors over the cells of one tile, which stay in the cache of a processor core.

    Parameters
    ----------
    tiles
        For each group of features the blocks of cells, csc; float64 or float32.
    features, cells
        (n_groups + 1,) and (n_tiles + 1,) where groups and tiles begin, and the end.
    """

    tiles: tuple[tuple[sparse.csc_matrix, ...], ...]
    features: Ints
    cells: Ints

    @classmethod
    def of(cls, blocks: CellBlocks, dtype: type[np.float64] | type[np.float32], progress: Progress = SILENT) -> Held:
        """Hold all blocks in memory, at eight bytes an entry in single precision."""
        tiles: list[tuple[sparse.csc_matrix, ...]] = []
        cells = [0]
        features: Ints = np.zeros(0, dtype=np.int64)
        for rows, tile in each_block(blocks, lambda _, block: sparse.csr_matrix(block, dtype=dtype).tocsc(), progress):
            features = features if tiles else _even_cuts(tile)
            tiles.append(tuple(tile[:, start:end] for start, end in pairwise(features)))
            cells.append(rows.stop)
        return cls(tuple(zip(*tiles, strict=True)), features, np.array(cells))

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of features."""
        return int(self.cells[-1]), int(self.features[-1])

    def forth(self, vectors: Floats, progress: Progress = SILENT) -> Floats:
        """Return the product with (p, b); a cancel is heard within a tile, here and in the other products."""
        alike = self._alike(vectors)
        return self._sum(lambda group: self._forth(group, alike[self.features[group] : self.features[group + 1]]),
                         progress)

    def back(self, vectors: Floats, progress: Progress = SILENT) -> Floats:
        """Return the transpose's product with (n_cells, b)."""
        alike = self._alike(vectors)
        found = self._each(lambda group: self._back(group, alike), progress)
        return np.concatenate(list(found), dtype=np.float64)

    def back_and_forth(self, vectors: Floats, progress: Progress = SILENT) -> Floats:
        """Return the product with the transpose's product with (n_cells, b)."""
        alike = self._alike(vectors)
        return self._sum(lambda group: self._forth(group, self._back(group, alike)), progress)

    def _alike(self, vectors: Floats) -> Floats:
        return np.ascontiguousarray(vectors, dtype=self.tiles[0][0].dtype)

    def _each(self, task: Callable[[int], Floats], progress: Progress) -> Iterator[Floats]:
        """Yield what the task makes of each group of features."""
        return Threads().map(task, len(self.tiles), lambda: progress.update(0.0))

    def _sum(self, task: Callable[[int], Floats], progress: Progress) -> Floats:
        """Add up in double precision and in order what the task makes of each group of features."""
        found = self._each(task, progress)
        total = next(found).astype(np.float64)
        for part in found:
            total += part
        return total

    def _forth(self, group: int, vectors: Floats) -> Floats:
        parts = []
        for tile in self.tiles[group]:
            stop_if_unwanted()
            parts.append(tile @ vectors)
        return np.concatenate(parts)

    def _back(self, group: int, vectors: Floats) -> Floats:
        parts = (tile.T @ vectors[start:end]
                 for tile, (start, end) in zip(self.tiles[group], pairwise(self.cells), strict=True))
        total = next(parts)
        for part in parts:
            stop_if_unwanted()
            total += part
        return total


def _even_cuts(tile: sparse.csc_matrix) -> Ints:
    """Cut the features into groups with about as many entries each."""
    cuts = np.searchsorted(tile.indptr, np.linspace(0, tile.nnz, PIECES + 1))
    cuts[0], cuts[-1] = 0, tile.shape[1]
    return np.unique(cuts)
