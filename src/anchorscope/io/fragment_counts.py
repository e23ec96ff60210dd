"""Fragments counted per cell and region, in one pass over the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import sparse

from anchorscope.io.fragment_cells import CellFinder, find_cells
from anchorscope.io.fragments import FragmentChunk, fragment_chunks
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Ints, Names

_PENDING = 1 << 22
"""Counts that wait before they are added up; more, where the result itself is larger."""


def count_in_regions(
    path: Path | str, chrom: Names, start: Ints, end: Ints, barcodes: Names, progress: Progress = SILENT
) -> sparse.csr_matrix:
    """Count, per cell, the fragments that touch each region.

    Parameters
    ----------
    path
        Fragments file, see `fragments.fragment_chunks`.
    chrom
        (n_regions,) chromosome with the ``chr`` prefix.
    start, end
        (n_regions,) closed intervals counted from 1, in any order, overlapping or not.
    barcodes
        (n_cells,) barcodes of the cells.
    progress
        Hears the fraction done; a cancel is obeyed after each chunk.

    Returns
    -------
    csr_matrix
        (n_cells, n_regions) float32.

    Raises
    ------
    InputError
        If the file cannot be read or holds no barcode of the cells.

    Notes
    -----
    As Signac's ``FeatureMatrix``: every line counts 1, whatever its fifth column says, and an overlap of the fragment
    as a whole is enough. A fragment [s, e) counted from zero touches a region [a, b] if s < b and e >= a.
    """
    cells = find_cells(path, barcodes, Part(progress, 0.0, 0.05))
    return count_for_cells(path, chrom, start, end, cells, len(barcodes), Part(progress, 0.05, 1.0))


def count_for_cells(
    path: Path | str, chrom: Names, start: Ints, end: Ints, cells: CellFinder, n_cells: int,
    progress: Progress = SILENT,
) -> sparse.csr_matrix:
    """Count as `count_in_regions` does, for cells that were found before."""
    index, total = _index(chrom, start, end), _Total((n_cells, len(start)))
    for chunk in fragment_chunks(path, progress):
        cell = cells(chunk.barcodes)[chunk.barcode]
        for place, name in enumerate(chunk.chroms):
            if name in index:
                here = np.flatnonzero((chunk.chrom == place) & (cell >= 0))
                fragment, region = index[name].touched(chunk, here)
                total.add(cell[fragment], region)
    return total.matrix()


class _Regions:
    """The regions of one chromosome, by start."""

    def __init__(self, rows: Ints, start: Ints, end: Ints) -> None:
        order = np.argsort(start, kind="stable")
        self.rows, self.start, self.end = rows[order], start[order], end[order]
        # No region up to a place ends later than this, which bounds the search from the left.
        self.furthest = np.maximum.accumulate(self.end)

    def touched(self, chunk: FragmentChunk, here: Ints) -> tuple[Ints, Ints]:
        """All pairs of a fragment among `here` and a region that it touches."""
        start, end = chunk.start[here], chunk.end[here]
        first = np.searchsorted(self.furthest, start, side="right")
        count = np.maximum(np.searchsorted(self.start, end, side="right") - first, 0)
        fragment = np.repeat(np.arange(len(here)), count)
        region = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count - first, count)
        touches = self.end[region] > start[fragment]
        return here[fragment[touches]], self.rows[region[touches]]


def _index(chrom: Names, start: Ints, end: Ints) -> dict[str, _Regions]:
    names, code = np.unique(np.asarray(chrom).astype(str), return_inverse=True)
    rows = [np.flatnonzero(code == place) for place in range(len(names))]
    return {str(name): _Regions(mine, start[mine], end[mine]) for name, mine in zip(names, rows, strict=True)}


class _Total:
    """Counts by cell and region, added up whenever many have come together."""

    def __init__(self, shape: tuple[int, int]) -> None:
        none = np.empty(0, dtype=np.int64)
        self._sum = sparse.csr_matrix((np.empty(0, dtype=np.float32), (none, none)), shape=shape)
        self._pending: list[tuple[Ints, Ints]] = []
        self._waiting = 0

    def add(self, cell: Ints, region: Ints) -> None:
        self._pending.append((cell, region))
        self._waiting += len(cell)
        if self._waiting > max(_PENDING, self._sum.nnz // 2):
            self._settle()

    def matrix(self) -> sparse.csr_matrix:
        self._settle()
        return self._sum

    def _settle(self) -> None:
        if self._pending:
            cell, region = (np.concatenate(column) for column in zip(*self._pending, strict=True))
            ones = np.ones(len(cell), dtype=np.float32)
            self._sum = self._sum + sparse.coo_matrix((ones, (cell, region)), shape=self._sum.shape).tocsr()
        self._pending, self._waiting = [], 0
