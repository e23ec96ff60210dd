"""Which cell of one file is which of another."""

from __future__ import annotations

import re

import numpy as np

from anchorscope.errors import InputError
from anchorscope.results import Ints, Names

_SUFFIX = re.compile(r"-\d+$", re.ASCII)


def match_barcodes(ours: Names, theirs: Names) -> Ints:
    """Find each of our barcodes among theirs.

    A barcode with a suffix such as ``-1`` and the same barcode without one are the same cell, unless several differ
    by suffix only; ``-1`` and ``-2`` are never the same cell.

    Parameters
    ----------
    ours, theirs
        (n,) and (m,) barcodes; of theirs that are repeated the first counts.

    Returns
    -------
    rows
        (n,) int64 place among theirs, -1 where there is none.
    """
    place = {str(name): row for row, name in reversed(list(enumerate(theirs)))}
    by_bare = _by_bare(theirs)
    bare_ours = _by_bare(ours)
    return np.array([place.get(str(name), _loosely(str(name), place, by_bare, bare_ours)) for name in ours],
                    dtype=np.int64)


def check_shared(rows: Ints, ours: Names, theirs: Names, our_name: str, their_name: str) -> None:
    """Refuse two files that share no cell.

    Raises
    ------
    InputError
        With an example of both.
    """
    if len(rows) and not (rows >= 0).any():
        found = f"“{ours[0]}” in {our_name} and “{theirs[0]}” in {their_name}" if len(theirs) else "no barcode"
        raise InputError(f"The files {our_name} and {their_name} share no cell barcode", found,
                         "give two files of the same cells, with the same barcodes")


def _by_bare(names: Names) -> dict[str, list[int]]:
    """Rows of the barcodes that have a suffix, by the barcode without it."""
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        bare = _SUFFIX.sub("", str(name))
        if bare != name:
            rows.setdefault(bare, []).append(row)
    return rows


def _loosely(name: str, place: dict[str, int], theirs: dict[str, list[int]], ours: dict[str, list[int]]) -> int:
    bare = _SUFFIX.sub("", name)
    if bare == name:
        rows = theirs.get(name, [])
        return rows[0] if len(rows) == 1 else -1
    return place.get(bare, -1) if len(ours[bare]) == 1 else -1
