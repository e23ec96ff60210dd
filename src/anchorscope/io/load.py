"""The public readers: what a file is, and the reference or query in it."""

from __future__ import annotations

from pathlib import Path

from anchorscope.io.content import MULTIOME
from anchorscope.io.files import QUERY_WANTED
from anchorscope.io.multiome import unpair
from anchorscope.io.recognise import load
from anchorscope.io.split import (
    genes_of,
    peaks_of,
    query_side,
    reference_side,
    with_assembly,
    with_chromosomes,
    with_genes,
)
from anchorscope.parameters import AUTOMATIC, Repairs
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Query, Recognised, Reference


def inspect(path: Path | str, progress: Progress = SILENT, repairs: Repairs | None = None) -> Recognised:
    """Say what a file was taken for; one without counts is described too, with ``values`` ``log``.

    Parameters
    ----------
    path
        An h5ad, h5mu or 10x HDF5 file, or a folder with matrix.mtx, features and barcodes.
    progress
        Hears the fraction done.
    repairs
        What may be mended; by default what is safe. The result says what was found, done and could be done otherwise.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    loaded = load(path, progress, repairs)
    recognised = loaded.recognised
    if loaded.rna:
        recognised = with_genes(recognised, genes_of(loaded))
    if not loaded.atac:
        return recognised
    peaks, _ = peaks_of(loaded)
    return with_assembly(with_chromosomes(recognised, peaks), peaks, AUTOMATIC)


def read_reference(path: Path | str, progress: Progress = SILENT, repairs: Repairs | None = None) -> Reference:
    """Read the scRNA-seq reference: an RNA file, or the RNA side of a multiome.

    Parameters
    ----------
    path
        A file or folder as for `inspect`, with raw counts.
    progress
        Hears the fraction done.
    repairs
        What may be mended; by default what is safe.

    Returns
    -------
    Reference
        Counts (n1, n_genes) csr float32; genes by symbol, made unique.

    Raises
    ------
    InputError
        If the file cannot be read, holds no genes or no counts, or is empty.
    """
    return reference_side(load(path, progress, repairs))


def read_query(
    path: Path | str, assembly: str = AUTOMATIC, progress: Progress = SILENT, repairs: Repairs | None = None
) -> Query:
    """Read the scATAC-seq query: an ATAC file, or the ATAC side of a multiome.

    Parameters
    ----------
    path
        A file or folder as for `inspect`, with raw counts per peak.
    assembly
        Assembly of the peaks, checked against them; `AUTOMATIC` recognises it.
    progress
        Hears the fraction done.
    repairs
        What may be mended; by default what is safe.

    Returns
    -------
    Query
        Counts (n2, n_peaks) csr float32; peaks as closed intervals, as given.

    Raises
    ------
    InputError
        If the file cannot be read, holds no peaks or no counts, is empty, or the peaks fit another assembly.
    """
    return query_side(load(path, progress, repairs, QUERY_WANTED), assembly)


def read_multiome(
    path: Path | str, assembly: str = AUTOMATIC, progress: Progress = SILENT, repairs: Repairs | None = None
) -> tuple[Reference, Query]:
    """Read a multiome as two data sets that know nothing of each other; the pairing is kept as answer key.

    Parameters
    ----------
    path
        A file or folder as for `inspect`, with genes and peaks.
    assembly
        Assembly of the peaks, checked against them; `AUTOMATIC` recognises it.
    progress
        Hears the fraction done.
    repairs
        What may be mended; by default what is safe.

    Returns
    -------
    Reference, Query
        Both sides; ``Query.pairing`` names the reference row of the same nucleus.

    Raises
    ------
    InputError
        As `read_reference` and `read_query`, or if the file has one assay only.
    """
    return unpair(path, assembly=assembly, progress=progress, repairs=repairs)


def is_multiome(recognised: Recognised) -> bool:
    """Whether the file holds genes and peaks of the same cells."""
    return recognised.kind == MULTIOME


