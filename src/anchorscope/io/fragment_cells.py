"""Which barcode of a fragments file is which cell."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anchorscope.errors import InputError
from anchorscope.io.fragments import fragment_chunks
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Ints, Names

_SUFFIX = re.compile(r"-\d+$")
_SHOWN = 2


@dataclass(frozen=True)
class CellFinder:
    """Finds the cell of a barcode: `places` by barcode as the file writes it."""

    places: dict[str, int]
    note: str = ""
    """What had to be left out of the barcodes to match them, as a sentence; empty if nothing."""

    def __call__(self, barcodes: Names) -> Ints:
        """(n,) the cell of each barcode, -1 where it is none."""
        return np.array([self.places.get(name, -1) for name in barcodes], dtype=np.int64)


def find_cells(path: Path | str, barcodes: Names, progress: Progress = SILENT) -> CellFinder:
    """Match the barcodes of a fragments file to those of cells.

    Parameters
    ----------
    path
        Fragments file.
    barcodes
        (n_cells,) barcodes of the cells, all different.
    progress
        Hears the fraction of the file that was read.

    Returns
    -------
    CellFinder
        By the barcodes as they are, as soon as one of them occurs in the file; otherwise without a sample prefix that
        ends in ``#`` and without a suffix such as ``-1``, if each then still names one cell and one barcode.

    Raises
    ------
    InputError
        If no barcode matches, or the match would be ambiguous.
    """
    places = {str(name): place for place, name in enumerate(barcodes)}
    seen: set[str] = set()
    for chunk in fragment_chunks(path, progress):
        if any(name in places for name in chunk.barcodes):
            return CellFinder(places)
        seen.update(chunk.barcodes)
    return _by_core(Path(path), places, seen)


def core(barcode: str) -> str:
    """Return a barcode without its sample prefix (up to ``#``) and its suffix (``-1``)."""
    return _SUFFIX.sub("", barcode.rpartition("#")[2])


def _by_core(path: Path, places: dict[str, int], seen: set[str]) -> CellFinder:
    ours, theirs = Counter(map(core, places)), Counter(map(core, seen))
    common = ours.keys() & theirs.keys()
    examples = f"cells such as {_named(places)} and fragments of {_named(seen)}"
    if not common:
        raise InputError(f"No barcode in {path.name} is that of a cell", examples,
                         "give the fragments file of these cells, or rename the cells as it does")
    if any(ours[name] > 1 or theirs[name] > 1 for name in common):
        raise InputError(f"The barcodes in {path.name} match the cells only ambiguously", examples,
                         "rename the cells as the fragments file does")
    cell = {core(name): place for name, place in places.items()}
    note = f"Barcodes of fragments and cells were matched without prefix and suffix: {examples}."
    return CellFinder({name: cell[core(name)] for name in seen if core(name) in cell}, note)


def _named(names: set[str] | dict[str, int]) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names)[:_SHOWN])
