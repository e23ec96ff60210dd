"""Labels that come as a table of their own: read it, join it to the cells by barcode."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from anchorscope.errors import InputError
from anchorscope.io.barcodes import check_shared, match_barcodes
from anchorscope.io.files import check_file
from anchorscope.io.labels import label_columns
from anchorscope.io.own_labels import BESIDE, COLUMN, without_unassigned
from anchorscope.io.text import read_lines
from anchorscope.progress import SILENT, Progress
from anchorscope.results import Floats, Ints, Names, Query, Recognised, Reference

if TYPE_CHECKING:
    import pandas as pd

SHAPE = "give a CSV or TSV file with a header, cell barcodes in its first column and labels in the others"

BARCODE_COLUMNS = ("barcode", "barcodes", "cell", "cells", "cell_id", "cell_barcode", "index", "cb")
"""Headers, in lower case, of a column of barcodes wherever it stands."""

_BARCODE = re.compile(r"[ACGTN]{8,}", re.IGNORECASE)

_MISSING = {"", "na", "nan", "null", "none", "#n/a"}

Side = TypeVar("Side", Reference, Query)


@dataclass(frozen=True)
class LabelTable:
    """Labels by barcode: `table` has one row per barcode (its index) and columns of text, ``None`` where missing."""

    path: Path
    table: pd.DataFrame


def read_labels(path: Path | str, progress: Progress = SILENT) -> LabelTable:
    """Read labels from a table separated by comma, semicolon or tab, compressed or not.

    Parameters
    ----------
    path
        First line: names of the columns, one of them, usually the first, for the barcodes. A table of barcodes and
        one label may lack that line.
    progress
        Hears the fraction read.

    Returns
    -------
    LabelTable
        Of a barcode that occurs again the first line counts.

    Raises
    ------
    InputError
        If it is no such table.
    """
    import pandas as pd

    path = check_file(path)
    lines = [line for line in read_lines(path, progress) if line.strip()]
    if not lines:
        raise InputError(f"The label file {path.name} is empty", "no lines", SHAPE)
    rows = list(csv.reader(lines, delimiter=next((mark for mark in "\t;" if mark in lines[0]), ",")))
    header, rows = _header(rows)
    place = _barcode_place(header)
    _check(path, header, rows)
    columns = {name: [_value(row[number]) for row in rows] for number, name in enumerate(header) if number != place}
    index = pd.Index([row[place].strip() for row in rows], dtype=object)
    table = pd.DataFrame(columns, index=index, dtype=object)
    return LabelTable(path, table[~table.index.duplicated()])


def with_labels(data: Side, labels: LabelTable) -> Side:
    """Add the columns of a label table to the cells of a reference or query.

    Parameters
    ----------
    data
        What to add them to; its own columns stay, so a column of a name that is taken gets the file's name as well.
    labels
        Labels by barcode; barcodes may lack the suffix ``-1``, or have it where the data do not.

    Returns
    -------
    Reference or Query
        A note says how many cells got labels.

    Raises
    ------
    InputError
        If no barcode of the table is a cell.
    """
    cells, theirs = data.cells, labels.table.index.to_numpy(dtype=object)
    ours = cells.index.to_numpy(dtype=object)
    rows = match_barcodes(ours, theirs)
    check_shared(rows, ours, theirs, data.recognised.path.name, labels.path.name)
    joined, names = _joined(cells, labels, rows)
    of_ours = names[COLUMN] if COLUMN in names and BESIDE in names else ""
    joined, said, repairs = without_unassigned(joined, data.recognised.settings, of_ours)
    recognised = _noted(replace(data.recognised, label_columns=label_columns(joined)), labels, rows, len(theirs))
    recognised = replace(recognised, notes=recognised.notes + said, repairs=recognised.repairs + repairs)
    return replace(data, cells=joined, recognised=recognised)


def _joined(cells: pd.DataFrame, labels: LabelTable, rows: Ints) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the cells with the columns of the table, and the name that each of these has there."""
    joined, names = cells.copy(), {}
    for column in labels.table.columns:
        # Row -1, no line, picks the None at the end.
        values = np.array([*labels.table[column], None], dtype=object)[rows]
        names[str(column)] = _free(str(column), joined.columns, labels.path.stem)
        joined[names[str(column)]] = _column(values)
    return joined, names


def _header(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    first = [cell.strip() for cell in rows[0]]
    if len(first) == 2 and _BARCODE.search(first[0]):
        return ["barcode", "label"], rows
    # R leaves out the name of the first column; spreadsheets and pandas leave it empty.
    shorter = len(rows) > 1 and len(rows[1]) == len(first) + 1
    named = ["barcode", *first] if shorter else [first[0] or "barcode", *first[1:]]
    return named, rows[1:]


def _barcode_place(header: Sequence[str]) -> int:
    lower = [name.lower() for name in header]
    return next((place for place, name in enumerate(lower) if name in BARCODE_COLUMNS), 0)


def _check(path: Path, header: list[str], rows: Sequence[Sequence[str]]) -> None:
    if len(header) < 2 or not rows:
        found = "one column" if len(header) < 2 else "no line but the first"
        raise InputError(f"The file {path.name} holds no labels", found, SHAPE)
    if repeated := [name for name in header if header.count(name) > 1]:
        raise InputError(f"The label file {path.name} has two columns of one name", f"“{repeated[0]}”", "rename one")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise InputError(f"Line {number} of the label file {path.name} does not fit its header",
                             f"{len(row)} columns for {len(header)}", SHAPE)


def _value(text: str) -> str | None:
    return None if text.strip().lower() in _MISSING else text.strip()


def _column(values: Names) -> pd.Categorical | Floats:
    """Categories, or numbers if some are fractions: those are measurements, not labels."""
    import pandas as pd

    numbers = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=np.float64)
    given = np.array([value is not None for value in values])
    fractions = bool(np.isfinite(numbers[given]).all() and np.any(numbers[given] != np.rint(numbers[given])))
    return numbers if fractions else pd.Categorical(values)


def _free(name: str, taken: pd.Index[str], stem: str) -> str:
    candidate, number = name, 1
    while candidate in taken:
        candidate = f"{name} ({stem})" if number == 1 else f"{name} ({stem} {number})"
        number += 1
    return candidate


def _noted(recognised: Recognised, labels: LabelTable, rows: Ints, n_lines: int) -> Recognised:
    used = np.unique(rows[rows >= 0])
    matched = int(np.count_nonzero(rows >= 0))
    note = f"{labels.path.name} has a line for {matched:,} of {len(rows):,} cells"
    note += f"; {n_lines - len(used):,} of its lines belong to no cell." if n_lines > len(used) else "."
    return replace(recognised, notes=(*recognised.notes, note))
