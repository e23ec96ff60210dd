"""Split what was read into a reference and a query, and refuse what neither can use."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.io.assembly import check_assembly, recognise_assembly
from anchorscope.io.content import Mask
from anchorscope.io.names import renamed_note, symbols, unique
from anchorscope.io.peaks import examples, parse_peaks
from anchorscope.io.recognise import Loaded
from anchorscope.parameters import AUTOMATIC
from anchorscope.results import Names, Peaks, Query, Recognised, Reference


def reference_side(loaded: Loaded) -> Reference:
    """Genes and their counts as a reference, or the reason why they cannot be one."""
    content = loaded.content
    if not loaded.genes.any():
        raise InputError(f"The file {content.path.name} is no RNA reference",
                         f"peaks only, {examples(content.names)}",
                         "give this file as the query, and an scRNA-seq file as the reference")
    counts = _side(loaded, loaded.genes, "reference")
    table = {name: column[loaded.genes] for name, column in content.table.items()}
    named, ids, notes = symbols(content.names[loaded.genes], table)
    ids = content.ids[loaded.genes] if ids is None and content.ids is not None else ids
    genes, renamed = unique(named)
    notes += renamed_note("gene symbols", genes, renamed, ids) + _empty_cells(counts)
    return Reference(counts, genes, content.cells, _noted(loaded.recognised, notes))


def query_side(loaded: Loaded, assembly: str) -> Query:
    """Peaks and their counts as a query, or the reason why they cannot be one."""
    content = loaded.content
    if not loaded.peaks.any():
        raise InputError(f"The file {content.path.name} is no ATAC query",
                         f"no peaks but {examples(content.names)}",
                         "give a file whose features are peaks, named like chr1:1000-1500")
    counts = _side(loaded, loaded.peaks, "query")
    peaks, understood = peaks_of(loaded)
    counts = counts if understood.all() else counts[:, understood]
    recognised = with_assembly(loaded.recognised, peaks, assembly)
    notes = _nowhere(content.names[loaded.peaks][~understood]) + _empty_cells(counts)
    return Query(counts, peaks, content.cells, _noted(recognised, notes))


def _side(loaded: Loaded, features: Mask, side: str) -> sparse.csr_matrix:
    """Return the counts of one assay, or say why they cannot be used."""
    name, counts = loaded.content.path.name, loaded.content.counts
    if counts is None:
        raise InputError(f"The values in {name} are not counts", loaded.content.instead,
                         "give the file with raw counts, in X or in layers['counts']")
    counts = counts if features.all() else counts[:, features]
    if not counts.shape[0]:
        raise InputError(f"The {side} {name} is empty", "no cells", "give a file with data")
    if not counts.nnz:
        raise InputError(f"The {side} {name} is empty", "no counts other than zero", "give a file with data")
    return counts


def peaks_of(loaded: Loaded) -> tuple[Peaks, Mask]:
    """Peaks of the file, and which of its peak features were understood."""
    content = loaded.content
    table = {name: column[loaded.peaks] for name, column in content.table.items()}
    return parse_peaks(content.names[loaded.peaks], table)


def with_assembly(recognised: Recognised, peaks: Peaks, assembly: str) -> Recognised:
    """Add the assembly that was asked for, once checked, or the one recognised."""
    if assembly != AUTOMATIC:
        check_assembly(peaks, assembly)
        return replace(recognised, assembly=assembly)
    found = recognise_assembly(peaks)
    note = () if found else ("The assembly could not be told from the peaks; choose it.",)
    return _noted(replace(recognised, assembly=found), note)


def _nowhere(names: Names) -> tuple[str, ...]:
    if not len(names):
        return ()
    return (f"{len(names):,} peaks whose names give no place were left out, such as “{names[0]}”.",)


def _empty_cells(counts: sparse.csr_matrix) -> tuple[str, ...]:
    empty = int(np.count_nonzero(np.diff(counts.indptr) == 0))
    return (f"{empty:,} cells have no counts at all; they were kept.",) if empty else ()


def _noted(recognised: Recognised, notes: tuple[str, ...]) -> Recognised:
    return replace(recognised, notes=recognised.notes + notes)
