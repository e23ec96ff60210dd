"""Find the three files of a matrix in Matrix Market form, and read the tables beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anchorscope.errors import InputError
from anchorscope.io.text import read_lines
from anchorscope.progress import SILENT
from anchorscope.results import Names

MATRIX_SUFFIXES = (".mtx", ".mtx.gz")

FEATURE_FILES = ("features.tsv", "genes.tsv", "peaks.bed", "peaks.tsv", "features.txt", "genes.txt")
"""Names of the feature table: Cell Ranger 3, Cell Ranger 2, Cell Ranger ATAC, and what others write."""

BARCODE_FILES = ("barcodes.tsv", "barcodes.txt", "cells.tsv")

_TYPES = {"gene expression", "peaks", "antibody capture", "crispr guide capture", "custom", "multiplexing capture"}


@dataclass(frozen=True)
class MtxFiles:
    """Paths of the matrix and of its two tables."""

    matrix: Path
    features: Path
    barcodes: Path


@dataclass(frozen=True)
class Features:
    """Feature table, (n_features,) each: `names`, `ids` (``None`` if there are none) and further columns."""

    names: Names
    ids: Names | None
    table: Mapping[str, NDArray[np.generic]]


def is_mtx(path: Path) -> bool:
    """Whether a path is a folder with a matrix, or the matrix itself."""
    if path.is_dir():
        return bool(_matrices(path))
    return path.name.lower().endswith(MATRIX_SUFFIXES)


def locate(path: Path) -> MtxFiles:
    """Find the files that belong together; a common beginning of their names, as in GEO, is understood.

    Raises
    ------
    InputError
        If the folder holds several matrices, or a table is missing.
    """
    matrix = _the_matrix(path) if path.is_dir() else path
    stem = matrix.name.lower().removesuffix(".gz").removesuffix(".mtx")
    endings = [ending for ending in ("matrix", "counts") if stem.endswith(ending)]
    beginnings = [*(stem.removesuffix(ending) for ending in endings), *(f"{stem}{mark}" for mark in "._-"), ""]
    return MtxFiles(matrix, _beside(matrix, beginnings, FEATURE_FILES, "features.tsv"),
                    _beside(matrix, beginnings, BARCODE_FILES, "barcodes.tsv"))


def inner_matrices(folder: Path) -> list[str]:
    """Return the folders inside of a folder that have a matrix, as Cell Ranger 2 makes one for each genome."""
    return [path.name for path in _inside(folder) if path.is_dir() and _matrices(path)]


def _matrices(folder: Path) -> list[Path]:
    return [path for path in _inside(folder) if path.name.lower().endswith(MATRIX_SUFFIXES) and path.is_file()]


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except PermissionError:
        raise InputError(f"Cannot read {folder.name}", "no permission to open it", "change that") from None


def _the_matrix(folder: Path) -> Path:
    found = _matrices(folder)
    usual = [path for path in found if path.name in ("matrix.mtx.gz", "matrix.mtx")]
    if len(found) > 1 and not usual:
        raise InputError(f"The folder {folder.name} holds several matrices",
                         ", ".join(path.name for path in found[:4]), "give one of these files")
    return (usual or found)[0]


def _beside(matrix: Path, beginnings: Iterable[str], names: Iterable[str], usual: str) -> Path:
    there = {path.name.lower(): path for path in matrix.parent.iterdir()}
    for beginning in beginnings:
        for name in names:
            for ending in ("", ".gz"):
                if found := there.get(f"{beginning}{name}{ending}".lower()):
                    return found
    raise InputError(f"The matrix {matrix.name} cannot be read alone", f"no {usual} beside it",
                     f"put {usual} into the same folder")


def read_barcodes(path: Path, n_cells: int) -> Names:
    """(n_cells,) the first column of a table; a header, one line too many, is left out."""
    names = [row[0] for row in _rows(path)]
    return np.array(names[len(names) - n_cells :] if len(names) == n_cells + 1 else names, dtype=object)


def read_features(path: Path, n_features: int) -> Features:
    """Read a table of genes or peaks: id, name and type, name alone, or chromosome, start and end.

    Raises
    ------
    InputError
        If a line of peaks has no three columns.
    """
    rows = _rows(path)
    rows = rows[1:] if len(rows) == n_features + 1 else rows
    if "peaks" in path.name.lower() and all(len(row) >= 3 for row in rows):
        return Features(_array(f"{row[0]}:{row[1]}-{row[2]}" for row in rows), None, {})
    width = min((len(row) for row in rows), default=0)
    columns = [_array(row[place] for row in rows) for place in range(width)]
    typed = width > 2 and any(str(value).lower() in _TYPES for value in columns[2][:1])
    table = {"feature_type": columns[2]} if typed else {}
    return Features(columns[1], columns[0], table) if width > 1 else Features(_array(r[0] for r in rows), None, {})


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in read_lines(path, SILENT) if line.strip()]


def _array(values: Iterable[str]) -> Names:
    return np.array([value.strip() for value in values], dtype=object)
