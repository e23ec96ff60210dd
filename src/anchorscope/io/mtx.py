"""Read a matrix in Matrix Market form with the tables beside it, as Cell Ranger writes them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from anchorscope.errors import InputError
from anchorscope.io.content import Content
from anchorscope.io.counts import Source, take_counts
from anchorscope.io.matrix import tidy
from anchorscope.io.mtx_files import locate, read_barcodes, read_features
from anchorscope.io.text import damaged, opened_text
from anchorscope.io.values import Check
from anchorscope.parameters import Repairs
from anchorscope.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

_ENTRIES = 1 << 20
"""Lines read at a time, so that a cancel acts at once."""

_BANNER = "%%matrixmarket matrix coordinate"


@dataclass(frozen=True)
class _Header:
    rows: int
    columns: int
    entries: int
    pattern: bool
    """Whether only places are listed, each of which stands for a one."""


def read_mtx(path: Path, progress: Progress, settings: Repairs) -> Content:
    """Read a folder with matrix, features and barcodes, or the matrix with its tables beside it.

    Parameters
    ----------
    path
        The folder, or ``matrix.mtx``, compressed or not; features or cells in rows.
    progress
        Hears the fraction read.
    settings
        Which repairs are wanted.

    Raises
    ------
    InputError
        If a file is missing or damaged, or the sizes contradict each other.
    """
    import pandas as pd

    files = locate(path)
    with opened_text(files.matrix) as (content, _):
        header = _header(content, files.matrix)
    features, barcodes = read_features(files.features, header.rows), read_barcodes(files.barcodes, header.columns)
    across = _cells_in_rows(header, len(features.names), len(barcodes))
    if across:
        features, barcodes = read_features(files.features, header.columns), read_barcodes(files.barcodes, header.rows)
    _check_sizes(files.matrix, header, len(features.names), len(barcodes), across=across)

    def read(check: Check, part: Progress) -> sparse.csr_matrix:
        return _matrix(files.matrix, check, part, across=across)

    taken = take_counts([Source("the matrix", "X", read)], settings, progress)
    notes = ("The matrix has cells in rows; it was turned.",) if across else ()
    cells = pd.DataFrame(index=pd.Index(barcodes, dtype=object))
    return Content(path, "10x MTX", taken.counts, taken.instead, features.names, features.ids, features.table, cells,
                   notes + taken.notes, taken.repairs, files=(files.matrix, files.features, files.barcodes))


def _header(content: BinaryIO, path: Path) -> _Header:
    """Read up to the line of sizes."""
    banner = content.readline().decode(errors="replace").strip().lower()
    if not banner.startswith(_BANNER) or not banner.endswith("general"):
        raise InputError(f"Cannot read {path.name}", "no sparse matrix in Matrix Market form",
                         "give the matrix.mtx that Cell Ranger or another program wrote")
    line = content.readline()
    while line.startswith(b"%") or (line and not line.strip()):
        line = content.readline()
    sizes = line.split()
    if len(sizes) != 3 or not all(size.isdigit() for size in sizes):
        raise damaged(path)
    return _Header(int(sizes[0]), int(sizes[1]), int(sizes[2]), " pattern" in banner)


def _cells_in_rows(header: _Header, n_features: int, n_cells: int) -> bool:
    return (header.rows, header.columns) != (n_features, n_cells) and header.rows in (n_cells, n_cells - 1) \
        and header.columns in (n_features, n_features - 1)


def _check_sizes(path: Path, header: _Header, n_features: int, n_cells: int, *, across: bool) -> None:
    sizes = (header.columns, header.rows) if across else (header.rows, header.columns)
    if sizes != (n_features, n_cells):
        raise InputError(f"The matrix {path.name} does not fit the tables beside it",
                         f"{header.rows} x {header.columns} for {n_features} features and {n_cells} barcodes",
                         "give the three files of one export")


def _matrix(path: Path, check: Check, progress: Progress, *, across: bool) -> sparse.csr_matrix:
    size = max(path.stat().st_size, 1)
    with opened_text(path) as (content, raw):
        header = _header(content, path)
        parts = [_nothing()]
        with closing(_entries(content, header, path)) as entries:
            for part in entries:
                check(part[2], np.array([0, len(part[2])]))
                parts.append(part)
                progress.update(min(raw.tell() / size, 1.0))
    rows, columns, values = (np.concatenate(pieces) for pieces in zip(*parts, strict=True))
    if len(values) != header.entries:
        raise damaged(path)
    matrix = sparse.coo_matrix((values, (rows, columns)), shape=(header.rows, header.columns))
    return tidy((matrix if across else matrix.T).tocsr())


def _nothing() -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32)


def _entries(
    content: BinaryIO, header: _Header, path: Path
) -> Generator[tuple[NDArray[Any], NDArray[Any], NDArray[Any]], None, None]:
    """Yield row, column (from zero) and value of some entries at a time."""
    import pandas as pd

    names = ["row", "column"] if header.pattern else ["row", "column", "value"]
    if not header.entries:
        return
    try:
        with pd.read_csv(content, sep=r"\s+", header=None, names=names, usecols=names, chunksize=_ENTRIES, engine="c",
                         dtype={"row": np.int64, "column": np.int64, "value": np.float64}) as chunks:
            for chunk in chunks:
                values = np.ones(len(chunk)) if header.pattern else chunk["value"].to_numpy()
                yield (_places(chunk["row"], header.rows, path), _places(chunk["column"], header.columns, path),
                       values.astype(np.float32))
    except InputError:
        raise
    except (ValueError, pd.errors.ParserError) as error:
        raise damaged(path) from error


def _places(numbers: pd.Series, size: int, path: Path) -> NDArray[Any]:
    """Places counted from zero."""
    if numbers.min() < 1 or numbers.max() > size:
        raise InputError(f"The matrix {path.name} is damaged", "places outside of its size", "export the file again")
    return (numbers.to_numpy() - 1).astype(np.int32)
