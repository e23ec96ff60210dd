"""The public readers: what a file is, and the reference or query in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from anchorscope.errors import InputError
from anchorscope.io.content import MULTIOME
from anchorscope.io.recognise import load
from anchorscope.io.split import peaks_of, query_side, reference_side, with_assembly
from anchorscope.parameters import AUTOMATIC
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Query, Recognised, Reference


def inspect(path: Path | str, progress: Progress = SILENT) -> Recognised:
    """Say what a file was taken for; one without counts is described too, with ``values`` ``log``.

    Parameters
    ----------
    path
        An h5ad file or a 10x HDF5 file.
    progress
        Hears the fraction done.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    loaded = load(path, progress)
    if not loaded.peaks.any():
        return loaded.recognised
    return with_assembly(loaded.recognised, peaks_of(loaded)[0], AUTOMATIC)


def read_reference(path: Path | str, progress: Progress = SILENT) -> Reference:
    """Read the scRNA-seq reference: an RNA file, or the RNA side of a multiome.

    Parameters
    ----------
    path
        An h5ad file or a 10x HDF5 file, with raw counts.
    progress
        Hears the fraction done.

    Returns
    -------
    Reference
        Counts (n1, n_genes) csr float32; genes by symbol, made unique.

    Raises
    ------
    InputError
        If the file cannot be read, holds no genes or no counts, or is empty.
    """
    return reference_side(load(path, progress))


def read_query(path: Path | str, assembly: str = AUTOMATIC, progress: Progress = SILENT) -> Query:
    """Read the scATAC-seq query: an ATAC file, or the ATAC side of a multiome.

    Parameters
    ----------
    path
        An h5ad file or a 10x HDF5 file, with raw counts per peak.
    assembly
        Assembly of the peaks, checked against them; `AUTOMATIC` recognises it.
    progress
        Hears the fraction done.

    Returns
    -------
    Query
        Counts (n2, n_peaks) csr float32; peaks as closed intervals, as given.

    Raises
    ------
    InputError
        If the file cannot be read, holds no peaks or no counts, is empty, or the peaks fit another assembly.
    """
    return query_side(load(path, progress), assembly)


def read_multiome(
    path: Path | str, assembly: str = AUTOMATIC, progress: Progress = SILENT
) -> tuple[Reference, Query]:
    """Read a multiome as two data sets that know nothing of each other; the pairing is kept as answer key.

    Parameters
    ----------
    path
        A 10x HDF5 file or h5ad file with genes and peaks.
    assembly
        Assembly of the peaks, checked against them; `AUTOMATIC` recognises it.
    progress
        Hears the fraction done.

    Returns
    -------
    Reference, Query
        Both sides; ``Query.pairing`` names the reference row of the same nucleus.

    Raises
    ------
    InputError
        As `read_reference` and `read_query`, or if the file has one assay only.
    """
    loaded = load(path, progress)
    if not is_multiome(loaded.recognised):
        found = f"{loaded.recognised.kind} features only"
        raise InputError(f"The file {loaded.recognised.path.name} is no multiome", found,
                         "give the reference and the query as two files")
    reference, query = reference_side(loaded), query_side(loaded, assembly)
    return reference, replace(query, pairing=np.arange(len(query.cells), dtype=np.int64))


def is_multiome(recognised: Recognised) -> bool:
    """Whether the file holds genes and peaks of the same cells."""
    return recognised.kind == MULTIOME


