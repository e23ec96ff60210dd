"""Take a multiome apart: a reference and a query that know nothing of each other, and the answer key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from anchorscope.errors import InputError
from anchorscope.io.barcodes import check_shared, match_barcodes
from anchorscope.io.recognise import Loaded, load
from anchorscope.io.split import query_side, reference_side
from anchorscope.parameters import AUTOMATIC, PAIRED_TRUTH, Repairs
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Query, Recognised, Reference

PAIRED = "paired"
"""What a recipe or a command may call the answer key of a multiome that is graded by its own RNA."""


def unpair(
    *paths: Path | str, assembly: str = AUTOMATIC, progress: Progress = SILENT, repairs: Repairs | None = None
) -> tuple[Reference, Query]:
    """Read a multiome as two data sets; which cells are the same is kept as the answer key.

    Parameters
    ----------
    paths
        One file or folder with genes and peaks (10x h5 or MTX, h5mu, h5ad), or two, one with genes and one with
        peaks of the same cells.
    assembly
        Assembly of the peaks, checked against them; `AUTOMATIC` recognises it.
    progress
        Hears the fraction done.
    repairs
        What may be mended; by default what is safe.

    Returns
    -------
    Reference, Query
        Both sides; ``Query.pairing`` (n2,) names the reference row of the same barcode, -1 where there is none.

    Raises
    ------
    InputError
        If a file cannot be read, an assay is missing, or the two files share no barcode.
    """
    if not 1 <= len(paths) <= 2:
        raise InputError("A multiome is one file or two", f"{len(paths)} files", "give one or two")
    loaded = [load(path, Part(progress, number / len(paths), (number + 1) / len(paths)), repairs)
              for number, path in enumerate(paths)]
    first, second = _both(loaded)
    reference, query = reference_side(first), query_side(second, assembly)
    return reference, paired(reference, query)


def paired(reference: Reference, query: Query) -> Query:
    """Add the answer key to a query whose cells are among those of the reference.

    Raises
    ------
    InputError
        If they share no barcode.
    """
    ours, theirs = (side.cells.index.to_numpy(dtype=object) for side in (query, reference))
    rows = match_barcodes(ours, theirs)
    names = (side.recognised.path.name for side in (query, reference))
    check_shared(rows, ours, theirs, *names)
    return replace(query, pairing=rows, recognised=_noted(query, int(np.count_nonzero(rows < 0))))


def _noted(query: Query, alone: int) -> Recognised:
    notes = query.recognised.notes
    note = (f"{alone:,} cells are not in the reference and have no answer there.",) if alone else ()
    return replace(query.recognised, notes=notes + note)


def _both(loaded: list[Loaded]) -> tuple[Loaded, Loaded]:
    """Return the file for the reference and the one for the query, in whichever order they were given."""
    first, last = loaded[0], loaded[-1]
    if len(loaded) == 1 and not (first.rna and first.atac):
        found = f"{first.recognised.kind} features only"
        raise InputError(f"The file {first.recognised.path.name} is no multiome", found,
                         "give the reference and the query as two files")
    return (last, first) if (first.atac and not first.rna) or (last.rna and not last.atac) else (first, last)


def truth_of(word: str, query: Query) -> str:
    """Return the answer key that `word` means: a column of that name, or the pairing of a multiome."""
    return PAIRED_TRUTH if word == PAIRED and PAIRED not in query.cells.columns else word
