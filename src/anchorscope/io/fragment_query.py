"""A fragments file as a query: counted over peaks or tiles, or joined to a query that was read from elsewhere."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.io.content import ATAC
from anchorscope.io.files import SUFFIXES, check_file, checksum
from anchorscope.io.fragment_cells import CellFinder, find_cells
from anchorscope.io.fragment_counts import count_for_cells
from anchorscope.io.fragments import fragment_barcodes, fragment_chunks
from anchorscope.io.labels import label_columns
from anchorscope.io.peaks import STANDARD_CHROMOSOMES, parse_peaks
from anchorscope.io.recognise import load
from anchorscope.io.split import peaks_of, with_assembly
from anchorscope.parameters import AUTOMATIC
from anchorscope.progress import SILENT, Part, Progress
from anchorscope.results import Names, Peaks, Query, Recognised

TILE = 5000
"""Base pairs of a tile, where no peaks are given."""

MIN_FRAGMENTS = 1000
"""Fragments that make a barcode a cell, where the cells are not given; ArchR's default."""

_GZIP = b"\x1f\x8b"


def read_fragments_query(
    path: Path | str,
    peaks_path: Path | str | None = None,
    barcodes: Names | None = None,
    assembly: str = AUTOMATIC,
    min_fragments: int = MIN_FRAGMENTS,
    progress: Progress = SILENT,
) -> Query:
    """Read a query from fragments: a cells x peaks matrix counted from the file.

    Parameters
    ----------
    path
        Fragments file, see `fragments.fragment_chunks`.
    peaks_path
        Where to count: a BED file, or an h5ad or 10x file whose features are peaks. Without it, tiles of 5,000 bp on
        the standard chromosomes that hold at least one fragment of the cells.
    barcodes
        (n_cells,) the cells; by default those of `peaks_path` if it is a matrix, otherwise the barcodes with at least
        `min_fragments` fragments.
    assembly
        Assembly of the fragments, checked against the peaks; `AUTOMATIC` recognises it.
    min_fragments
        See `barcodes`.
    progress
        Hears the fraction done.

    Returns
    -------
    Query
        Counts (n_cells, n_peaks) csr float32: lines of the file that touch the peak, each counting 1; `fragments` is
        set, so that gene activity can be counted from the file itself.

    Raises
    ------
    InputError
        If a file cannot be read, or no cell or no count is left.
    """
    path = check_file(path)
    peaks, listed = _peaks_and_cells(peaks_path, Part(progress, 0.0, 0.05))
    names, how = _cells(path, barcodes if barcodes is not None else listed, min_fragments, Part(progress, 0.05, 0.3))
    cells = find_cells(path, names, Part(progress, 0.3, 0.35))
    places = peaks if peaks is not None else _tiles(path, cells, Part(progress, 0.35, 0.6))
    counts = count_for_cells(path, places.chrom, places.start, places.end, cells, len(names), Part(progress, 0.6, 0.95))
    if not counts.nnz:
        raise InputError(f"No fragment of {path.name} touches a peak", f"{len(places):,} peaks, {len(names):,} cells",
                         "give the peaks of these fragments, on the same assembly")
    where = f"Fragments were counted over {len(places):,} {'tiles of 5,000 bp' if peaks is None else 'given peaks'}."
    notes = tuple(note for note in (how, where, cells.note) if note)
    digest = checksum(path, Part(progress, 0.95, 1.0))
    recognised = with_assembly(_recognised(path, counts, notes, digest), places, assembly)
    return _query(path, counts, places, names, recognised)


def with_fragments(query: Query, path: Path | str, progress: Progress = SILENT) -> Query:
    """Join a fragments file to a query, so that gene activity can be counted from it.

    Parameters
    ----------
    query
        Read from another file.
    path
        Fragments of the same cells.
    progress
        Hears the fraction of the file that was read.

    Raises
    ------
    InputError
        If the file is no fragments file, or holds none of the query's cells.
    """
    path = check_file(path)
    note = find_cells(path, query.cells.index.to_numpy(dtype=object), progress).note
    recognised = replace(query.recognised, notes=(*query.recognised.notes, *([note] if note else [])))
    return replace(query, fragments=path, recognised=recognised)


