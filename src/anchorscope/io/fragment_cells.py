"""Which barcode of a fragments file is which cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anchorscope.errors import InputError
from anchorscope.io.fragments import fragment_chunks
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Ints, Names

_SUFFIX = re.compile(r"-\d+$", re.ASCII)
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
        By the barcodes as they are, as soon as one of them occurs in the file; otherwise a sample prefix that ends in
        ``#``, or a suffix such as ``-1``, that only one side has is left out, if each then still names one cell and
        one barcode.

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
    return _by_parts(Path(path), places, seen)


def _by_parts(path: Path, places: dict[str, int], seen: set[str]) -> CellFinder:
    of_core: dict[str, list[_Barcode]] = {}
    for name in places:
        of_core.setdefault(_parts(name).core, []).append(_parts(name))
    pairs = [(ours.name, theirs.name) for theirs in map(_parts, seen) for ours in of_core.get(theirs.core, ())
             if ours.may_be(theirs)]
    examples = f"cells such as {_named(places)} and fragments of {_named(seen)}"
    if not pairs:
        raise InputError(f"No barcode in {path.name} is that of a cell", examples,
                         "give the fragments file of these cells, or rename the cells as it does")
    if any(len(set(side)) < len(pairs) for side in zip(*pairs, strict=True)):
        raise InputError(f"The barcodes in {path.name} match the cells only ambiguously", examples,
                         "rename the cells as the fragments file does")
    note = f"Barcodes of fragments and cells were matched without prefix or suffix: {examples}."
    return CellFinder({theirs: places[ours] for ours, theirs in pairs}, note)


@dataclass(frozen=True)
class _Barcode:
    name: str
    prefix: str
    core: str
    suffix: str

    def may_be(self, other: _Barcode) -> bool:
        """Whether nothing but a part that one of them lacks tells the two apart: ``-1`` and ``-2`` are two cells."""
        return all(not one or not two or one == two
                   for one, two in ((self.prefix, other.prefix), (self.suffix, other.suffix)))


def _parts(name: str) -> _Barcode:
    prefix, _, rest = name.rpartition("#")
    core = _SUFFIX.sub("", rest)
    return _Barcode(name, prefix, core, rest[len(core):])


def _named(names: set[str] | dict[str, int]) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names)[:_SHOWN])