def read_bed(path: Path | str) -> Peaks:
    """Read peaks from a BED file, plain or compressed: columns after the third are ignored.

    Parameters
    ----------
    path
        Lines of chromosome, start (from zero) and end (exclusive); ``#``, ``track`` and ``browser`` lines are skipped.

    Returns
    -------
    Peaks
        As closed intervals, named like ``chr1:1001-1500``.

    Raises
    ------
    InputError
        If a line is no interval.
    """
    path = check_file(path)
    text = path.read_bytes()
    try:
        lines = (gzip.decompress(text) if text.startswith(_GZIP) else text).decode().splitlines()
    except (OSError, EOFError, UnicodeDecodeError):
        raise InputError(f"Cannot read {path.name}", "no text", "give a BED file or a file of peak counts") from None
    skipped = ("#", "track", "browser")
    names = [_bed_name(line, path) for line in lines if line.strip() and not line.startswith(skipped)]
    return parse_peaks(np.array(names, dtype=object))[0]


def _bed_name(line: str, path: Path) -> str:
    fields = line.split()
    if len(fields) < 3 or not (fields[1].isdecimal() and fields[2].isdecimal() and int(fields[1]) < int(fields[2])):
        raise InputError(f"The file {path.name} is no BED file", f"the line “{' '.join(fields)[:60]}”",
                         "give lines of chromosome, start and end, separated by tabs")
    return f"{fields[0]}:{int(fields[1]) + 1}-{fields[2]}"


def _peaks_and_cells(path: Path | str | None, progress: Progress) -> tuple[Peaks | None, Names | None]:
    if path is None:
        return None, None
    path = Path(path)
    if not path.is_dir() and not path.name.lower().endswith(SUFFIXES):
        return read_bed(path), None
    loaded = load(path, progress)
    return peaks_of(loaded)[0], loaded.content.cells.index.to_numpy(dtype=object)


def _cells(path: Path, given: Names | None, min_fragments: int, progress: Progress) -> tuple[Names, str]:
    if given is not None:
        return np.asarray(given, dtype=object), ""
    found = fragment_barcodes(path, min_fragments, progress)
    if not len(found):
        raise InputError(f"No barcode in {path.name} has {min_fragments:,} fragments", "fewer",
                         "lower “Fragments of a cell” (the setting reading_query.min_fragments), or give the peaks as "
                         "a file with a peak matrix, whose cells are then taken")
    return np.sort(found.names), f"Cells are the {len(found):,} barcodes with at least {min_fragments:,} fragments."


def _tiles(path: Path, cells: CellFinder, progress: Progress) -> Peaks:
    touched: dict[str, set[int]] = {}
    for chunk in fragment_chunks(path, progress):
        own = cells(chunk.barcodes)[chunk.barcode] >= 0
        for place, name in enumerate(chunk.chroms):
            if name in STANDARD_CHROMOSOMES:
                here = own & (chunk.chrom == place)
                ends = np.concatenate([chunk.start[here], np.maximum(chunk.end[here] - 1, chunk.start[here])])
                touched.setdefault(name, set()).update(np.unique(ends // TILE).tolist())
    names = [f"{name}:{tile * TILE + 1}-{(tile + 1) * TILE}"
             for name in sorted(touched, key=_karyotype) for tile in sorted(touched[name])]
    return parse_peaks(np.array(names, dtype=object))[0]


def _karyotype(chrom: str) -> tuple[int, str]:
    return (int(chrom[3:]), "") if chrom[3:].isdecimal() else (99, chrom)


def _recognised(path: Path, counts: sparse.csr_matrix, notes: tuple[str, ...], digest: str) -> Recognised:
    n_cells, n_peaks = counts.shape
    return Recognised(path, "fragments", ATAC, n_cells, n_peaks, "counts", None, (), notes, digest)


def _query(path: Path, counts: sparse.csr_matrix, peaks: Peaks, names: Names, recognised: Recognised) -> Query:
    import pandas as pd

    cells = pd.DataFrame(index=pd.Index(names, dtype=object))
    recognised = replace(recognised, label_columns=label_columns(cells))
    return Query(counts, peaks, cells, recognised, fragments=path)
